//! What must hold of every run, whoever gives the orders: nobody is in two places, nothing is made from
//! nothing, every order is answered, nobody is hurt without a cause.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use fireline::base::geo::Point;
use fireline::base::random::{Purpose, Streams};
use fireline::operations::policy::{DeskView, Policy, PolicyFault};
use fireline::protocol::{
    Answer, CasualtyCause, Order, Orderer, Record, Refusal, Tactic, TacticReason, Task,
};
use fireline::scenario::Scenario;
use fireline::scenario::catalogue::UnitKind;
use fireline::scenario::schema::DangerLevel;
use fireline::simulation::{Outcome, PolicyName, Simulation, UnitDoing, UnitPlace};
use fireline::world::World;
use rand::{Rng, RngExt};

/// A desk out of its mind: any order at any time, most of them impossible.
struct Wild {
    streams: Streams,
    asked: u64,
    roads: Vec<String>,
    lines: Vec<String>,
    values: Vec<String>,
    middle: Point,
}

impl Wild {
    fn new(world: &World, seed: u64) -> Self {
        let extent = world.landscape.elevation.grid.extent();
        Self {
            streams: Streams::new(seed),
            asked: 0,
            roads: world.roads.iter().map(|r| r.id.clone()).collect(),
            lines: world.power_lines.iter().map(|l| l.id.clone()).collect(),
            values: world.values.iter().map(|v| v.id.clone()).collect(),
            middle: extent.min.towards(extent.max, 0.5),
        }
    }
}

fn one<'a>(of: &'a [String], random: &mut impl Rng) -> Option<&'a String> {
    of.get((random.random::<f64>() * of.len() as f64) as usize)
}

impl Policy for Wild {
    fn decide(&mut self, desk: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault> {
        self.asked += 1;
        let mut random = self.streams.generator(Purpose::People, "wild", self.asked);
        let units: Vec<String> = desk.units.iter().map(|u| u.id.clone()).collect();
        let mut orders = Vec::new();
        for _ in 0..2 {
            let unit = one(&units, &mut random).cloned().unwrap_or_default();
            // One number too many: there is no such incident.
            let incident =
                1 + (random.random::<f64>() * (desk.incidents.len() as f64 + 1.0)) as u32;
            let near = |random: &mut dyn Rng, spread: f64| {
                let at = desk
                    .incidents
                    .first()
                    .map_or(self.middle, |i| Point::new(i.x, i.y));
                let mut off = || spread * (2.0 * random.random::<f64>() - 1.0);
                Point::new(at.x + off(), at.y + off())
            };
            orders.push(match (random.random::<f64>() * 17.0) as u32 {
                0..=4 => Order::Dispatch { unit, incident },
                5 => Order::Recall { unit },
                6 => Order::Move {
                    unit,
                    to: near(&mut random, 4000.0),
                },
                7 => Order::Task {
                    unit,
                    task: Task::Line(vec![near(&mut random, 300.0), near(&mut random, 300.0)]),
                },
                8 => Order::Task {
                    unit,
                    task: Task::Hold(vec![near(&mut random, 300.0), near(&mut random, 300.0)]),
                },
                9 => Order::Request {
                    incident,
                    unit_type: "helicopter".into(),
                    count: 2,
                },
                10 => Order::Report { incident },
                11 => Order::HandOver { incident },
                12 => Order::Backfire {
                    incident,
                    path: vec![near(&mut random, 200.0), near(&mut random, 200.0)],
                },
                16 => Order::Attack {
                    incident,
                    tactic: [
                        Tactic::Flank,
                        Tactic::Head,
                        Tactic::Parallel,
                        Tactic::HotSpots,
                        Tactic::Hold,
                        Tactic::Boss,
                    ][(random.random::<f64>() * 6.0) as usize],
                },
                13 => Order::CloseRoad {
                    road: one(&self.roads, &mut random).cloned().unwrap_or_default(),
                },
                14 => Order::OpenRoad {
                    road: one(&self.roads, &mut random).cloned().unwrap_or_default(),
                },
                _ => match (random.random::<f64>() * 4.0) as u32 {
                    0 => Order::SetDanger {
                        level: DangerLevel::Red,
                    },
                    1 => Order::CutPower {
                        line: one(&self.lines, &mut random).cloned().unwrap_or_default(),
                    },
                    2 => Order::Warn {
                        value: one(&self.values, &mut random).cloned().unwrap_or_default(),
                    },
                    _ => Order::Evacuate {
                        value: one(&self.values, &mut random).cloned().unwrap_or_default(),
                    },
                },
            });
        }
        Ok(orders)
    }

    fn every_s(&self) -> Option<f64> {
        Some(120.0)
    }
}

/// The valley with more of everything that can be ordered about, and mishaps.
fn valley() -> Arc<World> {
    valley_with(
        r#"injects: [
        (id: "tyre", at_min: 40, event: UnitOut(unit: "township-crew", minutes: 15)),
        (id: "fall", at_min: 60, event: Injured(unit: "township-crew", people: 2)),
        (id: "radio", at_min: 50, event: RadioOut(unit: "farm-crew", minutes: 30)),"#,
    )
}

fn valley_with(injects: &str) -> Arc<World> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let more = r#"
        (id: "tender", unit_type: "tender", station: "forest-farm", name: (en: "t", zh: "t")),
        (id: "dozer", unit_type: "bulldozer", station: "forest-farm", name: (en: "d", zh: "d")),
        (id: "drone", unit_type: "drone", station: "township", name: (en: "u", zh: "u")),
        (id: "pump", unit_type: "light_pump", station: "township", name: (en: "p", zh: "p")),
        (id: "walker", unit_type: "farm_crew", station: "forest-farm", people: Some(3), patrol: Some("fire-road-patrol"), name: (en: "w", zh: "w")),
        (id: "helicopter", unit_type: "helicopter", station: "township", agency: Emergency, name: (en: "h", zh: "h")),
    ],

    // Optional. Tower cameras."#;
    assert!(text.contains("    ],\n\n    // Optional. Tower cameras."));
    let text = text
        .replacen(
            "    ],\n\n    // Optional. Tower cameras.",
            more.trim_start_matches('\n'),
            1,
        )
        .replacen("count: 0,", "count: 2,", 1)
        .replacen("injects: [", injects, 1);
    let scenario = Scenario::parse(&path, &text).unwrap();
    Arc::new(World::build(scenario).unwrap().0)
}

