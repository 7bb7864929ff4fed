//! The fire danger of each day of a run: announced, or by an index from the day's weather.

use super::Weather;
use crate::base::clock::Clock;
use crate::fire::behavior::danger::{fwi, lu2020};
use crate::scenario::Scenario;
use crate::scenario::schema::{DangerIndex, DangerLevel, WeatherRecord};

/// Wind is looked for in the records of this hour, local time, for the Fire Weather Index.
const NOON_H: f64 = 12.0;
/// The hour whose humidity the Chinese index takes, local time.
const AFTERNOON_H: f64 = 14.0;

/// The danger of a civil day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DangerDay {
    /// From when it holds, seconds after the start; 0 for the first day.
    pub from_s: f64,
    /// The level.
    pub level: DangerLevel,
    /// The index that gave it; none for a level that was announced.
    pub index: Option<f64>,
}

/// Levels in order.
const LEVELS: [DangerLevel; 5] = [
    DangerLevel::Green,
    DangerLevel::Blue,
    DangerLevel::Yellow,
    DangerLevel::Orange,
    DangerLevel::Red,
];

/// The danger `t_s` seconds after the start, of the days of a run; at least one.
pub(super) fn level_at(days: &[DangerDay], t_s: f64) -> DangerDay {
    let i = days.partition_point(|d| d.from_s <= t_s);
    days[i.saturating_sub(1)]
}

/// A civil day of the run: when it begins and ends, seconds after the start (the first begins before it).
struct Day {
    from_s: f64,
    to_s: f64,
    month: u8,
}

fn days(clock: &Clock, horizon_s: f64) -> Vec<Day> {
    let start = clock.at(0.0);
    let since_midnight = f64::from(start.hour()) * 3600.0
        + f64::from(start.minute()) * 60.0
        + f64::from(start.second());
    let mut all = Vec::new();
    let mut from_s = -since_midnight;
    while from_s < horizon_s.max(1.0) {
        let to_s = from_s + 86_400.0;
        let month = clock.at(from_s + 43_200.0).month() as u8;
        all.push(Day {
            from_s,
            to_s,
            month,
        });
        from_s = to_s;
    }
    all
}

/// The danger of every day of a run.
pub fn days_of(
    scenario: &Scenario,
    clock: &Clock,
    weather: &Weather,
    latitude_deg: f64,
) -> Vec<DangerDay> {
    let file = &scenario.file;
    let announced = match (file.danger, file.danger_by) {
        (Some(level), _) => Some(level),
        (None, None) => Some(DangerLevel::default()),
        (None, Some(_)) => None,
    };
    let (Some(by), None) = (file.danger_by, announced) else {
        return vec![DangerDay {
            from_s: 0.0,
            level: announced.unwrap_or_default(),
            index: None,
        }];
    };
    let limits = &scenario.catalogue.danger.fwi_above;
    let mut codes = match by {
        DangerIndex::Fwi { ffmc, dmc, dc } => fwi::Codes { ffmc, dmc, dc },
        DangerIndex::Lu2020 { .. } => fwi::Codes::START,
    };
    let mut dry = match by {
        DangerIndex::Lu2020 { dry_days, .. } => dry_days,
        DangerIndex::Fwi { .. } => 0,
    };
    let mut out = Vec::new();
    for day in days(clock, file.horizon_min * 60.0) {
        let at = |hour: f64| *weather.at((day.from_s + hour * 3600.0).max(0.0));
        let records = of_day(weather, &day);
        let greatest = |of: fn(&WeatherRecord) -> f64| {
            records.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
        };
        let rain: f64 = records.iter().map(|r| r.rain_mm).sum();
        let (index, level) = match by {
            DangerIndex::Lu2020 { correction, .. } => {
                dry = if rain > 0.0 { 0 } else { dry + 1 };
                let index = lu2020::index(&lu2020::Day {
                    max_temperature_c: greatest(|r| r.temperature_c),
                    humidity_pct: at(AFTERNOON_H).humidity_pct,
                    dry_days: dry,
                    wind_m_s: greatest(|r| r.wind_m_s),
                    correction,
                });
                (index, LEVELS[usize::from(lu2020::level(index) - 1)])
            }
            DangerIndex::Fwi { .. } => {
                let noon = at(NOON_H);
                let wind_km_h = noon.wind_m_s * 3.6;
                codes = fwi::next(
                    codes,
                    &fwi::Noon {
                        temperature_c: noon.temperature_c,
                        humidity_pct: noon.humidity_pct,
                        wind_km_h,
                        rain_mm: rain,
                        month: day.month,
                        latitude_deg,
                    },
                );
                let index = fwi::indices(&codes, wind_km_h).fwi;
                let above = limits.iter().filter(|l| index > l.value).count();
                (index, LEVELS[above.min(LEVELS.len() - 1)])
            }
        };
        out.push(DangerDay {
            from_s: day.from_s.max(0.0),
            level,
            index: Some(index),
        });
    }
    out
}

/// The weather of a day: what holds when it begins, and every record within it.
fn of_day(weather: &Weather, day: &Day) -> Vec<WeatherRecord> {
    let within = weather
        .records()
        .iter()
        .filter(|r| r.at_min * 60.0 > day.from_s && r.at_min * 60.0 < day.to_s);
    let mut records = vec![WeatherRecord {
        // Rain before the day is the day before's.
        rain_mm: 0.0,
        ..*weather.at(day.from_s.max(0.0))
    }];
    records.extend(within);
    records
}
