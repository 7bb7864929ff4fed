//! Moisture of dead fuel of three sizes, carried forward through a weather stream.

use libm::exp;

use super::air::Air;
use super::exposure::Exposure;
use super::live::LiveMoisture;
use super::rain::{
    LITTER_SATURATION, WET_SURFACE_10H, WET_SURFACE_100H, WETTING_PER_MM, wet_share,
};
use super::sun::Sun;
use super::within;
use crate::fire::behavior::Moistures;

/// Time lags of the three sizes, hours (Fosberg, Lancaster & Schroeder 1970; the classes of the
/// National Fire-Danger Rating System) [V2].
const LAGS_H: [f64; 3] = [1.0, 10.0, 100.0];
/// Litter and cured grass over wood in the same air, fraction of dry weight [J].
///
/// Simard's equilibrium is that of wood; leaf litter holds more water. The field tables of Rothermel
/// 1983 (INT-143), in shade and sun alike, lie this much above Simard's with solar heating, and so
/// does Van Wagner's (1987) litter equilibrium in shade. Without it a clear spring noon at 37 %
/// humidity would give 2.8 % where the table has 7.
const LITTER_OVER_WOOD: f64 = 0.025;
/// Nothing in the open dries below this, fraction [J].
const DRIEST: f64 = 0.01;
/// W/m2 in a cal/cm2/min.
const W_M2_PER_LANGLEY_MIN: f64 = 697.8;
/// m/s in a mile an hour.
const M_S_PER_MPH: f64 = 0.44704;
/// Wind at the fuel over the 10 m wind: `1 / ln((20 + 0.36 h) / 0.13 h)` of the 20 ft wind for a
/// vegetation height h of 1 ft (INT-359 eq. 36) [V2], the 20 ft wind being the 10 m wind over 1.15.
const FUEL_LEVEL_WIND: f64 = 0.1979 / 1.15;
/// Longer steps reach the end all the same, seconds.
const LONGEST_STEP_S: f64 = 1e9;

/// Moisture of dead fuel, fractions of dry weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeadMoisture {
    /// Litter, grass and twigs under 6 mm.
    pub one_hour: f64,
    /// Twigs of 6 to 25 mm.
    pub ten_hour: f64,
    /// Branches of 25 to 76 mm.
    pub hundred_hour: f64,
}

impl DeadMoisture {
    /// What the fuel would reach if air and sun stayed as they are for ever; a good start for a
    /// run of which the past is unknown, except for 100-hour fuel, which hardly follows the day.
    ///
    /// Rain counts: under steady rain litter settles between the air's moisture and saturation.
    pub fn equilibrium(air: &Air, exposure: &Exposure, sun: &Sun) -> Self {
        let [one, ten, hundred] = pulls(air, exposure, sun);
        Self {
            one_hour: one.towards,
            ten_hour: ten.towards,
            hundred_hour: hundred.towards,
        }
    }

    /// Carries the moisture forward under constant air and sun; exact, so that the length of the
    /// step does not matter (Fosberg, Lancaster & Schroeder 1970).
    pub fn advance(&mut self, air: &Air, exposure: &Exposure, sun: &Sun, seconds: f64) {
        let hours = within(seconds, 0.0, LONGEST_STEP_S) / 3600.0;
        let [one, ten, hundred] = pulls(air, exposure, sun);
        self.one_hour = one.after(self.one_hour, hours);
        self.ten_hour = ten.after(self.ten_hour, hours);
        self.hundred_hour = hundred.after(self.hundred_hour, hours);
    }

    /// With the moisture of the live fuel: what the spread equations take.
    pub fn with_live(&self, live: &LiveMoisture) -> Moistures {
        Moistures {
            dead_1h: self.one_hour,
            dead_10h: self.ten_hour,
            dead_100h: self.hundred_hour,
            live_herb: live.herbaceous,
            live_woody: live.woody,
        }
    }
}

/// Where a moisture is drawn to and how fast.
#[derive(Debug, Clone, Copy)]
struct Pull {
    /// Moisture it tends to, fraction.
    towards: f64,
    /// Rate of approach, 1/h.
    per_hour: f64,
}

