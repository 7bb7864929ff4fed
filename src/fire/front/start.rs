//! Starts and restarts: arrivals from exact points and lines that are not cells.

use super::SpreadSource;
use super::cells::BURNT;
use super::metric::Metric;
use super::solver::{Front, Origin, STILL, Stage};
use super::stencil;
use crate::base::geo::{Point, polygon_contains};

/// Arrivals are exact out to so many cells around a start, or twice the stencil's reach if that is more:
/// a 50-cell fire of length-to-width 8 is 13 % short with 3 cells and 0.4 % with 13.
const EXACT_CELLS: i32 = 12;

/// How a fire starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// At a point; it accelerates.
    Point(Point),
    /// Along a line, at its steady rate.
    Line(Vec<Point>),
    /// Over an area: what lies inside burns at once.
    Polygon(Vec<Point>),
}

/// A straight piece of burning line, or a point, from which nearby cells take their arrival.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub a: Point,
    pub b: Point,
    /// When it burns, seconds.
    pub t: f64,
    pub origin: u8,
    /// How far it reaches, cells.
    pub radius: i32,
    /// Burnt places behind its ends, for a piece of fire line: what lies across a barrier from
    /// both is not burning.
    pub behind: Option<[Point; 2]>,
}

impl<S: SpreadSource> Front<S> {
    /// Starts a fire at `t` seconds (not before now). Gives its number, or none when the place is
    /// off the map or does not burn. At most 255 fires.
    pub fn ignite(&mut self, start: &Start, t: f64) -> Option<usize> {
        self.advance_to(t);
        let (points, acceleration) = match start {
            Start::Point(p) => (vec![*p], self.source.acceleration_per_s()),
            Start::Line(p) | Start::Polygon(p) => (p.clone(), 0.0),
        };
        let origin = u8::try_from(self.origins.len())
            .ok()
            .filter(|&n| n < u8::MAX)?;
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
            let radius = EXACT_CELLS.max(2 * self.reach_near(pair[0], pair[1]));
            let piece = Piece {
                a: pair[0],
                b: pair[1],
                t,
                origin,
                radius,
                behind: None,
            };
            self.pieces.push(piece);
            self.seed(piece);
        }
        Some(origin as usize)
    }

    fn burn_inside(&mut self, ring: &[Point], t: f64, origin: u8) {
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
                    if c.state != BURNT && c.stencil != STILL {
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
    pub(super) fn reach_near(&mut self, a: Point, b: Point) -> i32 {
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

    /// Offers every unburnt cell within a piece's radius its exact arrival from it.
    pub(super) fn seed(&mut self, piece: Piece) {
        let grid = self.tiles.grid;
        let centre = |p: Point| {
            let (x, y) = grid.fractional(p);
            (x - 0.5, y - 0.5)
        };
        let (a, b) = (centre(piece.a), centre(piece.b));
        let radius = f64::from(piece.radius) + 0.5;
        let low = |v: f64| libm::ceil(v - radius).max(0.0) as usize;
        let high = |v: f64, n: usize| libm::floor(v + radius).clamp(-1.0, n as f64 - 1.0) as i64;
        let (c0, c1) = (low(a.0.min(b.0)), high(a.0.max(b.0), grid.cols));
        let (r0, r1) = (low(a.1.min(b.1)), high(a.1.max(b.1), grid.rows));
        let origin = self.origins[piece.origin as usize];
        for row in r0 as i64..=r1 {
            for col in c0 as i64..=c1 {
                let (col, row) = (col as usize, row as usize);
                let at = self.touch(col, row);
                let x = self.tiles.tiles[at.0].cells[at.1];
                if x.state == BURNT || x.stencil == STILL {
                    continue;
                }
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
                if origin.later(piece.t, steady) >= x.t && !x.t.is_infinite() {
                    continue;
                }
                // The perimeter runs between cell centres: a start just outside it counts as lying in
                // its first burnt cell, or a line round the burnt cells would leave it free.
                if let Some(&first) = self.origin_cells[piece.origin as usize].first()
                    && piece.t > self.restarted
                    && self.blocked(first, (col, row))
                {
                    continue;
                }
                if let Some(behind) = piece.behind
                    && !self.barriers.is_empty()
                {
                    let to = grid.centre(col, row);
                    let from = Point::new(to.x - v.0 * grid.cell, to.y + v.1 * grid.cell);
                    let cut = |p| self.barriers.blocks(p, from);
                    if cut(behind[0]) && cut(behind[1]) {
                        continue;
                    }
                }
                if let Some(steady) = self.time_from((col, row), x.fuel, v, steady) {
                    let t = origin.later(piece.t, steady).max(self.now);
                    let number = (row * grid.cols + col) as u32;
                    self.offer(at, number, t, v, piece.origin);
                }
            }
        }
    }

    /// Time over the straight way `v` (cells) that ends in the centre of a cell: `alone` when the way
    /// lies in the cell's own fuel, the mean over the fuels otherwise; none when it is blocked.
    fn time_from(
        &mut self,
        at: (usize, usize),
        fuel: u8,
        v: (f64, f64),
        alone: f64,
    ) -> Option<f64> {
        let grid = self.tiles.grid;
        let steps = (libm::ceil(4.0 * v.0.abs().max(v.1.abs())) as usize).max(1);
        let mut others: Vec<Option<Metric>> = Vec::new();
        let mut own = 0.0;
        for i in 0..steps {
            let s = 1.0 - (i as f64 + 0.5) / steps as f64;
            let (x, y) = (at.0 as f64 - s * v.0, at.1 as f64 - s * v.1);
            let (c, r) = (libm::floor(x + 0.5), libm::floor(y + 0.5));
            if c < 0.0 || r < 0.0 || c >= grid.cols as f64 || r >= grid.rows as f64 {
                continue;
            }
            let (c, r) = (c as usize, r as usize);
            let place = self.touch(c, r);
            let cell = self.tiles.tiles[place.0].cells[place.1];
            if cell.fuel == fuel {
                own += 1.0;
            } else {
                others.push(self.metric_at(c, r));
            }
        }
        if !self.barriers.is_empty() {
            let to = grid.centre(at.0, at.1);
            let from = Point::new(to.x - v.0 * grid.cell, to.y + v.1 * grid.cell);
            if self.barriers.blocks(from, to) {
                return None;
            }
        }
        if others.is_empty() {
            return Some(alone);
        }
        let mut sum = own * alone;
        let n = own + others.len() as f64;
        for metric in others {
            sum += metric?.time(v.0, v.1);
        }
        Some(sum / n)
    }
}
