//! Search: where the next breaks should go.
//!
//! In come a world, a budget and seeds; out comes a proposal of stretches with what each would spare, and layouts of the
//! same length to judge it by. Training fires are burnt once ([`fires`]); stretches along ridges and roads
//! ([`candidates`]) are worth what lies after them in the trees of these fires ([`gain`]); [`choice`] picks them within
//! the budget; [`reburn`] corrects what the trees promise by the real solver. Nothing depends on the number of threads.
//! The judging on fires never seen is that of `layouts`.

pub mod budget;
pub mod candidates;
mod choice;
pub mod error;
pub mod fires;
pub mod folder;
mod gain;
mod near;
mod reburn;
mod ridges;
mod rivals;
pub mod told;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::base::geo::{Extent, Point};
use crate::operations::policy::PolicyName;
use crate::scenario::schema::{BreakKind, Firebreak};
use crate::simulation::resistance;
use crate::studies::access::{Access, Departure};
use crate::world::World;
use budget::{Budget, Prices};
use candidates::{Candidates, candidates};
use choice::Costs;
use error::SearchError;
use fires::{Fire, burn};
pub use gain::Goal;
use gain::{Holding, Lees, Worth};
use told::{Chosen, Training};

/// How often a proposal is burnt anew and chosen anew by what that showed.
const BURNS: usize = 2;
/// Training fires that are burnt anew: those that lost most.
const SAMPLE: usize = 48;
/// Runs of up to so many stretches are tried as a whole: 2 km.
const MOST: usize = 8;
/// Cell of the map of the crews' arrival, metres.
const ACCESS_CELL_M: f64 = 100.0;

/// What is searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What may be spent.
    pub budget: Budget,
    /// Kind of the new breaks.
    pub kind: BreakKind,
    /// Their width, metres; the median of the kind in the scenario when left out.
    pub width_m: Option<f64>,
    /// Training seeds, the last one left out.
    pub train: Range<u64>,
    /// Who fights the training fires.
    pub train_with: PolicyName,
    /// Years over which it is built, 1 or more.
    pub years: u32,
    /// Type of the crew whose arrival counts.
    pub crew: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The stretches in the order of building.
    pub chosen: Vec<Chosen>,
    /// Courses of a layout of the same length laid by chance.
    pub random: Vec<Vec<Point>>,
    /// Courses of a layout of the same length along the highest ridges.
    pub ridge: Vec<Vec<Point>>,
    /// Width of all of them, metres.
    pub width_m: f64,
    /// What the training fires said.
    pub training: Training,
    /// Middle of each planning cell that burnt, and in how many training fires.
    pub burnt: Vec<(Point, u32)>,
}

/// Checks what can be checked before anything burns.
///
/// # Errors
/// Scenarios that draw no fires; seeds in both ranges.
pub fn check(world: &World, train: &Range<u64>, test: &Range<u64>) -> Result<(), SearchError> {
    let file = &world.scenario.file;
    if file.drawn_ignitions.is_none() && file.ensemble.is_none() {
        return Err(SearchError::NoFires);
    }
    if train.start < test.end && test.start < train.end {
        return Err(SearchError::Overlap {
            train: format!("{}..{}", train.start, train.end),
            test: format!("{}..{}", test.start, test.end),
        });
    }
    Ok(())
}

/// Searches; `burnt` is called after every burn of a training fire.
///
/// # Errors
/// When nothing burns, no break has a place, or the budget pays for none.
pub fn search(
    world: &Arc<World>,
    settings: &Settings,
    burnt: impl Fn() + Sync,
) -> Result<Found, SearchError> {
    let seeds: Vec<u64> = settings.train.clone().collect();
    let fires = burn(world, world, &seeds, settings.train_with, &burnt);
    let places = fires.iter().flat_map(|f| f.cells.iter().map(|c| c.at));
    let extent = Extent::around(places).ok_or_else(|| SearchError::NothingBurns {
        seeds: format!("{}..{}", settings.train.start, settings.train.end),
    })?;
    let width_m = settings
        .width_m
        .unwrap_or_else(|| usual_width(world, settings.kind));
    let candidates = candidates(world, extent, width_m);
    if candidates.stretches.is_empty() {
        return Err(SearchError::NoPlace);
    }
    let prices = Prices::of(world, settings.kind, width_m);
    let belt = |path: Vec<Point>, id: String| Firebreak {
        id,
        name: None,
        kind: settings.kind,
        width_m,
        edge_trees: true,
        built: None,
        maintained: None,
        closure: None,
        weeds: None,
        width_cv: None,
        path,
    };
    let departure = Departure {
        at_s: 0.0,
        unit: settings.crew.clone(),
        stations: Vec::new(),
        cell_m: ACCESS_CELL_M,
    };
    let arrival = Access::new(world, &departure)
        .ok()
        .map(|a| a.arrival().minutes);
    let holding = Holding {
        belt: resistance(
            world,
            &belt(candidates.stretches[0].path.clone(), String::new()),
        ),
        arrival: arrival.as_ref(),
    };
    let has_worth = fires.iter().any(|f| f.loss().1 > 0.0);
    let goal = if has_worth { Goal::Value } else { Goal::Area };
    let mut worth = Worth::new(&candidates, &fires, goal, &holding);
    let costs = costs(&candidates, &worth, settings.budget, &prices)?;
    let search = Search {
        world,
        settings,
        fires: &fires,
        candidates: &candidates,
        costs: &costs,
        goal,
    };
    let (choice, training) = search.choose(&mut worth, &belt, &burnt)?;
    let order = choice::order(&worth, &choice, &costs);
    let chosen = search.told(&worth, &order, &prices, &holding);
    let metres = chosen.iter().map(|c| c.length_m).sum();
    Ok(Found {
        chosen,
        random: rivals::random(&candidates, metres),
        ridge: rivals::ridge(&candidates, metres),
        width_m,
        training,
        burnt: burnt_cells(&fires),
    })
}

