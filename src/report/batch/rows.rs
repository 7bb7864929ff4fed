//! `runs.csv` and `fires.csv` of a batch, by scenario, variant and policy.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::ReportError;
use super::MEASURES;
use crate::studies::batch::folder::{FIRES, RUNS};
use crate::studies::batch::plan::Plan;
use crate::studies::statistics::{Interval, mean_interval};

/// One run: its seed and its measures in the order of [`MEASURES`].
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    seed: u64,
    values: [Option<f64>; MEASURES.len()],
}

/// The runs of one scenario, variant and policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Name of the scenario.
    pub scenario: String,
    /// Number of the variant; 0 without a design.
    pub variant: String,
    /// Policy by its name on the command line.
    pub policy: String,
    /// The runs, in the table's order.
    pub runs: Vec<Run>,
    /// Minutes from the start of each fire to its containment; none for those that never were.
    pub contained_min: Vec<Option<f64>>,
}

impl Cell {
    fn place(measure: &str) -> usize {
        MEASURES.iter().position(|m| *m == measure).unwrap_or(0)
    }

    /// All numbers of a measure.
    pub fn values(&self, measure: &str) -> Vec<f64> {
        let place = Self::place(measure);
        self.runs.iter().filter_map(|r| r.values[place]).collect()
    }

    /// The numbers of a measure by seed.
    pub fn by_seed(&self, measure: &str) -> BTreeMap<u64, f64> {
        let place = Self::place(measure);
        self.runs
            .iter()
            .filter_map(|r| Some((r.seed, r.values[place]?)))
            .collect()
    }

    /// The mean of a measure with its interval; the same numbers as in `summary.csv`.
    pub fn interval(&self, measure: &str) -> Interval {
        let stream = [&self.scenario, &self.variant, &self.policy, measure].join("/");
        mean_interval(&self.values(measure), &stream)
    }
}

/// The tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// In the order of the plan.
    pub cells: Vec<Cell>,
}

/// A table open for reading, with its columns by name.
struct Open {
    reader: csv::Reader<std::fs::File>,
    columns: BTreeMap<String, usize>,
}

impl Open {
    fn new(path: &Path) -> Result<Self, ReportError> {
        let bad = |e: csv::Error| ReportError::read(path, &e);
        let mut reader = csv::Reader::from_path(path).map_err(bad)?;
        let columns = reader
            .headers()
            .map_err(bad)?
            .iter()
            .enumerate()
            .map(|(i, name)| (name.to_owned(), i))
            .collect();
        Ok(Self { reader, columns })
    }

    fn column(&self, path: &Path, name: &str) -> Result<usize, ReportError> {
        self.columns
            .get(name)
            .copied()
            .ok_or_else(|| ReportError::read(path, &format!("no column {name}")))
    }
}

/// A number of a row; none where the field is empty.
fn figure(path: &Path, row: &csv::StringRecord, at: usize) -> Result<Option<f64>, ReportError> {
    let field = row.get(at).unwrap_or_default();
    if field.is_empty() {
        return Ok(None);
    }
    let line = row.position().map_or(0, csv::Position::line);
    field
        .parse()
        .map(Some)
        .map_err(|e| ReportError::read(path, &format!("line {line}: {field}: {e}")))
}

impl Rows {
    /// Reads both tables.
    ///
    /// # Errors
    /// Files that cannot be read or lack a column.
    pub fn read(folder: &Path, plan: &Plan) -> Result<Self, ReportError> {
        let mut cells: BTreeMap<[String; 3], Cell> = BTreeMap::new();
        let mut order: Vec<[String; 3]> = Vec::new();
        let path = folder.join(RUNS);
        let mut open = Open::new(&path)?;
        let keys = ["scenario", "variant", "policy"];
        let key_at = [
            open.column(&path, keys[0])?,
            open.column(&path, keys[1])?,
            open.column(&path, keys[2])?,
        ];
        let seed_at = open.column(&path, "seed")?;
        let mut places = [0; MEASURES.len()];
        for (place, measure) in places.iter_mut().zip(MEASURES) {
            *place = open.column(&path, measure)?;
        }
        for row in open.reader.records() {
            let row = row.map_err(|e| ReportError::read(&path, &e))?;
            let field = |at: usize| row.get(at).unwrap_or_default().to_owned();
            let key = key_at.map(field);
            let mut values = [None; MEASURES.len()];
            for (value, place) in values.iter_mut().zip(places) {
                *value = figure(&path, &row, place)?;
            }
            let seed = field(seed_at)
                .parse()
                .map_err(|e| ReportError::read(&path, &format!("seed: {e}")))?;
            let cell = cells.entry(key.clone()).or_insert_with(|| {
                order.push(key.clone());
                let [scenario, variant, policy] = key;
                Cell {
                    scenario,
                    variant,
                    policy,
                    runs: Vec::new(),
                    contained_min: Vec::new(),
                }
            });
            cell.runs.push(Run { seed, values });
        }
        add_fires(&folder.join(FIRES), &mut cells)?;
        let rank = |policy: &str| plan.policies.iter().position(|p| p == policy);
        let variant = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
        let scenario = |name: &str| plan.scenarios.iter().position(|s| s.name == name);
        order.sort_by_key(|[s, v, p]| (scenario(s), variant(v), rank(p)));
        let cells = order.iter().filter_map(|key| cells.remove(key)).collect();
        Ok(Self { cells })
    }

    /// The cells of a scenario.
    pub fn of(&self, scenario: &str) -> Vec<&Cell> {
        self.cells
            .iter()
            .filter(|c| c.scenario == scenario)
            .collect()
    }

    /// How many variants there are.
    pub fn variants(&self) -> usize {
        let all: BTreeSet<&str> = self.cells.iter().map(|c| c.variant.as_str()).collect();
        all.len().max(1)
    }
}

fn add_fires(path: &Path, cells: &mut BTreeMap<[String; 3], Cell>) -> Result<(), ReportError> {
    let mut open = Open::new(path)?;
    let key_at = [
        open.column(path, "scenario")?,
        open.column(path, "variant")?,
        open.column(path, "policy")?,
    ];
    let contained = open.column(path, "contained_min")?;
    for row in open.reader.records() {
        let row = row.map_err(|e| ReportError::read(path, &e))?;
        let key = key_at.map(|at| row.get(at).unwrap_or_default().to_owned());
        let minute = figure(path, &row, contained)?;
        if let Some(cell) = cells.get_mut(&key) {
            cell.contained_min.push(minute);
        }
    }
    Ok(())
}
