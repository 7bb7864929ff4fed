//! When a scenario starts, how long it lasts, its weather and its moistures.

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

use super::sources::name_of;
use super::{ImportError, Note};
use crate::base::message::Message;
use crate::files::farsite;
use crate::files::weather::{self, Observation, Options};
use crate::scenario::schema::{
    CustomFuel, Moisture, MoistureSource, Name, Visibility, WeatherRecord, WindHeight,
};
use crate::world::covers;

/// What is taken where no file says anything: a dry, breezy afternoon. Judged.
const WIND_M_S: f64 = 4.0;
const WIND_FROM_DEG: f64 = 270.0;
const TEMPERATURE_C: f64 = 25.0;
const HUMIDITY_PCT: f64 = 35.0;
const START: &str = "2025-04-05T13:00";
const HOURS: f64 = 6.0;
/// Fuel moistures D2L2 of Scott & Burgan (2005), table 5: low dead, two-thirds cured herbs.
const MOISTURE: Moisture = Moisture {
    dead_1h_pct: 6.0,
    dead_10h_pct: 7.0,
    dead_100h_pct: 8.0,
    live_herb_pct: 60.0,
    live_woody_pct: 90.0,
};

/// What the user says of time and weather.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// When the run starts, civil time.
    pub start: Option<DateTime>,
    /// How long it lasts, hours.
    pub hours: Option<f64>,
    /// Height of the wind measurement.
    pub wind_height: Option<WindHeight>,
    /// What the weather file does not say of itself.
    pub options: Options,
}

/// Time and weather of a scenario.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// Civil start.
    pub start: DateTime,
    /// How long, minutes.
    pub horizon_min: f64,
    /// Records.
    pub weather: Vec<WeatherRecord>,
    /// Height of the wind measurement.
    pub wind_height: WindHeight,
    /// Moistures at the start.
    pub moisture: Moisture,
    /// Where moistures come from during the run.
    pub moisture_source: MoistureSource,
}

/// Reads the weather file and the moistures, where there are any.
pub fn read(
    weather: Option<&Path>,
    moistures: &[PathBuf],
    wishes: &Wishes,
    notes: &mut Vec<Note>,
) -> Result<Conditions, ImportError> {
    let moisture = moisture(moistures, notes)?;
    let Some(path) = weather else {
        return Ok(without_weather(wishes, moisture, notes));
    };
    let table = weather::read(path, &wishes.options)?;
    let file = name_of(path);
    for remark in &table.remarks {
        notes.push(Note::warning(
            Message::new("import-remark")
                .with("file", file.as_str())
                .with("remark", remark.as_str()),
        ));
    }
    let all = &table.observations;
    let first = all.first().map(|o| o.at);
    let start = wishes.start.or(first).unwrap_or_default();
    let minutes = |at: DateTime| start.duration_until(at).as_secs_f64() / 60.0;
    // The observation that holds at the start, and those after it.
    let from = all.iter().rposition(|o| minutes(o.at) <= 0.0).unwrap_or(0);
    let kept = &all[from..];
    let last = kept.last().map_or(0.0, |o| minutes(o.at));
    if last < 0.0 || kept.first().is_some_and(|o| minutes(o.at) > 60.0) {
        return Err(ImportError::refused(
            Message::new("import-weather-elsewhen")
                .with("file", file.as_str())
                .with("from", first.map_or_else(String::new, shown))
                .with(
                    "until",
                    all.last().map_or_else(String::new, |o| shown(o.at)),
                )
                .with("start", shown(start)),
            Some(Message::new("import-help-start")),
        ));
    }
    if wishes.start.is_none() {
        notes.push(Note::assumed(
            Message::new("import-start-weather").with("start", shown(start)),
        ));
    }
    let step = match kept {
        [.., a, b] => minutes(b.at) - minutes(a.at),
        _ => f64::INFINITY,
    };
    let reach = last + step.max(60.0);
    let horizon_min = horizon(wishes, reach, notes);
    let (records, missing) = records(kept, &minutes, horizon_min);
    for (field, value, count) in missing.list() {
        notes.push(Note::assumed(
            Message::new("import-weather-missing")
                .with("file", file.as_str())
                .with("field", field)
                .with("value", value)
                .with("count", count as f64),
        ));
    }
    let wind_height = wishes.wind_height.unwrap_or(match table.wind_height {
        weather::WindHeight::TwentyFeet => WindHeight::TwentyFeet,
        weather::WindHeight::TenMetres => WindHeight::TenMetres,
        weather::WindHeight::Unknown => {
            notes.push(Note::assumed(Message::new("import-wind-height")));
            WindHeight::TenMetres
        }
    });
    notes.push(Note::read(
        Message::new("import-weather")
            .with("file", file.as_str())
            .with("count", records.len() as f64)
            .with("start", shown(start)),
    ));
    // Humidity that nobody measured must not drive the moisture of fuels.
    let moisture_source = if missing.humidity > 0 || missing.temperature > 0 {
        notes.push(Note::assumed(Message::new("import-moisture-stated")));
        MoistureSource::Stated
    } else {
        MoistureSource::Weather
    };
    Ok(Conditions {
        start,
        horizon_min,
        weather: records,
        wind_height,
        moisture,
        moisture_source,
    })
}

