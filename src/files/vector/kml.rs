//! KML 2.2 (OGC 12-007r2), out: for phones and globes, in WGS 84.

use std::fmt::Write as _;
use std::path::Path;

use geo::{Geometry, LineString, Polygon};
use serde_json::Value;

use super::{Feature, Layer};
use crate::files::FileError;

/// When a feature is there, civil times with their zone such as `2025-04-04T14:20:00+08:00`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// From when on.
    pub begin: Option<String>,
    /// Until when.
    pub end: Option<String>,
}

/// Writes layers, which must be in WGS 84, as folders. `span` says when a feature is there, `colour` in which
/// colour (red, green, blue) it is drawn.
pub fn write_kml(
    path: &Path,
    layers: &[&Layer],
    span: impl Fn(&Feature) -> Span,
    colour: impl Fn(&Feature) -> (u8, u8, u8),
) -> Result<(), FileError> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n",
    );
    for layer in layers {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "<Folder><name>{}</name>", escaped(&layer.name));
        for feature in &layer.features {
            placemark(feature, &span(feature), colour(feature), &mut text);
        }
        text.push_str("</Folder>\n");
    }
    text.push_str("</Document>\n</kml>\n");
    std::fs::write(path, text).map_err(|e| FileError::write(path, e))
}

fn placemark(feature: &Feature, span: &Span, (r, g, b): (u8, u8, u8), out: &mut String) {
    let name = ["name", "name:zh", "id"]
        .iter()
        .find_map(|key| feature.properties.get(*key).and_then(Value::as_str))
        .or(feature.id.as_deref())
        .unwrap_or_default();
    let _ = write!(out, "<Placemark><name>{}</name>", escaped(name));
    if span.begin.is_some() || span.end.is_some() {
        out.push_str("<TimeSpan>");
        for (tag, time) in [("begin", &span.begin), ("end", &span.end)] {
            if let Some(time) = time {
                let _ = write!(out, "<{tag}>{}</{tag}>", escaped(time));
            }
        }
        out.push_str("</TimeSpan>");
    }
    // Colours are written as alpha, blue, green, red.
    let _ = write!(
        out,
        "<Style><LineStyle><color>ff{b:02x}{g:02x}{r:02x}</color><width>2</width></LineStyle>\
         <PolyStyle><color>40{b:02x}{g:02x}{r:02x}</color></PolyStyle></Style>"
    );
    if !feature.properties.is_empty() {
        out.push_str("<ExtendedData>");
        for (key, value) in &feature.properties {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let _ = write!(
                out,
                "<Data name=\"{}\"><value>{}</value></Data>",
                escaped(key),
                escaped(&value)
            );
        }
        out.push_str("</ExtendedData>");
    }
    geometry(&feature.geometry, out);
    out.push_str("</Placemark>\n");
}

fn geometry(g: &Geometry<f64>, out: &mut String) {
    let many = |parts: Vec<Geometry<f64>>, out: &mut String| {
        out.push_str("<MultiGeometry>");
        for part in &parts {
            geometry(part, out);
        }
        out.push_str("</MultiGeometry>");
    };
    match g {
        Geometry::Point(p) => {
            let _ = write!(
                out,
                "<Point><coordinates>{:.7},{:.7}</coordinates></Point>",
                p.x(),
                p.y()
            );
        }
        Geometry::LineString(l) => {
            let _ = write!(
                out,
                "<LineString><tessellate>1</tessellate>{}</LineString>",
                coordinates(l)
            );
        }
        Geometry::Polygon(p) => polygon(p, out),
        Geometry::MultiPoint(all) => many(all.0.iter().map(|p| Geometry::Point(*p)).collect(), out),
        Geometry::MultiLineString(all) => {
            many(
                all.0.iter().cloned().map(Geometry::LineString).collect(),
                out,
            );
        }
        Geometry::MultiPolygon(all) => {
            many(all.0.iter().cloned().map(Geometry::Polygon).collect(), out);
        }
        Geometry::GeometryCollection(all) => many(all.0.clone(), out),
        Geometry::Line(l) => geometry(&Geometry::LineString(LineString(vec![l.start, l.end])), out),
        Geometry::Rect(r) => polygon(&r.to_polygon(), out),
        Geometry::Triangle(t) => polygon(&t.to_polygon(), out),
    }
}

fn polygon(p: &Polygon<f64>, out: &mut String) {
    let _ = write!(
        out,
        "<Polygon><outerBoundaryIs><LinearRing>{}</LinearRing></outerBoundaryIs>",
        coordinates(p.exterior())
    );
    for ring in p.interiors() {
        let _ = write!(
            out,
            "<innerBoundaryIs><LinearRing>{}</LinearRing></innerBoundaryIs>",
            coordinates(ring)
        );
    }
    out.push_str("</Polygon>");
}

fn coordinates(l: &LineString<f64>) -> String {
    let all: Vec<String> =
        l.0.iter()
            .map(|c| format!("{:.7},{:.7}", c.x, c.y))
            .collect();
    format!("<coordinates>{}</coordinates>", all.join(" "))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
