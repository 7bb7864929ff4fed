//! The folder of a batch: begun, gone on with, finished, put together from shards.
//!
//! While it runs: `batch.json` (what it consists of), `runs.log` (finished groups), `journals/`. In the end:
//! `batch.json`, `runs.csv`, `fires.csv`, `failures.csv`, `summary.csv`, `journals/` where any are kept, and the first
//! two tables as Parquet where the program can write it. Tables are written beside their names and moved there.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::log::Log;
use super::plan::{FORMAT, Plan};
use super::rows::{failure_header, fire_header, line, run_header};
use super::{BatchError, summary, unreadable, unwritable};
use crate::files::table::{self, Table};

/// What the batch consists of.
pub const PLAN: &str = "batch.json";
/// A row a run.
pub const RUNS: &str = "runs.csv";
/// A row a fire.
pub const FIRES: &str = "fires.csv";
/// A row a failed run.
pub const FAILURES: &str = "failures.csv";
/// A row a scenario, variant, policy and measure.
pub const SUMMARY: &str = "summary.csv";
/// Kept journals, by number of the run.
pub const JOURNALS: &str = "journals";
/// Finished groups of a batch in progress.
const LOG: &str = "runs.log";

/// The tables.
const TABLES: [&str; 3] = [RUNS, FIRES, FAILURES];

/// A folder opened for a batch.
#[derive(Debug)]
pub struct Folder {
    /// Where.
    pub path: PathBuf,
    /// Finished groups; none when all is done.
    pub log: Option<Log>,
}

/// Name of a file while it is being written.
pub(in crate::studies) fn part(name: &str) -> String {
    format!(".{name}.part")
}

/// Writes a file beside its name and moves it there.
pub(in crate::studies) fn save(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), BatchError> {
    let path = folder.join(part(name));
    fs::write(&path, bytes)
        .and_then(|()| fs::rename(&path, folder.join(name)))
        .map_err(|e| unwritable(&folder.join(name), &e))
}

pub(in crate::studies) fn names(folder: &Path) -> Result<Vec<String>, BatchError> {
    let found = match fs::read_dir(folder) {
        Ok(found) => found,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(unreadable(folder, &e)),
    };
    let name =
        |e: io::Result<fs::DirEntry>| e.map(|e| e.file_name().to_string_lossy().into_owned());
    found
        .map(|e| name(e).map_err(|e| unreadable(folder, &e)))
        .collect()
}

/// Reads the plan of a folder.
///
/// # Errors
/// Folders that are no batch, or one of another version.
pub fn plan_of(folder: &Path) -> Result<Plan, BatchError> {
    let path = folder.join(PLAN);
    let text = fs::read_to_string(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => BatchError::NotABatch(folder.to_owned()),
        _ => unreadable(&path, &e),
    })?;
    let tree: serde_json::Value = serde_json::from_str(&text).map_err(|e| unreadable(&path, &e))?;
    if tree["format"] != FORMAT {
        return Err(BatchError::Different {
            folder: folder.to_owned(),
            field: "format",
            there: tree["format"].to_string(),
            here: FORMAT.to_string(),
        });
    }
    serde_json::from_value(tree).map_err(|e| unreadable(&path, &e))
}

/// Whether a folder's batch is finished.
pub fn is_finished(folder: &Path) -> bool {
    folder.join(RUNS).is_file() && !folder.join(LOG).exists()
}

