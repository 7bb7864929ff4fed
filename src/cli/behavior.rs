//! `fireline behavior`: surface fire behaviour for every row of a table, with crown fire if asked.

use std::fs::File;
use std::io::{self, BufReader, StdoutLock};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::{Exit, Failure};
use crate::base::message::Message;
use crate::fire::behavior::{BehaviorCsvError, CrownTable, behavior_csv, crown_csv};

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    #[arg(long, value_name = "MODEL", value_parser = crown_table())]
    crown: Option<CrownTable>,
}

fn crown_table() -> impl TypedValueParser<Value = CrownTable> {
    PossibleValuesParser::new(CrownTable::NAMES).try_map(|name| name.parse::<CrownTable>())
}

pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    answer(&arguments.csv, |input, output| match arguments.crown {
        None => behavior_csv(input, output),
        Some(table) => crown_csv(table, input, output),
    })
}

/// Answers a table from a file on standard output.
pub fn answer(
    path: &Path,
    compute: impl FnOnce(BufReader<File>, StdoutLock<'static>) -> Result<(), BehaviorCsvError>,
) -> Result<Exit, Failure> {
    let file = File::open(path).map_err(|e| {
        let message = Message::new("cli-read")
            .with("path", path.display().to_string())
            .with("reason", e.to_string());
        Failure::Message(Exit::Invalid, message)
    })?;
    match compute(BufReader::new(file), io::stdout().lock()) {
        Ok(()) => Ok(Exit::Done),
        Err(BehaviorCsvError::Write(error)) => Err(error.into()),
        Err(fault) => Err(Failure::Message(Exit::Invalid, fault.message())),
    }
}
