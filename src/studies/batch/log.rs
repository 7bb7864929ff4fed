//! The log of a batch in progress: finished groups, one line each, so that nothing finished is lost or done again.
//!
//! Each line carries its own hash. A line that was cut in the middle, by whatever ended the program, does not
//! hold and is taken off when the batch goes on.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A finished group, as lines of the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Finished {
    /// Its number.
    pub group: u64,
    /// Lines of `runs.csv`.
    pub runs: Vec<String>,
    /// Lines of `fires.csv`.
    pub fires: Vec<String>,
    /// Lines of `failures.csv`.
    pub failures: Vec<String>,
}

/// Where lines lie in the log, by group: offset and length.
pub type Index = BTreeMap<u64, (u64, u64)>;

/// The log, open for more. Memory holds a place a group, never its lines.
#[derive(Debug)]
pub struct Log {
    file: File,
    end: u64,
    /// Groups that are in it.
    pub index: Index,
}

fn hash_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

/// Reads a line of the log: none when it does not hold.
fn read_line(line: &str) -> Option<Finished> {
    let (hash, text) = line.strip_suffix('\n')?.split_once(' ')?;
    (hash == hash_of(text)).then(|| serde_json::from_str(text).ok())?
}

impl Log {
    /// Opens a log, or begins one; nobody else may have it open. Takes off what does not hold at its end.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::WouldBlock`] when somebody else writes to it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
        let mut reader = BufReader::new(&file);
        let mut index = Index::new();
        let mut end = 0_u64;
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let Some(found) = std::str::from_utf8(&line).ok().and_then(read_line) else {
                break;
            };
            index.entry(found.group).or_insert((end, line.len() as u64));
            end += line.len() as u64;
            line.clear();
        }
        drop(reader);
        file.set_len(end)?;
        Ok(Self { file, end, index })
    }

    /// Adds a finished group.
    ///
    /// # Errors
    /// What the system says; the log then ends where it ended before.
    pub fn add(&mut self, finished: &Finished) -> io::Result<()> {
        let text = serde_json::to_string(finished).map_err(io::Error::other)?;
        let line = format!("{} {text}\n", hash_of(&text));
        self.file.seek(SeekFrom::Start(self.end))?;
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Half a line would be taken off the next time too.
            let _ = self.file.set_len(self.end);
            return Err(error);
        }
        self.index
            .insert(finished.group, (self.end, line.len() as u64));
        self.end += line.len() as u64;
        Ok(())
    }

    /// Has the system write what is still in its memory.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Calls back for every group in order of number.
    ///
    /// # Errors
    /// What the system or the callback says; a line that no longer holds.
    pub fn each(&mut self, mut each: impl FnMut(Finished) -> io::Result<()>) -> io::Result<()> {
        for (offset, length) in self.index.values() {
            self.file.seek(SeekFrom::Start(*offset))?;
            let mut line = vec![0; *length as usize];
            self.file.read_exact(&mut line)?;
            let found = std::str::from_utf8(&line).ok().and_then(read_line);
            each(found.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(group: u64) -> Finished {
        Finished {
            group,
            runs: vec![format!("{group},\"two\nlines\"\n")],
            ..Finished::default()
        }
    }

    fn all(log: &mut Log) -> Vec<u64> {
        let mut found = Vec::new();
        log.each(|f| {
            assert_eq!(f, finished(f.group));
            found.push(f.group);
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn a_log_cut_anywhere_keeps_its_whole_lines_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.log");
        let mut log = Log::open(&path).unwrap();
        let mut ends = vec![0];
        for group in [3, 1, 2] {
            log.add(&finished(group)).unwrap();
            ends.push(log.end);
        }
        assert_eq!(all(&mut log), [1, 2, 3]);
        drop(log);
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut log = Log::open(&path).unwrap();
            let kept = ends
                .iter()
                .filter(|end| **end > 0 && **end <= cut as u64)
                .count();
            assert_eq!(log.index.len(), kept, "cut at {cut}");
            log.add(&finished(9)).unwrap();
            assert_eq!(all(&mut log).last(), Some(&9));
        }
        // A bit that flipped takes off all from there on.
        let mut spoilt = whole.clone();
        spoilt[ends[1] as usize + 30] ^= 1;
        std::fs::write(&path, &spoilt).unwrap();
        assert_eq!(Log::open(&path).unwrap().index.len(), 1);
    }

    #[test]
    fn two_programs_do_not_write_to_one_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.log");
        let _first = Log::open(&path).unwrap();
        let second = Log::open(&path).unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::WouldBlock);
    }
}
