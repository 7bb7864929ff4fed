//! What the shape of the ground makes of the wind, when the scenario asks for it.

use super::conditions::Conditions;
use crate::base::geo::{Grid, Point, Raster};
use crate::fire::behavior::moisture::Exposure;
use crate::fire::behavior::terrain_wind::{
    self, ReliefScale, SlopeAir, SlopeWind, TerrainWind, Wind,
};
use crate::scenario::schema::FireOptions;

/// Distance over which ridges and valleys are told apart, metres [assumed]: about half the distance
/// from ridge to valley in low hills.
const REACH_M: f64 = 300.0;
/// Most places looked at for the greatest relief of the landscape.
const MOST_PLACES: usize = 40_000;

/// Slope, aspect and curvature of the ground, and how great they get.
#[derive(Debug, Clone)]
pub(super) struct Relief {
    elevation: Raster<f32>,
    /// A sample of the landscape.
    places: Vec<terrain_wind::Relief>,
    scale: ReliefScale,
}

impl Relief {
    pub fn of(elevation: &Raster<f32>) -> Self {
        let grid = elevation.grid;
        let every = libm::ceil(((grid.cols * grid.rows) as f64 / MOST_PLACES as f64).sqrt());
        let every = (every as usize).max(1);
        let mut places = Vec::new();
        for row in (every / 2..grid.rows).step_by(every) {
            for col in (every / 2..grid.cols).step_by(every) {
                places.push(place(elevation, grid.centre(col, row)));
            }
        }
        let scale = ReliefScale::of(places.iter().copied(), 0.0);
        Self {
            elevation: elevation.clone(),
            places,
            scale,
        }
    }

    /// Takes the measure of the landscape for a wind from this bearing.
    pub fn set_wind(&mut self, from_deg: f64) {
        self.scale = ReliefScale::of(self.places.iter().copied(), from_deg);
    }

    /// The wind at a place, m/s to the east and north, from the general wind.
    pub fn wind_at(
        &self,
        p: Point,
        general: (f64, f64),
        options: &FireOptions,
        conditions: &Conditions,
    ) -> (f64, f64) {
        let here = place(&self.elevation, p);
        let mut wind = Wind {
            speed_m_s: libm::hypot(general.0, general.1),
            from_deg: libm::atan2(-general.0, -general.1)
                .to_degrees()
                .rem_euclid(360.0),
        };
        if options.terrain_wind {
            wind = TerrainWind::ListonElder2006.at(wind, &here, &self.scale);
        }
        if options.diurnal_wind {
            let sun = conditions.sun(conditions.t_s());
            let cloud = conditions.cloud();
            let (above_foot_m, below_crest_m) = self.foot_and_crest(p);
            wind = wind.plus(SlopeWind::RuleOfThumb.at(&SlopeAir {
                slope_rise_run: here.slope_rise_run,
                aspect_deg: here.aspect_deg,
                irradiance_w_m2: sun.irradiance(
                    &Exposure {
                        slope_rise_run: here.slope_rise_run,
                        aspect_deg: here.aspect_deg,
                        shade: 0.0,
                    },
                    cloud,
                ),
                day: sun.altitude_deg > 0.0,
                temperature_c: conditions.record().temperature_c,
                cloud,
                above_foot_m,
                below_crest_m,
            }));
        }
        let (sin, cos) = libm::sincos(wind.from_deg.to_radians());
        (-wind.speed_m_s * sin, -wind.speed_m_s * cos)
    }

    /// Height above the lowest and depth below the highest of eight places around, metres.
    fn foot_and_crest(&self, p: Point) -> (f64, f64) {
        let z = self.elevation.bilinear(p);
        let around = around(&self.elevation, p);
        let low = around.iter().copied().fold(z, f64::min);
        let high = around.iter().copied().fold(z, f64::max);
        (z - low, high - z)
    }
}

/// Heights at eight places around, north first, then clockwise.
fn around(elevation: &Raster<f32>, p: Point) -> [f64; 8] {
    [
        (0.0, 1.0),
        (1.0, 1.0),
        (1.0, 0.0),
        (1.0, -1.0),
        (0.0, -1.0),
        (-1.0, -1.0),
        (-1.0, 0.0),
        (-1.0, 1.0),
    ]
    .map(|(x, y)| elevation.bilinear(Point::new(p.x + x * REACH_M, p.y + y * REACH_M)))
}

fn place(elevation: &Raster<f32>, p: Point) -> terrain_wind::Relief {
    let grid: &Grid = &elevation.grid;
    let d = grid.cell;
    let z = |dx: f64, dy: f64| elevation.bilinear(Point::new(p.x + dx, p.y + dy));
    let (east, north) = (
        (z(d, 0.0) - z(-d, 0.0)) / (2.0 * d),
        (z(0.0, d) - z(0.0, -d)) / (2.0 * d),
    );
    terrain_wind::Relief {
        curvature: terrain_wind::curvature(z(0.0, 0.0), around(elevation, p), REACH_M),
        slope_rise_run: libm::hypot(east, north),
        aspect_deg: libm::atan2(-east, -north).to_degrees().rem_euclid(360.0),
    }
}
