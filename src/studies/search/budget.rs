//! Budgets: kilometres or yuan.

use std::fmt;
use std::str::FromStr;

use crate::scenario::schema::BreakKind;
use crate::world::World;

/// What may be spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// So many kilometres of break, more than 0.
    Km(f64),
    /// So many yuan of building, more than 0.
    Cny(f64),
}

/// What a kilometre of the new breaks costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// Building it, yuan.
    pub build_cny_km: f64,
    /// Keeping it up a year, yuan.
    pub upkeep_cny_km_y: f64,
}

impl Prices {
    /// By the catalogue, for a kind and a width in metres.
    pub fn of(world: &World, kind: BreakKind, width_m: f64) -> Self {
        let rules = &world.scenario.catalogue.networks;
        let price = match kind {
            BreakKind::Planted => &rules.planted,
            BreakKind::Isolation => &rules.isolation,
        };
        Self {
            build_cny_km: price.build_cny_km_m.value * width_m,
            upkeep_cny_km_y: price.upkeep_cny_km_m_y.value * width_m,
        }
    }
}

impl Budget {
    /// What it is, in its own unit.
    pub fn amount(self) -> f64 {
        match self {
            Self::Km(amount) | Self::Cny(amount) => amount,
        }
    }

    /// Another amount in the same unit.
    #[must_use]
    pub fn like(self, amount: f64) -> Self {
        match self {
            Self::Km(_) => Self::Km(amount),
            Self::Cny(_) => Self::Cny(amount),
        }
    }

    /// What so many kilometres take of it.
    pub fn of_km(self, km: f64, prices: &Prices) -> f64 {
        match self {
            Self::Km(_) => km,
            Self::Cny(_) => km * prices.build_cny_km,
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Km(km) => write!(f, "{km:.2}km"),
            Self::Cny(cny) => write!(f, "{cny:.0}cny"),
        }
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let expected = "an amount above 0 in km or cny expected, for example 20km or 5000000cny";
        let lower = text.to_lowercase();
        let (number, make): (&str, fn(f64) -> Self) = if let Some(n) = lower.strip_suffix("km") {
            (n, Self::Km)
        } else if let Some(n) = lower.strip_suffix("cny") {
            (n, Self::Cny)
        } else {
            return Err(format!("'{text}' has no unit that is known; {expected}"));
        };
        let amount: f64 = (number.trim().replace(['_', ','], "").parse())
            .map_err(|e| format!("'{text}': {e}; {expected}"))?;
        if amount > 0.0 && amount.is_finite() {
            Ok(make(amount))
        } else {
            Err(format!("'{text}' buys nothing; {expected}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_kilometres_or_yuan_and_more_than_nought() {
        assert_eq!("20km".parse(), Ok(Budget::Km(20.0)));
        assert_eq!("5_000_000 CNY".parse(), Ok(Budget::Cny(5e6)));
        for bad in ["0km", "-3km", "20", "20mi", "km", "infkm", "NaNcny"] {
            let said = bad.parse::<Budget>().unwrap_err();
            assert!(said.contains("km or cny"), "{said}");
        }
    }
}
