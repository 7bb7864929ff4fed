//! Surface behaviour for a table of inputs: the library side of `fireline behavior --csv FILE`.
//!
//! The columns are those of a comparison table made with firelab/behave, so that one file can serve
//! as input here and as reference there.

use std::io::{Read, Write};

use csv::{ReaderBuilder, StringRecord, Writer};

use super::fuel::{self, FuelModel};
use super::{FuelBed, Moistures, SurfaceSpread};
use crate::base::message::Message;
use crate::base::units::MetresPerMinute;

/// Columns read, and echoed in this order.
const INPUTS: [&str; 11] = [
    "id",
    "fuel_model",
    "m_1h_frac",
    "m_10h_frac",
    "m_100h_frac",
    "m_live_herb_frac",
    "m_live_woody_frac",
    "wind_midflame_m_min",
    "wind_from_deg",
    "slope_rise_run",
    "aspect_deg",
];

/// Columns computed, in this order.
const OUTPUTS: [&str; 15] = [
    "ros_max_nolimit_m_min",
    "dir_max_deg",
    "fli_kW_m",
    "flame_length_m",
    "heat_per_unit_area_kJ_m2",
    "reaction_intensity_kW_m2",
    "lw_ratio",
    "eccentricity",
    "ros_back_m_min",
    "ros_flank_m_min",
    "slope_factor",
    "savr_1_ft",
    "packing_ratio",
    "rel_packing_ratio",
    "residence_time_min",
];

/// Above this a moisture was surely meant in percent, fraction of dry weight.
const MOISTEST: f64 = 5.0;
/// Stronger winds do not blow, m/min (600 km/h).
const STRONGEST_WIND: f64 = 10_000.0;
/// Steeper ground is a cliff, rise over run.
const STEEPEST: f64 = 100.0;
/// A fire whose head runs within this angle clockwise of upslope is reported as running upslope
/// (behave), degrees.
const UPSLOPE_SNAP_DEG: f64 = 0.5;

