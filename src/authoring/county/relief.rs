//! Relief: hills raised where the county has them, carved by its rivers down to the Xiang, and
//! brought to the county's distribution of heights.

use super::facts::{BLOCK, CELL_M, Facts, PEAKS, RIDGES, XIANG, XIANG_Z_M, project};
use crate::authoring::AuthoringError;
use crate::authoring::erosion::{Drainage, Erosion, cut_sills, refined, soften};
use crate::authoring::noise::Noise;
use crate::base::geo::{Extent, Grid, Point, Polyline, Raster};

/// Share of the county lower than a height in metres. Stated for the real county are the least
/// height, the median, the greatest and the shares above 150, 300 and 500 m; the other points are
/// set so that the mean comes to the stated 172 m.
const HEIGHTS: [(f64, f64); 12] = [
    (0.0, 49.0),
    (0.02, 62.0),
    (0.10, 82.0),
    (0.25, 107.0),
    (0.50, 139.5),
    (0.59, 150.0),
    (0.75, 194.0),
    (0.89, 300.0),
    (0.98, 500.0),
    (0.995, 660.0),
    (0.9995, 870.0),
    (1.0, 990.0),
];
/// Land eroded with the map and cut off afterwards, in blocks.
const MARGIN_BLOCKS: usize = 20;
/// How far from a stated peak its summit is looked for, and the width of the foot that is raised
/// with it, metres.
const PEAK_SEARCH_M: f64 = 1200.0;
/// See [`PEAK_SEARCH_M`].
const PEAK_FOOT_M: f64 = 1700.0;
/// Drained land at which soil creep counts half, square metres.
const CREEP_M2: f64 = 2.5e4;
/// Least uplift over erodibility, metres: even the basin is low hills.
const LEAST_UPLIFT_M: f64 = 7.0;
/// Half the width of the Xiang, metres.
const XIANG_HALF_WIDTH_M: f64 = 240.0;
/// Land that feeds a stream, square metres.
const STREAM_M2: f64 = 3e5;
/// Heights are rounded to this, metres.
const ROUNDING_M: f64 = 0.125;

/// The finished relief.
#[derive(Debug, Clone)]
pub struct Relief {
    /// Height, metres, in steps of an eighth.
    pub height: Raster<f32>,
    /// The cell that each cell drains to.
    pub receiver: Vec<u32>,
    /// Land drained through each cell, square metres.
    pub drained: Vec<f64>,
    /// Height above the stream that each cell drains to, metres.
    pub above_stream: Vec<f32>,
    /// Cells of the Xiang.
    pub xiang: Vec<bool>,
}

/// Where the land should rise to, by the stated peaks.
struct Plan {
    ridges: Vec<(Polyline, Vec<f64>, f64)>,
    xiang: Polyline,
    peaks: Vec<(Point, f64)>,
    rough: Noise,
    hills: Noise,
}

impl Plan {
    fn new(facts: &Facts, seed: u64) -> Result<Self, AuthoringError> {
        let mut ridges = Vec::new();
        for (course, width) in RIDGES {
            let mut points = Vec::new();
            for &(lon, lat, _) in *course {
                points.push(project(&facts.crs, lon, lat)?);
            }
            ridges.push((
                Polyline::new(points),
                course.iter().map(|p| p.2).collect(),
                *width,
            ));
        }
        let mut peaks = Vec::new();
        for &(lon, lat, height) in PEAKS {
            peaks.push((project(&facts.crs, lon, lat)?, height));
        }
        let mut river = Vec::new();
        for &(lon, lat) in XIANG {
            river.push(project(&facts.crs, lon, lat)?);
        }
        Ok(Self {
            ridges,
            xiang: Polyline::new(river),
            peaks,
            rough: Noise::new(seed, "county massifs"),
            hills: Noise::new(seed, "county hills"),
        })
    }

    fn xiang_distance(&self, p: Point) -> f64 {
        // The drawn course is coarse; the river winds about it.
        let bend = |k: f64| 1500.0 * self.rough.fractal(p.x / 6500.0 - k, p.y / 6500.0 + k, 2);
        let q = Point::new(p.x + bend(90.0), p.y + bend(150.0));
        self.xiang.nearest(q).map_or(f64::INFINITY, |n| n.2)
    }

