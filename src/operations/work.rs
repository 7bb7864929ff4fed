//! Work at the edge: two parties go round the fire and meet, then mop up.
//!
//! Line is built along the burning edge from an anchor, burnt ground on one side (direct attack).
//! The two parties start at the same place, the quietest of the edge or the ends of a stretch that
//! already holds, and go round in opposite directions (两翼合围); each carries half of the production
//! of those at work, as in CONTAIN (Fried & Fried 1996, *Forest Science* 42:267-281). Built line is
//! a barrier of the front: whether it holds the fire is geometry, not a formula.

use std::collections::BTreeSet;

use bevy_ecs::prelude::*;

use super::breakouts::{Breaks, NewLine, line_id, watch_line};
use super::command::Incident;
use super::detection::is_dark;
use super::fires::area_of;
use super::holding;
use super::mop_up::{contain, declare_out, is_burnt_out, mop_up};
use super::movement::{go_home, walks};
use super::routing::near_trip;
use super::safety::PowerCuts;
use super::tactics::{self, Course, Seen};
use super::tasks;
use super::units::{Doing, UnitState};
use super::water::{self, Ponds, use_water};
use super::{ClosedRoads, Fire, Log, Luck, Now, Number, Shared, hundredths};
use crate::base::geo::{Grid, Point, nearest_on_segment};
use crate::base::random::Streams;
use crate::base::units::KilowattsPerMetre;
use crate::fire::barriers::BarrierKind;
use crate::fire::front::Ring;
use crate::protocol::{Record, Refusal, Tactic, TacticReason, Task, WithdrawalReason};
use crate::scenario::catalogue::UnitKind;
use crate::world::World as Site;

/// A gap this long in the burning edge, in cells, is closed with line rather than walked past.
const SHORT_GAP_CELLS: f64 = 4.0;
/// Pace along an edge that needs no line, m/s [assumed: Sullivan et al. 2020 in rough ground].
const WALK_ON_M_S: f64 = 0.5;
/// Beyond this distance from the edge, in cells, an end of line has been left behind by the fire.
const LOST_CELLS: f64 = 3.0;
/// Line nearer to a ring than this has been begun on it, metres \[J\].
const BEGUN_M: f64 = 5.0;
/// Ends of line are joined after so much line, in cells: at the anchor they are near each other too.
const JOIN_AFTER_CELLS: f64 = 4.0;
/// Vehicles whose hoses do not reach move along the road when that takes no longer, seconds \[J\].
const MOVE_UP_S: f64 = 300.0;
/// Why a unit waits is said again no sooner than so many seconds later: flames flicker about a limit \[J\].
const SAID_AGAIN_S: f64 = 600.0;
/// Share of cells that may still burn inside a closed ring.
const INSIDE_SHARE: f64 = 0.25;
/// A fire that burns across its line for so long is contained no more, seconds \[J\]; what crews have back before that is a
/// slop-over.
const SLOP_OVER_S: f64 = 600.0;
/// Cells that may still burn inside a closed ring, however small it is.
const INSIDE_LEAST: usize = 25;
/// Inside line built at a stand-off so many times the cells burnt may still burn, and so many more.
const INSIDE_STRIP: (f64, usize) = (4.0, 100);
/// Ends of line at a stand-off are joined when they are so near, cells, or share of the stand-off.
const MEET_CELLS: f64 = 2.0;
/// See [`MEET_CELLS`].
const MEET_SHARE: f64 = 0.75;
/// Builds line, closes rings, mops up.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn work(
    now: Res<Now>,
    shared: Res<Shared>,
    mut fire: ResMut<Fire>,
    mut breaks: ResMut<Breaks>,
    mut log: ResMut<Log>,
    mut ponds: ResMut<Ponds>,
    closed: Res<ClosedRoads>,
    power: Res<PowerCuts>,
    luck: Res<Luck>,
    mut units: Query<(&Number, &mut UnitState)>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let site = &*shared.0;
    let (closed_ones, mut open): (Vec<_>, Vec<_>) =
        incidents.iter_mut().partition(|(_, i)| i.out_s.is_some());
    let mut over: BTreeSet<u32> = closed_ones.into_iter().map(|(_, i)| i.number).collect();
    open.sort_by_key(|(n, _)| **n);
    let mut all: Vec<_> = units.iter_mut().collect();
    all.sort_by_key(|(n, _)| **n);
    for (_, unit) in &mut all {
        ponds.assign(site, unit);
    }
    for (_, incident) in &mut open {
        let Some(origin) = incident.origin().filter(|_| incident.verified_s.is_some()) else {
            continue;
        };
        let on_the_minute = libm::fmod(now.t_s, 60.0) == 0.0;
        if on_the_minute && incident.attack.holding.is_some() {
            let rings = fire.0.perimeter_of(origin);
            let flames =
                (rings.iter()).flat_map(|r| (0..r.vertices.len()).map(|i| flame_m(&fire, r, i)));
            let highest_m = flames.fold(0.0, f64::max);
            let of_it = all.iter_mut().map(|(_, u)| &mut **u);
            let mut of_it: Vec<&mut UnitState> = of_it
                .filter(|u| u.incident == Some(incident.number))
                .collect();
            holding::come_back(site, now.t_s, &mut log, incident, &mut of_it, highest_m);
        }
        let mut here: Vec<&mut UnitState> = all
            .iter_mut()
            .filter(|(_, u)| {
                u.incident == Some(incident.number)
                    && u.doing == Doing::OnScene
                    && matches!(u.task, Task::Edge)
            })
            .map(|(_, u)| &mut **u)
            .collect();
        let mut seen: Option<Vec<Ring>> = None;
        if incident.contained_s.is_none() {
            if let Some((since, _)) = incident.slop_over.filter(|_| on_the_minute)
                && now.t_s - since >= SLOP_OVER_S
            {
                incident.slop_over = None;
                if !here.is_empty() {
                    let area_ha = area_of(&fire.0.perimeter_of(origin), origin) / 10_000.0;
                    incident.belief.estimate(now.t_s, area_ha);
                }
                log.say(
                    now.t_s,
                    Record::ContainmentLost {
                        incident: incident.number,
                        area_ha: hundredths(incident.belief.area_ha),
                    },
                );
            }
            if incident.tips.iter().all(Option::is_some) {
                let rings = seen.get_or_insert_with(|| fire.0.perimeter_of(origin));
                if join_ends(
                    site,
                    now.t_s,
                    &mut fire,
                    &mut breaks,
                    &mut log,
                    incident,
                    rings,
                    !here.is_empty(),
                ) {
                    seen = None;
                }
            }
            let joined = incident.from_anchor_m > 0.0 && incident.tips.iter().all(Option::is_none);
            let is_quiet = (joined || on_the_minute) && is_closed(&fire, incident);
            if on_the_minute {
                incident.quiet_s = is_quiet.then(|| incident.quiet_s.unwrap_or(now.t_s));
            }
            if is_quiet && here.is_empty() {
                // Nobody is there to say so. In the end nobody sees smoke any more.
                if on_the_minute && is_burnt_out(site, now.t_s, &fire, incident, origin) {
                    declare_out(now.t_s, &mut fire, &mut log, incident, origin, false);
                }
            } else if is_quiet {
                contain(site, now.t_s, &fire, &mut log, incident, origin);
            } else if !here.is_empty() {
                let rings = seen.get_or_insert_with(|| fire.0.perimeter_of(origin));
                let out_of_reach = attack(
                    site,
                    *now,
                    &mut fire,
                    &mut breaks,
                    &mut log,
                    incident,
                    &mut here,
                    rings,
                    &power,
                    &luck.0,
                );
                if on_the_minute {
                    for (i, place) in out_of_reach {
                        move_up(site, &closed, here[i], place, now.t_s);
                    }
                }
            }
        } else if on_the_minute && !is_closed(&fire, incident) {
            let contained_s = incident.contained_s.take().unwrap_or(now.t_s);
            incident.slop_over = Some((now.t_s, contained_s));
        } else if !here.is_empty() {
            mop_up(site, *now, &mut fire, &mut log, incident, origin, &here);
        } else if on_the_minute && is_burnt_out(site, now.t_s, &fire, incident, origin) {
            declare_out(now.t_s, &mut fire, &mut log, incident, origin, false);
        }
    }
    let mut others: Vec<&mut UnitState> = all.iter_mut().map(|(_, u)| &mut **u).collect();
    tasks::work(
        &mut tasks::Works {
            site,
            now: *now,
            fire: &mut fire,
            breaks: &mut breaks,
            log: &mut log,
            power: &power,
        },
        &mut others,
        &mut open,
    );
    let mut here: Vec<&mut UnitState> = others
        .into_iter()
        .filter(|u| u.doing == Doing::OnScene)
        .collect();
    use_water(site, *now, &mut log, &mut ponds, &closed, &mut here);
    for unit in here {
        if unit.doing == Doing::OnScene {
            wear(site, *now, &mut log, &closed, unit);
        }
    }
    over.extend(
        open.iter()
            .filter(|(_, i)| i.out_s.is_some())
            .map(|(_, i)| i.number),
    );
    for (_, unit) in &mut all {
        if unit.incident.is_some_and(|n| over.contains(&n)) {
            go_home(site, &closed, &mut log, unit, now.t_s);
            log.say(
                now.t_s,
                Record::Returning {
                    unit: unit.id.clone(),
                },
            );
        }
    }
}

