//! Fires, weather and injects: what happens at set times, and the burning itself.

use bevy_ecs::prelude::*;

use super::breakouts::{Breaks, NewLine, watch_line};
use super::command::Incident;
use super::safety::casualties;
use super::{ClosedRoads, Fire, Log, Luck, Now, Number, Shared, hundredths, units::UnitState};
use crate::base::geo::Point;
use crate::base::random::Streams;
use crate::fire::barriers::BarrierKind;
use crate::fire::front::{Ring, Start, StartKind};
use crate::protocol::{AlarmSource, CasualtyCause, Record};
use crate::scenario::schema::{Cause, IgnitionShape, InjectEvent, WeatherRecord};
use crate::world::World as Site;

/// A fire that has started.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct FireState {
    /// Stable id.
    pub id: String,
    /// Cause.
    pub cause: Cause,
    /// Where it started.
    pub at: Point,
    /// When, seconds.
    pub t_s: f64,
    /// Number of the ignition in the front.
    pub origin: usize,
    /// Incident it became, once somebody saw it.
    pub incident: Option<u32>,
    /// How often an operator took it for a false alarm.
    pub dismissed: u32,
    /// Incident that a report of it was taken for, a fire nearby.
    pub mistaken_for: Option<u32>,
    /// Burnt area at the last look, m2; nobody looks at a fire that is placed.
    pub area_m2: f64,
    /// Heat release at the last look, MW.
    pub heat_mw: f64,
    /// Heat release at every look until the desk knew of it: seconds, MW.
    pub heats: Vec<(f64, f64)>,
    /// First alarm that anybody gave for it, dismissed or not.
    pub first_alarm: Option<(f64, AlarmSource, String)>,
    /// When the area was last looked at, seconds.
    pub looked_s: f64,
    /// When a citizen calls, if one does, seconds.
    pub call_s: Option<f64>,
}

impl FireState {
    /// Heat release at the last look up to a time, with that look's time: seconds, MW.
    pub fn heat_before(&self, t_s: f64) -> Option<(f64, f64)> {
        let i = self.heats.partition_point(|(t, _)| *t <= t_s);
        self.heats.get(i.checked_sub(1)?).copied()
    }
}

/// Something that happens at a set second.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A weather record takes effect.
    Weather(WeatherRecord),
    /// A fire starts.
    Ignition {
        /// Stable id.
        id: String,
        /// Cause.
        cause: Cause,
        /// The place it is called by.
        at: Point,
        /// What burns at the start.
        start: Start,
    },
    /// Weather on a grid takes over, or the next grid does.
    Grid,
    /// An inject of the scenario.
    Inject {
        /// Stable id.
        id: String,
        /// What happens.
        event: InjectEvent,
    },
}

/// Everything that will happen at set times, in order, and how far it has got.
#[derive(Resource, Debug, Default)]
pub struct Script {
    events: Vec<(f64, Event)>,
    next: usize,
    weather: Option<WeatherRecord>,
    /// Whether the fire has not yet felt it.
    waits: bool,
    /// When the fire last felt a change, seconds.
    felt_s: f64,
}

/// Values that have burnt, by index into the world's values.
#[derive(Resource, Debug, Default)]
pub struct Lost(pub std::collections::BTreeSet<usize>);

impl Script {
    /// The script of a world.
    pub fn new(site: &Site) -> Self {
        let file = &site.scenario.file;
        let mut events: Vec<(f64, Event)> = Vec::new();
        for record in site.weather.records() {
            events.push((record.at_min * 60.0, Event::Weather(*record)));
        }
        for grid in site.weather_grids.iter() {
            events.push((grid.at_s, Event::Grid));
        }
        for fire in &file.ignitions {
            let start = match &fire.shape {
                IgnitionShape::Point => Start::Point(fire.at),
                IgnitionShape::Line(path) => Start::Line(path.clone()),
                IgnitionShape::Polygon(ring) => Start::Polygon(ring.clone()),
            };
            let event = Event::Ignition {
                id: fire.id.clone(),
                cause: fire.cause,
                at: fire.at,
                start,
            };
            events.push((fire.at_min * 60.0, event));
        }
        // Without a member nothing is drawn: a simulation makes its world the member's first.
        for fire in site.member.iter().flat_map(|m| &m.fires) {
            let event = Event::Ignition {
                id: fire.id.clone(),
                cause: fire.cause,
                at: fire.at,
                start: Start::Point(fire.at),
            };
            events.push((fire.at_min * 60.0, event));
        }
        for inject in &file.injects {
            let event = Event::Inject {
                id: inject.id.clone(),
                event: inject.event.clone(),
            };
            events.push((inject.at_min * 60.0, event));
        }
        // Stable: things of one second happen in the order of the scenario.
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            events,
            next: 0,
            weather: None,
            waits: false,
            felt_s: 0.0,
        }
    }

    fn take(&mut self, now: f64) -> Option<(f64, Event)> {
        let found = self
            .events
            .get(self.next)
            .filter(|(t, _)| *t <= now)?
            .clone();
        self.next += 1;
        Some(found)
    }

    /// Whether every fire that is to start has started.
    pub fn has_lit_all(&self) -> bool {
        !self.events[self.next..].iter().any(|(_, event)| {
            matches!(
                event,
                Event::Ignition { .. }
                    | Event::Inject {
                        event: InjectEvent::SecondFire { .. },
                        ..
                    }
            )
        })
    }

    /// The weather that holds.
    pub fn weather(&self) -> Option<&WeatherRecord> {
        self.weather.as_ref()
    }
}

