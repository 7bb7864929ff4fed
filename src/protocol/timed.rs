//! Orders at set times, from a file: a drill's script, or a run's decisions played again.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::order::Order;

/// An order at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimedOrder {
    /// Minutes after the start, 0 or more; it is carried out in the first tick from then on.
    #[serde(deserialize_with = "minutes")]
    pub at_min: f64,
    /// The order.
    pub give: Order,
}

/// Why a file of orders was refused. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct TimedOrdersError {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
}

/// A time that is one, so that a fault is told with its place.
fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(D::Error::custom(format!(
            "at_min {value} found, 0 or more expected"
        )))
    }
}

/// Orders from RON, or from JSON when `is_json`, in order of time; those of one time in the file's order.
///
/// # Errors
/// Text that is no list of orders, and times that are no time.
pub fn timed_orders(text: &str, is_json: bool) -> Result<Vec<TimedOrder>, TimedOrdersError> {
    let mut orders: Vec<TimedOrder> = if is_json {
        serde_json::from_str(text).map_err(|e| TimedOrdersError {
            line: e.line(),
            column: e.column(),
            reason: e.to_string(),
        })?
    } else {
        ron::from_str(text).map_err(|e| TimedOrdersError {
            line: e.span.start.line,
            column: e.span.start.col,
            reason: e.code.to_string(),
        })?
    };
    orders.sort_by(|a, b| a.at_min.total_cmp(&b.at_min));
    Ok(orders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_from_ron_and_json_and_sorted_by_time() {
        let ron = r#"[
            // The county's crew, then the nearest engine at once.
            (at_min: 12.5, give: (order: "dispatch", unit: "a", incident: 1)),
            (at_min: 3, give: (order: "recall", unit: "b")),
            (at_min: 40, give: (order: "backfire", incident: 1, path: [(1, 2), (3, 4)])),
        ]"#;
        let json = r#"[
            {"at_min": 12.5, "give": {"order": "dispatch", "unit": "a", "incident": 1}},
            {"at_min": 3, "give": {"order": "recall", "unit": "b"}},
            {"at_min": 40, "give": {"order": "backfire", "incident": 1, "path": [[1, 2], [3, 4]]}}
        ]"#;
        let from_ron = timed_orders(ron, false).unwrap();
        assert_eq!(from_ron, timed_orders(json, true).unwrap());
        let times: Vec<f64> = from_ron.iter().map(|o| o.at_min).collect();
        assert_eq!(times, [3.0, 12.5, 40.0]);
    }

    #[test]
    fn faults_have_their_place() {
        let said = |text: &str| timed_orders(text, false).unwrap_err();
        let unknown = said("[\n  (at_min: 1, give: (order: \"fly\", unit: \"a\")),\n]");
        assert_eq!(unknown.line, 2);
        assert!(unknown.reason.contains("fly"), "{unknown}");
        let field = said("[(at_min: 1, give: (order: \"recall\", unit: \"a\", to: \"b\"))]");
        assert!(field.reason.contains("to"), "{field}");
        let early = said("[\n\n(at_min: -1, give: (order: \"recall\", unit: \"a\"))]");
        assert!(early.reason.contains("-1") && early.line == 3, "{early}");
        assert!(
            timed_orders("[{\"at_min\": 1}]", true)
                .unwrap_err()
                .reason
                .contains("give")
        );
    }
}
