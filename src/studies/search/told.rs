//! What a search found, as `search.json` and `stages.csv` tell it.

use serde::{Deserialize, Serialize};

use super::candidates::Along;
use super::gain::Goal;
use crate::base::geo::Point;

/// Version of the layout of `search.json`.
pub const FORMAT: u32 = 1;

/// A chosen stretch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Stable id, in the order of building.
    pub id: String,
    /// What it runs along.
    pub along: Along,
    /// Year in which it is built, from 1.
    pub year: u32,
    /// Training fires that cross it.
    pub fires_met: usize,
    /// What it spares more than those before it, ha a training fire.
    pub gain_ha: f64,
    /// The same, yuan.
    pub gain_cny: f64,
    /// Length, metres.
    pub length_m: f64,
    /// Building it, yuan.
    pub cost_cny: f64,
    /// Keeping it up, yuan a year.
    pub upkeep_cny_y: f64,
    /// Its course.
    #[serde(skip)]
    pub path: Vec<Point>,
}

/// What the training fires said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Seeds in which something burnt.
    pub fires: usize,
    /// Stretches that were looked at.
    pub stretches: usize,
    /// Of these, crossed by a fire.
    pub crossed: usize,
    /// What gains are counted in.
    pub goal: Goal,
    /// Gain of the greedy choice by the trees, all fires together.
    pub greedy_gain: f64,
    /// The same after exchanges.
    pub improved_gain: f64,
    /// How often a choice was burnt by the real solver.
    pub burns: usize,
    /// Fires that were burnt again.
    pub sample: usize,
    /// What the trees promised for these.
    pub promised: f64,
    /// What the solver found spared.
    pub spared: f64,
    /// What these fires burnt without and with the proposal, ha.
    pub sample_ha: [f64; 2],
    /// The same, yuan.
    pub sample_cny: [f64; 2],
}

/// A year of building.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// The year, from 1.
    pub year: u32,
    /// Stretches.
    pub stretches: usize,
    /// Length, km.
    pub km: f64,
    /// Building them, yuan.
    pub cost_cny: f64,
    /// Keeping up all that is there at its end, yuan a year.
    pub upkeep_cny_y: f64,
    /// What they spare, ha a training fire.
    pub gain_ha: f64,
    /// The same, yuan.
    pub gain_cny: f64,
    /// What all that is there at its end spares, ha a training fire.
    pub gain_ha_so_far: f64,
    /// The same, yuan.
    pub gain_cny_so_far: f64,
}

/// The years of some chosen stretches.
pub fn stages(chosen: &[Chosen], years: u32) -> Vec<Stage> {
    let (mut upkeep, mut ha, mut cny) = (0.0, 0.0, 0.0);
    (1..=years)
        .map(|year| {
            let of: Vec<&Chosen> = chosen.iter().filter(|c| c.year == year).collect();
            let sum = |value: fn(&Chosen) -> f64| of.iter().map(|c| value(c)).sum::<f64>();
            let (gain_ha, gain_cny) = (sum(|c| c.gain_ha), sum(|c| c.gain_cny));
            upkeep += sum(|c| c.upkeep_cny_y);
            ha += gain_ha;
            cny += gain_cny;
            Stage {
                year,
                stretches: of.len(),
                km: sum(|c| c.length_m / 1000.0),
                cost_cny: sum(|c| c.cost_cny),
                upkeep_cny_y: upkeep,
                gain_ha,
                gain_cny,
                gain_ha_so_far: ha,
                gain_cny_so_far: cny,
            }
        })
        .collect()
}

/// A finished search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// [`FORMAT`].
    pub format: u32,
    /// Program and version.
    pub program: String,
    /// Short name of the scenario.
    pub scenario: String,
    /// blake3 of its text.
    pub scenario_hash: String,
    /// blake3 of the catalogue.
    pub catalogue_hash: String,
    /// What was searched for: `firebreaks`.
    pub what: String,
    /// The budget.
    pub budget: String,
    /// Kind of the breaks.
    pub kind: String,
    /// Their width, metres.
    pub width_m: f64,
    /// Training seeds, the last one left out.
    pub train: String,
    /// Who fought the training fires.
    pub train_with: String,
    /// Test seeds, the last one left out.
    pub test: String,
    /// Length of all, km.
    pub km: f64,
    /// Building all, yuan.
    pub cost_cny: f64,
    /// What the training fires said.
    pub training: Training,
    /// The years.
    pub stages: Vec<Stage>,
    /// The stretches, in the order of building.
    pub chosen: Vec<Chosen>,
    /// The judgement on the test fires, the proposal first: what `judged/comparison.json` says of it.
    pub judged: Vec<crate::studies::layouts::comparison::Pair>,
}
