//! Ways over the land: least-cost courses on a grid and the lines drawn from them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::erosion::neighbours;
use crate::base::geo::{Grid, Point};
pub use crate::base::geo::{first_part, length, simplified, smoothed};

/// What it costs to cross a grid.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The cells.
    pub grid: Grid,
    /// Height of each cell, metres.
    pub height: Vec<f32>,
    /// Cost of a metre in each cell, more than 0.
    pub cost: Vec<f32>,
    /// Grade (rise over run) that costs nothing extra.
    pub easy_grade: f64,
    /// Extra cost of a metre for the square of the grade beyond that.
    pub grade_cost: f64,
}

/// The way back from each reached cell, and what it cost to get there.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The cell before each cell; itself at a source, `u32::MAX` where not reached.
    pub from: Vec<u32>,
    /// Cost from the sources.
    pub cost: Vec<f64>,
}

impl Ground {
    /// Cost of the step between two neighbouring cells `distance` cells apart.
    fn step(&self, a: usize, b: usize, distance: f64) -> f64 {
        let length = distance * self.grid.cell;
        let grade = (f64::from(self.height[a]) - f64::from(self.height[b])).abs() / length;
        let steep = (grade - self.easy_grade).max(0.0);
        let ground = f64::from(self.cost[a] + self.cost[b]) / 2.0;
        length * (ground + self.grade_cost * steep * steep)
    }

    /// Spreads from the sources until a cell satisfies `done` (which is returned), or everything
    /// within `limit` of cost is reached.
    pub fn spread(
        &self,
        sources: &[usize],
        limit: f64,
        done: impl Fn(usize) -> bool,
    ) -> (Reach, Option<usize>) {
        let n = self.grid.len();
        let mut reach = Reach {
            from: vec![u32::MAX; n],
            cost: vec![f64::INFINITY; n],
        };
        let mut heap = BinaryHeap::new();
        for &s in sources {
            reach.from[s] = s as u32;
            reach.cost[s] = 0.0;
            heap.push(Reverse((0u64, s as u32)));
        }
        // Costs are not negative, so their bits are in the order of their values.
        while let Some(Reverse((bits, i))) = heap.pop() {
            let (cost, i) = (f64::from_bits(bits), i as usize);
            if cost > reach.cost[i] {
                continue;
            }
            if done(i) {
                return (reach, Some(i));
            }
            for (j, distance) in neighbours(&self.grid, i) {
                let next = cost + self.step(i, j, distance);
                if next < reach.cost[j] && next <= limit {
                    reach.cost[j] = next;
                    reach.from[j] = i as u32;
                    heap.push(Reverse((next.to_bits(), j as u32)));
                }
            }
        }
        (reach, None)
    }

    /// The cheapest course from one cell to another, both included; empty when there is none.
    pub fn course(&self, from: usize, to: usize) -> Vec<usize> {
        let (reach, found) = self.spread(&[to], f64::INFINITY, |i| i == from);
        found.map(|i| reach.back(i)).unwrap_or_default()
    }
}

impl Reach {
    /// The cells from `i` back to a source, both included; only `i` where it was not reached.
    pub fn back(&self, i: usize) -> Vec<usize> {
        let mut cells = vec![i];
        let mut at = i;
        while self.from[at] != u32::MAX && self.from[at] as usize != at {
            at = self.from[at] as usize;
            cells.push(at);
        }
        cells
    }
}

/// Centres of cells.
pub fn centres(grid: &Grid, cells: &[usize]) -> Vec<Point> {
    cells
        .iter()
        .map(|&i| grid.centre(i % grid.cols, i / grid.cols))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_goes_round_a_hill_and_not_over_it() {
        let grid = Grid::new(41, 41, 60.0, 0.0, 2460.0).unwrap();
        let height = (0..grid.len())
            .map(|i| {
                let (c, r) = ((i % 41) as f64 - 20.0, (i / 41) as f64 - 20.0);
                (300.0 * libm::exp(-(c * c + r * r) / 60.0)) as f32
            })
            .collect();
        let ground = Ground {
            grid,
            height,
            cost: vec![1.0; grid.len()],
            easy_grade: 0.03,
            grade_cost: 100.0,
        };
        let course = ground.course(20 * 41, 20 * 41 + 40);
        assert_eq!(
            (course.first(), course.last()),
            (Some(&(20 * 41)), Some(&(20 * 41 + 40)))
        );
        let top = course.iter().map(|&i| ground.height[i]).fold(0.0, f32::max);
        assert!(top < 100.0, "{top}");
        let line = centres(&grid, &course);
        let smooth = simplified(&smoothed(&line, 2), 6.0);
        assert_eq!((smooth.first(), smooth.last()), (line.first(), line.last()));
        assert!(length(&smooth) <= length(&line) && smooth.len() < line.len());
        assert!((length(&first_part(&smooth, 500.0)) - 500.0).abs() < 1e-9);
    }
}
