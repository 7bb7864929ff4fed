//! Many runs, and runs against known answers.
//!
//! In come questions about the model; out come numbers with their error. The verification suite, the
//! comparison of two fires, batches of runs, layouts of breaks, the search for new ones and what a run is worth without something live here.
//! Nothing here draws or prints.

pub mod access;
pub mod batch;
pub mod compare;
pub mod coverage;
pub mod layouts;
pub mod search;
pub mod statistics;
pub mod verify;
pub mod without;