/// The width that half of the scenario's length of a kind does not reach, metres; the kind's standard where it has none.
fn usual_width(world: &World, kind: BreakKind) -> f64 {
    let of_kind = world.firebreaks.iter().filter(|b| b.kind == kind);
    let mut widths: Vec<(f64, f64)> = of_kind
        .map(|b| (b.width_m, crate::base::geo::length(&b.path)))
        .collect();
    widths.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = widths.iter().map(|w| w.1).sum::<f64>() / 2.0;
    let mut run = 0.0;
    let median = widths.iter().find(|(_, m)| {
        run += m;
        run > half
    });
    let rules = &world.scenario.catalogue.networks;
    median.map_or_else(
        || match kind {
            BreakKind::Planted => rules.planted.standard_width_m.value,
            BreakKind::Isolation => rules.isolation.standard_width_m.value,
        },
        |w| w.0,
    )
}

/// What the candidates cost in the budget's unit.
fn costs(
    candidates: &Candidates,
    worth: &Worth<'_>,
    budget: Budget,
    prices: &Prices,
) -> Result<Costs, SearchError> {
    let of: Vec<f64> = candidates
        .stretches
        .iter()
        .map(|s| budget.of_km(s.length_m / 1000.0, prices))
        .collect();
    let gaining = (0..of.len()).filter(|s| worth.met(*s) > 0).map(|s| of[s]);
    let Some(cheapest) = gaining.min_by(f64::total_cmp) else {
        return Err(SearchError::NoGain {
            stretches: of.len(),
        });
    };
    if cheapest > budget.amount() {
        return Err(SearchError::TooLittle {
            budget: budget.to_string(),
            cheapest: budget.like(cheapest).to_string(),
        });
    }
    Ok(Costs {
        of,
        budget: budget.amount(),
    })
}

/// Middle of each planning cell that burnt, and in how many fires; from north to south.
fn burnt_cells(fires: &[Fire]) -> Vec<(Point, u32)> {
    let mut cells: std::collections::BTreeMap<(i64, i64), (Point, u32)> =
        std::collections::BTreeMap::new();
    for cell in fires.iter().flat_map(|f| &f.cells) {
        let of = |v: f64| libm::floor(v / 30.0) as i64;
        let entry = cells.entry((-of(cell.at.y), of(cell.at.x)));
        entry.or_insert((cell.at, 0)).1 += 1;
    }
    cells.into_values().collect()
}

/// What a search works with.
struct Search<'a> {
    world: &'a Arc<World>,
    settings: &'a Settings,
    fires: &'a [Fire],
    candidates: &'a Candidates,
    costs: &'a Costs,
    goal: Goal,
}