/// Fastest a unit of the valley moves, m/s: the helicopter at 180 km/h, everything else by road at 50.
fn fastest(id: &str) -> f64 {
    match id {
        "helicopter" => 180.0 / 3.6,
        _ => 50.0 / 3.6,
    }
}

/// How far a unit's hose reaches, metres; none for those who work without.
fn hose_m(world: &World, id: &str) -> Option<f64> {
    let unit = world.scenario.file.units.iter().find(|u| u.id == id)?;
    let kind = world.scenario.catalogue.unit_types.get(&unit.unit_type)?;
    (kind.kind == UnitKind::Engine).then_some(kind.hose_m.value)
}

/// Runs a world tick by tick and checks what can be seen of it on the way.
fn watched(world: &Arc<World>, seed: u64, policy: Option<PolicyName>) -> Outcome {
    let mut simulation = match policy {
        Some(name) => Simulation::new(world.clone(), seed, name),
        None => Simulation::under(
            world.clone(),
            seed,
            PolicyName::External,
            Box::new(Wild::new(world, seed)),
        ),
    };
    let mut before: BTreeMap<String, UnitPlace> = BTreeMap::new();
    let mut line_m: BTreeMap<u32, f64> = BTreeMap::new();
    let mut read = 0;
    let mut hoses = Vec::new();
    while !simulation.is_over() {
        simulation.step();
        let view = simulation.view();
        let ids: BTreeSet<&String> = view.units.iter().map(|u| &u.id).collect();
        assert_eq!(ids.len(), view.units.len());
        let t = view.t_s;
        // Line grows only where somebody stood at the beginning of the tick or at its end.
        for incident in &view.incidents {
            let there = |u: &UnitPlace| {
                u.incident == Some(incident.number) && u.doing == UnitDoing::OnScene
            };
            let was = line_m
                .insert(incident.number, incident.line_m)
                .unwrap_or(0.0);
            assert!(
                incident.line_m <= was || before.values().chain(&view.units).any(there),
                "seed {seed}, {t} s: line without anybody"
            );
        }
        for unit in &view.units {
            if let Some(was) = before.insert(unit.id.clone(), unit.clone()) {
                // Hours at work are counted where one stands, and nowhere else.
                assert!(
                    unit.worked_h <= was.worked_h
                        || [&was, unit].iter().any(|u| u.doing == UnitDoing::OnScene),
                    "seed {seed}, {t} s: {} works from {:?} to {:?}",
                    unit.id,
                    was.doing,
                    unit.doing
                );
                assert!(unit.tank_l >= 0.0);
                let way = was.at.distance(unit.at);
                // A tick of 10 s, and a metre for rounding.
                let most = fastest(&unit.id) * 10.0 + 1.0;
                assert!(
                    way <= most,
                    "seed {seed}, {t} s: {} moved {way} m as {:?}",
                    unit.id,
                    unit.doing
                );
            }
        }
        let lines = simulation.journal().lines();
        for line in &lines[read..] {
            if let Record::Working { unit, .. } | Record::Refuelling { unit, .. } = &line.record {
                let doing = view.units.iter().find(|u| u.id == *unit).unwrap().doing;
                let at_the_fire = matches!(
                    doing,
                    UnitDoing::OnScene
                        | UnitDoing::Refuelling
                        | UnitDoing::Refilling
                        | UnitDoing::Returning
                        | UnitDoing::OutOfAction
                );
                assert!(
                    at_the_fire,
                    "seed {seed}, {t} s: {unit} works while {doing:?}"
                );
                let at = view.units.iter().find(|u| u.id == *unit).unwrap().at;
                if let (Some(reach), Record::Working { .. }) = (hose_m(world, unit), &line.record) {
                    hoses.push((t, unit.clone(), at, reach));
                }
            }
        }
        read = lines.len();
    }
    let last = simulation.view().units;
    let outcome = simulation.finish();
    // Who is at its station at the end is not away, and the other way round.
    for ((unit, place), of) in (outcome.units.iter().zip(&last)).zip(&world.scenario.file.units) {
        assert_eq!((&unit.id, &place.id), (&of.id, &of.id));
        // Patrols are ready on their routes, and who stands ready elsewhere is away.
        if of.patrol.is_some() {
            continue;
        }
        let station = world.stations.iter().find(|s| s.id == of.station).unwrap();
        let home = matches!(place.doing, UnitDoing::Ready | UnitDoing::TurningOut)
            && place.at.distance(station.at) < 1.0;
        let is_out = place.doing == UnitDoing::OutOfAction;
        assert!(is_out || unit.is_away != home, "seed {seed}: {place:?}");
    }
    for (t, unit, at, reach) in hoses {
        let rings = outcome.front.perimeter_at(t);
        let edge = rings
            .iter()
            .flat_map(fireline::fire::front::Ring::points)
            .map(|p| p.distance(at))
            .fold(f64::INFINITY, f64::min);
        // The edge is drawn cell by cell, and wet line may be laid at a stand-off.
        let most = world.scenario.catalogue.attack.most_m.value;
        let away = outcome.journal.lines().iter().any(|l| {
            matches!(
                l.record,
                Record::Attack {
                    tactic: Tactic::Parallel,
                    ..
                }
            )
        });
        // Others may have coupled their hoses to its own.
        let is_relayed = outcome.journal.lines().iter().any(|l| {
            matches!(
                l.record,
                Record::Waiting {
                    reason: Refusal::InRelay,
                    ..
                }
            )
        });
        let units = world.scenario.file.units.iter();
        let all_m: f64 = units.filter_map(|u| hose_m(world, &u.id)).sum();
        let reach = if is_relayed { all_m } else { reach };
        assert!(
            edge <= reach + 2.0 * world.grid.cell + if away { most } else { 0.0 },
            "seed {seed}, {t} s: {unit} works {edge} m from the edge"
        );
    }
    outcome
}

