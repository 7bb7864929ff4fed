//! Journal records as sentences in a language, with the names people use.

use std::collections::BTreeMap;

use crate::base::geo::{Point, Polyline};
use crate::base::language::{Language, keys, render, text};
use crate::base::message::{Argument, Message};
use crate::protocol::{AlarmSource, Line, Order, Orderer, Record, Refusal, Task};
use crate::scenario::schema::{Cause, DangerLevel, InjectEvent, Name, ValueKind};
use crate::simulation::{Ending, EndingReason};
use crate::world::World;

use super::scorecard::{FireClass, source_name};

/// Tells records of one world in one language.
pub struct Teller<'a> {
    world: &'a World,
    language: Language,
    /// Names by id of all that has one.
    names: BTreeMap<&'a str, &'a Name>,
}

impl<'a> Teller<'a> {
    /// A teller for a world.
    pub fn new(world: &'a World, language: Language) -> Self {
        fn named<'n>(id: &'n str, name: Option<&'n Name>) -> Option<(&'n str, &'n Name)> {
            Some((id, name?))
        }
        let places = world
            .roads
            .iter()
            .filter_map(|r| named(&r.id, r.name.as_ref()))
            .chain((world.firebreaks.iter()).filter_map(|b| named(&b.id, b.name.as_ref())))
            .chain((world.ponds.iter()).filter_map(|p| named(&p.id, p.name.as_ref())))
            .chain((world.cameras.iter()).filter_map(|c| named(&c.id, c.name.as_ref())))
            .chain((world.power_lines.iter()).filter_map(|l| named(&l.id, l.name.as_ref())));
        let names = places
            .chain(world.values.iter().map(|v| (v.id.as_str(), &v.name)))
            .chain(world.patrols.iter().map(|p| (p.id.as_str(), &p.name)))
            .chain(world.stations.iter().map(|s| (s.id.as_str(), &s.name)))
            .chain(
                world
                    .scenario
                    .file
                    .units
                    .iter()
                    .map(|u| (u.id.as_str(), &u.name)),
            )
            .collect();
        Self {
            world,
            language,
            names,
        }
    }

    /// The world it tells of.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A name in the teller's language.
    pub fn name<'n>(&self, name: &'n Name) -> &'n str {
        self.language.choose(&name.en, &name.zh)
    }

    /// The name of anything that stands on the map; its id when it has none.
    pub fn called<'n>(&self, id: &'n str) -> &'n str
    where
        'a: 'n,
    {
        match self.names.get(id) {
            Some(name) if !self.name(name).is_empty() => self.name(name),
            _ => id,
        }
    }

    /// Who gave an alarm.
    pub fn who(&self, source: AlarmSource, by: &str) -> String {
        let key = format!("alarm-source-{}", source_name(source));
        let by = match source {
            AlarmSource::Satellite => self.text_or(&format!("satellite-{by}"), by),
            _ => self.called(by).to_owned(),
        };
        self.say(Message::new(&key).with("by", by))
    }

    /// Where a place is, from the nearest station, village or building: `1.2 km north of …`.
    pub fn place(&self, at: Point) -> String {
        let villages = self
            .world
            .values
            .iter()
            .filter(|v| v.kind != ValueKind::Graves);
        let known = self
            .world
            .stations
            .iter()
            .map(|s| (&s.name, s.at))
            .chain(villages.map(|v| (&v.name, v.at)));
        let nearest = known
            .filter(|(name, _)| !self.name(name).is_empty())
            .min_by(|a, b| a.1.distance(at).total_cmp(&b.1.distance(at)));
        let Some((name, from)) = nearest else {
            return self.say(
                Message::new("place-coordinates")
                    .with("x", rounded(at.x, 0))
                    .with("y", rounded(at.y, 0)),
            );
        };
        self.say(
            Message::new("place-near")
                .with("km", rounded(from.distance(at) / 1000.0, 1))
                .with("direction", self.direction(from.bearing_deg(at)))
                .with("name", self.name(name)),
        )
    }

    /// A dispatch policy by its name on the command line.
    pub fn policy(&self, name: &str) -> String {
        match name {
            "run-card" | "nearest" | "do-nothing" | "person" => {
                self.text(&format!("policy-{name}"))
            }
            other => other.to_owned(),
        }
    }

    /// One of eight directions, in words.
    pub fn direction(&self, degrees: f64) -> String {
        const KEYS: [&str; 8] = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
        let octant = libm::round(degrees / 45.0).rem_euclid(8.0) as usize % 8;
        text(self.language, &format!("direction-{}", KEYS[octant]))
    }

    /// A danger level in words.
    pub fn danger(&self, level: DangerLevel) -> String {
        self.text(&format!("danger-{}", key_of(&level).to_lowercase()))
    }

    /// Time of day.
    pub fn hour_minute(&self, t_s: f64) -> String {
        self.world.clock.hour_minute(t_s)
    }

    /// A line of the journal as a sentence.
    pub fn sentence(&self, line: &Line) -> String {
        self.say(self.message(line))
    }

    /// The label of a record's kind.
    pub fn kind(&self, record: &Record) -> String {
        text(self.language, &format!("kind-{}", kind_key(record)))
    }

    /// A message in the teller's language.
    pub fn say(&self, message: Message) -> String {
        render(self.language, &message)
    }

    /// A key without arguments in the teller's language.
    pub fn text(&self, key: &str) -> String {
        text(self.language, key)
    }

    fn order(&self, order: &Order) -> String {
        self.say(match order {
            Order::Dispatch { unit, incident } => Message::new("order-dispatch")
                .with("unit", self.called(unit))
                .with("incident", f64::from(*incident)),
            Order::Recall { unit } => Message::new("order-recall").with("unit", self.called(unit)),
            Order::HandOver { incident } => {
                Message::new("order-hand-over").with("incident", f64::from(*incident))
            }
            Order::Backfire { incident, path } => Message::new("order-backfire")
                .with("incident", f64::from(*incident))
                .with("length", length_of(path)),
            Order::Move { unit, to } => Message::new("order-move")
                .with("unit", self.called(unit))
                .with("place", self.place(*to)),
            Order::Task { unit, task } => {
                let path = match task {
                    Task::Edge => &[][..],
                    Task::Line(path) | Task::Hold(path) => path,
                };
                let what = Message::new(match task {
                    Task::Edge => "task-edge",
                    Task::Line(_) => "task-line",
                    Task::Hold(_) => "task-hold",
                });
                Message::new("order-task")
                    .with("unit", self.called(unit))
                    .with("task", self.say(what.with("length", length_of(path))))
            }
            Order::Attack { incident, tactic } => Message::new("order-attack")
                .with("incident", f64::from(*incident))
                .with("tactic", self.text(&format!("tactic-{}", key_of(tactic)))),
            Order::Request {
                incident,
                unit_type,
                count,
            } => Message::new("order-request")
                .with("incident", f64::from(*incident))
                .with("type", self.unit_type(unit_type))
                .with("count", f64::from(*count)),
            Order::Report { incident } => {
                Message::new("order-report").with("incident", f64::from(*incident))
            }
            Order::Close { incident } => {
                Message::new("order-close").with("incident", f64::from(*incident))
            }
            Order::CloseRoad { road } => {
                Message::new("order-close-road").with("road", self.called(road))
            }
            Order::OpenRoad { road } => {
                Message::new("order-open-road").with("road", self.called(road))
            }
            Order::SetDanger { level } => Message::new("order-set-danger").with(
                "level",
                self.text(&format!("danger-{}", key_of(level).to_lowercase())),
            ),
            Order::CutPower { line } => {
                Message::new("order-cut-power").with("line", self.called(line))
            }
            Order::Warn { value } => Message::new("order-warn").with("value", self.called(value)),
            Order::Evacuate { value } => {
                Message::new("order-evacuate").with("value", self.called(value))
            }
        })
    }

    fn inject(&self, event: &InjectEvent) -> String {
        self.say(match event {
            InjectEvent::WindShift {
                wind_from_deg,
                wind_m_s,
            } => Message::new("inject-wind-shift")
                .with("direction", self.direction(*wind_from_deg))
                .with("speed", rounded(*wind_m_s, 1)),
            InjectEvent::SecondFire { cause, at } => Message::new("inject-second-fire")
                .with("cause", self.text(cause_key(*cause)))
                .with("place", self.place(*at)),
            InjectEvent::RoadClosed { road } => {
                Message::new("inject-road-closed").with("road", self.called(road))
            }
            InjectEvent::UnitOut { unit, minutes } => Message::new("inject-unit-out")
                .with("unit", self.called(unit))
                .with("minutes", rounded(*minutes, 0)),
            InjectEvent::Injured { unit, people } => Message::new("inject-injured")
                .with("unit", self.called(unit))
                .with("people", f64::from(*people)),
            InjectEvent::RadioOut { unit, minutes } => Message::new("inject-radio-out")
                .with("unit", self.called(unit))
                .with("minutes", rounded(*minutes, 0)),
            InjectEvent::Backfire { path } => Message::new("inject-backfire")
                .with("length", length_of(path))
                .with(
                    "place",
                    self.place(path.first().copied().unwrap_or_default()),
                ),
            InjectEvent::LineBuilt { path, width_m } => Message::new("inject-line-built")
                .with("length", length_of(path))
                .with("width", rounded(*width_m, 1))
                .with(
                    "place",
                    self.place(path.first().copied().unwrap_or_default()),
                ),
        })
    }

    /// A type of unit by its name in the catalogue.
    fn unit_type(&self, key: &str) -> String {
        let types = &self.world.scenario.catalogue.unit_types;
        types
            .get(key)
            .map_or_else(|| key.to_owned(), |t| self.name(&t.name).to_owned())
    }

    /// A piece of equipment by its name in the stores.
    pub(super) fn item(&self, key: &str) -> String {
        self.text_or(&format!("item-{}", key.replace('_', "-")), key)
    }

    /// A key's text, or something else where there is none.
    fn text_or(&self, key: &str, other: &str) -> String {
        if keys(self.language).contains(key) {
            self.text(key)
        } else {
            other.to_owned()
        }
    }

    fn station_of(&self, unit: &str) -> &str {
        let units = &self.world.scenario.file.units;
        units
            .iter()
            .find(|u| u.id == unit)
            .map_or("", |u| self.called(&u.station))
    }

    fn message(&self, line: &Line) -> Message {
        let message = Message::new(&format!("record-{}", kind_key(&line.record)));
        match &line.record {
            Record::RunStarted { seed, policy, .. } => message
                .with("title", self.name(&self.world.scenario.file.title))
                .with("seed", seed.to_string())
                .with("policy", self.policy(policy)),
            Record::MemberDrawn {
                day,
                start,
                wind_factor,
                wind_turn_deg,
                moisture_shift_pct,
                fuel_factor,
                fires,
            } => {
                let day = match day {
                    Some(day) => Message::new("member-day").with("day", day.as_str()),
                    None => Message::new("member-own-day"),
                };
                message
                    .with("day", self.say(day))
                    .with("start", start.replace('T', " "))
                    .with("wind", rounded(*wind_factor, 2))
                    .with("turn", rounded(*wind_turn_deg, 0))
                    .with("moisture", rounded(*moisture_shift_pct, 1))
                    .with("fuel", rounded(*fuel_factor, 2))
                    .with("fires", f64::from(*fires))
            }
            Record::Ignition { fire, cause, x, y } => message
                .with("fire", fire.as_str())
                .with("place", self.place(Point::new(*x, *y)))
                .with("cause", self.text(cause_key(*cause))),
            Record::Weather {
                wind_from_deg,
                wind_m_s,
                temperature_c,
                humidity_pct,
            } => message
                .with("direction", self.direction(*wind_from_deg))
                .with("speed", rounded(*wind_m_s, 1))
                .with("temperature", rounded(*temperature_c, 1))
                .with("humidity", rounded(*humidity_pct, 0)),
            Record::Inject { event, .. } => message.with("event", self.inject(event)),
            Record::Alarm {
                incident,
                source,
                by,
                x,
                y,
                error_m,
            }
            | Record::FurtherAlarm {
                incident,
                source,
                by,
                x,
                y,
                error_m,
            } => message
                .with("incident", f64::from(*incident))
                .with("who", self.who(*source, by))
                .with("place", self.place(Point::new(*x, *y)))
                .with("error", rounded(*error_m, 0)),
            Record::Verified {
                incident,
                x,
                y,
                error_m,
                area_ha,
            } => message
                .with("incident", f64::from(*incident))
                .with("place", self.place(Point::new(*x, *y)))
                .with("error", rounded(*error_m, 0))
                .with("area", hectares(*area_ha)),
            Record::Ordered { number, order, by } => message
                .with("number", f64::from(*number))
                .with("who", self.text(orderer_key(*by)))
                .with("order", self.order(order)),
            Record::Refused {
                number,
                order,
                reason,
            } => message
                .with("number", f64::from(*number))
                .with("order", self.order(order))
                .with("reason", self.text(&refusal_key(*reason))),
            Record::Departed {
                unit,
                incident,
                road_km,
                expected_s,
            } => message
                .with("unit", self.called(unit))
                .with("station", self.station_of(unit))
                .with(
                    "goal",
                    match incident {
                        Some(n) => self.say(
                            Message::new("departed-for-incident").with("incident", f64::from(*n)),
                        ),
                        None => self.text("departed-to-stand-by"),
                    },
                )
                .with("km", rounded(*road_km, 1))
                .with("expected", self.hour_minute(line.t_s + expected_s)),
            Record::WalkingIn {
                unit,
                incident,
                distance_m,
            } => message
                .with("unit", self.called(unit))
                .with("incident", f64::from(*incident))
                .with("distance", rounded(*distance_m, 0)),
            Record::Arrived {
                unit,
                incident,
                people,
            } => message
                .with("unit", self.called(unit))
                .with("incident", f64::from(*incident))
                .with("people", f64::from(*people)),
            Record::Working { unit, incident } => message
                .with("unit", self.called(unit))
                .with("incident", f64::from(*incident)),
            Record::Waiting {
                unit,
                incident,
                reason,
                flame_m,
            } => message
                .with("unit", self.called(unit))
                .with("incident", f64::from(*incident))
                .with("reason", self.text(&refusal_key(*reason)))
                .with("flame", rounded(*flame_m, 1)),
            Record::Refilling {
                unit,
                source,
                litres,
                minutes,
            } => message
                .with("unit", self.called(unit))
                .with("source", self.called(source))
                .with("litres", rounded(*litres, 0))
                .with("minutes", rounded(*minutes, 0)),
            Record::SituationReport {
                incident,
                area_ha,
                line_m,
                units,
                people,
            } => message
                .with("incident", f64::from(*incident))
                .with("area", hectares(*area_ha))
                .with("line", rounded(*line_m, 0))
                .with("units", f64::from(*units))
                .with("people", f64::from(*people)),
            Record::Contained {
                incident,
                area_ha,
                line_m,
            } => message
                .with("incident", f64::from(*incident))
                .with("area", hectares(*area_ha))
                .with("line", rounded(*line_m, 0)),
            Record::ContainmentLost { incident, area_ha }
            | Record::Out { incident, area_ha }
            | Record::Escaped { incident, area_ha } => message
                .with("incident", f64::from(*incident))
                .with("area", hectares(*area_ha)),
            Record::HandedOver {
                incident,
                after_min,
            } => message
                .with("incident", f64::from(*incident))
                .with("minutes", rounded(*after_min, 0)),
            Record::ValueLost { value, value_cny } if *value_cny <= 0.0 => {
                Message::new("record-value-burnt").with("value", self.called(value))
            }
            Record::ValueLost { value, value_cny } => message
                .with("value", self.called(value))
                .with("yuan", rounded(*value_cny, 0)),
            Record::Returning { unit } => message
                .with("unit", self.called(unit))
                .with("station", self.station_of(unit)),
            Record::AtStation { unit, people } => message
                .with("unit", self.called(unit))
                .with("people", f64::from(*people))
                .with("station", self.station_of(unit)),
            Record::UnitOut { unit, minutes } | Record::RadioOut { unit, minutes } => message
                .with("unit", self.called(unit))
                .with("minutes", rounded(*minutes, 0)),
            Record::BreakContact { .. }
            | Record::SpotFire { .. }
            | Record::SpotsLeftOut { .. }
            | Record::Reignition { .. }
            | Record::Backfire { .. }
            | Record::Extrapolated { .. } => super::breakout_sentences::with(self, message, line),
            Record::RunEnded { burnt_ha, .. } => message.with("area", hectares(*burnt_ha)),
            _ => super::desk_sentences::with(self, message, line),
        }
    }
}

