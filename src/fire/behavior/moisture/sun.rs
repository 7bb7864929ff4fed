//! Where the sun stands and how strongly it shines on a slope.

use libm::{acos, atan, atan2, cos, exp, pow, sin, sincos, tan};
use std::f64::consts::TAU;

use super::exposure::Exposure;
use super::within;

/// Solar constant, W/m2: the 1.98 cal/cm2/min of INT-359 (Rothermel et al. 1986) at 697.8 W/m2
/// each [V2].
const SOLAR_CONSTANT: f64 = 1.98 * 697.8;
/// Transparency of average clear forest air along one optical air mass (INT-359: 0.8
/// exceptionally clear, 0.75 average, 0.7 moderate haze, 0.6 dense haze) [V2].
const TRANSPARENCY: f64 = 0.75;
/// Decrease of the optical air mass with height, 1/m (INT-359 eq. 16: 0.0000448 a foot) [V2].
const AIR_MASS_PER_METRE: f64 = 0.0000448 / 0.3048;

/// A place on the earth, for the sun over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Latitude, degrees north.
    pub latitude_deg: f64,
    /// Longitude, degrees east.
    pub longitude_deg: f64,
    /// Height above the sea, metres.
    pub elevation_m: f64,
}

/// The sun over a place at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sun {
    /// Angle above the horizon, degrees; negative at night.
    pub altitude_deg: f64,
    /// Where it stands, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Irradiance of the direct beam on a surface square to it under a clear sky, W/m2.
    pub beam_w_m2: f64,
}

impl Place {
    /// The sun by true solar time (12 when the sun stands highest), for a day of the year from 1.
    pub fn sun(&self, day_of_year: f64, solar_hour: f64) -> Sun {
        let (sin_lat, cos_lat) = sincos(self.latitude_deg.to_radians());
        let declination = declination(day_of_year);
        let (sin_hour, cos_hour) = sincos((15.0 * (solar_hour - 12.0)).to_radians());
        let sin_altitude = sin_lat * sin(declination) + cos_lat * cos(declination) * cos_hour;
        let westward = atan2(sin_hour, cos_hour * sin_lat - tan(declination) * cos_lat);
        Sun {
            altitude_deg: 90.0 - acos(sin_altitude.clamp(-1.0, 1.0)).to_degrees(),
            azimuth_deg: (180.0 + westward.to_degrees()).rem_euclid(360.0),
            beam_w_m2: self.beam(sin_altitude, declination),
        }
    }

    /// The sun by coordinated universal time, hours since midnight.
    ///
    /// Solar time is universal time plus 4 minutes a degree of longitude plus the equation of time;
    /// the sun's place in the year moves on through the day (NOAA solar calculator).
    pub fn sun_utc(&self, day_of_year: f64, utc_hour: f64) -> Sun {
        let day = day_of_year + (utc_hour - 12.0) / 24.0;
        let hour = utc_hour + self.longitude_deg / 15.0 + equation_of_time(day) / 60.0;
        self.sun(day, hour)
    }

    /// Time between sunrise and sunset, seconds, without refraction.
    pub fn day_length_s(&self, day_of_year: f64) -> f64 {
        let latitude = within(self.latitude_deg, -89.99, 89.99).to_radians();
        let cos_sunset = -tan(latitude) * tan(declination(day_of_year));
        2.0 * acos(cos_sunset.clamp(-1.0, 1.0)) / TAU * 86_400.0
    }

    /// INT-359: solar constant over the squared distance (eq. 7), weakened along the optical air
    /// mass (eq. 16).
    fn beam(&self, sin_altitude: f64, declination: f64) -> f64 {
        if sin_altitude <= 0.0 {
            return 0.0;
        }
        let air_mass = exp(-AIR_MASS_PER_METRE * self.elevation_m) / sin_altitude;
        let distance_squared = 0.999847 + 0.001406 * declination.to_degrees();
        SOLAR_CONSTANT * pow(TRANSPARENCY, air_mass) / distance_squared
    }
}

impl Sun {
    /// Direct irradiance on the ground, W/m2 (INT-359 eqs. 3 and 9-11).
    ///
    /// Net transmittance is that of the clouds, one less the cloud cover, times that of the trees,
    /// one less the shade. Light from the sky is left out as in INT-359, and so are shadows of
    /// other hills: a slope is dark only when the sun stands behind itself.
    pub fn irradiance(&self, exposure: &Exposure, cloud: f64) -> f64 {
        if self.altitude_deg <= 0.0 {
            return 0.0;
        }
        let (sin_altitude, cos_altitude) = sincos(self.altitude_deg.to_radians());
        let (sin_slope, cos_slope) = sincos(atan(within(exposure.slope_rise_run, 0.0, f64::MAX)));
        let facing = cos((self.azimuth_deg - exposure.aspect_deg).to_radians());
        let incidence = cos_slope * sin_altitude + sin_slope * cos_altitude * facing;
        let transmittance =
            (1.0 - within(cloud, 0.0, 1.0)) * (1.0 - within(exposure.shade, 0.0, 1.0));
        self.beam_w_m2 * transmittance * within(incidence, 0.0, 1.0)
    }
}

/// Angle of the day in the year, radians (Spencer 1971).
fn day_angle(day_of_year: f64) -> f64 {
    TAU * (day_of_year - 1.0) / 365.0
}

