//! Batches: many runs of scenarios, their variants, seeds and policies, on all cores.
//!
//! In comes what to run; out comes a folder of tables that depends on nothing else, byte for byte: neither on the number of
//! workers nor on shards, on interruptions or on the order in which runs end. [`plan`] says which runs there
//! are, [`workers`] runs them, [`log`] keeps what is finished, [`folder`] writes the tables.

pub mod condition;
pub mod design;
pub mod folder;
pub(in crate::studies) mod log;
pub mod plan;
pub mod rows;
pub mod summary;
pub mod workers;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::base::message::Message;
use crate::operations::policy::PolicyName;
use crate::results::scorecard::program;
use crate::scenario::{Diagnostic, Scenario};
use design::{Design, DesignError};
use folder::Folder;
use plan::{DesignPlan, FORMAT, Keep, PROGRAM_HASH, Plan, ScenarioPlan, Shard};

/// After so many finished groups the log is made to reach the disk.
const FLUSH_EVERY: usize = 200;

/// Why a batch is refused, or stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A file could not be read, or does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file could not be written.
    #[error("{} could not be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Something else is in the folder.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A batch is in the folder, and nobody said that it is to go on.
    #[error("{} holds a batch", .0.display())]
    Begun(PathBuf),
    /// There is no batch in the folder.
    #[error("{} holds no batch", .0.display())]
    NotABatch(PathBuf),
    /// Another batch is in the folder.
    #[error("{} is of another batch: {field} is {there} there and {here} here", folder.display())]
    Different {
        /// The folder.
        folder: PathBuf,
        /// What differs.
        field: &'static str,
        /// In the folder.
        there: String,
        /// As it was asked for.
        here: String,
    },
    /// Another program writes to the folder.
    #[error("another program writes to {}", .0.display())]
    Busy(PathBuf),
    /// A shard is not finished.
    #[error("{} is not finished", .0.display())]
    Unfinished(PathBuf),
    /// A folder is no shard.
    #[error("{} is no shard", .0.display())]
    NotAShard(PathBuf),
    /// Shards of different batches.
    #[error("{} and {} are of different batches", folders[0].display(), folders[1].display())]
    Unlike {
        /// The folders.
        folders: [PathBuf; 2],
        /// What differs.
        field: &'static str,
        /// In each.
        found: [String; 2],
    },
    /// One part in two folders, with different results.
    #[error("{} and {} are the same part with different results", .0[0].display(), .0[1].display())]
    ShardTwice([PathBuf; 2]),
    /// Parts that nobody gave.
    #[error("of {of} shards are missing: {missing}")]
    ShardsMissing {
        /// Of how many.
        of: u64,
        /// Those missing.
        missing: String,
    },
}

pub(in crate::studies) fn unreadable(path: &Path, reason: &impl ToString) -> BatchError {
    BatchError::Read {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

pub(in crate::studies) fn unwritable(path: &Path, reason: &impl ToString) -> BatchError {
    BatchError::Write {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

impl BatchError {
    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        let path = |p: &Path| p.display().to_string();
        match self {
            Self::Read { path: p, reason } => Message::new("cli-read")
                .with("path", path(p))
                .with("reason", reason.as_str()),
            Self::Write { path: p, reason } => Message::new("cli-write")
                .with("path", path(p))
                .with("reason", reason.as_str()),
            Self::NotEmpty(p) => Message::new("batch-not-empty").with("folder", path(p)),
            Self::Begun(p) => Message::new("batch-begun").with("folder", path(p)),
            Self::NotABatch(p) => Message::new("batch-none").with("folder", path(p)),
            Self::Different {
                folder,
                field,
                there,
                here,
            } => Message::new("batch-different")
                .with("folder", path(folder))
                .with("field", *field)
                .with("there", there.as_str())
                .with("here", here.as_str()),
            Self::Busy(p) => Message::new("batch-busy").with("folder", path(p)),
            Self::Unfinished(p) => Message::new("batch-unfinished").with("folder", path(p)),
            Self::NotAShard(p) => Message::new("batch-no-shard").with("folder", path(p)),
            Self::Unlike {
                folders,
                field,
                found,
            } => Message::new("batch-unlike")
                .with("a", path(&folders[0]))
                .with("b", path(&folders[1]))
                .with("field", *field)
                .with("there", found[0].as_str())
                .with("here", found[1].as_str()),
            Self::ShardTwice(folders) => Message::new("batch-shard-twice")
                .with("a", path(&folders[0]))
                .with("b", path(&folders[1])),
            Self::ShardsMissing { of, missing } => Message::new("batch-shards-missing")
                .with("of", *of as f64)
                .with("missing", missing.as_str()),
        }
    }
}

/// What is to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Seeds, the last one left out.
    pub seeds: Range<u64>,
    /// Policies that are part of the program.
    pub policies: Vec<PolicyName>,
    /// Whether the fire that nobody fights is run.
    pub counterfactual: bool,
    /// Whose journals are kept.
    pub keep: Keep,
    /// The part to run; none for all.
    pub shard: Option<Shard>,
}

/// A batch ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// What it consists of.
    pub plan: Plan,
    /// Its scenarios as they stand.
    pub scenarios: Vec<Scenario>,
    /// Its design.
    pub design: Option<Design>,
}

/// Why a batch cannot be made.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchFault {
    /// Scenarios whose files cannot be read.
    Scenario(Vec<Diagnostic>),
    /// A row of the design that does not fit.
    Design(DesignError),
}

