//! How fire gets out: through breaks that leak, by firebrands, from an edge that nobody has cooled.
//!
//! The chances are drawn in the fire's room; here the draws are asked for at the right moment, the
//! fires that follow are lit, and the journal is told.

use std::collections::BTreeSet;

use bevy_ecs::prelude::*;
use rand::RngExt;

use super::command::Incident;
use super::fires::FireState;
use super::{Fire, Log, Luck, Now, Number, Shared, hundredths};
use crate::base::geo::{Point, Polyline};
use crate::base::random::Purpose;
use crate::base::units::{Metres, MetresPerSecond, Seconds};
use crate::fire::barriers::{BarrierKind, cells_touched};
use crate::fire::behavior::breach::BreakModel;
use crate::fire::behavior::residual::reignition_probability;
use crate::fire::breaks::{Break, BreakWatch, ContactRecord, LeakKind, Meeting};
use crate::fire::embers::{Embers, Litter, Thrower};
use crate::fire::front::{MOST_STARTS, SpreadSource, Start, StartKind, Touch};
use crate::protocol::Record;
use crate::scenario::catalogue::Reignition;
use crate::scenario::schema::BuiltLineOption;
use crate::world::World as Site;

/// Watches what may leak.
#[derive(Resource)]
pub struct Breaks(pub BreakWatch, pub Vec<Held>);

/// A course along which somebody stands and puts out what crosses.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The course.
    pub path: Vec<Point>,
    /// Factor on the chance of a breach along it.
    pub factor: f64,
}

/// Somebody holds what lies so near to their course, metres \[J\].
const HELD_REACH_M: f64 = 40.0;

/// Factor on the chance of a breach at a place.
fn held_factor(held: &[Held], at: Point) -> f64 {
    held.iter()
        .filter(|h| super::safety::distance_to(&h.path, at) < HELD_REACH_M)
        .map(|h| h.factor)
        .fold(1.0, f64::min)
}

/// The brands in the air, when there are any.
#[derive(Resource, Default)]
pub struct Sparks {
    /// None when the scenario has no firebrands.
    pub embers: Option<Embers>,
    /// Whether it has been said that some are left out.
    said_full: bool,
}

impl Sparks {
    /// With these brands.
    pub fn new(embers: Option<Embers>) -> Self {
        Self {
            embers,
            said_full: false,
        }
    }
}

/// A breach comes out so far beyond the far side of a break, cells; where that does not burn, farther.
const BEYOND_CELLS: [f64; 2] = [0.6, 1.5];

/// Draws for the breaks that the fire has touched, and lights what burns behind them.
pub fn leak(
    now: Res<Now>,
    mut fire: ResMut<Fire>,
    mut breaks: ResMut<Breaks>,
    mut log: ResMut<Log>,
) {
    for touch in fire.0.take_touches() {
        meet(&mut fire, &mut breaks, &mut log, now.t_s, &touch);
    }
    for contact in breaks.0.settle(now.t_s) {
        say_contact(&mut log, now.t_s, &contact);
    }
}

/// Fire touches a line that may leak.
fn meet(fire: &mut Fire, breaks: &mut Breaks, log: &mut Log, now: f64, touch: &Touch) {
    let Some(meeting) = meeting(fire, breaks, touch) else {
        return;
    };
    let reaction = breaks.0.meet(&meeting);
    for contact in &reaction.contacts {
        say_contact(log, now, contact);
    }
    if reaction.crosses {
        cross(fire, &breaks.0, touch, now);
    }
}

/// What a touch of a watched line means for it.
fn meeting(fire: &Fire, Breaks(breaks, held): &Breaks, touch: &Touch) -> Option<Meeting> {
    let front = &fire.0;
    let ground = front.source();
    let of = breaks.break_of(touch.line)?;
    let intensity =
        front.line_intensity_kw_m(touch.cell, touch.start, touch.across) * of.intensity_factor;
    let crown = front
        .burnt_at(touch.cell.0, touch.cell.1)
        .map_or_else(Default::default, |b| b.crown);
    Some(Meeting {
        line: touch.line,
        t_s: touch.t_s,
        arc_m: touch.arc_m,
        length_m: front.grid().cell,
        at: touch.at,
        intensity_kw_m: intensity,
        flame_m: ground.flame_length_m(intensity, crown),
        trees: ground
            .stand_at(touch.cell.0, touch.cell.1)
            .is_some_and(|s| s.cover > 0.0 && s.height.0 > 0.0),
        held_factor: held_factor(held, touch.at),
    })
}

