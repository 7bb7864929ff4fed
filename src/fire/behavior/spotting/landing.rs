//! Where a firebrand lands: a published distribution of distances, cut at Albini's maximum, and a
//! spread across the wind.

use libm::{exp, log, log1p, pow, sqrt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::random::normal_quantile;
use crate::base::units::{KilowattsPerMetre, Metres, MetresPerSecond};

/// Acceleration of gravity, m/s2.
const GRAVITY: f64 = 9.81;
/// Heat content of air, kJ/m3: density 1.1 kg/m3, 1 kJ/kg/K, 300 K (as ELMFIRE takes them).
const AIR_HEAT_KJ_M3: f64 = 1.1 * 1.0 * 300.0;
/// Density of Himoto & Tanaka's brand over that of air: a disc of 100 kg/m3.
const BRAND_OVER_AIR: f64 = 100.0 / 1.1;
/// Thickness of Himoto & Tanaka's brand, metres.
const BRAND_THICKNESS_M: f64 = 0.005;
/// Standard deviation across the wind over the plume's length scale (Himoto & Tanaka 2005; Perryman et
/// al. 2013).
const ACROSS_PER_SCALE: f64 = 0.92;
/// Winds below this are still air, m/s.
const STILL_M_S: f64 = 1e-3;

/// How brands are spread over the ground.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SpotModel {
    /// No firebrands.
    Off,
    /// Every brand flies the greatest distance of Albini 1979, 1983: the worst case, for planning.
    AlbiniMaximum,
    /// Sardoy et al. 2008, *Fire Safety Journal* 43:478-488 (disc brands from line fires).
    #[default]
    SardoyLognormal,
    /// Himoto & Tanaka 2005, *Fire Safety Science* 8:433-444, with the plume's length scale in place of
    /// a building's.
    HimotoTanaka2005,
}

/// Distances along the wind, lognormal in metres, and the standard deviation across it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogNormal {
    /// Mean of the natural logarithm.
    pub mu: f64,
    /// Standard deviation of the natural logarithm.
    pub sigma: f64,
    /// Standard deviation across the wind.
    pub across: Metres,
}

impl SpotModel {
    /// The distribution of distances before it is cut at the maximum; none for models without one,
    /// in still air or without fire.
    pub fn distances(
        self,
        intensity: KilowattsPerMetre,
        wind_10m: MetresPerSecond,
    ) -> Option<LogNormal> {
        if !(intensity.0 > 0.0 && wind_10m.0 > STILL_M_S) {
            return None;
        }
        let scale = plume_scale(intensity);
        let (mu, sigma) = match self {
            Self::Off | Self::AlbiniMaximum => return None,
            Self::SardoyLognormal => sardoy(intensity.0 / 1000.0, wind_10m.0, scale),
            Self::HimotoTanaka2005 => himoto_tanaka(wind_10m.0, scale),
        };
        Some(LogNormal {
            mu,
            sigma,
            across: Metres(ACROSS_PER_SCALE * scale),
        })
    }
}

/// Length scale of the plume of a line fire, metres: `(I / (rho c T sqrt(g)))^(2/3)`, I in kW/m.
fn plume_scale(intensity: KilowattsPerMetre) -> f64 {
    pow(intensity.0 / (AIR_HEAT_KJ_M3 * sqrt(GRAVITY)), 2.0 / 3.0)
}

/// Froude number of the wind against the plume: below 1 the plume lifts brands, above it the wind
/// carries them.
fn froude(wind: f64, scale: f64) -> f64 {
    wind / sqrt(GRAVITY * scale)
}

/// Sardoy et al. 2008 as Perryman et al. 2013 (eqs. 5, 6) and ELMFIRE give it, I in MW/m, U in m/s at
/// 10 m \[V2\]: for Froude numbers to 1 `mu = 1.47 I^0.54 U^-0.55 + 1.14`,
/// `sigma = 0.86 I^-0.21 U^0.44 + 0.19`, above `mu = 1.32 I^0.26 U^0.11 - 0.02`,
/// `sigma = 4.95 I^-0.01 U^-0.02 - 3.48`.
fn sardoy(mw: f64, u: f64, scale: f64) -> (f64, f64) {
    if froude(u, scale) <= 1.0 {
        (
            1.47 * pow(mw, 0.54) * pow(u, -0.55) + 1.14,
            0.86 * pow(mw, -0.21) * pow(u, 0.44) + 0.19,
        )
    } else {
        (
            1.32 * pow(mw, 0.26) * pow(u, 0.11) - 0.02,
            4.95 * pow(mw, -0.01) * pow(u, -0.02) - 3.48,
        )
    }
}

