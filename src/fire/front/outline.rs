//! Squares of four cell centres that the fire line passes through, found by bit masks: a row of a
//! tile is a word.

use super::cells::{Cell, TILE, Tile, Tiles};

/// A burnt cell and one of its sides: 0 east, 1 south, 2 west, 3 north.
pub(super) type Edge = ((usize, usize), usize);

/// Rows of one tile, a bit a burnt cell.
type Mask = [u64; TILE];

fn mask(tile: &Tile, is_burnt: &impl Fn(&Cell) -> bool) -> Mask {
    let mut rows = tile.burnt_rows;
    for (r, row) in rows.iter_mut().enumerate() {
        let mut left = *row;
        while left != 0 {
            let c = left.trailing_zeros() as usize;
            left &= left - 1;
            if !is_burnt(&tile.cells[r * TILE + c]) {
                *row &= !(1 << c);
            }
        }
    }
    rows
}

/// The tiles with burnt ground that hangs together with a fire's: those it has burnt in, and the burnt ones
/// next to these, and so on.
fn tiles_of(tiles: &Tiles, family: u16) -> Vec<bool> {
    let mut wanted: Vec<bool> = vec![false; tiles.tiles.len()];
    let mut open: Vec<usize> = (0..tiles.tiles.len())
        .filter(|&n| tiles.tiles[n].families.contains(&family))
        .collect();
    for &n in &open {
        wanted[n] = true;
    }
    while let Some(n) = open.pop() {
        let (tc, tr) = (tiles.places[n].0 as i64, tiles.places[n].1 as i64);
        for (dc, dr) in (-1..=1).flat_map(|dr| (-1..=1).map(move |dc| (dc, dr))) {
            if let Some(m) = tiles.number(tc + dc, tr + dr)
                && tiles.tiles[m].burnt > 0
                && !wanted[m]
            {
                wanted[m] = true;
                open.push(m);
            }
        }
    }
    wanted
}

/// The pieces of line of all squares, each from one edge to another with burnt ground on the left,
/// sorted by the first; of one fire only, and what may hang together with it, when one is given. A cell
/// counts as burnt when `is_burnt` says so of one that has burnt, or all of them do when there is none.
pub(super) fn pieces(
    tiles: &Tiles,
    family: Option<u16>,
    is_burnt: Option<impl Fn(&Cell) -> bool>,
) -> Vec<(Edge, Edge)> {
    let wanted = family.map(|f| tiles_of(tiles, f));
    let filtered: Vec<Option<Box<Mask>>> = match &is_burnt {
        Some(is_burnt) => (tiles.tiles.iter())
            .map(|tile| (tile.burnt > 0).then(|| Box::new(mask(tile, is_burnt))))
            .collect(),
        None => Vec::new(),
    };
    let rows_of = |n: usize| match filtered.get(n) {
        Some(rows) => rows.as_deref(),
        None => Some(&tiles.tiles[n].burnt_rows).filter(|_| tiles.tiles[n].burnt > 0),
    };
    let at = |tc: i64, tr: i64| tiles.number(tc, tr).and_then(rows_of);
    let mut steps = Vec::new();
    // A square across the border of two tiles may be seen from both: it says the same twice.
    for (n, &(tc, tr)) in tiles.places.iter().enumerate() {
        if wanted.as_ref().is_some_and(|wanted| !wanted[n]) {
            continue;
        }
        let Some(own) = rows_of(n) else {
            continue;
        };
        let (tc, tr) = (tc as i64, tr as i64);
        let around = [-1, 0, 1].map(|dr| [-1, 0, 1].map(|dc| at(tc + dc, tr + dr)));
        // Columns -1 to 64 in bits 0 to 65.
        let row = |r: i64| -> u128 {
            let (k, r) = if r < 0 {
                (0, TILE - 1)
            } else if r >= TILE as i64 {
                (2, 0)
            } else {
                (1, r as usize)
            };
            let [west, middle, east] = around[k];
            let middle = if k == 1 { Some(own) } else { middle };
            let bits = |m: Option<&Mask>| m.map_or(0, |m| m[r]);
            u128::from(bits(west) >> 63)
                | u128::from(bits(middle)) << 1
                | u128::from(bits(east) & 1) << 65
        };
        let mut north = row(-1);
        for r in -1..TILE as i64 {
            let south = row(r + 1);
            let any = north | south | north >> 1 | south >> 1;
            let all = north & south & north >> 1 & south >> 1;
            let mut mixed = any & !all & ((1 << 65) - 1);
            while mixed != 0 {
                let bit = mixed.trailing_zeros();
                mixed &= mixed - 1;
                let is = |rows: u128, c: u32| rows >> c & 1 == 1;
                square(
                    (tc * TILE as i64 + i64::from(bit) - 1, tr * TILE as i64 + r),
                    // Counter-clockwise on the map: NW, SW, SE, NE.
                    [
                        is(north, bit),
                        is(south, bit),
                        is(south, bit + 1),
                        is(north, bit + 1),
                    ],
                    |from, to| steps.push((from, to)),
                );
            }
            north = south;
        }
    }
    let by_cell = |e: &Edge| (e.0.1, e.0.0, e.1);
    steps.sort_unstable_by_key(|(from, to)| (by_cell(from), by_cell(to)));
    steps.dedup();
    steps
}

