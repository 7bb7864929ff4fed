//! The tables of a run: score, fires, units, resources.

use std::collections::BTreeMap;

use super::super::csv;
use super::super::document::{Block, Column, Table};
use super::super::figures::{DASH, maybe, number, plain};
use super::read::{Names, Run};
use crate::base::message::Message;
use crate::protocol::{Order, Record};
use crate::results::scorecard::round;
use crate::results::sentences::{cause_key, class_key, ending_key, ending_reason_key};

fn words(names: &Names<'_>, key: &str) -> Column {
    Column::words(names.text(key))
}

fn figure(names: &Names<'_>, key: &str) -> Column {
    Column::number(names.text(key))
}

/// The score with its parts, what the scenario calls success, safety, the desk.
pub fn score(run: &Run, names: &Names<'_>) -> Vec<Block> {
    let card = &run.card;
    let marks = &card.marks;
    let parts = &marks.composite;
    let percent = |part: f64| number(part * 100.0, 0);
    let row = |key: &str, mark: String, says: &str| vec![names.text(key), mark, names.text(says)];
    let rows = vec![
        row(
            "score-composite",
            maybe(parts.total),
            "report-score-composite",
        ),
        row("report-part-time", percent(parts.time), "report-score-time"),
        row(
            "report-part-area",
            parts.area.map_or_else(|| DASH.to_owned(), percent),
            "report-score-area",
        ),
        row(
            "report-part-safety",
            percent(parts.safety),
            "report-score-safety",
        ),
        row(
            "report-part-information",
            percent(parts.information),
            "report-score-information",
        ),
        row(
            "report-part-resources",
            percent(parts.resources),
            "report-score-resources",
        ),
        row(
            "report-part-procedure",
            percent(parts.procedure),
            "report-score-procedure",
        ),
        row(
            "score-early",
            plain(card.pillars.early),
            "report-score-early",
        ),
        row(
            "score-small",
            maybe(card.pillars.small),
            "report-score-small",
        ),
        row("score-put-out", plain(card.pillars.out), "report-score-out"),
    ];
    let mut blocks = vec![Block::Table(Table {
        caption: names.text("report-score-caption"),
        columns: vec![
            words(names, "score-item"),
            figure(names, "report-column-mark"),
            words(names, "report-column-says"),
        ],
        rows,
        note: if parts.is_capped {
            names.text("report-figure-capped")
        } else {
            String::new()
        },
    })];
    if !card.success.is_empty() {
        let rows = card
            .success
            .iter()
            .map(|(id, met)| {
                let known = run.scenario.catalogue.success.get(id);
                let name = known.map_or(id.as_str(), |d| names.name(&d.name));
                let verdict = names.text(if *met { "score-yes" } else { "score-no" });
                vec![name.to_owned(), verdict]
            })
            .collect();
        blocks.push(Block::Table(Table {
            caption: names.text("report-success-caption"),
            columns: vec![
                words(names, "report-column-target"),
                words(names, "report-column-met"),
            ],
            rows,
            note: String::new(),
        }));
    }
    let targets = &marks.targets_131;
    let safety = &marks.safety;
    let desk = &marks.desk;
    let fact = |key: &str, value: String| (names.text(key), value);
    blocks.push(Block::Facts(vec![
        fact(
            "score-targets",
            names.say(
                Message::new("score-targets-met")
                    .with("told", f64::from(targets.told_in_10_min))
                    .with("there", f64::from(targets.on_site_in_30_min))
                    .with("back", f64::from(targets.feedback_in_60_min))
                    .with("fires", f64::from(targets.fires)),
            ),
        ),
        fact(
            "score-casualties",
            names.say(
                Message::new("score-hurt-dead")
                    .with("injured", f64::from(safety.injured))
                    .with("dead", f64::from(safety.dead)),
            ),
        ),
        fact("score-withdrawals", safety.withdrawals.to_string()),
        fact(
            "report-fact-margin",
            safety.least_margin_min.map_or_else(
                || DASH.to_owned(),
                |m| names.say(Message::new("report-minutes").with("value", number(m, 0))),
            ),
        ),
        fact(
            "report-fact-alarms",
            names.say(
                Message::new("report-fact-alarms-of")
                    .with("alarms", f64::from(desk.alarms))
                    .with("false", f64::from(desk.false_alarms))
                    .with("dismissed", f64::from(desk.fires_dismissed)),
            ),
        ),
        fact(
            "report-fact-orders",
            names.say(
                Message::new("report-fact-orders-of")
                    .with("orders", f64::from(desk.orders))
                    .with("refused", f64::from(desk.refused)),
            ),
        ),
    ]));
    blocks
}

