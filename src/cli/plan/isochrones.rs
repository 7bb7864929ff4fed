//! `fireline plan isochrones`: how soon a unit is where, by station, time of day and vehicle.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::{Map, json};

use super::{Departing, Folder, map_title, percent, station_marks, tenth};
use crate::base::geo::{Raster, polygon_area, rings};
use crate::base::message::Message;
use crate::cli::output::{Exit, Failure, Output, print, print_json};
use crate::files::geojson::{Geometry, write_features};
use crate::files::geotiff;
use crate::results::run_map::{StudyMap, study_map};
use crate::results::sentences::Teller;
use crate::results::story::new_table;
use crate::studies::access::{Access, Arrival};
use crate::world::World;

/// Bounds of the classes, minutes.
pub(super) const BANDS: [u32; 7] = [10, 20, 30, 45, 60, 90, 120];
/// Colours of the bands from soon to late, and of what lies beyond: viridis turned round (Smith & van der
/// Walt 2015), which keeps its order for colour-blind readers.
pub(super) const COLOURS: [(u8, u8, u8); 8] = [
    (253, 231, 37),
    (160, 218, 57),
    (74, 193, 109),
    (31, 161, 135),
    (39, 127, 142),
    (54, 92, 141),
    (70, 50, 127),
    (68, 1, 84),
];

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[command(flatten)]
    departing: Departing,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Answer {
    scenario: String,
    at: String,
    vehicle: String,
    /// Who sets out, when and from where, in words.
    #[serde(skip)]
    head: String,
    stations: Vec<String>,
    burnable_ha: f64,
    /// Median of the arrival over the burnable ground; none for never.
    median_min: Option<f64>,
    p90_min: Option<f64>,
    within: Vec<Band>,
    never_ha: f64,
}

#[derive(Debug, Serialize)]
struct Band {
    minutes: u32,
    reached_ha: f64,
    share: f64,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let world = output.load(&arguments.scenario)?;
    let (access, vehicle) = arguments.departing.access(&world)?;
    let arrival = access.arrival();
    let teller = Teller::new(&world, output.language);
    let answer = answer(arguments, (&teller, output), vehicle, (&access, &arrival));
    if let Some(out) = &arguments.out {
        write(out, &teller, &arrival, &answer, (&access, output))?;
    }
    if arguments.json {
        print_json(&answer)?;
    } else {
        print(&text(&answer, output))?;
    }
    Ok(Exit::Done)
}

/// Arrivals over the burnable ground, minutes, ascending.
pub(super) fn sorted(access: &Access<'_>, arrival: &Arrival) -> Vec<f32> {
    let mut all: Vec<f32> = access
        .counted()
        .iter()
        .map(|&i| arrival.minutes.data[i])
        .collect();
    all.sort_by(f32::total_cmp);
    all
}

