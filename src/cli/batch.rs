//! `fireline batch` and `fireline merge`: many runs on all cores, and shards put together.

use std::collections::BTreeSet;
use std::io::{IsTerminal, stderr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::output::{Exit, Failure, Output, note, print, print_json};
use super::run::Policy;
use crate::base::message::Message;
use crate::operations::policy::PolicyName;
use crate::scenario::Scenario;
use crate::studies::batch::condition::Condition;
use crate::studies::batch::design::Design;
use crate::studies::batch::folder::{self, FAILURES, RUNS};
use crate::studies::batch::plan::{Keep, Plan, Shard};
use crate::studies::batch::rows::{KEYS, RUN_COLUMNS, run_header};
use crate::studies::batch::summary::{self, Cell, Held, MEASURES};
use crate::studies::batch::workers::resident_bytes;
use crate::studies::batch::{Batch, BatchError, BatchFault, Settings, Tally, run as run_batch};

/// How often progress is told where there is no terminal.
const TELL_EVERY: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(required = true)]
    scenario: Vec<PathBuf>,
    #[arg(long, default_value = "0..100", value_name = "A..B", value_parser = seeds)]
    seeds: Range<u64>,
    #[arg(long, value_enum, value_delimiter = ',', default_value = "run-card")]
    policy: Vec<Policy>,
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long)]
    resume: bool,
    #[arg(long, value_enum, default_value = "none")]
    keep: KeepJournals,
    #[arg(long)]
    no_counterfactual: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[arg(long, value_name = "SIZE")]
    limit_memory: Option<ByteSize>,
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    #[arg(long, value_name = "CONDITION")]
    fail_if: Vec<Condition>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    #[arg(long, value_name = "CONDITION")]
    fail_if: Vec<Condition>,
    #[arg(long)]
    json: bool,
}

/// Whose journals are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeepJournals {
    None,
    Failed,
    All,
}

impl From<KeepJournals> for Keep {
    fn from(keep: KeepJournals) -> Self {
        match keep {
            KeepJournals::None => Self::None,
            KeepJournals::Failed => Self::Failed,
            KeepJournals::All => Self::All,
        }
    }
}

/// Seeds written `A..B`, the last one left out.
pub(super) fn seeds(text: &str) -> Result<Range<u64>, String> {
    let (a, b) = text
        .split_once("..")
        .ok_or_else(|| format!("'{text}' found, A..B expected, for example 0..200"))?;
    let number = |s: &str| s.parse::<u64>().map_err(|e| format!("'{s}': {e}"));
    let range = number(a)?..number(b)?;
    if range.is_empty() {
        return Err(format!("'{text}' names no seed; A must be below B"));
    }
    Ok(range)
}

fn usage(message: Message) -> Failure {
    Failure::Message(Exit::Usage, message)
}

fn refused(error: &BatchError) -> Failure {
    let exit = match error {
        BatchError::Read { .. } => Exit::Invalid,
        BatchError::Write { .. } => Exit::Failed,
        _ => Exit::Usage,
    };
    Failure::Message(exit, error.message())
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let batch = prepare(arguments, output)?;
    check_conditions(&arguments.fail_if, &batch.plan)?;
    let limit = arguments.limit_memory.map(|size| size.as_u64());
    if let Some(limit) = limit {
        check_limit(limit)?;
    }
    let jobs = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let mut shown = Shown::new(output);
    let ran = run_batch(
        &batch,
        &arguments.out,
        arguments.resume,
        jobs,
        limit,
        |tally| shown.show(tally),
    );
    shown.bar.finish_and_clear();
    let tally = ran.map_err(|error| {
        let is_kept = shown.done > 0 && matches!(error, BatchError::Write { .. });
        if is_kept {
            note(&output.say(&Message::new("batch-kept").with("done", shown.done as f64)));
        }
        refused(&error)
    })?;
    if tally.before > 0 && !output.quiet {
        let message = Message::new("batch-resumed")
            .with("before", tally.before as f64)
            .with("total", tally.total as f64);
        note(&output.say(&message));
    }
    conclude(&arguments.out, &arguments.fail_if, arguments.json, output)
}

pub fn merge(arguments: &MergeArguments, output: Output) -> Result<Exit, Failure> {
    if let Some(first) = arguments.folders.first() {
        let plan = folder::plan_of(first).map_err(|e| refused(&e))?;
        check_conditions(&arguments.fail_if, &plan)?;
    }
    folder::merge(&arguments.out, &arguments.folders).map_err(|e| refused(&e))?;
    conclude(&arguments.out, &arguments.fail_if, arguments.json, output)
}

