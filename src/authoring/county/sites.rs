//! Where people and forest farms are: towns, villages, the farms' and the park's land.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;

use super::facts::{Facts, project};
use super::relief::{Relief, blurred};
use crate::authoring::AuthoringError;
use crate::authoring::erosion::{Drainage, neighbours};
use crate::authoring::paths::{simplified, smoothed};
use crate::base::geo::{Extent, Grid, Point, Raster, polygon_area};
use crate::base::random::{Purpose, Streams};
use crate::scenario::schema::{AreaKind, Name};

/// The land on cells of 60 m, on which roads, belts and outlines are drawn.
#[derive(Debug, Clone)]
pub struct Land {
    /// The cells.
    pub grid: Grid,
    /// Height, metres.
    pub height: Vec<f32>,
    /// Slope, rise over run.
    pub slope: Vec<f32>,
    /// Height above the ground within 420 m around, metres: positive on ridges.
    pub prominence: Vec<f32>,
    /// Height above the stream below, metres.
    pub above_stream: Vec<f32>,
    /// Whether the cell is open water.
    pub water: Vec<bool>,
    /// Whether the cell lies in the county.
    pub county: Vec<bool>,
    /// Number of the small catchment that the cell belongs to.
    pub catchment: Vec<u32>,
}

/// Land that makes a catchment of its own, square metres.
const CATCHMENT_M2: f64 = 4e5;

impl Land {
    /// The land of a relief.
    pub fn new(facts: &Facts, relief: &Relief, water: &[bool]) -> Result<Self, AuthoringError> {
        let fine = relief.height.grid;
        let grid = Grid::new(
            fine.cols / 2,
            fine.rows / 2,
            2.0 * fine.cell,
            fine.west,
            fine.north,
        )
        .map_err(|e| AuthoringError::Asset {
            asset: "hengyang/boundary.geojson",
            reason: e.to_string(),
        })?;
        let four = |i: usize| {
            let first = (i / grid.cols) * 2 * fine.cols + (i % grid.cols) * 2;
            [first, first + 1, first + fine.cols, first + fine.cols + 1]
        };
        let z: Vec<f64> = (0..grid.len())
            .map(|i| {
                four(i)
                    .iter()
                    .map(|&j| relief.height.data[j] as f64)
                    .sum::<f64>()
                    / 4.0
            })
            .collect();
        let z = Raster { grid, data: z };
        let around = blurred(&z, 7);
        let heights = Raster {
            grid,
            data: z.data.iter().map(|&v| v as f32).collect::<Vec<f32>>(),
        };
        let slope = (0..grid.len())
            .map(|i| {
                crate::base::geo::slope_aspect(&heights, i % grid.cols, i / grid.cols).0 as f32
            })
            .collect();
        let water: Vec<bool> = (0..grid.len())
            .map(|i| four(i).iter().filter(|&&j| water[j]).count() >= 2)
            .collect();
        Ok(Self {
            grid,
            slope,
            prominence: (0..grid.len())
                .map(|i| (z.data[i] - around.data[i]) as f32)
                .collect(),
            above_stream: (0..grid.len())
                .map(|i| {
                    four(i)
                        .iter()
                        .map(|&j| relief.above_stream[j])
                        .fold(f32::MAX, f32::min)
                })
                .collect(),
            catchment: catchments(&z),
            county: facts.mask(&grid),
            height: heights.data,
            water,
        })
    }

    /// Centre of a cell.
    pub fn place(&self, i: usize) -> Point {
        self.grid.centre(i % self.grid.cols, i / self.grid.cols)
    }

    /// The cell that a place falls in, or the nearest.
    pub fn cell(&self, p: Point) -> usize {
        let (col, row) = self.grid.nearest(p);
        row * self.grid.cols + col
    }

