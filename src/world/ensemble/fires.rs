//! Fires drawn from the ignition model: how many, when, why and where.

use rand::RngExt;

use super::sites::CAUSES;
use super::{Conditions, DrawnFire};
use crate::base::geo::{Point, polygon_contains};
use crate::base::random::{Purpose, Streams};
use crate::scenario::schema::{AreaKind, Cause, IgnitionDraw, IgnitionModel, ValueKind};
use crate::world::World;

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;
/// Times a place is looked for around the cause's own kind of place, and then anywhere.
const ATTEMPTS: u32 = 1000;
/// More fires than this are not drawn in one run: what is asked for is a mistake.
const MOST: u32 = 10_000;

/// The fires of a seed under a member's day.
pub(super) fn draw(world: &World, day: &Conditions, streams: &Streams) -> Vec<DrawnFire> {
    let Some(draw) = &world.scenario.file.drawn_ignitions else {
        return Vec::new();
    };
    match draw.model {
        IgnitionModel::Plain => {
            let count = number(draw, streams, || plain_mean(draw, day));
            (0..count)
                .filter_map(|n| plain_fire(world, draw, day, n, streams))
                .collect()
        }
        IgnitionModel::Calendar => {
            let slots = slots(world, draw, day);
            let total: f64 = slots.iter().map(|s| s.weight).sum();
            let count = number(draw, streams, || draw.per_day.unwrap_or(0.0) * total);
            (0..count)
                .filter_map(|n| calendar_fire(world, &slots, total, n, streams))
                .collect()
        }
    }
}

/// How many fires: as many as are asked for, or a Poisson number. A greater mean never gives fewer under the same
/// seed.
fn number(draw: &IgnitionDraw, streams: &Streams, mean: impl Fn() -> f64) -> u32 {
    if draw.per_day.is_none() {
        return draw.count;
    }
    poisson(
        mean(),
        streams.uniform(Purpose::Ignition, "number of fires", 0),
    )
}

/// The Poisson number of a mean below which a share `u` of all lies.
fn poisson(mean: f64, u: f64) -> u32 {
    // Chances are summed up as logarithms: `exp(-mean)` is nought for large means.
    let (mut number, mut log_chance) = (0, -mean);
    let mut below = libm::exp(log_chance);
    while below <= u && number < MOST {
        number += 1;
        log_chance += libm::log(mean) - libm::log(f64::from(number));
        below += libm::exp(log_chance);
    }
    number
}

/// Mean number of fires of the plain model: as danger has it, evenly over the hours.
fn plain_mean(draw: &IgnitionDraw, day: &Conditions) -> f64 {
    let per_hour = draw.per_day.unwrap_or(0.0) / 24.0;
    let calendar = &day.scenario.catalogue.ignition_calendar;
    hours(draw, day)
        .map(|h| {
            per_hour * (h.until_s - h.from_s) / HOUR_S
                * calendar.danger_factor(day.danger_at(h.from_s))
        })
        .sum()
}

/// A piece of the time in which fires may start, within one hour of the day.
struct Hour {
    from_s: f64,
    until_s: f64,
    /// Month and day of the month, from 1.
    date: (u8, u8),
    /// Hours of the day at its ends.
    of_day: (f64, f64),
}

/// The time in which fires may start, cut at full hours.
fn hours<'a>(draw: &IgnitionDraw, day: &'a Conditions) -> impl Iterator<Item = Hour> + 'a {
    let until_s = draw.until_min * 60.0;
    let mut from_s = draw.from_min * 60.0;
    std::iter::from_fn(move || {
        if from_s >= until_s {
            return None;
        }
        let at = day.clock.at(from_s);
        let seconds = f64::from(at.minute()) * 60.0
            + f64::from(at.second())
            + f64::from(at.subsec_nanosecond()) / 1e9;
        let end_s = (from_s + HOUR_S - seconds).min(until_s);
        let begins = f64::from(at.hour()) + seconds / HOUR_S;
        let hour = Hour {
            from_s,
            until_s: end_s,
            date: (at.month() as u8, at.day() as u8),
            of_day: (begins, begins + (end_s - from_s) / HOUR_S),
        };
        from_s = end_s;
        Some(hour)
    })
}

