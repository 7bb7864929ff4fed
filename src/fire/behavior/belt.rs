//! Firebreak belts as fuel: planted belts of Schima superba (木荷) that grow up, close, grow weeds and dry
//! out, and cleared isolation belts that grow back.
//!
//! A young belt is shrub like any other. A closed one shades out its weeds and burns as litter under
//! moist live crowns, which scales its intensity by 0.3 to 0.5. That much is judged from the traits of the
//! species and the account of Cui et al. 2019 (J. Environ. Manage. 233:329-336); the numbers lie in
//! [`BeltRules`] with their tags, all judged (J). A break's chance to hold is another model's concern: it takes
//! the intensity scaled here, the effective width and whether trees stand at the edge.

use libm::exp2;

use crate::base::units::Metres;
use crate::scenario::fuels::BeltRules;

/// A planted belt as it is known: what nobody has looked at is left open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlantedBelt {
    /// Years since planting.
    pub age_y: f64,
    /// Canopy closure as seen, 0 to 1; it follows from age when not stated.
    pub closure: Option<f64>,
    /// Share of the ground under weeds as seen, 0 to 1; it follows from years since maintenance when
    /// not stated.
    pub weeds: Option<f64>,
    /// Years since the last weeding; since planting when not stated.
    pub since_maintenance_y: Option<f64>,
    /// Width.
    pub width: Metres,
    /// Drought, 0 (none) to 1 (leaves as dry as any).
    pub drought: f64,
}

/// The state of a planted belt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeltState {
    /// Years since planting.
    pub age_y: f64,
    /// Canopy closure, 0 to 1.
    pub closure: f64,
    /// Share of the ground under weeds, 0 to 1.
    pub weeds: f64,
    /// Width.
    pub width: Metres,
    /// Drought, 0 to 1.
    pub drought: f64,
}

/// How a belt burns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeltFire<'r> {
    /// Cover of the catalogue that stands for it; its fuel model, load and firebrands follow.
    pub cover: &'r str,
    /// Factor on the intensity of a fire that comes to it, above 0, at most 1.
    pub intensity_factor: f64,
    /// Width that counts as a break.
    pub effective_width: Metres,
    /// Whether its own trees stand at the edge, as Wilson 1988 counts them.
    pub edge_trees: bool,
}

impl PlantedBelt {
    /// The belt's state, with what was left open taken from its age and upkeep.
    pub fn state(&self, rules: &BeltRules) -> BeltState {
        let share = |x: f64| x.clamp(0.0, 1.0);
        let closure = share(
            self.closure
                .unwrap_or_else(|| closure_at(self.age_y, rules)),
        );
        let neglected_y = self.since_maintenance_y.unwrap_or(self.age_y);
        BeltState {
            age_y: self.age_y,
            closure,
            weeds: share(
                self.weeds
                    .unwrap_or_else(|| weeds_after(neglected_y, closure, rules)),
            ),
            width: self.width,
            drought: share(self.drought),
        }
    }
}

impl BeltState {
    /// Whether the canopy has closed. Closure decides and age only through it: an old belt full of gaps
    /// is shrub again, and a young one that was seen to have closed is closed.
    pub fn closed(&self, rules: &BeltRules) -> bool {
        self.closure >= rules.closed_from.value
    }

    /// How the belt burns.
    pub fn fire<'r>(&self, rules: &'r BeltRules) -> BeltFire<'r> {
        let closed = self.closed(rules);
        if !closed {
            return BeltFire {
                cover: &rules.open_cover,
                intensity_factor: 1.0,
                effective_width: Metres(0.0),
                edge_trees: false,
            };
        }
        BeltFire {
            cover: &rules.closed_cover,
            intensity_factor: self.intensity_factor(rules),
            effective_width: self.width * (1.0 - self.weeds),
            edge_trees: true,
        }
    }

    /// Factor of moist live crowns on intensity: `1 - bonus`, the bonus growing with closure and lost to
    /// drought and weeds.
    fn intensity_factor(&self, rules: &BeltRules) -> f64 {
        let from = rules.closed_from.value;
        let full = if from < 1.0 {
            (self.closure - from) / (1.0 - from)
        } else {
            1.0
        };
        let (closing, grown) = (rules.factor_closing.value, rules.factor_full.value);
        let moist = closing + (grown - closing) * full;
        let kept = (1.0 - rules.drought_loss.value * self.drought)
            * (1.0 - rules.weed_loss.value * self.weeds);
        1.0 - (1.0 - moist) * kept
    }
}

/// Canopy closure of a belt so many years after planting: a steady gain up to that of a grown belt.
pub fn closure_at(age_y: f64, rules: &BeltRules) -> f64 {
    (rules.closure_per_y.value * age_y.max(0.0)).min(rules.closure_max.value)
}

/// Share of a belt's ground under weeds so many years after weeding: they take the lit ground,
/// `1 - closure`, half of what is left in each half-time.
pub fn weeds_after(years: f64, closure: f64, rules: &BeltRules) -> f64 {
    (1.0 - closure) * (1.0 - left_after(years, rules.weed_half_y.value))
}

