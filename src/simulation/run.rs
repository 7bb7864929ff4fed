//! The schedule, and the driver that steps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

use super::outcome::{Ending, EndingReason, FireOutcome, Outcome, PondOutcome, UnitOutcome};
use super::standing;
use super::view::View;
use crate::base::geo::Point;
use crate::base::random::Streams;
use crate::fire::breaks::BreakWatch;
use crate::fire::front::Front;
use crate::fire::ground::Ground;
use crate::operations::breakouts::{Breaks, Sparks, leak, reignite, say_contact, spot};
use crate::operations::command::{
    FirstAttack, Incident, Operators, first_dispatch, report, verify_alarms,
};
use crate::operations::danger::{Danger, declare};
use crate::operations::detection::satellites::Passes;
use crate::operations::detection::{Mirages, is_dark, look, lookouts};
use crate::operations::fires::{FireState, Lost, Script, area_of, burn, lose_values, measure};
use crate::operations::movement::{travel, watch_roads};
use crate::operations::orders::{Evacuations, OrderCount, answer, obey, turnout_s};
use crate::operations::policy::{
    AnswerView, Conditions, DeskView, IncidentView, Policy, PolicyFault, PolicyName, UnitView,
    due_steps,
};
use crate::operations::routing::trip;
use crate::operations::safety::{PowerCuts, keep_watch};
use crate::operations::stores::Stores;
use crate::operations::traffic::{Met, fell_trees, meet};
use crate::operations::units::{Doing, UnitState};
use crate::operations::water::{Ponds, fill_ponds};
use crate::operations::work::work;
use crate::operations::{ClosedRoads, Fire, Inbox, Log, Luck, Now, Number, Shared, hundredths};
use crate::protocol::{
    Answer, Extrapolation, Journal, Line, Order, Orderer, Record, Refusal, WithdrawalReason,
};
use crate::scenario::schema::Agency;
use crate::world::{Member, World as Site};

/// The one schedule.
#[derive(ScheduleLabel, Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step;

/// Its sets, in this order.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepSet {
    /// Time moves on by one tick.
    Clock,
    /// Weather, injects and starts; the front burns, leaks and throws brands; values are lost.
    Fire,
    /// Cameras, patrols and citizens look.
    Detection,
    /// Alarms are verified, orders carried out, reports made.
    Command,
    /// Units travel.
    Movement,
    /// Units work.
    Work,
}

/// Everything the simulation is made of.
pub struct SimulationPlugins;

impl Plugin for SimulationPlugins {
    fn build(&self, app: &mut App) {
        let mut schedule = Schedule::new(Step);
        schedule.set_executor(SingleThreadedExecutor::new());
        schedule.set_build_settings(ScheduleBuildSettings {
            ambiguity_detection: LogLevel::Error,
            ..Default::default()
        });
        schedule.configure_sets(
            (
                StepSet::Clock,
                StepSet::Fire,
                StepSet::Detection,
                StepSet::Command,
                StepSet::Movement,
                StepSet::Work,
            )
                .chain(),
        );
        schedule.add_systems((
            (tick, declare).chain().in_set(StepSet::Clock),
            (burn, leak, spot, measure, lose_values)
                .chain()
                .in_set(StepSet::Fire),
            look.in_set(StepSet::Detection),
            (verify_alarms, obey, report)
                .chain()
                .in_set(StepSet::Command),
            (fell_trees, watch_roads, travel, meet)
                .chain()
                .in_set(StepSet::Movement),
            (fill_ponds, reignite, keep_watch, work)
                .chain()
                .in_set(StepSet::Work),
        ));
        app.add_schedule(schedule);
    }
}

fn tick(mut now: ResMut<Now>) {
    now.t_s += now.step_s;
}

/// A run in progress.
pub struct Simulation {
    app: App,
    site: Arc<Site>,
    seed: u64,
    name: PolicyName,
    policy: Box<dyn Policy>,
    /// Lines of the journal whose answers another program has been told.
    answered: usize,
    fault: Option<PolicyFault>,
    horizon_s: f64,
    /// For a run until all fires are out: since when nothing burns, seconds.
    until_out: Option<Quiet>,
}

