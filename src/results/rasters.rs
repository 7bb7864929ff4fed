//! Rasters of a run on the simulation grid, cropped to the burnt extent with a margin.

use std::path::Path;

use crate::base::geo::{Extent, Grid, Point, Raster};
use crate::base::units::KilowattsPerMetre;
use crate::files::{FileError, geotiff};
use crate::fire::front::Burnt;
use crate::simulation::Outcome;

/// Margin around the burnt extent, metres.
pub const MARGIN_M: f64 = 500.0;
/// "No data" in the files.
const NODATA: f32 = -9999.0;

/// The burnt extent (of fires smaller than a cell: their places); none when there was no fire.
pub fn burnt_extent(outcome: &Outcome) -> Option<Extent> {
    let grid = outcome.front.grid();
    let corners = outcome
        .front
        .burnt_bounds()
        .into_iter()
        .flat_map(|[c0, r0, c1, r1]| {
            let half = grid.cell / 2.0;
            let (a, b) = (grid.centre(c0, r0), grid.centre(c1, r1));
            [
                Point::new(a.x - half, a.y + half),
                Point::new(b.x + half, b.y - half),
            ]
        });
    Extent::around(corners.chain(outcome.fires.iter().map(|f| f.at)))
}

/// When the fire came to each cell, seconds after the start of the run; NaN where it did not.
pub fn arrival_s(outcome: &Outcome) -> Raster<f32> {
    burnt_raster(outcome, f32::NAN, |burnt| burnt.arrival_s as f32)
}

/// A value of the burnt cells over the burnt extent and its margin, `empty` elsewhere.
fn burnt_raster(outcome: &Outcome, empty: f32, value: impl Fn(&Burnt) -> f32) -> Raster<f32> {
    let (grid, col0, row0) = window(outcome);
    let mut raster = Raster::filled(grid, empty);
    for (col, row, burnt) in outcome.front.burnt_iter() {
        if col >= col0 && row >= row0 && col - col0 < grid.cols && row - row0 < grid.rows {
            raster.set(col - col0, row - row0, value(&burnt));
        }
    }
    raster
}

/// The part of the simulation grid that is written; without a fire, the middle of the map.
fn window(outcome: &Outcome) -> (Grid, usize, usize) {
    let grid = outcome.front.grid();
    let all = grid.extent();
    let middle = all.min.towards(all.max, 0.5);
    let extent = burnt_extent(outcome).unwrap_or(Extent {
        min: middle,
        max: middle,
    });
    grid.crop(extent.widened(MARGIN_M)).unwrap_or((*grid, 0, 0))
}

/// Writes `arrival.tif`: minutes after the start of the run.
pub fn write_arrival(outcome: &Outcome, path: &Path) -> Result<(), FileError> {
    let raster = burnt_raster(outcome, NODATA, |burnt| (burnt.arrival_s / 60.0) as f32);
    let start = outcome.world.clock.iso(0.0);
    let description = format!("fire arrival, minutes after the start of the run ({start})");
    geotiff::write_f32(
        path,
        &raster,
        outcome.world.crs.code(),
        NODATA,
        &description,
    )
}

/// Writes `flame_length.tif`: metres, by Byram (1959) from the intensity of the crossing.
pub fn write_flame_length(outcome: &Outcome, path: &Path) -> Result<(), FileError> {
    let raster = burnt_raster(outcome, NODATA, |burnt| {
        KilowattsPerMetre(burnt.intensity_kw_m)
            .flame_length()
            .value() as f32
    });
    let description = "flame length, metres (Byram 1959)";
    geotiff::write_f32(path, &raster, outcome.world.crs.code(), NODATA, description)
}
