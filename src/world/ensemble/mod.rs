//! Members of an ensemble: what a run's seed decides before the run begins, and the world it makes.
//!
//! A [`Member`] is a day with its weather, perturbations and the fires that are drawn. It follows from the
//! scenario and the seed alone, each part from a stream of its own, so that every policy and every variant of
//! one seed meets the same day and the same fires. [`World::with_member`] makes its world; landscape, roads
//! and barriers are shared with the base, nothing is loaded or resampled.

mod climate;
mod days;
mod fires;
mod sites;

use std::sync::Arc;

use super::weather::Weather;
use super::{Memo, World, danger};
use crate::base::clock::Clock;
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams, standard_normal};
use crate::fire::behavior::moisture::exposure::{class_of_gradient, representative};
use crate::fire::behavior::moisture::{Air, DeadMoisture, Place};
use crate::scenario::Scenario;
use crate::scenario::schema::{
    Cause, DangerIndex, DangerLevel, IgnitionDraw, IgnitionModel, InjectEvent, Moisture, Perturb,
    ScenarioFile, StartMoisture, WeatherRecord,
};

pub(super) use days::load as load_days;
pub use days::{DayPool, PooledDay};
pub use fires::weights_by_cause;
pub use sites::Sites;

/// Share of the sun kept off the fuel whose equilibrium a drawn day begins with.
const START_SHADE: f64 = 0.5;
/// Numbers of a member are kept to so many parts of one: what is told is what is run.
const PARTS: f64 = 10_000.0;

/// What a seed decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The seed.
    pub seed: u64,
    /// The day; none for the scenario's own.
    pub day: Option<MemberDay>,
    /// What is off.
    pub perturbation: Perturbation,
    /// Fires that are drawn, in order of their numbers.
    pub fires: Vec<DrawnFire>,
}

/// A day that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberDay {
    /// Its number in the list or the files, from 0; none for one made from a climatology.
    pub index: Option<usize>,
    /// What it is called.
    pub name: String,
    /// Civil start, `YYYY-MM-DDTHH:MM`.
    pub start: String,
    /// Its weather before perturbation, wind at the scenario's height.
    pub weather: Vec<WeatherRecord>,
    /// Fuel moistures at its start; none for the scenario's.
    pub moisture: Option<Moisture>,
    /// Its level as announced.
    pub danger: Option<DangerLevel>,
    /// Days without rain before it.
    pub dry_days: Option<u32>,
    /// Fine fuel moisture code, duff moisture code and drought code of the day before.
    pub codes: Option<(f64, f64, f64)>,
}

/// One number of each for a whole run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Perturbation {
    /// Factor on wind speeds, more than 0.
    pub wind_factor: f64,
    /// Turn of wind directions, degrees clockwise.
    pub wind_turn_deg: f64,
    /// Shift of the moisture of dead fuel, percentage points.
    pub moisture_shift_pct: f64,
    /// Factor on the load and depth of fuels, more than 0.
    pub fuel_factor: f64,
}

/// A fire that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnFire {
    /// Stable id.
    pub id: String,
    /// Minutes after the start.
    pub at_min: f64,
    /// Cause.
    pub cause: Cause,
    /// Place.
    pub at: Point,
}

impl Perturbation {
    /// Nothing is off.
    pub const NONE: Self = Self {
        wind_factor: 1.0,
        wind_turn_deg: 0.0,
        moisture_shift_pct: 0.0,
        fuel_factor: 1.0,
    };

    fn draw(of: &Perturb, streams: &Streams) -> Self {
        // A stream each: one more perturbation leaves the others as they are.
        let normal = |purpose, id: &str| standard_normal(&mut streams.generator(purpose, id, 0));
        let factor = |purpose, id: &str, sd: f64| {
            if sd > 0.0 {
                rounded(libm::exp(sd * normal(purpose, id))).max(1.0 / PARTS)
            } else {
                1.0
            }
        };
        let shift = |id: &str, sd: f64| {
            if sd > 0.0 {
                rounded(sd * normal(Purpose::Weather, id))
            } else {
                0.0
            }
        };
        Self {
            wind_factor: factor(Purpose::Weather, "member wind factor", of.wind_factor_sd),
            wind_turn_deg: shift("member wind turn", of.wind_turn_sd_deg),
            moisture_shift_pct: shift("member dead moisture", of.dead_moisture_sd_pct),
            fuel_factor: factor(Purpose::Spread, "member fuel factor", of.fuel_factor_sd),
        }
    }

    /// Speed and direction of a wind of the scenario as the member has it.
    pub fn wind(&self, wind_m_s: f64, wind_from_deg: f64) -> (f64, f64) {
        (
            wind_m_s * self.wind_factor,
            (wind_from_deg + self.wind_turn_deg).rem_euclid(360.0),
        )
    }

