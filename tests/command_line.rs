//! The commands as a user runs them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const VALLEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/valley.ron");

fn fireline(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("fireline").unwrap();
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

#[test]
fn one_seed_gives_one_run_and_its_folder_is_complete_and_chinese_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let run = |name: &str, language: &str| {
        let out = home.path().join(name);
        let ran = fireline(&[
            "run",
            VALLEY,
            "--seed",
            "7",
            "--json",
            "--lang",
            language,
            "--out",
            path(&out),
        ]);
        assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
        (ran.stdout, out)
    };
    let (first, a) = run("a", "en");
    let (second, b) = run("b", "zh-CN");
    assert_eq!(text(&first), text(&second));
    let read = |folder: &Path, name: &str| fs::read(folder.join(name)).unwrap();
    assert_eq!(read(&a, "journal.jsonl"), read(&b, "journal.jsonl"));
    assert_eq!(read(&a, "arrival.tif"), read(&b, "arrival.tif"));
    assert_eq!(read(&a, "scorecard.json"), first);
    for name in fireline::results::run_folder::CONTENTS {
        let wanted = fireline::files::table::PARQUET || !name.ends_with(".parquet");
        assert_eq!(a.join(name).is_file(), wanted, "{name}");
    }
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        2,
        "nothing unfinished is left"
    );
    assert!(text(&read(&a, "duty_log.csv")).contains("opened as incident 1"));
    assert!(text(&read(&b, "duty_log.csv")).contains("立为1号火情"));
    fireline::protocol::verify(&text(&read(&a, "journal.jsonl"))).unwrap();

    let card: Value = serde_json::from_slice(&first).unwrap();
    for key in [
        "burnt_ha",
        "forest_ha",
        "counterfactual_ha",
        "saved_ha",
        "value_lost_cny",
        "cost_cny",
    ] {
        assert!(card["totals"][key].is_number(), "{key}");
    }
    for key in ["early", "small", "out"] {
        assert!(
            (0.0..=100.0).contains(&card["pillars"][key].as_f64().unwrap()),
            "{key}"
        );
    }
    assert!(
        card["fires"][0]["ignited_at"]
            .as_str()
            .unwrap()
            .ends_with("+08:00")
    );
    assert_eq!(card["state_hash"].as_str().unwrap().len(), 64);

    // The arrival raster holds the fire that the scorecard counts.
    let arrival = fireline::files::geotiff::read_f32(&a.join("arrival.tif")).unwrap();
    let cells = arrival
        .raster
        .data
        .iter()
        .filter(|&&minutes| minutes >= 0.0)
        .count();
    let raster_ha = cells as f64 * arrival.raster.grid.cell * arrival.raster.grid.cell / 1e4;
    let burnt_ha = card["totals"]["burnt_ha"].as_f64().unwrap();
    assert!(
        (raster_ha - burnt_ha).abs() < 0.1 * burnt_ha + 0.05,
        "{raster_ha} and {burnt_ha} ha"
    );
}

#[test]
fn a_run_is_not_written_over_another_unless_forced() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let run = |more: &[&str]| {
        let base = [
            "run",
            VALLEY,
            "--no-counterfactual",
            "-q",
            "--policy",
            "do-nothing",
            "--out",
        ];
        let mut arguments = base.to_vec();
        arguments.push(path(&out));
        arguments.extend(more);
        fireline(&arguments)
    };
    assert_eq!(run(&[]).status.code(), Some(0));
    let journal = fs::read(out.join("journal.jsonl")).unwrap();
    assert_eq!(run(&["--seed", "2"]).status.code(), Some(2));
    assert_eq!(fs::read(out.join("journal.jsonl")).unwrap(), journal);
    assert_eq!(run(&["--seed", "2", "--force"]).status.code(), Some(0));
    assert_ne!(fs::read(out.join("journal.jsonl")).unwrap(), journal);
    let card: Value =
        serde_json::from_slice(&fs::read(out.join("scorecard.json")).unwrap()).unwrap();
    assert_eq!(card["totals"]["counterfactual_ha"], Value::Null);
}

#[test]
fn a_run_folder_can_be_run_again() {
    let home = tempfile::tempdir().unwrap();
    let (a, b) = (home.path().join("a"), home.path().join("b"));
    let run = |scenario: &str, out: &Path| {
        let ran = fireline(&[
            "run",
            scenario,
            "--no-counterfactual",
            "--json",
            "-q",
            "--out",
            path(out),
        ]);
        assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
        serde_json::from_slice::<Value>(&ran.stdout).unwrap()
    };
    let first = run(VALLEY, &a);
    let second = run(path(&a.join("scenario.ron")), &b);
    assert_eq!(first["fires"], second["fires"]);
    assert_eq!(first["totals"], second["totals"]);
}

