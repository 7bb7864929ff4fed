//! The greatest distance a firebrand can fly and still light a fire: Albini 1979 (INT-56) from torching
//! trees, Albini 1981 (INT-RN-309) from a burning pile, Albini 1983 (INT-RN-344) with the drift of Chase
//! 1984 (INT-RN-346) and Morris 1987 (INT-RP-379) from a wind-driven surface fire, Chase 1981
//! (INT-RP-294) for ridges and valleys; as firelab/behave computes them \[V for the code\].
//!
//! Metres, seconds and kilowatts outside; the published regressions are in feet, inches, miles and
//! miles an hour and are worked in them.

use libm::{log, pow, sqrt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{KJ_PER_BTU, KilowattsPerMetre, METRES_PER_FOOT, Metres, MetresPerSecond};

/// Metres in a mile.
const METRES_PER_MILE: f64 = 1609.344;
/// m/s in a mile an hour.
const M_S_PER_MPH: f64 = METRES_PER_MILE / 3600.0;
/// Centimetres in an inch.
const CM_PER_INCH: f64 = 2.54;
/// kW/m in a Btu/ft/s.
const KW_M_PER_BTU_FT_S: f64 = KJ_PER_BTU / METRES_PER_FOOT;

/// Trees whose torching flames were worked out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TreeSpecies {
    /// *Picea engelmannii*.
    EngelmannSpruce,
    /// *Pseudotsuga menziesii*.
    DouglasFir,
    /// *Abies lasiocarpa*.
    SubalpineFir,
    /// *Tsuga heterophylla*.
    WesternHemlock,
    /// *Pinus ponderosa*.
    PonderosaPine,
    /// *Pinus contorta*.
    LodgepolePine,
    /// *Pinus monticola*.
    WesternWhitePine,
    /// *Abies grandis*.
    GrandFir,
    /// *Abies balsamea*.
    BalsamFir,
    /// *Pinus elliottii*, planted all over Hunan.
    SlashPine,
    /// *Pinus palustris*.
    LongleafPine,
    /// *Pinus serotina*.
    PondPine,
    /// *Pinus echinata*; stands in for Masson pine, whose flames nobody has measured \[J\].
    ShortleafPine,
    /// *Pinus taeda*, planted in south China.
    LoblollyPine,
}

impl TreeSpecies {
    /// Coefficient and exponent of flame height (ft) on diameter at breast height (in), Albini 1979.
    fn flame_height(self) -> (f64, f64) {
        match self {
            Self::EngelmannSpruce
            | Self::DouglasFir
            | Self::SubalpineFir
            | Self::WesternHemlock => (15.7, 0.451),
            Self::PonderosaPine | Self::LodgepolePine | Self::WesternWhitePine => (12.9, 0.453),
            Self::GrandFir | Self::BalsamFir => (16.5, 0.515),
            Self::SlashPine
            | Self::LongleafPine
            | Self::PondPine
            | Self::ShortleafPine
            | Self::LoblollyPine => (2.71, 1.0),
        }
    }

    /// Coefficient and exponent of flame duration (no unit) on diameter at breast height (in),
    /// Albini 1979.
    fn flame_duration(self) -> (f64, f64) {
        match self {
            Self::EngelmannSpruce | Self::PonderosaPine | Self::LodgepolePine => (12.6, -0.256),
            Self::DouglasFir
            | Self::SubalpineFir
            | Self::WesternWhitePine
            | Self::GrandFir
            | Self::BalsamFir => (10.7, -0.278),
            Self::WesternHemlock => (6.30, -0.249),
            Self::SlashPine | Self::LongleafPine => (11.9, -0.389),
            Self::PondPine | Self::ShortleafPine => (7.91, -0.344),
            Self::LoblollyPine => (13.5, -0.544),
        }
    }
}

/// Trees that burn as torches at the same time, near each other and alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TorchingTrees {
    /// Species.
    pub species: TreeSpecies,
    /// Diameter at breast height, centimetres.
    pub dbh_cm: f64,
    /// Tree height.
    pub height: Metres,
    /// How many, at least 1.
    pub count: f64,
}

