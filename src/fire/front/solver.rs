//! The ordered-arrival solver: accepts cells in order of time and pushes to those they can reach.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::SpreadSource;
use super::cells::{Cell, FAR, STILL, TILE, TRIAL, Tiles, WEATHERS};
use super::metric::{Crown, Ellipse, Metric};
use super::perimeter::FEW_CELLS;
use super::queue::Queue;
use super::start::{Onward, Piece};
use super::stencil;
use super::step::Receiver;
use crate::base::geo::{Grid, Point};
use crate::fire::barriers::{BarrierKind, Barriers};

/// How a fire came to a place.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StartKind {
    /// An ignition of its own.
    Ignition,
    /// A firebrand.
    Spot,
    /// A firebreak, road or line that did not hold.
    Breach,
    /// Lit on order.
    Backfire,
    /// An edge that was not cold.
    Reignition,
}

/// What a burnt cell remembers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burnt {
    /// Arrival, seconds after the start.
    pub arrival_s: f64,
    /// Rate of spread in the direction of the crossing, m/s on the map.
    pub rate_m_s: f64,
    /// Fireline intensity in that direction, kW/m.
    pub intensity_kw_m: f64,
    /// Direction the fire moved, degrees clockwise from north.
    pub direction_deg: f64,
    /// Which layers burnt.
    pub crown: Crown,
    /// Number of the fire, in order of ignition: that of the first ancestor.
    pub origin: usize,
    /// Number of the start it came from, in order of starting.
    pub start: usize,
    /// How that start came about.
    pub kind: StartKind,
    /// Whether it has been put out.
    pub put_out: bool,
}

/// Fire that came to a barrier which may leak: what stands behind it has not burnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touch {
    /// When, seconds.
    pub t_s: f64,
    /// The burnt cell at it.
    pub cell: (usize, usize),
    /// Start from which that cell burnt.
    pub start: usize,
    /// Number of the barrier's line, as [`Barriers::add_line`] gives it.
    pub line: u32,
    /// How far along the line, metres.
    pub arc_m: f64,
    /// The place on the line.
    pub at: Point,
    /// Unit vector (east, north) across the line, away from the fire.
    pub across: (f64, f64),
}

/// Burnt cells whose metric under the present weather is kept.
const BEHIND: usize = 1024;
/// Half the width of the wedge in which fire may have come to a cell, cells, and its growth with the distance:
/// a step is drawn from between two senders, and bends between fuels.
const CROSS_CELLS: f64 = 1.6;
/// Cells so near to a new barrier that have no arrival are offered one anew.
const BESIDE_CELLS: i64 = 4;
/// See [`CROSS_CELLS`].
const CROSS_SHARE: f64 = 0.35;

/// A fire's start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Second of the start.
    pub t: f64,
    /// Rate constant of acceleration, per second; 0 for none.
    pub acceleration: f64,
    /// Whether it started at a point.
    pub from_point: bool,
    /// How it came about.
    pub kind: StartKind,
    /// Number of the fire's first start.
    pub family: u16,
}

impl Origin {
    /// Beyond this many e-foldings a fire has its steady rate (to 6e-6).
    const STEADY: f64 = 12.0;

    #[inline]
    pub fn accelerates_at(&self, t: f64) -> bool {
        self.acceleration > 0.0 && (t - self.t) * self.acceleration < Self::STEADY
    }

    /// The time at the steady rate that makes the same distance as the real time since the start.
    fn steady(&self, t: f64) -> f64 {
        let age = (t - self.t).max(0.0);
        age + libm::expm1(-self.acceleration * age) / self.acceleration
    }

    /// The inverse of `steady`, by Newton from above (the function is convex).
    fn real(&self, steady: f64) -> f64 {
        let a = self.acceleration;
        let mut age = steady + (1.0 / a).min((2.0 * steady / a).sqrt());
        for _ in 0..8 {
            let fade = libm::expm1(-a * age);
            if fade >= 0.0 {
                break;
            }
            let step = (age + fade / a - steady) / -fade;
            age -= step;
            if step.abs() < 1e-6 {
                break;
            }
        }
        self.t + age.max(0.0)
    }

