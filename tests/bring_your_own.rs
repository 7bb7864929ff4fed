//! A planner's own files become a scenario that runs, and results go back into other programs.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use fireline::base::geo::{System, Transform};
use fireline::files::raster::{self, Band, BandInfo, Lattice, SampleType, Samples, Sheet};
use fireline::scenario::Scenario;
use fireline::scenario::schema::CoverCoding;
use fireline::world::World;

fn fireline() -> Command {
    let mut command = Command::cargo_bin("fireline").unwrap();
    command.args(["--lang", "en"]);
    command
}

fn lattice(cols: usize, rows: usize) -> Lattice {
    Lattice {
        cols,
        rows,
        dx: 30.0,
        dy: 30.0,
        west: 600_000.0,
        north: 3_000_000.0,
    }
}

fn write(path: &Path, lattice: Lattice, epsg: Option<u16>, samples: Samples) {
    let sheet = Sheet {
        lattice,
        system: epsg.map(|code| System::from_epsg(code).unwrap()),
        bands: vec![Band {
            info: BandInfo {
                name: None,
                kind: samples.kind(),
                nodata: (samples.kind() != SampleType::U8).then_some(-9999.0),
            },
            samples,
        }],
    };
    raster::write(path, &sheet, None).unwrap();
}

/// Hills under shrub, a strip of water in the east.
fn hills(folder: &Path, epsg: Option<u16>) {
    let (cols, rows) = (60, 50);
    let at = lattice(cols, rows);
    let height = |i: usize| {
        let (x, y) = ((i % cols) as f64, (i / cols) as f64);
        200.0 + 4.0 * (x - 30.0).abs() + 3.0 * (y - 20.0).abs()
    };
    let dem: Vec<f32> = (0..cols * rows).map(|i| height(i) as f32).collect();
    write(&folder.join("dem.tif"), at, epsg, Samples::F32(dem));
    let fuel: Vec<i16> = (0..cols * rows)
        .map(|i| if i % cols > 52 { 98 } else { 145 })
        .collect();
    write(&folder.join("fbfm40.tif"), at, epsg, Samples::I16(fuel));
}

/// GeoJSON of lines in metres of UTM 49N.
fn lines(path: &Path, lines: &[(&str, &[(f64, f64)])]) {
    let to = Transform::new(&System::from_epsg(32649).unwrap(), &System::wgs84()).unwrap();
    let features: Vec<String> = lines
        .iter()
        .map(|(properties, points)| {
            let places: Vec<String> = points
                .iter()
                .map(|&(x, y)| {
                    let (lon, lat) = to.point(x, y).unwrap();
                    format!("[{lon:.8},{lat:.8}]")
                })
                .collect();
            format!(
                r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}"#,
                places.join(",")
            )
        })
        .collect();
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    std::fs::write(path, text).unwrap();
}

fn world(path: &Path) -> World {
    let scenario = Scenario::read(path).unwrap_or_else(|e| panic!("{e:?}"));
    World::build(scenario).unwrap_or_else(|e| panic!("{e:?}")).0
}

