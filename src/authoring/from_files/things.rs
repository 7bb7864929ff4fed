//! Features of vector files made into what stands on a scenario's map.
//!
//! Attributes are looked for under the names that OpenStreetMap, Geofabrik and Chinese surveys use; what
//! is missing takes a default that is noted.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use geo::{Centroid, Coord, Geometry, LineString};
use serde_json::{Map, Value as Json};

use super::network::{self, Course, Joined};
use super::sources::{VectorSource, name_of};
use super::target::{Target, system_error};
use super::{ImportError, Note};
use crate::base::geo::{Extent, Offset, Point, Polyline, System};
use crate::base::message::Message;
use crate::files::vector::{self, Feature, Layer};
use crate::scenario::schema::{
    Area, AreaKind, BreakKind, Camera, CameraGroup, Cause, Firebreak, Ignition, IgnitionShape,
    Name, Pond, PowerLine, Road, Station, StationKind, Value, ValueKind,
};

/// What a hydrant gives a fire, m3: 10 L/s for two hours (GB 50974-2014, outdoor hydrants).
const HYDRANT_M3: f64 = 72.0;
/// Stock of a pond that does not say, m3: about what the ponds of Hengyang County hold.
const POND_M3: f64 = 40.0;
/// Width of a firebreak that does not say, metres.
const BREAK_M: f64 = 10.0;
/// Voltage of a power line that does not say, kilovolts.
const LINE_KV: f64 = 10.0;
/// Share of the ends of roads on other roads' points from which a file is taken to share its points.
const SHARED_ENDS: f64 = 0.4;

/// What the features of a layer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Roads and tracks.
    Roads,
    /// Planted and cleared firebreaks.
    Firebreaks,
    /// Ponds, tanks, hydrants.
    Ponds,
    /// Places where units stand.
    Stations,
    /// Tower cameras.
    Cameras,
    /// Buildings, villages, graves.
    Values,
    /// Forest farms, reserves, boundaries.
    Areas,
    /// Power lines.
    PowerLines,
    /// Where fires start.
    Ignitions,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Roads,
        Self::Firebreaks,
        Self::Ponds,
        Self::Stations,
        Self::Cameras,
        Self::Values,
        Self::Areas,
        Self::PowerLines,
        Self::Ignitions,
    ];

    /// Its name on the command line and of the file that holds it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Roads => "roads",
            Self::Firebreaks => "firebreaks",
            Self::Ponds => "ponds",
            Self::Stations => "stations",
            Self::Cameras => "cameras",
            Self::Values => "values",
            Self::Areas => "areas",
            Self::PowerLines => "power_lines",
            Self::Ignitions => "ignitions",
        }
    }

    /// Parts of names that speak of it.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Roads => &["road", "highway", "track", "道路", "公路", "防火道"],
            Self::Firebreaks => &[
                "firebreak",
                "fire_break",
                "breaks",
                "belt",
                "隔离带",
                "林带",
            ],
            Self::Ponds => &[
                "pond",
                "hydrant",
                "water_point",
                "waterpoint",
                "tank",
                "蓄水池",
                "水池",
                "取水",
            ],
            Self::Stations => &["station", "depot", "base", "队伍", "驻地", "营房"],
            Self::Cameras => &["camera", "tower", "lookout", "哨兵", "铁塔", "监控", "瞭望"],
            Self::Values => &[
                "value", "building", "village", "place", "grave", "house", "建筑", "村庄", "坟",
                "居民",
            ],
            Self::Areas => &[
                "area",
                "farm",
                "reserve",
                "boundary",
                "park",
                "county",
                "林场",
                "保护区",
                "边界",
                "县界",
            ],
            Self::PowerLines => &["power", "输电", "电力", "高压"],
            Self::Ignitions => &[
                "ignition",
                "ignicion",
                "ignici",
                "start_point",
                "起火",
                "火点",
            ],
        }
    }

    /// What the name of a layer or a file speaks of.
    pub fn of_name(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        // "fire roads" are roads, "power stations" lines would not be; the surer words come first.
        [
            Self::Ignitions,
            Self::PowerLines,
            Self::Firebreaks,
            Self::Ponds,
            Self::Roads,
            Self::Cameras,
            Self::Stations,
            Self::Values,
            Self::Areas,
        ]
        .into_iter()
        .find(|kind| kind.marks().iter().any(|mark| lower.contains(mark)))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|k| k.word() == text)
            .ok_or_else(|| {
                let known: Vec<&str> = Self::ALL.iter().map(|k| k.word()).collect();
                format!("`{text}`; expected one of {}", known.join(", "))
            })
    }
}

/// What stands on the map.
#[derive(Debug, Default)]
pub struct Things {
    /// Roads, joined.
    pub roads: Vec<Road>,
    /// Firebreaks.
    pub firebreaks: Vec<Firebreak>,
    /// Ponds.
    pub ponds: Vec<Pond>,
    /// Stations, with the number of crews and engines of each.
    pub stations: Vec<(Station, u32, u32)>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Values at risk.
    pub values: Vec<Value>,
    /// Areas.
    pub areas: Vec<Area>,
    /// Power lines.
    pub power_lines: Vec<PowerLine>,
    /// Ignitions.
    pub ignitions: Vec<Ignition>,
}