fn check(world: &World, seed: u64, outcome: &Outcome) {
    let lines = outcome.journal.lines();
    // Every order is answered once.
    let mut answers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut ordered = BTreeSet::new();
    for line in lines {
        match line.record {
            Record::Ordered { number, .. } => assert!(ordered.insert(number)),
            Record::Answered { number, .. } | Record::Refused { number, .. } => {
                *answers.entry(number).or_default() += 1;
            }
            _ => {}
        }
    }
    for number in &ordered {
        assert_eq!(answers.get(number), Some(&1), "seed {seed}: order {number}");
    }
    assert_eq!(answers.len(), ordered.len());
    // Water is neither made nor lost.
    for pond in &outcome.ponds {
        assert!(pond.left_l >= 0.0 && pond.taken_l >= 0.0, "{pond:?}");
        let balance = pond.start_l + pond.inflow_l - pond.taken_l - pond.left_l;
        assert!(balance.abs() < 1e-6 * pond.start_l, "seed {seed}: {pond:?}");
    }
    // Equipment is in a store or with a unit.
    for station in &world.stations {
        for (item, &count) in &station.stores {
            let stored = outcome.stores[&station.id].get(item).copied().unwrap_or(0);
            let with_units: u32 = outcome
                .units
                .iter()
                .zip(&world.scenario.file.units)
                .filter(|(_, unit)| unit.station == station.id)
                .map(|(state, _)| state.kit.get(item).copied().unwrap_or(0))
                .sum();
            assert_eq!(
                stored + with_units,
                count,
                "seed {seed}: {item} of {}",
                station.id
            );
        }
    }
    // What a unit has is what it was given less what it gave back.
    for (state, unit) in outcome.units.iter().zip(&world.scenario.file.units) {
        if world
            .stations
            .iter()
            .any(|s| s.id == unit.station && s.stores.is_empty())
        {
            continue;
        }
        let mut has: BTreeMap<String, u32> = BTreeMap::new();
        for line in lines {
            match &line.record {
                Record::StoreIssued { unit, items, .. } if *unit == state.id => {
                    for (item, n) in items {
                        *has.entry(item.clone()).or_default() += n;
                    }
                }
                Record::StoreReturned { unit, items, .. } if *unit == state.id => {
                    for (item, n) in items {
                        *has.entry(item.clone()).or_default() -= n;
                    }
                }
                _ => {}
            }
        }
        has.retain(|_, n| *n > 0);
        let kit: BTreeMap<String, u32> =
            (state.kit.clone().into_iter().filter(|(_, n)| *n > 0)).collect();
        assert_eq!(has, kit, "seed {seed}: {}", state.id);
    }
    // Whoever is hurt has a record with its cause, and nobody is lost otherwise.
    let mut hurt: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in lines {
        if let Record::Casualties {
            unit,
            injured,
            dead,
            ..
        } = &line.record
        {
            let sum = hurt.entry(unit).or_default();
            sum.0 += injured;
            sum.1 += dead;
        }
    }
    for unit in &outcome.units {
        let (injured, dead) = hurt.get(unit.id.as_str()).copied().unwrap_or_default();
        assert_eq!(
            (unit.injured, unit.dead),
            (injured, dead),
            "seed {seed}: {}",
            unit.id
        );
        assert!(unit.injured + unit.dead <= unit.strength);
    }
    // Who was sent is away or came home, and says which.
    for unit in &outcome.units {
        let mut away = false;
        for line in lines {
            match &line.record {
                Record::Departed { unit: id, .. } if *id == unit.id => away = true,
                Record::AtStation { unit: id, .. } if *id == unit.id => away = false,
                _ => {}
            }
        }
        assert_eq!(unit.is_away, away, "seed {seed}: {}", unit.id);
    }
}

