//! A stand of trees in a weather, and the fire that a surface fire makes of it.

use serde::{Deserialize, Serialize};

use super::fraction::{NEARLY_ACTIVE, crown_fraction_burnt, scott_reinhardt_fraction};
use super::initiation::critical_surface_intensity;
use super::options::{CrownMethod, CrownOptions, WindOnSlope};
use super::rate::{CrownWeather, critical_crown_rate, cruz_passive_rate, cruz_stretch};
use super::slope_plane::wind_stretch;
use crate::base::units::{KilojoulesPerSquareMetre, KilowattsPerMetre, Metres, MetresPerMinute};
use crate::fire::behavior::SurfaceSpread;

/// Trees that may burn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    /// Ground covered by crowns, share 0 to 1.
    pub cover: f64,
    /// Height of the trees.
    pub height: Metres,
    /// Height of the base of the crowns.
    pub base_height: Metres,
    /// Canopy fuel in the crown layer, kg/m3 (dry needles and fine twigs).
    pub bulk_density_kg_m3: f64,
    /// Moisture of the needles, fraction of dry weight.
    pub foliar_moisture: f64,
}

impl Stand {
    /// Canopy fuel over a square metre of ground, kg/m2.
    pub fn fuel_load_kg_m2(&self) -> f64 {
        self.bulk_density_kg_m3 * (self.height.0 - self.base_height.0).max(0.0)
    }
}

/// What burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FireKind {
    /// The surface only.
    Surface,
    /// Single trees or groups torch (a passive crown fire); the surface fire leads or helps.
    Torching,
    /// The surface only, yet crown fire that came in from elsewhere would keep going.
    Conditional,
    /// Fire runs through crowns and surface together (an active crown fire).
    Active,
}

impl FireKind {
    /// Whether crowns burn.
    pub fn burns_crowns(self) -> bool {
        matches!(self, Self::Torching | Self::Active)
    }
}

/// A stand under one weather: all that does not depend on the cell's slope and surface fire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandFire {
    weather: CrownWeather,
    /// Whether there is anything to burn, under enough cover.
    has_crowns: bool,
    critical_intensity: KilowattsPerMetre,
    critical_rate: MetresPerMinute,
    /// On the flat.
    level: CrownSpread,
    canopy_heat: KilojoulesPerSquareMetre,
    /// 20 ft wind at which the crown rate is critical; for Scott & Reinhardt only.
    crowning_wind: MetresPerMinute,
}

/// Fire in the crowns as it would run if they were alight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrownSpread {
    /// Rate of an active fire.
    pub active_rate: MetresPerMinute,
    /// Whether that is enough to keep going: at least the critical rate.
    pub active: bool,
    /// Rate of the crown fire: the active one, or Cruz's passive one.
    pub rate: MetresPerMinute,
    /// Length over width.
    pub length_to_width: f64,
}

impl CrownSpread {
    /// Eccentricity of the ellipse, 0 to below 1.
    pub fn eccentricity(&self) -> f64 {
        let l = self.length_to_width;
        libm::sqrt(l * l - 1.0) / l
    }
}

/// The fire in a cell, crowns and surface together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrownFire {
    /// What burns.
    pub kind: FireKind,
    /// Share of the crowns that burns.
    pub fraction_burnt: f64,
    /// Rate of the head.
    pub rate: MetresPerMinute,
    /// Heat per unit area of surface and burnt crowns.
    pub heat_per_area: KilojoulesPerSquareMetre,
    /// Fireline intensity of the head. Heat per area times rate, except where
    /// [`CrownMethod::Rothermel1991`] gives a torching fire the intensity of a running one.
    pub fireline_intensity: KilowattsPerMetre,
    /// Whether the crown fire sets rate and shape; otherwise the surface fire does.
    pub crown_leads: bool,
    /// Length over width of the fire that leads.
    pub length_to_width: f64,
    /// Where the head goes, degrees clockwise from north.
    pub dir_max_deg: f64,
}

