//! How fire got out, in sentences: contacts with breaks, firebrands, edges that light again.

use super::sentences::{Teller, rounded};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::behavior::breach::PIECE_LENGTH_M;
use crate::fire::breaks::{ContactOutcome, LeakKind};
use crate::protocol::{Extrapolation, Line, Record};

/// The message of such a record with its arguments; of any other as it is.
pub(super) fn with(teller: &Teller<'_>, message: Message, line: &Line) -> Message {
    let place = |x: f64, y: f64| teller.place(Point::new(x, y));
    match &line.record {
        Record::BreakContact {
            barrier,
            id,
            piece,
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
        } => message
            .with("barrier", teller.text(leak_key(*barrier)))
            .with("name", teller.called(id))
            .with("from", f64::from(*piece) * PIECE_LENGTH_M)
            .with("place", place(*x, *y))
            .with("outcome", teller.text(outcome_key(*outcome)))
            .with("length", rounded(*length_m, 0))
            .with("intensity", rounded(*intensity_kw_m, 0))
            .with("flame", rounded(*flame_m, 1))
            .with("width", rounded(*width_m, 1))
            .with("chance", rounded(*probability, 4))
            .with("draw", rounded(*draw, 4))
            .with(
                "note",
                if *extrapolated {
                    teller.text("contact-note-extrapolated")
                } else {
                    String::new()
                },
            ),
        Record::SpotFire {
            fire,
            x,
            y,
            distance_m,
        } => message
            .with(
                "fire",
                fire.clone()
                    .unwrap_or_else(|| teller.text("spot-lit-on-order")),
            )
            .with("place", place(*x, *y))
            .with("distance", rounded(*distance_m, 0)),
        Record::SpotsLeftOut { starts } => message.with("starts", f64::from(*starts)),
        Record::Reignition { incident, x, y } => message
            .with("incident", f64::from(*incident))
            .with("place", place(*x, *y)),
        Record::Backfire {
            incident,
            length_m,
            x,
            y,
        } => message
            .with("incident", f64::from(*incident))
            .with("length", rounded(*length_m, 0))
            .with("place", place(*x, *y)),
        Record::Extrapolated { model, count } => message
            .with("model", teller.text(model_key(*model)))
            .with("count", count.to_string()),
        _ => message,
    }
}

/// Whether the story tells a record although the desk did not know of it: it explains the rest.
pub(super) fn explains(record: &Record) -> bool {
    matches!(
        record,
        Record::BreakContact {
            outcome: ContactOutcome::Breached,
            ..
        } | Record::SpotFire { .. }
            | Record::SpotsLeftOut { .. }
            | Record::Extrapolated { .. }
    )
}

fn leak_key(kind: LeakKind) -> &'static str {
    match kind {
        LeakKind::Planted => "leak-planted",
        LeakKind::Isolation => "leak-isolation",
        LeakKind::Road => "leak-road",
        LeakKind::BuiltLine => "leak-built-line",
    }
}

fn outcome_key(outcome: ContactOutcome) -> &'static str {
    match outcome {
        ContactOutcome::Held => "contact-held",
        ContactOutcome::Breached => "contact-breached",
    }
}

fn model_key(model: Extrapolation) -> &'static str {
    match model {
        Extrapolation::Breaks => "extrapolated-breaks",
        Extrapolation::Weather => "extrapolated-weather",
        Extrapolation::Slope => "extrapolated-slope",
    }
}
