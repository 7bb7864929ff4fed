//! Situation reports (火情报告): what the desk knew of a fire when it reported upwards, as a table and as pages to print.
//!
//! A first report when an alarm is verified (首报), one at each hour that the doctrine names (续报), a last one when
//! the fire is out (终报). All of it comes from the journal up to that moment, and only from what the desk was told.

use std::collections::BTreeMap;

use super::desk_sentences::people_told;
use super::page::{self, escaped};
use super::sentences::{Teller, hectares, key_of, known_to_desk, rounded};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::protocol::{AlarmSource, Order, Record, Refusal};
use crate::scenario::schema::DangerLevel;
use crate::simulation::Outcome;

/// The fields of a report, in order: their key in CSV, and in `situation-KEY` of the languages.
pub const FIELDS: [&str; 20] = [
    "incident",
    "report",
    "time",
    "place",
    "lon",
    "lat",
    "found",
    "state",
    "area_ha",
    "trend",
    "line_m",
    "weather",
    "danger",
    "there",
    "coming",
    "commander",
    "casualties",
    "people_moved",
    "difficulties",
    "needs",
];

/// A growth slower than this is none, hectares an hour: reports are not closer than that \[J\].
const STEADY_HA_H: f64 = 0.05;

/// Which of an incident's reports it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    First,
    Further(u32),
    Last,
}

/// What is known of an incident.
#[derive(Debug, Clone)]
struct Known<'a> {
    source: (AlarmSource, &'a str),
    opened_s: f64,
    at: Point,
    error_m: f64,
    /// Area, ha, and when that was known, seconds; and the same at the report before.
    area: Option<(f64, f64)>,
    reported: Option<(f64, f64)>,
    line_m: f64,
    reports: u32,
    contained: bool,
    out: bool,
    handed_over: bool,
    commander: Option<&'a str>,
    /// Units on their way: expected at the road's end, seconds; none for those on foot from there.
    coming: BTreeMap<&'a str, Option<f64>>,
    /// Units there, with their people.
    there: BTreeMap<&'a str, u32>,
    waiting: BTreeMap<&'a str, Refusal>,
    injured: u32,
    dead: u32,
    /// Places warned and evacuated for it, with the people there.
    warned: BTreeMap<&'a str, u32>,
    leaving: BTreeMap<&'a str, u32>,
    /// Units asked for, by type.
    requested: BTreeMap<&'a str, u32>,
}

impl<'a> Known<'a> {
    fn new(source: AlarmSource, by: &'a str, t_s: f64, at: Point, error_m: f64) -> Self {
        Self {
            source: (source, by),
            opened_s: t_s,
            at,
            error_m,
            area: None,
            reported: None,
            line_m: 0.0,
            reports: 0,
            contained: false,
            out: false,
            handed_over: false,
            commander: None,
            coming: BTreeMap::new(),
            there: BTreeMap::new(),
            waiting: BTreeMap::new(),
            injured: 0,
            dead: 0,
            warned: BTreeMap::new(),
            leaving: BTreeMap::new(),
            requested: BTreeMap::new(),
        }
    }

    fn leaves(&mut self, unit: &str) {
        self.coming.remove(unit);
        self.there.remove(unit);
        self.waiting.remove(unit);
    }
}

/// What is known of all of them.
struct Desk<'a> {
    outcome: &'a Outcome,
    teller: &'a Teller<'a>,
    incidents: BTreeMap<u32, Known<'a>>,
    weather: Option<&'a Record>,
    danger: Option<DangerLevel>,
}

