//! `fireline plan search`: where the next firebreaks should go, judged by fires that the search never saw.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};

use super::{layouts, layouts_maps, progress, search_map, usual_crew};
use crate::base::language::Language;
use crate::base::message::Message;
use crate::cli::batch::{Shown, seeds};
use crate::cli::output::{Exit, Failure, Output, note, print, print_json};
use crate::cli::run::Policy;
use crate::operations::policy::PolicyName;
use crate::results::scorecard::program;
use crate::results::sentences::Teller;
use crate::scenario::schema::BreakKind;
use crate::studies::batch::BatchError;
use crate::studies::layouts::comparison::{Comparison, Measure, Pair};
use crate::studies::layouts::folder::Folder;
use crate::studies::layouts::network::Kind;
use crate::studies::layouts::pairs::number;
use crate::studies::layouts::{self as judging, Study, Taking, input};
use crate::studies::search::budget::Budget;
use crate::studies::search::candidates::Along;
use crate::studies::search::error::SearchError;
use crate::studies::search::folder::{self, JUDGED, RANDOM, RIDGE, SEARCH};
use crate::studies::search::told::{FORMAT, Told, stages};
use crate::studies::search::{Found, Goal, Settings, check, search};
use crate::world::World;

/// Stretches in the table on the terminal.
const SHOWN: usize = 15;
/// So much of the budget left is said.
const NOTED_SHARE: f64 = 0.1;
/// Years over which the judgement counts building and upkeep, as `plan layouts` does when nothing is said.
const JUDGED_YEARS: f64 = 20.0;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, value_name = "20km|5000000cny")]
    budget: Budget,
    #[arg(long = "what", value_enum, default_value = "firebreaks")]
    searched: Searched,
    #[arg(long = "kind", value_enum)]
    break_kind: Option<NewKind>,
    #[arg(long = "width", value_name = "METRES", value_parser = width)]
    break_width: Option<f64>,
    #[arg(long, default_value = "0..200", value_name = "A..B", value_parser = seeds)]
    train: Range<u64>,
    #[arg(long, value_enum, default_value = "nobody")]
    train_with: TrainWith,
    #[arg(long, default_value = "200..400", value_name = "A..B", value_parser = seeds)]
    test: Range<u64>,
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "random,ridge"
    )]
    against: Vec<Against>,
    #[arg(long, value_enum, default_value = "run-card")]
    policy: Policy,
    #[arg(long = "years", value_name = "YEARS", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=50))]
    stage_years: u32,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[arg(long)]
    json: bool,
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Searched {
    Firebreaks,
    Ponds,
    Cameras,
    Stations,
    Roads,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NewKind {
    Planted,
    Isolation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TrainWith {
    Nobody,
    Crews,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Against {
    Random,
    Ridge,
}

fn width(text: &str) -> Result<f64, String> {
    super::number(text, 1.0, 100.0, "metres")
}

fn refused(error: &SearchError, output: Output) -> Failure {
    let exit = match error {
        SearchError::Layouts(error) => return layouts::refused(error, output),
        SearchError::File(error) => return Failure::file(error),
        SearchError::NoFires
        | SearchError::NothingBurns { .. }
        | SearchError::NoPlace
        | SearchError::NoGain { .. }
        | SearchError::Disk(BatchError::Read { .. }) => Exit::Invalid,
        SearchError::Disk(BatchError::Write { .. }) => Exit::Failed,
        SearchError::TooLittle { .. }
        | SearchError::Overlap { .. }
        | SearchError::NotEmpty(_)
        | SearchError::Disk(_) => Exit::Usage,
    };
    Failure::Message(exit, error.message())
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let refuse = |error: SearchError| refused(&error, output);
    let usage = |message: Message| Err(Failure::Message(Exit::Usage, message));
    if arguments.searched != Searched::Firebreaks {
        let asked = arguments.searched.to_possible_value();
        let asked = asked.map(|v| v.get_name().to_owned()).unwrap_or_default();
        return usage(Message::new("search-what").with("found", asked));
    }
    if arguments.policy == Policy::External {
        return usage(Message::new("cli-plan-external"));
    }
    let world = output.load(&arguments.scenario)?;
    let inputs_hash = world.scenario.inputs_hash().map_err(|found| {
        output.findings(&found);
        Failure::Said(Exit::Invalid)
    })?;
    check(&world, &arguments.train, &arguments.test).map_err(refuse)?;
    folder::begin(&arguments.out).map_err(refuse)?;
    let world = Arc::new(world);
    let settings = settings(arguments, &world);
    let jobs = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let found = look(&world, &settings, jobs, output)?;
    let stages = stages(&found.chosen, settings.years);
    folder::write(&arguments.out, &world, &settings, &found, &stages).map_err(refuse)?;
    search_map::draw(&world, &settings, &found, &arguments.out, output)?;
    let comparison = judge(&world, &inputs_hash, arguments, jobs, output)?;
    let told = Told {
        format: FORMAT,
        program: program(),
        scenario: world.scenario.file.name.clone(),
        scenario_hash: world.scenario.hash.clone(),
        catalogue_hash: world.scenario.catalogue_hash.clone(),
        what: "firebreaks".to_owned(),
        budget: settings.budget.to_string(),
        kind: Kind::from(settings.kind).word().to_owned(),
        width_m: found.width_m,
        train: range(&arguments.train),
        train_with: settings.train_with.name().to_owned(),
        test: range(&arguments.test),
        km: stages.iter().map(|s| s.km).sum(),
        cost_cny: stages.iter().map(|s| s.cost_cny).sum(),
        training: found.training.clone(),
        stages,
        chosen: found.chosen.clone(),
        judged: judged(&comparison).cloned().collect(),
    };
    folder::conclude(&arguments.out, &told).map_err(refuse)?;
    if arguments.json {
        print_json(&told)?;
    } else {
        tell(&world, &told, &comparison, arguments, output)?;
    }
    if comparison.failed > 0 {
        let path = arguments.out.join(JUDGED).join("failures.csv");
        let message = Message::new("batch-failed")
            .with("count", comparison.failed as f64)
            .with("path", path.display().to_string());
        note(&output.say(&message));
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Done)
}

fn range(seeds: &Range<u64>) -> String {
    format!("{}..{}", seeds.start, seeds.end)
}

fn settings(arguments: &Arguments, world: &World) -> Settings {
    let usual = || {
        let metres = |kind| -> f64 {
            let of_kind = world.firebreaks.iter().filter(|b| b.kind == kind);
            of_kind.map(|b| crate::base::geo::length(&b.path)).sum()
        };
        if metres(BreakKind::Planted) > metres(BreakKind::Isolation) {
            BreakKind::Planted
        } else {
            BreakKind::Isolation
        }
    };
    Settings {
        budget: arguments.budget,
        kind: match arguments.break_kind {
            Some(NewKind::Planted) => BreakKind::Planted,
            Some(NewKind::Isolation) => BreakKind::Isolation,
            None => usual(),
        },
        width_m: arguments.break_width,
        train: arguments.train.clone(),
        train_with: match arguments.train_with {
            TrainWith::Nobody => PolicyName::DoNothing,
            TrainWith::Crews => arguments.policy.into(),
        },
        years: arguments.stage_years,
        crew: usual_crew(world, &[]),
    }
}

/// Searches on so many threads, with progress.
fn look(
    world: &Arc<World>,
    settings: &Settings,
    jobs: usize,
    output: Output,
) -> Result<Found, Failure> {
    let bar = progress(settings.train.end - settings.train.start, output);
    let look = || search(world, settings, || bar.inc(1));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    let found = match &pool {
        Ok(pool) => pool.install(look),
        // Without threads of its own it uses those of the program.
        Err(_) => look(),
    };
    bar.finish_and_clear();
    found.map_err(|error| refused(&error, output))
}

/// Runs the test fires under every layout, just as `plan layouts` does with the same files.
fn judge(
    world: &Arc<World>,
    inputs_hash: &str,
    arguments: &Arguments,
    jobs: usize,
    output: Output,
) -> Result<Comparison, Failure> {
    let refuse = |error| layouts::refused(&error, output);
    let mut against = Vec::new();
    for (asked, name) in [(Against::Random, RANDOM), (Against::Ridge, RIDGE)] {
        if arguments.against.contains(&asked) {
            against.push(name);
        }
    }
    let files = folder::layouts(&arguments.out, &against);
    let networks = input::read_all(&files, world, &Taking::default()).map_err(refuse)?;
    let settings = judging::Settings {
        seeds: arguments.test.clone(),
        policy: arguments.policy.into(),
        reference: None,
        years: JUDGED_YEARS,
        fires_per_year: None,
    };
    let study = Study::new(Arc::clone(world), networks, &settings).map_err(refuse)?;
    let place = arguments.out.join(JUDGED);
    let mut folder = Folder::open(&place, &study, inputs_hash, false).map_err(refuse)?;
    let mut shown = Shown::new(output);
    let ran = folder.run(&study, jobs, |tally| shown.show(tally));
    shown.bar.finish_and_clear();
    ran.map_err(refuse)?;
    let comparison = folder.write(&study).map_err(refuse)?;
    layouts_maps::draw(&study, &comparison, &place, output)?;
    folder.conclude(&comparison).map_err(refuse)?;
    Ok(comparison)
}

/// The pairs in which the proposal is.
fn judged(comparison: &Comparison) -> impl Iterator<Item = &Pair> {
    let pairs = comparison.pairs.iter();
    pairs.filter(|p| p.a == SEARCH || p.b == SEARCH)
}

fn tell(
    world: &World,
    told: &Told,
    comparison: &Comparison,
    arguments: &Arguments,
    output: Output,
) -> Result<(), Failure> {
    let teller = Teller::new(world, output.language);
    let head = Message::new("search-head")
        .with("scenario", teller.name(&world.scenario.file.title))
        .with("budget", told.budget.as_str())
        .with("fires", told.training.fires as f64)
        .with("seeds", told.train.as_str());
    let sum = Message::new("search-sum")
        .with("count", told.chosen.len() as f64)
        .with("km", format!("{:.1}", told.km))
        .with("kind", output.text(&format!("search-kind-{}", told.kind)))
        .with("width", number(told.width_m, 0.0))
        .with("cost", number(told.cost_cny / 10_000.0, 0.0));
    let spent = match arguments.budget {
        Budget::Km(_) => told.km,
        Budget::Cny(_) => told.cost_cny,
    };
    let left = arguments.budget.amount() - spent;
    // What is left of a budget that no longer buys a stretch needs no word.
    let left = if left > NOTED_SHARE * arguments.budget.amount() {
        let left = arguments.budget.like(left).to_string();
        let message = Message::new("search-left").with("left", left);
        format!("{}\n", output.say(&message))
    } else {
        String::new()
    };
    let [ha_before, ha_after] = told.training.sample_ha.map(|v| number(v, 0.0));
    let training = Message::new("search-training")
        .with("fires", told.training.sample as f64)
        .with("before", ha_before)
        .with("after", ha_after)
        .with("share", share_kept(told));
    let test = Message::new("search-test")
        .with("fires", comparison.fires as f64)
        .with("seeds", told.test.as_str())
        .with("policy", comparison.policy.as_str());
    let of = |measure| {
        let pairs = judged(comparison).filter(move |p: &&Pair| p.measure == measure);
        pairs.map(|p| match output.language {
            Language::English => p.sentence.en.as_str(),
            Language::Chinese => p.sentence.zh.as_str(),
        })
    };
    let mut sentences: Vec<&str> = of(Measure::BurntHa).collect();
    if told.training.goal == Goal::Value {
        sentences.extend(of(Measure::ValueLostCny));
    }
    let place = Message::new("search-folder").with("path", arguments.out.display().to_string());
    print(&format!(
        "{}\n{}\n{}\n{left}{}\n{}\n{}\n\n{}\n{}\n\n{}\n",
        output.say(&head),
        stretches(told, output),
        output.say(&sum),
        years(told, output),
        output.say(&training),
        output.text("search-grown"),
        output.say(&test),
        sentences.join("\n"),
        output.say(&place),
    ))
}

/// What the solver found spared of what the trees promised, percent.
fn share_kept(told: &Told) -> String {
    let training = &told.training;
    format!(
        "{:.0}",
        100.0 * training.spared / training.promised.max(1e-9)
    )
}

fn table(header: &[&str], output: Output) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.iter().map(|key| output.text(key)));
    table
}

/// The stretches to be built first.
fn stretches(told: &Told, output: Output) -> Table {
    let mut table = table(
        &[
            "search-id",
            "search-year",
            "search-along",
            "search-length",
            "search-cost",
            "search-met",
            "search-gain-ha",
            "search-gain-cny",
        ],
        output,
    );
    for c in told.chosen.iter().take(SHOWN) {
        let along = match c.along {
            Along::Ridge => "search-ridge",
            Along::Road => "search-road",
        };
        table.add_row([
            c.id.clone(),
            c.year.to_string(),
            output.text(along),
            format!("{:.0}", c.length_m),
            number(c.cost_cny / 10_000.0, 0.0),
            c.fires_met.to_string(),
            format!("{:.3}", c.gain_ha),
            format!("{:.0}", c.gain_cny),
        ]);
    }
    if let Some(more) = told.chosen.len().checked_sub(SHOWN).filter(|m| *m > 0) {
        table.add_row([output.say(&Message::new("search-more").with("count", more as f64))]);
    }
    table
}

/// What is built in which year.
fn years(told: &Told, output: Output) -> Table {
    let mut table = table(
        &[
            "search-year",
            "search-km",
            "search-cost",
            "search-upkeep",
            "search-gain-ha",
            "search-gain-so-far",
        ],
        output,
    );
    for s in &told.stages {
        table.add_row([
            s.year.to_string(),
            format!("{:.1}", s.km),
            number(s.cost_cny / 10_000.0, 0.0),
            number(s.upkeep_cny_y / 10_000.0, 0.0),
            format!("{:.3}", s.gain_ha),
            format!("{:.3}", s.gain_ha_so_far),
        ]);
    }
    table
}
