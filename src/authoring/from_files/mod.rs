//! Scenarios out of a user's own files: rasters, features, weather, fuels.
//!
//! In come files and folders of any known format; out go layers on one grid, features that meet, and a
//! commented scenario beside them, with a note on everything that was read, assumed or left out. Nothing
//! here runs a fire.

pub mod conditions;
pub mod crosswalk;
pub mod layers;
pub mod network;
pub mod sources;
pub mod target;
pub mod terrain;
mod text;
pub mod things;
pub mod warp;

pub(super) use text::record_text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{AuthoringError, make_folder, write_features, write_text};
use crate::base::geo::{Offset, Point, Raster, System, Transform};
use crate::base::language::Language;
use crate::base::message::Message;
use crate::files::geojson::Geometry;
use crate::files::{FileError, geotiff, raster, text as files_text};
use crate::scenario::Catalogue;
use crate::scenario::schema::{
    Agency, CanopyUnits, Cause, Ignition, IgnitionShape, Name, Station, StationKind, Unit,
};
use crate::world::RoadNetwork;

use layers::{BandRef, Role};
use sources::{Sources, VectorSource, name_of};
use target::{Target, system_error};
use terrain::Terrain;
use things::{Kind, Taking, Things};

/// Why no scenario could be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something else failed.
    #[error(transparent)]
    Authoring(#[from] AuthoringError),
    /// The files do not make a scenario.
    #[error("{} {:?}", message.key, message.args)]
    Refused {
        /// What is wrong.
        message: Message,
        /// What can be done.
        help: Option<Message>,
    },
}

impl ImportError {
    fn refused(message: Message, help: Option<Message>) -> Self {
        Self::Refused { message, help }
    }
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// Something was read and used.
    Read,
    /// Something was missing and a value was taken for it.
    Assumed,
    /// Something was left out or is doubtful.
    Warning,
}

/// Something the user should know of how the scenario came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// What there is to say.
    pub message: Message,
}

impl Note {
    pub(super) fn read(message: Message) -> Self {
        Self {
            kind: NoteKind::Read,
            message,
        }
    }

    pub(super) fn assumed(message: Message) -> Self {
        Self {
            kind: NoteKind::Assumed,
            message,
        }
    }

    pub(super) fn warning(message: Message) -> Self {
        Self {
            kind: NoteKind::Warning,
            message,
        }
    }
}

/// What a user asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders.
    pub sources: Vec<PathBuf>,
    /// Folder that the scenario goes to.
    pub out: PathBuf,
    /// Short name; made of the first source when left out.
    pub name: Option<String>,
    /// Title; the name when left out.
    pub title: Option<String>,
    /// Layers that are named.
    pub layers: BTreeMap<Role, BandRef>,
    /// What the fuel layer's codes mean.
    pub fuel_map: Option<String>,
    /// Units of canopy layers.
    pub canopy_units: Option<CanopyUnits>,
    /// System of files that name none.
    pub source_epsg: Option<u16>,
    /// The grid.
    pub grid: target::Wishes,
    /// Side of a simulation cell, metres.
    pub run_cell_m: Option<f64>,
    /// Vector files by what they hold.
    pub features: Vec<VectorSource>,
    /// Offset of vector files to be undone.
    pub offset: Option<Offset>,
    /// Roads meet within so many metres.
    pub snap_m: f64,
    /// The weather file.
    pub weather: Option<PathBuf>,
    /// Time and weather.
    pub time: conditions::Wishes,
    /// Where it starts: `x,y` (metres of the scenario, or degrees), or vector files.
    pub ignitions: Vec<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Language of the comments.
    pub language: Language,
    /// Whether a scenario of the same name may be replaced.
    pub overwrite: bool,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The scenario.
    pub scenario: PathBuf,
    /// Everything a user should know.
    pub notes: Vec<Note>,
}

