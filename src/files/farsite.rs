//! FARSITE's small text tables: custom fuel models (`.fmd`) and fuel moistures at the start (`.fms`).
//!
//! Layouts after the FlamMap 6.2 help. Both are lists of numbers separated by blanks; comments after `#`
//! and empty lines are skipped.

use std::collections::BTreeMap;
use std::path::Path;

use super::{FileError, text};

/// kg/m2 of one short ton an acre (907.185 kg on 4,046.856 m2).
const KG_M2_PER_TON_ACRE: f64 = 0.224_170_2;
/// Metres of a foot.
const M_PER_FT: f64 = 0.3048;
/// kJ/kg of one Btu a pound.
const KJ_KG_PER_BTU_LB: f64 = 2.326;

/// A custom fuel model in SI units.
#[derive(Debug, Clone, PartialEq)]
pub struct FuelModel {
    /// Number, 1 to 256.
    pub number: u16,
    /// Short code; none in files of the old layout.
    pub code: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// Whether live herbs turn into dead fuel as they dry.
    pub dynamic: bool,
    /// Loads of 1-hour, 10-hour, 100-hour dead, live herbaceous and live woody fuel, kg/m2.
    pub loads_kg_m2: [f64; 5],
    /// Surface area to volume of 1-hour dead, live herbaceous and live woody fuel, 1/m.
    pub savr_per_m: [f64; 3],
    /// Depth of the bed, metres.
    pub depth_m: f64,
    /// Moisture of extinction of dead fuel, percent.
    pub extinction_pct: f64,
    /// Heat content of dead and live fuel, kJ/kg.
    pub heat_kj_kg: [f64; 2],
}

/// Fuel moistures of a model, percent of dry weight: 1-hour, 10-hour, 100-hour, live herbaceous, live woody.
pub type Moistures = [f64; 5];

/// Lines with something on them: their number from 1 and their words.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines().enumerate().filter_map(|(i, line)| {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        (!words.is_empty()).then_some((i + 1, words))
    })
}

fn wrong(path: &Path, line: usize, found: impl Into<String>, expected: &str) -> FileError {
    FileError::content(path, format!("line {line}: {}", found.into()), expected)
}

fn numbers<const N: usize>(
    path: &Path,
    line: usize,
    words: &[&str],
    what: [&str; N],
) -> Result<[f64; N], FileError> {
    let mut out = [0.0; N];
    for (i, value) in out.iter_mut().enumerate() {
        let expected = || format!("a number for {}", what[i]);
        let word = words
            .get(i)
            .ok_or_else(|| wrong(path, line, "the end of the line", &expected()))?;
        *value = word
            .parse()
            .ok()
            .filter(|v: &f64| v.is_finite())
            .ok_or_else(|| wrong(path, line, format!("`{word}`"), &expected()))?;
    }
    Ok(out)
}

fn model_number(path: &Path, line: usize, word: &str) -> Result<u16, FileError> {
    word.parse().ok().filter(|n| *n <= 256).ok_or_else(|| {
        wrong(
            path,
            line,
            format!("`{word}`"),
            "the number of a fuel model, 0 to 256",
        )
    })
}

/// The custom fuel models of a `.fmd` file, in the order of the file.
pub fn read_fuel_models(path: &Path) -> Result<Vec<FuelModel>, FileError> {
    let text = text::read(path, &mut Vec::new())?;
    let mut metric = false;
    let mut models: Vec<FuelModel> = Vec::new();
    for (line, words) in lines(&text) {
        match words[0].to_ascii_uppercase().as_str() {
            "ENGLISH" if models.is_empty() => metric = false,
            "METRIC" if models.is_empty() => metric = true,
            _ => {
                let model = fuel_model(path, line, &words, metric)?;
                if models.iter().any(|m| m.number == model.number) {
                    let found = format!("fuel model {} again", model.number);
                    return Err(wrong(path, line, found, "each fuel model once"));
                }
                models.push(model);
            }
        }
    }
    if models.is_empty() {
        return Err(FileError::content(path, "no fuel models", "at least one"));
    }
    Ok(models)
}