/// Lets the weather change, fires start and the front burn up to now.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn burn(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    mut commands: Commands,
    mut script: ResMut<Script>,
    mut fire: ResMut<Fire>,
    mut breaks: ResMut<Breaks>,
    mut log: ResMut<Log>,
    mut closed: ResMut<ClosedRoads>,
    fires: Query<&FireState>,
    mut units: Query<&mut UnitState>,
) {
    let mut started = fires.iter().count() as u32;
    while let Some((t, event)) = script.take(now.t_s) {
        match event {
            Event::Weather(record) => {
                set_weather(&mut script, &mut fire, t, record);
                say_weather(&mut log, t, &record);
                wet_roads(&shared.0, &mut closed, t);
            }
            Event::Grid => relight(&mut script, &mut fire, t),
            Event::Ignition {
                id,
                cause,
                at,
                start,
            } => {
                ignite(
                    &mut commands,
                    &mut fire,
                    &mut log,
                    &luck.0,
                    &shared.0,
                    &mut started,
                    t,
                    &id,
                    cause,
                    at,
                    &start,
                );
            }
            Event::Inject { id, event } => {
                log.say(
                    t,
                    Record::Inject {
                        inject: id.clone(),
                        event: event.clone(),
                    },
                );
                match event {
                    InjectEvent::WindShift {
                        wind_from_deg,
                        wind_m_s,
                    } => {
                        if let Some(before) = script.weather {
                            let record = WeatherRecord {
                                wind_from_deg,
                                wind_m_s,
                                ..before
                            };
                            set_weather(&mut script, &mut fire, t, record);
                            say_weather(&mut log, t, &record);
                        }
                    }
                    InjectEvent::SecondFire { cause, at } => {
                        ignite(
                            &mut commands,
                            &mut fire,
                            &mut log,
                            &luck.0,
                            &shared.0,
                            &mut started,
                            t,
                            &id,
                            cause,
                            at,
                            &Start::Point(at),
                        );
                    }
                    InjectEvent::RoadClosed { road } => {
                        let index = shared.0.roads.iter().position(|r| r.id == road);
                        closed.roads.extend(index);
                        closed.version += 1;
                    }
                    InjectEvent::UnitOut { unit, minutes } => {
                        if let Some(mut state) = units.iter_mut().find(|u| u.id == unit) {
                            state.stop(t, minutes * 60.0);
                            log.say(t, Record::UnitOut { unit, minutes });
                        }
                    }
                    InjectEvent::Injured { unit, people } => {
                        if let Some(mut state) = units.iter_mut().find(|u| u.id == unit) {
                            let hurt = (people, 0);
                            casualties(&mut log, t, &mut state, CasualtyCause::Inject, hurt, 0.0);
                        }
                    }
                    InjectEvent::RadioOut { unit, minutes } => {
                        if let Some(mut state) = units.iter_mut().find(|u| u.id == unit) {
                            state.radio_out_until_s = t + minutes * 60.0;
                            log.say(t, Record::RadioOut { unit, minutes });
                        }
                    }
                    // Lit on order: nobody reports it, and it belongs to the fire that is nearest.
                    InjectEvent::Backfire { path } => {
                        let from = path.first().copied().unwrap_or_default();
                        let nearest = fires
                            .iter()
                            .min_by(|a, b| a.at.distance(from).total_cmp(&b.at.distance(from)))
                            .map(|f| f.origin);
                        let start = Start::Line(path);
                        fire.0.ignite_as(&start, t, StartKind::Backfire, nearest);
                    }
                    InjectEvent::LineBuilt { path, width_m } => {
                        fire.0.advance_to(t);
                        let line = fire.0.add_barrier(&path, width_m, BarrierKind::BuiltLine);
                        let new = NewLine {
                            line,
                            id,
                            path: &path,
                            width_m,
                        };
                        watch_line(&mut fire, &mut breaks, &mut log, &shared.0, t, new);
                    }
                }
            }
        }
    }
    let coalesce_cells = shared.0.scenario.file.fire.coalesce_cells;
    let_weather_act(&mut script, &mut fire, now.t_s, coalesce_cells);
    fire.0.advance_to(now.t_s);
}

