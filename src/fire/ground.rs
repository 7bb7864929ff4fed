//! How fire spreads over a scenario's ground: covers, canopy, terrain and the present wind.

use std::sync::Arc;

use super::behavior::{
    BlownBed, Canopy, FuelBed, Moistures, fuel, twenty_foot_wind, wind_adjustment_factor,
};
use super::front::{Crown, Ellipse, SpreadSource};
use crate::base::geo::Point;
use crate::base::units::{Metres, MetresPerMinute};
use crate::scenario::schema::WeatherRecord;
use crate::world::World;

/// Seconds in a minute.
const MINUTE_S: f64 = 60.0;

/// One burnable cover under the scenario's moisture.
#[derive(Debug, Clone)]
struct Bed {
    bed: FuelBed,
    /// Midflame wind over open wind at 20 ft.
    wind_factor: f64,
    /// Under the present wind.
    blown: BlownBed,
    heat_kj_m2: f64,
}

/// The spread source of a scenario: Rothermel over its covers, under one weather record at a time.
#[derive(Debug, Clone)]
pub struct Ground {
    world: Arc<World>,
    /// Landscape cells across one simulation cell, inverted: simulation cells a landscape cell.
    refine: usize,
    /// Fuel number of each cover code; 0 does not burn.
    number: Vec<u8>,
    /// Beds by fuel number - 1.
    beds: Vec<Bed>,
    acceleration_per_s: f64,
}

impl Ground {
    /// The ground of a world under a weather record.
    pub fn new(world: Arc<World>, weather: &WeatherRecord) -> Self {
        let moistures = Moistures::from(world.scenario.file.moisture);
        let mut number = vec![0_u8; 256];
        let mut beds = Vec::new();
        for (code, cover) in world.landscape.covers.iter().enumerate() {
            let Some(cover) = cover else { continue };
            let Some(model) = cover.fuel_model.and_then(fuel::standard) else {
                continue;
            };
            let bed = FuelBed::new(model, &moistures);
            if !model.burns() || beds.len() == usize::from(u8::MAX) {
                continue;
            }
            let canopy = Canopy {
                cover: cover.canopy_cover,
                height: Metres(cover.canopy_height_m),
                crown_ratio: None,
            };
            beds.push(Bed {
                wind_factor: wind_adjustment_factor(model.depth(), &canopy),
                blown: bed.in_wind(MetresPerMinute(0.0), 0.0),
                heat_kj_m2: bed.heat_per_area().value(),
                bed,
            });
            number[code] = beds.len() as u8;
        }
        let refine =
            libm::round(world.landscape.elevation.grid.cell / world.grid.cell).max(1.0) as usize;
        let acceleration_per_s = world.scenario.catalogue.acceleration_per_min.value / MINUTE_S;
        let mut ground = Self {
            world,
            refine,
            number,
            beds,
            acceleration_per_s,
        };
        ground.set_weather(weather);
        ground
    }

    /// Changes the wind; the record's wind is at 10 m.
    pub fn set_weather(&mut self, weather: &WeatherRecord) {
        let twenty_foot = twenty_foot_wind(MetresPerMinute(weather.wind_m_s * MINUTE_S));
        let towards = (weather.wind_from_deg + 180.0) % 360.0;
        for bed in &mut self.beds {
            bed.blown = bed.bed.in_wind(twenty_foot * bed.wind_factor, towards);
        }
    }

    /// Gradient of the interpolated terrain, rise over run to the east and north.
    fn gradient(&self, p: Point) -> (f64, f64) {
        let elevation = &self.world.landscape.elevation;
        let d = elevation.grid.cell;
        let z = |dx: f64, dy: f64| elevation.bilinear(Point::new(p.x + dx, p.y + dy));
        (
            (z(d, 0.0) - z(-d, 0.0)) / (2.0 * d),
            (z(0.0, d) - z(0.0, -d)) / (2.0 * d),
        )
    }
}

impl SpreadSource for Ground {
    fn fuel(&self, col: usize, row: usize) -> u8 {
        let code = self
            .world
            .landscape
            .cover
            .get(col / self.refine, row / self.refine);
        self.number[usize::from(code)]
    }

    fn spread(&self, col: usize, row: usize, fuel: u8) -> Option<Ellipse> {
        let bed = &self.beds[usize::from(fuel.checked_sub(1)?)];
        let gradient = self.gradient(self.world.grid.centre(col, row));
        let slope = libm::hypot(gradient.0, gradient.1);
        let upslope = Point::default().bearing_deg(Point::new(gradient.0, gradient.1));
        let spread = bed.blown.spread(slope, upslope);
        let head_m_s = spread.ros_max.value() / MINUTE_S;
        if head_m_s <= 0.0 {
            return None;
        }
        let angle = spread.dir_max_deg.to_radians();
        Some(Ellipse {
            head_m_s,
            length_to_width: spread.length_to_width,
            heading: (libm::sin(angle), libm::cos(angle)),
            gradient,
            heat_kj_m2: bed.heat_kj_m2,
            crown: Crown::Surface,
        })
    }

    fn heat_kj_m2(&self, fuel: u8) -> f64 {
        fuel.checked_sub(1)
            .map_or(0.0, |i| self.beds[usize::from(i)].heat_kj_m2)
    }

    fn acceleration_per_s(&self) -> f64 {
        self.acceleration_per_s
    }
}
