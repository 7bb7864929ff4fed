//! Adaptive stencils that keep the order of arrival causal.
//!
//! A pair of neighbouring offsets `u, v` is usable for an elliptic fire when it is *F-acute*:
//! `dF(u) . v >= k F(v)` and the reverse. Starting from the eight nearest cells, every pair that is
//! not acute gets `u + v` between (Stern-Brocot refinement): Mirebeau 2014, "Efficient fast marching
//! with Finsler metrics", *Numerische Mathematik* 126:515-557.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::cells::TILE;
use super::metric::turn_of;
use super::step::Ways;
use crate::base::geo::supercover;

/// Steps of the eccentric shape: length-to-width is rounded up to one of these.
const SHAPES: [f64; 15] = [
    1.0, 1.2, 1.45, 1.75, 2.1, 2.5, 3.0, 3.5, 4.0, 4.6, 5.2, 5.9, 6.6, 7.3, 8.01,
];
/// Headings, 5 degrees apart.
const HEADINGS: usize = 72;
/// The acuteness constant `k`.
const ACUTENESS: f64 = 0.12;

/// Stencils from this number on are of shapes longer than 2.1, whose thin flanks feel the error of
/// interpolation most.
pub(super) const LONG: u16 = 5 * HEADINGS as u16;

/// One neighbour of a stencil.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offset {
    /// Columns east.
    pub dc: i32,
    /// Rows south.
    pub dr: i32,
    /// The displacement from the offset's cell back to the centre.
    pub back: (f64, f64),
    /// The ways from it and from the offsets before and after it.
    pub ways: Ways,
    /// The same step within a tile.
    pub shift: i32,
    /// Numbers of the offsets before and after it.
    pub beside: [usize; 2],
    /// Their steps within a tile.
    pub beside_shift: [i32; 2],
    /// Cells that the step to it touches on the way, ends left out.
    pub between: Vec<(i32, i32)>,
    /// The same as steps within a tile.
    pub between_shift: Vec<i32>,
    /// Share of the step's length that lies in each of them.
    pub between_share: Vec<f64>,
    /// Share that lies in each of the two ends.
    pub end_share: f64,
    /// Whether it is one of the eight nearest cells.
    pub adjacent: bool,
    /// Whether it is one of the four cells that share a side.
    pub side: bool,
}

/// Offsets around a cell, in order of angle; each and its neighbour in the list form a pair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stencil {
    /// The offsets.
    pub offsets: Vec<Offset>,
    /// The farthest offset, cells.
    pub reach: i32,
}

/// All stencils, built once: `SHAPES` x `HEADINGS`.
fn table() -> &'static [Stencil] {
    static TABLE: OnceLock<Vec<Stencil>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all = Vec::with_capacity(SHAPES.len() * HEADINGS);
        // Most steps occur in many stencils.
        let mut known = BTreeMap::new();
        for l in SHAPES {
            for h in 0..HEADINGS {
                let angle = (h as f64 * 360.0 / HEADINGS as f64).to_radians();
                all.push(build(l, (libm::sin(angle), -libm::cos(angle)), &mut known));
            }
        }
        all
    })
}

/// The stencil's number for a shape and a heading (east, north).
pub(super) fn number(length_to_width: f64, heading: (f64, f64)) -> u16 {
    let shape = SHAPES
        .partition_point(|&s| s < length_to_width)
        .min(SHAPES.len() - 1);
    if shape == 0 {
        return 0;
    }
    // From north over east, as bearings run.
    let turn = u32::from(turn_of(heading.1 as f32, heading.0 as f32));
    let step = (turn * HEADINGS as u32 + (1 << 15)) >> 16;
    (shape * HEADINGS) as u16 + (step % HEADINGS as u32) as u16
}

/// The stencil with a number given by [`number`].
#[inline]
pub(super) fn get(number: u16) -> &'static Stencil {
    &table()[number as usize]
}

