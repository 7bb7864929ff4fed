//! Orders carried out, or refused with the reason.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;

use super::command::Incident;
use super::danger::Danger;
use super::movement::go_home;
use super::routing::{routes_to, trip};
use super::safety::PowerCuts;
use super::stores::Stores;
use super::units::{Doing, UnitState};
use super::{ClosedRoads, Fire, Inbox, Log, Now, Shared, detection, hundredths};
use crate::base::geo::{Point, Polyline};
use crate::fire::front::{Start, StartKind};
use crate::protocol::{Answer, Order, Orderer, Record, Refusal, Tactic, TacticReason, Task};
use crate::scenario::catalogue::UnitKind;
use crate::scenario::schema::Agency;
use crate::world::World as Site;

/// Time to get people out: until all have been warned, and so long for each hundred of them \[J\], seconds.
const EVACUATION_S: (f64, f64) = (600.0, 300.0);

/// Those on foot light a backfire so far from where they are, metres \[J\].
const BURN_WITHIN_M: f64 = 500.0;
/// Line is built and held so far from a fire's believed place, metres \[J\].
const TASK_WITHIN_M: f64 = 3000.0;

/// Places whose people have been told, by index among the values.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct Evacuations {
    /// To leave: when the last will have, seconds.
    pub leaving: BTreeMap<usize, f64>,
    /// To make ready to leave: when they were, seconds.
    pub warned: BTreeMap<usize, f64>,
}

/// Orders given so far.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct OrderCount(pub u32);

/// What orders touch.
struct Desk<'a, 'b> {
    now: f64,
    site: &'a Site,
    closed: &'a mut ClosedRoads,
    fire: &'a mut Fire,
    log: &'a mut Log,
    stores: &'a mut Stores,
    danger: &'a mut Danger,
    power: &'a mut PowerCuts,
    evacuations: &'a mut Evacuations,
    units: &'a mut Vec<Mut<'b, UnitState>>,
    incidents: &'a mut Vec<Mut<'b, Incident>>,
    /// The order's number.
    number: u32,
    /// When it was given, seconds.
    given: f64,
    by: Orderer,
}

/// Carries out the orders in the inbox, or says why not.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn obey(
    now: Res<Now>,
    shared: Res<Shared>,
    mut closed: ResMut<ClosedRoads>,
    mut fire: ResMut<Fire>,
    mut inbox: ResMut<Inbox>,
    mut log: ResMut<Log>,
    mut stores: ResMut<Stores>,
    mut danger: ResMut<Danger>,
    mut power: ResMut<PowerCuts>,
    mut evacuations: ResMut<Evacuations>,
    mut count: ResMut<OrderCount>,
    mut units: Query<&mut UnitState>,
    mut incidents: Query<&mut Incident>,
) {
    if inbox.0.is_empty() {
        return;
    }
    let mut units: Vec<Mut<'_, UnitState>> = units.iter_mut().collect();
    let mut incidents: Vec<Mut<'_, Incident>> = incidents.iter_mut().collect();
    for (given, by, order) in std::mem::take(&mut inbox.0) {
        count.0 += 1;
        let number = count.0;
        log.say(
            now.t_s,
            Record::Ordered {
                number,
                order: order.clone(),
                by,
            },
        );
        let mut desk = Desk {
            now: now.t_s,
            site: &shared.0,
            closed: &mut closed,
            fire: &mut fire,
            log: &mut log,
            stores: &mut stores,
            danger: &mut danger,
            power: &mut power,
            evacuations: &mut evacuations,
            units: &mut units,
            incidents: &mut incidents,
            number,
            given,
            by,
        };
        match desk.carry_out(&order) {
            Ok(Carried::AtOnce) => answer(&mut log, now.t_s, number, Answer::Done),
            Ok(Carried::UnderWay) => {}
            Err(reason) => log.say(
                now.t_s,
                Record::Refused {
                    number,
                    order,
                    reason,
                },
            ),
        }
    }
}

/// Says what became of an order.
pub fn answer(log: &mut Log, now: f64, number: u32, answer: Answer) {
    log.say(now, Record::Answered { number, answer });
}

