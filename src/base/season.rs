//! Days of the year without a year, and seasons between two of them.

/// Days from one day of the year to another, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Season {
    from: (u8, u8),
    until: (u8, u8),
}

impl Season {
    /// A season between two days written `MM-DD`; the second may lie before the first, for one over the new
    /// year. None for what is no day.
    pub fn read(from: &str, until: &str) -> Option<Self> {
        Some(Self {
            from: month_day(from)?,
            until: month_day(until)?,
        })
    }

    /// Whether a day belongs to it; months and days count from 1.
    pub fn holds(&self, month: u8, day: u8) -> bool {
        let at = (month, day);
        if self.from <= self.until {
            (self.from..=self.until).contains(&at)
        } else {
            at >= self.from || at <= self.until
        }
    }

    /// Its days in a year that has no 29 February, in order of the calendar.
    pub fn days(&self) -> Vec<(u8, u8)> {
        let year = (1..=12).flat_map(|month| (1..=length(month)).map(move |day| (month, day)));
        year.filter(|(month, day)| (*month, *day) != (2, 29) && self.holds(*month, *day))
            .collect()
    }
}

/// A day written `MM-DD`: month and day from 1; 29 February is one.
pub fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let two = |t: &str| (t.len() == 2).then(|| t.parse::<u8>().ok()).flatten();
    let (month, day) = (two(month)?, two(day)?);
    ((1..=12).contains(&month) && (1..=length(month)).contains(&day)).then_some((month, day))
}

/// A time of day written `HH:MM`, as minutes after midnight.
pub fn minute_of_day(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two = |t: &str| (t.len() == 2).then(|| t.parse::<u32>().ok()).flatten();
    let (hour, minute) = (two(hour)?, two(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn length(month: u8) -> u8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_may_reach_over_the_new_year() {
        let winter = Season::read("11-15", "02-10").unwrap();
        assert!(winter.holds(12, 31) && winter.holds(1, 1) && winter.holds(2, 10));
        assert!(!winter.holds(2, 11) && !winter.holds(11, 14));
        assert_eq!(winter.days().len(), 16 + 31 + 31 + 10);
        assert_eq!(Season::read("02-01", "02-29").unwrap().days().len(), 28);
        for text in ["2-1", "13-01", "02-30", "0401", "04-00"] {
            assert_eq!(month_day(text), None, "{text}");
        }
        assert_eq!(minute_of_day("14:20"), Some(860));
        assert_eq!(minute_of_day("24:00"), None);
    }
}
