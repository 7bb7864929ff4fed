//! Numbers and references of the features on the map, and what the road network says of them.

use crate::base::geo::{Point, Polyline, nearest_on_segment};
use crate::base::message::Message;
use crate::scenario::Catalogue;
use crate::scenario::schema::Road;
use crate::world::findings::{Findings, Origin};
use crate::world::gathered::Gathered;
use crate::world::roads::RoadNetwork;

use super::settings::{not_negative, positive};

/// A station or pond further than this from every road is warned of, metres.
const NEAR_ROAD_M: f64 = 200.0;

/// Widths, volumes, heights, references to road classes.
pub(in crate::world) fn check(
    gathered: &Gathered,
    catalogue: &Catalogue,
    findings: &mut Findings<'_>,
) {
    for (road, origin) in gathered.roads.iter() {
        if !catalogue.road_classes.contains_key(&road.class) {
            let known = catalogue.road_classes.keys().map(String::as_str);
            let place = |message| findings.error_in(origin, "class", message);
            let refused = super::dangling(place, "check-unknown-road-class", &road.class, known);
            findings.add(refused);
        }
        if let Some(width) = road.width_m {
            findings.range_in(origin, "width_m", width, positive(width), "> 0");
        }
        if let Some(passing) = road.passing_m {
            findings.range_in(origin, "passing_m", passing, positive(passing), "> 0");
        }
        let length = Polyline::new(road.path.clone()).length();
        for &along in road.turn_rounds_m.iter().flatten() {
            let fine = (0.0..=length).contains(&along);
            let expected = format!("0..{length:.0}");
            findings.range_in(origin, "turn_rounds_m", along, fine, &expected);
        }
    }
    for (belt, origin) in gathered.firebreaks.iter() {
        findings.range_in(
            origin,
            "width_m",
            belt.width_m,
            positive(belt.width_m),
            "> 0",
        );
        for (field, share) in [
            ("closure", belt.closure),
            ("weeds", belt.weeds),
            ("width_cv", belt.width_cv),
        ] {
            if let Some(share) = share {
                findings.range_in(origin, field, share, (0.0..=1.0).contains(&share), "0..1");
            }
        }
    }
    for (pond, origin) in gathered.ponds.iter() {
        let volume = pond.volume_m3;
        findings.range_in(origin, "volume_m3", volume, not_negative(volume), "≥ 0");
    }
    for (camera, origin) in gathered.cameras.iter() {
        for (field, value) in [("height_m", camera.height_m), ("range_m", camera.range_m)] {
            if let Some(value) = value {
                findings.range_in(origin, field, value, positive(value), "> 0");
            }
        }
    }
    for (patrol, origin) in gathered.patrols.iter() {
        findings.range_in(
            origin,
            "pace_km_h",
            patrol.pace_km_h,
            positive(patrol.pace_km_h),
            "> 0",
        );
        findings.range_in(
            origin,
            "sight_m",
            patrol.sight_m,
            positive(patrol.sight_m),
            "> 0",
        );
    }
    for (value, origin) in gathered.values.iter() {
        let money = value.value_cny;
        findings.range_in(origin, "value_cny", money, not_negative(money), "≥ 0");
    }
    for (line, origin) in gathered.power_lines.iter() {
        findings.range_in(origin, "kv", line.kv, positive(line.kv), "> 0");
    }
}

/// Warnings: stations and ponds without a road near, parts of the network that nothing joins.
pub(in crate::world) fn check_access(
    gathered: &Gathered,
    network: &RoadNetwork,
    findings: &mut Findings<'_>,
) {
    let roads = &gathered.roads.items;
    let mut far = |id: &str, at: Point, origin: &Origin, key: &str| {
        let distance = distance_to_roads(roads, at);
        let message = match distance {
            Some(d) if d <= NEAR_ROAD_M => return,
            Some(d) => Message::new(key)
                .with("distance", libm::round(d))
                .with("expected", NEAR_ROAD_M),
            None => Message::new("check-no-roads"),
        };
        findings.add(findings.warning_in(origin, "at", message.with("id", id)));
    };
    for (station, origin) in gathered.stations.iter() {
        far(&station.id, station.at, origin, "check-station-no-road");
    }
    for (pond, origin) in gathered.ponds.iter() {
        far(&pond.id, pond.at, origin, "check-pond-no-road");
    }
    islands(gathered, network, findings);
}

/// Distance from a place to the nearest road, metres; none without roads.
fn distance_to_roads(roads: &[Road], at: Point) -> Option<f64> {
    let mut best: Option<f64> = None;
    for pair in roads.iter().flat_map(|road| road.path.windows(2)) {
        let (a, b) = (pair[0], pair[1]);
        let least = best.unwrap_or(f64::INFINITY);
        // Cheaper than the distance, and right for all but the nearest few.
        let beside = a.x.min(b.x) - at.x > least || at.x - a.x.max(b.x) > least;
        if beside || a.y.min(b.y) - at.y > least || at.y - a.y.max(b.y) > least {
            continue;
        }
        let distance = at.distance(nearest_on_segment(at, a, b).1);
        best = Some(least.min(distance));
    }
    best
}

/// Parts of the network that are told one by one; those beyond are summed up.
const ISLANDS_TOLD: usize = 3;

/// A warning for each of the larger parts of the network that do not hang together with the largest,
/// and one for all the rest.
fn islands(gathered: &Gathered, network: &RoadNetwork, findings: &mut Findings<'_>) {
    let parts = network.components();
    let mut roads_in: Vec<Vec<usize>> = vec![Vec::new(); parts];
    for edge in network.graph.edge_references() {
        use petgraph::visit::EdgeRef;
        let part = network.component[edge.source().index()];
        let road = edge.weight().road;
        if roads_in[part].last() != Some(&road) {
            roads_in[part].push(road);
        }
    }
    let length_of = |roads: &[usize]| -> f64 {
        roads
            .iter()
            .map(|&road| Polyline::new(gathered.roads.items[road].path.clone()).length())
            .sum()
    };
    let apart: Vec<&Vec<usize>> = roads_in.iter().skip(1).filter(|r| !r.is_empty()).collect();
    for roads in apart.iter().take(ISLANDS_TOLD) {
        let length = length_of(roads);
        let first = roads[0];
        let message = Message::new("check-road-island")
            .with("id", gathered.roads.items[first].id.as_str())
            .with("roads", roads.len() as f64)
            .with("km", libm::round(length / 10.0) / 100.0);
        let help = Message::new("check-help-roads-meet");
        let place = findings.warning_in(&gathered.roads.origins[first], "path", message);
        findings.add(place.with_help(help));
    }
    let rest: Vec<&Vec<usize>> = apart.into_iter().skip(ISLANDS_TOLD).collect();
    if let Some(first) = rest.first().and_then(|roads| roads.first()) {
        let message = Message::new("check-road-islands")
            .with("parts", rest.len() as f64)
            .with("roads", rest.iter().map(|r| r.len()).sum::<usize>() as f64)
            .with(
                "km",
                libm::round(rest.iter().map(|r| length_of(r)).sum::<f64>() / 10.0) / 100.0,
            );
        let place = findings.warning_in(&gathered.roads.origins[*first], "path", message);
        findings.add(place.with_help(Message::new("check-help-roads-meet")));
    }
}
