//! Which stretches: greedy with lazy evaluation, then local improvement.
//!
//! The gain of a move falls as more is chosen, as long as nothing joins it: what was worked out for it before bounds it
//! from above, and only moves that come to the top of the list are worked out anew (CELF: Leskovec et al. 2007, *KDD
//! '07*, 420-429). Joining another stretch makes both worth more; moves that touch what was chosen last are therefore
//! worked out anew too. Greedy by gain per cost comes within a constant of the best for a budget (Sviridenko 2004,
//! *Operations Research Letters* 32:41-43) where gains do fall; where they rise, nothing is promised.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::gain::{Lees, Worth};

/// Rounds of local improvement.
const ROUNDS: usize = 40;
/// Chosen stretches that are tried for exchange in a round: those whose loss costs least.
const WEAKEST: usize = 10;
/// Stretches that are tried in their place: those that lie at what is chosen, and so many of the best alone.
const STRONGEST: usize = 20;
/// Gains below this share of all are none.
const LEAST: f64 = 1e-9;

/// What a choice may cost, in the unit of the budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Costs {
    /// Of each stretch.
    pub of: Vec<f64>,
    /// All that may be spent.
    pub budget: f64,
}

impl Costs {
    /// Of a choice.
    pub fn sum(&self, choice: &BTreeSet<usize>) -> f64 {
        choice.iter().map(|s| self.of[*s]).sum()
    }
}

/// A move with the gain per cost that it had when it was last worked out.
#[derive(Debug, Clone, Copy)]
struct Bound {
    ratio: f64,
    round: usize,
}

/// The greedy choice among moves.
pub fn greedy(worth: &Worth<'_>, moves: &[Vec<usize>], costs: &Costs) -> BTreeSet<usize> {
    let mut choice = BTreeSet::new();
    let mut lees = Lees::new();
    let mut left = costs.budget;
    let ratio_of = |choice: &BTreeSet<usize>, lees: &Lees, of: &[usize], left: f64| {
        let new: Vec<usize> = of.iter().copied().filter(|s| !choice.contains(s)).collect();
        let cost: f64 = new.iter().map(|s| costs.of[*s]).sum();
        if new.is_empty() || cost > left {
            return 0.0;
        }
        let with: BTreeSet<usize> = choice.iter().copied().chain(new).collect();
        worth.more(lees, &worth.lees(&with)) / cost
    };
    let mut round = 0;
    let mut bounds: Vec<Bound> = moves
        .par_iter()
        .map(|m| Bound {
            ratio: ratio_of(&choice, &lees, m, left),
            round,
        })
        .collect();
    let mut of_stretch: Vec<Vec<usize>> = vec![Vec::new(); costs.of.len()];
    for (n, of) in moves.iter().enumerate() {
        for s in of {
            of_stretch[*s].push(n);
        }
    }
    loop {
        // The best whose gain is of this round; each that comes to the top with an older one is worked out anew.
        let best = loop {
            let top = (0..moves.len())
                .max_by(|a, b| bounds[*a].ratio.total_cmp(&bounds[*b].ratio).then(b.cmp(a)));
            let Some(top) = top.filter(|t| bounds[*t].ratio > 0.0) else {
                break None;
            };
            if bounds[top].round == round {
                break Some(top);
            }
            let ratio = ratio_of(&choice, &lees, &moves[top], left);
            bounds[top] = Bound { ratio, round };
        };
        let Some(best) = best else {
            return choice;
        };
        let new: Vec<usize> = (moves[best].iter().copied())
            .filter(|s| !choice.contains(s))
            .collect();
        left -= new.iter().map(|s| costs.of[*s]).sum::<f64>();
        choice.extend(&new);
        lees = worth.lees(&choice);
        round += 1;
        let beside: BTreeSet<usize> = new
            .iter()
            .flat_map(|s| worth.touching(*s).into_iter().chain([*s]))
            .flat_map(|s| of_stretch[s].iter().copied())
            .collect();
        let beside: Vec<usize> = beside.into_iter().collect();
        let ratios: Vec<f64> = beside
            .par_iter()
            .map(|n| ratio_of(&choice, &lees, &moves[*n], left))
            .collect();
        for (n, ratio) in beside.into_iter().zip(ratios) {
            bounds[n] = Bound { ratio, round };
        }
    }
}

