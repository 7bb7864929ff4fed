//! The folder of a comparison: begun, gone on with, finished.
//!
//! While it runs: `layouts.json` (what it consists of) and `runs.log` (finished seeds). In the end: the tables, the
//! maps, and last of all `comparison.json`; then the log goes.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cells;
use super::comparison::{Comparison, FORMAT};
use super::error::LayoutsError;
use super::runs::{Ran, SeedDone, each_seed};
use super::sums::{Sums, complete};
use super::{Study, tables};
use crate::base::geo::Raster;
use crate::files::geotiff;
use crate::results::scorecard::program;
use crate::studies::batch::folder::{names, part, save};
use crate::studies::batch::log::{Finished, Log};
use crate::studies::batch::plan::PROGRAM_HASH;
use crate::studies::batch::{BatchError, Tally, unreadable, unwritable};

/// What the comparison consists of.
const PLAN: &str = "layouts.json";
/// Finished seeds of a comparison in progress.
const LOG: &str = "runs.log";
/// What it found.
pub const COMPARISON: &str = "comparison.json";
/// After so many finished seeds the log is made to reach the disk.
const FLUSH_EVERY: usize = 200;
/// Ground around what burnt that the maps show, metres.
const MARGIN_M: f64 = 500.0;
/// "No data" of maps of flames.
const NODATA: f32 = -9999.0;

/// A layout of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PlanLayout {
    name: String,
    file: Option<PathBuf>,
    hash: String,
}

/// Everything that decides the results of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Plan {
    format: u32,
    program: String,
    program_hash: String,
    scenario: String,
    scenario_hash: String,
    catalogue_hash: String,
    inputs_hash: String,
    layouts: Vec<PlanLayout>,
    reference: String,
    seeds: String,
    policy: String,
    years: f64,
    fires_per_year: Option<f64>,
}

impl Plan {
    fn of(study: &Study, inputs_hash: &str) -> Self {
        let scenario = &study.fires_of.scenario;
        let layouts = study.layouts.iter().map(|l| PlanLayout {
            name: l.name.clone(),
            file: l.file.clone(),
            hash: l.hash(),
        });
        Self {
            format: FORMAT,
            program: program(),
            program_hash: PROGRAM_HASH.to_owned(),
            scenario: scenario.file.name.clone(),
            scenario_hash: scenario.hash.clone(),
            catalogue_hash: scenario.catalogue_hash.clone(),
            inputs_hash: inputs_hash.to_owned(),
            layouts: layouts.collect(),
            reference: study.layouts[study.reference].name.clone(),
            seeds: format!("{}..{}", study.seeds.start, study.seeds.end),
            policy: study.policy.name().to_owned(),
            years: study.years,
            fires_per_year: study.fires_per_year,
        }
    }

    /// What differs from another plan; where the files lie does not matter.
    fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let told = |p: &Self| -> [(&'static str, String); 9] {
            let layouts: Vec<String> = p
                .layouts
                .iter()
                .map(|l| format!("{} {}", l.name, &l.hash[..l.hash.len().min(12)]))
                .collect();
            [
                ("format", p.format.to_string()),
                ("program", format!("{} {}", p.program, p.program_hash)),
                (
                    "scenario",
                    [
                        p.scenario.as_str(),
                        &p.scenario_hash,
                        &p.catalogue_hash,
                        &p.inputs_hash,
                    ]
                    .join(" "),
                ),
                ("layouts", layouts.join(", ")),
                ("reference", p.reference.clone()),
                ("seeds", p.seeds.clone()),
                ("policy", p.policy.clone()),
                ("years", p.years.to_string()),
                (
                    "fires-per-year",
                    p.fires_per_year.map_or_else(String::new, |f| f.to_string()),
                ),
            ]
        };
        let pairs = told(self).into_iter().zip(told(other));
        pairs
            .into_iter()
            .find(|((_, a), (_, b))| a != b)
            .map(|((name, a), (_, b))| (name, a, b))
    }

    fn read(folder: &Path) -> Result<Self, LayoutsError> {
        let path = folder.join(PLAN);
        let text = fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
        let tree: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| unreadable(&path, &e))?;
        if tree["format"] != FORMAT {
            return Err(LayoutsError::Different {
                folder: folder.to_owned(),
                field: "format",
                there: tree["format"].to_string(),
                here: FORMAT.to_string(),
            });
        }
        Ok(serde_json::from_value(tree).map_err(|e| unreadable(&path, &e))?)
    }
}

/// The bytes of a JSON file.
fn json(value: &impl Serialize) -> String {
    // Plain data with string keys always serialises.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A folder opened for a comparison.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Finished seeds; none when all is done.
    log: Option<Log>,
}

/// The name of a layout's map.
pub fn map_name(map: &str, layout: &str) -> String {
    format!("{map}_{layout}.tif")
}

