//! A day made from monthly statistics.
//!
//! The highest temperature and the least humidity of a day are normal and correlated, the afternoon's wind is
//! lognormal, its direction comes from the wind rose, the days without rain before it are geometric; a day's
//! departures follow those of the day before. Between the night's minimum at 6 h and the day's maximum at 15 h
//! temperature and wind go by half cosines; the air's vapour is that of the hottest hour, which gives the
//! humidity of the others. A day that is drawn has no rain.

use std::f64::consts::PI;

use rand::RngExt;

use super::MemberDay;
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::base::season::{Season, minute_of_day};
use crate::scenario::schema::{ClimateMonth, Climatology, ScenarioFile, Visibility, WeatherRecord};

/// Hours of the lowest and the highest temperature, local time [judged].
const COLDEST_H: f64 = 6.0;
const HOTTEST_H: f64 = 15.0;
/// A drawn day is at least so dry and at most so humid, percent.
const HUMIDITY_PCT: (f64, f64) = (5.0, 100.0);
/// A drawn wind is at most this, m/s at 10 m: a full gale and more.
const STRONGEST_M_S: f64 = 30.0;
/// Most days without rain.
const LONGEST_DRY: u32 = 120;

/// One of a run's days, as drawn.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    max_c: f64,
    min_c: f64,
    /// Water vapour of the hottest hour, hPa.
    vapour_hpa: f64,
    wind_m_s: f64,
    wind_from_deg: f64,
}

/// A day of the climatology; none where its season holds no day of a month that it knows.
pub(super) fn draw(
    of: &Climatology,
    file: &ScenarioFile,
    streams: &Streams,
    attempt: u64,
) -> Option<MemberDay> {
    let mut random = streams.generator(Purpose::Weather, "member day", attempt);
    let season = Season::read(&of.from, &of.until)?;
    let known = |month: u8| of.months.iter().find(|m| m.month == month);
    let days: Vec<(u8, u8)> = (season.days().into_iter())
        .filter(|(month, _)| known(*month).is_some())
        .collect();
    let last = days.len().checked_sub(1)?;
    let (month, day) = days[((random.random::<f64>() * days.len() as f64) as usize).min(last)];
    let climate = known(month)?;
    let minute = match &of.clock {
        Some(clock) => minute_of_day(clock)?,
        None => start_minute(file)?,
    };
    let year = file.start.get(..4)?;
    let dry_days = dry_days(climate.dry_days, random.random());
    // The day before, for the small hours, to the day after the end.
    let count = 3 + (f64::from(minute) + file.horizon_min) as usize / 1440;
    let drawn = several(climate, of.day_to_day_r, count, &mut random);
    Some(MemberDay {
        index: None,
        name: format!("{month:02}-{day:02}"),
        start: format!(
            "{year}-{month:02}-{day:02}T{:02}:{:02}",
            minute / 60,
            minute % 60
        ),
        weather: records(
            &drawn,
            f64::from(minute),
            file.horizon_min,
            of.night_wind_share,
        ),
        moisture: None,
        danger: None,
        dry_days: Some(dry_days),
        codes: None,
    })
}

/// The scenario's time of day, minutes after midnight.
pub(super) fn start_minute(file: &ScenarioFile) -> Option<u32> {
    minute_of_day(file.start.split_once('T')?.1.get(..5)?)
}

/// Days one after another, each with some of the departures of the day before.
fn several(
    of: &ClimateMonth,
    day_to_day_r: f64,
    count: usize,
    random: &mut impl rand::Rng,
) -> Vec<Drawn> {
    let fresh = libm::sqrt(1.0 - day_to_day_r * day_to_day_r);
    let mut departures = [0.0; 3];
    let mut days = Vec::new();
    for n in 0..count {
        for z in &mut departures {
            let new = standard_normal(random);
            *z = if n == 0 {
                new
            } else {
                day_to_day_r * *z + fresh * new
            };
        }
        let [hot, own, windy] = departures;
        let r = of.temperature_humidity_r;
        let humid = r * hot + libm::sqrt(1.0 - r * r) * own;
        let max_c = of.max_temperature_c.mean + of.max_temperature_c.sd * hot;
        let least = of.least_humidity_pct.mean + of.least_humidity_pct.sd * humid;
        let least = least.clamp(HUMIDITY_PCT.0, HUMIDITY_PCT.1);
        days.push(Drawn {
            max_c,
            min_c: max_c - of.daily_range_c,
            vapour_hpa: least / 100.0 * saturation_hpa(max_c),
            wind_m_s: lognormal(of.wind_m_s.mean, of.wind_m_s.sd, windy).min(STRONGEST_M_S),
            wind_from_deg: from_rose(&of.wind_rose, random.random(), random.random()),
        });
    }
    days
}

