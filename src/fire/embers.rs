//! Firebrands in flight: from a cell that burns to the fires they will light.
//!
//! In come burning cells and a way to ask what lies where; out go fires to light, in order of time.
//! How many brands, how far and whether they light is in [`super::behavior::spotting`]; this file
//! draws the numbers, each keyed by the cell and the brand, and keeps those that are still in the air.
//! Embers cross roads, breaks and water: only the place where they fall counts.

use std::collections::BTreeMap;

use rand::RngExt;

use super::behavior::crown::Stand;
use super::behavior::spotting::{
    BrandSource, FireSource, SpotModel, Throw, TorchingTrees, TreeSpecies, brand_count,
    expected_brands, flight_survival, flight_time, fuel_temperature, ignition_probability, landing,
};
use super::front::Crown;
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams};
use crate::base::units::{KilowattsPerMetre, Metres, MetresPerSecond};
use crate::scenario::catalogue::Spotting;
use crate::world::weather::WIND_20FT_OVER_10M;

/// Share of the crowns that burn where trees torch singly \[J\].
const TORCHING_SHARE: f64 = 0.5;
/// Trees that torch together in passive crown fire \[J: a handful\].
const TORCHING_TREES: f64 = 5.0;
/// Diameter at breast height over height of trees in a closed stand, cm/m \[J: slenderness of 80\].
const DIAMETER_CM_PER_M: f64 = 1.25;
/// Canopy cover from which a stand counts as closed for the fall of brands \[J\].
const CLOSED_COVER: f64 = 0.5;
/// Brands that fall nearer than so many cells fall into the front, for all the grid can tell.
const NEAREST_CELLS: f64 = 1.5;

/// A cell that burns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thrower {
    /// Number of the cell: its draws are keyed by it.
    pub cell: u64,
    /// Its centre.
    pub at: Point,
    /// Its side, metres.
    pub cell_m: f64,
    /// When it burnt, seconds.
    pub t_s: f64,
    /// Start from which it burnt.
    pub start: usize,
    /// Fireline intensity, kW/m.
    pub intensity_kw_m: f64,
    /// Flame length, metres.
    pub flame_m: f64,
    /// Which layers burnt.
    pub crown: Crown,
    /// Factor of its cover on the number of brands.
    pub brand_factor: f64,
    /// Its trees, if any.
    pub stand: Option<Stand>,
    /// Wind at 10 m, m/s to the east and north.
    pub wind: (f64, f64),
}

/// Ground on which a brand falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Litter {
    /// Moisture of 1-h dead fuel, fraction.
    pub dead_1h: f64,
    /// Temperature of the air, Celsius.
    pub air_c: f64,
    /// Share of shade, 0 to 1.
    pub shade: f64,
}

/// A brand that will light a fire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ember {
    /// When flames stand up, seconds.
    pub t_s: f64,
    /// Where.
    pub at: Point,
    /// Distance flown, metres.
    pub distance_m: f64,
    /// Start of the fire that threw it.
    pub parent: usize,
}

/// All brands of a run that are in the air or smoulder.
#[derive(Debug, Clone)]
pub struct Embers {
    model: SpotModel,
    rules: Spotting,
    streams: Streams,
    /// By the bits of the time (which sort as the times do, none being negative) and order of throwing.
    queue: BTreeMap<(u64, u64), Ember>,
    thrown: u64,
}

impl Embers {
    /// No brands yet.
    pub fn new(model: SpotModel, rules: Spotting, streams: Streams) -> Self {
        Self {
            model,
            rules,
            streams,
            queue: BTreeMap::new(),
            thrown: 0,
        }
    }

