//! The state of a drill: the run, how fast it goes, what has been told, what is chosen.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::geo::{Extent, Point};
use crate::base::language::Language;
use crate::protocol::{Order, Orderer};
use crate::results::sentences::{Teller, known_to_desk};
use crate::simulation::{Outcome, PolicyName, Simulation, View};
use crate::world::World;

/// Speeds offered, simulated seconds a second.
pub const SPEEDS: [f64; 6] = [1.0, 10.0, 30.0, 60.0, 300.0, 1000.0];

/// A drill in progress.
pub struct Model {
    /// The world.
    pub world: Arc<World>,
    /// Language of the panels.
    pub language: Language,
    /// The moment shown.
    pub view: View,
    /// What has been told so far: clock and sentence.
    pub told: Vec<(f64, String)>,
    /// Whether time stands still.
    pub is_paused: bool,
    /// Index into [`SPEEDS`].
    pub speed: usize,
    /// Number of the incident that orders are for.
    pub incident: Option<u32>,
    /// Centre of the map and metres a point, when the user has moved it.
    pub camera: Option<(Point, f64)>,
    /// Units that an order waits for until the next step.
    pub ordered: BTreeSet<String>,
    simulation: Simulation,
    owed_s: f64,
    read: usize,
}

impl Model {
    /// A drill at its start, paused: nobody but the trainee sends anybody.
    pub fn new(world: Arc<World>, seed: u64, language: Language) -> Self {
        let world = world.of_seed(seed);
        let mut simulation = Simulation::new(world.clone(), seed, PolicyName::Person);
        let view = simulation.view();
        let mut model = Self {
            world,
            language,
            view,
            told: Vec::new(),
            is_paused: true,
            speed: 2,
            incident: None,
            camera: None,
            ordered: BTreeSet::new(),
            simulation,
            owed_s: 0.0,
            read: 0,
        };
        model.refresh();
        model
    }

    /// Whether the horizon has been reached.
    pub fn is_over(&self) -> bool {
        self.simulation.is_over()
    }

    /// Lets `seconds` of the wall clock pass; gives the number of steps made.
    pub fn advance(&mut self, seconds: f64) -> usize {
        if self.is_paused {
            return 0;
        }
        self.owed_s += seconds.clamp(0.0, 0.25) * SPEEDS[self.speed];
        let mut steps = 0;
        let tick_s = self.world.scenario.file.tick_s;
        while self.owed_s >= tick_s && !self.is_over() {
            self.owed_s -= tick_s;
            self.simulation.step();
            steps += 1;
        }
        if steps > 0 {
            self.refresh();
        }
        steps
    }

    /// One step, also while paused.
    pub fn step(&mut self) {
        if !self.is_over() {
            self.simulation.step();
            self.refresh();
        }
    }

    /// Gives an order; it is carried out or refused in the next step.
    pub fn order(&mut self, order: Order) {
        if let Order::Dispatch { unit, .. } | Order::Recall { unit } = &order {
            self.ordered.insert(unit.clone());
        }
        self.simulation.order(order, Orderer::Person);
    }

    /// Speaks another language from now on, the log included.
    pub fn set_language(&mut self, language: Language) {
        self.language = language;
        self.told.clear();
        self.read = 0;
        self.refresh();
    }

    /// Ends the drill.
    pub fn finish(self) -> Outcome {
        self.simulation.finish()
    }

    /// A name in the drill's language: of a unit, a station, a value.
    pub fn name(&self, id: &str) -> String {
        Teller::new(&self.world, self.language)
            .called(id)
            .to_owned()
    }

    /// Extent of the whole map.
    pub fn extent(&self) -> Extent {
        self.world.landscape.elevation.grid.extent()
    }

    fn refresh(&mut self) {
        self.ordered.clear();
        self.view = self.simulation.view();
        let world = self.world.clone();
        let teller = Teller::new(&world, self.language);
        let lines = self.simulation.journal().lines();
        for line in &lines[self.read..] {
            if known_to_desk(&line.record) {
                self.told.push((line.t_s, teller.sentence(line)));
            }
        }
        self.read = lines.len();
        if self.incident.is_none() {
            self.incident = self.view.incidents.first().map(|i| i.number);
        }
    }
}

#[cfg(test)]
pub(in crate::drill) mod tests {
    use super::*;
    use crate::scenario::Scenario;

    /// The training valley.
    pub fn valley() -> Model {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let scenario = Scenario::read(&path).unwrap();
        let world = Arc::new(World::build(scenario).unwrap().0);
        Model::new(world, 7, Language::English)
    }

    #[test]
    fn time_passes_only_when_the_drill_runs() {
        let mut model = valley();
        assert_eq!(model.advance(0.2), 0);
        model.is_paused = false;
        model.speed = 5;
        assert_eq!(model.advance(0.1), 10);
        assert_eq!(model.view.t_s, 100.0);
        assert!(!model.told.is_empty());
    }

    #[test]
    fn a_trainee_who_sends_the_crew_has_the_fire_contained() {
        let mut model = valley();
        while model
            .view
            .incidents
            .first()
            .is_none_or(|i| i.verified_s.is_none())
        {
            model.step();
        }
        assert!(model.view.edges.is_empty(), "nobody is there to report it");
        for unit in ["township-crew", "township-engine"] {
            model.order(Order::Dispatch {
                unit: unit.to_owned(),
                incident: 1,
            });
        }
        while !model.is_over() {
            model.step();
        }
        assert!(model.view.incidents[0].out_s.is_some());
        assert!(!model.view.edges.is_empty());
        let outcome = model.finish();
        assert!(outcome.fires[0].area_ha < 2.0);
    }
}
