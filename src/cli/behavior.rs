//! `fireline behavior`: surface fire behaviour for every row of a table.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure};
use crate::base::message::Message;
use crate::fire::behavior::{BehaviorCsvError, behavior_csv};

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let path = &arguments.csv;
    let file = File::open(path).map_err(|e| {
        let message = Message::new("cli-read")
            .with("path", path.display().to_string())
            .with("reason", e.to_string());
        Failure::Message(Exit::Invalid, message)
    })?;
    match behavior_csv(io::BufReader::new(file), io::stdout().lock()) {
        Ok(()) => Ok(Exit::Done),
        Err(BehaviorCsvError::Write(error)) => Err(error.into()),
        Err(fault) => Err(Failure::Message(Exit::Invalid, fault.message())),
    }
}
