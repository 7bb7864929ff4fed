//! GeoTIFF in: any tiling, compression and predictor the decoder has, bands cell by cell or one after the
//! other, big and small, of which only the bands asked for are decoded.
//!
//! Tags after OGC 19-008r4 (GeoTIFF 1.1) and GDAL's own (`GDAL_METADATA`, `GDAL_NODATA`). The first image
//! of a file is read; overviews and masks that follow it are not.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::{CompressionMethod, Tag};

use super::{
    Band, BandInfo, Header, Lattice, MAX_CELLS, SampleType, Samples, Sheet, Window, wanted,
};
use crate::base::geo::System;
use crate::files::geokeys::{self, GeoKeys};
use crate::files::{FileError, wkt};

const GDAL_METADATA: Tag = Tag::Unknown(42112);
const GEO_DOUBLES: Tag = Tag::Unknown(34736);
const GEO_ASCII: Tag = Tag::Unknown(34737);
/// PlanarConfiguration of bands that are stored one after the other.
const PLANAR: u16 = 2;
/// Largest chunk decoded at once, bytes.
const MOST_CHUNK: u64 = 512 << 20;
/// A chunk of this size is fine however small the raster, bytes.
const LEAST_CHUNK: u64 = 8 << 20;
/// No compression in use makes more of a byte than this; a file that declares more is damaged.
const MOST_RATIO: u64 = 20_000;
/// As much of GDAL's metadata is looked at, bytes.
const MOST_METADATA: usize = 64 << 10;
/// Most cells of a file, of which a window may be read: several times a tile of three degrees at 10 m.
const MOST_CELLS: u64 = 20_000_000_000;
/// Most bands of a file.
const MOST_BANDS: u16 = 4096;

type Source = Decoder<BufReader<File>>;

/// A file that has been opened and understood, but for its values.
struct Opened {
    decoder: Source,
    header: Header,
    planar: bool,
}

/// What the file says of itself.
pub fn header(path: &Path) -> Result<Header, FileError> {
    open(path).map(|o| o.header)
}

/// The bands asked for, counted from 0 (all when none are named), of a window (the whole when none is
/// given). Only the strips and tiles that the window touches are decoded.
pub fn read(
    path: &Path,
    bands: Option<&[usize]>,
    window: Option<Window>,
) -> Result<Sheet, FileError> {
    let mut opened = open(path)?;
    let count = opened.header.bands.len();
    let wanted = wanted(path, count, bands)?;
    let whole = opened.header.lattice;
    let window = window.unwrap_or(Window::whole(&whole));
    if window.cells() > MAX_CELLS {
        return Err(FileError::content(
            path,
            format!("{} x {} cells", whole.cols, whole.rows),
            format!(
                "at most {MAX_CELLS} at once; a part can be read (--bounds of fireline new scenario)"
            ),
        ));
    }
    let samples = decode(path, &mut opened, &wanted, window)?;
    opened.header.lattice = window.of(&whole);
    let Header {
        lattice,
        system,
        bands: infos,
        ..
    } = opened.header;
    let bands = wanted
        .iter()
        .zip(samples)
        .map(|(&b, samples)| Band {
            info: infos[b].clone(),
            samples,
        })
        .collect();
    Ok(Sheet {
        lattice,
        system,
        bands,
    })
}