    /// Height of the valley floors: rises from the Xiang to the north-west.
    fn floor(&self, p: Point) -> f64 {
        let d = self.xiang_distance(p);
        XIANG_Z_M + 0.0016 * d.min(20_000.0) + 0.0011 * (d - 20_000.0).max(0.0)
    }

    /// Height that the summits should reach.
    fn summits(&self, p: Point) -> f64 {
        let floor = self.floor(p);
        // Ridges wander and their feet are ragged.
        let bend = |k: f64| 1100.0 * self.rough.fractal(p.x / 5200.0 + k, p.y / 5200.0 - k, 3);
        let q = Point::new(p.x + bend(0.0), p.y + bend(40.0));
        let mut sum = 0.0;
        for (line, heights, width) in &self.ridges {
            let Some((along, _, distance)) = line.nearest(q) else {
                continue;
            };
            let crest = crest_height(line, heights, along) - floor;
            let s = distance / width;
            // The third power blends ridges without adding their heights.
            let rise = crest.max(0.0) / (1.0 + libm::pow(s, 2.6));
            sum += rise * rise * rise;
        }
        let low = 0.5 + 0.5 * self.hills.fractal(p.x / 7000.0, p.y / 7000.0, 4);
        floor + libm::cbrt(sum) + 22.0 + 55.0 * low.clamp(0.0, 1.2)
    }
}

/// Height of the crest `along` metres from the start of its course.
fn crest_height(line: &Polyline, heights: &[f64], along: f64) -> f64 {
    let mut start = 0.0;
    for (k, pair) in line.points().windows(2).enumerate() {
        let step = pair[0].distance(pair[1]);
        if along <= start + step || k + 2 == line.points().len() {
            let s = ((along - start) / step).clamp(0.0, 1.0);
            return heights[k] + s * (heights[k + 1] - heights[k]);
        }
        start += step;
    }
    heights.first().copied().unwrap_or(0.0)
}

/// A gentle bending of the land between two levels.
struct Bend {
    east: Noise,
    north: Noise,
    wave_m: f64,
}

impl Bend {
    fn new(seed: u64, factor: usize) -> Self {
        Self {
            east: Noise::new(seed, &format!("county bend east {factor}")),
            north: Noise::new(seed, &format!("county bend north {factor}")),
            wave_m: 900.0 * factor as f64,
        }
    }

    fn at(&self, p: Point) -> Point {
        let (x, y) = (p.x / self.wave_m, p.y / self.wave_m);
        // A quarter of the wave bends a course by some 45 degrees and folds nothing.
        let reach = 0.22 * self.wave_m;
        Point::new(
            p.x + reach * self.east.fractal(x, y, 2),
            p.y + reach * self.north.fractal(x, y, 2),
        )
    }
}

/// Makes the relief of a seed.
pub fn build(facts: &Facts, seed: u64) -> Result<Relief, AuthoringError> {
    let plan = Plan::new(facts, seed)?;
    let map = facts.grid;
    let wide = |factor: usize| {
        let cell = CELL_M * factor as f64;
        let margin = MARGIN_BLOCKS * BLOCK / factor;
        let offset = margin as f64 * cell;
        Grid::new(
            map.cols / factor + 2 * margin,
            map.rows / factor + 2 * margin,
            cell,
            map.west - offset,
            map.north + offset,
        )
        .map_err(|e| AuthoringError::Asset {
            asset: "hengyang/boundary.geojson",
            reason: e.to_string(),
        })
    };
    let (mut z, mut uplift) = coarse(&plan, wide(BLOCK)?, seed);
    for (factor, steps) in [(4, 14), (2, 7), (1, 4)] {
        let grid = wide(factor)?;
        let bend = Bend::new(seed, factor);
        z = refined(&z, grid, |p| bend.at(p));
        uplift = refined(&uplift, grid, |p| bend.at(p));
        let mut erosion = erosion(&plan, &mut z, seed, factor);
        roughen(&mut uplift, seed, factor);
        erosion.uplift.clone_from(&uplift.data);
        for _ in 0..steps {
            let drainage = erosion.step(&mut z, 0.3);
            soften(&mut z, &drainage, &erosion.fixed, CREEP_M2, 2);
        }
    }
    let z = cut(&z, map);
    Ok(finish(facts, &plan, z))
}

