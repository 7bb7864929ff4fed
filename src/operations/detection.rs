//! Detection: cameras, patrols and citizens see smoke and report it.

use bevy_ecs::prelude::*;

use super::command::Incident;
use super::fires::{FireState, Script};
use super::{Log, Luck, Now, Number, Shared, TICK_S, hundredths};
use crate::base::geo::{Point, Polyline, SightLine, visible};
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::protocol::{AlarmSource, Record};
use crate::scenario::schema::{DangerLevel, ValueKind};
use crate::world::{Weather, World as Site};

/// A report belongs to a known incident when it is no farther from it than this, metres, and its own
/// error twice over [assumed].
const SAME_INCIDENT_M: f64 = 300.0;
/// Smoke seen in the dark: only the glow, a tenth of the range [domain.md 4.1, assumed].
const DARK_FACTOR: f64 = 0.1;
/// Places of patrols are read off a map, metres (standard deviation) [assumed].
const PATROL_ERROR_M: f64 = 100.0;
/// Error of distance where a camera's ray meets the terrain, share of the distance [assumed].
const RAY_ERROR: f64 = 0.03;

/// A camera of the run.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct CameraState {
    /// Index into the world's cameras.
    pub index: usize,
    /// Where in its turn it stands at second 0, seconds.
    pub phase_s: f64,
}

/// A patrol of the run.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct PatrolState {
    /// Index into the world's patrols.
    pub index: usize,
    /// Its route.
    pub route: Polyline,
    /// Speed, m/s.
    pub speed_m_s: f64,
    /// Fires it has reported, by origin, and what they were taken for at the time.
    pub reported: std::collections::BTreeSet<(usize, Option<u32>)>,
}

impl PatrolState {
    /// Where it is, going to and fro from the start of its route.
    pub fn place(&self, t: f64) -> Option<Point> {
        let length = self.route.length();
        if length <= 0.0 {
            return self.route.points().first().copied();
        }
        let s = (t * self.speed_m_s) % (2.0 * length);
        self.route
            .point_at(if s > length { 2.0 * length - s } else { s })
    }
}

/// When a citizen calls, if a village can see the place by day: an exponential delay after the smoke.
pub fn time_of_call(site: &Site, luck: &Streams, fire: &str, at: Point, t: f64) -> Option<f64> {
    let d = &site.scenario.catalogue.detection;
    let seen = site.values.iter().any(|v| {
        v.kind == ValueKind::Village && v.people > 0 && v.at.distance(at) <= d.caller_sight_m.value
    });
    let u = luck.uniform(Purpose::Detection, &format!("caller/{fire}"), 0);
    let delay_s = -d.caller_delay_min.value * 60.0 * libm::log(1.0 - u);
    (seen && !is_dark(site, t + delay_s)).then_some(t + delay_s)
}

fn is_dark(site: &Site, t: f64) -> bool {
    let at = site.clock.at(t);
    Weather::is_dark(f64::from(at.hour()) + f64::from(at.minute()) / 60.0)
}

/// Looks for smoke and opens incidents.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn look(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    script: Res<Script>,
    mut commands: Commands,
    mut log: ResMut<Log>,
    mut fires: Query<(&Number, &mut FireState)>,
    cameras: Query<(&Number, &CameraState)>,
    mut patrols: Query<(&Number, &mut PatrolState)>,
    incidents: Query<&Incident>,
) {
    let site = &*shared.0;
    let d = &site.scenario.catalogue.detection;
    let sight = script.weather().map_or(1.0, |w| {
        Weather::sight_factor(w.visibility, d.haze_factor.value, d.fog_factor.value)
    });
    let dark = is_dark(site, now.0);
    let sight = if dark { sight * DARK_FACTOR } else { sight };
    let mut known: Vec<(u32, Point, bool)> = incidents
        .iter()
        .map(|i| (i.number, i.at, i.out_s.is_none()))
        .collect();
    known.sort_by_key(|k| k.0);
    let mut opened = known.len() as u32;
    let mut fires: Vec<_> = fires.iter_mut().collect();
    fires.sort_by_key(|(n, _)| **n);
    for (_, fire) in &mut fires {
        let mut reports: Vec<(AlarmSource, String, Point, f64)> = Vec::new();
        let plume = (d.plume_m_per_sqrt_mw.value * libm::sqrt(fire.heat_mw))
            .clamp(d.plume_min_m.value, d.plume_max_m.value);
        // Once the desk has a fire, further sightings add nothing to this version's belief.
        if fire.incident.is_none() && fire.t_s < now.0 {
            let mut seeing: Vec<_> = cameras.iter().collect();
            seeing.sort_by_key(|(n, _)| **n);
            for (_, state) in seeing {
                reports.extend(camera_report(
                    site, &luck.0, state, fire, now.0, plume, sight,
                ));
            }
            let mut walking: Vec<_> = patrols.iter_mut().collect();
            walking.sort_by_key(|(n, _)| **n);
            for (_, mut state) in walking {
                let patrol = &site.patrols[state.index];
                let Some(place) = state.place(now.0) else {
                    continue;
                };
                if !dark
                    && place.distance(fire.at) <= patrol.sight_m * sight
                    && state.reported.insert((fire.origin, fire.mistaken_for))
                {
                    let stream = format!("{}/{}", patrol.id, fire.id);
                    let at = misplaced(
                        &luck.0,
                        &stream,
                        0,
                        fire.at,
                        PATROL_ERROR_M,
                        PATROL_ERROR_M,
                        0.0,
                    );
                    reports.push((AlarmSource::Patrol, patrol.id.clone(), at, PATROL_ERROR_M));
                }
            }
        }
        if fire.call_s.is_some_and(|t| t <= now.0) {
            fire.call_s = None;
            let error = d.caller_error_m.value;
            let at = misplaced(
                &luck.0,
                &format!("caller/{}", fire.id),
                1,
                fire.at,
                error,
                error,
                0.0,
            );
            reports.push((AlarmSource::Caller, "12119".to_owned(), at, error));
        }
        for (source, by, at, error_m) in reports {
            if let Some(incident) = fire.incident {
                log.say(
                    now.0,
                    Record::FurtherAlarm {
                        incident,
                        source,
                        by,
                    },
                );
                continue;
            }
            let near = known
                .iter()
                .find(|(_, p, open)| *open && p.distance(at) < SAME_INCIDENT_M + 2.0 * error_m);
            if let Some(&(incident, _, _)) = near {
                // Another fire close by: the desk takes it for the one it knows, until somebody
                // places it better or the first is out.
                if fire.mistaken_for.replace(incident) != Some(incident) {
                    log.say(
                        now.0,
                        Record::FurtherAlarm {
                            incident,
                            source,
                            by,
                        },
                    );
                }
                continue;
            }
            opened += 1;
            fire.incident = Some(opened);
            known.push((opened, at, true));
            log.say(
                now.0,
                Record::Alarm {
                    incident: opened,
                    source,
                    by: by.clone(),
                    x: hundredths(at.x),
                    y: hundredths(at.y),
                    error_m: libm::round(error_m),
                },
            );
            let doctrine = &site.scenario.file.doctrine;
            let ready_s = now.0 + (doctrine.receive_min + doctrine.verify_min) * 60.0;
            commands.spawn((
                Number(opened),
                Incident::new(opened, fire.origin, at, now.0, (source, by), ready_s),
            ));
        }
    }
}

