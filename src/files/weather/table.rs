//! Weather tables with a header: exports of stations, of Synoptic and MesoWest, of Chinese automatic stations,
//! Cell2Fire's.
//!
//! Columns are known by their names in English and Chinese, whatever their case, blanks and units; the user
//! may say which is which. Units are read from the names, from a row of units below, or are those that the
//! format is known to have.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use super::{
    FileError, M_S_PER_KM_H, M_S_PER_KNOT, M_S_PER_MPH, MM_PER_INCH, Observation, WeatherTable,
    WindHeight, celsius,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Date and time.
    DateTime,
    /// Date alone.
    Date,
    /// Time alone, `HH:MM`, `HHMM` or the hour.
    Time,
    /// Parts of a date.
    Year,
    /// Month, 1 to 12.
    Month,
    /// Day of the month.
    Day,
    /// Hour of the day.
    Hour,
    /// Air temperature.
    Temperature,
    /// Relative humidity.
    Humidity,
    /// Wind speed.
    Wind,
    /// Wind direction.
    WindDirection,
    /// Gusts.
    Gust,
    /// Rain since the row before.
    Rain,
    /// Cloud.
    Cloud,
}

/// Names of columns by what they hold, for headers that are not known.
pub type ColumnMap = BTreeMap<Column, String>;

/// Beginnings of the names of columns, in lower case without blanks and marks; the surest first.
const NAMES: [(Column, &[&str]); 14] = [
    (
        Column::DateTime,
        &[
            "datetime",
            "timestamp",
            "obstime",
            "validtime",
            "观测时间",
            "时间",
            "日期时间",
        ],
    ),
    (Column::Date, &["date", "日期"]),
    (Column::Time, &["time", "时刻"]),
    (Column::Year, &["year", "年"]),
    (Column::Month, &["month", "mth", "月"]),
    (Column::Day, &["day", "日"]),
    (Column::Hour, &["hour", "时"]),
    (
        Column::Temperature,
        &[
            "airtemp",
            "temperature",
            "temp",
            "tmp",
            "t2m",
            "气温",
            "温度",
        ],
    ),
    (
        Column::Humidity,
        &[
            "relativehumidity",
            "relhum",
            "humidity",
            "rh",
            "相对湿度",
            "湿度",
        ],
    ),
    (
        Column::Gust,
        &["windgust", "gust", "wg", "阵风", "极大风速"],
    ),
    (
        Column::WindDirection,
        &["winddirection", "winddir", "wdir", "wd", "风向"],
    ),
    (
        Column::Wind,
        &["windspeed", "windspd", "wspd", "ws", "wind", "风速"],
    ),
    (
        Column::Rain,
        &[
            "precip",
            "precipitation",
            "rain",
            "hrlypcp",
            "apcp",
            "降水",
            "雨量",
        ],
    ),
    (Column::Cloud, &["cloud", "云量"]),
];

fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// What a column called so holds.
fn meaning(name: &str) -> Option<Column> {
    let name = plain(name.split(['(', '[', '（']).next().unwrap_or_default());
    NAMES.iter().find_map(|(column, names)| {
        names
            .iter()
            .any(|n| {
                // Short names must match whole: "ws" is wind, "wsg84" is not.
                if n.is_ascii() && n.len() <= 4 {
                    name == *n
                } else {
                    name.starts_with(n)
                }
            })
            .then_some(*column)
    })
}

fn separator(line: &str) -> char {
    [',', ';', '\t']
        .into_iter()
        .max_by_key(|&c| (line.matches(c).count(), c == ','))
        .unwrap_or(',')
}

/// Whether a text is a table of weather: its header names a moment and wind, temperature or humidity.
pub fn is_weather(text: &str) -> bool {
    let Some(header) = text
        .lines()
        .find(|l| !l.trim().is_empty() && !l.starts_with('#'))
    else {
        return false;
    };
    let found: Vec<Column> = header
        .split(separator(header))
        .filter_map(meaning)
        .collect();
    let time = found.iter().any(|c| {
        matches!(
            c,
            Column::DateTime | Column::Date | Column::Year | Column::Day
        )
    });
    let weather = found
        .iter()
        .any(|c| matches!(c, Column::Wind | Column::Temperature | Column::Humidity));
    time && weather
}

