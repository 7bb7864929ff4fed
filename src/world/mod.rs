//! The scenario made real and checked: landscape, weather, roads, features; shared and immutable.
//!
//! In comes a [`Scenario`]; out goes a [`World`] that cannot be invalid, or every diagnostic of
//! meaning. Nothing here changes during a run.

pub mod canopy;
mod checks;
pub mod covers;
pub mod danger;
pub mod ensemble;
mod features;
mod files;
mod findings;
mod fuels;
mod gathered;
pub mod gridded;
pub mod landscape;
pub mod roads;
pub mod totals;
pub mod weather;

use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::base::clock::Clock;
use crate::base::geo::{Crs, Grid, Point};
use crate::base::message::Message;
use crate::fire::behavior::FuelModel;
use crate::scenario::schema::{
    Area, Camera, CustomFuel, Firebreak, Patrol, Pond, PowerLine, Road, Station, Value,
};
use crate::scenario::text::FieldPath;
use crate::scenario::{Diagnostic, Scenario};

pub use canopy::CanopyRasters;
pub use danger::DangerDay;
pub use ensemble::Member;
use ensemble::{DayPool, Sites};
use findings::Findings;
use fuels::Fuels;
use gathered::Gathered;
pub use gridded::GriddedWeather;
pub use landscape::Landscape;
pub use roads::{RoadNetwork, RouteTree};
pub use totals::Totals;
pub use weather::Weather;

/// Everything a run reads and never changes.
#[derive(Debug)]
pub struct World {
    /// What the user wrote, with the catalogue after overrides; in a member's world its day and winds stand in place of
    /// what was written, see [`World::written`].
    pub scenario: Scenario,
    as_written: Option<Arc<Scenario>>,
    /// Simulation seconds to civil time.
    pub clock: Clock,
    /// The projected system.
    pub crs: Crs,
    /// Terrain and covers on the landscape's grid.
    pub landscape: Arc<Landscape>,
    /// The simulation grid: the landscape's grid refined by a whole number.
    pub grid: Grid,
    /// Weather records at 10 m wind.
    pub weather: Weather,
    /// Weather on grids, in order of time; see [`World::gridded_at`].
    pub weather_grids: Arc<Vec<GriddedWeather>>,
    /// Fuel models by number: the standard ones and the scenario's own.
    pub fuels: BTreeMap<u16, FuelModel>,
    /// The scenario's own fuel models as they were written.
    pub custom_fuels: BTreeMap<u16, CustomFuel>,
    /// The road network.
    pub network: Arc<RoadNetwork>,
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
    /// Roads that are closed from the start, by id; a study closes some.
    pub closed_roads: Vec<String>,
    /// The fire danger of each day, in order; at least one.
    pub danger: Vec<DangerDay>,
    /// What a seed has decided, in the world of an ensemble's member.
    pub member: Option<Arc<Member>>,
    /// The days that an ensemble draws from.
    days: Arc<DayPool>,
    /// Where the ignition model may start fires.
    sites: Arc<OnceLock<Sites>>,
    memo: Memo,
}

/// What a room below has worked out once for a world and its members, so that runs share it.
#[derive(Default, Clone)]
struct Memo(Arc<OnceLock<Box<dyn Any + Send + Sync>>>);

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Memo")
            .field(&self.0.get().is_some())
            .finish()
    }
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
            let world = parts.into_world(scenario);
            if world.confines_fires() && world.sites().all() == 0 {
                let message = Message::new("check-draw-nowhere");
                let at = FieldPath::of("drawn_ignitions");
                let nowhere = Diagnostic::error(&world.scenario.path, message);
                return Err(vec![nowhere.at_path(&world.scenario.text, &at)]);
            }
            return Ok((world, warnings));
        }
        errors.extend(warnings);
        Err(errors)
    }

    /// The same world with other firebreaks and, where there are more, other roads; the landscape is shared.
    #[must_use]
    pub fn with_breaks(&self, firebreaks: Vec<Firebreak>, more_roads: Vec<Road>) -> Self {
        let mut world = self.alike();
        world.firebreaks = firebreaks;
        if !more_roads.is_empty() {
            world.roads.extend(more_roads);
            let (catalogue, elevation) = (&world.scenario.catalogue, &world.landscape.elevation);
            let network = RoadNetwork::build(&world.roads, catalogue, Some(elevation));
            world.network = Arc::new(network);
        }
        // What was worked out follows from the breaks.
        world.memo = Memo::default();
        world
    }

    /// What the user wrote: the scenario without the day and the perturbations that a seed has drawn.
    pub fn written(&self) -> &Scenario {
        self.as_written.as_deref().unwrap_or(&self.scenario)
    }

    /// Something that follows from this world alone and is the same for all its members, whatever their day, made
    /// when it is first asked for. There is one such thing a world, of one type: one asked for under another type
    /// is made anew each time.
    pub fn worked_out<T: Clone + Send + Sync + 'static>(&self, make: impl Fn() -> T) -> T {
        let kept = self.memo.0.get_or_init(|| Box::new(make()));
        kept.downcast_ref::<T>().cloned().unwrap_or_else(make)
    }

    /// The fire danger `t_s` seconds after the start, as announced or by the index.
    pub fn danger_at(&self, t_s: f64) -> DangerDay {
        danger::level_at(&self.danger, t_s)
    }

    /// The weather grid that holds `t_s` seconds after the start; none before the first. What it
    /// does not say is in the weather records.
    pub fn gridded_at(&self, t_s: f64) -> Option<&GriddedWeather> {
        let i = self.weather_grids.partition_point(|g| g.at_s <= t_s);
        self.weather_grids.get(i.checked_sub(1)?)
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
    fuels: Fuels,
    weather_grids: Vec<GriddedWeather>,
    days: DayPool,
    latitude_deg: f64,
}

