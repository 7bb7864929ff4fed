//! After the ring is closed: the strip inside the edge is cooled until the fire is out, or it burns out by
//! itself.

use super::command::Incident;
use super::fires::area_of;
use super::units::UnitState;
use super::{Fire, Log, Now, hundredths};
use crate::fire::front::{Ring, SpreadSource};
use crate::protocol::{Record, Refusal};
use crate::world::World as Site;

/// Declares containment and works out the mop-up.
pub(super) fn contain(
    site: &Site,
    now: f64,
    fire: &Fire,
    log: &mut Log,
    incident: &mut Incident,
    origin: usize,
) {
    let rings = fire.0.perimeter_of(origin);
    // Inside line built at a stand-off a strip will burn yet: it counts.
    let strip = if incident.attack.has_stood_off() {
        fire.0.reachable(origin, usize::MAX).unwrap_or(0)
    } else {
        0
    };
    let cell = fire.0.grid().cell;
    let area_ha = (area_of(&rings, origin) + strip as f64 * cell * cell) / 10_000.0;
    let slop_over = incident.slop_over.take();
    incident.quiet_s = Some(now);
    incident.contained_s = Some(slop_over.map_or(now, |(_, contained_s)| contained_s));
    incident.belief.estimate(now, area_ha);
    let edge: f64 = rings
        .iter()
        .filter(|r| r.area_m2 > 0.0)
        .map(Ring::length_m)
        .sum();
    let rules = &site.scenario.catalogue.mop_up;
    incident.to_mop_h = edge * rules.strip_m.value / rules.m2_per_person_h.value;
    if slop_over.is_some() {
        return;
    }
    log.say(
        now,
        Record::Contained {
            incident: incident.number,
            area_ha: hundredths(area_ha),
            line_m: libm::round(incident.line_m),
        },
    );
}

/// Cools the strip inside the edge; out when that is done and nothing burns on.
pub(super) fn mop_up(
    site: &Site,
    clock: Now,
    fire: &mut Fire,
    log: &mut Log,
    incident: &mut Incident,
    origin: usize,
    here: &[&mut UnitState],
) {
    let now = clock.t_s;
    // Whose hose never reached the edge stands by its vehicle.
    let people: u32 = here
        .iter()
        .filter(|u| u.waiting != Some(Refusal::OutOfHoseReach))
        .map(|u| u.people)
        .sum();
    incident.mopped_h += f64::from(people) * clock.step_s / 3600.0;
    let least = site.scenario.catalogue.mop_up.least_min.value * 60.0;
    // From when it was last contained: what has burnt across since is as hot as the rest was.
    let since = incident.quiet_s.unwrap_or(now);
    if incident.mopped_h < incident.to_mop_h || now - since < least {
        return;
    }
    if fire.0.reachable(origin, 0) != Some(0) {
        return;
    }
    declare_out(now, fire, log, incident, origin, true);
}

/// Whether a fire that is contained, or at which nobody is, has gone out by itself: nothing can burn on, and
/// no part of its edge still burns.
pub(super) fn is_burnt_out(
    site: &Site,
    now: f64,
    fire: &Fire,
    incident: &Incident,
    origin: usize,
) -> bool {
    let least = site.scenario.catalogue.mop_up.least_min.value * 60.0;
    let since = incident.quiet_s.unwrap_or(now);
    if now - since < least || fire.0.reachable(origin, 0) != Some(0) {
        return false;
    }
    let ground = fire.0.source();
    // Litter smoulders on behind the flames: the hazard of lighting again must have faded to a twentieth.
    let smoulders_s = if site.scenario.file.fire.reignition {
        3.0 * site.scenario.catalogue.reignition.tau_h.value * 3600.0
    } else {
        0.0
    };
    let is_cold = |cell: (usize, usize)| {
        let after = ground
            .burn_out_s(ground.fuel(cell.0, cell.1))
            .max(smoulders_s);
        fire.0
            .burnt_at(cell.0, cell.1)
            .is_none_or(|b| now - b.arrival_s > after)
    };
    fire.0
        .perimeter_of(origin)
        .iter()
        .flat_map(|r| &r.vertices)
        .filter(|v| v.origin == origin)
        .all(|v| is_cold(v.inside))
}

/// Declares a fire out: nothing is lit from it again. Who `is_there` has walked round it and knows how large it is;
/// otherwise the desk keeps its estimate.
pub(super) fn declare_out(
    now: f64,
    fire: &mut Fire,
    log: &mut Log,
    incident: &mut Incident,
    origin: usize,
    is_there: bool,
) {
    incident.out_s = Some(now);
    if is_there {
        let area_ha = area_of(&fire.0.perimeter_of(origin), origin) / 10_000.0;
        incident.belief.estimate(now, area_ha);
    }
    let area_ha = incident.belief.area_ha;
    fire.0.extinguish(origin);
    log.say(
        now,
        Record::Out {
            incident: incident.number,
            area_ha: hundredths(area_ha),
        },
    );
}