/// Factors from the unit of a column to SI, with what is added before.
#[derive(Clone, Copy)]
enum Unit {
    Times(f64),
    Fahrenheit,
    Kelvin,
}

impl Unit {
    fn apply(self, v: f64) -> f64 {
        match self {
            Self::Times(k) => v * k,
            Self::Fahrenheit => celsius(v),
            Self::Kelvin => v - 273.15,
        }
    }
}

fn unit_of(text: &str, column: Column) -> Option<Unit> {
    let word = text
        .to_lowercase()
        .replace(['°', ' ', '.', '_'], "")
        .replace("meters", "m")
        .replace("metres", "m");
    match column {
        Column::Temperature => match word.as_str() {
            "c" | "degc" | "celsius" | "℃" | "摄氏度" => Some(Unit::Times(1.0)),
            "f" | "degf" | "fahrenheit" | "℉" => Some(Unit::Fahrenheit),
            "k" | "kelvin" => Some(Unit::Kelvin),
            _ => None,
        },
        Column::Wind | Column::Gust => match word.as_str() {
            "m/s" | "ms" | "ms-1" | "mps" | "米/秒" => Some(Unit::Times(1.0)),
            "km/h" | "kmh" | "kph" | "kmh-1" | "公里/小时" => Some(Unit::Times(M_S_PER_KM_H)),
            "mph" | "mi/h" | "miles/hour" => Some(Unit::Times(M_S_PER_MPH)),
            "kt" | "kts" | "knots" | "kn" => Some(Unit::Times(M_S_PER_KNOT)),
            _ => None,
        },
        Column::Rain => match word.as_str() {
            "mm" | "millimeters" | "毫米" | "millim" => Some(Unit::Times(1.0)),
            "in" | "inch" | "inches" => Some(Unit::Times(MM_PER_INCH)),
            "cm" => Some(Unit::Times(10.0)),
            _ => None,
        },
        Column::Humidity | Column::Cloud => match word.as_str() {
            "%" | "percent" | "pct" => Some(Unit::Times(1.0)),
            "fraction" | "1" => Some(Unit::Times(100.0)),
            _ => None,
        },
        _ => None,
    }
}

/// The unit within a name: `wind_speed (mph)`, `temp[F]`, `风速（m/s）`, `wind_kmh`.
fn unit_in(name: &str, column: Column) -> Option<Unit> {
    let bracket = name
        .split(['(', '[', '（'])
        .nth(1)
        .and_then(|rest| rest.split([')', ']', '）']).next());
    bracket.and_then(|text| unit_of(text, column)).or_else(|| {
        let lower = name.to_lowercase();
        let tail = lower.rsplit('_').next().unwrap_or_default();
        (tail.len() < lower.len())
            .then(|| unit_of(tail, column))
            .flatten()
    })
}

/// Values that stand for none.
fn is_missing(word: &str) -> bool {
    let word = word.trim();
    if word.is_empty() {
        return true;
    }
    let lower = word.to_lowercase();
    matches!(
        lower.as_str(),
        "nan" | "na" | "n/a" | "null" | "none" | "m" | "/" | "//" | "-" | "--"
    ) || word.parse::<f64>().is_ok_and(|v| {
        [-9999.0, -999.0, 9999.0, 999.9, 32766.0, 999999.0].contains(&v) || v.is_nan()
    })
}

