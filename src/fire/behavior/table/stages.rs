//! Crown fire in the stages of pyretechnics (2026.5.15): threshold, Cruz's rates, and all together.

use std::io::{Read, Write};

use super::columns::{DENSEST_CROWN, HIGHEST_TREE, Layout, MOISTEST, Row, STRONGEST_WIND, Table};
use super::crown::{Case, INPUTS, ten_metre_wind};
use super::error::BehaviorCsvError;
use crate::base::units::{KilojoulesPerSquareMetre, KilowattsPerMetre, Metres, MetresPerMinute};
use crate::fire::behavior::crown::{
    CrownFire, CrownMethod, CrownOptions, CrownSpread, CrownWeather, FireKind, Initiation, Stand,
    StandFire, critical_flame_length, critical_surface_intensity, spread_on_slope_plane,
};
use crate::fire::behavior::{
    Canopy, FuelBed, Moistures, SpreadOptions, SurfaceSpread, WindLimit,
    sheltered_wind_adjustment_factor, twenty_foot_wind, wind_adjustment_factor,
};

/// kJ/kg in a Btu/lb.
const KJ_KG_PER_BTU_LB: f64 = 2.326;
/// Faster fires do not run, m/min.
const FASTEST: f64 = 1e5;
/// Hotter fires do not burn, kW/m.
const HOTTEST: f64 = 1e8;

/// All stages.
const WHOLE: Layout = Layout {
    inputs: &INPUTS,
    outputs: &[
        "wind_20ft_m_min",
        "waf",
        "wind_midflame_m_min",
        "surf_ros_limited_m_min",
        "surf_fli_limited_kW_m",
        "crit_fli_kW_m",
        "crown_initiates",
        "crown_type_2passive_3active",
        "crit_crown_ros_m_min",
        "cruz_active_ros_m_min",
        "crown_ros_m_min",
        "crown_fli_kW_m",
        "crown_lw_ratio",
        "crown_eccentricity",
        "final_fire_type",
        "final_ros_m_min",
        "final_dir_deg",
        "final_fli_kW_m",
        "final_flame_length_m",
    ],
    upstream: &[
        "wind_20ft_m_min",
        "waf",
        "wind_midflame_m_min",
        "surf_ros_limited_m_min",
        "surf_fli_limited_kW_m",
    ],
};

/// Cruz's rates alone.
const RATE: Layout = Layout {
    inputs: &["wind_10m_km_h", "cbd_kg_m3", "m_1h_frac"],
    outputs: &[
        "active_ros_m_min",
        "critical_ros_m_min",
        "type_2passive_3active",
        "crown_ros_m_min",
        "crown_lw_ratio",
    ],
    upstream: &[],
};

/// Van Wagner's threshold alone.
const THRESHOLD: Layout = Layout {
    inputs: &["cbh_m", "foliar_moisture_frac"],
    outputs: &["critical_fli_kW_m", "critical_flame_length_m"],
    upstream: &[],
};

/// Answers the stage that the file has the columns for.
pub(super) fn answer<R: Read>(file: Table<R>, output: impl Write) -> Result<(), BehaviorCsvError> {
    if file.has("fuel_model") || !(file.has("cbd_kg_m3") || file.has("cbh_m")) {
        file.answer(&WHOLE, output, whole)
    } else if file.has("cbd_kg_m3") {
        file.answer(&RATE, output, rate)
    } else {
        file.answer(&THRESHOLD, output, threshold)
    }
}

fn threshold(row: &Row) -> Result<Vec<f64>, BehaviorCsvError> {
    let base = Metres(row.number("cbh_m", 0.0, HIGHEST_TREE)?);
    let moisture = row.number("foliar_moisture_frac", 0.0, MOISTEST)?;
    let rule = Initiation::VanWagner1977;
    Ok(vec![
        critical_surface_intensity(base, moisture, rule).0,
        critical_flame_length(base, moisture, rule).0,
    ])
}

fn rate(row: &Row) -> Result<Vec<f64>, BehaviorCsvError> {
    let wind = ten_metre_wind(row)?;
    let density = row.number("cbd_kg_m3", 0.0, DENSEST_CROWN)?;
    let moisture = row.number("m_1h_frac", 0.0, MOISTEST)?;
    // Only the 1-hour moisture and the density count.
    let moistures = Moistures {
        dead_1h: moisture,
        dead_10h: moisture,
        dead_100h: moisture,
        live_herb: moisture,
        live_woody: moisture,
    };
    let stand = Stand {
        cover: 1.0,
        height: Metres(1.0),
        base_height: Metres(0.0),
        bulk_density_kg_m3: density,
        foliar_moisture: 1.0,
    };
    let (method, options) = (CrownMethod::Cruz2005, CrownOptions::PYRETECHNICS);
    let weather = CrownWeather::new(&moistures, wind, 0.0, method, options);
    let fire = StandFire::new(&stand, &weather);
    let crown = fire.crown_spread(0.0, 0.0);
    Ok(vec![
        crown.active_rate.0,
        fire.critical_rate().0,
        code_of(&crown),
        crown.rate.0,
        crown.length_to_width,
    ])
}

