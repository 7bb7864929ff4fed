//! Why a comparison of layouts is refused, or stopped.

use std::path::{Path, PathBuf};

use crate::base::message::Message;
use crate::files::FileError;
use crate::studies::batch::BatchError;

/// What is wrong with a feature of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Its line goes off the map.
    OffMap {
        /// How far, metres.
        by_m: String,
    },
    /// Its line crosses or touches itself.
    Crosses {
        /// Where, in metres of the scenario's system.
        at: String,
    },
    /// A strip drawn as an area.
    Area,
    /// Something that is neither a line nor an area.
    NoLine {
        /// What it is.
        found: String,
    },
    /// A kind that is none.
    Kind {
        /// What was found.
        found: String,
    },
    /// A number out of its range, missing, or none.
    Number {
        /// The attribute.
        field: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// An id that was there before.
    Twice {
        /// Where it was first.
        first: String,
    },
}

impl Fault {
    fn message(&self) -> Message {
        match self {
            Self::OffMap { by_m } => Message::new("layouts-off-map").with("metres", by_m.as_str()),
            Self::Crosses { at } => Message::new("layouts-crosses").with("at", at.as_str()),
            Self::Area => Message::new("layouts-area"),
            Self::NoLine { found } => Message::new("layouts-no-line").with("found", found.as_str()),
            Self::Kind { found } => Message::new("layouts-bad-kind").with("found", found.as_str()),
            Self::Number {
                field,
                found,
                expected,
            } => Message::new("layouts-bad-number")
                .with("field", *field)
                .with("found", found.as_str())
                .with("expected", *expected),
            Self::Twice { first } => Message::new("layouts-id-twice").with("first", first.as_str()),
        }
    }
}

/// Why a comparison of layouts is refused, or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutsError {
    /// A file that is no vector file, or cannot be read.
    File(FileError),
    /// A name that cannot be part of a file's name, or is taken.
    Name {
        /// The name.
        found: String,
        /// Whether it was given before.
        is_twice: bool,
    },
    /// No such layout.
    Reference {
        /// The name.
        found: String,
        /// Those that are there.
        have: String,
    },
    /// Only one network to compare.
    One,
    /// Features that were left out while reading, in the reader's words.
    LeftOut {
        /// The file.
        file: PathBuf,
        /// How many and why.
        remark: String,
    },
    /// No feature in a file that is no GeoJSON.
    Empty(PathBuf),
    /// A file without a coordinate system whose numbers are no degrees.
    NoSystem(PathBuf),
    /// Coordinates that cannot be brought to the scenario's system.
    System {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// An attribute that `--map` names and no feature has.
    Map {
        /// The file.
        file: PathBuf,
        /// The attribute.
        found: String,
        /// Those that are there.
        have: String,
    },
    /// A feature that is wrong.
    Feature {
        /// The file.
        file: PathBuf,
        /// Its number, from 1.
        number: usize,
        /// Its id.
        id: String,
        /// What is wrong.
        fault: Fault,
    },
    /// Something else is in the folder.
    NotEmpty(PathBuf),
    /// A comparison is in the folder, and nobody said that it is to go on.
    Begun(PathBuf),
    /// Another comparison is in the folder.
    Different {
        /// The folder.
        folder: PathBuf,
        /// What differs.
        field: &'static str,
        /// In the folder.
        there: String,
        /// As it was asked for.
        here: String,
    },
    /// What the disk says, as for a batch.
    Disk(BatchError),
}

impl From<FileError> for LayoutsError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<BatchError> for LayoutsError {
    fn from(error: BatchError) -> Self {
        Self::Disk(error)
    }
}

impl LayoutsError {
    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        let path = |p: &Path| p.display().to_string();
        match self {
            Self::File(error) => Message::new("layouts-bad-file").with("reason", error.to_string()),
            Self::Name { found, is_twice } => {
                let key = if *is_twice {
                    "layouts-name-twice"
                } else {
                    "layouts-bad-name"
                };
                Message::new(key).with("found", found.as_str())
            }
            Self::Reference { found, have } => Message::new("layouts-no-reference")
                .with("found", found.as_str())
                .with("have", have.as_str()),
            Self::One => Message::new("layouts-only-one"),
            Self::LeftOut { file, remark } => Message::new("layouts-left-out")
                .with("file", path(file))
                .with("remark", remark.as_str()),
            Self::Empty(file) => Message::new("layouts-no-features").with("file", path(file)),
            Self::NoSystem(file) => Message::new("layouts-no-system").with("file", path(file)),
            Self::System { file, reason } => Message::new("layouts-bad-system")
                .with("file", path(file))
                .with("reason", reason.as_str()),
            Self::Map { file, found, have } => Message::new("layouts-no-attribute")
                .with("file", path(file))
                .with("found", found.as_str())
                .with("have", have.as_str()),
            // The fault is put in where the sentence is made: it is a message itself.
            Self::Feature {
                file, number, id, ..
            } => Message::new("layouts-feature")
                .with("file", path(file))
                .with("number", *number as f64)
                .with("id", id.as_str()),
            Self::NotEmpty(folder) => {
                Message::new("layouts-not-empty").with("folder", path(folder))
            }
            Self::Begun(folder) => Message::new("layouts-begun").with("folder", path(folder)),
            Self::Different {
                folder,
                field,
                there,
                here,
            } => Message::new("layouts-different")
                .with("folder", path(folder))
                .with("field", *field)
                .with("there", there.as_str())
                .with("here", here.as_str()),
            Self::Disk(error) => error.message(),
        }
    }

    /// What is wrong with a feature, to be said after [`Self::message`].
    pub fn fault(&self) -> Option<Message> {
        match self {
            Self::Feature { fault, .. } => Some(fault.message()),
            _ => None,
        }
    }
}
