//! GeoPackages (OGC 12-128r18), in and out. Files are opened for reading only and nothing is left beside
//! them; the same layers written twice give the same bytes.

use std::path::Path;

use geo::{BoundingRect, Geometry};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};
use serde_json::{Map, Number, Value};

use super::{Gathered, Layer, LayerInfo, kind, wkb};
use crate::base::geo::System;
use crate::files::{FileError, wkt};

/// Steps of the database's machine after which a query is given up: a damaged index can send it in circles.
const MOST_STEPS: i32 = 2_000_000_000;
/// Moment of writing that files carry: a real one would make each run's bytes different.
const WRITTEN: &str = "2000-01-01T00:00:00.000Z";
/// "GPKG" and the version 1.3, as the header of the database holds them.
const APPLICATION: i32 = 0x4750_4B47;
const VERSION: i32 = 10300;

/// Whether the first bytes are those of an SQLite database.
pub fn is_geopackage(head: &[u8]) -> bool {
    head.starts_with(b"SQLite format 3\0")
}

fn open(path: &Path) -> Result<Connection, FileError> {
    let bad = |e: rusqlite::Error| FileError::read(path, e);
    // A plain path: a database that is not changed meanwhile needs no journal beside it.
    let shown = path
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db =
        Connection::open_with_flags(format!("file:{shown}?immutable=1"), flags).map_err(bad)?;
    let mut steps = 0;
    db.progress_handler(
        10_000,
        Some(move || {
            steps += 10_000;
            steps > MOST_STEPS
        }),
    )
    .map_err(bad)?;
    Ok(db)
}

/// A layer's table, its column of geometries, its system and the kind of its geometries.
struct Table {
    name: String,
    column: String,
    system: Option<System>,
    geometry: String,
}

fn tables(path: &Path, db: &Connection) -> Result<Vec<Table>, FileError> {
    let bad = |e: rusqlite::Error| FileError::read(path, e);
    let mut query = db
        .prepare(
            "SELECT g.table_name, g.column_name, g.geometry_type_name, s.organization, \
             s.organization_coordsys_id, s.definition FROM gpkg_geometry_columns g \
             LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name",
        )
        .map_err(|e| {
            if e.to_string().contains("no such table") {
                FileError::content(
                    path,
                    "a database without gpkg_geometry_columns",
                    "a GeoPackage with layers of features",
                )
            } else {
                bad(e)
            }
        })?;
    let rows = query
        .query_map([], |row| {
            let code: Option<i64> = row.get(4)?;
            let organisation: Option<String> = row.get(3)?;
            let definition: Option<String> = row.get(5)?;
            let table = Table {
                name: row.get(0)?,
                column: row.get(1)?,
                system: None,
                geometry: row.get(2)?,
            };
            Ok((table, organisation, code, definition))
        })
        .map_err(bad)?;
    let mut tables = Vec::new();
    for row in rows {
        let (mut table, organisation, code, definition) = row.map_err(bad)?;
        let by_code = organisation
            .filter(|o| o.eq_ignore_ascii_case("EPSG"))
            .and(code)
            .and_then(|code| u16::try_from(code).ok())
            .and_then(|code| System::from_epsg(code).ok());
        table.system =
            match by_code {
                Some(system) => Some(system),
                None => match definition.filter(|d| !is_local(d)) {
                    Some(text) => Some(wkt::system_from_wkt(&text).map_err(|found| {
                        FileError::content(path, found, "the system of a layer")
                    })?),
                    None => None,
                },
            };
        tables.push(table);
    }
    Ok(tables)
}