/// Rain of the last 24 h, mm, for roads of earth.
pub fn rain_of_day_mm(site: &Site, t: f64) -> f64 {
    let day = site.weather.records().iter().filter(|r| {
        let at = r.at_min * 60.0;
        at <= t && at > t - 86_400.0
    });
    day.map(|r| r.rain_mm).sum()
}

/// Notes the rain of the last 24 h where it has changed.
fn wet_roads(site: &Site, closed: &mut ClosedRoads, t: f64) {
    let rain_mm = rain_of_day_mm(site, t);
    if (rain_mm - closed.rain_mm).abs() > 0.0 {
        closed.rain_mm = rain_mm;
        closed.version += 1;
    }
}

/// A wind that turns by more than this is a shift that the fire line feels at once, degrees.
const SHIFT_DEG: f64 = 45.0;
/// A wind that changes by more than this share, and by [`SHIFT_M_S`], is one as well.
const SHIFT_SHARE: f64 = 0.5;
/// See [`SHIFT_SHARE`], m/s.
const SHIFT_M_S: f64 = 2.0;
/// How often a change that waits is looked at again, seconds.
const LOOK_AGAIN_S: f64 = 600.0;
/// How long the fuel's moisture is left as it is while the weather stays the same, seconds.
const MOISTURE_EVERY_S: f64 = 3600.0;

/// Puts a weather record in force. The fire line is lit anew at once for a shift of the wind; a small
/// change waits until the head has run far enough for it to show on the grid.
fn set_weather(script: &mut Script, fire: &mut Fire, t: f64, record: WeatherRecord) {
    script.weather = Some(record);
    let felt = fire.0.source().weather();
    let turn = (record.wind_from_deg - felt.wind_from_deg + 180.0).rem_euclid(360.0) - 180.0;
    let change = (record.wind_m_s - felt.wind_m_s).abs();
    let shifts = change > SHIFT_M_S && change > SHIFT_SHARE * felt.wind_m_s
        || turn.abs() > SHIFT_DEG && record.wind_m_s.max(felt.wind_m_s) > SHIFT_M_S;
    if shifts || t == 0.0 {
        relight(script, fire, t);
    } else {
        script.waits = record != *felt;
    }
}

/// Lights the fire line anew under the weather that holds.
fn relight(script: &mut Script, fire: &mut Fire, t: f64) {
    if let Some(record) = script.weather {
        fire.0
            .change_weather(t, |ground| ground.set_weather(t, &record));
    }
    script.waits = false;
    script.felt_s = t;
}

/// Lets a change that waits take effect, and the fuel's moisture follow the weather.
fn let_weather_act(script: &mut Script, fire: &mut Fire, now: f64, coalesce_cells: f64) {
    let since = now - script.felt_s;
    let due = script.waits || (fire.0.source().follows_weather() && since >= MOISTURE_EVERY_S);
    if !due || libm::fmod(now, LOOK_AGAIN_S) != 0.0 {
        return;
    }
    let fastest = fire.0.fastest_edge_m_s();
    if fastest == 0.0 || fastest * since >= coalesce_cells * fire.0.grid().cell {
        relight(script, fire, now);
    }
}

fn say_weather(log: &mut Log, t: f64, record: &WeatherRecord) {
    log.say(
        t,
        Record::Weather {
            wind_from_deg: record.wind_from_deg,
            wind_m_s: record.wind_m_s,
            temperature_c: record.temperature_c,
            humidity_pct: record.humidity_pct,
        },
    );
}

