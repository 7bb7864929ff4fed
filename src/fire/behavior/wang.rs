//! Wang Zhengfei's (王正非) model of surface spread, `R = R0 Ks Kw Kphi`.
//!
//! The initial rate R0 comes from the weather, Ks from the fuel, Kw from wind along the way of
//! spread and Kphi from slope along it. Coefficients as in the Chinese papers and programs that use the
//! model; the original was not opened: tag (V2, read in secondary sources) unless a line says otherwise.
//!
//! **Wind height.** The model's wind is the open wind at 10 m, which is what Chinese stations report
//! and what the Beaufort scale is defined for (J: none of the texts read states it). It is not reduced
//! to mid-flame: shelter is part of Ks.
//!
//! **Direction.** The published factors are both taken along one direction. The head runs where their
//! product is greatest, which is the rule the model itself implies: Mao Xianmin's form ([`super::mao`])
//! evaluates the same product towards every neighbour and the fastest wins.
//!
//! **Shape.** Mao's form gives an ellipse hardly longer than wide and, in wind, a rear that is not convex;
//! so the model supplies the head only, and the shape comes from a [`LengthToWidth`] formula.

use libm::{cos, exp, pow};

use super::head::HeadRate;
use super::spread::{LengthToWidth, Shape, SurfaceSpread, full_circle};
use super::wang_fuel::WangFuel;
use super::wang_head::Pull;
use crate::base::units::{
    KilojoulesPerSquareMetre, KilowattsPerMetre, KilowattsPerSquareMetre, MetresPerMinute,
    MetresPerSecond,
};

/// Wind coefficient, s/m: `Kw = exp(0.1783 V cos beta)`.
pub(super) const WIND: f64 = 0.1783;
/// Slope coefficient: `Kphi = exp(3.533 (tan phi)^1.2)`.
const SLOPE: f64 = 3.533;
/// Exponent of the tangent of the slope.
pub(super) const SLOPE_EXPONENT: f64 = 1.2;
/// Steepest slope for which the factor grows, degrees (J: the range of the fit is not documented).
const SLOPE_LIMIT_DEG: f64 = 35.0;
/// Highest Beaufort number.
const BEAUFORT_MAX: f64 = 12.0;

/// Versions of the initial rate R0; results must say which was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum WangInitial {
    /// `0.03 T + 0.05 W + 0.01 (100 - h) - 0.3` (V2).
    #[default]
    Full,
    /// `0.053 T + 0.048 W - 0.275`, without humidity (V2).
    Short,
    /// `1.0372 exp(-0.057 m)` from the moisture of dead fuel (V2). It never dies: 0.19 m/min at 30 %.
    Moisture,
}

/// The weather the model sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WangWeather {
    /// Air temperature T, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity h, percent: 40 stands for 40 %.
    pub humidity_percent: f64,
    /// Open wind at 10 m.
    pub wind: MetresPerSecond,
    /// Where it blows to, degrees clockwise from north.
    pub wind_to_deg: f64,
    /// Moisture m of fine dead fuel, percent of dry weight: 8 stands for 8 %.
    pub dead_moisture_percent: f64,
}

impl WangInitial {
    /// Initial rate of spread R0 on the flat without wind, never below 0.
    pub fn rate(self, weather: &WangWeather) -> MetresPerMinute {
        let t = weather.temperature_c;
        let w = beaufort(weather.wind);
        let rate = match self {
            Self::Full => 0.03 * t + 0.05 * w + 0.01 * (100.0 - weather.humidity_percent) - 0.3,
            Self::Short => 0.053 * t + 0.048 * w - 0.275,
            Self::Moisture => 1.0372 * exp(-0.057 * weather.dead_moisture_percent),
        };
        MetresPerMinute(rate.max(0.0))
    }
}

/// Beaufort number of a wind at 10 m, the whole part of `(v / 0.836)^(2/3)`, 0 to 12 (V2).
pub fn beaufort(wind: MetresPerSecond) -> f64 {
    // A wind exactly on the border of two numbers must not fall short of it by rounding.
    libm::floor(pow(wind.0.max(0.0) / 0.836, 2.0 / 3.0) + 1e-9).min(BEAUFORT_MAX)
}

/// Wind factor Kw towards a direction `angle_deg` away from where the wind blows to.
pub fn wind_factor(wind: MetresPerSecond, angle_deg: f64) -> f64 {
    exp(WIND * wind.0 * cos(angle_deg.to_radians()))
}

