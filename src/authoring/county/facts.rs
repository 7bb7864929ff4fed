//! What is known of the real county: its boundary, its towns and villages, its peaks and rivers.

use serde::Deserialize;

use crate::authoring::AuthoringError;
use crate::base::geo::{Crs, Extent, Grid, Point, polygon_contains};
use crate::scenario::schema::Name;

const BOUNDARY: &str = include_str!("../../../assets/hengyang/boundary.geojson");
const TOWNS: &str = include_str!("../../../assets/hengyang/towns.json");

/// WGS 84 / UTM zone 49N.
pub const EPSG: u16 = 32649;
/// Side of a landscape cell, metres.
pub const CELL_M: f64 = 30.0;
/// Land shown beyond the county's boundary, metres.
const SURROUNDINGS_M: f64 = 600.0;
/// The map's edges lie on multiples of this, so that coarser grids cover the same land.
pub const BLOCK: usize = 8;

/// A ridge: its course as (longitude, latitude, height above the sea in metres), and the half-width
/// of its foot in metres.
pub type Ridge = (&'static [(f64, f64, f64)], f64);

/// The ridges. The summits are the stated ones; the courses between them are ours.
pub const RIDGES: &[Ridge] = &[
    (
        &[
            (112.570, 27.080, 300.0),
            (112.600, 27.130, 640.0),
            (112.627, 27.177, 1040.0),
            (112.660, 27.225, 1080.0),
            (112.705, 27.275, 1290.0),
        ],
        4300.0,
    ),
    (
        &[
            (112.627, 27.177, 1000.0),
            (112.580, 27.200, 560.0),
            (112.530, 27.215, 330.0),
            (112.490, 27.225, 240.0),
        ],
        2600.0,
    ),
    (
        &[
            (112.660, 27.225, 1050.0),
            (112.600, 27.262, 600.0),
            (112.550, 27.285, 340.0),
        ],
        2700.0,
    ),
    (
        &[
            (112.450, 27.125, 240.0),
            (112.490, 27.122, 300.0),
            (112.530, 27.100, 240.0),
        ],
        1700.0,
    ),
    (
        &[
            (111.950, 27.065, 400.0),
            (112.000, 27.045, 440.0),
            (112.060, 27.015, 830.0),
            (112.100, 27.030, 560.0),
            (112.150, 27.045, 400.0),
            (112.180, 27.040, 280.0),
        ],
        2900.0,
    ),
    (
        &[
            (111.980, 27.125, 360.0),
            (112.070, 27.110, 590.0),
            (112.100, 27.090, 420.0),
            (112.120, 27.060, 400.0),
        ],
        2400.0,
    ),
    (
        &[
            (111.930, 26.955, 430.0),
            (112.010, 26.915, 620.0),
            (112.050, 26.895, 460.0),
            (112.120, 26.868, 380.0),
            (112.200, 26.855, 320.0),
        ],
        2400.0,
    ),
    (
        &[(112.010, 26.915, 560.0), (112.020, 26.965, 340.0)],
        1900.0,
    ),
    (
        &[
            (112.110, 27.305, 290.0),
            (112.160, 27.285, 340.0),
            (112.220, 27.300, 360.0),
            (112.270, 27.335, 430.0),
            (112.320, 27.370, 620.0),
            (112.380, 27.410, 560.0),
        ],
        2600.0,
    ),
    (
        &[
            (112.320, 27.370, 600.0),
            (112.360, 27.330, 380.0),
            (112.400, 27.310, 290.0),
            (112.460, 27.325, 240.0),
        ],
        2200.0,
    ),
    (
        &[
            (112.270, 27.335, 400.0),
            (112.310, 27.290, 300.0),
            (112.330, 27.255, 240.0),
        ],
        1900.0,
    ),
];

/// The stated peaks: longitude, latitude, height in metres. Goulou is the highest.
pub const PEAKS: &[(f64, f64, f64)] = &[
    (112.627, 27.177, 990.0),
    (112.060, 27.015, 810.0),
    (112.010, 26.915, 600.0),
    (112.320, 27.370, 600.0),
    (112.070, 27.110, 570.0),
    (112.100, 27.030, 540.0),
];

/// The river Xiang past the south-east corner, towards which the county drains (our course).
pub const XIANG: &[(f64, f64)] = &[
    (112.575, 26.780),
    (112.600, 26.850),
    (112.622, 26.900),
    (112.660, 26.938),
    (112.712, 26.962),
    (112.757, 26.995),
    (112.772, 27.060),
    (112.830, 27.120),
];
/// Height of the Xiang where it enters the map, metres.
pub const XIANG_Z_M: f64 = 49.0;

/// A town and its villages.
#[derive(Debug, Clone)]
pub struct Town {
    /// Statistical code.
    pub code: String,
    /// Name.
    pub name: Name,
    /// Where it is put (stated for the county seat only).
    pub at: Point,
    /// Its villages.
    pub villages: Vec<Name>,
}

/// The facts in projected metres.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The projected system.
    pub crs: Crs,
    /// The boundary.
    pub boundary: Vec<Point>,
    /// The towns; the county seat first.
    pub towns: Vec<Town>,
    /// The map's grid.
    pub grid: Grid,
}

