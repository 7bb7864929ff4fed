//! The scorecard of a run: what happened to each fire, what it cost, and how well it went.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::marks::Marks;
use crate::base::clock::Clock;
use crate::protocol::{AlarmSource, Record};
use crate::scenario::catalogue::{Score, Success};
use crate::scenario::schema::Cause;
use crate::simulation::{Ending, EndingReason, FireOutcome, Outcome};

/// Square metres in a hectare.
pub const M2_PER_HA: f64 = 10_000.0;

/// Class of a forest fire by the damaged forest area, the dead and the injured: the highest of the three
/// (《森林防火条例》 art. 40).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FireClass {
    /// 一般: less than 1 ha.
    General,
    /// 较大: from 1 ha to less than 100 ha.
    Larger,
    /// 重大: from 100 ha to less than 1,000 ha.
    Major,
    /// 特别重大: 1,000 ha and more.
    EspeciallyMajor,
}

impl FireClass {
    /// The class of a fire in which so many people died and were injured.
    pub fn of_casualties(dead: u32, injured: u32) -> Self {
        match (dead, injured) {
            (30.., _) | (_, 100..) => Self::EspeciallyMajor,
            (10.., _) | (_, 50..) => Self::Major,
            (3.., _) | (_, 10..) => Self::Larger,
            _ => Self::General,
        }
    }

    /// The class of a fire that damaged so many hectares of forest.
    pub fn of_forest_area(ha: f64) -> Self {
        if ha < 1.0 {
            Self::General
        } else if ha < 100.0 {
            Self::Larger
        } else if ha < 1000.0 {
            Self::Major
        } else {
            Self::EspeciallyMajor
        }
    }
}

/// One fire of the scorecard. Times are ISO 8601 with zone; null is unknown or never.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FireScore {
    /// Stable id.
    pub id: String,
    /// Cause.
    pub cause: Cause,
    /// When it started.
    pub ignited_at: String,
    /// First alarm.
    pub detected_at: Option<String>,
    /// Who gave it: `camera:ID`, `patrol:ID` or `caller:ID`.
    pub detected_by: Option<String>,
    /// When the desk had verified it.
    pub verified_at: Option<String>,
    /// First dispatch.
    pub dispatched_at: Option<String>,
    /// First unit at work.
    pub first_attack_at: Option<String>,
    /// Ring closed.
    pub contained_at: Option<String>,
    /// Out.
    pub out_at: Option<String>,
    /// Burnt area, ha.
    pub area_ha: f64,
    /// Burnt forest area, ha.
    pub forest_area_ha: f64,
    /// Class by the burnt forest area and the casualties.
    pub class: FireClass,
    /// How it ended.
    pub ending: Ending,
    /// Why.
    pub ending_reason: EndingReason,
}

/// Sums over all fires.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreTotals {
    /// Burnt area, ha.
    pub burnt_ha: f64,
    /// Burnt forest area, ha.
    pub forest_ha: f64,
    /// Area burnt with the same seed and no suppression, ha; null when it was not run.
    pub counterfactual_ha: Option<f64>,
    /// `counterfactual_ha - burnt_ha`, ha.
    pub saved_ha: Option<f64>,
    /// Burnt land cover and burnt values, yuan.
    pub value_lost_cny: f64,
    /// Units away from their stations, yuan.
    pub cost_cny: f64,
}

/// 打早、打小、打了: 0 to 100 each; 100 when there was no fire.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pillars {
    /// 打早: how soon after the first alarm the fire was attacked.
    pub early: f64,
    /// 打小: how small it stayed against the fire nobody fights; null without the counterfactual.
    pub small: Option<f64>,
    /// 打了: whether it was put out.
    pub out: f64,
}

/// What a run is judged by; `scorecard.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    /// Short name of the scenario.
    pub scenario: String,
    /// Whether the scenario's terrain and placements are synthetic.
    pub synthetic: bool,
    /// The seed.
    pub seed: u64,
    /// The dispatch policy.
    pub policy: String,
    /// Program and version.
    pub program: String,
    /// The fires, in order of ignition.
    pub fires: Vec<FireScore>,
    /// Sums.
    pub totals: ScoreTotals,
    /// Marks.
    pub pillars: Pillars,
    /// Safety, the desk, the 131 targets, resources, the composite.
    pub marks: Marks,
    /// Success definitions named by the scenario: whether every fire satisfied them.
    pub success: BTreeMap<String, bool>,
    /// blake3 over arrivals, entities, stocks and the journal's head.
    pub state_hash: String,
}

