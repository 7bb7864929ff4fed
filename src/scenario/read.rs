//! From a file to a typed scenario, or to the first structural fault with its place.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ron::error::SpannedError;
use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use crate::base::message::Message;

use super::catalogue::Catalogue;
use super::diagnostic::Diagnostic;
use super::overrides;
use super::schema::ScenarioFile;
use super::text;

/// A scenario that reads: what the user wrote, and the catalogue with the scenario's overrides.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The fields.
    pub file: ScenarioFile,
    /// The catalogue after the scenario's overrides.
    pub catalogue: Catalogue,
    /// Where it was read; files it names are relative to this file's folder.
    pub path: PathBuf,
    /// The text, for placing diagnostics.
    pub text: Arc<str>,
    /// blake3 of the text, hexadecimal.
    pub hash: String,
    /// blake3 of the catalogue after overrides (as JSON), hexadecimal.
    pub catalogue_hash: String,
}

/// RON as scenarios are written: `width_m: 4.0` may stand for `width_m: Some(4.0)`.
pub(crate) fn ron_options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

impl Scenario {
    /// Reads a scenario file. A structural fault (the first: the parser stops there) or all
    /// overrides that name nothing come back as diagnostics.
    pub fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let text = text_of(path)?;
        Self::parse(path, &text)
    }

    /// Reads a scenario from text; `path` says where files it names are looked for.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let source: Arc<str> = text.into();
        let file: ScenarioFile = ron_options()
            .from_str(text)
            .map_err(|error| vec![structural(path, &source, &error)])?;
        let shipped = Catalogue::shipped().map_err(|error| {
            vec![Diagnostic::error(
                path,
                Message::new("check-catalogue").with("reason", error.to_string()),
            )]
        })?;
        let catalogue = overrides::apply(shipped, &file.overrides, path, &source)?;
        let catalogue_hash = catalogue.hash();
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Ok(Self {
            file,
            catalogue,
            path: path.to_owned(),
            text: source,
            hash,
            catalogue_hash,
        })
    }

    /// The same scenario with other fields, as if it had been written so: its text, its hash and its catalogue
    /// follow from them.
    ///
    /// # Errors
    /// Overrides that name nothing.
    pub fn with_file(&self, file: &ScenarioFile) -> Result<Self, Vec<Diagnostic>> {
        Self::parse(&self.path, &written(file))
    }

    /// blake3 over the names and contents of all files that the scenario names, hexadecimal.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn inputs_hash(&self) -> Result<String, Vec<Diagnostic>> {
        let mut names = Vec::new();
        self.file.clone().each_file(|name| names.push(name.clone()));
        names.sort();
        names.dedup();
        let mut hasher = blake3::Hasher::new();
        for name in names {
            let path = self.folder().join(&name);
            let bytes = std::fs::read(&path).map_err(|error| vec![unreadable(&path, &error)])?;
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// The folder that holds the scenario; the files it names are relative to it.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The scenario with every default filled in, as RON that reads back to the same scenario.
    /// Catalogue overrides stand in it as they were written.
    pub fn resolved(&self) -> String {
        let body = written(&self.file);
        format!(
            "// {name}: every default filled in.\n// blake3 of the text it was read from: {hash}\n\
             // blake3 of the catalogue it ran with: {catalogue}\n{body}\n",
            name = self.file.name,
            hash = self.hash,
            catalogue = self.catalogue_hash,
        )
    }
}

/// Fields as RON.
fn written(file: &ScenarioFile) -> String {
    let pretty = ron::ser::PrettyConfig::new()
        .depth_limit(6)
        .new_line("\n".to_owned());
    // Serialising plain data to a string has no way to fail.
    ron_options()
        .to_string_pretty(file, pretty)
        .unwrap_or_default()
}

/// JSON Schema of a scenario's fields.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(ScenarioFile)
}

/// Reads a RON file that a scenario names, with its text for placing further diagnostics; a
/// structural fault comes back placed.
pub(crate) fn read_part<T: DeserializeOwned>(
    path: &Path,
) -> Result<(T, Arc<str>), Vec<Diagnostic>> {
    let text: Arc<str> = text_of(path)?.into();
    match ron_options().from_str(&text) {
        Ok(part) => Ok((part, text)),
        Err(error) => Err(vec![structural(path, &text, &error)]),
    }
}

fn text_of(path: &Path) -> Result<String, Vec<Diagnostic>> {
    let bytes = std::fs::read(path).map_err(|error| vec![unreadable(path, &error)])?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let source: Arc<str> = valid.into_owned().into();
        let end = source.len();
        vec![Diagnostic::error(path, Message::new("check-not-utf8")).at(&source, end..end)]
    })?;
    // Editors on Windows put a byte-order mark before UTF-8.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let key = match error.kind() {
        std::io::ErrorKind::NotFound => "check-scenario-missing",
        _ => "check-scenario-unreadable",
    };
    Diagnostic::error(path, Message::new(key).with("reason", error.to_string()))
}

