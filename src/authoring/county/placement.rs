//! Stations with their stores and crews, ponds, patrols, values and power lines.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;

use super::cover::code;
use super::sites::{Land, Settlement, Tract};
use crate::authoring::AuthoringError;
use crate::authoring::paths::{length, simplified};
use crate::base::geo::{Point, Raster};
use crate::base::random::{Purpose, Streams};
use crate::scenario::schema::{
    Agency, AreaKind, Camera, DangerLevel, Name, Patrol, Pond, PowerLine, Road, Station,
    StationKind, Unit, Value, ValueKind,
};

/// Water in the county's ponds, tenths of a cubic metre (county bulletin: 1,846.9 m3).
pub const POND_TENTHS_M3: u32 = 18_469;
/// How many ponds hold it (ours; the bulletin gives the sum).
const PONDS: usize = 40;
/// Townships with a semi-professional crew: those with the most forest around.
const LINKED_TOWNSHIPS: usize = 19;
/// Groups of graves.
const GRAVES: usize = 160;

/// What the placing looks at.
pub struct Ground<'a> {
    /// The land on cells of 60 m.
    pub land: &'a Land,
    /// Land cover on cells of 30 m.
    pub cover: &'a Raster<u8>,
    /// The roads.
    pub roads: &'a [Road],
    /// Towns; the county seat first.
    pub towns: &'a [Settlement],
    /// Villages.
    pub villages: &'a [Settlement],
    /// Farms and park.
    pub tracts: &'a [Tract],
    /// Cells of 60 m that a firebreak or a wide road crosses.
    pub barriers: &'a BTreeSet<usize>,
    /// The county's boundary.
    pub boundary: &'a [Point],
    /// Seed.
    pub seed: u64,
}

impl Ground<'_> {
    fn draw(&self, id: &str, n: u64) -> f64 {
        Streams::new(self.seed).uniform(Purpose::Landscape, id, n)
    }

    pub(super) fn cover_at(&self, p: Point) -> u8 {
        self.cover.at(p).unwrap_or(0)
    }

    /// The road point nearest to a place.
    pub(super) fn road_point(&self, p: Point) -> Option<Point> {
        self.roads
            .iter()
            .flat_map(|r| &r.path)
            .copied()
            .min_by(|a, b| a.distance(p).total_cmp(&b.distance(p)))
    }

    /// A place some metres off the road point nearest to `p`, the same way as `p` lies.
    fn beside_road(&self, p: Point, metres: f64) -> Point {
        let Some(road) = self.road_point(p) else {
            return p;
        };
        let apart = road.distance(p);
        let at = if apart > metres {
            road.towards(p, metres / apart)
        } else if apart > 1.0 {
            p
        } else {
            Point::new(road.x + metres * 0.6, road.y + metres * 0.8)
        };
        rounded(at)
    }

    /// Share of forest within `radius` metres.
    fn forest_share(&self, p: Point, radius: f64) -> f64 {
        let cells = self.land.within(p, radius);
        let forest = cells
            .iter()
            .filter(|&&i| code::is_forest(self.cover_at(self.land.place(i))))
            .count();
        forest as f64 / cells.len().max(1) as f64
    }
}

pub(super) fn rounded(p: Point) -> Point {
    let round = |v: f64| libm::round(v * 10.0) / 10.0;
    Point::new(round(p.x), round(p.y))
}

fn stores(items: &[(&str, u32)]) -> BTreeMap<String, u32> {
    items
        .iter()
        .map(|(item, count)| ((*item).to_owned(), *count))
        .collect()
}

