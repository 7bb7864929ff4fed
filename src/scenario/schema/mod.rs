//! What a user writes: the scenario's fields, in the order of the reference scenario.
//!
//! Quantities carry their unit in the field's name (`_m`, `_min`, `_deg`, `_pct`). Places are
//! metres in the scenario's projected system, `(x, y)`, or longitude and latitude in GeoJSON files.

mod ensemble;
mod features;
mod fire;
mod fuel;
mod layers;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::geo::Point;

pub use ensemble::{
    ClimateMonth, Climatology, Days, Ensemble, ListedDay, Perturb, Spread, StartMoisture,
    WeatherFiles,
};
pub use features::{
    Agency, Area, AreaKind, BreakKind, Camera, CameraGroup, Features, Firebreak, Patrol, Pond,
    PowerLine, Road, Station, StationKind, Unit, Value, ValueKind,
};
pub use fire::{
    BreakOption, BuiltLineOption, CrownFlame, CrownLinkage, CrownOption, FireOptions,
    LengthToWidthOption, LiveSource, MoistureSource, SlopeRule, SpotOption, SpreadModel,
    WangFuelTable, WangInitial, WangOptions, WindLimitOption,
};
pub use fuel::{CustomFuel, CustomFuelList};
pub use layers::{BandMeaning, CanopyLayers, CanopyUnits, WeatherGrid};

/// A name in both languages of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// English.
    pub en: String,
    /// 简体中文.
    pub zh: String,
}

/// A whole scenario: a place, a day, a fire, the people and their means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Short name, used for folders: letters, digits, `-` and `_`.
    pub name: String,
    /// Title shown to people.
    pub title: Name,
    /// What the scenario is about and what in it is real or synthetic.
    #[serde(default)]
    pub about: Name,
    /// Whether terrain and placements are synthetic; the program says so wherever it shows them.
    #[serde(default)]
    pub synthetic: bool,
    /// Projection and time zone.
    pub site: Site,
    /// Civil start, `YYYY-MM-DDTHH:MM`.
    pub start: String,
    /// How long to simulate, minutes, more than 0.
    pub horizon_min: f64,
    /// Length of a tick, seconds: 5, 10 or 20. What happens does not depend on it; a shorter one costs time.
    #[serde(default = "default_tick_s")]
    pub tick_s: f64,
    /// Side of a simulation cell, metres, 2 to 90; the landscape's cell must be a multiple of it.
    pub cell_m: f64,
    /// The landscape's layers.
    pub landscape: Landscape,
    /// Fuel models of the scenario's own, beside the standard ones.
    #[serde(default)]
    pub fuel_models: Vec<CustomFuel>,
    /// RON files with lists of such fuel models, relative to the scenario.
    #[serde(default)]
    pub fuel_model_files: Vec<String>,
    /// Fuel moistures at the start, percent of dry weight.
    pub moisture: Moisture,
    /// Weather records in order of time; each holds until the next.
    pub weather: Vec<WeatherRecord>,
    /// Height at which the wind was measured, in the records and in the grids.
    #[serde(default)]
    pub wind_height: WindHeight,
    /// Whether the last weather record may stand for the rest of a longer run, and records for the
    /// gaps after them.
    #[serde(default)]
    pub weather_after_end: WeatherAfterEnd,
    /// Weather on a grid of its own, in order of time; each holds until the next.
    #[serde(default)]
    pub weather_grids: Vec<WeatherGrid>,
    /// Which models of fire behaviour the run uses.
    #[serde(default)]
    pub fire: FireOptions,
    /// Roads.
    #[serde(default)]
    pub roads: Features<Road>,
    /// Firebreaks: planted belts and isolation belts.
    #[serde(default)]
    pub firebreaks: Features<Firebreak>,
    /// Fire ponds, each with its own stock.
    #[serde(default)]
    pub ponds: Features<Pond>,
    /// Stations: where units stand and stores are kept.
    #[serde(default)]
    pub stations: Features<Station>,
    /// What the plan wants in store at each kind of station: item to count.
    #[serde(default)]
    pub stores_plan: BTreeMap<StationKind, BTreeMap<String, u32>>,
    /// Crews, engines and other units.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// Tower cameras.
    #[serde(default)]
    pub cameras: Features<Camera>,
    /// Patrol routes.
    #[serde(default)]
    pub patrols: Features<Patrol>,
    /// Values at risk.
    #[serde(default)]
    pub values: Features<Value>,
    /// Named areas: forest farms, parks.
    #[serde(default)]
    pub areas: Features<Area>,
    /// Power lines.
    #[serde(default)]
    pub power_lines: Features<PowerLine>,
    /// Fires that start at a given place and time.
    #[serde(default)]
    pub ignitions: Vec<Ignition>,
    /// Further fires drawn from the ignition model.
    #[serde(default)]
    pub drawn_ignitions: Option<IgnitionDraw>,
    /// Days and perturbations drawn anew for every seed; the scenario as it stands when left out.
    #[serde(default)]
    pub ensemble: Option<Ensemble>,
    /// Alarms without a fire; none when left out.
    #[serde(default)]
    pub false_alarms: Option<FalseAlarms>,
    /// Fire-danger level as it was announced; by `danger_by` when left out, or `Blue` without that.
    #[serde(default)]
    pub danger: Option<DangerLevel>,
    /// The index that gives each day's level from its weather, when none was announced.
    #[serde(default)]
    pub danger_by: Option<DangerIndex>,
    /// Whom to send, when to report, when to hand over.
    pub doctrine: Doctrine,
    /// Things that happen at set times during the run.
    #[serde(default)]
    pub injects: Vec<Inject>,
    /// How the run is scored.
    #[serde(default)]
    pub scoring: Scoring,
    /// Totals the county declares; geometry is checked against them within 1 %.
    #[serde(default)]
    pub declared: Declared,
    /// Catalogue numbers this scenario changes: dotted path to value, for example
    /// `"unit_types.blower_crew.line_m_per_h": 300`.
    #[serde(default)]
    pub overrides: BTreeMap<String, f64>,
}

