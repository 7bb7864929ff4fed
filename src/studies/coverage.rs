//! Where are the cameras blind, how soon is a fire seen, and where should the next cameras stand?
//!
//! For every cell of a study grid where something burns, a fire is let grow freely from a point under the
//! weather of the asked hour: an ellipse by the cell's own rates, without slope or fuel beyond the cell.
//! Its heat release gives the height of its smoke column, as in a run, and a camera sees it once the
//! column stands above the ridges between. From then on the camera's turns, the villages' calls and the
//! patrols each have their chance, and the time by which one of them has spoken with a given probability
//! follows without any draw.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::geo::{Grid, Point, Polyline, Raster, least_visible_height};
use crate::fire::front::{Ellipse, SpreadSource};
use crate::fire::ground::Ground;
use crate::operations::danger::readiness;
use crate::operations::detection::cameras::FLAME_M;
use crate::operations::detection::{DARK_FACTOR, is_dark, plume_m};
use crate::scenario::schema::{AreaKind, Camera, Name, ValueKind};
use crate::world::{Weather, World};

/// A fire that nobody has seen so long after its start counts as never seen, minutes.
pub const HORIZON_MIN: usize = 240;
/// Nobody builds a tower this near to another, metres \[J\].
const APART_M: f64 = 500.0;
/// A candidate is the highest ground within so many metres \[J\].
const SUMMIT_M: f64 = 400.0;
/// Steps along a patrol's route, metres.
const PATROL_STEP_M: f64 = 100.0;

/// What the next cameras are to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Ground that some camera sees.
    First,
    /// Ground that two cameras see, so that two bearings fix the place.
    Fix,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// When a fire starts: the weather, the light and the danger level of that second of the scenario.
    pub at_s: f64,
    /// How long a fire has grown when its column must be seen, minutes; up to [`HORIZON_MIN`].
    pub after_min: usize,
    /// Cell of the study grid, metres; brought to a multiple of the landscape's.
    pub cell_m: f64,
    /// How many sites to propose.
    pub sites: usize,
    /// What they are to bring.
    pub goal: Goal,
}

/// What a camera is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraWorth {
    /// Its id.
    pub id: String,
    /// Ground it sees, ha.
    pub seen_ha: f64,
    /// Ground that it alone sees, ha.
    pub alone_ha: f64,
}

/// A proposed site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Its place.
    pub at: Point,
    /// Ground elevation, metres.
    pub elevation_m: f64,
    /// What it adds after those before it, ha: ground newly seen, or newly fixed.
    pub gain_ha: f64,
    /// Ground seen (or fixed) with it and those before it, ha.
    pub total_ha: f64,
    /// Distance to the nearest road, metres.
    pub road_m: f64,
}

/// A named area, or all of the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundSeen {
    /// Its name; none for all of the ground.
    pub name: Option<Name>,
    /// Ground on which something burns, ha.
    pub burnable_ha: f64,
    /// Of it, seen by no camera, ha.
    pub blind_ha: f64,
    /// Seen by two or more, ha.
    pub fix_ha: f64,
    /// Median over the ground of the median time to the first alarm, minutes; infinite for never.
    pub detect_min: f64,
    /// The same, 90th percentile of the ground.
    pub detect_90_min: f64,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// How many cameras see the smoke in each cell; 255 where nothing burns or outside the county.
    pub seen_by: Raster<u8>,
    /// Time by which somebody has raised the alarm with a probability of a half, minutes: infinite for
    /// not within [`HORIZON_MIN`], NaN where nothing burns.
    pub detect_min: Raster<f32>,
    /// The same by cameras alone.
    pub cameras_min: Raster<f32>,
    /// All of the ground, then each named area.
    pub grounds: Vec<GroundSeen>,
    /// Every camera, in the scenario's order.
    pub cameras: Vec<CameraWorth>,
    /// The next sites, the best first.
    pub sites: Vec<Site>,
}