/// The ring, of those of an incident's fire, that crews work at: the one on which line has been begun, or else the
/// largest that is still open, or the largest.
fn ring_of<'r>(rings: &'r [Ring], incident: &Incident) -> Option<&'r Ring> {
    let is_open = |r: &Ring| r.area_m2 > 0.0 && r.vertices.iter().any(|v| v.active);
    let off = |r: &Ring| {
        let tips = incident.tips.iter().flatten();
        tips.map(|&tip| next_vertex(r, tip, 1).1)
            .fold(f64::INFINITY, f64::min)
    };
    let begun = |r: &Ring| off(r) < BEGUN_M;
    rings.iter().max_by(|a, b| {
        (is_open(a).cmp(&is_open(b)))
            .then(begun(a).cmp(&begun(b)))
            .then(a.area_m2.total_cmp(&b.area_m2))
    })
}

/// One step of line building by both parties. Gives those whose hoses do not reach, with the place they should
/// reach.
#[allow(
    clippy::too_many_arguments,
    reason = "called from one place with all it touches"
)]
fn attack(
    site: &Site,
    clock: Now,
    fire: &mut Fire,
    breaks: &mut Breaks,
    log: &mut Log,
    incident: &mut Incident,
    here: &mut [&mut UnitState],
    rings: &[Ring],
    power: &PowerCuts,
    luck: &Streams,
) -> Vec<(usize, Point)> {
    let now = clock.t_s;
    let Some(ring) = ring_of(rings, incident) else {
        return Vec::new();
    };
    let n = ring.vertices.len();
    if !ring.vertices.iter().any(|v| v.active) {
        return Vec::new();
    }
    let flames: Vec<f64> = (0..n).map(|i| flame_m(fire, ring, i)).collect();
    let limit = here
        .iter()
        .map(|u| u.kind.flame_limit_m.value)
        .fold(0.0, f64::max);
    // Those who can build line away from the edge as well as at it.
    let on_foot = here
        .iter()
        .filter(|u| walks(u.kind.kind) && u.people > 0)
        .map(|u| u.kind.flame_limit_m.value)
        .reduce(f64::max);
    if incident.attack.tactic == Tactic::HotSpots
        && move_to_next_hot_spot(site, now, incident, ring, &flames, limit)
    {
        return Vec::new();
    }
    let anchored = incident.tips.iter().any(Option::is_some);
    if !anchored {
        incident.from_anchor_m = 0.0;
        let highest_m = flames.iter().copied().fold(0.0, f64::max);
        tactics::begin(site, now, log, incident, highest_m, limit);
    }
    let starts = if anchored {
        [0, 0]
    } else {
        let reached = within_hoses(site, here);
        let head_m = (site.scenario.file.doctrine.crew_boss).head_flame_m;
        let hottest = match incident.attack.tactic {
            Tactic::Head => {
                let most = limit.min(head_m.unwrap_or(0.0));
                tactics::hottest(ring, &flames, most, &reached)
            }
            Tactic::HotSpots => tactics::hottest(ring, &flames, limit, &reached),
            Tactic::Flank | Tactic::Parallel | Tactic::Hold | Tactic::Boss => None,
        };
        let attack = &mut incident.attack;
        if hottest.is_none()
            && attack.tactic == Tactic::Head
            && attack.is_ordered
            && !std::mem::replace(&mut attack.said_not, true)
        {
            let highest_m = flames.iter().copied().fold(0.0, f64::max);
            let quiet = (Tactic::Flank, TacticReason::HeadTooHot);
            tactics::say(now, log, incident, quiet, highest_m);
        }
        hottest.map_or_else(|| anchor(ring, &flames, &reached), |i| [i, i])
    };
    let lost = LOST_CELLS * site.grid.cell;
    // Where each party's end of line goes on.
    let sides: [Option<Side>; 2] = std::array::from_fn(|party| {
        let step: i64 = if party == 0 { 1 } else { -1 };
        let (start, tip) = match incident.tips[party] {
            Some(tip) => {
                let (i, off) = next_vertex(ring, tip, step);
                // An end the fire has passed is of no use: begin anew at the edge.
                let has_passed = (fire.0.grid().cell_at(tip))
                    .is_some_and(|(c, r)| fire.0.burnt_at(c, r).is_some());
                let away = if has_passed {
                    0.0
                } else {
                    incident.attack.away_m()
                };
                (i, (off <= lost + away).then_some(tip))
            }
            None => (starts[party], None),
        };
        let first = next_active(ring, start, step)?;
        let stand_off_m = incident.attack.stand_off(
            party,
            flames[first],
            rate_m_s(fire, ring, first),
            on_foot.unwrap_or(f64::INFINITY),
            site.grid.cell,
            &site.scenario.catalogue.attack,
        );
        let course = Course::new(ring, stand_off_m, step);
        Some(Side {
            start,
            tip,
            step,
            place: tip
                .filter(|_| stand_off_m.is_some())
                .unwrap_or_else(|| course.place(first)),
            flame_m: flames[first],
            stand_off_m,
        })
    });
    let places: Vec<Point> = sides.iter().flatten().map(|s| s.place).collect();
    couple_hoses(here, &places);
    let mut rates = [0.0; 2];
    let (mut anybody_works, mut too_hot) = (false, false);
    let mut out_of_reach = Vec::new();
    for (i, unit) in here.iter_mut().enumerate() {
        // What stands in the way at the first place where something does, with the flames there.
        let mut held: Option<(Refusal, f64)> = None;
        let mut can = [false; 2];
        for (side, can) in sides.iter().zip(&mut can) {
            let Some(side) = side else { continue };
            let why = if incident.chain.unled.contains(&unit.id) {
                Some(Refusal::NoLeader)
            } else {
                hindrance(site, now, power, unit, side.place, side.felt_m(unit))
            };
            too_hot |= why == Some(Refusal::TooHot);
            *can = why.is_none();
            held = held.or(why.map(|w| (w, side.flame_m)));
        }
        // A hose works at one place; others divide between the two.
        let share = if can == [true, true] || unit.kind.kind != UnitKind::Engine {
            0.5
        } else {
            1.0
        };
        for ((side, can), rate) in sides.iter().zip(can).zip(&mut rates) {
            if let (Some(side), true) = (side, can) {
                let there = unit.share_there(clock);
                *rate += there * share * production_m_s(site, unit, side.place, side.felt_m(unit));
            }
        }
        let works = can.contains(&true);
        anybody_works |= works;
        let held = held.filter(|_| !works);
        if works && !unit.has_worked {
            unit.has_worked = true;
            incident.first_attack_s.get_or_insert(now);
            log.say(
                now,
                Record::Working {
                    unit: unit.id.clone(),
                    incident: incident.number,
                },
            );
        }
        let nearest = sides.iter().flatten().min_by(|a, b| {
            unit.at
                .distance(a.place)
                .total_cmp(&unit.at.distance(b.place))
        });
        if let (Some((Refusal::OutOfHoseReach, _)), Some(side)) = (held, nearest) {
            out_of_reach.push((i, side.place));
        }
        let reason = held.map(|(reason, _)| reason);
        if reason != unit.waiting {
            unit.waiting = reason;
            // That a tender builds no line is no news, nor is what was said a little while ago.
            if let Some((reason, flame_m)) = held.filter(|(r, _)| {
                let said = unit.waiting_said.get(r);
                *r != Refusal::NotItsWork && said.is_none_or(|t| now - t >= SAID_AGAIN_S)
            }) {
                unit.waiting_said.insert(reason, now);
                log.say(
                    now,
                    Record::Waiting {
                        unit: unit.id.clone(),
                        incident: incident.number,
                        reason,
                        flame_m: hundredths(flame_m),
                    },
                );
            }
        }
    }
    incident.was_too_hot |= too_hot;
    if libm::fmod(now, 60.0) == 0.0 {
        let seen = Seen {
            highest_m: flames.iter().copied().fold(0.0, f64::max),
            limit_m: limit,
            is_held: too_hot && !anybody_works,
            can_stand_off: on_foot.is_some(),
            production_m_s: rates.iter().sum(),
            edge_m: ring.length_m(),
            burning_m: (0..n)
                .filter(|&i| ring.vertices[i].active)
                .map(|i| ring.vertices[i].at.distance(ring.vertices[(i + 1) % n].at))
                .sum(),
            fastest_m_s: (0..n).map(|i| rate_m_s(fire, ring, i)).fold(0.0, f64::max),
            away_m_s: here
                .iter()
                .filter(|u| walks(u.kind.kind) && u.people > 0)
                .map(|u| production_m_s(site, u, u.at, 0.0))
                .sum(),
        };
        tactics::choose(site, now, log, incident, &seen);
        let patience_s = site.scenario.catalogue.attack.patience_min.value * 60.0;
        if incident.attack.wants_break(now, patience_s) {
            let flame_m = seen.highest_m;
            holding::fall_back(site, now, fire, luck, log, incident, here, flame_m);
        }
    }
    let mut lines: Vec<(usize, Vec<Point>)> = Vec::new();
    let mut passed: Vec<(usize, usize)> = Vec::new();
    for (party, side) in sides.iter().enumerate() {
        let (Some(side), rate) = (side, rates[party]) else {
            continue;
        };
        if rate <= 0.0 {
            continue;
        }
        let walk = March {
            ring,
            flames: &flames,
            grid: &site.grid,
            step_s: clock.step_s,
            rate,
            limit,
            stand_off_m: side.stand_off_m,
            has_stood_off: incident.attack.has_stood_off(),
        };
        let (path, end, built) = walk.go(
            side.start,
            side.tip,
            side.step,
            &mut incident.dividers[party],
            &mut passed,
        );
        incident.line_m += built;
        incident.from_anchor_m += built;
        if let Some(end) = end {
            incident.tips[party] = Some(end);
            // Those at work follow the end of their party's line, no faster than they walk.
            for unit in here
                .iter_mut()
                .filter(|u| walks(u.kind.kind))
                .skip(party)
                .step_by(2)
            {
                let step = unit.kind.walk_m_s.value * clock.step_s;
                let off = unit.at.distance(end);
                unit.at = unit.at.towards(end, (step / off.max(step)).min(1.0));
            }
        }
        if path.len() > 1 {
            if side.stand_off_m.is_some() {
                incident.attack.laid[party].extend(&path);
            }
            lines.push((party, path));
        }
    }
    for (party, path) in lines {
        let id = line_id(incident.number, party);
        add_line(site, now, fire, breaks, log, id, &path);
    }
    for cell in passed {
        fire.0.put_out(cell);
    }
    out_of_reach
}