fn answer(
    arguments: &Arguments,
    (teller, output): (&Teller<'_>, Output),
    vehicle: String,
    (access, arrival): (&Access<'_>, &Arrival),
) -> Answer {
    let world = teller.world();
    let all = sorted(access, arrival);
    let ha = |n: usize| tenth(n as f64 * access.cell_ha());
    let at = |share: f64| {
        let i = (all.len().max(1) - 1) as f64 * share;
        let m = f64::from(*all.get(i as usize)?);
        m.is_finite().then(|| tenth(m))
    };
    Answer {
        scenario: world.scenario.path.display().to_string(),
        at: world.clock.iso(arguments.departing.at * 60.0),
        head: arguments.departing.told(teller, &vehicle, output),
        vehicle,
        stations: arguments.departing.station.clone(),
        burnable_ha: ha(all.len()),
        median_min: at(0.5),
        p90_min: at(0.9),
        within: BANDS
            .iter()
            .map(|&minutes| {
                let n = all.partition_point(|&m| m <= minutes as f32);
                Band {
                    minutes,
                    reached_ha: ha(n),
                    share: libm::round(1000.0 * n as f64 / all.len().max(1) as f64) / 1000.0,
                }
            })
            .collect(),
        never_ha: ha(all.iter().filter(|m| m.is_infinite()).count()),
    }
}

fn text(answer: &Answer, output: Output) -> String {
    let mut table = new_table();
    table.set_header(["plan-within", "plan-reached", "plan-share"].map(|key| output.text(key)));
    for band in &answer.within {
        table.add_row([
            band.minutes.to_string(),
            format!("{:.0}", band.reached_ha),
            percent(band.reached_ha, answer.burnable_ha),
        ]);
    }
    let within = |m: Option<f64>| {
        m.map_or_else(
            || output.text("plan-isochrones-not-reached"),
            |m| {
                output
                    .say(&Message::new("plan-isochrones-within").with("minutes", format!("{m:.0}")))
            },
        )
    };
    let summary = Message::new("plan-isochrones-summary")
        .with("median", within(answer.median_min))
        .with("late", within(answer.p90_min))
        .with("never", format!("{:.0}", answer.never_ha))
        .with("all", format!("{:.0}", answer.burnable_ha));
    format!("{}\n{table}\n{}\n", answer.head, output.say(&summary))
}

fn write(
    out: &Path,
    teller: &Teller<'_>,
    arrival: &Arrival,
    answer: &Answer,
    (access, output): (&Access<'_>, Output),
) -> Result<(), Failure> {
    let world = teller.world();
    let mut folder = Folder::new(out)?;
    folder.json("isochrones.json", answer)?;
    folder.csv("isochrones.csv", &answer.within)?;
    write_arrival(&mut folder, world, arrival)?;
    folder.file("isochrones.geojson", |p| {
        let features = BANDS.iter().filter_map(|&minutes| {
            let polygons = rings::polygons_within(&arrival.minutes, minutes as f32);
            let area = |ring: &Vec<_>| polygon_area(ring).abs();
            let m2: f64 = polygons
                .iter()
                .map(|p| area(&p[0]) - p[1..].iter().map(area).sum::<f64>())
                .sum();
            let mut properties = Map::new();
            properties.insert("within_min".into(), json!(minutes));
            properties.insert("area_ha".into(), json!(tenth(m2 / 10_000.0)));
            (!polygons.is_empty()).then_some((properties, Geometry::MultiPolygon(polygons)))
        });
        write_features(p, &world.crs, features)
    })?;
    let class = classes(access, arrival);
    let image = study_map(
        world,
        teller,
        StudyMap {
            title: map_title(teller, output, "plan-isochrones-title"),
            subtitles: vec![answer.head.clone()],
            extent: None,
            class: &class,
            heading: output.text("plan-isochrones-legend"),
            classes: legend(output),
            lines: Vec::new(),
            marks: station_marks(teller),
        },
    )
    .map_err(|e| Failure::write(out, e))?;
    folder.picture("isochrones.png", &image)?;
    folder.tell(output);
    Ok(())
}

/// Writes the arrivals, minutes; what is never reached has no value.
pub(super) fn write_arrival(
    folder: &mut Folder,
    world: &World,
    arrival: &Arrival,
) -> Result<(), Failure> {
    let raster = Raster {
        grid: arrival.minutes.grid,
        data: arrival
            .minutes
            .data
            .iter()
            .map(|m| if m.is_finite() { *m } else { -9999.0 })
            .collect(),
    };
    folder.file("arrival_min.tif", |p| {
        geotiff::write_f32(p, &raster, world.crs.code(), -9999.0, "arrival_min")
    })
}

/// Class of each cell: the band of its arrival; the last is what does not burn.
pub(super) fn classes(access: &Access<'_>, arrival: &Arrival) -> Raster<u8> {
    let no_fuel = COLOURS.len() as u8;
    let mut class = Raster::filled(*access.grid(), no_fuel);
    for &i in access.counted() {
        let minutes = arrival.minutes.data[i];
        class.data[i] = BANDS.partition_point(|&b| (b as f32) < minutes) as u8;
    }
    class
}

/// Colours and names of [`classes`].
pub(super) fn legend(output: Output) -> Vec<((u8, u8, u8), String)> {
    let name = |i: usize| {
        let from = i
            .checked_sub(1)
            .map_or("0".to_owned(), |k| BANDS[k].to_string());
        match BANDS.get(i) {
            Some(to) => format!("{from}–{to} min"),
            None => format!("> {from} min"),
        }
    };
    COLOURS
        .iter()
        .enumerate()
        .map(|(i, &colour)| (colour, name(i)))
        .chain([((236, 236, 232), output.text("plan-class-no-fuel"))])
        .collect()
}