/// Code of cells that do not count in [`Coverage::seen_by`].
pub const NO_FUEL: u8 = 255;

/// The conditions under which one looks.
struct Looking {
    sight: f64,
    dark: bool,
    turn_s: f64,
    recognise: f64,
    patrols: usize,
}

/// A cell in which something burns.
struct Cell {
    index: usize,
    at: Point,
    /// Height of the smoke column at each full minute.
    column_m: Vec<f32>,
}

/// A patrol's cycle: its places every [`PATROL_STEP_M`] along the route and back.
struct Round {
    places: Vec<Point>,
    sight_m: f64,
    metres_per_min: f64,
    walkers: usize,
}

/// Works out the coverage of a world's cameras.
pub fn study(world: &Arc<World>, question: &Question) -> Coverage {
    let catalogue = &world.scenario.catalogue;
    let rules = &catalogue.detection;
    let weather = world.weather.at(question.at_s);
    let ready = readiness(world, world.danger_at(question.at_s).level);
    let looking = Looking {
        sight: Weather::sight_factor(
            weather.visibility,
            rules.haze_factor.value,
            rules.fog_factor.value,
        ),
        dark: is_dark(world, question.at_s),
        turn_s: rules.camera_sweep_s.value * ready.sweep_factor,
        recognise: rules.camera_recognise.value,
        patrols: ready.patrols,
    };
    let grid = study_grid(&world.landscape.elevation.grid, question.cell_m);
    let hectares = grid.cell * grid.cell / 10_000.0;
    let cells = cells_of(world, question.at_s, &grid);
    let rounds = rounds_of(world, &looking, question.at_s);
    let villages: Vec<Point> = world
        .values
        .iter()
        .filter(|v| v.kind == ValueKind::Village && v.people > 0)
        .map(|v| v.at)
        .collect();

    let mut seen_by = Raster::filled(grid, NO_FUEL);
    let mut detect_min = Raster::filled(grid, f32::NAN);
    let mut cameras_min = Raster::filled(grid, f32::NAN);
    let mut cameras: Vec<CameraWorth> = world
        .cameras
        .iter()
        .map(|c| CameraWorth {
            id: c.id.clone(),
            seen_ha: 0.0,
            alone_ha: 0.0,
        })
        .collect();
    let found: Vec<Found> = cells
        .par_iter()
        .map(|cell| look_at(world, &looking, question, cell, (&rounds, &villages)))
        .collect();
    for (cell, found) in cells.iter().zip(&found) {
        seen_by.data[cell.index] = found.seen_by.len().min(254) as u8;
        detect_min.data[cell.index] = found.by_anyone;
        cameras_min.data[cell.index] = found.by_cameras;
        for &camera in &found.seen_by {
            cameras[camera].seen_ha += hectares;
        }
        if let [only] = found.seen_by[..] {
            cameras[only].alone_ha += hectares;
        }
    }
    let everywhere = summary(&seen_by, &detect_min, None, |_| true);
    let named = world
        .areas
        .iter()
        .filter(|a| a.kind != AreaKind::Boundary)
        .map(|area| {
            let inside = |p: Point| crate::base::geo::polygon_contains(&area.ring, p);
            summary(&seen_by, &detect_min, Some(area.name.clone()), inside)
        });
    let grounds = std::iter::once(everywhere).chain(named).collect();
    let sites = next_sites(world, &looking, question, &cells, &seen_by);
    Coverage {
        seen_by,
        detect_min,
        cameras_min,
        grounds,
        cameras,
        sites,
    }
}

/// A grid over the landscape with cells of about `cell_m`, a whole number of the landscape's each.
pub fn study_grid(land: &Grid, cell_m: f64) -> Grid {
    let times = libm::round(cell_m / land.cell).max(1.0) as usize;
    Grid {
        cols: (land.cols / times).max(1),
        rows: (land.rows / times).max(1),
        cell: land.cell * times as f64,
        ..*land
    }
}

