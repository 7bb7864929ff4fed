//! What a burnt cell offers to those it can reach: the earliest arrivals over one step.
//!
//! A receiver `x` takes the least of the times over straight ways that begin in the burnt cell `y`,
//! or between it and a burnt neighbour `z` on the stencil, where arrivals are interpolated. Times
//! are in `f32` after the arrival of `y`, four ways at once.
//!
//! Where metrics differ, half of a step lies in the receiver's cell and half in the sender's. Along
//! the line between two senders the slowness is the same on both sides (Snell's law), so the times
//! of the plane wave under the one metric and under the other are averaged.

use wide::f32x4;

use super::SpreadSource;
use super::cells::{Cell, TILE};
use super::solver::{Front, Origin, Touch};
use super::stencil::{self, Offset, Stencil};
use crate::base::geo::Point;

/// Between two fuels so much more of a step is counted to the faster one than its half: a fire runs
/// along edges and round corners of fuels where no centre of a cell lies. Found so that fires over
/// random patches of four fuels have the same area on all grids (`docs/verification.md`).
const LEAN: f32 = 0.25;
/// The same of a long step over several fuels, in cells.
const LONG_LEAN: f64 = 0.12;

/// A burnt cell as sender.
struct Sender {
    t: f64,
    origin: Origin,
    /// Whether its fire still accelerates, and then the steady time of its arrival.
    steady: Option<f64>,
    metric: [f32; 5],
    /// Gradient of arrivals there, seconds a cell.
    gradient: (f32, f32),
    /// The point start from which arrivals still spread in rays, cells east and south of it.
    start: Option<(f32, f32)>,
}

impl Sender {
    fn new(y: &Cell, origin: Origin, start: Option<(f32, f32)>) -> Self {
        let (vx, vy) = y.way();
        Self {
            t: y.t,
            origin,
            steady: origin.accelerates_at(y.t).then(|| origin.steady_age(y.t)),
            metric: y.metric.0,
            gradient: gradient(&y.metric.0, vx, vy),
            start,
        }
    }

    /// Another arrival after this one's, in steady time.
    #[inline]
    fn since(&self, t: f64) -> f32 {
        match self.steady {
            Some(steady) => (self.origin.steady_age(t) - steady) as f32,
            None => (t - self.t) as f32,
        }
    }

    /// The arrival `after` seconds of steady time.
    #[inline]
    fn arrival(&self, after: f32) -> f64 {
        match self.steady {
            Some(_) => self.origin.later(self.t, f64::from(after)),
            None => self.t + f64::from(after),
        }
    }
}

/// Gradient of the norm at a displacement other than 0, seconds a cell.
#[inline]
pub(super) fn gradient(m: &[f32; 5], x: f32, y: f32) -> (f32, f32) {
    let (mx, my) = (m[0] * x + m[1] * y, m[1] * x + m[2] * y);
    let over = 1.0 / (mx * x + my * y).sqrt();
    (mx * over - m[3], my * over - m[4])
}

/// Share of the bend that the gradient at the later of two senders gives to arrivals between them: the
/// earlier one may lie where the line is straight (round a corner of a start, say).
const BEND: f32 = 0.75;

/// Receivers worked out at once.
const LANES: usize = 4;

/// Ways from a sender and from the two beside it on the stencil to their receiver, cells east and
/// south.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ways {
    /// The sender's own, that of the neighbour before it.
    first: [f32; 4],
    /// That of the neighbour after it.
    last: [f32; 4],
}

impl Ways {
    /// Each of the neighbours' ways `z` spans a parallelogram of one cell with the sender's, `v`.
    pub fn new(v: (f32, f32), z: [(f32, f32); 2]) -> Self {
        Self {
            first: [v.0, v.1, z[0].0, z[0].1],
            last: [z[1].0, z[1].1, 0.0, 0.0],
        }
    }

    /// The sender's own.
    #[inline]
    fn own(&self) -> (f32, f32) {
        (self.first[0], self.first[1])
    }

    /// A neighbour's.
    #[inline]
    fn beside(&self, side: usize) -> (f32, f32) {
        if side == 0 {
            (self.first[2], self.first[3])
        } else {
            (self.last[0], self.last[1])
        }
    }
}

