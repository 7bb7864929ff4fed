//! Decoded rasters kept beside a scenario, so that the second load needs no decoding.
//!
//! Beside the scenario the folder `.fireline-cache` holds an entry for each large raster: its values as they
//! are in memory, with the hash of the file they came from and their own. An entry counts only when both
//! hold; otherwise the file is decoded and the entry written anew. Where nothing can be written nothing is kept: the cache
//! changes how long a load takes, never what it gives.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::FileError;
use super::geotiff::{self, Image};
use crate::base::geo::{Grid, Raster};

/// First bytes of an entry, with the version of its layout.
const MAGIC: &[u8; 8] = b"FLCACHE1";
/// Smaller rasters are decoded faster than a folder is worth.
const LEAST_CELLS: usize = 250_000;
/// Bytes before the values.
const HEADER: usize = 8 + 32 + 32 + 5 * 8 + 4 + 1 + 8;
/// The folder of the entries.
pub const FOLDER: &str = ".fireline-cache";

/// A type of values that the cache can keep.
trait Cell: Copy {
    /// Extension of the entry.
    const NAME: &'static str;
    /// Bytes of a value.
    const BYTES: usize;
    fn put(values: &[Self], out: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Vec<Self>;
}

impl Cell for f32 {
    const NAME: &'static str = "f32";
    const BYTES: usize = 4;

    fn put(values: &[Self], out: &mut Vec<u8>) {
        for v in values {
            out.extend_from_slice(&v.to_le_bytes());
        }
    }

    fn get(bytes: &[u8]) -> Vec<Self> {
        let (fours, _) = bytes.as_chunks::<4>();
        fours.iter().map(|b| Self::from_le_bytes(*b)).collect()
    }
}

impl Cell for u8 {
    const NAME: &'static str = "u8";
    const BYTES: usize = 1;

    fn put(values: &[Self], out: &mut Vec<u8>) {
        out.extend_from_slice(values);
    }