fn open(path: &Path) -> Result<Opened, FileError> {
    let bad = |e: tiff::TiffError| unreadable(path, &e);
    let file = File::open(path).map_err(|e| FileError::read(path, e))?;
    let length = file.metadata().map_err(|e| FileError::read(path, e))?.len();
    check_directory(path, &file, length)?;
    (&file).rewind().map_err(|e| FileError::read(path, e))?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_CHUNK as usize;
    limits.intermediate_buffer_size = MOST_CHUNK as usize;
    // Tags cannot be longer than the file.
    limits.ifd_value_size = usize::try_from(length).unwrap_or(usize::MAX);
    let mut decoder = Decoder::new(BufReader::new(file))
        .map_err(bad)?
        .with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(bad)?;
    let cells = u64::from(width) * u64::from(height);
    if cells == 0 || cells > MOST_CELLS {
        return Err(FileError::content(
            path,
            format!("a declared size of {width} x {height} cells"),
            format!("1 to {MOST_CELLS} cells"),
        ));
    }
    let short = |decoder: &mut Source, tag| {
        let value: Option<u16> = decoder.find_tag_unsigned(tag).map_err(bad)?;
        Ok::<u16, FileError>(value.unwrap_or(1))
    };
    let count = short(&mut decoder, Tag::SamplesPerPixel)?;
    let planar = short(&mut decoder, Tag::PlanarConfiguration)? == PLANAR;
    let kind = sample_type(path, &mut decoder)?;
    let method = short(&mut decoder, Tag::Compression)?;
    refuse_compression(path, method)?;
    let bytes = cells * u64::from(count) * kind.bytes() as u64;
    if count == 0 || count > MOST_BANDS || bytes > length.saturating_mul(MOST_RATIO) {
        return Err(FileError::content(
            path,
            format!("{count} bands of {width} x {height} cells in {length} bytes"),
            "a size that fits the file",
        ));
    }
    // Strips may hold the whole raster, tiles more than a small one; neither needs much more.
    let (wide, high) = decoder.chunk_dimensions();
    let chunk = u64::from(wide)
        .saturating_mul(u64::from(high))
        .saturating_mul(kind.bytes() as u64 * if planar { 1 } else { u64::from(count) });
    if chunk > LEAST_CHUNK.max(bytes.saturating_mul(4)) {
        return Err(FileError::content(
            path,
            format!("tiles of {wide} x {high} cells for a raster of {width} x {height}"),
            "tiles that fit the raster",
        ));
    }
    let mut remarks = Vec::new();
    let keys = geo_keys(&mut decoder);
    let lattice = lattice(path, &mut decoder, &keys, width as usize, height as usize)?;
    let system = system(path, &keys, &mut remarks)?;
    let nodata = nodata(path, &mut decoder)?;
    let names = names(&mut decoder, usize::from(count), &mut remarks);
    let bands = names
        .into_iter()
        .map(|name| BandInfo { name, kind, nodata })
        .collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("Copernicus_DSM") {
        remarks.push(
            "Copernicus GLO-30 is a surface model: canopy and buildings are in its heights, the sea is 0. \
             It must be credited: produced using Copernicus WorldDEM-30 © DLR e.V. 2010-2014 and © Airbus \
             Defence and Space GmbH 2014-2018 provided under COPERNICUS by the European Union and ESA"
                .to_owned(),
        );
    }
    Ok(Opened {
        decoder,
        header: Header {
            lattice,
            system,
            bands,
            remarks,
        },
        planar,
    })
}

/// Refuses a first directory with a tag of more bytes than the file has: the decoder would make room for
/// what it claims before it looks.
fn check_directory(path: &Path, file: &File, length: u64) -> Result<(), FileError> {
    let mut file = BufReader::new(file);
    let mut head = [0_u8; 16];
    let cut = |_: std::io::Error| cut_off(path);
    file.read_exact(&mut head[..8]).map_err(cut)?;
    let little = head[0] == b'I';
    let number = |bytes: &[u8]| -> u64 {
        let fold = |all: u64, b: &u8| all << 8 | u64::from(*b);
        if little {
            bytes.iter().rev().fold(0, fold)
        } else {
            bytes.iter().fold(0, fold)
        }
    };
    let big = number(&head[2..4]) == 43;
    let at = if big {
        file.read_exact(&mut head[8..16]).map_err(cut)?;
        number(&head[8..16])
    } else {
        number(&head[4..8])
    };
    file.seek(std::io::SeekFrom::Start(at)).map_err(cut)?;
    let (count_bytes, entry_bytes) = if big { (8, 20) } else { (2, 12) };
    let mut entry = [0_u8; 20];
    file.read_exact(&mut entry[..count_bytes]).map_err(cut)?;
    let entries = number(&entry[..count_bytes]);
    if entries.saturating_mul(entry_bytes as u64) > length {
        return Err(cut_off(path));
    }
    for _ in 0..entries {
        file.read_exact(&mut entry[..entry_bytes]).map_err(cut)?;
        let tag = number(&entry[..2]);
        let values = number(&entry[4..if big { 12 } else { 8 }]);
        // Sizes of the types of TIFF 6.0 and BigTIFF.
        let size = match number(&entry[2..4]) {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            _ => 4,
        };
        if values.saturating_mul(size) > length {
            return Err(FileError::content(
                path,
                format!("tag {tag} with {values} values in {length} bytes"),
                "a tag that fits the file",
            ));
        }
    }
    Ok(())
}

