//! Whether a line can be a break: on the map, and nowhere across itself.

use crate::base::geo::{Extent, Point, segment_crossing};

/// How far a line goes off the map, metres; 0 on it.
pub fn off_by_m(path: &[Point], map: Extent) -> f64 {
    let off = |p: &Point| {
        let x = (map.min.x - p.x).max(p.x - map.max.x).max(0.0);
        let y = (map.min.y - p.y).max(p.y - map.max.y).max(0.0);
        libm::hypot(x, y)
    };
    path.iter().map(off).fold(0.0, f64::max)
}

/// Where a line crosses or touches itself first; a ring may end where it began.
pub fn crossing(path: &[Point]) -> Option<Point> {
    let last = path.len().checked_sub(2)?;
    let is_ring = path.first() == path.last();
    let side = |i: usize| (path[i], path[i + 1]);
    let reach = |i: usize| {
        let (a, b) = side(i);
        (a.x.min(b.x), a.x.max(b.x))
    };
    // From west to east, each against those that have not ended yet.
    let mut order: Vec<usize> = (0..=last).collect();
    order.sort_by(|&i, &j| reach(i).0.total_cmp(&reach(j).0).then(i.cmp(&j)));
    let mut open: Vec<usize> = Vec::new();
    for i in order {
        open.retain(|&j| reach(j).1 >= reach(i).0);
        for &j in &open {
            let (first, second) = (i.min(j), i.max(j));
            let meets_at_end = second - first == 1 || (is_ring && first == 0 && second == last);
            let ((a, b), (c, d)) = (side(first), side(second));
            if meets_at_end {
                // They share a point; only one that turns back on the other lies on it.
                if turns_back(path, first, second) {
                    return Some(b);
                }
            } else if let Some(s) = segment_crossing(a, b, c, d) {
                return Some(a.towards(b, s));
            }
        }
        open.push(i);
    }
    None
}

/// Whether two sides that share a point lie on one another.
fn turns_back(path: &[Point], first: usize, second: usize) -> bool {
    let (shared, before, after) = if second - first == 1 {
        (path[second], path[first], path[second + 1])
    } else {
        (path[0], path[second], path[1])
    };
    let (ax, ay) = (before.x - shared.x, before.y - shared.y);
    let (bx, by) = (after.x - shared.x, after.y - shared.y);
    ax * by - ay * bx == 0.0 && ax * bx + ay * by > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&p| p.into()).collect()
    }

    #[test]
    fn lines_that_cross_touch_or_turn_back_are_found_and_rings_may_close() {
        let eight = line(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]);
        assert_eq!(crossing(&eight), Some(Point::new(5.0, 5.0)));
        let touching = line(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 0.0)]);
        assert_eq!(crossing(&touching), Some(Point::new(5.0, 0.0)));
        let back = line(&[(0.0, 0.0), (10.0, 0.0), (5.0, 0.0)]);
        assert!(crossing(&back).is_some());
        let ring = line(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)]);
        assert_eq!(crossing(&ring), None);
        let bends = line(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (20.0, 0.0),
            (20.0, 5.0),
            (0.0, 5.0),
        ]);
        assert_eq!(crossing(&bends), None);
        assert_eq!(crossing(&line(&[(0.0, 0.0)])), None);
    }

    #[test]
    fn the_point_farthest_off_the_map_says_how_far() {
        let map = Extent {
            min: Point::new(0.0, 0.0),
            max: Point::new(100.0, 100.0),
        };
        assert_eq!(off_by_m(&line(&[(0.0, 0.0), (100.0, 50.0)]), map), 0.0);
        assert_eq!(off_by_m(&line(&[(50.0, 50.0), (103.0, 104.0)]), map), 5.0);
    }
}
