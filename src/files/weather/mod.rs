//! Weather as stations and models write it: tables with a header, FARSITE's streams.
//!
//! Out go observations in SI units in order of time. What a file does not hold stays empty: the one who
//! needs it decides, and says so.

mod farsite;
mod table;
#[cfg(test)]
mod tests;

pub use farsite::write_wxs;
pub use table::{Column, ColumnMap};

use std::path::Path;

use jiff::civil::DateTime;

use super::{FileError, text};

/// Metres a second of one mile an hour (international mile).
pub const M_S_PER_MPH: f64 = 0.44704;
/// Metres a second of one kilometre an hour.
pub const M_S_PER_KM_H: f64 = 1.0 / 3.6;
/// Metres a second of one knot.
pub const M_S_PER_KNOT: f64 = 1852.0 / 3600.0;
/// Millimetres of an inch.
pub const MM_PER_INCH: f64 = 25.4;

/// Celsius of a temperature in Fahrenheit.
pub fn celsius(fahrenheit: f64) -> f64 {
    (fahrenheit - 32.0) / 1.8
}

/// Height of the wind measurement above open ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindHeight {
    /// 10 m.
    TenMetres,
    /// 20 ft.
    TwentyFeet,
    /// The file does not say.
    Unknown,
}

/// Weather at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Civil time as the file has it.
    pub at: DateTime,
    /// Air temperature, degrees Celsius.
    pub temperature_c: Option<f64>,
    /// Relative humidity, percent.
    pub humidity_pct: Option<f64>,
    /// Rain since the observation before, mm.
    pub rain_mm: Option<f64>,
    /// Wind, m/s.
    pub wind_m_s: Option<f64>,
    /// Where it blows from, degrees clockwise from north, 0 to 360.
    pub wind_from_deg: Option<f64>,
    /// Gusts, m/s.
    pub gust_m_s: Option<f64>,
    /// Cloud, percent.
    pub cloud_pct: Option<f64>,
}

impl Observation {
    fn at(at: DateTime) -> Self {
        Self {
            at,
            temperature_c: None,
            humidity_pct: None,
            rain_mm: None,
            wind_m_s: None,
            wind_from_deg: None,
            gust_m_s: None,
            cloud_pct: None,
        }
    }
}

/// What a weather file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherTable {
    /// In order of time.
    pub observations: Vec<Observation>,
    /// At what height the wind was measured.
    pub wind_height: WindHeight,
    /// Elevation of the station, metres.
    pub elevation_m: Option<f64>,
    /// What a careful user should know and the reader had to decide: one sentence each.
    pub remarks: Vec<String>,
}

/// What the reader cannot know from the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Year of files that have none (`.wtr`, `.wnd`).
    pub year: Option<i32>,
    /// Which column is what, where the header does not say.
    pub columns: ColumnMap,
}

/// Formats of weather files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeatherFormat {
    /// FARSITE and FlamMap stream.
    Wxs,
    /// FARSITE's daily weather with its winds in a `.wnd` beside it.
    Wtr,
    /// A table with a header.
    Table,
}

impl std::fmt::Display for WeatherFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Wxs => "FARSITE weather stream (.wxs)",
            Self::Wtr => "FARSITE daily weather and winds (.wtr, .wnd)",
            Self::Table => "weather table (CSV)",
        })
    }
}

impl WeatherFormat {
    /// The format of a file; none when it holds no weather that is known here.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_ascii_lowercase())
            .unwrap_or_default();
        match extension.as_str() {
            "wxs" => Some(Self::Wxs),
            "wtr" | "wnd" => Some(Self::Wtr),
            "csv" | "txt" | "tsv" | "dat" => {
                let text = text::read(path, &mut Vec::new()).ok()?;
                if farsite::is_stream(&text) {
                    Some(Self::Wxs)
                } else {
                    table::is_weather(&text).then_some(Self::Table)
                }
            }
            _ => None,
        }
    }
}

/// The weather of a file, in order of time.
pub fn read(path: &Path, options: &Options) -> Result<WeatherTable, FileError> {
    let mut remarks = Vec::new();
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let mut table = if matches!(extension.as_str(), "wtr" | "wnd") {
        farsite::read_daily(path, options.year, &mut remarks)?
    } else {
        let text = text::read(path, &mut remarks)?;
        if extension == "wxs" || farsite::is_stream(&text) {
            farsite::read_stream(path, &text)?
        } else {
            table::read(path, &text, &options.columns)?
        }
    };
    remarks.append(&mut table.remarks);
    table.remarks = remarks;
    in_order(path, &mut table)?;
    Ok(table)
}

/// Observations must follow each other; a step unlike the usual one is remarked on.
fn in_order(path: &Path, table: &mut WeatherTable) -> Result<(), FileError> {
    let all = &table.observations;
    if all.is_empty() {
        return Err(FileError::content(path, "no observations", "at least one"));
    }
    let minutes = |i: usize| -> i64 {
        let span = all[i].at.duration_until(all[i + 1].at);
        span.as_mins()
    };
    let steps: Vec<i64> = (0..all.len() - 1).map(minutes).collect();
    if let Some(i) = steps.iter().position(|&s| s <= 0) {
        return Err(FileError::content(
            path,
            format!(
                "observation {} at {} after one at {}",
                i + 2,
                all[i + 1].at,
                all[i].at
            ),
            "observations in order of time, each later than the one before",
        ));
    }
    let mut counts: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for &step in &steps {
        *counts.entry(step).or_default() += 1;
    }
    let usual = counts
        .iter()
        .max_by_key(|&(step, n)| (*n, -step))
        .map(|(s, _)| *s);
    if let Some(usual) = usual {
        let odd: Vec<usize> = (0..steps.len()).filter(|&i| steps[i] > usual).collect();
        if let Some(&first) = odd.first() {
            table.remarks.push(format!(
                "{} gaps longer than the usual {usual} minutes, the first of {} minutes after {}",
                odd.len(),
                steps[first],
                table.observations[first].at
            ));
        }
    }
    Ok(())
}