/// Where a party's end of line goes on.
struct Side {
    /// Vertex of the ring at which it looks on.
    start: usize,
    /// The end of its line; none where it begins.
    tip: Option<Point>,
    /// Which way round.
    step: i64,
    /// The burning edge that comes next.
    place: Point,
    /// Flame length there, metres.
    flame_m: f64,
    /// How far from the edge the party works, metres; none at it.
    stand_off_m: Option<f64>,
}

impl Side {
    /// The flames that a unit of the party faces: none away from the edge, but water is dropped on it.
    fn felt_m(&self, unit: &UnitState) -> f64 {
        if self.stand_off_m.is_some() && unit.kind.kind != UnitKind::Helicopter {
            0.0
        } else {
            self.flame_m
        }
    }
}

/// How fast the edge at vertex `i` comes on along its outward normal, m/s.
fn rate_m_s(fire: &Fire, ring: &Ring, i: usize) -> f64 {
    let v = &ring.vertices[i];
    let heat = fire.0.heat_at(v.inside.0, v.inside.1);
    if heat > 0.0 {
        intensity_kw_m(fire, ring, i) / heat
    } else {
        0.0
    }
}

/// Hot-spotting: leaves a place whose flames have cooled for the next. Whether those there are on the way.
fn move_to_next_hot_spot(
    site: &Site,
    now: f64,
    incident: &mut Incident,
    ring: &Ring,
    flames: &[f64],
    limit: f64,
) -> bool {
    let beside = |party: usize| {
        let step = if party == 0 { 1 } else { -1 };
        let tip = incident.tips[party]?;
        let first = next_active(ring, next_vertex(ring, tip, step).0, step)?;
        Some((flames[first], tip))
    };
    let (one, other) = (beside(0), beside(1));
    let Some(beside_m) = one.iter().chain(&other).map(|s| s.0).reduce(f64::max) else {
        return now < incident.attack.moves_until_s;
    };
    let from = one.or(other).map(|s| s.1);
    if let (Some(next), Some(from)) = (
        tactics::next_hot_spot(
            ring,
            flames,
            limit,
            beside_m,
            site.scenario.catalogue.attack.cooled_share.value,
        ),
        from,
    ) {
        incident.tips = [None, None];
        incident.attack.moves_until_s = now + from.distance(next) / WALK_ON_M_S;
        return true;
    }
    false
}

