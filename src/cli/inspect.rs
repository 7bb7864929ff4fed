//! `fireline inspect`: what a scenario holds, as a table, as JSON, as GeoJSON and as a map; what any other
//! file is.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;

use super::batch::seeds;
use super::inspect_ensemble;
use super::inspect_file;
use super::output::{self, Exit, Failure, Output, print, print_json};
use crate::base::message::Message;
use crate::results::inventory::{Inventory, write_geojson};
use crate::results::layers::write_network;
use crate::results::run_folder::RUNS;
use crate::results::sentences::Teller;
use crate::results::{picture, run_map, stores, story};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    inspected: PathBuf,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long)]
    stores: bool,
    #[arg(long, conflicts_with = "stores")]
    ensemble: bool,
    #[arg(long, default_value = "0..20", value_name = "A..B", value_parser = seeds, requires = "ensemble")]
    seeds: Range<u64>,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let is_scenario = arguments.inspected.extension().is_some_and(|e| e == "ron");
    // What is not there is a missing scenario unless its name speaks of another format.
    if !is_scenario && (arguments.inspected.exists() || arguments.inspected.extension().is_some()) {
        if arguments.stores {
            let message = Message::new("cli-stores-scenario");
            return Err(Failure::Message(Exit::Usage, message));
        }
        if arguments.ensemble {
            let message = Message::new("cli-ensemble-scenario");
            return Err(Failure::Message(Exit::Usage, message));
        }
        let out = arguments.out.as_deref();
        return inspect_file::run(&arguments.inspected, arguments.json, out, output);
    }
    let world = output.load(&arguments.inspected)?;
    if arguments.stores {
        return show_stores(&world, arguments, output);
    }
    if arguments.ensemble {
        let (path, seeds) = (&arguments.inspected, arguments.seeds.clone());
        return inspect_ensemble::run(world, path, seeds, arguments.json, output);
    }
    let inventory = Inventory::of(&world);
    let folder = arguments.out.as_deref().unwrap_or(Path::new(RUNS));
    fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))?;
    let map = match &arguments.out {
        Some(folder) => folder.join("map.png"),
        None => folder.join(format!("{}-inspect.png", inventory.scenario)),
    };
    let teller = Teller::new(&world, output.language);
    run_map::world_map(&world, &teller)
        .and_then(|image| picture::write_png(&image, &map))
        .map_err(|e| Failure::write(&map, e))?;
    let mut notes = vec![note(output, "cli-map-written", &map)];
    if arguments.out.is_some() {
        let mut written = write_geojson(&world, folder).map_err(|e| Failure::file(&e))?;
        if !world.roads.is_empty() {
            let path = folder.join("network.gpkg");
            write_network(&world, &path).map_err(|e| Failure::file(&e))?;
            written.push(path);
        }
        notes.extend(
            written
                .iter()
                .map(|path| note(output, "cli-files-written", path)),
        );
    }
    if arguments.json {
        if !output.quiet {
            output::note(&notes.join("\n"));
        }
        print_json(&inventory)?;
    } else {
        let table = table(&inventory, &world, &teller);
        print(&format!("{table}\n{}\n", notes.join("\n")))?;
    }
    Ok(Exit::Done)
}

