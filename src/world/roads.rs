//! The road network in petgraph and its shortest-path trees.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::base::geo::{Point, Raster};
use crate::scenario::Catalogue;
use crate::scenario::catalogue::WorkRules;
use crate::scenario::schema::Road;

/// Two points of paths this near to each other are one node, metres.
const SHARED_POINT_M: f64 = 0.1;

/// A junction or bend of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadNode {
    /// Place.
    pub at: Point,
    /// Whether a heavy vehicle can turn round here.
    pub turns: bool,
}

/// A straight piece of road between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadEdge {
    /// Index into `World::roads`.
    pub road: usize,
    /// Length, metres.
    pub length_m: f64,
    /// Driving time at the class's speed and the road's grade, seconds; a gate's opening included.
    pub seconds: f64,
    /// Whether it is earth or gravel.
    pub earth: bool,
    /// Number of the network's weight limits that a vehicle must keep to use it: those up to this
    /// index.
    pub weight_class: usize,
    /// Metres between passing places; none where two vehicles pass each other anywhere.
    pub passing_m: Option<f64>,
}

/// How the terrain slows vehicles down.
#[derive(Debug, Clone, Copy)]
struct Terrain<'a> {
    /// Elevation, metres.
    elevation: &'a Raster<f32>,
    /// The catalogue's numbers.
    rules: &'a WorkRules,
}

impl Terrain<'_> {
    /// Share of the class's speed on a piece of road, by its grade.
    fn speed_share(&self, from: Point, to: Point) -> f64 {
        let run = from.distance(to);
        if run <= 0.0 {
            return 1.0;
        }
        let rise = self.elevation.bilinear(to) - self.elevation.bilinear(from);
        let beyond = (rise.abs() / run - self.rules.full_speed_grade.value).max(0.0);
        (1.0 - self.rules.grade_loss.value * beyond).max(self.rules.least_speed.value)
    }
}

type NodeTree = RTree<GeomWithData<[f64; 2], u32>>;

/// The roads as a graph: one node for every distinct point of a path (to 0.1 m).
#[derive(Debug, Clone, Default)]
pub struct RoadNetwork {
    /// The graph. Roads that run side by side between two nodes are two edges.
    pub graph: UnGraph<RoadNode, RoadEdge>,
    /// Connected component of each node; component 0 is the largest (by nodes, then by the lowest
    /// node), the others follow in the same order.
    pub component: Vec<usize>,
    /// The different weight limits of its roads, tonnes, ascending.
    pub limits_t: Vec<f64>,
    index: NodeTree,
    /// The nodes of component 0.
    main_index: NodeTree,
}

