//! FARSITE and FlamMap landscape files (`.lcp`, version 4), in and out.
//!
//! Layout after GDAL's `lcpdataset.cpp` and FARSITE's `struct headdata`: a header of 7,316 bytes, then
//! 16-bit whole numbers cell by cell, north-west first. There is no projection inside (a `.prj` beside it
//! holds it) and no "no data" value (-9999 by custom). Values stay as they are stored; [`LcpUnits`] says
//! what they mean.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use super::{Band, BandInfo, Header, Lattice, MAX_CELLS, SampleType, Samples, Sheet, wanted};
use crate::files::{FileError, wkt};

const HEADER: usize = 7316;
const VOID: f64 = -9999.0;
/// The bands that every file has, those of crowns, and those of the ground.
pub const LCP_BANDS: [&str; 10] = [
    "elevation",
    "slope",
    "aspect",
    "fuel model",
    "canopy cover",
    "canopy height",
    "canopy base height",
    "canopy bulk density",
    "duff loading",
    "coarse woody",
];
/// Where the names of the files that the bands came from stand.
const FILES_AT: usize = 4244;
const DESCRIPTION_AT: usize = 6804;
/// Where the codes of the units stand, two bytes each.
const UNITS_AT: usize = 4224;

/// Codes of the units of a landscape file's bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LcpUnits {
    /// Elevation: 0 metres, 1 feet.
    pub elevation: i16,
    /// Slope: 0 degrees, 1 percent.
    pub slope: i16,
    /// Aspect: 0 GRASS categories, 1 GRASS degrees (counter-clockwise from east), 2 degrees from north.
    pub aspect: i16,
    /// Fuel: 0 neither custom models nor conversion, 1 custom, 2 conversion, 3 both.
    pub fuel: i16,
    /// Canopy cover: 0 categories 0 to 4, 1 percent.
    pub cover: i16,
    /// Canopy height: 1 metres, 2 feet, 3 metres times 10, 4 feet times 10.
    pub height: i16,
    /// Canopy base height: as height.
    pub base: i16,
    /// Canopy bulk density: 1 kg/m3, 2 lb/ft3, 3 kg/m3 times 100, 4 lb/ft3 times 1000.
    pub density: i16,
    /// Duff: 1 Mg/ha, 2 t/ac.
    pub duff: i16,
    /// Coarse woody option.
    pub woody: i16,
}

impl LcpUnits {
    /// As LANDFIRE serves its layers.
    pub const LANDFIRE: Self = Self {
        elevation: 0,
        slope: 0,
        aspect: 2,
        fuel: 0,
        cover: 1,
        height: 3,
        base: 3,
        density: 3,
        duff: 1,
        woody: 0,
    };

    fn codes(self) -> [i16; 10] {
        [
            self.elevation,
            self.slope,
            self.aspect,
            self.fuel,
            self.cover,
            self.height,
            self.base,
            self.density,
            self.duff,
            self.woody,
        ]
    }

    /// The units of a file.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        open(path).map(|o| o.units)
    }
}

struct Opened {
    file: File,
    header: Header,
    units: LcpUnits,
}

/// Whether the first bytes are those of a landscape file (GDAL's own test).
pub fn is_lcp(head: &[u8]) -> bool {
    let int = |at: usize| {
        head.get(at..at + 4)
            .and_then(|b| b.try_into().ok())
            .map(i32::from_le_bytes)
    };
    let flag = |v: Option<i32>| matches!(v, Some(20 | 21));
    flag(int(0)) && flag(int(4)) && int(8).is_some_and(|lat| (-90..=90).contains(&lat))
}

/// What the file says of itself.
pub fn header(path: &Path) -> Result<Header, FileError> {
    open(path).map(|o| o.header)
}

/// The units of a landscape file's layers.
pub fn units(path: &Path) -> Result<LcpUnits, FileError> {
    open(path).map(|o| o.units)
}

/// The bands asked for, counted from 0; all when none are named.
pub fn read(path: &Path, bands: Option<&[usize]>) -> Result<Sheet, FileError> {
    let mut opened = open(path)?;
    let count = opened.header.bands.len();
    let wanted = wanted(path, count, bands)?;
    let lattice = opened.header.lattice;
    // The size has been compared with the file's: what is asked for is there.
    let mut bytes = Vec::new();
    opened
        .file
        .read_to_end(&mut bytes)
        .map_err(|e| FileError::read(path, e))?;
    let (values, _) = bytes.as_chunks::<2>();
    if values.len() != lattice.cells() * count {
        return Err(FileError::content(
            path,
            format!("{} values", values.len()),
            format!("{}", lattice.cells() * count),
        ));
    }
    let bands = wanted
        .iter()
        .map(|&b| Band {
            info: opened.header.bands[b].clone(),
            samples: Samples::I16(
                values[b..]
                    .iter()
                    .step_by(count)
                    .map(|v| i16::from_le_bytes(*v))
                    .collect(),
            ),
        })
        .collect();
    Ok(Sheet {
        lattice,
        system: opened.header.system,
        bands,
    })
}

