//! A scenario's own numbers laid over the catalogue.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::base::message::Message;

use super::catalogue::Catalogue;
use super::diagnostic::Diagnostic;
use super::text::FieldPath;

/// The catalogue with every override applied; the tag of a changed number becomes `scenario`. All
/// overrides that name no number of the catalogue come back as diagnostics.
pub(super) fn apply(
    catalogue: Catalogue,
    overrides: &BTreeMap<String, f64>,
    file: &Path,
    source: &Arc<str>,
) -> Result<Catalogue, Vec<Diagnostic>> {
    if overrides.is_empty() {
        return Ok(catalogue);
    }
    let refuse = |key: &str, message: Message| {
        Diagnostic::error(file, message.with("path", key))
            .at_path(source, &FieldPath::of("overrides").key(key))
    };
    let mut tree = match serde_json::to_value(&catalogue) {
        Ok(tree) => tree,
        Err(error) => {
            let message = Message::new("check-catalogue").with("reason", error.to_string());
            return Err(vec![Diagnostic::error(file, message)]);
        }
    };
    let mut refused = Vec::new();
    for (path, &number) in overrides {
        let outcome = if !number.is_finite() || number < 0.0 {
            Err(refuse(
                path,
                Message::new("check-override-negative").with("found", number),
            ))
        } else {
            set(&mut tree, path, number).map_err(|fault| match fault {
                Fault::Unknown { found, known } => {
                    let message = Message::new("check-override-unknown");
                    refuse(path, message.with("found", found.as_str()))
                        .at_name(source, &FieldPath::of("overrides").key(path))
                        .with_suggestion(&found, known.iter().map(String::as_str))
                }
                Fault::NotANumber => refuse(path, Message::new("check-override-not-a-number")),
            })
        };
        // A number that does not fit its field, such as half a person, is refused where it stands.
        match outcome {
            Ok(()) if serde_json::from_value::<Catalogue>(tree.clone()).is_err() => {
                refused.push(refuse(
                    path,
                    Message::new("check-override-unfit").with("found", number),
                ));
                // The next overrides are judged on their own.
                let _ = set(&mut tree, path, 1.0);
            }
            Ok(()) => {}
            Err(diagnostic) => refused.push(diagnostic),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    serde_json::from_value(tree).map_err(|error| {
        let message = Message::new("check-catalogue").with("reason", error.to_string());
        vec![Diagnostic::error(file, message).at_path(source, &FieldPath::of("overrides"))]
    })
}

enum Fault {
    /// A step of the path names nothing here.
    Unknown { found: String, known: Vec<String> },
    /// The path ends at something that is not a number.
    NotANumber,
}

fn set(tree: &mut Value, path: &str, number: f64) -> Result<(), Fault> {
    let mut here = tree;
    for step in path.split('.') {
        let unknown = |known: Vec<String>| Fault::Unknown {
            found: step.to_owned(),
            known,
        };
        // `....line_m_per_h.value` may be written out.
        if step == "value" && is_sourced(here) {
            break;
        }
        here = match here {
            Value::Object(map) if !is_sourced_map(map) => {
                if !map.contains_key(step) {
                    return Err(unknown(map.keys().cloned().collect()));
                }
                &mut map[step]
            }
            Value::Array(items) => {
                let count = items.len();
                let found = step.parse::<usize>().ok().and_then(|i| items.get_mut(i));
                found.ok_or_else(|| unknown((0..count).map(|i| i.to_string()).collect()))?
            }
            _ => return Err(unknown(Vec::new())),
        };
    }
    match here {
        Value::Object(map) if is_sourced_map(map) => {
            map.insert("value".to_owned(), number.into());
            map.insert("source".to_owned(), "scenario".into());
            map.insert("tag".to_owned(), "scenario".into());
            Ok(())
        }
        Value::Number(old) => {
            let whole = old.is_u64() && number == libm::trunc(number) && number <= u32::MAX as f64;
            *here = if whole {
                (number as u64).into()
            } else {
                number.into()
            };
            Ok(())
        }
        // A limit that the shipped catalogue leaves open.
        Value::Null => {
            *here = number.into();
            Ok(())
        }
        _ => Err(Fault::NotANumber),
    }
}

fn is_sourced(value: &Value) -> bool {
    value.as_object().is_some_and(is_sourced_map)
}

/// A catalogue number with its source, and not something larger that has a source as well.
fn is_sourced_map(map: &Map<String, Value>) -> bool {
    map.len() == 3
        && ["value", "source", "tag"]
            .iter()
            .all(|key| map.contains_key(*key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalogue::Tag;

    fn with(text: &str) -> Result<Catalogue, Vec<Diagnostic>> {
        let overrides: BTreeMap<String, f64> = ron::from_str(text).unwrap();
        let source: Arc<str> = format!("(overrides: {text})").into();
        apply(
            Catalogue::shipped().unwrap(),
            &overrides,
            Path::new("s.ron"),
            &source,
        )
    }

    #[test]
    fn a_county_with_a_measured_blower_rate_uses_its_own() {
        let catalogue = with(
            r#"{"unit_types.semi_pro_crew.line_m_per_h": 900,
            "unit_types.semi_pro_crew.people": 20, "success.area_4ha.area_ha": 5,
            "slope_factor.1.factor.value": 0.8}"#,
        )
        .unwrap();
        let crew = &catalogue.unit_types["semi_pro_crew"];
        assert_eq!(
            (crew.line_m_per_h.value, crew.line_m_per_h.tag),
            (900.0, Tag::Scenario)
        );
        assert_eq!(crew.people, 20);
        assert_eq!(catalogue.success["area_4ha"].area_ha, Some(5.0));
        assert_eq!(catalogue.slope_factor[1].factor.value, 0.8);
        assert_ne!(catalogue.hash(), Catalogue::shipped().unwrap().hash());
    }

    #[test]
    fn an_override_that_names_nothing_is_refused_with_the_nearest_name() {
        let refused = with(r#"{"unit_types.semi_pro_crw.line_m_per_h": 900, "acceleration": 1,
            "road_classes.fire_road.name": 3, "unit_types.engine.people": 2.5, "mop_up.strip_m": -1}"#)
        .unwrap_err();
        let keys: Vec<_> = refused.iter().map(|d| d.message.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "check-override-unknown",
                "check-override-negative",
                "check-override-not-a-number",
                "check-override-unfit",
                "check-override-unknown",
            ]
        );
        assert_eq!(refused[4].suggestion(), Some("semi_pro_crew"));
        assert_eq!((refused[0].line, refused[0].column), (1, 59));
    }
}
