//! The fire line at this moment: rings, area, and the pieces a restart burns on from.

use rustc_hash::FxHashMap;

use super::cells::{Cell, FAR};
use super::metric::Metric;
use super::outline;
use super::solver::{Front, Stand};
use super::start::Piece;
use super::{Ellipse, SpreadSource};
use crate::base::geo::{Point, polygon_area};

/// A point of the perimeter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vertex {
    /// Where.
    pub at: Point,
    /// Whether the fire can move on here: what lies beyond burns and no barrier stands between.
    pub active: bool,
    /// The burnt cell behind it (column, row).
    pub inside: (usize, usize),
    /// The cell ahead of it; the inside one again at the edge of the map.
    pub ahead: (usize, usize),
    /// Number of the fire it belongs to: that of its ignition.
    pub origin: usize,
    /// Number of the start the fire here came from.
    pub start: usize,
}

/// A closed ring of the perimeter, burnt ground on the left: outer rings run counter-clockwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    /// The vertices, the first not repeated.
    pub vertices: Vec<Vertex>,
    /// Signed area, square metres; negative for an island that has not burnt.
    pub area_m2: f64,
}

impl Ring {
    fn new(vertices: Vec<Vertex>) -> Self {
        let points: Vec<Point> = vertices.iter().map(|v| v.at).collect();
        Self {
            area_m2: polygon_area(&points),
            vertices,
        }
    }

    /// The points.
    pub fn points(&self) -> Vec<Point> {
        self.vertices.iter().map(|v| v.at).collect()
    }

    /// Length, metres.
    pub fn length_m(&self) -> f64 {
        let n = self.vertices.len();
        (0..n)
            .map(|i| self.vertices[i].at.distance(self.vertices[(i + 1) % n].at))
            .sum()
    }
}

/// Side of a cell, for shares: towards east, south, west, north.
const SIDES: [(i64, i64); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];
/// A fire line that stands at a barrier is kept a hair in front of it, so that it can burn back.
const BEFORE_BARRIER: f64 = 0.98;
/// An end must stand so far before the chord to count, cells.
const LEAST_END_CELLS: f64 = 0.02;
/// Farther before it an end is not believed, cells.
const MOST_END_CELLS: f64 = 1.5;
/// The ellipse of a start is believed so near to it, cells.
const NEAR_START_CELLS: f64 = 12.0;
/// A fire of fewer burnt cells is drawn as a smooth outline: cells are too coarse to tell its shape.
pub(super) const FEW_CELLS: u64 = 12;
/// Vertices of the outline of a small fire: 0.6 % more area than the ellipse it is drawn around.
const SMALL_FIRE_VERTICES: usize = 32;
/// The outline of a small fire passes a burnt cell's centre at this distance at least, cells.
const AROUND_CELLS: f64 = 0.05;

/// The corner of a square opposite to `c`, which lies between `a` and `b`.
fn opposite(a: (usize, usize), b: (usize, usize), c: (usize, usize)) -> Option<(usize, usize)> {
    Some(((a.0 + b.0).checked_sub(c.0)?, (a.1 + b.1).checked_sub(c.1)?))
}

/// Of each vertex of a ring its side of the burnt cell, and when the line last moved there, seconds.
type Moves = Vec<(u8, f64)>;

impl<S: SpreadSource> Front<S> {
    fn is_burnt(&self, col: i64, row: i64, t: f64) -> bool {
        let grid = &self.tiles.grid;
        col >= 0
            && row >= 0
            && (col as usize) < grid.cols
            && (row as usize) < grid.rows
            && self
                .tiles
                .get(col as usize, row as usize)
                .is_some_and(|c| c.is_burnt() && c.t <= t)
    }

