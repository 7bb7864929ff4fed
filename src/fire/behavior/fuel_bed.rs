//! What fuel and moisture alone decide: Rothermel's (1972) fuel bed, computed once and reused for
//! every wind and slope.
//!
//! Equation numbers "R" are Rothermel 1972 (INT-115), "A" pages of Albini 1976 (INT-30). The
//! equations are in feet, pounds, Btu and minutes, as published.

use serde::{Deserialize, Serialize};

use super::fuel::FuelModel;
use super::spread::SpreadOptions;
use crate::base::units::{
    KJ_PER_BTU, KilojoulesPerSquareMetre, KilowattsPerSquareMetre, METRES_PER_FOOT, MetresPerMinute,
};
use crate::scenario::schema;

/// Fuel moistures as fractions of dry weight, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moistures {
    /// Dead, 1-hour.
    pub dead_1h: f64,
    /// Dead, 10-hour.
    pub dead_10h: f64,
    /// Dead, 100-hour.
    pub dead_100h: f64,
    /// Live herbaceous.
    pub live_herb: f64,
    /// Live woody.
    pub live_woody: f64,
}

impl From<schema::Moisture> for Moistures {
    fn from(percent: schema::Moisture) -> Self {
        Self {
            dead_1h: percent.dead_1h_pct / 100.0,
            dead_10h: percent.dead_10h_pct / 100.0,
            dead_100h: percent.dead_100h_pct / 100.0,
            live_herb: percent.live_herb_pct / 100.0,
            live_woody: percent.live_woody_pct / 100.0,
        }
    }
}

/// Density of dry fuel particles, lb/ft3 (A p. 91).
const PARTICLE_DENSITY: f64 = 32.0;
/// Total mineral content, fraction of dry weight (A p. 91).
const TOTAL_MINERAL: f64 = 0.0555;
/// Effective (silica-free) mineral content, fraction of dry weight (A p. 91).
const EFFECTIVE_MINERAL: f64 = 0.01;
/// Surface area to volume of 10-hour fuel, 1/ft (A p. 91).
const SAVR_10H: f64 = 109.0;
/// Surface area to volume of 100-hour fuel, 1/ft (A p. 91).
const SAVR_100H: f64 = 30.0;
/// kW/m2 in a Btu a square foot a minute.
const KW_M2_PER_BTU_FT2_MIN: f64 = KJ_PER_BTU / (METRES_PER_FOOT * METRES_PER_FOOT) / 60.0;

/// A fuel model at given moistures, ready for any wind and slope.
///
/// Rates inside are metres a minute; the constants of the wind factor take the wind in m/min.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FuelBed {
    /// Rate of spread without wind and slope, m/min.
    pub(super) still_rate: f64,
    /// ln of the wind factor's coefficient, for wind in m/min.
    pub(super) ln_wind_coefficient: f64,
    /// Exponent of the wind factor.
    pub(super) wind_exponent: f64,
    /// Slope factor over the square of the slope.
    pub(super) slope_coefficient: f64,
    /// Rothermel's limit on the wind, m/min.
    pub(super) wind_limit: f64,
    /// Greatest slope factor.
    pub(super) slope_factor_limit: f64,
    /// Reaction intensity, kW/m2.
    pub(super) reaction_intensity: f64,
    /// Flame residence time, min.
    pub(super) residence_min: f64,
    /// Which of the disputed rules hold.
    pub(super) options: SpreadOptions,
    sigma: f64,
    packing_ratio: f64,
    relative_packing_ratio: f64,
}

/// One size class of one life state.
#[derive(Clone, Copy)]
struct Particle {
    /// Dry load, lb/ft2.
    load: f64,
    /// Surface area to volume, 1/ft.
    savr: f64,
    /// Moisture, fraction.
    moisture: f64,
}

impl Particle {
    const fn new(load: f64, savr: f64, moisture: f64) -> Self {
        Self {
            load,
            savr,
            moisture,
        }
    }