/// Longest step while people work at a fire, seconds: each piece of line is laid along the edge as it is at the end
/// of a step, and with longer ones it would be laid further out.
const LONGEST_AT_WORK_S: f64 = 10.0;

/// Whether anybody is at a fire's edge, or may be before a time in seconds.
fn is_attacked(world: &mut World, end_s: f64) -> bool {
    let may_work = |u: &UnitState| match u.doing {
        Doing::OnScene
        | Doing::Walking { .. }
        | Doing::Refilling { .. }
        | Doing::Refuelling { .. } => true,
        Doing::TurningOut { until_s } => until_s < end_s,
        Doing::Driving { since_s } => since_s + u.trip.duration_s() < end_s,
        _ => false,
    };
    (world.query::<&UnitState>().iter(world)).any(|u| u.incident.is_some() && may_work(u))
}

/// How often the program's own policies look whose shift is ending, seconds.
const RELIEF_EVERY_S: f64 = 600.0;

/// Hours at work that are left of a unit's shift.
fn shift_left_h(site: &Site, unit: &UnitState) -> f64 {
    hundredths((site.scenario.catalogue.work.shift_h.value - unit.worked_s / 3600.0).max(0.0))
}

/// Whether anybody's shift at a fire ends within the doctrine's time.
fn is_tired(world: &mut World, site: &Site) -> bool {
    let within_h = site.scenario.file.doctrine.relief_min / 60.0;
    let mut units = world.query::<&UnitState>();
    units
        .iter(world)
        .any(|u| u.incident.is_some() && shift_left_h(site, u) <= within_h)
}

/// Since when nothing has burnt.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Quiet(Option<f64>);

/// How often that is looked for, seconds.
const QUIET_EVERY_S: f64 = 600.0;
/// The watch after the last fire is out, seconds: 24 h.
const WATCH_S: f64 = 86_400.0;
/// A run until all is out ends here in any case, seconds: ten days.
const LONGEST_S: f64 = 864_000.0;

/// A front with nothing burning, and the watch over the breaks in its way.
fn new_front(site: &Arc<Site>, streams: Streams) -> (Front<Ground>, BreakWatch) {
    let ground = Ground::new(site.clone(), site.weather.at(0.0));
    let (barriers, watch) = standing::barriers(site, streams);
    (Front::new(ground, site.grid, barriers), watch)
}

/// What the seed has decided, as the journal has it.
fn drawn(site: &Site, member: &Member) -> Record {
    let off = member.perturbation;
    Record::MemberDrawn {
        day: member.day.as_ref().map(|d| d.name.clone()),
        start: site.scenario.file.start.clone(),
        wind_factor: off.wind_factor,
        wind_turn_deg: off.wind_turn_deg,
        moisture_shift_pct: off.moisture_shift_pct,
        fuel_factor: off.fuel_factor,
        fires: member.fires.len() as u32,
    }
}

impl Simulation {
    /// A run of a world with a seed, under a policy.
    pub fn new(site: Arc<Site>, seed: u64, name: PolicyName) -> Self {
        Self::under(site, seed, name, name.policy())
    }

