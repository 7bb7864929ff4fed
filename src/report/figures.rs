//! Numbers as people read them: a comma at every third digit, a true minus sign, no needless digits.

/// What stands where there is no number.
pub const DASH: &str = "\u{2013}";

/// A number with so many decimals; a dash when it is none.
pub fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    let plain = format!("{:.decimals$}", libm::fabs(value));
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    // What rounds to nothing has no sign.
    if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push('\u{2212}');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// A number with as many decimals as its size asks for, and no more than it has: 3,120, 41.3, 0.42.
pub fn plain(value: f64) -> String {
    let size = libm::fabs(value);
    let decimals = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 0.095 {
        2
    } else if size >= 0.0095 {
        3
    } else {
        4
    };
    let text = number(value, decimals);
    if decimals > 0 && text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// A number that may be missing.
pub fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| DASH.to_owned(), plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_carry_a_true_minus() {
        assert_eq!(number(1_234_567.891, 1), "1,234,567.9");
        assert_eq!(number(-1_000.0, 0), "\u{2212}1,000");
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(number(f64::NAN, 2), DASH);
        assert_eq!(plain(0.4205), "0.42");
        assert_eq!(plain(41.26), "41.3");
        assert_eq!(plain(12.0), "12");
        assert_eq!(plain(0.0), "0");
        assert_eq!(plain(-6.3), "\u{2212}6.3");
        assert_eq!(plain(0.0012), "0.0012");
    }
}