/// Whether a place counts: inside the boundary, where the scenario draws one.
pub fn is_inside(world: &World, p: Point) -> bool {
    let mut boundaries = world
        .areas
        .iter()
        .filter(|a| a.kind == AreaKind::Boundary)
        .peekable();
    boundaries.peek().is_none()
        || boundaries.any(|a| crate::base::geo::polygon_contains(&a.ring, p))
}

fn cells_of(world: &Arc<World>, at_s: f64, grid: &Grid) -> Vec<Cell> {
    let mut ground = Ground::new(world.clone(), world.weather.at(at_s));
    ground.set_weather(at_s, world.weather.at(at_s));
    let ground = &ground;
    (0..grid.len())
        .into_par_iter()
        .filter_map(|index| {
            let at = grid.centre(index % grid.cols, index / grid.cols);
            let (col, row) = world.grid.cell_at(at)?;
            let fuel = ground.fuel(col, row);
            if fuel == 0 || !is_inside(world, at) {
                return None;
            }
            let ellipse = ground.spread(col, row, fuel);
            let column_m = columns(world, ellipse, ground.acceleration_per_s());
            Some(Cell {
                index,
                at,
                column_m,
            })
        })
        .collect()
}

/// Area of a fire from a point after `t_s`, square metres on the flat: an ellipse whose head and back grow
/// as `1 - exp(-a t)` (McAlpine & Wakimoto 1991).
fn free_area_m2(ellipse: &Ellipse, acceleration_per_s: f64, t_s: f64) -> f64 {
    let a = acceleration_per_s;
    let run_s = if a > 0.0 {
        t_s - (1.0 - libm::exp(-a * t_s)) / a
    } else {
        t_s
    };
    let length = ellipse.head_m_s * run_s * 2.0 / (1.0 + ellipse.eccentricity());
    std::f64::consts::FRAC_PI_4 * length * length / ellipse.length_to_width.max(1.0)
}

/// Height of the smoke column at each full minute: by what has burnt in the minute before.
fn columns(world: &World, ellipse: Option<Ellipse>, acceleration_per_s: f64) -> Vec<f32> {
    let area = |minute: usize| {
        ellipse.map_or(0.0, |e| {
            free_area_m2(&e, acceleration_per_s, minute as f64 * 60.0)
        })
    };
    let heat = ellipse.map_or(0.0, |e| e.heat_kj_m2);
    let mut before = 0.0;
    (0..=HORIZON_MIN)
        .map(|minute| {
            let now = area(minute);
            let mw = (now - before) / 60.0 * heat / 1000.0;
            before = now;
            plume_m(world, mw) as f32
        })
        .collect()
}

/// How far a camera sees smoke, and how far heat, metres.
fn ranges(world: &World, looking: &Looking, camera: Option<&Camera>) -> (f64, f64) {
    let rules = &world.scenario.catalogue.detection;
    let clear = camera
        .and_then(|c| c.range_m)
        .unwrap_or(rules.camera_range_m.value);
    let range = clear * looking.sight;
    let smoke = if looking.dark {
        range * DARK_FACTOR
    } else {
        range
    };
    // Towers built today carry both channels.
    let thermal = if camera.is_none_or(Camera::has_thermal) {
        (rules.thermal_range_m.value * looking.sight).min(range)
    } else {
        0.0
    };
    (smoke, thermal)
}

/// The first full minute at which a camera at `from` sees a fire in the cell; none for never.
fn visible_from(
    world: &World,
    (smoke_m, thermal_m): (f64, f64),
    (from, height_m): (Point, f64),
    cell: &Cell,
) -> Option<usize> {
    let distance = from.distance(cell.at);
    if distance > smoke_m.max(thermal_m) {
        return None;
    }
    let least = least_visible_height(&world.landscape.elevation, from, height_m, cell.at);
    if distance <= thermal_m && least <= FLAME_M {
        return Some(0);
    }
    // A column grows with its fire.
    let minute = cell.column_m.partition_point(|&h| f64::from(h) < least);
    (distance <= smoke_m && minute < cell.column_m.len()).then_some(minute)
}

