//! FARSITE's weather: the stream of FlamMap 6 (`.wxs`), and daily weather with winds (`.wtr`, `.wnd`).
//!
//! Formats after the FlamMap 6.2 help and the FARSITE 4 sources. Metric winds of a stream are taken as what
//! they are, kilometres an hour at 10 m; FARSITE itself multiplies them by 0.5402 into miles an hour at 20 ft.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};

use super::{
    FileError, M_S_PER_KM_H, M_S_PER_MPH, MM_PER_INCH, Observation, WeatherTable, WindHeight,
    celsius, text,
};

/// Whether a text is a stream: it names its units.
pub fn is_stream(text: &str) -> bool {
    text.lines()
        .take(10)
        .any(|l| l.trim_start().to_uppercase().starts_with("RAWS_UNITS"))
}

fn wrong(path: &Path, line: usize, found: &str, expected: &str) -> FileError {
    let found: String = found.chars().take(60).collect();
    FileError::content(path, format!("line {}: '{found}'", line + 1), expected)
}

/// Hours and minutes of a time such as `1330` or `900`; 2400 is the end of the day.
fn clock(text: &str) -> Option<(i8, i8, bool)> {
    let n: i32 = text.parse().ok()?;
    let (h, m) = (n / 100, n % 100);
    match (h, m) {
        (24, 0) => Some((0, 0, true)),
        (0..24, 0..60) => Some((h as i8, m as i8, false)),
        _ => None,
    }
}

fn moment(date: Date, (h, m, next): (i8, i8, bool)) -> Option<DateTime> {
    let date = if next { date.tomorrow().ok()? } else { date };
    Some(date.at(h, m, 0, 0))
}

/// The observations of a stream.
pub fn read_stream(path: &Path, text: &str) -> Result<WeatherTable, FileError> {
    const ROW: &str = "Year Mth Day Time Temp RH HrlyPcp WindSpd WindDir CloudCov";
    let mut metric = None;
    let mut declared = None;
    let mut elevation = None;
    let mut observations = Vec::new();
    let mut remarks = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim();
            match key.trim().to_uppercase().as_str() {
                "RAWS_UNITS" => {
                    metric = Some(match value.to_lowercase().as_str() {
                        "metric" => true,
                        "english" => false,
                        _ => {
                            return Err(wrong(path, number, line, "RAWS_UNITS: English or Metric"));
                        }
                    });
                }
                "RAWS_ELEVATION" => {
                    elevation =
                        Some(value.parse::<f64>().map_err(|_| {
                            wrong(path, number, line, "RAWS_ELEVATION: and a number")
                        })?);
                }
                "RAWS_WINDS" if value.eq_ignore_ascii_case("gust") => {
                    remarks.push("its winds are gusts".to_owned());
                }
                "RAWS" => declared = value.parse::<usize>().ok(),
                // Keys of the file that the stream may stand in.
                _ => {}
            }
            continue;
        }
        if line.starts_with(|c: char| c.is_alphabetic()) {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.len() < 10 {
            return Err(wrong(path, number, line, ROW));
        }
        let whole = |i: usize| words[i].parse::<i16>().ok();
        let date = whole(0)
            .zip(whole(1))
            .zip(whole(2))
            .and_then(|((y, m), d)| {
                Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
            });
        let at = date
            .zip(clock(words[3]))
            .and_then(|(date, time)| moment(date, time))
            .ok_or_else(|| wrong(path, number, line, "a date and a time of 24 hours, HHMM"))?;
        let value = |i: usize| {
            words[i]
                .parse::<f64>()
                .ok()
                .filter(|v| v.is_finite())
                .ok_or_else(|| wrong(path, number, words[i], ROW))
        };
        let within = |i: usize, most: f64| {
            value(i).and_then(|v| {
                if (0.0..=most).contains(&v) {
                    Ok(v)
                } else {
                    let expected = format!("a number from 0 to {most} in column {}", i + 1);
                    Err(wrong(path, number, words[i], &expected))
                }
            })
        };
        let metric =
            metric.ok_or_else(|| wrong(path, number, line, "RAWS_UNITS: before the first row"))?;
        let (t, rain, wind) = (value(4)?, value(6)?, value(7)?);
        observations.push(Observation {
            temperature_c: Some(if metric { t } else { celsius(t) }),
            humidity_pct: Some(within(5, 100.0)?),
            rain_mm: Some(if metric { rain } else { rain * MM_PER_INCH }),
            wind_m_s: Some(wind * if metric { M_S_PER_KM_H } else { M_S_PER_MPH }),
            wind_from_deg: Some(within(8, 360.0)?),
            cloud_pct: Some(within(9, 100.0)?),
            ..Observation::at(at)
        });
    }
    if let Some(count) = declared.filter(|c| *c != observations.len()) {
        remarks.push(format!(
            "it says that {count} rows follow, and {} do",
            observations.len()
        ));
    }
    let metric = metric.unwrap_or(false);
    Ok(WeatherTable {
        observations,
        wind_height: if metric {
            WindHeight::TenMetres
        } else {
            WindHeight::TwentyFeet
        },
        elevation_m: elevation.map(|e| if metric { e } else { e * 0.3048 }),
        remarks,
    })
}