/// How vector files are to be taken.
#[derive(Debug, Clone)]
pub struct Taking {
    /// System of files that name none.
    pub assumed: Option<System>,
    /// Offset of the Chinese web maps to be undone.
    pub offset: Option<Offset>,
    /// Roads whose ends are so near each other meet, metres.
    pub snap_m: f64,
}

/// Reads the layers and makes things of their features.
pub fn read(
    sources: &[VectorSource],
    target: &Target,
    taking: &Taking,
    notes: &mut Vec<Note>,
) -> Result<Things, ImportError> {
    let mut things = Things::default();
    let mut roads = Roads::default();
    let extent = inside(target.grid.extent());
    for source in sources {
        let layers = vector::read(&source.file, source.layer.as_deref())?;
        for layer in &layers {
            let layer = on_the_map(layer, source, target, taking, notes)?;
            let mut maker = Maker {
                source,
                extent,
                outside: 0,
                unfit: 0,
                defaults: BTreeMap::new(),
            };
            let before = things.count(source.kind) + roads.courses.len();
            for (i, feature) in layer.features.iter().enumerate() {
                match source.kind {
                    Kind::Roads => roads.add(i, feature, &mut maker),
                    _ => maker.add(i, feature, &mut things),
                }
            }
            let after = things.count(source.kind) + roads.courses.len();
            maker.say(layer.features.len(), after - before, notes);
        }
    }
    things.roads = roads.finish(extent, taking.snap_m, notes);
    unique_ids(&mut things);
    Ok(things)
}

/// The map less a rim: GeoJSON keeps places to a centimetre, and none may be off the map for it.
fn inside(extent: Extent) -> Extent {
    const RIM_M: f64 = 0.1;
    Extent {
        min: Point::new(extent.min.x + RIM_M, extent.min.y + RIM_M),
        max: Point::new(extent.max.x - RIM_M, extent.max.y - RIM_M),
    }
}

/// A layer in the target's system, its offset undone.
fn on_the_map(
    layer: &Layer,
    source: &VectorSource,
    target: &Target,
    taking: &Taking,
    notes: &mut Vec<Note>,
) -> Result<Layer, ImportError> {
    let said = layer.system.is_none() && taking.assumed.is_some();
    for remark in &layer.remarks {
        if said && remark.contains("no coordinate system") {
            continue;
        }
        notes.push(Note::warning(
            Message::new("import-remark")
                .with("file", name_of(&source.file))
                .with("remark", remark.as_str()),
        ));
    }
    let wgs84 = System::wgs84();
    let assumed = taking.assumed.clone().unwrap_or_else(|| wgs84.clone());
    if layer.system.is_none() && taking.assumed.is_none() {
        let degrees = layer.info().bounds.is_none_or(|b| {
            b[0].abs() <= 180.0 && b[2].abs() <= 180.0 && b[1].abs() <= 90.0 && b[3].abs() <= 90.0
        });
        if !degrees {
            return Err(ImportError::refused(
                Message::new("import-no-system").with("file", name_of(&source.file)),
                Some(Message::new("import-help-source-epsg")),
            ));
        }
        notes.push(Note::assumed(
            Message::new("import-assumed-degrees").with("file", name_of(&source.file)),
        ));
    }
    let layer = match taking.offset {
        Some(offset) => {
            let mut degrees = layer
                .to_system(&wgs84, &assumed)
                .map_err(|e| system_error(&e))?;
            for feature in &mut degrees.features {
                geo::MapCoordsInPlace::map_coords_in_place(&mut feature.geometry, |c| {
                    let (x, y) = offset.undo(c.x, c.y);
                    Coord { x, y }
                });
            }
            degrees
        }
        None => layer.clone(),
    };
    layer
        .to_system(&target.system, &assumed)
        .map_err(|e| system_error(&e))
}

impl Things {
    fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Roads => 0,
            Kind::Firebreaks => self.firebreaks.len(),
            Kind::Ponds => self.ponds.len(),
            Kind::Stations => self.stations.len(),
            Kind::Cameras => self.cameras.len(),
            Kind::Values => self.values.len(),
            Kind::Areas => self.areas.len(),
            Kind::PowerLines => self.power_lines.len(),
            Kind::Ignitions => self.ignitions.len(),
        }
    }
}

/// Makes things of the features of one layer and keeps count of what it had to decide.
struct Maker<'a> {
    source: &'a VectorSource,
    extent: Extent,
    outside: usize,
    unfit: usize,
    /// Fields that took a default, with the default and how often.
    defaults: BTreeMap<&'static str, (String, usize)>,
}

