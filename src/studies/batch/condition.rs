//! Conditions on results, for use in continuous integration: `p90(burnt_ha) > 50`.

use super::rows::KEYS;
use crate::scenario::diagnostic::nearest_name;
use crate::studies::statistics::quantile;

/// What is made of the numbers of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Mean,
    Median,
    Least,
    Most,
    Sum,
    Count,
    /// Share of all below, 0 to 1.
    Quantile(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
    Unequal,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub text: String,
    of: Of,
    /// The column of `runs.csv`.
    pub column: String,
    compared: Compared,
    limit: f64,
}

/// What is expected of a condition.
const EXPECTED: &str = "FUNCTION(COLUMN) COMPARISON NUMBER with a function of mean, median, min, max, sum, count, p0 to p100, \
    a comparison of >, >=, <, <=, ==, != and a column of runs.csv, for example 'p90(burnt_ha) > 50'";

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |part: &str| format!("'{part}' found in '{text}'; expected {EXPECTED}");
        let (function, rest) = text.split_once('(').ok_or_else(|| wrong(text))?;
        let (column, rest) = rest.split_once(')').ok_or_else(|| wrong(rest))?;
        let function = function.trim();
        let of = match function {
            "mean" => Of::Mean,
            "median" => Of::Median,
            "min" => Of::Least,
            "max" => Of::Most,
            "sum" => Of::Sum,
            "count" => Of::Count,
            other => {
                let percent = other.strip_prefix('p').and_then(|p| p.parse::<f64>().ok());
                let percent = percent.filter(|p| (0.0..=100.0).contains(p));
                Of::Quantile(percent.ok_or_else(|| wrong(other))? / 100.0)
            }
        };
        let rest = rest.trim();
        let signs = rest.chars().take_while(|c| "<>=!".contains(*c)).count();
        let (sign, limit) = rest.split_at(signs);
        let compared = match sign {
            ">" => Compared::Above,
            ">=" => Compared::AtLeast,
            "<" => Compared::Below,
            "<=" => Compared::AtMost,
            "==" => Compared::Equal,
            "!=" => Compared::Unequal,
            _ => return Err(wrong(rest)),
        };
        let limit = limit.trim();
        let limit = limit
            .parse::<f64>()
            .ok()
            .filter(|l| l.is_finite())
            .ok_or_else(|| wrong(limit))?;
        Ok(Self {
            text: text.trim().to_owned(),
            of,
            column: column.trim().to_owned(),
            compared,
            limit,
        })
    }
}

impl Condition {
    /// Whether there is such a column of numbers; the columns that were probably meant otherwise.
    ///
    /// # Errors
    /// The nearest name, or all names.
    pub fn check(&self, header: &[String]) -> Result<(), String> {
        let numbers = || header.iter().map(String::as_str).filter(|c| is_number(c));
        if numbers().any(|c| c == self.column) {
            return Ok(());
        }
        let near = nearest_name(&self.column, numbers());
        Err(near.map_or_else(|| numbers().collect::<Vec<_>>().join(", "), str::to_owned))
    }

    /// The number compared, and whether the condition holds; none of no numbers, and then it does not hold
    /// except for counts.
    pub fn holds(&self, values: &[f64]) -> (Option<f64>, bool) {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = values.len() as f64;
        let sum: f64 = values.iter().sum();
        let found = match self.of {
            Of::Count => Some(n),
            Of::Sum => Some(sum),
            Of::Mean => (n > 0.0).then(|| sum / n),
            Of::Median => quantile(&sorted, 0.5),
            Of::Least => sorted.first().copied(),
            Of::Most => sorted.last().copied(),
            Of::Quantile(share) => quantile(&sorted, share),
        };
        let holds = found.is_some_and(|v| match self.compared {
            Compared::Above => v > self.limit,
            Compared::AtLeast => v >= self.limit,
            Compared::Below => v < self.limit,
            Compared::AtMost => v <= self.limit,
            Compared::Equal => v == self.limit,
            Compared::Unequal => v != self.limit,
        });
        (found, holds)
    }
}

/// Whether a column of `runs.csv` holds numbers that can be compared.
fn is_number(column: &str) -> bool {
    let is_text = column.ends_with("_hash") || matches!(column, "member_day" | "member_start");
    !KEYS.contains(&column) && !is_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_compare_what_they_say() {
        let values = [1.0, 2.0, 3.0, 94.0];
        for (text, found, holds) in [
            ("p90(burnt_ha) > 50", Some(66.7), true),
            ("mean( burnt_ha ) <= 25", Some(25.0), true),
            ("median(burnt_ha)>2.5", Some(2.5), false),
            ("min(burnt_ha) < 1", Some(1.0), false),
            ("max(burnt_ha) >= 94", Some(94.0), true),
            ("sum(burnt_ha) == 100", Some(100.0), true),
            ("count(burnt_ha) != 4", Some(4.0), false),
        ] {
            let condition: Condition = text.parse().unwrap();
            let (value, is) = condition.holds(&values);
            assert!(
                (value.unwrap() - found.unwrap()).abs() < 1e-9,
                "{text}: {value:?}"
            );
            assert_eq!(is, holds, "{text}");
        }
        let condition: Condition = "mean(burnt_ha) > 1".parse().unwrap();
        assert_eq!(condition.holds(&[]), (None, false));
    }

    #[test]
    fn impossible_conditions_are_refused_with_what_was_expected() {
        for text in [
            "p101(burnt_ha) > 5",
            "avg(burnt_ha) > 5",
            "burnt_ha > 5",
            "p90(burnt_ha) => 5",
            "p90(burnt_ha) > much",
            "p90(burnt_ha > 5",
            "mean(burnt_ha) > nan",
        ] {
            let refused = text.parse::<Condition>().unwrap_err();
            assert!(refused.contains("expected FUNCTION(COLUMN)"), "{refused}");
        }
        let header: Vec<String> = ["run", "burnt_ha", "state_hash"].map(String::from).into();
        let condition: Condition = "mean(burnt) > 1".parse().unwrap();
        assert_eq!(condition.check(&header), Err("burnt_ha".to_owned()));
        let condition: Condition = "mean(state_hash) > 1".parse().unwrap();
        assert!(condition.check(&header).is_err());
        let condition: Condition = "mean(burnt_ha) > 1".parse().unwrap();
        assert_eq!(condition.check(&header), Ok(()));
    }
}
