//! Grounds that cases burn over, other than the uniform plain.

use super::Physics;
use crate::base::geo::{Grid, Point};
use crate::base::random::{Purpose, Streams};
use crate::fire::front::{Crown, Ellipse, SpreadSource};

/// Two fuels on a plain, split by a straight line.
#[derive(Debug, Clone)]
pub(super) struct Halves {
    pub grid: Grid,
    /// A point of the line and the unit normal towards the far side.
    pub edge: (Point, (f64, f64)),
    /// Spread on the near side and on the far side.
    pub spread: [Ellipse; 2],
}

impl Halves {
    /// Whether a place lies on the far side.
    pub fn is_far((at, n): (Point, (f64, f64)), p: Point) -> bool {
        (p.x - at.x) * n.0 + (p.y - at.y) * n.1 > 0.0
    }
}

impl SpreadSource for Halves {
    fn fuel(&self, col: usize, row: usize) -> u8 {
        1 + u8::from(Self::is_far(self.edge, self.grid.centre(col, row)))
    }

    fn spread(&self, _: usize, _: usize, fuel: u8) -> Option<Ellipse> {
        self.spread.get(usize::from(fuel.checked_sub(1)?)).copied()
    }

    fn heat_kj_m2(&self, _: u8) -> f64 {
        5000.0
    }

    fn acceleration_per_s(&self) -> f64 {
        0.0
    }
}

/// Length over which fuels keep together, patches.
const CLUMP: f64 = 2.5;
/// Head rate in still air on the flat of the four fuels, m/s: litter to grass.
const CALM_M_S: [f64; 4] = [0.02, 0.035, 0.06, 0.1];

/// A hilly landscape of four fuels, given as a function of place: the same on every grid.
#[derive(Debug, Clone)]
pub(super) struct Patchy {
    pub grid: Grid,
    pub seed: u64,
    /// Whether it has one fuel only: hills alone.
    pub one_fuel: bool,
    /// Side of a square of one fuel, metres: what every grid's cells divide, so that all see the same
    /// landscape.
    pub patch_m: f64,
    /// Wind: the way it blows (degrees clockwise from north) and metres a second at flame height.
    pub wind: (f64, f64),
    pub physics: Physics,
}

impl Patchy {
    /// A number of 0 to 1 that belongs to a lattice point.
    fn noise(&self, x: i64, y: i64) -> f64 {
        // Squirrel-like integer hash; a stream a lattice point would cost a thousand times as much.
        let mut h = (x as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add((y as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
            .wrapping_add(self.seed.wrapping_mul(0x1656_67b1_9e37_79f9));
        for _ in 0..2 {
            h ^= h >> 31;
            h = h.wrapping_mul(0xbf58_476d_1ce4_e5b9);
            h ^= h >> 29;
        }
        (h >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Smooth noise of 0 to 1 whose hills are one unit wide.
    fn smooth(&self, x: f64, y: f64) -> f64 {
        let (fx, fy) = (libm::floor(x), libm::floor(y));
        let ease = |s: f64| s * s * (3.0 - 2.0 * s);
        let (sx, sy) = (ease(x - fx), ease(y - fy));
        let at = |dx: i64, dy: i64| self.noise(fx as i64 + dx, fy as i64 + dy);
        let south = at(0, 0) * (1.0 - sx) + at(1, 0) * sx;
        let north = at(0, 1) * (1.0 - sx) + at(1, 1) * sx;
        south * (1.0 - sy) + north * sy
    }

    fn fuel_at(&self, p: Point) -> u8 {
        if self.one_fuel {
            return 3;
        }
        let (x, y) = (
            libm::floor(p.x / self.patch_m),
            libm::floor(p.y / self.patch_m),
        );
        let n = self.smooth(x / CLUMP + 0.37, y / CLUMP + 0.61);
        // Smooth noise gathers about its middle: these quarters hold about a quarter each.
        1 + [0.37, 0.5, 0.63].iter().filter(|&&limit| n > limit).count() as u8
    }

    /// Rise over run to the east and north of hills 0.5 to 1.1 km long, up to 28 degrees.
    fn gradient_at(&self, p: Point) -> (f64, f64) {
        let phase = std::f64::consts::TAU * self.noise(-7, 11);
        let mut sum = (0.0, 0.0);
        for (length_m, toward_deg, slope) in [
            (1100.0, 20.0, 0.22),
            (700.0, 110.0, 0.18),
            (480.0, 65.0, 0.13),
        ] {
            let angle = f64::to_radians(toward_deg);
            let (dx, dy) = (libm::sin(angle), libm::cos(angle));
            let along = std::f64::consts::TAU * (p.x * dx + p.y * dy) / length_m;
            let s = slope * libm::cos(along + phase);
            sum = (sum.0 + s * dx, sum.1 + s * dy);
        }
        sum
    }
}

impl SpreadSource for Patchy {
    fn fuel(&self, col: usize, row: usize) -> u8 {
        self.fuel_at(self.grid.centre(col, row))
    }

    /// Wind and slope add as vectors to the rate in still air, as in Rothermel's model; the shape
    /// follows the wind that alone would do the same. Round numbers: what is judged is that the
    /// same landscape gives the same fire on every grid.
    fn spread(&self, col: usize, row: usize, fuel: u8) -> Option<Ellipse> {
        let calm = CALM_M_S.get(usize::from(fuel.checked_sub(1)?))?;
        let gradient = self.gradient_at(self.grid.centre(col, row));
        let steep = libm::hypot(gradient.0, gradient.1);
        let toward = self.wind.0.to_radians();
        let wind = 1.2 * libm::pow(self.wind.1, 1.4);
        // Slope factor over tan: 5.275 beta^-0.3 tan^2 of a bed of packing ratio 0.01.
        let slope = 21.0 * steep;
        let push = (
            wind * libm::sin(toward) + slope * gradient.0,
            wind * libm::cos(toward) + slope * gradient.1,
        );
        let factor = libm::hypot(push.0, push.1);
        let effective = libm::pow(factor / 1.2, 1.0 / 1.4);
        Some(self.physics.of(Ellipse {
            head_m_s: calm * (1.0 + factor),
            length_to_width: (1.0 + 0.56 * effective).min(8.0),
            heading: if factor > 0.0 {
                (push.0 / factor, push.1 / factor)
            } else {
                (0.0, 1.0)
            },
            gradient,
            heat_kj_m2: 5000.0,
            crown: Crown::Surface,
        }))
    }

    fn heat_kj_m2(&self, _: u8) -> f64 {
        5000.0
    }

    fn acceleration_per_s(&self) -> f64 {
        0.0
    }
}

/// Uniform numbers of 0 to 1 for the `n`-th case of a family.
pub(super) fn draws(seed: u64, family: &str, n: u64) -> impl FnMut() -> f64 + use<> {
    use rand::RngExt;
    let mut generator = Streams::new(seed).generator(Purpose::Weather, family, n);
    move || generator.random::<f64>()
}
