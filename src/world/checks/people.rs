//! Units and the doctrine that sends them.

use crate::scenario::Scenario;
use crate::scenario::schema::Requirement;
use crate::scenario::text::FieldPath;
use crate::world::features::check_ids;
use crate::world::findings::{Findings, Origin};
use crate::world::gathered::Gathered;

use super::settings::{not_negative, positive};

/// Units have a type and a station; the doctrine sends types that exist, in order of area.
pub(in crate::world) fn check(
    scenario: &Scenario,
    gathered: &Gathered,
    findings: &mut Findings<'_>,
) {
    let file = &scenario.file;
    let root = FieldPath::of("units");
    let origins: Vec<Origin> = (0..file.units.len())
        .map(|i| Origin::Scenario(root.index(i)))
        .collect();
    check_ids(
        file.units.iter().map(|u| u.id.as_str()).zip(&origins),
        findings,
    );
    for (i, unit) in file.units.iter().enumerate() {
        let at = root.index(i);
        unit_type(scenario, &unit.unit_type, &at.field("unit_type"), findings);
        if !gathered.stations.items.iter().any(|s| s.id == unit.station) {
            let place = |message| findings.error(&at.field("station"), message);
            let known = gathered.stations.items.iter().map(|s| s.id.as_str());
            let refused = super::dangling(place, "check-unknown-station", &unit.station, known);
            findings.add(refused);
        }
        if let Some(patrol) = &unit.patrol
            && !gathered.patrols.items.iter().any(|p| p.id == *patrol)
        {
            let place = |message| findings.error(&at.field("patrol"), message);
            let known = gathered.patrols.items.iter().map(|p| p.id.as_str());
            let refused = super::dangling(place, "check-unknown-patrol", patrol, known);
            findings.add(refused);
        }
        if unit.people == Some(0) {
            findings.range(&at.field("people"), 0.0, false, "≥ 1");
        }
    }
    doctrine(scenario, gathered, findings);
}

fn doctrine(scenario: &Scenario, gathered: &Gathered, findings: &mut Findings<'_>) {
    let doctrine = &scenario.file.doctrine;
    let root = FieldPath::of("doctrine");
    for (field, minutes) in [
        ("receive_min", doctrine.receive_min),
        ("verify_min", doctrine.verify_min),
        ("handover_after_min", doctrine.handover_after_min),
        ("transfer_min", doctrine.transfer_min),
    ] {
        findings.range(&root.field(field), minutes, not_negative(minutes), "≥ 0");
    }
    if let Some(flame) = doctrine.crew_boss.head_flame_m {
        let at = root.field("crew_boss").field("head_flame_m");
        findings.range(&at, flame, positive(flame), "> 0");
    }
    let every = doctrine.report_every_min;
    findings.range(
        &root.field("report_every_min"),
        every,
        positive(every),
        "> 0",
    );
    for (field, within) in [
        ("evacuate_within_m", doctrine.evacuate_within_m),
        ("warn_within_m", doctrine.warn_within_m),
        ("relief_min", doctrine.relief_min),
    ] {
        findings.range(&root.field(field), within, not_negative(within), "≥ 0");
    }
    if doctrine.operators == 0 {
        findings.range(&root.field("operators"), 0.0, false, "≥ 1");
    }
    for (i, response) in doctrine.responses.iter().enumerate() {
        let at = root.field("responses").index(i);
        requirements(scenario, &response.send, &at.field("send"), findings);
        if let Some(area) = &response.within
            && !gathered.areas.items.iter().any(|a| a.id == *area)
        {
            let place = |message| findings.error(&at.field("within"), message);
            let known = gathered.areas.items.iter().map(|a| a.id.as_str());
            let refused = super::dangling(place, "check-unknown-area", area, known);
            findings.add(refused);
        }
    }
    for (field, list) in [
        ("reserve", &doctrine.reserve),
        ("after_handover", &doctrine.after_handover),
    ] {
        requirements(scenario, list, &root.field(field), findings);
    }
    for (i, leader) in doctrine.leaders.iter().enumerate() {
        let known = || gathered.stations.items.iter().map(|s| s.id.as_str());
        if !known().any(|id| id == leader.station) {
            let at = root.field("leaders").index(i).field("station");
            let place = |message| findings.error(&at, message);
            let refused = super::dangling(place, "check-unknown-station", &leader.station, known());
            findings.add(refused);
        }
    }
    let first = root.field("first_dispatch");
    requirements(scenario, &doctrine.first_dispatch, &first, findings);
    let mut before = 0.0;
    for (i, step) in doctrine.escalation.iter().enumerate() {
        let at = root.field("escalation").index(i);
        let fine = step.over_ha > before && step.over_ha.is_finite();
        findings.range(
            &at.field("over_ha"),
            step.over_ha,
            fine,
            &format!("> {before}"),
        );
        before = step.over_ha;
        requirements(scenario, &step.send, &at.field("send"), findings);
    }
}

fn requirements(
    scenario: &Scenario,
    wanted: &[Requirement],
    root: &FieldPath,
    findings: &mut Findings<'_>,
) {
    for (i, requirement) in wanted.iter().enumerate() {
        let at = root.index(i);
        unit_type(
            scenario,
            &requirement.unit_type,
            &at.field("unit_type"),
            findings,
        );
        if requirement.count == 0 {
            findings.range(&at.field("count"), 0.0, false, "≥ 1");
        }
    }
}

fn unit_type(scenario: &Scenario, found: &str, at: &FieldPath, findings: &mut Findings<'_>) {
    let known = &scenario.catalogue.unit_types;
    if !known.contains_key(found) {
        let place = |message| findings.error(at, message);
        let names = known.keys().map(String::as_str);
        let refused = super::dangling(place, "check-unknown-unit-type", found, names);
        findings.add(refused);
    }
}
