//! The same model by the stepping of ContainSim (firelab/behave at d963287), so that its answers are those
//! of BehavePlus.
//!
//! Steps of the free head are about a minute long and are halved until a contained attack takes at least
//! 250 of them. What differs from the paper, and is kept: where the edge runs faster than a party builds,
//! the root is taken as zero and the party waits on the edge instead of being overrun, losing ground;
//! production is looked up at the ends of steps; time at containment is that of the last whole step; and
//! the size at attack comes from BehavePlus' Size module, whose length to width is not that of the
//! containment (which is why it may exceed the final size). Chains, acres and hours are used inside, with
//! behave's rounded factors.

use std::f64::consts::PI;

use super::{Attack, Forecast, Status, Tactic};

/// Feet a minute in a metre a minute, and chains an hour in a foot a minute (behaveUnits.cpp).
const FEET_A_METRE: f64 = 3.28084;
const FEET_A_MINUTE_TO_CHAINS_AN_HOUR: f64 = 1.1;
const FEET_A_CHAIN: f64 = 66.0;
const SQUARE_FEET_AN_ACRE: f64 = 43_560.002_160_576_1;
const SQUARE_FEET_A_HECTARE: f64 = 107_639.104_167_097_2;
/// Steps that a contained attack takes at least, and that any may take.
const LEAST_STEPS: usize = 250;
const MOST_STEPS: usize = 1000;
/// Slowest head, chains an hour.
const SLOWEST: f64 = 0.0001;

/// The forecast for an attack; overrun when there is nobody to attack.
pub fn contain(attack: &Attack) -> Forecast {
    let rate = (attack.spread_m_min * FEET_A_METRE / FEET_A_MINUTE_TO_CHAINS_AN_HOUR).max(0.00001);
    let acres = attack.report_ha * SQUARE_FEET_A_HECTARE / SQUARE_FEET_AN_ACRE;
    let (perimeter, size) = free_fire(attack, rate, acres);
    let forecast = Forecast {
        status: Status::Overrun,
        line_m: 0.0,
        perimeter_at_attack_m: perimeter,
        perimeter_m: 0.0,
        attack_ha: size,
        final_ha: size,
        contained_ha: 0.0,
        minutes: 0.0,
    };
    let Some(first) = attack.first_arrival() else {
        return forecast;
    };
    let sim = Sim {
        attack,
        rate,
        eps: eccentricity(attack.length_to_width),
        distance: attack.distance_m * FEET_A_METRE / FEET_A_CHAIN,
        largest: attack.largest_ha * SQUARE_FEET_A_HECTARE / SQUARE_FEET_AN_ACRE,
        first,
        acres,
    };
    let end = sim.run();
    let metres = |chains: f64| chains * FEET_A_CHAIN / FEET_A_METRE;
    let hectares = |acres: f64| acres * SQUARE_FEET_AN_ACRE / SQUARE_FEET_A_HECTARE;
    let is_contained = end.status == Status::Contained;
    Forecast {
        status: end.status,
        line_m: metres(end.line),
        perimeter_m: if is_contained { metres(end.line) } else { 0.0 },
        final_ha: hectares(end.acres),
        contained_ha: if is_contained {
            hectares(end.acres)
        } else {
            0.0
        },
        minutes: end.minutes,
        ..forecast
    }
}

fn eccentricity(length_to_width: f64) -> f64 {
    let r = 1.0 / length_to_width.max(1.0);
    let square = 1.0 - r * r;
    if square > 0.00001 {
        libm::sqrt(square)
    } else {
        0.0
    }
}

/// Perimeter in metres and area in hectares of the free fire at the first attack, as BehavePlus' Size module
/// has them: length to width by Anderson 1983 from a wind that would give the attack's by 1 + U/4.
fn free_fire(attack: &Attack, rate: f64, acres: f64) -> (f64, f64) {
    let mph = 4.0 * (attack.length_to_width - 1.0);
    let ratio = if mph > 1e-7 {
        let anderson = 0.936 * libm::exp(0.1147 * mph) + 0.461 * libm::exp(-0.0692 * mph) - 0.397;
        anderson.min(8.0)
    } else {
        1.0
    };
    let eps = libm::sqrt((ratio * ratio - 1.0).max(0.0)) / ratio;
    let forward = rate * FEET_A_MINUTE_TO_CHAINS_AN_HOUR;
    let back = forward * (1.0 - eps) / (1.0 + eps);
    let b = f64::midpoint(forward, back);
    let a = b / ratio;
    let elapsed = libm::sqrt(acres * SQUARE_FEET_AN_ACRE / (PI * a * b))
        + attack.first_arrival().unwrap_or(0.0).max(0.0);
    let (a, b) = (a * elapsed, b * elapsed);
    let h = ((a - b) / (a + b)) * ((a - b) / (a + b));
    let perimeter = PI * (a + b) * (1.0 + h / 4.0 + h * h / 64.0);
    (perimeter / FEET_A_METRE, PI * a * b / SQUARE_FEET_A_HECTARE)
}

