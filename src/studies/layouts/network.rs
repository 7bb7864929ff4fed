//! What a network consists of, what it costs, and where it is not whole.

use serde::{Deserialize, Serialize};

use super::input::{Layout, ROAD_CLASS};
use crate::base::geo::{Extent, Point, Polyline, nearest_on_segment, polygon_contains};
use crate::scenario::networks::{BreakPrice, NetworkRules};
use crate::scenario::schema::{Area, BreakKind, Road};
use crate::world::World;

/// Square metres in a hectare.
const M2_PER_HA: f64 = 10_000.0;
/// Metres in a kilometre.
const M_PER_KM: f64 = 1000.0;
/// An end so near a line's side meets it, metres: what a survey by hand is out by.
const MEETS_M: f64 = 5.0;

/// Kinds of break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A planted belt.
    Planted,
    /// An isolation belt.
    Isolation,
    /// A fire road.
    Road,
}

impl Kind {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planted => "planted",
            Self::Isolation => "isolation",
            Self::Road => "road",
        }
    }

    fn price(self, rules: &NetworkRules) -> &BreakPrice {
        match self {
            Self::Planted => &rules.planted,
            Self::Isolation => &rules.isolation,
            Self::Road => &rules.road,
        }
    }
}

impl From<BreakKind> for Kind {
    fn from(kind: BreakKind) -> Self {
        match kind {
            BreakKind::Planted => Self::Planted,
            BreakKind::Isolation => Self::Isolation,
        }
    }
}

/// What a network consists of.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Network {
    /// Planted belts, km.
    pub planted_km: f64,
    /// Isolation belts, km.
    pub isolation_km: f64,
    /// Fire roads, the scenario's included, km.
    pub road_km: f64,
    /// Area to which the density is that of, by id: where fires are drawn; none for the whole map.
    pub density_area: Option<String>,
    /// Forest there, ha.
    pub forest_ha: f64,
    /// What of the network lies there, for each hectare of forest, metres.
    pub density_m_per_ha: f64,
    /// Pairs of ends that nearly meet.
    pub gaps: usize,
    /// Ends that meet nothing that stops fire.
    pub dead_ends: usize,
    /// Length narrower than the standard of its kind, km.
    pub below_standard_km: f64,
}

impl Network {
    /// Length of all, km.
    pub fn total_km(&self) -> f64 {
        self.planted_km + self.isolation_km + self.road_km
    }
}

/// A part of a network.
struct Part<'a> {
    kind: Kind,
    width_m: f64,
    path: &'a [Point],
    /// Whether the layout brought it, so that it costs.
    costs: Option<f64>,
    is_new: bool,
}

impl Part<'_> {
    fn km(&self) -> f64 {
        Polyline::new(self.path.to_vec()).length() / M_PER_KM
    }
}

fn road_width(world: &World, road: &Road) -> f64 {
    let class = world.scenario.catalogue.road_classes.get(&road.class);
    road.width_m
        .unwrap_or_else(|| class.map_or(0.0, |c| c.width_m.value))
}

fn parts<'a>(world: &'a World, layout: &'a Layout) -> Vec<Part<'a>> {
    let given = |id: &String| layout.costs.get(id).copied();
    let belts = layout.firebreaks.iter().map(|b| Part {
        kind: b.kind.into(),
        width_m: b.width_m,
        path: &b.path,
        costs: given(&b.id),
        is_new: true,
    });
    let road = |r: &'a Road, is_new| Part {
        kind: Kind::Road,
        width_m: road_width(world, r),
        path: &r.path,
        costs: given(&r.id),
        is_new,
    };
    let own = world.roads.iter().filter(|r| r.class == ROAD_CLASS);
    belts
        .chain(own.map(|r| road(r, false)))
        .chain(layout.roads.iter().map(|r| road(r, true)))
        .collect()
}

/// What building and keeping up a network cost, yuan; the scenario's own roads, which every layout has, are not in
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Price {
    /// Building it.
    pub build_cny: f64,
    /// Keeping it up, a year.
    pub upkeep_cny_per_year: f64,
}

/// What a layout costs: as its features say, else by kind, length and width from the catalogue.
pub fn price(world: &World, layout: &Layout) -> Price {
    let rules = &world.scenario.catalogue.networks;
    let mut price = Price::default();
    for part in parts(world, layout).iter().filter(|p| p.is_new) {
        let of = part.kind.price(rules);
        let km_m = part.km() * part.width_m;
        price.build_cny += part.costs.unwrap_or(km_m * of.build_cny_km_m.value);
        price.upkeep_cny_per_year += km_m * of.upkeep_cny_km_m_y.value;
    }
    price
}

