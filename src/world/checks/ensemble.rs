//! Ensembles and the draw of fires: numbers, seasons, days that last, areas and breaks that are there.

use crate::base::clock::Clock;
use crate::base::message::Message;
use crate::base::season::{Season, minute_of_day, month_day};
use crate::scenario::Scenario;
use crate::scenario::schema::{
    ClimateMonth, Climatology, DangerLevel, Days, IgnitionDraw, IgnitionModel, ListedDay,
    ScenarioFile, Spread,
};
use crate::scenario::text::FieldPath;
use crate::world::findings::Findings;
use crate::world::gathered::Gathered;

use super::settings::{not_negative, positive};
use super::weather::check_records;

pub(in crate::world) fn check(
    scenario: &Scenario,
    gathered: &Gathered,
    findings: &mut Findings<'_>,
) {
    let file = &scenario.file;
    if let Some(draw) = &file.drawn_ignitions {
        draw_of(draw, gathered, findings);
        if draw.model == IgnitionModel::Calendar && draw.count > 0 {
            hours(scenario, draw, findings);
        }
    }
    let Some(ensemble) = &file.ensemble else {
        return;
    };
    let root = FieldPath::of("ensemble");
    let off = &ensemble.perturb;
    let at = root.field("perturb");
    for (field, found, most) in [
        ("wind_factor_sd", off.wind_factor_sd, 2.0),
        ("wind_turn_sd_deg", off.wind_turn_sd_deg, 180.0),
        ("dead_moisture_sd_pct", off.dead_moisture_sd_pct, 50.0),
        ("fuel_factor_sd", off.fuel_factor_sd, 2.0),
    ] {
        let fine = (0.0..=most).contains(&found);
        findings.range(&at.field(field), found, fine, &format!("0..{most}"));
    }
    let at = root.field("days");
    if !matches!(ensemble.days, Days::AsWritten) && !file.weather_grids.is_empty() {
        let message = Message::new("check-ensemble-grids");
        findings.add(findings.error(&at, message));
    }
    match &ensemble.days {
        Days::AsWritten => {}
        Days::Listed(days) => listed(file, days, &at, findings),
        Days::Files(of) => {
            season(&of.from, &of.until, of.clock.as_deref(), &at, findings);
            from_danger(file, of.from_danger, &at, findings);
            if of.files.is_empty() {
                let message = Message::new("check-ensemble-empty");
                findings.add(findings.error(&at.field("files"), message));
            }
        }
        Days::Climatology(of) => climatology(file, of, &at, findings),
    }
}

fn draw_of(draw: &IgnitionDraw, gathered: &Gathered, findings: &mut Findings<'_>) {
    let root = FieldPath::of("drawn_ignitions");
    if let Some(per_day) = draw.per_day {
        let fine = (0.0..=1000.0).contains(&per_day);
        findings.range(&root.field("per_day"), per_day, fine, "0..1000");
        if draw.count > 0 {
            let message = Message::new("check-draw-twice");
            findings.add(findings.error(&root.field("per_day"), message));
        }
    }
    if let Some(reach) = draw.near_breaks_m {
        let at = root.field("near_breaks_m");
        findings.range(&at, reach, positive(reach), "> 0");
        if gathered.firebreaks.items.is_empty() {
            findings.add(findings.error(&at, Message::new("check-draw-no-breaks")));
        }
    }
    if let Some(id) = &draw.within
        && !gathered.areas.items.iter().any(|a| a.id == *id)
    {
        let place = |message| findings.error(&root.field("within"), message);
        let known = gathered.areas.items.iter().map(|a| a.id.as_str());
        let refused = super::dangling(place, "check-unknown-area", id, known);
        findings.add(refused);
    }
}

/// A number of fires that is fixed needs hours in which a cause starts some, on every day.
fn hours(scenario: &Scenario, draw: &IgnitionDraw, findings: &mut Findings<'_>) {
    let file = &scenario.file;
    let calendar = &scenario.catalogue.ignition_calendar;
    let of_start = |start: &str| minute_of_day(start.split_once('T')?.1.get(..5)?);
    let of_clock = |clock: &Option<String>| match clock {
        Some(clock) => minute_of_day(clock),
        None => of_start(&file.start),
    };
    let starts: Vec<Option<u32>> = match file.ensemble.as_ref().map(|e| &e.days) {
        None | Some(Days::AsWritten) => vec![of_start(&file.start)],
        Some(Days::Listed(days)) => days.iter().map(|d| of_start(&d.start)).collect(),
        Some(Days::Files(of)) => vec![of_clock(&of.clock)],
        Some(Days::Climatology(of)) => vec![of_clock(&of.clock)],
    };
    let is_open = |minute: u32| {
        let from_h = (f64::from(minute) + draw.from_min) / 60.0;
        let until_h = (f64::from(minute) + draw.until_min) / 60.0;
        let midnight = 24.0 * libm::floor(from_h / 24.0);
        let opens = |key: &String, day: f64| {
            let within = |h: f64| (h - midnight - day).clamp(0.0, 24.0);
            calendar.hour_share(key, within(from_h), within(until_h)) > 0.0
        };
        // The next day too: later ones are like it.
        let keys = scenario.catalogue.ignition_share.keys();
        keys.into_iter().any(|k| opens(k, 0.0) || opens(k, 24.0))
    };
    // A start that is none has been reported.
    if !starts.into_iter().flatten().all(is_open) {
        let at = FieldPath::of("drawn_ignitions").field("from_min");
        findings.add(findings.error(&at, Message::new("check-draw-no-hours")));
    }
}

