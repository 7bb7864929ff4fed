//! Training fires: what burnt after what, and what is lost where.
//!
//! Every fire is burnt by the real solver. Its cells are put together to planning cells, and each of these has the cell
//! before it: the neighbour that burnt earlier and lies best against the way in which the fire crossed. What lies
//! after a cell in that tree would not burn, or later, if the fire were stopped there.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::geo::Point;
use crate::fire::front::Burnt;
use crate::operations::policy::PolicyName;
use crate::results::rasters::flame_length;
use crate::simulation::{Outcome, Simulation};
use crate::world::World;

/// Planning cells are at least so large, metres.
const CELL_M: f64 = 30.0;
/// Fire that appears so many planning cells from all that burnt before it was started anew.
const LEAP: i64 = 4;
/// Square metres in a hectare.
const M2_PER_HA: f64 = 10_000.0;

/// A planning cell that burnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its middle.
    pub at: Point,
    /// The cell before it; none where a fire started.
    pub before: Option<u32>,
    /// Way of the fire from its start, metres.
    pub way_m: f64,
    /// When it burnt first, seconds.
    pub arrival_s: f64,
    /// Unit vector (east, north) in which the fire crossed.
    pub way: (f64, f64),
    /// Intensity of that, kW/m.
    pub intensity_kw_m: f64,
    /// Flames of that, metres.
    pub flame_m: f64,
    /// What burnt of it, ha.
    pub ha: f64,
    /// What that is worth, yuan.
    pub cny: f64,
}

/// The fires of a seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fire {
    /// The seed.
    pub seed: u64,
    /// Planning cells in order of arrival.
    pub cells: Vec<Cell>,
    /// When somebody first knew of it, seconds.
    pub known_s: Option<f64>,
}

/// Burns the fires of seeds in a world whose members are drawn for `fires_of`. Seeds without a fire that burnt are
/// left out.
pub fn burn(
    fires_of: &Arc<World>,
    world: &Arc<World>,
    seeds: &[u64],
    policy: PolicyName,
    done: impl Fn() + Sync,
) -> Vec<Fire> {
    let one = |&seed: &u64| {
        let site = match &fires_of.of_seed(seed).member {
            Some(member) => Arc::new(world.with_member(member)),
            None => Arc::clone(world),
        };
        let mut simulation = Simulation::new(site, seed, policy);
        simulation.run();
        let fire = Fire::of(&simulation.finish());
        done();
        fire
    };
    let all: Vec<Fire> = seeds.par_iter().map(one).collect();
    all.into_iter().filter(|f| !f.cells.is_empty()).collect()
}

impl Fire {
    /// What burnt in a run.
    pub fn of(outcome: &Outcome) -> Self {
        let known = outcome.fires.iter();
        let known_s = known
            .filter_map(|f| f.verified_s.or(f.detected_s))
            .min_by(f64::total_cmp);
        Self {
            seed: outcome.seed,
            cells: cells(outcome),
            known_s,
        }
    }

    /// Hectares and yuan of all that burnt.
    pub fn loss(&self) -> (f64, f64) {
        let ha = self.cells.iter().map(|c| c.ha).sum();
        (ha, self.cells.iter().map(|c| c.cny).sum())
    }
}

/// A planning cell while it is put together: first burnt cell, its place, and the sums of (ha, yuan, intensity,
/// number).
type Put = (Burnt, (usize, usize), [f64; 4]);

