//! GeoTIFF out: tiles of 256 by 256, Deflate with a predictor, one band after the other, names of the
//! bands as GDAL keeps them. The same raster gives the same bytes. BigTIFF where a file could grow beyond
//! what a small one can address.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tiff::TiffError;
use tiff::encoder::{TiffEncoder, TiffKind, TiffKindBig, TiffKindStandard};
use tiff::tags::Tag;

use super::{SampleType, Samples, Sheet};
use crate::files::FileError;
use crate::files::geokeys::{self, GeoKeys};

const GDAL_METADATA: Tag = Tag::Unknown(42112);
const GEO_DOUBLES: Tag = Tag::Unknown(34736);
/// Side of a tile, cells.
const TILE: usize = 256;
/// More bytes than this, uncompressed, go into a BigTIFF.
const SMALL: usize = 3 << 30;

const DEFLATE: u16 = 8;
const PLANAR: u16 = 2;
const UNSPECIFIED: u16 = 0;

/// Writes bands of one type.
pub fn write(path: &Path, sheet: &Sheet) -> Result<(), FileError> {
    let Some(first) = sheet.bands.first() else {
        return Err(FileError::write(path, "a raster without bands"));
    };
    let kind = first.samples.kind();
    let odd = sheet
        .bands
        .iter()
        .any(|b| b.samples.kind() != kind || b.samples.len() != sheet.lattice.cells());
    if odd {
        return Err(FileError::write(path, "bands of different types or sizes"));
    }
    let keys = sheet.system.as_ref().map(geokeys::keys_of).transpose();
    let keys = keys.map_err(|e| FileError::write(path, e))?;
    let file = File::create(path).map_err(|e| FileError::write(path, e))?;
    let mut out = BufWriter::new(file);
    let bytes = sheet.lattice.cells() * kind.bytes() * sheet.bands.len();
    let written = if bytes > SMALL {
        encode::<_, TiffKindBig>(&mut out, sheet, kind, keys)
    } else {
        encode::<_, TiffKindStandard>(&mut out, sheet, kind, keys)
    };
    written.map_err(|e| FileError::write(path, e))?;
    out.flush().map_err(|e| FileError::write(path, e))
}

fn encode<W: Write + Seek, K: TiffKind>(
    out: W,
    sheet: &Sheet,
    kind: SampleType,
    keys: Option<GeoKeys>,
) -> Result<(), TiffError> {
    let mut encoder = TiffEncoder::<W, K>::new_generic(out)?;
    let mut image = encoder.image_directory()?;
    let lattice = &sheet.lattice;
    let count = sheet.bands.len() as u16;
    let (mut offsets, mut sizes): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    for band in &sheet.bands {
        for row in (0..lattice.rows).step_by(TILE) {
            for col in (0..lattice.cols).step_by(TILE) {
                let bytes = tile(&band.samples, lattice.cols, lattice.rows, col, row);
                let mut deflate = ZlibEncoder::new(Vec::new(), Compression::new(6));
                deflate.write_all(&bytes)?;
                let packed = deflate.finish()?;
                sizes.push(packed.len() as u64);
                offsets.push(image.write_data(&packed[..])?);
            }
        }
    }
    let (format, predictor): (u16, u16) = match kind {
        SampleType::U8 | SampleType::U16 | SampleType::U32 => (1, 2),
        SampleType::I8 | SampleType::I16 | SampleType::I32 => (2, 2),
        SampleType::F32 | SampleType::F64 => (3, 3),
    };
    let each = |value: u16| vec![value; usize::from(count)];
    image.write_tag(Tag::ImageWidth, lattice.cols as u32)?;
    image.write_tag(Tag::ImageLength, lattice.rows as u32)?;
    image.write_tag(Tag::BitsPerSample, &each(kind.bytes() as u16 * 8)[..])?;
    image.write_tag(Tag::Compression, DEFLATE)?;
    // BlackIsZero.
    image.write_tag(Tag::PhotometricInterpretation, 1_u16)?;
    image.write_tag(Tag::SamplesPerPixel, count)?;
    image.write_tag(Tag::PlanarConfiguration, if count > 1 { PLANAR } else { 1 })?;
    image.write_tag(Tag::Predictor, predictor)?;
    image.write_tag(Tag::TileWidth, TILE as u32)?;
    image.write_tag(Tag::TileLength, TILE as u32)?;
    write_places::<W, K>(&mut image, Tag::TileOffsets, &offsets)?;
    write_places::<W, K>(&mut image, Tag::TileByteCounts, &sizes)?;
    if count > 1 {
        image.write_tag(Tag::ExtraSamples, &each(UNSPECIFIED)[1..])?;
    }
    image.write_tag(Tag::SampleFormat, &each(format)[..])?;
    image.write_tag(Tag::ModelPixelScaleTag, &[lattice.dx, lattice.dy, 0.0][..])?;
    image.write_tag(
        Tag::ModelTiepointTag,
        &[0.0, 0.0, 0.0, lattice.west, lattice.north, 0.0][..],
    )?;
    if let Some(keys) = keys {
        image.write_tag(Tag::GeoKeyDirectoryTag, &keys.directory[..])?;
        if !keys.doubles.is_empty() {
            image.write_tag(GEO_DOUBLES, &keys.doubles[..])?;
        }
    }
    let metadata = metadata(sheet);
    if !metadata.is_empty() {
        image.write_tag(GDAL_METADATA, metadata.as_str())?;
    }
    // GDAL knows one value for all bands.
    if let Some(nodata) = sheet.bands.iter().find_map(|b| b.info.nodata) {
        let text = if nodata.is_nan() {
            "nan".to_owned()
        } else {
            nodata.to_string()
        };
        image.write_tag(Tag::GdalNodata, text.as_str())?;
    }
    image.finish()
}

