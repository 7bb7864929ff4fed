//! Layouts of breaks made from a scenario's own: as they are, none, and with as many again along the ridges.
//!
//! The denser network is drawn where the present one leaves most room: from the ridge farthest from every break a belt
//! runs both ways along the ridges to the breaks that are there, so that it divides a compartment and joins what
//! bounds it; then from the next. No random number is in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, json};

use super::county::relief::blurred;
use super::erosion::neighbours;
use super::paths::{Ground, centres, first_part, length, simplified, smoothed};
use super::{AuthoringError, make_folder};
use crate::base::geo::{
    Extent, Grid, Point, Polyline, Raster, nearest_on_segment, polygon_contains,
};
use crate::files::geojson::{Geometry, write_features};
use crate::scenario::schema::{Area, BreakKind, Firebreak};
use crate::studies::layouts::network::{self, Kind};
use crate::studies::layouts::shape::crossing;
use crate::world::World;

/// Half-width of the window over which a ridge stands out, metres.
const WINDOW_M: f64 = 420.0;
/// A ridge stands out so far over its surroundings, metres.
const RIDGE_M: f64 = 5.0;
/// Shorter belts are not worth the felling, metres.
const SHORTEST_M: f64 = 200.0;
/// A new belt begins at least so far from every other, metres.
const APART_M: f64 = 150.0;
/// Cost of ground where a belt may not go.
const BARRED: f32 = 1e3;
/// Ground around the area that is looked at, metres.
const AROUND_M: f64 = 600.0;
/// Names of the files.
const NAMES: [&str; 3] = ["base.geojson", "none.geojson", "doubled.geojson"];

/// What was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Length of the breaks in the area, km.
    pub there_km: f64,
    /// Length of those added, km.
    pub added_km: f64,
}

/// The files that would be written into a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    NAMES.iter().map(|n| folder.join(n)).collect()
}

/// Writes `base.geojson`, `none.geojson` and `doubled.geojson`; only breaks within `area`, or on the whole map, are
/// doubled.
///
/// # Errors
/// What the disk says.
pub fn write(world: &World, area: Option<&Area>, folder: &Path) -> Result<Made, AuthoringError> {
    make_folder(folder)?;
    let there_m = length_within(&world.firebreaks, area);
    let added = second(world, area, there_m);
    let files = files(folder);
    let all: Vec<&Firebreak> = world.firebreaks.iter().chain(&added).collect();
    let sets = [world.firebreaks.iter().collect(), Vec::new(), all];
    for (path, breaks) in files.iter().zip(sets) {
        write_features(path, &world.crs, breaks.into_iter().map(feature))?;
    }
    let added_m: f64 = added.iter().map(|b| length(&b.path)).sum();
    Ok(Made {
        files,
        there_km: there_m / 1000.0,
        added_km: added_m / 1000.0,
    })
}

/// A break with the attributes of a layout.
fn feature(of: &Firebreak) -> (Map<String, serde_json::Value>, Geometry) {
    let mut fields = Map::new();
    fields.insert("id".into(), json!(of.id));
    fields.insert("kind".into(), json!(Kind::from(of.kind).word()));
    fields.insert("width_m".into(), json!(of.width_m));
    fields.insert("edge_trees".into(), json!(of.edge_trees));
    for (name, year) in [("built", of.built), ("maintained", of.maintained)] {
        if let Some(year) = year {
            fields.insert(name.into(), json!(year));
        }
    }
    for (name, share) in [
        ("closure", of.closure),
        ("weeds", of.weeds),
        ("width_cv", of.width_cv),
    ] {
        if let Some(share) = share {
            fields.insert(name.into(), json!(share));
        }
    }
    (fields, Geometry::Line(of.path.clone()))
}

fn is_within(area: Option<&Area>, p: Point) -> bool {
    area.is_none_or(|a| polygon_contains(&a.ring, p))
}

/// Length of breaks in an area, metres.
fn length_within(breaks: &[Firebreak], area: Option<&Area>) -> f64 {
    let within = |b: &Firebreak| network::length_within(&b.path, area);
    breaks.iter().map(within).sum()
}

/// The kind that most of the area's length is, and the width that half of it does not reach.
fn usual(breaks: &[Firebreak], area: Option<&Area>) -> (BreakKind, f64) {
    let mut lengths: Vec<(f64, BreakKind, f64)> = breaks
        .iter()
        .map(|b| {
            let length = length_within(std::slice::from_ref(b), area);
            (b.width_m, b.kind, length)
        })
        .collect();
    let of = |kind| -> f64 {
        let mine = lengths.iter().filter(|(_, k, _)| *k == kind);
        mine.map(|(_, _, m)| m).sum()
    };
    let kind = if of(BreakKind::Planted) > of(BreakKind::Isolation) {
        BreakKind::Planted
    } else {
        BreakKind::Isolation
    };
    lengths.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = lengths.iter().map(|l| l.2).sum::<f64>() / 2.0;
    let mut run = 0.0;
    let reached = lengths.iter().find(|(_, _, m)| {
        run += m;
        run > half
    });
    (kind, reached.map_or(10.0, |(width, _, _)| *width))
}