/// Whether the duty desk knows of a record when it happens; the others are the run's own truth.
pub fn known_to_desk(record: &Record) -> bool {
    !matches!(
        record,
        Record::RunStarted { .. }
            | Record::MemberDrawn { .. }
            | Record::RunEnded { .. }
            | Record::Ignition { .. }
            | Record::FalseAlarm { .. }
            | Record::BreakContact { .. }
            | Record::SpotFire { .. }
            | Record::SpotsLeftOut { .. }
            | Record::Extrapolated { .. }
            | Record::Inject {
                event: InjectEvent::SecondFire { .. },
                ..
            }
    )
}

/// Hectares to a hundredth, as the journal has them; a fire smaller than that is not nothing, and counts as one.
pub(super) fn hectares(ha: f64) -> Argument {
    rounded(ha, 2).max(0.01).into()
}

pub(super) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = libm::pow(10.0, f64::from(decimals));
    libm::round(value * scale) / scale
}

/// Length of a course in whole metres.
fn length_of(path: &[Point]) -> f64 {
    rounded(Polyline::new(path.to_vec()).length(), 0)
}

/// The kind of a record as message keys name it.
fn kind_key(record: &Record) -> &'static str {
    match record {
        Record::RunStarted { .. } => "run-started",
        Record::MemberDrawn { .. } => "member-drawn",
        Record::Ignition { .. } => "ignition",
        Record::Weather { .. } => "weather",
        Record::Inject { .. } => "inject",
        Record::Alarm { .. } => "alarm",
        Record::FurtherAlarm { .. } => "further-alarm",
        Record::Verified { .. } => "verified",
        Record::Ordered { .. } => "ordered",
        Record::Refused { .. } => "refused",
        Record::Departed { .. } => "departed",
        Record::WalkingIn { .. } => "walking-in",
        Record::Arrived { .. } => "arrived",
        Record::Working { .. } => "working",
        Record::Waiting { .. } => "waiting",
        Record::Refilling { .. } => "refilling",
        Record::SituationReport { .. } => "situation-report",
        Record::Contained { .. } => "contained",
        Record::ContainmentLost { .. } => "containment-lost",
        Record::Out { .. } => "out",
        Record::HandedOver { .. } => "handed-over",
        Record::Escaped { .. } => "escaped",
        Record::ValueLost { .. } => "value-lost",
        Record::Returning { .. } => "returning",
        Record::AtStation { .. } => "at-station",
        Record::UnitOut { .. } => "unit-out",
        Record::RadioOut { .. } => "radio-out",
        Record::BreakContact { .. } => "break-contact",
        Record::SpotFire { .. } => "spot-fire",
        Record::SpotsLeftOut { .. } => "spots-left-out",
        Record::Reignition { .. } => "reignition",
        Record::Backfire { .. } => "backfire",
        Record::Extrapolated { .. } => "extrapolated",
        Record::RunEnded { .. } => "run-ended",
        other => super::desk_sentences::kind_key(other).unwrap_or_default(),
    }
}