/// A vehicle moves along the open roads until its hose reaches the edge, where that is near.
fn move_up(site: &Site, closed: &ClosedRoads, unit: &mut UnitState, place: Point, now: f64) {
    let reach = unit.kind.hose_m.value;
    let network = &site.network;
    let to = network.nearest(place).filter(|(_, d)| *d <= reach);
    let (Some((to, _)), Some((from, _))) = (to, network.nearest_connected(unit.at)) else {
        return;
    };
    if let Some(trip) = near_trip(site, closed, unit, (from, to), MOVE_UP_S) {
        unit.trip = trip.from_beside(unit.at);
        unit.doing = Doing::Driving { since_s: now };
        unit.moves_up = true;
    }
}

/// Flame length, metres, of the edge at vertex `i` as it advances along its outward normal.
fn flame_m(fire: &Fire, ring: &Ring, i: usize) -> f64 {
    KilowattsPerMetre(intensity_kw_m(fire, ring, i))
        .flame_length()
        .value()
}

/// Its fireline intensity, kW/m.
fn intensity_kw_m(fire: &Fire, ring: &Ring, i: usize) -> f64 {
    let n = ring.vertices.len();
    let v = &ring.vertices[i];
    if !v.active {
        return 0.0;
    }
    let (a, b) = (
        ring.vertices[(i + n - 1) % n].at,
        ring.vertices[(i + 1) % n].at,
    );
    let length = a.distance(b);
    if length == 0.0 {
        return 0.0;
    }
    // Burnt ground is on the left: outward is to the right.
    let normal = ((b.y - a.y) / length, (a.x - b.x) / length);
    fire.0.line_intensity_kw_m(v.ahead, v.start, normal)
}

