//! The scenario made real and checked: landscape, weather, roads, features; shared and immutable.
//!
//! In comes a [`crate::scenario::Scenario`]; out goes a [`World`] that cannot be invalid, or every
//! diagnostic of meaning. Nothing here changes during a run.

pub mod landscape;
pub mod roads;
pub mod weather;

use crate::base::clock::Clock;
use crate::base::geo::{Crs, Grid};
use crate::scenario::Scenario;
use crate::scenario::schema::{Area, Camera, Firebreak, Patrol, Pond, PowerLine, Road, Station, Value};

pub use landscape::Landscape;
pub use roads::RoadNetwork;
pub use weather::Weather;

/// Everything a run reads and never changes.
#[derive(Debug)]
pub struct World {
    /// What the user wrote, with the catalogue after overrides.
    pub scenario: Scenario,
    /// Simulation seconds to civil time.
    pub clock: Clock,
    /// The projected system.
    pub crs: Crs,
    /// Terrain and covers on the landscape's grid.
    pub landscape: Landscape,
    /// The simulation grid: the landscape's grid refined by a whole number.
    pub grid: Grid,
    /// Weather records at 10 m wind.
    pub weather: Weather,
    /// The road network.
    pub network: RoadNetwork,
    /// Roads from the scenario and its files.
    pub roads: Vec<Road>,
    /// Firebreaks.
    pub firebreaks: Vec<Firebreak>,
    /// Ponds.
    pub ponds: Vec<Pond>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Patrols.
    pub patrols: Vec<Patrol>,
    /// Values at risk.
    pub values: Vec<Value>,
    /// Named areas.
    pub areas: Vec<Area>,
    /// Power lines.
    pub power_lines: Vec<PowerLine>,
}
