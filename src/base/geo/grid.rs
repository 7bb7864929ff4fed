//! Regular grids of square cells, north up, and what stands in them.

use super::{Extent, Point};

/// A north-up grid of square cells. Row 0 is the northernmost, column 0 the westernmost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Number of columns, at least 1.
    pub cols: usize,
    /// Number of rows, at least 1.
    pub rows: usize,
    /// Side of a cell, metres, more than 0.
    pub cell: f64,
    /// x of the west edge, metres.
    pub west: f64,
    /// y of the north edge, metres.
    pub north: f64,
}

/// Why a grid was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GridError {
    /// No cells, or more than 2^31.
    #[error("a grid of {cols} x {rows} cells: expected 1 to 2,147,483,647 cells")]
    Size {
        /// Columns asked for.
        cols: usize,
        /// Rows asked for.
        rows: usize,
    },
    /// The cell is not a positive length.
    #[error("a cell size of {0} m: expected a positive number")]
    Cell(f64),
}

impl Grid {
    /// A checked grid.
    pub fn new(
        cols: usize,
        rows: usize,
        cell: f64,
        west: f64,
        north: f64,
    ) -> Result<Self, GridError> {
        if cols == 0 || rows == 0 || cols.checked_mul(rows).is_none_or(|n| n > i32::MAX as usize) {
            return Err(GridError::Size { cols, rows });
        }
        if !(cell > 0.0 && cell.is_finite()) {
            return Err(GridError::Cell(cell));
        }
        Ok(Self {
            cols,
            rows,
            cell,
            west,
            north,
        })
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cols * self.rows
    }

    /// Never true; a grid has cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The box the grid covers.
    pub fn extent(&self) -> Extent {
        Extent {
            min: Point::new(self.west, self.north - self.rows as f64 * self.cell),
            max: Point::new(self.west + self.cols as f64 * self.cell, self.north),
        }
    }

    /// Centre of the cell in column `col`, row `row`.
    pub fn centre(&self, col: usize, row: usize) -> Point {
        Point::new(
            self.west + (col as f64 + 0.5) * self.cell,
            self.north - (row as f64 + 0.5) * self.cell,
        )
    }

    /// Column and row of the cell a point falls in; none outside the grid.
    pub fn cell_at(&self, p: Point) -> Option<(usize, usize)> {
        let (c, r) = self.fractional(p);
        if c < 0.0 || r < 0.0 || c.is_nan() || r.is_nan() {
            return None;
        }
        let (c, r) = (c as usize, r as usize);
        (c < self.cols && r < self.rows).then_some((c, r))
    }

    /// Position in units of cells from the north-west corner: (columns east, rows south).
    pub fn fractional(&self, p: Point) -> (f64, f64) {
        (
            (p.x - self.west) / self.cell,
            (self.north - p.y) / self.cell,
        )
    }

    /// Column and row of the nearest cell, clamped to the grid.
    pub fn nearest(&self, p: Point) -> (usize, usize) {
        let (c, r) = self.fractional(p);
        (
            (c.max(0.0) as usize).min(self.cols - 1),
            (r.max(0.0) as usize).min(self.rows - 1),
        )
    }

    /// The part of the grid that covers `extent`, as a grid of its own, with the column and row of
    /// its first cell; none when they do not meet.
    pub fn crop(&self, extent: Extent) -> Option<(Self, usize, usize)> {
        let (c0, r0) = self.fractional(Point::new(extent.min.x, extent.max.y));
        let (c1, r1) = self.fractional(Point::new(extent.max.x, extent.min.y));
        let (c0, r0) = (
            libm::floor(c0).max(0.0) as usize,
            libm::floor(r0).max(0.0) as usize,
        );
        let c1 = (libm::ceil(c1).max(0.0) as usize).min(self.cols);
        let r1 = (libm::ceil(r1).max(0.0) as usize).min(self.rows);
        if c1 <= c0 || r1 <= r0 {
            return None;
        }
        let part = Self {
            cols: c1 - c0,
            rows: r1 - r0,
            cell: self.cell,
            west: self.west + c0 as f64 * self.cell,
            north: self.north - r0 as f64 * self.cell,
        };
        Some((part, c0, r0))
    }
}

/// A value for every cell of a grid, row by row from the north-west.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster<T> {
    /// Where the cells are.
    pub grid: Grid,
    /// The values; `grid.len()` of them.
    pub data: Vec<T>,
}

impl<T: Copy> Raster<T> {
    /// A raster of one value.
    pub fn filled(grid: Grid, value: T) -> Self {
        Self {
            grid,
            data: vec![value; grid.len()],
        }
    }

    /// The value in column `col`, row `row`.
    pub fn get(&self, col: usize, row: usize) -> T {
        self.data[row * self.grid.cols + col]
    }

    /// Sets the value in column `col`, row `row`.
    pub fn set(&mut self, col: usize, row: usize, value: T) {
        self.data[row * self.grid.cols + col] = value;
    }

    /// The value of the cell a point falls in; none outside.
    pub fn at(&self, p: Point) -> Option<T> {
        self.grid.cell_at(p).map(|(c, r)| self.get(c, r))
    }
}

