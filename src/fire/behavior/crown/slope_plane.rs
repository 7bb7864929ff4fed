//! Wind laid on the slope, as pyretechnics does (2026.5.15, read as code): the horizontal wind arrow
//! is projected straight down on the slope's plane and grows longer by it.
//!
//! behave does not; this serves comparison and the option
//! [`WindOnSlope::Stretched`](super::WindOnSlope::Stretched).

use libm::{atan2, sincos, sqrt};

use crate::base::units::{KilowattsPerMetre, MetresPerMinute};
use crate::fire::behavior::{FuelBed, WindLimit};

/// Length of a wind arrow laid on the slope over its length on the map.
pub fn wind_stretch(wind_to_deg: f64, slope_rise_run: f64, upslope_deg: f64) -> f64 {
    if slope_rise_run <= 0.0 {
        return 1.0;
    }
    let rise = slope_rise_run * libm::cos((wind_to_deg - upslope_deg).to_radians());
    sqrt(1.0 + rise * rise)
}

/// A surface fire's head by the rule of the slope's plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneSpread {
    /// Rate of the head, along the slope.
    pub ros_max: MetresPerMinute,
    /// Bearing of the head on the map, degrees, 0 to 360.
    pub dir_max_deg: f64,
    /// Fireline intensity of the head.
    pub fireline_intensity: KilowattsPerMetre,
}

/// The head of a surface fire when the wind is stretched along the slope and wind and slope factors
/// add as vectors in the slope's plane. Arguments as in [`FuelBed::spread`]; the bed's wind limit holds.
pub fn spread_on_slope_plane(
    bed: &FuelBed,
    wind_midflame: MetresPerMinute,
    wind_to_deg: f64,
    slope_rise_run: f64,
    upslope_deg: f64,
) -> PlaneSpread {
    let stretch = wind_stretch(wind_to_deg, slope_rise_run, upslope_deg);
    let still = MetresPerMinute(0.0);
    let factors = bed.spread(
        wind_midflame * stretch,
        wind_to_deg,
        slope_rise_run,
        upslope_deg,
    );
    let (sin, cos) = sincos((wind_to_deg - upslope_deg).to_radians());
    // On the plane a step upslope is longer by this than on the map, a step across is not.
    let lean = sqrt(1.0 + slope_rise_run * slope_rise_run);
    let up = factors.slope_factor + factors.wind_factor * cos * lean / stretch;
    let across = factors.wind_factor * sin / stretch;
    let mut factor = sqrt(up * up + across * across);
    if bed.options.wind_limit == WindLimit::Rothermel1972 {
        let limit = MetresPerMinute(bed.wind_limit);
        factor = factor.min(bed.spread(limit, wind_to_deg, 0.0, upslope_deg).wind_factor);
    }
    let ros_max = MetresPerMinute(bed.still_rate * (1.0 + factor));
    let turn = if up == 0.0 && across == 0.0 {
        0.0
    } else {
        atan2(across, up / lean).to_degrees()
    };
    PlaneSpread {
        ros_max,
        // On the flat the wind points the way even where nothing burns.
        dir_max_deg: if slope_rise_run > 0.0 || wind_midflame.0 <= 0.0 {
            (upslope_deg + turn).rem_euclid(360.0)
        } else {
            wind_to_deg.rem_euclid(360.0)
        },
        fireline_intensity: bed
            .spread(still, wind_to_deg, 0.0, upslope_deg)
            .intensity_at(ros_max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::behavior::{Moistures, fuel};

    #[test]
    fn wind_up_a_slope_of_three_quarters_counts_a_quarter_more_and_along_it_no_more() {
        assert!((wind_stretch(10.0, 0.75, 10.0) - 1.25).abs() < 1e-12);
        assert!((wind_stretch(100.0, 0.75, 10.0) - 1.0).abs() < 1e-12);
        assert_eq!(wind_stretch(10.0, 0.0, 10.0), 1.0);
    }

    #[test]
    fn on_the_flat_the_plane_is_the_map() {
        let dry = Moistures {
            dead_1h: 0.05,
            dead_10h: 0.06,
            dead_100h: 0.07,
            live_herb: 0.6,
            live_woody: 0.9,
        };
        let bed = FuelBed::new(fuel::by_code("TU5").unwrap(), &dry);
        let on_plane = spread_on_slope_plane(&bed, MetresPerMinute(80.0), 33.0, 0.0, 200.0);
        let on_map = bed.spread(MetresPerMinute(80.0), 33.0, 0.0, 200.0);
        assert!((on_plane.ros_max.0 / on_map.ros_max.0 - 1.0).abs() < 1e-12);
        assert!((on_plane.dir_max_deg - 33.0).abs() < 1e-9);
        let intensity = on_map.fireline_intensity.0;
        assert!((on_plane.fireline_intensity.0 / intensity - 1.0).abs() < 1e-12);
        let uphill = spread_on_slope_plane(&bed, MetresPerMinute(80.0), 33.0, 0.5, 33.0);
        let behave = bed.spread(MetresPerMinute(80.0), 33.0, 0.5, 33.0);
        assert!(uphill.ros_max.0 > behave.ros_max.0);
    }
}
