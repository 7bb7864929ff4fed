//! GeoTIFF rasters of one band, and of several.
//!
//! Tags after OGC 19-008r4 (GeoTIFF 1.1) and GDAL's own two (`GDAL_METADATA`, `GDAL_NODATA`). What
//! is written opens in QGIS; the same raster gives the same bytes.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use tiff::encoder::colortype::{ColorType, Gray8, Gray32Float, GrayI16};
use tiff::encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, TiffValue};
use tiff::tags::Tag;

use super::FileError;
use super::raster::{self, Samples, ascii_xml, each};
use crate::base::geo::{Grid, Raster, System};

const GDAL_METADATA: Tag = Tag::Unknown(42112);
/// Cells in a strip, about; large enough to compress well, small enough to read in parts.
const STRIP_CELLS: usize = 1 << 17;

const KEY_MODEL_TYPE: u16 = 1024;
const KEY_RASTER_TYPE: u16 = 1025;
const KEY_PROJECTED: u16 = 3072;
const KEY_LINEAR_UNIT: u16 = 3076;

/// A raster read from a GeoTIFF, with what the file says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Image<T> {
    /// The values and where they are.
    pub raster: Raster<T>,
    /// EPSG code of the projected (or, failing that, geographic) system; none when the file names none.
    pub epsg: Option<u16>,
    /// The value that stands for "no data", as it occurs in `raster`.
    pub nodata: Option<f64>,
}

/// Values that mean "no data" in code rasters even where the file does not say so: LANDFIRE and GDAL.
const USUAL_VOIDS: [f64; 3] = [32767.0, -9999.0, -32768.0];

/// Bands read from one GeoTIFF, with what the file says about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// The bands in order, all on one grid; "no data" is NaN.
    pub bands: Vec<Raster<f32>>,
    /// EPSG code, as of an [`Image`].
    pub epsg: Option<u16>,
}

/// Reads all bands of any one integer or floating type as 32-bit floats, whether they are stored
/// pixel by pixel or band by band. "No data" and what a 32-bit float cannot hold become NaN.
pub fn read_bands_f32(path: &Path) -> Result<Bands, FileError> {
    let (grid, epsg, bands) = read(path)?;
    let bands = bands
        .into_iter()
        .map(|band| Raster {
            grid,
            data: band.samples.to_f32(band.info.nodata),
        })
        .collect();
    Ok(Bands { bands, epsg })
}

/// Reads a band of any integer or floating type as 32-bit floats. A "no data" value that a 32-bit
/// float cannot hold becomes NaN; any other such value is refused.
pub fn read_f32(path: &Path) -> Result<Image<f32>, FileError> {
    let (grid, epsg, nodata, samples) = read_one(path)?;
    let is_nodata = |v: f64| nodata == Some(v) || v.is_nan();
    let holds = |v: f64| v.is_finite() && (v as f32).is_finite();
    let data = converted(&samples, |i, v| {
        if holds(v) {
            Ok(v as f32)
        } else if is_nodata(v) {
            Ok(f32::NAN)
        } else {
            Err(value_error(
                path,
                grid,
                i,
                v,
                "a number that a 32-bit float can hold",
            ))
        }
    })?;
    let nodata = nodata.map(|v| {
        if holds(v) {
            (v as f32) as f64
        } else {
            f64::NAN
        }
    });
    Ok(Image {
        raster: Raster { grid, data },
        epsg,
        nodata,
    })
}

/// Reads a band of any integer or floating type as whole numbers from 0 to 255. A "no data" value
/// outside that range, and -9999, -32768 or 32767 whether declared or not, becomes the declared one
/// where that fits and else 0; any other value outside the range is refused.
pub fn read_u8(path: &Path) -> Result<Image<u8>, FileError> {
    let (grid, epsg, nodata, samples) = read_one(path)?;
    let fits = |v: f64| (0.0..=255.0).contains(&v) && libm::trunc(v) == v;
    let void = nodata.filter(|&v| fits(v)).unwrap_or(0.0);
    let undeclared = std::cell::Cell::new(false);
    let data = converted(&samples, |i, v| {
        if fits(v) {
            Ok(v as u8)
        } else if nodata == Some(v) || v.is_nan() && nodata.is_some_and(f64::is_nan) {
            Ok(void as u8)
        } else if USUAL_VOIDS.contains(&v) {
            undeclared.set(true);
            Ok(void as u8)
        } else {
            Err(value_error(
                path,
                grid,
                i,
                v,
                "a whole number from 0 to 255",
            ))
        }
    })?;
    let nodata = (nodata.is_some() || undeclared.get()).then_some(void);
    Ok(Image {
        raster: Raster { grid, data },
        epsg,
        nodata,
    })
}

/// Writes 32-bit floats: Deflate, strips, EPSG code of a projected system in metres, band description.
pub fn write_f32(
    path: &Path,
    raster: &Raster<f32>,
    epsg: u16,
    nodata: f32,
    description: &str,
) -> Result<(), FileError> {
    write::<Gray32Float>(
        path,
        &raster.grid,
        &raster.data,
        epsg,
        &nodata.to_string(),
        description,
    )
}