    /// A run under a policy that is not part of the program; `name` is what it is called. The world becomes
    /// that of the seed's member where the scenario draws anything, unless it is a member's already.
    pub fn under(site: Arc<Site>, seed: u64, name: PolicyName, policy: Box<dyn Policy>) -> Self {
        let site = site.of_seed(seed);
        let streams = Streams::new(seed);
        let scenario = &site.scenario;
        let (mut front, watch) = new_front(&site, streams);
        let embers = standing::embers(&site, streams);
        if embers.is_some() {
            front.note_recent();
        }
        let mut app = App::empty();
        app.add_plugins(SimulationPlugins);
        app.insert_resource(Shared(site.clone()))
            .insert_resource(Now {
                t_s: 0.0,
                step_s: scenario.file.tick_s,
            })
            .insert_resource(Luck(streams))
            .insert_resource(Fire(front))
            .insert_resource(Breaks(watch, Vec::new()))
            .insert_resource(Sparks::new(embers))
            .insert_resource(Script::new(&site))
            .insert_resource(Ponds::new(&site))
            .insert_resource(Stores::new(&site))
            .init_resource::<PowerCuts>()
            .init_resource::<Met>()
            .init_resource::<Evacuations>()
            .init_resource::<OrderCount>()
            .insert_resource(Mirages::new(&site, &streams))
            .insert_resource(Passes::of(&site, &streams))
            .insert_resource(Operators::new(scenario.file.doctrine.operators))
            .init_resource::<Danger>()
            .insert_resource(FirstAttack(name != PolicyName::DoNothing))
            .init_resource::<Log>()
            .init_resource::<Inbox>()
            .insert_resource(ClosedRoads {
                roads: site
                    .closed_roads
                    .iter()
                    .filter_map(|id| site.roads.iter().position(|r| r.id == *id))
                    .collect(),
                bridges: site.bridges_closed(),
                ..ClosedRoads::default()
            })
            .init_resource::<Lost>();
        let world = app.world_mut();
        let (cameras, patrols) = lookouts(&site, &streams);
        for (i, camera) in cameras.into_iter().enumerate() {
            world.spawn((Number(i as u32), camera));
        }
        for (i, patrol) in patrols.into_iter().enumerate() {
            world.spawn((Number(i as u32), patrol));
        }
        for (i, unit) in scenario.file.units.iter().enumerate() {
            let kind = scenario.catalogue.unit_types.get(&unit.unit_type);
            let station = site.stations.iter().find(|s| s.id == unit.station);
            // The world's checks have seen to it that both exist.
            let (Some(kind), Some(station)) = (kind, station) else {
                continue;
            };
            let patrol =
                (unit.patrol.as_ref()).and_then(|id| site.patrols.iter().position(|p| p.id == *id));
            world.spawn((
                Number(i as u32),
                UnitState::ready(unit, kind, station.at, patrol),
            ));
        }
        world.resource_mut::<Log>().say(
            0.0,
            Record::RunStarted {
                scenario: scenario.file.name.clone(),
                scenario_hash: scenario.hash.clone(),
                catalogue_hash: scenario.catalogue_hash.clone(),
                seed,
                policy: name.name().to_owned(),
                program: env!("CARGO_PKG_VERSION").to_owned(),
            },
        );
        if scenario.file.ensemble.is_some()
            && let Some(member) = &site.member
        {
            world.resource_mut::<Log>().say(0.0, drawn(&site, member));
        }
        let horizon_s = scenario.file.horizon_min * 60.0;
        Self {
            app,
            site,
            seed,
            name,
            policy,
            answered: 0,
            fault: None,
            horizon_s,
            until_out: None,
        }
    }

    /// Seconds since the start.
    pub fn time_s(&self) -> f64 {
        self.app.world().resource::<Now>().t_s
    }

    /// Seconds after which the run ends.
    pub fn horizon_s(&self) -> f64 {
        self.horizon_s
    }

    /// Whether the horizon has been reached, or the dispatcher has failed.
    pub fn is_over(&self) -> bool {
        let now = self.time_s();
        let is_done = match self.until_out {
            None => now >= self.horizon_s,
            Some(quiet) => now >= LONGEST_S || quiet.0.is_some_and(|since| now - since >= WATCH_S),
        };
        is_done || self.fault.is_some()
    }

    /// Lets the run go on beyond its horizon until every fire has been out for 24 h (at most ten days).
    pub fn run_until_out(&mut self) {
        self.until_out = Some(Quiet::default());
    }

    /// Notes since when nothing burns.
    fn look_for_quiet(&mut self) {
        let Some(quiet) = &mut self.until_out else {
            return;
        };
        let world = self.app.world_mut();
        let now = world.resource::<Now>().t_s;
        if libm::fmod(now, QUIET_EVERY_S) != 0.0 {
            return;
        }
        let mut is_quiet = world.resource::<Script>().has_lit_all();
        let incidents: BTreeMap<u32, bool> = world
            .query::<&Incident>()
            .iter(world)
            .map(|i| (i.number, i.out_s.is_some()))
            .collect();
        let open: Vec<usize> = world
            .query::<&FireState>()
            .iter(world)
            .filter(|f| f.incident.is_none_or(|n| incidents.get(&n) != Some(&true)))
            .map(|f| f.origin)
            .collect();
        if !open.is_empty() {
            // A fire nobody knows of is over when nothing of it spreads.
            is_quiet &= !world
                .resource::<Fire>()
                .0
                .perimeter()
                .iter()
                .flat_map(|r| &r.vertices)
                .any(|v| v.active && open.contains(&v.origin));
            is_quiet &= incidents.values().all(|out| *out);
        }
        if is_quiet {
            quiet.0.get_or_insert(now);
        } else {
            quiet.0 = None;
        }
    }