impl Scorecard {
    /// Scores a run; `counterfactual_ha` is the area burnt with the same seed and no suppression.
    pub fn new(outcome: &Outcome, counterfactual_ha: Option<f64>) -> Self {
        let world = &outcome.world;
        let scenario = &world.scenario;
        let fires: Vec<FireScore> = outcome
            .fires
            .iter()
            .map(|fire| fire_score(fire, &world.clock, casualties_of(outcome, fire)))
            .collect();
        let burnt_ha: f64 = fires.iter().map(|f| f.area_ha).sum();
        let pillars = pillars(&outcome.fires, counterfactual_ha, &scenario.catalogue.score);
        let success = scenario
            .file
            .scoring
            .success
            .iter()
            .filter_map(|name| {
                let definition = scenario.catalogue.success.get(name)?;
                Some((
                    name.clone(),
                    outcome.fires.iter().all(|fire| satisfies(fire, definition)),
                ))
            })
            .collect();
        Self {
            scenario: scenario.file.name.clone(),
            synthetic: scenario.file.synthetic,
            seed: outcome.seed,
            policy: outcome.policy.clone(),
            program: program(),
            totals: ScoreTotals {
                burnt_ha: round(burnt_ha, 4),
                forest_ha: round(fires.iter().map(|f| f.forest_area_ha).sum(), 4),
                counterfactual_ha: counterfactual_ha.map(|ha| round(ha, 4)),
                saved_ha: counterfactual_ha.map(|ha| round(ha - burnt_ha, 4)),
                value_lost_cny: round(value_lost_cny(outcome), 0),
                cost_cny: round(outcome.units.iter().map(|u| u.cost_cny).sum(), 0),
            },
            marks: Marks::of(outcome, &pillars, &scenario.catalogue.score),
            pillars,
            fires,
            success,
            state_hash: outcome.state_hash.clone(),
        }
    }