    /// Every wind of a scenario's records and injects as the member has it.
    fn blow(&self, file: &mut ScenarioFile) {
        for record in &mut file.weather {
            (record.wind_m_s, record.wind_from_deg) =
                self.wind(record.wind_m_s, record.wind_from_deg);
        }
        for inject in &mut file.injects {
            if let InjectEvent::WindShift {
                wind_from_deg,
                wind_m_s,
            } = &mut inject.event
            {
                (*wind_m_s, *wind_from_deg) = self.wind(*wind_m_s, *wind_from_deg);
            }
        }
    }

    /// Wind components of the scenario's grids as the member has them, m/s to the east and north.
    pub fn components(&self, (east, north): (f64, f64)) -> (f64, f64) {
        if *self == Self::NONE {
            return (east, north);
        }
        let (sin, cos) = libm::sincos(self.wind_turn_deg.to_radians());
        (
            self.wind_factor * (east * cos + north * sin),
            self.wind_factor * (north * cos - east * sin),
        )
    }
}

fn rounded(value: f64) -> f64 {
    libm::round(value * PARTS) / PARTS
}

impl World {
    /// Whether a seed decides anything before a run of this world begins.
    fn draws(&self) -> bool {
        let file = &self.scenario.file;
        self.member.is_none() && (file.ensemble.is_some() || file.drawn_ignitions.is_some())
    }

    /// The member of a seed: of this world as it stands, whose member it may be already.
    pub fn member_of(&self, seed: u64) -> Member {
        if let Some(member) = &self.member {
            return (**member).clone();
        }
        let streams = Streams::new(seed);
        let mut member = Member {
            seed,
            day: None,
            perturbation: Perturbation::NONE,
            fires: Vec::new(),
        };
        if let Some(ensemble) = &self.scenario.file.ensemble {
            member.perturbation = Perturbation::draw(&ensemble.perturb, &streams);
            member.day = self.days.draw(self, &streams);
            if let Some(day) = &mut member.day {
                self.moisten(day, ensemble.start_moisture);
            }
        }
        if self.scenario.file.drawn_ignitions.is_some() {
            let conditions = Conditions::of(self, &member);
            member.fires =
                conditions.map_or_else(Vec::new, |day| fires::draw(self, &day, &streams));
        }
        member
    }

    /// The world of a member: this one under its day, its perturbations and its fires. Landscape, network and
    /// barriers are shared. A world that is a member's already stays as it is.
    #[must_use]
    pub fn with_member(&self, member: &Arc<Member>) -> Self {
        let mut world = self.alike();
        if world.member.is_some() {
            return world;
        }
        let Some(conditions) = Conditions::of(self, member) else {
            return world;
        };
        let factor = member.perturbation.fuel_factor;
        if factor != 1.0 {
            for fuel in world.fuels.values_mut() {
                fuel.scale(factor);
            }
        }
        let written = std::mem::replace(&mut world.scenario, conditions.scenario);
        world.as_written = Some(Arc::new(written));
        world.clock = conditions.clock;
        world.weather = conditions.weather;
        world.danger = conditions.danger;
        world.member = Some(Arc::clone(member));
        world
    }

    /// The world that a run of a seed meets: the seed's member's where the scenario draws anything, else this
    /// one.
    pub fn of_seed(self: &Arc<Self>, seed: u64) -> Arc<Self> {
        if self.draws() {
            Arc::new(self.with_member(&Arc::new(self.member_of(seed))))
        } else {
            Arc::clone(self)
        }
    }

    /// Makes this world draw its fires where `base` would: a variant with other breaks then meets the fires of
    /// the scenario it is a variant of. Worlds of another ground or with other wishes for the draw keep their
    /// own places.
    pub fn meets_fires_of(&mut self, base: &Self) {
        let (mine, other) = (
            &self.scenario.file.drawn_ignitions,
            &base.scenario.file.drawn_ignitions,
        );
        let is_alike = |a: &IgnitionDraw, b: &IgnitionDraw| {
            a.model == b.model && a.near_breaks_m == b.near_breaks_m && a.within == b.within
        };
        let (Some(mine), Some(other)) = (mine, other) else {
            return;
        };
        if is_alike(mine, other) && self.landscape.cover.grid == base.landscape.cover.grid {
            base.sites();
            self.sites = Arc::clone(&base.sites);
        }
    }

    /// Whether fires are drawn from cells that are listed once, for which breaks may count.
    pub fn confines_fires(&self) -> bool {
        let draw = self.scenario.file.drawn_ignitions.as_ref();
        draw.is_some_and(|d| {
            d.model == IgnitionModel::Calendar || d.near_breaks_m.is_some() || d.within.is_some()
        })
    }

    /// Where the ignition model may start fires; worked out when first asked for.
    pub fn sites(&self) -> &Sites {
        self.sites.get_or_init(|| Sites::of(self))
    }

