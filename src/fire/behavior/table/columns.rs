//! Reading a table by the names of its columns and writing it back with answers.

use std::io::{Read, Write};

use csv::{Reader, ReaderBuilder, StringRecord, Writer};

use super::error::BehaviorCsvError;
use crate::fire::behavior::Moistures;
use crate::fire::behavior::fuel::{self, FuelModel};

/// Above this a moisture was surely meant in percent, fraction of dry weight.
pub(super) const MOISTEST: f64 = 5.0;
/// Stronger winds do not blow, m/min (600 km/h).
pub(super) const STRONGEST_WIND: f64 = 10_000.0;
/// Steeper ground is a cliff, rise over run.
pub(super) const STEEPEST: f64 = 100.0;
/// No tree is higher, m.
pub(super) const HIGHEST_TREE: f64 = 150.0;
/// Denser crowns would be solid wood, kg/m3.
pub(super) const DENSEST_CROWN: f64 = 100.0;

/// The columns of a kind of table.
pub(crate) struct Layout {
    /// Columns read, and echoed in this order.
    pub inputs: &'static [&'static str],
    /// Columns computed, in this order.
    pub outputs: &'static [&'static str],
    /// Computed columns whose number is taken from the file when it has them.
    pub upstream: &'static [&'static str],
}

/// A table whose header has been read.
pub(crate) struct Table<R> {
    reader: Reader<R>,
    header: StringRecord,
}

impl<R: Read> Table<R> {
    pub fn open(input: R) -> Result<Self, BehaviorCsvError> {
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(input);
        let header = reader.headers().map_err(read_error)?;
        // A file from a spreadsheet may begin with a byte order mark.
        let header = header
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}'))
            .collect();
        Ok(Self { reader, header })
    }

    pub fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// Writes the inputs as they stand followed by the computed columns, one row for one row;
    /// nothing when any row is at fault.
    pub fn answer(
        mut self,
        layout: &Layout,
        mut output: impl Write,
        compute: impl Fn(&Row) -> Result<Vec<f64>, BehaviorCsvError>,
    ) -> Result<(), BehaviorCsvError> {
        let columns = Columns::find(&self.header, layout)?;
        let mut writer = Writer::from_writer(Vec::new());
        write_row(
            &mut writer,
            layout.inputs.iter().chain(layout.outputs).copied(),
        )?;
        for record in self.reader.records() {
            let record = record.map_err(read_error)?;
            let row = Row {
                record: &record,
                columns: &columns,
                line: record.position().map_or(0, csv::Position::line),
            };
            if record.len() != self.header.len() {
                return Err(BehaviorCsvError::FieldCount {
                    line: row.line,
                    found: record.len(),
                    expected: self.header.len(),
                });
            }
            let outputs: Vec<String> = compute(&row)?.iter().map(ToString::to_string).collect();
            debug_assert_eq!(outputs.len(), layout.outputs.len());
            let inputs = columns.inputs.iter().map(|&(_, at)| &record[at]);
            write_row(
                &mut writer,
                inputs.chain(outputs.iter().map(String::as_str)),
            )?;
        }
        let table = writer
            .into_inner()
            .map_err(|error| BehaviorCsvError::Write(std::io::Error::other(error.to_string())))?;
        output
            .write_all(&table)
            .and_then(|()| output.flush())
            .map_err(BehaviorCsvError::Write)
    }
}

/// Where each column stands in the header.
struct Columns {
    inputs: Vec<(&'static str, usize)>,
    upstream: Vec<(&'static str, usize)>,
}

impl Columns {
    fn find(header: &StringRecord, layout: &Layout) -> Result<Self, BehaviorCsvError> {
        let mut inputs = Vec::new();
        for &column in layout.inputs {
            let Some(at) = place(header, column)? else {
                let strangers = header
                    .iter()
                    .filter(|name| !layout.inputs.contains(name) && !layout.outputs.contains(name));
                return Err(BehaviorCsvError::MissingColumn {
                    column,
                    similar: most_similar(column, strangers),
                });
            };
            inputs.push((column, at));
        }
        let mut upstream = Vec::new();
        for &column in layout.upstream {
            if let Some(at) = place(header, column)? {
                upstream.push((column, at));
            }
        }
        Ok(Self { inputs, upstream })
    }
}

/// Where a column stands, if anywhere.
fn place(header: &StringRecord, column: &'static str) -> Result<Option<usize>, BehaviorCsvError> {
    let mut found = header
        .iter()
        .enumerate()
        .filter(|(_, name)| *name == column);
    let at = found.next().map(|(at, _)| at);
    if found.next().is_some() {
        return Err(BehaviorCsvError::RepeatedColumn { column });
    }
    Ok(at)
}

/// The candidate that is most like the word, if any is like it at all.
fn most_similar<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    candidates
        .map(|c| {
            (
                strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &c.to_lowercase()),
                c,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c.to_owned())
}

/// One row of the input.
pub(crate) struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
    line: u64,
}

impl<'a> Row<'a> {
    /// The text under an input column.
    fn text(&self, column: &str) -> &'a str {
        at(&self.columns.inputs, column).map_or("", |at| &self.record[at])
    }

