//! Surface and crown fire together for a table of inputs, end to end.

use std::io::{Read, Write};
use std::str::FromStr;

use super::columns::{
    DENSEST_CROWN, HIGHEST_TREE, Layout, MOISTEST, Row, STEEPEST, STRONGEST_WIND, Table,
};
use super::error::BehaviorCsvError;
use super::stages;
use crate::base::units::{Metres, MetresPerMinute};
use crate::fire::behavior::crown::{
    CrownMethod, CrownOptions, CrownWeather, FireKind, Stand, StandFire,
};
use crate::fire::behavior::fuel::FuelModel;
use crate::fire::behavior::{Canopy, FuelBed, Moistures, twenty_foot_wind, wind_adjustment_factor};

/// Columns read, and echoed in this order.
pub(super) const INPUTS: [&str; 16] = [
    "id",
    "fuel_model",
    "m_1h_frac",
    "m_10h_frac",
    "m_100h_frac",
    "m_live_herb_frac",
    "m_live_woody_frac",
    "foliar_moisture_frac",
    "wind_10m_km_h",
    "wind_from_deg",
    "slope_rise_run",
    "aspect_deg",
    "canopy_cover_frac",
    "canopy_height_m",
    "canopy_base_height_m",
    "canopy_bulk_density_kg_m3",
];

/// Columns computed, in this order.
const OUTPUTS: [&str; 13] = [
    "surf_ros_m_min",
    "surf_fli_kW_m",
    "surf_flame_length_m",
    "waf",
    "wind_midflame_m_min",
    "crown_ros_m_min",
    "crown_fli_kW_m",
    "crown_flame_length_m",
    "crown_lw_ratio",
    "fire_type_0surf_1torch_2cond_3crown",
    "final_ros_m_min",
    "final_fli_kW_m",
    "final_flame_length_m",
];

/// m/min in a km/h.
const M_MIN_PER_KM_H: f64 = 1000.0 / 60.0;

/// The crown models a table can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrownTable {
    /// Rothermel 1991, under behave's rules.
    Rothermel1991,
    /// Scott & Reinhardt 2001, under behave's rules.
    ScottReinhardt,
    /// Finney 1998, under behave's rules.
    Finney1998,
    /// Cruz et al. 2005, under pyretechnics' rules.
    Cruz,
}

impl CrownTable {
    /// All names of the command line.
    pub const NAMES: [&str; 4] = ["rothermel1991", "scott-reinhardt", "finney1998", "cruz"];
}

impl FromStr for CrownTable {
    type Err = UnknownCrownModel;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "rothermel1991" => Ok(Self::Rothermel1991),
            "scott-reinhardt" => Ok(Self::ScottReinhardt),
            "finney1998" => Ok(Self::Finney1998),
            "cruz" => Ok(Self::Cruz),
            _ => Err(UnknownCrownModel),
        }
    }
}

/// A crown model that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no crown model of this name; expected {}", CrownTable::NAMES.join(", "))]
pub struct UnknownCrownModel;

/// Reads a CSV table and writes it with crown fire behaviour, as
/// [`behavior_csv`](super::behavior_csv) does for surface fire.
///
/// Input columns: those of a surface table without the midflame wind, and `foliar_moisture_frac`,
/// `wind_10m_km_h` (open wind), `canopy_cover_frac`, `canopy_height_m`, `canopy_base_height_m` (0 to the
/// height) and `canopy_bulk_density_kg_m3`. `crown_...` columns are the crown fire were it alight,
/// `final_...` the fire that comes of it.
///
/// Under [`CrownTable::Cruz`] the columns of the file decide what is computed:
///
/// - with `fuel_model`: all stages as pyretechnics has them. `wind_20ft_m_min`, `waf`,
///   `wind_midflame_m_min`, `surf_ros_limited_m_min` and `surf_fli_limited_kW_m` are upstream columns: what the
///   file holds under them is taken, what it lacks is computed.
/// - without it but with `cbd_kg_m3`: the crown rate from `wind_10m_km_h`, `cbd_kg_m3` and `m_1h_frac`.
/// - without both but with `cbh_m`: Van Wagner's threshold from `cbh_m` and `foliar_moisture_frac`.
pub fn crown_csv(
    table: CrownTable,
    input: impl Read,
    output: impl Write,
) -> Result<(), BehaviorCsvError> {
    let file = Table::open(input)?;
    let method = match table {
        CrownTable::Cruz => return stages::answer(file, output),
        CrownTable::Rothermel1991 => CrownMethod::Rothermel1991,
        CrownTable::ScottReinhardt => CrownMethod::ScottReinhardt2001,
        CrownTable::Finney1998 => CrownMethod::Finney1998,
    };
    let layout = Layout {
        inputs: &INPUTS,
        outputs: &OUTPUTS,
        upstream: &[],
    };
    file.answer(&layout, output, |row| {
        Ok(behavior(&Case::read(row)?, method))
    })
}

