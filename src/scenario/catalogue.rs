//! The catalogue: types, rates and rules as data, each number with its source and how far it was
//! verified. The shipped catalogue lies in `assets/catalogue/`; a scenario may override any number.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::Name;

/// How far a number was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Read in the primary source, an official text or the model's reference implementation.
    Verified,
    /// Read in a secondary source only.
    Secondary,
    /// Assumed: recalled, judged or derived by us.
    Assumed,
    /// Set by the scenario.
    Scenario,
}

/// A number with its source. The unit is in the name of the field that holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sourced {
    /// The number.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// How far it was verified.
    pub tag: Tag,
}

/// Everything the catalogue holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Road classes by name.
    pub road_classes: BTreeMap<String, RoadClass>,
    /// Unit types by name.
    pub unit_types: BTreeMap<String, UnitType>,
    /// Land covers by name.
    pub covers: BTreeMap<String, Cover>,
    /// Fuel factors on hand-line production, by the cover's `line_fuel`.
    pub line_fuel: BTreeMap<String, Sourced>,
    /// Production factor of hand crews against slope: degrees to factor, ascending.
    pub slope_factor: Vec<SlopeFactor>,
    /// Detection.
    pub detection: Detection,
    /// Mop-up and watch.
    pub mop_up: MopUp,
    /// Success definitions by name.
    pub success: BTreeMap<String, Success>,
    /// Score limits.
    pub score: Score,
    /// Ignition model: shares by cause.
    pub ignition_share: BTreeMap<String, Sourced>,
    /// Fire growth: rate constant of acceleration from a point.
    pub acceleration_per_min: Sourced,
}

/// A class of road.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoadClass {
    /// Name.
    pub name: Name,
    /// Driving speed, km/h.
    pub speed_km_h: Sourced,
    /// Width, metres.
    pub width_m: Sourced,
    /// Whether the carriageway stops surface fire in this version (no breach model yet).
    pub stops_fire: bool,
}

/// What a unit does at the fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum UnitKind {
    /// Builds line on foot.
    Crew,
    /// Pumps water within hose reach of a road.
    Engine,
}

/// A type of unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitType {
    /// Name.
    pub name: Name,
    /// What it does.
    pub kind: UnitKind,
    /// People.
    pub people: u32,
    /// Turn-out time by day on stand-by, minutes.
    pub turnout_min: Sourced,
    /// Share of the road class's speed it drives at.
    pub speed_factor: Sourced,
    /// Walking pace on the flat off the road, m/s.
    pub walk_m_s: Sourced,
    /// Line production of the whole unit in litter on the flat, m/h.
    pub line_m_per_h: Sourced,
    /// Flame length above which it does not work at the edge, metres.
    pub flame_limit_m: Sourced,
    /// Water tank, litres (0 for none).
    pub tank_l: Sourced,
    /// Water used while working, litres a minute (0 for none).
    pub flow_l_min: Sourced,
    /// How far from the road it reaches with hose, metres (0: not tied to the road).
    pub hose_m: Sourced,
    /// Cost while away from its station, yuan an hour.
    pub cost_cny_h: Sourced,
}

/// A land cover: what burns, what it is worth, how one works and walks in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// Code in the cover raster, 0 to 255.
    pub code: u8,
    /// Name.
    pub name: Name,
    /// Standard fuel model code, for example `TL8`; `NB1` and the like do not burn.
    pub fuel: String,
    /// Where the mapping comes from.
    pub source: String,
    /// How far it was verified.
    pub tag: Tag,
    /// Whether it counts as forest land.
    pub forest: bool,
    /// Key into `line_fuel`.
    pub line_fuel: String,
    /// Canopy cover, share 0 to 1.
    pub canopy_cover: f64,
    /// Canopy height, metres.
    pub canopy_height_m: f64,
    /// What a hectare is worth when burnt, yuan.
    pub value_cny_ha: Sourced,
    /// Map colour, red green blue.
    pub colour: (u8, u8, u8),
}

/// One step of the slope factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlopeFactor {
    /// Slope, degrees.
    pub slope_deg: f64,
    /// Factor on production.
    pub factor: Sourced,
}

/// Numbers of detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// Camera height above ground, metres.
    pub camera_height_m: Sourced,
    /// Range at which a camera sees smoke in clear air, metres.
    pub camera_range_m: Sourced,
    /// Time for one full turn, seconds.
    pub camera_sweep_s: Sourced,
    /// Chance that a camera recognises visible smoke in range in one turn, 0 to 1.
    pub camera_recognise: Sourced,
    /// Column height over the square root of heat release, m per sqrt(MW).
    pub plume_m_per_sqrt_mw: Sourced,
    /// Least column height, metres.
    pub plume_min_m: Sourced,
    /// Greatest column height, metres.
    pub plume_max_m: Sourced,
    /// Factor of haze on range.
    pub haze_factor: Sourced,
    /// Factor of fog on range.
    pub fog_factor: Sourced,
    /// Distance within which villagers see smoke by day, metres.
    pub caller_sight_m: Sourced,
    /// Mean delay of a call after the smoke is visible, minutes.
    pub caller_delay_min: Sourced,
    /// Error of a caller's place, metres (standard deviation).
    pub caller_error_m: Sourced,
    /// Bearing error of a camera, degrees (standard deviation).
    pub bearing_error_deg: Sourced,
}

/// Numbers of mop-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MopUp {
    /// Burnt edge strip cooled by one person, m2 an hour.
    pub m2_per_person_h: Sourced,
    /// Depth of the strip inside the edge that must be cold, metres.
    pub strip_m: Sourced,
    /// Least time from containment to out, minutes.
    pub least_min: Sourced,
}

/// A success definition; every limit that is given must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// Name.
    pub name: Name,
    /// Contained within so many minutes of the first attack.
    #[serde(default)]
    pub contained_after_attack_min: Option<f64>,
    /// Contained within so many minutes of ignition.
    #[serde(default)]
    pub contained_after_ignition_min: Option<f64>,
    /// Final area at most, hectares.
    #[serde(default)]
    pub area_ha: Option<f64>,
    /// Damaged forest area less than, hectares.
    #[serde(default)]
    pub forest_below_ha: Option<f64>,
    /// Where it comes from.
    pub source: String,
    /// How far it was verified.
    pub tag: Tag,
}

/// Limits of the three pillars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// 打早: full marks when the first attack comes within so many minutes of the first alarm.
    pub attack_within_min: Sourced,
    /// 打早: e-folding time beyond that, minutes.
    pub attack_decay_min: Sourced,
    /// 打小: full marks up to this area, hectares.
    pub small_ha: Sourced,
}