fn open(path: &Path) -> Result<Opened, FileError> {
    let mut file = File::open(path).map_err(|e| FileError::read(path, e))?;
    let length = file.metadata().map_err(|e| FileError::read(path, e))?.len();
    let mut head = vec![0_u8; HEADER];
    if length < HEADER as u64 {
        return Err(FileError::content(
            path,
            format!("{length} bytes"),
            format!("at least the {HEADER} bytes of the header of a landscape file"),
        ));
    }
    file.read_exact(&mut head)
        .map_err(|e| FileError::read(path, e))?;
    if !is_lcp(&head) {
        return Err(FileError::content(
            path,
            "other first bytes",
            "a landscape file (20 or 21, 20 or 21, a latitude)",
        ));
    }
    let int = |at: usize| i32::from_le_bytes(array(&head, at));
    let double = |at: usize| f64::from_le_bytes(array(&head, at));
    let short = |at: usize| i16::from_le_bytes(array(&head, at));
    let (crown, ground) = (int(0) == 21, int(4) == 21);
    let (cols, rows) = (int(4164), int(4168));
    let mut names: Vec<&str> = LCP_BANDS[..5].to_vec();
    if crown {
        names.extend(&LCP_BANDS[5..8]);
    }
    if ground {
        names.extend(&LCP_BANDS[8..]);
    }
    let cells = i64::from(cols) * i64::from(rows);
    let sound = cols > 0 && rows > 0 && cells as u64 <= MAX_CELLS;
    let expected = if sound {
        HEADER as i64 + 2 * names.len() as i64 * cells
    } else {
        0
    };
    if !sound || expected as u64 != length {
        return Err(FileError::content(
            path,
            format!(
                "{length} bytes for {cols} x {rows} cells of {} bands",
                names.len()
            ),
            if sound {
                format!("{expected} bytes")
            } else {
                format!("1 to {MAX_CELLS} cells")
            },
        ));
    }
    let mut remarks = Vec::new();
    let scale = match int(4204) {
        0 => 1.0,
        1 => {
            remarks.push("the grid is in feet and was taken to metres".to_owned());
            0.3048
        }
        2 => {
            remarks.push("the grid is in kilometres and was taken to metres".to_owned());
            1000.0
        }
        other => {
            return Err(FileError::content(
                path,
                format!("the grid unit {other}"),
                "0 (metres), 1 (feet) or 2 (kilometres)",
            ));
        }
    };
    let lattice = Lattice {
        cols: cols as usize,
        rows: rows as usize,
        dx: double(4208) * scale,
        dy: double(4216) * scale,
        west: double(4180) * scale,
        north: double(4188) * scale,
    };
    let Lattice {
        dx,
        dy,
        west,
        north,
        ..
    } = lattice;
    if !(dx > 0.0 && dy > 0.0 && [dx, dy, west, north].iter().all(|v| v.is_finite())) {
        return Err(FileError::content(
            path,
            format!("cells of {dx} x {dy} from ({west}, {north})"),
            "cells of a positive size",
        ));
    }
    let code = |i: usize| short(UNITS_AT + 2 * i);
    let units = LcpUnits {
        elevation: code(0),
        slope: code(1),
        aspect: code(2),
        fuel: code(3),
        cover: code(4),
        height: code(5),
        base: code(6),
        density: code(7),
        duff: code(8),
        woody: code(9),
    };
    if matches!(units.aspect, 0 | 1) {
        remarks.push("its aspects are GRASS's, counter-clockwise from east".to_owned());
    }
    if crown && units.density == 4 {
        remarks.push(
            "its crown bulk density is in lb/ft3 times 1000; some programs write times 100 under the same code"
                .to_owned(),
        );
    }
    let system = wkt::beside(path)?;
    if system.is_none() {
        remarks.push(
            "a landscape file holds no coordinate system, and there is no .prj beside it"
                .to_owned(),
        );
    }
    let bands = names
        .into_iter()
        .map(|name| BandInfo {
            name: Some(name.to_owned()),
            kind: SampleType::I16,
            nodata: Some(VOID),
        })
        .collect();
    Ok(Opened {
        file,
        header: Header {
            lattice,
            system,
            bands,
            remarks,
        },
        units,
    })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

/// Writes a landscape file of 5, 7, 8 or 10 bands in their order, and the `.prj` beside it. Values must be
/// whole numbers of 16 bits; "no data" becomes -9999.
pub fn write(path: &Path, sheet: &Sheet, units: LcpUnits) -> Result<(), FileError> {
    let refuse = |reason: String| FileError::write(path, reason);
    let count = sheet.bands.len();
    let (crown, ground) = match count {
        5 => (20, 20),
        7 => (20, 21),
        8 => (21, 20),
        10 => (21, 21),
        other => {
            return Err(refuse(format!(
                "{other} bands; a landscape file has 5, 7, 8 or 10: {}",
                LCP_BANDS.join(", ")
            )));
        }
    };
    let l = &sheet.lattice;
    let mut bands = Vec::with_capacity(count);
    for (i, band) in sheet.bands.iter().enumerate() {
        let nodata = band.info.nodata;
        let values: Option<Vec<i16>> = (0..band.samples.len())
            .map(|k| {
                let v = band.samples.value(k);
                if v.is_nan() || nodata == Some(v) {
                    return Some(VOID as i16);
                }
                let narrow = v as i16;
                (f64::from(narrow) == v).then_some(narrow)
            })
            .collect();
        bands.push(values.ok_or_else(|| {
            refuse(format!(
                "band {} holds values that are no whole numbers of 16 bits",
                i + 1
            ))
        })?);
    }
    let mut head = vec![0_u8; HEADER];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    let int = |v: i32| v.to_le_bytes();
    put(0, &int(crown));
    put(4, &int(ground));
    put(8, &int(latitude(sheet)));
    for (at, v) in [(12, l.west), (20, l.east()), (28, l.south()), (36, l.north)] {
        put(at, &v.to_le_bytes());
    }
    // For each band: least, greatest, and -1 for "more values than are listed".
    let mut place = 0;
    for slot in 0..LCP_BANDS.len() {
        let at = 44 + slot * 412;
        let has = match slot {
            0..5 => true,
            5..8 => crown == 21,
            _ => ground == 21,
        };
        if has {
            let known = || bands[place].iter().copied().filter(|&v| v != VOID as i16);
            put(at, &int(known().min().unwrap_or(0).into()));
            put(at + 4, &int(known().max().unwrap_or(0).into()));
            put(at + 8, &int(-1));
            place += 1;
        }
    }
    put(4164, &int(l.cols as i32));
    put(4168, &int(l.rows as i32));
    for (at, v) in [
        (4172, l.east()),
        (4180, l.west),
        (4188, l.north),
        (4196, l.south()),
        (4208, l.dx),
        (4216, l.dy),
    ] {
        put(at, &v.to_le_bytes());
    }
    for (i, code) in units.codes().into_iter().enumerate() {
        put(UNITS_AT + 2 * i, &code.to_le_bytes());
    }
    for (i, band) in sheet.bands.iter().enumerate() {
        let slot = if count == 7 && i >= 5 { i + 3 } else { i };
        let name = band.info.name.as_deref().unwrap_or_default().as_bytes();
        put(FILES_AT + 256 * slot, &name[..name.len().min(255)]);
    }
    put(DESCRIPTION_AT, b"fireline");
    let file = File::create(path).map_err(|e| FileError::write(path, e))?;
    let mut out = BufWriter::new(file);
    let mut body = Vec::with_capacity(2 * count * l.cells());
    for cell in 0..l.cells() {
        for band in &bands {
            body.extend_from_slice(&band[cell].to_le_bytes());
        }
    }
    out.write_all(&head)
        .and_then(|()| out.write_all(&body))
        .and_then(|()| out.flush())
        .map_err(|e| FileError::write(path, e))?;
    match &sheet.system {
        Some(system) => wkt::write_beside(path, system),
        None => Ok(()),
    }
}

/// Latitude of the middle, whole degrees; 0 where it is not known.
fn latitude(sheet: &Sheet) -> i32 {
    use crate::base::geo::{System, Transform};
    let l = &sheet.lattice;
    let (x, y) = (0.5 * (l.west + l.east()), 0.5 * (l.north + l.south()));
    sheet
        .system
        .as_ref()
        .and_then(|s| Transform::new(s, &System::wgs84()).ok())
        .and_then(|t| t.point(x, y).ok())
        .map_or(0, |(_, lat)| libm::round(lat) as i32)
}
