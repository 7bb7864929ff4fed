//! Fires of a few dozen cells: what initial attack meets. The start lies anywhere in its cell.
//!
//! Judged are the cells burnt, whose mean over many starts has no error of drawing, and the area
//! inside the interpolated perimeter of each fire. Arrivals that are exact for only 3 cells about
//! the start leave a fire of length-to-width 8 13 +- 10 % short.

use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::exact::{Exact, sum_outline};
use super::grounds::draws;
use super::measure::{BEYOND, CELL_M, around, flat, grid_over};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Start};

/// Largest mean error of the cells burnt, percent.
pub const MEAN_LIMIT_PCT: f64 = 1.0;
/// Largest error of one fire's area inside the perimeter, root of the mean square, percent.
pub const AREA_LIMIT_PCT: f64 = 4.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SmallFireCase {
    /// Length-to-width ratio, 1 to 8.
    pub length_to_width: f64,
    /// Size of the fires, cells.
    pub area_cells: f64,
    /// Number of fires, each with its own start and heading.
    pub fires: u32,
    /// Seed of the starts and headings.
    pub seed: u64,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SmallFireResult {
    /// The case.
    #[serde(flatten)]
    pub case: SmallFireCase,
    /// Area of the ellipse, m2.
    pub area_expected_m2: f64,
    /// Mean area of the fires inside the perimeter, m2.
    pub area_m2: f64,
    /// Mean error of that area, percent.
    pub mean_error_pct: f64,
    /// Root of the mean square of its error, percent.
    pub rms_error_pct: f64,
    /// Mean number of cells burnt.
    pub burnt_cells: f64,
    /// Error of that mean, percent.
    pub cells_error_pct: f64,
    /// Largest error of one fire, percent.
    pub worst_error_pct: f64,
}

/// Runs a case.
pub fn run(case: &SmallFireCase, physics: Physics) -> Outcome<SmallFireResult> {
    let mut draw = draws(
        case.seed,
        "small-fire",
        libm::round(case.length_to_width * 100.0) as u64,
    );
    let named = |key: &str| {
        Message::new(key)
            .with("lw", case.length_to_width)
            .with("cells", case.area_cells)
            .with("fires", f64::from(case.fires))
    };
    let mut plot = Plot::map(&named("verify-plot-small"));
    let mut errors = Vec::new();
    let mut burnt = 0_u64;
    let area_expected_m2 = case.area_cells * CELL_M * CELL_M;
    for k in 0..case.fires {
        let start = Point::new((draw() - 0.5) * CELL_M, (draw() - 0.5) * CELL_M);
        let asked = flat(case.length_to_width, 360.0 * draw());
        let exact = Exact::of(&asked);
        let time = (area_expected_m2 / exact.area()).sqrt();
        let grid = grid_over(around(start, &exact, time * BEYOND), CELL_M);
        let mut front = Front::new(Plain(physics.of(asked)), grid, Barriers::new(grid));
        front.ignite(&Start::Point(start), 0.0);
        // Burnt on by two cells of head run: of so small a fire 6 % would not cross one cell.
        front.advance_to(time + 2.0 * CELL_M / asked.head_m_s);
        burnt += front.burnt_iter().filter(|b| b.2.arrival_s <= time).count() as u64;
        errors.push(100.0 * (front.area_at_m2(time) / area_expected_m2 - 1.0));
        if k + 1 == case.fires {
            plot = plot.with_exact(
                "verify-curve-exact",
                closed(&sum_outline(start, &[(exact, time)], 360)),
            );
            for ring in front.perimeter_at(time) {
                plot = plot.with("verify-curve-front", closed(&ring.points()));
            }
        }
    }
    let n = errors.len().max(1) as f64;
    let mean = errors.iter().sum::<f64>() / n;
    let square = errors.iter().map(|e| e * e).sum::<f64>() / n;
    let burnt_cells = burnt as f64 / n;
    let result = SmallFireResult {
        case: *case,
        area_expected_m2,
        area_m2: area_expected_m2 * (1.0 + mean / 100.0),
        mean_error_pct: mean,
        rms_error_pct: square.sqrt(),
        burnt_cells,
        cells_error_pct: 100.0 * (burnt_cells / case.area_cells - 1.0),
        worst_error_pct: errors
            .iter()
            .fold(0.0, |w: f64, &e| if e.abs() > w.abs() { e } else { w }),
    };
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named("verify-case-small-cells"),
                "verify-source-ellipse",
                (case.area_cells, burnt_cells),
                MEAN_LIMIT_PCT,
            ),
            Verdict::of_error(
                named("verify-case-small-area"),
                "verify-source-ellipse",
                (area_expected_m2, result.area_m2),
                result.rms_error_pct,
                AREA_LIMIT_PCT,
            ),
        ],
        plot,
        result,
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let cases = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0].map(|length_to_width| SmallFireCase {
        length_to_width,
        area_cells: 50.0,
        fires: 200,
        seed: 1,
    });
    Family::of("small-fire", &cases, |case| run(case, physics))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_cell_fires_have_the_area_of_their_ellipse_wherever_they_start() {
        for length_to_width in [1.0, 4.0, 8.0] {
            let outcome = run(
                &SmallFireCase {
                    length_to_width,
                    area_cells: 50.0,
                    fires: 60,
                    seed: 2,
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
        }
    }
}
