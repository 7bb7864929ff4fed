//! The duty log: every record of the journal as a line of a table that people read.

use super::sentences::{Teller, known_to_desk};
use crate::protocol::Line;

/// The log as CSV (UTF-8 with a byte-order mark, which spreadsheet programs need to show Chinese):
/// time, time of day, kind, sentence, whether the desk knew.
pub fn duty_log_csv(
    lines: &[Line],
    teller: &Teller<'_>,
    iso: impl Fn(f64) -> String,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(["time", "clock", "kind", "sentence", "known_to_desk"])?;
    for line in lines {
        writer.write_record([
            iso(line.t_s).as_str(),
            &teller.hour_minute(line.t_s),
            &teller.kind(&line.record),
            &teller.sentence(line),
            if known_to_desk(&line.record) {
                "yes"
            } else {
                "no"
            },
        ])?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}