impl RoadNetwork {
    /// The network of `roads`, each driven at its class's speed, slowed by its grade where there is a
    /// terrain; narrow where the traffic rules say so. Roads of an unknown class are left out; the world's checks refuse them.
    pub fn build(roads: &[Road], catalogue: &Catalogue, elevation: Option<&Raster<f32>>) -> Self {
        let (classes, traffic) = (&catalogue.road_classes, &catalogue.traffic);
        let terrain = elevation.map(|elevation| Terrain {
            elevation,
            rules: &catalogue.work,
        });
        let mut limits_t: Vec<f64> = roads.iter().filter_map(|r| r.limit_t).collect();
        limits_t.sort_by(f64::total_cmp);
        limits_t.dedup();
        let mut nodes = Nodes::default();
        let mut graph = UnGraph::default();
        for (road, course) in roads.iter().enumerate() {
            let Some(class) = classes.get(&course.class) else {
                continue;
            };
            let metres_per_second = class.speed_km_h.value / 3.6;
            let weight_class = course
                .limit_t
                .map_or(limits_t.len(), |t| limits_t.partition_point(|l| *l < t));
            let width_m = course.width_m.unwrap_or(class.width_m.value);
            let passing_m = (width_m < traffic.two_lane_m.value)
                .then(|| course.passing_m.unwrap_or(traffic.passing_m.value));
            let mut gate_s = course.gate_min * 60.0;
            let mut previous: Option<NodeIndex> = None;
            for &at in &course.path {
                let node = nodes.node_at(&mut graph, at);
                if let Some(before) = previous.filter(|&before| before != node) {
                    let length_m = graph[before].at.distance(graph[node].at);
                    let share = terrain
                        .as_ref()
                        .map_or(1.0, |t| t.speed_share(graph[before].at, graph[node].at));
                    // The gate stands where the road begins.
                    let seconds =
                        length_m / (metres_per_second * share) + std::mem::take(&mut gate_s);
                    graph.add_edge(
                        before,
                        node,
                        RoadEdge {
                            road,
                            length_m,
                            seconds,
                            earth: class.earth,
                            weight_class,
                            passing_m,
                        },
                    );
                }
                previous = Some(node);
            }
            let unknown = || every(&course.path, traffic.turn_every_m.value);
            for along in course.turn_rounds_m.clone().unwrap_or_else(unknown) {
                let nearest = nearest_vertex(&course.path, along);
                let node = nearest.map(|at| nodes.node_at(&mut graph, at));
                if let Some(node) = node {
                    graph[node].turns = true;
                }
            }
        }
        for node in graph.node_indices() {
            let has_room = graph.edges(node).count() > 2
                || graph.edges(node).any(|e| e.weight().passing_m.is_none());
            graph[node].turns |= has_room;
        }
        let component = components(&graph);
        let tree = |wanted: &dyn Fn(usize) -> bool| {
            let entries = graph.node_indices().filter(|n| wanted(n.index())).map(|n| {
                let at = graph[n].at;
                GeomWithData::new([at.x, at.y], n.index() as u32)
            });
            RTree::bulk_load(entries.collect())
        };
        let index = tree(&|_| true);
        let main_index = tree(&|n| component[n] == 0);
        Self {
            graph,
            component,
            limits_t,
            index,
            main_index,
        }
    }

    /// The nearest node to a place and its distance in metres; none when there are no roads.
    pub fn nearest(&self, p: Point) -> Option<(NodeIndex, f64)> {
        self.nearest_in(&self.index, p)
    }

    /// The nearest node of the largest connected part of the network, so that it can be reached
    /// from most other places, and its distance in metres; none when there are no roads.
    pub fn nearest_connected(&self, p: Point) -> Option<(NodeIndex, f64)> {
        self.nearest_in(&self.main_index, p)
    }

    /// The nodes of the largest connected part, the nearest to a place first.
    pub fn nearest_first(&self, p: Point) -> impl Iterator<Item = NodeIndex> {
        self.main_index
            .nearest_neighbor_iter([p.x, p.y])
            .map(|found| NodeIndex::new(found.data as usize))
    }

    fn nearest_in(&self, index: &NodeTree, p: Point) -> Option<(NodeIndex, f64)> {
        let found = index.nearest_neighbor([p.x, p.y])?;
        let node = NodeIndex::new(found.data as usize);
        Some((node, self.graph[node].at.distance(p)))
    }

    /// Number of connected parts.
    pub fn components(&self) -> usize {
        self.component.iter().max().map_or(0, |&most| most + 1)
    }

    /// The fastest routes between `node` and every other node over the roads for which `open` holds
    /// (given the index into `World::roads`). Roads are driven both ways, so the times serve for
    /// going out as well as for coming in. Dijkstra (1959); ties go to the lower node index.
    pub fn tree_from(&self, node: NodeIndex, open: impl Fn(usize) -> bool) -> RouteTree {
        self.tree_by(node, |_, edge| open(edge.road).then_some(edge.seconds))
    }

    /// Number of the weight limits that a vehicle of so many tonnes exceeds: what it may use are the
    /// edges whose `weight_class` is no lower.
    pub fn weight_class(&self, tonnes: f64) -> usize {
        self.limits_t.partition_point(|l| *l < tonnes)
    }

