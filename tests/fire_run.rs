//! Whole runs in which fire gets out: breaks that leak, firebrands, edges that light again, backfires.

use std::path::Path;
use std::sync::Arc;

use fireline::files::geotiff;
use fireline::fire::breaks::{ContactOutcome, LeakKind};
use fireline::fire::front::StartKind;
use fireline::protocol::{Order, Orderer, Record, Refusal};
use fireline::scenario::Scenario;
use fireline::simulation::{Ending, EndingReason, Outcome, PolicyName, Simulation};
use fireline::world::World;

/// The training valley, parts of its text replaced.
fn valley(changes: &[(&str, &str)]) -> Arc<World> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let scenario = Scenario::parse(&path, &text).unwrap();
    match World::build(scenario) {
        Ok((world, _)) => Arc::new(world),
        Err(found) => panic!("{found:#?}"),
    }
}

fn run(world: &Arc<World>, seed: u64, policy: PolicyName) -> Outcome {
    let mut simulation = Simulation::new(world.clone(), seed, policy);
    simulation.run();
    simulation.finish()
}

/// A contact of a break.
#[derive(Debug, Clone, PartialEq)]
struct Contact {
    t_s: f64,
    kind: LeakKind,
    id: String,
    piece: u32,
    contact: u32,
    intensity_kw_m: f64,
    width_m: f64,
    probability: f64,
    draw: f64,
    outcome: ContactOutcome,
}

fn contacts(outcome: &Outcome) -> Vec<Contact> {
    let of = |line: &fireline::protocol::Line| match &line.record {
        Record::BreakContact {
            barrier,
            id,
            piece,
            contact,
            intensity_kw_m,
            width_m,
            probability,
            draw,
            outcome,
            ..
        } => Some(Contact {
            t_s: line.t_s,
            kind: *barrier,
            id: id.clone(),
            piece: *piece,
            contact: *contact,
            intensity_kw_m: *intensity_kw_m,
            width_m: *width_m,
            probability: *probability,
            draw: *draw,
            outcome: *outcome,
        }),
        _ => None,
    };
    outcome.journal.lines().iter().filter_map(of).collect()
}

/// How many of the outcome's records are of a kind.
fn count(outcome: &Outcome, is: impl Fn(&Record) -> bool) -> usize {
    let lines = outcome.journal.lines().iter();
    lines.filter(|l| is(&l.record)).count()
}

const BREAKS: &str = "    firebreaks: (\n        files: [],\n        items: [\n";
const HORIZON: (&str, &str) = ("horizon_min: 240,", "horizon_min: 120,");
const NO_LENGTHS: (&str, &str) = (
    "planted_firebreak_km: Some(2.42),\n        isolation_belt_km: Some(2.25),",
    "",
);

/// The valley with an isolation belt of this width drawn south of the fire, across its way.
fn valley_with_belt(belt: &str) -> Arc<World> {
    let drawn =
        format!("{BREAKS}(id: \"drawn\", {belt} path: [(602100, 3002440), (603150, 3002440)]),\n");
    valley(&[
        (BREAKS, &drawn),
        HORIZON,
        NO_LENGTHS,
        ("breaks: Wilson1988", "breaks: Wilson1988"),
    ])
}

#[test]
fn the_journal_says_why_a_break_held_or_did_not() {
    let world = valley_with_belt("kind: Isolation, width_m: 6, edge_trees: true,");
    let mut outcomes = std::collections::BTreeSet::new();
    for seed in 1..=4 {
        let outcome = run(&world, seed, PolicyName::DoNothing);
        let all = contacts(&outcome);
        let drawn: Vec<_> = all.iter().filter(|c| c.id == "drawn").collect();
        assert!(!drawn.is_empty(), "seed {seed}: {all:?}");
        for c in &drawn {
            assert_eq!(c.kind, LeakKind::Isolation);
            assert!(
                c.intensity_kw_m > 0.0 && c.width_m > 2.0 && c.width_m < 12.0,
                "{c:?}"
            );
            assert_eq!(
                c.outcome == ContactOutcome::Breached,
                c.draw < c.probability,
                "{c:?}"
            );
            outcomes.insert(c.outcome);
        }
        let again = run(&world, seed, PolicyName::DoNothing);
        assert_eq!(again.journal.text(), outcome.journal.text());
        let lit = (0..outcome.front.starts())
            .filter(|&s| matches!(outcome.front.start(s), Some((_, StartKind::Breach, _))))
            .count();
        let breached = all.iter().filter(|c| c.outcome == ContactOutcome::Breached);
        assert!(lit <= breached.count());
    }
    assert_eq!(outcomes.len(), 2, "neither only held nor only breached");
}