/// Engines that stand so near to each other couple their hoses, metres \[J\].
const COUPLE_M: f64 = 100.0;

/// Engines whose hoses do not reach the edge couple them in relay: the nearest works at the edge, as many
/// others as that takes pump into its line and give it their water.
fn couple_hoses(here: &mut [&mut UnitState], places: &[Point]) {
    for unit in here.iter_mut() {
        unit.relay_m = 0.0;
        unit.relays_to = None;
    }
    let off = |unit: &UnitState| {
        let distances = places.iter().map(|p| unit.at.distance(*p));
        distances.fold(f64::INFINITY, f64::min)
    };
    let hose_m = |unit: &UnitState| unit.kind.hose_m.value;
    let mut far: Vec<usize> = (0..here.len())
        .filter(|&i| {
            let unit = &*here[i];
            unit.kind.kind == UnitKind::Engine && unit.people > 0 && off(unit) > hose_m(unit)
        })
        .collect();
    far.sort_by(|&a, &b| off(here[a]).total_cmp(&off(here[b])).then(a.cmp(&b)));
    while !far.is_empty() {
        let first = far.remove(0);
        let wanted = off(here[first]);
        let mut reach = hose_m(here[first]);
        let mut with = Vec::new();
        for &i in &far {
            if reach < wanted && here[i].at.distance(here[first].at) <= COUPLE_M {
                reach += hose_m(here[i]);
                with.push(i);
            }
        }
        if reach >= wanted {
            far.retain(|i| !with.contains(i));
            here[first].relay_m = reach - hose_m(here[first]);
            let id = here[first].id.clone();
            for i in with {
                here[i].relays_to = Some(id.clone());
            }
        }
    }
}

/// Where hoses reach, for those who have nobody on foot with them; anywhere for others.
fn within_hoses(site: &Site, here: &[&mut UnitState]) -> impl Fn(Point) -> bool {
    let on_foot = here.iter().any(|u| walks(u.kind.kind) && u.people > 0);
    let hoses: Vec<f64> = here
        .iter()
        .filter(|u| !on_foot && u.kind.kind == UnitKind::Engine)
        .map(|u| u.kind.hose_m.value)
        .collect();
    let longest = hoses.into_iter().reduce(f64::max);
    move |p| longest.is_none_or(|reach| site.network.nearest(p).is_some_and(|(_, d)| d <= reach))
}

/// Where the parties begin: at the two ends of the longest stretch that already holds, or together
/// where the flames are lowest, of what can be `reached` where some can.
fn anchor(ring: &Ring, flames: &[f64], reached: &impl Fn(Point) -> bool) -> [usize; 2] {
    let n = ring.vertices.len();
    let mut longest = (0.0, 0, 0);
    for i in 0..n {
        if ring.vertices[i].active || !ring.vertices[(i + n - 1) % n].active {
            continue;
        }
        let (mut j, mut length) = (i, 0.0);
        while !ring.vertices[(j + 1) % n].active && (j + 1) % n != i {
            length += ring.vertices[j % n]
                .at
                .distance(ring.vertices[(j + 1) % n].at);
            j = (j + 1) % n;
        }
        if length > longest.0 {
            longest = (length, j, i);
        }
    }
    if longest.0 > 0.0 {
        return [longest.1, longest.2];
    }
    let order = |i: usize| !reached(ring.vertices[i].at);
    let lowest = (0..n)
        .filter(|&i| ring.vertices[i].active)
        .min_by(|&a, &b| {
            order(a)
                .cmp(&order(b))
                .then(flames[a].total_cmp(&flames[b]))
                .then(a.cmp(&b))
        })
        .unwrap_or(0);
    [lowest, lowest]
}

/// Joins the two ends of the line once they have met: when they are less than a cell apart, or when
/// nothing between them is open but a crack too small for the grid to show. Whether they were joined.
#[allow(
    clippy::too_many_arguments,
    reason = "called from one place with all it touches"
)]
fn join_ends(
    site: &Site,
    now: f64,
    fire: &mut Fire,
    breaks: &mut Breaks,
    log: &mut Log,
    incident: &mut Incident,
    rings: &[Ring],
    is_manned: bool,
) -> bool {
    let cell = site.grid.cell;
    let [Some(a), Some(b)] = incident.tips else {
        return false;
    };
    let off = |r: &Ring, p: Point| next_vertex(r, p, 1).1;
    let Some(ring) = rings
        .iter()
        .filter(|r| r.area_m2 > 0.0)
        .min_by(|r, s| (off(r, a) + off(r, b)).total_cmp(&(off(s, a) + off(s, b))))
    else {
        return false;
    };
    let away = incident.attack.away_m();
    let is_off = |p: Point| off(ring, p) > cell;
    // Ends that stand off are joined straight: the edge lies behind.
    let (path, meet) = if away > 0.0 && (is_off(a) || is_off(b)) {
        (vec![a, b], (MEET_CELLS * cell).max(MEET_SHARE * away))
    } else {
        (along(ring, a, b), cell)
    };
    let length = path.windows(2).map(|p| p[0].distance(p[1])).sum::<f64>();
    let near = is_manned
        && incident.from_anchor_m > JOIN_AFTER_CELLS * cell + 4.0 * away
        && a.distance(b) < meet
        && length < meet.max(JOIN_AFTER_CELLS * cell);
    let joins = near || !ring.vertices.iter().any(|v| v.active);
    if joins {
        incident.tips = [None, None];
    }
    // Where nobody is nothing is built: what holds by itself needs no line.
    if joins && is_manned {
        incident.line_m += length;
        let id = line_id(incident.number, 0);
        add_line(site, now, fire, breaks, log, id, &path);
        if near && incident.attack.has_stood_off() {
            tactics::burn_out(site, now, fire, log, incident, ring);
        }
    }
    joins
}

/// Puts line built by a party into the fire's way; it is as wide as crews clear.
fn add_line(
    site: &Site,
    now: f64,
    fire: &mut Fire,
    breaks: &mut Breaks,
    log: &mut Log,
    id: String,
    path: &[Point],
) {
    let new = NewLine {
        line: fire.0.add_barrier(path, 0.0, BarrierKind::BuiltLine),
        id,
        path,
        width_m: site.scenario.catalogue.built_line_width_m.value,
    };
    watch_line(fire, breaks, log, site, now, new);
}