    /// As [`RoadNetwork::tree_from`], by the seconds that each edge takes; none for one that is closed.
    pub fn tree_by(
        &self,
        node: NodeIndex,
        seconds: impl Fn(EdgeIndex, &RoadEdge) -> Option<f64>,
    ) -> RouteTree {
        self.tree_within(node, f64::INFINITY, seconds)
    }

    /// As [`RoadNetwork::tree_by`], no farther than `limit_s` seconds.
    pub fn tree_within(
        &self,
        node: NodeIndex,
        limit_s: f64,
        seconds: impl Fn(EdgeIndex, &RoadEdge) -> Option<f64>,
    ) -> RouteTree {
        self.tree_of(node, &[(node, 0.0)], limit_s, seconds)
    }

    /// The fastest routes from whichever of `roots` is soonest, each left at its own second; the times
    /// count from second 0.
    pub fn soonest_from(
        &self,
        roots: &[(NodeIndex, f64)],
        seconds: impl Fn(EdgeIndex, &RoadEdge) -> Option<f64>,
    ) -> RouteTree {
        let first = roots.first().map_or(NodeIndex::end(), |r| r.0);
        self.tree_of(first, roots, f64::INFINITY, seconds)
    }

    /// How far a heavy vehicle backs from each node until it can turn, metres: 0 where it can there, infinite
    /// where it can nowhere.
    pub fn backing_m(&self) -> Vec<f64> {
        let roots: Vec<(NodeIndex, f64)> = (self.graph.node_indices())
            .filter(|n| self.graph[*n].turns)
            .map(|n| (n, 0.0))
            .collect();
        self.soonest_from(&roots, |_, edge| Some(edge.length_m))
            .seconds
    }

    fn tree_of(
        &self,
        root: NodeIndex,
        roots: &[(NodeIndex, f64)],
        limit_s: f64,
        seconds: impl Fn(EdgeIndex, &RoadEdge) -> Option<f64>,
    ) -> RouteTree {
        let count = self.graph.node_count();
        let mut tree = RouteTree {
            root,
            seconds: vec![f64::INFINITY; count],
            via: vec![None; count],
        };
        // Times are not negative, so their bit patterns sort as they do.
        let mut queue = BinaryHeap::new();
        for &(node, at_s) in roots.iter().filter(|(node, _)| node.index() < count) {
            if at_s < tree.seconds[node.index()] {
                tree.seconds[node.index()] = at_s;
                queue.push(Reverse((at_s.to_bits(), node.index())));
            }
        }
        while let Some(Reverse((bits, here))) = queue.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > tree.seconds[here] {
                continue;
            }
            for edge in self.graph.edges(NodeIndex::new(here)) {
                let there = edge.target().index();
                let Some(takes) = seconds(edge.id(), edge.weight()) else {
                    continue;
                };
                let time = so_far + takes;
                if time <= limit_s && time < tree.seconds[there] {
                    tree.seconds[there] = time;
                    tree.via[there] = Some((edge.source(), edge.id()));
                    queue.push(Reverse((time.to_bits(), there)));
                }
            }
        }
        tree
    }
}

/// The fastest routes from one node to all others.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteTree {
    root: NodeIndex,
    seconds: Vec<f64>,
    /// For each reached node but the root: the node before it and the edge between.
    via: Vec<Option<(NodeIndex, EdgeIndex)>>,
}

impl RouteTree {
    /// Where the tree starts.
    pub fn root(&self) -> NodeIndex {
        self.root
    }

    /// Driving time at class speed between the root and `node`, seconds; none when no open road
    /// leads there.
    pub fn seconds_to(&self, node: NodeIndex) -> Option<f64> {
        self.seconds
            .get(node.index())
            .copied()
            .filter(|s| s.is_finite())
    }