fn cells(outcome: &Outcome) -> Vec<Cell> {
    let world = &outcome.world;
    let grid = outcome.front.grid();
    let k = libm::ceil(CELL_M / grid.cell).max(1.0) as usize;
    let ha = grid.cell * grid.cell / M2_PER_HA;
    let mut burnt: Vec<(usize, usize, Burnt)> = outcome.front.burnt_iter().collect();
    burnt.sort_by_key(|(c, r, _)| (*r, *c));
    let mut put: BTreeMap<(usize, usize), Put> = BTreeMap::new();
    for (c, r, b) in burnt {
        let cover = world.landscape.cover_at(grid.centre(c, r));
        let cny = ha * cover.map_or(0.0, |c| c.value_cny_ha);
        let sums = [ha, cny, b.intensity_kw_m, 1.0];
        put.entry((c / k, r / k))
            .and_modify(|(first, at, all)| {
                for (sum, more) in all.iter_mut().zip(sums) {
                    *sum += more;
                }
                if b.arrival_s < first.arrival_s {
                    (*first, *at) = (b, (c, r));
                }
            })
            .or_insert((b, (c, r), sums));
    }
    let lost = world
        .values
        .iter()
        .filter(|v| outcome.values_lost.contains(&v.id));
    for value in lost {
        if let Some((c, r)) = grid.cell_at(value.at)
            && let Some((_, _, sums)) = put.get_mut(&(c / k, r / k))
        {
            sums[1] += value.value_cny;
        }
    }
    tree(outcome, put)
}

/// Cells in order of arrival, each with the one before it.
fn tree(outcome: &Outcome, put: BTreeMap<(usize, usize), Put>) -> Vec<Cell> {
    let grid = outcome.front.grid();
    let rule = outcome.world.scenario.file.fire.crown_flame;
    let mut order: Vec<((usize, usize), Put)> = put.into_iter().collect();
    order.sort_by(|a, b| {
        a.1.0
            .arrival_s
            .total_cmp(&b.1.0.arrival_s)
            .then(a.0.cmp(&b.0))
    });
    let mut number: BTreeMap<(i64, i64), u32> = BTreeMap::new();
    let mut cells: Vec<Cell> = Vec::with_capacity(order.len());
    for (place, (first, at, sums)) in order {
        let (c, r) = (place.0 as i64, place.1 as i64);
        let angle = first.direction_deg.to_radians();
        let way = (libm::sin(angle), libm::cos(angle));
        let at = grid.centre(at.0, at.1);
        let before = before(&number, &cells, (c, r), (at, way, first.arrival_s));
        let way_m = before.map_or(0.0, |(b, _)| {
            let b: &Cell = &cells[b as usize];
            b.way_m + b.at.distance(at)
        });
        let intensity = sums[2] / sums[3];
        let mean = Burnt {
            intensity_kw_m: intensity,
            ..first
        };
        number.insert((c, r), cells.len() as u32);
        cells.push(Cell {
            at,
            before: before.map(|(b, _)| b),
            way_m,
            arrival_s: first.arrival_s,
            way,
            intensity_kw_m: intensity,
            flame_m: flame_length(&mean, rule).0,
            ha: sums[0],
            cny: sums[1],
        });
    }
    cells
}

/// The cell before one, of those that burnt so far: the neighbour best against its way; where none has burnt, the
/// nearest within a leap.
fn before(
    number: &BTreeMap<(i64, i64), u32>,
    cells: &[Cell],
    (c, r): (i64, i64),
    (at, way, arrival_s): (Point, (f64, f64), f64),
) -> Option<(u32, f64)> {
    let mut best: Option<(u32, f64)> = None;
    for reach in 1..=LEAP {
        for dr in -reach..=reach {
            for dc in -reach..=reach {
                if dr.abs().max(dc.abs()) != reach {
                    continue;
                }
                let Some(&n) = number.get(&(c + dc, r + dr)) else {
                    continue;
                };
                let from = &cells[n as usize];
                let d = from.at.distance(at).max(1e-6);
                let along = ((at.x - from.at.x) * way.0 + (at.y - from.at.y) * way.1) / d;
                // Of neighbours that lie as well, the one that burnt earlier.
                let waited = (arrival_s - from.arrival_s).max(0.0);
                let mark = along + 0.1 * waited / (waited + 300.0) - 0.5 * (reach - 1) as f64;
                if best.is_none_or(|(_, m)| mark > m) {
                    best = Some((n, mark));
                }
            }
        }
        if best.is_some() {
            return best;
        }
    }
    None
}
