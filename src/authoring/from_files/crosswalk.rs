//! From the codes of a raster to fuels: presets that come with the program, files of a user's own, and
//! lookup tables as Cell2Fire has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ImportError;
use crate::base::message::Message;
use crate::files::{FileError, text};
use crate::scenario::Catalogue;
use crate::scenario::schema::{CoverCoding, CustomFuel, Name};
use crate::world::covers;

/// Presets by name, as `--fuel-map` takes them.
const PRESETS: [(&str, &str); 6] = [
    (
        "kitral",
        include_str!("../../../assets/crosswalks/kitral.ron"),
    ),
    ("eu12", include_str!("../../../assets/crosswalks/eu12.ron")),
    (
        "worldcover",
        include_str!("../../../assets/crosswalks/worldcover.ron"),
    ),
    (
        "glc_fcs30",
        include_str!("../../../assets/crosswalks/glc_fcs30.ron"),
    ),
    (
        "globeland30",
        include_str!("../../../assets/crosswalks/globeland30.ron"),
    ),
    (
        "cn_stands",
        include_str!("../../../assets/crosswalks/cn_stands.ron"),
    ),
];

/// Names of codings that need no table: the numbers are fuel models, or covers of the catalogue.
const DIRECT: [&str; 4] = ["fbfm40", "fbfm13", "fbfm", "catalogue"];

/// A table of codes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// What it is for.
    name: Name,
    /// Where its classes and its fuels come from.
    source: String,
    /// One entry a code.
    entries: Vec<Entry>,
}

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Code in the raster.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// Fuel: code of a standard model such as `TU5` or `NB1`, of a custom model, or key of a cover of the
    /// catalogue.
    pub to: String,
}

/// How codes become fuels.
#[derive(Debug, Clone, PartialEq)]
pub enum FuelMap {
    /// The codes are fuel model numbers.
    Numbers,
    /// The codes are those of the catalogue's covers.
    Covers,
    /// By a table.
    Table {
        /// What the table is for, in both languages.
        name: Name,
        /// Where it comes from.
        source: String,
        /// Its entries.
        entries: Vec<Entry>,
        /// The file, unless it is a preset.
        file: Option<PathBuf>,
    },
}

/// Codes as they stand in the scenario's cover raster.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded {
    /// What the numbers mean.
    pub coding: CoverCoding,
    /// Number in the raster for each code of the source.
    pub numbers: BTreeMap<i64, u8>,
}

/// Every name that `--fuel-map` takes beside files.
pub fn preset_names() -> String {
    let tables = PRESETS.iter().map(|(name, _)| *name);
    DIRECT
        .into_iter()
        .chain(tables)
        .collect::<Vec<_>>()
        .join(", ")
}

impl FuelMap {
    /// The map that a name or a path stands for.
    pub fn named(text: &str) -> Result<Self, ImportError> {
        match text {
            "fbfm40" | "fbfm13" | "fbfm" => return Ok(Self::Numbers),
            "catalogue" => return Ok(Self::Covers),
            _ => {}
        }
        if let Some((name, table)) = PRESETS.iter().find(|(name, _)| *name == text) {
            let path = Path::new("assets/crosswalks").join(format!("{name}.ron"));
            return Self::of_ron(&path, table).map(|map| map.with_file(None));
        }
        let path = Path::new(text);
        if !path.is_file() {
            return Err(ImportError::refused(
                Message::new("import-no-fuel-map").with("found", text),
                Some(Message::new("import-help-fuel-map").with("expected", preset_names())),
            ));
        }
        Self::read(path)
    }

