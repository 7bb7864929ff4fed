//! GeoJSON (RFC 7946) in WGS 84, read into typed features in projected metres and back.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{FeatureFault, FileError};
use crate::base::geo::{Crs, Point, polygon_area};

/// Largest file read, bytes.
const MAX_BYTES: u64 = 256 << 20;

/// A geometry in projected metres.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// A place.
    Point(Point),
    /// A line of two or more points.
    Line(Vec<Point>),
    /// An outer ring and its holes; the first point of a ring is not repeated.
    Polygon(Vec<Vec<Point>>),
    /// Several polygons.
    MultiPolygon(Vec<Vec<Vec<Point>>>),
}

/// Reads the features of a file. The properties of each, together with its projected geometry as
/// `at` (Point), `path` (LineString) or `ring` (Polygon: the outer ring, the closing point dropped),
/// are the fields of a `T`. Properties that are null count as left out; a feature's own `id` serves
/// where the properties have none.
pub fn read_features<T: DeserializeOwned>(path: &Path, crs: &Crs) -> Result<Vec<T>, FileError> {
    let size = fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    if size > MAX_BYTES {
        return Err(FileError::content(
            path,
            format!("{size} bytes"),
            format!("at most {MAX_BYTES}"),
        ));
    }
    let text = fs::read_to_string(path).map_err(|e| FileError::read(path, e))?;
    let root: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| FileError::content(path, e.to_string(), "JSON text"))?;
    if let Some(name) = root.pointer("/crs/properties/name").and_then(Value::as_str) {
        // Old files may carry a `crs` member; only the one that RFC 7946 prescribes will do.
        if !(name.ends_with("CRS84") || name.ends_with(":4326") || name.ends_with(":4490")) {
            return Err(FileError::content(
                path,
                format!("coordinates in '{name}'"),
                "WGS 84 longitude and latitude",
            ));
        }
    }
    let Some(Value::Array(features)) = root.get("features") else {
        return Err(FileError::content(
            path,
            "no array `features`",
            "a GeoJSON FeatureCollection",
        ));
    };
    features
        .iter()
        .enumerate()
        .map(|(i, feature)| {
            read_feature(feature, crs).map_err(|mut fault| {
                fault.feature = i + 1;
                FileError::Feature {
                    file: path.to_owned(),
                    fault: Box::new(fault),
                }
            })
        })
        .collect()
}

