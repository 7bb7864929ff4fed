//! Candidates: stretches along ridges and along roads that stop no fire on which a belt could be laid.
//!
//! Stretches of a chain follow each other and share their ends exactly; an end that comes near an existing break or a
//! road that stops fire is led to it. What does not burn on both sides, and what runs beside a break that is there, is
//! left out.

use std::collections::BTreeMap;

use super::near::Near;
use super::ridges::divides;
use crate::base::geo::{Extent, Point, Polyline, Raster, length, polygon_contains};
use crate::scenario::schema::{Area, Road};
use crate::studies::layouts::shape::crossing;
use crate::world::World;

/// Stretches are about so long, metres.
const LENGTH_M: f64 = 250.0;
/// Shorter ones are not marked out, metres.
const SHORTEST_M: f64 = 40.0;
/// An end is led to a break or road within so many cells of the landscape.
const JOINS_CELLS: f64 = 2.0;
/// A course within so many cells of a break for more than half its length is that break.
const BESIDE_CELLS: f64 = 2.0;
/// Land around the area that ridges are drawn from, metres.
const AROUND_M: f64 = 600.0;
/// So much of a stretch must burn on both sides.
const BURNS: f64 = 0.8;
/// So much of the ground beside a stretch must be forest, or else it runs through fields.
const FOREST: f64 = 0.3;
/// Classes of roads beside which belts are laid.
const ROADS: [&str; 2] = ["fire_road", "forest_track"];

/// What a stretch runs along.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Along {
    /// A ridge.
    Ridge,
    /// A fire road or track.
    Road,
}

/// A stretch on which a belt could be laid.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Number of the chain it belongs to.
    pub chain: usize,
    /// Place along that.
    pub place: usize,
    /// What it runs along.
    pub along: Along,
    /// Its course.
    pub path: Vec<Point>,
    /// Length, metres.
    pub length_m: f64,
    /// Mean height, metres.
    pub height_m: f64,
    /// Numbers of the joints at its ends.
    pub joints: [usize; 2],
}

/// All stretches and where they meet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Candidates {
    /// The stretches.
    pub stretches: Vec<Stretch>,
    /// Of each joint, whether fire cannot pass it: it lies on a break or road, or on ground that does not burn.
    pub is_anchored: Vec<bool>,
    /// The stretches that end at each joint.
    pub at_joint: Vec<Vec<usize>>,
}

/// The area to which drawn fires are confined: there, and only there, breaks are proposed.
pub fn area(world: &World) -> Option<&Area> {
    let draw = world.scenario.file.drawn_ignitions.as_ref()?;
    let id = draw.within.as_ref()?;
    world.areas.iter().find(|a| a.id == *id)
}

/// The candidates in the area, or where there is none in an extent, for belts of a width.
pub fn candidates(world: &World, extent: Extent, width_m: f64) -> Candidates {
    let area = area(world);
    let extent = area
        .and_then(|a| Extent::around(a.ring.iter().copied()))
        .unwrap_or(extent)
        .widened(AROUND_M);
    let elevation = &world.landscape.elevation;
    let Some((grid, c0, r0)) = elevation.grid.crop(extent) else {
        return Candidates::default();
    };
    let height = |i: usize| elevation.get(c0 + i % grid.cols, r0 + i / grid.cols);
    let land = Raster {
        grid,
        data: (0..grid.len()).map(height).collect(),
    };
    let mut maker = Maker {
        world,
        area,
        extent,
        cell: grid.cell,
        breaks: Near::default(),
        barriers: Near::default(),
        width_m,
    };
    for firebreak in &world.firebreaks {
        maker.breaks.add(&firebreak.path, 0);
        maker.barriers.add(&firebreak.path, 0);
    }
    for road in world.roads.iter().filter(|r| stops(world, r)) {
        maker.barriers.add(&road.path, 0);
    }
    let ridges = divides(&land).into_iter().map(|l| (Along::Ridge, l));
    let roads = world
        .roads
        .iter()
        .filter(|r| ROADS.contains(&r.class.as_str()));
    let roads = roads.map(|r| (Along::Road, maker.beside(r)));
    let chains: Vec<(Along, Vec<Point>)> = ridges.chain(roads).collect();
    maker.all(&chains)
}

