//! What batches and comparisons share: names of measures and policies, and sentences about differences.

use super::figures::plain;
use crate::base::language::{Language, keys, render, text};
use crate::base::message::Message;
use crate::studies::statistics::Interval;

/// A dispatch policy by its name on the command line; a name of somebody else's as it is.
pub fn policy_name(language: Language, name: &str) -> String {
    known(language, &format!("report-policy-{name}"), name)
}

/// What a measure is called, with its unit; its own name where the program knows none.
pub fn measure_name(language: Language, measure: &str) -> String {
    known(language, &measure_key("report-measure", measure), measure)
}

/// The same as the heading of a column.
pub fn measure_heading(language: Language, measure: &str) -> String {
    let name = measure_name(language, measure);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if name != measure => first.to_uppercase().chain(letters).collect(),
        _ => name,
    }
}

fn measure_key(prefix: &str, measure: &str) -> String {
    format!("{prefix}-{}", measure.replace('_', "-"))
}

fn known(language: Language, key: &str, otherwise: &str) -> String {
    if keys(language).contains(key) {
        text(language, key)
    } else {
        otherwise.to_owned()
    }
}

/// Whether an interval lies on one side of zero.
pub fn is_separable(interval: &Interval) -> bool {
    interval.low > 0.0 || interval.high < 0.0
}

/// What a director reads of a difference, `first` less `second`, over so many pairs.
pub fn sentence(
    language: Language,
    measure: &str,
    [first, second]: [&str; 2],
    difference: &Interval,
    pairs: usize,
) -> String {
    let with = |key: &str| {
        Message::new(key)
            .with("first", first)
            .with("second", second)
            .with("pairs", pairs as f64)
    };
    let all_zero = difference.low == 0.0 && difference.high == 0.0;
    let message = if all_zero {
        with("report-pair-same").with("measure", measure_name(language, measure))
    } else if is_separable(difference) {
        let less = difference.mean < 0.0;
        let (low, high) = if less {
            (-difference.high, -difference.low)
        } else {
            (difference.low, difference.high)
        };
        let verb = if less { "report-less" } else { "report-more" };
        let key = measure_key(verb, measure);
        let key = if keys(language).contains(&key) {
            key
        } else {
            format!("{verb}-of")
        };
        let mut message = with(&key)
            .with("value", plain(difference.mean.abs()))
            .with("low", plain(low))
            .with("high", plain(high));
        if key.ends_with("-of") {
            message = message.with("measure", measure_name(language, measure));
        }
        message
    } else {
        with("report-pair-open")
            .with("measure", measure_name(language, measure))
            .with("value", plain(difference.mean))
            .with("low", plain(difference.low))
            .with("high", plain(difference.high))
    };
    render(language, &message)
}
