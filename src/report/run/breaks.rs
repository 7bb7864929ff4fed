//! Contacts of the fire with breaks, roads and built line: what held, what did not, and against what odds.

use super::super::csv as csv_rows;
use super::super::document::{Block, Column, Table};
use super::super::figures::{number, plain};
use super::read::{Names, Run};
use crate::base::message::Message;
use crate::fire::breaks::{ContactOutcome, LeakKind};
use crate::protocol::Record;
use crate::results::scorecard::round;

/// Most rows in the page; the table beside it has all.
const MOST_ROWS: usize = 40;

/// The machine's name of a barrier.
fn kind_name(kind: LeakKind) -> &'static str {
    match kind {
        LeakKind::Planted => "planted",
        LeakKind::Isolation => "isolation",
        LeakKind::Road => "road",
        LeakKind::BuiltLine => "built-line",
    }
}

/// The table; none where the fire touched nothing.
pub fn table(run: &Run, names: &Names<'_>) -> Option<Vec<Block>> {
    let mut rows = Vec::new();
    let (mut held, mut breached) = (0_u32, 0_u32);
    for line in &run.lines {
        let Record::BreakContact {
            barrier,
            id,
            length_m,
            intensity_kw_m,
            flame_m,
            width_m,
            probability,
            draw,
            outcome,
            ..
        } = &line.record
        else {
            continue;
        };
        let key = match outcome {
            ContactOutcome::Held => {
                held += 1;
                "report-moment-held"
            }
            ContactOutcome::Breached => {
                breached += 1;
                "report-moment-breached"
            }
        };
        rows.push(vec![
            run.clock.hour_minute(line.t_s),
            names.text(&format!("report-barrier-{}", kind_name(*barrier))),
            names.called(id),
            number(*length_m, 0),
            plain(*width_m),
            number(*intensity_kw_m, 0),
            number(*flame_m, 1),
            number(*probability, 3),
            number(*draw, 3),
            names.text(key),
        ]);
    }
    if rows.is_empty() {
        return None;
    }
    let words = names.say(
        Message::new("report-breaks-words")
            .with("count", rows.len() as f64)
            .with("held", f64::from(held))
            .with("breached", f64::from(breached)),
    );
    let note = if rows.len() > MOST_ROWS {
        names.say(
            Message::new("report-more-rows")
                .with("shown", MOST_ROWS as f64)
                .with("all", rows.len() as f64)
                .with("file", "report_breaks.csv"),
        )
    } else {
        String::new()
    };
    rows.truncate(MOST_ROWS);
    let text = |key: &str| Column::words(names.text(key));
    let figure = |key: &str| Column::number(names.text(key));
    let columns = vec![
        text("report-column-time"),
        text("report-column-barrier"),
        text("report-column-name"),
        figure("report-column-touched-m"),
        figure("report-column-width-m"),
        figure("report-column-intensity"),
        figure("report-column-flame"),
        figure("report-column-probability"),
        figure("report-column-draw"),
        text("report-column-outcome"),
    ];
    Some(vec![
        Block::Words(vec![words]),
        Block::Table(Table {
            caption: names.text("report-breaks-caption"),
            columns,
            rows,
            note,
        }),
    ])
}

/// All contacts.
fn contacts(run: &Run) -> Vec<Vec<String>> {
    run.lines
        .iter()
        .filter_map(|line| match &line.record {
            Record::BreakContact {
                barrier,
                id,
                piece,
                contact,
                length_m,
                intensity_kw_m,
                flame_m,
                width_m,
                probability,
                draw,
                outcome,
                extrapolated,
                x,
                y,
                ..
            } => Some(vec![
                round(line.t_s / 60.0, 2).to_string(),
                kind_name(*barrier).to_owned(),
                id.clone(),
                piece.to_string(),
                contact.to_string(),
                length_m.to_string(),
                width_m.to_string(),
                intensity_kw_m.to_string(),
                flame_m.to_string(),
                probability.to_string(),
                draw.to_string(),
                match outcome {
                    ContactOutcome::Held => "held",
                    ContactOutcome::Breached => "breached",
                }
                .to_owned(),
                extrapolated.to_string(),
                x.to_string(),
                y.to_string(),
            ]),
            _ => None,
        })
        .collect()
}

/// The same as CSV.
pub fn csv(run: &Run) -> Vec<u8> {
    let header = [
        "minutes",
        "barrier",
        "id",
        "piece",
        "contact",
        "touched_m",
        "width_m",
        "intensity_kw_m",
        "flame_m",
        "probability",
        "draw",
        "outcome",
        "extrapolated",
        "x_m",
        "y_m",
    ];
    csv_rows(&header, &contacts(run))
}