impl ScenarioFile {
    /// Calls back for every file that the scenario names, in a fixed order; the names may be changed.
    pub fn each_file(&mut self, mut each: impl FnMut(&mut String)) {
        each(&mut self.landscape.elevation);
        each(&mut self.landscape.cover);
        if let Some(canopy) = &mut self.landscape.canopy {
            each(&mut canopy.cover);
            each(&mut canopy.height);
            each(&mut canopy.base_height);
            each(&mut canopy.bulk_density);
        }
        self.fuel_model_files.iter_mut().for_each(&mut each);
        for grid in &mut self.weather_grids {
            each(&mut grid.file);
        }
        if let Some(Days::Files(days)) = self.ensemble.as_mut().map(|e| &mut e.days) {
            days.files.iter_mut().for_each(&mut each);
        }
        for files in [
            &mut self.roads.files,
            &mut self.firebreaks.files,
            &mut self.ponds.files,
            &mut self.stations.files,
            &mut self.cameras.files,
            &mut self.patrols.files,
            &mut self.values.files,
            &mut self.areas.files,
            &mut self.power_lines.files,
        ] {
            files.iter_mut().for_each(&mut each);
        }
    }
}

/// Where on earth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// EPSG code of a projected system in metres, for example 32649.
    pub epsg: u16,
    /// IANA time zone.
    pub time_zone: String,
}

/// The landscape's rasters, all on one grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Landscape {
    /// Elevation GeoTIFF, metres.
    pub elevation: String,
    /// Land-cover or fuel GeoTIFF, integer codes.
    pub cover: String,
    /// What the codes of `cover` mean.
    #[serde(default)]
    pub coding: CoverCoding,
    /// Measured canopy; the covers' own canopy when left out.
    #[serde(default)]
    pub canopy: Option<CanopyLayers>,
}

/// What the integer codes of the cover layer mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum CoverCoding {
    /// Land covers of the catalogue (`assets/catalogue/covers.ron`).
    #[default]
    Catalogue,
    /// Standard fuel model numbers: 1-13 (Anderson 1982) and 91-204 (Scott & Burgan 2005), and the
    /// numbers of the scenario's own fuel models.
    StandardFuel,
}

/// Fuel moistures, percent of dry weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moisture {
    /// Dead, 1-hour.
    pub dead_1h_pct: f64,
    /// Dead, 10-hour.
    pub dead_10h_pct: f64,
    /// Dead, 100-hour.
    pub dead_100h_pct: f64,
    /// Live herbaceous.
    pub live_herb_pct: f64,
    /// Live woody.
    pub live_woody_pct: f64,
}

