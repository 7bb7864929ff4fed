//! Firebreaks along ridges and the outlines of farms, to the county's kilometres.

use std::collections::BTreeSet;

use super::sites::{Land, Tract};
use crate::authoring::AuthoringError;
use crate::authoring::erosion::neighbours;
use crate::authoring::paths::{Ground, centres, first_part, length, simplified, smoothed};
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams};
use crate::scenario::schema::{BreakKind, Firebreak};

/// Planted belts of the county, metres (county bulletin).
pub const PLANTED_M: f64 = 72_270.0;
/// Isolation belts of the county, metres (county bulletin).
pub const ISOLATION_M: f64 = 86_630.0;
/// Longest belt between two summits, metres.
const LONGEST_M: f64 = 3_800.0;
/// Piece of an isolation belt along an outline and the gap after it, metres.
const PIECE_M: f64 = 2_600.0;
const GAP_M: f64 = 500.0;

/// Makes the firebreaks: isolation belts along the outlines of farms and park, then along ridges;
/// planted belts along the ridges between summits of farms and park, then of the key forest.
pub fn build(
    land: &Land,
    tracts: &[Tract],
    summits: &[Vec<usize>],
    key_summits: &[usize],
    seed: u64,
) -> Result<Vec<Firebreak>, AuthoringError> {
    let ground = ridge_ground(land);
    let mut drawn = BTreeSet::new();
    let mut ridges = Vec::new();
    for group in summits {
        ridges.extend(tree(land, group, 4500.0));
    }
    let further = tree(land, key_summits, 4500.0);
    let mut lines: Vec<(BreakKind, Vec<Point>)> = Vec::new();
    let mut planted = Quota {
        kind: BreakKind::Planted,
        left: PLANTED_M,
    };
    let mut isolation = Quota {
        kind: BreakKind::Isolation,
        left: ISOLATION_M,
    };
    for piece in tracts.iter().flat_map(|t| outline_pieces(&t.ring)) {
        isolation.take(piece, &mut lines);
    }
    for i in land.crossed(lines.iter().map(|(_, line)| line)) {
        drawn.insert(i);
        drawn.extend(neighbours(&land.grid, i).map(|(j, _)| j));
    }
    for (a, b) in ridges {
        planted.take(along_ridge(land, &ground, &mut drawn, a, b), &mut lines);
    }
    // What is still missing goes along ridges of the key forest, in turn.
    for (n, (a, b)) in further.into_iter().enumerate() {
        let line = along_ridge(land, &ground, &mut drawn, a, b);
        if planted.left > 0.0 && (n % 2 == 0 || isolation.left <= 0.0) {
            planted.take(line, &mut lines);
        } else {
            isolation.take(line, &mut lines);
        }
    }
    if planted.left > 0.5 || isolation.left > 0.5 {
        return Err(AuthoringError::NoPlace {
            seed,
            what: "the county's firebreaks",
        });
    }
    Ok(named(lines, seed))
}

struct Quota {
    kind: BreakKind,
    left: f64,
}

impl Quota {
    /// Takes a line, or the part of it that completes the kilometres.
    fn take(&mut self, line: Vec<Point>, lines: &mut Vec<(BreakKind, Vec<Point>)>) {
        let metres = length(&line);
        if self.left <= 0.0 || metres < 200.0 {
            return;
        }
        let part = if metres > self.left {
            first_part(&line, self.left)
        } else {
            line
        };
        self.left -= metres.min(self.left);
        if part.len() >= 2 {
            lines.push((self.kind, part));
        }
    }
}

/// Ridges are cheap, bottoms dear.
fn ridge_ground(land: &Land) -> Ground {
    let cost = (0..land.grid.len())
        .map(|i| {
            let water = if land.water[i] { 50.0 } else { 0.0 };
            let away = if land.county[i] { 0.0 } else { 8.0 };
            (0.12 + libm::exp(-f64::from(land.prominence[i]) / 12.0) + water + away) as f32
        })
        .collect();
    Ground {
        grid: land.grid,
        height: land.height.clone(),
        cost,
        easy_grade: 10.0,
        grade_cost: 0.0,
    }
}

