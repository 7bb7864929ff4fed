//! `comparison.json`: what a comparison of layouts found.

use serde::{Deserialize, Serialize};

use super::network::Network;
use super::runs::Run;
use crate::scenario::schema::Name;
use crate::studies::statistics::Interval;

/// Version of the layout of `comparison.json`.
pub const FORMAT: u32 = 1;

/// What fires are judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Burnt area a fire, ha.
    BurntHa,
    /// Burnt land cover and values a fire, yuan.
    ValueLostCny,
    /// Share of the fires that escaped.
    Escaped,
    /// Share of the fires contained within 2 h of their start.
    #[serde(rename = "contained_2h")]
    Contained2h,
    /// Mean of the marks for attacking early and putting out, 0 to 100.
    Score,
}

impl Measure {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::BurntHa,
        Self::ValueLostCny,
        Self::Escaped,
        Self::Contained2h,
        Self::Score,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::BurntHa => "burnt_ha",
            Self::ValueLostCny => "value_lost_cny",
            Self::Escaped => "escaped",
            Self::Contained2h => "contained_2h",
            Self::Score => "score",
        }
    }

    /// Of a run in which so many fires started, for each of them.
    pub fn of(self, run: &Run, fires: usize) -> f64 {
        let fires = fires.max(1) as f64;
        match self {
            Self::BurntHa => run.burnt_ha / fires,
            Self::ValueLostCny => run.value_lost_cny / fires,
            Self::Escaped => run.escaped as f64 / fires,
            Self::Contained2h => run.contained_2h as f64 / fires,
            Self::Score => run.score,
        }
    }
}

/// Means a fire with their 95 % intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// See [`Measure::BurntHa`].
    pub burnt_ha: Interval,
    /// See [`Measure::ValueLostCny`].
    pub value_lost_cny: Interval,
    /// See [`Measure::Escaped`].
    pub escaped: Interval,
    /// See [`Measure::Contained2h`].
    pub contained_2h: Interval,
    /// See [`Measure::Score`].
    pub score: Interval,
}

impl Measures {
    /// One of them.
    pub fn get(&self, measure: Measure) -> Interval {
        match measure {
            Measure::BurntHa => self.burnt_ha,
            Measure::ValueLostCny => self.value_lost_cny,
            Measure::Escaped => self.escaped,
            Measure::Contained2h => self.contained_2h,
            Measure::Score => self.score,
        }
    }
}

/// The scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Short name.
    pub name: String,
    /// Title in both languages.
    pub title: Name,
    /// blake3 of its text.
    pub hash: String,
}

/// What a layout costs, and what it is worth against the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Building it, yuan.
    pub build_cny: f64,
    /// Keeping it up, yuan a year.
    pub upkeep_cny_per_year: f64,
    /// Both over the years of the comparison, yuan.
    pub total_cny: f64,
    /// Loss that it spares against the reference, yuan a fire or a year; none for the reference.
    pub benefit_cny: Option<Interval>,
    /// That over what it costs more than the reference; none where it costs the same.
    pub benefit_per_yuan: Option<Interval>,
    /// Hectares that it spares against the reference, a fire or a year, for each kilometre that it is longer; none
    /// where it is as long.
    pub benefit_ha_per_km: Option<Interval>,
}

/// A layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayoutTold {
    /// What it is called.
    pub name: String,
    /// Its file; none for the scenario's own network.
    pub file: Option<String>,
    /// What it consists of.
    pub network: Network,
    /// What its fires came to.
    pub measures: Measures,
    /// What it costs and is worth.
    pub cost: Cost,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// English.
    pub en: String,
    /// 简体中文.
    pub zh: String,
}

/// Two layouts by one measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// One layout.
    pub a: String,
    /// The other.
    pub b: String,
    /// The measure.
    pub measure: Measure,
    /// Mean difference a fire: the other's less the one's.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether the interval leaves out nought.
    pub separable: bool,
    /// Fires after which the interval would leave out nought if the difference is what it seems; none where no
    /// fire made a difference.
    pub fires_needed: Option<u64>,
    /// The same in words.
    pub sentence: Sentence,
}

/// What happened to a break, over all fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The layout.
    pub layout: String,
    /// Id of the break.
    pub id: String,
    /// What it is.
    pub kind: super::network::Kind,
    /// Meetings with pieces of it.
    pub met: u64,
    /// Of these, held.
    pub held: u64,
    /// Of these, breached.
    pub breached: u64,
    /// Of those held, only because somebody stood there.
    pub held_by_crew: u64,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`FORMAT`].
    pub format: u32,
    /// The scenario.
    pub scenario: Scenario,
    /// Program and version.
    pub program: String,
    /// blake3 of the catalogue.
    pub catalogue_hash: String,
    /// Seeds, the last one left out.
    pub seeds: String,
    /// Who dispatched.
    pub policy: String,
    /// Fires that every layout met.
    pub fires: usize,
    /// Runs that failed.
    pub failed: usize,
    /// What the others are compared with.
    pub reference: String,
    /// Years over which building and upkeep are counted.
    pub years: f64,
    /// Fires a year; none where benefits are those of a fire.
    pub fires_per_year: Option<f64>,
    /// What benefits are counted for: `fire` or `year`.
    pub benefit_per: String,
    /// The layouts.
    pub layouts: Vec<LayoutTold>,
    /// Every two of them, by every measure.
    pub pairs: Vec<Pair>,
    /// Breaks that fire met.
    pub segments: Vec<Segment>,
}