/// Makes a scenario: `NAME.ron` and the folder `NAME` in the folder asked for.
pub fn build(request: &Request) -> Result<Made, ImportError> {
    let mut notes = Vec::new();
    let mut found = Sources::gather(&request.sources, &mut notes)?;
    for band in request.layers.values() {
        if !found.rasters.iter().any(|s| s.file == band.file) {
            found.rasters.push(layers::Source {
                file: band.file.clone(),
                header: raster::header(&band.file)?,
            });
        }
    }
    for source in &found.rasters {
        let said = source.header.system.is_none() && request.source_epsg.is_some();
        for remark in &source.header.remarks {
            if said && remark.contains("no coordinate system") {
                continue;
            }
            notes.push(Note::warning(
                Message::new("import-remark")
                    .with("file", name_of(&source.file))
                    .with("remark", remark.as_str()),
            ));
        }
    }
    let assumed = match request.source_epsg {
        Some(code) => Some(System::from_epsg(code).map_err(|e| system_error(&e))?),
        None => None,
    };
    let name = name_for(request)?;
    let scenario = request.out.join(format!("{name}.ron"));
    if scenario.exists() && !request.overwrite {
        return Err(ImportError::refused(
            Message::new("import-exists").with("file", scenario.display().to_string()),
            Some(Message::new("import-help-exists")),
        ));
    }
    let catalogue = Catalogue::shipped().map_err(|e| AuthoringError::Asset {
        asset: "catalogue",
        reason: e.to_string(),
    })?;

    let chosen = terrain::choose(&found.rasters, &request.layers, &mut notes);
    let of_role = |role: Role| -> Vec<&layers::Source> {
        chosen
            .get(&role)
            .into_iter()
            .flatten()
            .filter_map(|b| found.rasters.iter().find(|s| s.file == b.file))
            .collect()
    };
    let (fuel, elevation) = (of_role(Role::Fuel), of_role(Role::Elevation));
    if fuel.is_empty() {
        return Err(ImportError::refused(
            Message::new("import-no-fuel"),
            Some(Message::new("import-help-fuel-layer")),
        ));
    }
    let mut target = target::choose(
        &fuel,
        &elevation,
        assumed.as_ref(),
        &request.grid,
        &mut notes,
    )?;
    let custom = conditions::custom_fuels(&found.fuel_models, &mut notes)?;
    let mut terrain = terrain::build(
        &found.rasters,
        &chosen,
        assumed.as_ref(),
        &target,
        &terrain::Meaning {
            fuel_map: request.fuel_map.as_deref(),
            lookup: found.lookups.first().map(PathBuf::as_path),
            canopy_units: request.canopy_units,
            custom: &custom,
            catalogue: &catalogue,
        },
        &mut notes,
    )?;

    if !target.kept && request.grid.bounds.is_none() {
        terrain = terrain.trimmed();
        target.grid = terrain.cover.grid;
    }
    say_grid(&target, &terrain, &mut notes);

    let mut vectors = found.vectors.clone();
    vectors.extend(request.features.iter().cloned());
    let (points, files): (Vec<&String>, Vec<&String>) =
        request.ignitions.iter().partition(|t| pair(t).is_some());
    for file in files {
        vectors.push(VectorSource {
            file: PathBuf::from(file),
            layer: None,
            kind: Kind::Ignitions,
        });
    }
    // An ignition that is asked for goes before those that lie in a folder.
    if !request.ignitions.is_empty() {
        vectors.retain(|v| {
            v.kind != Kind::Ignitions || request.ignitions.iter().any(|f| Path::new(f) == v.file)
        });
        found.ignition_cells.clear();
    }
    vectors.dedup();
    let taking = Taking {
        assumed: assumed.clone(),
        offset: request.offset,
        snap_m: request.snap_m,
    };
    let mut things = things::read(&vectors, &target, &taking, &mut notes)?;
    ignite(
        &mut things,
        &points,
        &found.ignition_cells,
        &target,
        &terrain,
        &fuel,
        &custom_numbers(&custom),
        &mut notes,
    )?;
    let units = respond(&mut things, &target, &catalogue, &mut notes);

    let weather = choose_weather(request, &found, &mut notes);
    let conditions = conditions::read(
        weather.as_deref(),
        &found.moistures,
        &request.time,
        &mut notes,
    )?;
    let time_zone = time_zone(request, &target, &mut notes)?;
    let run_cell_m = run_cell(request, &target, &mut notes)?;

    let folder = request.out.join(&name);
    make_folder(&folder)?;
    write_rasters(&folder, &terrain, &target)?;
    let files = write_things(&folder, &name, &things, &target)?;
    let title = request.title.clone().unwrap_or_else(|| name.clone());
    let title = Name {
        en: title.clone(),
        zh: title,
    };
    let text = text::scenario(&text::Parts {
        name: &name,
        title: &title,
        epsg: target.crs.code(),
        time_zone: &time_zone,
        run_cell_m,
        coding: terrain.coded.coding,
        canopy: terrain.canopy.is_some(),
        custom: &custom,
        conditions: &conditions,
        files: &files,
        units: &units,
        ignitions: &things.ignitions,
        notes: &notes,
        language: request.language,
    });
    write_text(&scenario, &text)?;
    Ok(Made { scenario, notes })
}

