//! The road network in petgraph and its shortest-path trees.

use petgraph::graph::{NodeIndex, UnGraph};

use crate::base::geo::Point;

/// A junction or bend of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadNode {
    /// Place.
    pub at: Point,
}

/// A straight piece of road between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadEdge {
    /// Index into `World::roads`.
    pub road: usize,
    /// Length, metres.
    pub length_m: f64,
    /// Driving time at the class's speed, seconds.
    pub seconds: f64,
}

/// The roads as a graph: one node for every distinct point of a path (to 0.1 m).
#[derive(Debug, Clone, Default)]
pub struct RoadNetwork {
    /// The graph.
    pub graph: UnGraph<RoadNode, RoadEdge>,
    /// Connected component of each node; component 0 is the largest.
    pub component: Vec<usize>,
    pub(super) index: rstar::RTree<rstar::primitives::GeomWithData<[f64; 2], u32>>,
}

impl RoadNetwork {
    /// The nearest node to a place and its distance in metres; none when there are no roads.
    pub fn nearest(&self, p: Point) -> Option<(NodeIndex, f64)> {
        let found = self.index.nearest_neighbor([p.x, p.y])?;
        let node = NodeIndex::new(found.data as usize);
        Some((node, self.graph[node].at.distance(p)))
    }
}