impl Maker<'_> {
    fn say(&self, features: usize, made: usize, notes: &mut Vec<Note>) {
        let mut file = name_of(&self.source.file);
        if let Some(layer) = &self.source.layer
            && *layer
                != self
                    .source
                    .file
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
        {
            file = format!("{file} ({layer})");
        }
        notes.push(Note::read(
            Message::new("import-things")
                .with("file", file.as_str())
                .with("kind", self.source.kind.word())
                .with("features", features as f64)
                .with("made", made as f64),
        ));
        for (key, count) in [
            ("import-outside", self.outside),
            ("import-unfit", self.unfit),
        ] {
            if count > 0 {
                notes.push(Note::warning(
                    Message::new(key)
                        .with("file", file.as_str())
                        .with("count", count as f64),
                ));
            }
        }
        for (field, (value, count)) in &self.defaults {
            notes.push(Note::assumed(
                Message::new("import-default")
                    .with("file", file.as_str())
                    .with("field", *field)
                    .with("value", value.as_str())
                    .with("count", *count as f64),
            ));
        }
    }

    fn defaulted<T: fmt::Display>(&mut self, field: &'static str, found: Option<T>, value: T) -> T {
        found.unwrap_or_else(|| {
            let entry = self
                .defaults
                .entry(field)
                .or_insert_with(|| (value.to_string(), 0));
            entry.1 += 1;
            value
        })
    }

    /// The one place of a feature, if on the map.
    fn place(&mut self, geometry: &Geometry) -> Option<Point> {
        let Some(c) = geometry.centroid() else {
            self.unfit += 1;
            return None;
        };
        let p = Point::new(c.x(), c.y());
        if self.extent.contains(p) {
            Some(p)
        } else {
            self.outside += 1;
            None
        }
    }

    /// The courses of a line feature on the map.
    fn courses(&mut self, i: usize, geometry: &Geometry) -> Vec<Vec<Point>> {
        let lines = lines_of(geometry);
        if lines.is_empty() {
            self.unfit += 1;
            return Vec::new();
        }
        let courses = lines
            .into_iter()
            .map(|path| Course {
                feature: i,
                path,
                shares_points: false,
                apart: false,
            })
            .collect();
        let mut done = Joined::default();
        let kept = network::clean(network::clip(courses, self.extent, &mut done), &mut done);
        self.outside += usize::from(kept.is_empty());
        kept.into_iter().map(|c| c.path).collect()
    }

    fn add(&mut self, i: usize, feature: &Feature, things: &mut Things) {
        let attributes = Attributes(&feature.properties);
        let kind = self.source.kind;
        let id = || id_of(feature, kind, i);
        match kind {
            Kind::Roads => {}
            Kind::Firebreaks => {
                let said = attributes.text(&["kind", "type", "class", "类型", "种类"]);
                let layer = self.source.layer.clone().unwrap_or_default();
                let planted = said
                    .as_deref()
                    .map(is_planted)
                    .or_else(|| is_planted(&layer).then_some(true));
                let width = attributes
                    .number(&["width_m", "width", "宽度", "kd"])
                    .filter(|w| *w > 0.0);
                for (n, path) in self.courses(i, &feature.geometry).into_iter().enumerate() {
                    let planted = self.defaulted("planted", planted, false);
                    let width_m = self.defaulted("width_m", width, BREAK_M);
                    things.firebreaks.push(Firebreak {
                        id: part(id(), n),
                        name: attributes.name(),
                        kind: if planted {
                            BreakKind::Planted
                        } else {
                            BreakKind::Isolation
                        },
                        width_m,
                        edge_trees: attributes.flag(&["edge_trees", "林缘"]).unwrap_or(false),
                        built: attributes.year(&["built", "year", "建设年份", "年份"]),
                        maintained: attributes.year(&["maintained", "维护年份"]),
                        closure: attributes.number(&["closure", "郁闭度"]).filter(share),
                        weeds: attributes.number(&["weeds"]).filter(share),
                        width_cv: attributes.number(&["width_cv"]).filter(share),
                        path,
                    });
                }
            }
            Kind::Ponds => {
                let Some(at) = self.place(&feature.geometry) else {
                    return;
                };
                let volume = attributes
                    .number(&[
                        "volume_m3",
                        "volume",
                        "capacity",
                        "容积",
                        "蓄水量",
                        "water_tank:volume",
                    ])
                    .filter(|v| *v > 0.0);
                let said = attributes
                    .text(&["kind", "type", "emergency"])
                    .unwrap_or_default();
                let hydrant = said.contains("hydrant");
                let volume_m3 = if hydrant {
                    self.defaulted("volume_m3 (hydrant)", volume, HYDRANT_M3)
                } else {
                    self.defaulted("volume_m3", volume, POND_M3)
                };
                things.ponds.push(Pond {
                    id: id(),
                    name: attributes.name(),
                    volume_m3,
                    refill_m3_h: 0.0,
                    at,
                });
            }
            Kind::Stations => {
                let Some(at) = self.place(&feature.geometry) else {
                    return;
                };
                let said = attributes
                    .text(&["kind", "type", "类型"])
                    .unwrap_or_default()
                    .to_lowercase();
                let station_kind = if said.contains("county") || said.contains('县') {
                    StationKind::County
                } else if said.contains("farm") || said.contains("林场") {
                    StationKind::ForestFarm
                } else {
                    StationKind::Township
                };
                let count = |v: f64| v.clamp(0.0, 99.0) as u32;
                let crews = attributes.number(&["crews", "队伍数"]).map(count);
                let engines = attributes.number(&["engines", "车辆数"]).map(count);
                let crews = self.defaulted("crews", crews, 1);
                let engines = self.defaulted("engines", engines, 1);
                let station = Station {
                    id: id(),
                    kind: station_kind,
                    name: attributes.name().unwrap_or_else(|| plain_name(&id())),
                    stores: BTreeMap::new(),
                    at,
                };
                things.stations.push((station, crews, engines));
            }
            Kind::Cameras => {
                let Some(at) = self.place(&feature.geometry) else {
                    return;
                };
                let said = attributes
                    .text(&["group", "kind", "类型", "归属"])
                    .unwrap_or_default();
                let farm = ["farm", "reserve", "Farm", "Reserve", "林场", "保护区"]
                    .iter()
                    .any(|m| said.contains(m));
                things.cameras.push(Camera {
                    id: id(),
                    name: attributes.name(),
                    thermal: None,
                    group: if farm {
                        CameraGroup::FarmsAndReserves
                    } else {
                        CameraGroup::KeyForest
                    },
                    height_m: attributes
                        .number(&["height_m", "height", "塔高", "高度"])
                        .filter(|v| *v > 0.0),
                    range_m: attributes
                        .number(&["range_m", "range", "半径"])
                        .filter(|v| *v > 0.0),
                    at,
                });
            }
            Kind::Values => {
                let Some(at) = self.place(&feature.geometry) else {
                    return;
                };
                let said = attributes
                    .text(&["kind", "type", "place", "building", "类型"])
                    .unwrap_or_default();
                let layer = self.source.layer.clone().unwrap_or_default().to_lowercase();
                let is =
                    |marks: &[&str]| marks.iter().any(|m| said.contains(m) || layer.contains(m));
                let value_kind = if is(&["grave", "cemetery", "坟", "墓"]) {
                    ValueKind::Graves
                } else if is(&["village", "hamlet", "town", "city", "place", "村", "居民点"]) {
                    ValueKind::Village
                } else {
                    ValueKind::Building
                };
                let (en, zh) = match value_kind {
                    ValueKind::Village => ("Village", "村庄"),
                    ValueKind::Graves => ("Graves", "坟地"),
                    ValueKind::Building => ("Building", "建筑"),
                };
                let nameless = || Name {
                    en: format!("{en} {}", id()),
                    zh: format!("{zh}{}", id()),
                };
                things.values.push(Value {
                    id: id(),
                    kind: value_kind,
                    name: attributes.name().unwrap_or_else(nameless),
                    value_cny: attributes
                        .number(&["value_cny", "value", "价值"])
                        .filter(|v| *v >= 0.0)
                        .unwrap_or(0.0),
                    people: attributes
                        .number(&["people", "population", "人口"])
                        .map_or(0, |v| v.clamp(0.0, 1e8) as u32),
                    at,
                });
            }
            Kind::Areas => {
                let rings: Vec<&LineString> = match &feature.geometry {
                    Geometry::Polygon(p) => vec![p.exterior()],
                    Geometry::MultiPolygon(m) => m.0.iter().map(geo::Polygon::exterior).collect(),
                    _ => {
                        self.unfit += 1;
                        return;
                    }
                };
                let said = attributes
                    .text(&["kind", "type", "类型"])
                    .unwrap_or_default();
                let layer = self.source.layer.clone().unwrap_or_default();
                let is =
                    |marks: &[&str]| marks.iter().any(|m| said.contains(m) || layer.contains(m));
                let area_kind = if is(&["farm", "Farm", "林场"]) {
                    AreaKind::ForestFarm
                } else if is(&["reserve", "Reserve", "park", "保护区", "公园"]) {
                    AreaKind::Reserve
                } else {
                    AreaKind::Boundary
                };
                for (n, ring) in rings.into_iter().enumerate() {
                    let mut ring: Vec<Point> =
                        ring.0.iter().map(|c| Point::new(c.x, c.y)).collect();
                    if ring.first() == ring.last() {
                        ring.pop();
                    }
                    if ring.len() < 3 || !ring.iter().any(|p| self.extent.contains(*p)) {
                        self.outside += 1;
                        continue;
                    }
                    things.areas.push(Area {
                        id: part(id(), n),
                        kind: area_kind,
                        name: attributes.name().unwrap_or_else(|| plain_name(&id())),
                        ring,
                    });
                }
            }
            Kind::PowerLines => {
                let kv = attributes
                    .number(&["kv", "电压", "电压等级"])
                    .or_else(|| {
                        attributes
                            .number(&["voltage"])
                            .map(|v| if v >= 1000.0 { v / 1000.0 } else { v })
                    })
                    .filter(|v| *v > 0.0);
                for (n, path) in self.courses(i, &feature.geometry).into_iter().enumerate() {
                    let kv = self.defaulted("kv", kv, LINE_KV);
                    things.power_lines.push(PowerLine {
                        id: part(id(), n),
                        name: attributes.name(),
                        kv,
                        path,
                    });
                }
            }
            Kind::Ignitions => {
                let at_min = attributes
                    .number(&["at_min", "minutes"])
                    .filter(|v| *v >= 0.0)
                    .unwrap_or(0.0);
                let shapes: Vec<IgnitionShape> = match &feature.geometry {
                    Geometry::Polygon(p) => vec![polygon_shape(p)],
                    Geometry::MultiPolygon(m) => m.0.iter().map(polygon_shape).collect(),
                    Geometry::Point(_) => vec![IgnitionShape::Point],
                    Geometry::MultiPoint(m) => vec![IgnitionShape::Point; m.0.len()],
                    other => lines_of(other)
                        .into_iter()
                        .map(IgnitionShape::Line)
                        .collect(),
                };
                for (n, shape) in shapes.into_iter().enumerate() {
                    let at = match (&shape, &feature.geometry) {
                        (IgnitionShape::Line(path), _) => path.get(path.len() / 2).copied(),
                        (_, Geometry::MultiPoint(m)) => {
                            m.0.get(n).map(|p| Point::new(p.x(), p.y()))
                        }
                        _ => feature
                            .geometry
                            .centroid()
                            .map(|c| Point::new(c.x(), c.y())),
                    };
                    let points: Vec<Point> = match &shape {
                        IgnitionShape::Point => at.into_iter().collect(),
                        IgnitionShape::Line(p) | IgnitionShape::Polygon(p) => p.clone(),
                    };
                    let Some(at) = at.filter(|_| points.iter().all(|p| self.extent.contains(*p)))
                    else {
                        self.outside += 1;
                        continue;
                    };
                    things.ignitions.push(Ignition {
                        id: format!("fire-{}", things.ignitions.len() + 1),
                        at_min,
                        cause: Cause::Other,
                        at,
                        shape,
                    });
                }
            }
        }
    }
}

