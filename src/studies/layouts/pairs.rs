//! How sure a difference is, and how it is said.

use super::comparison::{Measure, Pair, Sentence};
use super::input::{Layout, OWN};
use crate::base::language::{Language, render};
use crate::base::message::Message;
use crate::studies::statistics::{Interval, mean_interval};

/// Half-width of a 95 % interval of a mean of many numbers, in standard errors.
const Z_95: f64 = 1.96;

/// Pairs until the half-width of the interval, `1.96 s / sqrt(n)`, falls below the mean difference:
/// `n = (1.96 s / d)^2`, with `s` the standard deviation of the pairs' differences and `d` their mean (Law 2015,
/// *Simulation Modeling and Analysis*, 5th ed.; the normal quantile for Student's). None
/// where all pairs are equal or the mean is nought.
pub fn pairs_needed(differences: &[f64]) -> Option<f64> {
    let n = differences.len() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
    let deviation = libm::sqrt(squares / (n - 1.0));
    (mean != 0.0).then(|| {
        let root = Z_95 * deviation / mean;
        libm::ceil(root * root).max(1.0)
    })
}

/// What two layouts are compared by.
pub struct Compared<'a> {
    /// One layout.
    pub a: &'a Layout,
    /// The other.
    pub b: &'a Layout,
    /// The measure.
    pub measure: Measure,
    /// The other's less the one's, seed by seed, a fire.
    pub differences: &'a [f64],
    /// All fires of these seeds.
    pub fires: usize,
}

/// Judges a pair.
pub fn judge(of: &Compared<'_>) -> Pair {
    let stream = format!("{}/{}/{}", of.a.name, of.b.name, of.measure.name());
    let Interval { mean, low, high } = mean_interval(of.differences, &stream);
    let fires_a_seed = of.fires as f64 / of.differences.len().max(1) as f64;
    let fires_needed =
        pairs_needed(of.differences).map(|pairs| libm::ceil(pairs * fires_a_seed) as u64);
    let separable = low > 0.0 || high < 0.0;
    let sentence = |language| {
        let of = Said {
            language,
            of,
            interval: Interval { mean, low, high },
            fires_needed,
        };
        of.sentence()
    };
    Pair {
        a: of.a.name.clone(),
        b: of.b.name.clone(),
        measure: of.measure,
        difference: mean,
        low,
        high,
        separable,
        fires_needed,
        sentence: Sentence {
            en: sentence(Language::English),
            zh: sentence(Language::Chinese),
        },
    }
}

/// A difference about to be said.
struct Said<'a> {
    language: Language,
    of: &'a Compared<'a>,
    interval: Interval,
    fires_needed: Option<u64>,
}

impl Said<'_> {
    fn text(&self, message: &Message) -> String {
        render(self.language, message)
    }

    /// A layout as the subject of a sentence, or as what it is compared with.
    fn layout(&self, layout: &Layout, is_subject: bool) -> String {
        let key = match (layout.is_empty(), layout.name == OWN, is_subject) {
            (true, _, true) => "layouts-without",
            (true, _, false) => "layouts-than-without",
            (false, true, true) => "layouts-with-own",
            (false, true, false) => "layouts-than-own",
            (false, false, true) => "layouts-with",
            (false, false, false) => "layouts-than",
        };
        self.text(&Message::new(key).with("name", layout.name.as_str()))
    }

    fn sentence(&self) -> String {
        let (a, b) = (self.of.a, self.of.b);
        let Interval { mean, low, high } = self.interval;
        // "Without breaks more burns" is easier to follow than "with breaks less burns".
        let is_turned = a.is_empty() && !b.is_empty();
        let (subject, other, sign) = if is_turned { (a, b, -1.0) } else { (b, a, 1.0) };
        let (mean, low, high) = if is_turned {
            (-mean, -high, -low)
        } else {
            (mean * sign, low, high)
        };
        let measure = self.of.measure.name().replace('_', "-");
        let is_sure = low > 0.0 || high < 0.0;
        let (key, low, high) = match (is_sure, mean > 0.0) {
            (true, true) => (format!("layouts-more-{measure}"), low, high),
            (true, false) => (format!("layouts-less-{measure}"), -high, -low),
            (false, _) if low == 0.0 && high == 0.0 => ("layouts-same".to_owned(), low, high),
            (false, _) => ("layouts-open".to_owned(), low, high),
        };
        let scale = scale(self.of.measure);
        let shown = |v: f64| number(v * scale, 0.0);
        // All with one number of decimals.
        let least = low.abs().min(high.abs()).min(mean.abs()) * scale;
        let pair = |v: f64| number(v * scale, least);
        let signed = |v: f64| {
            let text = pair(v);
            if v > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) {
                format!("+{text}")
            } else {
                text
            }
        };
        let needed = match self.fires_needed {
            Some(n) => {
                let key = Message::new("layouts-needed").with("needed", about(n));
                self.text(&key)
            }
            None => String::new(),
        };
        let is_open = key == "layouts-open";
        let bound = |v: f64| if is_open { signed(v) } else { pair(v) };
        let message = Message::new(&key)
            .with("subject", self.layout(subject, true))
            .with("other", self.layout(other, false))
            .with(
                "amount",
                if is_open {
                    shown(mean)
                } else {
                    pair(mean.abs())
                },
            )
            .with("low", bound(low))
            .with("high", bound(high))
            .with("fires", grouped(&self.of.fires.to_string()))
            .with(
                "measure",
                self.text(&Message::new(&format!("layouts-measure-{measure}"))),
            )
            .with(
                "unit",
                self.text(&Message::new(&format!("layouts-unit-{measure}"))),
            )
            .with("needed", needed);
        self.text(&message)
    }
}