impl StandFire {
    /// The stand under the weather. Numbers finite; a stand without canopy fuel never burns.
    pub fn new(stand: &Stand, weather: &CrownWeather) -> Self {
        let CrownWeather {
            method, options, ..
        } = weather;
        let load = stand.fuel_load_kg_m2();
        let critical_rate = critical_crown_rate(stand.bulk_density_kg_m3);
        let active_rate = weather.active_rate(stand.bulk_density_kg_m3);
        Self {
            weather: *weather,
            has_crowns: *method != CrownMethod::Off
                && load > 0.0
                && options.cover_above.is_none_or(|least| stand.cover > least),
            critical_intensity: critical_surface_intensity(
                stand.base_height,
                stand.foliar_moisture,
                options.initiation,
            ),
            critical_rate,
            level: spread_at(
                *method,
                active_rate,
                critical_rate,
                weather.length_to_width(1.0),
            ),
            canopy_heat: KilojoulesPerSquareMetre(load * options.canopy_heat_kj_kg),
            crowning_wind: if *method == CrownMethod::ScottReinhardt2001 {
                weather.crowning_wind(critical_rate)
            } else {
                MetresPerMinute(f64::INFINITY)
            },
        }
    }

    /// The rules in force.
    pub fn options(&self) -> &CrownOptions {
        &self.weather.options
    }

    /// Surface intensity from which the crowns catch.
    pub fn critical_intensity(&self) -> KilowattsPerMetre {
        self.critical_intensity
    }

    /// Crown rate from which fire keeps going in the crowns.
    pub fn critical_rate(&self) -> MetresPerMinute {
        self.critical_rate
    }

    /// Heat in the canopy over a unit of ground.
    pub fn canopy_heat(&self) -> KilojoulesPerSquareMetre {
        self.canopy_heat
    }

    /// Fireline intensity when the surface fuel (its heat as given) and the whole canopy burn at a
    /// rate.
    pub fn whole_intensity(
        &self,
        surface: KilojoulesPerSquareMetre,
        rate: MetresPerMinute,
    ) -> KilowattsPerMetre {
        KilowattsPerMetre((surface.0 + self.canopy_heat.0) * rate.0 / 60.0)
    }

    /// 20 ft wind in which the crown rate becomes critical (Scott & Reinhardt's crowning index); for
    /// [`CrownMethod::ScottReinhardt2001`] only.
    pub fn crowning_wind(&self) -> MetresPerMinute {
        self.crowning_wind
    }

    /// Whether a surface fire of this intensity sets the crowns alight.
    pub fn catches(&self, surface_intensity: KilowattsPerMetre) -> bool {
        self.has_crowns && surface_intensity.0 > 0.0 && surface_intensity >= self.critical_intensity
    }

    /// Fire in the crowns on this slope, were they alight.
    pub fn crown_spread(&self, slope_rise_run: f64, upslope_deg: f64) -> CrownSpread {
        let weather = &self.weather;
        if weather.options.wind_on_slope == WindOnSlope::AsMeasured
            || slope_rise_run <= 0.0
            || weather.method != CrownMethod::Cruz2005
        {
            return self.level;
        }
        let stretch = wind_stretch(weather.wind_to_deg, slope_rise_run, upslope_deg);
        let active_rate = self.level.active_rate * cruz_stretch(stretch);
        spread_at(
            weather.method,
            active_rate,
            self.critical_rate,
            weather.length_to_width(stretch),
        )
    }

    /// The fire in a cell with this surface fire on this slope (rise over run, bearing it rises to).
    ///
    /// `surface_rate_in` gives the cell's surface rate in another 20 ft wind from the same direction;
    /// it is asked only for a torching fire of [`CrownMethod::ScottReinhardt2001`].
    pub fn burn(
        &self,
        surface: &SurfaceSpread,
        slope_rise_run: f64,
        upslope_deg: f64,
        surface_rate_in: impl FnOnce(MetresPerMinute) -> MetresPerMinute,
    ) -> CrownFire {
        let only_surface = CrownFire {
            kind: FireKind::Surface,
            fraction_burnt: 0.0,
            rate: surface.ros_max,
            heat_per_area: surface.heat_per_area,
            fireline_intensity: surface.fireline_intensity,
            crown_leads: false,
            length_to_width: surface.length_to_width,
            dir_max_deg: surface.dir_max_deg,
        };
        if !self.has_crowns {
            return only_surface;
        }
        let crown = self.crown_spread(slope_rise_run, upslope_deg);
        if !self.catches(surface.fireline_intensity) {
            let kind = if crown.active {
                FireKind::Conditional
            } else {
                FireKind::Surface
            };
            return CrownFire {
                kind,
                ..only_surface
            };
        }
        match self.weather.method {
            CrownMethod::Off => only_surface,
            CrownMethod::Rothermel1991 => self.rothermel(&only_surface, &crown),
            CrownMethod::ScottReinhardt2001 => {
                self.scott_reinhardt(&only_surface, &crown, surface_rate_in)
            }
            CrownMethod::Finney1998 => self.finney(&only_surface, &crown),
            CrownMethod::Cruz2005 => self.cruz(&only_surface, &crown),
        }
    }