fn stops(world: &World, road: &Road) -> bool {
    let classes = &world.scenario.catalogue.road_classes;
    classes.get(&road.class).is_some_and(|c| c.stops_fire)
}

struct Maker<'a> {
    world: &'a World,
    area: Option<&'a Area>,
    extent: Extent,
    cell: f64,
    breaks: Near,
    /// Breaks, and roads that stop fire.
    barriers: Near,
    width_m: f64,
}

impl Maker<'_> {
    /// A line beside a road, so that road and belt do not lie on one another.
    fn beside(&self, road: &Road) -> Vec<Point> {
        let class = self.world.scenario.catalogue.road_classes.get(&road.class);
        let road_m = road
            .width_m
            .or(class.map(|c| c.width_m.value))
            .unwrap_or_default();
        let off = f64::midpoint(road_m, self.width_m) + 1.0;
        let path = &road.path;
        let way = |a: Point, b: Point| {
            let d = a.distance(b).max(1e-9);
            ((b.x - a.x) / d, (b.y - a.y) / d)
        };
        (0..path.len())
            .map(|i| {
                let (before, after) = (i.saturating_sub(1), (i + 1).min(path.len() - 1));
                let (x, y) = way(path[before], path[after]);
                Point::new(path[i].x + y * off, path[i].y - x * off)
            })
            .collect()
    }

    fn all(&self, chains: &[(Along, Vec<Point>)]) -> Candidates {
        let mut found = Candidates::default();
        let mut joints: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        for (chain, (along, line)) in chains.iter().enumerate() {
            let whole = Polyline::new(line.clone());
            let count = libm::round(whole.length() / LENGTH_M).max(1.0) as usize;
            let part = whole.length() / count as f64;
            for place in 0..count {
                let (from, to) = (place as f64 * part, (place + 1) as f64 * part);
                let Some(path) = self.usable(&whole, (from, to), *along) else {
                    continue;
                };
                let mut joint = |p: Point| {
                    let key = (
                        libm::round(p.x * 10.0) as i64,
                        libm::round(p.y * 10.0) as i64,
                    );
                    *joints.entry(key).or_insert_with(|| {
                        found.is_anchored.push(self.is_anchored(p));
                        found.at_joint.push(Vec::new());
                        found.at_joint.len() - 1
                    })
                };
                let ends = [joint(path[0]), joint(path[path.len() - 1])];
                for end in ends {
                    found.at_joint[end].push(found.stretches.len());
                }
                let heights: f64 = path.iter().map(|p| self.height(*p)).sum();
                found.stretches.push(Stretch {
                    chain,
                    place,
                    along: *along,
                    length_m: length(&path),
                    height_m: heights / path.len() as f64,
                    joints: ends,
                    path,
                });
            }
        }
        found
    }

    fn height(&self, p: Point) -> f64 {
        self.world.landscape.elevation.bilinear(p)
    }

    fn burns(&self, p: Point) -> bool {
        let cover = self.world.landscape.cover_at(p);
        cover.is_some_and(|c| c.fuel_model.is_some())
    }

    fn is_anchored(&self, p: Point) -> bool {
        self.barriers.nearest(p, 1.0).is_some() || !self.burns(p)
    }

    /// A part of a chain as the course of a belt; none where none can be.
    fn usable(&self, whole: &Polyline, (from, to): (f64, f64), along: Along) -> Option<Vec<Point>> {
        let map = self.world.landscape.elevation.grid.extent();
        let middle = whole.point_at(f64::midpoint(from, to))?;
        let is_inside = self.area.map_or_else(
            || self.extent.contains(middle),
            |a| polygon_contains(&a.ring, middle),
        );
        if !is_inside {
            return None;
        }
        let steps = libm::ceil((to - from) / (self.cell / 3.0)).max(2.0) as usize;
        let at = |k: usize| whole.point_at(from + (to - from) * k as f64 / steps as f64);
        let points: Vec<Point> = (0..=steps).filter_map(at).collect();
        if !self.is_ground_for_a_belt(&points) {
            return None;
        }
        let near = |p: &&Point| self.breaks.nearest(**p, BESIDE_CELLS * self.cell).is_some();
        if points.iter().filter(near).count() * 2 > points.len() {
            return None;
        }
        let tolerance = if along == Along::Ridge { 3.0 } else { 1.0 };
        let mut path = crate::base::geo::simplified(&points, tolerance);
        // Ends near something that stops fire are led to it.
        let last = path.len() - 1;
        for k in [0, last] {
            if let Some((_, q)) = self.barriers.nearest(path[k], JOINS_CELLS * self.cell)
                && along == Along::Ridge
            {
                path[k] = q;
            }
        }
        path.dedup();
        let is_sound = path.len() > 1
            && length(&path) >= SHORTEST_M
            && crossing(&path).is_none()
            && path.iter().all(|p| map.contains(*p));
        is_sound.then_some(path)
    }

    /// Whether it burns on both sides, forest among it, and no water or field lies across.
    fn is_ground_for_a_belt(&self, points: &[Point]) -> bool {
        let off = self.width_m / 2.0 + self.cell * 0.75;
        let (mut both, mut forest) = (0_usize, 0_usize);
        for (k, p) in points.iter().enumerate() {
            let (a, b) = (
                points[k.saturating_sub(1)],
                points[(k + 1).min(points.len() - 1)],
            );
            let d = a.distance(b).max(1e-9);
            let (x, y) = ((b.y - a.y) / d * off, (a.x - b.x) / d * off);
            let sides = [Point::new(p.x + x, p.y + y), Point::new(p.x - x, p.y - y)];
            both += usize::from(sides.iter().all(|s| self.burns(*s)));
            let is_forest = |s: &&Point| {
                let cover = self.world.landscape.cover_at(**s);
                cover.is_some_and(|c| c.forest)
            };
            forest += sides.iter().filter(is_forest).count();
        }
        let n = points.len() as f64;
        both as f64 >= BURNS * n && forest as f64 >= FOREST * 2.0 * n
    }
}