/// One weather record; it holds from `at_min` until the next record.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherRecord {
    /// Minutes after the start; the first record is at 0.
    pub at_min: f64,
    /// Where the wind blows from, degrees clockwise from north, 0 to 360.
    pub wind_from_deg: f64,
    /// Open wind at `wind_height`, m/s.
    pub wind_m_s: f64,
    /// Air temperature, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity, percent.
    pub humidity_pct: f64,
    /// Rain since the record before, mm.
    #[serde(default)]
    pub rain_mm: f64,
    /// Horizontal visibility: clear, haze or fog.
    #[serde(default)]
    pub visibility: Visibility,
}

/// How far one sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Visibility {
    /// Clear air.
    #[default]
    Clear,
    /// Haze.
    Haze,
    /// Fog.
    Fog,
}

/// Height of the wind measurement above open ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum WindHeight {
    /// 10 m (World Meteorological Organization; the default).
    #[default]
    TenMetres,
    /// 20 ft (United States practice).
    TwentyFeet,
}

/// What happens where the weather records leave a time open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum WeatherAfterEnd {
    /// Records that end well before the run, or leave a long gap, are an error. A single record is
    /// constant weather and never one.
    #[default]
    Refuse,
    /// Each record holds until the next or the end of the run, however long that is.
    Hold,
}

/// A fire that starts at a given place and time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignition {
    /// Stable id.
    pub id: String,
    /// Minutes after the start, 0 or more.
    #[serde(default)]
    pub at_min: f64,
    /// Cause.
    pub cause: Cause,
    /// Place; for a line or an area the place it is called by.
    pub at: Point,
    /// What burns at the start.
    #[serde(default)]
    pub shape: IgnitionShape,
}

/// What burns at the start of a fire.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub enum IgnitionShape {
    /// The ignition's place; the fire accelerates from there.
    #[default]
    Point,
    /// A line, lit at once along its course, metres.
    Line(Vec<Point>),
    /// An area, all of it alight at once, by its outline, metres.
    Polygon(Vec<Point>),
}

/// Causes of fires.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Burning of straw, ridges and weeds.
    Agricultural,
    /// Tomb sweeping and sacrifice.
    TombSweeping,
    /// A power line.
    PowerLine,
    /// Smokers, play, camps.
    Smokers,
    /// Refuse and firecrackers.
    Refuse,
    /// Lightning and other.
    Other,
}

/// Fires drawn from the ignition model: how many, when, where, and from which causes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnitionDraw {
    /// How many fires.
    #[serde(default)]
    pub count: u32,
    /// Instead of `count`: fires a day in the area that is drawn from, the mean over the year at a danger factor
    /// of 1. Their number is Poisson; its mean follows the danger, and with `Calendar` season, day and hours.
    #[serde(default)]
    pub per_day: Option<f64>,
    /// Earliest start, minutes.
    #[serde(default)]
    pub from_min: f64,
    /// Latest start, minutes.
    pub until_min: f64,
    /// How causes, times and places are drawn.
    #[serde(default)]
    pub model: IgnitionModel,
    /// Only within so many metres of a firebreak of the scenario.
    #[serde(default)]
    pub near_breaks_m: Option<f64>,
    /// Only within this area, by id.
    #[serde(default)]
    pub within: Option<String>,
}

/// How causes, times and places of drawn fires are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum IgnitionModel {
    /// Causes by their shares, times evenly, places around the cause's kind of place.
    #[default]
    Plain,
    /// Causes by share, month, festival, hour, danger and wind; places among the burnable cells that suit the
    /// cause: field edges, graves, power lines, roads, settlements.
    Calendar,
}

/// Fire-danger levels, I to V.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub enum DangerLevel {
    /// Level I.
    Green,
    /// Level II.
    #[default]
    Blue,
    /// Level III.
    Yellow,
    /// Level IV.
    Orange,
    /// Level V.
    Red,
}

/// A fire-danger index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum DangerIndex {
    /// `lu2020_variant`: a sum of points by temperature, humidity, dry days and wind.
    Lu2020 {
        /// Days without rain before the run's first day.
        dry_days: u32,
        /// Correction for rain and season, points; it is subtracted.
        #[serde(default)]
        correction: f64,
    },
    /// The Canadian Fire Weather Index, from the codes of the day before the run.
    Fwi {
        /// Fine fuel moisture code, 0 to 101.
        ffmc: f64,
        /// Duff moisture code, 0 or more.
        dmc: f64,
        /// Drought code, 0 or more.
        dc: f64,
    },
}

