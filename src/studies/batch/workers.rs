//! Running groups on all cores.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::design::first_of;
use super::log::Finished;
use super::plan::{Group, Keep};
use super::rows::{self, Key, Stage};
use super::{Batch, BatchError};
use crate::operations::policy::PolicyName;
use crate::results::Scorecard;
use crate::scenario::Scenario;
use crate::simulation::{FireOutcome, Outcome, Simulation};
use crate::world::World;

/// Where a panic of this thread happened and what it said.
type Panicked = RefCell<Option<String>>;

thread_local! {
    static PANICKED: Panicked = const { RefCell::new(None) };
}

/// How long a worker that waits for memory waits before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// What a run is taken to need before any has been seen, bytes.
const LEAST_RUN_BYTES: u64 = 32 << 20;

/// What the workers give besides rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupDone {
    /// The rows.
    pub finished: Finished,
    /// Journals to keep: the run's number and the lines.
    pub journals: Vec<(u64, String)>,
    /// Burnt area of each run, ha.
    pub burnt_ha: Vec<f64>,
    /// Fires contained or out, and all fires.
    pub contained: (usize, usize),
}

/// Worlds in use: made once each, kept while a worker may still want them.
struct Worlds {
    slots: Mutex<BTreeMap<(usize, Option<usize>), Slot>>,
    most: usize,
}

type Slot = Arc<OnceLock<Result<(Arc<World>, Vec<String>), String>>>;

impl Worlds {
    /// The slot of a scenario's variant. Groups come in order, so the first ones are those that are done with.
    fn slot(&self, key: (usize, Option<usize>)) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(key).or_default().clone();
        while slots.len() > self.most
            && let Some(first) = slots.keys().find(|k| **k != key).copied()
        {
            slots.remove(&first);
        }
        slot
    }
}

/// Lets workers begin a group only while there is memory for it; one of them always may.
struct Gate {
    limit: Option<u64>,
    at_start: u64,
    state: Mutex<(usize, u64)>,
    changed: Condvar,
}

impl Gate {
    fn new(limit: Option<u64>) -> Self {
        Self {
            limit,
            at_start: resident_bytes().unwrap_or(0),
            state: Mutex::new((0, LEAST_RUN_BYTES)),
            changed: Condvar::new(),
        }
    }

