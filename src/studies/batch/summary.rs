//! What a batch says in a few lines: a row for each scenario, variant and policy.

use std::collections::BTreeMap;
use std::path::Path;

use super::condition::Condition;
use super::rows::{KEYS, line};
use super::{BatchError, unreadable};
use crate::results::scorecard::round;
use crate::studies::statistics::{Interval, mean_interval, quantile};

/// Columns of `runs.csv` that are summed up.
pub const MEASURES: [&str; 10] = [
    "burnt_ha",
    "forest_ha",
    "counterfactual_ha",
    "saved_ha",
    "value_lost_cny",
    "cost_cny",
    "detected_min",
    "attacked_min",
    "escaped",
    "composite",
];

/// Numbers of a measure in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Runs that have it.
    pub count: usize,
    /// Mean and its 95 % interval.
    pub mean: Interval,
    /// Median; none without numbers.
    pub median: Option<f64>,
    /// Nine in ten are smaller.
    pub p90: Option<f64>,
    /// The largest.
    pub most: Option<f64>,
}

/// One scenario, variant and policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Scenario, variant, policy.
    pub name: [String; 3],
    /// Runs.
    pub runs: usize,
    /// Runs in which a fire escaped.
    pub escapes: usize,
    /// By measure, in the order of [`MEASURES`].
    pub measured: Vec<Measured>,
    /// Columns that conditions ask for.
    values: BTreeMap<String, Vec<f64>>,
}

/// A condition in a cell where it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Scenario, variant, policy.
    pub cell: [String; 3],
    /// The condition as it was written.
    pub condition: String,
    /// The number that was compared.
    pub found: f64,
}

/// Reads `runs.csv` and sums it up; cells come in the order of their first runs.
///
/// # Errors
/// A file that cannot be read, or is no table of runs.
pub fn of_runs(path: &Path, conditions: &[Condition]) -> Result<Vec<Cell>, BatchError> {
    let bad = |e: csv::Error| unreadable(path, &e);
    let mut reader = csv::Reader::from_path(path).map_err(bad)?;
    let header: Vec<String> = reader
        .headers()
        .map_err(bad)?
        .iter()
        .map(str::to_owned)
        .collect();
    let place = |column: &str| header.iter().position(|c| c == column);
    let missing = |column: &str| unreadable(path, &format!("no column {column}"));
    let of = |column: &str| place(column).ok_or_else(|| missing(column));
    let (scenario, variant, policy) = (of(KEYS[1])?, of(KEYS[2])?, of(KEYS[4])?);
    let mut columns: Vec<(String, usize)> = Vec::new();
    let asked = conditions.iter().map(|c| c.column.as_str());
    for column in MEASURES.into_iter().chain(asked) {
        if columns.iter().all(|(c, _)| c != column) {
            columns.push((column.to_owned(), of(column)?));
        }
    }
    let mut order: Vec<[String; 3]> = Vec::new();
    let mut cells: BTreeMap<[String; 3], (usize, BTreeMap<String, Vec<f64>>)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let text = |i: usize| record.get(i).unwrap_or_default().to_owned();
        let name = [text(scenario), text(variant), text(policy)];
        let cell = cells.entry(name.clone()).or_insert_with(|| {
            order.push(name);
            Default::default()
        });
        cell.0 += 1;
        for (column, i) in &columns {
            // An empty field is no value.
            if let Ok(value) = record.get(*i).unwrap_or_default().parse::<f64>() {
                cell.1.entry(column.clone()).or_default().push(value);
            }
        }
    }
    Ok(order
        .into_iter()
        .filter_map(|name| {
            let (runs, values) = cells.remove(&name)?;
            let of = |column: &str| values.get(column).map_or(&[][..], Vec::as_slice);
            let escapes = of("escaped").iter().filter(|v| **v > 0.0).count();
            let stream = name.join("/");
            let measured = MEASURES
                .iter()
                .map(|column| measure(of(column), &format!("{stream}/{column}")))
                .collect();
            Some(Cell {
                name,
                runs,
                escapes,
                measured,
                values,
            })
        })
        .collect())
}

fn measure(values: &[f64], stream: &str) -> Measured {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Measured {
        count: values.len(),
        mean: mean_interval(values, stream),
        median: quantile(&sorted, 0.5),
        p90: quantile(&sorted, 0.9),
        most: sorted.last().copied(),
    }
}

/// Where conditions hold.
pub fn held(cells: &[Cell], conditions: &[Condition]) -> Vec<Held> {
    let mut found = Vec::new();
    for condition in conditions {
        for cell in cells {
            let values = cell.values.get(&condition.column);
            if let (Some(value), true) = condition.holds(values.map_or(&[], Vec::as_slice)) {
                found.push(Held {
                    cell: cell.name.clone(),
                    condition: condition.text.clone(),
                    found: value,
                });
            }
        }
    }
    found
}

/// The bytes of `summary.csv`: a row a cell and measure.
pub fn csv(cells: &[Cell]) -> String {
    let header = [
        "scenario", "variant", "policy", "measure", "runs", "mean", "low_95", "high_95", "median",
        "p90", "max",
    ];
    let mut text = line(&header.map(str::to_owned));
    for cell in cells {
        for (name, m) in MEASURES.iter().zip(&cell.measured) {
            let number = |v: f64| round(v, 4).to_string();
            let known = |v: f64| {
                if m.count > 0 {
                    number(v)
                } else {
                    String::new()
                }
            };
            let maybe = |v: Option<f64>| v.map_or_else(String::new, number);
            let mut fields = cell.name.to_vec();
            fields.extend([
                (*name).to_owned(),
                m.count.to_string(),
                known(m.mean.mean),
                known(m.mean.low),
                known(m.mean.high),
                maybe(m.median),
                maybe(m.p90),
                maybe(m.most),
            ]);
            text.push_str(&line(&fields));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_summed_up_apart_and_conditions_hold_where_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.csv");
        let header = format!("{},{}\n", KEYS.join(","), MEASURES.join(","));
        let rows = [("a", 1.0), ("b", 10.0), ("a", 3.0), ("b", 30.0)]
            .map(|(policy, burnt)| format!("0,s,0,0,{policy},{burnt},0,,0,0,0,0,0,1,0\n"));
        std::fs::write(&path, header + &rows.concat()).unwrap();
        let condition: Condition = "mean(burnt_ha) > 5".parse().unwrap();
        let conditions = [condition];
        let cells = of_runs(&path, &conditions).unwrap();
        assert_eq!(cells.len(), 2);
        assert_eq!(cells[0].name[2], "a");
        assert_eq!((cells[0].runs, cells[0].escapes), (2, 2));
        assert_eq!(cells[1].measured[0].mean.mean, 20.0);
        // No counterfactual: no number, and not nought.
        assert_eq!(cells[0].measured[2].count, 0);
        let text = csv(&cells);
        assert!(text.contains("s,0,a,counterfactual_ha,0,,,,,,\n"), "{text}");
        let held = held(&cells, &conditions);
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].cell[2].as_str(), held[0].found), ("b", 20.0));
        let other: Condition = "mean(nothing) > 5".parse().unwrap();
        assert!(of_runs(&path, &[other]).is_err());
    }
}
