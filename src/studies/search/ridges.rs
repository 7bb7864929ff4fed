//! Ridges: the divides between the catchments of a piece of land.
//!
//! Every cell drains to one neighbour, hollows filled (Barnes, Lehman & Mulla 2014, *Computers & Geosciences*
//! 62:117-127); streams begin where enough land drains to a cell; every reach between two confluences has its own
//! catchment, and where two catchments meet there is a divide: main ridges, spurs down to the confluences, saddles
//! included. Divides meet each other, so that belts along them close compartments.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::base::geo::{Grid, Point, Raster, simplified, smoothed};

/// Land whose water makes a stream, square metres: compartments come out at half a kilometre across \[J\].
const STREAM_M2: f64 = 120_000.0;
/// No receiver: water leaves the land here.
const OUT: u32 = u32::MAX;

/// A corner of the cells: column and row of the lattice.
type Corner = (u32, u32);

/// The divides of a piece of land as lines that end where they meet others.
pub fn divides(height: &Raster<f32>) -> Vec<Vec<Point>> {
    let grid = height.grid;
    let (receiver, order) = drained(height);
    let (reach, is_stream) = reaches(&grid, &receiver, &order);
    let mut beside: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    let mut wall = |a: Corner, b: Corner| {
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    };
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let i = row * grid.cols + col;
            let parts = |j: usize| reach[i] != reach[j] && !(is_stream[i] && is_stream[j]);
            let (c, r) = (col as u32, row as u32);
            if col + 1 < grid.cols && parts(i + 1) {
                wall((c + 1, r), (c + 1, r + 1));
            }
            if row + 1 < grid.rows && parts(i + grid.cols) {
                wall((c, r + 1), (c + 1, r + 1));
            }
        }
    }
    let mut lines = chains(&beside);
    lines.sort();
    lines.iter().map(|line| drawn(&grid, line)).collect()
}

/// Where each cell's water goes, and all cells from the outlets upwards.
fn drained(height: &Raster<f32>) -> (Vec<u32>, Vec<u32>) {
    let grid = height.grid;
    let mut receiver = vec![OUT; grid.len()];
    let mut is_known = vec![false; grid.len()];
    let mut order = Vec::with_capacity(grid.len());
    let mut heap = BinaryHeap::new();
    // Heights in centimetres, that they have an order; the second number breaks ties by who came first.
    let level = |i: usize| libm::round(f64::from(height.data[i]) * 100.0) as i64;
    let mut count = 0_u32;
    for (i, known) in is_known.iter_mut().enumerate() {
        let (c, r) = (i % grid.cols, i / grid.cols);
        if c == 0 || r == 0 || c + 1 == grid.cols || r + 1 == grid.rows {
            *known = true;
            heap.push(Reverse((level(i), count, i as u32)));
            count += 1;
        }
    }
    while let Some(Reverse((at, _, i))) = heap.pop() {
        order.push(i);
        for j in around(&grid, i as usize) {
            if !is_known[j] {
                is_known[j] = true;
                receiver[j] = i;
                heap.push(Reverse((level(j).max(at), count, j as u32)));
                count += 1;
            }
        }
    }
    (receiver, order)
}

/// The up to eight cells around one.
fn around(grid: &Grid, i: usize) -> impl Iterator<Item = usize> + use<> {
    let (cols, rows) = (grid.cols as i64, grid.rows as i64);
    let (c, r) = (i as i64 % cols, i as i64 / cols);
    (-1..=1)
        .flat_map(move |dr| (-1..=1).map(move |dc| (c + dc, r + dr)))
        .filter(move |&(x, y)| (x, y) != (c, r) && x >= 0 && y >= 0 && x < cols && y < rows)
        .map(move |(x, y)| (y * cols + x) as usize)
}

