//! `fireline new`: makes the scenarios that come with the program.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::{Exit, Failure, Output, print};
use crate::authoring::{AuthoringError, county, valley};
use crate::base::message::Message;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    County(Place),
    Valley(Place),
}

#[derive(Debug, Args)]
struct Place {
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    out: PathBuf,
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let (made, scenario) = match &arguments.what {
        What::County(place) => (
            county::build(&place.out, place.seed.unwrap_or(county::SEED)).map(|_| ()),
            place.out.join("hengyang.ron"),
        ),
        What::Valley(place) => (
            valley::build(&place.out, place.seed.unwrap_or(valley::SEED)),
            place.out.join("valley.ron"),
        ),
    };
    made.map_err(|error| match error {
        AuthoringError::File(error) => Failure::file(&error),
        AuthoringError::Write { path, reason } => Failure::write(&path, reason),
        other => Failure::Message(
            Exit::Failed,
            Message::new("cli-not-made").with("reason", other.to_string()),
        ),
    })?;
    let message = Message::new("cli-made").with("path", scenario.display().to_string());
    print(&format!("{}\n", output.say(&message)))?;
    Ok(Exit::Done)
}