    /// Why the run ended before its horizon.
    pub fn fault(&self) -> Option<&PolicyFault> {
        self.fault.as_ref()
    }

    /// The journal so far.
    pub fn journal(&self) -> &crate::protocol::Journal {
        &self.app.world().resource::<Log>().0
    }

    /// Area of the cells burnt so far, ha.
    pub fn burnt_ha(&self) -> f64 {
        let front = &self.app.world().resource::<Fire>().0;
        let cell = front.grid().cell;
        front.burnt_cells() as f64 * cell * cell / 10_000.0
    }

    /// Gives an order; it is carried out or refused in the next step.
    pub fn order(&mut self, order: Order, by: Orderer) {
        let given = self.time_s();
        let mut inbox = self.app.world_mut().resource_mut::<Inbox>();
        inbox.0.push((given, by, order));
    }

    /// One tick: the policy decides, then the world moves on.
    pub fn step(&mut self) {
        let orders = self.decide();
        for order in orders {
            let given = self.decided_s(&order);
            let mut inbox = self.app.world_mut().resource_mut::<Inbox>();
            inbox.0.push((given, Orderer::Policy, order));
        }
        let tick_s = self.site.scenario.file.tick_s;
        let world = self.app.world_mut();
        let end_s = world.resource::<Now>().t_s + tick_s;
        while world.resource::<Now>().t_s < end_s {
            let left_s = end_s - world.resource::<Now>().t_s;
            let step_s = if is_attacked(world, end_s) {
                left_s.min(LONGEST_AT_WORK_S)
            } else {
                left_s
            };
            world.resource_mut::<Now>().step_s = step_s;
            world.run_schedule(Step);
            world.clear_trackers();
        }
        self.look_for_quiet();
    }

    /// When a policy's order was given, seconds: a fire that was verified within the last tick was decided on
    /// there and then. Another program decides at its own times.
    fn decided_s(&mut self, order: &Order) -> f64 {
        let now = self.time_s();
        let Order::Dispatch { incident, .. } = order else {
            return now;
        };
        if self.policy.every_s().is_some() {
            return now;
        }
        let tick_s = self.site.scenario.file.tick_s;
        let world = self.app.world_mut();
        let verified = world
            .query::<&Incident>()
            .iter(world)
            .find(|i| i.number == *incident)
            .and_then(|i| i.verified_s);
        verified.filter(|t| now - t < tick_s).unwrap_or(now)
    }

    /// What a window may draw of this moment.
    pub fn view(&mut self) -> View {
        let site = self.site.clone();
        let danger = *self.app.world().resource::<Danger>();
        let now = self.time_s();
        View::of(self.app.world_mut(), |incident, unit| {
            seconds_to(&site, &danger, now, incident, unit)
        })
    }

    /// Steps to the horizon.
    pub fn run(&mut self) {
        while !self.is_over() {
            self.step();
        }
    }

