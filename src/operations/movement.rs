//! Movement: turning out, driving the roads, flying, walking in, going home.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use petgraph::visit::EdgeRef;

use super::command::Incident;
use super::detection::patrols::PatrolState;
use super::detection::{is_dark, sight_factor};
use super::fires::Script;
use super::orders::answer;
use super::routing::{between, routes_to, tree, trip_from};
use super::stores::Stores;
use super::traffic::{back_out, say_backing};
use super::units::{Doing, Trip, UnitState};
use super::{ClosedRoads, Fire, Log, Now, Number, Shared, walking};
use crate::base::geo::{Point, nearest_on_segment};
use crate::fire::front::{Ring, SpreadSource};
use crate::protocol::{Answer, Record, Task};
use crate::scenario::catalogue::UnitKind;
use crate::world::World as Site;

/// Flames are seen in the dark over this share of the range at which villagers see smoke by day \[J\].
const GLOW_SHARE: f64 = 0.5;
/// A place that is believed so much farther away than before sends those on the road another way,
/// metres \[J\].
const MOVED_M: f64 = 500.0;
/// A journey that began so near to the station began there, metres.
const NEAR_HOME_M: f64 = 1.0;
/// How often roads in fire and smoke are looked for, seconds.
const ROADS_EVERY_S: f64 = 300.0;
/// Ground that burnt so long ago no longer closes a road, seconds \[J\].
const ROAD_HOT_S: f64 = 1200.0;
/// Nobody drives through the smoke so near downwind of flames, metres \[J\].
const SMOKE_M: f64 = 120.0;
/// Ground that burnt so long ago no longer lays smoke that thick over a road, seconds \[J\].
const SMOKE_S: f64 = 600.0;
/// Parts of a journey that may follow one another within a tick.
const MOST_LEGS: usize = 4;
/// Pieces of road longer than twice this, in cells, are looked at in any case.
const MOST_REACH: usize = 32;
/// In a wind weaker than this smoke rises before it lies over a road, m/s \[J\].
const SMOKE_FROM_M_S: f64 = 1.5;

/// Sends a unit home from wherever it is.
pub fn go_home(site: &Site, closed: &ClosedRoads, log: &mut Log, unit: &mut UnitState, now: f64) {
    if let Doing::Stopped { until_s, .. } = unit.doing {
        // It sets out when it can go on.
        unit.doing = unit.doing.clone().resumed(now);
        go_home(site, closed, log, unit, now);
        if unit.doing != Doing::Standby {
            unit.stop(now, until_s - now);
        }
        return;
    }
    for number in [unit.order.take(), unit.task_order.take()]
        .into_iter()
        .flatten()
    {
        answer(log, now, number, Answer::Superseded);
    }
    let mut drive = way_home(site, closed, unit);
    let is_from_home = starts_at_home(unit);
    match &unit.doing {
        Doing::TurningOut { .. } => {
            unit.doing = Doing::Standby;
        }
        Doing::Driving { since_s } if is_from_home => {
            // Back the way it came: as long as it has driven, and longer where it has to back.
            drive = unit.trip.until(now - since_s).reversed();
            let on = unit.trip.between(now - since_s);
            let backed_m = back_out(site, unit, &mut drive, on);
            say_backing(log, now, unit, backed_m);
            unit.doing = Doing::Returning {
                drive_from_s: now,
                until_s: now + drive.duration_s(),
            };
        }
        Doing::Standby | Doing::Returning { .. } => {}
        _ => {
            let rides = matches!(unit.doing, Doing::Driving { .. } | Doing::Staged);
            let walk = if rides || unit.flies() || unit.keeps_to_road() {
                0.0
            } else {
                unit.at.distance(unit.vehicles) / unit.kind.walk_m_s.value
            };
            let from = now + walk;
            let backed_m = back_out(site, unit, &mut drive, None);
            say_backing(log, now, unit, backed_m);
            unit.doing = Doing::Returning {
                drive_from_s: from,
                until_s: from + drive.duration_s(),
            };
        }
    }
    // Whatever way it takes, it drives the reverse of its trip home.
    unit.trip = drive.reversed();
    unit.incident = None;
    unit.waiting = None;
    unit.task = Task::Edge;
    unit.task_m = 0.0;
    unit.margin_min = None;
    unit.moves_up = false;
}