    /// Surface area over ground area.
    fn area(&self) -> f64 {
        self.load * self.savr / PARTICLE_DENSITY
    }

    /// Albini's (A p. 89) size subclass: particles in one subclass share their weight in the net
    /// load. Coarser than 16 1/ft carries none.
    fn subclass(&self) -> Option<usize> {
        [1200.0, 192.0, 96.0, 48.0, 16.0]
            .iter()
            .position(|&limit| self.savr >= limit)
    }
}

/// The particles of one life state (dead or live) summed with their area weights (R 53-67).
#[derive(Default)]
struct LifeState {
    area: f64,
    load: f64,
    net_load: f64,
    moisture: f64,
    savr: f64,
    /// Heat needed to ignite a pound of the state's fuel, area-weighted, Btu/lb (R 77, without
    /// bulk density).
    preignition: f64,
}

impl LifeState {
    fn of(particles: &[Particle]) -> Self {
        let area: f64 = particles.iter().map(Particle::area).sum();
        if area <= 0.0 {
            return Self::default();
        }
        let mut subclass_weight = [0.0; 5];
        for p in particles {
            if let Some(k) = p.subclass() {
                subclass_weight[k] += p.area() / area;
            }
        }
        let mut sum = Self {
            area,
            ..Self::default()
        };
        for p in particles.iter().filter(|p| p.load > 0.0 && p.savr > 0.0) {
            let weight = p.area() / area;
            sum.load += p.load;
            sum.net_load +=
                p.subclass().map_or(0.0, |k| subclass_weight[k]) * p.load * (1.0 - TOTAL_MINERAL);
            sum.moisture += weight * p.moisture;
            sum.savr += weight * p.savr;
            sum.preignition += weight * (250.0 + 1116.0 * p.moisture) * libm::exp(-138.0 / p.savr);
        }
        sum
    }
}

/// How much the moisture damps the reaction (R 29), 0 to 1.
fn moisture_damping(moisture: f64, extinction: f64) -> f64 {
    if moisture >= extinction {
        return 0.0;
    }
    let r = moisture / extinction;
    (1.0 - 2.59 * r + 5.11 * r * r - 3.52 * r * r * r).max(0.0)
}

/// How much minerals damp the reaction (R 30), 0 to 1.
fn mineral_damping() -> f64 {
    (0.174 / libm::pow(EFFECTIVE_MINERAL, 0.19)).min(1.0)
}

/// Share of the live herbaceous load that counts as dead at this herb moisture: all below 30 %,
/// none above 120 %, in between a straight line (Scott & Burgan 2005, p. 12; the line's rounded
/// coefficients are behave's).
fn cured_share(live_herb: f64) -> f64 {
    if live_herb < 0.30 {
        1.0
    } else if live_herb <= 1.20 {
        1.333 - 1.11 * live_herb
    } else {
        0.0
    }
}

/// Moisture of extinction of live fuel (R 88, A p. 89), never below that of dead fuel.
fn live_extinction(dead: &[Particle], live: &[Particle], dead_extinction: f64) -> f64 {
    let weight = |p: &Particle, rate: f64| {
        if p.savr > 0.0 {
            p.load * libm::exp(-rate / p.savr)
        } else {
            0.0
        }
    };
    let fine_dead: f64 = dead.iter().map(|p| weight(p, 138.0)).sum();
    let fine_live: f64 = live.iter().map(|p| weight(p, 500.0)).sum();
    if fine_dead <= 1e-7 || fine_live <= 1e-7 {
        return dead_extinction;
    }
    let fine_moisture = dead
        .iter()
        .map(|p| weight(p, 138.0) * p.moisture)
        .sum::<f64>()
        / fine_dead;
    let extinction = 2.9 * fine_dead / fine_live * (1.0 - fine_moisture / dead_extinction) - 0.226;
    extinction.max(dead_extinction)
}

impl FuelBed {
    /// The fuel bed under behave's rules. Moistures are finite fractions, 0 or more.
    pub fn new(model: &FuelModel, moistures: &Moistures) -> Self {
        Self::with_options(model, moistures, SpreadOptions::default())
    }

