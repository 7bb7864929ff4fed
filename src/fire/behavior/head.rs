//! What the front asks of any model of surface spread.

use super::spread::{BlownBed, SurfaceSpread};

/// A source of the head's rate, prepared once for a fuel in its present weather and asked for every
/// grid cell: Rothermel's [`BlownBed`] or Wang Zhengfei's [`BlownWang`](super::BlownWang).
pub trait HeadRate {
    /// Steady spread from a point on ground that rises `slope_rise_run` (rise over run along the
    /// fall line, 0 or more) towards `upslope_deg` (degrees clockwise from north): the head's rate and
    /// direction, the ellipse around it, the heat. Rates run along the slope.
    fn head(&self, slope_rise_run: f64, upslope_deg: f64) -> SurfaceSpread;
}

impl HeadRate for BlownBed {
    fn head(&self, slope_rise_run: f64, upslope_deg: f64) -> SurfaceSpread {
        self.spread(slope_rise_run, upslope_deg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::{MetresPerMinute, MetresPerSecond};
    use crate::fire::behavior::{
        FuelBed, Moistures, Wang, WangFuel, WangOptions, WangWeather, fuel,
    };

    /// Any source of the head's rate makes an ellipse the front can use, on every slope.
    fn fits_the_front(source: &dyn HeadRate, burns: bool) {
        for slope in [0.0, 0.1, 0.7, 2.0] {
            for upslope in [0.0, 90.0, 200.0, 359.0] {
                let s = source.head(slope, upslope);
                assert_eq!(s.ros_max.0 > 0.0, burns);
                assert!((0.0..360.0).contains(&s.dir_max_deg));
                assert!((1.0..=8.0).contains(&s.length_to_width));
                assert!(s.ros_max.0.is_finite() && s.heat_per_area.0 >= 0.0);
                let intensity = s.heat_per_area.0 * s.ros_max.0 / 60.0;
                assert!((s.fireline_intensity.0 - intensity).abs() <= 1e-9 * intensity);
                assert!(s.ros_back.0 <= s.ros_max.0 && s.ros_flank.0 <= s.ros_max.0);
            }
        }
    }

    #[test]
    fn the_front_takes_rothermel_and_wang_alike() {
        let moistures = |dead_1h| Moistures {
            dead_1h,
            dead_10h: 0.08,
            dead_100h: 0.1,
            live_herb: 0.6,
            live_woody: 0.9,
        };
        let litter = fuel::by_code("TL8").unwrap();
        for (moisture, burns) in [(0.06, true), (0.60, false)] {
            let bed = FuelBed::new(litter, &moistures(moisture));
            let blown = bed.in_wind(MetresPerMinute(60.0), 20.0);
            fits_the_front(&blown, burns);
            assert_eq!(blown.head(0.3, 50.0), blown.spread(0.3, 50.0));
        }
        let wang = Wang::new(
            WangFuel {
                ks: 1.0,
                load_kg_m2: 1.4,
                heat_kj_kg: 18_000.0,
                residence_min: 0.5,
            },
            WangOptions::default(),
        );
        for (temperature_c, humidity_percent, burns) in [(25.0, 40.0, true), (-5.0, 100.0, false)] {
            let weather = WangWeather {
                temperature_c,
                humidity_percent,
                wind: MetresPerSecond(4.0),
                wind_to_deg: 20.0,
                dead_moisture_percent: 8.0,
            };
            fits_the_front(&wang.in_weather(&weather, 0.2), burns);
        }
    }
}