    /// Gives a drawn day the moisture it begins with, where it states none.
    fn moisten(&self, day: &mut MemberDay, by: StartMoisture) {
        let Some(first) = day.weather.first() else {
            return;
        };
        if day.moisture.is_some() || by == StartMoisture::AsWritten {
            return;
        }
        let Ok(clock) = Clock::new(&day.start, &self.scenario.file.site.time_zone) else {
            return;
        };
        let air = Air {
            temperature_c: first.temperature_c,
            humidity_pct: first.humidity_pct,
            rain_mm_h: 0.0,
            wind_m_s: first.wind_m_s,
            cloud: 0.0,
        };
        let utc = clock.at(0.0).with_time_zone(jiff::tz::TimeZone::UTC);
        let hour = f64::from(utc.hour()) + f64::from(utc.minute()) / 60.0;
        let sun = self.place().sun_utc(f64::from(utc.day_of_year()), hour);
        let exposure = representative(class_of_gradient((0.0, 0.0), START_SHADE));
        let dead = DeadMoisture::equilibrium(&air, &exposure, &sun);
        let percent = |fraction: f64| libm::round(fraction * 1000.0) / 10.0;
        day.moisture = Some(Moisture {
            dead_1h_pct: percent(dead.one_hour),
            dead_10h_pct: percent(dead.ten_hour),
            ..self.scenario.file.moisture
        });
    }

    /// The middle of the landscape under the sun.
    fn place(&self) -> Place {
        let extent = self.landscape.elevation.grid.extent();
        let middle = Point::new(
            f64::midpoint(extent.min.x, extent.max.x),
            f64::midpoint(extent.min.y, extent.max.y),
        );
        let (longitude_deg, latitude_deg) = self.crs.lon_lat(middle).unwrap_or((0.0, 0.0));
        Place {
            latitude_deg,
            longitude_deg,
            elevation_m: self.landscape.elevation.bilinear(middle),
        }
    }

    /// The same world again, with what is heavy shared.
    pub(super) fn alike(&self) -> Self {
        Self {
            scenario: self.scenario.clone(),
            as_written: self.as_written.clone(),
            clock: self.clock.clone(),
            crs: self.crs.clone(),
            landscape: Arc::clone(&self.landscape),
            grid: self.grid,
            weather: self.weather.clone(),
            weather_grids: Arc::clone(&self.weather_grids),
            fuels: self.fuels.clone(),
            custom_fuels: self.custom_fuels.clone(),
            network: Arc::clone(&self.network),
            roads: self.roads.clone(),
            firebreaks: self.firebreaks.clone(),
            ponds: self.ponds.clone(),
            stations: self.stations.clone(),
            cameras: self.cameras.clone(),
            patrols: self.patrols.clone(),
            values: self.values.clone(),
            areas: self.areas.clone(),
            power_lines: self.power_lines.clone(),
            closed_roads: self.closed_roads.clone(),
            danger: self.danger.clone(),
            member: self.member.clone(),
            days: Arc::clone(&self.days),
            sites: Arc::clone(&self.sites),
            memo: Memo::clone(&self.memo),
        }
    }
}

/// What of a world follows the day: the rest does not.
struct Conditions {
    scenario: Scenario,
    clock: Clock,
    weather: Weather,
    danger: Vec<danger::DangerDay>,
}

impl Conditions {
    /// None when the day's start is no time, which the checks refuse.
    fn new(
        base: &Scenario,
        day: Option<&MemberDay>,
        off: Perturbation,
        latitude_deg: f64,
    ) -> Option<Self> {
        let mut scenario = base.clone();
        let file = &mut scenario.file;
        if let Some(day) = day {
            file.start.clone_from(&day.start);
            file.weather.clone_from(&day.weather);
            file.moisture = day.moisture.unwrap_or(file.moisture);
            if day.danger.is_some() {
                (file.danger, file.danger_by) = (day.danger, None);
            }
            match (&mut file.danger_by, day.dry_days, day.codes) {
                (Some(DangerIndex::Lu2020 { dry_days, .. }), Some(days), _) => *dry_days = days,
                (Some(DangerIndex::Fwi { ffmc, dmc, dc }), _, Some(codes)) => {
                    (*ffmc, *dmc, *dc) = codes;
                }
                _ => {}
            }
        }
        if off != Perturbation::NONE {
            off.blow(file);
        }
        let clock = Clock::new(&file.start, &file.site.time_zone).ok()?;
        let weather = Weather::new(file);
        let danger = danger::days_of(&scenario, &clock, &weather, latitude_deg);
        Some(Self {
            scenario,
            clock,
            weather,
            danger,
        })
    }

    fn of(world: &World, member: &Member) -> Option<Self> {
        Self::new(
            &world.scenario,
            member.day.as_ref(),
            member.perturbation,
            world.place().latitude_deg,
        )
    }

    /// The danger level `t_s` seconds after the start.
    fn danger_at(&self, t_s: f64) -> DangerLevel {
        danger::level_at(&self.danger, t_s).level
    }
}