impl Folder {
    /// Opens a folder for a comparison: a new one, or with `resume` one whose plan is the same. `inputs_hash` is that
    /// of the files that the scenario names.
    ///
    /// # Errors
    /// Folders with something else in them, of another comparison, or in use; what the system says.
    pub fn open(
        path: &Path,
        study: &Study,
        inputs_hash: &str,
        resume: bool,
    ) -> Result<Self, LayoutsError> {
        let plan = Plan::of(study, inputs_hash);
        let there = names(path)?;
        let is_begun = there.iter().any(|n| n == PLAN);
        if is_begun && resume {
            if let Some((field, there, here)) = Plan::read(path)?.difference(&plan) {
                return Err(LayoutsError::Different {
                    folder: path.to_owned(),
                    field,
                    there,
                    here,
                });
            }
        } else if there.iter().all(|n| *n == part(PLAN)) {
            fs::create_dir_all(path).map_err(|e| unwritable(path, &e))?;
            save(path, PLAN, json(&plan).as_bytes())?;
        } else if is_begun {
            return Err(LayoutsError::Begun(path.to_owned()));
        } else {
            return Err(LayoutsError::NotEmpty(path.to_owned()));
        }
        let is_finished = path.join(COMPARISON).is_file() && !path.join(LOG).exists();
        let log = if is_finished {
            None
        } else {
            let place = path.join(LOG);
            let log = Log::open(&place).map_err(|e| match e.kind() {
                io::ErrorKind::WouldBlock => BatchError::Busy(path.to_owned()),
                _ => unwritable(&place, &e),
            })?;
            Some(log)
        };
        Ok(Self {
            path: path.to_owned(),
            log,
        })
    }

