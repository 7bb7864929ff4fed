//! The ground of the map: cover colours under a hillshade, area-averaged where a pixel holds many
//! cells and smoothly interpolated where a cell holds many pixels.

use rayon::prelude::*;

use super::MapPicture;
use super::canvas::{Frame, PAPER};
use crate::base::geo::{Grid, Point, Raster};

/// Height of the light above the horizon and its bearing (north-west, the cartographic custom:
/// light from below makes valleys look like ridges).
const LIGHT_ALTITUDE_DEG: f64 = 45.0;
const LIGHT_AZIMUTH_DEG: f64 = 315.0;
/// How far cover colours are mixed with white, so that lines and text stand out.
const TINT: f32 = 0.22;

/// The painted ground.
pub(super) struct Ground {
    /// Red, green, blue of each pixel, row by row.
    pub(super) rgb: Vec<[u8; 3]>,
    /// Brightness of the relief at each pixel, 1 on flat ground.
    pub(super) shade: Vec<f32>,
}

/// A cover colour as it appears on flat ground.
pub(super) fn tinted((r, g, b): (u8, u8, u8)) -> [f32; 3] {
    [r, g, b].map(|v| f32::from(v) * (1.0 - TINT) + 255.0 * TINT)
}

/// Paints the ground of a picture.
pub(super) fn paint(picture: &MapPicture, frame: &Frame) -> Ground {
    let (w, h) = (frame.width as usize, frame.height as usize);
    let heights = resample(
        &Sampling::heights(&picture.elevation.grid, frame),
        w,
        h,
        |i| [picture.elevation.data[i]],
    );
    let palette: Vec<[f32; 3]> = (0..=255_u8)
        .map(|code| tinted((picture.cover_colour)(code)))
        .collect();
    let colours = if frame.metres_per_px < picture.cover.grid.cell {
        patches(picture.cover, &palette, frame)
    } else {
        resample(&Sampling::means(&picture.cover.grid, frame), w, h, |i| {
            palette[picture.cover.data[i] as usize]
        })
    };
    let shade = hillshade(&heights, w, h, frame.metres_per_px);
    let land = picture.elevation.grid.extent();
    let mut rgb = vec![[PAPER.0, PAPER.1, PAPER.2]; w * h];
    rgb.par_chunks_mut(w).enumerate().for_each(|(row, line)| {
        let y = frame.extent.max.y - (row as f64 + 0.5) * frame.metres_per_px;
        for (col, pixel) in line.iter_mut().enumerate() {
            let x = frame.extent.min.x + (col as f64 + 0.5) * frame.metres_per_px;
            if land.contains(Point::new(x, y)) {
                let i = row * w + col;
                *pixel = colours[i].map(|v| (v * shade[i]).clamp(0.0, 255.0) as u8);
            }
        }
    });
    Ground { rgb, shade }
}

/// Lambert shading of heights on the pixel grid, 1 where flat. The relief is exaggerated where
/// pixels are wide, for averaging flattens slopes.
fn hillshade(heights: &[[f32; 1]], w: usize, h: usize, metres_per_px: f64) -> Vec<f32> {
    let exaggeration = libm::pow(metres_per_px / 6.0, 0.4).clamp(1.0, 3.0);
    let per_px = (exaggeration / (8.0 * metres_per_px)) as f32;
    let altitude = LIGHT_ALTITUDE_DEG.to_radians();
    let azimuth = LIGHT_AZIMUTH_DEG.to_radians();
    let east = (libm::cos(altitude) * libm::sin(azimuth)) as f32;
    let north = (libm::cos(altitude) * libm::cos(azimuth)) as f32;
    let up = libm::sin(altitude) as f32;
    let mut shade = vec![1.0_f32; w * h];
    shade.par_chunks_mut(w).enumerate().for_each(|(row, line)| {
        let (above, below) = (row.saturating_sub(1) * w, (row + 1).min(h - 1) * w);
        let here = row * w;
        for (col, out) in line.iter_mut().enumerate() {
            let (left, right) = (col.saturating_sub(1), (col + 1).min(w - 1));
            let z = |base: usize, c: usize| heights[base + c][0];
            // Horn (1981), as in base::geo::slope_aspect, on pixels.
            let dz_dx = ((z(above, right) + 2.0 * z(here, right) + z(below, right))
                - (z(above, left) + 2.0 * z(here, left) + z(below, left)))
                * per_px;
            let dz_dy = ((z(above, left) + 2.0 * z(above, col) + z(above, right))
                - (z(below, left) + 2.0 * z(below, col) + z(below, right)))
                * per_px;
            let lambert = (up - dz_dx * east - dz_dy * north)
                / libm::sqrtf(1.0 + dz_dx * dz_dx + dz_dy * dz_dy);
            if lambert.is_finite() {
                let relative = lambert.max(0.0) / up - 1.0;
                // Lit slopes are brightened less than shaded ones are darkened: paper is white already.
                *out = 1.0 + relative * if relative > 0.0 { 0.36 } else { 0.52 };
            }
        }
    });
    shade
}

