//! Where the head of a fire under Wang's model runs: the direction of greatest `Kw Kphi`, worked out without
//! an angle, because it is asked for every grid cell.

use libm::sqrt;

use super::wang::SLOPE_EXPONENT;

/// A direction between upslope and downwind.
pub(super) struct Fastest {
    /// Sine of the angle from upslope, 0 or more.
    pub sin: f64,
    /// Its cosine.
    pub cos: f64,
    /// ln(Kw Kphi) towards it.
    pub exponent: f64,
}

/// Wind and slope as exponents, in axes along and across the way up.
pub(super) struct Pull {
    /// Exponent of Kw in wind across the slope, 0 or more.
    pub across: f64,
    /// Exponent of Kw in wind up the slope; below 0 where it blows down.
    pub along: f64,
    /// Exponent of Kphi straight up, above 0.
    pub slope: f64,
}

impl Pull {
    /// The direction in which `g(t) = across sin t + along cos t + slope sgn(cos t) |cos t|^1.2` is
    /// greatest, t the angle from upslope.
    ///
    /// `g' = 0` says `tan t = across / (along + 1.2 slope |cos t|^0.2)`: wind and slope add as vectors, the
    /// slope's scaled by `1.2 |cos t|^0.2`. Uphill that is iterated from t = 0: it climbs to the first
    /// maximum, the error shrinking at least fivefold a round where the wind blows uphill at all. A
    /// wind down the slope may have a second maximum below the contour, where g' has one root.
    pub fn fastest(&self) -> Fastest {
        let mut uphill = (0.0, 1.0);
        let mut scale = 1.0;
        for _ in 0..ROUNDS {
            let up = self.along + SLOPE_EXPONENT * self.slope * scale;
            let length = sqrt(up * up + self.across * self.across);
            if length <= 0.0 {
                break;
            }
            uphill = (self.across / length, up / length);
            if up <= 0.0 {
                break;
            }
            let next = fifth_root(uphill.1);
            let done = (next - scale).abs() < 1e-6;
            scale = next;
            if done {
                break;
            }
        }
        let uphill = self.towards(uphill.0, uphill.1);
        // Below the contour the slope only slows: the wind alone bounds g there.
        let bound = sqrt(self.across * self.across + self.along * self.along);
        if self.along >= 0.0 || uphill.exponent >= bound {
            return uphill;
        }
        let y = self.downhill(bound);
        let cos = -y * y * y * y * y;
        let downhill = self.towards(sqrt(1.0 - cos * cos), cos);
        if downhill.exponent > uphill.exponent {
            downhill
        } else {
            uphill
        }
    }

    fn towards(&self, sin: f64, cos: f64) -> Fastest {
        let slope = self.slope * cos * fifth_root(cos.abs());
        Fastest {
            sin,
            cos,
            exponent: self.across * sin + self.along * cos + slope,
        }
    }

    /// The maximum between the contour and downwind as `y = |cos t|^0.2`, by false position (Illinois) on
    /// `g' = -across y^5 + (-along - 1.2 slope y) sin t`; `wind` is the length of the wind's pull.
    fn downhill(&self, wind: f64) -> f64 {
        let rate = |y: f64| {
            let y5 = y * y * y * y * y;
            let sin = sqrt((1.0 - y5 * y5).max(0.0));
            -self.across * y5 + (-self.along - SLOPE_EXPONENT * self.slope * y) * sin
        };
        let (mut low, mut high) = (0.0, fifth_root(-self.along / wind));
        if self.across <= 1e-9 * wind {
            // Straight down the slope g' is 0 whether or not g is greatest there.
            return high.min(-self.along / (SLOPE_EXPONENT * self.slope));
        }
        let (mut at_low, mut at_high) = (rate(low), rate(high));
        let mut last = 0.0;
        for _ in 0..ROUNDS_DOWNHILL {
            let y = (low * at_high - high * at_low) / (at_high - at_low);
            let at = rate(y);
            if at > 0.0 {
                (low, at_low) = (y, at);
                if last > 0.0 {
                    at_high *= 0.5;
                }
            } else {
                (high, at_high) = (y, at);
                if last < 0.0 {
                    at_low *= 0.5;
                }
            }
            last = at;
            if high - low < 1e-7 || at.abs() < 1e-9 * wind {
                return y;
            }
        }
        0.5 * (low + high)
    }
}

/// Most rounds of the iteration uphill: fivefold a round brings the first error, at most some 20 degrees,
/// below a thousandth of a degree.
const ROUNDS: usize = 8;
/// Most rounds of false position; a handful is usual.
const ROUNDS_DOWNHILL: usize = 30;

/// `x^0.2` of 0 to 1 by Newton's method from a guess off the exponent's bits: a tenth of `pow`'s time, and
/// asked for several times a cell.
fn fifth_root(x: f64) -> f64 {
    if x <= f64::MIN_POSITIVE {
        return 0.0;
    }
    // A fifth of the exponent; 1023 << 52 is the bit pattern of 1.
    let mut y = f64::from_bits(x.to_bits() / 5 + (1023_u64 << 52) / 5 * 4);
    for _ in 0..4 {
        y = 0.8 * y + 0.2 * x / (y * y * y * y);
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_root_is_the_library_s() {
        for n in 1..=2000 {
            let x = libm::pow(f64::from(n) / 2000.0, 4.0);
            assert!((fifth_root(x) - libm::pow(x, 0.2)).abs() < 1e-14);
        }
        assert_eq!(fifth_root(0.0), 0.0);
        assert!((fifth_root(1e-300) - 1e-60).abs() < 1e-70);
    }

    #[test]
    fn wind_and_slope_of_one_strength_at_right_angles_share_the_way() {
        // tan t = 1 / (1.2 (cos t)^0.2), solved by hand: t = 41.3 degrees.
        let pull = Pull {
            across: 1.0,
            along: 0.0,
            slope: 1.0,
        };
        let best = pull.fastest();
        let tan = best.sin / best.cos;
        assert!((tan * 1.2 * libm::pow(best.cos, 0.2) - 1.0).abs() < 1e-6);
        assert!((libm::atan(tan).to_degrees() - 41.3).abs() < 0.5);
    }

    #[test]
    fn a_wind_down_the_hill_is_followed_when_it_is_the_stronger() {
        // Wind 30 degrees off straight down; alone it would give an exponent of 2.
        let (sin, cos) = libm::sincos(150_f64.to_radians());
        for (slope, downhill) in [(0.5, true), (1.5, true), (4.0, false)] {
            let pull = Pull {
                across: 2.0 * sin,
                along: 2.0 * cos,
                slope,
            };
            let best = pull.fastest();
            assert_eq!(best.cos < 0.0, downhill, "slope {slope}");
            assert!((best.sin * best.sin + best.cos * best.cos - 1.0).abs() < 1e-12);
        }
    }
}