struct Sim<'a> {
    attack: &'a Attack,
    /// Chains an hour.
    rate: f64,
    eps: f64,
    /// Chains.
    distance: f64,
    /// Acres.
    largest: f64,
    /// Minutes.
    first: f64,
    /// At the report.
    acres: f64,
}

struct End {
    status: Status,
    /// Chains, both parties.
    line: f64,
    acres: f64,
    minutes: f64,
}

/// One pass with a step of the head.
struct Pass {
    contained: bool,
    steps: usize,
    minutes: f64,
    line: f64,
    /// When the last step ended, and at the very end.
    running_acres: f64,
    acres: f64,
}

impl Sim<'_> {
    fn run(&self) -> End {
        let exhausted = self.attack.exhausted();
        let mut step = self.rate / 60.0;
        let mut was_too_long = false;
        let (pass, mut status) = loop {
            let pass = self.pass(step);
            if pass.minutes >= exhausted {
                break (pass, Status::Exhausted);
            }
            if pass.steps >= MOST_STEPS {
                step *= 2.0;
                if was_too_long {
                    break (pass, Status::Overflow);
                }
                was_too_long = true;
            } else if pass.contained {
                if pass.steps >= LEAST_STEPS || was_too_long {
                    break (pass, Status::Contained);
                }
                step *= 0.5;
            } else if pass.running_acres >= self.largest {
                break (pass, Status::SizeLimit);
            } else {
                break (pass, Status::TimeLimit);
            }
        };
        let mut minutes = pass.minutes;
        if minutes > self.attack.longest_min - 1.0 {
            minutes = self.attack.longest_min;
            status = Status::TimeLimit;
        }
        End {
            status,
            line: pass.line,
            acres: pass.acres,
            minutes,
        }
    }

    fn pass(&self, step: f64) -> Pass {
        let attack = self.attack;
        let eps = self.eps;
        let a = libm::sqrt((1.0 - eps) / (1.0 + eps));
        let circle = 10.0 * self.acres / (PI * libm::sqrt(1.0 - eps * eps));
        let report = (1.0 + eps) * libm::sqrt(circle);
        let mut h = report + self.rate * self.first / 60.0;
        let back = h * (1.0 - eps) / (1.0 + eps);
        let (mut u, mut x) = match attack.tactic {
            Tactic::Rear => (PI, -back - self.distance),
            Tactic::Head => (0.0, h + self.distance),
        };
        let mut y = 0.0;
        let mut last_ratio = None;
        let mut since = 0.0;
        let exhausted = attack.exhausted();
        let (mut line, mut under) = (0.0, 0.0);
        let mut pass = Pass {
            contained: false,
            steps: 0,
            minutes: self.first,
            line: 0.0,
            running_acres: 0.0,
            acres: 0.0,
        };
        while !pass.contained
            && pass.steps < MOST_STEPS
            && pass.running_acres < self.largest
            && pass.minutes < attack.longest_min
            && pass.minutes < exhausted
        {
            let (h0, u0) = (h, u);
            let (dh, minutes, p) = self.ratios(step, since, last_ratio);
            last_ratio = Some(p[2]);
            let k1 = dh * self.slope(p[0], h0, u0, a);
            let k2 = dh * self.slope(p[1], h0 + 0.5 * dh, u0 + 0.5 * k1, a);
            let k3 = dh * self.slope(p[1], h0 + 0.5 * dh, u0 + 0.5 * k2, a);
            let k4 = dh * self.slope(p[2], h0 + dh, u0 + k3, a);
            u = u0 + (k1 + k4 + 2.0 * (k2 + k3)) / 6.0;
            h = h0 + dh;
            pass.steps += 1;
            let share = u0 / (u0 + u.abs());
            if attack.tactic == Tactic::Head && u >= PI {
                pass.contained = true;
                h = h0 - step * share;
                u = PI;
            } else if attack.tactic == Tactic::Rear && u <= 0.0 {
                pass.contained = true;
                h = h0 + step * share;
                u = 0.0;
            }
            let (nx, ny) = self.place(h, u, a);
            since += minutes;
            pass.minutes = since + self.first;
            line += 2.0 * libm::sqrt((y - ny) * (y - ny) + (x - nx) * (x - nx));
            let (px, py) = (x, y);
            let so_far = under;
            under += (nx - px) * (ny + py);
            (x, y) = (nx, ny);
            pass.running_acres = 0.2 * (0.5 * under.abs() + self.open(h, x, y));
            if pass.contained && attack.tactic == Tactic::Head {
                // A head attack at a distance ends on the far side of the tail.
                x -= 2.0 * self.distance;
                under = so_far + (x - px) * (y + py);
            }
        }
        pass.line = line;
        pass.acres = 0.2 * (0.5 * under.abs() + self.open(h, x, y));
        pass
    }

    /// The step of the head, its length in minutes, and production of one party over the head's rate at its
    /// beginning, middle and end. A step is halved until it is no longer than a minute.
    fn ratios(&self, step: f64, since: f64, before: Option<f64>) -> (f64, f64, [f64; 3]) {
        let fire = self.rate.max(SLOWEST);
        let ratio = |minutes: f64| self.production(minutes) / fire;
        let begins = since + self.first;
        let (mut dh, mut before) = (step, before);
        loop {
            let length = dh / fire * 60.0;
            // After the first step the middle is looked up where the step begins.
            let (first, middle) = match before {
                Some(ratio) => (ratio, begins),
                None => (ratio(begins), begins + length / 2.0),
            };
            let p = [first, ratio(middle), ratio(begins + length)];
            if length <= 1.0 {
                return (dh, length, p);
            }
            dh /= 2.0;
            before = before.map(|_| p[2]);
        }
    }

    /// Line one party builds, chains an hour.
    fn production(&self, minutes: f64) -> f64 {
        self.attack
            .resources
            .iter()
            .filter(|r| {
                r.arrival_min <= minutes + 0.001 && r.arrival_min + r.duration_min >= minutes
            })
            .map(|r| 0.5 * (r.production_m_min * FEET_A_METRE / FEET_A_MINUTE_TO_CHAINS_AN_HOUR))
            .sum()
    }

    fn slope(&self, p: f64, h: f64, u: f64, a: f64) -> f64 {
        let eps = self.eps;
        let (sin, cos) = (libm::sin(u), libm::cos(u));
        let x = 1.0 - eps * cos;
        let root = p * p * x / (1.0 + eps * cos) - a * a;
        let root = if root <= 1e-10 { 0.0 } else { root };
        let mut dh = x * h;
        if self.distance > 0.001 {
            let curve = libm::exp(1.5 * libm::log(1.0 - eps * eps * cos * cos));
            let away = self.distance * libm::sqrt(1.0 - eps * eps) / curve;
            dh = x * (h + (1.0 - eps) * away);
        }
        let turn = (1.0 + eps) * libm::sqrt(root);
        let du = match self.attack.tactic {
            Tactic::Rear => eps * sin - turn,
            Tactic::Head => eps * sin + turn,
        };
        du / dh
    }

    fn place(&self, h: f64, u: f64, a: f64) -> (f64, f64) {
        let eps = self.eps;
        let mut at = ((libm::cos(u) + eps) * h / (1.0 + eps), libm::sin(u) * h * a);
        if self.distance > 0.001 {
            // Near a right angle the tangent is of no use.
            let off = u - PI / 2.0;
            let u = if off.abs() < 0.00001 {
                PI / 2.0 + if off > 0.0 { 0.00001 } else { -0.00001 }
            } else {
                u
            };
            let tangent = libm::sin(u) / libm::cos(u);
            let mut psi = libm::atan(tangent / libm::sqrt(1.0 - eps * eps));
            if psi < 0.0 {
                psi += PI;
            }
            at.0 += self.distance * libm::cos(psi);
            at.1 += self.distance * libm::sin(psi);
        }
        at
    }

    /// Half of the free ellipse that no line has passed, square chains.
    fn open(&self, h: f64, x: f64, y: f64) -> f64 {
        let ratio = self.attack.length_to_width.max(1.0);
        let eps = libm::sqrt(1.0 - 1.0 / (ratio * ratio));
        let long = h / (1.0 + eps);
        let short = long / ratio;
        let mut across = y;
        let mut along = x - long * eps;
        if along.abs() > long {
            along = long.copysign(along);
            across = 0.0;
        }
        let r = libm::sqrt(along * along + across * across);
        let theta = libm::acos(along / r);
        let bend = (short - long) * libm::sin(2.0 * theta)
            / (long + short + (short - long) * libm::cos(2.0 * theta));
        let sector = long * short / 2.0 * (theta - libm::atan(bend));
        let area = sector - along * across / 2.0;
        let area = match self.attack.tactic {
            Tactic::Head => PI * long * short / 2.0 - area,
            Tactic::Rear => area,
        };
        area.max(0.0)
    }
}