/// Writes a metric stream; what is missing is refused, since the format has no word for it.
pub fn write_wxs(path: &Path, table: &WeatherTable) -> Result<(), FileError> {
    let refuse = |reason: String| FileError::write(path, reason);
    if table.wind_height == WindHeight::TwentyFeet {
        return Err(refuse(
            "winds at 20 ft; a metric stream has them at 10 m".to_owned(),
        ));
    }
    let mut out = format!(
        "RAWS_UNITS: Metric\nRAWS_ELEVATION: {:.0}\nRAWS_WINDS: Ave\nRAWS: {}\n\
         Year Mth Day Time Temp RH HrlyPcp WindSpd WindDir CloudCov\n",
        table.elevation_m.unwrap_or(0.0),
        table.observations.len()
    );
    for (i, o) in table.observations.iter().enumerate() {
        let need = |v: Option<f64>, what: &str| {
            v.ok_or_else(|| refuse(format!("observation {} without {what}", i + 1)))
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{} {} {} {:02}{:02} {:.1} {:.0} {:.2} {:.1} {:.0} {:.0}",
            o.at.year(),
            o.at.month(),
            o.at.day(),
            o.at.hour(),
            o.at.minute(),
            need(o.temperature_c, "temperature")?,
            need(o.humidity_pct, "humidity")?,
            o.rain_mm.unwrap_or(0.0),
            need(o.wind_m_s, "wind speed")? / M_S_PER_KM_H,
            need(o.wind_from_deg, "wind direction")?,
            o.cloud_pct.unwrap_or(0.0)
        );
    }
    std::fs::write(path, out).map_err(|e| FileError::write(path, e))
}

/// A day of a `.wtr`.
struct Day {
    rain_mm: f64,
    coldest_h: f64,
    warmest_h: f64,
    least_c: f64,
    most_c: f64,
    most_pct: f64,
    least_pct: f64,
    /// Hours between which it rains; the whole day when not given.
    rain_h: Option<(f64, f64)>,
}

/// Rows of numbers of a `.wtr` or `.wnd`, with whether it is metric.
fn rows(
    path: &Path,
    remarks: &mut Vec<String>,
) -> Result<(bool, Vec<(usize, Vec<f64>)>), FileError> {
    let text = text::read(path, remarks)?;
    let (mut metric, mut rows) = (false, Vec::new());
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        match line.to_uppercase().as_str() {
            "" | "ENGLISH" => continue,
            "METRIC" => {
                metric = true;
                continue;
            }
            _ => {}
        }
        let values: Option<Vec<f64>> = line.split_whitespace().map(|w| w.parse().ok()).collect();
        let values = values
            .filter(|v| v.iter().all(|x| x.is_finite()))
            .ok_or_else(|| wrong(path, number, line, "numbers, or ENGLISH or METRIC"))?;
        rows.push((number, values));
    }
    Ok((metric, rows))
}

fn date(year: i32, row: &[f64]) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, row[0] as i8, row[1] as i8).ok()
}