/// The inputs of one row.
pub(super) struct Case {
    pub model: &'static FuelModel,
    pub moistures: Moistures,
    /// 10 m up.
    pub wind: MetresPerMinute,
    pub wind_to_deg: f64,
    pub slope: f64,
    pub upslope_deg: f64,
    pub stand: Stand,
}

impl Case {
    pub fn read(row: &Row) -> Result<Self, BehaviorCsvError> {
        let height = row.number("canopy_height_m", 0.0, HIGHEST_TREE)?;
        Ok(Self {
            model: row.fuel_model()?,
            moistures: row.moistures()?,
            wind: ten_metre_wind(row)?,
            wind_to_deg: row.bearing("wind_from_deg")? + 180.0,
            slope: row.number("slope_rise_run", 0.0, STEEPEST)?,
            upslope_deg: row.bearing("aspect_deg")? + 180.0,
            stand: Stand {
                cover: row.number("canopy_cover_frac", 0.0, 1.0)?,
                height: Metres(height),
                base_height: Metres(row.number("canopy_base_height_m", 0.0, height)?),
                bulk_density_kg_m3: row.number("canopy_bulk_density_kg_m3", 0.0, DENSEST_CROWN)?,
                foliar_moisture: row.number("foliar_moisture_frac", 0.0, MOISTEST)?,
            },
        })
    }

    pub fn stand_fire(&self, method: CrownMethod, options: CrownOptions) -> StandFire {
        let weather = CrownWeather::new(
            &self.moistures,
            self.wind,
            self.wind_to_deg,
            method,
            options,
        );
        StandFire::new(&self.stand, &weather)
    }
}

/// The wind under `wind_10m_km_h`.
pub(super) fn ten_metre_wind(row: &Row) -> Result<MetresPerMinute, BehaviorCsvError> {
    let km_h = row.number("wind_10m_km_h", 0.0, STRONGEST_WIND / M_MIN_PER_KM_H)?;
    Ok(MetresPerMinute(km_h * M_MIN_PER_KM_H))
}

/// The computed columns in the order of [`OUTPUTS`].
fn behavior(case: &Case, method: CrownMethod) -> Vec<f64> {
    let Case { stand, .. } = case;
    let canopy = Canopy {
        cover: stand.cover,
        height: stand.height,
        crown_ratio: Some(if stand.height.0 > 0.0 {
            (stand.height.0 - stand.base_height.0) / stand.height.0
        } else {
            0.0
        }),
    };
    let waf = wind_adjustment_factor(case.model.depth(), &canopy);
    let bed = FuelBed::new(case.model, &case.moistures);
    let in_wind = |twenty_foot: MetresPerMinute| {
        let (slope, upslope) = (case.slope, case.upslope_deg);
        bed.spread(twenty_foot * waf, case.wind_to_deg, slope, upslope)
    };
    let open = twenty_foot_wind(case.wind);
    let surface = in_wind(open);
    let stand_fire = case.stand_fire(method, CrownOptions::BEHAVE);
    let crown = stand_fire.crown_spread(case.slope, case.upslope_deg);
    let crown_intensity = stand_fire.whole_intensity(surface.heat_per_area, crown.rate);
    let fire = stand_fire.burn(&surface, case.slope, case.upslope_deg, |wind| {
        in_wind(wind).ros_max
    });
    let options = stand_fire.options();
    vec![
        surface.ros_max.0,
        surface.fireline_intensity.0,
        surface.flame_length().0,
        waf,
        open.0 * waf,
        crown.rate.0,
        crown_intensity.0,
        options.flame_length.flame_length(crown_intensity).0,
        crown.length_to_width,
        code_of(fire.kind),
        fire.rate.0,
        fire.fireline_intensity.0,
        fire.flame_length(options).0,
    ]
}

/// behave's number of a kind of fire.
fn code_of(kind: FireKind) -> f64 {
    match kind {
        FireKind::Surface => 0.0,
        FireKind::Torching => 1.0,
        FireKind::Conditional => 2.0,
        FireKind::Active => 3.0,
    }
}