/// What a camera reports of a fire when its turn passes it in this tick.
fn camera_report(
    site: &Site,
    luck: &Streams,
    state: &CameraState,
    fire: &FireState,
    now: f64,
    plume_m: f64,
    sight: f64,
) -> Option<(AlarmSource, String, Point, f64)> {
    let d = &site.scenario.catalogue.detection;
    let camera = &site.cameras[state.index];
    let turn = |t: f64| libm::floor((t + state.phase_s) / d.camera_sweep_s.value) as i64;
    let this = turn(now);
    if this == turn(now - TICK_S) {
        return None;
    }
    let distance = camera.at.distance(fire.at);
    let range = camera.range_m.unwrap_or(d.camera_range_m.value) * sight;
    if distance > range {
        return None;
    }
    let stream = format!("{}/{}", camera.id, fire.id);
    let n = this.max(0) as u64 * 2;
    if luck.uniform(Purpose::Detection, &stream, n) >= d.camera_recognise.value {
        return None;
    }
    let line = SightLine {
        from: camera.at,
        from_height: camera.height_m.unwrap_or(d.camera_height_m.value),
        to: fire.at,
        to_height: plume_m,
    };
    if !visible(&site.landscape.elevation, line) {
        return None;
    }
    let across = distance * d.bearing_error_deg.value.to_radians();
    let along = distance * RAY_ERROR;
    let bearing = camera.at.bearing_deg(fire.at);
    let at = misplaced(luck, &stream, n + 1, fire.at, across, along, bearing);
    Some((
        AlarmSource::Camera,
        camera.id.clone(),
        at,
        across.max(along),
    ))
}

/// A place with a normal error across and along a bearing.
fn misplaced(
    luck: &Streams,
    stream: &str,
    n: u64,
    at: Point,
    across: f64,
    along: f64,
    bearing: f64,
) -> Point {
    let mut random = luck.generator(Purpose::Detection, stream, n);
    let (a, b) = (
        across * standard_normal(&mut random),
        along * standard_normal(&mut random),
    );
    let angle = bearing.to_radians();
    let (s, c) = (libm::sin(angle), libm::cos(angle));
    Point::new(at.x + b * s + a * c, at.y + b * c - a * s)
}

/// The cameras and patrols of a world that are at work.
pub fn lookouts(site: &Site, luck: &Streams) -> (Vec<CameraState>, Vec<PatrolState>) {
    let sweep = site.scenario.catalogue.detection.camera_sweep_s.value;
    let cameras = site
        .cameras
        .iter()
        .enumerate()
        .map(|(index, c)| CameraState {
            index,
            phase_s: sweep * luck.uniform(Purpose::Detection, &format!("phase/{}", c.id), 0),
        })
        .collect();
    let danger: DangerLevel = site.scenario.file.danger;
    let patrols = site
        .patrols
        .iter()
        .enumerate()
        .filter(|(_, p)| danger >= p.from_danger)
        .map(|(index, p)| PatrolState {
            index,
            route: Polyline::new(p.path.clone()),
            speed_m_s: p.pace_km_h / 3.6,
            reported: std::collections::BTreeSet::new(),
        })
        .collect();
    (cameras, patrols)
}
