//! What it is worth: the same fires with something taken away, seed by seed.
//!
//! Every seed is run as the scenario stands and again without each thing in turn. The fires' draws are the
//! same in both (see `base/random`), so the difference of a pair is the thing's own effect, and few
//! seeds tell more than many unpaired ones. The interval is that of the mean difference by the
//! percentile bootstrap (Efron 1979), 95 %.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::statistics::{Interval, mean_interval};
use crate::base::message::Message;
use crate::operations::policy::PolicyName;
use crate::simulation::{FireOutcome, Outcome, Simulation};
use crate::world::World;

/// What is taken away.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// All ponds: no water.
    Ponds,
    /// A road, by its id: a bridge, a gate that stays shut.
    Road(String),
    /// A share of the cameras, 0 to 1, spread evenly over the list.
    Cameras(f64),
    /// The blowers of all stations: crews have beaters and hand tools.
    Blowers,
    /// The patrols.
    Patrols,
    /// Firebreaks, planted and cleared.
    Firebreaks,
    /// Every unit of a type.
    Units(String),
}

/// Why something can't be taken away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakenError {
    /// Not one of the words.
    #[error(
        "'{0}' is nothing that can be taken away; expected ponds, road:ID, cameras:SHARE, blowers, patrols, firebreaks or units:TYPE"
    )]
    Unknown(String),
    /// Nothing of the kind is there.
    #[error("the scenario has no {0}")]
    NotThere(String),
}

impl TakenError {
    /// The same in the languages of the program.
    pub fn message(&self) -> Message {
        match self {
            Self::Unknown(found) => {
                Message::new("plan-taken-unknown").with("found", found.as_str())
            }
            Self::NotThere(what) => {
                Message::new("plan-taken-not-there").with("what", what.as_str())
            }
        }
    }
}

impl std::str::FromStr for Taken {
    type Err = TakenError;

    fn from_str(text: &str) -> Result<Self, TakenError> {
        let unknown = || TakenError::Unknown(text.to_owned());
        match text.split_once(':') {
            None => match text {
                "ponds" => Ok(Self::Ponds),
                "blowers" => Ok(Self::Blowers),
                "patrols" => Ok(Self::Patrols),
                "firebreaks" => Ok(Self::Firebreaks),
                _ => Err(unknown()),
            },
            Some(("road", id)) if !id.is_empty() => Ok(Self::Road(id.to_owned())),
            Some(("units", name)) if !name.is_empty() => Ok(Self::Units(name.to_owned())),
            Some(("cameras", share)) => share
                .parse::<f64>()
                .ok()
                .filter(|s| *s > 0.0 && *s <= 1.0)
                .map(Self::Cameras)
                .ok_or_else(unknown),
            Some(_) => Err(unknown()),
        }
    }
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ponds => f.write_str("ponds"),
            Self::Road(id) => write!(f, "road:{id}"),
            Self::Cameras(share) => write!(f, "cameras:{share}"),
            Self::Blowers => f.write_str("blowers"),
            Self::Patrols => f.write_str("patrols"),
            Self::Firebreaks => f.write_str("firebreaks"),
            Self::Units(name) => write!(f, "units:{name}"),
        }
    }
}

impl Taken {
    /// Takes it out of a world.
    ///
    /// # Errors
    /// When nothing of the kind is there.
    pub fn take_from(&self, world: &mut World) -> Result<(), TakenError> {
        let there = |is: bool| {
            if is {
                Ok(())
            } else {
                Err(TakenError::NotThere(self.to_string()))
            }
        };
        match self {
            Self::Ponds => {
                there(!world.ponds.is_empty())?;
                world.ponds.clear();
            }
            Self::Road(id) => {
                there(world.roads.iter().any(|r| r.id == *id))?;
                world.closed_roads.push(id.clone());
            }
            Self::Cameras(share) => {
                there(!world.cameras.is_empty())?;
                let mut due = 0.0;
                world.cameras.retain(|_| {
                    due += share;
                    let goes = due >= 1.0;
                    if goes {
                        due -= 1.0;
                    }
                    !goes
                });
            }
            Self::Blowers => {
                for station in &mut world.stations {
                    station.stores.insert("blower".to_owned(), 0);
                }
            }
            Self::Patrols => {
                there(!world.patrols.is_empty())?;
                world.patrols.clear();
            }
            Self::Firebreaks => {
                there(!world.firebreaks.is_empty())?;
                world.firebreaks.clear();
            }
            Self::Units(name) => {
                let units = &mut world.scenario.file.units;
                there(units.iter().any(|u| u.unit_type == *name))?;
                units.retain(|u| u.unit_type != *name);
            }
        }
        Ok(())
    }
}

/// What one run is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Burnt area, ha.
    pub burnt_ha: f64,
    /// Minutes from a fire's start to its first alarm, the mean; the run's length for one never seen.
    pub detected_min: f64,
    /// Minutes from a fire's start to the first attack, likewise.
    pub attacked_min: f64,
    /// Share of the fires contained or out at the end.
    pub contained: f64,
}