    fn enter(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = self.limit {
            loop {
                let (active, need) = *state;
                if active == 0 || resident_bytes().unwrap_or(0) + need <= limit {
                    break;
                }
                let waited = self.changed.wait_timeout(state, LOOK_AGAIN);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        state.0 += 1;
    }

    fn leave(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.limit.is_some() {
            // What is in use beyond the start, over those at work: the most that was ever seen.
            let used = resident_bytes().unwrap_or(0).saturating_sub(self.at_start);
            state.1 = state.1.max(used / state.0.max(1) as u64);
        }
        state.0 -= 1;
        self.changed.notify_all();
    }
}

/// Memory of this process that is in use, bytes; none where the system does not say.
pub fn resident_bytes() -> Option<u64> {
    memory_stats::memory_stats().map(|m| m.physical_mem as u64)
}

/// Runs groups on so many workers and hands each to `take` as it is done, in no order. Stops at the first error
/// of `take`.
///
/// # Errors
/// Those of `take`.
pub fn run(
    batch: &Batch,
    todo: &[u64],
    jobs: usize,
    limit_bytes: Option<u64>,
    mut take: impl FnMut(GroupDone) -> Result<(), BatchError>,
) -> Result<(), BatchError> {
    let next = AtomicUsize::new(0);
    let is_stopped = AtomicBool::new(false);
    let worlds = Worlds {
        slots: Mutex::new(BTreeMap::new()),
        most: jobs + 1,
    };
    let gate = Gate::new(limit_bytes);
    let (sender, receiver) = mpsc::sync_channel::<GroupDone>(2 * jobs);
    let usual = panic::take_hook();
    // A failed run is a row of the results, not a message in the middle of the progress.
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|l| format!(" ({}:{})", l.file(), l.line()));
        let said = payload_text(info.payload());
        PANICKED.with(|p| *p.borrow_mut() = Some(said + &place.unwrap_or_default()));
    }));
    let ended = thread::scope(|scope| {
        for _ in 0..jobs {
            let sender = sender.clone();
            let (next, is_stopped, worlds, gate) = (&next, &is_stopped, &worlds, &gate);
            scope.spawn(move || {
                while !is_stopped.load(Ordering::Relaxed) {
                    let Some(&group) = todo.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        break;
                    };
                    gate.enter();
                    let done = run_group(batch, group, worlds);
                    gate.leave();
                    if sender.send(done).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut ended = Ok(());
        // Those still at work when it stops may finish; nobody takes their rows.
        for done in receiver {
            if ended.is_ok() {
                ended = take(done);
                is_stopped.store(ended.is_err(), Ordering::Relaxed);
            }
        }
        ended
    });
    panic::set_hook(usual);
    ended
}

fn payload_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

/// The scenario of a variant, its world, and the values of the design's row.
fn make_world(batch: &Batch, of: Group) -> Result<(Arc<World>, Vec<String>), String> {
    let base = &batch.scenarios[of.scenario];
    let (scenario, values): (Scenario, Vec<String>) = match (&batch.design, of.variant) {
        (Some(design), Some(row)) => {
            let scenario = design.variant(base, row).map_err(|e| e.to_string())?;
            (scenario, design.rows[row].1.clone())
        }
        _ => (base.clone(), Vec::new()),
    };
    let build = |scenario| World::build(scenario).map_err(|found| first_of(&found));
    let (mut world, _) = build(scenario)?;
    // A variant with other breaks meets the fires of the scenario as it stands.
    if of.variant.is_some() && world.confines_fires() {
        world.meets_fires_of(&build(base.clone())?.0);
    }
    Ok((Arc::new(world), values))
}

/// All runs of a group.
fn run_group(batch: &Batch, group: u64, worlds: &Worlds) -> GroupDone {
    let plan = &batch.plan;
    let of = plan.group(group);
    let mut done = GroupDone::default();
    done.finished.group = group;
    let policies = plan.policy_names();
    let key = |policy: usize| Key {
        plan,
        group,
        of,
        policy,
    };
    let fail_all = |done: &mut GroupDone, stage: Stage, cause: &str| {
        for policy in 0..policies.len() {
            let row = rows::failure(&key(policy), stage, cause);
            done.finished.failures.push(row);
        }
    };
    let slot = worlds.slot((of.scenario, of.variant));
    let (world, design) = match slot.get_or_init(|| make_world(batch, of)) {
        Ok(made) => made,
        Err(cause) => {
            fail_all(&mut done, Stage::World, cause);
            return done;
        }
    };
    // Every run of the group meets the same member of the ensemble.
    let member = panic::catch_unwind(AssertUnwindSafe(|| world.of_seed(of.seed)));
    let world = match member {
        Ok(world) => &world.clone(),
        Err(payload) => {
            fail_all(&mut done, Stage::World, &payload_text(&*payload));
            return done;
        }
    };
    // The fire that nobody fights is the same under every policy.
    let mut unfought: Option<Outcome> = None;
    let mut counterfactual_ha = None;
    if plan.counterfactual {
        match guarded(world, of.seed, PolicyName::DoNothing) {
            Ok(outcome) => {
                counterfactual_ha = Some(outcome.fires.iter().map(FireOutcome::reported_ha).sum());
                // Kept only where it is a run of its own.
                unfought = policies.contains(&PolicyName::DoNothing).then_some(outcome);
            }
            Err((cause, _)) => {
                fail_all(&mut done, Stage::Counterfactual, &cause);
                return done;
            }
        }
    }
    for (index, policy) in policies.iter().enumerate() {
        let run = match unfought.take_if(|_| *policy == PolicyName::DoNothing) {
            Some(outcome) => Ok(outcome),
            None => guarded(world, of.seed, *policy),
        };
        let number = plan.run_number(group, index);
        match run {
            Ok(outcome) => {
                let card = Scorecard::new(&outcome, counterfactual_ha);
                let scenario = &world.scenario;
                done.finished
                    .runs
                    .push(rows::run(&key(index), design, scenario, &outcome, &card));
                done.finished
                    .fires
                    .extend(rows::fires(&key(index), &outcome, &card));
                done.burnt_ha.push(card.totals.burnt_ha);
                let held = outcome.fires.iter().filter(|f| f.is_held()).count();
                done.contained.0 += held;
                done.contained.1 += outcome.fires.len();
                if plan.keep == Keep::All {
                    done.journals
                        .push((number, outcome.journal.text().to_owned()));
                }
            }
            Err((cause, journal)) => {
                let row = rows::failure(&key(index), Stage::Run, &cause);
                done.finished.failures.push(row);
                if plan.keep != Keep::None {
                    done.journals.extend(journal.map(|text| (number, text)));
                }
            }
        }
    }
    done
}

/// A run whose panic is caught: what it said, and the journal as far as it came.
fn guarded(
    world: &Arc<World>,
    seed: u64,
    policy: PolicyName,
) -> Result<Outcome, (String, Option<String>)> {
    let mut running: Option<Simulation> = None;
    let ran = panic::catch_unwind(AssertUnwindSafe(|| {
        running
            .insert(Simulation::new(Arc::clone(world), seed, policy))
            .run();
    }));
    let said = |payload: Box<dyn Any + Send>| {
        let kept = PANICKED.with(|p| p.borrow_mut().take());
        kept.unwrap_or_else(|| payload_text(&*payload))
    };
    if let Err(payload) = ran {
        let journal = running.map(|r| r.journal().text().to_owned());
        return Err((said(payload), journal));
    }
    let finished = panic::catch_unwind(AssertUnwindSafe(|| running.take().map(Simulation::finish)));
    match finished {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(("nothing ran".to_owned(), None)),
        Err(payload) => Err((said(payload), None)),
    }
}
