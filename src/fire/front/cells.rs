//! Per-cell state in sparse tiles: a county costs nothing until it burns.

use super::metric::Metric;
use crate::base::geo::Grid;

/// Side of a tile, cells.
pub(super) const TILE: usize = 64;

/// Not reached; nothing known.
pub(super) const FAR: u8 = 0;
/// Has a tentative arrival.
pub(super) const TRIAL: u8 = 1;
/// Burnt: arrival is final.
pub(super) const BURNT: u8 = 2;

/// A barrier touches the cell.
pub(super) const BARRIER: u8 = 1;

/// What the front knows of a cell: 40 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Arrival, seconds; infinite when far.
    pub t: f64,
    /// The metric while unburnt; once burnt: rate of spread m/s, intensity kW/m, unused.
    pub metric: Metric,
    /// Direction of the crossing (columns, rows), 127ths of the greater part.
    pub direction: [i8; 2],
    /// Number of the stencil.
    pub stencil: u16,
    /// FAR, TRIAL or BURNT.
    pub state: u8,
    /// The spread source's fuel number; 0 does not burn.
    pub fuel: u8,
    /// Weather the metric was made for; 0 for none.
    pub weather: u8,
    /// Which ignition it burns from.
    pub origin: u8,
    /// BARRIER.
    pub flags: u8,
}

/// One tile.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    /// Row by row, `TILE` x `TILE`.
    pub cells: Box<[Cell]>,
    /// All cells inside the map burn as the same fuel and no barrier touches the tile.
    pub plain: bool,
    /// Number of burnt cells.
    pub burnt: u32,
    /// First and last column and row of the burnt cells, within the tile: c0, r0, c1, r1.
    pub burnt_box: [u8; 4],
}

impl Tile {
    /// Counts a cell that has burnt.
    #[inline]
    pub fn note_burnt(&mut self, i: usize) {
        let (c, r) = ((i % TILE) as u8, (i / TILE) as u8);
        let b = &mut self.burnt_box;
        *b = [b[0].min(c), b[1].min(r), b[2].max(c), b[3].max(r)];
        self.burnt += 1;
    }
}

/// The tiles of a grid.
#[derive(Debug, Clone)]
pub(super) struct Tiles {
    pub grid: Grid,
    across: usize,
    /// Number of the tile + 1; 0 when not yet made.
    index: Vec<u32>,
    pub tiles: Vec<Tile>,
    /// Tile column and row of each tile.
    pub places: Vec<(usize, usize)>,
}

impl Tiles {
    pub fn new(grid: Grid) -> Self {
        let across = grid.cols.div_ceil(TILE);
        let down = grid.rows.div_ceil(TILE);
        Self {
            grid,
            across,
            index: vec![0; across * down],
            tiles: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Number and offset of a cell within the map, when its tile has been made.
    #[inline]
    pub fn find(&self, col: usize, row: usize) -> Option<(usize, usize)> {
        let tile = self.index[(row / TILE) * self.across + col / TILE];
        (tile != 0).then(|| (tile as usize - 1, (row % TILE) * TILE + col % TILE))
    }

    /// The cell, when its tile has been made.
    #[inline]
    pub fn get(&self, col: usize, row: usize) -> Option<&Cell> {
        self.find(col, row).map(|(t, i)| &self.tiles[t].cells[i])
    }

    /// Number and offset of a cell within the map; makes its tile, asking `fuel` and `flags` for
    /// every cell of it.
    #[inline]
    pub fn find_or_make(
        &mut self,
        col: usize,
        row: usize,
        look: impl Fn(usize, usize) -> (u8, u8),
    ) -> (usize, usize) {
        let place = (row / TILE) * self.across + col / TILE;
        if self.index[place] == 0 {
            self.make(col / TILE, row / TILE, look);
        }
        (
            self.index[place] as usize - 1,
            (row % TILE) * TILE + col % TILE,
        )
    }

    #[cold]
    fn make(&mut self, tile_col: usize, tile_row: usize, look: impl Fn(usize, usize) -> (u8, u8)) {
        let far = Cell {
            t: f64::INFINITY,
            metric: Metric::default(),
            direction: [0, 0],
            stencil: 0,
            state: FAR,
            fuel: 0,
            weather: 0,
            origin: 0,
            flags: 0,
        };
        let mut cells = vec![far; TILE * TILE].into_boxed_slice();
        let mut plain = true;
        let mut first = None;
        for r in 0..TILE {
            let row = tile_row * TILE + r;
            if row >= self.grid.rows {
                break;
            }
            for c in 0..TILE {
                let col = tile_col * TILE + c;
                if col >= self.grid.cols {
                    break;
                }
                let (fuel, flags) = look(col, row);
                let cell = &mut cells[r * TILE + c];
                cell.fuel = fuel;
                cell.flags = flags;
                plain &= fuel != 0 && flags == 0 && *first.get_or_insert(fuel) == fuel;
            }
        }
        self.tiles.push(Tile {
            cells,
            plain,
            burnt: 0,
            burnt_box: [u8::MAX, u8::MAX, 0, 0],
        });
        self.places.push((tile_col, tile_row));
        self.index[tile_row * self.across + tile_col] = self.tiles.len() as u32;
    }

    /// Marks a cell as touched by a barrier, when its tile has been made.
    pub fn mark_barrier(&mut self, col: usize, row: usize) {
        if let Some((t, i)) = self.find(col, row) {
            self.tiles[t].cells[i].flags |= BARRIER;
            self.tiles[t].plain = false;
        }
    }

    /// Every made cell inside the map: (column, row, cell), tile by tile in the order made.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        let (cols, rows) = (self.grid.cols, self.grid.rows);
        self.tiles
            .iter()
            .zip(&self.places)
            .flat_map(move |(tile, &(tc, tr))| {
                tile.cells.iter().enumerate().filter_map(move |(i, cell)| {
                    let (col, row) = (tc * TILE + i % TILE, tr * TILE + i / TILE);
                    (col < cols && row < rows).then_some((col, row, cell))
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touched_cell_costs_forty_bytes() {
        assert_eq!(std::mem::size_of::<Cell>(), 40);
    }
}