/// Breaks of a length along the ridges of an area, as far as there is room.
fn second(world: &World, area: Option<&Area>, metres: f64) -> Vec<Firebreak> {
    let (kind, width_m) = usual(&world.firebreaks, area);
    let Some(mut land) = Land::new(world, area) else {
        return Vec::new();
    };
    let mut added: Vec<Firebreak> = Vec::new();
    let mut left = metres;
    while left > SHORTEST_M {
        let Some(path) = land.next_belt() else {
            break;
        };
        let path = if length(&path) > left {
            first_part(&path, left)
        } else {
            path
        };
        left -= length(&path);
        let word = Kind::from(kind).word();
        added.push(Firebreak {
            id: format!("{word}-added-{:03}", added.len() + 1),
            name: None,
            kind,
            width_m,
            edge_trees: true,
            built: None,
            maintained: None,
            closure: None,
            weeds: None,
            width_cv: None,
            path,
        });
    }
    added
}

/// The ground of an area, and the breaks on it.
struct Land {
    grid: Grid,
    ground: Ground,
    /// Where a belt may begin, and whether it may be a spur: first on ridges, then on all other ground of the area
    /// that burns.
    begins: [(BTreeSet<usize>, bool); 4],
    /// Cells of breaks and beside them.
    drawn: BTreeSet<usize>,
    lines: Vec<Vec<Point>>,
}

impl Land {
    fn new(world: &World, area: Option<&Area>) -> Option<Self> {
        let elevation = &world.landscape.elevation;
        let extent = match area {
            Some(area) => Extent::around(area.ring.iter().copied())?.widened(AROUND_M),
            None => elevation.grid.extent(),
        };
        let (grid, c0, r0) = elevation.grid.crop(extent)?;
        let height: Vec<f64> = (0..grid.len())
            .map(|i| f64::from(elevation.get(c0 + i % grid.cols, r0 + i / grid.cols)))
            .collect();
        let z = Raster { grid, data: height };
        let window = (libm::round(WINDOW_M / grid.cell) as usize).max(1);
        let around = blurred(&z, window);
        let prominence = |i: usize| z.data[i] - around.data[i];
        let place = |i: usize| grid.centre(i % grid.cols, i / grid.cols);
        let burns = |i: usize| {
            let cover = world.landscape.cover_at(place(i));
            cover.is_some_and(|c| c.fuel_model.is_some())
        };
        let cost = (0..grid.len())
            .map(|i| {
                let bare = if burns(i) { 0.0 } else { 4.0 };
                let outside = if is_within(area, place(i)) { 0.0 } else { 8.0 };
                (0.12 + libm::exp(-prominence(i) / 12.0) + bare + outside) as f32
            })
            .collect();
        let may_begin = |&i: &usize| burns(i) && is_within(area, place(i));
        let (ridges, others): (BTreeSet<usize>, BTreeSet<usize>) = (0..grid.len())
            .filter(may_begin)
            .partition(|&i| prominence(i) > RIDGE_M);
        let mut land = Self {
            grid,
            ground: Ground {
                grid,
                height: z.data.iter().map(|v| *v as f32).collect(),
                cost,
                easy_grade: 10.0,
                grade_cost: 0.0,
            },
            begins: [
                (ridges.clone(), false),
                (others.clone(), false),
                (ridges, true),
                (others, true),
            ],
            drawn: BTreeSet::new(),
            lines: Vec::new(),
        };
        for line in &world.firebreaks {
            land.draw(line.path.clone());
        }
        Some(land)
    }

    /// Takes a line as one that is there.
    fn draw(&mut self, path: Vec<Point>) {
        let line = Polyline::new(path.clone());
        let steps = libm::ceil(line.length() / (self.grid.cell / 2.0)) as usize;
        for k in 0..=steps {
            let at = line.point_at(line.length() * k as f64 / steps.max(1) as f64);
            if let Some((c, r)) = at.and_then(|p| self.grid.cell_at(p)) {
                let i = r * self.grid.cols + c;
                self.drawn.insert(i);
                self.drawn.extend(neighbours(&self.grid, i).map(|(j, _)| j));
            }
        }
        self.lines.push(path);
    }