#[test]
fn whatever_is_ordered_the_world_stays_whole() {
    let world = valley();
    for seed in 0..12 {
        let outcome = watched(&world, seed, None);
        check(&world, seed, &outcome);
        let refused =
            |line: &&fireline::protocol::Line| matches!(line.record, Record::Refused { .. });
        assert!(outcome.journal.lines().iter().filter(refused).count() > 20);
    }
}

#[test]
fn the_programs_own_policies_keep_the_world_whole() {
    let world = valley();
    for seed in 0..4 {
        for name in PolicyName::ALL {
            let outcome = watched(&world, seed, Some(name));
            check(&world, seed, &outcome);
        }
    }
}

#[test]
fn an_engine_behind_a_closed_road_waits_and_one_beside_the_fire_works() {
    let world = valley();
    let first_of = |closed: &[&str]| {
        let mut simulation = Simulation::new(world.clone(), 3, PolicyName::RunCard);
        for road in closed {
            let road = (*road).to_owned();
            simulation.order(Order::CloseRoad { road }, Orderer::Person);
        }
        simulation.run();
        let outcome = simulation.finish();
        let said = |line: &fireline::protocol::Line| match &line.record {
            Record::Working { unit, .. } if hose_m(&world, unit).is_some() => Some("works"),
            Record::Waiting {
                unit,
                reason: Refusal::OutOfHoseReach,
                ..
            } if hose_m(&world, unit).is_some() => Some("waits"),
            _ => None,
        };
        outcome.journal.lines().iter().find_map(said)
    };
    assert_eq!(first_of(&[]), Some("works"));
    let all: Vec<&str> = world
        .roads
        .iter()
        .map(|r| r.id.as_str())
        .filter(|id| !id.starts_with("county-road"))
        .collect();
    assert_eq!(first_of(&all), Some("waits"));
}

