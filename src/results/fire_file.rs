//! The fire file (火灾档案): a row of facts for every fire, as the statutory form asks for them (domain.md
//! 5.5), as CSV and as a page to print. All of it is provisional until the county headquarters has
//! corrected it, and every field has room for its correction; what nobody can know from a run stands empty.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::page::{self, escaped};
use super::rasters::flame_length;
use super::scorecard::{FireScore, Scorecard};
use super::sentences::{Teller, cause_key, class_key, ending_key, key_of, rounded};
use super::shares::{self, Share};
use super::story;
use crate::base::geo::{Point, Polyline};
use crate::base::message::Message;
use crate::fire::behavior::danger::lu2020::beaufort;
use crate::fire::front::Crown;
use crate::protocol::{AlarmSource, Order, Record, Refusal, Tactic};
use crate::scenario::catalogue::{UnitKind, UnitType};
use crate::scenario::schema::{Agency, AreaKind, CoverCoding, StationKind, Unit, ValueKind};
use crate::simulation::{FireOutcome, Outcome};
use crate::world::landscape::{CoverInfo, Landscape};

/// The fields, in order: their key in CSV, and in `fire-file-KEY` of the languages. Those that a run does not
/// fill are there to be filled in by hand.
pub const FIELDS: [&str; 124] = [
    "number",
    "fire",
    "name",
    "hot_spot_number",
    "place",
    "township",
    "village",
    "lon",
    "lat",
    "boundary_km",
    "started",
    "found",
    "found_by",
    "verified",
    "reported",
    "dispatched",
    "first_arrived",
    "arrivals",
    "attacked",
    "contained",
    "out",
    "duration_min",
    "cause",
    "class",
    "fire_type",
    "fire_state",
    "ending",
    "total_ha",
    "forest_ha",
    "forest_pct",
    "natural_ha",
    "planted_ha",
    "forest_category",
    "age_class",
    "dominant_species",
    "species_mix",
    "lost_volume_m3",
    "young_trees",
    "value_lost_cny",
    "injured",
    "light_injuries",
    "serious_injuries",
    "dead",
    "commander",
    "commander_post",
    "rear_commander",
    "rear_commander_post",
    "people",
    "professional",
    "semi_professional",
    "farm",
    "emergency",
    "armed_police",
    "army",
    "militia",
    "public",
    "cadres",
    "aircraft",
    "aircraft_types",
    "aircraft_sorties",
    "aircraft_hours",
    "aircraft_cost_cny",
    "bucket_drops",
    "chemical_drops",
    "units",
    "command_vehicles",
    "transport_vehicles",
    "armoured_vehicles",
    "comms_vehicles",
    "supply_vehicles",
    "water_vehicles",
    "machines",
    "dozers",
    "radios",
    "satellite_phones",
    "navigation_terminals",
    "blowers",
    "water_guns",
    "no2_tools",
    "no3_tools",
    "mist_machines",
    "pumps",
    "cutters",
    "grenades",
    "rain_making",
    "water_m3",
    "line_m",
    "cost_cny",
    "other_losses_cny",
    "responsible_name",
    "responsible_age",
    "responsible_job",
    "responsible_penalty",
    "weather",
    "wind_direction",
    "wind_m_s",
    "wind_force",
    "temperature_c",
    "humidity_pct",
    "rain_mm_h",
    "elevation_m",
    "aspect",
    "slope_position",
    "slope_deg",
    "land_type",
    "hot_spot_place",
    "hot_spot_lon",
    "hot_spot_lat",
    "hot_spot_by",
    "hot_spot_type",
    "hot_spot_fuel",
    "hot_spot_smoke",
    "hot_spot_continuous",
    "hot_spot_begin",
    "hot_spot_end",
    "hot_spot_burned_ha",
    "hot_spot_forest_ha",
    "measures",
    "next_plan",
    "difficulties",
    "support_needed",
    "description",
    "corrected_by",
    "corrected_on",
];

/// The parts of the form: their key in `fire-file-section-KEY` of the languages, and the field each begins with.
const SECTIONS: [(&str, &str); 14] = [
    ("general", "number"),
    ("times", "started"),
    ("fire", "cause"),
    ("losses", "total_ha"),
    ("people", "commander"),
    ("aircraft", "aircraft"),
    ("vehicles", "units"),
    ("equipment", "radios"),
    ("cost", "cost_cny"),
    ("responsible", "responsible_name"),
    ("site", "weather"),
    ("hot-spot", "hot_spot_place"),
    ("report", "measures"),
    ("correction", "corrected_by"),
];

/// The fields that a fire's row of corrections repeats, so that it can be told whose it is.
const KEYS: [&str; 2] = ["number", "fire"];

