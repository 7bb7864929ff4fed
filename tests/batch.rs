//! `fireline batch` and `fireline merge` as their user meets them: the same bytes however they were made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;

fn fireline() -> Command {
    let mut command = Command::cargo_bin("fireline").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["--lang", "en", "--quiet"]);
    command
}

/// A batch of the valley; further arguments follow.
fn batch(out: &Path, further: &[&str]) -> Command {
    let mut command = fireline();
    command.args(["batch", "scenarios/valley.ron", "--seeds", "3..9"]);
    command
        .args(["--policy", "run-card,do-nothing", "--out"])
        .arg(out);
    command.args(further);
    command
}

/// Exit code and what was said on standard error.
fn run(mut command: Command) -> (i32, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn column(folder: &Path, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(folder.join("runs.csv")).unwrap();
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|c| c == name)
        .unwrap();
    reader
        .records()
        .map(|r| r.unwrap()[place].to_owned())
        .collect()
}

#[test]
fn killed_and_resumed_sharded_and_merged_or_with_other_jobs_the_bytes_are_the_same() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let keep = ["--keep", "all"];
    assert_eq!(run(batch(&at("whole"), &keep)).0, 0);
    let whole = contents(&at("whole"));
    assert!(whole.contains_key(Path::new("journals/0.jsonl")));
    assert_eq!(column(&at("whole"), "seed").len(), 12);
    // The fire nobody fights is that of do-nothing, to the last digit.
    let (burnt, unfought) = (
        column(&at("whole"), "burnt_ha"),
        column(&at("whole"), "counterfactual_ha"),
    );
    for pair in 0..6 {
        assert_eq!(unfought[2 * pair], burnt[2 * pair + 1]);
        assert_eq!(unfought[2 * pair + 1], burnt[2 * pair + 1]);
    }

    let one = [&keep[..], &["--jobs", "1"]].concat();
    assert_eq!(run(batch(&at("one"), &one)).0, 0);
    assert!(
        contents(&at("one")) == whole,
        "one worker gives other bytes"
    );

    // Killed as soon as something is finished.
    let mut begun = batch(&at("killed"), &one);
    let mut child = begun
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let log = at("killed").join("runs.log");
    let since = Instant::now();
    while std::fs::metadata(&log).map_or(0, |m| m.len()) == 0 {
        assert!(
            since.elapsed() < Duration::from_mins(2),
            "nothing was ever finished"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        !at("killed").join("runs.csv").exists(),
        "it was done before it was killed"
    );
    let finished = std::fs::read_to_string(&log).unwrap();
    assert!(finished.lines().count() < 6);
    let (code, said) = run(batch(&at("killed"), &keep));
    assert!(code == 2 && said.contains("--resume"), "{said}");
    let resume = [&keep[..], &["--resume"]].concat();
    assert_eq!(run(batch(&at("killed"), &resume)).0, 0);
    assert!(
        contents(&at("killed")) == whole,
        "resumed gives other bytes"
    );
    // Nothing is left to do, and nothing changes.
    assert_eq!(run(batch(&at("killed"), &resume)).0, 0);
    assert!(contents(&at("killed")) == whole);

    for part in 1..=3 {
        let shard = format!("{part}/3");
        let shard = [&keep[..], &["--shard", &shard]].concat();
        assert_eq!(run(batch(&at(&format!("part-{part}")), &shard)).0, 0);
    }
    let merge = |out: &str, parts: &[&str]| {
        let mut command = fireline();
        command.arg("merge").arg("--out").arg(at(out));
        command.args(parts.iter().map(|p| at(p)));
        run(command)
    };
    let (code, said) = merge("merged", &["part-1", "part-3"]);
    assert!(code == 2 && said.contains("2/3"), "{said}");
    let (code, said) = merge("merged", &["part-1", "part-2", "whole"]);
    assert!(code == 2 && said.contains("no shard"), "{said}");
    assert_eq!(
        merge("merged", &["part-3", "part-1", "part-2", "part-1"]).0,
        0
    );
    assert!(contents(&at("merged")) == whole, "merged gives other bytes");
    let (code, said) = merge("merged", &["part-1", "part-2", "part-3"]);
    assert!(code == 2 && said.contains("not empty"), "{said}");
}

