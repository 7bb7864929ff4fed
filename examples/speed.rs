use fireline::studies::verify::ellipse::*;
fn main(){
 for l in [1.0,2.0,4.0,8.0]{ let c=EllipseCase{length_to_width:l,heading_deg:17.0,cells:if l==8.0{2000}else{900}}; let _=run(&EllipseCase{cells:100,..c}); let t=std::time::Instant::now(); let r=run(&c); println!("{l}: {:.2} M cells/s  area {:.3}", r.1.burnt_cells() as f64/t.elapsed().as_secs_f64()/1e6, r.0.area_error_pct);}
 for l in [6.0,8.0]{ let mut wa=0.0f64; let mut wh=0.0f64;
  for h in 0..72 { let hd=h as f64*5.0+ if h%2==0 {0.0} else {1.7}; let r=run(&EllipseCase{length_to_width:l,heading_deg:hd,cells:300}).0; if r.area_error_pct.abs()>wa.abs(){wa=r.area_error_pct} if r.head_error_pct.abs()>wh.abs(){wh=r.head_error_pct} }
  println!("{l}: worst area {wa:.3} head {wh:.3}");}
}