#[test]
fn a_misspelt_field_is_named_by_line_and_column() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("broken.ron");
    fs::write(
        &file,
        "(\n    name: \"x\",\n    titel: (en: \"\", zh: \"\"),\n)\n",
    )
    .unwrap();
    let checked = fireline(&["check", "--lang", "en", path(&file)]);
    assert_eq!(checked.status.code(), Some(3));
    let said = text(&checked.stderr);
    assert!(said.contains("broken.ron:3:5"), "{said}");
    assert!(said.contains("title"), "{said}");
    assert_eq!(fireline(&["check", VALLEY]).status.code(), Some(0));
    assert_eq!(fireline(&["run", "no-such.ron"]).status.code(), Some(3));
}

#[test]
fn the_inventory_is_measured_on_the_geometry_and_written_as_geojson() {
    let home = tempfile::tempdir().unwrap();
    let listed = fireline(&["inspect", VALLEY, "--json", "--out", path(home.path())]);
    assert_eq!(listed.status.code(), Some(0), "{}", text(&listed.stderr));
    let inventory: Value = serde_json::from_slice(&listed.stdout).unwrap();
    for key in [
        "planted_firebreak_km",
        "isolation_belt_km",
        "fire_road_km",
        "pond_m3",
        "forest_farms",
    ] {
        assert!(inventory[key].as_f64().unwrap() > 0.0, "{key}");
    }
    assert!(inventory["cameras"]["farms_and_reserves"].is_u64());
    assert!(inventory["cameras"]["key_forest"].is_u64());
    assert!(home.path().join("map.png").is_file());
    let crs = fireline::base::geo::Crs::from_epsg(32649).unwrap();
    let ponds: Vec<fireline::scenario::schema::Pond> =
        fireline::files::geojson::read_features(&home.path().join("ponds.geojson"), &crs).unwrap();
    let volume: f64 = ponds.iter().map(|p| p.volume_m3).sum();
    assert!((volume - inventory["pond_m3"].as_f64().unwrap()).abs() < 1e-3);
}