/// Sums a network up.
pub fn summary(world: &World, layout: &Layout) -> Network {
    let rules = &world.scenario.catalogue.networks;
    let parts = parts(world, layout);
    let area = area(world);
    let mut network = Network {
        density_area: area.map(|a| a.id.clone()),
        forest_ha: forest_ha(world, area),
        ..Network::default()
    };
    let mut there_m = 0.0;
    for part in &parts {
        let km = part.km();
        there_m += length_within(part.path, area);
        match part.kind {
            Kind::Planted => network.planted_km += km,
            Kind::Isolation => network.isolation_km += km,
            Kind::Road => network.road_km += km,
        }
        if part.width_m < part.kind.price(rules).standard_width_m.value {
            network.below_standard_km += km;
        }
    }
    network.density_m_per_ha = there_m / network.forest_ha.max(1.0);
    (network.gaps, network.dead_ends) = loose_ends(world, layout, &parts, rules.gap_m.value);
    network
}

/// The area to which drawn fires are confined, when they are.
fn area(world: &World) -> Option<&Area> {
    let draw = world.scenario.file.drawn_ignitions.as_ref()?;
    let id = draw.within.as_ref()?;
    world.areas.iter().find(|a| a.id == *id)
}

/// Length of the sides of a line whose middle lies in an area, metres.
pub fn length_within(path: &[Point], area: Option<&Area>) -> f64 {
    let is_within = |p| area.is_none_or(|a| polygon_contains(&a.ring, p));
    path.windows(2)
        .filter(|s| is_within(s[0].towards(s[1], 0.5)))
        .map(|s| s[0].distance(s[1]))
        .sum()
}

fn forest_ha(world: &World, area: Option<&Area>) -> f64 {
    let (cover, covers) = (&world.landscape.cover, &world.landscape.covers);
    let extent = area.and_then(|a| Extent::around(a.ring.iter().copied()));
    let whole = (cover.grid, 0, 0);
    let (grid, c0, r0) = extent
        .map_or(Some(whole), |e| cover.grid.crop(e))
        .unwrap_or(whole);
    let mut cells = [0_u64; 256];
    for i in 0..grid.len() {
        let (col, row) = (i % grid.cols, i / grid.cols);
        if area.is_none_or(|a| polygon_contains(&a.ring, grid.centre(col, row))) {
            cells[usize::from(cover.get(c0 + col, r0 + row))] += 1;
        }
    }
    let is_forest = |code: usize| {
        let of = covers.get(code).and_then(Option::as_ref);
        of.is_some_and(|c| c.forest)
    };
    let forest: u64 = (0..256).filter(|c| is_forest(*c)).map(|c| cells[c]).sum();
    forest as f64 * cover.grid.cell * cover.grid.cell / M2_PER_HA
}

/// Gaps and dead ends of the belts. An end is loose when it meets neither another part of the network, a road that
/// stops fire, nor ground that does not burn; two loose ends near each other are a gap.
fn loose_ends(world: &World, layout: &Layout, parts: &[Part<'_>], gap_m: f64) -> (usize, usize) {
    let classes = &world.scenario.catalogue.road_classes;
    let stops = |r: &&Road| classes.get(&r.class).is_some_and(|c| c.stops_fire);
    let roads = world.roads.iter().filter(stops);
    let lines: Vec<(&[Point], f64)> = layout
        .firebreaks
        .iter()
        .map(|b| (&b.path[..], b.width_m))
        .chain(
            roads
                .chain(&layout.roads)
                .map(|r| (&r.path[..], road_width(world, r))),
        )
        .collect();
    let belts = parts.iter().filter(|p| p.kind != Kind::Road).count();
    let mut loose: Vec<(usize, Point)> = Vec::new();
    for (i, (path, _)) in lines.iter().enumerate().take(belts) {
        let is_ring = path.first() == path.last();
        let ends = [path.first(), path.last()];
        for end in ends.into_iter().flatten().filter(|_| !is_ring) {
            let burns = (world.landscape.cover_at(*end)).is_some_and(|c| c.fuel_model.is_some());
            let meets = |(j, (other, width_m)): (usize, &(&[Point], f64))| {
                j != i && is_near(*end, other, width_m / 2.0 + MEETS_M)
            };
            if burns && !lines.iter().enumerate().any(meets) {
                loose.push((i, *end));
            }
        }
    }
    let mut gaps = 0;
    for (n, (i, a)) in loose.iter().enumerate() {
        let near = |(j, b): &&(usize, Point)| i != j && a.distance(*b) <= gap_m;
        gaps += loose[n + 1..].iter().filter(near).count();
    }
    (gaps, loose.len())
}

fn is_near(p: Point, path: &[Point], reach_m: f64) -> bool {
    path.windows(2).any(|side| {
        let (a, b) = (side[0], side[1]);
        // Cheaper than the distance, and right for all but the nearest few.
        let beside = |v: f64, a: f64, b: f64| a.min(b) - v > reach_m || v - a.max(b) > reach_m;
        !beside(p.x, a.x, b.x)
            && !beside(p.y, a.y, b.y)
            && nearest_on_segment(p, a, b).1.distance(p) <= reach_m
    })
}
