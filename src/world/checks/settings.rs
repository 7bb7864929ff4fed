//! The scenario's own numbers: name, times, projection, moistures, and overridden catalogue numbers.

use crate::base::clock::{Clock, ClockError};
use crate::base::geo::{Crs, CrsError};
use crate::base::message::Message;
use crate::scenario::Scenario;
use crate::scenario::catalogue::UnitKind;
use crate::scenario::schema::{DangerIndex, Moisture, ScenarioFile};
use crate::scenario::text::FieldPath;
use crate::world::findings::{Findings, number};

pub(in crate::world) fn check(scenario: &Scenario, findings: &mut Findings<'_>) {
    let file = &scenario.file;
    let name_is_fine = !file.name.is_empty()
        && file
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !name_is_fine {
        let message = Message::new("check-name").with("found", file.name.as_str());
        findings.add(findings.error(&FieldPath::of("name"), message));
    }
    let horizon = file.horizon_min;
    findings.range(
        &FieldPath::of("horizon_min"),
        horizon,
        positive(horizon),
        "> 0",
    );
    let tick = file.tick_s;
    findings.range(
        &FieldPath::of("tick_s"),
        tick,
        [5.0, 10.0, 20.0].contains(&tick),
        "5, 10, 20",
    );
    let cell = file.cell_m;
    findings.range(
        &FieldPath::of("cell_m"),
        cell,
        (2.0..=90.0).contains(&cell),
        "2..90",
    );
    danger(file, findings);
    false_alarms(file, findings);
    moistures(file, findings);
    super::weather::check(file, findings);
    super::options::check(file, findings);
    scoring(scenario, findings);
    catalogue(scenario, findings);
}

pub(in crate::world) fn positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

pub(in crate::world) fn not_negative(value: f64) -> bool {
    value >= 0.0 && value.is_finite()
}

/// The clock; none, with an error, when start or zone cannot be understood.
pub(in crate::world) fn clock(file: &ScenarioFile, findings: &mut Findings<'_>) -> Option<Clock> {
    match Clock::new(&file.start, &file.site.time_zone) {
        Ok(clock) => Some(clock),
        Err(ClockError::Start(found)) => {
            let message = Message::new("check-start").with("found", found);
            findings.add(findings.error(&FieldPath::of("start"), message));
            None
        }
        Err(ClockError::Zone(found)) => {
            let at = FieldPath::of("site").field("time_zone");
            let names: Vec<String> = jiff::tz::db()
                .available()
                .map(|name| name.as_str().to_owned())
                .collect();
            let mut refused = findings.error(
                &at,
                Message::new("check-time-zone").with("found", found.as_str()),
            );
            // The list of all zones would drown the message; only a near miss is worth showing.
            let known = names.iter().map(String::as_str);
            if let Some(near) = crate::scenario::diagnostic::nearest_name(&found, known) {
                refused = refused.with_suggestion(&found, [near]);
            }
            findings.add(refused);
            None
        }
    }
}

/// The projected system; none, with an error, when the code names none.
pub(in crate::world) fn crs(file: &ScenarioFile, findings: &mut Findings<'_>) -> Option<Crs> {
    let key = match Crs::from_epsg(file.site.epsg) {
        Ok(crs) => return Some(crs),
        Err(CrsError::Unknown(_)) => "check-epsg-unknown",
        Err(CrsError::NotProjected(_) | CrsError::Domain(..)) => "check-epsg-not-projected",
    };
    let message = Message::new(key).with("found", number(file.site.epsg.into()));
    findings.add(findings.error(&FieldPath::of("site").field("epsg"), message));
    None
}

/// A level is announced or follows from an index, and an index begins with numbers that are some.
fn danger(file: &ScenarioFile, findings: &mut Findings<'_>) {
    let at = FieldPath::of("danger_by");
    let Some(by) = file.danger_by else { return };
    if file.danger.is_some() {
        findings.add(findings.error(&at, Message::new("check-danger-twice")));
    }
    match by {
        DangerIndex::Lu2020 { correction, .. } => {
            findings.range(&at, correction, correction.is_finite(), "a number");
        }
        DangerIndex::Fwi { ffmc, dmc, dc } => {
            findings.range(&at, ffmc, (0.0..=101.0).contains(&ffmc), "ffmc 0..101");
            findings.range(&at, dmc, not_negative(dmc), "dmc ≥ 0");
            findings.range(&at, dc, not_negative(dc), "dc ≥ 0");
        }
    }
}

