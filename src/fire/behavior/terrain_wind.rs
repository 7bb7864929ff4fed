//! Wind bent by terrain and wind made by terrain, from what is known of one place: simple rules for
//! when no gridded wind is at hand. Both are off unless asked for.
//!
//! [`TerrainWind`] changes the general wind: faster on ridges and windward slopes, slower in valleys
//! and in the lee, turned round hills. [`SlopeWind`] is the breeze up sunlit slopes and down cooling
//! ones; it is added to the general wind as a vector ([`Wind::plus`]).

use libm::{atan, atan2, cbrt, cos, exp, hypot, sin, sincos};

/// A horizontal wind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wind {
    /// Speed, m/s.
    pub speed_m_s: f64,
    /// Where it comes from, degrees clockwise from north.
    pub from_deg: f64,
}

impl Wind {
    /// Still air.
    pub const CALM: Self = Self {
        speed_m_s: 0.0,
        from_deg: 0.0,
    };

    /// Both winds together, as vectors.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let parts = |w: Self| {
            let (sin, cos) = sincos(w.from_deg.to_radians());
            (w.speed_m_s * sin, w.speed_m_s * cos)
        };
        let ((east, north), (e, n)) = (parts(self), parts(other));
        let (east, north) = (east + e, north + n);
        Self {
            speed_m_s: hypot(east, north),
            from_deg: atan2(east, north).to_degrees().rem_euclid(360.0),
        }
    }
}

/// How terrain changes the general wind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TerrainWind {
    /// Not at all.
    #[default]
    Off,
    /// Weights by curvature and slope in the wind's direction (Liston & Elder 2006, MicroMet) and
    /// turning round hills (Ryan 1977).
    ListonElder2006,
}

/// Weight of the slope in the wind's direction (Liston & Elder 2006) [V2].
const SLOPE_WEIGHT: f64 = 0.58;
/// Weight of the curvature (Liston & Elder 2006) [V2].
const CURVATURE_WEIGHT: f64 = 0.42;
/// Relief below this is not stretched to the full range of the weights (SnowModel code) [V].
const LEAST_RELIEF: f64 = 0.001;

/// The shape of the ground at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relief {
    /// Topographic curvature ([`curvature`]): above 0 on ridges, below 0 in valleys.
    pub curvature: f64,
    /// Slope, rise over run, 0 or more.
    pub slope_rise_run: f64,
    /// The way the slope faces (downhill), degrees clockwise from north.
    pub aspect_deg: f64,
}

impl Relief {
    /// Slope angle in the wind's direction, radians: above 0 where the ground faces the wind
    /// (Liston & Elder 2006).
    fn slope_in_wind(&self, from_deg: f64) -> f64 {
        atan(self.slope_rise_run) * cos((from_deg - self.aspect_deg).to_radians())
    }
}

/// Topographic curvature at a height surrounded by eight others (north, then clockwise), metres,
/// `reach_m` away along the axes and `sqrt(2)` times as far along the diagonals (Liston & Elder 2006,
/// as in the SnowModel code) [V]. The reach is about half the distance from ridge to valley.
pub fn curvature(height: f64, around: [f64; 8], reach_m: f64) -> f64 {
    let [n, ne, e, se, s, sw, w, nw] = around;
    let axes = 4.0 * height - n - e - s - w;
    let diagonals = 4.0 * height - ne - se - sw - nw;
    (axes + diagonals / std::f64::consts::SQRT_2) / (16.0 * reach_m)
}

/// The greatest relief of a landscape under one wind direction; the weights are relative to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliefScale {
    curvature: f64,
    slope: f64,
}

impl ReliefScale {
    /// Over all places of a landscape, for a wind from this bearing.
    pub fn of(places: impl IntoIterator<Item = Relief>, from_deg: f64) -> Self {
        places.into_iter().fold(
            Self {
                curvature: LEAST_RELIEF,
                slope: LEAST_RELIEF,
            },
            |scale, place| Self {
                curvature: scale.curvature.max(place.curvature.abs()),
                slope: scale.slope.max(place.slope_in_wind(from_deg).abs()),
            },
        )
    }
}