fn polygon_shape(polygon: &geo::Polygon) -> IgnitionShape {
    let mut ring: Vec<Point> = polygon
        .exterior()
        .0
        .iter()
        .map(|c| Point::new(c.x, c.y))
        .collect();
    if ring.first() == ring.last() {
        ring.pop();
    }
    IgnitionShape::Polygon(ring)
}

fn share(v: &f64) -> bool {
    (0.0..=1.0).contains(v)
}

fn is_planted(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["plant", "green", "生物", "林带", "木荷"]
        .iter()
        .any(|m| lower.contains(m))
}

fn plain_name(id: &str) -> Name {
    Name {
        en: id.to_owned(),
        zh: id.to_owned(),
    }
}

/// The lines of a geometry; outlines of areas are none.
fn lines_of(geometry: &Geometry) -> Vec<Vec<Point>> {
    let points = |l: &LineString| l.0.iter().map(|c| Point::new(c.x, c.y)).collect::<Vec<_>>();
    match geometry {
        Geometry::LineString(l) => vec![points(l)],
        Geometry::MultiLineString(m) => m.0.iter().map(points).collect(),
        Geometry::Line(l) => vec![vec![
            Point::new(l.start.x, l.start.y),
            Point::new(l.end.x, l.end.y),
        ]],
        _ => Vec::new(),
    }
}

