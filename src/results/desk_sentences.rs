//! What the desk, the stations and the crews' own safety add to the journal, in sentences.

use std::collections::BTreeMap;

use super::sentences::{Teller, hectares, key_of, rounded};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::protocol::{Line, Record};

/// The message of such a record with its arguments; of any other as it is.
pub(super) fn with(teller: &Teller<'_>, message: Message, line: &Line) -> Message {
    let place = |x: f64, y: f64| teller.place(Point::new(x, y));
    let items = |items: &BTreeMap<String, u32>| {
        let listed: Vec<String> = items
            .iter()
            .map(|(item, n)| format!("{} × {n}", teller.item(item)))
            .collect();
        listed.join(teller.text("list-separator").as_str())
    };
    match &line.record {
        Record::Attack {
            incident,
            tactic,
            reason,
            ..
        } => message
            .with("incident", f64::from(*incident))
            .with("tactic", teller.text(&format!("tactic-{}", key_of(tactic))))
            .with(
                "reason",
                teller.text(&format!("tactic-reason-{}", key_of(reason))),
            ),
        Record::FalseAlarm { alarm, what, x, y } => message
            .with("alarm", alarm.as_str())
            .with("what", teller.text(&format!("mirage-{}", key_of(what))))
            .with("place", place(*x, *y)),
        Record::Dismissed { incident } | Record::Closed { incident } => {
            message.with("incident", f64::from(*incident))
        }
        Record::FieldReport {
            incident,
            by,
            x,
            y,
            area_ha,
        } => message
            .with("incident", f64::from(*incident))
            .with("unit", teller.called(by))
            .with("place", place(*x, *y))
            .with("area", hectares(*area_ha)),
        Record::SmokeReport {
            incident,
            by,
            area_ha,
        } => message
            .with("incident", f64::from(*incident))
            .with("camera", teller.called(by))
            .with("area", hectares(*area_ha)),
        Record::NothingFound { incident, unit } | Record::Sector { incident, unit } => message
            .with("incident", f64::from(*incident))
            .with("unit", teller.called(unit)),
        Record::Command {
            incident,
            unit,
            from,
        } => match from {
            Some(from) => Message::new("record-command-from").with("from", teller.called(from)),
            None => message,
        }
        .with("incident", f64::from(*incident))
        .with("unit", teller.called(unit)),
        Record::TreeFall {
            road,
            x,
            y,
            minutes,
        } => message
            .with("road", teller.called(road))
            .with("place", place(*x, *y))
            .with("minutes", rounded(*minutes, 0)),
        Record::Met {
            unit,
            other,
            road,
            seconds,
        } => message
            .with("unit", teller.called(unit))
            .with("other", teller.called(other))
            .with("road", teller.called(road))
            .with("minutes", rounded(*seconds / 60.0, 1)),
        Record::Danger {
            level,
            index,
            burning_ban,
        } => message
            .with("level", teller.danger(*level))
            .with(
                "index",
                index.map_or_else(
                    || teller.text("danger-announced"),
                    |i| teller.say(Message::new("danger-index").with("index", rounded(i, 1))),
                ),
            )
            .with(
                "ban",
                teller.text(if *burning_ban {
                    "danger-ban"
                } else {
                    "danger-no-ban"
                }),
            ),
        Record::Answered { number, answer } => message
            .with("number", f64::from(*number))
            .with("answer", teller.text(&format!("answer-{}", key_of(answer)))),
        Record::Evacuating {
            value,
            people,
            until_s,
        } => message
            .with("value", teller.called(value))
            .with("people", f64::from(*people))
            .with("until", teller.hour_minute(*until_s)),
        Record::PeopleReached { value, people } => message
            .with("value", teller.called(value))
            .with("people", f64::from(*people)),
        Record::Notified { incident, who } => message
            .with("incident", f64::from(*incident))
            .with("who", teller.name(who)),
        Record::OnTask { unit, length_m } | Record::BacksOut { unit, length_m } => message
            .with("unit", teller.called(unit))
            .with("length", rounded(*length_m, 0)),
        Record::RoadClosed { road } | Record::RoadBurning { road } | Record::RoadOpen { road } => {
            message.with("road", teller.called(road))
        }
        Record::Staged { unit } => message.with("unit", teller.called(unit)),
        Record::Rerouted {
            unit,
            road,
            expected_s,
        } => message
            .with("unit", teller.called(unit))
            .with(
                "why",
                match road {
                    Some(road) => {
                        teller.say(Message::new("reroute-road").with("road", teller.called(road)))
                    }
                    None => teller.text("reroute-place"),
                },
            )
            .with("expected", teller.hour_minute(line.t_s + expected_s)),
        Record::StoreShort {
            unit,
            station,
            short,
        } => message
            .with("unit", teller.called(unit))
            .with("station", teller.called(station))
            .with("items", items(short)),
        Record::StoreReturned {
            unit,
            station,
            items: back,
        } => message
            .with("unit", teller.called(unit))
            .with("station", teller.called(station))
            .with("items", items(back)),
        Record::MarginWarning {
            unit,
            incident,
            margin_min,
        } => message
            .with("unit", teller.called(unit))
            .with("incident", f64::from(*incident))
            .with("margin", rounded(margin_min.max(0.0), 0)),
        Record::Withdraws {
            unit,
            incident,
            reason,
            margin_min,
            way_min,
            wind_m_s,
        } => message
            .with("unit", teller.called(unit))
            .with("incident", f64::from(*incident))
            .with(
                "why",
                teller.say(
                    Message::new(&format!("withdrawal-{}", key_of(reason)))
                        .with("margin", rounded(margin_min.max(0.0), 0))
                        .with("way", rounded(*way_min, 0))
                        .with("wind", rounded(*wind_m_s, 1)),
                ),
            ),
        Record::Casualties {
            unit,
            cause,
            injured,
            dead,
            flame_m,
            ..
        } => message
            .with("unit", teller.called(unit))
            .with(
                "cause",
                teller.say(
                    Message::new(&format!("casualty-{}", key_of(cause)))
                        .with("flame", rounded(*flame_m, 1)),
                ),
            )
            .with("injured", f64::from(*injured))
            .with("dead", f64::from(*dead)),
        Record::Refuelling { unit, minutes } => message
            .with("unit", teller.called(unit))
            .with("minutes", rounded(*minutes, 0)),
        Record::PowerCut {
            line: power,
            dead_s,
        } => message
            .with("line", power.as_str())
            .with("at", teller.hour_minute(*dead_s)),
        _ => message,
    }
}

