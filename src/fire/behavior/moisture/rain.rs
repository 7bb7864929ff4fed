//! What rain does to dead fuel: how fast it wets litter and what it holds larger fuel at.

use super::within;

/// Most water that litter holds, fraction of dry weight: "the real moisture content of pine litter
/// ranges up to about 250 percent" (Van Wagner 1987, FTR-35; read in the cffdrs code) [V].
pub(super) const LITTER_SATURATION: f64 = 2.5;
/// Approach of litter to saturation, 1/mm of rain.
///
/// Van Wagner's (1987) rain phase of the Fine Fuel Moisture Code (read in the cffdrs code) [V]
/// gains `42.5 r exp(-100/(251 - m)) (1 - exp(-6.93/r))` percent in r mm. It is not additive: two
/// half showers wet more than one. An exponential approach is, and this constant, Van Wagner's
/// initial gain of dry litter over its distance from saturation, keeps within 8 % of his moisture
/// up to 5 mm and overshoots by a sixth at 10 mm [J].
pub(super) const WETTING_PER_MM: f64 = 0.116;

/// Moisture at the surface of 10-hour fuel while it rains, fraction (Bradshaw et al. 1983 as
/// modified by Ruiz 2004, `2.7 t + 76` percent at its start) [V2].
pub(super) const WET_SURFACE_10H: f64 = 0.76;
/// Moisture at the surface of 100-hour fuel while it rains, fraction (Cohen & Deeming 1985,
/// PSW-82, `0.5 t + 41` percent at its start) [V2].
pub(super) const WET_SURFACE_100H: f64 = 0.41;
/// Rain that keeps larger fuel wet without a break, mm/h (PSW-82 turns amount into duration at
/// 0.05 inch an hour in humid climates) [U].
const STEADY_RAIN: f64 = 1.27;

/// Share of the time for which the surface of larger fuel is wet.
pub(super) fn wet_share(rain_mm_h: f64) -> f64 {
    within(rain_mm_h / STEADY_RAIN, 0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Van Wagner 1987, eqs. 3a and 12 of the FFMC, percent, for litter below 150 percent.
    fn van_wagner(m: f64, r: f64) -> f64 {
        m + 42.5 * r * libm::exp(-100.0 / (251.0 - m)) * (1.0 - libm::exp(-6.93 / r))
    }

    #[test]
    fn rain_wets_dry_litter_as_in_the_canadian_code() {
        for (start, rain) in [(8.0, 0.5), (8.0, 1.0), (8.0, 2.0), (8.0, 5.0), (15.0, 3.0)] {
            let published = van_wagner(start, rain);
            let top = 100.0 * LITTER_SATURATION;
            let ours = top + (start - top) * libm::exp(-WETTING_PER_MM * rain);
            assert!(
                (ours / published - 1.0).abs() < 0.08,
                "{rain} mm: {ours}, {published}"
            );
        }
    }

    #[test]
    fn drizzle_wets_larger_fuel_a_part_of_the_time() {
        assert_eq!(wet_share(0.0), 0.0);
        assert_eq!(wet_share(0.635), 0.5);
        assert_eq!(wet_share(20.0), 1.0);
    }
}