    /// Where the line stands between a burnt cell and the unburnt one at one of its sides, and when
    /// it last moved there.
    fn vertex(&self, inside: (usize, usize), side: usize, now: f64) -> (Vertex, f64) {
        let grid = &self.tiles.grid;
        let (dc, dr) = SIDES[side];
        let (c, r) = (inside.0 as i64 + dc, inside.1 as i64 + dr);
        let from = grid.centre(inside.0, inside.1);
        let to = Point::new(
            from.x + dc as f64 * grid.cell,
            from.y - dr as f64 * grid.cell,
        );
        let (mut share, mut active, mut ahead) = (0.5, false, inside);
        let (mut start, mut moved) = (0, now);
        if let Some(z) = self.tiles.get(inside.0, inside.1) {
            start = z.origin as usize;
            let on_map = c >= 0 && r >= 0 && (c as usize) < grid.cols && (r as usize) < grid.rows;
            let x = if on_map {
                self.tiles.get(c as usize, r as usize)
            } else {
                None
            };
            if on_map {
                ahead = (c as usize, r as usize);
            }
            let number = (inside.1 * grid.cols + inside.0) as u32;
            let restarted = self.restarted >= z.t && self.restarted <= now;
            let kept = self.shares.get(&(number, side as u8)).filter(|_| restarted);
            moved = kept.map_or(z.t, |k| k.moved_s);
            if let Some(x) = x
                && x.fuel != 0
            {
                let barrier = if z.has_barrier() || x.has_barrier() {
                    self.barriers.first_crossing(from, to)
                } else {
                    None
                };
                let stood = kept.map_or(0.0, |k| f64::from(k.share));
                if let Some((s, _)) = barrier {
                    share = s * BEFORE_BARRIER;
                } else if x.state() != FAR && !x.is_still() {
                    let since = if restarted { self.restarted } else { z.t };
                    let way = ((now - since) / (x.t - since)).clamp(0.0, 1.0);
                    share = if x.t > since {
                        let way = if restarted {
                            way
                        } else {
                            self.share_between(z, x, (dc as f32, dr as f32), way)
                        };
                        stood + (1.0 - stood) * way
                    } else {
                        1.0
                    };
                    active = true;
                    moved = now;
                } else {
                    // Nothing burns on for now, or no way in has been found yet: the next weather, or
                    // the next cell to burn, may open one while the edge is alive.
                    share = kept.map_or(0.5, |_| stood);
                    active = !x.is_still() && self.is_alive(z, moved, now);
                }
            }
        }
        let vertex = Vertex {
            at: from.towards(to, share),
            active,
            inside,
            ahead,
            origin: self
                .origins
                .get(start)
                .map_or(start, |o| usize::from(o.family)),
            start,
        };
        (vertex, moved)
    }

    /// How far fire has come on the way from a burnt cell to its neighbour in direction `to` (columns,
    /// rows) at the share `way` of the time between: arrivals curve as their gradients at both ends
    /// say (a cubic, kept monotone as by Fritsch & Carlson 1980).
    fn share_between(&self, z: &Cell, x: &Cell, to: (f32, f32), way: f64) -> f64 {
        /// Steeper than so many times the chord a cubic need not be monotone.
        const STEEPEST: f64 = 3.0;
        let span = x.t - z.t;
        let slope = |c: &Cell| {
            let (vx, vy) = c.way();
            let g = super::step::gradient(&c.metric.0, vx, vy);
            let along = f64::from(g.0 * to.0 + g.1 * to.1);
            let origin = &self.origins[usize::from(c.origin)];
            (along / origin.share_of_rate(c.t).max(1e-3) / span).clamp(0.0, STEEPEST)
        };
        let (m0, m1) = (slope(z), slope(x));
        if z.fuel != x.fuel {
            // Half the way lies in each fuel.
            let first = m0 / (m0 + m1);
            return if !first.is_finite() {
                way
            } else if way < first {
                0.5 * way / first
            } else {
                1.0 - 0.5 * (1.0 - way) / (1.0 - first)
            };
        }
        let (a, b) = (3.0 - 2.0 * m0 - m1, m0 + m1 - 2.0);
        let at = |s: f64| s * (m0 + s * (a + s * b)) - way;
        let (mut low, mut high, mut s) = (0.0, 1.0, way);
        for _ in 0..6 {
            let f = at(s);
            if f > 0.0 {
                high = s;
            } else {
                low = s;
            }
            let slope = m0 + s * (2.0 * a + 3.0 * b * s);
            let next = s - f / slope;
            s = if next > low && next < high {
                next
            } else {
                0.5 * (low + high)
            };
        }
        s
    }