    /// The nodes from the root to `node`, both included; none when no open road leads there.
    pub fn route_to(&self, node: NodeIndex) -> Option<Vec<NodeIndex>> {
        self.seconds_to(node)?;
        let mut route = vec![node];
        let mut here = node;
        while let Some((before, _)) = self.via[here.index()] {
            route.push(before);
            here = before;
        }
        route.reverse();
        Some(route)
    }

    /// The edges from the root to `node`; empty for the root, none when no open road leads there.
    pub fn edges_to(&self, node: NodeIndex) -> Option<Vec<EdgeIndex>> {
        self.seconds_to(node)?;
        let mut edges = Vec::new();
        let mut here = node;
        while let Some((before, edge)) = self.via[here.index()] {
            edges.push(edge);
            here = before;
        }
        edges.reverse();
        Some(edges)
    }
}

/// Finds the node at a place, or makes it. Only looked up, never iterated, so hashing is harmless.
#[derive(Default)]
struct Nodes {
    cells: HashMap<(i64, i64), Vec<NodeIndex>>,
}

impl Nodes {
    fn node_at(&mut self, graph: &mut UnGraph<RoadNode, RoadEdge>, at: Point) -> NodeIndex {
        let cell = |v: f64| libm::floor(v / SHARED_POINT_M) as i64;
        let (cx, cy) = (cell(at.x), cell(at.y));
        // A point just across the side of a cell is as near as one inside.
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (cx + dx, cy + dy)));
        let found = around
            .filter_map(|key| self.cells.get(&key))
            .flatten()
            .find(|&&node| graph[node].at.distance(at) <= SHARED_POINT_M);
        if let Some(&node) = found {
            return node;
        }
        let node = graph.add_node(RoadNode { at, turns: false });
        self.cells.entry((cx, cy)).or_default().push(node);
        node
    }
}

/// Distances along a path, so many metres apart, its end included.
fn every(path: &[Point], apart_m: f64) -> Vec<f64> {
    let length: f64 = path.windows(2).map(|w| w[0].distance(w[1])).sum();
    let count = libm::floor(length / apart_m) as usize;
    (1..=count)
        .map(|k| k as f64 * apart_m)
        .chain(std::iter::once(length))
        .collect()
}

/// The point of a path that is nearest to a distance along it.
fn nearest_vertex(path: &[Point], along_m: f64) -> Option<Point> {
    let mut run = 0.0;
    let mut before: Option<Point> = None;
    let at = path.iter().map(|&p| {
        run += before.replace(p).map_or(0.0, |q| q.distance(p));
        (p, (run - along_m).abs())
    });
    at.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(p, _)| p)
}

