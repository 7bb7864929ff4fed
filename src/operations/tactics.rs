//! How those at a fire attack its edge, by order or as the boss of the crews there thinks best.
//!
//! - **Anchor and flank**: two parties begin at the quietest of the edge, or at the ends of what already holds,
//!   and meet at the head (两翼合围).
//! - **Head attack**: they begin at the hottest of it that they can face and meet at the rear; only where the
//!   doctrine allows it, and up to the flames that it names.
//! - **Parallel**: where the flames are too hot, line is built at a stand-off beside the edge, and at the edge
//!   where they are not; once it is closed, what lies between is burnt out from it.
//! - **Holding**: when line would come too late, those on foot fall back on a break or road that the fire will
//!   come to, and hold it.
//! - **Hot-spotting**: line round the hottest places that they can face, one after the other, to win time until
//!   there are enough people to go round.
//!
//! The boss goes by what is seen from the edge: flames, how fast the edge grows, what those there build.

use super::command::Incident;
use super::holding::Holding;
use super::{Fire, Log, hundredths};
use crate::base::geo::{Grid, Point, nearest_on_segment};
use crate::fire::front::{Ring, SpreadSource, Start, StartKind};
use crate::protocol::{Record, Tactic, TacticReason};
use crate::scenario::catalogue::AttackRules;
use crate::scenario::schema::CrewBoss;
use crate::world::World as Site;

/// Line at a stand-off is at least so many cells from the edge: nearer, the front could not tell it from the edge.
const LEAST_CELLS: f64 = 2.0;

/// How the attack on a fire goes on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attack {
    /// How.
    pub tactic: Tactic,
    /// Whether it was ordered: then the boss leaves it so.
    pub is_ordered: bool,
    /// Since when flames have held both parties off, seconds.
    held_since_s: Option<f64>,
    /// Whether each party stands off.
    stands_off: [bool; 2],
    /// How far, metres.
    stand_off_m: f64,
    /// How long the line at a stand-off will take, seconds.
    closing_s: f64,
    /// Line of each party that was built at a stand-off, from its anchor on.
    pub laid: [Vec<Point>; 2],
    /// Hot-spotting: on the way to the next place until, seconds.
    pub moves_until_s: f64,
    /// When the edge was measured, seconds, and its length then, metres.
    measured: Option<(f64, f64)>,
    /// How fast it grows, m/s; none before it was measured twice.
    growth_m_s: Option<f64>,
    /// Who holds which break or road instead.
    pub holding: Option<Holding>,
    /// Whether the boss looks for one.
    looks_for_break: bool,
    /// When one was looked for last, seconds.
    pub(super) looked_s: Option<f64>,
    /// Whether it was said that an order cannot be followed as things stand.
    pub(super) said_not: bool,
}

/// What the boss of those at a fire sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    /// The highest flames of the burning edge, metres.
    pub highest_m: f64,
    /// Flame limit of the hardiest of those who build line, metres.
    pub limit_m: f64,
    /// Whether flames hold off both parties.
    pub is_held: bool,
    /// Whether anybody can build line away from the edge.
    pub can_stand_off: bool,
    /// Line that those there build in all, m/s.
    pub production_m_s: f64,
    /// Length of the edge, metres.
    pub edge_m: f64,
    /// Length of what burns of it, metres.
    pub burning_m: f64,
    /// How fast the fastest of it comes on, m/s.
    pub fastest_m_s: f64,
    /// Line that those on foot would build away from the flames, m/s.
    pub away_m_s: f64,
}

impl Seen {
    /// How long line at a stand-off round what burns would take, seconds.
    fn closing_s(&self) -> f64 {
        if self.away_m_s > 0.0 {
            self.burning_m / self.away_m_s
        } else {
            f64::INFINITY
        }
    }

    /// Whether such line can be closed before the edge comes to it, no farther off than `most_m`.
    fn can_close(&self, most_m: f64) -> bool {
        self.fastest_m_s * self.closing_s() <= most_m
    }
}

