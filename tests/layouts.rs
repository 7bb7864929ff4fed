//! `fireline plan layouts` as its user meets it: the same fires under every network, the same bytes however they were
//! made, and refusals that leave nothing behind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;
use fireline::base::geo::{Polyline, System};
use fireline::files::vector;
use fireline::scenario::Scenario;
use fireline::scenario::schema::Firebreak;
use fireline::studies::layouts::comparison::{Comparison, Measure};
use fireline::studies::layouts::input::{self, Layout, LayoutFile, Taking};
use fireline::world::World;

const NONE: &str = r#"{"type": "FeatureCollection", "features": []}"#;

fn fireline() -> Command {
    let mut command = Command::cargo_bin("fireline").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["--lang", "en", "--quiet"]);
    command
}

/// A comparison of the valley's network with none; further arguments follow.
fn compare(home: &Path, out: &Path, further: &[&str]) -> Command {
    let none = home.join("none.geojson");
    std::fs::write(&none, NONE).unwrap();
    let mut command = fireline();
    command.args(["plan", "layouts", "scenarios/valley.ron"]);
    if !further.contains(&"--seeds") {
        command.args(["--seeds", "0..4"]);
    }
    command.arg("--layout").arg(none);
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

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn killed_and_resumed_or_with_other_jobs_the_bytes_are_the_same_and_without_breaks_no_less_burns() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let (code, said) = run(compare(home.path(), &at("whole"), &["--jobs", "1"]));
    assert_eq!(code, 0, "{said}");
    let whole = contents(&at("whole"));
    for name in [
        "layouts.csv",
        "pairs.csv",
        "fires.csv",
        "segments.csv",
        "network.csv",
        "comparison.json",
        "burn_probability_none.tif",
        "flame_length_scenario.tif",
        "difference_none.tif",
        "difference_none.png",
    ] {
        assert!(whole.contains_key(name), "{name}");
    }
    assert!(
        !whole
            .keys()
            .any(|n| n.ends_with(".part") || n == "runs.log")
    );

    let found: Comparison = serde_json::from_slice(&whole["comparison.json"]).unwrap();
    assert_eq!((found.format, found.reference.as_str()), (1, "scenario"));
    assert_eq!(found.layouts[1].name, "none");
    assert!(found.layouts[0].network.planted_km > 2.0);
    assert_eq!(found.layouts[1].network.planted_km, 0.0);
    assert!(found.layouts[0].cost.build_cny > 0.0 && found.layouts[1].cost.total_cny == 0.0);
    let burnt = found.pairs.iter().find(|p| p.measure == Measure::BurntHa);
    let burnt = burnt.unwrap();
    assert!(burnt.difference >= 0.0, "{burnt:?}");
    assert!(!burnt.sentence.zh.is_empty());
    // Every layout met the same fires.
    let fires = String::from_utf8(whole["fires.csv"].clone()).unwrap();
    let hashes: Vec<&str> = fires
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(11).unwrap())
        .collect();
    assert_eq!(hashes.len(), 8);
    assert!(hashes.chunks(2).all(|pair| pair[0] == pair[1]), "{fires}");

    let (code, said) = run(compare(home.path(), &at("two"), &["--jobs", "2"]));
    assert_eq!(code, 0, "{said}");
    assert_eq!(contents(&at("two")), whole);

    // Killed as soon as a seed is there, a line cut in its middle.
    let cut = at("cut");
    let mut child = compare(home.path(), &cut, &["--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let log = cut.join("runs.log");
    let begun = Instant::now();
    while std::fs::metadata(&log).map_or(0, |m| m.len()) == 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(300),
            "no seed finished"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut lines = std::fs::read(&log).unwrap();
    let half = lines[..lines.len() / 2].to_vec();
    lines.extend(half);
    std::fs::write(&log, lines).unwrap();
    assert_eq!(run(compare(home.path(), &cut, &[])).0, 2, "begun already");
    let (code, said) = run(compare(home.path(), &cut, &["--resume", "--years", "9"]));
    assert!(code == 2 && said.contains("years"), "{said}");
    let (code, said) = run(compare(home.path(), &cut, &["--resume"]));
    assert_eq!(code, 0, "{said}");
    assert_eq!(contents(&cut), whole);
    // A finished one only says again what it found.
    assert_eq!(run(compare(home.path(), &cut, &["--resume"])).0, 0);
    assert_eq!(contents(&cut), whole);
}

/// A layout of one line in the valley, in degrees.
fn one_line(properties: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{{properties}}},
        "geometry": {{"type": "LineString", "coordinates": {coordinates}}}}}]}}"#
    )
}