/// An unburnt cell that a sender reaches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Receiver {
    /// Number of the offset at which it sees the sender.
    offset: u32,
    place: (usize, usize),
    /// Time over a long way through several fuels; not a number for a way of one.
    through: f32,
}

/// Receivers by lanes.
struct Lanes {
    metric: [f32x4; 5],
    v: [f32x4; 2],
    /// Time over a long way through several fuels; not a number for a way of one.
    through: f32x4,
    /// Lean of the direct way to the faster fuel.
    lean: f32x4,
    beside: [Beside; 2],
}

/// Other senders beside the first, by lanes.
struct Beside {
    /// Arrival after the first one's, seconds; not a number where there is none.
    tz: f32x4,
    z: [f32x4; 2],
    metric: [f32x4; 5],
    lean: f32x4,
}

/// Arrivals after the sender's, seconds, by lanes: from the sender itself and from between it and those
/// beside it; infinite for none.
struct Arrivals {
    direct: [f32; LANES],
    between: [[f32; LANES]; 2],
    /// Share of the sender in the place where the way from between begins.
    share: [[f32; LANES]; 2],
}

/// The metrics of cells, by lanes.
#[inline]
fn metrics(cells: &[&Cell; LANES]) -> [f32x4; 5] {
    let row = |i: usize| {
        let m = &cells[i].metric.0;
        f32x4::new([m[0], m[1], m[2], m[3]])
    };
    let last = |i: usize| cells[i].metric.0[4];
    let [a, b, c, d] = f32x4::transpose([row(0), row(1), row(2), row(3)]);
    [a, b, c, d, f32x4::new([last(0), last(1), last(2), last(3)])]
}

/// Time over ways.
#[allow(
    clippy::inline_always,
    reason = "called twice a cell: a call costs as much as what it does"
)]
#[inline(always)]
fn time(m: &[f32x4; 5], v: &[f32x4; 2]) -> f32x4 {
    let (x, y) = (v[0], v[1]);
    let cross = m[1] * x;
    (m[0] * x * x + (cross + cross + m[2] * y) * y).sqrt() - m[3] * x - m[4] * y
}

/// Arrivals of the plane waves that pass the beginnings of the ways `v` at 0 and `z` at `tz`, and
/// where on the line through them the way begins: the share of the first, 0 to 1 between them. Not a
/// number where no such wave exists.
#[allow(
    clippy::inline_always,
    reason = "called twice a cell: a call costs as much as what it does"
)]
#[inline(always)]
fn plane(m: &[f32x4; 5], d: &[f32x4; 2], z: &[f32x4; 2], tz: f32x4) -> (f32x4, f32x4) {
    // The least of l 0 + (1 - l) tz + F(l v + (1 - l) z) over all l, in closed form: with d = v - z,
    // c = d' M d and b = d' M z it is |d|^2 |p|^2 - (d . p)^2 = det M (d x p)^2, and d x p = 1.
    let (mdx, mdy) = (m[0] * d[0] + m[1] * d[1], m[1] * d[0] + m[2] * d[1]);
    let c = d[0] * mdx + d[1] * mdy;
    let b = z[0] * mdx + z[1] * mdy;
    let delta = -(m[3] * d[0] + m[4] * d[1]) - tz;
    let spare = c - delta * delta;
    let r = ((m[0] * m[2] - m[1] * m[1]) / spare).sqrt();
    let over = f32x4::ONE / c;
    (
        tz - (m[3] * z[0] + m[4] * z[1]) + (r * spare - delta * b) * over,
        -(delta * r + b) * over,
    )
}

/// What the straight interpolation of arrivals between two senders adds at the share `l` of the first:
/// between them they curve as the gradient at that one says, which has just burnt.
#[allow(
    clippy::inline_always,
    reason = "called twice a cell: a call costs as much as what it does"
)]
#[inline(always)]
fn sag(gradient: (f32, f32), d: &[f32x4; 2], tz: f32x4, l: f32x4) -> f32x4 {
    let (gx, gy) = (f32x4::splat(gradient.0), f32x4::splat(gradient.1));
    let bend = (tz - gx * d[0] - gy * d[1]).fast_max(f32x4::ZERO);
    f32x4::splat(BEND) * l * (f32x4::ONE - l) * bend
}

