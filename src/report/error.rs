//! Why a report is refused.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::base::message::Message;
use crate::files::FileError;
use crate::protocol::JournalError;
use crate::scenario::Diagnostic;
use crate::studies::batch::BatchError;

/// Why a report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such folder.
    #[error("{} is no folder", .0.display())]
    NoFolder(PathBuf),
    /// It holds nothing that this program reports on.
    #[error("{} holds no run, batch or comparison", .0.display())]
    Foreign(PathBuf),
    /// A report is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The page's name is that of a folder.
    #[error("{} is a folder", .0.display())]
    IsFolder(PathBuf),
    /// Another version of the program wrote the folder.
    #[error("{} was written by {found}, this is {here}", path.display())]
    Version {
        /// The file that says so.
        path: PathBuf,
        /// Who wrote it.
        found: String,
        /// This program.
        here: String,
    },
    /// A file is not there.
    #[error("{} lacks {file}", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: &'static str,
    },
    /// The journal is cut or altered.
    #[error("{}: {fault}", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// Where, and how.
        fault: JournalError,
    },
    /// The journal ends before its run does.
    #[error("{}: ends at line {line} without the run's end", path.display())]
    Unended {
        /// The file.
        path: PathBuf,
        /// Its last line.
        line: usize,
    },
    /// Two files are of different runs.
    #[error("{}: {field} is {found}, in the journal {expected}", path.display())]
    Unlike {
        /// The file.
        path: PathBuf,
        /// What differs.
        field: &'static str,
        /// In the file.
        found: String,
        /// In the journal.
        expected: String,
    },
    /// The scenario cannot be read.
    #[error("the scenario cannot be read")]
    Scenario(Vec<Diagnostic>),
    /// A file cannot be read, or does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file could not be written.
    #[error("{} could not be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The folder of a batch was refused.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A raster or vector file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ReportError {
    /// A file could not be read.
    pub(super) fn read(path: &Path, reason: &impl Display) -> Self {
        Self::Read {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// A file could not be written.
    pub(super) fn write(path: &Path, reason: &impl Display) -> Self {
        Self::Write {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        let named =
            |key: &str, path: &Path| Message::new(key).with("path", path.display().to_string());
        match self {
            Self::NoFolder(path) => named("report-no-folder", path),
            Self::Foreign(path) => named("report-foreign", path),
            Self::Exists(path) => named("report-exists", path),
            Self::IsFolder(path) => named("report-is-folder", path),
            Self::Version { path, found, here } => named("report-version", path)
                .with("found", found.as_str())
                .with("here", here.as_str()),
            Self::Missing { folder, file } => named("report-missing", folder).with("file", *file),
            Self::Journal { path, fault } => match fault {
                JournalError::Syntax { line, reason } => named("report-journal-syntax", path)
                    .with("line", *line as f64)
                    .with("reason", reason.as_str()),
                JournalError::Chain { line } => {
                    named("report-journal-chain", path).with("line", *line as f64)
                }
            },
            Self::Unended { path, line } => {
                named("report-journal-unended", path).with("line", *line as f64)
            }
            Self::Unlike {
                path,
                field,
                found,
                expected,
            } => named("report-unlike", path)
                .with("field", *field)
                .with("found", found.as_str())
                .with("expected", expected.as_str()),
            Self::Scenario(_) => Message::new("report-scenario"),
            Self::Read { path, reason } => named("cli-read", path).with("reason", reason.as_str()),
            Self::Write { path, reason } => {
                named("cli-write", path).with("reason", reason.as_str())
            }
            Self::Batch(error) => error.message(),
            Self::File(error) => Message::new("cli-bad-file").with("reason", error.to_string()),
        }
    }
}
