//! `fireline plan coverage`: where the cameras are blind and where the next should stand.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, json};

use super::{Folder, check_time, map_title, metres, minutes, percent, tenth, told_time};
use crate::base::geo::{Raster, polygon_area, rings};
use crate::base::message::Message;
use crate::cli::output::{Exit, Failure, Output, print, print_json};
use crate::files::geojson::{Geometry, write_features};
use crate::files::geotiff;
use crate::results::picture::{MapMark, Symbol};
use crate::results::run_map::{StudyMap, study_map};
use crate::results::sentences::Teller;
use crate::results::story::new_table;
use crate::studies::coverage::{Coverage, Goal, HORIZON_MIN, NO_FUEL, Question, study};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gain {
    First,
    Fix,
}

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, value_name = "MINUTES", default_value_t = 0.0, value_parser = minutes)]
    at: f64,
    #[arg(long, value_name = "MINUTES", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=240))]
    after: u16,
    #[arg(long, value_name = "N", default_value_t = 5)]
    sites: usize,
    #[arg(long, value_enum, default_value = "first")]
    goal: Gain,
    #[arg(long = "cell", value_name = "METRES", default_value_t = 100.0, value_parser = metres)]
    study_cell: f64,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Blind patches smaller than this are not outlined, ha.
const LEAST_PATCH_HA: f64 = 1.0;

#[derive(Debug, Serialize)]
struct Answer {
    scenario: String,
    at: String,
    #[serde(skip)]
    told_at: String,
    after_min: u16,
    cell_m: f64,
    ground: Vec<GroundRow>,
    sites: Vec<SiteRow>,
    cameras: Vec<CameraRow>,
}

#[derive(Debug, Serialize)]
struct GroundRow {
    name: Option<String>,
    burnable_ha: f64,
    blind_ha: f64,
    seen_by_two_or_more_ha: f64,
    /// Median of the median times to the first alarm; none for never.
    detect_min: Option<f64>,
    detect_90_min: Option<f64>,
}

#[derive(Debug, Serialize)]
struct SiteRow {
    rank: usize,
    x: f64,
    y: f64,
    lon: f64,
    lat: f64,
    elevation_m: f64,
    gain_ha: f64,
    total_ha: f64,
    road_m: f64,
}

#[derive(Debug, Serialize)]
struct CameraRow {
    id: String,
    seen_ha: f64,
    alone_ha: f64,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let world = Arc::new(output.load(&arguments.scenario)?);
    check_time(&world, arguments.at)?;
    if world.cameras.is_empty() && arguments.sites == 0 {
        let message = Message::new("plan-no-cameras");
        return Err(Failure::Message(Exit::Invalid, message));
    }
    let question = Question {
        at_s: arguments.at * 60.0,
        after_min: usize::from(arguments.after),
        cell_m: arguments.study_cell,
        sites: arguments.sites,
        goal: match arguments.goal {
            Gain::First => Goal::First,
            Gain::Fix => Goal::Fix,
        },
    };
    let coverage = study(&world, &question);
    let teller = Teller::new(&world, output.language);
    let answer = answer(arguments, &world, &coverage, &teller);
    if let Some(out) = &arguments.out {
        write(out, &world, &coverage, (&answer, &teller), output)?;
    }
    if arguments.json {
        print_json(&answer)?;
    } else {
        print(&text(&answer, output))?;
    }
    Ok(Exit::Done)
}

