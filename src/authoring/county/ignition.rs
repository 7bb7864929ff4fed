//! The fire that starts when nobody asks for another.

use super::cover::code;
use super::placement::{Ground, graves_at, rounded};
use super::sites::{Settlement, Tract};
use crate::authoring::AuthoringError;
use crate::base::geo::Point;
use crate::scenario::schema::Value;

/// How far the fire should be free to run on every downwind bearing, metres; no belt or wide road
/// lies within two thirds of it on any side.
const LEAST_RUN_M: f64 = 600.0;

/// The default fire: graves at the forest's edge beside Chenping farm, with forest running up the
/// hill to the south, the way a north wind drives a fire. Returns the graves.
pub fn default_fire(ground: &Ground) -> Result<Value, AuthoringError> {
    let none = AuthoringError::NoPlace {
        seed: ground.seed,
        what: "the default fire",
    };
    let Some(farm) = ground.tracts.iter().find(|t| t.id == "chenping-farm") else {
        return Err(none);
    };
    let land = ground.land;
    let mut best: Option<(f64, Point, &Settlement)> = None;
    for i in land.within(farm.centre, 6500.0) {
        let p = land.place(i);
        let hillside = (0.08..0.35).contains(&land.slope[i]) && land.above_stream[i] > 5.0;
        if !hillside || !land.county[i] || farm.cells.contains(&i) {
            continue;
        }
        let edge = farm
            .ring
            .iter()
            .map(|q| q.distance(p))
            .fold(f64::INFINITY, f64::min);
        let at_edge = matches!(
            ground.cover_at(p),
            code::SHRUB_GRASS | code::MASSON_PINE_FERN | code::TALL_GRASS
        );
        let Some(village) = ground
            .villages
            .iter()
            .min_by(|a, b| a.at.distance(p).total_cmp(&b.at.distance(p)))
        else {
            continue;
        };
        let walk = village.at.distance(p);
        let road = ground
            .road_point(p)
            .map_or(f64::INFINITY, |q| q.distance(p));
        let border = ground
            .boundary
            .iter()
            .map(|q| q.distance(p))
            .fold(f64::INFINITY, f64::min);
        let fenced = land
            .within(p, LEAST_RUN_M / 1.5)
            .into_iter()
            .any(|j| ground.barriers.contains(&j));
        if border < 1500.0 || fenced {
            continue;
        }
        if edge > 1300.0
            || !at_edge
            || !(200.0..1300.0).contains(&walk)
            || !(80.0..500.0).contains(&road)
        {
            continue;
        }
        let score = fetch(ground, farm, p);
        if best.as_ref().is_none_or(|b| score > b.0) {
            best = Some((score, p, village));
        }
    }
    best.map(|(_, p, village)| graves_at("graves-default", village, rounded(p)))
        .ok_or(none)
}

/// How far forest runs downwind (to the south) of a place, how much it climbs, and how much of it
/// is the farm's.
fn fetch(ground: &Ground, farm: &Tract, p: Point) -> f64 {
    let height = |q: Point| f64::from(ground.land.height[ground.land.cell(q)]);
    let mut score = 0.0;
    for bearing in [165.0_f64, 172.5, 180.0, 187.5, 195.0] {
        let mut free = 0.0;
        let (sin, cos) = (
            libm::sin(bearing.to_radians()),
            libm::cos(bearing.to_radians()),
        );
        for step in 1..=36 {
            let far = 50.0 * f64::from(step);
            let q = Point::new(p.x + far * sin, p.y + far * cos);
            let code = ground.cover_at(q);
            if !code::burns(code) || ground.barriers.contains(&ground.land.cell(q)) {
                break;
            }
            free = far;
            score += match code {
                code::MASSON_PINE | code::MASSON_PINE_FERN => 1.0,
                code if code::is_forest(code) => 0.6,
                _ => 0.8,
            };
            if farm.cells.contains(&ground.land.cell(q)) {
                score += 0.4;
            }
        }
        // A belt or a paddy close by would end the lesson before it begins.
        if free < LEAST_RUN_M {
            score -= 100.0;
        }
    }
    let climb = height(Point::new(p.x, p.y - 600.0)) - height(p);
    score + 0.5 * climb.clamp(-60.0, 110.0)
}