#[test]
fn a_wider_belt_is_never_breached_earlier() {
    // Both stand on the grid as their centre line alone: until one is breached the fires are the same.
    let [narrow, wide] = ["2.5", "4.9"].map(|width| {
        valley_with_belt(&format!(
            "kind: Isolation, width_m: {width}, edge_trees: true,"
        ))
    });
    let mut earlier = 0;
    for seed in 1..=6 {
        let first = |world: &Arc<World>| {
            let all = contacts(&run(world, seed, PolicyName::DoNothing));
            all.into_iter()
                .find(|c| c.id == "drawn" && c.outcome == ContactOutcome::Breached)
        };
        match (first(&narrow), first(&wide)) {
            (None, Some(b)) => panic!("seed {seed}: {b:?}"),
            (Some(a), Some(b)) => {
                assert!(a.t_s <= b.t_s, "seed {seed}: {a:?} {b:?}");
                earlier += usize::from(a.t_s < b.t_s);
            }
            (Some(_), None) => earlier += 1,
            (None, None) => {}
        }
    }
    assert!(earlier > 0);
}

#[test]
fn a_belt_planted_last_year_stops_nothing_and_a_grown_one_does() {
    let crossed = |belt| {
        let outcome = run(&valley_with_belt(belt), 2, PolicyName::DoNothing);
        let all = contacts(&outcome);
        let of: Vec<_> = all.into_iter().filter(|c| c.id == "drawn").collect();
        assert!(!of.is_empty());
        of.iter()
            .filter(|c| c.outcome == ContactOutcome::Breached)
            .count() as f64
            / of.len() as f64
    };
    let young = crossed("kind: Planted, width_m: 16, built: Some(2024),");
    let grown = crossed("kind: Planted, width_m: 16, built: Some(2010), maintained: Some(2024),");
    assert_eq!(young, 1.0);
    assert!(grown < 0.5, "{grown}");
}

#[test]
fn breaks_that_hold_by_decree_are_never_drawn_for() {
    let world = valley(&[HORIZON, ("breaks: Wilson1988", "breaks: Holds")]);
    let outcome = run(&world, 3, PolicyName::DoNothing);
    assert!(contacts(&outcome).is_empty());
    assert!(
        (0..outcome.front.starts())
            .all(|s| !matches!(outcome.front.start(s), Some((_, StartKind::Breach, _))))
    );
}

#[test]
fn firebrands_start_fires_over_the_valley_only_when_they_are_switched_on() {
    let windy = (
        "(at_min: 60, wind_from_deg: 355, wind_m_s: 5,",
        "(at_min: 60, wind_from_deg: 355, wind_m_s: 11,",
    );
    // The valley's litter fires throw next to nothing: so many that some must light.
    let many = (
        "\"detection.camera_sweep_s\": 180,",
        "\"detection.camera_sweep_s\": 180, \"spotting.brands_per_ha\": 4000, \"spotting.half_kw_m\": 200,",
    );
    let spots = |outcome: &Outcome| count(outcome, |r| matches!(r, Record::SpotFire { .. }));
    let off = run(&valley(&[HORIZON, windy, many]), 5, PolicyName::DoNothing);
    assert_eq!(spots(&off), 0);
    for model in ["SardoyLognormal", "AlbiniMaximum"] {
        let world = valley(&[
            HORIZON,
            windy,
            many,
            ("spotting: Off", &format!("spotting: {model}")),
        ]);
        let on = run(&world, 5, PolicyName::DoNothing);
        assert!(spots(&on) > 3, "{model}: {}", spots(&on));
        assert_eq!(
            run(&world, 5, PolicyName::DoNothing).journal.text(),
            on.journal.text()
        );
        // They belong to the fire that threw them.
        assert_eq!(on.fires.len(), 1);
        let lit = (0..on.front.starts())
            .filter_map(|s| on.front.start(s))
            .filter(|(_, kind, _)| *kind == StartKind::Spot);
        assert!(lit.clone().count() > 3);
        assert!(
            lit.into_iter()
                .all(|(family, _, _)| family == on.fires[0].origin)
        );
    }
}