fn cut_off(path: &Path) -> FileError {
    FileError::content(
        path,
        "the end of the file in the midst of it",
        "a whole TIFF file",
    )
}

fn refuse_compression(path: &Path, method: u16) -> Result<(), FileError> {
    let known = [
        CompressionMethod::None,
        CompressionMethod::LZW,
        CompressionMethod::Deflate,
        CompressionMethod::OldDeflate,
        CompressionMethod::PackBits,
        CompressionMethod::ZSTD,
    ];
    if known.iter().any(|m| m.to_u16() == method) {
        return Ok(());
    }
    let found = match method {
        34887 => "LERC compression".to_owned(),
        6 | 7 => "JPEG compression, which alters values".to_owned(),
        50001 => "WebP compression, which alters values".to_owned(),
        34925 => "LZMA compression".to_owned(),
        other => format!("compression {other}"),
    };
    Err(FileError::content(
        path,
        found,
        "no compression, LZW, Deflate, PackBits or Zstandard (gdal_translate -co COMPRESS=DEFLATE makes it so)",
    ))
}

fn sample_type(path: &Path, decoder: &mut Source) -> Result<SampleType, FileError> {
    let bad = |e: tiff::TiffError| unreadable(path, &e);
    let bits: Vec<u16> = decoder
        .find_tag_unsigned_vec(Tag::BitsPerSample)
        .map_err(bad)?
        .unwrap_or_else(|| vec![1]);
    let format: Vec<u16> = decoder
        .find_tag_unsigned_vec(Tag::SampleFormat)
        .map_err(bad)?
        .unwrap_or_else(|| vec![1]);
    let one = |values: &[u16]| {
        values
            .first()
            .copied()
            .filter(|first| values.iter().all(|v| v == first))
    };
    let (bits, format) = (one(&bits), one(&format));
    match (format, bits) {
        (Some(1), Some(8)) => Ok(SampleType::U8),
        (Some(1), Some(16)) => Ok(SampleType::U16),
        (Some(1), Some(32)) => Ok(SampleType::U32),
        (Some(2), Some(8)) => Ok(SampleType::I8),
        (Some(2), Some(16)) => Ok(SampleType::I16),
        (Some(2), Some(32)) => Ok(SampleType::I32),
        (Some(3), Some(16 | 32)) => Ok(SampleType::F32),
        // Whole numbers of 64 bits are refused later where a double does not hold them.
        (Some(1..=3), Some(64)) => Ok(SampleType::F64),
        (format, bits) => {
            let kind = match format {
                Some(1) => "unsigned whole numbers",
                Some(2) => "signed whole numbers",
                Some(3) => "floating-point numbers",
                Some(_) => "values of an unknown kind",
                None => "bands of different kinds",
            };
            let bits = bits.map_or("different numbers of".to_owned(), |b| b.to_string());
            Err(FileError::content(
                path,
                format!("{kind} of {bits} bits"),
                "whole numbers of 8, 16, 32 or 64 bits or floating-point numbers",
            ))
        }
    }
}

fn geo_keys(decoder: &mut Source) -> GeoKeys {
    GeoKeys {
        directory: decoder
            .get_tag_u16_vec(Tag::GeoKeyDirectoryTag)
            .unwrap_or_default(),
        doubles: decoder.get_tag_f64_vec(GEO_DOUBLES).unwrap_or_default(),
        ascii: decoder.get_tag_ascii_string(GEO_ASCII).unwrap_or_default(),
    }
}

/// The system of the keys, or of a `.prj` beside a file that has none.
fn system(
    path: &Path,
    keys: &GeoKeys,
    remarks: &mut Vec<String>,
) -> Result<Option<System>, FileError> {
    match geokeys::system_from_keys(keys) {
        Ok(Some(system)) => Ok(Some(system)),
        Ok(None) => wkt::beside(path),
        Err(reason) => {
            if let Some(system) = wkt::beside(path)? {
                remarks.push(format!(
                    "the system is that of the .prj beside it; the keys inside have {reason}"
                ));
                return Ok(Some(system));
            }
            Err(FileError::content(
                path,
                reason,
                "a coordinate system by EPSG code or by parameters",
            ))
        }
    }
}

