//! Shapefiles (ESRI white paper, July 1998) with their tables, in and out.
//!
//! Lengths and counts are checked against the file's size before anything is decoded. Tables are read in
//! the encoding that a `.cpg` or the table itself names; where neither does, as UTF-8 if they are that, else
//! as GBK, in which most Chinese files come.

use std::fs;
use std::io::{BufWriter, Cursor};
use std::path::{Path, PathBuf};

use dbase::encoding::EncodingRs;
use dbase::{FieldName, FieldValue, Record, TableWriterBuilder};
use encoding_rs::{Encoding, GBK, UTF_8};
use geo::{
    Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Orient, Point, Polygon,
    orient::Direction,
};
use serde_json::{Map, Number, Value};
use shapefile::record::polygon::GenericPolygon;
use shapefile::record::traits::HasXY;
use shapefile::{PolygonRing, Shape, ShapeReader, ShapeWriter};

use super::{Gathered, Layer, kind, stem};
use crate::files::{FileError, wkt};

/// Largest file read, bytes.
const MOST_BYTES: u64 = 1 << 30;
/// Length of a shapefile's header and of a record's, bytes.
const HEADER: usize = 100;
const RECORD: usize = 8;

/// Whether the first bytes are those of a `.shp`.
pub fn is_shapefile(head: &[u8]) -> bool {
    head.len() >= 32 && head[..4] == [0, 0, 0x27, 0x0a] && head[28..32] == [0xe8, 3, 0, 0]
}

/// A file beside the `.shp`, whatever the case of its extension.
fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|e| path.with_extension(e))
        .find(|p| p.is_file())
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, FileError> {
    let size = fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    if size > MOST_BYTES {
        return Err(FileError::content(
            path,
            format!("{size} bytes"),
            format!("at most {MOST_BYTES}"),
        ));
    }
    fs::read(path).map_err(|e| FileError::read(path, e))
}

/// The one layer.
pub fn read(path: &Path) -> Result<Layer, FileError> {
    let mut remarks = Vec::new();
    let bytes = bytes_of(path)?;
    let records = check(path, &bytes)?;
    let reader = ShapeReader::new(Cursor::new(&bytes)).map_err(|e| FileError::read(path, e))?;
    let shapes: Vec<Shape> = reader.read().map_err(|e| FileError::read(path, e))?;
    let dbf = beside(path, "dbf");
    if dbf.is_none() {
        remarks.push("there is no .dbf beside it: its features have no attributes".to_owned());
    }
    let table = dbf
        .map(|dbf| attributes(&dbf, path, &mut remarks))
        .transpose()?;
    if let Some(rows) = &table
        && rows.len() != shapes.len()
    {
        return Err(FileError::content(
            path,
            format!(
                "{} shapes and {} rows in the .dbf",
                shapes.len(),
                rows.len()
            ),
            "a row for every shape",
        ));
    }
    debug_assert!(shapes.len() <= records);
    let system = wkt::beside(path)?;
    if system.is_none() {
        remarks.push("there is no .prj beside it: its coordinate system is not known".to_owned());
    }
    let mut rows = table.map(Vec::into_iter);
    let mut gathered = Gathered::default();
    for (i, shape) in shapes.into_iter().enumerate() {
        let row = rows.as_mut().and_then(Iterator::next).unwrap_or_default();
        let geometry = geometry(shape).map_err(|found| {
            FileError::content(
                path,
                format!("shape {}: {found}", i + 1),
                "points, lines or polygons",
            )
        })?;
        gathered.add(None, row, geometry);
    }
    Ok(gathered.layer(stem(path), system, remarks))
}