/// A plain variant as message keys name it: by its name in JSON.
pub(super) fn key_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', "-"),
        _ => String::new(),
    }
}

fn orderer_key(by: Orderer) -> &'static str {
    match by {
        Orderer::Policy => "orderer-policy",
        Orderer::Doctrine => "orderer-doctrine",
        Orderer::Person => "orderer-person",
        Orderer::EmergencyBureau => "orderer-emergency-bureau",
    }
}

fn refusal_key(reason: Refusal) -> String {
    format!("refusal-{}", key_of(&reason))
}

/// Message key of a cause.
pub fn cause_key(cause: Cause) -> &'static str {
    match cause {
        Cause::Agricultural => "cause-agricultural",
        Cause::TombSweeping => "cause-tomb-sweeping",
        Cause::PowerLine => "cause-power-line",
        Cause::Smokers => "cause-smokers",
        Cause::Refuse => "cause-refuse",
        Cause::Other => "cause-other",
    }
}

/// Message key of an ending.
pub fn ending_key(ending: Ending) -> &'static str {
    match ending {
        Ending::Out => "ending-out",
        Ending::ContainedNotOut => "ending-contained-not-out",
        Ending::Escaped => "ending-escaped",
        Ending::BurningAtHorizon => "ending-burning-at-horizon",
    }
}