fn nodata(path: &Path, decoder: &mut Source) -> Result<Option<f64>, FileError> {
    let Some(value) = decoder
        .find_tag(Tag::GdalNodata)
        .map_err(|e| FileError::read(path, e))?
    else {
        return Ok(None);
    };
    let text = value.into_string().map_err(|e| FileError::read(path, e))?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    text.parse::<f64>()
        .map(Some)
        .map_err(|_| FileError::content(path, format!("GDAL_NODATA '{text}'"), "a number"))
}

/// Names of the bands out of GDAL's metadata.
fn names(decoder: &mut Source, count: usize, remarks: &mut Vec<String>) -> Vec<Option<String>> {
    let mut names = vec![None; count];
    // GDAL writes UTF-8 where the standard has ASCII: the bytes are read as they are.
    let mut bytes = vec![0; MOST_METADATA];
    let length = decoder
        .image_ifd()
        .find_tag_bytes(GDAL_METADATA, &mut bytes, 0)
        .ok()
        .flatten()
        .unwrap_or(0);
    let text = String::from_utf8_lossy(&bytes[..length.min(MOST_METADATA)]);
    let mut scaled = false;
    for item in text.split("<Item ").skip(1) {
        let Some((head, rest)) = item.split_once('>') else {
            continue;
        };
        let body = rest.split('<').next().unwrap_or_default();
        let attribute = |key: &str| {
            let from = head.find(&format!("{key}=\""))? + key.len() + 2;
            head[from..].split('"').next()
        };
        let sample = attribute("sample").and_then(|s| s.parse::<usize>().ok());
        match (attribute("role").or(attribute("name")), sample) {
            (Some(role), Some(band))
                if role.eq_ignore_ascii_case("description") && band < count =>
            {
                let name = unescaped(body.trim());
                names[band] = Some(name).filter(|n| !n.is_empty());
            }
            (Some(role), _) if matches!(role, "scale" | "offset") => {
                let neutral = if role == "scale" { 1.0 } else { 0.0 };
                scaled |= body.trim().parse::<f64>().is_ok_and(|v| v != neutral);
            }
            _ => {}
        }
    }
    if scaled {
        remarks.push("its metadata give a scale or an offset, which is not applied".to_owned());
    }
    names
}

/// XML text without its references.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';') else { break };
        let name = &rest[1..end];
        let code = name
            .strip_prefix("#x")
            .map(|hex| u32::from_str_radix(hex, 16))
            .or_else(|| name.strip_prefix('#').map(str::parse));
        let c = match (name, code) {
            ("lt", _) => Some('<'),
            ("gt", _) => Some('>'),
            ("quot", _) => Some('"'),
            ("apos", _) => Some('\''),
            ("amp", _) => Some('&'),
            (_, Some(Ok(code))) => char::from_u32(code),
            _ => None,
        };
        match c {
            Some(c) => out.push(c),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out + rest
}

/// The path of a world file: `.tfw` beside `.tif`.
fn world_file(path: &Path) -> PathBuf {
    path.with_extension("tfw")
}

fn lattice(
    path: &Path,
    decoder: &mut Decoder<impl Read + Seek>,
    keys: &GeoKeys,
    cols: usize,
    rows: usize,
) -> Result<Lattice, FileError> {
    let mut doubles = |tag| decoder.get_tag_f64_vec(tag).unwrap_or_default();
    let scale = doubles(Tag::ModelPixelScaleTag);
    let tie = doubles(Tag::ModelTiepointTag);
    let matrix = doubles(Tag::ModelTransformationTag);
    let mut is_point = keys.is_point();
    // Size of a cell and the place of the north-west corner of column 0, row 0.
    let (dx, dy, mut west, mut north) = if scale.len() >= 2 && tie.len() >= 6 {
        (
            scale[0],
            scale[1],
            tie[3] - tie[0] * scale[0],
            tie[4] + tie[1] * scale[1],
        )
    } else if matrix.len() >= 8 {
        if matrix[1] != 0.0 || matrix[4] != 0.0 {
            return Err(FileError::content(path, "a rotated raster", "north up"));
        }
        (matrix[0], -matrix[5], matrix[3], matrix[7])
    } else {
        let [dx, turn, turned, dy, x, y] = world(path)?;
        if turn != 0.0 || turned != 0.0 {
            return Err(FileError::content(path, "a rotated raster", "north up"));
        }
        // A world file gives the centre of the first cell.
        is_point = true;
        (dx, -dy, x, y)
    };
    let sound = dx > 0.0 && dy > 0.0 && [dx, dy, west, north].iter().all(|v| v.is_finite());
    if !sound {
        return Err(FileError::content(
            path,
            format!("cells of {dx} x {dy} from ({west}, {north})"),
            "cells of a positive size, rows from the north",
        ));
    }
    if is_point {
        west -= dx / 2.0;
        north += dy / 2.0;
    }
    Ok(Lattice {
        cols,
        rows,
        dx,
        dy,
        west,
        north,
    })
}

