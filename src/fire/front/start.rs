//! Starts and restarts: arrivals from exact points and lines that are not cells.

use super::SpreadSource;
use super::cells::Cell;
use super::solver::{Front, Origin, Stage, StartKind};
use super::stencil;
use crate::base::geo::{Point, polygon_contains};

/// Arrivals are exact out to so many cells around a start, or twice the stencil's reach if that is more:
/// a 50-cell fire of length-to-width 8 is 13 % short with 3 cells and 0.4 % with 13.
pub(super) const EXACT_CELLS: i32 = 12;

/// Samples of the ground along a way, a cell.
const SAMPLES_A_CELL: f64 = 2.0;
/// Steps of a strip that are looked at in any case.
const LEAST_STEPS: i32 = 2;
/// Ways between those of two pieces that are looked at: on rough ground ways part company where the line
/// is straight.
const MOST_FANS: i32 = 1;
/// A piece of fire line offers arrivals farther off when fire has run so far from it, cells.
const WAIT_CELLS: f64 = 0.8;

/// Starts a front can have; further ones are refused.
pub const MOST_STARTS: usize = 65_000;

/// How a fire starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// At a point; it accelerates.
    Point(Point),
    /// Along a line, at its steady rate.
    Line(Vec<Point>),
    /// Over an area: what lies inside burns at once.
    Polygon(Vec<Point>),
    /// Along the edge of a fire that has burnt on the other side of it: as a line, but arrivals are exact right
    /// beside it only, which is as good where an edge is long.
    Edge(Vec<Point>),
}

/// A straight piece of burning line, or a point, from which nearby cells take their arrival.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub a: Point,
    pub b: Point,
    /// When it burns, seconds.
    pub t: f64,
    pub origin: u16,
    /// The cell before it, for a piece of fire line that the grid shows.
    pub ahead: Option<(usize, usize)>,
    /// Burnt places behind its ends, for a piece of fire line: what lies across a barrier from
    /// both is not burning.
    pub behind: Option<[Point; 2]>,
    /// The unburnt cells around it that burn, for a piece of fire line.
    pub near: [Option<(usize, usize)>; 3],
    /// Whether it leads to a sharp end of the line beyond those cells.
    pub sharp: bool,
    /// How far it offers exact arrivals, cells; 0 when that has not been asked.
    pub cells: i32,
}

/// How fire goes on from a piece of line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Onward {
    /// The way it takes, cells east and south; the longer part is one cell.
    way: (f64, f64),
    /// The time that takes, seconds.
    time: f64,
    /// How many times as far the stencils there look.
    reach: i32,
}

/// What became of an arrival that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// It is the earliest so far.
    Earliest,
    /// The cell has burnt, or burns sooner.
    Later,
    /// A barrier is in the way, or ground that does not burn.
    Blocked,
}

impl<S: SpreadSource> Front<S> {
    /// Starts a fire at `t` seconds (not before now). Gives its number, or none when the place is
    /// off the map or does not burn, or when there are [`MOST_STARTS`].
    pub fn ignite(&mut self, start: &Start, t: f64) -> Option<usize> {
        self.ignite_as(start, t, StartKind::Ignition, None)
    }

