//! What each of several fires took: losses, water, line and money.

use std::collections::BTreeMap;

use super::scorecard::M2_PER_HA;
use crate::operations::fires::VALUE_REACH_M;
use crate::protocol::Record;
use crate::simulation::Outcome;

/// A fire's share.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// Land and values lost, yuan.
    pub value_lost_cny: f64,
    /// Water fetched for it, m3.
    pub water_m3: f64,
    /// Line built, metres.
    pub line_m: f64,
    /// Cost of the units while they were away for it, yuan.
    pub cost_cny: f64,
}

/// The shares of a run's fires, in their order. A unit that goes from one fire to another counts for each from
/// when it was on its way there; what was done for no fire counts for none.
pub fn of(outcome: &Outcome) -> Vec<Share> {
    let mut shares: Vec<Share> = outcome
        .fires
        .iter()
        .map(|fire| Share {
            line_m: fire.line_m,
            ..Share::default()
        })
        .collect();
    losses(outcome, &mut shares);
    let by_incident: BTreeMap<u32, usize> = (outcome.fires.iter().enumerate())
        .filter_map(|(i, fire)| Some((fire.incident?, i)))
        .collect();
    let scenario = &outcome.world.scenario;
    let rate: BTreeMap<&str, f64> = (scenario.file.units.iter())
        .filter_map(|u| {
            let of_type = scenario.catalogue.unit_types.get(&u.unit_type)?;
            Some((u.id.as_str(), of_type.cost_cny_h.value))
        })
        .collect();
    // For which incident each unit is away, and since when.
    let mut away: BTreeMap<&str, (Option<u32>, f64)> = BTreeMap::new();
    let mut book = |unit: &str, (incident, since_s): (Option<u32>, f64), until_s: f64| {
        if let Some(&fire) = incident.and_then(|n| by_incident.get(&n)) {
            let hours = (until_s - since_s) / 3600.0;
            shares[fire].cost_cny += hours * rate.get(unit).copied().unwrap_or(0.0);
        }
    };
    let mut litres: BTreeMap<usize, f64> = BTreeMap::new();
    for line in outcome.journal.lines() {
        match &line.record {
            Record::Departed { unit, incident, .. } => {
                if let Some(before) = away.insert(unit, (*incident, line.t_s)) {
                    book(unit, before, line.t_s);
                }
            }
            Record::WalkingIn { unit, incident, .. } | Record::Arrived { unit, incident, .. } => {
                let now = (Some(*incident), line.t_s);
                if let Some(before) = away.get(unit.as_str()).filter(|b| b.0 != now.0).copied() {
                    book(unit, before, line.t_s);
                    away.insert(unit, now);
                }
            }
            Record::AtStation { unit, .. } => {
                if let Some(before) = away.remove(unit.as_str()) {
                    book(unit, before, line.t_s);
                }
            }
            Record::Refilling {
                unit, litres: more, ..
            } => {
                let incident = away.get(unit.as_str()).and_then(|a| a.0);
                if let Some(&fire) = incident.and_then(|n| by_incident.get(&n)) {
                    *litres.entry(fire).or_default() += more;
                }
            }
            _ => {}
        }
    }
    for (unit, since) in away {
        book(unit, since, outcome.end_s);
    }
    for (fire, litres) in litres {
        shares[fire].water_m3 = litres / 1000.0;
    }
    shares
}

/// Land by the fire that burnt it; a value by the fire that came first near it.
fn losses(outcome: &Outcome, shares: &mut [Share]) {
    let world = &outcome.world;
    let grid = outcome.front.grid();
    let cell_ha = grid.cell * grid.cell / M2_PER_HA;
    let by_origin: BTreeMap<usize, usize> = (outcome.fires.iter().enumerate())
        .map(|(i, fire)| (fire.origin, i))
        .collect();
    let covers = &world.landscape.covers;
    let mut cells: BTreeMap<(usize, u8), u64> = BTreeMap::new();
    for (col, row, burnt) in outcome.front.burnt_iter() {
        if let (Some(&fire), Some(code)) = (
            by_origin.get(&burnt.origin),
            world.landscape.cover.at(grid.centre(col, row)),
        ) {
            *cells.entry((fire, code)).or_default() += 1;
        }
    }
    for ((fire, code), count) in cells {
        let value = covers[usize::from(code)]
            .as_ref()
            .map_or(0.0, |c| c.value_cny_ha);
        shares[fire].value_lost_cny += count as f64 * cell_ha * value;
    }
    let reach = libm::ceil(VALUE_REACH_M / grid.cell) as i64;
    for value in world
        .values
        .iter()
        .filter(|v| outcome.values_lost.contains(&v.id))
    {
        let Some((col, row)) = grid.cell_at(value.at) else {
            continue;
        };
        let around = (-reach..=reach).flat_map(|dr| (-reach..=reach).map(move |dc| (dc, dr)));
        let first = around
            .filter_map(|(dc, dr)| {
                let c = usize::try_from(col as i64 + dc)
                    .ok()
                    .filter(|c| *c < grid.cols)?;
                let r = usize::try_from(row as i64 + dr)
                    .ok()
                    .filter(|r| *r < grid.rows)?;
                (grid.centre(c, r).distance(value.at) <= VALUE_REACH_M)
                    .then(|| outcome.front.burnt_at(c, r))
                    .flatten()
            })
            .min_by(|a, b| a.arrival_s.total_cmp(&b.arrival_s));
        if let Some(&fire) = first.and_then(|b| by_origin.get(&b.origin)) {
            shares[fire].value_lost_cny += value.value_cny;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::simulation::{PolicyName, Simulation};
    use crate::world::World;
    use std::sync::Arc;

    #[test]
    fn the_shares_of_several_fires_add_up_to_what_all_took() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replacen("count: 0,", "count: 3,", 1);
        let world = World::build(Scenario::parse(&path, &text).unwrap())
            .unwrap()
            .0;
        let mut simulation = Simulation::new(Arc::new(world), 4, PolicyName::RunCard);
        simulation.run();
        let outcome = simulation.finish();
        assert!(outcome.fires.len() > 2);
        let shares = of(&outcome);
        let sum = |f: fn(&Share) -> f64| shares.iter().map(f).sum::<f64>();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
        let cost: f64 = outcome.units.iter().map(|u| u.cost_cny).sum();
        // The journal has times to the tick.
        let off = sum(|s| s.cost_cny) - cost;
        assert!(off.abs() < 0.01 * cost, "{shares:?} of {cost}");
        let lost = super::super::scorecard::value_lost_cny(&outcome);
        assert!(
            near(sum(|s| s.value_lost_cny), lost),
            "{shares:?} of {lost}"
        );
        assert!(near(sum(|s| s.line_m), outcome.line_built_m));
    }
}
