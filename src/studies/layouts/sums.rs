//! Everything that is added up over the runs of a comparison, read from the log in the order of the seeds.

use std::collections::BTreeMap;

use super::Study;
use super::cells::Bounds;
use super::comparison::{
    Comparison, Cost, FORMAT, LayoutTold, Measure, Measures, Scenario, Segment,
};
use super::network::{Kind, Network, Price, price, summary};
use super::pairs::{Compared, judge};
use super::runs::{Met, Ran, Run};
use crate::results::scorecard::{program, round};
use crate::scenario::schema::Name;
use crate::studies::statistics::{Interval, mean_interval};

/// Meetings of a piece of a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meetings {
    /// All.
    pub met: u64,
    /// Breached.
    pub breached: u64,
    /// Held because somebody stood there.
    pub by_crew: u64,
}

impl Meetings {
    fn add(&mut self, other: Self) {
        self.met += other.met;
        self.breached += other.breached;
        self.by_crew += other.by_crew;
    }
}

impl From<&Met> for Meetings {
    fn from(met: &Met) -> Self {
        Self {
            met: 1,
            breached: u64::from(met.breached),
            by_crew: u64::from(met.by_crew),
        }
    }
}

/// A piece of a layout's break: the layout's index, the break's id, kind, and piece.
pub type Piece = (usize, String, Kind, u32);

/// What the runs came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sums {
    /// By layout and measure: a value a seed in which every layout ran and something burnt, a fire.
    samples: Vec<Vec<Vec<f64>>>,
    /// Fires of these seeds.
    pub fires: usize,
    /// Seeds in which every layout ran.
    pub complete: usize,
    /// Runs that failed.
    pub failed: usize,
    /// What happened at each piece that fire met.
    pub pieces: BTreeMap<Piece, Meetings>,
    /// The part of the map that burnt.
    pub bounds: Bounds,
}

/// All runs of a seed, when every one of them ran to its end.
pub fn complete(runs: &[Ran]) -> Option<Vec<&Run>> {
    let done = |ran: &'_ Ran| matches!(ran, Ran::Done(_));
    if !runs.iter().all(done) {
        return None;
    }
    let runs = runs.iter().filter_map(|ran| match ran {
        Ran::Done(run) => Some(run.as_ref()),
        Ran::Failed(_) => None,
    });
    Some(runs.collect())
}

impl Sums {
    /// Nothing yet, of so many layouts.
    pub fn new(layouts: usize) -> Self {
        Self {
            samples: vec![vec![Vec::new(); Measure::ALL.len()]; layouts],
            ..Self::default()
        }
    }

    /// Adds a seed.
    pub fn add(&mut self, study: &Study, runs: &[Ran]) {
        let failed = |ran: &&Ran| matches!(ran, Ran::Failed(_));
        self.failed += runs.iter().filter(failed).count();
        let Some(runs) = complete(runs) else {
            return;
        };
        self.complete += 1;
        let grid = &study.fires_of.landscape.cover.grid;
        let fires = runs.get(study.reference).map_or(0, |r| r.fires);
        self.fires += fires;
        for (layout, run) in runs.iter().enumerate() {
            self.bounds.add(&run.cells, grid);
            for met in &run.met {
                let piece = (layout, met.id.clone(), met.kind, met.piece);
                self.pieces.entry(piece).or_default().add(met.into());
            }
            if fires > 0 {
                for (i, measure) in Measure::ALL.into_iter().enumerate() {
                    self.samples[layout][i].push(measure.of(run, fires));
                }
            }
        }
    }

    fn of(&self, layout: usize, measure: Measure) -> &[f64] {
        let place = Measure::ALL.iter().position(|m| *m == measure);
        &self.samples[layout][place.unwrap_or(0)]
    }

    fn measures(&self, study: &Study, layout: usize) -> Measures {
        let name = &study.layouts[layout].name;
        let interval = |measure: Measure| {
            let stream = format!("{name}/{}", measure.name());
            tidy(mean_interval(self.of(layout, measure), &stream), 1.0, 6)
        };
        Measures {
            burnt_ha: interval(Measure::BurntHa),
            value_lost_cny: interval(Measure::ValueLostCny),
            escaped: interval(Measure::Escaped),
            contained_2h: interval(Measure::Contained2h),
            score: interval(Measure::Score),
        }
    }

    /// What is spared against the reference, a fire.
    fn spared(&self, study: &Study, layout: usize, measure: Measure) -> Interval {
        let (of, reference) = (self.of(layout, measure), self.of(study.reference, measure));
        let spared: Vec<f64> = reference.iter().zip(of).map(|(r, o)| r - o).collect();
        let stream = format!("{}/spared/{}", study.layouts[layout].name, measure.name());
        mean_interval(&spared, &stream)
    }

