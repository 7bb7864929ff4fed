//! Many runs, and runs against known answers.
//!
//! In come questions about the model; out come numbers with their error. The verification suite, the
//! comparison of two fires and what a run is worth without something live here; ensembles and layouts
//! come with later issues. Nothing here draws or prints.

pub mod access;
pub mod compare;
pub mod coverage;
pub mod verify;
pub mod without;