/// Walks over the records and compares what they declare with what is there; gives their number.
fn check(path: &Path, bytes: &[u8]) -> Result<usize, FileError> {
    let wrong = |found: String| FileError::content(path, found, "a shapefile (.shp)");
    if !is_shapefile(bytes) || bytes.len() < HEADER {
        return Err(wrong(format!(
            "{} bytes without the header of one",
            bytes.len()
        )));
    }
    let big =
        |at: usize| i32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let little =
        |at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let declared = 2 * i64::from(big(24));
    if declared != bytes.len() as i64 {
        return Err(wrong(format!(
            "{} bytes where the header says {declared}",
            bytes.len()
        )));
    }
    let (mut at, mut count) = (HEADER, 0);
    while at < bytes.len() {
        count += 1;
        let left = bytes.len() - at;
        if left < RECORD + 4 {
            return Err(wrong(format!("record {count} of {left} bytes")));
        }
        let length = 2 * i64::from(big(at + 4));
        if length < 4 || length > (left - RECORD) as i64 {
            return Err(wrong(format!(
                "record {count} of {length} bytes with {} left",
                left - RECORD
            )));
        }
        let length = length as usize;
        let body = at + RECORD;
        let need = |n: usize| -> Result<(), FileError> {
            if length < n {
                return Err(wrong(format!(
                    "record {count} of {length} bytes that needs {n}"
                )));
            }
            Ok(())
        };
        let shape = little(body);
        match shape {
            0 => {}
            1 | 11 | 21 => need(20)?,
            3 | 5 | 13 | 15 | 23 | 25 => {
                need(44)?;
                let (parts, points) = (i64::from(little(body + 36)), i64::from(little(body + 40)));
                let least = 44 + 4 * parts + 16 * points;
                if parts < 0 || points < 0 || least > length as i64 {
                    return Err(wrong(format!(
                        "record {count} of {length} bytes with {parts} parts and {points} points"
                    )));
                }
                let starts: Vec<i32> = (0..parts as usize)
                    .map(|k| little(body + 44 + 4 * k))
                    .collect();
                let ordered = starts.first().is_none_or(|&f| f == 0)
                    && starts.windows(2).all(|w| w[0] <= w[1])
                    && starts.last().is_none_or(|&l| i64::from(l) <= points);
                if !ordered {
                    return Err(wrong(format!("record {count} with parts in disorder")));
                }
            }
            8 | 18 | 28 => {
                need(40)?;
                let points = i64::from(little(body + 36));
                if points < 0 || 40 + 16 * points > length as i64 {
                    return Err(wrong(format!(
                        "record {count} of {length} bytes with {points} points"
                    )));
                }
            }
            31 => return Err(wrong(format!("record {count}, a multipatch"))),
            other => return Err(wrong(format!("record {count} of the unknown kind {other}"))),
        }
        at = body + length;
    }
    Ok(count)
}

fn geometry(shape: Shape) -> Result<Option<Geometry<f64>>, String> {
    Ok(Some(match shape {
        Shape::NullShape => return Ok(None),
        Shape::Point(p) => point(&p),
        Shape::PointM(p) => point(&p),
        Shape::PointZ(p) => point(&p),
        Shape::Multipoint(p) => points(p.points()),
        Shape::MultipointM(p) => points(p.points()),
        Shape::MultipointZ(p) => points(p.points()),
        Shape::Polyline(l) => lines(l.parts()),
        Shape::PolylineM(l) => lines(l.parts()),
        Shape::PolylineZ(l) => lines(l.parts()),
        Shape::Polygon(p) => polygons(&p),
        Shape::PolygonM(p) => polygons(&p),
        Shape::PolygonZ(p) => polygons(&p),
        Shape::Multipatch(_) => return Err("a multipatch".to_owned()),
    }))
}

fn coord(p: &impl HasXY) -> Coord<f64> {
    Coord { x: p.x(), y: p.y() }
}

fn point(p: &impl HasXY) -> Geometry<f64> {
    Geometry::Point(Point(coord(p)))
}

fn points(all: &[impl HasXY]) -> Geometry<f64> {
    Geometry::MultiPoint(MultiPoint(all.iter().map(|p| Point(coord(p))).collect()))
}