/// Reads everything and checks it, so that hours later nothing is found that could have been said at once.
fn prepare(arguments: &Arguments, output: Output) -> Result<Batch, Failure> {
    let policies: Vec<PolicyName> = arguments.policy.iter().map(|p| (*p).into()).collect();
    if arguments.policy.contains(&Policy::External) {
        return Err(usage(Message::new("cli-plan-external")));
    }
    let mut twice = BTreeSet::new();
    if let Some(policy) = policies.iter().find(|p| !twice.insert(**p)) {
        let message = Message::new("batch-twice").with("found", policy.name());
        return Err(usage(message));
    }
    let mut scenarios: Vec<Scenario> = Vec::new();
    for path in &arguments.scenario {
        let scenario = output.load(path)?.scenario;
        let name = &scenario.file.name;
        if scenarios.iter().any(|s| s.file.name == *name) {
            return Err(usage(
                Message::new("batch-twice").with("found", name.as_str()),
            ));
        }
        scenarios.push(scenario);
    }
    let taken: Vec<&str> = KEYS.into_iter().chain(RUN_COLUMNS).collect();
    let design = match &arguments.design {
        Some(path) => {
            Some(Design::read(path, &taken).map_err(|e| Failure::Message(Exit::Invalid, e.0))?)
        }
        None => None,
    };
    let settings = Settings {
        seeds: arguments.seeds.clone(),
        policies,
        counterfactual: !arguments.no_counterfactual,
        keep: arguments.keep.into(),
        shard: arguments.shard,
    };
    Batch::new(scenarios, design, &settings).map_err(|fault| match fault {
        BatchFault::Scenario(found) => {
            output.findings(&found);
            Failure::Said(Exit::Invalid)
        }
        BatchFault::Design(error) => Failure::Message(Exit::Invalid, error.0),
    })
}

fn check_conditions(conditions: &[Condition], plan: &Plan) -> Result<(), Failure> {
    let header = run_header(plan);
    for condition in conditions {
        condition.check(&header).map_err(|expected| {
            let message = Message::new("batch-no-column")
                .with("condition", condition.text.as_str())
                .with("found", condition.column.as_str())
                .with("expected", expected);
            usage(message)
        })?;
    }
    Ok(())
}

fn check_limit(limit: u64) -> Result<(), Failure> {
    match resident_bytes() {
        None => Err(usage(Message::new("batch-no-memory-known"))),
        Some(used) if used >= limit => {
            let message = Message::new("batch-limit-low")
                .with("limit", ByteSize::b(limit).to_string())
                .with("used", ByteSize::b(used).to_string());
            Err(usage(message))
        }
        Some(_) => Ok(()),
    }
}

/// Progress as it is shown.
pub(in crate::cli) struct Shown {
    /// The bar.
    pub(in crate::cli) bar: ProgressBar,
    output: Output,
    told: Instant,
    /// Runs that are done.
    pub(in crate::cli) done: u64,
}

impl Shown {
    pub(in crate::cli) fn new(output: Output) -> Self {
        let target = if output.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = "{pos}/{len} {wide_bar} {per_sec}, {eta}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self {
            bar,
            output,
            told: Instant::now(),
            done: 0,
        }
    }

    pub(in crate::cli) fn show(&mut self, tally: &Tally) {
        self.done = tally.done;
        if self.bar.length().is_none() {
            self.bar.set_length(tally.total);
            self.bar.set_position(tally.before);
            self.bar.reset_eta();
        }
        self.bar.set_position(tally.done);
        let runs = (tally.done - tally.before - tally.failed).max(1) as f64;
        let contained = 100.0 * tally.contained as f64 / tally.fires.max(1) as f64;
        let message = Message::new("batch-progress")
            .with("burnt", format!("{:.2}", tally.burnt_ha / runs))
            .with("contained", format!("{contained:.0}"))
            .with("failed", tally.failed as f64);
        let told = self.output.say(&message);
        if !self.output.quiet && !stderr().is_terminal() && self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            note(&format!("{}/{}  {told}", tally.done, tally.total));
        }
        self.bar.set_message(told);
    }
}

/// What is printed with `--json`.
#[derive(Debug, Serialize)]
struct Told<'a> {
    folder: &'a Path,
    failed: u64,
    cells: Vec<CellTold<'a>>,
    conditions: Vec<HeldTold<'a>>,
}

#[derive(Debug, Serialize)]
struct CellTold<'a> {
    scenario: &'a str,
    variant: &'a str,
    policy: &'a str,
    runs: usize,
    escapes: usize,
    measures: std::collections::BTreeMap<&'static str, MeasureTold>,
}

#[derive(Debug, Serialize)]
struct MeasureTold {
    runs: usize,
    mean: Option<f64>,
    low_95: Option<f64>,
    high_95: Option<f64>,
    median: Option<f64>,
    p90: Option<f64>,
    max: Option<f64>,
}

