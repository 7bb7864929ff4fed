//! Water: ponds with a stock and one pump each, engines that shuttle, tenders that bring it.
//!
//! Engines whose hoses are coupled give their water to the one that works at the edge. A shuttle gives `load / (drive + queue + fill + drive)`; the slowest link decides (domain.md 2.3).

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use petgraph::graph::NodeIndex;

use super::units::{Doing, UnitState};
use super::{ClosedRoads, Log, Now, routing};
use crate::base::geo::Point;
use crate::protocol::Record;
use crate::scenario::catalogue::UnitKind;
use crate::world::World as Site;

/// A try at a pond that has no water is not repeated for so long, seconds.
const TRY_AGAIN_S: f64 = 300.0;
/// An engine is empty below this, litres.
const EMPTY_L: f64 = 1.0;

/// A pond of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct PondState {
    /// Water in it, litres.
    pub stock_l: f64,
    /// What it held at the start, litres.
    pub full_l: f64,
    /// Taken from it, litres.
    pub taken_l: f64,
    /// Flown into it, litres.
    pub inflow_l: f64,
    /// Until when its pump is taken, seconds.
    pub busy_until_s: f64,
}

/// The ponds, in the world's order, and the ways to them.
#[derive(Resource, Debug, Default, Clone)]
pub struct Ponds {
    /// The ponds.
    pub all: Vec<PondState>,
    /// Driving seconds from a node to each pond, as the roads were.
    ways: BTreeMap<(NodeIndex, usize), Vec<Option<f64>>>,
    known_closed: usize,
}

impl Ponds {
    /// Full ponds.
    pub fn new(site: &Site) -> Self {
        let all = site
            .ponds
            .iter()
            .map(|p| PondState {
                stock_l: p.volume_m3 * 1000.0,
                full_l: p.volume_m3 * 1000.0,
                taken_l: 0.0,
                inflow_l: 0.0,
                busy_until_s: 0.0,
            })
            .collect();
        Self {
            all,
            ..Self::default()
        }
    }

    /// Lets water flow in for some seconds.
    pub fn flow_in(&mut self, site: &Site, step_s: f64) {
        for (pond, of) in self.all.iter_mut().zip(&site.ponds) {
            let inflow =
                (of.refill_m3_h * 1000.0 * step_s / 3600.0).min(pond.full_l - pond.stock_l);
            pond.stock_l += inflow;
            pond.inflow_l += inflow;
        }
    }

    /// Gives a helicopter at a fire the nearest pond that fills its bucket.
    pub(super) fn assign(&self, site: &Site, unit: &mut UnitState) {
        if unit.kind.kind != UnitKind::Helicopter || unit.doing != Doing::OnScene {
            return;
        }
        let need = unit.kind.tank_l.value;
        let filled = (0..self.all.len()).filter(|&i| self.all[i].stock_l >= need);
        let away = |i: usize| site.ponds[i].at.distance(unit.at);
        unit.pond = filled.min_by(|&a, &b| away(a).total_cmp(&away(b)));
    }

    /// Driving seconds at class speed from a place to each pond.
    fn ways_from(&mut self, site: &Site, closed: &ClosedRoads, unit: &UnitState) -> &[Option<f64>] {
        if self.known_closed != closed.version {
            self.ways.clear();
            self.known_closed = closed.version;
        }
        let class = unit
            .kind
            .weight_t
            .as_ref()
            .map_or(0, |t| site.network.weight_class(t.value));
        let Some((node, _)) = site.network.nearest_connected(unit.at) else {
            return &[];
        };
        self.ways.entry((node, class)).or_insert_with(|| {
            let tree = routing::tree(site, closed, node, class);
            site.ponds
                .iter()
                .map(|p| {
                    let (there, _) = site.network.nearest_connected(p.at)?;
                    tree.seconds_to(there)
                })
                .collect()
        })
    }
}

/// Lets water flow into the ponds.
pub fn fill_ponds(now: Res<Now>, shared: Res<super::Shared>, mut ponds: ResMut<Ponds>) {
    ponds.flow_in(&shared.0, now.step_s);
}

/// Seconds that a helicopter's round to its pond and back to a place takes, filling and dropping included; none
/// without a pond, and for whoever does not fly.
pub(super) fn round_s(site: &Site, unit: &UnitState, at: Point) -> Option<f64> {
    /// Hover, aim and drop, seconds \[J\].
    const DROP_S: f64 = 60.0;
    let speed = unit.kind.air_km_h.as_ref()?.value / 3.6;
    let away = site.ponds.get(unit.pond?)?.at.distance(at);
    let fill_s = unit.kind.tank_l.value / site.scenario.catalogue.work.bucket_l_min.value * 60.0;
    (speed > 0.0).then(|| 2.0 * away / speed + fill_s + DROP_S)
}