/// Rivers find their courses on blocks of 240 m, while the uplift is adjusted until the summits
/// stand as high as planned.
fn coarse(plan: &Plan, grid: Grid, seed: u64) -> (Raster<f64>, Raster<f64>) {
    let mut z = Raster::filled(grid, 0.0);
    let mut target = Raster::filled(grid, 0.0);
    let mut floor = Raster::filled(grid, 0.0);
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let p = grid.centre(col, row);
            floor.set(col, row, plan.floor(p));
            target.set(col, row, plan.summits(p));
            // Rough enough for the first courses to wind and join.
            let rough = 25.0 * plan.hills.fractal(p.x / 3000.0, p.y / 3000.0, 4);
            z.set(
                col,
                row,
                plan.floor(p) + 0.15 * (plan.summits(p) - plan.floor(p)) + rough,
            );
        }
    }
    let mut uplift = Raster::filled(grid, 0.0);
    for i in 0..grid.len() {
        uplift.data[i] = 0.12 * (target.data[i] - floor.data[i]);
    }
    let wanted = highest_within(&target, 5);
    let mut erosion = erosion(plan, &mut z, seed, BLOCK);
    for round in 0..260 {
        erosion.uplift.clone_from(&uplift.data);
        erosion.step(&mut z, 0.3);
        if round % 5 == 4 && round < 180 {
            let reached = highest_within(&z, 5);
            let lowest = lowest_within(&z, 12);
            for i in 0..grid.len() {
                // Where a river stands higher than planned, the hills beside it do too.
                let base = floor.data[i].max(lowest.data[i]);
                let missing = (wanted.data[i] - floor.data[i]) / (reached.data[i] - base).max(5.0);
                uplift.data[i] =
                    (uplift.data[i] * libm::pow(missing.clamp(0.5, 2.0), 0.6)).max(LEAST_UPLIFT_M);
            }
            uplift = blurred(&uplift, 2);
        }
    }
    (z, uplift)
}

/// The erosion of a level; the Xiang's bed is set into the land.
fn erosion(plan: &Plan, z: &mut Raster<f64>, seed: u64, factor: usize) -> Erosion {
    let grid = z.grid;
    let mut fixed = vec![false; grid.len()];
    let reach = XIANG_HALF_WIDTH_M.max(0.75 * grid.cell);
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let p = grid.centre(col, row);
            // The river keeps to the south-east quarter.
            if p.x > grid.west + 0.6 * grid.cols as f64 * grid.cell
                && plan.xiang_distance(p) <= reach
            {
                fixed[row * grid.cols + col] = true;
                z.set(col, row, XIANG_Z_M);
            }
        }
    }
    Erosion {
        fixed,
        uplift: Vec::new(),
        hillslope_m2: 170.0 * 170.0,
        largest_m2: 8e7,
        wander: Noise::new(seed, &format!("county wander {factor}")),
    }
}

/// Harder and softer rock: uplift over erodibility varies over a few cells of each level.
fn roughen(uplift: &mut Raster<f64>, seed: u64, factor: usize) {
    let grid = uplift.grid;
    let rock = Noise::new(seed, &format!("county rock {factor}"));
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let p = grid.centre(col, row);
            let wave = 9.0 * grid.cell;
            let i = row * grid.cols + col;
            uplift.data[i] *= 1.0 + 0.45 * rock.fractal(p.x / wave, p.y / wave, 2);
        }
    }
}

/// The least value within `radius` cells (a square window).
fn lowest_within(raster: &Raster<f64>, radius: usize) -> Raster<f64> {
    let negative = |r: &Raster<f64>| Raster {
        grid: r.grid,
        data: r.data.iter().map(|v| -v).collect(),
    };
    negative(&highest_within(&negative(raster), radius))
}

/// The greatest value within `radius` cells (a square window).
fn highest_within(raster: &Raster<f64>, radius: usize) -> Raster<f64> {
    let pass = |source: &Raster<f64>, along_row: bool| {
        let grid = source.grid;
        let mut out = source.clone();
        for row in 0..grid.rows {
            for col in 0..grid.cols {
                let mut best = f64::MIN;
                let (at, end) = if along_row {
                    (col, grid.cols)
                } else {
                    (row, grid.rows)
                };
                for k in at.saturating_sub(radius)..(at + radius + 1).min(end) {
                    best = best.max(if along_row {
                        source.get(k, row)
                    } else {
                        source.get(col, k)
                    });
                }
                out.set(col, row, best);
            }
        }
        out
    };
    pass(&pass(raster, true), false)
}

