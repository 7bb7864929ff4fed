//! Command: incidents, orders, reports, hand-over.

use bevy_ecs::prelude::*;

use super::fires::{FireState, area_of};
use super::units::{Doing, Trip, UnitState};
use super::work::Dividers;
use super::{ClosedRoads, Fire, Inbox, Log, Now, Number, Shared, hundredths};
use crate::base::geo::{Point, Polyline};
use crate::fire::front::{Start, StartKind};
use crate::protocol::{AlarmSource, Order, Orderer, Record, Refusal};
use crate::world::{World as Site, roads::RouteTree};

/// What the duty centre knows of a fire, and how far the work on it has come.
#[derive(Component, Debug, Clone)]
pub struct Incident {
    /// Number, from 1.
    pub number: u32,
    /// Number of the ignition behind it (truth, used where crews stand on the ground).
    pub origin: usize,
    /// Where the centre believes it to be.
    pub at: Point,
    /// First alarm, seconds.
    pub opened_s: f64,
    /// Who gave it.
    pub source: (AlarmSource, String),
    /// When the desk will have verified it, seconds.
    pub ready_s: f64,
    /// When it had, seconds.
    pub verified_s: Option<f64>,
    /// First dispatch, seconds.
    pub dispatched_s: Option<f64>,
    /// First unit at work, seconds.
    pub first_attack_s: Option<f64>,
    /// Ring closed, seconds.
    pub contained_s: Option<f64>,
    /// Out, seconds.
    pub out_s: Option<f64>,
    /// Handed over, seconds.
    pub handed_over_s: Option<f64>,
    /// Declared escaped, seconds.
    pub escaped_s: Option<f64>,
    /// Believed area, ha.
    pub area_ha: f64,
    /// Steps of the escalation already ordered.
    pub escalated: usize,
    /// Next situation report, seconds.
    pub report_s: f64,
    /// Ends of the built line: the party that goes with burnt ground on its left, and the other.
    pub tips: [Option<Point>; 2],
    /// What the parties' line is measured with.
    pub dividers: [Dividers; 2],
    /// Line built, metres.
    pub line_m: f64,
    /// Line built by both parties since they last began at an anchor, metres.
    pub from_anchor_m: f64,
    /// Mop-up done, person-hours.
    pub mopped_h: f64,
    /// Mop-up needed, person-hours.
    pub to_mop_h: f64,
    /// Whether crews were ever held off by flames.
    pub was_too_hot: bool,
    /// Travel times to the incident, when the roads have been searched.
    pub routes: Option<RouteTree>,
}

impl Incident {
    /// A new incident, opened by a first alarm.
    pub fn new(
        number: u32,
        origin: usize,
        at: Point,
        opened_s: f64,
        source: (AlarmSource, String),
        ready_s: f64,
    ) -> Self {
        Self {
            number,
            origin,
            at,
            opened_s,
            source,
            ready_s,
            verified_s: None,
            dispatched_s: None,
            first_attack_s: None,
            contained_s: None,
            out_s: None,
            handed_over_s: None,
            escaped_s: None,
            area_ha: 0.0,
            escalated: 0,
            report_s: f64::INFINITY,
            tips: [None, None],
            dividers: [Dividers::default(); 2],
            line_m: 0.0,
            from_anchor_m: 0.0,
            mopped_h: 0.0,
            to_mop_h: 0.0,
            was_too_hot: false,
            routes: None,
        }
    }
}

/// Searches the open roads from the node nearest to a place that some unit can drive to; none when
/// no unit can drive anywhere.
pub fn routes_to(site: &Site, closed: &ClosedRoads, at: Point) -> Option<RouteTree> {
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
        let tree = network.tree_from(node, |road| !closed.0.contains(&road));
        if homes.iter().any(|&home| tree.seconds_to(home).is_some()) {
            return Some(tree);
        }
        // Behind a closed road: so is all that can be reached from there.
        cut_off.push(tree);
    }
    None
}

