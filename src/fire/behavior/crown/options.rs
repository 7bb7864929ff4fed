//! The rules on which crown fire models and programs differ. The defaults are behave's.

use serde::{Deserialize, Serialize};

use crate::base::units::{KJ_PER_BTU, KilowattsPerMetre, METRES_PER_FOOT, Metres, MetresPerMinute};

/// kW/m in a Btu a foot a second.
const KW_M_PER_BTU_FT_S: f64 = KJ_PER_BTU / METRES_PER_FOOT;
/// m/min in a mile an hour.
const M_MIN_PER_MPH: f64 = 1609.344 / 60.0;

/// How fast crowns burn and how surface and crown fire are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CrownMethod {
    /// Trees never burn.
    #[default]
    Off,
    /// Rothermel 1991 (INT-438) as behave codes it [V]: an active fire runs at the crown rate
    /// (3.34 times fuel model 10 at 0.4 of the 20 ft wind, on the flat); a torching fire keeps the
    /// surface rate but has the intensity of the whole canopy burning at the crown rate.
    Rothermel1991,
    /// Scott & Reinhardt 2001 (RMRS-RP-29) as behave codes it [V]: the same crown rate; a torching
    /// fire lies between surface and crown fire by the crown fraction burnt.
    ScottReinhardt2001,
    /// Finney 1998 (RMRS-RP-4, revised 2004) as firelab's `FlamMap` source has it [V, code]: the crown
    /// rate counts by the crown fraction burnt; a fire whose rate so found stays below the critical
    /// one is passive and keeps the surface rate, with the heat of the burnt fraction.
    Finney1998,
    /// Cruz, Alexander & Wakimoto 2005 (CJFR 35:1626-1639) as pyretechnics codes it [V, code]:
    /// where crowns catch, the faster of surface and crown fire leads and the whole canopy burns.
    Cruz2005,
}

/// When the surface fire sets crowns alight: heat of ignition of foliage in Van Wagner's
/// `(0.01 H_base h)^1.5` (kW/m, m, kJ/kg; CJFR 7:23-34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Initiation {
    /// `h = 460 + 25.9 M` with M in percent (Van Wagner 1989, Forestry Canada 1992, Scott & Reinhardt
    /// 2001) as behave codes it [V]: base at least 0.1 m, moisture at least 30 %, and lower by
    /// 0.077 % because behave rounds the Btu when it compares the two intensities.
    #[default]
    Behave,
    /// `h = 460 + 26 M` with M in percent (Van Wagner 1977; pyretechnics [V, code]); no bounds.
    VanWagner1977,
}

/// Crown fraction burnt under Finney's linkage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FractionRule {
    /// Van Wagner 1993 (CJFR 23:442-449): 0.9 of the crowns burn where the surface rate has covered 0.9
    /// of the way from initiation to the critical crown rate [V, code of `FlamMap`].
    #[default]
    VanWagner1993,
    /// Forestry Canada 1992 (ST-X-3, eq. 58): the same curve with the fixed slope 0.23 min/m [V2].
    ForestryCanada1992,
}

/// Flame length from the intensity of a crown fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FlameLengthRule {
    /// Thomas 1963: `0.2 I^(2/3)`, feet and Btu/ft/s (0.0266 with m and kW/m); behave's rule for
    /// crown fire [V].
    #[default]
    Thomas1963,
    /// Byram 1959: `0.0775 I^0.46`, m and kW/m, as for surface fire; pyretechnics' rule.
    Byram1959,
}

impl FlameLengthRule {
    /// Flame length of a front of this intensity.
    pub fn flame_length(self, intensity: KilowattsPerMetre) -> Metres {
        match self {
            Self::Byram1959 => intensity.flame_length(),
            Self::Thomas1963 => {
                let root = libm::cbrt(intensity.0.max(0.0) / KW_M_PER_BTU_FT_S);
                Metres(0.2 * METRES_PER_FOOT * root * root)
            }
        }
    }
}

