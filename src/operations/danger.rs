//! The danger level in force, and what it makes the bureau do.

use bevy_ecs::prelude::*;

use super::{Log, Now, Shared};
use crate::protocol::Record;
use crate::scenario::schema::DangerLevel;
use crate::world::World as Site;

/// The danger level in force.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
pub struct Danger {
    /// The level; none before the first tick.
    pub level: Option<DangerLevel>,
    /// Set by an order; holds until the next order.
    pub ordered: Option<DangerLevel>,
}

/// How the bureau stands at a danger level, from the catalogue's postures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readiness {
    /// Factor on turn-out times.
    pub turnout_factor: f64,
    /// Patrols on each route.
    pub patrols: usize,
    /// Factor on the time of a camera's turn.
    pub sweep_factor: f64,
    /// Factor on the time of verification.
    pub verify_factor: f64,
    /// Whether burning in the open is forbidden.
    pub burning_ban: bool,
}

impl Danger {
    /// The level in force.
    pub fn now(&self, site: &Site, t_s: f64) -> DangerLevel {
        self.ordered.unwrap_or_else(|| site.danger_at(t_s).level)
    }

    /// How the bureau stands at the level in force.
    pub fn readiness(&self, site: &Site, t_s: f64) -> Readiness {
        readiness(site, self.now(site, t_s))
    }
}

/// How the bureau stands at a level; a level that the catalogue leaves out changes nothing.
pub fn readiness(site: &Site, level: DangerLevel) -> Readiness {
    site.scenario.catalogue.postures.get(&level).map_or(
        Readiness {
            turnout_factor: 1.0,
            patrols: 1,
            sweep_factor: 1.0,
            verify_factor: 1.0,
            burning_ban: false,
        },
        |p| Readiness {
            turnout_factor: p.turnout_factor.value,
            patrols: libm::round(p.patrols_per_route.value).max(0.0) as usize,
            sweep_factor: p.sweep_factor.value,
            verify_factor: p.verify_factor.value,
            burning_ban: p.burning_ban,
        },
    )
}

/// Says which level holds, when it changes.
pub fn declare(
    now: Res<Now>,
    shared: Res<Shared>,
    mut danger: ResMut<Danger>,
    mut log: ResMut<Log>,
) {
    let day = shared.0.danger_at(now.t_s);
    let level = danger.now(&shared.0, now.t_s);
    if danger.level.replace(level) != Some(level) {
        let index = if danger.ordered.is_some() {
            None
        } else {
            day.index
        };
        // It holds from the beginning of the step.
        log.say_of(
            now.t_s - now.step_s,
            now.t_s,
            Record::Danger {
                level,
                index: index.map(super::hundredths),
                burning_ban: readiness(&shared.0, level).burning_ban,
            },
        );
    }
}
