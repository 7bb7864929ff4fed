//! How fire spreads over a scenario's ground: fuels, canopy and terrain under the present weather.
//!
//! What cells share is worked out once and kept: a fuel bed for each fuel and class of exposure, the
//! crowns of each stand and class. What is left for each cell is its slope and its wind.

mod conditions;
mod relief;
mod stands;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::behavior::crown::{
    CrownLengthToWidth, CrownMethod, CrownOptions, CrownWeather, FireKind, FlameLengthRule, Stand,
    StandFire,
};
use super::behavior::residual::{SizeClass, burn_out_time};
use super::behavior::{
    FuelBed, FuelModel, HeadRate, LengthToWidth, Moistures, SpreadOptions, SurfaceSpread, Wang,
    WangFuel, WangInitial, WangOptions, WangWeather, WindLimit, WindOnBed,
};
use super::front::{Crown, Ellipse, SpreadSource};
use crate::base::geo::Point;
use crate::base::units::{KilowattsPerMetre, Metres, MetresPerMinute, MetresPerSecond};
use crate::scenario::fuels::{Burning, KsPreset};
use crate::scenario::schema::{self, FireOptions, SlopeRule, SpreadModel, WeatherRecord};
use crate::world::World;
use crate::world::landscape::CoverInfo;

use conditions::Conditions;
use relief::Relief;
use stands::{OpenWind, StandClass};

/// Seconds in a minute.
const MINUTE_S: f64 = 60.0;
/// Gridded moistures begin with those of dead fuel.
const DEAD_CLASSES: usize = 3;
/// Steeper ground is beyond what Rothermel's slope factor was fitted to (1972: 0, 25, 50 and 75 %),
/// rise over run; it is extrapolated and counted.
const STEEPEST_FITTED: f64 = 1.0;
/// Depth of duff under litter and slash, metres [assumed]: it decides how long the black smoulders
/// where the catalogue does not say.
const DUFF_M: f64 = 0.02;

/// One burnable cover.
#[derive(Debug, Clone)]
struct Fuel {
    model: FuelModel,
    /// By Wang's model, when that is asked for and knows the cover.
    wang: Option<Wang>,
    brand_factor: f64,
    burn_out_s: f64,
    /// Its own stand, where no canopy was measured.
    stand: u16,
    /// Logarithm of midflame wind over 20 ft wind under each stand.
    ln_wind_factor: Vec<f64>,
}

/// The spread source of a scenario, under one weather at a time.
#[derive(Debug)]
pub struct Ground {
    world: Arc<World>,
    options: FireOptions,
    spread: SpreadOptions,
    crown_method: CrownMethod,
    crown: CrownOptions,
    /// Landscape cells across one simulation cell, inverted: simulation cells a landscape cell.
    refine: usize,
    /// Fuel number of each cover code; 0 does not burn.
    number: Arc<[u8]>,
    /// By fuel number - 1.
    fuels: Arc<[Fuel]>,
    stands: Arc<[StandClass]>,
    relief: Option<Arc<Relief>>,
    acceleration_per_s: f64,
    conditions: Conditions,
    wind: OpenWind,
    prepared: Prepared,
    /// Evaluations on ground steeper than the models were fitted to.
    steep: AtomicU64,
}

impl Clone for Ground {
    fn clone(&self) -> Self {
        Self {
            world: self.world.clone(),
            options: self.options,
            spread: self.spread,
            crown_method: self.crown_method,
            crown: self.crown,
            refine: self.refine,
            number: self.number.clone(),
            fuels: self.fuels.clone(),
            stands: self.stands.clone(),
            relief: self.relief.clone(),
            acceleration_per_s: self.acceleration_per_s,
            conditions: self.conditions.clone(),
            wind: self.wind,
            prepared: self.prepared.clone(),
            steep: AtomicU64::new(self.steep.load(Ordering::Relaxed)),
        }
    }
}

/// What has been worked out under the present weather, when first asked for.
#[derive(Debug, Clone, Default)]
struct Prepared {
    /// By fuel, then class of exposure.
    beds: Vec<OnceLock<FuelBed>>,
    /// By fuel, then stand.
    winds: Vec<OnceLock<WindOnBed>>,
    /// By class of exposure.
    crown_weather: Vec<OnceLock<CrownWeather>>,
    /// By stand, then class of exposure.
    stand_fires: Vec<OnceLock<Box<StandFire>>>,
}

