//! A report before it is a page: headline, figures, sections of tables, plots and maps; and the page made of it.
//! Words are escaped by the template, pictures are [`Markup`] with their words escaped already.

use askama::Template;

use super::map::Map;
use super::svg::Markup;
use crate::base::language::{Language, text};

/// A number that stands out at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigure {
    /// What it is.
    pub label: String,
    /// The number with its unit.
    pub value: String,
    /// What belongs to it, small; may be empty.
    pub note: String,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The words.
    pub title: String,
    /// Whether it holds numbers, which stand to the right.
    pub number: bool,
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            number: false,
        }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            number: true,
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, as many fields as columns.
    pub rows: Vec<Vec<String>>,
    /// A sentence below it; may be empty.
    pub note: String,
}

impl Table {
    /// The cells of a row with the class of their column.
    fn cells<'a>(&'a self, row: &'a [String]) -> impl Iterator<Item = (&'static str, &'a String)> {
        let class = |column: &Column| if column.number { "n" } else { "w" };
        self.columns.iter().map(class).zip(row)
    }
}

/// A file beside the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its name from where the report lies; empty when it lies elsewhere and is only named.
    pub href: String,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: String,
}

/// A part of a section.
#[derive(Debug, Clone)]
pub enum Block {
    /// Sentences.
    Words(Vec<String>),
    /// A table.
    Table(Table),
    /// A picture with a sentence below it.
    Figure(Markup, String),
    /// A picture of pixels as a `data:` address, its words and a sentence below it.
    Picture(String, String),
    /// A map.
    Map(Box<Map>),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// Files.
    Links(Vec<Link>),
}

/// A section.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its name in addresses.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Document {
    /// The language.
    pub language: Language,
    /// What was run.
    pub title: String,
    /// When, how often, under what.
    pub subtitle: String,
    /// What kind of report this is.
    pub kind: String,
    /// What happened, in plain words.
    pub headline: Vec<String>,
    /// What must not be overlooked.
    pub notices: Vec<String>,
    /// Numbers that stand out.
    pub figures: Vec<KeyFigure>,
    /// The sections.
    pub sections: Vec<Section>,
    /// Who made it.
    pub footer: String,
}

/// The page.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Document,
    style: &'static str,
    script: &'static str,
}

impl Page<'_> {
    fn word(&self, key: &str) -> String {
        text(self.report.language, key)
    }

    fn lang(&self) -> &'static str {
        self.report.language.code()
    }

    fn has_map(&self) -> bool {
        let blocks = self.report.sections.iter().flat_map(|s| &s.blocks);
        blocks.into_iter().any(|b| matches!(b, Block::Map(_)))
    }
}

impl Document {
    /// The page as HTML.
    ///
    /// # Errors
    /// What the template says; only memory can run out.
    pub fn html(&self) -> Result<String, askama::Error> {
        Page {
            report: self,
            style: include_str!("../../assets/report/report.css"),
            script: include_str!("../../assets/report/map.js"),
        }
        .render()
    }
}
