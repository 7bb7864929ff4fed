//! Making scenarios: the synthetic training valley, the synthesis of a county from one seed, and
//! scenarios out of a user's own files.
//!
//! In comes a folder and a seed, or files; out goes a scenario with its rasters and vector files, the
//! same bytes for the same input on every machine. Nothing here runs a fire.

pub mod convert;
pub mod county;
pub mod erosion;
pub mod from_files;
pub mod layouts;
pub mod noise;
pub mod paths;
pub mod valley;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::base::geo::{Crs, CrsError};
use crate::files::FileError;
use crate::files::geojson::{self, Geometry};

/// Why a scenario could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AuthoringError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder or text could not be written.
    #[error("{}: cannot be written: {reason}", path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A place could not be converted.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The facts that come with the program are not as they should be.
    #[error("the facts in '{asset}' are damaged: {reason}")]
    Asset {
        /// Which of them.
        asset: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The synthesised land leaves no place for something that must stand in it.
    #[error("seed {seed} leaves no place for {what}; another seed will do")]
    NoPlace {
        /// The seed.
        seed: u64,
        /// What found no place.
        what: &'static str,
    },
}

fn make_folder(path: &Path) -> Result<(), AuthoringError> {
    std::fs::create_dir_all(path).map_err(|e| AuthoringError::Write {
        path: path.to_owned(),
        reason: e.to_string(),
    })
}

fn write_text(path: &Path, text: &str) -> Result<(), AuthoringError> {
    std::fs::write(path, text).map_err(|e| AuthoringError::Write {
        path: path.to_owned(),
        reason: e.to_string(),
    })
}

/// Features with their fields as properties, in the order of their names, without the geometry and
/// what is left open.
fn write_features<T: Serialize>(
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