/// A fire lit apart from the first but of its family, as a spot fire is.
const APART: (&str, &str) = (
    "    injects: [\n",
    "    injects: [\n        (id: \"apart\", at_min: 12, event: Backfire(path: [(602520, 3002290), (602545, 3002290)])),\n",
);

#[test]
fn crews_deal_with_every_ring_of_a_fire_before_they_call_it_contained() {
    let quiet = ("reignition: true", "reignition: false");
    let world = valley(&[APART, quiet, ("breaks: Wilson1988", "breaks: Holds")]);
    let outcome = run(&world, 7, PolicyName::RunCard);
    let lit = |kind| {
        (0..outcome.front.starts()).any(|s| {
            outcome
                .front
                .start(s)
                .is_some_and(|o| o.1 == kind && o.0 == 0)
        })
    };
    assert!(lit(StartKind::Backfire));
    assert_eq!(
        outcome.fires[0].ending,
        Ending::Out,
        "{:?}",
        outcome.fires[0]
    );
    // Both rings lie in line, and nothing of either burns on.
    let rings = outcome.front.perimeter();
    let outer: Vec<_> = rings.iter().filter(|r| r.area_m2 > 0.0).collect();
    assert_eq!(outer.len(), 2);
    let contained = outcome.fires[0].contained_s.unwrap();
    let before = outcome
        .front
        .burnt_iter()
        .filter(|(_, _, b)| b.arrival_s < contained)
        .count();
    assert!(outcome.front.burnt_cells() as f64 <= 1.1 * before as f64);
    assert!(outcome.front.burnt_iter().all(|(_, _, b)| b.put_out));
}

#[test]
fn an_edge_that_nobody_has_cooled_lights_again_and_the_ring_is_lost_when_nobody_is_there() {
    let hot = (
        "\"detection.camera_sweep_s\": 180,",
        "\"detection.camera_sweep_s\": 180, \"reignition.per_km_h\": 40,",
    );
    let outcome = run(&valley(&[hot]), 7, PolicyName::RunCard);
    let again = |o: &Outcome| count(o, |r| matches!(r, Record::Reignition { .. }));
    assert!(again(&outcome) > 0);
    // Those who mop up soon have it back: a slop-over, and the fire stays contained from the first time on.
    let lost = |o: &Outcome| count(o, |r| matches!(r, Record::ContainmentLost { .. }));
    assert_eq!(lost(&outcome), 0);
    assert_eq!(
        count(&outcome, |r| matches!(r, Record::Contained { .. })),
        1
    );
    // Called home once the ring is closed, nobody has it back.
    let mut simulation = Simulation::new(valley(&[hot]), 7, PolicyName::RunCard);
    let mut is_contained = false;
    while !simulation.is_over() {
        simulation.step();
        let lines = simulation.journal().lines();
        let contained = lines
            .iter()
            .any(|l| matches!(l.record, Record::Contained { .. }));
        if contained && !std::mem::replace(&mut is_contained, true) {
            for unit in simulation.view().units {
                simulation.order(Order::Recall { unit: unit.id }, Orderer::Person);
            }
        }
    }
    let left = simulation.finish();
    assert!(again(&left) > 0 && lost(&left) > 0);
    let never = valley(&[hot, ("reignition: true", "reignition: false")]);
    assert_eq!(again(&run(&never, 7, PolicyName::RunCard)), 0);
}