fn height_of(world: &World, camera: &Camera) -> f64 {
    let rules = &world.scenario.catalogue.detection;
    camera.height_m.unwrap_or(rules.camera_height_m.value)
}

/// What is found of a cell.
struct Found {
    seen_by: Vec<usize>,
    by_cameras: f32,
    by_anyone: f32,
}

fn look_at(
    world: &World,
    looking: &Looking,
    question: &Question,
    cell: &Cell,
    (rounds, villages): (&[Round], &[Point]),
) -> Found {
    let rules = &world.scenario.catalogue.detection;
    let visible: Vec<(usize, usize)> = world
        .cameras
        .iter()
        .enumerate()
        .filter_map(|(i, camera)| {
            let ranges = ranges(world, looking, Some(camera));
            let eye = (camera.at, height_of(world, camera));
            visible_from(world, ranges, eye, cell).map(|minute| (i, minute))
        })
        .collect();
    let has_caller = !looking.dark
        && villages
            .iter()
            .any(|v| v.distance(cell.at) <= rules.caller_sight_m.value);
    let gaps: Vec<(Vec<f64>, f64)> = rounds
        .iter()
        .filter_map(|round| Some((gaps_of(round, cell.at)?, round.metres_per_min)))
        .collect();
    // Probability that nobody has spoken by a minute.
    let cameras_silent = |t: f64| -> f64 {
        visible
            .iter()
            .map(|&(_, from)| {
                unseen_by_turns((t - from as f64) * 60.0 / looking.turn_s, looking.recognise)
            })
            .product()
    };
    let others_silent = |t: f64| -> f64 {
        let caller = if has_caller {
            libm::exp(-t / rules.caller_delay_min.value)
        } else {
            1.0
        };
        caller
            * gaps
                .iter()
                .map(|(gaps, pace)| not_yet_passed(gaps, pace * t))
                .product::<f64>()
    };
    let median = |silent: &dyn Fn(f64) -> f64| {
        (0..=HORIZON_MIN)
            .map(|minute| minute as f64)
            .find(|&t| silent(t) <= 0.5)
            .map_or(f32::INFINITY, |t| t as f32)
    };
    Found {
        by_cameras: median(&cameras_silent),
        by_anyone: median(&|t| cameras_silent(t) * others_silent(t)),
        seen_by: visible
            .into_iter()
            .filter(|&(_, minute)| minute <= question.after_min)
            .map(|(i, _)| i)
            .collect(),
    }
}

/// Chance that a camera that comes by once a turn, at a time nobody knows, and each time sees with chance
/// `p`, has seen nothing after `turns` turns.
fn unseen_by_turns(turns: f64, p: f64) -> f64 {
    if turns <= 0.0 {
        return 1.0;
    }
    let whole = libm::floor(turns);
    libm::pow(1.0 - p, whole) * (1.0 - (turns - whole) * p)
}

fn rounds_of(world: &World, looking: &Looking, at_s: f64) -> Vec<Round> {
    let level = world.danger_at(at_s).level;
    if looking.dark || looking.patrols == 0 {
        return Vec::new();
    }
    world
        .patrols
        .iter()
        .filter(|p| level >= p.from_danger)
        .filter_map(|p| {
            let route = Polyline::new(p.path.clone());
            let length = route.length();
            let steps = libm::ceil(2.0 * length / PATROL_STEP_M).max(1.0) as usize;
            let places = (0..steps)
                .filter_map(|i| {
                    let s = i as f64 / steps as f64 * 2.0 * length;
                    route.point_at(if s > length { 2.0 * length - s } else { s })
                })
                .collect();
            (length > 0.0).then_some(Round {
                places,
                sight_m: p.sight_m * looking.sight,
                metres_per_min: p.pace_km_h * 1000.0 / 60.0,
                walkers: looking.patrols,
            })
        })
        .collect()
}