    /// Seconds at the steady rate that make the distance burnt by time `t`.
    pub fn steady_age(&self, t: f64) -> f64 {
        if self.acceleration > 0.0 {
            self.steady(t)
        } else {
            t - self.t
        }
    }

    /// Whether fire that has burnt on from `t` for `steady` seconds at its steady rate comes no sooner than at
    /// `other`.
    #[inline]
    pub fn is_no_sooner(&self, t: f64, steady: f64, other: f64) -> bool {
        if self.accelerates_at(t) {
            self.steady(t) + steady >= self.steady(other)
        } else {
            t + steady >= other
        }
    }

    /// When the fire has burnt on from `t` for `steady` seconds at its steady rate.
    #[inline]
    pub fn later(&self, t: f64, steady: f64) -> f64 {
        if self.accelerates_at(t) {
            self.real(self.steady(t) + steady)
        } else {
            t + steady
        }
    }

    /// Share of the steady rate at time `t`.
    pub fn share_of_rate(&self, t: f64) -> f64 {
        if self.accelerates_at(t) {
            -libm::expm1(-self.acceleration * (t - self.t).max(0.0))
        } else {
            1.0
        }
    }
}

/// A small fire since the start or a change of weather.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// From when on, seconds.
    pub since: f64,
    /// What burnt then: the corners of its outline, or the start alone.
    pub shape: Vec<Point>,
    /// How it spreads from there.
    pub ellipse: Ellipse,
}

/// The front over a spread source. Cheap to make; grows with what burns.
#[derive(Debug, Clone)]
pub struct Front<S> {
    pub(super) source: S,
    pub(super) tiles: Tiles,
    pub(super) queue: Queue,
    pub(super) barriers: Barriers,
    pub(super) now: f64,
    /// Time of the last restart; only cells burnt after it are sources.
    pub(super) restarted: f64,
    /// Number of the present weather, 1 to [`WEATHERS`].
    pub(super) weather: u8,
    pub(super) origins: Vec<Origin>,
    pub(super) origin_places: Vec<Point>,
    /// Cells burnt from each origin.
    pub(super) origin_burnt: Vec<u64>,
    /// The first cells burnt from each origin, as many as a small fire has.
    pub(super) origin_cells: Vec<Vec<(usize, usize)>>,
    /// What each origin burnt at the changes of weather while it was small.
    pub(super) small: Vec<Vec<Stage>>,
    /// Sources other than cells: starts, and the fire line of the last restart.
    pub(super) pieces: Vec<Piece>,
    /// Pieces that have yet to offer arrivals farther off, with the time for it; the next one last.
    pub(super) waiting: Vec<(f64, u32)>,
    /// Where the line stood at the last restart, by burnt cell and side.
    pub(super) shares: FxHashMap<(u32, u8), Stand>,
    /// Points of the line at the last restart that stood well before the chords of the grid, by the
    /// cell they lie in: sharp ends that no edge of the grid shows.
    // Looked up by key only, never iterated.
    pub(super) ends: FxHashMap<u32, Vec<Point>>,
    pub(super) reach: i32,
    burnt: u64,
    out_of_order: u64,
    /// Contacts with leaking barriers since they were last taken.
    pub(super) touches: Vec<Touch>,
    /// Cells burnt since they were last taken; only kept when asked for.
    recent: Option<Vec<u32>>,
    /// How fire goes on from each piece; none where it does not, or from a start.
    pub(super) onward: Vec<Option<Onward>>,
    /// Metrics under the present weather of some cells that burnt before it, by cell modulo [`BEHIND`].
    behind: Vec<(u32, Option<Metric>)>,
    /// Receivers of the cell that burns now.
    pub(super) receivers: Vec<Receiver>,
    /// Cells whose tentative arrival is worked out again beside a new barrier.
    pub(super) renewed: FxHashSet<u32>,
    /// Cells beside new barriers that no piece of line reaches, since the last restart.
    cut_off: FxHashSet<u32>,
    /// Pieces of line and cells that no arrival comes to from them, since the last restart.
    pub(super) in_the_way: FxHashSet<(u32, u32)>,
}

/// Where the line stands between a burnt cell and its neighbour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    /// Share of the way.
    pub share: f32,
    /// When it last moved, seconds.
    pub moved_s: f64,
}