impl Folder {
    /// Opens a folder for a batch: a new one, or with `resume` one whose plan is the same.
    ///
    /// # Errors
    /// Folders with something else in them, of another batch, or in use; what the system says.
    pub fn open(path: &Path, plan: &Plan, resume: bool) -> Result<Self, BatchError> {
        let there = names(path)?;
        let is_begun = there.iter().any(|n| n == PLAN);
        let is_new = there.iter().all(|n| *n == part(PLAN));
        if is_begun && resume {
            let other = plan_of(path)?;
            if let Some((field, there, here)) = other.difference(plan, false) {
                return Err(BatchError::Different {
                    folder: path.to_owned(),
                    field,
                    there,
                    here,
                });
            }
        } else if is_new {
            fs::create_dir_all(path).map_err(|e| unwritable(path, &e))?;
            save(path, PLAN, plan.to_json().as_bytes())?;
        } else if is_begun {
            return Err(BatchError::Begun(path.to_owned()));
        } else {
            return Err(BatchError::NotEmpty(path.to_owned()));
        }
        let log = if is_finished(path) {
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

    /// Keeps a journal.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_journal(&self, run: u64, text: &str) -> Result<(), BatchError> {
        let folder = self.path.join(JOURNALS);
        fs::create_dir_all(&folder).map_err(|e| unwritable(&folder, &e))?;
        save(&folder, &format!("{run}.jsonl"), text.as_bytes())
    }

    /// Writes the tables in order of the runs' numbers and takes the log away.
    ///
    /// # Errors
    /// What the system says. The log stays until all tables stand, so nothing is lost.
    pub fn finish(&mut self, plan: &Plan) -> Result<(), BatchError> {
        let Some(mut log) = self.log.take() else {
            return Ok(());
        };
        let mut tables = Tables::begin(&self.path, plan)?;
        log.each(|finished| {
            tables.add(0, &finished.runs)?;
            tables.add(1, &finished.fires)?;
            tables.add(2, &finished.failures)
        })
        .map_err(|e| unwritable(&self.path, &e))?;
        tables.end(&self.path)?;
        let place = self.path.join(LOG);
        drop(log);
        fs::remove_file(&place).map_err(|e| unwritable(&place, &e))
    }
}

/// The tables while they are being written.
struct Tables([BufWriter<fs::File>; 3]);

impl Tables {
    fn begin(folder: &Path, plan: &Plan) -> Result<Self, BatchError> {
        let headers = [run_header(plan), fire_header(), failure_header()];
        let open = |name: &str, header: &[String]| {
            let path = folder.join(part(name));
            let begun = fs::File::create(&path).and_then(|file| {
                let mut writer = BufWriter::new(file);
                writer.write_all(line(header).as_bytes())?;
                Ok(writer)
            });
            begun.map_err(|e| unwritable(&path, &e))
        };
        Ok(Self([
            open(TABLES[0], &headers[0])?,
            open(TABLES[1], &headers[1])?,
            open(TABLES[2], &headers[2])?,
        ]))
    }

    fn add(&mut self, table: usize, lines: &[String]) -> io::Result<()> {
        lines
            .iter()
            .try_for_each(|l| self.0[table].write_all(l.as_bytes()))
    }

