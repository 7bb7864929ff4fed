//! The catalogue: types, rates and rules as data, each number with its source and how far it was
//! verified. The shipped catalogue lies in `assets/catalogue/`; a scenario may override any number.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calendar::IgnitionCalendar;
use super::fuels::{BeltRules, Burning, KsTables};
use super::networks::NetworkRules;
use super::schema::{DangerLevel, Name};

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

/// Road classes as shipped.
const ROADS: &str = include_str!("../../assets/catalogue/roads.ron");
/// Unit types as shipped.
const UNITS: &str = include_str!("../../assets/catalogue/units.ron");
/// Land covers as shipped.
const COVERS: &str = include_str!("../../assets/catalogue/covers.ron");
/// Everything else as shipped.
const RULES: &str = include_str!("../../assets/catalogue/rules.ron");

/// A file of the shipped catalogue does not read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("assets/catalogue/{file}: {error}")]
pub struct CatalogueError {
    /// The file.
    pub file: &'static str,
    /// What is wrong, and where.
    pub error: ron::error::SpannedError,
}

/// The part of the catalogue that stands in `rules.ron`; fields as in [`Catalogue`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    line_fuel: BTreeMap<String, Sourced>,
    slope_factor: Vec<SlopeFactor>,
    detection: Detection,
    mop_up: MopUp,
    built_line_width_m: Sourced,
    success: BTreeMap<String, Success>,
    score: Score,
    work: WorkRules,
    traffic: TrafficRules,
    attack: AttackRules,
    safety: SafetyRules,
    ignition_share: BTreeMap<String, Sourced>,
    ignition_calendar: IgnitionCalendar,
    postures: BTreeMap<DangerLevel, Posture>,
    danger: DangerRules,
    acceleration_per_min: Sourced,
    spotting: Spotting,
    reignition: Reignition,
    wang_ks: KsTables,
    belts: BeltRules,
    networks: NetworkRules,
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
    /// Width of the line crews build, metres: the median along its course.
    pub built_line_width_m: Sourced,
    /// Success definitions by name.
    pub success: BTreeMap<String, Success>,
    /// Score limits.
    pub score: Score,
    /// Hours, rest, water and roads.
    pub work: WorkRules,
    /// Narrow roads and fallen trees.
    pub traffic: TrafficRules,
    /// How the boss of the crews at a fire goes about it.
    pub attack: AttackRules,
    /// Safety.
    pub safety: SafetyRules,
    /// Ignition model: shares by cause.
    pub ignition_share: BTreeMap<String, Sourced>,
    /// Ignition model: when and where each cause starts fires.
    pub ignition_calendar: IgnitionCalendar,
    /// What each danger level does.
    pub postures: BTreeMap<DangerLevel, Posture>,
    /// Indices of danger.
    pub danger: DangerRules,
    /// Fire growth: rate constant of acceleration from a point.
    pub acceleration_per_min: Sourced,
    /// Firebrands.
    pub spotting: Spotting,
    /// Edge that lights again.
    pub reignition: Reignition,
    /// Fuel coefficients of Wang's model.
    pub wang_ks: KsTables,
    /// Planted and cleared belts.
    pub belts: BeltRules,
    /// Costs and standards of networks of breaks.
    pub networks: NetworkRules,
}

impl Catalogue {
    /// The catalogue the program ships, before any scenario's overrides.
    pub fn shipped() -> Result<Self, CatalogueError> {
        let rules: Rules = read("rules.ron", RULES)?;
        Ok(Self {
            road_classes: read("roads.ron", ROADS)?,
            unit_types: read("units.ron", UNITS)?,
            covers: read("covers.ron", COVERS)?,
            line_fuel: rules.line_fuel,
            slope_factor: rules.slope_factor,
            detection: rules.detection,
            mop_up: rules.mop_up,
            built_line_width_m: rules.built_line_width_m,
            success: rules.success,
            score: rules.score,
            work: rules.work,
            traffic: rules.traffic,
            attack: rules.attack,
            safety: rules.safety,
            ignition_share: rules.ignition_share,
            ignition_calendar: rules.ignition_calendar,
            postures: rules.postures,
            danger: rules.danger,
            acceleration_per_min: rules.acceleration_per_min,
            spotting: rules.spotting,
            reignition: rules.reignition,
            wang_ks: rules.wang_ks,
            belts: rules.belts,
            networks: rules.networks,
        })
    }

