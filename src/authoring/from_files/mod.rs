//! Scenarios out of a user's own files: the parts that need no scenario yet.
//!
//! In come rasters and roads as they were read; out go layers by their meaning, rasters on one grid, and
//! roads that meet. Nothing here reads a file or runs a fire. No command uses it yet.

pub mod layers;
pub mod network;
pub mod warp;