    /// The map in a file: RON as the presets are, CSV `code,to[,name]`, `from to` as FARSITE's `.cnv`, or
    /// a lookup table of Cell2Fire.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let content = text::read(path, &mut Vec::new())?;
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_ascii_lowercase())
            .unwrap_or_default();
        if extension == "ron" {
            return Self::of_ron(path, &content).map(|m| m.with_file(Some(path)));
        }
        let entries = if content.trim_start().starts_with("grid_value") {
            lookup(path, &content)?
        } else {
            table(path, &content)?
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self::Table {
            name: Name {
                en: stem.clone().into_owned(),
                zh: stem.into_owned(),
            },
            source: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            entries,
            file: Some(path.to_owned()),
        })
    }

    fn of_ron(path: &Path, text: &str) -> Result<Self, ImportError> {
        let table: Table = ron::from_str(text).map_err(|e| {
            FileError::content(
                path,
                e.to_string(),
                "a fuel map: (name: (en: \"...\", zh: \"...\"), source: \"...\", entries: [(code: 1, name: \"...\", to: \"TL8\")])",
            )
        })?;
        Ok(Self::Table {
            name: table.name,
            source: table.source,
            entries: table.entries,
            file: None,
        })
    }

    fn with_file(self, path: Option<&Path>) -> Self {
        match self {
            Self::Table {
                name,
                source,
                entries,
                ..
            } => Self::Table {
                name,
                source,
                entries,
                file: path.map(Path::to_owned),
            },
            other => other,
        }
    }

    /// Numbers for the codes that occur. The second list holds the codes that mean nothing.
    pub fn code(
        &self,
        occurring: &[i64],
        catalogue: &Catalogue,
        custom: &[CustomFuel],
    ) -> Result<(Coded, Vec<i64>), ImportError> {
        let own = |code: &str| custom.iter().find(|f| f.code == code).map(|f| f.number);
        let mut unknown = Vec::new();
        let mut numbers = BTreeMap::new();
        let coding = match self {
            Self::Numbers => {
                for &code in occurring {
                    match u16::try_from(code) {
                        Ok(n) if covers::is_standard(n) || custom.iter().any(|f| f.number == n) => {
                            numbers.insert(code, n as u8);
                        }
                        _ => unknown.push(code),
                    }
                }
                CoverCoding::StandardFuel
            }
            Self::Covers => {
                for &code in occurring {
                    if catalogue.covers.values().any(|c| i64::from(c.code) == code) {
                        numbers.insert(code, code as u8);
                    } else {
                        unknown.push(code);
                    }
                }
                CoverCoding::Catalogue
            }
            Self::Table { entries, file, .. } => {
                let path = file.as_deref().unwrap_or(Path::new("--fuel-map"));
                let by_code: BTreeMap<i64, &Entry> = entries.iter().map(|e| (e.code, e)).collect();
                let first = entries
                    .iter()
                    .find(|e| covers::standard_number(&e.to).is_none() && own(&e.to).is_none());
                let coding = match first {
                    None => CoverCoding::StandardFuel,
                    Some(_) => CoverCoding::Catalogue,
                };
                for entry in entries {
                    let number = match coding {
                        CoverCoding::StandardFuel => {
                            covers::standard_number(&entry.to).or_else(|| own(&entry.to))
                        }
                        CoverCoding::Catalogue => {
                            catalogue.covers.get(&entry.to).map(|c| u16::from(c.code))
                        }
                    };
                    let Some(number) = number else {
                        return Err(bad_target(path, entry, catalogue));
                    };
                    if occurring.contains(&entry.code) {
                        numbers.insert(entry.code, number as u8);
                    }
                }
                unknown.extend(
                    occurring
                        .iter()
                        .copied()
                        .filter(|c| !by_code.contains_key(c)),
                );
                coding
            }
        };
        Ok((Coded { coding, numbers }, unknown))
    }
}

fn bad_target(path: &Path, entry: &Entry, catalogue: &Catalogue) -> ImportError {
    let known: Vec<&str> = catalogue.covers.keys().map(String::as_str).collect();
    let near = known
        .iter()
        .max_by(|a, b| {
            strsim::jaro_winkler(a, &entry.to).total_cmp(&strsim::jaro_winkler(b, &entry.to))
        })
        .filter(|k| strsim::jaro_winkler(k, &entry.to) > 0.85)
        .map_or_else(String::new, |k| format!(" (did you mean `{k}`?)"));
    ImportError::File(FileError::content(
        path,
        format!("code {} to `{}`{near}", entry.code, entry.to),
        format!(
            "in one file either codes of fuel models (GR1, TL8, FM9, NB1, or your own), or covers of the catalogue: {}",
            known.join(", ")
        ),
    ))
}

fn entry_of(
    path: &Path,
    line: usize,
    code: &str,
    to: &str,
    name: &str,
) -> Result<Entry, ImportError> {
    let number = code
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|v| libm::trunc(*v) == *v && v.abs() < 1e9);
    let Some(number) = number else {
        return Err(FileError::content(
            path,
            format!("line {line}: code `{}`", code.trim()),
            "a whole number",
        )
        .into());
    };
    let to = to.trim().trim_matches('"');
    // Numbers of fuel models stand for their codes.
    let to = match to.parse::<u16>() {
        Ok(n) => covers::code_of_number(n).unwrap_or_else(|| to.to_owned()),
        Err(_) => to.to_owned(),
    };
    Ok(Entry {
        code: number as i64,
        name: name.trim().to_owned(),
        to,
    })
}