fn false_alarms(file: &ScenarioFile, findings: &mut Findings<'_>) {
    let Some(rule) = &file.false_alarms else {
        return;
    };
    let root = FieldPath::of("false_alarms");
    for (field, value) in [
        ("per_camera_day", rule.per_camera_day),
        ("calls_per_day", rule.calls_per_day),
    ] {
        // More than one in a minute is a slip of the pen.
        let fine = (0.0..=1440.0).contains(&value);
        findings.range(&root.field(field), value, fine, "0..1440");
    }
    for (i, alarm) in rule.listed.iter().enumerate() {
        let at = root.field("listed").index(i).field("at_min");
        findings.range(&at, alarm.at_min, not_negative(alarm.at_min), "≥ 0");
    }
}

fn moistures(file: &ScenarioFile, findings: &mut Findings<'_>) {
    check_moisture(&file.moisture, &FieldPath::of("moisture"), findings);
}

/// Checks moistures that stand at `root`: the scenario's own, or those of a day of its ensemble.
pub(super) fn check_moisture(m: &Moisture, root: &FieldPath, findings: &mut Findings<'_>) {
    // Live fuel holds up to about 300 % of its dry weight; beyond 500 is a slip of the pen.
    for (field, value) in [
        ("dead_1h_pct", m.dead_1h_pct),
        ("dead_10h_pct", m.dead_10h_pct),
        ("dead_100h_pct", m.dead_100h_pct),
        ("live_herb_pct", m.live_herb_pct),
        ("live_woody_pct", m.live_woody_pct),
    ] {
        findings.range(
            &root.field(field),
            value,
            value > 0.0 && value <= 500.0,
            "> 0, ≤ 500",
        );
    }
}

fn scoring(scenario: &Scenario, findings: &mut Findings<'_>) {
    let root = FieldPath::of("scoring");
    let scoring = &scenario.file.scoring;
    for (i, name) in scoring.success.iter().enumerate() {
        let known = &scenario.catalogue.success;
        if !known.contains_key(name) {
            let at = root.field("success").index(i);
            let place = |message| findings.error(&at, message);
            let refused = super::dangling(
                place,
                "check-unknown-success",
                name,
                known.keys().map(String::as_str),
            );
            findings.add(refused);
        }
    }
    let escape = scoring.escape_ha;
    findings.range(&root.field("escape_ha"), escape, positive(escape), "> 0");
}

