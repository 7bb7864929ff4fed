//! ESRI ASCII grids (`.asc` with a `.prj` beside), in and out.
//!
//! Keys of the header in any order and spelling, corners or centres of the first cell, `nan` for "no data"
//! (as Cell2Fire instances have it), values not bound to the ends of lines. A grid keeps the narrowest type
//! that gives its text back: whole numbers, 32-bit floats, else 64-bit ones.

use std::fmt::Write as _;
use std::path::Path;

use super::{Band, BandInfo, Header, Lattice, MAX_CELLS, SampleType, Samples, Sheet, wanted};
use crate::files::{FileError, wkt};

/// Largest file read, bytes.
const MOST_BYTES: u64 = 2 << 30;
/// Where the header is looked for, bytes.
const HEAD: usize = 4096;

/// Whether the first bytes are those of an ASCII grid.
pub fn is_asc(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(256)]).to_lowercase();
    let first = text.trim_start_matches('\u{feff}').trim_start();
    [
        "ncols",
        "nrows",
        "xll",
        "yll",
        "cellsize",
        "dx ",
        "nodata_value",
    ]
    .iter()
    .any(|key| first.starts_with(key))
        && text.contains("ncols")
}

/// What the header says.
struct Head {
    lattice: Lattice,
    nodata: Option<f64>,
    /// Where the values begin, and in which line.
    body: usize,
    line: usize,
}

/// What the file says of itself. The type of its values is known only when they have been read: this reads
/// them.
pub fn header(path: &Path) -> Result<Header, FileError> {
    let sheet = read(path, None)?;
    let remarks = if sheet.system.is_none() {
        vec!["an ASCII grid holds no coordinate system, and there is no .prj beside it".to_owned()]
    } else {
        Vec::new()
    };
    Ok(Header {
        lattice: sheet.lattice,
        system: sheet.system,
        bands: sheet.bands.into_iter().map(|b| b.info).collect(),
        remarks,
    })
}