    /// Whether an edge that last moved at `moved` still holds fire that can burn on.
    fn is_alive(&self, inside: &Cell, moved: f64, now: f64) -> bool {
        !inside.is_put_out() && now - moved < self.source.burn_out_s(inside.fuel)
    }

    /// The rings of the perimeter now, by marching squares over the burnt cells, with the line
    /// between cells placed by time. A fire smaller than a cell is an ellipse.
    ///
    /// Ahead of the line the arrivals are still tentative, so the line now is placed a little late
    /// (a tenth of a cell on the flanks of a long fire); [`Front::perimeter_at`] is exact.
    pub fn perimeter(&self) -> Vec<Ring> {
        self.perimeter_at(self.now)
    }

    /// Those rings of [`Front::perimeter`] that a fire has a part in, by the number of its ignition: much
    /// less work where several fires burn.
    pub fn perimeter_of(&self, origin: usize) -> Vec<Ring> {
        self.rings(self.now, Some(origin))
    }

    /// The rings of the perimeter at an earlier time `t`.
    pub fn perimeter_at(&self, t: f64) -> Vec<Ring> {
        self.rings(t, None)
    }

    fn rings(&self, t: f64, of: Option<usize>) -> Vec<Ring> {
        let mut rings = self.grid_rings(t, of);
        let small = self.small_rings(&rings, t, of);
        rings.retain(|(r, _)| !small.iter().any(|(start, _)| r.vertices[0].start == *start));
        let mut rings: Vec<Ring> = rings
            .into_iter()
            .map(|(r, _)| self.with_ends(r, t))
            .collect();
        rings.extend(small.into_iter().map(|(_, ring)| ring));
        rings
    }

    /// The rings that the grid shows, small fires as it shows them; with each vertex its side of the
    /// burnt cell and when it last moved. Of one fire only when one is given.
    fn grid_rings(&self, t: f64, of: Option<usize>) -> Vec<(Ring, Moves)> {
        let mut rings: Vec<(Ring, Moves)> = Vec::new();
        let earlier = (t < self.now).then_some(|c: &Cell| c.t <= t);
        let family = of.map(|o| o as u16);
        let steps = outline::pieces(&self.tiles, family, earlier);
        let mut taken = vec![false; steps.len()];
        let mut edges = Vec::new();
        for first in 0..steps.len() {
            edges.clear();
            let mut at = first;
            while !taken[at] {
                taken[at] = true;
                edges.push(steps[at].0);
                match outline::next(&steps, &steps[at].1) {
                    Some(next) => at = next,
                    None => break,
                }
            }
            let belongs = |&((c, r), _): &outline::Edge| {
                (self.tiles.get(c, r)).is_some_and(|z| of.is_none_or(|o| self.family(z) == o))
            };
            if !edges.iter().any(belongs) {
                continue;
            }
            let looked = edges.iter().map(|&(inside, side)| {
                let (vertex, moved) = self.vertex(inside, side, t);
                (vertex, (side as u8, moved))
            });
            let (mut vertices, moves): (Vec<_>, Vec<_>) = looked.unzip();
            self.open_corners(&mut vertices);
            rings.push((Ring::new(vertices), moves));
        }
        rings
    }

    /// The fires that are too small for the grid to show, by start, with their outlines. One that
    /// has run into another fire is none. Of one fire only when one is given, whose rings these are.
    fn small_rings(
        &self,
        rings: &[(Ring, Moves)],
        t: f64,
        of: Option<usize>,
    ) -> Vec<(usize, Ring)> {
        let is_small = |start: usize| {
            let burnt = self.origin_burnt[start];
            let origin = &self.origins[start];
            of.is_none_or(|o| usize::from(origin.family) == o)
                && burnt < FEW_CELLS
                && (burnt == 0 || origin.from_point)
        };
        if !(0..self.origins.len()).any(is_small) {
            return Vec::new();
        }
        // Starts with a ring to themselves.
        let mut alone = vec![false; self.origins.len()];
        let mut shared = vec![false; self.origins.len()];
        for (ring, _) in rings {
            let first = ring.vertices[0].start;
            if ring.vertices.iter().all(|v| v.start == first) {
                alone[first] = true;
            } else {
                for v in &ring.vertices {
                    shared[v.start] = true;
                }
            }
        }
        (0..self.origins.len())
            .filter(|&i| {
                is_small(i)
                    && if self.origin_burnt[i] == 0 {
                        !self.is_swallowed(i, t)
                    } else {
                        alone[i] && !shared[i]
                    }
            })
            .filter_map(|i| Some((i, self.small_ring(i, t)?)))
            .collect()
    }