fn line(part: &[impl HasXY]) -> LineString<f64> {
    part.iter().map(coord).collect()
}

fn lines(parts: &[Vec<impl HasXY>]) -> Geometry<f64> {
    let mut all: Vec<LineString<f64>> = parts.iter().map(|p| line(p)).collect();
    match all.len() {
        1 => Geometry::LineString(all.remove(0)),
        _ => Geometry::MultiLineString(MultiLineString(all)),
    }
}

/// Rings that run clockwise are outer ones; each hole belongs to the outer ring that contains it, or to the
/// last one before it.
fn polygons<P: HasXY>(shape: &GenericPolygon<P>) -> Geometry<f64> {
    use geo::Contains;
    let mut all: Vec<Polygon<f64>> = Vec::new();
    let mut holes = Vec::new();
    for ring in shape.rings() {
        match ring {
            PolygonRing::Outer(points) => all.push(Polygon::new(line(points), Vec::new())),
            PolygonRing::Inner(points) => holes.push((all.len(), line(points))),
        }
    }
    for (before, hole) in holes {
        let within = hole
            .0
            .first()
            .and_then(|c| all.iter().position(|p| p.contains(c)));
        let place = within.or(before.checked_sub(1));
        match place.and_then(|i| all.get_mut(i)) {
            Some(polygon) => polygon.interiors_push(hole),
            // A file whose rings all run the wrong way.
            None => all.push(Polygon::new(hole, Vec::new())),
        }
    }
    match all.len() {
        1 => Geometry::Polygon(all.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon(all)),
    }
}

/// The rows of the table.
fn attributes(
    dbf: &Path,
    shp: &Path,
    remarks: &mut Vec<String>,
) -> Result<Vec<Map<String, Value>>, FileError> {
    let bytes = bytes_of(dbf)?;
    let wrong = |found: String| FileError::content(dbf, found, "a dBase table");
    if bytes.len() < 33 {
        return Err(wrong(format!("{} bytes", bytes.len())));
    }
    let rows = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as u64;
    let head = u64::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let row = u64::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    // The last byte, a mark of the end, is often left out.
    let needed = head + rows.saturating_mul(row);
    if head < 33 || row == 0 || needed > bytes.len() as u64 || (head - 1) % 32 > 31 {
        return Err(wrong(format!(
            "{} bytes for {rows} rows of {row} bytes after a header of {head}",
            bytes.len()
        )));
    }
    let widths: u64 = bytes[32..head as usize]
        .chunks_exact(32)
        .take_while(|field| field[0] != 0x0d)
        .map(|field| u64::from(field[16]))
        .sum();
    if widths + 1 != row {
        return Err(wrong(format!(
            "fields of {} bytes in rows of {row}",
            widths + 1
        )));
    }
    let encoding = encoding(dbf, shp, &bytes, head as usize, remarks);
    let source = Cursor::new(&bytes);
    let mut reader = dbase::ReaderBuilder::new()
        .with_encoding(EncodingRs::from(encoding))
        .build(source)
        .map_err(|e| FileError::read(dbf, e))?;
    let mut all = Vec::new();
    for (i, record) in reader.iter_records().enumerate() {
        let record = record.map_err(|e| wrong(format!("row {}: {e}", i + 1)))?;
        all.push(properties(record));
    }
    Ok(all)
}