#[test]
fn bad_layouts_are_refused_with_file_feature_and_what_was_expected_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let (world, _) = valley();
    let place = |x: f64, y: f64| {
        let (lon, lat) = world.crs.lon_lat((x, y).into()).unwrap();
        format!("[{lon}, {lat}]")
    };
    let (a, b, c, d) = (
        place(602_000.0, 3_001_000.0),
        place(603_000.0, 3_002_000.0),
        place(603_000.0, 3_001_000.0),
        place(602_000.0, 3_002_000.0),
    );
    let fine = format!("[{a}, {b}]");
    let off = place(550_000.0, 3_001_000.0);
    let good = r#""id": "new", "kind": "isolation", "width_m": 10"#;
    let area = one_line(good, &format!("[[{a}, {c}, {b}, {a}]]")).replace("LineString", "Polygon");
    let twice = one_line(good, &fine);
    let feature = twice[twice.find('[').unwrap() + 1..twice.rfind(']').unwrap()].to_owned();
    let twice = twice.replace(&feature, &format!("{feature}, {feature}"));
    let cases = [
        (
            "off",
            one_line(good, &format!("[{a}, {off}]")),
            "off the map",
        ),
        (
            "cross",
            one_line(good, &format!("[{a}, {b}, {c}, {d}]")),
            "crosses or touches itself",
        ),
        (
            "kind",
            one_line(r#""kind": "hedge", "width_m": 9"#, &fine),
            "kind 'hedge'",
        ),
        (
            "width",
            one_line(r#""kind": "planted""#, &fine),
            "width_m ''",
        ),
        (
            "zero",
            one_line(r#""kind": "planted", "width_m": 0"#, &fine),
            "width_m '0'",
        ),
        ("area", area, "an area found"),
        ("twice", twice, "is there already"),
        ("broken", "{\"type\": \"FeatureColl".to_owned(), "GeoJSON"),
        (
            "years",
            one_line(r#""kind": "planted", "width_m": 9, "built": 12"#, &fine),
            "built '12'",
        ),
    ];
    for (name, text, expected) in cases {
        let file = home.path().join(format!("{name}.geojson"));
        std::fs::write(&file, text).unwrap();
        let out = home.path().join("out");
        let mut command = fireline();
        command.args(["plan", "layouts", "scenarios/valley.ron", "--layout"]);
        command.arg(&file).arg("--out").arg(&out);
        let (code, said) = run(command);
        assert_eq!(code, 3, "{name}: {said}");
        assert!(
            said.contains(expected) && said.contains(name),
            "{name}: {said}"
        );
        assert!(!out.exists(), "{name}");
    }
    // Folders and arguments.
    let full = home.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("letter"), "dear").unwrap();
    let (code, said) = run(compare(home.path(), &full, &[]));
    assert!(code == 2 && said.contains("is not empty"), "{said}");
    let (code, _) = run(compare(home.path(), &full.join("letter").join("out"), &[]));
    assert_eq!(code, 3, "a folder that cannot be looked into");
    let out = home.path().join("out");
    assert_eq!(run(compare(home.path(), &out, &["--seeds", "5..5"])).0, 2);
    assert_eq!(
        run(compare(home.path(), &out, &["--reference", "gone"])).0,
        2
    );
    assert_eq!(run(compare(home.path(), &out, &["--map", "a=b"])).0, 2);
    assert!(!out.exists());
    assert_eq!(contents(&full).len(), 1);
}

fn valley() -> (World, PathBuf) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let (world, _) = World::build(Scenario::read(&path).unwrap()).unwrap();
    (world, path)
}

fn read(files: &[String], world: &World, renamed: &[(&str, &'static str)]) -> Vec<Layout> {
    let files: Vec<LayoutFile> = files.iter().map(|f| f.parse().unwrap()).collect();
    let taking = Taking {
        renamed: renamed.iter().map(|(t, o)| ((*t).to_owned(), *o)).collect(),
        assumed: None,
    };
    input::read_all(&files, world, &taking).unwrap()
}

#[test]
fn layouts_come_from_any_format_projection_and_attribute_names() {
    let home = tempfile::tempdir().unwrap();
    let (world, scenario) = valley();
    let mut command = fireline();
    command.args(["new", "layouts"]).arg(scenario);
    command.arg("--out").arg(home.path());
    let (code, said) = run(command);
    assert_eq!(code, 0, "{said}");
    let base = home.path().join("base.geojson");
    let mut layer = vector::read(&base, None).unwrap().remove(0);
    for feature in &mut layer.features {
        let width = feature.properties.remove("width_m").unwrap();
        feature.properties.insert("kuandu".into(), width);
    }
    let gauss = System::from_epsg(4546).unwrap();
    let projected = layer.to_system(&gauss, &System::wgs84()).unwrap();
    for name in ["g.gpkg", "s.shp"] {
        vector::write(&home.path().join(name), &[(&projected, None)]).unwrap();
    }
    let path = |name: &str| home.path().join(name).display().to_string();
    let found = read(
        &[path("base.geojson"), path("doubled.geojson")],
        &world,
        &[],
    );
    let renamed = [("kuandu", "width_m")];
    let others = read(&[path("g.gpkg"), path("s.shp")], &world, &renamed);
    let near = |a: &Firebreak, b: &Firebreak| {
        (
            &a.id,
            a.kind,
            a.width_m,
            a.edge_trees,
            a.built,
            a.maintained,
        ) == (
            &b.id,
            b.kind,
            b.width_m,
            b.edge_trees,
            b.built,
            b.maintained,
        ) && (a.path.iter().zip(&b.path)).all(|(p, q)| p.distance(*q) < 0.05)
    };
    for layout in found[..1].iter().chain(&others) {
        assert_eq!(layout.firebreaks.len(), world.firebreaks.len());
        let pairs = layout.firebreaks.iter().zip(&world.firebreaks);
        assert!(pairs.clone().all(|(a, b)| near(a, b)), "{layout:?}");
    }
    let metres = |layout: &Layout| -> f64 {
        let lines = layout.firebreaks.iter();
        lines.map(|b| Polyline::new(b.path.clone()).length()).sum()
    };
    let share = metres(&found[1]) / metres(&found[0]);
    assert!((share - 2.0).abs() < 0.1, "{share}");
}

#[test]
fn a_layout_that_adds_keeps_the_scenarios_breaks_and_brings_roads() {
    let home = tempfile::tempdir().unwrap();
    let (world, _) = valley();
    let at = |x: f64, y: f64| world.crs.lon_lat((x, y).into()).unwrap();
    let (a, b) = (at(602_000.0, 3_001_000.0), at(602_500.0, 3_001_500.0));
    let line = format!("[[{}, {}], [{}, {}]]", a.0, a.1, b.0, b.1);
    let file = home.path().join("more.geojson");
    let road = r#""id": "new-road", "kind": "road", "cost_cny": 90000"#;
    std::fs::write(&file, one_line(road, &line)).unwrap();
    let more = read(&[format!("+{}", file.display())], &world, &[]).remove(0);
    assert_eq!(more.firebreaks, world.firebreaks);
    assert_eq!(more.roads[0].class, "fire_road");
    assert_eq!(more.costs["new-road"], 90_000.0);
}

#[test]
fn the_shipped_layouts_are_the_farms_network_none_and_twice_as_much() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = Scenario::read(&root.join("scenarios/farm.ron")).unwrap();
    let (world, _) = World::build(scenario).unwrap();
    let files = ["base", "none", "doubled"].map(|n| {
        let path = root.join(format!("scenarios/layouts/{n}.geojson"));
        assert!(std::fs::metadata(&path).unwrap().len() < 400_000);
        path.display().to_string()
    });
    let [base, none, doubled] = <[Layout; 3]>::try_from(read(&files, &world, &[])).unwrap();
    // To the last digit: a comparison with the scenario's own network finds no difference.
    assert_eq!(base.firebreaks, world.firebreaks);
    assert!(none.is_empty());
    let added = &doubled.firebreaks[base.firebreaks.len()..];
    let metres = |breaks: &[Firebreak]| -> f64 {
        let lines = breaks.iter();
        lines.map(|b| Polyline::new(b.path.clone()).length()).sum()
    };
    let share = metres(added) / metres(&base.firebreaks);
    // A sixth of the network lies outside the farm, and is not doubled.
    assert!((0.75..1.0).contains(&share), "{share}");
}
