//! What happened, in a few plain sentences, and the numbers that stand out.

use super::super::document::KeyFigure;
use super::super::figures::{DASH, maybe, number, plain};
use super::read::{Names, Run};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::protocol::Record;
use crate::results::scorecard::FireScore;
use crate::results::sentences::cause_key;
use crate::simulation::Ending;

/// More fires than this are told together.
const MOST_TOLD: usize = 3;

/// The sentences.
pub fn sentences(run: &Run, names: &Names<'_>) -> Vec<String> {
    let card = &run.card;
    let totals = &card.totals;
    let mut told = Vec::new();
    let area = |message: Message| {
        message
            .with("area", plain(totals.burnt_ha))
            .with("forest", plain(totals.forest_ha))
    };
    match card.fires.as_slice() {
        [] => told.push(names.text("report-run-none")),
        [fire] => {
            let message = Message::new("report-run-one")
                .with("cause", names.text(cause_key(fire.cause)))
                .with("place", place(run, names, &fire.id))
                .with("started", run.time(Some(&fire.ignited_at)));
            told.push(names.say(area(message)));
        }
        fires => {
            let message = Message::new("report-run-many").with("fires", fires.len() as f64);
            told.push(names.say(area(message)));
        }
    }
    if card.fires.len() > MOST_TOLD {
        told.push(names.say(together(&card.fires)));
    } else {
        for fire in &card.fires {
            let words = names.say(
                Message::new("report-join")
                    .with("first", came(run, names, fire))
                    .with("second", ended(run, names, fire)),
            );
            told.push(if card.fires.len() == 1 {
                words
            } else {
                names.say(
                    Message::new("report-run-of-fire")
                        .with("fire", fire.id.as_str())
                        .with("words", words),
                )
            });
        }
    }
    if let (Some(unfought), Some(saved)) = (totals.counterfactual_ha, totals.saved_ha)
        && !card.fires.is_empty()
    {
        let key = if saved > 0.005 {
            "report-run-saved"
        } else {
            "report-run-saved-nothing"
        };
        told.push(
            names.say(
                Message::new(key)
                    .with("unfought", plain(unfought))
                    .with("saved", plain(saved)),
            ),
        );
    }
    told.push(
        names.say(
            Message::new("report-join")
                .with("first", people(run, names))
                .with("second", score(run, names)),
        ),
    );
    told
}

fn place(run: &Run, names: &Names<'_>, fire: &str) -> String {
    run.lines
        .iter()
        .find_map(|line| match &line.record {
            Record::Ignition { fire: id, x, y, .. } if id == fire => {
                Some(names.place(Point::new(*x, *y)))
            }
            _ => None,
        })
        .unwrap_or_else(|| fire.to_owned())
}

/// Many fires in one sentence.
fn together(fires: &[FireScore]) -> Message {
    let count = |which: fn(&FireScore) -> bool| fires.iter().filter(|f| which(f)).count() as f64;
    Message::new("report-run-together")
        .with("seen", count(|f| f.detected_at.is_some()))
        .with("attacked", count(|f| f.first_attack_at.is_some()))
        .with("contained", count(|f| f.contained_at.is_some()))
        .with("out", count(|f| f.ending == Ending::Out))
        .with("escaped", count(|f| f.ending == Ending::Escaped))
        .with("burning", count(|f| f.ending == Ending::BurningAtHorizon))
}

/// Who saw it, and who came when.
fn came(run: &Run, names: &Names<'_>, fire: &FireScore) -> String {
    let Some(seen) = fire.detected_at.as_deref() else {
        return names.text("report-run-unseen");
    };
    let after = run.minutes_between(Some(&fire.ignited_at), Some(seen));
    let who = fire.detected_by.as_deref().map(|by| names.who(by));
    let with = |key: &str| {
        Message::new(key)
            .with("time", run.time(Some(seen)))
            .with("who", who.clone().unwrap_or_default())
            .with("after", minutes(after))
    };
    match fire.first_attack_at.as_deref() {
        None => names.say(with("report-run-nobody")),
        Some(attack) => {
            let wait = run.minutes_between(Some(seen), Some(attack));
            names.say(
                with("report-run-attacked")
                    .with("attack", run.time(Some(attack)))
                    .with("wait", minutes(wait)),
            )
        }
    }
}

