//! Firebreaks, roads and built line as vectors that block steps of the front.
//!
//! Cells stay burnable: what is blocked is the step from one point to another when its segment
//! crosses or touches a barrier's segment, tested exactly. A wide break has two sides, so the fire
//! stops at its near edge and not at its centre line.

use std::sync::Arc;

use rustc_hash::FxHashMap;
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

/// Segments and where they are.
#[derive(Debug, Clone, Default)]
struct Part {
    segments: Vec<BarrierSegment>,
    spans: Vec<Span>,
}

/// Of each cell the segments that touch it, all in one list.
#[derive(Debug, Clone, Default)]
struct Index {
    ids: Vec<u32>,
    // Looked up by key only, never iterated: its order cannot reach a result.
    by_cell: FxHashMap<u32, (u32, u32)>,
    /// A bit a cell of the grid, set where a segment touches it: neighbours lie side by side, which the map's
    /// entries do not.
    is_touched: Vec<u64>,
}

impl Index {
    /// From pairs of cell and segment, on a grid of so many cells.
    fn of(mut pairs: Vec<(u32, u32)>, cells: usize) -> Self {
        pairs.sort_unstable();
        let mut by_cell = FxHashMap::default();
        let mut is_touched = vec![0; cells.div_ceil(64)];
        for (i, &(cell, _)) in pairs.iter().enumerate() {
            let i = i as u32;
            by_cell.entry(cell).or_insert((i, i)).1 = i + 1;
            is_touched[cell as usize / 64] |= 1 << (cell % 64);
        }
        Self {
            ids: pairs.into_iter().map(|p| p.1).collect(),
            by_cell,
            is_touched,
        }
    }

    #[inline]
    fn touches(&self, cell: u32) -> bool {
        (self.is_touched.get(cell as usize / 64)).is_some_and(|bits| bits >> (cell % 64) & 1 == 1)
    }

    fn at(&self, cell: u32) -> &[u32] {
        if !self.touches(cell) {
            return &[];
        }
        let (from, to) = self.by_cell.get(&cell).copied().unwrap_or_default();
        &self.ids[from as usize..to as usize]
    }
}

/// What stood before a run.
#[derive(Debug, Clone, Default)]
struct Standing {
    part: Part,
    index: Index,
}

/// All barriers of a run, indexed by the simulation cells they touch: those that stood before it, which
/// runs share, and those built since.
#[derive(Debug, Clone)]
pub struct Barriers {
    grid: Grid,
    standing: Arc<Standing>,
    built: Part,
    built_by_cell: FxHashMap<u32, Vec<u32>>,
    lines: Vec<Line>,
}

/// A line that stands before a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingLine<'a> {
    /// Its course.
    pub path: &'a [Point],
    /// Its width, metres.
    pub width_m: f64,
    /// What it is.
    pub kind: BarrierKind,
    /// Whether it may leak.
    pub leaks: bool,
}

/// A break narrower than this share of a cell is represented by its centre line alone.
const NARROW: f64 = 0.5;

impl Part {
    /// Adds a line's spans and segments; `before` is the number of its first span where this part has
    /// none yet.
    fn add_line(
        &mut self,
        cell: f64,
        before: u32,
        line: u32,
        path: &[Point],
        width_m: f64,
        kind: BarrierKind,
    ) {
        let half = width_m / 2.0;
        let mut arc_m = 0.0;
        for pair in path.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let length = a.distance(b);
            if length == 0.0 {
                continue;
            }
            let span = before + self.spans.len() as u32;
            self.spans.push(Span { line, a, b, arc_m });
            arc_m += length;
            let segment = |a, b| BarrierSegment { a, b, kind, span };
            self.segments.push(segment(a, b));
            if width_m > NARROW * cell {
                let (nx, ny) = (-(b.y - a.y) / length * half, (b.x - a.x) / length * half);
                let corner = |p: Point, s: f64| Point::new(p.x + s * nx, p.y + s * ny);
                let ring = [
                    corner(a, 1.0),
                    corner(b, 1.0),
                    corner(b, -1.0),
                    corner(a, -1.0),
                ];
                for i in 0..4 {
                    self.segments.push(segment(ring[i], ring[(i + 1) % 4]));
                }
            }
        }
    }
}

