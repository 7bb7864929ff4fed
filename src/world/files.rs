//! The files a scenario names: found beside it, and the landscape's rasters loaded and compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::base::geo::{Grid, Raster};
use crate::base::message::Message;
use crate::files::cache;
use crate::files::geotiff::Image;
use crate::scenario::Scenario;
use crate::scenario::schema::{CoverCoding, CustomFuel};
use crate::scenario::text::FieldPath;

use super::canopy;
use super::covers;
use super::features::file_error;
use super::findings::{Findings, number};
use super::landscape::Landscape;

/// The path of a file that the scenario names at `at`; none, with an error, when it is not there.
pub(super) fn named_file(
    folder: &Path,
    name: &str,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<PathBuf> {
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    let message = Message::new("check-file-missing").with("found", name);
    let beside = neighbours(&path, name);
    let missing = findings
        .error(at, message)
        .with_suggestion(name, beside.iter().map(String::as_str));
    findings.add(missing);
    None
}

/// Files in the folder where `path` should have been, named as the scenario would name them.
fn neighbours(path: &Path, name: &str) -> Vec<String> {
    let Some(folder) = path.parent() else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let prefix = name.rfind('/').map_or("", |i| &name[..=i]);
    let extension = path.extension();
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().extension() == extension)
        .filter_map(|entry| Some(format!("{prefix}{}", entry.file_name().to_str()?)))
        .collect();
    names.sort();
    names
}

/// Loads the landscape; none, with errors, when a file is missing, the two rasters differ, or a
/// burnable cell has no meaning or no elevation.
pub(super) fn load_landscape(
    scenario: &Scenario,
    custom: &BTreeMap<u16, CustomFuel>,
    findings: &mut Findings<'_>,
) -> Option<Landscape> {
    let root = FieldPath::of("landscape");
    let (elevation_at, cover_at) = (root.field("elevation"), root.field("cover"));
    let named = &scenario.file.landscape;
    let folder = scenario.folder();

    let path = named_file(folder, &named.elevation, &elevation_at, findings);
    let elevation =
        path.and_then(|path| loaded(cache::read_f32(&path, folder), &elevation_at, findings));
    let path = named_file(folder, &named.cover, &cover_at, findings);
    let cover = path.and_then(|path| loaded(cache::read_u8(&path, folder), &cover_at, findings));

    let epsg = scenario.file.site.epsg;
    if let Some(image) = &elevation {
        check_system(image.epsg, epsg, &elevation_at, findings);
    }
    if let Some(image) = &cover {
        check_system(image.epsg, epsg, &cover_at, findings);
    }
    let (mut elevation, cover) = (elevation?, cover?);
    check_same_grid(
        &elevation.raster.grid,
        &cover.raster.grid,
        &cover_at,
        findings,
    )?;

    let (mut table, contradictions) =
        covers::cover_table(named.coding, &scenario.catalogue, custom);
    for key in contradictions {
        let message = Message::new("check-catalogue-cover").with("found", key);
        findings.add(findings.error(&root.field("coding"), message));
    }
    if let Some(code) = cover.nodata.filter(|v| (0.0..=255.0).contains(v)) {
        if custom.contains_key(&(code as u16)) {
            let message = Message::new("check-fuel-nodata").with("found", number(code));
            let help = Message::new("check-help-free-fuel-numbers");
            findings.add(findings.error(&cover_at, message).with_help(help));
        }
        table[code as usize].get_or_insert_with(covers::no_data);
    }
    let known = check_codes(&cover.raster, &table, named.coding, &cover_at, findings);
    let burns = |code: u8| {
        table[code as usize]
            .as_ref()
            .is_some_and(|c| c.fuel_model.is_some())
    };
    let whole = fill_voids(
        &mut elevation,
        &cover.raster,
        burns,
        &elevation_at,
        findings,
    );
    let canopy = canopy::load(scenario, &cover.raster.grid, findings);
    (known && whole).then(|| Landscape::new(elevation.raster, cover.raster, table, canopy))
}