impl Ground {
    /// The ground of a world under a weather record.
    pub fn new(world: Arc<World>, weather: &WeatherRecord) -> Self {
        let options = world.scenario.file.fire;
        let catalogue = &world.scenario.catalogue;
        let length_to_width = match options.length_to_width {
            schema::LengthToWidthOption::Anderson1983 => LengthToWidth::Anderson1983,
            schema::LengthToWidthOption::Andrews2018 => LengthToWidth::Andrews2018,
        };
        let spread = SpreadOptions {
            length_to_width,
            wind_limit: match options.wind_limit {
                schema::WindLimitOption::NoLimit => WindLimit::None,
                schema::WindLimitOption::Rothermel1972 => WindLimit::Rothermel1972,
            },
        };
        let mut number = vec![0_u8; 256];
        let mut found: Vec<(&CoverInfo, Option<&Burning>, &FuelModel)> = Vec::new();
        for (code, cover) in world.landscape.covers.iter().enumerate() {
            let Some(cover) = cover else { continue };
            let Some(model) = cover.fuel_model.and_then(|n| world.fuels.get(&n)) else {
                continue;
            };
            if !model.burns() || found.len() == usize::from(u8::MAX) {
                continue;
            }
            let burning = catalogue
                .covers
                .get(&cover.key)
                .and_then(|c| c.burning.as_ref());
            found.push((cover, burning, model));
            number[code] = found.len() as u8;
        }
        let stands = StandClass::all(&world, found.iter().map(|(c, b, _)| (*c, *b)));
        let fuels = found
            .iter()
            .enumerate()
            .map(|(i, (cover, burning, model))| Fuel {
                model: (*model).clone(),
                wang: wang(&world, &options, length_to_width, cover),
                brand_factor: brand_factor(&world, cover, *burning),
                burn_out_s: burn_out_s(&world, model, *burning),
                stand: if world.landscape.canopy.is_some() {
                    0
                } else {
                    i as u16
                },
                ln_wind_factor: stands
                    .iter()
                    .map(|s| s.ln_wind_factor(model.depth()))
                    .collect(),
            })
            .collect();
        let refine =
            libm::round(world.landscape.elevation.grid.cell / world.grid.cell).max(1.0) as usize;
        let acceleration_per_s = if options.acceleration {
            catalogue.acceleration_per_min.value / MINUTE_S
        } else {
            0.0
        };
        let relief = (options.terrain_wind || options.diurnal_wind)
            .then(|| Arc::new(Relief::of(&world.landscape.elevation)));
        let conditions = Conditions::new(world.clone(), weather);
        let mut ground = Self {
            options,
            spread,
            crown_method: crown_method(&options),
            crown: CrownOptions {
                // The front's stencils reach as far as an ellipse eight times as long as wide.
                length_to_width: CrownLengthToWidth::Rothermel1991AtMost8,
                flame_length: flame_rule(&options),
                ..CrownOptions::BEHAVE
            },
            refine,
            number: number.into(),
            fuels,
            stands: stands.into(),
            relief,
            acceleration_per_s,
            conditions,
            wind: OpenWind::of((0.0, 0.0)),
            prepared: Prepared::default(),
            steep: AtomicU64::new(0),
            world,
        };
        ground.set_weather(0.0, weather);
        ground
    }

    /// Carries the fuel's moisture on to `t_s` and puts a weather record in force; its wind is at
    /// 10 m.
    pub fn set_weather(&mut self, t_s: f64, weather: &WeatherRecord) {
        self.conditions.carry_on(t_s, weather);
        let towards = (weather.wind_from_deg + 180.0).to_radians();
        self.wind = OpenWind::of((
            weather.wind_m_s * libm::sin(towards),
            weather.wind_m_s * libm::cos(towards),
        ));
        if let Some(relief) = self.relief.as_mut() {
            Arc::make_mut(relief).set_wind(weather.wind_from_deg);
        }
        let classes = self.conditions.classes();
        let crowns = if self.crown_method == CrownMethod::Off {
            0
        } else {
            classes
        };
        self.prepared = Prepared {
            beds: empty(self.fuels.len() * classes),
            winds: empty(self.fuels.len() * self.stands.len()),
            crown_weather: empty(crowns),
            stand_fires: empty(self.stands.len() * crowns),
        };
    }