fn shown(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn horizon(wishes: &Wishes, reach: f64, notes: &mut Vec<Note>) -> f64 {
    wishes.hours.map_or_else(
        || {
            let minutes = (HOURS * 60.0).min(libm::floor(reach));
            notes.push(Note::assumed(
                Message::new("import-horizon").with("minutes", minutes),
            ));
            minutes
        },
        |hours| hours * 60.0,
    )
}

fn without_weather(wishes: &Wishes, moisture: Moisture, notes: &mut Vec<Note>) -> Conditions {
    notes.push(Note::assumed(
        Message::new("import-no-weather")
            .with("wind", WIND_M_S)
            .with("from", WIND_FROM_DEG)
            .with("temperature", TEMPERATURE_C)
            .with("humidity", HUMIDITY_PCT),
    ));
    let start = wishes.start.unwrap_or_else(|| {
        notes.push(Note::assumed(
            Message::new("import-start").with("start", START),
        ));
        START.parse().unwrap_or_default()
    });
    let horizon_min = horizon(wishes, f64::INFINITY, notes);
    Conditions {
        start,
        horizon_min,
        weather: vec![WeatherRecord {
            at_min: 0.0,
            wind_from_deg: WIND_FROM_DEG,
            wind_m_s: WIND_M_S,
            temperature_c: TEMPERATURE_C,
            humidity_pct: HUMIDITY_PCT,
            rain_mm: 0.0,
            visibility: Visibility::Clear,
        }],
        wind_height: wishes.wind_height.unwrap_or_default(),
        moisture,
        moisture_source: MoistureSource::Stated,
    }
}

/// How often a quantity was missing.
#[derive(Debug, Clone, Copy, Default)]
struct Missing {
    temperature: usize,
    humidity: usize,
    wind: usize,
    direction: usize,
}

impl Missing {
    fn list(self) -> impl Iterator<Item = (&'static str, f64, usize)> {
        [
            ("temperature_c", TEMPERATURE_C, self.temperature),
            ("humidity_pct", HUMIDITY_PCT, self.humidity),
            ("wind_m_s", WIND_M_S, self.wind),
            ("wind_from_deg", WIND_FROM_DEG, self.direction),
        ]
        .into_iter()
        .filter(|(.., count)| *count > 0)
    }
}

/// Records up to the end of the run. What one observation lacks it takes from the one before.
fn records(
    kept: &[Observation],
    minutes: &impl Fn(DateTime) -> f64,
    horizon_min: f64,
) -> (Vec<WeatherRecord>, Missing) {
    let mut missing = Missing::default();
    let mut last: Option<WeatherRecord> = None;
    let mut records = Vec::new();
    let tenth = |v: f64| libm::round(v * 10.0) / 10.0;
    let hundredth = |v: f64| libm::round(v * 100.0) / 100.0;
    for (i, o) in kept.iter().enumerate() {
        let at_min = if i == 0 { 0.0 } else { minutes(o.at) };
        if at_min > horizon_min && i > 0 {
            break;
        }
        let calm = o.wind_m_s == Some(0.0);
        let or = |found: Option<f64>, before: Option<f64>, default: f64, count: &mut usize| {
            found
                .or_else(|| {
                    *count += 1;
                    before
                })
                .unwrap_or(default)
        };
        let before = last.as_ref();
        let record = WeatherRecord {
            at_min,
            wind_from_deg: tenth(if calm {
                o.wind_from_deg.unwrap_or(0.0)
            } else {
                or(
                    o.wind_from_deg,
                    before.map(|r| r.wind_from_deg),
                    WIND_FROM_DEG,
                    &mut missing.direction,
                )
            }),
            wind_m_s: hundredth(or(
                o.wind_m_s,
                before.map(|r| r.wind_m_s),
                WIND_M_S,
                &mut missing.wind,
            )),
            temperature_c: tenth(or(
                o.temperature_c,
                before.map(|r| r.temperature_c),
                TEMPERATURE_C,
                &mut missing.temperature,
            )),
            humidity_pct: tenth(or(
                o.humidity_pct,
                before.map(|r| r.humidity_pct),
                HUMIDITY_PCT,
                &mut missing.humidity,
            )),
            // Rain before the start has wet the fuel already.
            rain_mm: if i == 0 {
                0.0
            } else {
                tenth(o.rain_mm.unwrap_or(0.0))
            },
            visibility: Visibility::Clear,
        };
        last = Some(record);
        records.push(record);
    }
    (records, missing)
}

fn moisture(files: &[PathBuf], notes: &mut Vec<Note>) -> Result<Moisture, ImportError> {
    let Some(path) = files.first() else {
        notes.push(Note::assumed(
            Message::new("import-moisture-default")
                .with("dead_1h", MOISTURE.dead_1h_pct)
                .with("dead_10h", MOISTURE.dead_10h_pct)
                .with("dead_100h", MOISTURE.dead_100h_pct)
                .with("herb", MOISTURE.live_herb_pct)
                .with("woody", MOISTURE.live_woody_pct),
        ));
        return Ok(MOISTURE);
    };
    let all = farsite::read_moistures(path)?;
    let (model, taken) = all
        .get(&0)
        .map(|m| (0, *m))
        .or_else(|| all.iter().next().map(|(n, m)| (*n, *m)))
        .unwrap_or_default();
    notes.push(Note::read(
        Message::new("import-moisture")
            .with("file", name_of(path))
            .with("model", f64::from(model)),
    ));
    let others = all.values().filter(|m| **m != taken).count();
    if others > 0 {
        notes.push(Note::warning(
            Message::new("import-moisture-others")
                .with("file", name_of(path))
                .with("count", others as f64),
        ));
    }
    let [
        dead_1h_pct,
        dead_10h_pct,
        dead_100h_pct,
        live_herb_pct,
        live_woody_pct,
    ] = taken;
    Ok(Moisture {
        dead_1h_pct,
        dead_10h_pct,
        dead_100h_pct,
        live_herb_pct,
        live_woody_pct,
    })
}

/// The custom fuel models of `.fmd` files, numbered as the scenario can have them.
pub fn custom_fuels(
    files: &[PathBuf],
    notes: &mut Vec<Note>,
) -> Result<Vec<CustomFuel>, ImportError> {
    let mut fuels: Vec<CustomFuel> = Vec::new();
    for path in files {
        for model in farsite::read_fuel_models(path)? {
            if covers::is_standard(model.number) || model.number > 255 || model.number < 14 {
                return Err(ImportError::refused(
                    Message::new("import-fuel-number")
                        .with("file", name_of(path))
                        .with("number", f64::from(model.number)),
                    None,
                ));
            }
            let code = model
                .code
                .filter(|c| covers::fuel_code(c).is_none())
                .unwrap_or_else(|| format!("CF{}", model.number));
            let name = if model.name.is_empty() {
                code.clone()
            } else {
                model.name
            };
            let live = |savr: f64| if savr > 0.0 { savr } else { 4921.26 };
            fuels.push(CustomFuel {
                number: model.number,
                code,
                name: Name {
                    en: name.clone(),
                    zh: name,
                },
                dynamic: model.dynamic,
                depth_m: model.depth_m,
                dead_extinction_pct: model.extinction_pct,
                heat_dead_kj_kg: model.heat_kj_kg[0],
                heat_live_kj_kg: model.heat_kj_kg[1],
                load_1h_kg_m2: model.loads_kg_m2[0],
                load_10h_kg_m2: model.loads_kg_m2[1],
                load_100h_kg_m2: model.loads_kg_m2[2],
                load_herb_kg_m2: model.loads_kg_m2[3],
                load_woody_kg_m2: model.loads_kg_m2[4],
                savr_1h_per_m: model.savr_per_m[0],
                savr_herb_per_m: live(model.savr_per_m[1]),
                savr_woody_per_m: live(model.savr_per_m[2]),
                forest: false,
                line_fuel: "shrub_grass".to_owned(),
                residence_factor: 1.0,
                brand_factor: 1.0,
            });
        }
        notes.push(Note::read(
            Message::new("import-fuel-models")
                .with("file", name_of(path))
                .with("count", fuels.len() as f64),
        ));
    }
    Ok(fuels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weather_without_humidity_is_told_and_leaves_moisture_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Weather.csv");
        std::fs::write(
            &path,
            "Scenario,datetime,WS,WD,FireScenario\na,2007-05-27 12:00,18,314,1\na,2007-05-27 13:00,36,312,1\n",
        )
        .unwrap();
        let mut notes = Vec::new();
        let made = read(Some(&path), &[], &Wishes::default(), &mut notes).unwrap();
        assert_eq!(made.weather.len(), 2);
        assert_eq!(
            (made.weather[1].at_min, made.weather[1].wind_m_s),
            (60.0, 10.0)
        );
        assert_eq!(made.weather[0].humidity_pct, HUMIDITY_PCT);
        assert_eq!(made.moisture_source, MoistureSource::Stated);
        assert_eq!(made.horizon_min, 120.0);
        assert!(
            notes
                .iter()
                .any(|n| n.message.key == "import-weather-missing")
        );
    }

    #[test]
    fn a_later_start_takes_the_observation_that_holds_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.csv");
        std::fs::write(
            &path,
            "datetime,WS,WD,TMP,RH\n2021-01-27 15:00,10,0,20,30\n2021-01-27 16:00,20,90,21,31\n2021-01-27 17:00,30,180,22,32\n",
        )
        .unwrap();
        let wishes = Wishes {
            start: Some("2021-01-27T16:20".parse().unwrap()),
            ..Wishes::default()
        };
        let made = read(Some(&path), &[], &wishes, &mut Vec::new()).unwrap();
        assert_eq!(made.weather[0].wind_from_deg, 90.0);
        assert_eq!(made.weather[1].at_min, 40.0);
        let elsewhen = Wishes {
            start: Some("2022-01-27T16:20".parse().unwrap()),
            ..Wishes::default()
        };
        let error = read(Some(&path), &[], &elsewhen, &mut Vec::new()).unwrap_err();
        assert!(
            error.to_string().contains("import-weather-elsewhen"),
            "{error}"
        );
    }

    #[test]
    fn moistures_of_other_models_are_not_lost_without_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fms");
        std::fs::write(&path, "0 4 5 6 50 80\n101 3 4 5 30 60\n").unwrap();
        let mut notes = Vec::new();
        let made = read(None, &[path], &Wishes::default(), &mut notes).unwrap();
        assert_eq!(
            (made.moisture.dead_1h_pct, made.moisture.live_woody_pct),
            (4.0, 80.0)
        );
        assert!(
            notes
                .iter()
                .any(|n| n.message.key == "import-moisture-others")
        );
    }
}
