//! A run: the world set in motion, one step after another.
//!
//! In come a world, a seed and a policy's orders; out goes an [`Outcome`]. One schedule, `Step`, on
//! one thread, with its sets in a fixed order. No window, no wall clock, no files: the same inputs
//! give the same journal, byte for byte.

mod outcome;
mod run;
mod standing;
mod view;

pub use crate::operations::policy::PolicyName;
pub use outcome::{Ending, EndingReason, FireOutcome, Outcome, PondOutcome, UnitOutcome};
pub use run::{Simulation, SimulationPlugins, Step, StepSet, free_burn};
pub use standing::resistance;
pub use view::{IncidentView, UnitDoing, UnitPlace, View};