/// Alarms where nothing burns that is the desk's business.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FalseAlarms {
    /// False alarms of a camera in a day of clear air, drawn.
    #[serde(default)]
    pub per_camera_day: f64,
    /// Mistaken calls to 12119 in a day, drawn.
    #[serde(default)]
    pub calls_per_day: f64,
    /// Those that are certain to come.
    #[serde(default)]
    pub listed: Vec<FalseAlarm>,
}

/// A false alarm at a given time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FalseAlarm {
    /// Stable id.
    pub id: String,
    /// Minutes after the start.
    pub at_min: f64,
    /// What it is in truth.
    pub kind: FalseAlarmKind,
    /// Place.
    pub at: Point,
}

/// What is taken for a fire.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FalseAlarmKind {
    /// A burn that is allowed and watched.
    LegalBurn,
    /// Fog in a valley.
    Fog,
    /// Dust of a road or a quarry.
    Dust,
    /// Smoke of a kitchen, kiln or factory.
    Chimney,
}

/// How the duty centre works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Doctrine {
    /// Minutes from an alarm to its being answered at the desk.
    pub receive_min: f64,
    /// Minutes an operator takes to verify an alarm.
    pub verify_min: f64,
    /// Operators at the desk; each verifies one alarm at a time.
    #[serde(default = "default_operators")]
    pub operators: u32,
    /// First dispatch: how many of which unit types.
    pub first_dispatch: Vec<Requirement>,
    /// First dispatches that go before that one, by place, value and danger: the first that fits.
    #[serde(default)]
    pub responses: Vec<Response>,
    /// Further dispatches as the fire grows or time passes, in order.
    #[serde(default)]
    pub escalation: Vec<Escalation>,
    /// Units of a type that escalations leave for other fires.
    #[serde(default)]
    pub reserve: Vec<Requirement>,
    /// What the emergency management bureau sends when a fire is handed over to it.
    #[serde(default)]
    pub after_handover: Vec<Requirement>,
    /// Places with people are evacuated when the believed fire is so near, metres; 0 for never.
    #[serde(default = "default_evacuate_within_m")]
    pub evacuate_within_m: f64,
    /// Units that one leader leads at most beside his own; 0 for no limit.
    #[serde(default = "default_span_of_control")]
    pub span_of_control: u32,
    /// How long a commander briefs another who takes over, minutes.
    #[serde(default = "default_transfer_min")]
    pub transfer_min: f64,
    /// What the boss of the crews at a fire may choose by themselves.
    #[serde(default)]
    pub crew_boss: CrewBoss,
    /// Who is told when.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// Leaders who answer for a station's forests (联保); the one of the station nearest to a fire is
    /// told of it.
    #[serde(default)]
    pub leaders: Vec<Leader>,
    /// Minutes between situation reports.
    #[serde(default = "default_report_every_min")]
    pub report_every_min: f64,
    /// Minutes after the first dispatch at which the fire is handed over to the emergency
    /// management bureau.
    #[serde(default = "default_handover_after_min")]
    pub handover_after_min: f64,
}

fn default_evacuate_within_m() -> f64 {
    400.0
}

/// Five, of three to seven (NIMS 2017).
fn default_span_of_control() -> u32 {
    5
}

fn default_transfer_min() -> f64 {
    10.0
}

fn default_tick_s() -> f64 {
    10.0
}

fn default_operators() -> u32 {
    2
}

fn default_report_every_min() -> f64 {
    60.0
}

fn default_handover_after_min() -> f64 {
    120.0
}

/// Ways of attack that the boss of the crews at a fire may choose besides anchoring and flanking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CrewBoss {
    /// The head may be attacked up to this flame length, metres; never when left out, on order either.
    pub head_flame_m: Option<f64>,
    /// Line at a stand-off when the flames are too hot at the edge.
    pub parallel: bool,
    /// Falling back on a break or road when line could not be built in time.
    pub hold: bool,
    /// Hot spots first while the edge grows faster than line is built.
    pub hot_spotting: bool,
    /// What lies inside line built at a stand-off is burnt out once the line is closed.
    pub burn_out: bool,
}

impl Default for CrewBoss {
    fn default() -> Self {
        Self {
            head_flame_m: None,
            parallel: true,
            hold: true,
            hot_spotting: false,
            burn_out: true,
        }
    }
}

