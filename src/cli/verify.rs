//! `fireline verify`: the program against known answers.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::output::{Exit, Failure, Output, print, print_json};
use crate::base::geo::{Point, Raster};
use crate::base::message::Message;
use crate::files::geotiff;
use crate::fire::front::Front;
use crate::results::story::new_table;
use crate::studies::verify::ellipse::{self, Plain};
use crate::studies::verify::{EllipseCase, EllipseResult, suite};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    case: Option<Case>,
    #[arg(long, global = true)]
    json: bool,
    #[arg(long, global = true, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Case {
    Ellipse(Ellipse),
}

#[derive(Debug, Args)]
struct Ellipse {
    #[arg(long, value_name = "RATIO")]
    length_to_width: f64,
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    heading: f64,
    #[arg(long, value_name = "N")]
    cells: u32,
}

/// Largest error of an ellipse that passes, percent.
const LIMIT_PCT: f64 = 1.0;
/// The plain lies nowhere; GIS programs want a system in metres all the same.
const PLAIN_EPSG: u16 = 32649;
/// "No data" in the raster.
const NODATA: f32 = -9999.0;

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    match &arguments.case {
        Some(Case::Ellipse(case)) => run_ellipse(arguments, case, output),
        None => run_suite(arguments, output),
    }
}

fn run_suite(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let verdicts = suite();
    let passed = verdicts.iter().filter(|v| v.passed).count();
    if let Some(folder) = &arguments.out {
        make(folder)?;
        save_json(&folder.join("verify.json"), &verdicts)?;
    }
    if arguments.json {
        print_json(&verdicts)?;
    } else {
        let mut table = new_table();
        table.set_header(
            ["case", "expected", "got", "error", "limit", "verdict"]
                .map(|key| output.text(&format!("verify-{key}"))),
        );
        for v in &verdicts {
            table.add_row([
                v.case.clone(),
                format!("{:.1}", v.expected),
                format!("{:.1}", v.got),
                format!("{:+.3} %", v.error_pct),
                format!("{} %", v.limit_pct),
                output.text(if v.passed {
                    "verify-passed"
                } else {
                    "verify-failed"
                }),
            ]);
        }
        let summary = Message::new("verify-summary")
            .with("passed", passed as f64)
            .with("all", verdicts.len() as f64);
        print(&format!("{table}\n{}\n", output.say(&summary)))?;
    }
    Ok(if passed == verdicts.len() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn run_ellipse(arguments: &Arguments, case: &Ellipse, output: Output) -> Result<Exit, Failure> {
    within("--length-to-width", case.length_to_width, 1.0, 8.0)?;
    within("--heading", case.heading, -360.0, 360.0)?;
    within("--cells", f64::from(case.cells), 20.0, 2000.0)?;
    let (result, front, ignition) = ellipse::run(&EllipseCase {
        length_to_width: case.length_to_width,
        heading_deg: case.heading,
        cells: case.cells,
    });
    if let Some(folder) = &arguments.out {
        save_ellipse(folder, &result, &front, ignition)?;
    }
    let passed =
        result.area_error_pct.abs() <= LIMIT_PCT && result.head_error_pct.abs() <= LIMIT_PCT;
    if arguments.json {
        print_json(&result)?;
    } else {
        let mut table = new_table();
        table.set_header(
            ["case", "expected", "got", "error"].map(|key| output.text(&format!("verify-{key}"))),
        );
        for (key, unit, expected, got, error) in [
            (
                "verify-area",
                "m²",
                result.area_expected_m2,
                result.area_m2,
                result.area_error_pct,
            ),
            (
                "verify-head",
                "m",
                result.head_expected_m,
                result.head_m,
                result.head_error_pct,
            ),
        ] {
            table.add_row([
                output.text(key),
                format!("{expected:.1} {unit}"),
                format!("{got:.1} {unit}"),
                format!("{error:+.3} %"),
            ]);
        }
        let verdict = output.text(if passed {
            "verify-passed"
        } else {
            "verify-failed"
        });
        print(&format!("{table}\n{verdict}\n"))?;
    }
    Ok(if passed { Exit::Done } else { Exit::Failed })
}

fn within(name: &str, found: f64, min: f64, max: f64) -> Result<(), Failure> {
    if (min..=max).contains(&found) {
        return Ok(());
    }
    let message = Message::new("cli-range")
        .with("name", name)
        .with("found", found)
        .with("min", min)
        .with("max", max);
    Err(Failure::Message(Exit::Usage, message))
}

/// Writes everything somebody needs to work the errors out again: arrivals (burnt a little beyond
/// `time_s`, so that the line at `time_s` can be interpolated), the ignition, the ellipse of theory
/// and the grid.
fn save_ellipse(
    folder: &Path,
    result: &EllipseResult,
    front: &Front<Plain>,
    ignition: Point,
) -> Result<(), Failure> {
    make(folder)?;
    let grid = *front.grid();
    let mut arrival = Raster::filled(grid, NODATA);
    for (col, row, burnt) in front.burnt_iter() {
        arrival.set(col, row, burnt.arrival_s as f32);
    }
    let description =
        "fire arrival, seconds after the ignition; local metres, the system is arbitrary";
    geotiff::write_f32(
        &folder.join("arrival.tif"),
        &arrival,
        PLAIN_EPSG,
        NODATA,
        description,
    )
    .map_err(|e| Failure::file(&e))?;
    save_json(
        &folder.join("ignition.json"),
        &json!({ "x": ignition.x, "y": ignition.y, "t_s": 0.0 }),
    )?;
    let shape = front.source().0;
    let eccentricity = shape.eccentricity();
    let semi_major = result.head_expected_m / (1.0 + eccentricity);
    let centre = Point::new(
        ignition.x + semi_major * eccentricity * shape.heading.0,
        ignition.y + semi_major * eccentricity * shape.heading.1,
    );
    save_json(
        &folder.join("ellipse.json"),
        &json!({
            "time_s": result.time_s,
            "head_m_s": shape.head_m_s,
            "length_to_width": result.case.length_to_width,
            "heading_deg": result.case.heading_deg,
            "eccentricity": eccentricity,
            "semi_major_m": semi_major,
            "semi_minor_m": semi_major / result.case.length_to_width,
            "centre": { "x": centre.x, "y": centre.y },
            "area_m2": result.area_expected_m2,
            "head_m": result.head_expected_m,
        }),
    )?;
    save_json(
        &folder.join("grid.json"),
        &json!({
            "cols": grid.cols,
            "rows": grid.rows,
            "cell_m": grid.cell,
            "west": grid.west,
            "north": grid.north,
            "nodata": NODATA,
        }),
    )
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))
}

fn save_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Failure::write(path, e))?;
    fs::write(path, format!("{text}\n")).map_err(|e| Failure::write(path, e))
}
