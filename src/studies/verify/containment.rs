//! The whole simulation against containment by formula: a fire on a plain of one fuel, two parties from
//! its rear, its head, or at a stand-off, nothing else in the way (Fried & Fried 1996, see
//! `operations/containment`); and the same attacks with other ticks.
//!
//! Each case draws a fuel, a wind, the size at the first attack and the line production over the head's
//! rate. The simulation runs with everything that belongs to an attack: alarm, dispatch, walking in,
//! the parties at the front's own edge. Judged are how it ends and the final area.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grounds::draws;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{Grid, Raster};
use crate::base::message::Message;
use crate::files::geotiff;
use crate::fire::front::{Ellipse, SpreadSource};
use crate::fire::ground::Ground;
use crate::operations::containment::{Attack, Resource, Status, Tactic, converged};
use crate::operations::policy::PolicyName;
use crate::protocol::{self, Order, Orderer, Record};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::world::World;

/// Least share of cases that end alike, percent.
pub const STATUS_LIMIT_PCT: f64 = 95.0;
/// Largest median error of the final area on cells of 10 m, percent.
pub const COARSE_LIMIT_PCT: f64 = 15.0;
/// Largest median error of the final area on cells of 5 m, percent.
pub const FINE_LIMIT_PCT: f64 = 8.0;
/// A fire larger than this is given up, ha.
const LARGEST_HA: f64 = 60.0;
/// A fire that has not grown for so long grows no more, seconds.
const SETTLED_S: f64 = 1800.0;
/// Crews work so long, minutes.
const SHIFT_MIN: f64 = 480.0;
/// Side of the plain, metres.
const SIDE_M: f64 = 6_000.0;
/// Cell of its rasters, metres.
const RASTER_M: f64 = 30.0;
/// Standard fuels drawn from: grass and shrub, timber with understory, litter.
const FUELS: [u16; 4] = [121, 161, 183, 188];
/// Slowest and fastest head, m/min: faster ones cross cells in less than a tick.
const HEADS_M_MIN: (f64, f64) = (0.4, 8.0);

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ContainmentCase {
    /// Side of a cell, metres; 30 must be a multiple of it.
    pub cell_m: f64,
    /// Where the parties start.
    pub tactic: Tactic,
    /// How far from the edge they build, metres; 0 for along it.
    pub stand_off_m: f64,
    /// Length of a tick, seconds: 5, 10 or 20.
    pub tick_s: f64,
    /// Number of attacks.
    pub cases: u32,
    /// Seed of all of them.
    pub seed: u64,
}

/// How one attack ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AttackResult {
    /// Number of the case.
    pub case: u32,
    /// Length to width of the free fire.
    pub length_to_width: f64,
    /// Rate of spread of its head, m/min.
    pub head_m_min: f64,
    /// Area of the free fire at the first attack, ha.
    pub attack_ha: f64,
    /// Line production over the head's rate.
    pub production_ratio: f64,
    /// Whether the formula contains it, and at what area, ha.
    pub expected_contained: bool,
    /// See `expected_contained`.
    pub expected_ha: f64,
    /// Whether the simulation contains it, and at what area, ha.
    pub contained: bool,
    /// See `contained`.
    pub final_ha: f64,
    /// Line by the formula and by the simulation, m.
    pub expected_line_m: f64,
    /// See `expected_line_m`.
    pub line_m: f64,
    /// Line the crew can have built in its time at work, m.
    pub capacity_m: f64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainmentResult {
    /// The case.
    #[serde(flatten)]
    pub case: ContainmentCase,
    /// Share of attacks that end alike, percent.
    pub same_status_pct: f64,
    /// Median of the unsigned error of the final area where both contain it, percent.
    pub median_error_pct: f64,
    /// Median of the signed error, percent.
    pub median_bias_pct: f64,
    /// Every attack.
    pub attacks: Vec<AttackResult>,
}

/// One attack, drawn.
struct Trial {
    fuel: u16,
    wind_m_s: f64,
    attack_ha: f64,
    ratio: f64,
}

impl Trial {
    fn draw(seed: u64, n: u32) -> Self {
        let mut draw = draws(seed, "containment", u64::from(n));
        Self {
            fuel: FUELS[(n as usize) % FUELS.len()],
            wind_m_s: 16.0 * draw(),
            attack_ha: 0.6 * libm::pow(6.0, draw()),
            ratio: 1.2 * libm::pow(10.0, draw()),
        }
    }