/// Whether an order is done with.
enum Carried {
    AtOnce,
    /// A unit has it; it answers when it is there.
    UnderWay,
}

impl Desk<'_, '_> {
    fn carry_out(&mut self, order: &Order) -> Result<Carried, Refusal> {
        let now = self.now;
        match order {
            Order::Dispatch { unit, incident } => self.dispatch(unit, *incident),
            Order::Recall { unit } => self.recall(unit),
            Order::Move { unit, to } => self.send_to(unit, *to),
            Order::Task { unit, task } => self.task(unit, task),
            Order::Attack { incident, tactic } => self.attack(*incident, *tactic),
            Order::Request {
                incident,
                unit_type,
                count,
            } => self.request(*incident, unit_type, *count),
            Order::Report { incident } => {
                let is_there = self.units.iter().any(|u| {
                    u.incident == Some(*incident) && u.doing == Doing::OnScene && u.has_radio(now)
                });
                let of = self.incident(*incident)?;
                if !is_there {
                    return Err(Refusal::NobodyThere);
                }
                of.field_report_s = now;
                Ok(Carried::AtOnce)
            }
            Order::HandOver { incident } => {
                let by = self.by;
                let of = self.incident(*incident)?;
                if of.handed_over_s.is_some() && by != Orderer::Doctrine {
                    return Err(Refusal::AlreadyDone);
                }
                let since = of.dispatched_s.unwrap_or(of.opened_s);
                of.handed_over_s = Some(now);
                let after_min = libm::round((now - since) / 60.0);
                let incident = *incident;
                self.log.say(
                    now,
                    Record::HandedOver {
                        incident,
                        after_min,
                    },
                );
                Ok(Carried::AtOnce)
            }
            Order::Backfire { incident, path } => self.backfire(*incident, path),
            Order::Close { incident } => {
                self.is_ours_to_command(*incident)?;
                let of = self.incident(*incident)?;
                if of.out_s.is_some() {
                    return Err(Refusal::AlreadyDone);
                }
                of.void(now);
                let incident = *incident;
                self.log.say(now, Record::Closed { incident });
                Ok(Carried::AtOnce)
            }
            Order::CloseRoad { road } => {
                let index = self.road(road)?;
                if !self.closed.roads.insert(index) {
                    return Err(Refusal::AlreadyDone);
                }
                self.closed.version += 1;
                let road = road.clone();
                self.log.say(now, Record::RoadClosed { road });
                Ok(Carried::AtOnce)
            }
            Order::OpenRoad { road } => {
                let index = self.road(road)?;
                if !self.closed.roads.remove(&index) {
                    return Err(Refusal::AlreadyDone);
                }
                self.closed.version += 1;
                let road = road.clone();
                self.log.say(now, Record::RoadOpen { road });
                Ok(Carried::AtOnce)
            }
            Order::SetDanger { level } => {
                if self.danger.now(self.site, now) == *level {
                    return Err(Refusal::AlreadyDone);
                }
                // Declared with the next tick.
                self.danger.ordered = Some(*level);
                Ok(Carried::AtOnce)
            }
            Order::CutPower { line } => {
                let lines = &self.site.power_lines;
                let index = lines
                    .iter()
                    .position(|l| l.id == *line)
                    .ok_or(Refusal::UnknownPlace)?;
                if self.power.0.contains_key(&index) {
                    return Err(Refusal::AlreadyDone);
                }
                let takes = self.site.scenario.catalogue.safety.power_cut_min.value * 60.0;
                self.power.0.insert(index, now + takes);
                let record = Record::PowerCut {
                    line: line.clone(),
                    dead_s: now + takes,
                };
                self.log.say(now, record);
                Ok(Carried::AtOnce)
            }
            Order::Warn { value } => {
                let index = self.value(value)?;
                let told = &mut *self.evacuations;
                if told.warned.contains_key(&index) || told.leaving.contains_key(&index) {
                    return Err(Refusal::AlreadyDone);
                }
                told.warned.insert(index, now);
                let people = self.site.values[index].people;
                let value = value.clone();
                self.log.say(now, Record::Warned { value, people });
                Ok(Carried::AtOnce)
            }
            Order::Evacuate { value } => {
                let index = self.value(value)?;
                if self.evacuations.leaving.contains_key(&index) {
                    return Err(Refusal::AlreadyDone);
                }
                let people = self.site.values[index].people;
                // Those who were warned before leave at once.
                let warned_s = self.evacuations.warned.get(&index).copied().unwrap_or(now);
                let until_s =
                    now.max(warned_s + EVACUATION_S.0) + EVACUATION_S.1 * f64::from(people) / 100.0;
                self.evacuations.leaving.insert(index, until_s);
                self.log.say(
                    now,
                    Record::Evacuating {
                        value: value.clone(),
                        people,
                        until_s,
                    },
                );
                Ok(Carried::AtOnce)
            }
        }
    }

