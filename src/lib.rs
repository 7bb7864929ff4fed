//! fireline: a real-time fire resource dispatch simulator.
//!
//! A wildland fire starts, somebody sees it, a duty desk sends crews, they build line, and the run
//! is scored. The rooms below are listed in the order data walks through them; a room may use the
//! rooms above it, never one below (see `docs/architecture.md`).

pub mod authoring;
pub mod base;
pub mod cli;
#[cfg(feature = "window")]
pub mod drill;
pub mod files;
pub mod fire;
pub mod operations;
pub mod protocol;
pub mod report;
pub mod results;
pub mod scenario;
pub mod simulation;
pub mod studies;
pub mod world;
