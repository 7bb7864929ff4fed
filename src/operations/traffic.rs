//! Vehicles on narrow roads: those that meet, those that cannot turn round; and trees that fall across roads.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use super::fires::Script;
use super::routing::tonnes;
use super::units::{Doing, Trip, UnitState};
use super::{ClosedRoads, Fire, Log, Luck, Now, Number, Shared, hundredths};
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams};
use crate::fire::front::Front;
use crate::fire::ground::Ground;
use crate::protocol::Record;
use crate::scenario::catalogue::TrafficRules;
use crate::world::World as Site;

/// Vehicles that have just met do not meet again for so long after they could go on, seconds \[J\].
const MET_S: f64 = 120.0;
/// A vehicle stands at a node when it is so near, metres.
const AT_NODE_M: f64 = 1.0;
/// Backing shorter than this is no news, metres \[J\].
const NEWS_M: f64 = 30.0;
/// Trees beside a road are at least so high that they reach across it, metres \[J\].
const TREE_M: f64 = 5.0;
/// Where the crowns cover less of the ground, few stand by the road, share \[J\].
const TREE_COVER: f64 = 0.2;

/// Pairs of units that have met on a narrow road, and until when that counts, seconds.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct Met(BTreeMap<(Number, Number), f64>);

/// Speed of backing, m/s.
fn backing_m_s(rules: &TrafficRules) -> f64 {
    rules.backing_km_h.value / 3.6
}

/// A vehicle on a piece of road: from which end, and from when until when.
#[derive(Debug, Clone, Copy, PartialEq)]
struct OnRoad {
    unit: usize,
    forward: bool,
    since_s: f64,
    until_s: f64,
}

/// The narrow or wide pieces of road on which a unit was in the last step: the ends of each, and how.
fn pieces(unit: usize, state: &UnitState, now: Now) -> Vec<(NodeIndex, NodeIndex, OnRoad)> {
    let trip = &state.trip;
    // Seconds of the timetable at which it is, and those at which it was; the way home runs against it.
    let (begun_s, is_home) = match state.doing {
        Doing::Driving { since_s } => (since_s, false),
        Doing::Returning { drive_from_s, .. } if now.t_s >= drive_from_s => (drive_from_s, true),
        _ => return Vec::new(),
    };
    let driven = now.t_s - begun_s;
    let (from, to) = if is_home {
        let left = trip.duration_s() - driven;
        (left, left + now.step_s)
    } else {
        (driven - now.step_s, driven)
    };
    let mut found = Vec::new();
    let first = trip.seconds.partition_point(|s| *s <= from).max(1);
    for i in first..trip.nodes.len() {
        let (s, t) = (trip.seconds[i - 1], trip.seconds[i]);
        if s > to {
            break;
        }
        let (a, b) = (trip.nodes[i - 1], trip.nodes[i]);
        let (since_s, until_s) = if is_home {
            let end = begun_s + trip.duration_s();
            (end - t, end - s)
        } else {
            (begun_s + s, begun_s + t)
        };
        let on = OnRoad {
            unit,
            forward: (a < b) != is_home,
            since_s,
            until_s,
        };
        if a != b {
            found.push((a.min(b), a.max(b), on));
        }
    }
    found
}