/// The journey of a unit from its home along a search's tree; none when no road leads there.
pub fn trip(site: &Site, routes: &RouteTree, home: Point, speed_factor: f64) -> Option<Trip> {
    let (start, _) = site.network.nearest_connected(home)?;
    let total = routes.seconds_to(start)?;
    let mut trip = Trip::default();
    for (i, node) in routes.route_to(start)?.into_iter().rev().enumerate() {
        let place = site.network.graph[node].at;
        if i > 0 {
            trip.length_m += trip.places[i - 1].distance(place);
        }
        trip.places.push(place);
        trip.seconds
            .push((total - routes.seconds_to(node)?) / speed_factor);
    }
    Some(trip)
}

/// Verifies alarms that are due: from then on the centre knows the place and the size.
pub fn verify_alarms(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    closed: Res<ClosedRoads>,
    mut log: ResMut<Log>,
    fires: Query<&FireState>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let mut due: Vec<_> = incidents
        .iter_mut()
        .filter(|(_, i)| i.verified_s.is_none() && i.ready_s <= now.0)
        .collect();
    due.sort_by_key(|(n, _)| **n);
    if due.is_empty() {
        return;
    }
    let rings = fire.0.perimeter();
    for (_, incident) in &mut due {
        let Some(source) = fires.iter().find(|f| f.origin == incident.origin) else {
            continue;
        };
        incident.verified_s = Some(now.0);
        incident.at = source.at;
        incident.area_ha = area_of(&rings, incident.origin) / 10_000.0;
        incident.routes = routes_to(&shared.0, &closed, incident.at);
        log.say(
            now.0,
            Record::Verified {
                incident: incident.number,
                fire: source.id.clone(),
                x: hundredths(source.at.x),
                y: hundredths(source.at.y),
                area_ha: hundredths(incident.area_ha),
            },
        );
    }
}

/// Carries out the orders in the inbox, or says why not.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn obey(
    now: Res<Now>,
    shared: Res<Shared>,
    closed: Res<ClosedRoads>,
    mut fire: ResMut<Fire>,
    mut inbox: ResMut<Inbox>,
    mut log: ResMut<Log>,
    mut units: Query<&mut UnitState>,
    mut incidents: Query<&mut Incident>,
) {
    for (by, order) in std::mem::take(&mut inbox.0) {
        log.say(
            now.0,
            Record::Ordered {
                order: order.clone(),
                by,
            },
        );
        let done = match &order {
            Order::Dispatch { unit, incident } => dispatch(
                now.0,
                &shared.0,
                &closed,
                &mut units,
                &mut incidents,
                unit,
                *incident,
            ),
            Order::Recall { unit } => match units.iter_mut().find(|u| u.id == *unit) {
                None => Err(Refusal::UnknownUnit),
                Some(mut u) if u.incident.is_some() => {
                    super::movement::go_home(&mut u, now.0);
                    log.say(now.0, Record::Returning { unit: unit.clone() });
                    Ok(())
                }
                Some(_) => Err(Refusal::NotFree),
            },
            Order::HandOver { incident } => {
                match incidents.iter_mut().find(|i| i.number == *incident) {
                    None => Err(Refusal::UnknownIncident),
                    Some(mut i) => {
                        let since = i.dispatched_s.unwrap_or(i.opened_s);
                        i.handed_over_s = Some(now.0);
                        let after_min = libm::round((now.0 - since) / 60.0);
                        log.say(
                            now.0,
                            Record::HandedOver {
                                incident: i.number,
                                after_min,
                            },
                        );
                        Ok(())
                    }
                }
            }
            Order::Backfire { incident, path } => {
                let there =
                    |u: &UnitState| u.incident == Some(*incident) && u.doing == Doing::OnScene;
                let is_manned = units.iter().any(there);
                backfire(
                    now.0, &mut fire, &mut log, &incidents, *incident, path, is_manned,
                )
            }
        };
        if let Err(reason) = done {
            log.say(now.0, Record::Refused { order, reason });
        }
    }
}

