//! Open water: rivers wide enough to show, reservoirs in the hills, ponds among the paddies.

use super::facts::Facts;
use super::relief::Relief;
use crate::authoring::erosion::neighbours;
use crate::authoring::noise::Noise;

/// Land that feeds a river one cell wide, and one three cells wide, square metres.
const RIVER_M2: f64 = 1.3e8;
const WIDE_RIVER_M2: f64 = 9e8;
/// How many reservoirs to fill at most, and their distance, metres.
const RESERVOIRS: usize = 16;
const RESERVOIR_SPACING_M: f64 = 5_500.0;

/// Marks the cells of open water. The reservoirs' water is laid into the relief.
pub fn water(facts: &Facts, relief: &mut Relief, seed: u64) -> Vec<bool> {
    let grid = relief.height.grid;
    let mut water = relief.xiang.clone();
    for i in 0..grid.len() {
        if relief.drained[i] >= RIVER_M2 {
            water[i] = true;
            if relief.drained[i] >= WIDE_RIVER_M2 {
                for (j, _) in neighbours(&grid, i) {
                    water[j] = true;
                }
            }
        }
    }
    reservoirs(facts, relief, &mut water, seed);
    ponds(relief, &mut water, seed);
    water
}

/// Dams across hill streams: the land above the dam and below its crest, where that makes a lake of
/// a likely size.
fn reservoirs(facts: &Facts, relief: &mut Relief, water: &mut [bool], seed: u64) {
    let grid = relief.height.grid;
    let chance = Noise::new(seed, "county dams");
    let mut sites: Vec<(u64, usize)> = (0..grid.len())
        .filter(|&i| (3e6..2.5e7).contains(&relief.drained[i]) && relief.height.data[i] > 105.0)
        .map(|i| ((chance.uniform(i as i64, 0) * 1e9) as u64, i))
        .collect();
    sites.sort_unstable();
    let mut built = Vec::new();
    for (_, dam) in sites {
        if built.len() == RESERVOIRS {
            break;
        }
        let place = grid.centre(dam % grid.cols, dam / grid.cols);
        let crowded = built
            .iter()
            .any(|p: &crate::base::geo::Point| p.distance(place) < RESERVOIR_SPACING_M);
        if crowded || !facts.inside(place) {
            continue;
        }
        let level = relief.height.data[dam] + 9.0 + 8.0 * chance.uniform(dam as i64, 1) as f32;
        let lake = flooded(relief, dam, level);
        // 12 to 110 hectares.
        if (130..1220).contains(&lake.len()) {
            for &i in &lake {
                water[i] = true;
                relief.height.data[i] = relief.height.data[i].max(level);
            }
            built.push(place);
        }
    }
}

/// Cells that drain through `dam` and lie below `level`.
fn flooded(relief: &Relief, dam: usize, level: f32) -> Vec<usize> {
    let grid = relief.height.grid;
    let mut lake = vec![dam];
    let mut next = 0;
    while next < lake.len() && lake.len() < 2000 {
        let i = lake[next];
        next += 1;
        for (j, _) in neighbours(&grid, i) {
            if relief.receiver[j] as usize == i && j != i && relief.height.data[j] < level {
                lake.push(j);
            }
        }
    }
    lake
}

/// Side of the squares in which ponds are tried, cells.
const BLOCK: usize = 20;

/// A pond of one to four cells in about every third square of 600 m where the land is low and level.
fn ponds(relief: &Relief, water: &mut [bool], seed: u64) {
    let grid = relief.height.grid;
    let chance = Noise::new(seed, "county ponds");
    for row in (0..grid.rows - 1).step_by(BLOCK) {
        for col in (0..grid.cols - 1).step_by(BLOCK) {
            let draw = |k: i64| chance.uniform((row * grid.cols + col) as i64, k);
            if draw(0) > 0.55 {
                continue;
            }
            let c = (col + (draw(1) * BLOCK as f64) as usize).min(grid.cols - 2);
            let r = (row + (draw(2) * BLOCK as f64) as usize).min(grid.rows - 2);
            let i = r * grid.cols + c;
            if !(1.5..9.0).contains(&relief.above_stream[i]) || relief.height.data[i] > 170.0 {
                continue;
            }
            let size = (1.0 + 3.9 * draw(3)) as usize;
            for j in [i, i + 1, i + grid.cols, i + grid.cols + 1]
                .into_iter()
                .take(size)
            {
                water[j] = true;
            }
        }
    }
}