    /// blake3 of the catalogue written as JSON, hexadecimal.
    pub fn hash(&self) -> String {
        // Plain data with string keys always serialises.
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex().to_string()
    }

    /// Production factor of hand crews on a slope of so many degrees: linear between the steps,
    /// level beyond the ends; 1 for an empty table.
    pub fn slope_factor_at(&self, slope_deg: f64) -> f64 {
        let steps = &self.slope_factor;
        let after = steps.partition_point(|s| s.slope_deg <= slope_deg);
        match (
            after.checked_sub(1).and_then(|i| steps.get(i)),
            steps.get(after),
        ) {
            (Some(a), Some(b)) => {
                let share = (slope_deg - a.slope_deg) / (b.slope_deg - a.slope_deg);
                a.factor.value + share * (b.factor.value - a.factor.value)
            }
            (Some(only), None) | (None, Some(only)) => only.factor.value,
            (None, None) => 1.0,
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<T, CatalogueError> {
    super::read::ron_options()
        .from_str(text)
        .map_err(|error| CatalogueError { file, error })
}

/// Hours of work and rest, water supply and roads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkRules {
    /// Share of the line production left after so many hours at work, ascending.
    pub freshness: Vec<Freshness>,
    /// Longest shift at work, hours; then a unit goes home to rest.
    pub shift_h: Sourced,
    /// Rest after a shift, hours.
    pub rest_h: Sourced,
    /// Share of the wear of a shift that an hour of rest makes good, over an hour of work.
    pub rest_gain: Sourced,
    /// Pump rate at a pond, litres a minute.
    pub pond_pump_l_min: Sourced,
    /// Rate at which a tender fills an engine, litres a minute.
    pub transfer_l_min: Sourced,
    /// Steepness a laden lorry takes at full speed, rise over run.
    pub full_speed_grade: Sourced,
    /// Speed lost for each 1 of grade beyond that, share.
    pub grade_loss: Sourced,
    /// Least share of its speed on the steepest road.
    pub least_speed: Sourced,
    /// Share of its speed on wet earth roads.
    pub wet_speed: Sourced,
    /// Rain in a day above which earth roads are closed, mm.
    pub closed_rain_mm: Sourced,
    /// Width that a drop of water covers, metres.
    pub drop_width_m: Sourced,
    /// Rate at which a helicopter's bucket fills, litres a minute.
    pub bucket_l_min: Sourced,
}

impl WorkRules {
    /// Share of line production after so many hours: linear between the steps, level beyond the ends.
    pub fn freshness_at(&self, hours: f64) -> f64 {
        let steps = &self.freshness;
        let after = steps.partition_point(|s| s.hours <= hours);
        match (
            after.checked_sub(1).and_then(|i| steps.get(i)),
            steps.get(after),
        ) {
            (Some(a), Some(b)) => {
                let share = (hours - a.hours) / (b.hours - a.hours);
                a.share.value + share * (b.share.value - a.share.value)
            }
            (Some(only), None) | (None, Some(only)) => only.share.value,
            (None, None) => 1.0,
        }
    }
}

/// Vehicles on narrow roads, and trees that fall on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficRules {
    /// Width from which two vehicles pass each other at speed, metres.
    pub two_lane_m: Sourced,
    /// Metres between passing places on narrower roads that do not say.
    pub passing_m: Sourced,
    /// Speed of a vehicle that backs, km/h.
    pub backing_km_h: Sourced,
    /// Vehicles from this weight on turn only where there is room, tonnes.
    pub heavy_t: Sourced,
    /// Metres between places where they can turn on narrow roads that do not say.
    pub turn_every_m: Sourced,
    /// Mean wind from which trees fall on roads, m/s at 10 m.
    pub tree_wind_m_s: Sourced,
    /// Trees that fall at that wind across a kilometre of wooded road in an hour; with the square of the
    /// wind beyond it.
    pub trees_per_km_h: Sourced,
    /// Burnt trees that fall across a kilometre of road in an hour.
    pub burnt_trees_per_km_h: Sourced,
    /// How long after the fire they do, hours.
    pub burnt_trees_h: Sourced,
    /// How long a fallen tree closes a road, minutes.
    pub clear_min: Sourced,
}

/// One step of fatigue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// Hours at work.
    pub hours: f64,
    /// Share of the line production that is left.
    pub share: Sourced,
}