/// The same for arrivals in rays from a point start, which lies `start` from the first sender.
#[inline]
fn bulge(m: &[f32x4; 5], d: &[f32x4; 2], start: (f32, f32), l: f32x4) -> f32x4 {
    let length = |x: f32x4, y: f32x4| {
        let cross = m[1] * x;
        (m[0] * x * x + (cross + cross + m[2] * y) * y).sqrt()
    };
    let (x, y) = (f32x4::splat(-start.0), f32x4::splat(-start.1));
    let rest = f32x4::ONE - l;
    l * length(x, y) + rest * length(x + d[0], y + d[1]) - length(x + rest * d[0], y + rest * d[1])
}

/// Arrivals from between the sender and those beside it, with the shares of the sender; `RAYS` where they
/// spread from a point start.
#[allow(
    clippy::inline_always,
    reason = "called twice a cell: a call costs as much as what it does"
)]
#[inline(always)]
fn from_between<const RAYS: bool>(
    from: &Sender,
    senders: &[f32x4; 5],
    lanes: &Lanes,
    beside: &Beside,
) -> (f32x4, f32x4) {
    let half = f32x4::HALF;
    let (tz, z) = (beside.tz, &beside.z);
    let d = [lanes.v[0] - z[0], lanes.v[1] - z[1]];
    let mut theirs = *senders;
    for k in 0..5 {
        theirs[k] = half * (theirs[k] + beside.metric[k]);
    }
    let (t0, l0) = plane(&lanes.metric, &d, z, tz);
    let (t1, l1) = plane(&theirs, &d, z, tz);
    let share = half * (l0 + l1);
    let mean = half * (t0 + t1) - beside.lean * (t0 - t1).abs();
    let bulge = match from.start {
        Some(start) if RAYS => bulge(&lanes.metric, &d, start, share),
        _ => sag(from.gradient, &d, tz, share),
    };
    let t = (mean - bulge).fast_max(f32x4::ZERO);
    let is_between = share.simd_gt(f32x4::ZERO) & share.simd_lt(f32x4::ONE);
    (is_between.select(t, f32x4::splat(f32::INFINITY)), share)
}

/// Works out all lanes.
#[allow(
    clippy::inline_always,
    reason = "called twice a cell: a call costs as much as what it does"
)]
#[inline(always)]
fn solve<const RAYS: bool>(from: &Sender, lanes: &Lanes) -> Arrivals {
    let mut senders = [f32x4::ZERO; 5];
    for k in 0..5 {
        senders[k] = f32x4::splat(from.metric[k]);
    }
    let (here, there) = (time(&lanes.metric, &lanes.v), time(&senders, &lanes.v));
    let direct = f32x4::HALF * (here + there) - lanes.lean * (here - there).abs();
    let direct = lanes.through.is_nan().select(direct, lanes.through);
    let (t0, l0) = from_between::<RAYS>(from, &senders, lanes, &lanes.beside[0]);
    let (t1, l1) = from_between::<RAYS>(from, &senders, lanes, &lanes.beside[1]);
    Arrivals {
        direct: direct.to_array(),
        between: [t0.to_array(), t1.to_array()],
        share: [l0.to_array(), l1.to_array()],
    }
}

/// Whether and how a step from one cell to another can be made.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Clear,
    /// Through several fuels: the time is summed cell by cell.
    Mixed,
    /// No way, for a barrier or for ground that does not burn.
    Blocked {
        by_barrier: bool,
    },
}

/// What lies on a step's way.
#[derive(Clone, Copy)]
struct StepWay {
    barrier: bool,
    /// Whether several fuels do.
    mixed: bool,
    /// Cells between that do not burn.
    still: u32,
}

/// A cell with its place in the tiles and on the grid.
#[derive(Clone, Copy)]
struct Placed {
    cell: Cell,
    place: (usize, usize),
    at: (usize, usize),
}