    /// The weather in force, wind at 10 m.
    pub fn weather(&self) -> &WeatherRecord {
        self.conditions.record()
    }

    /// Whether the moisture of dead fuel follows the weather.
    pub fn follows_weather(&self) -> bool {
        self.conditions.follows_weather()
    }

    /// How many values lay outside the domain of the models so far: of the weather, and evaluations
    /// on slopes steeper than the spread model was fitted to.
    pub fn outside_domain(&self) -> (u64, u64) {
        (
            self.conditions.outside_domain(),
            self.steep.load(Ordering::Relaxed),
        )
    }

    /// Flame length of a front of this intensity, metres: Byram's of surface fire, by the scenario's
    /// rule where crowns burn.
    pub fn flame_length_m(&self, intensity_kw_m: f64, crown: Crown) -> f64 {
        let intensity = KilowattsPerMetre(intensity_kw_m);
        match crown {
            Crown::Surface => intensity.flame_length().value(),
            Crown::Passive | Crown::Active => self.crown.flame_length.flame_length(intensity).0,
        }
    }

    /// Depth of a fuel's bed, metres.
    pub fn depth_m(&self, fuel: u8) -> f64 {
        self.fuel_of(fuel).map_or(0.0, |f| f.model.depth().value())
    }

    /// How many firebrands fuel `fuel` throws; 1 is the reference.
    pub fn brand_factor(&self, fuel: u8) -> f64 {
        self.fuel_of(fuel).map_or(0.0, |f| f.brand_factor)
    }

    /// Moisture of 1-hour dead fuel in a cell, fraction of dry weight.
    pub fn dead_1h_at(&self, col: usize, row: usize) -> f64 {
        let p = self.world.grid.centre(col, row);
        let class = self
            .conditions
            .class(self.gradient(col, row), self.shade_at(col, row));
        self.moistures_at(p, class).dead_1h
    }

    /// Wind 10 m above open ground at a place, m/s to the east and north.
    pub fn wind_at(&self, p: Point) -> (f64, f64) {
        let gridded = self
            .world
            .gridded_at(self.conditions.t_s())
            .and_then(|g| g.wind_at(p))
            .map(|wind| match &self.world.member {
                Some(member) => member.perturbation.components(wind),
                None => wind,
            });
        let wind = gridded.unwrap_or_else(|| {
            let speed = self.wind.ten_metre.0 / MINUTE_S;
            (speed * self.wind.to.0, speed * self.wind.to.1)
        });
        self.relief.as_ref().map_or(wind, |relief| {
            relief.wind_at(p, wind, &self.options, &self.conditions)
        })
    }

    /// Share of the sun kept off a cell by crowns.
    pub fn shade_at(&self, col: usize, row: usize) -> f64 {
        self.stand_class_at(col, row).map_or(0.0, |s| s.cover)
    }

    /// The trees over a cell.
    pub fn stand_at(&self, col: usize, row: usize) -> Option<Stand> {
        self.stand_class_at(col, row)
            .map(|s| s.stand(self.conditions.foliar()))
    }

    fn stand_class_at(&self, col: usize, row: usize) -> Option<&StandClass> {
        let fuel = self.fuel_of(self.fuel(col, row))?;
        self.stands.get(self.stand_number(col, row, fuel))
    }

    fn fuel_of(&self, fuel: u8) -> Option<&Fuel> {
        self.fuels.get(usize::from(fuel.checked_sub(1)?))
    }

    #[inline]
    fn stand_number(&self, col: usize, row: usize, fuel: &Fuel) -> usize {
        match &self.world.landscape.canopy {
            Some(canopy) => usize::from(canopy.class.get(col / self.refine, row / self.refine)),
            None => usize::from(fuel.stand),
        }
    }

