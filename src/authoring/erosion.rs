//! Rivers carve a landscape: drainage of a raster and stream-power erosion.
//!
//! Flow is routed by priority-flood (Barnes, Lehman & Mulla 2014, *Computers & Geosciences*
//! 62:117-127): cells leave a queue in order of height, beginning at the outlets, so every cell
//! drains somewhere and the order itself runs from the outlets up. Erosion is the implicit
//! stream-power scheme of Braun & Willett (2013, *Geomorphology* 180-181:170-179) with m = 0.5 and
//! n = 1, to which a small area is added so that slopes near the ridges stay walkable.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::noise::Noise;
use crate::base::geo::{Grid, Point, Raster};

/// Heights are queued as whole numbers of this many to the metre.
const STEPS_PER_M: f64 = 4096.0;
/// Heights down to this many metres below zero can be queued.
const QUEUE_OFFSET_M: f64 = 1000.0;

/// How water leaves each cell.
#[derive(Debug, Clone)]
pub struct Drainage {
    /// The cell that each cell drains to; an outlet drains to itself.
    pub receiver: Vec<u32>,
    /// All cells, receivers before their donors.
    pub order: Vec<u32>,
    /// Land draining through each cell, square metres, its own included.
    pub area: Vec<f64>,
}

/// The eight neighbours' offsets.
pub const NEIGHBOURS: [(i64, i64); 8] = [
    (-1, -1),
    (0, -1),
    (1, -1),
    (-1, 0),
    (1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
];

/// Indices of the neighbours of cell `i` inside the grid with their distances in cells.
pub fn neighbours(grid: &Grid, i: usize) -> impl Iterator<Item = (usize, f64)> + use<> {
    let (cols, rows) = (grid.cols as i64, grid.rows as i64);
    let (c, r) = (i as i64 % cols, i as i64 / cols);
    NEIGHBOURS.into_iter().filter_map(move |(dc, dr)| {
        let (c, r) = (c + dc, r + dr);
        let inside = c >= 0 && r >= 0 && c < cols && r < rows;
        let distance = if dc != 0 && dr != 0 {
            std::f64::consts::SQRT_2
        } else {
            1.0
        };
        inside.then_some(((r * cols + c) as usize, distance))
    })
}

impl Drainage {
    /// Routes water over `z` to the cells marked as outlets and to the map's edge. `wander` makes
    /// courses less bound to the eight directions of the grid: each slope is weighed by a random
    /// factor of the cell pair up to `1 + 0.6`.
    pub fn new(z: &Raster<f64>, outlet: &[bool], wander: Option<Noise>) -> Self {
        let grid = z.grid;
        let n = grid.len();
        let mut receiver = vec![u32::MAX; n];
        let mut order = Vec::with_capacity(n);
        let mut queued = vec![false; n];
        let mut done = vec![false; n];
        let mut heap = BinaryHeap::with_capacity(n / 4);
        let key = |height: f64, i: usize| {
            let steps =
                ((height + QUEUE_OFFSET_M) * STEPS_PER_M).clamp(0.0, u32::MAX as f64) as u64;
            Reverse(steps << 32 | i as u64)
        };
        for i in 0..n {
            let (c, r) = (i % grid.cols, i / grid.cols);
            let edge = c == 0 || r == 0 || c + 1 == grid.cols || r + 1 == grid.rows;
            if edge || outlet[i] {
                queued[i] = true;
                receiver[i] = i as u32;
                heap.push(key(z.data[i], i));
            }
        }
        while let Some(Reverse(top)) = heap.pop() {
            let i = (top & 0xffff_ffff) as usize;
            let level = (top >> 32) as f64 / STEPS_PER_M - QUEUE_OFFSET_M;
            if receiver[i] as usize != i {
                let mut best = 0.0;
                for (j, distance) in neighbours(&grid, i) {
                    if !done[j] {
                        continue;
                    }
                    let mut fall = (z.data[i] - z.data[j]) / distance;
                    if let Some(noise) = wander {
                        fall *= 1.0 + 0.6 * noise.uniform(i as i64, j as i64);
                    }
                    if fall > best {
                        best = fall;
                        receiver[i] = j as u32;
                    }
                }
            }
            done[i] = true;
            order.push(i as u32);
            for (j, _) in neighbours(&grid, i) {
                if !queued[j] {
                    queued[j] = true;
                    // Until a steeper way is found the cell drains to where it was reached from.
                    receiver[j] = i as u32;
                    heap.push(key(z.data[j].max(level), j));
                }
            }
        }
        let mut area = vec![grid.cell * grid.cell; n];
        for &i in order.iter().rev() {
            let to = receiver[i as usize] as usize;
            if to != i as usize {
                area[to] += area[i as usize];
            }
        }
        Self {
            receiver,
            order,
            area,
        }
    }

    /// Distance from cell `i` to its receiver, metres; 0 at an outlet.
    pub fn step_m(&self, grid: &Grid, i: usize) -> f64 {
        let j = self.receiver[i] as usize;
        match (
            i % grid.cols == j % grid.cols,
            i / grid.cols == j / grid.cols,
        ) {
            (true, true) => 0.0,
            (false, false) => grid.cell * std::f64::consts::SQRT_2,
            _ => grid.cell,
        }
    }
}

/// What shapes the land.
#[derive(Debug, Clone)]
pub struct Erosion {
    /// Cells whose height is given and kept: rivers that leave the map, and its edge.
    pub fixed: Vec<bool>,
    /// Uplift over erodibility of each cell, metres: the slope at which a square metre of drained
    /// land is in balance.
    pub uplift: Vec<f64>,
    /// Area added to the drained land of every cell, square metres: larger means gentler slopes
    /// near the ridges.
    pub hillslope_m2: f64,
    /// Drained land beyond this does not make a river gentler, square metres: it keeps large rivers
    /// from levelling a basin.
    pub largest_m2: f64,
    /// Wandering of the courses.
    pub wander: Noise,
}

impl Erosion {
    /// One step of uplift and erosion. `pace` is erodibility times the step's length, 1/m to the
    /// power of `2 m`: large values go straight to the balance of the present courses.
    pub fn step(&self, z: &mut Raster<f64>, pace: f64) -> Drainage {
        let grid = z.grid;
        let drainage = Drainage::new(z, &self.fixed, Some(self.wander));
        cut_sills(z, &drainage, 0.0);
        for &i in &drainage.order {
            let i = i as usize;
            let to = drainage.receiver[i] as usize;
            if to == i {
                continue;
            }
            let length = drainage.step_m(&grid, i);
            let land = drainage.area[i].min(self.largest_m2) + self.hillslope_m2;
            let f = pace * libm::sqrt(land) / length;
            z.data[i] = (z.data[i] + pace * self.uplift[i] + f * z.data[to]) / (1.0 + f);
        }
        drainage
    }
}

/// A raster on a finer grid (bilinear), each place taken from `source(place)`: bending the land a
/// little on the way frees its valleys from the directions of the coarser grid.
pub fn refined(z: &Raster<f64>, grid: Grid, source: impl Fn(Point) -> Point + Sync) -> Raster<f64> {
    let data = (0..grid.len())
        .into_par_iter()
        .map(|i| z.bilinear(source(grid.centre(i % grid.cols, i / grid.cols))))
        .collect();
    Raster { grid, data }
}

/// Rounds the hillslopes: each cell moves towards the mean of its neighbours, the less the more
/// land it drains; `creep_m2` is the drained land at which it moves half as far. Fixed cells stay.
pub fn soften(
    z: &mut Raster<f64>,
    drainage: &Drainage,
    fixed: &[bool],
    creep_m2: f64,
    passes: usize,
) {
    for _ in 0..passes {
        let before = &z.data;
        let grid = z.grid;
        let after: Vec<f64> = (0..before.len())
            .into_par_iter()
            .map(|i| {
                if fixed[i] || drainage.receiver[i] as usize == i {
                    return before[i];
                }
                let (mut sum, mut weights) = (0.0, 0.0);
                for (j, distance) in neighbours(&grid, i) {
                    sum += before[j] / distance;
                    weights += 1.0 / distance;
                }
                let share = 0.6 / (1.0 + drainage.area[i] / creep_m2);
                before[i] + share * (sum / weights - before[i])
            })
            .collect();
        z.data = after;
    }
}

/// Cuts the sills of hollows: along each course no cell stands higher than the one above it, less
/// `fall_m`. Outlets keep their level; land below its outlet is raised to it.
pub fn cut_sills(z: &mut Raster<f64>, drainage: &Drainage, fall_m: f64) {
    for &i in drainage.order.iter().rev() {
        let i = i as usize;
        let to = drainage.receiver[i] as usize;
        if to != i && drainage.receiver[to] as usize != to {
            z.data[to] = z.data[to].min(z.data[i] - fall_m);
        }
    }
    for &i in &drainage.order {
        let i = i as usize;
        let to = drainage.receiver[i] as usize;
        if to != i {
            z.data[i] = z.data[i].max(z.data[to] + fall_m);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rain_on_every_cell_leaves_over_the_edge() {
        let grid = Grid::new(40, 30, 30.0, 0.0, 900.0).unwrap();
        let noise = Noise::new(3, "relief");
        let mut z = Raster::filled(grid, 0.0);
        for i in 0..grid.len() {
            z.data[i] = 50.0 * noise.fractal((i % 40) as f64 * 0.2, (i / 40) as f64 * 0.2, 3);
        }
        let none = vec![false; grid.len()];
        let drainage = Drainage::new(&z, &none, None);
        let out: f64 = (0..grid.len())
            .filter(|&i| drainage.receiver[i] as usize == i)
            .map(|i| drainage.area[i])
            .sum();
        assert_eq!(out, grid.len() as f64 * 900.0);
        cut_sills(&mut z, &drainage, 0.01);
        for i in 0..grid.len() {
            let (c, r) = (i % 40, i / 40);
            let edge = c == 0 || r == 0 || c == 39 || r == 29;
            assert!(
                edge || neighbours(&grid, i).any(|(j, _)| z.data[j] < z.data[i]),
                "a pit at {c}, {r}"
            );
        }
    }

    #[test]
    fn uplift_builds_a_range_whose_rivers_fall_all_the_way() {
        let grid = Grid::new(60, 60, 100.0, 0.0, 6000.0).unwrap();
        let erosion = Erosion {
            fixed: vec![false; grid.len()],
            uplift: vec![40.0; grid.len()],
            hillslope_m2: 1e4,
            largest_m2: f64::INFINITY,
            wander: Noise::new(3, "wander"),
        };
        let mut z = Raster::filled(grid, 0.0);
        for _ in 0..30 {
            erosion.step(&mut z, 1.0);
        }
        let top = z.data.iter().copied().fold(0.0, f64::max);
        assert!((100.0..1000.0).contains(&top), "{top}");
        let drainage = Drainage::new(&z, &erosion.fixed, None);
        assert!((0..grid.len()).all(|i| z.data[i] >= z.data[drainage.receiver[i] as usize]));
    }
}