impl Attack {
    /// Takes up an order; [`Tactic::Boss`] leaves it to the boss again.
    pub fn order(&mut self, tactic: Tactic) {
        self.is_ordered = tactic != Tactic::Boss;
        self.tactic = if self.is_ordered {
            tactic
        } else {
            Tactic::Flank
        };
        self.held_since_s = None;
        self.looked_s = None;
        self.said_not = false;
    }

    /// Whether a break or road to hold is to be looked for now; as often as the boss has patience when ordered.
    pub(super) fn wants_break(&mut self, now: f64, patience_s: f64) -> bool {
        let is_due = self.looked_s.is_none_or(|t| now - t >= patience_s);
        let is_ordered = self.tactic == Tactic::Hold && self.holding.is_none() && is_due;
        std::mem::take(&mut self.looks_for_break) || is_ordered
    }

    /// Begins anew at an anchor.
    fn begin(&mut self) {
        self.laid = [Vec::new(), Vec::new()];
        self.stands_off = [false; 2];
        self.stand_off_m = 0.0;
    }

    /// How far from the edge ends of line may be, metres.
    pub(super) fn away_m(&self) -> f64 {
        self.stand_off_m
    }

    /// Whether line was built away from the edge.
    pub(super) fn has_stood_off(&self) -> bool {
        self.laid.iter().any(|l| !l.is_empty())
    }

    /// How far from the edge a party works, metres; none at the edge. By the flames there, and the rate at
    /// which the edge comes nearer in m/s.
    pub(super) fn stand_off(
        &mut self,
        party: usize,
        flame_m: f64,
        rate_m_s: f64,
        limit_m: f64,
        cell_m: f64,
        rules: &AttackRules,
    ) -> Option<f64> {
        if self.tactic != Tactic::Parallel {
            return None;
        }
        let stands_off = &mut self.stands_off[party];
        if flame_m > limit_m {
            *stands_off = true;
        } else if flame_m < rules.back_share.value * limit_m {
            *stands_off = false;
        }
        if !*stands_off {
            return None;
        }
        let wanted = stand_off_m(flame_m, rate_m_s, self.closing_s, rules);
        let wanted = wanted.max(LEAST_CELLS * cell_m);
        self.stand_off_m = self.stand_off_m.max(wanted);
        Some(self.stand_off_m)
    }

    /// Measures the edge every few minutes.
    fn measure(&mut self, now: f64, edge_m: f64, every_s: f64) {
        match self.measured {
            Some((then, _)) if now - then < every_s => {}
            before => {
                self.growth_m_s = before.map(|(then, length)| (edge_m - length) / (now - then));
                self.measured = Some((now, edge_m));
            }
        }
    }

    /// Whether the boss begins at the head, before any line: flames in metres, the highest of the edge and the
    /// limit of those there.
    fn begins_at_head(&self, may: &CrewBoss, highest_m: f64, limit_m: f64) -> bool {
        let head = may.head_flame_m.unwrap_or(0.0).min(limit_m);
        self.tactic == Tactic::Flank && !self.is_ordered && highest_m > 0.0 && highest_m <= head
    }

