//! How many firebrands a fire throws, how long they fly, and whether they light what they fall on.

use libm::{exp, log, pow, sqrt};

use crate::base::random::normal_quantile;
use crate::base::units::{KilowattsPerMetre, Metres, MetresPerSecond, Seconds};
use crate::scenario::catalogue::Spotting;

/// Intensity at which the catalogue states its count, kW/m.
const REFERENCE_KW_M: f64 = 4000.0;
/// Steepness of the rise of brands with intensity about the catalogue's half-way intensity.
const RISE: f64 = 4.0;
/// Counts above this are drawn from the normal distribution, where it is as good and cannot underflow.
const LARGE_COUNT: f64 = 500.0;

/// A piece of burning ground as a source of brands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FireSource {
    /// Fireline intensity.
    pub intensity: KilowattsPerMetre,
    /// Share of crowns that burn: 0 surface fire, between torching, 1 crown fire.
    pub crown_fraction: f64,
    /// The cover's bark, bamboo or fern factor of the catalogue.
    pub brand_factor: f64,
}

/// Expected number of brands still able to light dry litter that a burnt area throws.
///
/// `n = n_ha A (I / 4000) (s + (1 - s) c) f / (1 + (I_half / I)^4)`: proportional to intensity, almost
/// none from surface fires below 1,000 kW/m, s the share a surface fire throws of what a crown fire of
/// the same intensity does, c the crown fraction, f the cover's factor. The form and all constants are
/// judged \[J\] (no measurements for Masson pine); the count is set so that a 20 m break alone holds as
/// often as breaks in southern Spain and at Los Padres did, 46 to 47 times in 100.
pub fn expected_brands(rules: &Spotting, source: &FireSource, area_m2: f64) -> f64 {
    let kw_m = source.intensity.0;
    if !(kw_m > 0.0 && area_m2 > 0.0) {
        return 0.0;
    }
    let surface = rules.surface_share.value;
    let crown = surface + (1.0 - surface) * source.crown_fraction.clamp(0.0, 1.0);
    let rise = 1.0 / (1.0 + pow(rules.half_kw_m.value / kw_m, RISE));
    rules.brands_per_ha.value * area_m2 / 10_000.0
        * (kw_m / REFERENCE_KW_M)
        * rise
        * crown
        * source.brand_factor.max(0.0)
}

/// A number of brands for a uniform number, Poisson about the expected number: the inverse of the
/// distribution, so with the same number a greater expectation never gives fewer.
pub fn brand_count(expected: f64, u: f64) -> u32 {
    if expected.is_nan() || expected <= 0.0 {
        return 0;
    }
    if expected > LARGE_COUNT {
        let normal = normal_quantile(u.clamp(1e-12, 1.0 - 1e-12));
        return libm::round(expected + sqrt(expected) * normal).max(0.0) as u32;
    }
    let mut chance = exp(-expected);
    let mut below = chance;
    let mut count = 0;
    // Beyond twelve deviations rounding may keep the sum under a u next to 1.
    let most = (expected + 12.0 * sqrt(expected) + 20.0) as u32;
    while below <= u && count < most {
        count += 1;
        chance *= expected / f64::from(count);
        below += chance;
    }
    count
}

/// Chance that a brand still burns after a flight of this length: `exp(-d / decay)`, Perryman et al.
/// 2013.
pub fn flight_survival(distance: Metres, decay: Metres) -> f64 {
    if decay.0 > 0.0 {
        exp(-distance.0.max(0.0) / decay.0)
    } else {
        0.0
    }
}

/// Chance that a burning brand lights fine dead fuel at this temperature (Celsius) and moisture
/// (fraction): Schroeder 1969, as behave's firebrand ignition. Nothing lights beyond some 47 % moisture.
///
/// `Q = 144.51 - 0.266 T - 0.00058 T^2 - T m + 18.54 (1 - exp(-15.1 m)) + 640 m` cal/g,
/// `P = 0.000048 ((400 - Q) / 10)^4.3 / 50`.
pub fn ignition_probability(fuel_temperature_c: f64, moisture: f64) -> f64 {
    let (t, m) = (fuel_temperature_c, moisture);
    let heat =
        144.51 - 0.266 * t - 0.000_58 * t * t - t * m + 18.54 * (1.0 - exp(-15.1 * m)) + 640.0 * m;
    let x = 0.1 * (400.0 - heat).max(0.0);
    (0.000_048 * pow(x, 4.3) / 50.0).clamp(0.0, 1.0)
}