#[test]
fn a_backfire_takes_somebody_on_the_scene_and_something_that_burns() {
    let world = valley(&[]);
    let mut simulation = Simulation::new(world.clone(), 7, PolicyName::RunCard);
    let order = |path: &[(f64, f64)]| Order::Backfire {
        incident: 1,
        path: path.iter().map(|&p| p.into()).collect(),
    };
    let good = [(602500.0, 3_002_300.0), (602700.0, 3_002_300.0)];
    let said = |s: &Simulation, is: &dyn Fn(&Record) -> bool| {
        s.journal().lines().iter().filter(|l| is(&l.record)).count()
    };
    let refused = |reason: Refusal| move |r: &Record| matches!(r, Record::Refused { reason: why, .. } if *why == reason);
    let nowhere = Order::Backfire {
        incident: 9,
        path: Vec::new(),
    };
    simulation.order(nowhere, Orderer::Person);
    simulation.step();
    assert_eq!(said(&simulation, &refused(Refusal::UnknownIncident)), 1);
    while said(&simulation, &|r| matches!(r, Record::Departed { .. })) == 0 {
        simulation.step();
    }
    simulation.order(order(&good), Orderer::Person);
    simulation.step();
    assert_eq!(said(&simulation, &refused(Refusal::NobodyThere)), 1);
    // Who lights it goes on foot.
    let on_foot = |r: &Record| matches!(r, Record::Arrived { unit, .. } if unit.ends_with("crew"));
    while said(&simulation, &on_foot) == 0 {
        simulation.step();
    }
    simulation.order(order(&[(0.0, 0.0), (10.0, 0.0)]), Orderer::Person);
    simulation.order(order(&[]), Orderer::Person);
    simulation.order(order(&good[..1]), Orderer::Person);
    let far = [(600_500.0, 3_004_500.0), (600_700.0, 3_004_500.0)];
    simulation.order(order(&far), Orderer::Person);
    simulation.step();
    assert_eq!(said(&simulation, &refused(Refusal::OffTheMap)), 1);
    assert_eq!(said(&simulation, &refused(Refusal::NothingBurns)), 2);
    assert_eq!(said(&simulation, &refused(Refusal::TooFar)), 1);
    simulation.order(order(&good), Orderer::Person);
    simulation.step();
    assert_eq!(
        said(&simulation, &|r| matches!(r, Record::Backfire { .. })),
        1,
        "{}",
        simulation.journal().text()
    );
    let outcome = simulation.finish();
    let kinds: Vec<_> = (0..outcome.front.starts())
        .filter_map(|s| outcome.front.start(s))
        .collect();
    assert!(
        kinds
            .iter()
            .any(|k| k.1 == StartKind::Backfire && k.0 == outcome.fires[0].origin)
    );
}

#[test]
fn a_drawn_break_on_real_terrain_accounts_for_each_contact() {
    let deck = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/landscapes/socal_deck"
    ));
    if !deck.join("fbfm40.tif").is_file() {
        println!("skipped: ../shared/landscapes/socal_deck is not here");
        return;
    }
    let codes = geotiff::read_u8(&deck.join("fbfm40.tif")).unwrap().raster;
    let grid = codes.grid;
    // A place that burns for half a kilometre around.
    let burns = |col: usize, row: usize| matches!(codes.get(col, row), 101..=204);
    let (col, row) = (200..1400)
        .step_by(20)
        .flat_map(|row| (200..1400).step_by(20).map(move |col| (col, row)))
        .find(|&(col, row)| (col - 10..col + 40).all(|c| (row - 15..row + 15).all(|r| burns(c, r))))
        .unwrap();
    let start = grid.centre(col, row);
    let (a, b) = (
        grid.centre(col + 12, row - 12),
        grid.centre(col + 12, row + 12),
    );
    let text = format!(
        r#"(
        name: "deck", title: (en: "Deck", zh: "试验区"),
        site: (epsg: 32611, time_zone: "America/Los_Angeles"),
        start: "2025-07-04T12:00", horizon_min: 90, cell_m: 30,
        landscape: (
            elevation: "{deck}/dem.tif", cover: "{deck}/fbfm40.tif", coding: StandardFuel,
            canopy: (cover: "{deck}/cc.tif", height: "{deck}/ch.tif", base_height: "{deck}/cbh.tif",
                bulk_density: "{deck}/cbd.tif", units: Landfire),
        ),
        fire: (crown: ScottReinhardt, spotting: SardoyLognormal),
        firebreaks: (items: [(id: "drawn", kind: Isolation, width_m: 8, edge_trees: true,
            path: [({}, {}), ({}, {})])]),
        ignitions: [(id: "f", cause: power_line, at: ({}, {}))],
        moisture: (dead_1h_pct: 6, dead_10h_pct: 8, dead_100h_pct: 10, live_herb_pct: 60, live_woody_pct: 90),
        weather: [(at_min: 0, wind_from_deg: 270, wind_m_s: 6, temperature_c: 32, humidity_pct: 15)],
        doctrine: (receive_min: 2, verify_min: 3, first_dispatch: []),
    )"#,
        a.x,
        a.y,
        b.x,
        b.y,
        start.x,
        start.y,
        deck = deck.display(),
    );
    let dir = tempfile::tempdir().unwrap();
    let scenario = Scenario::parse(&dir.path().join("deck.ron"), &text).unwrap();
    let world = match World::build(scenario) {
        Ok((world, _)) => Arc::new(world),
        Err(found) => panic!("{found:#?}"),
    };
    let outcome = run(&world, 1, PolicyName::DoNothing);
    let all = contacts(&outcome);
    assert!(!all.is_empty());
    for c in &all {
        println!("{c:?}");
        assert!(c.id == "drawn" && c.width_m > 0.0 && c.intensity_kw_m > 0.0);
        assert!((0.0..=1.0).contains(&c.probability) && (0.0..1.0).contains(&c.draw));
        assert_eq!(
            c.outcome == ContactOutcome::Breached,
            c.draw < c.probability
        );
    }
    assert_eq!(
        run(&world, 1, PolicyName::DoNothing).journal.text(),
        outcome.journal.text()
    );
}