/// How far around a fire the relief is looked at that says where on its slope it lies, metres [judged].
const RELIEF_REACH_M: f64 = 500.0;
/// Relief below which the ground there counts as flat, metres [judged].
const FLAT_RELIEF_M: f64 = 20.0;

/// What is known of a fire, by field; a field that is not there stands empty.
type Sheet = BTreeMap<&'static str, String>;

/// The provisional file of every fire, in order of ignition: a value for each of [`FIELDS`].
pub fn rows(outcome: &Outcome, card: &Scorecard, teller: &Teller<'_>) -> Vec<Vec<String>> {
    sheets(outcome, card, teller)
        .into_iter()
        .map(|mut sheet| {
            FIELDS
                .iter()
                .map(|field| sheet.remove(field).unwrap_or_default())
                .collect()
        })
        .collect()
}

fn sheets(outcome: &Outcome, card: &Scorecard, teller: &Teller<'_>) -> Vec<Sheet> {
    outcome
        .fires
        .iter()
        .zip(&card.fires)
        .zip(shares::of(outcome))
        .zip(scorched_by(outcome))
        .enumerate()
        .map(|(i, (((fire, score), share), scorched))| {
            let form = Form {
                number: i + 1,
                outcome,
                teller,
                fire,
                score,
                share,
                scorched,
                seen: Seen::of(outcome, fire.incident),
            };
            form.sheet()
        })
        .collect()
}

