//! How fast fire runs through crowns.

use super::options::{CrownLengthToWidth, CrownMethod, CrownOptions};
use crate::base::units::MetresPerMinute;
use crate::fire::behavior::fuel::{self, FuelModel};
use crate::fire::behavior::{FuelBed, Moistures, twenty_foot_wind};

/// Crown rate over that of fuel model 10 (Rothermel 1991: mean of eight fires).
const OVER_MODEL_TEN: f64 = 3.34;
/// Share of the 20 ft wind over fuel model 10 (Rothermel 1991).
const MODEL_TEN_WIND: f64 = 0.4;
/// Mass flow that keeps an active crown fire going, kg/m2/min (Van Wagner 1977: 0.05 kg/m2/s).
const CRITICAL_MASS_FLOW: f64 = 3.0;
/// km/h in a m/min.
const KM_H_PER_M_MIN: f64 = 0.06;

/// Crown rate from which fire runs on through the crowns: 3.0 over the canopy's bulk density
/// (kg/m3), Van Wagner 1977. Without canopy fuel no rate is enough.
pub fn critical_crown_rate(bulk_density_kg_m3: f64) -> MetresPerMinute {
    MetresPerMinute(if bulk_density_kg_m3 > 0.0 {
        CRITICAL_MASS_FLOW / bulk_density_kg_m3
    } else {
        f64::INFINITY
    })
}

/// Rothermel's (1991) average crown rate: 3.34 times the rate of fuel model 10 on the flat in 0.4
/// of the 20 ft wind.
pub fn rothermel_crown_rate(
    moistures: &Moistures,
    twenty_foot_wind: MetresPerMinute,
) -> MetresPerMinute {
    ModelTen::new(moistures).crown_rate(twenty_foot_wind)
}

/// What Rothermel's crown rate needs of fuel model 10.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ModelTen {
    /// Rate without wind, m/min.
    still_rate: f64,
    /// ln of the wind factor's coefficient, for wind in m/min.
    ln_wind_coefficient: f64,
    /// Exponent of the wind factor.
    wind_exponent: f64,
}

impl ModelTen {
    fn new(moistures: &Moistures) -> Self {
        let model: &FuelModel = fuel::standard(10).expect("the catalogue holds Anderson's models");
        let bed = FuelBed::new(model, moistures);
        Self {
            still_rate: bed.still_rate,
            ln_wind_coefficient: bed.ln_wind_coefficient,
            wind_exponent: bed.wind_exponent,
        }
    }

    fn crown_rate(&self, twenty_foot_wind: MetresPerMinute) -> MetresPerMinute {
        let wind = twenty_foot_wind.0 * MODEL_TEN_WIND;
        let factor = if wind > 0.0 {
            libm::exp(self.ln_wind_coefficient + self.wind_exponent * libm::log(wind))
        } else {
            0.0
        };
        MetresPerMinute(OVER_MODEL_TEN * self.still_rate * (1.0 + factor))
    }

    /// The 20 ft wind that gives a crown rate; endless where none does.
    fn wind_for(&self, crown_rate: MetresPerMinute) -> MetresPerMinute {
        if self.still_rate <= 0.0 {
            return MetresPerMinute(f64::INFINITY);
        }
        let factor = crown_rate.0 / OVER_MODEL_TEN / self.still_rate - 1.0;
        if factor <= 0.0 {
            return MetresPerMinute(0.0);
        }
        let midflame =
            libm::exp((libm::log(factor) - self.ln_wind_coefficient) / self.wind_exponent);
        MetresPerMinute(midflame / MODEL_TEN_WIND)
    }
}

/// Active crown rate of Cruz et al. (2005, eq. 4): `11.02 U^0.90 CBD^0.19 exp(-0.17 EFFM)`, m/min, with
/// U in km/h at 10 m, CBD in kg/m3 and the fine dead moisture EFFM in percent (a fraction here).
pub fn cruz_active_rate(
    ten_metre_wind: MetresPerMinute,
    bulk_density_kg_m3: f64,
    dead_1h: f64,
) -> MetresPerMinute {
    cruz_wind_part(ten_metre_wind, dead_1h) * cruz_stand_part(bulk_density_kg_m3)
}

fn cruz_wind_part(ten_metre_wind: MetresPerMinute, dead_1h: f64) -> MetresPerMinute {
    let km_h = ten_metre_wind.0.max(0.0) * KM_H_PER_M_MIN;
    MetresPerMinute(11.02 * libm::pow(km_h, 0.90) * libm::exp(-17.0 * dead_1h))
}

fn cruz_stand_part(bulk_density_kg_m3: f64) -> f64 {
    libm::pow(bulk_density_kg_m3.max(0.0), 0.19)
}

/// Passive crown rate of Cruz et al. (2005, eq. 5): the active rate times `exp(-active / critical)`.
pub fn cruz_passive_rate(active: MetresPerMinute, critical: MetresPerMinute) -> MetresPerMinute {
    active * libm::exp(-active.0 / critical.0)
}

