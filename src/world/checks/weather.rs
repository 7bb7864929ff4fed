//! The weather records: their numbers, their order, and whether they last as long as the run.

use crate::base::message::Message;
use crate::scenario::schema::{ScenarioFile, WeatherAfterEnd, WeatherRecord};
use crate::scenario::text::FieldPath;
use crate::world::findings::{Findings, number};

use super::settings::not_negative;

/// The last record may stand for so long after its time even where records are denser, minutes.
const LEAST_REACH_MIN: f64 = 60.0;
/// A spacing is a gap when it is longer than this, minutes, and than so many times the median.
const LEAST_GAP_MIN: f64 = 180.0;
const GAP_OVER_MEDIAN: f64 = 3.0;

pub(in crate::world) fn check(file: &ScenarioFile, findings: &mut Findings<'_>) {
    check_records(file, &file.weather, &FieldPath::of("weather"), findings);
}

/// Checks records that stand at `root`: the scenario's own, or those of a day of its ensemble.
pub(super) fn check_records(
    file: &ScenarioFile,
    records: &[WeatherRecord],
    root: &FieldPath,
    findings: &mut Findings<'_>,
) {
    let Some(first) = records.first() else {
        findings.add(findings.error(root, Message::new("check-weather-empty")));
        return;
    };
    if first.at_min != 0.0 {
        let message = Message::new("check-weather-first").with("found", number(first.at_min));
        findings.add(findings.error(&root.index(0).field("at_min"), message));
    }
    for (i, record) in records.iter().enumerate() {
        let at = root.index(i);
        let before = i.checked_sub(1).map(|i| records[i].at_min);
        if before.is_some_and(|before| record.at_min.is_nan() || record.at_min <= before) {
            let message = Message::new("check-weather-order")
                .with("found", number(record.at_min))
                .with("before", number(before.unwrap_or_default()));
            findings.add(findings.error(&at.field("at_min"), message));
        }
        let humidity = record.humidity_pct;
        // Above the strongest surface wind on record (113 m/s, Barrow Island 1996) it is not m/s.
        for (field, found, fine, expected) in [
            (
                "wind_from_deg",
                record.wind_from_deg,
                (0.0..=360.0).contains(&record.wind_from_deg),
                "0..360",
            ),
            (
                "wind_m_s",
                record.wind_m_s,
                (0.0..=115.0).contains(&record.wind_m_s),
                "0..115",
            ),
            (
                "temperature_c",
                record.temperature_c,
                (-60.0..=60.0).contains(&record.temperature_c),
                "-60..60",
            ),
            (
                "humidity_pct",
                humidity,
                (0.0..=100.0).contains(&humidity),
                "0..100",
            ),
            (
                "rain_mm",
                record.rain_mm,
                not_negative(record.rain_mm),
                "≥ 0",
            ),
        ] {
            findings.range(&at.field(field), found, fine, expected);
        }
    }
    if file.weather_after_end == WeatherAfterEnd::Refuse {
        check_length(file, records, root, findings);
    }
}

/// Whether the records go on to the end of the run without a long gap. One record is constant
/// weather, meant so.
fn check_length(
    file: &ScenarioFile,
    records: &[WeatherRecord],
    root: &FieldPath,
    findings: &mut Findings<'_>,
) {
    let times: Vec<f64> = records.iter().map(|r| r.at_min).collect();
    let mut spacings: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    // Records out of order have been reported; their spacings mean nothing.
    if spacings.is_empty() || !spacings.iter().all(|&s| s > 0.0) {
        return;
    }
    let unsorted = spacings.clone();
    spacings.sort_by(f64::total_cmp);
    let (longest, median) = (
        spacings[spacings.len() - 1],
        spacings[(spacings.len() - 1) / 2],
    );
    let last = times[times.len() - 1];
    let help = || Message::new("check-help-weather-hold");
    for (i, &spacing) in unsorted.iter().enumerate() {
        if spacing > LEAST_GAP_MIN && spacing > GAP_OVER_MEDIAN * median {
            let message = Message::new("check-weather-gap")
                .with("found", number(spacing))
                .with("before", number(times[i]))
                .with("median", number(median));
            let at = root.index(i + 1).field("at_min");
            findings.add(findings.error(&at, message).with_help(help()));
        }
    }
    let reach = last + longest.max(LEAST_REACH_MIN);
    if file.horizon_min > reach {
        let message = Message::new("check-weather-ends")
            .with("found", number(last))
            .with("horizon", number(file.horizon_min))
            .with("reach", number(reach));
        let at = root.index(times.len() - 1).field("at_min");
        findings.add(findings.error(&at, message).with_help(help()));
    }
}