/// What the journal says of one incident.
#[derive(Debug, Default)]
struct Seen<'a> {
    /// Units that came, with their people.
    here: BTreeMap<&'a str, u32>,
    /// When each of them first came, seconds.
    arrivals: Vec<(f64, &'a str)>,
    /// How often a unit set out for it.
    departures: BTreeMap<&'a str, u32>,
    /// Units that are away for it now, and since when.
    out: BTreeMap<&'a str, f64>,
    /// Hours that units were away for it.
    away_h: BTreeMap<&'a str, f64>,
    /// What its station's store could not give a unit on its present way out.
    short: BTreeMap<&'a str, &'a BTreeMap<String, u32>>,
    /// What the units that came lacked of their equipment.
    lacked: BTreeMap<&'a str, &'a BTreeMap<String, u32>>,
    /// Reports of satellites: when, which, and where.
    hot_spots: Vec<(f64, &'a str, Point)>,
    injured: u32,
    dead: u32,
    /// The unit whose leader commanded first.
    commander: Option<&'a str>,
    /// When somebody beyond the desk was first told, seconds.
    reported_s: Option<f64>,
    tactics: Vec<Tactic>,
    /// Why units on scene could not work.
    difficulties: BTreeSet<Refusal>,
    /// Units asked for, by type.
    requests: BTreeMap<&'a str, u32>,
}

impl<'a> Seen<'a> {
    /// Reads the journal; a fire that nobody saw has no incident, and nothing is known of it.
    fn of(outcome: &'a Outcome, incident: Option<u32>) -> Self {
        let mut seen = Self::default();
        let Some(number) = incident else {
            return seen;
        };
        for line in outcome.journal.lines() {
            seen.note(line.t_s, &line.record, number);
        }
        for (unit, since_s) in std::mem::take(&mut seen.out) {
            *seen.away_h.entry(unit).or_default() += (outcome.end_s - since_s) / 3600.0;
        }
        seen
    }

    fn note(&mut self, t_s: f64, record: &'a Record, number: u32) {
        match record {
            Record::Departed { unit, incident, .. } => {
                self.leaves(unit, t_s);
                if *incident == Some(number) {
                    self.out.insert(unit, t_s);
                    *self.departures.entry(unit).or_default() += 1;
                }
            }
            Record::WalkingIn { unit, incident, .. } => {
                self.comes(unit, *incident == number, t_s);
            }
            Record::Arrived {
                unit,
                incident,
                people,
            } => {
                self.comes(unit, *incident == number, t_s);
                if *incident == number {
                    if let Some(&short) = self.short.get(unit.as_str()) {
                        self.lacked.insert(unit, short);
                    }
                    if self.here.insert(unit, *people).is_none() {
                        self.arrivals.push((t_s, unit.as_str()));
                    }
                }
            }
            Record::AtStation { unit, .. } => {
                self.leaves(unit, t_s);
                self.short.remove(unit.as_str());
            }
            Record::StoreShort { unit, short, .. } => {
                self.short.insert(unit, short);
            }
            Record::Alarm {
                incident,
                source: AlarmSource::Satellite,
                by,
                x,
                y,
                ..
            }
            | Record::FurtherAlarm {
                incident,
                source: AlarmSource::Satellite,
                by,
                x,
                y,
                ..
            } if *incident == number => {
                self.hot_spots.push((t_s, by.as_str(), Point::new(*x, *y)));
            }
            Record::Casualties {
                incident: Some(incident),
                injured,
                dead,
                ..
            } if *incident == number => {
                self.injured += injured;
                self.dead += dead;
            }
            Record::Command { incident, unit, .. } if *incident == number => {
                self.commander.get_or_insert(unit.as_str());
            }
            Record::Notified { incident, .. } | Record::SituationReport { incident, .. }
                if *incident == number =>
            {
                self.reported_s.get_or_insert(t_s);
            }
            Record::Attack {
                incident, tactic, ..
            } if *incident == number && !self.tactics.contains(tactic) => {
                self.tactics.push(*tactic);
            }
            Record::Waiting {
                incident, reason, ..
            } if *incident == number => {
                self.difficulties.insert(*reason);
            }
            Record::Ordered {
                order:
                    Order::Request {
                        incident,
                        unit_type,
                        count,
                    },
                ..
            } if *incident == number => {
                *self.requests.entry(unit_type).or_default() += count;
            }
            _ => {}
        }
    }

    /// A unit is at a fire, or nearly: at this one it counts from its departure, or from now when it was sent
    /// on from another; at another it no longer counts here.
    fn comes(&mut self, unit: &'a str, is_ours: bool, t_s: f64) {
        if is_ours {
            self.out.entry(unit).or_insert(t_s);
        } else {
            self.leaves(unit, t_s);
        }
    }

    fn leaves(&mut self, unit: &str, t_s: f64) {
        if let Some((unit, since_s)) = self.out.remove_entry(unit) {
            *self.away_h.entry(unit).or_default() += (t_s - since_s) / 3600.0;
        }
    }
}

/// What a fire burnt.
#[derive(Debug, Clone, Default)]
struct Scorched {
    /// Cells by the code of their cover.
    by_cover: BTreeMap<u8, u64>,
    /// The most that burnt in any cell.
    crown: Crown,
    /// The highest flame, metres.
    flame_m: f64,
    /// The fastest spread: m/s, degrees clockwise from north, cell.
    fastest: Option<(f64, f64, (usize, usize))>,
}

/// What each fire burnt, in order of ignition.
fn scorched_by(outcome: &Outcome) -> Vec<Scorched> {
    let world = &outcome.world;
    let grid = outcome.front.grid();
    let crown_flame = world.scenario.file.fire.crown_flame;
    let by_origin: BTreeMap<usize, usize> = (outcome.fires.iter().enumerate())
        .map(|(i, fire)| (fire.origin, i))
        .collect();
    let mut all = vec![Scorched::default(); outcome.fires.len()];
    for (col, row, burnt) in outcome.front.burnt_iter() {
        let Some(&fire) = by_origin.get(&burnt.origin) else {
            continue;
        };
        let of = &mut all[fire];
        if let Some(code) = world.landscape.cover.at(grid.centre(col, row)) {
            *of.by_cover.entry(code).or_default() += 1;
        }
        of.crown = of.crown.max(burnt.crown);
        of.flame_m = of.flame_m.max(flame_length(&burnt, crown_flame).value());
        // The cells come in no meaningful order: of equally fast ones the first on the map counts.
        let (rate, cell) = (burnt.rate_m_s, (col, row));
        let is_faster = of
            .fastest
            .is_none_or(|(most, _, at)| rate > most || (rate == most && cell < at));
        if rate.is_finite() && is_faster {
            of.fastest = Some((rate, burnt.direction_deg, cell));
        }
    }
    all
}

/// Everything that one fire's file is drawn from.
struct Form<'a> {
    number: usize,
    outcome: &'a Outcome,
    teller: &'a Teller<'a>,
    fire: &'a FireOutcome,
    score: &'a FireScore,
    share: Share,
    scorched: Scorched,
    seen: Seen<'a>,
}

