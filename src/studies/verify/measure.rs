//! What the cases measure on a front, and the grids they burn on.

use super::exact::Exact;
use crate::base::geo::{Extent, Grid, Point};
use crate::fire::front::{Crown, Ellipse, Front, SpreadSource};

/// Side of a cell of a case, metres, where it does not matter.
pub(super) const CELL_M: f64 = 10.0;
/// Head rate of spread of a case, m/s, where it does not matter.
pub(super) const HEAD_M_S: f64 = 0.5;
/// Cases burn on so much longer than they are measured: ahead of the line arrivals are tentative.
pub(super) const BEYOND: f64 = 1.06;

/// Unit vector (east, north) of a direction clockwise from north.
pub(super) fn direction(degrees: f64) -> (f64, f64) {
    let angle = degrees.to_radians();
    (libm::sin(angle), libm::cos(angle))
}

/// An ellipse of the usual head rate on the flat.
pub(super) fn flat(length_to_width: f64, heading_deg: f64) -> Ellipse {
    Ellipse {
        head_m_s: HEAD_M_S,
        length_to_width,
        heading: direction(heading_deg),
        gradient: (0.0, 0.0),
        heat_kj_m2: 5000.0,
        crown: Crown::Surface,
    }
}

/// A grid over some places with ten cells of margin, on whole multiples of the cell.
pub(super) fn grid_over(places: impl IntoIterator<Item = Point>, cell: f64) -> Grid {
    let extent = Extent::around(places)
        .unwrap_or(Extent {
            min: Point::default(),
            max: Point::default(),
        })
        .widened(10.0 * cell);
    let west = libm::floor(extent.min.x / cell);
    let north = libm::ceil(extent.max.y / cell);
    Grid {
        cols: (libm::ceil(extent.max.x / cell) - west) as usize,
        rows: (north - libm::floor(extent.min.y / cell)) as usize,
        cell,
        west: west * cell,
        north: north * cell,
    }
}

/// Corners of a box that holds a fire from `start` after `seconds`.
pub(super) fn around(start: Point, fire: &Exact, seconds: f64) -> [Point; 4] {
    [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)].map(|n| {
        let reach = fire.reach(n) * seconds;
        Point::new(start.x + n.0 * reach, start.y + n.1 * reach)
    })
}

/// Sum of the absolute errors of arrival over the sum of the arrivals, of all cells burnt by `t`,
/// percent, with the mean arrival expected and got.
pub(super) fn arrival_error<S: SpreadSource>(
    front: &Front<S>,
    t: f64,
    exact: impl Fn(Point) -> f64,
) -> (f64, (f64, f64)) {
    let grid = front.grid();
    let (mut off, mut expected, mut got, mut n) = (0.0, 0.0, 0.0, 0.0);
    for (col, row, burnt) in front.burnt_iter() {
        if burnt.arrival_s <= t {
            let answer = exact(grid.centre(col, row));
            off += (burnt.arrival_s - answer).abs();
            expected += answer;
            got += burnt.arrival_s;
            n += 1.0;
        }
    }
    (100.0 * off / expected, (expected / n, got / n))
}

/// Area of the places of a grid that burn by `t`, square metres: cells on the line are divided.
pub(super) fn area_within(grid: &Grid, t: f64, exact: impl Fn(Point) -> f64) -> f64 {
    const PARTS: usize = 8;
    let mut cells = 0.0;
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let c = grid.centre(col, row);
            let at =
                |x: f64, y: f64| exact(Point::new(c.x + x * grid.cell, c.y + y * grid.cell)) <= t;
            // A fire's shape is smooth at the size of a cell: its corners and middle tell.
            let inside = [
                (-0.5, -0.5),
                (0.5, -0.5),
                (0.5, 0.5),
                (-0.5, 0.5),
                (0.0, 0.0),
            ]
            .iter()
            .filter(|(x, y)| at(*x, *y))
            .count();
            cells += match inside {
                0 => 0.0,
                5 => 1.0,
                _ => {
                    let middle = |i: usize| (i as f64 + 0.5) / PARTS as f64 - 0.5;
                    let n = (0..PARTS * PARTS)
                        .filter(|i| at(middle(i % PARTS), middle(i / PARTS)))
                        .count();
                    n as f64 / (PARTS * PARTS) as f64
                }
            };
        }
    }
    cells * grid.cell * grid.cell
}

/// The farthest that the perimeter at `t` reaches from a place in a direction, metres: where its
/// rings cut the ray.
pub(super) fn run_along<S: SpreadSource>(
    front: &Front<S>,
    t: f64,
    from: Point,
    toward: (f64, f64),
) -> f64 {
    let mut farthest: f64 = 0.0;
    for ring in front.perimeter_at(t) {
        let points = ring.points();
        for i in 0..points.len() {
            let local = |p: Point| {
                let (x, y) = (p.x - from.x, p.y - from.y);
                (x * toward.0 + y * toward.1, x * toward.1 - y * toward.0)
            };
            let (a, b) = (local(points[i]), local(points[(i + 1) % points.len()]));
            if (a.1 <= 0.0) != (b.1 <= 0.0) {
                farthest = farthest.max(a.0 + (b.0 - a.0) * a.1 / (a.1 - b.1));
            }
        }
    }
    farthest
}
