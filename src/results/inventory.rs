//! What a world holds: the county's inventory, measured on the geometry, and its features as
//! GeoJSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::base::geo::{Point, Polyline};
use crate::files::FileError;
use crate::files::geojson::{Geometry, write_features};
use crate::world::World;

/// Cameras by part of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CameraCount {
    /// In state forest farms and reserves.
    pub farms_and_reserves: usize,
    /// In key forest areas.
    pub key_forest: usize,
}

/// The inventory; `fireline inspect --json`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Inventory {
    /// Short name of the scenario.
    pub scenario: String,
    /// Whether terrain and placements are synthetic.
    pub synthetic: bool,
    /// Landscape cells.
    pub landscape_cells: usize,
    /// Side of a landscape cell, metres.
    pub landscape_cell_m: f64,
    /// Side of a simulation cell, metres.
    pub cell_m: f64,
    /// Planted firebreaks, km.
    pub planted_firebreak_km: f64,
    /// Isolation belts, km.
    pub isolation_belt_km: f64,
    /// Fire roads, km.
    pub fire_road_km: f64,
    /// Pond water, m3.
    pub pond_m3: f64,
    /// Cameras.
    pub cameras: CameraCount,
    /// State forest farms.
    pub forest_farms: usize,
    /// All roads by class, km.
    pub road_km: BTreeMap<String, f64>,
    /// Fire ponds.
    pub ponds: usize,
    /// Stations of all kinds.
    pub stations: usize,
    /// Units.
    pub units: usize,
    /// People in the units.
    pub people: u32,
    /// Patrol routes.
    pub patrols: usize,
    /// Patrol routes, km.
    pub patrol_km: f64,
    /// Power lines, km.
    pub power_line_km: f64,
    /// Values at risk.
    pub values: usize,
    /// Named areas.
    pub areas: usize,
    /// Emergency stores over all stations, by item.
    pub stores: BTreeMap<String, u32>,
}

impl Inventory {
    /// Counts and measures a world.
    pub fn of(world: &World) -> Self {
        let file = &world.scenario.file;
        let totals = world.totals();
        let mut road_km: BTreeMap<String, f64> = BTreeMap::new();
        for road in &world.roads {
            *road_km.entry(road.class.clone()).or_default() += kilometres(&road.path);
        }
        let mut stores: BTreeMap<String, u32> = BTreeMap::new();
        for (item, count) in world.stations.iter().flat_map(|s| &s.stores) {
            let sum = stores.entry(item.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        let types = &world.scenario.catalogue.unit_types;
        let people = |unit: &crate::scenario::schema::Unit| {
            unit.people
                .or_else(|| Some(types.get(&unit.unit_type)?.people))
                .unwrap_or(0)
        };
        Self {
            scenario: file.name.clone(),
            synthetic: file.synthetic,
            landscape_cells: world.landscape.cover.grid.len(),
            landscape_cell_m: world.landscape.cover.grid.cell,
            cell_m: world.grid.cell,
            planted_firebreak_km: metre(totals.planted_firebreak_km),
            isolation_belt_km: metre(totals.isolation_belt_km),
            fire_road_km: metre(totals.fire_road_km),
            pond_m3: metre(totals.pond_m3),
            cameras: CameraCount {
                farms_and_reserves: totals.cameras_farms_and_reserves,
                key_forest: totals.cameras_key_forest,
            },
            forest_farms: totals.forest_farms,
            road_km: road_km
                .into_iter()
                .map(|(class, km)| (class, metre(km)))
                .collect(),
            ponds: world.ponds.len(),
            stations: world.stations.len(),
            units: file.units.len(),
            people: file.units.iter().map(people).fold(0, u32::saturating_add),
            patrols: world.patrols.len(),
            patrol_km: metre(world.patrols.iter().map(|p| kilometres(&p.path)).sum()),
            power_line_km: metre(world.power_lines.iter().map(|p| kilometres(&p.path)).sum()),
            values: world.values.len(),
            areas: world.areas.len(),
            stores,
        }
    }
}

fn kilometres(path: &[Point]) -> f64 {
    Polyline::new(path.to_vec()).length() / 1000.0
}

/// Kilometres to the metre (cubic metres to the litre).
fn metre(km: f64) -> f64 {
    libm::round(km * 1000.0) / 1000.0
}

/// Writes every kind of feature that a world has as GeoJSON (WGS 84), one file a kind, with the
/// fields of the scenario as properties, so that a scenario can name the files in turn.
pub fn write_geojson(world: &World, folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut written = Vec::new();
    let mut save = |name: &str, features: Vec<(Map<String, Json>, Geometry)>| {
        if features.is_empty() {
            return Ok(());
        }
        let path = folder.join(format!("{name}.geojson"));
        write_features(&path, &world.crs, features)?;
        written.push(path);
        Ok(())
    };
    let at = |p: &Point| Geometry::Point(*p);
    let line = |path: &[Point]| Geometry::Line(path.to_vec());
    save(
        "roads",
        world
            .roads
            .iter()
            .map(|f| (properties(f, "path"), line(&f.path)))
            .collect(),
    )?;
    save(
        "firebreaks",
        world
            .firebreaks
            .iter()
            .map(|f| (properties(f, "path"), line(&f.path)))
            .collect(),
    )?;
    save(
        "ponds",
        world
            .ponds
            .iter()
            .map(|f| (properties(f, "at"), at(&f.at)))
            .collect(),
    )?;
    save(
        "stations",
        world
            .stations
            .iter()
            .map(|f| (properties(f, "at"), at(&f.at)))
            .collect(),
    )?;
    let units = world.scenario.file.units.iter().filter_map(|unit| {
        let station = world.stations.iter().find(|s| s.id == unit.station)?;
        Some((properties(unit, ""), at(&station.at)))
    });
    save("units", units.collect())?;
    save(
        "cameras",
        world
            .cameras
            .iter()
            .map(|f| (properties(f, "at"), at(&f.at)))
            .collect(),
    )?;
    save(
        "patrols",
        world
            .patrols
            .iter()
            .map(|f| (properties(f, "path"), line(&f.path)))
            .collect(),
    )?;
    save(
        "values",
        world
            .values
            .iter()
            .map(|f| (properties(f, "at"), at(&f.at)))
            .collect(),
    )?;
    let area = |ring: &[Point]| Geometry::Polygon(vec![ring.to_vec()]);
    save(
        "areas",
        world
            .areas
            .iter()
            .map(|f| (properties(f, "ring"), area(&f.ring)))
            .collect(),
    )?;
    save(
        "power_lines",
        world
            .power_lines
            .iter()
            .map(|f| (properties(f, "path"), line(&f.path)))
            .collect(),
    )?;
    let ignitions = &world.scenario.file.ignitions;
    save(
        "ignitions",
        ignitions
            .iter()
            .map(|f| (properties(f, "at"), at(&f.at)))
            .collect(),
    )?;
    Ok(written)
}

/// The fields of a feature without its geometry.
fn properties(feature: &impl Serialize, geometry: &str) -> Map<String, Json> {
    // The scenario's types are plain data with string keys, which always serialise.
    let Ok(Json::Object(mut fields)) = serde_json::to_value(feature) else {
        return Map::new();
    };
    fields.remove(geometry);
    fields
}
