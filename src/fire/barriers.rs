//! Firebreaks, roads and built line as vectors that block steps of the front.
//!
//! Cells stay burnable: what is blocked is the step from one point to another when its segment
//! crosses or touches a barrier's segment, tested exactly. A wide break has two sides, so the fire
//! stops at its near edge and not at its centre line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::base::geo::{Grid, Point, segment_crossing};

/// What a barrier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BarrierKind {
    /// A planted belt or an isolation belt.
    Firebreak,
    /// A road wide enough to stop the fire.
    Road,
    /// Line built by crews during the run.
    BuiltLine,
}

/// One straight piece of a barrier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BarrierSegment {
    /// One end.
    pub a: Point,
    /// The other end.
    pub b: Point,
    /// What it is.
    pub kind: BarrierKind,
}

/// All barriers of a run, indexed by the simulation cells they touch.
#[derive(Debug, Clone)]
pub struct Barriers {
    grid: Grid,
    segments: Vec<BarrierSegment>,
    // Looked up by key only, never iterated: its order cannot reach a result.
    by_cell: HashMap<u32, Vec<u32>>,
}

/// A break narrower than this share of a cell is represented by its centre line alone.
const NARROW: f64 = 0.5;

impl Barriers {
    /// No barriers on a grid.
    pub fn new(grid: Grid) -> Self {
        Self {
            grid,
            segments: Vec::new(),
            by_cell: HashMap::new(),
        }
    }

    /// All segments.
    pub fn segments(&self) -> &[BarrierSegment] {
        &self.segments
    }

    /// Adds a polyline of a real width in metres (0 for a line without width): the centre line and,
    /// when it is wider than half a cell, its two sides and ends. Gives the cells touched.
    pub fn add_line(&mut self, path: &[Point], width_m: f64, kind: BarrierKind) -> Vec<u32> {
        let mut touched = Vec::new();
        let half = width_m / 2.0;
        for pair in path.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let length = a.distance(b);
            if length == 0.0 {
                continue;
            }
            touched.extend(self.add(BarrierSegment { a, b, kind }));
            if width_m > NARROW * self.grid.cell {
                let (nx, ny) = (-(b.y - a.y) / length * half, (b.x - a.x) / length * half);
                let corner = |p: Point, s: f64| Point::new(p.x + s * nx, p.y + s * ny);
                let ring = [
                    corner(a, 1.0),
                    corner(b, 1.0),
                    corner(b, -1.0),
                    corner(a, -1.0),
                ];
                for i in 0..4 {
                    touched.extend(self.add(BarrierSegment {
                        a: ring[i],
                        b: ring[(i + 1) % 4],
                        kind,
                    }));
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    fn add(&mut self, segment: BarrierSegment) -> Vec<u32> {
        let id = self.segments.len() as u32;
        self.segments.push(segment);
        let mut touched = Vec::new();
        let (a, b) = (
            self.grid.fractional(segment.a),
            self.grid.fractional(segment.b),
        );
        cells_touched(a, b, |col, row| {
            if col >= 0
                && row >= 0
                && (col as usize) < self.grid.cols
                && (row as usize) < self.grid.rows
            {
                let cell = row as u32 * self.grid.cols as u32 + col as u32;
                self.by_cell.entry(cell).or_default().push(id);
                touched.push(cell);
            }
        });
        touched
    }

    /// Whether any barrier touches the cell.
    pub fn touches_cell(&self, cell: u32) -> bool {
        self.by_cell.contains_key(&cell)
    }

    /// Whether there are no barriers at all.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The first barrier met from `from` to `to`: the share of the way at which it stands.
    pub fn first_crossing(&self, from: Point, to: Point) -> Option<(f64, BarrierKind)> {
        let mut first: Option<(f64, BarrierKind)> = None;
        let (a, b) = (self.grid.fractional(from), self.grid.fractional(to));
        cells_touched(a, b, |col, row| {
            if col < 0 || row < 0 || col as usize >= self.grid.cols {
                return;
            }
            let cell = row as u32 * self.grid.cols as u32 + col as u32;
            for &id in self.by_cell.get(&cell).into_iter().flatten() {
                let s = self.segments[id as usize];
                if let Some(share) = segment_crossing(from, to, s.a, s.b)
                    && first.is_none_or(|(best, _)| share < best)
                {
                    first = Some((share, s.kind));
                }
            }
        });
        first
    }

    /// Whether the step from `from` to `to` is blocked.
    pub fn blocks(&self, from: Point, to: Point) -> bool {
        self.first_crossing(from, to).is_some()
    }
}

/// Calls `visit(col, row)` for every cell a segment touches, in fractional grid coordinates
/// (columns east, rows south); a hair more rather than one too few.
pub fn cells_touched(a: (f64, f64), b: (f64, f64), mut visit: impl FnMut(i64, i64)) {
    const HAIR: f64 = 1e-7;
    let (top, bottom) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    let first = libm::floor(top.1 - HAIR) as i64;
    let last = libm::floor(bottom.1 + HAIR) as i64;
    let height = bottom.1 - top.1;
    for row in first..=last {
        let at = |y: f64| {
            if height > 0.0 {
                top.0 + (bottom.0 - top.0) * ((y - top.1) / height).clamp(0.0, 1.0)
            } else {
                top.0
            }
        };
        let (mut x0, mut x1) = if height > HAIR {
            (at(row as f64 - HAIR), at(row as f64 + 1.0 + HAIR))
        } else {
            (a.0, b.0)
        };
        if x0 > x1 {
            std::mem::swap(&mut x0, &mut x1);
        }
        for col in libm::floor(x0 - HAIR) as i64..=libm::floor(x1 + HAIR) as i64 {
            visit(col, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid::new(50, 50, 10.0, 0.0, 500.0).unwrap()
    }

    #[test]
    fn a_road_blocks_what_crosses_it_and_nothing_beside_it() {
        let mut barriers = Barriers::new(grid());
        barriers.add_line(
            &[Point::new(100.0, 50.0), Point::new(100.0, 400.0)],
            3.0,
            BarrierKind::Road,
        );
        let p = Point::new;
        assert!(barriers.blocks(p(95.0, 205.0), p(105.0, 205.0)));
        assert!(barriers.blocks(p(85.0, 205.0), p(125.0, 215.0)));
        assert!(!barriers.blocks(p(95.0, 205.0), p(95.0, 215.0)));
        assert!(!barriers.blocks(p(95.0, 455.0), p(105.0, 455.0)));
    }

    #[test]
    fn a_wide_belt_stops_the_fire_at_its_near_edge() {
        let mut barriers = Barriers::new(grid());
        barriers.add_line(
            &[Point::new(200.0, 0.0), Point::new(200.0, 500.0)],
            40.0,
            BarrierKind::Firebreak,
        );
        let (share, _) = barriers
            .first_crossing(Point::new(155.0, 255.0), Point::new(205.0, 255.0))
            .unwrap();
        assert!((155.0 + share * 50.0 - 180.0).abs() < 1e-9);
    }
}