    /// The cells that lines pass through.
    pub fn crossed<'a>(&self, lines: impl Iterator<Item = &'a Vec<Point>>) -> BTreeSet<usize> {
        let mut cells = BTreeSet::new();
        for pair in lines.flat_map(|line| line.windows(2)) {
            let steps =
                libm::ceil(pair[0].distance(pair[1]) / (0.5 * self.grid.cell)).max(1.0) as u32;
            let places =
                (0..=steps).map(|k| pair[0].towards(pair[1], f64::from(k) / f64::from(steps)));
            cells.extend(places.map(|p| self.cell(p)));
        }
        cells
    }

    /// Cells whose centre lies within `radius` metres of a place, row by row.
    pub fn within(&self, p: Point, radius: f64) -> Vec<usize> {
        let extent = Extent { min: p, max: p }.widened(radius);
        let Some((part, col0, row0)) = self.grid.crop(extent) else {
            return Vec::new();
        };
        let mut cells = Vec::new();
        for row in row0..row0 + part.rows {
            for col in col0..col0 + part.cols {
                if self.grid.centre(col, row).distance(p) <= radius {
                    cells.push(row * self.grid.cols + col);
                }
            }
        }
        cells
    }
}

/// Labels each cell with the reach of stream that it drains to.
fn catchments(z: &Raster<f64>) -> Vec<u32> {
    let none = vec![false; z.grid.len()];
    let drainage = Drainage::new(z, &none, None);
    let channel = |i: usize| drainage.area[i] >= CATCHMENT_M2;
    let mut feeders = vec![0u8; z.grid.len()];
    for i in 0..z.grid.len() {
        let to = drainage.receiver[i] as usize;
        if to != i && channel(i) {
            feeders[to] = feeders[to].saturating_add(1);
        }
    }
    let mut label = vec![0u32; z.grid.len()];
    for &i in &drainage.order {
        let i = i as usize;
        let to = drainage.receiver[i] as usize;
        // A new reach begins at an outlet and above each confluence.
        let begins = to == i || channel(i) && feeders[to] > 1;
        label[i] = if begins { i as u32 } else { label[to] };
    }
    label
}

/// A forest farm or park: a set of neighbouring catchments.
#[derive(Debug, Clone)]
pub struct Tract {
    /// Stable id.
    pub id: &'static str,
    /// Name, with a word on what is illustrative.
    pub name: Name,
    /// What it is.
    pub kind: AreaKind,
    /// Where it was begun.
    pub centre: Point,
    /// Outline.
    pub ring: Vec<Point>,
    /// Cells of the land.
    pub cells: BTreeSet<usize>,
    /// Where its station stands: low and level, at its edge.
    pub station: Point,
}

struct TractPlan {
    id: &'static str,
    en: &'static str,
    zh: &'static str,
    kind: AreaKind,
    lon_lat: (f64, f64),
    hectares: f64,
}

/// The four state forest farms and the national forest park. The bulletin names one farm and places
/// none; sizes of the farms are ours, the park's is stated.
const TRACTS: [TractPlan; 5] = [
    TractPlan {
        id: "goulou-park",
        en: "Goulou Peak National Forest Park (outline illustrative)",
        zh: "岣嵝峰国家森林公园（范围示意）",
        kind: AreaKind::Reserve,
        lon_lat: (112.618, 27.172),
        hectares: 2067.0,
    },
    TractPlan {
        id: "chenping-farm",
        en: "Chenping State Forest Farm (place illustrative)",
        zh: "陈坪林场（位置示意）",
        kind: AreaKind::ForestFarm,
        lon_lat: (112.082, 27.030),
        hectares: 1850.0,
    },
    TractPlan {
        id: "xiling-farm",
        en: "Xiling State Forest Farm (illustrative)",
        zh: "西岭林场（示意）",
        kind: AreaKind::ForestFarm,
        lon_lat: (112.045, 26.922),
        hectares: 1500.0,
    },
    TractPlan {
        id: "beiling-farm",
        en: "Beiling State Forest Farm (illustrative)",
        zh: "北岭林场（示意）",
        kind: AreaKind::ForestFarm,
        lon_lat: (112.325, 27.335),
        hectares: 1650.0,
    },
    TractPlan {
        id: "dongling-farm",
        en: "Dongling State Forest Farm (illustrative)",
        zh: "东岭林场（示意）",
        kind: AreaKind::ForestFarm,
        lon_lat: (112.545, 27.200),
        hectares: 1400.0,
    },
];