    /// The boss's choice; says so when it is another than before.
    fn choose(
        &mut self,
        (may, rules): (&CrewBoss, &AttackRules),
        now: f64,
        seen: &Seen,
    ) -> Option<TacticReason> {
        self.measure(now, seen.edge_m, 60.0 * rules.growth_min.value);
        if seen.is_held {
            self.held_since_s.get_or_insert(now);
        } else {
            self.held_since_s = None;
        }
        self.closing_s = seen.closing_s();
        if self.is_ordered {
            return None;
        }
        let growth = self.growth_m_s.unwrap_or(0.0);
        let is_held_long = self
            .held_since_s
            .is_some_and(|t| now - t >= 60.0 * rules.patience_min.value);
        let most_m = rules.most_m.value;
        let (tactic, reason) = match self.tactic {
            Tactic::Flank | Tactic::Head | Tactic::HotSpots
                if may.parallel && seen.can_stand_off && is_held_long && seen.can_close(most_m) =>
            {
                (Tactic::Parallel, TacticReason::TooHot)
            }
            Tactic::Flank | Tactic::Head | Tactic::HotSpots
                if may.hold && self.holding.is_none() && seen.can_stand_off && is_held_long =>
            {
                self.looks_for_break = true;
                self.held_since_s = None;
                return None;
            }
            Tactic::Flank
                if may.hot_spotting
                    && seen.production_m_s > 0.0
                    && growth > seen.production_m_s =>
            {
                (Tactic::HotSpots, TacticReason::Outrun)
            }
            Tactic::HotSpots if self.growth_m_s.is_some() && growth <= seen.production_m_s => {
                (Tactic::Flank, TacticReason::Enough)
            }
            // What was begun is given up only when it is hopeless.
            Tactic::Parallel if !seen.can_close(HOPELESS * most_m) => {
                (Tactic::Flank, TacticReason::Outrun)
            }
            _ => return None,
        };
        self.tactic = tactic;
        self.held_since_s = None;
        Some(reason)
    }
}

/// Line at a stand-off is given up when the edge would come so many times farther than one stands off at most \[J\].
const HOPELESS: f64 = 2.0;

/// Distance at which line is built beside an edge with such flames that comes nearer so fast, metres; the line
/// takes `closing_s`.
fn stand_off_m(flame_m: f64, rate_m_s: f64, closing_s: f64, rules: &AttackRules) -> f64 {
    (rules.least_m.value)
        .max(rules.flame_lengths.value * flame_m)
        .max(closing_s.max(rules.lead_min.value * 60.0) * rate_m_s)
        .min(rules.most_m.value)
}

/// Lets the boss choose, and says what was chosen.
pub(super) fn choose(site: &Site, now: f64, log: &mut Log, incident: &mut Incident, seen: &Seen) {
    let rules = (
        &site.scenario.file.doctrine.crew_boss,
        &site.scenario.catalogue.attack,
    );
    if let Some(reason) = incident.attack.choose(rules, now, seen) {
        let tactic = incident.attack.tactic;
        say(now, log, incident, (tactic, reason), seen.highest_m);
    }
}

/// Lets the boss choose where to begin; flames in metres.
pub(super) fn begin(
    site: &Site,
    now: f64,
    log: &mut Log,
    incident: &mut Incident,
    highest_m: f64,
    limit_m: f64,
) {
    let may = &site.scenario.file.doctrine.crew_boss;
    incident.attack.begin();
    if incident.attack.begins_at_head(may, highest_m, limit_m) {
        incident.attack.tactic = Tactic::Head;
        let head = (Tactic::Head, TacticReason::HeadInReach);
        say(now, log, incident, head, highest_m);
    }
}

/// Says how the fire is attacked from now on, and why.
pub(super) fn say(
    now: f64,
    log: &mut Log,
    incident: &Incident,
    (tactic, reason): (Tactic, TacticReason),
    flame_m: f64,
) {
    log.say(
        now,
        Record::Attack {
            incident: incident.number,
            tactic,
            reason,
            flame_m: hundredths(flame_m),
        },
    );
}

/// Where the attack begins when it goes for what is hottest: the highest flames up to a limit, metres, of what
/// can be reached.
pub(super) fn hottest(
    ring: &Ring,
    flames: &[f64],
    limit_m: f64,
    reached: &impl Fn(Point) -> bool,
) -> Option<usize> {
    (0..ring.vertices.len())
        .filter(|&i| {
            ring.vertices[i].active && flames[i] <= limit_m && reached(ring.vertices[i].at)
        })
        .max_by(|&a, &b| flames[a].total_cmp(&flames[b]).then(b.cmp(&a)))
}

