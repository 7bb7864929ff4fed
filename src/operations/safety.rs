//! Safety first: lookouts, escape routes, margins, withdrawal above orders, and what happens when it comes
//! too late (LCES: lookouts, communications, escape routes, safety zones; Gleason 1991).
//!
//! Every few minutes the fire is run ahead from its *believed* edge under the *forecast* weather with its
//! error. A unit's margin is the least, over its way out, of the time until that fire is there less the
//! time it takes to be there itself. Below the catalogue's margin it leaves, whatever it was told. Ground
//! that has burnt out beside it is a refuge. The truth only decides whether it is overrun, so a shift of
//! the wind can surprise.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use rand::RngExt;

use super::command::Incident;
use super::fires::Script;
use super::movement::go_home;
use super::units::{Doing, Trip, UnitState};
use super::{ClosedRoads, Fire, Log, Luck, Now, Number, Shared, hundredths, walking};
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::fire::behavior::separation::{self, Burning, Slope, Wind};
use crate::fire::front::{Crown, Front, SpreadSource, Start, StartKind};
use crate::fire::ground::Ground;
use crate::protocol::{CasualtyCause, Record, WithdrawalReason};
use crate::scenario::catalogue::{SafetyRules, Sourced};
use crate::scenario::schema::WeatherRecord;
use crate::world::World as Site;

/// Farther from the fire than this nobody's way out is looked at, metres \[J\].
const NEAR_M: f64 = 400.0;
/// A change of the wind that a forecast takes up, degrees, or share of its speed \[J\].
const FELT_DEG: f64 = 20.0;
/// See [`FELT_DEG`].
const FELT_SHARE: f64 = 0.3;
/// Ways out are looked at once so far, metres.
const LOOK_EVERY_M: f64 = 20.0;
/// The edge a unit works at is no threat to the first steps of its way out, metres \[J\].
const AT_THE_EDGE_M: f64 = 40.0;
/// How far a crew looks for burnt-out ground to step into, metres \[J\].
const BLACK_REACH_M: f64 = 30.0;
/// A crew that leaves in a hurry walks faster by this factor \[J\].
const HURRY: f64 = 1.4;
/// Directions in which a way out is looked for.
const DIRECTIONS: u32 = 16;
/// A way out ends at least so far from what will burn, metres \[J\]; farther by the separation from its flames.
const CLEAR_M: f64 = 40.0;
/// Flames farther away are not looked for when a place is judged, metres.
const SEPARATION_M: f64 = 160.0;
/// A way out is looked for up to here, metres \[J\].
const FARTHEST_M: f64 = 800.0;
/// People step aside from a front slower than this share of their pace in a hurry \[J\].
const STEP_ASIDE: f64 = 0.5;
/// Rocks roll on burning slopes steeper than this, degrees.
const ROLLING_DEG: f64 = 30.0;
/// A unit in a safe place goes back at the earliest after so long, seconds \[J\].
const WAIT_S: f64 = 600.0;

/// Live power lines that have been asked to be cut: when they will be dead, by index.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct PowerCuts(pub BTreeMap<usize, f64>);

impl PowerCuts {
    /// A live power line so near to a place that no water may be used there.
    pub fn live_near(&self, site: &Site, at: Point, now: f64) -> Option<usize> {
        let reach = site.scenario.catalogue.safety.power_line_m.value;
        site.power_lines.iter().enumerate().find_map(|(i, line)| {
            let dead = self.0.get(&i).is_some_and(|t| *t <= now);
            (!dead && distance_to(&line.path, at) < reach).then_some(i)
        })
    }
}

/// Distance from a place to a course, metres.
pub fn distance_to(path: &[Point], at: Point) -> f64 {
    path.windows(2)
        .map(|w| {
            crate::base::geo::nearest_on_segment(at, w[0], w[1])
                .1
                .distance(at)
        })
        .fold(f64::INFINITY, f64::min)
}

/// The fire run ahead from what is believed.
pub struct Forecast {
    front: Front<Ground>,
    from_s: f64,
    until_s: f64,
}

impl Forecast {
    /// Runs a believed edge ahead; none when nothing of it is known to burn. The weather is the
    /// scenario's own record of the coming time, which no inject has told, with a forecaster's error.
    pub fn new(
        site: &Site,
        fire: &Fire,
        luck: &Streams,
        now: f64,
        incident: &Incident,
    ) -> Option<Self> {
        let minutes = site.scenario.catalogue.safety.ahead_min.value;
        Self::ahead(site, fire, luck, now, incident, minutes)
    }

