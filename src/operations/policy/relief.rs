//! Relief: who comes to the end of a shift at a fire that still needs people is followed by somebody fresh.

use std::collections::BTreeSet;

use super::{DeskView, UnitView};
use crate::protocol::Order;

/// Those who have been relieved: unit and incident, until the unit has left it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Relief(BTreeSet<(String, u32)>);

impl Relief {
    /// Sends somebody of the same type, or anybody who builds line where `any_type`, for each whose shift ends within
    /// the doctrine's time. `taken` are those who have been sent elsewhere just now; it grows.
    pub(super) fn orders<'a>(
        &mut self,
        desk: &DeskView<'a>,
        units: &'a [UnitView],
        any_type: bool,
        taken: &mut Vec<&'a str>,
    ) -> Vec<Order> {
        self.0.retain(|(id, incident)| {
            let is_there = |u: &UnitView| u.id == *id && u.incident == Some(*incident);
            units.iter().any(is_there)
        });
        let mut orders = Vec::new();
        let open = |n: &u32| desk.incidents.iter().any(|i| i.number == *n);
        for tired in units
            .iter()
            .filter(|u| u.is_due_for_relief(desk.doctrine.relief_min))
        {
            let Some(incident) = tired.incident.filter(open) else {
                continue;
            };
            if self.0.contains(&(tired.id.clone(), incident)) {
                continue;
            }
            let fits = |u: &&UnitView| {
                let is_of_type = u.unit_type == tired.unit_type;
                u.is_free
                    && !taken.contains(&u.id.as_str())
                    && (is_of_type || any_type && u.line_m_per_h > 0.0 && !u.is_patrol)
            };
            let nearest = units
                .iter()
                .filter(fits)
                .filter_map(|u| u.eta_s.get(&incident).map(|eta| (*eta, u)))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
            let Some((_, fresh)) = nearest else { continue };
            taken.push(&fresh.id);
            self.0.insert((tired.id.clone(), incident));
            orders.push(Order::Dispatch {
                unit: fresh.id.clone(),
                incident,
            });
        }
        orders
    }
}

impl UnitView {
    /// Whether its shift at a fire ends within so many minutes; never for 0.
    pub fn is_due_for_relief(&self, within_min: f64) -> bool {
        let is_at_work = matches!(self.doing, "on_scene" | "refuelling" | "refilling");
        is_at_work && within_min > 0.0 && self.shift_left_h * 60.0 <= within_min
    }
}

#[cfg(test)]
mod tests {
    use super::super::Conditions;
    use super::super::tests::{bare_doctrine, incident, unit};
    use super::*;
    use crate::scenario::schema::Doctrine;

    #[test]
    fn who_is_tired_is_relieved_once_by_the_nearest_of_the_same_type() {
        let doctrine = Doctrine {
            relief_min: 60.0,
            ..bare_doctrine()
        };
        let mut tired = unit("a", "crew", 0.0);
        tired.is_free = false;
        tired.doing = "on_scene";
        tired.incident = Some(1);
        tired.shift_left_h = 0.9;
        let units = vec![
            tired,
            unit("far", "crew", 900.0),
            unit("near", "crew", 300.0),
            unit("engine", "engine", 60.0),
        ];
        let desk = DeskView {
            t_s: 0.0,
            doctrine: &doctrine,
            incidents: vec![incident(1)],
            units: Vec::new(),
            conditions: Conditions::default(),
            answers: Vec::new(),
        };
        let mut relief = Relief::default();
        let send = |id: &str| Order::Dispatch {
            unit: id.into(),
            incident: 1,
        };
        let orders = relief.orders(&desk, &units, false, &mut Vec::new());
        assert_eq!(orders, [send("near")]);
        assert_eq!(relief.orders(&desk, &units, false, &mut Vec::new()), []);
        let anybody = Relief::default().orders(&desk, &units, true, &mut Vec::new());
        assert_eq!(anybody, [send("engine")]);
        let mut fresh = units.clone();
        fresh[0].shift_left_h = 4.0;
        let none = Relief::default().orders(&desk, &fresh, false, &mut Vec::new());
        assert_eq!(none, []);
    }
}