fn fuel_model(
    path: &Path,
    line: usize,
    words: &[&str],
    metric: bool,
) -> Result<FuelModel, FileError> {
    let number = model_number(path, line, words[0])?;
    // The old layout has neither code nor type: the second word is the first load.
    let old = words.get(1).is_some_and(|w| w.parse::<f64>().is_ok())
        && !words.get(7).is_some_and(|w| is_type(w));
    let (code, rest) = if old {
        (None, &words[1..])
    } else {
        (
            words.get(1).map(|&w| w.to_owned()),
            words.get(2..).unwrap_or_default(),
        )
    };
    let loads = numbers(
        path,
        line,
        rest,
        [
            "the 1-hour load",
            "the 10-hour load",
            "the 100-hour load",
            "the live herbaceous load",
            "the live woody load",
        ],
    )?;
    let (dynamic, rest) = if old {
        (false, &rest[5..])
    } else {
        let word = rest.get(5).copied().unwrap_or_default();
        if !is_type(word) {
            return Err(wrong(
                path,
                line,
                format!("`{word}`"),
                "`static` or `dynamic`",
            ));
        }
        (word.to_ascii_lowercase().starts_with('d'), &rest[6..])
    };
    let [
        savr_1h,
        savr_herb,
        savr_woody,
        depth,
        extinction_pct,
        heat_dead,
        heat_live,
    ] = numbers(
        path,
        line,
        rest,
        [
            "the surface to volume ratio of 1-hour fuel",
            "the ratio of live herbs",
            "the ratio of live wood",
            "the depth",
            "the moisture of extinction",
            "the heat content of dead fuel",
            "the heat content of live fuel",
        ],
    )?;
    // Metric files: tonnes a hectare, 1/cm, cm, kJ/kg.
    let (load, savr, length, heat) = if metric {
        (0.1, 100.0, 0.01, 1.0)
    } else {
        (
            KG_M2_PER_TON_ACRE,
            1.0 / M_PER_FT,
            M_PER_FT,
            KJ_KG_PER_BTU_LB,
        )
    };
    for (value, what) in [
        (loads[0] + loads[1] + loads[2], "a load of dead fuel"),
        (depth, "a depth"),
        (extinction_pct, "a moisture of extinction"),
        (savr_1h, "a surface to volume ratio of 1-hour fuel"),
        (heat_dead, "a heat content of dead fuel"),
    ] {
        if value <= 0.0 {
            return Err(wrong(
                path,
                line,
                value.to_string(),
                &format!("{what} above 0"),
            ));
        }
    }
    if let Some(negative) = loads
        .iter()
        .chain([&savr_herb, &savr_woody, &heat_live])
        .find(|v| **v < 0.0)
    {
        return Err(wrong(path, line, negative.to_string(), "no number below 0"));
    }
    Ok(FuelModel {
        number,
        code,
        name: rest
            .get(7..)
            .unwrap_or_default()
            .join(" ")
            .trim_matches('"')
            .to_owned(),
        dynamic,
        loads_kg_m2: loads.map(|v| v * load),
        savr_per_m: [savr_1h, savr_herb, savr_woody].map(|v| v * savr),
        depth_m: depth * length,
        extinction_pct,
        heat_kj_kg: [heat_dead * heat, heat_live * heat],
    })
}

fn is_type(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    !word.is_empty() && ("static".starts_with(&word) || "dynamic".starts_with(&word))
}