/// The points of the compass in English and Chinese.
fn compass(word: &str) -> Option<f64> {
    const POINTS: [[&str; 2]; 16] = [
        ["n", "北"],
        ["nne", "东北偏北"],
        ["ne", "东北"],
        ["ene", "东北偏东"],
        ["e", "东"],
        ["ese", "东南偏东"],
        ["se", "东南"],
        ["sse", "东南偏南"],
        ["s", "南"],
        ["ssw", "西南偏南"],
        ["sw", "西南"],
        ["wsw", "西南偏西"],
        ["w", "西"],
        ["wnw", "西北偏西"],
        ["nw", "西北"],
        ["nnw", "西北偏北"],
    ];
    let lower = word.trim().to_lowercase();
    let lower = lower.trim_end_matches('风');
    let alias = match lower {
        "北东北" => "东北偏北",
        "东东北" => "东北偏东",
        "东东南" => "东南偏东",
        "南东南" => "东南偏南",
        "南西南" => "西南偏南",
        "西西南" => "西南偏西",
        "西西北" => "西北偏西",
        "北西北" => "西北偏北",
        other => other,
    };
    POINTS
        .iter()
        .position(|p| p.contains(&alias))
        .map(|i| i as f64 * 22.5)
}

/// Which part of a date stands first.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Year,
    Day,
    Month,
}

struct Reader<'a> {
    path: &'a Path,
    columns: BTreeMap<Column, usize>,
    units: BTreeMap<Column, Unit>,
    order: Order,
    decimal_comma: bool,
}

/// The observations of a table.
pub fn read(path: &Path, text: &str, map: &ColumnMap) -> Result<WeatherTable, FileError> {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty() && !l.trim_start().starts_with('#'))
        .collect();
    let Some(&(header_line, header)) = lines.first() else {
        return Err(FileError::content(
            path,
            "an empty file",
            "a table of weather",
        ));
    };
    let sign = separator(header);
    let body: Vec<&str> = lines.iter().flat_map(|(_, l)| [*l, "\n"]).collect();
    let body = body.concat();
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(sign as u8)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(body.as_bytes());
    let names: Vec<String> = csv
        .headers()
        .map_err(|e| FileError::content(path, e.to_string(), "a table of weather"))?
        .iter()
        .map(str::to_owned)
        .collect();
    let mut remarks = Vec::new();
    let columns = columns(path, header_line, &names, map)?;
    let mut records = Vec::new();
    for (i, record) in csv.records().enumerate() {
        let line = lines.get(i + 1).map_or(0, |l| l.0 + 1);
        let record = record.map_err(|e| {
            FileError::content(path, format!("line {line}: {e}"), "a row of the table")
        })?;
        records.push((line, record));
    }
    let mut units = BTreeMap::new();
    for (&column, &at) in &columns {
        if let Some(unit) = unit_in(&names[at], column) {
            units.insert(column, unit);
        }
    }
    // Synoptic and MesoWest give the units in the second line.
    let has_units = records.first().is_some_and(|(_, first)| {
        columns.iter().any(|(&column, &at)| {
            first
                .get(at)
                .is_some_and(|word| unit_of(word, column).is_some() && word.parse::<f64>().is_err())
        })
    });
    if has_units {
        let (_, first) = records.remove(0);
        for (&column, &at) in &columns {
            if let Some(unit) = first.get(at).and_then(|word| unit_of(word, column)) {
                units.insert(column, unit);
            }
        }
    }
    if columns.contains_key(&Column::Wind) && !units.contains_key(&Column::Wind) {
        // Cell2Fire's columns are in kilometres an hour.
        let is_cell2fire = names
            .iter()
            .any(|n| matches!(plain(n).as_str(), "scenario" | "instance"));
        let (unit, word) = if is_cell2fire {
            (M_S_PER_KM_H, "km/h, as Cell2Fire's tables have it")
        } else {
            (1.0, "m/s")
        };
        remarks.push(format!(
            "the table names no unit of wind: it was taken as {word}"
        ));
        units.insert(Column::Wind, Unit::Times(unit));
        units.entry(Column::Gust).or_insert(Unit::Times(unit));
    }
    let decimal_comma = sign != ','
        && records.iter().any(|(_, r)| {
            r.iter()
                .any(|w| w.matches(',').count() == 1 && w.replace(',', ".").parse::<f64>().is_ok())
        });
    if decimal_comma {
        remarks.push("its decimals are written with a comma".to_owned());
    }
    let dates: Vec<&str> = [Column::DateTime, Column::Date]
        .iter()
        .find_map(|c| columns.get(c))
        .map(|&at| records.iter().filter_map(|(_, r)| r.get(at)).collect())
        .unwrap_or_default();
    let order = order(path, &dates)?;
    let reader = Reader {
        path,
        columns,
        units,
        order,
        decimal_comma,
    };
    let mut observations: Vec<Observation> = Vec::new();
    let mut timeless = 0;
    let mut missing = 0;
    for (line, record) in &records {
        let (mut at, has_time) = reader.moment(*line, record)?;
        if !has_time {
            // Rows of one day without hours follow each other by the hour.
            timeless += 1;
            if let Some(last) = observations.last()
                && last.at.date() == at.date()
            {
                at = last.at.saturating_add(jiff::Span::new().hours(1));
            }
        }
        let mut value = |column: Column| -> Result<Option<f64>, FileError> {
            let found = reader.value(*line, record, column)?;
            missing += usize::from(found.is_none() && reader.columns.contains_key(&column));
            Ok(found)
        };
        observations.push(Observation {
            temperature_c: value(Column::Temperature)?,
            humidity_pct: value(Column::Humidity)?,
            rain_mm: value(Column::Rain)?,
            wind_m_s: value(Column::Wind)?,
            wind_from_deg: value(Column::WindDirection)?,
            gust_m_s: value(Column::Gust)?,
            cloud_pct: value(Column::Cloud)?,
            ..Observation::at(at)
        });
    }
    if timeless > 0 {
        remarks.push(format!(
            "{timeless} rows have a day but no hour: rows of one day were taken to follow each other by the hour"
        ));
    }
    if missing > 0 {
        remarks.push(format!("{missing} values are missing"));
    }
    if observations.windows(2).any(|w| w[1].at < w[0].at)
        && observations.windows(2).all(|w| w[1].at < w[0].at)
    {
        observations.reverse();
        remarks.push("its rows run backwards in time and were turned round".to_owned());
    }
    Ok(WeatherTable {
        observations,
        wind_height: WindHeight::Unknown,
        elevation_m: None,
        remarks,
    })
}