    /// The number under an input column, in a closed range.
    pub fn number(
        &self,
        column: &'static str,
        min: f64,
        max: f64,
    ) -> Result<f64, BehaviorCsvError> {
        self.parsed(self.text(column), column, min, max)
    }

    /// The number under an upstream column, where the file has it.
    pub fn given(&self, column: &'static str, max: f64) -> Result<Option<f64>, BehaviorCsvError> {
        at(&self.columns.upstream, column)
            .map(|at| self.parsed(&self.record[at], column, 0.0, max))
            .transpose()
    }

    /// The whole number under an input column, in a closed range; `1.0` is one too.
    pub fn whole(&self, column: &'static str, min: i32, max: i32) -> Result<i32, BehaviorCsvError> {
        let value = self.number(column, f64::from(min), f64::from(max))?;
        if value.fract() != 0.0 {
            return Err(BehaviorCsvError::NotWhole {
                line: self.line,
                column,
                found: self.text(column).to_owned(),
            });
        }
        Ok(value as i32)
    }

    /// A bearing, degrees.
    pub fn bearing(&self, column: &'static str) -> Result<f64, BehaviorCsvError> {
        self.number(column, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn parsed(
        &self,
        text: &str,
        column: &'static str,
        min: f64,
        max: f64,
    ) -> Result<f64, BehaviorCsvError> {
        let Some(value) = text.parse::<f64>().ok().filter(|v| v.is_finite()) else {
            return Err(BehaviorCsvError::NotANumber {
                line: self.line,
                column,
                found: text.to_owned(),
            });
        };
        if (min..=max).contains(&value) {
            return Ok(value);
        }
        Err(BehaviorCsvError::OutOfRange {
            line: self.line,
            column,
            found: text.to_owned(),
            min,
            max,
        })
    }

    /// The standard fuel model under `fuel_model`.
    pub fn fuel_model(&self) -> Result<&'static FuelModel, BehaviorCsvError> {
        let text = self.text("fuel_model");
        // Tools that know only floating point write 101 as 101.0.
        let number = text.strip_suffix(".0").unwrap_or(text).parse().ok();
        number
            .and_then(fuel::standard)
            .or_else(|| fuel::by_code(&text.to_uppercase()))
            .ok_or_else(|| {
                let codes = fuel::all().map(|m| m.code.as_str());
                let is_code = text.starts_with(|c: char| c.is_ascii_alphabetic());
                BehaviorCsvError::UnknownFuelModel {
                    line: self.line,
                    found: text.to_owned(),
                    similar: if is_code {
                        most_similar(text, codes)
                    } else {
                        None
                    },
                }
            })
    }

    /// The five moistures of surface fuel.
    pub fn moistures(&self) -> Result<Moistures, BehaviorCsvError> {
        let moisture = |column| self.number(column, 0.0, MOISTEST);
        Ok(Moistures {
            dead_1h: moisture("m_1h_frac")?,
            dead_10h: moisture("m_10h_frac")?,
            dead_100h: moisture("m_100h_frac")?,
            live_herb: moisture("m_live_herb_frac")?,
            live_woody: moisture("m_live_woody_frac")?,
        })
    }
}

fn at(columns: &[(&'static str, usize)], column: &str) -> Option<usize> {
    let found = columns.iter().find(|(name, _)| *name == column);
    found.map(|&(_, at)| at)
}

fn read_error(error: csv::Error) -> BehaviorCsvError {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => BehaviorCsvError::NotText {
            line: pos.as_ref().map_or(1, csv::Position::line),
        },
        _ => BehaviorCsvError::Read(error),
    }
}

fn write_row<'a>(
    writer: &mut Writer<Vec<u8>>,
    fields: impl Iterator<Item = &'a str>,
) -> Result<(), BehaviorCsvError> {
    writer
        .write_record(fields)
        .map_err(|error| BehaviorCsvError::Write(std::io::Error::other(error)))
}
