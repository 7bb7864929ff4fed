//! Mao Xianmin's (毛贤敏) directional form of Wang's model: the rate towards every neighbour of a grid
//! cell with the wind's and the slope's share along that direction. **A comparison mode**: it is how
//! cell-to-cell programs use the model, and shows what its shape would be; the front does not use it.
//!
//! The shape it implies on the flat is the polar curve `r(t) = exp(a cos t)`, `a = 0.1783 V`: hardly longer
//! than wide (1.04 at 5 m/s, 1.21 at 10 m/s), and dented at the rear once `a > 1`, above 5.6 m/s.

use libm::{cosh, exp, sqrt};

use super::wang::{BlownWang, WIND};
use crate::base::units::{Metres, MetresPerMinute, MetresPerSecond};

/// Spread from a cell to one of its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Bearing of the neighbour, degrees clockwise from north.
    pub bearing_deg: f64,
    /// From centre to centre: the cell's side, or sqrt 2 of it.
    pub distance: Metres,
    /// Rate towards it.
    pub rate: MetresPerMinute,
    /// Time to reach it, minutes; infinite where nothing spreads.
    pub travel_min: f64,
}

impl BlownWang {
    /// Mao's eight directions, clockwise from north, over square cells on a plane that rises
    /// `slope_rise_run` towards `upslope_deg`.
    pub fn eight_neighbours(
        &self,
        cell: Metres,
        slope_rise_run: f64,
        upslope_deg: f64,
    ) -> [Step; 8] {
        std::array::from_fn(|n| {
            let bearing_deg = 45.0 * n as f64;
            let distance = cell * if n % 2 == 0 { 1.0 } else { sqrt(2.0) };
            let rate = self.rate_towards(bearing_deg, slope_rise_run, upslope_deg);
            Step {
                bearing_deg,
                distance,
                rate,
                travel_min: distance.0 / rate.0,
            }
        })
    }
}

/// Length over width of the shape the directional form gives on the flat: from head to rear the curve is
/// `2 cosh a` long, and widest where `cos t = (sqrt(1 + 4 a^2) - 1) / 2a`.
pub fn implied_length_to_width(wind: MetresPerSecond) -> f64 {
    let a = WIND * wind.0;
    // cos t, in a form that holds in still air too.
    let cos = 2.0 * a / (1.0 + sqrt(1.0 + 4.0 * a * a));
    cosh(a) / (exp(a * cos) * sqrt(1.0 - cos * cos))
}

/// Whether the shape the directional form gives on the flat is convex at its rear, where the curvature has
/// the sign of `1 - a`. A fire that grows as Huygens's principle says is convex everywhere.
pub fn rear_is_convex(wind: MetresPerSecond) -> bool {
    WIND * wind.0 <= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::behavior::{HeadRate, Wang, WangFuel, WangOptions, WangWeather};

    fn blown(wind_m_s: f64, wind_to_deg: f64) -> BlownWang {
        let fuel = WangFuel {
            ks: 1.6,
            load_kg_m2: 0.8,
            heat_kj_kg: 18_000.0,
            residence_min: 0.3,
        };
        let weather = WangWeather {
            temperature_c: 25.0,
            humidity_percent: 40.0,
            wind: MetresPerSecond(wind_m_s),
            wind_to_deg,
            dead_moisture_percent: 8.0,
        };
        Wang::new(fuel, WangOptions::default()).in_weather(&weather, 0.3)
    }

    /// The polar curve as points, half a degree apart: (across, along the wind).
    fn curve(wind_m_s: f64) -> Vec<(f64, f64)> {
        let source = blown(wind_m_s, 0.0);
        (0..720)
            .map(|n| {
                let bearing = 0.5 * f64::from(n);
                let r = source.rate_towards(bearing, 0.0, 0.0).0;
                let (sin, cos) = libm::sincos(bearing.to_radians());
                (r * sin, r * cos)
            })
            .collect()
    }

    #[test]
    fn mao_s_form_makes_a_fire_hardly_longer_than_wide() {
        for (wind, ratio) in [(0.0, 1.0), (5.0, 1.04), (10.0, 1.21)] {
            let implied = implied_length_to_width(MetresPerSecond(wind));
            assert!((implied - ratio).abs() < 0.005, "{implied} at {wind} m/s");
            // Head and rear on the wind's axis, and the widest pair of flanks.
            let source = blown(wind, 0.0);
            let axis = |bearing| source.rate_towards(bearing, 0.0, 0.0).0;
            let half_width = curve(wind).iter().fold(0.0_f64, |w, p| w.max(p.0));
            let drawn = (axis(0.0) + axis(180.0)) / (2.0 * half_width);
            assert!((drawn - implied).abs() < 1e-3, "{drawn} drawn");
        }
        // The ellipse of behave under the same open wind over grass is half as long again.
        assert!(blown(10.0, 0.0).head(0.0, 0.0).length_to_width > 1.5 * 1.21);
    }

    #[test]
    fn above_5_6_m_a_second_the_rear_of_mao_s_form_is_dented() {
        for (wind, convex) in [(3.0, true), (5.5, true), (5.7, false), (9.0, false)] {
            assert_eq!(rear_is_convex(MetresPerSecond(wind)), convex);
            // Clockwise round, a convex curve never turns left.
            let p = curve(wind);
            let turns_left = (0..p.len()).any(|n| {
                let (a, b, c) = (p[n], p[(n + 1) % 720], p[(n + 2) % 720]);
                (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0) > 1e-12
            });
            assert_eq!(!turns_left, convex, "{wind} m/s");
        }
    }

    #[test]
    fn a_diagonal_neighbour_is_root_two_away() {
        let steps = blown(5.0, 90.0).eight_neighbours(Metres(30.0), 0.0, 0.0);
        let [north, north_east, east, .., west, _] = steps;
        // 1.20 x 1.6 x Kw: 1 across, 2.439 downwind and its inverse upwind.
        assert!((north.travel_min - 30.0 / 1.92).abs() < 1e-9);
        assert!((east.travel_min - 30.0 / (1.92 * 2.439)).abs() < 5e-3);
        assert!((west.travel_min - 30.0 * 2.439 / 1.92).abs() < 0.02);
        assert!((north_east.distance.0 - 42.426).abs() < 1e-3);
        assert!((north_east.travel_min * north_east.rate.0 - 42.426).abs() < 1e-3);
        assert_eq!(north_east.bearing_deg, 45.0);
    }

    #[test]
    fn downhill_neighbours_are_as_much_slower_as_uphill_ones_are_faster() {
        let steps = blown(0.0, 0.0).eight_neighbours(Metres(10.0), 0.4, 135.0);
        let (up, down, across) = (steps[3].rate.0, steps[7].rate.0, steps[1].rate.0);
        assert!((up * down - across * across).abs() < 1e-9);
        assert!(up > across && (across - 1.05 * 1.6).abs() < 1e-9);
    }
}