#[test]
fn the_same_orders_give_the_same_run() {
    let world = valley();
    let [a, b] = [0, 0].map(|_| watched(&world, 5, None).state_hash);
    assert_eq!(a, b);
}

/// When a unit of the valley leaves, and when it is there or sets out on foot, seconds.
fn journey(outcome: &Outcome, id: &str) -> (f64, f64) {
    let lines = outcome.journal.lines();
    let left = lines
        .iter()
        .find(|l| matches!(&l.record, Record::Departed { unit, .. } if unit == id));
    let there = lines
        .iter()
        .find(|l| matches!(&l.record, Record::WalkingIn { unit, .. } if unit == id));
    (left.unwrap().t_s, there.unwrap().t_s)
}

#[test]
fn a_blown_tyre_holds_a_unit_up_where_it_is() {
    let run = |injects: &str| {
        let mut simulation = Simulation::new(valley_with(injects), 3, PolicyName::RunCard);
        simulation.run();
        simulation.finish()
    };
    let (left, there) = journey(&run("injects: ["), "township-crew");
    assert!(there - left > 120.0);
    let at_min = f64::midpoint(left, there) / 60.0;
    let tyre = format!(
        "injects: [(id: \"tyre\", at_min: {at_min}, event: UnitOut(unit: \"township-crew\", minutes: 15)),"
    );
    let world = valley_with(&tyre);
    let mut simulation = Simulation::new(world, 3, PolicyName::RunCard);
    let place = |simulation: &mut Simulation, t: f64| {
        while simulation.time_s() < t {
            simulation.step();
        }
        let view = simulation.view();
        let unit = view.units.iter().find(|u| u.id == "township-crew").unwrap();
        (unit.at, unit.doing)
    };
    let stopped = place(&mut simulation, at_min * 60.0 + 30.0);
    assert_eq!(stopped.1, UnitDoing::OutOfAction);
    assert_eq!(place(&mut simulation, at_min * 60.0 + 800.0), stopped);
    simulation.run();
    let late = journey(&simulation.finish(), "township-crew");
    assert_eq!(late.0, left);
    assert!((late.1 - there - 900.0).abs() <= 10.0, "{} {there}", late.1);
}

