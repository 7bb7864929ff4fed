//! The run for the terminal: the story as a duty officer would tell it, and the scorecard as a table.

use std::collections::BTreeSet;

use comfy_table::{ContentArrangement, Table, presets};

use super::breakout_sentences::explains;
use super::desk_sentences::is_news;
use super::scorecard::{FireScore, Scorecard};
use super::sentences::{
    Teller, cause_key, class_key, ending_key, ending_reason_key, known_to_desk,
};
use crate::base::message::{Argument, Message};
use crate::protocol::{Record, Refusal};
use crate::scenario::schema::InjectEvent;
use crate::simulation::{FireOutcome, Outcome};

/// The story, one sentence a line.
pub fn story(outcome: &Outcome, scorecard: &Scorecard, teller: &Teller<'_>) -> Vec<String> {
    let world = &outcome.world;
    let file = &world.scenario.file;
    let mut lines = vec![
        teller.say(
            Message::new("story-title")
                .with("title", teller.name(&file.title))
                .with(
                    "date",
                    world.clock.start().strftime("%Y-%m-%d %H:%M").to_string(),
                )
                .with("seed", outcome.seed.to_string())
                .with("policy", teller.policy(&outcome.policy)),
        ),
    ];
    if file.synthetic {
        lines.push(teller.text("story-synthetic"));
    }
    lines.push(String::new());
    let mut told = Told::default();
    for line in outcome.journal.lines() {
        let is_part = known_to_desk(&line.record) || explains(&line.record);
        if is_part && told.is_news(&line.record) {
            lines.push(format!(
                "{}  {}",
                teller.hour_minute(line.t_s),
                teller.sentence(line)
            ));
        }
    }
    if told.nothing() {
        lines.push(teller.text("story-quiet"));
    }
    lines.push(String::new());
    for (fire, score) in outcome.fires.iter().zip(&scorecard.fires) {
        lines.push(ending(fire, score, teller));
    }
    if outcome.line_built_m > 0.0 {
        let metres = libm::round(outcome.line_built_m);
        lines.push(teller.say(Message::new("story-line-built").with("metres", metres)));
    }
    lines
}

/// How a fire ended.
fn ending(fire: &FireOutcome, score: &FireScore, teller: &Teller<'_>) -> String {
    teller.say(
        Message::new("story-fire")
            .with("fire", fire.id.as_str())
            .with("cause", teller.text(cause_key(fire.cause)))
            .with("place", teller.place(fire.at))
            .with("ignited", teller.hour_minute(fire.ignited_s))
            .with("ending", teller.text(ending_key(fire.ending)))
            .with("reason", teller.text(ending_reason_key(fire.ending_reason)))
            .with("area", hundredths(score.area_ha))
            .with("forest", hundredths(score.forest_area_ha))
            .with("class", teller.text(class_key(score.class))),
    )
}

/// What has been told: a story does not repeat itself, the duty log does.
#[derive(Default)]
struct Told {
    any: bool,
    weather: bool,
    begun: bool,
    shifted: bool,
    arrived: BTreeSet<String>,
    working: BTreeSet<String>,
    waiting: BTreeSet<(String, Refusal)>,
    refilled: BTreeSet<String>,
    spotting: BTreeSet<Option<String>>,
}

