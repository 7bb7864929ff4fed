//! Command: incidents, orders, reports, hand-over.

use bevy_ecs::prelude::*;

use super::belief::{Belief, Onlookers};
use super::chain::Chain;
use super::danger::Danger;
use super::detection::{Report, Subject};
use super::fires::{FireState, area_of};
use super::orders::Evacuations;
use super::routing::{Routes, routes_to};
use super::safety::{PowerCuts, distance_to};
use super::tactics::Attack;
use super::units::{Doing, UnitState};
use super::work::Dividers;
use super::{ClosedRoads, Fire, Inbox, Log, Luck, Now, Number, Shared, hundredths};
use crate::base::geo::{Point, polygon_area, polygon_contains};
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::fire::front::Ring;
use crate::protocol::{AlarmSource, Order, Orderer, Record};
use crate::scenario::schema::{
    Agency, DangerLevel, Leader, Name, NoticeOf, Requirement, ValueKind,
};
use crate::world::World as Site;

/// What the duty centre knows of a fire, and how far the work on it has come.
#[derive(Component, Debug, Clone)]
pub struct Incident {
    /// Number, from 1.
    pub number: u32,
    /// What is behind it (truth, used where somebody stands on the ground).
    pub subject: Subject,
    /// What the centre believes.
    pub belief: Belief,
    /// First alarm, seconds.
    pub opened_s: f64,
    /// Who gave it.
    pub source: (AlarmSource, String),
    /// When the operator who is at it will have verified it, seconds; none while it waits.
    pub ready_s: Option<f64>,
    /// When it was, seconds.
    pub verified_s: Option<f64>,
    /// First dispatch, seconds.
    pub dispatched_s: Option<f64>,
    /// First unit at work, seconds.
    pub first_attack_s: Option<f64>,
    /// Ring closed, seconds.
    pub contained_s: Option<f64>,
    /// Out, dismissed or found to be nothing, seconds.
    pub out_s: Option<f64>,
    /// Whether it was closed because nothing burnt there, or nothing was thought to.
    pub is_void: bool,
    /// Handed over, seconds.
    pub handed_over_s: Option<f64>,
    /// Declared escaped, seconds.
    pub escaped_s: Option<f64>,
    /// Steps of the escalation already ordered.
    pub escalated: usize,
    /// Next situation report, seconds.
    pub report_s: f64,
    /// Next report from the field, seconds.
    pub field_report_s: f64,
    /// Ends of the built line: the party that goes with burnt ground on its left, and the other.
    pub tips: [Option<Point>; 2],
    /// What the parties' line is measured with.
    pub dividers: [Dividers; 2],
    /// How its edge is attacked.
    pub attack: Attack,
    /// Line built, metres.
    pub line_m: f64,
    /// Line built by both parties since they last began at an anchor, metres.
    pub from_anchor_m: f64,
    /// Since when it has burnt across its line, seconds, and when it had been contained: as long as crews soon have it
    /// back, it stays contained.
    pub slop_over: Option<(f64, f64)>,
    /// Since when nothing of it can spread, whether anybody is there to see it or not, seconds.
    pub quiet_s: Option<f64>,
    /// Mop-up done, person-hours.
    pub mopped_h: f64,
    /// Mop-up needed, person-hours.
    pub to_mop_h: f64,
    /// Whether crews were ever held off by flames.
    pub was_too_hot: bool,
    /// What the doctrine has done about it.
    pub told: Told,
    /// Who commands there.
    pub chain: Chain,
    /// Ways to the incident, when the roads have been searched.
    pub routes: Option<Routes>,
    /// For which state of the roads and which place they were.
    pub routed: (usize, Point),
}

/// The cameras look at fires that are known at whole multiples of this, seconds.
const WATCH_EVERY_S: f64 = 300.0;
/// A place known better than this, metres, is not placed again by those who look from afar \[J\].
const PLACED_M: f64 = 60.0;

impl Incident {
    /// Whether those who look from afar need look no more: it is placed well enough, or out.
    pub fn is_placed(&self) -> bool {
        self.out_s.is_some() || self.belief.seen_s.is_some() || self.belief.error_m() < PLACED_M
    }

