//! Closed rings around the cells of a raster that are at most a level, as those that a fire has reached by a
//! given time: marching squares on cell centres.

use std::collections::BTreeMap;

use super::{Extent, Grid, Point, Raster, polygon_area, polygon_contains};

/// The rings around the cells whose arrival is at most `level` (unburnt cells, NaN, never are).
/// Between two burnt cells the ring runs where the arrival is interpolated to `level`; between a
/// burnt and an unburnt cell it runs half-way. Rings are closed without repeating the first point;
/// the grid is taken to be surrounded by unburnt cells.
pub fn reached_by(arrival: &Raster<f32>, level: f32) -> Vec<Vec<Point>> {
    let field = Field { arrival, level };
    let (cols, rows) = (arrival.grid.cols as i64, arrival.grid.rows as i64);
    // Each crossed edge between neighbouring cells is met by two pieces of ring.
    let mut ends: BTreeMap<Edge, [Option<Edge>; 2]> = BTreeMap::new();
    let mut link = |a: Edge, b: Edge| {
        for (from, to) in [(a, b), (b, a)] {
            let slots = ends.entry(from).or_default();
            let free = usize::from(slots[0].is_some());
            slots[free] = Some(to);
        }
    };
    for row in -1..rows {
        for col in -1..cols {
            let inside =
                [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dc, dr)| field.inside(col + dc, row + dr));
            let [north, east, south, west] = [
                Edge {
                    row,
                    col,
                    down: false,
                },
                Edge {
                    row,
                    col: col + 1,
                    down: true,
                },
                Edge {
                    row: row + 1,
                    col,
                    down: false,
                },
                Edge {
                    row,
                    col,
                    down: true,
                },
            ];
            // Corners in order north-west, north-east, south-east, south-west.
            match inside {
                [true, false, true, false] => {
                    link(west, north);
                    link(east, south);
                }
                [false, true, false, true] => {
                    link(north, east);
                    link(south, west);
                }
                [nw, ne, se, sw] => {
                    let sides = [
                        (nw != ne, north),
                        (ne != se, east),
                        (se != sw, south),
                        (sw != nw, west),
                    ];
                    let mut crossed = sides
                        .iter()
                        .filter(|(is_crossed, _)| *is_crossed)
                        .map(|(_, edge)| *edge);
                    if let (Some(a), Some(b)) = (crossed.next(), crossed.next()) {
                        link(a, b);
                    }
                }
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((&start, _)) = ends.first_key_value() {
        let mut ring = Vec::new();
        let mut next = Some(start);
        while let Some(edge) = next {
            let Some(neighbours) = ends.remove(&edge) else {
                break;
            };
            ring.push(field.crossing(edge));
            next = neighbours
                .into_iter()
                .flatten()
                .find(|n| ends.contains_key(n));
        }
        if ring.len() >= 3 {
            rings.push(ring);
        }
    }
    rings
}

/// The ground on which a raster is at most `level`, as polygons: each an outer ring and its holes, the
/// largest first.
pub fn polygons_within(raster: &Raster<f32>, level: f32) -> Vec<Vec<Vec<Point>>> {
    let mut rings = reached_by(raster, level);
    rings.sort_by(|a, b| polygon_area(b).abs().total_cmp(&polygon_area(a).abs()));
    // What lies in an even number of larger rings is ground; the smallest ring around a hole is the one it
    // is cut from.
    let mut polygons: Vec<Vec<Vec<Point>>> = Vec::new();
    let mut seen: Vec<(Vec<Point>, Option<usize>)> = Vec::new();
    for ring in rings {
        let around: Vec<&(Vec<Point>, Option<usize>)> = seen
            .iter()
            .filter(|(outer, _)| polygon_contains(outer, ring[0]))
            .collect();
        let within = around.iter().rev().find_map(|(_, polygon)| *polygon);
        let polygon = if around.len().is_multiple_of(2) {
            polygons.push(vec![ring.clone()]);
            Some(polygons.len() - 1)
        } else {
            if let Some(polygon) = within {
                polygons[polygon].push(ring.clone());
            }
            None
        };
        seen.push((ring, polygon));
    }
    polygons
}

/// Rounds the corners of a ring by cutting them (Chaikin 1974), `times` times.
pub fn rounded(ring: &[Point], times: usize) -> Vec<Point> {
    let mut ring = ring.to_vec();
    for _ in 0..times {
        let n = ring.len();
        ring = (0..n)
            .flat_map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % n]);
                [a.towards(b, 0.25), a.towards(b, 0.75)]
            })
            .collect();
    }
    ring
}