    /// A cell burns and throws its brands; `litter_at` says what lies at a place, none where nothing
    /// burns.
    pub fn throw(&mut self, from: &Thrower, litter_at: impl Fn(Point) -> Option<Litter>) {
        let intensity = KilowattsPerMetre(from.intensity_kw_m);
        let source = FireSource {
            intensity,
            crown_fraction: match from.crown {
                Crown::Surface => 0.0,
                Crown::Passive => TORCHING_SHARE,
                Crown::Active => 1.0,
            },
            brand_factor: from.brand_factor,
        };
        let expected = expected_brands(&self.rules, &source, from.cell_m * from.cell_m);
        if expected <= 0.0 {
            return;
        }
        let key = format!("cell {}", from.cell);
        let count = brand_count(expected, self.streams.uniform(Purpose::Spotting, &key, 0));
        if count == 0 {
            return;
        }
        let speed = libm::hypot(from.wind.0, from.wind.1);
        let wind = MetresPerSecond(speed);
        let (height, farthest) = flight(from, intensity, speed);
        let throw = Throw {
            intensity,
            wind_10m: wind,
            farthest,
        };
        for brand in 0..count {
            let mut random = self
                .streams
                .generator(Purpose::Spotting, &key, 1 + u64::from(brand));
            let [along, across, survives, lights]: [f64; 4] =
                std::array::from_fn(|_| random.random());
            let Some(landing) = landing(self.model, &throw, along, across) else {
                continue;
            };
            let distance = landing.distance();
            if distance.0 < NEAREST_CELLS * from.cell_m
                || survives >= flight_survival(distance, Metres(self.rules.decay_m.value))
            {
                continue;
            }
            let (ux, uy) = (from.wind.0 / speed, from.wind.1 / speed);
            let at = Point::new(
                from.at.x + landing.along.0 * ux + landing.across.0 * uy,
                from.at.y + landing.along.0 * uy - landing.across.0 * ux,
            );
            let Some(litter) = litter_at(at) else {
                continue;
            };
            let fuel_c = fuel_temperature(litter.air_c, litter.shade);
            if lights >= ignition_probability(fuel_c, litter.dead_1h) {
                continue;
            }
            let flies = flight_time(Metres(from.flame_m), height, distance, wind);
            let t_s = from.t_s + flies.0 + self.rules.ignition_delay_s.value;
            let ember = Ember {
                t_s,
                at,
                distance_m: distance.0,
                parent: from.start,
            };
            self.queue
                .insert((t_s.max(0.0).to_bits(), self.thrown), ember);
            self.thrown += 1;
        }
    }

    /// Fires that are due by `now`, in order of time.
    pub fn due(&mut self, now: f64) -> Vec<Ember> {
        let mut due = Vec::new();
        while let Some(entry) = self.queue.first_entry()
            && entry.get().t_s <= now
        {
            due.push(entry.remove());
        }
        due
    }
}

