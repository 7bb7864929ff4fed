//! GeoJSON (RFC 7946), in and out: collections, single features, bare geometries, and one feature a line.

use std::fmt::Write as _;
use std::path::Path;

use geo::{Geometry, Orient, orient::Direction};
use geojson::{GeoJson, GeometryValue};
use serde_json::{Map, Value};

use super::{Gathered, Layer, MOST_TEXT, stem};
use crate::base::geo::System;
use crate::files::FileError;

/// Whether the first bytes are those of GeoJSON.
pub fn is_geojson(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('{') && text.contains("\"type\"")
}

/// The one layer.
pub fn read(path: &Path) -> Result<Layer, FileError> {
    let size = std::fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    if size > MOST_TEXT {
        return Err(FileError::content(
            path,
            format!("{size} bytes"),
            format!("at most {MOST_TEXT}"),
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| FileError::read(path, e))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        FileError::content(
            path,
            format!(
                "bytes that are no UTF-8 at {}",
                e.utf8_error().valid_up_to()
            ),
            "GeoJSON, which is always UTF-8",
        )
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut gathered = Gathered::default();
    let mut remarks = Vec::new();
    let mut system = System::wgs84();
    let whole: Result<GeoJson, _> = serde_json::from_str(text);
    match whole {
        Ok(one) => {
            if let Some(stated) = stated_system(path, &one, &mut remarks)? {
                system = stated;
            }
            add(path, one, &mut gathered)?;
        }
        Err(error) => {
            // One feature a line.
            let lines = text
                .lines()
                .enumerate()
                .filter(|(_, l)| !l.trim().is_empty());
            for (number, line) in lines {
                let one: GeoJson = serde_json::from_str(line.trim_start_matches('\u{1e}'))
                    .map_err(|_| {
                        // What is wrong with the whole is what the user meant to write.
                        let found =
                            format!("line {}, column {}: {error}", error.line(), error.column());
                        FileError::content(path, found, "GeoJSON")
                    })?;
                if matches!(one, GeoJson::FeatureCollection(_)) && number > 0 {
                    return Err(FileError::content(path, error.to_string(), "GeoJSON"));
                }
                add(path, one, &mut gathered)?;
            }
        }
    }
    if system.is_geographic() {
        check_range(path, &gathered)?;
    }
    Ok(gathered.layer(stem(path), Some(system), remarks))
}

fn add(path: &Path, json: GeoJson, gathered: &mut Gathered) -> Result<(), FileError> {
    match json {
        GeoJson::FeatureCollection(all) => {
            for feature in all.features {
                add(path, GeoJson::Feature(feature), gathered)?;
            }
        }
        GeoJson::Feature(feature) => {
            let id = feature.id.map(|id| match id {
                geojson::feature::Id::String(text) => text,
                geojson::feature::Id::Number(n) => n.to_string(),
            });
            let number = gathered.seen + 1;
            let geometry = feature
                .geometry
                .map(|g| geometry(path, number, g))
                .transpose()?;
            gathered.add(id, feature.properties.unwrap_or_default(), geometry);
        }
        GeoJson::Geometry(g) => {
            let geometry = geometry(path, gathered.seen + 1, g)?;
            gathered.add(None, Map::new(), Some(geometry));
        }
    }
    Ok(())
}

/// Whether every position has two numbers; the conversion takes that for granted.
fn whole(value: &GeometryValue) -> bool {
    let fine = |p: &geojson::Position| p.len() >= 2;
    match value {
        GeometryValue::Point { coordinates } => fine(coordinates),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            coordinates.iter().all(fine)
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter().flatten().all(fine)
        }
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().flatten().flatten().all(fine)
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().all(|g| whole(&g.value))
        }
    }
}

fn geometry(path: &Path, number: usize, g: geojson::Geometry) -> Result<Geometry<f64>, FileError> {
    if !whole(&g.value) {
        return Err(FileError::content(
            path,
            format!("feature {number}: a position of less than two numbers"),
            "longitude and latitude",
        ));
    }
    Geometry::try_from(g).map_err(|e| {
        FileError::content(
            path,
            format!("feature {number}: {e}"),
            "a geometry of GeoJSON",
        )
    })
}