    /// As [`Forecast::new`], so many minutes ahead.
    pub fn ahead(
        site: &Site,
        fire: &Fire,
        luck: &Streams,
        now: f64,
        incident: &Incident,
        minutes: f64,
    ) -> Option<Self> {
        if incident.belief.burning.is_empty() {
            return None;
        }
        let rules = &site.scenario.catalogue.safety;
        let mut front = Front::new(
            fire.0.source().clone(),
            *fire.0.grid(),
            fire.0.barriers().clone(),
        );
        let error = forecast_error(rules, luck, incident.number, now);
        let here = expected(fire.0.source().weather(), error);
        front.change_weather(now, |ground| ground.set_weather(now, &here));
        for stretch in &incident.belief.burning {
            let start = Start::Edge(thinned(stretch));
            front.ignite_as(&start, now, StartKind::Ignition, None);
        }
        let until_s = now + minutes * 60.0;
        for record in site.weather.records() {
            let t = record.at_min * 60.0;
            let before = front.source().weather();
            let turn =
                (record.wind_from_deg - before.wind_from_deg + 540.0).rem_euclid(360.0) - 180.0;
            let is_felt = turn.abs() > FELT_DEG
                || (record.wind_m_s - before.wind_m_s).abs() > FELT_SHARE * before.wind_m_s;
            if t > now && t < until_s && is_felt {
                let to_come = expected(record, error);
                front.change_weather(t, |ground| ground.set_weather(t, &to_come));
            }
        }
        front.advance_to(until_s);
        Some(Self {
            front,
            from_s: now,
            until_s,
        })
    }

    /// The corners of the ground that would have burnt: lowest and highest coordinates.
    pub(super) fn burnt_extent(&self) -> Option<(Point, Point)> {
        let [c0, r0, c1, r1] = self.front.burnt_bounds()?;
        let grid = self.front.grid();
        Some((grid.centre(c0, r1), grid.centre(c1, r0)))
    }

    /// When the fire would be at a place, seconds; none within the forecast.
    pub(super) fn arrival_s(&self, at: Point) -> Option<f64> {
        let (c, r) = self.front.grid().cell_at(at)?;
        self.front.burnt_at(c, r).map(|b| b.arrival_s)
    }

    /// The least margin along a way that is begun now, minutes: the time of the fire's arrival less
    /// one's own. What is not reached within the forecast counts as reached at its end.
    pub fn margin_min(&self, way: &Trip) -> f64 {
        let mut least = f64::INFINITY;
        let mut run = 0.0;
        for i in 0..way.places.len().saturating_sub(1) {
            let (a, b) = (way.places[i], way.places[i + 1]);
            let length = a.distance(b);
            let steps = libm::ceil(length / LOOK_EVERY_M).max(1.0) as usize;
            for k in 1..=steps {
                let share = k as f64 / steps as f64;
                if run + share * length < AT_THE_EDGE_M {
                    continue;
                }
                let mine = way.seconds[i] + share * (way.seconds[i + 1] - way.seconds[i]);
                let fires =
                    self.arrival_s(a.towards(b, share)).unwrap_or(self.until_s) - self.from_s;
                least = least.min(fires - mine);
            }
            run += length;
        }
        if least.is_finite() {
            least / 60.0
        } else {
            (self.until_s - self.from_s) / 60.0
        }
    }
}

/// Every third point of a stretch, its ends included: a forecast needs no more.
fn thinned(stretch: &[Point]) -> Vec<Point> {
    let last = stretch.len().saturating_sub(1);
    stretch
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 3 == 0 || *i == last)
        .map(|(_, p)| *p)
        .collect()
}

/// A forecaster's error: factor on the wind's speed, and degrees.
fn forecast_error(rules: &SafetyRules, luck: &Streams, incident: u32, now: f64) -> (f64, f64) {
    let issue = (now / 3600.0) as u64;
    let mut random = luck.generator(Purpose::Detection, &format!("forecast/{incident}"), issue);
    let speed = 1.0 + rules.wind_speed_error.value * standard_normal(&mut random);
    let turn = rules.wind_direction_error_deg.value * standard_normal(&mut random);
    (speed.max(0.3), turn)
}

