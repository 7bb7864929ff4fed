//! Any raster file: known by its first bytes, not by its name.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Band, Header, LcpUnits, Sheet, Window, asc, hgt, lcp, tiff_read, tiff_write};
use crate::files::FileError;

/// Formats of raster files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RasterFormat {
    /// GeoTIFF, BigTIFF and cloud-optimised ones.
    GeoTiff,
    /// FARSITE and FlamMap landscape file.
    Lcp,
    /// ESRI ASCII grid.
    Asc,
    /// SRTM tile.
    Hgt,
}

impl fmt::Display for RasterFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GeoTiff => "GeoTIFF",
            Self::Lcp => "FARSITE landscape (.lcp)",
            Self::Asc => "ESRI ASCII grid (.asc)",
            Self::Hgt => "SRTM tile (.hgt)",
        })
    }
}

impl RasterFormat {
    /// The format of a file; none when it is no raster that is known here.
    pub fn of(path: &Path) -> Result<Option<Self>, FileError> {
        const TIFF: [[u8; 4]; 4] = [*b"II*\0", *b"MM\0*", *b"II+\0", *b"MM\0+"];
        let mut file = File::open(path).map_err(|e| FileError::read(path, e))?;
        let length = file.metadata().map_err(|e| FileError::read(path, e))?.len();
        let mut head = [0_u8; 256];
        let mut filled = 0;
        while filled < head.len() {
            match file.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) => return Err(FileError::read(path, e)),
            }
        }
        let head = &head[..filled];
        Ok(if TIFF.iter().any(|magic| head.starts_with(magic)) {
            Some(Self::GeoTiff)
        } else if lcp::is_lcp(head) {
            Some(Self::Lcp)
        } else if asc::is_asc(head) {
            Some(Self::Asc)
        } else if hgt::is_hgt(path, length) {
            Some(Self::Hgt)
        } else {
            None
        })
    }

    fn required(path: &Path) -> Result<Self, FileError> {
        let known = Self::of(path)?;
        // A grid whose first lines are damaged: its reader says in which one.
        let is_asc = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("asc"));
        if known.is_none() && is_asc && std::fs::metadata(path).is_ok_and(|m| m.len() > 0) {
            return Ok(Self::Asc);
        }
        known.ok_or_else(|| {
            let mut head = [0_u8; 8];
            let read = File::open(path).and_then(|mut f| f.read(&mut head)).unwrap_or(0);
            let found = if read == 0 {
                "an empty file".to_owned()
            } else {
                let hex: Vec<String> = head[..read].iter().map(|b| format!("{b:02x}")).collect();
                format!("a file that begins with {}", hex.join(" "))
            };
            FileError::content(
                path,
                found,
                "a GeoTIFF, a landscape file (.lcp), an ESRI ASCII grid (.asc) or an SRTM tile (.hgt)",
            )
        })
    }
}

/// What a raster file says of itself. No values are decoded, but for ASCII grids, whose type shows only
/// in their values.
pub fn header(path: &Path) -> Result<Header, FileError> {
    match RasterFormat::required(path)? {
        RasterFormat::GeoTiff => tiff_read::header(path),
        RasterFormat::Lcp => lcp::header(path),
        RasterFormat::Asc => asc::header(path),
        RasterFormat::Hgt => hgt::header(path),
    }
}

/// The bands asked for, counted from 0; all when none are named.
pub fn read(path: &Path, bands: Option<&[usize]>) -> Result<Sheet, FileError> {
    match RasterFormat::required(path)? {
        RasterFormat::GeoTiff => tiff_read::read(path, bands, None),
        RasterFormat::Lcp => lcp::read(path, bands),
        RasterFormat::Asc => asc::read(path, bands),
        RasterFormat::Hgt => hgt::read(path, bands),
    }
}

/// The same of a window, which must lie in the raster. Of a GeoTIFF only what the window touches is decoded.
pub fn read_window(
    path: &Path,
    bands: Option<&[usize]>,
    window: Window,
) -> Result<Sheet, FileError> {
    if RasterFormat::required(path)? == RasterFormat::GeoTiff {
        return tiff_read::read(path, bands, Some(window));
    }
    let whole = read(path, bands)?;
    let bands = whole
        .bands
        .into_iter()
        .map(|band| Band {
            samples: window.cut(&whole.lattice, &band.samples),
            info: band.info,
        })
        .collect();
    Ok(Sheet {
        lattice: window.of(&whole.lattice),
        system: whole.system,
        bands,
    })
}

/// Writes a raster in the format that the name's extension stands for: `.tif`, `.lcp` or `.asc`. A
/// landscape file takes the units that LANDFIRE's layers have unless others are given.
pub fn write(path: &Path, sheet: &Sheet, units: Option<LcpUnits>) -> Result<(), FileError> {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    match extension.as_str() {
        "tif" | "tiff" => tiff_write::write(path, sheet),
        "lcp" => lcp::write(path, sheet, units.unwrap_or(LcpUnits::LANDFIRE)),
        "asc" => asc::write(path, sheet),
        other => Err(FileError::write(
            path,
            format!("rasters are written as .tif, .lcp or .asc, not as '.{other}'"),
        )),
    }
}