/// Whether a definition says that the coordinates lie on no known part of the earth.
fn is_local(definition: &str) -> bool {
    let word = definition.split('[').next().unwrap_or_default().trim();
    word.is_empty()
        || ["undefined", "LOCAL_CS", "ENGCRS"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
}

/// What the layers are. Boxes are those that the file states.
pub fn layers(path: &Path) -> Result<Vec<LayerInfo>, FileError> {
    let db = open(path)?;
    let bad = |e: rusqlite::Error| FileError::read(path, e);
    let mut all = Vec::new();
    for table in tables(path, &db)? {
        let count: i64 = db
            .query_row(
                &format!("SELECT count(*) FROM {}", quoted(&table.name)),
                [],
                |r| r.get(0),
            )
            .map_err(bad)?;
        let bounds = db
            .query_row(
                "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1",
                [&table.name],
                |r| {
                    let v: [Option<f64>; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                    Ok(v)
                },
            )
            .map_err(bad)?;
        let mut fields = columns(&db, &table.name).map_err(bad)?.names;
        fields.retain(|n| !n.eq_ignore_ascii_case(&table.column));
        all.push(LayerInfo {
            name: table.name,
            geometry: table.geometry,
            features: count.max(0) as usize,
            system: table.system,
            bounds: match bounds {
                [Some(a), Some(b), Some(c), Some(d)] => Some([a, b, c, d]),
                _ => None,
            },
            fields,
            remarks: Vec::new(),
        });
    }
    Ok(all)
}

/// A layer by its name, or the only one.
pub fn read(path: &Path, layer: Option<&str>) -> Result<Vec<Layer>, FileError> {
    let db = open(path)?;
    let tables = tables(path, &db)?;
    let names: Vec<String> = tables.iter().map(|t| t.name.clone()).collect();
    if let Some(wanted) = layer
        && !names.iter().any(|n| n == wanted)
    {
        return Err(FileError::content(
            path,
            format!("no layer `{wanted}`"),
            format!("one of {}", names.join(", ")),
        ));
    }
    tables
        .into_iter()
        .filter(|t| layer.is_none_or(|wanted| t.name == wanted))
        .map(|t| features(path, &db, t))
        .collect()
}

fn features(path: &Path, db: &Connection, table: Table) -> Result<Layer, FileError> {
    let bad = |e: rusqlite::Error| FileError::read(path, e);
    let Columns { names, key, truths } = columns(db, &table.name).map_err(bad)?;
    let mut query = db
        .prepare(&format!("SELECT * FROM {}", quoted(&table.name)))
        .map_err(bad)?;
    if query.column_count() != names.len() {
        return Err(FileError::content(
            path,
            format!(
                "layer `{}` with {} columns, {} of them declared",
                table.name,
                query.column_count(),
                names.len()
            ),
            "a sound table",
        ));
    }
    let is_geometry = |name: &str| name.eq_ignore_ascii_case(&table.column);
    if !names.iter().any(|n| is_geometry(n)) {
        return Err(FileError::content(
            path,
            format!(
                "layer `{}` with the columns {}",
                table.name,
                names.join(", ")
            ),
            format!("its column of geometries, `{}`", table.column),
        ));
    }
    let mut rows = query.query([]).map_err(bad)?;
    let mut gathered = Gathered::default();
    while let Some(row) = rows.next().map_err(bad)? {
        let (mut geometry, mut properties, mut id) = (None, Map::new(), None);
        for (i, name) in names.iter().enumerate() {
            let value = row.get_ref(i).map_err(bad)?;
            if is_geometry(name) {
                if let ValueRef::Blob(bytes) = value {
                    let number = gathered.seen + 1;
                    geometry = blob(bytes).map_err(|found| {
                        FileError::content(
                            path,
                            format!("layer `{}`, feature {number}: {found}", table.name),
                            "a geometry of a GeoPackage",
                        )
                    })?;
                }
            } else if key.as_ref() == Some(name) {
                id = plain(value).map(|v| v.to_string());
            } else if let Some(value) = plain(value) {
                let value = match value.as_i64() {
                    Some(truth) if truths.contains(name) => Value::Bool(truth != 0),
                    _ => value,
                };
                properties.insert(name.clone(), value);
            }
        }
        gathered.add(id, properties, geometry);
    }
    let remarks = if table.system.is_none() {
        vec![format!("layer `{}` names no coordinate system", table.name)]
    } else {
        Vec::new()
    };
    Ok(gathered.layer(table.name, table.system, remarks))
}

/// Columns of a table as `SELECT *` gives them.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    /// The key.
    key: Option<String>,
    /// Those of truth values.
    truths: Vec<String>,
}

/// Asked of SQLite as values: the names of a query's columns may be no text in a damaged file.
fn columns(db: &Connection, table: &str) -> Result<Columns, rusqlite::Error> {
    const HIDDEN: i64 = 1;
    let mut query = db.prepare(&format!("PRAGMA table_xinfo({})", quoted(table)))?;
    let mut rows = query.query([])?;
    let mut all = Columns::default();
    while let Some(row) = rows.next()? {
        let name: String = row.get("name")?;
        let kind: String = row.get("type")?;
        if row.get::<_, i64>("hidden")? == HIDDEN {
            continue;
        }
        all.names.push(name.clone());
        if row.get::<_, i64>("pk")? == 1 {
            all.key = Some(name);
        } else if kind.eq_ignore_ascii_case("BOOLEAN") {
            all.truths.push(name);
        }
    }
    Ok(all)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn plain(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => None,
        ValueRef::Integer(i) => Some(Value::from(i)),
        ValueRef::Real(v) => Number::from_f64(v).map(Value::Number),
        ValueRef::Text(t) => Some(Value::String(String::from_utf8_lossy(t).into_owned())),
    }
}

/// The geometry of a GeoPackage's blob: a header, perhaps a box, then well-known binary.
fn blob(bytes: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let head = bytes
        .get(..8)
        .ok_or("a geometry of less than eight bytes")?;
    if &head[..2] != b"GP" {
        return Err("a geometry that does not begin with GP".to_owned());
    }
    let flags = head[3];
    if flags & 0x10 != 0 {
        return Ok(None);
    }
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("an envelope of kind {other}")),
    };
    let body = bytes
        .get(8 + envelope..)
        .ok_or("a geometry that ends within its envelope")?;
    wkb::read(body).map(Some)
}

