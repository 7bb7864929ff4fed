//! What a map does not show but people speak of: names of roads, belts, ponds, towers and lines, bridges over
//! streams, gates on fire roads.

use std::collections::BTreeMap;

use super::relief::Relief;
use super::sites::{Settlement, Tract};
use crate::base::geo::{Point, Polyline, polygon_contains};
use crate::scenario::schema::{
    BreakKind, Camera, CameraGroup, Firebreak, Name, Pond, PowerLine, Road,
};

/// A stream that drains so much is crossed by a bridge, a smaller one by a pipe \[J\], square metres.
const BRIDGE_FROM_M2: f64 = 3e6;
/// A road that keeps to a stream for longer than this runs beside it, metres.
const LONGEST_BRIDGE_M: f64 = 120.0;
/// Of crossings nearer to each other than this the first counts: there the road runs in the valley, metres.
const APART_M: f64 = 300.0;
/// Steps in which a road is walked along, metres.
const STEP_M: f64 = 10.0;
/// A gate of a fire road is shut in the fire season, and its key is fetched \[J\], minutes.
const GATE_MIN: f64 = 2.0;

/// Numbers things by the place that they are called after.
pub struct Namer<'a> {
    towns: &'a [Settlement],
    tracts: &'a [Tract],
    counts: BTreeMap<(String, &'static str), u32>,
}

impl<'a> Namer<'a> {
    /// For a county's towns, forest farms and park.
    pub fn new(towns: &'a [Settlement], tracts: &'a [Tract]) -> Self {
        Self {
            towns,
            tracts,
            counts: BTreeMap::new(),
        }
    }

    /// The tract that a place lies in, or else the nearest town, in English and Chinese.
    fn place(&self, at: Point) -> (&'a str, &'a str) {
        let short = |name: &'a str, mark: &str| name.split(mark).next().unwrap_or(name);
        let inside = |t: &&Tract| polygon_contains(&t.ring, at);
        if let Some(tract) = self.tracts.iter().find(inside) {
            return (short(&tract.name.en, " ("), short(&tract.name.zh, "（"));
        }
        let nearest = self
            .towns
            .iter()
            .min_by(|a, b| a.at.distance(at).total_cmp(&b.at.distance(at)));
        nearest.map_or(("", ""), |t| (t.name.en.as_str(), t.name.zh.as_str()))
    }

    /// The next of a kind at a place: `Jibing Town tower 3`, `集兵镇3号铁塔`.
    fn next(&mut self, at: Point, en: &'static str, zh: &str) -> Name {
        let place = self.place(at);
        let n = self.counts.entry((place.0.to_owned(), en)).or_insert(0);
        *n += 1;
        Name {
            en: format!("{} {en} {n}", place.0),
            zh: format!("{}{n}号{zh}", place.1),
        }
    }

    /// Names all that has none yet.
    pub fn name(
        &mut self,
        roads: &mut [Road],
        firebreaks: &mut [Firebreak],
        ponds: &mut [Pond],
        cameras: &mut [Camera],
    ) {
        let middle = |path: &[Point]| path.get(path.len() / 2).copied().unwrap_or_default();
        for road in roads {
            let (en, zh) = match road.class.as_str() {
                "county_road" => ("county road", "县道"),
                "town_road" => ("township road", "乡道"),
                "village_road" => ("village road", "村道"),
                "fire_road" => ("fire road", "防火道路"),
                _ => ("forest track", "林间便道"),
            };
            road.name = Some(self.next(middle(&road.path), en, zh));
        }
        for belt in firebreaks {
            let (en, zh) = match belt.kind {
                BreakKind::Planted => ("planted belt", "生物防火林带"),
                BreakKind::Isolation => ("isolation belt", "隔离带"),
            };
            belt.name = Some(self.next(middle(&belt.path), en, zh));
        }
        for pond in ponds {
            pond.name = Some(self.next(pond.at, "pond", "蓄水池"));
        }
        for camera in cameras {
            let (en, zh) = match camera.group {
                CameraGroup::FarmsAndReserves => ("watch tower", "铁塔哨兵"),
                CameraGroup::KeyForest => ("camera tower", "监控铁塔"),
            };
            camera.name = Some(self.next(camera.at, en, zh));
        }
    }
}

/// Names power lines by their voltage.
pub fn name_lines(lines: &mut [PowerLine]) {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for line in lines {
        let kv = libm::round(line.kv) as u32;
        let n = counts.entry(kv).or_insert(0);
        *n += 1;
        line.name = Some(Name {
            en: format!("{kv} kV line {n}"),
            zh: format!("{kv}千伏{n}号线路"),
        });
    }
}

/// Puts gates where fire roads leave other roads, and bridges where roads cross streams.
pub fn gates_and_bridges(relief: &Relief, roads: &mut [Road]) {
    let ends = |road: &Road| [road.path.first().copied(), road.path.last().copied()];
    let open: Vec<Point> = roads
        .iter()
        .filter(|r| !matches!(r.class.as_str(), "fire_road" | "forest_track"))
        .flat_map(|r| r.path.iter().copied())
        .collect();
    for road in roads {
        if road.class == "fire_road" && ends(road).iter().flatten().any(|p| open.contains(p)) {
            road.gate_min = GATE_MIN;
        }
        let bridges = crossings(relief, &road.path);
        road.bridges_m = (!bridges.is_empty()).then_some(bridges);
    }
}

/// Where a course crosses streams, whole metres along it.
fn crossings(relief: &Relief, path: &[Point]) -> Vec<f64> {
    let course = Polyline::new(path.to_vec());
    let steps = libm::floor(course.length() / STEP_M) as usize;
    let is_stream = |metres: f64| {
        let cell = course
            .point_at(metres)
            .and_then(|p| relief.height.grid.cell_at(p));
        cell.is_some_and(|(col, row)| {
            let i = row * relief.height.grid.cols + col;
            relief.above_stream[i] <= 0.0 && relief.drained[i] >= BRIDGE_FROM_M2
        })
    };
    let mut found: Vec<f64> = Vec::new();
    let mut since: Option<f64> = None;
    for i in 0..=steps {
        let metres = i as f64 * STEP_M;
        match (is_stream(metres), since) {
            (true, None) => since = Some(metres),
            (false, Some(from)) => {
                let middle = libm::round(0.5 * (from + metres));
                let is_apart = found.last().is_none_or(|last| middle - last >= APART_M);
                if metres - from <= LONGEST_BRIDGE_M && is_apart {
                    found.push(middle);
                }
                since = None;
            }
            _ => {}
        }
    }
    found
}