    fn incident(&mut self, number: u32) -> Result<&mut Incident, Refusal> {
        self.incidents
            .iter_mut()
            .find(|i| i.number == number)
            .map(|i| &mut **i)
            .ok_or(Refusal::UnknownIncident)
    }

    fn value(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.site.values.iter().position(|v| v.id == id);
        found.ok_or(Refusal::UnknownPlace)
    }

    fn road(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.site.roads.iter().position(|r| r.id == id);
        found.ok_or(Refusal::UnknownPlace)
    }

    /// After the hand-over the emergency management bureau commands; the forestry bureau assists.
    fn is_ours_to_command(&mut self, number: u32) -> Result<(), Refusal> {
        let is_ours = matches!(self.by, Orderer::EmergencyBureau | Orderer::Doctrine);
        let of = self.incident(number)?;
        if of.handed_over_s.is_some() && !is_ours {
            return Err(Refusal::HandedOver);
        }
        Ok(())
    }

    fn dispatch(&mut self, id: &str, number: u32) -> Result<Carried, Refusal> {
        let (now, site) = (self.now, self.site);
        let incident = self
            .incidents
            .iter_mut()
            .find(|i| i.number == number)
            .ok_or(Refusal::UnknownIncident)?;
        let unit = self
            .units
            .iter_mut()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?;
        // They come when their bureau sends them: on request, and with the hand-over.
        if unit.agency == Agency::Emergency && self.by != Orderer::EmergencyBureau {
            return Err(Refusal::NotOurs);
        }
        if incident.out_s.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        if unit.people == 0 {
            return Err(Refusal::OutOfAction);
        }
        if unit.kind.kind == UnitKind::Helicopter && detection::is_dark(site, now) {
            return Err(Refusal::Dark);
        }
        if !unit.is_free(now) {
            return Err(Refusal::NotFree);
        }
        // Roads may have closed, or the place may be known better, since the roads were searched.
        let at = incident.belief.at;
        if incident.routes.is_none() || incident.routed != (self.closed.version, at) {
            incident.routes = routes_to(site, self.closed, at);
            incident.routed = (self.closed.version, at);
        }
        let way = incident
            .routes
            .as_ref()
            .and_then(|r| trip(site, r, unit, at))
            .ok_or(Refusal::NoRoute)?;
        unit.trip = way;
        unit.incident = Some(number);
        unit.has_worked = false;
        unit.moves_up = false;
        unit.waiting = None;
        unit.order = Some(self.number);
        unit.doing = Doing::TurningOut {
            until_s: self.given + turnout_s(site, self.danger, unit, now),
        };
        self.stores.issue(now, self.log, unit);
        if incident.dispatched_s.is_none() {
            incident.dispatched_s = Some(self.given);
            incident.report_s = self.given + site.scenario.file.doctrine.report_every_min * 60.0;
        }
        Ok(Carried::UnderWay)
    }

