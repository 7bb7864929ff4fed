//! A fire on a uniform plain is an ellipse with the ignition at its rear focus (Richards 1990,
//! *Int. J. Numer. Methods Eng.* 30:1163-1179; Anderson 1983).

use serde::{Deserialize, Serialize};

use super::exact::{Exact, sum_outline};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Grid, Point};
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Crown, Ellipse, Front, SpreadSource, Start};

/// Side of a cell of the case, metres.
const CELL_M: f64 = 10.0;
/// Head rate of spread of the case, m/s.
const HEAD_M_S: f64 = 0.5;
/// The grid reaches this much beyond the ellipse, and so does the burn that is written out.
const MARGIN: f64 = 1.06;

/// Largest error of area and head run, percent.
pub const LIMIT_PCT: f64 = 1.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EllipseCase {
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Direction of the head, degrees clockwise from north.
    pub heading_deg: f64,
    /// Head run, cells, 20 or more.
    pub cells: u32,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EllipseResult {
    /// The case.
    #[serde(flatten)]
    pub case: EllipseCase,
    /// Time burnt, seconds.
    pub time_s: f64,
    /// Burnt area inside the interpolated perimeter, m2.
    pub area_m2: f64,
    /// Area of the ellipse, m2.
    pub area_expected_m2: f64,
    /// Error of the area, percent.
    pub area_error_pct: f64,
    /// Farthest run along the heading, m.
    pub head_m: f64,
    /// Head run of the ellipse, m.
    pub head_expected_m: f64,
    /// Error of the head run, percent.
    pub head_error_pct: f64,
    /// Cells burnt.
    pub burnt_cells: u64,
    /// Cells that were accepted out of order of time; 0 for a causal front.
    pub out_of_order: u64,
}

/// A plain on which every cell spreads alike.
#[derive(Debug, Clone)]
pub struct Plain(pub Ellipse);

impl SpreadSource for Plain {
    fn fuel(&self, _: usize, _: usize) -> u8 {
        1
    }

    fn spread(&self, _: usize, _: usize, _: u8) -> Option<Ellipse> {
        Some(self.0)
    }

    fn heat_kj_m2(&self, _: u8) -> f64 {
        self.0.heat_kj_m2
    }

    fn acceleration_per_s(&self) -> f64 {
        0.0
    }
}

/// A case set alight and not yet burnt.
#[derive(Debug, Clone)]
pub struct Alight {
    /// The front at time 0.
    pub front: Front<Plain>,
    /// Where it was lit.
    pub ignition: Point,
    /// When its head has run the case's length, seconds.
    pub time_s: f64,
    /// The ellipse that the case asks for.
    pub asked: Ellipse,
}

/// Lights a case: everything before the front moves.
pub fn light(case: &EllipseCase) -> Alight {
    light_under(case, Physics::AS_BUILT)
}

fn light_under(case: &EllipseCase, physics: Physics) -> Alight {
    let l = case.length_to_width;
    let angle = case.heading_deg.to_radians();
    let heading = (libm::sin(angle), libm::cos(angle));
    let ellipse = Ellipse {
        head_m_s: HEAD_M_S,
        length_to_width: l,
        heading,
        gradient: (0.0, 0.0),
        heat_kj_m2: 5000.0,
        crown: Crown::Surface,
    };
    let e = ellipse.eccentricity();
    let head = f64::from(case.cells) * CELL_M;
    let a = head / (1.0 + e);
    let b = a / l;
    // Half extents of the ellipse about its centre, which lies c = a e ahead of the ignition.
    let half = |n: f64, t: f64| libm::hypot(a * n, b * t) * MARGIN + 10.0 * CELL_M;
    let (half_x, half_y) = (half(heading.0, heading.1), half(heading.1, heading.0));
    let cells = |h: f64| 2 * libm::ceil(h / CELL_M) as usize;
    let (cols, rows) = (cells(half_x), cells(half_y));
    let grid = Grid {
        cols,
        rows,
        cell: CELL_M,
        west: 0.0,
        north: rows as f64 * CELL_M,
    };
    // Off the cell's centre, as a real fire is.
    let middle = grid.centre(cols / 2, rows / 2);
    let ignition = Point::new(
        middle.x - a * e * heading.0 + 0.31 * CELL_M,
        middle.y - a * e * heading.1 - 0.17 * CELL_M,
    );
    let time_s = head / HEAD_M_S;
    let mut front = Front::new(Plain(physics.of(ellipse)), grid, Barriers::new(grid));
    front.ignite(&Start::Point(ignition), 0.0);
    Alight {
        front,
        ignition,
        time_s,
        asked: ellipse,
    }
}

/// Runs the case; gives the result, the front burnt a little further, and the ignition point.
pub fn run(case: &EllipseCase) -> (EllipseResult, Front<Plain>, Point) {
    burn(case, light(case))
}

fn burn(case: &EllipseCase, alight: Alight) -> (EllipseResult, Front<Plain>, Point) {
    let Alight {
        mut front,
        ignition,
        time_s,
        asked: ellipse,
    } = alight;
    let heading = ellipse.heading;
    let head = f64::from(case.cells) * CELL_M;
    let a = head / (1.0 + ellipse.eccentricity());
    let b = a / case.length_to_width;
    front.advance_to(time_s);
    let burnt_cells = front.burnt_cells();
    front.advance_to(time_s * MARGIN);
    let area_m2 = front.area_at_m2(time_s);
    let head_m = front
        .perimeter_at(time_s)
        .iter()
        .flat_map(crate::fire::front::Ring::points)
        .map(|p| (p.x - ignition.x) * heading.0 + (p.y - ignition.y) * heading.1)
        .fold(0.0, f64::max);
    let area_expected_m2 = std::f64::consts::PI * a * b;
    let result = EllipseResult {
        case: *case,
        time_s,
        area_m2,
        area_expected_m2,
        area_error_pct: 100.0 * (area_m2 / area_expected_m2 - 1.0),
        head_m,
        head_expected_m: head,
        head_error_pct: 100.0 * (head_m / head - 1.0),
        burnt_cells,
        out_of_order: front.out_of_order(),
    };
    (result, front, ignition)
}

impl EllipseResult {
    /// The result against the ellipse.
    pub fn verdicts(&self) -> Vec<Verdict> {
        const SOURCE: &str = "verify-source-ellipse";
        let named = |key: &str| {
            Message::new(key)
                .with("lw", self.case.length_to_width)
                .with("heading", self.case.heading_deg)
        };
        vec![
            Verdict::of_value(
                named("verify-case-ellipse-area"),
                SOURCE,
                (self.area_expected_m2, self.area_m2),
                LIMIT_PCT,
            ),
            Verdict::of_value(
                named("verify-case-ellipse-head"),
                SOURCE,
                (self.head_expected_m, self.head_m),
                LIMIT_PCT,
            ),
            Verdict::of_none(
                named("verify-case-ellipse-order"),
                "verify-source-causal",
                self.out_of_order,
                self.burnt_cells,
            ),
        ]
    }
}

/// Runs a case for the suite.
pub fn outcome(case: &EllipseCase, physics: Physics) -> Outcome<EllipseResult> {
    let alight = light_under(case, physics);
    let exact = Exact::of(&alight.asked);
    let (result, front, ignition) = burn(case, alight);
    let title = Message::new("verify-plot-ellipse")
        .with("lw", case.length_to_width)
        .with("heading", case.heading_deg);
    let mut plot = Plot::map(&title).with_exact(
        "verify-curve-exact",
        closed(&sum_outline(ignition, &[(exact, result.time_s)], 720)),
    );
    for ring in front.perimeter_at(result.time_s) {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: result.verdicts(),
        plot,
        result,
    }
}

/// The suite's cases: shapes 1 to 8 over headings in odd steps.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for length_to_width in [1.0, 2.0, 3.0, 4.0, 6.0, 8.0] {
        for heading_deg in [0.0, 9.0, 17.0, 33.0, 45.0] {
            cases.push(EllipseCase {
                length_to_width,
                heading_deg,
                cells: 300,
            });
        }
    }
    Family::of("ellipse", &cases, |case| outcome(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [EllipseCase; 1] = [EllipseCase {
    length_to_width: 3.0,
    heading_deg: 33.0,
    cells: 100,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fire_on_a_plain_is_the_ellipse_whatever_its_shape_and_heading() {
        for length_to_width in [1.0, 1.37, 2.0, 3.3, 4.0, 6.2, 8.0] {
            for heading_deg in [0.0, 17.0, 45.0, 123.0, 291.7] {
                let (r, _, _) = run(&EllipseCase {
                    length_to_width,
                    heading_deg,
                    cells: 150,
                });
                println!(
                    "{length_to_width} {heading_deg}: area {:.2} head {:.2} ooo {}",
                    r.area_error_pct, r.head_error_pct, r.out_of_order
                );
                assert!(r.area_error_pct.abs() < 1.0, "{r:?}");
                assert!(r.head_error_pct.abs() < 1.0, "{r:?}");
                assert_eq!(r.out_of_order, 0);
            }
        }
    }
}
