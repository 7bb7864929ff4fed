//! Readers and writers of raster and vector formats.
//!
//! In comes a path; out goes a raster or a list of features in projected metres, or a [`FileError`]
//! that names the file, what was found there and what was expected. Nothing here knows of fire, and
//! nothing here panics on a damaged file.

pub mod cache;
pub mod describe;
pub mod farsite;
pub mod geojson;
pub mod geokeys;
pub mod geotiff;
pub mod raster;
pub mod table;
pub mod text;
pub mod vector;
pub mod weather;
pub mod wkt;

use std::path::{Path, PathBuf};

/// Why a file was refused or could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file cannot be opened or read.
    #[error("{}: cannot be read: {reason}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system or the decoder said.
        reason: String,
    },
    /// The file cannot be written.
    #[error("{}: cannot be written: {reason}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system or the encoder said.
        reason: String,
    },
    /// The file was read and does not hold what it should.
    #[error("{}: found {found}; expected {expected}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// One feature of a vector file is wrong.
    #[error("{}: {fault}", file.display())]
    Feature {
        /// The file.
        file: PathBuf,
        /// Which feature, and what is wrong with it.
        fault: Box<FeatureFault>,
    },
}

/// What is wrong with one feature of a vector file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "feature {feature}{}: found {found}; expected {expected}{}",
    field.as_ref().map(|f| format!(", field `{f}`")).unwrap_or_default(),
    suggestion.as_ref().map(|s| format!(" (did you mean `{s}`?)")).unwrap_or_default()
)]
pub struct FeatureFault {
    /// Number of the feature in the file, counted from 1.
    pub feature: usize,
    /// The property or `geometry`, where one is to blame.
    pub field: Option<String>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// The likely intended name of a misspelt property or value.
    pub suggestion: Option<String>,
}

impl FileError {
    /// The file the error is about.
    pub fn file(&self) -> &Path {
        match self {
            Self::Read { file, .. }
            | Self::Write { file, .. }
            | Self::Content { file, .. }
            | Self::Feature { file, .. } => file,
        }
    }

    pub(crate) fn read(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Read {
            file: file.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn write(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Write {
            file: file.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn content(
        file: &Path,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Content {
            file: file.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// The folder of real landscapes for tests; none, with a word about it, where it is absent.
#[cfg(test)]
pub(crate) fn shared_landscapes() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/landscapes");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!("skipped: {} is not there", folder.display());
        None
    }
}
