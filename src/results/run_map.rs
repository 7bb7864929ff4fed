//! Map pictures of worlds and runs: which of their features are shown, and where.

use super::perimeters::built_lines;
use super::picture::{
    AreaStyle, FireLayer, LineStyle, MapArea, MapLine, MapMark, MapPicture, PictureError, Symbol,
    draw, draw_ground,
};
use super::rasters;
use super::sentences::Teller;
use crate::base::geo::{Extent, Point, Raster};
use crate::base::language::{Language, text};
use crate::base::message::Message;
use crate::scenario::catalogue::UnitKind;
use crate::scenario::schema::{AreaKind, BreakKind, Station, StationKind, ValueKind};
use crate::simulation::Outcome;
use crate::world::World;

/// Width of the pictures, pixels.
const WIDTH_PX: u32 = 1600;
/// Ground that no class colours.
const WHITE: (u8, u8, u8) = (255, 255, 255);
/// Margin around the fire, metres.
const FIRE_MARGIN_M: f64 = 500.0;
/// Least width of ground around a fire, metres.
const FIRE_LEAST_M: f64 = 1600.0;

/// A picture of the whole world: `fireline inspect`.
pub fn world_map(world: &World, teller: &Teller<'_>) -> Result<image::RgbImage, PictureError> {
    let title = teller.name(&world.scenario.file.title).to_owned();
    let colour = cover_colour(world);
    let mut marks = places(world, teller, Detail::Whole);
    marks.extend(
        world
            .scenario
            .file
            .ignitions
            .iter()
            .map(|i| mark(i.at, Symbol::Ignition, None)),
    );
    draw(&MapPicture {
        title,
        subtitles: Vec::new(),
        notice: notice(world, teller),
        extent: world.landscape.elevation.grid.extent(),
        width_px: WIDTH_PX,
        elevation: &world.landscape.elevation,
        cover: &world.landscape.cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: cover_legend(world, teller),
        areas: areas(world, teller),
        lines: lines(world),
        marks,
        fire: None,
        language: teller.language(),
    })
}

/// The ground of a world as the drill window shows it, and the extent it covers.
pub fn ground_map(
    world: &World,
    teller: &Teller<'_>,
    extent: Extent,
    width_px: u32,
) -> Result<(image::RgbImage, Extent), PictureError> {
    let colour = cover_colour(world);
    let picture = MapPicture {
        title: String::new(),
        subtitles: Vec::new(),
        notice: None,
        extent,
        width_px,
        elevation: &world.landscape.elevation,
        cover: &world.landscape.cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: Vec::new(),
        areas: areas(world, teller),
        lines: lines(world),
        marks: places(world, teller, Detail::Whole),
        fire: None,
        language: teller.language(),
    };
    draw_ground(&picture, 1.0)
}

/// Relief and land cover alone, to lay something over, and the extent they cover.
pub fn base_map(
    world: &World,
    extent: Extent,
    width_px: u32,
) -> Result<(image::RgbImage, Extent), PictureError> {
    let colour = cover_colour(world);
    let picture = MapPicture {
        title: String::new(),
        subtitles: Vec::new(),
        notice: None,
        extent,
        width_px,
        elevation: &world.landscape.elevation,
        cover: &world.landscape.cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: Vec::new(),
        areas: Vec::new(),
        lines: Vec::new(),
        marks: Vec::new(),
        fire: None,
        // No word is written on it.
        language: Language::default(),
    };
    draw_ground(&picture, 1.0)
}

/// What a study found, cell by cell.
pub struct StudyMap<'a> {
    /// Title.
    pub title: String,
    /// Lines under the title.
    pub subtitles: Vec<String>,
    /// What is shown; all of the map when left out.
    pub extent: Option<Extent>,
    /// Class of each cell, an index into `classes`.
    pub class: &'a Raster<u8>,
    /// What the classes are, as the legend's heading.
    pub heading: String,
    /// Colour and name of each class, in the order of the legend.
    pub classes: Vec<((u8, u8, u8), String)>,
    /// Lines besides the roads.
    pub lines: Vec<MapLine>,
    /// Places to be shown.
    pub marks: Vec<MapMark>,
}