    fn rothermel(&self, surface: &CrownFire, crown: &CrownSpread) -> CrownFire {
        let running = self.together(surface, crown, crown.rate, 1.0);
        if crown.active {
            return running;
        }
        CrownFire {
            kind: FireKind::Torching,
            fraction_burnt: 1.0,
            heat_per_area: running.heat_per_area,
            fireline_intensity: running.fireline_intensity,
            ..*surface
        }
    }

    fn scott_reinhardt(
        &self,
        surface: &CrownFire,
        crown: &CrownSpread,
        surface_rate_in: impl FnOnce(MetresPerMinute) -> MetresPerMinute,
    ) -> CrownFire {
        if crown.active {
            return self.together(surface, crown, crown.rate, 1.0);
        }
        let crowning = if self.crowning_wind.0.is_finite() {
            surface_rate_in(self.crowning_wind)
        } else {
            self.crowning_wind
        };
        let share = scott_reinhardt_fraction(surface.rate, self.initiation_rate(surface), crowning);
        let rate = surface.rate + (crown.rate - surface.rate) * share;
        self.together(surface, crown, rate, share)
    }

    fn finney(&self, surface: &CrownFire, crown: &CrownSpread) -> CrownFire {
        let initiation = self.initiation_rate(surface);
        let critical = self.critical_rate;
        let rule = self.weather.options.fraction;
        let share = crown_fraction_burnt(surface.rate, initiation, critical, rule);
        let rate = surface.rate + (crown.rate - surface.rate) * share;
        let needed = initiation + (critical - initiation) * NEARLY_ACTIVE;
        if rate < needed {
            let torching = CrownSpread {
                active: false,
                ..*crown
            };
            self.together(surface, &torching, surface.rate, share)
        } else {
            let running = CrownSpread {
                active: true,
                ..*crown
            };
            self.together(surface, &running, rate, share)
        }
    }

    fn cruz(&self, surface: &CrownFire, crown: &CrownSpread) -> CrownFire {
        let rate = MetresPerMinute(surface.rate.0.max(crown.rate.0));
        let fire = self.together(surface, crown, rate, 1.0);
        let crown_leads = crown.rate.0 >= surface.rate.0;
        CrownFire {
            crown_leads,
            length_to_width: if crown_leads {
                crown.length_to_width
            } else {
                surface.length_to_width
            },
            dir_max_deg: if crown_leads && self.weather.twenty_foot_wind.0 > 0.0 {
                self.weather.wind_to_deg.rem_euclid(360.0)
            } else {
                surface.dir_max_deg
            },
            ..fire
        }
    }

    /// Surface and a share of the crowns burning at one rate. Active crown fire leads.
    fn together(
        &self,
        surface: &CrownFire,
        crown: &CrownSpread,
        rate: MetresPerMinute,
        share: f64,
    ) -> CrownFire {
        let heat_per_area = surface.heat_per_area + self.canopy_heat * share;
        CrownFire {
            kind: if crown.active {
                FireKind::Active
            } else {
                FireKind::Torching
            },
            fraction_burnt: share,
            rate,
            heat_per_area,
            fireline_intensity: KilowattsPerMetre(heat_per_area.0 * rate.0 / 60.0),
            crown_leads: crown.active,
            length_to_width: if crown.active {
                crown.length_to_width
            } else {
                surface.length_to_width
            },
            ..*surface
        }
    }