/// The fires.
pub fn fires(run: &Run, names: &Names<'_>) -> Vec<Block> {
    let rows = run
        .card
        .fires
        .iter()
        .map(|fire| {
            let time = |iso: &Option<String>| run.time(iso.as_deref());
            vec![
                fire.id.clone(),
                names.text(cause_key(fire.cause)),
                run.time(Some(&fire.ignited_at)),
                time(&fire.detected_at),
                time(&fire.verified_at),
                time(&fire.dispatched_at),
                time(&fire.first_attack_at),
                time(&fire.contained_at),
                time(&fire.out_at),
                number(fire.area_ha, 2),
                number(fire.forest_area_ha, 2),
                names.text(class_key(fire.class)),
                names.say(
                    Message::new("report-ending")
                        .with("ending", names.text(ending_key(fire.ending)))
                        .with("reason", names.text(ending_reason_key(fire.ending_reason))),
                ),
            ]
        })
        .collect();
    vec![Block::Table(Table {
        caption: names.text("report-fires-caption"),
        columns: vec![
            words(names, "score-fire"),
            words(names, "score-cause"),
            words(names, "score-ignited"),
            words(names, "score-detected"),
            words(names, "score-verified"),
            words(names, "report-column-sent"),
            words(names, "score-first-attack"),
            words(names, "score-contained"),
            words(names, "score-out"),
            figure(names, "report-column-area-ha"),
            figure(names, "report-column-forest-ha"),
            words(names, "score-class"),
            words(names, "score-ending"),
        ],
        rows,
        note: String::new(),
    })]
}

/// What a unit did, times in seconds after the start.
#[derive(Debug, Clone, Default, PartialEq)]
struct UnitDid {
    ordered_s: Option<f64>,
    left_s: Option<f64>,
    there_s: Option<f64>,
    work_s: Option<f64>,
    away_s: Option<f64>,
    back_s: Option<f64>,
    people: u32,
    road_km: f64,
    turns: u32,
    withdrew: u32,
}

/// The units that were sent, by id.
fn did(run: &Run) -> BTreeMap<&str, UnitDid> {
    let mut units: BTreeMap<&str, UnitDid> = BTreeMap::new();
    for line in &run.lines {
        let t = line.t_s;
        match &line.record {
            Record::Ordered {
                order: Order::Dispatch { unit, .. },
                ..
            } => {
                units.entry(unit).or_default().ordered_s.get_or_insert(t);
            }
            Record::Departed { unit, road_km, .. } => {
                let it = units.entry(unit).or_default();
                it.left_s.get_or_insert(t);
                it.turns += 1;
                if it.turns == 1 {
                    it.road_km = *road_km;
                }
            }
            Record::Arrived { unit, people, .. } => {
                let it = units.entry(unit).or_default();
                it.there_s.get_or_insert(t);
                it.people = it.people.max(*people);
            }
            Record::Working { unit, .. } => {
                units.entry(unit).or_default().work_s.get_or_insert(t);
            }
            Record::Returning { unit } => {
                units.entry(unit).or_default().away_s = Some(t);
            }
            Record::AtStation { unit, .. } => {
                units.entry(unit).or_default().back_s = Some(t);
            }
            Record::Withdraws { unit, .. } => units.entry(unit).or_default().withdrew += 1,
            _ => {}
        }
    }
    units.retain(|_, it| it.left_s.is_some());
    units
}

