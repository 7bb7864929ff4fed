//! `fireline plan layouts`: which network of breaks is worth what, by the same fires met under each of them.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::layouts_maps;
use crate::base::geo::System;
use crate::base::language::Language;
use crate::base::message::Message;
use crate::cli::batch::{Shown, seeds};
use crate::cli::output::{Exit, Failure, Output, note, print, print_json};
use crate::cli::run::Policy;
use crate::results::sentences::Teller;
use crate::studies::batch::BatchError;
use crate::studies::layouts::comparison::{Comparison, Measure, Pair};
use crate::studies::layouts::error::LayoutsError;
use crate::studies::layouts::folder::Folder;
use crate::studies::layouts::pairs::number;
use crate::studies::layouts::{LayoutFile, Renamed, Settings, Study, Taking, input};
use crate::studies::statistics::Interval;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[arg(long, required = true, value_name = "[NAME=][+]FILE")]
    layout: Vec<LayoutFile>,
    #[arg(long, value_name = "THEIRS=OURS")]
    map: Vec<Renamed>,
    #[arg(long, value_name = "CODE")]
    source_epsg: Option<u16>,
    #[arg(long, value_name = "NAME")]
    reference: Option<String>,
    #[arg(long, default_value = "0..200", value_name = "A..B", value_parser = seeds)]
    seeds: std::ops::Range<u64>,
    #[arg(long, value_enum, default_value = "run-card")]
    policy: Policy,
    #[arg(long, value_name = "YEARS", default_value_t = 20.0, value_parser = years)]
    years: f64,
    #[arg(long, value_name = "FIRES", value_parser = fires)]
    fires_per_year: Option<f64>,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long)]
    resume: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[arg(long)]
    json: bool,
}

fn years(text: &str) -> Result<f64, String> {
    super::number(text, 1.0, 200.0, "years")
}

fn fires(text: &str) -> Result<f64, String> {
    super::number(text, 1e-3, 1e6, "fires a year")
}

pub(super) fn refused(error: &LayoutsError, output: Output) -> Failure {
    let exit = match error {
        LayoutsError::File(_)
        | LayoutsError::LeftOut { .. }
        | LayoutsError::Empty(_)
        | LayoutsError::NoSystem(_)
        | LayoutsError::System { .. }
        | LayoutsError::Map { .. }
        | LayoutsError::Feature { .. }
        | LayoutsError::Disk(BatchError::Read { .. }) => Exit::Invalid,
        LayoutsError::Disk(BatchError::Write { .. }) => Exit::Failed,
        _ => Exit::Usage,
    };
    let message = match error.fault() {
        Some(fault) => error.message().with("fault", output.say(&fault)),
        None => error.message(),
    };
    Failure::Message(exit, message)
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let refuse = |error: LayoutsError| refused(&error, output);
    let (study, inputs_hash) = prepare(arguments, output)?;
    let jobs = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let out = &arguments.out;
    let mut folder = Folder::open(out, &study, &inputs_hash, arguments.resume).map_err(refuse)?;
    let comparison = if let Some(found) = folder.comparison().map_err(refuse)? {
        found
    } else {
        run_seeds(&mut folder, &study, jobs, output)?;
        let comparison = folder.write(&study).map_err(refuse)?;
        // The pictures speak the user's language; everything else is the same for all.
        layouts_maps::draw(&study, &comparison, out, output)?;
        folder.conclude(&comparison).map_err(refuse)?;
        comparison
    };
    tell(&study, &comparison, arguments, output)
}

/// Runs what is not there yet, with progress.
fn run_seeds(
    folder: &mut Folder,
    study: &Study,
    jobs: usize,
    output: Output,
) -> Result<(), Failure> {
    let mut shown = Shown::new(output);
    let ran = folder.run(study, jobs, |tally| shown.show(tally));
    shown.bar.finish_and_clear();
    let tally = ran.map_err(|error| {
        if shown.done > 0 && matches!(error, LayoutsError::Disk(BatchError::Write { .. })) {
            let kept = Message::new("batch-kept").with("done", shown.done as f64);
            note(&output.say(&kept));
        }
        refused(&error, output)
    })?;
    if tally.before > 0 && !output.quiet {
        let message = Message::new("batch-resumed")
            .with("before", tally.before as f64)
            .with("total", tally.total as f64);
        note(&output.say(&message));
    }
    Ok(())
}

/// Reads everything and checks it before anything is written.
fn prepare(arguments: &Arguments, output: Output) -> Result<(Study, String), Failure> {
    let refuse = |error: LayoutsError| refused(&error, output);
    if arguments.policy == Policy::External {
        let message = Message::new("cli-plan-external");
        return Err(Failure::Message(Exit::Usage, message));
    }
    let assumed = match arguments.source_epsg {
        None => None,
        Some(code) => Some(System::from_epsg(code).map_err(|e| {
            let message = Message::new("layouts-bad-epsg").with("reason", e.to_string());
            Failure::Message(Exit::Usage, message)
        })?),
    };
    let taking = Taking {
        renamed: arguments.map.iter().flat_map(|r| r.0.clone()).collect(),
        assumed,
    };
    let world = output.load(&arguments.scenario)?;
    let inputs_hash = world.scenario.inputs_hash().map_err(|found| {
        output.findings(&found);
        Failure::Said(Exit::Invalid)
    })?;
    let layouts = input::read_all(&arguments.layout, &world, &taking).map_err(refuse)?;
    for layout in layouts.iter().filter(|l| l.is_empty() && !output.quiet) {
        let file = layout.file.as_ref().map(|p| p.display().to_string());
        let message = Message::new("layouts-empty")
            .with("name", layout.name.as_str())
            .with("file", file.unwrap_or_default());
        note(&output.say(&message));
    }
    let settings = Settings {
        seeds: arguments.seeds.clone(),
        policy: arguments.policy.into(),
        reference: arguments.reference.clone(),
        years: arguments.years,
        fires_per_year: arguments.fires_per_year,
    };
    let study = Study::new(world, layouts, &settings).map_err(refuse)?;
    Ok((study, inputs_hash))
}