/// Width of a cleared isolation belt that still counts so many days after maintenance.
pub fn isolation_width(width: Metres, days_since_maintenance: f64, rules: &BeltRules) -> Metres {
    width * left_after(days_since_maintenance, rules.regrowth_half_days.value)
}

/// Share left after a time with this half-time.
fn left_after(time: f64, half_time: f64) -> f64 {
    if time <= 0.0 {
        1.0
    } else {
        exp2(-time / half_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::behavior::fuel;
    use crate::scenario::Catalogue;

    /// Sixteen metres, as the belt of Xintian County in Hunan.
    const GROWN: PlantedBelt = PlantedBelt {
        age_y: 12.0,
        closure: None,
        weeds: Some(0.0),
        since_maintenance_y: None,
        width: Metres(16.0),
        drought: 0.0,
    };

    fn with<T>(check: impl Fn(&Catalogue, &BeltRules) -> T) -> T {
        let catalogue = Catalogue::shipped().unwrap();
        check(&catalogue, &catalogue.belts)
    }

    #[test]
    fn a_belt_younger_than_five_years_burns_as_shrub() {
        with(|catalogue, rules| {
            for age_y in [0.0, 1.0, 3.0, 4.9] {
                let state = PlantedBelt { age_y, ..GROWN }.state(rules);
                assert!(state.closure < 0.6);
                let fire = state.fire(rules);
                let fuel = &catalogue.covers[fire.cover].fuel;
                assert_eq!(
                    fuel, &catalogue.covers["shrub_grass"].fuel,
                    "at {age_y} years"
                );
                assert!(fuel::by_code(fuel).unwrap().burns());
                assert_eq!(fire.intensity_factor, 1.0);
                assert_eq!(fire.effective_width, Metres(0.0));
            }
            // At five years it has just closed.
            let five = PlantedBelt {
                age_y: 5.0,
                ..GROWN
            }
            .state(rules);
            assert!(five.closed(rules));
        });
    }

    #[test]
    fn a_closed_belt_lowers_intensity_to_between_three_and_five_tenths() {
        with(|catalogue, rules| {
            let factor = |closure| {
                let belt = PlantedBelt {
                    closure: Some(closure),
                    ..GROWN
                };
                let fire = belt.state(rules).fire(rules);
                assert_eq!(catalogue.covers[fire.cover].fuel, "TL2");
                assert!(fire.edge_trees);
                assert_eq!(fire.effective_width, Metres(16.0));
                fire.intensity_factor
            };
            assert!((factor(0.6) - 0.5).abs() < 1e-12);
            assert!((factor(0.8) - 0.4).abs() < 1e-12);
            assert!((factor(1.0) - 0.3).abs() < 1e-12);
        });
    }

    #[test]
    fn an_old_belt_full_of_gaps_is_shrub_again() {
        with(|_, rules| {
            let gappy = PlantedBelt {
                age_y: 20.0,
                closure: Some(0.4),
                ..GROWN
            };
            let fire = gappy.state(rules).fire(rules);
            assert_eq!((fire.cover, fire.intensity_factor), ("shrub_grass", 1.0));
        });
    }

    #[test]
    fn a_drought_takes_the_bonus_of_moist_crowns_away() {
        with(|_, rules| {
            let factor = |drought| {
                let belt = PlantedBelt { drought, ..GROWN };
                belt.state(rules).fire(rules).intensity_factor
            };
            assert!(factor(0.0) < 0.5 && factor(0.5) > factor(0.0) + 0.2);
            assert_eq!(factor(1.0), 1.0);
        });
    }

    #[test]
    fn weeds_come_back_where_light_reaches_the_ground() {
        with(|_, rules| {
            let weeds = |closure, years| {
                let belt = PlantedBelt {
                    closure: Some(closure),
                    weeds: None,
                    since_maintenance_y: Some(years),
                    ..GROWN
                };
                belt.state(rules)
            };
            assert_eq!(weeds(0.7, 0.0).weeds, 0.0);
            // Half of the lit three tenths in the first year.
            assert!((weeds(0.7, 1.0).weeds - 0.15).abs() < 1e-12);
            assert!(weeds(0.9, 6.0).weeds < 0.1);
            // Never weeded since planting: as if as long ago as that.
            let never = PlantedBelt {
                weeds: None,
                ..GROWN
            };
            assert!((never.state(rules).weeds - 0.1).abs() < 1e-3);
            // They lower the width that counts and the bonus.
            let (clean, weedy) = (weeds(0.7, 0.0).fire(rules), weeds(0.7, 3.0).fire(rules));
            assert!(weedy.effective_width < clean.effective_width);
            assert!(weedy.intensity_factor > clean.intensity_factor);
        });
    }

    #[test]
    fn an_isolation_belt_is_worth_half_its_width_after_300_days() {
        with(|_, rules| {
            let left = |days| isolation_width(Metres(12.0), days, rules).value();
            assert_eq!(left(0.0), 12.0);
            assert_eq!(left(-5.0), 12.0);
            assert!((left(300.0) - 6.0).abs() < 1e-12);
            assert!((left(600.0) - 3.0).abs() < 1e-12);
        });
    }
}
