//! The run folder: everything a run leaves behind, written beside its place and then moved there,
//! so that an interrupted run leaves nothing that looks finished.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::scorecard::Scorecard;
use super::sentences::Teller;
use super::{duty_log, fire_file, layers, perimeters, picture, qgis, rasters, run_map, statistics};
use crate::files::FileError;
use crate::files::table::{self, Table};
use crate::scenario::Scenario;
use crate::simulation::Outcome;

/// Names of the files in a run folder; Parquet is among them where the program can write it
/// ([`table::PARQUET`]).
pub const CONTENTS: [&str; 27] = [
    "scenario.ron",
    "journal.jsonl",
    "scorecard.json",
    "duty_log.csv",
    "duty_log.parquet",
    "fire_file.csv",
    "fire_file.html",
    "statistics.csv",
    "arrival.tif",
    "arrival.qml",
    "rate_of_spread.tif",
    "rate_of_spread.qml",
    "intensity.tif",
    "intensity.qml",
    "flame_length.tif",
    "flame_length.qml",
    "crown.tif",
    "crown.qml",
    "origin.tif",
    "origin.qml",
    "put_out.tif",
    "put_out.qml",
    "perimeters.geojson",
    "line.geojson",
    "fire.gpkg",
    "fire.kml",
    "map.png",
];

/// Where runs go that were not told where to go.
pub const RUNS: &str = "runs";

/// Why a run folder was refused or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RunFolderError {
    /// It holds something already.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// It may not be replaced: it holds something that is no part of a run folder.
    #[error("{} holds {other}, which is no part of a run folder", folder.display())]
    NotARun {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        other: String,
    },
    /// A folder or file could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A raster or vector file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The picture could not be made.
    #[error(transparent)]
    Picture(#[from] picture::PictureError),
    /// The duty log could not be made.
    #[error(transparent)]
    Log(#[from] csv::Error),
}

/// Where a run is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// This folder.
    Folder(PathBuf),
    /// This folder, replacing an earlier run in it.
    Replace(PathBuf),
    /// `runs/NAME-sSEED-N` with the next free N.
    Next {
        /// Name of the scenario.
        name: String,
        /// The seed.
        seed: u64,
    },
}

impl Destination {
    /// Whether the run may be written there; asked before a long run, and again when it is written.
    pub fn check(&self) -> Result<(), RunFolderError> {
        match self {
            Self::Next { .. } => Ok(()),
            Self::Folder(folder) => match first_entry(folder)? {
                Some(_) => Err(RunFolderError::NotEmpty(folder.clone())),
                None => Ok(()),
            },
            Self::Replace(folder) => {
                for name in entries(folder)? {
                    if !CONTENTS.contains(&name.as_str()) {
                        return Err(RunFolderError::NotARun {
                            folder: folder.clone(),
                            other: name,
                        });
                    }
                }
                Ok(())
            }
        }
    }

    fn parent(&self) -> PathBuf {
        match self {
            Self::Folder(folder) | Self::Replace(folder) => match folder.parent() {
                Some(parent) if parent != Path::new("") => parent.to_owned(),
                _ => PathBuf::from("."),
            },
            Self::Next { .. } => PathBuf::from(RUNS),
        }
    }

    /// Moves a finished folder to its place and says where that is.
    fn take(&self, finished: &Path) -> Result<PathBuf, RunFolderError> {
        let moved = |to: &Path| fs::rename(finished, to);
        match self {
            Self::Folder(folder) => {
                self.check()?;
                if folder.exists() {
                    fs::remove_dir(folder).map_err(fault(folder))?;
                }
                moved(folder).map_err(fault(folder))?;
                Ok(folder.clone())
            }
            Self::Replace(folder) => {
                self.check()?;
                if folder.exists() {
                    fs::remove_dir_all(folder).map_err(fault(folder))?;
                }
                moved(folder).map_err(fault(folder))?;
                Ok(folder.clone())
            }
            Self::Next { name, seed } => {
                let mut number = 1_u32;
                loop {
                    let folder = Path::new(RUNS).join(format!("{name}-s{seed}-{number}"));
                    if !folder.exists() {
                        match moved(&folder) {
                            Ok(()) => return Ok(folder),
                            // Another run was faster.
                            Err(_) if folder.exists() => {}
                            Err(error) => return Err(fault(&folder)(error)),
                        }
                    }
                    number += 1;
                }
            }
        }
    }
}

/// Writes the run folder and gives its path.
pub fn write(
    outcome: &Outcome,
    scorecard: &Scorecard,
    teller: &Teller<'_>,
    to: &Destination,
) -> Result<PathBuf, RunFolderError> {
    to.check()?;
    let parent = to.parent();
    fs::create_dir_all(&parent).map_err(fault(&parent))?;
    let unfinished = Unfinished::new(&parent)?;
    let folder = &unfinished.0;
    let place = |name: &str| folder.join(name);
    let save = |name: &str, bytes: &[u8]| {
        let path = place(name);
        fs::write(&path, bytes).map_err(fault(&path))
    };
    let world = &outcome.world;
    // A run folder stands beside the unfinished one, so paths relative to the one hold for the other.
    save(
        "scenario.ron",
        seen_from(world.written(), folder).resolved().as_bytes(),
    )?;
    save("journal.jsonl", outcome.journal.text().as_bytes())?;
    let log = duty_log::duty_log_csv(outcome.journal.lines(), teller, |t| world.clock.iso(t))?;
    save("duty_log.csv", &log)?;
    if table::PARQUET {
        let path = place("duty_log.csv");
        table::write_parquet(&place("duty_log.parquet"), &Table::from_csv(&path, &log)?)?;
    }
    save(
        "fire_file.csv",
        &fire_file::csv(outcome, scorecard, teller)?,
    )?;
    save(
        "fire_file.html",
        fire_file::html(outcome, scorecard, teller).as_bytes(),
    )?;
    save(
        "statistics.csv",
        &statistics::csv(outcome, scorecard, teller)?,
    )?;
    rasters::write(outcome, folder)?;
    for name in CONTENTS {
        if let Some(style) = qgis::style_of(name, outcome.end_s / 60.0) {
            style.write_beside(&place(name))?;
        }
    }
    layers::write(outcome, folder)?;
    perimeters::write_perimeters(outcome, &place("perimeters.geojson"))?;
    perimeters::write_line(outcome, &place("line.geojson"))?;
    picture::write_png(&run_map::run_map(outcome, teller)?, &place("map.png"))?;
    save("scorecard.json", scorecard.to_json().as_bytes())?;
    to.take(folder)
}

