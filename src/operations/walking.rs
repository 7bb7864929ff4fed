//! Ways off the roads: over the terrain by the least time, round water and around what burns.
//!
//! The pace is a unit's flat pace slowed by slope after Tobler (1993, NCGIA Technical Report 93-1),
//! `exp(-3.5 |s + 0.05|)` with `s` the signed slope, relative to the flat. Steps go from cell to cell of
//! the landscape to sixteen neighbours; the search is A* (Hart, Nilsson & Raphael 1968), whose bound is
//! the pace at the best slope.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::Fire;
use super::units::Trip;
use crate::base::geo::{Grid, Point};
use crate::world::World as Site;

/// Cells looked at before a straight way is taken instead.
const MOST_CELLS: usize = 60_000;
/// Steps to the neighbours: columns and rows.
const STEPS: [(i64, i64); 16] = [
    (1, 0),
    (0, 1),
    (-1, 0),
    (0, -1),
    (1, 1),
    (-1, 1),
    (-1, -1),
    (1, -1),
    (2, 1),
    (1, 2),
    (-1, 2),
    (-2, 1),
    (-2, -1),
    (-1, -2),
    (1, -2),
    (2, -1),
];

/// Seconds a metre at a slope takes, over those on the flat.
fn slowness(slope: f64) -> f64 {
    libm::exp(-3.5 * 0.05) / libm::exp(-3.5 * (slope + 0.05).abs())
}

/// Seconds for a straight step over the terrain.
fn step_s(site: &Site, from: Point, to: Point, flat_m_s: f64) -> f64 {
    let elevation = &site.landscape.elevation;
    let distance = from.distance(to);
    if distance <= 0.0 {
        return 0.0;
    }
    let slope = (elevation.bilinear(to) - elevation.bilinear(from)) / distance;
    distance * slowness(slope) / flat_m_s
}

/// A straight way over the terrain, in steps of a landscape cell.
pub fn straight(site: &Site, from: Point, to: Point, flat_m_s: f64) -> Trip {
    let distance = from.distance(to);
    let steps = libm::ceil(distance / site.landscape.elevation.grid.cell).max(1.0) as usize;
    let places: Vec<Point> = (0..=steps)
        .map(|i| from.towards(to, i as f64 / steps as f64))
        .collect();
    timed(site, places, flat_m_s)
}

fn timed(site: &Site, places: Vec<Point>, flat_m_s: f64) -> Trip {
    let mut trip = Trip::default();
    let mut t = 0.0;
    for (i, &at) in places.iter().enumerate() {
        if i > 0 {
            t += step_s(site, places[i - 1], at, flat_m_s);
            trip.length_m += places[i - 1].distance(at);
        }
        trip.seconds.push(t);
    }
    trip.places = places;
    trip
}

/// The quickest way on foot; `blocked` says where one may not go (never asked for the two ends). A
/// straight way where no other is found within reason.
pub fn way(
    site: &Site,
    from: Point,
    to: Point,
    flat_m_s: f64,
    blocked: impl Fn(Point) -> bool,
) -> Trip {
    let grid = &site.landscape.elevation.grid;
    let (Some(start), Some(goal)) = (grid.cell_at(from), grid.cell_at(to)) else {
        return straight(site, from, to, flat_m_s);
    };
    // Next door, or nothing in the way worth a search.
    if from.distance(to) < 3.0 * grid.cell {
        return straight(site, from, to, flat_m_s);
    }
    match search(site, grid, start, goal, flat_m_s, &blocked) {
        Some(cells) => {
            let mut places = vec![from];
            places.extend(
                cells[1..cells.len().saturating_sub(1)]
                    .iter()
                    .map(|&(c, r)| grid.centre(c, r)),
            );
            places.push(to);
            timed(site, places, flat_m_s)
        }
        None => straight(site, from, to, flat_m_s),
    }
}

/// [`way`], round everything that has burnt.
pub fn way_round(site: &Site, fire: &Fire, from: Point, to: Point, flat_m_s: f64) -> Trip {
    let front = &fire.0;
    let burnt = |p: Point| {
        let cell = front.grid().cell_at(p);
        cell.is_some_and(|(c, r)| front.burnt_at(c, r).is_some())
    };
    way(site, from, to, flat_m_s, burnt)
}

