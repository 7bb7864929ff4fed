//! Ensembles as their user meets them: one seed, one member, whatever is compared; draws that follow what is stated.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use assert_cmd::cargo::CommandCargoExt;
use fireline::base::geo::{Polyline, polygon_contains};
use fireline::scenario::Scenario;
use fireline::scenario::schema::{Cause, DangerLevel};
use fireline::simulation::{PolicyName, Simulation};
use fireline::world::World;
use fireline::world::ensemble::weights_by_cause;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Three days of the valley with weights 1, 2 and 5.
const LISTED: &str = r#"ensemble: Some((
    days: Listed([
        (name: "damp", start: "2025-03-10T13:00", danger: Some(Blue), moisture: Some((dead_1h_pct: 14, dead_10h_pct: 16, dead_100h_pct: 18, live_herb_pct: 110, live_woody_pct: 100)), weather: [(at_min: 0, wind_from_deg: 90, wind_m_s: 2, temperature_c: 18, humidity_pct: 70)]),
        (name: "dry", weight: 2, start: "2025-04-05T13:00", danger: Some(Yellow), weather: [(at_min: 0, wind_from_deg: 0, wind_m_s: 4, temperature_c: 26, humidity_pct: 35)]),
        (name: "gale", weight: 5, start: "2025-11-20T13:00", danger: Some(Red), weather: [(at_min: 0, wind_from_deg: 350, wind_m_s: 7, temperature_c: 20, humidity_pct: 25)]),
    ]),
    perturb: (wind_factor_sd: 0.2, wind_turn_sd_deg: 15, dead_moisture_sd_pct: 1, fuel_factor_sd: 0.2),
)),"#;
const WEIGHTS: [(&str, f64); 3] = [("damp", 1.0), ("dry", 2.0), ("gale", 5.0)];

/// The valley with an ensemble and a draw of fires, as text.
fn text(ensemble: &str, draw: &str) -> String {
    let valley = std::fs::read_to_string(root().join("scenarios/valley.ron")).unwrap();
    let from = valley.find("    drawn_ignitions: Some((").unwrap();
    let end = "        within: None,\n    )),";
    let until = from + valley[from..].find(end).unwrap() + end.len();
    let valley = format!(
        "{}    drawn_ignitions: {draw},{}",
        &valley[..from],
        &valley[until..]
    );
    assert!(valley.contains("\n    ensemble: None,"));
    valley.replace("\n    ensemble: None,", &format!("\n{ensemble}"))
}

fn parsed(text: &str) -> Scenario {
    Scenario::parse(&root().join("scenarios/valley.ron"), text).unwrap_or_else(|e| panic!("{e:?}"))
}

fn built(text: &str) -> World {
    World::build(parsed(text))
        .unwrap_or_else(|e| panic!("{e:?}"))
        .0
}

fn refused(text: &str) -> Vec<(String, String)> {
    let Err(found) = World::build(parsed(text)) else {
        panic!("such a scenario cannot be run");
    };
    found.into_iter().map(|d| (d.message.key, d.path)).collect()
}

/// The plain draw of seed 7: cause, place in metres, minute.
const GOLDEN: [(Cause, f64, f64, f64); 3] = [
    (Cause::Refuse, 603_368.0, 3_003_090.0, 50.0),
    (Cause::Smokers, 603_309.0, 3_004_990.0, 21.0),
    (Cause::TombSweeping, 602_970.0, 3_002_448.0, 9.0),
];

/// Pearson's statistic of counts against expectations.
fn chi_square(pairs: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    pairs
        .into_iter()
        .map(|(found, expected)| (found - expected) * (found - expected) / expected)
        .sum()
}

#[test]
fn without_an_ensemble_a_run_is_what_it_was() {
    let plain = Arc::new(built(&text("", "None")));
    assert!(Arc::ptr_eq(&plain, &plain.of_seed(4)));
    // The plain draw of fires, as the program made it before there were members.
    let world = built(&text("", "Some((count: 3, from_min: 0, until_min: 60))"));
    let fires = world.member_of(7).fires;
    let found: Vec<_> = fires
        .iter()
        .map(|f| (f.cause, f.at.x.round(), f.at.y.round(), f.at_min.round()))
        .collect();
    assert_eq!(found, GOLDEN);
}

