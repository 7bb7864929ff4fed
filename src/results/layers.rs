//! A run's vectors as layers for a GIS and a phone: one GeoPackage, one KML; a scenario's road network with
//! its travel times.

use std::path::Path;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use petgraph::visit::EdgeRef;
use serde_json::{Map, Value, json};

use super::perimeters::{built_lines, polygons};
use super::qgis;
use crate::base::geo::{Point, Polyline, System, polygon_area};
use crate::files::FileError;
use crate::files::vector::{self, Feature, Layer, Span, write_kml};
use crate::simulation::Outcome;
use crate::world::World;

/// Seconds in an hour and a minute.
const HOUR_S: f64 = 3600.0;
const MINUTE_S: f64 = 60.0;

fn coords(points: &[Point]) -> LineString<f64> {
    points.iter().map(|p| Coord { x: p.x, y: p.y }).collect()
}

fn polygon(rings: &[Vec<Point>]) -> Polygon<f64> {
    let mut rings = rings.iter().map(|r| coords(r));
    Polygon::new(
        rings.next().unwrap_or(LineString(Vec::new())),
        rings.collect(),
    )
}

fn layer(world: &World, name: &str, features: Vec<Feature>) -> Layer {
    Layer {
        name: name.to_owned(),
        system: System::from_epsg(world.crs.code()).ok(),
        features,
        remarks: Vec::new(),
    }
}