/// The way along the edge from one end of line to the other, the shorter way round.
fn along(ring: &Ring, a: Point, b: Point) -> Vec<Point> {
    let n = ring.vertices.len() as i64;
    let length = |path: &[Point]| path.windows(2).map(|p| p[0].distance(p[1])).sum::<f64>();
    let way = |step: i64| {
        let (first, last) = (
            next_vertex(ring, a, step).0 as i64,
            next_vertex(ring, b, -step).0 as i64,
        );
        let between = (step * (last - first)).rem_euclid(n) + 1;
        let mut path = vec![a];
        if between < n {
            path.extend(
                (0..between).map(|k| ring.vertices[(first + step * k).rem_euclid(n) as usize].at),
            );
        }
        path.push(b);
        path
    };
    let (one, other) = (way(1), way(-1));
    if length(&one) <= length(&other) {
        one
    } else {
        other
    }
}

/// The vertex a party at `p` comes to next, going round by `step`, and how far off the edge it is.
fn next_vertex(ring: &Ring, p: Point, step: i64) -> (usize, f64) {
    let n = ring.vertices.len();
    let mut best = (0, f64::INFINITY);
    for i in 0..n {
        let j = (i + 1) % n;
        let (_, q) = nearest_on_segment(p, ring.vertices[i].at, ring.vertices[j].at);
        if p.distance(q) < best.1 {
            best = (if step > 0 { j } else { i }, p.distance(q));
        }
    }
    best
}

fn next_active(ring: &Ring, start: usize, step: i64) -> Option<usize> {
    let n = ring.vertices.len() as i64;
    (0..n)
        .map(|k| (start as i64 + step * k).rem_euclid(n) as usize)
        .find(|&i| ring.vertices[i].active)
}

/// Why a unit can't work at a place on the edge; none when it can.
pub(super) fn hindrance(
    site: &Site,
    now: f64,
    power: &PowerCuts,
    unit: &UnitState,
    at: Point,
    flame_m: f64,
) -> Option<Refusal> {
    let kind = unit.kind.kind;
    if matches!(kind, UnitKind::Tender | UnitKind::Drone) {
        return Some(Refusal::NotItsWork);
    }
    if unit.people == 0 {
        return Some(Refusal::OutOfAction);
    }
    if flame_m > unit.kind.flame_limit_m.value {
        return Some(Refusal::TooHot);
    }
    let uses_water = matches!(kind, UnitKind::Engine | UnitKind::Helicopter);
    if uses_water && power.live_near(site, at, now).is_some() {
        return Some(Refusal::LivePowerLine);
    }
    match kind {
        UnitKind::Engine => {
            if unit.relays_to.is_some() {
                return Some(Refusal::InRelay);
            }
            // The hose is laid from where the vehicle stands on the road.
            if unit.at.distance(at) > unit.kind.hose_m.value + unit.relay_m {
                return Some(Refusal::OutOfHoseReach);
            }
            (unit.tank_l <= 0.0).then_some(Refusal::NoWater)
        }
        UnitKind::Helicopter if is_dark(site, now) => Some(Refusal::Dark),
        UnitKind::Helicopter => unit.pond.is_none().then_some(Refusal::NoWater),
        _ => too_steep(site, now, unit, at),
    }
}

/// Whether the ground is too steep for a unit on foot or on tracks, or for anybody in the dark.
fn too_steep(site: &Site, now: f64, unit: &UnitState, at: Point) -> Option<Refusal> {
    let rules = &site.scenario.catalogue.safety;
    let slope_deg = libm::atan(site.landscape.slope_aspect_at(at).0).to_degrees();
    let own = unit
        .kind
        .slope_limit_deg
        .as_ref()
        .map_or(f64::INFINITY, |l| l.value);
    if slope_deg > rules.slope_deg.value.min(own) {
        return Some(Refusal::TooSteep);
    }
    (slope_deg > rules.night_slope_deg.value && is_dark(site, now)).then_some(Refusal::NightSlope)
}

/// Line a unit builds at a place, m/s: its rate in litter on the flat, by the fuel and the slope there
/// (for those who are on the ground), the flames, its people and equipment, and how long it has worked.
pub(super) fn production_m_s(site: &Site, unit: &UnitState, at: Point, flame_m: f64) -> f64 {
    let catalogue = &site.scenario.catalogue;
    let kind = &unit.kind;
    if kind.kind == UnitKind::Helicopter {
        return drops_m_s(site, unit, at, flame_m);
    }
    let fuel = site.landscape.cover_at(at).map_or(1.0, |c| c.line_factor);
    let slope_deg = libm::atan(site.landscape.slope_aspect_at(at).0).to_degrees();
    let slope = match kind.kind {
        UnitKind::Crew => catalogue.slope_factor_at(slope_deg),
        UnitKind::Machine => machine_slope_factor(slope_deg),
        _ => 1.0,
    };
    let limit = kind.flame_limit_m.value;
    let full = kind
        .flame_full_m
        .as_ref()
        .map_or(limit, |f| f.value.min(limit));
    let flames = if flame_m <= full {
        1.0
    } else {
        ((limit - flame_m) / (limit - full)).clamp(0.0, 1.0)
    };
    let worn = unit.fitness() * unit.freshness(catalogue);
    kind.line_m_per_h.value * fuel * slope * flames * worn / 3600.0
}

/// Production of machines against slope, degrees to factor: fireBreakCalculator (NSW practice), V2.
fn machine_slope_factor(slope_deg: f64) -> f64 {
    const STEPS: [(f64, f64); 7] = [
        (0.0, 1.0),
        (10.0, 0.95),
        (15.0, 0.85),
        (20.0, 0.72),
        (25.0, 0.58),
        (30.0, 0.48),
        (35.0, 0.40),
    ];
    for pair in STEPS.windows(2) {
        let ((a, fa), (b, fb)) = (pair[0], pair[1]);
        if slope_deg <= b {
            return fa + (fb - fa) * ((slope_deg - a) / (b - a)).max(0.0);
        }
    }
    STEPS[STEPS.len() - 1].1
}

