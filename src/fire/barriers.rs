//! Firebreaks, roads and built line as vectors that block steps of the front.
//!
//! Cells stay burnable: what is blocked is the step from one point to another when its segment
//! crosses or touches a barrier's segment, tested exactly. A wide break has two sides, so the fire
//! stops at its near edge and not at its centre line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::base::geo::{Grid, Point, nearest_on_segment, segment_crossing};

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
    /// The stretch of a line that it stands for.
    span: u32,
}

/// A straight stretch of a line: its centre, and where along the line it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    line: u32,
    a: Point,
    b: Point,
    arc_m: f64,
}

/// A line as it was added.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    leaks: bool,
}

/// Where a step meets a line that may leak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakMet {
    /// Number of the line.
    pub line: u32,
    /// How far along the line, metres.
    pub arc_m: f64,
    /// The place on the line's centre.
    pub at: Point,
    /// Unit vector (east, north) across the line, the way the step goes.
    pub across: (f64, f64),
}

/// All barriers of a run, indexed by the simulation cells they touch.
#[derive(Debug, Clone)]
pub struct Barriers {
    grid: Grid,
    segments: Vec<BarrierSegment>,
    spans: Vec<Span>,
    lines: Vec<Line>,
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
            spans: Vec::new(),
            lines: Vec::new(),
            by_cell: HashMap::new(),
        }
    }

    /// All segments.
    pub fn segments(&self) -> &[BarrierSegment] {
        &self.segments
    }

    /// Adds a polyline of a real width in metres (0 for a line without width): the centre line and,
    /// when it is wider than half a cell, its two sides and ends. Gives the line's number and the
    /// cells touched.
    pub fn add_line(&mut self, path: &[Point], width_m: f64, kind: BarrierKind) -> (u32, Vec<u32>) {
        let line = self.lines.len() as u32;
        self.lines.push(Line { leaks: false });
        let mut touched = Vec::new();
        let half = width_m / 2.0;
        let mut arc_m = 0.0;
        for pair in path.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let length = a.distance(b);
            if length == 0.0 {
                continue;
            }
            let span = self.spans.len() as u32;
            self.spans.push(Span { line, a, b, arc_m });
            arc_m += length;
            let segment = |a, b| BarrierSegment { a, b, kind, span };
            touched.extend(self.add(segment(a, b)));
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
                    touched.extend(self.add(segment(ring[i], ring[(i + 1) % 4])));
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        (line, touched)
    }

    /// Lets a line leak: fire that comes to it is noted, see [`Barriers::leak_met`]. It blocks all
    /// the same; whoever draws the chance starts the fire behind it.
    pub fn set_leaks(&mut self, line: u32) {
        if let Some(line) = self.lines.get_mut(line as usize) {
            line.leaks = true;
        }
    }

    /// Where the step from `from` to `to` meets a barrier, when the first one met may leak.
    pub fn leak_met(&self, from: Point, to: Point) -> Option<LeakMet> {
        let (_, segment) = self.first_segment(from, to)?;
        let span = &self.spans[segment.span as usize];
        if !self.lines[span.line as usize].leaks {
            return None;
        }
        let (share, at) = nearest_on_segment(from, span.a, span.b);
        let length = span.a.distance(span.b);
        let (ux, uy) = (
            (span.b.x - span.a.x) / length,
            (span.b.y - span.a.y) / length,
        );
        let side = ux * (to.y - from.y) - uy * (to.x - from.x);
        let sign = if side >= 0.0 { 1.0 } else { -1.0 };
        Some(LeakMet {
            line: span.line,
            arc_m: span.arc_m + share * length,
            at,
            across: (-uy * sign, ux * sign),
        })
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
        self.first_segment(from, to)
            .map(|(share, segment)| (share, segment.kind))
    }

    fn first_segment(&self, from: Point, to: Point) -> Option<(f64, BarrierSegment)> {
        let mut first: Option<(f64, BarrierSegment)> = None;
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
                    first = Some((share, s));
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