/// Hourly observations out of daily extremes and winds.
pub fn read_daily(
    path: &Path,
    year: Option<i32>,
    remarks: &mut Vec<String>,
) -> Result<WeatherTable, FileError> {
    let sibling = |extension: &str| -> PathBuf {
        let upper = path.with_extension(extension.to_uppercase());
        if upper.is_file() {
            upper
        } else {
            path.with_extension(extension)
        }
    };
    let (wtr, wnd) = (sibling("wtr"), sibling("wnd"));
    for file in [&wtr, &wnd] {
        if !file.is_file() {
            return Err(FileError::content(
                path,
                format!(
                    "no {} beside it",
                    file.file_name().unwrap_or_default().to_string_lossy()
                ),
                "a .wtr and a .wnd of one name",
            ));
        }
    }
    let year = year.ok_or_else(|| {
        FileError::content(
            path,
            "days without a year",
            "the year, to be given with the file",
        )
    })?;
    let (metric, day_rows) = rows(&wtr, remarks)?;
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut elevation = None;
    for (number, row) in &day_rows {
        let line = || row.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
        if row.len() < 10 {
            return Err(wrong(
                &wtr,
                *number,
                &line(),
                "Month Day Precip Hour1 Hour2 Temp1 Temp2 Humid1 Humid2 Elevation",
            ));
        }
        let hour = |v: f64| {
            let (h, m) = (libm::trunc(v / 100.0), libm::fmod(v, 100.0));
            h + m / 60.0
        };
        let temperature = |v: f64| if metric { v } else { celsius(v) };
        let day = Day {
            rain_mm: if metric {
                row[2]
            } else {
                row[2] / 100.0 * MM_PER_INCH
            },
            coldest_h: hour(row[3]),
            warmest_h: hour(row[4]),
            least_c: temperature(row[5]),
            most_c: temperature(row[6]),
            most_pct: row[7],
            least_pct: row[8],
            rain_h: (row.len() >= 12 && row[11] > row[10]).then(|| (hour(row[10]), hour(row[11]))),
        };
        elevation = Some(if metric { row[9] } else { row[9] * 0.3048 });
        let date =
            date(year, row).ok_or_else(|| wrong(&wtr, *number, &line(), "a month and a day"))?;
        days.insert(date, day);
    }
    let (wind_metric, wind_rows) = rows(&wnd, remarks)?;
    let mut winds: BTreeMap<DateTime, (f64, f64, f64)> = BTreeMap::new();
    for (number, row) in &wind_rows {
        let line = || row.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
        let at = (row.len() >= 6)
            .then(|| date(year, row).zip(clock(&format!("{:.0}", row[2]))))
            .flatten()
            .and_then(|(date, time)| moment(date, time))
            .ok_or_else(|| {
                wrong(
                    &wnd,
                    *number,
                    &line(),
                    "Month Day Hour Speed Direction CloudCover",
                )
            })?;
        let speed = row[3]
            * if wind_metric {
                M_S_PER_KM_H
            } else {
                M_S_PER_MPH
            };
        winds.insert(at, (speed, row[4], row[5]));
    }
    let mut observations = Vec::new();
    for (date, day) in &days {
        for hour in 0..24_i8 {
            let at = date.at(hour, 0, 0, 0);
            let (temperature, humidity) = daily_course(&days, *date, f64::from(hour));
            let (from, to) = day.rain_h.unwrap_or((0.0, 24.0));
            let raining = (from..to).contains(&f64::from(hour));
            let wind = winds
                .range(..=at)
                .next_back()
                .or_else(|| winds.iter().next());
            observations.push(Observation {
                temperature_c: Some(temperature),
                humidity_pct: Some(humidity),
                rain_mm: Some(if raining {
                    day.rain_mm / (to - from).max(1.0)
                } else {
                    0.0
                }),
                wind_m_s: wind.map(|(_, w)| w.0),
                wind_from_deg: wind.map(|(_, w)| w.1),
                cloud_pct: wind.map(|(_, w)| w.2),
                ..Observation::at(at)
            });
        }
    }
    Ok(WeatherTable {
        observations,
        wind_height: if wind_metric { WindHeight::TenMetres } else { WindHeight::TwentyFeet },
        elevation_m: elevation,
        remarks: vec![
            "temperature and humidity follow cosines between the day's extremes; rain falls evenly over its hours"
                .to_owned(),
        ],
    })
}

/// Temperature and humidity at an hour of a day: half waves of a cosine from one extreme to the next, as
/// FARSITE interpolates them (Rothermel et al. 1986, INT-359; Finney 1998, RMRS-RP-4).
fn daily_course(days: &BTreeMap<Date, Day>, date: Date, hour: f64) -> (f64, f64) {
    let day = &days[&date];
    let before = date
        .yesterday()
        .ok()
        .and_then(|d| days.get(&d))
        .unwrap_or(day);
    let after = date
        .tomorrow()
        .ok()
        .and_then(|d| days.get(&d))
        .unwrap_or(day);
    // From which extreme to which: (hour, temperature, humidity).
    let cold = |d: &Day, shift: f64| (d.coldest_h + shift, d.least_c, d.most_pct);
    let warm = |d: &Day, shift: f64| (d.warmest_h + shift, d.most_c, d.least_pct);
    let (from, to) = if hour < day.coldest_h {
        (warm(before, -24.0), cold(day, 0.0))
    } else if hour < day.warmest_h {
        (cold(day, 0.0), warm(day, 0.0))
    } else {
        (warm(day, 0.0), cold(after, 24.0))
    };
    let span = (to.0 - from.0).max(1e-6);
    let s = 0.5 * (1.0 - libm::cos(std::f64::consts::PI * (hour - from.0) / span));
    (from.1 + s * (to.1 - from.1), from.2 + s * (to.2 - from.2))
}
