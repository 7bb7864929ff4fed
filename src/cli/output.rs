//! What goes to the terminal: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    Severity as Level, SourceCode, SourceSpan, SpanContents,
};

use crate::base::language::{Language, render};
use crate::base::message::Message;
use crate::files::FileError;
use crate::scenario::{Diagnostic, Scenario, Severity};
use crate::world::World;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// The input is invalid.
    Invalid = 3,
    /// Ended before it was done.
    Incomplete = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// Nobody reads any more; no reason to complain.
    BrokenPipe,
    /// What there is to say has been said.
    Said(Exit),
    /// To be said on standard error.
    Message(Exit, Message),
}

impl Failure {
    /// A failure to read or write a file.
    pub fn file(error: &FileError) -> Self {
        let path = error.file().display().to_string();
        let (exit, key, reason) = match error {
            FileError::Write { reason, .. } => (Exit::Failed, "cli-write", reason.clone()),
            FileError::Read { reason, .. } => (Exit::Invalid, "cli-read", reason.clone()),
            // These say the file's name themselves.
            other => {
                let message = Message::new("cli-bad-file").with("reason", other.to_string());
                return Self::Message(Exit::Invalid, message);
            }
        };
        Self::Message(
            exit,
            Message::new(key).with("path", path).with("reason", reason),
        )
    }

    /// A failure to write a file or folder.
    pub fn write(path: &Path, reason: impl std::fmt::Display) -> Self {
        let message = Message::new("cli-write")
            .with("path", path.display().to_string())
            .with("reason", reason.to_string());
        Self::Message(Exit::Failed, message)
    }
}

impl From<io::Error> for Failure {
    /// From writing to standard output.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        let message = Message::new("cli-write")
            .with("path", "stdout")
            .with("reason", error.to_string());
        Self::Message(Exit::Failed, message)
    }
}

/// Prints to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Prints JSON to standard output.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| Failure::from(io::Error::other(e)))?;
    print(&format!("{text}\n"))
}

/// Says something on standard error; nobody is left to tell when that fails.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// How to speak to the user.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The language.
    pub language: Language,
    /// Whether to keep to the result.
    pub quiet: bool,
}

impl Output {
    /// A message in the user's language.
    pub fn say(self, message: &Message) -> String {
        render(self.language, message)
    }

    /// The text of a key in the user's language.
    pub fn text(self, key: &str) -> String {
        self.say(&Message::new(key))
    }

    /// Says what went wrong.
    pub fn error(self, message: &Message) {
        let reason = self.say(message);
        note(&self.say(&Message::new("cli-error").with("reason", reason)));
    }

    /// Reads a scenario and builds its world; says what is wrong with it, and its warnings.
    pub fn load(self, path: &Path) -> Result<World, Failure> {
        match Scenario::read(path).and_then(World::build) {
            Ok((world, warnings)) => {
                if !self.quiet {
                    self.findings(&warnings);
                }
                Ok(world)
            }
            Err(found) => {
                self.findings(&found);
                Err(Failure::Said(Exit::Invalid))
            }
        }
    }

    /// Shows findings on standard error, with the text at fault underlined.
    pub fn findings(self, found: &[Diagnostic]) {
        let terminal = io::stderr().is_terminal();
        let theme = if terminal {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(100);
        for diagnostic in found {
            let shown = Shown::new(diagnostic, self);
            let mut text = String::new();
            if handler.render_report(&mut text, &shown).is_err() {
                text = shown.to_string();
            }
            note(text.trim_end());
        }
    }
}

/// At most this much is underlined, bytes.
const MOST_UNDERLINED: usize = 90;

/// The part of a span that is underlined, ending between two characters.
fn underlined(text: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let mut end = span.end.min(span.start + MOST_UNDERLINED).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    span.start..end
}

/// The text a finding points into. Of a line too long to show, a whole map layer perhaps, only the
/// part around the place is shown.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: Arc<str>,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        /// The longest line shown whole, and how much of a longer one before and after, bytes.
        const LONG: usize = 200;
        const BEFORE: usize = 60;
        const AFTER: usize = 100;
        let text: &str = &self.text;
        let at = span.offset().min(text.len());
        let from = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let to = text[at..].find('\n').map_or(text.len(), |i| at + i);
        let before_from = text[..from.saturating_sub(1)]
            .rfind('\n')
            .map_or(0, |i| i + 1);
        let after_to = text[(to + 1).min(text.len())..]
            .find('\n')
            .map_or(text.len(), |i| to + 1 + i);
        let is_long = [from - before_from, to - from, after_to - to]
            .into_iter()
            .any(|length| length > LONG);
        if !is_long {
            let contents = text.read_span(span, before, after)?;
            return Ok(Box::new(MietteSpanContents::new_named(
                self.name.clone(),
                contents.data(),
                *contents.span(),
                contents.line(),
                contents.column(),
                contents.line_count(),
            )));
        }
        let whole = |mut i: usize| {
            while !text.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        // Without context it is the place itself that is asked for.
        let lead = if before == 0 { 0 } else { BEFORE };
        let start = whole(at.saturating_sub(lead).max(from));
        let end = whole((at + AFTER).min(to));
        let line = text[..from].matches('\n').count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &text.as_bytes()[start..end],
            SourceSpan::new(start.into(), end - start),
            line,
            text[from..start].chars().count(),
            1,
        )))
    }
}

/// A finding as miette shows it.
#[derive(Debug)]
struct Shown {
    message: String,
    help: Option<String>,
    level: Level,
    source: Option<Excerpt>,
    label: Option<LabeledSpan>,
}

impl Shown {
    fn new(diagnostic: &Diagnostic, output: Output) -> Self {
        let message = output.say(&diagnostic.message);
        let file = diagnostic.file.display().to_string();
        let help = diagnostic.help.as_ref().map(|help| output.say(help));
        let level = match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
        };
        let (source, label) = match (&diagnostic.source, &diagnostic.span) {
            (Some(source), Some(span)) => (
                Some(Excerpt {
                    name: file.clone(),
                    text: source.clone(),
                }),
                Some(LabeledSpan::underline(underlined(source, span))),
            ),
            _ => (None, None),
        };
        let message = if source.is_some() {
            message
        } else if diagnostic.line > 0 {
            output.say(
                &Message::new("cli-at")
                    .with("message", message)
                    .with("file", file)
                    .with("line", diagnostic.line as f64)
                    .with("column", diagnostic.column as f64),
            )
        } else {
            format!("{file}: {message}")
        };
        Self {
            message,
            help,
            level,
            source,
            label,
        }
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<Level> {
        Some(self.level)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source
            .as_ref()
            .map(|source| source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.label.iter().cloned()))
    }
}
