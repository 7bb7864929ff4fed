//! What the catalogue knows of a cover's fire beyond its standard fuel model: load, firebrands, crowns,
//! the coefficients of Wang's model; and how planted and cleared belts burn.
//!
//! No measured loads for the stands of Hunan were found; the shipped numbers are placeholders and say so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, Sourced};

/// What a cover's fire is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Burning {
    /// Fuel consumed in the flaming front, dry weight, kg/m2.
    pub load_kg_m2: Sourced,
    /// Its heat yield, kJ/kg.
    pub heat_kj_kg: Sourced,
    /// Which entries of Wang's tables stand for it.
    pub wang_ks: KsEntries,
    /// How many firebrands it throws; 1 is the reference.
    pub firebrand_factor: Sourced,
    /// Time the front flames over a place, minutes.
    pub residence_min: Sourced,
    /// Time until the burnt ground is safe to stand on, minutes.
    pub burn_out_min: Sourced,
    /// Crowns that can burn; none without trees.
    #[serde(default)]
    pub crown: Option<Crown>,
}

/// Crowns as crown fire sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crown {
    /// Height of the crown base above ground, metres.
    pub base_height_m: Sourced,
    /// Mass of crown fuel in a volume of crown, kg/m3.
    pub bulk_density_kg_m3: Sourced,
    /// Moisture of live foliage, percent of dry weight.
    pub foliar_moisture_pct: Sourced,
}

/// Sets of the fuel coefficient Ks of Wang's model. They disagree even in order: a result must say which
/// was used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub enum KsPreset {
    /// Published, by kind of fuel: needle 0.8, grass 1.6, coniferous forest 0.4.
    #[default]
    FuelKind,
    /// Published, by land cover: grass 1.5, conifer 1.8, mixed 0.5.
    LandCover,
    /// For drills, not published: our judgement.
    Drill,
}

/// The entry a cover takes from each set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KsEntries {
    /// In [`KsTables::fuel_kind`].
    pub fuel_kind: String,
    /// In [`KsTables::land_cover`].
    pub land_cover: String,
    /// In [`KsTables::drill`].
    pub drill: String,
}

/// The sets themselves, by entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KsTables {
    /// Published, by kind of fuel.
    pub fuel_kind: BTreeMap<String, Sourced>,
    /// Published, by land cover.
    pub land_cover: BTreeMap<String, Sourced>,
    /// For drills.
    pub drill: BTreeMap<String, Sourced>,
}

impl KsTables {
    /// The coefficient of a cover's entries in a set; none when the set has no such entry.
    pub fn get(&self, preset: KsPreset, entries: &KsEntries) -> Option<&Sourced> {
        match preset {
            KsPreset::FuelKind => self.fuel_kind.get(&entries.fuel_kind),
            KsPreset::LandCover => self.land_cover.get(&entries.land_cover),
            KsPreset::Drill => self.drill.get(&entries.drill),
        }
    }
}

impl Catalogue {
    /// Wang's Ks of a cover in a set; none for a cover that does not burn or is not in the catalogue.
    pub fn wang_ks(&self, cover: &str, preset: KsPreset) -> Option<&Sourced> {
        let burning = self.covers.get(cover)?.burning.as_ref()?;
        self.wang_ks.get(preset, &burning.wang_ks)
    }
}

