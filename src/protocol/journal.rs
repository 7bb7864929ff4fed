//! The append-only journal: one JSON line a record, each carrying the hash of the line before.

use serde::{Deserialize, Serialize};

use super::record::Record;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Line {
    /// Running number from 0.
    pub seq: u64,
    /// Seconds after the start.
    pub t_s: f64,
    /// What happened.
    #[serde(flatten)]
    pub record: Record,
    /// blake3 of the line before, hexadecimal; 64 zeros for the first.
    pub prev: String,
}

/// Why a journal was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A line is not a record.
    #[error("line {line}: not a journal record ({reason})")]
    Syntax {
        /// Line number from 1.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// A line does not follow from the one before.
    #[error(
        "line {line}: its hash of the line before does not match; the journal was altered or cut"
    )]
    Chain {
        /// Line number from 1.
        line: usize,
    },
}

/// The journal of a run.
#[derive(Debug, Clone)]
pub struct Journal {
    lines: Vec<Line>,
    text: String,
    last: String,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            text: String::new(),
            last: "0".repeat(64),
        }
    }
}

impl Journal {
    /// Adds a record at `t_s` seconds.
    pub fn push(&mut self, t_s: f64, record: Record) {
        let line = Line {
            seq: self.lines.len() as u64,
            t_s,
            record,
            prev: self.last.clone(),
        };
        // Records hold numbers and strings only, which always serialise.
        let text = serde_json::to_string(&line).unwrap_or_default();
        self.last = blake3::hash(text.as_bytes()).to_hex().to_string();
        self.text.push_str(&text);
        self.text.push('\n');
        self.lines.push(line);
    }

    /// All lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The bytes of `journal.jsonl`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Hash of the last line.
    pub fn head(&self) -> &str {
        &self.last
    }
}

/// Reads a journal and checks its chain.
pub fn verify(text: &str) -> Result<Vec<Line>, JournalError> {
    let mut last = "0".repeat(64);
    let mut lines = Vec::new();
    for (i, raw) in text.lines().enumerate() {
        let line: Line = serde_json::from_str(raw).map_err(|e| JournalError::Syntax {
            line: i + 1,
            reason: e.to_string(),
        })?;
        if line.prev != last || line.seq != i as u64 {
            return Err(JournalError::Chain { line: i + 1 });
        }
        last = blake3::hash(raw.as_bytes()).to_hex().to_string();
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_that_was_touched_is_found_out() {
        let mut journal = Journal::default();
        journal.push(0.0, Record::Returning { unit: "a".into() });
        journal.push(
            10.5,
            Record::AtStation {
                unit: "a".into(),
                people: 5,
            },
        );
        assert_eq!(verify(journal.text()).unwrap(), journal.lines());
        let altered = journal.text().replacen("\"a\"", "\"b\"", 1);
        assert_eq!(verify(&altered), Err(JournalError::Chain { line: 2 }));
        assert!(matches!(
            verify("{}"),
            Err(JournalError::Syntax { line: 1, .. })
        ));
    }
}