fn say_grid(target: &Target, terrain: &Terrain, notes: &mut Vec<Note>) {
    let grid = target.grid;
    if !target.kept {
        notes.push(Note::read(
            Message::new("import-grid-made")
                .with("cols", grid.cols as f64)
                .with("rows", grid.rows as f64)
                .with("cell", grid.cell)
                .with("system", target.system.name()),
        ));
    }
    let void = terrain
        .cover
        .data
        .iter()
        .map(|&c| usize::from(c == 0))
        .sum::<usize>();
    if void > 0 {
        let percent = libm::round(1000.0 * void as f64 / grid.len() as f64) / 10.0;
        notes.push(Note::read(
            Message::new("import-cover-voids")
                .with("cells", void as f64)
                .with("percent", percent),
        ));
    }
}

fn custom_numbers(custom: &[crate::scenario::schema::CustomFuel]) -> Vec<u8> {
    custom.iter().map(|f| f.number as u8).collect()
}

/// The short name asked for, or one made of the first source's.
fn name_for(request: &Request) -> Result<String, ImportError> {
    let fits = |n: &str| {
        !n.is_empty()
            && n.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    if let Some(name) = &request.name {
        return if fits(name) {
            Ok(name.clone())
        } else {
            Err(ImportError::refused(
                Message::new("import-name").with("found", name.as_str()),
                None,
            ))
        };
    }
    let first = request
        .sources
        .first()
        .cloned()
        .or_else(|| request.layers.values().next().map(|b| b.file.clone()));
    let made: String = first
        .and_then(|p| p.canonicalize().ok())
        .and_then(|p| p.file_stem().map(|s| s.to_string_lossy().into_owned()))
        .unwrap_or_default()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let made = made.trim_matches('-').to_owned();
    Ok(if fits(&made) {
        made
    } else {
        "scenario".to_owned()
    })
}

/// `x,y`.
fn pair(text: &str) -> Option<(f64, f64)> {
    let (x, y) = text.split_once(',')?;
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
    Some((number(x)?, number(y)?))
}

fn choose_weather(request: &Request, found: &Sources, notes: &mut Vec<Note>) -> Option<PathBuf> {
    if let Some(path) = &request.weather {
        return Some(path.clone());
    }
    let first = found.weather.first()?;
    for other in &found.weather[1..] {
        notes.push(Note::warning(
            Message::new("import-weather-second")
                .with("file", name_of(other))
                .with("chosen", name_of(first)),
        ));
    }
    Some(first.clone())
}

#[expect(clippy::too_many_arguments, reason = "what an ignition may come from")]
fn ignite(
    things: &mut Things,
    points: &[&String],
    cells: &[PathBuf],
    target: &Target,
    terrain: &Terrain,
    fuel: &[&layers::Source],
    custom: &[u8],
    notes: &mut Vec<Note>,
) -> Result<(), ImportError> {
    let place = |id: String, at: Point| Ignition {
        id,
        at_min: 0.0,
        cause: Cause::Other,
        at,
        shape: IgnitionShape::Point,
    };
    let extent = target.grid.extent();
    for text in points {
        let Some((x, y)) = pair(text) else { continue };
        let at = if x.abs() <= 180.0 && y.abs() <= 90.0 {
            target.crs.project(x, y).map_err(AuthoringError::from)?
        } else {
            Point::new(x, y)
        };
        if !extent.contains(at) {
            return Err(ImportError::refused(
                Message::new("import-ignition-outside")
                    .with("found", text.as_str())
                    .with("west", libm::round(extent.min.x))
                    .with("south", libm::round(extent.min.y))
                    .with("east", libm::round(extent.max.x))
                    .with("north", libm::round(extent.max.y)),
                None,
            ));
        }
        let id = format!("fire-{}", things.ignitions.len() + 1);
        things.ignitions.push(place(id, at));
    }
    for path in cells {
        for cell in ignition_cells(path)? {
            let lattice = fuel[0].header.lattice;
            let (col, row) = ((cell - 1) % lattice.cols, (cell - 1) / lattice.cols);
            if row >= lattice.rows {
                return Err(FileError::content(
                    path,
                    format!("cell {cell}"),
                    format!("a cell of the raster, 1 to {}", lattice.cells()),
                )
                .into());
            }
            let (x, y) = lattice.centre(col, row);
            let (x, y) = match &fuel[0].header.system {
                Some(own) if !own.same_as(&target.system) => Transform::new(own, &target.system)
                    .and_then(|t| t.point(x, y))
                    .map_err(|e| system_error(&e))?,
                _ => (x, y),
            };
            let id = format!("fire-{}", things.ignitions.len() + 1);
            things.ignitions.push(place(id, Point::new(x, y)));
        }
    }
    let burns = |cover: u8| -> bool {
        match terrain.coded.coding {
            crate::scenario::schema::CoverCoding::StandardFuel => {
                cover != 0 && (!(91..=99).contains(&cover) || custom.contains(&cover))
            }
            crate::scenario::schema::CoverCoding::Catalogue => cover != 0,
        }
    };
    if things.ignitions.is_empty() {
        let Some(at) = central_fuel(&terrain.cover, burns) else {
            return Err(ImportError::refused(
                Message::new("import-nothing-burns"),
                Some(Message::new("import-help-fuel-layer")),
            ));
        };
        notes.push(Note::assumed(
            Message::new("import-ignition-centre")
                .with("x", libm::round(at.x))
                .with("y", libm::round(at.y)),
        ));
        things.ignitions.push(place("fire-1".to_owned(), at));
    }
    for ignition in &things.ignitions {
        if let Some(cover) = terrain.cover.at(ignition.at)
            && !burns(cover)
        {
            notes.push(Note::warning(
                Message::new("import-ignition-bare").with("id", ignition.id.as_str()),
            ));
        }
    }
    Ok(())
}

/// Cell2Fire's `Year,Ncell`: cells counted from 1, row by row from the north-west.
fn ignition_cells(path: &Path) -> Result<Vec<usize>, ImportError> {
    let text = files_text::read(path, &mut Vec::new())?;
    let mut cells = Vec::new();
    for (i, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let cell = line
            .split(',')
            .nth(1)
            .and_then(|w| w.trim().parse().ok())
            .filter(|c| *c > 0);
        let Some(cell) = cell else {
            return Err(FileError::content(
                path,
                format!("line {}: `{line}`", i + 1),
                "a year and the number of a cell, from 1",
            )
            .into());
        };
        cells.push(cell);
    }
    // One line a year: the first is the scenario's fire.
    cells.truncate(1);
    Ok(cells)
}

/// The centre of the burning cell nearest to the map's centre around which most burns.
fn central_fuel(cover: &Raster<u8>, burns: impl Fn(u8) -> bool) -> Option<Point> {
    let grid = cover.grid;
    let (mid_col, mid_row) = (grid.cols as f64 / 2.0, grid.rows as f64 / 2.0);
    let at = |c: usize, r: usize| burns(cover.get(c, r));
    let mut best: Option<(bool, f64, usize, usize)> = None;
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            if !at(col, row) {
                continue;
            }
            let (c0, r0) = (col.saturating_sub(3), row.saturating_sub(3));
            let (c1, r1) = ((col + 3).min(grid.cols - 1), (row + 3).min(grid.rows - 1));
            let d = libm::hypot(col as f64 - mid_col, row as f64 - mid_row);
            if best.is_some_and(|b| !b.0 && b.1 <= d) {
                continue;
            }
            let all = (c1 - c0 + 1) * (r1 - r0 + 1);
            let burning = (r0..=r1)
                .map(|r| (c0..=c1).filter(|&c| at(c, r)).count())
                .sum::<usize>();
            let lonely = burning * 10 < all * 9;
            if best.is_none_or(|b| (lonely, d) < (b.0, b.1)) {
                best = Some((lonely, d, col, row));
            }
        }
    }
    best.map(|(_, _, col, row)| grid.centre(col, row))
}