    /// Whether another fire has burnt over the place where a start lay.
    fn is_swallowed(&self, start: usize, t: f64) -> bool {
        self.tiles
            .grid
            .cell_at(self.origin_places[start])
            .is_some_and(|(c, r)| self.is_burnt(c as i64, r as i64, t))
    }

    /// Marks the vertices on both sides of a corner through which the fire can still slip: a barrier
    /// may stand between all neighbours side by side and yet leave a diagonal free.
    fn open_corners(&self, vertices: &mut [Vertex]) {
        let n = vertices.len();
        let still: Vec<bool> = vertices.iter().map(|v| !v.active).collect();
        for i in 0..n {
            let j = (i + 1) % n;
            if !(still[i] || still[j]) {
                continue;
            }
            let (v, w) = (vertices[i], vertices[j]);
            let open = if v.inside == w.inside {
                opposite(v.ahead, w.ahead, v.inside)
                    .is_some_and(|x| self.is_open_corner(v.inside, x))
            } else if v.ahead == w.ahead {
                opposite(v.inside, w.inside, v.ahead)
                    .is_some_and(|z| self.is_open_corner(z, v.ahead))
            } else {
                self.is_open_corner(v.inside, w.ahead) || self.is_open_corner(w.inside, v.ahead)
            };
            if open {
                vertices[i].active = true;
                vertices[j].active = true;
            }
        }
    }

    /// Whether fire can step from a burnt cell to the unburnt one at its corner.
    fn is_open_corner(&self, from: (usize, usize), to: (usize, usize)) -> bool {
        let burns = |c: (usize, usize)| {
            self.tiles
                .get(c.0, c.1)
                .is_some_and(|x| x.is_burnt() || (x.fuel != 0 && !x.is_still()))
        };
        let grid = &self.tiles.grid;
        from.0.abs_diff(to.0) == 1
            && from.1.abs_diff(to.1) == 1
            && to.0 < grid.cols
            && to.1 < grid.rows
            && burns(to)
            && self.tiles.get(to.0, to.1).is_some_and(|x| !x.is_burnt())
            && (burns((from.0, to.1)) || burns((to.0, from.1)))
            && !self.blocked(from, to)
    }

    /// The outline of a small fire; none once it is large enough for the grid to show.
    fn small_ring(&self, origin: usize, t: f64) -> Option<Ring> {
        let burnt = self.origin_burnt[origin];
        let ring = self.small_fire(origin, t)?;
        // Where cells that do not burn keep the count low, the outline must not grow for ever.
        let cell = self.tiles.grid.cell;
        (burnt == 0 || ring.area_m2 < 2.0 * FEW_CELLS as f64 * cell * cell).then_some(ring)
    }

