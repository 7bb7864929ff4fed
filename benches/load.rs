//! Loading a landscape the size of a county: 1600 x 1600 cells, elevation, fuel and four canopy layers.

use std::path::{Path, PathBuf};

use fireline::base::geo::{Grid, Raster};
use fireline::files::{cache, geotiff};
use fireline::scenario::Scenario;
use fireline::world::World;

const SIDE: usize = 1600;

fn main() {
    divan::main();
}

/// A scenario with its rasters in a folder of its own.
fn landscape() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the rasters");
    let grid = Grid::new(SIDE, SIDE, 30.0, 600_000.0, 3_000_000.0).expect("a sound grid");
    // Values that repeat as little as measured ones do.
    let noise = |i: usize| (i.wrapping_mul(2_654_435_761) >> 7) % 97;
    let measure = |name: &str, base: f32, step: f32| {
        let data = (0..SIDE * SIDE)
            .map(|i| {
                base + step * ((i % SIDE + i / SIDE) % 400) as f32 / 8.0
                    + step * (noise(i) % 8) as f32
            })
            .collect();
        let path = folder.path().join(name);
        geotiff::write_f32(&path, &Raster { grid, data }, 32649, -9999.0, name)
            .expect("a raster is written");
    };
    measure("elevation.tif", 100.0, 2.0);
    measure("cc.tif", 10.0, 0.5);
    measure("ch.tif", 5.0, 0.25);
    measure("cbh.tif", 1.0, 0.03);
    measure("cbd.tif", 0.01, 0.002);
    let models = [101_u8, 102, 122, 145, 165, 183, 188, 91];
    let data = (0..SIDE * SIDE).map(|i| models[noise(i) % 8]).collect();
    geotiff::write_u8(
        &folder.path().join("cover.tif"),
        &Raster { grid, data },
        32649,
        0,
        "fuel",
    )
    .expect("a raster is written");
    let text = r#"(
        name: "load", title: (en: "load", zh: "load"),
        site: (epsg: 32649, time_zone: "Asia/Shanghai"),
        start: "2025-04-04T14:00", horizon_min: 60, cell_m: 10,
        landscape: (elevation: "elevation.tif", cover: "cover.tif", coding: StandardFuel,
            canopy: Some((cover: "cc.tif", height: "ch.tif", base_height: "cbh.tif", bulk_density: "cbd.tif", units: Metric))),
        moisture: (dead_1h_pct: 6, dead_10h_pct: 7, dead_100h_pct: 8, live_herb_pct: 60, live_woody_pct: 90),
        weather: [(at_min: 0, wind_from_deg: 0, wind_m_s: 4, temperature_c: 25, humidity_pct: 35)],
        fire: (crown: ScottReinhardt),
        ignitions: [(id: "f", cause: other, at: (610000, 2990000))],
        doctrine: (receive_min: 2, verify_min: 4, first_dispatch: []),
    )"#;
    let path = folder.path().join("load.ron");
    std::fs::write(&path, text).expect("a scenario is written");
    (folder, path)
}

fn load(path: &Path) -> World {
    let scenario = Scenario::read(path).expect("a sound scenario");
    World::build(scenario).expect("a sound world").0
}

/// Decoding, checking and writing the cache.
#[divan::bench(sample_count = 5)]
fn first_load(bencher: divan::Bencher) {
    let (folder, path) = landscape();
    bencher.bench_local(|| {
        let _ = std::fs::remove_dir_all(folder.path().join(cache::FOLDER));
        load(&path)
    });
}

/// From the cache, every entry's hash and its file's checked.
#[divan::bench(sample_count = 20)]
fn second_load(bencher: divan::Bencher) {
    let (_folder, path) = landscape();
    load(&path);
    bencher.bench_local(|| load(&path));
}