/// Lets vehicles that meet where they cannot pass each other wait: who goes home yields to who is called out,
/// or else the later of the two; it backs to a passing place, half the way between two on average.
pub fn meet(
    now: Res<Now>,
    shared: Res<Shared>,
    mut met: ResMut<Met>,
    mut log: ResMut<Log>,
    mut units: Query<(&Number, &mut UnitState)>,
) {
    let site = &*shared.0;
    let back_m_s = backing_m_s(&site.scenario.catalogue.traffic);
    met.0.retain(|_, until| *until > now.t_s);
    let mut driving: Vec<_> = units
        .iter_mut()
        .filter(|(_, u)| {
            let drives = matches!(u.doing, Doing::Driving { .. } | Doing::Returning { .. });
            drives && !u.trip.nodes.is_empty()
        })
        .collect();
    if driving.len() < 2 {
        return;
    }
    driving.sort_by_key(|(n, _)| **n);
    let mut roads: BTreeMap<(NodeIndex, NodeIndex), Vec<OnRoad>> = BTreeMap::new();
    for (i, (_, unit)) in driving.iter().enumerate() {
        for (a, b, on) in pieces(i, unit, *now) {
            roads.entry((a, b)).or_default().push(on);
        }
    }
    for ((a, b), on_it) in roads {
        let Some(edge) = site.network.graph.find_edge(a, b) else {
            continue;
        };
        let edge = &site.network.graph[edge];
        let Some(passing_m) = edge.passing_m else {
            continue;
        };
        for (i, one) in on_it.iter().enumerate() {
            for other in &on_it[i + 1..] {
                let meets = one.forward != other.forward
                    && one.since_s.max(other.since_s) < one.until_s.min(other.until_s);
                if !meets {
                    continue;
                }
                let returns = |u: usize| matches!(driving[u].1.doing, Doing::Returning { .. });
                let (first, yields) = match (returns(one.unit), returns(other.unit)) {
                    (true, false) => (other.unit, one.unit),
                    _ => (one.unit, other.unit),
                };
                let pair = (*driving[first].0, *driving[yields].0);
                let key = (pair.0.min(pair.1), pair.0.max(pair.1));
                if met.0.contains_key(&key) {
                    continue;
                }
                let seconds = 0.5 * passing_m / back_m_s;
                met.0.insert(key, now.t_s + seconds + MET_S);
                wait(&mut driving[yields].1, now.t_s, seconds);
                log.say(
                    now.t_s,
                    Record::Met {
                        unit: driving[yields].1.id.clone(),
                        other: driving[first].1.id.clone(),
                        road: site.roads[edge.road].id.clone(),
                        seconds: libm::round(seconds),
                    },
                );
            }
        }
    }
}

/// Makes a driving unit wait where it is.
fn wait(unit: &mut UnitState, now: f64, seconds: f64) {
    match &mut unit.doing {
        Doing::Driving { since_s } => unit.trip.pause(now - *since_s, seconds),
        Doing::Returning {
            drive_from_s,
            until_s,
        } => {
            let mut way = unit.trip.reversed();
            way.pause(now - *drive_from_s, seconds);
            *until_s += seconds;
            unit.trip = way.reversed();
        }
        _ => {}
    }
}

/// A heavy vehicle's way begun against the direction in which it stands: it backs to the first place where it
/// can turn. `on` are the ends of the piece of road that it is on, unless it stands at a node. Gives the metres
/// that it backs.
pub(super) fn back_out(
    site: &Site,
    unit: &UnitState,
    way: &mut Trip,
    on: Option<(NodeIndex, NodeIndex)>,
) -> f64 {
    let rules = &site.scenario.catalogue.traffic;
    if tonnes(unit) < rules.heavy_t.value || unit.flies() {
        return 0.0;
    }
    let graph = &site.network.graph;
    let can_turn = |way: &Trip, i: usize| {
        let node = &graph[way.nodes[i]];
        node.turns && node.at.distance(way.places[i]) < AT_NODE_M
    };
    let (mut backed_m, mut later_s) = (0.0, 0.0);
    let edge = on.and_then(|(a, b)| graph.find_edge(a, b));
    let mut turned = edge.is_some_and(|e| graph[e].passing_m.is_none());
    for i in 0..way.nodes.len() {
        turned |= can_turn(way, i);
        if turned || i + 1 == way.nodes.len() {
            way.seconds[i] += later_s;
            continue;
        }
        let length = way.places[i].distance(way.places[i + 1]);
        let takes = way.seconds[i + 1] - way.seconds[i];
        way.seconds[i] += later_s;
        later_s += (length / backing_m_s(rules) - takes).max(0.0);
        backed_m += length;
    }
    backed_m
}