    /// Whether the cameras should look how large it has become: nobody has reported of it for a while. They look
    /// at the same moments, whoever asks.
    pub fn wants_a_look(&self, site: &Site, now: f64) -> bool {
        let every_s = site.scenario.catalogue.detection.camera_watch_min.value * 60.0;
        let is_open = self.contained_s.is_none() && self.out_s.is_none();
        let known_s = self.belief.seen_s.or(self.verified_s);
        is_open
            && libm::fmod(now, WATCH_EVERY_S) == 0.0
            && known_s.is_some_and(|t| now - t >= every_s)
    }

    /// Whether the desk takes it for contained: a slop-over that crews are about does not change that.
    pub fn counts_as_contained(&self) -> bool {
        self.contained_s.is_some() || self.slop_over.is_some()
    }

    /// A new incident, opened by a first alarm.
    pub fn new(number: u32, subject: Subject, opened_s: f64, report: &Report) -> Self {
        Self {
            number,
            subject,
            belief: Belief::new(&report.by, &report.sighting),
            opened_s,
            source: (report.source, report.by.clone()),
            ready_s: None,
            verified_s: None,
            dispatched_s: None,
            first_attack_s: None,
            contained_s: None,
            out_s: None,
            is_void: false,
            handed_over_s: None,
            escaped_s: None,
            escalated: 0,
            report_s: f64::INFINITY,
            field_report_s: 0.0,
            tips: [None, None],
            dividers: [Dividers::default(); 2],
            attack: Attack::default(),
            line_m: 0.0,
            from_anchor_m: 0.0,
            slop_over: None,
            quiet_s: None,
            mopped_h: 0.0,
            to_mop_h: 0.0,
            was_too_hot: false,
            told: Told::default(),
            chain: Chain::default(),
            routes: None,
            routed: (0, Point::default()),
        }
    }

    /// Number of the ignition behind it; none for a false alarm.
    pub fn origin(&self) -> Option<usize> {
        match self.subject {
            Subject::Fire(origin) => Some(origin),
            Subject::Mirage(_) => None,
        }
    }

    /// Closes it without a fire: units that are out for it go home.
    pub fn void(&mut self, now: f64) {
        self.out_s = Some(now);
        self.is_void = true;
    }
}

/// When each operator of the desk has finished what is before them, seconds.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct Operators(pub Vec<f64>);

impl Operators {
    /// So many, all free.
    pub fn new(count: u32) -> Self {
        Self(vec![0.0; count.max(1) as usize])
    }
}

/// Whether patrols attack what they find while it is small; under the policy of nobody they do not.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstAttack(pub bool);

/// Gives alarms that wait to operators who are free, and takes their verdicts.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn verify_alarms(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    danger: Res<Danger>,
    closed: Res<ClosedRoads>,
    fire: Res<Fire>,
    first_attack: Res<FirstAttack>,
    units: Query<(&Number, &UnitState)>,
    mut inbox: ResMut<Inbox>,
    mut operators: ResMut<Operators>,
    mut log: ResMut<Log>,
    mut fires: Query<&mut FireState>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let site = &*shared.0;
    let doctrine = &site.scenario.file.doctrine;
    let mut waiting: Vec<_> = incidents
        .iter_mut()
        .filter(|(_, i)| i.verified_s.is_none() && i.out_s.is_none())
        .map(|(_, i)| i)
        .collect();
    if waiting.is_empty() {
        return;
    }
    waiting.sort_by_key(|i| i.number);
    let takes_s = doctrine.verify_min * 60.0 * danger.readiness(site, now.t_s).verify_factor;
    for incident in &mut waiting {
        // A patrol that has found a fire goes there at once, whatever the desk makes of it.
        if first_attack.0
            && incident.opened_s > now.t_s - now.step_s
            && incident.source.0 == AlarmSource::Patrol
        {
            let index = site.patrols.iter().position(|p| p.id == incident.source.1);
            let mut own: Vec<_> = units
                .iter()
                .filter(|(_, u)| u.patrol.is_some() && u.patrol == index && u.is_free(now.t_s))
                .collect();
            own.sort_by_key(|(n, _)| **n);
            for (_, unit) in own {
                inbox.0.push((
                    incident.opened_s,
                    Orderer::Doctrine,
                    Order::Dispatch {
                        unit: unit.id.clone(),
                        incident: incident.number,
                    },
                ));
            }
        }
        if incident.ready_s.is_none()
            && let received = incident.opened_s + doctrine.receive_min * 60.0
            && received <= now.t_s
            && let Some(free) = operators.0.iter_mut().find(|until| **until <= now.t_s)
        {
            // They begin when both are there, within the tick.
            *free = received.max(*free) + takes_s;
            incident.ready_s = Some(*free);
        }
    }
    let mut fires: Vec<Mut<'_, FireState>> = fires.iter_mut().collect();
    for incident in waiting {
        if incident.ready_s.is_none_or(|t| t > now.t_s) {
            continue;
        }
        verdict(
            &mut Verdict {
                now: now.t_s,
                site,
                luck: &luck.0,
                closed: &closed,
                fire: &fire,
                log: &mut log,
                fires: &mut fires,
            },
            incident,
        );
    }
}