/// Numbers of safety.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyRules {
    /// Margin below which crews are warned, minutes.
    pub warn_min: Sourced,
    /// Margin below which they withdraw on their own, minutes.
    pub withdraw_min: Sourced,
    /// How far ahead the fire is run for it, minutes.
    pub ahead_min: Sourced,
    /// How often that is done, minutes.
    pub every_min: Sourced,
    /// Error of a forecast wind's speed, share (standard deviation).
    pub wind_speed_error: Sourced,
    /// Error of its direction, degrees.
    pub wind_direction_error_deg: Sourced,
    /// Slope on which nobody attacks in the dark, degrees.
    pub night_slope_deg: Sourced,
    /// Slope on which nobody works at all, degrees.
    pub slope_deg: Sourced,
    /// Distance from a live line at which no water is used, metres.
    pub power_line_m: Sourced,
    /// Time the power company takes to cut a line, minutes.
    pub power_cut_min: Sourced,
    /// Flame over a unit at which people are hurt, metres.
    pub hurt_flame_m: Sourced,
    /// Flame at which some die, metres.
    pub kill_flame_m: Sourced,
    /// Share of those overrun who are hurt.
    pub hurt_share: Sourced,
    /// Share of those overrun above the killing flame who die.
    pub kill_share: Sourced,
    /// Chance that rolling rocks hurt somebody, per person and hour below burning slopes steeper than
    /// 30 degrees.
    pub debris_per_person_h: Sourced,
    /// Winds below and above which the separation from flames is that of light and of high wind, m/s at 10 m.
    pub separation_wind_m_s: [Sourced; 2],
    /// Slopes below and above which it is that of flat and of steep ground, degrees.
    pub separation_slope_deg: [Sourced; 2],
    /// Moistures of 1-hour dead fuel below and above which it is that of extreme and of low burning, percent.
    pub separation_moisture_pct: [Sourced; 2],
}

/// How the boss of the crews at a fire goes about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttackRules {
    /// Flames that hold everybody off for so long make the boss stand off, minutes.
    pub patience_min: Sourced,
    /// A party that stands off goes back to the edge when the flames there are below this share of the limit.
    pub back_share: Sourced,
    /// Line at a stand-off is at least so far from the edge, metres; two cells in any case.
    pub least_m: Sourced,
    /// It is at least so many flame lengths from the edge.
    pub flame_lengths: Sourced,
    /// It is to be there so long before the edge comes, minutes.
    pub lead_min: Sourced,
    /// It is no farther from the edge, metres.
    pub most_m: Sourced,
    /// The growth of the edge is told over so long, minutes.
    pub growth_min: Sourced,
    /// A break or road to hold is looked for where the fire comes within so many minutes.
    pub hold_ahead_min: Sourced,
    /// Hot-spotting moves on when the flames beside its line are below this share of the hottest.
    pub cooled_share: Sourced,
}

/// What the bureau does at a danger level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Posture {
    /// Factor on the turn-out times, which hold for stand-by.
    pub turnout_factor: Sourced,
    /// Patrols on each route that is walked at this level; rounded to a whole number.
    pub patrols_per_route: Sourced,
    /// Factor on the time of a camera's turn: more operators watch fewer pictures each.
    pub sweep_factor: Sourced,
    /// Factor on the time of verification.
    pub verify_factor: Sourced,
    /// Whether burning in the open is forbidden.
    pub burning_ban: bool,
}

