//! The weather stream at one wind height.

use crate::scenario::schema::{ScenarioFile, Visibility, WeatherRecord, WindHeight};

/// Open wind at 20 ft over open wind at 10 m: `1 / 1.15` (Lawson & Armitage 2008, used by
/// BehavePlus; Andrews 2012).
pub const WIND_20FT_OVER_10M: f64 = 1.0 / 1.15;

/// Weather records in order of time, wind at 10 m. Each holds until the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    records: Vec<WeatherRecord>,
}

impl Weather {
    /// The scenario's records with the wind brought to 10 m. At least one record, the first at 0,
    /// in ascending order; the world's checks see to that.
    pub fn new(scenario: &ScenarioFile) -> Self {
        let factor = match scenario.wind_height {
            WindHeight::TenMetres => 1.0,
            WindHeight::TwentyFeet => 1.0 / WIND_20FT_OVER_10M,
        };
        let records = scenario
            .weather
            .iter()
            .map(|r| WeatherRecord {
                wind_m_s: r.wind_m_s * factor,
                ..*r
            })
            .collect();
        Self { records }
    }

    /// The record that holds `t_s` seconds after the start.
    pub fn at(&self, t_s: f64) -> &WeatherRecord {
        let i = self.records.partition_point(|r| r.at_min * 60.0 <= t_s);
        &self.records[i.saturating_sub(1)]
    }

    /// Rain falling `t_s` seconds after the start, mm an hour: a record's rain fell evenly since the
    /// record before. None after the last record.
    pub fn rain_mm_h(&self, t_s: f64) -> f64 {
        let next = self.records.partition_point(|r| r.at_min * 60.0 <= t_s);
        match (next.checked_sub(1), self.records.get(next)) {
            (Some(last), Some(record)) if record.rain_mm > 0.0 => {
                record.rain_mm / (record.at_min - self.records[last].at_min) * 60.0
            }
            _ => 0.0,
        }
    }

    /// All records.
    pub fn records(&self) -> &[WeatherRecord] {
        &self.records
    }

    /// Whether it is dark `t_s` seconds after the start, by a fixed civil twilight (06:30 to 18:45,
    /// an assumption for south China in the fire seasons).
    pub fn is_dark(visibility_hour: f64) -> bool {
        !(6.5..18.75).contains(&visibility_hour)
    }

    /// Factor on sight range in the record's visibility, given the catalogue's factors.
    pub fn sight_factor(visibility: Visibility, haze: f64, fog: f64) -> f64 {
        match visibility {
            Visibility::Clear => 1.0,
            Visibility::Haze => haze,
            Visibility::Fog => fog,
        }
    }
}