#[test]
fn who_has_no_radio_neither_reports_nor_hears_orders() {
    let world = valley_with(
        "injects: [(id: \"radio\", at_min: 0, event: RadioOut(unit: \"township-crew\", minutes: 360)),
        (id: \"fall\", at_min: 100, event: Injured(unit: \"township-crew\", people: 3)),",
    );
    let mut simulation = Simulation::new(world, 3, PolicyName::RunCard);
    let is_there = |s: &mut Simulation| {
        let view = s.view();
        let of = view.units.iter().find(|u| u.id == "township-crew");
        of.is_some_and(|u| u.doing == UnitDoing::OnScene)
    };
    while !is_there(&mut simulation) {
        assert!(!simulation.is_over());
        simulation.step();
    }
    let unit = "township-crew".to_owned();
    simulation.order(Order::Recall { unit }, Orderer::Person);
    simulation.run();
    let outcome = simulation.finish();
    let lines = outcome.journal.lines();
    assert!(lines.iter().any(|l| matches!(
        l.record,
        Record::Refused {
            reason: Refusal::NoRadio,
            ..
        }
    )));
    assert!(
        lines
            .iter()
            .all(|l| !matches!(&l.record, Record::FieldReport { by, .. } if by == "township-crew"))
    );
    let hurt = lines.iter().find_map(|l| match &l.record {
        Record::Casualties {
            unit,
            cause: CasualtyCause::Inject,
            injured,
            ..
        } => Some((unit.as_str(), *injured)),
        _ => None,
    });
    assert_eq!(hurt, Some(("township-crew", 3)));
}

#[test]
fn how_a_fire_is_attacked_is_ordered_within_the_doctrine() {
    let world = valley();
    let mut simulation = Simulation::new(world, 3, PolicyName::RunCard);
    while simulation.view().incidents.is_empty() {
        simulation.step();
    }
    for tactic in [Tactic::Head, Tactic::HotSpots, Tactic::Boss] {
        let incident = 1;
        simulation.order(Order::Attack { incident, tactic }, Orderer::Person);
    }
    simulation.step();
    let outcome = simulation.finish();
    let said: Vec<String> = outcome
        .journal
        .lines()
        .iter()
        .filter_map(|l| match &l.record {
            Record::Refused { reason, .. } => Some(format!("{reason:?}")),
            Record::Attack { tactic, reason, .. } if *reason == TacticReason::Ordered => {
                Some(format!("{tactic:?}"))
            }
            Record::Answered { answer, .. } if *answer == Answer::Done => Some("Done".to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(said, ["NotAllowed", "HotSpots", "Done", "Boss", "Done"]);
}

#[test]
fn command_passes_to_who_can_lead_more_and_units_beyond_every_span_wait() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/hengyang.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let run = |span: u32| {
        let doctrine = format!("doctrine: (\n        span_of_control: {span},");
        let text = text.replacen("doctrine: (", &doctrine, 1);
        let world = World::build(Scenario::parse(&path, &text).unwrap())
            .unwrap()
            .0;
        let mut simulation = Simulation::new(Arc::new(world), 1, PolicyName::Nearest);
        while simulation.time_s() < 3.0 * 3600.0 {
            simulation.step();
        }
        simulation.finish()
    };
    let commands = |outcome: &Outcome| -> Vec<(String, Option<String>)> {
        let of = |line: &fireline::protocol::Line| match &line.record {
            Record::Command { unit, from, .. } => Some((unit.clone(), from.clone())),
            _ => None,
        };
        outcome.journal.lines().iter().filter_map(of).collect()
    };
    let waiting = |outcome: &Outcome| {
        let lines = outcome.journal.lines().iter();
        let of = |line: &fireline::protocol::Line| match &line.record {
            Record::Waiting {
                unit,
                reason: Refusal::NoLeader,
                ..
            } => Some(unit.clone()),
            _ => None,
        };
        lines.filter_map(of).collect::<BTreeSet<String>>()
    };
    let usual = run(5);
    let passed = commands(&usual);
    // The first to come commands, then whoever leads more takes over from them.
    assert_eq!(passed[0].1, None);
    for pair in passed.windows(2) {
        if let Some(from) = &pair[1].1 {
            assert_eq!(*from, pair[0].0);
        }
    }
    assert!(waiting(&usual).is_empty());
    // Nobody may lead more than one other: three at most are led.
    let narrow = run(1);
    let there: BTreeSet<String> = narrow
        .journal
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Arrived { unit, .. } => Some(unit.clone()),
            _ => None,
        })
        .collect();
    assert!(there.len() > 3, "{there:?}");
    assert!(!waiting(&narrow).is_empty());
}

#[test]
fn crews_fall_back_on_a_break_when_line_would_come_too_late() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/drought-escape.ron");
    let world = World::build(Scenario::read(&path).unwrap()).unwrap().0;
    let mut simulation = Simulation::new(Arc::new(world), 0, PolicyName::RunCard);
    simulation.run();
    let outcome = simulation.finish();
    let lines = outcome.journal.lines();
    let at = |wanted: TacticReason| {
        lines
            .iter()
            .position(|l| matches!(&l.record, Record::Attack { reason, .. } if *reason == wanted))
    };
    let fell_back = at(TacticReason::NoLineInTime).unwrap();
    let came_back = at(TacticReason::Cooled).unwrap();
    assert!(came_back > fell_back);
    // Somebody takes up the task at the break, and others go on at the edge.
    let after = &lines[fell_back..came_back];
    let on_task: BTreeSet<&String> = after
        .iter()
        .filter_map(|l| match &l.record {
            Record::OnTask { unit, length_m } => {
                assert!(*length_m > 0.0);
                Some(unit)
            }
            _ => None,
        })
        .collect();
    let crews = outcome.units.iter().filter(|u| u.was_sent).count();
    assert!(
        !on_task.is_empty() && on_task.len() < crews / 2,
        "{on_task:?} of {crews}"
    );
}

