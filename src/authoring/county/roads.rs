//! Roads: a tree of cheapest courses between the towns with shortcuts, village roads, the farms'
//! fire roads to the kilometre, and forest tracks.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::facts::Facts;
use super::sites::{Land, Settlement, Tract};
use crate::authoring::AuthoringError;
use crate::authoring::noise::Noise;
use crate::authoring::paths::{Ground, centres, first_part, length, simplified, smoothed};
use crate::base::geo::Point;
use crate::scenario::schema::{AreaKind, Road};

/// Fire roads of the county, metres (county bulletin).
pub const FIRE_ROAD_M: f64 = 21_500.0;
/// Classes, best first.
const CLASSES: [&str; 5] = [
    "county_road",
    "town_road",
    "village_road",
    "fire_road",
    "forest_track",
];
const COUNTY: usize = 0;
const TOWN: usize = 1;
const VILLAGE: usize = 2;
const FIRE: usize = 3;
const TRACK: usize = 4;
/// Towns joined by county roads: the county seat and the largest.
const LARGE_TOWNS: usize = 11;

/// The network as pieces between neighbouring cells.
#[derive(Debug, Clone, Default)]
struct Net {
    pieces: BTreeMap<(usize, usize), usize>,
    nodes: BTreeSet<usize>,
}

impl Net {
    fn add_piece(&mut self, a: usize, b: usize, class: usize) {
        let best = self.pieces.entry((a.min(b), a.max(b))).or_insert(class);
        *best = (*best).min(class);
        self.nodes.insert(a);
        self.nodes.insert(b);
    }

    /// Adds a course; where it would cross a road on the other diagonal it turns into it, so that
    /// roads meet wherever they cross.
    fn add(&mut self, course: &[usize], class: usize, cols: usize) {
        for pair in course.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            // The other two corners of the square that a diagonal piece crosses.
            let (c, d) = ((a / cols) * cols + b % cols, (b / cols) * cols + a % cols);
            if c != a && c != b && self.pieces.contains_key(&(c.min(d), c.max(d))) {
                self.add_piece(a, c, class);
                self.add_piece(c, b, class);
            } else {
                self.add_piece(a, b, class);
            }
        }
    }

    /// The part of a course before it meets the network.
    fn until_met(&self, course: &[usize]) -> Vec<usize> {
        let end = course
            .iter()
            .position(|i| self.nodes.contains(i))
            .unwrap_or(course.len() - 1);
        course[..=end].to_vec()
    }

    fn list(&self) -> Vec<usize> {
        self.nodes.iter().copied().collect()
    }
}

/// Makes the roads of a county.
pub fn build(
    facts: &Facts,
    land: &Land,
    towns: &[Settlement],
    villages: &[Settlement],
    tracts: &[Tract],
    seed: u64,
) -> Result<Vec<Road>, AuthoringError> {
    let mut ground = road_ground(land, seed);
    let cols = land.grid.cols;
    let mut net = Net::default();
    town_roads(facts, land, &mut ground, towns, &mut net);
    // Village roads and the ways to the farms: every place at the end of its cheapest way.
    let (reach, _) = ground.spread(&net.list(), f64::INFINITY, |_| false);
    let mut places: Vec<usize> = villages
        .iter()
        .map(|v| land.cell(v.at))
        .chain(tracts.iter().map(|t| land.cell(t.station)))
        .collect();
    places.sort_by(|&a, &b| reach.cost[a].total_cmp(&reach.cost[b]).then(a.cmp(&b)));
    for &i in &places {
        let course = net.until_met(&reach.back(i));
        net.add(&course, VILLAGE, cols);
    }
    village_links(land, &ground, &places, &mut net);
    forest_roads(land, &ground, tracts, &mut net);
    let roads = drawn(land, &net, &Winding::new(seed));
    fire_roads_to_length(roads, seed)
}

fn road_ground(land: &Land, seed: u64) -> Ground {
    let whim = Noise::new(seed, "county road whim");
    let cost = (0..land.grid.len())
        .map(|i| {
            let p = land.place(i);
            let water = if land.water[i] { 60.0 } else { 0.0 };
            let wet = if land.above_stream[i] < 1.0 { 0.8 } else { 0.0 };
            let away = if land.county[i] { 0.0 } else { 0.6 };
            // Fields, houses and old rights of way: nobody builds straight across a plain.
            let ragged = 1.1 * whim.fractal(p.x / 1100.0, p.y / 1100.0, 4);
            (1.0 + 4.0 * f64::from(land.slope[i]) + water + wet + away + ragged).max(0.5) as f32
        })
        .collect();
    Ground {
        grid: land.grid,
        height: land.height.clone(),
        cost,
        easy_grade: 0.04,
        grade_cost: 150.0,
    }
}