#[test]
fn a_fire_that_rain_puts_out_is_out_when_its_edge_has_burnt_out_though_nobody_came() {
    let rain = (
        "(at_min: 60, wind_from_deg: 355, wind_m_s: 5, temperature_c: 27, humidity_pct: 31),",
        "(at_min: 60, wind_from_deg: 355, wind_m_s: 1, temperature_c: 12, humidity_pct: 100, rain_mm: 40),
         (at_min: 90, wind_from_deg: 355, wind_m_s: 1, temperature_c: 12, humidity_pct: 100, rain_mm: 40),",
    );
    let later = [
        (
            "(at_min: 120, wind_from_deg: 350, wind_m_s: 4.5, temperature_c: 25, humidity_pct: 36),",
            "(at_min: 120, wind_from_deg: 350, wind_m_s: 1, temperature_c: 12, humidity_pct: 100, rain_mm: 20),",
        ),
        (
            "(at_min: 180, wind_from_deg: 345, wind_m_s: 3.5, temperature_c: 23, humidity_pct: 44, visibility: Haze),",
            "",
        ),
        ("weather_after_end: Refuse", "weather_after_end: Hold"),
        ("horizon_min: 240,", "horizon_min: 900,"),
        (
            "(id: \"gust-front\", at_min: 100, event: WindShift(wind_from_deg: 340, wind_m_s: 6)),",
            "",
        ),
        ("reignition: true", "reignition: false"),
    ];
    let world = valley(&[&[rain], &later[..]].concat());
    let outcome = run(&world, 7, PolicyName::DoNothing);
    let fire = &outcome.fires[0];
    assert_eq!(fire.ending, Ending::Out, "{fire:?}");
    assert_eq!(fire.ending_reason, EndingReason::BurntOut);
    // Nobody was there to call it contained, nor does the desk know how large it became.
    assert_eq!(fire.contained_s, None);
    let said = outcome.journal.lines().iter().find_map(|l| match l.record {
        Record::Out { area_ha, .. } => Some((l.t_s, area_ha)),
        _ => None,
    });
    let (out_s, believed_ha) = said.unwrap();
    assert!(out_s >= 7200.0 && out_s == fire.out_s.unwrap());
    assert!((believed_ha - fire.area_ha).abs() > 0.005, "{believed_ha}");
    assert!(outcome.front.burnt_iter().all(|(_, _, b)| b.put_out));
}

#[test]
fn built_line_that_leaks_is_told_piece_by_piece_and_the_fire_is_still_put_out() {
    let thin = (
        "\"detection.camera_sweep_s\": 180,",
        "\"detection.camera_sweep_s\": 180, \"built_line_width_m\": 0.5,",
    );
    let leaky = valley(&[("built_line: Holds", "built_line: Mees1993"), thin]);
    let (mut held, mut breached, mut recovered) = (0, 0, 0);
    for seed in 1..=8 {
        let outcome = run(&leaky, seed, PolicyName::RunCard);
        let of = contacts(&outcome);
        let of: Vec<_> = of
            .iter()
            .filter(|c| c.kind == LeakKind::BuiltLine)
            .collect();
        assert!(of.iter().all(|c| c.id.starts_with("incident-1-")), "{of:?}");
        let leaks = of
            .iter()
            .filter(|c| c.outcome == ContactOutcome::Breached)
            .count();
        held += of.len() - leaks;
        breached += leaks;
        recovered += usize::from(leaks > 0 && outcome.fires[0].ending == Ending::Out);
    }
    assert!(held > 0 && breached > 0, "{held} held, {breached} breached");
    assert!(recovered > 0, "{breached} breached");
    let firm = run(&valley(&[thin]), 1, PolicyName::RunCard);
    assert!(
        contacts(&firm)
            .iter()
            .all(|c| c.kind != LeakKind::BuiltLine)
    );
}
