//! How fast the front accepts cells, on one core: a uniform plain and real terrain, Rothermel's
//! equations included. Separate from the suite, because it says nothing about right and wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::base::geo::{Grid, Point};
use crate::base::message::Message;
use crate::base::units::MetresPerMinute;
use crate::files::geotiff;
use crate::fire::barriers::Barriers;
use crate::fire::behavior::{FuelBed, LengthToWidth, Moistures, WindOnBed, fuel};
use crate::fire::front::{Crown, Ellipse, Front, SpreadSource, Start};
use crate::fire::ground::Ground;
use crate::scenario::{Diagnostic, Scenario};
use crate::world::World;

/// Length to width of the fire on the plain.
const PLAIN_SHAPE: f64 = 2.0;
/// Head run of the fire on the plain, cells.
const PLAIN_RUN: f64 = 700.0;
/// Side of a cell of the plain, metres.
const PLAIN_CELL_M: f64 = 10.0;
/// Each measurement is the best of so many: what else the machine does can only slow it.
const PLAIN_REPEATS: usize = 40;
/// The same on real terrain.
const TERRAIN_REPEATS: usize = 15;
/// Hours of the fire on real terrain.
const HOURS: u32 = 24;
/// Places tried for the start of the fire on real terrain, along each side.
const LATTICE: usize = 6;
/// A fire of so many cells is large enough to measure.
const LARGE: u64 = 150_000;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// Accepted cells a second on the plain, one core.
    pub uniform_cells_per_s: f64,
    /// Cells of the fire on the plain.
    pub uniform_cells: u64,
    /// Its length to width.
    pub uniform_length_to_width: f64,
    /// Accepted cells a second on real terrain, one core, changes of weather included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_terrain_cells_per_s: Option<f64>,
    /// The fire on real terrain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_terrain: Option<RealTerrain>,
    /// Memory of the front over the cells of the tiles it has touched, bytes.
    pub bytes_per_cell: f64,
    /// Other programs on a comparable plain, from the same minute.
    pub peers: Vec<Peer>,
}

/// A fire on real terrain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RealTerrain {
    /// Cells burnt.
    pub cells: u64,
    /// Share of them in which crowns burnt.
    pub crown_share: f64,
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Hours burnt, with a change of weather every hour.
    pub hours: u32,
    /// Best time, seconds.
    pub seconds: f64,
    /// Of that the changes of weather, seconds.
    pub weather_seconds: f64,
    /// Memory of the front over the cells burnt, bytes.
    pub bytes_per_burnt_cell: f64,
}

/// Another program's speed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peer {
    /// Its name and version.
    pub name: String,
    /// Cells a second; none when it could not be run.
    pub rate: Option<f64>,
    /// What was run, or why not.
    pub note: String,
}

/// A plain of one fuel: Rothermel is worked out for every cell, as on real terrain.
#[derive(Debug, Clone)]
struct RothermelPlain {
    bed: FuelBed,
    wind: WindOnBed,
    /// Off the axes of the grid.
    wind_to: (f64, f64),
}

impl RothermelPlain {
    fn new() -> Option<Self> {
        let model = fuel::by_code("GR4")?;
        let moistures = Moistures {
            dead_1h: 0.06,
            dead_10h: 0.07,
            dead_100h: 0.08,
            live_herb: 0.6,
            live_woody: 0.9,
        };
        // The wind that makes the shape, by bisection.
        let (mut low, mut high) = (0.0, 600.0);
        for _ in 0..60 {
            let wind = 0.5 * (low + high);
            if LengthToWidth::Anderson1983.ratio(MetresPerMinute(wind)) < PLAIN_SHAPE {
                low = wind;
            } else {
                high = wind;
            }
        }
        let bed = FuelBed::new(model, &moistures);
        let (sin, cos) = libm::sincos(17.0_f64.to_radians());
        Some(Self {
            wind: bed.under_wind(libm::log(low)),
            wind_to: (sin, cos),
            bed,
        })
    }

    fn ellipse(&self) -> Ellipse {
        let head = self.bed.head(&self.wind, self.wind_to, (0.0, 0.0));
        Ellipse {
            head_m_s: head.rate.0 / 60.0,
            length_to_width: head.length_to_width,
            heading: head.heading,
            gradient: (0.0, 0.0),
            heat_kj_m2: self.bed.heat_per_area().0,
            crown: Crown::Surface,
        }
    }
}

impl SpreadSource for RothermelPlain {
    fn fuel(&self, _: usize, _: usize) -> u8 {
        1
    }

    fn spread(&self, _: usize, _: usize, _: u8) -> Option<Ellipse> {
        Some(self.ellipse())
    }

    fn heat_kj_m2(&self, _: u8) -> f64 {
        self.bed.heat_per_area().0
    }