    /// The scenario: an incident is opened at once and a crew stands ready beside the fire.
    fn scenario(
        &self,
        case: &ContainmentCase,
        turnout_min: f64,
        line_m_per_h: f64,
        horizon_min: f64,
    ) -> String {
        let middle = SIDE_M / 2.0;
        let ContainmentCase {
            cell_m,
            tactic,
            stand_off_m,
            tick_s,
            ..
        } = case;
        // At a stand-off: whatever the flames, as far as the case says, and nothing burnt out.
        let (limit_m, attack) = if *stand_off_m > 0.0 {
            (
                1e-6,
                format!(r#""attack.least_m": {stand_off_m}, "attack.most_m": {stand_off_m},"#),
            )
        } else {
            (1000.0, String::new())
        };
        let head = match tactic {
            Tactic::Head => ", crew_boss: (head_flame_m: Some(1000))",
            Tactic::Rear => "",
        };
        format!(
            r#"(
    name: "containment", title: (en: "containment", zh: "合围"),
    site: (epsg: 32649, time_zone: "Asia/Shanghai"),
    start: "2025-04-04T10:00", horizon_min: {horizon_min}, cell_m: {cell_m}, tick_s: {tick_s},
    landscape: (elevation: "elevation.tif", cover: "cover{fuel}.tif", coding: StandardFuel),
    moisture: (dead_1h_pct: 6, dead_10h_pct: 7, dead_100h_pct: 8, live_herb_pct: 60, live_woody_pct: 90),
    weather: [(at_min: 0, wind_from_deg: 230, wind_m_s: {wind}, temperature_c: 25, humidity_pct: 35)],
    fire: (moisture: Stated, acceleration: false, reignition: false, breaks: Holds, built_line: Holds),
    roads: (items: [(id: "r", class: "forest_track", path: [({x0}, {y0}), ({x0}, {y1})])]),
    stations: (items: [(id: "s", kind: County, name: (en: "s", zh: "s"), at: ({x0}, {y0}))]),
    units: [(id: "u", unit_type: "pro_crew", station: "s", name: (en: "u", zh: "u"))],
    cameras: (items: [(id: "c", group: KeyForest, at: ({x0}, {y0}))]),
    ignitions: [(id: "f", cause: other, at: ({fx}, {fy}))],
    danger: Yellow,
    doctrine: (receive_min: 0, verify_min: 0, first_dispatch: [(unit_type: "pro_crew", count: 1)], handover_after_min: 100000{head}),
    scoring: (escape_ha: 100000),
    overrides: {{
        "detection.camera_sweep_s": 10, "detection.camera_recognise": 1,
        "unit_types.pro_crew.turnout_min": {turnout_min}, "unit_types.pro_crew.walk_m_s": 1000,
        "unit_types.pro_crew.line_m_per_h": {line_m_per_h}, "unit_types.pro_crew.flame_limit_m": {limit_m}, {attack}
        "unit_types.pro_crew.fuel_min": 100000, "work.shift_h": 1000, "work.freshness.1.share": 1,
        "work.freshness.2.share": 1, "detection.operator_miss": 0, "safety.every_min": 100000,
        "safety.hurt_flame_m": 100000,
    }},
)"#,
            fuel = self.fuel,
            wind = self.wind_m_s,
            x0 = middle - 800.0,
            y0 = middle - 800.0,
            y1 = middle - 900.0,
            fx = middle + 3.0,
            fy = middle - 2.0,
        )
    }
}

/// Area of a free ellipse after some minutes, ha, and the minutes to an area.
fn minutes_to(ellipse: &Ellipse, ha: f64) -> f64 {
    let eps = ellipse.eccentricity();
    let half = ellipse.head_m_s * 60.0 / (1.0 + eps);
    let axes = std::f64::consts::PI * half * half / ellipse.length_to_width.max(1.0);
    libm::sqrt(ha * 10_000.0 / axes)
}

fn area_after(ellipse: &Ellipse, minutes: f64) -> f64 {
    let one = minutes_to(ellipse, 1.0);
    (minutes / one) * (minutes / one)
}