    /// Surface rate at which the critical intensity is reached.
    fn initiation_rate(&self, surface: &CrownFire) -> MetresPerMinute {
        MetresPerMinute(60.0 * self.critical_intensity.0 / surface.heat_per_area.0)
    }
}

impl CrownFire {
    /// Flame length: Byram's for a surface fire, by the named rule where crowns burn.
    pub fn flame_length(&self, options: &CrownOptions) -> Metres {
        if self.kind.burns_crowns() {
            options.flame_length.flame_length(self.fireline_intensity)
        } else {
            self.fireline_intensity.flame_length()
        }
    }

    /// The ellipse of the fire: the surface fire's with rate, shape, direction and heat of this one.
    pub fn ellipse(&self, surface: &SurfaceSpread) -> SurfaceSpread {
        let l = self.length_to_width;
        let eccentricity = libm::sqrt(l * l - 1.0) / l;
        let back = self.rate * ((1.0 - eccentricity) / (1.0 + eccentricity));
        SurfaceSpread {
            ros_max: self.rate,
            dir_max_deg: self.dir_max_deg,
            length_to_width: l,
            eccentricity,
            ros_back: back,
            ros_flank: (self.rate + back) * (0.5 / l),
            heat_per_area: self.heat_per_area,
            fireline_intensity: self.fireline_intensity,
            ..*surface
        }
    }
}