#[allow(
    clippy::too_many_arguments,
    reason = "called from one place for two kinds of event"
)]
fn ignite(
    commands: &mut Commands,
    fire: &mut Fire,
    log: &mut Log,
    luck: &Streams,
    site: &Site,
    started: &mut u32,
    t: f64,
    id: &str,
    cause: Cause,
    at: Point,
    start: &Start,
) {
    log.say(
        t,
        Record::Ignition {
            fire: id.to_owned(),
            cause,
            x: hundredths(at.x),
            y: hundredths(at.y),
        },
    );
    let Some(origin) = fire.0.ignite(start, t) else {
        return;
    };
    let call_s = super::detection::time_of_call(site, luck, id, at, t);
    commands.spawn((
        Number(*started),
        FireState {
            id: id.to_owned(),
            cause,
            at,
            t_s: t,
            origin,
            incident: None,
            dismissed: 0,
            mistaken_for: None,
            area_m2: 0.0,
            heat_mw: 0.0,
            heats: Vec::new(),
            first_alarm: None,
            looked_s: t,
            call_s,
        },
    ));
    *started += 1;
}

/// How often the size of each fire is worked out for smoke and reports, seconds.
const LOOK_EVERY_S: f64 = 60.0;

/// Measures the area and heat release of each fire that somebody still looks for from afar, once a minute.
pub fn measure(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    mut fires: Query<(&Number, &mut FireState)>,
    incidents: Query<&Incident>,
) {
    if libm::fmod(now.t_s, LOOK_EVERY_S) != 0.0 {
        return;
    }
    for (_, mut state) in &mut fires {
        let incident = (incidents.iter()).find(|i| state.incident == Some(i.number));
        let is_known = |i: &Incident| i.is_placed() && !i.wants_a_look(&shared.0, now.t_s);
        if now.t_s <= state.looked_s || incident.is_some_and(is_known) {
            continue;
        }
        let area = area_of(&fire.0.perimeter_of(state.origin), state.origin);
        let grown = (area - state.area_m2).max(0.0) / (now.t_s - state.looked_s);
        let heat = fire
            .0
            .grid()
            .cell_at(state.at)
            .map_or(0.0, |(c, r)| fire.0.heat_at(c, r));
        state.heat_mw = grown * heat / 1000.0;
        state.area_m2 = area;
        state.looked_s = now.t_s;
        if state.incident.is_none() {
            let heat_mw = state.heat_mw;
            state.heats.push((now.t_s, heat_mw));
        }
    }
}

/// Area of the rings that burn from an origin; a ring that several fires share goes to the first.
pub fn area_of(rings: &[Ring], origin: usize) -> f64 {
    rings
        .iter()
        .filter(|r| r.vertices.iter().map(|v| v.origin).min() == Some(origin))
        .map(|r| r.area_m2)
        .sum()
}

/// A value is lost when ground burns this near its point, metres [assumed].
pub const VALUE_REACH_M: f64 = 30.0;

/// Notes each value that the fire reaches, once a minute.
pub fn lose_values(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    evacuations: Res<super::orders::Evacuations>,
    mut lost: ResMut<Lost>,
    mut log: ResMut<Log>,
) {
    if libm::fmod(now.t_s, LOOK_EVERY_S) != 0.0 || fire.0.burnt_cells() == 0 {
        return;
    }
    let grid = fire.0.grid();
    let reach = libm::ceil(VALUE_REACH_M / grid.cell) as i64;
    // What burnt before was looked at before.
    let since_s = now.t_s - 2.0 * LOOK_EVERY_S;
    for (i, value) in shared.0.values.iter().enumerate() {
        if lost.0.contains(&i) {
            continue;
        }
        let Some((col, row)) = grid.cell_at(value.at) else {
            continue;
        };
        if !fire
            .0
            .may_have_burnt_near((col, row), reach as usize, since_s)
        {
            continue;
        }
        let is_burnt = |dc: i64, dr: i64| {
            let (c, r) = (col as i64 + dc, row as i64 + dr);
            let on_map = c >= 0 && r >= 0 && c < grid.cols as i64 && r < grid.rows as i64;
            on_map && {
                let (c, r) = (c as usize, r as usize);
                grid.centre(c, r).distance(value.at) <= VALUE_REACH_M
                    && fire.0.burnt_at(c, r).is_some()
            }
        };
        if (-reach..=reach).any(|dr| (-reach..=reach).any(|dc| is_burnt(dc, dr))) {
            lost.0.insert(i);
            let are_out = evacuations.0.get(&i).is_some_and(|t| *t <= now.t_s);
            if value.people > 0 && !are_out {
                log.say(
                    now.t_s,
                    Record::PeopleReached {
                        value: value.id.clone(),
                        people: value.people,
                    },
                );
            }
            log.say(
                now.t_s,
                Record::ValueLost {
                    value: value.id.clone(),
                    value_cny: value.value_cny,
                },
            );
        }
    }
}