/// Shape of a crown fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CrownLengthToWidth {
    /// Rothermel 1991, eq. 10: `1 + 0.125 U`, U the 20 ft wind in mi/h, without a limit (behave;
    /// pyretechnics by default) [V].
    #[default]
    Rothermel1991,
    /// The same, at most 8 (pyretechnics with its limit set; the limit of the surface fire), which
    /// bites from 104 km/h at 10 m on.
    Rothermel1991AtMost8,
}

impl CrownLengthToWidth {
    /// Length over width, 1 or more, under this 20 ft wind.
    pub fn ratio(self, twenty_foot_wind: MetresPerMinute) -> f64 {
        let ratio = 1.0 + 0.125 * twenty_foot_wind.0 / M_MIN_PER_MPH;
        match self {
            Self::Rothermel1991 => ratio,
            Self::Rothermel1991AtMost8 => ratio.min(8.0),
        }
    }
}

/// What the wind counts for over crowns on a slope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum WindOnSlope {
    /// As measured; the slope does not change a crown fire (behave).
    #[default]
    AsMeasured,
    /// Stretched to the length its arrow has when laid on the slope (pyretechnics): up to +12 % at
    /// a slope of 0.5.
    Stretched,
}

/// The named rules of crown fire.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrownOptions {
    /// When crowns catch.
    pub initiation: Initiation,
    /// Crowns catch only where they cover more than this share of the ground. behave has no such
    /// rule; pyretechnics: 0.4.
    pub cover_above: Option<f64>,
    /// Heat of combustion of canopy fuel, kJ/kg. 8000 Btu/lb (18 608) in behave; 18 000 in Finney 1998.
    pub canopy_heat_kj_kg: f64,
    /// Wind on a slope.
    pub wind_on_slope: WindOnSlope,
    /// Shape.
    pub length_to_width: CrownLengthToWidth,
    /// Crown fraction burnt, where the linkage leaves a choice.
    pub fraction: FractionRule,
    /// Flame length of crown fire.
    pub flame_length: FlameLengthRule,
}

impl CrownOptions {
    /// behave's rules.
    pub const BEHAVE: Self = Self {
        initiation: Initiation::Behave,
        cover_above: None,
        canopy_heat_kj_kg: 8000.0 * 2.326,
        wind_on_slope: WindOnSlope::AsMeasured,
        length_to_width: CrownLengthToWidth::Rothermel1991,
        fraction: FractionRule::VanWagner1993,
        flame_length: FlameLengthRule::Thomas1963,
    };
    /// pyretechnics' rules.
    pub const PYRETECHNICS: Self = Self {
        initiation: Initiation::VanWagner1977,
        cover_above: Some(0.4),
        wind_on_slope: WindOnSlope::Stretched,
        flame_length: FlameLengthRule::Byram1959,
        ..Self::BEHAVE
    };
}

impl Default for CrownOptions {
    fn default() -> Self {
        Self::BEHAVE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crown_fire_of_ten_thousand_kilowatts_has_flames_of_twelve_metres() {
        // Thomas 1963 in feet: 0.2 (10 000 / 3.4615)^(2/3) = 40.57 ft = 12.36 m; Byram 5.4 m.
        let intensity = KilowattsPerMetre(10_000.0);
        let thomas = FlameLengthRule::Thomas1963.flame_length(intensity).0;
        assert!((thomas - 12.36).abs() < 0.01, "{thomas}");
        let byram = FlameLengthRule::Byram1959.flame_length(intensity).0;
        assert!((byram - 5.36).abs() < 0.01, "{byram}");
        assert_eq!(
            FlameLengthRule::Thomas1963.flame_length(KilowattsPerMetre(0.0)),
            Metres(0.0)
        );
    }

    #[test]
    fn in_twenty_four_miles_an_hour_a_crown_fire_is_four_times_as_long_as_wide() {
        // Rothermel 1991, eq. 10.
        let wind = MetresPerMinute(24.0 * M_MIN_PER_MPH);
        assert!((CrownLengthToWidth::Rothermel1991.ratio(wind) - 4.0).abs() < 1e-12);
        let storm = MetresPerMinute(100.0 * M_MIN_PER_MPH);
        assert_eq!(CrownLengthToWidth::Rothermel1991.ratio(storm), 13.5);
        assert_eq!(CrownLengthToWidth::Rothermel1991AtMost8.ratio(storm), 8.0);
    }
}