impl Measures {
    fn of(outcome: &Outcome) -> Self {
        let n = outcome.fires.len().max(1) as f64;
        let mean = |of: &dyn Fn(&FireOutcome) -> f64| outcome.fires.iter().map(of).sum::<f64>() / n;
        let after = |t: Option<f64>, from: f64| (t.unwrap_or(outcome.end_s) - from) / 60.0;
        Self {
            burnt_ha: outcome.fires.iter().map(FireOutcome::reported_ha).sum(),
            detected_min: mean(&|f| after(f.detected_s, f.ignited_s)),
            attacked_min: mean(&|f| after(f.first_attack_s, f.ignited_s)),
            contained: mean(&|f| f64::from(u8::from(f.is_held()))),
        }
    }
}

/// A mean difference with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Mean of the pairs' differences: without less with.
    pub mean: f64,
    /// Its 95 % interval.
    pub low: f64,
    /// See `low`.
    pub high: f64,
}

impl Difference {
    /// Whether the interval leaves out nought.
    pub fn is_significant(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    fn of(pairs: &[(f64, f64)], stream: &str) -> Self {
        let differences: Vec<f64> = pairs.iter().map(|(with, without)| without - with).collect();
        let Interval { mean, low, high } = mean_interval(&differences, stream);
        Self { mean, low, high }
    }
}

/// One thing taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What.
    pub without: String,
    /// Number of pairs.
    pub pairs: usize,
    /// Mean burnt area as the scenario stands, ha.
    pub burnt_ha: f64,
    /// Its change, ha.
    pub change_ha: Difference,
    /// Change of the time to the first alarm, minutes.
    pub change_detected_min: Difference,
    /// Change of the time to the first attack, minutes.
    pub change_attacked_min: Difference,
    /// Change of the share contained.
    pub change_contained: Difference,
}

/// Runs a study. `make` builds the world as it stands, anew for each thing taken away; `done` is called
/// after each run.
///
/// # Errors
/// Things that are not there.
pub fn study(
    make: impl Fn() -> World,
    taken: &[Taken],
    seeds: std::ops::Range<u64>,
    policy: PolicyName,
    done: impl Fn() + Sync,
) -> Result<Vec<Row>, TakenError> {
    let mut worlds = vec![Arc::new(make())];
    for thing in taken {
        let mut world = make();
        thing.take_from(&mut world)?;
        world.meets_fires_of(&worlds[0]);
        worlds.push(Arc::new(world));
    }
    let jobs: Vec<(usize, u64)> = seeds
        .clone()
        .flat_map(|seed| (0..worlds.len()).map(move |w| (w, seed)))
        .collect();
    let measured: Vec<Measures> = jobs
        .par_iter()
        .map(|&(w, seed)| {
            let mut simulation = Simulation::new(worlds[w].clone(), seed, policy);
            simulation.run();
            let measures = Measures::of(&simulation.finish());
            done();
            measures
        })
        .collect();
    let n = worlds.len();
    let of = |w: usize| measured.iter().skip(w).step_by(n);
    Ok(taken
        .iter()
        .enumerate()
        .map(|(i, thing)| {
            let name = thing.to_string();
            let change = |what: fn(&Measures) -> f64, key: &str| {
                let pairs: Vec<(f64, f64)> = of(0).map(what).zip(of(i + 1).map(what)).collect();
                Difference::of(&pairs, &format!("{name}/{key}"))
            };
            let pairs = of(0).count();
            Row {
                pairs,
                burnt_ha: of(0).map(|m| m.burnt_ha).sum::<f64>() / pairs.max(1) as f64,
                change_ha: change(|m| m.burnt_ha, "burnt"),
                change_detected_min: change(|m| m.detected_min, "detected"),
                change_attacked_min: change(|m| m.attacked_min, "attacked"),
                change_contained: change(|m| m.contained, "contained"),
                without: name,
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_named_as_they_are_written() {
        for text in [
            "ponds",
            "road:bridge",
            "cameras:0.5",
            "blowers",
            "units:engine",
        ] {
            let taken: Taken = text.parse().unwrap();
            assert_eq!(taken.to_string(), text);
        }
        for text in ["pond", "road:", "cameras:0", "cameras:2", "bridge:x"] {
            assert!(text.parse::<Taken>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_interval_holds_the_mean_and_nought_when_nothing_changed() {
        let none = Difference::of(&[(1.0, 1.0), (2.0, 2.0), (5.0, 5.0)], "none");
        assert_eq!((none.mean, none.low, none.high), (0.0, 0.0, 0.0));
        assert!(!none.is_significant());
        let some: Vec<(f64, f64)> = (0..100).map(|i| (0.0, f64::from(i % 10))).collect();
        let some = Difference::of(&some, "some");
        assert!((some.mean - 4.5).abs() < 1e-12);
        assert!(
            some.low > 3.8 && some.high < 5.2 && some.is_significant(),
            "{some:?}"
        );
    }
}