/// The way home from where a unit's journey has led it: back the same way, or by the roads from where it
/// stood ready.
fn way_home(site: &Site, closed: &ClosedRoads, unit: &UnitState) -> Trip {
    let back = unit.trip.reversed();
    if starts_at_home(unit) {
        return back;
    }
    let from = if matches!(unit.doing, Doing::Driving { .. }) {
        unit.at
    } else {
        unit.vehicles
    };
    if unit.flies() {
        let speed = unit.kind.air_km_h.as_ref().map_or(1.0, |s| s.value / 3.6);
        return Trip::straight(unit.at, unit.home, speed);
    }
    let home = site.network.nearest_connected(unit.home);
    let here = site.network.nearest_connected(from);
    let (Some((home, _)), Some((here, _))) = (home, here) else {
        return back;
    };
    let class = unit
        .kind
        .weight_t
        .as_ref()
        .map_or(0, |t| site.network.weight_class(t.value));
    let tree = tree(site, closed, home, class);
    let way = trip_from(site, &tree, here, unit.kind.speed_factor.value);
    // Where no road is open people walk home.
    let on_foot = Trip::straight(from, unit.home, unit.kind.walk_m_s.value);
    way.map_or(on_foot, |way| {
        // The station lies beside its road.
        way.from_beside(from)
            .reversed()
            .from_beside(unit.home)
            .reversed()
    })
}

/// Whether a unit's journey began at its station.
fn starts_at_home(unit: &UnitState) -> bool {
    let first = unit.trip.places.first();
    first.is_none_or(|first| first.distance(unit.home) < NEAR_HOME_M)
}

/// What moving a unit touches.
struct Moves<'a> {
    site: &'a Site,
    now: f64,
    /// Length of the step that ends now, seconds.
    step_s: f64,
    fire: &'a Fire,
    log: &'a mut Log,
    stores: &'a mut Stores,
    /// How far one sees a fire, metres.
    sight_m: f64,
    /// Rings of the fires that somebody walks to, by number of the ignition.
    rings: BTreeMap<usize, Vec<Ring>>,
}

/// Moves every unit along.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn travel(
    now: Res<Now>,
    shared: Res<Shared>,
    script: Res<Script>,
    fire: Res<Fire>,
    closed: Res<ClosedRoads>,
    mut stores: ResMut<Stores>,
    mut log: ResMut<Log>,
    mut units: Query<(&Number, &mut UnitState)>,
    mut incidents: Query<&mut Incident>,
    patrols: Query<(&Number, &PatrolState)>,
) {
    let site = &*shared.0;
    let dark = is_dark(site, now.t_s);
    let sight =
        site.scenario.catalogue.detection.caller_sight_m.value * sight_factor(site, &script);
    let mut moves = Moves {
        site,
        now: now.t_s,
        step_s: now.step_s,
        fire: &fire,
        log: &mut log,
        stores: &mut stores,
        sight_m: if dark { sight * GLOW_SHARE } else { sight },
        rings: BTreeMap::new(),
    };
    for (_, mut unit) in &mut units {
        let has_orders = !unit.trip.places.is_empty();
        if let (Some(index), Doing::Standby, false) = (unit.patrol, &unit.doing, has_orders)
            && let Some((_, walked)) = patrols.iter().find(|(_, p)| p.index == index)
            && let Some(place) = walked.place(now.t_s)
        {
            unit.at = place;
        }
    }
    let mut moving: Vec<_> = units
        .iter_mut()
        .filter(|(_, u)| !is_still(&u.doing))
        .collect();
    moving.sort_by_key(|(n, _)| **n);
    for (_, unit) in &mut moving {
        // One thing follows another within the tick: out of the door, along the road, on foot.
        for _ in 0..MOST_LEGS {
            let before = std::mem::discriminant(&unit.doing);
            let number = unit.incident;
            let mut incident = number.and_then(|n| incidents.iter_mut().find(|i| i.number == n));
            moves.one(unit, incident.as_deref_mut(), &closed);
            if std::mem::discriminant(&unit.doing) == before || is_still(&unit.doing) {
                break;
            }
        }
    }
}