/// How planted belts (Schima superba, 木荷) grow up and how cleared belts grow back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeltRules {
    /// Cover that stands for a belt that has not closed.
    pub open_cover: String,
    /// Cover that stands for a closed belt.
    pub closed_cover: String,
    /// Canopy closure from which a belt counts as closed, 0 to 1.
    pub closed_from: Sourced,
    /// Closure gained a year after planting, where it is not stated.
    pub closure_per_y: Sourced,
    /// Closure of a grown belt, where it is not stated.
    pub closure_max: Sourced,
    /// Factor on intensity where the belt has just closed.
    pub factor_closing: Sourced,
    /// Factor on intensity under full closure.
    pub factor_full: Sourced,
    /// Share of the bonus lost in a full drought, 0 to 1.
    pub drought_loss: Sourced,
    /// Share of the bonus lost where weeds cover all the ground, 0 to 1.
    pub weed_loss: Sourced,
    /// Time in which weeds take half of the lit ground after maintenance, years.
    pub weed_half_y: Sourced,
    /// Time in which a cleared belt loses half its width after maintenance, days.
    pub regrowth_half_days: Sourced,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalogue::Tag;

    fn shipped() -> Catalogue {
        Catalogue::shipped().unwrap()
    }

    #[test]
    fn what_burns_has_a_load_and_what_does_not_has_none() {
        for (key, cover) in &shipped().covers {
            assert_eq!(
                cover.burning.is_some(),
                !cover.fuel.starts_with("NB"),
                "{key}"
            );
            let Some(burning) = &cover.burning else {
                continue;
            };
            let range = |s: &Sourced, low: f64, high: f64| {
                assert!(
                    (low..=high).contains(&s.value),
                    "{key}: {} ({})",
                    s.value,
                    s.source
                );
            };
            range(&burning.load_kg_m2, 0.1, 3.0);
            range(&burning.heat_kj_kg, 15_000.0, 22_000.0);
            range(&burning.residence_min, 0.05, 2.0);
            range(&burning.burn_out_min, 1.0, 300.0);
            range(&burning.firebrand_factor, 0.1, 3.0);
            // Nobody has measured these stands: a load that claims otherwise needs a source.
            assert_eq!(burning.load_kg_m2.tag, Tag::Assumed);
            assert_eq!(burning.crown.is_some(), cover.forest, "{key}");
            if let Some(crown) = &burning.crown {
                range(&crown.base_height_m, 0.3, cover.canopy_height_m);
                range(&crown.bulk_density_kg_m3, 0.02, 0.4);
                range(&crown.foliar_moisture_pct, 70.0, 200.0);
            }
        }
    }

    #[test]
    fn the_stands_of_hunan_are_all_there() {
        let catalogue = shipped();
        for stand in [
            "masson_pine",
            "masson_pine_fern",
            "chinese_fir",
            "bamboo",
            "evergreen_broadleaf",
            "tea_oil",
            "shrub_grass",
            "fern_brush",
            "tall_grass",
            "paddy_stubble",
            "schima_belt",
        ] {
            for preset in [KsPreset::FuelKind, KsPreset::LandCover, KsPreset::Drill] {
                assert!(
                    catalogue.wang_ks(stand, preset).unwrap().value > 0.0,
                    "{stand}, {preset:?}"
                );
            }
        }
        assert_eq!(catalogue.wang_ks("water", KsPreset::Drill), None);
        assert_eq!(catalogue.wang_ks("cactus", KsPreset::Drill), None);
    }

    #[test]
    fn the_two_published_tables_disagree_on_conifers() {
        let catalogue = shipped();
        let ks = |cover, preset| catalogue.wang_ks(cover, preset).unwrap();
        let by_kind = ks("chinese_fir", KsPreset::FuelKind);
        let by_land = ks("chinese_fir", KsPreset::LandCover);
        assert_eq!((by_kind.value, by_land.value), (0.4, 1.8));
        assert_eq!((by_kind.tag, by_land.tag), (Tag::Secondary, Tag::Secondary));
        // Both as printed, whole.
        let values = |table: &BTreeMap<String, Sourced>| {
            let mut values: Vec<f64> = table.values().map(|s| s.value).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        assert_eq!(
            values(&catalogue.wang_ks.fuel_kind),
            [0.4, 0.7, 0.8, 1.0, 1.2, 1.6, 1.8, 2.0]
        );
        assert_eq!(
            values(&catalogue.wang_ks.land_cover),
            [0.5, 1.0, 1.0, 1.3, 1.5, 1.8]
        );
        // The drill set is nobody's but ours.
        let drill = ks("schima_belt", KsPreset::Drill);
        assert_eq!((drill.value, drill.tag), (0.25, Tag::Assumed));
    }

    #[test]
    fn bark_fern_and_bamboo_throw_further_than_broad_leaves() {
        let catalogue = shipped();
        let brands = |cover: &str| {
            let burning = catalogue.covers[cover].burning.as_ref().unwrap();
            burning.firebrand_factor.value
        };
        for far in ["masson_pine", "masson_pine_fern", "fern_brush", "bamboo"] {
            assert!(brands(far) >= 1.5, "{far}");
            assert!(brands("evergreen_broadleaf") < brands(far) && brands("schima_belt") < 0.5);
        }
    }
}
