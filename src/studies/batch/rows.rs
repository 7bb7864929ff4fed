//! Rows of the results: one a run, one a fire, one a failure. Never a time of the machine.

use super::plan::{Group, PROGRAM_HASH, Plan};
use crate::results::{Scorecard, scorecard};
use crate::scenario::Scenario;
use crate::simulation::{Ending, FireOutcome, Outcome};
use crate::world::Member;

/// Columns that say which run a row is of; those of the design follow in `runs.csv`.
pub const KEYS: [&str; 5] = ["run", "scenario", "variant", "seed", "policy"];

/// Columns of a run's results; those from `member_day` to `drawn_fires` say what the seed drew, and are empty
/// without an ensemble.
pub const RUN_COLUMNS: [&str; 49] = [
    "fires",
    "detected",
    "attacked",
    "contained",
    "out",
    "escaped",
    "detected_min",
    "attacked_min",
    "contained_min",
    "burnt_ha",
    "forest_ha",
    "counterfactual_ha",
    "saved_ha",
    "value_lost_cny",
    "cost_cny",
    "early",
    "small",
    "out_mark",
    "composite",
    "injured",
    "dead",
    "withdrawals",
    "overrun",
    "least_margin_min",
    "people_reached",
    "alarms",
    "false_alarms",
    "fires_dismissed",
    "orders",
    "refused",
    "told_in_10_min",
    "on_site_in_30_min",
    "feedback_in_60_min",
    "units_sent",
    "away_h",
    "worked_h",
    "line_m",
    "water_m3",
    "member_day",
    "member_start",
    "wind_factor",
    "wind_turn_deg",
    "moisture_shift_pct",
    "fuel_factor",
    "drawn_fires",
    "state_hash",
    "scenario_hash",
    "catalogue_hash",
    "program_hash",
];

/// Columns of a fire.
pub const FIRE_COLUMNS: [&str; 18] = [
    "fire",
    "cause",
    "x_m",
    "y_m",
    "ignited_min",
    "detected_by",
    "detected_min",
    "verified_min",
    "dispatched_min",
    "attacked_min",
    "contained_min",
    "out_min",
    "area_ha",
    "forest_ha",
    "line_m",
    "class",
    "ending",
    "ending_reason",
];

/// Columns of a failure.
pub const FAILURE_COLUMNS: [&str; 2] = ["stage", "cause"];

/// Where a run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its world could not be made.
    World,
    /// The fire that nobody fights.
    Counterfactual,
    /// The run itself.
    Run,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::World => "world",
            Self::Counterfactual => "counterfactual",
            Self::Run => "run",
        }
    }
}

/// Who a row is of.
pub struct Key<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Number of the group.
    pub group: u64,
    /// The group.
    pub of: Group,
    /// Index of the policy.
    pub policy: usize,
}

impl Key<'_> {
    fn fields(&self) -> Vec<String> {
        vec![
            self.plan.run_number(self.group, self.policy).to_string(),
            self.plan.scenarios[self.of.scenario].name.clone(),
            // Rows of a design are counted from 1; 0 is the scenario as it stands.
            self.of.variant.map_or(0, |v| v + 1).to_string(),
            self.of.seed.to_string(),
            self.plan.policies[self.policy].clone(),
        ]
    }
}

/// Header of `runs.csv`.
pub fn run_header(plan: &Plan) -> Vec<String> {
    let design = plan.design.iter().flat_map(|d| d.columns.clone());
    let keys = KEYS.iter().map(|c| (*c).to_owned());
    keys.chain(design)
        .chain(RUN_COLUMNS.iter().map(|c| (*c).to_owned()))
        .collect()
}

/// Header of `fires.csv`.
pub fn fire_header() -> Vec<String> {
    let all = KEYS.iter().chain(&FIRE_COLUMNS);
    all.map(|c| (*c).to_owned()).collect()
}

/// Header of `failures.csv`.
pub fn failure_header() -> Vec<String> {
    let all = KEYS.iter().chain(&FAILURE_COLUMNS);
    all.map(|c| (*c).to_owned()).collect()
}