/// Stores against the plan: what is short, or all of it as JSON and CSV.
fn show_stores(world: &World, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let lines = stores::store_lines(world);
    let teller = Teller::new(world, output.language);
    let mut notes = Vec::new();
    if let Some(folder) = &arguments.out {
        fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))?;
        let path = folder.join("stores.csv");
        let csv =
            stores::stores_csv(world, &lines, &teller).map_err(|e| Failure::write(&path, e))?;
        fs::write(&path, csv).map_err(|e| Failure::write(&path, e))?;
        notes.push(note(output, "cli-files-written", &path));
    }
    if world.scenario.file.stores_plan.is_empty() {
        notes.push(output.text("stores-no-plan"));
    }
    if arguments.json {
        if !output.quiet && !notes.is_empty() {
            output::note(&notes.join("\n"));
        }
        print_json(&lines)?;
        return Ok(Exit::Done);
    }
    let mut table = story::new_table();
    table.set_header(
        [
            "stores-station",
            "stores-what",
            "stores-stock",
            "stores-plan",
            "stores-short",
        ]
        .map(|key| teller.text(key)),
    );
    let is_planned = !world.scenario.file.stores_plan.is_empty();
    let mut short = 0;
    for line in lines.iter().filter(|l| l.short > 0 || !is_planned) {
        short += usize::from(line.short > 0);
        let station = world.stations.iter().find(|s| s.id == line.station);
        table.add_row([
            station.map_or_else(|| line.station.clone(), |s| teller.name(&s.name).to_owned()),
            stores::item_name(&teller, &line.item),
            line.stock.to_string(),
            line.plan
                .map_or_else(|| "\u{2013}".to_owned(), |n| n.to_string()),
            line.short.to_string(),
        ]);
    }
    let said = Message::new("stores-summary")
        .with("short", short as f64)
        .with(
            "all",
            lines.iter().filter(|l| l.plan.is_some()).count() as f64,
        );
    notes.insert(0, output.say(&said));
    print(&format!("{table}\n{}\n", notes.join("\n")))?;
    Ok(Exit::Done)
}

fn note(output: Output, key: &str, path: &Path) -> String {
    output.say(&Message::new(key).with("path", path.display().to_string()))
}

fn table(inventory: &Inventory, world: &World, teller: &Teller<'_>) -> String {
    let mut table = story::new_table();
    table.set_header([teller.text("inspect-item"), teller.text("inspect-value")]);
    let mut row = |label: String, value: String| {
        table.add_row([label, value]);
    };
    let text = |key: &str| teller.text(key);
    let km = |value: f64| teller.say(Message::new("inspect-km").with("value", hundredths(value)));
    let metres = |value: f64| teller.say(Message::new("inspect-metres").with("value", value));
    row(
        text("inspect-scenario"),
        teller.name(&world.scenario.file.title).to_owned(),
    );
    let synthetic = if inventory.synthetic {
        "inspect-synthetic"
    } else {
        "inspect-given"
    };
    row(text("inspect-data"), text(synthetic));
    let cells = Message::new("inspect-cells")
        .with("cells", inventory.landscape_cells as f64)
        .with("metres", inventory.landscape_cell_m);
    row(text("inspect-landscape"), teller.say(cells));
    row(text("inspect-simulation-cell"), metres(inventory.cell_m));
    row(text("inspect-planted"), km(inventory.planted_firebreak_km));
    row(text("inspect-isolation"), km(inventory.isolation_belt_km));
    row(text("inspect-fire-roads"), km(inventory.fire_road_km));
    for (class, length) in &inventory.road_km {
        let known = world.scenario.catalogue.road_classes.get(class);
        let name = known.map_or(class.as_str(), |c| teller.name(&c.name));
        row(
            teller.say(Message::new("inspect-roads").with("class", name)),
            km(*length),
        );
    }
    let ponds = Message::new("inspect-pond-stock")
        .with("count", inventory.ponds as f64)
        .with("volume", inventory.pond_m3);
    row(text("inspect-ponds"), teller.say(ponds));
    row(
        text("inspect-cameras-farms"),
        inventory.cameras.farms_and_reserves.to_string(),
    );
    row(
        text("inspect-cameras-key"),
        inventory.cameras.key_forest.to_string(),
    );
    row(
        text("inspect-forest-farms"),
        inventory.forest_farms.to_string(),
    );
    row(text("inspect-stations"), inventory.stations.to_string());
    let units = Message::new("inspect-unit-people")
        .with("count", inventory.units as f64)
        .with("people", f64::from(inventory.people));
    row(text("inspect-units"), teller.say(units));
    let patrols = Message::new("inspect-routes")
        .with("count", inventory.patrols as f64)
        .with("km", hundredths(inventory.patrol_km));
    row(text("inspect-patrols"), teller.say(patrols));
    row(text("inspect-power-lines"), km(inventory.power_line_km));
    row(text("inspect-values"), inventory.values.to_string());
    row(text("inspect-areas"), inventory.areas.to_string());
    table.to_string()
}

fn hundredths(value: f64) -> f64 {
    libm::round(value * 100.0) / 100.0
}
