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
}

impl Purpose {
    /// Every purpose, in a fixed order.
    pub const ALL: [Self; 8] = [
        Self::Weather,
        Self::Ignition,
        Self::Spread,
        Self::Spotting,
        Self::Breach,
        Self::Detection,
        Self::People,
        Self::Landscape,
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

#[cfg(test)]
mod tests {
    use super::*;

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