impl Candidates {
    /// Runs of up to so many stretches that follow each other along their chain, and ways over the stretches from
    /// one anchored joint to another: what is tried as a whole.
    pub fn moves(&self, most: usize) -> Vec<Vec<usize>> {
        let mut moves = std::collections::BTreeSet::new();
        for from in 0..self.stretches.len() {
            let mut run = vec![from];
            moves.insert(run.clone());
            while run.len() < most {
                let last = run[run.len() - 1];
                let (a, Some(b)) = (&self.stretches[last], self.stretches.get(last + 1)) else {
                    break;
                };
                if a.chain != b.chain || b.place != a.place + 1 {
                    break;
                }
                run.push(last + 1);
                moves.insert(run.clone());
            }
        }
        for joint in (0..self.is_anchored.len()).filter(|j| self.is_anchored[*j]) {
            moves.extend(self.closing(joint));
        }
        moves.into_iter().collect()
    }

    /// Shortest ways from an anchored joint to others, each with its stretches in order of number.
    fn closing(&self, from: usize) -> Vec<Vec<usize>> {
        /// Longest way, metres.
        const LONGEST_M: f64 = 3000.0;
        /// The nearest so many.
        const NEAREST: usize = 5;
        let mut known: BTreeMap<usize, (u64, Option<usize>)> = BTreeMap::from([(from, (0, None))]);
        let mut open = std::collections::BTreeSet::from([(0_u64, from)]);
        let mut ways = Vec::new();
        while let Some((so_far, joint)) = open.pop_first() {
            if joint != from && self.is_anchored[joint] {
                let mut way = Vec::new();
                let mut at = joint;
                while let Some((_, Some(by))) = known.get(&at) {
                    way.push(*by);
                    let [a, b] = self.stretches[*by].joints;
                    at = if a == at { b } else { a };
                }
                way.sort_unstable();
                ways.push(way);
                if ways.len() == NEAREST {
                    break;
                }
                continue;
            }
            for &s in &self.at_joint[joint] {
                let stretch = &self.stretches[s];
                let [a, b] = stretch.joints;
                let to = if a == joint { b } else { a };
                // Centimetres, that they have an order.
                let there = so_far + libm::round(stretch.length_m * 100.0) as u64;
                let is_sooner = known.get(&to).is_none_or(|(d, _)| there < *d);
                if is_sooner && there as f64 <= LONGEST_M * 100.0 {
                    if let Some((before, _)) = known.insert(to, (there, Some(s))) {
                        open.remove(&(before, to));
                    }
                    open.insert((there, to));
                }
            }
        }
        ways
    }
}