    fn recall(&mut self, id: &str) -> Result<Carried, Refusal> {
        let (now, site) = (self.now, self.site);
        let number = self
            .units
            .iter()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?
            .incident;
        if let Some(number) = number {
            self.is_ours_to_command(number)?;
        }
        let unit = self
            .units
            .iter_mut()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?;
        if matches!(unit.doing, Doing::Standby | Doing::Returning { .. }) {
            return Err(Refusal::NotFree);
        }
        if !unit.has_radio(now) {
            return Err(Refusal::NoRadio);
        }
        go_home(site, self.closed, self.log, unit, now);
        self.log.say(
            now,
            Record::Returning {
                unit: id.to_owned(),
            },
        );
        Ok(Carried::AtOnce)
    }

    /// Sends a unit to stand ready at the road nearest to a place.
    fn send_to(&mut self, id: &str, to: Point) -> Result<Carried, Refusal> {
        let (now, site) = (self.now, self.site);
        if site.grid.cell_at(to).is_none() {
            return Err(Refusal::OffTheMap);
        }
        let unit = self
            .units
            .iter_mut()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?;
        if !unit.is_free(now) {
            return Err(Refusal::NotFree);
        }
        let way = routes_to(site, self.closed, to)
            .and_then(|r| trip(site, &r, unit, to))
            .ok_or(Refusal::NoRoute)?;
        unit.trip = way;
        unit.order = Some(self.number);
        unit.doing = Doing::TurningOut {
            until_s: self.given + turnout_s(site, self.danger, unit, now),
        };
        self.stores.issue(now, self.log, unit);
        Ok(Carried::UnderWay)
    }

    fn task(&mut self, id: &str, task: &Task) -> Result<Carried, Refusal> {
        let site = self.site;
        let number = self
            .units
            .iter()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?
            .incident
            .ok_or(Refusal::NobodyThere)?;
        self.is_ours_to_command(number)?;
        let unit = self
            .units
            .iter_mut()
            .find(|u| u.id == id)
            .ok_or(Refusal::UnknownUnit)?;
        if !unit.has_radio(self.now) {
            return Err(Refusal::NoRadio);
        }
        let path = match task {
            Task::Edge => &[][..],
            Task::Line(path) | Task::Hold(path) => {
                if !super::movement::walks(unit.kind.kind) {
                    return Err(Refusal::NotItsWork);
                }
                path
            }
        };
        if path.iter().any(|p| site.grid.cell_at(*p).is_none()) {
            return Err(Refusal::OffTheMap);
        }
        if !matches!(task, Task::Edge) && path.len() < 2 {
            return Err(Refusal::NothingBurns);
        }
        let fire = (self.incidents.iter())
            .find(|i| i.number == number)
            .map(|i| i.belief.at);
        let is_near = |p: &Point| fire.is_none_or(|at| at.distance(*p) <= TASK_WITHIN_M);
        if !path.is_empty() && !path.iter().any(is_near) {
            return Err(Refusal::TooFar);
        }
        unit.task = task.clone();
        unit.task_m = 0.0;
        unit.waiting = None;
        let before = unit.task_order.take();
        let carried = if *task == Task::Edge {
            Carried::AtOnce
        } else {
            // It answers when the line is built, or when it stands along the course.
            unit.task_order = Some(self.number);
            unit.has_worked = false;
            Carried::UnderWay
        };
        if let Some(number) = before {
            answer(self.log, self.now, number, Answer::Superseded);
        }
        Ok(carried)
    }

    /// Has a fire attacked in some way from now on.
    fn attack(&mut self, number: u32, tactic: Tactic) -> Result<Carried, Refusal> {
        self.is_ours_to_command(number)?;
        let may_head = (self.site.scenario.file.doctrine.crew_boss)
            .head_flame_m
            .is_some();
        let of = self.incident(number)?;
        if of.out_s.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        if tactic == Tactic::Head && !may_head {
            return Err(Refusal::NotAllowed);
        }
        of.attack.order(tactic);
        if tactic == Tactic::Head {
            // They leave the ends of their line and begin anew at the head.
            of.tips = [None, None];
        }
        let record = Record::Attack {
            incident: number,
            tactic,
            reason: TacticReason::Ordered,
            flame_m: 0.0,
        };
        self.log.say(self.now, record);
        Ok(Carried::AtOnce)
    }

