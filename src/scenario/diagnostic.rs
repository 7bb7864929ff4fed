//! Diagnostics: what is wrong with a scenario, where, what was expected, and what was perhaps meant.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::message::Message;

use super::text::{self, FieldPath};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// The scenario can be run; somebody should look.
    Warning,
}

/// One finding, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file in which it stands.
    pub file: PathBuf,
    /// That file's text, for underlining; none where it is not text, could not be read, or has
    /// lines too long to show.
    pub source: Option<Arc<str>>,
    /// The bytes to underline; none where there is no text to point into.
    pub span: Option<Range<usize>>,
    /// Line from 1; 0 without a place.
    pub line: usize,
    /// Column from 1, in characters; 0 without a place.
    pub column: usize,
    /// What is wrong: a key of `check.ftl`.
    pub message: Message,
    /// What to do about it: a key of `check.ftl`, with the argument `suggestion` where a name was
    /// probably misspelt.
    pub help: Option<Message>,
    /// The field path, for example `units[3].station`; empty for the file as a whole.
    pub path: String,
}

impl Diagnostic {
    /// An error of a file as a whole.
    pub fn error(file: &Path, message: Message) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            source: None,
            span: None,
            line: 0,
            column: 0,
            message,
            help: None,
            path: String::new(),
        }
    }

    /// A warning of a file as a whole.
    pub fn warning(file: &Path, message: Message) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(file, message)
        }
    }

    /// The same, placed at these bytes of the file's text.
    #[must_use]
    pub fn at(mut self, source: &Arc<str>, span: Range<usize>) -> Self {
        (self.line, self.column) = text::line_column(source, span.start);
        self.source = Some(source.clone());
        self.span = Some(span);
        self
    }

    /// The same, placed at a field path of the file's text.
    #[must_use]
    pub fn at_path(self, source: &Arc<str>, path: &FieldPath) -> Self {
        let mut placed = self.at(source, text::pointer(source, &path.0));
        placed.path = path.to_string();
        placed
    }

    /// The same, placed at the name of a field or map entry instead of at its value.
    #[must_use]
    pub fn at_name(self, source: &Arc<str>, path: &FieldPath) -> Self {
        let span = text::locate_name(source, &path.0);
        let mut placed = self.at(
            source,
            span.unwrap_or_else(|| text::pointer(source, &path.0)),
        );
        placed.path = path.to_string();
        placed
    }

    /// The same, with advice.
    #[must_use]
    pub fn with_help(mut self, help: Message) -> Self {
        self.help = Some(help);
        self
    }

    /// The same, with the nearest of the names that would have been right, and the list of them.
    #[must_use]
    pub fn with_suggestion<'a>(
        self,
        found: &str,
        expected: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let expected: Vec<&str> = expected.into_iter().collect();
        match (
            nearest_name(found, expected.iter().copied()),
            expected.is_empty(),
        ) {
            (Some(name), _) => self.with_help(
                Message::new("check-help-did-you-mean")
                    .with("suggestion", name)
                    .with("expected", shortened(&expected)),
            ),
            (None, false) => self.with_help(
                Message::new("check-help-expected-one-of").with("expected", shortened(&expected)),
            ),
            (None, true) => self,
        }
    }

    /// The name that was probably meant, when there is one.
    pub fn suggestion(&self) -> Option<&str> {
        match self.help.as_ref()?.args.get("suggestion")? {
            crate::base::message::Argument::Text(name) => Some(name),
            crate::base::message::Argument::Number(_) => None,
        }
    }
}

/// At most this many names are listed in a message.
const MOST_LISTED: usize = 40;

fn shortened(names: &[&str]) -> String {
    let listed = names
        .iter()
        .take(MOST_LISTED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MOST_LISTED {
        format!("{listed}, ...")
    } else {
        listed
    }
}

/// The candidate that `found` is probably a misspelling of: the smallest Damerau-Levenshtein
/// distance (the first in order at a tie), at most a third of the length of the longer of the two,
/// or a name that differs in capitals and separators only.
pub fn nearest_name<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(found);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = fold(candidate);
        let distance = strsim::damerau_levenshtein(&folded, &other);
        let longest = folded.chars().count().max(other.chars().count());
        let close = distance == 0 || distance * 3 <= longest.max(3);
        if close && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Capitals and separators are the commonest slips and should not count.
fn fold(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_nearest_and_a_strange_one_finds_none() {
        let names = ["semi_pro_crew", "farm_crew", "engine"];
        assert_eq!(nearest_name("semi_pro_crw", names), Some("semi_pro_crew"));
        assert_eq!(nearest_name("Farm-Crew", names), Some("farm_crew"));
        assert_eq!(nearest_name("enigne", names), Some("engine"));
        assert_eq!(nearest_name("helicopter", names), None);
        assert_eq!(
            nearest_name("st-9", ["st-1", "st-2"]),
            Some("st-1"),
            "the first at a tie"
        );
    }

    #[test]
    fn a_finding_knows_its_line_and_column() {
        let source: Arc<str> = "(\n  名: 1,\n  cell_m: 7,\n)".into();
        let d = Diagnostic::error(Path::new("a.ron"), Message::new("check-cell-divides"))
            .at_path(&source, &FieldPath::of("cell_m"));
        assert_eq!((d.line, d.column, d.path.as_str()), (3, 11, "cell_m"));
        assert_eq!(&source[d.span.unwrap()], "7");
    }
}