impl TerrainWind {
    /// The general wind as it blows at a place.
    ///
    /// Speed times `1 + 0.58 Ω_s + 0.42 Ω_c`, both `Ω` scaled by the landscape to -0.5 to 0.5, so
    /// 0.5 to 1.5 times the general wind; direction less `0.5 Ω_s sin(2 (aspect - wind))` where the
    /// slope faces the wind within 90 degrees (Ryan 1977, as in the SnowModel code) [V].
    pub fn at(self, general: Wind, place: &Relief, scale: &ReliefScale) -> Wind {
        if self == Self::Off {
            return general;
        }
        let slope = place.slope_in_wind(general.from_deg) / (2.0 * scale.slope);
        let curvature = place.curvature / (2.0 * scale.curvature);
        let (slope, curvature) = (slope.clamp(-0.5, 0.5), curvature.clamp(-0.5, 0.5));
        let across = (place.aspect_deg - general.from_deg + 180.0).rem_euclid(360.0) - 180.0;
        let turn_deg = if across.abs() <= 90.0 {
            0.5 * slope.to_degrees() * sin((2.0 * across).to_radians())
        } else {
            0.0
        };
        Wind {
            speed_m_s: general.speed_m_s
                * (1.0 + SLOPE_WEIGHT * slope + CURVATURE_WEIGHT * curvature),
            from_deg: (general.from_deg - turn_deg).rem_euclid(360.0),
        }
    }
}

/// The breeze that terrain makes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlopeWind {
    /// None.
    #[default]
    Off,
    /// The field ranges of NWCG PMS 437 (after Rothermel 1983, INT-143): up a sunlit slope 3 to 8
    /// mi/h, down a cooling one 2 to 5 mi/h, 20 ft above the ground.
    RuleOfThumb,
    /// Flow of a heated or cooled layer of air along the slope, as in WindNinja (Forthofer,
    /// Shannon & Butler 2009, after Manins & Sawford 1979).
    Forthofer2009,
}

/// What drives a slope wind at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeAir {
    /// Slope, rise over run, 0 or more.
    pub slope_rise_run: f64,
    /// The way the slope faces (downhill), degrees clockwise from north.
    pub aspect_deg: f64,
    /// Direct sun on the slope, W/m2 (`moisture::Sun::irradiance`).
    pub irradiance_w_m2: f64,
    /// Whether the sun stands above the horizon.
    pub day: bool,
    /// Temperature, degrees Celsius.
    pub temperature_c: f64,
    /// Share of the sky under cloud, 0 to 1.
    pub cloud: f64,
    /// Height above the foot of the slope, metres: the way of an upslope wind.
    pub above_foot_m: f64,
    /// Depth below the crest, metres: the way of a downslope wind.
    pub below_crest_m: f64,
}

/// m/s in a mile an hour.
const M_S_PER_MPH: f64 = 0.44704;
/// 10 m wind over 20 ft wind (Turner & Lawson 1978).
const TEN_METRES_OVER_TWENTY_FEET: f64 = 1.15;
/// Sun on a slope that makes the strongest upslope wind, W/m2 [J].
const STRONG_SUN: f64 = 800.0;
/// Sun below which the morning and evening calm holds, W/m2 [J].
const WEAK_SUN: f64 = 100.0;
/// Slope from which the full breeze blows, rise over run; less in proportion below [J].
const FULL_BREEZE_SLOPE: f64 = 0.3;
/// Slopes lower than this make no flow of their own, metres [J].
const LEAST_SLOPE_M: f64 = 3.0;

impl SlopeWind {
    /// The slope wind at a place, 10 m above the ground: from the foot of the slope by day, from
    /// its crest at night.
    pub fn at(self, air: &SlopeAir) -> Wind {
        let upslope_m_s = match self {
            Self::Off => 0.0,
            Self::RuleOfThumb => rule_of_thumb(air),
            Self::Forthofer2009 => layer_flow(air),
        };
        if upslope_m_s == 0.0 || air.slope_rise_run <= 0.0 {
            return Wind::CALM;
        }
        let from = air.aspect_deg + if upslope_m_s > 0.0 { 0.0 } else { 180.0 };
        Wind {
            speed_m_s: upslope_m_s.abs(),
            from_deg: from.rem_euclid(360.0),
        }
    }
}

