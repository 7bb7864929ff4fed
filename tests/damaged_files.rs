//! Damaged files: each gets one diagnostic that names the file and the fault, none panics, hangs or takes
//! memory for what a header merely claims.

use std::path::{Path, PathBuf};

use fireline::authoring::from_files::{self, Request};
use fireline::files::describe::describe;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/damaged")
}

/// `file;what is to be said`, of `expected.csv`.
fn expected() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("expected.csv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let (file, said) = line.split_once(';').unwrap();
            (file.to_owned(), said.to_owned())
        })
        .collect()
}

/// What is said of a file: its error, or what was remarked on it.
fn said(path: &Path) -> String {
    match describe(path) {
        Err(error) => error.to_string(),
        Ok(found) => format!("{}: {}", path.display(), found.remarks.join("; ")),
    }
}

/// What is said of a folder that is to become a scenario.
fn said_of_scenario(path: &Path, out: &Path) -> String {
    let request = Request {
        sources: vec![path.to_owned()],
        out: out.to_owned(),
        snap_m: 10.0,
        ..Request::default()
    };
    match from_files::build(&request) {
        Err(error) => error.to_string(),
        Ok(made) => made
            .notes
            .iter()
            .map(|n| format!("{} {:?}", n.message.key, n.message.args))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// Memory that any small file may take: text, tables of systems, one page cache of SQLite.
const USUAL_BYTES: usize = 6 << 20;

#[test]
fn every_damaged_file_gets_a_diagnostic_that_names_it_and_its_fault() {
    let all = expected();
    assert!(all.len() >= 60, "{} files", all.len());
    let out = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    // The tables of coordinate systems are made once, by whoever comes first.
    let _ = said(&folder().join("tif/no_system.tif"));
    for (name, part) in &all {
        let path = folder().join(name);
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let said = if path.is_dir() {
            said_of_scenario(&path, out.path())
        } else {
            said(&path)
        };
        let taken = MEMORY.peak_usage().saturating_sub(before);
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let names_it = path.is_dir() || said.contains(&stem);
        if !said.contains(part.as_str()) || !names_it {
            wrong.push(format!("{name}: expected `{part}`, said: {said}"));
        }
        if taken > USUAL_BYTES {
            wrong.push(format!("{name}: {taken} bytes taken"));
        }
        if said.lines().count() > 1 {
            wrong.push(format!("{name}: several lines: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_damaged_file_has_its_line() {
    // What lies beside another file and is read with it.
    const PARTS: [&str; 4] = ["dbf", "prj", "wnd", "csv"];
    let known = expected();
    for kind in std::fs::read_dir(folder()).unwrap() {
        let kind = kind.unwrap().path();
        if !kind.is_dir() {
            continue;
        }
        let name = kind.file_name().unwrap().to_string_lossy().into_owned();
        if known.iter().any(|(file, _)| *file == name) || name.starts_with("folder_") {
            continue;
        }
        for file in std::fs::read_dir(&kind).unwrap() {
            let file = file.unwrap().path();
            let line = format!("{name}/{}", file.file_name().unwrap().to_string_lossy());
            let part = file
                .extension()
                .is_some_and(|e| PARTS.contains(&e.to_string_lossy().as_ref()));
            assert!(
                part || known.iter().any(|(file, _)| *file == line),
                "{line} has no line in expected.csv"
            );
        }
    }
}
