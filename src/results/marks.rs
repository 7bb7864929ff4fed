//! What a run is judged by beside the three pillars: safety, the desk's times, the 131 targets, resources,
//! and the composite. All of it comes from the journal and the outcome.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scorecard::{Pillars, round};
use crate::protocol::{Line, Record, WithdrawalReason};
use crate::scenario::catalogue::Score;
use crate::simulation::{Ending, Outcome};

/// People.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Safety {
    /// Hurt.
    pub injured: u32,
    /// Killed.
    pub dead: u32,
    /// Times a unit left on its own because its way out was short of time.
    pub withdrawals: u32,
    /// Times flames came over a unit's place.
    pub overrun: u32,
    /// The least margin of any unit, minutes; null when none was ever worked out.
    pub least_margin_min: Option<f64>,
    /// People in places that the fire reached before they were out.
    pub people_reached: u32,
}

/// The desk.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DeskTimes {
    /// Alarms that opened an incident.
    pub alarms: u32,
    /// Of these, alarms without a fire.
    pub false_alarms: u32,
    /// Fires that an operator took for none, each time.
    pub fires_dismissed: u32,
    /// Mean minutes from an alarm to its verdict.
    pub verify_min: Option<f64>,
    /// Mean minutes from the verdict to the first dispatch.
    pub dispatch_min: Option<f64>,
    /// Orders given.
    pub orders: u32,
    /// Orders refused.
    pub refused: u32,
}

/// The 131 targets: how many fires met each, of those that were detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Targets131 {
    /// Fires detected.
    pub fires: u32,
    /// Verified within 10 minutes of the alarm.
    pub told_in_10_min: u32,
    /// Somebody at work within 30 minutes.
    pub on_site_in_30_min: u32,
    /// A report from the field within 60 minutes.
    pub feedback_in_60_min: u32,
}

/// Units and water.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// Units that left their stations.
    pub units_sent: u32,
    /// Hours that units were away.
    pub away_h: f64,
    /// Hours that units were at work.
    pub worked_h: f64,
    /// Line built, metres.
    pub line_m: f64,
    /// Water taken from ponds, m3.
    pub water_m3: f64,
}

/// The composite, 0 to 100, and its parts, 0 to 1 each. Never shown without them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Composite {
    /// The weighted sum, after the cap; null without the counterfactual.
    pub total: Option<f64>,
    /// Whether a death has capped it.
    pub is_capped: bool,
    /// How soon the fires were attacked.
    pub time: f64,
    /// How small they stayed.
    pub area: Option<f64>,
    /// 0 when anybody was hurt, else less a share for every time a unit was overrun.
    pub safety: f64,
    /// Share of alarms with a verdict in 10 minutes.
    pub information: f64,
    /// Hours at work over hours away.
    pub resources: f64,
    /// Share of the fires handed over in time, when due, and not left before they were out.
    pub procedure: f64,
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marks {
    /// People.
    pub safety: Safety,
    /// The desk.
    pub desk: DeskTimes,
    /// The 131 targets.
    pub targets_131: Targets131,
    /// Units and water.
    pub resources: Resources,
    /// The composite.
    pub composite: Composite,
}

/// Ten, thirty and sixty minutes, seconds.
const TARGETS_S: [f64; 3] = [600.0, 1800.0, 3600.0];

impl Marks {
    /// Marks a run.
    pub fn of(outcome: &Outcome, pillars: &Pillars, score: &Score) -> Self {
        let lines = outcome.journal.lines();
        let safety = safety(outcome, lines);
        let desk = desk(outcome, lines);
        let targets_131 = targets(outcome, lines);
        let away_h: f64 = outcome.units.iter().map(|u| u.away_h).sum();
        let worked_h: f64 = outcome.units.iter().map(|u| u.worked_h).sum();
        let resources = Resources {
            units_sent: outcome.units.iter().filter(|u| u.was_sent).count() as u32,
            away_h: round(away_h, 2),
            worked_h: round(worked_h, 2),
            line_m: round(outcome.line_built_m, 0),
            water_m3: round(
                outcome.ponds.iter().map(|p| p.taken_l).sum::<f64>() / 1000.0,
                2,
            ),
        };
        let composite = composite(
            outcome,
            lines,
            pillars,
            score,
            &safety,
            &targets_131,
            &resources,
        );
        Self {
            safety,
            desk,
            targets_131,
            resources,
            composite,
        }
    }
}

fn safety(outcome: &Outcome, lines: &[Line]) -> Safety {
    let mut of = Safety {
        injured: outcome.units.iter().map(|u| u.injured).sum(),
        dead: outcome.units.iter().map(|u| u.dead).sum(),
        least_margin_min: outcome
            .units
            .iter()
            .filter_map(|u| u.least_margin_min)
            .min_by(f64::total_cmp)
            .map(|m| round(m, 1)),
        ..Safety::default()
    };
    for line in lines {
        match &line.record {
            Record::Withdraws { reason, .. } => match reason {
                WithdrawalReason::Margin => of.withdrawals += 1,
                WithdrawalReason::Overrun | WithdrawalReason::SteppedBack => of.overrun += 1,
                WithdrawalReason::Shift => {}
            },
            Record::PeopleReached { people, .. } => of.people_reached += people,
            _ => {}
        }
    }
    of
}

