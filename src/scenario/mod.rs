//! What a user writes: the scenario in RON and the catalogue it draws on.
//!
//! In comes text; out goes a typed [`schema::ScenarioFile`] with the place of every field in the
//! text, or a diagnostic. This room checks structure only: whether the things a scenario names
//! exist is the room `world`'s concern.

pub mod calendar;
pub mod catalogue;
pub mod diagnostic;
pub mod fuels;
pub mod networks;
mod overrides;
mod read;
pub mod schema;
pub mod text;

pub use catalogue::Catalogue;
pub use diagnostic::{Diagnostic, Severity};
pub(crate) use read::read_part;
pub use read::{Scenario, schema};
