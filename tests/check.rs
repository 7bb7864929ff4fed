//! `fireline check` on scenarios that are broken on purpose: every fault is named at its place.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fireline::base::geo::Point;
use fireline::files::geotiff;
use fireline::scenario::{Diagnostic, Scenario};
use fireline::world::{World, check};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// File, line, column, key and suggestion of one fault.
type Fault = (
    &'static str,
    usize,
    usize,
    &'static str,
    Option<&'static str>,
);

/// Every scenario under `tests/data/broken` with all that is wrong with it.
const BROKEN: &[(&str, &[Fault])] = &[
    (
        "cell_not_dividing",
        &[("cell_not_dividing.ron", 9, 13, "check-cell-divides", None)],
    ),
    (
        "declared_km",
        &[("declared_km.ron", 75, 28, "check-declared", None)],
    ),
    (
        "feature_off_map",
        &[
            ("feature_off_map.ron", 24, 88, "check-off-map", None),
            ("feature_off_map.ron", 31, 39, "check-off-map", None),
        ],
    ),
    (
        "field_missing",
        &[("field_missing.ron", 21, 9, "check-missing-field", None)],
    ),
    (
        "field_misspelt",
        &[(
            "field_misspelt.ron",
            8,
            5,
            "check-unknown-field",
            Some("horizon_min"),
        )],
    ),
    (
        "field_wrong_type",
        &[("field_wrong_type.ron", 31, 31, "check-expected", None)],
    ),
    (
        "geojson_feature",
        &[
            ("ponds.geojson", 2, 50, "check-feature", Some("volume_m3")),
            (
                "roads.geojson",
                3,
                59,
                "check-unknown-road-class",
                Some("village_road"),
            ),
        ],
    ),
    (
        "id_duplicate",
        &[
            ("id_duplicate.ron", 25, 14, "check-id-duplicate", None),
            ("id_duplicate.ron", 69, 56, "check-unknown-road", Some("r1")),
        ],
    ),
    (
        "ignition_after_horizon",
        &[(
            "ignition_after_horizon.ron",
            57,
            28,
            "check-out-of-range",
            None,
        )],
    ),
    (
        "ignition_on_water",
        &[(
            "ignition_on_water.ron",
            57,
            57,
            "check-ignition-unburnable",
            None,
        )],
    ),
    (
        "many_faults",
        &[
            ("many_faults.ron", 16, 22, "check-out-of-range", None),
            (
                "many_faults.ron",
                24,
                27,
                "check-unknown-road-class",
                Some("village_road"),
            ),
            ("many_faults.ron", 28, 46, "check-out-of-range", None),
            (
                "many_faults.ron",
                38,
                53,
                "check-unknown-station",
                Some("farm"),
            ),
            ("many_faults.ron", 69, 56, "check-unknown-road", Some("r1")),
        ],
    ),
    (
        "override_unknown",
        &[(
            "override_unknown.ron",
            81,
            17,
            "check-override-unknown",
            Some("line_m_per_h"),
        )],
    ),
    (
        "pond_negative",
        &[
            ("pond_negative.ron", 31, 31, "check-out-of-range", None),
            ("pond_negative.ron", 77, 18, "check-declared", None),
        ],
    ),
    (
        "raster_missing",
        &[(
            "raster_missing.ron",
            11,
            20,
            "check-file-missing",
            Some("../tiny/elevation.tif"),
        )],
    ),
    (
        "raster_projection",
        &[("raster_projection.ron", 12, 16, "check-raster-epsg", None)],
    ),
    (
        "raster_size",
        &[("raster_size.ron", 12, 16, "check-raster-size", None)],
    ),
    (
        "road_class_unknown",
        &[
            (
                "road_class_unknown.ron",
                25,
                27,
                "check-unknown-road-class",
                Some("fire_road"),
            ),
            ("road_class_unknown.ron", 76, 23, "check-declared", None),
        ],
    ),
    (
        "station_dangling",
        &[(
            "station_dangling.ron",
            39,
            57,
            "check-unknown-station",
            Some("town"),
        )],
    ),
    (
        "syntax_missing_comma",
        &[("syntax_missing_comma.ron", 7, 30, "check-expected", None)],
    ),
    (
        "syntax_unclosed_list",
        &[("syntax_unclosed_list.ron", 40, 5, "check-expected", None)],
    ),
    (
        "time_zone_unknown",
        &[(
            "time_zone_unknown.ron",
            6,
            36,
            "check-time-zone",
            Some("Asia/Shanghai"),
        )],
    ),
    (
        "unit_type_misspelt",
        &[
            (
                "unit_type_misspelt.ron",
                39,
                31,
                "check-unknown-unit-type",
                Some("semi_pro_crew"),
            ),
            (
                "unit_type_misspelt.ron",
                65,
                54,
                "check-unknown-unit-type",
                Some("semi_pro_crew"),
            ),
        ],
    ),
    (
        "variant_misspelt",
        &[(
            "variant_misspelt.ron",
            28,
            26,
            "check-unknown-variant",
            Some("Isolation"),
        )],
    ),
    (
        "weather_not_ascending",
        &[
            (
                "weather_not_ascending.ron",
                22,
                18,
                "check-weather-order",
                None,
            ),
            (
                "weather_not_ascending.ron",
                22,
                87,
                "check-out-of-range",
                None,
            ),
        ],
    ),
    (
        "canopy_layers",
        &[
            ("canopy_layers.ron", 17, 26, "check-raster-origin", None),
            ("canopy_layers.ron", 18, 27, "check-canopy-range", None),
        ],
    ),
    (
        "fuel_custom",
        &[
            ("fuel_custom.ron", 16, 18, "check-fuel-taken", None),
            ("fuel_custom.ron", 16, 27, "check-id-duplicate", None),
            ("fuel_custom.ron", 16, 102, "check-out-of-range", None),
            ("fuel_custom.ron", 17, 25, "check-out-of-range", None),
            ("fuel_custom.ron", 19, 25, "check-fuel-no-load", None),
            (
                "fuel_custom.ron",
                19,
                60,
                "check-unknown-line-fuel",
                Some("litter"),
            ),
            ("fuel_custom.ron", 20, 18, "check-fuel-taken", None),
            ("fuel_custom.ron", 22, 18, "check-out-of-range", None),
            ("fuels.ron", 7, 18, "check-out-of-range", None),
        ],
    ),
    (
        "fuel_unknown_code",
        &[("fuel_unknown_code.ron", 12, 16, "check-cover-code", None)],
    ),
    (
        "grid_bands",
        &[
            ("grid_bands.ron", 24, 58, "check-band-half-wind", None),
            ("grid_bands.ron", 24, 58, "check-band-count", None),
        ],
    ),
    (
        "grid_projection",
        &[("grid_projection.ron", 24, 28, "check-raster-epsg", None)],
    ),
    (
        "grid_short",
        &[("grid_short.ron", 24, 28, "check-grid-short", None)],
    ),
    (
        "grid_two_winds",
        &[
            ("grid_two_winds.ron", 24, 58, "check-band-two-winds", None),
            ("grid_two_winds.ron", 24, 58, "check-band-count", None),
            ("grid_two_winds.ron", 24, 121, "check-band-twice", None),
        ],
    ),
    (
        "grid_values",
        &[
            ("grid_values.ron", 24, 58, "check-band-range", None),
            ("grid_values.ron", 24, 71, "check-band-range", None),
            ("grid_values.ron", 24, 84, "check-band-void", None),
        ],
    ),
    (
        "options_numbers",
        &[
            ("options_numbers.ron", 24, 48, "check-out-of-range", None),
            ("options_numbers.ron", 25, 30, "check-out-of-range", None),
            ("options_numbers.ron", 26, 25, "check-out-of-range", None),
            ("options_numbers.ron", 27, 25, "check-out-of-range", None),
            ("options_numbers.ron", 34, 59, "check-out-of-range", None),
            ("options_numbers.ron", 34, 71, "check-out-of-range", None),
            ("options_numbers.ron", 63, 76, "check-too-few-points", None),
            ("options_numbers.ron", 77, 74, "check-off-map", None),
            ("options_numbers.ron", 78, 58, "check-out-of-range", None),
        ],
    ),
    (
        "weather_ends_early",
        &[("weather_ends_early.ron", 21, 18, "check-weather-ends", None)],
    ),
    (
        "weather_gap",
        &[("weather_gap.ron", 23, 18, "check-weather-gap", None)],
    ),
    (
        "weather_numbers",
        &[
            ("weather_numbers.ron", 16, 22, "check-out-of-range", None),
            ("weather_numbers.ron", 20, 36, "check-out-of-range", None),
            ("weather_numbers.ron", 20, 87, "check-out-of-range", None),
            ("weather_numbers.ron", 20, 101, "check-out-of-range", None),
        ],
    ),
];

