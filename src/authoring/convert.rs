//! Files from one format to another: rasters among themselves, features among themselves, weather and fuel
//! models to what a scenario takes, tables to Parquet.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::from_files::layers::{self, BandRef, Role, Source};
use super::from_files::{ImportError, Note, conditions, terrain};
use crate::base::geo::{Offset, System};
use crate::base::message::Message;
use crate::files::FileError;
use crate::files::raster::{
    self, Band, BandInfo, Lattice, LcpUnits, RasterFormat, SampleType, Samples, Sheet,
};
use crate::files::table::{self, Table};
use crate::files::vector::{self, Layer, VectorFormat};
use crate::files::weather::{self, WeatherFormat};
use crate::scenario::schema::CustomFuel;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The file, or a folder of layers for a landscape.
    pub input: PathBuf,
    /// The file to be written; its extension says the format.
    pub output: PathBuf,
    /// Bands of a raster, from 0; all when empty.
    pub bands: Vec<usize>,
    /// Layer of a vector file.
    pub layer: Option<String>,
    /// System that features are brought to.
    pub epsg: Option<u16>,
    /// System of a file that names none.
    pub source_epsg: Option<u16>,
    /// Offset of Chinese web maps to be undone.
    pub offset: Option<Offset>,
    /// Time and height of weather files that do not say.
    pub weather: conditions::Wishes,
}

/// Kinds of content between which nothing can be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Raster,
    Vector,
    Weather,
    Fuels,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raster => "raster",
            Self::Vector => "vector",
            Self::Weather => "weather",
            Self::Fuels => "fuel models",
        })
    }
}

/// Writes the output. Notes say what was assumed.
pub fn convert(request: &Request) -> Result<Vec<Note>, ImportError> {
    let extension = extension_of(&request.output);
    let mut notes = Vec::new();
    if (extension_of(&request.input).as_str(), extension.as_str()) == ("csv", "parquet") {
        table::write_parquet(&request.output, &Table::read_csv(&request.input)?)?;
        return Ok(notes);
    }
    let kind = kind_of(&request.input)?;
    match (kind, extension.as_str()) {
        (Kind::Raster, "lcp") => landscape(request, &mut notes)?,
        (Kind::Raster, "tif" | "tiff" | "asc") => rasters(request, &mut notes)?,
        (Kind::Vector, "geojson" | "json" | "gpkg" | "shp" | "kml") => vectors(request)?,
        (Kind::Weather, "ron") => weather_ron(request, &mut notes)?,
        (Kind::Weather, "wxs") => {
            let table = weather::read(&request.input, &request.weather.options)?;
            weather::write_wxs(&request.output, &table)?;
        }
        (Kind::Fuels, "ron") => fuels_ron(request, &mut notes)?,
        _ => {
            return Err(ImportError::Refused {
                message: Message::new("convert-no-pair")
                    .with("kind", kind.to_string())
                    .with("extension", extension),
                help: Some(Message::new("convert-help-pairs")),
            });
        }
    }
    Ok(notes)
}

