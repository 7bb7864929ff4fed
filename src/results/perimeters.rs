//! Perimeters on the hour and the line built by crews, as vectors.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, json};

use crate::base::geo::{Point, Polyline, polygon_area, polygon_contains};
use crate::files::FileError;
use crate::files::geojson::{Geometry, write_features};
use crate::fire::barriers::{BarrierKind, BarrierSegment};
use crate::fire::front::Ring;
use crate::simulation::Outcome;

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;

/// Rings sorted into polygons: each an outer ring and the islands within it that did not burn.
pub fn polygons(rings: &[Ring]) -> Vec<Vec<Vec<Point>>> {
    let usable = || rings.iter().filter(|r| r.vertices.len() >= 3);
    let mut outers: Vec<(f64, Vec<Vec<Point>>)> = usable()
        .filter(|r| r.area_m2 > 0.0)
        .map(|r| (r.area_m2, vec![r.points()]))
        .collect();
    // The smallest outer ring around an island is the one it lies in.
    outers.sort_by(|a, b| a.0.total_cmp(&b.0));
    for island in usable().filter(|r| r.area_m2 < 0.0) {
        let points = island.points();
        let around = outers.iter_mut().find(|(area, polygon)| {
            *area > -island.area_m2 && polygon_contains(&polygon[0], points[0])
        });
        if let Some((_, polygon)) = around {
            polygon.push(points);
        }
    }
    outers
        .into_iter()
        .map(|(_, polygon)| polygon)
        .rev()
        .collect()
}

/// Writes `perimeters.geojson`: the fire at every full hour of the run after it started, and at the
/// end.
pub fn write_perimeters(outcome: &Outcome, path: &Path) -> Result<(), FileError> {
    let clock = &outcome.world.clock;
    let hours = libm::ceil(outcome.end_s / HOUR_S).max(1.0) as u32;
    let times = (1..hours)
        .map(|h| f64::from(h) * HOUR_S)
        .chain([outcome.end_s]);
    let features = times.filter_map(|t| {
        let polygons = polygons(&outcome.front.perimeter_at(t));
        let area_m2: f64 = polygons
            .iter()
            .flatten()
            .map(|ring| polygon_area(ring))
            .sum();
        let mut properties = Map::new();
        properties.insert("time".into(), json!(clock.iso(t)));
        properties.insert("minutes".into(), json!(libm::round(t / 6.0) / 10.0));
        properties.insert("area_ha".into(), json!(libm::round(area_m2) / 10_000.0));
        (!polygons.is_empty()).then_some((properties, Geometry::MultiPolygon(polygons)))
    });
    write_features(path, &outcome.world.crs, features)
}

/// The line built by crews, piece by piece chained into courses.
pub fn built_lines(segments: &[BarrierSegment]) -> Vec<Vec<Point>> {
    let built = segments.iter().filter(|s| s.kind == BarrierKind::BuiltLine);
    chained(built.map(|s| (s.a, s.b)))
}

/// Pieces joined where one ends on the spot on which another begins.
fn chained(pieces: impl Iterator<Item = (Point, Point)>) -> Vec<Vec<Point>> {
    // Looked up by key only, never iterated.
    let mut ends: HashMap<(u64, u64), usize> = HashMap::new();
    let key = |p: Point| (p.x.to_bits(), p.y.to_bits());
    let mut courses: Vec<Vec<Point>> = Vec::new();
    for (a, b) in pieces {
        let course = if let Some(course) = ends.remove(&key(a)) {
            courses[course].push(b);
            course
        } else {
            courses.push(vec![a, b]);
            courses.len() - 1
        };
        ends.insert(key(b), course);
    }
    courses
}

/// Writes `line.geojson`: line built by crews.
pub fn write_line(outcome: &Outcome, path: &Path) -> Result<(), FileError> {
    let features = built_lines(outcome.front.barriers().built())
        .into_iter()
        .map(|course| {
            let length = Polyline::new(course.clone()).length();
            let mut properties = Map::new();
            properties.insert("kind".into(), json!("built_line"));
            properties.insert("length_m".into(), json!(libm::round(length * 10.0) / 10.0));
            (properties, Geometry::Line(course))
        });
    write_features(path, &outcome.world.crs, features)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::front::Vertex;

    fn square(x: f64, y: f64, half: f64, burnt_inside: bool) -> Ring {
        let mut corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        if !burnt_inside {
            corners.reverse();
        }
        let vertices: Vec<Vertex> = corners
            .iter()
            .map(|(i, j)| Vertex {
                at: Point::new(x + i * half, y + j * half),
                active: false,
                inside: (0, 0),
                ahead: (0, 0),
                start: 0,
                origin: 0,
            })
            .collect();
        let points: Vec<Point> = vertices.iter().map(|v| v.at).collect();
        Ring {
            area_m2: polygon_area(&points),
            vertices,
        }
    }

    #[test]
    fn an_island_belongs_to_the_fire_around_it_and_a_fire_on_the_island_is_its_own() {
        let rings = [
            square(0.0, 0.0, 2.0, true),
            square(0.0, 0.0, 100.0, true),
            square(0.0, 0.0, 10.0, false),
        ];
        let polygons = polygons(&rings);
        assert_eq!(polygons.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(polygons[0][0][0], Point::new(-100.0, -100.0));
    }

    #[test]
    fn two_flanks_built_by_turns_are_two_courses() {
        let p = |x: f64, y: f64| Point::new(x, y);
        let pieces = [
            (p(0.0, 0.0), p(1.0, 0.0)),
            (p(0.0, 5.0), p(1.0, 5.0)),
            (p(1.0, 0.0), p(2.0, 0.0)),
            (p(1.0, 5.0), p(2.0, 5.0)),
        ];
        let courses = chained(pieces.into_iter());
        assert_eq!(courses.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
    }
}