/// The mean within `radius` cells (a square window).
pub fn blurred(raster: &Raster<f64>, radius: usize) -> Raster<f64> {
    let pass = |source: &Raster<f64>, along_row: bool| {
        let grid = source.grid;
        let mut out = source.clone();
        let (lines, end) = if along_row {
            (grid.rows, grid.cols)
        } else {
            (grid.cols, grid.rows)
        };
        for line in 0..lines {
            let get = |k: usize| {
                if along_row {
                    source.get(k, line)
                } else {
                    source.get(line, k)
                }
            };
            // Running sums of one line.
            let mut sums = Vec::with_capacity(end + 1);
            sums.push(0.0);
            for k in 0..end {
                sums.push(sums[k] + get(k));
            }
            for k in 0..end {
                let (a, b) = (k.saturating_sub(radius), (k + radius + 1).min(end));
                let mean = (sums[b] - sums[a]) / (b - a) as f64;
                if along_row {
                    out.set(k, line, mean);
                } else {
                    out.set(line, k, mean);
                }
            }
        }
        out
    };
    pass(&pass(raster, true), false)
}

fn cut(z: &Raster<f64>, map: Grid) -> Raster<f64> {
    let (col0, row0) = z.grid.nearest(map.centre(0, 0));
    let mut part = Raster::filled(map, 0.0);
    for row in 0..map.rows {
        for col in 0..map.cols {
            part.set(col, row, z.get(col0 + col, row0 + row));
        }
    }
    part
}

fn finish(facts: &Facts, plan: &Plan, mut z: Raster<f64>) -> Relief {
    let grid = z.grid;
    let mut xiang = vec![false; grid.len()];
    for (i, wet) in xiang.iter_mut().enumerate() {
        let p = grid.centre(i % grid.cols, i / grid.cols);
        *wet = z.data[i] < XIANG_Z_M + 1.0 && plan.xiang_distance(p) <= XIANG_HALF_WIDTH_M;
    }
    let drainage = Drainage::new(&z, &xiang, None);
    cut_sills(&mut z, &drainage, 0.005);
    flatten_floors(&mut z, &xiang);
    // Banks between neighbouring streams of different level wear down.
    soften(&mut z, &drainage, &xiang, 4.0 * CREEP_M2, 4);
    let inside = facts.mask(&grid);
    to_stated_heights(&mut z, &inside, &xiang);
    raise_peaks(plan, &mut z);
    // Raising moved a few cells up the distribution.
    to_stated_heights(&mut z, &inside, &xiang);
    let drainage = Drainage::new(&z, &xiang, None);
    cut_sills(&mut z, &drainage, 0.005);
    let stream = stream_levels(&z, &drainage);
    let above_stream = (0..grid.len())
        .map(|i| (z.data[i] - stream[i].0).max(0.0) as f32)
        .collect();
    let height = Raster {
        grid,
        data: z
            .data
            .iter()
            .map(|v| (libm::round(v / ROUNDING_M) * ROUNDING_M) as f32)
            .collect(),
    };
    Relief {
        height,
        receiver: drainage.receiver,
        drained: drainage.area,
        above_stream,
        xiang,
    }
}

/// Height and drained land of the stream cell that each cell drains to.
fn stream_levels(z: &Raster<f64>, drainage: &Drainage) -> Vec<(f64, f64)> {
    let mut level = vec![(0.0, 0.0); z.data.len()];
    for &i in &drainage.order {
        let i = i as usize;
        let to = drainage.receiver[i] as usize;
        level[i] = if to == i || drainage.area[i] >= STREAM_M2 {
            (z.data[i], drainage.area[i])
        } else {
            level[to]
        };
    }
    level
}

/// Rivers fill their valleys: near a stream's level the land becomes flat, the more so the larger
/// the stream.
fn flatten_floors(z: &mut Raster<f64>, xiang: &[bool]) {
    let drainage = Drainage::new(z, xiang, None);
    let level = stream_levels(z, &drainage);
    for (i, &(stream, area)) in level.iter().enumerate() {
        let above = z.data[i] - stream;
        if above > 0.0 {
            let depth = (1.6 * libm::pow(area / 1e6, 0.33)).clamp(1.0, 9.0);
            z.data[i] = stream + above * (1.0 - libm::exp(-above / depth));
        }
    }
}