/// Upslope speed, m/s, below 0 downslope: calm in weak sun, else within the field range,
/// stronger with more sun by day and with less cloud by night [J].
fn rule_of_thumb(air: &SlopeAir) -> f64 {
    let mph = if air.day {
        if air.irradiance_w_m2 < WEAK_SUN {
            0.0
        } else {
            let share = (air.irradiance_w_m2 - WEAK_SUN) / (STRONG_SUN - WEAK_SUN);
            3.0 + 5.0 * share.min(1.0)
        }
    } else {
        -(2.0 + 3.0 * (1.0 - air.cloud.clamp(0.0, 1.0)))
    };
    let steep = (air.slope_rise_run / FULL_BREEZE_SLOPE).clamp(0.0, 1.0);
    mph * M_S_PER_MPH * TEN_METRES_OVER_TWENTY_FEET * steep
}

/// Drag and entrainment of an upslope flow together (WindNinja code: 0.2 and 0.2) [V].
const UPSLOPE_LOSS: f64 = 0.2 + 0.2;
/// Drag and entrainment of a downslope flow together (WindNinja code: 0.0001 and 0.01) [V].
const DOWNSLOPE_LOSS: f64 = 0.0001 + 0.01;
/// Density times heat capacity times temperature of air, J/m3: `p c_p / R`, the same at every
/// temperature, at sea-level pressure.
const HEAT_OF_AIR: f64 = 101_325.0 * 1005.0 / 287.05;
/// Acceleration of gravity, m/s2.
const GRAVITY: f64 = 9.81;

/// Upslope speed, m/s, below 0 downslope (WindNinja code, `compute_S`) [V].
///
/// Up: `(H g Δz / ((C + k) ρ c_p T))^(1/3)`; down: `(H g x sin α / ((C + k) ρ c_p T))^(1/3)
/// (1 - e^(-x / L))^(1/3)`, `L = 0.05 Δz / (C + k)`, `x sin α` being the drop from the crest.
fn layer_flow(air: &SlopeAir) -> f64 {
    let heat = sensible_heat(air);
    if heat > 0.0 && air.above_foot_m > LEAST_SLOPE_M {
        cbrt(heat * GRAVITY * air.above_foot_m / (UPSLOPE_LOSS * HEAT_OF_AIR))
    } else if heat < 0.0 && air.below_crest_m > LEAST_SLOPE_M {
        let sin_slope = sin(atan(air.slope_rise_run));
        if sin_slope <= 0.0 {
            return 0.0;
        }
        let way = air.below_crest_m / sin_slope;
        let length = 0.05 * air.below_crest_m / DOWNSLOPE_LOSS;
        let grown = 1.0 - exp(-way / length);
        -cbrt(-heat * GRAVITY * air.below_crest_m / (DOWNSLOPE_LOSS * HEAT_OF_AIR) * grown)
    } else {
        0.0
    }
}

