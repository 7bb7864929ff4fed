//! The county written out: rasters, GeoJSON files and the scenario that names them.

use std::fmt::Write as _;
use std::path::Path;

use super::County;
use super::facts::EPSG;
use crate::authoring::{AuthoringError, make_folder, write_features, write_text};
use crate::base::geo::{Crs, Point};
use crate::files::geojson::Geometry;
use crate::files::geotiff;

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
    write_features(&file("roads.geojson"), crs, &county.roads, "path", |r| {
        line(&r.path)
    })?;
    write_features(
        &file("firebreaks.geojson"),
        crs,
        &county.firebreaks,
        "path",
        |b| line(&b.path),
    )?;
    write_features(&file("ponds.geojson"), crs, &county.ponds, "at", |p| {
        Geometry::Point(p.at)
    })?;
    write_features(
        &file("stations.geojson"),
        crs,
        &county.stations,
        "at",
        |s| Geometry::Point(s.at),
    )?;
    write_features(&file("cameras.geojson"), crs, &county.cameras, "at", |c| {
        Geometry::Point(c.at)
    })?;
    write_features(
        &file("patrols.geojson"),
        crs,
        &county.patrols,
        "path",
        |p| line(&p.path),
    )?;
    write_features(&file("values.geojson"), crs, &county.values, "at", |v| {
        Geometry::Point(v.at)
    })?;
    write_features(&file("areas.geojson"), crs, &county.areas, "ring", |a| {
        Geometry::Polygon(vec![a.ring.clone()])
    })?;
    write_features(
        &file("power_lines.geojson"),
        crs,
        &county.power_lines,
        "path",
        |l| line(&l.path),
    )?;
    write_text(&out_dir.join("hengyang.ron"), &scenario(county))
}

/// The scenario's text.
fn scenario(county: &County) -> String {
    let mut units = String::new();
    for unit in &county.units {
        // Writing to a string cannot fail.
        let _ = write!(
            units,
            "        (id: \"{}\", unit_type: \"{}\", station: \"{}\", name: (en: \"{}\", zh: \"{}\")",
            unit.id, unit.unit_type, unit.station, unit.name.en, unit.name.zh
        );
        if let Some(patrol) = &unit.patrol {
            let _ = write!(units, ", patrol: Some(\"{patrol}\")");
        }
        units.push_str("),\n");
    }
    let fire = county.fire.at;
    TEMPLATE
        .replace("@UNITS@", units.trim_end())
        .replace("@SEED@", &county.seed.to_string())
        .replace("@FIRE@", &format!("({:.1}, {:.1})", fire.x, fire.y))
}

const TEMPLATE: &str = include_str!("hengyang_template.ron");