/// Says that a unit backs, where it does so for a while.
pub(super) fn say_backing(log: &mut Log, now: f64, unit: &UnitState, backed_m: f64) {
    if backed_m >= NEWS_M {
        log.say(
            now,
            Record::BacksOut {
                unit: unit.id.clone(),
                length_m: libm::round(backed_m),
            },
        );
    }
}

/// How often it is drawn whether trees fall, seconds.
const TREES_EVERY_S: f64 = 3600.0;
/// How often roads are opened again when the trees have been cleared, seconds.
const CLEAR_EVERY_S: f64 = 60.0;

/// Trees that fall across roads: those that are about to, and those that lie there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FallenTrees {
    /// When and where the next ones fall, seconds, in order of time.
    to_come: Vec<(f64, EdgeIndex)>,
    /// Closed pieces of road and until when, seconds.
    pub lying: BTreeMap<EdgeIndex, f64>,
}

/// Lets trees fall across wooded roads in a gale, and beside roads where they have burnt, and has them cleared.
pub fn fell_trees(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    script: Res<Script>,
    fire: Res<Fire>,
    mut closed: ResMut<ClosedRoads>,
    mut log: ResMut<Log>,
) {
    let site = &*shared.0;
    let rules = &site.scenario.catalogue.traffic;
    if libm::fmod(now.t_s, TREES_EVERY_S) == 0.0 {
        let wind_m_s = script.weather().map_or(0.0, |w| w.wind_m_s);
        closed.trees.to_come = falls(site, &luck.0, &fire.0, now.t_s, wind_m_s);
    }
    if libm::fmod(now.t_s, CLEAR_EVERY_S) != 0.0 {
        return;
    }
    let before = closed.trees.lying.len();
    let cleared: Vec<EdgeIndex> = (closed.trees.lying.iter())
        .filter(|(_, until)| **until <= now.t_s)
        .map(|(edge, _)| *edge)
        .collect();
    let graph = &site.network.graph;
    for edge in &cleared {
        closed.trees.lying.remove(edge);
        let road = site.roads[graph[*edge].road].id.clone();
        log.say(now.t_s, Record::RoadOpen { road });
    }
    let due = closed.trees.to_come.partition_point(|(t, _)| *t <= now.t_s);
    let fallen: Vec<_> = closed.trees.to_come.drain(..due).collect();
    for (t, edge) in &fallen {
        let until = t + rules.clear_min.value * 60.0;
        if closed.trees.lying.insert(*edge, until).is_some() {
            continue;
        }
        let at = middle(site, *edge);
        log.say(
            now.t_s,
            Record::TreeFall {
                road: site.roads[graph[*edge].road].id.clone(),
                x: hundredths(at.x),
                y: hundredths(at.y),
                minutes: rules.clear_min.value,
            },
        );
    }
    if !cleared.is_empty() || closed.trees.lying.len() != before {
        closed.version += 1;
    }
}

fn middle(site: &Site, edge: EdgeIndex) -> Point {
    let graph = &site.network.graph;
    graph
        .edge_endpoints(edge)
        .map_or_else(Point::default, |(a, b)| {
            graph[a].at.towards(graph[b].at, 0.5)
        })
}

