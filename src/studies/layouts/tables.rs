//! The tables of a comparison as CSV.

use super::Study;
use super::comparison::{Comparison, LayoutTold, Measure};
use super::runs::Ran;
use super::sums::{Sums, complete};
use crate::studies::batch::rows::line;
use crate::studies::statistics::Interval;

fn header(columns: &[&str]) -> String {
    let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
    line(&columns)
}

/// Header of `fires.csv`.
pub fn fires_header() -> String {
    header(&[
        "seed",
        "layout",
        "fires",
        "burnt_ha",
        "value_lost_cny",
        "escaped",
        "contained_2h",
        "score",
        "breaks_met",
        "breaks_breached",
        "held_by_crew",
        "fires_hash",
        "state_hash",
    ])
}

/// Rows of `fires.csv` of a seed; none where a layout's run failed, for nothing can be paired then.
pub fn fires(study: &Study, seed: u64, runs: &[Ran]) -> String {
    let Some(runs) = complete(runs) else {
        return String::new();
    };
    let rows = study.layouts.iter().zip(runs).map(|(layout, run)| {
        let count = |is: fn(&super::runs::Met) -> bool| run.met.iter().filter(|m| is(m)).count();
        line(&[
            seed.to_string(),
            layout.name.clone(),
            run.fires.to_string(),
            run.burnt_ha.to_string(),
            run.value_lost_cny.to_string(),
            run.escaped.to_string(),
            run.contained_2h.to_string(),
            run.score.to_string(),
            run.met.len().to_string(),
            count(|m| m.breached).to_string(),
            count(|m| m.by_crew).to_string(),
            run.fires_hash.clone(),
            run.state_hash.clone(),
        ])
    });
    rows.collect()
}

/// Header of `failures.csv`.
pub fn failures_header() -> String {
    header(&["seed", "layout", "cause"])
}

/// Rows of `failures.csv` of a seed.
pub fn failures(study: &Study, seed: u64, runs: &[Ran]) -> String {
    let rows = study.layouts.iter().zip(runs).filter_map(|(layout, ran)| {
        let Ran::Failed(cause) = ran else { return None };
        Some(line(&[
            seed.to_string(),
            layout.name.clone(),
            cause.clone(),
        ]))
    });
    rows.collect()
}

/// `layouts.csv`.
pub fn layouts(comparison: &Comparison) -> String {
    let mut columns: Vec<String> = ["layout", "file", "fires"].map(str::to_owned).to_vec();
    let three = |name: &str| ["", "_low", "_high"].map(|end| format!("{name}{end}"));
    for measure in Measure::ALL {
        columns.extend(three(measure.name()));
    }
    columns.extend(["build_cny", "upkeep_cny_per_year", "total_cny"].map(str::to_owned));
    for name in ["benefit_cny", "benefit_per_yuan", "benefit_ha_per_km"] {
        columns.extend(three(name));
    }
    let row = |l: &LayoutTold| {
        let mut fields = vec![
            l.name.clone(),
            l.file.clone().unwrap_or_default(),
            comparison.fires.to_string(),
        ];
        for measure in Measure::ALL {
            fields.extend(ends(Some(l.measures.get(measure))));
        }
        let cost = &l.cost;
        fields.extend([
            cost.build_cny.to_string(),
            cost.upkeep_cny_per_year.to_string(),
            cost.total_cny.to_string(),
        ]);
        for interval in [
            cost.benefit_cny,
            cost.benefit_per_yuan,
            cost.benefit_ha_per_km,
        ] {
            fields.extend(ends(interval));
        }
        line(&fields)
    };
    let rows = comparison.layouts.iter().map(row);
    std::iter::once(line(&columns)).chain(rows).collect()
}

fn ends(of: Option<Interval>) -> [String; 3] {
    of.map_or_else(Default::default, |i| {
        [i.mean, i.low, i.high].map(|v| v.to_string())
    })
}

/// `network.csv`.
pub fn network(comparison: &Comparison) -> String {
    let head = header(&[
        "layout",
        "planted_km",
        "isolation_km",
        "road_km",
        "density_area",
        "forest_ha",
        "density_m_per_ha",
        "gaps",
        "dead_ends",
        "below_standard_km",
    ]);
    let rows = comparison.layouts.iter().map(|l| {
        let n = &l.network;
        line(&[
            l.name.clone(),
            n.planted_km.to_string(),
            n.isolation_km.to_string(),
            n.road_km.to_string(),
            n.density_area.clone().unwrap_or_default(),
            n.forest_ha.to_string(),
            n.density_m_per_ha.to_string(),
            n.gaps.to_string(),
            n.dead_ends.to_string(),
            n.below_standard_km.to_string(),
        ])
    });
    std::iter::once(head).chain(rows).collect()
}

/// `pairs.csv`.
pub fn pairs(comparison: &Comparison) -> String {
    let head = header(&[
        "a",
        "b",
        "measure",
        "difference",
        "low",
        "high",
        "separable",
        "fires_needed",
        "sentence_en",
        "sentence_zh",
    ]);
    let rows = comparison.pairs.iter().map(|p| {
        line(&[
            p.a.clone(),
            p.b.clone(),
            p.measure.name().to_owned(),
            p.difference.to_string(),
            p.low.to_string(),
            p.high.to_string(),
            p.separable.to_string(),
            p.fires_needed.map_or_else(String::new, |n| n.to_string()),
            p.sentence.en.clone(),
            p.sentence.zh.clone(),
        ])
    });
    std::iter::once(head).chain(rows).collect()
}

/// `segments.csv`: a row for each piece of a break that fire met, 150 m long.
pub fn segments(study: &Study, sums: &Sums) -> String {
    let head = header(&[
        "layout",
        "id",
        "kind",
        "piece",
        "met",
        "held",
        "breached",
        "held_by_crew",
    ]);
    let rows = sums.pieces.iter().map(|((layout, id, kind, piece), m)| {
        line(&[
            study.layouts[*layout].name.clone(),
            id.clone(),
            kind.word().to_owned(),
            piece.to_string(),
            m.met.to_string(),
            (m.met - m.breached).to_string(),
            m.breached.to_string(),
            m.by_crew.to_string(),
        ])
    });
    std::iter::once(head).chain(rows).collect()
}