/// Where each column stands.
fn columns(
    path: &Path,
    header_line: usize,
    names: &[String],
    map: &ColumnMap,
) -> Result<BTreeMap<Column, usize>, FileError> {
    let mut columns = BTreeMap::new();
    for (&column, wanted) in map {
        let at = names.iter().position(|n| n == wanted).ok_or_else(|| {
            FileError::content(
                path,
                format!("line {}: no column `{wanted}`", header_line + 1),
                format!("one of {}", names.join(", ")),
            )
        })?;
        columns.insert(column, at);
    }
    for (at, name) in names.iter().enumerate() {
        if let Some(column) = meaning(name)
            && !map.values().any(|n| n == name)
        {
            columns.entry(column).or_insert(at);
        }
    }
    // A column "time" of a table without dates is date and time.
    if !columns.contains_key(&Column::DateTime)
        && !columns.contains_key(&Column::Date)
        && !columns.contains_key(&Column::Year)
        && let Some(at) = columns.remove(&Column::Time)
    {
        columns.insert(Column::DateTime, at);
    }
    let has = |c: Column| columns.contains_key(&c);
    let dated = has(Column::DateTime)
        || has(Column::Date)
        || has(Column::Year) && has(Column::Month) && has(Column::Day);
    let weather = has(Column::Wind) || has(Column::Temperature) || has(Column::Humidity);
    if !dated || !weather {
        let lacking = if dated {
            "wind, temperature or humidity"
        } else {
            "a date"
        };
        return Err(FileError::content(
            path,
            format!("line {}: columns {}", header_line + 1, names.join(", ")),
            format!(
                "a column of {lacking} (datetime, wind_speed, wind_direction, air_temp, relative_humidity, precip)"
            ),
        ));
    }
    Ok(columns)
}