/// A box of cells: first and last column and row.
struct CellBox(i64, i64, i64, i64);

impl CellBox {
    const NONE: Self = Self(i64::MAX, i64::MAX, i64::MIN, i64::MIN);

    fn include(&mut self, col: usize, row: usize) {
        let (col, row) = (col as i64, row as i64);
        *self = Self(
            self.0.min(col),
            self.1.min(row),
            self.2.max(col),
            self.3.max(row),
        );
    }

    /// The box, so many cells larger on all sides, on the grid: first column, first row, last ones.
    fn grown(&self, by: i64, grid: &Grid) -> (usize, usize, usize, usize) {
        let clamp = |v: i64, n: usize| v.clamp(0, n as i64 - 1) as usize;
        (
            clamp(self.0 - by, grid.cols),
            clamp(self.1 - by, grid.rows),
            clamp(self.2 + by, grid.cols),
            clamp(self.3 + by, grid.rows),
        )
    }
}

/// Whether fire that comes to a cell along `way` (columns, rows), from at most so many cells away, may have
/// crossed a path. Ways bend a little where the ground changes, and are drawn between the centres of two cells.
fn crosses(path: &[Point], grid: &Grid, at: (usize, usize), way: (f32, f32), far: f64) -> bool {
    let (x, y) = (at.0 as f64 + 0.5, at.1 as f64 + 0.5);
    let (dx, dy) = (f64::from(way.0), f64::from(way.1));
    // How far behind the cell, and how far beside its way, cells: the wedge that the way may lie in.
    let seen = path.iter().map(|&p| {
        let (px, py) = grid.fractional(p);
        let (vx, vy) = (x - px, y - py);
        (vx * dx + vy * dy, vx * dy - vy * dx)
    });
    let seen: Vec<(f64, f64)> = seen.collect();
    let margin = |back: f64| CROSS_CELLS + CROSS_SHARE * back.max(0.0);
    let within = |(back, beside): (f64, f64)| {
        // Far in columns and rows: farther on the diagonal.
        back > -CROSS_CELLS
            && back < std::f64::consts::SQRT_2 * far + CROSS_CELLS
            && beside.abs() < margin(back)
    };
    let pieces = seen.windows(2).any(|w| {
        let ((b0, s0), (b1, s1)) = (w[0], w[1]);
        // Pieces of line are short; where one is not, its middle part is looked at step by step.
        let steps = libm::ceil(libm::hypot(b1 - b0, s1 - s0)).max(1.0) as usize;
        (0..=steps).any(|k| {
            let share = k as f64 / steps as f64;
            within((b0 + share * (b1 - b0), s0 + share * (s1 - s0)))
        })
    });
    pieces || seen.len() == 1 && within(seen[0])
}

impl<S: SpreadSource> Front<S> {
    /// A front with nothing burning at time 0.
    pub fn new(source: S, grid: Grid, barriers: Barriers) -> Self {
        Self {
            source,
            tiles: Tiles::new(grid),
            queue: Queue::new(0.0),
            barriers,
            now: 0.0,
            restarted: f64::NEG_INFINITY,
            weather: 1,
            origins: Vec::new(),
            origin_places: Vec::new(),
            origin_burnt: Vec::new(),
            origin_cells: Vec::new(),
            small: Vec::new(),
            pieces: Vec::new(),
            waiting: Vec::new(),
            shares: FxHashMap::default(),
            ends: FxHashMap::default(),
            reach: 1,
            burnt: 0,
            out_of_order: 0,
            touches: Vec::new(),
            recent: None,
            behind: vec![(u32::MAX, None); BEHIND],
            onward: Vec::new(),
            receivers: Vec::new(),
            renewed: FxHashSet::default(),
            cut_off: FxHashSet::default(),
            in_the_way: FxHashSet::default(),
        }
    }

    /// From now on keeps note of the cells that burn, for [`Front::take_recent`].
    pub fn note_recent(&mut self) {
        self.recent.get_or_insert_default();
    }

    /// Cells (column, row) burnt since the last call, in order of arrival.
    pub fn take_recent(&mut self) -> Vec<(usize, usize)> {
        let taken = self.recent.as_mut().map(std::mem::take).unwrap_or_default();
        taken.into_iter().map(|cell| self.place(cell)).collect()
    }

