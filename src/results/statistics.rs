//! Statistics of a run's fires by day, township, cause and class, as reports to the county headquarters are
//! drawn up. All of it is provisional: the last columns are left for the headquarters' figures.

use std::collections::BTreeMap;

use super::fire_file::{FIELDS, rows};
use super::scorecard::Scorecard;
use super::sentences::Teller;
use crate::simulation::Outcome;

/// What the fires are grouped by: the name of the grouping and the field of the fire file.
const GROUPS: [(&str, &str); 4] = [
    ("day", "started"),
    ("township", "township"),
    ("cause", "cause"),
    ("class", "class"),
];

/// The columns.
pub const COLUMNS: [&str; 13] = [
    "by",
    "key",
    "fires",
    "out",
    "total_ha",
    "forest_ha",
    "injured",
    "dead",
    "mean_found_to_attack_min",
    "status",
    "corrected_fires",
    "corrected_total_ha",
    "corrected_forest_ha",
];

/// Sums over the fires of a group.
#[derive(Debug, Default)]
struct Sums {
    fires: usize,
    out: usize,
    total_ha: f64,
    forest_ha: f64,
    injured: u32,
    dead: u32,
    /// Minutes from the first alarm to the first attack, of the fires that were attacked.
    attack_min: Vec<f64>,
}

/// The statistics as CSV (UTF-8 with a byte-order mark); names in the teller's language.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(
    outcome: &Outcome,
    card: &Scorecard,
    teller: &Teller<'_>,
) -> Result<Vec<u8>, csv::Error> {
    let files = rows(outcome, card, teller);
    let column = |field: &str| FIELDS.iter().position(|f| *f == field);
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(COLUMNS)?;
    for (by, field) in GROUPS {
        let mut groups: BTreeMap<String, Sums> = BTreeMap::new();
        for (i, file) in files.iter().enumerate() {
            let value = |field: &str| column(field).map_or("", |c| file[c].as_str());
            let number = |field: &str| value(field).parse::<f64>().unwrap_or(0.0);
            // A time begins with its day.
            let key = if by == "day" {
                value(field).chars().take(10).collect()
            } else {
                value(field).to_owned()
            };
            let sums = groups.entry(key).or_default();
            sums.fires += 1;
            sums.out += usize::from(!value("out").is_empty());
            sums.total_ha += number("total_ha");
            sums.forest_ha += number("forest_ha");
            sums.injured += number("injured") as u32;
            sums.dead += number("dead") as u32;
            let fire = &outcome.fires[i];
            if let (Some(found), Some(attacked)) = (fire.detected_s, fire.first_attack_s) {
                sums.attack_min.push((attacked - found) / 60.0);
            }
        }
        for (key, sums) in groups {
            let mean = sums.attack_min.iter().sum::<f64>() / sums.attack_min.len() as f64;
            writer.write_record([
                by.to_owned(),
                key,
                sums.fires.to_string(),
                sums.out.to_string(),
                format!("{:.4}", sums.total_ha),
                format!("{:.4}", sums.forest_ha),
                sums.injured.to_string(),
                sums.dead.to_string(),
                if mean.is_finite() {
                    format!("{mean:.1}")
                } else {
                    String::new()
                },
                "provisional".to_owned(),
                String::new(),
                String::new(),
                String::new(),
            ])?;
        }
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::base::language::Language;
    use crate::scenario::Scenario;
    use crate::simulation::{PolicyName, Simulation};
    use crate::world::World;

    #[test]
    fn every_grouping_holds_every_fire_once() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replacen("count: 0,", "count: 3,", 1);
        let scenario = Scenario::parse(&path, &text).unwrap();
        let world = Arc::new(World::build(scenario).unwrap().0);
        let mut simulation = Simulation::new(world.clone(), 3, PolicyName::RunCard);
        simulation.run();
        let outcome = simulation.finish();
        assert!(outcome.fires.len() > 2);
        let card = Scorecard::new(&outcome, None);
        let teller = Teller::new(&world, Language::Chinese);
        let text = String::from_utf8(csv(&outcome, &card, &teller).unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut sums: BTreeMap<String, (usize, f64)> = BTreeMap::new();
        for record in reader.records() {
            let record = record.unwrap();
            assert_eq!(record.len(), COLUMNS.len());
            assert_eq!(&record[9], "provisional");
            let sum = sums.entry(record[0].to_owned()).or_default();
            sum.0 += record[2].parse::<usize>().unwrap();
            sum.1 += record[4].parse::<f64>().unwrap();
        }
        assert_eq!(sums.len(), GROUPS.len());
        let all: f64 = card.fires.iter().map(|f| f.area_ha).sum();
        for (by, (fires, ha)) in sums {
            assert_eq!(fires, outcome.fires.len(), "{by}");
            assert!((ha - all).abs() < 1e-3, "{by}");
        }
    }
}
