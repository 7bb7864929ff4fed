//! Rasters brought onto the scenario's grid: another system, another cell, another corner.
//!
//! Codes are never mixed: a cell takes the code that covers most of it. Measured quantities are
//! interpolated between the centres of cells where those are as large as the target's or larger, and
//! averaged where they are smaller. "No data" is NaN and spreads no farther than it must.

use rayon::prelude::*;

use crate::base::geo::{Grid, SystemError, Transform};
use crate::files::raster::Lattice;

/// Most samples along each side of a target cell.
const MOST_SAMPLES: usize = 8;
/// Places of the target between which the transformation is interpolated, cells. Map projections bend
/// by far less than a thousandth of a cell over so short a way.
const KNOT_CELLS: usize = 16;

/// What a raster holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Codes of land cover or fuel.
    Code,
    /// A measured quantity.
    Measure,
}

/// Where the cells of a target grid lie in a source lattice.
pub struct Warp {
    target: Grid,
    source: Lattice,
    /// Column and row of the source at the knots, in cells from its north-west corner.
    knots: Vec<(f64, f64)>,
    knot_cols: usize,
    /// Samples along each side of a target cell.
    samples: usize,
    same: bool,
}

impl Warp {
    /// From the target's system to the source's. `same` systems need no `transform`.
    pub fn new(
        target: Grid,
        source: Lattice,
        transform: Option<&Transform>,
    ) -> Result<Self, SystemError> {
        let knot_cols = target.cols.div_ceil(KNOT_CELLS) + 1;
        let knot_rows = target.rows.div_ceil(KNOT_CELLS) + 1;
        let mut knots = Vec::with_capacity(knot_cols * knot_rows);
        for row in 0..knot_rows {
            for col in 0..knot_cols {
                let x = target.west + (col * KNOT_CELLS) as f64 * target.cell;
                let y = target.north - (row * KNOT_CELLS) as f64 * target.cell;
                let (x, y) = match transform {
                    Some(t) => t.point(x, y)?,
                    None => (x, y),
                };
                knots.push((
                    (x - source.west) / source.dx,
                    (source.north - y) / source.dy,
                ));
            }
        }
        let per_cell =
            |a: (f64, f64), b: (f64, f64)| libm::hypot(b.0 - a.0, b.1 - a.1) / KNOT_CELLS as f64;
        let widest = per_cell(knots[0], knots[1]).max(per_cell(knots[0], knots[knot_cols]));
        // Files round their georeference; a thousandth of a cell moves nothing.
        let aligned = |k: (f64, f64)| {
            let off = |v: f64| (v - libm::round(v)).abs();
            off(k.0) < 1e-3 && off(k.1) < 1e-3
        };
        let last = *knots.last().unwrap_or(&(0.5, 0.5));
        let same = transform.is_none()
            && (widest - 1.0).abs() * target.cols.max(target.rows) as f64 <= 1e-3
            && aligned(knots[0])
            && aligned(last);
        Ok(Self {
            target,
            source,
            knots,
            knot_cols,
            samples: if same {
                1
            } else {
                (libm::ceil(widest - 0.01) as usize).clamp(1, MOST_SAMPLES)
            },
            same,
        })
    }

    /// Whether every target cell is one cell of the source.
    pub fn is_same(&self) -> bool {
        self.same
    }

    /// Column and row of the source, in cells from its corner, at a place of the target in cells from its
    /// own.
    fn source_at(&self, col: f64, row: f64) -> (f64, f64) {
        let (u, v) = (col / KNOT_CELLS as f64, row / KNOT_CELLS as f64);
        let (c, r) = (u as usize, v as usize);
        let c = c.min(self.knot_cols - 2);
        let r = r.min(self.knots.len() / self.knot_cols - 2);
        let (u, v) = (u - c as f64, v - r as f64);
        let k = |c: usize, r: usize| self.knots[r * self.knot_cols + c];
        let (nw, ne, sw, se) = (k(c, r), k(c + 1, r), k(c, r + 1), k(c + 1, r + 1));
        let mix = |nw: f64, ne: f64, sw: f64, se: f64| {
            (nw * (1.0 - u) + ne * u) * (1.0 - v) + (sw * (1.0 - u) + se * u) * v
        };
        (mix(nw.0, ne.0, sw.0, se.0), mix(nw.1, ne.1, sw.1, se.1))
    }