impl<S: SpreadSource> Front<S> {
    /// Offers the cells that a burnt cell can reach their arrivals through it; `first` when it has
    /// just burnt, else only those that are renewed.
    pub(super) fn relax(&mut self, col: usize, row: usize, place: (usize, usize), first: bool) {
        let cell = self.tiles.tiles[place.0].cells[place.1];
        if cell.is_still() {
            return;
        }
        let y = Placed {
            cell,
            place,
            at: (col, row),
        };
        let stencil = stencil::get(cell.stencil());
        // The stencil stays within the tile: no cell needs to be looked up.
        let margin = stencil.reach as usize;
        let inner = |n: usize, all: usize| {
            n % TILE >= margin && n % TILE + margin < TILE && n + margin < all
        };
        if !(inner(col, self.tiles.grid.cols) && inner(row, self.tiles.grid.rows)) {
            self.relax_by::<false, false>(&y, stencil, first);
        } else if self.tiles.tiles[place.0].plain {
            self.relax_by::<true, true>(&y, stencil, first);
        } else {
            self.relax_by::<true, false>(&y, stencil, first);
        }
    }

    /// [`Front::relax`]; `INNER` deep inside a tile, `PLAIN` in one of one fuel without barriers.
    fn relax_by<const INNER: bool, const PLAIN: bool>(
        &mut self,
        y: &Placed,
        stencil: &Stencil,
        first: bool,
    ) {
        let mut receivers = std::mem::take(&mut self.receivers);
        receivers.clear();
        for (k, o) in stencil.offsets.iter().enumerate() {
            if !first && !self.is_renewed(y, o) {
                continue;
            }
            let Some(place) = self.receiver::<INNER>(y, o) else {
                continue;
            };
            let mut through = f32::NAN;
            if !PLAIN {
                let x = Placed {
                    cell: self.tiles.tiles[place.0].cells[place.1],
                    place,
                    at: shifted(y.at, (-o.dc, -o.dr)),
                };
                match self.step::<INNER>(&x, y, o) {
                    Step::Clear => {}
                    Step::Blocked { by_barrier } => {
                        if by_barrier && first && o.adjacent {
                            self.touched(x.at, y.at, &y.cell);
                        }
                        continue;
                    }
                    Step::Mixed => match self.time_through::<INNER>(&x, y, o) {
                        Some(t) => through = t as f32,
                        None => continue,
                    },
                }
            }
            receivers.push(Receiver {
                offset: k as u32,
                place,
                through,
            });
        }
        if !receivers.is_empty() {
            let number = usize::from(y.cell.origin);
            let origin = self.origins[number];
            let start = (origin.from_point
                && self.restarted < origin.t
                && y.cell.stencil() >= stencil::LONG)
                .then(|| {
                    let (x, z) = self.tiles.grid.fractional(self.origin_places[number]);
                    (
                        (x - 0.5 - y.at.0 as f64) as f32,
                        (z - 0.5 - y.at.1 as f64) as f32,
                    )
                });
            let from = Sender::new(&y.cell, origin, start);
            for some in receivers.chunks(LANES) {
                let lanes = self.lanes::<INNER, PLAIN>(y, &from, stencil, some);
                let arrivals = if from.start.is_some() {
                    solve::<true>(&from, &lanes)
                } else {
                    solve::<false>(&from, &lanes)
                };
                self.offer_all::<INNER, PLAIN>(y, &from, stencil, some, arrivals);
            }
        }
        self.receivers = receivers;
    }

