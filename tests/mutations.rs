//! Random damage to good files: no reader panics, hangs, or takes memory for what damaged bytes claim.
//!
//! Each test damages a file many times. `FIRELINE_MUTATIONS` says how often; docs/reliability.md has the
//! results of a million each.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fireline::base::geo::System;
use fireline::files::raster::{self, Band, BandInfo, Lattice, SampleType, Samples, Sheet};
use fireline::files::vector::{self, Layer};
use fireline::files::weather;
use geo::{Coord, Geometry, LineString};
use peak_alloc::PeakAlloc;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory that a small file may take; a page cache of SQLite is the largest part.
const MOST_BYTES: usize = 12 << 20;
/// The same for OpenStreetMap: its decoder makes room for up to ten million numbers of eight bytes before it
/// looks for them.
const MOST_BYTES_OSM: usize = 96 << 20;
/// A read that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(5);

fn times() -> usize {
    std::env::var("FIRELINE_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_500)
}

/// What happened to the damaged files.
#[derive(Debug, Default)]
struct Outcome {
    read: usize,
    refused: usize,
    most_bytes: usize,
    longest: Duration,
}

/// Damages a file in some bytes, cuts it or lengthens it; `hits` are the places of the bytes. They are written
/// where they fall, since some files are far longer than the damage.
fn damage(file: &File, good: &[u8], rng: &mut ChaCha8Rng, hits: &mut Vec<(usize, usize)>) -> usize {
    hits.clear();
    let mut length = good.len();
    match rng.random_range(0..10) {
        0 => {
            length = rng.random_range(0..=length);
            file.set_len(length as u64).unwrap();
        }
        1 => {
            let more: Vec<u8> = (0..rng.random_range(1..64)).map(|_| rng.random()).collect();
            write_at(file, length, &more);
            length += more.len();
        }
        _ => {}
    }
    if length == 0 {
        return 0;
    }
    // Headers are where the harm is done: half of the blows fall there.
    for _ in 0..rng.random_range(1..=6) {
        let reach = if rng.random_bool(0.5) {
            length.min(512)
        } else {
            length
        };
        let at = rng.random_range(0..reach);
        let value = match rng.random_range(0..5) {
            0 => 0,
            1 => 0xff,
            2 => 0x7f,
            3 => good.get(at).unwrap_or(&0) ^ (1 << rng.random_range(0..8)),
            _ => rng.random(),
        };
        let run = if rng.random_bool(0.2) { 4 } else { 1 };
        let end = (at + run).min(length);
        write_at(file, at, &vec![value; end - at]);
        hits.push((at, end));
    }
    length
}

fn write_at(mut file: &File, at: usize, bytes: &[u8]) {
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Makes the file what it was.
fn mend(file: &File, good: &[u8], hits: &[(usize, usize)], length: usize) {
    for &(at, end) in hits {
        if at < good.len() {
            write_at(file, at, &good[at..end.min(good.len())]);
        }
    }
    if length < good.len() {
        write_at(file, length, &good[length..]);
    }
    file.set_len(good.len() as u64).unwrap();
}

/// One at a time: memory is counted for the whole program.
static ALONE: Mutex<()> = Mutex::new(());

fn hammer(name: &str, path: &Path, read: impl Fn(&Path) -> bool) {
    let most = if name == "openstreetmap" {
        MOST_BYTES_OSM
    } else {
        MOST_BYTES
    };
    let _alone = ALONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let good = fs::read(path).unwrap();
    assert!(read(path), "{name}: the good file is not read");
    let mut rng = ChaCha8Rng::seed_from_u64(20_250_404);
    let mut outcome = Outcome::default();
    let file = File::options().write(true).open(path).unwrap();
    let mut hits = Vec::new();
    for i in 0..times() {
        let length = damage(&file, &good, &mut rng, &mut hits);
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| read(path)));
        let (took, peak) = (start.elapsed(), MEMORY.peak_usage().saturating_sub(before));
        let keep = || {
            let kept = std::env::temp_dir().join(format!("fireline-mutation-{name}-{i}"));
            fs::copy(path, &kept).unwrap();
            kept.display().to_string()
        };
        let Ok(done) = done else {
            panic!("{name}: mutation {i} panics; see {}", keep());
        };
        outcome.read += usize::from(done);
        outcome.refused += usize::from(!done);
        assert!(
            took < LONGEST,
            "{name}: mutation {i} takes {took:?}; see {}",
            keep()
        );
        assert!(
            peak < most + 4 * length,
            "{name}: mutation {i} takes {peak} bytes; see {}",
            keep()
        );
        outcome.most_bytes = outcome.most_bytes.max(peak);
        outcome.longest = outcome.longest.max(took);
        mend(&file, &good, &hits, length);
    }
    assert_eq!(
        fs::read(path).unwrap(),
        good,
        "{name}: the damage is not mended"
    );
    println!(
        "{name}: {} mutations, {} read, {} refused, at most {} KiB and {:.1} ms",
        times(),
        outcome.read,
        outcome.refused,
        outcome.most_bytes / 1024,
        outcome.longest.as_secs_f64() * 1000.0
    );
}