fn extension_of(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn kind_of(path: &Path) -> Result<Kind, ImportError> {
    let meta = std::fs::metadata(path).map_err(|e| FileError::Read {
        file: path.to_owned(),
        reason: e.to_string(),
    })?;
    if meta.is_dir() {
        return Ok(Kind::Raster);
    }
    if RasterFormat::of(path)?.is_some() {
        return Ok(Kind::Raster);
    }
    if VectorFormat::of(path)?.is_some() {
        return Ok(Kind::Vector);
    }
    if extension_of(path) == "fmd" {
        return Ok(Kind::Fuels);
    }
    if WeatherFormat::of(path).is_some() {
        return Ok(Kind::Weather);
    }
    Err(ImportError::Refused {
        message: Message::new("import-unknown-file").with("file", path.display().to_string()),
        help: Some(Message::new("import-help-known-files")),
    })
}

fn assumed(request: &Request) -> Result<Option<System>, ImportError> {
    request
        .source_epsg
        .map(|code| {
            System::from_epsg(code).map_err(|e| ImportError::Refused {
                message: Message::new("import-system").with("reason", e.to_string()),
                help: Some(Message::new("import-help-epsg")),
            })
        })
        .transpose()
}

/// Rasters of a file or of a folder.
fn sources(path: &Path) -> Result<Vec<Source>, ImportError> {
    let mut files = Vec::new();
    if path.is_dir() {
        let fault = |e: std::io::Error| FileError::Read {
            file: path.to_owned(),
            reason: e.to_string(),
        };
        for entry in std::fs::read_dir(path).map_err(fault)? {
            let file = entry.map_err(fault)?.path();
            if file.is_file() && RasterFormat::of(&file)?.is_some() {
                files.push(file);
            }
        }
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    files
        .into_iter()
        .map(|file| {
            let header = raster::header(&file)?;
            Ok(Source { file, header })
        })
        .collect()
}

fn no_reprojection(request: &Request) -> Result<(), ImportError> {
    match request.epsg {
        None => Ok(()),
        Some(_) => Err(ImportError::Refused {
            message: Message::new("convert-no-epsg"),
            help: Some(Message::new("convert-help-epsg")),
        }),
    }
}

/// A raster file, or a folder's layers as the bands of one landscape.
fn rasters(request: &Request, notes: &mut Vec<Note>) -> Result<(), ImportError> {
    no_reprojection(request)?;
    let sheet = if request.input.is_dir() {
        let chosen = layers_of(&sources(&request.input)?, notes);
        together(&request.input, &chosen)?
    } else {
        let bands = (!request.bands.is_empty()).then_some(request.bands.as_slice());
        raster::read(&request.input, bands)?
    };
    let sheet = Sheet {
        system: sheet.system.or(assumed(request)?),
        ..sheet
    };
    raster::write(&request.output, &sheet, None)?;
    Ok(())
}

fn layers_of(sources: &[Source], notes: &mut Vec<Note>) -> BTreeMap<Role, BandRef> {
    terrain::choose(sources, &BTreeMap::new(), notes)
        .into_iter()
        .filter_map(|(role, bands)| Some((role, bands.into_iter().next()?)))
        .collect()
}

/// Layers of several files as one sheet; they must lie on one lattice.
fn together(folder: &Path, chosen: &BTreeMap<Role, BandRef>) -> Result<Sheet, ImportError> {
    let mut all: Option<(Sheet, PathBuf)> = None;
    for (role, band) in chosen {
        let mut sheet = raster::read(&band.file, Some(&[band.band]))?;
        for band in &mut sheet.bands {
            band.info.name = Some(role.word().replace('-', " "));
        }
        match &mut all {
            None => all = Some((sheet, band.file.clone())),
            Some((whole, first)) => {
                if !same_lattice(&whole.lattice, &sheet.lattice) {
                    return Err(FileError::Content {
                        file: band.file.clone(),
                        found: lattice_text(&sheet.lattice),
                        expected: format!(
                            "the grid of {}: {}",
                            first.display(),
                            lattice_text(&whole.lattice)
                        ),
                    }
                    .into());
                }
                whole.bands.append(&mut sheet.bands);
            }
        }
    }
    all.map(|(sheet, _)| sheet)
        .ok_or_else(|| ImportError::Refused {
            message: Message::new("import-empty-folder").with("file", folder.display().to_string()),
            help: Some(Message::new("import-help-known-files")),
        })
}

fn same_lattice(a: &Lattice, b: &Lattice) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-3 * a.dx;
    (a.cols, a.rows) == (b.cols, b.rows)
        && near(a.dx * a.cols as f64, b.dx * a.cols as f64)
        && near(a.west, b.west)
        && near(a.north, b.north)
}

fn lattice_text(l: &Lattice) -> String {
    format!(
        "{} x {} cells of {} x {} from ({}, {})",
        l.cols, l.rows, l.dx, l.dy, l.west, l.north
    )
}

/// A landscape file: five bands, eight with the crowns.
fn landscape(request: &Request, notes: &mut Vec<Note>) -> Result<(), ImportError> {
    no_reprojection(request)?;
    let sources = sources(&request.input)?;
    let chosen = layers_of(&sources, notes);
    let missing: Vec<&str> = Role::ALL[..5]
        .iter()
        .filter(|r| !chosen.contains_key(r))
        .map(|r| r.word())
        .collect();
    if !missing.is_empty() {
        return Err(ImportError::Refused {
            message: Message::new("convert-lcp-missing").with("found", missing.join(", ")),
            help: Some(Message::new("convert-help-lcp")),
        });
    }
    let mut sheet = together(&request.input, &chosen)?;
    let is_lcp = matches!(
        RasterFormat::of(&chosen[&Role::Elevation].file)?,
        Some(RasterFormat::Lcp)
    );
    let units = if is_lcp {
        raster::lcp_units(&chosen[&Role::Elevation].file)?
    } else {
        let percent = layers::is_percent_slope(&chosen[&Role::Slope]);
        LcpUnits {
            slope: i16::from(percent),
            ..LcpUnits::LANDFIRE
        }
    };
    // Crowns are written whole or not at all.
    let crowns = sheet.bands.len() == 8;
    if !crowns {
        sheet.bands.truncate(5);
        if chosen.len() > 5 {
            notes.push(Note::warning(Message::new("convert-lcp-crowns")));
        }
    }
    if crowns && !is_lcp {
        in_landfire(&mut sheet.bands[5..], notes);
    }
    sheet.system = sheet.system.or(assumed(request)?);
    raster::write(&request.output, &sheet, Some(units))?;
    Ok(())
}

/// Heights in metres and densities in kg/m3 become metres times 10 and kg/m3 times 100, which a file of
/// whole numbers needs.
fn in_landfire(bands: &mut [Band], notes: &mut Vec<Note>) {
    let most = |b: &Band| b.statistics().most;
    let metric = most(&bands[0]) <= 130.0 && most(&bands[1]) <= 130.0 && most(&bands[2]) <= 1.5;
    if !metric {
        return;
    }
    notes.push(Note::warning(Message::new("convert-lcp-metric")));
    for (band, factor) in bands.iter_mut().zip([10.0, 10.0, 100.0]) {
        let nodata = band.info.nodata;
        let values = (0..band.samples.len())
            .map(|i| {
                let v = band.samples.value(i);
                if v.is_nan() || nodata == Some(v) {
                    -9999
                } else {
                    libm::round(v * factor) as i16
                }
            })
            .collect();
        band.samples = Samples::I16(values);
        band.info = BandInfo {
            name: band.info.name.take(),
            kind: SampleType::I16,
            nodata: Some(-9999.0),
        };
    }
}

fn vectors(request: &Request) -> Result<(), ImportError> {
    let assumed = assumed(request)?;
    let wgs84 = System::wgs84();
    let layers = vector::read(&request.input, request.layer.as_deref())?;
    let fault = |e: crate::base::geo::SystemError| ImportError::Refused {
        message: Message::new("import-system").with("reason", e.to_string()),
        help: Some(Message::new("import-help-epsg")),
    };
    let to = match request.epsg {
        Some(code) => Some(System::from_epsg(code).map_err(fault)?),
        None => None,
    };
    let mut made: Vec<Layer> = Vec::new();
    for mut layer in layers {
        layer.system = layer.system.or_else(|| assumed.clone());
        if let Some(offset) = request.offset {
            layer = layer.to_system(&wgs84, &wgs84).map_err(fault)?;
            for feature in &mut layer.features {
                geo::MapCoordsInPlace::map_coords_in_place(&mut feature.geometry, |c| {
                    let (x, y) = offset.undo(c.x, c.y);
                    geo::Coord { x, y }
                });
            }
        }
        if let Some(to) = &to {
            layer = layer.to_system(to, &wgs84).map_err(fault)?;
        }
        made.push(layer);
    }
    let named: Vec<(&Layer, Option<String>)> = made.iter().map(|l| (l, None)).collect();
    vector::write(&request.output, &named)?;
    Ok(())
}

/// The list that a scenario's `weather` takes.
fn weather_ron(request: &Request, notes: &mut Vec<Note>) -> Result<(), ImportError> {
    let mut wishes = request.weather.clone();
    // All of it, not only what a run of some hours needs.
    let table = weather::read(&request.input, &wishes.options)?;
    if let (Some(first), Some(last), None) = (
        table.observations.first(),
        table.observations.last(),
        wishes.hours,
    ) {
        let start = wishes.start.unwrap_or(first.at);
        wishes.hours = Some((start.duration_until(last.at).as_secs_f64() / 3600.0).max(1.0));
    }
    let made = conditions::read(Some(&request.input), &[], &wishes, notes)?;
    notes.retain(|n| {
        !matches!(
            n.message.key.as_str(),
            "import-moisture-default" | "import-moisture-stated"
        )
    });
    let mut text = format!(
        "// start: \"{}\", wind_height: {:?}\n[\n",
        made.start.strftime("%Y-%m-%dT%H:%M"),
        made.wind_height
    );
    for r in &made.weather {
        text.push_str("    ");
        text.push_str(&super::from_files::record_text(r));
        text.push_str(",\n");
    }
    text.push_str("]\n");
    write(&request.output, &text)
}

/// A list of fuel models as `fuel_model_files` takes it.
fn fuels_ron(request: &Request, notes: &mut Vec<Note>) -> Result<(), ImportError> {
    let fuels: Vec<CustomFuel> =
        conditions::custom_fuels(std::slice::from_ref(&request.input), notes)?;
    let pretty = ron::ser::PrettyConfig::new().new_line("\n".to_owned());
    let text = ron::ser::to_string_pretty(&fuels, pretty).map_err(|e| FileError::Write {
        file: request.output.clone(),
        reason: e.to_string(),
    })?;
    write(&request.output, &format!("{text}\n"))
}

fn write(path: &Path, text: &str) -> Result<(), ImportError> {
    std::fs::write(path, text).map_err(|e| {
        FileError::Write {
            file: path.to_owned(),
            reason: e.to_string(),
        }
        .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::{CustomFuelList, WeatherRecord};

    fn asked(input: &Path, output: &Path) -> Request {
        Request {
            input: input.to_owned(),
            output: output.to_owned(),
            ..Request::default()
        }
    }

    fn band(name: &str, values: Vec<i16>) -> Band {
        Band {
            info: BandInfo {
                name: Some(name.to_owned()),
                kind: SampleType::I16,
                nodata: Some(-9999.0),
            },
            samples: Samples::I16(values),
        }
    }

    fn eight() -> Sheet {
        Sheet {
            lattice: Lattice {
                cols: 3,
                rows: 2,
                dx: 30.0,
                dy: 30.0,
                west: 600_000.0,
                north: 3_000_000.0,
            },
            system: Some(System::from_epsg(32649).unwrap()),
            bands: raster::LCP_BANDS[..8]
                .iter()
                .enumerate()
                .map(|(i, name)| band(name, (0..6).map(|k| (k * 7 + i) as i16).collect()))
                .collect(),
        }
    }

    #[test]
    fn a_landscape_goes_to_lcp_and_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // In another order than the file's: the names say which is which.
        let mut sheet = eight();
        sheet.bands.swap(0, 3);
        raster::write(&at("a.tif"), &sheet, None).unwrap();
        convert(&asked(&at("a.tif"), &at("a.lcp"))).unwrap();
        convert(&asked(&at("a.lcp"), &at("b.tif"))).unwrap();
        let back = raster::read(&at("b.tif"), None).unwrap();
        assert_eq!(
            (back.lattice, &back.system),
            (eight().lattice, &eight().system)
        );
        for (back, was) in back.bands.iter().zip(&eight().bands) {
            assert_eq!(back.samples, was.samples, "{:?}", was.info.name);
        }
    }

    #[test]
    fn one_band_goes_to_asc_and_back() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        raster::write(&at("a.tif"), &eight(), None).unwrap();
        assert!(
            convert(&asked(&at("a.tif"), &at("a.asc"))).is_err(),
            "eight bands in one grid"
        );
        let one = Request {
            bands: vec![3],
            ..asked(&at("a.tif"), &at("a.asc"))
        };
        convert(&one).unwrap();
        convert(&asked(&at("a.asc"), &at("b.tif"))).unwrap();
        let back = raster::read(&at("b.tif"), None).unwrap();
        assert_eq!(
            back.bands[0].samples.to_f64(),
            eight().bands[3].samples.to_f64()
        );
        assert_eq!(back.system, eight().system);
    }

    #[test]
    fn weather_and_fuels_become_what_a_scenario_takes() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(
            at("w.csv"),
            "Instance,datetime,WS,WD,TMP,RH\np,27-01-2021 15:00,36,10,20,30\np,27-01-2021 16:00,18,90,21,31\n",
        )
        .unwrap();
        convert(&asked(&at("w.csv"), &at("w.ron"))).unwrap();
        let text = std::fs::read_to_string(at("w.ron")).unwrap();
        let records: Vec<WeatherRecord> = ron::from_str(&text).unwrap();
        assert_eq!(
            (records.len(), records[0].wind_m_s, records[1].at_min),
            (2, 10.0, 60.0)
        );
        std::fs::write(
            at("f.fmd"),
            "14 MY5 3.6 2.1 0 0 2.9 static 750 1800 1600 6 15 8000 8000 shrub\n",
        )
        .unwrap();
        convert(&asked(&at("f.fmd"), &at("f.ron"))).unwrap();
        let fuels: CustomFuelList =
            ron::from_str(&std::fs::read_to_string(at("f.ron")).unwrap()).unwrap();
        assert_eq!(fuels[0].code, "MY5");
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        raster::write(&at("a.tif"), &eight(), None).unwrap();
        let error = convert(&asked(&at("a.tif"), &at("a.geojson"))).unwrap_err();
        assert!(error.to_string().contains("convert-no-pair"));
        let mut few = eight();
        few.bands.truncate(2);
        raster::write(&at("few.tif"), &few, None).unwrap();
        let error = convert(&asked(&at("few.tif"), &at("few.lcp"))).unwrap_err();
        assert!(error.to_string().contains("convert-lcp-missing"), "{error}");
    }
}