/// Lights the fire behind a break: from a point, or at once along a cell where the break is none.
fn cross(fire: &mut Fire, breaks: &BreakWatch, touch: &Touch, now: f64) {
    let Some(of) = breaks.break_of(touch.line) else {
        return;
    };
    let cell = fire.0.grid().cell;
    let (nx, ny) = touch.across;
    for beyond in BEYOND_CELLS {
        let far = of.drawn_m / 2.0 + beyond * cell;
        let place = |s: f64| {
            Point::new(
                touch.at.x + far * nx - s * ny,
                touch.at.y + far * ny + s * nx,
            )
        };
        let at = place(0.0);
        let is_burnt = fire
            .0
            .grid()
            .cell_at(at)
            .is_some_and(|(c, r)| fire.0.burnt_at(c, r).is_some());
        if is_burnt {
            return;
        }
        let start = if of.width_m > 0.0 {
            Start::Point(at)
        } else {
            Start::Line(vec![place(-0.5 * cell), place(0.5 * cell)])
        };
        let lit = fire
            .0
            .ignite_as(&start, now, StartKind::Breach, Some(touch.start));
        if lit.is_some() {
            return;
        }
    }
}

/// A contact that is over, as a record.
pub fn say_contact(log: &mut Log, now: f64, contact: &ContactRecord) {
    let tenth = |t: f64| libm::round(t * 10.0) / 10.0;
    log.say(
        now,
        Record::BreakContact {
            barrier: contact.kind,
            id: contact.id.clone(),
            piece: contact.piece,
            contact: contact.contact,
            began_s: tenth(contact.began_s),
            touched_s: tenth(contact.t_s),
            length_m: hundredths(contact.length_m),
            intensity_kw_m: hundredths(contact.intensity_kw_m),
            flame_m: hundredths(contact.flame_m),
            width_m: hundredths(contact.width_m),
            // Not rounded: a debrief compares them.
            probability: contact.probability,
            probability_unheld: contact.probability_unheld,
            draw: contact.draw,
            outcome: contact.outcome,
            extrapolated: contact.extrapolated,
            x: hundredths(contact.at.x),
            y: hundredths(contact.at.y),
        },
    );
}

/// Lets the cells that have burnt throw their brands, and lights the fires that are due.
pub fn spot(
    now: Res<Now>,
    mut fire: ResMut<Fire>,
    mut sparks: ResMut<Sparks>,
    mut log: ResMut<Log>,
    fires: Query<&FireState>,
) {
    let Sparks { embers, said_full } = &mut *sparks;
    let Some(embers) = embers else { return };
    for (col, row) in fire.0.take_recent() {
        throw(&fire, embers, col, row);
    }
    for ember in embers.due(now.t_s) {
        if fire.0.starts() >= MOST_STARTS {
            if !std::mem::replace(said_full, true) {
                let starts = fire.0.starts() as u32;
                log.say(now.t_s, Record::SpotsLeftOut { starts });
            }
            return;
        }
        let start = Start::Point(ember.at);
        let lit = fire
            .0
            .ignite_as(&start, now.t_s, StartKind::Spot, Some(ember.parent));
        if lit.is_none() {
            continue;
        }
        let family = fire.0.start(ember.parent).map(|(family, _, _)| family);
        let of = fires.iter().find(|f| Some(f.origin) == family);
        log.say(
            now.t_s,
            Record::SpotFire {
                fire: of.map(|f| f.id.clone()),
                x: hundredths(ember.at.x),
                y: hundredths(ember.at.y),
                distance_m: hundredths(ember.distance_m),
            },
        );
    }
}

