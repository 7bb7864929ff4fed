//! A Chinese danger index, a sum of points: the variant of LY/T 1172-95 that Lu Weiwei (2020) uses,
//! read in a public repository (V2, domain.md 5.2). The standard's own tables were not at hand, so the
//! index is not called by the standard's name.
//!
//! `HTZ = A + B + C + D - E`: A by the day's greatest temperature, B by the relative humidity at 14 h, C
//! by the days without rain, D by the wind's Beaufort number, E a correction for rain and season.

/// What a day's index is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Greatest air temperature, degrees Celsius.
    pub max_temperature_c: f64,
    /// Relative humidity at 14 h, percent.
    pub humidity_pct: f64,
    /// Whole days without rain before this one and with it.
    pub dry_days: u32,
    /// Greatest wind at 10 m, m/s.
    pub wind_m_s: f64,
    /// Correction for rain and season, points; it is subtracted.
    pub correction: f64,
}

/// Beaufort number of a wind at 10 m, `(v / 0.836)^(2/3)` to the nearest whole number (World
/// Meteorological Organization, 1970), m/s.
pub fn beaufort(wind_m_s: f64) -> u32 {
    libm::round(libm::pow(wind_m_s.max(0.0) / 0.836, 2.0 / 3.0)).min(12.0) as u32
}

/// The index, points.
pub fn index(day: &Day) -> f64 {
    temperature(day.max_temperature_c)
        + humidity(day.humidity_pct)
        + f64::from(day.dry_days.min(10)) * 5.0
        + wind(beaufort(day.wind_m_s))
        - day.correction
}

/// A: 4 points for each 5 degrees above 5, at most 20.
fn temperature(c: f64) -> f64 {
    match c {
        c if c <= 5.0 => 0.0,
        c if c <= 10.0 => 4.0,
        c if c <= 15.0 => 8.0,
        c if c <= 20.0 => 12.0,
        c if c <= 25.0 => 16.0,
        _ => 20.0,
    }
}

/// B: 4 points for each 10 percent below 65, at most 20.
fn humidity(percent: f64) -> f64 {
    match percent {
        h if h >= 65.0 => 0.0,
        h if h >= 55.0 => 4.0,
        h if h >= 45.0 => 8.0,
        h if h >= 35.0 => 12.0,
        h if h >= 25.0 => 16.0,
        _ => 20.0,
    }
}

/// D: 5 points a Beaufort number, at most 40.
fn wind(beaufort: u32) -> f64 {
    f64::from(beaufort.min(8)) * 5.0
}

/// Level 1 to 5 of an index: up to 25, 50, 72, 90, and above.
pub fn level(index: f64) -> u8 {
    match index {
        i if i <= 25.0 => 1,
        i if i <= 50.0 => 2,
        i if i <= 72.0 => 3,
        i if i <= 90.0 => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_levels_are_those_of_the_table() {
        // domain.md 5.2, row by row.
        for (c, points) in [
            (5.0, 0.0),
            (5.1, 4.0),
            (10.0, 4.0),
            (14.0, 8.0),
            (25.0, 16.0),
            (25.1, 20.0),
        ] {
            assert_eq!(temperature(c), points, "{c}");
        }
        for (h, points) in [
            (65.0, 0.0),
            (64.9, 4.0),
            (55.0, 4.0),
            (45.0, 8.0),
            (35.0, 12.0),
            (25.0, 16.0),
            (24.0, 20.0),
        ] {
            assert_eq!(humidity(h), points, "{h}");
        }
        assert_eq!(
            (wind(0), wind(1), wind(2), wind(8), wind(11)),
            (0.0, 5.0, 10.0, 40.0, 40.0)
        );
        // Beaufort 3 is 3.4 to 5.4 m/s, 5 is 8.0 to 10.7.
        assert_eq!(
            (
                beaufort(0.2),
                beaufort(3.4),
                beaufort(5.4),
                beaufort(8.0),
                beaufort(10.7)
            ),
            (0, 3, 3, 5, 5)
        );
        for (i, l) in [
            (25.0, 1),
            (26.0, 2),
            (50.0, 2),
            (51.0, 3),
            (72.0, 3),
            (73.0, 4),
            (90.0, 4),
            (91.0, 5),
        ] {
            assert_eq!(level(i), l, "{i}");
        }
    }

    #[test]
    fn a_dry_windy_qingming_day_is_red_and_a_wet_one_is_green() {
        let dry = Day {
            max_temperature_c: 28.0,
            humidity_pct: 30.0,
            dry_days: 12,
            wind_m_s: 5.4,
            correction: 0.0,
        };
        assert_eq!(index(&dry), 20.0 + 16.0 + 50.0 + 15.0);
        assert_eq!(level(index(&dry)), 5);
        let wet = Day {
            max_temperature_c: 14.0,
            humidity_pct: 85.0,
            dry_days: 0,
            wind_m_s: 1.0,
            correction: 5.0,
        };
        assert_eq!(index(&wet), 8.0 + 5.0 - 5.0);
        assert_eq!(level(index(&wet)), 1);
    }
}