/// The stretches of a patrol's cycle, as shares of metres walked, on which no walker sees a place; none
/// when no walker ever does. What is left of the cycle is in sight, a gap of length 0.
fn gaps_of(round: &Round, at: Point) -> Option<Vec<f64>> {
    let n = round.places.len();
    let sees: Vec<bool> = round
        .places
        .iter()
        .map(|p| p.distance(at) <= round.sight_m)
        .collect();
    if !sees.contains(&true) {
        return None;
    }
    // Those who share a route keep apart: somebody sees when any of the shifted places does.
    let somebody = |i: usize| {
        (0..round.walkers)
            .any(|w| sees[(i + w * n / crate::operations::detection::patrols::MOST_ON_A_ROUTE) % n])
    };
    let first = (0..n).find(|&i| somebody(i)).unwrap_or(0);
    let mut gaps = vec![0.0];
    for step in 1..=n {
        if somebody((first + step) % n) {
            gaps.push(0.0);
        } else if let Some(last) = gaps.last_mut() {
            *last += 1.0 / n as f64;
        }
    }
    let cycle_m = n as f64 * PATROL_STEP_M;
    Some(
        gaps.into_iter()
            .filter(|g| *g > 0.0)
            .map(|g| g * cycle_m)
            .chain([cycle_m])
            .collect(),
    )
}

/// Chance that a walker who is anywhere on the cycle has not come in sight after so many metres. The last
/// number is the cycle's length.
fn not_yet_passed(gaps: &[f64], walked_m: f64) -> f64 {
    let Some((cycle, gaps)) = gaps.split_last() else {
        return 1.0;
    };
    gaps.iter().map(|g| (g - walked_m).max(0.0)).sum::<f64>() / cycle
}

fn summary(
    seen_by: &Raster<u8>,
    detect_min: &Raster<f32>,
    name: Option<Name>,
    counts: impl Fn(Point) -> bool,
) -> GroundSeen {
    let grid = &seen_by.grid;
    let hectares = grid.cell * grid.cell / 10_000.0;
    let (mut all, mut blind, mut fix) = (0_usize, 0_usize, 0_usize);
    let mut minutes = Vec::new();
    for (i, &n) in seen_by.data.iter().enumerate() {
        if n == NO_FUEL || !counts(grid.centre(i % grid.cols, i / grid.cols)) {
            continue;
        }
        all += 1;
        blind += usize::from(n == 0);
        fix += usize::from(n >= 2);
        minutes.push(detect_min.data[i]);
    }
    minutes.sort_by(f32::total_cmp);
    let at = |share: f64| {
        let i = (minutes.len().max(1) - 1) as f64 * share;
        minutes.get(i as usize).map_or(f64::NAN, |&m| f64::from(m))
    };
    GroundSeen {
        name,
        burnable_ha: all as f64 * hectares,
        blind_ha: blind as f64 * hectares,
        fix_ha: fix as f64 * hectares,
        detect_min: at(0.5),
        detect_90_min: at(0.9),
    }
}

/// Summits: the highest ground within [`SUMMIT_M`], away from the cameras there are.
fn candidates(world: &World, grid: &Grid) -> Vec<Point> {
    let elevation = &world.landscape.elevation;
    let reach = libm::round(SUMMIT_M / grid.cell).max(1.0) as i64;
    let height = |col: i64, row: i64| -> Option<f64> {
        let inside = col >= 0 && row >= 0 && col < grid.cols as i64 && row < grid.rows as i64;
        inside.then(|| elevation.bilinear(grid.centre(col as usize, row as usize)))
    };
    (0..grid.len())
        .into_par_iter()
        .filter_map(|index| {
            let (col, row) = ((index % grid.cols) as i64, (index / grid.cols) as i64);
            let at = grid.centre(col as usize, row as usize);
            let here = height(col, row)?;
            let is_summit = (-reach..=reach).all(|dr| {
                (-reach..=reach).all(|dc| {
                    // Of equals the first is the summit.
                    height(col + dc, row + dr)
                        .is_none_or(|h| h < here || (h == here && (dr, dc) >= (0, 0)))
                })
            });
            let is_free = world.cameras.iter().all(|c| c.at.distance(at) >= APART_M);
            (is_summit && is_free && is_inside(world, at)).then_some(at)
        })
        .collect()
}