/// The farms and the park.
pub fn tracts(facts: &Facts, land: &Land, seed: u64) -> Result<Vec<Tract>, AuthoringError> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for i in 0..land.grid.len() {
        members.entry(land.catchment[i]).or_default().push(i);
    }
    let mut taken: BTreeSet<u32> = BTreeSet::new();
    let mut tracts = Vec::new();
    for plan in &TRACTS {
        let centre = project(&facts.crs, plan.lon_lat.0, plan.lon_lat.1)?;
        let chosen = grow(land, &members, &mut taken, centre, plan.hectares);
        let cells: BTreeSet<usize> = chosen
            .iter()
            .flat_map(|c| &members[c])
            .copied()
            .filter(|&i| land.county[i])
            .collect();
        let ring = outline(&land.grid, &cells);
        let station = station_site(land, &cells, centre).ok_or(AuthoringError::NoPlace {
            seed,
            what: "a forest farm's station",
        })?;
        tracts.push(Tract {
            id: plan.id,
            name: Name {
                en: plan.en.to_owned(),
                zh: plan.zh.to_owned(),
            },
            kind: plan.kind,
            centre,
            ring,
            cells,
            station,
        });
    }
    Ok(tracts)
}

/// Adds catchments, the nearest and steepest first, until the land is large enough.
fn grow(
    land: &Land,
    members: &BTreeMap<u32, Vec<usize>>,
    taken: &mut BTreeSet<u32>,
    centre: Point,
    hectares: f64,
) -> Vec<u32> {
    let cell_ha = land.grid.cell * land.grid.cell / 1e4;
    let usable = |c: u32| {
        let cells = &members[&c];
        let inside = cells.iter().filter(|&&i| land.county[i]).count();
        inside * 10 > cells.len() * 9 && cells.len() < 1500
    };
    let worth = |c: u32| {
        let cells = &members[&c];
        let n = cells.len() as f64;
        let far = cells
            .iter()
            .map(|&i| land.place(i).distance(centre))
            .sum::<f64>()
            / n;
        let steep = cells.iter().map(|&i| f64::from(land.slope[i])).sum::<f64>() / n;
        1.6 * far - 6000.0 * steep
    };
    let start = land.catchment[land.cell(centre)];
    let mut chosen = vec![start];
    taken.insert(start);
    let mut area = members[&start].len() as f64 * cell_ha;
    while area < hectares {
        let mut rim: BTreeSet<u32> = BTreeSet::new();
        for c in &chosen {
            for &i in &members[c] {
                rim.extend(neighbours(&land.grid, i).map(|(j, _)| land.catchment[j]));
            }
        }
        let best = rim
            .into_iter()
            .filter(|c| !taken.contains(c) && usable(*c))
            .map(|c| (worth(c), c))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some((_, best)) = best else { break };
        taken.insert(best);
        chosen.push(best);
        area += members[&best].len() as f64 * cell_ha;
    }
    chosen
}

/// The outer outline of a set of cells, smoothed.
fn outline(grid: &Grid, cells: &BTreeSet<usize>) -> Vec<Point> {
    // Sides of cells with the land on the left, from corner to corner.
    let mut sides: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for &i in cells {
        let (c, r) = (i % grid.cols, i / grid.cols);
        let mut side = |free: bool, a: (usize, usize), b: (usize, usize)| {
            if free {
                sides.entry(a).or_default().push(b);
            }
        };
        side(
            r == 0 || !cells.contains(&(i - grid.cols)),
            (c + 1, r),
            (c, r),
        );
        side(c == 0 || !cells.contains(&(i - 1)), (c, r), (c, r + 1));
        side(
            !cells.contains(&(i + grid.cols)),
            (c, r + 1),
            (c + 1, r + 1),
        );
        side(
            c + 1 == grid.cols || !cells.contains(&(i + 1)),
            (c + 1, r + 1),
            (c + 1, r),
        );
    }
    let corner = |(c, r): (usize, usize)| {
        Point::new(
            grid.west + c as f64 * grid.cell,
            grid.north - r as f64 * grid.cell,
        )
    };
    let mut best: Vec<Point> = Vec::new();
    while let Some((&start, _)) = sides.iter().next() {
        let mut ring = vec![corner(start)];
        let mut at = start;
        while let Some(ends) = sides.get_mut(&at) {
            let next = ends.remove(0);
            if ends.is_empty() {
                sides.remove(&at);
            }
            at = next;
            ring.push(corner(at));
            if at == start {
                break;
            }
        }
        if polygon_area(&ring).abs() > polygon_area(&best).abs() {
            best = ring;
        }
    }
    let mut line = simplified(&smoothed(&simplified(&best, 50.0), 2), 8.0);
    line.pop();
    line
}