/// Himoto & Tanaka 2005 as ELMFIRE codes it \[V2\]: mean `0.47 B^(2/3) D`, standard deviation
/// `0.88 B^(1/3) D`, `B = Fr (rho_p / rho)^(-3/4) (d_p / D)^(-3/4) Q^(1/2)`; the dimensionless heat release
/// Q is 1 when D is the scale of the plume itself.
fn himoto_tanaka(u: f64, scale: f64) -> (f64, f64) {
    let b = froude(u, scale) * pow(BRAND_OVER_AIR * BRAND_THICKNESS_M / scale, -0.75);
    let mean = 0.47 * pow(b, 2.0 / 3.0) * scale;
    let deviation = 0.88 * pow(b, 1.0 / 3.0) * scale;
    let variation = log1p(pow(deviation / mean, 2.0));
    (log(mean) - variation / 2.0, sqrt(variation))
}

/// A brand that leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throw {
    /// Intensity of the fire that throws it.
    pub intensity: KilowattsPerMetre,
    /// Wind at 10 m.
    pub wind_10m: MetresPerSecond,
    /// Albini's greatest distance (see [`super::BrandSource::level_distance`]).
    pub farthest: Metres,
}

/// Where it lands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landing {
    /// Down the wind from the source.
    pub along: Metres,
    /// To the right of the wind.
    pub across: Metres,
}

impl Landing {
    /// Distance from the source.
    pub fn distance(&self) -> Metres {
        Metres(libm::hypot(self.along.0, self.across.0))
    }
}

/// Where a brand lands, for two uniform numbers; none if it goes nowhere. Never beyond the greatest
/// distance: the distribution along the wind is cut there (not heaped there), the drift across it drawn
/// in.
pub fn landing(model: SpotModel, throw: &Throw, u_along: f64, u_across: f64) -> Option<Landing> {
    let farthest = throw.farthest.0;
    if model == SpotModel::Off || !(farthest > 0.0 && throw.intensity.0 > 0.0) {
        return None;
    }
    let deviation = ACROSS_PER_SCALE * plume_scale(throw.intensity);
    // The ends of the interval would be infinite.
    let across = deviation * normal_quantile(u_across.clamp(1e-12, 1.0 - 1e-12));
    if model == SpotModel::AlbiniMaximum {
        let across = across.clamp(-farthest, farthest);
        return Some(Landing {
            along: Metres(sqrt(farthest * farthest - across * across)),
            across: Metres(across),
        });
    }
    let distances = model.distances(throw.intensity, throw.wind_10m)?;
    let within = normal_share((log(farthest) - distances.mu) / distances.sigma);
    let along = exp(distances.mu + distances.sigma * normal_quantile(u_along * within));
    let drawn_in = (farthest / libm::hypot(along, across)).min(1.0);
    Some(Landing {
        along: Metres(along * drawn_in),
        across: Metres(across * drawn_in),
    })
}

