//! Moisture of live fuel: from the growing season index, or from a plain table by season.

use std::collections::VecDeque;
use std::sync::LazyLock;

use libm::exp;
use serde::Deserialize;

use super::within;
use crate::scenario::catalogue::Tag;

/// The shipped table.
const SHIPPED: &str = include_str!("../../../../assets/catalogue/live_moisture.ron");
/// Days over which the index is averaged (Jolly, Nemani & Running 2005; NFDRS4 default) [V].
const MEAN_OVER_DAYS: usize = 21;
/// Index at which plants turn green (NFDRS4 default) [V].
const GREEN_UP: f64 = 0.5;
/// Days in the year of a season table.
const YEAR_DAYS: f64 = 365.0;

/// Moisture of live fuel, fractions of dry weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveMoisture {
    /// Grass and herbs.
    pub herbaceous: f64,
    /// Leaves and twigs of shrubs.
    pub woody: f64,
}

impl LiveMoisture {
    /// From the mean growing season index of the last 21 days: dormant below the green-up value
    /// 0.5, then linear up to an index of 1; herbs 0.30 to 2.50, woody 0.60 to 2.00 (NFDRS 2016, as
    /// in the NFDRS4 reference code) [V].
    pub fn from_growing_season(mean_index: f64) -> Self {
        let green = within((mean_index - GREEN_UP) / (1.0 - GREEN_UP), 0.0, 1.0);
        Self {
            herbaceous: 0.30 + green * (2.50 - 0.30),
            woody: 0.60 + green * (2.00 - 0.60),
        }
    }
}

/// Growing season index of a day, 0 to 1 (Jolly, Nemani & Running 2005, Global Change Biology 11:
/// 619-632): the product of three ramps, least temperature -2 to 5 degrees Celsius, vapour pressure
/// deficit 4100 down to 900 Pa and day length 10 to 11 h [V: limits as in the NFDRS4 code].
///
/// NFDRS4 takes the deficit at the day's highest temperature and lowest humidity.
pub fn growing_season_index(
    least_temperature_c: f64,
    vapour_pressure_deficit_pa: f64,
    day_length_s: f64,
) -> f64 {
    ramp(least_temperature_c, -2.0, 5.0)
        * (1.0 - ramp(vapour_pressure_deficit_pa, 900.0, 4100.0))
        * ramp(day_length_s, 36_000.0, 39_600.0)
}

/// Vapour pressure deficit, Pa, of air of a temperature (degrees Celsius) and relative humidity
/// (percent): `610.7 exp(17.38 T / (239 + T)) (1 - RH/100)` (NFDRS4 code) [V].
pub fn vapour_pressure_deficit(temperature_c: f64, humidity_pct: f64) -> f64 {
    let t = within(temperature_c, -60.0, 60.0);
    let saturated = 610.7 * exp(17.38 * t / (239.0 + t));
    saturated * (1.0 - within(humidity_pct, 0.0, 100.0) / 100.0)
}

/// 0 below the low end, 1 above the high end, linear between.
fn ramp(value: f64, low: f64, high: f64) -> f64 {
    within((value - low) / (high - low), 0.0, 1.0)
}

/// The running mean of the growing season index over the last 21 days.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GrowingSeason {
    days: VecDeque<f64>,
}

impl GrowingSeason {
    /// Adds the index of a day.
    pub fn push(&mut self, index: f64) {
        if self.days.len() == MEAN_OVER_DAYS {
            self.days.pop_front();
        }
        self.days.push_back(within(index, 0.0, 1.0));
    }

    /// The mean of the days so far, at most 21; 0 without any.
    pub fn mean(&self) -> f64 {
        self.days.iter().sum::<f64>() / self.days.len().max(1) as f64
    }
}

/// Live moisture through the year for a region.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeasonTable {
    /// Grass and herbs.
    pub herbaceous: Months,
    /// Leaves and twigs of shrubs.
    pub woody: Months,
    /// Needles of conifers, for crown fire.
    pub foliar: Months,
}

/// A moisture in the middle of each month, percent, with its source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// January to December, percent of dry weight.
    pub percent: [f64; 12],
    /// Where the numbers come from.
    pub source: String,
    /// How far they were verified.
    pub tag: Tag,
}

impl SeasonTable {
    /// The shipped table for central Hunan.
    pub fn hunan() -> &'static Self {
        static HUNAN: LazyLock<SeasonTable> = LazyLock::new(|| {
            ron::from_str(SHIPPED).expect("the shipped live moistures are checked by a test")
        });
        &HUNAN
    }

    /// Live moisture on a day of the year, counted from 1.
    pub fn at(&self, day_of_year: f64) -> LiveMoisture {
        LiveMoisture {
            herbaceous: self.herbaceous.at(day_of_year),
            woody: self.woody.at(day_of_year),
        }
    }

    /// Foliar moisture of conifers on a day of the year, fraction of dry weight.
    pub fn foliar_at(&self, day_of_year: f64) -> f64 {
        self.foliar.at(day_of_year)
    }
}

