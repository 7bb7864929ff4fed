//! How soon is somebody where a fire may start, which road does it hang on, and what would a new road save?
//!
//! From every station that has a unit of the asked type, over the roads as they are in the asked hour (turn-out
//! and gates included), and from the roads on foot over the terrain: the soonest arrival in every cell
//! of a study grid. Roads are then cut one after the other, and new links tried, and each is judged
//! by what becomes of that map over the ground on which something burns.

use std::collections::BTreeSet;

use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use rayon::prelude::*;

use super::coverage::is_inside;
use crate::base::geo::{Grid, Point, Raster};
use crate::base::message::Message;
use crate::operations::ClosedRoads;
use crate::operations::danger::readiness;
use crate::operations::detection::is_dark;
use crate::operations::fires::rain_of_day_mm;
use crate::operations::routing::takes;
use crate::operations::walking::{OnFoot, Soonest};
use crate::scenario::catalogue::{UnitKind, UnitType};
use crate::scenario::schema::Road;
use crate::world::World;
use crate::world::roads::RoadNetwork;

/// Ground that is reached so much later or sooner counts as such, minutes \[J\].
pub const NOTED_MIN: f64 = 5.0;
/// Nobody comes: counted as so many minutes in means \[J\].
pub const NEVER_MIN: f64 = 360.0;
/// Longest new link that is tried, metres \[J\].
const LINK_M: f64 = 2000.0;
/// A road over so long a straight line is longer by this factor, for it winds \[J\].
pub const WINDING: f64 = 1.3;
/// Steepest ground that a new road is led over straight, rise over run \[J\].
const LINK_GRADE: f64 = 0.18;
/// Of a road that is tried, one gets out every so many metres.
const GET_OUT_M: f64 = 100.0;
/// A spur is led to ground that is reached later than all within so many metres \[J\].
const LATE_WITHIN_M: f64 = 600.0;
/// Links are tried from so many bends and ends of roads around a place.
const NEAREST: usize = 60;
/// New links that look best are worked out in full.
const LINKS_TRIED: usize = 48;

/// Who sets out, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// Second of the scenario: the light, the danger level and the rain of the day before.
    pub at_s: f64,
    /// Key of the type of unit.
    pub unit: String,
    /// Stations by id; all that have such a unit when empty.
    pub stations: Vec<String>,
    /// Cell of the study grid, metres.
    pub cell_m: f64,
}

/// Why nobody sets out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NobodyGoes {
    /// No such type in the catalogue.
    #[error("no unit type '{found}'; the scenario has {have}")]
    Unknown {
        /// What was asked for.
        found: String,
        /// What there is.
        have: String,
    },
    /// The scenario has none of the type, or none at the named stations.
    #[error("no unit of type '{unit}' there; the scenario has {have}")]
    NoneThere {
        /// The type.
        unit: String,
        /// The stations at which it was looked for; none for all.
        place: Option<String>,
        /// What there is.
        have: String,
    },
    /// It goes by air.
    #[error("'{0}' goes by air: no road matters to it")]
    Flies(String),
    /// A station that is not there.
    #[error("no station '{found}'; the scenario has {have}")]
    NoStation {
        /// What was asked for.
        found: String,
        /// What there is.
        have: String,
    },
    /// A road that is not there.
    #[error("no road '{0}' in the scenario")]
    NoRoad(String),
}

impl NobodyGoes {
    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        match self {
            Self::Unknown { found, have } => Message::new("plan-unknown-unit-type")
                .with("found", found.as_str())
                .with("have", have.as_str()),
            Self::NoneThere { unit, place, have } => match place {
                Some(stations) => {
                    Message::new("plan-no-unit-at").with("stations", stations.as_str())
                }
                None => Message::new("plan-no-unit"),
            }
            .with("unit", unit.as_str())
            .with("have", have.as_str()),
            Self::Flies(unit) => Message::new("plan-goes-by-air").with("unit", unit.as_str()),
            Self::NoStation { found, have } => Message::new("plan-unknown-station")
                .with("found", found.as_str())
                .with("have", have.as_str()),
            Self::NoRoad(road) => Message::new("plan-unknown-road").with("found", road.as_str()),
        }
    }
}

/// The ground and the departures, ready for many questions.
pub struct Access<'a> {
    world: &'a World,
    on_foot: OnFoot,
    /// Cells in which something burns.
    counts: Vec<usize>,
    kind: UnitType,
    starts: Vec<(Point, f64)>,
    closed: ClosedRoads,
}