/// Wind and fuel moisture as crown fire sees them: what all stands share under one weather.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrownWeather {
    /// Which model.
    pub(super) method: CrownMethod,
    /// Which rules.
    pub(super) options: CrownOptions,
    /// Where the wind blows to, degrees clockwise from north.
    pub(super) wind_to_deg: f64,
    /// Open wind 20 ft up.
    pub(super) twenty_foot_wind: MetresPerMinute,
    /// Active crown rate on the flat; of Cruz's model without the stand's part.
    active_rate: MetresPerMinute,
    /// Fuel model 10, for methods that use it.
    model_ten: Option<ModelTen>,
}

impl CrownWeather {
    /// The weather for crown fires: fuel moistures, open wind 10 m up and where it blows to (degrees
    /// clockwise from north). All finite, winds 0 or more.
    pub fn new(
        moistures: &Moistures,
        ten_metre_wind: MetresPerMinute,
        wind_to_deg: f64,
        method: CrownMethod,
        options: CrownOptions,
    ) -> Self {
        let twenty_foot_wind = twenty_foot_wind(ten_metre_wind);
        let model_ten = match method {
            CrownMethod::Off | CrownMethod::Cruz2005 => None,
            _ => Some(ModelTen::new(moistures)),
        };
        let active_rate = match (method, &model_ten) {
            (CrownMethod::Cruz2005, _) => cruz_wind_part(ten_metre_wind, moistures.dead_1h),
            (_, Some(model)) => model.crown_rate(twenty_foot_wind),
            (_, None) => MetresPerMinute(0.0),
        };
        Self {
            method,
            options,
            wind_to_deg,
            twenty_foot_wind,
            active_rate,
            model_ten,
        }
    }

    /// Active crown rate in a canopy of this bulk density, on the flat.
    pub(super) fn active_rate(&self, bulk_density_kg_m3: f64) -> MetresPerMinute {
        match self.method {
            CrownMethod::Cruz2005 => self.active_rate * cruz_stand_part(bulk_density_kg_m3),
            _ => self.active_rate,
        }
    }

    /// 20 ft wind in which Rothermel's crown rate is the critical one (Scott & Reinhardt 2001,
    /// eq. 20); endless where no wind is enough.
    pub(super) fn crowning_wind(&self, critical: MetresPerMinute) -> MetresPerMinute {
        self.model_ten
            .map_or(MetresPerMinute(f64::INFINITY), |model| {
                model.wind_for(critical)
            })
    }

    /// Length over width of a crown fire in the 20 ft wind times a stretch.
    pub(super) fn length_to_width(&self, stretch: f64) -> f64 {
        let rule: CrownLengthToWidth = self.options.length_to_width;
        rule.ratio(self.twenty_foot_wind * stretch)
    }
}

/// What a longer wind makes of Cruz's active rate.
pub(super) fn cruz_stretch(stretch: f64) -> f64 {
    libm::pow(stretch, 0.90)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::METRES_PER_FOOT;

    const DRY: Moistures = Moistures {
        dead_1h: 0.06,
        dead_10h: 0.07,
        dead_100h: 0.08,
        live_herb: 0.6,
        live_woody: 0.9,
    };

    #[test]
    fn crowns_of_a_tenth_of_a_kilogram_carry_fire_from_thirty_metres_a_minute() {
        // Van Wagner 1977: 3.0 / CBD.
        assert_eq!(critical_crown_rate(0.1).0.round(), 30.0);
        assert!(critical_crown_rate(0.0).0.is_infinite());
    }

    #[test]
    fn cruz_reaches_forty_metres_a_minute_in_fifteen_kilometres_an_hour() {
        // 11.02 * 15^0.9 * 0.2^0.19 * exp(-17 * 0.06) = 33.5, by hand.
        let active = cruz_active_rate(MetresPerMinute(250.0), 0.2, 0.06);
        assert!((active.0 - 33.51).abs() < 0.05, "{active}");
        // At the critical rate a passive fire is slower by e.
        let passive = cruz_passive_rate(MetresPerMinute(15.0), MetresPerMinute(15.0));
        assert!((passive.0 - 15.0 / std::f64::consts::E).abs() < 1e-12);
    }

    #[test]
    fn the_crowning_wind_gives_the_critical_rate() {
        let at = |wind| {
            CrownWeather::new(
                &DRY,
                wind,
                0.0,
                CrownMethod::ScottReinhardt2001,
                CrownOptions::BEHAVE,
            )
        };
        let critical = critical_crown_rate(0.15);
        let twenty_foot = at(MetresPerMinute(100.0)).crowning_wind(critical);
        let rate = rothermel_crown_rate(&DRY, twenty_foot);
        assert!((rate.0 / critical.0 - 1.0).abs() < 1e-12, "{rate}");
    }

    #[test]
    fn the_wind_factor_of_model_ten_is_the_one_behave_writes_down() {
        // crown.cpp: exponent 1.4308256324729873, coefficient 0.0016102128596515481 for ft/min.
        let bed = ModelTen::new(&DRY);
        assert!((bed.wind_exponent / 1.430_825_632_472_987 - 1.0).abs() < 1e-5);
        let per_foot =
            libm::exp(bed.ln_wind_coefficient + bed.wind_exponent * libm::log(METRES_PER_FOOT));
        assert!(
            (per_foot / 0.001_610_212_859_651_548 - 1.0).abs() < 1e-4,
            "{per_foot}"
        );
    }
}
