//! The scenario made real and checked: landscape, weather, roads, features; shared and immutable.
//!
//! In comes a [`Scenario`]; out goes a [`World`] that cannot be invalid, or every diagnostic of
//! meaning. Nothing here changes during a run.

mod checks;
pub mod covers;
mod features;
mod files;
mod findings;
mod gathered;
pub mod landscape;
pub mod roads;
pub mod totals;
pub mod weather;

use std::path::Path;

use crate::base::clock::Clock;
use crate::base::geo::{Crs, Grid};
use crate::base::message::Message;
use crate::scenario::schema::{
    Area, Camera, Firebreak, Patrol, Pond, PowerLine, Road, Station, Value,
};
use crate::scenario::{Diagnostic, Scenario};

use findings::Findings;
use gathered::Gathered;
pub use landscape::Landscape;
pub use roads::{RoadNetwork, RouteTree};
pub use totals::Totals;
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

impl World {
    /// Loads every file the scenario names, builds the road network and checks all of it. Out comes
    /// a world that cannot be invalid, with warnings; or every error of meaning, and the warnings
    /// after them.
    pub fn build(scenario: Scenario) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut findings = Findings::new(&scenario);
        let parts = Parts::load(&scenario, &mut findings);
        let (mut errors, warnings) = findings.sorted();
        if errors.is_empty() {
            let Some(parts) = parts else {
                // Every way to lose a part has said so; this is the last line of defence.
                let message = Message::new("check-incomplete");
                return Err(vec![Diagnostic::error(&scenario.path, message)]);
            };
            return Ok((parts.into_world(scenario), warnings));
        }
        errors.extend(warnings);
        Err(errors)
    }
}

/// Reads and checks a scenario without running it: all errors, and all warnings. A structural error
/// comes alone, because the parser stops there.
pub fn check(path: &Path) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    match Scenario::read(path).and_then(World::build) {
        Ok((_, warnings)) => (Vec::new(), warnings),
        Err(found) => found
            .into_iter()
            .partition(|d| d.severity == crate::scenario::Severity::Error),
    }
}

/// A world without its scenario.
struct Parts {
    clock: Clock,
    crs: Crs,
    landscape: Landscape,
    grid: Grid,
    network: RoadNetwork,
    gathered: Gathered,
}

impl Parts {
    /// Loads and checks everything; none when a part is missing, which `findings` then explains.
    fn load(scenario: &Scenario, findings: &mut Findings<'_>) -> Option<Self> {
        let file = &scenario.file;
        checks::settings::check(scenario, findings);
        let clock = checks::settings::clock(file, findings);
        let crs = checks::settings::crs(file, findings);
        let landscape = files::load_landscape(scenario, findings);
        let grid = landscape
            .as_ref()
            .and_then(|l| files::simulation_grid(&l.cover.grid, file.cell_m, findings));
        let extent = landscape.as_ref().map(|l| l.cover.grid.extent());
        let gathered = Gathered::read(scenario, crs.as_ref(), extent, findings);
        checks::placed::check(&gathered, &scenario.catalogue, findings);
        checks::people::check(scenario, &gathered, findings);
        checks::fires::check(file, &gathered, landscape.as_ref(), findings);
        checks::totals::check(&file.declared, &gathered, findings);
        let network = RoadNetwork::build(&gathered.roads.items, &scenario.catalogue.road_classes);
        checks::placed::check_access(&gathered, &network, findings);
        let (clock, crs, landscape, grid) = (clock?, crs?, landscape?, grid?);
        Some(Self {
            clock,
            crs,
            landscape,
            grid,
            network,
            gathered,
        })
    }

    fn into_world(self, scenario: Scenario) -> World {
        let Self {
            clock,
            crs,
            landscape,
            grid,
            network,
            gathered,
        } = self;
        World {
            weather: Weather::new(&scenario.file),
            scenario,
            clock,
            crs,
            landscape,
            grid,
            network,
            roads: gathered.roads.items,
            firebreaks: gathered.firebreaks.items,
            ponds: gathered.ponds.items,
            stations: gathered.stations.items,
            cameras: gathered.cameras.items,
            patrols: gathered.patrols.items,
            values: gathered.values.items,
            areas: gathered.areas.items,
            power_lines: gathered.power_lines.items,
        }
    }
}
