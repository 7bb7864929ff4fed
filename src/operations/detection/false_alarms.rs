//! Alarms where nothing burns that is the desk's business: burns that are allowed, fog, dust, chimneys.

use rand::RngExt;

use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams};
use crate::operations::danger::readiness;
use crate::scenario::schema::{FalseAlarmKind, ValueKind, Visibility};
use crate::world::World as Site;

/// An alarm without a fire.
#[derive(Debug, Clone, PartialEq)]
pub struct Mirage {
    /// Stable id.
    pub id: String,
    /// When it is seen, seconds.
    pub t_s: f64,
    /// What it is.
    pub kind: FalseAlarmKind,
    /// Where.
    pub at: Point,
    /// The camera that takes it for smoke; none for a caller.
    pub camera: Option<usize>,
}

/// Fog and haze make cameras see things that many times as often \[J\].
const THICK_AIR: f64 = 2.0;
/// Shares of what cameras take for smoke in clear air \[J\]: burns that are allowed, dust, chimneys.
const CLEAR: [(FalseAlarmKind, f64); 3] = [
    (FalseAlarmKind::LegalBurn, 0.5),
    (FalseAlarmKind::Dust, 0.2),
    (FalseAlarmKind::Chimney, 0.3),
];

/// All of a run, in order of time. Bans thin out the burns that are allowed.
pub fn all_of(site: &Site, luck: &Streams) -> Vec<Mirage> {
    let file = &site.scenario.file;
    let Some(rule) = &file.false_alarms else {
        return Vec::new();
    };
    let mut all: Vec<Mirage> = rule
        .listed
        .iter()
        .map(|f| Mirage {
            id: f.id.clone(),
            t_s: f.at_min * 60.0,
            kind: f.kind,
            at: f.at,
            camera: nearest_camera(site, f.at),
        })
        .collect();
    let days = file.horizon_min / 1440.0;
    for (index, camera) in site.cameras.iter().enumerate() {
        // Drawn at the greatest rate and thinned by the air at the time.
        let stream = format!("mirage/{}", camera.id);
        let most = rule.per_camera_day * days * THICK_AIR;
        for (n, t_s) in times(luck, &stream, most, file.horizon_min * 60.0)
            .into_iter()
            .enumerate()
        {
            let mut random = luck.generator(Purpose::Detection, &stream, 1000 + n as u64);
            let [keep, which, bearing, far] = std::array::from_fn(|_| random.random::<f64>());
            let thick = site.weather.at(t_s).visibility != Visibility::Clear;
            if keep >= if thick { 1.0 } else { 1.0 / THICK_AIR } {
                continue;
            }
            let kind = if thick {
                FalseAlarmKind::Fog
            } else {
                pick(which)
            };
            if kind == FalseAlarmKind::LegalBurn && is_banned(site, t_s, &stream, n, luck) {
                continue;
            }
            let range = camera
                .range_m
                .unwrap_or(site.scenario.catalogue.detection.camera_range_m.value);
            let (a, r) = (
                bearing * std::f64::consts::TAU,
                range * libm::sqrt(0.05 + 0.95 * far),
            );
            let at = Point::new(
                camera.at.x + r * libm::sin(a),
                camera.at.y + r * libm::cos(a),
            );
            if site.landscape.elevation.grid.cell_at(at).is_some() {
                let id = format!("{}-mirage-{}", camera.id, n + 1);
                let camera = Some(index);
                all.push(Mirage {
                    id,
                    t_s,
                    kind,
                    at,
                    camera,
                });
            }
        }
    }
    let villages: Vec<Point> = site
        .values
        .iter()
        .filter(|v| v.kind == ValueKind::Village)
        .map(|v| v.at)
        .collect();
    let most = rule.calls_per_day * days;
    for (n, t_s) in times(luck, "mirage/12119", most, file.horizon_min * 60.0)
        .into_iter()
        .enumerate()
    {
        let mut random = luck.generator(Purpose::Detection, "mirage/12119", 1000 + n as u64);
        let [which, bearing, far] = std::array::from_fn(|_| random.random::<f64>());
        let Some(&village) = villages.get((which * villages.len() as f64) as usize) else {
            continue;
        };
        let kind = FalseAlarmKind::LegalBurn;
        if is_banned(site, t_s, "mirage/12119", n, luck) {
            continue;
        }
        let (a, r) = (bearing * std::f64::consts::TAU, 1500.0 * libm::sqrt(far));
        let at = Point::new(village.x + r * libm::sin(a), village.y + r * libm::cos(a));
        if site.landscape.elevation.grid.cell_at(at).is_some() {
            let id = format!("call-mirage-{}", n + 1);
            all.push(Mirage {
                id,
                t_s,
                kind,
                at,
                camera: None,
            });
        }
    }
    all.sort_by(|a, b| a.t_s.total_cmp(&b.t_s).then(a.id.cmp(&b.id)));
    all
}

fn pick(which: f64) -> FalseAlarmKind {
    let mut left = which;
    for (kind, share) in CLEAR {
        left -= share;
        if left < 0.0 {
            return kind;
        }
    }
    FalseAlarmKind::Chimney
}

/// Whether a burn does not take place because burning is forbidden that day.
fn is_banned(site: &Site, t_s: f64, stream: &str, n: usize, luck: &Streams) -> bool {
    let rules = &site.scenario.catalogue;
    let level = site.danger_at(t_s).level;
    readiness(site, level).burning_ban
        && luck.uniform(Purpose::Detection, stream, 2000 + n as u64)
            >= rules.danger.ban_factor.value
}

fn nearest_camera(site: &Site, at: Point) -> Option<usize> {
    (0..site.cameras.len()).min_by(|&a, &b| {
        let d = |i: usize| site.cameras[i].at.distance(at);
        d(a).total_cmp(&d(b)).then(a.cmp(&b))
    })
}

/// Times of a Poisson process with so many events expected over the run.
fn times(luck: &Streams, stream: &str, expected: f64, horizon_s: f64) -> Vec<f64> {
    let mut all = Vec::new();
    if expected <= 0.0 {
        return all;
    }
    let mean_s = horizon_s / expected;
    let mut random = luck.generator(Purpose::Detection, stream, 0);
    let mut t = 0.0;
    loop {
        t -= mean_s * libm::log(1.0 - random.random::<f64>());
        if t >= horizon_s {
            return all;
        }
        all.push(t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_as_often_as_expected() {
        let counts: Vec<usize> = (0..400)
            .map(|seed| times(&Streams::new(seed), "a", 3.0, 3600.0).len())
            .collect();
        let mean = counts.iter().sum::<usize>() as f64 / 400.0;
        assert!((mean - 3.0).abs() < 0.25, "{mean}");
        assert!(times(&Streams::new(1), "a", 0.0, 3600.0).is_empty());
    }
}
