//! Many runs, and runs against known answers.
//!
//! In come questions about the model; out come numbers with their error. So far the verification
//! suite lives here; ensembles and planning come with later issues. Nothing here draws or prints.

pub mod verify;