type Cell = (usize, usize);

fn search(
    site: &Site,
    grid: &Grid,
    start: Cell,
    goal: Cell,
    flat_m_s: f64,
    blocked: &impl Fn(Point) -> bool,
) -> Option<Vec<Cell>> {
    let elevation = &site.landscape.elevation;
    let height = |c: Cell| -> f64 { elevation.get(c.0, c.1).into() };
    let fastest = slowness(-0.05) / flat_m_s;
    let target = grid.centre(goal.0, goal.1);
    let bound = |c: Cell| grid.centre(c.0, c.1).distance(target) * fastest;
    let may_enter = |c: Cell| {
        let at = grid.centre(c.0, c.1);
        may_walk(site, at) && !blocked(at)
    };
    // What is known of a cell: the soonest so far, from where, and whether one may be there at all.
    let mut best: FxHashMap<Cell, (f64, Option<Cell>, bool)> = FxHashMap::default();
    let mut queue = BinaryHeap::new();
    best.insert(start, (0.0, None, true));
    // Times are not negative, so their bit patterns sort as they do; ties go to the lower cell.
    queue.push(Reverse((bound(start).to_bits(), start)));
    let mut looked = 0;
    while let Some(Reverse((bits, here))) = queue.pop() {
        if here == goal {
            let mut path = vec![goal];
            let mut at = goal;
            while let Some((_, Some(before), _)) = best.get(&at) {
                path.push(*before);
                at = *before;
            }
            path.reverse();
            return Some(path);
        }
        let so_far = best.get(&here).map_or(f64::INFINITY, |b| b.0);
        if bits > (so_far + bound(here)).to_bits() {
            // A shorter way to it has been looked at since.
            continue;
        }
        looked += 1;
        if looked > MOST_CELLS {
            return None;
        }
        let from = grid.centre(here.0, here.1);
        let low = height(here);
        for (dc, dr) in STEPS {
            let (c, r) = (here.0 as i64 + dc, here.1 as i64 + dr);
            if c < 0 || r < 0 || c >= grid.cols as i64 || r >= grid.rows as i64 {
                continue;
            }
            let next = (c as usize, r as usize);
            let distance = grid.cell * step_cells(dc, dr);
            let time = so_far + distance * slowness((height(next) - low) / distance) / flat_m_s;
            let known = best.get(&next);
            if known.is_some_and(|b| !b.2 || b.0 <= time) {
                continue;
            }
            if next != goal {
                if known.is_none() && !may_enter(next) {
                    best.insert(next, (f64::INFINITY, None, false));
                    continue;
                }
                if blocked(from.towards(grid.centre(next.0, next.1), 0.5)) {
                    continue;
                }
            }
            best.insert(next, (time, Some(here), true));
            queue.push(Reverse(((time + bound(next)).to_bits(), next)));
        }
    }
    None
}

/// The ground as those on foot meet it, on a grid of its own: from it, how soon they are anywhere.
#[derive(Debug, Clone)]
pub struct OnFoot {
    /// The grid.
    pub grid: Grid,
    height_m: Vec<f32>,
    may_walk: Vec<bool>,
}

impl OnFoot {
    /// The ground of a site on a grid.
    pub fn new(site: &Site, grid: Grid) -> Self {
        let centre = |i: usize| grid.centre(i % grid.cols, i / grid.cols);
        let height = |i| site.landscape.elevation.bilinear(centre(i)) as f32;
        Self {
            height_m: (0..grid.len()).map(height).collect(),
            may_walk: (0..grid.len()).map(|i| may_walk(site, centre(i))).collect(),
            grid,
        }
    }

    /// The soonest that somebody who sets out at one of `from` (a place, and when, seconds) is in each
    /// cell at a flat pace in m/s, as [`way`] goes. Dijkstra (1959).
    pub fn soonest(&self, from: &[(Point, f64)], flat_m_s: f64) -> Soonest {
        let nobody = Soonest::nobody(self.grid.len());
        self.updated(&nobody, |_| false, from, flat_m_s)
    }