    fn get(bytes: &[u8]) -> Vec<Self> {
        bytes.to_vec()
    }
}

/// As [`geotiff::read_f32`], for a scenario in `home`.
pub fn read_f32(path: &Path, home: &Path) -> Result<Image<f32>, FileError> {
    through(path, home, geotiff::read_f32)
}

/// As [`geotiff::read_u8`], for a scenario in `home`.
pub fn read_u8(path: &Path, home: &Path) -> Result<Image<u8>, FileError> {
    through(path, home, geotiff::read_u8)
}

fn through<T: Cell>(
    path: &Path,
    home: &Path,
    decode: impl Fn(&Path) -> Result<Image<T>, FileError>,
) -> Result<Image<T>, FileError> {
    let entry = entry_of::<T>(path, home);
    // Most rasters are small and have no entry: their file need not be hashed.
    let stored = entry.as_ref().and_then(|e| fs::read(e).ok());
    if let Some(stored) = stored
        && let Some(source) = hash_of(path)
        && let Some(image) = unpacked::<T>(&stored, &source)
    {
        return Ok(image);
    }
    let image = decode(path)?;
    if image.raster.data.len() >= LEAST_CELLS
        && let (Some(entry), Some(source)) = (entry, hash_of(path))
    {
        keep(&entry, &packed(&image, &source));
    }
    Ok(image)
}

/// The entry of a file: its name for people, a hash of its place because names repeat.
fn entry_of<T: Cell>(path: &Path, home: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let place = blake3::hash(path.canonicalize().ok()?.to_string_lossy().as_bytes());
    let place = &place.to_hex()[..8];
    let entry = format!("{name}-{place}.{}", T::NAME);
    Some(home.join(FOLDER).join(entry))
}

fn hash_of(path: &Path) -> Option<[u8; 32]> {
    fs::read(path).ok().map(|bytes| blake3::hash(&bytes).into())
}

fn packed<T: Cell>(image: &Image<T>, source: &[u8; 32]) -> Vec<u8> {
    let grid = image.raster.grid;
    let mut values = Vec::with_capacity(image.raster.data.len() * T::BYTES);
    T::put(&image.raster.data, &mut values);
    let mut about = Vec::with_capacity(64);
    about.extend_from_slice(&(grid.cols as u64).to_le_bytes());
    about.extend_from_slice(&(grid.rows as u64).to_le_bytes());
    for v in [grid.cell, grid.west, grid.north] {
        about.extend_from_slice(&v.to_le_bytes());
    }
    about.extend_from_slice(&image.epsg.map_or(0, u32::from).to_le_bytes());
    about.push(u8::from(image.nodata.is_some()));
    about.extend_from_slice(&image.nodata.unwrap_or(0.0).to_le_bytes());
    let mut own = blake3::Hasher::new();
    own.update(&about);
    own.update(&values);
    let mut out = Vec::with_capacity(HEADER + values.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(source);
    out.extend_from_slice(own.finalize().as_bytes());
    out.extend_from_slice(&about);
    out.extend_from_slice(&values);
    out
}

/// The image in an entry; none when it is of another file, of another layout, or damaged.
fn unpacked<T: Cell>(stored: &[u8], source: &[u8; 32]) -> Option<Image<T>> {
    if stored.len() < HEADER || !stored.starts_with(MAGIC) || stored[8..40] != source[..] {
        return None;
    }
    if *blake3::hash(&stored[72..]).as_bytes() != stored[40..72] {
        return None;
    }
    let eight = |at: usize| -> [u8; 8] {
        let mut out = [0; 8];
        out.copy_from_slice(&stored[72 + at..80 + at]);
        out
    };
    let (cols, rows) = (u64::from_le_bytes(eight(0)), u64::from_le_bytes(eight(8)));
    let float = |at: usize| f64::from_le_bytes(eight(at));
    let mut code = [0; 4];
    code.copy_from_slice(&stored[112..116]);
    let epsg = u32::from_le_bytes(code);
    let nodata = (stored[116] == 1).then(|| float(45));
    let grid = Grid::new(
        cols as usize,
        rows as usize,
        float(16),
        float(24),
        float(32),
    )
    .ok()?;
    let values = &stored[HEADER..];
    if values.len() != grid.len().checked_mul(T::BYTES)? {
        return None;
    }
    Some(Image {
        raster: Raster {
            grid,
            data: T::get(values),
        },
        epsg: u16::try_from(epsg).ok().filter(|&e| e != 0),
        nodata,
    })
}

/// Writes an entry beside its place and moves it there, so that nobody reads half of one.
fn keep(entry: &Path, bytes: &[u8]) {
    let Some(folder) = entry.parent() else { return };
    let _ = fs::create_dir(folder);
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        Ok(file)
    });
    if let Ok(file) = written {
        // A folder that cannot be written to keeps no cache, and that is all.
        let _ = file.persist(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(value: f32) -> Raster<f32> {
        let grid = Grid::new(600, 500, 30.0, 600_000.0, 3_000_000.0).unwrap();
        let data = (0..300_000).map(|i| i as f32 * 0.5 + value).collect();
        Raster { grid, data }
    }

    #[test]
    fn a_second_read_comes_from_the_entry_and_gives_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tif");
        geotiff::write_f32(&path, &raster(0.0), 32649, -9999.0, "m").unwrap();
        let decoded = std::cell::Cell::new(0);
        let read = || {
            through(&path, folder.path(), |p| {
                decoded.set(decoded.get() + 1);
                geotiff::read_f32(p)
            })
            .unwrap()
        };
        let (first, second) = (read(), read());
        assert_eq!(decoded.get(), 1);
        assert!(first == second && first == geotiff::read_f32(&path).unwrap());
        // Another file under the same name.
        geotiff::write_f32(&path, &raster(1.0), 32649, -9999.0, "m").unwrap();
        assert_eq!(read().raster.data[0], 1.0);
        assert_eq!(decoded.get(), 2);
        // A damaged entry.
        let entry = entry_of::<f32>(&path, folder.path()).unwrap();
        let mut bytes = fs::read(&entry).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&entry, &bytes).unwrap();
        assert!(read() == geotiff::read_f32(&path).unwrap());
        assert_eq!(decoded.get(), 3);
        for cut in [0, 7, 60, HEADER, bytes.len() - 1] {
            fs::write(&entry, &bytes[..cut]).unwrap();
            assert_eq!(read().raster.data.len(), 300_000);
        }
    }

    #[test]
    fn small_rasters_leave_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tif");
        let grid = Grid::new(10, 10, 30.0, 600_000.0, 3_000_000.0).unwrap();
        geotiff::write_u8(&path, &Raster::filled(grid, 3), 32649, 0, "code").unwrap();
        read_u8(&path, folder.path()).unwrap();
        assert!(!folder.path().join(FOLDER).exists());
    }
}
