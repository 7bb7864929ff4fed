//! Detection: cameras, patrols, citizens and satellites see smoke and report it.
//!
//! Each is a way of looking ([`cameras`], [`patrols`], [`satellites`], and here callers) that gives
//! [`Report`]s; [`look`] sorts them to incidents. What they say of the place goes into the incident's
//! belief, with its error.

pub mod cameras;
pub mod false_alarms;
pub mod patrols;
pub mod satellites;

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;

use self::cameras::CameraState;
use self::false_alarms::Mirage;
use self::patrols::PatrolState;
use super::belief::Sighting;
use super::command::Incident;
use super::danger::Danger;
use super::fires::{FireState, Script};
use super::{Log, Luck, Now, Number, Shared, hundredths};
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::protocol::{AlarmSource, Record};
use crate::scenario::schema::{DangerLevel, ValueKind};
use crate::world::{Weather, World as Site};

/// A report belongs to a known incident when it is no farther from it than this, metres, and its own
/// error twice over [assumed].
const SAME_INCIDENT_M: f64 = 300.0;
/// Smoke seen in the dark: only the glow, a tenth of the range [domain.md 4.1, assumed].
pub const DARK_FACTOR: f64 = 0.1;

/// What somebody says.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Who, by kind.
    pub source: AlarmSource,
    /// Who, by id.
    pub by: String,
    /// The place as it is told.
    pub sighting: Sighting,
    /// When, seconds: within the tick.
    pub at_s: f64,
}

/// The alarms without a fire, and how far they have got.
#[derive(Resource, Debug, Default)]
pub struct Mirages {
    all: Vec<Mirage>,
    next: usize,
}

