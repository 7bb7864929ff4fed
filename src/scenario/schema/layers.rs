//! Rasters beside elevation and cover: measured canopy, and weather on a grid of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Canopy GeoTIFFs on the landscape's grid. "No data" is no canopy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CanopyLayers {
    /// Canopy cover.
    pub cover: String,
    /// Height of the stand.
    pub height: String,
    /// Height of the crowns' base above ground.
    pub base_height: String,
    /// Bulk density of the crowns.
    pub bulk_density: String,
    /// The units of the four.
    pub units: CanopyUnits,
}

/// Units of canopy rasters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CanopyUnits {
    /// As LANDFIRE serves them: percent, metres times 10, metres times 10, kg/m3 times 100.
    Landfire,
    /// Percent, metres, metres, kg/m3.
    Metric,
}

/// Weather on a grid of its own, in the scenario's projected system: a GeoTIFF of several bands. It
/// holds from `at_min` until the next grid or the end of the run, and goes before the weather
/// records for what its bands say; for the rest the records hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherGrid {
    /// Minutes after the start, 0 or more.
    pub at_min: f64,
    /// The GeoTIFF; it must cover the landscape.
    pub file: String,
    /// What each of its bands holds, in order.
    pub bands: Vec<BandMeaning>,
}

/// What a band of a weather grid holds. Wind is either speed and direction, or its two components;
/// it blows at the scenario's `wind_height`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum BandMeaning {
    /// Open wind, m/s.
    WindSpeedMs,
    /// Where the wind blows from, degrees clockwise from north, 0 to 360.
    WindFromDeg,
    /// Wind towards the east, m/s.
    WindEastMs,
    /// Wind towards the north, m/s.
    WindNorthMs,
    /// Moisture of dead fuel, 1-hour, percent of dry weight.
    Dead1hPct,
    /// Moisture of dead fuel, 10-hour, percent.
    Dead10hPct,
    /// Moisture of dead fuel, 100-hour, percent.
    Dead100hPct,
    /// Moisture of live herbaceous fuel, percent.
    LiveHerbPct,
    /// Moisture of live woody fuel, percent.
    LiveWoodyPct,
    /// Not read.
    Unused,
}
