//! The front against barriers and changes of weather.

use fireline::base::geo::{Grid, Point};
use fireline::fire::barriers::{BarrierKind, Barriers};
use fireline::fire::front::{Crown, Ellipse, Front, Start};
use fireline::studies::verify::ellipse::Plain;

fn plain(length_to_width: f64, heading_deg: f64) -> Plain {
    let angle = heading_deg.to_radians();
    Plain(Ellipse {
        head_m_s: 0.05,
        length_to_width,
        heading: (libm::sin(angle), libm::cos(angle)),
        gradient: (0.0, 0.0),
        heat_kj_m2: 5000.0,
        crown: Crown::Surface,
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

#[test]
fn a_fires_own_rings_are_those_of_the_perimeter_that_it_has_a_part_in() {
    let mut front = Front::new(plain(2.0, 33.0), grid(), Barriers::new(grid()));
    // Two that grow together, one far from them, one that has just begun.
    for (x, y, t) in [
        (603.0, 602.0, 0.0),
        (703.0, 662.0, 0.0),
        (1503.0, 1602.0, 0.0),
        (1403.0, 402.0, 3500.0),
    ] {
        front.ignite(&Start::Point(Point::new(x, y)), t);
    }
    let mut shared = false;
    for t in [3600.0, 5000.0, 8000.0] {
        front.advance_to(t);
        let all = front.perimeter();
        for origin in 0..4 {
            let has_part =
                |r: &&fireline::fire::front::Ring| r.vertices.iter().any(|v| v.origin == origin);
            let own: Vec<_> = all.iter().filter(has_part).cloned().collect();
            assert!(!own.is_empty());
            assert_eq!(front.perimeter_of(origin), own, "fire {origin} at {t} s");
            shared |= own
                .iter()
                .flat_map(|r| &r.vertices)
                .any(|v| v.origin != origin);
        }
        assert!(all.len() > 2);
    }
    assert!(shared, "two fires have grown together");
}

#[test]
fn a_closed_ring_holds_through_changes_of_wind_and_a_gap_in_it_does_not() {
    for (l, heading) in [(1.5, 20.0), (3.0, 115.0), (5.0, 263.0)] {
        for gap in [false, true] {
            let mut front = Front::new(plain(l, heading), grid(), Barriers::new(grid()));
            front.ignite(&Start::Point(Point::new(1003.0, 1002.0)), 0.0);
            front.advance_to(3000.0);
            let before = front.area_m2();
            let mut line = front.perimeter()[0].points();
            line.push(line[0]);
            if gap {
                line.truncate(line.len() - 4);
            }
            front.add_barrier(&line, 0.0, BarrierKind::BuiltLine);
            for k in 1..=6 {
                let t = 3000.0 + 1200.0 * f64::from(k);
                front.change_weather(t, |source| {
                    *source = plain(l, heading + 70.0 * f64::from(k));
                });
            }
            front.advance_to(14_000.0);
            let after = front.area_m2();
            if gap {
                assert!(after > 1.5 * before, "L:W {l}: {before} {after}");
            } else {
                assert!(
                    (after / before - 1.0).abs() < 0.02,
                    "L:W {l}: {before} {after}"
                );
            }
        }
    }
}

#[test]
fn a_small_fire_keeps_its_shape_when_the_wind_turns() {
    // A tenth of a cell's fire grows by the Minkowski sum of both winds' ellipses.
    let mut front = Front::new(plain(2.0, 0.0), grid(), Barriers::new(grid()));
    front.ignite(&Start::Point(Point::new(1003.0, 1002.0)), 0.0);
    let at = |front: &Front<Plain>| {
        let ring = front.perimeter().remove(0);
        let x = ring.vertices.iter().map(|v| v.at.x);
        (
            ring.area_m2,
            x.clone().fold(f64::INFINITY, f64::min),
            x.fold(f64::NEG_INFINITY, f64::max),
        )
    };
    front.advance_to(120.0);
    let (before, ..) = at(&front);
    front.change_weather(120.0, |source| *source = plain(2.0, 90.0));
    let (same, ..) = at(&front);
    assert!((same / before - 1.0).abs() < 0.02, "{before} {same}");
    front.advance_to(240.0);
    let (_, west, east) = at(&front);
    // To the east: half a width under the north wind, then the head; to the west the back.
    let e = 0.75_f64.sqrt();
    let half_width = 120.0 * 0.05 / (1.0 + e) / 2.0;
    let (head, back) = (120.0 * 0.05, 120.0 * 0.05 * (1.0 - e) / (1.0 + e));
    assert!((east - 1003.0 - half_width - head).abs() < 0.3, "{east}");
    assert!((1003.0 - west - half_width - back).abs() < 0.3, "{west}");
}