    /// The source's values on the target grid, row by row; NaN where the source has none.
    pub fn apply(&self, values: &[f32], quantity: Quantity) -> Vec<f32> {
        let mut out = vec![f32::NAN; self.target.len()];
        out.par_chunks_mut(self.target.cols)
            .enumerate()
            .for_each(|(row, line)| {
                for (col, value) in line.iter_mut().enumerate() {
                    *value = match quantity {
                        Quantity::Code => self.code(values, col, row),
                        Quantity::Measure => self.measure(values, col, row),
                    };
                }
            });
        out
    }

    fn cell(&self, c: f64, r: f64) -> Option<usize> {
        let inside =
            c >= 0.0 && r >= 0.0 && c < self.source.cols as f64 && r < self.source.rows as f64;
        inside.then(|| r as usize * self.source.cols + c as usize)
    }

    /// Places of the samples of a target cell, in the source.
    fn places(&self, col: usize, row: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let n = self.samples;
        (0..n * n).map(move |i| {
            let share = |k: usize| (k as f64 + 0.5) / n as f64;
            self.source_at(col as f64 + share(i % n), row as f64 + share(i / n))
        })
    }

    fn code(&self, values: &[f32], col: usize, row: usize) -> f32 {
        if self.samples == 1 {
            let (c, r) = self.source_at(col as f64 + 0.5, row as f64 + 0.5);
            return self.cell(c, r).map_or(f32::NAN, |i| values[i]);
        }
        let mut found: Vec<(f32, usize)> = Vec::with_capacity(4);
        let mut void = 0;
        for (c, r) in self.places(col, row) {
            match self.cell(c, r).map(|i| values[i]) {
                Some(v) if !v.is_nan() => match found.iter_mut().find(|f| f.0 == v) {
                    Some(f) => f.1 += 1,
                    None => found.push((v, 1)),
                },
                _ => void += 1,
            }
        }
        // Most of the cell decides; the lower code where two cover the same.
        found
            .into_iter()
            .reduce(|a, b| {
                if b.1 > a.1 || b.1 == a.1 && b.0 < a.0 {
                    b
                } else {
                    a
                }
            })
            .filter(|&(_, n)| n >= void)
            .map_or(f32::NAN, |(v, _)| v)
    }

    fn measure(&self, values: &[f32], col: usize, row: usize) -> f32 {
        if self.same {
            let (c, r) = self.source_at(col as f64 + 0.5, row as f64 + 0.5);
            return self.cell(c, r).map_or(f32::NAN, |i| values[i]);
        }
        let (mut sum, mut n) = (0.0_f64, 0);
        for (c, r) in self.places(col, row) {
            if let Some(v) = self.interpolated(values, c, r) {
                sum += v;
                n += 1;
            }
        }
        if n == 0 {
            f32::NAN
        } else {
            (sum / f64::from(n)) as f32
        }
    }

