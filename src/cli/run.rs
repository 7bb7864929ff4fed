//! `fireline run`: a scenario from its start to its score.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{self, Exit, Failure, Output, print};
use crate::base::message::Message;
use crate::results::run_folder::{self, Destination, RunFolderError};
use crate::results::sentences::Teller;
use crate::results::{Scorecard, story};
use crate::simulation::{Outcome, PolicyName, Simulation, free_burn};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    #[arg(long, value_enum, default_value = "run-card")]
    policy: Policy,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    json: bool,
    #[arg(long)]
    no_counterfactual: bool,
}

/// The dispatch policies as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Policy {
    RunCard,
    Nearest,
    DoNothing,
}

impl From<Policy> for PolicyName {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::RunCard => Self::RunCard,
            Policy::Nearest => Self::Nearest,
            Policy::DoNothing => Self::DoNothing,
        }
    }
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let world = Arc::new(output.load(&arguments.scenario)?);
    let destination = match (&arguments.out, arguments.force) {
        (Some(folder), false) => Destination::Folder(folder.clone()),
        (Some(folder), true) => Destination::Replace(folder.clone()),
        (None, _) => Destination::Next {
            name: world.scenario.file.name.clone(),
            seed: arguments.seed,
        },
    };
    destination.check().map_err(refused)?;

    // The fire nobody fights burns beside the other one, on its own thread.
    let seed = arguments.seed;
    let unfought = (!arguments.no_counterfactual).then(|| {
        let world = Arc::clone(&world);
        thread::spawn(move || free_burn(&world, seed, f64::INFINITY))
    });
    let outcome = simulate(&world, seed, arguments.policy.into(), output);
    let counterfactual_ha = match unfought.map(thread::JoinHandle::join) {
        None => None,
        Some(Ok(ha)) => Some(ha),
        Some(Err(_)) => {
            let message = Message::new("cli-counterfactual-failed");
            return Err(Failure::Message(Exit::Failed, message));
        }
    };
    report(
        &outcome,
        counterfactual_ha,
        &destination,
        arguments.json,
        output,
    )
}

/// Writes the run folder and tells the story and the score.
pub(super) fn report(
    outcome: &Outcome,
    counterfactual_ha: Option<f64>,
    destination: &Destination,
    json: bool,
    output: Output,
) -> Result<Exit, Failure> {
    let world = &outcome.world;
    let scorecard = Scorecard::new(outcome, counterfactual_ha);
    let teller = Teller::new(world, output.language);
    let folder = run_folder::write(outcome, &scorecard, &teller, destination).map_err(refused)?;

    let told = story::story(outcome, &scorecard, &teller).join("\n");
    let where_to =
        output.say(&Message::new("cli-run-folder").with("path", folder.display().to_string()));
    if json {
        if !output.quiet {
            output::note(&format!("{told}\n{where_to}"));
        }
        print(&scorecard.to_json())?;
    } else {
        let table = story::scorecard_table(&scorecard, outcome, &teller);
        if output.quiet {
            print(&format!("{table}\n{where_to}\n"))?;
        } else {
            print(&format!("{told}\n\n{table}\n{where_to}\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// Steps to the horizon under a progress bar with the simulated clock.
fn simulate(world: &Arc<World>, seed: u64, policy: PolicyName, output: Output) -> Outcome {
    let mut simulation = Simulation::new(Arc::clone(world), seed, policy);
    let bar = ProgressBar::with_draw_target(
        Some(simulation.horizon_s().max(0.0) as u64),
        if output.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        },
    );
    let style = ProgressStyle::with_template("{prefix} {msg}  {wide_bar} {percent:>3} %");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(output.text("cli-running"));
    // A text a tick would cost more than the tick.
    let mut shown_min = -1.0;
    while !simulation.is_over() {
        simulation.step();
        let minute = libm::floor(simulation.time_s() / 60.0);
        if minute > shown_min {
            shown_min = minute;
            bar.set_message(world.clock.hour_minute(simulation.time_s()));
            bar.set_position(simulation.time_s() as u64);
        }
    }
    bar.finish_and_clear();
    simulation.finish()
}

pub(super) fn refused(error: RunFolderError) -> Failure {
    match error {
        RunFolderError::NotEmpty(folder) => Failure::Message(
            Exit::Usage,
            Message::new("cli-out-not-empty").with("folder", folder.display().to_string()),
        ),
        RunFolderError::NotARun { folder, other } => Failure::Message(
            Exit::Usage,
            Message::new("cli-out-not-a-run")
                .with("folder", folder.display().to_string())
                .with("other", other),
        ),
        RunFolderError::Write { path, source }
            if source.kind() == std::io::ErrorKind::NotADirectory =>
        {
            Failure::Message(
                Exit::Usage,
                Message::new("cli-out-is-a-file").with("folder", path.display().to_string()),
            )
        }
        RunFolderError::Write { path, source } => Failure::write(&path, source),
        RunFolderError::File(error) => Failure::file(&error),
        RunFolderError::Picture(error) => Failure::write("map.png".as_ref(), error),
        RunFolderError::Log(error) => Failure::write("duty_log.csv".as_ref(), error),
    }
}