impl TorchingTrees {
    /// Steady flame height (Albini 1979): `a d^b n^0.4`, feet and inches.
    pub fn flame_height(&self) -> Metres {
        let (a, b) = self.species.flame_height();
        Metres(a * pow(self.dbh_cm / CM_PER_INCH, b) * pow(self.count, 0.4) * METRES_PER_FOOT)
    }

    /// Duration of the steady flame over the time a gas particle takes through it (no unit):
    /// `a d^b n^-0.2`.
    pub fn flame_duration(&self) -> f64 {
        let (a, b) = self.species.flame_duration();
        a * pow(self.dbh_cm / CM_PER_INCH, b) * pow(self.count, -0.2)
    }

    /// Greatest height to which a brand is lofted: by the ratio of tree to flame height and the flame's
    /// duration, above half the tree.
    fn brand_height(&self) -> Metres {
        if !(self.dbh_cm > 0.0 && self.count >= 1.0) {
            return Metres(0.0);
        }
        let (flame, duration) = (self.flame_height(), self.flame_duration());
        let ratio = self.height.0 / flame.0;
        let (a, b) = if ratio >= 1.0 {
            (4.24, 0.332)
        } else if ratio >= 0.5 {
            (3.64, 0.391)
        } else if duration < 3.5 {
            (2.78, 0.418)
        } else {
            (4.70, 0.0)
        };
        Metres(a * pow(duration, b) * flame.0 + self.height.0 / 2.0)
    }
}

/// What throws the brands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BrandSource {
    /// Trees that torch.
    Trees(TorchingTrees),
    /// A pile, a jackpot of fuel or a burning house with flames this high.
    Pile(Metres),
    /// A surface fire run by the wind, of this intensity. For grass, shrub and slash in the open; Albini
    /// advises against it under timber.
    Surface(KilowattsPerMetre),
}

impl BrandSource {
    /// Greatest height a brand reaches in this wind 20 ft above the open.
    pub fn brand_height(&self, wind_20ft: MetresPerSecond) -> Metres {
        match *self {
            Self::Trees(trees) => trees.brand_height(),
            Self::Pile(flame) => Metres(12.2 * flame.0.max(0.0)),
            Self::Surface(intensity) => thermal_height(intensity, wind_20ft),
        }
    }

    /// Greatest distance over level ground under a canopy of height `cover` (half the canopy's height
    /// where it is open, as behave does); 0 in still air.
    pub fn level_distance(&self, wind_20ft: MetresPerSecond, cover: Metres) -> Metres {
        let height = self.brand_height(wind_20ft);
        if !(height.0 > 0.0 && wind_20ft.0 > 0.0) {
            return Metres(0.0);
        }
        let drift = match self {
            Self::Surface(_) => line_drift(height, wind_20ft),
            Self::Trees(_) | Self::Pile(_) => 0.0,
        };
        Metres(fall_distance(height, cover, wind_20ft) + drift)
    }
}

/// Height of a brand from a line thermal, Albini 1983: `z = 1.055 sqrt(f I)` ft with
/// `f = 322 (0.474 U)^-1.01`, I in Btu/ft/s, U in mi/h at 20 ft.
fn thermal_height(intensity: KilowattsPerMetre, wind_20ft: MetresPerSecond) -> Metres {
    if !(intensity.0 > 0.0 && wind_20ft.0 > 0.0) {
        return Metres(0.0);
    }
    let strength = 322.0 * pow(0.474 * wind_20ft.0 / M_S_PER_MPH, -1.01);
    let btu_ft_s = intensity.0 / KW_M_PER_BTU_FT_S;
    Metres(1.055 * sqrt(strength * btu_ft_s) * METRES_PER_FOOT)
}

/// Drift of a line thermal while it lifts the brand, metres, Chase 1984: `0.000278 U z^0.643` mi, z in ft.
fn line_drift(height: Metres, wind_20ft: MetresPerSecond) -> f64 {
    let mph = wind_20ft.0 / M_S_PER_MPH;
    0.000_278 * mph * pow(height.0 / METRES_PER_FOOT, 0.643) * METRES_PER_MILE
}

