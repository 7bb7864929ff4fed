//! The air that the models take, and the bounds outside of which they do not reach.

use super::within;

/// The air over open ground between two lines of a weather stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Air {
    /// Temperature at screen height, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity at screen height, percent.
    pub humidity_pct: f64,
    /// Rain, mm an hour.
    pub rain_mm_h: f64,
    /// Open wind 10 m above the ground, m/s.
    pub wind_m_s: f64,
    /// Share of the sky under cloud, 0 to 1.
    pub cloud: f64,
}

/// Bounds of each field [J]: Simard's fit rests on a table for 30 to 210 degrees Fahrenheit (the
/// warm end covers sun-heated fuel); it is linear in temperature, so light frost is let in.
const BOUNDS: [(f64, f64); 5] = [
    (-20.0, 50.0),
    (0.0, 100.0),
    (0.0, 200.0),
    (0.0, 75.0),
    (0.0, 1.0),
];

impl Air {
    /// The air as the moisture models use it, and how many of its five values lay outside their
    /// domain and were moved to its edge: for the one warning with the count.
    pub fn in_domain(&self) -> (Self, u32) {
        let fields = [
            self.temperature_c,
            self.humidity_pct,
            self.rain_mm_h,
            self.wind_m_s,
            self.cloud,
        ];
        let mut moved = 0;
        let mut held = [0.0; 5];
        for (i, (value, (low, high))) in fields.into_iter().zip(BOUNDS).enumerate() {
            held[i] = within(value, low, high);
            moved += u32::from(held[i] != value);
        }
        let [temperature_c, humidity_pct, rain_mm_h, wind_m_s, cloud] = held;
        let air = Self {
            temperature_c,
            humidity_pct,
            rain_mm_h,
            wind_m_s,
            cloud,
        };
        (air, moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_outside_the_domain_is_moved_to_its_edge_and_counted() {
        let air = Air {
            temperature_c: 61.0,
            humidity_pct: 104.0,
            rain_mm_h: 0.0,
            wind_m_s: f64::NAN,
            cloud: 0.5,
        };
        let (held, moved) = air.in_domain();
        assert_eq!(moved, 3);
        assert_eq!(
            (held.temperature_c, held.humidity_pct, held.wind_m_s),
            (50.0, 100.0, 0.0)
        );
        assert_eq!(held.in_domain(), (held, 0));
    }
}
