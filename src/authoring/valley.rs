//! The training valley: five kilometres square, made up from one seed, with the fully commented
//! reference scenario.
//!
//! A stream runs from west to east between a low north side and a high south side. The scenario's
//! text is fixed; only the rasters are computed, and the features in the text stand where the
//! stream's course puts them, whatever the seed.

use std::path::Path;

use super::erosion::{Drainage, Erosion, cut_sills};
use super::noise::Noise;
use super::{AuthoringError, make_folder, write_text};
use crate::base::geo::{Grid, Point, Raster, slope_aspect};
use crate::files::geotiff;

/// The reference scenario, with every field commented.
pub const SCENARIO: &str = include_str!("../../scenarios/valley.ron");
/// The seed of the shipped valley.
pub const SEED: u64 = 20250404;

const EPSG: u16 = 32649;
const CELL_M: f64 = 30.0;
const SIDE: usize = 168;
/// Cells around the map that are eroded with it and then cut off, so that its edge shows no seam.
const MARGIN: usize = 30;
const WEST: f64 = 600_000.0;
const SOUTH: f64 = 3_000_000.0;

// Codes of `assets/catalogue/covers.ron`.
const PADDY_WET: u8 = 1;
const PADDY_STUBBLE: u8 = 2;
const SHRUB_GRASS: u8 = 4;
const FERN_BRUSH: u8 = 5;
const TEA_OIL: u8 = 6;
const MASSON_PINE: u8 = 7;
const PINE_OVER_FERN: u8 = 8;
const CHINESE_FIR: u8 = 9;
const BAMBOO: u8 = 10;
const BROADLEAF: u8 = 11;
const WATER: u8 = 14;
const BUILT: u8 = 15;

/// Writes `valley.ron` and `valley/elevation.tif`, `valley/cover.tif` into a folder.
pub fn build(out_dir: &Path, seed: u64) -> Result<(), AuthoringError> {
    let (elevation, cover) = landscape(seed)?;
    let folder = out_dir.join("valley");
    make_folder(&folder)?;
    geotiff::write_f32(
        &folder.join("elevation.tif"),
        &elevation,
        EPSG,
        -9999.0,
        "elevation, m",
    )?;
    geotiff::write_u8(
        &folder.join("cover.tif"),
        &cover,
        EPSG,
        0,
        "land cover, code",
    )?;
    write_text(&out_dir.join("valley.ron"), SCENARIO)
}

/// Elevation and cover of the valley.
fn landscape(seed: u64) -> Result<(Raster<f32>, Raster<u8>), AuthoringError> {
    let side = SIDE + 2 * MARGIN;
    let margin = MARGIN as f64 * CELL_M;
    let north = SOUTH + SIDE as f64 * CELL_M;
    let bad = |e: crate::base::geo::GridError| AuthoringError::Asset {
        asset: "valley",
        reason: e.to_string(),
    };
    let wide = Grid::new(side, side, CELL_M, WEST - margin, north + margin).map_err(bad)?;
    let grid = Grid::new(SIDE, SIDE, CELL_M, WEST, north).map_err(bad)?;
    let z = relief(wide, seed);
    let mut elevation = Raster::filled(grid, 0.0_f32);
    for row in 0..SIDE {
        for col in 0..SIDE {
            // To an eighth of a metre: fine enough for slopes, and it compresses.
            let height = libm::round(z.get(col + MARGIN, row + MARGIN) * 8.0) / 8.0;
            elevation.set(col, row, height as f32);
        }
    }
    let cover = cover(&elevation, seed);
    Ok((elevation, cover))
}

/// How far north the stream runs at `x` metres from the west edge, metres from the south edge.
fn stream_y(x: f64) -> f64 {
    2950.0 + 190.0 * libm::sin(x / 640.0) + 70.0 * libm::sin(x / 235.0 + 1.0)
}

/// Height of the stream, metres.
fn stream_z(x: f64) -> f64 {
    158.0 - 0.013 * x
}

