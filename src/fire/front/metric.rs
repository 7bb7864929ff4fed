//! Travel time over one cell's fuel, wind and slope: a Randers norm.
//!
//! A fire that would spread as an ellipse of head rate `R`, length-to-width `L` and heading `h` from
//! a point at its rear focus takes the time `F(v) = k (|Pv| - e h . Pv)` for a horizontal
//! displacement `v`, with `e = sqrt(1 - 1/L^2)`, `k = L^2 (1 + e) / R` and `P` the lift from the map
//! to the tangent plane of the slope. Squared out this is `sqrt(v' M v) - w . v`: a Randers norm
//! (Markvorsen 2016, *Nonlinear Analysis: RWA* 28; Javaloyes, Pendas-Recondo & Sanchez 2021).

use serde::{Deserialize, Serialize};

/// Which layers a fire burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crown {
    /// The surface alone.
    #[default]
    Surface = 0,
    /// Single trees torch (passive crown fire).
    Passive = 1,
    /// The fire runs through the crowns (active crown fire).
    Active = 2,
}

/// How a fire spreads in one cell: an ellipse on the slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Head rate of spread along the slope, metres a second, more than 0.
    pub head_m_s: f64,
    /// Length-to-width ratio, 1 or more.
    pub length_to_width: f64,
    /// Heading: the direction of the head, (east, north), unit length, measured in the slope's plane
    /// from its horizontal projection.
    pub heading: (f64, f64),
    /// Gradient of the terrain, rise over run to the (east, north).
    pub gradient: (f64, f64),
    /// Heat released per unit area, kJ/m2, so that intensity is this times the rate in m/s.
    pub heat_kj_m2: f64,
    /// Which layers burn.
    pub crown: Crown,
}

impl Ellipse {
    /// Eccentricity `sqrt(1 - 1/L^2)`.
    pub fn eccentricity(&self) -> f64 {
        let l = self.length_to_width.max(1.0);
        libm::sqrt((1.0 - 1.0 / (l * l)).max(0.0))
    }

    /// Rate of advance of a straight fire line in the direction of its outward normal `n` (east,
    /// north, unit), m/s on the map: the support function of the ellipse, `c . n + sqrt(n' A A' n)`.
    pub fn normal_rate_m_s(&self, n: (f64, f64)) -> f64 {
        let e = self.eccentricity();
        let a = self.head_m_s / (1.0 + e);
        let b = a / self.length_to_width.max(1.0);
        // The slope shortens what the map sees along the gradient: work with the tangent-plane
        // covector P^-1 n.
        let (nx, ny) = Lift::of(self.gradient).inverse(n);
        let along = nx * self.heading.0 + ny * self.heading.1;
        let across = ny * self.heading.0 - nx * self.heading.1;
        a * e * along + libm::sqrt(a * a * along * along + b * b * across * across)
    }
}

/// The lift `P = I + (1/cos - 1) g g'` from the map to the tangent plane.
#[derive(Debug, Clone, Copy)]
struct Lift {
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Lift {
    fn of((gx, gy): (f64, f64)) -> Self {
        let s2 = gx * gx + gy * gy;
        if s2 < 1e-12 {
            return Self {
                xx: 1.0,
                xy: 0.0,
                yy: 1.0,
            };
        }
        // (sqrt(1 + s^2) - 1) / s^2, without cancellation.
        let f = 1.0 / (libm::sqrt(1.0 + s2) + 1.0);
        Self {
            xx: 1.0 + f * gx * gx,
            xy: f * gx * gy,
            yy: 1.0 + f * gy * gy,
        }
    }

    fn inverse(self, (x, y): (f64, f64)) -> (f64, f64) {
        let det = self.xx * self.yy - self.xy * self.xy;
        (
            (self.yy * x - self.xy * y) / det,
            (self.xx * y - self.xy * x) / det,
        )
    }
}

/// The Randers norm of a cell in units of cells and seconds; the second axis points south, as rows
/// do. `F(v) = sqrt(m0 x^2 + 2 m1 x y + m2 y^2) - m3 x - m4 y`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Metric(pub [f32; 5]);

impl Metric {
    /// The norm of an ellipse on cells of `cell` metres.
    pub fn new(ellipse: &Ellipse, cell: f64) -> Self {
        let e = ellipse.eccentricity();
        let l = ellipse.length_to_width.max(1.0);
        let k = cell * l * l * (1.0 + e) / ellipse.head_m_s;
        let p = Lift::of(ellipse.gradient);
        let (hx, hy) = ellipse.heading;
        let m0 = k * k * (p.xx * p.xx + p.xy * p.xy);
        let m1 = k * k * (p.xx * p.xy + p.xy * p.yy);
        let m2 = k * k * (p.xy * p.xy + p.yy * p.yy);
        let w0 = k * e * (p.xx * hx + p.xy * hy);
        let w1 = k * e * (p.xy * hx + p.yy * hy);
        Self([m0 as f32, -m1 as f32, m2 as f32, w0 as f32, -w1 as f32])
    }

