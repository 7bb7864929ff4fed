//! `fireline plan`: questions of planners. Where the cameras are blind, which road the forest hangs on, how
//! soon a vehicle is where, what something is worth.

mod coverage;
mod isochrones;
mod layouts;
mod layouts_maps;
mod roads;
mod search;
mod search_map;
mod without;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use image::RgbImage;
use indicatif::{ProgressBar, ProgressDrawTarget};

use super::output::{Exit, Failure, Output, note};
use crate::base::message::Message;
use crate::files::FileError;
use crate::results::picture::{MapMark, write_png};
use crate::results::run_map::station_mark;
use crate::results::sentences::Teller;
use crate::scenario::catalogue::UnitKind;
use crate::studies::access::{Access, Departure};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    Coverage(coverage::Arguments),
    Roads(roads::Arguments),
    Isochrones(isochrones::Arguments),
    Layouts(layouts::Arguments),
    Search(search::Arguments),
    Without(without::Arguments),
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    match &arguments.question {
        Question::Coverage(arguments) => coverage::run(arguments, output),
        Question::Roads(arguments) => roads::run(arguments, output),
        Question::Isochrones(arguments) => isochrones::run(arguments, output),
        Question::Layouts(arguments) => layouts::run(arguments, output),
        Question::Search(arguments) => search::run(arguments, output),
        Question::Without(arguments) => without::run(arguments, output),
    }
}

/// Who sets out, when, and how finely one looks.
#[derive(Debug, Args)]
struct Departing {
    #[arg(long, value_name = "MINUTES", default_value_t = 0.0, value_parser = minutes)]
    at: f64,
    #[arg(long, value_name = "TYPE")]
    vehicle: Option<String>,
    #[arg(long, value_name = "ID")]
    station: Vec<String>,
    #[arg(long = "cell", value_name = "METRES", default_value_t = 100.0, value_parser = metres)]
    study_cell: f64,
}

impl Departing {
    /// The ground for these departures, and the type of unit.
    fn access<'w>(&self, world: &'w World) -> Result<(Access<'w>, String), Failure> {
        let unit = self
            .vehicle
            .clone()
            .unwrap_or_else(|| usual_crew(world, &self.station));
        let departure = Departure {
            at_s: self.at * 60.0,
            unit: unit.clone(),
            stations: self.station.clone(),
            cell_m: self.study_cell,
        };
        check_time(world, self.at)?;
        match Access::new(world, &departure) {
            Ok(access) => Ok((access, unit)),
            Err(e) => Err(Failure::Message(Exit::Invalid, e.message())),
        }
    }
}

impl Departing {
    /// Who sets out, when and from where, in words.
    fn told(&self, teller: &Teller<'_>, unit: &str, output: Output) -> String {
        let message = Message::new("plan-isochrones-head")
            .with("at", told_time(teller.world(), self.at))
            .with("vehicle", told_vehicle(teller, unit))
            .with("from", told_stations(&self.station, teller, output));
        output.say(&message)
    }
}

/// The type of crew that the named stations, or all, have most of; of equals the first by name.
fn usual_crew(world: &World, stations: &[String]) -> String {
    let units = &world.scenario.file.units;
    let is_there = |station: &String| stations.is_empty() || stations.contains(station);
    let types = &world.scenario.catalogue.unit_types;
    types
        .iter()
        .filter(|(_, kind)| kind.kind == UnitKind::Crew)
        .map(|(key, _)| {
            let of_type = units
                .iter()
                .filter(|u| u.unit_type == **key && is_there(&u.station));
            (of_type.count(), key)
        })
        .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, key)| key.clone())
        .unwrap_or_default()
}

/// A time after the scenario's end has no weather.
fn check_time(world: &World, at_min: f64) -> Result<(), Failure> {
    let horizon = world.scenario.file.horizon_min;
    if at_min <= horizon {
        return Ok(());
    }
    let message = Message::new("plan-at-late")
        .with("found", at_min.to_string())
        .with("horizon", horizon.to_string());
    Err(Failure::Message(Exit::Usage, message))
}