/// An hour and a cause, with how many of a year's mean day of fires they hold.
struct Slot {
    from_s: f64,
    until_s: f64,
    cause: Cause,
    weight: f64,
}

fn slots(world: &World, draw: &IgnitionDraw, day: &Conditions) -> Vec<Slot> {
    let catalogue = &day.scenario.catalogue;
    let calendar = &catalogue.ignition_calendar;
    let mut slots = Vec::new();
    for hour in hours(draw, day) {
        let level = day.danger_at(hour.from_s);
        for (key, cause) in CAUSES {
            let has_place = world.sites().count(cause) > 0;
            let needs_wind = cause == Cause::PowerLine;
            let blows = day.weather.at(hour.from_s).wind_m_s > calendar.power_line_above_m_s.value;
            let weight = if has_place && (blows || !needs_wind) {
                share(day, key, is_banned(day, hour.from_s))
                    * calendar.day_weight(cause, key, hour.date.0, hour.date.1)
                    * calendar.hour_share(key, hour.of_day.0, hour.of_day.1)
                    * calendar.danger_factor(level)
            } else {
                0.0
            };
            slots.push(Slot {
                from_s: hour.from_s,
                until_s: hour.until_s,
                cause,
                weight,
            });
        }
    }
    slots
}

/// How many fires of each cause a world's day holds of a year's mean day: the expected number is this times
/// `per_day`. None without a draw of the model `Calendar`.
pub fn weights_by_cause(world: &World) -> Option<Vec<(Cause, f64)>> {
    let draw = world.scenario.file.drawn_ignitions.as_ref()?;
    let day = Conditions {
        scenario: world.scenario.clone(),
        clock: world.clock.clone(),
        weather: world.weather.clone(),
        danger: world.danger.clone(),
    };
    (draw.model == IgnitionModel::Calendar).then(|| {
        let slots = slots(world, draw, &day);
        let of = |cause| slots.iter().filter(move |s| s.cause == cause);
        CAUSES
            .map(|(_, cause)| (cause, of(cause).map(|s| s.weight).sum()))
            .to_vec()
    })
}

fn is_banned(day: &Conditions, t_s: f64) -> bool {
    let postures = &day.scenario.catalogue.postures;
    (postures.get(&day.danger_at(t_s))).is_some_and(|p| p.burning_ban)
}

/// Share of a cause; fires by burning in the open are the rarer for a ban.
fn share(day: &Conditions, key: &str, is_banned: bool) -> f64 {
    let catalogue = &day.scenario.catalogue;
    let share = catalogue.ignition_share.get(key).map_or(0.0, |s| s.value);
    let factor = if is_banned && matches!(key, "agricultural" | "refuse") {
        catalogue.danger.ban_factor.value
    } else {
        1.0
    };
    share * factor
}

fn calendar_fire(
    world: &World,
    slots: &[Slot],
    total: f64,
    n: u32,
    streams: &Streams,
) -> Option<DrawnFire> {
    let id = format!("drawn-{}", n + 1);
    let mut random = streams.generator(Purpose::Ignition, &id, 0);
    let mut left = random.random::<f64>() * total;
    let possible = || slots.iter().filter(|s| s.weight > 0.0);
    let slot = possible()
        .find(|s| {
            left -= s.weight;
            left < 0.0
        })
        .or_else(|| possible().next_back())?;
    let at_s = slot.from_s + random.random::<f64>() * (slot.until_s - slot.from_s);
    let draws = [random.random(), random.random(), random.random()];
    let grid = &world.landscape.cover.grid;
    Some(DrawnFire {
        at_min: at_s / 60.0,
        cause: slot.cause,
        at: world.sites().place(grid, slot.cause, draws)?,
        id,
    })
}