/// The stages down to the surface fire: computed, or as the file has them.
struct Upstream {
    twenty_foot_wind: MetresPerMinute,
    waf: f64,
    midflame_wind: MetresPerMinute,
    surface: SurfaceSpread,
}

impl Upstream {
    fn read(row: &Row, case: &Case) -> Result<Self, BehaviorCsvError> {
        let twenty_foot_wind = row
            .given("wind_20ft_m_min", STRONGEST_WIND)?
            .map_or_else(|| twenty_foot_wind(case.wind), MetresPerMinute);
        let waf = row.given("waf", 1.0)?.unwrap_or_else(|| adjustment(case));
        let midflame_wind = row
            .given("wind_midflame_m_min", STRONGEST_WIND)?
            .map_or(twenty_foot_wind * waf, MetresPerMinute);
        let rate = row.given("surf_ros_limited_m_min", FASTEST)?;
        let intensity = row.given("surf_fli_limited_kW_m", HOTTEST)?;
        Ok(Self {
            twenty_foot_wind,
            waf,
            midflame_wind,
            surface: surface(case, midflame_wind, rate, intensity),
        })
    }
}

/// pyretechnics' wind adjustment factor: any canopy shelters, with crowns down to the ground.
fn adjustment(case: &Case) -> f64 {
    let canopy = Canopy {
        cover: case.stand.cover,
        height: case.stand.height,
        crown_ratio: Some(1.0),
    };
    if canopy.cover > 0.0 && canopy.height.0 > 0.0 {
        sheltered_wind_adjustment_factor(&canopy)
    } else {
        wind_adjustment_factor(case.model.depth(), &Canopy::NONE)
    }
}

/// The surface fire under pyretechnics' rules, with rate and intensity from upstream where known.
fn surface(
    case: &Case,
    wind: MetresPerMinute,
    rate: Option<f64>,
    intensity: Option<f64>,
) -> SurfaceSpread {
    let limited = SpreadOptions {
        wind_limit: WindLimit::Rothermel1972,
        ..SpreadOptions::default()
    };
    let bed = FuelBed::with_options(case.model, &case.moistures, limited);
    let (to, slope, upslope) = (case.wind_to_deg, case.slope, case.upslope_deg);
    let on_map = bed.spread(wind, to, slope, upslope);
    let on_plane = spread_on_slope_plane(&bed, wind, to, slope, upslope);
    let ros_max = rate.map_or(on_plane.ros_max, MetresPerMinute);
    let fireline_intensity =
        intensity.map_or_else(|| on_map.intensity_at(ros_max), KilowattsPerMetre);
    SurfaceSpread {
        ros_max,
        dir_max_deg: on_plane.dir_max_deg,
        fireline_intensity,
        heat_per_area: if ros_max.0 > 0.0 {
            KilojoulesPerSquareMetre(60.0 * fireline_intensity.0 / ros_max.0)
        } else {
            on_map.heat_per_area
        },
        ..on_map
    }
}

fn whole(row: &Row) -> Result<Vec<f64>, BehaviorCsvError> {
    let case = Case::read(row)?;
    let upstream = Upstream::read(row, &case)?;
    let surface = &upstream.surface;
    let options = CrownOptions {
        canopy_heat_kj_kg: case.model.heat_dead * KJ_KG_PER_BTU_LB,
        ..CrownOptions::PYRETECHNICS
    };
    let stand_fire = case.stand_fire(CrownMethod::Cruz2005, options);
    let crown = stand_fire.crown_spread(case.slope, case.upslope_deg);
    let canopy_only = KilojoulesPerSquareMetre(0.0);
    // Cruz's model has no use for the surface rate in another wind.
    let same = |_| surface.ros_max;
    let fire = stand_fire.burn(surface, case.slope, case.upslope_deg, same);
    Ok(vec![
        upstream.twenty_foot_wind.0,
        upstream.waf,
        upstream.midflame_wind.0,
        surface.ros_max.0,
        surface.fireline_intensity.0,
        stand_fire.critical_intensity().0,
        f64::from(u8::from(stand_fire.catches(surface.fireline_intensity))),
        code_of(&crown),
        stand_fire.critical_rate().0,
        crown.active_rate.0,
        crown.rate.0,
        stand_fire.whole_intensity(canopy_only, crown.rate).0,
        crown.length_to_width,
        crown.eccentricity(),
        final_code_of(&fire),
        fire.rate.0,
        fire.dir_max_deg,
        fire.fireline_intensity.0,
        fire.flame_length(stand_fire.options()).0,
    ])
}

/// pyretechnics' number of a kind of crown fire.
fn code_of(crown: &CrownSpread) -> f64 {
    if crown.active { 3.0 } else { 2.0 }
}

/// pyretechnics' number of the fire that comes of it.
fn final_code_of(fire: &CrownFire) -> f64 {
    match fire.kind {
        FireKind::Surface | FireKind::Conditional => 1.0,
        FireKind::Torching => 2.0,
        FireKind::Active => 3.0,
    }
}