fn listed(file: &ScenarioFile, days: &[ListedDay], at: &FieldPath, findings: &mut Findings<'_>) {
    if days.is_empty() {
        findings.add(findings.error(at, Message::new("check-ensemble-empty")));
    }
    for (i, day) in days.iter().enumerate() {
        let at = at.index(i);
        let weight = day.weight;
        findings.range(&at.field("weight"), weight, positive(weight), "> 0");
        if days[..i].iter().any(|other| other.name == day.name) {
            let message = Message::new("check-id-duplicate").with("found", day.name.as_str());
            findings.add(findings.error(&at.field("name"), message));
        }
        // A zone that is none has been reported.
        if Clock::new(&day.start, "UTC").is_err() {
            let message = Message::new("check-start").with("found", day.start.as_str());
            findings.add(findings.error(&at.field("start"), message));
        }
        check_records(file, &day.weather, &at.field("weather"), findings);
        if let Some(moisture) = &day.moisture {
            super::settings::check_moisture(moisture, &at.field("moisture"), findings);
        }
    }
}

/// Days of the year and a time of day.
fn season(
    from: &str,
    until: &str,
    clock: Option<&str>,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) {
    for (field, text) in [("from", from), ("until", until)] {
        if month_day(text).is_none() {
            let message = Message::new("check-month-day").with("found", text);
            findings.add(findings.error(&at.field(field), message));
        }
    }
    if let Some(text) = clock.filter(|text| minute_of_day(text).is_none()) {
        let message = Message::new("check-time-of-day").with("found", text);
        findings.add(findings.error(&at.field("clock"), message));
    }
}

/// Days by their danger need an index that tells it.
fn from_danger(
    file: &ScenarioFile,
    from: Option<DangerLevel>,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) {
    if from.is_some() && file.danger_by.is_none() {
        let message = Message::new("check-ensemble-danger-by");
        findings.add(findings.error(&at.field("from_danger"), message));
    }
}

fn climatology(file: &ScenarioFile, of: &Climatology, at: &FieldPath, findings: &mut Findings<'_>) {
    season(&of.from, &of.until, of.clock.as_deref(), at, findings);
    from_danger(file, of.from_danger, at, findings);
    if of.source.trim().is_empty() {
        findings.add(findings.error(&at.field("source"), Message::new("check-ensemble-source")));
    }
    let r = of.day_to_day_r;
    findings.range(
        &at.field("day_to_day_r"),
        r,
        r > -1.0 && r < 1.0,
        "> -1, < 1",
    );
    let share = of.night_wind_share;
    let fine = (0.0..=1.0).contains(&share);
    findings.range(&at.field("night_wind_share"), share, fine, "0..1");
    let months = at.field("months");
    for (i, month) in of.months.iter().enumerate() {
        let at = months.index(i);
        let number = month.month;
        let is_new = of.months[..i].iter().all(|m| m.month != number);
        let fine = (1..=12).contains(&number) && is_new;
        findings.range(&at.field("month"), f64::from(number), fine, "1..12");
        month_of(month, &at, findings);
    }
    let missing: Vec<String> = (Season::read(&of.from, &of.until).iter())
        .flat_map(|season| {
            let mut all: Vec<u8> = season.days().iter().map(|d| d.0).collect();
            all.sort_unstable();
            all.dedup();
            all
        })
        .filter(|month| of.months.iter().all(|m| m.month != *month))
        .map(|month| month.to_string())
        .collect();
    if !missing.is_empty() {
        let message = Message::new("check-ensemble-months").with("found", missing.join(", "));
        findings.add(findings.error(&months, message));
    }
}

fn month_of(of: &ClimateMonth, at: &FieldPath, findings: &mut Findings<'_>) {
    let mut spread = |field: &'static str, of: &Spread, least: f64, most: f64| {
        let at = at.field(field);
        let fine = (least..=most).contains(&of.mean);
        findings.range(
            &at.field("mean"),
            of.mean,
            fine,
            &format!("{least}..{most}"),
        );
        findings.range(&at.field("sd"), of.sd, not_negative(of.sd), "≥ 0");
    };
    spread("max_temperature_c", &of.max_temperature_c, -60.0, 60.0);
    spread("least_humidity_pct", &of.least_humidity_pct, 0.0, 100.0);
    spread("wind_m_s", &of.wind_m_s, 0.0, 30.0);
    for (field, found, fine, expected) in [
        (
            "daily_range_c",
            of.daily_range_c,
            (0.0..=40.0).contains(&of.daily_range_c),
            "0..40",
        ),
        (
            "temperature_humidity_r",
            of.temperature_humidity_r,
            (-1.0..=1.0).contains(&of.temperature_humidity_r),
            "-1..1",
        ),
        (
            "dry_days",
            of.dry_days,
            (0.0..=120.0).contains(&of.dry_days),
            "0..120",
        ),
    ] {
        findings.range(&at.field(field), found, fine, expected);
    }
    let rose = &of.wind_rose;
    let is_rose = matches!(rose.len(), 8 | 16)
        && rose.iter().all(|share| not_negative(*share))
        && rose.iter().sum::<f64>() > 0.0;
    if !is_rose {
        let message = Message::new("check-wind-rose").with("found", rose.len() as f64);
        findings.add(findings.error(&at.field("wind_rose"), message));
    }
}
