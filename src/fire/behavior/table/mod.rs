//! Behaviour for a table of inputs: the library side of `fireline behavior --csv FILE`.
//!
//! The columns are those of comparison tables made with firelab/behave and pyretechnics, so that one
//! file can serve as input here and as reference there.

mod columns;
mod crown;
mod error;
mod stages;
mod surface;

pub(crate) use columns::{Layout, Row, Table};
pub use crown::{CrownTable, crown_csv};
pub use error::BehaviorCsvError;
pub use surface::behavior_csv;