    /// What a finished comparison found; none when it is not finished.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn comparison(&self) -> Result<Option<Comparison>, LayoutsError> {
        if self.log.is_some() {
            return Ok(None);
        }
        let path = self.path.join(COMPARISON);
        let text = fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
        let found = serde_json::from_str(&text).map_err(|e| unreadable(&path, &e))?;
        Ok(Some(found))
    }

    /// Runs the seeds that are not there yet.
    ///
    /// # Errors
    /// What the disk says. What was finished is kept.
    pub fn run(
        &mut self,
        study: &Study,
        jobs: usize,
        mut progress: impl FnMut(&Tally),
    ) -> Result<Tally, LayoutsError> {
        let layouts = study.layouts.len() as u64;
        let all = study.seeds.end - study.seeds.start;
        let mut tally = Tally {
            total: all * layouts,
            ..Tally::default()
        };
        let Some(log) = &mut self.log else {
            (tally.done, tally.before) = (tally.total, tally.total);
            return Ok(tally);
        };
        let is_open = |seed: &u64| !log.index.contains_key(seed);
        let todo: Vec<u64> = study.seeds.clone().filter(is_open).collect();
        tally.before = tally.total - todo.len() as u64 * layouts;
        tally.done = tally.before;
        progress(&tally);
        let path = &self.path;
        let at_log = |e: io::Error| unwritable(path, &e);
        let mut unflushed = 0;
        each_seed(study, &todo, jobs, |done| -> Result<(), LayoutsError> {
            log.add(&kept(&done)).map_err(at_log)?;
            unflushed += 1;
            if unflushed >= FLUSH_EVERY {
                log.flush().map_err(at_log)?;
                unflushed = 0;
            }
            tally.done += layouts;
            for ran in &done.runs {
                match ran {
                    Ran::Done(run) => {
                        tally.burnt_ha += run.burnt_ha;
                        tally.contained += run.contained_2h;
                        tally.fires += run.fires;
                    }
                    Ran::Failed(_) => tally.failed += 1,
                }
            }
            progress(&tally);
            Ok(())
        })?;
        Ok(tally)
    }

    /// Calls back for every finished seed in order.
    fn each(
        &mut self,
        mut each: impl FnMut(u64, &[Ran]) -> Result<(), BatchError>,
    ) -> Result<(), LayoutsError> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let mut failed = None;
        let read = log.each(|finished| {
            let runs: Result<Vec<Ran>, _> = finished
                .runs
                .iter()
                .map(|text| serde_json::from_str(text))
                .collect();
            let runs = runs.map_err(io::Error::other)?;
            each(finished.group, &runs).map_err(|e| {
                failed = Some(e);
                io::Error::from(io::ErrorKind::Interrupted)
            })
        });
        match (read, failed) {
            (_, Some(error)) => Err(error.into()),
            (Err(e), None) => Err(unreadable(&self.path.join(LOG), &e).into()),
            (Ok(()), None) => Ok(()),
        }
    }

    /// Writes all tables and maps but the comparison, and gives that.
    ///
    /// # Errors
    /// What the disk says. The log stays, so that nothing is lost.
    pub fn write(&mut self, study: &Study) -> Result<Comparison, LayoutsError> {
        let path = self.path.clone();
        let mut sums = Sums::new(study.layouts.len());
        let mut fires = Table::begin(&path, "fires.csv", &tables::fires_header())?;
        let mut failures = Table::begin(&path, "failures.csv", &tables::failures_header())?;
        self.each(|seed, runs| {
            sums.add(study, runs);
            fires.add(&tables::fires(study, seed, runs))?;
            failures.add(&tables::failures(study, seed, runs))
        })?;
        fires.end()?;
        failures.end()?;
        self.maps(study, &sums)?;
        let comparison = sums.comparison(study);
        for (name, text) in [
            ("layouts.csv", tables::layouts(&comparison)),
            ("network.csv", tables::network(&comparison)),
            ("pairs.csv", tables::pairs(&comparison)),
            ("segments.csv", tables::segments(study, &sums)),
        ] {
            save(&path, name, text.as_bytes())?;
        }
        Ok(comparison)
    }

    /// The maps of every layout, the reference first, for the others are compared with it.
    fn maps(&mut self, study: &Study, sums: &Sums) -> Result<(), LayoutsError> {
        let world = &study.fires_of;
        let grid = world.landscape.cover.grid;
        let margin = libm::ceil(MARGIN_M / grid.cell) as usize;
        let window = sums.bounds.window(&grid, margin);
        let per_side = (libm::round(grid.cell / world.grid.cell) as usize).max(1);
        let mut order: Vec<usize> = (0..study.layouts.len()).collect();
        order.sort_by_key(|i| (*i != study.reference, *i));
        let mut reference: Option<Raster<f32>> = None;
        for i in order {
            let name = &study.layouts[i].name;
            let mut of = cells::Sums::new(window, grid.cols);
            self.each(|_, runs| {
                if let Some(run) = complete(runs).and_then(|r| r.get(i).copied()) {
                    of.add(&run.cells);
                }
                Ok(())
            })?;
            let probability = of.probability(sums.complete, per_side);
            self.map(
                ("burn_probability", name),
                study,
                &probability,
                "share of the runs in which the cell burnt, 0 to 1",
            )?;
            self.map(
                ("flame_length", name),
                study,
                &of.flame_length(NODATA),
                "mean flame length where and when the cell burnt, metres",
            )?;
            match &reference {
                None => reference = Some(probability),
                Some(reference) => {
                    let pairs = probability.data.iter().zip(&reference.data);
                    let difference = Raster {
                        grid: window.0,
                        data: pairs.map(|(p, r)| p - r).collect(),
                    };
                    self.map(
                        ("difference", name),
                        study,
                        &difference,
                        "burn probability less that of the reference",
                    )?;
                }
            }
        }
        Ok(())
    }

    fn map(
        &self,
        (map, layout): (&str, &str),
        study: &Study,
        raster: &Raster<f32>,
        about: &str,
    ) -> Result<(), LayoutsError> {
        let name = map_name(map, layout);
        let half = self.path.join(part(&name));
        geotiff::write_f32(&half, raster, study.fires_of.crs.code(), NODATA, about)?;
        let to = self.path.join(&name);
        fs::rename(&half, &to).map_err(|e| unwritable(&to, &e))?;
        Ok(())
    }

    /// Writes the comparison and takes the log away: with that it is finished.
    ///
    /// # Errors
    /// What the disk says.
    pub fn conclude(&mut self, comparison: &Comparison) -> Result<(), LayoutsError> {
        save(&self.path, COMPARISON, json(comparison).as_bytes())?;
        if self.log.take().is_some() {
            let place = self.path.join(LOG);
            fs::remove_file(&place).map_err(|e| unwritable(&place, &e))?;
        }
        Ok(())
    }
}

/// A seed as the log keeps it.
fn kept(done: &SeedDone) -> Finished {
    // Plain data always serialises.
    let text = |ran: &Ran| serde_json::to_string(ran).unwrap_or_default();
    Finished {
        group: done.seed,
        runs: done.runs.iter().map(text).collect(),
        ..Finished::default()
    }
}

/// A table while it is being written.
struct Table {
    writer: BufWriter<fs::File>,
    half: PathBuf,
    to: PathBuf,
}

impl Table {
    fn begin(folder: &Path, name: &str, header: &str) -> Result<Self, BatchError> {
        let half = folder.join(part(name));
        let file = fs::File::create(&half).map_err(|e| unwritable(&half, &e))?;
        let mut table = Self {
            writer: BufWriter::new(file),
            half,
            to: folder.join(name),
        };
        table.add(header)?;
        Ok(table)
    }

    fn add(&mut self, text: &str) -> Result<(), BatchError> {
        let written = self.writer.write_all(text.as_bytes());
        written.map_err(|e| unwritable(&self.half, &e))
    }

    fn end(mut self) -> Result<(), BatchError> {
        let ended = self.writer.flush();
        ended
            .and_then(|()| fs::rename(&self.half, &self.to))
            .map_err(|e| unwritable(&self.to, &e))
    }
}
