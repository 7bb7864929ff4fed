//! A wind that turns: on uniform fuel the fire is the Minkowski sum of the ellipses of the periods.
//!
//! Every place burns on in every later period as from a start of its own (Richards 1990; Huygens'
//! principle), and the union of equal ellipses about all points of a set is their Minkowski sum.

use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::exact::{Exact, sum_outline};
use super::grounds::draws;
use super::measure::{CELL_M, HEAD_M_S, flat, grid_over};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Point, polygon_area};
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Start};

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChangingWindCase {
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Head run between two changes, cells.
    pub cells_per_change: u32,
    /// Changes of direction.
    pub changes: u32,
    /// How far the wind turns each time, degrees; any direction when none.
    pub turn_deg: Option<f64>,
    /// Seed of the first direction, the directions and the place of the start in its cell.
    pub seed: u64,
}

impl ChangingWindCase {
    /// Largest error of the area, percent: what the front is judged by.
    pub fn limit_pct(&self) -> f64 {
        if self.length_to_width > 4.0 { 3.0 } else { 2.0 }
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangingWindResult {
    /// The case.
    #[serde(flatten)]
    pub case: ChangingWindCase,
    /// Direction of the head in each period, degrees clockwise from north.
    pub headings_deg: Vec<f64>,
    /// Burnt area inside the interpolated perimeter at the end, m2.
    pub area_m2: f64,
    /// Area of the Minkowski sum, m2.
    pub area_expected_m2: f64,
    /// Error of the area, percent.
    pub area_error_pct: f64,
    /// Largest error, percent.
    pub limit_pct: f64,
    /// Cells burnt.
    pub burnt_cells: u64,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
}

/// Runs a case.
pub fn run(case: &ChangingWindCase, physics: Physics) -> Outcome<ChangingWindResult> {
    let mut draw = draws(case.seed, "changing-wind", 0);
    let start = Point::new((draw() - 0.5) * CELL_M, (draw() - 0.5) * CELL_M);
    let first = 360.0 * draw();
    let headings_deg: Vec<f64> = (0..=case.changes)
        .map(|k| match case.turn_deg {
            Some(turn) => (first + turn * f64::from(k)).rem_euclid(360.0),
            None if k == 0 => first,
            None => 360.0 * draw(),
        })
        .collect();
    let period = f64::from(case.cells_per_change) * CELL_M / HEAD_M_S;
    let fires = headings_deg.iter().map(|&h| flat(case.length_to_width, h));
    let parts: Vec<(Exact, f64)> = fires.map(|e| (Exact::of(&e), period)).collect();
    let outline = sum_outline(start, &parts, 20_000);
    // Burnt on for half a period, at most 40 cells of head run, so that the line can be interpolated.
    let beyond = 0.5 * period.min(40.0 * CELL_M / HEAD_M_S);
    let head = beyond * HEAD_M_S / CELL_M;
    let grid = grid_over(
        outline.iter().flat_map(|p| {
            [-1.0, 1.0].map(|s| Point::new(p.x + s * head * CELL_M, p.y + s * head * CELL_M))
        }),
        CELL_M,
    );
    let ellipse = |heading| physics.of(flat(case.length_to_width, heading));
    let mut front = Front::new(Plain(ellipse(first)), grid, Barriers::new(grid));
    front.ignite(&Start::Point(start), 0.0);
    for (k, &heading) in headings_deg.iter().enumerate().skip(1) {
        front.change_weather(k as f64 * period, |source| {
            *source = Plain(ellipse(heading));
        });
    }
    let end = headings_deg.len() as f64 * period;
    front.advance_to(end);
    let burnt_cells = front.burnt_cells();
    front.advance_to(end + beyond);
    let area_m2 = front.area_at_m2(end);
    let area_expected_m2 = polygon_area(&outline);
    let result = ChangingWindResult {
        case: *case,
        headings_deg,
        area_m2,
        area_expected_m2,
        area_error_pct: 100.0 * (area_m2 / area_expected_m2 - 1.0),
        limit_pct: case.limit_pct(),
        burnt_cells,
        out_of_order: front.out_of_order(),
    };
    let named = |key: &str| {
        let message = Message::new(key)
            .with("lw", case.length_to_width)
            .with("cells", f64::from(case.cells_per_change))
            .with("changes", f64::from(case.changes))
            .with("seed", case.seed as f64);
        message.with("turn", case.turn_deg.unwrap_or(f64::NAN))
    };
    let area_key = if case.turn_deg.is_some() {
        "verify-case-wind-turn"
    } else {
        "verify-case-wind-area"
    };
    let mut plot =
        Plot::map(&named("verify-plot-wind")).with_exact("verify-curve-exact", closed(&outline));
    for ring in front.perimeter_at(end) {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named(area_key),
                "verify-source-minkowski",
                (area_expected_m2, area_m2),
                result.limit_pct,
            ),
            Verdict::of_none(
                named("verify-case-wind-order"),
                "verify-source-causal",
                result.out_of_order,
                burnt_cells,
            ),
        ],
        plot,
        result,
    }
}

/// The suite's cases: one right-angled turn, then random directions with a short and a long run
/// between changes.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for length_to_width in [1.0, 2.0, 4.0, 8.0] {
        cases.push(ChangingWindCase {
            length_to_width,
            cells_per_change: 150,
            changes: 1,
            turn_deg: Some(90.0),
            seed: 1,
        });
        for (cells_per_change, changes, seeds) in [(8, 12, 3), (25, 8, 2)] {
            for seed in 1..=seeds {
                cases.push(ChangingWindCase {
                    length_to_width,
                    cells_per_change,
                    changes,
                    turn_deg: None,
                    seed,
                });
            }
        }
    }
    Family::of("changing-wind", &cases, |case| run(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [ChangingWindCase; 1] = [ChangingWindCase {
    length_to_width: 2.0,
    cells_per_change: 20,
    changes: 3,
    turn_deg: None,
    seed: 5,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turning_wind_makes_the_minkowski_sum_of_its_ellipses() {
        for (length_to_width, turn_deg) in [(1.5, None), (3.0, Some(90.0)), (8.0, Some(25.0))] {
            let outcome = run(
                &ChangingWindCase {
                    length_to_width,
                    cells_per_change: 20,
                    changes: 4,
                    turn_deg,
                    seed: 3,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }
}