/// The rasters that every attack shares.
fn plain(folder: &Path) -> Result<(), String> {
    let side = (SIDE_M / RASTER_M) as usize;
    let grid = Grid::new(side, side, RASTER_M, 0.0, SIDE_M).map_err(|e| e.to_string())?;
    let flat = Raster {
        grid,
        data: vec![0.0_f32; side * side],
    };
    let name = |file: &str| folder.join(file);
    geotiff::write_f32(&name("elevation.tif"), &flat, 32649, -9999.0, "elevation")
        .map_err(|e| e.to_string())?;
    for fuel in FUELS {
        let cover = Raster {
            grid,
            data: vec![fuel as u8; side * side],
        };
        geotiff::write_u8(&name(&format!("cover{fuel}.tif")), &cover, 32649, 0, "fuel")
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

fn world(folder: &Path, name: &str, text: &str) -> Result<Arc<World>, String> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(|e| e.to_string())?;
    let said = |found: Vec<crate::scenario::Diagnostic>| format!("{found:?}");
    let scenario = Scenario::read(&path).map_err(said)?;
    World::build(scenario)
        .map(|(world, _)| Arc::new(world))
        .map_err(said)
}

/// Runs one attack; none when its fire is too slow or too fast.
fn attack(
    folder: &Path,
    case: &ContainmentCase,
    n: u32,
    physics: Physics,
) -> Result<Option<AttackResult>, String> {
    let trial = Trial::draw(case.seed, n);
    let file = |kind: &str| format!("{kind}-{n}.ron");
    let free = world(
        folder,
        &file("free"),
        &trial.scenario(case, 1.0, 1000.0, 60.0),
    )?;
    let ground = Ground::new(free.clone(), free.weather.at(0.0));
    let middle = free.grid.cols / 2;
    let Some(ellipse) = ground.spread(middle, middle, ground.fuel(middle, middle)) else {
        return Ok(None);
    };
    let ellipse = physics.of(ellipse);
    let head_m_min = ellipse.head_m_s * 60.0;
    if !(HEADS_M_MIN.0..HEADS_M_MIN.1).contains(&head_m_min) {
        return Ok(None);
    }
    let factor = free
        .landscape
        .cover_at(free.grid.centre(middle, middle))
        .map_or(1.0, |c| c.line_factor);
    let line_m_per_h = trial.ratio * head_m_min * 60.0 / factor;
    let turnout = minutes_to(&ellipse, trial.attack_ha);
    let horizon = turnout + SHIFT_MIN;
    let site = world(
        folder,
        &file("attack"),
        &trial.scenario(case, turnout, line_m_per_h, horizon),
    )?;
    let mut sim = Simulation::new(site.clone(), case.seed, PolicyName::RunCard);
    if case.stand_off_m > 0.0 {
        let order = Order::Attack {
            incident: 1,
            tactic: protocol::Tactic::Parallel,
        };
        while !sim.is_over()
            && sim
                .journal()
                .lines()
                .iter()
                .all(|l| !matches!(l.record, Record::Verified { .. }))
        {
            sim.step();
        }
        sim.order(order, Orderer::Person);
    }
    let mut read = 0;
    let (mut begun_s, mut contained) = (None, false);
    while !sim.is_over() && !contained && sim.burnt_ha() < LARGEST_HA {
        sim.step();
        let lines = sim.journal().lines();
        for line in &lines[read..] {
            match line.record {
                Record::Working { .. } => {
                    begun_s.get_or_insert(line.t_s);
                }
                Record::Contained { .. } => contained = true,
                _ => {}
            }
        }
        read = lines.len();
    }
    // What lies inside line at a stand-off burns on for a while.
    if case.stand_off_m > 0.0 && contained {
        let mut before = (sim.time_s(), sim.burnt_ha());
        while !sim.is_over() && sim.time_s() - before.0 < SETTLED_S {
            sim.step();
            if sim.burnt_ha() > before.1 {
                before = (sim.time_s(), sim.burnt_ha());
            }
        }
    }
    let end = sim.finish();
    let final_ha = end.fires.iter().map(|f| f.area_ha).sum();
    let attack_min = begun_s.ok_or("nobody attacked")? / 60.0;
    let attack_ha = area_after(&ellipse, attack_min);
    let forecast = converged::contain(&Attack {
        length_to_width: ellipse.length_to_width,
        spread_m_min: head_m_min,
        report_ha: attack_ha,
        tactic: case.tactic,
        distance_m: case.stand_off_m,
        resources: vec![Resource {
            arrival_min: 0.0,
            duration_min: horizon - attack_min,
            production_m_min: trial.ratio * head_m_min,
        }],
        largest_ha: LARGEST_HA,
        longest_min: horizon,
    });
    Ok(Some(AttackResult {
        case: n,
        length_to_width: ellipse.length_to_width,
        head_m_min,
        attack_ha,
        production_ratio: trial.ratio,
        expected_contained: forecast.status == Status::Contained,
        expected_ha: forecast.final_ha,
        contained,
        final_ha,
        expected_line_m: forecast.line_m,
        line_m: end.line_built_m,
        capacity_m: trial.ratio * head_m_min * (end.end_s / 60.0 - attack_min),
    }))
}

/// The usual case.
const REAR: ContainmentCase = ContainmentCase {
    cell_m: 10.0,
    tactic: Tactic::Rear,
    stand_off_m: 0.0,
    tick_s: 10.0,
    cases: 60,
    seed: 1,
};

/// The cases of the suite: the same attacks on cells of 10 and of 5 m, from the head, and at a
/// stand-off.
const SUITE: [ContainmentCase; 4] = [
    REAR,
    ContainmentCase {
        cell_m: 5.0,
        ..REAR
    },
    ContainmentCase {
        tactic: Tactic::Head,
        ..REAR
    },
    ContainmentCase {
        stand_off_m: 40.0,
        ..REAR
    },
];

/// The suite's share of this family.
pub fn family(physics: Physics) -> Family {
    let mut verdicts = Vec::new();
    let mut plot = None;
    for case in &SUITE {
        match run(case, physics) {
            Ok(outcome) => {
                verdicts.extend(outcome.verdicts);
                plot = Some(outcome.plot);
            }
            // Nothing was compared: that is no pass.
            Err(reason) => verdicts.push(Verdict::of_error(
                Message::new("verify-case-containment-not-run").with("reason", reason),
                "verify-source-fried",
                (0.0, 0.0),
                f64::INFINITY,
                0.0,
            )),
        }
    }
    match ticks(physics) {
        Ok(more) => verdicts.extend(more),
        Err(reason) => verdicts.push(Verdict::of_error(
            Message::new("verify-case-containment-not-run").with("reason", reason),
            "verify-source-tick",
            (0.0, 0.0),
            f64::INFINITY,
            0.0,
        )),
    }
    Family {
        name: "containment",
        verdicts,
        plot,
    }
}

/// Ticks that a run may have besides the usual one, seconds.
const TICKS_S: [f64; 2] = [5.0, 20.0];
/// Attacks that are run with each of them.
const TICK_CASES: u32 = 24;
/// Most that area and line may change with the tick, percent; or one cell, whichever is more.
const TICK_LIMIT_PCT: f64 = 1.0;

/// The same attacks with other ticks: the share of those whose ending stays and whose area and line stay within the
/// limit, contained or not. All must.
fn ticks(physics: Physics) -> Result<Vec<Verdict>, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    plain(folder.path())?;
    let usual = ContainmentCase {
        cases: TICK_CASES,
        ..REAR
    };
    let run = |tick_s: f64| -> Result<Vec<Option<AttackResult>>, String> {
        let case = ContainmentCase { tick_s, ..usual };
        (0..case.cases)
            .into_par_iter()
            .map(|n| attack(folder.path(), &case, n, physics))
            .collect()
    };
    let expected = run(usual.tick_s)?;
    let cell_ha = usual.cell_m * usual.cell_m / 10_000.0;
    // Beyond a cell, in percent.
    let off = |a: f64, b: f64, cell: f64| {
        if (a - b).abs() <= cell {
            0.0
        } else {
            100.0 * (b / a - 1.0)
        }
    };
    let mut verdicts = Vec::new();
    for tick_s in TICKS_S {
        let found = run(tick_s)?;
        let both = expected.iter().zip(&found);
        let changes: Vec<f64> = both
            .filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)))
            .map(|(a, b)| {
                if a.contained != b.contained {
                    return f64::INFINITY;
                }
                let area = off(a.final_ha, b.final_ha, cell_ha);
                area.abs().max(off(a.line_m, b.line_m, usual.cell_m).abs())
            })
            .collect();
        let alike = changes.iter().filter(|c| **c <= TICK_LIMIT_PCT).count();
        let alike_pct = 100.0 * alike as f64 / changes.len().max(1) as f64;
        verdicts.push(Verdict::of_error(
            Message::new("verify-case-containment-tick")
                .with("tick", tick_s)
                .with("cases", changes.len() as f64),
            "verify-source-tick",
            (100.0, alike_pct),
            alike_pct - 100.0,
            0.0,
        ));
    }
    Ok(verdicts)
}

