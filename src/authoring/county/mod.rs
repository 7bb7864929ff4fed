//! Hengyang County from one seed: relief, rivers, land cover, settlements, roads, and the systems of
//! the county bulletin placed on it to the stated totals.
//!
//! Real are the boundary, the towns' and villages' names, the peaks and the totals; everything else
//! is synthetic and says so. The same seed gives the same bytes.

pub mod belts;
pub mod cameras;
pub mod cover;
pub mod facts;
pub mod fittings;
pub mod ignition;
pub mod placement;
pub mod relief;
pub mod rivers;
pub mod roads;
pub mod sites;
mod writing;

use std::path::Path;

use self::facts::Facts;
use super::AuthoringError;
use super::paths::length;
use crate::base::geo::{Point, Raster};
use crate::scenario::schema::{
    Area, AreaKind, BreakKind, Camera, CameraGroup, Firebreak, Name, Patrol, Pond, PowerLine, Road,
    Station, StationKind, Unit, Value,
};

/// The seed of the shipped county.
pub const SEED: u64 = 430_421;

/// A county ready to be written.
#[derive(Debug, Clone)]
pub struct County {
    /// The seed it was made from.
    pub seed: u64,
    /// Elevation, metres.
    pub elevation: Raster<f32>,
    /// Land cover, codes of the catalogue.
    pub cover: Raster<u8>,
    /// Roads.
    pub roads: Vec<Road>,
    /// Firebreaks.
    pub firebreaks: Vec<Firebreak>,
    /// Fire ponds.
    pub ponds: Vec<Pond>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Units.
    pub units: Vec<Unit>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Patrols.
    pub patrols: Vec<Patrol>,
    /// Values at risk.
    pub values: Vec<Value>,
    /// The boundary, the farms, the park.
    pub areas: Vec<Area>,
    /// Power lines.
    pub power_lines: Vec<PowerLine>,
    /// The graves at which the default fire starts.
    pub fire: Value,
    /// What was made, in numbers.
    pub summary: Summary,
}

/// What was made, in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Least, median, mean and greatest height in the county, metres.
    pub heights_m: [f64; 4],
    /// Shares of the county above 150, 300 and 500 m.
    pub above_150_300_500: [f64; 3],
    /// Forest share of the county.
    pub forest_share: f64,
    /// Planted belts, km.
    pub planted_firebreak_km: f64,
    /// Isolation belts, km.
    pub isolation_belt_km: f64,
    /// Fire roads, km.
    pub fire_road_km: f64,
    /// All roads, km.
    pub road_km: f64,
    /// Water in ponds, m3.
    pub pond_m3: f64,
    /// Cameras of farms and reserves, and of key forest areas.
    pub cameras: [usize; 2],
    /// State forest farms.
    pub forest_farms: usize,
    /// Linked townships.
    pub townships: usize,
    /// Units.
    pub units: usize,
}

/// Writes `hengyang.ron` and `hengyang/` into a folder.
pub fn build(out_dir: &Path, seed: u64) -> Result<Summary, AuthoringError> {
    let facts = Facts::load()?;
    let county = synthesise(&facts, seed)?;
    writing::write(&county, &facts.crs, out_dir)?;
    Ok(county.summary)
}