/// The cells that feed one pixel along one axis: the first cell and the weight of each from there.
type Taps = (usize, Vec<f32>);

/// The weights by which cells make pixels.
struct Sampling {
    cols: usize,
    across: Vec<Taps>,
    down: Vec<Taps>,
}

impl Sampling {
    /// Cubic B-spline where cells are wider than pixels (smooth slopes, no facets), averages where
    /// they are narrower.
    fn heights(grid: &Grid, frame: &Frame) -> Self {
        Self::new(grid, frame, |distance, cells_per_px| {
            if cells_per_px >= 1.5 {
                overlap(distance, cells_per_px)
            } else {
                b_spline(distance)
            }
        })
    }

    /// Averages over the cells that a pixel covers.
    fn means(grid: &Grid, frame: &Frame) -> Self {
        Self::new(grid, frame, overlap)
    }

    fn new(grid: &Grid, frame: &Frame, kernel: impl Fn(f64, f64) -> f64) -> Self {
        let (west, north) = grid.fractional(Point::new(frame.extent.min.x, frame.extent.max.y));
        let step = frame.metres_per_px / grid.cell;
        let axis = |start: f64, pixels: u32, cells: usize| {
            (0..pixels)
                .map(|i| taps(start + (f64::from(i) + 0.5) * step, step, cells, &kernel))
                .collect::<Vec<Taps>>()
        };
        Self {
            cols: grid.cols,
            across: axis(west, frame.width, grid.cols),
            down: axis(north, frame.height, grid.rows),
        }
    }
}

/// Share of a pixel of `width` cells that a cell `distance` cells away covers.
fn overlap(distance: f64, width: f64) -> f64 {
    (f64::midpoint(width, 1.0) - distance.abs()).clamp(0.0, width.min(1.0))
}

/// The cubic B-spline, of radius two cells.
fn b_spline(distance: f64) -> f64 {
    let d = distance.abs();
    if d < 1.0 {
        2.0 / 3.0 - d * d + d * d * d / 2.0
    } else if d < 2.0 {
        let e = 2.0 - d;
        e * e * e / 6.0
    } else {
        0.0
    }
}

/// Cells within reach of the B-spline: four by four, and a fifth where a centre falls on a border.
const MOST_TAPS: usize = 25;

/// The taps of a pixel whose centre is `centre` cells from the grid's edge and which is `step` cells
/// wide; the nearest cell alone when the pixel lies outside.
fn taps(centre: f64, step: f64, cells: usize, kernel: &impl Fn(f64, f64) -> f64) -> Taps {
    let radius = (step / 2.0 + 0.5).max(2.0);
    let last = (cells - 1) as f64;
    let nearest = libm::floor(centre).clamp(0.0, last);
    let from = libm::floor(centre - radius).clamp(0.0, nearest) as usize;
    let to = libm::floor(centre + radius).clamp(nearest, last) as usize;
    let weights: Vec<f64> = (from..=to)
        .map(|cell| kernel(centre - (cell as f64 + 0.5), step))
        .collect();
    let sum: f64 = weights.iter().sum();
    if !(sum > 0.0 && centre >= 0.0 && centre <= last + 1.0) {
        return (nearest as usize, vec![1.0]);
    }
    // Drop the zeros at both ends.
    let first = weights.iter().position(|&v| v > 0.0).unwrap_or(0);
    let end = weights.iter().rposition(|&v| v > 0.0).unwrap_or(0) + 1;
    (
        from + first,
        weights[first..end]
            .iter()
            .map(|v| (v / sum) as f32)
            .collect(),
    )
}

/// Resamples `N` channels of a raster, read by cell index, to `w` x `h` pixels: first along the rows
/// that are needed, then down the columns.
fn resample<const N: usize>(
    sampling: &Sampling,
    w: usize,
    h: usize,
    cell: impl Fn(usize) -> [f32; N] + Sync,
) -> Vec<[f32; N]> {
    let first = sampling
        .down
        .iter()
        .map(|(from, _)| *from)
        .min()
        .unwrap_or(0);
    let end = sampling
        .down
        .iter()
        .map(|(from, weights)| from + weights.len())
        .max()
        .unwrap_or(0);
    let mut rows = vec![[0.0_f32; N]; (end - first) * w];
    rows.par_chunks_mut(w).enumerate().for_each(|(row, line)| {
        let base = (first + row) * sampling.cols;
        for (out, (from, weights)) in line.iter_mut().zip(&sampling.across) {
            for (k, weight) in weights.iter().enumerate() {
                let values = cell(base + from + k);
                for (sum, value) in out.iter_mut().zip(values) {
                    *sum += weight * value;
                }
            }
        }
    });
    let mut out = vec![[0.0_f32; N]; w * h];
    out.par_chunks_mut(w)
        .zip(&sampling.down)
        .for_each(|(line, (from, weights))| {
            for (k, weight) in weights.iter().enumerate() {
                let source = &rows[(from - first + k) * w..][..w];
                for (pixel, values) in line.iter_mut().zip(source) {
                    for (sum, value) in pixel.iter_mut().zip(values) {
                        *sum += weight * value;
                    }
                }
            }
        });
    out
}

