//! A fire that crosses from one fuel into another bends as light does: Fermat's principle.
//!
//! Arrival behind a straight edge is the least of `F1(p - start) + F2(x - p)` over the points `p`
//! of the edge. The sum is convex along the edge (both are norms), so its least value is found by a
//! one-dimensional search.
//!
//! When the wind turns meanwhile, the answer is made in two steps without any grid of the front's
//! kind: the exact fire line at the turn is sampled every cell or closer, and each place behind the
//! edge takes its earliest arrival from it under the new wind, straight or over a point of the
//! edge. Fire may also run along the edge on its faster side (a head wave); arrivals on the edge
//! are therefore relaxed among themselves.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::exact::{Exact, least};
use super::grounds::Halves;
use super::measure::{CELL_M, around, direction, flat, grid_over};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::fire::barriers::Barriers;
use crate::fire::front::{Ellipse, Front, Start};

/// Largest mean error of arrival behind the edge, percent.
pub const LIMIT_PCT: f64 = 2.0;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RefractionCase {
    /// Direction in which the edge is crossed at right angles, degrees clockwise from north.
    pub edge_deg: f64,
    /// Distance of the start from the edge, cells.
    pub before_cells: f64,
    /// Head rate behind the edge over the rate before it.
    pub rate_ratio: f64,
    /// Length-to-width ratio before and behind the edge, 1 to 8.
    pub length_to_width: [f64; 2],
    /// Direction of the head, degrees clockwise from north.
    pub heading_deg: f64,
    /// How far the wind turns half-way, degrees; 0 for a steady wind.
    pub turn_deg: f64,
    /// Run of the faster head in all the time, cells.
    pub cells: u32,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RefractionResult {
    /// The case.
    #[serde(flatten)]
    pub case: RefractionCase,
    /// Cells behind the edge that were compared.
    pub cells_compared: u64,
    /// Mean exact arrival, s.
    pub arrival_expected_s: f64,
    /// Mean arrival of the front, s.
    pub arrival_s: f64,
    /// Mean of the absolute errors, percent of each cell's exact arrival.
    pub mean_error_pct: f64,
    /// Mean of the signed errors: more than 0 when the front is late.
    pub bias_pct: f64,
    /// Largest error of one cell, percent.
    pub worst_error_pct: f64,
    /// Cells that were accepted out of order of time.
    pub out_of_order: u64,
}

/// Exact arrivals over two fuels from a set of burning places.
struct Answer {
    edge: (Point, (f64, f64)),
    fires: [Exact; 2],
    /// Burning places with their times.
    sources: Vec<(Point, f64)>,
    /// Points of the edge with their arrivals.
    along: Vec<(Point, f64)>,
}

impl Answer {
    /// `along` are the points of the edge through which fire may pass.
    fn new(
        edge: (Point, (f64, f64)),
        fires: [Exact; 2],
        sources: Vec<(Point, f64)>,
        along: &[Point],
    ) -> Self {
        let mut answer = Self {
            edge,
            fires,
            sources,
            along: Vec::new(),
        };
        let mut times: Vec<f64> = along
            .par_iter()
            .map(|&p| {
                answer
                    .sources
                    .iter()
                    .map(|&(s, t)| t + answer.fires[answer.side(s)].between(s, p))
                    .fold(f64::INFINITY, f64::min)
            })
            .collect();
        // Fire runs along the edge on the side that is faster there; a straight run needs no more
        // than one pass each way.
        for k in 1..along.len() {
            times[k] = times[k].min(times[k - 1] + answer.fastest(along[k - 1], along[k]));
        }
        for k in (1..along.len()).rev() {
            times[k - 1] = times[k - 1].min(times[k] + answer.fastest(along[k], along[k - 1]));
        }
        answer.along = along.iter().copied().zip(times).collect();
        answer
    }

    fn side(&self, p: Point) -> usize {
        usize::from(Halves::is_far(self.edge, p))
    }

    fn fastest(&self, from: Point, to: Point) -> f64 {
        self.fires
            .iter()
            .map(|f| f.between(from, to))
            .fold(f64::INFINITY, f64::min)
    }

    fn at(&self, p: Point) -> f64 {
        let side = self.side(p);
        let fire = &self.fires[side];
        let direct = self
            .sources
            .iter()
            .filter(|(s, _)| self.side(*s) == side)
            .map(|&(s, t)| t + fire.between(s, p));
        let over = self.along.iter().map(|&(q, t)| t + fire.between(q, p));
        direct.chain(over).fold(f64::INFINITY, f64::min)
    }

    /// Places of the line at time `t`, interpolated on a lattice of cells.
    fn line_at(&self, t: f64, around: [Point; 4]) -> Vec<(Point, f64)> {
        let grid = grid_over(around, CELL_M);
        let times: Vec<f64> = (0..grid.len())
            .into_par_iter()
            .map(|i| self.at(grid.centre(i % grid.cols, i / grid.cols)))
            .collect();
        let mut line = Vec::new();
        for row in 0..grid.rows - 1 {
            for col in 0..grid.cols - 1 {
                let here = times[row * grid.cols + col];
                for (c, r) in [(col + 1, row), (col, row + 1)] {
                    let there = times[r * grid.cols + c];
                    if (here <= t) != (there <= t) {
                        let p = grid
                            .centre(col, row)
                            .towards(grid.centre(c, r), (t - here) / (there - here));
                        line.push((p, t));
                    }
                }
            }
        }
        line
    }
}

/// Runs a case.
pub fn run(case: &RefractionCase, physics: Physics) -> Outcome<RefractionResult> {
    let n = direction(case.edge_deg);
    let along = (n.1, -n.0);
    let start = Point::new(0.31 * CELL_M, -0.17 * CELL_M);
    let before = case.before_cells * CELL_M;
    let edge = (
        Point::new(start.x + before * n.0, start.y + before * n.1),
        n,
    );
    let ellipses = |turn: f64| {
        [(1.0, 0), (case.rate_ratio, 1)].map(|(ratio, side)| {
            let e = flat(case.length_to_width[side], case.heading_deg + turn);
            Ellipse {
                head_m_s: ratio * e.head_m_s,
                ..e
            }
        })
    };
    let fastest = ellipses(0.0).iter().map(|e| e.head_m_s).fold(0.0, f64::max);
    let end = f64::from(case.cells) * CELL_M / fastest;
    let turn_at = 0.5 * end;
    let exact = |turn| ellipses(turn).map(|e| Exact::of(&e));
    // No place lies farther off than the faster head runs.
    let far = f64::from(case.cells) * CELL_M;
    let corners = [
        Point::new(start.x - far, start.y - far),
        Point::new(start.x + far, start.y - far),
        Point::new(start.x + far, start.y + far),
        Point::new(start.x - far, start.y + far),
    ];
    let grid = grid_over(corners, CELL_M);

    let source = |turn: f64| Halves {
        grid,
        edge,
        spread: ellipses(turn).map(|e| physics.of(e)),
    };
    let mut front = Front::new(source(0.0), grid, Barriers::new(grid));
    front.ignite(&Start::Point(start), 0.0);
    if case.turn_deg != 0.0 {
        front.change_weather(turn_at, |s| *s = source(case.turn_deg));
    }
    front.advance_to(end);

    let answer = |p: Point| {
        let [near, behind] = exact(0.0);
        let place = |s: f64| {
            let d = (2.0 * s - 1.0) * far * 1.5;
            Point::new(edge.0.x + d * along.0, edge.0.y + d * along.1)
        };
        least(|s| near.between(start, place(s)) + behind.between(place(s), p)).1
    };
    let turned = (case.turn_deg != 0.0).then(|| {
        let points = |spacing: f64| -> Vec<Point> {
            let n = libm::ceil(far * 1.5 / spacing) as i64;
            (-n..=n)
                .map(|k| {
                    let d = k as f64 * spacing;
                    Point::new(edge.0.x + d * along.0, edge.0.y + d * along.1)
                })
                .collect()
        };
        let first = Answer::new(edge, exact(0.0), vec![(start, 0.0)], &points(0.5 * CELL_M));
        // Either fuel's fire lies within the faster one's box.
        let box_of = exact(0.0).map(|fire| around(start, &fire, turn_at));
        let reach = box_of
            .iter()
            .flatten()
            .fold(0.0, |r: f64, p| r.max(start.distance(*p)));
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .map(|(x, y)| Point::new(start.x + x * reach, start.y + y * reach));
        let line = first.line_at(turn_at, corners);
        Answer::new(edge, exact(case.turn_deg), line, &points(0.5 * CELL_M))
    });

    // Behind the edge; after a turn only what burns after it, and of those every ninth cell.
    let compared: Vec<(f64, f64)> = {
        let mut cells: Vec<(usize, usize, f64)> = front
            .burnt_iter()
            .filter(|&(col, row, b)| {
                b.arrival_s <= end
                    && Halves::is_far(edge, grid.centre(col, row))
                    && (turned.is_none() || (b.arrival_s > turn_at && col % 3 == 0 && row % 3 == 0))
            })
            .map(|(col, row, b)| (col, row, b.arrival_s))
            .collect();
        cells.sort_by_key(|&(col, row, _)| (row, col));
        cells
            .into_par_iter()
            .map(|(col, row, got)| {
                let p = grid.centre(col, row);
                (turned.as_ref().map_or_else(|| answer(p), |a| a.at(p)), got)
            })
            .collect()
    };
    let count = compared.len().max(1) as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| compared.iter().map(f).sum::<f64>() / count;
    let off = |&(expected, got): &(f64, f64)| 100.0 * (got / expected - 1.0);
    let result = RefractionResult {
        case: *case,
        cells_compared: compared.len() as u64,
        arrival_expected_s: mean(&|c| c.0),
        arrival_s: mean(&|c| c.1),
        mean_error_pct: if compared.is_empty() {
            100.0
        } else {
            mean(&|c| off(c).abs())
        },
        bias_pct: mean(&off),
        worst_error_pct: compared
            .iter()
            .map(off)
            .fold(0.0, |w: f64, e| if e.abs() > w.abs() { e } else { w }),
        out_of_order: front.out_of_order(),
    };
    let named = |key: &str| {
        Message::new(key)
            .with("edge", case.edge_deg)
            .with("ratio", case.rate_ratio)
            .with("lw", case.length_to_width[0])
            .with("lw-behind", case.length_to_width[1])
            .with("heading", case.heading_deg)
            .with("turn", case.turn_deg)
    };
    let (key, from) = if turned.is_some() {
        ("verify-case-refraction-turn", "verify-source-fermat-turn")
    } else {
        ("verify-case-refraction", "verify-source-fermat")
    };
    let mut plot = Plot::map(&named("verify-plot-refraction"));
    let reach = 0.6 * far;
    plot.add(
        Message::new("verify-curve-edge"),
        [-reach, reach]
            .map(|d| (edge.0.x + d * along.0, edge.0.y + d * along.1))
            .to_vec(),
        true,
    );
    for share in [0.35, 0.6, 0.85] {
        for ring in front.perimeter_at(share * end) {
            plot = plot.with("verify-curve-front", closed(&ring.points()));
        }
    }
    Outcome {
        verdicts: vec![
            Verdict::of_error(
                named(key),
                from,
                (result.arrival_expected_s, result.arrival_s),
                result.mean_error_pct,
                LIMIT_PCT,
            ),
            Verdict::of_none(
                named("verify-case-refraction-order"),
                "verify-source-causal",
                result.out_of_order,
                front.burnt_cells(),
            ),
        ],
        plot,
        result,
    }
}

const BASE: RefractionCase = RefractionCase {
    edge_deg: 20.0,
    before_cells: 40.0,
    rate_ratio: 0.4,
    length_to_width: [2.0, 2.0],
    heading_deg: 20.0,
    turn_deg: 0.0,
    cells: 200,
};

/// The suite's cases: the edge met head-on and askew, into slower and faster fuel, of one shape and of two,
/// in a steady wind and in one that turns.
pub fn family(physics: Physics) -> Family {
    let mut cases = Vec::new();
    for (edge_deg, heading_deg) in [
        (0.0, 0.0),
        (20.0, 20.0),
        (45.0, 45.0),
        (75.0, 20.0),
        (-17.0, 33.0),
    ] {
        for rate_ratio in [0.4, 2.5] {
            for length_to_width in [[1.0, 1.0], [2.0, 2.0], [4.0, 4.0], [3.0, 1.5]] {
                cases.push(RefractionCase {
                    edge_deg,
                    rate_ratio,
                    length_to_width,
                    heading_deg,
                    ..BASE
                });
            }
        }
    }
    for rate_ratio in [0.4, 2.5] {
        for length_to_width in [[2.0, 2.0], [4.0, 4.0], [3.0, 1.5]] {
            for turn_deg in [50.0, -90.0] {
                cases.push(RefractionCase {
                    rate_ratio,
                    length_to_width,
                    turn_deg,
                    ..BASE
                });
            }
        }
    }
    Family::of("refraction", &cases, |case| run(case, physics))
}

/// Cases that take no time, for tests.
#[cfg(test)]
pub(super) const QUICK: [RefractionCase; 1] = [RefractionCase {
    before_cells: 20.0,
    edge_deg: 45.0,
    cells: 100,
    ..BASE
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fire_crosses_a_fuel_edge_where_fermat_says() {
        for rate_ratio in [0.5, 2.0] {
            let outcome = run(
                &RefractionCase {
                    rate_ratio,
                    before_cells: 20.0,
                    cells: 100,
                    ..BASE
                },
                Physics::AS_BUILT,
            );
            assert!(outcome.passed(), "{:?}", outcome.result);
            assert!(outcome.result.cells_compared > 1000);
        }
    }

    #[test]
    fn fire_crosses_a_fuel_edge_in_time_when_the_wind_turns() {
        let outcome = run(
            &RefractionCase {
                before_cells: 15.0,
                turn_deg: 60.0,
                cells: 80,
                ..BASE
            },
            Physics::AS_BUILT,
        );
        assert!(outcome.passed(), "{:?}", outcome.result);
    }

    #[test]
    fn the_sampled_answer_is_the_searched_one_where_the_wind_is_steady() {
        let edge = (Point::new(0.0, 200.0), (0.0, 1.0));
        let fires = [flat(2.0, 10.0), flat(3.0, 10.0)].map(|e| Exact::of(&e));
        let points: Vec<Point> = (-400..=400)
            .map(|k| Point::new(f64::from(k) * 5.0, 200.0))
            .collect();
        let start = Point::default();
        let answer = Answer::new(edge, fires, vec![(start, 0.0)], &points);
        for target in [Point::new(30.0, 600.0), Point::new(-300.0, 350.0)] {
            let place = |s: f64| Point::new((2.0 * s - 1.0) * 2000.0, 200.0);
            let searched =
                least(|s| fires[0].between(start, place(s)) + fires[1].between(place(s), target)).1;
            let sampled = answer.at(target);
            assert!(
                (sampled / searched - 1.0).abs() < 1e-3,
                "{sampled} {searched}"
            );
        }
    }
}