fn station_site(land: &Land, cells: &BTreeSet<usize>, centre: Point) -> Option<Point> {
    cells
        .iter()
        .copied()
        .filter(|&i| {
            land.slope[i] < 0.14 && !land.water[i] && (1.5..25.0).contains(&land.above_stream[i])
        })
        .map(|i| {
            let p = land.place(i);
            (
                f64::from(land.height[i]) * 12.0 + 0.4 * p.distance(centre),
                i,
            )
        })
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|(_, i)| land.place(i))
}

/// A town or village on the map.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Name,
    /// Place.
    pub at: Point,
    /// Index of the town it belongs to.
    pub town: usize,
    /// People.
    pub people: u32,
    /// Radius of the built land, metres.
    pub radius_m: f64,
}

/// The towns, moved to level land nearby.
pub fn towns(facts: &Facts, land: &Land) -> Vec<Settlement> {
    facts
        .towns
        .iter()
        .enumerate()
        .map(|(k, town)| {
            let seat = k == 0;
            let best = land
                .within(town.at, if seat { 700.0 } else { 1800.0 })
                .into_iter()
                .filter(|&i| land.county[i] && !land.water[i] && land.above_stream[i] > 1.0)
                .map(|i| {
                    let steep = 4000.0 * f64::from(land.slope[i]);
                    let high = 25.0 * f64::from(land.above_stream[i]);
                    (steep + high + 0.5 * land.place(i).distance(town.at), i)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let size = town.villages.len() as f64;
            Settlement {
                id: format!("town-{}", town.code),
                name: town.name.clone(),
                at: best.map_or(town.at, |(_, i)| land.place(i)),
                town: k,
                people: if seat { 160_000 } else { (size * 420.0) as u32 },
                radius_m: if seat { 1700.0 } else { 260.0 + 9.0 * size },
            }
        })
        .collect()
}

/// The villages: each in its town's part of the county, at the edge of low, level land.
pub fn villages(
    facts: &Facts,
    land: &Land,
    towns: &[Settlement],
    tracts: &[Tract],
    seed: u64,
) -> Vec<Settlement> {
    let streams = Streams::new(seed);
    let farm_land: BTreeSet<usize> = tracts.iter().flat_map(|t| &t.cells).copied().collect();
    // Each town's land, from the map's north-west corner.
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); towns.len()];
    for i in 0..land.grid.len() {
        let level = land.slope[i] < 0.12 && (2.0..14.0).contains(&land.above_stream[i]);
        if !land.county[i] || land.water[i] || !level || farm_land.contains(&i) {
            continue;
        }
        let p = land.place(i);
        let near = (0..towns.len())
            .map(|k| (p.distance(towns[k].at), k))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some((_, k)) = near {
            parts[k].push(i);
        }
    }
    let mut villages: Vec<Settlement> = Vec::new();
    for (k, town) in facts.towns.iter().enumerate() {
        let mut draw = streams.generator(Purpose::Landscape, &town.code, 0);
        let mut spacing = 1500.0;
        for (n, name) in town.villages.iter().enumerate() {
            let mut tries = 0;
            let place = loop {
                let Some(&i) = parts[k].get(draw.random_range(0..parts[k].len().max(1))) else {
                    break towns[k].at;
                };
                let p = land.place(i);
                let free = villages.iter().all(|v| v.at.distance(p) > spacing)
                    && towns.iter().all(|t| t.at.distance(p) > t.radius_m + 250.0);
                if free {
                    break p;
                }
                tries += 1;
                if tries % 60 == 0 {
                    spacing *= 0.9;
                }
            };
            let people = 900 + draw.random_range(0..2200);
            villages.push(Settlement {
                id: format!("village-{}-{:02}", town.code, n + 1),
                name: name.clone(),
                at: place,
                town: k,
                people,
                radius_m: 60.0 + 0.035 * f64::from(people),
            });
        }
    }
    villages
}
