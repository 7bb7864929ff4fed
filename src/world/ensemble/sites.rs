//! Where each cause may start fires: burnable cells of the landscape that suit it.

use crate::base::geo::{Grid, Point, nearest_on_segment, polygon_contains};
use crate::scenario::schema::{AreaKind, Cause, IgnitionModel, ValueKind};
use crate::world::World;

/// Covers that are worked as fields: of the catalogue, and the standard fuel model of farmland.
const FIELDS: [&str; 4] = ["paddy_wet", "paddy_stubble", "orchard_crop", "NB3"];

/// The causes, in the order of their numbers.
pub(super) const CAUSES: [(&str, Cause); 6] = [
    ("agricultural", Cause::Agricultural),
    ("tomb_sweeping", Cause::TombSweeping),
    ("power_line", Cause::PowerLine),
    ("smokers", Cause::Smokers),
    ("refuse", Cause::Refuse),
    ("other", Cause::Other),
];

/// Burnable cells of the landscape's grid, by number from the north-west, row by row, in ascending order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sites {
    /// All that lie where fires are asked for; empty when nothing needs them.
    anywhere: Vec<u32>,
    /// By cause, in the order of [`CAUSES`]; empty with the plain model.
    by_cause: [Vec<u32>; 6],
    /// Whether a draw is confined to `anywhere`.
    pub(super) is_confined: bool,
}

impl Sites {
    /// The cells in which a world may draw fires.
    pub(super) fn of(world: &World) -> Self {
        let Some(draw) = &world.scenario.file.drawn_ignitions else {
            return Self::default();
        };
        let is_confined = draw.near_breaks_m.is_some() || draw.within.is_some();
        let by_cells = draw.model == IgnitionModel::Calendar;
        if !is_confined && !by_cells {
            return Self::default();
        }
        let cells = Cells::of(world);
        let mut mask = cells.burnable.clone();
        cells.keep_inside(&mut mask, |kind, _| kind == AreaKind::Boundary, false);
        if let Some(id) = &draw.within {
            cells.keep_inside(&mut mask, |_, other| other == id, true);
        }
        if let Some(reach_m) = draw.near_breaks_m {
            let lines = world.firebreaks.iter().map(|b| b.path.as_slice());
            let near = cells.near_lines(lines, reach_m);
            mask.iter_mut().zip(near).for_each(|(m, n)| *m &= n);
        }
        let listed = |fits: &[bool]| -> Vec<u32> {
            let all = mask.iter().zip(fits).enumerate();
            all.filter(|(_, (m, f))| **m && **f)
                .map(|(i, _)| i as u32)
                .collect()
        };
        let anywhere = listed(&cells.burnable);
        let by_cause = if by_cells {
            CAUSES.map(|(_, cause)| match cause {
                Cause::Other => anywhere.clone(),
                cause => listed(&cells.suited(cause)),
            })
        } else {
            Default::default()
        };
        Self {
            anywhere,
            by_cause,
            is_confined,
        }
    }

    /// Number of cells of a cause.
    pub fn count(&self, cause: Cause) -> usize {
        self.of_cause(cause).len()
    }

    /// Number of cells in which any fire may start.
    pub fn all(&self) -> usize {
        self.anywhere.len()
    }

    /// The cells of a cause.
    fn of_cause(&self, cause: Cause) -> &[u32] {
        let i = CAUSES.iter().position(|(_, c)| *c == cause);
        i.map_or(&[], |i| &self.by_cause[i])
    }

    /// Whether a place lies in a cell where fires are asked for.
    pub(super) fn holds(&self, grid: &Grid, p: Point) -> bool {
        grid.cell_at(p).is_some_and(|(col, row)| {
            let cell = (row * grid.cols + col) as u32;
            self.anywhere.binary_search(&cell).is_ok()
        })
    }

    /// A place for a cause: a cell by the first number and a place in it by the others, each 0 to 1. None
    /// where the cause has no cell.
    pub(super) fn place(&self, grid: &Grid, cause: Cause, draws: [f64; 3]) -> Option<Point> {
        Self::in_cells(self.of_cause(cause), grid, draws)
    }

    /// A place anywhere fires are asked for.
    pub(super) fn any_place(&self, grid: &Grid, draws: [f64; 3]) -> Option<Point> {
        Self::in_cells(&self.anywhere, grid, draws)
    }

    fn in_cells(cells: &[u32], grid: &Grid, [which, x, y]: [f64; 3]) -> Option<Point> {
        let last = cells.len().checked_sub(1)?;
        let cell = cells[((which * cells.len() as f64) as usize).min(last)] as usize;
        let middle = grid.centre(cell % grid.cols, cell / grid.cols);
        // A hair inside its edges, so that the place is of this cell and no other.
        let within = |u: f64| (u - 0.5) * grid.cell * 0.998;
        Some(Point::new(middle.x + within(x), middle.y + within(y)))
    }
}

/// A landscape's cells as the ignition model sees them.
struct Cells<'a> {
    world: &'a World,
    grid: Grid,
    burnable: Vec<bool>,
}

impl<'a> Cells<'a> {
    fn of(world: &'a World) -> Self {
        let mut cells = Self {
            world,
            grid: world.landscape.cover.grid,
            burnable: Vec::new(),
        };
        cells.burnable = cells.by_code(|c| c.fuel_model.is_some());
        cells
    }