/// The numbers of a date's beginning and the sign between them.
fn parts(text: &str) -> Option<[i32; 3]> {
    let date = text.trim().split([' ', 'T']).next()?;
    let words: Vec<&str> = date
        .split(['-', '/', '.', '年', '月', '日'])
        .filter(|w| !w.is_empty())
        .collect();
    if words.len() == 1 && words[0].len() >= 8 && words[0].bytes().all(|b| b.is_ascii_digit()) {
        let w = words[0];
        return Some([
            w[..4].parse().ok()?,
            w[4..6].parse().ok()?,
            w[6..8].parse().ok()?,
        ]);
    }
    (words.len() >= 3)
        .then(|| {
            Some([
                words[0].parse().ok()?,
                words[1].parse().ok()?,
                words[2].parse().ok()?,
            ])
        })
        .flatten()
}

/// The order of day and month, decided over the whole column.
fn order(path: &Path, dates: &[&str]) -> Result<Order, FileError> {
    let all: Vec<[i32; 3]> = dates.iter().filter_map(|d| parts(d)).collect();
    if all.is_empty() || all.iter().all(|p| p[0] > 31) {
        return Ok(Order::Year);
    }
    if all.iter().any(|p| p[0] > 12) {
        return Ok(Order::Day);
    }
    if all.iter().any(|p| p[1] > 12) {
        return Ok(Order::Month);
    }
    // Days run while months stand still.
    let changes = |k: usize| all.windows(2).filter(|w| w[0][k] != w[1][k]).count();
    match (changes(0), changes(1)) {
        (a, b) if a > b => Ok(Order::Day),
        (a, b) if b > a => Ok(Order::Month),
        _ if all.iter().all(|p| p[0] == p[1]) => Ok(Order::Day),
        _ => Err(FileError::content(
            path,
            format!(
                "dates such as '{}', of which day or month may come first",
                dates[0].trim()
            ),
            "dates as 2025-04-27, or enough of them to tell",
        )),
    }
}