/// Writes features with their geometry in longitude and latitude to seven decimals (about 1 cm),
/// one feature a line. The same features give the same bytes.
pub fn write_features(
    path: &Path,
    crs: &Crs,
    features: impl IntoIterator<Item = (Map<String, Value>, Geometry)>,
) -> Result<(), FileError> {
    let mut text = String::from("{\"type\": \"FeatureCollection\", \"features\": [");
    for (i, (properties, geometry)) in features.into_iter().enumerate() {
        let geometry = geometry_text(&geometry, crs).map_err(|e| FileError::write(path, e))?;
        let properties =
            serde_json::to_string(&properties).map_err(|e| FileError::write(path, e))?;
        let comma = if i > 0 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{comma}\n{{\"type\": \"Feature\", \"properties\": {properties}, \"geometry\": {geometry}}}"
        );
    }
    text.push_str("\n]}\n");
    fs::write(path, text).map_err(|e| FileError::write(path, e))
}

/// A fault of the geometry; the number of the feature is filled in by [`read_features`].
fn geometry_fault(found: impl Into<String>, expected: &str) -> FeatureFault {
    fault("geometry", found, expected)
}

fn fault(field: &str, found: impl Into<String>, expected: &str) -> FeatureFault {
    FeatureFault {
        feature: 0,
        field: Some(field.to_owned()),
        found: found.into(),
        expected: expected.to_owned(),
        suggestion: None,
    }
}

fn read_feature<T: DeserializeOwned>(feature: &Value, crs: &Crs) -> Result<T, FeatureFault> {
    let mut fields = match feature.get("properties") {
        Some(Value::Object(map)) => map.clone(),
        None | Some(Value::Null) => Map::new(),
        Some(other) => {
            return Err(fault("properties", shown(other), "an object"));
        }
    };
    fields.retain(|_, value| !value.is_null());
    if let (false, Some(id)) = (fields.contains_key("id"), feature.get("id")) {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        fields.insert("id".to_owned(), Value::String(id));
    }
    let (key, place) = read_geometry(feature.get("geometry").unwrap_or(&Value::Null), crs)?;
    fields.insert(key.to_owned(), place);
    deserialise(fields)
}

/// The field that holds the geometry, and the projected geometry.
fn read_geometry(geometry: &Value, crs: &Crs) -> Result<(&'static str, Value), FeatureFault> {
    const EXPECTED: &str = "a Point, LineString or Polygon";
    let kind = geometry
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("no geometry");
    let mut coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let kind = match kind.strip_prefix("Multi") {
        Some(single) => {
            // Many programs save every layer as "multi"; one part is as good as none.
            let parts = coordinates.as_array().map_or(0, Vec::len);
            if parts != 1 {
                return Err(geometry_fault(
                    format!("a {kind} of {parts} parts"),
                    EXPECTED,
                ));
            }
            coordinates = &coordinates[0];
            single
        }
        None => kind,
    };
    let line = |value: &Value, least: usize| -> Result<Vec<Value>, FeatureFault> {
        let points = value.as_array().map_or(&[][..], Vec::as_slice);
        if points.len() < least {
            return Err(geometry_fault(
                format!("{} points", points.len()),
                &format!("at least {least} points"),
            ));
        }
        points.iter().map(|p| project(p, crs)).collect()
    };
    match kind {
        "Point" => Ok(("at", project(coordinates, crs)?)),
        "LineString" => Ok(("path", Value::Array(line(coordinates, 2)?))),
        "Polygon" => {
            let mut ring = line(&coordinates[0], 4)?;
            if ring.first() == ring.last() {
                ring.pop();
            }
            Ok(("ring", Value::Array(ring)))
        }
        other => Err(geometry_fault(other, EXPECTED)),
    }
}

fn project(position: &Value, crs: &Crs) -> Result<Value, FeatureFault> {
    const EXPECTED: &str = "longitude and latitude in degrees (WGS 84)";
    let part = |i: usize| position.get(i).and_then(Value::as_f64);
    let (Some(lon), Some(lat)) = (part(0), part(1)) else {
        return Err(geometry_fault(shown(position), EXPECTED));
    };
    if lon.abs() > 180.0 || lat.abs() > 90.0 {
        return Err(geometry_fault(format!("({lon}, {lat})"), EXPECTED));
    }
    let p = crs
        .project(lon, lat)
        .map_err(|e| geometry_fault(e.to_string(), EXPECTED))?;
    Ok(json!([p.x, p.y]))
}

fn deserialise<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, FeatureFault> {
    let error = match serde_json::from_value::<T>(Value::Object(fields.clone())) {
        Ok(item) => return Ok(item),
        Err(e) => e.to_string(),
    };
    // serde says "..., expected one of `a`, `b`" or "..., expected a number".
    let (found, expected) = error.split_once(", expected ").map_or(
        (error.clone(), "a complete feature".to_owned()),
        |(f, e)| (f.to_owned(), e.to_owned()),
    );
    let quoted = |text: &str| -> Vec<String> {
        text.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    let wrong = quoted(&found).into_iter().next();
    let field = if found.starts_with("unknown field") || found.starts_with("missing field") {
        wrong.clone()
    } else {
        // serde_json does not say where a value of the wrong type stood: it is the property whose
        // absence changes the answer.
        fields
            .keys()
            .find(|key| {
                let mut rest = fields.clone();
                rest.remove(*key);
                serde_json::from_value::<T>(Value::Object(rest))
                    .err()
                    .is_none_or(|e| e.to_string() != error)
            })
            .cloned()
    };
    let suggestion = found
        .starts_with("unknown")
        .then_some(wrong)
        .flatten()
        .and_then(|wrong| {
            quoted(&expected)
                .into_iter()
                .map(|known| (strsim::damerau_levenshtein(&wrong, &known), known))
                .filter(|(distance, known)| *distance <= known.chars().count().div_ceil(3))
                .min()
                .map(|(_, known)| known)
        });
    Err(FeatureFault {
        feature: 0,
        field,
        found,
        expected,
        suggestion,
    })
}

/// The start of a JSON value, for messages.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        text.chars().take(57).chain("...".chars()).collect()
    } else {
        text
    }
}