/// Hot-spotting: whether the flames beside the line have cooled against the hottest that can be faced, and
/// where that is.
pub(super) fn next_hot_spot(
    ring: &Ring,
    flames: &[f64],
    limit_m: f64,
    beside_m: f64,
    cooled_share: f64,
) -> Option<Point> {
    let next = hottest(ring, flames, limit_m, &|_| true)?;
    (beside_m < cooled_share * flames[next]).then(|| ring.vertices[next].at)
}

/// Vertices to either side over which the direction of the edge is taken, at least.
const SMOOTH: usize = 3;
/// Line at a stand-off goes straight for so many cells: the edge is drawn from cells.
const STRAIGHT_CELLS: f64 = 1.5;

/// The course of line beside an edge.
pub(super) struct Course<'a> {
    pub ring: &'a Ring,
    /// How far from the edge, metres; none along it.
    pub stand_off_m: Option<f64>,
    /// Which way round.
    pub step: i64,
    /// Mean distance of the ring's vertices, metres.
    spacing_m: f64,
}

impl<'a> Course<'a> {
    /// A course beside a ring.
    pub fn new(ring: &'a Ring, stand_off_m: Option<f64>, step: i64) -> Self {
        Self {
            ring,
            stand_off_m,
            step,
            spacing_m: ring.length_m() / ring.vertices.len() as f64,
        }
    }

    /// The edge's direction at a vertex, the way the party goes.
    fn ahead(&self, i: usize) -> Option<(f64, f64)> {
        let n = self.ring.vertices.len();
        // What juts out from a smooth edge counts the more the farther off the line is.
        let wide = (self.stand_off_m.unwrap_or(0.0) / self.spacing_m).max(1.0) as usize;
        let reach = SMOOTH.max(wide).min(n / 8).max(1);
        let (a, b) = (
            self.ring.vertices[(i + n - reach) % n].at,
            self.ring.vertices[(i + reach) % n].at,
        );
        let length = a.distance(b);
        let sign = self.step as f64;
        (length > 0.0).then(|| (sign * (b.x - a.x) / length, sign * (b.y - a.y) / length))
    }

    /// Where the line passes a vertex: at it where it holds, or when the line runs along the edge.
    pub fn place(&self, i: usize) -> Point {
        let v = &self.ring.vertices[i];
        let (Some(off), Some((x, y)), true) = (self.stand_off_m, self.ahead(i), v.active) else {
            return v.at;
        };
        // Burnt ground is on the left of the ring: outward is to the right of its direction.
        let sign = self.step as f64;
        Point::new(v.at.x + off * y * sign, v.at.y - off * x * sign)
    }

    /// Whether a place of the course is of no use to somebody at `at` who builds line at a stand-off: it lies
    /// behind, or too near to tell the way.
    pub fn is_skipped(&self, at: Point, i: usize, cell_m: f64) -> bool {
        if self.stand_off_m.is_none() || !self.ring.vertices[i].active {
            return false;
        }
        let to = self.place(i);
        let (x, y) = self.ahead(i).unwrap_or_default();
        (to.x - at.x) * x + (to.y - at.y) * y < STRAIGHT_CELLS * cell_m
    }
}

/// Burns out what lies between the edge and line built at a stand-off, from the line: lit so many cells inside it.
const INSIDE_CELLS: f64 = 1.0;

/// See [`INSIDE_CELLS`]; only where the strip is wider than two cells.
pub(super) fn burn_out(
    site: &Site,
    now: f64,
    fire: &mut Fire,
    log: &mut Log,
    incident: &Incident,
    ring: &Ring,
) {
    let (Some(origin), true) = (
        incident.origin(),
        site.scenario.file.doctrine.crew_boss.burn_out,
    ) else {
        return;
    };
    let grid = *fire.0.grid();
    let mut lit = 0.0;
    let mut first = None;
    for line in &incident.attack.laid {
        let inside: Vec<Option<Point>> = thinned(line, grid.cell)
            .into_iter()
            .map(|p| beside(&grid, fire, ring, p))
            .collect();
        for run in inside.split(Option::is_none) {
            let run: Vec<Point> = run.iter().flatten().copied().collect();
            if run.len() < 2 {
                continue;
            }
            let length: f64 = run.windows(2).map(|p| p[0].distance(p[1])).sum();
            let at = run[0];
            let start = Start::Line(run);
            let burns = fire
                .0
                .ignite_as(&start, now, StartKind::Backfire, Some(origin));
            if burns.is_some() {
                lit += length;
                first.get_or_insert(at);
            }
        }
    }
    if let Some(at) = first {
        log.say(
            now,
            Record::Backfire {
                incident: incident.number,
                length_m: hundredths(lit),
                x: hundredths(at.x),
                y: hundredths(at.y),
            },
        );
    }
}