/// Edge that a helicopter's drops put out, m/s: a bucket covers so much edge as its water does at the
/// depth that this fire needs, once a round to the nearest pond. Depth and efficiency after Van Wagner
/// & Taylor 2022 as coded in EMBRS (V2): `3.84e-4 I^(2/3)` mm with I in kcal/s/m, times 2.0 at 0, 2.5 at
/// 350, 5 at 2,000 and 8 at 3,500 kW/m.
fn drops_m_s(site: &Site, unit: &UnitState, at: Point, flame_m: f64) -> f64 {
    let rules = &site.scenario.catalogue.work;
    let Some(round_s) = water::round_s(site, unit, at) else {
        return 0.0;
    };
    // Byram's flame length inverted, and kW in kcal/s.
    let intensity = libm::pow(flame_m / 0.0775, 1.0 / 0.46);
    let depth_mm = water_depth_mm(intensity);
    let litres = unit.kind.tank_l.value;
    let length = litres / (depth_mm * rules.drop_width_m.value);
    length / round_s
}

/// Water that stops a front of an intensity in kW/m, mm, real drops included.
fn water_depth_mm(intensity_kw_m: f64) -> f64 {
    const EFFICIENCY: [(f64, f64); 4] = [(0.0, 2.0), (350.0, 2.5), (2000.0, 5.0), (3500.0, 8.0)];
    let kcal = intensity_kw_m / 4.184;
    let ideal = (3.84e-4 * libm::pow(kcal.max(0.0), 2.0 / 3.0)).max(0.2);
    let mut factor = EFFICIENCY[EFFICIENCY.len() - 1].1;
    for pair in EFFICIENCY.windows(2) {
        let ((a, fa), (b, fb)) = (pair[0], pair[1]);
        if intensity_kw_m <= b {
            factor = fa + (fb - fa) * ((intensity_kw_m - a) / (b - a)).max(0.0);
            break;
        }
    }
    ideal * factor
}

/// What work does to those at it: hours, empty machines, the end of the shift.
fn wear(site: &Site, clock: Now, log: &mut Log, closed: &ClosedRoads, unit: &mut UnitState) {
    let now = clock.t_s;
    if unit.waiting.is_some() || !unit.has_worked {
        return;
    }
    unit.worked_s += clock.step_s;
    unit.since_fuel_s += clock.step_s;
    let shift_s = site.scenario.catalogue.work.shift_h.value * 3600.0;
    if unit.worked_s >= shift_s {
        log.say(
            now,
            Record::Withdraws {
                unit: unit.id.clone(),
                incident: unit.incident.unwrap_or(0),
                reason: WithdrawalReason::Shift,
                margin_min: 0.0,
                way_min: 0.0,
                wind_m_s: 0.0,
            },
        );
        go_home(site, closed, log, unit, now);
        log.say(
            now,
            Record::Returning {
                unit: unit.id.clone(),
            },
        );
        return;
    }
    let (Some(fuel), Some(stop)) = (&unit.kind.fuel_min, &unit.kind.refuel_min) else {
        return;
    };
    if unit.since_fuel_s >= fuel.value * 60.0 {
        let minutes = stop.value;
        unit.doing = Doing::Refuelling {
            until_s: now + minutes * 60.0,
        };
        log.say(
            now,
            Record::Refuelling {
                unit: unit.id.clone(),
                minutes: libm::round(minutes),
            },
        );
    }
}

/// Steps of the dividers that line is measured with, cells.
const RULER_CELLS: f64 = 2.0;
/// Least share of the way along a crooked edge that counts as line.
const LEAST_SHARE: f64 = 0.6;

/// Measures line as with dividers set to a few cells. An edge drawn from cells is crooked, and an edge
/// that moves between ticks makes the way of those who follow it a staircase: the line they build is the
/// straight one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dividers {
    /// Where they were set down last; none before any line.
    from: Option<Point>,
    /// Way since then, metres.
    way: f64,
    /// Length counted since then, metres.
    counted: f64,
}

impl Dividers {
    fn set_down(at: Point) -> Self {
        Self {
            from: Some(at),
            ..Self::default()
        }
    }

    /// What a straight step to a place adds to the length; less than the step on a crooked way.
    fn cost(&self, at: Point, to: Point) -> f64 {
        let from = self.from.unwrap_or(at);
        let way = self.way + at.distance(to);
        from.distance(to).max(LEAST_SHARE * way) - self.counted
    }