    /// A fire of few cells: the convex outline of what burnt at the last change of weather, grown by
    /// the ellipse of the time since (their Minkowski sum, by support functions), drawn around the
    /// burnt cells as well, cut where barriers hold it.
    fn small_fire(&self, origin: usize, t: f64) -> Option<Ring> {
        let stage = self.small[origin].iter().rev().find(|s| s.since < t)?;
        let at = self.origin_places[origin];
        let inside = self.tiles.grid.cell_at(at)?;
        let start = self.origins[origin];
        let steady = start.steady_age(t) - start.steady_age(stage.since);
        let mut places: Vec<(Point, f64)> = stage.shape.iter().map(|&p| (p, 0.0)).collect();
        let margin = AROUND_CELLS * self.tiles.grid.cell;
        for &(col, row) in &self.origin_cells[origin] {
            if self.is_burnt(col as i64, row as i64, t) {
                places.push((self.tiles.grid.centre(col, row), margin));
            }
        }
        let grown = stage.shape.len();
        let (hx, hy) = stage.ellipse.heading;
        // Outward normals, closer together where an ellipse is more sharply curved.
        let lines: Vec<((f64, f64), f64)> = (0..SMALL_FIRE_VERTICES)
            .map(|i| {
                let angle = i as f64 / SMALL_FIRE_VERTICES as f64 * std::f64::consts::TAU;
                let along = libm::cos(angle);
                let across = libm::sin(angle) * stage.ellipse.length_to_width;
                let length = libm::hypot(along, across);
                let n = (
                    (along * hx - across * hy) / length,
                    (along * hy + across * hx) / length,
                );
                let growth = steady * stage.ellipse.normal_rate_m_s(n);
                let support = places
                    .iter()
                    .enumerate()
                    .map(|(k, (p, around))| {
                        let grow = if k < grown { growth } else { *around };
                        (p.x - at.x) * n.0 + (p.y - at.y) * n.1 + grow
                    })
                    .fold(f64::NEG_INFINITY, f64::max);
                (n, support)
            })
            .collect();
        let vertices = (0..SMALL_FIRE_VERTICES)
            .map(|i| {
                let ((n, h), (m, g)) = (lines[i], lines[(i + 1) % SMALL_FIRE_VERTICES]);
                let det = n.0 * m.1 - n.1 * m.0;
                let free = Point::new(
                    at.x + (h * m.1 - g * n.1) / det,
                    at.y + (g * n.0 - h * m.0) / det,
                );
                let (end, active) = self.free_way(at, free);
                Vertex {
                    at: end,
                    active,
                    inside,
                    ahead: inside,
                    origin: usize::from(start.family),
                    start: origin,
                }
            })
            .collect();
        Some(Ring::new(vertices))
    }

    /// How far a small fire gets on the straight way to where it would be if nothing held it, and
    /// whether it can move on there.
    fn free_way(&self, from: Point, to: Point) -> (Point, bool) {
        let grid = &self.tiles.grid;
        // A little farther: what stands just ahead holds as well.
        let beyond = from.towards(to, 1.0 + (1.0 - BEFORE_BARRIER) * 2.0);
        let mut share = 1.0;
        let mut active = true;
        if let Some((s, _)) = self.barriers.first_crossing(from, beyond) {
            let way = from.distance(beyond) / from.distance(to);
            share = (s * way * BEFORE_BARRIER).min(1.0);
            active = false;
        }
        let steps = libm::ceil(4.0 * share * from.distance(to) / grid.cell) as usize;
        for k in 1..=steps {
            let reached = share * k as f64 / steps as f64;
            let burns = grid
                .cell_at(from.towards(to, reached))
                .is_some_and(|(c, r)| self.source.fuel(c, r) != 0);
            if !burns {
                return (
                    from.towards(to, share * (k - 1) as f64 / steps as f64),
                    false,
                );
            }
        }
        (from.towards(to, share), active)
    }

    /// Spread where a fire started, under the present weather.
    pub(super) fn ellipse_at_start(&self, origin: usize) -> Option<Ellipse> {
        let (col, row) = self.tiles.grid.cell_at(self.origin_places[origin])?;
        self.source.spread(col, row, self.source.fuel(col, row))
    }

    /// Burnt area now, square metres, with the line between cells placed by time.
    pub fn area_m2(&self) -> f64 {
        self.area_at_m2(self.now)
    }

    /// Burnt area at an earlier time `t`, square metres.
    pub fn area_at_m2(&self, t: f64) -> f64 {
        self.perimeter_at(t).iter().map(|r| r.area_m2).sum()
    }

