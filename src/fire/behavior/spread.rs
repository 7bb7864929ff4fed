//! Wind and slope added to a fuel bed: the head's rate and direction, the ellipse around it, and
//! the intensity. A bed in which nothing burns gives rates of 0 and a circle.

use std::sync::LazyLock;

use libm::{exp, log, sqrt};

use super::fuel_bed::FuelBed;
use crate::base::units::{
    KilojoulesPerSquareMetre, KilowattsPerMetre, KilowattsPerSquareMetre, Metres, MetresPerMinute,
};

/// m/min in a mile an hour.
const M_MIN_PER_MPH: f64 = 1609.344 / 60.0;
/// Winds below this are still air, m/min (behave: 1e-7 ft/min).
const STILL: f64 = 3e-8;
/// Its logarithm.
const LN_STILL: f64 = -17.322;

/// Formula for the length-to-width ratio of a surface fire from its effective wind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LengthToWidth {
    /// Anderson 1983 (INT-305) shifted by Finney 1998 to give a circle in still air, at most 8;
    /// behave's rule: `0.936 exp(0.1147 U) + 0.461 exp(-0.0692 U) - 0.397`, U in mi/h.
    #[default]
    Anderson1983,
    /// Andrews 2018 (RMRS-GTR-371): `1 + 0.25 U`, U in mi/h, at most 8 here so that the front's
    /// stencils stay bounded.
    Andrews2018,
}

impl LengthToWidth {
    /// Length over width, 1 to 8, at this effective midflame wind.
    pub fn ratio(self, effective_wind: MetresPerMinute) -> f64 {
        let mph = effective_wind.0 / M_MIN_PER_MPH;
        let ratio = match self {
            Self::Anderson1983 => 0.936 * exp(0.1147 * mph) + 0.461 * exp(-0.0692 * mph) - 0.397,
            Self::Andrews2018 => 1.0 + 0.25 * mph,
        };
        ratio.clamp(1.0, 8.0)
    }

    /// [`LengthToWidth::ratio`] to some 1e-8, for use in every grid cell: Anderson's exponentials are
    /// cubic between the steps of a table.
    fn ratio_by_table(self, effective_wind: MetresPerMinute) -> f64 {
        /// Steps a mi/h, and as many as lead beyond a ratio of 8.
        const STEPS_A_MPH: f64 = 4.0;
        const STEPS: usize = 80;
        /// The ratio at each step and its increase over the next if it grew on as there.
        static TABLE: LazyLock<[(f64, f64); STEPS + 1]> = LazyLock::new(|| {
            std::array::from_fn(|i| {
                let mph = i as f64 / STEPS_A_MPH;
                let (up, down) = (0.936 * exp(0.1147 * mph), 0.461 * exp(-0.0692 * mph));
                (
                    up + down - 0.397,
                    (0.1147 * up - 0.0692 * down) / STEPS_A_MPH,
                )
            })
        });
        let at = effective_wind.0 * (STEPS_A_MPH / M_MIN_PER_MPH);
        let i = at as usize;
        if self != Self::Anderson1983 || i >= STEPS {
            return self.ratio(effective_wind);
        }
        let s = at - i as f64;
        let ((r0, d0), (r1, d1)) = (TABLE[i], TABLE[i + 1]);
        let rise = r1 - r0;
        let ratio = r0 + s * (d0 + s * (3.0 * rise - 2.0 * d0 - d1 + s * (d0 + d1 - 2.0 * rise)));
        ratio.clamp(1.0, 8.0)
    }
}

/// Whether a fire can make use of any wind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindLimit {
    /// No limit: behave's default since Andrews, Cruz & Rothermel 2013.
    #[default]
    None,
    /// The effective wind in ft/min counts up to 0.9 of the reaction intensity in Btu/ft2/min
    /// (Rothermel 1972, eq. 87).
    Rothermel1972,
}

/// The rules on which programs differ; the default is behave's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpreadOptions {
    /// Formula for the shape.
    pub length_to_width: LengthToWidth,
    /// Limit on the wind.
    pub wind_limit: WindLimit,
}

