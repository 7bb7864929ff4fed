//! Attributes of a layout's features, under our names or those of `--map`.

use serde_json::{Map, Value as Json};

use super::error::Fault;

/// Attributes that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Width, metres.
    Width,
    /// Cost, yuan.
    Cost,
    /// Year of building.
    Built,
    /// Year of the last maintenance.
    Maintained,
    /// Closure of the crowns, share.
    Closure,
    /// Ground under weeds, share.
    Weeds,
    /// Variation of the width, share.
    WidthCv,
}

impl Field {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "width_m",
            Self::Cost => "cost_cny",
            Self::Built => "built",
            Self::Maintained => "maintained",
            Self::Closure => "closure",
            Self::Weeds => "weeds",
            Self::WidthCv => "width_cv",
        }
    }

    /// What is wrong with a value of it.
    pub fn fault(self, found: String) -> Fault {
        let expected = match self {
            Self::Width => "> 0",
            Self::Cost => "≥ 0",
            Self::Built | Self::Maintained => "1900..2200",
            Self::Closure | Self::Weeds | Self::WidthCv => "0..1",
        };
        Fault::Number {
            field: self.name(),
            found,
            expected,
        }
    }

    fn holds(self, value: f64) -> bool {
        match self {
            Self::Width => value > 0.0 && value <= 1000.0,
            Self::Cost => (0.0..=1e12).contains(&value),
            Self::Built | Self::Maintained => {
                (1900.0..=2200.0).contains(&value) && libm::trunc(value) == value
            }
            Self::Closure | Self::Weeds | Self::WidthCv => (0.0..=1.0).contains(&value),
        }
    }
}

/// Attributes of a feature, under our names or those of `--map`.
pub struct Attributes<'a> {
    /// As they were read.
    pub of: &'a Map<String, Json>,
    /// Ours under other names.
    pub renamed: &'a [(String, &'static str)],
}

impl Attributes<'_> {
    fn get(&self, ours: &str) -> Option<&Json> {
        let named = |name: &str| {
            let mut found = self.of.iter().filter(|(_, v)| !v.is_null());
            let own = found.find(|(key, _)| key.eq_ignore_ascii_case(name));
            own.map(|(_, value)| value)
        };
        let theirs = self.renamed.iter().filter(|(_, o)| *o == ours);
        theirs
            .into_iter()
            .find_map(|(t, _)| named(t))
            .or_else(|| named(ours))
    }

    /// As text; none when it is left out.
    pub fn text(&self, ours: &str) -> Option<String> {
        match self.get(ours)? {
            Json::String(s) => Some(s.trim().to_owned()),
            other => Some(other.to_string()),
        }
    }

    /// Whether it says yes.
    pub fn flag(&self, ours: &str) -> bool {
        match self.get(ours) {
            Some(Json::Bool(is)) => *is,
            Some(Json::Number(n)) => n.as_f64() != Some(0.0),
            Some(Json::String(s)) => matches!(
                s.trim().to_lowercase().as_str(),
                "true" | "t" | "yes" | "y" | "1" | "是" | "有"
            ),
            _ => false,
        }
    }

    /// A number; none when it is left out.
    ///
    /// # Errors
    /// Texts that are no number, and numbers out of range.
    pub fn number(&self, field: Field) -> Result<Option<f64>, Fault> {
        let value = match self.get(field.name()) {
            None => return Ok(None),
            Some(Json::Number(n)) => n.as_f64(),
            Some(Json::String(s)) if s.trim().is_empty() => return Ok(None),
            Some(Json::String(s)) => s.trim().trim_end_matches(['m', '米']).trim().parse().ok(),
            Some(_) => None,
        };
        match value.filter(|v| field.holds(*v)) {
            Some(value) => Ok(Some(value)),
            None => Err(field.fault(self.text(field.name()).unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_out_of_texts_and_refused_out_of_range() {
        let of: Map<String, Json> =
            serde_json::from_str(r#"{"Width_M": "12 m", "built": 1850, "cost_cny": null}"#)
                .unwrap();
        let attributes = Attributes {
            of: &of,
            renamed: &[],
        };
        assert_eq!(attributes.number(Field::Width), Ok(Some(12.0)));
        assert_eq!(attributes.number(Field::Cost), Ok(None));
        assert!(attributes.number(Field::Built).is_err());
    }
}