/// The moistures of a `.fms` file by the number of the fuel model; 0 stands for all that are not listed.
pub fn read_moistures(path: &Path) -> Result<BTreeMap<u16, Moistures>, FileError> {
    let text = text::read(path, &mut Vec::new())?;
    let mut all = BTreeMap::new();
    for (line, words) in lines(&text) {
        let number = model_number(path, line, words[0])?;
        let moistures = numbers(
            path,
            line,
            &words[1..],
            [
                "the 1-hour moisture",
                "the 10-hour moisture",
                "the 100-hour moisture",
                "the live herbaceous moisture",
                "the live woody moisture",
            ],
        )?;
        if let Some(outside) = moistures.iter().find(|v| !(0.0..=500.0).contains(*v)) {
            return Err(wrong(
                path,
                line,
                outside.to_string(),
                "moistures of 0 to 500 percent",
            ));
        }
        if all.insert(number, moistures).is_some() {
            let found = format!("fuel model {number} again");
            return Err(wrong(path, line, found, "each fuel model once"));
        }
    }
    if all.is_empty() {
        return Err(FileError::content(
            path,
            "no moistures",
            "at least one line",
        ));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    /// SH5 of Scott & Burgan (2005) in both units: 3.60 ton/acre is 8.07 t/ha.
    #[test]
    fn english_and_metric_models_are_the_same_fuel() {
        let (_f, path) = file(
            "a.fmd",
            "14 MY5 3.60 2.10 0.00 0.00 2.90 static 750 1800 1600 6.00 15 8000 8000 \"High load shrub\"\r\n",
        );
        let english = read_fuel_models(&path).unwrap().remove(0);
        assert_eq!((english.number, english.code.as_deref()), (14, Some("MY5")));
        assert_eq!(english.name, "High load shrub");
        assert!((english.loads_kg_m2[0] - 0.807).abs() < 0.001);
        assert!((english.savr_per_m[0] - 2460.6).abs() < 0.1);
        assert!((english.depth_m - 1.8288).abs() < 1e-9);
        assert!((english.heat_kj_kg[0] - 18608.0).abs() < 0.1);
        let (_f, path) = file(
            "b.fmd",
            "METRIC\n14 MY5 8.07 4.708 0 0 6.501 dynamic 24.606 59.055 52.493 182.88 15 18608 18608\n",
        );
        let metric = read_fuel_models(&path).unwrap().remove(0);
        assert!(metric.dynamic && !english.dynamic);
        assert!((metric.loads_kg_m2[4] - english.loads_kg_m2[4]).abs() < 1e-3);
        assert!((metric.savr_per_m[2] - english.savr_per_m[2]).abs() < 0.1);
        assert!((metric.depth_m - english.depth_m).abs() < 1e-9);
    }

    #[test]
    fn the_old_layout_has_no_code_and_is_static() {
        let (_f, path) = file(
            "a.fmd",
            "15 1 2 3 0 0.5 1500 1500 1500 1.2 25 8000 8000 dry litter\n",
        );
        let model = read_fuel_models(&path).unwrap().remove(0);
        assert_eq!(
            (model.code, model.dynamic, model.name.as_str()),
            (None, false, "dry litter")
        );
        assert!((model.loads_kg_m2[2] - 0.6725).abs() < 0.001);
    }

    #[test]
    fn a_fault_is_named_by_line() {
        for (text, part) in [
            ("", "no fuel models"),
            (
                "14 A 1 0 0 0 0 static 2000 1500 1500 1 25 8000",
                "line 1: the end of the line",
            ),
            (
                "14 A 1 0 0 0 0 sometimes 2000 1500 1500 1 25 8000 8000",
                "`static` or `dynamic`",
            ),
            (
                "14 A 1 0 0 0 0 static 2000 1500 1500 0 25 8000 8000",
                "a depth above 0",
            ),
            ("14 A 1 x 0 0 0 static 2000 1500 1500 1 25 8000 8000", "`x`"),
            (
                "900 A 1 0 0 0 0 static 2000 1500 1500 1 25 8000 8000",
                "`900`",
            ),
        ] {
            let (_f, path) = file("a.fmd", text);
            let said = read_fuel_models(&path).unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        }
        let (_f, path) = file("a.fms", "0 6 7 8 60 90\n5 6 7 8 60 -90\n");
        assert!(
            read_moistures(&path)
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
    }

    #[test]
    fn moistures_are_by_model_and_zero_is_the_rest() {
        let (_f, path) = file("a.fms", "# day\n0 6 7 8 60 90\n101 3 4 5 30 60 12\n");
        let all = read_moistures(&path).unwrap();
        assert_eq!(all[&0], [6.0, 7.0, 8.0, 60.0, 90.0]);
        assert_eq!(all[&101][3], 30.0);
    }
}
