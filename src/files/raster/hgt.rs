//! SRTM tiles (`.hgt`): heights in metres at the nodes of one degree, whose south-west corner is the name.
//!
//! Big-endian 16-bit whole numbers, 3601 or 1201 along each side, north first, void -32768 (NASA LP DAAC,
//! SRTM user guide). Values are those of points: cells are centred on them.

use std::path::Path;

use super::{Band, BandInfo, Header, Lattice, SampleType, Samples, Sheet, wanted};
use crate::base::geo::System;
use crate::files::FileError;

/// Points along a side of tiles of one and of three arc seconds.
const SIDES: [u64; 2] = [3601, 1201];

/// Whether a file has the name and the size of a tile.
pub fn is_hgt(path: &Path, length: u64) -> bool {
    corner(path).is_some() && SIDES.iter().any(|n| 2 * n * n == length)
        || path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("hgt"))
}

/// Longitude and latitude of the south-west corner by the name: `N27E112.hgt`.
fn corner(path: &Path) -> Option<(f64, f64)> {
    let name = path.file_name()?.to_str()?.to_ascii_uppercase();
    let b = name.as_bytes();
    let digits = |from: usize, to: usize| name.get(from..to)?.parse::<f64>().ok();
    let (lat, lon) = (digits(1, 3)?, digits(4, 7)?);
    let lat = match b[0] {
        b'N' => lat,
        b'S' => -lat,
        _ => return None,
    };
    let lon = match b[3] {
        b'E' => lon,
        b'W' => -lon,
        _ => return None,
    };
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lon, lat))
}

/// What the file says of itself.
pub fn header(path: &Path) -> Result<Header, FileError> {
    let length = std::fs::metadata(path)
        .map_err(|e| FileError::read(path, e))?
        .len();
    let side = SIDES
        .into_iter()
        .find(|n| 2 * n * n == length)
        .ok_or_else(|| {
            FileError::content(
                path,
                format!("{length} bytes"),
                "25,934,402 bytes (one arc second) or 2,884,802 (three)",
            )
        })?;
    let (lon, lat) = corner(path).ok_or_else(|| {
        FileError::content(
            path,
            "a name that gives no place",
            "the south-west corner as in N27E112.hgt",
        )
    })?;
    let step = 1.0 / (side - 1) as f64;
    Ok(Header {
        lattice: Lattice {
            cols: side as usize,
            rows: side as usize,
            dx: step,
            dy: step,
            west: lon - step / 2.0,
            north: lat + 1.0 + step / 2.0,
        },
        system: Some(System::wgs84()),
        bands: vec![BandInfo {
            name: Some("elevation".to_owned()),
            kind: SampleType::I16,
            nodata: Some(-32768.0),
        }],
        remarks: vec!["SRTM is a surface model: canopy is in its heights".to_owned()],
    })
}

/// The one band.
pub fn read(path: &Path, bands: Option<&[usize]>) -> Result<Sheet, FileError> {
    wanted(path, 1, bands)?;
    let header = header(path)?;
    let bytes = std::fs::read(path).map_err(|e| FileError::read(path, e))?;
    let values: Vec<i16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|b| i16::from_be_bytes(*b))
        .collect();
    if values.len() != header.lattice.cells() {
        return Err(FileError::content(
            path,
            format!("{} values", values.len()),
            format!("{}", header.lattice.cells()),
        ));
    }
    let [info] = &header.bands[..] else {
        return Err(FileError::content(path, "no band", "one band"));
    };
    Ok(Sheet {
        lattice: header.lattice,
        system: header.system,
        bands: vec![Band {
            info: info.clone(),
            samples: Samples::I16(values),
        }],
    })
}