    /// Asks the policy, when there is an incident to decide on.
    fn decide(&mut self) -> Vec<Order> {
        if matches!(self.name, PolicyName::DoNothing | PolicyName::Person) {
            return Vec::new();
        }
        let world = self.app.world_mut();
        let now = world.resource::<Now>().t_s;
        let doctrine = &self.site.scenario.file.doctrine;
        let level = world.resource::<Danger>().now(&self.site, now);
        let mut views: Vec<IncidentView> = world
            .query::<&Incident>()
            .iter(world)
            .filter(|i| i.out_s.is_none())
            .map(|i| IncidentView {
                number: i.number,
                x: hundredths(i.belief.at.x),
                y: hundredths(i.belief.at.y),
                opened_s: i.opened_s,
                is_verified: i.verified_s.is_some(),
                is_dispatched: i.dispatched_s.is_some(),
                is_contained: i.counts_as_contained(),
                is_handed_over: i.handed_over_s.is_some(),
                area_ha: i.belief.area_ha,
                error_m: libm::round(i.belief.error_m()),
                since_dispatch_s: i.dispatched_s.map(|t| now - t),
                first_dispatch: first_dispatch(&self.site, level, i.belief.at).to_vec(),
                escalated: i.escalated,
                edge: Vec::new(),
            })
            .collect();
        views.sort_by_key(|v| v.number);
        let undecided = |v: &IncidentView| {
            !v.is_contained && (!v.is_dispatched || !due_steps(doctrine, v).is_empty())
        };
        let is_due = match self.policy.every_s() {
            Some(every_s) => libm::fmod(now, every_s) == 0.0,
            None => {
                views.iter().any(|v| v.is_verified && undecided(v))
                    || libm::fmod(now, RELIEF_EVERY_S) == 0.0
                        && !views.is_empty()
                        && is_tired(world, &self.site)
            }
        };
        if !is_due {
            return Vec::new();
        }
        let danger = *world.resource::<Danger>();
        // Rarely got so far: routes are copied below.
        let mut incidents = sorted::<Incident>(world);
        incidents.retain(|(_, i)| i.out_s.is_none());
        let units = sorted::<UnitState>(world)
            .into_iter()
            .map(|(_, u)| {
                let eta =
                    |i: &Incident| Some((i.number, seconds_to(&self.site, &danger, now, i, &u)?));
                let eta_s: BTreeMap<u32, f64> = if u.is_free(now) && u.agency != Agency::Emergency {
                    incidents.iter().filter_map(|(_, i)| eta(i)).collect()
                } else {
                    BTreeMap::new()
                };
                UnitView {
                    id: u.id.clone(),
                    unit_type: u.type_name.clone(),
                    line_m_per_h: u.kind.line_m_per_h.value,
                    doing: u.doing.name(),
                    incident: u.incident,
                    is_free: u.is_free(now),
                    is_patrol: u.patrol.is_some(),
                    eta_s,
                    x: hundredths(u.at.x),
                    y: hundredths(u.at.y),
                    waiting: u.waiting,
                    shift_left_h: shift_left_h(&self.site, &u),
                }
            })
            .collect();
        let is_another_program = self.policy.every_s().is_some();
        // The program's own policies do not look at edges, and they are long.
        for (view, (_, incident)) in views.iter_mut().zip(&incidents) {
            if is_another_program {
                let place = |p: &Point| [hundredths(p.x), hundredths(p.y)];
                let edge = incident.belief.edge.iter();
                view.edge = edge.map(|ring| ring.iter().map(place).collect()).collect();
            }
        }
        let answers = if is_another_program {
            let lines = world.resource::<Log>().0.lines();
            let unread = lines[self.answered..].iter().filter_map(answer_view);
            let answers = unread.collect();
            self.answered = lines.len();
            answers
        } else {
            Vec::new()
        };
        let weather = self.site.weather.at(now);
        let desk = DeskView {
            t_s: now,
            doctrine,
            incidents: views,
            units,
            conditions: Conditions {
                clock: self.site.clock.iso(now),
                is_dark: is_dark(&self.site, now),
                danger: level,
                wind_from_deg: weather.wind_from_deg,
                wind_m_s: weather.wind_m_s,
                temperature_c: weather.temperature_c,
                humidity_pct: weather.humidity_pct,
            },
            answers,
        };
        let orders = match self.policy.decide(&desk) {
            Ok(orders) => orders,
            Err(fault) => {
                self.fault = Some(fault);
                return Vec::new();
            }
        };
        for view in &desk.incidents {
            let steps = due_steps(doctrine, view).end;
            for mut incident in world.query::<&mut Incident>().iter_mut(world) {
                if incident.number == view.number {
                    incident.escalated = steps;
                }
            }
        }
        orders
    }