/// Whether a unit stays where it is until something else moves it.
fn is_still(doing: &Doing) -> bool {
    matches!(
        doing,
        Doing::Standby | Doing::OnScene | Doing::Staged | Doing::Safe { .. }
    )
}

impl Moves<'_> {
    fn one(&mut self, unit: &mut UnitState, incident: Option<&mut Incident>, closed: &ClosedRoads) {
        let now = self.now;
        match unit.doing.clone() {
            stopped @ Doing::Stopped { until_s, .. } if until_s <= now => {
                unit.doing = stopped.resumed(until_s);
                unit.ready_s = until_s;
            }
            Doing::TurningOut { until_s } if until_s <= now => {
                unit.doing = Doing::Driving { since_s: until_s };
                unit.left_s = Some(unit.left_s.unwrap_or(until_s));
                unit.was_sent = true;
                self.log.say(
                    now,
                    Record::Departed {
                        unit: unit.id.clone(),
                        incident: unit.incident,
                        road_km: libm::round(unit.trip.length_m / 10.0) / 100.0,
                        expected_s: libm::round(unit.trip.duration_s()),
                    },
                );
            }
            Doing::Driving { since_s } => {
                if let Some(incident) = incident.as_deref() {
                    self.keep_to_open_roads(unit, incident, closed, since_s);
                }
                let Doing::Driving { since_s } = unit.doing else {
                    return;
                };
                if let Some(place) = unit.trip.place_at(now - since_s) {
                    unit.at = place;
                }
                if now - since_s >= unit.trip.duration_s() {
                    unit.vehicles = unit.at;
                    self.arrive_by_road(unit, incident, since_s + unit.trip.duration_s());
                }
            }
            Doing::Walking {
                way,
                since_s,
                scouting,
            } => {
                unit.at = way.place_at(now - since_s).unwrap_or(unit.at);
                let is_there = now - since_s >= way.duration_s();
                let Some(incident) = incident else {
                    return go_home(self.site, closed, self.log, unit, now);
                };
                if scouting {
                    match self.edge_in_sight(unit.at, incident) {
                        Some(edge) => self.walk(unit, incident, edge, self.now, false),
                        None if is_there => self.found_nothing(unit, incident),
                        None => {}
                    }
                } else if is_there {
                    self.arrive(unit, incident, since_s + way.duration_s());
                }
            }
            Doing::Refilling { until_s, litres } if until_s <= now => {
                unit.doing = Doing::OnScene;
                unit.ready_s = until_s;
                unit.tank_l = (unit.tank_l + litres).min(unit.kind.tank_l.value);
            }
            Doing::Refuelling { until_s } if until_s <= now => {
                unit.doing = Doing::OnScene;
                unit.ready_s = until_s;
                unit.since_fuel_s = 0.0;
            }
            Doing::Withdrawing { way, since_s } => {
                unit.at = way.place_at(now - since_s).unwrap_or(unit.at);
                if now - since_s >= way.duration_s() {
                    unit.doing = Doing::Safe { since_s: now };
                }
            }
            Doing::Returning {
                drive_from_s,
                until_s,
            } => {
                if now >= drive_from_s {
                    let place = unit.trip.reversed().place_at(now - drive_from_s);
                    unit.at = place.unwrap_or(unit.at);
                } else {
                    let off = unit.at.distance(unit.vehicles);
                    let step = unit.kind.walk_m_s.value * self.step_s;
                    unit.at = unit
                        .at
                        .towards(unit.vehicles, (step / off.max(step)).min(1.0));
                }
                if until_s <= now {
                    self.come_home(unit, until_s);
                }
            }
            _ => {}
        }
    }

    /// Back at the station: equipment goes into store, tanks are filled, people rest.
    fn come_home(&mut self, unit: &mut UnitState, at_s: f64) {
        let work = &self.site.scenario.catalogue.work;
        unit.at = unit.home;
        unit.doing = Doing::Standby;
        unit.tank_l = unit.kind.tank_l.value;
        unit.away_s = unit.time_away_s(at_s);
        unit.left_s = None;
        unit.since_fuel_s = 0.0;
        let rest_s = if unit.worked_s >= work.shift_h.value * 3600.0 {
            work.rest_h.value * 3600.0
        } else {
            unit.worked_s / work.rest_gain.value
        };
        // A short rest is taken on stand-by; only a whole shift's keeps a unit from being sent.
        if unit.worked_s >= work.shift_h.value * 3600.0 {
            unit.out_until_s = unit.out_until_s.max(self.now + rest_s);
        }
        unit.total_worked_s += unit.worked_s;
        unit.worked_s = 0.0;
        self.log.say(
            self.now,
            Record::AtStation {
                unit: unit.id.clone(),
                people: unit.people,
            },
        );
        self.stores.take_back(self.now, self.log, unit);
    }

    /// At the last road node, or overhead: engines stay with the road, crews walk to the fire's edge when
    /// they see it, or to where it is believed to be.
    fn arrive_by_road(&mut self, unit: &mut UnitState, incident: Option<&mut Incident>, at_s: f64) {
        let Some(incident) = incident else {
            // Sent to a place, not to a fire.
            unit.doing = Doing::Staged;
            self.has_done(unit);
            self.log.say(
                self.now,
                Record::Staged {
                    unit: unit.id.clone(),
                },
            );
            return;
        };
        if let Task::Line(path) | Task::Hold(path) = &unit.task
            && let Some(&to) = path.first()
        {
            return self.walk(unit, incident, to, at_s, false);
        }
        let edge = self.edge_in_sight(unit.at, incident);
        if unit.flies() || unit.keeps_to_road() {
            if edge.is_none() && incident.origin().is_none() {
                return self.found_nothing(unit, incident);
            }
            return self.arrive(unit, incident, at_s);
        }
        let (to, scouting) = edge.map_or((incident.belief.at, true), |edge| (edge, false));
        self.walk(unit, incident, to, at_s, scouting);
    }

    /// At the fire, since `at_s` within the tick.
    fn arrive(&mut self, unit: &mut UnitState, incident: &Incident, at_s: f64) {
        unit.doing = Doing::OnScene;
        unit.ready_s = at_s;
        if std::mem::take(&mut unit.moves_up) {
            return;
        }
        self.has_done(unit);
        self.log.say(
            self.now,
            Record::Arrived {
                unit: unit.id.clone(),
                incident: incident.number,
                people: unit.people,
            },
        );
    }

    /// Answers the order that brought a unit where it is.
    fn has_done(&mut self, unit: &mut UnitState) {
        if let Some(number) = unit.order.take() {
            answer(self.log, self.now, number, Answer::Done);
        }
    }

    /// Sets out on foot at `at_s`, within the tick.
    fn walk(
        &mut self,
        unit: &mut UnitState,
        incident: &Incident,
        to: Point,
        at_s: f64,
        scouting: bool,
    ) {
        let way = walking::way_round(self.site, self.fire, unit.at, to, unit.kind.walk_m_s.value);
        if !matches!(unit.doing, Doing::Walking { .. }) {
            self.log.say(
                self.now,
                Record::WalkingIn {
                    unit: unit.id.clone(),
                    incident: incident.number,
                    distance_m: libm::round(way.length_m),
                },
            );
        }
        unit.doing = Doing::Walking {
            way,
            since_s: at_s,
            scouting,
        };
    }

    /// Nothing burns where a fire was believed: a false alarm is closed; a fire that is not in sight from
    /// there is looked for.
    fn found_nothing(&mut self, unit: &mut UnitState, incident: &mut Incident) {
        if incident.origin().is_none() {
            self.log.say(
                self.now,
                Record::NothingFound {
                    incident: incident.number,
                    unit: unit.id.clone(),
                },
            );
            incident.void(self.now);
            return;
        }
        // It goes on looking, and finds what burns in the end: smoke leads it.
        match self.nearest_edge(unit.at, incident) {
            Some((edge, _)) => self.walk(unit, incident, edge, self.now, false),
            None => self.arrive(unit, incident, self.now),
        }
    }

    /// The nearest edge of an incident's fire, and how far away it is: the nearer end of the line already
    /// built, or else the fire's own edge.
    fn nearest_edge(&mut self, from: Point, incident: &Incident) -> Option<(Point, f64)> {
        let origin = incident.origin()?;
        let nearer = |a: Point, b: Point| {
            if from.distance(a) <= from.distance(b) {
                a
            } else {
                b
            }
        };
        if let Some(tip) = incident.tips.iter().flatten().copied().reduce(nearer) {
            return Some((tip, from.distance(tip)));
        }
        let fire = self.fire;
        let rings = self.rings.entry(origin);
        let mut best: Option<(Point, f64)> = None;
        for ring in rings.or_insert_with(|| fire.0.perimeter_of(origin)) {
            let n = ring.vertices.len();
            for i in 0..n {
                let (a, b) = (ring.vertices[i].at, ring.vertices[(i + 1) % n].at);
                let (_, q) = nearest_on_segment(from, a, b);
                let d = from.distance(q);
                if best.is_none_or(|(_, least)| d < least) {
                    best = Some((q, d));
                }
            }
        }
        best
    }

    fn edge_in_sight(&mut self, from: Point, incident: &Incident) -> Option<Point> {
        let (edge, distance) = self.nearest_edge(from, incident)?;
        (distance <= self.sight_m).then_some(edge)
    }

    /// Turns a vehicle round when a road ahead has closed, or sends it another way when the fire is
    /// believed elsewhere.
    fn keep_to_open_roads(
        &mut self,
        unit: &mut UnitState,
        incident: &Incident,
        closed: &ClosedRoads,
        since_s: f64,
    ) {
        if unit.trip.nodes.len() < 2 || unit.moves_up {
            return;
        }
        // While neither the roads nor the place change, a way that was good stays so.
        let root = incident.routes.as_ref().map(|r| r.light().root());
        let as_now = Some((closed.version, root));
        if unit.roads_good == as_now {
            return;
        }
        let driven = self.now - since_s;
        let next = unit.trip.seconds.partition_point(|&s| s <= driven);
        let ahead: Vec<_> = unit.trip.nodes[next.saturating_sub(1)..]
            .windows(2)
            .map(|w| (w[0], w[1]))
            .collect();
        let shut = ahead
            .iter()
            .find_map(|&leg| between(self.site, closed, unit, leg).err());
        let end = unit.trip.end().unwrap_or(unit.at);
        let network = &self.site.network;
        let moved = incident.routes.as_ref().is_some_and(|r| {
            let root = network.graph[r.light().root()].at;
            root.distance(end) > MOVED_M
        });
        if shut.is_none() && !moved {
            unit.roads_good = as_now;
            return;
        }
        let Some(routes) = routes_to(self.site, closed, incident.belief.at) else {
            return;
        };
        // From the next node if the way there is open, or back to the one it has just passed.
        let here = match ahead.first() {
            Some(&leg) if between(self.site, closed, unit, leg).is_ok() => leg.1,
            Some(&(before, _)) => before,
            None => return,
        };
        let place = network.graph[here].at;
        let first_s = unit.at.distance(place) * 3.6 / 25.0;
        let speed = unit.kind.speed_factor.value;
        let Some(mut trip) = trip_from(self.site, routes.of(self.site, unit), here, speed) else {
            return;
        };
        trip.places.insert(0, unit.at);
        trip.nodes.insert(0, here);
        for s in &mut trip.seconds {
            *s += first_s;
        }
        trip.seconds.insert(0, 0.0);
        trip.length_m += unit.at.distance(place);
        let turns_here = ahead.first().is_some_and(|leg| here == leg.0);
        let backed_m = if turns_here {
            back_out(self.site, unit, &mut trip, ahead.first().copied())
        } else {
            0.0
        };
        if (trip.duration_s() - (unit.trip.duration_s() - driven)).abs() < 1.0 {
            return;
        }
        self.log.say(
            self.now,
            Record::Rerouted {
                unit: unit.id.clone(),
                road: shut.map(|i| self.site.roads[i].id.clone()),
                expected_s: libm::round(trip.duration_s()),
            },
        );
        say_backing(self.log, self.now, unit, backed_m);
        unit.trip = trip;
        unit.roads_good = None;
        unit.doing = Doing::Driving { since_s: self.now };
    }
}

