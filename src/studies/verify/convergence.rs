//! One free-burning fire on grids of 5, 10, 20 and 30 m: same landscape, same weather, same area.
//!
//! The landscape (hills, four fuels in patches) is a function of place, and every cell size divides
//! its patches, so all grids see the same ground. Area is measured inside the interpolated perimeter.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grounds::{Patchy, draws};
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Grid, Point};
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Start};

/// Largest difference of the area from that on the finest grid, percent.
pub const LIMIT_PCT: f64 = 3.0;
/// Sides of a cell, metres, finest first.
pub const CELLS_M: [f64; 4] = [5.0, 10.0, 20.0, 30.0];
/// Side of a patch of fuel in the suite, metres: two cells of the coarsest grid, three of the next.
pub const PATCH_M: f64 = 60.0;
/// Half the side of the map, metres: a multiple of every cell.
const HALF_M: f64 = 6000.0;
/// Between changes of weather, seconds.
const HOUR_S: f64 = 3600.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConvergenceCase {
    /// Size of the fire on the coarsest grid, cells; 500 or more.
    pub coarsest_cells: u32,
    /// Wind at flame height, m/s.
    pub wind_m_s: f64,
    /// Whether the hills bear one fuel instead of four.
    pub one_fuel: bool,
    /// Side of a patch of fuel, metres: 60 or a multiple, so that every grid sees the same landscape.
    pub patch_m: f64,
    /// Seed of the landscape, the start and the turning wind.
    pub seed: u64,
}

/// One grid's fire.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OnGrid {
    /// Side of a cell, m.
    pub cell_m: f64,
    /// Burnt area, m2.
    pub area_m2: f64,
    /// Difference from the finest grid, percent.
    pub error_pct: f64,
    /// Cells burnt.
    pub burnt_cells: u64,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConvergenceResult {
    /// The case.
    #[serde(flatten)]
    pub case: ConvergenceCase,
    /// How long the fire burnt, seconds.
    pub time_s: f64,
    /// On each grid, finest first.
    pub grids: Vec<OnGrid>,
    /// Greatest less least area, percent of the finest grid's.
    pub spread_pct: f64,
}

/// The wind of each hour: the way it blows, degrees, and m/s.
fn winds(case: &ConvergenceCase) -> impl FnMut() -> (f64, f64) + use<> {
    let mut draw = draws(case.seed, "convergence", 0);
    let mut toward = 360.0 * draw();
    let speed = case.wind_m_s;
    move || {
        toward += 90.0 * (draw() - 0.5);
        (toward.rem_euclid(360.0), speed * (0.7 + 0.6 * draw()))
    }
}

fn lit(case: &ConvergenceCase, cell: f64, wind: (f64, f64), physics: Physics) -> Front<Patchy> {
    let cells = (2.0 * HALF_M / cell) as usize;
    let grid = Grid {
        cols: cells,
        rows: cells,
        cell,
        west: -HALF_M,
        north: HALF_M,
    };
    let source = Patchy {
        grid,
        seed: case.seed,
        one_fuel: case.one_fuel,
        patch_m: case.patch_m,
        wind,
        physics,
    };
    let mut front = Front::new(source, grid, Barriers::new(grid));
    front.ignite(&Start::Point(Point::new(13.7, -21.9)), 0.0);
    front
}

/// Burns until `until` seconds, the wind turning every hour, then a little on in the last wind.
fn burn(case: &ConvergenceCase, cell: f64, until: f64, physics: Physics) -> Front<Patchy> {
    let mut wind = winds(case);
    let mut front = lit(case, cell, wind(), physics);
    let mut hour = 1.0;
    while hour * HOUR_S < until {
        let next = wind();
        front.change_weather(hour * HOUR_S, |source| source.wind = next);
        hour += 1.0;
    }
    front.advance_to(until + 600.0);
    front
}

