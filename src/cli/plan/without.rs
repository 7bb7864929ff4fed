//! `fireline plan without`: what something is worth, by paired runs.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::progress;
use crate::base::message::Message;
use crate::cli::batch::seeds;
use crate::cli::output::{Exit, Failure, Output, print};
use crate::cli::run::Policy;
use crate::scenario::Scenario;
use crate::studies::without::{Difference, Row, Taken, study};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, required = true, value_name = "WHAT")]
    take: Vec<Taken>,
    #[arg(long, default_value = "0..200", value_name = "A..B", value_parser = seeds)]
    seeds: std::ops::Range<u64>,
    #[arg(long, value_enum, default_value = "run-card")]
    policy: Policy,
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    // Said once, with everything that is wrong; what is built below is the same again.
    let world = output.load(&arguments.scenario)?;
    if arguments.policy == Policy::External {
        let message = Message::new("cli-plan-external");
        return Err(Failure::Message(Exit::Usage, message));
    }
    let path = world.scenario.path.clone();
    let make = || {
        Scenario::read(&path)
            .and_then(World::build)
            .map(|(world, _)| world)
    };
    let mut spare = Some(world);
    let mut failed = None;
    let mut worlds = Vec::new();
    for _ in 0..=arguments.take.len() {
        match spare.take().map_or_else(make, Ok) {
            Ok(world) => worlds.push(world),
            Err(found) => failed = Some(found),
        }
    }
    if let Some(found) = failed {
        output.findings(&found);
        return Err(Failure::Said(Exit::Invalid));
    }
    let worlds = std::cell::RefCell::new(worlds);
    let count = (arguments.take.len() as u64 + 1) * (arguments.seeds.end - arguments.seeds.start);
    let bar = progress(count, output);
    let rows = study(
        || worlds.borrow_mut().remove(0),
        &arguments.take,
        arguments.seeds.clone(),
        arguments.policy.into(),
        || bar.inc(1),
    )
    .map_err(|e| Failure::Message(Exit::Invalid, e.message()))?;
    bar.finish_and_clear();
    if let Some(csv) = &arguments.csv {
        std::fs::write(csv, as_csv(&rows).map_err(|e| Failure::write(csv, e))?)
            .map_err(|e| Failure::write(csv, e))?;
    }
    print(&format!("{}\n", table(&rows, output)))?;
    Ok(Exit::Done)
}

fn as_csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "without",
        "measure",
        "pairs",
        "mean_change",
        "low_95",
        "high_95",
        "significant",
    ])?;
    for row in rows {
        for (measure, d) in [
            ("burnt_ha", &row.change_ha),
            ("detected_min", &row.change_detected_min),
            ("attacked_min", &row.change_attacked_min),
            ("contained_share", &row.change_contained),
        ] {
            writer.write_record([
                row.without.clone(),
                measure.to_owned(),
                row.pairs.to_string(),
                format!("{:.4}", d.mean),
                format!("{:.4}", d.low),
                format!("{:.4}", d.high),
                d.is_significant().to_string(),
            ])?;
        }
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

fn table(rows: &[Row], output: Output) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(
        [
            "plan-without",
            "plan-pairs",
            "plan-burnt",
            "plan-change-burnt",
            "plan-change-detected",
            "plan-change-attacked",
            "plan-change-contained",
        ]
        .map(|key| output.text(key)),
    );
    let cell = |d: &Difference, decimals: usize, scale: f64| {
        let shown = format!(
            "{:+.*} ({:+.*} … {:+.*})",
            decimals,
            d.mean * scale,
            decimals,
            d.low * scale,
            decimals,
            d.high * scale
        );
        if d.is_significant() {
            shown
        } else {
            format!("{shown} {}", output.text("plan-not-significant"))
        }
    };
    for row in rows {
        table.add_row([
            row.without.clone(),
            row.pairs.to_string(),
            format!("{:.2}", row.burnt_ha),
            cell(&row.change_ha, 2, 1.0),
            cell(&row.change_detected_min, 1, 1.0),
            cell(&row.change_attacked_min, 1, 1.0),
            cell(&row.change_contained, 1, 100.0),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_half_open_range() {
        assert_eq!(seeds("3..5"), Ok(3..5));
        for text in ["5", "5..3", "a..b", "3..3"] {
            assert!(seeds(text).is_err(), "{text}");
        }
    }
}
