//! What the files and folders that a user names are: rasters, features, weather, tables.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::layers::Source;
use super::things::Kind;
use super::{ImportError, Note};
use crate::base::message::Message;
use crate::files::raster::{self, RasterFormat};
use crate::files::text;
use crate::files::vector::{self, VectorFormat};
use crate::files::weather::WeatherFormat;

/// The files by what they are. Paths are in the order given; those of a folder by name.
#[derive(Debug, Default)]
pub struct Sources {
    /// Rasters with what they say of themselves.
    pub rasters: Vec<Source>,
    /// Vector files: layer and what its features are.
    pub vectors: Vec<VectorSource>,
    /// Weather files.
    pub weather: Vec<PathBuf>,
    /// Tables of codes and fuels as Cell2Fire has them.
    pub lookups: Vec<PathBuf>,
    /// Custom fuel models (`.fmd`).
    pub fuel_models: Vec<PathBuf>,
    /// Fuel moistures (`.fms`).
    pub moistures: Vec<PathBuf>,
    /// Lists of burning cells as Cell2Fire has them.
    pub ignition_cells: Vec<PathBuf>,
}

/// A layer of a vector file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorSource {
    /// The file.
    pub file: PathBuf,
    /// The layer; none for all of them.
    pub layer: Option<String>,
    /// What its features are.
    pub kind: Kind,
}

/// Files that belong to another and are read with it, or say nothing here.
const COMPANIONS: [&str; 18] = [
    "prj", "dbf", "shx", "cpg", "sbn", "sbx", "xml", "qml", "qmd", "qpj", "wnd", "tfw", "ovr",
    "txt", "md", "png", "pdf", "html",
];

impl Sources {
    /// Looks at files and folders. A file that is named must be known; one that merely lies in a folder
    /// may be anything, and is noted when nothing is made of it.
    pub fn gather(paths: &[PathBuf], notes: &mut Vec<Note>) -> Result<Self, ImportError> {
        let mut found = Self::default();
        let mut seen = BTreeSet::new();
        for path in paths {
            let meta = fs::metadata(path).map_err(|e| {
                ImportError::File(crate::files::FileError::Read {
                    file: path.clone(),
                    reason: e.to_string(),
                })
            })?;
            if !meta.is_dir() {
                if seen.insert(path.clone()) && !found.add(path, notes)? {
                    return Err(ImportError::refused(
                        Message::new("import-unknown-file")
                            .with("file", path.display().to_string()),
                        Some(Message::new("import-help-known-files")),
                    ));
                }
                continue;
            }
            let before = seen.len();
            for file in files_of(path)? {
                if is_companion(&file) && !is_weather_text(&file) || !seen.insert(file.clone()) {
                    continue;
                }
                match found.add(&file, notes) {
                    Ok(true) => {}
                    Ok(false) => notes.push(Note::warning(
                        Message::new("import-not-used").with("file", name_of(&file)),
                    )),
                    Err(error) => return Err(error),
                }
            }
            if seen.len() == before {
                return Err(ImportError::refused(
                    Message::new("import-empty-folder").with("file", path.display().to_string()),
                    Some(Message::new("import-help-known-files")),
                ));
            }
        }
        Ok(found)
    }

    /// Adds a file; false when it is nothing that is known here.
    fn add(&mut self, path: &Path, notes: &mut Vec<Note>) -> Result<bool, ImportError> {
        let extension = extension_of(path);
        match extension.as_str() {
            "fmd" => {
                self.fuel_models.push(path.to_owned());
                return Ok(true);
            }
            "fms" => {
                self.moistures.push(path.to_owned());
                return Ok(true);
            }
            "csv" => {
                let header = first_line(path)?;
                let words: Vec<&str> = header.split(',').map(str::trim).collect();
                if words.first() == Some(&"grid_value") {
                    self.lookups.push(path.to_owned());
                    return Ok(true);
                }
                if words.len() == 2 && words[1].eq_ignore_ascii_case("ncell") {
                    self.ignition_cells.push(path.to_owned());
                    return Ok(true);
                }
            }
            _ => {}
        }
        if RasterFormat::of(path)?.is_some() {
            let header = raster::header(path)?;
            self.rasters.push(Source {
                file: path.to_owned(),
                header,
            });
            return Ok(true);
        }
        if VectorFormat::of(path)?.is_some() {
            return self.add_vectors(path, notes);
        }
        if WeatherFormat::of(path).is_some() {
            self.weather.push(path.to_owned());
            return Ok(true);
        }
        Ok(false)
    }

    fn add_vectors(&mut self, path: &Path, notes: &mut Vec<Note>) -> Result<bool, ImportError> {
        let layers = vector::layers(path)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let alone = layers.len() == 1;
        let mut any = false;
        for layer in layers {
            let kind = Kind::of_name(&layer.name)
                .or_else(|| alone.then(|| Kind::of_name(&stem)).flatten());
            match kind {
                Some(kind) => {
                    any = true;
                    self.vectors.push(VectorSource {
                        file: path.to_owned(),
                        layer: Some(layer.name),
                        kind,
                    });
                }
                None if !alone => notes.push(Note::warning(
                    Message::new("import-layer-not-used")
                        .with("file", name_of(path))
                        .with("layer", layer.name),
                )),
                None => {}
            }
        }
        Ok(any)
    }
}

/// Files of a folder, by name.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let fault = |e: std::io::Error| {
        ImportError::File(crate::files::FileError::Read {
            file: folder.to_owned(),
            reason: e.to_string(),
        })
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn extension_of(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn is_companion(path: &Path) -> bool {
    let hidden = name_of(path).starts_with('.');
    hidden || COMPANIONS.contains(&extension_of(path).as_str())
}

/// A text file may hold a weather table.
fn is_weather_text(path: &Path) -> bool {
    extension_of(path) == "txt" && WeatherFormat::of(path).is_some()
}

fn first_line(path: &Path) -> Result<String, ImportError> {
    let text = text::read(path, &mut Vec::new())?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The name of a file without its folder.
pub fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