/// The trees that fall within the hour after `now`, in order of time: at most one a piece of road.
fn falls(
    site: &Site,
    luck: &Streams,
    front: &Front<Ground>,
    now: f64,
    wind_m_s: f64,
) -> Vec<(f64, EdgeIndex)> {
    let rules = &site.scenario.catalogue.traffic;
    let from = rules.tree_wind_m_s.value;
    let is_gale = wind_m_s >= from;
    if !is_gale && front.burnt_cells() == 0 {
        return Vec::new();
    }
    let gale = if is_gale {
        rules.trees_per_km_h.value * (wind_m_s / from) * (wind_m_s / from)
    } else {
        0.0
    };
    let graph = &site.network.graph;
    let hour = (now / TREES_EVERY_S) as u64;
    let mut falling = Vec::new();
    for edge in graph.edge_references() {
        let (a, b) = (graph[edge.source()].at, graph[edge.target()].at);
        let trees = Roadside::of(front, a, b);
        let has_burnt = || trees.have_burnt_since(front, now - rules.burnt_trees_h.value * 3600.0);
        let burnt = if trees.stand() && has_burnt() {
            rules.burnt_trees_per_km_h.value
        } else {
            0.0
        };
        let rate = if trees.stand() { gale + burnt } else { 0.0 };
        if rate <= 0.0 {
            continue;
        }
        let expected = rate * edge.weight().length_m / 1000.0;
        let stream = format!("tree/{}", edge.id().index());
        if luck.uniform(Purpose::Roads, &stream, 2 * hour) < -libm::expm1(-expected) {
            let when = luck.uniform(Purpose::Roads, &stream, 2 * hour + 1);
            falling.push((now + when * TREES_EVERY_S, edge.id()));
        }
    }
    falling.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    falling
}

/// The cells on both sides of the middle of a piece of road.
struct Roadside([Option<(usize, usize)>; 2], bool);

impl Roadside {
    fn of(front: &Front<Ground>, a: Point, b: Point) -> Self {
        let grid = front.grid();
        let (m, length) = (a.towards(b, 0.5), a.distance(b).max(1e-9));
        let side = ((b.y - a.y) / length, (a.x - b.x) / length);
        let cells = [-1.0, 1.0].map(|s| {
            grid.cell_at(Point::new(
                m.x + s * side.0 * grid.cell,
                m.y + s * side.1 * grid.cell,
            ))
        });
        let stands = cells.into_iter().flatten().any(|(c, r)| {
            (front.source().stand_at(c, r))
                .is_some_and(|s| s.height.0 >= TREE_M && s.cover >= TREE_COVER)
        });
        Self(cells, stands)
    }

    /// Whether trees stand there.
    fn stand(&self) -> bool {
        self.1
    }