#[test]
fn a_long_tick_is_divided_while_people_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ticked = |tick_s: f64| {
        let mut scenario = Scenario::read(&root.join("scenarios/valley.ron")).unwrap();
        scenario.file.tick_s = tick_s;
        let world = Arc::new(World::build(scenario).unwrap().0);
        let mut simulation = Simulation::new(world, 0, PolicyName::RunCard);
        let mut longest_s = 0.0_f64;
        while !simulation.is_over() {
            let before = simulation.time_s();
            simulation.step();
            longest_s = longest_s.max(simulation.time_s() - before);
        }
        assert_eq!(longest_s, tick_s, "one step of the run is one tick");
        let end = simulation.finish();
        let area_ha: f64 = end.fires.iter().map(|f| f.area_ha).sum();
        (area_ha, end.line_built_m)
    };
    let (short, long) = (ticked(10.0), ticked(20.0));
    // A cell of the valley is 0.01 ha and 10 m; a step of 20 s at the edge was 0.017 ha off.
    let off = (short.0 - long.0).abs();
    assert!(off <= f64::max(0.01, 0.01 * short.0), "{short:?}, {long:?}");
    let off = (short.1 - long.1).abs();
    assert!(off <= f64::max(10.0, 0.01 * short.1), "{short:?}, {long:?}");
}

#[test]
fn a_fire_closed_while_it_burns_is_seen_again_and_is_not_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let world = Arc::new(World::build(Scenario::read(&path).unwrap()).unwrap().0);
    let mut simulation = Simulation::new(world, 7, PolicyName::DoNothing);
    let mut is_closed = false;
    while !simulation.is_over() {
        simulation.step();
        let lines = simulation.journal().lines();
        let verified = lines
            .iter()
            .any(|l| matches!(l.record, Record::Verified { .. }));
        if verified && !std::mem::replace(&mut is_closed, true) {
            simulation.order(Order::Close { incident: 1 }, Orderer::Person);
        }
    }
    let outcome = simulation.finish();
    let lines = outcome.journal.lines();
    let again = lines
        .iter()
        .any(|l| matches!(l.record, Record::Alarm { incident: 2, .. }));
    assert!(is_closed && again, "nobody saw it again");
    let fire = &outcome.fires[0];
    assert_eq!((fire.out_s, fire.contained_s), (None, None));
    assert!(!fire.is_held(), "{fire:?}");
}