#[test]
fn a_folder_of_another_batch_or_of_something_else_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("b");
    let first = ["--no-counterfactual"];
    assert_eq!(run(batch(&out, &first)).0, 0);
    let before = contents(&out);
    let (code, said) = run(batch(&out, &["--resume"]));
    assert!(code == 2 && said.contains("counterfactual"), "{said}");
    let mut other = fireline();
    other.args([
        "batch",
        "scenarios/hengyang.ron",
        "--seeds",
        "3..9",
        "--policy",
        "run-card,do-nothing",
    ]);
    other
        .args(["--no-counterfactual", "--resume", "--out"])
        .arg(&out);
    let (code, said) = run(other);
    assert!(code == 2 && said.contains("scenarios"), "{said}");
    assert_eq!(contents(&out), before);

    let strange = home.path().join("thesis");
    std::fs::create_dir(&strange).unwrap();
    std::fs::write(strange.join("thesis.doc"), "years of work").unwrap();
    for further in [&[][..], &["--resume"]] {
        let (code, said) = run(batch(&strange, further));
        assert!(code == 2 && said.contains("not empty"), "{said}");
    }
    assert_eq!(contents(&strange).len(), 1);
    let (code, said) = run(batch(&strange.join("thesis.doc/b"), &[]));
    assert!(code == 3 && said.contains("thesis.doc"), "{said}");
    // Another version's folder.
    let plan = std::fs::read_to_string(out.join("batch.json")).unwrap();
    std::fs::write(
        out.join("batch.json"),
        plan.replace("\"format\": 2", "\"format\": 99"),
    )
    .unwrap();
    let (code, said) = run(batch(&out, &["--no-counterfactual", "--resume"]));
    assert!(
        code == 2 && said.contains("format") && said.contains("99"),
        "{said}"
    );
}

#[test]
fn failed_runs_are_kept_apart_with_their_cause_and_conditions_end_with_1() {
    let home = tempfile::tempdir().unwrap();
    let design = home.path().join("design.csv");
    // The second row lights the fire off the map: it parses, and its world cannot be made.
    std::fs::write(
        &design,
        "weather.0.wind_m_s,ignitions.0.at.0\n1.5,602640\n2.5,1\n",
    )
    .unwrap();
    let out = home.path().join("b");
    let design = design.to_str().unwrap();
    let (code, said) = run(batch(&out, &["--no-counterfactual", "--design", design]));
    assert!(
        code == 4 && said.contains("12 runs failed"),
        "{code} {said}"
    );
    let failures = std::fs::read_to_string(out.join("failures.csv")).unwrap();
    assert_eq!(failures.lines().count(), 13);
    assert!(failures.contains(",world,"), "{failures}");
    assert_eq!(column(&out, "variant"), vec!["1"; 12]);
    assert_eq!(column(&out, "weather.0.wind_m_s"), vec!["1.5"; 12]);

    let out = home.path().join("c");
    let burns = ["--no-counterfactual", "--fail-if", "max(burnt_ha) > 1"];
    let (code, said) = run(batch(&out, &burns));
    assert!(code == 1, "{said}");
    // Nobody fights the one, and the other stays small.
    assert!(
        said.contains("do-nothing") && !said.contains("run-card"),
        "{said}"
    );
    let never = [
        "--no-counterfactual",
        "--resume",
        "--fail-if",
        "count(burnt_ha) > 6",
    ];
    assert_eq!(run(batch(&out, &never)).0, 0);
    for (condition, expected) in [
        ("p90(burnt) > 1", "burnt_ha"),
        ("p900(burnt_ha) > 1", "p0 to p100"),
    ] {
        let (code, said) = run(batch(&home.path().join("d"), &["--fail-if", condition]));
        assert!(code == 2 && said.contains(expected), "{said}");
    }
    assert!(!home.path().join("d").exists());
}
