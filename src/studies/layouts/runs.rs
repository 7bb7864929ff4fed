//! The runs of a seed: one for each layout, with the same fires and the same weather.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cells;
use super::network::Kind;
use super::{ROAD_CLASS, Study};
use crate::fire::breaks::{ContactOutcome, LeakKind};
use crate::protocol::Record;
use crate::results::Scorecard;
use crate::simulation::{Ending, Outcome, Simulation};
use crate::world::World;

/// Contained within this counts as soon, seconds: 2 h.
const SOON_S: f64 = 7200.0;

/// A meeting of the fire with a piece of a break.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Met {
    /// Id of the break.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Piece along it, from 0.
    pub piece: u32,
    /// Whether it was breached.
    pub breached: bool,
    /// Whether it held only because somebody stood there: the draw would have been a breach without them.
    pub by_crew: bool,
}

/// A run of a layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Fires.
    pub fires: usize,
    /// Burnt area, ha.
    pub burnt_ha: f64,
    /// Burnt land cover and values, yuan.
    pub value_lost_cny: f64,
    /// Fires that escaped.
    pub escaped: usize,
    /// Fires contained within 2 h of their start.
    pub contained_2h: usize,
    /// Mean of the marks for attacking early and putting out, 0 to 100.
    pub score: f64,
    /// Where the fire met breaks.
    pub met: Vec<Met>,
    /// What burnt, see [`cells`].
    pub cells: String,
    /// Hash of where, when and why the fires started, hexadecimal.
    pub fires_hash: String,
    /// Hash of the run's end, hexadecimal.
    pub state_hash: String,
}

/// A run, or why it failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ran {
    /// It ran to its end.
    Done(Box<Run>),
    /// What the program said when it failed.
    Failed(String),
}

/// The runs of a seed, in the order of the layouts.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedDone {
    /// The seed.
    pub seed: u64,
    /// Its runs.
    pub runs: Vec<Ran>,
}

impl Run {
    fn of(outcome: &Outcome) -> Self {
        let card = Scorecard::new(outcome, None);
        let fires = &outcome.fires;
        let starts: Vec<String> = fires
            .iter()
            .map(|f| {
                format!(
                    "{} {:?} {} {} {}",
                    f.id, f.cause, f.at.x, f.at.y, f.ignited_s
                )
            })
            .collect();
        let soon = |f: &&crate::simulation::FireOutcome| {
            f.contained_s.is_some_and(|t| t - f.ignited_s <= SOON_S)
        };
        Self {
            fires: fires.len(),
            burnt_ha: card.totals.burnt_ha,
            value_lost_cny: card.totals.value_lost_cny,
            escaped: fires.iter().filter(|f| f.ending == Ending::Escaped).count(),
            contained_2h: fires.iter().filter(soon).count(),
            score: f64::midpoint(card.pillars.early, card.pillars.out),
            met: met(outcome),
            cells: cells::burnt(outcome),
            fires_hash: blake3::hash(starts.join("\n").as_bytes()).to_hex()[..16].to_owned(),
            state_hash: outcome.state_hash.clone(),
        }
    }
}

/// Where the fire met belts and fire roads, as the journal says.
fn met(outcome: &Outcome) -> Vec<Met> {
    let is_fire_road = |id: &String| {
        let mut roads = outcome.world.roads.iter();
        roads.any(|r| r.id == *id && r.class == ROAD_CLASS)
    };
    let lines = outcome.journal.lines().iter();
    lines
        .filter_map(|line| {
            let Record::BreakContact {
                barrier,
                id,
                piece,
                probability_unheld,
                draw,
                outcome,
                ..
            } = &line.record
            else {
                return None;
            };
            let kind = match barrier {
                LeakKind::Planted => Kind::Planted,
                LeakKind::Isolation => Kind::Isolation,
                LeakKind::Road if is_fire_road(id) => Kind::Road,
                LeakKind::Road | LeakKind::BuiltLine => return None,
            };
            let breached = *outcome == ContactOutcome::Breached;
            Some(Met {
                id: id.clone(),
                kind,
                piece: *piece,
                breached,
                by_crew: !breached && probability_unheld.is_some_and(|p| *draw < p),
            })
        })
        .collect()
}

/// The work, or what the program said when it failed.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let said = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
        said.unwrap_or_else(|| "panic".to_owned())
    })
}

/// All runs of a seed. What the seed draws, it draws once, for the scenario as it stands: a network that has other
/// roads or breaks meets the same day and the same fires.
fn of_seed(study: &Study, seed: u64) -> SeedDone {
    let member = guarded(|| study.fires_of.of_seed(seed).member.clone());
    let run = |world: &Arc<World>| {
        let member = member.clone()?;
        guarded(|| {
            let world = match &member {
                Some(member) => Arc::new(world.with_member(member)),
                None => Arc::clone(world),
            };
            let mut simulation = Simulation::new(world, seed, study.policy);
            simulation.run();
            Run::of(&simulation.finish())
        })
    };
    let ran = |world| match run(world) {
        Ok(run) => Ran::Done(Box::new(run)),
        Err(said) => Ran::Failed(said),
    };
    SeedDone {
        seed,
        runs: study.worlds.iter().map(ran).collect(),
    }
}

/// Runs seeds on so many threads and hands each to `take` as it is done, in no order. Stops at the first error of
/// `take`.
///
/// # Errors
/// Those of `take`.
pub fn each_seed<E: Send>(
    study: &Study,
    seeds: &[u64],
    jobs: usize,
    mut take: impl FnMut(SeedDone) -> Result<(), E>,
) -> Result<(), E> {
    let stopped = AtomicBool::new(false);
    let (sender, receiver) = mpsc::sync_channel::<SeedDone>(2 * jobs);
    let work = |sender: &mut mpsc::SyncSender<SeedDone>, seed: &u64| {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        // Nobody takes any more when it has stopped.
        let _ = sender.send(of_seed(study, *seed));
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let all = || seeds.par_iter().for_each_with(sender, work);
            match &pool {
                Ok(pool) => pool.install(all),
                // Without threads of its own it uses those of the program.
                Err(_) => all(),
            }
        });
        let mut ended = Ok(());
        for done in receiver {
            if ended.is_ok() {
                ended = take(done);
                stopped.store(ended.is_err(), Ordering::Relaxed);
            }
        }
        ended
    })
}