/// `code,to[,name]` or `from to`, with or without a header.
fn table(path: &Path, content: &str) -> Result<Vec<Entry>, ImportError> {
    let mut entries = Vec::new();
    for (i, line) in content.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let words: Vec<&str> = if line.contains([',', ';', '\t']) {
            line.split([',', ';', '\t']).map(str::trim).collect()
        } else {
            line.split_whitespace().collect()
        };
        let is_header = entries.is_empty() && words[0].parse::<f64>().is_err();
        if is_header {
            continue;
        }
        let Some(to) = words.get(1) else {
            return Err(FileError::content(
                path,
                format!("line {}: `{line}`", i + 1),
                "a code and the fuel it stands for: `12,TU5` or `12,masson_pine`",
            )
            .into());
        };
        let entry = entry_of(path, i + 1, words[0], to, words.get(2).unwrap_or(&""))?;
        if entries.iter().any(|e: &Entry| e.code == entry.code) {
            return Err(FileError::content(
                path,
                format!("line {}: code {} again", i + 1, entry.code),
                "each code once",
            )
            .into());
        }
        entries.push(entry);
    }
    if entries.is_empty() {
        return Err(FileError::content(path, "no codes", "lines such as `12,TU5`").into());
    }
    Ok(entries)
}

/// Cell2Fire: `grid_value,export_value,descriptive_name,fuel_type, r, g, b, h, s, l`, whose descriptions
/// may hold commas.
fn lookup(path: &Path, content: &str) -> Result<Vec<Entry>, ImportError> {
    let mut entries = Vec::new();
    for (i, line) in content.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let words: Vec<&str> = line.split(',').collect();
        if words.len() < 10 {
            return Err(FileError::content(
                path,
                format!("line {}: {} columns", i + 1, words.len()),
                "grid_value,export_value,descriptive_name,fuel_type and six of colour",
            )
            .into());
        }
        let kind = words[words.len() - 7].trim();
        let name = words[2..words.len() - 7].join(",");
        let to = match kind {
            // Ground that does not burn, as these tables write it.
            "NF" | "NB" | "Non-fuel" => "NB9",
            other => other,
        };
        entries.push(entry_of(path, i + 1, words[0], to, &name)?);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(map: &FuelMap, codes: &[i64]) -> (Coded, Vec<i64>) {
        map.code(codes, &Catalogue::shipped().unwrap(), &[])
            .unwrap()
    }

    #[test]
    fn every_preset_names_only_fuels_that_exist() {
        for (name, _) in PRESETS {
            let map = FuelMap::named(name).unwrap();
            let FuelMap::Table { entries, .. } = &map else {
                panic!("{name}")
            };
            let codes: Vec<i64> = entries.iter().map(|e| e.code).collect();
            let (coded, unknown) = coded(&map, &codes);
            assert!(unknown.is_empty());
            assert_eq!(coded.numbers.len(), entries.len(), "{name}: a code twice");
        }
    }

    #[test]
    fn numbers_stand_for_themselves_and_others_are_unknown() {
        let (coded, unknown) = coded(&FuelMap::Numbers, &[1, 14, 91, 188, -9999]);
        assert_eq!(
            coded.numbers,
            BTreeMap::from([(1, 1), (91, 91), (188, 188)])
        );
        assert_eq!(unknown, [14, -9999]);
    }

    #[test]
    fn tables_of_all_kinds_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let map = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            FuelMap::read(&path)
        };
        let csv = map("a.csv", "code,to,name\n3,TU5,dense\n4,98,water\n").unwrap();
        assert_eq!(
            coded(&csv, &[3, 4]).0.numbers,
            BTreeMap::from([(3, 165), (4, 98)])
        );
        let cnv = map("a.cnv", "5 145\n6 9 # litter\n").unwrap();
        assert_eq!(
            coded(&cnv, &[5, 6]).0.numbers,
            BTreeMap::from([(5, 145), (6, 9)])
        );
        let lookup = map(
            "spain_lookup_table.csv",
            "grid_value,export_value,descriptive_name,fuel_type, r, g, b, h, s, l\n\
             101,101,\"short, sparse grass, GR1\",GR1,209,255,115,57,255,185\n\
             0,0,none,NF,1,1,1,1,1,1\n",
        )
        .unwrap();
        assert_eq!(
            coded(&lookup, &[0, 101]).0.numbers,
            BTreeMap::from([(0, 99), (101, 101)])
        );
        let covers = map("b.csv", "1,masson_pine\n2,water\n").unwrap();
        let (coded, _) = coded(&covers, &[1]);
        assert_eq!(coded.coding, CoverCoding::Catalogue);
    }

    #[test]
    fn a_misspelt_cover_is_told_with_the_likely_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "1,mason_pine\n").unwrap();
        let map = FuelMap::read(&path).unwrap();
        let error = map
            .code(&[1], &Catalogue::shipped().unwrap(), &[])
            .unwrap_err();
        assert!(
            error.to_string().contains("did you mean `masson_pine`"),
            "{error}"
        );
        std::fs::write(&path, "1,TU5\n1,TU4\n").unwrap();
        assert!(
            FuelMap::read(&path)
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
    }
}