/// The six numbers of a world file.
fn world(path: &Path) -> Result<[f64; 6], FileError> {
    let file = world_file(path);
    let Ok(text) = std::fs::read_to_string(&file) else {
        return Err(FileError::content(
            path,
            "no georeference",
            "ModelPixelScale and ModelTiepoint tags (a GeoTIFF), or a world file (.tfw) beside it",
        ));
    };
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    numbers.try_into().map_err(|found: Vec<f64>| {
        FileError::content(
            &file,
            format!("{} numbers", found.len()),
            "the six numbers of a world file",
        )
    })
}

/// Decodes chunk by chunk: what is allocated grows with what has been decoded.
fn decode(
    path: &Path,
    opened: &mut Opened,
    wanted: &[usize],
    window: Window,
) -> Result<Vec<Samples>, FileError> {
    let bad = |e: tiff::TiffError| unreadable(path, &e);
    let Opened {
        decoder,
        header,
        planar,
    } = opened;
    let (cols, rows) = (header.lattice.cols, header.lattice.rows);
    let count = header.bands.len();
    let kind = header.bands[0].kind;
    let (chunk_w, chunk_h) = decoder.chunk_dimensions();
    let (chunk_w, chunk_h) = (chunk_w as usize, chunk_h as usize);
    if chunk_w == 0 || chunk_h == 0 {
        return Err(FileError::content(
            path,
            "tiles without size",
            "tiles of a positive size",
        ));
    }
    let (across, down) = (cols.div_ceil(chunk_w), rows.div_ceil(chunk_h));
    // Cell by cell, a chunk holds all bands; one after the other, one.
    let interleaved = if *planar { 1 } else { count };
    let mut out: Vec<Samples> = wanted.iter().map(|_| Samples::empty(kind)).collect();
    let planes: Vec<usize> = if *planar { wanted.to_vec() } else { vec![0] };
    for (place, plane) in planes.into_iter().enumerate() {
        for chunk_row in
            window.row / chunk_h..(window.row + window.rows).div_ceil(chunk_h).min(down)
        {
            let chunk_top = chunk_row * chunk_h;
            let high = chunk_h.min(rows - chunk_top);
            // Rows of the chunk within the window.
            let top = chunk_top.max(window.row);
            let bottom = (chunk_top + high).min(window.row + window.rows);
            let filled = (bottom - window.row) * window.cols;
            if *planar {
                out[place].grow(filled);
            } else {
                for band in &mut out {
                    band.grow(filled);
                }
            }
            for chunk_col in
                window.col / chunk_w..(window.col + window.cols).div_ceil(chunk_w).min(across)
            {
                let chunk_left = chunk_col * chunk_w;
                let wide = chunk_w.min(cols - chunk_left);
                let left = chunk_left.max(window.col);
                let right = (chunk_left + wide).min(window.col + window.cols);
                let index = (plane * down + chunk_row) * across + chunk_col;
                let chunk = decoder.read_chunk(index as u32).map_err(bad)?;
                let found = chunk_len(&chunk);
                // The decoder leaves out the padding on the right; that below only of the first band.
                let (stride, lines) = decoder.chunk_data_dimensions(index as u32);
                let stride = stride as usize;
                if stride < wide || (lines as usize) < high || found < stride * high * interleaved {
                    return Err(FileError::content(
                        path,
                        format!("{found} values in a part of the image"),
                        format!("{}", wide * high * interleaved),
                    ));
                }
                let part = Part {
                    cols: window.cols,
                    to: (top - window.row, left - window.col),
                    from: (top - chunk_top, left - chunk_left),
                    wide: right - left,
                    high: bottom - top,
                    stride,
                    interleaved,
                };
                if *planar {
                    place_chunk(path, &chunk, &mut out[place], part, 0)?;
                } else {
                    for (&band, samples) in wanted.iter().zip(&mut out) {
                        place_chunk(path, &chunk, samples, part, band)?;
                    }
                }
            }
        }
    }
    Ok(out)
}