/// Seconds, whole steps of ten minutes, until the fire has its size on the coarsest grid.
fn time_to_size(case: &ConvergenceCase, physics: Physics) -> f64 {
    const STEP_S: f64 = 600.0;
    let mut wind = winds(case);
    let mut front = lit(case, CELLS_M[3], wind(), physics);
    let mut steps: f64 = 0.0;
    // A fire that does not spread must not run for ever: two days.
    while front.burnt_cells() < u64::from(case.coarsest_cells) && steps < 288.0 {
        steps += 1.0;
        if steps % 6.0 == 0.0 {
            let next = wind();
            front.change_weather(steps * STEP_S, |source| source.wind = next);
        } else {
            front.advance_to(steps * STEP_S);
        }
    }
    steps * STEP_S
}

/// Runs a case.
pub fn run(case: &ConvergenceCase, physics: Physics) -> Outcome<ConvergenceResult> {
    let time_s = time_to_size(case, physics);
    let fires: Vec<OnGrid> = CELLS_M
        .par_iter()
        .map(|&cell_m| {
            let front = burn(case, cell_m, time_s, physics);
            let burnt = front.burnt_iter().filter(|b| b.2.arrival_s <= time_s);
            OnGrid {
                cell_m,
                area_m2: front.area_at_m2(time_s),
                error_pct: 0.0,
                burnt_cells: burnt.count() as u64,
                out_of_order: front.out_of_order(),
            }
        })
        .collect();
    let finest = fires[0].area_m2;
    let grids: Vec<OnGrid> = fires
        .into_iter()
        .map(|on| OnGrid {
            error_pct: 100.0 * (on.area_m2 / finest - 1.0),
            ..on
        })
        .collect();
    let errors = || grids.iter().map(|g| g.error_pct);
    let spread_pct =
        errors().fold(f64::NEG_INFINITY, f64::max) - errors().fold(f64::INFINITY, f64::min);
    let named = |key: &str, cell: f64| {
        Message::new(key)
            .with("cell", cell)
            .with("finest", CELLS_M[0])
            .with("wind", case.wind_m_s)
            .with("fuels", if case.one_fuel { 1.0 } else { 4.0 })
            .with("seed", case.seed as f64)
    };
    let plot = {
        let mut chart = Plot::chart(
            &named("verify-plot-convergence", CELLS_M[0]),
            "verify-axis-cell",
            "verify-axis-error",
        )
        .with_exact("verify-curve-finest", CELLS_M.map(|c| (c, 0.0)).to_vec());
        let points = grids.iter().map(|g| (g.cell_m, g.error_pct)).collect();
        chart.add(named("verify-curve-landscape", CELLS_M[0]), points, false);
        chart
    };
    let mut verdicts: Vec<Verdict> = grids[1..]
        .iter()
        .map(|on| {
            Verdict::of_value(
                named("verify-case-convergence", on.cell_m),
                "verify-source-convergence",
                (finest, on.area_m2),
                LIMIT_PCT,
            )
        })
        .collect();
    verdicts.push(Verdict::of_none(
        named("verify-case-convergence-order", CELLS_M[0]),
        "verify-source-causal",
        grids.iter().map(|g| g.out_of_order).sum(),
        grids.iter().map(|g| g.burnt_cells).sum(),
    ));
    Outcome {
        verdicts,
        plot,
        result: ConvergenceResult {
            case: *case,
            time_s,
            grids,
            spread_pct,
        },
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for seed in 1..=3 {
        for one_fuel in [true, false] {
            for wind_m_s in [1.0, 3.0] {
                cases.push(ConvergenceCase {
                    coarsest_cells: 600,
                    wind_m_s,
                    one_fuel,
                    patch_m: PATCH_M,
                    seed,
                });
            }
        }
    }
    Family::of("convergence", &cases, |case| run(case, physics))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fire_has_one_area_on_every_grid() {
        let outcome = run(
            &ConvergenceCase {
                coarsest_cells: 500,
                wind_m_s: 2.0,
                one_fuel: false,
                patch_m: PATCH_M,
                seed: 9,
            },
            Physics::AS_BUILT,
        );
        assert!(outcome.result.grids[3].burnt_cells >= 500);
        assert!(outcome.passed(), "{:?}", outcome.result);
    }
}