fn feature(properties: Value, geometry: Geometry<f64>) -> Feature {
    let properties = match properties {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    Feature {
        id: None,
        properties,
        geometry,
    }
}

fn tenth(v: f64) -> f64 {
    libm::round(v * 10.0) / 10.0
}

/// The fire on the full hours and at the end, as areas and as lines; the line that crews built; where the
/// fires started.
fn layers(outcome: &Outcome) -> Vec<Layer> {
    let world = &outcome.world;
    let clock = &world.clock;
    let hours = libm::ceil(outcome.end_s / HOUR_S).max(1.0) as u32;
    let times: Vec<f64> = (1..hours)
        .map(|h| f64::from(h) * HOUR_S)
        .chain([outcome.end_s])
        .collect();
    let (mut perimeters, mut isochrones) = (Vec::new(), Vec::new());
    for (i, &t) in times.iter().enumerate() {
        let areas = polygons(&outcome.front.perimeter_at(t));
        if areas.is_empty() {
            continue;
        }
        let area_m2: f64 = areas.iter().flatten().map(|ring| polygon_area(ring)).sum();
        let length_m: f64 = areas.iter().flatten().map(|r| ring_length(r)).sum();
        let end = times.get(i + 1).map(|&next| clock.iso(next));
        let attributes = json!({
            "name": clock.hour_minute(t),
            "time": clock.iso(t),
            "until": end,
            "minutes": tenth(t / MINUTE_S),
            "area_ha": libm::round(area_m2 / 100.0) / 100.0,
            "perimeter_m": libm::round(length_m),
        });
        let all = areas.iter().map(|rings| polygon(rings)).collect();
        perimeters.push(feature(
            attributes.clone(),
            Geometry::MultiPolygon(MultiPolygon(all)),
        ));
        let lines = areas.iter().flatten().map(|ring| closed(ring)).collect();
        isochrones.push(feature(
            attributes,
            Geometry::MultiLineString(MultiLineString(lines)),
        ));
    }
    let built = built_lines(outcome.front.barriers().built())
        .into_iter()
        .map(|course| {
            let length_m = tenth(Polyline::new(course.clone()).length());
            feature(
                json!({"kind": "built_line", "length_m": length_m}),
                Geometry::LineString(coords(&course)),
            )
        })
        .collect();
    let fires = outcome
        .fires
        .iter()
        .map(|f| {
            feature(
                json!({"name": f.id}),
                Geometry::Point(geo::Point::new(f.at.x, f.at.y)),
            )
        })
        .collect();
    [
        ("perimeters", perimeters),
        ("isochrones", isochrones),
        ("built_line", built),
        ("ignitions", fires),
    ]
    .into_iter()
    .map(|(name, features)| layer(world, name, features))
    .collect()
}

fn closed(ring: &[Point]) -> LineString<f64> {
    let mut line = coords(ring);
    line.close();
    line
}

fn ring_length(ring: &[Point]) -> f64 {
    (0..ring.len())
        .map(|i| ring[i].distance(ring[(i + 1) % ring.len()]))
        .sum()
}

fn style(name: &str) -> String {
    match name {
        "perimeters" => qgis::areas_qml((230, 90, 30), 50, (110, 10, 30)),
        "isochrones" => qgis::lines_qml((200, 60, 30), 0.4),
        "built_line" => qgis::lines_qml((30, 30, 30), 0.8),
        "ignitions" => qgis::points_qml((210, 30, 30)),
        _ => qgis::lines_qml((90, 90, 90), 0.4),
    }
}

/// Writes `fire.gpkg` (projected, styled) and `fire.kml` (WGS 84, with time spans).
pub fn write(outcome: &Outcome, folder: &Path) -> Result<(), FileError> {
    let layers = layers(outcome);
    let styled: Vec<(&Layer, Option<String>)> = layers
        .iter()
        .filter(|l| !l.features.is_empty())
        .map(|l| (l, Some(style(&l.name))))
        .collect();
    vector::write(&folder.join("fire.gpkg"), &styled)?;
    let kml = folder.join("fire.kml");
    let wgs84 = System::wgs84();
    let in_degrees = layers
        .iter()
        // The outlines say what the lines do; a phone needs only one of them.
        .filter(|l| l.name != "isochrones" && !l.features.is_empty())
        .map(|l| {
            l.to_system(&wgs84, &wgs84)
                .map_err(|e| FileError::write(&kml, e))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let in_degrees: Vec<&Layer> = in_degrees.iter().collect();
    let text = |f: &Feature, key: &str| {
        f.properties
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    write_kml(
        &kml,
        &in_degrees,
        |f| Span {
            begin: text(f, "time"),
            end: text(f, "until"),
        },
        |f| match f.geometry {
            Geometry::MultiPolygon(_) => (220, 80, 30),
            Geometry::LineString(_) => (30, 30, 30),
            _ => (210, 30, 30),
        },
    )
}

/// Writes the road network with its travel times: `roads` as they are, and `travel_times`, each straight
/// piece with the driving minutes from the nearest station to both its ends.
pub fn write_network(world: &World, path: &Path) -> Result<(), FileError> {
    let network = &world.network;
    let classes = &world.scenario.catalogue.road_classes;
    let speed = |class: &str| classes.get(class).map_or(0.0, |c| c.speed_km_h.value);
    let roads = world
        .roads
        .iter()
        .map(|road| {
            let length_m = Polyline::new(road.path.clone()).length();
            let km_h = speed(&road.class);
            feature(
                json!({
                    "id": road.id,
                    "class": road.class,
                    "name": road.name.as_ref().map(|n| n.en.clone()),
                    "name_zh": road.name.as_ref().map(|n| n.zh.clone()),
                    "speed_km_h": km_h,
                    "length_m": tenth(length_m),
                    "minutes": libm::round(length_m / km_h.max(1e-9) * 6.0) / 100.0,
                }),
                Geometry::LineString(coords(&road.path)),
            )
        })
        .collect();
    // Driving seconds from the nearest station, and which one it is.
    let mut best: Vec<Option<(f64, usize)>> = vec![None; network.graph.node_count()];
    for (i, station) in world.stations.iter().enumerate() {
        let Some((root, _)) = network.nearest_connected(station.at) else {
            continue;
        };
        let tree = network.tree_from(root, |_| true);
        for node in network.graph.node_indices() {
            if let Some(seconds) = tree.seconds_to(node)
                && best[node.index()].is_none_or(|b| seconds < b.0)
            {
                best[node.index()] = Some((seconds, i));
            }
        }
    }
    let minutes = |node: usize| best[node].map(|(s, _)| libm::round(s / MINUTE_S * 100.0) / 100.0);
    let pieces = network
        .graph
        .edge_references()
        .map(|edge| {
            let (a, b) = (edge.source(), edge.target());
            let (from, to) = (network.graph[a].at, network.graph[b].at);
            let station = best[a.index()]
                .or(best[b.index()])
                .map(|(_, i)| world.stations[i].id.clone());
            let road = &world.roads[edge.weight().road];
            let (x, y) = (minutes(a.index()), minutes(b.index()));
            feature(
                json!({
                    "road": road.id,
                    "class": road.class,
                    "station": station,
                    "minutes_from": x,
                    "minutes_to": y,
                    "minutes": x.into_iter().chain(y).reduce(f64::max),
                }),
                Geometry::LineString(coords(&[from, to])),
            )
        })
        .collect();
    let layers = [
        layer(world, "roads", roads),
        layer(world, "travel_times", pieces),
    ];
    let styled: Vec<(&Layer, Option<String>)> =
        layers.iter().map(|l| (l, Some(style(&l.name)))).collect();
    vector::write(path, &styled)
}