    /// Sums up and moves all to their names; the runs come last, for with them the batch is finished.
    fn end(self, folder: &Path) -> Result<(), BatchError> {
        for (mut writer, name) in self.0.into_iter().zip(TABLES) {
            let ended = writer.flush().and_then(|()| writer.get_ref().sync_all());
            ended.map_err(|e| unwritable(&folder.join(name), &e))?;
        }
        let cells = summary::of_runs(&folder.join(part(RUNS)), &[])?;
        save(folder, SUMMARY, summary::csv(&cells).as_bytes())?;
        if table::PARQUET {
            for name in [RUNS, FIRES] {
                let path = folder.join(part(name));
                let bytes = fs::read(&path).map_err(|e| unreadable(&path, &e))?;
                let to = folder.join(name.replace(".csv", ".parquet"));
                Table::from_csv(&path, &bytes)
                    .and_then(|t| table::write_parquet(&to, &t))
                    .map_err(|e| unwritable(&to, &e))?;
            }
        }
        for name in [FIRES, FAILURES, RUNS] {
            let to = folder.join(name);
            fs::rename(folder.join(part(name)), &to).map_err(|e| unwritable(&to, &e))?;
        }
        Ok(())
    }
}

/// Puts finished shards together; gives the plan of the whole.
///
/// # Errors
/// Shards of different batches, unfinished ones, one that is missing or there twice with other results; a
/// folder with something in it.
pub fn merge(to: &Path, shards: &[PathBuf]) -> Result<Plan, BatchError> {
    if !names(to)?.is_empty() {
        return Err(BatchError::NotEmpty(to.to_owned()));
    }
    let mut plans: Vec<(&Path, Plan)> = Vec::new();
    for folder in shards {
        let plan = plan_of(folder)?;
        if !is_finished(folder) {
            return Err(BatchError::Unfinished(folder.clone()));
        }
        let Some(shard) = plan.shard else {
            return Err(BatchError::NotAShard(folder.clone()));
        };
        if let Some((first, other)) = plans.first()
            && let Some((field, there, here)) = plan.difference(other, true)
        {
            return Err(BatchError::Unlike {
                folders: [folder.clone(), first.to_path_buf()],
                field,
                found: [there, here],
            });
        }
        let of_other_cut = plans
            .first()
            .and_then(|(_, p)| p.shard)
            .is_some_and(|s| s.of != shard.of);
        if of_other_cut {
            return Err(BatchError::ShardsMissing {
                of: shard.of,
                missing: shard.to_string(),
            });
        }
        match plans.iter().find(|(_, p)| p.shard == plan.shard) {
            // The same part, made again perhaps: it does no harm where it says the same.
            Some((twin, _)) if is_same(twin, folder)? => {}
            Some((twin, _)) => {
                return Err(BatchError::ShardTwice([twin.to_path_buf(), folder.clone()]));
            }
            None => plans.push((folder, plan)),
        }
    }
    let of = plans.first().and_then(|(_, p)| p.shard).map_or(1, |s| s.of);
    let has = |part: &u64| {
        plans
            .iter()
            .any(|(_, p)| p.shard.is_some_and(|s| s.part == *part))
    };
    let missing: Vec<String> = (1..=of)
        .filter(|p| !has(p))
        .map(|p| format!("{p}/{of}"))
        .collect();
    let whole = match plans.first() {
        Some((_, plan)) if missing.is_empty() => Plan {
            shard: None,
            ..plan.clone()
        },
        _ => {
            return Err(BatchError::ShardsMissing {
                of,
                missing: missing.join(", "),
            });
        }
    };
    plans.sort_by_key(|(_, p)| p.shard.map(|s| s.part));
    let folders: Vec<&Path> = plans.iter().map(|(f, _)| *f).collect();
    let parent = match to.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(|e| unwritable(parent, &e))?;
    // What is left of a merge that failed goes with this.
    let half = tempfile::Builder::new()
        .prefix(".fireline-unfinished-")
        .tempdir_in(parent)
        .map_err(|e| unwritable(parent, &e))?;
    let mut tables = Tables::begin(half.path(), &whole)?;
    for (i, table) in TABLES.iter().enumerate() {
        merge_table(&folders, table, |text| tables.add(i, &[text]))?;
    }
    tables.end(half.path())?;
    for folder in &folders {
        copy_journals(folder, half.path())?;
    }
    save(half.path(), PLAN, whole.to_json().as_bytes())?;
    if to.exists() {
        fs::remove_dir(to).map_err(|e| unwritable(to, &e))?;
    }
    fs::rename(half.keep(), to).map_err(|e| unwritable(to, &e))?;
    Ok(whole)
}

fn is_same(a: &Path, b: &Path) -> Result<bool, BatchError> {
    for name in TABLES {
        let read = |folder: &Path| {
            let path = folder.join(name);
            fs::read(&path).map_err(|e| unreadable(&path, &e))
        };
        if read(a)? != read(b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn copy_journals(from: &Path, to: &Path) -> Result<(), BatchError> {
    let from = from.join(JOURNALS);
    for name in names(&from)? {
        let folder = to.join(JOURNALS);
        let place = folder.join(&name);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::copy(from.join(&name), &place))
            .map_err(|e| unwritable(&place, &e))?;
    }
    Ok(())
}

/// Rows of a table of all shards in order of the runs' numbers.
fn merge_table(
    folders: &[&Path],
    table: &str,
    mut add: impl FnMut(String) -> io::Result<()>,
) -> Result<(), BatchError> {
    struct Source {
        path: PathBuf,
        rows: csv::StringRecordsIntoIter<fs::File>,
        next: Option<(u64, String)>,
    }
    impl Source {
        fn step(&mut self) -> Result<(), BatchError> {
            self.next = match self.rows.next() {
                None => None,
                Some(record) => {
                    let record = record.map_err(|e| unreadable(&self.path, &e))?;
                    let fields: Vec<String> = record.iter().map(str::to_owned).collect();
                    let run = fields.first().and_then(|f| f.parse().ok());
                    let run =
                        run.ok_or_else(|| unreadable(&self.path, &"a row without a run's number"))?;
                    Some((run, line(&fields)))
                }
            };
            Ok(())
        }
    }
    let mut sources = Vec::new();
    for folder in folders {
        let path = folder.join(table);
        let reader = csv::Reader::from_path(&path).map_err(|e| unreadable(&path, &e))?;
        let mut source = Source {
            rows: reader.into_records(),
            next: None,
            path,
        };
        source.step()?;
        sources.push(source);
    }
    loop {
        let first = sources
            .iter_mut()
            .filter(|s| s.next.is_some())
            .min_by_key(|s| s.next.as_ref().map(|(run, _)| *run));
        let Some(first) = first else {
            return Ok(());
        };
        if let Some((_, text)) = first.next.take() {
            add(text).map_err(|e| unwritable(&first.path, &e))?;
        }
        first.step()?;
    }
}