/// The map of a study: its classes over the relief, with roads and areas.
pub fn study_map(
    world: &World,
    teller: &Teller<'_>,
    study: StudyMap<'_>,
) -> Result<image::RgbImage, PictureError> {
    let colours: Vec<(u8, u8, u8)> = study.classes.iter().map(|(colour, _)| *colour).collect();
    let colour = |code: u8| colours.get(usize::from(code)).copied().unwrap_or(WHITE);
    let roads = world.roads.iter().map(|road| MapLine {
        points: road.path.clone(),
        style: road_style(&road.class),
    });
    draw(&MapPicture {
        title: study.title,
        subtitles: study.subtitles,
        notice: notice(world, teller),
        extent: (study.extent).unwrap_or_else(|| world.landscape.elevation.grid.extent()),
        width_px: WIDTH_PX,
        elevation: &world.landscape.elevation,
        cover: study.class,
        cover_colour: &colour,
        cover_title: Some(study.heading),
        cover_legend: study.classes,
        areas: areas(world, teller),
        lines: roads.chain(study.lines).collect(),
        marks: study.marks,
        fire: None,
        language: teller.language(),
    })
}

/// The map of a run, around the fire: `map.png`.
pub fn run_map(outcome: &Outcome, teller: &Teller<'_>) -> Result<image::RgbImage, PictureError> {
    let world = &outcome.world;
    let arrival = rasters::arrival_s(outcome);
    let clock = |t: f64| world.clock.hour_minute(t);
    let colour = cover_colour(world);
    let mut lines = lines(world);
    lines.extend(
        built_lines(outcome.front.barriers().built())
            .into_iter()
            .map(|points| MapLine {
                points,
                style: LineStyle::BuiltLine,
            }),
    );
    let mut marks = places(world, teller, Detail::Near);
    marks.extend(
        outcome
            .fires
            .iter()
            .map(|fire| mark(fire.at, Symbol::Ignition, None)),
    );
    marks.extend(units_away(outcome, teller));
    let start_s = outcome
        .fires
        .iter()
        .map(|f| f.ignited_s)
        .fold(f64::INFINITY, f64::min);
    let fire = start_s.is_finite().then_some(FireLayer {
        arrival: &arrival,
        start_s: start_s.min(outcome.end_s),
        clock: Some(&clock),
    });
    let subtitle = teller.say(
        Message::new("map-subtitle-run")
            .with(
                "date",
                world.clock.start().strftime("%Y-%m-%d %H:%M").to_string(),
            )
            .with("end", world.clock.hour_minute(outcome.end_s))
            .with("seed", outcome.seed.to_string())
            .with("policy", teller.policy(&outcome.policy)),
    );
    draw(&MapPicture {
        title: teller.name(&world.scenario.file.title).to_owned(),
        subtitles: vec![subtitle],
        notice: notice(world, teller),
        extent: fire_extent(outcome),
        width_px: WIDTH_PX,
        elevation: &world.landscape.elevation,
        cover: &world.landscape.cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: cover_legend(world, teller),
        areas: areas(world, teller),
        lines,
        marks,
        fire,
        language: teller.language(),
    })
}

/// The fire with its margin; the whole map without one.
fn fire_extent(outcome: &Outcome) -> Extent {
    let Some(extent) = rasters::burnt_extent(outcome) else {
        return outcome.world.landscape.elevation.grid.extent();
    };
    let wide = extent.widened(FIRE_MARGIN_M);
    let missing = (FIRE_LEAST_M - (wide.max.x - wide.min.x).min(wide.max.y - wide.min.y)).max(0.0);
    wide.widened(missing / 2.0)
}

fn notice(world: &World, teller: &Teller<'_>) -> Option<String> {
    world
        .scenario
        .file
        .synthetic
        .then(|| text(teller.language(), "map-notice-synthetic"))
}

fn cover_colour(world: &World) -> impl Fn(u8) -> (u8, u8, u8) + '_ {
    const UNKNOWN: (u8, u8, u8) = (220, 220, 220);
    move |code| {
        let cover = world
            .landscape
            .covers
            .get(usize::from(code))
            .and_then(Option::as_ref);
        cover.map_or(UNKNOWN, |c| c.colour)
    }
}

fn cover_legend(world: &World, teller: &Teller<'_>) -> Vec<((u8, u8, u8), String)> {
    let mut legend: Vec<((u8, u8, u8), String)> = Vec::new();
    for cover in world.landscape.covers.iter().flatten() {
        // Covers that share a colour share the first one's name.
        if legend.iter().all(|(colour, _)| *colour != cover.colour) {
            legend.push((cover.colour, teller.name(&cover.name).to_owned()));
        }
    }
    legend
}