    /// The bytes of `scorecard.json`.
    pub fn to_json(&self) -> String {
        // Plain data with string keys always serialises.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Program and version, as results carry it.
pub fn program() -> String {
    format!("fireline {}", env!("CARGO_PKG_VERSION"))
}

/// The machine's name of an alarm's source.
pub fn source_name(source: AlarmSource) -> &'static str {
    match source {
        AlarmSource::Camera => "camera",
        AlarmSource::Patrol => "patrol",
        AlarmSource::Caller => "caller",
        AlarmSource::Satellite => "satellite",
    }
}

/// Rounds to so many decimals; minus zero becomes zero.
pub fn round(value: f64, decimals: i32) -> f64 {
    let scale = libm::pow(10.0, f64::from(decimals));
    libm::round(value * scale) / scale + 0.0
}

/// The dead and the injured of a fire.
fn casualties_of(outcome: &Outcome, fire: &FireOutcome) -> (u32, u32) {
    let mut of = (0, 0);
    for line in outcome.journal.lines() {
        if let Record::Casualties {
            incident: Some(incident),
            injured,
            dead,
            ..
        } = line.record
            && fire.incident == Some(incident)
        {
            of.0 += dead;
            of.1 += injured;
        }
    }
    of
}

fn fire_score(fire: &FireOutcome, clock: &Clock, (dead, injured): (u32, u32)) -> FireScore {
    let iso = |t: Option<f64>| t.map(|t| clock.iso(t));
    let forest_area_ha = round(fire.forest_ha, 4);
    FireScore {
        id: fire.id.clone(),
        cause: fire.cause,
        ignited_at: clock.iso(fire.ignited_s),
        detected_at: iso(fire.detected_s),
        detected_by: fire
            .detected_by
            .as_ref()
            .map(|(source, by)| format!("{}:{by}", source_name(*source))),
        verified_at: iso(fire.verified_s),
        dispatched_at: iso(fire.dispatched_s),
        first_attack_at: iso(fire.first_attack_s),
        contained_at: iso(fire.contained_s),
        out_at: iso(fire.out_s),
        area_ha: round(fire.area_ha, 4),
        forest_area_ha,
        // From the printed number, so that area and class never contradict each other.
        class: FireClass::of_forest_area(forest_area_ha)
            .max(FireClass::of_casualties(dead, injured)),
        ending: fire.ending,
        ending_reason: fire.ending_reason,
    }
}

/// Whether a fire satisfies every limit of a definition. A fire still spreading at the end of the
/// run satisfies none, because its final area and its containment are not known.
fn satisfies(fire: &FireOutcome, definition: &Success) -> bool {
    if !fire.is_held() {
        return false;
    }
    let held_s = fire.contained_s.or(fire.out_s);
    let held_within = |from_s: f64, limit_min: Option<f64>| {
        limit_min.is_none_or(|limit| held_s.is_some_and(|t| t - from_s <= limit * 60.0))
    };
    // A fire that stopped before anybody attacked it kept nobody waiting.
    let attack_s = fire.first_attack_s.or(held_s).unwrap_or(fire.ignited_s);
    held_within(attack_s, definition.contained_after_attack_min)
        && held_within(fire.ignited_s, definition.contained_after_ignition_min)
        && definition.area_ha.is_none_or(|limit| fire.area_ha <= limit)
        && definition
            .forest_below_ha
            .is_none_or(|limit| fire.forest_ha < limit)
}

fn pillars(fires: &[FireOutcome], counterfactual_ha: Option<f64>, score: &Score) -> Pillars {
    let burnt_ha: f64 = fires.iter().map(|f| f.area_ha).sum();
    Pillars {
        early: round(mean(fires, |fire| early(fire, score)), 2),
        small: small(
            burnt_ha,
            fires.len(),
            counterfactual_ha,
            score.small_ha.value,
        )
        .map(|mark| round(mark, 2)),
        out: round(
            mean(fires, |fire| match fire.ending {
                Ending::Out => 100.0,
                Ending::ContainedNotOut => 50.0,
                Ending::Escaped | Ending::BurningAtHorizon => 0.0,
            }),
            2,
        ),
    }
}

/// Mean mark; full marks when there is no fire.
fn mean(fires: &[FireOutcome], mark: impl Fn(&FireOutcome) -> f64) -> f64 {
    if fires.is_empty() {
        return 100.0;
    }
    fires.iter().map(mark).sum::<f64>() / fires.len() as f64
}

/// 打早: full marks for an attack within the limit after the first alarm, then falling
/// exponentially; none when the fire was never detected or never attacked.
fn early(fire: &FireOutcome, score: &Score) -> f64 {
    let (Some(detected), Some(attack)) = (fire.detected_s, fire.first_attack_s) else {
        return 0.0;
    };
    let late_min = ((attack - detected) / 60.0 - score.attack_within_min.value).max(0.0);
    100.0 * libm::exp(-late_min / score.attack_decay_min.value)
}

/// 打小: full marks up to the limit (for each fire), then the share of the unfought fire's further
/// growth that was prevented.
fn small(burnt_ha: f64, fires: usize, unfought_ha: Option<f64>, small_ha: f64) -> Option<f64> {
    let limit = small_ha * fires.max(1) as f64;
    if burnt_ha <= limit {
        return Some(100.0);
    }
    let unfought = unfought_ha?;
    if unfought <= limit {
        return Some(0.0);
    }
    Some(100.0 * ((unfought - burnt_ha) / (unfought - limit)).clamp(0.0, 1.0))
}

/// Yuan: what burnt land cover is worth, and the values at risk that were lost.
pub(super) fn value_lost_cny(outcome: &Outcome) -> f64 {
    let world = &outcome.world;
    let grid = outcome.front.grid();
    let cell_ha = grid.cell * grid.cell / M2_PER_HA;
    // Whole cells by cover, so that the sum does not depend on the order of the cells.
    let mut cells = [0_u64; 256];
    for (col, row, _) in outcome.front.burnt_iter() {
        if let Some(code) = world.landscape.cover.at(grid.centre(col, row)) {
            cells[usize::from(code)] += 1;
        }
    }
    let land: f64 = cells
        .iter()
        .zip(&world.landscape.covers)
        .filter_map(|(&count, cover)| Some(count as f64 * cell_ha * cover.as_ref()?.value_cny_ha))
        .sum();
    let things: f64 = world
        .values
        .iter()
        .filter(|value| outcome.values_lost.contains(&value.id))
        .map(|value| value.value_cny)
        .sum();
    land + things
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::Point;
    use crate::scenario::catalogue::{CompositeWeights, Sourced, Tag};
    use crate::scenario::schema::Name;

    fn fire() -> FireOutcome {
        FireOutcome {
            id: "f1".into(),
            cause: Cause::TombSweeping,
            at: Point::default(),
            origin: 0,
            incident: Some(1),
            ignited_s: 0.0,
            detected_s: Some(300.0),
            detected_by: Some((AlarmSource::Camera, "cam-1".into())),
            verified_s: Some(480.0),
            dispatched_s: Some(490.0),
            first_attack_s: Some(300.0 + 30.0 * 60.0),
            contained_s: Some(3.0 * 3600.0),
            out_s: None,
            area_ha: 6.0,
            forest_ha: 0.99,
            line_m: 0.0,
            ending: Ending::ContainedNotOut,
            ending_reason: EndingReason::LineClosed,
        }
    }

    fn score() -> Score {
        let number = |value| Sourced {
            value,
            source: "test".into(),
            tag: Tag::Assumed,
        };
        Score {
            attack_within_min: number(30.0),
            attack_decay_min: number(30.0),
            small_ha: number(1.0),
            composite: CompositeWeights {
                time: number(25.0),
                area: number(25.0),
                safety: number(15.0),
                information: number(10.0),
                resources: number(10.0),
                procedure: number(15.0),
            },
            death_cap: number(40.0),
        }
    }

    fn definition() -> Success {
        Success {
            name: Name::default(),
            contained_after_attack_min: None,
            contained_after_ignition_min: None,
            area_ha: None,
            forest_below_ha: None,
            source: "test".into(),
            tag: Tag::Assumed,
        }
    }

    #[test]
    fn classes_change_at_one_a_hundred_and_a_thousand_hectares_of_forest() {
        for (ha, class) in [
            (0.0, FireClass::General),
            (0.99, FireClass::General),
            (1.0, FireClass::Larger),
            (99.99, FireClass::Larger),
            (100.0, FireClass::Major),
            (999.99, FireClass::Major),
            (1000.0, FireClass::EspeciallyMajor),
        ] {
            assert_eq!(FireClass::of_forest_area(ha), class, "{ha} ha");
        }
    }

    #[test]
    fn deaths_and_injuries_raise_the_class() {
        for (dead, injured, class) in [
            (0, 9, FireClass::General),
            (2, 0, FireClass::General),
            (3, 0, FireClass::Larger),
            (0, 10, FireClass::Larger),
            (10, 0, FireClass::Major),
            (0, 100, FireClass::EspeciallyMajor),
        ] {
            assert_eq!(
                FireClass::of_casualties(dead, injured),
                class,
                "{dead} {injured}"
            );
        }
    }

    #[test]
    fn an_attack_within_half_an_hour_is_early_and_half_an_hour_later_earns_a_share() {
        let mut f = fire();
        assert_eq!(early(&f, &score()), 100.0);
        f.first_attack_s = Some(300.0 + 60.0 * 60.0);
        assert!((early(&f, &score()) - 36.787_944).abs() < 1e-5);
        f.first_attack_s = None;
        assert_eq!(early(&f, &score()), 0.0);
        f = FireOutcome {
            detected_s: None,
            ..fire()
        };
        assert_eq!(early(&f, &score()), 0.0);
    }

    #[test]
    fn a_fire_is_kept_small_against_what_nobody_fights() {
        assert_eq!(small(0.8, 1, None, 1.0), Some(100.0));
        assert_eq!(
            small(6.0, 1, None, 1.0),
            None,
            "unknown without the counterfactual"
        );
        assert_eq!(small(6.0, 1, Some(11.0), 1.0), Some(50.0));
        assert_eq!(small(12.0, 1, Some(11.0), 1.0), Some(0.0));
        assert_eq!(
            small(1.8, 2, None, 1.0),
            Some(100.0),
            "two fires below a hectare each"
        );
    }

    #[test]
    fn a_contained_fire_earns_half_the_marks_of_one_that_is_out() {
        let out = FireOutcome {
            ending: Ending::Out,
            ..fire()
        };
        let lost = FireOutcome {
            ending: Ending::Escaped,
            ..fire()
        };
        let marks = |fires: &[FireOutcome]| pillars(fires, Some(20.0), &score()).out;
        assert_eq!(marks(std::slice::from_ref(&out)), 100.0);
        assert_eq!(marks(&[fire()]), 50.0);
        assert_eq!(marks(&[out, lost]), 50.0);
        assert_eq!(marks(&[]), 100.0);
    }

    #[test]
    fn success_is_judged_by_every_limit_that_is_given() {
        let general = Success {
            forest_below_ha: Some(1.0),
            ..definition()
        };
        assert!(satisfies(&fire(), &general));
        assert!(!satisfies(
            &FireOutcome {
                forest_ha: 1.0,
                ..fire()
            },
            &general
        ));
        let four_hours = Success {
            contained_after_ignition_min: Some(240.0),
            ..definition()
        };
        assert!(satisfies(&fire(), &four_hours));
        let two_hours = Success {
            contained_after_attack_min: Some(120.0),
            ..definition()
        };
        assert!(
            !satisfies(&fire(), &two_hours),
            "held 145 min after the first attack"
        );
        let both = Success {
            area_ha: Some(4.0),
            ..four_hours.clone()
        };
        assert!(!satisfies(&fire(), &both));
        let burning = FireOutcome {
            ending: Ending::BurningAtHorizon,
            contained_s: None,
            ..fire()
        };
        assert!(
            !satisfies(&burning, &general),
            "its final area is not known"
        );
    }

    #[test]
    fn unknown_times_are_null_and_known_ones_carry_the_zone() {
        let clock = Clock::new("2025-04-04T14:20", "Asia/Shanghai").unwrap();
        let json = serde_json::to_value(fire_score(&fire(), &clock, (0, 0))).unwrap();
        assert_eq!(json["detected_at"], "2025-04-04T14:25:00+08:00");
        assert_eq!(json["detected_by"], "camera:cam-1");
        assert_eq!(json["out_at"], serde_json::Value::Null);
        assert_eq!(json["ending"], "contained_not_out");
        assert_eq!(json["ending_reason"], "line_closed");
        assert_eq!(json["class"], "general");
    }
}