/// How high brands go and how far they can fly: from torching trees by Albini 1979, from a line of fire
/// by Albini 1983, from a running crown fire the farther of the two \[J\]. Masson pine stands as
/// shortleaf pine \[J\].
fn flight(from: &Thrower, intensity: KilowattsPerMetre, wind_10m: f64) -> (Metres, Metres) {
    let wind = MetresPerSecond(wind_10m * WIND_20FT_OVER_10M);
    let tall = from.stand.map_or(0.0, |s| s.height.0);
    let cover = Metres(if from.stand.is_some_and(|s| s.cover >= CLOSED_COVER) {
        tall
    } else {
        tall / 2.0
    });
    let of = |source: BrandSource| {
        (
            source.brand_height(wind),
            source.level_distance(wind, cover),
        )
    };
    let line = BrandSource::Surface(intensity);
    let trees = BrandSource::Trees(TorchingTrees {
        species: TreeSpecies::ShortleafPine,
        dbh_cm: DIAMETER_CM_PER_M * tall,
        height: Metres(tall),
        count: TORCHING_TREES,
    });
    match from.crown {
        Crown::Surface => of(line),
        Crown::Passive => of(trees),
        Crown::Active => {
            let (a, b) = (of(line), of(trees));
            if a.1.0 >= b.1.0 { a } else { b }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Catalogue;

    const DRY: Litter = Litter {
        dead_1h: 0.05,
        air_c: 30.0,
        shade: 0.0,
    };

    fn embers(model: SpotModel) -> Embers {
        let rules = Catalogue::shipped().unwrap().spotting;
        Embers::new(model, rules, Streams::new(4))
    }

    fn crown_fire(cell: u64) -> Thrower {
        Thrower {
            cell,
            at: Point::new(1000.0, 1000.0),
            cell_m: 30.0,
            t_s: 500.0,
            start: 2,
            intensity_kw_m: 12_000.0,
            flame_m: 15.0,
            crown: Crown::Active,
            brand_factor: 1.0,
            stand: Some(Stand {
                cover: 0.7,
                height: Metres(14.0),
                base_height: Metres(3.0),
                bulk_density_kg_m3: 0.15,
                foliar_moisture: 1.0,
            }),
            wind: (6.0, 0.0),
        }
    }

    fn lit(model: SpotModel, change: impl Fn(&mut Thrower), litter: Option<Litter>) -> Vec<Ember> {
        let mut embers = embers(model);
        for cell in 0..400 {
            let mut from = crown_fire(cell);
            change(&mut from);
            embers.throw(&from, |_| litter);
        }
        embers.due(f64::INFINITY)
    }

    #[test]
    fn brands_fly_down_the_wind_and_light_in_order_of_time() {
        let lit = lit(SpotModel::SardoyLognormal, |_| (), Some(DRY));
        assert!(lit.len() > 100, "{}", lit.len());
        let east = lit.iter().map(|e| e.at.x - 1000.0).sum::<f64>() / lit.len() as f64;
        let north = lit.iter().map(|e| e.at.y - 1000.0).sum::<f64>() / lit.len() as f64;
        assert!(east > 45.0 && north.abs() < 0.2 * east, "{east} {north}");
        assert!(lit.windows(2).all(|p| p[0].t_s <= p[1].t_s));
        assert!(lit.iter().all(|e| e.t_s > 560.0 && e.parent == 2));
    }

    #[test]
    fn they_light_nothing_wet_nothing_bare_and_fly_nowhere_without_wind() {
        let model = SpotModel::SardoyLognormal;
        let wet = Litter {
            dead_1h: 0.5,
            ..DRY
        };
        assert!(lit(model, |_| (), Some(wet)).is_empty());
        assert!(lit(model, |_| (), None).is_empty());
        assert!(lit(model, |f| f.wind = (0.0, 0.0), Some(DRY)).is_empty());
        assert!(lit(SpotModel::Off, |_| (), Some(DRY)).is_empty());
        let weak = |f: &mut Thrower| (f.intensity_kw_m, f.crown) = (300.0, Crown::Surface);
        assert!(lit(model, weak, Some(DRY)).is_empty());
    }

    #[test]
    fn the_worst_case_falls_farther_than_the_distributions() {
        let mean = |model| {
            let lit = lit(model, |_| (), Some(DRY));
            lit.iter().map(|e| e.distance_m).sum::<f64>() / lit.len().max(1) as f64
        };
        let worst = mean(SpotModel::AlbiniMaximum);
        assert!(worst > mean(SpotModel::SardoyLognormal), "{worst}");
        assert!(worst > mean(SpotModel::HimotoTanaka2005), "{worst}");
    }

    #[test]
    fn a_cell_throws_the_same_whatever_else_burnt_before_it() {
        let (mut alone, mut among) = (
            embers(SpotModel::SardoyLognormal),
            embers(SpotModel::SardoyLognormal),
        );
        for cell in 0..300 {
            among.throw(&crown_fire(cell), |_| (cell == 77).then_some(DRY));
        }
        alone.throw(&crown_fire(77), |_| Some(DRY));
        assert_eq!(alone.due(1e9), among.due(1e9));
    }
}
