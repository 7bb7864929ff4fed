//! The front against barriers and changes of weather.

use fireline::base::geo::{Grid, Point};
use fireline::fire::barriers::{BarrierKind, Barriers};
use fireline::fire::front::{Ellipse, Front, Start};
use fireline::studies::verify::ellipse::Plain;

fn plain(length_to_width: f64, heading_deg: f64) -> Plain {
    let angle = heading_deg.to_radians();
    Plain(Ellipse {
        head_m_s: 0.05,
        length_to_width,
        heading: (angle.sin(), angle.cos()),
        gradient: (0.0, 0.0),
        heat_kj_m2: 5000.0,
    })
}

fn grid() -> Grid {
    Grid::new(200, 200, 10.0, 0.0, 2000.0).unwrap()
}

#[test]
fn line_built_along_the_whole_edge_holds_the_fire() {
    for (l, heading) in [(1.0, 0.0), (2.0, 33.0), (4.0, 71.0), (7.0, 190.0)] {
        let mut front = Front::new(plain(l, heading), grid(), Barriers::new(grid()));
        front.ignite(&Start::Point(Point::new(1003.0, 1002.0)), 0.0);
        front.advance_to(3600.0);
        let rings = front.perimeter();
        assert_eq!(rings.len(), 1);
        let before = front.area_m2();
        let mut line = rings[0].points();
        line.push(line[0]);
        front.add_barrier(&line, 0.0, BarrierKind::BuiltLine);
        assert!(
            front.perimeter()[0].vertices.iter().all(|v| !v.active),
            "L:W {l}"
        );
        assert!(front.reachable(0, 50).is_some());
        front.advance_to(20_000.0);
        assert!(
            (front.area_m2() / before - 1.0).abs() < 0.02,
            "L:W {l}: {before} {}",
            front.area_m2()
        );
    }
}