/// Sensible heat from the ground to the air, W/m2: the radiation budget of Holtslag & van Ulden 1983
/// with the constants of the WindNinja code [V], and its values for trees: albedo 0.1, Bowen ratio
/// 1, ground heat 0.15. The direct sun stands for their shortwave light, and by night the same
/// budget holds without it, where WindNinja iterates on friction.
fn sensible_heat(air: &SlopeAir) -> f64 {
    let kelvin = air.temperature_c + 273.15;
    let squared = kelvin * kelvin;
    let fourth = squared * squared;
    let longwave =
        5.31e-13 * fourth * squared - 5.67e-8 * fourth + 60.0 * air.cloud.clamp(0.0, 1.0);
    let net = (0.9 * air.irradiance_w_m2 + longwave) / 1.12;
    0.5 * 0.85 * net
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORTHERLY: Wind = Wind {
        speed_m_s: 6.0,
        from_deg: 0.0,
    };

    fn relief(curvature: f64, slope_rise_run: f64, aspect_deg: f64) -> Relief {
        Relief {
            curvature,
            slope_rise_run,
            aspect_deg,
        }
    }

    /// A hill: crest, foot, windward, lee and two flanks.
    fn hill() -> [Relief; 6] {
        [
            relief(0.02, 0.0, 0.0),
            relief(-0.02, 0.0, 0.0),
            relief(0.0, 0.4, 0.0),
            relief(0.0, 0.4, 180.0),
            relief(0.0, 0.4, 45.0),
            relief(0.0, 0.4, 315.0),
        ]
    }

    fn over_hill(general: Wind) -> [Wind; 6] {
        let scale = ReliefScale::of(hill(), general.from_deg);
        hill().map(|place| TerrainWind::ListonElder2006.at(general, &place, &scale))
    }

    #[test]
    fn wind_is_a_fifth_faster_on_the_crest_and_a_fifth_slower_in_the_valley() {
        // 1 + 0.42 * 0.5 on the most curved crest, 1 - 0.21 in its valley; 1 + 0.58 * 0.5 on the
        // slope that faces the wind, 1 - 0.29 in its lee (Liston & Elder 2006).
        let [crest, foot, windward, lee, ..] = over_hill(NORTHERLY);
        for (wind, factor) in [(crest, 1.21), (foot, 0.79), (windward, 1.29), (lee, 0.71)] {
            assert!((wind.speed_m_s / 6.0 - factor).abs() < 1e-9, "{wind:?}");
            assert_eq!(wind.from_deg, 0.0);
        }
    }

    #[test]
    fn wind_turns_round_a_hill_on_both_sides() {
        // Ryan 1977: towards the side on which the ground falls away, so that a north wind on the
        // north-east flank comes from the north-west of north.
        let [.., east_flank, west_flank] = over_hill(NORTHERLY);
        assert!(
            (340.0..360.0).contains(&east_flank.from_deg),
            "{east_flank:?}"
        );
        assert!((0.0..20.0).contains(&west_flank.from_deg), "{west_flank:?}");
        assert!((east_flank.from_deg + west_flank.from_deg - 360.0).abs() < 1e-9);
    }

    #[test]
    fn it_makes_no_difference_where_north_is() {
        let turned = Wind {
            from_deg: 350.0,
            ..NORTHERLY
        };
        let places = hill().map(|p| Relief {
            aspect_deg: (p.aspect_deg + 350.0).rem_euclid(360.0),
            ..p
        });
        let scale = ReliefScale::of(places, 350.0);
        for (place, straight) in places.iter().zip(over_hill(NORTHERLY)) {
            let wind = TerrainWind::ListonElder2006.at(turned, place, &scale);
            let expected = (straight.from_deg + 350.0).rem_euclid(360.0);
            assert!((wind.speed_m_s - straight.speed_m_s).abs() < 1e-9);
            assert!(
                (wind.from_deg - expected).abs() < 1e-9,
                "{wind:?} {straight:?}"
            );
        }
    }

    #[test]
    fn flat_ground_and_the_default_leave_the_wind_alone() {
        let flat = relief(0.0, 0.0, 90.0);
        let scale = ReliefScale::of([flat], 0.0);
        assert_eq!(
            TerrainWind::ListonElder2006.at(NORTHERLY, &flat, &scale),
            NORTHERLY
        );
        let scale = ReliefScale::of(hill(), 0.0);
        assert_eq!(
            TerrainWind::default().at(NORTHERLY, &hill()[0], &scale),
            NORTHERLY
        );
        assert_eq!(SlopeWind::default().at(&sunny_slope()), Wind::CALM);
    }

    #[test]
    fn ridges_curve_up_and_valleys_down() {
        // A paraboloid z = -c (x2 + y2): each axis pair gives 2 c r2, each diagonal pair 4 c r2, so
        // (4 c r2 + 8 c r2 / sqrt 2) / 16 r = c r (1 + sqrt 2) / 4.
        let (c, r) = (1e-4, 100.0);
        let around = [-1.0, -2.0, -1.0, -2.0, -1.0, -2.0, -1.0, -2.0].map(|k| k * c * r * r);
        let got = curvature(0.0, around, r);
        assert!((got - c * r * (1.0 + std::f64::consts::SQRT_2) / 4.0).abs() < 1e-12);
        assert!((curvature(0.0, around.map(|z| -z), r) + got).abs() < 1e-12);
        let plane = [3.0, 5.0, 2.0, -1.0, -3.0, -5.0, -2.0, 1.0];
        assert!(curvature(0.0, plane, 100.0).abs() < 1e-12);
    }

    fn sunny_slope() -> SlopeAir {
        SlopeAir {
            slope_rise_run: 0.4,
            aspect_deg: 180.0,
            irradiance_w_m2: 800.0,
            day: true,
            temperature_c: 20.0,
            cloud: 0.0,
            above_foot_m: 100.0,
            below_crest_m: 100.0,
        }
    }

    fn clear_night() -> SlopeAir {
        SlopeAir {
            irradiance_w_m2: 0.0,
            day: false,
            temperature_c: 10.0,
            ..sunny_slope()
        }
    }

    #[test]
    fn slope_winds_keep_within_the_field_ranges() {
        // NWCG PMS 437: upslope 3 to 8 mi/h, downslope 2 to 5 mi/h; 10 m wind is 1.15 times that.
        let mph = |wind: Wind| wind.speed_m_s / M_S_PER_MPH / TEN_METRES_OVER_TWENTY_FEET;
        let up = SlopeWind::RuleOfThumb.at(&sunny_slope());
        assert!(
            (mph(up) - 8.0).abs() < 1e-9 && up.from_deg == 180.0,
            "{up:?}"
        );
        let down = SlopeWind::RuleOfThumb.at(&clear_night());
        assert!(
            (mph(down) - 5.0).abs() < 1e-9 && down.from_deg == 0.0,
            "{down:?}"
        );
        let overcast = SlopeAir {
            cloud: 1.0,
            ..clear_night()
        };
        assert!((mph(SlopeWind::RuleOfThumb.at(&overcast)) - 2.0).abs() < 1e-9);
        let dusk = SlopeAir {
            irradiance_w_m2: 50.0,
            ..sunny_slope()
        };
        assert_eq!(SlopeWind::RuleOfThumb.at(&dusk), Wind::CALM);
        for (air, low, high) in [(sunny_slope(), 2.0, 8.0), (clear_night(), 2.0, 5.0)] {
            let flow = SlopeWind::Forthofer2009.at(&air);
            assert!((low..high).contains(&mph(flow)), "{flow:?}");
        }
    }

    #[test]
    fn layer_flow_has_the_speed_of_its_equation() {
        // 800 W/m2 at 20 C: net (720 + 337.0 - 418.7) / 1.12 = 569.8, heat 242.2 W/m2; cube root of
        // 242.2 * 9.81 * 100 / (0.4 * 354750) = 1.674 is 1.187 m/s.
        let up = SlopeWind::Forthofer2009.at(&sunny_slope());
        assert!((up.speed_m_s - 1.187).abs() < 0.005, "{up:?}");
        let lower = SlopeAir {
            above_foot_m: 12.5,
            ..sunny_slope()
        };
        let half = SlopeWind::Forthofer2009.at(&lower);
        assert!((up.speed_m_s / half.speed_m_s - 2.0).abs() < 1e-9);
        assert_eq!(SlopeWind::Forthofer2009.at(&clear_night()).from_deg, 0.0);
    }

    #[test]
    fn winds_add_as_vectors() {
        let west = Wind {
            speed_m_s: 8.0,
            from_deg: 270.0,
        };
        let both = NORTHERLY.plus(west);
        assert!((both.speed_m_s - 10.0).abs() < 1e-12);
        assert!((both.from_deg - 306.8699).abs() < 1e-3, "{both:?}");
    }
}
