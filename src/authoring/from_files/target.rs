//! The grid that everything is brought onto.
//!
//! The fuel raster's own grid where the simulator can work on it: square cells in metres, a system with an
//! EPSG code, grid north near true north (winds are given by the grid's north) and distances as on the
//! ground. Otherwise a UTM grid of about the same cell.

use super::layers::Source;
use super::{ImportError, Note};
use crate::base::geo::{Crs, Grid, Point, System, SystemError, Transform};
use crate::base::message::Message;
use crate::files::raster::Lattice;

/// Grid north may be so far from true north, degrees: half of what a wind direction is known to.
const MOST_CONVERGENCE_DEG: f64 = 5.0;
/// Distances on the map may differ by so much from those on the ground, share.
const MOST_SCALE_ERROR: f64 = 0.01;
/// Most cells of a scenario's landscape.
const MOST_CELLS: f64 = 60_000_000.0;
/// Places along each side of a raster whose images bound it in another system.
const EDGE_POINTS: usize = 32;

/// What the user wants of the grid.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// EPSG code of the scenario's system.
    pub epsg: Option<u16>,
    /// Side of a landscape cell, metres.
    pub cell_m: Option<f64>,
    /// West, south, east, north: metres of the scenario's system, or degrees where all could be.
    pub bounds: Option<[f64; 4]>,
}

/// The grid and its system.
#[derive(Debug, Clone)]
pub struct Target {
    /// The grid.
    pub grid: Grid,
    /// Its system.
    pub crs: Crs,
    /// The same, for transformations.
    pub system: System,
    /// Whether the grid is a file's own.
    pub kept: bool,
}

/// The system of a raster: its own, or the one the user says it has.
pub fn system_of(source: &Source, assumed: Option<&System>) -> Result<System, ImportError> {
    source
        .header
        .system
        .as_ref()
        .or(assumed)
        .cloned()
        .ok_or_else(|| {
            ImportError::refused(
                Message::new("import-no-system")
                    .with("file", super::sources::name_of(&source.file)),
                Some(Message::new("import-help-source-epsg")),
            )
        })
}

/// Chooses the grid from the rasters of the fuel layer and, for its extent, of the elevation.
pub fn choose(
    fuel: &[&Source],
    elevation: &[&Source],
    assumed: Option<&System>,
    wishes: &Wishes,
    notes: &mut Vec<Note>,
) -> Result<Target, ImportError> {
    let first = fuel[0];
    let own = system_of(first, assumed)?;
    let lattice = first.header.lattice;
    let unfit = unfitness(&own, &lattice)?;
    let keeps_system = wishes.epsg.is_none_or(|code| own.epsg() == Some(code));
    if keeps_system
        && unfit.is_none()
        && wishes.cell_m.is_none_or(|c| same_cell(c, lattice.dx))
        && fuel.len() == 1
    {
        let whole = Grid::new(
            lattice.cols,
            lattice.rows,
            lattice.dx,
            lattice.west,
            lattice.north,
        )
        .map_err(|e| too_large(&e.to_string()))?;
        let crs = crs_of(&own)?;
        if !elevation.is_empty() {
            let heights = union_of(elevation, assumed, &own)?;
            let covered = [lattice.west, lattice.south(), lattice.east(), lattice.north];
            common(covered, heights).ok_or_else(|| apart(fuel, elevation))?;
        }
        let grid = cropped(whole, &own, &crs, wishes)?;
        check_cells(grid.cols as f64 * grid.rows as f64)?;
        notes.push(Note::read(
            Message::new("import-grid-kept")
                .with("file", super::sources::name_of(&first.file))
                .with("cols", grid.cols as f64)
                .with("rows", grid.rows as f64)
                .with("cell", grid.cell)
                .with("system", own.name()),
        ));
        return Ok(Target {
            grid,
            crs,
            system: own,
            kept: true,
        });
    }
    let (lon, lat) = centre_of(&own, &lattice)?;
    let system = match wishes.epsg {
        Some(code) => System::from_epsg(code).map_err(|e| system_error(&e))?,
        None if unfit.is_none() => own.clone(),
        None => System::utm_for(lon, lat),
    };
    let crs = crs_of(&system)?;
    if let (None, Some(why)) = (wishes.epsg, unfit) {
        notes.push(Note::read(
            why.with("system", own.name()).with("chosen", system.name()),
        ));
    }
    let cell = match wishes.cell_m {
        Some(cell) => cell,
        None => round_cell(ground_cell(&own, &lattice, &crs)?),
    };
    if !(2.0..=1000.0).contains(&cell) {
        return Err(ImportError::refused(
            Message::new("import-cell-range").with("found", cell),
            None,
        ));
    }
    let extent = if let Some(bounds) = wishes.bounds {
        bounds_in(&crs, bounds)?
    } else {
        let covered = union_of(fuel, assumed, &system)?;
        match elevation {
            [] => covered,
            _ => common(covered, union_of(elevation, assumed, &system)?)
                .ok_or_else(|| apart(fuel, elevation))?,
        }
    };
    let [west, south, east, north] = extent;
    let west = libm::floor(west / cell + 1e-6) * cell;
    let north = libm::ceil(north / cell - 1e-6) * cell;
    let cols = libm::ceil((east - west) / cell - 1e-6).max(1.0);
    let rows = libm::ceil((north - south) / cell - 1e-6).max(1.0);
    check_cells(cols * rows)?;
    let grid = Grid::new(cols as usize, rows as usize, cell, west, north)
        .map_err(|e| too_large(&e.to_string()))?;
    Ok(Target {
        grid,
        crs,
        system,
        kept: false,
    })
}

