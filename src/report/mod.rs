//! Reports: one page of HTML out of a run, a batch or a comparison of layouts, in plain words, with maps, plots and
//! tables, for a director and an analyst.
//!
//! In comes a folder that this program wrote; out come `report.html`, which fetches nothing from anywhere, and its
//! numbers as CSV. Everything is read from the folder's files: nothing here simulates, and nothing of the folder is
//! changed. What cannot be trusted (a cut journal, another version's folder) is refused.

mod batch;
mod comparison;
mod data;
mod document;
mod error;
mod figures;
mod map;
mod pairs;
mod plots;
mod run;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};

pub use error::ReportError;

use crate::base::language::{Language, render, text};
use crate::base::message::Message;
use document::{Document, Link};

/// Name of the page in the folder.
pub const PAGE: &str = "report.html";

/// What to report on, and where to.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder.
    pub folder: PathBuf,
    /// The language of the page.
    pub language: Language,
    /// The page; [`PAGE`] in the folder when left out.
    pub page: Option<PathBuf>,
    /// Whether an earlier report may be replaced.
    pub replace: bool,
}

/// A table to be written beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sheet {
    /// Its name, `report_*.csv`.
    name: &'static str,
    /// Message key of what it holds.
    holds: &'static str,
    /// Its bytes.
    bytes: Vec<u8>,
}

/// A report that is made and not yet written.
#[derive(Debug, Clone)]
struct Made {
    document: Document,
    sheets: Vec<Sheet>,
    /// Files of the folder that hold further numbers, with the message keys of what they hold.
    there: Vec<(&'static str, &'static str)>,
}

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    Batch,
    Comparison,
}

impl Kind {
    fn of(folder: &Path) -> Result<Self, ReportError> {
        if !folder.is_dir() {
            return Err(ReportError::NoFolder(folder.to_owned()));
        }
        let marks = [
            ("comparison.json", Self::Comparison),
            ("batch.json", Self::Batch),
            ("journal.jsonl", Self::Run),
        ];
        marks
            .into_iter()
            .find(|(name, _)| folder.join(name).is_file())
            .map(|(_, kind)| kind)
            .ok_or_else(|| ReportError::Foreign(folder.to_owned()))
    }
}

/// Reads the folder, makes the report and writes it; gives the files, the page first.
///
/// # Errors
/// Folders that are none of this program's or of another version, damaged files in them, a report that is there
/// already, and what the system says on writing.
pub fn write(request: &Request) -> Result<Vec<PathBuf>, ReportError> {
    let kind = Kind::of(&request.folder)?;
    let page = request
        .page
        .clone()
        .unwrap_or_else(|| request.folder.join(PAGE));
    if page.is_dir() {
        return Err(ReportError::IsFolder(page));
    }
    let refuse = |path: &Path| {
        if path.exists() && !request.replace {
            return Err(ReportError::Exists(path.to_owned()));
        }
        Ok(())
    };
    refuse(&page)?;
    let mut made = match kind {
        Kind::Run => run::report(&request.folder, request.language)?,
        Kind::Batch => batch::report(&request.folder, request.language)?,
        Kind::Comparison => comparison::report(&request.folder, request.language)?,
    };
    let home = match page.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    add_links(&mut made, &request.folder, &home, request.language);
    let html = made
        .document
        .html()
        .map_err(|e| ReportError::write(&page, &e))?;
    let files: Vec<(PathBuf, &[u8])> = std::iter::once((page, html.as_bytes()))
        .chain(
            made.sheets
                .iter()
                .map(|sheet| (home.join(sheet.name), sheet.bytes.as_slice())),
        )
        .collect();
    for (path, _) in &files {
        refuse(path)?;
    }
    // The page last: where it stands, all of it stands.
    for (path, bytes) in files.iter().rev() {
        save(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// Writes a file beside its name and moves it there, so that a full disk leaves nothing half written.
fn save(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|e| {
        // Nobody is left to tell when it cannot be removed.
        let _ = fs::remove_file(&part);
        ReportError::write(path, &e)
    })
}

/// The last section: the numbers as files.
fn add_links(made: &mut Made, folder: &Path, home: &Path, language: Language) {
    let is_home = match (folder.canonicalize(), home.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    let new = made.sheets.iter().map(|sheet| Link {
        href: sheet.name.to_owned(),
        name: sheet.name.to_owned(),
        holds: text(language, sheet.holds),
    });
    let there = made
        .there
        .iter()
        .filter(|(name, _)| folder.join(name).is_file())
        .map(|(name, holds)| Link {
            href: if is_home {
                (*name).to_owned()
            } else {
                String::new()
            },
            name: (*name).to_owned(),
            holds: text(language, holds),
        });
    let links = new.chain(there).collect();
    made.document.sections.push(document::Section {
        id: "files",
        title: text(language, "report-section-files"),
        blocks: vec![
            document::Block::Words(vec![text(language, "report-files")]),
            document::Block::Links(links),
        ],
    });
    made.document.footer = render(
        language,
        &Message::new("report-footer").with("program", crate::results::scorecard::program()),
    );
}

/// A table as CSV with the byte-order mark that spreadsheets want, as the program's other tables have it.
fn csv(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    // Writing to memory cannot fail, and all rows are as long as the header.
    let mut all = writer.write_record(header).is_ok();
    for row in rows {
        all &= writer.write_record(row).is_ok();
    }
    debug_assert!(all);
    drop(writer);
    bytes
}
