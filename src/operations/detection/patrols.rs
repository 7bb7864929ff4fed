//! Patrols walk or ride their routes to and fro, more of them as the danger rises.

use std::collections::BTreeSet;

use bevy_ecs::prelude::*;

use super::{Air, Report, misplaced};
use crate::base::geo::{Point, Polyline};
use crate::operations::fires::FireState;
use crate::protocol::AlarmSource;
use crate::world::World as Site;

/// Places of patrols are read off a map, metres (standard deviation) [assumed].
const PATROL_ERROR_M: f64 = 100.0;
/// A patrol looks round so often, seconds: at the same moments however long the tick.
const LOOKS_EVERY_S: f64 = 10.0;
/// Patrols that may share a route at the highest danger.
pub const MOST_ON_A_ROUTE: usize = 3;

/// A patrol of the run.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct PatrolState {
    /// Index into the world's patrols.
    pub index: usize,
    /// Which of those on its route it is, from 0; it is out when so many are.
    pub on_duty: usize,
    /// Its route.
    pub route: Polyline,
    /// Speed, m/s.
    pub speed_m_s: f64,
    /// Fires it has reported, by origin, and what they were taken for at the time.
    pub reported: BTreeSet<(usize, Option<u32>)>,
}

impl PatrolState {
    /// Where it is, going to and fro from the start of its route; those who share it keep apart.
    pub fn place(&self, t: f64) -> Option<Point> {
        let length = self.route.length();
        if length <= 0.0 {
            return self.route.points().first().copied();
        }
        let ahead = 2.0 * length * self.on_duty as f64 / MOST_ON_A_ROUTE as f64;
        let s = (t * self.speed_m_s + ahead) % (2.0 * length);
        self.route
            .point_at(if s > length { 2.0 * length - s } else { s })
    }
}

/// The patrols of a world, those that go out at the highest danger included.
pub fn all_of(site: &Site) -> Vec<PatrolState> {
    site.patrols
        .iter()
        .enumerate()
        .flat_map(|(index, p)| {
            (0..MOST_ON_A_ROUTE).map(move |on_duty| PatrolState {
                index,
                on_duty,
                route: Polyline::new(p.path.clone()),
                speed_m_s: p.pace_km_h / 3.6,
                reported: BTreeSet::new(),
            })
        })
        .collect()
}

/// What a patrol reports of a fire in its sight, once.
pub(super) fn report(air: &Air<'_>, state: &mut PatrolState, fire: &FireState) -> Option<Report> {
    let patrol = &air.site.patrols[state.index];
    if air.level < patrol.from_danger || state.on_duty >= air.patrols {
        return None;
    }
    let first = libm::floor((air.now - air.step_s) / LOOKS_EVERY_S) as u32 + 1;
    let last = libm::floor(air.now / LOOKS_EVERY_S) as u32;
    let in_sight = |t: &f64| {
        let place = state.place(*t);
        place.is_some_and(|p| p.distance(fire.at) <= patrol.sight_m * air.sight)
    };
    let at_s = (first..=last)
        .map(|n| f64::from(n) * LOOKS_EVERY_S)
        .filter(|t| !air.dark && *t > fire.t_s)
        .find(in_sight)?;
    let is_new = state.reported.insert((fire.origin, fire.mistaken_for));
    is_new.then(|| Report {
        source: AlarmSource::Patrol,
        by: patrol.id.clone(),
        sighting: misplaced(
            air.luck,
            &format!("{}/{}", patrol.id, fire.id),
            0,
            fire.at,
            (PATROL_ERROR_M, PATROL_ERROR_M),
            0.0,
        ),
        at_s,
    })
}