#[test]
fn a_seed_is_one_member_under_every_policy_and_with_other_breaks() {
    let draw =
        "Some((count: 2, from_min: 0, until_min: 90, model: Calendar, near_breaks_m: Some(600)))";
    let base = built(&text(LISTED, draw));
    let mut bare = built(&text(LISTED, draw));
    bare.firebreaks.clear();
    bare.meets_fires_of(&base);
    let mut days = BTreeMap::new();
    for seed in 0..40 {
        let member = base.member_of(seed);
        assert_eq!(member, bare.member_of(seed));
        assert_eq!(member.fires.len(), 2);
        for fire in &member.fires {
            let near = base.firebreaks.iter().any(|b| {
                let path = Polyline::new(b.path.clone());
                path.nearest(fire.at).is_some_and(|n| n.2 < 600.0 + 30.0)
            });
            assert!(near, "{fire:?}");
        }
        *days.entry(member.day.unwrap().name).or_insert(0) += 1;
    }
    assert_eq!(days.len(), 3, "{days:?}");
    let (base, bare) = (Arc::new(base), Arc::new(bare));
    let lit = |world: &Arc<World>, policy| {
        let mut run = Simulation::new(Arc::clone(world), 5, policy);
        while run.time_s() < 6000.0 {
            run.step();
        }
        let truth = |line: &&str| {
            ["\"ignition\"", "\"weather\"", "\"member_drawn\""]
                .iter()
                .any(|k| line.contains(k))
        };
        let of = |line: &str| {
            let record = line.split("\"kind\":").nth(1).unwrap();
            record
                .split("\"hash\"")
                .next()
                .unwrap()
                .split("\"prev")
                .next()
                .unwrap()
                .to_owned()
        };
        let text = run.journal().text().to_owned();
        text.lines().filter(truth).map(of).collect::<Vec<_>>()
    };
    let one = lit(&base, PolicyName::RunCard);
    assert!(one.iter().any(|l| l.contains("member_drawn")), "{one:?}");
    assert_eq!(
        one.iter().filter(|l| l.contains("drawn-")).count(),
        2,
        "{one:?}"
    );
    assert_eq!(one, lit(&base, PolicyName::DoNothing));
    assert_eq!(one, lit(&bare, PolicyName::Nearest));
}

#[test]
fn days_are_drawn_by_their_weights_and_perturbations_by_their_deviations() {
    let world = built(&text(LISTED, "None"));
    let n = 4000;
    let mut days: BTreeMap<String, f64> = BTreeMap::new();
    let (mut logs, mut turns, mut shifts) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..n {
        let member = world.member_of(seed);
        *days.entry(member.day.unwrap().name).or_insert(0.0) += 1.0;
        logs.push(libm::log(member.perturbation.wind_factor));
        turns.push(member.perturbation.wind_turn_deg);
        shifts.push(member.perturbation.moisture_shift_pct);
    }
    let expected = WEIGHTS.map(|(name, w)| (days[name], n as f64 * w / 8.0));
    // 99.9 % of 2 degrees of freedom.
    let found = chi_square(expected);
    assert!(found < 13.8, "{found}: {days:?}");
    for (values, sd) in [(&logs, 0.2), (&turns, 15.0), (&shifts, 1.0)] {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let var = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 4.0 * sd / (n as f64).sqrt(), "{mean}");
        assert!((var.sqrt() / sd - 1.0).abs() < 0.05, "{} {sd}", var.sqrt());
    }
}

#[test]
fn a_members_world_is_its_day_with_what_is_off() {
    let world = Arc::new(built(&text(LISTED, "None")));
    for seed in 0..10 {
        let of = world.of_seed(seed);
        let member = of.member.clone().unwrap();
        let (day, off) = (member.day.as_ref().unwrap(), member.perturbation);
        assert_eq!(of.clock.iso(0.0)[..16], day.start[..16]);
        let wind = of.weather.at(0.0);
        assert!((wind.wind_m_s - day.weather[0].wind_m_s * off.wind_factor).abs() < 1e-12);
        let turned = (day.weather[0].wind_from_deg + off.wind_turn_deg).rem_euclid(360.0);
        assert!((wind.wind_from_deg - turned).abs() < 1e-9);
        assert_eq!(Some(of.danger_at(0.0).level), day.danger);
        let load = of.fuels[&101].load_1h / world.fuels[&101].load_1h;
        assert!((load - off.fuel_factor).abs() < 1e-12);
        assert!(Arc::ptr_eq(&of.landscape, &world.landscape));
        assert!(
            Arc::ptr_eq(&of, &of.of_seed(seed + 1)),
            "a member stays one"
        );
        // What a run folder keeps draws the same member again.
        assert_eq!(of.written(), &world.scenario);
    }
}

