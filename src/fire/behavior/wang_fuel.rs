//! A fuel as Wang's model sees it, and where it comes from in the catalogue.

use crate::scenario::Catalogue;
use crate::scenario::fuels::KsPreset;

/// A fuel as the model sees it; all numbers finite and 0 or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WangFuel {
    /// Fuel coefficient Ks.
    pub ks: f64,
    /// Fuel consumed in the flaming front w, kg/m2 dry weight.
    pub load_kg_m2: f64,
    /// Heat yield H, kJ/kg.
    pub heat_kj_kg: f64,
    /// Time the front flames over a place, minutes.
    pub residence_min: f64,
}

impl WangFuel {
    /// The fuel of a cover of the catalogue with its coefficient from a set; none for a cover that is not
    /// there, does not burn or names no entry of the set.
    pub fn of_cover(catalogue: &Catalogue, cover: &str, preset: KsPreset) -> Option<Self> {
        let burning = catalogue.covers.get(cover)?.burning.as_ref()?;
        Some(Self {
            ks: catalogue.wang_ks(cover, preset)?.value,
            load_kg_m2: burning.load_kg_m2.value,
            heat_kj_kg: burning.heat_kj_kg.value,
            residence_min: burning.residence_min.value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::{KG_M2_PER_LB_FT2, MetresPerSecond};
    use crate::fire::behavior::{HeadRate, Wang, WangOptions, WangWeather, fuel};

    #[test]
    fn every_load_follows_the_rule_its_source_states() {
        let catalogue = Catalogue::shipped().unwrap();
        for (key, cover) in &catalogue.covers {
            let Some(found) = WangFuel::of_cover(&catalogue, key, KsPreset::Drill) else {
                continue;
            };
            let m = fuel::by_code(&cover.fuel).unwrap();
            let rule = m.load_1h + m.load_herb + 0.5 * (m.load_10h + m.load_woody);
            let rule = rule * KG_M2_PER_LB_FT2;
            assert!(
                (found.load_kg_m2 - rule).abs() < 0.006,
                "{key}: {}, by the rule {rule}",
                found.load_kg_m2
            );
        }
    }

    #[test]
    fn on_a_spring_day_pine_litter_is_beyond_beaters_and_a_closed_belt_is_not() {
        let catalogue = Catalogue::shipped().unwrap();
        let spring = WangWeather {
            temperature_c: 25.0,
            humidity_percent: 40.0,
            wind: MetresPerSecond(5.0),
            wind_to_deg: 0.0,
            dead_moisture_percent: 8.0,
        };
        let head = |cover| {
            let fuel = WangFuel::of_cover(&catalogue, cover, KsPreset::Drill).unwrap();
            let wang = Wang::new(fuel, WangOptions::default());
            wang.in_weather(&spring, 0.2).head(0.0, 0.0)
        };
        // Direct attack by hand ends at 350 to 390 kW/m, 1.2 m of flame.
        let (pine, belt) = (head("masson_pine"), head("schima_belt"));
        assert!(pine.fireline_intensity.0 > 800.0, "{pine:?}");
        assert!(belt.fireline_intensity.0 < 350.0, "{belt:?}");
        assert!(belt.flame_length().0 < 1.2);
        assert_eq!(
            WangFuel::of_cover(&catalogue, "water", KsPreset::Drill),
            None
        );
    }
}