/// The best sites one after the other: each the one that adds most to those before it.
fn next_sites(
    world: &World,
    looking: &Looking,
    question: &Question,
    cells: &[Cell],
    seen_by: &Raster<u8>,
) -> Vec<Site> {
    if question.sites == 0 {
        return Vec::new();
    }
    let grid = &seen_by.grid;
    let hectares = grid.cell * grid.cell / 10_000.0;
    let ranges = ranges(world, looking, None);
    let height_m = world.scenario.catalogue.detection.camera_height_m.value;
    let views: Vec<(Point, Vec<usize>)> = candidates(world, grid)
        .into_par_iter()
        .map(|at| {
            let sees = |cell: &Cell| {
                visible_from(world, ranges, (at, height_m), cell)
                    .is_some_and(|minute| minute <= question.after_min)
            };
            let view = cells.iter().filter(|c| sees(c)).map(|c| c.index).collect();
            (at, view)
        })
        .collect();
    let needed: u8 = match question.goal {
        Goal::First => 1,
        Goal::Fix => 2,
    };
    let mut seen: Vec<u8> = seen_by.data.clone();
    let mut chosen: Vec<Site> = Vec::new();
    while chosen.len() < question.sites {
        // Ground that becomes good counts whole, ground that comes nearer to it a little, so that
        // two cameras that only fix a place together are found.
        let gain = |view: &[usize]| -> (usize, usize) {
            let good = view.iter().filter(|&&i| seen[i] + 1 == needed).count();
            (good, view.iter().filter(|&&i| seen[i] < needed).count())
        };
        let best = views
            .iter()
            .filter(|(at, _)| chosen.iter().all(|s| s.at.distance(*at) >= APART_M))
            .map(|(at, view)| (gain(view), *at, view))
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.x.total_cmp(&a.1.x)));
        let Some(((good, nearer), at, view)) = best.filter(|((_, nearer), _, _)| *nearer > 0)
        else {
            break;
        };
        debug_assert!(good <= nearer);
        for &i in view {
            seen[i] = seen[i].saturating_add(1).min(254);
        }
        let total = seen
            .iter()
            .filter(|&&n| n != NO_FUEL && n >= needed)
            .count();
        chosen.push(Site {
            at,
            elevation_m: world.landscape.elevation.bilinear(at),
            gain_ha: good as f64 * hectares,
            total_ha: total as f64 * hectares,
            road_m: world
                .network
                .nearest(at)
                .map_or(f64::INFINITY, |(_, distance)| distance),
        });
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn valley() -> Arc<World> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let scenario = Scenario::read(&path).unwrap();
        Arc::new(World::build(scenario).unwrap().0)
    }

    const QUESTION: Question = Question {
        at_s: 0.0,
        after_min: 15,
        cell_m: 60.0,
        sites: 3,
        goal: Goal::First,
    };

    #[test]
    fn a_camera_that_comes_by_has_seen_all_after_a_turn_when_it_never_misses() {
        assert_eq!(unseen_by_turns(-1.0, 1.0), 1.0);
        assert_eq!(unseen_by_turns(0.5, 1.0), 0.5);
        assert_eq!(unseen_by_turns(1.0, 1.0), 0.0);
        // Two passes certain, a third with a half.
        assert!((unseen_by_turns(2.5, 0.7) - 0.09 * 0.65).abs() < 1e-12);
    }

    #[test]
    fn a_patrol_that_sees_half_its_round_comes_by_within_the_other_half() {
        let round = Round {
            places: (0..20)
                .map(|i| Point::new(f64::from(i) * 100.0, 0.0))
                .collect(),
            sight_m: 460.0,
            metres_per_min: 50.0,
            walkers: 1,
        };
        // In sight at 0 to 900 m of 2,000 m.
        let gaps = gaps_of(&round, Point::new(450.0, 0.0)).unwrap();
        assert!((gaps[0] - 1000.0).abs() < 1e-6, "{gaps:?}");
        assert!((not_yet_passed(&gaps, 0.0) - 0.5).abs() < 1e-9);
        assert!((not_yet_passed(&gaps, 500.0) - 0.25).abs() < 1e-9);
        assert_eq!(not_yet_passed(&gaps, 1000.0), 0.0);
        assert!(gaps_of(&round, Point::new(0.0, 900.0)).is_none());
    }

    #[test]
    fn a_free_fire_is_the_ellipse_of_its_rates() {
        let ellipse = Ellipse {
            head_m_s: 0.1,
            length_to_width: 2.0,
            heading: (1.0, 0.0),
            gradient: (0.0, 0.0),
            heat_kj_m2: 5000.0,
            crown: crate::fire::front::Crown::Surface,
        };
        // Head 60 m and back 4.3 m after ten minutes: 64.3 by 32.2 m.
        let back = (1.0 - libm::sqrt(0.75)) / (1.0 + libm::sqrt(0.75));
        let length = 60.0 * (1.0 + back);
        let area = std::f64::consts::PI * length * length / 8.0;
        assert!((free_area_m2(&ellipse, 0.0, 600.0) - area).abs() < 1e-6);
        assert!(free_area_m2(&ellipse, 0.115 / 60.0, 600.0) < 0.4 * area);
    }

    #[test]
    fn more_cameras_leave_less_in_the_dark_and_are_found_in_order_of_worth() {
        let world = valley();
        let coverage = study(&world, &QUESTION);
        let all = &coverage.grounds[0];
        assert!(all.burnable_ha > 100.0 && all.blind_ha > 0.0 && all.blind_ha < all.burnable_ha);
        assert!(all.fix_ha <= all.burnable_ha - all.blind_ha + 1e-9);
        let seen: f64 = all.burnable_ha - all.blind_ha;
        let mut before = f64::INFINITY;
        let mut total = seen;
        for site in &coverage.sites {
            assert!(site.gain_ha <= before && site.gain_ha > 0.0);
            before = site.gain_ha;
            total += site.gain_ha;
            assert!((site.total_ha - total).abs() < 1e-6);
        }
        // Nobody else speaks before the cameras alone would.
        for (any, cameras) in coverage
            .detect_min
            .data
            .iter()
            .zip(&coverage.cameras_min.data)
        {
            assert!(any.is_nan() || any <= cameras);
        }
        // A camera less: what it alone saw is in the dark.
        let mut fewer = Arc::try_unwrap(valley()).unwrap();
        let gone = fewer.cameras.remove(0);
        let fewer = study(&Arc::new(fewer), &QUESTION);
        let alone = coverage.cameras[0].alone_ha;
        assert_eq!(coverage.cameras[0].id, gone.id);
        assert!((fewer.grounds[0].blind_ha - all.blind_ha - alone).abs() < 1e-6);
    }

    #[test]
    fn a_proposed_camera_sees_what_was_promised() {
        let world = valley();
        let coverage = study(&world, &QUESTION);
        let site = coverage.sites[0];
        let mut more = Arc::try_unwrap(valley()).unwrap();
        let mut camera = more.cameras[0].clone();
        camera.id = "new".to_owned();
        camera.at = site.at;
        camera.range_m = None;
        camera.height_m = None;
        camera.thermal = Some(true);
        more.cameras.push(camera);
        let with = study(&Arc::new(more), &QUESTION);
        let gained = coverage.grounds[0].blind_ha - with.grounds[0].blind_ha;
        assert!((gained - site.gain_ha).abs() < 1e-6, "{gained} {site:?}");
    }
}
