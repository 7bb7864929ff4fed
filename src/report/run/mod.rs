//! The report of a run: what burnt, who came when, what it cost, on a map and through time.

mod breaks;
mod charts;
mod events;
mod headline;
mod layers;
mod methods;
mod read;
mod tables;

use std::path::Path;

use super::document::{Block, Document, Section};
use super::{Made, ReportError, Sheet};
use crate::base::language::Language;
use crate::base::message::Message;
pub use methods::models;
use read::Run;

/// Makes the report of a run folder.
pub fn report(folder: &Path, language: Language) -> Result<Made, ReportError> {
    let run = Run::read(folder, language)?;
    let names = run.names();
    let growth = charts::Growth::of(&run);
    let section = |id: &'static str, title: &str, blocks: Vec<Block>| Section {
        id,
        title: names.text(title),
        blocks,
    };
    let mut sections = vec![
        section(
            "map",
            "report-section-map",
            vec![layers::map(&run, &names)?],
        ),
        section(
            "timeline",
            "report-section-timeline",
            charts::timeline(&run, &names),
        ),
        section(
            "growth",
            "report-section-growth",
            vec![growth.figure(&run, &names)],
        ),
        section("score", "report-section-score", tables::score(&run, &names)),
        section("fires", "report-section-fires", tables::fires(&run, &names)),
        section(
            "units",
            "report-section-units",
            vec![tables::units(&run, &names), tables::resources(&run, &names)],
        ),
    ];
    if let Some(blocks) = breaks::table(&run, &names) {
        sections.push(section("breaks", "report-section-breaks", blocks));
    }
    sections.push(section(
        "methods",
        "report-section-methods",
        methods::methods(&run, &names),
    ));
    sections.push(section(
        "hashes",
        "report-section-hashes",
        methods::hashes(&run, &names),
    ));
    let file = &run.scenario.file;
    let start = run.clock.start().strftime("%Y-%m-%d %H:%M").to_string();
    let subtitle = names.say(
        Message::new("map-subtitle-run")
            .with("date", start)
            .with("end", run.clock.hour_minute(run.end_s))
            .with("seed", run.card.seed.to_string())
            .with("policy", names.policy(&run.card.policy)),
    );
    let mut notices = run.notices.clone();
    if file.synthetic {
        notices.insert(0, names.text("story-synthetic"));
    }
    Ok(Made {
        document: Document {
            language,
            title: names.name(&file.title).to_owned(),
            subtitle,
            kind: names.text("report-kind-run"),
            headline: headline::sentences(&run, &names),
            notices,
            figures: headline::figures(&run, &names),
            sections,
            footer: String::new(),
        },
        sheets: vec![
            Sheet {
                name: "report_growth.csv",
                holds: "report-holds-growth",
                bytes: growth.csv(&run),
            },
            Sheet {
                name: "report_timeline.csv",
                holds: "report-holds-timeline",
                bytes: charts::timeline_csv(&run, &names),
            },
            Sheet {
                name: "report_units.csv",
                holds: "report-holds-units",
                bytes: tables::units_csv(&run),
            },
            Sheet {
                name: "report_breaks.csv",
                holds: "report-holds-breaks",
                bytes: breaks::csv(&run),
            },
        ],
        there: vec![
            ("scorecard.json", "report-holds-scorecard"),
            ("duty_log.csv", "report-holds-duty-log"),
            ("fire_file.csv", "report-holds-fire-file"),
            ("statistics.csv", "report-holds-statistics"),
            ("perimeters.geojson", "report-holds-perimeters"),
            ("journal.jsonl", "report-holds-journal"),
        ],
    })
}