impl Form<'_> {
    fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new();
        self.general(&mut sheet);
        self.times(&mut sheet);
        self.losses(&mut sheet);
        self.people(&mut sheet);
        self.aircraft(&mut sheet);
        self.equipment(&mut sheet);
        self.site(&mut sheet);
        self.hot_spot(&mut sheet);
        self.report(&mut sheet);
        sheet
    }

    fn general(&self, sheet: &mut Sheet) {
        let (world, teller, fire) = (&self.outcome.world, self.teller, self.fire);
        let near = |a: Point, b: Point| a.distance(fire.at).total_cmp(&b.distance(fire.at));
        let township = world
            .stations
            .iter()
            .filter(|s| s.kind == StationKind::Township)
            .min_by(|a, b| near(a.at, b.at))
            .map(|s| &s.name);
        let village = world
            .values
            .iter()
            .filter(|v| v.kind == ValueKind::Village)
            .min_by(|a, b| near(a.at, b.at))
            .map(|v| &v.name);
        let boundary_m = world
            .areas
            .iter()
            .filter(|a| a.kind == AreaKind::Boundary)
            .filter_map(|a| {
                let mut ring = a.ring.clone();
                ring.extend(a.ring.first().copied());
                Polyline::new(ring).nearest(fire.at).map(|(_, _, m)| m)
            })
            .min_by(f64::total_cmp);
        let place = teller.place(fire.at);
        let day = world.clock.at(fire.ignited_s);
        let name = Message::new("fire-file-name-text")
            .with("place", place.as_str())
            .with("date", day.strftime("%Y-%m-%d").to_string());
        let (lon, lat) = self.degrees(fire.at);
        sheet.extend([
            ("number", self.number.to_string()),
            ("fire", fire.id.clone()),
            ("name", teller.say(name)),
            ("place", place),
            (
                "township",
                township.map_or_else(String::new, |n| teller.name(n).to_owned()),
            ),
            (
                "village",
                village.map_or_else(String::new, |n| teller.name(n).to_owned()),
            ),
            ("lon", lon),
            ("lat", lat),
            (
                "boundary_km",
                boundary_m.map_or_else(String::new, |m| format!("{:.1}", m / 1000.0)),
            ),
        ]);
    }

    fn times(&self, sheet: &mut Sheet) {
        let (teller, fire, seen) = (self.teller, self.fire, &self.seen);
        let found_by = fire
            .detected_by
            .as_ref()
            .map_or_else(String::new, |(source, by)| teller.who(*source, by));
        let arrivals = seen
            .arrivals
            .iter()
            .map(|(t_s, unit)| format!("{} {}", teller.hour_minute(*t_s), teller.called(unit)));
        let minutes = fire.out_s.map_or_else(String::new, |t| {
            format!("{:.0}", (t - fire.ignited_s) / 60.0)
        });
        sheet.extend([
            ("started", self.time(Some(fire.ignited_s))),
            ("found", self.time(fire.detected_s)),
            ("found_by", found_by),
            ("verified", self.time(fire.verified_s)),
            ("reported", self.time(seen.reported_s)),
            ("dispatched", self.time(fire.dispatched_s)),
            (
                "first_arrived",
                self.time(seen.arrivals.first().map(|(t_s, _)| *t_s)),
            ),
            ("arrivals", self.list(arrivals)),
            ("attacked", self.time(fire.first_attack_s)),
            ("contained", self.time(fire.contained_s)),
            ("out", self.time(fire.out_s)),
            ("duration_min", minutes),
        ]);
    }

    /// What burnt, who was hurt and what it cost.
    fn losses(&self, sheet: &mut Sheet) {
        let (world, teller, score) = (&self.outcome.world, self.teller, self.score);
        let mut stands: Vec<(&CoverInfo, u64)> = self
            .scorched
            .by_cover
            .iter()
            .filter_map(|(&code, &cells)| {
                let cover = world.landscape.covers.get(usize::from(code))?.as_ref()?;
                cover.forest.then_some((cover, cells))
            })
            .collect();
        // The code of a fuel model names no tree.
        if world.scenario.file.landscape.coding != CoverCoding::Catalogue {
            stands.clear();
        }
        stands.sort_by_key(|(_, cells)| Reverse(*cells));
        let all: u64 = stands.iter().map(|(_, cells)| *cells).sum();
        let mix = stands.iter().map(|(cover, cells)| {
            let pct = 100.0 * *cells as f64 / all as f64;
            format!("{} {pct:.0} %", teller.name(&cover.name))
        });
        let dominant = stands.first().map_or_else(String::new, |(cover, _)| {
            teller.name(&cover.name).to_owned()
        });
        let forest_pct = if score.area_ha > 0.0 {
            format!("{:.1}", 100.0 * score.forest_area_ha / score.area_ha)
        } else {
            String::new()
        };
        let fire_type = if self.scorched.fastest.is_some() {
            teller.text(fire_type_key(self.scorched.crown))
        } else {
            String::new()
        };
        let state = self
            .scorched
            .fastest
            .map_or_else(String::new, |(rate_m_s, towards_deg, _)| {
                teller.say(
                    Message::new("fire-file-state-text")
                        .with("rate", rounded(rate_m_s * 60.0, 1))
                        .with("direction", teller.direction(towards_deg))
                        .with("flame", rounded(self.scorched.flame_m, 1)),
                )
            });
        // How badly people were hurt is not known of a run; that nobody was is.
        let severity = if self.seen.injured == 0 { "0" } else { "" };
        sheet.extend([
            ("cause", teller.text(cause_key(self.fire.cause))),
            ("class", teller.text(class_key(score.class))),
            ("fire_type", fire_type),
            ("fire_state", state),
            ("ending", teller.text(ending_key(self.fire.ending))),
            ("total_ha", format!("{:.4}", score.area_ha)),
            ("forest_ha", format!("{:.4}", score.forest_area_ha)),
            ("forest_pct", forest_pct),
            ("dominant_species", dominant),
            ("species_mix", self.list(mix)),
            (
                "value_lost_cny",
                format!("{:.0}", self.share.value_lost_cny),
            ),
            ("injured", self.seen.injured.to_string()),
            ("light_injuries", severity.to_owned()),
            ("serious_injuries", severity.to_owned()),
            ("dead", self.seen.dead.to_string()),
            ("cost_cny", format!("{:.0}", self.share.cost_cny)),
        ]);
    }

    /// Who was there, in what.
    fn people(&self, sheet: &mut Sheet) {
        let seen = &self.seen;
        let commander = seen
            .commander
            .map_or_else(String::new, |id| self.teller.called(id).to_owned());
        sheet.extend([
            ("commander", commander),
            ("people", seen.here.values().sum::<u32>().to_string()),
            (
                "professional",
                self.people_of(|u| u.unit_type == "pro_crew"),
            ),
            (
                "semi_professional",
                self.people_of(|u| u.unit_type == "semi_pro_crew"),
            ),
            ("farm", self.people_of(|u| u.unit_type == "farm_crew")),
            (
                "emergency",
                self.people_of(|u| u.agency == Agency::Emergency),
            ),
            ("units", seen.here.len().to_string()),
            (
                "water_vehicles",
                self.count(|_, t| matches!(t.kind, UnitKind::Engine | UnitKind::Tender)),
            ),
            ("machines", self.count(|_, t| t.kind == UnitKind::Machine)),
            ("dozers", self.count(|u, _| u.unit_type == "bulldozer")),
        ]);
    }

    fn aircraft(&self, sheet: &mut Sheet) {
        let seen = &self.seen;
        let types: BTreeSet<&str> = seen
            .here
            .keys()
            .filter_map(|id| self.aircraft_type(id))
            .map(|t| self.teller.name(&t.name))
            .collect();
        let sorties: u32 = seen
            .departures
            .iter()
            .filter(|(id, _)| self.aircraft_type(id).is_some())
            .map(|(_, n)| *n)
            .sum();
        let (mut hours, mut cost_cny) = (0.0_f64, 0.0_f64);
        for (id, &away_h) in &seen.away_h {
            if let Some(of_type) = self.aircraft_type(id) {
                hours += away_h;
                cost_cny += away_h * of_type.cost_cny_h.value;
            }
        }
        sheet.extend([
            (
                "aircraft",
                self.count(|_, t| matches!(t.kind, UnitKind::Helicopter | UnitKind::Drone)),
            ),
            (
                "aircraft_types",
                self.list(types.into_iter().map(str::to_owned)),
            ),
            ("aircraft_sorties", sorties.to_string()),
            ("aircraft_hours", format!("{hours:.1}")),
            ("aircraft_cost_cny", format!("{cost_cny:.0}")),
        ]);
    }

    fn equipment(&self, sheet: &mut Sheet) {
        sheet.extend([
            ("radios", self.items("radio")),
            ("blowers", self.items("blower")),
            ("water_guns", self.items("water_bag")),
            ("no2_tools", self.items("beater")),
            ("pumps", self.items("portable_pump")),
            ("cutters", self.items("chainsaw")),
            ("water_m3", format!("{:.1}", self.share.water_m3)),
            ("line_m", format!("{:.0}", self.share.line_m)),
        ]);
    }

    /// Weather when it started, and the ground where it did.
    fn site(&self, sheet: &mut Sheet) {
        let (world, teller, fire) = (&self.outcome.world, self.teller, self.fire);
        let weather = world.weather.at(fire.ignited_s);
        let landscape = &world.landscape;
        let (rise, aspect_deg) = landscape.slope_aspect_at(fire.at);
        let aspect = if rise > 0.0 {
            teller.direction(aspect_deg)
        } else {
            teller.text("fire-file-position-flat")
        };
        let weather_text = Message::new("fire-file-weather-text")
            .with("direction", teller.direction(weather.wind_from_deg))
            .with("speed", rounded(weather.wind_m_s, 1))
            .with("temperature", rounded(weather.temperature_c, 1))
            .with("humidity", rounded(weather.humidity_pct, 0));
        sheet.extend([
            ("weather", teller.say(weather_text)),
            ("wind_direction", teller.direction(weather.wind_from_deg)),
            ("wind_m_s", format!("{:.1}", weather.wind_m_s)),
            ("wind_force", beaufort(weather.wind_m_s).to_string()),
            ("temperature_c", format!("{:.1}", weather.temperature_c)),
            ("humidity_pct", format!("{:.0}", weather.humidity_pct)),
            (
                "rain_mm_h",
                format!("{:.1}", world.weather.rain_mm_h(fire.ignited_s)),
            ),
            (
                "elevation_m",
                format!("{:.0}", landscape.elevation.bilinear(fire.at)),
            ),
            ("aspect", aspect),
            (
                "slope_position",
                teller.text(slope_position_key(landscape, fire.at)),
            ),
            ("slope_deg", format!("{:.0}", libm::atan(rise).to_degrees())),
            ("land_type", self.land_type()),
        ]);
    }

    /// The satellites' record of the fire; empty when none has reported it.
    fn hot_spot(&self, sheet: &mut Sheet) {
        let teller = self.teller;
        let spots = &self.seen.hot_spots;
        let (Some(&(begin_s, by, at)), Some(&(end_s, ..))) = (spots.first(), spots.last()) else {
            return;
        };
        let (lon, lat) = self.degrees(at);
        let is_forest = self.score.forest_area_ha > 0.0;
        sheet.extend([
            ("hot_spot_place", teller.place(at)),
            ("hot_spot_lon", lon),
            ("hot_spot_lat", lat),
            ("hot_spot_by", teller.who(AlarmSource::Satellite, by)),
            (
                "hot_spot_type",
                teller.text(if is_forest {
                    "fire-file-hot-spot-forest-fire"
                } else {
                    "fire-file-hot-spot-other-fire"
                }),
            ),
            ("hot_spot_fuel", self.land_type()),
            (
                "hot_spot_continuous",
                teller.text(if spots.len() > 1 {
                    "score-yes"
                } else {
                    "score-no"
                }),
            ),
            ("hot_spot_begin", self.time(Some(begin_s))),
            ("hot_spot_end", self.time(Some(end_s))),
            ("hot_spot_burned_ha", format!("{:.4}", self.score.area_ha)),
            (
                "hot_spot_forest_ha",
                format!("{:.4}", self.score.forest_area_ha),
            ),
        ]);
    }

    fn report(&self, sheet: &mut Sheet) {
        let teller = self.teller;
        let types = &self.outcome.world.scenario.catalogue.unit_types;
        let measures = (self.seen.tactics.iter())
            .map(|tactic| teller.text(&format!("tactic-{}", key_of(tactic))));
        let difficulties = (self.seen.difficulties.iter())
            .map(|reason| teller.text(&format!("refusal-{}", key_of(reason))));
        let support = self.seen.requests.iter().map(|(id, n)| {
            let name = types.get(*id).map_or(*id, |t| teller.name(&t.name));
            format!("{name} × {n}")
        });
        sheet.extend([
            ("measures", self.list(measures)),
            ("difficulties", self.list(difficulties)),
            ("support_needed", self.list(support)),
            ("description", story::ending(self.fire, self.score, teller)),
        ]);
    }

    fn unit(&self, id: &str) -> Option<(&Unit, &UnitType)> {
        let scenario = &self.outcome.world.scenario;
        let unit = scenario.file.units.iter().find(|u| u.id == id)?;
        let of_type = scenario.catalogue.unit_types.get(&unit.unit_type)?;
        Some((unit, of_type))
    }

    fn aircraft_type(&self, id: &str) -> Option<&UnitType> {
        let (_, of_type) = self.unit(id)?;
        matches!(of_type.kind, UnitKind::Helicopter | UnitKind::Drone).then_some(of_type)
    }

    /// How many of the units that came are such.
    fn count(&self, is: impl Fn(&Unit, &UnitType) -> bool) -> String {
        self.seen
            .here
            .keys()
            .filter(|id| self.unit(id).is_some_and(|(u, t)| is(u, t)))
            .count()
            .to_string()
    }

    /// How many people came with such units.
    fn people_of(&self, is: impl Fn(&Unit) -> bool) -> String {
        self.seen
            .here
            .iter()
            .filter(|(id, _)| self.unit(id).is_some_and(|(u, _)| is(u)))
            .map(|(_, n)| *n)
            .sum::<u32>()
            .to_string()
    }

    /// How many pieces of an equipment came: what the units draw, less what their stores could not give. Empty
    /// for one that no type of unit draws: how much of it there was is not known.
    fn items(&self, item: &str) -> String {
        let types = &self.outcome.world.scenario.catalogue.unit_types;
        if !types.values().any(|t| t.kit.contains_key(item)) {
            return String::new();
        }
        let brought = |id: &str| {
            let (_, of_type) = self.unit(id)?;
            let wanted = *of_type.kit.get(item)?;
            let lacked = self.seen.lacked.get(id).and_then(|s| s.get(item));
            Some(wanted.saturating_sub(lacked.copied().unwrap_or(0)))
        };
        self.seen
            .here
            .keys()
            .filter_map(|id| brought(id))
            .sum::<u32>()
            .to_string()
    }

    /// The land cover where it started.
    fn land_type(&self) -> String {
        self.outcome
            .world
            .landscape
            .cover_at(self.fire.at)
            .map_or_else(String::new, |c| self.teller.name(&c.name).to_owned())
    }

    fn time(&self, t_s: Option<f64>) -> String {
        t_s.map_or_else(String::new, |t| self.outcome.world.clock.iso(t))
    }

    /// Longitude and latitude of a place; empty where it has none.
    fn degrees(&self, at: Point) -> (String, String) {
        match self.outcome.world.crs.lon_lat(at) {
            Ok((lon, lat)) => (format!("{lon:.5}"), format!("{lat:.5}")),
            Err(_) => (String::new(), String::new()),
        }
    }

    fn list(&self, parts: impl Iterator<Item = String>) -> String {
        let separator = self.teller.text("list-separator");
        parts.collect::<Vec<_>>().join(separator.as_str())
    }
}