/// Exchanges chosen stretches for others, and adds what the budget still holds, as long as the gain grows.
pub fn improved(worth: &Worth<'_>, choice: BTreeSet<usize>, costs: &Costs) -> BTreeSet<usize> {
    let alone = strongest(worth, costs);
    let mut choice = choice;
    for _ in 0..ROUNDS {
        let lees = worth.lees(&choice);
        let all: f64 = worth.more(&Lees::new(), &lees);
        let Some((gain, next)) = best_exchange(worth, &choice, &lees, costs, &alone) else {
            return choice;
        };
        if gain <= LEAST * all {
            return choice;
        }
        choice = next;
    }
    choice
}

/// The single stretches with the greatest gain for what they cost.
fn strongest(worth: &Worth<'_>, costs: &Costs) -> Vec<usize> {
    let none = Lees::new();
    let mut alone: Vec<(f64, usize)> = (0..costs.of.len())
        .into_par_iter()
        .filter(|s| worth.met(*s) > 0)
        .map(|s| {
            (
                worth.more(&none, &worth.lees(&BTreeSet::from([s]))) / costs.of[s],
                s,
            )
        })
        .collect();
    alone.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    alone.into_iter().take(STRONGEST).map(|(_, s)| s).collect()
}

fn best_exchange(
    worth: &Worth<'_>,
    choice: &BTreeSet<usize>,
    lees: &Lees,
    costs: &Costs,
    alone: &[usize],
) -> Option<(f64, BTreeSet<usize>)> {
    let without = |out: Option<usize>| -> BTreeSet<usize> {
        choice.iter().copied().filter(|s| Some(*s) != out).collect()
    };
    let mut weakest: Vec<(f64, usize)> = choice
        .par_iter()
        .map(|s| {
            (
                worth.more(&worth.lees(&without(Some(*s))), lees) / costs.of[*s],
                *s,
            )
        })
        .collect();
    weakest.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let outs = weakest.iter().take(WEAKEST).map(|(_, s)| Some(*s));
    let beside = choice.iter().flat_map(|s| worth.touching(*s));
    let ins: BTreeSet<usize> = beside
        .chain(alone.iter().copied())
        .filter(|s| !choice.contains(s))
        .collect();
    let spent = costs.sum(choice);
    let mut tries: Vec<(Option<usize>, usize)> = Vec::new();
    for out in outs.chain([None]) {
        let left = costs.budget - spent + out.map_or(0.0, |s| costs.of[s]);
        tries.extend(
            ins.iter()
                .filter(|s| costs.of[**s] <= left)
                .map(|s| (out, *s)),
        );
    }
    let tried: Vec<(f64, BTreeSet<usize>)> = tries
        .par_iter()
        .map(|(out, add)| {
            let mut next = without(*out);
            next.insert(*add);
            (worth.more(lees, &worth.lees(&next)), next)
        })
        .collect();
    // The first of equals, whatever the threads did.
    tried
        .into_iter()
        .reduce(|a, b| if b.0 > a.0 { b } else { a })
}

/// The chosen stretches in the order in which they should be built: each next one is that with the greatest gain for
/// its cost beside what is there already. With each its gain then.
pub fn order(worth: &Worth<'_>, choice: &BTreeSet<usize>, costs: &Costs) -> Vec<(usize, f64)> {
    let mut rest = choice.clone();
    let mut built = BTreeSet::new();
    let mut lees = Lees::new();
    let mut order = Vec::new();
    while !rest.is_empty() {
        let with = |s: usize| {
            built
                .iter()
                .copied()
                .chain([s])
                .collect::<BTreeSet<usize>>()
        };
        let gains: Vec<(f64, usize)> = rest
            .par_iter()
            .map(|s| (worth.more(&lees, &worth.lees(&with(*s))), *s))
            .collect();
        let best = gains.into_iter().reduce(|a, b| {
            if b.0 / costs.of[b.1] > a.0 / costs.of[a.1] {
                b
            } else {
                a
            }
        });
        let Some((gain, stretch)) = best else { break };
        rest.remove(&stretch);
        built.insert(stretch);
        lees = worth.lees(&built);
        order.push((stretch, gain));
    }
    order
}