fn town_roads(
    facts: &Facts,
    land: &Land,
    ground: &mut Ground,
    towns: &[Settlement],
    net: &mut Net,
) {
    let cols = land.grid.cols;
    let mut order: Vec<usize> = (0..towns.len()).collect();
    let seat = towns[0].at;
    // The largest first, then by distance from the seat.
    let mut by_size = order.clone();
    by_size.sort_by_key(|&k| (std::cmp::Reverse(facts.towns[k].villages.len()), k));
    let large: BTreeSet<usize> = by_size.into_iter().take(LARGE_TOWNS).chain([0]).collect();
    order.sort_by(|&a, &b| {
        let small = (!large.contains(&a)).cmp(&!large.contains(&b));
        small
            .then(
                towns[a]
                    .at
                    .distance(seat)
                    .total_cmp(&towns[b].at.distance(seat)),
            )
            .then(a.cmp(&b))
    });
    net.nodes.insert(land.cell(seat));
    for &k in order.iter().skip(1) {
        let class = if large.contains(&k) { COUNTY } else { TOWN };
        let (reach, met) = ground.spread(&[land.cell(towns[k].at)], f64::INFINITY, |i| {
            net.nodes.contains(&i)
        });
        if let Some(i) = met {
            lay(ground, net, &reach.back(i), class, cols);
        }
    }
    // County roads leave the map towards Hengyang city, Nanyue, Shaodong and Qidong.
    let extent = land.grid.extent();
    let at = |u: f64, v: f64| {
        Point::new(
            extent.min.x + u * (extent.max.x - extent.min.x),
            extent.min.y + v * (extent.max.y - extent.min.y),
        )
    };
    let exits = [
        (0, at(0.78, 0.002)),
        (9, at(0.78, 0.998)),
        (5, at(0.002, 0.62)),
        (11, at(0.30, 0.002)),
        (17, at(0.998, 0.30)),
    ];
    for (town, exit) in exits {
        if let Some(town) = towns.get(town) {
            let course = ground.course(land.cell(town.at), land.cell(exit));
            lay(ground, net, &course, COUNTY, cols);
        }
    }
    // Shortcuts between near towns; roads that exist are cheaper than new ones, so only the missing
    // parts are built.
    for a in 0..towns.len() {
        for b in a + 1..towns.len() {
            let middle = towns[a].at.towards(towns[b].at, 0.5);
            let apart = towns[a].at.distance(towns[b].at);
            // Neighbours after Gabriel & Sokal (1969): no third town in the circle between them.
            let neighbours = (0..towns.len())
                .all(|k| k == a || k == b || towns[k].at.distance(middle) >= apart / 2.0);
            if neighbours && apart < 16_000.0 {
                let course = ground.course(land.cell(towns[a].at), land.cell(towns[b].at));
                lay(ground, net, &course, TOWN, cols);
            }
        }
    }
}

/// Neighbours are joined when they lie no farther apart than this, metres.
const LINK_M: f64 = 3500.0;
/// And when the way by the roads so far is longer than the straight one by this factor.
const LINK_DETOUR: f64 = 3.0;

/// Roads between neighbouring places: a tree of roads alone would send a neighbour round by the
/// county town.
fn village_links(land: &Land, ground: &Ground, places: &[usize], net: &mut Net) {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (k, &a) in places.iter().enumerate() {
        for &b in &places[k + 1..] {
            let apart = land.place(a).distance(land.place(b));
            if a != b && apart < LINK_M {
                pairs.push((apart, a.min(b), a.max(b)));
            }
        }
    }
    pairs.sort_by(|p, q| p.0.total_cmp(&q.0).then((p.1, p.2).cmp(&(q.1, q.2))));
    let mut around: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let join = |around: &mut BTreeMap<usize, BTreeSet<usize>>, a: usize, b: usize| {
        around.entry(a).or_default().insert(b);
        around.entry(b).or_default().insert(a);
    };
    for &(a, b) in net.pieces.keys() {
        join(&mut around, a, b);
    }
    for (apart, a, b) in pairs {
        if is_near_by_road(land, &around, a, b, LINK_DETOUR * apart) {
            continue;
        }
        let (reach, met) = ground.spread(&[a], f64::INFINITY, |i| i == b);
        let Some(end) = met else { continue };
        net.add(&reach.back(end), VILLAGE, land.grid.cols);
        for &(c, d) in net.pieces.keys() {
            join(&mut around, c, d);
        }
    }
}