/// A part of a chunk and where it goes.
#[derive(Clone, Copy)]
struct Part {
    /// Columns of what is filled.
    cols: usize,
    /// First row and column there.
    to: (usize, usize),
    /// First row and column in the chunk.
    from: (usize, usize),
    wide: usize,
    high: usize,
    /// Cells from a row of the chunk to the next.
    stride: usize,
    interleaved: usize,
}

impl Part {
    /// Copies band `band` of the part to its place.
    fn copy<T: Copy, U>(self, from: &[T], to: &mut [U], band: usize, value: impl Fn(T) -> U) {
        for row in 0..self.high {
            let source =
                ((self.from.0 + row) * self.stride + self.from.1) * self.interleaved + band;
            let target = (self.to.0 + row) * self.cols + self.to.1;
            let target = &mut to[target..target + self.wide];
            let source = from[source..].iter().step_by(self.interleaved);
            for (t, &s) in target.iter_mut().zip(source) {
                *t = value(s);
            }
        }
    }
}

impl Samples {
    /// None yet, of a type.
    pub(super) fn empty(kind: SampleType) -> Self {
        match kind {
            SampleType::U8 => Self::U8(Vec::new()),
            SampleType::I8 => Self::I8(Vec::new()),
            SampleType::U16 => Self::U16(Vec::new()),
            SampleType::I16 => Self::I16(Vec::new()),
            SampleType::U32 => Self::U32(Vec::new()),
            SampleType::I32 => Self::I32(Vec::new()),
            SampleType::F32 => Self::F32(Vec::new()),
            SampleType::F64 => Self::F64(Vec::new()),
        }
    }

    fn grow(&mut self, len: usize) {
        super::each!(self, v => v.resize(len, Default::default()));
    }
}

fn chunk_len(chunk: &DecodingResult) -> usize {
    match chunk {
        DecodingResult::U8(v) => v.len(),
        DecodingResult::U16(v) => v.len(),
        DecodingResult::U32(v) => v.len(),
        DecodingResult::U64(v) => v.len(),
        DecodingResult::I8(v) => v.len(),
        DecodingResult::I16(v) => v.len(),
        DecodingResult::I32(v) => v.len(),
        DecodingResult::I64(v) => v.len(),
        DecodingResult::F16(v) => v.len(),
        DecodingResult::F32(v) => v.len(),
        DecodingResult::F64(v) => v.len(),
    }
}

fn place_chunk(
    path: &Path,
    chunk: &DecodingResult,
    out: &mut Samples,
    part: Part,
    band: usize,
) -> Result<(), FileError> {
    /// Beyond this a double no longer holds every whole number.
    const EXACT: u64 = 1 << 53;
    let too_large =
        |v: String| FileError::content(path, format!("the value {v}"), "whole numbers up to 2^53");
    match (chunk, out) {
        (DecodingResult::U8(v), Samples::U8(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::I8(v), Samples::I8(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::U16(v), Samples::U16(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::I16(v), Samples::I16(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::U32(v), Samples::U32(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::I32(v), Samples::I32(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::F32(v), Samples::F32(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::F64(v), Samples::F64(o)) => part.copy(v, o, band, |x| x),
        (DecodingResult::F16(v), Samples::F32(o)) => part.copy(v, o, band, f32::from),
        (DecodingResult::U64(v), Samples::F64(o)) => {
            if let Some(big) = v.iter().find(|x| **x > EXACT) {
                return Err(too_large(big.to_string()));
            }
            part.copy(v, o, band, |x| x as f64);
        }
        (DecodingResult::I64(v), Samples::F64(o)) => {
            if let Some(big) = v.iter().find(|x| x.unsigned_abs() > EXACT) {
                return Err(too_large(big.to_string()));
            }
            part.copy(v, o, band, |x| x as f64);
        }
        _ => {
            return Err(FileError::content(
                path,
                "values of another kind than declared",
                "one kind of value",
            ));
        }
    }
    Ok(())
}

/// What the decoder says, in words that mean something to somebody who only has the file.
fn unreadable(path: &Path, error: &tiff::TiffError) -> FileError {
    match error {
        tiff::TiffError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            cut_off(path)
        }
        other => FileError::read(path, other),
    }
}