/// Type of a column: the narrowest that holds all of an attribute's values.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    Boolean,
    Integer,
    Real,
    Text,
}

impl Column {
    fn of(values: impl Iterator<Item = Value>) -> Self {
        let mut found: Option<Self> = None;
        for value in values {
            let own = match &value {
                Value::Null => continue,
                Value::Bool(_) => Self::Boolean,
                Value::Number(n) if n.is_i64() => Self::Integer,
                Value::Number(_) => Self::Real,
                _ => Self::Text,
            };
            found = Some(match (found, own) {
                (None, own) => own,
                (Some(a), b) if a == b => a,
                (Some(Self::Integer | Self::Real), Self::Integer | Self::Real) => Self::Real,
                _ => Self::Text,
            });
        }
        found.unwrap_or(Self::Text)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
        }
    }
}

/// Writes layers into a new file; with each may come the text of a QGIS style that opens with it.
pub fn write(path: &Path, layers: &[(&Layer, Option<String>)]) -> Result<(), FileError> {
    let bad = |e: rusqlite::Error| FileError::write(path, e);
    if path.exists() {
        std::fs::remove_file(path).map_err(|e| FileError::write(path, e))?;
    }
    let db = Connection::open(path).map_err(bad)?;
    db.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA page_size = 4096; PRAGMA application_id = {APPLICATION}; \
         PRAGMA user_version = {VERSION}; {TABLES}"
    ))
    .map_err(bad)?;
    for (code, name, text) in [
        (-1, "Undefined Cartesian SRS", "undefined"),
        (0, "Undefined geographic SRS", "undefined"),
    ] {
        db.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'NONE', ?2, ?3, NULL)",
            params![name, code, text],
        )
        .map_err(bad)?;
    }
    reference(path, &db, &System::wgs84(), 4326)?;
    let styled = layers.iter().any(|l| l.1.is_some());
    if styled {
        db.execute_batch(STYLES).map_err(bad)?;
    }
    for (number, (layer, style)) in layers.iter().enumerate() {
        db.execute_batch("BEGIN").map_err(bad)?;
        write_layer(path, &db, layer, number)?;
        if let Some(qml) = style {
            db.execute(
                "INSERT INTO layer_styles (f_table_name, f_geometry_column, styleName, styleQML, useAsDefault, update_time) \
                 VALUES (?1, 'geom', ?1, ?2, 1, ?3)",
                params![layer.name, qml, WRITTEN],
            )
            .map_err(bad)?;
        }
        db.execute_batch("COMMIT").map_err(bad)?;
    }
    db.close().map_err(|(_, e)| bad(e))
}

/// Puts a system into its table and gives its number there.
fn reference(path: &Path, db: &Connection, system: &System, own: i64) -> Result<i64, FileError> {
    let bad = |e: rusqlite::Error| FileError::write(path, e);
    let number = system.epsg().map_or(own, i64::from);
    let text = wkt::ogc_wkt(system).map_err(|e| FileError::write(path, e))?;
    let (organisation, code) = match system.epsg() {
        Some(code) => ("EPSG", i64::from(code)),
        None => ("NONE", own),
    };
    db.execute(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
        params![system.name(), number, organisation, code, text],
    )
    .map_err(bad)?;
    Ok(number)
}