/// `heading` here is in (columns, rows): rows run south.
fn build(
    length_to_width: f64,
    heading: (f64, f64),
    known: &mut BTreeMap<(i32, i32), Shares>,
) -> Stencil {
    let e = libm::sqrt(1.0 - 1.0 / (length_to_width * length_to_width));
    // A receiver at the origin is reached *from* offset u, so the displacement is -u.
    let time = |u: (i32, i32)| {
        let (x, y) = (f64::from(u.0), f64::from(u.1));
        libm::hypot(x, y) + e * (heading.0 * x + heading.1 * y)
    };
    let slope = |u: (i32, i32), v: (i32, i32)| {
        let (x, y) = (f64::from(u.0), f64::from(u.1));
        let r = libm::hypot(x, y);
        let (vx, vy) = (f64::from(v.0), f64::from(v.1));
        (x / r + e * heading.0) * vx + (y / r + e * heading.1) * vy
    };
    let acute = |u, v| slope(u, v) >= ACUTENESS * time(v) && slope(v, u) >= ACUTENESS * time(u);
    let ring = [
        (1, 0),
        (1, 1),
        (0, 1),
        (-1, 1),
        (-1, 0),
        (-1, -1),
        (0, -1),
        (1, -1),
    ];
    let mut cells: Vec<(i32, i32)> = Vec::new();
    for i in 0..8 {
        let mut stack = vec![ring[(i + 1) % 8]];
        let mut u = ring[i];
        cells.push(u);
        while let Some(&v) = stack.last() {
            // 24 cells bounds the refinement; it is not reached for length-to-width up to 8.
            if acute(u, v) || (u.0 + v.0).abs().max((u.1 + v.1).abs()) > 24 {
                u = v;
                stack.pop();
                if !stack.is_empty() {
                    cells.push(u);
                }
            } else {
                stack.push((u.0 + v.0, u.1 + v.1));
            }
        }
    }
    let reach = cells
        .iter()
        .map(|c| c.0.abs().max(c.1.abs()))
        .max()
        .unwrap_or(1);
    let n = cells.len();
    let offsets = (0..n)
        .map(|k| {
            let (dc, dr) = cells[k];
            let beside = [(k + n - 1) % n, (k + 1) % n];
            let way = |k: usize| (-cells[k].0 as f32, -cells[k].1 as f32);
            let between = supercover(dc, dr);
            let (between_share, end_share) = known
                .entry((dc, dr))
                .or_insert_with(|| shares(dc, dr, &between))
                .clone();
            let shift = |(c, r): (i32, i32)| r * TILE as i32 + c;
            Offset {
                dc,
                dr,
                back: (-f64::from(dc), -f64::from(dr)),
                ways: Ways::new(way(k), beside.map(way)),
                beside_shift: beside.map(|k| shift(cells[k])),
                beside,
                shift: shift((dc, dr)),
                between_shift: between.iter().map(|&b| shift(b)).collect(),
                between,
                between_share,
                end_share,
                adjacent: dc.abs() <= 1 && dr.abs() <= 1,
                side: dc.abs() + dr.abs() == 1,
            }
        })
        .collect();
    Stencil { offsets, reach }
}

/// Shares of a step's length in the cells between and in each end.
type Shares = (Vec<f64>, f64);

/// Shares of a step's length in the cells between and in each end: a cell touched in a corner alone
/// has none.
fn shares(dc: i32, dr: i32, between: &[(i32, i32)]) -> Shares {
    const SAMPLES: usize = 2520;
    let mut counts = vec![0_u32; between.len()];
    for i in 0..SAMPLES {
        let s = (i as f64 + 0.5) / SAMPLES as f64;
        let cell = (
            libm::floor(s * f64::from(dc) + 0.5) as i32,
            libm::floor(s * f64::from(dr) + 0.5) as i32,
        );
        if let Some(k) = between.iter().position(|&b| b == cell) {
            counts[k] += 1;
        }
    }
    let share: Vec<f64> = counts
        .iter()
        .map(|&n| f64::from(n) / SAMPLES as f64)
        .collect();
    let ends = 0.5 * (1.0 - share.iter().sum::<f64>());
    (share, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_fire_needs_only_its_eight_neighbours() {
        assert_eq!(get(number(1.0, (0.0, 1.0))).offsets.len(), 8);
    }

    #[test]
    fn a_step_is_shared_among_cells_by_its_length_in_them() {
        let (share, ends) = shares(2, 1, &supercover(2, 1));
        assert!(share.iter().all(|s| (s - 0.25).abs() < 1e-3) && (ends - 0.25).abs() < 1e-3);
        // Through a corner: the two cells beside it have none of it.
        let (share, ends) = shares(1, 1, &supercover(1, 1));
        assert!(share.iter().all(|s| *s < 1e-3) && (ends - 0.5).abs() < 1e-3);
    }

    #[test]
    fn a_long_fire_looks_far_back_along_its_heading_and_stays_ordered_by_angle() {
        let north = get(number(8.0, (0.0, 1.0)));
        assert!((6..=14).contains(&north.reach), "{}", north.reach);
        // The head arrives from the south: the far offsets point there (positive rows).
        assert!(north.offsets.iter().all(|o| o.dr > 0 || o.dr.abs() <= 2));
        for pair in north.offsets.windows(2) {
            assert!(pair[0].dc * pair[1].dr - pair[0].dr * pair[1].dc > 0);
        }
    }
}