/// How soon somebody is everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Seconds of driving from second 0 to each node, the turn-out included; infinite for never.
    pub nodes_s: Vec<f64>,
    /// Arrival in each cell, minutes; infinite for never.
    pub minutes: Raster<f32>,
    walked: Soonest,
}

impl Arrival {
    /// Arrival in a cell, minutes, at most [`NEVER_MIN`].
    fn counted_min(&self, cell: usize) -> f64 {
        f64::from(self.minutes.data[cell]).min(NEVER_MIN)
    }
}

/// What became of the arrivals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Mean over the burnable ground, minutes, later positive; cells never reached count as
    /// [`NEVER_MIN`].
    pub mean_min: f64,
    /// Ground reached later by [`NOTED_MIN`] or more, ha.
    pub later_ha: f64,
    /// Ground reached sooner by as much, ha.
    pub sooner_ha: f64,
    /// Mean delay of the ground that is reached later, minutes; of the sooner when none is later.
    pub noted_min: f64,
    /// Ground no longer reached within the limit, ha; negative for newly reached.
    pub beyond_ha: f64,
}

/// A road cut at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Id of the road.
    pub road: String,
    /// Where it is cut: both ends of the piece.
    pub piece: (Point, Point),
    /// Whether the piece crosses water, by the land cover: a bridge or a ford.
    pub is_bridge: bool,
    /// Length of road that no vehicle reaches any more, metres.
    pub cut_off_m: f64,
    /// What it does.
    pub change: Change,
    /// Named areas that have later ground, with the hectares.
    pub areas: Vec<(usize, f64)>,
}

/// A new link.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its course.
    pub path: Vec<Point>,
    /// Length to be built, metres.
    pub length_m: f64,
    /// What it does.
    pub change: Change,
}

impl<'a> Access<'a> {
    /// The ground of a world for a departure.
    ///
    /// # Errors
    /// When nobody goes.
    pub fn new(world: &'a World, departure: &Departure) -> Result<Self, NobodyGoes> {
        let catalogue = &world.scenario.catalogue;
        let units = &world.scenario.file.units;
        let types: BTreeSet<&str> = units.iter().map(|u| u.unit_type.as_str()).collect();
        let have = || types.iter().copied().collect::<Vec<_>>().join(", ");
        let Some(kind) = catalogue.unit_types.get(&departure.unit) else {
            return Err(NobodyGoes::Unknown {
                found: departure.unit.clone(),
                have: have(),
            });
        };
        if matches!(kind.kind, UnitKind::Helicopter | UnitKind::Drone) {
            return Err(NobodyGoes::Flies(departure.unit.clone()));
        }
        if let Some(found) = departure
            .stations
            .iter()
            .find(|id| world.stations.iter().all(|s| s.id != **id))
        {
            let all: Vec<&str> = world.stations.iter().map(|s| s.id.as_str()).collect();
            return Err(NobodyGoes::NoStation {
                found: found.clone(),
                have: all.join(", "),
            });
        }
        let night = if is_dark(world, departure.at_s) {
            catalogue.danger.night_turnout_factor.value
        } else {
            1.0
        };
        let ready = readiness(world, world.danger_at(departure.at_s).level);
        let turnout_s = kind.turnout_min.value * 60.0 * ready.turnout_factor * night;
        let starts: Vec<(Point, f64)> = world
            .stations
            .iter()
            .filter(|s| departure.stations.is_empty() || departure.stations.contains(&s.id))
            .filter(|s| {
                units
                    .iter()
                    .any(|u| u.unit_type == departure.unit && u.station == s.id)
            })
            .map(|s| (s.at, turnout_s))
            .collect();
        if starts.is_empty() {
            let place = Some(departure.stations.join(", ")).filter(|names| !names.is_empty());
            return Err(NobodyGoes::NoneThere {
                unit: departure.unit.clone(),
                place,
                have: have(),
            });
        }
        let grid = super::coverage::study_grid(&world.landscape.elevation.grid, departure.cell_m);
        let burns = |i: &usize| {
            let at = grid.centre(i % grid.cols, i / grid.cols);
            let cover = world.landscape.cover_at(at);
            let model = cover.and_then(|c| world.fuels.get(&c.fuel_model?));
            model.is_some_and(crate::fire::behavior::FuelModel::burns) && is_inside(world, at)
        };
        Ok(Self {
            on_foot: OnFoot::new(world, grid),
            counts: (0..grid.len()).into_par_iter().filter(burns).collect(),
            kind: kind.clone(),
            starts,
            closed: ClosedRoads {
                roads: (0..world.roads.len())
                    .filter(|i| world.closed_roads.contains(&world.roads[*i].id))
                    .collect(),
                rain_mm: rain_of_day_mm(world, departure.at_s),
                ..ClosedRoads::default()
            },
            world,
        })
    }

