//! What stretches are worth: how much of what lies after them in the trees of the training fires would be spared.
//!
//! A stretch blocks the steps of the tree that cross it, with the chance that a piece of it holds there, raised where a
//! crew can be there before the fire. A break whose ends are open is outflanked: its lee narrows from both sides, as
//! a triangle as deep as the break is long times [`LEE`]; one that ends at a break, a road or bare ground only from
//! the other side, twice as deep; one that closes a gap has no end to its lee.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::Candidates;
use super::fires::Fire;
use super::near::Near;
use crate::base::geo::{Point, Raster, segment_crossing};
use crate::fire::behavior::breach::{Contact, PIECE_LENGTH_M, breach};
use crate::fire::breaks::Break;
use crate::operations::HOLD_FACTOR;

/// Depth of the lee of a break with two open ends, in its lengths: half the ratio of length to width of a
/// wind-driven fire, 3 \[J\].
const LEE: f64 = 1.5;
/// A crew that is at a break so long before the fire surely holds it, seconds \[J\].
const READY_S: f64 = 1800.0;
/// Steps of a tree longer than this are leaps of sparks over whatever lies there, metres.
const LEAP_M: f64 = 90.0;

/// What the objective sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Yuan of land cover and values.
    Value,
    /// Hectares.
    Area,
}

/// A step of a tree that crosses a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Crossing {
    cell: u32,
    stretch: u32,
    /// Chance that the piece holds.
    hold: f64,
}

/// A fire as the objective sees it.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    before: Vec<Option<u32>>,
    way_m: Vec<f64>,
    worth: Vec<f64>,
    /// In order of the cells.
    crossings: Vec<Crossing>,
}

/// Depth of the lee of each stretch of a choice, metres.
pub type Lees = BTreeMap<usize, f64>;

/// The training fires and the candidates together.
#[derive(Debug)]
pub struct Worth<'a> {
    candidates: &'a Candidates,
    fires: Vec<Seen>,
    /// Fires that cross each stretch.
    met_by: Vec<Vec<u32>>,
    /// How far the gain of a stretch is trusted, 0 or more: 1 before anything has been burnt anew.
    pub trust: Vec<f64>,
}

/// What belts are like, and how soon crews are where.
#[derive(Debug)]
pub struct Holding<'a> {
    /// How a new belt resists; none where breaks hold whatever comes.
    pub belt: Option<Break>,
    /// Minutes from the alarm until a crew is in each cell; none when nobody can come.
    pub arrival: Option<&'a Raster<f32>>,
}

impl<'a> Worth<'a> {
    /// Puts fires and candidates together.
    pub fn new(
        candidates: &'a Candidates,
        fires: &[Fire],
        goal: Goal,
        holding: &Holding<'_>,
    ) -> Self {
        let mut near = Near::default();
        for (number, stretch) in candidates.stretches.iter().enumerate() {
            near.add(&stretch.path, number as u32);
        }
        let mut met_by = vec![Vec::new(); candidates.stretches.len()];
        let mut seen = Vec::with_capacity(fires.len());
        for (n, fire) in fires.iter().enumerate() {
            let crossings = crossings(fire, &near, holding);
            let met: BTreeSet<u32> = crossings.iter().map(|c| c.stretch).collect();
            for stretch in met {
                met_by[stretch as usize].push(n as u32);
            }
            let worth = |c: &super::fires::Cell| match goal {
                Goal::Value => c.cny,
                Goal::Area => c.ha,
            };
            seen.push(Seen {
                before: fire.cells.iter().map(|c| c.before).collect(),
                way_m: fire.cells.iter().map(|c| c.way_m).collect(),
                worth: fire.cells.iter().map(worth).collect(),
                crossings,
            });
        }
        Self {
            candidates,
            fires: seen,
            met_by,
            trust: vec![1.0; candidates.stretches.len()],
        }
    }

    /// How many training fires cross a stretch.
    pub fn met(&self, stretch: usize) -> usize {
        self.met_by[stretch].len()
    }

    /// The lees of a choice.
    pub fn lees(&self, choice: &BTreeSet<usize>) -> Lees {
        let closed = self.closed(choice);
        let mut lees: Lees = closed.iter().map(|s| (*s, f64::INFINITY)).collect();
        for component in self.components(choice - &closed) {
            let length: f64 = component
                .iter()
                .map(|s| self.candidates.stretches[*s].length_m)
                .sum();
            let is_tied = component.iter().any(|s| {
                let joints = self.candidates.stretches[*s].joints;
                joints.iter().any(|j| {
                    self.candidates.is_anchored[*j]
                        || self.candidates.at_joint[*j]
                            .iter()
                            .any(|t| closed.contains(t))
                })
            });
            let lee = if is_tied { 2.0 * LEE } else { LEE } * length;
            lees.extend(component.iter().map(|s| (*s, lee)));
        }
        lees
    }

