use std::{path::Path,sync::Arc,time::Instant};
use fireline::{base::geo::*,files::geotiff,scenario::Scenario,simulation::*,world::World};
fn main(){
 let dir=Path::new("/tmp/trial"); std::fs::create_dir_all(dir).unwrap();
 let a: Vec<String>=std::env::args().collect();
 if a.len()<2 {
 let g=Grid::new(167,167,30.0,600000.0,3000000.0).unwrap();
 let mut e=Raster::filled(g,100f32); let mut c=Raster::filled(g,188u8);
 for r in 0..167 { for k in 0..167 { e.set(k,r,100.0+ 60.0*libm::sin(k as f64/20.0) as f32 + 40.0*libm::cos(r as f64/25.0) as f32); if k>150 {c.set(k,r,98)} } }
 geotiff::write_f32(&dir.join("e.tif"),&e,32649,-9999.0,"elevation").unwrap();
 geotiff::write_u8(&dir.join("c.tif"),&c,32649,255,"cover").unwrap();
 }
 let p=if a.len()>1 {a[1].clone()} else {"/tmp/trial/s.ron".into()};
 let t=Instant::now();
 let s=Scenario::read(Path::new(&p)).unwrap_or_else(|d|{for x in d{println!("{x:?}")} panic!()});
 let (w,warn)=World::build(s).unwrap_or_else(|d|{for x in d{println!("{:?} {}:{} {:?}",x.message,x.line,x.column,x.help)} panic!()});
 println!("load {:?} warnings {}",t.elapsed(),warn.len());
 let w=Arc::new(w);
 for pol in [PolicyName::RunCard,PolicyName::Nearest,PolicyName::DoNothing]{
 let t=Instant::now();
 let mut sim=Simulation::new(w.clone(),7,pol); sim.run();
 let o=sim.finish();
 println!("run {pol} {:?} hash {} line {}",t.elapsed(),&o.state_hash[..8],o.line_built_m);
 for f in &o.fires { println!("{} area {:.2} ha forest {:.2} det {:?} ver {:?} disp {:?} att {:?} cont {:?} out {:?} {:?} {:?}",f.id,f.area_ha,f.forest_ha,f.detected_s,f.verified_s,f.dispatched_s,f.first_attack_s,f.contained_s,f.out_s,f.ending,f.ending_reason); }
 if pol==PolicyName::RunCard { for l in o.journal.lines().iter().take(60){ println!("{:>7} {:?}",l.t_s,l.record);} }
 }
}
