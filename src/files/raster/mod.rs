//! What every raster file is once it has been read: bands of one lattice, as they were stored.
//!
//! Nothing is resampled, converted or filled here. A scenario's own rasters are made of square cells
//! in metres ([`crate::base::geo::Raster`]); a file's may be oblong and in degrees.

mod asc;
mod hgt;
mod lcp;
mod open;
#[cfg(test)]
mod tests;
mod tiff_read;
mod tiff_write;

pub use lcp::{LCP_BANDS, LcpUnits, units as lcp_units};
pub use open::{RasterFormat, header, read, read_window, write};
pub(super) use tiff_write::ascii_xml;

use std::path::Path;

use super::FileError;
use crate::base::geo::System;

/// Most cells a raster may declare; more is taken for a damaged header.
pub(crate) const MAX_CELLS: u64 = 200_000_000;

/// Where the cells of a raster file lie: north up, row 0 the northernmost. Lengths are in the unit of
/// the file's system (metres or degrees).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// Number of columns, at least 1.
    pub cols: usize,
    /// Number of rows, at least 1.
    pub rows: usize,
    /// Width of a cell, more than 0.
    pub dx: f64,
    /// Height of a cell, more than 0.
    pub dy: f64,
    /// x of the west edge of column 0.
    pub west: f64,
    /// y of the north edge of row 0.
    pub north: f64,
}

impl Lattice {
    /// Number of cells.
    pub fn cells(&self) -> usize {
        self.cols * self.rows
    }

    /// Centre of the cell in column `col`, row `row`.
    pub fn centre(&self, col: usize, row: usize) -> (f64, f64) {
        (
            self.west + (col as f64 + 0.5) * self.dx,
            self.north - (row as f64 + 0.5) * self.dy,
        )
    }

    /// x of the east edge.
    pub fn east(&self) -> f64 {
        self.west + self.cols as f64 * self.dx
    }

    /// y of the south edge.
    pub fn south(&self) -> f64 {
        self.north - self.rows as f64 * self.dy
    }
}

/// A part of a raster: whole cells, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First column.
    pub col: usize,
    /// First row.
    pub row: usize,
    /// Number of columns, at least 1.
    pub cols: usize,
    /// Number of rows, at least 1.
    pub rows: usize,
}

impl Window {
    /// All of a lattice.
    pub fn whole(lattice: &Lattice) -> Self {
        Self {
            col: 0,
            row: 0,
            cols: lattice.cols,
            rows: lattice.rows,
        }
    }

    /// Number of cells.
    pub fn cells(self) -> u64 {
        self.cols as u64 * self.rows as u64
    }

    /// Its cells as a lattice of their own.
    pub fn of(self, lattice: &Lattice) -> Lattice {
        Lattice {
            cols: self.cols,
            rows: self.rows,
            west: lattice.west + self.col as f64 * lattice.dx,
            north: lattice.north - self.row as f64 * lattice.dy,
            ..*lattice
        }
    }

    /// Its values out of those of the whole.
    fn cut(self, lattice: &Lattice, samples: &Samples) -> Samples {
        let mut out = Samples::empty(samples.kind());
        macro_rules! rows {
            ($($kind:ident),*) => {
                match (samples, &mut out) {
                    $((Samples::$kind(from), Samples::$kind(to)) => {
                        for row in self.row..self.row + self.rows {
                            to.extend_from_slice(&from[row * lattice.cols + self.col..][..self.cols]);
                        }
                    })*
                    _ => {}
                }
            };
        }
        rows!(U8, I8, U16, I16, U32, I32, F32, F64);
        out
    }
}