/// Every report of a run, in order of time: a value for each of [`FIELDS`].
pub fn rows(outcome: &Outcome, teller: &Teller<'_>) -> Vec<Vec<String>> {
    let mut desk = Desk {
        outcome,
        teller,
        incidents: BTreeMap::new(),
        weather: None,
        danger: None,
    };
    let mut rows = Vec::new();
    for line in outcome.journal.lines() {
        if !known_to_desk(&line.record) {
            continue;
        }
        desk.note(line.t_s, &line.record);
        let due = match &line.record {
            Record::Verified { incident, .. } => Some((*incident, Turn::First)),
            Record::SituationReport { incident, .. } => {
                let n = desk.incidents.get(incident).map_or(0, |i| i.reports);
                Some((*incident, Turn::Further(n)))
            }
            Record::Out { incident, .. } => Some((*incident, Turn::Last)),
            _ => None,
        };
        if let Some((number, turn)) = due {
            rows.extend(desk.report(line.t_s, number, turn));
        }
    }
    rows
}

impl<'a> Desk<'a> {
    fn note(&mut self, t_s: f64, record: &'a Record) {
        match record {
            Record::Weather { .. } => self.weather = Some(record),
            Record::Danger { level, .. } => self.danger = Some(*level),
            Record::Alarm {
                incident,
                source,
                by,
                x,
                y,
                error_m,
            } => {
                let known = Known::new(*source, by, t_s, Point::new(*x, *y), *error_m);
                self.incidents.insert(*incident, known);
            }
            // A unit is at one fire only, and may have been sent on from another.
            Record::Departed {
                unit,
                incident,
                expected_s,
                ..
            } => {
                self.everywhere(unit);
                if let Some(of) = incident.and_then(|n| self.incidents.get_mut(&n)) {
                    of.coming.insert(unit, Some(t_s + expected_s));
                }
            }
            Record::Rerouted {
                unit, expected_s, ..
            } => self.is_late(unit, |_| t_s + expected_s),
            Record::Met { unit, seconds, .. } => self.is_late(unit, |at_s| at_s + seconds),
            Record::Returning { unit } | Record::AtStation { unit, .. } => self.everywhere(unit),
            Record::Warned { value, people } => {
                if let Some(of) = self.nearest(value) {
                    of.warned.insert(value, *people);
                }
            }
            Record::Evacuating { value, people, .. } => {
                if let Some(of) = self.nearest(value) {
                    of.warned.remove(value.as_str());
                    of.leaving.insert(value, *people);
                }
            }
            other => self.note_of(t_s, other),
        }
    }

    /// Takes up a record that names its incident.
    fn note_of(&mut self, t_s: f64, record: &'a Record) {
        let number = match record {
            Record::FurtherAlarm { incident, .. }
            | Record::Verified { incident, .. }
            | Record::FieldReport { incident, .. }
            | Record::SmokeReport { incident, .. }
            | Record::WalkingIn { incident, .. }
            | Record::Arrived { incident, .. }
            | Record::Working { incident, .. }
            | Record::Waiting { incident, .. }
            | Record::Contained { incident, .. }
            | Record::ContainmentLost { incident, .. }
            | Record::Out { incident, .. }
            | Record::HandedOver { incident, .. }
            | Record::Command { incident, .. }
            | Record::SituationReport { incident, .. }
            | Record::Casualties {
                incident: Some(incident),
                ..
            }
            | Record::Ordered {
                order: Order::Request { incident, .. },
                ..
            } => *incident,
            _ => return,
        };
        let Some(of) = self.incidents.get_mut(&number) else {
            return;
        };
        match record {
            Record::FurtherAlarm { x, y, error_m, .. } => {
                (of.at, of.error_m) = (Point::new(*x, *y), *error_m);
            }
            Record::Verified {
                x,
                y,
                error_m,
                area_ha,
                ..
            } => {
                (of.at, of.error_m) = (Point::new(*x, *y), *error_m);
                of.area = Some((*area_ha, t_s));
            }
            Record::FieldReport { x, y, area_ha, .. } => {
                (of.at, of.error_m) = (Point::new(*x, *y), 0.0);
                of.area = Some((*area_ha, t_s));
            }
            Record::SmokeReport { area_ha, .. } => of.area = Some((*area_ha, t_s)),
            Record::WalkingIn { unit, .. } if !of.there.contains_key(unit.as_str()) => {
                of.coming.insert(unit, None);
            }
            Record::Arrived { unit, people, .. } => {
                of.coming.remove(unit.as_str());
                of.there.insert(unit, *people);
            }
            Record::Working { unit, .. } => {
                of.waiting.remove(unit.as_str());
            }
            Record::Waiting { unit, reason, .. } => {
                of.waiting.insert(unit, *reason);
            }
            Record::Contained {
                area_ha, line_m, ..
            } => {
                of.contained = true;
                of.area = Some((*area_ha, t_s));
                of.line_m = *line_m;
            }
            Record::ContainmentLost { area_ha, .. } => {
                of.contained = false;
                of.area = Some((*area_ha, t_s));
            }
            Record::Out { area_ha, .. } => {
                of.out = true;
                of.area = Some((*area_ha, t_s));
            }
            Record::HandedOver { .. } => of.handed_over = true,
            Record::Command { unit, .. } => of.commander = Some(unit),
            Record::SituationReport { line_m, .. } => {
                of.reports += 1;
                of.line_m = *line_m;
            }
            Record::Casualties { injured, dead, .. } => {
                of.injured += injured;
                of.dead += dead;
            }
            Record::Ordered {
                order: Order::Request {
                    unit_type, count, ..
                },
                ..
            } => *of.requested.entry(unit_type).or_default() += count,
            _ => {}
        }
    }