/// Places in the file: of 64 bits where it is large, else of 32.
fn write_places<W: Write + Seek, K: TiffKind>(
    image: &mut tiff::encoder::DirectoryEncoder<'_, W, K>,
    tag: Tag,
    places: &[u64],
) -> Result<(), TiffError> {
    let small: Result<Vec<u32>, _> = places.iter().map(|&p| u32::try_from(p)).collect();
    match small {
        Ok(small) => image.write_tag(tag, &small[..]),
        Err(_) => image.write_tag(tag, places),
    }
}

/// Names of the bands in GDAL's words.
fn metadata(sheet: &Sheet) -> String {
    let mut items = String::new();
    for (i, band) in sheet.bands.iter().enumerate() {
        if let Some(name) = &band.info.name {
            let name = ascii_xml(name);
            // Writing to a string cannot fail.
            let _ = writeln!(
                items,
                "  <Item name=\"DESCRIPTION\" sample=\"{i}\" role=\"description\">{name}</Item>"
            );
        }
    }
    if items.is_empty() {
        items
    } else {
        format!("<GDALMetadata>\n{items}</GDALMetadata>\n")
    }
}

/// XML text in plain ASCII: TIFF strings are 7-bit, so the rest becomes character references.
pub fn ascii_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_control() && !matches!(c, '<' | '>' | '&') {
            out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", c as u32);
        }
    }
    out
}

/// A tile's bytes after its predictor; what lies beyond the image repeats its last cells.
fn tile(samples: &Samples, cols: usize, rows: usize, col: usize, row: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(TILE * TILE * samples.kind().bytes());
    let places = |r: usize| {
        let line = (row + r).min(rows - 1) * cols;
        (0..TILE).map(move |c| line + (col + c).min(cols - 1))
    };
    macro_rules! whole {
        ($v:expr, $zero:expr) => {
            for r in 0..TILE {
                let mut before = $zero;
                for i in places(r) {
                    let value = $v[i];
                    bytes.extend_from_slice(&value.wrapping_sub(before).to_le_bytes());
                    before = value;
                }
            }
        };
    }
    macro_rules! floating {
        ($v:expr, $size:expr) => {
            for r in 0..TILE {
                // Bytes of one weight together, the greatest first, each as the difference to the one
                // before (Adobe's TIFF technical note 3).
                let mut line = vec![0_u8; TILE * $size];
                for (c, i) in places(r).enumerate() {
                    for (k, byte) in $v[i].to_be_bytes().into_iter().enumerate() {
                        line[k * TILE + c] = byte;
                    }
                }
                for i in (1..line.len()).rev() {
                    line[i] = line[i].wrapping_sub(line[i - 1]);
                }
                bytes.extend_from_slice(&line);
            }
        };
    }
    match samples {
        Samples::U8(v) => whole!(v, 0_u8),
        Samples::I8(v) => whole!(v, 0_i8),
        Samples::U16(v) => whole!(v, 0_u16),
        Samples::I16(v) => whole!(v, 0_i16),
        Samples::U32(v) => whole!(v, 0_u32),
        Samples::I32(v) => whole!(v, 0_i32),
        Samples::F32(v) => floating!(v, 4),
        Samples::F64(v) => floating!(v, 8),
    }
    bytes
}
