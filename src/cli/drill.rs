//! `fireline drill`: the window, or the command that builds it.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure, Output};
use crate::base::message::Message;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Says which command builds the window.
#[cfg(not(feature = "window"))]
pub fn run(arguments: &Arguments, _: Output) -> Result<Exit, Failure> {
    let scenario = arguments.scenario.display().to_string();
    Err(Failure::Message(
        Exit::Usage,
        Message::new("cli-drill-window").with("scenario", scenario),
    ))
}

/// Opens the drill; when its window is closed, writes the run folder and tells the result.
#[cfg(feature = "window")]
pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    use std::sync::Arc;

    use super::run::{Told, refused, report};
    use crate::results::run_folder::Destination;
    use crate::simulation::free_burn;

    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        let scenario = arguments.scenario.display().to_string();
        return Err(Failure::Message(
            Exit::Failed,
            Message::new("cli-drill-no-display").with("scenario", scenario),
        ));
    }
    let world = Arc::new(output.load(&arguments.scenario)?);
    let destination = arguments.out.clone().map_or_else(
        || Destination::Next {
            name: world.scenario.file.name.clone(),
            seed: arguments.seed,
        },
        Destination::Folder,
    );
    destination.check().map_err(refused)?;
    let Some(outcome) = crate::drill::open(world.clone(), arguments.seed, output.language) else {
        return Ok(Exit::Incomplete);
    };
    // A drill may be ended early: nobody else has longer.
    let counterfactual_ha = free_burn(&world, arguments.seed, outcome.end_s);
    report(
        &outcome,
        Some(counterfactual_ha),
        &destination,
        Told::Story,
        output,
    )
}