/// Half the width of the valley's floor, metres: it opens where the village lies.
fn floor_half_width(x: f64) -> f64 {
    let village = (x - 4000.0) / 750.0;
    90.0 + 270.0 * libm::exp(-village * village)
}

/// Position in the valley: metres east of the west edge and north of the stream.
fn from_stream(p: Point) -> (f64, f64) {
    let x = p.x - WEST;
    (x, p.y - SOUTH - stream_y(x))
}

fn relief(grid: Grid, seed: u64) -> Raster<f64> {
    let rough = Noise::new(seed, "valley relief");
    let mut z = Raster::filled(grid, 0.0);
    let mut erosion = Erosion {
        fixed: vec![false; grid.len()],
        uplift: vec![0.0; grid.len()],
        hillslope_m2: 170.0 * 170.0,
        largest_m2: f64::INFINITY,
        wander: Noise::new(seed, "valley wander"),
    };
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let i = row * grid.cols + col;
            let (x, d) = from_stream(grid.centre(col, row));
            let beyond = (d.abs() - floor_half_width(x)).max(0.0);
            let (height, width, uplift) = if d < 0.0 {
                (270.0, 1100.0, 36.0)
            } else {
                (170.0, 950.0, 27.0)
            };
            let noise = rough.fractal(x / 500.0, d / 500.0, 4);
            let rise = height * (1.0 - libm::exp(-libm::pow(beyond / width, 1.4)));
            z.data[i] = stream_z(x) + rise * (1.0 + 0.25 * noise) + 0.004 * d.abs();
            erosion.fixed[i] = d.abs() < 20.0;
            let foot = 1.0 - libm::exp(-beyond / 90.0);
            erosion.uplift[i] = 1.5 + uplift * foot * (1.0 + 0.5 * noise);
        }
    }
    for _ in 0..12 {
        erosion.step(&mut z, 0.35);
        // The stream is the lowest line: nothing cuts below its level beside it.
        for row in 0..grid.rows {
            for col in 0..grid.cols {
                let (x, d) = from_stream(grid.centre(col, row));
                let i = row * grid.cols + col;
                z.data[i] = z.data[i].max(stream_z(x) + 0.006 * d.abs());
            }
        }
    }
    let drainage = Drainage::new(&z, &erosion.fixed, None);
    cut_sills(&mut z, &drainage, 0.02);
    z
}

