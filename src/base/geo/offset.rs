//! The offsets of Chinese web maps, undone and done: GCJ-02 (Amap, Tencent) and BD-09 (Baidu).
//!
//! GCJ-02 moves places in China by up to 700 m. The algorithm was never published officially; this is
//! the one that has been in public use since 2010 ("eviltransform") and which the maps agree with to about
//! a metre. Outside its box around China it moves nothing.

use std::f64::consts::PI;

/// Half axis of the Krasovsky 1940 ellipsoid, metres.
const A: f64 = 6_378_245.0;
/// Its squared eccentricity.
const EE: f64 = 0.006_693_421_622_965_943;
/// The second angle of BD-09.
const X_PI: f64 = PI * 3000.0 / 180.0;

/// Coordinates that Chinese maps show in place of WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// 国测局坐标: Amap, Tencent, Google in China.
    Gcj02,
    /// 百度坐标: Baidu, GCJ-02 moved once more.
    Bd09,
}

impl Offset {
    /// The true longitude and latitude (WGS 84, degrees) of a place shown at `lon`, `lat`; to 1e-9 degree.
    pub fn undo(self, lon: f64, lat: f64) -> (f64, f64) {
        let (mut x, mut y) = (lon, lat);
        // The offset changes by a thousandth over its own length: each round gains three digits.
        for _ in 0..10 {
            let (a, b) = self.apply(x, y);
            let (dx, dy) = (a - lon, b - lat);
            x -= dx;
            y -= dy;
            if dx.abs() < 1e-11 && dy.abs() < 1e-11 {
                break;
            }
        }
        (x, y)
    }

    /// Where a place (WGS 84, degrees) is shown.
    pub fn apply(self, lon: f64, lat: f64) -> (f64, f64) {
        let (x, y) = gcj02(lon, lat);
        match self {
            Self::Gcj02 => (x, y),
            Self::Bd09 => bd09(x, y),
        }
    }
}

fn in_china(lon: f64, lat: f64) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

fn gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if !in_china(lon, lat) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = x.abs().sqrt();
    let waves = |v: f64| 20.0 * (libm::sin(6.0 * v * PI) + libm::sin(2.0 * v * PI)) * 2.0 / 3.0;
    let long = |v: f64, a: f64, b: f64, c: f64, d: f64| {
        (a * libm::sin(v * PI) + b * libm::sin(v / 3.0 * PI)) * 2.0 / 3.0
            + (c * libm::sin(v / 12.0 * PI) + d * libm::sin(v * PI / 30.0)) * 2.0 / 3.0
    };
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + waves(x)
        + long(y, 20.0, 40.0, 160.0, 320.0);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + waves(x)
        + long(x, 20.0, 40.0, 150.0, 300.0);
    let phi = lat.to_radians();
    let sin = libm::sin(phi);
    let magic = 1.0 - EE * sin * sin;
    let root = magic.sqrt();
    let north = north * 180.0 / (A * (1.0 - EE) / (magic * root) * PI);
    let east = east * 180.0 / (A / root * libm::cos(phi) * PI);
    (lon + east, lat + north)
}

fn bd09(x: f64, y: f64) -> (f64, f64) {
    let z = libm::hypot(x, y) + 0.00002 * libm::sin(y * X_PI);
    let theta = libm::atan2(y, x) + 0.000003 * libm::cos(x * X_PI);
    (z * libm::cos(theta) + 0.0065, z * libm::sin(theta) + 0.006)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_county_lies_where_the_national_map_has_it() {
        // The county's centroid on Amap, and on Tianditu (CGCS2000).
        let (lon, lat) = Offset::Gcj02.undo(112.34723, 27.10278);
        let east = (lon - 112.34155) * 99_100.0;
        let north = (lat - 27.10621) * 110_800.0;
        assert!(libm::hypot(east, north) < 60.0, "{east} {north}");
    }

    #[test]
    fn a_published_pair_is_met() {
        // From the documentation of the public library "coordtransform".
        let (lon, lat) = Offset::Gcj02.apply(116.404, 39.915);
        assert!((lon - 116.41024449916938).abs() < 1e-9 && (lat - 39.91640428150164).abs() < 1e-9);
        let (lon, lat) = bd09(116.404, 39.915);
        assert!((lon - 116.41036949371029).abs() < 1e-9 && (lat - 39.92133699351022).abs() < 1e-9);
    }

    #[test]
    fn undoing_is_exact_and_the_rest_of_the_world_stays() {
        for offset in [Offset::Gcj02, Offset::Bd09] {
            for (lon, lat) in [(112.37, 27.12), (87.6, 43.8), (121.5, 31.2)] {
                let shown = offset.apply(lon, lat);
                let moved = libm::hypot(shown.0 - lon, shown.1 - lat);
                assert!(moved > 1e-4 && moved < 0.02);
                let back = offset.undo(shown.0, shown.1);
                assert!((back.0 - lon).abs() < 1e-9 && (back.1 - lat).abs() < 1e-9);
            }
        }
        assert_eq!(Offset::Gcj02.apply(8.4, 44.2), (8.4, 44.2));
    }
}