#[test]
fn causes_and_hours_of_drawn_fires_follow_the_calendar() {
    // The valley's own day in April: 14:20 to 18:20.
    let draw = "Some((count: 1, from_min: 0, until_min: 220, model: Calendar))";
    let world = built(&text("", draw));
    let expected: BTreeMap<Cause, f64> = weights_by_cause(&world).unwrap().into_iter().collect();
    let total: f64 = expected.values().sum();
    // Calm: no power line starts a fire, and nobody burns refuse before 17 h.
    assert_eq!(expected[&Cause::PowerLine], 0.0);
    assert!(expected[&Cause::TombSweeping] > expected[&Cause::Refuse]);
    let n = 5000_u32;
    let mut found: BTreeMap<Cause, f64> = BTreeMap::new();
    let mut peak = (0.0, 0.0);
    for seed in 0..n {
        let member = world.member_of(seed.into());
        let fire = &member.fires[0];
        *found.entry(fire.cause).or_insert(0.0) += 1.0;
        assert!((0.0..=220.0).contains(&fire.at_min));
        if fire.cause == Cause::Agricultural {
            // 15 to 17 h is twice as frequent as the rest.
            peak.0 += f64::from(u8::from((40.0..160.0).contains(&fire.at_min)));
            peak.1 += 1.0;
        }
        if fire.cause == Cause::TombSweeping {
            assert!(fire.at_min <= 100.0, "after 16 h: {fire:?}");
        }
    }
    let possible = expected.iter().filter(|(_, w)| **w > 0.0);
    let pairs: Vec<(f64, f64)> = possible
        .map(|(cause, w)| {
            (
                found.get(cause).copied().unwrap_or(0.0),
                f64::from(n) * w / total,
            )
        })
        .collect();
    // 99.9 % of 4 degrees of freedom.
    let statistic = chi_square(pairs.clone());
    assert!(statistic < 18.5, "{statistic}: {pairs:?}");
    let share = 240.0 / (40.0 + 240.0 + 60.0);
    let off = (peak.0 / peak.1 - share).abs();
    assert!(
        off < 4.0 * (share * (1.0 - share) / peak.1).sqrt(),
        "{peak:?}"
    );
}

#[test]
fn the_number_of_fires_is_poisson_and_rises_with_danger() {
    let mut before: Option<Vec<usize>> = None;
    for (level, factor) in [
        ("Blue", 0.5),
        ("Yellow", 1.6),
        ("Orange", 2.5),
        ("Red", 4.0),
    ] {
        let draw = "Some((per_day: Some(10), from_min: 0, until_min: 144))";
        let danger = format!("danger: Some({level}),\n    // Optional. Instead");
        let scenario =
            text("", draw).replace("danger: Some(Yellow),\n    // Optional. Instead", &danger);
        let world = built(&scenario);
        let counts: Vec<usize> = (0..2000).map(|s| world.member_of(s).fires.len()).collect();
        let n = counts.len() as f64;
        let mean = counts.iter().sum::<usize>() as f64 / n;
        let var = counts
            .iter()
            .map(|&c| (c as f64 - mean) * (c as f64 - mean))
            .sum::<f64>()
            / n;
        // A tenth of a day.
        assert!(
            (mean - factor).abs() < 4.0 * (factor / n).sqrt(),
            "{level}: {mean}"
        );
        assert!((var / mean - 1.0).abs() < 0.15, "{level}: {var} {mean}");
        if let Some(less) = before.replace(counts.clone()) {
            assert!(
                less.iter().zip(&counts).all(|(a, b)| a <= b),
                "common numbers"
            );
        }
    }
}

