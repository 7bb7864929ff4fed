//! Designs: a table whose columns are field paths of the scenario and whose rows are variants of it.
//!
//! A path is the names of fields and the numbers of list items (from 0) with dots between: `fire.moisture`,
//! `weather.0.wind_m_s`, `units.3.unit_type`, `overrides.unit_types.pro_crew.line_m_per_h`.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::base::language::{Language, render};
use crate::base::message::Message;
use crate::scenario::Scenario;
use crate::scenario::diagnostic::nearest_name;

/// What stands before the paths of catalogue numbers: their own dots are part of the name.
const OVERRIDES: &str = "overrides";

/// A design as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// The file.
    pub path: PathBuf,
    /// Field paths.
    pub columns: Vec<String>,
    /// Values as they were written, and the line of each row.
    pub rows: Vec<(u64, Vec<String>)>,
    /// blake3 of the file, hexadecimal.
    pub hash: String,
}

/// What is wrong with a design.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", render(Language::English, .0))]
pub struct DesignError(pub Message);

impl Design {
    /// Reads a design.
    ///
    /// # Errors
    /// Files that cannot be read, no rows, columns without a name or named twice, rows of another length.
    pub fn read(path: &Path, taken: &[&str]) -> Result<Self, DesignError> {
        let name = path.display().to_string();
        let fault = |key: &str| Message::new(key).with("path", name.clone());
        let bytes = std::fs::read(path)
            .map_err(|e| DesignError(fault("cli-read").with("reason", e.to_string())))?;
        let hash = blake3::hash(&bytes).to_hex().to_string();
        let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes);
        let ragged =
            |e: csv::Error| DesignError(fault("batch-design-csv").with("reason", e.to_string()));
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let columns: Vec<String> = reader
            .headers()
            .map_err(ragged)?
            .iter()
            .map(str::to_owned)
            .collect();
        for (i, column) in columns.iter().enumerate() {
            let twice = columns[..i].contains(column) || taken.contains(&column.as_str());
            if column.is_empty() || twice {
                let message = fault("batch-design-column")
                    .with("column", (i + 1) as f64)
                    .with("found", column.as_str());
                return Err(DesignError(message));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(ragged)?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        if rows.is_empty() || columns.is_empty() {
            return Err(DesignError(fault("batch-design-empty")));
        }
        Ok(Self {
            path: path.to_owned(),
            columns,
            rows,
            hash,
        })
    }

    /// A scenario with the values of a row (from 0).
    ///
    /// # Errors
    /// Paths that name nothing, values that do not fit, with the file, the line and the column.
    pub fn variant(&self, base: &Scenario, row: usize) -> Result<Scenario, DesignError> {
        let (line, values) = &self.rows[row];
        let mut tree = serde_json::to_value(&base.file).unwrap_or_default();
        let place = |key: &str, column: &str, found: &str| {
            Message::new(key)
                .with("path", self.path.display().to_string())
                .with("line", *line as f64)
                .with("column", column)
                .with("found", found)
        };
        for (column, value) in self.columns.iter().zip(values) {
            set(&mut tree, column, value).map_err(|(step, known)| {
                let near = nearest_name(&step, known.iter().map(String::as_str));
                let expected = near.map_or_else(|| known.join(", "), str::to_owned);
                DesignError(place("batch-design-path", column, &step).with("expected", expected))
            })?;
            // After each value, so that the one at fault can be named.
            if let Err(error) =
                serde_json::from_value::<crate::scenario::schema::ScenarioFile>(tree.clone())
            {
                let message = place("batch-design-value", column, value);
                return Err(DesignError(message.with("reason", error.to_string())));
            }
        }
        let said = |reason: String| {
            let message = Message::new("batch-design-row")
                .with("path", self.path.display().to_string())
                .with("line", *line as f64)
                .with("reason", reason);
            DesignError(message)
        };
        let file = serde_json::from_value(tree).map_err(|e| said(e.to_string()))?;
        base.with_file(&file)
            .map_err(|found| said(first_of(&found)))
    }
}

/// The first of some findings, in English: results do not depend on the language of who made them.
pub(super) fn first_of(found: &[crate::scenario::Diagnostic]) -> String {
    found.first().map_or_else(String::new, |first| {
        let text = render(Language::English, &first.message);
        if first.path.is_empty() {
            text
        } else {
            format!("{}: {text}", first.path)
        }
    })
}

/// Sets a field; gives the step that names nothing, and the names that would do.
fn set(tree: &mut Json, path: &str, value: &str) -> Result<(), (String, Vec<String>)> {
    let mut here = tree;
    if let Some(name) = path.strip_prefix("overrides.") {
        let number = value
            .parse::<f64>()
            .map_or_else(|_| value.into(), Json::from);
        if let Some(map) = here[OVERRIDES].as_object_mut() {
            map.insert(name.to_owned(), number);
        }
        return Ok(());
    }
    for step in path.split('.') {
        here = match here {
            Json::Object(map) => {
                if !map.contains_key(step) {
                    return Err((step.to_owned(), map.keys().cloned().collect()));
                }
                &mut map[step]
            }
            Json::Array(items) => {
                let count = items.len();
                match step.parse::<usize>() {
                    Ok(i) if i < count => &mut items[i],
                    _ => {
                        let known = (0..count).map(|i| i.to_string()).collect();
                        return Err((step.to_owned(), known));
                    }
                }
            }
            _ => return Err((step.to_owned(), Vec::new())),
        };
    }
    // A text stays a text; anything else is what it says in JSON, or a name.
    *here = match here {
        Json::String(_) => value.into(),
        _ if value.is_empty() => Json::Null,
        _ => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valley() -> Scenario {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        Scenario::read(&path).unwrap()
    }

    fn design(text: &str) -> Result<Design, DesignError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        std::fs::write(&path, text).unwrap();
        Design::read(&path, &["seed"])
    }

    #[test]
    fn a_row_changes_the_fields_it_names_and_nothing_else() {
        let base = valley();
        let text = "weather.0.wind_m_s,fire.spotting,danger,overrides.unit_types.pro_crew.people\n3.5,Off,Red,12\n";
        let design = design(text).unwrap();
        let made = design.variant(&base, 0).unwrap();
        assert_eq!(made.file.weather[0].wind_m_s, 3.5);
        assert_eq!(format!("{:?}", made.file.fire.spotting), "Off");
        assert_eq!(
            made.file.danger,
            Some(crate::scenario::schema::DangerLevel::Red)
        );
        assert_eq!(made.catalogue.unit_types["pro_crew"].people, 12);
        assert_ne!(made.hash, base.hash);
        let mut back = made.file.clone();
        back.weather[0].wind_m_s = base.file.weather[0].wind_m_s;
        back.fire.spotting = base.file.fire.spotting;
        back.danger = base.file.danger;
        back.overrides = base.file.overrides.clone();
        assert_eq!(back, base.file);
    }

    #[test]
    fn paths_and_values_that_do_not_fit_are_named_with_their_line() {
        let base = valley();
        let refused = |text: &str| {
            design(text)
                .and_then(|d| d.variant(&base, 0))
                .unwrap_err()
                .0
        };
        let text = |m: &Message| render(Language::English, m);
        let path = refused("weather.0.wind_ms\n3\n");
        assert_eq!(path.key, "batch-design-path");
        assert!(text(&path).contains("wind_m_s"), "{}", text(&path));
        assert_eq!(refused("weather.99.wind_m_s\n3\n").key, "batch-design-path");
        let value = refused("cell_m\nwide\n");
        assert_eq!(value.key, "batch-design-value");
        assert!(text(&value).contains("line 2"), "{}", text(&value));
        assert_eq!(
            refused("overrides.unit_types.nobody.people\n3\n").key,
            "batch-design-row"
        );
        assert_eq!(refused("seed\n3\n").key, "batch-design-column");
        assert_eq!(refused("cell_m,cell_m\n3,3\n").key, "batch-design-column");
        assert_eq!(refused("cell_m\n").key, "batch-design-empty");
        assert_eq!(refused("cell_m,danger\n3\n").key, "batch-design-csv");
    }
}