/// So many units of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Type of the catalogue.
    pub unit_type: String,
    /// How many.
    pub count: u32,
}

/// A first dispatch for certain fires; every condition that is given must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// At this danger level or above.
    #[serde(default)]
    pub from_danger: Option<DangerLevel>,
    /// Within this area, by id.
    #[serde(default)]
    pub within: Option<String>,
    /// With a value at risk so near, metres.
    #[serde(default)]
    pub near_value_m: Option<f64>,
    /// Whom to send.
    pub send: Vec<Requirement>,
}

/// Somebody who is told of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Of what.
    pub of: NoticeOf,
    /// Who.
    pub who: Name,
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum NoticeOf {
    /// An alarm has been verified.
    Verified,
    /// A fire is believed larger than so many hectares.
    OverHa(f64),
    /// A fire is not contained so many minutes after it was verified.
    AfterMin(f64),
    /// A fire has been handed over.
    HandedOver,
    /// Somebody has been hurt or killed.
    Casualties,
    /// A fire is out.
    Out,
}

/// Somebody who answers for a station's forests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leader {
    /// Id of the station.
    pub station: String,
    /// Who.
    pub who: Name,
}

/// A further dispatch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// When the believed area exceeds this many hectares.
    pub over_ha: f64,
    /// Or when the fire is not contained so many minutes after the first dispatch.
    #[serde(default)]
    pub after_min: Option<f64>,
    /// Whom to send in addition.
    pub send: Vec<Requirement>,
}

/// Something that happens at a set time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inject {
    /// Stable id.
    pub id: String,
    /// Minutes after the start.
    pub at_min: f64,
    /// What happens.
    pub event: InjectEvent,
}

/// What an inject does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum InjectEvent {
    /// The wind changes until the next weather record.
    WindShift {
        /// Where it blows from, degrees.
        wind_from_deg: f64,
        /// Speed at the scenario's wind height, m/s.
        wind_m_s: f64,
    },
    /// Another fire starts.
    SecondFire {
        /// Cause.
        cause: Cause,
        /// Place.
        at: Point,
    },
    /// A road closes for the rest of the run.
    RoadClosed {
        /// Id of the road.
        road: String,
    },
    /// A unit is held up for a time wherever it is, by a blown tyre or the like; at its station it cannot be
    /// sent.
    UnitOut {
        /// Id of the unit.
        unit: String,
        /// For how long, minutes.
        minutes: f64,
    },
    /// People of a unit are hurt by an accident.
    Injured {
        /// Id of the unit.
        unit: String,
        /// How many.
        people: u32,
    },
    /// A unit's radio fails: no reports from it, no orders to it.
    RadioOut {
        /// Id of the unit.
        unit: String,
        /// For how long, minutes.
        minutes: f64,
    },
    /// A backfire or burn-out is lit along a line.
    Backfire {
        /// The course, metres.
        path: Vec<Point>,
    },
    /// A line of bare ground stands from now on, built by somebody outside the scenario.
    LineBuilt {
        /// The course, metres.
        path: Vec<Point>,
        /// Width, metres, more than 0.
        width_m: f64,
    },
}

/// How the run is scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// Named success definitions of the catalogue to print.
    #[serde(default = "default_success")]
    pub success: Vec<String>,
    /// A fire larger than this has escaped, hectares.
    #[serde(default = "default_escape_ha")]
    pub escape_ha: f64,
}

fn default_success() -> Vec<String> {
    ["contain_2h", "cn_general", "open_fire_4h"]
        .map(str::to_owned)
        .to_vec()
}

fn default_escape_ha() -> f64 {
    100.0
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            success: default_success(),
            escape_ha: default_escape_ha(),
        }
    }
}

/// Totals declared by the county; left out ones are not checked.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Declared {
    /// Planted firebreaks, km.
    pub planted_firebreak_km: Option<f64>,
    /// Isolation belts, km.
    pub isolation_belt_km: Option<f64>,
    /// Fire roads, km.
    pub fire_road_km: Option<f64>,
    /// Pond water, m3.
    pub pond_m3: Option<f64>,
    /// Cameras in state forest farms and reserves.
    pub cameras_farms_and_reserves: Option<u32>,
    /// Cameras in key forest areas.
    pub cameras_key_forest: Option<u32>,
    /// State forest farms.
    pub forest_farms: Option<u32>,
}