/// Whether a record is one of those told here.
pub(super) fn kind_key(record: &Record) -> Option<&'static str> {
    Some(match record {
        Record::Attack { .. } => "attack",
        Record::FalseAlarm { .. } => "false-alarm",
        Record::Dismissed { .. } => "dismissed",
        Record::Closed { .. } => "closed",
        Record::FieldReport { .. } => "field-report",
        Record::SmokeReport { .. } => "smoke-report",
        Record::NothingFound { .. } => "nothing-found",
        Record::Danger { .. } => "danger",
        Record::Answered { .. } => "answered",
        Record::Evacuating { .. } => "evacuating",
        Record::PeopleReached { .. } => "people-reached",
        Record::Notified { .. } => "notified",
        Record::Command { .. } => "command",
        Record::Sector { .. } => "sector",
        Record::TreeFall { .. } => "tree-fall",
        Record::Met { .. } => "met",
        Record::BacksOut { .. } => "backs-out",
        Record::OnTask { .. } => "on-task",
        Record::RoadClosed { .. } => "road-closed",
        Record::RoadBurning { .. } => "road-burning",
        Record::RoadOpen { .. } => "road-open",
        Record::Staged { .. } => "staged",
        Record::Rerouted { .. } => "rerouted",
        Record::StoreShort { .. } => "store-short",
        Record::StoreReturned { .. } => "store-returned",
        Record::MarginWarning { .. } => "margin-warning",
        Record::Withdraws { .. } => "withdraws",
        Record::Casualties { .. } => "casualties",
        Record::Refuelling { .. } => "refuelling",
        Record::PowerCut { .. } => "power-cut",
        _ => return None,
    })
}

/// Whether such a record moves the story on.
pub(super) fn is_news(record: &Record) -> bool {
    !matches!(
        record,
        Record::FalseAlarm { .. }
            | Record::FieldReport { .. }
            | Record::SmokeReport { .. }
            | Record::Answered { .. }
            | Record::StoreReturned { .. }
            | Record::Refuelling { .. }
            | Record::Command { .. }
            | Record::Sector { .. }
            | Record::BacksOut { .. }
            | Record::Notified { .. }
    )
}
