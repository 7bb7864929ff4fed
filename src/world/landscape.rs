//! Terrain and land cover on the landscape's grid.

use crate::base::geo::{Point, Raster, slope_aspect};
use crate::scenario::schema::Name;

use super::canopy::CanopyRasters;

/// What a cover code means, ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverInfo {
    /// Key in the catalogue, or the fuel model's code.
    pub key: String,
    /// Name.
    pub name: Name,
    /// Number in `World::fuels` (1-13, 101-204, or one of the scenario's own); none when it does
    /// not burn.
    pub fuel_model: Option<u16>,
    /// Whether it is water.
    pub is_water: bool,
    /// Whether it counts as forest land.
    pub forest: bool,
    /// Factor on hand-line production, more than 0.
    pub line_factor: f64,
    /// Canopy cover, share 0 to 1.
    pub canopy_cover: f64,
    /// Canopy height, metres.
    pub canopy_height_m: f64,
    /// Value lost when a hectare burns, yuan.
    pub value_cny_ha: f64,
    /// Map colour.
    pub colour: (u8, u8, u8),
}

/// Elevation, cover and canopy, and what the cover codes mean.
#[derive(Debug, Clone)]
pub struct Landscape {
    /// Elevation, metres; a number in every cell.
    pub elevation: Raster<f32>,
    /// Cover codes.
    pub cover: Raster<u8>,
    /// Meaning of each code; 256 entries, none for a code that does not occur in the tables.
    pub covers: Vec<Option<CoverInfo>>,
    /// Measured canopy; without it the covers' own counts.
    pub canopy: Option<CanopyRasters>,
}

impl Landscape {
    /// A landscape of rasters on one grid.
    pub fn new(
        elevation: Raster<f32>,
        cover: Raster<u8>,
        covers: Vec<Option<CoverInfo>>,
        canopy: Option<CanopyRasters>,
    ) -> Self {
        Self {
            elevation,
            cover,
            covers,
            canopy,
        }
    }

    /// The cover at a place; none outside the map or where the code has no meaning.
    pub fn cover_at(&self, p: Point) -> Option<&CoverInfo> {
        self.cover
            .at(p)
            .and_then(|code| self.covers.get(code as usize)?.as_ref())
    }

    /// Slope (rise over run) and aspect (the way the slope faces, degrees clockwise from north) of
    /// the cell nearest to a place, by Horn (1981).
    pub fn slope_aspect_at(&self, p: Point) -> (f64, f64) {
        let (col, row) = self.elevation.grid.nearest(p);
        self.slope_aspect_of(col, row)
    }

    /// Slope (rise over run) and aspect (degrees) of the landscape cell in column `col`, row `row`.
    /// Computed when asked: a county has millions of cells and a fire touches few of them.
    pub fn slope_aspect_of(&self, col: usize, row: usize) -> (f64, f64) {
        slope_aspect(&self.elevation, col, row)
    }
}