/// A stable id: the feature's own, else its kind and number.
fn id_of(feature: &Feature, kind: Kind, i: usize) -> String {
    let own = feature.properties.get("id").and_then(|v| match v {
        Json::String(s) if !s.trim().is_empty() => Some(s.clone()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    });
    let own = own.or_else(|| feature.id.clone().filter(|id| !id.is_empty()));
    match own {
        Some(id) => id,
        None => format!(
            "{}-{}",
            kind.word().trim_end_matches('s').replace('_', "-"),
            i + 1
        ),
    }
}

fn part(id: String, n: usize) -> String {
    if n == 0 {
        id
    } else {
        format!("{id}.{}", n + 1)
    }
}

/// Ids that occur twice get a number.
fn unique_ids(things: &mut Things) {
    fn fix<'a>(ids: impl Iterator<Item = &'a mut String>) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for id in ids {
            let n = seen.entry(id.clone()).or_default();
            *n += 1;
            if *n > 1 {
                *id = format!("{id}~{n}");
            }
        }
    }
    fix(things.roads.iter_mut().map(|t| &mut t.id));
    fix(things.firebreaks.iter_mut().map(|t| &mut t.id));
    fix(things.ponds.iter_mut().map(|t| &mut t.id));
    fix(things.stations.iter_mut().map(|t| &mut t.0.id));
    fix(things.cameras.iter_mut().map(|t| &mut t.id));
    fix(things.values.iter_mut().map(|t| &mut t.id));
    fix(things.areas.iter_mut().map(|t| &mut t.id));
    fix(things.power_lines.iter_mut().map(|t| &mut t.id));
    fix(things.ignitions.iter_mut().map(|t| &mut t.id));
}