/// Closes the pieces of road at which it burns, and opens them when it has burnt out there.
pub fn watch_roads(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    mut closed: ResMut<ClosedRoads>,
    mut log: ResMut<Log>,
) {
    if libm::fmod(now.t_s, ROADS_EVERY_S) != 0.0 || fire.0.burnt_cells() == 0 {
        return;
    }
    let front = &fire.0;
    let grid = front.grid();
    let Some([c0, r0, c1, r1]) = front.burnt_bounds() else {
        return;
    };
    let (a, b) = (grid.centre(c0, r1), grid.centre(c1, r0));
    let near = |p: Point| {
        let m = SMOKE_M + 2.0 * grid.cell;
        p.x > a.x - m && p.x < b.x + m && p.y > a.y - m && p.y < b.y + m
    };
    let burnt_within = |p: Point, seconds: f64| {
        grid.cell_at(p).is_some_and(|(c, r)| {
            front
                .burnt_at(c, r)
                .is_some_and(|b| now.t_s - b.arrival_s < seconds && front.source().fuel(c, r) != 0)
        })
    };
    let hot = |p: Point| burnt_within(p, ROAD_HOT_S);
    // Upwind, where the smoke comes from.
    let weather = front.source().weather();
    let from = weather.wind_from_deg.to_radians();
    let upwind = (libm::sin(from), libm::cos(from));
    let is_windy = weather.wind_m_s >= SMOKE_FROM_M_S;
    let smoky = |p: Point| {
        let steps = libm::ceil(SMOKE_M / grid.cell) as usize;
        is_windy
            && (1..=steps).any(|k| {
                let d = SMOKE_M * k as f64 / steps as f64;
                burnt_within(Point::new(p.x + d * upwind.0, p.y + d * upwind.1), SMOKE_S)
            })
    };
    let graph = &shared.0.network.graph;
    let since_s = now.t_s - ROAD_HOT_S.max(SMOKE_S);
    let mut burning = std::collections::BTreeSet::new();
    for edge in graph.edge_references() {
        let (p, q) = (graph[edge.source()].at, graph[edge.target()].at);
        let middle = p.towards(q, 0.5);
        if !near(p) && !near(q) && !near(middle) {
            continue;
        }
        // Most roads between fires far apart are near none of them.
        let reach = (SMOKE_M + p.distance(q) / 2.0) / grid.cell + 2.0;
        let (col, row) = grid.nearest(middle);
        if (reach as usize) < MOST_REACH
            && !front.may_have_burnt_near((col, row), reach as usize, since_s)
        {
            continue;
        }
        let steps = libm::ceil(p.distance(q) / grid.cell).max(1.0) as usize;
        let side = edge_normal(p, q);
        let is_hot = (0..=steps).any(|i| {
            let at = p.towards(q, i as f64 / steps as f64);
            // The carriageway does not burn; what stands beside it does.
            smoky(at)
                || [-1.0, 1.0].iter().any(|s| {
                    hot(Point::new(
                        at.x + s * side.0 * grid.cell,
                        at.y + s * side.1 * grid.cell,
                    ))
                })
        });
        if is_hot {
            burning.insert(edge.id());
        }
    }
    if burning == closed.burning {
        return;
    }
    let roads = |of: &std::collections::BTreeSet<_>| -> std::collections::BTreeSet<usize> {
        of.iter()
            .filter_map(|e| graph.edge_weight(*e))
            .map(|e| e.road)
            .collect()
    };
    let (before, after) = (roads(&closed.burning), roads(&burning));
    for road in after.difference(&before) {
        let road = shared.0.roads[*road].id.clone();
        log.say(now.t_s, Record::RoadBurning { road });
    }
    for road in before.difference(&after) {
        let road = shared.0.roads[*road].id.clone();
        log.say(now.t_s, Record::RoadOpen { road });
    }
    closed.burning = burning;
    closed.version += 1;
}

fn edge_normal(p: Point, q: Point) -> (f64, f64) {
    let length = p.distance(q).max(1e-9);
    ((q.y - p.y) / length, (p.x - q.x) / length)
}

/// Whether a unit of a kind walks in from the road.
pub fn walks(kind: UnitKind) -> bool {
    matches!(kind, UnitKind::Crew | UnitKind::Machine)
}