/// Number of the reach into which each cell drains, 0 for land without a stream; and which cells are streams.
fn reaches(grid: &Grid, receiver: &[u32], order: &[u32]) -> (Vec<u32>, Vec<bool>) {
    let least = STREAM_M2 / (grid.cell * grid.cell);
    let mut cells = vec![1_u32; grid.len()];
    for &i in order.iter().rev() {
        let to = receiver[i as usize];
        if to != OUT {
            cells[to as usize] += cells[i as usize];
        }
    }
    let is_stream: Vec<bool> = cells.iter().map(|n| f64::from(*n) >= least).collect();
    let mut feeders = vec![0_u8; grid.len()];
    for (i, &to) in receiver.iter().enumerate() {
        if to != OUT && is_stream[i] {
            feeders[to as usize] = feeders[to as usize].saturating_add(1);
        }
    }
    let mut reach = vec![0_u32; grid.len()];
    let mut count = 0;
    for &i in order {
        let i = i as usize;
        let to = receiver[i];
        let goes_on = to != OUT && (!is_stream[i] || feeders[to as usize] < 2);
        reach[i] = if goes_on && (!is_stream[i] || is_stream[to as usize]) {
            reach[to as usize]
        } else if is_stream[i] {
            count += 1;
            count
        } else {
            0
        };
    }
    (reach, is_stream)
}

/// The walls as lines between the corners where they meet or end; rings begin at their first corner.
fn chains(beside: &BTreeMap<Corner, Vec<Corner>>) -> Vec<Vec<Corner>> {
    let mut walked: BTreeSet<(Corner, Corner)> = BTreeSet::new();
    let mut lines = Vec::new();
    let is_joint = |c: &Corner| beside[c].len() != 2;
    let joints = beside.keys().filter(|c| is_joint(c));
    // Rings without a joint come last.
    let rest = beside.keys().filter(|c| !is_joint(c));
    for &from in joints.chain(rest) {
        for &first in &beside[&from] {
            if walked.contains(&(from, first)) {
                continue;
            }
            let mut line = vec![from, first];
            walked.extend([(from, first), (first, from)]);
            while let [.., before, at] = line[..] {
                if is_joint(&at) || at == from {
                    break;
                }
                let Some(&next) = beside[&at].iter().find(|n| **n != before) else {
                    break;
                };
                walked.extend([(at, next), (next, at)]);
                line.push(next);
            }
            lines.push(line);
        }
    }
    lines
}

/// A line of corners as it would be marked out: the stairs taken off, the ends where they are.
fn drawn(grid: &Grid, corners: &[Corner]) -> Vec<Point> {
    let top_left = grid.centre(0, 0);
    let half = grid.cell / 2.0;
    let place = |(c, r): Corner| {
        Point::new(
            top_left.x - half + f64::from(c) * grid.cell,
            top_left.y + half - f64::from(r) * grid.cell,
        )
    };
    let points: Vec<Point> = corners.iter().copied().map(place).collect();
    let mut middles: Vec<Point> = points.first().copied().into_iter().collect();
    middles.extend(points.windows(2).map(|p| p[0].towards(p[1], 0.5)));
    middles.extend(points.last());
    simplified(&smoothed(&middles, 2), 0.3 * grid.cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_valleys_the_ridge_is_found() {
        let grid = Grid::new(60, 60, 30.0, 0.0, 1800.0).unwrap();
        // Two valleys that fall to the south, a ridge between them in the middle.
        let height = |i: usize| {
            let (c, r) = (i % 60, i / 60);
            let across = (c as f32 - 29.5).abs();
            300.0 - 4.0 * across.min(15.0) + 4.0 * (across - 15.0).max(0.0) - r as f32
        };
        let land = Raster {
            grid,
            data: (0..grid.len()).map(height).collect(),
        };
        let found = divides(&land);
        let middle = 30.0 * 30.0;
        let along: f64 = found
            .iter()
            .flat_map(|l| l.windows(2))
            .filter(|s| (s[0].x - middle).abs() < 45.0 && (s[1].x - middle).abs() < 45.0)
            .map(|s| s[0].distance(s[1]))
            .sum();
        assert!(along > 900.0, "{along}");
    }
}