fn faults(diagnostics: &[Diagnostic]) -> Vec<(String, usize, usize, String, Option<String>)> {
    let name = |d: &Diagnostic| d.file.file_name().unwrap().to_str().unwrap().to_owned();
    let suggestion = |d: &Diagnostic| d.suggestion().map(str::to_owned);
    diagnostics
        .iter()
        .map(|d| {
            (
                name(d),
                d.line,
                d.column,
                d.message.key.clone(),
                suggestion(d),
            )
        })
        .collect()
}

#[test]
fn every_fault_is_named_by_file_line_column_and_meaning() {
    for (stem, wanted) in BROKEN {
        let (errors, warnings) = check(&data().join(format!("broken/{stem}.ron")));
        let wanted: Vec<_> = wanted
            .iter()
            .map(|&(file, line, column, key, suggestion)| {
                (
                    file.to_owned(),
                    line,
                    column,
                    key.to_owned(),
                    suggestion.map(str::to_owned),
                )
            })
            .collect();
        assert_eq!(faults(&errors), wanted, "{stem}");
        for d in errors.iter().chain(&warnings) {
            assert!(
                d.span.is_some() && d.source.is_some(),
                "{stem}: nothing to underline"
            );
        }
    }
}

#[test]
fn no_broken_scenario_is_left_out_of_the_list() {
    let on_disk: BTreeSet<String> = std::fs::read_dir(data().join("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "ron"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = BROKEN.iter().map(|(stem, _)| (*stem).to_owned()).collect();
    assert_eq!(on_disk, listed);
}

#[test]
fn a_scenario_that_is_not_there_is_reported_without_a_place() {
    let (errors, _) = check(&data().join("broken/none.ron"));
    assert_eq!(
        faults(&errors),
        [(
            "none.ron".into(),
            0,
            0,
            "check-scenario-missing".into(),
            None
        )]
    );
}

/// The tiny scenario with a piece of its text changed, built.
fn changed(from: &str, to: &str) -> Result<(World, Vec<Diagnostic>), Vec<Diagnostic>> {
    let path = data().join("tiny/tiny.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains(from),
        "the tiny scenario no longer says {from}"
    );
    Scenario::parse(&path, &text.replace(from, to)).and_then(World::build)
}

fn warnings(from: &str, to: &str) -> Vec<(usize, String)> {
    let (_, warnings) = changed(from, to).unwrap();
    warnings
        .into_iter()
        .map(|d| (d.line, d.message.key))
        .collect()
}

#[test]
fn the_tiny_scenario_is_a_world_without_a_warning() {
    let (world, warnings) = changed("tiny", "tiny").unwrap();
    assert_eq!(faults(&warnings), []);
    assert_eq!(
        (world.grid.cols, world.grid.rows, world.grid.cell),
        (60, 60, 10.0)
    );
    assert_eq!(world.clock.iso(300.0), "2025-04-04T14:25:00+08:00");
    let totals = world.totals();
    assert!((totals.isolation_belt_km - 0.2).abs() < 1e-9);
    assert!((totals.fire_road_km - 0.4).abs() < 1e-9);
    assert_eq!((totals.pond_m3, totals.forest_farms), (40.0, 1));
    // The ground rises 3 m north and 1 m east a cell of 30 m.
    let (slope, aspect) = world
        .landscape
        .slope_aspect_at(world.scenario.file.ignitions[0].at);
    assert!(
        (slope - 0.1 * 10.0_f64.sqrt() / 3.0).abs() < 1e-6,
        "slope {slope}"
    );
    assert!(
        (aspect - 198.43).abs() < 0.01,
        "it faces south-south-west: {aspect}"
    );
    assert_eq!(world.network.components(), 1);
    assert_eq!(
        world.scenario.catalogue.unit_types["semi_pro_crew"]
            .line_m_per_h
            .value,
        1200.0
    );
}

#[test]
fn a_scenario_with_its_defaults_filled_in_reads_back_to_itself() {
    let (world, _) = changed("tiny", "tiny").unwrap();
    let resolved = world.scenario.resolved();
    let again = Scenario::parse(&world.scenario.path, &resolved).unwrap();
    assert_eq!(again.file, world.scenario.file);
    assert_eq!(again.catalogue_hash, world.scenario.catalogue_hash);
    assert_eq!(
        again.resolved().lines().skip(3).collect::<Vec<_>>(),
        resolved.lines().skip(3).collect::<Vec<_>>()
    );
    assert!(
        resolved.contains("handover_after_min: 120"),
        "defaults are filled in"
    );
}

#[test]
fn a_station_or_pond_far_from_every_road_is_warned_of() {
    let station = warnings("at: (600060, 3000110)),\n", "at: (600060, 3000350)),\n");
    assert_eq!(station, [(34, "check-station-no-road".to_owned())]);
    let pond = warnings("at: (600120, 3000130)", "at: (600050, 3000500)");
    assert_eq!(pond, [(31, "check-pond-no-road".to_owned())]);
}

#[test]
fn a_road_that_meets_no_other_is_an_island() {
    let apart = warnings(
        "path: [(600300, 3000100), (600300, 3000500)]",
        "path: [(600300, 3000101), (600300, 3000501)]",
    );
    assert_eq!(apart, [(25, "check-road-island".to_owned())]);
    let near = warnings(
        "path: [(600300, 3000100), (600300, 3000500)]",
        "path: [(600300.05, 3000100), (600300, 3000500)]",
    );
    assert_eq!(near, [], "5 cm apart is the same place");
}

#[test]
fn an_inject_after_the_end_is_warned_of() {
    let late = warnings("at_min: 50, event", "at_min: 500, event");
    assert_eq!(late, [(71, "check-inject-after-horizon".to_owned())]);
}

const CANOPY: &str = "coding: StandardFuel, canopy: (cover: \"../tiny/cc.tif\", height: \"../tiny/ch.tif\", base_height: \"../tiny/cbh.tif\", bulk_density: \"../tiny/cbd.tif\", units: Landfire)";

#[test]
fn canopy_comes_in_decimetres_and_grams_whatever_its_units() {
    let crowns_on = format!("{CANOPY}),\n    fire: (crown: Cruz2005");
    let (world, told) = changed("coding: StandardFuel", &crowns_on).unwrap();
    let canopy = world.landscape.canopy.as_ref().unwrap();
    let at = |col, row| {
        (
            canopy.cover_pct.get(col, row),
            canopy.height_dm.get(col, row),
            canopy.base_dm.get(col, row),
            canopy.bulk_density_g_m3.get(col, row),
        )
    };
    assert_eq!(at(10, 10), (55, 180, 30, 120));
    assert_eq!(
        at(3, 0),
        (55, 180, 180, 120),
        "a base above the top is the top"
    );
    assert_eq!(at(19, 19), (0, 0, 0, 120), "no data is no canopy");
    let keys: Vec<_> = told.iter().map(|d| d.message.key.as_str()).collect();
    assert_eq!(keys, ["check-canopy-base"]);
    let metric = changed(
        "coding: StandardFuel",
        &CANOPY.replace("Landfire", "Metric"),
    );
    let keys: BTreeSet<String> = metric
        .unwrap_err()
        .into_iter()
        .map(|d| d.message.key)
        .collect();
    assert!(
        keys.contains("check-canopy-range"),
        "18 m taken for 180 m: {keys:?}"
    );
}

#[test]
fn canopy_without_crown_fire_and_crown_fire_without_canopy_are_warned_of() {
    let lines = warnings("coding: StandardFuel", CANOPY);
    assert!(
        lines.contains(&(13, "check-canopy-crown-off".to_owned())),
        "{lines:?}"
    );
    let none = warnings(
        "    roads: (",
        "    fire: (crown: Rothermel1991),\n    roads: (",
    );
    assert_eq!(none, [(23, "check-crown-no-canopy".to_owned())]);
}

#[test]
fn gridded_weather_blows_between_its_cells_and_the_next_grid_takes_over() {
    let grids = r#"    weather_grids: [
        (at_min: 10, file: "../tiny/weather.tif", bands: [WindSpeedMs, WindFromDeg, Dead1hPct]),
        (at_min: 60, file: "../tiny/wind_by_band.tif", bands: [Unused, Dead10hPct, Unused]),
    ],
    wind_height: TwentyFeet,
    roads: ("#;
    let (world, told) = changed("    roads: (", grids).unwrap();
    assert_eq!(faults(&told), []);
    assert!(world.gridded_at(599.0).is_none());
    let first = world.gridded_at(600.0).unwrap();
    // Columns of 3, 4, 5, 6 m/s at 20 ft stand at x = 0, 200, 400, 600 m; 1.15 times that at 10 m.
    let p = Point::new(600_300.0, 3_000_400.0);
    let (east, north) = first.wind_at(p).unwrap();
    assert!(
        (east + 4.5 * 1.15).abs() < 1e-5,
        "an east wind blows to the west: {east}"
    );
    assert!(north.abs() < 1e-5, "{north}");
    assert!((first.moisture_pct_at(0, p).unwrap() - 6.0).abs() < 1e-6);
    assert_eq!(first.moisture_pct_at(1, p), None);
    let second = world.gridded_at(7200.0).unwrap();
    assert_eq!(second.wind_at(p), None, "the records say the wind again");
    assert!(second.moisture_pct_at(1, p).is_some());
}

#[test]
fn a_fuel_of_the_scenarios_own_burns_where_the_raster_has_its_number() {
    let own = r#"    fuel_models: [
        (number: 77, code: "ML1", name: (en: "Pine litter", zh: "松针"), depth_m: 0.09144, dead_extinction_pct: 35,
         load_1h_kg_m2: 1.3, savr_1h_per_m: 5900, forest: true, line_fuel: "litter"),
    ],
    moisture: ("#;
    let path = data().join("tiny/tiny.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text
        .replace("    moisture: (", own)
        .replace("\"../tiny/cover.tif\"", "\"../broken/cover_code77.tif\"");
    let (world, told) = Scenario::parse(&path, &text)
        .and_then(World::build)
        .unwrap();
    assert_eq!(faults(&told), []);
    let cover = world
        .landscape
        .cover_at(Point::new(600_225.0, 3_000_015.0))
        .unwrap();
    assert_eq!(
        (cover.key.as_str(), cover.fuel_model, cover.forest),
        ("ML1", Some(77), true)
    );
    let model = &world.fuels[&77];
    assert!((model.depth - 0.3).abs() < 1e-9 && model.burns());
    assert_eq!(world.fuels.len(), 13 + 5 + 40 + 1);
}

#[test]
fn weather_may_be_short_when_the_scenario_says_so_or_has_one_record() {
    let path = data().join("broken/weather_gap.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let held = text.replace("    roads: (", "    weather_after_end: Hold,\n    roads: (");
    Scenario::parse(&path, &held)
        .and_then(World::build)
        .unwrap();
    let path = data().join("broken/weather_ends_early.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("        (at_min: 60, wind").unwrap();
    let end = start + text[start..].find('\n').unwrap() + 1;
    let single = format!("{}{}", &text[..start], &text[end..]);
    Scenario::parse(&path, &single)
        .and_then(World::build)
        .unwrap();
}

#[test]
fn further_faults_of_meaning_are_found() {
    for (from, to, key) in [
        ("name: \"tiny\"", "name: \"ti ny\"", "check-name"),
        (
            "horizon_min: 120",
            "horizon_min: -120",
            "check-out-of-range",
        ),
        ("cell_m: 10", "cell_m: 1", "check-out-of-range"),
        ("epsg: 32649", "epsg: 4326", "check-epsg-not-projected"),
        ("epsg: 32649", "epsg: 1", "check-epsg-unknown"),
        ("2025-04-04T14:20", "4 April", "check-start"),
        (
            "(at_min: 0, wind_from",
            "(at_min: 5, wind_from",
            "check-weather-first",
        ),
        ("wind_m_s: 4", "wind_m_s: -4", "check-out-of-range"),
        (
            "wind_from_deg: 20",
            "wind_from_deg: 400",
            "check-out-of-range",
        ),
        (
            "[(600300, 3000100), (600300, 3000500)]",
            "[(600300, 3000100)]",
            "check-too-few-points",
        ),
        (
            "(600350, 3000200), (600550, 3000200)",
            "(600350, 3000200), (600350, 3000200)",
            "check-path-no-length",
        ),
        (
            "(600400, 3000010), (600400, 3000400)",
            "(600400, 3000010), (600200, 3000010)",
            "check-ring-no-area",
        ),
        (
            "coding: StandardFuel",
            "coding: Catalogue",
            "check-cover-code",
        ),
        ("unit: \"u2\"", "unit: \"u9\"", "check-unknown-unit"),
        ("\"cn_general\"", "\"cn_genral\"", "check-unknown-success"),
        ("over_ha: 1", "over_ha: 0", "check-out-of-range"),
        ("people: 20", "people: 0", "check-out-of-range"),
        ("(id: \"i1\"", "(id: \"\"", "check-id-empty"),
        ("id: \"i4\"", "id: \"f1\"", "check-id-duplicate"),
        ("until_min: 60", "until_min: 5", "check-out-of-range"),
        (
            "cause: other, at: (600450, 3000350)",
            "cause: other, at: (600050, 3000590)",
            "check-ignition-unburnable",
        ),
        (
            "line_m_per_h\": 1200",
            "line_m_per_h\": 0",
            "check-out-of-range",
        ),
        (
            "(600010, 3000010), (600400, 3000010)",
            "(60001, 3000010), (600400, 3000010)",
            "check-off-map",
        ),
        ("escape_ha: 20", "escape_ha: 0", "check-out-of-range"),
    ] {
        let found = changed(from, to).map(|_| ()).unwrap_err();
        assert!(
            found.iter().any(|d| d.message.key == key),
            "{to}: {:?}",
            faults(&found)
        );
        assert!(
            found.iter().all(|d| d.line > 0),
            "{to}: {:?}",
            faults(&found)
        );
    }
}

#[test]
fn further_structural_faults_are_placed() {
    for (from, to, key) in [
        (
            "horizon_min: 120",
            "horizon_min: 120, horizon_min: 130",
            "check-duplicate-field",
        ),
        ("epsg: 32649", "epsg: 132649", "check-integer-bounds"),
        ("synthetic: true", "synthetic: yes", "check-expected"),
        ("    overrides: {", "    overrides: [", "check-expected"),
        ("danger: Orange", "danger: Purple", "check-unknown-variant"),
        (
            "WindShift(wind_from_deg: 90",
            "WindShift(wind_fom_deg: 90",
            "check-unknown-field",
        ),
        (
            "// The smallest",
            "/* The smallest",
            "check-unclosed-comment",
        ),
        (
            "line_m_per_h\": 1200},\n)",
            "line_m_per_h\": 1200},\n",
            "check-unexpected-end",
        ),
        (
            "line_m_per_h\": 1200},\n)",
            "line_m_per_h\": 1200},\n)\n)",
            "check-trailing-text",
        ),
        ("at: (600120, 3000130)", "at: 600120", "check-expected"),
    ] {
        let found = changed(from, to).map(|_| ()).unwrap_err();
        assert_eq!(found[0].message.key, key, "{to}: {:?}", faults(&found));
        assert!(found[0].line > 0, "{to}");
    }
}

#[test]
fn every_message_is_written_in_both_languages_with_the_same_words_to_fill_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let entries = |text: &str| -> std::collections::BTreeMap<String, BTreeSet<String>> {
        let mut found = std::collections::BTreeMap::new();
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with("check-")) {
                key = name.to_owned();
                found.insert(key.clone(), BTreeSet::new());
            }
            for part in line.split('$').skip(1) {
                let end = part
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(part.len());
                found.get_mut(&key).unwrap().insert(part[..end].to_owned());
            }
        }
        found
    };
    let english = entries(&read("assets/i18n/en/check.ftl"));
    let mut chinese = entries(&read("assets/i18n/zh-CN/check.ftl"));
    assert_eq!(
        english.keys().collect::<Vec<_>>(),
        chinese.keys().collect::<Vec<_>>()
    );
    for (key, words) in &english {
        let other = chinese.remove(key).unwrap();
        // Names of land covers come in both languages, each in its own argument.
        let differ: Vec<_> = words.symmetric_difference(&other).collect();
        assert!(
            differ.iter().all(|w| ["en", "zh"].contains(&w.as_str())),
            "{key}: {differ:?}"
        );
    }
    let mut folders = vec![root.join("src/scenario"), root.join("src/world")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for key in text.split('"').filter(|piece| piece.starts_with("check-")) {
                assert!(
                    english.contains_key(key),
                    "{}: {key} is in no check.ftl",
                    path.display()
                );
            }
        }
    }
    for (stem, _) in BROKEN {
        let (errors, _) = check(&data().join(format!("broken/{stem}.ron")));
        for message in errors
            .iter()
            .flat_map(|d| [Some(&d.message), d.help.as_ref()])
            .flatten()
        {
            let given: BTreeSet<String> = message.args.keys().cloned().collect();
            let missing: Vec<_> = english[&message.key].difference(&given).collect();
            assert!(missing.is_empty(), "{}: {missing:?} not given", message.key);
        }
    }
}

#[test]
fn two_and_a_half_million_cells_of_real_terrain_load_as_a_world() {
    let deck = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/landscapes/socal_deck"
    ));
    if !deck.join("fbfm40.tif").is_file() {
        println!("skipped: ../shared/landscapes/socal_deck is not here");
        return;
    }
    let mut weather = String::new();
    for hour in 0..24 {
        let (at, from) = (60 * hour, 280 + hour);
        let _ = write!(
            weather,
            "(at_min: {at}, wind_from_deg: {from}, wind_m_s: 6, temperature_c: 30, humidity_pct: 18),"
        );
    }
    let text = r#"(
        name: "deck", title: (en: "Deck", zh: "试验区"),
        site: (epsg: 32611, time_zone: "America/Los_Angeles"),
        start: "2025-07-04T12:00", horizon_min: 1440, cell_m: 10,
        landscape: (
            elevation: "dem.tif", cover: "fbfm40.tif", coding: StandardFuel,
            canopy: (cover: "cc.tif", height: "ch.tif", base_height: "cbh.tif", bulk_density: "cbd.tif", units: Landfire),
        ),
        fire: (crown: ScottReinhardt),
        firebreaks: (items: [(id: "drawn", kind: Isolation, width_m: 12, path: [WHERE])]),
        moisture: (dead_1h_pct: 6, dead_10h_pct: 8, dead_100h_pct: 10, live_herb_pct: 90, live_woody_pct: 90),
        weather: [WEATHER],
        doctrine: (receive_min: 2, verify_min: 3, first_dispatch: []),
    )"#;
    let grid = geotiff::read_u8(&deck.join("fbfm40.tif"))
        .unwrap()
        .raster
        .grid;
    let (a, b) = (grid.centre(700, 800), grid.centre(900, 800));
    let path = format!("({}, {}), ({}, {})", a.x, a.y, b.x, b.y);
    let text = text.replace("WEATHER", &weather).replace("WHERE", &path);
    // The scenario lies elsewhere and names the deck by its whole path, as a user's own would.
    let dir = tempfile::tempdir().unwrap();
    let mut text = text;
    for layer in ["dem", "fbfm40", "cc", "ch", "cbh", "cbd"] {
        let whole = deck.join(layer).display().to_string();
        text = text.replace(
            &format!("\"{layer}.tif\""),
            &format!("{:?}", whole + ".tif"),
        );
    }
    let path = dir.path().join("deck.ron");
    std::fs::write(&path, &text).unwrap();
    let scenario = Scenario::read(&path).unwrap();
    let started = std::time::Instant::now();
    match World::build(scenario) {
        Ok((world, warnings)) => {
            println!(
                "{} cells in {:?}",
                world.landscape.cover.grid.len(),
                started.elapsed()
            );
            println!("{:?}", faults(&warnings));
            assert_eq!(world.grid.cols, 4800);
            let canopy = world.landscape.canopy.as_ref().unwrap();
            let share = |test: &dyn Fn(usize) -> bool| {
                let n = canopy.cover_pct.data.len();
                (0..n).filter(|&i| test(i)).count() as f64 / n as f64
            };
            let treed = share(&|i| canopy.cover_pct.data[i] > 0);
            assert!(treed > 0.02 && treed < 0.9, "{treed}");
            assert_eq!(
                share(&|i| canopy.base_dm.data[i] > canopy.height_dm.data[i]),
                0.0
            );
            let densest = canopy.bulk_density_g_m3.data.iter().max();
            assert!(
                densest.is_some_and(|&d| (100..=500).contains(&d)),
                "{densest:?}"
            );
        }
        Err(found) => panic!("{found:#?}"),
    }
}

#[test]
fn a_narrow_road_is_checked_for_where_vehicles_pass_and_turn() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text
        .replacen("passing_m: None,", "passing_m: Some(0),", 1)
        .replacen(
            "turn_rounds_m: Some([300]),",
            "turn_rounds_m: Some([-5, 300, 90000]),",
            1,
        );
    let line = |of: &str| text.lines().position(|l| l.contains(of)).unwrap() + 1;
    let Err(errors) = World::build(Scenario::parse(&path, &text).unwrap()) else {
        panic!("the road cannot be so");
    };
    let found: Vec<usize> = errors.iter().map(|d| d.line).collect();
    let (passing, turning) = (line("passing_m: Some(0)"), line("turn_rounds_m: Some([-5"));
    assert_eq!(found, [passing, turning, turning], "{errors:?}");
}