    /// Bilinear between centres; where some of the four are void, the cell's own value.
    fn interpolated(&self, values: &[f32], c: f64, r: f64) -> Option<f64> {
        let own = values[self.cell(c, r)?];
        let (cols, rows) = (self.source.cols, self.source.rows);
        let (x, y) = (
            (c - 0.5).clamp(0.0, (cols - 1) as f64),
            (r - 0.5).clamp(0.0, (rows - 1) as f64),
        );
        let (c0, r0) = (x as usize, y as usize);
        let (c1, r1) = ((c0 + 1).min(cols - 1), (r0 + 1).min(rows - 1));
        let (u, v) = (x - c0 as f64, y - r0 as f64);
        let at = |c: usize, r: usize| f64::from(values[r * cols + c]);
        let mixed = (at(c0, r0) * (1.0 - u) + at(c1, r0) * u) * (1.0 - v)
            + (at(c0, r1) * (1.0 - u) + at(c1, r1) * u) * v;
        if mixed.is_nan() {
            (!own.is_nan()).then_some(f64::from(own))
        } else {
            Some(mixed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::System;

    fn lattice(cols: usize, rows: usize, cell: f64, west: f64, north: f64) -> Lattice {
        Lattice {
            cols,
            rows,
            dx: cell,
            dy: cell,
            west,
            north,
        }
    }

    #[test]
    fn one_grid_is_copied_as_it_is() {
        let target = Grid::new(40, 30, 30.0, 600_000.0, 3_000_000.0).unwrap();
        // Georeferences that were rounded on their way through a file.
        let source = lattice(40, 30, 30.0, 600_000.004, 2_999_999.997);
        let values: Vec<f32> = (0..1200).map(|i| i as f32).collect();
        let warp = Warp::new(target, source, None).unwrap();
        assert!(warp.is_same());
        assert_eq!(warp.apply(&values, Quantity::Code), values);
        assert_eq!(warp.apply(&values, Quantity::Measure), values);
        // Moved by one cell: still cells of the source, and void beyond its edge.
        let moved = lattice(40, 30, 30.0, 600_030.0, 3_000_000.0);
        let shifted = Warp::new(target, moved, None)
            .unwrap()
            .apply(&values, Quantity::Measure);
        assert!(shifted[0].is_nan());
        assert_eq!(shifted[1..40], values[..39]);
    }

    #[test]
    fn finer_cells_are_averaged_and_the_commonest_code_wins() {
        let target = Grid::new(2, 1, 30.0, 0.0, 30.0).unwrap();
        let source = lattice(6, 3, 10.0, 0.0, 30.0);
        let heights: Vec<f32> = (0..18).map(|i| (i % 6) as f32).collect();
        let warp = Warp::new(target, source, None).unwrap();
        let mean = warp.apply(&heights, Quantity::Measure);
        assert!((mean[0] - 1.0).abs() < 0.2 && (mean[1] - 4.0).abs() < 0.2);
        let mut codes = vec![5.0_f32; 18];
        for i in [0, 1, 2, 6, 7] {
            codes[i] = 7.0;
        }
        // Five of nine cells.
        assert_eq!(warp.apply(&codes, Quantity::Code), vec![7.0, 5.0]);
        // A void that covers most of a cell stays one.
        for i in [3, 4, 5, 9, 10] {
            codes[i] = f32::NAN;
        }
        assert!(warp.apply(&codes, Quantity::Code)[1].is_nan());
    }

    #[test]
    fn a_slope_in_degrees_stays_a_slope_in_metres() {
        // Values that are the longitude itself, on a lattice of one arc second.
        let second = 1.0 / 3600.0;
        let source = Lattice {
            cols: 400,
            rows: 400,
            dx: second,
            dy: second,
            west: 112.3,
            north: 27.2,
        };
        let values: Vec<f32> = (0..160_000)
            .map(|i| ((i % 400) as f64 + 0.5) as f32)
            .collect();
        let utm = System::from_epsg(32649).unwrap();
        let transform = Transform::new(&utm, &System::wgs84()).unwrap();
        let target = Grid::new(200, 200, 30.0, 631_000.0, 3_008_000.0).unwrap();
        let out = Warp::new(target, source, Some(&transform))
            .unwrap()
            .apply(&values, Quantity::Measure);
        for (col, row) in [(0, 0), (199, 0), (100, 77), (3, 199)] {
            let p = target.centre(col, row);
            let (lon, _) = transform.point(p.x, p.y).unwrap();
            let expected = (lon - 112.3) / second;
            let found = f64::from(out[row * 200 + col]);
            assert!(
                (found - expected).abs() < 0.02,
                "{col} {row}: {found} {expected}"
            );
        }
    }
}