    /// Whether it has burnt there since a time.
    fn have_burnt_since(&self, front: &Front<Ground>, since_s: f64) -> bool {
        let cells = self.0.into_iter().flatten();
        cells
            .filter_map(|(c, r)| front.burnt_at(c, r))
            .any(|b| b.arrival_s > since_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::schema::Road;
    use crate::world::roads::RoadNetwork;
    use bevy_ecs::system::RunSystemOnce;
    use std::sync::Arc;

    /// The valley with one narrow road of five pieces along its south, 1 km, and a wide one at its west end.
    fn narrow(turn_rounds_m: &[f64]) -> Site {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let mut site = Site::build(Scenario::read(&path).unwrap()).unwrap().0;
        let low = site.landscape.elevation.grid.extent().min;
        let at = |x: f64, y: f64| Point::new(low.x + 500.0 + x, low.y + 500.0 + y);
        let road = |id: &str, class: &str, path: Vec<Point>| Road {
            id: id.to_owned(),
            class: class.to_owned(),
            width_m: None,
            name: None,
            gate_min: 0.0,
            limit_t: None,
            passing_m: None,
            turn_rounds_m: None,
            path,
        };
        let along = (0..=5).map(|i| at(200.0 * f64::from(i), 0.0)).collect();
        let mut fire_road = road("narrow", "fire_road", along);
        fire_road.turn_rounds_m = Some(turn_rounds_m.to_vec());
        let wide = road("wide", "county_road", vec![at(0.0, 0.0), at(0.0, 500.0)]);
        site.roads = vec![fire_road, wide];
        site.network = Arc::new(RoadNetwork::build(
            &site.roads,
            &site.scenario.catalogue,
            None,
        ));
        site
    }

    /// A unit of the valley.
    fn unit(site: &Site, unit_type: &str) -> UnitState {
        let kind = &site.scenario.catalogue.unit_types[unit_type];
        let unit = &site.scenario.file.units[0];
        UnitState::ready(unit, kind, site.network.graph[NodeIndex::new(0)].at, None)
    }

    /// From the west end of the narrow road to the east one, 180 s a piece at 4 km/h: a slow drive.
    fn east(site: &Site) -> Trip {
        let nodes: Vec<NodeIndex> = (0..6).map(NodeIndex::new).collect();
        Trip {
            places: nodes.iter().map(|n| site.network.graph[*n].at).collect(),
            seconds: (0..6).map(|i| 180.0 * f64::from(i)).collect(),
            length_m: 1000.0,
            nodes,
        }
    }

    fn world_at(site: &Arc<Site>, now: f64) -> World {
        let mut world = World::new();
        world.insert_resource(Now {
            t_s: now,
            step_s: 10.0,
        });
        world.insert_resource(Shared(site.clone()));
        world.init_resource::<Met>();
        world.init_resource::<Log>();
        world
    }

    fn said(world: &World) -> Vec<&Record> {
        let lines = world.resource::<Log>().0.lines();
        lines.iter().map(|l| &l.record).collect()
    }

    #[test]
    fn who_goes_home_waits_for_who_is_called_out_where_they_cannot_pass() {
        let site = Arc::new(narrow(&[]));
        let mut world = world_at(&site, 455.0);
        let mut out = unit(&site, "pro_crew");
        out.trip = east(&site);
        out.doing = Doing::Driving { since_s: 0.0 };
        let mut home = unit(&site, "pro_crew");
        "homeward".clone_into(&mut home.id);
        home.trip = east(&site);
        // Back from the east end: both are on the third piece at 455 s.
        home.doing = Doing::Returning {
            drive_from_s: 0.0,
            until_s: 900.0,
        };
        let first = world.spawn((Number(1), out.clone())).id();
        let second = world.spawn((Number(0), home.clone())).id();
        let place = home.trip.reversed().place_at(455.0).unwrap();
        world.run_system_once(meet).unwrap();
        // 300 m between passing places: 150 m at 5 km/h.
        let Record::Met {
            unit,
            other,
            road,
            seconds,
        } = said(&world)[0]
        else {
            panic!("{:?}", said(&world));
        };
        assert_eq!(
            (unit.as_str(), other, road.as_str()),
            ("homeward", &out.id, "narrow")
        );
        assert_eq!(*seconds, 108.0);
        let state = |e| world.get::<UnitState>(e).unwrap();
        assert_eq!(state(first), &out);
        let Doing::Returning { until_s, .. } = state(second).doing else {
            panic!("it drives home still");
        };
        assert_eq!(until_s, 1008.0);
        let way = state(second).trip.reversed();
        assert_eq!(way.place_at(455.0), Some(place));
        assert_eq!(way.place_at(540.0), Some(place), "it waits");
        assert_ne!(way.place_at(600.0), Some(place));
        // They have met: not again in the next ticks.
        world.insert_resource(Now {
            t_s: 465.0,
            step_s: 10.0,
        });
        world.run_system_once(meet).unwrap();
        assert_eq!(said(&world).len(), 1);
    }

    #[test]
    fn vehicles_pass_each_other_on_wide_roads_and_follow_each_other_on_narrow_ones() {
        let mut site = narrow(&[]);
        let mut follows = unit(&site, "pro_crew");
        follows.trip = east(&site);
        follows.doing = Doing::Driving { since_s: 20.0 };
        let mut leads = follows.clone();
        leads.doing = Doing::Driving { since_s: 0.0 };
        let meets = |site: Site, a: &UnitState, b: &UnitState| {
            let mut world = world_at(&Arc::new(site), 455.0);
            world.spawn((Number(0), a.clone()));
            world.spawn((Number(1), b.clone()));
            world.run_system_once(meet).unwrap();
            said(&world).len()
        };
        assert_eq!(meets(narrow(&[]), &leads, &follows), 0);
        let mut home = follows.clone();
        home.doing = Doing::Returning {
            drive_from_s: 0.0,
            until_s: 900.0,
        };
        assert_eq!(meets(narrow(&[]), &leads, &home), 1);
        site.roads[0].width_m = Some(6.0);
        site.network = Arc::new(RoadNetwork::build(
            &site.roads,
            &site.scenario.catalogue,
            None,
        ));
        assert_eq!(meets(site, &leads, &home), 0);
    }

    #[test]
    fn a_heavy_vehicle_backs_to_where_it_can_turn() {
        let back_s = 3.6 / 5.0;
        let backs = |site: &Site, unit_type: &str, on: Option<(usize, usize)>, way: &Trip| {
            let mut way = way.clone();
            let on = on.map(|(a, b)| (NodeIndex::new(a), NodeIndex::new(b)));
            let backed = back_out(site, &unit(site, unit_type), &mut way, on);
            (backed, way.duration_s())
        };
        let site = narrow(&[]);
        // 5 m/s forward.
        let mut way = east(&site).reversed();
        way.seconds = (0..6).map(|i| 40.0 * f64::from(i)).collect();
        // All the way to the wide road, at walking pace.
        assert_eq!(
            backs(&site, "engine", None, &way),
            (1000.0, 1000.0 * back_s)
        );
        assert_eq!(backs(&site, "pro_crew", None, &way), (0.0, 200.0));
        // To the turn-round 400 m from the west, and forward from there.
        let room = narrow(&[400.0]);
        let (backed, takes) = backs(&room, "engine", None, &way);
        assert_eq!(backed, 600.0);
        assert!((takes - (600.0 * back_s + 80.0)).abs() < 1e-9);
        // From the middle of a piece; at once where that is wide.
        let half = way.until(20.0).reversed();
        assert_eq!(half.places.len(), 2);
        assert_eq!(backs(&site, "engine", Some((5, 4)), &half).0, 100.0);
        let mut wide = narrow(&[]);
        wide.roads[0].width_m = Some(6.0);
        wide.network = Arc::new(RoadNetwork::build(
            &wide.roads,
            &wide.scenario.catalogue,
            None,
        ));
        assert_eq!(backs(&wide, "engine", Some((5, 4)), &half), (0.0, 20.0));
    }

    #[test]
    fn trees_fall_in_a_gale_where_trees_stand_and_are_cleared() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let site = Arc::new(Site::build(Scenario::read(&path).unwrap()).unwrap().0);
        let ground = Ground::new(site.clone(), site.weather.at(0.0));
        let barriers = crate::fire::barriers::Barriers::new(site.grid);
        let front = Front::new(ground, site.grid, barriers);
        let wooded_km: f64 = (site.network.graph.edge_references())
            .filter(|e| {
                let ends = [e.source(), e.target()].map(|n| site.network.graph[n].at);
                Roadside::of(&front, ends[0], ends[1]).stand()
            })
            .map(|e| e.weight().length_m / 1000.0)
            .sum();
        assert!(wooded_km > 1.0);
        let rules = &site.scenario.catalogue.traffic;
        let wind = 2.0 * rules.tree_wind_m_s.value;
        let mut count = 0;
        for seed in 0..400 {
            assert!(falls(&site, &Streams::new(seed), &front, 0.0, 8.0).is_empty());
            let falling = falls(&site, &Streams::new(seed), &front, 3600.0, wind);
            assert!(falling.iter().all(|(t, _)| (3600.0..7200.0).contains(t)));
            assert!(falling.windows(2).all(|w| w[0].0 <= w[1].0));
            count += falling.len();
        }
        // Four times the rate at twice the wind.
        let expected = 400.0 * 4.0 * rules.trees_per_km_h.value * wooded_km;
        let off = (count as f64 - expected) / libm::sqrt(expected);
        assert!(off.abs() < 4.0, "{count} trees, {expected} expected");
    }
}