impl Mirages {
    /// Those of a run.
    pub fn new(site: &Site, luck: &Streams) -> Self {
        Self {
            all: false_alarms::all_of(site, luck),
            next: 0,
        }
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

/// Whether it is dark at a time.
pub fn is_dark(site: &Site, t: f64) -> bool {
    let at = site.clock.at(t);
    Weather::is_dark(f64::from(at.hour()) + f64::from(at.minute()) / 60.0)
}

/// Share of the clear-air range that one sees now.
pub(super) fn sight_factor(site: &Site, script: &Script) -> f64 {
    let d = &site.scenario.catalogue.detection;
    script.weather().map_or(1.0, |w| {
        Weather::sight_factor(w.visibility, d.haze_factor.value, d.fog_factor.value)
    })
}

/// What all who look from afar have in common in a tick.
pub(super) struct Air<'a> {
    pub site: &'a Site,
    pub luck: &'a Streams,
    pub now: f64,
    /// Length of the step that ends now, seconds.
    pub step_s: f64,
    /// Share of the clear-air range.
    pub sight: f64,
    pub dark: bool,
    /// Factor on the cameras' turn.
    pub sweep_factor: f64,
    /// The danger level in force.
    pub level: DangerLevel,
    /// Patrols on each route that is walked.
    pub patrols: usize,
}

/// Height of a smoke column over a heat release in MW, metres.
pub fn plume_m(site: &Site, heat_mw: f64) -> f64 {
    let d = &site.scenario.catalogue.detection;
    (d.plume_m_per_sqrt_mw.value * libm::sqrt(heat_mw.max(0.0)))
        .clamp(d.plume_min_m.value, d.plume_max_m.value)
}

/// Looks for smoke and opens incidents.
#[allow(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn look(
    now: Res<Now>,
    shared: Res<Shared>,
    luck: Res<Luck>,
    script: Res<Script>,
    danger: Res<Danger>,
    passes: Res<satellites::Passes>,
    mut mirages: ResMut<Mirages>,
    mut commands: Commands,
    mut log: ResMut<Log>,
    mut fires: Query<(&Number, &mut FireState)>,
    cameras: Query<(&Number, &CameraState)>,
    mut patrols: Query<(&Number, &mut PatrolState)>,
    mut incidents: Query<(&Number, &mut Incident)>,
) {
    let site = &*shared.0;
    let readiness = danger.readiness(site, now.t_s);
    let air = Air {
        site,
        luck: &luck.0,
        now: now.t_s,
        step_s: now.step_s,
        sight: sight_factor(site, &script),
        dark: is_dark(site, now.t_s),
        sweep_factor: readiness.sweep_factor,
        level: danger.now(site, now.t_s),
        patrols: readiness.patrols,
    };
    let mut seeing: Vec<_> = cameras.iter().collect();
    seeing.sort_by_key(|(n, _)| **n);
    let mut walking: Vec<_> = patrols.iter_mut().collect();
    walking.sort_by_key(|(n, _)| **n);
    let mut known: Vec<_> = incidents.iter_mut().map(|(_, i)| i).collect();
    known.sort_by_key(|i| i.number);
    let mut desk = Desk {
        opened: known.last().map_or(0, |i| i.number),
        new: BTreeMap::new(),
    };
    let mut fires: Vec<_> = fires.iter_mut().collect();
    fires.sort_by_key(|(n, _)| **n);
    for (_, fire) in &mut fires {
        let mut reports: Vec<Report> = Vec::new();
        let closed = |n: u32| known.iter().any(|i| i.number == n && i.is_void);
        if fire.incident.is_some_and(closed) {
            // Closed by order while it burnt: whoever sees it next opens an incident of its own.
            fire.incident = None;
            fire.mistaken_for = None;
            fire.dismissed += 1;
        }
        let open = fire
            .incident
            .and_then(|n| known.iter().position(|i| i.number == n));
        // A fire that is placed well enough, or out, is looked at no more from afar.
        let is_placed = open.is_some_and(|i| known[i].is_placed());
        if !is_placed && fire.t_s < now.t_s {
            let plume = plume_m(site, fire.heat_mw);
            for (_, state) in &seeing {
                let by = &site.cameras[state.index].id;
                let is_new = open.is_none_or(|i| !known[i].belief.placed_by.contains(by));
                if is_new {
                    reports.extend(cameras::report(&air, state, fire, plume));
                }
            }
            for (_, state) in &mut walking {
                reports.extend(patrols::report(&air, state, fire));
            }
        }
        if open.is_none() {
            reports.extend(satellites::reports(&air, &passes, fire));
        }
        if let Some(at_s) = fire.call_s.take_if(|t| *t <= now.t_s) {
            let error = site.scenario.catalogue.detection.caller_error_m.value;
            let stream = format!("caller/{}", fire.id);
            reports.push(Report {
                source: AlarmSource::Caller,
                by: "12119".to_owned(),
                sighting: misplaced(&luck.0, &stream, 1, fire.at, (error, error), 0.0),
                at_s,
            });
        }
        if let Some(i) = open
            && known[i].wants_a_look(site, now.t_s)
        {
            watch(&air, fire, &seeing, &mut known[i], &mut log);
        }
        for report in reports {
            if let Some(incident) = fire.incident {
                desk.further(now.t_s, &mut log, &mut known, incident, &report);
                continue;
            }
            if let Some(incident) = desk.incident_near(&known, &report) {
                // Another fire close by: the desk takes it for the one it knows, until somebody
                // places it better or the first is out.
                if fire.mistaken_for.replace(incident) != Some(incident) {
                    desk.further(now.t_s, &mut log, &mut known, incident, &report);
                }
            } else {
                let what = Subject::Fire(fire.origin);
                let number = desk.open(now.t_s, &mut log, what, &report);
                fire.incident = Some(number);
                fire.first_alarm
                    .get_or_insert((report.at_s, report.source, report.by));
            }
        }
    }
    while let Some(mirage) = mirages.all.get(mirages.next).filter(|m| m.t_s <= now.t_s) {
        let report = mirage_report(&air, mirage);
        log.say(
            now.t_s,
            Record::FalseAlarm {
                alarm: mirage.id.clone(),
                what: mirage.kind,
                x: hundredths(mirage.at.x),
                y: hundredths(mirage.at.y),
            },
        );
        match desk.incident_near(&known, &report) {
            Some(incident) => desk.further(now.t_s, &mut log, &mut known, incident, &report),
            None => {
                desk.open(now.t_s, &mut log, Subject::Mirage(mirages.next), &report);
            }
        }
        mirages.next += 1;
    }
    for (number, incident) in desk.new {
        commands.spawn((Number(number), incident));
    }
}

/// A fire from which nobody reports is looked at by the cameras, whose operators tell how large its smoke looks.
fn watch(
    air: &Air<'_>,
    fire: &FireState,
    cameras: &[(&Number, &CameraState)],
    incident: &mut Incident,
    log: &mut Log,
) {
    let plume = plume_m(air.site, fire.heat_mw);
    let mut of_those = cameras.iter().map(|(_, c)| &air.site.cameras[c.index]);
    let Some(camera) = of_those.find(|c| cameras::sees(air, c, fire.at, plume)) else {
        return;
    };
    // One operator at one camera errs the same way each time.
    let stream = format!("watch/{}/{}", camera.id, fire.id);
    let mut random = air.luck.generator(Purpose::Detection, &stream, 0);
    let error = air.site.scenario.catalogue.detection.smoke_area_error.value;
    let area_ha = fire.area_m2 / 10_000.0 * libm::exp(error * standard_normal(&mut random));
    incident.belief.estimate(air.now, area_ha);
    log.say(
        air.now,
        Record::SmokeReport {
            incident: incident.number,
            by: camera.id.clone(),
            area_ha: hundredths(area_ha),
        },
    );
}