/// Steady surface spread from a point, along the slope (not projected on the map).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceSpread {
    /// Rate of the head.
    pub ros_max: MetresPerMinute,
    /// Where the head goes, degrees clockwise from north, 0 to 360; upslope when neither wind nor
    /// slope gives a direction.
    pub dir_max_deg: f64,
    /// Midflame wind that alone on the flat would give the head's rate.
    pub effective_wind: MetresPerMinute,
    /// Length over width of the ellipse, 1 to 8.
    pub length_to_width: f64,
    /// Eccentricity of the ellipse, 0 to below 1.
    pub eccentricity: f64,
    /// Rate of the rear.
    pub ros_back: MetresPerMinute,
    /// Rate at which the ellipse's half-width grows.
    pub ros_flank: MetresPerMinute,
    /// Share by which wind alone would speed the head: Rothermel's phi_w (1972, eq. 47), Wang's Kw - 1.
    pub wind_factor: f64,
    /// Share by which slope alone would speed it: Rothermel's phi_s (1972, eq. 51), Wang's Kphi - 1.
    pub slope_factor: f64,
    /// Reaction intensity.
    pub reaction_intensity: KilowattsPerSquareMetre,
    /// Flame residence time, minutes.
    pub residence_time_min: f64,
    /// Heat per unit area.
    pub heat_per_area: KilojoulesPerSquareMetre,
    /// Byram's fireline intensity at the head.
    pub fireline_intensity: KilowattsPerMetre,
}

/// A fuel bed with the wind blowing over it: what all cells of one fuel under one wind share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlownBed {
    bed: FuelBed,
    wind_midflame: MetresPerMinute,
    wind_to_deg: f64,
    wind_factor: f64,
}

impl FuelBed {
    /// Steady spread under a midflame wind blowing towards `wind_to_deg`, on a slope of
    /// `slope_rise_run` (rise over run, 0 or more) that rises towards `upslope_deg`; bearings in
    /// degrees clockwise from north. All inputs finite.
    ///
    /// Wind and slope add as vectors and the rates run along the slope, as in behave.
    pub fn spread(
        &self,
        wind_midflame: MetresPerMinute,
        wind_to_deg: f64,
        slope_rise_run: f64,
        upslope_deg: f64,
    ) -> SurfaceSpread {
        self.in_wind(wind_midflame, wind_to_deg)
            .spread(slope_rise_run, upslope_deg)
    }

    /// The bed under a midflame wind blowing towards `wind_to_deg`, for use on many slopes.
    pub fn in_wind(&self, wind_midflame: MetresPerMinute, wind_to_deg: f64) -> BlownBed {
        BlownBed {
            bed: *self,
            wind_midflame,
            wind_to_deg,
            wind_factor: self.wind_factor(wind_midflame),
        }
    }

    /// Wind factor of a midflame wind (Rothermel 1972, eq. 47); 0 where nothing burns.
    fn wind_factor(&self, wind: MetresPerMinute) -> f64 {
        if wind.0 < STILL || !self.spreads() {
            return 0.0;
        }
        exp(self.ln_wind_coefficient + self.wind_exponent * log(wind.0))
    }

    /// Slope factor (Rothermel 1972, eq. 51), capped at 0.9 of the reaction intensity in
    /// Btu/ft2/min as behave does (it only bites in fuel that is almost too moist to burn).
    fn slope_factor(&self, slope_rise_run: f64) -> f64 {
        (self.slope_coefficient * slope_rise_run * slope_rise_run).min(self.slope_factor_limit)
    }
}

/// The head of a surface fire as the front needs it: what [`BlownBed::spread`] gives, with vectors
/// (east, north) for bearings and without trigonometry, for use in every grid cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// Rate of the head along the slope.
    pub rate: MetresPerMinute,
    /// Where it goes, unit length, measured in the slope's plane from its horizontal projection.
    pub heading: (f64, f64),
    /// Length over width, 1 to 8.
    pub length_to_width: f64,
}

/// A midflame wind and what it does to a bed, for use in every grid cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindOnBed {
    /// Midflame wind.
    speed: MetresPerMinute,
    /// Rothermel's phi_w of it.
    factor: f64,
}

impl FuelBed {
    /// What a midflame wind does, given as the logarithm of its speed in m/min. It depends on the
    /// fuel and its curing, not on the moisture of dead fuel.
    pub fn under_wind(&self, ln_wind: f64) -> WindOnBed {
        let blows = self.spreads() && ln_wind > LN_STILL;
        WindOnBed {
            speed: MetresPerMinute(if blows { exp(ln_wind) } else { 0.0 }),
            factor: if blows {
                exp(self.ln_wind_coefficient + self.wind_exponent * ln_wind)
            } else {
                0.0
            },
        }
    }