fn areas(world: &World, teller: &Teller<'_>) -> Vec<MapArea> {
    world
        .areas
        .iter()
        .map(|area| MapArea {
            ring: area.ring.clone(),
            style: match area.kind {
                AreaKind::ForestFarm => AreaStyle::ForestFarm,
                AreaKind::Reserve => AreaStyle::Reserve,
                AreaKind::Boundary => AreaStyle::Boundary,
            },
            label: (area.kind != AreaKind::Boundary).then(|| teller.name(&area.name).to_owned()),
        })
        .collect()
}

fn lines(world: &World) -> Vec<MapLine> {
    let line = |points: &[Point], style| MapLine {
        points: points.to_vec(),
        style,
    };
    let breaks = world.firebreaks.iter().map(|b| {
        let style = match b.kind {
            BreakKind::Planted => LineStyle::PlantedBelt,
            BreakKind::Isolation => LineStyle::IsolationBelt,
        };
        line(&b.path, style)
    });
    world
        .roads
        .iter()
        .map(|road| line(&road.path, road_style(&road.class)))
        .chain(breaks)
        .chain(
            world
                .power_lines
                .iter()
                .map(|p| line(&p.path, LineStyle::PowerLine)),
        )
        .chain(
            world
                .patrols
                .iter()
                .map(|p| line(&p.path, LineStyle::PatrolRoute)),
        )
        .collect()
}

/// Classes of the shipped catalogue have a style each; a scenario cannot add classes.
fn road_style(class: &str) -> LineStyle {
    match class {
        "county_road" => LineStyle::CountyRoad,
        "town_road" => LineStyle::TownRoad,
        "village_road" => LineStyle::VillageRoad,
        "fire_road" => LineStyle::FireRoad,
        _ => LineStyle::Track,
    }
}

fn mark(at: Point, symbol: Symbol, label: Option<String>) -> MapMark {
    MapMark { at, symbol, label }
}

/// A station's sign with its name.
pub fn station_mark(station: &Station, teller: &Teller<'_>) -> MapMark {
    let symbol = match station.kind {
        StationKind::County => Symbol::CountyStation,
        StationKind::ForestFarm => Symbol::ForestFarm,
        StationKind::Township => Symbol::Township,
    };
    let name = teller.name(&station.name).to_owned();
    mark(station.at, symbol, Some(name))
}

/// How much a map can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// The whole world: stations are named, other places only shown.
    Whole,
    /// Around a fire: villages are named too.
    Near,
}

fn places(world: &World, teller: &Teller<'_>, detail: Detail) -> Vec<MapMark> {
    let near = detail == Detail::Near;
    let stations = world.stations.iter().map(|s| station_mark(s, teller));
    let values = world.values.iter().map(|v| {
        let (symbol, named) = match v.kind {
            ValueKind::Village => (Symbol::Village, near),
            ValueKind::Graves => (Symbol::Graves, false),
            // A name made of the id, as buildings without one have, tells nobody anything.
            ValueKind::Building => (Symbol::Building, near && !v.name.en.ends_with(&v.id)),
        };
        mark(v.at, symbol, named.then(|| teller.name(&v.name).to_owned()))
    });
    stations
        .chain(values)
        .chain(world.ponds.iter().map(|p| mark(p.at, Symbol::Pond, None)))
        .chain(
            world
                .cameras
                .iter()
                .map(|c| mark(c.at, Symbol::Camera, None)),
        )
        .collect()
}

/// Units away from their stations at the end of the run.
fn units_away(outcome: &Outcome, teller: &Teller<'_>) -> Vec<MapMark> {
    let scenario = &outcome.world.scenario;
    let away = outcome.units.iter().filter(|u| u.is_away);
    away.map(|unit| {
        let written = scenario.file.units.iter().find(|u| u.id == unit.id);
        let kind = written.and_then(|u| scenario.catalogue.unit_types.get(&u.unit_type));
        let symbol = match kind.map(|k| k.kind) {
            Some(UnitKind::Engine | UnitKind::Tender) => Symbol::Engine,
            Some(_) | None => Symbol::Crew,
        };
        mark(unit.at, symbol, Some(teller.called(&unit.id).to_owned()))
    })
    .collect()
}