/// The system of an old-style `crs` member.
fn stated_system(
    path: &Path,
    json: &GeoJson,
    remarks: &mut Vec<String>,
) -> Result<Option<System>, FileError> {
    let members = match json {
        GeoJson::FeatureCollection(c) => c.foreign_members.as_ref(),
        GeoJson::Feature(f) => f.foreign_members.as_ref(),
        GeoJson::Geometry(g) => g.foreign_members.as_ref(),
    };
    let name = members
        .and_then(|m| m.get("crs"))
        .and_then(|crs| crs.pointer("/properties/name"))
        .and_then(Value::as_str);
    let Some(name) = name else { return Ok(None) };
    if name.ends_with("CRS84") {
        return Ok(None);
    }
    let code = name.rsplit(':').next().and_then(|c| c.parse::<u16>().ok());
    let system = code
        .and_then(|code| System::from_epsg(code).ok())
        .ok_or_else(|| {
            FileError::content(
                path,
                format!("coordinates in '{name}'"),
                "WGS 84 longitude and latitude, or a `crs` member with an EPSG code",
            )
        })?;
    if system.epsg() != Some(4326) {
        remarks.push(format!(
            "its coordinates are in {}, as a `crs` member says; RFC 7946 knows only WGS 84",
            system.name()
        ));
    }
    Ok(Some(system))
}

/// Longitudes and latitudes must be such.
fn check_range(path: &Path, gathered: &Gathered) -> Result<(), FileError> {
    use geo::CoordsIter;
    for (i, feature) in gathered.features.iter().enumerate() {
        let far = feature
            .geometry
            .coords_iter()
            .find(|c| c.x.abs() > 180.0 + 1e-6 || c.y.abs() > 90.0 + 1e-6);
        if let Some(c) = far {
            return Err(FileError::content(
                path,
                format!("feature {}: ({}, {})", i + 1, c.x, c.y),
                "longitude and latitude in degrees (WGS 84); a file in metres needs a `crs` member or another format",
            ));
        }
    }
    Ok(())
}

/// Writes one layer, which must be in WGS 84: coordinates to seven decimals (about 1 cm), one feature a
/// line, outer rings counter-clockwise. The same features give the same bytes.
pub fn write(path: &Path, layer: &Layer) -> Result<(), FileError> {
    let mut text = String::from("{\"type\": \"FeatureCollection\", \"features\": [");
    for (i, feature) in layer.features.iter().enumerate() {
        let properties =
            serde_json::to_string(&feature.properties).map_err(|e| FileError::write(path, e))?;
        let id = match &feature.id {
            Some(id) => format!("\"id\": {}, ", Value::String(id.clone())),
            None => String::new(),
        };
        let comma = if i > 0 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{comma}\n{{\"type\": \"Feature\", {id}\"properties\": {properties}, \"geometry\": "
        );
        geometry_text(&feature.geometry, &mut text);
        text.push('}');
    }
    text.push_str("\n]}\n");
    std::fs::write(path, text).map_err(|e| FileError::write(path, e))
}

fn geometry_text(geometry: &Geometry<f64>, out: &mut String) {
    let coord = |c: &geo::Coord<f64>| {
        let short = |v: f64| {
            let v = libm::round(v * 1e7) / 1e7;
            if v == 0.0 { 0.0 } else { v }
        };
        format!("[{},{}]", short(c.x), short(c.y))
    };
    let list = |parts: Vec<String>| format!("[{}]", parts.join(","));
    let line = |l: &geo::LineString<f64>| list(l.0.iter().map(&coord).collect());
    let polygon = |p: &geo::Polygon<f64>| {
        let p = p.orient(Direction::Default);
        let mut rings = vec![line(p.exterior())];
        rings.extend(p.interiors().iter().map(&line));
        list(rings)
    };
    let body = match geometry {
        Geometry::Point(p) => coord(&p.0),
        Geometry::MultiPoint(p) => list(p.0.iter().map(|p| coord(&p.0)).collect()),
        Geometry::LineString(l) => line(l),
        Geometry::MultiLineString(l) => list(l.0.iter().map(line).collect()),
        Geometry::Polygon(p) => polygon(p),
        Geometry::MultiPolygon(p) => list(p.0.iter().map(polygon).collect()),
        Geometry::Line(l) => list(vec![coord(&l.start), coord(&l.end)]),
        Geometry::Rect(r) => polygon(&r.to_polygon()),
        Geometry::Triangle(t) => polygon(&t.to_polygon()),
        Geometry::GeometryCollection(all) => {
            out.push_str("{\"type\": \"GeometryCollection\", \"geometries\": [");
            for (i, one) in all.0.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                geometry_text(one, out);
            }
            out.push_str("]}");
            return;
        }
    };
    let _ = write!(
        out,
        "{{\"type\": \"{}\", \"coordinates\": {body}}}",
        super::kind(geometry)
    );
}
