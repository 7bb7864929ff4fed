//! Whether a firebreak, a road or a built line holds the fire that meets it.
//!
//! A break is drawn on pieces of fixed world length, once per contact, so that the risk does not
//! depend on how the break was digitised. All here are pure functions: the caller brings the uniform
//! number and keeps the journal.

use std::f64::consts::FRAC_PI_2;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::random::normal_quantile;

/// Length of break that one published breach probability speaks for, metres: the edge of Wilson's
/// blocks of 1 to 4 ha. Judged \[J\].
pub const PIECE_LENGTH_M: f64 = 150.0;

/// Widths Wilson's experiments span, metres \[V2\].
const WILSON_WIDTHS_M: std::ops::RangeInclusive<f64> = 1.5..=15.0;
/// Greatest fireline intensity of Wilson's experiments, kW/m \[V2\].
const WILSON_GREATEST_KW_M: f64 = 17_000.0;
/// Target width over flame length, `T` of Mees et al., as embrs sets it: a line as wide as the
/// flames are long holds with 0.85 \[V for the code, V2 for the paper\].
const MEES_TARGET: f64 = 1.0;

/// How a break resists.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BreakModel {
    /// Wilson 1988, *Canadian Journal of Forest Research* 18:682-687: 113 grass fires against breaks.
    Wilson1988,
    /// Mees, Strauss & Chase 1993, *International Journal of Wildland Fire* 3:179-185: built line.
    Mees1993,
    /// Whatever has a width holds: water, bare rock, cold black.
    Holds,
}

/// A fire that stands at a piece of a break.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Fireline intensity of the spread normal to the break (see [`normal_intensity`]), kW/m.
    pub intensity_kw_m: f64,
    /// Length of the flames that lean on the break, metres.
    pub flame_length_m: f64,
    /// Width of the break as it is (see [`built_width`]), metres, square to its line.
    pub width_m: f64,
    /// Whether trees stand within 20 m of the break.
    pub edge_trees: bool,
    /// Length of break touched, metres.
    pub length_m: f64,
}

/// What a contact comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breach {
    /// Chance that fire crosses somewhere along the contact, 0 to 1.
    pub probability: f64,
    /// The width it was worked out for, metres.
    pub width_m: f64,
    /// Whether the contact lies outside the data the model was fitted to.
    pub extrapolated: bool,
}

impl Breach {
    /// Whether fire crosses, for a uniform number in `[0, 1)`. With the same number a wider break,
    /// a lower fire or a shorter contact never fares worse.
    pub fn happens(&self, u: f64) -> bool {
        u < self.probability
    }
}

/// The chance that a contact is breached. A break without width always is; a fire without intensity
/// (or, against a built line, without flame) never crosses one that has a width.
pub fn breach(model: BreakModel, contact: &Contact) -> Breach {
    let width = contact.width_m;
    if width <= 0.0 {
        return Breach {
            probability: 1.0,
            width_m: 0.0,
            extrapolated: false,
        };
    }
    let intensity = contact.intensity_kw_m;
    let (here, extrapolated) = match model {
        BreakModel::Wilson1988 if intensity > 0.0 => (
            wilson_breach(intensity, width, contact.edge_trees),
            !(WILSON_WIDTHS_M.contains(&width) && intensity <= WILSON_GREATEST_KW_M),
        ),
        BreakModel::Mees1993 => {
            let hold = mees_hold(contact.flame_length_m, width, MEES_TARGET);
            (1.0 - hold, false)
        }
        BreakModel::Wilson1988 | BreakModel::Holds => (0.0, false),
    };
    Breach {
        probability: over_length(here, contact.length_m),
        width_m: width,
        extrapolated,
    }
}

/// Wilson 1988: chance that a grass fire crosses a break, `z / (1 + z)`,
/// `z = exp(1.36 + 0.00036 I - b W)` with I in kW/m, W in m and b = 0.38 with trees within 20 m of
/// the break, 0.99 without \[V2: from PyroXL and the AFDRS notes\]. For head fires in grass, breaks of
/// 1.5 to 15 m, up to 17 MW/m.
pub fn wilson_breach(intensity_kw_m: f64, width_m: f64, edge_trees: bool) -> f64 {
    let b = if edge_trees { 0.38 } else { 0.99 };
    1.0 / (1.0 + libm::exp(-(1.36 + 0.000_36 * intensity_kw_m - b * width_m)))
}

/// Mees, Strauss & Chase 1993, as embrs codes it: chance that a line `x` metres wide holds flames `m`
/// metres long. None narrower than `h m` does, with `h` 0 for flames to 0.61 m (2 ft) rising to 0.75 from
/// 2.44 m (8 ft); beyond, `1 - exp(ln 0.15 (x - h m) / (T m - h m))`, which is 0.85 at `x = T m`
/// \[V for the code, V2 for the paper\].
pub fn mees_hold(flame_length_m: f64, width_m: f64, target: f64) -> f64 {
    let (m, x) = (flame_length_m, width_m);
    if x <= 0.0 {
        return 0.0;
    }
    if m <= 0.0 {
        return 1.0;
    }
    let least = if m <= 0.61 {
        0.0
    } else if m < 2.44 {
        m - 0.61
    } else {
        0.75 * m
    };
    let span = target * m - least;
    if x < least {
        0.0
    } else if span <= 0.0 {
        1.0
    } else {
        1.0 - libm::exp(libm::log(0.15) * (x - least) / span)
    }
}