    /// A belt from the ridge, or else the ground, farthest from every break both ways to those that are there; none where none is
    /// far enough.
    fn next_belt(&mut self) -> Option<Vec<Point>> {
        let plain = Ground {
            cost: vec![1.0; self.grid.len()],
            ..self.ground.clone()
        };
        let sources: Vec<usize> = self.drawn.iter().copied().collect();
        let (far, _) = plain.spread(&sources, f64::INFINITY, |_| false);
        let reach = |i: usize| far.cost[i];
        for n in 0..self.begins.len() {
            // Without any break the first place is as good as another.
            while let Some(begin) = (self.begins[n].0.iter().copied())
                .filter(|&i| self.drawn.is_empty() || reach(i) >= APART_M)
                .max_by(|&a, &b| reach(a).total_cmp(&reach(b)).then(b.cmp(&a)))
            {
                let may_be_spur = self.begins[n].1;
                if let Some(path) = self.belt_from(begin, may_be_spur) {
                    self.draw(path.clone());
                    return Some(path);
                }
                // What lies around it would fail too.
                let around = self.around(begin);
                self.begins[n].0.retain(|i| !around.contains(i));
            }
        }
        None
    }

    /// Cells within [`APART_M`] of one.
    fn around(&self, i: usize) -> BTreeSet<usize> {
        let reach = libm::round(APART_M / self.grid.cell) as i64;
        let (cols, rows) = (self.grid.cols as i64, self.grid.rows as i64);
        let (c, r) = (i as i64 % cols, i as i64 / cols);
        let mut cells = BTreeSet::new();
        for row in (r - reach).max(0)..=(r + reach).min(rows - 1) {
            for col in (c - reach).max(0)..=(c + reach).min(cols - 1) {
                let (dc, dr) = (col - c, row - r);
                if dc * dc + dr * dr <= reach * reach {
                    cells.insert((row * cols + col) as usize);
                }
            }
        }
        cells
    }

    /// A belt from a place both ways to breaks that are there, or as a spur from one of them.
    fn belt_from(&self, begin: usize, may_be_spur: bool) -> Option<Vec<Point>> {
        let course = |ground: &Ground| -> Option<Vec<usize>> {
            let (reach, met) = ground.spread(&[begin], f64::INFINITY, |i| {
                i != begin && self.drawn.contains(&i)
            });
            Some(reach.back(met?))
        };
        let first = course(&self.ground)?;
        // The other way leads elsewhere: not beside the first, nor to where that ended.
        let near_begin = self.around(begin);
        let mut other = self.ground.clone();
        for &i in first.iter().filter(|i| !near_begin.contains(i)) {
            for j in self.around(i).difference(&near_begin) {
                other.cost[*j] = BARRED;
            }
        }
        let is_free = |cells: &Vec<usize>| cells.iter().all(|&i| other.cost[i] < BARRED);
        let is_apart = |cells: &Vec<usize>| !cells.iter().any(|i| *i != begin && first.contains(i));
        let second = course(&other).filter(|c| is_free(c) && is_apart(c));
        if second.is_none() && !may_be_spur {
            return None;
        }
        let outward = |cells: &[usize]| {
            let mut cells = cells.to_vec();
            if cells.first() != Some(&begin) {
                cells.reverse();
            }
            cells
        };
        let first = outward(&first);
        let whole = second.map(|second| {
            let mut cells: Vec<usize> = first.iter().rev().copied().collect();
            cells.extend(outward(&second).into_iter().skip(1));
            cells
        });
        let usable = |cells: &[usize]| {
            let line = simplified(&smoothed(&centres(&self.grid, cells), 2), 6.0);
            let line = self.joined(line);
            (length(&line) >= SHORTEST_M && crossing(&line).is_none()).then_some(line)
        };
        let closed = whole.and_then(|cells| usable(&cells));
        closed.or_else(|| usable(&first).filter(|_| may_be_spur))
    }

    /// The same line with its ends on the breaks that they come near.
    fn joined(&self, mut line: Vec<Point>) -> Vec<Point> {
        let reach = 3.0 * self.grid.cell;
        let nearest = |p: Point| {
            let sides = self.lines.iter().flat_map(|l| l.windows(2));
            sides
                .map(|s| nearest_on_segment(p, s[0], s[1]).1)
                .map(|q| (p.distance(q), q))
                .filter(|(d, _)| *d > 0.0 && *d <= reach)
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, q)| q)
        };
        if let Some(q) = line.first().and_then(|p| nearest(*p)) {
            line.insert(0, q);
        }
        if let Some(q) = line.last().and_then(|p| nearest(*p)) {
            line.push(q);
        }
        line
    }
}
