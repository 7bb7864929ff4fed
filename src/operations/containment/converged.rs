//! The equations of Fried & Fried 1996 integrated until steps no longer matter.
//!
//! A party stands on the free ellipse at the angle `u` (eccentric, 0 at the head, pi at the rear) while the
//! free head is at `h` from the origin. With `p` the line that one party builds over the head's rate of
//! spread, `eps` the eccentricity and `a` the semi-minor axis over `h`:
//!
//! `du/dh = [eps sin u -+ (1 + eps) sqrt(p^2 (1 - eps cos u) / (1 + eps cos u) - a^2)] / [(1 - eps cos u) h]`
//!
//! with minus from the rear and plus from the head. Where the root has no value the edge runs faster than
//! the party builds: it is overrun, gives up its line and begins anew when more resources come. A party may
//! also build for ever along a flank without getting past it: then its shift or a limit ends the attack.
//! The area never falls below that at attack.

use std::f64::consts::PI;

use super::{Attack, Forecast, Shape, Status, Tactic};

/// Largest step of the angle, radians. Halving it changes areas by less than 1e-5.
const STEP: f64 = 0.004;
/// Steps of the head are never more than this share of its distance.
const STEP_SHARE: f64 = 0.01;
/// A party that gets round by less than this in a step makes no way.
const LEAST: f64 = 1e-9;

/// Where a party stands: the head of the free fire, m, and its angle.
#[derive(Debug, Clone, Copy)]
struct State {
    h: f64,
    u: f64,
}

/// The forecast for an attack; overrun when there is nobody to attack.
pub fn contain(attack: &Attack) -> Forecast {
    let shape = Shape::new(attack.length_to_width);
    let report = shape.head(attack.report_ha * 10_000.0);
    let head_at = |t: f64| report + attack.spread_m_min * t;
    let first = attack.first_arrival().unwrap_or(0.0);
    let mut forecast = Forecast {
        status: Status::Overrun,
        line_m: 0.0,
        perimeter_at_attack_m: shape.perimeter(head_at(first)),
        perimeter_m: 0.0,
        attack_ha: shape.area(head_at(first)) / 10_000.0,
        final_ha: shape.area(head_at(first)) / 10_000.0,
        contained_ha: 0.0,
        minutes: first,
    };
    if attack.resources.is_empty() {
        return forecast;
    }
    let changes = changes(attack);
    let mut start = first;
    loop {
        let run = Run {
            attack,
            shape,
            changes: &changes,
            report,
        };
        let end = run.from(start);
        forecast.status = end.status;
        forecast.line_m = 2.0 * end.line;
        forecast.final_ha = end.area / 10_000.0;
        forecast.minutes = end.minutes;
        if end.status == Status::Contained {
            forecast.contained_ha = forecast.final_ha;
            forecast.perimeter_m = forecast.line_m;
        }
        // Overrun: the next to come try again with those who are there.
        let next = attack
            .resources
            .iter()
            .map(|r| r.arrival_min)
            .filter(|&t| t > start)
            .min_by(f64::total_cmp);
        match next {
            Some(next) if end.status == Status::Overrun => start = next,
            _ => return forecast,
        }
    }
}

/// Times at which production changes, in order.
fn changes(attack: &Attack) -> Vec<f64> {
    let mut all: Vec<f64> = attack
        .resources
        .iter()
        .flat_map(|r| [r.arrival_min, r.arrival_min + r.duration_min])
        .collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

struct Run<'a> {
    attack: &'a Attack,
    shape: Shape,
    changes: &'a [f64],
    /// Head at the report.
    report: f64,
}

struct End {
    status: Status,
    /// Line of one party, m.
    line: f64,
    /// Whole area, m2.
    area: f64,
    minutes: f64,
}