/// The one band.
pub fn read(path: &Path, bands: Option<&[usize]>) -> Result<Sheet, FileError> {
    wanted(path, 1, bands)?;
    let length = std::fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    if length > MOST_BYTES {
        return Err(FileError::content(
            path,
            format!("{length} bytes"),
            format!("at most {MOST_BYTES}"),
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| FileError::read(path, e))?;
    let head = head(path, &bytes)?;
    let cells = head.lattice.cells();
    // Two bytes a value at least: one digit and a blank.
    if cells > bytes.len() {
        return Err(FileError::content(
            path,
            format!(
                "{} bytes for {} x {} values",
                bytes.len(),
                head.lattice.cols,
                head.lattice.rows
            ),
            "a value for every cell",
        ));
    }
    let (values, lossless) = values(path, &bytes, &head)?;
    let samples = narrowest(values, lossless, head.nodata);
    let info = BandInfo {
        name: None,
        kind: samples.kind(),
        nodata: head.nodata,
    };
    Ok(Sheet {
        lattice: head.lattice,
        system: wkt::beside(path)?,
        bands: vec![Band { info, samples }],
    })
}

fn head(path: &Path, bytes: &[u8]) -> Result<Head, FileError> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).into_owned();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut line = 1;
    let (mut cols, mut rows) = (None, None);
    let (mut x, mut y, mut dx, mut dy) = (None, None, None, None);
    let (mut x_centre, mut y_centre) = (false, false);
    let mut nodata = None;
    while at < bytes.len().min(HEAD) {
        let end = bytes[at..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |n| at + n);
        let whole = String::from_utf8_lossy(&bytes[at..end]).into_owned();
        let words: Vec<&str> = whole.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        if words.is_empty() {
            at = end + 1;
            line += 1;
            continue;
        }
        if !first.starts_with(|c: char| c.is_alphabetic()) || is_void(first) {
            break;
        }
        let wrong = |expected: &str| {
            FileError::content(
                path,
                format!("line {line}: '{}'", shortened(whole.trim())),
                expected,
            )
        };
        let word = *words.get(1).ok_or_else(|| wrong("a key and its value"))?;
        if word.contains(',') {
            return Err(wrong("a decimal point, not a decimal comma"));
        }
        let number = || {
            word.parse::<f64>()
                .ok()
                .filter(|v| v.is_finite())
                .ok_or_else(|| wrong("a number after the key"))
        };
        let size = || {
            word.parse::<u64>()
                .ok()
                .filter(|&n| n > 0 && n <= MAX_CELLS)
                .map(|n| n as usize)
                .ok_or_else(|| wrong("a whole number above 0"))
        };
        match first.to_ascii_lowercase().as_str() {
            "ncols" => cols = Some(size()?),
            "nrows" => rows = Some(size()?),
            "xllcorner" => x = Some(number()?),
            "yllcorner" => y = Some(number()?),
            "xllcenter" | "xllcentre" => (x, x_centre) = (Some(number()?), true),
            "yllcenter" | "yllcentre" => (y, y_centre) = (Some(number()?), true),
            "cellsize" => (dx, dy) = (Some(number()?), Some(number()?)),
            "dx" => dx = Some(number()?),
            "dy" => dy = Some(number()?),
            "nodata_value" | "nodata" => {
                nodata = Some(if is_void(word) { f64::NAN } else { number()? });
            }
            _ => {
                return Err(wrong(
                    "ncols, nrows, xllcorner, yllcorner, cellsize or NODATA_value",
                ));
            }
        }
        at = end + 1;
        line += 1;
    }
    let missing = |key: &str| {
        FileError::content(
            path,
            format!("no {key} in the header"),
            "an ESRI ASCII grid",
        )
    };
    let cols = cols.ok_or_else(|| missing("ncols"))?;
    let rows = rows.ok_or_else(|| missing("nrows"))?;
    let dx = dx.ok_or_else(|| missing("cellsize"))?;
    let dy = dy.ok_or_else(|| missing("cellsize"))?;
    let mut west = x.ok_or_else(|| missing("xllcorner"))?;
    let mut south = y.ok_or_else(|| missing("yllcorner"))?;
    if !(dx > 0.0 && dy > 0.0) {
        return Err(FileError::content(
            path,
            format!("cells of {dx} x {dy}"),
            "cells of a positive size",
        ));
    }
    if cols as u64 * rows as u64 > MAX_CELLS {
        return Err(FileError::content(
            path,
            format!("a declared size of {cols} x {rows} cells"),
            format!("at most {MAX_CELLS} cells"),
        ));
    }
    if x_centre {
        west -= dx / 2.0;
    }
    if y_centre {
        south -= dy / 2.0;
    }
    Ok(Head {
        lattice: Lattice {
            cols,
            rows,
            dx,
            dy,
            west,
            north: south + rows as f64 * dy,
        },
        nodata: nodata.or(Some(-9999.0)),
        body: at.min(bytes.len()),
        line,
    })
}

fn is_void(word: &str) -> bool {
    ["nan", "-nan", "na", "null"]
        .iter()
        .any(|v| word.eq_ignore_ascii_case(v))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The values, and whether 32-bit floats give their text back.
fn values(path: &Path, bytes: &[u8], head: &Head) -> Result<(Vec<f64>, bool), FileError> {
    let cells = head.lattice.cells();
    let mut values = Vec::with_capacity(cells);
    let mut lossless = true;
    let mut line = head.line;
    let mut at = head.body;
    loop {
        while let Some(b) = bytes.get(at).filter(|b| b.is_ascii_whitespace()) {
            line += usize::from(*b == b'\n');
            at += 1;
        }
        if at >= bytes.len() {
            break;
        }
        let from = at;
        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace()) {
            at += 1;
        }
        let word = std::str::from_utf8(&bytes[from..at]).unwrap_or("?");
        if values.len() == cells {
            return Err(FileError::content(
                path,
                format!("line {line}: more than {cells} values"),
                format!("{} x {}", head.lattice.cols, head.lattice.rows),
            ));
        }
        let value = if is_void(word) {
            f64::NAN
        } else {
            let parsed: Option<f64> = word.parse().ok().filter(|v: &f64| v.is_finite());
            parsed.ok_or_else(|| {
                let expected = if word.contains(',') {
                    "a decimal point, not a decimal comma"
                } else {
                    "a number"
                };
                FileError::content(
                    path,
                    format!("line {line}: '{}'", shortened(word)),
                    expected,
                )
            })?
        };
        lossless = lossless && (value.is_nan() || decimal(value as f32) == value);
        values.push(value);
    }
    if values.len() != cells {
        return Err(FileError::content(
            path,
            format!("{} values, the last in line {line}", values.len()),
            format!(
                "{cells}, {} in each of {} rows",
                head.lattice.cols, head.lattice.rows
            ),
        ));
    }
    Ok((values, lossless))
}