/// Pairs of near places that join them all without a ring (Prim), the short ones only.
fn tree(land: &Land, places: &[usize], longest: f64) -> Vec<(usize, usize)> {
    let Some(&first) = places.first() else {
        return Vec::new();
    };
    let mut joined = vec![first];
    let mut open: BTreeSet<usize> = places.iter().copied().filter(|&i| i != first).collect();
    let mut pairs = Vec::new();
    while !open.is_empty() {
        let best = open
            .iter()
            .flat_map(|&b| joined.iter().map(move |&a| (a, b)))
            .map(|(a, b)| (land.place(a).distance(land.place(b)), a, b))
            .min_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let Some((metres, a, b)) = best else { break };
        open.remove(&b);
        joined.push(b);
        if metres <= longest {
            pairs.push((a, b));
        }
    }
    pairs
}

/// A belt along the ridge from summit `b` to the nearest belt that has been drawn, or to summit `a`.
fn along_ridge(
    land: &Land,
    ground: &Ground,
    drawn: &mut BTreeSet<usize>,
    a: usize,
    b: usize,
) -> Vec<Point> {
    drawn.insert(a);
    if drawn.contains(&b) {
        return Vec::new();
    }
    let (reach, met) = ground.spread(&[b], f64::INFINITY, |i| drawn.contains(&i));
    let mut course = met.map(|i| reach.back(i)).unwrap_or_default();
    course.reverse();
    // The neighbours too: no belt runs beside another.
    for &i in &course {
        drawn.insert(i);
        drawn.extend(neighbours(&land.grid, i).map(|(j, _)| j));
    }
    let line = simplified(&smoothed(&centres(&land.grid, &course), 2), 6.0);
    first_part(&line, LONGEST_M)
}

/// Pieces of an outline with gaps between them, where roads and streams pass.
fn outline_pieces(ring: &[Point]) -> Vec<Vec<Point>> {
    let mut rest: Vec<Point> = ring.to_vec();
    rest.extend(ring.first().copied());
    let mut pieces = Vec::new();
    while length(&rest) > GAP_M {
        pieces.push(first_part(&rest, PIECE_M));
        rest = last_part(&rest, PIECE_M + GAP_M);
    }
    pieces
}

/// A line without its first `metres`.
fn last_part(line: &[Point], metres: f64) -> Vec<Point> {
    let mut back = line.to_vec();
    back.reverse();
    let mut rest = first_part(&back, (length(line) - metres).max(0.0));
    rest.reverse();
    rest
}

fn named(lines: Vec<(BreakKind, Vec<Point>)>, seed: u64) -> Vec<Firebreak> {
    let streams = Streams::new(seed);
    let mut counts = (0, 0);
    lines
        .into_iter()
        .map(|(kind, path)| {
            let id = match kind {
                BreakKind::Planted => {
                    counts.0 += 1;
                    format!("planted-belt-{:03}", counts.0)
                }
                BreakKind::Isolation => {
                    counts.1 += 1;
                    format!("isolation-belt-{:03}", counts.1)
                }
            };
            let draw = |n| streams.uniform(Purpose::Landscape, &id, n);
            let planted = kind == BreakKind::Planted;
            Firebreak {
                name: None,
                width_m: if planted {
                    [10.0, 12.0, 15.0, 20.0]
                } else {
                    [8.0, 10.0, 10.0, 15.0]
                }[(draw(0) * 4.0) as usize],
                // Forest on both sides, but for the belts at the edge of fields.
                edge_trees: planted || draw(1) < 0.8,
                built: Some(if planted { 2003 } else { 2016 } + (draw(2) * 9.0) as i32),
                maintained: Some(2022 + (draw(3) * 3.0) as i32),
                closure: None,
                weeds: None,
                width_cv: None,
                id,
                kind,
                path,
            }
        })
        .collect()
}