impl Run<'_> {
    fn from(&self, start: f64) -> End {
        let attack = self.attack;
        let goal = match attack.tactic {
            Tactic::Rear => 0.0,
            Tactic::Head => PI,
        };
        let way = goal - (PI - goal);
        let mut t = start;
        let mut at = State {
            h: self.report + attack.spread_m_min * start,
            u: PI - goal,
        };
        let mut place = self.place(at);
        // Line so far, and the area between it and the axis.
        let (mut line, mut under) = (0.0, 0.0);
        let exhausted = attack.exhausted();
        let ended = |status, line, under: f64, at: State, t| End {
            status,
            line,
            area: 2.0 * (under.abs() + self.open(at, goal)),
            minutes: t,
        };
        loop {
            let built: f64 = attack
                .resources
                .iter()
                .filter(|r| r.works_at(t))
                .map(|r| r.production_m_min / 2.0)
                .sum();
            let p = built / attack.spread_m_min;
            if t >= exhausted {
                return ended(Status::Exhausted, line, under, at, t);
            }
            if t >= attack.longest_min {
                return ended(Status::TimeLimit, line, under, at, t);
            }
            if 2.0 * (under.abs() + self.open(at, goal)) >= attack.largest_ha * 10_000.0 {
                return ended(Status::SizeLimit, line, under, at, t);
            }
            let Some(slope) = self.slope(at, p) else {
                return ended(Status::Overrun, line, under, at, t);
            };
            let until = self
                .changes
                .iter()
                .copied()
                .chain([attack.longest_min])
                .filter(|&c| c > t)
                .fold(f64::INFINITY, f64::min);
            let longest = (until - t) * attack.spread_m_min;
            let mut dh = (STEP / slope.abs().max(LEAST)).min(STEP_SHARE * at.h);
            let lands = dh >= longest;
            dh = dh.min(longest);
            let Some(mut next) = self.step(at, p, dh) else {
                return ended(Status::Overrun, line, under, at, t);
            };
            let mut met = false;
            if (goal - next.u) * way < 0.0 {
                // Past the goal: the step that ends on it, by the secant.
                met = true;
                for _ in 0..20 {
                    let share = (goal - at.u) / (next.u - at.u);
                    dh *= share;
                    let Some(again) = self.step(at, p, dh) else {
                        break;
                    };
                    next = again;
                    if (next.u - goal).abs() < 1e-12 {
                        break;
                    }
                }
                next.u = goal;
            }
            let there = self.place(next);
            line += libm::hypot(there.0 - place.0, there.1 - place.1);
            under += (there.0 - place.0) * (there.1 + place.1) / 2.0;
            t = if lands && !met {
                until
            } else {
                t + dh / attack.spread_m_min
            };
            (at, place) = (next, there);
            if met {
                return ended(Status::Contained, line, under, at, t);
            }
        }
    }

    /// A step of the fourth order (Runge & Kutta); none where the party is overrun.
    fn step(&self, at: State, p: f64, dh: f64) -> Option<State> {
        let slope = |h: f64, u: f64| self.slope(State { h, u }, p);
        let k1 = slope(at.h, at.u)?;
        let k2 = slope(at.h + dh / 2.0, at.u + dh / 2.0 * k1)?;
        let k3 = slope(at.h + dh / 2.0, at.u + dh / 2.0 * k2)?;
        let k4 = slope(at.h + dh, at.u + dh * k3)?;
        Some(State {
            h: at.h + dh,
            u: at.u + dh / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4),
        })
    }

    /// `du/dh`, see the module's head; none where the root has no value.
    fn slope(&self, at: State, p: f64) -> Option<f64> {
        let Shape { eps, a } = self.shape;
        let (sin, cos) = (libm::sin(at.u), libm::cos(at.u));
        let x = 1.0 - eps * cos;
        let root = p * p * x / (1.0 + eps * cos) - a * a;
        if root < 0.0 {
            return None;
        }
        let turn = (1.0 + eps) * libm::sqrt(root);
        let du = match self.attack.tactic {
            Tactic::Rear => eps * sin - turn,
            Tactic::Head => eps * sin + turn,
        };
        // Line at a distance is longer where the edge is more curved.
        let away = self.attack.distance_m * (1.0 - eps) * libm::sqrt(1.0 - eps * eps)
            / libm::pow(1.0 - eps * eps * cos * cos, 1.5);
        Some(du / (x * (at.h + away)))
    }

    /// The end of the line, m from the origin along the axis and across it.
    fn place(&self, at: State) -> (f64, f64) {
        let Shape { eps, a } = self.shape;
        let (sin, cos) = (libm::sin(at.u), libm::cos(at.u));
        let on = ((cos + eps) * at.h / (1.0 + eps), a * at.h * sin);
        // The normal of the ellipse.
        let psi = libm::atan2(sin, cos * libm::sqrt(1.0 - eps * eps));
        let d = self.attack.distance_m;
        (on.0 + d * libm::cos(psi), on.1 + d * libm::sin(psi))
    }

    /// Half of the free ellipse between the party and the goal, m2.
    fn open(&self, at: State, goal: f64) -> f64 {
        let part = |u: f64| u - libm::sin(u) * libm::cos(u);
        let axes = self.shape.half_length(at.h) * self.shape.a * at.h;
        axes / 2.0 * (part(at.u) - part(goal)).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LARGEST_HA, LONGEST_MIN, Resource};
    use super::*;

    fn attack(length_to_width: f64, tactic: Tactic, production: f64) -> Attack {
        Attack {
            length_to_width,
            spread_m_min: 2.0,
            report_ha: 0.5,
            tactic,
            distance_m: 0.0,
            resources: vec![Resource {
                arrival_min: 15.0,
                duration_min: 480.0,
                production_m_min: production,
            }],
            largest_ha: LARGEST_HA,
            longest_min: LONGEST_MIN,
        }
    }

    /// A circle: `du/dh = -sqrt(p^2 - 1)/h`, so the head runs from `h` to `h exp(pi / sqrt(p^2 - 1))`, and the
    /// line of each party is a logarithmic spiral.
    #[test]
    fn a_circle_is_contained_as_the_closed_form_says() {
        for (production, tactic) in [(12.0, Tactic::Rear), (8.0, Tactic::Head)] {
            let got = contain(&attack(1.0, tactic, production));
            let p = production / 2.0 / 2.0;
            let head = libm::sqrt(5000.0 / PI) + 30.0;
            let ratio = libm::exp(PI / libm::sqrt(p * p - 1.0));
            let minutes = 15.0 + head * (ratio - 1.0) / 2.0;
            assert_eq!(got.status, Status::Contained);
            assert!((got.minutes / minutes - 1.0).abs() < 1e-8, "{got:?}");
            // Built at the rate of production from the first minute to the last.
            assert!((got.line_m / ((minutes - 15.0) * production) - 1.0).abs() < 1e-5);
            // Area of a spiral r = head exp(k u), u from 0 to pi, both flanks.
            let k = 1.0 / libm::sqrt(p * p - 1.0);
            let area = head * head * (libm::exp(2.0 * k * PI) - 1.0) / (2.0 * k);
            assert!((got.final_ha * 10_000.0 / area - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn line_is_built_at_the_rate_of_production_on_any_ellipse() {
        for length_to_width in [1.5, 3.0, 5.0] {
            for tactic in [Tactic::Head, Tactic::Rear] {
                let got = contain(&attack(length_to_width, tactic, 30.0));
                assert_eq!(got.status, Status::Contained);
                let built = (got.minutes - 15.0) * 30.0;
                assert!((got.line_m / built - 1.0).abs() < 1e-4, "{got:?}");
                assert!(got.final_ha >= got.attack_ha);
            }
        }
    }

    #[test]
    fn a_party_slower_than_the_edge_is_overrun() {
        // At the rear of a circle the edge runs as fast as at the head.
        let slow = contain(&attack(1.0, Tactic::Rear, 3.9));
        assert_eq!(slow.status, Status::Overrun);
        assert!(slow.final_ha >= slow.attack_ha && slow.contained_ha == 0.0);
        // From the rear of a long ellipse line can be begun, but the parties never get past the flanks.
        let mut flanks = attack(3.0, Tactic::Rear, 3.0);
        flanks.largest_ha = 1e6;
        let flanks = contain(&flanks);
        assert_eq!(flanks.status, Status::Exhausted);
        assert!(
            (flanks.line_m / (480.0 * 3.0) - 1.0).abs() < 1e-3,
            "{flanks:?}"
        );
        // From the head at once.
        let head = contain(&attack(3.0, Tactic::Head, 3.9));
        assert_eq!((head.status, head.line_m), (Status::Overrun, 0.0));
    }

    #[test]
    fn an_overrun_party_begins_anew_with_the_next_to_come() {
        let mut two = attack(1.0, Tactic::Rear, 3.0);
        two.resources.push(Resource {
            arrival_min: 60.0,
            duration_min: 480.0,
            production_m_min: 20.0,
        });
        let got = contain(&two);
        assert_eq!(got.status, Status::Contained);
        let mut late = attack(1.0, Tactic::Rear, 23.0);
        late.resources[0].arrival_min = 60.0;
        let alone = contain(&late);
        assert!((got.final_ha - alone.final_ha).abs() < 1e-6);
        assert!(got.attack_ha < alone.attack_ha);
    }

    #[test]
    fn shifts_and_limits_end_an_attack() {
        let mut short = attack(2.0, Tactic::Rear, 12.0);
        let whole = contain(&short);
        assert_eq!(whole.status, Status::Contained);
        short.resources[0].duration_min = (whole.minutes - 15.0) / 2.0;
        let got = contain(&short);
        assert_eq!(got.status, Status::Exhausted);
        assert!((got.minutes - 15.0 - short.resources[0].duration_min).abs() < 1e-9);
        assert!((got.line_m / 12.0 - short.resources[0].duration_min).abs() < 0.1);
        let mut small = attack(2.0, Tactic::Rear, 12.0);
        small.largest_ha = whole.final_ha * 0.9;
        assert_eq!(contain(&small).status, Status::SizeLimit);
        small.largest_ha = LARGEST_HA;
        small.longest_min = whole.minutes - 1.0;
        let late = contain(&small);
        assert_eq!(
            (late.status, late.minutes),
            (Status::TimeLimit, whole.minutes - 1.0)
        );
        small.resources.clear();
        assert_eq!(contain(&small).status, Status::Overrun);
    }

    #[test]
    fn line_at_a_distance_costs_area() {
        let near = contain(&attack(2.0, Tactic::Rear, 30.0));
        let mut far = attack(2.0, Tactic::Rear, 30.0);
        far.distance_m = 20.0;
        let far = contain(&far);
        assert_eq!(far.status, Status::Contained);
        assert!(far.final_ha > near.final_ha && far.line_m > near.line_m);
        assert!(far.attack_ha == near.attack_ha);
    }

    #[test]
    fn attack_at_the_head_burns_less_than_at_the_rear() {
        let head = contain(&attack(3.0, Tactic::Head, 20.0));
        let rear = contain(&attack(3.0, Tactic::Rear, 20.0));
        assert!(head.final_ha < rear.final_ha, "{head:?} {rear:?}");
    }
}