/// Writes 16-bit signed integers, horizontally predicted; otherwise as [`write_f32`].
pub fn write_i16(
    path: &Path,
    raster: &Raster<i16>,
    epsg: u16,
    nodata: i16,
    description: &str,
) -> Result<(), FileError> {
    write::<GrayI16>(
        path,
        &raster.grid,
        &raster.data,
        epsg,
        &nodata.to_string(),
        description,
    )
}

/// Writes bytes; otherwise as [`write_f32`]. Codes are not a smooth quantity, so there is no
/// predictor.
pub fn write_u8(
    path: &Path,
    raster: &Raster<u8>,
    epsg: u16,
    nodata: u8,
    description: &str,
) -> Result<(), FileError> {
    write::<Gray8>(
        path,
        &raster.grid,
        &raster.data,
        epsg,
        &nodata.to_string(),
        description,
    )
}

fn value_error(path: &Path, grid: Grid, i: usize, v: f64, expected: &str) -> FileError {
    let (col, row) = (i % grid.cols, i / grid.cols);
    FileError::content(
        path,
        format!("the value {v} in column {col}, row {row}"),
        expected,
    )
}

/// Applies `f` to every sample as a 64-bit float, which holds each exactly.
#[allow(
    clippy::useless_conversion,
    reason = "the same text for each type, one of which is the target"
)]
fn converted<T>(
    samples: &Samples,
    f: impl Fn(usize, f64) -> Result<T, FileError>,
) -> Result<Vec<T>, FileError> {
    each!(samples, v => v.iter().enumerate().map(|(i, &x)| f(i, f64::from(x))).collect())
}

/// A file that must hold one band: grid, EPSG code, "no data" and values.
type One = (Grid, Option<u16>, Option<f64>, Samples);

fn read_one(path: &Path) -> Result<One, FileError> {
    let (grid, epsg, mut bands) = read(path)?;
    let count = bands.len();
    match bands.pop().filter(|_| count == 1) {
        Some(band) => Ok((grid, epsg, band.info.nodata, band.samples)),
        None => Err(FileError::content(
            path,
            format!("{count} bands"),
            "one band",
        )),
    }
}

/// All bands on a grid of square cells.
fn read(path: &Path) -> Result<(Grid, Option<u16>, Vec<raster::Band>), FileError> {
    let sheet = raster::read_geotiff(path)?;
    let l = sheet.lattice;
    if (l.dx - l.dy).abs() > 1e-6 * l.dx {
        return Err(FileError::content(
            path,
            format!("cells of {} x {}", l.dx, l.dy),
            "square cells",
        ));
    }
    let grid = Grid::new(l.cols, l.rows, l.dx, l.west, l.north)
        .map_err(|e| FileError::content(path, e.to_string(), "a raster of a workable size"))?;
    let epsg = sheet.system.as_ref().and_then(System::epsg);
    Ok((grid, epsg, sheet.bands))
}

fn write<C: ColorType>(
    path: &Path,
    grid: &Grid,
    data: &[C::Inner],
    epsg: u16,
    nodata: &str,
    description: &str,
) -> Result<(), FileError>
where
    [C::Inner]: TiffValue,
{
    let file = File::create(path).map_err(|e| FileError::write(path, e))?;
    let mut out = BufWriter::new(file);
    encode::<C>(&mut out, grid, data, epsg, nodata, description)
        .map_err(|e| FileError::write(path, e))?;
    out.flush().map_err(|e| FileError::write(path, e))
}