    /// Puts receivers into lanes.
    #[inline]
    fn lanes<const INNER: bool, const PLAIN: bool>(
        &self,
        y: &Placed,
        from: &Sender,
        stencil: &Stencil,
        receivers: &[Receiver],
    ) -> Lanes {
        // Inside a tile all cells are its own.
        let own = &self.tiles.tiles[y.place.0].cells;
        let nowhere = [f32::NAN; LANES];
        let mut cells = [&y.cell; LANES];
        let mut others = [[&y.cell; LANES]; 2];
        let (mut tz, mut through) = ([nowhere; 2], nowhere);
        let (mut lean, mut leans) = ([0.0; LANES], [[0.0; LANES]; 2]);
        let mut ways = [&stencil.offsets[0].ways; LANES];
        for (i, r) in receivers.iter().enumerate() {
            let o = &stencil.offsets[r.offset as usize];
            let x = if INNER {
                &own[r.place.1]
            } else {
                &self.tiles.tiles[r.place.0].cells[r.place.1]
            };
            cells[i] = x;
            ways[i] = &o.ways;
            through[i] = r.through;
            let alike = PLAIN || x.fuel == y.cell.fuel;
            lean[i] = if alike { 0.0 } else { LEAN };
            if !PLAIN && !r.through.is_nan() {
                continue;
            }
            for s in 0..2 {
                let other = if INNER {
                    &own[(r.place.1 as i32 + o.beside_shift[s]) as usize]
                } else {
                    let to = &stencil.offsets[o.beside[s]];
                    let at = (
                        y.at.0 as i64 + i64::from(to.dc - o.dc),
                        y.at.1 as i64 + i64::from(to.dr - o.dr),
                    );
                    match self.tiles.find_within(at) {
                        Some((tile, at)) => &self.tiles.tiles[tile].cells[at],
                        None => continue,
                    }
                };
                if other.is_burnt() && other.t > self.restarted {
                    others[s][i] = other;
                    tz[s][i] = from.since(other.t);
                    if !(PLAIN || alike && other.fuel == x.fuel) {
                        leans[s][i] = LEAN;
                    }
                }
            }
        }
        let first = |i: usize| f32x4::new(ways[i].first);
        let last = |i: usize| f32x4::new(ways[i].last);
        let [vx, vy, bx, by] = f32x4::transpose([first(0), first(1), first(2), first(3)]);
        let [ax, ay, _, _] = f32x4::transpose([last(0), last(1), last(2), last(3)]);
        let beside = |s: usize, z: [f32x4; 2]| Beside {
            tz: f32x4::new(tz[s]),
            z,
            metric: metrics(&others[s]),
            lean: f32x4::new(leans[s]),
        };
        Lanes {
            metric: metrics(&cells),
            v: [vx, vy],
            through: f32x4::new(through),
            lean: f32x4::new(lean),
            beside: [beside(0, [bx, by]), beside(1, [ax, ay])],
        }
    }

    /// Offers receivers what they get.
    #[inline]
    fn offer_all<const INNER: bool, const PLAIN: bool>(
        &mut self,
        y: &Placed,
        from: &Sender,
        stencil: &Stencil,
        receivers: &[Receiver],
        mut arrivals: Arrivals,
    ) {
        for (i, r) in receivers.iter().enumerate() {
            let limit = self.tiles.tiles[r.place.0].cells[r.place.1].t;
            loop {
                let mut best = (arrivals.direct[i], None);
                for s in 0..2 {
                    if arrivals.between[s][i] < best.0 {
                        best = (arrivals.between[s][i], Some(s));
                    }
                }
                let t = from.arrival(best.0);
                if t >= limit {
                    break;
                }
                let o = &stencil.offsets[r.offset as usize];
                let mut v = o.ways.own();
                if let Some(s) = best.1 {
                    let (l, z) = (arrivals.share[s][i], o.ways.beside(s));
                    v = (l * v.0 + (1.0 - l) * z.0, l * v.1 + (1.0 - l) * z.1);
                    if !PLAIN && self.is_cut_off::<INNER>(r.place, s, y, stencil, o, v) {
                        arrivals.between[s][i] = f32::INFINITY;
                        continue;
                    }
                }
                let at = shifted(y.at, (-o.dc, -o.dr));
                let number = self.number(at.0, at.1);
                self.offer(r.place, number, t.max(self.now), v, y.cell.origin);
                break;
            }
        }
    }

