//! `fireline compare A B`: two runs, or a run against what was observed.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::output::{Exit, Failure, Output, note, print, print_json};
use crate::base::geo::System;
use crate::base::message::Message;
use crate::results::{difference_picture, story};
use crate::studies::compare::{self, CompareError, Comparison, Options};

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    first: PathBuf,
    second: PathBuf,
    #[arg(long, value_name = "MINUTES")]
    at_min: Option<f64>,
    #[arg(long, value_name = "TIME")]
    clock_start: Option<DateTime>,
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    #[arg(long, value_name = "CODE")]
    source_epsg: Option<u16>,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn usage(key: &str, reason: String) -> Failure {
    Failure::Message(Exit::Usage, Message::new(key).with("reason", reason))
}

fn options(arguments: &Arguments) -> Result<Options, Failure> {
    let zone = match &arguments.time_zone {
        Some(name) => Some(TimeZone::get(name).map_err(|e| usage("compare-zone", e.to_string()))?),
        None => None,
    };
    let start: Option<Timestamp> = match arguments.clock_start {
        Some(civil) => Some(
            civil
                .to_zoned_datetime(zone.clone().unwrap_or(TimeZone::UTC))
                .map_err(|e| usage("compare-zone", e.to_string()))?
                .timestamp(),
        ),
        None => None,
    };
    let assumed = match arguments.source_epsg {
        Some(code) => {
            Some(System::from_epsg(code).map_err(|e| usage("import-system", e.to_string()))?)
        }
        None => None,
    };
    Ok(Options {
        assumed,
        start,
        zone,
        at_min: arguments.at_min,
    })
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let options = options(arguments)?;
    let compared = compare::compare(&arguments.first, &arguments.second, &options).map_err(
        |error| match error {
            CompareError::File(error) => Failure::file(&error),
            other => Failure::Message(
                Exit::Invalid,
                Message::new("compare-unfit").with("reason", other.to_string()),
            ),
        },
    )?;
    let mut written = Vec::new();
    if let Some(folder) = &arguments.out {
        fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))?;
        written = compare::write_maps(&compared, folder).map_err(|e| Failure::file(&e))?;
        if let Some(map) = &compared.map {
            let path = folder.join("difference.png");
            difference_picture::draw(map)
                .save_with_format(&path, image::ImageFormat::Png)
                .map_err(|e| Failure::write(&path, e))?;
            written.push(path);
        }
    }
    if arguments.json {
        print_json(&compared.comparison)?;
    } else {
        print(&format!("{}\n", table(&compared.comparison, output)))?;
    }
    if !output.quiet {
        for remark in &compared.comparison.remarks {
            note(remark);
        }
        for path in written {
            note(
                &output.say(
                    &Message::new("cli-files-written").with("path", path.display().to_string()),
                ),
            );
        }
    }
    Ok(Exit::Done)
}

fn table(c: &Comparison, output: Output) -> String {
    let mut table = story::new_table();
    table.set_header([output.text("compare-measure"), output.text("inspect-value")]);
    let mut row = |key: &str, value: String| {
        table.add_row([output.text(key), value]);
    };
    let round = |v: f64, places: i32| {
        let factor = libm::pow(10.0, f64::from(places));
        libm::round(v * factor) / factor
    };
    let ha = |v: f64| output.say(&Message::new("compare-ha").with("value", round(v, 2)));
    let minutes = |v: f64| output.say(&Message::new("compare-minutes").with("value", round(v, 1)));
    let share = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
    row("compare-first", c.a.display().to_string());
    row("compare-second", c.b.display().to_string());
    if let Some(at) = c.at_min {
        row("compare-until", minutes(at));
    }
    if let Some(a) = &c.areas {
        row("compare-area-first", ha(a.a_ha));
        row("compare-area-second", ha(a.b_ha));
        row("compare-area-both", ha(a.both_ha));
        row("compare-area-difference", ha(a.difference_ha));
        row("compare-jaccard", share(a.jaccard));
        row("compare-sorensen", share(a.sorensen));
        row("compare-kappa", share(a.kappa));
        row("compare-omission", share(a.omission));
        row("compare-commission", share(a.commission));
        let map = Message::new("compare-map-cells")
            .with("hectares", round(a.map_ha, 1))
            .with("cell", a.cell_m);
        row("compare-map", output.say(&map));
    }
    if let Some(d) = &c.detections {
        let hits = Message::new("compare-hits-of")
            .with("hits", d.hits as f64)
            .with("count", d.count as f64)
            .with("reach", d.reach_m);
        row("compare-hits", output.say(&hits));
        if let Some(miss) = d.mean_miss_m {
            let miss = Message::new("inspect-metres").with("value", round(miss, 0));
            row("compare-miss", output.say(&miss));
        }
    }
    if let Some(t) = &c.times {
        row("compare-time-count", t.count.to_string());
        row("compare-time-mean", minutes(t.mean_min));
        row("compare-time-absolute", minutes(t.mean_absolute_min));
        row("compare-time-rms", minutes(t.rms_min));
        row("compare-time-median", minutes(t.median_absolute_min));
        row("compare-time-p90", minutes(t.p90_absolute_min));
    }
    table.to_string()
}
