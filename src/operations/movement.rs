//! Movement: turning out, driving the roads, walking in, going home.

use bevy_ecs::prelude::*;

use super::command::Incident;
use super::units::{Doing, UnitState};
use super::{Fire, Log, Now, Number, Shared};
use crate::base::geo::{Point, nearest_on_segment};
use crate::protocol::Record;
use crate::scenario::catalogue::UnitKind;
use crate::world::World as Site;

/// Seconds to walk from one place to another over the terrain, straight, at a flat pace of
/// `flat_m_s`, slowed by slope after Tobler (1993, NCGIA Technical Report 93-1):
/// `exp(-3.5 |s + 0.05|)` with `s` the signed slope, taken relative to the flat.
pub fn walk_s(site: &Site, from: Point, to: Point, flat_m_s: f64) -> f64 {
    let elevation = &site.landscape.elevation;
    let distance = from.distance(to);
    let steps = libm::ceil(distance / elevation.grid.cell).max(1.0) as usize;
    let step = distance / steps as f64;
    let flat = libm::exp(-3.5 * 0.05);
    let mut before = elevation.bilinear(from);
    let mut seconds = 0.0;
    for i in 1..=steps {
        let z = elevation.bilinear(from.towards(to, i as f64 / steps as f64));
        if step > 0.0 {
            let slope = (z - before) / step;
            seconds += step * flat / (flat_m_s * libm::exp(-3.5 * (slope + 0.05).abs()));
        }
        before = z;
    }
    seconds
}

/// Sends a unit home from wherever it is.
pub fn go_home(unit: &mut UnitState, now: f64) {
    let drive = unit.trip.reversed();
    match unit.doing {
        Doing::TurningOut { .. } => {
            unit.doing = Doing::Standby;
            unit.incident = None;
            return;
        }
        Doing::Driving { since_s } => {
            // Back the way it came: as long as it has driven.
            let driven = (now - since_s).min(drive.duration_s());
            let from = now - (drive.duration_s() - driven);
            unit.doing = Doing::Returning {
                drive_from_s: from,
                until_s: now + driven,
            };
        }
        _ => {
            let vehicles = drive.places.first().copied().unwrap_or(unit.home);
            let walk = unit.at.distance(vehicles) / unit.kind.walk_m_s.value;
            let from = now + walk;
            unit.doing = Doing::Returning {
                drive_from_s: from,
                until_s: from + drive.duration_s(),
            };
        }
    }
    unit.incident = None;
    unit.waiting = None;
}

/// Moves every unit along.
pub fn travel(
    now: Res<Now>,
    shared: Res<Shared>,
    fire: Res<Fire>,
    mut log: ResMut<Log>,
    mut units: Query<(&Number, &mut UnitState)>,
    incidents: Query<&Incident>,
) {
    let mut moving: Vec<_> = units
        .iter_mut()
        .filter(|(_, u)| !matches!(u.doing, Doing::Standby | Doing::OnScene))
        .collect();
    moving.sort_by_key(|(n, _)| **n);
    for (_, unit) in &mut moving {
        let incident = unit
            .incident
            .and_then(|n| incidents.iter().find(|i| i.number == n));
        match unit.doing.clone() {
            Doing::TurningOut { until_s } if until_s <= now.0 => {
                unit.doing = Doing::Driving { since_s: until_s };
                unit.left_s = Some(until_s);
                unit.was_sent = true;
                log.say(
                    now.0,
                    Record::Departed {
                        unit: unit.id.clone(),
                        incident: unit.incident.unwrap_or(0),
                        road_km: libm::round(unit.trip.length_m / 10.0) / 100.0,
                        expected_s: libm::round(unit.trip.duration_s()),
                    },
                );
            }
            Doing::Driving { since_s } => {
                if let Some(place) = unit.trip.place_at(now.0 - since_s) {
                    unit.at = place;
                }
                if now.0 - since_s >= unit.trip.duration_s() {
                    arrive_by_road(&shared.0, &fire, &mut log, unit, incident, now.0);
                }
            }
            Doing::Walking {
                from,
                to,
                since_s,
                until_s,
            } => {
                let share = ((now.0 - since_s) / (until_s - since_s).max(1e-9)).min(1.0);
                unit.at = from.towards(to, share);
                if until_s <= now.0 {
                    unit.doing = Doing::OnScene;
                    log.say(
                        now.0,
                        Record::Arrived {
                            unit: unit.id.clone(),
                            incident: unit.incident.unwrap_or(0),
                        },
                    );
                }
            }
            Doing::Refilling { until_s } if until_s <= now.0 => {
                unit.doing = Doing::OnScene;
                unit.tank_l = unit.kind.tank_l.value;
            }
            Doing::Returning {
                drive_from_s,
                until_s,
            } => {
                if now.0 >= drive_from_s
                    && let Some(place) = unit.trip.reversed().place_at(now.0 - drive_from_s)
                {
                    unit.at = place;
                }
                if until_s <= now.0 {
                    unit.at = unit.home;
                    unit.doing = Doing::Standby;
                    unit.tank_l = unit.kind.tank_l.value;
                    unit.away_s = unit.time_away_s(until_s);
                    unit.left_s = None;
                    log.say(
                        now.0,
                        Record::AtStation {
                            unit: unit.id.clone(),
                        },
                    );
                }
            }
            _ => {}
        }
    }
}

/// At the last road node: engines stay with the road, crews walk to the fire's edge.
fn arrive_by_road(
    site: &Site,
    fire: &Fire,
    log: &mut Log,
    unit: &mut UnitState,
    incident: Option<&Incident>,
    now: f64,
) {
    let Some(incident) = incident else {
        return go_home(unit, now);
    };
    if unit.kind.kind == UnitKind::Engine {
        unit.doing = Doing::OnScene;
        log.say(
            now,
            Record::Arrived {
                unit: unit.id.clone(),
                incident: incident.number,
            },
        );
        return;
    }
    let to = place_of_attack(fire, incident, unit.at);
    let until_s = now + walk_s(site, unit.at, to, unit.kind.walk_m_s.value);
    log.say(
        now,
        Record::WalkingIn {
            unit: unit.id.clone(),
            incident: incident.number,
            distance_m: libm::round(unit.at.distance(to)),
        },
    );
    unit.doing = Doing::Walking {
        from: unit.at,
        to,
        since_s: now,
        until_s,
    };
}

/// Where a crew goes: the nearer end of the line already built, or the nearest point of the edge.
fn place_of_attack(fire: &Fire, incident: &Incident, from: Point) -> Point {
    let nearer = |a: Point, b: Point| {
        if from.distance(a) <= from.distance(b) {
            a
        } else {
            b
        }
    };
    if let Some(tip) = incident.tips.iter().flatten().copied().reduce(nearer) {
        return tip;
    }
    let mut best = incident.at;
    let mut least = f64::INFINITY;
    for ring in fire.0.perimeter() {
        if !ring.vertices.iter().any(|v| v.origin == incident.origin) {
            continue;
        }
        let n = ring.vertices.len();
        for i in 0..n {
            let (_, q) =
                nearest_on_segment(from, ring.vertices[i].at, ring.vertices[(i + 1) % n].at);
            if from.distance(q) < least {
                least = from.distance(q);
                best = q;
            }
        }
    }
    best
}
