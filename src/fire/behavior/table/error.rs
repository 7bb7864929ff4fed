//! What can be wrong with a table.

use crate::base::message::Message;

/// What is wrong with a table of inputs. Lines count from 1, the header included.
#[derive(Debug, thiserror::Error)]
pub enum BehaviorCsvError {
    /// A column is missing from the header.
    #[error("line 1: no column `{column}`{}", suggest(.similar.as_deref()))]
    MissingColumn {
        /// The column.
        column: &'static str,
        /// A column of the file with a similar name.
        similar: Option<String>,
    },
    /// A column stands twice in the header.
    #[error("line 1: column `{column}` stands twice")]
    RepeatedColumn {
        /// The column.
        column: &'static str,
    },
    /// A row does not have as many fields as the header.
    #[error("line {line}: {found} fields found, {expected} expected as in the header")]
    FieldCount {
        /// Line in the file.
        line: u64,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A field is not a number.
    #[error("line {line}, column `{column}`: a finite number expected, found `{found}`")]
    NotANumber {
        /// Line in the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number is not whole where one is counted.
    #[error("line {line}, column `{column}`: a whole number expected, found `{found}`")]
    NotWhole {
        /// Line in the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number is out of its range.
    #[error("line {line}, column `{column}`: {found} is out of range, {min} to {max} expected")]
    OutOfRange {
        /// Line in the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// A fuel model that is not one of the standard ones.
    #[error(
        "line {line}, column `fuel_model`: no standard fuel model `{found}`; 1-13, 91-93, 98, 99, \
         101-109, 121-124, 141-149, 161-165, 181-189, 201-204 or a code such as `TL8` expected{}",
        suggest(.similar.as_deref())
    )]
    UnknownFuelModel {
        /// Line in the file.
        line: u64,
        /// What stands there.
        found: String,
        /// A code with a similar name.
        similar: Option<String>,
    },
    /// The bytes are not a readable table.
    #[error("line {line}: not UTF-8 text")]
    NotText {
        /// Line in the file.
        line: u64,
    },
    /// Reading failed.
    #[error("cannot read the table: {0}")]
    Read(#[source] csv::Error),
    /// Writing failed.
    #[error("cannot write the table: {0}")]
    Write(#[source] std::io::Error),
}

/// "; did you mean ...?" when there is something to suggest.
fn suggest(similar: Option<&str>) -> String {
    similar
        .map(|s| format!("; did you mean `{s}`?"))
        .unwrap_or_default()
}

impl BehaviorCsvError {
    /// The fault as a message key with arguments (`assets/i18n/*/behavior.ftl`).
    pub fn message(&self) -> Message {
        let with_similar = |message: Message, similar: &Option<String>| {
            message.with("similar", similar.as_deref().unwrap_or("none"))
        };
        match self {
            Self::MissingColumn { column, similar } => with_similar(
                Message::new("behavior-csv-missing-column").with("column", *column),
                similar,
            ),
            Self::RepeatedColumn { column } => {
                Message::new("behavior-csv-repeated-column").with("column", *column)
            }
            Self::FieldCount {
                line,
                found,
                expected,
            } => Message::new("behavior-csv-field-count")
                .with("line", line.to_string())
                .with("found", found.to_string())
                .with("expected", expected.to_string()),
            Self::NotANumber {
                line,
                column,
                found,
            } => Message::new("behavior-csv-not-a-number")
                .with("line", line.to_string())
                .with("column", *column)
                .with("found", found.as_str()),
            Self::NotWhole {
                line,
                column,
                found,
            } => Message::new("behavior-csv-not-whole")
                .with("line", line.to_string())
                .with("column", *column)
                .with("found", found.as_str()),
            Self::OutOfRange {
                line,
                column,
                found,
                min,
                max,
            } => Message::new("behavior-csv-out-of-range")
                .with("line", line.to_string())
                .with("column", *column)
                .with("found", found.as_str())
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Self::UnknownFuelModel {
                line,
                found,
                similar,
            } => with_similar(
                Message::new("behavior-csv-unknown-fuel-model")
                    .with("line", line.to_string())
                    .with("found", found.as_str()),
                similar,
            ),
            Self::NotText { line } => {
                Message::new("behavior-csv-not-text").with("line", line.to_string())
            }
            Self::Read(error) => {
                Message::new("behavior-csv-read").with("reason", error.to_string())
            }
            Self::Write(error) => {
                Message::new("behavior-csv-write").with("reason", error.to_string())
            }
        }
    }
}
