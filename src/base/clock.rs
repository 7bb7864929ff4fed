//! The simulation clock: seconds since the scenario's start, and the civil time they stand for.

use jiff::{Timestamp, ToSpan, ZonedDateTime, civil::DateTime, tz::TimeZone};

/// Maps simulation seconds to civil time in the scenario's zone. Immutable once made.
#[derive(Debug, Clone)]
pub struct Clock {
    start: ZonedDateTime,
}

/// Why a clock could not be made.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ClockError {
    /// The start is not `YYYY-MM-DDTHH:MM[:SS]`.
    #[error("start time '{0}' is not a civil date and time such as 2025-04-04T14:20")]
    Start(String),
    /// The zone is not in the time-zone database.
    #[error("time zone '{0}' is not known; use an IANA name such as Asia/Shanghai")]
    Zone(String),
}

impl Clock {
    /// A clock whose second 0 is the civil time `start` (`2025-04-04T14:20`) in the IANA zone `zone`.
    pub fn new(start: &str, zone: &str) -> Result<Self, ClockError> {
        let tz = TimeZone::get(zone).map_err(|_| ClockError::Zone(zone.to_owned()))?;
        let civil: DateTime = start
            .parse()
            .map_err(|_| ClockError::Start(start.to_owned()))?;
        let start = civil
            .to_zoned_datetime(tz)
            .map_err(|_| ClockError::Start(start.to_owned()))?;
        Ok(Self { start })
    }

    /// Civil time `t_s` seconds after the start.
    pub fn at(&self, t_s: f64) -> ZonedDateTime {
        let ms = libm::round(t_s * 1000.0) as i64;
        self.start
            .checked_add(ms.milliseconds())
            .unwrap_or_else(|_| self.start.clone())
    }

    /// ISO 8601 with offset, to the second: `2025-04-04T14:20:00+08:00`.
    pub fn iso(&self, t_s: f64) -> String {
        let at = self.at(libm::floor(t_s + 0.5));
        at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// Time of day, `14:20`, with the day's number before it when it is not the first day (`+1 02:10`).
    pub fn hour_minute(&self, t_s: f64) -> String {
        let at = self.at(t_s);
        let days = at
            .date()
            .since(self.start.date())
            .map_or(0, |span| span.get_days());
        if days > 0 {
            format!("+{days} {}", at.strftime("%H:%M"))
        } else {
            at.strftime("%H:%M").to_string()
        }
    }

    /// Seconds from the start to a civil time written `YYYY-MM-DDTHH:MM`, negative before it.
    pub fn seconds_to(&self, civil: &str) -> Result<f64, ClockError> {
        let when: DateTime = civil
            .parse()
            .map_err(|_| ClockError::Start(civil.to_owned()))?;
        let when: Timestamp = when
            .to_zoned_datetime(self.start.time_zone().clone())
            .map_err(|_| ClockError::Start(civil.to_owned()))?
            .timestamp();
        Ok(when.duration_since(self.start.timestamp()).as_secs_f64())
    }

    /// The civil start.
    pub fn start(&self) -> &ZonedDateTime {
        &self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_at_qingming_tells_beijing_time() {
        let clock = Clock::new("2025-04-04T14:20", "Asia/Shanghai").unwrap();
        assert_eq!(clock.iso(0.0), "2025-04-04T14:20:00+08:00");
        assert_eq!(clock.iso(90.4), "2025-04-04T14:21:30+08:00");
        assert_eq!(clock.hour_minute(3600.0 * 12.0), "+1 02:20");
        assert_eq!(clock.seconds_to("2025-04-04T15:20").unwrap(), 3600.0);
        assert!(matches!(
            Clock::new("4 April", "Asia/Shanghai"),
            Err(ClockError::Start(_))
        ));
        assert!(matches!(
            Clock::new("2025-04-04T14:20", "Hunan"),
            Err(ClockError::Zone(_))
        ));
    }
}
