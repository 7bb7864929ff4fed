//! The days that a scenario may be: of its list, of weather files, or of a climatology.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::{Conditions, MemberDay, Perturbation, climate};
use crate::base::message::Message;
use crate::base::random::{Purpose, Streams};
use crate::base::season::{Season, minute_of_day};
use crate::files::weather::{self, Observation, WeatherTable};
use crate::fire::behavior::danger::fwi;
use crate::scenario::Scenario;
use crate::scenario::schema::{
    DangerIndex, DangerLevel, Days, Ensemble, ListedDay, Visibility, WeatherFiles, WeatherRecord,
    WindHeight,
};
use crate::scenario::text::FieldPath;
use crate::world::World;
use crate::world::files::{loaded, named_file};
use crate::world::findings::{Findings, number};
use crate::world::weather::WIND_20FT_OVER_10M;

/// A record of a file may stand for so long, minutes.
const LONGEST_GAP_MIN: f64 = 180.0;
/// So many days of a climatology are drawn until one is dangerous enough; then the most dangerous is taken.
const ATTEMPTS: u64 = 500;
/// Noon, when the Fire Weather Index looks at the weather.
const NOON_H: i8 = 12;

/// A day that may be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledDay {
    /// How often against the others, more than 0.
    pub weight: f64,
    /// The day.
    pub day: MemberDay,
}

/// What days are drawn from.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum DayPool {
    /// Nothing: the scenario's own day.
    #[default]
    AsWritten,
    /// Some days.
    Days(Vec<PooledDay>),
    /// The scenario's climatology.
    Climatology,
}

impl DayPool {
    /// The day of a seed; none for the scenario's own.
    pub(super) fn draw(&self, world: &World, streams: &Streams) -> Option<MemberDay> {
        match self {
            Self::AsWritten => None,
            Self::Days(days) => {
                let total: f64 = days.iter().map(|d| d.weight).sum();
                let mut left = streams.uniform(Purpose::Weather, "member day", 0) * total;
                let found = days.iter().find(|d| {
                    left -= d.weight;
                    left < 0.0
                });
                found.or(days.last()).map(|d| d.day.clone())
            }
            Self::Climatology => {
                let ensemble = world.scenario.file.ensemble.as_ref()?;
                let Days::Climatology(of) = &ensemble.days else {
                    return None;
                };
                let mut best: Option<(DangerLevel, MemberDay)> = None;
                for attempt in 0..ATTEMPTS {
                    let day = climate::draw(of, &world.scenario.file, streams, attempt)?;
                    let Some(from) = of.from_danger else {
                        return Some(day);
                    };
                    let level = level_of(&world.scenario, &day, world.place().latitude_deg)?;
                    if level >= from {
                        return Some(day);
                    }
                    if best.as_ref().is_none_or(|(most, _)| level > *most) {
                        best = Some((level, day));
                    }
                }
                best.map(|(_, day)| day)
            }
        }
    }
}

/// The danger level of a day at its start.
fn level_of(scenario: &Scenario, day: &MemberDay, latitude_deg: f64) -> Option<DangerLevel> {
    let conditions = Conditions::new(scenario, Some(day), Perturbation::NONE, latitude_deg)?;
    Some(conditions.danger_at(0.0))
}

/// The days of a scenario; what cannot be read or holds none is said.
pub(in crate::world) fn load(
    scenario: &Scenario,
    latitude_deg: Option<f64>,
    findings: &mut Findings<'_>,
) -> DayPool {
    let Some(Ensemble { days, .. }) = &scenario.file.ensemble else {
        return DayPool::AsWritten;
    };
    match days {
        Days::AsWritten => DayPool::AsWritten,
        Days::Listed(listed) => DayPool::Days(listed.iter().enumerate().map(pooled).collect()),
        Days::Climatology(_) => DayPool::Climatology,
        Days::Files(of) => {
            let days = of_files(scenario, of, latitude_deg.unwrap_or(0.0), findings);
            DayPool::Days(days)
        }
    }
}