/// Declination of the sun, radians (Spencer 1971, Search 2(5): 172) [V2].
fn declination(day_of_year: f64) -> f64 {
    let g = day_angle(day_of_year);
    0.006918 - 0.399912 * cos(g) + 0.070257 * sin(g) - 0.006758 * cos(2.0 * g)
        + 0.000907 * sin(2.0 * g)
        - 0.002697 * cos(3.0 * g)
        + 0.00148 * sin(3.0 * g)
}

/// Sundial ahead of the clock, minutes (Spencer 1971) [V2].
fn equation_of_time(day_of_year: f64) -> f64 {
    let g = day_angle(day_of_year);
    229.18
        * (0.000075 + 0.001868 * cos(g)
            - 0.032077 * sin(g)
            - 0.014615 * cos(2.0 * g)
            - 0.040849 * sin(2.0 * g))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hengyang County seat.
    const HENGYANG: Place = Place {
        latitude_deg: 26.97,
        longitude_deg: 112.37,
        elevation_m: 80.0,
    };

    #[test]
    fn the_sun_turns_back_at_the_tropics_and_crosses_the_equator_at_the_equinoxes() {
        for (day, expected) in [(172.0, 23.45), (355.0, -23.45), (81.0, 0.0), (266.0, 0.0)] {
            let got = declination(day).to_degrees();
            assert!((got - expected).abs() < 0.7, "day {day}: {got}");
        }
    }

    #[test]
    fn the_sundial_is_a_quarter_of_an_hour_behind_in_february_and_ahead_in_november() {
        assert!((equation_of_time(42.0) + 14.2).abs() < 0.5);
        assert!((equation_of_time(307.0) - 16.4).abs() < 0.5);
    }

    #[test]
    fn the_sun_over_golden_colorado_stands_where_the_solar_position_algorithm_says() {
        // Reda & Andreas 2008 (NREL/TP-560-34302), worked example: 17 October 2003, 19:30:30 UTC,
        // zenith 50.11 degrees, azimuth 194.34 degrees.
        let golden = Place {
            latitude_deg: 39.742476,
            longitude_deg: -105.1786,
            elevation_m: 1830.0,
        };
        let sun = golden.sun_utc(290.0, 19.0 + 30.5 / 60.0);
        assert!((sun.altitude_deg - 39.89).abs() < 0.3, "{sun:?}");
        assert!((sun.azimuth_deg - 194.34).abs() < 0.3, "{sun:?}");
    }

    #[test]
    fn over_hengyang_the_midsummer_sun_is_nearly_overhead_and_rises_in_the_north_east() {
        let noon = HENGYANG.sun(172.0, 12.0);
        assert!((noon.altitude_deg - 86.5).abs() < 0.2, "{noon:?}");
        assert!((noon.azimuth_deg - 180.0).abs() < 1e-6, "{noon:?}");
        let morning = HENGYANG.sun(172.0, 6.0);
        assert!(morning.altitude_deg > 0.0 && (60.0..90.0).contains(&morning.azimuth_deg));
        assert_eq!(HENGYANG.sun(172.0, 0.0).beam_w_m2, 0.0);
        let day_h = HENGYANG.day_length_s(172.0) / 3600.0;
        assert!((13.4..13.8).contains(&day_h), "{day_h}");
        let winter_h = HENGYANG.day_length_s(355.0) / 3600.0;
        assert!((10.2..10.6).contains(&winter_h), "{winter_h}");
    }

    #[test]
    fn irradiance_on_a_slope_is_that_of_int_359() {
        // The worked values of a published port of INT-359 (emxsys): slope 45 degrees facing 135,
        // sun 60 degrees high in the south, unit beam 0.99: 0.85375; level ground: 0.99 sin 60.
        let sun = Sun {
            altitude_deg: 60.0,
            azimuth_deg: 180.0,
            beam_w_m2: 0.99,
        };
        let slope = Exposure {
            slope_rise_run: 1.0,
            aspect_deg: 135.0,
            shade: 0.0,
        };
        assert!((sun.irradiance(&slope, 0.0) - 0.8537487113).abs() < 1e-9);
        assert!((sun.irradiance(&Exposure::OPEN, 0.0) - 0.857365).abs() < 1e-6);
        let under_half = Exposure {
            shade: 0.5,
            ..slope
        };
        let half_cloudy = sun.irradiance(&under_half, 0.5);
        assert!((half_cloudy - 0.25 * 0.8537487113).abs() < 1e-9);
    }

    #[test]
    fn a_steep_north_slope_lies_in_its_own_shadow_at_a_winter_noon() {
        let noon = HENGYANG.sun(355.0, 12.0);
        let facing = |aspect_deg| {
            let slope = Exposure {
                slope_rise_run: 0.9,
                aspect_deg,
                shade: 0.0,
            };
            noon.irradiance(&slope, 0.0)
        };
        assert_eq!(facing(0.0), 0.0);
        assert!(facing(180.0) > 1.2 * noon.irradiance(&Exposure::OPEN, 0.0));
    }

    #[test]
    fn a_clear_midday_beam_is_near_a_kilowatt_and_stronger_on_a_mountain() {
        let noon = HENGYANG.sun(172.0, 12.0).beam_w_m2;
        assert!((950.0..1050.0).contains(&noon), "{noon}");
        let peak = Place {
            elevation_m: 1200.0,
            ..HENGYANG
        };
        assert!(peak.sun(172.0, 12.0).beam_w_m2 > noon);
    }
}