/// Which layers burnt. Fire below ground is not simulated.
fn fire_type_key(crown: Crown) -> &'static str {
    match crown {
        Crown::Surface => "fire-file-type-surface",
        Crown::Passive => "fire-file-type-torching",
        Crown::Active => "fire-file-type-crown",
    }
}

/// Where on its slope a place lies, by thirds of the relief around it.
fn slope_position_key(landscape: &Landscape, at: Point) -> &'static str {
    let elevation = &landscape.elevation;
    let grid = &elevation.grid;
    let (col, row) = grid.nearest(at);
    let reach = libm::ceil(RELIEF_REACH_M / grid.cell) as usize;
    let cols = col.saturating_sub(reach)..(col + reach + 1).min(grid.cols);
    let rows = row.saturating_sub(reach)..(row + reach + 1).min(grid.rows);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for r in rows {
        for c in cols.clone() {
            let z = f64::from(elevation.get(c, r));
            low = low.min(z);
            high = high.max(z);
        }
    }
    let relief = high - low;
    let thirds = 3.0 * (elevation.bilinear(at) - low) / relief;
    if relief < FLAT_RELIEF_M {
        "fire-file-position-flat"
    } else if thirds < 1.0 {
        "fire-file-position-lower"
    } else if thirds < 2.0 {
        "fire-file-position-middle"
    } else {
        "fire-file-position-upper"
    }
}

