//! Surface spread and wind adjustment against tables computed by firelab/behave (commit d963287)
//! and pyretechnics (2026.5.15); see `tests/data/README.behavior.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fireline::base::units::{METRES_PER_FOOT, Metres};
use fireline::fire::behavior::{Canopy, behavior_csv, fuel, wind_adjustment_factor};

const FIRST_OUTPUT: usize = 11;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A table outside the repository; none, with a word about it, when it is not there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = here("../shared/reference/tables").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn table(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect();
    (header, rows)
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// How far off an answer is: share of the expected value, or of a turn for directions.
fn error_of(column: &str, got: f64, expected: f64) -> f64 {
    if column == "dir_max_deg" {
        let apart = (got - expected).rem_euclid(360.0);
        return apart.min(360.0 - apart) / 360.0;
    }
    // Below this every column is nil for any use.
    let difference = (got - expected).abs();
    if difference < 1e-6 {
        0.0
    } else {
        difference / expected.abs().max(1e-6)
    }
}

/// 99 % of the rows within `most` and all within `all`, in every computed column.
fn compare(path: &Path, most: f64, all: f64) {
    let expected = std::fs::read(path).unwrap();
    let mut got = Vec::new();
    behavior_csv(&expected[..], &mut got).unwrap();
    let ((header, expected), (got_header, got)) = (table(&expected), table(&got));
    assert_eq!(header, got_header);
    assert_eq!(expected.len(), got.len());
    let (wind, slope) = (7, 9);
    let mut errors: BTreeMap<&str, Vec<(f64, &str)>> = BTreeMap::new();
    for (e, g) in expected.iter().zip(&got) {
        assert_eq!(
            e[..FIRST_OUTPUT],
            g[..FIRST_OUTPUT],
            "inputs are echoed as they stand"
        );
        let still = number(&e[wind]) == 0.0 && number(&e[slope]) == 0.0;
        for c in FIRST_OUTPUT..header.len() {
            if header[c] == "dir_max_deg" && still {
                continue;
            }
            let error = error_of(&header[c], number(&g[c]), number(&e[c]));
            errors.entry(&header[c]).or_default().push((error, &e[0]));
        }
    }
    for (column, mut rows) in errors {
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (worst, id) = rows[rows.len() - 1];
        let (common, _) = rows[(rows.len() - 1) * 99 / 100];
        println!("{column}: 99 % within {common:.2e}, worst {worst:.2e} (id {id})");
        assert!(
            common <= most && worst <= all,
            "{column}: 99 % within {common}, row {id} off by {worst}"
        );
    }
}

#[test]
fn surface_spread_agrees_with_behave_on_the_sample() {
    compare(&here("tests/data/surface_behave.csv"), 1e-3, 1e-3);
}

#[test]
fn surface_spread_agrees_with_behave_on_every_grid_and_random_row() {
    for name in ["surface_grid_behave.csv", "surface_random_behave.csv"] {
        if let Some(path) = shared(name) {
            compare(&path, 1e-3, 1e-3);
        }
    }
}

#[test]
fn the_sample_holds_every_fuel_that_burns() {
    let (_, rows) = table(&std::fs::read(here("tests/data/surface_behave.csv")).unwrap());
    for m in fuel::all().filter(|m| m.burns()) {
        assert!(
            rows.iter().any(|r| r[1] == m.number.to_string()),
            "{}",
            m.code
        );
    }
}

#[test]
fn wind_adjustment_agrees_with_pyretechnics_where_both_shelter_or_neither_does() {
    let (_, rows) = table(&std::fs::read(here("tests/data/wind_adjustment_factor.csv")).unwrap());
    let mut compared = 0;
    for row in &rows {
        let [depth_ft, height_m, cover, expected] = [0, 1, 2, 3].map(|c| number(&row[c]));
        let sheltered = cover / 3.0 >= 0.05 && height_m / METRES_PER_FOOT >= 6.0;
        let open = cover == 0.0 || height_m == 0.0;
        if !sheltered && !open {
            continue;
        }
        let canopy = Canopy {
            cover,
            height: Metres(height_m),
            crown_ratio: Some(1.0),
        };
        let got = wind_adjustment_factor(Metres(depth_ft * METRES_PER_FOOT), &canopy);
        assert!((got / expected - 1.0).abs() < 1e-4, "{row:?}: {got}");
        compared += 1;
    }
    assert!(
        compared > rows.len() / 2,
        "{compared} of {} rows",
        rows.len()
    );
}

#[test]
fn wind_adjustment_agrees_with_behave_under_real_canopies() {
    let Some(path) = shared("crown_behave_rothermel1991.csv") else {
        return;
    };
    let (header, rows) = table(&std::fs::read(path).unwrap());
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let [fuel_model, cover, height, base, waf, midflame, wind] = [
        "fuel_model",
        "canopy_cover_frac",
        "canopy_height_m",
        "canopy_base_height_m",
        "waf",
        "wind_midflame_m_min",
        "wind_10m_km_h",
    ]
    .map(column);
    for row in &rows {
        let depth = fuel::standard(row[fuel_model].parse().unwrap())
            .unwrap()
            .depth();
        let (height, base) = (number(&row[height]), number(&row[base]));
        let crown_ratio = Some((height - base) / height);
        let canopy = Canopy {
            cover: number(&row[cover]),
            height: Metres(height),
            crown_ratio,
        };
        let got = wind_adjustment_factor(depth, &canopy);
        assert!(
            (got / number(&row[waf]) - 1.0).abs() < 1e-4,
            "{row:?}: {got}"
        );
        let ten_metre = fireline::base::units::MetresPerMinute(number(&row[wind]) * 1000.0 / 60.0);
        let at_flame = fireline::fire::behavior::twenty_foot_wind(ten_metre) * got;
        assert!(
            (at_flame.value() / number(&row[midflame]) - 1.0).abs() < 1e-3,
            "{row:?}: {at_flame}"
        );
    }
}