/// Units for the stations; a station on the roads where there are roads and no station.
fn respond(
    things: &mut Things,
    target: &Target,
    catalogue: &Catalogue,
    notes: &mut Vec<Note>,
) -> Vec<Unit> {
    if things.stations.is_empty() {
        if things.roads.is_empty() {
            notes.push(Note::warning(Message::new("import-nobody")));
            return Vec::new();
        }
        let network = RoadNetwork::build(&things.roads, catalogue, None);
        let extent = target.grid.extent();
        let centre = extent.min.towards(extent.max, 0.5);
        let at = network
            .nearest_connected(centre)
            .map_or(centre, |(node, _)| network.graph[node].at);
        notes.push(Note::assumed(
            Message::new("import-station")
                .with("x", libm::round(at.x))
                .with("y", libm::round(at.y)),
        ));
        things.stations.push((
            Station {
                id: "station".to_owned(),
                kind: StationKind::Township,
                name: Name {
                    en: "Station (assumed)".to_owned(),
                    zh: "队站（假设）".to_owned(),
                },
                stores: BTreeMap::new(),
                at,
            },
            2,
            1,
        ));
    }
    let mut units = Vec::new();
    for (station, crews, engines) in &things.stations {
        for (unit_type, count, en, zh) in [
            ("semi_pro_crew", *crews, "crew", "扑火队"),
            ("engine", *engines, "engine", "水罐车"),
        ] {
            for n in 1..=count {
                units.push(Unit {
                    id: format!("{}-{}-{n}", station.id, en),
                    unit_type: unit_type.to_owned(),
                    station: station.id.clone(),
                    name: Name {
                        en: format!("{} {en} {n}", station.name.en),
                        zh: format!("{}{zh}{n}", station.name.zh),
                    },
                    people: None,
                    agency: Agency::Forestry,
                    patrol: None,
                });
            }
        }
    }
    units
}