    /// [`OnFoot::soonest`] after a change: the same as worked out anew, where only those of `from` for
    /// which `is_later` holds set out later than they did for `before`. Cells that others reach are not
    /// looked at again unless somebody comes sooner.
    pub fn updated(
        &self,
        before: &Soonest,
        is_later: impl Fn(usize) -> bool,
        from: &[(Point, f64)],
        flat_m_s: f64,
    ) -> Soonest {
        let grid = &self.grid;
        let mut now = before.clone();
        let mut queue = BinaryHeap::new();
        let stale: Vec<usize> = (0..grid.len())
            .filter(|&i| now.from[i] != u32::MAX && is_later(now.from[i] as usize))
            .collect();
        for &i in &stale {
            now.seconds[i] = f32::INFINITY;
            now.from[i] = u32::MAX;
        }
        for &i in &stale {
            for (beside, _) in self.around(i) {
                if now.seconds[beside].is_finite() {
                    queue.push(Reverse((now.seconds[beside].to_bits(), beside)));
                }
            }
        }
        for (number, &(place, at_s)) in from.iter().enumerate() {
            let Some((col, row)) = grid.cell_at(place).filter(|_| at_s.is_finite()) else {
                continue;
            };
            let index = row * grid.cols + col;
            let walk_s = place.distance(grid.centre(col, row)) / flat_m_s;
            let time = (at_s + walk_s) as f32;
            if time < now.seconds[index] {
                now.seconds[index] = time;
                now.from[index] = number as u32;
                queue.push(Reverse((time.to_bits(), index)));
            }
        }
        // Times are not negative, so their bit patterns sort as they do.
        while let Some(Reverse((bits, here))) = queue.pop() {
            let so_far = f32::from_bits(bits);
            if so_far > now.seconds[here] {
                continue;
            }
            for (next, distance) in self.around(here) {
                if !self.may_walk[next] {
                    continue;
                }
                let rise = f64::from(self.height_m[next] - self.height_m[here]);
                let time = so_far + (distance * slowness(rise / distance) / flat_m_s) as f32;
                if time < now.seconds[next] {
                    now.seconds[next] = time;
                    now.from[next] = now.from[here];
                    queue.push(Reverse((time.to_bits(), next)));
                }
            }
        }
        now
    }

    /// The soonest that those who stay on the road have a cell's centre, or its near half, within the reach of
    /// their hoses: nobody walks.
    pub fn from_the_road(&self, from: &[(Point, f64)], reach_m: f64) -> Soonest {
        let grid = &self.grid;
        let mut soonest = Soonest::nobody(grid.len());
        let within = reach_m + grid.cell / 2.0;
        let cells = libm::ceil(within / grid.cell) as usize;
        for (number, &(place, at_s)) in from.iter().enumerate() {
            let Some((col, row)) = grid.cell_at(place).filter(|_| at_s.is_finite()) else {
                continue;
            };
            for r in row.saturating_sub(cells)..(row + cells + 1).min(grid.rows) {
                for c in col.saturating_sub(cells)..(col + cells + 1).min(grid.cols) {
                    let index = r * grid.cols + c;
                    let near = grid.centre(c, r).distance(place) <= within;
                    if near && (at_s as f32) < soonest.seconds[index] {
                        soonest.seconds[index] = at_s as f32;
                        soonest.from[index] = number as u32;
                    }
                }
            }
        }
        soonest
    }

    /// The neighbours of a cell with their distance, metres.
    fn around(&self, index: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let grid = &self.grid;
        let (col, row) = ((index % grid.cols) as i64, (index / grid.cols) as i64);
        STEPS.iter().filter_map(move |&(dc, dr)| {
            let (c, r) = (col + dc, row + dr);
            let inside = c >= 0 && r >= 0 && c < grid.cols as i64 && r < grid.rows as i64;
            let metres = grid.cell * step_cells(dc, dr);
            inside.then(|| (r as usize * grid.cols + c as usize, metres))
        })
    }
}

/// How soon somebody is in each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Soonest {
    /// Seconds; infinite where nobody comes.
    pub seconds: Vec<f32>,
    /// Who: the number among those who set out.
    from: Vec<u32>,
}

impl Soonest {
    fn nobody(cells: usize) -> Self {
        Self {
            seconds: vec![f32::INFINITY; cells],
            from: vec![u32::MAX; cells],
        }
    }
}