fn throw(fire: &Fire, embers: &mut Embers, col: usize, row: usize) {
    let front = &fire.0;
    let (ground, grid) = (front.source(), front.grid());
    let Some(burnt) = front.burnt_at(col, row) else {
        return;
    };
    let at = grid.centre(col, row);
    let from = Thrower {
        cell: (row * grid.cols + col) as u64,
        at,
        cell_m: grid.cell,
        t_s: burnt.arrival_s,
        start: burnt.start,
        intensity_kw_m: burnt.intensity_kw_m,
        flame_m: ground.flame_length_m(burnt.intensity_kw_m, burnt.crown),
        crown: burnt.crown,
        brand_factor: ground.brand_factor(ground.fuel(col, row)),
        stand: ground.stand_at(col, row),
        wind: ground.wind_at(at),
    };
    let air_c = ground.weather().temperature_c;
    embers.throw(&from, |p| {
        let (c, r) = grid.cell_at(p)?;
        let fuel = ground.fuel(c, r);
        (fuel != 0 && ground.spread(c, r, fuel).is_some()).then(|| Litter {
            dead_1h: ground.dead_1h_at(c, r),
            air_c,
            shade: ground.shade_at(c, r),
        })
    });
}

/// How often an edge may light again, seconds.
const REIGNITE_EVERY_S: f64 = 60.0;

/// A place outside the line where the edge may light again, and its hazard.
struct Hot {
    outside: Point,
    start: usize,
    hazard: f64,
}

/// Lets the edge of contained fires that are not out light again, once a minute: hazard by the age of
/// the edge, the wind and the share that mop-up has not cooled. One number draws whether, another where.
pub fn reignite(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    mut fire: ResMut<Fire>,
    mut log: ResMut<Log>,
    incidents: Query<(&Number, &Incident)>,
) {
    let site = &shared.0;
    if !site.scenario.file.fire.reignition || libm::fmod(now.t_s, REIGNITE_EVERY_S) != 0.0 {
        return;
    }
    let mut contained: Vec<_> = incidents
        .iter()
        .filter(|(_, i)| i.contained_s.is_some() && i.out_s.is_none())
        .collect();
    contained.sort_by_key(|(n, _)| **n);
    for (_, incident) in contained {
        let hot = hot_edge(
            &fire,
            &site.scenario.catalogue.reignition,
            incident,
            now.t_s,
        );
        let total: f64 = hot.iter().map(|h| h.hazard).sum();
        let minute = (now.t_s / REIGNITE_EVERY_S) as u64;
        let key = format!("reignition of incident {}", incident.number);
        let mut random = luck.0.generator(Purpose::Spread, &key, minute);
        let (whether, place): (f64, f64) = (random.random(), random.random());
        if whether >= -libm::expm1(-total) {
            continue;
        }
        let mut left = place * total;
        let Some(at) = hot.iter().find(|h| {
            left -= h.hazard;
            left < 0.0
        }) else {
            continue;
        };
        let start = Start::Point(at.outside);
        let lit = fire
            .0
            .ignite_as(&start, now.t_s, StartKind::Reignition, Some(at.start));
        if lit.is_some() {
            log.say(
                now.t_s,
                Record::Reignition {
                    incident: incident.number,
                    x: hundredths(at.outside.x),
                    y: hundredths(at.outside.y),
                },
            );
        }
    }
}

/// The edge of an incident's fire that could light what lies outside it: not where a break or a road
/// stands between, nor where nothing burns.
fn hot_edge(fire: &Fire, rules: &Reignition, incident: &Incident, now: f64) -> Vec<Hot> {
    let front = &fire.0;
    let (ground, grid) = (front.source(), front.grid());
    let wind = MetresPerSecond(ground.weather().wind_m_s);
    let uncooled = (1.0 - incident.mopped_h / incident.to_mop_h.max(f64::MIN_POSITIVE)).max(0.0);
    let mut hot = Vec::new();
    let rings = incident.origin().map(|o| front.perimeter_of(o));
    for ring in rings.into_iter().flatten() {
        let n = ring.vertices.len();
        for i in 0..n {
            let (v, next) = (&ring.vertices[i], &ring.vertices[(i + 1) % n]);
            if Some(v.origin) != incident.origin() || ring.area_m2 <= 0.0 {
                continue;
            }
            let (inside, ahead) = (
                grid.centre(v.inside.0, v.inside.1),
                grid.centre(v.ahead.0, v.ahead.1),
            );
            let stands = front.barriers().first_crossing(inside, ahead);
            let may_cross = stands.is_none_or(|(_, kind)| kind == BarrierKind::BuiltLine);
            if !may_cross
                || front.burnt_at(v.ahead.0, v.ahead.1).is_some()
                || ground.fuel(v.ahead.0, v.ahead.1) == 0
            {
                continue;
            }
            let Some(burnt) = front.burnt_at(v.inside.0, v.inside.1) else {
                continue;
            };
            let age = now - burnt.arrival_s;
            let edge = Metres(v.at.distance(next.at) * uncooled);
            let p = reignition_probability(
                rules,
                edge,
                Seconds(age - REIGNITE_EVERY_S),
                Seconds(age),
                wind,
            );
            hot.push(Hot {
                outside: ahead,
                start: v.start,
                hazard: -libm::log1p(-p),
            });
        }
    }
    hot
}