/// What was read from a file named at `at`; none, with an error, when it could not be.
pub(super) fn loaded<T>(
    read: Result<T, crate::files::FileError>,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<T> {
    match read {
        Ok(content) => Some(content),
        Err(error) => {
            findings.add(file_error(findings, at, &error));
            None
        }
    }
}

/// Whether a raster is in the site's system. `found`: none when the raster names no system.
pub(super) fn check_system(
    found: Option<u16>,
    epsg: u16,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) {
    let expected = number(epsg.into());
    match found {
        Some(code) if code != epsg => {
            let message = Message::new("check-raster-epsg")
                .with("found", number(code.into()))
                .with("expected", expected.clone());
            let help = Message::new("check-help-reproject").with("expected", expected);
            findings.add(findings.error(at, message).with_help(help));
        }
        Some(_) => {}
        None => {
            let message = Message::new("check-raster-no-epsg").with("expected", expected);
            findings.add(findings.warning(at, message));
        }
    }
}

/// Every way in which a layer's grid differs from the elevation's; none when there is one.
pub(super) fn check_same_grid(
    elevation: &Grid,
    cover: &Grid,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<()> {
    let mut same = true;
    let mut differ = |key: &str, found: String, expected: String| {
        let message = Message::new(key)
            .with("found", found)
            .with("expected", expected);
        findings.add(findings.error(at, message));
        same = false;
    };
    let size = |g: &Grid| format!("{} x {}", g.cols, g.rows);
    if (elevation.cols, elevation.rows) != (cover.cols, cover.rows) {
        differ("check-raster-size", size(cover), size(elevation));
    }
    // Files round their georeference differently; a hundredth of a cell moves nothing.
    let tolerance = 0.01 * elevation.cell;
    if (elevation.cell - cover.cell).abs() * elevation.cols.max(elevation.rows) as f64 > tolerance {
        differ(
            "check-raster-cell",
            cover.cell.to_string(),
            elevation.cell.to_string(),
        );
    }
    let corner = |g: &Grid| format!("({}, {})", g.west, g.north);
    let off = (elevation.west - cover.west)
        .abs()
        .max((elevation.north - cover.north).abs());
    if off > tolerance {
        differ("check-raster-origin", corner(cover), corner(elevation));
    }
    same.then_some(())
}

/// Codes that occur in the raster and mean nothing, each as an error with how often and where first.
fn check_codes(
    cover: &Raster<u8>,
    table: &[Option<super::landscape::CoverInfo>],
    coding: CoverCoding,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> bool {
    let mut count = [0_u64; 256];
    for &code in &cover.data {
        count[code as usize] += 1;
    }
    let known: Vec<String> = (0..table.len())
        .filter(|&i| table[i].is_some())
        .map(|i| i.to_string())
        .collect();
    let mut all_known = true;
    for (code, &cells) in count.iter().enumerate() {
        if cells == 0 || table[code].is_some() {
            continue;
        }
        all_known = false;
        let first = cover
            .data
            .iter()
            .position(|&c| c as usize == code)
            .unwrap_or_default();
        let message = Message::new("check-cover-code")
            .with("found", number(code as f64))
            .with("cells", cells as f64)
            .with("column", (first % cover.grid.cols) as f64)
            .with("row", (first / cover.grid.cols) as f64);
        let help = match coding {
            CoverCoding::Catalogue => "check-help-expected-one-of",
            CoverCoding::StandardFuel => "check-help-fuel-code",
        };
        let help = Message::new(help).with("expected", known.join(", "));
        findings.add(findings.error(at, message).with_help(help));
    }
    all_known
}

/// Elevation voids where nothing burns become the lowest ground of the map, which hides nothing
/// from view; a void under burnable cover is an error.
fn fill_voids(
    elevation: &mut Image<f32>,
    cover: &Raster<u8>,
    burns: impl Fn(u8) -> bool,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> bool {
    let nodata = elevation.nodata.map(|v| v as f32);
    let void = |z: f32| !z.is_finite() || nodata == Some(z);
    let data = &mut elevation.raster.data;
    let lowest = data
        .iter()
        .copied()
        .filter(|&z| !void(z))
        .fold(f32::INFINITY, f32::min);
    let lowest = if lowest.is_finite() { lowest } else { 0.0 };
    let (mut missing, mut first) = (0_u64, 0);
    for (i, z) in data.iter_mut().enumerate() {
        if void(*z) {
            if burns(cover.data[i]) {
                first = if missing == 0 { i } else { first };
                missing += 1;
            }
            *z = lowest;
        }
    }
    if missing > 0 {
        let message = Message::new("check-elevation-void")
            .with("cells", missing as f64)
            .with("column", (first % cover.grid.cols) as f64)
            .with("row", (first / cover.grid.cols) as f64);
        findings.add(findings.error(at, message));
    }
    missing == 0
}

/// The simulation grid: the landscape's, refined by a whole number.
pub(super) fn simulation_grid(
    landscape: &Grid,
    cell_m: f64,
    findings: &mut Findings<'_>,
) -> Option<Grid> {
    let at = FieldPath::of("cell_m");
    if !(2.0..=90.0).contains(&cell_m) {
        // Reported with the scenario's other numbers.
        return None;
    }
    let parts = libm::round(landscape.cell / cell_m);
    if parts < 1.0 || (landscape.cell - parts * cell_m).abs() > 1e-6 * landscape.cell {
        let fitting: Vec<String> = (1..=libm::floor(landscape.cell / 2.0) as u32)
            .map(|n| landscape.cell / n as f64)
            .filter(|cell| (2.0..=90.0).contains(cell) && libm::fmod(*cell * 4.0, 1.0) == 0.0)
            .map(|cell| cell.to_string())
            .collect();
        let message = Message::new("check-cell-divides")
            .with("found", number(cell_m))
            .with("landscape", number(landscape.cell));
        let help = Message::new("check-help-expected-one-of").with("expected", fitting.join(", "));
        findings.add(findings.error(&at, message).with_help(help));
        return None;
    }
    let n = parts as usize;
    let (cols, rows) = (landscape.cols * n, landscape.rows * n);
    let refined = Grid::new(
        cols,
        rows,
        landscape.cell / parts,
        landscape.west,
        landscape.north,
    );
    if refined.is_err() {
        let message = Message::new("check-grid-too-large")
            .with("found", format!("{cols} x {rows}"))
            .with("expected", "≤ 2147483647");
        findings.add(findings.error(&at, message));
    }
    refined.ok()
}