/// Runs a case.
///
/// # Errors
/// Files of the plain that cannot be written.
pub fn run(case: &ContainmentCase, physics: Physics) -> Result<Outcome<ContainmentResult>, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    plain(folder.path())?;
    let found: Vec<Option<AttackResult>> = (0..case.cases)
        .into_par_iter()
        .map(|n| attack(folder.path(), case, n, physics))
        .collect::<Result<_, _>>()?;
    let attacks: Vec<AttackResult> = found.into_iter().flatten().collect();
    let alike = attacks
        .iter()
        .filter(|a| a.contained == a.expected_contained)
        .count();
    let same_status_pct = 100.0 * alike as f64 / attacks.len().max(1) as f64;
    let errors: Vec<f64> = attacks
        .iter()
        .filter(|a| a.contained && a.expected_contained)
        .map(|a| 100.0 * (a.final_ha / a.expected_ha - 1.0))
        .collect();
    let median_error_pct = median(errors.iter().map(|e| e.abs()).collect());
    let median_bias_pct = median(errors.clone());
    let named = |key: &str| {
        let from = match case.tactic {
            _ if case.stand_off_m > 0.0 => "-away",
            Tactic::Head => "-head",
            Tactic::Rear => "",
        };
        Message::new(&format!("{key}{from}"))
            .with("cell", case.cell_m)
            .with("cases", attacks.len() as f64)
    };
    let limit = if case.cell_m <= 5.0 {
        FINE_LIMIT_PCT
    } else {
        COARSE_LIMIT_PCT
    };
    let source = "verify-source-fried";
    let verdicts = vec![
        Verdict::of_error(
            named("verify-case-containment-status"),
            source,
            (100.0, same_status_pct),
            same_status_pct - 100.0,
            100.0 - STATUS_LIMIT_PCT,
        ),
        Verdict::of_error(
            named("verify-case-containment-area"),
            source,
            (0.0, median_error_pct),
            median_error_pct,
            limit,
        ),
    ];
    let points = |expected: bool| {
        let mut points: Vec<(f64, f64)> = attacks
            .iter()
            .filter(|a| a.contained && a.expected_contained)
            .map(|a| {
                (
                    a.expected_ha,
                    if expected { a.expected_ha } else { a.final_ha },
                )
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    };
    let plot = Plot::chart(
        &named("verify-plot-containment"),
        "verify-axis-expected-ha",
        "verify-axis-final-ha",
    )
    .with_exact("verify-curve-fried", points(true))
    .with("verify-curve-program", points(false));
    Ok(Outcome {
        result: ContainmentResult {
            case: *case,
            same_status_pct,
            median_error_pct,
            median_bias_pct,
            attacks,
        },
        verdicts,
        plot,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: ContainmentCase = ContainmentCase {
        cases: 10,
        seed: 4,
        ..REAR
    };

    #[test]
    fn attacks_end_as_by_formula_and_a_slower_fire_is_noticed() {
        let sound = run(&QUICK, Physics::AS_BUILT).unwrap();
        assert!(sound.passed(), "{:?}", sound.verdicts);
        let attacks = &sound.result.attacks;
        assert!(attacks.len() >= 5, "{}", attacks.len());
        assert!(attacks.iter().any(|a| a.contained) && attacks.iter().any(|a| !a.contained));
        let slower = Physics(|e| Ellipse {
            head_m_s: 0.8 * e.head_m_s,
            ..e
        });
        assert!(!run(&QUICK, slower).unwrap().passed());
    }
}
