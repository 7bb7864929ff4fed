//! The standard fuel models as data: Anderson (1982), Scott & Burgan (2005).
//!
//! The numbers lie in `assets/catalogue/fuel_models.ron`, each group with its source and tag. They
//! stay in the English units of the papers, because the spread equations are fitted in them; the
//! [`FuelBed`](super::FuelBed) converts once at its edge.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::units::{METRES_PER_FOOT, Metres};
use crate::scenario::catalogue::Tag;

/// The shipped catalogue.
const SHIPPED: &str = include_str!("../../../assets/catalogue/fuel_models.ron");

/// A stylised fuel bed. Loads are dry weight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FuelModel {
    /// Standard number: 1-13 (Anderson 1982), 91-99 non-burnable, 101-204 (Scott & Burgan 2005).
    pub number: u16,
    /// Code, for example `TL8`; Anderson's models are `FM1` to `FM13`.
    pub code: String,
    /// Whether live herbaceous load turns into dead load as it dries (Scott & Burgan 2005).
    pub dynamic: bool,
    /// Depth of the fuel bed, feet.
    pub depth: f64,
    /// Moisture of extinction of dead fuel, fraction of dry weight.
    pub dead_extinction: f64,
    /// Heat content of dead fuel, Btu/lb.
    pub heat_dead: f64,
    /// Heat content of live fuel, Btu/lb.
    pub heat_live: f64,
    /// Dead load under 6 mm (1-hour), lb/ft2.
    pub load_1h: f64,
    /// Dead load 6 to 25 mm (10-hour), lb/ft2.
    pub load_10h: f64,
    /// Dead load 25 to 76 mm (100-hour), lb/ft2.
    pub load_100h: f64,
    /// Live herbaceous load before curing, lb/ft2.
    pub load_herb: f64,
    /// Live woody load, lb/ft2.
    pub load_woody: f64,
    /// Surface area to volume of the 1-hour dead fuel, 1/ft.
    pub savr_1h: f64,
    /// Surface area to volume of the live herbaceous fuel, 1/ft.
    pub savr_herb: f64,
    /// Surface area to volume of the live woody fuel, 1/ft.
    pub savr_woody: f64,
}

impl FuelModel {
    /// Makes it so much heavier and deeper at the same density; `factor` more than 0.
    pub fn scale(&mut self, factor: f64) {
        for amount in [
            &mut self.depth,
            &mut self.load_1h,
            &mut self.load_10h,
            &mut self.load_100h,
            &mut self.load_herb,
            &mut self.load_woody,
        ] {
            *amount *= factor;
        }
    }

    /// Whether anything in it burns.
    pub fn burns(&self) -> bool {
        self.total_load() > 0.0 && self.depth > 0.0
    }

    /// Depth of the fuel bed.
    pub fn depth(&self) -> Metres {
        Metres(self.depth * METRES_PER_FOOT)
    }

    /// All dry load, lb/ft2.
    pub fn total_load(&self) -> f64 {
        self.load_1h + self.load_10h + self.load_100h + self.load_herb + self.load_woody
    }
}

/// Fuel models that share a source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Where the numbers come from.
    pub source: String,
    /// How far they were verified.
    pub tag: Tag,
    /// The models.
    pub models: Vec<FuelModel>,
}

/// The shipped groups in the order of the catalogue.
pub fn groups() -> &'static [Group] {
    static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
        ron::from_str(SHIPPED).expect("the shipped fuel models are checked by a test")
    });
    &GROUPS
}

/// The standard fuel model with this number: 1-13, 91-93, 98, 99, 101-109 (grass), 121-124
/// (grass-shrub), 141-149 (shrub), 161-165 (timber-understory), 181-189 (timber litter), 201-204
/// (slash-blowdown).
pub fn standard(number: u16) -> Option<&'static FuelModel> {
    static BY_NUMBER: LazyLock<BTreeMap<u16, &'static FuelModel>> =
        LazyLock::new(|| all().map(|m| (m.number, m)).collect());
    BY_NUMBER.get(&number).copied()
}

/// The standard fuel model with this code, in capitals: `TL8`, `FM1`, `NB1`.
pub fn by_code(code: &str) -> Option<&'static FuelModel> {
    static BY_CODE: LazyLock<BTreeMap<&'static str, &'static FuelModel>> =
        LazyLock::new(|| all().map(|m| (m.code.as_str(), m)).collect());
    BY_CODE.get(code).copied()
}

/// All standard fuel models by ascending number.
pub fn all() -> impl Iterator<Item = &'static FuelModel> {
    groups().iter().flat_map(|g| g.models.iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_thirteen_and_forty_fuels_that_burn_and_five_that_do_not() {
        let numbers: Vec<u16> = all().map(|m| m.number).collect();
        assert!(
            numbers.windows(2).all(|w| w[0] < w[1]),
            "ascending and unique"
        );
        assert_eq!(numbers.iter().filter(|&&n| n <= 13).count(), 13);
        assert_eq!(numbers.iter().filter(|&&n| n > 100).count(), 40);
        let bare: Vec<&str> = all()
            .filter(|m| !m.burns())
            .map(|m| m.code.as_str())
            .collect();
        assert_eq!(bare, ["NB1", "NB2", "NB3", "NB8", "NB9"]);
        for m in all() {
            assert_eq!(by_code(&m.code), Some(m));
            assert_eq!(standard(m.number), Some(m));
        }
        assert_eq!(standard(0), None);
        assert_eq!(by_code("TL88"), None);
    }

    #[test]
    fn timber_litter_eight_is_the_long_needle_litter_of_the_paper() {
        // Scott & Burgan 2005, table 7: TL8 has 5.80, 1.40, 1.10 tons/acre of dead fuel, 0.3 ft
        // deep, extinction 35 %. One ton an acre is 2000/43560 lb/ft2.
        let m = by_code("TL8").unwrap();
        let tons = 2000.0 / 43560.0;
        for (load, published) in [(m.load_1h, 5.8), (m.load_10h, 1.4), (m.load_100h, 1.1)] {
            assert!((load - published * tons).abs() < 1e-6);
        }
        assert_eq!((m.number, m.depth, m.dead_extinction), (188, 0.3, 0.35));
        assert!((m.depth().value() - 0.09144).abs() < 1e-12);
    }

    #[test]
    fn every_group_names_its_source() {
        assert!(
            groups()
                .iter()
                .all(|g| g.source.len() > 20 && g.tag == Tag::Verified)
        );
    }
}
