//! `fireline drill`: says where the window is.

use std::path::PathBuf;

use clap::Args;

use super::output::{self, Exit, Output};
use crate::base::message::Message;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
}

pub fn run(arguments: &Arguments, output: Output) -> Exit {
    let scenario = arguments.scenario.display().to_string();
    output::note(&output.say(&Message::new("cli-drill-window").with("scenario", scenario)));
    Exit::Usage
}
