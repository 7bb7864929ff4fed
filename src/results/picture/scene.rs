//! What a picture is made of: plain values, filled by whoever knows the world or the run.

use super::canvas::Rgba;
use super::lines::LineStyle;
use super::symbols::Symbol;
use crate::base::geo::{Extent, Point, Raster};
use crate::base::language::Language;

/// Everything a map picture shows. Places are metres in one projected system.
pub struct MapPicture<'a> {
    /// Title, in the picture's language.
    pub title: String,
    /// Lines under the title.
    pub subtitles: Vec<String>,
    /// A sentence below the map, for example that the terrain is synthetic.
    pub notice: Option<String>,
    /// What to show at least; the picture shows a little more where its shape asks for it.
    pub extent: Extent,
    /// Width of the whole picture, pixels; brought into 640 to 8000.
    pub width_px: u32,
    /// Elevation, metres.
    pub elevation: &'a Raster<f32>,
    /// Cover codes.
    pub cover: &'a Raster<u8>,
    /// Red, green, blue of a cover code.
    pub cover_colour: &'a dyn Fn(u8) -> (u8, u8, u8),
    /// What the covers show, as the legend's heading; land cover when left out.
    pub cover_title: Option<String>,
    /// Names of cover colours; those that occur in the picture are shown in this order.
    pub cover_legend: Vec<((u8, u8, u8), String)>,
    /// Areas, drawn as outlines.
    pub areas: Vec<MapArea>,
    /// Lines, drawn in the order of [`LineStyle::ALL`].
    pub lines: Vec<MapLine>,
    /// Places and units, drawn in the order of [`Symbol::ALL`].
    pub marks: Vec<MapMark>,
    /// The fire.
    pub fire: Option<FireLayer<'a>>,
    /// Language of the legend.
    pub language: Language,
}

/// A line on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapLine {
    /// Its course.
    pub points: Vec<Point>,
    /// What it is.
    pub style: LineStyle,
}

/// A sign on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapMark {
    /// Its place.
    pub at: Point,
    /// What stands there.
    pub symbol: Symbol,
    /// Its name; left out on the map where there is no room for it.
    pub label: Option<String>,
}

/// An outlined area.
#[derive(Debug, Clone, PartialEq)]
pub struct MapArea {
    /// Its outline; the first point need not be repeated.
    pub ring: Vec<Point>,
    /// What it is.
    pub style: AreaStyle,
    /// Its name; left out on the map where there is no room for it.
    pub label: Option<String>,
}

/// What an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaStyle {
    /// A state forest farm.
    ForestFarm,
    /// A forest park or reserve.
    Reserve,
    /// The county: what lies outside is veiled.
    Boundary,
}

impl AreaStyle {
    /// Every style, in the order of the legend.
    pub const ALL: [Self; 3] = [Self::Boundary, Self::ForestFarm, Self::Reserve];

    /// Message key of its name in the legend.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::ForestFarm => "map-area-forest-farm",
            Self::Reserve => "map-area-reserve",
            Self::Boundary => "map-area-boundary",
        }
    }

    pub(super) fn ink(self) -> Rgba {
        match self {
            Self::ForestFarm => (0, 84, 40, 255),
            Self::Reserve => (0, 98, 120, 255),
            Self::Boundary => (96, 48, 110, 255),
        }
    }

    pub(super) fn wash(self) -> Rgba {
        match self {
            Self::ForestFarm => (0, 110, 50, 26),
            Self::Reserve => (0, 120, 150, 26),
            Self::Boundary => (0, 0, 0, 0),
        }
    }
}

/// A fire to colour by arrival time.
pub struct FireLayer<'a> {
    /// When the fire came to each cell, seconds; NaN where it did not.
    pub arrival: &'a Raster<f32>,
    /// When it started, seconds on the same clock.
    pub start_s: f64,
    /// Time of day of a second on that clock, for the legend and the edges; without it they show
    /// the age of the fire.
    pub clock: Option<&'a dyn Fn(f64) -> String>,
}