/// Attributes by any of several names, whatever their case.
struct Attributes<'a>(&'a Map<String, Json>);

impl Attributes<'_> {
    fn get(&self, names: &[&str]) -> Option<&Json> {
        names.iter().find_map(|name| {
            self.0
                .iter()
                .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
                .map(|(_, value)| value)
        })
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        match self.get(names)? {
            Json::String(s) if !s.trim().is_empty() => Some(s.trim().to_owned()),
            Json::Number(n) => Some(n.to_string()),
            Json::Bool(b) => Some(b.to_string()),
            _ => None,
        }
    }

    /// A number, or the number that a text such as `4.5 m` begins with.
    fn number(&self, names: &[&str]) -> Option<f64> {
        match self.get(names)? {
            Json::Number(n) => n.as_f64(),
            Json::String(s) => {
                let s = s.trim();
                let end = s
                    .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
                    .unwrap_or(s.len());
                s[..end].parse().ok().filter(|v: &f64| v.is_finite())
            }
            _ => None,
        }
    }

    fn year(&self, names: &[&str]) -> Option<i32> {
        self.number(names)
            .filter(|y| (1900.0..=2200.0).contains(y))
            .map(|y| y as i32)
    }

    fn flag(&self, names: &[&str]) -> Option<bool> {
        match self.text(names)?.to_lowercase().as_str() {
            "true" | "yes" | "1" | "1.0" | "t" | "y" | "是" | "有" => Some(true),
            "false" | "no" | "0" | "0.0" | "f" | "n" | "否" | "无" => Some(false),
            _ => None,
        }
    }

    fn name(&self) -> Option<Name> {
        if let Some(Json::Object(both)) = self.0.get("name") {
            let word = |key: &str| both.get(key).and_then(Json::as_str).map(str::to_owned);
            if let (Some(en), Some(zh)) = (word("en"), word("zh")) {
                return Some(Name { en, zh });
            }
        }
        let plain = self.text(&["name", "名称", "mc", "村名", "name_en"]);
        let en = self
            .text(&["name:en", "name_en"])
            .or_else(|| plain.clone())?;
        let zh = self
            .text(&["name:zh", "name_zh"])
            .or(plain)
            .unwrap_or_else(|| en.clone());
        Some(Name { en, zh })
    }
}

/// Roads as they are gathered.
#[derive(Default)]
struct Roads {
    courses: Vec<Course>,
    /// What each course is, by the number it carries.
    what: Vec<What>,
    not_for_vehicles: BTreeMap<String, usize>,
    closed: usize,
    one_way: usize,
    unknown: BTreeMap<String, usize>,
    unclassed: usize,
    by_class: BTreeMap<&'static str, usize>,
}

struct What {
    id: String,
    class: &'static str,
    width_m: Option<f64>,
    name: Option<Name>,
    is_bridge: bool,
}

impl Roads {
    fn add(&mut self, i: usize, feature: &Feature, maker: &mut Maker<'_>) {
        let attributes = Attributes(&feature.properties);
        let said = attributes.text(&[
            "highway",
            "class",
            "fclass",
            "road_class",
            "kind",
            "type",
            "等级",
            "道路等级",
            "技术等级",
            "类型",
        ]);
        let layer = maker.source.layer.clone().unwrap_or_default();
        let class = match said.as_deref() {
            Some(word) => match class_of(word, &attributes) {
                Class::Road(class) => class,
                Class::NotForVehicles => {
                    *self.not_for_vehicles.entry(word.to_owned()).or_default() += 1;
                    return;
                }
                Class::Unknown => {
                    *self.unknown.entry(word.to_owned()).or_default() += 1;
                    "village_road"
                }
            },
            None if layer.contains("防火") || layer.to_lowercase().contains("fire") => {
                "fire_road"
            }
            None => {
                self.unclassed += 1;
                "village_road"
            }
        };
        // What a car cannot drive a forest fire truck may: tracks stay.
        if attributes.flag(&["drivable"]) == Some(false)
            && !matches!(class, "forest_track" | "fire_road")
        {
            *self
                .not_for_vehicles
                .entry("drivable=false".to_owned())
                .or_default() += 1;
            return;
        }
        if attributes.text(&["access"]).is_some_and(|a| a == "no") {
            self.closed += 1;
            return;
        }
        if attributes
            .text(&["oneway"])
            .is_some_and(|o| matches!(o.as_str(), "yes" | "true" | "1" | "-1"))
        {
            self.one_way += 1;
        }
        let lines = lines_of(&feature.geometry);
        if lines.is_empty() {
            maker.unfit += 1;
            return;
        }
        let is = |key: &str| {
            attributes
                .text(&[key])
                .is_some_and(|v| !matches!(v.as_str(), "no" | "false" | "0" | "F"))
        };
        let is_bridge = is("bridge");
        let apart = is_bridge || is("tunnel");
        *self.by_class.entry(class).or_default() += 1;
        for (n, path) in lines.into_iter().enumerate() {
            self.courses.push(Course {
                feature: self.what.len(),
                path,
                shares_points: feature.properties.contains_key("osm_nodes"),
                apart,
            });
            self.what.push(What {
                id: part(id_of(feature, Kind::Roads, i), n),
                class,
                width_m: attributes
                    .number(&["width_m", "width", "宽度", "路面宽度"])
                    .filter(|w| (1.0..=60.0).contains(w)),
                name: attributes.name(),
                is_bridge,
            });
        }
    }