    /// Whether the way `v` to a receiver, from between the sender `y` and the one on side `s`, cannot be
    /// gone for ground that does not burn or for a barrier.
    fn is_cut_off<const INNER: bool>(
        &mut self,
        place: (usize, usize),
        s: usize,
        y: &Placed,
        stencil: &Stencil,
        o: &Offset,
        v: (f32, f32),
    ) -> bool {
        let other = &stencil.offsets[o.beside[s]];
        let at = shifted(y.at, (-o.dc, -o.dr));
        let x = Placed {
            cell: self.tiles.tiles[place.0].cells[place.1],
            place,
            at,
        };
        let Some((tile, i)) = self.beside::<INNER>(&x, other) else {
            return true;
        };
        let z = Placed {
            cell: self.tiles.tiles[tile].cells[i],
            place: (tile, i),
            at: shifted(at, (other.dc, other.dr)),
        };
        if matches!(self.step::<INNER>(&x, &z, other), Step::Blocked { .. }) {
            return true;
        }
        if !(x.cell.has_barrier() || y.cell.has_barrier() || z.cell.has_barrier()) {
            return false;
        }
        let grid = &self.tiles.grid;
        let to = grid.centre(at.0, at.1);
        let source = Point::new(
            to.x - f64::from(v.0) * grid.cell,
            to.y + f64::from(v.1) * grid.cell,
        );
        self.barriers.blocks(source, to)
    }

    /// Whether the cell that `y` is seen from at an offset is one of those that are renewed.
    fn is_renewed(&self, y: &Placed, o: &Offset) -> bool {
        let grid = &self.tiles.grid;
        let (c, r) = (
            y.at.0 as i64 - i64::from(o.dc),
            y.at.1 as i64 - i64::from(o.dr),
        );
        c >= 0
            && r >= 0
            && c < grid.cols as i64
            && r < grid.rows as i64
            && self.renewed.contains(&self.number(c as usize, r as usize))
    }