fn encode<C: ColorType>(
    out: &mut (impl Write + Seek),
    grid: &Grid,
    data: &[C::Inner],
    epsg: u16,
    nodata: &str,
    description: &str,
) -> Result<(), tiff::TiffError>
where
    [C::Inner]: TiffValue,
{
    let predictor = if C::BITS_PER_SAMPLE == [16] {
        Predictor::Horizontal
    } else {
        Predictor::None
    };
    let mut encoder = TiffEncoder::new(out)?
        .with_compression(Compression::Deflate(DeflateLevel::Best))
        .with_predictor(predictor);
    let mut image = encoder.new_image::<C>(u32::try_from(grid.cols)?, u32::try_from(grid.rows)?)?;
    image.rows_per_strip((STRIP_CELLS / grid.cols).clamp(1, grid.rows) as u32)?;
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[grid.cell, grid.cell, 0.0][..])?;
    tags.write_tag(
        Tag::ModelTiepointTag,
        &[0.0, 0.0, 0.0, grid.west, grid.north, 0.0][..],
    )?;
    // Version 1.1.0 with four keys: projected model, pixel is area, the system, metres (9001).
    let keys: [u16; 20] = [
        1,
        1,
        0,
        4,
        KEY_MODEL_TYPE,
        0,
        1,
        1,
        KEY_RASTER_TYPE,
        0,
        1,
        1,
        KEY_PROJECTED,
        0,
        1,
        epsg,
        KEY_LINEAR_UNIT,
        0,
        1,
        9001,
    ];
    tags.write_tag(Tag::GeoKeyDirectoryTag, &keys[..])?;
    tags.write_tag(Tag::GdalNodata, nodata)?;
    let metadata = format!(
        "<GDALMetadata>\n  <Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">{}</Item>\n</GDALMetadata>\n",
        ascii_xml(description)
    );
    tags.write_tag(GDAL_METADATA, metadata.as_str())?;
    image.write_data(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hill() -> Raster<f32> {
        let grid = Grid::new(37, 23, 30.0, 600_000.0, 3_000_000.0).unwrap();
        let mut raster = Raster::filled(grid, -9999.0);
        for row in 0..23 {
            for col in 1..37 {
                raster.set(col, row, (col * row) as f32 * 0.37);
            }
        }
        raster
    }

    #[test]
    fn a_raster_comes_back_as_it_was_written_and_the_bytes_repeat() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a.tif"), dir.path().join("b.tif"));
        let raster = hill();
        write_f32(&a, &raster, 32649, -9999.0, "flame length, m <高>").unwrap();
        write_f32(&b, &raster, 32649, -9999.0, "flame length, m <高>").unwrap();
        assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
        let image = read_f32(&a).unwrap();
        assert_eq!(
            image,
            Image {
                raster,
                epsg: Some(32649),
                nodata: Some(-9999.0)
            }
        );
    }

    #[test]
    fn whole_numbers_are_read_as_codes_or_as_heights() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tif");
        let grid = Grid::new(300, 700, 30.0, 0.0, 0.0).unwrap();
        let data: Vec<i16> = (0..grid.len()).map(|i| (i % 256) as i16).collect();
        let mut raster = Raster { grid, data };
        raster.set(3, 0, -9999);
        write_i16(&path, &raster, 4546, -9999, "elevation").unwrap();
        let heights = read_f32(&path).unwrap();
        assert_eq!(heights.raster.get(3, 0), -9999.0);
        assert_eq!(heights.raster.get(299, 699), raster.get(299, 699) as f32);
        let codes = read_u8(&path).unwrap();
        assert_eq!((codes.raster.get(3, 0), codes.nodata), (0, Some(0.0)));
        assert_eq!(codes.raster.get(255, 0), 255);
        raster.set(4, 1, 256);
        write_i16(&path, &raster, 4546, -9999, "elevation").unwrap();
        let error = read_u8(&path).unwrap_err().to_string();
        assert!(
            error.contains("the value 256 in column 4, row 1"),
            "{error}"
        );
    }

    #[test]
    fn voids_of_landfire_are_no_fuel_even_where_the_file_does_not_declare_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tif");
        let grid = Grid::new(3, 1, 30.0, 0.0, 0.0).unwrap();
        let data = vec![32767, 91, -32768];
        write_i16(&path, &Raster { grid, data }, 5070, -9999, "fuel").unwrap();
        let codes = read_u8(&path).unwrap();
        assert_eq!(
            (codes.raster.data, codes.nodata),
            (vec![0, 91, 0], Some(0.0))
        );
    }

    #[test]
    fn bands_come_out_alike_from_files_stored_by_cell_and_by_band() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tiny");
        let by_cell = read_bands_f32(&folder.join("wind_by_cell.tif")).unwrap();
        let by_band = read_bands_f32(&folder.join("wind_by_band.tif")).unwrap();
        assert_eq!(by_cell, by_band);
        assert_eq!((by_cell.bands.len(), by_cell.epsg), (3, Some(32649)));
        // 4 x 4 cells of 200 m; band b holds 100 b + 10 row + column.
        for (b, band) in by_cell.bands.iter().enumerate() {
            assert_eq!(band.get(2, 3), (100 * b + 32) as f32);
        }
        let error = read_f32(&folder.join("wind_by_band.tif")).unwrap_err();
        assert!(error.to_string().contains("3 bands"), "{error}");
    }

    #[test]
    fn damaged_files_are_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tif");
        write_f32(&path, &hill(), 32649, -9999.0, "x").unwrap();
        let good = std::fs::read(&path).unwrap();
        for end in [0, 3, 8, 40, good.len() / 2, good.len() - 5] {
            std::fs::write(&path, &good[..end]).unwrap();
            assert!(read_f32(&path).is_err(), "cut at {end}");
        }
        // Every byte of the directory damaged in turn: any answer will do, a panic will not.
        for i in 0..good.len() {
            let mut bad = good.clone();
            bad[i] ^= 0xff;
            std::fs::write(&path, &bad).unwrap();
            let _ = read_f32(&path);
            let _ = read_u8(&path);
        }
        let missing = read_f32(&dir.path().join("none.tif")).unwrap_err();
        assert!(missing.to_string().contains("none.tif"), "{missing}");
    }

    #[test]
    fn landscapes_made_by_gdal_are_placed_where_gdal_places_them() {
        let Some(folder) = super::super::shared_landscapes() else {
            return;
        };
        let folder = folder.join("spotorno_liguria");
        let dem = read_f32(&folder.join("dem.tif")).unwrap();
        let fuel = read_u8(&folder.join("fuel.tif")).unwrap();
        assert_eq!(dem.raster.grid.cols, fuel.raster.grid.cols);
        assert!(dem.epsg.is_some());
    }
}