    /// Gradient of the interpolated terrain, rise over run to the east and north.
    #[inline]
    fn gradient(&self, col: usize, row: usize) -> (f64, f64) {
        let elevation = &self.world.landscape.elevation;
        let d = elevation.grid.cell;
        if self.refine == 1 {
            // The simulation's cells are the landscape's: centres need no interpolation.
            let (cols, rows) = (elevation.grid.cols, elevation.grid.rows);
            let (west, east) = (col.saturating_sub(1), (col + 1).min(cols - 1));
            let (north, south) = (row.saturating_sub(1), (row + 1).min(rows - 1));
            let rise = |a: f32, b: f32| f64::from(a) - f64::from(b);
            return (
                rise(elevation.get(east, row), elevation.get(west, row)) / (2.0 * d),
                rise(elevation.get(col, north), elevation.get(col, south)) / (2.0 * d),
            );
        }
        let p = self.world.grid.centre(col, row);
        let z = |dx: f64, dy: f64| elevation.bilinear(Point::new(p.x + dx, p.y + dy));
        (
            (z(d, 0.0) - z(-d, 0.0)) / (2.0 * d),
            (z(0.0, d) - z(0.0, -d)) / (2.0 * d),
        )
    }

    /// Fuel moistures at a place: of its class of exposure, gridded ones where there are any.
    fn moistures_at(&self, p: Point, class: usize) -> Moistures {
        let mut m = self.conditions.moistures(class);
        if let Some(grid) = self.world.gridded_at(self.conditions.t_s()) {
            let all = [
                &mut m.dead_1h,
                &mut m.dead_10h,
                &mut m.dead_100h,
                &mut m.live_herb,
                &mut m.live_woody,
            ];
            for (i, value) in all.into_iter().enumerate() {
                if let Some(percent) = grid.moisture_pct_at(i, p) {
                    let stated = percent / 100.0;
                    *value = if i < DEAD_CLASSES {
                        self.conditions.shifted(stated)
                    } else {
                        stated
                    };
                }
            }
        }
        m
    }

    fn bed(&self, fuel: u8, class: usize) -> &FuelBed {
        let i = usize::from(fuel) - 1;
        self.prepared.beds[i * self.conditions.classes() + class].get_or_init(|| {
            let moistures = self.conditions.moistures(class);
            FuelBed::with_options(&self.fuels[i].model, &moistures, self.spread)
        })
    }

    fn crown_weather(&self, class: usize) -> &CrownWeather {
        self.prepared.crown_weather[class].get_or_init(|| {
            CrownWeather::new(
                &self.conditions.moistures(class),
                self.wind.ten_metre,
                self.wind.bearing_deg(),
                self.crown_method,
                self.crown,
            )
        })
    }

    /// The stand as fire finds it in its class of exposure, under the same wind everywhere.
    fn stand_fire(&self, stand: usize, class: usize) -> &StandFire {
        self.prepared.stand_fires[stand * self.conditions.classes() + class].get_or_init(|| {
            let stand = self.stands[stand].stand(self.conditions.foliar());
            Box::new(StandFire::new(&stand, self.crown_weather(class)))
        })
    }

    /// Whether wind or moisture differ from cell to cell by more than exposure.
    fn varies(&self) -> bool {
        self.relief.is_some() || self.world.gridded_at(self.conditions.t_s()).is_some()
    }

    /// The ellipse of a surface spread on this gradient.
    fn ellipse_of(&self, s: &SurfaceSpread, gradient: (f64, f64), crown: Crown) -> Option<Ellipse> {
        let head_m_s = s.ros_max.value() / MINUTE_S;
        let (sin, cos) = libm::sincos(s.dir_max_deg.to_radians());
        (head_m_s > 0.0).then(|| Ellipse {
            head_m_s,
            length_to_width: s.length_to_width,
            heading: (sin, cos),
            gradient: self.on_map(gradient),
            heat_kj_m2: s.heat_per_area.0,
            crown,
        })
    }

    /// The gradient by which rates are projected on the map.
    fn on_map(&self, gradient: (f64, f64)) -> (f64, f64) {
        match self.options.slope_rule {
            SlopeRule::Projected => gradient,
            SlopeRule::Unprojected => (0.0, 0.0),
        }
    }

