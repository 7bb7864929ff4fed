//! Barriers leak nowhere: behind a closed one no cell ever burns, through a gap of one cell fire gets
//! through, and it goes round the ends of an open one.
//!
//! Every trial draws a cell size, an ellipse, a start, turns of the wind and a barrier: a ring, a
//! closed line that may cross itself, a ring drawn round the fire or ahead of it while it burns, or
//! an open line. "Behind" is told by the even-odd rule, which holds for any closed line.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ellipse::Plain;
use super::grounds::draws;
use super::measure::{direction, flat};
use super::plot::closed;
use super::{Family, Outcome, Physics, Plot, Verdict};
use crate::base::geo::{
    Grid, Point, nearest_on_segment, polygon_contains, segment_crossing, segments_touch,
};
use crate::base::message::Message;
use crate::fire::barriers::{BarrierKind, Barriers};
use crate::fire::front::{Ellipse, Front, Start};

/// Cells across the map of a trial.
const ACROSS: usize = 40;
/// When all that can burn has burnt, seconds.
const FOR_EVER: f64 = 1e12;

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarriersCase {
    /// Number of trials.
    pub cases: u64,
    /// Seed of all of them.
    pub seed: u64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarriersResult {
    /// The case.
    #[serde(flatten)]
    pub case: BarriersCase,
    /// Closed barriers tried.
    pub closed: u64,
    /// Of them those behind which a cell burnt.
    pub leaks: u64,
    /// Cells that burnt behind closed barriers.
    pub cells_leaked: u64,
    /// Barriers with a gap of one cell tried.
    pub gaps: u64,
    /// Of them those through whose gap no fire came.
    pub gaps_shut: u64,
    /// Open lines tried.
    pub open: u64,
    /// Of them those round whose ends the fire did not burn the whole map.
    pub not_rounded: u64,
    /// Cells accepted out of order of time, over all trials.
    pub out_of_order: u64,
    /// Cells burnt over all trials.
    pub burnt_cells: u64,
    /// Numbers of the trials that failed, at most twenty.
    pub failed: Vec<u64>,
}

/// What kind of barrier a trial has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ring,
    Crossing,
    AroundTheFire,
    AheadOfTheFire,
    Open,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Ring,
        Self::Crossing,
        Self::AroundTheFire,
        Self::AheadOfTheFire,
        Self::Open,
    ];

    /// Whether it is built while the fire burns.
    fn is_late(self) -> bool {
        matches!(self, Self::AroundTheFire | Self::AheadOfTheFire)
    }
}

/// One trial, drawn.
struct Trial {
    kind: Kind,
    grid: Grid,
    start: Point,
    first: Ellipse,
    /// Turns of the wind: when, and to what.
    turns: Vec<(f64, Ellipse)>,
    /// The barrier's points; of a closed one the first is not repeated.
    path: Vec<Point>,
    width: f64,
    /// When it is built, seconds.
    built: f64,
}

/// What a trial gave.
#[derive(Default)]
struct Found {
    closed: u64,
    leaked: u64,
    gaps: u64,
    gaps_shut: u64,
    open: u64,
    not_rounded: u64,
    out_of_order: u64,
    burnt: u64,
}