/// Message key of an ending's reason.
pub fn ending_reason_key(reason: EndingReason) -> &'static str {
    match reason {
        EndingReason::LineClosed => "ending-reason-line-closed",
        EndingReason::BurntOut => "ending-reason-burnt-out",
        EndingReason::NotDetected => "ending-reason-not-detected",
        EndingReason::NobodySent => "ending-reason-nobody-sent",
        EndingReason::NobodyArrived => "ending-reason-nobody-arrived",
        EndingReason::TooHot => "ending-reason-too-hot",
        EndingReason::TooFew => "ending-reason-too-few",
        EndingReason::LeftTheMap => "ending-reason-left-the-map",
        EndingReason::SeenLate => "ending-reason-seen-late",
        EndingReason::NoRoute => "ending-reason-no-route",
        EndingReason::WaterOut => "ending-reason-water-out",
        EndingReason::Withdrew => "ending-reason-withdrew",
        EndingReason::Reignited => "ending-reason-reignited",
    }
}

/// Message key of a fire's class.
pub fn class_key(class: FireClass) -> &'static str {
    match class {
        FireClass::General => "class-general",
        FireClass::Larger => "class-larger",
        FireClass::Major => "class-major",
        FireClass::EspeciallyMajor => "class-especially-major",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::breaks::{ContactOutcome, LeakKind};
    use crate::protocol::{
        Answer, CasualtyCause, Extrapolation, Tactic, TacticReason, WithdrawalReason,
    };
    use crate::scenario::schema::FalseAlarmKind;
    use schemars::schema_for;
    use serde_json::Value;

    /// Every constant of an enum's schema: its variants, as they are serialised.
    fn constants(schema: &Value, found: &mut Vec<String>) {
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            if let Some(name) = variant["const"].as_str() {
                found.push(name.to_owned());
            }
            found.extend(
                variant["enum"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|v| v.as_str())
                    .map(str::to_owned),
            );
            for tag in ["kind", "order"] {
                if let Some(name) = variant["properties"][tag]["const"].as_str() {
                    found.push(name.to_owned());
                }
            }
        }
        found.extend(
            schema["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str())
                .map(str::to_owned),
        );
    }

    #[test]
    fn everything_that_can_happen_has_a_sentence_in_both_languages() {
        let sets: [(&[&str], schemars::Schema, usize); 18] = [
            (&["kind-", "record-"], schema_for!(Record), 66),
            (&["order-"], schema_for!(Order), 16),
            (&["orderer-"], schema_for!(Orderer), 4),
            (&["refusal-"], schema_for!(Refusal), 25),
            (&["tactic-"], schema_for!(Tactic), 6),
            (&["tactic-reason-"], schema_for!(TacticReason), 9),
            (&["answer-"], schema_for!(Answer), 3),
            (&["withdrawal-"], schema_for!(WithdrawalReason), 4),
            (&["casualty-"], schema_for!(CasualtyCause), 3),
            (&["mirage-"], schema_for!(FalseAlarmKind), 4),
            (&["danger-"], schema_for!(DangerLevel), 5),
            (&["alarm-source-"], schema_for!(AlarmSource), 4),
            (&["leak-"], schema_for!(LeakKind), 4),
            (&["contact-"], schema_for!(ContactOutcome), 2),
            (&["extrapolated-"], schema_for!(Extrapolation), 3),
            (&["cause-"], schema_for!(Cause), 6),
            (&["ending-"], schema_for!(Ending), 4),
            (&["ending-reason-"], schema_for!(EndingReason), 13),
        ];
        for (prefixes, schema, count) in sets {
            let mut names = Vec::new();
            constants(schema.as_value(), &mut names);
            assert_eq!(names.len(), count, "{prefixes:?}: {names:?}");
            for name in names {
                for prefix in prefixes {
                    let key = format!("{prefix}{}", name.replace('_', "-").to_lowercase());
                    for language in Language::ALL {
                        assert!(
                            keys(language).contains(&key),
                            "{key} in {}",
                            language.code()
                        );
                    }
                }
            }
        }
        for class in ["general", "larger", "major", "especially-major"] {
            assert!(keys(Language::Chinese).contains(&format!("class-{class}")));
        }
    }
}