impl Batch {
    /// Puts a batch together; every row of the design is tried on every scenario.
    ///
    /// # Errors
    /// Files that cannot be read, rows that do not fit.
    pub fn new(
        scenarios: Vec<Scenario>,
        design: Option<Design>,
        settings: &Settings,
    ) -> Result<Self, BatchFault> {
        let mut plans = Vec::new();
        for scenario in &scenarios {
            plans.push(ScenarioPlan {
                name: scenario.file.name.clone(),
                path: scenario.path.clone(),
                scenario_hash: scenario.hash.clone(),
                catalogue_hash: scenario.catalogue_hash.clone(),
                inputs_hash: scenario.inputs_hash().map_err(BatchFault::Scenario)?,
            });
            if let Some(design) = &design {
                for row in 0..design.rows.len() {
                    design.variant(scenario, row).map_err(BatchFault::Design)?;
                }
            }
        }
        let plan = Plan {
            format: FORMAT,
            program: program(),
            program_hash: PROGRAM_HASH.to_owned(),
            scenarios: plans,
            design: design.as_ref().map(|d| DesignPlan {
                columns: d.columns.clone(),
                rows: d.rows.len(),
                hash: d.hash.clone(),
            }),
            seeds: settings.seeds.clone(),
            policies: settings
                .policies
                .iter()
                .map(|p| p.name().to_owned())
                .collect(),
            counterfactual: settings.counterfactual,
            keep: settings.keep,
            shard: settings.shard,
        };
        Ok(Self {
            plan,
            scenarios,
            design,
        })
    }
}

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Runs to be done here.
    pub total: u64,
    /// Runs finished, failed ones included.
    pub done: u64,
    /// Of these, finished by an earlier program.
    pub before: u64,
    /// Runs that failed, of those of this program.
    pub failed: u64,
    /// Sum of the burnt areas of this program's runs, ha.
    pub burnt_ha: f64,
    /// Fires contained or out, of this program's runs.
    pub contained: usize,
    /// All fires of this program's runs.
    pub fires: usize,
}

/// Runs a batch into a folder, or what is left of it.
///
/// # Errors
/// What is wrong with the folder, or the disk. What was finished is kept.
pub fn run(
    batch: &Batch,
    path: &Path,
    resume: bool,
    jobs: usize,
    limit_bytes: Option<u64>,
    mut progress: impl FnMut(&Tally),
) -> Result<Tally, BatchError> {
    let plan = &batch.plan;
    let mut folder = Folder::open(path, plan, resume)?;
    let mine = || (0..plan.groups()).filter(|g| plan.is_mine(*g));
    let policies = plan.policies.len() as u64;
    let mut tally = Tally {
        total: mine().count() as u64 * policies,
        ..Tally::default()
    };
    let Some(mut log) = folder.log.take() else {
        (tally.done, tally.before) = (tally.total, tally.total);
        progress(&tally);
        return Ok(tally);
    };
    let todo: Vec<u64> = mine().filter(|g| !log.index.contains_key(g)).collect();
    tally.before = tally.total - todo.len() as u64 * policies;
    tally.done = tally.before;
    progress(&tally);
    let mut unflushed = 0;
    let at_log = |e: std::io::Error| unwritable(path, &e);
    workers::run(batch, &todo, jobs, limit_bytes, |done| {
        for (run, text) in &done.journals {
            folder.keep_journal(*run, text)?;
        }
        log.add(&done.finished).map_err(at_log)?;
        unflushed += 1;
        if unflushed >= FLUSH_EVERY {
            log.flush().map_err(at_log)?;
            unflushed = 0;
        }
        tally.done += policies;
        tally.failed += done.finished.failures.len() as u64;
        tally.burnt_ha += done.burnt_ha.iter().sum::<f64>();
        tally.contained += done.contained.0;
        tally.fires += done.contained.1;
        progress(&tally);
        Ok(())
    })?;
    folder.log = Some(log);
    folder.finish(plan)?;
    Ok(tally)
}