/// What an operator's verdict touches.
struct Verdict<'a, 'b> {
    now: f64,
    site: &'a Site,
    luck: &'a Streams,
    closed: &'a ClosedRoads,
    fire: &'a Fire,
    log: &'a mut Log,
    fires: &'a mut Vec<Mut<'b, FireState>>,
}

/// An operator's verdict on an alarm: fires may be dismissed, and false alarms taken for fires.
fn verdict(with: &mut Verdict<'_, '_>, mut incident: Mut<'_, Incident>) {
    let d = &with.site.scenario.catalogue.detection;
    let number = incident.number;
    let mut source = incident
        .origin()
        .and_then(|origin| with.fires.iter_mut().find(|f| f.origin == origin));
    let (stream, chance_of_fire) = match (&source, incident.subject) {
        (Some(fire), _) => (
            format!("operator/{}/{}", fire.id, fire.dismissed),
            1.0 - d.operator_miss.value,
        ),
        (None, Subject::Mirage(n)) => (format!("operator/mirage/{n}"), d.operator_accept.value),
        (None, Subject::Fire(_)) => return,
    };
    if with.luck.uniform(Purpose::Detection, &stream, 0) >= chance_of_fire {
        incident.void(with.now);
        if let Some(fire) = &mut source {
            // It goes on burning, and the next who sees it opens an incident of its own.
            fire.incident = None;
            fire.mistaken_for = None;
            fire.dismissed += 1;
        }
        with.log
            .say(with.now, Record::Dismissed { incident: number });
        return;
    }
    incident.verified_s = incident.ready_s;
    let area_m2 = source.as_ref().map_or(0.0, |fire| {
        area_of(&with.fire.0.perimeter_of(fire.origin), fire.origin)
    });
    let mut random = with.luck.generator(Purpose::Detection, &stream, 1);
    let error = d.smoke_area_error.value * standard_normal(&mut random);
    incident.belief.area_ha = area_m2 / 10_000.0 * libm::exp(error);
    incident.routes = routes_to(with.site, with.closed, incident.belief.at);
    incident.routed = (with.closed.version, incident.belief.at);
    with.log.say_of(
        incident.verified_s.unwrap_or(with.now),
        with.now,
        Record::Verified {
            incident: number,
            x: hundredths(incident.belief.at.x),
            y: hundredths(incident.belief.at.y),
            error_m: libm::round(incident.belief.error_m()),
            area_ha: hundredths(incident.belief.area_ha),
        },
    );
}

/// The first dispatch that the doctrine wants for a place at a danger level.
pub fn first_dispatch(site: &Site, level: DangerLevel, at: Point) -> &[Requirement] {
    let doctrine = &site.scenario.file.doctrine;
    let within = |id: &str| {
        let areas = site.areas.iter().filter(|a| a.id == id);
        areas.into_iter().any(|a| polygon_contains(&a.ring, at))
    };
    let near = |reach: f64| site.values.iter().any(|v| v.at.distance(at) <= reach);
    doctrine
        .responses
        .iter()
        .find(|r| {
            r.from_danger.is_none_or(|from| level >= from)
                && r.within.as_deref().is_none_or(within)
                && r.near_value_m.is_none_or(near)
        })
        .map_or(&doctrine.first_dispatch, |r| &r.send)
}

/// What the doctrine has already done about an incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// Notices given, by their index.
    notices: std::collections::BTreeSet<usize>,
    /// Whether the leaders have been told.
    leaders: bool,
    /// Whether the emergency management bureau has sent its own.
    bureau: bool,
}