    fn by_code(&self, is: impl Fn(&crate::world::landscape::CoverInfo) -> bool) -> Vec<bool> {
        let landscape = &self.world.landscape;
        let table: Vec<bool> = (landscape.covers.iter())
            .map(|c| c.as_ref().is_some_and(&is))
            .collect();
        let of = |code: &u8| table.get(usize::from(*code)).copied().unwrap_or(false);
        landscape.cover.data.iter().map(of).collect()
    }

    /// Keeps what lies inside the areas that are asked for; all of it when there are none, unless one `must` be.
    fn keep_inside(
        &self,
        mask: &mut [bool],
        is_asked: impl Fn(AreaKind, &str) -> bool,
        must: bool,
    ) {
        let areas = self.world.areas.iter();
        let asked: Vec<_> = areas.filter(|a| is_asked(a.kind, &a.id)).collect();
        if asked.is_empty() && !must {
            return;
        }
        for (i, kept) in mask.iter_mut().enumerate().filter(|(_, m)| **m) {
            let p = self.grid.centre(i % self.grid.cols, i / self.grid.cols);
            *kept = asked.iter().any(|a| polygon_contains(&a.ring, p));
        }
    }

    /// Cells whose middles lie so near to lines, and those the lines go through.
    fn near_lines<'p>(&self, lines: impl Iterator<Item = &'p [Point]>, reach_m: f64) -> Vec<bool> {
        let mut near = vec![false; self.grid.len()];
        for path in lines {
            for pair in path.windows(2) {
                self.mark(&mut near, (pair[0], pair[1]), reach_m);
            }
        }
        near
    }

    fn near_points(&self, points: impl Iterator<Item = Point>, reach_m: f64) -> Vec<bool> {
        let mut near = vec![false; self.grid.len()];
        for p in points {
            self.mark(&mut near, (p, p), reach_m);
        }
        near
    }

    fn mark(&self, near: &mut [bool], (a, b): (Point, Point), reach_m: f64) {
        let grid = &self.grid;
        // A line narrower than a cell still goes through cells.
        let reach_m = reach_m.max(std::f64::consts::FRAC_1_SQRT_2 * grid.cell);
        let corner = |x: f64, y: f64| grid.nearest(Point::new(x, y));
        let (west, north) = corner(a.x.min(b.x) - reach_m, a.y.max(b.y) + reach_m);
        let (east, south) = corner(a.x.max(b.x) + reach_m, a.y.min(b.y) - reach_m);
        for row in north..=south {
            for col in west..=east {
                let cell = &mut near[row * grid.cols + col];
                if !*cell {
                    let p = grid.centre(col, row);
                    *cell = nearest_on_segment(p, a, b).1.distance(p) <= reach_m;
                }
            }
        }
    }

    /// Cells within so many cells of one that is marked, in rows and columns.
    fn grown(&self, marked: &[bool], by: usize) -> Vec<bool> {
        let (cols, rows) = (self.grid.cols, self.grid.rows);
        let pass =
            |from: &[bool], lines: usize, length: usize, at: &dyn Fn(usize, usize) -> usize| {
                let mut to = vec![false; from.len()];
                for line in 0..lines {
                    // Steps since the last marked cell, in either direction.
                    for is_back in [false, true] {
                        let mut since = usize::MAX;
                        for step in 0..length {
                            let k = if is_back { length - 1 - step } else { step };
                            let i = at(line, k);
                            since = if from[i] { 0 } else { since.saturating_add(1) };
                            to[i] |= since <= by;
                        }
                    }
                }
                to
            };
        let along = pass(marked, rows, cols, &|row, col| row * cols + col);
        pass(&along, cols, rows, &|col, row| row * cols + col)
    }

    /// Cells that suit a cause, whether they burn or not.
    fn suited(&self, cause: Cause) -> Vec<bool> {
        let world = self.world;
        let rules = &world.scenario.catalogue.ignition_calendar;
        let settlements = || {
            let villages = world.values.iter().filter(|v| v.kind == ValueKind::Village);
            villages.map(|v| v.at)
        };
        match cause {
            Cause::Agricultural => {
                let field = self.by_code(|c| FIELDS.contains(&c.key.as_str()));
                let forest = self.by_code(|c| c.forest);
                let steps = (rules.field_forest_m.value / self.grid.cell) as usize;
                let edge = self.grown(&field, 1);
                let wooded = self.grown(&forest, steps);
                let all = edge.iter().zip(&wooded).zip(&field);
                all.map(|((e, w), f)| *e && *w && !*f).collect()
            }
            Cause::TombSweeping => {
                let graves = world.values.iter().filter(|v| v.kind == ValueKind::Graves);
                self.near_points(graves.map(|v| v.at), rules.graves_m.value)
            }
            Cause::PowerLine => {
                let lines = world.power_lines.iter().map(|l| l.path.as_slice());
                self.near_lines(lines, rules.power_line_m.value)
            }
            Cause::Smokers => {
                let roads = world.roads.iter().map(|r| r.path.as_slice());
                self.near_lines(roads, rules.road_m.value)
            }
            Cause::Refuse => self.near_points(settlements(), rules.settlement_m.value),
            Cause::Other => vec![true; self.grid.len()],
        }
    }
}
