//! A fire from a point takes time to reach its steady rate: `R (1 - exp(-a t))`, a = 0.115 a minute
//! (McAlpine & Wakimoto 1991, *Forest Science* 37:1314-1337).
//!
//! All its distances are those of a steady fire times `1 - (1 - exp(-a t)) / (a t)`, so its area is
//! the steady one times the square of that: 27 % at 15 minutes, 52 % at 30.

use serde::{Deserialize, Serialize};

use super::exact::{Exact, sum_outline};
use super::measure::{BEYOND, HEAD_M_S, around, flat, grid_over, run_along};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Ellipse, Front, SpreadSource, Start};

/// Largest error of area and head run, percent.
pub const LIMIT_PCT: f64 = 1.0;
/// Seconds in a minute.
const MINUTE_S: f64 = 60.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AccelerationCase {
    /// Rate constant, per minute.
    pub per_min: f64,
    /// Age of the fire, minutes.
    pub minutes: f64,
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Direction of the head, degrees clockwise from north.
    pub heading_deg: f64,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AccelerationResult {
    /// The case.
    #[serde(flatten)]
    pub case: AccelerationCase,
    /// Burnt area, percent of the steady fire's.
    pub share_pct: f64,
    /// The closed form's, percent.
    pub share_expected_pct: f64,
    /// Head run, percent of the steady fire's.
    pub head_share_pct: f64,
    /// The closed form's, percent.
    pub head_share_expected_pct: f64,
}

/// A plain on which fires from a point accelerate.
#[derive(Debug, Clone)]
struct Young {
    ellipse: Ellipse,
    per_s: f64,
}

impl SpreadSource for Young {
    fn fuel(&self, _: usize, _: usize) -> u8 {
        1
    }

    fn spread(&self, _: usize, _: usize, _: u8) -> Option<Ellipse> {
        Some(self.ellipse)
    }

    fn heat_kj_m2(&self, _: u8) -> f64 {
        5000.0
    }

    fn acceleration_per_s(&self) -> f64 {
        self.per_s
    }
}

/// Share of the steady run after a time, `at` being the rate constant times it.
fn share_of_run(at: f64) -> f64 {
    1.0 + libm::expm1(-at) / at
}

/// Runs a case.
pub fn run(case: &AccelerationCase, physics: Physics) -> Outcome<AccelerationResult> {
    let asked = flat(case.length_to_width, case.heading_deg);
    let exact = Exact::of(&asked);
    let time = case.minutes * MINUTE_S;
    let share = share_of_run(case.per_min * case.minutes);
    // Cells of such a size that the head runs 200 of them.
    let cell = share * time * HEAD_M_S / 200.0;
    let start = Point::new(0.31 * cell, -0.17 * cell);
    let grid = grid_over(around(start, &exact, 1.2 * share * time), cell);
    let source = Young {
        ellipse: physics.of(asked),
        per_s: case.per_min / MINUTE_S,
    };
    let mut front = Front::new(source, grid, Barriers::new(grid));
    front.ignite(&Start::Point(start), 0.0);
    front.advance_to(BEYOND * time);
    let steady = exact.area() * time * time;
    let (hx, hy) = exact.head();
    let head = libm::hypot(hx, hy);
    let result = AccelerationResult {
        case: *case,
        share_pct: 100.0 * front.area_at_m2(time) / steady,
        share_expected_pct: 100.0 * share * share,
        head_share_pct: 100.0 * run_along(&front, time, start, (hx / head, hy / head))
            / (head * time),
        head_share_expected_pct: 100.0 * share,
    };
    let named = |key: &str| {
        Message::new(key)
            .with("minutes", case.minutes)
            .with("lw", case.length_to_width)
    };
    let mut plot = Plot::map(&named("verify-plot-acceleration"));
    for (label, run) in [("verify-curve-exact", share), ("verify-curve-steady", 1.0)] {
        let outline = sum_outline(start, &[(exact, run * time)], 360);
        plot = plot.with_exact(label, closed(&outline));
    }
    for ring in front.perimeter_at(time) {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named("verify-case-acceleration-area"),
                "verify-source-acceleration",
                (result.share_expected_pct, result.share_pct),
                LIMIT_PCT,
            ),
            Verdict::of_value(
                named("verify-case-acceleration-head"),
                "verify-source-acceleration",
                (result.head_share_expected_pct, result.head_share_pct),
                LIMIT_PCT,
            ),
        ],
        plot,
        result,
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for length_to_width in [1.0, 2.0, 4.0] {
        for minutes in [15.0, 30.0] {
            cases.push(AccelerationCase {
                per_min: 0.115,
                minutes,
                length_to_width,
                heading_deg: 33.0,
            });
        }
    }
    Family::of("acceleration", &cases, |case| run(case, physics))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_fire_has_a_quarter_of_its_steady_area_at_a_quarter_of_an_hour() {
        assert!((share_of_run(0.115 * 15.0) * share_of_run(0.115 * 15.0) - 0.27).abs() < 0.005);
        assert!((share_of_run(0.115 * 30.0) * share_of_run(0.115 * 30.0) - 0.52).abs() < 0.005);
        for minutes in [15.0, 30.0] {
            let outcome = run(
                &AccelerationCase {
                    per_min: 0.115,
                    minutes,
                    length_to_width: 2.0,
                    heading_deg: 200.0,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }
}
