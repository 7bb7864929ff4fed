//! The drill: a window in which a dispatcher fights a fire.
//!
//! In come a world and a seed; out go orders to the simulation, and at the end the same outcome that
//! a headless run has. The window draws a `View` of the run and never looks behind it; panels are
//! plain functions over a model, so that they can be tested without a display. Only with the
//! feature `window`.

mod map;
pub mod model;
pub mod panels;
mod window;

pub use window::open;