    /// Where the cell lies that `y` is seen from at the offset `o`, its metric made for the present
    /// weather; none off the map, and none that has burnt or does not burn.
    #[allow(
        clippy::inline_always,
        reason = "called a dozen times a cell: a tenth of all time"
    )]
    #[inline(always)]
    fn receiver<const INNER: bool>(&mut self, y: &Placed, o: &Offset) -> Option<(usize, usize)> {
        let place = if INNER {
            let place = (y.place.0, (y.place.1 as i32 - o.shift) as usize);
            let x = &self.tiles.tiles[place.0].cells[place.1];
            if x.is_burnt() {
                return None;
            }
            if x.weather() != self.weather {
                let at = shifted(y.at, (-o.dc, -o.dr));
                self.renew(at.0, at.1, place);
            }
            place
        } else {
            let grid = &self.tiles.grid;
            let (c, r) = (
                y.at.0 as i64 - i64::from(o.dc),
                y.at.1 as i64 - i64::from(o.dr),
            );
            if c < 0 || r < 0 || c >= grid.cols as i64 || r >= grid.rows as i64 {
                return None;
            }
            let place = self.touch(c as usize, r as usize);
            if self.tiles.tiles[place.0].cells[place.1].is_burnt() {
                return None;
            }
            place
        };
        let x = &self.tiles.tiles[place.0].cells[place.1];
        (!x.is_still()).then_some(place)
    }

    /// Where the cell at an offset from a receiver lies; none off the map or where nothing has been
    /// touched.
    #[inline]
    fn beside<const INNER: bool>(&self, x: &Placed, o: &Offset) -> Option<(usize, usize)> {
        if INNER {
            return Some((x.place.0, (x.place.1 as i32 + o.shift) as usize));
        }
        self.tiles.find_within((
            x.at.0 as i64 + i64::from(o.dc),
            x.at.1 as i64 + i64::from(o.dr),
        ))
    }

    /// A cell on the way of a step that ends in `x`, with its metric under the present weather unless
    /// it has burnt.
    #[inline]
    fn between<const INNER: bool>(&mut self, x: &Placed, d: (i32, i32), shift: i32) -> &Cell {
        let at = shifted(x.at, d);
        let (tile, i);
        if INNER {
            (tile, i) = (x.place.0, (x.place.1 as i32 + shift) as usize);
            let b = &self.tiles.tiles[tile].cells[i];
            if b.fuel != 0 && !b.is_burnt() && b.weather() != self.weather {
                self.renew(at.0, at.1, (tile, i));
            }
        } else {
            (tile, i) = self.touch(at.0, at.1);
        }
        &self.tiles.tiles[tile].cells[i]
    }

    /// Whether the step to `x` from the burnt cell `y` at its offset `o` can be made.
    #[inline]
    fn step<const INNER: bool>(&mut self, x: &Placed, y: &Placed, o: &Offset) -> Step {
        const STOPPED: Step = Step::Blocked { by_barrier: false };
        let mut way = StepWay {
            barrier: x.cell.has_barrier() || y.cell.has_barrier(),
            mixed: x.cell.fuel != y.cell.fuel,
            still: 0,
        };
        if !o.side {
            for (&shift, &d) in o.between_shift.iter().zip(&o.between) {
                let b = self.between::<INNER>(x, d, shift);
                way.barrier |= b.has_barrier();
                way.mixed |= b.fuel != x.cell.fuel;
                if b.fuel == 0 || (!b.is_burnt() && b.is_still()) {
                    way.still += 1;
                }
            }
            // Between two cells that do not burn there is no way through their common corner.
            if way.still >= if o.adjacent { 2 } else { 1 } {
                return STOPPED;
            }
        }
        if way.barrier && self.blocked(y.at, x.at) {
            return Step::Blocked { by_barrier: true };
        }
        if way.mixed && !o.adjacent {
            return Step::Mixed;
        }
        Step::Clear
    }

    /// Notes that a cell which has just burnt is kept from its neighbour `to` by a barrier that may
    /// leak.
    fn touched(&mut self, to: (usize, usize), from: (usize, usize), y: &Cell) {
        let grid = &self.tiles.grid;
        let (a, b) = (grid.centre(from.0, from.1), grid.centre(to.0, to.1));
        if let Some(met) = self.barriers.leak_met(a, b) {
            self.touches.push(Touch {
                t_s: y.t,
                cell: from,
                start: usize::from(y.origin),
                line: met.line,
                arc_m: met.arc_m,
                at: met.at,
                across: met.across,
            });
        }
    }

    /// Time over a long step through several fuels: the mean, by their lengths, of the times that the
    /// cells on the way would take for it, with the lean to the fastest; none where one does not burn.
    fn time_through<const INNER: bool>(
        &mut self,
        x: &Placed,
        y: &Placed,
        o: &Offset,
    ) -> Option<f64> {
        let v = o.back;
        let ends = [x, y].map(|c| c.cell.metric.time(v.0, v.1));
        let (mut least, mut most) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        let mut sum = o.end_share * (ends[0] + ends[1]);
        for ((&shift, &d), share) in o.between_shift.iter().zip(&o.between).zip(&o.between_share) {
            let b = *self.between::<INNER>(x, d, shift);
            let time = if b.is_burnt() && b.weather() != self.weather {
                let at = shifted(x.at, d);
                self.metric_at(at.0, at.1)?.time(v.0, v.1)
            } else if b.is_still() {
                return None;
            } else {
                b.metric.time(v.0, v.1)
            };
            (least, most) = (least.min(time), most.max(time));
            sum += share * time;
        }
        let cells = f64::from(o.dc.abs().max(o.dr.abs()));
        Some(sum - LONG_LEAN / cells * (most - least))
    }
}

