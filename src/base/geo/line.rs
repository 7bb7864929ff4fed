//! Polylines and polygons.

use super::Point;

/// A line through two or more points, with its running length.
#[derive(Debug, Clone, PartialEq)]
pub struct Polyline {
    points: Vec<Point>,
    along: Vec<f64>,
}

impl Polyline {
    /// A polyline; points that repeat the one before are kept and add no length.
    pub fn new(points: Vec<Point>) -> Self {
        let mut along = Vec::with_capacity(points.len());
        let mut sum = 0.0;
        for (i, p) in points.iter().enumerate() {
            if i > 0 {
                sum += points[i - 1].distance(*p);
            }
            along.push(sum);
        }
        Self { points, along }
    }

    /// The points.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Length, metres.
    pub fn length(&self) -> f64 {
        self.along.last().copied().unwrap_or(0.0)
    }

    /// The point `s` metres from the start, clamped to the ends; none for an empty line.
    pub fn point_at(&self, s: f64) -> Option<Point> {
        let last = self.points.len().checked_sub(1)?;
        if s <= 0.0 {
            return Some(self.points[0]);
        }
        let i = self.along.partition_point(|&a| a <= s);
        if i > last {
            return Some(self.points[last]);
        }
        let (a, b) = (self.along[i - 1], self.along[i]);
        Some(self.points[i - 1].towards(self.points[i], (s - a) / (b - a)))
    }

    /// The nearest point of the line to `p`: (arc length from the start, the point, distance).
    pub fn nearest(&self, p: Point) -> Option<(f64, Point, f64)> {
        if self.points.len() == 1 {
            return Some((0.0, self.points[0], p.distance(self.points[0])));
        }
        let mut best: Option<(f64, Point, f64)> = None;
        for (i, pair) in self.points.windows(2).enumerate() {
            let (s, q) = nearest_on_segment(p, pair[0], pair[1]);
            let d = p.distance(q);
            if best.is_none_or(|(_, _, bd)| d < bd) {
                best = Some((self.along[i] + s * pair[0].distance(pair[1]), q, d));
            }
        }
        best
    }
}

/// A stretch of a line: its number and where along the line it starts and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Number along the line, from 0.
    pub number: usize,
    /// Metres from the start of the line.
    pub start_m: f64,
    /// Metres from the start of the line.
    pub end_m: f64,
}

impl Piece {
    /// Length, metres.
    pub fn length(&self) -> f64 {
        self.end_m - self.start_m
    }
}

/// A rest of a line shorter than this belongs to the piece before it, metres: so rounding of the
/// running length makes no piece of its own.
const LEAST_PIECE_M: f64 = 1e-3;

impl Polyline {
    /// The line cut every `length_m` metres from its start; the last piece is what remains. The cuts
    /// depend on the shape and its direction alone, not on how many vertices draw it.
    pub fn pieces(&self, length_m: f64) -> impl Iterator<Item = Piece> + '_ {
        (0..self.piece_count(length_m)).map(move |number| self.piece(number, length_m))
    }

    /// The piece that holds the place `s` metres from the start, clamped to the ends; none for a
    /// line without length.
    pub fn piece_at(&self, s: f64, length_m: f64) -> Option<Piece> {
        let last = self.piece_count(length_m).checked_sub(1)?;
        let number = (libm::floor(s / length_m).max(0.0) as usize).min(last);
        Some(self.piece(number, length_m))
    }

    fn piece_count(&self, length_m: f64) -> usize {
        let total = self.length();
        if !(total > 0.0 && length_m > 0.0) {
            return 0;
        }
        (libm::ceil((total - LEAST_PIECE_M) / length_m) as usize).max(1)
    }

    fn piece(&self, number: usize, length_m: f64) -> Piece {
        let last = number + 1 == self.piece_count(length_m);
        Piece {
            number,
            start_m: number as f64 * length_m,
            end_m: if last {
                self.length()
            } else {
                (number + 1) as f64 * length_m
            },
        }
    }
}

