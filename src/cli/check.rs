//! `fireline check`: everything that is wrong with scenarios, by line and column.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure, Output, print};
use crate::base::message::Message;
use crate::world;

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[arg(long)]
    deny_warnings: bool,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let (mut errors, mut warnings) = (0, 0);
    for scenario in &arguments.scenarios {
        let (wrong, doubtful) = world::check(scenario);
        output.findings(&wrong);
        if !output.quiet || arguments.deny_warnings {
            output.findings(&doubtful);
        }
        errors += wrong.len();
        warnings += doubtful.len();
    }
    let summary = Message::new("cli-checked")
        .with("scenarios", arguments.scenarios.len() as f64)
        .with("errors", errors as f64)
        .with("warnings", warnings as f64);
    print(&format!("{}\n", output.say(&summary)))?;
    let passed = errors == 0 && (warnings == 0 || !arguments.deny_warnings);
    Ok(if passed { Exit::Done } else { Exit::Invalid })
}