/// Slope factor Kphi along a way that rises (above 0) or falls (below 0) by so much over its run.
pub fn slope_factor(rise_run: f64) -> f64 {
    exp(slope_exponent(rise_run))
}

/// `+-3.533 (tan phi)^1.2`, the sign of the rise.
fn slope_exponent(rise_run: f64) -> f64 {
    libm::copysign(SLOPE * pow(rise_run.abs(), SLOPE_EXPONENT), rise_run)
}

/// Rules the texts leave open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WangOptions {
    /// Version of R0.
    pub initial: WangInitial,
    /// Formula for the shape.
    pub length_to_width: LengthToWidth,
    /// Steeper ground counts as no steeper than this, degrees, below 90.
    pub slope_limit_deg: f64,
}

impl Default for WangOptions {
    fn default() -> Self {
        Self {
            initial: WangInitial::default(),
            length_to_width: LengthToWidth::default(),
            slope_limit_deg: SLOPE_LIMIT_DEG,
        }
    }
}

/// Wang Zhengfei's model for one fuel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wang {
    fuel: WangFuel,
    options: WangOptions,
    /// Tangent of the slope limit.
    rise_run_limit: f64,
}

/// One fuel in one weather: what all its cells share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlownWang {
    fuel: WangFuel,
    length_to_width: LengthToWidth,
    rise_run_limit: f64,
    /// R0 Ks, m/min.
    still_rate: f64,
    /// 0.1783 V.
    wind_exponent: f64,
    /// Kw - 1 downwind.
    wind_factor: f64,
    wind_to_deg: f64,
    /// Mid-flame wind in m/min for each unit of the exponent.
    midflame_per_exponent: f64,
}

impl Wang {
    /// The model for a fuel; all numbers finite and 0 or more.
    pub fn new(fuel: WangFuel, options: WangOptions) -> Self {
        Self {
            fuel,
            options,
            rise_run_limit: libm::tan(options.slope_limit_deg.to_radians()),
        }
    }

    /// Whether ground this steep lies beyond the slope limit, so that its factor is held.
    pub fn beyond_slope_limit(&self, slope_rise_run: f64) -> bool {
        slope_rise_run > self.rise_run_limit
    }

    /// The fuel in a weather. `midflame_share` is mid-flame wind over the open wind at 10 m; it serves
    /// the shape alone, because the formulas of [`LengthToWidth`] are fitted to mid-flame wind.
    pub fn in_weather(&self, weather: &WangWeather, midflame_share: f64) -> BlownWang {
        BlownWang {
            fuel: self.fuel,
            length_to_width: self.options.length_to_width,
            rise_run_limit: self.rise_run_limit,
            still_rate: self.options.initial.rate(weather).0 * self.fuel.ks,
            wind_exponent: WIND * weather.wind.0,
            wind_factor: wind_factor(weather.wind, 0.0) - 1.0,
            wind_to_deg: weather.wind_to_deg,
            midflame_per_exponent: 60.0 * midflame_share / WIND,
        }
    }
}

impl BlownWang {
    /// The published rate `R0 Ks Kw Kphi` towards a bearing (degrees clockwise from north).
    pub fn rate_towards(
        &self,
        bearing_deg: f64,
        slope_rise_run: f64,
        upslope_deg: f64,
    ) -> MetresPerMinute {
        let wind = self.wind_exponent * cos((bearing_deg - self.wind_to_deg).to_radians());
        let slope =
            slope_rise_run.min(self.rise_run_limit) * cos((bearing_deg - upslope_deg).to_radians());
        MetresPerMinute(self.still_rate * exp(wind + slope_exponent(slope)))
    }
}