fn answer(
    arguments: &Arguments,
    world: &World,
    coverage: &Coverage,
    teller: &Teller<'_>,
) -> Answer {
    let known = |m: f64| m.is_finite().then(|| tenth(m));
    Answer {
        scenario: world.scenario.path.display().to_string(),
        at: world.clock.iso(arguments.at * 60.0),
        told_at: told_time(world, arguments.at),
        after_min: arguments.after,
        cell_m: coverage.seen_by.grid.cell,
        ground: coverage
            .grounds
            .iter()
            .filter(|g| g.burnable_ha > 0.0)
            .map(|g| GroundRow {
                name: g.name.as_ref().map(|n| teller.name(n).to_owned()),
                burnable_ha: tenth(g.burnable_ha),
                blind_ha: tenth(g.blind_ha),
                seen_by_two_or_more_ha: tenth(g.fix_ha),
                detect_min: known(g.detect_min),
                detect_90_min: known(g.detect_90_min),
            })
            .collect(),
        sites: coverage
            .sites
            .iter()
            .enumerate()
            .map(|(i, s)| {
                // Study cells lie in the landscape, which has a longitude and latitude everywhere.
                let (lon, lat) = world.crs.lon_lat(s.at).unwrap_or((f64::NAN, f64::NAN));
                SiteRow {
                    rank: i + 1,
                    x: s.at.x,
                    y: s.at.y,
                    lon: libm::round(lon * 1e6) / 1e6,
                    lat: libm::round(lat * 1e6) / 1e6,
                    elevation_m: tenth(s.elevation_m),
                    gain_ha: tenth(s.gain_ha),
                    total_ha: tenth(s.total_ha),
                    road_m: libm::round(s.road_m),
                }
            })
            .collect(),
        cameras: coverage
            .cameras
            .iter()
            .map(|c| CameraRow {
                id: c.id.clone(),
                seen_ha: tenth(c.seen_ha),
                alone_ha: tenth(c.alone_ha),
            })
            .collect(),
    }
}

fn text(answer: &Answer, output: Output) -> String {
    let message = Message::new("plan-coverage-head")
        .with("at", answer.told_at.clone())
        .with("after", answer.after_min.to_string())
        .with("cell", answer.cell_m.to_string());
    let head = output.say(&message);
    let minutes = |m: Option<f64>| {
        m.map_or_else(
            || output.say(&Message::new("plan-over").with("minutes", HORIZON_MIN.to_string())),
            |m| format!("{m:.0}"),
        )
    };
    let mut ground = new_table();
    ground.set_header(
        [
            "plan-ground",
            "plan-burnable-ha",
            "plan-blind",
            "plan-one",
            "plan-two",
            "plan-detect",
            "plan-detect-90",
        ]
        .map(|key| output.text(key)),
    );
    for g in &answer.ground {
        let one = g.burnable_ha - g.blind_ha - g.seen_by_two_or_more_ha;
        let share = |ha: f64| format!("{ha:.0} ({})", percent(ha, g.burnable_ha));
        ground.add_row([
            g.name.clone().unwrap_or_else(|| output.text("plan-all")),
            format!("{:.0}", g.burnable_ha),
            share(g.blind_ha),
            share(one.max(0.0)),
            share(g.seen_by_two_or_more_ha),
            minutes(g.detect_min),
            minutes(g.detect_90_min),
        ]);
    }
    let mut sites = new_table();
    sites.set_header(
        [
            "plan-site",
            "plan-place",
            "plan-lon-lat",
            "plan-elevation",
            "plan-gain",
            "plan-then",
            "plan-road-m",
        ]
        .map(|key| output.text(key)),
    );
    let all = answer.ground.first().map_or(0.0, |g| g.burnable_ha);
    for s in &answer.sites {
        sites.add_row([
            s.rank.to_string(),
            format!("{:.0}, {:.0}", s.x, s.y),
            format!("{:.5}, {:.5}", s.lon, s.lat),
            format!("{:.0}", s.elevation_m),
            format!("{:.0}", s.gain_ha),
            percent(s.total_ha, all),
            format!("{:.0}", s.road_m),
        ]);
    }
    let mut spare: Vec<&CameraRow> = answer.cameras.iter().collect();
    spare.sort_by(|a, b| a.alone_ha.total_cmp(&b.alone_ha));
    let listed: Vec<String> = spare
        .iter()
        .take(5)
        .map(|c| format!("{} ({:.0} / {:.0} ha)", c.id, c.alone_ha, c.seen_ha))
        .collect();
    let mut parts = vec![format!("{head}\n{ground}\n")];
    if !answer.sites.is_empty() {
        parts.push(format!("\n{}\n{sites}\n", output.text("plan-next-sites")));
    }
    if !listed.is_empty() {
        let message = Message::new("plan-spare").with("cameras", listed.join(", "));
        parts.push(format!("\n{}\n", output.say(&message)));
    }
    parts.concat()
}