    /// The study grid.
    pub fn grid(&self) -> &Grid {
        &self.on_foot.grid
    }

    /// The cells in which something burns, row by row.
    pub fn counted(&self) -> &[usize] {
        &self.counts
    }

    /// Hectares of a cell.
    pub fn cell_ha(&self) -> f64 {
        self.grid().cell * self.grid().cell / 10_000.0
    }

    /// The arrivals over the roads as they are.
    pub fn arrival(&self) -> Arrival {
        let network = &self.world.network;
        let nodes_s = self.driving(network, &self.closed);
        let from = places(network, &nodes_s);
        let walked = match self.hose_m() {
            Some(reach_m) => self.on_foot.from_the_road(&from, reach_m),
            None => self.on_foot.soonest(&from, self.kind.walk_m_s.value),
        };
        self.arrived(nodes_s, walked)
    }

    /// The arrivals over other roads, whose first nodes are those of `before`.
    fn after(&self, before: &Arrival, network: &RoadNetwork, nodes_s: Vec<f64>) -> Arrival {
        let later = |n: usize| nodes_s[n] > before.nodes_s[n];
        let from = places(network, &nodes_s);
        let pace = self.kind.walk_m_s.value;
        let walked = match self.hose_m() {
            Some(reach_m) => self.on_foot.from_the_road(&from, reach_m),
            None => self.on_foot.updated(&before.walked, later, &from, pace),
        };
        self.arrived(nodes_s, walked)
    }

    /// How far from its vehicle a unit works that does not leave the road, metres.
    fn hose_m(&self) -> Option<f64> {
        let stays = matches!(self.kind.kind, UnitKind::Engine | UnitKind::Tender);
        stays.then_some(self.kind.hose_m.value)
    }

    fn arrived(&self, nodes_s: Vec<f64>, walked: Soonest) -> Arrival {
        let data = walked.seconds.iter().map(|s| s / 60.0).collect();
        Arrival {
            nodes_s,
            minutes: Raster {
                grid: self.on_foot.grid,
                data,
            },
            walked,
        }
    }

    /// Seconds to each node.
    fn driving(&self, network: &RoadNetwork, closed: &ClosedRoads) -> Vec<f64> {
        let class = network.weight_class(self.kind.weight_t.as_ref().map_or(0.0, |t| t.value));
        let speed = self.kind.speed_factor.value;
        let roots: Vec<(NodeIndex, f64)> = self
            .starts
            .iter()
            .filter_map(|&(at, s)| Some((network.nearest_connected(at)?.0, s)))
            .collect();
        let tree = network.soonest_from(&roots, |id, edge| {
            takes(self.world, closed, (id, edge), class).map(|s| s / speed)
        });
        network
            .graph
            .node_indices()
            .map(|n| tree.seconds_to(n).unwrap_or(f64::INFINITY))
            .collect()
    }

    /// What became of the arrivals; `within_min` is the limit.
    pub fn change(&self, before: &Arrival, after: &Arrival, within_min: f64) -> Change {
        let (mut sum, mut later, mut sooner) = (0.0, (0_usize, 0.0), (0_usize, 0.0));
        let mut beyond = 0_i64;
        for &i in &self.counts {
            let (a, b) = (before.counted_min(i), after.counted_min(i));
            let by = b - a;
            sum += by;
            if by >= NOTED_MIN {
                later = (later.0 + 1, later.1 + by);
            } else if by <= -NOTED_MIN {
                sooner = (sooner.0 + 1, sooner.1 + by);
            }
            beyond += i64::from(b > within_min) - i64::from(a > within_min);
        }
        let noted = if later.0 > 0 { later } else { sooner };
        Change {
            mean_min: sum / self.counts.len().max(1) as f64,
            later_ha: later.0 as f64 * self.cell_ha(),
            sooner_ha: sooner.0 as f64 * self.cell_ha(),
            noted_min: if noted.0 > 0 {
                noted.1 / noted.0 as f64
            } else {
                0.0
            },
            beyond_ha: beyond as f64 * self.cell_ha(),
        }
    }