impl HeadRate for BlownWang {
    /// The head runs where `Kw Kphi` is greatest. Its effective wind is the wind that alone on the flat
    /// would give that product, `ln(Kw Kphi) / 0.1783` at 10 m, reduced to mid-flame; it sets the shape.
    fn head(&self, slope_rise_run: f64, upslope_deg: f64) -> SurfaceSpread {
        let slope = slope_exponent(slope_rise_run.min(self.rise_run_limit));
        let (dir_max_deg, exponent) = if slope > 0.0 && self.wind_exponent > 0.0 {
            // Worked out on the side of the hill the wind blows to, clockwise or not.
            let (sin, cos) = libm::sincos((self.wind_to_deg - upslope_deg).to_radians());
            let best = Pull {
                across: self.wind_exponent * sin.abs(),
                along: self.wind_exponent * cos,
                slope,
            }
            .fastest();
            let turn = libm::atan2(libm::copysign(best.sin, sin), best.cos);
            (upslope_deg + turn.to_degrees(), best.exponent)
        } else if self.wind_exponent > 0.0 {
            (self.wind_to_deg, self.wind_exponent)
        } else {
            (upslope_deg, slope)
        };
        let head = MetresPerMinute(self.still_rate * exp(exponent));
        let effective_wind = MetresPerMinute(self.midflame_per_exponent * exponent);
        let length_to_width = self.length_to_width.ratio(effective_wind);
        let shape = Shape::new(head, length_to_width);
        let heat_per_area = self.fuel.load_kg_m2 * self.fuel.heat_kj_kg;
        let reaction_intensity = if self.fuel.residence_min > 0.0 {
            heat_per_area / (60.0 * self.fuel.residence_min)
        } else {
            0.0
        };
        SurfaceSpread {
            ros_max: head,
            dir_max_deg: full_circle(dir_max_deg),
            effective_wind,
            length_to_width,
            eccentricity: shape.eccentricity,
            ros_back: shape.back,
            ros_flank: shape.flank,
            wind_factor: self.wind_factor,
            slope_factor: exp(slope) - 1.0,
            reaction_intensity: KilowattsPerSquareMetre(reaction_intensity),
            residence_time_min: self.fuel.residence_min,
            heat_per_area: KilojoulesPerSquareMetre(heat_per_area),
            fireline_intensity: KilowattsPerMetre(heat_per_area * head.0 / 60.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDLING: WangFuel = WangFuel {
        ks: 1.0,
        load_kg_m2: 1.5,
        heat_kj_kg: 18_000.0,
        residence_min: 0.5,
    };

    fn weather(temperature_c: f64, beaufort: f64, humidity_percent: f64) -> WangWeather {
        WangWeather {
            temperature_c,
            humidity_percent,
            wind: MetresPerSecond(0.836 * pow(beaufort, 1.5)),
            wind_to_deg: 0.0,
            dead_moisture_percent: 8.0,
        }
    }

    fn blown(wind_m_s: f64, wind_to_deg: f64) -> BlownWang {
        let weather = WangWeather {
            wind: MetresPerSecond(wind_m_s),
            wind_to_deg,
            ..weather(25.0, 0.0, 40.0)
        };
        Wang::new(KINDLING, WangOptions::default()).in_weather(&weather, 0.2)
    }

    fn rise(degrees: f64) -> f64 {
        libm::tan(degrees.to_radians())
    }

    fn close(got: f64, expected: f64, within: f64) {
        assert!(
            (got - expected).abs() <= within,
            "{got}, expected {expected}"
        );
    }

    #[test]
    fn a_warm_dry_breezy_day_has_an_initial_rate_of_1_20_m_a_minute() {
        // Reference values of the full version.
        for (t, w, h, rate) in [
            (25.0, 3.0, 40.0, 1.20),
            (15.0, 2.0, 60.0, 0.65),
            (32.0, 3.0, 30.0, 1.51),
        ] {
            close(WangInitial::Full.rate(&weather(t, w, h)).0, rate, 1e-9);
        }
        // 0.053 x 25 + 0.048 x 3 - 0.275.
        close(
            WangInitial::Short.rate(&weather(25.0, 3.0, 40.0)).0,
            1.194,
            1e-9,
        );
        // 1.0372 exp(-0.456).
        close(
            WangInitial::Moisture.rate(&weather(25.0, 3.0, 40.0)).0,
            0.657_40,
            1e-5,
        );
    }

    #[test]
    fn no_initial_rate_falls_below_nothing_on_a_raw_wet_day() {
        let frost = weather(-8.0, 0.0, 100.0);
        assert_eq!(WangInitial::Full.rate(&frost).0, 0.0);
        assert_eq!(WangInitial::Short.rate(&frost).0, 0.0);
    }

    #[test]
    fn humidity_is_a_percentage_and_not_a_fraction() {
        // 40 % mistaken for 0.40 would add 0.396 m/min.
        let (dry, damp) = (weather(25.0, 3.0, 40.0), weather(25.0, 3.0, 80.0));
        let (dry, damp) = (WangInitial::Full.rate(&dry), WangInitial::Full.rate(&damp));
        close(dry.0 - damp.0, 0.40, 1e-9);
    }

    #[test]
    fn five_metres_a_second_are_force_three() {
        for (wind, force) in [
            (0.0, 0.0),
            (0.83, 0.0),
            (0.836, 1.0),
            (5.0, 3.0),
            (0.836 * 8.0, 4.0),
            (6.6, 3.0),
            (10.0, 5.0),
            (35.0, 12.0),
            (90.0, 12.0),
        ] {
            assert_eq!(beaufort(MetresPerSecond(wind)), force, "{wind} m/s");
        }
        // The initial rate takes the force (3), the wind factor the speed (5): neither the other's.
        let at_five = WangWeather {
            wind: MetresPerSecond(5.0),
            ..weather(25.0, 0.0, 40.0)
        };
        close(WangInitial::Full.rate(&at_five).0, 1.20, 1e-9);
        let head = Wang::new(KINDLING, WangOptions::default())
            .in_weather(&at_five, 0.2)
            .head(0.0, 0.0);
        close(head.ros_max.0, 1.20 * 2.439, 1e-3);
    }

    #[test]
    fn wind_speeds_the_fire_as_published_and_slows_it_against_itself() {
        for (wind, factor) in [
            (0.0, 1.0),
            (1.0, 1.20),
            (3.0, 1.71),
            (5.0, 2.439),
            (8.0, 4.16),
            (10.0, 5.95),
        ] {
            close(wind_factor(MetresPerSecond(wind), 0.0), factor, 0.005);
        }
        close(wind_factor(MetresPerSecond(5.0), 0.0), 2.439, 5e-4);
        // 60 degrees off, half the wind counts: degrees, not radians.
        close(wind_factor(MetresPerSecond(10.0), 60.0), 2.439, 5e-4);
        close(wind_factor(MetresPerSecond(5.0), 180.0), 1.0 / 2.439, 5e-4);
    }

    #[test]
    fn a_slope_of_twenty_degrees_nearly_trebles_the_rate() {
        for (degrees, factor) in [
            (5.0, 1.21),
            (10.0, 1.55),
            (15.0, 2.07),
            (25.0, 4.11),
            (30.0, 6.22),
            (35.0, 10.0),
            (40.0, 17.5),
        ] {
            close(slope_factor(rise(degrees)), factor, 0.006 * factor);
        }
        let twenty = slope_factor(rise(20.0));
        close(twenty, 2.859, 5e-4);
        close(slope_factor(-rise(20.0)), 1.0 / 2.859, 5e-4);
        // The exponent belongs to the tangent: tan(1.2 phi) would give 4.82, and 20 taken for
        // radians a slope of 66 degrees.
        close(exp(SLOPE * rise(1.2 * 20.0)), 4.82, 0.01);
        assert!(twenty < 3.0);
    }

    #[test]
    fn ground_steeper_than_35_degrees_counts_as_35() {
        let calm = blown(0.0, 0.0);
        let at = |degrees| calm.head(rise(degrees), 70.0).ros_max.0;
        close(at(35.0) / at(0.0), slope_factor(rise(35.0)), 1e-9);
        assert_eq!(at(35.0), at(60.0));
        let wang = Wang::new(KINDLING, WangOptions::default());
        assert!(wang.beyond_slope_limit(rise(36.0)) && !wang.beyond_slope_limit(rise(34.0)));
        let gentle = WangOptions {
            slope_limit_deg: 20.0,
            ..WangOptions::default()
        };
        let calm = Wang::new(KINDLING, gentle).in_weather(&weather(25.0, 0.0, 40.0), 0.2);
        close(calm.head(rise(50.0), 0.0).slope_factor, 2.859 - 1.0, 1e-3);
    }

    #[test]
    fn wind_and_slope_one_way_multiply_the_initial_rate() {
        let spread = blown(5.0, 30.0).head(rise(20.0), 30.0);
        close(spread.ros_max.0, 1.20 * 2.439 * 2.859, 5e-3);
        close(spread.dir_max_deg, 30.0, 1e-9);
        // Byram: 18,000 kJ/kg x 1.5 kg/m2 x R.
        close(
            spread.fireline_intensity.0,
            27_000.0 * spread.ros_max.0 / 60.0,
            1e-6,
        );
        close(spread.reaction_intensity.0 * 30.0, 27_000.0, 1e-6);
    }

    #[test]
    fn a_fuel_of_half_the_coefficient_burns_at_half_the_rate() {
        let half = WangFuel {
            ks: 0.5,
            ..KINDLING
        };
        let weather = weather(25.0, 3.0, 40.0);
        let rate = |fuel| {
            let wang = Wang::new(fuel, WangOptions::default()).in_weather(&weather, 0.2);
            wang.head(0.3, 200.0).ros_max.0
        };
        close(2.0 * rate(half), rate(KINDLING), 1e-9);
        assert_eq!(rate(WangFuel { ks: 0.0, ..half }), 0.0);
    }

    #[test]
    fn the_shape_follows_the_wind_at_mid_flame() {
        let on_the_flat = blown(10.0, 0.0).head(0.0, 0.0);
        close(on_the_flat.effective_wind.0, 10.0 * 0.2 * 60.0, 1e-9);
        assert_eq!(
            on_the_flat.length_to_width,
            LengthToWidth::Anderson1983.ratio(MetresPerMinute(120.0))
        );
        // A slope that speeds the fire as 10 m/s of wind does, lengthens it as that wind does.
        let equal = pow(WIND * 10.0 / SLOPE, 1.0 / SLOPE_EXPONENT);
        let on_the_slope = blown(0.0, 0.0).head(equal, 90.0);
        close(
            on_the_slope.length_to_width,
            on_the_flat.length_to_width,
            1e-9,
        );
        assert_eq!(blown(0.0, 0.0).head(0.0, 77.0).length_to_width, 1.0);
    }

    #[test]
    fn across_the_slope_the_head_leans_between_wind_and_hill() {
        let head = blown(5.0, 90.0).head(rise(20.0), 0.0);
        assert!(head.dir_max_deg > 30.0 && head.dir_max_deg < 60.0);
        // Stronger than either alone, weaker than both one way.
        let rate = head.ros_max.0 / 1.20;
        assert!(rate > 2.859 && rate < 2.439 * 2.859, "{rate}");
        // West of the hill it leans as far the other way.
        let mirrored = blown(5.0, 270.0).head(rise(20.0), 0.0);
        close(mirrored.dir_max_deg, 360.0 - head.dir_max_deg, 1e-9);
    }

    #[test]
    fn the_stronger_of_wind_and_slope_wins_when_they_meet_head_on() {
        let light = blown(1.0, 180.0).head(rise(25.0), 0.0);
        assert!(light.dir_max_deg < 1e-9 || light.dir_max_deg > 360.0 - 1e-9);
        let strong = blown(12.0, 180.0).head(rise(10.0), 0.0);
        close(strong.dir_max_deg, 180.0, 1e-9);
        // Downhill the slope still slows it.
        let flat = blown(12.0, 180.0).head(0.0, 0.0);
        assert!(strong.ros_max.0 < flat.ros_max.0);
    }

    proptest! {
        #[test]
        fn no_bearing_is_faster_than_the_head(
            wind in 0.0..15.0, to in 0.0..360.0, slope in 0.0..1.2, up in 0.0..360.0
        ) {
            let wang = blown(wind, to);
            let head = wang.head(slope, up);
            let there = wang.rate_towards(head.dir_max_deg, slope, up).0;
            prop_assert!((there / head.ros_max.0 - 1.0).abs() < 1e-9);
            for bearing in 0..720 {
                let rate = wang.rate_towards(0.5 * f64::from(bearing), slope, up).0;
                prop_assert!(rate <= head.ros_max.0 * (1.0 + 1e-6), "{} at {}", rate, bearing);
            }
        }

        #[test]
        fn near_head_on_winds_find_the_faster_of_two_ways(
            wind in 0.1..15.0, off in -12.0..12.0, slope in 0.01..0.7, up in 0.0..360.0
        ) {
            let wang = blown(wind, up + 180.0 + off);
            let head = wang.head(slope, up);
            for bearing in 0..1440 {
                let rate = wang.rate_towards(0.25 * f64::from(bearing), slope, up).0;
                prop_assert!(rate <= head.ros_max.0 * (1.0 + 1e-6), "{} at {}", rate, bearing);
            }
        }

        #[test]
        fn turning_wind_and_hill_together_turns_the_head(
            wind in 0.1..15.0, off in -170.0..170.0, slope in 0.0..1.2, up in 0.0..360.0, turn in -720.0..720.0
        ) {
            let a = blown(wind, up + off).head(slope, up);
            let b = blown(wind, up + off + turn).head(slope, up + turn);
            prop_assert!((a.ros_max.0 / b.ros_max.0 - 1.0).abs() < 1e-6);
            let apart = full_circle(b.dir_max_deg - a.dir_max_deg - turn);
            prop_assert!(apart.min(360.0 - apart) < 1e-3);
        }
    }
}
