//! Fires that start at a point, along a line or over an area: each is the Minkowski sum of its start
//! and the ellipse (for a bent line the union over its pieces), so each place burns when fire gets
//! there from the nearest point of the start.

use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::exact::Exact;
use super::measure::{
    BEYOND, CELL_M, HEAD_M_S, area_within, around, arrival_error, flat, grid_over,
};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Point, polygon_area, polygon_contains};
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Start};

/// Largest error of the burnt area and mean error of arrival, percent.
pub const LIMIT_PCT: f64 = 1.0;

/// A kind of start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One point.
    Point,
    /// One straight line.
    Line,
    /// A line of three pieces.
    BentLine,
    /// A convex area.
    Polygon,
    /// An area in the shape of an L.
    Corner,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Point,
        Self::Line,
        Self::BentLine,
        Self::Polygon,
        Self::Corner,
    ];

    /// Places of the start, cells.
    fn places(self) -> &'static [(f64, f64)] {
        match self {
            Self::Point => &[(0.31, -0.17)],
            Self::Line => &[(-9.3, -4.6), (14.2, 7.9)],
            Self::BentLine => &[(-12.4, 5.2), (-2.7, -3.8), (6.1, 8.4), (17.3, 6.6)],
            Self::Polygon => &[
                (-8.2, -5.7),
                (7.4, -9.1),
                (11.6, 3.3),
                (1.9, 9.8),
                (-9.7, 4.1),
            ],
            Self::Corner => &[
                (-10.3, -8.4),
                (11.7, -8.4),
                (11.7, -0.6),
                (-1.8, -0.6),
                (-1.8, 10.9),
                (-10.3, 10.9),
            ],
        }
    }

    fn is_area(self) -> bool {
        matches!(self, Self::Polygon | Self::Corner)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Point => "verify-start-point",
            Self::Line => "verify-start-line",
            Self::BentLine => "verify-start-bent-line",
            Self::Polygon => "verify-start-polygon",
            Self::Corner => "verify-start-corner",
        }
    }
}

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StartsCase {
    /// What the fire starts from.
    pub kind: Kind,
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Direction of the head, degrees clockwise from north.
    pub heading_deg: f64,
    /// Head run, cells.
    pub cells: u32,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StartsResult {
    /// The case.
    #[serde(flatten)]
    pub case: StartsCase,
    /// Burnt area, m2.
    pub area_m2: f64,
    /// Area of the Minkowski sum, m2.
    pub area_expected_m2: f64,
    /// Error of the area, percent.
    pub area_error_pct: f64,
    /// Sum of the absolute errors of arrival over the sum of the arrivals, percent.
    pub arrival_error_pct: f64,
    /// Mean exact arrival, s.
    pub arrival_expected_s: f64,
    /// Mean arrival of the front, s.
    pub arrival_s: f64,
}

/// Runs a case.
pub fn run(case: &StartsCase, physics: Physics) -> Outcome<StartsResult> {
    let asked = flat(case.length_to_width, case.heading_deg);
    let exact = Exact::of(&asked);
    let end = f64::from(case.cells) * CELL_M / HEAD_M_S;
    let places: Vec<Point> = case
        .kind
        .places()
        .iter()
        .map(|&(x, y)| Point::new(x * CELL_M, y * CELL_M))
        .collect();
    let grid = grid_over(
        places.iter().flat_map(|&p| around(p, &exact, end * BEYOND)),
        CELL_M,
    );
    let start = match case.kind {
        Kind::Point => Start::Point(places[0]),
        Kind::Line | Kind::BentLine => Start::Line(places.clone()),
        Kind::Polygon | Kind::Corner => Start::Polygon(places.clone()),
    };
    let mut front = Front::new(Plain(physics.of(asked)), grid, Barriers::new(grid));
    front.ignite(&start, 0.0);
    front.advance_to(end * BEYOND);
    let mut sides: Vec<(Point, Point)> = places.windows(2).map(|w| (w[0], w[1])).collect();
    if case.kind.is_area() || sides.is_empty() {
        sides.push((places[places.len() - 1], places[0]));
    }
    let answer = |p: Point| {
        if case.kind.is_area() && polygon_contains(&places, p) {
            return 0.0;
        }
        sides
            .iter()
            .map(|&(a, b)| exact.after_segment(a, b, p))
            .fold(f64::INFINITY, f64::min)
    };
    let (arrival_error_pct, (arrival_expected_s, arrival_s)) = arrival_error(&front, end, answer);
    let area_m2 = front.area_at_m2(end);
    let area_expected_m2 = convex_area(case.kind, &places, &exact, end)
        .unwrap_or_else(|| area_within(&grid, end, answer));
    let named = |key: &str| {
        Message::new(key)
            .with("lw", case.length_to_width)
            .with("heading", case.heading_deg)
    };
    let row = |what: &str| named(&format!("{}-{what}", case.kind.key()));
    let mut plot = Plot::map(&named("verify-plot-starts"));
    plot = plot.with_exact(
        "verify-curve-start",
        if case.kind.is_area() {
            closed(&places)
        } else {
            places.iter().map(|p| (p.x, p.y)).collect()
        },
    );
    for share in [0.3, 0.6, 1.0] {
        for ring in front.perimeter_at(share * end) {
            plot = plot.with("verify-curve-front", closed(&ring.points()));
        }
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                row("area"),
                "verify-source-starts",
                (area_expected_m2, area_m2),
                LIMIT_PCT,
            ),
            Verdict::of_error(
                row("arrival"),
                "verify-source-starts",
                (arrival_expected_s, arrival_s),
                arrival_error_pct,
                LIMIT_PCT,
            ),
        ],
        plot,
        result: StartsResult {
            case: *case,
            area_m2,
            area_expected_m2,
            area_error_pct: 100.0 * (area_m2 / area_expected_m2 - 1.0),
            arrival_error_pct,
            arrival_expected_s,
            arrival_s,
        },
    }
}