/// Share of standard normal numbers below z.
fn normal_share(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn throw(kw_m: f64, wind: f64, farthest: f64) -> Throw {
        Throw {
            intensity: KilowattsPerMetre(kw_m),
            wind_10m: MetresPerSecond(wind),
            farthest: Metres(farthest),
        }
    }

    #[test]
    fn a_fire_of_ten_megawatts_lifts_its_brands_in_five_metres_of_wind() {
        // Worked by hand from the published coefficients: D = 4.54 m, Fr = 0.749 (lifted).
        let d = SpotModel::SardoyLognormal
            .distances(KilowattsPerMetre(1e4), MetresPerSecond(5.0))
            .unwrap();
        assert!((plume_scale(KilowattsPerMetre(1e4)) - 4.540).abs() < 0.001);
        assert!((d.mu - 3.2430).abs() < 5e-4, "{d:?}");
        assert!((d.sigma - 1.2663).abs() < 5e-4, "{d:?}");
        assert!((d.across.0 - 4.177).abs() < 0.001, "{d:?}");
    }

    #[test]
    fn a_fire_of_one_megawatt_is_blown_along_in_ten_metres_of_wind() {
        // Fr > 1: mu = 1.32 10^0.11 - 0.02, sigma = 4.95 10^-0.02 - 3.48.
        let d = SpotModel::SardoyLognormal
            .distances(KilowattsPerMetre(1e3), MetresPerSecond(10.0))
            .unwrap();
        assert!((d.mu - 1.6805).abs() < 5e-4, "{d:?}");
        assert!((d.sigma - 1.2472).abs() < 5e-4, "{d:?}");
    }

    #[test]
    fn himoto_and_tanakas_mean_and_deviation_come_back_from_the_lognormal() {
        let d = SpotModel::HimotoTanaka2005
            .distances(KilowattsPerMetre(1e4), MetresPerSecond(5.0))
            .unwrap();
        let mean = exp(d.mu + d.sigma * d.sigma / 2.0);
        let deviation = mean * sqrt(libm::expm1(d.sigma * d.sigma));
        let b = pow(mean / (0.47 * 4.540), 1.5);
        assert!((deviation - 0.88 * pow(b, 1.0 / 3.0) * 4.540).abs() < 0.01);
        // B = 0.749 (90.9 x 0.005 / 4.54)^-0.75 = 4.21.
        assert!((b - 4.21).abs() < 0.02, "{b}");
    }

    #[test]
    fn brands_scatter_about_the_published_median_when_nothing_bounds_them() {
        let far = throw(1e4, 5.0, 1e12);
        let median = landing(SpotModel::SardoyLognormal, &far, 0.5, 0.5).unwrap();
        assert!((median.along.0 - exp(3.2430)).abs() < 0.02);
        assert_eq!(median.across.0, 0.0);
        let (left, right) = (0.158_655, 0.841_345);
        let side = |u| {
            landing(SpotModel::SardoyLognormal, &far, 0.5, u)
                .unwrap()
                .across
                .0
        };
        assert!((side(right) - 4.177).abs() < 0.001 && (side(left) + 4.177).abs() < 0.001);
    }

    #[test]
    fn without_spotting_wind_or_height_nothing_lands() {
        assert_eq!(
            landing(SpotModel::Off, &throw(1e4, 5.0, 500.0), 0.5, 0.5),
            None
        );
        assert_eq!(
            landing(
                SpotModel::SardoyLognormal,
                &throw(1e4, 0.0, 500.0),
                0.5,
                0.5
            ),
            None
        );
        assert_eq!(
            landing(SpotModel::AlbiniMaximum, &throw(1e4, 5.0, 0.0), 0.5, 0.5),
            None
        );
    }

    proptest! {
        #[test]
        fn no_brand_passes_albinis_maximum_and_a_greater_draw_flies_farther(
            kw in 200.0..50_000.0, wind in 0.3..25.0, farthest in 1.0..3000.0,
            u in 0.0..1.0, more in 0.0..1.0, v in 0.0..1.0,
        ) {
            let t = throw(kw, wind, farthest);
            for model in [SpotModel::AlbiniMaximum, SpotModel::SardoyLognormal, SpotModel::HimotoTanaka2005] {
                let at = |u, v| landing(model, &t, u, v).unwrap();
                prop_assert!(at(u, v).distance().0 <= farthest * (1.0 + 1e-9));
                prop_assert!(at(u, v).along.0 >= 0.0);
                let more = u + more * (1.0 - u);
                prop_assert!(at(more, 0.5).along.0 >= at(u, 0.5).along.0);
            }
            let most = landing(SpotModel::AlbiniMaximum, &t, u, v).unwrap();
            prop_assert!((most.distance().0 - farthest).abs() < 1e-6 * farthest);
        }
    }
}