    /// The head under a midflame wind that blows along the unit vector `wind_to`, on ground of this
    /// gradient (rise over run to the east and north). Wind and slope add as in [`FuelBed::spread`].
    pub fn head(&self, wind: &WindOnBed, wind_to: (f64, f64), gradient: (f64, f64)) -> Head {
        let slope = sqrt(gradient.0 * gradient.0 + gradient.1 * gradient.1);
        let slope_factor = self.slope_factor(slope);
        let (mut factor, heading, mut effective_wind);
        if slope_factor > 0.0 {
            let up = slope_factor / slope;
            let (x, y) = (
                up * gradient.0 + wind.factor * wind_to.0,
                up * gradient.1 + wind.factor * wind_to.1,
            );
            factor = sqrt(x * x + y * y);
            if factor > 0.0 {
                heading = (x / factor, y / factor);
                effective_wind = exp((log(factor) - self.ln_wind_coefficient) / self.wind_exponent);
            } else {
                heading = (gradient.0 / slope, gradient.1 / slope);
                effective_wind = 0.0;
            }
        } else {
            (factor, effective_wind) = (wind.factor, wind.speed.0);
            heading = if factor > 0.0 {
                wind_to
            } else if slope > 0.0 {
                (gradient.0 / slope, gradient.1 / slope)
            } else {
                (0.0, 1.0)
            };
        }
        if self.options.wind_limit == WindLimit::Rothermel1972 && effective_wind > self.wind_limit {
            effective_wind = self.wind_limit;
            factor = self.wind_factor(MetresPerMinute(effective_wind));
        }
        Head {
            rate: MetresPerMinute(self.still_rate * (1.0 + factor)),
            heading,
            length_to_width: self
                .options
                .length_to_width
                .ratio_by_table(MetresPerMinute(effective_wind)),
        }
    }
}

impl BlownBed {
    /// Steady spread on a slope; arguments as in [`FuelBed::spread`].
    pub fn spread(&self, slope_rise_run: f64, upslope_deg: f64) -> SurfaceSpread {
        let Self {
            bed, wind_factor, ..
        } = self;
        let slope_factor = bed.slope_factor(slope_rise_run);
        let (mut factor, dir_max_deg, mut effective_wind) = if slope_factor > 0.0 {
            let (sin, cos) = libm::sincos((self.wind_to_deg - upslope_deg).to_radians());
            let (up, across) = (slope_factor + wind_factor * cos, wind_factor * sin);
            let factor = sqrt(up * up + across * across);
            if factor > 0.0 {
                let wind = exp((log(factor) - bed.ln_wind_coefficient) / bed.wind_exponent);
                (
                    factor,
                    upslope_deg + libm::atan2(across, up).to_degrees(),
                    wind,
                )
            } else {
                (0.0, upslope_deg, 0.0)
            }
        } else if *wind_factor > 0.0 {
            (*wind_factor, self.wind_to_deg, self.wind_midflame.0)
        } else {
            (0.0, upslope_deg, 0.0)
        };
        if bed.options.wind_limit == WindLimit::Rothermel1972 && effective_wind > bed.wind_limit {
            effective_wind = bed.wind_limit;
            factor = bed.wind_factor(MetresPerMinute(effective_wind));
        }

        let head = bed.still_rate * (1.0 + factor);
        let effective_wind = MetresPerMinute(effective_wind);
        let length_to_width = bed.options.length_to_width.ratio(effective_wind);
        let shape = Shape::new(MetresPerMinute(head), length_to_width);
        let heat_per_area = bed.heat_per_area();
        SurfaceSpread {
            ros_max: MetresPerMinute(head),
            dir_max_deg: full_circle(dir_max_deg),
            effective_wind,
            length_to_width,
            eccentricity: shape.eccentricity,
            ros_back: shape.back,
            ros_flank: shape.flank,
            wind_factor: *wind_factor,
            slope_factor,
            reaction_intensity: bed.reaction_intensity(),
            residence_time_min: bed.residence_min,
            heat_per_area,
            fireline_intensity: KilowattsPerMetre(heat_per_area.0 * head / 60.0),
        }
    }
}

/// The ellipse around a head: what its length to width makes of the head's rate.
pub(super) struct Shape {
    /// Eccentricity, 0 to below 1.
    pub eccentricity: f64,
    /// Rate of the rear (Alexander 1985).
    pub back: MetresPerMinute,
    /// Rate at which the half-width grows.
    pub flank: MetresPerMinute,
}

