//! The scenarios that come with the program hold what they promise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fireline::authoring::{county, valley};
use fireline::base::geo::{Crs, Point, Polyline};
use fireline::files::{geojson, geotiff};
use fireline::scenario::catalogue::Cover;
use fireline::scenario::schema::{
    Area, AreaKind, BreakKind, Camera, CameraGroup, Firebreak, Pond, Road, ScenarioFile, Station,
    StationKind, Value,
};
use serde::de::DeserializeOwned;

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn features<T: DeserializeOwned>(layer: &str) -> Vec<T> {
    let crs = Crs::from_epsg(32649).unwrap();
    let path = scenarios()
        .join("hengyang")
        .join(format!("{layer}.geojson"));
    geojson::read_features(&path, &crs).unwrap_or_else(|e| panic!("{e}"))
}

fn kilometres<'a>(paths: impl Iterator<Item = &'a Vec<Point>>) -> f64 {
    paths
        .map(|path| Polyline::new(path.clone()).length())
        .sum::<f64>()
        / 1000.0
}

fn agree(found: f64, stated: f64, share: f64) {
    assert!(
        (found / stated - 1.0).abs() < share,
        "{found}, stated {stated}"
    );
}

#[test]
fn the_county_has_the_bulletins_systems_to_the_metre() {
    let breaks: Vec<Firebreak> = features("firebreaks");
    let belt = |kind| kilometres(breaks.iter().filter(|b| b.kind == kind).map(|b| &b.path));
    agree(belt(BreakKind::Planted), 72.27, 5e-4);
    agree(belt(BreakKind::Isolation), 86.63, 5e-4);
    let roads: Vec<Road> = features("roads");
    agree(
        kilometres(
            roads
                .iter()
                .filter(|r| r.class == "fire_road")
                .map(|r| &r.path),
        ),
        21.5,
        5e-4,
    );
    let ponds: Vec<Pond> = features("ponds");
    agree(ponds.iter().map(|p| p.volume_m3).sum(), 1846.9, 1e-9);
    assert_eq!(ponds.len(), 40);
    let cameras: Vec<Camera> = features("cameras");
    let group = |g| cameras.iter().filter(|c| c.group == g).count();
    assert_eq!(
        (
            group(CameraGroup::FarmsAndReserves),
            group(CameraGroup::KeyForest)
        ),
        (22, 80)
    );
    let stations: Vec<Station> = features("stations");
    assert_eq!(
        stations
            .iter()
            .filter(|s| s.kind == StationKind::ForestFarm)
            .count(),
        4
    );
    assert!(stations.iter().all(|s| !s.stores.is_empty()));
}

#[test]
fn every_station_and_pond_of_the_county_has_a_road_within_200_m() {
    let roads: Vec<Road> = features("roads");
    let lines: Vec<Polyline> = roads.into_iter().map(|r| Polyline::new(r.path)).collect();
    let nearest = |p: Point| {
        lines
            .iter()
            .filter_map(|l| l.nearest(p))
            .map(|n| n.2)
            .fold(f64::INFINITY, f64::min)
    };
    for station in features::<Station>("stations") {
        assert!(nearest(station.at) < 200.0, "{}", station.id);
    }
    for pond in features::<Pond>("ponds") {
        assert!(nearest(pond.at) < 200.0, "{}", pond.id);
    }
}

/// The first road of the group that road `i` belongs to.
fn root(group: &[usize], mut i: usize) -> usize {
    while group[i] != i {
        i = group[i];
    }
    i
}

#[test]
fn the_countys_roads_are_one_network_inside_the_map() {
    let grid = county::facts::Facts::load().unwrap().grid;
    let roads: Vec<Road> = features("roads");
    // Roads that share a point of their paths, to a decimetre, belong together.
    let mut owner: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    let mut group: Vec<usize> = (0..roads.len()).collect();
    for (n, road) in roads.iter().enumerate() {
        for p in &road.path {
            assert!(grid.extent().contains(*p), "{} leaves the map", road.id);
            let key = ((p.x * 10.0).round() as i64, (p.y * 10.0).round() as i64);
            let other = *owner.entry(key).or_insert(n);
            let (a, b) = (root(&group, n), root(&group, other));
            group[a.max(b)] = a.min(b);
        }
    }
    for (n, road) in roads.iter().enumerate() {
        assert_eq!(root(&group, n), 0, "{} is cut off", road.id);
    }
}

#[test]
fn every_land_cover_has_a_code_of_its_own_and_a_known_way_of_working_in_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/catalogue/covers.ron");
    let text = std::fs::read_to_string(path).unwrap();
    let covers: BTreeMap<String, Cover> = ron::from_str(&text).unwrap_or_else(|e| panic!("{e}"));
    let mut codes: Vec<u8> = covers.values().map(|c| c.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, (1..=16).collect::<Vec<u8>>());
    for (key, cover) in &covers {
        let known = ["litter", "shrub_grass", "dense", "none"].contains(&cover.line_fuel.as_str());
        assert!(known, "{key}");
        let burns = !cover.fuel.starts_with("NB");
        assert_eq!(burns, county::cover::code::burns(cover.code), "{key}");
        assert_eq!(
            cover.forest,
            county::cover::code::is_forest(cover.code),
            "{key}"
        );
    }
}