    /// Cuts every one of `places` ([`Access::places_to_cut`]), one after the other; what matters most comes
    /// first, and those that change nothing are left out. `done` is called after each.
    pub fn cuts(
        &self,
        before: &Arrival,
        places: &[EdgeIndex],
        within_min: f64,
        done: impl Fn() + Sync,
    ) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = places
            .par_iter()
            .filter_map(|&edge| {
                let mut closed = self.closed.clone();
                closed.burning.insert(edge);
                let cut = self.cut(before, within_min, edge, &closed);
                done();
                cut
            })
            .collect();
        cuts.sort_by(|a, b| {
            let worth = |c: &Cut| c.change.mean_min;
            worth(b)
                .total_cmp(&worth(a))
                .then_with(|| a.road.cmp(&b.road))
        });
        cuts
    }

    /// Of every stretch of road between two junctions the piece that vehicles meet first, and every piece
    /// that crosses water.
    pub fn places_to_cut(&self, before: &Arrival) -> Vec<EdgeIndex> {
        let mut places: BTreeSet<EdgeIndex> =
            self.first_pieces(&before.nodes_s).into_iter().collect();
        let graph = &self.world.network.graph;
        places.extend(graph.edge_indices().filter(|e| self.is_bridge(*e)));
        places.into_iter().collect()
    }

    /// Whether a piece of road crosses water, by the land cover.
    pub fn is_bridge(&self, edge: EdgeIndex) -> bool {
        let graph = &self.world.network.graph;
        let Some((a, b)) = graph.edge_endpoints(edge) else {
            return false;
        };
        let (a, b) = (graph[a].at, graph[b].at);
        let step = self.world.landscape.cover.grid.cell / 2.0;
        let n = libm::ceil(a.distance(b) / step).max(1.0) as usize;
        (0..=n).any(|i| {
            let at = a.towards(b, i as f64 / n as f64);
            self.world
                .landscape
                .cover_at(at)
                .is_some_and(|c| c.is_water)
        })
    }

    /// A whole road closed.
    ///
    /// # Errors
    /// When there is no such road.
    pub fn without_road(
        &self,
        before: &Arrival,
        within_min: f64,
        id: &str,
    ) -> Result<Option<Cut>, NobodyGoes> {
        let no_road = || NobodyGoes::NoRoad(id.to_owned());
        let road = self.world.roads.iter().position(|r| r.id == id);
        let road = road.ok_or_else(no_road)?;
        let graph = &self.world.network.graph;
        let edge = graph.edge_indices().find(|e| graph[*e].road == road);
        let mut closed = self.closed.clone();
        closed.roads.insert(road);
        Ok(self.cut(before, within_min, edge.ok_or_else(no_road)?, &closed))
    }

    /// What a cut does; none where nothing changes.
    fn cut(
        &self,
        before: &Arrival,
        within_min: f64,
        edge: EdgeIndex,
        closed: &ClosedRoads,
    ) -> Option<Cut> {
        let network = &self.world.network;
        let nodes_s = self.driving(network, closed);
        if nodes_s == before.nodes_s {
            return None;
        }
        let cut_off = |n: NodeIndex| {
            nodes_s[n.index()].is_infinite() && before.nodes_s[n.index()].is_finite()
        };
        let cut_off_m = network
            .graph
            .edge_references()
            .filter(|e| cut_off(e.source()) || cut_off(e.target()))
            .map(|e| e.weight().length_m)
            .fold(0.0, |sum, metres| sum + metres);
        let after = self.after(before, network, nodes_s);
        let (a, b) = network.graph.edge_endpoints(edge)?;
        Some(Cut {
            road: self.world.roads[network.graph[edge].road].id.clone(),
            piece: (network.graph[a].at, network.graph[b].at),
            is_bridge: self.is_bridge(edge),
            cut_off_m,
            change: self.change(before, &after, within_min),
            areas: self.areas_later(before, &after),
        })
    }

    fn areas_later(&self, before: &Arrival, after: &Arrival) -> Vec<(usize, f64)> {
        let grid = self.grid();
        let mut later = vec![0_usize; self.world.areas.len()];
        for &i in &self.counts {
            if after.counted_min(i) - before.counted_min(i) < NOTED_MIN {
                continue;
            }
            let at = grid.centre(i % grid.cols, i / grid.cols);
            for (n, area) in later.iter_mut().zip(&self.world.areas) {
                let named = area.kind != crate::scenario::schema::AreaKind::Boundary;
                let inside = named && crate::base::geo::polygon_contains(&area.ring, at);
                *n += usize::from(inside);
            }
        }
        let hectares = |(i, n): (usize, usize)| (n > 0).then_some((i, n as f64 * self.cell_ha()));
        let mut areas: Vec<_> = later.into_iter().enumerate().filter_map(hectares).collect();
        areas.sort_by(|a, b| b.1.total_cmp(&a.1));
        areas
    }

    /// Of each stretch between junctions, dead ends and changes of road, the piece that is driven first.
    fn first_pieces(&self, nodes_s: &[f64]) -> Vec<EdgeIndex> {
        let graph = &self.world.network.graph;
        let is_bend = |n: NodeIndex| {
            let mut edges = graph.edges(n);
            match (edges.next(), edges.next(), edges.next()) {
                (Some(a), Some(b), None) => a.weight().road == b.weight().road,
                _ => false,
            }
        };
        let mut gone = vec![false; graph.edge_count()];
        let mut first = Vec::new();
        for edge in graph.edge_indices() {
            if gone[edge.index()] {
                continue;
            }
            gone[edge.index()] = true;
            let Some((a, b)) = graph.edge_endpoints(edge) else {
                continue;
            };
            let mut soonest = (f64::INFINITY, edge);
            let mut note = |edge: EdgeIndex, n: NodeIndex| {
                if nodes_s[n.index()] < soonest.0 {
                    soonest = (nodes_s[n.index()], edge);
                }
            };
            for end in [a, b] {
                let (mut here, mut last) = (end, edge);
                note(last, here);
                while is_bend(here) {
                    let onward = graph.edges(here).find(|e| !gone[e.id().index()]);
                    let Some(onward) = onward else { break };
                    gone[onward.id().index()] = true;
                    here = onward.target();
                    last = onward.id();
                    note(last, here);
                }
            }
            if soonest.0.is_finite() {
                first.push(soonest.1);
            }
        }
        first
    }

    /// What roads would bring that are not there yet, all of them together.
    pub fn with_roads(&self, before: &Arrival, within_min: f64, roads: &[Road]) -> (Arrival, Link) {
        let mut all = self.world.roads.clone();
        all.extend_from_slice(roads);
        let network = self.network_of(&all);
        let nodes_s = self.driving(&network, &self.closed);
        let after = self.after(before, &network, nodes_s);
        let length_m = roads
            .iter()
            .map(|r| crate::base::geo::Polyline::new(r.path.clone()).length())
            .sum();
        let link = Link {
            path: roads.first().map(|r| r.path.clone()).unwrap_or_default(),
            length_m,
            change: self.change(before, &after, within_min),
        };
        (after, link)
    }

    fn network_of(&self, roads: &[Road]) -> RoadNetwork {
        let elevation = &self.world.landscape.elevation;
        RoadNetwork::build(roads, &self.world.scenario.catalogue, Some(elevation))
    }

    /// The best new links of a class of road, one after the other, by minutes saved over all ground. Tried are connections between roads, and spurs from a road into ground that is reached late, up
    /// to 2 km long, straight over ground that is not too steep and not water; each is [`WINDING`] times as
    /// long as straight.
    pub fn new_links(&self, class: &str, count: usize, within_min: f64) -> Vec<Link> {
        let mut roads = self.world.roads.clone();
        let mut before = self.arrival();
        let mut chosen = Vec::new();
        while chosen.len() < count {
            let network = self.network_of(&roads);
            let tried: Vec<(Link, Road, Arrival)> = self
                .promising(&network, &before, class)
                .into_par_iter()
                .map(|road| {
                    let mut all = roads.clone();
                    all.push(road.clone());
                    let network = self.network_of(&all);
                    let nodes_s = self.driving(&network, &self.closed);
                    let after = self.after(&before, &network, nodes_s);
                    let ends = (road.path.first(), road.path.last());
                    let straight_m = match ends {
                        (Some(a), Some(b)) => a.distance(*b),
                        _ => 0.0,
                    };
                    let link = Link {
                        length_m: straight_m * WINDING,
                        path: road.path.clone(),
                        change: self.change(&before, &after, within_min),
                    };
                    (link, road, after)
                })
                .collect();
            let worth = |l: &Link| -l.change.mean_min;
            let best = tried
                .into_iter()
                .filter(|(link, _, _)| link.change.mean_min < 0.0)
                .max_by(|a, b| worth(&a.0).total_cmp(&worth(&b.0)));
            let Some((link, mut road, after)) = best else {
                break;
            };
            road.id = format!("new-link-{}", chosen.len() + 1);
            chosen.push(link);
            roads.push(road);
            before = after;
        }
        chosen
    }

    /// Links that look as if they would save most: minutes saved at their far end, times the ground around it
    /// that is reached no sooner than it.
    fn promising(&self, network: &RoadNetwork, before: &Arrival, class: &str) -> Vec<Road> {
        let catalogue = &self.world.scenario.catalogue;
        let Some(speed) = catalogue.road_classes.get(class) else {
            return Vec::new();
        };
        let road_m_s = speed.speed_km_h.value / 3.6;
        let m_s = road_m_s * self.kind.speed_factor.value;
        let mut targets: Vec<(Point, f64)> = network
            .graph
            .node_indices()
            .filter(|n| network.graph.edges(*n).count() != 2)
            .map(|n| (network.graph[n].at, before.nodes_s[n.index()]))
            .collect();
        targets.extend(self.late_places(before));
        let mut pairs: Vec<(f64, Road)> = targets
            .into_par_iter()
            .flat_map_iter(|(at, late_s)| {
                let late_s = late_s.min(NEVER_MIN * 60.0);
                let ground = self.ground_behind(before, at, late_s);
                network
                    .nearest_first(at)
                    .take(NEAREST)
                    .filter_map(move |from| {
                        let start = network.graph[from].at;
                        let length = start.distance(at);
                        let soon_s = before.nodes_s[from.index()];
                        let saved_s = late_s - soon_s - length * WINDING / m_s;
                        let fits = length <= LINK_M
                            && length >= 2.0 * self.grid().cell
                            && saved_s >= NOTED_MIN * 60.0
                            && self.can_be_built(start, at);
                        fits.then(|| {
                            let mut road = link_road(class, start, at);
                            // What the bends cost is put where a gate's time would be.
                            road.gate_min = (WINDING - 1.0) * length / road_m_s / 60.0;
                            (saved_s * ground, road)
                        })
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        // Many pairs are nearly the same link.
        let mut roads: Vec<Road> = Vec::new();
        for (_, road) in pairs {
            let end = |r: &Road| r.path.last().copied().unwrap_or_default();
            let near = |r: &Road| {
                r.path[0].distance(road.path[0]) < 300.0 && end(r).distance(end(&road)) < 300.0
            };
            if !roads.iter().any(near) {
                roads.push(road);
            }
            if roads.len() == LINKS_TRIED {
                break;
            }
        }
        roads
    }

    /// Places that are reached later than all around them, and when, seconds.
    fn late_places(&self, before: &Arrival) -> Vec<(Point, f64)> {
        let grid = self.grid();
        let reach = libm::round(LATE_WITHIN_M / grid.cell).max(1.0) as i64;
        let minutes = &before.minutes;
        let is_latest = |&i: &usize| {
            let (col, row) = ((i % grid.cols) as i64, (i / grid.cols) as i64);
            let here = minutes.data[i];
            (-reach..=reach).all(|dr| {
                (-reach..=reach).all(|dc| {
                    let (c, r) = (col + dc, row + dr);
                    let inside = c >= 0 && r >= 0 && c < grid.cols as i64 && r < grid.rows as i64;
                    !inside || {
                        let there = minutes.get(c as usize, r as usize);
                        there < here || there.is_infinite() || (there == here && (dr, dc) >= (0, 0))
                    }
                })
            })
        };
        self.counts
            .par_iter()
            .filter(|i| minutes.data[**i].is_finite())
            .filter(|i| is_latest(i))
            .map(|&i| {
                let at = grid.centre(i % grid.cols, i / grid.cols);
                (at, f64::from(minutes.data[i]) * 60.0)
            })
            .collect()
    }

    /// Cells within half a link's reach of a place that are reached hardly sooner than it.
    fn ground_behind(&self, before: &Arrival, at: Point, late_s: f64) -> f64 {
        let grid = self.grid();
        let (col, row) = grid.nearest(at);
        let reach = libm::round(LINK_M / 2.0 / grid.cell).max(1.0) as usize;
        let columns = col.saturating_sub(reach)..(col + reach + 1).min(grid.cols);
        let rows = row.saturating_sub(reach)..(row + reach + 1).min(grid.rows);
        let behind = (late_s - 2.0 * NOTED_MIN * 60.0) / 60.0;
        rows.flat_map(|r| columns.clone().map(move |c| (c, r)))
            .filter(|&(c, r)| f64::from(before.minutes.get(c, r)) >= behind)
            .count() as f64
    }

    /// Whether a road can be led straight over the ground.
    fn can_be_built(&self, a: Point, b: Point) -> bool {
        let elevation = &self.world.landscape.elevation;
        let step = 2.0 * elevation.grid.cell;
        let n = libm::ceil(a.distance(b) / step).max(1.0) as usize;
        let place = |i: usize| a.towards(b, i as f64 / n as f64);
        (0..n).all(|i| {
            let (p, q) = (place(i), place(i + 1));
            let rise = (elevation.bilinear(q) - elevation.bilinear(p)).abs();
            let dry = self.world.landscape.cover_at(q).is_none_or(|c| !c.is_water);
            rise / p.distance(q).max(1.0) <= LINK_GRADE && dry
        })
    }
}

/// The nodes as places from which one walks, and when.
fn places(network: &RoadNetwork, nodes_s: &[f64]) -> Vec<(Point, f64)> {
    network
        .graph
        .node_weights()
        .map(|n| n.at)
        .zip(nodes_s.iter().copied())
        .collect()
}

fn link_road(class: &str, a: Point, b: Point) -> Road {
    Road {
        id: "new-link".to_owned(),
        class: class.to_owned(),
        width_m: None,
        name: None,
        gate_min: 0.0,
        limit_t: None,
        passing_m: None,
        turn_rounds_m: None,
        path: {
            // One gets out anywhere along it.
            let n = libm::ceil(a.distance(b) / GET_OUT_M).max(1.0) as usize;
            (0..=n).map(|i| a.towards(b, i as f64 / n as f64)).collect()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn valley() -> World {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        World::build(Scenario::read(&path).unwrap()).unwrap().0
    }

    fn departure(world: &World) -> Departure {
        let crew = world.scenario.file.units.iter().find(|u| {
            let kind = world.scenario.catalogue.unit_types.get(&u.unit_type);
            kind.is_some_and(|k| k.kind == UnitKind::Crew)
        });
        Departure {
            at_s: 0.0,
            unit: crew.unwrap().unit_type.clone(),
            stations: Vec::new(),
            cell_m: 60.0,
        }
    }

    #[test]
    fn the_nearer_the_station_the_sooner_and_all_stations_are_no_later_than_one() {
        let world = valley();
        let all = departure(&world);
        let access = Access::new(&world, &all).unwrap();
        let arrival = access.arrival();
        let turnout = access.starts[0].1 / 60.0;
        let station = access.starts[0].0;
        let at = |p: Point| f64::from(arrival.minutes.at(p).unwrap());
        // To its own door a unit walks no farther than from the road, and no sooner than it turns out.
        assert!(at(station) >= turnout && at(station) < turnout + 10.0);
        let unit = world
            .scenario
            .file
            .units
            .iter()
            .find(|u| u.unit_type == all.unit);
        let one = Departure {
            stations: vec![unit.unwrap().station.clone()],
            ..all.clone()
        };
        let alone = Access::new(&world, &one).unwrap().arrival();
        for (a, b) in arrival.minutes.data.iter().zip(&alone.minutes.data) {
            assert!(a <= b);
        }
    }

    #[test]
    fn a_cut_makes_nothing_sooner_and_the_worst_comes_first() {
        let world = valley();
        let access = Access::new(&world, &departure(&world)).unwrap();
        let before = access.arrival();
        let places = access.places_to_cut(&before);
        let cuts = access.cuts(&before, &places, 60.0, || ());
        assert!(places.len() >= cuts.len() && !cuts.is_empty());
        for cut in &cuts {
            assert_eq!(cut.change.sooner_ha, 0.0, "{cut:?}");
            assert!(cut.change.mean_min >= 0.0 && cut.change.beyond_ha >= 0.0);
        }
        let means: Vec<f64> = cuts.iter().map(|c| c.change.mean_min).collect();
        assert!(means.is_sorted_by(|a, b| a >= b));
        // A road that leads on to a dead end leaves its length behind when it is cut.
        assert!(cuts.iter().any(|c| c.cut_off_m > 100.0));
        let whole = access
            .without_road(&before, 60.0, &cuts[0].road)
            .unwrap()
            .unwrap();
        assert!(whole.change.mean_min >= cuts[0].change.mean_min - 1e-9);
        assert!(access.without_road(&before, 60.0, "no-such").is_err());
    }

    #[test]
    fn an_engine_serves_what_its_hose_reaches_and_a_crew_the_rest() {
        let world = valley();
        let mut engine = departure(&world);
        engine.unit = "engine".to_owned();
        let access = Access::new(&world, &engine).unwrap();
        let reach = access.hose_m().unwrap();
        let arrival = access.arrival();
        let grid = access.grid();
        let mut counts = [0, 0];
        for (i, minutes) in arrival.minutes.data.iter().enumerate() {
            let at = grid.centre(i % grid.cols, i / grid.cols);
            let (_, off) = world.network.nearest(at).unwrap();
            assert_eq!(minutes.is_finite(), off <= reach + grid.cell / 2.0);
            counts[usize::from(minutes.is_finite())] += 1;
        }
        assert!(counts[0] > counts[1] && counts[1] > 50, "{counts:?}");
        // What nobody reaches before or after is no later.
        let cuts = access.cuts(&arrival, &access.places_to_cut(&arrival), 60.0, || ());
        for cut in &cuts {
            let named: f64 = cut.areas.iter().map(|(_, ha)| ha).sum();
            assert!(named <= cut.change.later_ha + 1e-9, "{cut:?}");
        }
    }

    #[test]
    fn a_road_over_water_is_a_bridge() {
        let mut world = valley();
        let graph = &world.network.graph;
        let edge = graph.edge_indices().next().unwrap();
        let (a, b) = graph.edge_endpoints(edge).unwrap();
        let middle = graph[a].at.towards(graph[b].at, 0.5);
        let water = world
            .landscape
            .covers
            .iter()
            .position(|c| c.as_ref().is_some_and(|c| c.is_water));
        let before = Access::new(&world, &departure(&world))
            .unwrap()
            .is_bridge(edge);
        let (col, row) = world.landscape.cover.grid.cell_at(middle).unwrap();
        let landscape = std::sync::Arc::make_mut(&mut world.landscape);
        landscape.cover.set(col, row, water.unwrap() as u8);
        let after = Access::new(&world, &departure(&world))
            .unwrap()
            .is_bridge(edge);
        assert_eq!((before, after), (false, true));
    }

    #[test]
    fn a_new_link_brings_what_it_promises() {
        let mut world = valley();
        let access = Access::new(&world, &departure(&world)).unwrap();
        let before = access.arrival();
        // Across country, between the two nodes that are farthest apart in time within reach.
        let graph = &world.network.graph;
        let soonest = |n: NodeIndex| before.nodes_s[n.index()];
        let last = graph
            .node_indices()
            .filter(|n| soonest(*n).is_finite())
            .max_by(|a, b| soonest(*a).total_cmp(&soonest(*b)))
            .unwrap();
        let first = graph
            .node_indices()
            .min_by(|a, b| soonest(*a).total_cmp(&soonest(*b)))
            .unwrap();
        let road = link_road("county_road", graph[first].at, graph[last].at);
        let (after, link) = access.with_roads(&before, 60.0, std::slice::from_ref(&road));
        assert!(link.change.mean_min < 0.0 && link.change.later_ha == 0.0);
        drop(access);
        world.roads.push(road);
        let elevation = Some(&world.landscape.elevation);
        world.network = std::sync::Arc::new(RoadNetwork::build(
            &world.roads,
            &world.scenario.catalogue,
            elevation,
        ));
        let again = Access::new(&world, &departure(&world)).unwrap().arrival();
        assert_eq!(after.minutes.data, again.minutes.data);
    }

    #[test]
    fn who_is_not_there_does_not_go() {
        let world = valley();
        let good = departure(&world);
        let with = |unit: &str, station: &str| Departure {
            unit: unit.to_owned(),
            stations: vec![station.to_owned()],
            ..good.clone()
        };
        let why = |d: Departure| Access::new(&world, &d).err().unwrap().to_string();
        assert!(why(with("crw", "x")).contains("crw"));
        assert!(why(with(&good.unit, "nowhere")).contains("nowhere"));
        assert!(why(with("helicopter", "x")).contains("air"));
    }
}
