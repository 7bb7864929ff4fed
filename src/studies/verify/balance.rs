//! The books of one fire: the area inside the perimeter is what the burnt cells add up to, it never
//! shrinks, and no burnt cell lies outside.

use serde::{Deserialize, Serialize};

use super::grounds::{Patchy, draws};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Grid, Point};
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Front, Ring, Start};

/// Largest difference between the area of the rings and that of the cells, percent.
pub const LIMIT_PCT: f64 = 1.0;
/// Side of a cell, metres.
const CELL_M: f64 = 10.0;
/// Cells across the map.
const ACROSS: usize = 600;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BalanceCase {
    /// Number of fires.
    pub fires: u32,
    /// Wind at flame height, m/s.
    pub wind_m_s: f64,
    /// Hours; the wind turns with each.
    pub hours: u32,
    /// Seed of the landscape, the starts and the winds.
    pub seed: u64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BalanceResult {
    /// The case.
    #[serde(flatten)]
    pub case: BalanceCase,
    /// Area inside the perimeter at the end, m2.
    pub area_m2: f64,
    /// Cells burnt times their area, m2.
    pub cells_m2: f64,
    /// Difference, percent.
    pub area_error_pct: f64,
    /// Cells burnt at the end.
    pub burnt_cells: u64,
    /// Of them outside the perimeter.
    pub cells_outside: u64,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
    /// Moments at which the area was less than before.
    pub shrank: u64,
    /// Moments looked at.
    pub moments: u64,
}

/// The rings' sides by the rows they cross, for even-odd tests of many points.
struct Inside {
    north: f64,
    rows: Vec<Vec<(Point, Point)>>,
}

impl Inside {
    fn new(grid: &Grid, rings: &[Ring]) -> Self {
        let mut rows = vec![Vec::new(); grid.rows];
        let row = |y: f64| ((grid.north - y) / grid.cell).max(0.0) as usize;
        for ring in rings {
            let points = ring.points();
            for i in 0..points.len() {
                let (a, b) = (points[i], points[(i + 1) % points.len()]);
                let last = row(a.y.min(b.y)).min(grid.rows - 1);
                for sides in &mut rows[row(a.y.max(b.y)).min(last)..=last] {
                    sides.push((a, b));
                }
            }
        }
        Self {
            north: grid.north,
            rows,
        }
    }

    fn holds(&self, grid: &Grid, p: Point) -> bool {
        let row = ((self.north - p.y) / grid.cell) as usize;
        self.rows.get(row).is_some_and(|sides| {
            sides
                .iter()
                .filter(|(a, b)| {
                    (a.y > p.y) != (b.y > p.y)
                        && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y)
                })
                .count()
                % 2
                == 1
        })
    }
}

/// Runs a case.
pub fn run(case: &BalanceCase, physics: Physics) -> Outcome<BalanceResult> {
    /// Moments an hour at which the area is measured.
    const MOMENTS: u32 = 6;
    let mut draw = draws(case.seed, "balance", 0);
    let side = ACROSS as f64 * CELL_M;
    let grid = Grid {
        cols: ACROSS,
        rows: ACROSS,
        cell: CELL_M,
        west: -side / 2.0,
        north: side / 2.0,
    };
    let mut toward = 360.0 * draw();
    let source = Patchy {
        grid,
        seed: case.seed,
        one_fuel: false,
        patch_m: 60.0,
        wind: (toward, case.wind_m_s),
        physics,
    };
    let mut front = Front::new(source, grid, Barriers::new(grid));
    for _ in 0..case.fires {
        let p = Point::new((draw() - 0.5) * 400.0, (draw() - 0.5) * 400.0);
        front.ignite(&Start::Point(p), 0.0);
    }
    let (mut shrank, mut moments, mut before) = (0, 0, 0.0);
    for moment in 1..=case.hours * MOMENTS {
        let t = f64::from(moment) * 3600.0 / f64::from(MOMENTS);
        if moment % MOMENTS == 0 && moment < case.hours * MOMENTS {
            toward += 90.0 * (draw() - 0.5);
            front.change_weather(t, |s| s.wind.0 = toward);
        } else {
            front.advance_to(t);
        }
        let area = front.area_m2();
        moments += 1;
        // A hair for the order of summation.
        shrank += u64::from(area < before * (1.0 - 1e-9));
        before = area;
    }
    let rings = front.perimeter();
    let area_m2: f64 = rings.iter().map(|r| r.area_m2).sum();
    let inside = Inside::new(&grid, &rings);
    let cells_outside = front
        .burnt_iter()
        .filter(|&(col, row, _)| !inside.holds(&grid, grid.centre(col, row)))
        .count() as u64;
    let burnt_cells = front.burnt_cells();
    let cells_m2 = burnt_cells as f64 * CELL_M * CELL_M;
    let result = BalanceResult {
        case: *case,
        area_m2,
        cells_m2,
        area_error_pct: 100.0 * (area_m2 / cells_m2 - 1.0),
        burnt_cells,
        cells_outside,
        out_of_order: front.out_of_order(),
        shrank,
        moments,
    };
    let named = |key: &str| {
        Message::new(key)
            .with("fires", f64::from(case.fires))
            .with("seed", case.seed as f64)
    };
    let mut plot = Plot::map(&named("verify-plot-balance"));
    for ring in &rings {
        plot = plot.with("verify-curve-front", closed(&ring.points()));
    }
    Outcome {
        verdicts: vec![
            Verdict::of_value(
                named("verify-case-balance-area"),
                "verify-source-balance",
                (cells_m2, area_m2),
                LIMIT_PCT,
            ),
            Verdict::of_all(
                named("verify-case-balance-inside"),
                "verify-source-balance",
                burnt_cells - cells_outside,
                burnt_cells,
            ),
            Verdict::of_none(
                named("verify-case-balance-shrank"),
                "verify-source-balance",
                shrank,
                moments,
            ),
            Verdict::of_none(
                named("verify-case-balance-order"),
                "verify-source-causal",
                result.out_of_order,
                burnt_cells,
            ),
        ],
        plot,
        result,
    }
}

/// The suite's cases.
pub fn family(physics: Physics) -> Family {
    let cases: Vec<BalanceCase> = (1..=4)
        .map(|seed| BalanceCase {
            fires: seed as u32,
            wind_m_s: 1.0 + seed as f64 / 2.0,
            hours: 4,
            seed,
        })
        .collect();
    Family::of("balance", &cases, |case| run(case, physics))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_perimeter_holds_all_that_burnt_and_never_shrinks() {
        let outcome = run(
            &BalanceCase {
                fires: 2,
                wind_m_s: 2.0,
                hours: 3,
                seed: 8,
            },
            Physics::AS_BUILT,
        );
        assert!(outcome.result.burnt_cells > 1000, "{:?}", outcome.result);
        assert!(outcome.passed(), "{:?}", outcome.result);
    }
}