    /// A unit on the road comes at another time than it was expected.
    fn is_late(&mut self, unit: &str, then: impl Fn(f64) -> f64) {
        let mut coming = self
            .incidents
            .values_mut()
            .filter_map(|i| i.coming.get_mut(unit));
        if let Some(Some(expected_s)) = coming.next() {
            *expected_s = then(*expected_s);
        }
    }

    fn everywhere(&mut self, unit: &str) {
        for of in self.incidents.values_mut() {
            of.leaves(unit);
        }
    }

    /// The open incident next to a place: people are moved for that one.
    fn nearest(&mut self, value: &str) -> Option<&mut Known<'a>> {
        let values = &self.outcome.world.values;
        let at = values.iter().find(|v| v.id == value)?.at;
        let open = self.incidents.values_mut().filter(|i| !i.out);
        open.min_by(|a, b| a.at.distance(at).total_cmp(&b.at.distance(at)))
    }

    fn report(&mut self, t_s: f64, number: u32, turn: Turn) -> Option<Vec<String>> {
        let of = self.incidents.get(&number)?.clone();
        let (outcome, teller) = (self.outcome, self.teller);
        let world = &outcome.world;
        let degrees = world.crs.lon_lat(of.at).ok();
        let degree = |d: Option<f64>| d.map_or_else(String::new, |d| format!("{d:.5}"));
        let place = if of.error_m >= 1.0 {
            let about = Message::new("situation-place-about").with("place", teller.place(of.at));
            teller.say(about.with("error", rounded(of.error_m, 0)))
        } else {
            teller.place(of.at)
        };
        let found = Message::new("situation-found-by")
            .with("time", teller.hour_minute(of.opened_s))
            .with("who", teller.who(of.source.0, of.source.1));
        let state = match (of.out, of.contained, of.area) {
            (true, ..) => "situation-state-out",
            (_, true, _) => "situation-state-contained",
            (_, _, None) => "situation-state-unseen",
            _ => "situation-state-burning",
        };
        let mut state = teller.text(state);
        if of.handed_over && !of.out {
            state = self.list([state, teller.text("situation-state-handed-over")]);
        }
        let units = |of: &BTreeMap<&str, u32>| -> String {
            self.list(of.iter().map(|(unit, people)| {
                let one = Message::new("situation-unit").with("unit", teller.called(unit));
                teller.say(one.with("people", f64::from(*people)))
            }))
        };
        let coming = self.list(of.coming.iter().map(|(unit, expected_s)| {
            let unit = teller.called(unit);
            match expected_s {
                Some(t_s) => teller.say(
                    Message::new("situation-unit-coming")
                        .with("unit", unit)
                        .with("expected", teller.hour_minute(*t_s)),
                ),
                None => teller.say(Message::new("situation-unit-walking").with("unit", unit)),
            }
        }));
        let turn = match turn {
            Turn::First => teller.text("situation-report-first"),
            Turn::Further(n) => {
                teller.say(Message::new("situation-report-further").with("n", f64::from(n)))
            }
            Turn::Last => teller.text("situation-report-last"),
        };
        let hurt = Message::new("score-hurt-dead")
            .with("injured", f64::from(of.injured))
            .with("dead", f64::from(of.dead));
        let row = vec![
            number.to_string(),
            turn,
            world.clock.iso(t_s),
            place,
            degree(degrees.map(|d| d.0)),
            degree(degrees.map(|d| d.1)),
            teller.say(found),
            state,
            of.area.map_or_else(String::new, |(ha, _)| {
                teller.say(Message::new("situation-hectares").with("area", hectares(ha)))
            }),
            self.trend(&of),
            rounded(of.line_m, 0).to_string(),
            self.weather(t_s),
            self.danger.map_or_else(String::new, |d| {
                teller.text(&format!("danger-{}", key_of(&d).to_lowercase()))
            }),
            units(&of.there),
            coming,
            of.commander
                .map_or_else(String::new, |unit| teller.called(unit).to_owned()),
            teller.say(hurt),
            self.moved(&of),
            self.difficulties(&of),
            self.needs(&of, t_s),
        ];
        if let Some(kept) = self.incidents.get_mut(&number) {
            kept.reported = of.area;
        }
        Some(row)
    }

    fn list(&self, parts: impl IntoIterator<Item = String>) -> String {
        let parts: Vec<String> = parts.into_iter().collect();
        parts.join(&self.teller.text("list-separator"))
    }

    /// Growth since the report before.
    fn trend(&self, of: &Known<'_>) -> String {
        if of.contained || of.out {
            return self.teller.text("situation-trend-holds");
        }
        let (Some((ha, t_s)), Some((before_ha, before_s))) = (of.area, of.reported) else {
            return String::new();
        };
        if t_s <= before_s {
            return self.teller.text("situation-trend-no-news");
        }
        let ha_h = (ha - before_ha) / ((t_s - before_s) / 3600.0);
        if ha_h > STEADY_HA_H {
            let grows = Message::new("situation-trend-grows").with("rate", rounded(ha_h, 2));
            self.teller.say(grows)
        } else {
            self.teller.text("situation-trend-holds")
        }
    }

    fn weather(&self, t_s: f64) -> String {
        let Some(Record::Weather {
            wind_from_deg,
            wind_m_s,
            temperature_c,
            humidity_pct,
        }) = self.weather
        else {
            return String::new();
        };
        let told = Message::new("situation-weather-now")
            .with("from", self.teller.direction(*wind_from_deg))
            .with("wind", rounded(*wind_m_s, 1))
            .with("temperature", rounded(*temperature_c, 1))
            .with("humidity", rounded(*humidity_pct, 0));
        let light = if crate::operations::detection::is_dark(&self.outcome.world, t_s) {
            "situation-dark"
        } else {
            "situation-light"
        };
        self.list([self.teller.say(told), self.teller.text(light)])
    }

    fn moved(&self, of: &Known<'_>) -> String {
        let told = |key: &'static str| {
            move |(value, people): (&&str, &u32)| {
                let one = Message::new(key).with("value", self.teller.called(value));
                self.teller
                    .say(one.with("who", people_told(self.teller, *people)))
            }
        };
        self.list(
            (of.leaving.iter().map(told("situation-moved")))
                .chain(of.warned.iter().map(told("situation-warned"))),
        )
    }

    fn difficulties(&self, of: &Known<'_>) -> String {
        let mut reasons: BTreeMap<Refusal, u32> = BTreeMap::new();
        for reason in of.waiting.values() {
            *reasons.entry(*reason).or_default() += 1;
        }
        self.list(reasons.iter().map(|(reason, n)| {
            let one = Message::new("situation-waiting")
                .with("units", f64::from(*n))
                .with(
                    "reason",
                    self.teller.text(&format!("refusal-{}", key_of(reason))),
                );
            self.teller.say(one)
        }))
    }

    /// What is asked of those above: units of the emergency bureau, and the hand-over when it is near.
    fn needs(&self, of: &Known<'_>, t_s: f64) -> String {
        let scenario = &self.outcome.world.scenario;
        let types = &scenario.catalogue.unit_types;
        let asked = of.requested.iter().map(|(id, n)| {
            let name = types.get(*id).map_or(*id, |t| self.teller.name(&t.name));
            format!("{name} × {n}")
        });
        let mut needs: Vec<String> = asked.collect();
        let after_s = scenario.file.doctrine.handover_after_min * 60.0;
        let is_open = !of.out && !of.contained && !of.handed_over;
        if is_open && t_s - of.opened_s >= 0.5 * after_s {
            needs.push(self.teller.text("situation-hand-over-ahead"));
        }
        if needs.is_empty() {
            return self.teller.text("situation-needs-none");
        }
        self.list(needs)
    }
}