#[test]
fn the_fire_nobody_fights_is_the_members() {
    let home = tempfile::tempdir().unwrap();
    let valley = home.path().join("valley.ron");
    let draw = "Some((count: 1, from_min: 0, until_min: 60, model: Calendar))";
    let scenario = text(LISTED, draw).replace(
        "\"valley/",
        &format!("\"{}/scenarios/valley/", root().display()),
    );
    std::fs::write(&valley, scenario).unwrap();
    let out = home.path().join("b");
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("fireline").unwrap();
        command
            .current_dir(root())
            .args(["--lang", "en", "--quiet"])
            .args(arguments);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    };
    let path = |p: &PathBuf| p.display().to_string();
    run(&[
        "batch",
        &path(&valley),
        "--seeds",
        "0..6",
        "--policy",
        "run-card,do-nothing",
        "--out",
        &path(&out),
    ]);
    let mut reader = csv::Reader::from_path(out.join("runs.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|c| c == name).unwrap()].to_owned()
    };
    assert_eq!(rows.len(), 12);
    for pair in rows.chunks(2) {
        let (fought, unfought) = (&pair[0], &pair[1]);
        assert_eq!(of(unfought, "counterfactual_ha"), of(unfought, "burnt_ha"));
        assert_eq!(of(fought, "counterfactual_ha"), of(unfought, "burnt_ha"));
        for column in [
            "member_day",
            "member_start",
            "wind_factor",
            "wind_turn_deg",
            "moisture_shift_pct",
            "fuel_factor",
            "drawn_fires",
        ] {
            assert!(!of(fought, column).is_empty(), "{column}");
            assert_eq!(of(fought, column), of(unfought, column));
        }
    }
    let table = run(&[
        "inspect",
        &path(&valley),
        "--ensemble",
        "--seeds",
        "0..6",
        "--json",
    ]);
    let told: serde_json::Value = serde_json::from_str(&table).unwrap();
    let days: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["day"].as_str().unwrap())
        .collect();
    let batch: Vec<String> = rows
        .iter()
        .step_by(2)
        .map(|r| of(r, "member_day"))
        .collect();
    assert_eq!(days, batch);
}

#[test]
fn days_come_from_files_by_season_and_danger() {
    let home = tempfile::tempdir().unwrap();
    // Every third day is dry; two days lack hours.
    let mut table =
        String::from("datetime,temperature,humidity,wind_speed_m_s,wind_direction,rain_mm\n");
    for day in 1..=30 {
        for hour in 0..24 {
            if matches!(day, 9 | 12) && hour > 10 {
                continue;
            }
            let (t, h) = if day % 3 == 0 {
                (31.0, 20.0)
            } else {
                (16.0, 80.0)
            };
            let rain = if day % 3 == 1 && hour == 2 { 8.0 } else { 0.0 };
            writeln!(table, "2019-04-{day:02}T{hour:02}:00,{t},{h},5,20,{rain}").unwrap();
        }
    }
    std::fs::write(home.path().join("station.csv"), table).unwrap();
    let days = |from_danger: &str| {
        let ensemble = format!(
            r#"ensemble: Some((days: Files((files: ["station.csv"], clock: "13:00", from: "04-05", until: "04-28", from_danger: {from_danger})))),"#
        );
        let scenario = text(&ensemble, "None")
            .replace(
                "danger: Some(Yellow),\n    // Optional. Instead",
                "// Optional. Instead",
            )
            .replace("danger_by: None,", "danger_by: Some(Lu2020(dry_days: 0)),")
            .replace(
                "\"valley/",
                &format!("\"{}/scenarios/valley/", root().display()),
            );
        let path = home.path().join("v.ron");
        let scenario = Scenario::parse(&path, &scenario).unwrap_or_else(|e| panic!("{e:?}"));
        let world = World::build(scenario).unwrap_or_else(|e| panic!("{e:?}")).0;
        let mut found: BTreeMap<String, DangerLevel> = BTreeMap::new();
        for seed in 0..600 {
            let of = Arc::new(world.with_member(&Arc::new(world.member_of(seed))));
            let day = of.member.as_ref().unwrap().day.clone().unwrap();
            assert_eq!(&day.start[..5], "2025-", "the scenario's year");
            found.insert(day.name, of.danger_at(0.0).level);
        }
        found
    };
    let all = days("None");
    // The 5th to the 28th without the two.
    assert_eq!(all.len(), 22, "{all:?}");
    let most = *all.values().max().unwrap();
    assert!(most > *all.values().min().unwrap());
    let dangerous = days(&format!("{most:?}"));
    assert!(
        dangerous
            .keys()
            .all(|d| d[8..].parse::<u32>().unwrap() % 3 == 0),
        "{dangerous:?}"
    );
    assert_eq!(
        dangerous.len(),
        all.values().filter(|l| **l == most).count()
    );
}

