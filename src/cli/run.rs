//! `fireline run`: a scenario from its start to its score.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{self, Exit, Failure, Output, print};
use crate::base::message::Message;
use crate::operations::policy::PolicyFault;
use crate::operations::policy::external::{Briefing, External};
use crate::protocol::{Orderer, TimedOrder, timed_orders};
use crate::results::run_folder::{self, Destination, RunFolderError};
use crate::results::sentences::Teller;
use crate::results::{Scorecard, story};
use crate::scenario::schema::WeatherAfterEnd;
use crate::simulation::{Outcome, PolicyName, Simulation, free_burn};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    #[arg(long, value_enum, default_value = "run-card")]
    policy: Policy,
    #[arg(long, value_name = "SECONDS")]
    decide_every: Option<u32>,
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    json: bool,
    #[arg(long)]
    no_counterfactual: bool,
    #[arg(long, value_enum)]
    until: Option<Until>,
}

/// How often an external dispatcher is asked unless it is said otherwise, seconds.
const DECIDE_EVERY_S: f64 = 60.0;

/// How long a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Until {
    /// Until every fire has been out for 24 h.
    Out,
}

/// The dispatch policies as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Policy {
    RunCard,
    Nearest,
    Optimal,
    DoNothing,
    External,
}

impl From<Policy> for PolicyName {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::RunCard => Self::RunCard,
            Policy::Nearest => Self::Nearest,
            Policy::Optimal => Self::Optimal,
            Policy::DoNothing => Self::DoNothing,
            Policy::External => Self::External,
        }
    }
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let is_external = arguments.policy == Policy::External;
    if is_external && arguments.json {
        return Err(usage(Message::new("cli-external-json")));
    }
    if arguments.decide_every.is_some() && !is_external {
        return Err(usage(Message::new("cli-decide-every-alone")));
    }
    let world = Arc::new(output.load(&arguments.scenario)?).of_seed(arguments.seed);
    let every_s = arguments.decide_every.map_or(DECIDE_EVERY_S, f64::from);
    let tick_s = world.scenario.file.tick_s;
    if every_s < tick_s || libm::fmod(every_s, tick_s) != 0.0 {
        let message = Message::new("cli-decide-every")
            .with("found", every_s)
            .with("tick", tick_s);
        return Err(usage(message));
    }
    let orders = match &arguments.orders {
        Some(path) => read_orders(path, world.scenario.file.horizon_min)?,
        None => Vec::new(),
    };
    let may_go_on = world.scenario.file.weather_after_end == WeatherAfterEnd::Hold;
    if arguments.until.is_some() && !may_go_on {
        let message = Message::new("cli-until-weather")
            .with("path", arguments.scenario.display().to_string());
        return Err(Failure::Message(Exit::Invalid, message));
    }
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
    let mut simulation = start(&world, arguments, every_s)?;
    if arguments.until == Some(Until::Out) {
        simulation.run_until_out();
    }
    let outcome = simulate(&world, simulation, &orders, output)?;
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
        if is_external {
            Told::Nothing
        } else if arguments.json {
            Told::Json
        } else {
            Told::Story
        },
        output,
    )
}

fn usage(message: Message) -> Failure {
    Failure::Message(Exit::Usage, message)
}

/// Orders of a file, all of them before the run's end.
fn read_orders(path: &Path, horizon_min: f64) -> Result<Vec<TimedOrder>, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        let message = Message::new("cli-read")
            .with("path", name.clone())
            .with("reason", e.to_string());
        Failure::Message(Exit::Invalid, message)
    })?;
    let is_json = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let orders = timed_orders(&text, is_json).map_err(|e| {
        let message = Message::new("cli-orders")
            .with("path", name.clone())
            .with("line", e.line as f64)
            .with("column", e.column as f64)
            .with("reason", e.reason);
        Failure::Message(Exit::Invalid, message)
    })?;
    match orders.iter().find(|o| o.at_min >= horizon_min) {
        None => Ok(orders),
        Some(late) => {
            let message = Message::new("cli-orders-late")
                .with("path", name)
                .with("minute", late.at_min)
                .with("horizon", horizon_min);
            Err(Failure::Message(Exit::Invalid, message))
        }
    }
}