/// The chance over a contact of this length from the chance `p` of one piece:
/// `1 - (1 - p)^(l / L0)`, L0 = [`PIECE_LENGTH_M`]. Judged \[J\]: two halves are together at the risk
/// of the whole.
fn over_length(p: f64, length_m: f64) -> f64 {
    if length_m <= 0.0 {
        return 0.0;
    }
    -libm::expm1(length_m / PIECE_LENGTH_M * libm::log1p(-p))
}

/// Fireline intensity of the component of spread normal to the break, kW/m, for a fire that spreads
/// at `gamma_deg` from that normal: `I cos(gamma)`, 0 for a fire that runs along it or away from it
/// \[J\].
///
/// The width is not stretched to `W / cos(gamma)` as well: that is the same angle again, and a break
/// that is 10 m wide would become endless for a flank.
pub fn normal_intensity(intensity_kw_m: f64, gamma_deg: f64) -> f64 {
    let gamma = gamma_deg.to_radians();
    if libm::fabs(libm::remainder(gamma, std::f64::consts::TAU)) >= FRAC_PI_2 {
        0.0
    } else {
        intensity_kw_m * libm::cos(gamma)
    }
}

/// The width a stretch of line really has, metres, for a uniform number: lognormal about the stated
/// width as median with this coefficient of variation.
///
/// Mees et al. 1993: doubt about the width actually built weighs as much as doubt about the flames,
/// so a line is never taken at its stated width \[V, abstract\]; the lognormal form is judged \[J\].
pub fn built_width(stated_m: f64, coefficient_of_variation: f64, u: f64) -> f64 {
    if stated_m <= 0.0 || coefficient_of_variation <= 0.0 {
        return stated_m.max(0.0);
    }
    let sigma = libm::sqrt(libm::log1p(
        coefficient_of_variation * coefficient_of_variation,
    ));
    stated_m * libm::exp(sigma * normal_quantile(u))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: Contact = Contact {
        intensity_kw_m: 1000.0,
        flame_length_m: 1.86,
        width_m: 10.0,
        edge_trees: true,
        length_m: PIECE_LENGTH_M,
    };

    #[test]
    fn at_1000_kw_a_ten_metre_break_with_trees_leaks_one_time_in_nine() {
        let leak = breach(BreakModel::Wilson1988, &HEAD);
        assert!((leak.probability - 1.0 / 9.0).abs() < 0.001, "{leak:?}");
        assert!(!leak.extrapolated);
    }

    #[test]
    fn wilsons_table_is_met_to_its_last_printed_figure() {
        // Rows: width; pairs: no trees and trees at 500, 1000, 2000, 4000 and 10 000 kW/m.
        #[rustfmt::skip]
        let table = [
            (3.0, [(0.193, 0.599), (0.223, 0.641), (0.291, 0.719), (0.458, 0.840), (0.880, 0.979)]),
            (5.0, [(0.032, 0.411), (0.038, 0.455), (0.054, 0.545), (0.104, 0.711), (0.502, 0.955)]),
            (8.0, [(0.002, 0.182), (0.002, 0.211), (0.003, 0.277), (0.006, 0.440), (0.049, 0.872)]),
            (10.0, [(0.0, 0.094), (0.0, 0.111), (0.0, 0.152), (0.001, 0.269), (0.007, 0.761)]),
            (15.0, [(0.0, 0.015), (0.0, 0.018), (0.0, 0.026), (0.0, 0.052), (0.0, 0.323)]),
            (20.0, [(0.0, 0.002), (0.0, 0.003), (0.0, 0.004), (0.0, 0.008), (0.0, 0.067)]),
            (30.0, [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.002)]),
        ];
        for (width, row) in table {
            for (intensity, (bare, trees)) in [500.0, 1e3, 2e3, 4e3, 1e4].into_iter().zip(row) {
                for (edge_trees, expected) in [(false, bare), (true, trees)] {
                    let got = wilson_breach(intensity, width, edge_trees);
                    assert!(
                        (got - expected).abs() <= 0.000_501,
                        "{width} m, {intensity} kW/m, trees {edge_trees}: {got} not {expected}"
                    );
                }
            }
        }
        assert!((wilson_breach(5000.0, 10.0, true) - 0.345).abs() < 0.0005);
    }

    #[test]
    fn a_line_as_wide_as_the_flames_are_long_holds_85_times_in_100() {
        // Width, flame length and hold worked out from the published equation.
        for (width, flame, hold) in [
            (1.0, 1.0, 0.850),
            (1.0, 0.5, 0.977),
            (1.0, 1.5, 0.290),
            (1.0, 2.4, 0.0),
            (3.0, 2.4, 0.977),
            (3.0, 3.4, 0.634),
            (5.0, 6.0, 0.469),
        ] {
            let got = mees_hold(flame, width, 1.0);
            assert!((got - hold).abs() < 0.001, "{width} m, {flame} m: {got}");
        }
        assert!((mees_hold(1.0, 1.3, 1.3) - 0.85).abs() < 1e-12);
        assert_eq!(mees_hold(0.0, 1.0, 1.0), 1.0);
        assert_eq!(mees_hold(2.5, 2.0, 0.7), 1.0);
    }

    #[test]
    fn outside_wilsons_fires_the_answer_says_so() {
        let told = |width_m, intensity_kw_m| {
            let contact = Contact {
                intensity_kw_m,
                width_m,
                ..HEAD
            };
            breach(BreakModel::Wilson1988, &contact).extrapolated
        };
        assert!(!told(1.5, 17_000.0) && !told(15.0, 100.0));
        assert!(told(1.4, 100.0) && told(15.1, 100.0) && told(5.0, 17_001.0));
    }

    #[test]
    fn a_break_without_width_always_leaks_and_water_never() {
        for model in [
            BreakModel::Wilson1988,
            BreakModel::Mees1993,
            BreakModel::Holds,
        ] {
            let none = Contact {
                width_m: 0.0,
                intensity_kw_m: 0.0,
                flame_length_m: 0.0,
                length_m: 0.0,
                ..HEAD
            };
            assert!(breach(model, &none).happens(0.999_999));
        }
        let lava = Contact {
            intensity_kw_m: 1e5,
            flame_length_m: 50.0,
            width_m: 0.1,
            ..HEAD
        };
        assert!(!breach(BreakModel::Holds, &lava).happens(0.0));
        assert!(breach(BreakModel::Mees1993, &lava).happens(0.999_999));
    }

    #[test]
    fn a_fire_at_sixty_degrees_to_the_break_presses_with_half_its_intensity() {
        assert!((normal_intensity(4000.0, 60.0) - 2000.0).abs() < 1e-9);
        assert!((normal_intensity(4000.0, -300.0) - 2000.0).abs() < 1e-9);
        assert_eq!(normal_intensity(4000.0, 90.0), 0.0);
        assert_eq!(normal_intensity(4000.0, 180.0), 0.0);
    }

    #[test]
    fn half_the_crews_build_less_than_the_stated_width() {
        assert!((built_width(1.5, 0.3, 0.5) - 1.5).abs() < 1e-12);
        assert!(built_width(1.5, 0.3, 0.1) < 1.1);
        assert_eq!(built_width(1.5, 0.0, 0.1), 1.5);
        assert_eq!(built_width(1.5, 0.3, 0.0), 0.0);
        // Mean and spread of many draws: median times sqrt(1 + cv2), and cv times the mean.
        let n = 100_000;
        let widths: Vec<f64> = (0..n)
            .map(|i| built_width(2.0, 0.3, (f64::from(i) + 0.5) / f64::from(n)))
            .collect();
        let mean = widths.iter().sum::<f64>() / f64::from(n);
        let var = widths.iter().map(|w| (w - mean) * (w - mean)).sum::<f64>() / f64::from(n);
        assert!((mean - 2.0 * libm::sqrt(1.09)).abs() < 1e-3);
        assert!((libm::sqrt(var) / mean - 0.3).abs() < 1e-3);
    }

    fn models() -> impl Strategy<Value = BreakModel> {
        prop_oneof![
            Just(BreakModel::Wilson1988),
            Just(BreakModel::Mees1993),
            Just(BreakModel::Holds)
        ]
    }

    proptest! {
        #[test]
        fn a_wider_break_or_a_lower_fire_never_fares_worse(
            model in models(), intensity in 0.0..30_000.0, width in 0.0..40.0, more in 0.0..20.0,
            less in 0.0..1.0, edge_trees in any::<bool>(), length_m in 0.0..150.0, u in 0.0..1.0,
        ) {
            let at = |intensity_kw_m: f64, width_m| {
                let flame_length_m = 0.0775 * libm::pow(intensity_kw_m, 0.46);
                let contact = Contact { intensity_kw_m, flame_length_m, width_m, edge_trees, length_m };
                breach(model, &contact)
            };
            let now = at(intensity, width);
            prop_assert!((0.0..=1.0).contains(&now.probability));
            for milder in [at(intensity, width + more), at(intensity * less, width)] {
                prop_assert!(milder.probability <= now.probability);
                prop_assert!(now.happens(u) || !milder.happens(u));
            }
            prop_assert!(at(intensity, built_width(width, 0.3, u)).probability
                >= at(intensity, built_width(width + more, 0.3, u)).probability);
        }

        #[test]
        fn a_contact_cut_in_two_has_the_risk_of_the_whole(
            p in 0.0..1.0, a in 0.0..150.0, b in 0.0..150.0,
        ) {
            let apart = 1.0 - (1.0 - over_length(p, a)) * (1.0 - over_length(p, b));
            prop_assert!((apart - over_length(p, a + b)).abs() < 1e-12);
            prop_assert!((over_length(p, PIECE_LENGTH_M) - p).abs() < 1e-12);
        }
    }
}