/// Level distance of a brand that falls from `height`, metres, Albini 1979:
/// `0.000718 U sqrt(h) (0.362 + sqrt(z/h)/2 ln(z/h))` mi, where h is the cover height but at least
/// `2.2 z^0.337 - 4` ft (below that the wind profile no longer depends on the cover). Not below 0.
fn fall_distance(height: Metres, cover: Metres, wind_20ft: MetresPerSecond) -> f64 {
    let z = height.0 / METRES_PER_FOOT;
    let h = (cover.0 / METRES_PER_FOOT).max(2.2 * pow(z, 0.337) - 4.0);
    if h <= 0.0 {
        return 0.0;
    }
    let shape = 0.362 + sqrt(z / h) / 2.0 * log(z / h);
    let miles = 0.000_718 * wind_20ft.0 / M_S_PER_MPH * sqrt(h) * shape;
    (miles * METRES_PER_MILE).max(0.0)
}

/// Where in a landscape of ridges and valleys the brand starts. The wind blows across the ridges.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RidgePlace {
    /// Half-way up the side the wind blows on.
    MidslopeWindward,
    /// On the valley bottom.
    ValleyBottom,
    /// Half-way up the side in the lee.
    MidslopeLeeward,
    /// On the ridge.
    RidgeTop,
}

/// Regular ridges and valleys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    /// Where the brand starts.
    pub place: RidgePlace,
    /// From ridge to valley on the map.
    pub ridge_to_valley: Metres,
    /// From valley to ridge in height.
    pub relief: Metres,
}