/// Name under which line built by one of an incident's two parties is known to the draws.
pub fn line_id(incident: u32, party: usize) -> String {
    let party = if party == 0 { "a" } else { "b" };
    format!("incident-{incident}-{party}")
}

/// A stretch of line that has just been laid.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLine<'a> {
    /// Its number among the barriers.
    pub line: u32,
    /// Name for the draws.
    pub id: String,
    /// Its course.
    pub path: &'a [Point],
    /// Width cleared, metres.
    pub width_m: f64,
}

/// Lets a stretch of built line leak, when the scenario says so. Fire that burns beside it already is in
/// contact with it from now on.
pub fn watch_line(
    fire: &mut Fire,
    breaks: &mut Breaks,
    log: &mut Log,
    site: &Site,
    now: f64,
    new: NewLine<'_>,
) {
    let options = &site.scenario.file.fire;
    let model = match options.built_line {
        BuiltLineOption::Mees1993 => BreakModel::Mees1993,
        BuiltLineOption::Holds => return,
    };
    fire.0.set_leaks(new.line);
    let of = Break {
        id: new.id,
        kind: LeakKind::BuiltLine,
        model,
        width_m: new.width_m,
        width_cv: options.built_width_cv,
        drawn_m: new.width_m,
        edge_trees: None,
        intensity_factor: 1.0,
    };
    let length = Polyline::new(new.path.to_vec()).length();
    breaks.0.add_line(new.line, length, of);
    for touch in touches_of(fire, new.line, new.path, now) {
        meet(fire, breaks, log, now, &touch);
    }
}

/// Where burnt cells lie at a line that has just been laid, with unburnt ground behind it.
fn touches_of(fire: &Fire, line: u32, path: &[Point], now: f64) -> Vec<Touch> {
    let front = &fire.0;
    let grid = front.grid();
    let mut near = BTreeSet::new();
    for pair in path.windows(2) {
        let (a, b) = (grid.fractional(pair[0]), grid.fractional(pair[1]));
        cells_touched(a, b, |col, row| {
            near.extend((-1..=1).flat_map(|dr| (-1..=1).map(move |dc| (row + dr, col + dc))));
        });
    }
    let on_map = |col: i64, row: i64| {
        let inside = col >= 0 && row >= 0 && col < grid.cols as i64 && row < grid.rows as i64;
        inside.then_some((col as usize, row as usize))
    };
    let mut touches = Vec::new();
    for (row, col) in near {
        let Some(cell) = on_map(col, row) else {
            continue;
        };
        let Some(burnt) = front.burnt_at(cell.0, cell.1) else {
            continue;
        };
        let neighbours = (-1..=1).flat_map(|dr| (-1..=1).map(move |dc| (col + dc, row + dr)));
        for (c, r) in neighbours {
            let Some(to) = on_map(c, r).filter(|&to| front.burnt_at(to.0, to.1).is_none()) else {
                continue;
            };
            let step = (grid.centre(cell.0, cell.1), grid.centre(to.0, to.1));
            if let Some(met) = front.barriers().leak_met(step.0, step.1)
                && met.line == line
            {
                touches.push(Touch {
                    t_s: now,
                    cell,
                    start: burnt.start,
                    line,
                    arc_m: met.arc_m,
                    at: met.at,
                    across: met.across,
                });
            }
        }
    }
    touches
}