/// The lognormal number of this mean and standard deviation that lies `z` standard deviations off.
fn lognormal(mean: f64, sd: f64, z: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let variance = libm::log1p(sd * sd / (mean * mean));
    libm::exp(libm::log(mean) - 0.5 * variance + libm::sqrt(variance) * z)
}

/// Days without rain of this mean, of a geometric distribution, for a number between 0 and 1.
fn dry_days(mean: f64, u: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    let days = libm::log1p(-u) / libm::log(mean / (1.0 + mean));
    (days as u32).min(LONGEST_DRY)
}

/// A direction of a rose: its sector by one number, the place in it by another.
fn from_rose(rose: &[f64], u: f64, within: f64) -> f64 {
    let total: f64 = rose.iter().sum();
    let mut left = u * total;
    let sector = rose.iter().position(|share| {
        left -= share;
        left < 0.0
    });
    let width = 360.0 / rose.len().max(1) as f64;
    (width * (sector.unwrap_or(0) as f64 + within - 0.5)).rem_euclid(360.0)
}

/// Saturation vapour pressure over water, hPa (Magnus formula, WMO No. 8).
fn saturation_hpa(celsius: f64) -> f64 {
    6.112 * libm::exp(17.62 * celsius / (243.12 + celsius))
}

/// Records at the start and at every full hour; `days` begin with the day before the start's.
fn records(
    days: &[Drawn],
    start_min: f64,
    horizon_min: f64,
    night_wind_share: f64,
) -> Vec<WeatherRecord> {
    let mut all = Vec::new();
    let mut at_min = 0.0;
    while at_min < horizon_min || all.is_empty() {
        all.push(record(days, start_min + at_min, at_min, night_wind_share));
        let hour = libm::floor((start_min + at_min) / 60.0) + 1.0;
        at_min = hour * 60.0 - start_min;
    }
    all
}