fn geometry_text(geometry: &Geometry, crs: &Crs) -> Result<String, crate::base::geo::CrsError> {
    let position = |p: Point| {
        let (lon, lat) = crs.lon_lat(p)?;
        let round = |v: f64| libm::round(v * 1e7) / 1e7;
        Ok(format!("[{},{}]", round(lon), round(lat)))
    };
    let line = |points: &[Point]| -> Result<String, crate::base::geo::CrsError> {
        let parts: Result<Vec<String>, _> = points.iter().map(|&p| position(p)).collect();
        Ok(format!("[{}]", parts?.join(",")))
    };
    // Outer rings run counter-clockwise, holes clockwise (RFC 7946, 3.1.6), and close.
    let polygon = |rings: &[Vec<Point>]| -> Result<String, crate::base::geo::CrsError> {
        let mut parts = Vec::with_capacity(rings.len());
        for (i, ring) in rings.iter().enumerate() {
            let mut ring = ring.clone();
            if (polygon_area(&ring) > 0.0) != (i == 0) {
                ring.reverse();
            }
            ring.extend(ring.first().copied());
            parts.push(line(&ring)?);
        }
        Ok(format!("[{}]", parts.join(",")))
    };
    let (kind, coordinates) = match geometry {
        Geometry::Point(p) => ("Point", position(*p)?),
        Geometry::Line(points) => ("LineString", line(points)?),
        Geometry::Polygon(rings) => ("Polygon", polygon(rings)?),
        Geometry::MultiPolygon(polygons) => {
            let parts: Result<Vec<String>, _> = polygons.iter().map(|p| polygon(p)).collect();
            ("MultiPolygon", format!("[{}]", parts?.join(",")))
        }
    };
    Ok(format!(
        "{{\"type\": \"{kind}\", \"coordinates\": {coordinates}}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::{Area, Firebreak, Pond};

    fn utm() -> Crs {
        Crs::from_epsg(32649).unwrap()
    }

    fn read_text<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, FileError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.geojson");
        fs::write(&path, text).unwrap();
        read_features(&path, &utm())
    }

    fn properties(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_belt_comes_back_to_the_centimetre_and_the_bytes_repeat() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.geojson");
        let course = vec![
            Point::new(635_000.123, 3_000_000.456),
            Point::new(636_000.0, 3_001_000.0),
        ];
        let one = || {
            let fields =
                json!({"id": "b1", "kind": "Planted", "width_m": 12.0, "edge_trees": true});
            [(properties(fields), Geometry::Line(course.clone()))]
        };
        write_features(&path, &utm(), one()).unwrap();
        let bytes = fs::read(&path).unwrap();
        let belts: Vec<Firebreak> = read_features(&path, &utm()).unwrap();
        assert_eq!((belts.len(), belts[0].width_m), (1, 12.0));
        for (a, b) in belts[0].path.iter().zip(&course) {
            assert!(a.distance(*b) < 0.02);
        }
        write_features(&path, &utm(), one()).unwrap();
        assert_eq!(bytes, fs::read(&path).unwrap());
    }

    #[test]
    fn an_outline_loses_its_closing_point() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.geojson");
        let ring: Vec<Point> = [(0.0, 0.0), (0.0, 900.0), (900.0, 900.0), (900.0, 0.0)]
            .map(|(x, y)| Point::new(635_000.0 + x, 3_000_000.0 + y))
            .to_vec();
        let fields = json!({"id": "a1", "kind": "Reserve", "name": {"en": "Park", "zh": "公园"}});
        write_features(
            &path,
            &utm(),
            [(properties(fields), Geometry::Polygon(vec![ring]))],
        )
        .unwrap();
        let areas: Vec<Area> = read_features(&path, &utm()).unwrap();
        assert_eq!(areas[0].ring.len(), 4);
        assert!((polygon_area(&areas[0].ring) - 810_000.0).abs() < 100.0);
    }

    #[test]
    fn a_misspelt_property_is_named_with_the_right_spelling() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"id": "p1", "volume_m3": 46}, "geometry": {"type": "Point", "coordinates": [112.3, 27.1]}},
            {"type": "Feature", "properties": {"id": "p2", "volum_m3": 46}, "geometry": {"type": "Point", "coordinates": [112.3, 27.1]}}]}"#;
        let error = read_text::<Pond>(text).unwrap_err();
        let FileError::Feature { fault, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(
            (
                fault.feature,
                fault.field.as_deref(),
                fault.suggestion.as_deref()
            ),
            (2, Some("volum_m3"), Some("volume_m3"))
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_laid_to_its_property() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "id": 7, "properties": {"volume_m3": "46"}, "geometry": {"type": "Point", "coordinates": [112.3, 27.1]}}]}"#;
        let error = read_text::<Pond>(text).unwrap_err();
        let FileError::Feature { fault, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(fault.field.as_deref(), Some("volume_m3"));
    }

    #[test]
    fn metres_are_not_taken_for_degrees() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"id": "p", "volume_m3": 46}, "geometry": {"type": "Point", "coordinates": [635787.8, 3000466.6]}}]}"#;
        let error = read_text::<Pond>(text).unwrap_err().to_string();
        assert!(error.contains("expected longitude and latitude"), "{error}");
        assert!(read_text::<Pond>("{\"features\": 3}").is_err());
        assert!(read_text::<Pond>("not json").is_err());
    }
}
