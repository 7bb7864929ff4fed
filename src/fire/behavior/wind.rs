//! From the open wind to the wind at mid-flame height.
//!
//! Chain: 10 m open wind, 20 ft open wind, times the wind adjustment factor of fuel and canopy.

use serde::{Deserialize, Serialize};

use crate::base::units::{METRES_PER_FOOT, Metres, MetresPerMinute};

/// 10 m wind over 20 ft wind (Turner & Lawson 1978; the factor behave uses).
const TEN_METRES_OVER_TWENTY_FEET: f64 = 1.15;
/// Trees lower than this do not shelter, feet (behave).
const LOWEST_SHELTER_FT: f64 = 6.0;
/// Canopies that fill less of their layer than this do not shelter (Albini & Baughman 1979).
const LEAST_CROWN_FILL: f64 = 0.05;

/// Wind 20 ft above open ground from wind 10 m above it.
pub fn twenty_foot_wind(ten_metre_wind: MetresPerMinute) -> MetresPerMinute {
    MetresPerMinute(ten_metre_wind.0 / TEN_METRES_OVER_TWENTY_FEET)
}

/// Trees over the fuel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Canopy {
    /// Ground covered by crowns, share 0 to 1.
    pub cover: f64,
    /// Height of the trees.
    pub height: Metres,
    /// Crown length over tree height, 0 to 1. Without it crowns fill `cover * pi / 12` of the layer
    /// (Finney 1998, RMRS-RP-4, eq. 45), as with a crown ratio of 0.785.
    pub crown_ratio: Option<f64>,
}

impl Canopy {
    /// Open ground.
    pub const NONE: Self = Self {
        cover: 0.0,
        height: Metres(0.0),
        crown_ratio: None,
    };

    /// Share of the layer under the canopy top that is filled with crowns, taken as cones.
    fn crown_fill(&self) -> f64 {
        self.crown_ratio
            .map_or(self.cover * std::f64::consts::PI / 12.0, |ratio| {
                ratio * self.cover / 3.0
            })
    }
}

/// Midflame wind over 20 ft open wind, above 0 and below 1.
///
/// Albini & Baughman 1979 (INT-221) and Andrews 2012 (RMRS-GTR-266), chosen as behave does. Under a
/// canopy of at least 6 ft whose crowns fill at least 5 % of its layer the wind is sheltered and
/// the fuel does not matter; otherwise it follows the logarithmic profile over the fuel's depth.
pub fn wind_adjustment_factor(fuel_depth: Metres, canopy: &Canopy) -> f64 {
    let height_ft = canopy.height.0 / METRES_PER_FOOT;
    let fill = canopy.crown_fill();
    if canopy.cover > 0.0 && fill >= LEAST_CROWN_FILL && height_ft >= LOWEST_SHELTER_FT {
        sheltered_wind_adjustment_factor(canopy)
    } else {
        let depth_ft = fuel_depth.0 / METRES_PER_FOOT;
        if depth_ft > 0.0 {
            1.83 / log_profile(depth_ft)
        } else {
            0.0
        }
    }
}

/// Midflame wind over 20 ft open wind under a canopy, whatever its fill and height (both above 0);
/// pyretechnics asks for no more than some cover.
pub fn sheltered_wind_adjustment_factor(canopy: &Canopy) -> f64 {
    let height_ft = canopy.height.0 / METRES_PER_FOOT;
    0.555 / (libm::sqrt(canopy.crown_fill() * height_ft) * log_profile(height_ft))
}

/// ln of (20 ft above the roughness) over the roughness length, for roughness of a height in feet.
fn log_profile(height_ft: f64) -> f64 {
    libm::log((20.0 + 0.36 * height_ft) / (0.13 * height_ft))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_metre_wind_is_fifteen_percent_above_twenty_foot_wind() {
        assert!((twenty_foot_wind(MetresPerMinute(115.0)).0 - 100.0).abs() < 1e-12);
    }

    #[test]
    fn one_foot_of_fuel_in_the_open_feels_36_percent_of_the_wind() {
        // Andrews 2012 (RMRS-GTR-266): 1.83 / ln((20 + 0.36) / 0.13) = 0.362.
        let waf = wind_adjustment_factor(Metres(0.3048), &Canopy::NONE);
        assert!((waf - 0.3621).abs() < 1e-4, "{waf}");
    }

    #[test]
    fn a_closed_forest_shelters_its_litter_and_low_or_thin_trees_do_not() {
        let open = wind_adjustment_factor(Metres(0.09), &Canopy::NONE);
        let under = |cover, height| {
            let canopy = Canopy {
                cover,
                height: Metres(height),
                crown_ratio: Some(1.0),
            };
            wind_adjustment_factor(Metres(0.09), &canopy)
        };
        assert!(under(0.8, 12.0) < 0.5 * open);
        assert_eq!(under(0.8, 1.8), open);
        assert_eq!(under(0.14, 12.0), open);
    }

    #[test]
    fn an_unstated_crown_ratio_is_finneys() {
        let canopy = |crown_ratio| Canopy {
            cover: 0.6,
            height: Metres(10.0),
            crown_ratio,
        };
        let stated =
            wind_adjustment_factor(Metres(0.3), &canopy(Some(std::f64::consts::FRAC_PI_4)));
        let unstated = wind_adjustment_factor(Metres(0.3), &canopy(None));
        assert!((stated - unstated).abs() < 1e-12);
    }
}