impl<T: Copy + Into<f64>> Raster<T> {
    /// Bilinear interpolation between cell centres, clamped at the edges.
    pub fn bilinear(&self, p: Point) -> f64 {
        let (c, r) = self.grid.fractional(p);
        let c = (c - 0.5).clamp(0.0, (self.grid.cols - 1) as f64);
        let r = (r - 0.5).clamp(0.0, (self.grid.rows - 1) as f64);
        let (c0, r0) = (c as usize, r as usize);
        let (c1, r1) = (
            (c0 + 1).min(self.grid.cols - 1),
            (r0 + 1).min(self.grid.rows - 1),
        );
        let (u, v) = (c - c0 as f64, r - r0 as f64);
        let north = self.get(c0, r0).into() * (1.0 - u) + self.get(c1, r0).into() * u;
        let south = self.get(c0, r1).into() * (1.0 - u) + self.get(c1, r1).into() * u;
        north * (1.0 - v) + south * v
    }
}

/// Slope (rise over run) and aspect (the way the slope faces, downhill, degrees clockwise from
/// north; 0 where flat) by the third-order finite difference of Horn (1981), *Proc. IEEE* 69:14-47.
pub fn slope_aspect<T: Copy + Into<f64>>(
    elevation: &Raster<T>,
    col: usize,
    row: usize,
) -> (f64, f64) {
    let g = &elevation.grid;
    let at = |dc: i64, dr: i64| -> f64 {
        let c = (col as i64 + dc).clamp(0, g.cols as i64 - 1) as usize;
        let r = (row as i64 + dr).clamp(0, g.rows as i64 - 1) as usize;
        elevation.get(c, r).into()
    };
    let dz_dx = ((at(1, -1) + 2.0 * at(1, 0) + at(1, 1))
        - (at(-1, -1) + 2.0 * at(-1, 0) + at(-1, 1)))
        / (8.0 * g.cell);
    let dz_dy = ((at(-1, -1) + 2.0 * at(0, -1) + at(1, -1))
        - (at(-1, 1) + 2.0 * at(0, 1) + at(1, 1)))
        / (8.0 * g.cell);
    let slope = libm::hypot(dz_dx, dz_dy);
    if slope == 0.0 {
        return (0.0, 0.0);
    }
    // Downhill is against the gradient.
    let aspect = libm::atan2(-dz_dx, -dz_dy).to_degrees();
    (slope, if aspect < 0.0 { aspect + 360.0 } else { aspect })
}

/// The offsets of all cells that the segment from the centre of cell (0, 0) to the centre of cell
/// `(dx, dy)` touches, ends left out. A corner touched exactly counts both cells beside it.
///
/// Amanatides & Woo 1987 walk, made inclusive at corners.
pub fn supercover(dx: i32, dy: i32) -> Vec<(i32, i32)> {
    let mut cells = Vec::new();
    let (nx, ny) = (dx.abs(), dy.abs());
    let (sx, sy) = (dx.signum(), dy.signum());
    let (mut x, mut y) = (0, 0);
    let (mut ix, mut iy) = (0, 0);
    while ix < nx || iy < ny {
        let decision = (1 + 2 * ix) * ny - (1 + 2 * iy) * nx;
        let order = decision.cmp(&0);
        if order.is_eq() {
            cells.push((x + sx, y));
            cells.push((x, y + sy));
            x += sx;
            y += sy;
            ix += 1;
            iy += 1;
        } else if order.is_lt() {
            x += sx;
            ix += 1;
        } else {
            y += sy;
            iy += 1;
        }
        cells.push((x, y));
    }
    cells.retain(|&c| c != (0, 0) && c != (dx, dy));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_that_falls_to_the_south_faces_south() {
        let grid = Grid::new(5, 5, 10.0, 0.0, 50.0).unwrap();
        let mut dem = Raster::filled(grid, 0.0_f64);
        for row in 0..5 {
            for col in 0..5 {
                let p = grid.centre(col, row);
                dem.set(col, row, 0.5 * p.y);
            }
        }
        let (slope, aspect) = slope_aspect(&dem, 2, 2);
        assert!((slope - 0.5).abs() < 1e-12);
        assert!((aspect - 180.0).abs() < 1e-9);
        assert!((dem.bilinear(Point::new(22.0, 31.0)) - 15.5).abs() < 1e-12);
    }

    #[test]
    fn a_diagonal_step_touches_the_two_cells_beside_its_corner() {
        assert_eq!(supercover(1, 1), vec![(1, 0), (0, 1)]);
        assert_eq!(supercover(2, 1).len(), 2);
        assert_eq!(supercover(3, 0), vec![(1, 0), (2, 0)]);
    }

    #[test]
    fn cropping_keeps_cells_where_they_were() {
        let grid = Grid::new(100, 80, 30.0, 1000.0, 5000.0).unwrap();
        let (part, c0, r0) = grid
            .crop(Extent {
                min: Point::new(1100.0, 4000.0),
                max: Point::new(1300.0, 4500.0),
            })
            .unwrap();
        assert_eq!(part.centre(0, 0), grid.centre(c0, r0));
        assert!(part.extent().contains(Point::new(1300.0, 4000.0)));
    }
}