impl Pull {
    fn after(&self, moisture: f64, hours: f64) -> f64 {
        let start = within(moisture, DRIEST, LITTER_SATURATION);
        self.towards + (start - self.towards) * exp(-self.per_hour * hours)
    }
}

/// The pulls on the three sizes.
///
/// Fuel under 25 mm feels the sun; 100-hour fuel follows the air alone (Cohen & Deeming 1985).
fn pulls(air: &Air, exposure: &Exposure, sun: &Sun) -> [Pull; 3] {
    let (air, _) = air.in_domain();
    let (surface_c, surface_pct) = fuel_surface(&air, sun.irradiance(exposure, air.cloud));
    let sunlit = equilibrium_moisture(surface_c, surface_pct);
    let shaded = equilibrium_moisture(air.temperature_c, air.humidity_pct);
    // d m/d t = (E - m) / lag + wetting * rain * (saturation - m), which is one exponential.
    let drying = 1.0 / LAGS_H[0];
    let wetting = WETTING_PER_MM * air.rain_mm_h;
    let per_hour = drying + wetting;
    let wet = wet_share(air.rain_mm_h);
    [
        Pull {
            towards: (drying * (sunlit + LITTER_OVER_WOOD) + wetting * LITTER_SATURATION)
                / per_hour,
            per_hour,
        },
        Pull {
            towards: sunlit + wet * (WET_SURFACE_10H - sunlit),
            per_hour: 1.0 / LAGS_H[1],
        },
        Pull {
            towards: shaded + wet * (WET_SURFACE_100H - shaded),
            per_hour: 1.0 / LAGS_H[2],
        },
    ]
}

/// Equilibrium moisture of wood, fraction of dry weight, in air of a temperature (degrees Celsius)
/// and relative humidity (percent): Simard 1968 as given by Cohen & Deeming 1985 (PSW-82, eqs.
/// 1a-1c), at least 0.01 [V2]. Fitted in degrees Fahrenheit; at most 0.29 within the domain.
pub fn equilibrium_moisture(temperature_c: f64, humidity_pct: f64) -> f64 {
    let t = 1.8 * temperature_c + 32.0;
    let h = within(humidity_pct, 0.0, 100.0);
    let percent = if h < 10.0 {
        0.03229 + 0.281073 * h - 0.000578 * h * t
    } else if h < 50.0 {
        2.22749 + 0.160107 * h - 0.014784 * t
    } else {
        21.0606 + 0.005565 * h * h - 0.00035 * h * t - 0.483199 * h
    };
    within(percent / 100.0, DRIEST, 1.0)
}