/// Numbers of the danger indices and of burning bans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DangerRules {
    /// Fire weather index above which a day is blue, yellow, orange and red.
    pub fwi_above: Vec<Sourced>,
    /// Factor of a burning ban on fires and false alarms from burning in the open.
    pub ban_factor: Sourced,
    /// Factor on turn-out times in the dark.
    pub night_turnout_factor: Sourced,
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
    /// Whether it is earth or gravel, slow when wet.
    #[serde(default)]
    pub earth: bool,
    /// Whether the carriageway stops surface fire, unless `fire.roads_leak` lets it through.
    pub stops_fire: bool,
}

/// What a unit does at the fire.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum UnitKind {
    /// Builds line on foot.
    Crew,
    /// Pumps water within hose reach of a road.
    Engine,
    /// Brings water to engines.
    Tender,
    /// Builds line with a blade or a bucket.
    Machine,
    /// Drops water.
    Helicopter,
    /// Looks from above.
    Drone,
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
    /// Flame length up to which it works at its full rate, metres; from there the rate falls to none
    /// at the limit. The limit when left out.
    #[serde(default)]
    pub flame_full_m: Option<Sourced>,
    /// Work on one filling of its machines, minutes; none for no stops.
    #[serde(default)]
    pub fuel_min: Option<Sourced>,
    /// How long filling them takes, minutes.
    #[serde(default)]
    pub refuel_min: Option<Sourced>,
    /// Equipment drawn from its station's stores when it is sent: item to count.
    #[serde(default)]
    pub kit: BTreeMap<String, u32>,
    /// The item of the kit that its line production rests on; on the whole kit when left out.
    #[serde(default)]
    pub works_with: Option<String>,
    /// Share of its line production without any of that.
    #[serde(default)]
    pub bare_factor: Option<Sourced>,
    /// Speed in the air, km/h, of what flies.
    #[serde(default)]
    pub air_km_h: Option<Sourced>,
    /// Steepest ground it works on, degrees; none for any.
    #[serde(default)]
    pub slope_limit_deg: Option<Sourced>,
    /// Weight on the road, tonnes.
    #[serde(default)]
    pub weight_t: Option<Sourced>,
    /// Units that its leader can lead beside his own; as many as the doctrine's span of control when left out.
    #[serde(default)]
    pub leads: Option<Sourced>,
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
    /// What its fire is made of; none where nothing burns.
    #[serde(default)]
    pub burning: Option<Burning>,
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
    /// Error of the distance where a single camera's ray meets the terrain, share of it.
    pub ray_error: Sourced,
    /// Range of a thermal channel to flames in clear air, metres.
    pub thermal_range_m: Sourced,
    /// Time between looks of a geostationary satellite, seconds; 0 for none.
    pub satellite_period_s: Sourced,
    /// Least heat release that it sees, MW.
    pub satellite_least_mw: Sourced,
    /// Chance that it reports such a fire at a look, 0 to 1.
    pub satellite_recognise: Sourced,
    /// Time from a look to its report, minutes.
    pub satellite_delay_min: Sourced,
    /// Error of its places, metres (standard deviation).
    pub satellite_error_m: Sourced,
    /// When polar satellites pass, local hours of the day; empty for none.
    pub polar_passes_h: Vec<Sourced>,
    /// By how much a pass is earlier or later from day to day, minutes.
    pub polar_shift_min: Sourced,
    /// Least heat release that they see, MW.
    pub polar_least_mw: Sourced,
    /// Chance that they report such a fire when they pass, 0 to 1.
    pub polar_recognise: Sourced,
    /// Time from a pass to its report, minutes.
    pub polar_delay_min: Sourced,
    /// Error of their places, metres (standard deviation).
    pub polar_error_m: Sourced,
    /// Chance that an operator dismisses a fire, 0 to 1.
    pub operator_miss: Sourced,
    /// Chance that an operator takes a false alarm for a fire, 0 to 1.
    pub operator_accept: Sourced,
    /// Error of an area guessed from smoke, as standard deviation of its logarithm.
    pub smoke_area_error: Sourced,
    /// Error of an area estimated by somebody who stands there, likewise.
    pub seen_area_error: Sourced,
    /// Time between reports from somebody who stands there, minutes.
    pub field_report_min: Sourced,
    /// After so many minutes without a report the cameras look how large a fire has become.
    pub camera_watch_min: Sourced,
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

