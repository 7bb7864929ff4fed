//! Separation from flames: how far from burning vegetation people are safe without a shelter.
//!
//! `SSD = 8 h Δ` with the height `h` of the vegetation that burns and a factor Δ by wind, slope and burning
//! condition: Butler & Cohen (1998, *Int. J. Wildland Fire* 8:73-77: four flame heights, flames twice as high as
//! the vegetation) with the slope and wind factor of Page & Butler (2017, *Int. J. Wildland Fire* 26:655-667),
//! table as in firelab/behave, `safeSeparationDistanceCalculator.cpp`. Where the classes begin is not in that
//! table; the catalogue has it.

/// Class of wind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wind {
    /// See the catalogue.
    Light,
    /// See the catalogue.
    Moderate,
    /// See the catalogue.
    High,
}

/// Class of slope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slope {
    /// See the catalogue.
    Flat,
    /// See the catalogue.
    Moderate,
    /// See the catalogue.
    Steep,
}

/// How well it burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Burning {
    /// Damp fuel.
    Low,
    /// Dry fuel.
    Moderate,
    /// Very dry fuel.
    Extreme,
}

/// The factor Δ: by wind, slope and burning condition.
pub fn factor(wind: Wind, slope: Slope, burning: Burning) -> f64 {
    /// Wind, slope, burning condition.
    const DELTA: [[[f64; 3]; 3]; 3] = [
        [[1.0, 1.0, 1.0], [1.0, 1.0, 2.0], [2.0, 2.0, 3.0]],
        [[1.5, 2.0, 2.5], [3.0, 4.0, 5.0], [4.0, 5.0, 5.0]],
        [[3.0, 3.0, 4.0], [4.0, 5.0, 5.0], [6.0, 7.0, 10.0]],
    ];
    DELTA[wind as usize][slope as usize][burning as usize]
}

/// Safe separation distance from burning vegetation so high, metres.
pub fn distance_m(height_m: f64, wind: Wind, slope: Slope, burning: Burning) -> f64 {
    8.0 * height_m.max(0.0) * factor(wind, slope, burning)
}

/// Area of a safety zone that leaves so much room on all sides, ha.
pub fn zone_ha(distance_m: f64) -> f64 {
    std::f64::consts::PI * distance_m * distance_m / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrub_in_moderate_wind_on_a_moderate_slope_wants_128_metres() {
        // domain.md 2.11 and behave: 8 x 4 m x 4 = 128 m, 5.1 ha.
        let d = distance_m(4.0, Wind::Moderate, Slope::Moderate, Burning::Moderate);
        assert_eq!(d, 128.0);
        assert!((zone_ha(d) - 5.147).abs() < 1e-3);
    }

    #[test]
    fn more_wind_steeper_ground_and_drier_fuel_never_want_less() {
        let winds = [Wind::Light, Wind::Moderate, Wind::High];
        let slopes = [Slope::Flat, Slope::Moderate, Slope::Steep];
        let burnings = [Burning::Low, Burning::Moderate, Burning::Extreme];
        for (i, &w) in winds.iter().enumerate() {
            for (j, &s) in slopes.iter().enumerate() {
                for (k, &b) in burnings.iter().enumerate() {
                    let here = factor(w, s, b);
                    assert!(i == 0 || here >= factor(winds[i - 1], s, b));
                    assert!(j == 0 || here >= factor(w, slopes[j - 1], b));
                    assert!(k == 0 || here >= factor(w, s, burnings[k - 1]));
                }
            }
        }
        assert_eq!(factor(Wind::High, Slope::Steep, Burning::Extreme), 10.0);
        assert_eq!(factor(Wind::Light, Slope::Flat, Burning::Low), 1.0);
    }
}
