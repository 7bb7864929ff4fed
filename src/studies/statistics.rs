//! What many numbers say: means with intervals, quantiles.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::base::random::{Purpose, Streams};

/// Resamples of the bootstrap.
pub const RESAMPLES: usize = 4000;

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The mean of some numbers with the interval of the percentile bootstrap (Efron 1979, *Annals of Statistics*
/// 7:1-26), 95 %, [`RESAMPLES`] resamples drawn from the stream of a name. Of paired differences it is the paired
/// bootstrap. All of it is 0 when there are no numbers.
pub fn mean_interval(values: &[f64], stream: &str) -> Interval {
    let n = values.len();
    let mean = values.iter().sum::<f64>() / n.max(1) as f64;
    let mut random = Streams::new(0).generator(Purpose::Study, stream, 0);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = (0..n)
                .map(|_| values[((random.random::<f64>() * n as f64) as usize).min(n - 1)])
                .sum();
            sum / n.max(1) as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((RESAMPLES - 1) as f64 * share) as usize];
    Interval {
        mean,
        low: at(0.025),
        high: at(0.975),
    }
}

/// The number below which a share of all lies, 0 to 1, between the two nearest in proportion (type 7 of Hyndman
/// & Fan 1996, *The American Statistician* 50:361-365); `sorted` ascends. None of no numbers.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = libm::floor(place) as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_nearest_as_in_r() {
        // R 4.3: quantile(c(1, 2, 4, 8), c(0, .25, .5, .9, 1)) gives 1, 1.75, 3, 6.8, 8.
        let sorted = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&sorted, share).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_distribution_for_many_numbers() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let found = mean_interval(&values, "test");
        // Standard deviation of 0..19 is 5.77; of the mean of 400 it is 0.288.
        assert_eq!(found.mean, 9.5);
        assert!((found.low - (9.5 - 1.96 * 0.288)).abs() < 0.06, "{found:?}");
        assert!(
            (found.high - (9.5 + 1.96 * 0.288)).abs() < 0.06,
            "{found:?}"
        );
        let none = mean_interval(&[], "none");
        assert_eq!((none.mean, none.low, none.high), (0.0, 0.0, 0.0));
    }
}