/// Numbers of firebrands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spotting {
    /// Brands able to light a fire that a hectare of crown fire of 4,000 kW/m throws.
    pub brands_per_ha: Sourced,
    /// Fireline intensity at which half of that rise is reached, kW/m.
    pub half_kw_m: Sourced,
    /// What a surface fire throws of what a crown fire of the same intensity does, 0 to 1.
    pub surface_share: Sourced,
    /// Distance over which brands die in flight (e-folding), metres.
    pub decay_m: Sourced,
    /// From the fall of a brand to open flames, seconds.
    pub ignition_delay_s: Sourced,
}

/// Numbers of edge that lights again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reignition {
    /// Hazard of fresh uncooled edge, per km and hour.
    pub per_km_h: Sourced,
    /// Time over which it dies down (e-folding), hours.
    pub tau_h: Sourced,
    /// Wind at 10 m for which the hazard is stated, m/s.
    pub wind_m_s: Sourced,
    /// Rate at which duff smoulders away, metres an hour.
    pub smoulder_m_per_h: Sourced,
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
    /// Weights of the composite's parts; they add up to 100.
    pub composite: CompositeWeights,
    /// The composite is no more than this when anybody died.
    pub death_cap: Sourced,
}

/// Weights of the composite score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompositeWeights {
    /// How soon the fires were attacked.
    pub time: Sourced,
    /// How small they stayed.
    pub area: Sourced,
    /// Nobody hurt, no unit overrun.
    pub safety: Sourced,
    /// Verdicts in time.
    pub information: Sourced,
    /// Hours at work over hours away.
    pub resources: Sourced,
    /// Fires held to the end.
    pub procedure: Sourced,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::Cause;

    #[test]
    fn the_shipped_catalogue_reads_and_names_a_source_for_every_number() {
        let catalogue = Catalogue::shipped().unwrap();
        let json = serde_json::to_value(&catalogue).unwrap();
        let mut sourced = 0;
        let mut queue = vec![&json];
        while let Some(value) = queue.pop() {
            match value {
                serde_json::Value::Object(map) => {
                    if let Some(source) = map.get("source") {
                        sourced += 1;
                        assert!(!source.as_str().unwrap().is_empty());
                    }
                    queue.extend(map.values());
                }
                serde_json::Value::Array(items) => queue.extend(items),
                _ => {}
            }
        }
        assert!(sourced > 80, "{sourced} numbers");
        for class in [
            "county_road",
            "town_road",
            "village_road",
            "fire_road",
            "forest_track",
        ] {
            assert!(catalogue.road_classes[class].speed_km_h.value > 0.0);
        }
        for cover in catalogue.covers.values() {
            assert!(
                catalogue.line_fuel.contains_key(&cover.line_fuel),
                "{}",
                cover.line_fuel
            );
        }
    }

    #[test]
    fn causes_share_all_fires_among_them() {
        let catalogue = Catalogue::shipped().unwrap();
        let sum: f64 = catalogue.ignition_share.values().map(|s| s.value).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        for cause in [
            Cause::Agricultural,
            Cause::TombSweeping,
            Cause::PowerLine,
            Cause::Smokers,
            Cause::Refuse,
            Cause::Other,
        ] {
            let key = serde_json::to_value(cause).unwrap();
            assert!(catalogue.ignition_share.contains_key(key.as_str().unwrap()));
        }
    }

    #[test]
    fn a_hand_crew_works_at_seven_tenths_on_twenty_five_degrees() {
        let catalogue = Catalogue::shipped().unwrap();
        for (slope, factor) in [
            (0.0, 1.0),
            (7.5, 0.925),
            (25.0, 0.70),
            (45.0, 0.45),
            (60.0, 0.45),
        ] {
            assert!(
                (catalogue.slope_factor_at(slope) - factor).abs() < 1e-12,
                "{slope} degrees"
            );
        }
    }
}