    /// The emergency management bureau sends its nearest free units of a type.
    fn request(&mut self, number: u32, unit_type: &str, count: u32) -> Result<Carried, Refusal> {
        let now = self.now;
        let at = self.incident(number)?.belief.at;
        if count == 0 {
            return Err(Refusal::AlreadyDone);
        }
        let mut free: Vec<(f64, String)> = self
            .units
            .iter()
            .filter(|u| u.agency == Agency::Emergency && u.type_name == unit_type && u.is_free(now))
            .map(|u| (u.at.distance(at), u.id.clone()))
            .collect();
        free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if free.is_empty() {
            let is_bureau =
                |u: &&Mut<'_, UnitState>| u.agency == Agency::Emergency && u.type_name == unit_type;
            // The bureau has none; or none that is free.
            return Err(if self.units.iter().any(|u| is_bureau(&u)) {
                Refusal::NotFree
            } else {
                Refusal::UnknownUnit
            });
        }
        let by = std::mem::replace(&mut self.by, Orderer::EmergencyBureau);
        let mut sent = false;
        let mut why = Refusal::NoRoute;
        for (_, id) in free.into_iter().take(count as usize) {
            let is_first = !sent;
            match self.dispatch(&id, number) {
                Ok(_) => {
                    sent = true;
                    // The first of them answers for the request.
                    if !is_first && let Some(unit) = self.units.iter_mut().find(|u| u.id == id) {
                        unit.order = None;
                    }
                }
                Err(reason) => why = reason,
            }
        }
        self.by = by;
        if sent {
            Ok(Carried::UnderWay)
        } else {
            Err(why)
        }
    }

    /// Lights a line on order; it belongs to the incident's fire.
    fn backfire(&mut self, number: u32, path: &[Point]) -> Result<Carried, Refusal> {
        self.is_ours_to_command(number)?;
        let site = self.site;
        let origin = self.incident(number)?.origin();
        // Those on foot light it, and go along it.
        let mut burners = self
            .units
            .iter()
            .filter(|u| u.incident == Some(number) && u.doing == Doing::OnScene)
            .filter(|u| super::movement::walks(u.kind.kind))
            .peekable();
        if burners.peek().is_none() {
            return Err(Refusal::NobodyThere);
        }
        let (Some(&first), true) = (path.first(), path.len() > 1) else {
            return Err(Refusal::NothingBurns);
        };
        if path.iter().any(|p| site.grid.cell_at(*p).is_none()) {
            return Err(Refusal::OffTheMap);
        }
        let course = Polyline::new(path.to_vec());
        let is_near = |u: &Mut<'_, UnitState>| {
            let nearest = course.nearest(u.at);
            nearest.is_some_and(|(_, _, metres)| metres <= BURN_WITHIN_M)
        };
        if !burners.any(is_near) {
            return Err(Refusal::TooFar);
        }
        self.fire
            .0
            .ignite_as(
                &Start::Line(path.to_vec()),
                self.now,
                StartKind::Backfire,
                origin,
            )
            .ok_or(Refusal::NothingBurns)?;
        self.log.say(
            self.now,
            Record::Backfire {
                incident: number,
                length_m: hundredths(Polyline::new(path.to_vec()).length()),
                x: hundredths(first.x),
                y: hundredths(first.y),
            },
        );
        Ok(Carried::AtOnce)
    }
}

/// Seconds a unit takes to leave: its own time, by the danger level and the hour; those who stand ready
/// away from their station leave at once.
pub fn turnout_s(site: &Site, danger: &Danger, unit: &UnitState, now: f64) -> f64 {
    if unit.doing == Doing::Staged {
        return 0.0;
    }
    let catalogue = &site.scenario.catalogue;
    let night = if detection::is_dark(site, now) {
        catalogue.danger.night_turnout_factor.value
    } else {
        1.0
    };
    let readiness = danger.readiness(site, now);
    unit.kind.turnout_min.value * 60.0 * readiness.turnout_factor * night
}
