//! What units do at a fire besides working at its edge: line along a course, and holding one.

use super::breakouts::{Breaks, Held, NewLine, watch_line};
use super::command::Incident;
use super::orders::answer;
use super::safety::PowerCuts;
use super::units::{Doing, UnitState};
use super::work::{hindrance, production_m_s};
use super::{Fire, Log, Now, hundredths, walking};
use crate::base::geo::{Point, Polyline};
use crate::fire::barriers::BarrierKind;
use crate::protocol::{Answer, Record, Task};
use crate::world::World as Site;
use bevy_ecs::prelude::*;

/// A crew of twenty-five holds so long a course, metres \[J\].
const HOLD_M: f64 = 300.0;
/// See [`HOLD_M`].
const HOLD_PEOPLE: f64 = 25.0;
/// A unit is at its task within so far of it, metres.
const THERE_M: f64 = 5.0;
/// Factor on the chance of a breach where somebody holds: in Los Padres those breaks that stopped fires
/// were nearly always held by crews (Syphard et al. 2011); the number is judged \[J\].
pub const HOLD_FACTOR: f64 = 0.35;

/// What work on tasks touches.
pub(super) struct Works<'a> {
    pub site: &'a Site,
    pub now: Now,
    pub fire: &'a mut Fire,
    pub breaks: &'a mut Breaks,
    pub log: &'a mut Log,
    pub power: &'a PowerCuts,
}

/// Carries every task on by a tick.
pub(super) fn work(
    with: &mut Works<'_>,
    units: &mut [&mut UnitState],
    open: &mut [(&super::Number, Mut<'_, Incident>)],
) {
    let mut held: Vec<Held> = Vec::new();
    for unit in units.iter_mut().filter(|u| u.doing == Doing::OnScene) {
        let target = match &unit.task {
            Task::Edge => None,
            Task::Line(path) | Task::Hold(path) => {
                Polyline::new(path.clone()).point_at(unit.task_m)
            }
        };
        if let Some(to) = target.filter(|to| to.distance(unit.at) > THERE_M) {
            let pace = unit.kind.walk_m_s.value;
            unit.doing = Doing::Walking {
                way: walking::way_round(with.site, with.fire, unit.at, to, pace),
                since_s: with.now.t_s,
                scouting: false,
            };
            continue;
        }
        match unit.task.clone() {
            Task::Edge => {}
            Task::Line(path) => {
                let built = build(with, unit, &path);
                if let Some((_, incident)) = open
                    .iter_mut()
                    .find(|(_, i)| Some(i.number) == unit.incident)
                {
                    incident.line_m += built;
                    if built > 0.0 {
                        incident.first_attack_s.get_or_insert(with.now.t_s);
                    }
                }
            }
            Task::Hold(path) => {
                begin(with, unit, &path);
                has_done(with.log, with.now.t_s, unit);
                let length = Polyline::new(path.clone()).length();
                let able = able_to_hold_m(unit.people);
                // Where the course is longer than they can watch, the chance lies between.
                let share = (able / length.max(1.0)).min(1.0);
                held.push(Held {
                    path,
                    factor: 1.0 - share * (1.0 - HOLD_FACTOR),
                });
            }
        }
    }
    with.breaks.1 = held;
}

/// How long a course so many people hold, metres.
pub(super) fn able_to_hold_m(people: u32) -> f64 {
    HOLD_M * f64::from(people) / HOLD_PEOPLE
}

/// Answers the order that gave a unit its task.
fn has_done(log: &mut Log, now: f64, unit: &mut UnitState) {
    if let Some(number) = unit.task_order.take() {
        answer(log, now, number, Answer::Done);
    }
}

fn begin(with: &mut Works<'_>, unit: &mut UnitState, path: &[Point]) {
    if !unit.has_worked {
        unit.has_worked = true;
        with.log.say(
            with.now.t_s,
            Record::OnTask {
                unit: unit.id.clone(),
                length_m: hundredths(Polyline::new(path.to_vec()).length()),
            },
        );
    }
}

/// One tick of line along a course; gives the metres built. The flames there are those that burn within a
/// few steps of it: none before the fire has come.
fn build(with: &mut Works<'_>, unit: &mut UnitState, path: &[Point]) -> f64 {
    let course = Polyline::new(path.to_vec());
    let length = course.length();
    let Some(at) = course.point_at(unit.task_m.min(length)) else {
        return 0.0;
    };
    if unit.task_m >= length {
        // Done: it stays and holds what it has built.
        unit.task = Task::Hold(path.to_vec());
        has_done(with.log, with.now.t_s, unit);
        return 0.0;
    }
    let flame = with
        .fire
        .0
        .grid()
        .cell_at(at)
        .filter(|&(c, r)| with.fire.0.burnt_at(c, r).is_some())
        .map_or(0.0, |_| f64::INFINITY);
    let held = hindrance(with.site, with.now.t_s, with.power, unit, at, flame);
    if held != unit.waiting {
        unit.waiting = held;
        if let Some(reason) = held {
            with.log.say(
                with.now.t_s,
                Record::Waiting {
                    unit: unit.id.clone(),
                    incident: unit.incident.unwrap_or(0),
                    reason,
                    flame_m: 0.0,
                },
            );
        }
    }
    if held.is_some() {
        return 0.0;
    }
    begin(with, unit, path);
    let there = unit.share_there(with.now);
    let able = there * production_m_s(with.site, unit, at, 0.0) * with.now.step_s;
    let from = unit.task_m;
    let to = (from + able).min(length);
    let piece = stretch(&course, from, to);
    if piece.len() > 1 {
        let new = NewLine {
            line: with.fire.0.add_barrier(&piece, 0.0, BarrierKind::BuiltLine),
            id: format!("line-{}", unit.id),
            path: &piece,
            width_m: with.site.scenario.catalogue.built_line_width_m.value,
        };
        watch_line(
            with.fire,
            with.breaks,
            with.log,
            with.site,
            with.now.t_s,
            new,
        );
    }
    unit.task_m = to;
    unit.at = course.point_at(to).unwrap_or(at);
    to - from
}

/// The part of a course between two lengths along it.
pub(super) fn stretch(course: &Polyline, from: f64, to: f64) -> Vec<Point> {
    let mut part: Vec<Point> = course.point_at(from).into_iter().collect();
    let mut run = 0.0;
    for pair in course.points().windows(2) {
        run += pair[0].distance(pair[1]);
        if run > from && run < to {
            part.push(pair[1]);
        }
    }
    part.extend(course.point_at(to));
    part.dedup();
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_keeps_the_corners_between() {
        let p = |x: f64, y: f64| Point::new(x, y);
        let course = Polyline::new(vec![p(0.0, 0.0), p(10.0, 0.0), p(10.0, 10.0)]);
        assert_eq!(stretch(&course, 2.0, 6.0), [p(2.0, 0.0), p(6.0, 0.0)]);
        assert_eq!(
            stretch(&course, 8.0, 15.0),
            [p(8.0, 0.0), p(10.0, 0.0), p(10.0, 5.0)]
        );
        assert_eq!(stretch(&course, 5.0, 5.0), [p(5.0, 0.0)]);
    }
}
