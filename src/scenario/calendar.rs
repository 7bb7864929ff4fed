//! When and where the causes of fires start them: the ignition model's tables.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{Sourced, Tag};
use super::schema::{Cause, DangerLevel};
use crate::base::season::Season;

/// Tables of the ignition model by season and hour; keys are the causes as scenarios write them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnitionCalendar {
    /// Weight of each month, by cause.
    pub months: BTreeMap<String, MonthWeights>,
    /// Hours of the day, by cause.
    pub hours: BTreeMap<String, HourWindow>,
    /// Days on which a cause is the more frequent, by name.
    pub festivals: BTreeMap<String, Festival>,
    /// Factor on the number of fires at each danger level.
    pub danger: BTreeMap<DangerLevel, Sourced>,
    /// Power lines start fires in stronger wind only, m/s at 10 m.
    pub power_line_above_m_s: Sourced,
    /// Field edges count so far from forest, metres.
    pub field_forest_m: Sourced,
    /// Reach around graves, metres.
    pub graves_m: Sourced,
    /// Reach around power lines, metres.
    pub power_line_m: Sourced,
    /// Reach around roads, metres.
    pub road_m: Sourced,
    /// Reach around settlements, metres.
    pub settlement_m: Sourced,
}

/// Weights of the months, January first; about 1 on average.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthWeights {
    /// Twelve numbers, 0 or more.
    pub weights: Vec<f64>,
    /// Where they come from.
    pub source: String,
    /// How far they were verified.
    pub tag: Tag,
}

/// The hours of the day in which a cause starts fires, local time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HourWindow {
    /// From this hour, 0 to 24.
    pub from_h: f64,
    /// To this hour, after `from_h`, to 24.
    pub until_h: f64,
    /// Peak within them: from this hour.
    #[serde(default)]
    pub peak_from_h: f64,
    /// To this hour.
    #[serde(default)]
    pub peak_until_h: f64,
    /// How much more frequent fires are in the peak.
    #[serde(default = "one")]
    pub peak_factor: f64,
    /// Where they come from.
    pub source: String,
    /// How far they were verified.
    pub tag: Tag,
}

fn one() -> f64 {
    1.0
}

/// Days of the year on which a cause is the more frequent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Festival {
    /// The cause.
    pub cause: Cause,
    /// First day, `MM-DD`.
    pub from: String,
    /// Last day, `MM-DD`.
    pub until: String,
    /// Factor on the month's weight.
    pub factor: f64,
    /// Where it comes from.
    pub source: String,
    /// How far it was verified.
    pub tag: Tag,
}

impl HourWindow {
    /// Share of a day's fires that start between two hours of the day, 0 to 24.
    pub fn share(&self, from_h: f64, until_h: f64) -> f64 {
        let overlap = |a: f64, b: f64, c: f64, d: f64| (b.min(d) - a.max(c)).max(0.0);
        let weight = |a: f64, b: f64| {
            let peak = overlap(a, b, self.peak_from_h, self.peak_until_h);
            overlap(a, b, self.from_h, self.until_h) + (self.peak_factor - 1.0) * peak
        };
        let all = weight(0.0, 24.0);
        if all > 0.0 {
            weight(from_h, until_h) / all
        } else {
            0.0
        }
    }
}

impl IgnitionCalendar {
    /// Weight of a cause on a day of the year: its month's, times a festival's.
    pub fn day_weight(&self, cause: Cause, key: &str, month: u8, day: u8) -> f64 {
        let of_month = self.months.get(key).map_or(0.0, |m| {
            let i = usize::from(month).saturating_sub(1);
            m.weights.get(i).copied().unwrap_or(0.0)
        });
        let festivals = self.festivals.values().filter(|f| f.cause == cause);
        let factor: f64 = festivals
            .filter(|f| Season::read(&f.from, &f.until).is_some_and(|s| s.holds(month, day)))
            .map(|f| f.factor)
            .product();
        of_month * factor
    }

    /// Share of a cause's fires of a day that start between two hours of it.
    pub fn hour_share(&self, key: &str, from_h: f64, until_h: f64) -> f64 {
        self.hours
            .get(key)
            .map_or(0.0, |w| w.share(from_h, until_h))
    }

    /// Factor of a danger level on the number of fires; 1 for one that the table leaves out.
    pub fn danger_factor(&self, level: DangerLevel) -> f64 {
        self.danger.get(&level).map_or(1.0, |s| s.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Catalogue;

    #[test]
    fn every_cause_has_months_that_average_about_one_and_hours_that_make_a_day() {
        let catalogue = Catalogue::shipped().unwrap();
        let calendar = &catalogue.ignition_calendar;
        for key in catalogue.ignition_share.keys() {
            let months = &calendar.months[key].weights;
            let mean = months.iter().sum::<f64>() / 12.0;
            assert!((0.75..1.25).contains(&mean), "{key}: {mean}");
            let hours: f64 = (0..24)
                .map(|h| calendar.hour_share(key, f64::from(h), f64::from(h + 1)))
                .sum();
            assert!((hours - 1.0).abs() < 1e-12, "{key}: {hours}");
        }
        for festival in calendar.festivals.values() {
            assert!(Season::read(&festival.from, &festival.until).is_some());
        }
        assert_eq!(calendar.danger.len(), 5);
    }

    #[test]
    fn tombs_are_swept_at_qingming_and_straw_is_burnt_in_the_afternoon() {
        let catalogue = Catalogue::shipped().unwrap();
        let calendar = &catalogue.ignition_calendar;
        let weight =
            |month, day| calendar.day_weight(Cause::TombSweeping, "tomb_sweeping", month, day);
        assert_eq!(weight(4, 5), 30.0);
        assert_eq!(weight(4, 7), 5.0);
        assert_eq!(weight(7, 5), 0.2);
        let share = |from, until| calendar.hour_share("agricultural", from, until);
        assert_eq!(share(15.0, 16.0), 2.0 * share(10.0, 11.0));
        assert_eq!(share(0.0, 9.0) + share(18.0, 24.0), 0.0);
    }
}