/// Overrides are not negative already; some numbers must not be 0 either, and shares end at 1.
fn catalogue(scenario: &Scenario, findings: &mut Findings<'_>) {
    let catalogue = &scenario.catalogue;
    let mut check = |path: String, value: f64, fine: bool, expected: &str| {
        let written = [path.clone(), format!("{path}.value")];
        let key = written
            .iter()
            .find(|p| scenario.file.overrides.contains_key(*p));
        let at = FieldPath::of("overrides");
        let at = key.map_or(at.clone(), |key| at.key(key));
        findings.range(&at, value, fine, expected);
    };
    for (name, class) in &catalogue.road_classes {
        for (field, number) in [
            ("speed_km_h", &class.speed_km_h),
            ("width_m", &class.width_m),
        ] {
            let path = format!("road_classes.{name}.{field}");
            check(path, number.value, positive(number.value), "> 0");
        }
    }
    for (name, unit) in &catalogue.unit_types {
        for (field, number) in [
            ("speed_factor", &unit.speed_factor),
            ("walk_m_s", &unit.walk_m_s),
            ("flame_limit_m", &unit.flame_limit_m),
        ] {
            let path = format!("unit_types.{name}.{field}");
            check(path, number.value, positive(number.value), "> 0");
        }
        let builds = matches!(
            unit.kind,
            UnitKind::Crew | UnitKind::Engine | UnitKind::Machine
        );
        let line = unit.line_m_per_h.value;
        let path = format!("unit_types.{name}.line_m_per_h");
        if builds {
            check(path, line, positive(line), "> 0");
        } else {
            check(path, line, not_negative(line), "≥ 0");
        }
        if matches!(unit.kind, UnitKind::Helicopter | UnitKind::Drone) {
            let speed = unit.air_km_h.as_ref().map_or(0.0, |s| s.value);
            let path = format!("unit_types.{name}.air_km_h");
            check(path, speed, positive(speed), "> 0");
        }
        let people = f64::from(unit.people);
        check(
            format!("unit_types.{name}.people"),
            people,
            people >= 1.0,
            "≥ 1",
        );
    }
    for (name, number) in &catalogue.line_fuel {
        check(
            format!("line_fuel.{name}"),
            number.value,
            positive(number.value),
            "> 0",
        );
    }
    for (i, step) in catalogue.slope_factor.iter().enumerate() {
        let factor = step.factor.value;
        check(
            format!("slope_factor.{i}.factor"),
            factor,
            positive(factor),
            "> 0",
        );
        let before = i
            .checked_sub(1)
            .map_or(-1.0, |i| catalogue.slope_factor[i].slope_deg);
        let slope = step.slope_deg;
        let expected = format!("> {before}");
        check(
            format!("slope_factor.{i}.slope_deg"),
            slope,
            slope > before,
            &expected,
        );
    }
    for (name, cover) in &catalogue.covers {
        let share = cover.canopy_cover;
        let fine = (0.0..=1.0).contains(&share);
        check(format!("covers.{name}.canopy_cover"), share, fine, "0..1");
    }
    let detection = &catalogue.detection;
    for (field, number) in [
        ("camera_recognise", &detection.camera_recognise),
        ("haze_factor", &detection.haze_factor),
        ("satellite_recognise", &detection.satellite_recognise),
        ("polar_recognise", &detection.polar_recognise),
        ("operator_miss", &detection.operator_miss),
        ("operator_accept", &detection.operator_accept),
        ("fog_factor", &detection.fog_factor),
    ] {
        let fine = (0.0..=1.0).contains(&number.value);
        check(format!("detection.{field}"), number.value, fine, "0..1");
    }
    for (i, hour) in detection.polar_passes_h.iter().enumerate() {
        let fine = (0.0..24.0).contains(&hour.value);
        let path = format!("detection.polar_passes_h.{i}");
        check(path, hour.value, fine, "0..24");
    }
    for (level, posture) in &catalogue.postures {
        for (field, number) in [
            ("turnout_factor", &posture.turnout_factor),
            ("sweep_factor", &posture.sweep_factor),
            ("verify_factor", &posture.verify_factor),
        ] {
            let path = format!("postures.{level:?}.{field}");
            check(path, number.value, positive(number.value), "> 0");
        }
    }
    let (spotting, edge) = (&catalogue.spotting, &catalogue.reignition);
    let share = spotting.surface_share.value;
    let fine = (0.0..=1.0).contains(&share);
    check("spotting.surface_share".to_owned(), share, fine, "0..1");
    for (path, number) in [
        ("detection.camera_sweep_s", &detection.camera_sweep_s),
        ("mop_up.m2_per_person_h", &catalogue.mop_up.m2_per_person_h),
        ("built_line_width_m", &catalogue.built_line_width_m),
        ("detection.field_report_min", &detection.field_report_min),
        ("detection.camera_watch_min", &detection.camera_watch_min),
        ("work.pond_pump_l_min", &catalogue.work.pond_pump_l_min),
        ("work.transfer_l_min", &catalogue.work.transfer_l_min),
        ("work.least_speed", &catalogue.work.least_speed),
        ("work.wet_speed", &catalogue.work.wet_speed),
        ("work.rest_gain", &catalogue.work.rest_gain),
        ("work.drop_width_m", &catalogue.work.drop_width_m),
        ("work.bucket_l_min", &catalogue.work.bucket_l_min),
        ("traffic.backing_km_h", &catalogue.traffic.backing_km_h),
        ("traffic.passing_m", &catalogue.traffic.passing_m),
        ("traffic.turn_every_m", &catalogue.traffic.turn_every_m),
        ("traffic.tree_wind_m_s", &catalogue.traffic.tree_wind_m_s),
        ("traffic.clear_min", &catalogue.traffic.clear_min),
        ("attack.hold_ahead_min", &catalogue.attack.hold_ahead_min),
        ("safety.ahead_min", &catalogue.safety.ahead_min),
        ("safety.every_min", &catalogue.safety.every_min),
        ("score.attack_decay_min", &catalogue.score.attack_decay_min),
        ("score.small_ha", &catalogue.score.small_ha),
        ("acceleration_per_min", &catalogue.acceleration_per_min),
        ("spotting.half_kw_m", &spotting.half_kw_m),
        ("spotting.decay_m", &spotting.decay_m),
        ("reignition.tau_h", &edge.tau_h),
        ("reignition.wind_m_s", &edge.wind_m_s),
        ("reignition.smoulder_m_per_h", &edge.smoulder_m_per_h),
    ] {
        check(path.to_owned(), number.value, positive(number.value), "> 0");
    }
}