    /// How much of a straight step, 0 to 1, can be done for a length.
    fn share(&self, at: Point, to: Point, length: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..30 {
            let middle = f64::midpoint(low, high);
            if self.cost(at, at.towards(to, middle)) <= length {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn step(&mut self, at: Point, to: Point, ruler: f64) {
        let cost = self.cost(at, to);
        self.from.get_or_insert(at);
        self.way += at.distance(to);
        self.counted += cost;
        if self.counted >= ruler {
            *self = Self::set_down(to);
        }
    }
}

/// A party's way along the edge in one step.
struct March<'a> {
    ring: &'a Ring,
    flames: &'a [f64],
    grid: &'a Grid,
    /// Length of the step, seconds.
    step_s: f64,
    /// Line building, m/s.
    rate: f64,
    /// Flame limit of the hardiest unit, metres.
    limit: f64,
    /// How far from the edge the line is built, metres; none along it.
    stand_off_m: Option<f64>,
    /// Whether line has been built away from the edge since the anchor.
    has_stood_off: bool,
}

impl March<'_> {
    /// From a vertex on: the line built, where it ends, and its length in metres. `passed` takes up the
    /// cells whose whole edge has been knocked down on the way.
    fn go(
        &self,
        start: usize,
        tip: Option<Point>,
        step: i64,
        dividers: &mut Dividers,
        passed: &mut Vec<(usize, usize)>,
    ) -> (Vec<Point>, Option<Point>, f64) {
        let ruler = RULER_CELLS * self.grid.cell;
        let n = self.ring.vertices.len() as i64;
        let index = |k: i64| (start as i64 + step * k).rem_euclid(n) as usize;
        let course = Course::new(self.ring, self.stand_off_m, step);
        let mut seconds = self.step_s;
        let mut at = tip.unwrap_or_else(|| course.place(start));
        let mut path: Vec<Point> = Vec::new();
        let mut built = 0.0;
        // With a tip the way begins at it and the first vertex is still to be reached.
        let mut k = i64::from(tip.is_none());
        // The vertex the party is at or has passed last.
        let mut before = index(k - 1);
        while k <= n && seconds > 0.0 {
            let i = index(k);
            let to = course.place(i);
            let gap = at.distance(to);
            if course.is_skipped(at, i, self.grid.cell) {
                k += 1;
                continue;
            }
            let holds = !self.ring.vertices[i].active && !self.ring.vertices[index(k - 1)].active;
            // From a stand-off line is tied in to what holds before it is walked past.
            let is_off = self.has_stood_off
                && gap > self.grid.cell + self.ring.vertices[index(k - 1)].at.distance(to);
            if holds && !is_off && self.holding_length(k, &index) > SHORT_GAP_CELLS * self.grid.cell
            {
                // A stretch that holds by itself: walk past it.
                if !path.is_empty() {
                    break;
                }
                seconds -= gap / WALK_ON_M_S;
                at = to;
                before = i;
                k += 1;
                continue;
            }
            if self.stand_off_m.is_none() && self.flames[i] > self.limit {
                break;
            }
            if path.is_empty() {
                // Line that begins at ground that holds is tied into it.
                if at == self.ring.vertices[before].at && !self.ring.vertices[before].active {
                    path.push(self.tie_in(before));
                }
                path.push(at);
                if tip.is_none_or(|tip| tip != at) {
                    *dividers = Dividers::set_down(at);
                }
            }
            let able = self.rate * seconds;
            let cost = dividers.cost(at, to);
            if cost <= able {
                path.push(to);
                if !self.ring.vertices[i].active {
                    path.extend([self.tie_in(i), to]);
                }
                built += cost;
                seconds -= cost / self.rate;
                dividers.step(at, to, ruler);
                let inside = self.ring.vertices[before].inside;
                if self.stand_off_m.is_none() && inside != self.ring.vertices[i].inside {
                    passed.push(inside);
                }
                at = to;
                before = i;
                k += 1;
            } else {
                let end = at.towards(to, dividers.share(at, to, able));
                path.push(end);
                built += able;
                dividers.step(at, end, ruler);
                at = end;
                seconds = 0.0;
            }
        }
        (path, Some(at), built)
    }

    /// Length of the stretch from step `k` on that holds without line.
    fn holding_length(&self, k: i64, index: &impl Fn(i64) -> usize) -> f64 {
        let n = self.ring.vertices.len() as i64;
        let mut length = 0.0;
        for j in k..k + n {
            if self.ring.vertices[index(j)].active {
                break;
            }
            length += self.ring.vertices[index(j - 1)]
                .at
                .distance(self.ring.vertices[index(j)].at);
        }
        length
    }

    /// A place beyond a vertex that holds, across what holds it, so that no crack is left between
    /// that and the line.
    fn tie_in(&self, i: usize) -> Point {
        let v = &self.ring.vertices[i];
        if v.ahead == v.inside {
            return v.at;
        }
        self.grid.centre(v.ahead.0, v.ahead.1)
    }
}

/// Whether the ring is closed: the ends of line have met, and what can still burn is a little ground
/// inside.
fn is_closed(fire: &Fire, incident: &Incident) -> bool {
    let burnt = fire.0.burnt_cells() as f64;
    let limit = if incident.attack.has_stood_off() {
        (burnt * INSIDE_STRIP.0) as usize + INSIDE_STRIP.1
    } else {
        INSIDE_LEAST.max((burnt * INSIDE_SHARE) as usize)
    };
    incident.tips.iter().all(Option::is_none)
        && incident
            .origin()
            .is_some_and(|o| fire.0.reachable(o, limit).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use std::path::Path;

    #[test]
    fn engines_couple_as_many_hoses_as_it_takes_to_the_edge() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let scenario = Scenario::read(&path).unwrap();
        let kind = &scenario.catalogue.unit_types["engine"];
        assert_eq!(kind.hose_m.value, 60.0);
        let engine = |id: &str, x: f64| {
            let mut unit =
                UnitState::ready(&scenario.file.units[0], kind, Point::new(x, 0.0), None);
            id.clone_into(&mut unit.id);
            unit
        };
        let couple = |mut units: Vec<UnitState>, edge: f64| -> Vec<(f64, Option<String>)> {
            let mut here: Vec<&mut UnitState> = units.iter_mut().collect();
            couple_hoses(&mut here, &[Point::new(edge, 0.0)]);
            here.iter()
                .map(|u| (u.relay_m, u.relays_to.clone()))
                .collect()
        };
        let three = || vec![engine("a", 0.0), engine("b", 10.0), engine("c", -10.0)];
        let to = |id: &str| (0.0, Some(id.to_owned()));
        // 50 m: the nearest reaches the edge with its own hose, and the others with theirs or not at all.
        assert_eq!(
            couple(three(), 60.0),
            [(0.0, None), (0.0, None), (0.0, None)]
        );
        // 140 m from the nearest: three hoses. 90 m: two, and the third finds nobody.
        assert_eq!(couple(three(), 150.0), [to("b"), (120.0, None), to("b")]);
        assert_eq!(couple(three(), 100.0), [to("b"), (60.0, None), (0.0, None)]);
        // 190 m are too far for three, and who stands elsewhere is of no help.
        assert!(couple(three(), 200.0).iter().all(|c| *c == (0.0, None)));
        let apart = vec![engine("a", 0.0), engine("b", 200.0)];
        assert!(couple(apart, 300.0).iter().all(|c| *c == (0.0, None)));
    }
}