/// The number that the shortest text of a 32-bit float says.
fn decimal(v: f32) -> f64 {
    if libm::truncf(v) == v && v.abs() < 1e7 {
        return f64::from(v);
    }
    v.to_string().parse().unwrap_or(f64::NAN)
}

fn narrowest(values: Vec<f64>, lossless: bool, nodata: Option<f64>) -> Samples {
    let whole = values.iter().all(|&v| libm::trunc(v) == v);
    let nodata_whole = nodata.is_none_or(|v| libm::trunc(v) == v);
    if whole && nodata_whole {
        let fits = |low: f64, high: f64| values.iter().all(|&v| (low..=high).contains(&v));
        if fits(f64::from(i16::MIN), f64::from(i16::MAX)) {
            return Samples::I16(values.iter().map(|&v| v as i16).collect());
        }
        if fits(f64::from(i32::MIN), f64::from(i32::MAX)) {
            return Samples::I32(values.iter().map(|&v| v as i32).collect());
        }
    }
    if lossless {
        Samples::F32(values.iter().map(|&v| v as f32).collect())
    } else {
        Samples::F64(values)
    }
}

/// Writes the one band, and the `.prj` beside it. "No data" that is not a number is written as `nan`.
pub fn write(path: &Path, sheet: &Sheet) -> Result<(), FileError> {
    let [band] = &sheet.bands[..] else {
        return Err(FileError::write(
            path,
            format!("{} bands; an ASCII grid holds one", sheet.bands.len()),
        ));
    };
    let l = &sheet.lattice;
    let mut text = format!(
        "ncols {}\nnrows {}\nxllcorner {}\nyllcorner {}\n",
        l.cols,
        l.rows,
        l.west,
        corner(l)
    );
    // Writing to a string cannot fail.
    let _ = if l.dx == l.dy {
        writeln!(text, "cellsize {}", l.dx)
    } else {
        writeln!(text, "dx {}\ndy {}", l.dx, l.dy)
    };
    let word = |v: f64, narrow: bool| {
        if v.is_nan() {
            "nan".to_owned()
        } else if narrow {
            (v as f32).to_string()
        } else {
            v.to_string()
        }
    };
    let narrow = band.samples.kind() == SampleType::F32;
    if let Some(nodata) = band.info.nodata {
        let _ = writeln!(text, "NODATA_value {}", word(nodata, false));
    }
    for row in 0..l.rows {
        for col in 0..l.cols {
            if col > 0 {
                text.push(' ');
            }
            text.push_str(&word(band.samples.value(row * l.cols + col), narrow));
        }
        text.push('\n');
    }
    std::fs::write(path, text).map_err(|e| FileError::write(path, e))?;
    match &sheet.system {
        Some(system) => wkt::write_beside(path, system),
        None => Ok(()),
    }
}

/// The south edge such that reading it gives the same north edge again.
fn corner(l: &Lattice) -> f64 {
    let south = l.south();
    let high = l.rows as f64 * l.dy;
    let candidates = [
        south,
        libm::nextafter(south, f64::INFINITY),
        libm::nextafter(south, f64::NEG_INFINITY),
    ];
    candidates
        .into_iter()
        .find(|s| s + high == l.north)
        .unwrap_or(south)
}