/// Temperature (degrees Celsius) and relative humidity (percent) at the fuel's surface under this
/// irradiance (W/m2): Byram & Jemison 1943, as in Rothermel et al. 1986 (INT-359 eqs. 1 and 2) [V2].
///
/// `T_f - T_a = I / (0.015 U + 0.026)`, degrees Fahrenheit, I in cal/cm2/min and U, the wind at the
/// fuel, in mi/h; `H_f = H_a exp(-0.033 (T_f - T_a))`. Cooling by the night sky is left out.
pub fn fuel_surface(air: &Air, irradiance_w_m2: f64) -> (f64, f64) {
    let wind_mph = FUEL_LEVEL_WIND * air.wind_m_s / M_S_PER_MPH;
    let excess_f = irradiance_w_m2 / W_M2_PER_LANGLEY_MIN / (0.015 * wind_mph + 0.026);
    (
        air.temperature_c + excess_f / 1.8,
        air.humidity_pct * exp(-0.033 * excess_f),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sun::Place;
    use super::*;

    const HENGYANG: Place = Place {
        latitude_deg: 26.97,
        longitude_deg: 112.37,
        elevation_m: 100.0,
    };
    /// Day 95 (Qingming), the local fire season.
    const QINGMING: f64 = 95.0;

    fn air(temperature_c: f64, humidity_pct: f64) -> Air {
        Air {
            temperature_c,
            humidity_pct,
            rain_mm_h: 0.0,
            wind_m_s: 2.5,
            cloud: 0.0,
        }
    }

    fn rain(mm_h: f64) -> Air {
        Air {
            rain_mm_h: mm_h,
            cloud: 1.0,
            ..air(15.0, 95.0)
        }
    }

    fn facing(aspect_deg: f64) -> Exposure {
        Exposure {
            slope_rise_run: 0.5,
            aspect_deg,
            shade: 0.0,
        }
    }

    fn all(percent: f64) -> DeadMoisture {
        let m = percent / 100.0;
        DeadMoisture {
            one_hour: m,
            ten_hour: m,
            hundred_hour: m,
        }
    }

    #[test]
    fn equilibrium_moisture_has_the_published_values() {
        // PSW-82 at 70 F: 5 %: 0.03229 + 1.405365 - 0.2023 = 1.2354; 30 %: 2.22749 + 4.80321 -
        // 1.03488 = 5.9958; 80 %: 21.0606 + 35.616 - 1.96 - 38.65592 = 16.0607.
        let at_70_f = 190.0 / 9.0;
        for (humidity, percent) in [(5.0, 1.2354), (30.0, 5.9958), (80.0, 16.0607)] {
            let got = 100.0 * equilibrium_moisture(at_70_f, humidity);
            assert!((got - percent).abs() < 1e-3, "{humidity} %: {got}");
        }
    }

    #[test]
    fn equilibrium_moisture_agrees_with_the_metric_form_of_viney() {
        // Viney 1991 gives the same fit in degrees Celsius, rounded.
        let viney = |t: f64, h: f64| {
            if h < 10.0 {
                0.03 + 0.2626 * h - 0.00104 * t * h
            } else if h < 50.0 {
                1.76 + 0.1601 * h - 0.0266 * t
            } else {
                21.06 - 0.4944 * h + 0.005565 * h * h - 0.00063 * t * h
            }
        };
        for t in [0.0, 10.0, 25.0, 40.0] {
            for h in [6.0, 20.0, 45.0, 60.0, 90.0, 100.0] {
                let got = 100.0 * equilibrium_moisture(t, h);
                assert!((got - viney(t, h)).abs() < 0.05, "{t} C, {h} %: {got}");
            }
        }
    }

    #[test]
    fn the_sun_heats_fuel_as_byram_and_jemison_found() {
        // A published port of INT-359 (emxsys): 3 cal/cm2/min, 67 F, 7 mi/h at the fuel: 89.90 F;
        // humidity 50 % over fuel 22 F warmer than the air: 24.19 %.
        let calm_67_f = Air {
            wind_m_s: 7.0 * M_S_PER_MPH / FUEL_LEVEL_WIND,
            ..air(175.0 / 9.0, 50.0)
        };
        let (surface_c, _) = fuel_surface(&calm_67_f, 3.0 * 697.8);
        assert!((1.8 * surface_c + 32.0 - 89.900763).abs() < 1e-5);
        let (_, humidity) = fuel_surface(&air(20.0, 50.0), 22.0 * 697.8 * heat_loss(2.5));
        assert!((humidity - 24.192024).abs() < 1e-5, "{humidity}");
    }

    fn heat_loss(wind_m_s: f64) -> f64 {
        0.015 * wind_m_s * FUEL_LEVEL_WIND / M_S_PER_MPH + 0.026
    }

    #[test]
    fn a_foot_of_vegetation_feels_a_fifth_of_the_twenty_foot_wind() {
        let ratio = 1.0 / libm::log((20.0 + 0.36) / 0.13);
        assert!((ratio - FUEL_LEVEL_WIND * 1.15).abs() < 1e-4);
    }

    #[test]
    fn at_noon_a_closed_forest_is_worth_two_to_four_percent_of_moisture() {
        // Rothermel 1983 (INT-143), table for February to April, noon to 14 h, level ground:
        // exposed +1, shaded +4.
        for (t, h) in [(15.0, 30.0), (20.0, 35.0), (25.0, 40.0)] {
            let noon = HENGYANG.sun(QINGMING, 13.0);
            let open = DeadMoisture::equilibrium(&air(t, h), &Exposure::OPEN, &noon);
            let closed = Exposure {
                shade: 0.8,
                ..Exposure::OPEN
            };
            let shaded = DeadMoisture::equilibrium(&air(t, h), &closed, &noon);
            let gain = 100.0 * (shaded.one_hour - open.one_hour);
            assert!((2.0..4.0).contains(&gain), "{t} C, {h} %: {gain}");
        }
    }

    #[test]
    fn fine_dead_fuel_has_the_moisture_of_the_field_tables() {
        // Rothermel 1983 (INT-143), read in a transcription of the NWCG pocket guide: reference
        // moisture at 60 and 80 F and humidities of five classes, and the corrections for February
        // to April at the station's level in classes of two hours from 8 h.
        let reference = [[4.0, 5.0, 6.0, 7.0, 8.0], [3.0, 5.0, 6.0, 7.0, 8.0]];
        let sites = [
            (0.15, 0.0, 0.0, [4.0, 2.0, 1.0, 1.0, 2.0]),
            (0.5, 0.0, 0.0, [4.0, 3.0, 3.0, 3.0, 3.0]),
            (0.5, 90.0, 0.0, [3.0, 1.0, 1.0, 2.0, 4.0]),
            (0.5, 180.0, 0.0, [4.0, 2.0, 1.0, 1.0, 1.0]),
            (0.5, 270.0, 0.0, [5.0, 4.0, 2.0, 1.0, 1.0]),
            (0.15, 180.0, 0.9, [5.0, 4.0, 4.0, 4.0, 4.0]),
        ];
        // The tables are of the United States.
        let place = Place {
            latitude_deg: 40.0,
            ..HENGYANG
        };
        let (mut sum, mut squares, mut n) = (0.0, 0.0, 0.0);
        for (slope_rise_run, aspect_deg, shade, corrections) in sites {
            let site = Exposure {
                slope_rise_run,
                aspect_deg,
                shade,
            };
            for (k, correction) in corrections.into_iter().enumerate() {
                let sun = place.sun(QINGMING, 9.0 + 2.0 * k as f64);
                for (fahrenheit, row) in [60.0, 80.0].into_iter().zip(reference) {
                    for (i, base) in row.into_iter().enumerate() {
                        let weather = air((fahrenheit - 32.0) / 1.8, 22.0 + 10.0 * i as f64);
                        let got = DeadMoisture::equilibrium(&weather, &site, &sun);
                        let error = 100.0 * got.one_hour - (base + correction);
                        sum += error;
                        squares += error * error;
                        n += 1.0;
                    }
                }
            }
        }
        let (bias, rms) = (sum / n, libm::sqrt(squares / n));
        assert!(bias.abs() < 1.0 && rms < 1.8, "bias {bias}, rms {rms}");
    }

    #[test]
    fn at_noon_north_slopes_are_wetter_than_south_slopes() {
        let noon = HENGYANG.sun(QINGMING, 12.0);
        let at = |e| DeadMoisture::equilibrium(&air(20.0, 40.0), e, &noon);
        let (north, south) = (at(&facing(0.0)), at(&facing(180.0)));
        assert!(
            north.one_hour > south.one_hour + 0.005,
            "{north:?} {south:?}"
        );
        assert!(north.ten_hour > south.ten_hour);
        assert_eq!(north.hundred_hour, south.hundred_hour);
        // And in the morning the east slope is the dry one.
        let morning = HENGYANG.sun(QINGMING, 8.0);
        let at = |e| DeadMoisture::equilibrium(&air(20.0, 40.0), e, &morning).one_hour;
        assert!(at(&facing(270.0)) > at(&facing(90.0)) + 0.01);
    }

    #[test]
    fn six_steps_of_ten_minutes_are_one_hour() {
        let sun = HENGYANG.sun(QINGMING, 10.0);
        for weather in [air(22.0, 45.0), rain(0.4), rain(12.0)] {
            let mut once = all(9.0);
            once.advance(&weather, &facing(135.0), &sun, 3600.0);
            let mut often = all(9.0);
            for _ in 0..6 {
                often.advance(&weather, &facing(135.0), &sun, 600.0);
            }
            assert!((once.one_hour - often.one_hour).abs() < 1e-12);
            assert!((once.ten_hour - often.ten_hour).abs() < 1e-12);
            assert!((once.hundred_hour - often.hundred_hour).abs() < 1e-12);
        }
    }

    #[test]
    fn each_size_covers_63_percent_of_the_way_in_its_lag() {
        let night = HENGYANG.sun(QINGMING, 0.0);
        let end = DeadMoisture::equilibrium(&air(15.0, 60.0), &Exposure::OPEN, &night);
        let way = |lag_h: f64, of: fn(&DeadMoisture) -> f64| {
            let mut m = all(30.0);
            m.advance(&air(15.0, 60.0), &Exposure::OPEN, &night, lag_h * 3600.0);
            (of(&m) - 0.3) / (of(&end) - 0.3)
        };
        assert!((way(1.0, |m| m.one_hour) - 0.63212).abs() < 1e-5);
        assert!((way(10.0, |m| m.ten_hour) - 0.63212).abs() < 1e-5);
        assert!((way(100.0, |m| m.hundred_hour) - 0.63212).abs() < 1e-5);
    }

    #[test]
    fn five_millimetres_of_rain_stop_a_litter_fire_and_six_dry_hours_let_it_burn_again() {
        for hours in [1.0, 5.0] {
            let mut litter = all(8.0);
            litter.advance(
                &rain(5.0 / hours),
                &Exposure::OPEN,
                &HENGYANG.sun(QINGMING, 7.0),
                hours * 3600.0,
            );
            assert!(litter.one_hour > 0.35, "{litter:?}");
            for hour in 0..6 {
                let sun = HENGYANG.sun(QINGMING, 9.5 + f64::from(hour));
                if hour == 1 {
                    // One dry hour is not enough for litter with a moisture of extinction of 20 %.
                    assert!(litter.one_hour > 0.20, "{litter:?}");
                }
                litter.advance(&air(20.0, 50.0), &Exposure::OPEN, &sun, 3600.0);
            }
            assert!(litter.one_hour < 0.12, "{litter:?}");
            // Branches remember the rain.
            assert!(litter.ten_hour > litter.one_hour + 0.02, "{litter:?}");
        }
    }

    #[test]
    fn a_night_gives_fine_fuel_several_percent_back_and_branches_hardly_any() {
        let mut fuel = DeadMoisture::equilibrium(
            &air(25.0, 40.0),
            &Exposure::OPEN,
            &HENGYANG.sun(QINGMING, 15.0),
        );
        let afternoon = fuel;
        for hour in 19..30 {
            let sun = HENGYANG.sun(QINGMING, f64::from(hour));
            fuel.advance(&air(15.0, 85.0), &Exposure::OPEN, &sun, 3600.0);
        }
        let gain = fuel.one_hour - afternoon.one_hour;
        assert!((0.08..0.20).contains(&gain), "{gain}");
        assert!(fuel.hundred_hour - afternoon.hundred_hour < 0.02);
    }

    #[test]
    fn moisture_stays_between_one_percent_and_saturation() {
        let noon = HENGYANG.sun(172.0, 12.0);
        let mut dry = all(0.0);
        dry.advance(&air(48.0, 0.0), &Exposure::OPEN, &noon, 1e7);
        assert_eq!((dry.one_hour, dry.ten_hour), (0.035, 0.01));
        let mut wet = all(1e5);
        wet.advance(&rain(1e9), &Exposure::OPEN, &noon, 1e7);
        assert!(wet.one_hour <= 2.5 && wet.one_hour > 2.3, "{wet:?}");
        let mut odd = all(f64::NAN);
        odd.advance(&air(f64::NAN, f64::NAN), &Exposure::OPEN, &noon, f64::NAN);
        assert!(odd.one_hour >= 0.01, "{odd:?}");
    }
}