/// The parser's error as a diagnostic, placed on the token at fault.
fn structural(path: &Path, source: &Arc<str>, error: &SpannedError) -> Diagnostic {
    use ron::Error as E;

    let start = text::offset_of(source, error.span.start.line, error.span.start.col);
    let end = text::offset_of(source, error.span.end.line, error.span.end.col);
    let token = || text::token_at(source, end).unwrap_or(end..end);
    let value = || {
        // After a value was refused the parser stands behind it.
        let before = text::token_before(source, end).filter(|t| t.start >= start);
        before
            .or_else(|| text::token_at(source, start))
            .unwrap_or(start..end)
    };
    let word = |name: &str| {
        text::word_before(source, name, end.max(start) + 1)
            .or_else(|| text::token_at(source, start))
            .unwrap_or(start..end)
    };
    let inside = || text::enclosing(source, end).unwrap_or_else(&token);
    let place = |key: &str, span: Range<usize>| (Message::new(key), span);
    let expected = |what: &str, span: Range<usize>| {
        let found = source.get(span.clone()).unwrap_or_default().to_owned();
        (
            Message::new("check-expected")
                .with("expected", what)
                .with("found", found),
            span,
        )
    };

    let mut names: Option<(&str, Vec<&str>)> = None;
    let (message, span) = match &error.code {
        E::NoSuchStructField {
            expected, found, ..
        } => {
            names = Some((found, expected.to_vec()));
            (
                Message::new("check-unknown-field").with("found", found.as_str()),
                word(found),
            )
        }
        E::NoSuchEnumVariant {
            expected, found, ..
        } => {
            names = Some((found, expected.to_vec()));
            (
                Message::new("check-unknown-variant").with("found", found.as_str()),
                word(found),
            )
        }
        E::MissingStructField { field, .. } => (
            Message::new("check-missing-field").with("expected", *field),
            inside(),
        ),
        E::DuplicateStructField { field, .. } => (
            Message::new("check-duplicate-field").with("found", *field),
            word(field),
        ),
        E::ExpectedDifferentStructName {
            expected: name,
            found,
        } => {
            let span = word(found);
            if text::token_at(source, span.end).is_some_and(|next| &source[next] == ":") {
                // A field name where an item was due: the list before it was not closed.
                expected("]", span)
            } else {
                names = Some((found, vec![name]));
                (
                    Message::new("check-unknown-variant").with("found", found.as_str()),
                    span,
                )
            }
        }
        E::InvalidValueForType { expected, found } => (
            Message::new("check-wrong-type")
                .with("expected", expected.as_str())
                .with("found", found.as_str()),
            value(),
        ),
        E::ExpectedDifferentLength { expected, found } => (
            Message::new("check-wrong-type")
                .with("expected", expected.as_str())
                .with("found", found.to_string()),
            inside(),
        ),
        E::IntegerOutOfBounds => place("check-integer-bounds", value()),
        E::Eof => place("check-unexpected-end", source.len()..source.len()),
        E::TrailingCharacters => place("check-trailing-text", token()),
        E::UnclosedBlockComment => place("check-unclosed-comment", token()),
        E::ExpectedArray => expected("[", token()),
        E::ExpectedArrayEnd => expected("]", token()),
        E::ExpectedMap => expected("{", token()),
        E::ExpectedMapEnd => expected("}", token()),
        E::ExpectedMapColon => expected(":", token()),
        E::ExpectedComma => {
            // Found at the next thing, missing behind the last one.
            let next = token();
            let behind = text::token_before(source, next.start).map_or(next.start, |t| t.end);
            (expected(",", next).0, behind..behind)
        }
        E::ExpectedStructLike | E::ExpectedNamedStructLike(_) => expected("(", token()),
        E::ExpectedStructLikeEnd | E::ExpectedOptionEnd => expected(")", token()),
        E::ExpectedBoolean => expected("boolean", token()),
        E::ExpectedFloat | E::FloatUnderscore => expected("number", token()),
        E::ExpectedInteger | E::InvalidIntegerDigit { .. } | E::UnderscoreAtBeginning => {
            expected("integer", token())
        }
        E::ExpectedString => expected("string", token()),
        E::ExpectedStringEnd => place("check-unclosed-string", token()),
        E::ExpectedOption => expected("option", token()),
        E::ExpectedIdentifier => expected("name", token()),
        other => (
            Message::new("check-syntax").with("reason", other.to_string()),
            token(),
        ),
    };
    let diagnostic = Diagnostic::error(path, message).at(source, span);
    match names {
        Some((found, expected)) => diagnostic.with_suggestion(found, expected),
        None => diagnostic,
    }
}
