//! Per-cell state in sparse tiles: a county costs nothing until it burns.

use std::sync::LazyLock;

use super::metric::{Crown, Metric, TURN, turn_of};
use crate::base::geo::Grid;

/// Side of a tile, cells.
pub(super) const TILE: usize = 64;

/// Not reached; nothing known.
pub(super) const FAR: u8 = 0;
/// Has a tentative arrival.
pub(super) const TRIAL: u8 = 1;
/// Burnt: arrival is final.
pub(super) const BURNT: u8 = 2;

/// Weather numbers run from 1 to this; 0 is none.
pub(super) const WEATHERS: u8 = 31;

/// Stencil number of a cell in which the fire does not spread under the present weather.
pub(super) const STILL: u16 = STENCIL_MASK;

const STATE_MASK: u8 = 0b11;
const BARRIER_BIT: u8 = 0b100;
const WEATHER_SHIFT: u32 = 3;
const STENCIL_MASK: u16 = (1 << 11) - 1;
const CROWN_SHIFT: u32 = 11;
const CROWN_MASK: u16 = 0b11 << CROWN_SHIFT;
const OUT_BIT: u16 = 1 << 13;

/// What the front knows of a cell: 40 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Arrival, seconds; infinite when far.
    pub t: f64,
    /// How fire spreads here; once burnt, how it spread.
    pub metric: Metric,
    /// Heat released per unit area by that fire, kJ/m2.
    pub heat: f32,
    /// Which start it burns from.
    pub origin: u16,
    /// Direction of the crossing, a 65,536th of a turn from east over south.
    direction: u16,
    /// Number of the stencil; crown state; whether it has been put out.
    packed: u16,
    /// The spread source's fuel number; 0 does not burn.
    pub fuel: u8,
    /// State; whether a barrier touches it; number of the weather the metric was made for.
    status: u8,
}

impl Cell {
    const FAR: Self = Self {
        t: f64::INFINITY,
        metric: Metric([0.0; 5]),
        heat: 0.0,
        origin: 0,
        direction: 0,
        packed: 0,
        fuel: 0,
        status: 0,
    };

    #[inline]
    pub fn state(&self) -> u8 {
        self.status & STATE_MASK
    }

    #[inline]
    pub fn is_burnt(&self) -> bool {
        self.state() == BURNT
    }

    #[inline]
    pub fn set_state(&mut self, state: u8) {
        self.status = (self.status & !STATE_MASK) | state;
    }

    #[inline]
    pub fn has_barrier(&self) -> bool {
        self.status & BARRIER_BIT != 0
    }

    #[inline]
    pub fn weather(&self) -> u8 {
        self.status >> WEATHER_SHIFT
    }

    #[inline]
    pub fn set_weather(&mut self, weather: u8) {
        self.status = (self.status & (STATE_MASK | BARRIER_BIT)) | (weather << WEATHER_SHIFT);
    }

    #[inline]
    pub fn stencil(&self) -> u16 {
        self.packed & STENCIL_MASK
    }

    /// Whether fire can spread here under the weather of the metric.
    #[inline]
    pub fn is_still(&self) -> bool {
        self.stencil() == STILL
    }

    #[inline]
    pub fn set_spread(&mut self, stencil: u16, crown: Crown) {
        self.packed = (self.packed & OUT_BIT) | stencil | ((crown as u16) << CROWN_SHIFT);
    }

    pub fn crown(&self) -> Crown {
        match (self.packed & CROWN_MASK) >> CROWN_SHIFT {
            0 => Crown::Surface,
            1 => Crown::Passive,
            _ => Crown::Active,
        }
    }

    pub fn is_put_out(&self) -> bool {
        self.packed & OUT_BIT != 0
    }

    pub fn put_out(&mut self) {
        self.packed |= OUT_BIT;
    }

    /// Keeps the direction of a displacement (columns east, rows south).
    #[inline]
    pub fn set_direction(&mut self, (x, y): (f32, f32)) {
        self.direction = turn_of(x, y);
    }