impl Search<'_> {
    fn loss(&self, fire: &Fire) -> f64 {
        let (ha, cny) = fire.loss();
        match self.goal {
            Goal::Value => cny,
            Goal::Area => ha,
        }
    }

    /// Chooses, burns what was chosen, chooses anew; keeps what the real fires were spared most by.
    fn choose(
        &self,
        worth: &mut Worth<'_>,
        belt: &impl Fn(Vec<Point>, String) -> Firebreak,
        burnt: &(impl Fn() + Sync),
    ) -> Result<(BTreeSet<usize>, Training), SearchError> {
        let moves = self.candidates.moves(MOST);
        let mut sample: Vec<usize> = (0..self.fires.len()).collect();
        sample.sort_by(|a, b| {
            let (x, y) = (self.loss(&self.fires[*a]), self.loss(&self.fires[*b]));
            y.total_cmp(&x).then(a.cmp(b))
        });
        sample.truncate(SAMPLE);
        sample.sort_unstable();
        let mut best: Option<(f64, BTreeSet<usize>, Vec<f64>, Training)> = None;
        for round in 0..BURNS {
            let greedy = choice::greedy(worth, &moves, self.costs);
            let greedy_gain = worth.more(&Lees::new(), &worth.lees(&greedy));
            let choice = choice::improved(worth, greedy, self.costs);
            if choice.is_empty() {
                break;
            }
            if best.as_ref().is_some_and(|b| b.1 == choice) {
                break;
            }
            let gain = worth.more(&Lees::new(), &worth.lees(&choice));
            let (with, spared) = self.burn_with(&choice, &sample, belt, burnt);
            let promised: f64 = {
                let by_fire = worth.by_fire(&worth.lees(&choice));
                sample.iter().map(|f| by_fire[*f]).sum()
            };
            reburn::weigh(worth, &choice, &sample, &spared);
            let real: f64 = spared.iter().sum();
            let before: Vec<(f64, f64)> = sample.iter().map(|f| self.fires[*f].loss()).collect();
            let training = Training {
                fires: self.fires.len(),
                stretches: self.candidates.stretches.len(),
                crossed: (0..self.costs.of.len())
                    .filter(|s| worth.met(*s) > 0)
                    .count(),
                goal: self.goal,
                greedy_gain,
                improved_gain: gain,
                burns: round + 1,
                sample: sample.len(),
                promised,
                spared: real,
                sample_ha: [
                    before.iter().map(|l| l.0).sum(),
                    with.iter().map(|l| l.0).sum(),
                ],
                sample_cny: [
                    before.iter().map(|l| l.1).sum(),
                    with.iter().map(|l| l.1).sum(),
                ],
            };
            let burns = training.burns;
            if best.as_ref().is_none_or(|b| real > b.0) {
                best = Some((real, choice, worth.trust.clone(), training));
            } else if let Some(best) = &mut best {
                best.3.burns = burns;
            }
        }
        let (_, choice, trust, training) = best.ok_or(SearchError::NoGain {
            stretches: self.candidates.stretches.len(),
        })?;
        worth.trust = trust;
        Ok((choice, training))
    }

    /// Burns fires again with a choice: what each lost, and was spared of what counts.
    fn burn_with(
        &self,
        choice: &BTreeSet<usize>,
        sample: &[usize],
        belt: &impl Fn(Vec<Point>, String) -> Firebreak,
        burnt: &(impl Fn() + Sync),
    ) -> (Vec<(f64, f64)>, Vec<f64>) {
        let mut firebreaks = self.world.firebreaks.clone();
        firebreaks.extend(choice.iter().map(|s| {
            let path = self.candidates.stretches[*s].path.clone();
            belt(path, format!("search {s}"))
        }));
        let with = Arc::new(self.world.with_breaks(firebreaks, Vec::new()));
        let seeds: Vec<u64> = sample.iter().map(|f| self.fires[*f].seed).collect();
        let again = burn(self.world, &with, &seeds, self.settings.train_with, burnt);
        let of = |seed: u64| again.iter().find(|f| f.seed == seed);
        let mut losses = Vec::new();
        let mut spared = Vec::new();
        for f in sample {
            let before = &self.fires[*f];
            let after = of(before.seed);
            losses.push(after.map_or((0.0, 0.0), Fire::loss));
            spared.push(self.loss(before) - after.map_or(0.0, |a| self.loss(a)));
        }
        (losses, spared)
    }

    /// The chosen stretches with what they gain, and their years.
    fn told(
        &self,
        worth: &Worth<'_>,
        order: &[(usize, f64)],
        prices: &Prices,
        holding: &Holding<'_>,
    ) -> Vec<Chosen> {
        let gains = |goal| {
            let mut of = Worth::new(self.candidates, self.fires, goal, holding);
            of.trust.clone_from(&worth.trust);
            let mut lees = Lees::new();
            let mut built = BTreeSet::new();
            let mut gains = Vec::new();
            for (s, _) in order {
                built.insert(*s);
                let with = of.lees(&built);
                gains.push(of.more(&lees, &with) / self.fires.len() as f64);
                lees = with;
            }
            gains
        };
        let (ha, cny) = (gains(Goal::Area), gains(Goal::Value));
        let all: f64 = order.iter().map(|(s, _)| self.costs.of[*s]).sum();
        let a_year = all / f64::from(self.settings.years);
        let mut spent = 0.0;
        let one = |(n, (s, _)): (usize, &(usize, f64))| {
            let stretch = &self.candidates.stretches[*s];
            let cost = self.costs.of[*s];
            // The year in which the middle of its cost falls.
            let year = libm::floor((spent + cost / 2.0) / a_year) as u32 + 1;
            spent += cost;
            Chosen {
                id: format!("search-{:03}", n + 1),
                along: stretch.along,
                year: year.clamp(1, self.settings.years),
                fires_met: worth.met(*s),
                gain_ha: ha[n],
                gain_cny: cny[n],
                length_m: stretch.length_m,
                cost_cny: stretch.length_m / 1000.0 * prices.build_cny_km,
                upkeep_cny_y: stretch.length_m / 1000.0 * prices.upkeep_cny_km_y,
                path: stretch.path.clone(),
            }
        };
        order.iter().enumerate().map(one).collect()
    }
}
