//! Another program as the dispatcher, and orders from a file, through the command line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

fn fireline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fireline"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args([
        "-q",
        "--lang",
        "en",
        "run",
        "scenarios/valley.ron",
        "--seed",
        "7",
    ]);
    command
}

fn scorecard(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("scorecard.json")).unwrap()).unwrap()
}

/// Runs with a dispatcher that answers each desk as told; the exit code, standard error and kinds heard.
fn with_dispatcher(folder: &Path, answer: impl Fn(&Value) -> String) -> (i32, String, Vec<String>) {
    let mut child = fireline()
        .args(["--policy", "external", "--decide-every", "120", "--out"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut kinds = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let kind = said["kind"].as_str().unwrap().to_owned();
        if kind == "desk" {
            // A run that has ended no longer listens.
            let _ = writeln!(to, "{}", answer(&said));
        }
        kinds.push(kind);
    }
    drop(to);
    let ended = child.wait_with_output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    (ended.status.code().unwrap(), error, kinds)
}

#[test]
fn a_dispatcher_that_sends_crews_beats_nobody_and_is_the_same_run_twice() {
    let home = tempfile::tempdir().unwrap();
    let send_all = |desk: &Value| -> String {
        let mut orders = Vec::new();
        for fire in desk["incidents"].as_array().unwrap() {
            if fire["is_verified"] == true && fire["is_contained"] == false {
                for unit in desk["units"].as_array().unwrap() {
                    let reached = unit["eta_s"].get(fire["number"].to_string()).is_some();
                    if unit["is_free"] == true && reached {
                        orders.push(serde_json::json!({
                            "order": "dispatch", "unit": unit["id"], "incident": fire["number"],
                        }));
                    }
                }
            }
        }
        Value::Array(orders).to_string()
    };
    let (a, b, nobody) = (
        home.path().join("a"),
        home.path().join("b"),
        home.path().join("nobody"),
    );
    let (code, error, kinds) = with_dispatcher(&a, send_all);
    assert_eq!(code, 0, "{error}");
    assert_eq!(kinds.first().unwrap(), "hello");
    assert_eq!(kinds.last().unwrap(), "end");
    // Four hours, every two minutes.
    assert_eq!(kinds.len(), 2 + 120);
    with_dispatcher(&b, send_all);
    let read = |folder: &Path| fs::read(folder.join("journal.jsonl")).unwrap();
    assert_eq!(read(&a), read(&b));
    with_dispatcher(&nobody, |_| "[]".to_owned());
    let burnt = |folder: &Path| scorecard(folder)["totals"]["burnt_ha"].as_f64().unwrap();
    assert!(
        burnt(&a) < 0.5 * burnt(&nobody),
        "{} {}",
        burnt(&a),
        burnt(&nobody)
    );
    let unfought = scorecard(&nobody)["totals"]["counterfactual_ha"].as_f64();
    assert_eq!(unfought, Some(burnt(&nobody)));
}

#[test]
fn nonsense_from_a_dispatcher_ends_the_run_with_its_time_and_words() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let (code, error, _) = with_dispatcher(&out, |desk| {
        if desk["t_s"].as_f64() < Some(600.0) {
            "[]".to_owned()
        } else {
            "send everybody".to_owned()
        }
    });
    assert_eq!(code, 3, "{error}");
    assert!(
        error.contains("send everybody") && error.contains("14:30"),
        "{error}"
    );
    assert!(!out.exists());
}

#[test]
fn orders_of_a_file_are_given_at_their_minutes() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("orders.ron");
    let run = |name: &str, at_min: u32| {
        let text = format!(
            "[(at_min: {at_min}, give: (order: \"dispatch\", unit: \"township-crew\", incident: 1))]"
        );
        fs::write(&file, text).unwrap();
        let out = home.path().join(name);
        let ended = fireline()
            .args(["--policy", "do-nothing", "--no-counterfactual", "--orders"])
            .arg(&file)
            .arg("--out")
            .arg(&out)
            .output()
            .unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        let journal = fs::read_to_string(out.join("journal.jsonl")).unwrap();
        (
            journal,
            scorecard(&out)["state_hash"].as_str().unwrap().to_owned(),
        )
    };
    let (early, a) = run("early", 30);
    let (_, b) = run("late", 60);
    assert_ne!(a, b, "one order at another time is another run");
    let ordered = early
        .lines()
        .find(|l| l.contains("\"ordered\"") && l.contains("\"dispatch\""))
        .unwrap();
    assert!(
        ordered.contains("person") && ordered.contains("township-crew"),
        "{ordered}"
    );
    assert!(early.contains("\"departed\""));
    fs::write(
        &file,
        "[\n(at_min: 3, give: (order: \"recal\", unit: \"a\"))]",
    )
    .unwrap();
    let ended = fireline().arg("--orders").arg(&file).output().unwrap();
    assert_eq!(ended.status.code(), Some(3));
    let error = String::from_utf8(ended.stderr).unwrap();
    assert!(
        error.contains("line 2") && error.contains("recal"),
        "{error}"
    );
    fs::write(
        &file,
        "[(at_min: 240, give: (order: \"recall\", unit: \"a\"))]",
    )
    .unwrap();
    let ended = fireline().arg("--orders").arg(&file).output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(3), "{error}");
    assert!(error.contains("minute 240"), "{error}");
    let alone = fireline().args(["--decide-every", "60"]).output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
}