/// Area of the Minkowski sum of a convex start and the ellipse in closed form (Steiner's formula with
/// mixed areas): both areas, and each side times the ellipse's reach over it. None for a start
/// that is not convex.
fn convex_area(kind: Kind, places: &[Point], exact: &Exact, t: f64) -> Option<f64> {
    let ellipse = exact.area() * t * t;
    let over = |a: Point, b: Point| {
        let length = a.distance(b);
        // Outward of a ring that runs counter-clockwise.
        let n = ((b.y - a.y) / length, (a.x - b.x) / length);
        length * exact.reach(n) * t
    };
    match kind {
        Kind::Point => Some(ellipse),
        Kind::Line => Some(ellipse + over(places[0], places[1]) + over(places[1], places[0])),
        Kind::Polygon => {
            let n = places.len();
            let sides: f64 = (0..n).map(|i| over(places[i], places[(i + 1) % n])).sum();
            Some(ellipse + polygon_area(places) + sides)
        }
        Kind::BentLine | Kind::Corner => None,
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for kind in Kind::ALL {
        for (length_to_width, heading_deg) in [(1.0, 0.0), (3.0, 33.0), (8.0, 71.0)] {
            cases.push(StartsCase {
                kind,
                length_to_width,
                heading_deg,
                cells: 80,
            });
        }
    }
    Family::of("starts", &cases, |case| run(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [StartsCase; 1] = [StartsCase {
    kind: Kind::Line,
    length_to_width: 2.0,
    heading_deg: 17.0,
    cells: 50,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fire_from_a_line_or_an_area_is_its_minkowski_sum_with_the_ellipse() {
        for kind in Kind::ALL {
            let outcome = run(
                &StartsCase {
                    kind,
                    length_to_width: 2.0,
                    heading_deg: 120.0,
                    cells: 60,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }

    #[test]
    fn the_closed_form_of_a_convex_start_is_what_cells_count() {
        let exact = Exact::of(&flat(2.0, 30.0));
        for kind in [Kind::Line, Kind::Polygon] {
            let places: Vec<Point> = kind
                .places()
                .iter()
                .map(|&(x, y)| Point::new(x * CELL_M, y * CELL_M))
                .collect();
            let n = places.len();
            let grid = grid_over(
                places.iter().flat_map(|&p| around(p, &exact, 800.0)),
                CELL_M,
            );
            let counted = area_within(&grid, 800.0, |p| {
                if kind.is_area() && polygon_contains(&places, p) {
                    return 0.0;
                }
                (0..n)
                    .map(|i| exact.after_segment(places[i], places[(i + 1) % n], p))
                    .fold(f64::INFINITY, f64::min)
            });
            let closed = convex_area(kind, &places, &exact, 800.0).unwrap();
            assert!((closed / counted - 1.0).abs() < 2e-3, "{closed} {counted}");
        }
    }
}