    /// Rothermel's or Wang's spread by bearings, crowns included: where crowns catch, where Wang's
    /// model is asked for.
    fn whole_spread(&self, cell: &CellNow<'_>) -> Option<Ellipse> {
        let CellNow {
            fuel,
            bed,
            wind,
            gradient,
            ..
        } = cell;
        let slope = libm::hypot(gradient.0, gradient.1);
        let upslope = libm::atan2(gradient.0, gradient.1).to_degrees();
        let share = libm::exp(fuel.ln_wind_factor[cell.stand]);
        let midflame = MetresPerMinute(libm::exp(wind.ln_twenty_foot)) * share;
        let surface = match &fuel.wang {
            // The model has no moisture of extinction: the cover's fuel model decides whether it burns.
            Some(wang) => {
                let record = self.conditions.record();
                wang.in_weather(
                    &WangWeather {
                        temperature_c: record.temperature_c,
                        humidity_percent: record.humidity_pct,
                        wind: MetresPerSecond(wind.ten_metre.0 / MINUTE_S),
                        wind_to_deg: wind.bearing_deg(),
                        dead_moisture_percent: 100.0 * cell.moistures.dead_1h,
                    },
                    share * libm::exp(wind.ln_twenty_foot) / wind.ten_metre.0.max(1e-9),
                )
                .head(slope, upslope)
            }
            None => bed.spread(midflame, wind.bearing_deg(), slope, upslope),
        };
        let Some(stand_fire) = cell
            .stand_fire
            .filter(|s| s.catches(surface.fireline_intensity))
        else {
            return self.ellipse_of(&surface, *gradient, Crown::Surface);
        };
        let fire = stand_fire.burn(&surface, slope, upslope, |twenty_foot| {
            bed.spread(twenty_foot * share, wind.bearing_deg(), slope, upslope)
                .ros_max
        });
        let crown = match fire.kind {
            FireKind::Surface | FireKind::Conditional => Crown::Surface,
            FireKind::Torching => Crown::Passive,
            FireKind::Active => Crown::Active,
        };
        self.ellipse_of(&fire.ellipse(&surface), *gradient, crown)
    }
}

/// What is known of a cell when its spread is worked out.
struct CellNow<'a> {
    fuel: &'a Fuel,
    bed: &'a FuelBed,
    stand: usize,
    stand_fire: Option<&'a StandFire>,
    wind: OpenWind,
    moistures: Moistures,
    gradient: (f64, f64),
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

    fn spread(&self, col: usize, row: usize, number: u8) -> Option<Ellipse> {
        let fuel = self.fuel_of(number)?;
        let stand = self.stand_number(col, row, fuel);
        let canopy = &self.stands[stand];
        let gradient = self.gradient(col, row);
        if gradient.0 * gradient.0 + gradient.1 * gradient.1 > STEEPEST_FITTED * STEEPEST_FITTED {
            self.steep.fetch_add(1, Ordering::Relaxed);
        }
        let class = self.conditions.class(gradient, canopy.cover);
        let has_crowns = self.crown_method != CrownMethod::Off && canopy.has_fuel();
        if self.varies() {
            let p = self.world.grid.centre(col, row);
            let moistures = self.moistures_at(p, class);
            let bed = FuelBed::with_options(&fuel.model, &moistures, self.spread);
            if !bed.spreads() {
                return None;
            }
            let wind = OpenWind::of(self.wind_at(p));
            let stand_fire = has_crowns.then(|| {
                let weather = CrownWeather::new(
                    &moistures,
                    wind.ten_metre,
                    wind.bearing_deg(),
                    self.crown_method,
                    self.crown,
                );
                StandFire::new(&canopy.stand(self.conditions.foliar()), &weather)
            });
            return self.whole_spread(&CellNow {
                fuel,
                bed: &bed,
                stand,
                stand_fire: stand_fire.as_ref(),
                wind,
                moistures,
                gradient,
            });
        }
        let bed = self.bed(number, class);
        if !bed.spreads() {
            return None;
        }
        let stand_fire = has_crowns.then(|| self.stand_fire(stand, class));
        if fuel.wang.is_none() {
            let number = usize::from(number) - 1;
            let wind = self.prepared.winds[number * self.stands.len() + stand].get_or_init(|| {
                bed.under_wind(self.wind.ln_twenty_foot + fuel.ln_wind_factor[stand])
            });
            let head = bed.head(wind, self.wind.to, gradient);
            let heat = bed.heat_per_area().0;
            let intensity = KilowattsPerMetre(heat * head.rate.0 / MINUTE_S);
            if stand_fire.is_none_or(|s| !s.catches(intensity)) {
                return Some(Ellipse {
                    head_m_s: head.rate.0 / MINUTE_S,
                    length_to_width: head.length_to_width,
                    heading: head.heading,
                    gradient: self.on_map(gradient),
                    heat_kj_m2: heat,
                    crown: Crown::Surface,
                });
            }
        }
        self.whole_spread(&CellNow {
            fuel,
            bed,
            stand,
            stand_fire,
            wind: self.wind,
            moistures: self.conditions.moistures(class),
            gradient,
        })
    }

    fn heat_kj_m2(&self, fuel: u8) -> f64 {
        if self.fuel_of(fuel).is_none() {
            return 0.0;
        }
        self.bed(fuel, 0).heat_per_area().0
    }

    fn acceleration_per_s(&self) -> f64 {
        self.acceleration_per_s
    }

    fn burn_out_s(&self, fuel: u8) -> f64 {
        self.fuel_of(fuel).map_or(0.0, |f| f.burn_out_s)
    }
}

