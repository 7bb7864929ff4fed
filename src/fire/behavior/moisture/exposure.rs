//! How a piece of ground lies to the sun, and the few classes of it that a landscape needs.

use super::within;

/// How a piece of ground lies to the sun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Slope, rise over run, 0 or more.
    pub slope_rise_run: f64,
    /// The way the slope faces (downhill), degrees clockwise from north; no matter on the flat.
    pub aspect_deg: f64,
    /// Share of the sun's beam kept off by crowns, 0 to 1: one less the tree transmittance of
    /// INT-359.
    pub shade: f64,
}

impl Exposure {
    /// Level ground in the open.
    pub const OPEN: Self = Self {
        slope_rise_run: 0.0,
        aspect_deg: 0.0,
        shade: 0.0,
    };
}

/// How many classes there are: shade bands times (flat, or slope bands times aspects).
pub const CLASSES: u8 = (SHADES.len() * LAYS) as u8;

/// Aspects, every 45 degrees from north.
const ASPECTS: usize = 8;
/// Upper bound of each slope band and the slope that stands for it, rise over run [J]. Rothermel
/// (1983, INT-143) splits at 0.3; the first band is flat and has no aspect.
const SLOPES: [(f64, f64); 3] = [(0.1, 0.0), (0.35, 0.22), (f64::INFINITY, 0.5)];
/// Upper bound of each shade band and the share that stands for it [J]. Rothermel (1983, INT-143)
/// splits at 0.5.
const SHADES: [(f64, f64); 3] = [(0.2, 0.0), (0.6, 0.4), (f64::INFINITY, 0.8)];
/// Ways of lying: flat, or one of the other slope bands facing one of the aspects.
const LAYS: usize = 1 + (SLOPES.len() - 1) * ASPECTS;

/// The class, below [`CLASSES`], of ground with this slope (rise over run), aspect (downhill,
/// degrees) and shade (0 to 1).
pub fn class_of(slope_rise_run: f64, aspect_deg: f64, shade: f64) -> u8 {
    let slope = band(&SLOPES, slope_rise_run);
    let lay = if slope == 0 {
        0
    } else {
        let step = 360.0 / ASPECTS as f64;
        let turn = within(libm::round(aspect_deg.rem_euclid(360.0) / step), 0.0, 8.0);
        1 + (slope - 1) * ASPECTS + turn as usize % ASPECTS
    };
    (band(&SHADES, shade) * LAYS + lay) as u8
}

/// [`class_of`] from the gradient of the terrain, rise over run to the east and north, without
/// trigonometry: it is asked for every grid cell.
pub fn class_of_gradient((east, north): (f64, f64), shade: f64) -> u8 {
    /// Tangent of half a step between aspects.
    const TAN_HALF: f64 = std::f64::consts::SQRT_2 - 1.0;
    let slope = band(&SLOPES, (east * east + north * north).sqrt());
    let lay = if slope == 0 {
        0
    } else {
        // Downhill; eighths of a turn clockwise from north.
        let (x, y) = (-east, -north);
        let (ax, ay) = (x.abs(), y.abs());
        let turn = if ax < TAN_HALF * ay {
            if y > 0.0 { 0 } else { 4 }
        } else if ay <= TAN_HALF * ax {
            if x > 0.0 { 2 } else { 6 }
        } else {
            match (x > 0.0, y > 0.0) {
                (true, true) => 1,
                (true, false) => 3,
                (false, false) => 5,
                (false, true) => 7,
            }
        };
        1 + (slope - 1) * ASPECTS + turn
    };
    (band(&SHADES, shade) * LAYS + lay) as u8
}

/// The exposure that stands for a class; classes wrap around at [`CLASSES`].
pub fn representative(class: u8) -> Exposure {
    let class = usize::from(class % CLASSES);
    let (_, shade) = SHADES[class / LAYS];
    let open = match class % LAYS {
        0 => Exposure::OPEN,
        lay => Exposure {
            slope_rise_run: SLOPES[1 + (lay - 1) / ASPECTS].1,
            aspect_deg: ((lay - 1) % ASPECTS) as f64 * 360.0 / ASPECTS as f64,
            shade: 0.0,
        },
    };
    Exposure { shade, ..open }
}

/// The first band whose upper bound lies above the value; the last one's bound is infinite.
fn band<const N: usize>(bands: &[(f64, f64); N], value: f64) -> usize {
    let value = within(value, 0.0, f64::MAX);
    bands
        .iter()
        .take_while(|(upper, _)| value >= *upper)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_one_classes_hold_every_exposure_and_each_stands_for_itself() {
        assert_eq!(CLASSES, 51);
        for class in 0..CLASSES {
            let e = representative(class);
            assert_eq!(class_of(e.slope_rise_run, e.aspect_deg, e.shade), class);
        }
        for slope in [0.0, 0.09, 0.1, 0.3, 0.35, 2.0, f64::INFINITY] {
            for aspect in [-400.0, -1e-18, 0.0, 44.0, 337.4, 337.6, 359.9, 725.0] {
                for shade in [0.0, 0.5, 1.0, 3.0] {
                    assert!(class_of(slope, aspect, shade) < CLASSES);
                }
            }
        }
        assert!(class_of(f64::NAN, f64::NAN, f64::NAN) < CLASSES);
    }

    #[test]
    fn a_gradient_has_the_class_of_its_slope_and_aspect() {
        for k in 0..720 {
            // Off the borders between aspects, which belong to either side.
            let aspect = f64::from(k) * 0.5 + 0.25;
            let (sin, cos) = libm::sincos(aspect.to_radians());
            for slope in [0.05, 0.2, 0.9] {
                let gradient = (-slope * sin, -slope * cos);
                assert_eq!(
                    class_of_gradient(gradient, 0.5),
                    class_of(slope, aspect, 0.5),
                    "{aspect}"
                );
            }
        }
    }

    #[test]
    fn neighbouring_aspects_meet_halfway_and_north_closes_the_circle() {
        let aspect = |deg| representative(class_of(0.5, deg, 0.0)).aspect_deg;
        assert_eq!((aspect(22.0), aspect(23.0)), (0.0, 45.0));
        assert_eq!((aspect(337.0), aspect(338.0)), (315.0, 0.0));
    }
}
