//! Falling back: when the edge is too hot and line beside it would come too late, a break or road that the fire
//! will come to is held; where that is tells the fire run ahead from what is believed. The boss sends as many as
//! that takes and goes on with the others at the edge; on order all on foot go.

use std::collections::{BTreeMap, BTreeSet};

use super::command::Incident;
use super::movement::walks;
use super::safety::Forecast;
use super::tactics::say;
use super::tasks::{able_to_hold_m, stretch};
use super::units::UnitState;
use super::{Fire, Log, walking};
use crate::base::geo::{Point, Polyline};
use crate::base::random::Streams;
use crate::protocol::{Tactic, TacticReason, Task};
use crate::world::World as Site;

/// Those who hold stay so long after the fire was to come there, seconds \[J\].
const STAY_S: f64 = 3600.0;
/// What the fire comes to so much later than at first is held as well, seconds \[J\].
const AFTER_S: f64 = 1800.0;
/// How far beyond a line's side the fire is looked for, cells.
const BESIDE_CELLS: f64 = 0.8;

/// Who holds what.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// The part of the line that each unit holds, by its id.
    parts: BTreeMap<String, Vec<Point>>,
    /// When the fire is expected there, seconds.
    contact_s: f64,
    /// Whether it was ordered.
    is_ordered: bool,
}

/// Where the fire will come to a line that stands.
struct Contact<'a> {
    course: &'a [Point],
    /// Metres along it where it comes first, and from where to where it comes soon after.
    arc_m: f64,
    from_m: f64,
    to_m: f64,
    /// When, seconds.
    at_s: f64,
}

/// The lines that stop fire, and their widths, metres.
fn lines(site: &Site) -> impl Iterator<Item = (&[Point], f64)> {
    let breaks = site.firebreaks.iter().map(|b| (&b.path[..], b.width_m));
    let roads = site.roads.iter().filter_map(|r| {
        let class = site.scenario.catalogue.road_classes.get(&r.class)?;
        class
            .stops_fire
            .then(|| (&r.path[..], r.width_m.unwrap_or(class.width_m.value)))
    });
    breaks.chain(roads)
}

/// Where the fire first comes to a line from one side of it.
fn contact<'a>(
    forecast: &Forecast,
    now: f64,
    (course, width_m): (&'a [Point], f64),
    cell_m: f64,
) -> Option<Contact<'a>> {
    let off = width_m / 2.0 + BESIDE_CELLS * cell_m;
    // Metres along the line, and when the fire comes there; none where it does not.
    let mut arrivals: Vec<(f64, Option<f64>)> = Vec::new();
    let mut run = 0.0;
    for pair in course.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let length = a.distance(b);
        let steps = libm::ceil(length / cell_m) as usize;
        for k in 0..steps {
            let share = (k as f64 + 0.5) / steps as f64;
            let p = a.towards(b, share);
            let beside = |side: f64| {
                Point::new(
                    p.x - side * off * (b.y - a.y) / length,
                    p.y + side * off * (b.x - a.x) / length,
                )
            };
            // Where it burns on both sides nothing is held.
            let at_s = match [1.0, -1.0].map(|side| forecast.arrival_s(beside(side))) {
                [Some(t), None] | [None, Some(t)] if t > now => Some(t),
                _ => None,
            };
            arrivals.push((run + share * length, at_s));
        }
        run += length;
    }
    let first = (0..arrivals.len())
        .filter(|&i| arrivals[i].1.is_some())
        .min_by(|&i, &j| {
            let at = |i: usize| arrivals[i].1.unwrap_or(f64::INFINITY);
            at(i).total_cmp(&at(j))
        })?;
    let (arc_m, at_s) = (arrivals[first].0, arrivals[first].1?);
    let soon = |a: &&(f64, Option<f64>)| a.1.is_some_and(|t| t <= at_s + AFTER_S);
    let before = arrivals[..first].iter().rev().take_while(soon).last();
    let after = arrivals[first..].iter().take_while(soon).last();
    Some(Contact {
        course,
        arc_m,
        from_m: before.map_or(arc_m, |a| a.0),
        to_m: after.map_or(arc_m, |a| a.0),
        at_s,
    })
}

/// The nearest of the crews to a place, as many as hold the stretch to which the fire comes soon, or all of them;
/// by index.
fn going(crews: &[&UnitState], contact: &Contact<'_>, at: Point, all: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..crews.len()).collect();
    order.sort_by(|&i, &j| {
        (crews[i].at.distance(at))
            .total_cmp(&crews[j].at.distance(at))
            .then(crews[i].id.cmp(&crews[j].id))
    });
    let (mut going, mut held_m) = (Vec::new(), 0.0);
    for i in order {
        if all || going.is_empty() || held_m < contact.to_m - contact.from_m {
            going.push(i);
            held_m += able_to_hold_m(crews[i].people);
        }
    }
    going
}

