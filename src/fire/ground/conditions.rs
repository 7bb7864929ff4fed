//! The air over a run and the moisture of the fuel in it, by class of exposure.

use std::sync::Arc;

use crate::base::geo::Point;
use crate::fire::behavior::Moistures;
use crate::fire::behavior::moisture::exposure::{self, CLASSES};
use crate::fire::behavior::moisture::{Air, DeadMoisture, LiveMoisture, Place, SeasonTable, Sun};
use crate::scenario::schema::{LiveSource, MoistureSource, Visibility, WeatherRecord};
use crate::world::World;

/// Longest step over which the sun is taken to stand still, seconds.
const SUN_STEP_S: f64 = 1800.0;
/// Share of the sky under cloud by visibility, and in rain [judged]: the weather stream has none.
const CLOUD_CLEAR: f64 = 0.1;
const CLOUD_HAZE: f64 = 0.4;
const CLOUD_FOG: f64 = 0.9;
const CLOUD_RAIN: f64 = 1.0;

/// Dead fuel that an ensemble's member has drier keeps at least this, fraction of dry weight [J].
const DRIEST: f64 = 0.01;

/// Weather and fuel moisture at one time.
#[derive(Debug, Clone)]
pub struct Conditions {
    world: Arc<World>,
    /// The record in force, wind at 10 m.
    record: WeatherRecord,
    place: Place,
    /// Time of the moistures, seconds.
    t_s: f64,
    /// Dead fuel by class of exposure; one entry alone when moisture is stated.
    dead: Vec<DeadMoisture>,
    live: LiveMoisture,
    /// Moisture of the needles, fraction.
    foliar: f64,
    /// How much moister dead fuel is than the models have it, by an ensemble's member; fraction.
    shift: f64,
    /// Values of the weather that lay outside the moisture model's domain and were moved to its edge.
    outside: u64,
}

impl Conditions {
    /// Conditions at the start of a run.
    pub fn new(world: Arc<World>, record: &WeatherRecord) -> Self {
        let grid = world.landscape.elevation.grid;
        let extent = grid.extent();
        let middle = Point::new(
            0.5 * (extent.min.x + extent.max.x),
            0.5 * (extent.min.y + extent.max.y),
        );
        // The world's checks have seen to it that the map lies in the projection's domain.
        let (longitude_deg, latitude_deg) = world.crs.lon_lat(middle).unwrap_or((0.0, 0.0));
        let place = Place {
            latitude_deg,
            longitude_deg,
            elevation_m: world.landscape.elevation.bilinear(middle),
        };
        let file = &world.scenario.file;
        let stated = Moistures::from(file.moisture);
        let start = DeadMoisture {
            one_hour: stated.dead_1h,
            ten_hour: stated.dead_10h,
            hundred_hour: stated.dead_100h,
        };
        let classes = match file.fire.moisture {
            MoistureSource::Stated => 1,
            MoistureSource::Weather => usize::from(CLASSES),
        };
        let day = f64::from(world.clock.at(0.0).day_of_year());
        let season = SeasonTable::hunan();
        let shift =
            (world.member.as_ref()).map_or(0.0, |m| m.perturbation.moisture_shift_pct / 100.0);
        let (live, foliar) = match file.fire.live {
            LiveSource::Stated => (
                LiveMoisture {
                    herbaceous: stated.live_herb,
                    woody: stated.live_woody,
                },
                file.fire.foliar_moisture_pct / 100.0,
            ),
            LiveSource::Season => (season.at(day), season.foliar_at(day)),
        };
        Self {
            world,
            record: *record,
            place,
            t_s: 0.0,
            dead: vec![start; classes],
            live,
            foliar,
            shift,
            outside: 0,
        }
    }

    /// The record in force, wind at 10 m.
    pub fn record(&self) -> &WeatherRecord {
        &self.record
    }

    /// Moisture of the needles, fraction of dry weight.
    pub fn foliar(&self) -> f64 {
        self.foliar
    }

    /// Values of the weather so far that lay outside the moisture model's domain.
    pub fn outside_domain(&self) -> u64 {
        self.outside
    }

    /// Whether moisture follows the weather, by class of exposure.
    pub fn follows_weather(&self) -> bool {
        self.dead.len() > 1
    }

    /// Carries the moistures on to `t_s` in the air there has been, and puts `record` in force.
    pub fn carry_on(&mut self, t_s: f64, record: &WeatherRecord) {
        if self.follows_weather() {
            let rain_mm_h = self.world.weather.rain_mm_h(self.t_s);
            let (air, moved) = Air {
                temperature_c: self.record.temperature_c,
                humidity_pct: self.record.humidity_pct,
                rain_mm_h,
                wind_m_s: self.record.wind_m_s,
                cloud: cloud(&self.record, rain_mm_h),
            }
            .in_domain();
            self.outside += u64::from(moved);
            while self.t_s < t_s {
                let step = SUN_STEP_S.min(t_s - self.t_s);
                let sun = self.sun(self.t_s + 0.5 * step);
                for (class, dead) in self.dead.iter_mut().enumerate() {
                    dead.advance(&air, &exposure::representative(class as u8), &sun, step);
                }
                self.t_s += step;
            }
        }
        self.t_s = self.t_s.max(t_s);
        self.record = *record;
    }

    /// The sun over the middle of the landscape.
    pub fn sun(&self, t_s: f64) -> Sun {
        let utc = self
            .world
            .clock
            .at(t_s)
            .with_time_zone(jiff::tz::TimeZone::UTC);
        let hour = f64::from(utc.hour())
            + f64::from(utc.minute()) / 60.0
            + f64::from(utc.second()) / 3600.0;
        self.place.sun_utc(f64::from(utc.day_of_year()), hour)
    }

    /// Time of the moistures, seconds after the start.
    pub fn t_s(&self) -> f64 {
        self.t_s
    }

    /// Share of the sky under cloud.
    pub fn cloud(&self) -> f64 {
        cloud(&self.record, self.world.weather.rain_mm_h(self.t_s))
    }

    /// The class of ground of this gradient (rise over run to the east and north) and shade.
    #[inline]
    pub fn class(&self, gradient: (f64, f64), shade: f64) -> usize {
        if self.follows_weather() {
            usize::from(exposure::class_of_gradient(gradient, shade))
        } else {
            0
        }
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.dead.len()
    }

    /// Fuel moistures of a class, fractions of dry weight.
    pub fn moistures(&self, class: usize) -> Moistures {
        let mut moistures = self.dead[class].with_live(&self.live);
        for dead in [
            &mut moistures.dead_1h,
            &mut moistures.dead_10h,
            &mut moistures.dead_100h,
        ] {
            *dead = self.shifted(*dead);
        }
        moistures
    }

    /// A moisture of dead fuel as the run's member has it, fraction of dry weight.
    pub fn shifted(&self, dead: f64) -> f64 {
        if self.shift == 0.0 {
            dead
        } else {
            (dead + self.shift).max(DRIEST.min(dead))
        }
    }
}

fn cloud(record: &WeatherRecord, rain_mm_h: f64) -> f64 {
    if rain_mm_h > 0.0 {
        return CLOUD_RAIN;
    }
    match record.visibility {
        Visibility::Clear => CLOUD_CLEAR,
        Visibility::Haze => CLOUD_HAZE,
        Visibility::Fog => CLOUD_FOG,
    }
}