fn apart(fuel: &[&Source], elevation: &[&Source]) -> ImportError {
    let name = |sources: &[&Source]| super::sources::name_of(&sources[0].file);
    ImportError::refused(
        Message::new("import-apart")
            .with("fuel", name(fuel))
            .with("elevation", name(elevation)),
        None,
    )
}

fn same_cell(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * b
}

fn too_large(reason: &str) -> ImportError {
    ImportError::refused(
        Message::new("import-grid-bad").with("reason", reason),
        Some(Message::new("import-help-bounds")),
    )
}

fn check_cells(cells: f64) -> Result<(), ImportError> {
    if cells <= MOST_CELLS {
        return Ok(());
    }
    Err(ImportError::refused(
        Message::new("import-too-many-cells")
            .with("found", cells)
            .with("most", MOST_CELLS),
        Some(Message::new("import-help-bounds")),
    ))
}

pub(super) fn system_error(error: &SystemError) -> ImportError {
    ImportError::refused(
        Message::new("import-system").with("reason", error.to_string()),
        Some(Message::new("import-help-epsg")),
    )
}

fn crs_of(system: &System) -> Result<Crs, ImportError> {
    let code = system.epsg().ok_or_else(|| {
        ImportError::refused(
            Message::new("import-no-code").with("system", system.name()),
            Some(Message::new("import-help-epsg")),
        )
    })?;
    Crs::from_epsg(code).map_err(|e| {
        ImportError::refused(
            Message::new("import-system").with("reason", e.to_string()),
            Some(Message::new("import-help-epsg")),
        )
    })
}

/// Why the simulator cannot work on a raster's own grid; none when it can.
fn unfitness(system: &System, lattice: &Lattice) -> Result<Option<Message>, ImportError> {
    if system.is_geographic() {
        return Ok(Some(Message::new("import-grid-degrees")));
    }
    if system.epsg().is_none() {
        return Ok(Some(Message::new("import-grid-no-code")));
    }
    if (system.metres_per_unit() - 1.0).abs() > 1e-9 || !same_cell(lattice.dx, lattice.dy) {
        return Ok(Some(Message::new("import-grid-not-square")));
    }
    if !(2.0..=1000.0).contains(&lattice.dx) {
        return Ok(Some(Message::new("import-grid-not-square")));
    }
    let transform = Transform::new(system, &System::wgs84()).map_err(|e| system_error(&e))?;
    let (x, y) = (
        f64::midpoint(lattice.west, lattice.east()),
        f64::midpoint(lattice.north, lattice.south()),
    );
    let step = 500.0;
    let at = |x: f64, y: f64| transform.point(x, y).map_err(|e| system_error(&e));
    let (south, north) = (at(x, y - step)?, at(x, y + step)?);
    let (west, east) = (at(x - step, y)?, at(x + step, y)?);
    // Metres of a degree on the WGS 84 ellipsoid at this latitude, to 0.1 % (Snyder 1987).
    let (lat_m, lon_m) = metres_per_degree(at(x, y)?.1);
    let vector = |a: (f64, f64), b: (f64, f64)| ((b.0 - a.0) * lon_m, (b.1 - a.1) * lat_m);
    let up = vector(south, north);
    let right = vector(west, east);
    let turned = libm::atan2(up.0, up.1).to_degrees().abs();
    let scale = [up, right]
        .map(|v| (libm::hypot(v.0, v.1) / (2.0 * step) - 1.0).abs())
        .into_iter()
        .fold(0.0, f64::max);
    if scale > MOST_SCALE_ERROR {
        return Ok(Some(
            Message::new("import-grid-scale").with("percent", libm::round(scale * 1000.0) / 10.0),
        ));
    }
    if turned > MOST_CONVERGENCE_DEG {
        return Ok(Some(
            Message::new("import-grid-turned").with("degrees", libm::round(turned * 10.0) / 10.0),
        ));
    }
    Ok(None)
}