/// Calls `visit` with the number of every cell of a grid that a segment touches.
fn touched_by(grid: &Grid, segment: &BarrierSegment, mut visit: impl FnMut(u32)) {
    let (a, b) = (grid.fractional(segment.a), grid.fractional(segment.b));
    cells_touched(a, b, |col, row| {
        if col >= 0 && row >= 0 && (col as usize) < grid.cols && (row as usize) < grid.rows {
            visit(row as u32 * grid.cols as u32 + col as u32);
        }
    });
}

impl Barriers {
    /// No barriers on a grid.
    pub fn new(grid: Grid) -> Self {
        Self::standing(grid, &[])
    }

    /// Lines that stand before a run, numbered in their order. A copy costs next to nothing.
    pub fn standing(grid: Grid, lines: &[StandingLine<'_>]) -> Self {
        let mut part = Part::default();
        let mut pairs = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let first = part.segments.len();
            part.add_line(
                grid.cell,
                0,
                number as u32,
                line.path,
                line.width_m,
                line.kind,
            );
            for (i, segment) in part.segments[first..].iter().enumerate() {
                touched_by(&grid, segment, |cell| {
                    pairs.push((cell, (first + i) as u32));
                });
            }
        }
        Self {
            grid,
            standing: Arc::new(Standing {
                part,
                index: Index::of(pairs, grid.len()),
            }),
            built: Part::default(),
            built_by_cell: FxHashMap::default(),
            lines: lines.iter().map(|l| Line { leaks: l.leaks }).collect(),
        }
    }

    /// All segments.
    pub fn segments(&self) -> impl Iterator<Item = &BarrierSegment> {
        let standing = &self.standing.part.segments;
        standing.iter().chain(&self.built.segments)
    }

    /// Segments added since the run began.
    pub fn built(&self) -> &[BarrierSegment] {
        &self.built.segments
    }

    fn span(&self, number: u32) -> &Span {
        let standing = &self.standing.part.spans;
        let number = number as usize;
        standing
            .get(number)
            .unwrap_or_else(|| &self.built.spans[number - standing.len()])
    }

