//! `fireline new`: makes the scenarios that come with the program, and scenarios out of a user's own
//! files.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::DateTime;

use super::output::{self, Exit, Failure, Output, print};
use crate::authoring::from_files::layers::{BandRef, Role};
use crate::authoring::from_files::sources::VectorSource;
use crate::authoring::from_files::things::Kind;
use crate::authoring::from_files::{
    self, ImportError, Note, NoteKind, Request, conditions, target,
};
use crate::authoring::{AuthoringError, county, layouts, valley};
use crate::base::geo;
use crate::base::message::Message;
use crate::files::weather;
use crate::scenario::schema;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    County(Place),
    Valley(Place),
    Scenario(Box<FromFiles>),
    Layouts(Networks),
}

/// Layouts of a scenario's breaks.
#[derive(Debug, Args)]
struct Networks {
    scenario: PathBuf,
    #[arg(long, value_name = "ID")]
    area: Option<String>,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long)]
    overwrite: bool,
}

#[derive(Debug, Args)]
struct Place {
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    out: PathBuf,
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Offsets of the Chinese web maps.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Offset {
    Gcj02,
    Bd09,
}

impl From<Offset> for geo::Offset {
    fn from(offset: Offset) -> Self {
        match offset {
            Offset::Gcj02 => Self::Gcj02,
            Offset::Bd09 => Self::Bd09,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CanopyUnits {
    Landfire,
    Metric,
}

/// Heights of wind measurements.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WindHeight {
    #[value(name = "10m")]
    TenMetres,
    #[value(name = "20ft")]
    TwentyFeet,
}

impl From<WindHeight> for schema::WindHeight {
    fn from(height: WindHeight) -> Self {
        match height {
            WindHeight::TenMetres => Self::TenMetres,
            WindHeight::TwentyFeet => Self::TwentyFeet,
        }
    }
}

#[derive(Debug, Args)]
struct FromFiles {
    sources: Vec<PathBuf>,
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    out: PathBuf,
    #[arg(long)]
    name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[arg(long)]
    overwrite: bool,

    #[arg(long, value_name = "FILE[:BAND]")]
    elevation: Option<BandRef>,
    #[arg(long, value_name = "FILE[:BAND]")]
    fuel: Option<BandRef>,
    #[arg(long, value_name = "FILE[:BAND]")]
    canopy_cover: Option<BandRef>,
    #[arg(long, value_name = "FILE[:BAND]")]
    canopy_height: Option<BandRef>,
    #[arg(long, value_name = "FILE[:BAND]")]
    canopy_base: Option<BandRef>,
    #[arg(long, value_name = "FILE[:BAND]")]
    canopy_density: Option<BandRef>,
    #[arg(long, value_name = "UNITS")]
    canopy_units: Option<CanopyUnits>,
    #[arg(long, value_name = "NAME|FILE")]
    fuel_map: Option<String>,

    #[arg(long, value_name = "CODE")]
    epsg: Option<u16>,
    #[arg(long, value_name = "CODE")]
    source_epsg: Option<u16>,
    #[arg(long, value_name = "METRES")]
    cell: Option<f64>,
    #[arg(long, value_name = "METRES")]
    run_cell: Option<f64>,
    #[arg(long, value_name = "W,S,E,N", value_parser = bounds, allow_hyphen_values = true)]
    bounds: Option<[f64; 4]>,

    #[arg(long, value_name = "FILE[:LAYER]")]
    roads: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    firebreaks: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    ponds: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    stations: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    cameras: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    values: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    areas: Vec<String>,
    #[arg(long, value_name = "FILE[:LAYER]")]
    power_lines: Vec<String>,
    #[arg(long, value_name = "MAP")]
    offset: Option<Offset>,
    #[arg(long, value_name = "METRES", default_value_t = 10.0)]
    snap: f64,

    #[arg(long, value_name = "FILE")]
    weather: Option<PathBuf>,
    #[arg(long, value_name = "YEAR")]
    weather_year: Option<i32>,
    #[arg(long, value_name = "HEIGHT")]
    wind_height: Option<WindHeight>,
    #[arg(long, value_name = "TIME")]
    start: Option<DateTime>,
    #[arg(long = "hours", value_name = "HOURS")]
    run_hours: Option<f64>,
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    #[arg(long, value_name = "X,Y|FILE", allow_hyphen_values = true)]
    ignition: Vec<String>,
}

fn bounds(text: &str) -> Result<[f64; 4], String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|t| {
            t.trim()
                .parse::<f64>()
                .map_err(|_| format!("`{t}` is no number"))
        })
        .collect::<Result<_, _>>()?;
    <[f64; 4]>::try_from(numbers).map_err(|n| format!("{} numbers; expected W,S,E,N", n.len()))
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let (made, scenario) = match &arguments.what {
        What::County(place) => (
            county::build(&place.out, place.seed.unwrap_or(county::SEED)).map(|_| ()),
            place.out.join("hengyang.ron"),
        ),
        What::Valley(place) => (
            valley::build(&place.out, place.seed.unwrap_or(valley::SEED)),
            place.out.join("valley.ron"),
        ),
        What::Scenario(files) => return from(files, output),
        What::Layouts(networks) => return lay_out(networks, output),
    };
    made.map_err(failure)?;
    let message = Message::new("cli-made").with("path", scenario.display().to_string());
    print(&format!("{}\n", output.say(&message)))?;
    Ok(Exit::Done)
}

/// Layouts of a scenario's breaks: as they are, none, and twice as long.
fn lay_out(networks: &Networks, output: Output) -> Result<Exit, Failure> {
    let there =
        (layouts::files(&networks.out).into_iter()).find(|f| f.exists() && !networks.overwrite);
    if let Some(path) = there {
        let message = Message::new("convert-exists").with("path", path.display().to_string());
        return Err(Failure::Message(Exit::Usage, message));
    }
    let world = output.load(&networks.scenario)?;
    let area = match &networks.area {
        None => None,
        Some(id) => {
            let found = world.areas.iter().find(|a| a.id == *id);
            let unknown = || {
                let have: Vec<&str> = world.areas.iter().map(|a| a.id.as_str()).collect();
                let message = Message::new("layouts-no-area")
                    .with("found", id.as_str())
                    .with("have", have.join(", "));
                Failure::Message(Exit::Usage, message)
            };
            Some(found.ok_or_else(unknown)?)
        }
    };
    let made = layouts::write(&world, area, &networks.out).map_err(failure)?;
    let message = Message::new("layouts-made")
        .with("there", format!("{:.2}", made.there_km))
        .with("added", format!("{:.2}", made.added_km));
    print(&format!("{}\n", output.say(&message)))?;
    for path in made.files {
        let message = Message::new("cli-made").with("path", path.display().to_string());
        print(&format!("{}\n", output.say(&message)))?;
    }
    Ok(Exit::Done)
}

fn failure(error: AuthoringError) -> Failure {
    match error {
        AuthoringError::File(error) => Failure::file(&error),
        AuthoringError::Write { path, reason } => Failure::write(&path, reason),
        other => Failure::Message(
            Exit::Failed,
            Message::new("cli-not-made").with("reason", other.to_string()),
        ),
    }
}

/// `FILE` or `FILE:LAYER`; a file whose name holds a colon is taken whole.
fn layer_of(text: &str, kind: Kind) -> VectorSource {
    let (file, layer) = match text.rsplit_once(':') {
        Some((file, layer)) if !PathBuf::from(text).exists() && file.len() > 1 => {
            (file, Some(layer.to_owned()))
        }
        _ => (text, None),
    };
    VectorSource {
        file: PathBuf::from(file),
        layer,
        kind,
    }
}

fn request(files: &FromFiles, output: Output) -> Request {
    let layers = [
        (Role::Elevation, &files.elevation),
        (Role::Fuel, &files.fuel),
        (Role::CanopyCover, &files.canopy_cover),
        (Role::CanopyHeight, &files.canopy_height),
        (Role::CanopyBase, &files.canopy_base),
        (Role::CanopyDensity, &files.canopy_density),
    ]
    .into_iter()
    .filter_map(|(role, band)| Some((role, band.clone()?)))
    .collect();
    let features = [
        (Kind::Roads, &files.roads),
        (Kind::Firebreaks, &files.firebreaks),
        (Kind::Ponds, &files.ponds),
        (Kind::Stations, &files.stations),
        (Kind::Cameras, &files.cameras),
        (Kind::Values, &files.values),
        (Kind::Areas, &files.areas),
        (Kind::PowerLines, &files.power_lines),
    ]
    .into_iter()
    .flat_map(|(kind, named)| named.iter().map(move |text| layer_of(text, kind)))
    .collect();
    Request {
        sources: files.sources.clone(),
        out: files.out.clone(),
        name: files.name.clone(),
        title: files.title.clone(),
        layers,
        fuel_map: files.fuel_map.clone(),
        canopy_units: files.canopy_units.map(|u| match u {
            CanopyUnits::Landfire => schema::CanopyUnits::Landfire,
            CanopyUnits::Metric => schema::CanopyUnits::Metric,
        }),
        source_epsg: files.source_epsg,
        grid: target::Wishes {
            epsg: files.epsg,
            cell_m: files.cell,
            bounds: files.bounds,
        },
        run_cell_m: files.run_cell,
        features,
        offset: files.offset.map(Into::into),
        snap_m: files.snap.clamp(0.0, 1000.0),
        weather: files.weather.clone(),
        time: conditions::Wishes {
            start: files.start,
            hours: files.run_hours.filter(|h| *h > 0.0),
            wind_height: files.wind_height.map(Into::into),
            options: weather::Options {
                year: files.weather_year,
                ..weather::Options::default()
            },
        },
        ignitions: files.ignition.clone(),
        time_zone: files.time_zone.clone(),
        language: output.language,
        overwrite: files.overwrite,
    }
}

/// Says why files make nothing, and what can be done.
pub fn refused(error: ImportError, output: Output) -> Failure {
    match error {
        ImportError::File(error) => Failure::file(&error),
        ImportError::Authoring(error) => failure(error),
        ImportError::Refused { message, help } => {
            output.error(&message);
            if let Some(help) = help {
                let text = output.say(&help);
                output::note(&output.say(&Message::new("cli-help-line").with("text", text)));
            }
            Failure::Said(Exit::Invalid)
        }
    }
}

fn from(files: &FromFiles, output: Output) -> Result<Exit, Failure> {
    let made = from_files::build(&request(files, output)).map_err(|e| refused(e, output))?;
    if !output.quiet {
        tell(&made.notes, output);
    }
    // What was written must be what the program itself takes; its findings are the user's to see.
    output.load(&made.scenario)?;
    let path = made.scenario.display().to_string();
    print(&format!(
        "{}\n",
        output.say(&Message::new("cli-made-runs").with("path", path))
    ))?;
    Ok(Exit::Done)
}

/// Says what was read, what was assumed and what was left out.
pub fn tell(notes: &[Note], output: Output) {
    for (kind, key) in [
        (NoteKind::Read, "import-text-read"),
        (NoteKind::Assumed, "import-text-assumed"),
        (NoteKind::Warning, "import-text-warnings"),
    ] {
        let of_kind: Vec<&Note> = notes.iter().filter(|n| n.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        output::note(&output.text(key));
        for note in of_kind {
            output::note(&format!("  {}", output.say(&note.message)));
        }
    }
}