/// Values of one band in the type they are stored in, row by row from the north-west.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names of the types")]
pub enum Samples {
    U8(Vec<u8>),
    I8(Vec<i8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// All bands of a file that must be a GeoTIFF.
pub(super) fn read_geotiff(path: &Path) -> Result<Sheet, FileError> {
    tiff_read::read(path, None, None)
}

/// The bands asked for, or all, of a file with `count` of them; each must be there.
fn wanted(path: &Path, count: usize, bands: Option<&[usize]>) -> Result<Vec<usize>, FileError> {
    let wanted = bands.map_or_else(|| (0..count).collect(), <[usize]>::to_vec);
    match wanted.iter().find(|&&b| b >= count) {
        Some(missing) => Err(FileError::content(
            path,
            format!("{count} bands"),
            format!("a band {}", missing + 1),
        )),
        None => Ok(wanted),
    }
}

/// Does the same with the values of any type: `each!(samples, v => expression)`.
macro_rules! each {
    ($samples:expr, $v:ident => $body:expr) => {
        match $samples {
            $crate::files::raster::Samples::U8($v) => $body,
            $crate::files::raster::Samples::I8($v) => $body,
            $crate::files::raster::Samples::U16($v) => $body,
            $crate::files::raster::Samples::I16($v) => $body,
            $crate::files::raster::Samples::U32($v) => $body,
            $crate::files::raster::Samples::I32($v) => $body,
            $crate::files::raster::Samples::F32($v) => $body,
            $crate::files::raster::Samples::F64($v) => $body,
        }
    };
}
pub(crate) use each;

#[allow(
    clippy::useless_conversion,
    reason = "the same text for each type, one of which is the target"
)]
impl Samples {
    /// How many there are.
    pub fn len(&self) -> usize {
        each!(self, v => v.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn kind(&self) -> SampleType {
        match self {
            Self::U8(_) => SampleType::U8,
            Self::I8(_) => SampleType::I8,
            Self::U16(_) => SampleType::U16,
            Self::I16(_) => SampleType::I16,
            Self::U32(_) => SampleType::U32,
            Self::I32(_) => SampleType::I32,
            Self::F32(_) => SampleType::F32,
            Self::F64(_) => SampleType::F64,
        }
    }

    /// The value in place `i`, exactly.
    pub fn value(&self, i: usize) -> f64 {
        each!(self, v => f64::from(v[i]))
    }

    /// All as 64-bit floats, exactly.
    pub fn to_f64(&self) -> Vec<f64> {
        each!(self, v => v.iter().map(|&x| f64::from(x)).collect())
    }

    /// All as 32-bit floats; "no data" and what is not a finite number become NaN.
    pub fn to_f32(&self, nodata: Option<f64>) -> Vec<f32> {
        each!(self, v => v
            .iter()
            .map(|&x| {
                let wide = f64::from(x);
                let narrow = wide as f32;
                if nodata == Some(wide) || !narrow.is_finite() {
                    f32::NAN
                } else {
                    narrow
                }
            })
            .collect())
    }

    /// Values as whole numbers of 16 bits; none when one of them is no such number.
    pub fn to_i16(&self) -> Option<Vec<i16>> {
        match self {
            Self::I16(v) => Some(v.clone()),
            _ => (0..self.len())
                .map(|i| {
                    let v = self.value(i);
                    let narrow = v as i16;
                    (f64::from(narrow) == v).then_some(narrow)
                })
                .collect(),
        }
    }
}

impl SampleType {
    /// Bytes of a value.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// What the values of a band are, "no data" left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Cells with a value.
    pub values: usize,
    /// Cells without.
    pub voids: usize,
    /// Least value; NaN when there are none.
    pub least: f64,
    /// Greatest value.
    pub most: f64,
    /// Mean.
    pub mean: f64,
}

impl Statistics {
    /// Those of both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let values = self.values + other.values;
        let part = |s: &Self| {
            if s.values == 0 {
                0.0
            } else {
                s.mean * s.values as f64
            }
        };
        Self {
            values,
            voids: self.voids + other.voids,
            least: self.least.min(other.least),
            most: self.most.max(other.most),
            mean: (part(self) + part(other)) / values as f64,
        }
    }
}

impl Band {
    /// Statistics of its values.
    pub fn statistics(&self) -> Statistics {
        let nodata = self.info.nodata;
        let mut s = Statistics {
            values: 0,
            voids: 0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            mean: 0.0,
        };
        let mut sum = 0.0;
        for i in 0..self.samples.len() {
            let v = self.samples.value(i);
            if v.is_nan() || nodata == Some(v) {
                s.voids += 1;
            } else {
                s.values += 1;
                s.least = s.least.min(v);
                s.most = s.most.max(v);
                sum += v;
            }
        }
        if s.values == 0 {
            (s.least, s.most) = (f64::NAN, f64::NAN);
        }
        s.mean = sum / s.values as f64;
        s
    }

    /// Different values with how often each occurs, in ascending order; none when there are more than
    /// `most` of them.
    pub fn classes(&self, most: usize) -> Option<Vec<(f64, usize)>> {
        let mut counts: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
        for i in 0..self.samples.len() {
            let v = self.samples.value(i);
            if v.is_nan() || self.info.nodata == Some(v) {
                continue;
            }
            if libm::trunc(v) != v || v.abs() > 1e15 {
                return None;
            }
            *counts.entry(v as i64).or_default() += 1;
            if counts.len() > most {
                return None;
            }
        }
        Some(counts.into_iter().map(|(v, n)| (v as f64, n)).collect())
    }
}

/// Type of the values of a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the types")]
pub enum SampleType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

/// What a file says about a band.
#[derive(Debug, Clone, PartialEq)]
pub struct BandInfo {
    /// Description of the band; none when the file has none.
    pub name: Option<String>,
    /// Type of its values as stored.
    pub kind: SampleType,
    /// The value that stands for "no data" (may be NaN), where the format or the file names one.
    pub nodata: Option<f64>,
}

/// One band with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// What the file says about it.
    pub info: BandInfo,
    /// One value a cell.
    pub samples: Samples,
}

/// What a raster file says of itself, without its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Where the cells lie.
    pub lattice: Lattice,
    /// The coordinate system; none when the file names none.
    pub system: Option<System>,
    /// The bands in their order, at least one.
    pub bands: Vec<BandInfo>,
    /// What a careful user should know and the reader had to decide: one sentence each.
    pub remarks: Vec<String>,
}

/// A raster file with the values of the bands asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Where the cells lie.
    pub lattice: Lattice,
    /// The coordinate system; none when the file names none.
    pub system: Option<System>,
    /// The bands asked for, in the order asked for.
    pub bands: Vec<Band>,
}