/// The encoding of a table: by the `.cpg`, by the mark in its header, else by trying.
fn encoding(
    dbf: &Path,
    shp: &Path,
    bytes: &[u8],
    head: usize,
    remarks: &mut Vec<String>,
) -> &'static Encoding {
    let stated = beside(shp, "cpg").and_then(|p| fs::read_to_string(p).ok());
    if let Some(label) = stated.as_deref().map(str::trim) {
        let known = Encoding::for_label(label.as_bytes()).or(match label.to_uppercase().as_str() {
            "936" | "CP936" | "54936" => Some(GBK),
            "65001" => Some(UTF_8),
            _ => None,
        });
        if let Some(known) = known {
            // GB 18030 has no mark of its own; GBK is read by the same tables.
            return if known == encoding_rs::GB18030 {
                GBK
            } else {
                known
            };
        }
        remarks.push(format!(
            "its .cpg names the encoding '{label}', which is not known here"
        ));
    }
    if matches!(bytes[29], 0x4d | 0x7a) {
        return GBK;
    }
    if std::str::from_utf8(&bytes[head..]).is_ok() && std::str::from_utf8(&bytes[32..head]).is_ok()
    {
        return UTF_8;
    }
    remarks.push(format!(
        "{} names no encoding and is not UTF-8: it was read as GBK",
        dbf.file_name().unwrap_or_default().to_string_lossy()
    ));
    GBK
}

fn properties(record: Record) -> Map<String, Value> {
    let mut fields: Vec<(String, FieldValue)> = record.into_iter().collect();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    let number = |v: f64| {
        if libm::trunc(v) == v && v.abs() < 1e15 {
            Some(Value::from(v as i64))
        } else {
            Number::from_f64(v).map(Value::Number)
        }
    };
    fields
        .into_iter()
        .filter_map(|(name, value)| {
            let value = match value {
                FieldValue::Character(text) => text.map(Value::String),
                FieldValue::Memo(text) => Some(Value::String(text)),
                FieldValue::Numeric(v) => v.and_then(number),
                FieldValue::Float(v) => v.map(f64::from).and_then(number),
                FieldValue::Double(v) | FieldValue::Currency(v) => number(v),
                FieldValue::Integer(v) => Some(Value::from(v)),
                FieldValue::Logical(v) => v.map(Value::Bool),
                FieldValue::Date(v) => v.map(|d| {
                    Value::String(format!("{:04}-{:02}-{:02}", d.year(), d.month(), d.day()))
                }),
                FieldValue::DateTime(v) => {
                    let (d, t) = (v.date(), v.time());
                    Some(Value::String(format!(
                        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                        d.year(),
                        d.month(),
                        d.day(),
                        t.hours(),
                        t.minutes(),
                        t.seconds()
                    )))
                }
            };
            value.map(|v| (name, v))
        })
        .collect()
}

/// Writes one layer of one kind of geometry: `.shp`, `.shx`, `.dbf` and `.cpg` in UTF-8, and the `.prj`.
/// Names of attributes are cut to the ten bytes that a table has room for, texts to 254.
pub fn write(path: &Path, layer: &Layer) -> Result<(), FileError> {
    let bad = |e: shapefile::Error| FileError::write(path, e);
    let class = |g: &Geometry<f64>| match kind(g) {
        "LineString" | "MultiLineString" => 3,
        "Polygon" | "MultiPolygon" => 5,
        "Point" => 1,
        "MultiPoint" => 8,
        _ => 0,
    };
    let first = layer.features.first().map_or(0, |f| class(&f.geometry));
    if first == 0 || layer.features.iter().any(|f| class(&f.geometry) != first) {
        return Err(FileError::write(
            path,
            "a shapefile holds one kind of geometry: points, lines or polygons; a GeoPackage takes any",
        ));
    }
    let file = |extension: &str| {
        let path = path.with_extension(extension);
        fs::File::create(&path)
            .map(BufWriter::new)
            .map_err(|e| FileError::write(&path, e))
    };
    let mut writer = ShapeWriter::with_shx(file("shp")?, file("shx")?);
    for feature in &layer.features {
        let of = |c: &Coord<f64>| shapefile::Point::new(c.x, c.y);
        let written = match &feature.geometry {
            Geometry::Point(p) => writer.write_shape(&of(&p.0)),
            Geometry::MultiPoint(p) => writer.write_shape(&shapefile::Multipoint::new(
                p.0.iter().map(|p| of(&p.0)).collect(),
            )),
            Geometry::LineString(l) => {
                writer.write_shape(&shapefile::Polyline::new(l.0.iter().map(of).collect()))
            }
            Geometry::MultiLineString(l) => writer.write_shape(&shapefile::Polyline::with_parts(
                l.0.iter().map(|l| l.0.iter().map(of).collect()).collect(),
            )),
            Geometry::Polygon(p) => writer.write_shape(&rings(std::slice::from_ref(p))),
            Geometry::MultiPolygon(p) => writer.write_shape(&rings(&p.0)),
            _ => Ok(()),
        };
        written.map_err(bad)?;
    }
    writer.finalize().map_err(bad)?;
    write_table(path, layer)?;
    let cpg = path.with_extension("cpg");
    fs::write(&cpg, "UTF-8").map_err(|e| FileError::write(&cpg, e))?;
    match &layer.system {
        Some(system) => wkt::write_beside(path, system),
        None => Ok(()),
    }
}