#[test]
fn cameras_tell_how_large_a_fire_has_become_while_nobody_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
    let world = Arc::new(World::build(Scenario::read(&path).unwrap()).unwrap().0);
    let mut simulation = Simulation::new(world, 7, PolicyName::DoNothing);
    simulation.run();
    let outcome = simulation.finish();
    let told: Vec<(f64, f64)> = outcome
        .journal
        .lines()
        .iter()
        .filter_map(|l| match l.record {
            Record::SmokeReport { area_ha, .. } => Some((l.t_s, area_ha)),
            _ => None,
        })
        .collect();
    assert!(told.len() > 3, "{told:?}");
    // A quarter of an hour apart, and growing as the fire does: one camera errs the same way each time.
    for pair in told.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 900.0);
    }
    assert!(told[told.len() - 1].1 > 2.0 * told[0].1, "{told:?}");
    // Nobody was there to call it contained or out.
    let knows = |r: &Record| matches!(r, Record::Contained { .. } | Record::FieldReport { .. });
    assert!(!outcome.journal.lines().iter().any(|l| knows(&l.record)));
}

/// The valley under the run card, to the moment at which a unit is at the fire.
fn until_on_scene(world: Arc<World>, id: &str) -> Simulation {
    let mut simulation = Simulation::new(world, 3, PolicyName::RunCard);
    loop {
        let view = simulation.view();
        let of = view.units.iter().find(|u| u.id == id);
        if of.is_some_and(|u| u.doing == UnitDoing::OnScene) {
            return simulation;
        }
        assert!(!simulation.is_over());
        simulation.step();
    }
}

#[test]
fn a_task_is_answered_when_it_is_done() {
    let mut simulation = until_on_scene(valley(), "township-crew");
    let at = simulation.view().units[0].at;
    // Away from the fire, to the north.
    let line = |from_m: f64, to_m: f64| Order::Task {
        unit: "township-crew".to_owned(),
        task: Task::Line(vec![
            Point::new(at.x, at.y + from_m),
            Point::new(at.x, at.y + to_m),
        ]),
    };
    let given = simulation.journal().lines().len();
    simulation.order(line(200.0, 900.0), Orderer::Person);
    simulation.step();
    simulation.order(line(100.0, 140.0), Orderer::Person);
    simulation.step();
    let answers = |simulation: &Simulation| -> Vec<(f64, Answer)> {
        let lines = &simulation.journal().lines()[given..];
        let mine: Vec<u32> = lines
            .iter()
            .filter_map(|l| match &l.record {
                Record::Ordered {
                    number,
                    order: Order::Task { .. },
                    ..
                } => Some(*number),
                _ => None,
            })
            .collect();
        lines
            .iter()
            .filter_map(|l| match l.record {
                Record::Answered { number, answer } if mine.contains(&number) => {
                    Some((l.t_s, answer))
                }
                _ => None,
            })
            .collect()
    };
    // The second takes the place of the first, and is not done yet.
    let so_far = answers(&simulation);
    assert_eq!(so_far.len(), 1, "{so_far:?}");
    assert_eq!(so_far[0].1, Answer::Superseded);
    let ordered_s = simulation.time_s();
    while answers(&simulation).len() < 2 {
        assert!(!simulation.is_over());
        simulation.step();
    }
    let (done_s, answer) = answers(&simulation)[1];
    assert_eq!(answer, Answer::Done);
    // 100 m on foot take more than a minute.
    assert!(done_s - ordered_s > 60.0, "{done_s} {ordered_s}");
}

#[test]
fn who_was_warned_leaves_sooner() {
    let leaves = |warned: bool| {
        let mut simulation = Simulation::new(valley(), 3, PolicyName::DoNothing);
        let value = || "village".to_owned();
        if warned {
            simulation.order(Order::Warn { value: value() }, Orderer::Person);
        }
        while simulation.time_s() < 900.0 {
            simulation.step();
        }
        simulation.order(Order::Evacuate { value: value() }, Orderer::Person);
        simulation.order(Order::Warn { value: value() }, Orderer::Person);
        simulation.step();
        let lines = simulation.journal().lines();
        // Who is leaving need not be warned.
        assert!(lines.iter().any(|l| matches!(
            l.record,
            Record::Refused {
                reason: Refusal::AlreadyDone,
                ..
            }
        )));
        let until = lines.iter().find_map(|l| match l.record {
            Record::Evacuating { until_s, .. } => Some(until_s - l.t_s),
            _ => None,
        });
        until.unwrap()
    };
    assert_eq!(leaves(false) - leaves(true), 600.0);
}
