//! Tower cameras on high ground, chosen one after the other for the forest that each adds to the
//! view.

use rayon::prelude::*;

use super::cover::code;
use super::sites::{Land, Tract};
use crate::authoring::AuthoringError;
use crate::authoring::erosion::neighbours;
use crate::base::geo::{Point, Raster, SightLine, visible};
use crate::scenario::schema::{Camera, CameraGroup};

/// Cameras in state farms and reserves, and in key forest areas (county bulletin).
pub const FARMS_AND_RESERVES: usize = 22;
/// See [`FARMS_AND_RESERVES`].
pub const KEY_FOREST: usize = 80;
/// Sight of a camera when they are placed: range, its height, the height of the smoke, metres.
const RANGE_M: f64 = 5_000.0;
const CAMERA_M: f64 = 30.0;
const SMOKE_M: f64 = 20.0;
/// Every so many cells of 60 m a place is looked for.
const STRIDE: usize = 6;

/// A hill that could carry a tower, and what is seen from it.
struct Hill {
    cell: usize,
    in_tract: bool,
    sees: Vec<u32>,
}

/// Places the cameras.
pub fn build(
    land: &Land,
    cover: &Raster<u8>,
    tracts: &[Tract],
    seed: u64,
) -> Result<Vec<Camera>, AuthoringError> {
    let targets: Vec<Point> = (0..land.grid.len())
        .filter(|&i| {
            (i % land.grid.cols).is_multiple_of(STRIDE)
                && (i / land.grid.cols).is_multiple_of(STRIDE)
                && land.county[i]
        })
        .map(|i| land.place(i))
        .filter(|&p| cover.at(p).is_some_and(code::is_forest))
        .collect();
    let in_tract = |i: usize| tracts.iter().any(|t| t.cells.contains(&i));
    let heights = Raster {
        grid: land.grid,
        data: land.height.clone(),
    };
    let hills: Vec<Hill> = hill_tops(land)
        .into_par_iter()
        .map(|cell| {
            let from = land.place(cell);
            let sees = (0..targets.len())
                .filter(|&k| {
                    let line = SightLine {
                        from,
                        from_height: CAMERA_M,
                        to: targets[k],
                        to_height: SMOKE_M,
                    };
                    from.distance(targets[k]) <= RANGE_M && visible(&heights, line)
                })
                .map(|k| k as u32)
                .collect();
            Hill {
                cell,
                in_tract: in_tract(cell),
                sees,
            }
        })
        .collect();
    let tract_targets: Vec<bool> = targets.iter().map(|&p| in_tract(land.cell(p))).collect();
    // Forest of farms and reserves counts tenfold for their cameras.
    let mut unseen: Vec<f64> = tract_targets
        .iter()
        .map(|own| if *own { 10.0 } else { 1.0 })
        .collect();
    let mut chosen = Vec::new();
    let own = choose(
        land,
        &hills,
        &mut unseen,
        FARMS_AND_RESERVES,
        900.0,
        &mut chosen,
        |h| h.in_tract,
    );
    for weight in &mut unseen {
        *weight = weight.min(1.0);
    }
    let key = choose(
        land,
        &hills,
        &mut unseen,
        KEY_FOREST,
        1500.0,
        &mut chosen,
        |h| !h.in_tract,
    );
    if own.len() < FARMS_AND_RESERVES || key.len() < KEY_FOREST {
        return Err(AuthoringError::NoPlace {
            seed,
            what: "the county's cameras",
        });
    }
    let camera = |name: &str, group, n: usize, at| Camera {
        name: None,
        id: format!("camera-{name}-{:02}", n + 1),
        group,
        height_m: None,
        range_m: None,
        thermal: None,
        at,
    };
    let own = own
        .into_iter()
        .enumerate()
        .map(|(n, at)| camera("farm", CameraGroup::FarmsAndReserves, n, at));
    let key = key
        .into_iter()
        .enumerate()
        .map(|(n, at)| camera("forest", CameraGroup::KeyForest, n, at));
    Ok(own.chain(key).collect())
}

/// Cells higher than all within 240 m that rise over their surroundings.
fn hill_tops(land: &Land) -> Vec<usize> {
    (0..land.grid.len())
        .filter(|&i| land.county[i] && land.prominence[i] > 14.0)
        .filter(|&i| neighbours(&land.grid, i).all(|(j, _)| land.height[j] <= land.height[i]))
        .filter(|&i| {
            land.within(land.place(i), 240.0)
                .into_iter()
                .all(|j| land.height[j] <= land.height[i])
        })
        .collect()
}

/// Takes the hill that adds most to the view, again and again.
fn choose(
    land: &Land,
    hills: &[Hill],
    unseen: &mut [f64],
    count: usize,
    spacing: f64,
    chosen: &mut Vec<Point>,
    fits: impl Fn(&Hill) -> bool,
) -> Vec<Point> {
    let mut places = Vec::new();
    while places.len() < count {
        let best = hills
            .iter()
            .filter(|h| fits(h))
            .filter(|h| {
                chosen
                    .iter()
                    .all(|p| p.distance(land.place(h.cell)) >= spacing)
            })
            .map(|h| {
                let added: f64 = h.sees.iter().map(|&k| unseen[k as usize]).sum();
                // Where nothing new is seen the wider view and then the higher hill decide.
                (
                    added + 0.02 * h.sees.len() as f64 + 1e-4 * f64::from(land.height[h.cell]),
                    h,
                )
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cell.cmp(&a.1.cell)));
        let Some((_, hill)) = best else { break };
        for &k in &hill.sees {
            unseen[k as usize] *= 0.15;
        }
        let place = land.place(hill.cell);
        chosen.push(place);
        places.push(place);
    }
    places
}