#[derive(Debug, Serialize)]
struct HeldTold<'a> {
    scenario: &'a str,
    variant: &'a str,
    policy: &'a str,
    condition: &'a str,
    found: f64,
}

/// Says what a finished folder says, and how the command ends.
fn conclude(
    folder: &Path,
    conditions: &[Condition],
    json: bool,
    output: Output,
) -> Result<Exit, Failure> {
    let cells = summary::of_runs(&folder.join(RUNS), conditions).map_err(|e| refused(&e))?;
    let failed = failures(&folder.join(FAILURES))?;
    let held = summary::held(&cells, conditions);
    if json {
        print_json(&told(folder, failed, &cells, &held))?;
    } else {
        let place = Message::new("batch-folder").with("path", folder.display().to_string());
        print(&format!(
            "{}\n{}\n",
            table(&cells, output),
            output.say(&place)
        ))?;
    }
    for one in &held {
        let message = Message::new("batch-held")
            .with("cell", one.cell.join(", "))
            .with("condition", one.condition.as_str())
            .with("found", format!("{:.4}", one.found));
        note(&output.say(&message));
    }
    if failed > 0 {
        let message = Message::new("batch-failed")
            .with("count", failed as f64)
            .with("path", folder.join(FAILURES).display().to_string());
        note(&output.say(&message));
        return Ok(Exit::Incomplete);
    }
    Ok(if held.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn failures(path: &Path) -> Result<u64, Failure> {
    let wrong = |e: csv::Error| {
        refused(&BatchError::Read {
            path: path.to_owned(),
            reason: e.to_string(),
        })
    };
    let mut count = 0;
    for record in csv::Reader::from_path(path).map_err(wrong)?.records() {
        record.map_err(wrong)?;
        count += 1;
    }
    Ok(count)
}

fn told<'a>(folder: &'a Path, failed: u64, cells: &'a [Cell], held: &'a [Held]) -> Told<'a> {
    let cells = cells.iter().map(|cell| CellTold {
        scenario: &cell.name[0],
        variant: &cell.name[1],
        policy: &cell.name[2],
        runs: cell.runs,
        escapes: cell.escapes,
        measures: (MEASURES.into_iter().zip(&cell.measured))
            .map(|(name, m)| {
                let known = |v: f64| (m.count > 0).then_some(v);
                let told = MeasureTold {
                    runs: m.count,
                    mean: known(m.mean.mean),
                    low_95: known(m.mean.low),
                    high_95: known(m.mean.high),
                    median: m.median,
                    p90: m.p90,
                    max: m.most,
                };
                (name, told)
            })
            .collect(),
    });
    let conditions = held.iter().map(|one| HeldTold {
        scenario: &one.cell[0],
        variant: &one.cell[1],
        policy: &one.cell[2],
        condition: &one.condition,
        found: one.found,
    });
    Told {
        folder,
        failed,
        cells: cells.collect(),
        conditions: conditions.collect(),
    }
}

/// The summary as a table.
fn table(cells: &[Cell], output: Output) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic);
    let is_varied = cells.iter().any(|c| c.name[1] != "0");
    let mut header = vec![output.text("batch-scenario")];
    if is_varied {
        header.push(output.text("batch-variant"));
    }
    header.extend(
        [
            "batch-policy",
            "batch-runs",
            "batch-burnt",
            "batch-median",
            "batch-p90",
            "batch-escapes",
            "batch-lost",
            "batch-cost",
        ]
        .map(|key| output.text(key)),
    );
    table.set_header(header);
    let place = |name: &str| MEASURES.iter().position(|m| *m == name).unwrap_or(0);
    let (burnt, lost, cost) = (
        place("burnt_ha"),
        place("value_lost_cny"),
        place("cost_cny"),
    );
    for cell in cells {
        let m = &cell.measured[burnt];
        let ha = |v: f64| format!("{v:.2}");
        let maybe = |v: Option<f64>| v.map_or_else(String::new, ha);
        let mut row = vec![cell.name[0].clone()];
        if is_varied {
            row.push(cell.name[1].clone());
        }
        row.extend([
            cell.name[2].clone(),
            cell.runs.to_string(),
            format!("{:.2} ({:.2}, {:.2})", m.mean.mean, m.mean.low, m.mean.high),
            maybe(m.median),
            maybe(m.p90),
            format!(
                "{:.1} %",
                100.0 * cell.escapes as f64 / cell.runs.max(1) as f64
            ),
            format!("{:.0}", cell.measured[lost].mean.mean),
            format!("{:.0}", cell.measured[cost].mean.mean),
        ]);
        table.add_row(row);
    }
    table
}