#[test]
fn what_cannot_be_drawn_is_refused_where_it_stands() {
    let ensemble = LISTED
        .replace("weight: 2", "weight: 0")
        .replace("fuel_factor_sd: 0.2", "fuel_factor_sd: -1")
        .replace("\"gale\"", "\"dry\"")
        .replace("2025-03-10T13:00", "10 March");
    let draw = r#"Some((count: 1, per_day: Some(2), from_min: 0, until_min: 60, near_breaks_m: Some(0), within: Some("nanpo")))"#;
    let found = refused(&text(&ensemble, draw));
    let has = |key: &str, path: &str| found.iter().any(|(k, p)| k == key && p == path);
    for (key, path) in [
        ("check-out-of-range", "ensemble.days[1].weight"),
        ("check-out-of-range", "ensemble.perturb.fuel_factor_sd"),
        ("check-id-duplicate", "ensemble.days[2].name"),
        ("check-start", "ensemble.days[0].start"),
        ("check-draw-twice", "drawn_ignitions.per_day"),
        ("check-out-of-range", "drawn_ignitions.near_breaks_m"),
        ("check-unknown-area", "drawn_ignitions.within"),
    ] {
        assert!(has(key, path), "{key} at {path}: {found:#?}");
    }
    let climate = r#"ensemble: Some((days: Climatology((source: " ", from: "03-15", until: "04-31", from_danger: Red, night_wind_share: 2,
        months: [(month: 4, max_temperature_c: (mean: 22, sd: -4), daily_range_c: 8, least_humidity_pct: (mean: 50, sd: 10), wind_m_s: (mean: 3, sd: 1), wind_rose: [1, 2, 3], dry_days: 3)])))),"#;
    let found = refused(&text(climate, "None"));
    for key in [
        "check-ensemble-source",
        "check-month-day",
        "check-ensemble-danger-by",
        "check-wind-rose",
        "check-out-of-range",
    ] {
        assert!(found.iter().any(|(k, _)| k == key), "{key}: {found:#?}");
    }
    let months = climate
        .replace("04-31", "04-30")
        .replace("source: \" \"", "source: \"test\"");
    assert!(
        refused(&text(&months, "None"))
            .iter()
            .any(|(k, _)| k == "check-ensemble-months")
    );
    let night = "Some((count: 1, from_min: 700, until_min: 760, model: Calendar))";
    let long = text("", night)
        .replace("horizon_min: 240,", "horizon_min: 800,")
        .replace("weather_after_end: Refuse,", "weather_after_end: Hold,");
    assert_eq!(refused(&long)[0].0, "check-draw-no-hours");
    let nowhere = text(
        "",
        "Some((count: 1, until_min: 60, near_breaks_m: Some(50)))",
    );
    let from = nowhere.find("    firebreaks: (\n").unwrap();
    let until = from + nowhere[from..].find("\n    ),\n").unwrap() + 8;
    let nowhere = format!("{}{}", &nowhere[..from], &nowhere[until..]);
    assert_eq!(refused(&nowhere)[0].0, "check-draw-no-breaks");
}

#[test]
fn the_farm_has_the_density_it_states_and_its_fires_lie_in_it() {
    let path = root().join("scenarios/farm.ron");
    let world = World::build(Scenario::read(&path).unwrap())
        .unwrap_or_else(|e| panic!("{e:?}"))
        .0;
    let farm = world
        .areas
        .iter()
        .find(|a| a.id == "chenping-farm")
        .unwrap();
    let ha = fireline::base::geo::polygon_area(&farm.ring).abs() / 10_000.0;
    let inside: f64 = world
        .firebreaks
        .iter()
        .flat_map(|b| b.path.windows(2))
        .filter(|w| polygon_contains(&farm.ring, w[0].towards(w[1], 0.5)))
        .map(|w| w[0].distance(w[1]))
        .sum();
    assert!((inside / ha - 33.0).abs() < 1.0, "{inside} m in {ha} ha");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("33 m/ha"));
    let mut causes = BTreeMap::new();
    let mut days = BTreeMap::new();
    for seed in 0..200 {
        let member = world.member_of(seed);
        assert_eq!(member.fires.len(), 1);
        // A cell whose middle lies in the farm may reach over its edge.
        let at = member.fires[0].at;
        let edge = Polyline::new(farm.ring.clone()).nearest(at).unwrap().2;
        assert!(polygon_contains(&farm.ring, at) || edge < 22.0, "{edge}");
        *causes.entry(member.fires[0].cause).or_insert(0) += 1;
        *days.entry(member.day.unwrap().name).or_insert(0) += 1;
    }
    assert!(causes.len() >= 3 && days.len() == 8, "{causes:?} {days:?}");
}