fn sheet(bands: usize) -> Sheet {
    let samples = |b: usize| Samples::I16((0..48).map(|i| (i * 3 + b) as i16).collect());
    Sheet {
        lattice: Lattice {
            cols: 8,
            rows: 6,
            dx: 30.0,
            dy: 30.0,
            west: 600_000.0,
            north: 3_000_000.0,
        },
        system: Some(System::from_epsg(32649).unwrap()),
        bands: (0..bands)
            .map(|b| Band {
                info: BandInfo {
                    name: Some(format!("band {b}")),
                    kind: SampleType::I16,
                    nodata: Some(-9999.0),
                },
                samples: samples(b),
            })
            .collect(),
    }
}

fn roads() -> Layer {
    let line = |k: f64| {
        Geometry::LineString(LineString(
            (0..5)
                .map(|i| Coord {
                    x: 600_000.0 + k * 10.0 + f64::from(i) * 20.0,
                    y: 2_999_990.0 - f64::from(i) * 5.0,
                })
                .collect(),
        ))
    };
    Layer {
        name: "roads".to_owned(),
        system: Some(System::from_epsg(32649).unwrap()),
        features: (0..4)
            .map(|k| vector::Feature {
                id: None,
                properties: serde_json::from_str(&format!(
                    r#"{{"id": "r{k}", "class": "town_road", "width": {k}.5}}"#
                ))
                .unwrap(),
                geometry: line(f64::from(k)),
            })
            .collect(),
        remarks: Vec::new(),
    }
}

fn home() -> (tempfile::TempDir, impl Fn(&str) -> PathBuf) {
    // In memory where there is such a place: a million files are written.
    let shm = Path::new("/dev/shm");
    let folder = if shm.is_dir() {
        tempfile::tempdir_in(shm)
    } else {
        tempfile::tempdir()
    }
    .unwrap();
    let at = folder.path().to_owned();
    (folder, move |name: &str| at.join(name))
}

#[test]
fn geotiff() {
    let (_folder, at) = home();
    let path = at("a.tif");
    raster::write(&path, &sheet(3), None).unwrap();
    hammer("geotiff", &path, |p| raster::read(p, None).is_ok());
}

#[test]
fn lcp() {
    let (_folder, at) = home();
    let path = at("a.lcp");
    raster::write(&path, &sheet(8), None).unwrap();
    hammer("lcp", &path, |p| raster::read(p, None).is_ok());
}

#[test]
fn hgt() {
    let (_folder, at) = home();
    let path = at("N27E112.hgt");
    // The least tile there is, 1201 x 1201 heights, is large: fewer blows will do in everyday tests.
    let good: Vec<u8> = (0..1201_u32 * 1201)
        .flat_map(|i| ((i % 900) as i16).to_be_bytes())
        .collect();
    fs::write(&path, good).unwrap();
    hammer("hgt", &path, |p| raster::read(p, None).is_ok());
}

#[test]
fn geopackage() {
    let (_folder, at) = home();
    let path = at("a.gpkg");
    vector::write(&path, &[(&roads(), None)]).unwrap();
    hammer("geopackage", &path, |p| vector::read(p, None).is_ok());
}

#[test]
fn shapefile() {
    let (_folder, at) = home();
    let path = at("a.shp");
    vector::write(&path, &[(&roads(), None)]).unwrap();
    hammer("shapefile", &path, |p| vector::read(p, None).is_ok());
}

#[test]
fn dbase() {
    let (_folder, at) = home();
    let path = at("a.shp");
    vector::write(&path, &[(&roads(), None)]).unwrap();
    hammer("dbase", &at("a.dbf"), |p| {
        vector::read(&p.with_extension("shp"), None).is_ok()
    });
}

#[test]
fn openstreetmap() {
    let (_folder, at) = home();
    let path = at("a.osm.pbf");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/small.osm.pbf"),
        &path,
    )
    .unwrap();
    hammer("openstreetmap", &path, |p| vector::read(p, None).is_ok());
}

#[test]
fn text_formats() {
    let (_folder, at) = home();
    let asc = at("a.asc");
    raster::write(&asc, &sheet(1), None).unwrap();
    hammer("asc", &asc, |p| raster::read(p, None).is_ok());
    let json = at("a.geojson");
    vector::write(&json, &[(&roads(), None)]).unwrap();
    hammer("geojson", &json, |p| vector::read(p, None).is_ok());
    let csv = at("a.csv");
    fs::write(
        &csv,
        "date_time,air_temp,relative_humidity,wind_speed,wind_direction\n\
         2025-04-04 13:00,25,40,3,200\n2025-04-04 14:00,26,38,4,210\n",
    )
    .unwrap();
    let options = weather::Options::default();
    hammer("weather table", &csv, |p| {
        weather::read(p, &options).is_ok()
    });
    let wxs = at("a.wxs");
    fs::write(
        &wxs,
        "RAWS_UNITS: Metric\nRAWS_ELEVATION: 100\nRAWS: 2\n2025 4 4 1300 25 40 0.0 10 200 0\n\
         2025 4 4 1400 26 38 0.0 12 210 0\n",
    )
    .unwrap();
    hammer("weather stream", &wxs, |p| {
        weather::read(p, &options).is_ok()
    });
}