/// Says what was found, and how the command ends.
fn tell(
    study: &Study,
    comparison: &Comparison,
    arguments: &Arguments,
    output: Output,
) -> Result<Exit, Failure> {
    if arguments.json {
        print_json(comparison)?;
    } else {
        let head = Message::new("layouts-head")
            .with("scenario", title(study, output))
            .with("fires", comparison.fires as f64)
            .with("seeds", comparison.seeds.as_str())
            .with("policy", comparison.policy.as_str())
            .with("reference", comparison.reference.as_str());
        let basis = match comparison.fires_per_year {
            None => Message::new("layouts-basis-fire"),
            Some(fires) => Message::new("layouts-basis-year").with("fires", number(fires, 0.0)),
        };
        let basis = output.say(&basis.with("years", number_of_years(comparison.years)));
        let of_burnt = comparison
            .pairs
            .iter()
            .filter(|p| p.measure == Measure::BurntHa);
        let sentences: Vec<String> = of_burnt.map(|p| format!("{}\n", said(p, output))).collect();
        let place =
            Message::new("layouts-folder").with("path", arguments.out.display().to_string());
        print(&format!(
            "{}\n{}\n{}\n{basis}\n\n{}\n{}\n",
            output.say(&head),
            table(comparison, output),
            networks(comparison, output),
            sentences.concat(),
            output.say(&place)
        ))?;
    }
    if comparison.failed > 0 {
        let message = Message::new("batch-failed")
            .with("count", comparison.failed as f64)
            .with(
                "path",
                arguments.out.join("failures.csv").display().to_string(),
            );
        note(&output.say(&message));
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Done)
}

fn number_of_years(years: f64) -> String {
    if libm::trunc(years) == years {
        format!("{years:.0}")
    } else {
        years.to_string()
    }
}

fn title(study: &Study, output: Output) -> String {
    let teller = Teller::new(&study.fires_of, output.language);
    teller.name(&study.fires_of.scenario.file.title).to_owned()
}

fn said(pair: &Pair, output: Output) -> &str {
    match output.language {
        Language::English => &pair.sentence.en,
        Language::Chinese => &pair.sentence.zh,
    }
}

fn new_table(output: Output, header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.iter().map(|key| output.text(key)));
    table
}

/// What the fires came to, layout by layout.
fn table(comparison: &Comparison, output: Output) -> Table {
    let mut table = new_table(
        output,
        &[
            "layouts-layout",
            "layouts-burnt",
            "layouts-lost",
            "layouts-escaped",
            "layouts-soon",
            "layouts-score",
            "layouts-cost",
            "layouts-per-yuan",
            "layouts-per-km",
        ],
    );
    let cell = |i: Interval, scale: f64| {
        let [mean, low, high] = [i.mean, i.low, i.high].map(|v| number(v * scale, 0.0));
        format!("{mean} ({low} … {high})")
    };
    // Yuan a yuan may be very little.
    let fine = |i: Option<Interval>| {
        i.map_or_else(String::new, |i| {
            // Adding nought takes the sign off what was rounded to it.
            let four = |v: f64| libm::round(v * 1e4) / 1e4 + 0.0;
            let [mean, low, high] = [i.mean, i.low, i.high].map(|v| format!("{:.4}", four(v)));
            format!("{mean} ({low} … {high})")
        })
    };
    for layout in &comparison.layouts {
        let m = &layout.measures;
        table.add_row([
            layout.name.clone(),
            cell(m.burnt_ha, 1.0),
            cell(m.value_lost_cny, 1.0),
            cell(m.escaped, 100.0),
            cell(m.contained_2h, 100.0),
            cell(m.score, 1.0),
            number(layout.cost.total_cny / 10_000.0, 0.0),
            fine(layout.cost.benefit_per_yuan),
            fine(layout.cost.benefit_ha_per_km),
        ]);
    }
    table
}

/// What the networks consist of.
fn networks(comparison: &Comparison, output: Output) -> Table {
    let mut table = new_table(
        output,
        &[
            "layouts-layout",
            "layouts-planted",
            "layouts-isolation",
            "layouts-road",
            "layouts-density",
            "layouts-gaps",
            "layouts-dead-ends",
            "layouts-narrow",
        ],
    );
    for layout in &comparison.layouts {
        let n = &layout.network;
        table.add_row([
            layout.name.clone(),
            format!("{:.1}", n.planted_km),
            format!("{:.1}", n.isolation_km),
            format!("{:.1}", n.road_km),
            format!("{:.2}", n.density_m_per_ha),
            n.gaps.to_string(),
            n.dead_ends.to_string(),
            format!("{:.1}", n.below_standard_km),
        ]);
    }
    table
}