    /// The stretches of a choice that end at something on both sides, one over the other.
    fn closed(&self, choice: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut left = choice.clone();
        loop {
            let is_open = |s: &usize| {
                self.candidates.stretches[*s].joints.iter().any(|j| {
                    let others = self.candidates.at_joint[*j].iter();
                    !self.candidates.is_anchored[*j]
                        && !others.into_iter().any(|t| t != s && left.contains(t))
                })
            };
            let open: Vec<usize> = left.iter().copied().filter(is_open).collect();
            if open.is_empty() {
                return left;
            }
            for s in open {
                left.remove(&s);
            }
        }
    }

    /// Parts of a choice that hang together.
    pub fn components(&self, mut rest: BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
        let mut components = Vec::new();
        while let Some(first) = rest.pop_first() {
            let mut component = BTreeSet::from([first]);
            let mut open = vec![first];
            while let Some(s) = open.pop() {
                for t in self.touching(s) {
                    if rest.remove(&t) {
                        component.insert(t);
                        open.push(t);
                    }
                }
            }
            components.push(component);
        }
        components
    }

    /// Stretches that share an end with one.
    pub fn touching(&self, stretch: usize) -> Vec<usize> {
        let joints = self.candidates.stretches[stretch].joints;
        let all = joints.iter().flat_map(|j| &self.candidates.at_joint[*j]);
        all.copied().filter(|t| *t != stretch).collect()
    }

    /// Fires whose sum may differ between two choices.
    fn between(&self, a: &Lees, b: &Lees) -> BTreeSet<u32> {
        let differs = |s: &&usize| a.get(s) != b.get(s);
        let stretches: BTreeSet<&usize> = a.keys().chain(b.keys()).filter(differs).collect();
        stretches
            .into_iter()
            .flat_map(|s| &self.met_by[*s])
            .copied()
            .collect()
    }

    /// What a choice spares more than another.
    pub fn more(&self, than: &Lees, choice: &Lees) -> f64 {
        let fires = self.between(than, choice).into_iter();
        let more = |f: u32| self.spared(f as usize, choice) - self.spared(f as usize, than);
        fires.map(more).sum()
    }

    /// What a choice spares in each fire.
    pub fn by_fire(&self, choice: &Lees) -> Vec<f64> {
        (0..self.fires.len())
            .map(|f| self.spared(f, choice))
            .collect()
    }

    /// What a choice spares in a fire.
    fn spared(&self, fire: usize, choice: &Lees) -> f64 {
        /// A crossing on the way to a cell.
        struct Link {
            hold: f64,
            lee_m: f64,
            way_m: f64,
            before: usize,
        }
        let fire = &self.fires[fire];
        let mut links: Vec<Link> = Vec::new();
        // The last link on the way to each cell, by its number from 1.
        let mut link_of = vec![0_usize; fire.before.len()];
        let mut next = 0;
        let mut sum = 0.0;
        for i in 0..fire.before.len() {
            let mut link = fire.before[i].map_or(0, |b| link_of[b as usize]);
            while let Some(crossing) = fire.crossings.get(next).filter(|c| c.cell as usize == i) {
                next += 1;
                let stretch = crossing.stretch as usize;
                if let Some(&lee_m) = choice.get(&stretch) {
                    links.push(Link {
                        hold: (crossing.hold * self.trust[stretch]).min(1.0),
                        lee_m,
                        way_m: fire.way_m[i],
                        before: link,
                    });
                    link = links.len();
                }
            }
            link_of[i] = link;
            let mut comes = 1.0;
            while let Some(of) = link.checked_sub(1).and_then(|l| links.get(l)) {
                let behind = fire.way_m[i] - of.way_m;
                // What is behind by nought is in the lee whole, however shallow that is.
                let lee = if behind <= 0.0 {
                    1.0
                } else {
                    (1.0 - behind / of.lee_m).max(0.0)
                };
                comes *= 1.0 - of.hold * lee;
                link = of.before;
            }
            sum += fire.worth[i] * (1.0 - comes);
        }
        sum
    }
}

/// Where the trees of a fire cross stretches, in order of the cells.
fn crossings(fire: &Fire, near: &Near, holding: &Holding<'_>) -> Vec<Crossing> {
    // By stretch: log of the chance that a piece holds, summed, and the number of steps.
    let mut holds: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    let mut found: Vec<(u32, u32)> = Vec::new();
    for (i, cell) in fire.cells.iter().enumerate() {
        let Some(from) = cell.before.map(|b| fire.cells[b as usize].at) else {
            continue;
        };
        if from.distance(cell.at) > LEAP_M {
            continue;
        }
        let mut here: BTreeMap<u32, f64> = BTreeMap::new();
        for &(a, b, stretch) in near.sides(from, cell.at, 0.0) {
            if segment_crossing(from, cell.at, a, b).is_some() {
                let length = a.distance(b).max(1e-9);
                let normal = ((b.y - a.y) / length, (a.x - b.x) / length);
                let square = (normal.0 * cell.way.0 + normal.1 * cell.way.1).abs();
                here.insert(stretch, square);
            }
        }
        for (stretch, square) in here {
            let held = held_factor(holding, fire.known_s, cell.at, cell.arrival_s);
            let (sum, count) = holds.entry(stretch).or_insert((0.0, 0.0));
            *sum += libm::log(piece_holds(holding.belt.as_ref(), cell, square, held).max(1e-9));
            *count += 1.0;
            found.push((i as u32, stretch));
        }
    }
    let crossing = |(cell, stretch): (u32, u32)| {
        let (sum, count) = holds[&stretch];
        Crossing {
            cell,
            stretch,
            hold: libm::exp(sum / count),
        }
    };
    found.into_iter().map(crossing).collect()
}