    fn acceleration_per_s(&self) -> f64 {
        0.0
    }
}

/// Measures the plain, and a landscape when its folder is given.
pub fn measure(landscape: Option<&Path>) -> Result<Speed, Vec<Diagnostic>> {
    let (uniform_cells_per_s, uniform_cells, bytes_per_cell) = plain();
    let real = landscape.map(real_terrain).transpose()?;
    Ok(Speed {
        uniform_cells_per_s,
        uniform_cells,
        uniform_length_to_width: PLAIN_SHAPE,
        real_terrain_cells_per_s: real.as_ref().map(|r| r.cells as f64 / r.seconds),
        real_terrain: real,
        bytes_per_cell,
        peers: super::peers::measure(),
    })
}

/// Cells a second, cells, bytes a cell.
fn plain() -> (f64, u64, f64) {
    let Some(source) = RothermelPlain::new() else {
        return (0.0, 0, 0.0);
    };
    let e = source.ellipse();
    let run = PLAIN_RUN * PLAIN_CELL_M;
    let side = 2 * libm::ceil(0.75 * PLAIN_RUN) as usize;
    let grid = Grid {
        cols: side,
        rows: side,
        cell: PLAIN_CELL_M,
        west: 0.0,
        north: side as f64 * PLAIN_CELL_M,
    };
    let middle = 0.5 * side as f64 * PLAIN_CELL_M;
    let start = Point::new(
        middle - 0.5 * run * e.heading.0 + 3.1,
        middle - 0.5 * run * e.heading.1 - 1.7,
    );
    let mut best = (0.0, 0, 0.0);
    for _ in 0..PLAIN_REPEATS {
        let mut front = Front::new(source.clone(), grid, Barriers::new(grid));
        front.ignite(&Start::Point(start), 0.0);
        let clock = Instant::now();
        let cells = front.advance_to(run / e.head_m_s);
        let rate = cells as f64 / clock.elapsed().as_secs_f64();
        if rate > best.0 {
            let (bytes, touched) = front.memory();
            best = (rate, cells, bytes as f64 / touched as f64);
        }
    }
    best
}

/// The fire that burns the most of a lattice of starts, timed.
fn real_terrain(folder: &Path) -> Result<RealTerrain, Vec<Diagnostic>> {
    let world = Arc::new(world_of(folder)?);
    let extent = world.grid.extent();
    let new = |at: Point| {
        let ground = Ground::new(world.clone(), world.weather.at(0.0));
        let mut front = Front::new(ground, world.grid, Barriers::new(world.grid));
        front.ignite(&Start::Point(at), 0.0)?;
        Some(front)
    };
    let mut start: Option<(u64, Point)> = None;
    'lattice: for row in 0..LATTICE {
        for col in 0..LATTICE {
            let share = |i: usize| (i as f64 + 0.5) / LATTICE as f64;
            let at = Point::new(
                extent.min.x + share(col) * (extent.max.x - extent.min.x),
                extent.min.y + share(row) * (extent.max.y - extent.min.y),
            );
            let Some(mut front) = new(at) else { continue };
            burn(&mut front, &world);
            let cells = front.burnt_cells();
            if start.is_none_or(|(most, _)| cells > most) {
                start = Some((cells, at));
            }
            if cells > LARGE {
                break 'lattice;
            }
        }
    }
    let Some((_, at)) = start else {
        return Err(vec![Diagnostic::error(
            folder,
            Message::new("verify-speed-nothing-burns"),
        )]);
    };
    let mut best: Option<RealTerrain> = None;
    for _ in 0..TERRAIN_REPEATS {
        let Some(mut front) = new(at) else { continue };
        let clock = Instant::now();
        let weather_seconds = burn(&mut front, &world);
        let seconds = clock.elapsed().as_secs_f64();
        if best.as_ref().is_none_or(|b| seconds < b.seconds) {
            let cells = front.burnt_cells();
            let crowns = front
                .burnt_iter()
                .filter(|(_, _, b)| b.crown != Crown::Surface)
                .count();
            best = Some(RealTerrain {
                cells,
                crown_share: crowns as f64 / cells as f64,
                cell_m: world.grid.cell,
                hours: HOURS,
                seconds,
                weather_seconds,
                bytes_per_burnt_cell: front.memory().0 as f64 / cells as f64,
            });
        }
    }
    best.ok_or_else(Vec::new)
}

/// Burns through all of the weather; gives the seconds that its changes took.
fn burn(front: &mut Front<Ground>, world: &World) -> f64 {
    let mut changes = 0.0;
    for record in world.weather.records().iter().skip(1) {
        let t = record.at_min * 60.0;
        front.advance_to(t);
        let clock = Instant::now();
        front.change_weather(t, |ground| ground.set_weather(t, record));
        changes += clock.elapsed().as_secs_f64();
    }
    front.advance_to(f64::from(HOURS) * 3600.0);
    changes
}

