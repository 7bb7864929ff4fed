//! Ensembles: of which days a scenario may be, and how uncertain the numbers are that it states.
//!
//! A run's seed draws one member: a day, perturbations and fires. Nothing here has a climate of its own: what
//! is drawn stands in the scenario or in the files it names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DangerLevel, Moisture, WeatherRecord};

/// What is drawn anew for every seed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ensemble {
    /// The days.
    pub days: Days,
    /// Moisture of dead fuel at the start of a drawn day that does not state its own.
    pub start_moisture: StartMoisture,
    /// How far wind, moisture and fuels may be from what is stated.
    pub perturb: Perturb,
}

/// Where the days come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Days {
    /// The scenario's own start and weather for every seed.
    #[default]
    AsWritten,
    /// A list, each with its weather.
    Listed(Vec<ListedDay>),
    /// Whole days of weather files.
    Files(WeatherFiles),
    /// Days made from monthly statistics.
    Climatology(Climatology),
}

/// A day of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListedDay {
    /// What it is called in tables; unique in the list.
    pub name: String,
    /// How often it is drawn against the others, more than 0.
    #[serde(default = "one")]
    pub weight: f64,
    /// Civil start, `YYYY-MM-DDTHH:MM`.
    pub start: String,
    /// Its weather in place of the scenario's, minutes after its own start.
    pub weather: Vec<WeatherRecord>,
    /// Fuel moistures at its start; the scenario's, or by `start_moisture`, when left out.
    #[serde(default)]
    pub moisture: Option<Moisture>,
    /// Its fire-danger level as announced; the scenario's, or by `danger_by`, when left out.
    #[serde(default)]
    pub danger: Option<DangerLevel>,
    /// Days without rain before it, for `danger_by: Lu2020`; the scenario's when left out.
    #[serde(default)]
    pub dry_days: Option<u32>,
}

fn one() -> f64 {
    1.0
}

/// Weather files and the days of them that may be drawn, each as often as the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherFiles {
    /// Tables, `.wxs` or `.wtr` files beside the scenario.
    pub files: Vec<String>,
    /// Time of day at which a run starts, `HH:MM`; the scenario's when left out.
    #[serde(default)]
    pub clock: Option<String>,
    /// First day of the season, `MM-DD`.
    pub from: String,
    /// Last day of the season, `MM-DD`; before `from` for a season over the new year.
    pub until: String,
    /// Only days at this danger level or above, by `danger_by`.
    #[serde(default)]
    pub from_danger: Option<DangerLevel>,
}

/// Monthly statistics of the weather of a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Climatology {
    /// Where the numbers come from: station, years, who worked them out. Never empty.
    pub source: String,
    /// Time of day at which a run starts, `HH:MM`; the scenario's when left out.
    #[serde(default)]
    pub clock: Option<String>,
    /// First day of the season, `MM-DD`; the year is that of the scenario's start.
    pub from: String,
    /// Last day of the season, `MM-DD`; before `from` for a season over the new year.
    pub until: String,
    /// Only days at this danger level or above, by `danger_by`: days are drawn until one is.
    #[serde(default)]
    pub from_danger: Option<DangerLevel>,
    /// Correlation of a day's departures with those of the day before, -1 to 1 exclusive; for runs over
    /// several days.
    #[serde(default)]
    pub day_to_day_r: f64,
    /// Wind in the small hours over that of the afternoon, 0 to 1.
    pub night_wind_share: f64,
    /// Every month of the season.
    pub months: Vec<ClimateMonth>,
}

/// Statistics of a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClimateMonth {
    /// Number of the month, 1 to 12.
    pub month: u8,
    /// The day's highest temperature, degrees Celsius.
    pub max_temperature_c: Spread,
    /// From the night's lowest temperature to the day's highest, degrees Celsius, 0 or more; the mean.
    pub daily_range_c: f64,
    /// Relative humidity at the hottest hour, percent.
    pub least_humidity_pct: Spread,
    /// Correlation of these two, -1 to 1.
    #[serde(default)]
    pub temperature_humidity_r: f64,
    /// Afternoon wind at the scenario's `wind_height`, m/s.
    pub wind_m_s: Spread,
    /// How often the wind blows from each direction, from north clockwise: 8 or 16 numbers of any sum.
    pub wind_rose: Vec<f64>,
    /// Mean number of days without rain before a day without rain, 0 or more.
    pub dry_days: f64,
}

/// A mean and a standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, 0 or more.
    pub sd: f64,
}

/// Moisture of dead fuel at the start of a drawn day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum StartMoisture {
    /// The scenario's.
    #[default]
    AsWritten,
    /// 1-hour and 10-hour fuel in equilibrium with the air and sun at the start, under half shade on level ground;
    /// the rest as written.
    Equilibrium,
}

/// One number of each is drawn a member and holds throughout; 0 draws none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Perturb {
    /// Factor on every wind speed: standard deviation of its logarithm, median 1.
    pub wind_factor_sd: f64,
    /// Turn of every wind direction, degrees clockwise: standard deviation.
    pub wind_turn_sd_deg: f64,
    /// Shift of the moisture of dead fuel, percentage points: standard deviation. Fuel keeps at least 1 %.
    pub dead_moisture_sd_pct: f64,
    /// Factor on the load and depth of every fuel bed, and on Wang's coefficient: standard deviation of its
    /// logarithm, median 1.
    pub fuel_factor_sd: f64,
}