/// The line to which the fire comes first of those that crews can be at in time, `lead_s` before it; with the
/// crews that go there, or all of them, by index.
fn find<'a>(
    site: &'a Site,
    fire: &Fire,
    forecast: &Forecast,
    now: f64,
    crews: &[&UnitState],
    lead_s: f64,
    all: bool,
) -> Option<(Contact<'a>, Vec<usize>)> {
    let cell_m = site.grid.cell;
    let (low, high) = forecast.burnt_extent()?;
    let mut contacts: Vec<Contact<'a>> = lines(site)
        .filter(|(course, width_m)| {
            let reach = width_m + 2.0 * cell_m;
            let mut near = course.windows(2).filter(|w| {
                w[0].x.max(w[1].x) > low.x - reach
                    && w[0].x.min(w[1].x) < high.x + reach
                    && w[0].y.max(w[1].y) > low.y - reach
                    && w[0].y.min(w[1].y) < high.y + reach
            });
            near.next().is_some()
        })
        .filter_map(|line| contact(forecast, now, line, cell_m))
        .collect();
    contacts.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    contacts.into_iter().find_map(|contact| {
        let at = Polyline::new(contact.course.to_vec()).point_at(contact.arc_m)?;
        let going = going(crews, &contact, at, all);
        let in_time = |&i: &usize| {
            let way = walking::way_round(site, fire, crews[i].at, at, crews[i].kind.walk_m_s.value);
            now + way.duration_s() + lead_s <= contact.at_s
        };
        going.iter().all(in_time).then_some((contact, going))
    })
}

/// Sends crews to a break or road that the fire will come to, where there is one in time.
#[allow(
    clippy::too_many_arguments,
    reason = "called from one place with all it touches"
)]
pub(super) fn fall_back(
    site: &Site,
    now: f64,
    fire: &Fire,
    luck: &Streams,
    log: &mut Log,
    incident: &mut Incident,
    here: &mut [&mut UnitState],
    flame_m: f64,
) {
    let rules = &site.scenario.catalogue;
    incident.attack.looked_s = Some(now);
    let crews: Vec<&UnitState> = (here.iter())
        .map(|u| &**u)
        .filter(|u| walks(u.kind.kind) && u.people > 0)
        .collect();
    let minutes = rules.attack.hold_ahead_min.value;
    let forecast = Forecast::ahead(site, fire, luck, now, incident, minutes);
    let lead_s = rules.safety.warn_min.value * 60.0;
    let is_ordered = incident.attack.is_ordered;
    let found = forecast
        .as_ref()
        .filter(|_| !crews.is_empty())
        .and_then(|f| find(site, fire, f, now, &crews, lead_s, is_ordered));
    let Some((found, going)) = found else {
        if is_ordered && !std::mem::replace(&mut incident.attack.said_not, true) {
            say(
                now,
                log,
                incident,
                (Tactic::Flank, TacticReason::NoBreak),
                flame_m,
            );
        }
        return;
    };
    let course = Polyline::new(found.course.to_vec());
    let length = course.length();
    let total: f64 = going.iter().map(|&i| able_to_hold_m(crews[i].people)).sum();
    let going: BTreeSet<String> = going.into_iter().map(|i| crews[i].id.clone()).collect();
    let middle = 0.5 * (found.from_m + found.to_m);
    let mut from = (middle - 0.5 * total).clamp(0.0, (length - total).max(0.0));
    let mut parts = BTreeMap::new();
    for unit in here.iter_mut().filter(|u| going.contains(&u.id)) {
        let to = (from + able_to_hold_m(unit.people)).min(length);
        let part = stretch(&course, from, to);
        from = to;
        if part.len() < 2 {
            continue;
        }
        unit.task_m = 0.5 * Polyline::new(part.clone()).length();
        unit.task = Task::Hold(part.clone());
        unit.has_worked = false;
        unit.waiting = None;
        parts.insert(unit.id.clone(), part);
    }
    incident.attack.holding = Some(Holding {
        parts,
        contact_s: found.at_s,
        is_ordered,
    });
    let reason = if is_ordered {
        TacticReason::Ordered
    } else {
        TacticReason::NoLineInTime
    };
    say(now, log, incident, (Tactic::Hold, reason), flame_m);
}

/// Those who fell back go back to the edge when it can be faced again, is held, or the fire has not come; or
/// when another way of attack was ordered. `highest_m` is the highest flame of what burns.
pub(super) fn come_back(
    site: &Site,
    now: f64,
    log: &mut Log,
    incident: &mut Incident,
    units: &mut [&mut UnitState],
    highest_m: f64,
) {
    let Some(holding) = &incident.attack.holding else {
        return;
    };
    let limit = units
        .iter()
        .filter(|u| holding.parts.contains_key(&u.id))
        .map(|u| u.kind.flame_limit_m.value)
        .fold(0.0, f64::max);
    let has_cooled = highest_m <= site.scenario.catalogue.attack.back_share.value * limit;
    let is_over = incident.contained_s.is_some()
        || holding.is_ordered != (incident.attack.tactic == Tactic::Hold)
        || has_cooled
        || now > holding.contact_s + STAY_S;
    if !is_over {
        return;
    }
    for unit in units.iter_mut() {
        let part = holding.parts.get(&unit.id);
        if part.is_some_and(|part| unit.task == Task::Hold(part.clone())) {
            unit.task = Task::Edge;
            unit.task_m = 0.0;
        }
    }
    incident.attack.holding = None;
    if !incident.attack.is_ordered {
        let now_all = (incident.attack.tactic, TacticReason::Cooled);
        say(now, log, incident, now_all, highest_m);
    }
}