/// A cell some columns and rows off, known to be on the map.
#[inline]
fn shifted(at: (usize, usize), d: (i32, i32)) -> (usize, usize) {
    ((at.0 as i32 + d.0) as usize, (at.1 as i32 + d.1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::front::metric::Metric;
    use crate::fire::front::{Crown, Ellipse};

    fn metric(l: f64, heading_deg: f64) -> Metric {
        let (sin, cos) = libm::sincos(heading_deg.to_radians());
        Metric::new(
            &Ellipse {
                head_m_s: 0.5,
                length_to_width: l,
                heading: (sin, cos),
                gradient: (0.3, -0.2),
                heat_kj_m2: 1.0,
                crown: Crown::Surface,
            },
            10.0,
        )
    }

    fn sender(metric: [f32; 5], gradient: (f32, f32)) -> Sender {
        Sender {
            t: 0.0,
            origin: Origin {
                t: 0.0,
                acceleration: 0.0,
                from_point: true,
                kind: crate::fire::front::StartKind::Ignition,
                family: 0,
            },
            steady: None,
            metric,
            gradient,
            start: None,
        }
    }

    /// From between the sender at `v` and one at `z` that burnt at `tz`.
    fn between(
        from: &Sender,
        own: [f32; 5],
        v: (f32, f32),
        z: (f32, f32),
        tz: f32,
        theirs: [f32; 5],
    ) -> (f32, f32) {
        let all = |(x, y): (f32, f32)| [f32x4::splat(x), f32x4::splat(y)];
        let beside = || Beside {
            tz: f32x4::splat(tz),
            z: all(z),
            metric: theirs.map(f32x4::splat),
            lean: f32x4::ZERO,
        };
        let a = solve::<false>(
            from,
            &Lanes {
                metric: own.map(f32x4::splat),
                v: all(v),
                through: f32x4::splat(f32::NAN),
                lean: f32x4::ZERO,
                beside: [beside(), beside()],
            },
        );
        assert_eq!(a.between[0][0].to_bits(), a.between[1][3].to_bits());
        (a.between[0][0], a.share[0][0])
    }

    /// A gradient at which arrivals count as straight between the senders of the test.
    const STRAIGHT: (f32, f32) = (-1e6, -1e6);

    #[test]
    fn between_two_senders_the_closed_form_beats_every_sampled_share() {
        let m = metric(4.0, 30.0);
        let (v, z) = ((-1.0, 0.0), (-1.0, -1.0));
        let straight = sender(m.0, (0.0, 1e6));
        let mut compared = 0;
        for tz in (-600..600).step_by(5) {
            let tz = tz as f32;
            let sampled = (0..=1000)
                .map(|i| {
                    let l = f64::from(i) / 1000.0;
                    (1.0 - l) * f64::from(tz) + m.time(-1.0, -(1.0 - l))
                })
                .fold(f64::INFINITY, f64::min);
            let (t, l) = between(&straight, m.0, v, z, tz, m.0);
            if t.is_finite() {
                compared += 1;
                assert!((0.0..=1.0).contains(&l));
                assert!(
                    (f64::from(t) - sampled.max(0.0)).abs() < 1e-2,
                    "{t} against {sampled}"
                );
            }
        }
        assert!(compared > 5, "{compared}");
    }

    #[test]
    fn half_a_step_on_each_side_of_an_edge_obeys_snell() {
        // Still air: slowness 40 s a cell before the edge, 20 s behind it. A wave that runs along the
        // senders at 15 s a cell keeps that on both sides.
        let round = |slow: f32| [slow * slow, 0.0, slow * slow, 0.0, 0.0];
        let (v, z) = ((0.0, -1.0), (1.0, -1.0));
        let from = sender(round(40.0), STRAIGHT);
        let (t, _) = between(&from, round(20.0), v, z, -15.0, round(40.0));
        let through = |slow: f32| (slow * slow - 15.0 * 15.0).sqrt();
        let exact = 0.5 * (through(20.0) + through(40.0));
        assert!((t - exact).abs() < 1e-3, "{t} {exact}");
    }

    #[test]
    fn the_sag_of_a_round_fire_is_what_its_arc_adds() {
        // From a point, one second a cell: the first sender one cell east and one south of it, the
        // other one cell east; the receiver two cells east and one south.
        let round = [1.0, 0.0, 1.0, 0.0, 0.0];
        let half = 0.5_f32.sqrt();
        let from = sender(round, (half, half));
        let tz = 1.0 - 2.0_f32.sqrt();
        let (v, z) = ((1.0, 0.0), (1.0, 1.0));
        let (curved, _) = between(&from, round, v, z, tz, round);
        let (straight, _) = between(&sender(round, (0.0, -1e6)), round, v, z, tz, round);
        let exact = 5.0_f32.sqrt() - 2.0_f32.sqrt();
        assert!((straight - exact) > 0.08, "{straight} {exact}");
        assert!((curved - exact).abs() < 0.04, "{curved} {exact}");
    }
}
