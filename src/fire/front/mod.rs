//! The fire front: when does the fire first arrive at each cell?
//!
//! In come a [`SpreadSource`] (how a fire spreads in each cell), starts, changes of weather and
//! barriers; out come arrival times, the rate and intensity with which each cell was crossed, and
//! the perimeter at any moment. Cells are accepted in order of arrival, each exactly once; there is
//! no time step. This room never asks what lit the fire or who fights it.

mod cells;
mod metric;
mod outline;
mod perimeter;
mod queue;
mod solver;
mod start;
mod stencil;
mod step;

pub use metric::{Crown, Ellipse};
pub use perimeter::{Ring, Vertex};
pub use solver::{Burnt, Front, StartKind, Touch};
pub use start::{MOST_STARTS, Start};

/// How a fire spreads in each cell of the simulation grid, under the present weather.
pub trait SpreadSource {
    /// A number for the fuel in a cell; 0 does not burn. Cells of one number are taken to spread
    /// alike but for terrain.
    fn fuel(&self, col: usize, row: usize) -> u8;
    /// The ellipse of spread in a cell of fuel `fuel`; none when the fire does not spread there.
    fn spread(&self, col: usize, row: usize, fuel: u8) -> Option<Ellipse>;
    /// Heat released per unit area by fuel `fuel`, kJ/m2.
    fn heat_kj_m2(&self, fuel: u8) -> f64;
    /// Rate constant of acceleration from a point, per second; 0 for none. Rates grow as
    /// `1 - exp(-a age)` (McAlpine & Wakimoto 1991, *Forest Science* 37:1314-1337).
    fn acceleration_per_s(&self) -> f64;
    /// How long an edge in fuel `fuel` that does not move can still burn on, seconds: after that
    /// the black is safe.
    fn burn_out_s(&self, fuel: u8) -> f64 {
        let _ = fuel;
        f64::INFINITY
    }
}