/// The files as CSV (UTF-8 with a byte-order mark): two rows a fire, told apart by the column `version`. The
/// row `provisional` is what the run says; the row `corrected`, empty but for what names the fire, takes the
/// headquarters' figures. A field left empty there stands as it is in the row above.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(
    outcome: &Outcome,
    card: &Scorecard,
    teller: &Teller<'_>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(std::iter::once("version").chain(FIELDS))?;
    for row in rows(outcome, card, teller) {
        let provisional = row.iter().map(String::as_str);
        let corrected = FIELDS.iter().zip(&row).map(|(field, value)| {
            if KEYS.contains(field) {
                value.as_str()
            } else {
                ""
            }
        });
        writer.write_record(std::iter::once("provisional").chain(provisional))?;
        writer.write_record(std::iter::once("corrected").chain(corrected))?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// The files as a page to print: one table a fire, with room for a correction beside every field.
pub fn html(outcome: &Outcome, card: &Scorecard, teller: &Teller<'_>) -> String {
    let text = |key: &str| escaped(&teller.text(key));
    let mut head = String::from("<thead><tr class=\"head\">");
    for column in ["field", "provisional", "corrected"] {
        let label = text(&format!("fire-file-column-{column}"));
        for part in ["<th>", &label, "</th>"] {
            head.push_str(part);
        }
    }
    head.push_str("</tr></thead>\n");
    let mut body = String::new();
    for row in rows(outcome, card, teller) {
        body.push_str("<table>\n");
        body.push_str(&head);
        for (field, value) in FIELDS.iter().zip(row) {
            if let Some((section, _)) = SECTIONS.iter().find(|(_, first)| first == field) {
                let title = text(&format!("fire-file-section-{section}"));
                for part in [
                    "<tr class=\"section\"><th colspan=\"3\">",
                    &title,
                    "</th></tr>\n",
                ] {
                    body.push_str(part);
                }
            }
            let label = text(&format!("fire-file-{}", field.replace('_', "-")));
            let shown = if value.is_empty() {
                "<span class=\"open\"></span>".to_owned()
            } else {
                escaped(&value)
            };
            for part in [
                "<tr><th>",
                &label,
                "</th><td>",
                &shown,
                "</td><td class=\"fix\"></td></tr>\n",
            ] {
                body.push_str(part);
            }
        }
        body.push_str("</table>\n");
    }
    page::document(
        outcome,
        teller,
        "fire-file-title",
        "fire-file-provisional",
        &body,
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::base::language::{Language, keys};
    use crate::scenario::Scenario;
    use crate::simulation::{PolicyName, Simulation};
    use crate::world::World;

    #[test]
    fn every_field_and_part_has_a_label_in_both_languages() {
        let fields = FIELDS.map(|field| field.replace('_', "-"));
        let parts = SECTIONS.map(|(section, _)| format!("section-{section}"));
        for name in fields.iter().chain(&parts) {
            let key = format!("fire-file-{name}");
            for language in Language::ALL {
                assert!(keys(language).contains(&key), "{key}");
            }
        }
        let firsts: Vec<&str> = FIELDS
            .into_iter()
            .filter(|field| SECTIONS.iter().any(|(_, first)| first == field))
            .collect();
        assert_eq!(firsts, SECTIONS.map(|(_, first)| first));
        let unique: BTreeSet<&str> = FIELDS.into_iter().collect();
        assert_eq!(unique.len(), FIELDS.len());
    }

    #[test]
    fn the_file_of_a_fire_tells_who_was_there_and_leaves_room_for_corrections() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let world = Arc::new(World::build(Scenario::read(&path).unwrap()).unwrap().0);
        let mut simulation = Simulation::new(world.clone(), 7, PolicyName::RunCard);
        simulation.run();
        let outcome = simulation.finish();
        let card = Scorecard::new(&outcome, Some(10.0));
        let teller = Teller::new(&world, Language::English);
        let sheets = sheets(&outcome, &card, &teller);
        for field in sheets[0].keys() {
            assert!(FIELDS.contains(field), "{field} has no place on the form");
        }
        let rows = rows(&outcome, &card, &teller);
        assert_eq!(rows.len(), 1);
        let value = |field: &str| {
            let i = FIELDS.iter().position(|f| *f == field).unwrap();
            rows[0][i].as_str()
        };
        assert_eq!(rows[0].len(), FIELDS.len());
        assert_eq!(value("fire"), "field-edge");
        assert_eq!(value("semi_professional"), "22");
        assert_eq!(value("total_ha"), format!("{:.4}", card.fires[0].area_ha));
        let (source, by) = outcome.fires[0].detected_by.as_ref().unwrap();
        assert_eq!(value("found_by"), teller.who(*source, by));
        for known in [
            "name",
            "arrivals",
            "fire_type",
            "fire_state",
            "wind_force",
            "aspect",
            "slope_position",
            "land_type",
            "description",
        ] {
            assert_ne!(value(known), "", "{known}");
        }
        assert!(!value("fire_type").starts_with('['));
        for unknown in [
            "army",
            "hot_spot_number",
            "responsible_name",
            "corrected_by",
        ] {
            assert_eq!(value(unknown), "", "{unknown}");
        }
        let nobody_hurt = value("injured") == "0";
        assert_eq!(value("light_injuries"), if nobody_hurt { "0" } else { "" });
        let page = html(&outcome, &card, &teller);
        assert!(page.contains("Provisional") && page.contains("class=\"open\""));
        assert_eq!(page.matches("<tr>").count(), FIELDS.len());
        assert_eq!(
            page.matches("<td class=\"fix\"></td>").count(),
            FIELDS.len()
        );
        assert_eq!(
            page.matches("<tr class=\"section\">").count(),
            SECTIONS.len()
        );
        let text = String::from_utf8(csv(&outcome, &card, &teller).unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let versions: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(versions.len(), 2);
        assert_eq!(
            (&versions[0][0], &versions[1][0]),
            ("provisional", "corrected")
        );
        assert!(versions.iter().all(|v| v.len() == FIELDS.len() + 1));
        assert_eq!(&versions[1][2], "field-edge");
        assert_eq!(versions[1].iter().filter(|v| !v.is_empty()).count(), 3);
    }
}