    /// Contacts with leaking barriers since the last call, in order of time.
    pub fn take_touches(&mut self) -> Vec<Touch> {
        std::mem::take(&mut self.touches)
    }

    /// How many starts there have been: ignitions, spot fires, breaches and the like.
    pub fn starts(&self) -> usize {
        self.origins.len()
    }

    /// Number of the fire that a start belongs to; how it came about; where.
    pub fn start(&self, number: usize) -> Option<(usize, StartKind, Point)> {
        let origin = self.origins.get(number)?;
        Some((
            usize::from(origin.family),
            origin.kind,
            self.origin_places[number],
        ))
    }

    /// The simulation grid.
    pub fn grid(&self) -> &Grid {
        &self.tiles.grid
    }

    /// The spread source.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The barriers.
    pub fn barriers(&self) -> &Barriers {
        &self.barriers
    }

    /// Cells burnt so far.
    pub fn burnt_cells(&self) -> u64 {
        self.burnt
    }

    /// Acceptances that came before an earlier one; a causal front has none.
    pub fn out_of_order(&self) -> u64 {
        self.out_of_order
    }

    /// Seconds up to which arrivals are final.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Memory of the touched tiles, bytes, and the number of cells in them.
    pub fn memory(&self) -> (usize, usize) {
        let cells: usize = self.tiles.tiles.iter().map(|t| t.cells.len()).sum();
        (cells * std::mem::size_of::<Cell>(), cells)
    }

    /// The fastest rate at which the fire line moves now, in the direction in which it does, m/s; 0
    /// where nothing burns on.
    pub fn fastest_edge_m_s(&self) -> f64 {
        let cell_m = self.tiles.grid.cell;
        self.tiles
            .trials()
            .map(|(_, _, c)| c)
            .map(|c| {
                let (x, y) = c.direction();
                cell_m / c.metric.time(x, y)
            })
            .fold(0.0, f64::max)
    }

    /// Whether anything can still burn.
    pub fn is_spreading(&mut self) -> bool {
        self.next_arrival().is_some()
    }

    /// The next entry of the queue, after the pieces of line have offered what may come before it, as
    /// far as they are due by `t`.
    fn next_entry(&mut self, t: f64) -> Option<(f64, u32)> {
        loop {
            let next = self.queue.peek();
            let until = next.map_or(t, |(at, _)| at.min(t));
            match self.waiting.last() {
                Some(&(due, piece)) if due <= until => {
                    self.waiting.pop();
                    self.burn_on(piece as usize);
                }
                _ => return next,
            }
        }
    }

    /// When the next cell burns.
    pub fn next_arrival(&mut self) -> Option<f64> {
        while let Some((t, cell)) = self.next_entry(f64::INFINITY) {
            if self.current(t, self.place(cell)).is_some() {
                return Some(t);
            }
            self.queue.pop();
        }
        None
    }

    pub(super) fn place(&self, cell: u32) -> (usize, usize) {
        let cols = self.tiles.grid.cols;
        (cell as usize % cols, cell as usize / cols)
    }

    pub(super) fn number(&self, col: usize, row: usize) -> u32 {
        (row * self.tiles.grid.cols + col) as u32
    }

    /// Where a queued cell lies in the tiles, when the arrival it was queued with is still its own.
    fn current(&self, t: f64, (col, row): (usize, usize)) -> Option<(usize, usize)> {
        let at = self.tiles.find(col, row)?;
        let c = &self.tiles.tiles[at.0].cells[at.1];
        (c.state() == TRIAL && c.t.to_bits() == t.to_bits()).then_some(at)
    }

    /// Burns everything that the fire reaches up to and including `t` seconds; gives the number of
    /// cells.
    pub fn advance_to(&mut self, t: f64) -> u64 {
        let before = self.burnt;
        while let Some((at, cell)) = self.next_entry(t) {
            if at > t {
                break;
            }
            self.queue.pop();
            let (col, row) = self.place(cell);
            if let Some(place) = self.current(at, (col, row)) {
                self.accept(col, row, at, place);
            }
        }
        self.now = self.now.max(t);
        self.burnt - before
    }