/// What is wrong with a table of inputs. Lines count from 1, the header included.
#[derive(Debug, thiserror::Error)]
pub enum BehaviorCsvError {
    /// A column is missing from the header.
    #[error("line 1: no column `{column}`{}", suggest(.similar.as_deref()))]
    MissingColumn {
        /// The column.
        column: &'static str,
        /// A column of the file with a similar name.
        similar: Option<String>,
    },
    /// A column stands twice in the header.
    #[error("line 1: column `{column}` stands twice")]
    RepeatedColumn {
        /// The column.
        column: &'static str,
    },
    /// A row does not have as many fields as the header.
    #[error("line {line}: {found} fields found, {expected} expected as in the header")]
    FieldCount {
        /// Line in the file.
        line: u64,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A field is not a number.
    #[error("line {line}, column `{column}`: a finite number expected, found `{found}`")]
    NotANumber {
        /// Line in the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number is out of its range.
    #[error("line {line}, column `{column}`: {found} is out of range, {min} to {max} expected")]
    OutOfRange {
        /// Line in the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// A fuel model that is not one of the standard ones.
    #[error(
        "line {line}, column `fuel_model`: no standard fuel model `{found}`; 1-13, 91-93, 98, 99, \
         101-109, 121-124, 141-149, 161-165, 181-189, 201-204 or a code such as `TL8` expected{}",
        suggest(.similar.as_deref())
    )]
    UnknownFuelModel {
        /// Line in the file.
        line: u64,
        /// What stands there.
        found: String,
        /// A code with a similar name.
        similar: Option<String>,
    },
    /// The bytes are not a readable table.
    #[error("line {line}: not UTF-8 text")]
    NotText {
        /// Line in the file.
        line: u64,
    },
    /// Reading failed.
    #[error("cannot read the table: {0}")]
    Read(#[source] csv::Error),
    /// Writing failed.
    #[error("cannot write the table: {0}")]
    Write(#[source] std::io::Error),
}

/// "; did you mean ...?" when there is something to suggest.
fn suggest(similar: Option<&str>) -> String {
    similar
        .map(|s| format!("; did you mean `{s}`?"))
        .unwrap_or_default()
}

impl BehaviorCsvError {
    /// The fault as a message key with arguments (`assets/i18n/*/behavior.ftl`).
    pub fn message(&self) -> Message {
        let with_similar = |message: Message, similar: &Option<String>| {
            message.with("similar", similar.as_deref().unwrap_or("none"))
        };
        match self {
            Self::MissingColumn { column, similar } => with_similar(
                Message::new("behavior-csv-missing-column").with("column", *column),
                similar,
            ),
            Self::RepeatedColumn { column } => {
                Message::new("behavior-csv-repeated-column").with("column", *column)
            }
            Self::FieldCount {
                line,
                found,
                expected,
            } => Message::new("behavior-csv-field-count")
                .with("line", line.to_string())
                .with("found", found.to_string())
                .with("expected", expected.to_string()),
            Self::NotANumber {
                line,
                column,
                found,
            } => Message::new("behavior-csv-not-a-number")
                .with("line", line.to_string())
                .with("column", *column)
                .with("found", found.as_str()),
            Self::OutOfRange {
                line,
                column,
                found,
                min,
                max,
            } => Message::new("behavior-csv-out-of-range")
                .with("line", line.to_string())
                .with("column", *column)
                .with("found", found.as_str())
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Self::UnknownFuelModel {
                line,
                found,
                similar,
            } => with_similar(
                Message::new("behavior-csv-unknown-fuel-model")
                    .with("line", line.to_string())
                    .with("found", found.as_str()),
                similar,
            ),
            Self::NotText { line } => {
                Message::new("behavior-csv-not-text").with("line", line.to_string())
            }
            Self::Read(error) => {
                Message::new("behavior-csv-read").with("reason", error.to_string())
            }
            Self::Write(error) => {
                Message::new("behavior-csv-write").with("reason", error.to_string())
            }
        }
    }
}

/// Reads a CSV table with at least the input columns, in any order, and writes the inputs as they
/// stood followed by the computed columns, one row for one row. Other columns of the input, the
/// computed ones among them, are ignored.
///
/// Input columns: `id` (any text), `fuel_model` (standard number or code), five moistures as
/// fractions of dry weight (0 to 5), midflame wind in m/min, the bearing it comes from, slope as
/// rise over run, and aspect (downhill) in degrees clockwise from north. The computed names hold
/// their units; `ros_flank_m_min` is the growth of the half-width. Numbers are written so that they
/// read back to the same `f64`.
///
/// Nothing is written when any row is at fault.
pub fn behavior_csv(input: impl Read, mut output: impl Write) -> Result<(), BehaviorCsvError> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(input);
    let header = reader.headers().map_err(read_error)?.clone();
    let columns = find_columns(&header)?;

    let mut writer = Writer::from_writer(Vec::new());
    write_row(&mut writer, INPUTS.iter().chain(&OUTPUTS).copied())?;
    for record in reader.records() {
        let record = record.map_err(read_error)?;
        let row = Row {
            record: &record,
            columns: &columns,
            line: line_of(&record),
        };
        if record.len() != header.len() {
            return Err(BehaviorCsvError::FieldCount {
                line: row.line,
                found: record.len(),
                expected: header.len(),
            });
        }
        let outputs = row.behavior()?.map(|value| value.to_string());
        let inputs = (0..INPUTS.len()).map(|column| row.text(column));
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

/// Where each input column stands in the header.
fn find_columns(header: &StringRecord) -> Result<[usize; INPUTS.len()], BehaviorCsvError> {
    let mut columns = [0; INPUTS.len()];
    for (place, column) in columns.iter_mut().zip(INPUTS) {
        // A file from a spreadsheet may begin with a byte order mark.
        let mut found = header
            .iter()
            .enumerate()
            .filter(|(_, name)| name.trim_start_matches('\u{feff}') == column);
        let Some((at, _)) = found.next() else {
            let strangers = header
                .iter()
                .filter(|name| !INPUTS.contains(name) && !OUTPUTS.contains(name));
            return Err(BehaviorCsvError::MissingColumn {
                column,
                similar: most_similar(column, strangers),
            });
        };
        if found.next().is_some() {
            return Err(BehaviorCsvError::RepeatedColumn { column });
        }
        *place = at;
    }
    Ok(columns)
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
struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a [usize; INPUTS.len()],
    line: u64,
}

impl<'a> Row<'a> {
    /// The text under one of [`INPUTS`].
    fn text(&self, column: usize) -> &'a str {
        &self.record[self.columns[column]]
    }

    /// The number under one of [`INPUTS`], in a closed range.
    fn number(&self, column: usize, min: f64, max: f64) -> Result<f64, BehaviorCsvError> {
        let text = self.text(column);
        let Some(value) = text.parse::<f64>().ok().filter(|v| v.is_finite()) else {
            return Err(BehaviorCsvError::NotANumber {
                line: self.line,
                column: INPUTS[column],
                found: text.to_owned(),
            });
        };
        if (min..=max).contains(&value) {
            return Ok(value);
        }
        Err(BehaviorCsvError::OutOfRange {
            line: self.line,
            column: INPUTS[column],
            found: text.to_owned(),
            min,
            max,
        })
    }

    fn fuel_model(&self) -> Result<&'static FuelModel, BehaviorCsvError> {
        let text = self.text(1);
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

    /// The computed columns in the order of [`OUTPUTS`].
    fn behavior(&self) -> Result<[f64; OUTPUTS.len()], BehaviorCsvError> {
        let model = self.fuel_model()?;
        let moisture = |column| self.number(column, 0.0, MOISTEST);
        let moistures = Moistures {
            dead_1h: moisture(2)?,
            dead_10h: moisture(3)?,
            dead_100h: moisture(4)?,
            live_herb: moisture(5)?,
            live_woody: moisture(6)?,
        };
        let wind = MetresPerMinute(self.number(7, 0.0, STRONGEST_WIND)?);
        let wind_from = self.number(8, f64::NEG_INFINITY, f64::INFINITY)?;
        let slope = self.number(9, 0.0, STEEPEST)?;
        let aspect = self.number(10, f64::NEG_INFINITY, f64::INFINITY)?;

        let bed = FuelBed::new(model, &moistures);
        let upslope = aspect + 180.0;
        let s = bed.spread(wind, wind_from + 180.0, slope, upslope);
        Ok([
            s.ros_max.0,
            reported_direction(&s, upslope),
            s.fireline_intensity.0,
            s.flame_length().0,
            s.heat_per_area.0,
            s.reaction_intensity.0,
            s.length_to_width,
            s.eccentricity,
            s.ros_back.0,
            s.ros_flank.0,
            s.slope_factor,
            bed.sigma_per_ft(),
            bed.packing_ratio(),
            bed.relative_packing_ratio(),
            s.residence_time_min,
        ])
    }
}

/// The head's direction as behave reports it: exactly upslope when it is nearly so.
fn reported_direction(spread: &SurfaceSpread, upslope_deg: f64) -> f64 {
    let from_upslope = (spread.dir_max_deg - upslope_deg).rem_euclid(360.0);
    if from_upslope < UPSLOPE_SNAP_DEG {
        upslope_deg.rem_euclid(360.0)
    } else {
        spread.dir_max_deg
    }
}

fn line_of(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,fuel_model,m_1h_frac,m_10h_frac,m_100h_frac,m_live_herb_frac,\
        m_live_woody_frac,wind_midflame_m_min,wind_from_deg,slope_rise_run,aspect_deg";

    fn run(table: &str) -> Result<String, BehaviorCsvError> {
        let mut out = Vec::new();
        behavior_csv(table.as_bytes(), &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn fault(row: &str) -> String {
        run(&format!(
            "{HEADER}\n0,1,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n{row}\n"
        ))
        .unwrap_err()
        .to_string()
    }

    #[test]
    fn rows_keep_their_order_and_columns_that_are_not_inputs_are_dropped() {
        let table = format!(
            "note,{HEADER},lw_ratio\nx,b,GR4,.05,0.06,0.07,0.5,0.9,50,10,0.1,20,99\n\
             y,a,101.0,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20,99\n"
        );
        let out = run(&table).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], format!("{HEADER},{}", OUTPUTS.join(",")));
        assert!(lines[1].starts_with("b,GR4,.05,") && lines[2].starts_with("a,101.0,"));
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|l| l.split(',').count() == INPUTS.len() + OUTPUTS.len())
        );
    }

    #[test]
    fn the_answer_may_be_asked_again() {
        let once = run(&format!(
            "{HEADER}\n7,TL8,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n"
        ))
        .unwrap();
        assert_eq!(run(&once).unwrap(), once);
        assert_eq!(
            run(&format!("\u{feff}{HEADER}\n")).unwrap().lines().count(),
            1
        );
    }

    #[test]
    fn a_misspelt_column_is_named_with_a_suggestion() {
        let error = run(&format!(
            "{}\n",
            HEADER.replace("slope_rise_run", "slop_rise_run")
        ))
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: no column `slope_rise_run`; did you mean `slop_rise_run`?"
        );
        assert_eq!(error.message().key, "behavior-csv-missing-column");
        assert_eq!(run("").unwrap_err().to_string(), "line 1: no column `id`");
        assert_eq!(
            run(&format!("{HEADER},id\n")).unwrap_err().to_string(),
            "line 1: column `id` stands twice"
        );
    }

