//! Map pictures of two synthetic scenes: a small fire in a valley, and a whole county. The pictures
//! are left in cargo's temporary folder for tests, to be looked at.

use std::f64::consts::TAU;
use std::path::PathBuf;
use std::time::Instant;

use fastnoise_lite::{FastNoiseLite, FractalType, NoiseType};
use fireline::base::geo::{Extent, Grid, Point, Raster};
use fireline::base::language::{self, Language};
use fireline::results::picture::{
    AreaStyle, FireLayer, LineStyle, MapArea, MapLine, MapMark, MapPicture, Symbol, draw, write_png,
};
use image::RgbImage;

const COVERS: [((u8, u8, u8), &str, &str); 8] = [
    ((231, 220, 160), "Paddy", "水田"),
    ((214, 196, 130), "Dry fields", "旱地"),
    ((60, 128, 72), "Chinese fir", "杉木林"),
    ((104, 150, 70), "Masson pine", "马尾松林"),
    ((38, 104, 84), "Evergreen broadleaf", "常绿阔叶林"),
    ((164, 190, 92), "Tea-oil camellia", "油茶林"),
    ((120, 170, 212), "Water", "水域"),
    ((196, 178, 172), "Settlement", "居民地"),
];

fn colour(code: u8) -> (u8, u8, u8) {
    COVERS[usize::from(code) % COVERS.len()].0
}

fn cover_legend(language: Language) -> Vec<((u8, u8, u8), String)> {
    COVERS
        .iter()
        .map(|(c, en, zh)| (*c, language.choose(en, zh).to_owned()))
        .collect()
}

/// Hills that rise to the north and west, with covers by height.
fn land(grid: Grid, relief_m: f64, wave_m: f32) -> (Raster<f32>, Raster<u8>) {
    let mut noise = FastNoiseLite::with_seed(11);
    noise.set_noise_type(Some(NoiseType::OpenSimplex2));
    noise.set_fractal_type(Some(FractalType::Ridged));
    noise.set_fractal_octaves(Some(6));
    noise.set_frequency(Some(1.0 / wave_m));
    let mut patches = FastNoiseLite::with_seed(5);
    patches.set_frequency(Some(6.0 / wave_m));
    let (mut dem, mut cover) = (Raster::filled(grid, 0.0), Raster::filled(grid, 0_u8));
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let p = grid.centre(col, row);
            let (x, y) = ((p.x - grid.west) as f32, (grid.north - p.y) as f32);
            let ridge = f64::from(noise.get_noise_2d(x, y)) * 0.5 + 0.5;
            let away =
                (col as f64 / grid.cols as f64 - 0.6).abs() + 1.0 - row as f64 / grid.rows as f64;
            let z = 60.0 + relief_m * (ridge * ridge) * (0.15 + 0.85 * away.min(1.2));
            dem.set(col, row, z as f32);
            let patch = patches.get_noise_2d(x, y);
            let code = match (z - 60.0) / relief_m {
                s if s < 0.012 => 6,
                s if s < 0.06 && patch > 0.45 => 7,
                s if s < 0.07 => 0,
                s if s < 0.12 => 1,
                s if s < 0.2 && patch > 0.1 => 5,
                s if s > 0.55 => 4,
                _ if patch > 0.0 => 3,
                _ => 2,
            };
            cover.set(col, row, code);
        }
    }
    (dem, cover)
}

/// An elliptic fire with a ragged edge and an unburnt island; it starts at second 600.
fn fire(start: Point, cell: f64, head_m: f64, hours: f64) -> Raster<f32> {
    let side = (head_m * 3.0 / cell) as usize;
    let grid = Grid::new(
        side,
        side,
        cell,
        start.x - head_m * 1.5,
        start.y + head_m * 1.5,
    )
    .unwrap();
    let mut noise = FastNoiseLite::with_seed(3);
    noise.set_frequency(Some(2.5 / head_m as f32));
    noise.set_fractal_type(Some(FractalType::FBm));
    let mut arrival = Raster::filled(grid, f32::NAN);
    for row in 0..side {
        for col in 0..side {
            let p = grid.centre(col, row);
            let (dx, dy) = (p.x - start.x, p.y - start.y);
            // Wind from the north-north-west: the head runs south-south-east.
            let (along, across) = (0.35 * dx - 0.94 * dy, 0.94 * dx + 0.35 * dy);
            let rate = if along > 0.0 { 1.0 } else { 0.22 };
            let rough = 1.0 + 0.2 * f64::from(noise.get_noise_2d(dx as f32, dy as f32));
            let d = libm::hypot(along / rate, across / 0.42) * rough;
            let t = libm::pow(d / head_m, 0.8) * hours * 3600.0;
            let island = libm::hypot(along - 0.55 * head_m, across - 0.05 * head_m) < 0.06 * head_m;
            if t <= hours * 3600.0 && !island {
                arrival.set(col, row, t as f32 + 600.0);
            }
        }
    }
    arrival
}

