//! What a file is: its format, its coordinate system, its grid, its layers, its values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use serde::Serialize;

use super::raster::{self, Lattice, RasterFormat, Statistics, Window};
use super::vector::{self, VectorFormat};
use super::weather::{self, WeatherFormat, WindHeight};
use super::{FileError, farsite, text, wkt};
use crate::base::geo::{System, Transform};

/// Different values of a band are listed up to so many.
const MOST_CLASSES: usize = 64;

/// A file's contents in brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// The file.
    pub file: PathBuf,
    /// Its size, bytes.
    pub bytes: u64,
    /// Its format, in words.
    pub format: String,
    /// What is in it.
    #[serde(flatten)]
    pub content: Content,
    /// What a careful user should know: one sentence each.
    pub remarks: Vec<String>,
}

/// A coordinate system in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemInfo {
    /// Name with the code where there is one.
    pub name: String,
    /// EPSG code.
    pub epsg: Option<u16>,
    /// PROJ string.
    pub definition: String,
}

impl From<&System> for SystemInfo {
    fn from(system: &System) -> Self {
        Self {
            name: system.name(),
            epsg: system.epsg(),
            definition: system.definition().to_owned(),
        }
    }
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "content", rename_all = "snake_case")]
pub enum Content {
    /// A raster.
    Raster(RasterInfo),
    /// Features.
    Vector {
        /// The layers.
        layers: Vec<VectorInfo>,
    },
    /// Weather.
    Weather(WeatherInfo),
    /// A coordinate system alone.
    System(SystemInfo),
    /// A table of fuels, moistures or codes.
    Table {
        /// Lines that hold something.
        entries: usize,
    },
    /// Part of another file, of which it cannot be told apart.
    Companion {
        /// That file.
        of: PathBuf,
        /// Whether it is there.
        there: bool,
    },
    /// Plain text.
    Text {
        /// Its first line.
        first_line: String,
    },
}

/// A raster in brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RasterInfo {
    /// Columns.
    pub cols: usize,
    /// Rows.
    pub rows: usize,
    /// Width and height of a cell, in the unit of the system.
    pub cell: [f64; 2],
    /// West, south, east, north edges, in the unit of the system.
    pub bounds: [f64; 4],
    /// West, south, east, north in degrees (WGS 84) around its corners; none without a system.
    pub lon_lat: Option<[f64; 4]>,
    /// The coordinate system.
    pub system: Option<SystemInfo>,
    /// The bands.
    pub bands: Vec<BandReport>,
}

/// A band in brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BandReport {
    /// Its name.
    pub name: Option<String>,
    /// Type of its values.
    pub kind: String,
    /// "No data"; `NaN` as text is written as null.
    pub nodata: Option<f64>,
    /// Cells with and without a value.
    pub values: usize,
    /// Cells without.
    pub voids: usize,
    /// Least, greatest and mean value.
    pub least: f64,
    /// Greatest.
    pub most: f64,
    /// Mean.
    pub mean: f64,
    /// Whole values with how often each occurs; none when there are more than 64.
    pub classes: Option<Vec<(f64, usize)>>,
}

/// A layer of features in brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VectorInfo {
    /// Name.
    pub name: String,
    /// Kind of geometry.
    pub geometry: String,
    /// How many features.
    pub features: usize,
    /// The coordinate system.
    pub system: Option<SystemInfo>,
    /// West, south, east, north.
    pub bounds: Option<[f64; 4]>,
    /// Names of the attributes.
    pub fields: Vec<String>,
}

/// Least, greatest and mean of a quantity, and how often it is there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// How many values.
    pub count: usize,
    /// Least.
    pub least: f64,
    /// Greatest.
    pub most: f64,
    /// Mean.
    pub mean: f64,
}

/// Weather in brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeatherInfo {
    /// Observations.
    pub observations: usize,
    /// First and last.
    pub from: DateTime,
    /// Last.
    pub until: DateTime,
    /// Height of the wind measurement, metres; none when the file does not say.
    pub wind_height_m: Option<f64>,
    /// Air temperature, degrees Celsius.
    pub temperature_c: Option<Range>,
    /// Relative humidity, percent.
    pub humidity_pct: Option<Range>,
    /// Wind, m/s.
    pub wind_m_s: Option<Range>,
    /// Rain, mm.
    pub rain_mm: Option<Range>,
}

