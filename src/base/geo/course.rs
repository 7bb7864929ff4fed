//! Courses of lines: their length, smoother, simpler, shorter.

use super::{Point, nearest_on_segment};

/// Length of a line, metres.
pub fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// A line with its corners cut `times` times (Chaikin 1974); the ends stay.
pub fn smoothed(line: &[Point], times: u32) -> Vec<Point> {
    let mut line = line.to_vec();
    for _ in 0..times {
        let (Some(&first), Some(&last)) = (line.first(), line.last()) else {
            return line;
        };
        let mut next = vec![first];
        let pieces = line.len() - 1;
        for (k, pair) in line.windows(2).enumerate() {
            if k > 0 {
                next.push(pair[0].towards(pair[1], 0.25));
            }
            if k + 1 < pieces {
                next.push(pair[0].towards(pair[1], 0.75));
            }
        }
        next.push(last);
        line = next;
    }
    line
}

/// A line without the points that lie within `tolerance_m` of it anyway (Douglas & Peucker 1973).
pub fn simplified(line: &[Point], tolerance_m: f64) -> Vec<Point> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    keep[line.len() - 1] = true;
    let mut open = vec![(0, line.len() - 1)];
    while let Some((a, b)) = open.pop() {
        let mut far = (0.0, a);
        for k in a + 1..b {
            let (_, q) = nearest_on_segment(line[k], line[a], line[b]);
            let d = line[k].distance(q);
            if d > far.0 {
                far = (d, k);
            }
        }
        if far.0 > tolerance_m {
            keep[far.1] = true;
            open.push((a, far.1));
            open.push((far.1, b));
        }
    }
    line.iter()
        .zip(&keep)
        .filter(|(_, k)| **k)
        .map(|(p, _)| *p)
        .collect()
}

/// The first `metres` of a line.
pub fn first_part(line: &[Point], metres: f64) -> Vec<Point> {
    let mut part = Vec::new();
    let mut left = metres;
    for (k, &p) in line.iter().enumerate() {
        if k > 0 {
            let step = line[k - 1].distance(p);
            if step >= left {
                if left > 0.0 {
                    part.push(line[k - 1].towards(p, left / step));
                }
                return part;
            }
            left -= step;
        }
        part.push(p);
    }
    part
}