fn expected(record: &WeatherRecord, (speed, turn): (f64, f64)) -> WeatherRecord {
    WeatherRecord {
        wind_m_s: record.wind_m_s * speed,
        wind_from_deg: libm::fmod(record.wind_from_deg + turn + 720.0, 360.0),
        ..*record
    }
}

/// Whether there is ground near a place that has burnt out: the black.
fn black_near(fire: &Fire, at: Point, now: f64) -> bool {
    let front = &fire.0;
    let grid = front.grid();
    let Some((col, row)) = grid.cell_at(at) else {
        return false;
    };
    let reach = libm::ceil(BLACK_REACH_M / grid.cell) as i64;
    let is_black = |dc: i64, dr: i64| {
        let (c, r) = (col as i64 + dc, row as i64 + dr);
        if c < 0 || r < 0 || c >= grid.cols as i64 || r >= grid.rows as i64 {
            return false;
        }
        let cell = (c as usize, r as usize);
        let fuel = front.source().fuel(cell.0, cell.1);
        fuel != 0
            && front
                .burnt_at(cell.0, cell.1)
                .is_some_and(|b| now - b.arrival_s > front.source().burn_out_s(fuel))
    };
    (-reach..=reach).any(|dr| (-reach..=reach).any(|dc| is_black(dc, dr)))
}

impl Forecast {
    /// Whether the fire stays away from a place and what lies around it: by [`CLEAR_M`], and by the safe
    /// separation from the flames that will be there.
    fn is_spared(&self, site: &Site, at: Point) -> bool {
        if !self.is_free(at) {
            return false;
        }
        let rings = (SEPARATION_M / CLEAR_M) as u32;
        (1..=rings).all(|ring| {
            let distance = f64::from(ring) * CLEAR_M;
            (0..DIRECTIONS / 2).all(|i| {
                let angle = std::f64::consts::TAU * f64::from(2 * i) / f64::from(DIRECTIONS);
                let p = Point::new(
                    at.x + distance * libm::sin(angle),
                    at.y + distance * libm::cos(angle),
                );
                if ring == 1 {
                    self.is_free(p)
                } else {
                    separation_m(site, &self.front, p).is_none_or(|wanted| distance >= wanted)
                }
            })
        })
    }

    fn is_free(&self, at: Point) -> bool {
        self.front.grid().cell_at(at).is_some() && self.arrival_s(at).is_none()
    }

    /// The way out with the greatest margin: back to the vehicles, or straight away in one of so many
    /// directions to the first place that the fire spares. With its margin, minutes.
    fn way_out(&self, site: &Site, unit: &UnitState) -> (Trip, f64) {
        let pace = unit.kind.walk_m_s.value * HURRY;
        let back = walking::straight(site, unit.at, unit.vehicles, pace);
        let margin = self.margin_min(&back);
        let mut best = (back, margin);
        for i in 0..DIRECTIONS {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(DIRECTIONS);
            let place = |d: f64| {
                Point::new(
                    unit.at.x + d * libm::sin(angle),
                    unit.at.y + d * libm::cos(angle),
                )
            };
            let steps = (FARTHEST_M / CLEAR_M) as usize;
            let Some(d) = (1..=steps)
                .map(|k| k as f64 * CLEAR_M)
                .find(|d| self.is_spared(site, place(*d)))
            else {
                continue;
            };
            let way = walking::straight(site, unit.at, place(d), pace);
            let margin = self.margin_min(&way);
            if margin > best.1 {
                best = (way, margin);
            }
        }
        best
    }
}

/// Safe separation from the flames that burn or will burn at a place, metres; none where nothing does.
fn separation_m(site: &Site, front: &Front<Ground>, at: Point) -> Option<f64> {
    let (col, row) = front.grid().cell_at(at)?;
    let burnt = front.burnt_at(col, row)?;
    let ground = front.source();
    let rules = &site.scenario.catalogue.safety;
    let height = match burnt.crown {
        Crown::Surface => ground.depth_m(ground.fuel(col, row)),
        Crown::Passive | Crown::Active => ground.stand_at(col, row).map_or(0.0, |s| s.height.0),
    };
    let class = |value: f64, [low, high]: &[Sourced; 2]| {
        usize::from(value >= low.value) + usize::from(value > high.value)
    };
    let slope = libm::atan(site.landscape.slope_aspect_at(at).0).to_degrees();
    let wind = [Wind::Light, Wind::Moderate, Wind::High]
        [class(ground.weather().wind_m_s, &rules.separation_wind_m_s)];
    let slope =
        [Slope::Flat, Slope::Moderate, Slope::Steep][class(slope, &rules.separation_slope_deg)];
    let moisture = 100.0 * ground.dead_1h_at(col, row);
    let burning = [Burning::Extreme, Burning::Moderate, Burning::Low]
        [class(moisture, &rules.separation_moisture_pct)];
    Some(separation::distance_m(height, wind, slope, burning))
}