impl Shape {
    /// The ellipse of a head's rate and its length over width, 1 or more.
    pub fn new(head: MetresPerMinute, length_to_width: f64) -> Self {
        let eccentricity = sqrt(length_to_width * length_to_width - 1.0) / length_to_width;
        let back = head.0 * (1.0 - eccentricity) / (1.0 + eccentricity);
        Self {
            eccentricity,
            back: MetresPerMinute(back),
            flank: MetresPerMinute((head.0 + back) / (2.0 * length_to_width)),
        }
    }
}

impl SurfaceSpread {
    /// Rate of spread from the ignition point towards a bearing (degrees clockwise from north): the
    /// polar form of the ellipse about its rear focus.
    pub fn rate_towards(&self, bearing_deg: f64) -> MetresPerMinute {
        let cos = libm::cos((bearing_deg - self.dir_max_deg).to_radians());
        self.ros_max * ((1.0 - self.eccentricity) / (1.0 - self.eccentricity * cos))
    }

    /// Rate at which a piece of the fire line that faces a bearing advances at right angles to
    /// itself (Catchpole, de Mestre & Gill 1982): the rate that sets its intensity.
    pub fn rate_of_line_facing(&self, bearing_deg: f64) -> MetresPerMinute {
        let (sin, cos) = libm::sincos((bearing_deg - self.dir_max_deg).to_radians());
        let half_length = 0.5 * (self.ros_max.0 + self.ros_back.0);
        let offset = self.ros_max.0 - half_length;
        let (along, across) = (half_length * cos, self.ros_flank.0 * sin);
        MetresPerMinute(offset * cos + sqrt(along * along + across * across))
    }

    /// Fireline intensity of a front advancing at this rate.
    pub fn intensity_at(&self, rate: MetresPerMinute) -> KilowattsPerMetre {
        KilowattsPerMetre(self.heat_per_area.0 * rate.0 / 60.0)
    }

    /// Byram's flame length at the head.
    pub fn flame_length(&self) -> Metres {
        self.fireline_intensity.flame_length()
    }
}