    /// Time to travel the displacement `(x, y)`, cells east and south; seconds.
    #[inline]
    pub fn time(&self, x: f64, y: f64) -> f64 {
        let [m0, m1, m2, w0, w1] = self.0.map(f64::from);
        (m0 * x * x + 2.0 * m1 * x * y + m2 * y * y).sqrt() - w0 * x - w1 * y
    }

    /// The metric in full width, for several displacements to the same cell.
    #[inline]
    pub fn wide(&self) -> Wide {
        let [m0, m1, m2, w0, w1] = self.0.map(f64::from);
        Wide {
            m0,
            m1,
            m2,
            w0,
            w1,
            det: m0 * m2 - m1 * m1,
        }
    }
}

/// Steps of a direction in a full turn.
pub(super) const TURN: f64 = 65_536.0;

/// Angle of a vector as a 65,536th of a turn, to a thousandth of a degree: the octant, then the
/// arctangent by a polynomial (Abramowitz & Stegun 1964, 4.4.49), which costs less than a call.
#[inline]
pub(super) fn turn_of(x: f32, y: f32) -> u16 {
    let (ax, ay) = (x.abs(), y.abs());
    let (low, high) = if ax > ay { (ay, ax) } else { (ax, ay) };
    if high == 0.0 {
        return 0;
    }
    let q = low / high;
    let s = q * q;
    let polynomial =
        0.999_866 + s * (-0.330_299_5 + s * (0.180_141 + s * (-0.085_133 + s * 0.020_835_1)));
    let mut turn = q * polynomial * (TURN as f32 / std::f32::consts::TAU);
    if ay > ax {
        turn = 16_384.0 - turn;
    }
    if x < 0.0 {
        turn = 32_768.0 - turn;
    }
    if y < 0.0 {
        turn = 65_536.0 - turn;
    }
    (turn + 0.5) as u32 as u16
}

/// A metric in full width.
#[derive(Debug, Clone, Copy)]
pub struct Wide {
    m0: f64,
    m1: f64,
    m2: f64,
    w0: f64,
    w1: f64,
    det: f64,
}

/// A displacement to a cell with what its metric makes of it.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// The displacement.
    pub v: (f64, f64),
    /// `M v`.
    mv: (f64, f64),
    /// `v' M v`.
    vv: f64,
    /// `w . v`.
    drift: f64,
}

impl Wide {
    /// The way that fire takes from a straight line whose outward normal is `n` (east, south): the
    /// displacement whose time has its gradient along the normal.
    pub fn way_of_normal(&self, n: (f64, f64)) -> (f64, f64) {
        // dF(v) = M v / |v|_M - w = l n: solve |l n + w| = 1 in the inverse metric for l, the
        // slowness of the line.
        let inverse = |x: (f64, f64)| {
            (
                (self.m2 * x.0 - self.m1 * x.1) / self.det,
                (self.m0 * x.1 - self.m1 * x.0) / self.det,
            )
        };
        let (ni, wi) = (inverse(n), inverse((self.w0, self.w1)));
        let a = n.0 * ni.0 + n.1 * ni.1;
        let b = n.0 * wi.0 + n.1 * wi.1;
        let c = self.w0 * wi.0 + self.w1 * wi.1;
        let l = (-b + (b * b - a * (c - 1.0)).max(0.0).sqrt()) / a;
        (l * ni.0 + wi.0, l * ni.1 + wi.1)
    }

