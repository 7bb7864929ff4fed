//! `fireline plan search` as its user meets it: a proposal that spares something, the same bytes however many threads made
//! it, that `plan layouts` takes; refusals that leave nothing behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use fireline::studies::search::told::Told;

fn fireline() -> Command {
    let mut command = Command::cargo_bin("fireline").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["--lang", "en", "--quiet"]);
    command
}

/// A search in the valley by few fires.
fn search(out: &Path, further: &[&str]) -> Command {
    let mut command = fireline();
    command.args(["plan", "search", "scenarios/valley.ron"]);
    for (name, value) in [
        ("--budget", "3km"),
        ("--train", "0..8"),
        ("--test", "100..104"),
    ] {
        if !further.contains(&name) {
            command.args([name, value]);
        }
    }
    command.arg("--out").arg(out);
    command.args(further);
    command
}

/// Exit code and what was said on standard error.
fn run(mut command: Command) -> (i32, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

/// Every file of a folder, and of those in it, with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            for (inner, bytes) in contents(&path) {
                files.insert(format!("{name}/{inner}"), bytes);
            }
        } else if name != "layouts.json" {
            // That one keeps the paths of the files it was made of.
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
    files
}

#[test]
fn a_proposal_spares_something_in_training_and_is_the_same_for_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let (code, said) = run(search(&at("one"), &["--jobs", "1"]));
    assert_eq!(code, 0, "{said}");
    let one = contents(&at("one"));
    for name in [
        "search.geojson",
        "random.geojson",
        "ridge.geojson",
        "stages.csv",
        "search.json",
        "search.png",
        "judged/comparison.json",
        "judged/pairs.csv",
    ] {
        assert!(one.contains_key(name), "{name}");
    }
    let told: Told = serde_json::from_slice(&one["search.json"]).unwrap();
    assert!(told.km <= 3.0 && told.km > 1.0, "{}", told.km);
    assert!(told.training.spared >= 0.0, "{:?}", told.training);
    assert!(told.training.improved_gain >= told.training.greedy_gain);
    assert!(
        told.chosen
            .iter()
            .all(|c| c.gain_ha >= 0.0 && (1..=2).contains(&c.year))
    );
    assert_eq!(told.stages.len(), 2);
    // Against the network as it stands, the random one and the ridges, by every measure.
    assert_eq!(told.judged.len(), 15);
    let built: f64 = told.stages.iter().map(|s| s.cost_cny).sum();
    assert!((built - told.cost_cny).abs() < 1.0);

    let (code, said) = run(search(&at("two"), &["--jobs", "2"]));
    assert_eq!(code, 0, "{said}");
    let mut two = contents(&at("two"));
    // The comparison names the files it read.
    let name = |of: &Path| of.display().to_string();
    for bytes in two.values_mut() {
        if let Ok(text) = String::from_utf8(bytes.clone()) {
            *bytes = text
                .replace(&name(&at("two")), &name(&at("one")))
                .into_bytes();
        }
    }
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    for (file, bytes) in &one {
        assert!(two[file] == *bytes, "{file}");
    }

    let mut again = fireline();
    again.args([
        "plan",
        "layouts",
        "scenarios/valley.ron",
        "--seeds",
        "100..104",
    ]);
    for layout in ["search", "random", "ridge"] {
        let file = at("one").join(format!("{layout}.geojson"));
        again.arg("--layout").arg(format!("+{}", file.display()));
    }
    again.arg("--out").arg(at("again"));
    let (code, said) = run(again);
    assert_eq!(code, 0, "{said}");
    assert_eq!(contents(&at("again"))["pairs.csv"], one["judged/pairs.csv"]);
}

#[test]
fn what_cannot_be_searched_for_is_refused_and_nothing_is_left_behind() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    for (further, code, part) in [
        (&["--budget", "0km"][..], 2, "km or cny"),
        (&["--budget=-5km"], 2, "km or cny"),
        (&["--budget", "20"], 2, "km or cny"),
        (&["--budget", "3mi"], 2, "km or cny"),
        (&["--train", "0..50", "--test", "49..60"], 2, "in common"),
        (&["--what", "ponds"], 2, "ponds"),
        (&["--what", "stations"], 2, "stations"),
        (&["--kind", "road"], 2, "road"),
        (&["--width", "0"], 2, "metres from 1"),
        (&["--years", "0"], 2, "0"),
    ] {
        let mut command = fireline();
        command.args(["plan", "search", "scenarios/valley.ron", "--out"]);
        command.arg(&out);
        if !further[0].starts_with("--budget") {
            command.args(["--budget", "3km"]);
        }
        command.args(further);
        let (found, said) = run(command);
        assert_eq!(found, code, "{further:?}: {said}");
        assert!(said.contains(part), "{further:?}: {said}");
        assert!(!out.exists(), "{further:?}");
    }

    // A scenario whose fires are always the same.
    let (code, said) = run({
        let mut command = fireline();
        command.args([
            "plan",
            "search",
            "scenarios/long-mop-up.ron",
            "--budget",
            "3km",
            "--out",
        ]);
        command.arg(&out);
        command
    });
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("drawn_ignitions") && !out.exists(), "{said}");

    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("mine.txt"), "mine").unwrap();
    let (code, said) = run(search(&out, &[]));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("not empty"), "{said}");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);
    let (code, said) = run(search(
        &home.path().join("little"),
        &["--budget", "0.001km"],
    ));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("cheapest"), "{said}");
}