/// A time of the scenario as people write it.
fn told_time(world: &World, at_min: f64) -> String {
    world
        .clock
        .at(at_min * 60.0)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The name of a type of unit.
fn told_vehicle(teller: &Teller<'_>, unit: &str) -> String {
    let kind = teller.world().scenario.catalogue.unit_types.get(unit);
    kind.map_or(unit, |k| teller.name(&k.name)).to_owned()
}

/// From which stations, in words.
fn told_stations(stations: &[String], teller: &Teller<'_>, output: Output) -> String {
    if stations.is_empty() {
        return output.text("plan-every-station");
    }
    let names: Vec<&str> = stations.iter().map(|id| teller.called(id)).collect();
    names.join(", ")
}

/// Title of a study's map.
fn map_title(teller: &Teller<'_>, output: Output, key: &str) -> String {
    let title = &teller.world().scenario.file.title;
    format!("{} · {}", teller.name(title), output.text(key))
}

/// All stations as signs on a map.
fn station_marks(teller: &Teller<'_>) -> Vec<MapMark> {
    let stations = teller.world().stations.iter();
    stations.map(|s| station_mark(s, teller)).collect()
}

/// A bar for work that takes a while, unless the user wants none.
fn progress(count: u64, output: Output) -> ProgressBar {
    let target = if output.quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    ProgressBar::with_draw_target(Some(count), target)
}

fn number(text: &str, least: f64, most: f64, what: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|e| format!("'{text}': {e}"))?;
    if value >= least && value <= most {
        Ok(value)
    } else {
        Err(format!(
            "{value} found, {what} from {least} to {most} expected"
        ))
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    number(text, 0.0, 1e6, "minutes")
}

fn metres(text: &str) -> Result<f64, String> {
    number(text, 10.0, 5000.0, "metres")
}

/// A folder for what a study writes.
struct Folder {
    path: PathBuf,
    written: Vec<PathBuf>,
}

impl Folder {
    fn new(path: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|e| Failure::write(path, e))?;
        Ok(Self {
            path: path.to_owned(),
            written: Vec::new(),
        })
    }

    fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), FileError>,
    ) -> Result<(), Failure> {
        let path = self.path.join(name);
        write(&path).map_err(|e| Failure::file(&e))?;
        self.written.push(path);
        Ok(())
    }

    fn csv(&mut self, name: &str, rows: &[impl serde::Serialize]) -> Result<(), Failure> {
        self.file(name, |path| {
            let fault = |e: csv::Error| FileError::write(path, e);
            let mut writer = csv::Writer::from_path(path).map_err(fault)?;
            for row in rows {
                writer.serialize(row).map_err(fault)?;
            }
            writer.flush().map_err(|e| FileError::write(path, e))
        })
    }

    fn json(&mut self, name: &str, value: &impl serde::Serialize) -> Result<(), Failure> {
        self.file(name, |path| {
            let mut text =
                serde_json::to_string_pretty(value).map_err(|e| FileError::write(path, e))?;
            text.push('\n');
            std::fs::write(path, text).map_err(|e| FileError::write(path, e))
        })
    }

    fn picture(&mut self, name: &str, image: &RgbImage) -> Result<(), Failure> {
        let path = self.path.join(name);
        write_png(image, &path).map_err(|e| Failure::write(&path, e))?;
        self.written.push(path);
        Ok(())
    }

    /// Says what was written.
    fn tell(self, output: Output) {
        if output.quiet {
            return;
        }
        for path in self.written {
            let message = Message::new("cli-files-written");
            note(&output.say(&message.with("path", path.display().to_string())));
        }
    }
}

/// To a tenth, for files and tables.
fn tenth(v: f64) -> f64 {
    libm::round(v * 10.0) / 10.0
}

/// Percent of a whole.
fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", 100.0 * part / whole.max(1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused_with_the_range() {
        assert_eq!(minutes("90"), Ok(90.0));
        assert!(minutes("-1").unwrap_err().contains("minutes from 0"));
        assert!(metres("1").unwrap_err().contains("10 to 5000"));
        assert!(metres("x").is_err());
    }
}