    /// Starts a fire that came about in some way, from start number `parent` of an earlier fire if
    /// it came from one: it then belongs to that fire. Gives the number of the start. A spot fire or
    /// re-ignition on ground that has burnt is none.
    pub fn ignite_as(
        &mut self,
        start: &Start,
        t: f64,
        kind: StartKind,
        parent: Option<usize>,
    ) -> Option<usize> {
        self.advance_to(t);
        let (points, acceleration) = match start {
            Start::Point(p) => (vec![*p], self.source.acceleration_per_s()),
            Start::Line(p) | Start::Polygon(p) | Start::Edge(p) => (p.clone(), 0.0),
        };
        let origin = u16::try_from(self.origins.len())
            .ok()
            .filter(|&n| usize::from(n) < MOST_STARTS)?;
        if matches!(kind, StartKind::Spot | StartKind::Reignition) {
            let (c, r) = self.tiles.grid.cell_at(points[0])?;
            if self.burnt_at(c, r).is_some() {
                return None;
            }
        }
        let family = parent
            .and_then(|p| self.origins.get(p))
            .map_or(origin, |o| o.family);
        let grid = self.tiles.grid;
        let burnable = points.iter().any(|p| {
            grid.cell_at(*p)
                .is_some_and(|(c, r)| self.metric_at(c, r).is_some())
        });
        if !burnable {
            return None;
        }
        let from_point = matches!(start, Start::Point(_));
        self.origins.push(Origin {
            t,
            acceleration,
            from_point,
            kind,
            family,
        });
        self.origin_places.push(points[0]);
        let ellipse = self.ellipse_at_start(origin as usize);
        self.small.push(
            ellipse
                .map(|ellipse| Stage {
                    since: t,
                    shape: points.clone(),
                    ellipse,
                })
                .into_iter()
                .collect(),
        );
        self.origin_burnt.push(0);
        self.origin_cells.push(Vec::new());
        let mut ends = points.clone();
        if let Start::Polygon(ring) = start {
            ends.push(points[0]);
            self.burn_inside(ring, t, origin);
        }
        if ends.len() == 1 {
            ends.push(points[0]);
        }
        for pair in ends.windows(2) {
            let piece = Piece {
                a: pair[0],
                b: pair[1],
                t,
                origin,
                ahead: None,
                behind: None,
                near: [None; 3],
                sharp: false,
                cells: 0,
            };
            let piece = self.with_cells(piece, matches!(start, Start::Edge(_)));
            self.pieces.push(piece);
            self.seed(&piece);
        }
        Some(origin as usize)
    }

    fn burn_inside(&mut self, ring: &[Point], t: f64, origin: u16) {
        let grid = self.tiles.grid;
        let Some(extent) = crate::base::geo::Extent::around(ring.iter().copied()) else {
            return;
        };
        let Some((part, c0, r0)) = grid.crop(extent) else {
            return;
        };
        let mut inside = Vec::new();
        for row in r0..r0 + part.rows {
            for col in c0..c0 + part.cols {
                if polygon_contains(ring, grid.centre(col, row)) {
                    let at = self.touch(col, row);
                    let c = &mut self.tiles.tiles[at.0].cells[at.1];
                    if !c.is_burnt() && !c.is_still() {
                        c.origin = origin;
                        c.t = t;
                        inside.push((col, row));
                    }
                }
            }
        }
        for (col, row) in inside {
            let at = self.touch(col, row);
            self.accept(col, row, t, at);
        }
    }

    /// Reach of the stencil, plus one, where a piece of line stands.
    fn reach_near(&mut self, a: Point, b: Point) -> i32 {
        let grid = self.tiles.grid;
        let (col, row) = grid.nearest(a.towards(b, 0.5));
        let fuel = self.source.fuel(col, row);
        let ellipse = if fuel == 0 {
            None
        } else {
            self.source.spread(col, row, fuel)
        };
        let reach = ellipse.map_or(2, |e| {
            stencil::get(stencil::number(e.length_to_width, e.heading)).reach
        });
        self.reach = self.reach.max(reach);
        reach + 1
    }

    /// A piece with the distance to which it offers exact arrivals under the present weather; to what is right
    /// beside it only when it is part of an edge.
    pub(super) fn with_cells(&mut self, piece: Piece, is_edge: bool) -> Piece {
        let reach = self.reach_near(piece.a, piece.b);
        let cells = if is_edge || piece.behind.is_some() {
            reach.max(3)
        } else {
            EXACT_CELLS.max(2 * reach)
        };
        Piece { cells, ..piece }
    }

    /// Offers every unburnt cell near a piece its exact arrival from it.
    pub(super) fn seed(&mut self, piece: &Piece) {
        let (a, b, (c0, r0, c1, r1)) = self.near(piece);
        for row in r0 as i64..=r1 {
            for col in c0 as i64..=c1 {
                self.offer_from(piece, a, b, (col as usize, row as usize));
            }
        }
    }