/// Nobody is moved for a smaller fire, ha \[J\].
const EVACUATE_FROM_HA: f64 = 0.5;
/// So many times as far as elsewhere a place straight downwind is told to leave \[J\].
const IN_ITS_WAY: f64 = 2.0;
/// How near to a power line a fire is when the doctrine has it cut, metres, beside the place's error.
const CUT_WITHIN_M: f64 = 300.0;

/// What the doctrine orders and tells by itself of an incident: power lines cut, places evacuated, people
/// told, somebody in command.
fn follow_doctrine(
    with: &mut Field<'_>,
    inbox: &mut Inbox,
    power: &PowerCuts,
    evacuations: &Evacuations,
    units: &[&UnitState],
    incident: &mut Incident,
) {
    let site = with.site;
    let doctrine = &site.scenario.file.doctrine;
    let now = with.now;
    let number = incident.number;
    let mut order = |order: Order| inbox.0.push((now, Orderer::Doctrine, order));
    let belief = &incident.belief;
    let reach = CUT_WITHIN_M + belief.error_m();
    for (i, line) in site.power_lines.iter().enumerate() {
        if !power.0.contains_key(&i) && distance_to(&line.path, belief.at) < reach {
            order(Order::CutPower {
                line: line.id.clone(),
            });
        }
    }
    let (leave_m, warn_m) = (doctrine.evacuate_within_m, doctrine.warn_within_m);
    let widest_m = leave_m.max(warn_m);
    let is_large = belief.area_ha >= EVACUATE_FROM_HA;
    if widest_m > 0.0 && is_large && incident.contained_s.is_none() {
        // Most places are far from any fire: a box around the edge tells so at once.
        let (mut low, mut high) = (belief.at, belief.at);
        for p in belief.edge.iter().flatten() {
            low = Point::new(low.x.min(p.x), low.y.min(p.y));
            high = Point::new(high.x.max(p.x), high.y.max(p.y));
        }
        let radius_m = libm::sqrt(belief.area_ha * 10_000.0 / std::f64::consts::PI);
        let margin = radius_m + widest_m * IN_ITS_WAY;
        let is_boxed = |at: Point| {
            at.x > low.x - margin
                && at.x < high.x + margin
                && at.y > low.y - margin
                && at.y < high.y + margin
        };
        // What lies where the wind drives it is in its way from further off.
        let wind_to_deg = site.weather.at(now).wind_from_deg + 180.0;
        let in_its_way = |from: Point, at: Point| {
            let turn = (from.bearing_deg(at) - wind_to_deg).to_radians();
            1.0 + (IN_ITS_WAY - 1.0) * libm::cos(turn).max(0.0)
        };
        let near = |at: Point, within: f64| {
            let reach = |from: Point| within * in_its_way(from, at);
            let mut edge = belief.edge.iter().flatten();
            // Known by its smoke alone: a disc of the believed area.
            let is_placed = belief.edge.is_empty() && belief.error_m() < within;
            edge.any(|p| p.distance(at) < reach(*p))
                || is_placed && belief.at.distance(at) < radius_m + reach(belief.at)
        };
        for (i, value) in site.values.iter().enumerate() {
            let has_people = value.people > 0 || value.kind == ValueKind::Graves;
            if !has_people || evacuations.leaving.contains_key(&i) || !is_boxed(value.at) {
                continue;
            }
            // Nobody is moved from where it has burnt.
            if belief
                .edge
                .iter()
                .any(|ring| polygon_contains(ring, value.at))
            {
                continue;
            }
            let id = || value.id.clone();
            if near(value.at, leave_m) {
                order(Order::Evacuate { value: id() });
            } else if !evacuations.warned.contains_key(&i) && near(value.at, warn_m) {
                order(Order::Warn { value: id() });
            }
        }
    }
    let tell = |who: &Name, log: &mut Log| {
        log.say(
            now,
            Record::Notified {
                incident: number,
                who: who.clone(),
            },
        );
    };
    for (i, notice) in doctrine.notices.iter().enumerate() {
        let due = match notice.of {
            NoticeOf::Verified => true,
            NoticeOf::OverHa(ha) => belief.area_ha > ha,
            NoticeOf::AfterMin(min) => {
                !incident.counts_as_contained()
                    && incident.verified_s.is_some_and(|t| now - t > min * 60.0)
            }
            NoticeOf::HandedOver => incident.handed_over_s.is_some(),
            NoticeOf::Casualties => units
                .iter()
                .any(|u| u.incident == Some(number) && u.injured + u.dead > 0),
            NoticeOf::Out => incident.out_s.is_some(),
        };
        if due && incident.told.notices.insert(i) {
            tell(&notice.who, with.log);
        }
    }
    if !std::mem::replace(&mut incident.told.leaders, true) {
        let nearest = doctrine.leaders.iter().min_by(|a, b| {
            let d = |l: &Leader| {
                let station = site.stations.iter().find(|s| s.id == l.station);
                station.map_or(f64::INFINITY, |s| s.at.distance(incident.belief.at))
            };
            d(a).total_cmp(&d(b))
        });
        if let Some(leader) = nearest {
            tell(&leader.who, with.log);
        }
    }
    let is_handed_over = incident.handed_over_s.is_some();
    incident
        .chain
        .follow(now, with.log, doctrine, number, is_handed_over, units);
}

