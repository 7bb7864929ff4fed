//! Fires that run together: on uniform fuel each place burns when the first of them would get there
//! alone.

use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::exact::Exact;
use super::grounds::draws;
use super::measure::{
    BEYOND, CELL_M, HEAD_M_S, area_within, around, arrival_error, flat, grid_over,
};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Start};

/// Largest error of the burnt area and mean error of arrival, percent.
pub const LIMIT_PCT: f64 = 1.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MergingCase {
    /// Number of fires.
    pub fires: u32,
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Direction of the head, degrees clockwise from north.
    pub heading_deg: f64,
    /// Head run of the first fire, cells.
    pub cells: u32,
    /// Seed of the places and times of the starts.
    pub seed: u64,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MergingResult {
    /// The case.
    #[serde(flatten)]
    pub case: MergingCase,
    /// Burnt area, m2.
    pub area_m2: f64,
    /// Area of the union of the ellipses, m2.
    pub area_expected_m2: f64,
    /// Error of the area, percent.
    pub area_error_pct: f64,
    /// Mean exact arrival, s.
    pub arrival_expected_s: f64,
    /// Mean arrival of the front, s.
    pub arrival_s: f64,
    /// Sum of the absolute errors of arrival over the sum of the arrivals, percent.
    pub arrival_error_pct: f64,
    /// Rings of the perimeter at the end.
    pub rings: usize,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
}

/// Runs a case.
pub fn run(case: &MergingCase, physics: Physics) -> Outcome<MergingResult> {
    let mut draw = draws(case.seed, "merging", u64::from(case.fires));
    let asked = flat(case.length_to_width, case.heading_deg);
    let exact = Exact::of(&asked);
    let end = f64::from(case.cells) * CELL_M / HEAD_M_S;
    // About the middle of the first fire, so that they meet; each later by up to a third.
    let middle = exact.head();
    let starts: Vec<(Point, f64)> = (0..case.fires)
        .map(|k| {
            let (x, y) = (draw() - 0.5, draw() - 0.5);
            let (ahead, aside) = (0.25 * x + 0.25, y / case.length_to_width);
            let p = if k == 0 {
                Point::new(x * CELL_M, y * CELL_M)
            } else {
                Point::new(
                    end * (ahead * middle.0 + aside * middle.1),
                    end * (ahead * middle.1 - aside * middle.0),
                )
            };
            (p, end * f64::from(k) / (3.0 * f64::from(case.fires)))
        })
        .collect();
    let boxes = starts
        .iter()
        .flat_map(|&(p, t)| around(p, &exact, end * BEYOND - t));
    let grid = grid_over(boxes, CELL_M);
    let mut front = Front::new(Plain(physics.of(asked)), grid, Barriers::new(grid));
    for &(p, t) in &starts {
        front.ignite(&Start::Point(p), t);
    }
    front.advance_to(end * BEYOND);
    let answer = |p: Point| {
        starts
            .iter()
            .map(|&(s, t)| t + exact.between(s, p))
            .fold(f64::INFINITY, f64::min)
    };
    let (arrival_error_pct, (arrival_expected_s, arrival_s)) = arrival_error(&front, end, answer);
    let area_m2 = front.area_at_m2(end);
    let area_expected_m2 = area_within(&grid, end, answer);
    let named = |key: &str| {
        Message::new(key)
            .with("fires", f64::from(case.fires))
            .with("lw", case.length_to_width)
            .with("heading", case.heading_deg)
    };
    let rings = front.perimeter_at(end);
    let mut plot = Plot::map(&named("verify-plot-merging"));
    for &(p, t) in &starts {
        let outline = super::exact::sum_outline(p, &[(exact, end - t)], 360);
        plot = plot.with_exact("verify-curve-alone", closed(&outline));
    }
    for ring in &rings {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named("verify-case-merging-area"),
                "verify-source-merging",
                (area_expected_m2, area_m2),
                LIMIT_PCT,
            ),
            Verdict::of_error(
                named("verify-case-merging-arrival"),
                "verify-source-merging",
                (arrival_expected_s, arrival_s),
                arrival_error_pct,
                LIMIT_PCT,
            ),
            Verdict::of_none(
                named("verify-case-merging-order"),
                "verify-source-causal",
                front.out_of_order(),
                front.burnt_cells(),
            ),
        ],
        plot,
        result: MergingResult {
            case: *case,
            area_m2,
            area_expected_m2,
            area_error_pct: 100.0 * (area_m2 / area_expected_m2 - 1.0),
            arrival_expected_s,
            arrival_s,
            arrival_error_pct,
            rings: rings.len(),
            out_of_order: front.out_of_order(),
        },
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for (fires, length_to_width, heading_deg) in [
        (2, 1.0, 0.0),
        (2, 3.0, 45.0),
        (3, 2.0, 17.0),
        (5, 4.0, 71.0),
        (3, 8.0, 33.0),
    ] {
        cases.push(MergingCase {
            fires,
            length_to_width,
            heading_deg,
            cells: 200,
            seed: 1,
        });
    }
    Family::of("merging", &cases, |case| run(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [MergingCase; 1] = [MergingCase {
    fires: 3,
    length_to_width: 2.0,
    heading_deg: 17.0,
    cells: 80,
    seed: 1,
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_that_meet_burn_each_place_when_the_first_of_them_gets_there() {
        for fires in [2, 4] {
            let outcome = run(
                &MergingCase {
                    fires,
                    length_to_width: 2.5,
                    heading_deg: 200.0,
                    cells: 90,
                    seed: 4,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }
}