    /// [`Front::seed`] of a piece for some cells only, beside a new barrier. Barriers only grow: what was in the
    /// way of a piece once is so until the next restart.
    pub(super) fn seed_cells(&mut self, number: usize, cells: &[(usize, usize)]) {
        let piece = self.pieces[number];
        let (a, b, (c0, r0, c1, r1)) = self.near(&piece);
        for &(col, row) in cells {
            if !(c0 as i64..=c1).contains(&(col as i64))
                || !(r0 as i64..=r1).contains(&(row as i64))
            {
                continue;
            }
            let pair = (number as u32, self.number(col, row));
            if !self.in_the_way.contains(&pair)
                && self.offer_from(&piece, a, b, (col, row)) == Offer::Blocked
            {
                self.in_the_way.insert(pair);
            }
        }
    }

    /// The ends of a piece in cells, and the first column and row of the cells that it offers arrivals to, and
    /// the last ones.
    #[allow(clippy::type_complexity, reason = "two places and a box")]
    fn near(&self, piece: &Piece) -> ((f64, f64), (f64, f64), (usize, usize, i64, i64)) {
        let grid = self.tiles.grid;
        let radius = f64::from(piece.cells) + 0.5;
        let (a, b) = (self.in_cells(piece.a), self.in_cells(piece.b));
        let low = |v: f64| libm::ceil(v - radius).max(0.0) as usize;
        let high = |v: f64, n: usize| libm::floor(v + radius).clamp(-1.0, n as f64 - 1.0) as i64;
        let (c0, c1) = (low(a.0.min(b.0)), high(a.0.max(b.0), grid.cols));
        let (r0, r1) = (low(a.1.min(b.1)), high(a.1.max(b.1), grid.rows));
        (a, b, (c0, r0, c1, r1))
    }

    /// A place in cells east and south of the centre of the first cell.
    fn in_cells(&self, p: Point) -> (f64, f64) {
        let (x, y) = self.tiles.grid.fractional(p);
        (x - 0.5, y - 0.5)
    }

    /// Lights the fire line anew. A piece of it offers arrivals to the cells right before it now, and
    /// to those farther off when fire has run on for [`WAIT_CELLS`] ([`Front::burn_on`]): most of a fire
    /// line does not get so far until the weather changes again.
    pub(super) fn relight(&mut self) {
        self.waiting.clear();
        self.onward.clear();
        self.onward.resize(self.pieces.len(), None);
        for number in 0..self.pieces.len() {
            let piece = self.pieces[number];
            if piece.ahead.is_none() {
                let piece = self.with_cells(piece, false);
                self.pieces[number] = piece;
                self.seed(&piece);
                continue;
            }
            let (a, b) = (self.in_cells(piece.a), self.in_cells(piece.b));
            for at in piece.near.into_iter().flatten() {
                self.offer_from(&piece, a, b, at);
            }
            let onward = self.way_ahead(&piece);
            if let Some(on) = onward {
                let t = if piece.sharp {
                    0.0
                } else {
                    WAIT_CELLS * on.time
                };
                let t = self.origins[usize::from(piece.origin)].later(piece.t, t);
                self.waiting.push((t, number as u32));
            }
            self.onward[number] = onward;
        }
        // The last is the next.
        self.waiting
            .sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    }

