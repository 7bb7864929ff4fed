//! What a fire leaves behind its front: how long the black burns, and how readily an edge that nobody
//! has cooled lights again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Metres, MetresPerSecond, Seconds};
use crate::scenario::catalogue::Reignition;

/// Metres in an inch.
const METRES_PER_INCH: f64 = 0.0254;
/// Seconds in an hour.
const SECONDS_PER_HOUR: f64 = 3600.0;
/// Greatest factor of wind on re-ignition.
const GREATEST_WIND_FACTOR: f64 = 10.0;

/// Dead fuel by thickness (timelag classes of Deeming et al. 1977).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SizeClass {
    /// To 1/4 inch.
    OneHour,
    /// To 1 inch.
    TenHour,
    /// To 3 inches.
    HundredHour,
    /// To 8 inches.
    ThousandHour,
}

impl SizeClass {
    /// The thickest piece of the class.
    pub fn diameter(self) -> Metres {
        let inches = match self {
            Self::OneHour => 0.25,
            Self::TenHour => 1.0,
            Self::HundredHour => 3.0,
            Self::ThousandHour => 8.0,
        };
        Metres(inches * METRES_PER_INCH)
    }
}

/// How long a piece of wood flames: 8 minutes an inch of diameter, Anderson 1969 (INT-69) \[V2\]; the
/// front's own residence time, 384 / sigma, is the same rule.
pub fn flaming_time(diameter: Metres) -> Seconds {
    Seconds(8.0 * 60.0 * diameter.0.max(0.0) / METRES_PER_INCH)
}

/// How long after the front the ground goes on burning if nobody cools it, until it is safe to stand
/// in: the flames of the thickest wood or the smouldering of the duff (depth over the catalogue's
/// rate), whichever lasts longer. A bound by class, not the burn-out of Albini & Reinhardt 1995.
pub fn burn_out_time(rules: &Reignition, thickest: SizeClass, duff: Metres) -> Seconds {
    let flames = flaming_time(thickest.diameter()).0;
    let rate = rules.smoulder_m_per_h.value;
    let smoulder = if rate > 0.0 {
        duff.0.max(0.0) / rate * SECONDS_PER_HOUR
    } else {
        0.0
    };
    Seconds(flames.max(smoulder))
}

/// Factor of wind (10 m) on re-ignition: `(1 + (U / U0)^2) / 2`, 1 at the catalogue's wind U0, at most
/// 10. Judged \[J\]; Shimen 2011 lit again on three days when the wind rose to force 4 or 5.
pub fn reignition_wind_factor(rules: &Reignition, wind_10m: MetresPerSecond) -> f64 {
    let ratio = wind_10m.0.max(0.0) / rules.wind_m_s.value.max(f64::MIN_POSITIVE);
    (0.5 * (1.0 + ratio * ratio)).min(GREATEST_WIND_FACTOR)
}

/// Chance that a length of uncooled edge lights again between two ages (since it burnt), in a steady
/// wind: `1 - exp(-H)`, H the integral of `h = h0 exp(-age / tau) wind_factor` per km and hour \[J\].
/// Steps and lengths may be cut at will: the parts have together the chance of the whole.
pub fn reignition_probability(
    rules: &Reignition,
    edge: Metres,
    from_age: Seconds,
    to_age: Seconds,
    wind_10m: MetresPerSecond,
) -> f64 {
    let tau = rules.tau_h.value * SECONDS_PER_HOUR;
    let (from, to) = (from_age.0.max(0.0), to_age.0.max(0.0));
    if !(tau > 0.0 && to > from && edge.0 > 0.0) {
        return 0.0;
    }
    // exp(-from / tau) - exp(-to / tau), without the loss of figures.
    let decayed = -libm::exp(-from / tau) * libm::expm1((from - to) / tau);
    let hazard = rules.per_km_h.value * rules.tau_h.value * decayed * edge.0 / 1000.0;
    -libm::expm1(-hazard * reignition_wind_factor(rules, wind_10m))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scenario::catalogue::Catalogue;

    fn rules() -> Reignition {
        Catalogue::shipped().unwrap().reignition
    }

    fn hours(h: f64) -> Seconds {
        Seconds(h * SECONDS_PER_HOUR)
    }

    #[test]
    fn a_branch_of_one_inch_flames_eight_minutes() {
        assert!((flaming_time(SizeClass::TenHour.diameter()).0 - 480.0).abs() < 1e-9);
        // A quarter-inch twig has 4 / d = 192 ft of surface a cubic foot: 384 / 192 = 2 minutes.
        assert!(
            (flaming_time(SizeClass::OneHour.diameter()).0 - 384.0 / 192.0 * 60.0).abs() < 1e-9
        );
    }

    #[test]
    fn grass_is_safe_in_minutes_and_deep_duff_in_hours() {
        let at = |class, duff| burn_out_time(&rules(), class, Metres(duff)).0;
        assert!(at(SizeClass::OneHour, 0.0) <= 120.0);
        assert!(at(SizeClass::OneHour, 0.06) > 3600.0);
        assert_eq!(at(SizeClass::ThousandHour, 0.0), 64.0 * 60.0);
    }

    #[test]
    fn a_kilometre_of_uncooled_edge_lights_again_five_times_in_a_hundred_in_its_first_hour() {
        let rules = rules();
        let calm = MetresPerSecond(rules.wind_m_s.value);
        let first = reignition_probability(&rules, Metres(1000.0), hours(0.0), hours(1.0), calm);
        // h0 = 0.05, tau = 6 h: 0.05 x 6 x (1 - exp(-1/6)) = 0.04606.
        assert!((first - 0.045_01).abs() < 1e-4, "{first}");
        let gale = MetresPerSecond(9.0);
        let later =
            |wind| reignition_probability(&rules, Metres(1000.0), hours(6.0), hours(7.0), wind);
        assert!(later(calm) < 0.4 * first && later(gale) > 3.0 * later(calm));
    }

    proptest! {
        #[test]
        fn the_chance_does_not_depend_on_how_time_and_edge_are_cut(
            edge in 0.0..5000.0, share in 0.0..1.0, age in 0.0..20.0, step in 0.0..5.0, cut in 0.0..1.0,
            wind in 0.0..15.0,
        ) {
            let rules = rules();
            let p = |edge: f64, from: f64, to: f64| {
                reignition_probability(&rules, Metres(edge), hours(from), hours(to), MetresPerSecond(wind))
            };
            let whole = p(edge, age, age + step);
            let mid = age + cut * step;
            let in_time = 1.0 - (1.0 - p(edge, age, mid)) * (1.0 - p(edge, mid, age + step));
            let in_space = 1.0 - (1.0 - p(share * edge, age, age + step))
                * (1.0 - p((1.0 - share) * edge, age, age + step));
            prop_assert!((0.0..=1.0).contains(&whole));
            prop_assert!((whole - in_time).abs() < 1e-12 && (whole - in_space).abs() < 1e-12);
        }
    }
}
