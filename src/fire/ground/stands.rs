//! The stands of a landscape: each canopy that occurs, numbered, with the shelter it gives.

use crate::base::units::{Metres, MetresPerMinute};
use crate::fire::behavior::crown::Stand;
use crate::fire::behavior::{Canopy, wind_adjustment_factor};
use crate::scenario::fuels::Burning;
use crate::world::World;
use crate::world::landscape::CoverInfo;

/// Logarithm of a share of the wind so small that it blows nothing.
const LN_NOTHING: f64 = -1e9;

/// A canopy, without its foliage's moisture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StandClass {
    /// Share of the ground under crowns.
    pub cover: f64,
    pub height_m: f64,
    pub base_m: f64,
    /// Canopy fuel, kg/m3.
    pub bulk_density: f64,
    /// Moisture of the foliage where the catalogue states it, fraction.
    pub foliar: Option<f64>,
}

impl StandClass {
    /// Every canopy of a world: the measured ones, or one for each of the covers.
    pub fn all<'a>(
        world: &World,
        covers: impl Iterator<Item = (&'a CoverInfo, Option<&'a Burning>)>,
    ) -> Vec<Self> {
        if let Some(canopy) = &world.landscape.canopy {
            return canopy
                .classes
                .iter()
                .map(|c| Self {
                    cover: f64::from(c.cover_pct) / 100.0,
                    height_m: f64::from(c.height_dm) / 10.0,
                    base_m: f64::from(c.base_dm) / 10.0,
                    bulk_density: f64::from(c.bulk_density_g_m3) / 1000.0,
                    foliar: None,
                })
                .collect();
        }
        covers
            .map(|(cover, burning)| {
                let crown = burning.and_then(|b| b.crown.as_ref());
                Self {
                    cover: cover.canopy_cover,
                    height_m: cover.canopy_height_m,
                    base_m: crown.map_or(0.0, |c| c.base_height_m.value),
                    bulk_density: crown.map_or(0.0, |c| c.bulk_density_kg_m3.value),
                    foliar: crown.map(|c| c.foliar_moisture_pct.value / 100.0),
                }
            })
            .collect()
    }

    /// Logarithm of the midflame wind over the open wind at 20 ft, over fuel of this depth.
    pub fn ln_wind_factor(&self, depth: Metres) -> f64 {
        let canopy = Canopy {
            cover: self.cover,
            height: Metres(self.height_m),
            crown_ratio: None,
        };
        let factor = wind_adjustment_factor(depth, &canopy);
        if factor > 0.0 {
            libm::log(factor)
        } else {
            LN_NOTHING
        }
    }

    /// Whether there is canopy fuel that could burn.
    pub fn has_fuel(&self) -> bool {
        self.bulk_density > 0.0 && self.height_m > self.base_m
    }

    /// The stand with its foliage's moisture, `foliar` where the catalogue states none.
    pub fn stand(&self, foliar: f64) -> Stand {
        Stand {
            cover: self.cover,
            height: Metres(self.height_m),
            base_height: Metres(self.base_m),
            bulk_density_kg_m3: self.bulk_density,
            foliar_moisture: self.foliar.unwrap_or(foliar),
        }
    }
}

/// A wind over open ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OpenWind {
    /// Unit vector (east, north) it blows along.
    pub to: (f64, f64),
    /// At 10 m.
    pub ten_metre: MetresPerMinute,
    /// Logarithm of its speed at 20 ft, m/min.
    pub ln_twenty_foot: f64,
}

impl OpenWind {
    /// From its parts to the east and north at 10 m, m/s.
    pub fn of((east, north): (f64, f64)) -> Self {
        let speed = (east * east + north * north).sqrt();
        let ten_metre = MetresPerMinute(speed * 60.0);
        let twenty_foot = crate::fire::behavior::twenty_foot_wind(ten_metre).0;
        Self {
            to: if speed > 0.0 {
                (east / speed, north / speed)
            } else {
                (0.0, 1.0)
            },
            ten_metre,
            ln_twenty_foot: if twenty_foot > 0.0 {
                libm::log(twenty_foot)
            } else {
                LN_NOTHING
            },
        }
    }

    /// Bearing it blows to, degrees clockwise from north.
    pub fn bearing_deg(self) -> f64 {
        libm::atan2(self.to.0, self.to.1).to_degrees()
    }
}