fn write(
    out: &std::path::Path,
    world: &World,
    coverage: &Coverage,
    (answer, teller): (&Answer, &Teller<'_>),
    output: Output,
) -> Result<(), Failure> {
    let mut folder = Folder::new(out)?;
    let epsg = world.crs.code();
    folder.json("coverage.json", answer)?;
    folder.csv("cameras.csv", &answer.cameras)?;
    folder.csv("next_sites.csv", &answer.sites)?;
    folder.file("cameras_seeing.tif", |p| {
        geotiff::write_u8(p, &coverage.seen_by, epsg, NO_FUEL, "cameras_seeing")
    })?;
    for (name, raster) in [
        ("detect_min", &coverage.detect_min),
        ("detect_cameras_min", &coverage.cameras_min),
    ] {
        // Never is not a number of minutes.
        let data = raster.data.iter().map(|m| {
            if m.is_nan() {
                -9999.0
            } else {
                m.min(HORIZON_MIN as f32)
            }
        });
        let raster = Raster {
            grid: raster.grid,
            data: data.collect(),
        };
        folder.file(&format!("{name}.tif"), |p| {
            geotiff::write_f32(p, &raster, epsg, -9999.0, name)
        })?;
    }
    let blind = Raster {
        grid: coverage.seen_by.grid,
        data: coverage
            .seen_by
            .data
            .iter()
            .map(|&n| if n == 0 { 0.0 } else { f32::NAN })
            .collect(),
    };
    let patches = rings::polygons_within(&blind, 0.0);
    folder.file("blind_areas.geojson", |p| {
        let features = patches.into_iter().filter_map(|polygon| {
            let area = |ring: &Vec<_>| polygon_area(ring).abs();
            let m2 = area(&polygon[0]) - polygon[1..].iter().map(area).sum::<f64>();
            let mut properties = Map::new();
            properties.insert("area_ha".into(), json!(tenth(m2 / 10_000.0)));
            (m2 >= LEAST_PATCH_HA * 10_000.0)
                .then_some((properties, Geometry::MultiPolygon(vec![polygon])))
        });
        write_features(p, &world.crs, features)
    })?;
    folder.file("next_sites.geojson", |p| {
        let features = coverage.sites.iter().zip(&answer.sites).map(|(site, row)| {
            let mut properties = Map::new();
            properties.insert("id".into(), json!(format!("site-{}", row.rank)));
            properties.insert("gain_ha".into(), json!(row.gain_ha));
            properties.insert("total_ha".into(), json!(row.total_ha));
            properties.insert("road_m".into(), json!(row.road_m));
            (properties, Geometry::Point(site.at))
        });
        write_features(p, &world.crs, features)
    })?;
    let image =
        picture(world, coverage, answer, teller, output).map_err(|e| Failure::write(out, e))?;
    folder.picture("coverage.png", &image)?;
    folder.tell(output);
    Ok(())
}

fn picture(
    world: &World,
    coverage: &Coverage,
    answer: &Answer,
    teller: &Teller<'_>,
    output: Output,
) -> Result<image::RgbImage, crate::results::picture::PictureError> {
    // Blind stands out; the rest rises in lightness with the number of cameras (told apart by everybody).
    let class = Raster {
        grid: coverage.seen_by.grid,
        data: coverage
            .seen_by
            .data
            .iter()
            .map(|&n| if n == NO_FUEL { 0 } else { n.min(3) + 1 })
            .collect(),
    };
    let classes = [
        ((236, 236, 232), "plan-class-no-fuel"),
        ((222, 94, 44), "plan-class-blind"),
        ((160, 190, 230), "plan-class-one"),
        ((80, 130, 200), "plan-class-two"),
        ((24, 66, 140), "plan-class-three"),
    ];
    let cameras = world.cameras.iter().map(|c| MapMark {
        at: c.at,
        symbol: Symbol::Camera,
        label: None,
    });
    let sites = coverage.sites.iter().enumerate().map(|(i, s)| MapMark {
        at: s.at,
        symbol: Symbol::Site,
        label: Some((i + 1).to_string()),
    });
    let subtitle = Message::new("plan-coverage-head")
        .with("at", answer.told_at.clone())
        .with("after", answer.after_min.to_string())
        .with("cell", answer.cell_m.to_string());
    study_map(
        world,
        teller,
        StudyMap {
            title: map_title(teller, output, "plan-coverage-title"),
            subtitles: vec![output.say(&subtitle)],
            extent: None,
            class: &class,
            heading: output.text("plan-coverage-legend"),
            classes: classes
                .map(|(colour, key)| (colour, output.text(key)))
                .to_vec(),
            lines: Vec::new(),
            marks: cameras.chain(sites).collect(),
        },
    )
}