/// The connected component of each node, numbered from the largest.
fn components(graph: &UnGraph<RoadNode, RoadEdge>) -> Vec<usize> {
    let mut label = vec![usize::MAX; graph.node_count()];
    let mut sizes = Vec::new();
    let mut stack = Vec::new();
    for start in graph.node_indices() {
        if label[start.index()] != usize::MAX {
            continue;
        }
        let this = sizes.len();
        let mut size = 0_usize;
        label[start.index()] = this;
        stack.push(start);
        while let Some(node) = stack.pop() {
            size += 1;
            for next in graph.neighbors(node) {
                if label[next.index()] == usize::MAX {
                    label[next.index()] = this;
                    stack.push(next);
                }
            }
        }
        sizes.push(size);
    }
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| (Reverse(sizes[i]), i));
    let mut rank = vec![0; sizes.len()];
    for (place, &i) in order.iter().enumerate() {
        rank[i] = place;
    }
    label.into_iter().map(|i| rank[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Catalogue;

    fn road(class: &str, points: &[(f64, f64)]) -> Road {
        Road {
            bridges_m: None,
            id: String::new(),
            class: class.to_owned(),
            width_m: None,
            name: None,
            gate_min: 0.0,
            limit_t: None,
            passing_m: None,
            turn_rounds_m: Some(Vec::new()),
            path: points.iter().map(|&(x, y)| Point::new(x, y)).collect(),
        }
    }

    fn network(roads: &[Road]) -> RoadNetwork {
        RoadNetwork::build(roads, &Catalogue::shipped().unwrap(), None)
    }

    /// A short fire road at 20 km/h beside a long county road at 50 km/h, and an island.
    fn valley() -> RoadNetwork {
        network(&[
            road("fire_road", &[(0.0, 0.0), (1000.0, 0.0)]),
            road(
                "county_road",
                &[(0.0, 0.0), (0.0, 500.0), (1000.04, 500.0), (1000.04, 0.03)],
            ),
            road("fire_road", &[(5000.0, 0.0), (5100.0, 0.0)]),
        ])
    }

    #[test]
    fn the_fast_detour_beats_the_short_fire_road() {
        let net = valley();
        let (from, _) = net.nearest(Point::new(0.0, 0.0)).unwrap();
        let (to, _) = net.nearest(Point::new(1000.0, 0.0)).unwrap();
        let tree = net.tree_from(from, |_| true);
        // 2,000 m at 50 km/h take 144 s; 1,000 m at 20 km/h take 180 s.
        assert!((tree.seconds_to(to).unwrap() - 144.0).abs() < 0.1);
        assert_eq!(tree.route_to(to).unwrap().len(), 4);
        assert_eq!(tree.edges_to(to).unwrap().len(), 3);
        assert_eq!(tree.route_to(from), Some(vec![from]));
    }

    #[test]
    fn whoever_is_soonest_comes_first() {
        let net = valley();
        let node = |x| net.nearest(Point::new(x, 0.0)).unwrap().0;
        let (west, east) = (node(0.0), node(1000.0));
        let takes = |_: EdgeIndex, e: &RoadEdge| Some(e.seconds);
        // 144 s apart: the one in the east leaves 100 s later and is still there first.
        let tree = net.soonest_from(&[(west, 0.0), (east, 100.0)], takes);
        assert_eq!(tree.seconds_to(east), Some(100.0));
        assert_eq!(tree.route_to(east), Some(vec![east]));
        let tree = net.soonest_from(&[(west, 0.0), (east, 200.0)], takes);
        assert!((tree.seconds_to(east).unwrap() - 144.0).abs() < 0.1);
        assert_eq!(net.soonest_from(&[], takes).seconds_to(east), None);
    }

    #[test]
    fn a_closed_road_is_driven_around() {
        let net = valley();
        let (from, _) = net.nearest(Point::new(0.0, 0.0)).unwrap();
        let (to, _) = net.nearest(Point::new(1000.0, 0.0)).unwrap();
        let tree = net.tree_from(from, |road| road != 1);
        assert!((tree.seconds_to(to).unwrap() - 180.0).abs() < 0.1);
        assert_eq!(net.tree_from(from, |_| false).seconds_to(to), None);
    }

    #[test]
    fn roads_meet_where_they_share_a_point_to_a_tenth_of_a_metre() {
        let net = valley();
        assert_eq!(
            net.graph.node_count(),
            6,
            "the far ends 5 cm apart are one node"
        );
        assert_eq!(net.components(), 2);
        let island = Point::new(5050.0, 10.0);
        let (node, _) = net.nearest(island).unwrap();
        assert_eq!(net.component[node.index()], 1);
        let (node, distance) = net.nearest_connected(island).unwrap();
        assert_eq!(net.component[node.index()], 0);
        assert!(distance > 4000.0);
        let (from, _) = net.nearest(Point::new(0.0, 0.0)).unwrap();
        let (far, _) = net.nearest(island).unwrap();
        assert_eq!(net.tree_from(from, |_| true).route_to(far), None);
    }

    #[test]
    fn gates_take_time_and_weak_bridges_turn_heavy_vehicles_away() {
        let mut roads = [
            road("county_road", &[(0.0, 0.0), (1000.0, 0.0)]),
            road("county_road", &[(0.0, 0.0), (0.0, 2000.0), (1000.0, 0.0)]),
        ];
        roads[0].limit_t = Some(8.0);
        roads[1].gate_min = 2.0;
        let net = network(&roads);
        assert_eq!(net.limits_t, [8.0]);
        let time = |tonnes: f64| {
            let class = net.weight_class(tonnes);
            let (from, _) = net.nearest(Point::new(0.0, 0.0)).unwrap();
            let (to, _) = net.nearest(Point::new(1000.0, 0.0)).unwrap();
            net.tree_by(from, |_, e| (e.weight_class >= class).then_some(e.seconds))
                .seconds_to(to)
                .unwrap()
        };
        assert!((time(3.0) - 72.0).abs() < 0.01 && (time(8.0) - 72.0).abs() < 0.01);
        let round = (2000.0 + 2000.0 * libm::sqrt(1.25)) * 3.6 / 50.0 + 120.0;
        assert!((time(10.0) - round).abs() < 0.1, "{}", time(10.0));
    }

    #[test]
    fn steep_roads_are_slow() {
        let grid = crate::base::geo::Grid::new(40, 3, 30.0, -15.0, 45.0).unwrap();
        let mut dem = Raster::filled(grid, 0.0_f32);
        for col in 0..40 {
            for row in 0..3 {
                dem.set(col, row, (col * 3) as f32);
            }
        }
        let catalogue = Catalogue::shipped().unwrap();
        let roads = [road("county_road", &[(0.0, 0.0), (900.0, 0.0)])];
        let net = RoadNetwork::build(&roads, &catalogue, Some(&dem));
        // A grade of 10 %: 1 - 3 (0.10 - 0.06) of the speed.
        let edge = net.graph.edge_weights().next().unwrap();
        assert!(
            (edge.seconds - 900.0 * 3.6 / 50.0 / 0.88).abs() < 0.1,
            "{}",
            edge.seconds
        );
    }

    #[test]
    fn heavy_vehicles_turn_at_junctions_on_wide_roads_and_where_there_is_room() {
        let mut roads = [
            road("county_road", &[(0.0, 0.0), (1000.0, 0.0)]),
            road(
                "fire_road",
                &[(0.0, 0.0), (0.0, 100.0), (0.0, 200.0), (0.0, 300.0)],
            ),
            road("fire_road", &[(0.0, 200.0), (50.0, 200.0)]),
        ];
        roads[1].turn_rounds_m = Some(vec![290.0]);
        roads[2].passing_m = Some(120.0);
        let net = network(&roads);
        let turns = |x: f64, y: f64| {
            let (node, off) = net.nearest(Point::new(x, y)).unwrap();
            assert!(off < 0.1);
            net.graph[node].turns
        };
        assert!(turns(1000.0, 0.0) && turns(0.0, 0.0), "two lanes");
        assert!(turns(0.0, 200.0), "a junction of narrow roads");
        assert!(turns(0.0, 300.0), "a turn-round");
        assert!(!turns(0.0, 100.0) && !turns(50.0, 200.0));
        let mut backing = net.backing_m();
        backing.sort_by(f64::total_cmp);
        assert_eq!(backing, [0.0, 0.0, 0.0, 0.0, 50.0, 100.0]);
        // What is not known of a road: so often, and at its end.
        roads[2].turn_rounds_m = None;
        assert!(network(&roads).backing_m().into_iter().all(|m| m <= 100.0));
        assert_eq!(every(&roads[1].path, 120.0), [120.0, 240.0, 300.0]);
        let passing: Vec<Option<f64>> = net.graph.edge_weights().map(|e| e.passing_m).collect();
        assert_eq!(
            passing,
            [None, Some(300.0), Some(300.0), Some(300.0), Some(120.0)]
        );
    }

    #[test]
    fn a_country_without_roads_has_no_nearest_node() {
        let net = network(&[]);
        assert_eq!(net.nearest(Point::default()), None);
        assert_eq!(net.components(), 0);
    }
}
