//! `fireline report`: pages that fetch nothing, in both languages, and folders that are refused.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn fireline(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("fireline")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .assert()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Nothing of the page lies elsewhere.
fn is_self_contained(page: &str) {
    for start in ["src=\"", "href=\"", "url(", "@import"] {
        for (at, _) in page.match_indices(start) {
            let rest = &page[at + start.len()..];
            let inside = ["data:", "#", "report_"]
                .iter()
                .any(|ok| rest.starts_with(ok));
            let beside = [
                "scorecard.json",
                "duty_log.csv",
                "fire_file.csv",
                "statistics.csv",
            ]
            .iter()
            .chain(&[
                "perimeters.geojson",
                "journal.jsonl",
                "summary.csv",
                "runs.csv",
            ])
            .chain(&["fires.csv", "failures.csv", "batch.json", "comparison.json"])
            .any(|ok| rest.starts_with(ok));
            assert!(inside || beside, "{}", &rest[..rest.len().min(80)]);
        }
    }
    for word in ["http://", "https://", "fetch(", "XMLHttpRequest", "import("] {
        assert!(!page.contains(word), "{word}");
    }
    // Pictures may spell anything.
    for line in page.lines().filter(|line| !line.contains("base64,")) {
        for open in ["undefined", "[report-", "NaN"] {
            assert!(!line.contains(open), "{open}");
        }
    }
}

#[test]
fn a_run_is_reported_in_both_languages_and_only_a_whole_run_is() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    let folder = run.to_str().unwrap();
    fireline(&[
        "-q",
        "run",
        "scenarios/valley.ron",
        "--seed",
        "7",
        "--out",
        folder,
    ])
    .success();
    fireline(&["--lang", "en", "report", folder]).success();
    let page = text(&run.join("report.html"));
    is_self_contained(&page);
    for words in [
        "The fire on the map",
        "Rothermel (1972)",
        "data:image/png;base64,",
        "@media print",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let hash =
        serde_json::from_str::<serde_json::Value>(&text(&run.join("scorecard.json"))).unwrap();
    assert!(page.contains(hash["state_hash"].as_str().unwrap()));
    let growth = text(&run.join("report_growth.csv"));
    assert!(growth.lines().count() > 100, "{growth}");

    // A second report is made only when asked for, and the same report is the same bytes.
    fireline(&["--lang", "en", "report", folder]).code(2);
    fireline(&["--lang", "en", "report", folder, "--force"]).success();
    assert!(page == text(&run.join("report.html")));
    fireline(&["--lang", "zh-CN", "report", folder, "--force"]).success();
    let chinese = text(&run.join("report.html"));
    is_self_contained(&chinese);
    assert!(chinese.contains("<html lang=\"zh-CN\">") && chinese.contains("火情处置报告"));
    // A run that replaces this one takes its report away too.
    fireline(&[
        "-q",
        "run",
        "scenarios/valley.ron",
        "--seed",
        "8",
        "--out",
        folder,
        "--force",
    ])
    .success();
    assert!(!run.join("report.html").exists());

    let journal = text(&run.join("journal.jsonl"));
    let cut: Vec<&str> = journal.lines().collect();
    fs::write(run.join("journal.jsonl"), cut[..cut.len() - 1].join("\n")).unwrap();
    fireline(&["--lang", "en", "report", folder]).code(3);
    fs::write(run.join("journal.jsonl"), &journal[..journal.len() / 2]).unwrap();
    fireline(&["--lang", "en", "report", folder]).code(3);
    fs::write(
        run.join("journal.jsonl"),
        journal.replacen("\"program\":\"0.", "\"program\":\"9.", 1),
    )
    .unwrap();
    let said = fireline(&["--lang", "en", "report", folder]).code(2);
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    assert!(said.contains("fireline 9."), "{said}");
    fs::write(run.join("journal.jsonl"), &journal).unwrap();
    fs::remove_file(run.join("scorecard.json")).unwrap();
    fireline(&["--lang", "en", "report", folder]).code(2);
    assert!(!run.join("report.html").exists());
}

