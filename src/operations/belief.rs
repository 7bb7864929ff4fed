//! What the centre believes of a fire: only reports change it, the truth never does.
//!
//! A place is a normal distribution over the map. One camera knows the bearing well and the distance
//! badly; the report of a second one cuts it to a fix. Independent reports are put together by the
//! weights of their precision (Gauss 1823; two-dimensional least squares).

use crate::base::geo::Point;

/// A place as somebody reports it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// The place.
    pub at: Point,
    /// Direction from the one who reports, degrees clockwise from north.
    pub bearing_deg: f64,
    /// Error across that direction, metres (standard deviation).
    pub across_m: f64,
    /// Error along it, metres.
    pub along_m: f64,
}

impl Sighting {
    /// One whose error is the same in every direction, metres.
    pub fn round(at: Point, error_m: f64) -> Self {
        Self {
            at,
            bearing_deg: 0.0,
            across_m: error_m,
            along_m: error_m,
        }
    }

    /// The greater of its errors, metres.
    pub fn error_m(&self) -> f64 {
        self.across_m.max(self.along_m)
    }

    /// Precision matrix: xx, xy, yy, 1/m2.
    fn precision(&self) -> [f64; 3] {
        let angle = self.bearing_deg.to_radians();
        let (s, c) = (libm::sin(angle), libm::cos(angle));
        let (along, across) = (weight(self.along_m), weight(self.across_m));
        [
            s * s * along + c * c * across,
            s * c * (along - across),
            c * c * along + s * s * across,
        ]
    }
}

/// Precision of an error; a place is not known better than to a metre.
fn weight(error_m: f64) -> f64 {
    1.0 / (error_m.max(1.0) * error_m.max(1.0))
}

/// Somebody at a fire sees its edge as it is so far away, metres \[J\].
const CLEAR_M: f64 = 150.0;
/// And guesses it whole from so far away, metres \[J\].
const GUESSED_M: f64 = 450.0;

/// How a fire's edge looks to those who stand at it: as it is near them, and farther away drawn out or in.
#[derive(Debug, Clone, PartialEq)]
pub struct Onlookers {
    /// Where they stand.
    pub at: Vec<Point>,
    /// The middle from which the edge is drawn out or in.
    pub middle: Point,
    /// How many times as far from the middle as it is they take an edge to be that they can't see; 1 for those who
    /// know it whole.
    pub stretch: f64,
}

impl Onlookers {
    /// Where they take a place of the edge to be.
    pub fn see(&self, place: Point) -> Point {
        let near = |far: f64, p: &Point| far.min(p.distance(place));
        let far = self.at.iter().fold(f64::INFINITY, near);
        let guessed = ((far - CLEAR_M) / (GUESSED_M - CLEAR_M)).clamp(0.0, 1.0);
        self.middle
            .towards(place, 1.0 + guessed * (self.stretch - 1.0))
    }
}

/// What is believed of a fire.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Where it is.
    pub at: Point,
    precision: [f64; 3],
    /// Burnt area, ha; 0 before anybody has estimated it.
    pub area_ha: f64,
    /// Its edge when somebody last saw it from nearby, rings with burnt ground on the left.
    pub edge: Vec<Vec<Point>>,
    /// The stretches of it that burnt on.
    pub burning: Vec<Vec<Point>>,
    /// When that was, seconds.
    pub seen_s: Option<f64>,
    /// When its growth was last known, seconds, and the area then: what a growth is told from.
    pub before: Option<(f64, f64)>,
    /// Who has placed it.
    pub placed_by: std::collections::BTreeSet<String>,
}

impl Belief {
    /// After a first report.
    pub fn new(by: &str, sighting: &Sighting) -> Self {
        Self {
            at: sighting.at,
            precision: sighting.precision(),
            area_ha: 0.0,
            edge: Vec::new(),
            burning: Vec::new(),
            seen_s: None,
            before: None,
            placed_by: std::iter::once(by.to_owned()).collect(),
        }
    }