fn cover(elevation: &Raster<f32>, seed: u64) -> Raster<u8> {
    let grid = elevation.grid;
    let stands = Noise::new(seed, "valley stands");
    let fields = Noise::new(seed, "valley fields");
    let heights = Raster {
        grid,
        data: elevation.data.iter().map(|&z| z as f64).collect(),
    };
    let drainage = Drainage::new(&heights, &vec![false; grid.len()], None);
    let mut cover = Raster::filled(grid, MASSON_PINE);
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let p = grid.centre(col, row);
            let (x, d) = from_stream(p);
            let (slope, aspect) = slope_aspect(elevation, col, row);
            let above = elevation.get(col, row) as f64 - stream_z(x);
            let area = drainage.area[row * grid.cols + col];
            let stand = stands.fractal(x / 420.0, d / 420.0, 3);
            let floor = d.abs() < floor_half_width(x) + 60.0 && above < 14.0 && slope < 0.12;
            let code = if d.abs() < 16.0 {
                WATER
            } else if libm::hypot(x - 4050.0, d - 250.0) < 150.0 + 60.0 * stand {
                BUILT
            } else if floor {
                // Early April: half the fields are flooded for the first rice, half lie in stubble.
                if fields.at(x / 150.0, d / 110.0) > 0.05 && d.abs() < floor_half_width(x) {
                    PADDY_WET
                } else {
                    PADDY_STUBBLE
                }
            } else if above < 22.0 && stand > 0.0 {
                SHRUB_GRASS
            } else if area > 60_000.0 && above < 140.0 {
                BAMBOO
            } else if d > 0.0 && above < 90.0 && stand < -0.05 {
                TEA_OIL
            } else if above > 235.0 && stand > 0.1 {
                SHRUB_GRASS
            } else if above > 150.0 && stand > 0.32 {
                FERN_BRUSH
            } else if !(60.0..300.0).contains(&aspect) && above > 45.0 && stand < -0.12 {
                CHINESE_FIR
            } else if above > 120.0 && stand < -0.42 {
                BROADLEAF
            } else if stand > 0.22 {
                PINE_OVER_FERN
            } else {
                MASSON_PINE
            };
            cover.set(col, row, code);
        }
    }
    cover
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::ScenarioFile;

    fn scenario() -> ScenarioFile {
        ron::from_str(SCENARIO).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn the_shipped_valley_is_rebuilt_byte_for_byte() {
        let dir = tempfile::tempdir().unwrap();
        build(dir.path(), SEED).unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for file in ["valley.ron", "valley/elevation.tif", "valley/cover.tif"] {
            let (ours, theirs) = (
                std::fs::read(dir.path().join(file)).unwrap(),
                std::fs::read(shipped.join(file)).unwrap(),
            );
            assert!(ours == theirs, "{file} differs");
        }
    }

    /// The names of fields anywhere in a value; keys of tables (stores, overrides) are not fields.
    fn fields(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, inner) in map {
                    found.insert(key.clone());
                    if key != "stores" && key != "stores_plan" && key != "overrides" {
                        fields(inner, found);
                    }
                }
            }
            serde_json::Value::Array(items) => {
                for inner in items {
                    fields(inner, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_field_of_a_scenario_stands_in_the_reference() {
        let mut found = std::collections::BTreeSet::new();
        fields(&serde_json::to_value(scenario()).unwrap(), &mut found);
        // Names of kinds of events are capitalised and written `Kind(...)`.
        for field in found
            .iter()
            .filter(|f| f.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            assert!(
                SCENARIO.contains(&format!("{field}:")),
                "`{field}` does not stand in the reference"
            );
        }
    }

    /// The names of fields anywhere in a JSON Schema.
    fn declared(schema: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(map) => {
                for (key, inner) in map {
                    if let ("properties", Some(fields)) = (key.as_str(), inner.as_object()) {
                        found.extend(fields.keys().cloned());
                    }
                    declared(inner, found);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|i| declared(i, found)),
            _ => {}
        }
    }

    #[test]
    fn fields_that_the_valley_does_without_stand_in_its_comments() {
        let mut found = std::collections::BTreeSet::new();
        declared(crate::scenario::schema().as_value(), &mut found);
        assert!(found.contains("base_height") && found.contains("slope_clamp_deg"));
        for field in found
            .iter()
            .filter(|f| f.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            assert!(
                SCENARIO.contains(&format!("{field}:")),
                "`{field}` does not stand in the reference"
            );
        }
    }

    #[test]
    fn the_valley_burns_uphill_from_the_field_edge_to_the_pines() {
        let (elevation, cover) = landscape(SEED).unwrap();
        let scenario = scenario();
        let fire = scenario.ignitions[0].at;
        assert_eq!(cover.at(fire), Some(SHRUB_GRASS));
        let upslope = Point::new(fire.x, fire.y - 900.0);
        assert!(elevation.bilinear(upslope) > elevation.bilinear(fire) + 60.0);
        let pines = (1..20)
            .filter(|k| {
                matches!(
                    cover.at(Point::new(fire.x, fire.y - 30.0 * f64::from(*k))),
                    Some(MASSON_PINE | PINE_OVER_FERN)
                )
            })
            .count();
        assert!(pines > 10, "{pines}");
        for pond in &scenario.ponds.items {
            assert_ne!(
                cover.at(pond.at),
                Some(WATER),
                "{} stands in the stream",
                pond.id
            );
        }
    }
}