fn wavy(from: Point, to: Point, wave_m: f64, n: usize) -> Vec<Point> {
    (0..=n)
        .map(|i| {
            let s = i as f64 / n as f64;
            let p = from.towards(to, s);
            let bend = wave_m * libm::sin(s * TAU * 1.7) * libm::sin(s * TAU / 2.0);
            Point::new(p.x + bend, p.y - 0.6 * bend)
        })
        .collect()
}

fn line(style: LineStyle, from: (f64, f64), to: (f64, f64), wave_m: f64) -> MapLine {
    MapLine {
        points: wavy(from.into(), to.into(), wave_m, 200),
        style,
    }
}

fn mark(symbol: Symbol, at: (f64, f64), label: &str) -> MapMark {
    MapMark {
        at: at.into(),
        symbol,
        label: (!label.is_empty()).then(|| label.to_owned()),
    }
}

fn clock(t_s: f64) -> String {
    let minutes = 14 * 60 + 10 + libm::round(t_s / 60.0) as i64;
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

fn keep(image: &RgbImage, name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    write_png(image, &path).unwrap();
    path
}

fn valley(tongue: Language) -> RgbImage {
    let grid = Grid::new(167, 167, 30.0, 600_000.0, 3_005_010.0).unwrap();
    let (dem, cover) = land(grid, 520.0, 2_600.0);
    let start = Point::new(602_500.0, 3_002_900.0);
    let arrival = fire(start, 5.0, 330.0, 2.6);
    let at = |dx: f64, dy: f64| (start.x + dx, start.y + dy);
    draw(&MapPicture {
        title: tongue
            .choose(
                "Training valley: held at 5.1 ha",
                "训练山谷：过火5.1公顷，已合围",
            )
            .into(),
        subtitles: vec![
            tongue
                .choose(
                    "Fire of 4 April 2025, 14:20 to 17:00, seed 7",
                    "2025年4月4日14:20至17:00火情，种子7",
                )
                .into(),
        ],
        notice: Some(language::text(tongue, "map-notice-synthetic")),
        extent: Extent {
            min: at(-420.0, -560.0).into(),
            max: at(520.0, 260.0).into(),
        },
        width_px: 1600,
        elevation: &dem,
        cover: &cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: cover_legend(tongue),
        areas: vec![],
        lines: vec![
            line(
                LineStyle::TownRoad,
                at(-900.0, -250.0),
                at(900.0, -520.0),
                60.0,
            ),
            line(
                LineStyle::FireRoad,
                at(-380.0, -330.0),
                at(-160.0, 600.0),
                40.0,
            ),
            line(LineStyle::Track, at(-160.0, 150.0), at(600.0, 60.0), 50.0),
            line(
                LineStyle::PlantedBelt,
                at(160.0, 300.0),
                at(420.0, -500.0),
                30.0,
            ),
            line(
                LineStyle::IsolationBelt,
                at(-420.0, -450.0),
                at(250.0, -380.0),
                20.0,
            ),
            line(
                LineStyle::PowerLine,
                at(-600.0, 180.0),
                at(700.0, 240.0),
                0.0,
            ),
            line(
                LineStyle::PatrolRoute,
                at(-300.0, -420.0),
                at(-250.0, 300.0),
                30.0,
            ),
            line(
                LineStyle::BuiltLine,
                at(-60.0, 40.0),
                at(-20.0, -250.0),
                -30.0,
            ),
        ],
        marks: vec![
            mark(
                Symbol::Ignition,
                at(0.0, 0.0),
                tongue.choose("Start 14:20", "起火 14:20"),
            ),
            mark(
                Symbol::Crew,
                at(-70.0, -130.0),
                tongue.choose("Farm crew 1", "林场一队"),
            ),
            mark(
                Symbol::Crew,
                at(-40.0, -240.0),
                tongue.choose("Township crew", "乡镇半专业队"),
            ),
            mark(
                Symbol::Engine,
                at(-190.0, -60.0),
                tongue.choose("Engine 2", "2号水车"),
            ),
            mark(
                Symbol::ForestFarm,
                at(-330.0, 60.0),
                tongue.choose("Chenping forest farm", "陈坪林场"),
            ),
            mark(Symbol::Pond, at(-250.0, -200.0), "48 m3"),
            mark(
                Symbol::Village,
                at(380.0, -430.0),
                tongue.choose("Shiqiao", "石桥村"),
            ),
            mark(Symbol::Graves, at(60.0, 120.0), ""),
            mark(Symbol::Building, at(340.0, -400.0), ""),
            mark(Symbol::Camera, at(400.0, 160.0), "K-07"),
        ],
        fire: Some(FireLayer {
            arrival: &arrival,
            start_s: 600.0,
            clock: Some(&clock),
        }),
        language: tongue,
    })
    .unwrap()
}

#[test]
fn a_small_fire_in_a_valley_fills_the_picture() {
    let english = valley(Language::English);
    keep(&english, "valley-en.png");
    keep(&valley(Language::Chinese), "valley-zh.png");
    assert_eq!(english.width(), 1600);
    // Burnt ground has the ramp's reds and violets: more red than green.
    let burnt = english
        .pixels()
        .filter(|p| i32::from(p[0]) > i32::from(p[1]) + 60)
        .count();
    assert!(burnt > 60_000, "{burnt} burnt pixels");
}

#[test]
fn the_same_values_give_the_same_pixels() {
    assert_eq!(
        valley(Language::Chinese).as_raw(),
        valley(Language::Chinese).as_raw()
    );
}

#[test]
fn a_county_of_four_million_cells_fits_one_picture() {
    let grid = Grid::new(2468, 1840, 30.0, 600_000.0, 3_030_000.0).unwrap();
    let (dem, cover) = land(grid, 950.0, 21_000.0);
    let centre = Point::new(636_000.0, 3_003_000.0);
    let at = |dx: f64, dy: f64| (centre.x + dx, centre.y + dy);
    let boundary: Vec<Point> = (0..180)
        .map(|i| {
            let a = f64::from(i) / 180.0 * TAU;
            let r = 1.0 + 0.12 * libm::sin(3.0 * a) + 0.05 * libm::sin(11.0 * a);
            Point::new(
                centre.x + 31_000.0 * r * libm::cos(a),
                centre.y + 22_500.0 * r * libm::sin(a),
            )
        })
        .collect();
    let farm = |dx: f64, dy: f64, label: &str| MapArea {
        ring: (0..40)
            .map(|i| {
                let a = f64::from(i) / 40.0 * TAU;
                let r = 2_600.0 * (1.0 + 0.25 * libm::sin(2.0 * a + dx));
                Point::new(
                    centre.x + dx + r * libm::cos(a),
                    centre.y + dy + r * libm::sin(a),
                )
            })
            .collect(),
        style: AreaStyle::ForestFarm,
        label: Some(label.to_owned()),
    };
    let towns = [
        "西渡镇",
        "集兵镇",
        "杉桥镇",
        "井头镇",
        "演陂镇",
        "金兰镇",
        "洪市镇",
        "曲兰镇",
        "渣江镇",
        "三湖镇",
        "台源镇",
        "库宗桥镇",
    ];
    let mut marks: Vec<MapMark> = towns
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let (a, r) = (i as f64 * 2.4, 4_500.0 + 1_450.0 * i as f64);
            mark(
                Symbol::Township,
                at(r * libm::cos(a), 0.72 * r * libm::sin(a)),
                name,
            )
        })
        .collect();
    let mut lines: Vec<MapLine> = marks
        .windows(2)
        .enumerate()
        .map(|(i, pair)| MapLine {
            points: wavy(pair[0].at, pair[1].at, 900.0, 400),
            style: if i % 2 == 0 {
                LineStyle::CountyRoad
            } else {
                LineStyle::TownRoad
            },
        })
        .collect();
    for i in 0..102_i32 {
        let (a, r) = (f64::from(i) * 1.3, 3_000.0 + 240.0 * f64::from(i));
        let from = at(r * libm::cos(a), 0.7 * r * libm::sin(a));
        let to = (
            from.0 + 2_600.0 * libm::sin(a * 3.0),
            from.1 + 2_600.0 * libm::cos(a * 3.0),
        );
        marks.push(mark(Symbol::Camera, from, ""));
        lines.push(line(LineStyle::VillageRoad, from, to, 300.0));
        if i % 5 == 0 {
            marks.push(mark(Symbol::Pond, (from.0 + 900.0, from.1 + 700.0), ""));
            lines.push(line(
                LineStyle::PlantedBelt,
                (from.0, from.1 + 500.0),
                (to.0 + 900.0, to.1),
                250.0,
            ));
        }
        if i % 4 == 0 {
            marks.push(mark(
                Symbol::Village,
                (from.0 - 900.0, from.1 - 500.0),
                "石桥村",
            ));
            lines.push(line(
                LineStyle::IsolationBelt,
                (from.0 - 1_500.0, from.1),
                (to.0, to.1 + 1_500.0),
                250.0,
            ));
        }
        if i % 9 == 0 {
            lines.push(line(
                LineStyle::FireRoad,
                (from.0, from.1 - 500.0),
                (to.0, to.1 - 2_500.0),
                250.0,
            ));
        }
    }
    lines.push(line(
        LineStyle::PowerLine,
        at(-30_000.0, -9_000.0),
        at(28_000.0, 12_000.0),
        0.0,
    ));
    marks.push(mark(Symbol::CountyStation, at(500.0, -900.0), "衡阳县"));
    marks.push(mark(Symbol::ForestFarm, at(15_000.0, 11_000.0), "陈坪林场"));
    let start = Point::new(centre.x + 14_000.0, centre.y + 9_500.0);
    marks.push(MapMark {
        at: start,
        symbol: Symbol::Ignition,
        label: Some("14:20".to_owned()),
    });
    let arrival = fire(start, 10.0, 4_200.0, 5.7);
    let picture = MapPicture {
        title: "衡阳县：防火设施与火情一览".into(),
        subtitles: vec!["生物防火林带72.27公里，防火隔离带86.63公里，监控摄像头102个".into()],
        notice: Some(language::text(Language::Chinese, "map-notice-synthetic")),
        extent: grid.extent(),
        width_px: 1600,
        elevation: &dem,
        cover: &cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: cover_legend(Language::Chinese),
        areas: vec![
            MapArea {
                ring: boundary,
                style: AreaStyle::Boundary,
                label: None,
            },
            farm(15_000.0, 12_000.0, "陈坪林场（示意）"),
            farm(-20_000.0, 6_000.0, "第二林场（示意）"),
        ],
        lines,
        marks,
        fire: Some(FireLayer {
            arrival: &arrival,
            start_s: 600.0,
            clock: None,
        }),
        language: Language::Chinese,
    };
    let begun = Instant::now();
    let image = draw(&picture).unwrap();
    let drawn = begun.elapsed();
    let begun = Instant::now();
    let path = keep(&image, "county.png");
    println!(
        "county: drawn in {} ms, written in {} ms, {} KiB",
        drawn.as_millis(),
        begun.elapsed().as_millis(),
        std::fs::metadata(path).unwrap().len() / 1024
    );
    assert_eq!(image.width(), 1600);
    assert!((900..1400).contains(&image.height()), "{}", image.height());
}

#[test]
fn a_picture_without_a_fire_or_any_feature_is_still_a_map() {
    let grid = Grid::new(40, 40, 30.0, 0.0, 1_200.0).unwrap();
    let (dem, cover) = land(grid, 200.0, 900.0);
    let image = draw(&MapPicture {
        title: "Empty".into(),
        subtitles: vec![],
        notice: None,
        // Wider than the land, so that some of the picture is paper.
        extent: Extent {
            min: Point::new(-500.0, 100.0),
            max: Point::new(2_500.0, 400.0),
        },
        width_px: 100,
        elevation: &dem,
        cover: &cover,
        cover_colour: &colour,
        cover_title: None,
        cover_legend: cover_legend(Language::English),
        areas: vec![],
        lines: vec![],
        marks: vec![],
        fire: None,
        language: Language::English,
    })
    .unwrap();
    keep(&image, "empty.png");
    assert_eq!(image.width(), 640);
}