fn empty<T>(n: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(n).collect()
}

/// Flame-length rule of crown fire that the scenario asks for.
pub fn flame_rule(options: &FireOptions) -> FlameLengthRule {
    match options.crown_flame {
        schema::CrownFlame::Thomas1963 => FlameLengthRule::Thomas1963,
        schema::CrownFlame::Byram1959 => FlameLengthRule::Byram1959,
    }
}

fn crown_method(options: &FireOptions) -> CrownMethod {
    match (options.crown, options.crown_linkage) {
        (schema::CrownOption::Off, _) => CrownMethod::Off,
        (schema::CrownOption::Rothermel1991, _) => CrownMethod::Rothermel1991,
        (schema::CrownOption::ScottReinhardt, schema::CrownLinkage::ScottReinhardt2001) => {
            CrownMethod::ScottReinhardt2001
        }
        (schema::CrownOption::ScottReinhardt, schema::CrownLinkage::Finney1998) => {
            CrownMethod::Finney1998
        }
        (schema::CrownOption::Cruz2005, _) => CrownMethod::Cruz2005,
    }
}

/// Wang's model for a cover of the catalogue, when the scenario asks for it.
fn wang(
    world: &World,
    options: &FireOptions,
    length_to_width: LengthToWidth,
    cover: &CoverInfo,
) -> Option<Wang> {
    let SpreadModel::WangZhengfei(asked) = options.spread else {
        return None;
    };
    let preset = match asked.fuel_table {
        schema::WangFuelTable::CoefficientsA => KsPreset::FuelKind,
        schema::WangFuelTable::CoefficientsB => KsPreset::LandCover,
        schema::WangFuelTable::Drill => KsPreset::Drill,
    };
    let mut fuel = WangFuel::of_cover(&world.scenario.catalogue, &cover.key, preset)?;
    if let Some(member) = &world.member {
        fuel.ks *= member.perturbation.fuel_factor;
        fuel.load_kg_m2 *= member.perturbation.fuel_factor;
    }
    Some(Wang::new(
        fuel,
        WangOptions {
            initial: match asked.initial {
                schema::WangInitial::Full => WangInitial::Full,
                schema::WangInitial::Short => WangInitial::Short,
                schema::WangInitial::Moisture => WangInitial::Moisture,
            },
            length_to_width,
            slope_limit_deg: asked.slope_clamp_deg,
        },
    ))
}

fn brand_factor(world: &World, cover: &CoverInfo, burning: Option<&Burning>) -> f64 {
    if let Some(custom) = cover.fuel_model.and_then(|n| world.custom_fuels.get(&n)) {
        return custom.brand_factor;
    }
    burning.map_or(1.0, |b| b.firebrand_factor.value)
}

/// How long an edge can still burn on, seconds: as the catalogue says, by size class of the fuel model
/// where it does not.
fn burn_out_s(world: &World, model: &FuelModel, burning: Option<&Burning>) -> f64 {
    if let Some(burning) = burning {
        return burning.burn_out_min.value * MINUTE_S;
    }
    let thickest = if model.load_100h > 0.0 {
        SizeClass::HundredHour
    } else if model.load_10h > 0.0 {
        SizeClass::TenHour
    } else {
        SizeClass::OneHour
    };
    let duff = if model.load_100h > 0.0 { DUFF_M } else { 0.0 };
    burn_out_time(&world.scenario.catalogue.reignition, thickest, Metres(duff)).0
}