impl Trial {
    /// The `n`-th trial of a seed; none when the barrier drawn runs through the start or the fire.
    fn draw(seed: u64, n: u64, physics: Physics) -> Option<Self> {
        let mut draw = draws(seed, "barriers", n);
        let kind = Kind::ALL[(n % Kind::ALL.len() as u64) as usize];
        let cell = 2.0 + 38.0 * draw();
        let side = ACROSS as f64 * cell;
        let grid = Grid {
            cols: ACROSS,
            rows: ACROSS,
            cell,
            west: 0.0,
            north: side,
        };
        let mut place = |share: f64| {
            let offset = (1.0 - share) / 2.0;
            Point::new(
                side * (offset + share * draw()),
                side * (offset + share * draw()),
            )
        };
        let (start, middle) = (place(0.6), place(0.4));
        // Heads of 0.1 to 10 m/s, as many slow ones as fast.
        let head_m_s = 0.1 * libm::pow(100.0, draw());
        let mut ellipse = || {
            let l = 1.0 + 7.0 * draw() * draw();
            physics.of(Ellipse {
                head_m_s,
                ..flat(l, 360.0 * draw())
            })
        };
        let first = ellipse();
        let cross = side / head_m_s;
        let changes: Vec<Ellipse> = (0..5).map(|_| ellipse()).collect();
        let mut turns: Vec<(f64, Ellipse)> = changes
            .into_iter()
            .map(|e| (draw() < 0.4, cross * draw(), e))
            .filter(|&(turns, _, _)| turns)
            .map(|(_, t, e)| (t, e))
            .collect();
        turns.sort_by(|a, b| a.0.total_cmp(&b.0));
        let built = if kind.is_late() {
            cross * (0.05 + 0.25 * draw())
        } else {
            0.0
        };
        let corners = 3 + (9.0 * draw()) as usize;
        let width = if draw() < 0.6 {
            0.0
        } else {
            3.0 * cell * draw()
        };
        let mut star = |radius: f64| -> Vec<Point> {
            let mut angles: Vec<f64> = (0..corners).map(|_| 360.0 * draw()).collect();
            angles.sort_by(f64::total_cmp);
            angles
                .into_iter()
                .map(|angle| {
                    let (x, y) = direction(angle);
                    let r = radius * (0.4 + 0.8 * draw());
                    Point::new(middle.x + r * x, middle.y + r * y)
                })
                .collect()
        };
        let mut trial = Self {
            kind,
            grid,
            start,
            first,
            turns,
            path: Vec::new(),
            width,
            built,
        };
        trial.path = match kind {
            Kind::Ring => star(0.3 * side),
            Kind::AheadOfTheFire => star(0.15 * side),
            Kind::Crossing => (0..corners)
                .map(|_| Point::new(side * (0.1 + 0.8 * draw()), side * (0.1 + 0.8 * draw())))
                .collect(),
            Kind::Open => {
                // Turns of less than 50 degrees leave no wedge too narrow for a cell.
                let mut angle = 360.0 * draw();
                let mut at = middle;
                let mut path = vec![at];
                for _ in 0..=corners % 3 {
                    let (x, y) = direction(angle);
                    let length = side * (0.05 + 0.12 * draw());
                    at = Point::new(at.x + length * x, at.y + length * y);
                    path.push(at);
                    angle += 50.0 * (draw() - 0.5);
                }
                path
            }
            Kind::AroundTheFire => {
                let margin = if draw() < 0.5 { 0.0 } else { 0.5 * draw() };
                trial.width = 0.0;
                trial.around_the_fire(margin)?
            }
        };
        trial.stands_clear().then_some(trial)
    }

    fn front(&self, barriers: Barriers) -> Front<Plain> {
        let mut front = Front::new(Plain(self.first), self.grid, barriers);
        front.ignite(&Start::Point(self.start), 0.0);
        front
    }

    /// Burns up to a time, the wind turning in between.
    fn burn(&self, front: &mut Front<Plain>, from: f64, to: f64) {
        for &(t, ellipse) in self.turns.iter().filter(|&&(t, _)| t > from && t <= to) {
            front.change_weather(t, |source| source.0 = ellipse);
        }
        front.advance_to(to);
    }

    /// The perimeter when the barrier is built, drawn larger about the start by a share.
    fn around_the_fire(&self, margin: f64) -> Option<Vec<Point>> {
        let mut front = self.front(Barriers::new(self.grid));
        self.burn(&mut front, 0.0, self.built);
        let rings = front.perimeter();
        let ring = (rings.len() == 1).then(|| rings[0].points())?;
        let path: Vec<Point> = ring
            .iter()
            .map(|&p| self.start.towards(p, 1.0 + margin))
            .collect();
        // The drawn tail of a long small fire may pass its start by, and a dented line drawn larger
        // cuts itself: such a path does not hold all fire.
        let holds = |p: Point| polygon_contains(&path, p);
        let holds_fire = holds(self.start)
            && (margin == 0.0 || ring.iter().all(|&p| holds(p)))
            && front
                .burnt_iter()
                .all(|(col, row, _)| holds(self.grid.centre(col, row)));
        holds_fire.then_some(path)
    }

    fn is_closed(&self) -> bool {
        self.kind != Kind::Open
    }

    fn sides(&self) -> impl Iterator<Item = (Point, Point)> {
        let n = self.path.len();
        let sides = if self.is_closed() {
            n
        } else {
            n.saturating_sub(1)
        };
        (0..sides).map(move |i| (self.path[i], self.path[(i + 1) % n]))
    }

    /// Whether the start, or all that burns when the barrier is built, lies off the barrier.
    fn stands_clear(&self) -> bool {
        let clearance = 0.5 * self.width + 0.02 * self.grid.cell;
        let clear = |p: Point| {
            self.sides()
                .all(|(a, b)| p.distance(nearest_on_segment(p, a, b).1) > clearance)
        };
        if !clear(self.start) {
            return false;
        }
        if self.kind != Kind::AheadOfTheFire {
            return true;
        }
        // The drawn tail of a long small fire may pass its start by.
        if polygon_contains(&self.path, self.start) {
            return false;
        }
        let mut front = self.front(Barriers::new(self.grid));
        self.burn(&mut front, 0.0, self.built);
        let rings = front.perimeter();
        rings.iter().all(|ring| {
            let points = ring.points();
            let n = points.len();
            points
                .iter()
                .all(|&p| clear(p) && !polygon_contains(&self.path, p))
                && self.path.iter().all(|&p| !polygon_contains(&points, p))
                && self.sides().all(|(a, b)| {
                    (0..n).all(|i| !segments_touch(a, b, points[i], points[(i + 1) % n]))
                })
        })
    }