    /// Ends the run and gathers what it leaves behind.
    pub fn finish(mut self) -> Outcome {
        let world = self.app.world_mut();
        let now = world.resource::<Now>().t_s;
        let incidents = sorted::<Incident>(world);
        let units = sorted::<UnitState>(world);
        let fires = sorted::<FireState>(world);
        let lost = std::mem::take(&mut world.resource_mut::<Lost>().0);
        let ponds = world.resource::<Ponds>().clone();
        let stores = world.resource::<Stores>().clone();
        let mut hasher = blake3::Hasher::new();
        let front = world.remove_resource::<Fire>().map(|f| f.0);
        let mut watch = world.remove_resource::<Breaks>().map(|b| b.0);
        // The fire is there as long as the simulation is.
        let front = front.unwrap_or_else(|| new_front(&self.site, Streams::new(self.seed)).0);
        let mut log = world.resource_mut::<Log>();
        for contact in watch.iter_mut().flat_map(BreakWatch::end) {
            say_contact(&mut log, now, &contact);
        }
        let (weather, slope) = front.source().outside_domain();
        for (model, count) in [
            (
                Extrapolation::Breaks,
                watch.as_ref().map_or(0, BreakWatch::extrapolated),
            ),
            (Extrapolation::Weather, weather),
            (Extrapolation::Slope, slope),
        ] {
            if count > 0 {
                log.say(now, Record::Extrapolated { model, count });
            }
        }
        for number in units.iter().flat_map(|(_, u)| [u.order, u.task_order]) {
            let Some(number) = number else { continue };
            answer(&mut log, now, number, Answer::UnderWay);
        }
        let mut journal = std::mem::take(&mut log.0);
        front.hash_into(&mut hasher);
        for (_, u) in &units {
            hasher.update(format!("{} {:?} {:?} {}", u.id, u.doing, u.at, u.tank_l).as_bytes());
        }
        for pond in &ponds.all {
            hasher.update(&pond.stock_l.to_le_bytes());
        }
        hasher.update(format!("{:?}", stores.0).as_bytes());
        hasher.update(journal.head().as_bytes());
        let state_hash = hasher.finalize().to_hex().to_string();
        let rings = front.perimeter();
        let shares = forest_shares(&self.site, &front);
        let outcomes: Vec<FireOutcome> = fires
            .iter()
            .map(|(_, f)| {
                let incident = incidents
                    .iter()
                    .map(|(_, i)| i)
                    .find(|i| Some(i.number) == f.incident);
                let area_ha = area_of(&rings, f.origin) / 10_000.0;
                let share = shares.get(&f.origin).copied().unwrap_or_else(|| {
                    f64::from(u8::from(
                        self.site.landscape.cover_at(f.at).is_some_and(|c| c.forest),
                    ))
                });
                let (ending, ending_reason) =
                    ending(&self.site, &front, f, incident, area_ha, (&units, &journal));
                FireOutcome {
                    id: f.id.clone(),
                    cause: f.cause,
                    at: f.at,
                    origin: f.origin,
                    incident: f.incident,
                    ignited_s: f.t_s,
                    detected_s: f.first_alarm.as_ref().map(|a| a.0),
                    detected_by: f.first_alarm.as_ref().map(|a| (a.1, a.2.clone())),
                    verified_s: incident.and_then(|i| i.verified_s),
                    dispatched_s: incident.and_then(|i| i.dispatched_s),
                    first_attack_s: incident.and_then(|i| i.first_attack_s),
                    contained_s: incident.and_then(|i| i.contained_s),
                    out_s: incident.and_then(|i| i.out_s),
                    area_ha,
                    forest_ha: area_ha * share,
                    line_m: incident.map_or(0.0, |i| i.line_m),
                    ending,
                    ending_reason,
                }
            })
            .collect();
        let burnt_ha = hundredths(outcomes.iter().map(|f| f.area_ha).sum());
        let end = Record::RunEnded {
            burnt_ha,
            state_hash: state_hash.clone(),
        };
        journal.push(now, end);
        Outcome {
            world: self.site.clone(),
            seed: self.seed,
            policy: self.name.name().to_owned(),
            fires: outcomes,
            units: units
                .iter()
                .map(|(_, u)| {
                    let away_h = u.time_away_s(now) / 3600.0;
                    UnitOutcome {
                        id: u.id.clone(),
                        at: u.at,
                        was_sent: u.was_sent,
                        is_away: u.left_s.is_some(),
                        away_h,
                        cost_cny: away_h * u.kind.cost_cny_h.value,
                        worked_h: (u.total_worked_s + u.worked_s) / 3600.0,
                        strength: u.strength,
                        injured: u.injured,
                        dead: u.dead,
                        withdrawals: u.withdrawals,
                        least_margin_min: u.least_margin_min,
                        kit: u.kit.clone(),
                    }
                })
                .collect(),
            ponds: ponds
                .all
                .iter()
                .zip(&self.site.ponds)
                .map(|(state, pond)| PondOutcome {
                    id: pond.id.clone(),
                    start_l: state.full_l,
                    inflow_l: state.inflow_l,
                    taken_l: state.taken_l,
                    left_l: state.stock_l,
                })
                .collect(),
            stores: stores.0,
            values_lost: lost
                .iter()
                .map(|&i| self.site.values[i].id.clone())
                .collect(),
            line_built_m: incidents.iter().map(|(_, i)| i.line_m).sum(),
            journal,
            front,
            end_s: now,
            state_hash,
        }
    }
}