/// Lights a line on order; it belongs to the incident's fire.
fn backfire(
    now: f64,
    fire: &mut Fire,
    log: &mut Log,
    incidents: &Query<&mut Incident>,
    number: u32,
    path: &[Point],
    is_manned: bool,
) -> Result<(), Refusal> {
    let incident = incidents
        .iter()
        .find(|i| i.number == number)
        .ok_or(Refusal::UnknownIncident)?;
    if !is_manned {
        return Err(Refusal::NobodyThere);
    }
    let first = *path.first().ok_or(Refusal::NothingBurns)?;
    fire.0
        .ignite_as(
            &Start::Line(path.to_vec()),
            now,
            StartKind::Backfire,
            Some(incident.origin),
        )
        .ok_or(Refusal::NothingBurns)?;
    log.say(
        now,
        Record::Backfire {
            incident: number,
            length_m: hundredths(Polyline::new(path.to_vec()).length()),
            x: hundredths(first.x),
            y: hundredths(first.y),
        },
    );
    Ok(())
}

fn dispatch(
    now: f64,
    site: &Site,
    closed: &ClosedRoads,
    units: &mut Query<&mut UnitState>,
    incidents: &mut Query<&mut Incident>,
    unit: &str,
    incident: u32,
) -> Result<(), Refusal> {
    let mut unit = units
        .iter_mut()
        .find(|u| u.id == unit)
        .ok_or(Refusal::UnknownUnit)?;
    let mut incident = incidents
        .iter_mut()
        .find(|i| i.number == incident)
        .ok_or(Refusal::UnknownIncident)?;
    if !unit.is_free(now) {
        return Err(Refusal::NotFree);
    }
    // Roads may have closed since the incident was verified.
    if incident.routes.is_none() || !closed.0.is_empty() {
        incident.routes = routes_to(site, closed, incident.at);
    }
    let trip = incident
        .routes
        .as_ref()
        .and_then(|r| trip(site, r, unit.home, unit.kind.speed_factor.value))
        .ok_or(Refusal::NoRoute)?;
    unit.trip = trip;
    unit.incident = Some(incident.number);
    unit.has_worked = false;
    unit.waiting = None;
    unit.doing = Doing::TurningOut {
        until_s: now + unit.kind.turnout_min.value * 60.0,
    };
    if incident.dispatched_s.is_none() {
        incident.dispatched_s = Some(now);
        incident.report_s = now + site.scenario.file.doctrine.report_every_min * 60.0;
    }
    Ok(())
}

/// How often the believed area is brought up to date, seconds.
const UPDATE_EVERY_S: f64 = 300.0;

/// Updates what is believed of each open incident, reports, hands over when the doctrine says so.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn report(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    mut inbox: ResMut<Inbox>,
    mut log: ResMut<Log>,
    units: Query<&UnitState>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let doctrine = &shared.0.scenario.file.doctrine;
    let update = libm::fmod(now.0, UPDATE_EVERY_S) == 0.0;
    let mut open: Vec<_> = incidents
        .iter_mut()
        .filter(|(_, i)| i.verified_s.is_some() && i.out_s.is_none())
        .collect();
    open.sort_by_key(|(n, _)| **n);
    if !open.iter().any(|(_, i)| update || i.report_s <= now.0) {
        return;
    }
    let rings = fire.0.perimeter();
    for (_, incident) in &mut open {
        incident.area_ha = area_of(&rings, incident.origin) / 10_000.0;
        if incident.escaped_s.is_none()
            && incident.area_ha > shared.0.scenario.file.scoring.escape_ha
        {
            incident.escaped_s = Some(now.0);
            log.say(
                now.0,
                Record::Escaped {
                    incident: incident.number,
                    area_ha: hundredths(incident.area_ha),
                },
            );
        }
        if incident.report_s <= now.0 {
            incident.report_s += doctrine.report_every_min * 60.0;
            let there =
                |u: &&UnitState| u.incident == Some(incident.number) && u.doing == Doing::OnScene;
            log.say(
                now.0,
                Record::SituationReport {
                    incident: incident.number,
                    area_ha: hundredths(incident.area_ha),
                    line_m: libm::round(incident.line_m),
                    units: units.iter().filter(there).count() as u32,
                    people: units.iter().filter(there).map(|u| u.people).sum(),
                },
            );
        }
        if let Some(since) = incident.dispatched_s
            && incident.handed_over_s.is_none()
            && now.0 - since >= doctrine.handover_after_min * 60.0
        {
            // Told once; the order takes effect in the next tick.
            incident.handed_over_s = Some(now.0);
            inbox.0.push((
                Orderer::Doctrine,
                Order::HandOver {
                    incident: incident.number,
                },
            ));
        }
    }
}
