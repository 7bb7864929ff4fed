//! Satellites: a geostationary one looks every few minutes from far away, polar ones pass a few times a day
//! and see smaller fires better. Both see heat, not smoke, and tell some time later. Clouds are not modelled.

use bevy_ecs::prelude::*;

use super::{Air, Report, misplaced};
use crate::base::random::{Purpose, Streams};
use crate::operations::fires::FireState;
use crate::protocol::AlarmSource;
use crate::scenario::catalogue::Sourced;
use crate::world::World as Site;

/// Days that passes are worked out for: a run ends after ten.
const DAYS: i32 = 11;
/// Name of the polar satellites in reports.
const POLAR: &str = "polar";
/// Name of the geostationary one.
const GEOSTATIONARY: &str = "geostationary";

/// When polar satellites pass, seconds after the start, in order.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct Passes(Vec<f64>);

impl Passes {
    /// Those of a run: each day at the catalogue's local hours, earlier or later by chance as the orbits
    /// shift from day to day.
    pub fn of(site: &Site, luck: &Streams) -> Self {
        let d = &site.scenario.catalogue.detection;
        let start = site.clock.at(0.0);
        let since_midnight_s = 3600.0 * f64::from(start.hour())
            + 60.0 * f64::from(start.minute())
            + f64::from(start.second());
        let mut times: Vec<f64> = Vec::new();
        // The days before the start count: what passed then may be told after it.
        for day in -1..DAYS {
            for (k, hour) in d.polar_passes_h.iter().enumerate() {
                let u = luck.uniform(Purpose::Detection, &format!("pass/{k}"), (day + 1) as u64);
                let shift_s = (2.0 * u - 1.0) * d.polar_shift_min.value * 60.0;
                let clock_s = 86_400.0 * f64::from(day) + 3600.0 * hour.value + shift_s;
                times.push(clock_s - since_midnight_s);
            }
        }
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The number and time of the passes in `(after, until]`, seconds.
    fn between(&self, after: f64, until: f64) -> impl Iterator<Item = (usize, f64)> {
        let first = self.0.partition_point(|t| *t <= after);
        let past = self.0.partition_point(|t| *t <= until);
        (first..past).map(|i| (i, self.0[i]))
    }
}

/// How a satellite sees.
struct Eye<'a> {
    name: &'a str,
    least_mw: &'a Sourced,
    recognise: &'a Sourced,
    delay_min: &'a Sourced,
    error_m: &'a Sourced,
}

/// What satellites report of a fire in this tick.
pub(super) fn reports(air: &Air<'_>, passes: &Passes, fire: &FireState) -> Vec<Report> {
    let d = &air.site.scenario.catalogue.detection;
    let mut reports = Vec::new();
    let geostationary = Eye {
        name: GEOSTATIONARY,
        least_mw: &d.satellite_least_mw,
        recognise: &d.satellite_recognise,
        delay_min: &d.satellite_delay_min,
        error_m: &d.satellite_error_m,
    };
    let polar = Eye {
        name: POLAR,
        least_mw: &d.polar_least_mw,
        recognise: &d.polar_recognise,
        delay_min: &d.polar_delay_min,
        error_m: &d.polar_error_m,
    };
    let told = |eye: &Eye<'_>| {
        let until = air.now - eye.delay_min.value * 60.0;
        (until - air.step_s, until)
    };
    let period = d.satellite_period_s.value;
    if period > 0.0 {
        let (after, until) = told(&geostationary);
        let look = libm::floor(until / period);
        if look >= 0.0 && look != libm::floor(after / period) {
            reports.extend(geostationary.report(air, fire, look as u64, look * period));
        }
    }
    let (after, until) = told(&polar);
    for (number, at_s) in passes.between(after, until) {
        reports.extend(polar.report(air, fire, number as u64, at_s));
    }
    reports
}

impl Eye<'_> {
    /// What is told of a fire that was looked at at a second.
    fn report(&self, air: &Air<'_>, fire: &FireState, number: u64, at_s: f64) -> Option<Report> {
        // What it saw then is kept by the minute: a fire that grows was no hotter than at the look after.
        let (t, heat) = fire.heat_before(at_s)?;
        let stream = format!("{}/{}", self.name, fire.id);
        let n = number * 2;
        let seen = t >= fire.t_s
            && heat >= self.least_mw.value
            && air.luck.uniform(Purpose::Detection, &stream, n) < self.recognise.value;
        let error = self.error_m.value;
        seen.then(|| Report {
            source: AlarmSource::Satellite,
            by: self.name.to_owned(),
            sighting: misplaced(air.luck, &stream, n + 1, fire.at, (error, error), 0.0),
            at_s: at_s + self.delay_min.value * 60.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn polar_satellites_pass_at_their_hours_give_or_take_the_shift_of_their_orbits() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let site = Site::build(Scenario::read(&path).unwrap()).unwrap().0;
        let d = &site.scenario.catalogue.detection;
        let mut shifts = Vec::new();
        for seed in 0..50 {
            let passes = Passes::of(&site, &Streams::new(seed));
            assert_eq!(passes.0.len(), 12 * d.polar_passes_h.len());
            assert!(passes.0.windows(2).all(|w| w[0] <= w[1]));
            for &t in &passes.0 {
                let at = site.clock.at(t);
                let hour = f64::from(at.hour())
                    + f64::from(at.minute()) / 60.0
                    + f64::from(at.second()) / 3600.0;
                let shift = d.polar_passes_h.iter().map(|h| (hour - h.value) * 60.0);
                shifts.push(shift.min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap());
            }
            let all: Vec<usize> = passes.between(-1e9, 1e9).map(|(i, _)| i).collect();
            assert_eq!(all, (0..passes.0.len()).collect::<Vec<_>>());
            // A pass is told in one tick only.
            let t = passes.0[3];
            assert_eq!(passes.between(t - 10.0, t).count(), 1);
            assert_eq!(passes.between(t, t + 10.0).count(), 0);
        }
        let limit = d.polar_shift_min.value;
        assert!(shifts.iter().all(|s| s.abs() <= limit + 0.1));
        assert!(shifts.iter().any(|s| *s > 0.7 * limit));
        assert!(shifts.iter().any(|s| *s < -0.7 * limit));
    }
}