/// A folder being written; what is left of it is removed when it was not moved to its place.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(parent: &Path) -> Result<Self, RunFolderError> {
        let process = std::process::id();
        let mut number = 0_u32;
        loop {
            let path = parent.join(format!(".fireline-unfinished-{process}-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(fault(&path)(error)),
            }
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone when it was moved; nobody is left to tell when it cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The scenario with the files it names as they are found from another folder, so that the copy in
/// a run folder can be run again.
fn seen_from(scenario: &Scenario, folder: &Path) -> Scenario {
    let mut seen = scenario.clone();
    let home = scenario.folder();
    let home = if home == Path::new("") {
        Path::new(".")
    } else {
        home
    };
    let (Ok(home), Ok(from)) = (home.canonicalize(), folder.canonicalize()) else {
        return seen;
    };
    let again = |name: &mut String| {
        if Path::new(name.as_str()).is_relative() {
            *name = relative(&home.join(name.as_str()), &from);
        }
    };
    seen.file.each_file(again);
    seen
}

/// A path as found from a folder, with forward slashes; both are absolute.
fn relative(path: &Path, from: &Path) -> String {
    let parts = |p: &Path| -> Vec<String> {
        p.components()
            .filter(|c| *c != Component::CurDir)
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect()
    };
    let (path, from) = (parts(path), parts(from));
    let shared = path.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(path[shared..].iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("/")
}

fn entries(folder: &Path) -> Result<Vec<String>, RunFolderError> {
    let found = match fs::read_dir(folder) {
        Ok(found) => found,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault(folder)(error)),
    };
    let mut names = Vec::new();
    for entry in found {
        let entry = entry.map_err(fault(folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn first_entry(folder: &Path) -> Result<Option<String>, RunFolderError> {
    Ok(entries(folder)?.into_iter().next())
}

fn fault(path: &Path) -> impl FnOnce(std::io::Error) -> RunFolderError + '_ {
    move |source| RunFolderError::Write {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_only_a_run_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        let new = Destination::Folder(folder.clone());
        let again = Destination::Replace(folder.clone());
        assert!(new.check().is_ok());
        fs::create_dir(&folder).unwrap();
        assert!(new.check().is_ok());
        fs::write(folder.join("journal.jsonl"), "").unwrap();
        assert!(matches!(new.check(), Err(RunFolderError::NotEmpty(_))));
        assert!(again.check().is_ok());
        fs::write(folder.join("thesis.doc"), "").unwrap();
        assert!(matches!(again.check(), Err(RunFolderError::NotARun { .. })));
    }

    #[test]
    fn an_interrupted_run_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let unfinished = Unfinished::new(home.path()).unwrap();
        fs::write(unfinished.0.join("journal.jsonl"), "half").unwrap();
        drop(unfinished);
        assert_eq!(entries(home.path()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn files_are_named_as_they_are_found_from_the_run_folder() {
        let (a, b) = (
            Path::new("/data/county/dem.tif"),
            Path::new("/data/runs/county-s0-1"),
        );
        assert_eq!(relative(a, b), "../../county/dem.tif");
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a")), "b");
    }

    #[test]
    fn the_copied_scenario_finds_canopy_fuels_and_gridded_weather_again() {
        use crate::scenario::schema::{BandMeaning, CanopyLayers, CanopyUnits, WeatherGrid};
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let mut scenario = Scenario::read(&path).unwrap();
        let name = || "valley/cover.tif".to_owned();
        scenario.file.landscape.canopy = Some(CanopyLayers {
            cover: name(),
            height: name(),
            base_height: name(),
            bulk_density: name(),
            units: CanopyUnits::Metric,
        });
        scenario.file.fuel_model_files = vec![name()];
        scenario.file.weather_grids = vec![WeatherGrid {
            at_min: 0.0,
            file: name(),
            bands: vec![BandMeaning::Unused],
        }];
        let folder = tempfile::tempdir().unwrap();
        let file = seen_from(&scenario, folder.path()).file;
        let canopy = file.landscape.canopy.unwrap();
        for seen in [
            &file.landscape.cover,
            &canopy.cover,
            &canopy.height,
            &canopy.base_height,
            &canopy.bulk_density,
            &file.fuel_model_files[0],
            &file.weather_grids[0].file,
        ] {
            assert_ne!(*seen, name());
            let found = folder.path().canonicalize().unwrap().join(seen);
            assert!(found.is_file(), "{seen}");
        }
    }
}