    /// [`Cell::direction`] to some 1e-6, for every step of the front: a table and what is left.
    #[inline]
    pub fn way(&self) -> (f32, f32) {
        static COARSE: LazyLock<[(f32, f32); 256]> = LazyLock::new(|| {
            std::array::from_fn(|i| {
                let (sin, cos) = libm::sincos(i as f64 / 256.0 * std::f64::consts::TAU);
                (cos as f32, sin as f32)
            })
        });
        let (c, s) = COARSE[usize::from(self.direction >> 8)];
        let rest = f32::from(self.direction & 255) * (std::f32::consts::TAU / TURN as f32);
        let (cos, sin) = (
            1.0 - 0.5 * rest * rest,
            rest * (1.0 - rest * rest * (1.0 / 6.0)),
        );
        (c * cos - s * sin, s * cos + c * sin)
    }

    /// Unit vector (columns, rows) of the crossing.
    pub fn direction(&self) -> (f64, f64) {
        let angle = f64::from(self.direction) / TURN * std::f64::consts::TAU;
        (libm::cos(angle), libm::sin(angle))
    }
}

/// One tile.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    /// Row by row, `TILE` x `TILE`.
    pub cells: Box<[Cell; TILE * TILE]>,
    /// All cells inside the map burn as the same fuel and no barrier touches the tile.
    pub plain: bool,
    /// Number of burnt cells.
    pub burnt: u32,
    /// When the last of them burnt, seconds; minus infinity before any.
    pub last_s: f64,
    /// First and last column and row of the burnt cells, within the tile: c0, r0, c1, r1.
    pub burnt_box: [u8; 4],
    /// The burnt cells, a word a row, a bit a column.
    pub burnt_rows: [u64; TILE],
    /// The cells with a tentative arrival, likewise.
    trial_rows: [u64; TILE],
    /// The fires whose cells have burnt here, by number, in order of coming.
    pub families: Vec<u16>,
}

impl Tile {
    /// Counts a cell that has burnt at `t` seconds, by the fire of this number.
    #[inline]
    pub fn note_burnt(&mut self, i: usize, t: f64, family: u16) {
        self.last_s = self.last_s.max(t);
        let (c, r) = ((i % TILE) as u8, (i / TILE) as u8);
        let b = &mut self.burnt_box;
        *b = [b[0].min(c), b[1].min(r), b[2].max(c), b[3].max(r)];
        self.burnt_rows[i / TILE] |= 1 << (i % TILE);
        self.trial_rows[i / TILE] &= !(1 << (i % TILE));
        if !self.families.contains(&family) {
            self.families.push(family);
        }
        self.burnt += 1;
    }

    /// Gives a cell a tentative arrival.
    #[inline]
    pub fn note_trial(&mut self, i: usize) {
        self.cells[i].set_state(TRIAL);
        self.trial_rows[i / TILE] |= 1 << (i % TILE);
    }

    /// Takes back a cell's tentative arrival.
    #[inline]
    pub fn forget(&mut self, i: usize) {
        let c = &mut self.cells[i];
        c.set_state(FAR);
        c.t = f64::INFINITY;
        self.trial_rows[i / TILE] &= !(1 << (i % TILE));
    }

    /// Offsets of the cells with a tentative arrival.
    fn trials(&self) -> impl Iterator<Item = usize> {
        let rows = self.trial_rows.iter().enumerate();
        rows.filter(|(_, bits)| **bits != 0).flat_map(|(r, &bits)| {
            std::iter::successors(Some(bits), |b| Some(b & b.wrapping_sub(1)))
                .take_while(|b| *b != 0)
                .map(move |b| r * TILE + b.trailing_zeros() as usize)
        })
    }
}