    /// Takes up another report of the place; one who has reported already adds nothing, since the error
    /// of an instrument stays the same.
    pub fn fuse(&mut self, by: &str, sighting: &Sighting) -> bool {
        if !self.placed_by.insert(by.to_owned()) {
            return false;
        }
        let (a, b) = (self.precision, sighting.precision());
        let sum = [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
        let (dx, dy) = (sighting.at.x - self.at.x, sighting.at.y - self.at.y);
        let (gx, gy) = (b[0] * dx + b[1] * dy, b[1] * dx + b[2] * dy);
        let det = sum[0] * sum[2] - sum[1] * sum[1];
        if det > 0.0 {
            self.at.x += (sum[2] * gx - sum[1] * gy) / det;
            self.at.y += (sum[0] * gy - sum[1] * gx) / det;
            self.precision = sum;
        }
        true
    }

    /// Takes the place for known: somebody stands there.
    pub fn place(&mut self, at: Point) {
        self.at = at;
        self.precision = Sighting::round(at, 10.0).precision();
    }

    /// Takes up an estimate of the burnt area, ha.
    pub fn estimate(&mut self, now: f64, area_ha: f64) {
        if self.area_ha > 0.0 {
            self.before = self.seen_s.map(|seen| (seen, self.area_ha));
        }
        self.area_ha = area_ha;
        self.seen_s = Some(now);
    }

    /// Error of the place in its worst direction, metres (standard deviation).
    pub fn error_m(&self) -> f64 {
        let [a, b, c] = self.precision;
        let middle = f64::midpoint(a, c);
        let spread = libm::sqrt(0.25 * (a - c) * (a - c) + b * b);
        1.0 / libm::sqrt((middle - spread).max(1e-12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_camera_gives_a_bearing_and_two_a_fix() {
        // Two towers 5 km away at right angles: each sees to 65 m across and 400 m along.
        let from = |bearing_deg: f64, at: Point| Sighting {
            at,
            bearing_deg,
            across_m: 65.0,
            along_m: 400.0,
        };
        // The first has the distance 300 m wrong (it looks east), the second 200 m (it looks north).
        let mut belief = Belief::new("a", &from(90.0, Point::new(300.0, 20.0)));
        assert!((belief.error_m() - 400.0).abs() < 1e-6);
        assert!(belief.fuse("b", &from(0.0, Point::new(-30.0, -200.0))));
        assert!(belief.error_m() < 65.0, "{}", belief.error_m());
        // Each cuts the other's ray.
        assert!((belief.at.x - -21.5).abs() < 1.0, "{:?}", belief.at);
        assert!((belief.at.y - 14.3).abs() < 1.0, "{:?}", belief.at);
        let before = belief.clone();
        assert!(!belief.fuse("b", &from(0.0, Point::new(900.0, 900.0))));
        assert_eq!(belief, before);
    }

    #[test]
    fn a_bad_place_hardly_moves_a_good_one() {
        let mut belief = Belief::new("patrol", &Sighting::round(Point::new(0.0, 0.0), 100.0));
        belief.fuse("caller", &Sighting::round(Point::new(1000.0, 0.0), 800.0));
        assert!(belief.at.x > 10.0 && belief.at.x < 20.0, "{:?}", belief.at);
        belief.place(Point::new(5.0, 5.0));
        assert!(belief.error_m() < 11.0);
    }

    #[test]
    fn who_stands_at_an_edge_knows_it_there_and_guesses_the_far_side() {
        let east = Point::new(500.0, 0.0);
        let eyes = Onlookers {
            at: vec![east],
            middle: Point::new(0.0, 0.0),
            stretch: 1.2,
        };
        assert_eq!(eyes.see(east), east);
        assert_eq!(eyes.see(Point::new(490.0, 100.0)), Point::new(490.0, 100.0));
        let west = eyes.see(Point::new(-500.0, 0.0));
        assert!((west.x + 600.0).abs() < 1e-9, "{west:?}");
        // Half-way between what is clear and what is guessed.
        let between = eyes.see(Point::new(200.0, 0.0));
        assert!((between.x - 220.0).abs() < 1e-9, "{between:?}");
    }

    #[test]
    fn growth_is_told_from_the_estimate_before() {
        let mut belief = Belief::new("a", &Sighting::round(Point::new(0.0, 0.0), 100.0));
        belief.estimate(600.0, 0.5);
        assert_eq!(belief.before, None);
        belief.estimate(1200.0, 1.5);
        assert_eq!((belief.before, belief.area_ha), (Some((600.0, 0.5)), 1.5));
    }
}