/// The time zone asked for; China's for places in China, else the hours of the longitude.
fn time_zone(
    request: &Request,
    target: &Target,
    notes: &mut Vec<Note>,
) -> Result<String, ImportError> {
    if let Some(zone) = &request.time_zone {
        return Ok(zone.clone());
    }
    let extent = target.grid.extent();
    let (lon, lat) = target
        .crs
        .lon_lat(extent.min.towards(extent.max, 0.5))
        .map_err(AuthoringError::from)?;
    // A box that holds most of China and little else; where it errs the note says so.
    let in_china = (98.0..=123.0).contains(&lon) && (21.0..=42.0).contains(&lat);
    let zone = if in_china {
        "Asia/Shanghai".to_owned()
    } else {
        // The sign of these names is turned round: Etc/GMT+8 is eight hours behind (IANA).
        let hours = libm::round(lon / 15.0) as i32;
        match hours {
            0 => "Etc/GMT".to_owned(),
            h if h > 0 => format!("Etc/GMT-{h}"),
            h => format!("Etc/GMT+{}", -h),
        }
    };
    notes.push(Note::assumed(
        Message::new("import-zone").with("zone", zone.as_str()),
    ));
    Ok(zone)
}

/// The side of a simulation cell: the landscape's cell in whole parts of about 10 m.
fn run_cell(request: &Request, target: &Target, notes: &mut Vec<Note>) -> Result<f64, ImportError> {
    let cell = target.grid.cell;
    if let Some(wished) = request.run_cell_m {
        let parts = libm::round(cell / wished);
        if parts < 1.0
            || (parts * wished - cell).abs() > 1e-6 * cell
            || !(2.0..=90.0).contains(&wished)
        {
            return Err(ImportError::refused(
                Message::new("import-run-cell")
                    .with("found", wished)
                    .with("cell", cell),
                None,
            ));
        }
        return Ok(wished);
    }
    let parts = libm::round(cell / 10.0)
        .max(libm::ceil(cell / 90.0))
        .max(1.0);
    let chosen = cell / parts;
    notes.push(Note::assumed(
        Message::new("import-run-cell-chosen").with("cell", chosen),
    ));
    Ok(chosen)
}

