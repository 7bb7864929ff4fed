//! The plots of a batch: means and differences with their intervals, distributions.

use super::super::document::Block;
use super::super::pairs::measure_name;
use super::super::plots::{Dot, DotPanel, LinePlot, Panel, Series, dots, round_ticks};
use super::super::svg::SERIES;
use super::rows::Cell;
use super::{Page, Pair};
use crate::base::message::Message;
use crate::studies::statistics::quantile;

/// Measures of the plots; the tables have all.
const PLOTTED: [&str; 5] = [
    "burnt_ha",
    "contained_min",
    "value_lost_cny",
    "cost_cny",
    "composite",
];
/// Most places of a line of a distribution.
const MOST_PLACES: usize = 300;

/// Means with their intervals, a row a cell.
pub fn means(page: &Page<'_>, scenario: &str, cells: &[&Cell]) -> Block {
    let panels: Vec<DotPanel> = PLOTTED
        .into_iter()
        .filter_map(|measure| {
            let dots: Vec<Dot> = cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.values(measure).is_empty())
                .map(|(i, cell)| {
                    let interval = cell.interval(measure);
                    Dot {
                        name: page.cell_name(cell),
                        mean: interval.mean,
                        low: interval.low,
                        high: interval.high,
                        style: i,
                    }
                })
                .collect();
            (!dots.is_empty()).then(|| DotPanel {
                label: measure_name(page.language, measure),
                dots,
                zero: false,
            })
        })
        .collect();
    let caption = page.say(&Message::new("report-means-figure").with("scenario", scenario));
    Block::Figure(dots(&caption, &panels), caption)
}

/// Differences with their intervals, a row a pair.
pub fn differences(page: &Page<'_>, scenario: &str, pairs: &[&Pair]) -> Block {
    let panels: Vec<DotPanel> = PLOTTED
        .into_iter()
        .filter_map(|measure| {
            let dots: Vec<Dot> = pairs
                .iter()
                .filter(|p| p.measure == measure)
                .enumerate()
                .map(|(i, pair)| Dot {
                    name: page.say(
                        &Message::new("report-minus")
                            .with("first", pair.names[1].as_str())
                            .with("second", pair.names[0].as_str()),
                    ),
                    mean: pair.difference.mean,
                    low: pair.difference.low,
                    high: pair.difference.high,
                    style: i,
                })
                .collect();
            (!dots.is_empty()).then(|| DotPanel {
                label: page.say(
                    &Message::new("report-difference-of")
                        .with("measure", measure_name(page.language, measure)),
                ),
                dots,
                zero: true,
            })
        })
        .collect();
    let caption = page.say(&Message::new("report-differences-figure").with("scenario", scenario));
    Block::Figure(dots(&caption, &panels), caption)
}

/// The share of runs, per cent, at or below each value; `all` counts those too that have none.
fn cumulative(mut values: Vec<f64>, all: usize, top: f64) -> Vec<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let share = |i: usize| 100.0 * i as f64 / all.max(1) as f64;
    let each = values.len().div_ceil(MOST_PLACES).max(1);
    let mut places = vec![(0.0, 0.0)];
    for (i, value) in values.iter().enumerate() {
        if (i + 1) % each == 0 || i + 1 == values.len() {
            places.push((*value, share(i + 1)));
        }
    }
    places.push((top, share(values.len())));
    places
}

/// Empirical distributions: burnt area of the runs, minutes to containment of the fires.
pub fn distributions(page: &Page<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Words(vec![page.word("report-distributions-words")])];
    for scenario in &page.plan.scenarios {
        let cells: Vec<&Cell> = page
            .rows
            .of(&scenario.name)
            .into_iter()
            .take(SERIES)
            .collect();
        let burnt = |cell: &Cell| (cell.values("burnt_ha"), cell.runs.len());
        let held = |cell: &Cell| {
            let minutes = cell.contained_min.iter().flatten().copied().collect();
            (minutes, cell.contained_min.len())
        };
        let name = scenario.name.as_str();
        blocks.extend(distribution(
            page,
            &cells,
            burnt,
            [
                "report-axis-burnt",
                "report-axis-runs",
                "report-burnt-figure",
            ],
            name,
        ));
        blocks.extend(distribution(
            page,
            &cells,
            held,
            [
                "report-axis-contained",
                "report-axis-fires",
                "report-contained-figure",
            ],
            name,
        ));
    }
    blocks
}

fn distribution(
    page: &Page<'_>,
    cells: &[&Cell],
    of: impl Fn(&Cell) -> (Vec<f64>, usize),
    [x_label, y_label, caption]: [&str; 3],
    scenario: &str,
) -> Option<Block> {
    let found: Vec<(Vec<f64>, usize)> = cells.iter().map(|cell| of(cell)).collect();
    let mut all: Vec<f64> = found
        .iter()
        .flat_map(|(values, _)| values)
        .copied()
        .collect();
    all.sort_by(f64::total_cmp);
    let most = quantile(&all, 1.0)?;
    let top = if most > 0.0 { most * 1.05 } else { 1.0 };
    let series = cells
        .iter()
        .zip(found)
        .enumerate()
        .map(|(i, (cell, (values, count)))| Series {
            name: page.cell_name(cell),
            points: cumulative(values, count, top),
            stepped: true,
            signs: false,
            style: i,
        })
        .collect();
    let caption = page.say(&Message::new(caption).with("scenario", scenario));
    let plot = LinePlot {
        title: caption.clone(),
        x_label: page.word(x_label),
        x_range: (0.0, top),
        x_ticks: round_ticks(0.0, top, 8),
        panels: vec![Panel {
            label: page.word(y_label),
            series,
            top: Some(100.0),
        }],
        moments: Vec::new(),
    };
    Some(Block::Figure(plot.draw(), caption))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_ends_at_the_share_that_has_a_value() {
        let places = cumulative(vec![3.0, 1.0], 4, 5.0);
        assert_eq!(places, [(0.0, 0.0), (1.0, 25.0), (3.0, 50.0), (5.0, 50.0)]);
        let many = cumulative((0..1000).map(f64::from).collect(), 1000, 999.0);
        assert!(many.len() <= MOST_PLACES + 2);
        assert_eq!(many.last(), Some(&(999.0, 100.0)));
    }
}