    /// The fuel bed under chosen rules.
    pub fn with_options(model: &FuelModel, moistures: &Moistures, options: SpreadOptions) -> Self {
        if !model.burns() {
            return Self::bare(options);
        }
        let cured = if model.dynamic {
            model.load_herb * cured_share(moistures.live_herb)
        } else {
            0.0
        };
        let dead = [
            Particle::new(model.load_1h, model.savr_1h, moistures.dead_1h),
            Particle::new(model.load_10h, SAVR_10H, moistures.dead_10h),
            Particle::new(model.load_100h, SAVR_100H, moistures.dead_100h),
            Particle::new(cured, model.savr_herb, moistures.dead_1h),
        ];
        let live = [
            Particle::new(
                model.load_herb - cured,
                model.savr_herb,
                moistures.live_herb,
            ),
            Particle::new(model.load_woody, model.savr_woody, moistures.live_woody),
        ];
        let (d, l) = (LifeState::of(&dead), LifeState::of(&live));
        if d.area + l.area <= 0.0 {
            return Self::bare(options);
        }
        let dead_weight = d.area / (d.area + l.area);
        let live_weight = 1.0 - dead_weight;

        let sigma = dead_weight * d.savr + live_weight * l.savr;
        let bulk_density = (d.load + l.load) / model.depth;
        let packing_ratio = bulk_density / PARTICLE_DENSITY;
        // R 37: optimum packing ratio.
        let relative_packing_ratio = packing_ratio / (3.348 * libm::pow(sigma, -0.8189));

        // R 36, 38 with the exponent A of A p. 88: reaction velocity, 1/min.
        let a = 133.0 * libm::pow(sigma, -0.7913);
        let sigma_1_5 = sigma * libm::sqrt(sigma);
        let velocity = sigma_1_5 / (495.0 + 0.0594 * sigma_1_5)
            * libm::pow(relative_packing_ratio, a)
            * libm::exp(a * (1.0 - relative_packing_ratio));
        // R 27: reaction intensity, Btu/ft2/min.
        let live_mx = live_extinction(&dead, &live, model.dead_extinction);
        let reaction = velocity
            * mineral_damping()
            * (d.net_load * model.heat_dead * moisture_damping(d.moisture, model.dead_extinction)
                + l.net_load * model.heat_live * moisture_damping(l.moisture, live_mx));

        // R 42: propagating flux ratio; R 77: heat sink, Btu/ft3; R 52: rate of spread, ft/min.
        let flux = libm::exp((0.792 + 0.681 * libm::sqrt(sigma)) * (packing_ratio + 0.1))
            / (192.0 + 0.2595 * sigma);
        let heat_sink = bulk_density * (dead_weight * d.preignition + live_weight * l.preignition);
        let still_rate = reaction * flux / heat_sink;

        // R 47-50: wind factor C U^B (beta/beta_op)^-E with U in ft/min, refolded for m/min.
        let c = 7.47 * libm::exp(-0.133 * libm::pow(sigma, 0.55));
        let b = 0.02526 * libm::pow(sigma, 0.54);
        let e = 0.715 * libm::exp(-3.59e-4 * sigma);
        let ln_wind_coefficient =
            libm::log(c) - e * libm::log(relative_packing_ratio) - b * libm::log(METRES_PER_FOOT);

        Self {
            still_rate: still_rate * METRES_PER_FOOT,
            ln_wind_coefficient,
            wind_exponent: b,
            // R 51.
            slope_coefficient: 5.275 * libm::pow(packing_ratio, -0.3),
            // R 87: wind limit, ft/min. behave caps the slope factor at the same number.
            wind_limit: 0.9 * reaction * METRES_PER_FOOT,
            slope_factor_limit: 0.9 * reaction,
            reaction_intensity: reaction * KW_M2_PER_BTU_FT2_MIN,
            // Anderson 1969, min.
            residence_min: 384.0 / sigma,
            options,
            sigma,
            packing_ratio,
            relative_packing_ratio,
        }
    }