/// The emergency management bureau's first dispatch, when a fire is handed over to it.
fn bureau_sends(site: &Site, now: f64, units: &[&UnitState], incident: &Incident) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for wanted in &site.scenario.file.doctrine.after_handover {
        let mut free: Vec<&&UnitState> = units
            .iter()
            .filter(|u| {
                u.agency == Agency::Emergency
                    && u.type_name == wanted.unit_type
                    && u.is_free(now)
                    && !taken.contains(&u.id.as_str())
            })
            .collect();
        free.sort_by(|a, b| {
            let d = |u: &UnitState| u.at.distance(incident.belief.at);
            d(a).total_cmp(&d(b)).then(a.id.cmp(&b.id))
        });
        for unit in free.into_iter().take(wanted.count as usize) {
            taken.push(&unit.id);
            orders.push(Order::Dispatch {
                unit: unit.id.clone(),
                incident: incident.number,
            });
        }
    }
    orders
}

/// Somebody who stands at a fire knows where it is and how large: reports by radio, every few minutes.
fn field_report(with: &mut Field<'_>, incident: &mut Incident, by: &str, there: &[&UnitState]) {
    let Some(origin) = incident.origin() else {
        return;
    };
    let d = &with.site.scenario.catalogue.detection;
    incident.field_report_s = with.now + d.field_report_min.value * 60.0;
    let rings = with.fire.0.perimeter_of(origin);
    let mine: Vec<&Ring> = rings.iter().filter(|r| r.area_m2 > 0.0).collect();
    let Some(largest) = mine.iter().max_by(|a, b| a.area_m2.total_cmp(&b.area_m2)) else {
        return;
    };
    let n = largest.vertices.len() as f64;
    let sum = largest
        .vertices
        .iter()
        .fold((0.0, 0.0), |s, v| (s.0 + v.at.x, s.1 + v.at.y));
    incident.belief.place(Point::new(sum.0 / n, sum.1 / n));
    // One observer errs the same way each time. Who has walked round it knows, and so does who flies over it.
    let stream = format!("estimate/{origin}/{by}");
    let mut random = with.luck.generator(Purpose::Detection, &stream, 0);
    let is_known = incident.counts_as_contained() || there.iter().any(|u| u.flies());
    let stretch = if is_known {
        1.0
    } else {
        // The error is one of areas.
        libm::exp(0.5 * d.seen_area_error.value * standard_normal(&mut random))
    };
    let eyes = Onlookers {
        at: there.iter().map(|u| u.at).collect(),
        middle: incident.belief.at,
        stretch,
    };
    let seen =
        |stretch: Vec<Point>| -> Vec<Point> { stretch.into_iter().map(|p| eyes.see(p)).collect() };
    let edge: Vec<Vec<Point>> = mine.iter().map(|r| seen(r.points())).collect();
    let drawn: f64 = edge.iter().map(|r| polygon_area(r)).sum();
    let as_it_is: f64 = mine.iter().map(|r| polygon_area(&r.points())).sum();
    let area_ha = area_of(&rings, origin).max(0.0) * (drawn / as_it_is) / 10_000.0;
    incident.belief.estimate(with.now, area_ha);
    incident.belief.edge = edge;
    incident.belief.burning = mine.iter().flat_map(|r| burning(r)).map(seen).collect();
    with.log.say(
        with.now,
        Record::FieldReport {
            incident: incident.number,
            by: by.to_owned(),
            x: hundredths(incident.belief.at.x),
            y: hundredths(incident.belief.at.y),
            area_ha: hundredths(area_ha),
        },
    );
}