    /// The fire line as pieces to burn on from, with the outlines of small fires, and the shares at
    /// which it stands; starts that have not reached a cell are kept as they are.
    pub(super) fn fire_line_pieces(&mut self) -> (Vec<Piece>, Vec<(usize, Vec<Point>)>) {
        let now = self.now;
        let mut pieces: Vec<Piece> = self
            .pieces
            .iter()
            .filter(|p| p.behind.is_none() && self.origin_burnt[p.origin as usize] == 0)
            .filter(|p| {
                now - p.t < self.burn_out_at(p.a) && !self.is_swallowed(usize::from(p.origin), now)
            })
            .copied()
            .collect();
        let mut shares = FxHashMap::default();
        let mut ends: FxHashMap<u32, Vec<Point>> = FxHashMap::default();
        let grid = self.tiles.grid;
        let mut rings = self.grid_rings(now, None);
        let small = self.small_rings(&rings, now, None);
        rings.retain(|(r, _)| !small.iter().any(|(start, _)| r.vertices[0].start == *start));
        for (ring, moves) in &rings {
            let n = ring.vertices.len();
            let mut alive = Vec::with_capacity(n);
            for (v, &(side, moved_s)) in ring.vertices.iter().zip(moves) {
                let from = grid.centre(v.inside.0, v.inside.1);
                let share = (v.at.distance(from) / grid.cell) as f32;
                let number = (v.inside.1 * grid.cols + v.inside.0) as u32;
                shares.insert((number, side), Stand { share, moved_s });
                alive.push(
                    self.tiles
                        .get(v.inside.0, v.inside.1)
                        .is_some_and(|z| self.is_alive(z, moved_s, now)),
                );
            }
            for i in 0..n {
                let j = (i + 1) % n;
                if !(alive[i] || alive[j]) {
                    continue;
                }
                let (v, w) = (ring.vertices[i], ring.vertices[j]);
                let burns =
                    |c: (usize, usize)| self.tiles.get(c.0, c.1).is_some_and(|x| x.fuel != 0);
                let Some(ahead) = [v, w]
                    .iter()
                    .find(|v| v.ahead != v.inside && burns(v.ahead))
                    .map(|v| v.ahead)
                else {
                    continue;
                };
                // The unburnt cells among the four around the piece.
                let mut near = [Some(v.ahead), Some(w.ahead), None];
                if v.inside == w.inside && v.ahead != v.inside && w.ahead != v.inside {
                    near[2] = opposite(v.ahead, w.ahead, v.inside);
                }
                if w.ahead == v.ahead {
                    near[1] = None;
                }
                let piece = Piece {
                    a: v.at,
                    b: w.at,
                    t: now,
                    origin: v.start as u16,
                    ahead: Some(ahead),
                    behind: Some([v, w].map(|v| grid.centre(v.inside.0, v.inside.1))),
                    sharp: false,
                    cells: 0,
                    near: near.map(|c| c.filter(|&c| burns(c))),
                };
                if let Some(end) = self.end_between(&v, &w, now) {
                    let (col, row) = grid.nearest(end);
                    ends.entry((row * grid.cols + col) as u32)
                        .or_default()
                        .push(end);
                    let seen = near.into_iter().flatten().chain([v.inside, w.inside]);
                    let piece = Piece {
                        sharp: !seen.into_iter().any(|c| c == (col, row)),
                        ..piece
                    };
                    pieces.push(Piece { b: end, ..piece });
                    pieces.push(Piece { a: end, ..piece });
                } else {
                    pieces.push(piece);
                }
            }
        }
        for (start, ring) in small.iter().filter(|(s, _)| self.origin_burnt[*s] > 0) {
            let place = self.origin_places[*start];
            let n = ring.vertices.len();
            for i in 0..n {
                // A small outline stands on no edge of the grid: no share is kept.
                pieces.push(Piece {
                    a: ring.vertices[i].at,
                    b: ring.vertices[(i + 1) % n].at,
                    t: now,
                    origin: *start as u16,
                    ahead: None,
                    behind: Some([place; 2]),
                    sharp: false,
                    cells: 0,
                    near: [None; 3],
                });
            }
        }
        self.shares = shares;
        self.ends = ends;
        let outlines = small.into_iter().map(|(s, ring)| (s, ring.points()));
        (pieces, outlines.collect())
    }