#[derive(Deserialize)]
struct TownsFile {
    towns: Vec<TownRow>,
}

#[derive(Deserialize)]
struct TownRow {
    code: String,
    zh: String,
    en: String,
    lon_lat: (f64, f64),
    villages: Vec<(String, String)>,
}

impl Facts {
    /// The facts that come with the program.
    pub fn load() -> Result<Self, AuthoringError> {
        let crs = Crs::from_epsg(EPSG)?;
        let damaged =
            |asset: &'static str| move |reason: String| AuthoringError::Asset { asset, reason };
        let file: serde_json::Value = serde_json::from_str(BOUNDARY)
            .map_err(|e| damaged("hengyang/boundary.geojson")(e.to_string()))?;
        let ring = file
            .pointer("/features/0/geometry/coordinates/0/0")
            .and_then(|ring| serde_json::from_value::<Vec<(f64, f64)>>(ring.clone()).ok())
            .ok_or_else(|| damaged("hengyang/boundary.geojson")("no outline".to_owned()))?;
        let mut boundary = Vec::with_capacity(ring.len());
        for (lon, lat) in ring {
            boundary.push(project(&crs, lon, lat)?);
        }
        if boundary.first() == boundary.last() {
            boundary.pop();
        }
        let file: TownsFile = serde_json::from_str(TOWNS)
            .map_err(|e| damaged("hengyang/towns.json")(e.to_string()))?;
        let mut towns = Vec::new();
        for row in file.towns {
            towns.push(Town {
                at: project(&crs, row.lon_lat.0, row.lon_lat.1)?,
                code: row.code,
                name: Name {
                    en: row.en,
                    zh: row.zh,
                },
                villages: row
                    .villages
                    .into_iter()
                    .map(|(zh, en)| Name { en, zh })
                    .collect(),
            });
        }
        let extent = Extent::around(boundary.iter().copied())
            .ok_or_else(|| damaged("hengyang/boundary.geojson")("no points".to_owned()))?
            .widened(SURROUNDINGS_M);
        let block = CELL_M * BLOCK as f64;
        let west = libm::floor(extent.min.x / block) * block;
        let north = libm::ceil(extent.max.y / block) * block;
        let cols = libm::ceil((extent.max.x - west) / block) as usize * BLOCK;
        let rows = libm::ceil((north - extent.min.y) / block) as usize * BLOCK;
        let grid = Grid::new(cols, rows, CELL_M, west, north)
            .map_err(|e| damaged("hengyang/boundary.geojson")(e.to_string()))?;
        Ok(Self {
            crs,
            boundary,
            towns,
            grid,
        })
    }

    /// Whether a place lies in the county.
    pub fn inside(&self, p: Point) -> bool {
        polygon_contains(&self.boundary, p)
    }

    /// Marks the cells whose centre lies in the county.
    pub fn mask(&self, grid: &Grid) -> Vec<bool> {
        let mut mask = vec![false; grid.len()];
        let n = self.boundary.len();
        for row in 0..grid.rows {
            let y = grid.centre(0, row).y;
            // Where the row crosses the boundary, from west to east (even-odd rule).
            let mut crossings: Vec<f64> = (0..n)
                .map(|k| (self.boundary[k], self.boundary[(k + 1) % n]))
                .filter(|(a, b)| (a.y > y) != (b.y > y))
                .map(|(a, b)| a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
                .collect();
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.as_chunks::<2>().0 {
                for col in 0..grid.cols {
                    let x = grid.centre(col, row).x;
                    if x >= pair[0] && x < pair[1] {
                        mask[row * grid.cols + col] = true;
                    }
                }
            }
        }
        mask
    }
}

/// Projected metres, rounded to a centimetre: a last bit that differs between machines must not
/// change a landscape.
pub fn project(crs: &Crs, lon: f64, lat: f64) -> Result<Point, AuthoringError> {
    let p = crs.project(lon, lat)?;
    let round = |v: f64| libm::round(v * 100.0) / 100.0;
    Ok(Point::new(round(p.x), round(p.y)))
}