/// Whether a way of at most `limit` metres leads from one place to another over the roads.
fn is_near_by_road(
    land: &Land,
    around: &BTreeMap<usize, BTreeSet<usize>>,
    from: usize,
    to: usize,
    limit: f64,
) -> bool {
    let mut best: BTreeMap<usize, f64> = BTreeMap::from([(from, 0.0)]);
    let mut open = BinaryHeap::from([Reverse((0u64, from))]);
    while let Some(Reverse((bits, here))) = open.pop() {
        let so_far = f64::from_bits(bits);
        if here == to {
            return true;
        }
        if so_far > best[&here] {
            continue;
        }
        for &next in around.get(&here).into_iter().flatten() {
            let way = so_far + land.place(here).distance(land.place(next));
            if way <= limit && best.get(&next).is_none_or(|&b| way < b) {
                best.insert(next, way);
                open.push(Reverse((way.to_bits(), next)));
            }
        }
    }
    false
}

/// Adds a course to the network and makes its cells cheap to follow.
fn lay(ground: &mut Ground, net: &mut Net, course: &[usize], class: usize, cols: usize) {
    net.add(course, class, cols);
    for &i in course {
        ground.cost[i] = ground.cost[i].min(0.35);
    }
}

/// Fire roads from each farm's station up to its summits, then forest tracks to further summits.
fn forest_roads(land: &Land, ground: &Ground, tracts: &[Tract], net: &mut Net) {
    let cols = land.grid.cols;
    let farms: Vec<&Tract> = tracts
        .iter()
        .filter(|t| t.kind == AreaKind::ForestFarm)
        .collect();
    let share = FIRE_ROAD_M / farms.len() as f64;
    let mut summits_of: Vec<Vec<usize>> = Vec::new();
    for farm in &farms {
        let summits = summits(land, &farm.cells, 8);
        let mut built = 0.0;
        for &top in &summits {
            // A little more than the farm's share: the last road is cut to length.
            if built > share + 900.0 {
                break;
            }
            let (reach, met) = ground.spread(&[top], f64::INFINITY, |i| net.nodes.contains(&i));
            let Some(i) = met else { continue };
            let mut course = reach.back(i);
            let metres = length(&centres(&land.grid, &course));
            // Up from the network: the summit's end is the dead end.
            course.reverse();
            if metres > 400.0 {
                built += 0.94 * metres;
                net.add(&course, FIRE, cols);
            }
        }
        summits_of.push(summits);
    }
    let park = tracts
        .iter()
        .filter(|t| t.kind != AreaKind::ForestFarm)
        .map(|t| summits(land, &t.cells, 8));
    for top in summits_of.into_iter().chain(park).flatten() {
        if net.nodes.contains(&top) {
            continue;
        }
        let (reach, met) = ground.spread(&[top], 30_000.0, |i| net.nodes.contains(&i));
        if let Some(i) = met {
            net.add(&reach.back(i), TRACK, cols);
        }
    }
}

/// The highest points of a tract, at least 900 m apart.
pub fn summits(land: &Land, cells: &BTreeSet<usize>, most: usize) -> Vec<usize> {
    let mut by_height: Vec<usize> = cells
        .iter()
        .copied()
        .filter(|&i| land.prominence[i] > 8.0)
        .collect();
    by_height.sort_by(|&a, &b| land.height[b].total_cmp(&land.height[a]).then(a.cmp(&b)));
    let mut chosen: Vec<usize> = Vec::new();
    for i in by_height {
        if chosen.len() == most {
            break;
        }
        if chosen
            .iter()
            .all(|&j| land.place(i).distance(land.place(j)) > 900.0)
        {
            chosen.push(i);
        }
    }
    chosen
}

