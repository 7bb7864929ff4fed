//! `fireline verify ellipse`: one fire on a uniform plain, with everything somebody needs to work its
//! errors out again.

use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::{make, report, save_json, within};
use crate::base::geo::{Point, Raster};
use crate::cli::output::{Exit, Failure, Output, print_json};
use crate::files::geotiff;
use crate::fire::front::Front;
use crate::studies::verify::EllipseCase;
use crate::studies::verify::ellipse::{self, EllipseResult, Plain};

#[derive(Debug, Args)]
pub struct Ellipse {
    #[arg(long, value_name = "RATIO")]
    length_to_width: f64,
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    heading: f64,
    #[arg(long, value_name = "N")]
    cells: u32,
}

/// The plain lies nowhere; GIS programs want a system in metres all the same.
const PLAIN_EPSG: u16 = 32649;
/// "No data" in the raster.
const NODATA: f32 = -9999.0;

/// The result with its verdict, for `--json`.
#[derive(Serialize)]
struct Judged<'a> {
    #[serde(flatten)]
    result: &'a EllipseResult,
    passed: bool,
}

pub fn run(
    case: &Ellipse,
    json: bool,
    out: Option<&Path>,
    output: Output,
) -> Result<Exit, Failure> {
    within("--length-to-width", case.length_to_width, 1.0, 8.0)?;
    within("--heading", case.heading, -360.0, 360.0)?;
    within("--cells", f64::from(case.cells), 20.0, 2000.0)?;
    let (result, front, ignition) = ellipse::run(&EllipseCase {
        length_to_width: case.length_to_width,
        heading_deg: case.heading,
        cells: case.cells,
    });
    if let Some(folder) = out {
        save_ellipse(folder, &result, &front, ignition)?;
    }
    let verdicts = result.verdicts();
    let passed = verdicts.iter().all(|v| v.passed);
    if json {
        print_json(&Judged {
            result: &result,
            passed,
        })?;
    } else {
        report(&verdicts, output)?;
    }
    Ok(if passed { Exit::Done } else { Exit::Failed })
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