/// Whether a unit is among what the fire can overrun.
fn is_exposed(unit: &UnitState) -> bool {
    let doing = match &unit.doing {
        Doing::Stopped { then, .. } => then,
        doing => doing,
    };
    super::movement::walks(unit.kind.kind)
        && matches!(
            doing,
            Doing::OnScene
                | Doing::Walking { .. }
                | Doing::Refuelling { .. }
                | Doing::Withdrawing { .. }
        )
}

/// Keeps watch over everybody at a fire.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn keep_watch(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    fire: Res<Fire>,
    script: Res<Script>,
    closed: Res<ClosedRoads>,
    mut log: ResMut<Log>,
    mut units: Query<(&Number, &mut UnitState)>,
    incidents: Query<(&Number, &Incident)>,
) {
    let site = &*shared.0;
    let rules = &site.scenario.catalogue.safety;
    let mut exposed: Vec<_> = units
        .iter_mut()
        .filter(|(_, u)| is_exposed(u) || matches!(u.doing, Doing::Safe { .. }))
        .map(|(n, u)| (*n, u))
        .collect();
    if exposed.is_empty() {
        return;
    }
    exposed.sort_by_key(|(n, _)| *n);
    for (_, unit) in &mut exposed {
        overrun(site, &fire, &luck.0, &closed, &mut log, *now, unit);
        rocks(site, &luck.0, &mut log, now.t_s, unit);
    }
    let is_time = libm::fmod(now.t_s, rules.every_min.value * 60.0) == 0.0;
    if !is_time {
        return;
    }
    let mut known: Vec<_> = incidents.iter().collect();
    known.sort_by_key(|(n, _)| **n);
    for (_, incident) in known {
        let theirs = exposed
            .iter_mut()
            .filter(|(_, u)| u.incident == Some(incident.number));
        let mut theirs: Vec<_> = theirs.map(|(_, u)| &mut **u).collect();
        if theirs.is_empty() || incident.contained_s.is_some() {
            for unit in theirs {
                if matches!(unit.doing, Doing::Safe { .. }) {
                    go_back(site, &fire, &mut log, now.t_s, unit, incident);
                }
            }
            continue;
        }
        // The fire is run ahead only when somebody stands where it matters.
        let mut forecast: Option<Option<Forecast>> = None;
        for unit in &mut theirs {
            if !is_threatened(&fire, unit, incident, now.t_s) {
                continue;
            }
            let forecast = forecast
                .get_or_insert_with(|| Forecast::new(site, &fire, &luck.0, now.t_s, incident));
            if let Some(forecast) = forecast {
                judge(
                    site, &fire, forecast, &script, &mut log, now.t_s, unit, incident,
                );
            }
        }
    }
}

/// Whether a unit's way out has to be looked at: it is near the fire, and has no burnt-out ground beside it.
fn is_threatened(fire: &Fire, unit: &UnitState, incident: &Incident, now: f64) -> bool {
    let works = matches!(unit.doing, Doing::OnScene | Doing::Refuelling { .. });
    let is_near = || {
        let mut edge = incident.belief.burning.iter().flatten();
        edge.any(|p| p.distance(unit.at) < NEAR_M)
    };
    is_near() && !(works && black_near(fire, unit.at, now))
}