/// The contour through the square of four cell centres whose north-west one is `at`: calls
/// `join(from, to)` with burnt ground on the left.
fn square((col, row): (i64, i64), burnt: [bool; 4], mut join: impl FnMut(Edge, Edge)) {
    let corners = [
        (col, row),
        (col, row + 1),
        (col + 1, row + 1),
        (col + 1, row),
    ];
    // Side of a corner towards the next and towards the one before.
    let to_next = [1, 0, 3, 2];
    let to_last = [0, 3, 2, 1];
    for i in 0..4 {
        let j = (i + 1) % 4;
        if burnt[i] && !burnt[j] {
            // The run of burnt corners that ends at i began at k.
            let mut k = i;
            while burnt[(k + 3) % 4] {
                k = (k + 3) % 4;
            }
            let cell = |n: usize| (corners[n].0 as usize, corners[n].1 as usize);
            join((cell(i), to_next[i]), (cell(k), to_last[k]));
        }
    }
}

/// The piece that begins at an edge.
pub(super) fn next(pieces: &[(Edge, Edge)], from: &Edge) -> Option<usize> {
    let by_cell = |e: &Edge| (e.0.1, e.0.0, e.1);
    pieces
        .binary_search_by_key(&by_cell(from), |(e, _)| by_cell(e))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geo::Grid;
    use crate::fire::front::cells::BURNT;

    #[test]
    fn lines_close_round_patches_that_lie_across_the_borders_of_tiles() {
        let grid = Grid {
            cols: 200,
            rows: 200,
            cell: 1.0,
            west: 0.0,
            north: 200.0,
        };
        let mut tiles = Tiles::new(grid);
        let burnt = |c: usize, r: usize| (60..70).contains(&c) && (120..=128).contains(&r);
        for r in 0..200 {
            for c in 0..200 {
                if burnt(c, r) || (c == 199 && r == 0) {
                    let (tile, i) = tiles.find_or_make(c, r, |_, _| (1, false));
                    tiles.tiles[tile].cells[i].set_state(BURNT);
                    tiles.tiles[tile].note_burnt(i, 0.0, u16::from(c == 199));
                }
            }
        }
        let all = None::<fn(&Cell) -> bool>;
        // The single cell is another fire, in a tile that touches none of the patch's.
        assert_eq!(pieces(&tiles, Some(1), all).len(), 4);
        assert_eq!(pieces(&tiles, Some(0), all).len(), 2 * (10 + 9));
        let pieces = pieces(&tiles, None, all);
        // One piece a square on the border: 2 x (10 + 9) round the patch, 4 round the single cell.
        assert_eq!(pieces.len(), 2 * (10 + 9) + 4);
        for (_, to) in &pieces {
            assert!(next(&pieces, to).is_some());
        }
    }
}