/// Whole minutes.
fn minutes(value: Option<f64>) -> String {
    value.map_or_else(|| DASH.to_owned(), |m| number(m, 0))
}

fn ended(run: &Run, names: &Names<'_>, fire: &FireScore) -> String {
    let message = match (fire.ending, fire.contained_at.as_deref()) {
        (Ending::Out, Some(_)) => "report-run-out",
        (Ending::ContainedNotOut, Some(_)) => "report-run-contained",
        (Ending::Escaped, _) => "report-run-escaped",
        (Ending::BurningAtHorizon, _) => "report-run-burning",
        (Ending::Out | Ending::ContainedNotOut, None) => "report-run-by-itself",
    };
    let from = fire.detected_at.as_deref().unwrap_or(&fire.ignited_at);
    let held = run.minutes_between(Some(from), fire.contained_at.as_deref());
    names.say(
        Message::new(message)
            .with("contained", run.time(fire.contained_at.as_deref()))
            .with("minutes", minutes(held))
            .with("out", run.time(fire.out_at.as_deref()))
            .with("end", run.clock.hour_minute(run.end_s)),
    )
}

fn people(run: &Run, names: &Names<'_>) -> String {
    let safety = &run.card.marks.safety;
    if safety.injured == 0 && safety.dead == 0 {
        names.text("report-run-nobody-hurt")
    } else {
        names.say(
            Message::new("report-run-hurt")
                .with("injured", f64::from(safety.injured))
                .with("dead", f64::from(safety.dead)),
        )
    }
}

fn score(run: &Run, names: &Names<'_>) -> String {
    let key = match run.card.marks.composite.total {
        Some(_) => "report-run-score",
        None => "report-run-money",
    };
    names.say(
        Message::new(key)
            .with("total", maybe(run.card.marks.composite.total))
            .with("value", number(run.card.totals.value_lost_cny, 0))
            .with("cost", number(run.card.totals.cost_cny, 0)),
    )
}

/// The mean of what fires have.
fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.flatten().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The numbers.
pub fn figures(run: &Run, names: &Names<'_>) -> Vec<KeyFigure> {
    let card = &run.card;
    let totals = &card.totals;
    let box_of = |label: &str, value: String, note: String| KeyFigure {
        label: names.text(label),
        value,
        note,
    };
    let with = |key: &str, value: String| names.say(Message::new(key).with("value", value));
    let attack = mean(
        card.fires
            .iter()
            .map(|f| run.minutes_between(f.detected_at.as_deref(), f.first_attack_at.as_deref())),
    );
    let held = mean(
        card.fires
            .iter()
            .map(|f| run.minutes_between(f.detected_at.as_deref(), f.contained_at.as_deref())),
    );
    let contained = card
        .fires
        .iter()
        .filter(|f| f.contained_at.is_some())
        .count();
    let after = names.text("report-figure-after-alarm");
    let of = names.say(
        Message::new("report-figure-of-fires")
            .with("count", contained as f64)
            .with("fires", card.fires.len() as f64),
    );
    let capped = if card.marks.composite.is_capped {
        names.text("report-figure-capped")
    } else {
        names.text("report-figure-of-100")
    };
    vec![
        box_of(
            "report-figure-burnt",
            with("score-hectares", plain(totals.burnt_ha)),
            with("report-figure-forest", plain(totals.forest_ha)),
        ),
        box_of(
            "score-saved",
            totals
                .saved_ha
                .map_or_else(|| DASH.to_owned(), |ha| with("score-hectares", plain(ha))),
            with("report-figure-unfought", maybe(totals.counterfactual_ha)),
        ),
        box_of(
            "score-first-attack",
            attack.map_or_else(|| DASH.to_owned(), |m| with("report-minutes", number(m, 0))),
            after.clone(),
        ),
        box_of(
            "score-contained",
            held.map_or_else(|| DASH.to_owned(), |m| with("report-minutes", number(m, 0))),
            if card.fires.len() > 1 { of } else { after },
        ),
        box_of("score-composite", maybe(card.marks.composite.total), capped),
        box_of(
            "score-value-lost",
            with("score-yuan", number(totals.value_lost_cny, 0)),
            with("report-figure-cost", number(totals.cost_cny, 0)),
        ),
    ]
}
