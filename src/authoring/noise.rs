//! Smooth random fields, the same on every machine.
//!
//! Gradient noise after Perlin (2002, *Improving noise*, SIGGRAPH) on an integer lattice whose
//! gradients come from an integer hash; only additions and multiplications of 64-bit floats.

/// A random field of one seed.
#[derive(Debug, Clone, Copy)]
pub struct Noise {
    seed: u64,
}

impl Noise {
    /// The field `name` of a landscape's seed; fields of different names are independent.
    pub fn new(seed: u64, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"fireline noise v1");
        hasher.update(&seed.to_le_bytes());
        hasher.update(name.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Self {
            seed: u64::from_le_bytes(first),
        }
    }

    /// A uniform number in `[0, 1)` for a lattice place.
    pub fn uniform(self, i: i64, j: i64) -> f64 {
        (self.hash(i, j) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Gradient noise with a lattice of one unit, about -1 to 1, 0 on average.
    pub fn at(self, x: f64, y: f64) -> f64 {
        let (i, j) = (libm::floor(x), libm::floor(y));
        let (u, v) = (x - i, y - j);
        let (i, j) = (i as i64, j as i64);
        let corner = |di: i64, dj: i64| {
            // One of eight gradients of equal length.
            const DIAGONAL: f64 = std::f64::consts::FRAC_1_SQRT_2;
            let (dx, dy) = (u - di as f64, v - dj as f64);
            match self.hash(i + di, j + dj) >> 61 {
                0 => dx,
                1 => -dx,
                2 => dy,
                3 => -dy,
                4 => (dx + dy) * DIAGONAL,
                5 => (dx - dy) * DIAGONAL,
                6 => (dy - dx) * DIAGONAL,
                _ => -(dx + dy) * DIAGONAL,
            }
        };
        let fade = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (a, b) = (fade(u), fade(v));
        let north = corner(0, 0) * (1.0 - a) + corner(1, 0) * a;
        let south = corner(0, 1) * (1.0 - a) + corner(1, 1) * a;
        1.6 * (north * (1.0 - b) + south * b)
    }

    /// A sum of `octaves` fields, each of half the wavelength and half the height of the one
    /// before, about -1 to 1.
    pub fn fractal(self, x: f64, y: f64, octaves: u32) -> f64 {
        let (mut sum, mut height, mut scale) = (0.0, 0.5, 1.0);
        for k in 0..octaves {
            // Shifted, so that the octaves' lattices do not share their zeros.
            let shift = 17.3 * f64::from(k);
            sum += height * self.at(x * scale + shift, y * scale - shift);
            height *= 0.5;
            scale *= 2.0;
        }
        sum * 1.4
    }

    fn hash(self, i: i64, j: i64) -> u64 {
        // splitmix64 (Steele, Lea & Flood 2014) over the two coordinates in turn.
        let mix = |mut z: u64| {
            z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        mix(mix(self.seed ^ i as u64) ^ j as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_level_on_average_and_never_wild() {
        let noise = Noise::new(1, "test");
        let values: Vec<f64> = (0..10_000)
            .map(|i| noise.fractal(f64::from(i % 100) * 0.37, f64::from(i / 100) * 0.37, 4))
            .collect();
        let mean = values.iter().sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.05, "{mean}");
        assert!(values.iter().all(|v| v.abs() < 1.5));
        assert_ne!(noise.at(0.5, 0.5), Noise::new(2, "test").at(0.5, 0.5));
        assert_ne!(noise.at(0.5, 0.5), Noise::new(1, "other").at(0.5, 0.5));
    }
}