#[test]
fn a_scenario_cannot_put_markup_into_the_page_and_may_lose_its_ground() {
    let home = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let scenario = text(&root.join("valley.ron"))
        .replacen("Training valley", "<script>alert(1)</script>", 1)
        .replace("\"valley/", "\"ground/");
    fs::write(home.path().join("valley.ron"), scenario).unwrap();
    fs::create_dir(home.path().join("ground")).unwrap();
    for entry in fs::read_dir(root.join("valley")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            home.path().join("ground").join(entry.file_name()),
        )
        .unwrap();
    }
    let run = home.path().join("run");
    let folder = run.to_str().unwrap();
    let path = home.path().join("valley.ron");
    fireline(&[
        "-q",
        "run",
        path.to_str().unwrap(),
        "--no-counterfactual",
        "--out",
        folder,
    ])
    .success();
    fs::remove_dir_all(home.path().join("ground")).unwrap();
    fireline(&["--lang", "en", "report", folder]).success();
    let page = text(&run.join("report.html"));
    is_self_contained(&page);
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&#60;script&#62;alert") || page.contains("&lt;script&gt;alert"));
    assert!(page.contains("could not be read again"));
}

#[test]
fn a_batch_is_reported_with_its_differences_and_folders_of_others_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let batch = home.path().join("batch");
    let folder = batch.to_str().unwrap();
    fireline(&[
        "-q",
        "batch",
        "scenarios/valley.ron",
        "--seeds",
        "0..4",
        "--policy",
        "run-card,nearest",
        "--out",
        folder,
    ])
    .success();
    let before = text(&batch.join("runs.csv"));
    fireline(&["--lang", "en", "report", folder]).success();
    let page = text(&batch.join("report.html"));
    is_self_contained(&page);
    assert!(
        page.contains("With nearest units, 0.3 ha less burn than with run card"),
        "no sentence"
    );
    assert!(text(&batch.join("report_differences.csv")).contains("burnt_ha,4,"));
    assert_eq!(before, text(&batch.join("runs.csv")));
    let elsewhere = home.path().join("page.html");
    fireline(&[
        "--lang",
        "zh-CN",
        "report",
        folder,
        "--out",
        elsewhere.to_str().unwrap(),
    ])
    .success();
    assert!(text(&elsewhere).contains("批量推演报告"));

    let plan = text(&batch.join("batch.json"));
    fs::write(
        batch.join("batch.json"),
        plan.replace("\"fireline 0.", "\"fireline 9."),
    )
    .unwrap();
    fireline(&["report", folder, "--force"]).code(2);
    fs::write(
        batch.join("batch.json"),
        plan.replace("\"format\": 2", "\"format\": 99"),
    )
    .unwrap();
    fireline(&["report", folder, "--force"]).code(2);
    assert_eq!(page, text(&batch.join("report.html")));

    fireline(&["report", home.path().to_str().unwrap()]).code(2);
    fireline(&["report", home.path().join("none").to_str().unwrap()]).code(2);
}

#[test]
fn a_comparison_shows_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().to_str().unwrap();
    let comparison = include_str!("data/comparison.json");
    fs::write(home.path().join("comparison.json"), comparison).unwrap();
    fireline(&["--lang", "en", "report", folder]).success();
    let page = text(&home.path().join("report.html"));
    is_self_contained(&page);
    assert!(page.contains("With base, 4.1 ha less burn than with none"));
    assert!(page.contains("About 1,240 fires"));
    fireline(&["--lang", "zh-CN", "report", folder, "--force"]).success();
    assert!(text(&home.path().join("report.html")).contains("因有队伍把守而阻住"));
    fs::write(
        home.path().join("comparison.json"),
        comparison.replace("\"format\": 1", "\"format\": 7"),
    )
    .unwrap();
    fireline(&["report", folder, "--force"]).code(2);
    fs::write(home.path().join("comparison.json"), &comparison[..200]).unwrap();
    fireline(&["report", folder, "--force"]).code(3);
}