/// A fire of the plain model: a cause by its share, then a place that suits the cause.
fn plain_fire(
    world: &World,
    draw: &IgnitionDraw,
    day: &Conditions,
    n: u32,
    streams: &Streams,
) -> Option<DrawnFire> {
    let is_banned = is_banned(day, 0.0);
    let weight = |key| share(day, key, is_banned);
    let total: f64 = CAUSES.iter().map(|(key, _)| weight(key)).sum();
    let id = format!("drawn-{}", n + 1);
    let mut random = streams.generator(Purpose::Ignition, &id, 0);
    let mut left = random.random::<f64>() * total;
    let mut cause = Cause::Other;
    for (key, candidate) in CAUSES {
        cause = candidate;
        left -= weight(key);
        if left < 0.0 {
            break;
        }
    }
    let at_min = draw.from_min + random.random::<f64>() * (draw.until_min - draw.from_min).max(0.0);
    let grid = &world.landscape.cover.grid;
    let sites = world.sites();
    // A place is tried until it burns; the county as a whole is the last resort.
    let place = (0..2 * ATTEMPTS).find_map(|attempt| {
        if attempt >= ATTEMPTS && sites.is_confined {
            let draws = [random.random(), random.random(), random.random()];
            return sites.any_place(grid, draws);
        }
        let cause = if attempt < ATTEMPTS {
            cause
        } else {
            Cause::Other
        };
        let p = candidate_place(world, cause, &mut random)?;
        let fits = if sites.is_confined {
            sites.holds(grid, p)
        } else {
            let cover = world.landscape.cover_at(p);
            cover.is_some_and(|c| c.fuel_model.is_some()) && is_inside(world, p)
        };
        fits.then_some(p)
    });
    place.map(|at| DrawnFire {
        id,
        at_min,
        cause,
        at,
    })
}

/// Whether a place is the bureau's business: inside the boundary, or anywhere when none is given.
fn is_inside(world: &World, p: Point) -> bool {
    let mut boundaries = world
        .areas
        .iter()
        .filter(|a| a.kind == AreaKind::Boundary)
        .peekable();
    boundaries.peek().is_none() || boundaries.any(|a| polygon_contains(&a.ring, p))
}

/// A place where a fire of a cause might start; it may turn out not to burn.
fn candidate_place(site: &World, cause: Cause, random: &mut impl rand::Rng) -> Option<Point> {
    let near = |p: Point, spread: f64, random: &mut dyn FnMut() -> f64| {
        let (a, r) = (random() * std::f64::consts::TAU, spread * random().sqrt());
        Point::new(p.x + r * libm::cos(a), p.y + r * libm::sin(a))
    };
    let mut uniform = || random.random::<f64>();
    let pick = |n: usize, u: f64| ((u * n as f64) as usize).min(n.saturating_sub(1));
    let of_kind = |kind: ValueKind| -> Vec<Point> {
        site.values
            .iter()
            .filter(|v| v.kind == kind)
            .map(|v| v.at)
            .collect()
    };
    let on_line = |paths: Vec<&[Point]>, uniform: &mut dyn FnMut() -> f64| -> Option<Point> {
        let path = *paths.get(pick(paths.len(), uniform()))?;
        let i = pick(path.len().checked_sub(1)?, uniform());
        Some(path[i].towards(*path.get(i + 1)?, uniform()))
    };
    let everywhere = |uniform: &mut dyn FnMut() -> f64| {
        let e = site.landscape.elevation.grid.extent();
        Point::new(
            e.min.x + uniform() * (e.max.x - e.min.x),
            e.min.y + uniform() * (e.max.y - e.min.y),
        )
    };
    match cause {
        Cause::Agricultural | Cause::Refuse => {
            let villages = of_kind(ValueKind::Village);
            let at = villages.get(pick(villages.len(), uniform()));
            Some(if let Some(&p) = at {
                near(p, 800.0, &mut uniform)
            } else {
                everywhere(&mut uniform)
            })
        }
        Cause::TombSweeping => {
            let graves = of_kind(ValueKind::Graves);
            let at = graves.get(pick(graves.len(), uniform()));
            Some(if let Some(&p) = at {
                near(p, 100.0, &mut uniform)
            } else {
                everywhere(&mut uniform)
            })
        }
        Cause::PowerLine => {
            let paths = site.power_lines.iter().map(|l| l.path.as_slice()).collect();
            on_line(paths, &mut uniform).map(|p| near(p, 30.0, &mut uniform))
        }
        Cause::Smokers => {
            let paths = site.roads.iter().map(|r| r.path.as_slice()).collect();
            on_line(paths, &mut uniform).map(|p| near(p, 60.0, &mut uniform))
        }
        Cause::Other => Some(everywhere(&mut uniform)),
    }
}