fn rings(polygons: &[Polygon<f64>]) -> shapefile::Polygon {
    let ring = |l: &LineString<f64>| -> Vec<shapefile::Point> {
        l.0.iter()
            .map(|c| shapefile::Point::new(c.x, c.y))
            .collect()
    };
    let mut all = Vec::new();
    for polygon in polygons {
        let polygon = polygon.orient(Direction::Reversed);
        all.push(PolygonRing::Outer(ring(polygon.exterior())));
        all.extend(
            polygon
                .interiors()
                .iter()
                .map(|l| PolygonRing::Inner(ring(l))),
        );
    }
    shapefile::Polygon::with_rings(all)
}

fn write_table(path: &Path, layer: &Layer) -> Result<(), FileError> {
    /// Longest text, bytes.
    const MOST_TEXT: usize = 254;
    let dbf = path.with_extension("dbf");
    let bad = |e: &dyn std::fmt::Display| FileError::write(&dbf, e);
    let mut fields = layer.info().fields;
    if fields.is_empty() {
        fields.push("id".to_owned());
    }
    let mut builder = TableWriterBuilder::with_encoding(EncodingRs::from(UTF_8));
    let mut names: Vec<String> = Vec::new();
    let mut numeric = Vec::new();
    for field in &fields {
        let mut name = cut(field, 10).to_owned();
        let mut n = 1;
        while names.contains(&name) {
            name = format!("{}_{n}", cut(field, 8));
            n += 1;
        }
        let field_name = FieldName::try_from(name.as_str()).map_err(|e| bad(&e))?;
        let values = || {
            layer
                .features
                .iter()
                .filter_map(|f| f.properties.get(field))
        };
        let is_number = values().next().is_some() && values().all(|v| v.is_number() || v.is_null());
        builder = if is_number {
            // Wide enough for any double to 15 digits.
            builder.add_numeric_field(
                field_name,
                24,
                if values().all(Value::is_i64) { 0 } else { 12 },
            )
        } else {
            let longest = values().map(|v| text(v).len()).max().unwrap_or(1);
            builder.add_character_field(field_name, longest.clamp(1, MOST_TEXT) as u8)
        };
        names.push(name);
        numeric.push(is_number);
    }
    let file = fs::File::create(&dbf).map_err(|e| FileError::write(&dbf, e))?;
    let mut writer = builder.build_with_dest(BufWriter::new(file));
    for feature in &layer.features {
        let mut record = Record::default();
        for ((field, name), is_number) in fields.iter().zip(&names).zip(&numeric) {
            let value = feature.properties.get(field).unwrap_or(&Value::Null);
            let value = if *is_number {
                FieldValue::Numeric(value.as_f64())
            } else {
                let text = text(value);
                FieldValue::Character((!text.is_empty()).then(|| cut(&text, MOST_TEXT).to_owned()))
            };
            record.insert(name.clone(), value);
        }
        writer.write_record(&record).map_err(|e| bad(&e))?;
    }
    writer.finalize().map_err(|e| bad(&e))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The beginning of a text, at most so many bytes, ending between two characters.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