/// What a record says of an order's fate.
fn answer_view(line: &Line) -> Option<AnswerView> {
    let (number, answer, refused) = match &line.record {
        Record::Answered { number, answer } => (*number, Some(*answer), None),
        Record::Refused { number, reason, .. } => (*number, None, Some(*reason)),
        _ => return None,
    };
    Some(AnswerView {
        number,
        answer,
        refused,
    })
}

/// Seconds until a unit that is at its station would be at the road's end nearest to an incident.
fn seconds_to(
    site: &Site,
    danger: &Danger,
    now: f64,
    incident: &Incident,
    unit: &UnitState,
) -> Option<f64> {
    let way = trip(site, incident.routes.as_ref()?, unit, incident.belief.at)?;
    Some(turnout_s(site, danger, unit, now) + way.duration_s())
}

/// All components of a kind with their numbers, in order.
pub(super) fn sorted<C: Component + Clone>(world: &mut World) -> Vec<(Number, C)> {
    let mut all: Vec<(Number, C)> = world
        .query::<(&Number, &C)>()
        .iter(world)
        .map(|(n, c)| (*n, c.clone()))
        .collect();
    all.sort_by_key(|(n, _)| *n);
    all
}

/// Share of each fire's burnt cells that is forest land.
fn forest_shares(site: &Site, front: &Front<Ground>) -> BTreeMap<usize, f64> {
    let mut counts: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
    for (col, row, cell) in front.burnt_iter() {
        let count = counts.entry(cell.origin).or_default();
        count.0 += 1;
        let cover = site.landscape.cover_at(site.grid.centre(col, row));
        count.1 += u64::from(cover.is_some_and(|c| c.forest));
    }
    counts
        .into_iter()
        .map(|(origin, (all, forest))| (origin, forest as f64 / all as f64))
        .collect()
}

/// A fire first seen so long after its start was seen late, seconds: by then crews are to be on the spot
/// (the 131 mechanism, Daoxian drill, Hunan 2025).
const SEEN_LATE_S: f64 = 1800.0;

/// Whether any unit of the doctrine's first dispatch has an open road from its station towards a fire.
fn can_be_reached(site: &Site, incident: &Incident, units: &[(Number, UnitState)]) -> bool {
    let wanted = &site.scenario.file.doctrine.first_dispatch;
    incident.routes.as_ref().is_some_and(|routes| {
        units
            .iter()
            .map(|(_, u)| u)
            .filter(|u| wanted.iter().any(|w| w.unit_type == u.type_name))
            .any(|u| {
                let home = site.network.nearest_connected(u.home);
                u.flies() || home.is_some_and(|(n, _)| routes.of(site, u).seconds_to(n).is_some())
            })
    })
}