/// The bearing folded into 0 to 360 (360 itself left out).
pub(super) fn full_circle(degrees: f64) -> f64 {
    let folded = degrees - 360.0 * libm::floor(degrees / 360.0);
    if folded >= 360.0 { 0.0 } else { folded }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fire::behavior::{Moistures, fuel};

    const DRY: Moistures = Moistures {
        dead_1h: 0.05,
        dead_10h: 0.06,
        dead_100h: 0.07,
        live_herb: 0.6,
        live_woody: 0.9,
    };

    fn bed(code: &str) -> FuelBed {
        FuelBed::new(fuel::by_code(code).unwrap(), &DRY)
    }

    #[test]
    fn in_still_air_on_the_flat_fire_spreads_as_a_circle() {
        let s = bed("TL8").spread(MetresPerMinute(0.0), 0.0, 0.0, 90.0);
        assert_eq!((s.length_to_width, s.eccentricity), (1.0, 0.0));
        assert_eq!(s.ros_max, s.ros_back);
        assert_eq!(s.ros_max, s.rate_towards(211.0));
        assert_eq!(s.dir_max_deg, 90.0);
    }

    #[test]
    fn a_slope_alone_sends_the_head_uphill_and_a_wind_alone_downwind() {
        let up = bed("GR4").spread(MetresPerMinute(0.0), 0.0, 0.5, 123.0);
        assert!((up.dir_max_deg - 123.0).abs() < 1e-9 && up.length_to_width > 1.0);
        let down = bed("GR4").spread(MetresPerMinute(100.0), 300.0, 0.0, 0.0);
        assert!((down.dir_max_deg - 300.0).abs() < 1e-9);
        assert_eq!(down.effective_wind, MetresPerMinute(100.0));
    }

    #[test]
    fn a_limited_fire_uses_no_more_wind_than_its_heat_allows() {
        let model = fuel::by_code("TL1").unwrap();
        let limited = SpreadOptions {
            wind_limit: WindLimit::Rothermel1972,
            ..SpreadOptions::default()
        };
        let bed = FuelBed::with_options(model, &DRY, limited);
        let gale = bed.spread(MetresPerMinute(900.0), 0.0, 0.3, 40.0);
        let storm = bed.spread(MetresPerMinute(1800.0), 0.0, 0.3, 40.0);
        assert_eq!(gale.ros_max, storm.ros_max);
        // Rothermel 1972 eq. 87: U (ft/min) = 0.9 I_R (Btu/ft2/min).
        let limit = 0.9 * gale.reaction_intensity.0 / (1.055_055_852_62 / (0.3048 * 0.3048) / 60.0)
            * 0.3048;
        assert!((gale.effective_wind.0 - limit).abs() < 1e-9);
        assert!(
            gale.ros_max.0
                < FuelBed::new(model, &DRY)
                    .spread(MetresPerMinute(900.0), 0.0, 0.3, 40.0)
                    .ros_max
                    .0
        );
    }

    #[test]
    fn andrews_shape_is_four_times_as_long_as_wide_at_twelve_miles_an_hour() {
        // Andrews 2018 (RMRS-GTR-371): L/W = 1 + 0.25 U.
        let wind = MetresPerMinute(12.0 * M_MIN_PER_MPH);
        assert!((LengthToWidth::Andrews2018.ratio(wind) - 4.0).abs() < 1e-12);
        assert_eq!(
            LengthToWidth::Anderson1983.ratio(MetresPerMinute(5000.0)),
            8.0
        );
    }

    proptest! {
        #[test]
        fn turning_wind_and_slope_together_turns_the_fire(
            wind in 0.0..600.0, to in 0.0..360.0, slope in 0.0..1.2, up in 0.0..360.0, turn in -720.0..720.0
        ) {
            let fuel = bed("SH5");
            let a = fuel.spread(MetresPerMinute(wind), to, slope, up);
            let b = fuel.spread(MetresPerMinute(wind), to + turn, slope, up + turn);
            prop_assert!((a.ros_max.0 - b.ros_max.0).abs() <= 1e-9 * a.ros_max.0);
            let apart = full_circle(b.dir_max_deg - a.dir_max_deg - turn);
            prop_assert!(apart.min(360.0 - apart) < 1e-6);
        }

        #[test]
        fn the_head_by_vectors_is_the_head_by_angles(
            wind in 0.0..600.0, to in 0.0..360.0_f64, slope in 0.0..1.2, up in 0.0..360.0_f64
        ) {
            for code in ["GR2", "SH5", "TL8"] {
                let fuel = bed(code);
                let exact = fuel.spread(MetresPerMinute(wind), to, slope, up);
                let vector = |deg: f64| (libm::sin(deg.to_radians()), libm::cos(deg.to_radians()));
                let (e, n) = vector(up);
                let head = fuel.head(&fuel.under_wind(log(wind)), vector(to), (slope * e, slope * n));
                prop_assert!((head.rate.0 / exact.ros_max.0 - 1.0).abs() < 1e-9);
                prop_assert!((head.length_to_width - exact.length_to_width).abs() < 1e-7);
                let (x, y) = vector(exact.dir_max_deg);
                if wind > 1e-3 || slope > 1e-3 {
                    prop_assert!((head.heading.0 - x).abs() < 1e-6 && (head.heading.1 - y).abs() < 1e-6);
                }
            }
        }

        #[test]
        fn the_head_is_fastest_the_rear_slowest(
            wind in 0.0..600.0, to in 0.0..360.0, slope in 0.0..1.2, up in 0.0..360.0, bearing in 0.0..360.0
        ) {
            let s = bed("GR7").spread(MetresPerMinute(wind), to, slope, up);
            let eps = 1e-9 * s.ros_max.0;
            for rate in [s.rate_towards(bearing).0, s.rate_of_line_facing(bearing).0] {
                prop_assert!(rate <= s.ros_max.0 + eps && rate >= s.ros_back.0 - eps);
            }
            prop_assert!((s.rate_towards(s.dir_max_deg).0 - s.ros_max.0).abs() <= eps);
            prop_assert!((s.rate_towards(s.dir_max_deg + 180.0).0 - s.ros_back.0).abs() <= 10.0 * eps);
            prop_assert!((s.rate_of_line_facing(s.dir_max_deg + 90.0).0 - s.ros_flank.0).abs() <= eps);
            prop_assert!((0.0..360.0).contains(&s.dir_max_deg));
        }

        #[test]
        fn more_wind_along_the_slope_never_slows_the_head(
            wind in 0.0..600.0, more in 0.0..100.0, slope in 0.0..1.2
        ) {
            for code in ["FM1", "FM8", "GR2", "TU5", "SB4"] {
                let fuel = bed(code);
                let rate = |w| fuel.spread(MetresPerMinute(w), 10.0, slope, 10.0).ros_max.0;
                prop_assert!(rate(wind + more) >= rate(wind));
            }
        }
    }
}
