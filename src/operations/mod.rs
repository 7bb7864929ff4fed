//! The people: who sees the fire, who is sent, how they get there and what they do.
//!
//! In come orders and the state of the front; out go records and built line. Each file holds the
//! components and systems of one trade. Rooms below set the clock; nothing here reads a file or
//! draws a number outside its named stream.

pub mod belief;
pub mod breakouts;
pub mod chain;
pub mod command;
pub mod containment;
pub mod danger;
pub mod detection;
pub mod fires;
mod holding;
pub mod mop_up;
pub mod movement;
pub mod orders;
pub mod policy;
pub mod routing;
pub mod safety;
pub mod stores;
pub mod tactics;
mod tasks;
pub mod traffic;
pub mod units;
pub mod walking;
pub mod water;
pub mod work;

pub use tasks::HOLD_FACTOR;

use std::collections::BTreeSet;
use std::sync::Arc;

use bevy_ecs::prelude::*;
use petgraph::graph::EdgeIndex;

use crate::base::random::Streams;
use crate::fire::front::Front;
use crate::fire::ground::Ground;
use crate::protocol::{Journal, Order, Orderer, Record};
use crate::world::World as Site;

/// The immutable world of the run.
#[derive(Resource, Clone)]
pub struct Shared(pub Arc<Site>);

/// The present step: a tick of the scenario, or a part of it while people work at a fire.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// Seconds since the start, at the end of the step.
    pub t_s: f64,
    /// Length of the step, seconds.
    pub step_s: f64,
}

/// The fire.
#[derive(Resource)]
pub struct Fire(pub Front<Ground>);

/// The journal.
#[derive(Resource, Default)]
pub struct Log(pub Journal);

/// The run's random streams.
#[derive(Resource, Clone, Copy)]
pub struct Luck(pub Streams);

/// Orders that wait for the desk, each with the second at which it was given: what follows from it takes its
/// time from then, however long the tick.
#[derive(Resource, Default)]
pub struct Inbox(pub Vec<(f64, Orderer, Order)>);

/// What keeps vehicles off the roads.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct ClosedRoads {
    /// Roads closed by order or event, by index into the world's roads.
    pub roads: BTreeSet<usize>,
    /// Pieces of road at which it burns.
    pub burning: BTreeSet<EdgeIndex>,
    /// Pieces of road whose bridge is gone.
    pub bridges: BTreeSet<EdgeIndex>,
    /// Pieces of road across which a tree lies, or soon will.
    pub trees: traffic::FallenTrees,
    /// Rain in the last 24 h, mm.
    pub rain_mm: f64,
    /// Counts the changes.
    pub version: usize,
}

/// A number in order of making; everything that must have an order is sorted by it.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub u32);

impl Log {
    /// Adds a record at the present time, to a tenth of a second.
    pub fn say(&mut self, t_s: f64, record: Record) {
        self.0.push(libm::round(t_s * 10.0) / 10.0, record);
    }

    /// Adds a record of something that happened at `at_s`, within the step that ends at `t_s`: at its own time,
    /// unless something later has been written down already.
    pub fn say_of(&mut self, at_s: f64, t_s: f64, record: Record) {
        let last_s = self.0.lines().last().map_or(0.0, |line| line.t_s);
        self.say(at_s.max(last_s).min(t_s), record);
    }
}

/// Rounds to two decimals, as areas in hectares and lengths in metres are reported.
pub(crate) fn hundredths(value: f64) -> f64 {
    libm::round(value * 100.0) / 100.0
}