/// The reports as CSV (UTF-8 with a byte-order mark), a row each.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(outcome: &Outcome, teller: &Teller<'_>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(FIELDS)?;
    for row in rows(outcome, teller) {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// The reports as pages to print, one each.
pub fn html(outcome: &Outcome, teller: &Teller<'_>) -> String {
    let mut body = String::new();
    for row in rows(outcome, teller) {
        body.push_str("<table>\n");
        for (field, value) in FIELDS.iter().zip(row) {
            let label = escaped(&teller.text(&format!("situation-{}", field.replace('_', "-"))));
            let shown = if value.is_empty() {
                "\u{2013}".to_owned()
            } else {
                escaped(&value)
            };
            for part in ["<tr><th>", &label, "</th><td>", &shown, "</td></tr>\n"] {
                body.push_str(part);
            }
        }
        body.push_str("</table>\n");
    }
    page::document(
        outcome,
        teller,
        "situation-title",
        "situation-provisional",
        &body,
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::base::language::Language;
    use crate::operations::policy::PolicyName;
    use crate::scenario::Scenario;
    use crate::simulation::Simulation;
    use crate::world::World;

    #[test]
    fn a_fire_is_reported_first_each_hour_and_last() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let world = Arc::new(World::build(Scenario::read(&path).unwrap()).unwrap().0);
        let mut simulation = Simulation::new(world.clone(), 1, PolicyName::RunCard);
        simulation.run();
        let outcome = simulation.finish();
        let teller = Teller::new(&world, Language::English);
        let rows = rows(&outcome, &teller);
        let of = |row: &[String], field: &str| {
            row[FIELDS.iter().position(|f| *f == field).unwrap()].clone()
        };
        let turns: Vec<String> = rows.iter().map(|r| of(r, "report")).collect();
        assert_eq!(turns.first().map(String::as_str), Some("first"));
        assert_eq!(turns.last().map(String::as_str), Some("last"));
        assert!(turns.iter().any(|t| t == "further, no. 1"), "{turns:?}");
        // Who is sent stands on the way, then there.
        let (first, further) = (&rows[0], &rows[1]);
        assert_eq!(of(first, "there"), "");
        assert!(of(further, "there").contains("people"), "{further:?}");
        assert!(of(further, "weather").contains("m/s"), "{further:?}");
        // Areas are what the desk was told, never blank once somebody has looked.
        assert!(rows.iter().all(|r| of(r, "area_ha").ends_with(" ha")));
        let last = rows.last().unwrap();
        assert!(of(last, "state").starts_with("out"), "{last:?}");
        // Nothing in them is a key that no language has.
        for language in [Language::English, Language::Chinese] {
            let page = html(&outcome, &Teller::new(&world, language));
            assert!(
                !page.contains("[situation") && !page.contains("[danger"),
                "{page}"
            );
        }
    }
}
