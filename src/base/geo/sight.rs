//! Lines of sight over terrain.

use super::{Point, Raster};

/// Share of the earth's curvature undone by refraction (standard atmosphere, k = 0.13; Gauss).
const REFRACTION: f64 = 0.13;
/// Mean earth radius, metres.
const EARTH_RADIUS_M: f64 = 6_371_000.0;

/// What a line of sight is drawn between: heights are metres above the ground at each end.
#[derive(Debug, Clone, Copy)]
pub struct SightLine {
    /// The eye's place.
    pub from: Point,
    /// The eye's height above ground, metres.
    pub from_height: f64,
    /// The target's place.
    pub to: Point,
    /// The target's height above ground, metres.
    pub to_height: f64,
}

/// How far the ground has dropped below the eye's tangent at distance `d`, metres, refraction taken
/// off: `d^2 (1 - k) / (2 R)`.
pub fn curvature_drop(d: f64) -> f64 {
    d * d * (1.0 - REFRACTION) / (2.0 * EARTH_RADIUS_M)
}

/// Whether the target's top can be seen from the eye over the terrain, with curvature and
/// refraction. Samples the terrain once a cell.
pub fn visible<T: Copy + Into<f64>>(elevation: &Raster<T>, line: SightLine) -> bool {
    let distance = line.from.distance(line.to);
    let eye = elevation.bilinear(line.from) + line.from_height;
    let target = elevation.bilinear(line.to) + line.to_height - curvature_drop(distance);
    let steps = libm::ceil(distance / elevation.grid.cell) as usize;
    for i in 1..steps {
        let s = i as f64 / steps as f64;
        let ground =
            elevation.bilinear(line.from.towards(line.to, s)) - curvature_drop(s * distance);
        if ground > eye + s * (target - eye) {
            return false;
        }
    }
    true
}

/// Least height above the ground at `to`, metres, that the eye sees over the terrain: what
/// [`visible`] asks, the other way round.
pub fn least_visible_height<T: Copy + Into<f64>>(
    elevation: &Raster<T>,
    from: Point,
    from_height: f64,
    to: Point,
) -> f64 {
    let distance = from.distance(to);
    let eye = elevation.bilinear(from) + from_height;
    let steps = libm::ceil(distance / elevation.grid.cell) as usize;
    let mut rise = f64::NEG_INFINITY;
    for i in 1..steps {
        let s = i as f64 / steps as f64;
        let ground = elevation.bilinear(from.towards(to, s)) - curvature_drop(s * distance);
        rise = rise.max((ground - eye) / s);
    }
    (eye + rise - elevation.bilinear(to) + curvature_drop(distance)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::Grid;

    #[test]
    fn the_earth_drops_by_the_published_amounts() {
        assert!((curvature_drop(5_000.0) - 1.7).abs() < 0.05);
        assert!((curvature_drop(15_000.0) - 15.4).abs() < 0.05);
    }

    #[test]
    fn a_ridge_hides_a_low_column_and_not_a_tall_one() {
        let grid = Grid::new(100, 3, 30.0, 0.0, 90.0).unwrap();
        let mut dem = Raster::filled(grid, 0.0_f32);
        for row in 0..3 {
            dem.set(50, row, 60.0);
        }
        let look = |to_height| {
            visible(
                &dem,
                SightLine {
                    from: Point::new(15.0, 45.0),
                    from_height: 30.0,
                    to: Point::new(2985.0, 45.0),
                    to_height,
                },
            )
        };
        assert!(!look(20.0));
        assert!(look(200.0));
    }

    #[test]
    fn what_is_as_tall_as_the_least_height_is_just_seen() {
        let grid = Grid::new(200, 3, 30.0, 0.0, 90.0).unwrap();
        let mut dem = Raster::filled(grid, 0.0_f32);
        for col in 0..200 {
            for row in 0..3 {
                let hill = 80.0 * libm::sin(col as f64 / 17.0);
                dem.set(col, row, hill as f32);
            }
        }
        let from = Point::new(15.0, 45.0);
        let mut hidden = 0;
        for col in (5..195).step_by(7) {
            let to = grid.centre(col, 1);
            let least = least_visible_height(&dem, from, 30.0, to);
            hidden += usize::from(least > 0.0);
            let sees = |to_height| {
                visible(
                    &dem,
                    SightLine {
                        from,
                        from_height: 30.0,
                        to,
                        to_height,
                    },
                )
            };
            assert!(sees(least + 0.01));
            assert!(least == 0.0 || !sees(least - 0.01), "{col}: {least}");
        }
        assert!(hidden > 5);
    }
}