    /// A piece of fire line offers arrivals along the way that fire takes from it (the characteristic
    /// of its normal) as far as stencils reach; between its way and that of the piece before it, where
    /// they part company, the point they share does. Cells that are left out take theirs from cells
    /// that burn before them.
    pub(super) fn burn_on(&mut self, number: usize) {
        let piece = self.pieces[number];
        let Some(on) = self.onward[number] else {
            return;
        };
        let (a, b) = (self.in_cells(piece.a), self.in_cells(piece.b));
        let middle = (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1));
        self.strip(&piece, a, b, middle, on.way, on.reach);
        if number > 0
            && self.pieces[number - 1].b == piece.a
            && let Some(before) = self.onward[number - 1]
        {
            self.fan(&piece, a, b, before.way, &on);
        }
    }

    /// How fire goes on from a piece of line under the metric ahead of it.
    fn way_ahead(&mut self, piece: &Piece) -> Option<Onward> {
        let ahead = piece.ahead?;
        let metric = self.metric_at(ahead.0, ahead.1)?;
        let at = self.touch(ahead.0, ahead.1);
        let number = self.tiles.tiles[at.0].cells[at.1].stencil();
        let reach = stencil::get(number).reach;
        // Burnt ground is on the left of the piece: outward is to the right. Rows run south.
        let (dx, dy) = (piece.b.x - piece.a.x, piece.b.y - piece.a.y);
        let length = libm::hypot(dx, dy);
        if length == 0.0 {
            return None;
        }
        let way = metric.wide().way_of_normal((dy / length, dx / length));
        let scale = 1.0 / way.0.abs().max(way.1.abs()).max(1e-12);
        let way = (way.0 * scale, way.1 * scale);
        Some(Onward {
            way,
            time: metric.time(way.0, way.1),
            reach,
        })
    }

    /// Fills the corner between the ways of two pieces that meet in `a`.
    fn fan(
        &mut self,
        piece: &Piece,
        a: (f64, f64),
        b: (f64, f64),
        before: (f64, f64),
        on: &Onward,
    ) {
        let (way, reach) = (on.way, on.reach);
        let (dx, dy) = (way.0 - before.0, way.1 - before.1);
        let gap = dx.abs().max(dy.abs()) * f64::from(reach);
        let between = ((gap / 2.0) as i32).min(MOST_FANS);
        for k in 0..between {
            let s = (f64::from(k) + 1.0) / (f64::from(between) + 1.0);
            let v = (before.0 + s * dx, before.1 + s * dy);
            let scale = 1.0 / v.0.abs().max(v.1.abs()).max(1e-3);
            self.strip(piece, a, b, a, (v.0 * scale, v.1 * scale), reach);
        }
    }

    /// Offers arrivals from a piece to the cells within one of the way from `from`.
    fn strip(
        &mut self,
        piece: &Piece,
        a: (f64, f64),
        b: (f64, f64),
        from: (f64, f64),
        way: (f64, f64),
        reach: i32,
    ) {
        let (cols, rows) = (self.tiles.grid.cols as f64, self.tiles.grid.rows as f64);
        let upright = way.1.abs() > way.0.abs();
        for k in 0..=reach {
            let s = f64::from(k);
            let (x, y) = (from.0 + s * way.0, from.1 + s * way.1);
            // The two cells on both sides of the way.
            let (low, other) = if upright {
                ((libm::floor(x), libm::floor(y + 0.5)), (1.0, 0.0))
            } else {
                ((libm::floor(x + 0.5), libm::floor(y)), (0.0, 1.0))
            };
            let mut earlier = false;
            for (c, r) in [low, (low.0 + other.0, low.1 + other.1)] {
                if c >= 0.0 && r >= 0.0 && c < cols && r < rows {
                    let offer = self.offer_from(piece, a, b, (c as usize, r as usize));
                    earlier |= offer == Offer::Earliest;
                }
            }
            // Beyond cells that another piece reaches earlier this one comes too late.
            if !earlier && k >= LEAST_STEPS {
                break;
            }
        }
    }

    /// Offers a cell its exact arrival from a piece whose ends lie at `a` and `b`, in cells.
    fn offer_from(
        &mut self,
        piece: &Piece,
        a: (f64, f64),
        b: (f64, f64),
        (col, row): (usize, usize),
    ) -> Offer {
        let grid = self.tiles.grid;
        let at = self.touch(col, row);
        let x = self.tiles.tiles[at.0].cells[at.1];
        if x.is_burnt() || x.is_still() {
            return Offer::Later;
        }
        let origin = self.origins[piece.origin as usize];
        let va = (col as f64 - a.0, row as f64 - a.1);
        let vb = (col as f64 - b.0, row as f64 - b.1);
        let wide = x.metric.wide();
        let (ta, tb) = (x.metric.time(va.0, va.1), x.metric.time(vb.0, vb.1));
        let mut best = if ta <= tb { (ta, va) } else { (tb, vb) };
        if let Some((t, l)) = wide.between(0.0, &wide.way(va), 0.0, vb)
            && t < best.0
        {
            best = (
                t,
                (l * va.0 + (1.0 - l) * vb.0, l * va.1 + (1.0 - l) * vb.1),
            );
        }
        let (steady, v) = best;
        if !x.t.is_infinite() && origin.is_no_sooner(piece.t, steady, x.t) {
            return Offer::Later;
        }
        if !self.barriers.is_empty() {
            // The perimeter runs between cell centres: a start just outside it counts as lying in
            // its first burnt cell, or a line round the burnt cells would leave it free.
            if let Some(&first) = self.origin_cells[piece.origin as usize].first()
                && piece.t > self.restarted
                && self.blocked(first, (col, row))
            {
                return Offer::Blocked;
            }
            if let Some(behind) = piece.behind {
                let to = grid.centre(col, row);
                let from = Point::new(to.x - v.0 * grid.cell, to.y + v.1 * grid.cell);
                let cut = |p| self.barriers.blocks(p, from);
                if cut(behind[0]) && cut(behind[1]) {
                    return Offer::Blocked;
                }
            }
        }
        if let Some(steady) = self.time_from((col, row), &x, v, steady) {
            let t = origin.later(piece.t, steady).max(self.now);
            let number = (row * grid.cols + col) as u32;
            self.offer(at, number, t, (v.0 as f32, v.1 as f32), piece.origin);
            return if t < x.t {
                Offer::Earliest
            } else {
                Offer::Later
            };
        }
        Offer::Blocked
    }

    /// Time over the straight way `v` (cells) that ends in the centre of cell `x`: `alone` when all of
    /// it burns as the cell does, else the mean of the times that the ground along it would take; none
    /// when it is blocked.
    fn time_from(
        &mut self,
        at: (usize, usize),
        x: &Cell,
        v: (f64, f64),
        alone: f64,
    ) -> Option<f64> {
        let grid = self.tiles.grid;
        let steps = (SAMPLES_A_CELL * v.0.abs().max(v.1.abs())) as usize + 1;
        let mut last: Option<((usize, usize), f64)> = None;
        let (mut sum, mut n) = (0.0, 0.0);
        for i in 0..steps {
            let s = 1.0 - (i as f64 + 0.5) / steps as f64;
            let (c, r) = (at.0 as f64 - s * v.0 + 0.5, at.1 as f64 - s * v.1 + 0.5);
            if c < 0.0 || r < 0.0 || c >= grid.cols as f64 || r >= grid.rows as f64 {
                continue;
            }
            let cell = (c as usize, r as usize);
            let time = match last {
                Some((place, time)) if place == cell => time,
                _ => self.time_in(cell, at, x, v, alone)?,
            };
            last = Some((cell, time));
            sum += time;
            n += 1.0;
        }
        if !self.barriers.is_empty() {
            let to = grid.centre(at.0, at.1);
            let from = Point::new(to.x - v.0 * grid.cell, to.y + v.1 * grid.cell);
            if self.barriers.blocks(from, to) {
                return None;
            }
        }
        Some(if n > 0.0 { sum / n } else { alone })
    }

    /// Time over the way `v` to cell `x` if all of it burnt as one of the cells on it does.
    fn time_in(
        &mut self,
        cell: (usize, usize),
        at: (usize, usize),
        x: &Cell,
        v: (f64, f64),
        alone: f64,
    ) -> Option<f64> {
        if cell == at {
            return Some(alone);
        }
        let m = self.metric_at(cell.0, cell.1)?;
        Some(if m == x.metric {
            alone
        } else {
            m.time(v.0, v.1)
        })
    }
}