/// Metres of a degree of latitude and of longitude on WGS 84 at a latitude in degrees.
fn metres_per_degree(lat: f64) -> (f64, f64) {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_14;
    let phi = lat.to_radians();
    let w2 = 1.0 - E2 * libm::sin(phi) * libm::sin(phi);
    let w = libm::sqrt(w2);
    let meridian = A * (1.0 - E2) / (w2 * w);
    let degree = 1.0_f64.to_radians();
    (meridian * degree, A / w * libm::cos(phi) * degree)
}

fn centre_of(system: &System, lattice: &Lattice) -> Result<(f64, f64), ImportError> {
    let to = Transform::new(system, &System::wgs84()).map_err(|e| system_error(&e))?;
    to.point(
        f64::midpoint(lattice.west, lattice.east()),
        f64::midpoint(lattice.north, lattice.south()),
    )
    .map_err(|e| system_error(&e))
}

/// Side of a square of the area of a source cell in the middle of its raster, metres.
fn ground_cell(system: &System, lattice: &Lattice, crs: &Crs) -> Result<f64, ImportError> {
    let to = Transform::new(system, &System::wgs84()).map_err(|e| system_error(&e))?;
    let (x, y) = (
        f64::midpoint(lattice.west, lattice.east()),
        f64::midpoint(lattice.north, lattice.south()),
    );
    let place = |x: f64, y: f64| -> Result<Point, ImportError> {
        let (lon, lat) = to.point(x, y).map_err(|e| system_error(&e))?;
        crs.project(lon, lat).map_err(|e| {
            ImportError::refused(
                Message::new("import-system").with("reason", e.to_string()),
                None,
            )
        })
    };
    let o = place(x, y)?;
    let (a, b) = (place(x + lattice.dx, y)?, place(x, y + lattice.dy)?);
    let area = (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    Ok(libm::sqrt(area.abs()))
}

/// A cell size people would choose: whole tens or fives near it, else whole metres.
fn round_cell(cell: f64) -> f64 {
    for step in [10.0, 5.0] {
        let near = libm::round(cell / step) * step;
        if near > 0.0 && (near - cell).abs() <= 0.07 * cell {
            return near;
        }
    }
    libm::round(cell).max(2.0)
}

/// Bounds in the system's metres.
fn bounds_in(crs: &Crs, bounds: [f64; 4]) -> Result<[f64; 4], ImportError> {
    let [west, south, east, north] = bounds;
    if west >= east || south >= north {
        return Err(ImportError::refused(
            Message::new("import-bounds-order"),
            None,
        ));
    }
    let in_degrees = bounds[0].abs() <= 180.0
        && bounds[2].abs() <= 180.0
        && bounds[1].abs() <= 90.0
        && bounds[3].abs() <= 90.0;
    if !in_degrees {
        return Ok(bounds);
    }
    let mut out = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    for (lon, lat) in [(west, south), (west, north), (east, south), (east, north)] {
        let p = crs.project(lon, lat).map_err(|e| {
            ImportError::refused(
                Message::new("import-system").with("reason", e.to_string()),
                None,
            )
        })?;
        out = [
            out[0].min(p.x),
            out[1].min(p.y),
            out[2].max(p.x),
            out[3].max(p.y),
        ];
    }
    Ok(out)
}

fn cropped(whole: Grid, system: &System, crs: &Crs, wishes: &Wishes) -> Result<Grid, ImportError> {
    let Some(bounds) = wishes.bounds else {
        return Ok(whole);
    };
    let [west, south, east, north] = bounds_in(crs, bounds)?;
    let extent = crate::base::geo::Extent {
        min: Point::new(west, south),
        max: Point::new(east, north),
    };
    whole.crop(extent).map(|(grid, ..)| grid).ok_or_else(|| {
        ImportError::refused(
            Message::new("import-bounds-outside").with("system", system.name()),
            None,
        )
    })
}

/// The box around rasters in a system.
fn union_of(
    sources: &[&Source],
    assumed: Option<&System>,
    system: &System,
) -> Result<[f64; 4], ImportError> {
    let mut all = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    for source in sources {
        let own = system_of(source, assumed)?;
        let lattice = source.header.lattice;
        let same = own.same_as(system);
        let transform = Transform::new(&own, system).map_err(|e| system_error(&e))?;
        let (w, e, s, n) = (lattice.west, lattice.east(), lattice.south(), lattice.north);
        for i in 0..=EDGE_POINTS {
            let t = i as f64 / EDGE_POINTS as f64;
            let (x, y) = (w + t * (e - w), s + t * (n - s));
            for (x, y) in [(x, s), (x, n), (w, y), (e, y)] {
                let (x, y) = if same {
                    (x, y)
                } else {
                    transform.point(x, y).map_err(|e| system_error(&e))?
                };
                all = [all[0].min(x), all[1].min(y), all[2].max(x), all[3].max(y)];
            }
        }
    }
    Ok(all)
}

/// What two boxes have in common.
fn common(a: [f64; 4], b: [f64; 4]) -> Option<[f64; 4]> {
    let c = [
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ];
    (c[0] < c[2] && c[1] < c[3]).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::raster::{BandInfo, Header, SampleType};
    use std::path::PathBuf;

    fn source(epsg: u16, lattice: Lattice) -> Source {
        Source {
            file: PathBuf::from("fuel.tif"),
            header: Header {
                lattice,
                system: Some(System::from_epsg(epsg).unwrap()),
                bands: vec![BandInfo {
                    name: None,
                    kind: SampleType::U8,
                    nodata: None,
                }],
                remarks: Vec::new(),
            },
        }
    }

    fn lattice(cell: f64, west: f64, north: f64) -> Lattice {
        Lattice {
            cols: 100,
            rows: 80,
            dx: cell,
            dy: cell,
            west,
            north,
        }
    }

    fn target(source: &Source, wishes: &Wishes) -> (Target, Vec<Note>) {
        let mut notes = Vec::new();
        let made = choose(&[source], &[source], None, wishes, &mut notes).unwrap();
        (made, notes)
    }

    #[test]
    fn a_utm_or_gauss_kruger_grid_is_kept() {
        for (epsg, west, north) in [
            (32649, 630_000.0, 3_000_000.0),
            (4546, 630_000.0, 3_000_000.0),
            (4525, 37_630_000.0, 3_000_000.0),
        ] {
            let (made, _) = target(
                &source(epsg, lattice(30.0, west, north)),
                &Wishes::default(),
            );
            assert_eq!(made.crs.code(), epsg);
            assert_eq!((made.grid.cols, made.grid.west), (100, west));
        }
    }

    #[test]
    fn degrees_albers_far_out_and_web_mercator_become_utm() {
        let second = 1.0 / 3600.0;
        let degrees = source(4326, lattice(second, 112.3, 27.2));
        let (made, notes) = target(&degrees, &Wishes::default());
        assert_eq!((made.crs.code(), made.grid.cell), (32649, 30.0));
        assert!(notes.iter().any(|n| n.message.key == "import-grid-degrees"));
        // Vermont in the Albers projection of the United States: north is 15 degrees off.
        let albers = source(5070, lattice(30.0, 1_840_000.0, 2_610_000.0));
        let (made, notes) = target(&albers, &Wishes::default());
        assert_eq!((made.crs.code(), made.grid.cell), (32618, 30.0));
        assert!(notes.iter().any(|n| n.message.key == "import-grid-turned"));
        let mercator = source(3857, lattice(30.0, 12_500_000.0, 3_150_000.0));
        let (made, notes) = target(&mercator, &Wishes::default());
        assert_eq!(made.crs.code(), 32649);
        assert!(notes.iter().any(|n| n.message.key == "import-grid-scale"));
    }

    #[test]
    fn bounds_may_be_degrees_or_metres_and_cut_whole_cells() {
        let utm = source(32649, lattice(30.0, 630_000.0, 3_000_000.0));
        let wishes = Wishes {
            bounds: Some([630_300.0, 2_999_000.0, 631_500.0, 2_999_700.0]),
            ..Wishes::default()
        };
        let (made, _) = target(&utm, &wishes);
        assert_eq!(
            (made.grid.west, made.grid.cols, made.grid.north),
            (630_300.0, 40, 2_999_700.0)
        );
        let far = Wishes {
            bounds: Some([10.0, 40.0, 11.0, 41.0]),
            ..Wishes::default()
        };
        assert!(choose(&[&utm], &[], None, &far, &mut Vec::new()).is_err());
    }

    #[test]
    fn a_cell_is_rounded_as_people_would() {
        for (found, chosen) in [
            (30.9, 30.0),
            (27.8, 28.0),
            (28.4, 30.0),
            (9.3, 9.0),
            (24.6, 25.0),
            (12.0, 12.0),
        ] {
            assert_eq!(round_cell(found), chosen, "{found}");
        }
    }
}