    #[test]
    fn a_bad_field_is_named_by_line_and_column() {
        assert_eq!(
            fault("1,1,-0.05,0.06,0.07,0.5,0.9,50,10,0.1,20"),
            "line 3, column `m_1h_frac`: -0.05 is out of range, 0 to 5 expected"
        );
        assert_eq!(
            fault("1,1,0.05,0.06,NaN,0.5,0.9,50,10,0.1,20"),
            "line 3, column `m_100h_frac`: a finite number expected, found `NaN`"
        );
        assert_eq!(
            fault("1,1,0.05,0.06,0.07,0.5,0.9,50,,0.1,20"),
            "line 3, column `wind_from_deg`: a finite number expected, found ``"
        );
        assert!(
            fault("1,150,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20")
                .contains("no standard fuel model `150`")
        );
        assert!(
            fault("1,TL88,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20").ends_with("did you mean `TL8`?")
        );
        assert_eq!(
            fault("1,1,0.05"),
            "line 3: 3 fields found, 11 expected as in the header"
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_by_line() {
        let mut table = format!("{HEADER}\n").into_bytes();
        table.extend(b"\xff,1,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n");
        let mut out = Vec::new();
        let error = behavior_csv(&table[..], &mut out).unwrap_err();
        assert_eq!(error.to_string(), "line 2: not UTF-8 text");
        assert!(out.is_empty());
    }

    #[test]
    fn bare_ground_has_no_behaviour() {
        let out = run(&format!(
            "{HEADER}\n7,98,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n"
        ))
        .unwrap();
        let row = out.lines().nth(1).unwrap();
        assert!(row.contains(",0,200,0,0,0,0,1,0,0,0,0,0,0,0,0"), "{row}");
    }
}