    fn finish(mut self, extent: Extent, snap_m: f64, notes: &mut Vec<Note>) -> Vec<Road> {
        if self.courses.is_empty() {
            return Vec::new();
        }
        let shared = shared_ends(&self.courses);
        if shared >= SHARED_ENDS {
            for course in &mut self.courses {
                course.shares_points = true;
            }
            notes.push(Note::read(
                Message::new("import-roads-share").with("percent", libm::round(100.0 * shared)),
            ));
        }
        let mut done = Joined::default();
        let courses = network::clip(std::mem::take(&mut self.courses), extent, &mut done);
        let courses = network::clean(courses, &mut done);
        let courses = network::join(courses, snap_m, &mut done);
        self.say(&done, snap_m, notes);
        let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
        courses
            .into_iter()
            .map(|course| {
                let what = &self.what[course.feature];
                let n = parts.entry(course.feature).or_default();
                *n += 1;
                Road {
                    bridges_m: (what.is_bridge)
                        .then(|| vec![0.5 * Polyline::new(course.path.clone()).length()]),
                    id: part(what.id.clone(), *n - 1),
                    class: what.class.to_owned(),
                    width_m: what.width_m,
                    name: what.name.clone(),
                    gate_min: 0.0,
                    limit_t: None,
                    passing_m: None,
                    turn_rounds_m: None,
                    path: course.path,
                }
            })
            .collect()
    }

    fn say(&self, done: &Joined, snap_m: f64, notes: &mut Vec<Note>) {
        let classes: Vec<String> = self
            .by_class
            .iter()
            .map(|(c, n)| format!("{c} {n}"))
            .collect();
        notes.push(Note::read(
            Message::new("import-road-classes").with("classes", classes.join(", ")),
        ));
        let list = |counts: &BTreeMap<String, usize>| -> String {
            let mut all: Vec<_> = counts.iter().collect();
            all.sort_by_key(|(word, n)| (std::cmp::Reverse(**n), (*word).clone()));
            let shown: Vec<String> = all
                .iter()
                .take(12)
                .map(|(w, n)| format!("{w} {n}"))
                .collect();
            shown.join(", ")
        };
        if !self.not_for_vehicles.is_empty() {
            notes.push(Note::read(
                Message::new("import-roads-footways").with("classes", list(&self.not_for_vehicles)),
            ));
        }
        if !self.unknown.is_empty() {
            notes.push(Note::assumed(
                Message::new("import-roads-unknown").with("classes", list(&self.unknown)),
            ));
        }
        for (key, count) in [
            ("import-roads-unclassed", self.unclassed),
            ("import-roads-one-way", self.one_way),
            ("import-roads-closed", self.closed),
        ] {
            if count > 0 {
                notes.push(Note::assumed(Message::new(key).with("count", count as f64)));
            }
        }
        notes.push(Note::read(
            Message::new("import-roads-joined")
                .with("snapped", done.snapped as f64)
                .with("led", done.led_in as f64)
                .with("crossings", done.crossings as f64)
                .with("metres", snap_m),
        ));
        for (key, count) in [
            ("import-roads-off-map", done.off_map),
            ("import-roads-degenerate", done.degenerate),
        ] {
            if count > 0 {
                notes.push(Note::warning(Message::new(key).with("count", count as f64)));
            }
        }
    }
}

/// Share of the ends of roads that are also a point of another road.
fn shared_ends(courses: &[Course]) -> f64 {
    let key = |p: Point| {
        (
            libm::round(p.x * 20.0) as i64,
            libm::round(p.y * 20.0) as i64,
        )
    };
    let mut owners: BTreeMap<(i64, i64), (usize, bool)> = BTreeMap::new();
    for (i, course) in courses.iter().enumerate() {
        for &p in &course.path {
            owners
                .entry(key(p))
                .and_modify(|(first, shared)| *shared |= *first != i)
                .or_insert((i, false));
        }
    }
    let ends = courses
        .iter()
        .flat_map(|c| [c.path.first(), c.path.last()])
        .flatten();
    let (mut all, mut shared) = (0_usize, 0_usize);
    for &end in ends {
        all += 1;
        shared += usize::from(owners.get(&key(end)).is_some_and(|o| o.1));
    }
    if all == 0 {
        0.0
    } else {
        shared as f64 / all as f64
    }
}

