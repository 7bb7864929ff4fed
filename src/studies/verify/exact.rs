//! The answers: arrival and outline of elliptical fires, in closed form.
//!
//! Written from the geometry of the ellipse and not from the front's norm, so that neither can hide
//! a fault of the other. A fire from a point is after `t` seconds the ellipse with half axes `a t`
//! along the heading and `b t` across it, whose centre lies `c t` ahead of the start (Richards 1990,
//! *Int. J. Numer. Methods Eng.* 30:1163-1179). On a slope this holds in its plane.

use crate::base::geo::Point;
use crate::fire::front::Ellipse;

/// An elliptical fire after one second, and the plane it burns in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    /// Half axis along the heading, m/s on the slope.
    a: f64,
    /// Half axis across it.
    b: f64,
    /// How far the centre moves, m/s.
    c: f64,
    heading: (f64, f64),
    /// Uphill on the map, unit; and the cosine of the slope.
    uphill: (f64, f64),
    cosine: f64,
}

impl Exact {
    pub fn of(e: &Ellipse) -> Self {
        let l = e.length_to_width;
        let eccentricity = libm::sqrt(1.0 - 1.0 / (l * l));
        let a = e.head_m_s / (1.0 + eccentricity);
        let steepness = libm::hypot(e.gradient.0, e.gradient.1);
        Self {
            a,
            b: a / l,
            c: a * eccentricity,
            heading: e.heading,
            uphill: if steepness > 0.0 {
                (e.gradient.0 / steepness, e.gradient.1 / steepness)
            } else {
                (0.0, 0.0)
            },
            cosine: libm::cos(libm::atan(steepness)),
        }
    }

    /// A vector of the map with its part up the slope multiplied.
    fn stretched(&self, d: (f64, f64), by: f64) -> (f64, f64) {
        let up = d.0 * self.uphill.0 + d.1 * self.uphill.1;
        (
            d.0 + (by - 1.0) * up * self.uphill.0,
            d.1 + (by - 1.0) * up * self.uphill.1,
        )
    }

    /// Seconds over a displacement on the map, metres: the root of
    /// `(x/t - c)^2 / a^2 + (y/t)^2 / b^2 = 1`.
    pub fn time(&self, d: (f64, f64)) -> f64 {
        let d = self.stretched(d, 1.0 / self.cosine);
        let x = d.0 * self.heading.0 + d.1 * self.heading.1;
        let y = d.0 * self.heading.1 - d.1 * self.heading.0;
        if x == 0.0 && y == 0.0 {
            return 0.0;
        }
        // In u = 1/t: A u^2 - 2 B u - C = 0, all of them positive but B.
        let (a2, b2) = (self.a * self.a, self.b * self.b);
        let qa = x * x / a2 + y * y / b2;
        let qb = x * self.c / a2;
        let qc = 1.0 - self.c * self.c / a2;
        let root = libm::sqrt(qb * qb + qa * qc);
        // The form without cancellation on either side.
        if qb >= 0.0 {
            qa / (qb + root)
        } else {
            (root - qb) / qc
        }
    }

    /// Seconds from one place to another.
    pub fn between(&self, from: Point, to: Point) -> f64 {
        self.time((to.x - from.x, to.y - from.y))
    }

    /// Seconds from the nearest point of a segment: the time is convex along it.
    pub fn after_segment(&self, a: Point, b: Point, to: Point) -> f64 {
        least(|s| self.between(a.towards(b, s), to)).1
    }

    /// Area after one second, m2 on the map.
    pub fn area(&self) -> f64 {
        std::f64::consts::PI * self.a * self.b * self.cosine
    }

    /// Where the head is after one second, metres on the map from the start.
    pub fn head(&self) -> (f64, f64) {
        let run = self.a + self.c;
        self.stretched((run * self.heading.0, run * self.heading.1), self.cosine)
    }

    /// The point of the fire after one second that lies farthest in a direction of the map.
    pub fn farthest(&self, n: (f64, f64)) -> (f64, f64) {
        // In the slope's plane the direction is the stretched one (the transpose of shortening).
        let n = self.stretched(n, self.cosine);
        let along = n.0 * self.heading.0 + n.1 * self.heading.1;
        let across = n.0 * self.heading.1 - n.1 * self.heading.0;
        let length = libm::hypot(self.a * along, self.b * across);
        let x = self.c + self.a * self.a * along / length;
        let y = self.b * self.b * across / length;
        let plane = (
            x * self.heading.0 + y * self.heading.1,
            x * self.heading.1 - y * self.heading.0,
        );
        self.stretched(plane, self.cosine)
    }

    /// How far the fire reaches in a direction of the map after one second, metres.
    pub fn reach(&self, n: (f64, f64)) -> f64 {
        let p = self.farthest(n);
        p.0 * n.0 + p.1 * n.1
    }
}

/// Points around the Minkowski sum of several fires, each with its seconds, from a start.
pub(super) fn sum_outline(start: Point, parts: &[(Exact, f64)], points: usize) -> Vec<Point> {
    (0..points)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / points as f64;
            let n = (libm::cos(angle), libm::sin(angle));
            parts.iter().fold(start, |p, (fire, seconds)| {
                let far = fire.farthest(n);
                Point::new(p.x + seconds * far.0, p.y + seconds * far.1)
            })
        })
        .collect()
}

/// The least value of a convex function over 0 to 1, with its place: golden section.
pub(super) fn least(f: impl Fn(f64) -> f64) -> (f64, f64) {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (0.0, 1.0);
    let (mut p, mut q) = (1.0 - GOLDEN, GOLDEN);
    let (mut fp, mut fq) = (f(p), f(q));
    for _ in 0..40 {
        if fp <= fq {
            (high, q, fq) = (q, p, fp);
            p = high - GOLDEN * (high - low);
            fp = f(p);
        } else {
            (low, p, fp) = (p, q, fq);
            q = low + GOLDEN * (high - low);
            fq = f(q);
        }
    }
    let inner = if fp <= fq { (p, fp) } else { (q, fq) };
    [(0.0, f(0.0)), (1.0, f(1.0))]
        .into_iter()
        .fold(inner, |a, b| if b.1 < a.1 { b } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::polygon_area;
    use crate::fire::front::Crown;

    fn fire(gradient: (f64, f64)) -> Exact {
        Exact::of(&Ellipse {
            head_m_s: 0.5,
            length_to_width: 3.0,
            heading: (0.6, 0.8),
            gradient,
            heat_kj_m2: 1.0,
            crown: Crown::Surface,
        })
    }

    #[test]
    fn every_point_of_the_outline_burns_at_its_second_on_the_flat_and_on_a_slope() {
        for gradient in [(0.0, 0.0), (0.3, -0.9)] {
            let fire = fire(gradient);
            let outline = sum_outline(Point::default(), &[(fire, 600.0)], 4000);
            for p in &outline {
                let t = fire.between(Point::default(), *p);
                assert!((t - 600.0).abs() < 1e-6, "{t}");
            }
            let area = polygon_area(&outline);
            assert!((area / (fire.area() * 360_000.0) - 1.0).abs() < 1e-4);
            let head = fire.head();
            assert!((fire.time((head.0 * 600.0, head.1 * 600.0)) - 600.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_least_value_is_found_inside_and_at_the_ends() {
        assert!((least(|x| (x - 0.3) * (x - 0.3)).0 - 0.3).abs() < 1e-6);
        assert_eq!(least(|x| x).0, 0.0);
        assert_eq!(least(|x| -x).0, 1.0);
    }
}