impl Told {
    /// Whether a record moves the story on.
    fn is_news(&mut self, record: &Record) -> bool {
        let news = match record {
            Record::Weather { .. } => {
                let first = !self.weather;
                self.weather = true;
                // Later changes matter once there is a fire to tell of; a shift told as such is
                // not told again.
                let told = std::mem::take(&mut self.shifted);
                first || (self.begun && !told)
            }
            Record::Inject {
                event: InjectEvent::WindShift { .. },
                ..
            } => {
                self.shifted = true;
                true
            }

            Record::Alarm { .. } => {
                self.begun = true;
                true
            }
            Record::Arrived { unit, .. } => self.arrived.insert(unit.clone()),
            Record::Working { unit, .. } => self.working.insert(unit.clone()),
            Record::Waiting { unit, reason, .. } => self.waiting.insert((unit.clone(), *reason)),
            Record::Refilling { unit, .. } => self.refilled.insert(unit.clone()),
            // The first firebrand of a fire stands for all.
            Record::SpotFire { fire, .. } => self.spotting.insert(fire.clone()),
            Record::Returning { unit } => {
                // A unit that is sent again tells its part again.
                self.arrived.remove(unit);
                self.working.remove(unit);
                false
            }
            // A unit out of action has a record of its own.
            Record::Inject { event, .. } => !matches!(
                event,
                InjectEvent::UnitOut { .. }
                    | InjectEvent::Injured { .. }
                    | InjectEvent::RadioOut { .. }
            ),
            Record::Verified { .. }
            | Record::Refused { .. }
            | Record::Departed { .. }
            | Record::SituationReport { .. }
            | Record::Contained { .. }
            | Record::ContainmentLost { .. }
            | Record::Out { .. }
            | Record::HandedOver { .. }
            | Record::Escaped { .. }
            | Record::ValueLost { .. }
            | Record::BreakContact { .. }
            | Record::SpotsLeftOut { .. }
            | Record::Reignition { .. }
            | Record::Backfire { .. }
            | Record::Extrapolated { .. }
            | Record::UnitOut { .. }
            | Record::MemberDrawn { .. }
            | Record::RadioOut { .. } => true,
            Record::RunStarted { .. }
            | Record::Ignition { .. }
            | Record::FurtherAlarm { .. }
            | Record::Ordered { .. }
            | Record::WalkingIn { .. }
            | Record::AtStation { .. }
            | Record::RunEnded { .. } => false,
            other => is_news(other),
        };
        let is_setting = matches!(record, Record::Weather { .. } | Record::MemberDrawn { .. });
        self.any |= news && !is_setting;
        news
    }

    fn nothing(&self) -> bool {
        !self.any
    }
}

/// More fires than this stand in a table of their own, one a line.
const FIRES_ABOVE: usize = 2;

/// Fires, one a line.
fn fire_table(card: &Scorecard, outcome: &Outcome, teller: &Teller<'_>) -> String {
    let mut table = new_table();
    let columns = [
        "score-fire",
        "score-cause",
        "score-ignited",
        "score-detected",
        "score-dispatched",
        "score-first-attack",
        "score-contained",
        "score-out",
        "score-area",
        "score-ending",
        "score-reason",
    ];
    table.set_header(columns.map(|key| teller.text(key)));
    let time = |t: Option<f64>| t.map_or_else(|| "\u{2013}".to_owned(), |t| teller.hour_minute(t));
    for (fire, score) in outcome.fires.iter().zip(&card.fires) {
        table.add_row([
            fire.id.clone(),
            teller.text(cause_key(fire.cause)),
            time(Some(fire.ignited_s)),
            time(fire.detected_s),
            time(fire.dispatched_s),
            time(fire.first_attack_s),
            time(fire.contained_s),
            time(fire.out_s),
            hectares(teller, Some(score.area_ha)),
            teller.text(ending_key(fire.ending)),
            teller.text(ending_reason_key(fire.ending_reason)),
        ]);
    }
    table.to_string()
}