/// The nearest point of segment `a b` to `p`: its share from `a` (0 to 1) and itself.
pub fn nearest_on_segment(p: Point, a: Point, b: Point) -> (f64, Point) {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let len2 = dx * dx + dy * dy;
    let s = if len2 > 0.0 {
        (((p.x - a.x) * dx + (p.y - a.y) * dy) / len2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (s, a.towards(b, s))
}

fn orient(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Whether segments `a b` and `c d` share a point (touching counts).
pub fn segments_touch(a: Point, b: Point, c: Point, d: Point) -> bool {
    let (d1, d2) = (orient(c, d, a), orient(c, d, b));
    let (d3, d4) = (orient(a, b, c), orient(a, b, d));
    if d1 * d2 > 0.0 || d3 * d4 > 0.0 {
        return false;
    }
    if d1 == 0.0 && d2 == 0.0 && d3 == 0.0 && d4 == 0.0 {
        // Collinear: the boxes must overlap.
        let overlap = |a0: f64, a1: f64, b0: f64, b1: f64| {
            a0.min(a1) <= b0.max(b1) && b0.min(b1) <= a0.max(a1)
        };
        return overlap(a.x, b.x, c.x, d.x) && overlap(a.y, b.y, c.y, d.y);
    }
    true
}

/// Share along `a b` at which it meets `c d`, when they touch; the nearer end for collinear overlap.
pub fn segment_crossing(a: Point, b: Point, c: Point, d: Point) -> Option<f64> {
    if !segments_touch(a, b, c, d) {
        return None;
    }
    let (d1, d2) = (orient(c, d, a), orient(c, d, b));
    if d1 == d2 {
        let (s, _) = nearest_on_segment(c, a, b);
        let (t, _) = nearest_on_segment(d, a, b);
        return Some(s.min(t));
    }
    Some((d1 / (d1 - d2)).clamp(0.0, 1.0))
}

/// Signed area of a closed ring (the first point need not be repeated), square metres, positive
/// when it runs counter-clockwise.
pub fn polygon_area(ring: &[Point]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    let mut sum = 0.0;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
    }
    sum / 2.0
}

/// Whether a point lies inside a closed ring (even-odd rule).
pub fn polygon_contains(ring: &[Point], p: Point) -> bool {
    let mut inside = false;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_length_and_the_place_half_way() {
        let line = Polyline::new(vec![
            Point::new(0.0, 0.0),
            Point::new(30.0, 0.0),
            Point::new(30.0, 40.0),
        ]);
        assert_eq!(line.length(), 70.0);
        assert_eq!(line.point_at(50.0), Some(Point::new(30.0, 20.0)));
        let (s, _, d) = line.nearest(Point::new(40.0, 10.0)).unwrap();
        assert_eq!((s, d), (40.0, 10.0));
    }

    #[test]
    fn a_line_of_470_m_has_three_pieces_of_150_and_one_of_20() {
        let line = Polyline::new(vec![Point::new(0.0, 0.0), Point::new(470.0, 0.0)]);
        let lengths: Vec<f64> = line.pieces(150.0).map(|p| p.length()).collect();
        assert_eq!(lengths, [150.0, 150.0, 150.0, 20.0]);
        assert_eq!(line.piece_at(150.0, 150.0).unwrap().number, 1);
        assert_eq!(line.piece_at(999.0, 150.0).unwrap().number, 3);
        assert_eq!(Polyline::new(Vec::new()).pieces(150.0).count(), 0);
        let short = Polyline::new(vec![Point::new(0.0, 0.0), Point::new(4e-4, 0.0)]);
        assert_eq!(short.pieces(150.0).count(), 1);
    }

    proptest::proptest! {
        #[test]
        fn vertices_added_along_a_line_do_not_change_its_pieces(
            corners in proptest::collection::vec((-2e3..2e3_f64, -2e3..2e3_f64), 2..6),
            shares in proptest::collection::vec((0usize..5, 0.0..1.0_f64), 0..20),
            length in 20.0..400.0_f64,
        ) {
            let corners: Vec<Point> = corners.into_iter().map(Point::from).collect();
            let mut drawn = Vec::new();
            for (i, pair) in corners.windows(2).enumerate() {
                drawn.push(pair[0]);
                let mut on: Vec<f64> = shares.iter().filter(|s| s.0 == i).map(|s| s.1).collect();
                on.sort_by(f64::total_cmp);
                drawn.extend(on.into_iter().map(|s| pair[0].towards(pair[1], s)));
            }
            drawn.extend(corners.last());
            let (plain, drawn) = (Polyline::new(corners), Polyline::new(drawn));
            proptest::prop_assert_eq!(plain.pieces(length).count(), drawn.pieces(length).count());
            for (a, b) in plain.pieces(length).zip(drawn.pieces(length)) {
                proptest::prop_assert_eq!((a.number, a.start_m), (b.number, b.start_m));
                proptest::prop_assert!((a.end_m - b.end_m).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn segments_that_only_touch_still_block() {
        let p = Point::new;
        assert!(segments_touch(
            p(0.0, 0.0),
            p(2.0, 0.0),
            p(1.0, 0.0),
            p(1.0, 5.0)
        ));
        assert!(!segments_touch(
            p(0.0, 0.0),
            p(2.0, 0.0),
            p(1.0, 0.1),
            p(1.0, 5.0)
        ));
        assert_eq!(
            segment_crossing(p(0.0, 0.0), p(4.0, 0.0), p(1.0, -1.0), p(1.0, 1.0)),
            Some(0.25)
        );
    }

    #[test]
    fn a_square_of_a_hectare_has_ten_thousand_square_metres() {
        let p = Point::new;
        let ring = [p(0.0, 0.0), p(100.0, 0.0), p(100.0, 100.0), p(0.0, 100.0)];
        assert_eq!(polygon_area(&ring), 10_000.0);
        assert!(polygon_contains(&ring, p(50.0, 50.0)));
        assert!(!polygon_contains(&ring, p(150.0, 50.0)));
    }
}
