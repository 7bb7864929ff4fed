//! Containment by formula against firelab/behave (ContainSim, d963287), and against itself.

use std::fs;
use std::path::Path;

use fireline::operations::containment::{Integrator, contain_csv};

const STATUS: &str = "status_3contained_4overrun_5exhausted_6overflow_7size_8time";

/// Columns of a CSV by name.
fn columns(bytes: &[u8], names: &[&str]) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let places: Vec<usize> = names
        .iter()
        .map(|n| header.iter().position(|h| h == *n).unwrap())
        .collect();
    reader
        .records()
        .map(|r| {
            let r = r.unwrap();
            places.iter().map(|&p| r[p].parse().unwrap()).collect()
        })
        .collect()
}

fn answer(integrator: Integrator, table: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    contain_csv(integrator, table, &mut out).unwrap();
    out
}

fn share(of: impl Iterator<Item = bool>) -> f64 {
    let all: Vec<bool> = of.collect();
    all.iter().filter(|b| **b).count() as f64 / all.len() as f64
}

fn compare_with_behave(table: &[u8]) {
    let names = [
        STATUS,
        "final_line_m",
        "perimeter_at_attack_m",
        "perimeter_at_containment_m",
        "size_at_attack_ha",
        "final_fire_size_ha",
        "containment_area_ha",
        "time_since_report_min",
    ];
    let expected = columns(table, &names);
    let got = columns(&answer(Integrator::Behave, table), &names);
    assert_eq!(expected.len(), got.len());
    let pairs = || expected.iter().zip(&got);
    let status = share(pairs().map(|(e, g)| e[0] == g[0]));
    assert!(status >= 0.98, "same status in {status}");
    let near = |a: f64, b: f64, by: f64| (a - b).abs() <= by * a.abs().max(1e-9);
    for k in 1..names.len() {
        let good = share(
            pairs()
                .filter(|(e, g)| e[0] == 3.0 && g[0] == 3.0)
                .map(|(e, g)| near(e[k], g[k], 0.001)),
        );
        println!("{}: {good}", names[k]);
        assert!(good >= 0.99, "{} within 0.1 % in {good}", names[k]);
    }
    let fire = share(pairs().map(|(e, g)| near(e[2], g[2], 1e-4) && near(e[4], g[4], 1e-4)));
    assert!(fire > 0.999, "free fire at attack: {fire}");
    println!("status {status}");
}

#[test]
fn the_stepping_of_behave_gives_behaves_answers() {
    let table = include_bytes!("data/contain_behave.csv");
    compare_with_behave(table);
    let whole =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/tables/contain_behave.csv");
    if whole.is_file() {
        compare_with_behave(&fs::read(whole).unwrap());
    } else {
        println!("skipped: {} is not there", whole.display());
    }
}

#[test]
fn converged_answers_never_shrink_and_agree_with_behave_where_it_contains() {
    let table = include_bytes!("data/contain_behave.csv");
    let names = [STATUS, "size_at_attack_ha", "final_fire_size_ha"];
    let got = columns(&answer(Integrator::Converged, table), &names);
    for (row, g) in got.iter().enumerate() {
        assert!(g[2] >= g[1] * (1.0 - 1e-6), "row {row}: {g:?}");
    }
    let expected = columns(table, &names);
    let both: Vec<_> = expected
        .iter()
        .zip(&got)
        .filter(|(e, g)| e[0] == 3.0 && g[0] == 3.0)
        .map(|(e, g)| (g[2] / e[2] - 1.0).abs())
        .collect();
    let close = share(both.iter().map(|d| *d < 0.05));
    println!("{} of {} rows, {close}", both.len(), got.len());
    assert!(close > 0.9, "{close}");
}

#[test]
fn tables_that_make_no_sense_are_refused_with_line_and_column() {
    let header = "id,lw_ratio,report_ros_m_min,report_size_ha,tactic_0head_1rear,attack_distance_m,\
                  arrival_min,duration_min,production_m_min,n_resources,second_arrival_min";
    let said = |row: &str| {
        let table = format!("{header}\n{row}\n");
        contain_csv(Integrator::Converged, table.as_bytes(), &mut Vec::new())
            .unwrap_err()
            .to_string()
    };
    assert!(said("1,0.5,2,1,1,0,15,480,40,1,-1").contains("line 2, column `lw_ratio`"));
    assert!(said("1,2,0,1,1,0,15,480,40,1,-1").contains("`report_ros_m_min`"));
    assert!(said("1,2,2,1,0.5,0,15,480,40,1,-1").contains("a whole number expected"));
    assert!(said("1,2,2,1,1,0,15,480,40,2,-1").contains("`second_arrival_min`"));
    assert!(said("1,2,2,1,1,0,15,480,40,3,-1").contains("`n_resources`"));
}
