//! Roads to a place: for every weight of vehicle, over what is open today, at today's speed.

use super::ClosedRoads;
use super::units::{Trip, UnitState};
use crate::base::geo::Point;
use crate::world::World as Site;
use crate::world::roads::{RoadEdge, RouteTree};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

/// The fastest ways between a place and everywhere else, for each class of weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Routes {
    by_weight: Vec<RouteTree>,
}

impl Routes {
    /// The ways of a unit.
    pub fn of(&self, site: &Site, unit: &UnitState) -> &RouteTree {
        let class = site.network.weight_class(tonnes(unit));
        &self.by_weight[class.min(self.by_weight.len() - 1)]
    }

    /// The ways of the lightest vehicles.
    pub fn light(&self) -> &RouteTree {
        &self.by_weight[0]
    }
}

/// Weight of a unit on the road; those whose type says nothing of it are light.
pub(super) fn tonnes(unit: &UnitState) -> f64 {
    unit.kind.weight_t.as_ref().map_or(0.0, |t| t.value)
}

/// Seconds that a piece of road takes a vehicle of a weight class; none when it can't pass.
pub fn takes(
    site: &Site,
    closed: &ClosedRoads,
    (id, edge): (EdgeIndex, &RoadEdge),
    class: usize,
) -> Option<f64> {
    let rules = &site.scenario.catalogue.work;
    if closed.roads.contains(&edge.road)
        || closed.burning.contains(&id)
        || closed.bridges.contains(&id)
        || closed.trees.lying.contains_key(&id)
        || edge.weight_class < class
    {
        return None;
    }
    if edge.earth && closed.rain_mm > 0.0 {
        if closed.rain_mm > rules.closed_rain_mm.value {
            return None;
        }
        return Some(edge.seconds / rules.wet_speed.value);
    }
    Some(edge.seconds)
}

/// Ways from a node, for one class of weight.
pub fn tree(site: &Site, closed: &ClosedRoads, node: NodeIndex, class: usize) -> RouteTree {
    site.network
        .tree_by(node, |id, edge| takes(site, closed, (id, edge), class))
}

/// Searches the open roads from the node nearest to a place that some unit can drive to; none when
/// no unit can drive anywhere.
pub fn routes_to(site: &Site, closed: &ClosedRoads, at: Point) -> Option<Routes> {
    let network = &site.network;
    let homes: Vec<_> = site
        .stations
        .iter()
        .filter_map(|s| network.nearest_connected(s.at))
        .map(|(node, _)| node)
        .collect();
    let mut cut_off: Vec<RouteTree> = Vec::new();
    for node in network.nearest_first(at) {
        if cut_off.iter().any(|t| t.seconds_to(node).is_some()) {
            continue;
        }
        let light = tree(site, closed, node, 0);
        if homes.iter().any(|&home| light.seconds_to(home).is_some()) {
            let heavier = (1..=network.limits_t.len()).map(|class| tree(site, closed, node, class));
            return Some(Routes {
                by_weight: std::iter::once(light.clone()).chain(heavier).collect(),
            });
        }
        // Behind a closed road: so is all that can be reached from there.
        cut_off.push(light);
    }
    None
}

/// A unit's journey from a node along a search's tree; none when no road leads there.
pub fn trip_from(
    site: &Site,
    routes: &RouteTree,
    from: NodeIndex,
    speed_factor: f64,
) -> Option<Trip> {
    let total = routes.seconds_to(from)?;
    let mut trip = Trip::default();
    for (i, node) in routes.route_to(from)?.into_iter().rev().enumerate() {
        let place = site.network.graph[node].at;
        if i > 0 {
            trip.length_m += trip.places[i - 1].distance(place);
        }
        trip.places.push(place);
        trip.nodes.push(node);
        trip.seconds
            .push((total - routes.seconds_to(node)?) / speed_factor);
    }
    Some(trip)
}

/// A unit's journey between two nodes by open roads, where it takes no longer than `limit_s`.
pub fn near_trip(
    site: &Site,
    closed: &ClosedRoads,
    unit: &UnitState,
    (from, to): (NodeIndex, NodeIndex),
    limit_s: f64,
) -> Option<Trip> {
    let class = site.network.weight_class(tonnes(unit));
    let speed = unit.kind.speed_factor.value;
    let tree = site.network.tree_within(to, limit_s * speed, |id, edge| {
        takes(site, closed, (id, edge), class)
    });
    trip_from(site, &tree, from, speed)
}

/// A unit's journey to where routes lead, from where it is free: by road, or straight by air.
pub fn trip(site: &Site, routes: &Routes, unit: &UnitState, to: Point) -> Option<Trip> {
    if let Some(speed) = unit
        .flies()
        .then_some(unit.kind.air_km_h.as_ref())
        .flatten()
    {
        return Some(Trip::straight(unit.at, to, speed.value / 3.6));
    }
    let (start, _) = site.network.nearest_connected(unit.at)?;
    let way = trip_from(
        site,
        routes.of(site, unit),
        start,
        unit.kind.speed_factor.value,
    )?;
    Some(way.from_beside(unit.at))
}

/// Whether a vehicle may drive between two neighbouring nodes now, and over which road.
pub fn between(
    site: &Site,
    closed: &ClosedRoads,
    unit: &UnitState,
    (a, b): (NodeIndex, NodeIndex),
) -> Result<(), usize> {
    if a == b {
        return Ok(());
    }
    let class = site.network.weight_class(tonnes(unit));
    let mut road = 0;
    for edge in site.network.graph.edges_connecting(a, b) {
        if takes(site, closed, (edge.id(), edge.weight()), class).is_some() {
            return Ok(());
        }
        road = edge.weight().road;
    }
    Err(road)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valley() -> Site {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let scenario = crate::scenario::Scenario::read(&path).unwrap();
        Site::build(scenario).unwrap().0
    }

    #[test]
    fn rain_slows_earth_roads_and_then_closes_them_and_leaves_the_others() {
        let site = valley();
        let rules = &site.scenario.catalogue.work;
        let graph = &site.network.graph;
        let mut kinds = [0, 0];
        for edge in graph.edge_references() {
            let e = edge.weight();
            let after = |rain_mm: f64| {
                let closed = ClosedRoads {
                    rain_mm,
                    ..ClosedRoads::default()
                };
                takes(&site, &closed, (edge.id(), e), 0)
            };
            assert_eq!(after(0.0), Some(e.seconds));
            kinds[usize::from(e.earth)] += 1;
            if e.earth {
                assert_eq!(after(5.0), Some(e.seconds / rules.wet_speed.value));
                assert_eq!(after(rules.closed_rain_mm.value + 1.0), None);
            } else {
                assert_eq!(after(rules.closed_rain_mm.value + 1.0), Some(e.seconds));
            }
        }
        assert!(kinds[0] > 0 && kinds[1] > 0, "{kinds:?}");
    }
}