/// Shares are said of a hundred fires.
fn scale(measure: Measure) -> f64 {
    match measure {
        Measure::Escaped | Measure::Contained2h => 100.0,
        Measure::BurntHa | Measure::ValueLostCny | Measure::Score => 1.0,
    }
}

/// A number with as many decimals as its size, or that of the least one beside it, asks for.
pub fn number(value: f64, least: f64) -> String {
    let size = if least > 0.0 { least } else { value.abs() };
    let decimals = if value.abs() >= 100.0 {
        0
    } else if size >= 1.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    let text = match text.strip_prefix('-') {
        // No "-0.00".
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    };
    grouped(&text)
}

/// Groups of three digits.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |r| ("-", r));
    let (whole, part) = rest
        .split_once('.')
        .map_or((rest, None), |(w, p)| (w, Some(p)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A large number to two digits: more would be taken for knowledge.
fn about(n: u64) -> String {
    let mut unit = 1;
    while n / unit >= 100 {
        unit *= 10;
    }
    grouped(&(n.div_ceil(unit) * unit).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(name: &str, breaks: usize) -> Layout {
        let one = crate::scenario::schema::Firebreak {
            id: "b".into(),
            name: None,
            kind: crate::scenario::schema::BreakKind::Isolation,
            width_m: 10.0,
            edge_trees: false,
            built: None,
            maintained: None,
            closure: None,
            weeds: None,
            width_cv: None,
            path: Vec::new(),
        };
        Layout {
            name: name.into(),
            file: None,
            firebreaks: vec![one; breaks],
            roads: Vec::new(),
            costs: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn so_many_pairs_as_bring_the_half_width_down_to_the_difference_are_needed() {
        // Mean 1, standard deviation 2 (nearly): (1.96 x 2 / 1)^2 = 15.4.
        let differences: Vec<f64> = (0..1000)
            .map(|i| if i % 2 == 0 { 3.0 } else { -1.0 })
            .collect();
        assert_eq!(pairs_needed(&differences), Some(16.0));
        assert_eq!(pairs_needed(&[0.0, 0.0]), None);
        assert_eq!(pairs_needed(&[1.0]), None);
        assert_eq!(pairs_needed(&[1.0, 1.0]), Some(1.0));
    }

    #[test]
    fn a_sure_difference_is_said_from_the_side_of_more_and_an_unsure_one_with_what_it_takes() {
        let (base, none) = (layout(OWN, 3), layout("none", 0));
        let worse: Vec<f64> = (0..100).map(|i| 2.0 + f64::from(i % 5)).collect();
        let compared = |a, b, differences| Compared {
            a,
            b,
            measure: Measure::BurntHa,
            differences,
            fires: 100,
        };
        let pair = judge(&compared(&base, &none, &worse));
        assert!(pair.separable && pair.difference == 4.0);
        let en = &pair.sentence.en;
        assert!(
            en.starts_with("Without breaks, 4.0 ha more burn per fire"),
            "{en}"
        );
        let less: Vec<f64> = worse.iter().map(|d| -d).collect();
        let turned = judge(&compared(&none, &base, &less));
        assert_eq!(turned.sentence, pair.sentence);
        let unsure: Vec<f64> = (0..100).map(|i| f64::from(i % 7) - 2.9).collect();
        let pair = judge(&compared(&base, &none, &unsure));
        assert!(!pair.separable);
        let en = &pair.sentence.en;
        assert!(en.contains("Not separable with 100 fires"), "{en}");
        assert!(en.contains("fires would be needed"), "{en}");
        let same = judge(&compared(&base, &none, &[0.0; 9]));
        assert!(!same.separable && same.fires_needed.is_none(), "{same:?}");
    }

    #[test]
    fn numbers_are_grouped_and_large_ones_rounded_up_to_two_digits() {
        assert_eq!(number(1234.4, 0.0), "1,234");
        assert_eq!(number(-0.001, 0.0), "0.00");
        assert_eq!(number(2.345, 0.4), "2.35");
        assert_eq!(number(-2.345, 0.0), "-2.3");
        assert_eq!(about(1853), "1,900");
        assert_eq!(about(99), "99");
        assert_eq!(about(1_234_567), "1,300,000");
    }
}
