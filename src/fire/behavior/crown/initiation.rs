//! What a surface fire needs to set crowns alight: Van Wagner 1977.

use super::options::Initiation;
use crate::base::units::{KJ_PER_BTU, KilowattsPerMetre, METRES_PER_FOOT, Metres};

/// Heat to drive off the gases of dry foliage, kJ/kg (Van Wagner 1977).
const DRY_FOLIAGE: f64 = 460.0;
/// Van Wagner's (1977) empirical factor of proportionality, from one stand of red pine.
const PROPORTION: f64 = 0.01;
/// Btu/ft/s in a kW/m as behave rounds it.
const BEHAVE_BTU_FT_S_PER_KW_M: f64 = 0.288_671_9;

/// Surface fireline intensity from which crowns with their base at this height and with this foliar
/// moisture (fraction of dry weight) catch fire.
pub fn critical_surface_intensity(
    base_height: Metres,
    foliar_moisture: f64,
    rule: Initiation,
) -> KilowattsPerMetre {
    let intensity = |base: f64, heat_of_ignition: f64| {
        let v = PROPORTION * base * heat_of_ignition;
        v * libm::sqrt(v)
    };
    KilowattsPerMetre(match rule {
        Initiation::VanWagner1977 => {
            intensity(base_height.0, DRY_FOLIAGE + 2600.0 * foliar_moisture)
        }
        Initiation::Behave => {
            let rounding = BEHAVE_BTU_FT_S_PER_KW_M * KJ_PER_BTU / METRES_PER_FOOT;
            let moist = DRY_FOLIAGE + 2590.0 * foliar_moisture.max(0.30);
            intensity(base_height.0.max(0.1), moist) * rounding
        }
    })
}

/// Byram's flame length at the critical surface intensity.
pub fn critical_flame_length(
    base_height: Metres,
    foliar_moisture: f64,
    rule: Initiation,
) -> Metres {
    critical_surface_intensity(base_height, foliar_moisture, rule).flame_length()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_crowns_at_three_metres_a_fire_needs_880_kilowatts() {
        // Scott & Reinhardt 2001 (RMRS-RP-29), appendix: base 3 m, foliar moisture 100 %:
        // (0.01 * 3 * (460 + 2590))^1.5 = 875 kW/m.
        let behave = critical_surface_intensity(Metres(3.0), 1.0, Initiation::Behave).0;
        assert!((behave / 875.27 - 1.0).abs() < 1e-3, "{behave}");
        // Van Wagner 1977 with 26: (0.03 * 3060)^1.5 = 879.5 kW/m.
        let van_wagner = critical_surface_intensity(Metres(3.0), 1.0, Initiation::VanWagner1977).0;
        assert!((van_wagner - 879.56).abs() < 0.1, "{van_wagner}");
    }

    #[test]
    fn higher_crowns_and_moister_needles_need_a_hotter_fire() {
        for rule in [Initiation::Behave, Initiation::VanWagner1977] {
            let at = |base, moisture| critical_surface_intensity(Metres(base), moisture, rule).0;
            assert!(
                (at(8.0, 1.0) / at(2.0, 1.0) - 8.0).abs() < 1e-9,
                "power 1.5"
            );
            assert!(at(2.0, 1.2) > at(2.0, 0.8));
        }
        let behave =
            |base, moisture| critical_surface_intensity(Metres(base), moisture, Initiation::Behave);
        assert_eq!(behave(0.0, 1.0), behave(0.1, 1.0));
        assert_eq!(behave(1.0, 0.1), behave(1.0, 0.3));
    }
}