/// Extensions by which a file claims to be a raster, or features.
const RASTERS: [&str; 5] = ["tif", "tiff", "lcp", "asc", "hgt"];
const VECTORS: [&str; 5] = ["geojson", "gpkg", "shp", "pbf", "json"];

/// Looks at a file.
pub fn describe(path: &Path) -> Result<Description, FileError> {
    let bytes = std::fs::metadata(path).map_err(|e| FileError::read(path, e))?;
    if bytes.is_dir() {
        return Err(FileError::read(path, "it is a folder; name a file"));
    }
    let bytes = bytes.len();
    let made = |format: String, content: Content, remarks: Vec<String>| Description {
        file: path.to_owned(),
        bytes,
        format,
        content,
        remarks,
    };
    let extension = extension(path);
    if RasterFormat::of(path)?.is_none() && RASTERS.contains(&extension.as_str()) {
        // Its reader says what is wrong with it.
        raster::header(path)?;
    }
    if let Some(format) = RasterFormat::of(path)? {
        let (info, remarks) = raster_info(path)?;
        return Ok(made(format.to_string(), Content::Raster(info), remarks));
    }
    match extension.as_str() {
        "prj" => {
            let words = text::read(path, &mut Vec::new())?;
            let system = wkt::system_from_wkt(words.trim()).map_err(|e| {
                FileError::content(path, e, "a coordinate system as well-known text")
            })?;
            return Ok(made(
                "coordinate system (well-known text)".to_owned(),
                Content::System((&system).into()),
                Vec::new(),
            ));
        }
        "fmd" => {
            let models = farsite::read_fuel_models(path)?;
            let content = Content::Table {
                entries: models.len(),
            };
            return Ok(made(
                "FARSITE custom fuel models (.fmd)".to_owned(),
                content,
                Vec::new(),
            ));
        }
        "fms" => {
            let all = farsite::read_moistures(path)?;
            let content = Content::Table { entries: all.len() };
            return Ok(made(
                "FARSITE fuel moistures (.fms)".to_owned(),
                content,
                Vec::new(),
            ));
        }
        // Parts of a Shapefile and of a raster; the whole is told where its main file is asked for.
        "shx" | "dbf" | "cpg" | "sbn" | "sbx" | "qix" => {
            let of = [path.with_extension("shp"), path.with_extension("SHP")];
            let there = of.iter().find(|p| p.is_file());
            let format = match extension.as_str() {
                "shx" => "index of a Shapefile (.shx)",
                "dbf" => "attributes of a Shapefile (.dbf)",
                "cpg" => "encoding of a Shapefile (.cpg)",
                _ => "spatial index of a Shapefile",
            };
            let content = Content::Companion {
                of: there.unwrap_or(&of[0]).clone(),
                there: there.is_some(),
            };
            return Ok(made(format.to_owned(), content, Vec::new()));
        }
        _ => {}
    }
    if VectorFormat::of(path)?.is_none() && VECTORS.contains(&extension.as_str()) {
        vector::layers(path)?;
    }
    if let Some(format) = VectorFormat::of(path)? {
        // Read whole: what is wrong with a feature is worth knowing.
        let layers: Vec<_> = vector::read(path, None)?
            .iter()
            .map(vector::Layer::info)
            .collect();
        let mut remarks: Vec<String> = Vec::new();
        for layer in &layers {
            if layer.features == 0 {
                remarks.push(format!("layer `{}` has no features", layer.name));
            }
            for remark in &layer.remarks {
                if !remarks.contains(remark) {
                    remarks.push(remark.clone());
                }
            }
        }
        let layers = layers
            .into_iter()
            .map(|l| VectorInfo {
                system: l.system.as_ref().map(SystemInfo::from),
                name: l.name,
                geometry: l.geometry,
                features: l.features,
                bounds: l.bounds,
                fields: l.fields,
            })
            .collect();
        return Ok(made(
            format.to_string(),
            Content::Vector { layers },
            remarks,
        ));
    }
    if let Some(format) = WeatherFormat::of(path) {
        let (info, remarks) = weather_info(path)?;
        return Ok(made(format.to_string(), Content::Weather(info), remarks));
    }
    plain(path, &extension, made)
}