#[test]
fn the_ellipse_case_prints_errors_within_one_percent_and_files_to_check_them() {
    let home = tempfile::tempdir().unwrap();
    let ran = fireline(&[
        "verify",
        "ellipse",
        "--length-to-width",
        "4",
        "--heading",
        "17",
        "--cells",
        "100",
        "--json",
        "--out",
        path(home.path()),
    ]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    let result: Value = serde_json::from_slice(&ran.stdout).unwrap();
    for key in ["area_error_pct", "head_error_pct"] {
        assert!(result[key].as_f64().unwrap().abs() <= 1.0, "{key}");
    }
    for name in ["arrival.tif", "ignition.json", "ellipse.json", "grid.json"] {
        assert!(home.path().join(name).is_file(), "{name}");
    }
    let narrow = [
        "verify",
        "ellipse",
        "--length-to-width",
        "9",
        "--heading",
        "0",
        "--cells",
        "100",
    ];
    assert_eq!(fireline(&narrow).status.code(), Some(2));
}

#[test]
fn schemas_are_json_and_faulty_arguments_are_usage_errors() {
    for what in ["orders", "records", "scorecard", "scenario"] {
        let printed = fireline(&["schema", what]);
        let schema: Value = serde_json::from_slice(&printed.stdout).unwrap();
        assert!(schema["$schema"].is_string(), "{what}");
    }
    assert_eq!(fireline(&["run"]).status.code(), Some(2));
    assert_eq!(fireline(&["drill", VALLEY]).status.code(), Some(2));
    assert_eq!(
        fireline(&["behavior", "--csv", "no-such.csv"])
            .status
            .code(),
        Some(3)
    );
    let help = fireline(&["--help", "--lang", "zh-CN"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("检查想定文件"));
}

#[test]
fn a_fault_in_a_long_line_shows_its_place_and_not_the_whole_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tiny");
    let scenario = fs::read_to_string(data.join("tiny.ron")).unwrap();
    let scenario = scenario.replace("../tiny", path(&data));
    assert!(scenario.contains("cell_m: 10,"));
    let long = format!("/*{}*/ cell_m: 7,", "x".repeat(3000));
    let file = folder.path().join("long.ron");
    fs::write(&file, scenario.replacen("cell_m: 10,", &long, 1)).unwrap();
    let out = fireline(&["check", path(&file), "--lang", "en"]);
    assert_eq!(out.status.code(), Some(3));
    let said = text(&out.stderr);
    assert!(said.contains("cell_m: 7"), "{said}");
    assert!(said.contains("long.ron:9:3018"), "{said}");
    assert!(said.lines().all(|l| l.chars().count() < 220), "{said}");
}

#[test]
fn many_fires_stand_in_a_table_of_their_own_one_a_line() {
    let home = tempfile::tempdir().unwrap();
    let scenario = home.path().join("three.ron");
    let folder = Path::new(VALLEY).parent().unwrap().join("valley");
    let valley = fs::read_to_string(VALLEY).unwrap();
    let changed = valley
        .replacen("count: 0,", "count: 2,", 1)
        .replace("\"valley/", &format!("\"{}/", folder.display()))
        .replacen("horizon_min: 240", "horizon_min: 130", 1);
    assert_ne!(changed, valley);
    fs::write(&scenario, changed).unwrap();
    let ran = fireline(&[
        "run",
        scenario.to_str().unwrap(),
        "-q",
        "--lang",
        "en",
        "--no-counterfactual",
        "--out",
        home.path().join("run").to_str().unwrap(),
    ]);
    let said = text(&ran.stdout);
    let lines: Vec<&str> = said.lines().collect();
    for fire in ["drawn-1", "drawn-2"] {
        assert_eq!(
            lines.iter().filter(|l| l.contains(fire)).count(),
            1,
            "{said}"
        );
    }
    let header = lines.iter().find(|l| l.contains("First attack")).unwrap();
    assert!(
        header.contains("Cause") && header.contains("Reason"),
        "{said}"
    );
    assert!(said.contains("Burnt, all fires"));
}

#[test]
fn stores_short_of_the_plan_are_listed_and_exported() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("stores");
    let ran = fireline(&[
        "inspect",
        VALLEY,
        "--stores",
        "--lang",
        "zh-CN",
        "--out",
        path(&out),
    ]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    let said = text(&ran.stdout);
    // Farm: 8 blowers and 20 water bags short; township: 2 blowers and 2 radios.
    assert_eq!(
        said.lines().filter(|l| l.contains("风力灭火机")).count(),
        2,
        "{said}"
    );
    assert!(said.contains("预案所列 7 项中有 4 项不足"), "{said}");
    let csv = text(&fs::read(out.join("stores.csv")).unwrap());
    assert!(
        csv.contains("township,溪口乡,township,radio,对讲机,4,6,2"),
        "{csv}"
    );
    let json = fireline(&["inspect", VALLEY, "--stores", "--json", "-q"]);
    let lines: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let short = |l: &serde_json::Value| l["short"].as_u64().unwrap();
    let total: u64 = lines.as_array().unwrap().iter().map(short).sum();
    assert_eq!(total, 8 + 20 + 2 + 2);
    let raster = Path::new(VALLEY).with_file_name("valley/cover.tif");
    let ran = fireline(&["inspect", path(&raster), "--stores"]);
    assert_eq!(ran.status.code(), Some(2));
}

#[test]
fn questions_of_planners_are_answered_in_words_json_and_files() {
    let folder = tempfile::tempdir().unwrap();
    for (question, more, files) in [
        (
            "coverage",
            &["--sites", "2", "--goal", "fix", "--at", "30"][..],
            &[
                "coverage.json",
                "cameras.csv",
                "next_sites.geojson",
                "blind_areas.geojson",
                "cameras_seeing.tif",
                "detect_min.tif",
                "coverage.png",
            ][..],
        ),
        (
            "roads",
            &["--links", "1", "--cut", "fire-road", "--vehicle", "engine"],
            &[
                "roads.json",
                "cuts.csv",
                "cuts.geojson",
                "new_links.geojson",
                "arrival_min.tif",
                "roads.png",
            ],
        ),
        (
            "isochrones",
            &["--station", "township", "--at", "60"],
            &[
                "isochrones.json",
                "isochrones.csv",
                "isochrones.geojson",
                "arrival_min.tif",
                "isochrones.png",
            ],
        ),
    ] {
        let out = folder.path().join(question);
        let mut arguments = vec!["-q", "plan", question, VALLEY, "--json", "--out"];
        arguments.push(out.to_str().unwrap());
        arguments.extend(more);
        let done = fireline(&arguments);
        assert!(done.status.success(), "{question}");
        let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
        let written = fs::read(out.join(format!("{question}.json"))).unwrap();
        assert_eq!(answer, serde_json::from_slice::<Value>(&written).unwrap());
        for file in files {
            assert!(out.join(file).is_file(), "{question}: {file}");
        }
        // In words too, in both languages, and the same bytes each time.
        for lang in ["en", "zh-CN"] {
            let told = || {
                let mut words = vec!["-q", "--lang", lang, "plan", question, VALLEY];
                words.extend(more);
                fireline(&words).stdout
            };
            let first = told();
            assert!(first.len() > 300, "{question}");
            assert_eq!(first, told(), "{question}");
        }
    }
    for (question, wrong, said) in [
        ("coverage", ["--at", "99999"], "99999"),
        ("roads", ["--class", "motorway"], "motorway"),
        ("roads", ["--cut", "no-such-road"], "no-such-road"),
        ("isochrones", ["--vehicle", "engin"], "engin"),
        ("isochrones", ["--station", "nowhere"], "nowhere"),
    ] {
        let refused = fireline(&["plan", question, VALLEY, wrong[0], wrong[1]]);
        assert!(!refused.status.success());
        let text = text(&refused.stderr);
        assert!(text.contains(said), "{question}: {text}");
    }
}
