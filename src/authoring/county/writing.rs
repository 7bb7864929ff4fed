//! The county written out: rasters, GeoJSON files and the scenario that names them.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::County;
use super::facts::EPSG;
use crate::authoring::{AuthoringError, make_folder, write_text};
use crate::base::geo::{Crs, Point};
use crate::files::geojson::{self, Geometry};
use crate::files::{FileError, geotiff};

/// Writes everything under `out_dir`: `hengyang.ron` and the folder `hengyang`.
pub fn write(county: &County, crs: &Crs, out_dir: &Path) -> Result<(), AuthoringError> {
    let folder = out_dir.join("hengyang");
    make_folder(&folder)?;
    let file = |name: &str| folder.join(name);
    geotiff::write_f32(
        &file("elevation.tif"),
        &county.elevation,
        EPSG,
        -9999.0,
        "elevation, m (synthetic)",
    )?;
    geotiff::write_u8(
        &file("cover.tif"),
        &county.cover,
        EPSG,
        0,
        "land cover, code (synthetic)",
    )?;
    let line = |p: &[Point]| Geometry::Line(p.to_vec());
    features(&file("roads.geojson"), crs, &county.roads, "path", |r| {
        line(&r.path)
    })?;
    features(
        &file("firebreaks.geojson"),
        crs,
        &county.firebreaks,
        "path",
        |b| line(&b.path),
    )?;
    features(&file("ponds.geojson"), crs, &county.ponds, "at", |p| {
        Geometry::Point(p.at)
    })?;
    features(
        &file("stations.geojson"),
        crs,
        &county.stations,
        "at",
        |s| Geometry::Point(s.at),
    )?;
    features(&file("cameras.geojson"), crs, &county.cameras, "at", |c| {
        Geometry::Point(c.at)
    })?;
    features(
        &file("patrols.geojson"),
        crs,
        &county.patrols,
        "path",
        |p| line(&p.path),
    )?;
    features(&file("values.geojson"), crs, &county.values, "at", |v| {
        Geometry::Point(v.at)
    })?;
    features(&file("areas.geojson"), crs, &county.areas, "ring", |a| {
        Geometry::Polygon(vec![a.ring.clone()])
    })?;
    features(
        &file("power_lines.geojson"),
        crs,
        &county.power_lines,
        "path",
        |l| line(&l.path),
    )?;
    write_text(&out_dir.join("hengyang.ron"), &scenario(county))
}

/// Features with their fields as properties, in the order of their names, without the geometry and
/// what is left open.
fn features<T: Serialize>(
    path: &Path,
    crs: &Crs,
    items: &[T],
    place: &str,
    geometry: impl Fn(&T) -> Geometry,
) -> Result<(), AuthoringError> {
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let value = serde_json::to_value(item).map_err(|e| FileError::write(path, e))?;
        let mut fields: Vec<(String, Json)> = match value {
            Json::Object(map) => map
                .into_iter()
                .filter(|(key, v)| key != place && !v.is_null())
                .collect(),
            _ => Vec::new(),
        };
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        rows.push((
            fields.into_iter().collect::<Map<String, Json>>(),
            geometry(item),
        ));
    }
    Ok(geojson::write_features(path, crs, rows)?)
}

/// The scenario's text.
fn scenario(county: &County) -> String {
    let mut units = String::new();
    for unit in &county.units {
        // Writing to a string cannot fail.
        let _ = writeln!(
            units,
            "        (id: \"{}\", unit_type: \"{}\", station: \"{}\", name: (en: \"{}\", zh: \"{}\")),",
            unit.id, unit.unit_type, unit.station, unit.name.en, unit.name.zh
        );
    }
    let fire = county.fire.at;
    TEMPLATE
        .replace("@UNITS@", units.trim_end())
        .replace("@SEED@", &county.seed.to_string())
        .replace("@FIRE@", &format!("({:.1}, {:.1})", fire.x, fire.y))
}

const TEMPLATE: &str = include_str!("hengyang_template.ron");