/// The stretches of a ring that burn on, in order.
fn burning(ring: &Ring) -> Vec<Vec<Point>> {
    let n = ring.vertices.len();
    // Begin where a stretch begins, so that none is cut at the ring's first vertex.
    let first = (0..n)
        .find(|&i| ring.vertices[i].active && !ring.vertices[(i + n - 1) % n].active)
        .unwrap_or(0);
    let mut all: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for k in 0..n {
        let vertex = &ring.vertices[(first + k) % n];
        if vertex.active {
            if !open {
                all.push(Vec::new());
            }
            if let Some(last) = all.last_mut() {
                last.push(vertex.at);
            }
        }
        open = vertex.active;
    }
    all.retain(|s| s.len() > 1);
    all
}

/// How often the doctrine looks at an incident, seconds.
const DOCTRINE_EVERY_S: f64 = 60.0;

/// What a report from the field touches.
struct Field<'a> {
    now: f64,
    site: &'a Site,
    luck: &'a Streams,
    fire: &'a Fire,
    log: &'a mut Log,
}

/// Takes up reports from the field, reports upwards, hands over when the doctrine says so.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn report(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    fire: Res<Fire>,
    power: Res<PowerCuts>,
    evacuations: Res<Evacuations>,
    mut inbox: ResMut<Inbox>,
    mut log: ResMut<Log>,
    units: Query<(&Number, &UnitState)>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let site = &*shared.0;
    let doctrine = &site.scenario.file.doctrine;
    let mut open: Vec<_> = incidents
        .iter_mut()
        .filter(|(_, i)| i.verified_s.is_some() && i.out_s.is_none())
        .collect();
    open.sort_by_key(|(n, _)| **n);
    let mut field = Field {
        now: now.t_s,
        site,
        luck: &luck.0,
        fire: &fire,
        log: &mut log,
    };
    let mut all: Vec<_> = units.iter().collect();
    all.sort_by_key(|(n, _)| **n);
    let all: Vec<&UnitState> = all.into_iter().map(|(_, u)| u).collect();
    for (_, incident) in &mut open {
        let number = incident.number;
        let there = || {
            all.iter()
                .filter(|u| u.incident == Some(number) && u.doing == Doing::OnScene)
        };
        if incident.field_report_s <= now.t_s
            && let Some(by) = there().find(|u| u.has_radio(now.t_s))
        {
            let by = by.id.clone();
            let there: Vec<&UnitState> = there().copied().collect();
            field_report(&mut field, incident, &by, &there);
        }
        if incident.escaped_s.is_none()
            && incident.belief.area_ha > site.scenario.file.scoring.escape_ha
        {
            incident.escaped_s = Some(now.t_s);
            field.log.say(
                now.t_s,
                Record::Escaped {
                    incident: incident.number,
                    area_ha: hundredths(incident.belief.area_ha),
                },
            );
        }
        if incident.report_s <= now.t_s {
            incident.report_s += doctrine.report_every_min * 60.0;
            let (count, people) = (there().count() as u32, there().map(|u| u.people).sum());
            field.log.say(
                now.t_s,
                Record::SituationReport {
                    incident: incident.number,
                    area_ha: hundredths(incident.belief.area_ha),
                    line_m: libm::round(incident.line_m),
                    units: count,
                    people,
                },
            );
        }
        if let Some(since) = incident.dispatched_s
            && incident.handed_over_s.is_none()
            && now.t_s - since >= doctrine.handover_after_min * 60.0
        {
            // Told once; the order takes effect in the next tick.
            incident.handed_over_s = Some(now.t_s);
            inbox.0.push((
                now.t_s,
                Orderer::Doctrine,
                Order::HandOver {
                    incident: incident.number,
                },
            ));
        }
        // Whoever handed it over, and when: the bureau sends its own to a fire that is not held.
        if incident.handed_over_s.is_some()
            && !incident.counts_as_contained()
            && !std::mem::replace(&mut incident.told.bureau, true)
        {
            for order in bureau_sends(site, now.t_s, &all, incident) {
                inbox.0.push((now.t_s, Orderer::EmergencyBureau, order));
            }
        }
        if libm::fmod(now.t_s, DOCTRINE_EVERY_S) == 0.0 {
            follow_doctrine(&mut field, &mut inbox, &power, &evacuations, &all, incident);
        }
    }
}
