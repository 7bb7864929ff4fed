//! Gathers diagnostics of meaning and places each in the text it is about.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::message::{Argument, Message};
use crate::scenario::text::{FieldPath, Step};
use crate::scenario::{Diagnostic, Scenario, Severity};

/// Where a feature was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// In the scenario, at a field path.
    Scenario(FieldPath),
    /// In a GeoJSON file, as the feature with this number, counted from 0.
    File(Arc<PathBuf>, usize),
}

/// Everything found so far.
pub(super) struct Findings<'a> {
    scenario: &'a Scenario,
    all: Vec<Diagnostic>,
    /// Texts of GeoJSON files that something was found in.
    texts: RefCell<BTreeMap<PathBuf, Option<Arc<str>>>>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            all: Vec::new(),
            texts: RefCell::default(),
        }
    }

    /// Adds a finding.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// An error at a field of the scenario, not yet added.
    pub(super) fn error(&self, path: &FieldPath, message: Message) -> Diagnostic {
        Diagnostic::error(&self.scenario.path, message).at_path(&self.scenario.text, path)
    }

    /// A warning at a field of the scenario, not yet added.
    pub(super) fn warning(&self, path: &FieldPath, message: Message) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..self.error(path, message)
        }
    }

    /// An error at a field of a feature, wherever that was written, not yet added.
    pub(super) fn error_in(
        &self,
        origin: &Origin,
        field: &'static str,
        message: Message,
    ) -> Diagnostic {
        match origin {
            Origin::Scenario(path) => self.error(&path.field(field), message),
            Origin::File(file, number) => self.error_in_file(file, *number, field, message),
        }
    }

    /// An error at a property (or the geometry) of a feature of a GeoJSON file, counted from 0, not
    /// yet added.
    pub(super) fn error_in_file(
        &self,
        file: &Path,
        number: usize,
        field: &str,
        message: Message,
    ) -> Diagnostic {
        let path = property_path(number, field);
        let diagnostic = Diagnostic::error(file, message);
        let mut placed = match self.text_of(file) {
            Some(text) => diagnostic.at_path(&text, &path),
            None => diagnostic,
        };
        placed.path = format!("features[{number}].{field}");
        placed
    }

    /// The same, placed at the name of the property.
    pub(super) fn error_at_property(
        &self,
        file: &Path,
        number: usize,
        field: &str,
        message: Message,
    ) -> Diagnostic {
        let placed = self.error_in_file(file, number, field, message);
        match self.text_of(file) {
            Some(text) => Diagnostic {
                path: placed.path.clone(),
                ..placed.at_name(&text, &property_path(number, field))
            },
            None => placed,
        }
    }

    /// An error at one point of a feature's line or outline, not yet added.
    pub(super) fn error_at_point(
        &self,
        origin: &Origin,
        field: &'static str,
        point: usize,
        message: Message,
    ) -> Diagnostic {
        match origin {
            Origin::Scenario(path) if field != "at" => {
                self.error(&path.field(field).index(point), message)
            }
            _ => self.error_in(origin, field, message),
        }
    }

    /// A warning at a field of a feature, not yet added.
    pub(super) fn warning_in(
        &self,
        origin: &Origin,
        field: &'static str,
        message: Message,
    ) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..self.error_in(origin, field, message)
        }
    }

    fn text_of(&self, file: &Path) -> Option<Arc<str>> {
        let mut texts = self.texts.borrow_mut();
        let read = || std::fs::read_to_string(file).ok().map(Arc::from);
        texts.entry(file.to_owned()).or_insert_with(read).clone()
    }

    /// Adds an error unless `fine`: a number of the scenario is outside its range. `expected` is
    /// written in symbols, for every language.
    pub(super) fn range(&mut self, path: &FieldPath, found: f64, fine: bool, expected: &str) {
        if !fine {
            let message = out_of_range(last_name(path), found, expected);
            self.add(self.error(path, message));
        }
    }

    /// The same for a number of a feature.
    pub(super) fn range_in(
        &mut self,
        origin: &Origin,
        field: &'static str,
        found: f64,
        fine: bool,
        expected: &str,
    ) {
        if !fine {
            let message = out_of_range(field, found, expected);
            self.add(self.error_in(origin, field, message));
        }
    }

    /// Errors and warnings, each in order of file and place.
    pub(super) fn sorted(mut self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        // The scenario itself before the files it names.
        let main = &self.scenario.path;
        self.all.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.file != *main, d.file.clone(), d.line, d.column);
            key(a).cmp(&key(b))
        });
        self.all
            .into_iter()
            .partition(|d| d.severity == Severity::Error)
    }
}

/// Where a GeoJSON file holds a property, or the geometry, of a feature.
fn property_path(number: usize, field: &str) -> FieldPath {
    let feature = FieldPath::default().key("features").index(number);
    if matches!(field, "at" | "path" | "ring" | "geometry") {
        feature.key("geometry")
    } else {
        feature.key("properties").key(field)
    }
}

/// `expected` is written in symbols, for every language.
pub(super) fn out_of_range(field: &str, found: f64, expected: &str) -> Message {
    Message::new("check-out-of-range")
        .with("field", field)
        .with("found", number(found))
        .with("expected", expected)
}

/// A number as the user would write it; text, so that no language groups its digits.
pub(super) fn number(value: f64) -> Argument {
    Argument::Text(value.to_string())
}

fn last_name(path: &FieldPath) -> &str {
    let name = path.0.iter().rev().find_map(|step| match step {
        Step::Field(name) => Some(*name),
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    name.unwrap_or_default()
}