/// A tile's cells, of which nothing is known.
fn boxed() -> Box<[Cell; TILE * TILE]> {
    let cells = vec![Cell::FAR; TILE * TILE].into_boxed_slice();
    match cells.try_into() {
        Ok(cells) => cells,
        Err(_) => unreachable!("as many cells as a tile has"),
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

    /// Number of the tile at a tile column and row, when it has been made.
    pub fn number(&self, tile_col: i64, tile_row: i64) -> Option<usize> {
        let (c, r) = (
            usize::try_from(tile_col).ok()?,
            usize::try_from(tile_row).ok()?,
        );
        if c >= self.across {
            return None;
        }
        let number = *self.index.get(r * self.across + c)?;
        (number != 0).then(|| number as usize - 1)
    }

    /// Number and offset of a cell within the map, when its tile has been made.
    #[inline]
    pub fn find(&self, col: usize, row: usize) -> Option<(usize, usize)> {
        let tile = self.index[(row / TILE) * self.across + col / TILE];
        (tile != 0).then(|| (tile as usize - 1, (row % TILE) * TILE + col % TILE))
    }

    /// Number and offset of a cell that may lie off the map, when its tile has been made.
    #[inline]
    pub fn find_within(&self, (col, row): (i64, i64)) -> Option<(usize, usize)> {
        let on_map =
            col >= 0 && row >= 0 && col < self.grid.cols as i64 && row < self.grid.rows as i64;
        if on_map {
            self.find(col as usize, row as usize)
        } else {
            None
        }
    }

    /// The cell, when its tile has been made.
    #[inline]
    pub fn get(&self, col: usize, row: usize) -> Option<&Cell> {
        self.find(col, row).map(|(t, i)| &self.tiles[t].cells[i])
    }

    /// Number and offset of a cell within the map; makes its tile, asking for every cell of it its
    /// fuel and whether a barrier touches it.
    #[inline]
    pub fn find_or_make(
        &mut self,
        col: usize,
        row: usize,
        look: impl Fn(usize, usize) -> (u8, bool),
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
    fn make(
        &mut self,
        tile_col: usize,
        tile_row: usize,
        look: impl Fn(usize, usize) -> (u8, bool),
    ) {
        let mut cells = boxed();
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
                let (fuel, barrier) = look(col, row);
                let cell = &mut cells[r * TILE + c];
                cell.fuel = fuel;
                if barrier {
                    cell.status |= BARRIER_BIT;
                }
                plain &= fuel != 0 && !barrier && *first.get_or_insert(fuel) == fuel;
            }
        }
        self.tiles.push(Tile {
            cells,
            plain,
            burnt: 0,
            last_s: f64::NEG_INFINITY,
            burnt_box: [u8::MAX, u8::MAX, 0, 0],
            burnt_rows: [0; TILE],
            trial_rows: [0; TILE],
            families: Vec::new(),
        });
        self.places.push((tile_col, tile_row));
        self.index[tile_row * self.across + tile_col] = self.tiles.len() as u32;
    }

    /// Marks a cell as touched by a barrier, when its tile has been made.
    pub fn mark_barrier(&mut self, col: usize, row: usize) {
        if let Some((t, i)) = self.find(col, row) {
            self.tiles[t].cells[i].status |= BARRIER_BIT;
            self.tiles[t].plain = false;
        }
    }

    /// Every cell with a tentative arrival: (column, row, cell), tile by tile in the order made.
    pub fn trials(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        let tiles = self.tiles.iter().zip(&self.places);
        tiles.flat_map(|(tile, &(tc, tr))| {
            tile.trials().map(move |i| {
                let place = (tc * TILE + i % TILE, tr * TILE + i / TILE);
                (place.0, place.1, &tile.cells[i])
            })
        })
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

    #[test]
    fn a_direction_is_kept_to_a_hundredth_of_a_degree() {
        for i in 0..3600 {
            let angle = f64::from(i) / 3600.0 * std::f64::consts::TAU;
            let (x, y) = (3.7 * libm::cos(angle), 3.7 * libm::sin(angle));
            let mut cell = Cell::FAR;
            cell.set_direction((x as f32, y as f32));
            let (dx, dy) = cell.direction();
            let (wx, wy) = cell.way();
            assert!(libm::hypot(f64::from(wx) - dx, f64::from(wy) - dy) < 2e-6);
            let off = libm::asin((dx * y - dy * x) / 3.7).to_degrees();
            assert!(off.abs() < 0.01 && dx * x + dy * y > 0.0, "{i}: {off}");
        }
    }

    #[test]
    fn what_a_cell_packs_together_does_not_mix() {
        let mut cell = Cell::FAR;
        cell.set_spread(1079, Crown::Active);
        cell.put_out();
        cell.set_weather(WEATHERS);
        cell.set_state(BURNT);
        assert!(cell.is_burnt() && cell.is_put_out() && !cell.has_barrier() && !cell.is_still());
        assert_eq!(
            (cell.stencil(), cell.crown(), cell.weather()),
            (1079, Crown::Active, WEATHERS)
        );
        cell.set_spread(STILL, Crown::Surface);
        assert!(cell.is_still() && cell.is_put_out() && cell.is_burnt());
    }
}
