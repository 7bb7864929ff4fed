use fireline::studies::verify::ellipse::*;
fn main(){
 for l in [2.0,4.0,6.0,8.0]{ let mut v=vec![];
  for hd in [0.0,5.0,10.0,17.0,20.0,26.6,30.0,33.0,40.0,45.0] { let r=run(&EllipseCase{length_to_width:l,heading_deg:hd,cells:300}).0; v.push(format!("{:.2}",r.area_error_pct)); }
  println!("{l}: {v:?}");}
}