    /// A displacement, cells east and south.
    #[allow(
        clippy::inline_always,
        reason = "called dozens of times a cell: a tenth of all time"
    )]
    #[inline(always)]
    pub fn way(&self, v: (f64, f64)) -> Way {
        let mv = (self.m0 * v.0 + self.m1 * v.1, self.m1 * v.0 + self.m2 * v.1);
        Way {
            v,
            mv,
            vv: v.0 * mv.0 + v.1 * mv.1,
            drift: self.w0 * v.0 + self.w1 * v.1,
        }
    }

    /// The least of `l ty + (1 - l) tz + F(l vy + (1 - l) vz)` over the shares `l` between two
    /// sources: a fire that reaches the far end of displacement `y` at `ty` and of `vz` at `tz` and
    /// burns straight on. Gives the time and the share `l` of the first source, when the least lies
    /// strictly between.
    #[allow(
        clippy::inline_always,
        reason = "called dozens of times a cell: a tenth of all time"
    )]
    #[inline(always)]
    pub fn between(&self, ty: f64, y: &Way, tz: f64, vz: (f64, f64)) -> Option<(f64, f64)> {
        let ty = ty - y.drift;
        let tz = tz - self.w0 * vz.0 - self.w1 * vz.1;
        let delta = ty - tz;
        // With d = vy - vz: c = d' M d, b = d' M vz, and |d|^2 |v|^2 - (d . v)^2 = det M (d x v)^2.
        let yz = y.mv.0 * vz.0 + y.mv.1 * vz.1;
        let zz =
            vz.0 * (self.m0 * vz.0 + self.m1 * vz.1) + vz.1 * (self.m1 * vz.0 + self.m2 * vz.1);
        let c = y.vv - 2.0 * yz + zz;
        let spare = c - delta * delta;
        if spare <= 0.0 {
            return None;
        }
        let b = yz - zz;
        let cross = y.v.0 * vz.1 - y.v.1 * vz.0;
        let s = (spare * self.det * cross * cross).sqrt();
        let share = -delta * s - b * spare;
        if !(share > 0.0 && share < c * spare) {
            return None;
        }
        let inverse = 1.0 / (c * spare);
        Some((tz + (s - delta * b) * spare * inverse, share * inverse))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ellipse(l: f64, gradient: (f64, f64)) -> Ellipse {
        Ellipse {
            head_m_s: 0.5,
            length_to_width: l,
            heading: (0.6, 0.8),
            gradient,
            heat_kj_m2: 1.0,
            crown: Crown::Surface,
        }
    }

    #[test]
    fn the_head_back_and_flank_take_the_times_of_the_ellipse() {
        let m = Metric::new(&ellipse(3.0, (0.0, 0.0)), 10.0);
        let e = libm::sqrt(1.0 - 1.0 / 9.0);
        // Ten cells of 10 m to the head at 0.5 m/s; rows run south, so north is negative.
        assert!((m.time(6.0, -8.0) - 200.0).abs() < 1e-3);
        let back = 0.5 * (1.0 - e) / (1.0 + e);
        assert!((m.time(-6.0, 8.0) / (100.0 / back) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_forty_five_degree_slope_makes_the_map_distance_shorter_by_its_cosine() {
        let flat = Ellipse {
            heading: (1.0, 0.0),
            ..ellipse(1.0, (0.0, 0.0))
        };
        let steep = Ellipse {
            gradient: (1.0, 0.0),
            ..flat
        };
        let ratio =
            Metric::new(&steep, 10.0).time(1.0, 0.0) / Metric::new(&flat, 10.0).time(1.0, 0.0);
        assert!((ratio - libm::sqrt(2.0)).abs() < 1e-6);
        let across =
            Metric::new(&steep, 10.0).time(0.0, 1.0) / Metric::new(&flat, 10.0).time(0.0, 1.0);
        assert!((across - 1.0).abs() < 1e-6);
        assert!((steep.normal_rate_m_s((1.0, 0.0)) * libm::sqrt(2.0) - 0.5).abs() < 1e-9);
        assert!((flat.normal_rate_m_s((0.0, 1.0)) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_straight_line_burns_on_along_its_characteristic() {
        // The way of the normal n reaches farthest along n of all ways that take the same time, and
        // the rate along n is the support function of the ellipse.
        let e = ellipse(3.5, (0.3, -0.2));
        let metric = Metric::new(&e, 10.0);
        for k in 0..24 {
            let angle = f64::from(k) / 24.0 * std::f64::consts::TAU;
            let n = (libm::cos(angle), libm::sin(angle));
            let v = metric.wide().way_of_normal(n);
            let along = |v: (f64, f64)| (n.0 * v.0 + n.1 * v.1) / metric.time(v.0, v.1);
            let rate = e.normal_rate_m_s((n.0, -n.1)) / 10.0;
            assert!((along(v) / rate - 1.0).abs() < 1e-5, "{} {rate}", along(v));
            for turn in [-0.1, 0.1] {
                let (s, c) = libm::sincos(turn);
                let other = (c * v.0 - s * v.1, s * v.0 + c * v.1);
                assert!(along(other) < along(v));
            }
        }
    }

    #[test]
    fn between_two_sources_the_closed_form_beats_every_sampled_share() {
        let m = Metric::new(&ellipse(4.0, (0.3, -0.2)), 10.0);
        let (vy, vz, ty, tz) = ((-1.0, 0.0), (-1.0, -1.0), 100.0, 96.0);
        let sampled = (0..=10_000)
            .map(|i| {
                let l = f64::from(i) / 10_000.0;
                l * ty
                    + (1.0 - l) * tz
                    + m.time(l * vy.0 + (1.0 - l) * vz.0, l * vy.1 + (1.0 - l) * vz.1)
            })
            .fold(f64::INFINITY, f64::min);
        let wide = m.wide();
        let best = wide
            .between(ty, &wide.way(vy), tz, vz)
            .map_or(f64::INFINITY, |(t, _)| t)
            .min(ty + m.time(vy.0, vy.1))
            .min(tz + m.time(vz.0, vz.1));
        assert!((best - sampled).abs() < 1e-3, "{best} against {sampled}");
    }
}