    /// Burns all that burns with a barrier along a path.
    fn run(&self, path: &[Point]) -> Front<Plain> {
        let mut barriers = Barriers::new(self.grid);
        if self.built == 0.0 {
            barriers.add_line(path, self.width, BarrierKind::Firebreak);
            let mut front = self.front(barriers);
            self.burn(&mut front, 0.0, FOR_EVER);
            return front;
        }
        let mut front = self.front(barriers);
        self.burn(&mut front, 0.0, self.built);
        front.add_barrier(path, self.width, BarrierKind::BuiltLine);
        self.burn(&mut front, self.built, FOR_EVER);
        front
    }

    /// The closed path without the cell's length about a place on side `side`.
    fn opened(&self, side: usize, at: Point) -> Vec<Point> {
        let n = self.path.len();
        let half = 0.5 * self.grid.cell;
        // Once round from the place, and half a cell off both ends.
        let mut round = vec![at];
        round.extend((1..=n).map(|k| self.path[(side + k) % n]));
        round.push(at);
        for _ in 0..2 {
            let mut left = half;
            while round.len() > 2 && left > 0.0 {
                let (a, b) = (round[round.len() - 1], round[round.len() - 2]);
                let length = a.distance(b);
                round.pop();
                if length > left {
                    round.push(a.towards(b, left / length));
                    break;
                }
                left -= length;
            }
            round.reverse();
        }
        round
    }

    /// A gap of one cell between a burnt cell and its unburnt neighbour: the opened path and the
    /// neighbour.
    fn gap(&self, front: &Front<Plain>, u: f64) -> Option<(Vec<Point>, (usize, usize))> {
        let mut burnt: Vec<(usize, usize)> =
            front.burnt_iter().map(|(col, row, _)| (col, row)).collect();
        burnt.sort_unstable();
        let mut chances = Vec::new();
        for (col, row) in burnt {
            let a = self.grid.centre(col, row);
            for (dc, dr) in [(1_i64, 0_i64), (0, 1), (-1, 0), (0, -1)] {
                let (c, r) = ((col as i64 + dc) as usize, (row as i64 + dr) as usize);
                if c >= ACROSS || r >= ACROSS || front.burnt_at(c, r).is_some() {
                    continue;
                }
                let b = self.grid.centre(c, r);
                for (side, (p, q)) in self.sides().enumerate() {
                    if let Some(share) = segment_crossing(a, b, p, q) {
                        chances.push((a, b, (c, r), side, a.towards(b, share)));
                    }
                }
            }
        }
        let first = (u * chances.len() as f64) as usize;
        (0..chances.len()).find_map(|k| {
            let (a, b, beyond, side, at) = chances[(first + k) % chances.len()];
            let path = self.opened(side, at);
            let mut barriers = Barriers::new(self.grid);
            barriers.add_line(&path, 0.0, BarrierKind::Firebreak);
            (path.len() > 1 && !barriers.blocks(a, b)).then_some((path, beyond))
        })
    }

    /// Runs the trial.
    fn judge(&self, u: f64) -> Found {
        let mut found = Found::default();
        if !self.is_closed() {
            let front = self.run(&self.path);
            found.open = 1;
            // What lies under a wide line stays as it is.
            let covered = 0.55 * self.width;
            let unburnt = (0..ACROSS * ACROSS).any(|i| {
                let (col, row) = (i % ACROSS, i / ACROSS);
                let p = self.grid.centre(col, row);
                front.burnt_at(col, row).is_none()
                    && self
                        .sides()
                        .all(|(a, b)| p.distance(nearest_on_segment(p, a, b).1) > covered)
            });
            found.not_rounded = u64::from(unburnt);
            found.out_of_order = front.out_of_order();
            found.burnt = front.burnt_cells();
            return found;
        }
        let mut path = self.path.clone();
        path.push(path[0]);
        let front = self.run(&path);
        let side = polygon_contains(&self.path, self.start);
        found.closed = 1;
        found.leaked = front
            .burnt_iter()
            .filter(|&(col, row, _)| {
                polygon_contains(&self.path, self.grid.centre(col, row)) != side
            })
            .count() as u64;
        found.out_of_order = front.out_of_order();
        found.burnt = front.burnt_cells();
        if self.width == 0.0
            && let Some((open, (col, row))) = self.gap(&front, u)
        {
            let front = self.run(&open);
            found.gaps = 1;
            found.gaps_shut = u64::from(front.burnt_at(col, row).is_none());
            found.out_of_order += front.out_of_order();
            found.burnt += front.burnt_cells();
        }
        found
    }
}