/// Chance that a piece of a new belt holds fire that comes to it.
fn piece_holds(
    belt: Option<&Break>,
    cell: &super::fires::Cell,
    square: f64,
    held_factor: f64,
) -> f64 {
    let Some(belt) = belt else { return 1.0 };
    let chance = breach(
        belt.model,
        &Contact {
            intensity_kw_m: cell.intensity_kw_m * square * belt.intensity_factor,
            flame_length_m: cell.flame_m * libm::pow(square * belt.intensity_factor, 0.46),
            width_m: belt.width_m,
            edge_trees: belt.edge_trees.unwrap_or(true),
            length_m: PIECE_LENGTH_M,
        },
    );
    1.0 - chance.probability * held_factor
}

/// Factor on the chance of a breach: lower the longer before the fire a crew can be there.
fn held_factor(holding: &Holding<'_>, known_s: Option<f64>, at: Point, fire_s: f64) -> f64 {
    let there_s = holding
        .arrival
        .and_then(|a| a.at(at))
        .map(|minutes| f64::from(minutes) * 60.0)
        .zip(known_s)
        .map(|(after, known)| known + after)
        .filter(|t| t.is_finite());
    let surely = there_s.map_or(0.0, |t| ((fire_s - t) / READY_S).clamp(0.0, 1.0));
    1.0 - surely * (1.0 - HOLD_FACTOR)
}

#[cfg(test)]
mod tests {
    use super::super::candidates::{Along, Stretch};
    use super::super::fires::Cell;
    use super::*;

    fn stretch(place: usize, from: (f64, f64), to: (f64, f64), joints: [usize; 2]) -> Stretch {
        let path = vec![Point::from(from), Point::from(to)];
        Stretch {
            chain: 0,
            place,
            along: Along::Ridge,
            length_m: path[0].distance(path[1]),
            height_m: 0.0,
            joints,
            path,
        }
    }

    /// A fire that runs east through ten cells of 30 m.
    fn fire() -> Fire {
        let cell = |i: u32| Cell {
            at: Point::new(30.0 * f64::from(i), 0.0),
            before: i.checked_sub(1),
            way_m: 30.0 * f64::from(i),
            arrival_s: 600.0 * f64::from(i),
            way: (1.0, 0.0),
            intensity_kw_m: 500.0,
            flame_m: 1.0,
            ha: 1.0,
            cny: 10.0,
        };
        Fire {
            seed: 0,
            cells: (0..10).map(cell).collect(),
            known_s: Some(0.0),
        }
    }

    fn candidates(is_anchored: [bool; 4]) -> Candidates {
        Candidates {
            stretches: vec![
                stretch(0, (45.0, -30.0), (45.0, 30.0), [0, 1]),
                stretch(1, (165.0, -30.0), (165.0, 30.0), [2, 3]),
            ],
            is_anchored: is_anchored.to_vec(),
            at_joint: vec![vec![0], vec![0], vec![1], vec![1]],
        }
    }

    #[test]
    fn a_second_break_behind_a_first_gains_only_what_still_passes_and_open_ends_are_outflanked() {
        let holds = Holding {
            belt: None,
            arrival: None,
        };
        let closed = candidates([true; 4]);
        let worth = Worth::new(&closed, &[fire()], Goal::Area, &holds);
        let none = Lees::new();
        let gain = |than: &[usize], of: &[usize]| {
            let lees = |c: &[usize]| worth.lees(&c.iter().copied().collect());
            worth.more(&lees(than), &lees(of))
        };
        assert_eq!(gain(&[], &[0]), 8.0);
        assert_eq!(gain(&[], &[1]), 4.0);
        assert_eq!(gain(&[0], &[0, 1]), 0.0);
        assert_eq!(worth.by_fire(&none), [0.0]);

        // 60 m of break with two open ends shelter a triangle 90 m deep: 1 + 2/3 + 1/3 cells.
        let open = candidates([false; 4]);
        let worth = Worth::new(&open, &[fire()], Goal::Area, &holds);
        let lees = worth.lees(&BTreeSet::from([0]));
        assert!((worth.more(&none, &lees) - 2.0).abs() < 1e-9);
    }
}