    /// A bed in which nothing burns.
    fn bare(options: SpreadOptions) -> Self {
        Self {
            still_rate: 0.0,
            ln_wind_coefficient: 0.0,
            wind_exponent: 1.0,
            slope_coefficient: 0.0,
            wind_limit: 0.0,
            slope_factor_limit: 0.0,
            reaction_intensity: 0.0,
            residence_min: 0.0,
            options,
            sigma: 0.0,
            packing_ratio: 0.0,
            relative_packing_ratio: 0.0,
        }
    }

    /// Whether fire spreads in it at these moistures.
    pub fn spreads(&self) -> bool {
        self.still_rate > 0.0
    }

    /// Rate of spread on the flat without wind (R 52).
    pub fn still_rate(&self) -> MetresPerMinute {
        MetresPerMinute(self.still_rate)
    }

    /// Reaction intensity (R 27).
    pub fn reaction_intensity(&self) -> KilowattsPerSquareMetre {
        KilowattsPerSquareMetre(self.reaction_intensity)
    }

    /// Heat per unit area: reaction intensity times residence time.
    pub fn heat_per_area(&self) -> KilojoulesPerSquareMetre {
        KilojoulesPerSquareMetre(self.reaction_intensity * self.residence_min * 60.0)
    }

    /// Flame residence time, minutes: 384 over sigma (Anderson 1969).
    pub fn residence_time_min(&self) -> f64 {
        self.residence_min
    }

    /// Characteristic surface area to volume, 1/ft (R 71).
    pub fn sigma_per_ft(&self) -> f64 {
        self.sigma
    }

    /// Packing ratio (R 74).
    pub fn packing_ratio(&self) -> f64 {
        self.packing_ratio
    }

    /// Packing ratio over its optimum (R 37).
    pub fn relative_packing_ratio(&self) -> f64 {
        self.relative_packing_ratio
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::behavior::fuel;

    fn at(dead: f64, herb: f64, woody: f64) -> Moistures {
        Moistures {
            dead_1h: dead,
            dead_10h: dead,
            dead_100h: dead,
            live_herb: herb,
            live_woody: woody,
        }
    }

    #[test]
    fn fuel_past_its_moisture_of_extinction_does_not_burn() {
        // Rothermel 1972, eq. 29: the damping is 0 from the moisture of extinction on.
        for m in fuel::all().filter(|m| m.burns()) {
            assert!(
                FuelBed::new(m, &at(0.03, 0.5, 0.8)).spreads(),
                "{} burns when dry",
                m.code
            );
            assert!(
                !FuelBed::new(m, &at(1.0001 * m.dead_extinction, 3.0, 3.0)).spreads(),
                "{}",
                m.code
            );
        }
    }

    #[test]
    fn herbs_cure_between_120_and_30_percent() {
        // Scott & Burgan 2005: fully green from 120 %, fully cured to 30 %.
        assert_eq!(cured_share(0.29), 1.0);
        assert!((cured_share(0.30) - 1.0).abs() < 1e-9);
        assert!((cured_share(0.75) - 0.5).abs() < 1e-3);
        assert!(cured_share(1.20).abs() < 2e-3);
        assert_eq!(cured_share(1.21), 0.0);
        // Cured grass runs, green grass hardly burns; a static model does not care.
        let rate = |code: &str, herb| {
            FuelBed::new(fuel::by_code(code).unwrap(), &at(0.06, herb, 1.0)).still_rate
        };
        assert!(rate("GR4", 0.3) > 5.0 * rate("GR4", 1.1));
        assert!((rate("FM2", 0.3) / rate("FM2", 0.31) - 1.0).abs() < 0.02);
    }

    #[test]
    fn water_and_rock_have_no_fire() {
        let bed = FuelBed::new(fuel::by_code("NB8").unwrap(), &at(0.03, 0.3, 0.6));
        assert!(!bed.spreads());
        assert_eq!(bed.heat_per_area().value(), 0.0);
    }
}