    /// Heat released per unit area where a cell burns, kJ/m2.
    pub fn heat_at(&self, col: usize, row: usize) -> f64 {
        self.source.heat_kj_m2(self.source.fuel(col, row))
    }

    /// Fireline intensity, kW/m, with which the fire would cross a cell as a line that faces `n`
    /// (east, north, unit) now, acceleration of its start included.
    pub fn line_intensity_kw_m(
        &self,
        (col, row): (usize, usize),
        start: usize,
        n: (f64, f64),
    ) -> f64 {
        let fuel = self.source.fuel(col, row);
        let Some(ellipse) = (fuel != 0)
            .then(|| self.source.spread(col, row, fuel))
            .flatten()
        else {
            return 0.0;
        };
        let share = self
            .origins
            .get(start)
            .map_or(1.0, |o| o.share_of_rate(self.now));
        ellipse.heat_kj_m2 * ellipse.normal_rate_m_s(n).max(0.0) * share
    }

    /// What is known of a burnt cell; none when it has not burnt.
    pub fn burnt_at(&self, col: usize, row: usize) -> Option<Burnt> {
        let cell = self.tiles.get(col, row)?;
        cell.is_burnt().then(|| self.burnt(cell))
    }

    /// Every burnt cell: column, row and what it remembers, in no meaningful order.
    pub fn burnt_iter(&self) -> impl Iterator<Item = (usize, usize, Burnt)> {
        self.tiles
            .iter()
            .filter(|(_, _, c)| c.is_burnt())
            .map(|(col, row, c)| (col, row, self.burnt(c)))
    }

    /// Whether any cell within `reach` columns and rows of one may have burnt since a time; a quick look at the
    /// tiles, `reach` no more than the side of one.
    pub fn may_have_burnt_near(
        &self,
        (col, row): (usize, usize),
        reach: usize,
        since_s: f64,
    ) -> bool {
        debug_assert!(reach <= TILE);
        let ends = |i: usize, n: usize| [i.saturating_sub(reach), (i + reach).min(n - 1)];
        let grid = &self.tiles.grid;
        let columns = ends(col, grid.cols);
        ends(row, grid.rows).into_iter().any(|r| {
            columns.into_iter().any(|c| {
                let found = self.tiles.find(c, r);
                found.is_some_and(|(tile, _)| self.tiles.tiles[tile].last_s >= since_s)
            })
        })
    }