/// Runs a case.
pub fn run(case: &BarriersCase, physics: Physics) -> Outcome<BarriersResult> {
    let found: Vec<(u64, Found)> = (0..case.cases)
        .into_par_iter()
        .filter_map(|n| {
            let u = draws(case.seed, "barriers gap", n)();
            // A barrier drawn through the fire says nothing: the next draw of the trial counts.
            let trial = (0..50_u64)
                .find_map(|again| Trial::draw(case.seed.wrapping_add(again << 32), n, physics))?;
            Some((n, trial.judge(u)))
        })
        .collect();
    let sum = |of: fn(&Found) -> u64| found.iter().map(|(_, f)| of(f)).sum::<u64>();
    let failed = found
        .iter()
        .filter(|(_, f)| f.leaked + f.gaps_shut + f.not_rounded > 0)
        .map(|&(n, _)| n)
        .take(20)
        .collect();
    let result = BarriersResult {
        case: *case,
        closed: sum(|f| f.closed),
        leaks: sum(|f| u64::from(f.leaked > 0)),
        cells_leaked: sum(|f| f.leaked),
        gaps: sum(|f| f.gaps),
        gaps_shut: sum(|f| f.gaps_shut),
        open: sum(|f| f.open),
        not_rounded: sum(|f| f.not_rounded),
        out_of_order: sum(|f| f.out_of_order),
        burnt_cells: sum(|f| f.burnt),
        failed,
    };
    let named = |key: &str, n: u64| Message::new(key).with("n", n as f64);
    Outcome {
        verdicts: vec![
            Verdict::of_none(
                named("verify-case-barriers-leak", result.closed),
                "verify-source-barriers",
                result.leaks,
                result.closed,
            ),
            Verdict::of_all(
                named("verify-case-barriers-gap", result.gaps),
                "verify-source-barriers",
                result.gaps - result.gaps_shut,
                result.gaps,
            ),
            Verdict::of_all(
                named("verify-case-barriers-round", result.open),
                "verify-source-barriers",
                result.open - result.not_rounded,
                result.open,
            ),
            Verdict::of_none(
                named("verify-case-barriers-order", result.burnt_cells),
                "verify-source-causal",
                result.out_of_order,
                result.burnt_cells,
            ),
        ],
        plot: picture(case, physics),
        result,
    }
}

/// The first ring: its barrier, and the fire held by it at three moments.
fn picture(case: &BarriersCase, physics: Physics) -> Plot {
    let mut plot = Plot::map(&Message::new("verify-plot-barriers"));
    let Some(trial) = (0..250_u64)
        .step_by(5)
        .find_map(|n| Trial::draw(case.seed, n, physics))
    else {
        return plot;
    };
    let mut path = trial.path.clone();
    path.push(path[0]);
    plot = plot.with_exact("verify-curve-barrier", closed(&trial.path));
    let front = trial.run(&path);
    let across = trial.grid.cell * ACROSS as f64 / trial.first.head_m_s;
    for t in [0.1 * across, 0.3 * across, FOR_EVER] {
        for ring in front.perimeter_at(t) {
            plot = plot.with("verify-curve-front", closed(&ring.points()));
        }
    }
    plot
}

/// The suite's case: fewer trials than `fireline verify barriers --cases 10000`.
pub fn family(physics: Physics) -> Family {
    let case = BarriersCase {
        cases: 600,
        seed: 1,
    };
    Family::of("barriers", &[case], |case| run(case, physics))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_behind_a_closed_barrier_burns_and_a_gap_lets_fire_through() {
        let outcome = run(
            &BarriersCase {
                cases: 150,
                seed: 3,
            },
            Physics::AS_BUILT,
        );
        let r = &outcome.result;
        assert!(r.closed >= 110 && r.gaps >= 60 && r.open >= 25, "{r:?}");
        assert!(outcome.passed(), "{r:?}");
    }

    #[test]
    fn a_ring_opened_by_a_cell_is_shorter_by_a_cell() {
        let trial = (0..100)
            .step_by(5)
            .find_map(|n| Trial::draw(1, n, Physics::AS_BUILT))
            .unwrap();
        let length = |path: &[Point]| path.windows(2).map(|w| w[0].distance(w[1])).sum::<f64>();
        let mut whole = trial.path.clone();
        whole.push(whole[0]);
        let at = whole[1].towards(whole[2], 0.5);
        let opened = trial.opened(1, at);
        assert!((length(&whole) - length(&opened) - trial.grid.cell).abs() < 1e-6);
    }
}
