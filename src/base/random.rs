//! Named random streams.
//!
//! A draw is keyed by what it is for (its [`Purpose`]), the stable id of who draws and a running
//! number of that id's own events, never by the order in which the program happens to ask. Changing
//! a dispatch policy therefore leaves the fire's draws untouched (common random numbers).

use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// What a random number is used for. Each purpose is an independent family of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Perturbations of the weather.
    Weather,
    /// Where and when fires start.
    Ignition,
    /// Variation in spread.
    Spread,
    /// Firebrands.
    Spotting,
    /// Whether a firebreak holds.
    Breach,
    /// Cameras, patrols, callers.
    Detection,
    /// Delays and abilities of people.
    People,
    /// Synthesis of landscapes.
    Landscape,
    /// Resamples of studies.
    Study,
    /// What happens on the roads.
    Roads,
}

impl Purpose {
    /// Every purpose, in a fixed order.
    pub const ALL: [Self; 10] = [
        Self::Weather,
        Self::Ignition,
        Self::Spread,
        Self::Spotting,
        Self::Breach,
        Self::Detection,
        Self::People,
        Self::Landscape,
        Self::Study,
        Self::Roads,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Weather => "weather",
            Self::Ignition => "ignition",
            Self::Spread => "spread",
            Self::Spotting => "spotting",
            Self::Breach => "breach",
            Self::Detection => "detection",
            Self::People => "people",
            Self::Landscape => "landscape",
            Self::Study => "study",
            Self::Roads => "roads",
        }
    }
}

/// The family of all streams of one seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// All streams of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A generator for `purpose`, owned by the thing with stable id `id`, for its `n`-th event.
    pub fn generator(&self, purpose: Purpose, id: &str, n: u64) -> ChaCha12Rng {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"fireline stream v1");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(purpose.name().as_bytes());
        hasher.update(&(id.len() as u64).to_le_bytes());
        hasher.update(id.as_bytes());
        hasher.update(&n.to_le_bytes());
        ChaCha12Rng::from_seed(*hasher.finalize().as_bytes())
    }

    /// One uniform number in `[0, 1)` for the `n`-th event of `id`.
    pub fn uniform(&self, purpose: Purpose, id: &str, n: u64) -> f64 {
        self.generator(purpose, id, n).random::<f64>()
    }
}

/// A standard normal number by Box & Muller 1958 (*Annals of Mathematical Statistics* 29:610-611).
pub fn standard_normal(random: &mut impl rand::Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
    libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
}

/// The standard normal number below which a share `u` of all lies (the inverse of the normal
/// distribution); minus and plus infinity at and beyond 0 and 1.
///
/// One uniform number gives one normal number, and a greater uniform a greater normal. Wichura 1988,
/// algorithm AS 241 (PPND16), *Applied Statistics* 37:477-484; relative error 1e-16.
pub fn normal_quantile(u: f64) -> f64 {
    if u <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if u >= 1.0 {
        return f64::INFINITY;
    }
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let r = libm::sqrt(-libm::log(u.min(1.0 - u)));
    let size = if r <= 5.0 {
        polynomial(&TAIL.0, r - 1.6) / polynomial(&TAIL.1, r - 1.6)
    } else {
        polynomial(&FAR_TAIL.0, r - 5.0) / polynomial(&FAR_TAIL.1, r - 5.0)
    };
    if q < 0.0 { -size } else { size }
}

/// Coefficients in ascending powers.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// Wichura's numerator and denominator within 0.425 of the median.
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_545e3,
    ],
);
/// Beyond that.
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);
/// Beyond shares of 1e-11.
const FAR_TAIL: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_049e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_94e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_and_its_share_belong_together() {
        // The share below z is erfc(-z / sqrt 2) / 2, worked out by other means.
        for z in [
            -8.0, -6.9, -5.0, -2.5, -1.5, -0.3, 0.0, 1e-3, 0.7, 1.44, 1.96, 4.0,
        ] {
            let share = 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
            let back = normal_quantile(share);
            assert!((back - z).abs() < 1e-11 * (1.0 + z.abs()), "{z}: {back}");
        }
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    }

    #[test]
    fn a_draw_depends_on_its_key_and_on_nothing_else() {
        let a = Streams::new(7);
        let first = a.uniform(Purpose::Detection, "cam-1", 3);
        let _ = a.uniform(Purpose::People, "desk", 0);
        assert_eq!(first, a.uniform(Purpose::Detection, "cam-1", 3));
        assert_ne!(first, a.uniform(Purpose::Detection, "cam-1", 4));
        assert_ne!(first, a.uniform(Purpose::Detection, "cam-2", 3));
        assert_ne!(first, a.uniform(Purpose::Breach, "cam-1", 3));
        assert_ne!(
            first,
            Streams::new(8).uniform(Purpose::Detection, "cam-1", 3)
        );
    }
}
