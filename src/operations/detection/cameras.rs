//! Tower cameras: they turn, see smoke over the ridges by day, glow and flames by night, and give a
//! bearing.

use bevy_ecs::prelude::*;

use super::{Air, DARK_FACTOR, Report, misplaced};
use crate::base::geo::{Point, SightLine, visible};
use crate::base::random::{Purpose, Streams};
use crate::operations::belief::Sighting;
use crate::operations::fires::FireState;
use crate::protocol::AlarmSource;
use crate::scenario::schema::Camera;
use crate::world::World as Site;

/// Flames stand so high over the ground for a thermal channel, metres \[J\].
pub const FLAME_M: f64 = 2.0;

/// A camera of the run.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct CameraState {
    /// Index into the world's cameras.
    pub index: usize,
    /// Where in its turn it stands at second 0, share of a turn.
    pub phase: f64,
}

/// The cameras of a world, each somewhere in its turn.
pub fn all_of(site: &Site, luck: &Streams) -> Vec<CameraState> {
    site.cameras
        .iter()
        .enumerate()
        .map(|(index, c)| CameraState {
            index,
            phase: luck.uniform(Purpose::Detection, &format!("phase/{}", c.id), 0),
        })
        .collect()
}

/// What a camera reports of a fire when its turn passes it in this step.
pub(super) fn report(
    air: &Air<'_>,
    state: &CameraState,
    fire: &FireState,
    plume_m: f64,
) -> Option<Report> {
    let d = &air.site.scenario.catalogue.detection;
    let camera = &air.site.cameras[state.index];
    let sweep = d.camera_sweep_s.value * air.sweep_factor;
    let turn = |t: f64| libm::floor(t / sweep + state.phase) as i64;
    // The turns that have passed the fire in this step, and when.
    let before = turn(air.now - air.step_s);
    let turns = (before + 1..=turn(air.now)).map(|n| (n, (n as f64 - state.phase) * sweep));
    let mut turns = turns.filter(|(_, t)| *t > fire.t_s).peekable();
    turns.peek()?;
    // Most fires are out of a camera's reach: that is soon told.
    let reach = camera
        .range_m
        .unwrap_or(d.camera_range_m.value)
        .max(d.thermal_range_m.value);
    if camera.at.distance(fire.at) > reach * air.sight {
        return None;
    }
    let stream = format!("{}/{}", camera.id, fire.id);
    let recognised = |n: i64| {
        air.luck
            .uniform(Purpose::Detection, &stream, n.max(0) as u64 * 2)
            < d.camera_recognise.value
    };
    let (this, at_s) = turns.find(|(n, _)| recognised(*n))?;
    let n = this.max(0) as u64 * 2;
    sees(air, camera, fire.at, plume_m).then(|| Report {
        source: AlarmSource::Camera,
        by: camera.id.clone(),
        sighting: sighting(air, camera, fire.at, &stream, n + 1),
        at_s,
    })
}

/// Whether a camera sees smoke of a height over a place, or its fire by the thermal channel.
pub(super) fn sees(air: &Air<'_>, camera: &Camera, at: Point, plume_m: f64) -> bool {
    let d = &air.site.scenario.catalogue.detection;
    let distance = camera.at.distance(at);
    let range = camera.range_m.unwrap_or(d.camera_range_m.value) * air.sight;
    let smoke_range = if air.dark { range * DARK_FACTOR } else { range };
    let thermal_range = if camera.has_thermal() {
        (d.thermal_range_m.value * air.sight).min(range)
    } else {
        0.0
    };
    let is_clear = |to_height: f64| {
        let line = SightLine {
            from: camera.at,
            from_height: camera.height_m.unwrap_or(d.camera_height_m.value),
            to: at,
            to_height,
        };
        visible(&air.site.landscape.elevation, line)
    };
    (distance <= smoke_range && is_clear(plume_m))
        || (distance <= thermal_range && is_clear(FLAME_M))
}

/// A place as a camera gives it: a bearing, and a distance where its ray meets the terrain.
pub(super) fn sighting(
    air: &Air<'_>,
    camera: &Camera,
    at: Point,
    stream: &str,
    n: u64,
) -> Sighting {
    let d = &air.site.scenario.catalogue.detection;
    let distance = camera.at.distance(at);
    let across = distance * d.bearing_error_deg.value.to_radians();
    let along = distance * d.ray_error.value;
    let bearing = camera.at.bearing_deg(at);
    misplaced(air.luck, stream, n, at, (across, along), bearing)
}