    /// Adds a polyline of a real width in metres (0 for a line without width): the centre line and,
    /// when it is wider than half a cell, its two sides and ends. Gives the line's number and the
    /// cells touched.
    pub fn add_line(&mut self, path: &[Point], width_m: f64, kind: BarrierKind) -> (u32, Vec<u32>) {
        let line = self.lines.len() as u32;
        self.lines.push(Line { leaks: false });
        let first = self.built.segments.len();
        let standing = self.standing.part.spans.len() as u32;
        self.built
            .add_line(self.grid.cell, standing, line, path, width_m, kind);
        let mut touched = Vec::new();
        for (i, segment) in self.built.segments[first..].iter().enumerate() {
            touched_by(&self.grid, segment, |cell| {
                let ids = self.built_by_cell.entry(cell).or_default();
                ids.push((first + i) as u32);
                touched.push(cell);
            });
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
        let span = self.span(segment.span);
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

    /// The segments that touch a cell.
    fn at(&self, cell: u32) -> impl Iterator<Item = &BarrierSegment> {
        let standing = &self.standing.part.segments;
        let before = self.standing.index.at(cell).iter();
        let since = self.built_by_cell.get(&cell).into_iter().flatten();
        before
            .map(|&id| &standing[id as usize])
            .chain(since.map(|&id| &self.built.segments[id as usize]))
    }

    /// Whether any barrier touches the cell.
    pub fn touches_cell(&self, cell: u32) -> bool {
        self.standing.index.touches(cell) || self.built_by_cell.contains_key(&cell)
    }

    /// Whether there are no barriers at all.
    pub fn is_empty(&self) -> bool {
        self.segments().next().is_none()
    }

    /// The first barrier met from `from` to `to`: the share of the way at which it stands.
    pub fn first_crossing(&self, from: Point, to: Point) -> Option<(f64, BarrierKind)> {
        self.first_segment(from, to)
            .map(|(share, segment)| (share, segment.kind))
    }

    fn first_segment(&self, from: Point, to: Point) -> Option<(f64, BarrierSegment)> {
        let mut first: Option<(f64, BarrierSegment)> = None;
        let (a, b) = (self.grid.fractional(from), self.grid.fractional(to));
        // Line built over many ticks is many short pieces; most lie off the step.
        let (west, east) = (from.x.min(to.x) - HAIR_M, from.x.max(to.x) + HAIR_M);
        let (south, north) = (from.y.min(to.y) - HAIR_M, from.y.max(to.y) + HAIR_M);
        let is_off = |s: &BarrierSegment| {
            (s.a.x < west && s.b.x < west)
                || (s.a.x > east && s.b.x > east)
                || (s.a.y < south && s.b.y < south)
                || (s.a.y > north && s.b.y > north)
        };
        cells_touched(a, b, |col, row| {
            if col < 0 || row < 0 || col as usize >= self.grid.cols {
                return;
            }
            let cell = row as u32 * self.grid.cols as u32 + col as u32;
            for s in self.at(cell) {
                if !is_off(s)
                    && let Some(share) = segment_crossing(from, to, s.a, s.b)
                    && first.is_none_or(|(best, _)| share < best)
                {
                    first = Some((share, *s));
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

/// Segments this near to a step are looked at, metres: far more than rounding.
const HAIR_M: f64 = 1e-3;

/// Calls `visit(col, row)` for every cell a segment touches, in fractional grid coordinates
/// (columns east, rows south); a hair more rather than one too few.
pub fn cells_touched(a: (f64, f64), b: (f64, f64), mut visit: impl FnMut(i64, i64)) {
    const HAIR: f64 = 1e-7;
    // Asked for at every step beside a barrier: a conversion is quicker than a call for the floor.
    let floor = |v: f64| {
        let whole = v as i64;
        whole - i64::from(v < whole as f64)
    };
    let (top, bottom) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    let (first, last) = (floor(top.1 - HAIR), floor(bottom.1 + HAIR));
    let height = bottom.1 - top.1;
    let is_slant = first != last && height > HAIR;
    let slant = if is_slant {
        (bottom.0 - top.0) / height
    } else {
        0.0
    };
    for row in first..=last {
        let at = |y: f64| top.0 + slant * (y - top.1).clamp(0.0, height);
        let (x0, x1) = if is_slant {
            (at(row as f64 - HAIR), at(row as f64 + 1.0 + HAIR))
        } else {
            (a.0, b.0)
        };
        for col in floor(x0.min(x1) - HAIR)..=floor(x0.max(x1) + HAIR) {
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
    fn barriers_that_stand_and_those_built_since_block_alike() {
        let p = Point::new;
        let north_south = |x: f64| [p(x, 50.0), p(x, 400.0)];
        let (road, line) = (north_south(100.0), north_south(200.0));
        let standing = |path, width_m, kind, leaks| StandingLine {
            path,
            width_m,
            kind,
            leaks,
        };
        let before = standing(&road[..], 3.0, BarrierKind::Road, false);
        let mut barriers = Barriers::standing(grid(), &[before]);
        let (number, _) = barriers.add_line(&line, 12.0, BarrierKind::BuiltLine);
        assert_eq!(number, 1);
        barriers.set_leaks(number);
        assert_eq!(barriers.built().len(), 5);
        let since = standing(&line[..], 12.0, BarrierKind::BuiltLine, true);
        let all = Barriers::standing(grid(), &[before, since]);
        assert!(all.built().is_empty());
        let met = |b: &Barriers| {
            let kinds = [95.0, 195.0].map(|x| {
                let met = b.first_crossing(p(x - 10.0, 205.0), p(x + 20.0, 206.0));
                met.map(|m| m.1)
            });
            (kinds, b.leak_met(p(190.0, 205.0), p(200.0, 205.0)))
        };
        let got = met(&barriers);
        assert_eq!(
            got.0,
            [Some(BarrierKind::Road), Some(BarrierKind::BuiltLine)]
        );
        assert!(got.1.is_some_and(|m| m.line == 1));
        assert_eq!(met(&all), got);
        assert!(all.segments().eq(barriers.segments()));
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