fn pooled((index, listed): (usize, &ListedDay)) -> PooledDay {
    PooledDay {
        weight: listed.weight,
        day: MemberDay {
            index: Some(index),
            name: listed.name.clone(),
            start: listed.start.clone(),
            weather: listed.weather.clone(),
            moisture: listed.moisture,
            danger: listed.danger,
            dry_days: listed.dry_days,
            codes: None,
        },
    }
}

/// The days of weather files that lie in the season, last to the horizon and are dangerous enough.
fn of_files(
    scenario: &Scenario,
    of: &WeatherFiles,
    latitude_deg: f64,
    findings: &mut Findings<'_>,
) -> Vec<PooledDay> {
    let file = &scenario.file;
    let at = FieldPath::of("ensemble").field("days");
    let clock = of
        .clock
        .as_deref()
        .map_or_else(|| climate::start_minute(file), minute_of_day);
    // What is wrong with these has been said with the scenario's other numbers.
    let (Some(season), Some(minute)) = (Season::read(&of.from, &of.until), clock) else {
        return Vec::new();
    };
    let year = file.start.get(..4).and_then(|y| y.parse().ok());
    let mut days = Vec::new();
    let (mut in_season, mut complete, mut read) = (0_u32, 0_u32, 0);
    for (i, name) in of.files.iter().enumerate() {
        let at = at.field("files").index(i);
        let Some(path) = named_file(scenario.folder(), name, &at, findings) else {
            continue;
        };
        let options = weather::Options {
            year: year.map(i32::from),
            ..weather::Options::default()
        };
        let Some(table) = loaded(weather::read(&path, &options), &at, findings) else {
            continue;
        };
        read += 1;
        let past = Past::of(scenario, &table, latitude_deg);
        let dates: Vec<Date> = dates(&table);
        for date in dates {
            if !season.holds(date.month() as u8, date.day() as u8) {
                continue;
            }
            in_season += 1;
            let start = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            let Some(weather) = records(scenario, &table, start) else {
                continue;
            };
            complete += 1;
            let before = past.before.get(&date);
            let day = MemberDay {
                index: Some(days.len()),
                name: date.to_string(),
                start: in_year(date, year.unwrap_or(date.year()), minute),
                weather,
                moisture: None,
                danger: None,
                dry_days: before.map(|b| b.dry_days),
                codes: before.and_then(|b| b.codes),
            };
            let is_enough = of.from_danger.is_none_or(|from| {
                level_of(scenario, &day, latitude_deg).is_some_and(|level| level >= from)
            });
            if is_enough {
                days.push(PooledDay { weight: 1.0, day });
            }
        }
    }
    if days.is_empty() && read == of.files.len() {
        let message = Message::new("check-ensemble-no-days")
            .with("season", f64::from(in_season))
            .with("complete", f64::from(complete))
            .with("horizon", number(file.horizon_min));
        findings.add(findings.error(&at.field("files"), message));
    }
    days
}

/// The days of a table, in order.
fn dates(table: &WeatherTable) -> Vec<Date> {
    let mut dates: Vec<Date> = table.observations.iter().map(|o| o.at.date()).collect();
    dates.dedup();
    dates
}

/// The day in the scenario's year, so that belts are as old as the scenario has them.
fn in_year(date: Date, year: i16, minute: u32) -> String {
    let moved = Date::new(year, date.month(), date.day())
        .or_else(|_| Date::new(year, date.month(), 28))
        .unwrap_or(date);
    format!("{moved}T{:02}:{:02}", minute / 60, minute % 60)
}