/// The scorecard as a table in the teller's language; many fires stand in one before it.
pub fn scorecard_table(card: &Scorecard, outcome: &Outcome, teller: &Teller<'_>) -> String {
    let mut table = new_table();
    table.set_header([teller.text("score-item"), teller.text("score-value")]);
    let mut row = |key: &str, value: String| {
        table.add_row([teller.text(key), value]);
    };
    let dash = || "\u{2013}".to_owned();
    let time = |t: Option<f64>| t.map_or_else(dash, |t| teller.hour_minute(t));
    let several = card.fires.len() > 1;
    let apart = card.fires.len() > FIRES_ABOVE;
    let told = outcome.fires.iter().zip(&card.fires);
    for (fire, score) in told.filter(|_| !apart) {
        if several {
            row("score-fire", fire.id.clone());
        }
        row("score-cause", teller.text(cause_key(fire.cause)));
        row("score-ignited", time(Some(fire.ignited_s)));
        row("score-detected", time(fire.detected_s));
        let by = fire.detected_by.as_ref();
        row(
            "score-detected-by",
            by.map_or_else(dash, |(source, by)| teller.who(*source, by)),
        );
        row("score-verified", time(fire.verified_s));
        row("score-dispatched", time(fire.dispatched_s));
        row("score-first-attack", time(fire.first_attack_s));
        row("score-contained", time(fire.contained_s));
        row("score-out", time(fire.out_s));
        row("score-area", hectares(teller, Some(score.area_ha)));
        row("score-forest", hectares(teller, Some(score.forest_area_ha)));
        row("score-class", teller.text(class_key(score.class)));
        row("score-ending", teller.text(ending_key(fire.ending)));
        row(
            "score-reason",
            teller.text(ending_reason_key(fire.ending_reason)),
        );
    }
    let totals = &card.totals;
    if several {
        row("score-burnt", hectares(teller, Some(totals.burnt_ha)));
        row("score-forest", hectares(teller, Some(totals.forest_ha)));
    }
    row(
        "score-counterfactual",
        hectares(teller, totals.counterfactual_ha),
    );
    row("score-saved", hectares(teller, totals.saved_ha));
    let yuan = |value: f64| teller.say(Message::new("score-yuan").with("value", grouped(value)));
    row("score-value-lost", yuan(totals.value_lost_cny));
    row("score-cost", yuan(totals.cost_cny));
    let mark = |value: Option<f64>| {
        value.map_or_else(dash, |v| format!("{} / 100", libm::round(v * 10.0) / 10.0))
    };
    row("score-early", mark(Some(card.pillars.early)));
    row("score-small", mark(card.pillars.small));
    row("score-put-out", mark(Some(card.pillars.out)));
    let marks = &card.marks;
    let whole = |n: u32| n.to_string();
    row(
        "score-casualties",
        teller.say(
            Message::new("score-hurt-dead")
                .with("injured", f64::from(marks.safety.injured))
                .with("dead", f64::from(marks.safety.dead)),
        ),
    );
    row("score-withdrawals", whole(marks.safety.withdrawals));
    row(
        "score-targets",
        teller.say(
            Message::new("score-targets-met")
                .with("told", f64::from(marks.targets_131.told_in_10_min))
                .with("there", f64::from(marks.targets_131.on_site_in_30_min))
                .with("back", f64::from(marks.targets_131.feedback_in_60_min))
                .with("fires", f64::from(marks.targets_131.fires)),
        ),
    );
    row(
        "score-units",
        teller.say(
            Message::new("score-units-used")
                .with("units", f64::from(marks.resources.units_sent))
                .with("hours", libm::round(marks.resources.worked_h * 10.0) / 10.0)
                .with("water", libm::round(marks.resources.water_m3 * 10.0) / 10.0),
        ),
    );
    let parts = &marks.composite;
    let percent = |part: f64| libm::round(part * 100.0);
    row(
        "score-composite",
        format!(
            "{} ({})",
            mark(parts.total),
            teller.say(
                Message::new("score-composite-parts")
                    .with("time", percent(parts.time))
                    .with(
                        "area",
                        parts
                            .area
                            .map_or_else(|| dash().into(), |a| Argument::from(percent(a))),
                    )
                    .with("safety", percent(parts.safety))
                    .with("information", percent(parts.information))
                    .with("resources", percent(parts.resources))
                    .with("procedure", percent(parts.procedure)),
            )
        ),
    );
    for (name, satisfied) in &card.success {
        let definition = outcome.world.scenario.catalogue.success.get(name);
        let label = definition.map_or(name.as_str(), |d| teller.name(&d.name));
        let verdict = teller.text(if *satisfied { "score-yes" } else { "score-no" });
        table.add_row([label.to_owned(), verdict]);
    }
    if apart {
        format!("{}\n{table}", fire_table(card, outcome, teller))
    } else {
        table.to_string()
    }
}

/// A table in the program's one style.
pub fn new_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn hectares(teller: &Teller<'_>, ha: Option<f64>) -> String {
    ha.map_or_else(
        || "\u{2013}".to_owned(),
        |ha| teller.say(Message::new("score-hectares").with("value", hundredths(ha))),
    )
}

fn hundredths(value: f64) -> f64 {
    libm::round(value * 100.0) / 100.0
}

/// A whole number with a comma at every third digit.
fn grouped(value: f64) -> String {
    let digits = format!("{}", libm::round(libm::fabs(value)) as u64);
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 {
        format!("-{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_sums_are_grouped() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.4), "999");
        assert_eq!(grouped(1234567.0), "1,234,567");
        assert_eq!(grouped(-1000.0), "-1,000");
    }

    #[test]
    fn a_story_tells_once_that_a_crew_waits_for_cooler_flames() {
        let waiting = Record::Waiting {
            unit: "u1".into(),
            incident: 1,
            reason: Refusal::TooHot,
            flame_m: 3.0,
        };
        let mut told = Told::default();
        assert!(told.is_news(&waiting));
        assert!(!told.is_news(&waiting));
    }
}
