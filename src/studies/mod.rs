//! Many runs, and runs against known answers.
//!
//! In come questions about the model; out come numbers with their error. The verification suite and
//! the comparison of two fires live here; ensembles and planning come with later issues. Nothing here
//! draws or prints.

pub mod compare;
pub mod verify;
