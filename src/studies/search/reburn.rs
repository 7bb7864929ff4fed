//! A proposal put to the test of the real solver: training fires burnt again with it, and how far its parts are to be
//! trusted after that.
//!
//! The trees do not know what goes round a break. What the solver finds spared, over what the trees promised, is the
//! trust in every part of the proposal that hangs together, and of the whole in everything not proposed.

use std::collections::BTreeSet;

use super::gain::Worth;

/// Bounds of what one burn may change a trust by.
const TRUST: std::ops::RangeInclusive<f64> = 0.05..=1.5;

/// Changes the trust in all stretches by what was found: `fires` are the places of the fires that were burnt again,
/// `spared` what each was spared.
pub fn weigh(worth: &mut Worth<'_>, choice: &BTreeSet<usize>, fires: &[usize], spared: &[f64]) {
    let whole = worth.lees(choice);
    let with = worth.by_fire(&whole);
    let components = worth.components(choice.clone());
    // What each part promised in each of the fires: what would be missing without it.
    let promised: Vec<Vec<f64>> = components
        .iter()
        .map(|component| {
            let without = worth.by_fire(&worth.lees(&(choice - component)));
            fires
                .iter()
                .map(|f| (with[*f] - without[*f]).max(0.0))
                .collect()
        })
        .collect();
    let of_fire: Vec<f64> = (0..fires.len())
        .map(|n| promised.iter().map(|p| p[n]).sum())
        .collect();
    let ratio = |real: f64, said: f64| {
        (said > 0.0).then(|| (real / said).clamp(*TRUST.start(), *TRUST.end()))
    };
    let all = ratio(spared.iter().sum(), fires.iter().map(|f| with[*f]).sum()).unwrap_or(1.0);
    let mut factors = vec![all; worth.trust.len()];
    for (component, promised) in components.iter().zip(&promised) {
        let real: f64 = (0..fires.len())
            .filter(|n| of_fire[*n] > 0.0)
            .map(|n| spared[n] * promised[n] / of_fire[n])
            .sum();
        if let Some(factor) = ratio(real, promised.iter().sum()) {
            for s in component {
                factors[*s] = factor;
            }
        }
    }
    for (trust, factor) in worth.trust.iter_mut().zip(factors) {
        *trust *= factor;
    }
}