enum Class {
    Road(&'static str),
    NotForVehicles,
    Unknown,
}

/// The catalogue's class of a road by the word that a file has for it: OpenStreetMap's `highway`, classes of
/// Chinese roads, the catalogue's own.
fn class_of(word: &str, attributes: &Attributes<'_>) -> Class {
    let unpaved = || {
        attributes.text(&["surface"]).is_some_and(|s| {
            [
                "unpaved",
                "gravel",
                "fine_gravel",
                "compacted",
                "dirt",
                "earth",
                "ground",
                "grass",
                "sand",
                "mud",
                "pebblestone",
            ]
            .contains(&s.as_str())
        })
    };
    let lower = word.to_lowercase();
    let base = lower.trim_end_matches("_link");
    Class::Road(match base {
        "county_road" | "motorway" | "trunk" | "primary" | "secondary" => "county_road",
        "town_road" | "tertiary" => "town_road",
        "village_road" | "unclassified" | "residential" | "living_street" | "service"
        | "services" | "road" => {
            if unpaved() {
                "fire_road"
            } else {
                "village_road"
            }
        }
        "fire_road" => "fire_road",
        "forest_track" => "forest_track",
        // Grades 1 and 2 are solid or mostly solid (OpenStreetMap wiki, Key:tracktype).
        "track" | "track_grade1" | "track_grade2" | "track_grade3" | "track_grade4"
        | "track_grade5" => {
            let grade = attributes
                .text(&["tracktype"])
                .unwrap_or_else(|| base.to_owned());
            if grade.ends_with("grade1") || grade.ends_with("grade2") {
                "fire_road"
            } else {
                "forest_track"
            }
        }
        "path" | "footway" | "pedestrian" | "steps" | "cycleway" | "bridleway" | "corridor"
        | "proposed" | "construction" | "platform" | "elevator" | "raceway" | "via_ferrata"
        | "abandoned" | "razed" => {
            return Class::NotForVehicles;
        }
        _ => {
            let has = |marks: &[&str]| marks.iter().any(|m| word.contains(m));
            if has(&["防火", "林区公路", "林道"]) {
                "fire_road"
            } else if has(&["便道", "小路", "机耕", "林间"]) {
                "forest_track"
            } else if has(&["高速", "国道", "省道", "县道", "一级", "二级", "三级"]) {
                "county_road"
            } else if has(&["乡道", "四级"]) {
                "town_road"
            } else if has(&["村道", "等外"]) {
                "village_road"
            } else {
                return Class::Unknown;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(word: &str, tags: &[(&str, &str)]) -> Option<&'static str> {
        let map: Map<String, Json> = tags
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Json::String((*v).to_owned())))
            .collect();
        match class_of(word, &Attributes(&map)) {
            Class::Road(class) => Some(class),
            _ => None,
        }
    }

    #[test]
    fn roads_are_classed_by_what_osm_and_chinese_files_call_them() {
        for (word, expected) in [
            ("motorway_link", Some("county_road")),
            ("tertiary", Some("town_road")),
            ("residential", Some("village_road")),
            ("track", Some("forest_track")),
            ("track_grade2", Some("fire_road")),
            ("footway", None),
            ("县道", Some("county_road")),
            ("防火公路", Some("fire_road")),
            ("村道", Some("village_road")),
            ("whatever", None),
        ] {
            assert_eq!(class(word, &[]), expected, "{word}");
        }
        assert_eq!(
            class("track", &[("tracktype", "grade1")]),
            Some("fire_road")
        );
        assert_eq!(
            class("service", &[("surface", "gravel")]),
            Some("fire_road")
        );
    }

    #[test]
    fn layers_are_known_by_their_names() {
        for (name, kind) in [
            ("roads", Some(Kind::Roads)),
            ("water_points", Some(Kind::Ponds)),
            ("生物防火林带", Some(Kind::Firebreaks)),
            ("防火道", Some(Kind::Roads)),
            ("ignicion_1", Some(Kind::Ignitions)),
            ("buildings", Some(Kind::Values)),
            ("power_lines", Some(Kind::PowerLines)),
            ("铁塔哨兵", Some(Kind::Cameras)),
            ("soil", None),
        ] {
            assert_eq!(Kind::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn numbers_are_read_with_their_units_and_names_in_two_languages() {
        let map: Map<String, Json> = serde_json::from_str(
            r#"{"Width": "4.5 m", "name": "Huangni", "name:zh": "黄泥", "built": 2014, "edge_trees": "是"}"#,
        )
        .unwrap();
        let a = Attributes(&map);
        assert_eq!(a.number(&["width"]), Some(4.5));
        assert_eq!(a.year(&["built"]), Some(2014));
        assert_eq!(a.flag(&["edge_trees"]), Some(true));
        let name = a.name().unwrap();
        assert_eq!((name.en.as_str(), name.zh.as_str()), ("Huangni", "黄泥"));
    }
}