fn write_rasters(folder: &Path, terrain: &Terrain, target: &Target) -> Result<(), ImportError> {
    let epsg = target.crs.code();
    geotiff::write_f32(
        &folder.join("elevation.tif"),
        &terrain.elevation,
        epsg,
        terrain::NO_ELEVATION,
        "elevation, m",
    )?;
    geotiff::write_u8(
        &folder.join("cover.tif"),
        &terrain.cover,
        epsg,
        0,
        "fuel, code",
    )?;
    if let Some(canopy) = &terrain.canopy {
        for (file, raster, what) in [
            ("canopy_cover", &canopy.cover, "canopy cover, percent"),
            ("canopy_height", &canopy.height, "stand height, m"),
            ("canopy_base", &canopy.base, "canopy base height, m"),
            (
                "canopy_density",
                &canopy.density,
                "canopy bulk density, kg/m3",
            ),
        ] {
            geotiff::write_f32(
                &folder.join(format!("{file}.tif")),
                raster,
                epsg,
                terrain::NO_ELEVATION,
                what,
            )?;
        }
    }
    Ok(())
}

/// Writes the features that there are; fields of the scenario with their files.
fn write_things(
    folder: &Path,
    name: &str,
    things: &Things,
    target: &Target,
) -> Result<Vec<(&'static str, String)>, ImportError> {
    let mut written = Vec::new();
    let crs = &target.crs;
    let line = |path: &[Point]| Geometry::Line(path.to_vec());
    macro_rules! save {
        ($kind:expr, $items:expr, $place:literal, $geometry:expr) => {
            let items = $items;
            if items.is_empty() {
                // What was there from an earlier making must not stay.
                let stale = folder.join(format!("{}.geojson", $kind.word()));
                if stale.is_file() {
                    std::fs::remove_file(&stale).map_err(|e| FileError::write(&stale, e))?;
                }
            } else {
                let file = format!("{}.geojson", $kind.word());
                write_features(&folder.join(&file), crs, items, $place, $geometry)?;
                written.push(($kind.word(), format!("{name}/{file}")));
            }
        };
    }
    save!(Kind::Roads, &things.roads, "path", |r| line(&r.path));
    save!(Kind::Firebreaks, &things.firebreaks, "path", |b| line(
        &b.path
    ));
    save!(Kind::Ponds, &things.ponds, "at", |p| Geometry::Point(p.at));
    let stations: Vec<Station> = things.stations.iter().map(|s| s.0.clone()).collect();
    save!(Kind::Stations, &stations, "at", |s| Geometry::Point(s.at));
    save!(Kind::Cameras, &things.cameras, "at", |c| Geometry::Point(
        c.at
    ));
    save!(Kind::Values, &things.values, "at", |v| Geometry::Point(
        v.at
    ));
    save!(Kind::Areas, &things.areas, "ring", |a| Geometry::Polygon(
        vec![a.ring.clone()]
    ));
    save!(Kind::PowerLines, &things.power_lines, "path", |l| line(
        &l.path
    ));
    Ok(written)
}