/// Small shifts that let roads wind: a grid knows eight directions, a road does not. A place is
/// always shifted the same way, so that roads still meet.
struct Winding {
    east: Noise,
    north: Noise,
}

impl Winding {
    fn new(seed: u64) -> Self {
        Self {
            east: Noise::new(seed, "county road winding east"),
            north: Noise::new(seed, "county road winding north"),
        }
    }

    fn shifted(&self, p: Point) -> Point {
        let (x, y) = (p.x / 620.0, p.y / 620.0);
        Point::new(
            p.x + 110.0 * self.east.fractal(x, y, 2),
            p.y + 110.0 * self.north.fractal(x, y, 2),
        )
    }
}

/// The network as roads from junction to junction, drawn as smooth lines.
fn drawn(land: &Land, net: &Net, winding: &Winding) -> Vec<Road> {
    let mut around: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (&(a, b), &class) in &net.pieces {
        around.entry(a).or_default().push((b, class));
        around.entry(b).or_default().push((a, class));
    }
    let passes = |i: usize| around[&i].len() == 2 && around[&i][0].1 == around[&i][1].1;
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut counts = [0usize; CLASSES.len()];
    let mut roads = Vec::new();
    // Junctions and ends first; what is left afterwards are rings without a junction.
    let starts = around.keys().filter(|i| !passes(**i)).chain(around.keys());
    for &start in starts {
        for &(next, class) in &around[&start] {
            if !used.insert((start.min(next), start.max(next))) {
                continue;
            }
            let mut cells = vec![start, next];
            let mut at = next;
            while passes(at) && at != start {
                let before = cells[cells.len() - 2];
                let Some(&(on, _)) = around[&at].iter().find(|(j, _)| *j != before) else {
                    break;
                };
                used.insert((at.min(on), at.max(on)));
                cells.push(on);
                at = on;
            }
            counts[class] += 1;
            let line: Vec<Point> = centres(&land.grid, &cells)
                .into_iter()
                .map(|p| winding.shifted(p))
                .collect();
            roads.push(Road {
                bridges_m: None,
                id: format!("{}-{:04}", CLASSES[class].replace('_', "-"), counts[class]),
                class: CLASSES[class].to_owned(),
                width_m: None,
                name: None,
                gate_min: 0.0,
                limit_t: None,
                passing_m: None,
                turn_rounds_m: None,
                path: rounded(&simplified(&smoothed(&line, 2), 5.0)),
            });
        }
    }
    roads
}

/// To the decimetre: that is how closely anybody knows.
fn rounded(line: &[Point]) -> Vec<Point> {
    let round = |v: f64| libm::round(v * 10.0) / 10.0;
    line.iter()
        .map(|p| Point::new(round(p.x), round(p.y)))
        .collect()
}

/// Brings the fire roads to the county's length: the far ends of some are no more than tracks.
fn fire_roads_to_length(roads: Vec<Road>, seed: u64) -> Result<Vec<Road>, AuthoringError> {
    let fire = |road: &Road| road.class == CLASSES[FIRE];
    let mut excess = roads
        .iter()
        .filter(|r| fire(r))
        .map(|r| length(&r.path))
        .sum::<f64>()
        - FIRE_ROAD_M;
    let mut out = Vec::with_capacity(roads.len() + 8);
    for mut road in roads {
        // At least 300 m of each stay fire road.
        let whole = length(&road.path);
        let cut = excess.min(whole - 300.0);
        // Rounding leaves a decimetre or two; that is no road.
        if fire(&road) && cut > 0.5 {
            let whole_path = std::mem::take(&mut road.path);
            road.path = rounded(&first_part(&whole_path, whole - cut));
            let mut back = whole_path;
            back.reverse();
            let mut end = first_part(&back, cut);
            end.reverse();
            // Both parts share the point where the fire road ends.
            if let (Some(first), Some(&last)) = (end.first_mut(), road.path.last()) {
                *first = last;
            }
            excess -= whole - length(&road.path);
            out.push(Road {
                bridges_m: None,
                id: format!("{}-end", road.id),
                class: CLASSES[TRACK].to_owned(),
                path: end,
                ..road.clone()
            });
        }
        out.push(road);
    }
    if excess.abs() > 1.0 {
        return Err(AuthoringError::NoPlace {
            seed,
            what: "the county's fire roads",
        });
    }
    Ok(out)
}