/// Length of one of [`STEPS`], cells.
fn step_cells(dc: i64, dr: i64) -> f64 {
    /// Two cells one way and one the other.
    const SQRT_5: f64 = 2.236_067_977_499_79;
    match (dc * dr).abs() {
        0 => 1.0,
        1 => std::f64::consts::SQRT_2,
        _ => SQRT_5,
    }
}

/// Whether one can walk at a place: not on water.
fn may_walk(site: &Site, at: Point) -> bool {
    site.landscape.cover_at(at).is_none_or(|c| !c.is_water)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn valley() -> Site {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let scenario = crate::scenario::Scenario::read(&path).unwrap();
        Site::build(scenario).unwrap().0
    }

    #[test]
    fn toblers_pace_is_that_of_the_report() {
        // 5.04 km/h on the flat and 6 km/h at a slope of -5 % (domain.md 11).
        let flat = 6.0 * libm::exp(-3.5 * 0.05);
        assert!((flat - 5.04).abs() < 0.01);
        assert!((flat / slowness(-0.05) - 6.0).abs() < 1e-9);
        assert!((slowness(0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_field_on_foot_agrees_with_the_single_way() {
        let site = valley();
        let from = Point::new(601_200.0, 3_001_500.0);
        let field = OnFoot::new(&site, site.landscape.elevation.grid);
        let soonest = field.soonest(&[(from, 100.0)], 0.72);
        for to in [
            Point::new(602_100.0, 3_001_500.0),
            Point::new(601_500.0, 3_002_400.0),
        ] {
            let (col, row) = field.grid.cell_at(to).unwrap();
            let to = field.grid.centre(col, row);
            let by_way = 100.0 + way(&site, from, to, 0.72, |_| false).duration_s();
            let by_field = f64::from(soonest.seconds[row * field.grid.cols + col]);
            assert!(
                (by_field / by_way - 1.0).abs() < 0.05,
                "{by_field} {by_way}"
            );
        }
        let nobody = field.soonest(&[], 0.72);
        assert!(nobody.seconds.iter().all(|t| t.is_infinite()));
    }

    #[test]
    fn a_field_that_is_carried_on_is_the_field_worked_out_anew() {
        let site = valley();
        let grid = site.landscape.elevation.grid;
        let field = OnFoot::new(&site, grid);
        let mut from: Vec<(Point, f64)> = (0..40)
            .map(|i| {
                let at = grid.centre((i * 37) % grid.cols, (i * 61) % grid.rows);
                (at, (i % 7) as f64 * 300.0)
            })
            .collect();
        let before = field.soonest(&from, 0.72);
        let later = |i: usize| i.is_multiple_of(3);
        for (i, place) in from.iter_mut().enumerate() {
            if later(i) {
                place.1 += if i % 2 == 0 { 900.0 } else { f64::INFINITY };
            }
        }
        // And somebody new, who is sooner.
        from.push((grid.centre(50, 50), 10.0));
        let after = field.updated(&before, later, &from, 0.72);
        assert_eq!(after.seconds, field.soonest(&from, 0.72).seconds);
        assert_ne!(after.seconds, before.seconds);
    }

    #[test]
    fn the_way_goes_round_what_is_blocked_and_is_never_slower_than_need_be() {
        let site = valley();
        let (from, to) = (
            Point::new(601_200.0, 3_001_500.0),
            Point::new(602_100.0, 3_001_500.0),
        );
        let direct = straight(&site, from, to, 0.72);
        let free = way(&site, from, to, 0.72, |_| false);
        assert!(
            free.duration_s() <= direct.duration_s() * 1.02,
            "{} {}",
            free.duration_s(),
            direct.duration_s()
        );
        // A wall in between, open only in the north.
        let wall = |p: Point| (p.x - 601_650.0).abs() < 31.0 && p.y < 3_002_000.0;
        let round = way(&site, from, to, 0.72, wall);
        assert!(round.places.iter().all(|&p| !wall(p)));
        assert!(round.length_m > direct.length_m + 200.0);
        assert_eq!(round.places.first(), Some(&from));
        assert_eq!(round.end(), Some(to));
        assert_eq!(round.places.len(), round.seconds.len());
    }
}