/// The part of a raster that holds all its numbers within `view`; none when there are none.
pub fn finite_part(arrival: &Raster<f32>, view: Extent) -> Option<Raster<f32>> {
    let (view, col0, row0) = arrival.grid.crop(view)?;
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for row in row0..row0 + view.rows {
        let line = &arrival.data[row * arrival.grid.cols + col0..][..view.cols];
        if let Some(first) = line.iter().position(|v| v.is_finite()) {
            let last = line.iter().rposition(|v| v.is_finite()).unwrap_or(first);
            left = left.min(col0 + first);
            right = right.max(col0 + last);
            top = top.min(row);
            bottom = row;
        }
    }
    if left == usize::MAX {
        return None;
    }
    let grid = Grid {
        cols: right - left + 1,
        rows: bottom - top + 1,
        west: arrival.grid.west + left as f64 * arrival.grid.cell,
        north: arrival.grid.north - top as f64 * arrival.grid.cell,
        ..arrival.grid
    };
    let data = (top..=bottom)
        .flat_map(|row| {
            &arrival.data[row * arrival.grid.cols + left..=row * arrival.grid.cols + right]
        })
        .copied()
        .collect();
    Some(Raster { grid, data })
}

/// The edge from cell (`col`, `row`) to its neighbour below or to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    row: i64,
    col: i64,
    down: bool,
}

struct Field<'a> {
    arrival: &'a Raster<f32>,
    level: f32,
}

impl Field<'_> {
    /// Arrival in a cell; NaN outside the grid.
    fn at(&self, col: i64, row: i64) -> f32 {
        let grid = &self.arrival.grid;
        if col < 0 || row < 0 || col >= grid.cols as i64 || row >= grid.rows as i64 {
            return f32::NAN;
        }
        self.arrival.get(col as usize, row as usize)
    }

    fn inside(&self, col: i64, row: i64) -> bool {
        self.at(col, row) <= self.level
    }

    fn crossing(&self, edge: Edge) -> Point {
        let (dc, dr) = if edge.down { (0, 1) } else { (1, 0) };
        let (a, b) = (
            self.at(edge.col, edge.row),
            self.at(edge.col + dc, edge.row + dr),
        );
        let share = if a.is_finite() && b.is_finite() {
            f64::from((self.level - a) / (b - a)).clamp(0.02, 0.98)
        } else {
            0.5
        };
        let grid = &self.arrival.grid;
        Point::new(
            grid.west + (edge.col as f64 + 0.5 + share * dc as f64) * grid.cell,
            grid.north - (edge.row as f64 + 0.5 + share * dr as f64) * grid.cell,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_fire(radius_m: f64) -> Raster<f32> {
        let grid = Grid::new(60, 60, 10.0, 0.0, 600.0).unwrap();
        let mut arrival = Raster::filled(grid, f32::NAN);
        for row in 0..60 {
            for col in 0..60 {
                let d = grid.centre(col, row).distance(Point::new(300.0, 300.0));
                if d <= radius_m {
                    arrival.set(col, row, d as f32);
                }
            }
        }
        arrival
    }

    #[test]
    fn the_ring_of_a_round_fire_holds_its_area() {
        let rings = reached_by(&round_fire(250.0), 150.0);
        assert_eq!(rings.len(), 1);
        let area = polygon_area(&rings[0]).abs();
        assert!(
            (area / (std::f64::consts::PI * 150.0 * 150.0) - 1.0).abs() < 0.01,
            "{area}"
        );
        assert_eq!(reached_by(&round_fire(250.0), f32::MAX).len(), 1);
    }

    #[test]
    fn an_unburnt_island_is_a_ring_of_its_own() {
        let mut arrival = round_fire(200.0);
        for row in 28..32 {
            for col in 28..32 {
                arrival.set(col, row, f32::NAN);
            }
        }
        assert_eq!(reached_by(&arrival, f32::MAX).len(), 2);
    }

    #[test]
    fn a_ring_with_a_fire_in_its_hole_is_two_polygons() {
        let mut raster = round_fire(250.0);
        for row in 0..60 {
            for col in 0..60 {
                let d = raster.get(col, row);
                if d > 60.0 && d < 150.0 {
                    raster.set(col, row, f32::NAN);
                }
            }
        }
        let polygons = polygons_within(&raster, 1e9);
        assert_eq!(polygons.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        let area: f64 = polygons[0].iter().map(|r| polygon_area(r).abs()).sum();
        assert!(area > std::f64::consts::PI * 250.0 * 250.0, "{area}");
    }

    #[test]
    fn two_cells_that_touch_at_a_corner_are_two_fires() {
        let grid = Grid::new(2, 2, 10.0, 0.0, 20.0).unwrap();
        let arrival = Raster {
            grid,
            data: vec![0.0, f32::NAN, f32::NAN, 5.0],
        };
        assert_eq!(reached_by(&arrival, f32::MAX).len(), 2);
        let part = finite_part(&round_fire(50.0), grid.extent().widened(1000.0)).unwrap();
        assert_eq!((part.grid.cols, part.grid.rows), (10, 10));
        assert_eq!(part.grid.west, 250.0);
    }
}