#[test]
fn a_folder_of_files_becomes_a_scenario_that_runs() {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("county");
    std::fs::create_dir(&input).unwrap();
    hills(&input, Some(32649));
    // The second road stops 4 m short of the first, and runs off the map; a footpath is no road.
    lines(
        &input.join("roads.geojson"),
        &[
            (
                r#""highway":"tertiary","name":"A""#,
                &[(600_100.0, 2_999_500.0), (601_500.0, 2_999_500.0)],
            ),
            (
                r#""highway":"track""#,
                &[(600_800.0, 2_999_496.0), (600_800.0, 2_998_000.0)],
            ),
            (
                r#""highway":"footway""#,
                &[(600_200.0, 2_999_900.0), (600_300.0, 2_999_900.0)],
            ),
        ],
    );
    std::fs::write(
        input.join("weather.csv"),
        "date_time,air_temp_c,relative_humidity,wind_speed_m_s,wind_direction\n\
         2025-04-04 13:00,26,35,4,200\n2025-04-04 14:00,27,33,5,210\n2025-04-04 15:00,27,32,5,220\n",
    )
    .unwrap();
    let output = fireline()
        .current_dir(home.path())
        .args(["new", "scenario", "county", "--out", "."])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    for part in [
        "roads joined",
        "no roads for vehicles",
        "time zone Asia/Shanghai",
        "no stations",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let world = world(&home.path().join("county.ron"));
    assert_eq!(
        (world.landscape.elevation.grid.cols, world.grid.cell),
        (60, 10.0)
    );
    assert_eq!(
        world.scenario.file.landscape.coding,
        CoverCoding::StandardFuel
    );
    assert_eq!(world.scenario.file.start, "2025-04-04T13:00");
    let classes: Vec<&str> = world.roads.iter().map(|r| r.class.as_str()).collect();
    assert_eq!(classes, ["town_road", "forest_track"]);
    assert_eq!(world.network.components(), 1, "the roads meet");
    assert_eq!(world.scenario.file.units.len(), 3);
    fireline()
        .current_dir(home.path())
        .args([
            "-q",
            "run",
            "county.ron",
            "--out",
            "run",
            "--no-counterfactual",
        ])
        .assert()
        .success();
    for file in [
        "arrival.tif",
        "arrival.qml",
        "fire.gpkg",
        "fire.kml",
        "map.png",
    ] {
        assert!(home.path().join("run").join(file).is_file(), "{file}");
    }
    // The run against itself agrees whole.
    let output = fireline()
        .current_dir(home.path())
        .args(["compare", "run", "run", "--json", "--out", "same"])
        .output()
        .unwrap();
    let same: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(same["areas"]["jaccard"], 1.0);
    assert_eq!(same["times"]["mean_absolute_min"], 0.0);
    // And against its own last perimeter as an outline nearly so.
    let output = fireline()
        .current_dir(home.path())
        .args(["compare", "run", "run/perimeters.geojson", "--json"])
        .output()
        .unwrap();
    let outline: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let jaccard = outline["areas"]["jaccard"].as_f64().unwrap();
    assert!(jaccard > 0.9, "{outline}");
    assert!(home.path().join("same/difference.png").is_file());
}

#[test]
fn a_county_is_cut_out_of_a_large_tile() {
    let home = tempfile::tempdir().unwrap();
    let (cols, rows) = (900, 700);
    let models = [101, 102, 122, 145, 165, 183];
    let code = |col: usize, row: usize| models[(col * 31 + row * 17) % 6];
    let fuel = (0..cols * rows).map(|i| code(i % cols, i / cols)).collect();
    let tile = Lattice {
        west: 590_010.0,
        north: 3_009_990.0,
        ..lattice(cols, rows)
    };
    write(
        &home.path().join("fbfm40.tif"),
        tile,
        Some(32649),
        Samples::I16(fuel),
    );
    fireline()
        .current_dir(home.path())
        .args([
            "-q",
            "new",
            "scenario",
            "fbfm40.tif",
            "--name",
            "part",
            "--out",
            ".",
        ])
        .args(["--bounds", "596010,2999190,597510,2999790"])
        .assert()
        .success();
    let world = world(&home.path().join("part.ron"));
    let cover = &world.landscape.cover;
    assert_eq!((cover.grid.cols, cover.grid.rows), (50, 20));
    for (col, row) in [(0, 0), (49, 19), (20, 7)] {
        // The corner lies 200 columns east and 340 rows south of the tile's.
        assert_eq!(i16::from(cover.get(col, row)), code(200 + col, 340 + row));
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    hills(home.path(), Some(32649));
    for out in ["a", "b"] {
        fireline()
            .current_dir(home.path())
            .args([
                "-q",
                "new",
                "scenario",
                "dem.tif",
                "fbfm40.tif",
                "--name",
                "s",
                "--out",
                out,
            ])
            .assert()
            .success();
    }
    // What somebody has edited since is not lost.
    let again = [
        "-q",
        "new",
        "scenario",
        "dem.tif",
        "fbfm40.tif",
        "--name",
        "s",
        "--out",
        "a",
    ];
    let command = |more: &[&str]| {
        fireline()
            .current_dir(home.path())
            .args(again)
            .args(more)
            .output()
            .unwrap()
    };
    let refused = command(&[]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--overwrite"));
    assert!(command(&["--overwrite"]).status.success());
    for file in ["s.ron", "s/cover.tif", "s/elevation.tif"] {
        let read = |out: &str| std::fs::read(home.path().join(out).join(file)).unwrap();
        assert!(read("a") == read("b"), "{file}");
    }
}

/// What went wrong, in one or two lines that name the file and what can be done.
fn refused(home: &Path, arguments: &[&str], parts: &[&str]) {
    let output = fireline()
        .current_dir(home)
        .args(["new", "scenario", "--out", "out"])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn what_cannot_be_known_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    std::fs::create_dir(at("nosys")).unwrap();
    hills(&at("nosys"), None);
    refused(
        home.path(),
        &["nosys"],
        &["fbfm40.tif", "no coordinate system", "--source-epsg"],
    );
    std::fs::create_dir(at("codes")).unwrap();
    hills(&at("codes"), Some(32649));
    let grid = lattice(60, 50);
    write(
        &at("codes/fbfm40.tif"),
        grid,
        Some(32649),
        Samples::I16(vec![14; 3000]),
    );
    refused(home.path(), &["codes"], &["14 (3000)", "--fuel-map"]);
    write(
        &at("codes/fbfm40.tif"),
        grid,
        Some(32649),
        Samples::I16(vec![7; 3000]),
    );
    refused(home.path(), &["codes"], &["Anderson", "--fuel-map"]);
    write(
        &at("codes/fbfm40.tif"),
        grid,
        Some(32649),
        Samples::F32(vec![7.5; 3000]),
    );
    refused(home.path(), &["codes"], &["7.5", "whole numbers"]);
    refused(
        home.path(),
        &["codes/dem.tif"],
        &["no layer of fuels", "--fuel"],
    );
    refused(home.path(), &["nothing"], &["nothing"]);
    std::fs::write(at("odd.bin"), [7_u8; 64]).unwrap();
    refused(home.path(), &["odd.bin"], &["odd.bin", "known are"]);
    std::fs::create_dir(at("apart")).unwrap();
    hills(&at("apart"), Some(32649));
    let far = Lattice {
        west: 800_000.0,
        ..grid
    };
    write(
        &at("apart/dem.tif"),
        far,
        Some(32649),
        Samples::F32(vec![5.0; 3000]),
    );
    refused(
        home.path(),
        &["apart"],
        &["fbfm40.tif and dem.tif", "different places"],
    );
}

/// The commands of `docs/bring-your-own.md`, as they stand there.
#[test]
fn every_shared_landscape_becomes_a_scenario_that_runs() {
    let landscapes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/landscapes");
    if !landscapes.is_dir() {
        println!("skipped: {} is not there", landscapes.display());
        return;
    }
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/bring-your-own.md"),
    )
    .unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut made = 0;
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("fireline new scenario ../shared/landscapes/") else {
            continue;
        };
        let words: Vec<PathBuf> = rest.split_whitespace().map(PathBuf::from).collect();
        let folder = landscapes.join(&words[0]);
        fireline()
            .current_dir(home.path())
            .args(["-q", "new", "scenario"])
            .arg(&folder)
            .args(&words[1..])
            .assert()
            .success();
        let name = words[0].file_name().unwrap().to_string_lossy().into_owned();
        fireline()
            .current_dir(home.path())
            .args([
                "-q",
                "run",
                &format!("scenarios/{name}.ron"),
                "--no-counterfactual",
            ])
            .assert()
            .success();
        made += 1;
    }
    assert_eq!(made, 5);
}