/// Compares a unit's margin with the limits, and acts.
#[allow(
    clippy::too_many_arguments,
    reason = "called from one place with all it touches"
)]
fn judge(
    site: &Site,
    fire: &Fire,
    forecast: &Forecast,
    script: &Script,
    log: &mut Log,
    now: f64,
    unit: &mut UnitState,
    incident: &Incident,
) {
    let rules = &site.scenario.catalogue.safety;
    match unit.doing {
        Doing::Safe { since_s } => {
            if now - since_s >= WAIT_S {
                let edge = place_of_work(incident, unit.at);
                let way = walking::straight(site, edge, unit.at, unit.kind.walk_m_s.value);
                if forecast.margin_min(&way) > rules.warn_min.value {
                    go_back(site, fire, log, now, unit, incident);
                }
            }
        }
        Doing::Withdrawing { .. } => {}
        _ => {
            let (way, margin) = forecast.way_out(site, unit);
            let before = unit.margin_min.replace(margin);
            unit.least_margin_min = Some(
                unit.least_margin_min
                    .map_or(margin, |least| least.min(margin)),
            );
            if margin < rules.withdraw_min.value {
                unit.withdrawals += 1;
                log.say(
                    now,
                    Record::Withdraws {
                        unit: unit.id.clone(),
                        incident: incident.number,
                        reason: WithdrawalReason::Margin,
                        margin_min: hundredths(margin),
                        way_min: libm::round(way.duration_s() / 60.0),
                        wind_m_s: script.weather().map_or(0.0, |w| hundredths(w.wind_m_s)),
                    },
                );
                unit.doing = Doing::Withdrawing { way, since_s: now };
                unit.waiting = None;
            } else if margin < rules.warn_min.value
                && before.is_none_or(|b| b >= rules.warn_min.value)
            {
                log.say(
                    now,
                    Record::MarginWarning {
                        unit: unit.id.clone(),
                        incident: incident.number,
                        margin_min: hundredths(margin),
                    },
                );
            }
        }
    }
}

/// Where a unit would work: the nearer end of the line, or the nearest place of the believed edge.
fn place_of_work(incident: &Incident, from: Point) -> Point {
    let edge = incident.belief.burning.iter().flatten();
    incident
        .tips
        .iter()
        .flatten()
        .chain(edge)
        .copied()
        .min_by(|a, b| a.distance(from).total_cmp(&b.distance(from)))
        .unwrap_or(incident.belief.at)
}

/// From a safe place back to the fire.
fn go_back(
    site: &Site,
    fire: &Fire,
    log: &mut Log,
    now: f64,
    unit: &mut UnitState,
    incident: &Incident,
) {
    let to = place_of_work(incident, unit.at);
    let way = walking::way_round(site, fire, unit.at, to, unit.kind.walk_m_s.value);
    log.say(
        now,
        Record::WalkingIn {
            unit: unit.id.clone(),
            incident: incident.number,
            distance_m: libm::round(way.length_m),
        },
    );
    unit.doing = Doing::Walking {
        way,
        since_s: now,
        scouting: false,
    };
}

/// Fire that comes to a unit's place while it is there: by its flames people are hurt or die, unless there
/// is burnt-out ground to step into. Whoever is left goes home.
fn overrun(
    site: &Site,
    fire: &Fire,
    luck: &Streams,
    closed: &ClosedRoads,
    log: &mut Log,
    clock: Now,
    unit: &mut UnitState,
) {
    let now = clock.t_s;
    if !is_exposed(unit) || unit.people == 0 {
        return;
    }
    let front = &fire.0;
    let Some((col, row)) = front.grid().cell_at(unit.at) else {
        return;
    };
    let Some(burnt) = front.burnt_at(col, row) else {
        return;
    };
    if burnt.arrival_s <= now - clock.step_s {
        return;
    }
    let rules = &site.scenario.catalogue.safety;
    let flame = front
        .source()
        .flame_length_m(burnt.intensity_kw_m, burnt.crown);
    if flame <= rules.hurt_flame_m.value.max(unit.kind.flame_limit_m.value) {
        return;
    }
    if black_near(fire, unit.at, now) {
        return;
    }
    // From a slow front one steps aside, and goes back to the vehicles.
    let rate_m_s = burnt.intensity_kw_m / front.heat_at(col, row).max(1.0);
    if rate_m_s < STEP_ASIDE * HURRY * unit.kind.walk_m_s.value {
        log.say(
            now,
            Record::Withdraws {
                unit: unit.id.clone(),
                incident: unit.incident.unwrap_or(0),
                reason: WithdrawalReason::SteppedBack,
                margin_min: 0.0,
                way_min: 0.0,
                wind_m_s: hundredths(front.source().weather().wind_m_s),
            },
        );
        unit.withdrawals += 1;
        let pace = unit.kind.walk_m_s.value * HURRY;
        unit.doing = Doing::Withdrawing {
            way: walking::straight(site, unit.at, unit.vehicles, pace),
            since_s: now,
        };
        unit.waiting = None;
        return;
    }
    let mut random = luck.generator(
        Purpose::Detection,
        &format!("overrun/{}", unit.id),
        now as u64,
    );
    let kills = flame > rules.kill_flame_m.value;
    let (mut hurt, mut dead) = (0, 0);
    for _ in 0..unit.people {
        let u: f64 = random.random();
        if kills && u < rules.kill_share.value {
            dead += 1;
        } else if u < rules.kill_share.value + rules.hurt_share.value {
            hurt += 1;
        }
    }
    let incident = unit.incident;
    casualties(log, now, unit, CasualtyCause::Overrun, (hurt, dead), flame);
    log.say(
        now,
        Record::Withdraws {
            unit: unit.id.clone(),
            incident: incident.unwrap_or(0),
            reason: WithdrawalReason::Overrun,
            margin_min: 0.0,
            way_min: 0.0,
            wind_m_s: hundredths(front.source().weather().wind_m_s),
        },
    );
    unit.withdrawals += 1;
    go_home(site, closed, log, unit, now);
    log.say(
        now,
        Record::Returning {
            unit: unit.id.clone(),
        },
    );
}