/// What stands behind an alarm, in truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A fire, by the number of its ignition in the front.
    Fire(usize),
    /// Nothing that burns: the index among the run's false alarms.
    Mirage(usize),
}

/// Incidents opened in this tick.
struct Desk {
    opened: u32,
    new: BTreeMap<u32, Incident>,
}

impl Desk {
    /// The open incident that a report is taken for.
    fn incident_near(&self, known: &[Mut<'_, Incident>], report: &Report) -> Option<u32> {
        let at = report.sighting.at;
        let reach = SAME_INCIDENT_M + 2.0 * report.sighting.error_m();
        let fits = |i: &Incident| i.out_s.is_none() && i.belief.at.distance(at) < reach;
        known
            .iter()
            .map(|i| &**i)
            .chain(self.new.values())
            .find(|i| fits(i))
            .map(|i| i.number)
    }

    /// Opens an incident.
    fn open(&mut self, now: f64, log: &mut Log, what: Subject, report: &Report) -> u32 {
        self.opened += 1;
        let number = self.opened;
        let at = report.sighting.at;
        log.say_of(
            report.at_s,
            now,
            Record::Alarm {
                incident: number,
                source: report.source,
                by: report.by.clone(),
                x: hundredths(at.x),
                y: hundredths(at.y),
                error_m: libm::round(report.sighting.error_m()),
            },
        );
        self.new
            .insert(number, Incident::new(number, what, report.at_s, report));
        number
    }

    /// A further report of an incident.
    fn further(
        &mut self,
        now: f64,
        log: &mut Log,
        known: &mut [Mut<'_, Incident>],
        number: u32,
        report: &Report,
    ) {
        let of = known
            .iter_mut()
            .find(|i| i.number == number)
            .map(|i| &mut **i);
        let Some(incident) = of.or_else(|| self.new.get_mut(&number)) else {
            return;
        };
        if incident.belief.seen_s.is_none() {
            incident.belief.fuse(&report.by, &report.sighting);
        }
        log.say(
            now,
            Record::FurtherAlarm {
                incident: number,
                source: report.source,
                by: report.by.clone(),
                x: hundredths(incident.belief.at.x),
                y: hundredths(incident.belief.at.y),
                error_m: libm::round(incident.belief.error_m()),
            },
        );
    }
}

/// What is reported of something that is no fire.
fn mirage_report(air: &Air<'_>, mirage: &Mirage) -> Report {
    let d = &air.site.scenario.catalogue.detection;
    let stream = format!("mirage/{}", mirage.id);
    if let Some(camera) = mirage.camera.map(|i| &air.site.cameras[i]) {
        return Report {
            source: AlarmSource::Camera,
            by: camera.id.clone(),
            sighting: cameras::sighting(air, camera, mirage.at, &stream, 0),
            at_s: mirage.t_s,
        };
    }
    let error = d.caller_error_m.value;
    Report {
        source: AlarmSource::Caller,
        by: "12119".to_owned(),
        sighting: misplaced(air.luck, &stream, 0, mirage.at, (error, error), 0.0),
        at_s: mirage.t_s,
    }
}

impl Mirages {
    /// One of them.
    pub fn get(&self, index: usize) -> Option<&Mirage> {
        self.all.get(index)
    }
}

/// A place with a normal error across and along a bearing, metres.
pub(super) fn misplaced(
    luck: &Streams,
    stream: &str,
    n: u64,
    at: Point,
    (across_m, along_m): (f64, f64),
    bearing_deg: f64,
) -> Sighting {
    let mut random = luck.generator(Purpose::Detection, stream, n);
    let (a, b) = (
        across_m * standard_normal(&mut random),
        along_m * standard_normal(&mut random),
    );
    let angle = bearing_deg.to_radians();
    let (s, c) = (libm::sin(angle), libm::cos(angle));
    Sighting {
        at: Point::new(at.x + b * s + a * c, at.y + b * c - a * s),
        bearing_deg,
        across_m,
        along_m,
    }
}

/// The cameras and patrols of a world.
pub fn lookouts(site: &Site, luck: &Streams) -> (Vec<CameraState>, Vec<PatrolState>) {
    (cameras::all_of(site, luck), patrols::all_of(site))
}
