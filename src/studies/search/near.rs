//! Which sides of many lines are near a place: an index by squares.

use std::collections::BTreeMap;

use crate::base::geo::{Point, nearest_on_segment};

/// Side of a square, metres.
const SQUARE_M: f64 = 100.0;

/// A side of a line, and the number of that line.
pub type Side = (Point, Point, u32);

/// Sides of lines by the squares that they touch.
#[derive(Debug, Clone, Default)]
pub struct Near {
    squares: BTreeMap<(i64, i64), Vec<Side>>,
}

fn square(p: Point) -> (i64, i64) {
    let of = |v: f64| libm::floor(v / SQUARE_M) as i64;
    (of(p.x), of(p.y))
}

impl Near {
    /// Takes a line in under a number.
    pub fn add(&mut self, path: &[Point], number: u32) {
        for side in path.windows(2) {
            self.each_square(side[0], side[1], 0.0, |sides| {
                sides.push((side[0], side[1], number));
            });
        }
    }

    fn each_square(
        &mut self,
        a: Point,
        b: Point,
        reach_m: f64,
        mut each: impl FnMut(&mut Vec<Side>),
    ) {
        for key in covered(a, b, reach_m) {
            each(self.squares.entry(key).or_default());
        }
    }

    /// The sides in the squares that a box around a side covers; some may come twice.
    pub fn sides(&self, a: Point, b: Point, reach_m: f64) -> impl Iterator<Item = &Side> {
        covered(a, b, reach_m)
            .filter_map(|key| self.squares.get(&key))
            .flatten()
    }

    /// The nearest point of all lines within a reach, and its distance, metres.
    pub fn nearest(&self, p: Point, reach_m: f64) -> Option<(f64, Point)> {
        self.sides(p, p, reach_m)
            .map(|(a, b, _)| nearest_on_segment(p, *a, *b).1)
            .map(|q| (p.distance(q), q))
            .filter(|(d, _)| *d <= reach_m)
            .min_by(|a, b| {
                let by_place = (a.1.x, a.1.y).partial_cmp(&(b.1.x, b.1.y));
                a.0.total_cmp(&b.0)
                    .then(by_place.unwrap_or(std::cmp::Ordering::Equal))
            })
    }
}

/// The squares that a box around a side covers.
fn covered(a: Point, b: Point, reach_m: f64) -> impl Iterator<Item = (i64, i64)> {
    let low = square(Point::new(a.x.min(b.x) - reach_m, a.y.min(b.y) - reach_m));
    let high = square(Point::new(a.x.max(b.x) + reach_m, a.y.max(b.y) + reach_m));
    (low.0..=high.0).flat_map(move |x| (low.1..=high.1).map(move |y| (x, y)))
}
