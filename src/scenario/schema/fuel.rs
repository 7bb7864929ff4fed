//! Fuel models of a scenario's own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Name;

/// A file of `fuel_model_files`: a list of fuel models.
pub type CustomFuelList = Vec<CustomFuel>;

/// A fuel model beside the standard ones, in SI units. What BehavePlus and FARSITE write in English
/// units converts so: 1 ton/acre = 0.2242 kg/m2, 1 lb/ft2 = 4.8824 kg/m2, 1 ft = 0.3048 m,
/// 1 ft2/ft3 = 3.2808 1/m, 1 Btu/lb = 2.326 kJ/kg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomFuel {
    /// Its number in a cover raster of coding `StandardFuel`: 14 to 90 or 205 to 255.
    pub number: u16,
    /// Short code, not that of a standard model.
    pub code: String,
    /// Name.
    pub name: Name,
    /// Whether live herbs turn into dead fuel as they dry (Scott & Burgan 2005).
    #[serde(default)]
    pub dynamic: bool,
    /// Depth of the fuel bed, metres.
    pub depth_m: f64,
    /// Moisture of extinction of dead fuel, percent of dry weight.
    pub dead_extinction_pct: f64,
    /// Heat content of dead fuel, kJ/kg.
    #[serde(default = "usual_heat_kj_kg")]
    pub heat_dead_kj_kg: f64,
    /// Heat content of live fuel, kJ/kg.
    #[serde(default = "usual_heat_kj_kg")]
    pub heat_live_kj_kg: f64,
    /// Dry load of dead fuel up to 6 mm (1-hour), kg/m2.
    pub load_1h_kg_m2: f64,
    /// Dry load of dead fuel 6 to 25 mm (10-hour), kg/m2.
    #[serde(default)]
    pub load_10h_kg_m2: f64,
    /// Dry load of dead fuel 25 to 76 mm (100-hour), kg/m2.
    #[serde(default)]
    pub load_100h_kg_m2: f64,
    /// Dry load of live herbs before curing, kg/m2.
    #[serde(default)]
    pub load_herb_kg_m2: f64,
    /// Dry load of live woody fuel, kg/m2.
    #[serde(default)]
    pub load_woody_kg_m2: f64,
    /// Surface area to volume of the 1-hour dead fuel, 1/m.
    pub savr_1h_per_m: f64,
    /// Surface area to volume of the live herbs, 1/m.
    #[serde(default = "usual_live_savr_per_m")]
    pub savr_herb_per_m: f64,
    /// Surface area to volume of the live woody fuel, 1/m.
    #[serde(default = "usual_live_savr_per_m")]
    pub savr_woody_per_m: f64,
    /// Whether its ground counts as forest land.
    #[serde(default)]
    pub forest: bool,
    /// Which `line_fuel` of the catalogue says how fast crews clear it.
    #[serde(default = "usual_line_fuel")]
    pub line_fuel: String,
    /// How long it flames, over what the equations give.
    #[serde(default = "one")]
    pub residence_factor: f64,
    /// How far its brands fly, over what the equations give: bark and fern throw further.
    #[serde(default = "one")]
    pub brand_factor: f64,
}

/// 8000 Btu/lb, the heat content of all standard models but GR6.
fn usual_heat_kj_kg() -> f64 {
    18_608.0
}

/// 1500 1/ft, as Anderson's models have it.
fn usual_live_savr_per_m() -> f64 {
    4921.26
}

fn usual_line_fuel() -> String {
    "shrub_grass".to_owned()
}

fn one() -> f64 {
    1.0
}