/// The records of a run that starts then; none where the table leaves a time or a value open.
fn records(
    scenario: &Scenario,
    table: &WeatherTable,
    start: DateTime,
) -> Option<Vec<WeatherRecord>> {
    let horizon_min = scenario.file.horizon_min;
    let all = &table.observations;
    let minutes = |o: &Observation| start.duration_until(o.at).as_secs_f64() / 60.0;
    let from = all.partition_point(|o| o.at <= start).checked_sub(1)?;
    if minutes(&all[from]) < -LONGEST_GAP_MIN {
        return None;
    }
    let factor = match (table.wind_height, scenario.file.wind_height) {
        (weather::WindHeight::TwentyFeet, WindHeight::TenMetres) => 1.0 / WIND_20FT_OVER_10M,
        (weather::WindHeight::TenMetres, WindHeight::TwentyFeet) => WIND_20FT_OVER_10M,
        _ => 1.0,
    };
    let mut records: Vec<WeatherRecord> = Vec::new();
    for seen in &all[from..] {
        let at_min = minutes(seen).max(0.0);
        if at_min >= horizon_min && !records.is_empty() {
            break;
        }
        if records
            .last()
            .is_some_and(|r| at_min - r.at_min > LONGEST_GAP_MIN)
        {
            return None;
        }
        records.push(WeatherRecord {
            at_min,
            wind_from_deg: seen.wind_from_deg?,
            wind_m_s: seen.wind_m_s? * factor,
            temperature_c: seen.temperature_c?,
            humidity_pct: seen.humidity_pct?,
            // What fell before the start is the past's.
            rain_mm: if records.is_empty() {
                0.0
            } else {
                seen.rain_mm.unwrap_or(0.0)
            },
            visibility: Visibility::Clear,
        });
    }
    let last = records.last()?.at_min;
    (horizon_min - last <= LONGEST_GAP_MIN).then_some(records)
}

/// What came before each day of a table.
struct Past {
    before: BTreeMap<Date, Before>,
}

#[derive(Debug, Clone, Copy)]
struct Before {
    dry_days: u32,
    codes: Option<(f64, f64, f64)>,
}

impl Past {
    /// Dry days and codes carried on from day to day, from the scenario's own at the table's first day and after a
    /// day that is missing.
    fn of(scenario: &Scenario, table: &WeatherTable, latitude_deg: f64) -> Self {
        let by = scenario.file.danger_by;
        let begin = || Before {
            dry_days: match by {
                Some(DangerIndex::Lu2020 { dry_days, .. }) => dry_days,
                _ => 0,
            },
            codes: match by {
                Some(DangerIndex::Fwi { ffmc, dmc, dc }) => Some((ffmc, dmc, dc)),
                _ => None,
            },
        };
        let mut before = BTreeMap::new();
        let mut now = begin();
        let mut due = None;
        for date in dates(table) {
            if due.is_some_and(|d| d != date) {
                now = begin();
            }
            due = date.checked_add(1.day()).ok();
            before.insert(date, now);
            let of_day: Vec<&Observation> =
                (table.observations.iter().filter(|o| o.at.date() == date)).collect();
            let rain_mm: f64 = of_day.iter().filter_map(|o| o.rain_mm).sum();
            now.dry_days = if rain_mm > 0.0 { 0 } else { now.dry_days + 1 };
            let noon = of_day.iter().min_by_key(|o| (o.at.hour() - NOON_H).abs());
            now.codes = now.codes.map(|(ffmc, dmc, dc)| {
                let seen =
                    noon.and_then(|o| Some((o.temperature_c?, o.humidity_pct?, o.wind_m_s?)));
                let Some((temperature_c, humidity_pct, wind_m_s)) = seen else {
                    return (ffmc, dmc, dc);
                };
                let codes = fwi::next(
                    fwi::Codes { ffmc, dmc, dc },
                    &fwi::Noon {
                        temperature_c,
                        humidity_pct,
                        wind_km_h: wind_m_s * 3.6,
                        rain_mm,
                        month: date.month() as u8,
                        latitude_deg,
                    },
                );
                (codes.ffmc, codes.dmc, codes.dc)
            });
        }
        Self { before }
    }
}