#[test]
fn the_countys_heights_have_the_stated_distribution() {
    let folder = scenarios().join("hengyang");
    let image = geotiff::read_f32(&folder.join("elevation.tif")).unwrap();
    assert_eq!(image.epsg, Some(32649));
    let cover = geotiff::read_u8(&folder.join("cover.tif")).unwrap();
    assert_eq!(image.raster.grid, cover.raster.grid);
    let inside = county::facts::Facts::load()
        .unwrap()
        .mask(&image.raster.grid);
    let mut heights: Vec<f64> = Vec::new();
    let mut forest = 0.0;
    for (i, _) in inside.iter().enumerate().filter(|(_, inside)| **inside) {
        heights.push(f64::from(image.raster.data[i]));
        forest += f64::from(u8::from(county::cover::code::is_forest(
            cover.raster.data[i],
        )));
    }
    heights.sort_by(f64::total_cmp);
    let n = heights.len() as f64;
    agree(heights.iter().sum::<f64>() / n, 172.0, 0.02);
    agree(heights[heights.len() / 2], 140.0, 0.02);
    assert_eq!((heights[0], heights[heights.len() - 1]), (49.0, 990.0));
    for (height, share) in [(150.0, 0.41), (300.0, 0.11), (500.0, 0.02)] {
        agree(
            heights.iter().filter(|h| **h > height).count() as f64 / n,
            share,
            0.02,
        );
    }
    agree(forest / n, 0.459, 0.01);
}

#[test]
fn the_county_fire_starts_at_graves_beside_chenping_farm() {
    let text = std::fs::read_to_string(scenarios().join("hengyang.ron")).unwrap();
    let scenario: ScenarioFile = ron::from_str(&text).unwrap_or_else(|e| panic!("{e}"));
    assert!(scenario.synthetic);
    let fire = scenario.ignitions[0].at;
    let graves: Vec<Value> = features("values");
    assert!(
        graves
            .iter()
            .any(|g| g.id == "graves-default" && g.at.distance(fire) < 1.0)
    );
    let areas: Vec<Area> = features("areas");
    let farm = areas.iter().find(|a| a.id == "chenping-farm").unwrap();
    assert_eq!(farm.kind, AreaKind::ForestFarm);
    let edge = Polyline::new(farm.ring.clone()).nearest(fire).unwrap().2;
    assert!(edge < 1500.0, "{edge}");
    let stations: Vec<Station> = features("stations");
    for unit in &scenario.units {
        assert!(stations.iter().any(|s| s.id == unit.station), "{}", unit.id);
    }
}

#[test]
fn the_shipped_county_stays_small_enough_to_clone() {
    let folder = scenarios().join("hengyang");
    let bytes: u64 = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 15_000_000, "{bytes}");
}

/// Takes most of a minute in a release build: `cargo test --release -- --ignored`.
#[test]
#[ignore = "makes the whole county"]
fn the_shipped_county_is_rebuilt_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    county::build(dir.path(), county::SEED).unwrap();
    valley::build(dir.path(), valley::SEED).unwrap();
    let mut folders = vec![PathBuf::new()];
    let mut compared = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(dir.path().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(name);
                continue;
            }
            let same = std::fs::read(entry.path()).unwrap()
                == std::fs::read(scenarios().join(&name)).unwrap();
            assert!(same, "{} differs", name.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 15);
}

#[test]
fn qingming_is_the_county_with_a_dozen_fires_that_share_its_crews() {
    let read = |name: &str| {
        let scenario = fireline::scenario::Scenario::read(&scenarios().join(name)).unwrap();
        scenario.file.clone()
    };
    let (county, mut day) = (read("hengyang.ron"), read("qingming.ron"));
    let drawn = day.drawn_ignitions.take().map_or(0, |d| d.count as usize);
    assert_eq!(day.ignitions.len() + drawn, 12);
    assert!(day.overrides.len() == 6 && day.danger > county.danger);
    let shares: f64 = day.overrides.values().sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    // The rest is the county as it stands.
    let rest = ScenarioFile {
        name: county.name.clone(),
        title: county.title.clone(),
        about: county.about.clone(),
        start: county.start.clone(),
        weather: county.weather.clone(),
        ignitions: county.ignitions.clone(),
        danger: county.danger,
        overrides: county.overrides.clone(),
        ..day
    };
    assert_eq!(rest, county);
}

#[test]
fn the_lessons_are_the_county_on_other_days() {
    let read = |name: &str| {
        let scenario = fireline::scenario::Scenario::read(&scenarios().join(name)).unwrap();
        scenario.file.clone()
    };
    let county = read("hengyang.ron");
    for name in [
        "power-line-night",
        "drought-escape",
        "long-mop-up",
        "false-alarm-day",
        "one-road-in",
    ] {
        let day = read(&format!("{name}.ron"));
        assert_eq!(day.name, name);
        // The county's own units come first, as they stand there; others are added.
        let units = county.units.len();
        assert_eq!(day.units[..units], county.units[..], "{name}");
        let rest = ScenarioFile {
            name: county.name.clone(),
            title: county.title.clone(),
            about: county.about.clone(),
            start: county.start.clone(),
            horizon_min: county.horizon_min,
            moisture: county.moisture,
            weather: county.weather.clone(),
            units: county.units.clone(),
            ignitions: county.ignitions.clone(),
            danger: county.danger,
            danger_by: county.danger_by,
            doctrine: county.doctrine.clone(),
            injects: county.injects.clone(),
            fire: county.fire,
            false_alarms: county.false_alarms.clone(),
            overrides: county.overrides.clone(),
            ..day
        };
        assert_eq!(rest, county, "{name}");
    }
}