/// Temperature of fine fuel on the ground, Celsius, from that of the air and the share of shade, 0 to 1:
/// 25 F above the air in the sun, 5 F in full shade (behave).
pub fn fuel_temperature(air_c: f64, shade: f64) -> f64 {
    air_c + (25.0 - 20.0 * shade.clamp(0.0, 1.0)) * 5.0 / 9.0
}

/// Time from the burning of the source to the fall of its brand: up in the flame's plume, then along
/// with the wind.
///
/// Lofting by Albini 1979 (INT-56, eqs. A58, D33, D34, D43):
/// `t = (2 z_F / w_F) (1.2 + a/3 (((b + z / z_F) / a)^1.5 - 1))`, `w_F = 2.3 sqrt(z_F)` m/s, a = 5.963,
/// b = 4.563 \[V2: pyretechnics\]; z the brand's height, z_F the flame's. The way at the wind's speed is
/// judged \[J\].
pub fn flight_time(
    flame: Metres,
    brand_height: Metres,
    distance: Metres,
    wind_10m: MetresPerSecond,
) -> Seconds {
    const A: f64 = 5.963;
    const B: f64 = 4.563;
    let rise = if flame.0 > 0.0 {
        let speed = 2.3 * sqrt(flame.0);
        let height = (B + brand_height.0.max(0.0) / flame.0) / A;
        2.0 * flame.0 / speed * (1.2 + A / 3.0 * (exp(1.5 * log(height)) - 1.0))
    } else {
        0.0
    };
    let way = if wind_10m.0 > 0.0 {
        distance.0.max(0.0) / wind_10m.0
    } else {
        0.0
    };
    Seconds(rise + way)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fire::behavior::spotting::{SpotModel, Throw, landing};
    use crate::scenario::catalogue::Catalogue;

    fn rules() -> Spotting {
        Catalogue::shipped().unwrap().spotting
    }

    fn fahrenheit(f: f64) -> f64 {
        (f - 32.0) * 5.0 / 9.0
    }

    #[test]
    fn behaves_own_brands_light_as_often_here() {
        // firelab/behave, testBehave.cpp, testIgniteModule; and behaveplus-core, ignition.test.js: air
        // temperature F, shade, 1-h moisture, probability.
        for (air, shade, moisture, expected) in [
            (80.0, 0.5, 0.06, 0.548_317_05),
            (90.0, 0.25, 0.07, 0.507_175_73),
            (90.0, 0.5, 0.10, 0.322_588),
        ] {
            let fuel = fuel_temperature(fahrenheit(air), shade);
            let got = ignition_probability(fuel, moisture);
            assert!((got - expected).abs() < 5e-6, "{got} not {expected}");
        }
        assert_eq!(ignition_probability(25.0, 0.5), 0.0);
    }

    #[test]
    fn surface_fires_below_one_megawatt_throw_almost_nothing() {
        let of = |kw_m, crown_fraction| {
            let source = FireSource {
                intensity: KilowattsPerMetre(kw_m),
                crown_fraction,
                brand_factor: 1.0,
            };
            expected_brands(&rules(), &source, 10_000.0)
        };
        assert!(of(1000.0, 0.0) < 0.02 * of(4000.0, 1.0));
        assert!(of(500.0, 0.0) < 0.001 * of(4000.0, 1.0));
        assert_eq!(of(0.0, 1.0), 0.0);
    }

    #[test]
    fn bamboo_and_pine_throw_more_than_broadleaf_and_a_belt_of_schima_less() {
        let catalogue = Catalogue::shipped().unwrap();
        let factor = |cover: &str| {
            let burning = catalogue.covers[cover].burning.as_ref().unwrap();
            burning.firebrand_factor.value
        };
        assert!(factor("masson_pine_fern") > factor("masson_pine"));
        assert!(factor("masson_pine") >= 1.0 && factor("bamboo") > 1.0);
        assert!(factor("evergreen_broadleaf") < 1.0 && factor("schima_belt") < 0.5);
    }

    #[test]
    fn a_torching_stand_in_wind_spots_over_a_twenty_metre_break_every_other_time() {
        // Southern Spain 2011-2018 held 46.9 %, Los Padres 46 % (Syphard et al. 2011); here 4 MW/m,
        // torching, 5 m/s, 25 C, half shade, 8 % moisture, 150 m of break, no help from crews.
        let rules = rules();
        let source = FireSource {
            intensity: KilowattsPerMetre(4000.0),
            crown_fraction: 0.5,
            brand_factor: 1.0,
        };
        let throw = Throw {
            intensity: source.intensity,
            wind_10m: MetresPerSecond(5.0),
            farthest: Metres(500.0),
        };
        let lights = ignition_probability(fuel_temperature(25.0, 0.5), 0.08);
        // Strips a metre deep back from the break.
        let per_strip = expected_brands(&rules, &source, 150.0);
        let mut fires = 0.0;
        let draws = 2000;
        for i in 0..draws {
            let u = (f64::from(i) + 0.5) / f64::from(draws);
            let along = landing(SpotModel::SardoyLognormal, &throw, u, 0.5)
                .unwrap()
                .along;
            let strips = (along.0 - 20.0).max(0.0);
            let burns = flight_survival(along, Metres(rules.decay_m.value));
            fires += per_strip * strips * burns * lights / f64::from(draws);
        }
        let holds = exp(-fires);
        assert!((holds - 0.465).abs() < 0.03, "{holds}");
    }

    #[test]
    fn a_brand_rises_twenty_seconds_in_a_ten_metre_flame_and_flies_on_with_the_wind() {
        // Albini's D43 by hand for z_F = 10 m, z = 117 m: 2.75 s x (1.2 + 1.988 (2.727^1.5 - 1)).
        let t = flight_time(
            Metres(10.0),
            Metres(117.0),
            Metres(0.0),
            MetresPerSecond(5.0),
        );
        assert!((t.0 - 22.45).abs() < 0.05, "{t}");
        let way = flight_time(
            Metres(10.0),
            Metres(117.0),
            Metres(600.0),
            MetresPerSecond(5.0),
        );
        assert!((way.0 - t.0 - 120.0).abs() < 1e-9);
    }

    #[test]
    fn counts_have_the_mean_and_spread_of_poisson() {
        for expected in [0.3, 4.0, 60.0, 900.0] {
            let n = 20_000;
            let counts: Vec<f64> = (0..n)
                .map(|i| f64::from(brand_count(expected, (f64::from(i) + 0.5) / f64::from(n))))
                .collect();
            let mean = counts.iter().sum::<f64>() / f64::from(n);
            let var = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / f64::from(n);
            assert!((mean / expected - 1.0).abs() < 0.01, "{expected}: {mean}");
            assert!((var / expected - 1.0).abs() < 0.02, "{expected}: {var}");
        }
        assert_eq!(brand_count(0.0, 0.999), 0);
        // exp(-0.3) = 0.7408.
        assert_eq!((brand_count(0.3, 0.740), brand_count(0.3, 0.741)), (0, 1));
    }

    proptest! {
        #[test]
        fn a_hotter_or_higher_fire_never_throws_fewer_brands(
            kw in 0.0..50_000.0, hotter in 0.0..20_000.0, crown in 0.0..1.0, higher in 0.0..1.0,
            area in 0.0..8_100.0, u in 0.0..1.0,
        ) {
            let rules = rules();
            let of = |kw, crown_fraction| expected_brands(&rules, &FireSource {
                intensity: KilowattsPerMetre(kw), crown_fraction, brand_factor: 1.0,
            }, area);
            let now = of(kw, crown);
            for more in [of(kw + hotter, crown), of(kw, crown + higher * (1.0 - crown))] {
                prop_assert!(more >= now - 1e-12 * now);
                prop_assert!(brand_count(more, u) + 1 >= brand_count(now, u));
            }
        }

        #[test]
        fn wetter_or_colder_fuel_never_lights_more_often(
            t in -5.0..60.0, cooler in 0.0..20.0, m in 0.01..0.5, wetter in 0.0..0.3,
        ) {
            let p = ignition_probability(t, m);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!(ignition_probability(t, m + wetter) <= p);
            prop_assert!(ignition_probability(t - cooler, m) <= p + 1e-12);
        }
    }
}