fn desk(outcome: &Outcome, lines: &[Line]) -> DeskTimes {
    let mut of = DeskTimes::default();
    let mut opened = std::collections::BTreeMap::new();
    let mut verdicts: Vec<f64> = Vec::new();
    let real: std::collections::BTreeSet<u32> =
        outcome.fires.iter().filter_map(|f| f.incident).collect();
    for line in lines {
        match &line.record {
            Record::Alarm { incident, .. } => {
                of.alarms += 1;
                opened.insert(*incident, line.t_s);
            }
            Record::FalseAlarm { .. } => of.false_alarms += 1,
            Record::Verified { incident, .. } | Record::Dismissed { incident } => {
                if let Some(t) = opened.get(incident) {
                    verdicts.push((line.t_s - t) / 60.0);
                }
            }
            Record::Ordered { .. } => of.orders += 1,
            Record::Refused { .. } => of.refused += 1,
            _ => {}
        }
    }
    // Every alarm is of a fire that is known by it, of none, or of a fire that was dismissed then.
    of.fires_dismissed = of
        .alarms
        .saturating_sub(real.len() as u32)
        .saturating_sub(of.false_alarms);
    let mean = |all: &[f64]| {
        (!all.is_empty()).then(|| round(all.iter().sum::<f64>() / all.len() as f64, 2))
    };
    of.verify_min = mean(&verdicts);
    let dispatches: Vec<f64> = outcome
        .fires
        .iter()
        .filter_map(|f| Some((f.dispatched_s? - f.verified_s?) / 60.0))
        // A patrol that goes to what it has found waits for no verdict.
        .filter(|minutes| *minutes >= 0.0)
        .collect();
    of.dispatch_min = mean(&dispatches);
    of
}

fn targets(outcome: &Outcome, lines: &[Line]) -> Targets131 {
    let mut of = Targets131::default();
    for fire in &outcome.fires {
        let Some(alarm) = fire.detected_s else {
            continue;
        };
        of.fires += 1;
        let within = |t: Option<f64>, limit: f64| t.is_some_and(|t| t - alarm <= limit);
        let feedback = lines.iter().find_map(|l| match l.record {
            Record::FieldReport { incident, .. } if Some(incident) == fire.incident => Some(l.t_s),
            _ => None,
        });
        of.told_in_10_min += u32::from(within(fire.verified_s, TARGETS_S[0]));
        of.on_site_in_30_min += u32::from(within(fire.first_attack_s, TARGETS_S[1]));
        of.feedback_in_60_min += u32::from(within(feedback, TARGETS_S[2]));
    }
    of
}

fn composite(
    outcome: &Outcome,
    lines: &[Line],
    pillars: &Pillars,
    score: &Score,
    safety: &Safety,
    targets: &Targets131,
    resources: &Resources,
) -> Composite {
    let visits = lines
        .iter()
        .filter(|l| matches!(l.record, Record::Arrived { .. }))
        .count();
    let share = |part: f64, whole: f64| {
        if whole > 0.0 {
            (part / whole).clamp(0.0, 1.0)
        } else {
            1.0
        }
    };
    let is_hurt = safety.injured + safety.dead > 0;
    let safe = if is_hurt {
        0.0
    } else {
        1.0 - share(f64::from(safety.overrun), visits as f64) * f64::from(u8::from(visits > 0))
    };
    let information = share(f64::from(targets.told_in_10_min), f64::from(targets.fires));
    let used = share(resources.worked_h, resources.away_h);
    let kept = outcome
        .fires
        .iter()
        .filter(|f| !matches!(f.ending, Ending::Escaped | Ending::BurningAtHorizon))
        .count();
    let procedure = share(kept as f64, outcome.fires.len() as f64);
    let time = pillars.early / 100.0;
    let area = pillars.small.map(|s| s / 100.0);
    let w = &score.composite;
    let total = area.map(|area| {
        w.time.value * time
            + w.area.value * area
            + w.safety.value * safe
            + w.information.value * information
            + w.resources.value * used
            + w.procedure.value * procedure
    });
    let cap = score.death_cap.value;
    let is_capped = safety.dead > 0 && total.is_some_and(|t| t > cap);
    Composite {
        total: total.map(|t| round(if is_capped { cap } else { t }, 1)),
        is_capped,
        time: round(time, 3),
        area: area.map(|a| round(a, 3)),
        safety: round(safe, 3),
        information: round(information, 3),
        resources: round(used, 3),
        procedure: round(procedure, 3),
    }
}
