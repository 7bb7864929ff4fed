//! What burnt in a run, small enough to be kept for every run, and the maps that follow from many.
//!
//! Maps are on the landscape's cells, of which each holds a whole number of cells of the simulation. All that is
//! summed are whole numbers, so that no order of summing changes a digit.

use std::collections::BTreeMap;

use crate::base::geo::{Grid, Raster};
use crate::results::rasters::flame_length;
use crate::simulation::Outcome;

/// Digits of hexadecimal numbers.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Flames of a cell of the landscape in one run: cells of the simulation that burnt, and the sum of their flames, cm.
type Burnt = (u64, u64);

/// Cells of the simulation on a side of a cell of the landscape.
fn per_side(outcome: &Outcome) -> usize {
    let (coarse, fine) = (
        outcome.world.landscape.cover.grid.cell,
        outcome.world.grid.cell,
    );
    (libm::round(coarse / fine) as usize).max(1)
}

/// What burnt in a run: cell, number and flames as numbers of seven bits a byte, in hexadecimal.
pub fn burnt(outcome: &Outcome) -> String {
    let k = per_side(outcome);
    let cols = outcome.world.landscape.cover.grid.cols;
    let rule = outcome.world.scenario.file.fire.crown_flame;
    let mut cells: BTreeMap<u64, Burnt> = BTreeMap::new();
    for (col, row, burnt) in outcome.front.burnt_iter() {
        let cell = cells
            .entry((row / k * cols + col / k) as u64)
            .or_insert((0, 0));
        cell.0 += 1;
        cell.1 += libm::round(flame_length(&burnt, rule).0 * 100.0).max(0.0) as u64;
    }
    written(&cells)
}

fn written(cells: &BTreeMap<u64, Burnt>) -> String {
    let mut bytes = Vec::new();
    let mut add = |mut value: u64| {
        while value >= 128 {
            bytes.push((value % 128) as u8 | 128);
            value /= 128;
        }
        bytes.push(value as u8);
    };
    let mut before = 0;
    for (index, (count, flames)) in cells {
        add(index - before);
        add(*count);
        add(*flames);
        before = *index;
    }
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

/// Calls back for each cell of a text made by [`burnt`]; false where it is none.
fn read(text: &str, mut each: impl FnMut(u64, Burnt)) -> bool {
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let mut numbers = Vec::new();
    let (mut value, mut shift) = (0_u64, 0_u32);
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else { return false };
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
            return false;
        };
        let byte = high << 4 | low;
        if shift > 56 {
            return false;
        }
        value |= u64::from(byte & 127) << shift;
        shift += 7;
        if byte < 128 {
            numbers.push(value);
            (value, shift) = (0, 0);
        }
    }
    let mut index = 0;
    for cell in numbers.chunks(3) {
        let [step, count, flames] = cell else {
            return false;
        };
        index += step;
        each(index, (*count, *flames));
    }
    true
}

/// The part of the landscape that burnt in any run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds(Option<[usize; 4]>);

impl Bounds {
    /// Widens it by a run; false where the text is none of a run.
    pub fn add(&mut self, text: &str, grid: &Grid) -> bool {
        read(text, |index, _| {
            let (col, row) = (index as usize % grid.cols, index as usize / grid.cols);
            let [c0, r0, c1, r1] = self.0.unwrap_or([col, row, col, row]);
            self.0 = Some([c0.min(col), r0.min(row), c1.max(col), r1.max(row)]);
        })
    }

    /// The part, with a margin in cells: its grid, first column and first row.
    pub fn window(self, grid: &Grid, margin: usize) -> (Grid, usize, usize) {
        // Where nothing burnt, the middle of the map.
        let (c, r) = (grid.cols / 2, grid.rows / 2);
        let [c0, r0, c1, r1] = self.0.unwrap_or([c, r, c, r]);
        let (c0, r0) = (c0.saturating_sub(margin), r0.saturating_sub(margin));
        let (c1, r1) = (
            (c1 + margin).min(grid.cols - 1),
            (r1 + margin).min(grid.rows - 1),
        );
        let part = Grid {
            cols: c1 + 1 - c0,
            rows: r1 + 1 - r0,
            cell: grid.cell,
            west: grid.west + c0 as f64 * grid.cell,
            north: grid.north - r0 as f64 * grid.cell,
        };
        (part, c0, r0)
    }
}

/// Sums of a layout's runs over the part of the landscape that burnt.
#[derive(Debug, Clone)]
pub struct Sums {
    window: (Grid, usize, usize),
    cols: usize,
    counts: Vec<u32>,
    flames_cm: Vec<u64>,
}

impl Sums {
    /// Nothing yet, over a window of a grid of so many columns.
    pub fn new(window: (Grid, usize, usize), cols: usize) -> Self {
        let n = window.0.len();
        Self {
            window,
            cols,
            counts: vec![0; n],
            flames_cm: vec![0; n],
        }
    }

    /// Adds a run.
    pub fn add(&mut self, text: &str) {
        let (grid, c0, r0) = self.window;
        read(text, |index, (count, flames)| {
            let (col, row) = (index as usize % self.cols, index as usize / self.cols);
            if col >= c0 && row >= r0 && col - c0 < grid.cols && row - r0 < grid.rows {
                let i = (row - r0) * grid.cols + col - c0;
                self.counts[i] += count as u32;
                self.flames_cm[i] += flames;
            }
        });
    }

    /// How often each cell burnt, 0 to 1: of so many runs, with so many simulation cells on a side of it.
    pub fn probability(&self, runs: usize, per_side: usize) -> Raster<f32> {
        let most = (runs * per_side * per_side).max(1) as f64;
        let data = self.counts.iter().map(|n| (f64::from(*n) / most) as f32);
        Raster {
            grid: self.window.0,
            data: data.collect(),
        }
    }

    /// Mean flame length where and when it burnt, metres; `empty` where it never did.
    pub fn flame_length(&self, empty: f32) -> Raster<f32> {
        let mean = |(n, cm): (&u32, &u64)| match n {
            0 => empty,
            n => (*cm as f64 / f64::from(*n) / 100.0) as f32,
        };
        Raster {
            grid: self.window.0,
            data: self.counts.iter().zip(&self.flames_cm).map(mean).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_burnt_is_read_as_it_was_written_and_summed() {
        let grid = Grid::new(1000, 800, 30.0, 0.0, 24_000.0).unwrap();
        let cells: BTreeMap<u64, Burnt> = [(5_003, (9, 1800)), (5_004, (1, 40)), (700_100, (4, 0))]
            .into_iter()
            .collect();
        let text = written(&cells);
        let mut found = BTreeMap::new();
        assert!(read(&text, |i, b| {
            found.insert(i, b);
        }));
        assert_eq!(found, cells);
        let mut bounds = Bounds::default();
        assert!(bounds.add(&text, &grid));
        let window = bounds.window(&grid, 1);
        assert_eq!((window.1, window.2, window.0.cols), (2, 4, 100));
        let mut sums = Sums::new(window, grid.cols);
        sums.add(&text);
        sums.add(&text);
        let probability = sums.probability(4, 3);
        assert_eq!(probability.get(1, 1), 0.5);
        assert_eq!(sums.flame_length(-1.0).get(1, 1), 2.0);
        assert_eq!(sums.flame_length(-1.0).get(0, 0), -1.0);
        assert!(!read("8", |_, _| {}) && !read("zz", |_, _| {}) && !read("01", |_, _| {}));
    }
}