impl Months {
    /// The moisture on a day of the year, fraction: linear between the middles of months, round
    /// the turn of the year.
    pub fn at(&self, day_of_year: f64) -> f64 {
        let months = (day_of_year - 1.0).rem_euclid(YEAR_DAYS) / YEAR_DAYS * 12.0 - 0.5;
        let place = within(months.rem_euclid(12.0), 0.0, 12.0);
        let (month, share) = (place as usize % 12, place - libm::floor(place));
        let (this, next) = (self.percent[month], self.percent[(month + 1) % 12]);
        (this + share * (next - this)) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::sun::Place;
    use super::*;

    #[test]
    fn the_growing_season_index_has_the_published_limits() {
        let warm_moist_long = (10.0, 500.0, 43_200.0);
        let (t, v, d) = warm_moist_long;
        assert_eq!(growing_season_index(t, v, d), 1.0);
        assert_eq!(growing_season_index(-2.0, v, d), 0.0);
        assert_eq!(growing_season_index(1.5, v, d), 0.5);
        assert_eq!(growing_season_index(t, 4100.0, d), 0.0);
        assert_eq!(growing_season_index(t, 2500.0, d), 0.5);
        assert_eq!(growing_season_index(t, v, 36_000.0), 0.0);
        assert_eq!(growing_season_index(1.5, 2500.0, 37_800.0), 0.125);
    }

    #[test]
    fn plants_are_dormant_below_green_up_and_full_of_water_at_the_peak() {
        let at = LiveMoisture::from_growing_season;
        assert_eq!(at(0.49).herbaceous, 0.30);
        assert_eq!(at(0.0).woody, 0.60);
        assert!((at(0.75).herbaceous - 1.40).abs() < 1e-12);
        assert!((at(0.75).woody - 1.30).abs() < 1e-12);
        assert_eq!((at(1.0).herbaceous, at(1.7).woody), (2.50, 2.00));
    }

    #[test]
    fn air_of_25_degrees_and_40_percent_lacks_1900_pascal() {
        // Saturated air of 25 degrees holds 3167 Pa (Smithsonian tables).
        let deficit = vapour_pressure_deficit(25.0, 40.0);
        assert!((deficit - 0.6 * 3167.0).abs() < 10.0, "{deficit}");
    }

    #[test]
    fn one_frosty_day_does_not_turn_the_season() {
        let mut season = GrowingSeason::default();
        assert_eq!(season.mean(), 0.0);
        for _ in 0..40 {
            season.push(1.0);
        }
        season.push(0.0);
        assert!((season.mean() - 20.0 / 21.0).abs() < 1e-12);
        for _ in 0..21 {
            season.push(0.0);
        }
        assert_eq!(season.mean(), 0.0);
    }

    #[test]
    fn hengyang_greens_up_by_april_and_lies_dormant_in_january() {
        let place = Place {
            latitude_deg: 26.97,
            longitude_deg: 112.37,
            elevation_m: 80.0,
        };
        // Long-term least and highest temperature and afternoon humidity of Hengyang, rounded.
        let index = |day, low, high, humidity| {
            let deficit = vapour_pressure_deficit(high, humidity);
            growing_season_index(low, deficit, place.day_length_s(day))
        };
        let january = LiveMoisture::from_growing_season(index(15.0, 3.0, 10.0, 65.0));
        let april = LiveMoisture::from_growing_season(index(105.0, 14.0, 22.0, 65.0));
        assert!(january.herbaceous < 0.5, "{january:?}");
        assert!(april.herbaceous > 1.2, "{april:?}");
    }

    #[test]
    fn the_hunan_table_reads_is_sourced_and_cures_its_grass_in_winter() {
        let table = SeasonTable::hunan();
        for months in [&table.herbaceous, &table.woody, &table.foliar] {
            assert!(!months.source.is_empty());
            assert!(months.percent.iter().all(|p| (30.0..=250.0).contains(p)));
        }
        assert!(table.at(20.0).herbaceous < 0.6);
        assert!(table.at(165.0).herbaceous > 1.2);
        assert!(table.at(165.0).woody > table.at(20.0).woody);
        assert!((0.8..1.3).contains(&table.foliar_at(95.0)));
    }

    #[test]
    fn months_join_round_the_turn_of_the_year() {
        let months = Months {
            percent: [
                100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 200.0,
            ],
            source: String::new(),
            tag: Tag::Assumed,
        };
        assert!((months.at(1.0) - 1.5).abs() < 1e-9);
        assert!((months.at(366.0) - 1.5).abs() < 1e-9);
        assert!((months.at(1.0 + 365.0 / 24.0) - 1.0).abs() < 1e-9);
    }
}
