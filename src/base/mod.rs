//! The ground floor: units, the clock, named random streams, message keys with their texts in
//! each language, and geometry.
//!
//! Nothing comes in; plain values go out. This room knows nothing of fires, files or people, and
//! never reads the wall clock or the file system.

pub mod clock;
pub mod geo;
pub mod language;
pub mod message;
pub mod random;
pub mod season;
pub mod units;