/// Colours of cells that are wider than pixels: each pixel takes the colour of the cover that weighs
/// most around it by the cubic B-spline, so that patches have round outlines instead of stairs, with
/// a border about a pixel wide.
fn patches(cover: &Raster<u8>, palette: &[[f32; 3]], frame: &Frame) -> Vec<[f32; 3]> {
    let sampling = Sampling::new(&cover.grid, frame, |distance, _| b_spline(distance));
    // Weights are squared so many times before colours are mixed by them.
    let squarings =
        libm::log2(cover.grid.cell / frame.metres_per_px * 1.2).clamp(1.0, 4.0) as usize;
    let w = frame.width as usize;
    let mut out = vec![[0.0_f32; 3]; w * frame.height as usize];
    out.par_chunks_mut(w)
        .zip(&sampling.down)
        .for_each(|(line, (row, down))| {
            for (pixel, (col, across)) in line.iter_mut().zip(&sampling.across) {
                let mut codes = [(0_u8, 0.0_f32); MOST_TAPS];
                let mut kinds = 0;
                for (r, v) in down.iter().enumerate() {
                    for (c, h) in across.iter().enumerate() {
                        let code = cover.data[(row + r) * cover.grid.cols + col + c];
                        match codes[..kinds].iter_mut().find(|(known, _)| *known == code) {
                            Some((_, weight)) => *weight += v * h,
                            None if kinds < MOST_TAPS => {
                                codes[kinds] = (code, v * h);
                                kinds += 1;
                            }
                            None => {}
                        }
                    }
                }
                let most = codes[..kinds]
                    .iter()
                    .fold(0.0_f32, |most, (_, weight)| most.max(*weight));
                let mut sum = 0.0;
                for (code, weight) in &codes[..kinds] {
                    let share = (0..squarings).fold(weight / most, |share, _| share * share);
                    sum += share;
                    for (value, colour) in pixel.iter_mut().zip(palette[*code as usize]) {
                        *value += share * colour;
                    }
                }
                for value in pixel.iter_mut() {
                    *value /= sum;
                }
            }
        });
    out
}

/// The cover codes that occur in the frame.
pub(super) fn codes_shown(cover: &Raster<u8>, frame: &Frame) -> [bool; 256] {
    let mut shown = [false; 256];
    if let Some((part, col, row)) = cover.grid.crop(frame.extent) {
        for r in row..row + part.rows {
            for code in &cover.data[r * cover.grid.cols + col..][..part.cols] {
                shown[*code as usize] = true;
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::Extent;

    fn frame(width: u32, height: u32, metres_per_px: f64) -> Frame {
        Frame {
            extent: Extent {
                min: Point::new(0.0, 0.0),
                max: Point::new(
                    f64::from(width) * metres_per_px,
                    f64::from(height) * metres_per_px,
                ),
            },
            width,
            height,
            metres_per_px,
        }
    }

    #[test]
    fn a_pixel_of_many_cells_shows_their_mean() {
        let grid = Grid::new(8, 8, 10.0, 0.0, 80.0).unwrap();
        let sampling = Sampling::means(&grid, &frame(2, 2, 40.0));
        let pixels = resample(&sampling, 2, 2, |i| [if i % 2 == 0 { 100.0 } else { 50.0 }]);
        assert!(
            pixels.iter().all(|p| (p[0] - 75.0).abs() < 1e-3),
            "{pixels:?}"
        );
    }

    #[test]
    fn slopes_that_face_the_north_west_are_bright_and_their_backs_dark() {
        // A ridge that runs from south-west to north-east.
        let ridge: Vec<[f32; 1]> = (0..100)
            .map(|i| [-((i % 10) as f32 + (i / 10) as f32 - 9.0).abs() * 3.0])
            .collect();
        let shade = hillshade(&ridge, 10, 10, 6.0);
        assert!(shade[22] > 1.02, "north-west flank {}", shade[22]);
        assert!(shade[77] < 0.92, "south-east flank {}", shade[77]);
        let flat = hillshade(&vec![[5.0]; 100], 10, 10, 6.0);
        assert!(flat.iter().all(|v| (v - 1.0).abs() < 1e-6));
    }

    #[test]
    fn heights_between_cells_follow_a_plane_exactly() {
        let grid = Grid::new(20, 20, 30.0, 0.0, 600.0).unwrap();
        let sampling = Sampling::heights(&grid, &frame(150, 150, 4.0));
        let pixels = resample(&sampling, 150, 150, |i| [(i % 20) as f32 * 30.0]);
        for col in 30..120 {
            let expected = (col as f32 + 0.5) * 4.0 - 15.0;
            assert!((pixels[75 * 150 + col][0] - expected).abs() < 1e-2);
        }
    }
}
