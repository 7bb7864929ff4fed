//! Which models of fire behaviour a run uses, on the questions on which programs differ.
//!
//! What is left out is as behave has it; where behave has nothing it is the plainer choice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The models of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FireOptions {
    /// The head fire's rate of spread at the surface.
    pub spread: SpreadModel,
    /// The shape of a surface fire.
    pub length_to_width: LengthToWidthOption,
    /// Whether a fire can make use of any wind.
    pub wind_limit: WindLimitOption,
    /// How rates along a slope come onto the map.
    pub slope_rule: SlopeRule,
    /// Crown fire.
    pub crown: CrownOption,
    /// How surface and crown fire are joined.
    pub crown_linkage: CrownLinkage,
    /// Flame length of a crown fire.
    pub crown_flame: CrownFlame,
    /// Moisture of live needles and leaves in the crowns, percent of dry weight.
    pub foliar_moisture_pct: f64,
    /// Firebrands.
    pub spotting: SpotOption,
    /// Chance that fire crosses firebreaks, isolation belts and, with `roads_leak`, roads.
    pub breaks: BreakOption,
    /// Chance that fire crosses line built during the run.
    pub built_line: BuiltLineOption,
    /// Coefficient of variation of the width of breaks and lines along their course, 0 to 1.
    pub built_width_cv: f64,
    /// Whether fire may cross roads by the model of `breaks`.
    pub roads_leak: bool,
    /// Where the moisture of dead fuel comes from during the run.
    pub moisture: MoistureSource,
    /// Where the moisture of live fuel and of needles comes from.
    pub live: LiveSource,
    /// Whether fires from points and spots take time to reach their steady rate.
    pub acceleration: bool,
    /// Whether a dead edge that was not put out can light up again.
    pub reignition: bool,
    /// Weather changes that move the head by fewer cells than this are saved up, 0 to 100.
    pub coalesce_cells: f64,
    /// Whether wind turns up the slopes by day and down them by night.
    pub diurnal_wind: bool,
    /// Whether ridges and hollows speed up and slow the wind.
    pub terrain_wind: bool,
}

impl Default for FireOptions {
    fn default() -> Self {
        Self {
            spread: SpreadModel::default(),
            length_to_width: LengthToWidthOption::default(),
            wind_limit: WindLimitOption::default(),
            slope_rule: SlopeRule::default(),
            crown: CrownOption::default(),
            crown_linkage: CrownLinkage::default(),
            crown_flame: CrownFlame::default(),
            foliar_moisture_pct: 100.0,
            spotting: SpotOption::default(),
            breaks: BreakOption::default(),
            built_line: BuiltLineOption::default(),
            built_width_cv: 0.2,
            roads_leak: true,
            moisture: MoistureSource::default(),
            live: LiveSource::default(),
            acceleration: true,
            reignition: true,
            coalesce_cells: 4.0,
            diurnal_wind: false,
            terrain_wind: false,
        }
    }
}

/// The head fire's rate of spread at the surface.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SpreadModel {
    /// Rothermel 1972 with Albini 1976, as behave has it.
    #[default]
    Rothermel1972,
    /// Wang Zhengfei (王正非), with the open wind; the shape comes from `length_to_width`.
    WangZhengfei(WangOptions),
}

/// Which of the published forms of Wang Zhengfei's model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WangOptions {
    /// The initial rate.
    pub initial: WangInitial,
    /// The fuel coefficients.
    pub fuel_table: WangFuelTable,
    /// Steeper slopes count as this one, degrees, more than 0 and less than 90.
    pub slope_clamp_deg: f64,
}

impl Default for WangOptions {
    fn default() -> Self {
        Self {
            initial: WangInitial::default(),
            fuel_table: WangFuelTable::default(),
            slope_clamp_deg: 35.0,
        }
    }
}

/// Wang Zhengfei's initial rate `R0`, m/min.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum WangInitial {
    /// `0.03 T + 0.05 W + 0.01 (100 - h) - 0.3`: air temperature, Beaufort number, humidity.
    #[default]
    Full,
    /// `0.053 T + 0.048 W - 0.275`: without humidity.
    Short,
    /// `1.0372 exp(-0.057 m)`: moisture of dead fuel, percent.
    Moisture,
}

/// Wang Zhengfei's fuel coefficient `Ks`. The published tables disagree even in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum WangFuelTable {
    /// Conifer forest 0.4, needle 0.8, pine 1.0, grass 1.6, shrub 1.8.
    CoefficientsA,
    /// Conifer 1.8, grass 1.5, broadleaf 1.3, shrub and cropland 1.0, mixed 0.5.
    CoefficientsB,
    /// For drills in south China; judged, not published.
    #[default]
    Drill,
}

/// Formula for the length-to-width ratio of a surface fire, at most 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum LengthToWidthOption {
    /// Anderson 1983 as behave has it.
    #[default]
    Anderson1983,
    /// Andrews 2018.
    Andrews2018,
}

/// Whether a fire can make use of any wind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum WindLimitOption {
    /// Any (Andrews, Cruz & Rothermel 2013).
    #[default]
    NoLimit,
    /// Up to 0.9 of the reaction intensity, in English units (Rothermel 1972).
    Rothermel1972,
}

/// How rates along a slope come onto the map. Wind and slope themselves add up as vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SlopeRule {
    /// Projected: a fire on a slope of 45 degrees covers 0.71 of its rate on the map.
    #[default]
    Projected,
    /// As they are, as programs do that take the map for the slope.
    Unprojected,
}

/// Crown fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum CrownOption {
    /// None: crowns do not burn.
    #[default]
    Off,
    /// Van Wagner 1977 for the start, Rothermel 1991 for the spread.
    Rothermel1991,
    /// The same, joined by Scott & Reinhardt 2001.
    ScottReinhardt,
    /// Cruz, Alexander & Wakimoto 2005.
    Cruz2005,
}

/// How surface and crown fire are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum CrownLinkage {
    /// By the crown fraction burnt between the two critical winds.
    #[default]
    ScottReinhardt2001,
    /// By the crown fraction burnt as FARSITE has it.
    Finney1998,
}

/// Flame length of a crown fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum CrownFlame {
    /// Thomas 1963, as behave has it.
    #[default]
    Thomas1963,
    /// Byram 1959, as at the surface.
    Byram1959,
}

/// Firebrands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SpotOption {
    /// None.
    #[default]
    Off,
    /// The farthest distance of Albini 1979 and 1983.
    AlbiniMaximum,
    /// Distances spread as Sardoy and others 2008 have them.
    SardoyLognormal,
    /// Distances spread as Himoto & Tanaka 2005 have them.
    HimotoTanaka2005,
}

/// Chance that fire crosses a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum BreakOption {
    /// Wilson 1988: by intensity, width and trees at the edge.
    #[default]
    Wilson1988,
    /// Mees, Strauss & Chase 1993: by flame length and width.
    Mees1993,
    /// Breaks hold whatever meets them.
    Holds,
}

/// Chance that fire crosses line built during the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum BuiltLineOption {
    /// Mees, Strauss & Chase 1993: by flame length and width.
    Mees1993,
    /// Built line holds whatever meets it.
    #[default]
    Holds,
}

/// Where the moisture of live fuel comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum LiveSource {
    /// As the scenario states it.
    #[default]
    Stated,
    /// By the day of the year, from the catalogue's season table for Hunan.
    Season,
}

/// Where the moisture of dead fuel comes from during the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum MoistureSource {
    /// The scenario's `moisture` throughout.
    Stated,
    /// From the scenario's `moisture` on, it follows the weather.
    #[default]
    Weather,
}