fn write_layer(
    path: &Path,
    db: &Connection,
    layer: &Layer,
    number: usize,
) -> Result<(), FileError> {
    let bad = |e: rusqlite::Error| FileError::write(path, e);
    let srs = match &layer.system {
        Some(system) => reference(path, db, system, 100_000 + number as i64)?,
        None => -1,
    };
    let info = layer.info();
    let columns: Vec<(String, Column)> = info
        .fields
        .iter()
        .filter(|f| !f.eq_ignore_ascii_case("fid") && !f.eq_ignore_ascii_case("geom"))
        .map(|field| {
            let values = layer
                .features
                .iter()
                .filter_map(|f| f.properties.get(field).cloned());
            (field.clone(), Column::of(values))
        })
        .collect();
    let listed: Vec<String> = columns
        .iter()
        .map(|(name, column)| format!(", {} {}", quoted(name), column.word()))
        .collect();
    let listed = listed.concat();
    let kind_name = if info.geometry == "mixed" || info.geometry == "none" {
        "GEOMETRY".to_owned()
    } else {
        info.geometry.to_uppercase()
    };
    db.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind_name}{listed})",
        quoted(&layer.name)
    ))
    .map_err(bad)?;
    let [west, south, east, north] = info.bounds.map_or([None; 4], |b| b.map(Some));
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, ?7)",
        params![layer.name, WRITTEN, west, south, east, north, srs],
    )
    .map_err(bad)?;
    db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
        params![layer.name, kind_name, srs],
    )
    .map_err(bad)?;
    let places: Vec<String> = (0..columns.len())
        .map(|i| format!(", ?{}", i + 2))
        .collect();
    let names: Vec<String> = columns
        .iter()
        .map(|(n, _)| format!(", {}", quoted(n)))
        .collect();
    let (places, names) = (places.concat(), names.concat());
    let mut insert = db
        .prepare(&format!(
            "INSERT INTO {} (geom{names}) VALUES (?1{places})",
            quoted(&layer.name)
        ))
        .map_err(bad)?;
    for feature in &layer.features {
        let mut values: Vec<rusqlite::types::Value> = vec![header(&feature.geometry, srs).into()];
        for (name, column) in &columns {
            let value = feature.properties.get(name).unwrap_or(&Value::Null);
            values.push(match (value, column) {
                (Value::Null, _) => rusqlite::types::Value::Null,
                (Value::Bool(b), Column::Boolean) => i64::from(*b).into(),
                (Value::Number(n), Column::Integer) => n.as_i64().unwrap_or_default().into(),
                (Value::Number(n), Column::Real) => n.as_f64().unwrap_or_default().into(),
                (Value::String(t), _) => t.clone().into(),
                (other, _) => other.to_string().into(),
            });
        }
        insert
            .execute(rusqlite::params_from_iter(values))
            .map_err(bad)?;
    }
    Ok(())
}

/// A geometry's blob: GP, version, flags (little-endian, box of four), system, box, well-known binary.
fn header(geometry: &Geometry<f64>, srs: i64) -> Vec<u8> {
    let mut out = vec![b'G', b'P', 0, 1];
    let envelope = geometry.bounding_rect();
    let is_point = kind(geometry) == "Point";
    if envelope.is_some() && !is_point {
        out[3] = 0b11;
    }
    out.extend((srs as i32).to_le_bytes());
    if let Some(r) = envelope.filter(|_| !is_point) {
        for v in [r.min().x, r.max().x, r.min().y, r.max().y] {
            out.extend(v.to_le_bytes());
        }
    }
    wkb::write(geometry, &mut out);
    out
}

const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
";

/// Where QGIS keeps styles.
const STYLES: &str = "
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT DEFAULT '', f_table_schema TEXT DEFAULT '',
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT DEFAULT '',
  useAsDefault BOOLEAN, description TEXT DEFAULT '', owner TEXT DEFAULT '', ui TEXT, update_time DATETIME);
INSERT INTO gpkg_contents VALUES ('layer_styles', 'attributes', 'layer_styles', '', '2000-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 0);
";