fn extension(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

/// Tables and plain text; an error for what is neither.
fn plain(
    path: &Path,
    extension: &str,
    made: impl Fn(String, Content, Vec<String>) -> Description,
) -> Result<Description, FileError> {
    const TEXTS: [&str; 9] = [
        "csv", "tsv", "txt", "md", "ron", "json", "xml", "qml", "cnv",
    ];
    if !TEXTS.contains(&extension) {
        return Err(FileError::content(
            path,
            "no file that is known here",
            "GeoTIFF, .lcp, .asc, .hgt; GeoJSON, GeoPackage, Shapefile, .osm.pbf; weather as .wxs, .wtr or CSV; .fmd, .fms; .prj; a lookup table",
        ));
    }
    let mut remarks = Vec::new();
    let words = text::read(path, &mut remarks)?;
    let first_line = words.lines().next().unwrap_or_default().trim().to_owned();
    let entries = words
        .lines()
        .skip(1)
        .filter(|l| !l.trim().is_empty())
        .count();
    let (format, content) = if first_line.starts_with("grid_value") {
        (
            "lookup table of fuel codes (Cell2Fire)",
            Content::Table { entries },
        )
    } else if first_line.to_lowercase().ends_with(",ncell") {
        ("ignition cells (Cell2Fire)", Content::Table { entries })
    } else if matches!(extension, "csv" | "tsv") {
        ("table (CSV)", Content::Table { entries })
    } else {
        ("plain text", Content::Text { first_line })
    };
    Ok(made(format.to_owned(), content, remarks))
}

fn raster_info(path: &Path) -> Result<(RasterInfo, Vec<String>), FileError> {
    let header = raster::header(path)?;
    let lattice = header.lattice;
    let mut bands = Vec::new();
    for (i, info) in header.bands.iter().enumerate() {
        let (s, classes) = statistics(path, &header.lattice, i)?;
        bands.push(BandReport {
            name: info.name.clone(),
            kind: format!("{:?}", info.kind).to_lowercase(),
            nodata: info.nodata,
            values: s.values,
            voids: s.voids,
            least: s.least,
            most: s.most,
            mean: s.mean,
            classes,
        });
    }
    let bounds = [lattice.west, lattice.south(), lattice.east(), lattice.north];
    let info = RasterInfo {
        cols: lattice.cols,
        rows: lattice.rows,
        cell: [lattice.dx, lattice.dy],
        bounds,
        lon_lat: header.system.as_ref().and_then(|s| degrees(s, bounds)),
        system: header.system.as_ref().map(SystemInfo::from),
        bands,
    };
    let mut remarks = header.remarks;
    if info.system.is_none() && !remarks.iter().any(|r| r.contains("coordinate system")) {
        remarks.push("the file names no coordinate system".to_owned());
    }
    Ok((info, remarks))
}

/// Different values with how often each occurs.
type Classes = Vec<(f64, usize)>;

/// Statistics and classes of a band, read in parts where it is very large.
fn statistics(
    path: &Path,
    lattice: &Lattice,
    band: usize,
) -> Result<(Statistics, Option<Classes>), FileError> {
    const PART_CELLS: usize = 50_000_000;
    let rows = (PART_CELLS / lattice.cols).clamp(1, lattice.rows);
    let mut all: Option<Statistics> = None;
    let mut classes: Option<BTreeMap<i64, usize>> = Some(BTreeMap::new());
    for row in (0..lattice.rows).step_by(rows) {
        let window = Window {
            col: 0,
            row,
            cols: lattice.cols,
            rows: rows.min(lattice.rows - row),
        };
        let sheet = raster::read_window(path, Some(&[band]), window)?;
        let read = &sheet.bands[0];
        let s = read.statistics();
        all = Some(all.map_or(s, |a| a.with(&s)));
        classes = match (classes, read.classes(MOST_CLASSES)) {
            (Some(mut known), Some(more)) => {
                for (v, n) in more {
                    *known.entry(v as i64).or_default() += n;
                }
                (known.len() <= MOST_CLASSES).then_some(known)
            }
            _ => None,
        };
    }
    let classes = classes.map(|c| c.into_iter().map(|(v, n)| (v as f64, n)).collect());
    let none = Statistics {
        values: 0,
        voids: 0,
        least: f64::NAN,
        most: f64::NAN,
        mean: f64::NAN,
    };
    Ok((all.unwrap_or(none), classes))
}

/// The box in degrees around the corners of a box.
fn degrees(system: &System, [w, s, e, n]: [f64; 4]) -> Option<[f64; 4]> {
    let transform = Transform::new(system, &System::wgs84()).ok()?;
    let mut out = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    for (x, y) in [(w, s), (w, n), (e, s), (e, n)] {
        let (lon, lat) = transform.point(x, y).ok()?;
        out = [
            out[0].min(lon),
            out[1].min(lat),
            out[2].max(lon),
            out[3].max(lat),
        ];
    }
    Some(out)
}

fn weather_info(path: &Path) -> Result<(WeatherInfo, Vec<String>), FileError> {
    let options = weather::Options::default();
    let read = weather::read(path, &options);
    // Daily files have no year; for a look at them any year does.
    let table = match read {
        Err(_) if matches!(extension(path).as_str(), "wtr" | "wnd") => weather::read(
            path,
            &weather::Options {
                year: Some(2025),
                ..options
            },
        )?,
        other => other?,
    };
    let all = &table.observations;
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Err(FileError::content(path, "no observations", "at least one"));
    };
    let range = |of: &dyn Fn(&weather::Observation) -> Option<f64>| {
        let values: Vec<f64> = all.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| Range {
            count: values.len(),
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            most: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            mean: values.iter().sum::<f64>() / values.len() as f64,
        })
    };
    let info = WeatherInfo {
        observations: all.len(),
        from: first.at,
        until: last.at,
        wind_height_m: match table.wind_height {
            WindHeight::TenMetres => Some(10.0),
            WindHeight::TwentyFeet => Some(6.096),
            WindHeight::Unknown => None,
        },
        temperature_c: range(&|o| o.temperature_c),
        humidity_pct: range(&|o| o.humidity_pct),
        wind_m_s: range(&|o| o.wind_m_s),
        rain_mm: range(&|o| o.rain_mm),
    };
    Ok((info, table.remarks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::shared_landscapes;

    /// Every file of the shared landscapes is named with its format and its system.
    #[test]
    fn every_file_of_the_landscapes_is_named() {
        let Some(folder) = shared_landscapes() else {
            return;
        };
        let system_of = |d: &Description| match &d.content {
            Content::Raster(r) => r.system.as_ref().and_then(|s| s.epsg),
            Content::Vector { layers } => layers[0].system.as_ref().and_then(|s| s.epsg),
            Content::System(s) => s.epsg,
            _ => None,
        };
        let mut seen = 0;
        for (place, epsg) in [
            ("landfire_vermont", Some(5070)),
            ("zona60_catalonia", Some(25831)),
            ("socal_deck", Some(32611)),
            ("spotorno_liguria", Some(32632)),
            ("portillo_chile", None),
        ] {
            let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(place))
                .unwrap()
                .map(|e| e.unwrap().path())
                .collect();
            files.sort();
            for file in files {
                let found = describe(&file).unwrap_or_else(|e| panic!("{e}"));
                let (format, system) = match extension(&file).as_str() {
                    "tif" => ("GeoTIFF", epsg),
                    "asc" => ("ESRI ASCII grid (.asc)", None),
                    "geojson" => ("GeoJSON", Some(4326)),
                    "gpkg" => ("GeoPackage", None),
                    "shp" => ("Shapefile", Some(32719)),
                    "prj" => ("coordinate system (well-known text)", Some(32719)),
                    "shx" => ("index of a Shapefile (.shx)", None),
                    "dbf" => ("attributes of a Shapefile (.dbf)", None),
                    "txt" => ("plain text", None),
                    "csv" if file.ends_with("spain_lookup_table.csv") => {
                        ("lookup table of fuel codes (Cell2Fire)", None)
                    }
                    "csv" => ("weather table (CSV)", None),
                    other => panic!("{other}"),
                };
                assert_eq!(found.format, format, "{}", file.display());
                assert_eq!(system_of(&found), system, "{}", file.display());
                seen += 1;
            }
        }
        assert!(seen >= 40, "{seen}");
    }

    #[test]
    fn what_is_no_known_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        std::fs::write(&path, [1, 2, 3, 4, 5]).unwrap();
        assert!(
            describe(&path)
                .unwrap_err()
                .to_string()
                .contains("known here")
        );
        assert!(
            describe(folder.path())
                .unwrap_err()
                .to_string()
                .contains("folder")
        );
        assert!(describe(&folder.path().join("none.tif")).is_err());
    }
}