impl Reader<'_> {
    fn word<'r>(&self, record: &'r csv::StringRecord, column: Column) -> Option<&'r str> {
        self.columns.get(&column).and_then(|&at| record.get(at))
    }

    fn wrong(&self, line: usize, found: &str, expected: &str) -> FileError {
        let found: String = found.chars().take(60).collect();
        FileError::content(self.path, format!("line {line}: '{found}'"), expected)
    }

    /// The moment of a row, and whether it has a time of day.
    fn moment(
        &self,
        line: usize,
        record: &csv::StringRecord,
    ) -> Result<(DateTime, bool), FileError> {
        let whole = |column: Column| {
            self.word(record, column)
                .and_then(|w| w.trim().parse::<f64>().ok())
                .map(|v| v as i32)
        };
        let word = self
            .word(record, Column::DateTime)
            .or_else(|| self.word(record, Column::Date));
        let date = match word {
            Some(text) => parts(text).and_then(|p| self.date(p)),
            None => whole(Column::Year)
                .zip(whole(Column::Month))
                .zip(whole(Column::Day))
                .and_then(|((y, m), d)| civil(y, m, d)),
        };
        let shown = word.unwrap_or("year, month and day");
        let date =
            date.ok_or_else(|| self.wrong(line, shown, "a date such as 2025-04-27 13:00"))?;
        let own = word.and_then(|text| text.trim().split_once([' ', 'T']).map(|(_, rest)| rest));
        let time = own
            .or_else(|| self.word(record, Column::Time))
            .or_else(|| self.word(record, Column::Hour));
        // A stamp such as 202504271300.
        let packed = word
            .map(str::trim)
            .filter(|w| w.len() >= 10 && w.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|w| w.get(8..12).or_else(|| w.get(8..10)));
        let Some(text) = time.or(packed) else {
            return Ok((date.to_datetime(Time::midnight()), false));
        };
        let (time, next) =
            time_of(text).ok_or_else(|| self.wrong(line, text, "a time such as 13:00"))?;
        let date = if next {
            date.tomorrow()
                .map_err(|_| self.wrong(line, shown, "a date within the calendar"))?
        } else {
            date
        };
        Ok((date.to_datetime(time), true))
    }

    fn date(&self, p: [i32; 3]) -> Option<Date> {
        match self.order {
            _ if p[0] > 31 => civil(p[0], p[1], p[2]),
            Order::Year => civil(p[0], p[1], p[2]),
            Order::Day => civil(p[2], p[1], p[0]),
            Order::Month => civil(p[2], p[0], p[1]),
        }
    }

    fn value(
        &self,
        line: usize,
        record: &csv::StringRecord,
        column: Column,
    ) -> Result<Option<f64>, FileError> {
        let Some(word) = self.word(record, column).filter(|w| !is_missing(w)) else {
            return Ok(None);
        };
        let text = if self.decimal_comma {
            word.replace(',', ".")
        } else {
            word.to_owned()
        };
        let parsed = text.trim_end_matches('%').trim().parse::<f64>().ok();
        let value = if column == Column::WindDirection {
            parsed.or_else(|| compass(word))
        } else {
            parsed
        };
        let value = value.filter(|v| v.is_finite()).ok_or_else(|| {
            self.wrong(line, word, &format!("a number in the column of {column:?}"))
        })?;
        let value = self
            .units
            .get(&column)
            .map_or(value, |unit| unit.apply(value));
        let (low, high, what) = match column {
            Column::Temperature => (-90.0, 70.0, "-90 to 70 °C"),
            Column::Humidity => (0.0, 110.0, "0 to 100 percent"),
            Column::Wind | Column::Gust => (0.0, 120.0, "0 to 120 m/s"),
            Column::WindDirection => (0.0, 360.0, "0 to 360 degrees"),
            Column::Rain => (0.0, 2000.0, "0 to 2000 mm"),
            _ => (f64::MIN, f64::MAX, ""),
        };
        if !(low..=high).contains(&value) {
            return Err(self.wrong(line, word, &format!("{column:?} of {what}")));
        }
        Ok(Some(if column == Column::Humidity {
            value.min(100.0)
        } else {
            value
        }))
    }
}

fn civil(y: i32, m: i32, d: i32) -> Option<Date> {
    // Two digits of a year are those of this century.
    let y = if (0..100).contains(&y) { y + 2000 } else { y };
    Date::new(
        i16::try_from(y).ok()?,
        i8::try_from(m).ok()?,
        i8::try_from(d).ok()?,
    )
    .ok()
}

/// A time of day, and whether it is the midnight at the end of the day. What follows it, seconds' parts and
/// zones, is left: civil time as written is what counts.
fn time_of(text: &str) -> Option<(Time, bool)> {
    let text = text.trim();
    let clock = text
        .split(['+', 'Z'])
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .next()?;
    let mut words = clock
        .split([':', '时', '分', '秒'])
        .filter(|w| !w.is_empty());
    let first = words.next()?;
    let (hour, minute) = match words.next() {
        Some(minute) => (first.parse().ok()?, minute.parse().ok()?),
        None if first.len() >= 3 => {
            let n: i32 = first.parse().ok()?;
            (n / 100, n % 100)
        }
        None => (first.parse::<f64>().ok()? as i32, 0),
    };
    let lower = text.to_lowercase();
    let hour = match hour {
        12 if lower.ends_with("am") => 0,
        h if lower.ends_with("pm") && h < 12 => h + 12,
        h => h,
    };
    if (hour, minute) == (24, 0) {
        return Some((Time::midnight(), true));
    }
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    Some((time, false))
}