/// One line of CSV with its end.
pub fn line(fields: &[String]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory has no way to fail.
    let _ = writer.write_record(fields);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A row of `failures.csv`.
pub fn failure(key: &Key<'_>, stage: Stage, cause: &str) -> String {
    let mut fields = key.fields();
    fields.extend([stage.name().to_owned(), cause.to_owned()]);
    line(&fields)
}

fn number(value: f64, decimals: i32) -> String {
    scorecard::round(value, decimals).to_string()
}

fn maybe(value: Option<f64>, decimals: i32) -> String {
    value.map_or_else(String::new, |v| number(v, decimals))
}

/// A row of `runs.csv`; `design` are the values of the variant as they were written.
pub fn run(
    key: &Key<'_>,
    design: &[String],
    scenario: &Scenario,
    outcome: &Outcome,
    card: &Scorecard,
) -> String {
    let fires = &outcome.fires;
    let count =
        |of: &dyn Fn(&FireOutcome) -> bool| fires.iter().filter(|f| of(f)).count().to_string();
    // The mean over those to whom it happened, minutes after the start of each.
    let minutes = |of: &dyn Fn(&FireOutcome) -> Option<f64>| {
        let known: Vec<f64> = fires
            .iter()
            .filter_map(|f| Some((of(f)? - f.ignited_s) / 60.0))
            .collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        maybe((!known.is_empty()).then_some(mean), 2)
    };
    let (totals, marks) = (&card.totals, &card.marks);
    let member = (outcome.world.member.as_ref()).filter(|_| scenario.file.ensemble.is_some());
    let drawn = |of: &dyn Fn(&Member) -> f64| maybe(member.map(|m| of(m)), 4);
    let results: [String; RUN_COLUMNS.len()] = [
        fires.len().to_string(),
        count(&|f| f.detected_s.is_some()),
        count(&|f| f.first_attack_s.is_some()),
        count(&FireOutcome::is_held),
        count(&|f| f.ending == Ending::Out),
        count(&|f| f.ending == Ending::Escaped),
        minutes(&|f| f.detected_s),
        minutes(&|f| f.first_attack_s),
        minutes(&|f| f.contained_s),
        number(totals.burnt_ha, 4),
        number(totals.forest_ha, 4),
        maybe(totals.counterfactual_ha, 4),
        maybe(totals.saved_ha, 4),
        number(totals.value_lost_cny, 0),
        number(totals.cost_cny, 0),
        number(card.pillars.early, 2),
        maybe(card.pillars.small, 2),
        number(card.pillars.out, 2),
        maybe(marks.composite.total, 2),
        marks.safety.injured.to_string(),
        marks.safety.dead.to_string(),
        marks.safety.withdrawals.to_string(),
        marks.safety.overrun.to_string(),
        maybe(marks.safety.least_margin_min, 2),
        marks.safety.people_reached.to_string(),
        marks.desk.alarms.to_string(),
        marks.desk.false_alarms.to_string(),
        marks.desk.fires_dismissed.to_string(),
        marks.desk.orders.to_string(),
        marks.desk.refused.to_string(),
        marks.targets_131.told_in_10_min.to_string(),
        marks.targets_131.on_site_in_30_min.to_string(),
        marks.targets_131.feedback_in_60_min.to_string(),
        marks.resources.units_sent.to_string(),
        number(marks.resources.away_h, 2),
        number(marks.resources.worked_h, 2),
        number(marks.resources.line_m, 0),
        number(marks.resources.water_m3, 2),
        member
            .and_then(|m| m.day.as_ref())
            .map_or_else(String::new, |d| d.name.clone()),
        member.map_or_else(String::new, |_| outcome.world.scenario.file.start.clone()),
        drawn(&|m| m.perturbation.wind_factor),
        drawn(&|m| m.perturbation.wind_turn_deg),
        drawn(&|m| m.perturbation.moisture_shift_pct),
        drawn(&|m| m.perturbation.fuel_factor),
        drawn(&|m| m.fires.len() as f64),
        outcome.state_hash.clone(),
        scenario.hash.clone(),
        scenario.catalogue_hash.clone(),
        PROGRAM_HASH.to_owned(),
    ];
    let mut fields = key.fields();
    fields.extend_from_slice(design);
    fields.extend(results);
    line(&fields)
}

/// Rows of `fires.csv` of a run.
pub fn fires(key: &Key<'_>, outcome: &Outcome, card: &Scorecard) -> Vec<String> {
    outcome
        .fires
        .iter()
        .zip(&card.fires)
        .map(|(fire, score)| {
            let after = |t: Option<f64>| maybe(t.map(|t| (t - fire.ignited_s) / 60.0), 2);
            let mut fields = key.fields();
            fields.extend([
                fire.id.clone(),
                name_of(&fire.cause),
                number(fire.at.x, 2),
                number(fire.at.y, 2),
                number(fire.ignited_s / 60.0, 2),
                score.detected_by.clone().unwrap_or_default(),
                after(fire.detected_s),
                after(fire.verified_s),
                after(fire.dispatched_s),
                after(fire.first_attack_s),
                after(fire.contained_s),
                after(fire.out_s),
                number(score.area_ha, 4),
                number(score.forest_area_ha, 4),
                number(fire.line_m, 0),
                name_of(&score.class),
                name_of(&score.ending),
                name_of(&score.ending_reason),
            ]);
            line(&fields)
        })
        .collect()
}

/// The name of a plain variant as JSON writes it.
fn name_of(variant: &impl serde::Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