fn spread_at(
    method: CrownMethod,
    active_rate: MetresPerMinute,
    critical: MetresPerMinute,
    length_to_width: f64,
) -> CrownSpread {
    let active = active_rate >= critical;
    CrownSpread {
        active_rate,
        active,
        rate: if active || method != CrownMethod::Cruz2005 {
            active_rate
        } else {
            cruz_passive_rate(active_rate, critical)
        },
        length_to_width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::behavior::{FuelBed, Moistures, fuel};

    const DRY: Moistures = Moistures {
        dead_1h: 0.05,
        dead_10h: 0.06,
        dead_100h: 0.07,
        live_herb: 0.6,
        live_woody: 0.9,
    };
    const PINES: Stand = Stand {
        cover: 0.7,
        height: Metres(15.0),
        base_height: Metres(2.0),
        bulk_density_kg_m3: 0.15,
        foliar_moisture: 1.0,
    };
    const METHODS: [CrownMethod; 4] = [
        CrownMethod::Rothermel1991,
        CrownMethod::ScottReinhardt2001,
        CrownMethod::Finney1998,
        CrownMethod::Cruz2005,
    ];

    fn stand_fire(stand: &Stand, method: CrownMethod, km_h: f64) -> StandFire {
        let weather = CrownWeather::new(
            &DRY,
            MetresPerMinute(km_h / 0.06),
            90.0,
            method,
            CrownOptions::BEHAVE,
        );
        StandFire::new(stand, &weather)
    }

    fn burn(stand: &Stand, method: CrownMethod, km_h: f64) -> (SurfaceSpread, CrownFire) {
        let bed = FuelBed::new(fuel::by_code("TU5").unwrap(), &DRY);
        let in_wind =
            |twenty_foot: f64| bed.spread(MetresPerMinute(0.2 * twenty_foot), 90.0, 0.2, 10.0);
        let surface = in_wind(km_h / 0.06 / 1.15);
        let fire = stand_fire(stand, method, km_h)
            .burn(&surface, 0.2, 10.0, |wind| in_wind(wind.0).ros_max);
        (surface, fire)
    }

    #[test]
    fn fire_stays_on_the_ground_under_high_crowns_and_without_trees() {
        let high = Stand {
            base_height: Metres(14.0),
            ..PINES
        };
        let bare = Stand {
            bulk_density_kg_m3: 0.0,
            ..PINES
        };
        for method in METHODS {
            for stand in [&high, &bare] {
                let (surface, fire) = burn(stand, method, 10.0);
                assert!(!fire.kind.burns_crowns(), "{method:?}");
                assert_eq!(fire.rate, surface.ros_max);
                assert_eq!(fire.fireline_intensity, surface.fireline_intensity);
                assert_eq!(fire.ellipse(&surface).ros_back, surface.ros_back);
            }
        }
        let (surface, off) = burn(&PINES, CrownMethod::Off, 60.0);
        assert_eq!((off.kind, off.rate), (FireKind::Surface, surface.ros_max));
    }

    #[test]
    fn under_high_crowns_in_a_gale_crown_fire_is_conditional() {
        let high = Stand {
            base_height: Metres(14.0),
            bulk_density_kg_m3: 0.3,
            ..PINES
        };
        for method in METHODS {
            let (_, fire) = burn(&high, method, 60.0);
            assert_eq!(fire.kind, FireKind::Conditional, "{method:?}");
        }
    }

    #[test]
    fn more_wind_makes_a_surface_fire_torch_and_then_run() {
        for method in METHODS {
            let mut last = 0;
            let mut seen = std::collections::BTreeSet::new();
            for km_h in 0..90 {
                let stand = Stand {
                    base_height: Metres(4.0),
                    ..PINES
                };
                let (surface, fire) = burn(&stand, method, f64::from(km_h));
                let stage = match fire.kind {
                    FireKind::Surface | FireKind::Conditional => 0,
                    FireKind::Torching => 1,
                    FireKind::Active => 2,
                };
                assert!(stage >= last, "{method:?} at {km_h} km/h");
                assert!((0.0..=1.0).contains(&fire.fraction_burnt));
                assert!(fire.heat_per_area.0 >= surface.heat_per_area.0);
                assert!(stage > 0 || !fire.crown_leads);
                last = stage;
                seen.insert(stage);
            }
            assert!(seen.contains(&2), "{method:?}: {seen:?}");
        }
    }

    #[test]
    fn the_linkages_differ_where_trees_torch() {
        let sparse = Stand {
            bulk_density_kg_m3: 0.05,
            ..PINES
        };
        let (surface, rothermel) = burn(&sparse, CrownMethod::Rothermel1991, 25.0);
        let (_, scott) = burn(&sparse, CrownMethod::ScottReinhardt2001, 25.0);
        let (_, finney) = burn(&sparse, CrownMethod::Finney1998, 25.0);
        for fire in [rothermel, scott, finney] {
            assert_eq!(fire.kind, FireKind::Torching);
        }
        assert_eq!(rothermel.rate, surface.ros_max);
        assert_eq!(finney.rate, surface.ros_max);
        assert!(scott.rate.0 > surface.ros_max.0);
        assert!(scott.fraction_burnt > 0.0 && scott.fraction_burnt < 1.0);
        assert!(rothermel.heat_per_area.0 > scott.heat_per_area.0);
    }

    #[test]
    fn an_active_fire_burns_the_whole_canopy() {
        // 0.15 kg/m3 over 13 m is 1.95 kg/m2; at 18 608 kJ/kg 36 286 kJ/m2.
        let (surface, fire) = burn(&PINES, CrownMethod::Rothermel1991, 60.0);
        assert_eq!(fire.kind, FireKind::Active);
        let canopy = fire.heat_per_area.0 - surface.heat_per_area.0;
        assert!((canopy - 36_285.6).abs() < 0.1, "{canopy}");
        let stand = stand_fire(&PINES, CrownMethod::Rothermel1991, 60.0);
        let whole = stand.whole_intensity(surface.heat_per_area, fire.rate);
        assert_eq!(whole, fire.fireline_intensity);
        let flames = fire.flame_length(stand.options());
        assert!(flames.0 > fire.fireline_intensity.flame_length().0);
        let ellipse = fire.ellipse(&surface);
        assert!(ellipse.ros_back.0 < ellipse.ros_flank.0 && ellipse.ros_flank.0 < fire.rate.0);
    }

    #[test]
    fn thin_cover_keeps_crowns_from_catching_in_pyretechnics_only() {
        let thin = Stand {
            cover: 0.4,
            ..PINES
        };
        let with = |options| {
            let weather = CrownWeather::new(
                &DRY,
                MetresPerMinute(500.0),
                0.0,
                CrownMethod::Cruz2005,
                options,
            );
            StandFire::new(&thin, &weather).catches(KilowattsPerMetre(50_000.0))
        };
        assert!(with(CrownOptions::BEHAVE));
        assert!(!with(CrownOptions::PYRETECHNICS));
    }
}