/// A world of the landscape in a folder: its layers found by their usual names, a day of dry wind.
fn world_of(folder: &Path) -> Result<World, Vec<Diagnostic>> {
    let refuse = |message: Message| vec![Diagnostic::error(folder, message)];
    let layers = Layers::find(folder)
        .map_err(|missing| refuse(Message::new("verify-speed-layer").with("layer", missing)))?;
    let elevation = geotiff::read_f32(&layers.elevation).map_err(|e| {
        refuse(Message::new("verify-speed-unreadable").with("reason", e.to_string()))
    })?;
    let epsg = elevation.epsg.unwrap_or(PLAIN_EPSG);
    let text = scenario_text(&layers, epsg, elevation.raster.grid.cell);
    let place = tempfile::tempdir().map_err(|e| {
        refuse(Message::new("verify-speed-unreadable").with("reason", e.to_string()))
    })?;
    let path = place.path().join("speed.ron");
    std::fs::write(&path, text).map_err(|e| {
        refuse(Message::new("verify-speed-unreadable").with("reason", e.to_string()))
    })?;
    Ok(World::build(Scenario::read(&path)?)?.0)
}

/// Where a raster without a system is taken to lie.
const PLAIN_EPSG: u16 = 32611;

/// The layers of a landscape.
struct Layers {
    elevation: PathBuf,
    fuel: PathBuf,
    cover: PathBuf,
    height: PathBuf,
    base: PathBuf,
    density: PathBuf,
}

impl Layers {
    /// The layers in a folder, by the names that LANDFIRE and fire models give them.
    fn find(folder: &Path) -> Result<Self, &'static str> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|f| f.file_name().into_string().ok())
            .collect();
        names.sort();
        let one = |layer: &'static str, marks: &[&str]| {
            names
                .iter()
                .find(|name| {
                    let lower = name.to_lowercase();
                    let Some(stem) = lower
                        .strip_suffix(".tif")
                        .or_else(|| lower.strip_suffix(".tiff"))
                    else {
                        return false;
                    };
                    stem.split('_').any(|part| marks.contains(&part))
                })
                .map(|name| folder.join(name))
                .ok_or(layer)
        };
        Ok(Self {
            elevation: one("elevation", &["dem", "elev", "elevation"])?,
            fuel: one("fuel", &["fbfm40", "f40", "fbfm13", "f13"])?,
            cover: one("canopy cover", &["cc"])?,
            height: one("canopy height", &["ch"])?,
            base: one("canopy base height", &["cbh"])?,
            density: one("canopy bulk density", &["cbd"])?,
        })
    }
}

/// The scenario: a dry day with a wind that turns and freshens every hour.
fn scenario_text(layers: &Layers, epsg: u16, cell_m: f64) -> String {
    use std::fmt::Write as _;
    let path = |p: &Path| {
        let absolute = std::path::absolute(p).unwrap_or_else(|_| p.to_path_buf());
        absolute.to_string_lossy().replace('\\', "/")
    };
    let mut weather = String::new();
    for hour in 0..HOURS {
        let day = libm::cos((f64::from(hour) - 4.0) / 24.0 * std::f64::consts::TAU);
        let gust = libm::sin(f64::from(hour) * 2.4);
        let _ = writeln!(
            weather,
            "(at_min: {}, wind_from_deg: {:.0}, wind_m_s: {:.1}, temperature_c: {:.1}, humidity_pct: {:.0}),",
            hour * 60,
            40.0 + 25.0 * libm::sin(f64::from(hour) * 0.9),
            10.0 + 2.0 * day + 1.5 * gust,
            26.0 + 7.0 * day,
            16.0 - 7.0 * day,
        );
    }
    format!(
        "(name: \"speed\", title: (en: \"Speed\", zh: \"速度\"), site: (epsg: {epsg}, time_zone: \"America/Los_Angeles\"), \
         start: \"2025-10-20T10:00\", horizon_min: {}, cell_m: {cell_m}, \
         landscape: (elevation: {:?}, cover: {:?}, coding: StandardFuel, canopy: (cover: {:?}, height: {:?}, \
         base_height: {:?}, bulk_density: {:?}, units: Landfire)), \
         moisture: (dead_1h_pct: 4, dead_10h_pct: 5, dead_100h_pct: 7, live_herb_pct: 40, live_woody_pct: 70), \
         weather: [{weather}], fire: (crown: ScottReinhardt, acceleration: false), \
         doctrine: (receive_min: 1, verify_min: 1, first_dispatch: []))",
        HOURS * 60,
        path(&layers.elevation),
        path(&layers.fuel),
        path(&layers.cover),
        path(&layers.height),
        path(&layers.base),
        path(&layers.density),
    )
}