/// The stations: the county's, the farms', the linked townships'; and the units that stand there.
pub fn stations(ground: &Ground) -> (Vec<Station>, Vec<Unit>) {
    let mut stations = Vec::new();
    let mut units = Vec::new();
    let mut unit = |id: &str, unit_type: &str, station: &str, en: String, zh: String| {
        units.push(Unit {
            id: id.to_owned(),
            unit_type: unit_type.to_owned(),
            station: station.to_owned(),
            name: Name { en, zh },
            people: None,
            agency: Agency::Forestry,
            patrol: None,
        });
    };
    let seat = &ground.towns[0];
    stations.push(Station {
        id: "county".to_owned(),
        kind: StationKind::County,
        name: Name {
            en: "County Forest Fire Duty Centre, Xidu".to_owned(),
            zh: "衡阳县森林防火值班中心（西渡）".to_owned(),
        },
        stores: stores(&[
            ("beater", 200),
            ("blower", 60),
            ("chainsaw", 20),
            ("drip_torch", 8),
            ("hose_m", 4000),
            ("portable_pump", 12),
            ("radio", 60),
            ("water_bag", 80),
        ]),
        at: ground.beside_road(seat.at, 60.0),
    });
    for n in 1..=2 {
        unit(
            &format!("county-pro-{n}"),
            "pro_crew",
            "county",
            format!("County professional crew {n}"),
            format!("县专业扑火队{n}分队"),
        );
        unit(
            &format!("county-engine-{n}"),
            "engine",
            "county",
            format!("County water truck {n}"),
            format!("县森林消防水罐车{n}号"),
        );
    }
    unit(
        "county-pump-1",
        "light_pump",
        "county",
        "County pump truck".to_owned(),
        "县水泵车".to_owned(),
    );
    for farm in ground
        .tracts
        .iter()
        .filter(|t| t.kind == AreaKind::ForestFarm)
    {
        let id = farm.id.trim_end_matches("-farm");
        let (short_en, short_zh) = (short(&farm.name.en, " State"), short(&farm.name.zh, "（"));
        stations.push(Station {
            id: farm.id.to_owned(),
            kind: StationKind::ForestFarm,
            name: farm.name.clone(),
            stores: stores(&[
                ("beater", 80),
                ("blower", 20),
                ("chainsaw", 8),
                ("hose_m", 1500),
                ("portable_pump", 4),
                ("radio", 20),
                ("water_bag", 30),
            ]),
            at: ground.beside_road(farm.station, 40.0),
        });
        unit(
            &format!("{id}-crew"),
            "farm_crew",
            farm.id,
            format!("{short_en} forest farm crew"),
            format!("{short_zh}扑火队"),
        );
        unit(
            &format!("{id}-pump"),
            "light_pump",
            farm.id,
            format!("{short_en} pump truck"),
            format!("{short_zh}水泵车"),
        );
        if id == "chenping" || id == "beiling" {
            unit(
                &format!("{id}-engine"),
                "engine",
                farm.id,
                format!("{short_en} water truck"),
                format!("{short_zh}水罐车"),
            );
        }
    }
    let mut linked: Vec<(f64, usize)> = (1..ground.towns.len())
        .map(|k| (ground.forest_share(ground.towns[k].at, 5000.0), k))
        .collect();
    linked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut linked: Vec<usize> = linked
        .into_iter()
        .take(LINKED_TOWNSHIPS)
        .map(|(_, k)| k)
        .collect();
    let with_pump: Vec<usize> = linked.iter().copied().take(8).collect();
    linked.sort_unstable();
    for k in linked {
        let town = &ground.towns[k];
        stations.push(Station {
            id: town.id.clone(),
            kind: StationKind::Township,
            name: town.name.clone(),
            stores: stores(&[
                ("beater", 30),
                ("blower", 8),
                ("hose_m", 400),
                ("portable_pump", 1),
                ("radio", 6),
            ]),
            at: ground.beside_road(town.at, 50.0),
        });
        let code = town.id.trim_start_matches("town-");
        unit(
            &format!("crew-{code}"),
            "semi_pro_crew",
            &town.id,
            format!("{} semi-professional crew", town.name.en),
            format!("{}半专业扑火队", town.name.zh),
        );
        if with_pump.contains(&k) {
            unit(
                &format!("pump-{code}"),
                "light_pump",
                &town.id,
                format!("{} pump truck", town.name.en),
                format!("{}水泵车", town.name.zh),
            );
        }
    }
    (stations, units)
}

/// A name up to a mark.
fn short<'a>(name: &'a str, mark: &str) -> &'a str {
    name.split(mark).next().unwrap_or(name)
}