    /// Burnt extent as (first column, first row, last column, last row).
    pub fn burnt_bounds(&self) -> Option<[usize; 4]> {
        self.tiles
            .tiles
            .iter()
            .zip(&self.tiles.places)
            .filter(|(tile, _)| tile.burnt > 0)
            .map(|(tile, &(tc, tr))| {
                let b = tile.burnt_box.map(usize::from);
                let (c, r) = (tc * TILE, tr * TILE);
                [c + b[0], r + b[1], c + b[2], r + b[3]]
            })
            .reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            })
    }

    /// A hash over the arrival of every burnt cell, in order of cells.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        let mut cells: Vec<(u32, u64)> = self
            .tiles
            .iter()
            .filter(|(_, _, c)| c.is_burnt())
            .map(|(col, row, c)| (self.number(col, row), c.t.to_bits()))
            .collect();
        cells.sort_unstable();
        for (cell, t) in cells {
            hasher.update(&cell.to_le_bytes());
            hasher.update(&t.to_le_bytes());
        }
    }

    /// Changes the weather at `t`: the fire burns up to then, `change` alters the source, and the
    /// fire line is lit anew under the new weather (restart rule of `docs/model.md`).
    pub fn change_weather(&mut self, t: f64, change: impl FnOnce(&mut S)) {
        self.advance_to(t);
        let (pieces, outlines) = self.fire_line_pieces();
        for cell in self.queue.restart(t) {
            let (col, row) = self.place(cell);
            if let Some((tile, i)) = self.tiles.find(col, row) {
                let tile = &mut self.tiles.tiles[tile];
                if tile.cells[i].state() == TRIAL {
                    tile.forget(i);
                }
            }
        }
        change(&mut self.source);
        for (origin, shape) in outlines {
            if let Some(ellipse) = self.ellipse_at_start(origin) {
                self.small[origin].push(Stage {
                    since: t,
                    shape,
                    ellipse,
                });
            }
        }
        if self.weather == WEATHERS {
            // Numbers start over: no cell may keep a metric of an equal number.
            for tile in &mut self.tiles.tiles {
                for c in tile.cells.iter_mut() {
                    c.set_weather(0);
                }
            }
            self.weather = 0;
        }
        self.weather += 1;
        self.restarted = t;
        self.behind.fill((u32::MAX, None));
        self.cut_off.clear();
        self.in_the_way.clear();
        self.pieces = pieces;
        self.relight();
    }

    /// Puts a barrier into the landscape now: steps across it are no longer made. No speed changes;
    /// tentative arrivals near it are worked out again from the same sources. Gives the number of
    /// the barrier's line.
    pub fn add_barrier(&mut self, path: &[Point], width_m: f64, kind: BarrierKind) -> u32 {
        let (line, touched) = self.barriers.add_line(path, width_m, kind);
        let grid = self.tiles.grid;
        // A tentative arrival comes from a cell within the stencils' reach or from a piece of line
        // within its radius: so far off may lie what the barrier cuts off.
        let far = super::start::EXACT_CELLS.max(2 * self.reach + 2);
        let reach = i64::from(far) + 1;
        let mut near = CellBox::NONE;
        for &cell in &touched {
            let (col, row) = self.place(cell);
            self.tiles.mark_barrier(col, row);
            near.include(col, row);
        }
        if touched.is_empty() {
            return line;
        }
        // Fire line that waits to burn on ([`Front::burn_on`]) offers arrivals by strips, and what the barrier cuts
        // off of them nobody else may offer: cells beside it that have none yet are looked at too.
        let beside = near.grown(BESIDE_CELLS, &grid);
        let (c0, r0, c1, r1) = near.grown(reach, &grid);
        let mut bounds = CellBox::NONE;
        let mut renewed = Vec::new();
        let mut any = false;
        for row in r0..=r1 {
            for col in c0..=c1 {
                if let Some((tile, i)) = self.tiles.find(col, row) {
                    let c = &self.tiles.tiles[tile].cells[i];
                    let is_trial = c.state() == TRIAL;
                    any |= is_trial;
                    let is_new = if is_trial {
                        crosses(path, &grid, (col, row), c.way(), reach as f64)
                    } else {
                        !c.is_burnt()
                            && c.fuel != 0
                            && (beside.0..=beside.2).contains(&col)
                            && (beside.1..=beside.3).contains(&row)
                            && !self.cut_off.contains(&((row * grid.cols + col) as u32))
                    };
                    if is_new {
                        self.tiles.tiles[tile].forget(i);
                        bounds.include(col, row);
                        renewed.push((col, row));
                    }
                }
            }
        }
        if !any || renewed.is_empty() {
            return line;
        }
        // Cells send as far as the stencils reach, pieces of line farther.
        let (c0, r0, c1, r1) = bounds.grown(i64::from(self.reach) + 1, &grid);
        let mut sources = Vec::new();
        for row in r0..=r1 {
            for col in c0..=c1 {
                if let Some(c) = self.tiles.get(col, row)
                    && c.is_burnt()
                    && c.t > self.restarted
                {
                    sources.push((c.t, col, row));
                }
            }
        }
        sources.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.2, a.1).cmp(&(b.2, b.1))));
        self.renewed = renewed.iter().map(|&(c, r)| self.number(c, r)).collect();
        for (_, col, row) in sources {
            let at = self.touch(col, row);
            self.relax(col, row, at, false);
        }
        let (c0, r0, c1, r1) = bounds.grown(reach, &grid);
        let (low, high) = (grid.centre(c0, r1), grid.centre(c1, r0));
        for i in 0..self.pieces.len() {
            let p = self.pieces[i];
            if p.a.x.max(p.b.x) > low.x
                && p.a.x.min(p.b.x) < high.x
                && p.a.y.max(p.b.y) > low.y
                && p.a.y.min(p.b.y) < high.y
            {
                let p = if p.cells == 0 {
                    self.with_cells(p, false)
                } else {
                    p
                };
                self.pieces[i] = p;
                self.seed_cells(i, &renewed);
            }
        }
        // Barriers only grow: what none of the pieces reaches now none of them will.
        for (col, row) in renewed {
            if self.tiles.get(col, row).is_some_and(|x| x.state() == FAR) {
                self.cut_off.insert(self.number(col, row));
            }
        }
        line
    }

    /// Lets a barrier's line leak; see [`Barriers::set_leaks`].
    pub fn set_leaks(&mut self, line: u32) {
        self.barriers.set_leaks(line);
    }

    pub(super) fn family(&self, cell: &Cell) -> usize {
        usize::from(self.origins[usize::from(cell.origin)].family)
    }

    /// Puts a fire out: its burnt cells are marked, and nothing is lit again from them when the
    /// weather changes.
    pub fn extinguish(&mut self, origin: usize) {
        let families: Vec<u16> = self.origins.iter().map(|o| o.family).collect();
        for tile in self.tiles.tiles.iter_mut().filter(|t| t.burnt > 0) {
            for c in tile.cells.iter_mut().filter(|c| c.is_burnt()) {
                if usize::from(families[usize::from(c.origin)]) == origin {
                    c.put_out();
                }
            }
        }
    }

    /// Marks a burnt cell at the edge as put out by those who passed it.
    pub fn put_out(&mut self, (col, row): (usize, usize)) {
        if let Some((tile, i)) = self.tiles.find(col, row) {
            let c = &mut self.tiles.tiles[tile].cells[i];
            if c.is_burnt() {
                c.put_out();
            }
        }
    }

    /// How many unburnt cells the fire of an ignition could still reach, counting up to `limit`; none
    /// when it reaches the limit or the edge of the map.
    pub fn reachable(&self, origin: usize, limit: usize) -> Option<usize> {
        let grid = self.tiles.grid;
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        let mut open: Vec<u32> = Vec::new();
        for (col, row, _) in self.tiles.trials().filter(|c| self.family(c.2) == origin) {
            if seen.len() == limit {
                return None;
            }
            let cell = self.number(col, row);
            seen.insert(cell);
            open.push(cell);
        }
        while let Some(cell) = open.pop() {
            if seen.len() > limit {
                return None;
            }
            let (col, row) = self.place(cell);
            if col == 0 || row == 0 || col + 1 == grid.cols || row + 1 == grid.rows {
                return None;
            }
            for (dc, dr) in [(1, 0), (0, 1), (-1, 0), (0, -1)] {
                let (c, r) = ((col as i64 + dc) as usize, (row as i64 + dr) as usize);
                let number = self.number(c, r);
                let burnable = match self.tiles.get(c, r) {
                    Some(x) => !x.is_burnt() && x.fuel != 0,
                    None => self.source.fuel(c, r) != 0,
                };
                if burnable
                    && !seen.contains(&number)
                    && (self.barriers.is_empty()
                        || !self
                            .barriers
                            .blocks(grid.centre(col, row), grid.centre(c, r)))
                {
                    seen.insert(number);
                    open.push(number);
                }
            }
        }
        Some(seen.len())
    }

    /// Makes the cell's tile and its metric under the present weather.
    #[inline]
    pub(super) fn touch(&mut self, col: usize, row: usize) -> (usize, usize) {
        let (source, barriers, cols) = (&self.source, &self.barriers, self.tiles.grid.cols);
        let found = self.tiles.find_or_make(col, row, |c, r| {
            (
                source.fuel(c, r),
                barriers.touches_cell((r * cols + c) as u32),
            )
        });
        let cell = &self.tiles.tiles[found.0].cells[found.1];
        if cell.weather() != self.weather && !cell.is_burnt() {
            self.renew(col, row, found);
        }
        found
    }

    pub(super) fn renew(&mut self, col: usize, row: usize, (tile, i): (usize, usize)) {
        let cell_m = self.tiles.grid.cell;
        let cell = &mut self.tiles.tiles[tile].cells[i];
        cell.set_weather(self.weather);
        cell.set_spread(STILL, Crown::Surface);
        if cell.fuel != 0
            && let Some(ellipse) = self.source.spread(col, row, cell.fuel)
        {
            cell.metric = Metric::new(&ellipse, cell_m);
            cell.heat = ellipse.heat_kj_m2 as f32;
            let number = stencil::number(ellipse.length_to_width, ellipse.heading);
            cell.set_spread(number, ellipse.crown);
            self.reach = self.reach.max(stencil::get(number).reach);
        }
    }

    /// Gives a cell a tentative arrival if it is earlier than the one it has.
    #[inline]
    pub(super) fn offer(
        &mut self,
        (tile, i): (usize, usize),
        cell: u32,
        t: f64,
        v: (f32, f32),
        origin: u16,
    ) {
        let tile = &mut self.tiles.tiles[tile];
        let c = &mut tile.cells[i];
        if t < c.t {
            c.set_direction(v);
            c.t = t;
            c.origin = origin;
            tile.note_trial(i);
            self.queue.push(t, cell);
        }
    }

    /// Burns a touched cell, which lies at `(tile, i)`.
    pub(super) fn accept(&mut self, col: usize, row: usize, t: f64, (tile, i): (usize, usize)) {
        if t < self.now {
            self.out_of_order += 1;
        }
        self.now = self.now.max(t);
        let c = &mut self.tiles.tiles[tile].cells[i];
        c.set_state(super::cells::BURNT);
        let origin = c.origin as usize;
        self.origin_burnt[origin] += 1;
        let first = &mut self.origin_cells[origin];
        if first.len() < FEW_CELLS as usize {
            first.push((col, row));
        }
        self.burnt += 1;
        let family = self.origins[origin].family;
        self.tiles.tiles[tile].note_burnt(i, t, family);
        let number = self.number(col, row);
        if let Some(recent) = &mut self.recent {
            recent.push(number);
        }
        self.relax(col, row, (tile, i), true);
    }

    pub(super) fn blocked(&self, from: (usize, usize), to: (usize, usize)) -> bool {
        let grid = &self.tiles.grid;
        self.barriers
            .blocks(grid.centre(from.0, from.1), grid.centre(to.0, to.1))
    }

    /// The metric of any cell under the present weather; none where fire stands still.
    pub(super) fn metric_at(&mut self, col: usize, row: usize) -> Option<Metric> {
        let (tile, i) = self.touch(col, row);
        let c = &self.tiles.tiles[tile].cells[i];
        if c.is_burnt() && c.weather() != self.weather {
            let (fuel, number) = (c.fuel, self.number(col, row));
            let known = &mut self.behind[number as usize % BEHIND];
            if known.0 != number {
                let metric = self
                    .source
                    .spread(col, row, fuel)
                    .map(|e| Metric::new(&e, self.tiles.grid.cell));
                *known = (number, metric);
            }
            return known.1;
        }
        (!c.is_still()).then_some(c.metric)
    }

    /// What a burnt cell tells.
    fn burnt(&self, cell: &Cell) -> Burnt {
        let origin = &self.origins[usize::from(cell.origin)];
        let (x, y) = cell.direction();
        let (mut rate, mut intensity) = (0.0, 0.0);
        if !cell.is_still() {
            let share = origin.share_of_rate(cell.t);
            rate = share * self.tiles.grid.cell / cell.metric.time(x, y);
            intensity = f64::from(cell.heat) * rate * lift(&cell.metric, x, y);
        }
        Burnt {
            arrival_s: cell.t,
            rate_m_s: rate,
            intensity_kw_m: intensity,
            direction_deg: Point::new(0.0, 0.0).bearing_deg(Point::new(x, -y)),
            crown: cell.crown(),
            origin: usize::from(origin.family),
            start: usize::from(cell.origin),
            kind: origin.kind,
            put_out: cell.is_put_out(),
        }
    }
}

/// Length on the slope over length on the map, in a direction: the metric is `k^2 (I + g g')`, whose
/// smaller eigenvalue is `k^2`.
fn lift(m: &Metric, x: f64, y: f64) -> f64 {
    let [m0, m1, m2, _, _] = m.0.map(f64::from);
    if m1 == 0.0 && m0 == m2 {
        return 1.0;
    }
    let mean = 0.5 * (m0 + m2);
    let least = mean - (0.25 * (m0 - m2) * (m0 - m2) + m1 * m1).sqrt();
    ((m0 * x * x + 2.0 * m1 * x * y + m2 * y * y) / least).sqrt()
}