fn record(
    days: &[Drawn],
    since_midnight_min: f64,
    at_min: f64,
    night_wind_share: f64,
) -> WeatherRecord {
    let day = 1 + (since_midnight_min / 1440.0) as usize;
    let hour = libm::fmod(since_midnight_min, 1440.0) / 60.0;
    let of = |n: usize| days[n.min(days.len() - 1)];
    // The last extreme before and the share of the way to the next: 1 at the hottest hour.
    let (warm, before, after) = if (COLDEST_H..HOTTEST_H).contains(&hour) {
        let way = (hour - COLDEST_H) / (HOTTEST_H - COLDEST_H);
        (0.5 - 0.5 * libm::cos(PI * way), of(day), of(day))
    } else {
        let since = if hour < COLDEST_H { hour + 24.0 } else { hour } - HOTTEST_H;
        let first = if hour < COLDEST_H { day - 1 } else { day };
        let way = since / (24.0 - HOTTEST_H + COLDEST_H);
        (0.5 + 0.5 * libm::cos(PI * way), of(first), of(first + 1))
    };
    let mixed = |a: f64, b: f64| warm * a + (1.0 - warm) * b;
    let temperature_c = mixed(before.max_c, after.min_c);
    let vapour = mixed(before.vapour_hpa, after.vapour_hpa);
    let humidity = 100.0 * vapour / saturation_hpa(temperature_c);
    let tenth = |v: f64| libm::round(v * 10.0) / 10.0;
    WeatherRecord {
        at_min,
        wind_from_deg: libm::round(before.wind_from_deg).rem_euclid(360.0),
        wind_m_s: tenth(before.wind_m_s * (night_wind_share + (1.0 - night_wind_share) * warm)),
        temperature_c: tenth(temperature_c),
        humidity_pct: libm::round(humidity.clamp(HUMIDITY_PCT.0, HUMIDITY_PCT.1)),
        rain_mm: 0.0,
        visibility: Visibility::Clear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::schema::Spread;

    fn april() -> ClimateMonth {
        ClimateMonth {
            month: 4,
            max_temperature_c: Spread {
                mean: 22.0,
                sd: 4.0,
            },
            daily_range_c: 8.0,
            least_humidity_pct: Spread {
                mean: 45.0,
                sd: 10.0,
            },
            temperature_humidity_r: -0.6,
            wind_m_s: Spread { mean: 3.0, sd: 1.5 },
            wind_rose: vec![4.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0],
            dry_days: 4.0,
        }
    }

    #[test]
    fn a_day_warms_to_the_afternoon_and_cools_to_the_next_morning() {
        let mut random = Streams::new(1).generator(Purpose::Weather, "test", 0);
        let still = ClimateMonth {
            max_temperature_c: Spread {
                mean: 22.0,
                sd: 0.0,
            },
            least_humidity_pct: Spread {
                mean: 45.0,
                sd: 0.0,
            },
            wind_m_s: Spread { mean: 4.0, sd: 0.0 },
            ..april()
        };
        let days = several(&still, 0.5, 4, &mut random);
        let all = records(&days, 0.0, 2880.0, 0.5);
        assert_eq!(all.len(), 48);
        let at = |hour: usize| all[hour];
        assert_eq!(
            (at(15).temperature_c, at(15).humidity_pct, at(15).wind_m_s),
            (22.0, 45.0, 4.0)
        );
        assert_eq!((at(6).temperature_c, at(6).wind_m_s), (14.0, 2.0));
        assert!(at(6).humidity_pct > 70.0);
        for hour in 6..15 {
            assert!(at(hour).temperature_c < at(hour + 1).temperature_c);
        }
        for hour in 15..30 {
            assert!(at(hour).temperature_c > at(hour + 1).temperature_c);
        }
        assert_eq!(at(39).temperature_c, 22.0);
    }

    #[test]
    fn many_days_have_the_moments_they_were_given() {
        let of = april();
        let mut random = Streams::new(5).generator(Purpose::Weather, "test", 0);
        let days = several(&of, 0.6, 20_000, &mut random);
        let mean = |f: &dyn Fn(&Drawn) -> f64| days.iter().map(f).sum::<f64>() / days.len() as f64;
        let (hot, wind) = (mean(&|d| d.max_c), mean(&|d| d.wind_m_s));
        assert!((hot - 22.0).abs() < 0.2, "{hot}");
        assert!((wind - 3.0).abs() < 0.1, "{wind}");
        let sd = libm::sqrt(mean(&|d| (d.max_c - hot) * (d.max_c - hot)));
        assert!((sd - 4.0).abs() < 0.15, "{sd}");
        let pairs = days
            .windows(2)
            .map(|w| (w[0].max_c - hot) * (w[1].max_c - hot));
        let r = pairs.sum::<f64>() / days.len() as f64 / (sd * sd);
        assert!((r - 0.6).abs() < 0.03, "{r}");
        let humid = |d: &Drawn| 100.0 * d.vapour_hpa / saturation_hpa(d.max_c);
        let mid = mean(&humid);
        let covariance = mean(&|d| (d.max_c - hot) * (humid(d) - mid));
        assert!((covariance / 40.0 + 0.6).abs() < 0.05, "{covariance}");
        let north = mean(&|d| f64::from(u8::from(!(22.5..337.5).contains(&d.wind_from_deg))));
        assert!((north - 4.0 / 13.0).abs() < 0.02, "{north}");
        let dry: f64 = (0..10_000)
            .map(|n| f64::from(dry_days(4.0, (f64::from(n) + 0.5) / 10_000.0)))
            .sum::<f64>()
            / 10_000.0;
        assert!((dry - 4.0).abs() < 0.05, "{dry}");
    }
}