/// Ponds beside roads in and near forest; their stocks sum exactly.
pub fn ponds(ground: &Ground) -> Result<Vec<Pond>, AuthoringError> {
    let mut candidates: Vec<(f64, Point)> = Vec::new();
    for road in ground.roads {
        for (n, &p) in road.path.iter().enumerate() {
            let i = ground.land.cell(p);
            let wooded = ground.land.county[i]
                && code::is_forest(ground.cover_at(Point::new(p.x, p.y + 120.0)))
                && ground.land.above_stream[i] < 35.0;
            if wooded {
                // Ponds of farms and park first.
                let own = ground.tracts.iter().any(|t| t.cells.contains(&i));
                let rank = ground.draw(&road.id, n as u64) + if own { 0.0 } else { 0.45 };
                candidates.push((rank, p));
            }
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<Point> = Vec::new();
    for (_, p) in candidates {
        let angle = std::f64::consts::TAU * ground.draw("pond side", places.len() as u64);
        let off = 25.0 + 40.0 * ground.draw("pond side", 1000 + places.len() as u64);
        let at = rounded(Point::new(
            p.x + off * libm::cos(angle),
            p.y + off * libm::sin(angle),
        ));
        let dry = !matches!(ground.cover_at(at), code::WATER | code::BUILT);
        if places.len() < PONDS && dry && places.iter().all(|q| q.distance(at) > 1300.0) {
            places.push(at);
        }
    }
    if places.len() < PONDS {
        return Err(AuthoringError::NoPlace {
            seed: ground.seed,
            what: "the county's ponds",
        });
    }
    // 15 to 100 m3 each, brought to the county's sum in tenths of a cubic metre.
    let raw: Vec<f64> = (0..PONDS as u64)
        .map(|n| 15.0 + 75.0 * libm::pow(ground.draw("pond stock", n), 1.3))
        .collect();
    let sum: f64 = raw.iter().sum();
    let mut tenths: Vec<u32> = raw
        .iter()
        .map(|v| libm::floor(v / sum * f64::from(POND_TENTHS_M3)) as u32)
        .collect();
    let missing = POND_TENTHS_M3 - tenths.iter().sum::<u32>();
    tenths[0] += missing;
    Ok(places
        .into_iter()
        .zip(tenths)
        .enumerate()
        .map(|(n, (at, tenths))| Pond {
            name: None,
            id: format!("pond-{:02}", n + 1),
            volume_m3: f64::from(tenths) / 10.0,
            refill_m3_h: 0.0,
            at,
        })
        .collect())
}

/// Patrols on forest roads of the farms and the park and on village roads into the forest.
pub fn patrols(ground: &Ground) -> Vec<Patrol> {
    let mut patrols: Vec<Patrol> = Vec::new();
    let mut add = |road: &Road, zh: &str, en: &str, danger: DangerLevel, riding: bool| {
        let n = patrols.len() + 1;
        patrols.push(Patrol {
            id: format!("patrol-{n:02}"),
            name: Name {
                en: format!("{en} patrol {n}"),
                zh: format!("{zh}巡护{n}线"),
            },
            pace_km_h: if riding { 15.0 } else { 4.0 },
            sight_m: 1500.0,
            from_danger: danger,
            path: road.path.clone(),
        });
    };
    let longest = |fits: &dyn Fn(&Road) -> bool, count: usize| {
        let mut found: Vec<(f64, &Road)> = ground
            .roads
            .iter()
            .filter(|r| fits(r))
            .map(|r| (length(&r.path), r))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
        found
            .into_iter()
            .take(count)
            .map(|(_, r)| r)
            .collect::<Vec<_>>()
    };
    for tract in ground.tracts {
        let own = |r: &Road| {
            matches!(r.class.as_str(), "fire_road" | "forest_track")
                && r.path
                    .iter()
                    .filter(|p| tract.cells.contains(&ground.land.cell(**p)))
                    .count()
                    * 2
                    > r.path.len()
        };
        for road in longest(&own, 3) {
            add(
                road,
                short(&tract.name.zh, "（"),
                short(&tract.name.en, " ("),
                DangerLevel::Blue,
                false,
            );
        }
    }
    let mut wooded: Vec<(f64, usize)> = (0..ground.towns.len())
        .map(|k| (ground.forest_share(ground.towns[k].at, 4000.0), k))
        .collect();
    wooded.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, k) in wooded.into_iter().take(12) {
        let town = &ground.towns[k];
        let near = |r: &Road| {
            r.class == "village_road"
                && r.path.first().is_some_and(|p| p.distance(town.at) < 5000.0)
                && r.path
                    .get(r.path.len() / 2)
                    .is_some_and(|p| ground.forest_share(*p, 500.0) > 0.5)
        };
        for road in longest(&near, 1) {
            add(
                road,
                &town.name.zh,
                &town.name.en,
                DangerLevel::Yellow,
                true,
            );
        }
    }
    patrols
}

/// The teams that walk the patrols of the farms and the park: what they find while it is small, they attack. They
/// belong to the station next to their route.
pub fn patrol_teams(patrols: &[Patrol], stations: &[Station]) -> Vec<Unit> {
    let on_foot = patrols
        .iter()
        .filter(|p| p.from_danger == DangerLevel::Blue);
    on_foot
        .filter_map(|patrol| {
            let from = *patrol.path.first()?;
            let station = stations
                .iter()
                .min_by(|a, b| a.at.distance(from).total_cmp(&b.at.distance(from)))?;
            Some(Unit {
                id: patrol.id.replace("patrol-", "patrol-team-"),
                unit_type: "patrol_team".to_owned(),
                station: station.id.clone(),
                name: Name {
                    en: format!("{} team", patrol.name.en),
                    zh: format!("{}小组", patrol.name.zh),
                },
                people: None,
                agency: Agency::Forestry,
                patrol: Some(patrol.id.clone()),
            })
        })
        .collect()
}

/// Villages, graves on the hillsides near them, and installations on hills.
pub fn values(ground: &Ground, cameras: &[Camera]) -> Vec<Value> {
    let mut values: Vec<Value> = ground
        .villages
        .iter()
        .map(|v| Value {
            id: v.id.clone(),
            kind: ValueKind::Village,
            name: v.name.clone(),
            value_cny: f64::from(v.people) * 3000.0,
            people: v.people,
            at: rounded(v.at),
        })
        .collect();
    let streams = Streams::new(ground.seed);
    let mut draw = streams.generator(Purpose::Landscape, "graves", 0);
    let mut graves = 0;
    for _ in 0..40 * GRAVES {
        if graves == GRAVES {
            break;
        }
        let village = &ground.villages[draw.random_range(0..ground.villages.len())];
        let angle = draw.random_range(0.0..std::f64::consts::TAU);
        let far = draw.random_range(180.0..950.0);
        let at = rounded(Point::new(
            village.at.x + far * libm::cos(angle),
            village.at.y + far * libm::sin(angle),
        ));
        let i = ground.land.cell(at);
        let hillside =
            (0.1..0.45).contains(&ground.land.slope[i]) && ground.land.above_stream[i] > 6.0;
        if hillside && ground.land.county[i] && code::burns(ground.cover_at(at)) {
            graves += 1;
            values.push(graves_at(&format!("graves-{graves:03}"), village, at));
        }
    }
    let towers = cameras
        .iter()
        .filter(|c| c.id.starts_with("camera-forest"))
        .take(10);
    for (n, camera) in towers.enumerate() {
        values.push(Value {
            id: format!("relay-{:02}", n + 1),
            kind: ValueKind::Building,
            name: Name {
                en: format!("Relay station {} (illustrative)", n + 1),
                zh: format!("通信基站{}（示意）", n + 1),
            },
            value_cny: 600_000.0,
            people: 0,
            at: Point::new(camera.at.x + 30.0, camera.at.y),
        });
    }
    values
}

pub(super) fn graves_at(id: &str, village: &Settlement, at: Point) -> Value {
    Value {
        id: id.to_owned(),
        kind: ValueKind::Graves,
        name: Name {
            en: format!("Graves near {}", village.name.en),
            zh: format!("{}附近坟地", village.name.zh),
        },
        value_cny: 0.0,
        people: 0,
        at,
    }
}

/// Power lines: 110 kV across the county, 35 kV from town to town, 10 kV to the farms.
pub fn power_lines(ground: &Ground) -> Vec<PowerLine> {
    let mut lines = Vec::new();
    let mut add = |kv: f64, a: Point, b: Point| {
        let n = lines.len() + 1;
        let id = format!("line-{n:02}");
        // Straight stretches of some 800 m with small bends.
        let spans = (a.distance(b) / 800.0).max(1.0) as u32;
        let path = (0..=spans)
            .map(|k| {
                let p = a.towards(b, f64::from(k) / f64::from(spans));
                if k == 0 || k == spans {
                    return rounded(p);
                }
                let off = |side: u64| 140.0 * (ground.draw(&id, u64::from(2 * k) + side) - 0.5);
                rounded(Point::new(p.x + off(0), p.y + off(1)))
            })
            .collect::<Vec<_>>();
        lines.push(PowerLine {
            name: None,
            id,
            kv,
            path: simplified(&path, 25.0),
        });
    };
    let towns = ground.towns;
    // From the county seat to the large towns at the rim.
    for far in [5, 9, 10, 16] {
        if let Some(town) = towns.get(far) {
            add(110.0, towns[0].at, town.at);
        }
    }
    let mut joined = vec![0usize];
    while joined.len() < towns.len() {
        let best = (0..towns.len())
            .filter(|k| !joined.contains(k))
            .flat_map(|k| joined.iter().map(move |&j| (j, k)))
            .map(|(j, k)| (towns[j].at.distance(towns[k].at), j, k))
            .min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let Some((_, j, k)) = best else { break };
        add(35.0, towns[j].at, towns[k].at);
        joined.push(k);
    }
    for tract in ground.tracts {
        let near = towns.iter().min_by(|a, b| {
            a.at.distance(tract.station)
                .total_cmp(&b.at.distance(tract.station))
        });
        if let Some(town) = near {
            add(10.0, town.at, tract.station);
        }
    }
    lines
}