/// The simulation under the policy asked for; another program is spoken to on standard input and output.
fn start(world: &Arc<World>, arguments: &Arguments, every_s: f64) -> Result<Simulation, Failure> {
    let (seed, name) = (arguments.seed, PolicyName::from(arguments.policy));
    if name != PolicyName::External {
        return Ok(Simulation::new(Arc::clone(world), seed, name));
    }
    let file = &world.scenario.file;
    let briefing = Briefing {
        scenario: &file.name,
        seed,
        horizon_s: file.horizon_min * 60.0,
        every_s,
        doctrine: &file.doctrine,
    };
    let from = Box::new(BufReader::new(std::io::stdin()));
    let external = External::new(from, Box::new(std::io::stdout()), &briefing)
        .map_err(|fault| dispatcher_failed(&fault, world.clock.hour_minute(0.0)))?;
    let policy = Box::new(external);
    Ok(Simulation::under(Arc::clone(world), seed, name, policy))
}

fn dispatcher_failed(fault: &PolicyFault, clock: String) -> Failure {
    match fault {
        PolicyFault::Silent(reason) => Failure::Message(
            Exit::Failed,
            Message::new("cli-external-silent")
                .with("clock", clock)
                .with("reason", reason.as_str()),
        ),
        PolicyFault::Answer {
            answer,
            found,
            expected,
        } => Failure::Message(
            Exit::Invalid,
            Message::new("cli-external-answer")
                .with("clock", clock)
                .with("answer", *answer as f64)
                .with("found", found.as_str())
                .with("expected", expected.as_str()),
        ),
    }
}

/// What standard output is told of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The story and the score, for people.
    Story,
    /// The scorecard, for machines.
    Json,
    /// Nothing: a dispatcher listens there.
    Nothing,
}

/// Writes the run folder and tells the story and the score.
pub(super) fn report(
    outcome: &Outcome,
    counterfactual_ha: Option<f64>,
    destination: &Destination,
    told_as: Told,
    output: Output,
) -> Result<Exit, Failure> {
    let world = &outcome.world;
    let scorecard = Scorecard::new(outcome, counterfactual_ha);
    let teller = Teller::new(world, output.language);
    let folder = run_folder::write(outcome, &scorecard, &teller, destination).map_err(refused)?;

    let told = story::story(outcome, &scorecard, &teller).join("\n");
    let where_to =
        output.say(&Message::new("cli-run-folder").with("path", folder.display().to_string()));
    if told_as == Told::Nothing {
        if !output.quiet {
            let table = story::scorecard_table(&scorecard, outcome, &teller);
            output::note(&format!("{told}\n\n{table}\n{where_to}"));
        }
    } else if told_as == Told::Json {
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

/// Steps to the horizon under a progress bar with the simulated clock, and gives orders at their times.
fn simulate(
    world: &Arc<World>,
    mut simulation: Simulation,
    orders: &[TimedOrder],
    output: Output,
) -> Result<Outcome, Failure> {
    let mut orders = orders.iter().peekable();
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
        let now_min = simulation.time_s() / 60.0;
        while let Some(order) = orders.next_if(|o| o.at_min <= now_min) {
            simulation.order(order.give.clone(), Orderer::Person);
        }
        simulation.step();
        let minute = libm::floor(simulation.time_s() / 60.0);
        if minute > shown_min {
            shown_min = minute;
            bar.set_message(world.clock.hour_minute(simulation.time_s()));
            bar.set_position(simulation.time_s() as u64);
        }
    }
    bar.finish_and_clear();
    if let Some(fault) = simulation.fault() {
        let clock = world.clock.hour_minute(simulation.time_s());
        return Err(dispatcher_failed(fault, clock));
    }
    Ok(simulation.finish())
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