/// Engines use water while at work; one that is empty takes from a tender beside it, or goes to the pond
/// that fills it first. The index into `here` of a tender whose water is taken goes with it.
pub(super) fn use_water(
    site: &Site,
    clock: Now,
    log: &mut Log,
    ponds: &mut Ponds,
    closed: &ClosedRoads,
    here: &mut [&mut UnitState],
) {
    let now = clock.t_s;
    for unit in here.iter() {
        let at_work = unit.waiting.is_none() && unit.has_worked;
        if let (true, Some(pond), Some(round_s)) =
            (at_work, unit.pond, round_s(site, unit, unit.at))
        {
            let pond = &mut ponds.all[pond];
            let litres = (unit.kind.tank_l.value * clock.step_s / round_s).min(pond.stock_l);
            pond.stock_l -= litres;
            pond.taken_l += litres;
        }
    }
    for i in 0..here.len() {
        if here[i].kind.kind != UnitKind::Engine || here[i].kind.tank_l.value <= 0.0 {
            continue;
        }
        if here[i].waiting.is_none() && here[i].has_worked {
            let used = here[i].kind.flow_l_min.value * clock.step_s / 60.0;
            here[i].tank_l = (here[i].tank_l - used).max(0.0);
        }
        if here[i].tank_l > EMPTY_L {
            continue;
        }
        here[i].tank_l = 0.0;
        let need = here[i].kind.tank_l.value;
        let incident = here[i].incident;
        let id = here[i].id.clone();
        let tender = here.iter().position(|t| {
            (t.kind.kind == UnitKind::Tender || t.relays_to.as_ref() == Some(&id))
                && t.incident == incident
                && t.doing == Doing::OnScene
                && t.tank_l > EMPTY_L
        });
        if let Some(tender) = tender {
            let litres = need.min(here[tender].tank_l);
            here[tender].tank_l -= litres;
            let minutes = litres / site.scenario.catalogue.work.transfer_l_min.value;
            here[i].doing = Doing::Refilling {
                until_s: now + minutes * 60.0,
                litres,
            };
            let source = here[tender].id.clone();
            say(log, now, here[i], &source, litres, minutes);
        } else {
            go_for_water(site, now, log, ponds, closed, here[i]);
        }
    }
    for unit in here.iter_mut() {
        if unit.kind.kind == UnitKind::Tender
            && unit.doing == Doing::OnScene
            && unit.tank_l <= EMPTY_L
        {
            unit.tank_l = 0.0;
            go_for_water(site, now, log, ponds, closed, unit);
        }
    }
}

/// Sends a unit to the pond that has it back first.
fn go_for_water(
    site: &Site,
    now: f64,
    log: &mut Log,
    ponds: &mut Ponds,
    closed: &ClosedRoads,
    unit: &mut UnitState,
) {
    // Nothing has changed within a few minutes.
    if libm::fmod(now, TRY_AGAIN_S) != 0.0
        && unit.waiting == Some(crate::protocol::Refusal::NoWater)
    {
        return;
    }
    let rate = site.scenario.catalogue.work.pond_pump_l_min.value / 60.0;
    let need = unit.kind.tank_l.value;
    let speed = unit.kind.speed_factor.value;
    let ways = ponds.ways_from(site, closed, unit).to_vec();
    let best = ways
        .iter()
        .enumerate()
        .filter_map(|(i, way)| {
            let (way, pond) = ((*way)? / speed, &ponds.all[i]);
            if pond.stock_l < EMPTY_L {
                return None;
            }
            let litres = need.min(pond.stock_l);
            let begins = (now + way).max(pond.busy_until_s);
            let back = begins + litres / rate + way;
            // A pond that gives little is worth as much less.
            Some((i, litres, begins, back, (back - now) / litres))
        })
        .min_by(|a, b| a.4.total_cmp(&b.4).then(a.0.cmp(&b.0)));
    let Some((i, litres, begins, back, _)) = best else {
        return;
    };
    let pond = &mut ponds.all[i];
    pond.stock_l -= litres;
    pond.taken_l += litres;
    pond.busy_until_s = begins + litres / rate;
    unit.doing = Doing::Refilling {
        until_s: back,
        litres,
    };
    unit.waiting = None;
    let (id, minutes) = (site.ponds[i].id.clone(), (back - now) / 60.0);
    say(log, now, unit, &id, litres, minutes);
}

fn say(log: &mut Log, now: f64, unit: &UnitState, source: &str, litres: f64, minutes: f64) {
    log.say(
        now,
        Record::Refilling {
            unit: unit.id.clone(),
            source: source.to_owned(),
            litres: libm::round(litres),
            minutes: libm::round(minutes),
        },
    );
}