impl Parts {
    /// Loads and checks everything; none when a part is missing, which `findings` then explains.
    fn load(scenario: &Scenario, findings: &mut Findings<'_>) -> Option<Self> {
        let file = &scenario.file;
        checks::settings::check(scenario, findings);
        let clock = checks::settings::clock(file, findings);
        let crs = checks::settings::crs(file, findings);
        let fuels = fuels::load(scenario, findings);
        let landscape = files::load_landscape(scenario, &fuels.custom, findings);
        canopy::check_use(scenario, findings);
        let terrain = landscape.as_ref().map(|l| &l.cover.grid);
        let weather_grids = gridded::load(scenario, terrain, findings);
        let grid = landscape
            .as_ref()
            .and_then(|l| files::simulation_grid(&l.cover.grid, file.cell_m, findings));
        let extent = landscape.as_ref().map(|l| l.cover.grid.extent());
        let gathered = Gathered::read(scenario, crs.as_ref(), extent, findings);
        checks::placed::check(&gathered, &scenario.catalogue, findings);
        checks::people::check(scenario, &gathered, findings);
        checks::fires::check(scenario, &gathered, landscape.as_ref(), findings);
        checks::totals::check(&file.declared, &gathered, findings);
        let elevation = landscape.as_ref().map(|l| &l.elevation);
        let network = RoadNetwork::build(&gathered.roads.items, &scenario.catalogue, elevation);
        checks::placed::check_access(&gathered, &network, findings);
        let latitude_deg = crs.as_ref().zip(extent).and_then(|(crs, extent)| {
            let middle = Point::new(
                f64::midpoint(extent.min.x, extent.max.x),
                f64::midpoint(extent.min.y, extent.max.y),
            );
            Some(crs.lon_lat(middle).ok()?.1)
        });
        checks::ensemble::check(scenario, &gathered, findings);
        let days = ensemble::load_days(scenario, latitude_deg, findings);
        let (clock, crs, landscape, grid) = (clock?, crs?, landscape?, grid?);
        Some(Self {
            days,
            // A landscape whose middle has no latitude has been refused by the checks.
            latitude_deg: latitude_deg.unwrap_or(0.0),
            clock,
            crs,
            landscape,
            grid,
            network,
            gathered,
            fuels,
            weather_grids,
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
            fuels,
            weather_grids,
            days,
            latitude_deg,
        } = self;
        let weather = Weather::new(&scenario.file);
        World {
            danger: danger::days_of(&scenario, &clock, &weather, latitude_deg),
            weather,
            weather_grids: Arc::new(weather_grids),
            fuels: fuels.models,
            custom_fuels: fuels.custom,
            scenario,
            as_written: None,
            clock,
            crs,
            landscape: Arc::new(landscape),
            grid,
            network: Arc::new(network),
            roads: gathered.roads.items,
            firebreaks: gathered.firebreaks.items,
            ponds: gathered.ponds.items,
            stations: gathered.stations.items,
            cameras: gathered.cameras.items,
            patrols: gathered.patrols.items,
            values: gathered.values.items,
            areas: gathered.areas.items,
            power_lines: gathered.power_lines.items,
            closed_roads: Vec::new(),
            member: None,
            days: Arc::new(days),
            sites: Arc::default(),
            memo: Memo::default(),
        }
    }
}
