//! A fire on an even slope: the ellipse lies in the plane of the slope, the map sees it from above.
//!
//! Rates of spread are measured along the slope (Rothermel 1972); what the map shows is the
//! ellipse's projection, whose area is the ellipse's times the cosine of the slope.

use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::exact::{Exact, sum_outline};
use super::measure::{BEYOND, CELL_M, HEAD_M_S, around, direction, flat, grid_over, run_along};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Ellipse, Front, Start};

/// Largest error of area and head reach, percent.
pub const LIMIT_PCT: f64 = 1.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SlopeCase {
    /// Steepness, degrees, 0 to 45.
    pub slope_deg: f64,
    /// The way up, degrees clockwise from north.
    pub uphill_deg: f64,
    /// Direction of the head in the plane of the slope, degrees clockwise from north.
    pub heading_deg: f64,
    /// Length-to-width ratio in that plane, 1 to 8.
    pub length_to_width: f64,
    /// Head run along the slope, cells.
    pub cells: u32,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SlopeResult {
    /// The case.
    #[serde(flatten)]
    pub case: SlopeCase,
    /// Burnt area on the map, m2.
    pub area_m2: f64,
    /// Area of the projected ellipse, m2.
    pub area_expected_m2: f64,
    /// Error of the area, percent.
    pub area_error_pct: f64,
    /// Run of the head on the map, m.
    pub head_m: f64,
    /// Run of the ellipse's head on the map, m.
    pub head_expected_m: f64,
    /// Error of the head run, percent.
    pub head_error_pct: f64,
    /// Cells burnt.
    pub burnt_cells: u64,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
}

/// Runs a case.
pub fn run(case: &SlopeCase, physics: Physics) -> Outcome<SlopeResult> {
    let up = direction(case.uphill_deg);
    let rise = libm::tan(case.slope_deg.to_radians());
    let asked = Ellipse {
        gradient: (rise * up.0, rise * up.1),
        ..flat(case.length_to_width, case.heading_deg)
    };
    let exact = Exact::of(&asked);
    let start = Point::new(0.31 * CELL_M, -0.17 * CELL_M);
    let time = f64::from(case.cells) * CELL_M / HEAD_M_S;
    let grid = grid_over(around(start, &exact, time * BEYOND), CELL_M);
    let mut front = Front::new(Plain(physics.of(asked)), grid, Barriers::new(grid));
    front.ignite(&Start::Point(start), 0.0);
    front.advance_to(time);
    let burnt_cells = front.burnt_cells();
    front.advance_to(time * BEYOND);
    let area_m2 = front.area_at_m2(time);
    let area_expected_m2 = exact.area() * time * time;
    let (hx, hy) = exact.head();
    let run = libm::hypot(hx, hy);
    let head_m = run_along(&front, time, start, (hx / run, hy / run));
    let head_expected_m = run * time;
    let result = SlopeResult {
        case: *case,
        area_m2,
        area_expected_m2,
        area_error_pct: 100.0 * (area_m2 / area_expected_m2 - 1.0),
        head_m,
        head_expected_m,
        head_error_pct: 100.0 * (head_m / head_expected_m - 1.0),
        burnt_cells,
        out_of_order: front.out_of_order(),
    };
    let named = |key: &str| {
        Message::new(key)
            .with("slope", case.slope_deg)
            .with("uphill", case.uphill_deg)
            .with("heading", case.heading_deg)
            .with("lw", case.length_to_width)
    };
    let mut plot = Plot::map(&named("verify-plot-slope")).with_exact(
        "verify-curve-exact",
        closed(&sum_outline(start, &[(exact, time)], 720)),
    );
    for ring in front.perimeter_at(time) {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named("verify-case-slope-area"),
                "verify-source-slope",
                (area_expected_m2, area_m2),
                LIMIT_PCT,
            ),
            Verdict::of_value(
                named("verify-case-slope-head"),
                "verify-source-slope",
                (head_expected_m, head_m),
                LIMIT_PCT,
            ),
            Verdict::of_none(
                named("verify-case-slope-order"),
                "verify-source-causal",
                result.out_of_order,
                burnt_cells,
            ),
        ],
        plot,
        result,
    }
}

/// The suite's cases: slopes to 45 degrees, the head up, across and askew.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for length_to_width in [1.0, 2.0, 4.0, 8.0] {
        for slope_deg in [15.0, 30.0, 45.0] {
            for (uphill_deg, heading_deg) in [(20.0, 20.0), (110.0, 20.0), (340.0, 25.0)] {
                cases.push(SlopeCase {
                    slope_deg,
                    uphill_deg,
                    heading_deg,
                    length_to_width,
                    cells: 200,
                });
            }
        }
    }
    Family::of("slope", &cases, |case| run(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [SlopeCase; 1] = [SlopeCase {
    slope_deg: 30.0,
    uphill_deg: 340.0,
    heading_deg: 25.0,
    length_to_width: 2.0,
    cells: 100,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_sees_the_ellipse_of_a_steep_slope_foreshortened() {
        for slope_deg in [0.0, 25.0, 45.0] {
            let outcome = run(
                &SlopeCase {
                    slope_deg,
                    uphill_deg: 70.0,
                    heading_deg: 40.0,
                    length_to_width: 2.5,
                    cells: 100,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }
}
