//! What stands on the map: roads, firebreaks, ponds, stations, units, cameras, patrols, values, areas.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DangerLevel, Name};
use crate::base::geo::Point;

/// Features written here, read from GeoJSON files, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct Features<T> {
    /// GeoJSON files (WGS 84), relative to the scenario; each feature's properties are the fields
    /// of an item, its geometry the place.
    #[serde(default)]
    pub files: Vec<String>,
    /// Items written in the scenario.
    #[serde(default)]
    pub items: Vec<T>,
}

impl<T> Default for Features<T> {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            items: Vec::new(),
        }
    }
}

/// Whether a field says no more than one left out: files of features are read by people.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A road. Roads meet where they share a point of their paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Road {
    /// Stable id.
    pub id: String,
    /// Class of the catalogue, for example `fire_road`.
    pub class: String,
    /// Width of the carriageway, metres; the class's when left out.
    #[serde(default)]
    pub width_m: Option<f64>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Minutes it takes to get a gate on it opened; 0 for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gate_min: f64,
    /// The heaviest vehicle it carries, tonnes; none for any: a bridge, a soft shoulder.
    #[serde(default)]
    pub limit_t: Option<f64>,
    /// Metres between passing places, where two vehicles cannot pass each other; the catalogue's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passing_m: Option<f64>,
    /// Where a heavy vehicle can turn round, metres along the course; as often as the catalogue says when left
    /// out. Junctions and roads on which two vehicles pass each other always have the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_rounds_m: Option<Vec<f64>>,
    /// Bridges, metres along the course; where it crosses open water there is one in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridges_m: Option<Vec<f64>>,
    /// The course, metres.
    pub path: Vec<Point>,
}

/// A firebreak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firebreak {
    /// Stable id.
    pub id: String,
    /// Name; it is called by its id when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Planted belt or isolation belt.
    pub kind: BreakKind,
    /// Width, metres, more than 0.
    pub width_m: f64,
    /// Whether trees stand within 20 m of its edge (Wilson 1988).
    #[serde(default)]
    pub edge_trees: bool,
    /// Year it was planted or cleared.
    #[serde(default)]
    pub built: Option<i32>,
    /// Year of the last maintenance.
    #[serde(default)]
    pub maintained: Option<i32>,
    /// How far the crowns of a planted belt have closed, share 0 to 1; by its age when left out.
    #[serde(default)]
    pub closure: Option<f64>,
    /// Ground of the belt under weeds, share 0 to 1; by the years since its maintenance when left
    /// out.
    #[serde(default)]
    pub weeds: Option<f64>,
    /// Coefficient of variation of its width along its course; `fire.built_width_cv` when left out.
    #[serde(default)]
    pub width_cv: Option<f64>,
    /// The course, metres.
    pub path: Vec<Point>,
}

/// Kinds of firebreak.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum BreakKind {
    /// 生物防火林带: a belt of fire-resistant trees.
    Planted,
    /// 隔离带: a cleared belt.
    Isolation,
}

/// A fire pond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pond {
    /// Stable id.
    pub id: String,
    /// Name; it is called by its id when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Stock at the start, cubic metres; it holds no more.
    pub volume_m3: f64,
    /// What flows in, cubic metres an hour.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refill_m3_h: f64,
    /// Place.
    pub at: Point,
}

/// A place where units stand and stores are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Stable id.
    pub id: String,
    /// What it is.
    pub kind: StationKind,
    /// Name.
    pub name: Name,
    /// Emergency stores: item to count.
    #[serde(default)]
    pub stores: BTreeMap<String, u32>,
    /// Place.
    pub at: Point,
}

/// Kinds of station.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum StationKind {
    /// The county's duty centre and professional crew.
    County,
    /// A state forest farm.
    ForestFarm,
    /// A township with a semi-professional crew.
    Township,
}

/// A crew, engine or other unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Stable id.
    pub id: String,
    /// Type of the catalogue, for example `blower_crew`.
    pub unit_type: String,
    /// Id of its station.
    pub station: String,
    /// Name.
    pub name: Name,
    /// People; the type's when left out.
    #[serde(default)]
    pub people: Option<u32>,
    /// Whose it is: the emergency management bureau's units come with the hand-over.
    #[serde(default)]
    pub agency: Agency,
    /// Id of the patrol that this unit is: it walks the route and attacks what it finds while it is
    /// small.
    #[serde(default)]
    pub patrol: Option<String>,
}

/// Who commands a unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub enum Agency {
    /// The forestry bureau, its farms and the townships.
    #[default]
    Forestry,
    /// The emergency management bureau.
    Emergency,
}

/// A tower camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// Stable id.
    pub id: String,
    /// Name; it is called by its id when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Which part of the network it belongs to.
    pub group: CameraGroup,
    /// Height above ground, metres; the catalogue's when left out.
    #[serde(default)]
    pub height_m: Option<f64>,
    /// Range at which smoke is seen in clear air, metres; the catalogue's when left out.
    #[serde(default)]
    pub range_m: Option<f64>,
    /// Whether it has a thermal channel, which sees flames by day and night; those of forest farms
    /// and reserves have one when left out, those of key forest areas have none.
    #[serde(default)]
    pub thermal: Option<bool>,
    /// Place.
    pub at: Point,
}

impl Camera {
    /// Whether it has a thermal channel.
    pub fn has_thermal(&self) -> bool {
        self.thermal
            .unwrap_or(self.group == CameraGroup::FarmsAndReserves)
    }
}

/// Parts of the camera network.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum CameraGroup {
    /// State forest farms and reserves.
    FarmsAndReserves,
    /// Key forest areas.
    KeyForest,
}

/// A patrol that walks or rides its route to and fro.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patrol {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Name,
    /// Pace, km/h.
    pub pace_km_h: f64,
    /// How far it sees smoke, metres.
    pub sight_m: f64,
    /// The least danger level at which it goes out.
    #[serde(default)]
    pub from_danger: DangerLevel,
    /// The route, metres.
    pub path: Vec<Point>,
}

/// A value at risk at a point: it is lost when the fire reaches it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Stable id.
    pub id: String,
    /// What it is.
    pub kind: ValueKind,
    /// Name.
    pub name: Name,
    /// What is lost when it burns, yuan.
    #[serde(default)]
    pub value_cny: f64,
    /// People there.
    #[serde(default)]
    pub people: u32,
    /// Place.
    pub at: Point,
}

/// Kinds of value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ValueKind {
    /// A village.
    Village,
    /// A group of graves.
    Graves,
    /// A building or installation.
    Building,
}

/// A named area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Stable id.
    pub id: String,
    /// What it is.
    pub kind: AreaKind,
    /// Name.
    pub name: Name,
    /// Outline, metres.
    pub ring: Vec<Point>,
}

/// Kinds of area.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum AreaKind {
    /// A state forest farm.
    ForestFarm,
    /// A forest park or reserve.
    Reserve,
    /// The county or another boundary.
    Boundary,
}

/// A power line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerLine {
    /// Stable id.
    pub id: String,
    /// Name; it is called by its id when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Voltage, kilovolts.
    pub kv: f64,
    /// The course, metres.
    pub path: Vec<Point>,
}