    /// The comparison.
    pub fn comparison(&self, study: &Study) -> Comparison {
        let networks: Vec<(Network, Price)> = study
            .layouts
            .iter()
            .map(|l| (summary(&study.fires_of, l), price(&study.fires_of, l)))
            .collect();
        let scenario = &study.fires_of.scenario;
        let layouts = (0..study.layouts.len()).map(|i| self.layout(study, &networks, i));
        Comparison {
            format: FORMAT,
            scenario: Scenario {
                name: scenario.file.name.clone(),
                title: Name {
                    en: scenario.file.title.en.clone(),
                    zh: scenario.file.title.zh.clone(),
                },
                hash: scenario.hash.clone(),
            },
            program: program(),
            catalogue_hash: scenario.catalogue_hash.clone(),
            seeds: format!("{}..{}", study.seeds.start, study.seeds.end),
            policy: study.policy.name().to_owned(),
            fires: self.fires,
            failed: self.failed,
            reference: study.layouts[study.reference].name.clone(),
            years: study.years,
            fires_per_year: study.fires_per_year,
            benefit_per: match study.fires_per_year {
                Some(_) => "year".to_owned(),
                None => "fire".to_owned(),
            },
            layouts: layouts.collect(),
            pairs: self.pairs(study),
            segments: self.segments(study),
        }
    }

    fn layout(&self, study: &Study, networks: &[(Network, Price)], i: usize) -> LayoutTold {
        let layout = &study.layouts[i];
        let (network, price) = &networks[i];
        let total = |p: &Price| p.build_cny + p.upkeep_cny_per_year * study.years;
        let (reference, its_price) = &networks[study.reference];
        let more_cny = total(price) - total(its_price);
        let more_km = network.total_km() - reference.total_km();
        let is_other = i != study.reference;
        // Benefits are those of a fire, or of the fires of a year.
        let fires = study.fires_per_year.unwrap_or(1.0);
        let years = study.fires_per_year.map_or(1.0, |_| study.years);
        let spared = |measure| self.spared(study, i, measure);
        Cost {
            build_cny: round(price.build_cny, 0),
            upkeep_cny_per_year: round(price.upkeep_cny_per_year, 0),
            total_cny: round(total(price), 0),
            benefit_cny: is_other.then(|| tidy(spared(Measure::ValueLostCny), fires, 2)),
            benefit_per_yuan: (is_other && more_cny.abs() >= 1.0)
                .then(|| tidy(spared(Measure::ValueLostCny), fires * years / more_cny, 9)),
            benefit_ha_per_km: (is_other && more_km.abs() >= 0.001)
                .then(|| tidy(spared(Measure::BurntHa), fires / more_km, 9)),
        }
        .told(layout, network, self.measures(study, i))
    }

    fn pairs(&self, study: &Study) -> Vec<super::comparison::Pair> {
        let mut pairs = Vec::new();
        // The reference first, so that differences are changes from it.
        let mut order: Vec<usize> = (0..study.layouts.len()).collect();
        order.sort_by_key(|i| (*i != study.reference, *i));
        for (n, &a) in order.iter().enumerate() {
            for &b in &order[n + 1..] {
                for measure in Measure::ALL {
                    let (of_a, of_b) = (self.of(a, measure), self.of(b, measure));
                    let differences: Vec<f64> = of_a.iter().zip(of_b).map(|(a, b)| b - a).collect();
                    let mut pair = judge(&Compared {
                        a: &study.layouts[a],
                        b: &study.layouts[b],
                        measure,
                        differences: &differences,
                        fires: self.fires,
                    });
                    for v in [&mut pair.difference, &mut pair.low, &mut pair.high] {
                        *v = round(*v, 6);
                    }
                    pairs.push(pair);
                }
            }
        }
        pairs
    }

    fn segments(&self, study: &Study) -> Vec<Segment> {
        let mut whole: BTreeMap<(usize, &str, Kind), Meetings> = BTreeMap::new();
        for ((layout, id, kind, _), meetings) in &self.pieces {
            let key = (*layout, id.as_str(), *kind);
            whole.entry(key).or_default().add(*meetings);
        }
        whole
            .into_iter()
            .map(|((layout, id, kind), m)| Segment {
                layout: study.layouts[layout].name.clone(),
                id: id.to_owned(),
                kind,
                met: m.met,
                held: m.met - m.breached,
                breached: m.breached,
                held_by_crew: m.by_crew,
            })
            .collect()
    }
}

impl Cost {
    fn told(
        self,
        layout: &super::input::Layout,
        network: &Network,
        measures: Measures,
    ) -> LayoutTold {
        let mut network = network.clone();
        for km in [
            &mut network.planted_km,
            &mut network.isolation_km,
            &mut network.road_km,
            &mut network.below_standard_km,
            &mut network.density_m_per_ha,
        ] {
            *km = round(*km, 4);
        }
        network.forest_ha = round(network.forest_ha, 1);
        LayoutTold {
            name: layout.name.clone(),
            file: layout.file.as_ref().map(|p| p.display().to_string()),
            network,
            measures,
            cost: self,
        }
    }
}

/// An interval times a factor, its ends in order, to so many decimals.
fn tidy(of: Interval, factor: f64, decimals: i32) -> Interval {
    let (low, high) = (of.low * factor, of.high * factor);
    Interval {
        mean: round(of.mean * factor, decimals),
        low: round(low.min(high), decimals),
        high: round(low.max(high), decimals),
    }
}