/// The table of units, in order of their leaving.
pub fn units(run: &Run, names: &Names<'_>) -> Block {
    let units = did(run);
    let time = |t: Option<f64>| t.map_or_else(|| DASH.to_owned(), |t| run.clock.hour_minute(t));
    let mut sorted: Vec<(&str, &UnitDid)> = units.iter().map(|(id, it)| (*id, it)).collect();
    sorted.sort_by(|a, b| {
        a.1.left_s
            .unwrap_or(0.0)
            .total_cmp(&b.1.left_s.unwrap_or(0.0))
    });
    let file = &run.scenario.file;
    let rows = sorted
        .into_iter()
        .map(|(id, it)| {
            let written = file.units.iter().find(|u| u.id == id);
            let kind = written
                .and_then(|u| run.scenario.catalogue.unit_types.get(&u.unit_type))
                .map_or_else(|| DASH.to_owned(), |t| names.name(&t.name).to_owned());
            let way = it.left_s.zip(it.there_s).map(|(a, b)| (b - a) / 60.0);
            vec![
                names.called(id),
                kind,
                time(it.ordered_s),
                time(it.left_s),
                time(it.there_s),
                way.map_or_else(|| DASH.to_owned(), |m| number(m, 0)),
                number(it.road_km, 1),
                if it.people > 0 {
                    it.people.to_string()
                } else {
                    DASH.to_owned()
                },
                time(it.work_s),
                time(it.away_s),
                time(it.back_s),
                it.withdrew.to_string(),
            ]
        })
        .collect();
    Block::Table(Table {
        caption: names.text("report-units-caption"),
        columns: vec![
            words(names, "report-column-unit"),
            words(names, "report-column-type"),
            words(names, "report-column-ordered"),
            words(names, "report-column-left"),
            words(names, "report-column-there"),
            figure(names, "report-column-way-min"),
            figure(names, "report-column-road-km"),
            figure(names, "report-column-people"),
            words(names, "report-column-at-work"),
            words(names, "report-column-leaves"),
            words(names, "report-column-back"),
            figure(names, "report-column-withdrew"),
        ],
        rows,
        note: String::new(),
    })
}

/// The units as CSV, minutes after the start.
pub fn units_csv(run: &Run) -> Vec<u8> {
    let minute = |t: Option<f64>| t.map_or_else(String::new, |t| round(t / 60.0, 2).to_string());
    let rows: Vec<Vec<String>> = did(run)
        .into_iter()
        .map(|(id, it)| {
            vec![
                id.to_owned(),
                minute(it.ordered_s),
                minute(it.left_s),
                minute(it.there_s),
                round(it.road_km, 2).to_string(),
                it.people.to_string(),
                minute(it.work_s),
                minute(it.away_s),
                minute(it.back_s),
                it.turns.to_string(),
                it.withdrew.to_string(),
            ]
        })
        .collect();
    let header = [
        "unit",
        "ordered_min",
        "left_min",
        "arrived_min",
        "road_km",
        "people",
        "working_min",
        "leaves_min",
        "back_min",
        "turns",
        "withdrawals",
    ];
    csv(&header, &rows)
}

/// What was used and what was lost.
pub fn resources(run: &Run, names: &Names<'_>) -> Block {
    let used = &run.card.marks.resources;
    let fact = |key: &str, value: String| (names.text(key), value);
    let mut facts = vec![
        fact("report-fact-units-sent", used.units_sent.to_string()),
        fact(
            "report-fact-hours",
            names.say(
                Message::new("report-fact-hours-of")
                    .with("worked", number(used.worked_h, 1))
                    .with("away", number(used.away_h, 1)),
            ),
        ),
        fact(
            "report-fact-line",
            names.say(Message::new("report-metres").with("value", number(used.line_m, 0))),
        ),
        fact(
            "report-fact-water",
            names.say(Message::new("report-cubic-metres").with("value", plain(used.water_m3))),
        ),
        fact(
            "score-cost",
            names
                .say(Message::new("score-yuan").with("value", number(run.card.totals.cost_cny, 0))),
        ),
        fact(
            "score-value-lost",
            names.say(
                Message::new("score-yuan").with("value", number(run.card.totals.value_lost_cny, 0)),
            ),
        ),
    ];
    for line in &run.lines {
        if let Record::ValueLost { value, value_cny } = &line.record {
            let yuan = Message::new("score-yuan").with("value", number(*value_cny, 0));
            facts.push((
                names
                    .say(Message::new("report-fact-burnt-value").with("name", names.called(value))),
                names.say(yuan),
            ));
        }
    }
    Block::Facts(facts)
}