    /// The point of the line between two neighbouring vertices that stands farthest before their
    /// chord, when it does so well: a head or a tail may be sharper than a cell. Known are the points
    /// to which fire has run straight on from a cell burnt in this weather; the edge of the ellipse of
    /// a start; and the ends of the last restart, burnt on.
    fn end_between(&self, v: &Vertex, w: &Vertex, t: f64) -> Option<Point> {
        let grid = &self.tiles.grid;
        let (dx, dy) = (w.at.x - v.at.x, w.at.y - v.at.y);
        let length = libm::hypot(dx, dy);
        if length == 0.0 || t < self.restarted || v.start != w.start {
            return None;
        }
        // Burnt ground is on the left of the chord; rows run south.
        let normal = (dy / length, dx / length);
        let mut best = (LEAST_END_CELLS * grid.cell, None);
        let middle = v.at.towards(w.at, 0.5);
        let is_held = !(v.active && w.active);
        let mut offer = |p: Point, fuel: u8| {
            let far = middle.distance(p) / (2.0 * MOST_END_CELLS * grid.cell);
            if !far.is_finite() || (far > 1.0 && !is_held) {
                return;
            }
            let p = middle.towards(p, 1.0 / far.max(1.0));
            // A barrier cuts an end; an edge that is held by anything else has none.
            let cut = if self.barriers.is_empty() {
                None
            } else {
                self.barriers.first_crossing(middle, p)
            };
            let p = match cut {
                Some((share, _)) => middle.towards(p, share * BEFORE_BARRIER),
                None if is_held => return,
                None => p,
            };
            let before = ((p.y - v.at.y) * dx - (p.x - v.at.x) * dy) / -length;
            let along = ((p.x - v.at.x) * dx + (p.y - v.at.y) * dy) / length;
            let fits = before > best.0
                && before < MOST_END_CELLS * grid.cell
                && along > -0.5 * length
                && along < 1.5 * length
                && grid
                    .cell_at(p)
                    .is_some_and(|(c, r)| self.source.fuel(c, r) == fuel);
            if fits {
                best = (before, Some(p));
            }
        };
        let from = |p: Point, run: (f64, f64)| {
            Point::new(p.x + run.0 * grid.cell, p.y - run.1 * grid.cell)
        };
        let origin = &self.origins[v.start];
        for inside in [v.inside, w.inside] {
            let z = self.tiles.get(inside.0, inside.1)?;
            if z.is_still() {
                continue;
            }
            if z.t > self.restarted && z.t < t {
                let (x, y) = z.direction();
                let run = origin.share_of_rate(z.t) * (t - z.t) / z.metric.time(x, y);
                if run < MOST_END_CELLS || is_held {
                    let run = run.min(MOST_END_CELLS);
                    offer(
                        from(grid.centre(inside.0, inside.1), (run * x, run * y)),
                        z.fuel,
                    );
                }
            }
        }
        let place = self.origin_places[v.start];
        let mut known: Vec<(Point, f64)> = Vec::new();
        if origin.from_point
            && self.restarted < origin.t
            && middle.distance(place) < NEAR_START_CELLS * grid.cell
        {
            known.push((place, origin.steady_age(t)));
        }
        if !self.ends.is_empty()
            && let Some((col, row)) = grid.cell_at(middle)
        {
            for r in row.saturating_sub(1)..=(row + 1).min(grid.rows - 1) {
                for c in col.saturating_sub(1)..=(col + 1).min(grid.cols - 1) {
                    let ends = self.ends.get(&((r * grid.cols + c) as u32));
                    known.extend(ends.into_iter().flatten().map(|&p| (p, t - self.restarted)));
                }
            }
        }
        for (p, seconds) in known {
            let (col, row) = grid.nearest(p);
            let fuel = self.source.fuel(col, row);
            if fuel == 0 {
                continue;
            }
            if let Some(ellipse) = self.source.spread(col, row, fuel) {
                let metric = Metric::new(&ellipse, grid.cell);
                let way = metric.wide().way_of_normal(normal);
                let run = seconds / metric.time(way.0, way.1);
                offer(from(p, (run * way.0, run * way.1)), fuel);
            }
        }
        best.1
    }

    /// Puts the sharp ends into a ring.
    fn with_ends(&self, ring: Ring, t: f64) -> Ring {
        let n = ring.vertices.len();
        let mut vertices = Vec::with_capacity(n);
        for i in 0..n {
            let (v, w) = (ring.vertices[i], ring.vertices[(i + 1) % n]);
            vertices.push(v);
            if let Some(at) = self.end_between(&v, &w, t) {
                vertices.push(Vertex { at, ..v });
            }
        }
        if vertices.len() == n {
            ring
        } else {
            Ring::new(vertices)
        }
    }

    fn burn_out_at(&self, p: Point) -> f64 {
        let (col, row) = self.tiles.grid.nearest(p);
        self.source.burn_out_s(self.source.fuel(col, row))
    }
}