/// Why a fire that somebody saw was not contained: of several reasons the one that weighs most, in the order
/// of the questions below.
fn why_it_burns_on(
    site: &Site,
    fire: &FireState,
    incident: &Incident,
    units: &[(Number, UnitState)],
    journal: &Journal,
) -> EndingReason {
    let number = incident.number;
    let happened =
        |is: &dyn Fn(&Record) -> bool| journal.lines().iter().any(|line| is(&line.record));
    let no_route = happened(&|r| {
        matches!(r, Record::Refused { order: Order::Dispatch { incident, .. }, reason: Refusal::NoRoute, .. }
            if *incident == number)
    }) || (incident.verified_s.is_some() && !can_be_reached(site, incident, units));
    let withdrew = happened(&|r| {
        matches!(r, Record::Withdraws { incident, reason, .. }
            if *incident == number
                && matches!(reason, WithdrawalReason::Margin | WithdrawalReason::Overrun))
    });
    if incident.dispatched_s.is_none() {
        return if no_route {
            EndingReason::NoRoute
        } else {
            EndingReason::NobodySent
        };
    }
    if incident.first_attack_s.is_none() {
        let there = units
            .iter()
            .any(|(_, u)| u.incident == Some(number) && u.doing == Doing::OnScene);
        return match (incident.was_too_hot, withdrew, no_route, there) {
            (true, ..) => EndingReason::TooHot,
            (_, true, ..) => EndingReason::Withdrew,
            (_, _, true, false) => EndingReason::NoRoute,
            (_, _, _, true) => EndingReason::TooFew,
            _ => EndingReason::NobodyArrived,
        };
    }
    // What broke out after it had escaped is not why it escaped.
    let until_s = incident.escaped_s.unwrap_or(f64::INFINITY);
    let lost = journal.lines().iter().any(|line| {
        line.t_s <= until_s
            && matches!(line.record, Record::ContainmentLost { incident, .. } if incident == number)
    });
    let dry = happened(
        &|r| matches!(r, Record::Waiting { incident, reason: Refusal::NoWater, .. } if *incident == number),
    );
    let seen_s = fire.first_alarm.as_ref().map_or(fire.t_s, |a| a.0);
    if lost {
        EndingReason::Reignited
    } else if withdrew {
        EndingReason::Withdrew
    } else if incident.was_too_hot {
        EndingReason::TooHot
    } else if dry {
        EndingReason::WaterOut
    } else if seen_s - fire.t_s > SEEN_LATE_S {
        EndingReason::SeenLate
    } else {
        EndingReason::TooFew
    }
}

/// How a fire ended, and why.
fn ending(
    site: &Site,
    front: &Front<Ground>,
    fire: &FireState,
    incident: Option<&Incident>,
    area_ha: f64,
    (units, journal): (&[(Number, UnitState)], &Journal),
) -> (Ending, EndingReason) {
    let grid = front.grid();
    let left_the_map = front.burnt_iter().any(|(col, row, cell)| {
        cell.origin == fire.origin
            && (col == 0 || row == 0 || col + 1 == grid.cols || row + 1 == grid.rows)
    });
    if left_the_map {
        return (Ending::Escaped, EndingReason::LeftTheMap);
    }
    let escaped = area_ha > site.scenario.file.scoring.escape_ha;
    if !escaped && let Some(i) = incident {
        let reason = if i.line_m > 0.0 {
            EndingReason::LineClosed
        } else {
            EndingReason::BurntOut
        };
        if i.out_s.is_some() {
            return (Ending::Out, reason);
        }
        if i.contained_s.is_some() {
            return (Ending::ContainedNotOut, reason);
        }
    }
    let spreads = front
        .perimeter()
        .iter()
        .flat_map(|r| &r.vertices)
        .any(|v| v.active && v.origin == fire.origin);
    if !spreads && !escaped {
        return (Ending::ContainedNotOut, EndingReason::BurntOut);
    }
    // A fire that was reported and dismissed, or closed by order, was seen all the same.
    let unknown = if fire.first_alarm.is_some() {
        EndingReason::NobodySent
    } else {
        EndingReason::NotDetected
    };
    let reason = incident.map_or(unknown, |i| why_it_burns_on(site, fire, i, units, journal));
    (
        if escaped {
            Ending::Escaped
        } else {
            Ending::BurningAtHorizon
        },
        reason,
    )
}

/// What burns by `until_s` (at most the horizon) with the same seed and nobody to fight it, hectares.
pub fn free_burn(site: &Arc<Site>, seed: u64, until_s: f64) -> f64 {
    let mut sim = Simulation::new(site.clone(), seed, PolicyName::DoNothing);
    while !sim.is_over() && sim.time_s() < until_s {
        sim.step();
    }
    let fires = sim.finish().fires;
    fires.iter().map(FireOutcome::reported_ha).sum()
}