/// The distance on the map over ridges and valleys for a distance over level ground, Chase 1981: six
/// steps of `x = a - b (cos(pi x - k pi/2) - cos(k pi/2))`, a = distance over ridge-to-valley,
/// b = relief / (10 000 pi) ft, k = 0 to 3 by place.
pub fn distance_over_ridge(level: Metres, ridge: &Ridge) -> Metres {
    if !(ridge.ridge_to_valley.0 > 0.0 && ridge.relief.0 > 0.0) {
        return level;
    }
    let quarter = match ridge.place {
        RidgePlace::MidslopeWindward => 0.0,
        RidgePlace::ValleyBottom => 1.0,
        RidgePlace::MidslopeLeeward => 2.0,
        RidgePlace::RidgeTop => 3.0,
    } * std::f64::consts::FRAC_PI_2;
    let a = level.0 / ridge.ridge_to_valley.0;
    let b = ridge.relief.0 / METRES_PER_FOOT / (10_000.0 * std::f64::consts::PI);
    let mut x = a;
    for _ in 0..6 {
        x = a - b * (libm::cos(std::f64::consts::PI * x - quarter) - libm::cos(quarter));
    }
    Metres((x * ridge.ridge_to_valley.0).max(0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn feet(ft: f64) -> Metres {
        Metres(ft * METRES_PER_FOOT)
    }

    fn mph(wind: f64) -> MetresPerSecond {
        MetresPerSecond(wind * M_S_PER_MPH)
    }

    fn close(got: Metres, metres: f64, tolerance: f64) {
        assert!((got.0 - metres).abs() < tolerance, "{got}, not {metres} m");
    }

    const SPRUCE: TorchingTrees = TorchingTrees {
        species: TreeSpecies::EngelmannSpruce,
        dbh_cm: 20.0 * CM_PER_INCH,
        height: Metres(30.0 * METRES_PER_FOOT),
        count: 15.0,
    };

    #[test]
    fn behaves_own_pile_and_torches_throw_as_far_here() {
        // firelab/behave, testBehave.cpp, testSpotModule: miles, six decimals; 5 mi/h, cover 30 ft closed
        // or open (half), ridge top, 2000 ft in a mile.
        let ridge = Ridge {
            place: RidgePlace::RidgeTop,
            ridge_to_valley: Metres(METRES_PER_MILE),
            relief: feet(2000.0),
        };
        let pile = BrandSource::Pile(feet(5.0));
        for (source, cover, level, mountain) in [
            (pile, 30.0, 0.017_067, 0.021_330),
            (pile, 15.0, 0.024_700, 0.030_863),
            (BrandSource::Trees(SPRUCE), 30.0, 0.181_449, 0.222_396),
        ] {
            let got = source.level_distance(mph(5.0), feet(cover));
            close(got, level * METRES_PER_MILE, 0.001);
            close(
                distance_over_ridge(got, &ridge),
                mountain * METRES_PER_MILE,
                0.001,
            );
        }
    }

    #[test]
    fn behaveplus_6_agrees_at_every_place_of_a_mountain() {
        use RidgePlace::{MidslopeLeeward, MidslopeWindward, RidgeTop, ValleyBottom};
        // cbevins/behaveplus-core, spottingStandalone.test.js, checked there against BehavePlus 6 to
        // three figures: feet; 10 mi/h, cover 60 ft (open: half), 1000 ft in a mile.
        let trees = BrandSource::Trees(TorchingTrees {
            species: TreeSpecies::DouglasFir,
            dbh_cm: 36.0 * CM_PER_INCH,
            height: feet(80.0),
            count: 5.0,
        });
        let btu = pow(10.0 / 0.45, 1.0 / 0.46);
        let surface = BrandSource::Surface(KilowattsPerMetre(btu * KW_M_PER_BTU_FT_S));
        let pile = BrandSource::Pile(feet(20.0));
        #[rustfmt::skip]
        let published = [
            (trees, RidgeTop, 1740.434066, 2111.270405),
            (trees, MidslopeWindward, 1672.439664, 2062.939851),
            (trees, ValleyBottom, 1467.096496, 1803.761828),
            (trees, MidslopeLeeward, 1530.841898, 1858.727335),
            (pile, RidgeTop, 578.365634, 770.106324),
            (pile, MidslopeWindward, 529.950082, 710.560639),
            (pile, ValleyBottom, 474.811843, 633.867748),
            (pile, MidslopeLeeward, 513.869098, 682.109524),
            (surface, RidgeTop, 1155.470325, 1346.573583),
            (surface, MidslopeWindward, 1082.484627, 1271.729868),
            (surface, ValleyBottom, 958.108061, 1121.831362),
            (surface, MidslopeLeeward, 1018.864376, 1185.746013),
        ];
        for (source, place, closed, open) in published {
            let ridge = Ridge {
                place,
                ridge_to_valley: Metres(METRES_PER_MILE),
                relief: feet(1000.0),
            };
            for (cover, distance) in [(60.0, closed), (30.0, open)] {
                let level = source.level_distance(mph(10.0), feet(cover));
                let got = distance_over_ridge(level, &ridge);
                close(
                    got,
                    distance * METRES_PER_FOOT,
                    0.002 * distance * METRES_PER_FOOT,
                );
            }
        }
    }

    #[test]
    fn nothing_flies_in_still_air_or_from_no_fire() {
        for source in [
            BrandSource::Trees(SPRUCE),
            BrandSource::Pile(Metres(3.0)),
            BrandSource::Surface(KilowattsPerMetre(5000.0)),
        ] {
            assert_eq!(
                source.level_distance(MetresPerSecond(0.0), Metres(10.0)).0,
                0.0
            );
        }
        for source in [
            BrandSource::Trees(TorchingTrees {
                count: 0.0,
                ..SPRUCE
            }),
            BrandSource::Pile(Metres(0.0)),
            BrandSource::Surface(KilowattsPerMetre(0.0)),
        ] {
            assert_eq!(
                source.level_distance(MetresPerSecond(9.0), Metres(10.0)).0,
                0.0
            );
        }
    }

    proptest! {
        #[test]
        fn more_wind_more_trees_or_a_hotter_fire_throws_farther(
            wind in 0.5..20.0, more in 0.0..10.0, count in 1.0..30.0, cover in 0.0..15.0,
            intensity in 500.0..30_000.0, flame in 2.0..20.0,
        ) {
            let far = |source: BrandSource, wind| source.level_distance(MetresPerSecond(wind), Metres(cover)).0;
            let trees = |count| BrandSource::Trees(TorchingTrees { count, ..SPRUCE });
            prop_assert!(far(trees(count), wind + more) >= far(trees(count), wind));
            prop_assert!(far(trees(count + more), wind) >= far(trees(count), wind));
            prop_assert!(far(BrandSource::Pile(Metres(flame + more)), wind)
                >= far(BrandSource::Pile(Metres(flame)), wind));
            let line = |i| BrandSource::Surface(KilowattsPerMetre(i));
            prop_assert!(far(line(intensity * (1.0 + more)), wind) >= far(line(intensity), wind));
        }
    }
}
