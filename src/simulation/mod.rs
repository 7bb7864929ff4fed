//! A run: the world set in motion, one step after another.

mod outcome;

pub use outcome::{Ending, EndingReason, FireOutcome, Outcome, UnitOutcome};