/// A line's points no nearer to each other than a distance, its ends included.
fn thinned(line: &[Point], apart_m: f64) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for &p in line {
        if kept.last().is_none_or(|q| q.distance(p) >= apart_m) {
            kept.push(p);
        }
    }
    kept
}

/// The place inside a line, towards the fire, where it is lit; none where the strip is narrow or has burnt.
fn beside(grid: &Grid, fire: &Fire, ring: &Ring, p: Point) -> Option<Point> {
    let n = ring.vertices.len();
    let (edge, off) = (0..n)
        .map(|i| {
            let (a, b) = (ring.vertices[i].at, ring.vertices[(i + 1) % n].at);
            let q = nearest_on_segment(p, a, b).1;
            (q, p.distance(q))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    if off < LEAST_CELLS * grid.cell {
        return None;
    }
    let at = p.towards(edge, INSIDE_CELLS * grid.cell / off);
    let (c, r) = grid.cell_at(at)?;
    (fire.0.burnt_at(c, r).is_none() && fire.0.source().fuel(c, r) != 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> AttackRules {
        crate::scenario::Catalogue::shipped().unwrap().attack
    }

    fn seen() -> Seen {
        Seen {
            highest_m: 1.0,
            limit_m: 1.5,
            is_held: false,
            can_stand_off: true,
            production_m_s: 0.2,
            edge_m: 400.0,
            burning_m: 300.0,
            fastest_m_s: 0.05,
            away_m_s: 0.2,
        }
    }

    #[test]
    fn the_boss_stands_off_when_flames_have_held_both_parties_for_five_minutes() {
        let rules = CrewBoss::default();
        let mut attack = Attack::default();
        let held = Seen {
            is_held: true,
            ..seen()
        };
        assert_eq!(attack.choose((&rules, &numbers()), 0.0, &held), None);
        // A lull: the clock starts anew.
        assert_eq!(attack.choose((&rules, &numbers()), 240.0, &seen()), None);
        assert_eq!(attack.choose((&rules, &numbers()), 300.0, &held), None);
        assert_eq!(attack.choose((&rules, &numbers()), 540.0, &held), None);
        assert_eq!(
            attack.choose((&rules, &numbers()), 600.0, &held),
            Some(TacticReason::TooHot)
        );
        assert_eq!(attack.tactic, Tactic::Parallel);
        // Not a front that would be past the line before it is closed: 0.2 m/s for 1500 s.
        let fast = Seen {
            fastest_m_s: 0.2,
            ..held
        };
        let mut late = Attack::default();
        assert_eq!(late.choose((&rules, &numbers()), 0.0, &fast), None);
        assert_eq!(late.choose((&rules, &numbers()), 900.0, &fast), None);
        let hopeless = Seen {
            fastest_m_s: 0.21,
            ..held
        };
        assert_eq!(attack.choose((&rules, &numbers()), 660.0, &fast), None);
        assert_eq!(
            attack.choose((&rules, &numbers()), 720.0, &hopeless),
            Some(TacticReason::Outrun)
        );
        // Not by rule, nor by order.
        let never = CrewBoss {
            parallel: false,
            ..rules.clone()
        };
        let mut stays = Attack::default();
        assert_eq!(stays.choose((&never, &numbers()), 0.0, &held), None);
        assert_eq!(stays.choose((&never, &numbers()), 900.0, &held), None);
        let mut ordered = Attack::default();
        ordered.order(Tactic::Flank);
        assert_eq!(ordered.choose((&rules, &numbers()), 0.0, &held), None);
        assert_eq!(ordered.choose((&rules, &numbers()), 900.0, &held), None);
        ordered.order(Tactic::Boss);
        assert_eq!(ordered.choose((&rules, &numbers()), 1000.0, &held), None);
        assert_eq!(
            ordered.choose((&rules, &numbers()), 1300.0, &held),
            Some(TacticReason::TooHot)
        );
    }

    #[test]
    fn the_head_is_attacked_only_where_the_doctrine_allows_it() {
        let attack = Attack::default();
        assert!(!attack.begins_at_head(&CrewBoss::default(), 0.5, 1.5));
        let rules = CrewBoss {
            head_flame_m: Some(1.2),
            ..CrewBoss::default()
        };
        assert!(attack.begins_at_head(&rules, 1.0, 1.5));
        assert!(!attack.begins_at_head(&rules, 1.3, 1.5));
        assert!(!attack.begins_at_head(&rules, 1.0, 0.9));
        let mut ordered = Attack::default();
        ordered.order(Tactic::Flank);
        assert!(!ordered.begins_at_head(&rules, 1.0, 1.5));
    }

    #[test]
    fn hot_spots_win_time_until_there_are_enough() {
        let rules = CrewBoss {
            hot_spotting: true,
            ..CrewBoss::default()
        };
        let mut attack = Attack::default();
        // 0.2 m/s of line against an edge that grows by 0.4 m/s.
        assert_eq!(attack.choose((&rules, &numbers()), 0.0, &seen()), None);
        let grown = Seen {
            edge_m: 520.0,
            ..seen()
        };
        assert_eq!(
            attack.choose((&rules, &numbers()), 300.0, &grown),
            Some(TacticReason::Outrun)
        );
        let many = Seen {
            production_m_s: 0.5,
            ..grown
        };
        assert_eq!(
            attack.choose((&rules, &numbers()), 360.0, &many),
            Some(TacticReason::Enough)
        );
        assert_eq!(attack.tactic, Tactic::Flank);
    }

    #[test]
    fn one_stands_off_four_flames_or_ten_minutes() {
        // Butler & Cohen 1998: four flame heights.
        assert_eq!(stand_off_m(8.0, 0.0, 0.0, &numbers()), 32.0);
        assert_eq!(stand_off_m(2.0, 0.0, 900.0, &numbers()), 20.0);
        // 5 m/min for ten minutes.
        assert!((stand_off_m(2.0, 5.0 / 60.0, 0.0, &numbers()) - 50.0).abs() < 1e-9);
        // Or as long as the line takes.
        let half_an_hour = stand_off_m(2.0, 2.0 / 60.0, 1800.0, &numbers());
        assert!((half_an_hour - 60.0).abs() < 1e-9);
        assert_eq!(stand_off_m(2.0, 10.0, 0.0, &numbers()), 150.0);
        let mut attack = Attack {
            tactic: Tactic::Parallel,
            ..Attack::default()
        };
        assert_eq!(attack.stand_off(0, 1.4, 0.0, 1.5, 10.0, &numbers()), None);
        assert_eq!(
            attack.stand_off(0, 8.0, 0.0, 1.5, 10.0, &numbers()),
            Some(32.0)
        );
        // Not nearer again before it goes back to the edge; the other party keeps the same distance.
        assert_eq!(
            attack.stand_off(0, 1.2, 0.0, 1.5, 10.0, &numbers()),
            Some(32.0)
        );
        assert_eq!(
            attack.stand_off(1, 2.0, 0.0, 1.5, 10.0, &numbers()),
            Some(32.0)
        );
        assert_eq!(attack.stand_off(0, 0.8, 0.0, 1.5, 10.0, &numbers()), None);
        let mut direct = Attack::default();
        assert_eq!(direct.stand_off(0, 8.0, 0.0, 1.5, 10.0, &numbers()), None);
    }
}
