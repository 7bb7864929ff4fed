//! Many runs, and runs against known answers.
//!
//! In come questions about the model; out come numbers with their error. The verification suite, the
//! comparison of two fires, batches of runs and what a run is worth without something live here; layouts come with
//! a later issue. Nothing here draws or prints.

pub mod access;
pub mod batch;
pub mod compare;
pub mod coverage;
pub mod statistics;
pub mod verify;
pub mod without;