/// Makes the county of a seed.
pub fn synthesise(facts: &Facts, seed: u64) -> Result<County, AuthoringError> {
    let mut relief = relief::build(facts, seed)?;
    let water = rivers::water(facts, &mut relief, seed);
    let land = sites::Land::new(facts, &relief, &water)?;
    let tracts = sites::tracts(facts, &land, seed)?;
    let towns = sites::towns(facts, &land);
    let villages = sites::villages(facts, &land, &towns, &tracts, seed);
    let settlements: Vec<_> = towns.iter().chain(&villages).cloned().collect();
    let inside = facts.mask(&facts.grid);
    let setting = cover::Setting {
        relief: &relief,
        water: &water,
        land: &land,
        county: &inside,
        settlements: &settlements,
        tracts: &tracts,
    };
    let cover = cover::build(&setting, seed);
    let mut roads = roads::build(facts, &land, &towns, &villages, &tracts, seed)?;
    fittings::gates_and_bridges(&relief, &mut roads);
    let mut cameras = cameras::build(&land, &cover, &tracts, seed)?;
    let summits: Vec<Vec<usize>> = tracts
        .iter()
        .map(|t| roads::summits(&land, &t.cells, 12))
        .collect();
    let key: Vec<usize> = cameras
        .iter()
        .filter(|c| c.group == CameraGroup::KeyForest)
        .map(|c| land.cell(c.at))
        .collect();
    let mut firebreaks = belts::build(&land, &tracts, &summits, &key, seed)?;
    let wide = roads
        .iter()
        .filter(|r| matches!(r.class.as_str(), "fire_road" | "county_road" | "town_road"));
    let barriers = land.crossed(
        firebreaks
            .iter()
            .map(|b| &b.path)
            .chain(wide.map(|r| &r.path)),
    );
    let ground = placement::Ground {
        land: &land,
        cover: &cover,
        roads: &roads,
        towns: &towns,
        villages: &villages,
        tracts: &tracts,
        barriers: &barriers,
        boundary: &facts.boundary,
        seed,
    };
    let (stations, mut units) = placement::stations(&ground);
    let mut ponds = placement::ponds(&ground)?;
    let patrols = placement::patrols(&ground);
    units.extend(placement::patrol_teams(&patrols, &stations));
    let mut power_lines = placement::power_lines(&ground);
    let fire = ignition::default_fire(&ground)?;
    let mut values = placement::values(&ground, &cameras);
    values.push(fire.clone());
    fittings::name_lines(&mut power_lines);
    fittings::Namer::new(&towns, &tracts).name(
        &mut roads,
        &mut firebreaks,
        &mut ponds,
        &mut cameras,
    );
    let mut areas = vec![Area {
        id: "county".to_owned(),
        kind: AreaKind::Boundary,
        name: Name {
            en: "Hengyang County".to_owned(),
            zh: "衡阳县".to_owned(),
        },
        ring: facts.boundary.clone(),
    }];
    areas.extend(tracts.into_iter().map(|t| Area {
        id: t.id.to_owned(),
        kind: t.kind,
        name: t.name,
        ring: t.ring,
    }));
    let mut county = County {
        seed,
        elevation: relief.height,
        cover,
        roads,
        firebreaks,
        ponds,
        stations,
        units,
        cameras,
        patrols,
        values,
        areas,
        power_lines,
        fire,
        summary: Summary {
            heights_m: [0.0; 4],
            above_150_300_500: [0.0; 3],
            forest_share: 0.0,
            planted_firebreak_km: 0.0,
            isolation_belt_km: 0.0,
            fire_road_km: 0.0,
            road_km: 0.0,
            pond_m3: 0.0,
            cameras: [0; 2],
            forest_farms: 0,
            townships: 0,
            units: 0,
        },
    };
    county.summary = summarise(&county, &inside);
    Ok(county)
}

fn summarise(county: &County, inside: &[bool]) -> Summary {
    let cells: Vec<usize> = (0..inside.len()).filter(|&i| inside[i]).collect();
    let mut heights: Vec<f64> = cells
        .iter()
        .map(|&i| county.elevation.data[i] as f64)
        .collect();
    heights.sort_by(f64::total_cmp);
    let n = heights.len().max(1) as f64;
    let at = |share: f64| {
        heights
            .get((share * (n - 1.0)) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    let above = |z: f64| (heights.len() - heights.partition_point(|h| *h <= z)) as f64 / n;
    let forest = cells
        .iter()
        .filter(|&&i| cover::code::is_forest(county.cover.data[i]))
        .count();
    let km = |paths: &mut dyn Iterator<Item = &Vec<Point>>| {
        paths.map(|p| length(p)).sum::<f64>() / 1000.0
    };
    let belt_km = |kind: BreakKind| {
        km(&mut county
            .firebreaks
            .iter()
            .filter(|b| b.kind == kind)
            .map(|b| &b.path))
    };
    let group = |g: CameraGroup| county.cameras.iter().filter(|c| c.group == g).count();
    let kind = |k: StationKind| county.stations.iter().filter(|s| s.kind == k).count();
    Summary {
        heights_m: [at(0.0), at(0.5), heights.iter().sum::<f64>() / n, at(1.0)],
        above_150_300_500: [above(150.0), above(300.0), above(500.0)],
        forest_share: forest as f64 / n,
        planted_firebreak_km: belt_km(BreakKind::Planted),
        isolation_belt_km: belt_km(BreakKind::Isolation),
        fire_road_km: km(&mut county
            .roads
            .iter()
            .filter(|r| r.class == "fire_road")
            .map(|r| &r.path)),
        road_km: km(&mut county.roads.iter().map(|r| &r.path)),
        pond_m3: county.ponds.iter().map(|p| p.volume_m3).sum(),
        cameras: [
            group(CameraGroup::FarmsAndReserves),
            group(CameraGroup::KeyForest),
        ],
        forest_farms: kind(StationKind::ForestFarm),
        townships: kind(StationKind::Township),
        units: county.units.len(),
    }
}
