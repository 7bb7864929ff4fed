//! How much of the crowns burns.

use super::options::FractionRule;
use crate::base::units::MetresPerMinute;

/// Slope of Forestry Canada's (1992, eq. 58) curve, min/m.
const FORESTRY_CANADA: f64 = 0.23;
/// Share of the way to the critical crown rate at which 0.9 of the crowns burn (Van Wagner 1993).
pub(super) const NEARLY_ACTIVE: f64 = 0.9;

/// Share of the crowns that burns in a surface fire of this rate: `1 - exp(-a (R - R_init))`.
///
/// `initiation` is the surface rate at which crowns catch, `critical` the crown rate that keeps an
/// active fire going. Crowns so dense, or so high, that the second is below the first burn whole.
pub fn crown_fraction_burnt(
    surface: MetresPerMinute,
    initiation: MetresPerMinute,
    critical: MetresPerMinute,
    rule: FractionRule,
) -> f64 {
    let above = surface.0 - initiation.0;
    if above < 0.0 {
        return 0.0;
    }
    let a = match rule {
        FractionRule::ForestryCanada1992 => FORESTRY_CANADA,
        FractionRule::VanWagner1993 => {
            let way = critical.0 - initiation.0;
            if way <= 0.0 {
                return 1.0;
            }
            std::f64::consts::LN_10 / (NEARLY_ACTIVE * way)
        }
    };
    1.0 - libm::exp(-a * above)
}

/// Share of the crowns that burns after Scott & Reinhardt 2001, eq. 28: a straight line from the
/// surface rate at which crowns catch (`initiation`) to the one (`crowning`) in the wind at which
/// the crown rate reaches its critical value; 0 when the second is not above the first (behave).
pub fn scott_reinhardt_fraction(
    surface: MetresPerMinute,
    initiation: MetresPerMinute,
    crowning: MetresPerMinute,
) -> f64 {
    let way = crowning.0 - initiation.0;
    // behave: 1e-7 ft/min.
    if way > 3e-8 {
        ((surface.0 - initiation.0) / way).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn van_wagner(surface: f64) -> f64 {
        crown_fraction_burnt(
            MetresPerMinute(surface),
            MetresPerMinute(2.0),
            MetresPerMinute(12.0),
            FractionRule::VanWagner1993,
        )
    }

    #[test]
    fn nine_tenths_of_the_way_to_an_active_fire_nine_tenths_of_the_crowns_burn() {
        assert!((van_wagner(2.0 + 0.9 * 10.0) - 0.9).abs() < 1e-12);
        assert_eq!(van_wagner(1.9), 0.0);
        assert_eq!(van_wagner(2.0), 0.0);
    }

    #[test]
    fn ten_metres_a_minute_above_initiation_nine_tenths_of_the_crowns_burn_in_canada() {
        // Forestry Canada 1992: CFB 0.9 at R - RSO = ln 10 / 0.23 = 10.0 m/min.
        let fraction = crown_fraction_burnt(
            MetresPerMinute(13.0),
            MetresPerMinute(3.0),
            MetresPerMinute(20.0),
            FractionRule::ForestryCanada1992,
        );
        assert!((fraction - 0.9).abs() < 1e-3, "{fraction}");
    }

    #[test]
    fn between_torching_and_crowning_the_fraction_is_a_straight_line() {
        let at = |surface| {
            scott_reinhardt_fraction(
                MetresPerMinute(surface),
                MetresPerMinute(1.0),
                MetresPerMinute(5.0),
            )
        };
        assert_eq!([at(0.5), at(2.0), at(5.0), at(9.0)], [0.0, 0.25, 1.0, 1.0]);
        let crossed = scott_reinhardt_fraction(
            MetresPerMinute(9.0),
            MetresPerMinute(5.0),
            MetresPerMinute(1.0),
        );
        assert_eq!(crossed, 0.0);
    }
}