/// Lifts the summit nearest to each stated peak to its height, and the hill below it in proportion
/// to the distance.
fn raise_peaks(plan: &Plan, z: &mut Raster<f64>) {
    let grid = z.grid;
    for &(peak, height) in &plan.peaks {
        let near = |reach: f64| {
            let part = grid.crop(
                Extent {
                    min: peak,
                    max: peak,
                }
                .widened(reach),
            );
            part.into_iter().flat_map(move |(part, col0, row0)| {
                (0..part.rows).flat_map(move |row| {
                    (0..part.cols).map(move |col| (row0 + row) * grid.cols + col0 + col)
                })
            })
        };
        let place = |i: usize| grid.centre(i % grid.cols, i / grid.cols);
        let Some(top) =
            near(PEAK_SEARCH_M).max_by(|&a, &b| z.data[a].total_cmp(&z.data[b]).then(b.cmp(&a)))
        else {
            continue;
        };
        let lift = height - z.data[top];
        let centre = place(top);
        for i in near(PEAK_SEARCH_M + 4.0 * PEAK_FOOT_M) {
            let s = place(i).distance(centre) / PEAK_FOOT_M;
            z.data[i] += lift * libm::exp(-s * s);
        }
    }
}

/// Maps heights so that the county's cells have the stated distribution. The map is monotone:
/// water keeps flowing the way it flowed.
fn to_stated_heights(z: &mut Raster<f64>, county: &[bool], xiang: &[bool]) {
    let mut sorted: Vec<f64> = (0..z.data.len())
        .filter(|&i| county[i] && !xiang[i])
        .map(|i| z.data[i])
        .collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return;
    };
    // Knots close together at the top, where few cells hold much height.
    let shares: Vec<f64> = (0..=400)
        .map(|k| 1.0 - libm::pow(1.0 - f64::from(k) / 400.0, 2.0))
        .collect();
    let mut knots: Vec<(f64, f64)> = Vec::new();
    for share in shares {
        let from = sorted[(share * last as f64) as usize];
        if knots.last().is_none_or(|k| from > k.0 + 1e-6) {
            knots.push((from, stated_height(share)));
        }
    }
    for (i, v) in z.data.iter_mut().enumerate() {
        *v = if xiang[i] {
            XIANG_Z_M
        } else {
            mapped(&knots, *v)
        };
    }
}

fn mapped(knots: &[(f64, f64)], v: f64) -> f64 {
    let k = knots.partition_point(|knot| knot.0 <= v);
    if k == 0 {
        return knots[0].1.min(v.max(XIANG_Z_M));
    }
    if k == knots.len() {
        return knots[k - 1].1 + v - knots[k - 1].0;
    }
    let ((a, low), (b, high)) = (knots[k - 1], knots[k]);
    low + (v - a) / (b - a) * (high - low)
}

/// Monotone cubic through `HEIGHTS` (Fritsch & Carlson 1980, with harmonic mean slopes).
fn stated_height(share: f64) -> f64 {
    let n = HEIGHTS.len();
    let slope = |k: usize| (HEIGHTS[k + 1].1 - HEIGHTS[k].1) / (HEIGHTS[k + 1].0 - HEIGHTS[k].0);
    let tangent = |k: usize| match k {
        0 => slope(0),
        k if k + 1 == n => slope(k - 1),
        k => 2.0 / (1.0 / slope(k - 1) + 1.0 / slope(k)),
    };
    let k = HEIGHTS.partition_point(|h| h.0 <= share).clamp(1, n - 1) - 1;
    let width = HEIGHTS[k + 1].0 - HEIGHTS[k].0;
    let t = (share - HEIGHTS[k].0) / width;
    let (a, b) = (HEIGHTS[k].1, HEIGHTS[k + 1].1);
    let (ta, tb) = (tangent(k) * width, tangent(k + 1) * width);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * a
        + (t3 - 2.0 * t2 + t) * ta
        + (3.0 * t2 - 2.0 * t3) * b
        + (t3 - t2) * tb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_heights_rise_without_a_break() {
        let heights: Vec<f64> = (0..=1000)
            .map(|k| stated_height(f64::from(k) / 1000.0))
            .collect();
        assert!(heights.windows(2).all(|pair| pair[1] > pair[0]));
        let mean = heights.iter().sum::<f64>() / 1001.0;
        assert!((168.0..176.0).contains(&mean), "{mean}");
        assert_eq!((heights[0], heights[1000]), (49.0, 990.0));
    }
}
