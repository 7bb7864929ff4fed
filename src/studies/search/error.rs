//! Why a search is refused.

use std::path::PathBuf;

use crate::base::message::Message;
use crate::files::FileError;
use crate::studies::batch::BatchError;
use crate::studies::layouts::error::LayoutsError;

/// Why a search is refused, or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchError {
    /// Every seed of the scenario meets the same fires.
    NoFires,
    /// None of the training fires burnt anything.
    NothingBurns {
        /// The training seeds.
        seeds: String,
    },
    /// No place for a break.
    NoPlace,
    /// No training fire crosses any place for a break, or none would be spared anything there.
    NoGain {
        /// How many stretches there are.
        stretches: usize,
    },
    /// The budget does not pay for the cheapest stretch.
    TooLittle {
        /// The budget.
        budget: String,
        /// What the cheapest stretch that gains something costs.
        cheapest: String,
    },
    /// A seed is in both training and test.
    Overlap {
        /// Training seeds.
        train: String,
        /// Test seeds.
        test: String,
    },
    /// Something is in the folder.
    NotEmpty(PathBuf),
    /// A file could not be written.
    File(FileError),
    /// What the disk says, as for a batch.
    Disk(BatchError),
    /// What the comparison of layouts says.
    Layouts(LayoutsError),
}

impl From<FileError> for SearchError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<BatchError> for SearchError {
    fn from(error: BatchError) -> Self {
        Self::Disk(error)
    }
}

impl From<LayoutsError> for SearchError {
    fn from(error: LayoutsError) -> Self {
        Self::Layouts(error)
    }
}

impl SearchError {
    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        match self {
            Self::NoFires => Message::new("search-no-fires"),
            Self::NothingBurns { seeds } => {
                Message::new("search-nothing-burns").with("seeds", seeds.as_str())
            }
            Self::NoPlace => Message::new("search-no-place"),
            Self::NoGain { stretches } => {
                Message::new("search-no-gain").with("stretches", *stretches as f64)
            }
            Self::TooLittle { budget, cheapest } => Message::new("search-too-little")
                .with("budget", budget.as_str())
                .with("cheapest", cheapest.as_str()),
            Self::Overlap { train, test } => Message::new("search-overlap")
                .with("train", train.as_str())
                .with("test", test.as_str()),
            Self::NotEmpty(folder) => {
                Message::new("search-not-empty").with("folder", folder.display().to_string())
            }
            Self::File(error) => Message::new("layouts-bad-file").with("reason", error.to_string()),
            Self::Disk(error) => error.message(),
            Self::Layouts(error) => error.message(),
        }
    }
}
