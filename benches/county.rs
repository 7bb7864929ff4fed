//! Whole runs of the county without loading, counterfactual, pictures and rasters: one fire, an afternoon of
//! twelve, an hour in which nothing burns.

use std::path::Path;
use std::sync::Arc;

use fireline::operations::policy::PolicyName;
use fireline::scenario::Scenario;
use fireline::simulation::Simulation;
use fireline::world::World;

fn main() {
    divan::main();
}

fn scenario(name: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    Scenario::read(&folder.join(name)).expect("a shipped scenario")
}

fn build(scenario: Scenario) -> Arc<World> {
    Arc::new(World::build(scenario).expect("a sound world").0)
}

fn run(site: &Arc<World>) {
    let mut simulation = Simulation::new(site.clone(), 1, PolicyName::RunCard);
    while !simulation.is_over() {
        simulation.step();
    }
    divan::black_box(simulation.time_s());
}

/// 6 h, 102 cameras, one fire: at most 0.1 s is wanted.
#[divan::bench(sample_count = 12)]
fn county_fire(bencher: divan::Bencher) {
    let site = build(scenario("hengyang.ron"));
    bencher.bench_local(|| run(&site));
}

/// 6 h, a dozen fires at once: at most 1 s is wanted.
#[divan::bench(sample_count = 5)]
fn twelve_fires(bencher: divan::Bencher) {
    let site = build(scenario("qingming.ron"));
    bencher.bench_local(|| run(&site));
}

/// One hour, 102 cameras, nothing burns: at most 15 ms is wanted.
#[divan::bench(sample_count = 40)]
fn idle_hour(bencher: divan::Bencher) {
    let mut quiet = scenario("hengyang.ron");
    quiet.file.ignitions.clear();
    quiet.file.drawn_ignitions = None;
    quiet.file.horizon_min = 60.0;
    let site = build(quiet);
    bencher.bench_local(|| run(&site));
}
