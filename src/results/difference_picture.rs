//! Two burnt areas on each other.

use image::{Rgba, RgbaImage};

use crate::base::geo::Raster;

/// Burnt in both, only in the first, only in the second.
const COLOURS: [[u8; 3]; 3] = [[120, 110, 105], [213, 94, 0], [0, 114, 178]];
const GROUND: [u8; 3] = [246, 244, 238];
/// Shortest and longest side of the picture, pixels.
const SHORTEST: usize = 400;
const LONGEST: usize = 1600;

/// A difference map: grey burnt in both, orange only in the first, blue only in the second (colours of
/// Okabe & Ito 2008, told apart by everybody).
pub fn draw(map: &Raster<u8>) -> RgbaImage {
    let (cols, rows) = (map.grid.cols, map.grid.rows);
    let longest = cols.max(rows);
    // Whole pixels a cell where it is enlarged, whole cells a pixel where it is reduced.
    let (zoom, step) = if longest > LONGEST {
        (1, longest.div_ceil(LONGEST))
    } else {
        (SHORTEST.div_ceil(longest).max(1), 1)
    };
    let (width, height) = (cols.div_ceil(step) * zoom, rows.div_ceil(step) * zoom);
    RgbaImage::from_fn(width as u32, height as u32, |x, y| {
        let col = (x as usize / zoom * step).min(cols - 1);
        let row = (y as usize / zoom * step).min(rows - 1);
        let [r, g, b] = match map.get(col, row) {
            code @ 1..=3 => COLOURS[usize::from(code) - 1],
            _ => GROUND,
        };
        Rgba([r, g, b, 255])
    })
}