/// Takes people out of a unit, with the cause in the journal.
pub fn casualties(
    log: &mut Log,
    now: f64,
    unit: &mut UnitState,
    cause: CasualtyCause,
    (hurt, dead): (u32, u32),
    flame_m: f64,
) {
    let (dead, hurt) = (
        dead.min(unit.people),
        hurt.min(unit.people.saturating_sub(dead)),
    );
    unit.people -= hurt + dead;
    unit.injured += hurt;
    unit.dead += dead;
    log.say(
        now,
        Record::Casualties {
            unit: unit.id.clone(),
            incident: unit.incident,
            cause,
            injured: hurt,
            dead,
            flame_m: hundredths(flame_m),
        },
    );
}

/// Rocks that fire loosens on steep slopes, once a minute.
fn rocks(site: &Site, luck: &Streams, log: &mut Log, now: f64, unit: &mut UnitState) {
    let works = unit.doing == Doing::OnScene && unit.has_worked && unit.waiting.is_none();
    if !works || libm::fmod(now, 60.0) != 0.0 {
        return;
    }
    let slope = libm::atan(site.landscape.slope_aspect_at(unit.at).0).to_degrees();
    if slope <= ROLLING_DEG {
        return;
    }
    let rate = site.scenario.catalogue.safety.debris_per_person_h.value;
    let chance = f64::from(unit.people) * rate / 60.0;
    let stream = format!("rocks/{}", unit.id);
    if luck.uniform(Purpose::Detection, &stream, (now / 60.0) as u64) < chance {
        casualties(log, now, unit, CasualtyCause::RollingRocks, (1, 0), 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecaster_is_wrong_by_about_what_the_catalogue_says() {
        let rules = crate::scenario::Catalogue::shipped().unwrap().safety;
        let errors: Vec<(f64, f64)> = (0..2000)
            .map(|seed| forecast_error(&rules, &Streams::new(seed), 1, 0.0))
            .collect();
        let n = errors.len() as f64;
        let speed = libm::sqrt(
            errors
                .iter()
                .map(|e| (e.0 - 1.0) * (e.0 - 1.0))
                .sum::<f64>()
                / n,
        );
        let turn = libm::sqrt(errors.iter().map(|e| e.1 * e.1).sum::<f64>() / n);
        assert!(
            (speed - 0.2).abs() < 0.02 && (turn - 15.0).abs() < 1.0,
            "{speed} {turn}"
        );
    }

    #[test]
    fn the_distance_to_a_course_is_that_to_its_nearest_piece() {
        let path = [
            Point::new(0.0, 0.0),
            Point::new(100.0, 0.0),
            Point::new(100.0, 100.0),
        ];
        assert_eq!(distance_to(&path, Point::new(50.0, 30.0)), 30.0);
        assert_eq!(distance_to(&path, Point::new(130.0, 50.0)), 30.0);
    }
}
