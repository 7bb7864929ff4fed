//! Dispatch policies: whom to send, decided between steps from what the desk knows.

pub mod external;
mod optimal;
mod relief;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::protocol::{Answer, Order, Refusal};
use crate::scenario::schema::{DangerLevel, Doctrine, Requirement};

/// What the desk knows of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IncidentView {
    /// Number.
    pub number: u32,
    /// Where it is believed to be, metres in the scenario's system.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// First alarm, seconds after the start.
    pub opened_s: f64,
    /// Whether the alarm has been verified.
    pub is_verified: bool,
    /// Whether anybody has been sent.
    pub is_dispatched: bool,
    /// Whether the ring is closed.
    pub is_contained: bool,
    /// Whether it has been handed over to the emergency management bureau.
    pub is_handed_over: bool,
    /// Believed area, ha; 0 before anybody has looked.
    pub area_ha: f64,
    /// How far that place may be wrong, metres (standard deviation in the worst direction).
    pub error_m: f64,
    /// Seconds since the first dispatch; absent before it.
    pub since_dispatch_s: Option<f64>,
    /// The first dispatch that the doctrine wants for this place, value and danger.
    pub first_dispatch: Vec<Requirement>,
    /// Steps of the escalation already taken.
    pub escalated: usize,
    /// Its edge as somebody last saw it from nearby: rings of `[x, y]`, burnt ground on the left.
    pub edge: Vec<Vec<[f64; 2]>>,
}

/// What the desk knows of a unit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnitView {
    /// Stable id.
    pub id: String,
    /// Type.
    pub unit_type: String,
    /// Line it builds in litter on the flat, m/h.
    pub line_m_per_h: f64,
    /// What it is doing: `standby`, `turning_out`, `driving`, `walking`, `on_scene`, `refilling` or
    /// `returning`.
    pub doing: &'static str,
    /// Incident it is assigned to.
    pub incident: Option<u32>,
    /// Whether it can be sent.
    pub is_free: bool,
    /// Whether it walks a patrol: it goes to what it finds; the program's own policies leave it on its route.
    pub is_patrol: bool,
    /// Seconds from the order to the last road node at each incident, turn-out included; absent
    /// where no road leads, and for the emergency bureau's units, which come on request.
    pub eta_s: BTreeMap<u32, f64>,
    /// Where it is, metres in the scenario's system.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// Why it does not work, when it is at a fire and waits.
    pub waiting: Option<Refusal>,
    /// Hours at work that are left of its shift.
    pub shift_left_h: f64,
}

/// The hour, the weather at the station and the danger level.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Conditions {
    /// Civil time, ISO 8601 with zone.
    pub clock: String,
    /// Whether it is dark.
    pub is_dark: bool,
    /// Danger level in force.
    pub danger: DangerLevel,
    /// Where the wind blows from, degrees.
    pub wind_from_deg: f64,
    /// Wind, m/s at the scenario's height.
    pub wind_m_s: f64,
    /// Air, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity, percent.
    pub humidity_pct: f64,
}

/// What became of an order, told once.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AnswerView {
    /// Number of the order, counted from 1 in the order in which orders were given.
    pub number: u32,
    /// `done`, `superseded` or `under_way`; absent for one that was refused.
    pub answer: Option<Answer>,
    /// Why it was refused.
    pub refused: Option<Refusal>,
}

/// What a policy decides on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeskView<'a> {
    /// Seconds after the start.
    pub t_s: f64,
    /// The county's rules.
    pub doctrine: &'a Doctrine,
    /// Open incidents, by number.
    pub incidents: Vec<IncidentView>,
    /// Units, in the scenario's order.
    pub units: Vec<UnitView>,
    /// Hour, weather, danger.
    pub conditions: Conditions,
    /// What became of orders since the last time.
    pub answers: Vec<AnswerView>,
}

/// A dispatcher. Decisions depend on the view alone.
pub trait Policy: Send + Sync {
    /// Orders for now, in order.
    ///
    /// # Errors
    /// A dispatcher that is not to be reached or not to be understood; the run ends there.
    fn decide(&mut self, desk: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault>;

    /// How often it is asked, seconds, whatever happens; none is asked when there is something to decide.
    fn every_s(&self) -> Option<f64> {
        None
    }
}

/// Why a dispatcher gives no orders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Nobody answers.
    #[error("the dispatcher does not answer: {0}")]
    Silent(String),
    /// The answer is no list of orders.
    #[error("answer {answer}: found {found}; expected {expected}")]
    Answer {
        /// Number of the answer, from 1.
        answer: u64,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
}

/// The shipped policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PolicyName {
    /// The doctrine's first dispatch and escalation, each by the nearest units of the type.
    #[default]
    RunCard,
    /// As many units as the run card asks for, the nearest of any type.
    Nearest,
    /// Each unit where it shortens the expected time to containment most.
    Optimal,
    /// Nobody is sent.
    DoNothing,
    /// Another program decides, see [`external`].
    External,
    /// A person decides; the program sends nobody by itself.
    Person,
}

impl PolicyName {
    /// The policies of the program.
    pub const ALL: [Self; 4] = [Self::RunCard, Self::Nearest, Self::Optimal, Self::DoNothing];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::RunCard => "run-card",
            Self::Nearest => "nearest",
            Self::Optimal => "optimal",
            Self::DoNothing => "do-nothing",
            Self::External => "external",
            Self::Person => "person",
        }
    }

    /// The policy itself; nobody for those who are not part of the program.
    pub fn policy(self) -> Box<dyn Policy> {
        match self {
            Self::RunCard => Box::new(RunCard::new(true)),
            Self::Nearest => Box::new(RunCard::new(false)),
            Self::Optimal => Box::new(optimal::Optimal::default()),
            Self::DoNothing | Self::External | Self::Person => Box::new(DoNothing),
        }
    }
}

impl std::str::FromStr for PolicyName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|p| p.name() == name)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|p| p.name()).collect();
                format!(
                    "unknown policy '{name}'; expected one of {}",
                    known.join(", ")
                )
            })
    }
}

impl std::fmt::Display for PolicyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

struct DoNothing;

impl Policy for DoNothing {
    fn decide(&mut self, _: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault> {
        Ok(Vec::new())
    }
}

struct RunCard {
    by_type: bool,
    relief: relief::Relief,
}

impl RunCard {
    fn new(by_type: bool) -> Self {
        Self {
            by_type,
            relief: relief::Relief::default(),
        }
    }
}

impl Policy for RunCard {
    fn decide(&mut self, desk: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault> {
        let mut taken: Vec<&str> = Vec::new();
        let mut orders = Vec::new();
        for incident in desk
            .incidents
            .iter()
            .filter(|i| i.is_verified && !i.is_contained)
        {
            let mut wanted: Vec<&Requirement> = Vec::new();
            if !incident.is_dispatched {
                wanted.extend(&incident.first_dispatch);
            }
            for step in due_steps(desk.doctrine, incident) {
                wanted.extend(&desk.doctrine.escalation[step].send);
            }
            for requirement in wanted {
                // What grows leaves the reserve to fires that may yet come.
                let kept = if incident.is_dispatched {
                    reserve_of(desk.doctrine, &requirement.unit_type)
                } else {
                    0
                };
                for _ in 0..requirement.count {
                    let free = desk
                        .units
                        .iter()
                        .filter(|u| u.is_free && u.unit_type == requirement.unit_type)
                        .filter(|u| !taken.contains(&u.id.as_str()))
                        .count();
                    if self.by_type && free <= kept {
                        break;
                    }
                    let nearest = desk
                        .units
                        .iter()
                        .filter(|u| u.is_free && !taken.contains(&u.id.as_str()))
                        .filter(|u| {
                            // Whoever is asked for, or anybody who can hold a fire.
                            let holds = !self.by_type && u.line_m_per_h > 0.0 && !u.is_patrol;
                            holds || u.unit_type == requirement.unit_type
                        })
                        .filter_map(|u| u.eta_s.get(&incident.number).map(|eta| (*eta, u)))
                        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
                    if let Some((_, unit)) = nearest {
                        taken.push(&unit.id);
                        orders.push(Order::Dispatch {
                            unit: unit.id.clone(),
                            incident: incident.number,
                        });
                    }
                }
            }
        }
        orders.extend(
            self.relief
                .orders(desk, &desk.units, !self.by_type, &mut taken),
        );
        Ok(orders)
    }
}

/// Units of a type that the doctrine keeps back.
fn reserve_of(doctrine: &Doctrine, unit_type: &str) -> usize {
    let of_type = doctrine.reserve.iter().filter(|r| r.unit_type == unit_type);
    of_type.map(|r| r.count as usize).sum()
}

/// Steps of the escalation that are due and not yet taken.
pub fn due_steps(doctrine: &Doctrine, incident: &IncidentView) -> std::ops::Range<usize> {
    let due = doctrine
        .escalation
        .iter()
        .take_while(|s| {
            let late = |min: f64| {
                let since = incident.since_dispatch_s;
                !incident.is_contained && since.is_some_and(|t| t > min * 60.0)
            };
            incident.area_ha > s.over_ha || s.after_min.is_some_and(late)
        })
        .count();
    incident.escalated..due.max(incident.escalated)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::scenario::schema::{CrewBoss, Escalation};

    /// Rules that send nobody.
    pub fn bare_doctrine() -> Doctrine {
        Doctrine {
            receive_min: 1.0,
            verify_min: 2.0,
            first_dispatch: Vec::new(),
            operators: 2,
            crew_boss: CrewBoss::default(),
            responses: Vec::new(),
            escalation: Vec::new(),
            reserve: Vec::new(),
            after_handover: Vec::new(),
            evacuate_within_m: 0.0,
            warn_within_m: 0.0,
            relief_min: 0.0,
            span_of_control: 0,
            transfer_min: 0.0,
            notices: Vec::new(),
            leaders: Vec::new(),
            report_every_min: 60.0,
            handover_after_min: 120.0,
        }
    }

    /// A fire that has been seen, and no more.
    pub fn incident(number: u32) -> IncidentView {
        IncidentView {
            number,
            x: 0.0,
            y: 0.0,
            opened_s: 0.0,
            is_verified: true,
            is_dispatched: false,
            is_contained: false,
            is_handed_over: false,
            area_ha: 0.1,
            error_m: 50.0,
            since_dispatch_s: None,
            first_dispatch: Vec::new(),
            escalated: 0,
            edge: Vec::new(),
        }
    }

    /// A free unit so many seconds from incident 1.
    pub fn unit(id: &str, unit_type: &str, eta: f64) -> UnitView {
        UnitView {
            id: id.into(),
            unit_type: unit_type.into(),
            line_m_per_h: 1000.0,
            doing: "standby",
            incident: None,
            is_free: true,
            is_patrol: false,
            eta_s: BTreeMap::from([(1, eta)]),
            x: 0.0,
            y: 0.0,
            waiting: None,
            shift_left_h: 8.0,
        }
    }

    #[test]
    fn the_run_card_sends_the_nearest_of_each_type_and_more_as_the_fire_grows() {
        let need = |unit_type: &str, count| Requirement {
            unit_type: unit_type.into(),
            count,
        };
        let doctrine = Doctrine {
            first_dispatch: vec![need("crew", 1), need("engine", 1)],
            escalation: vec![Escalation {
                over_ha: 2.0,
                after_min: None,
                send: vec![need("crew", 1)],
            }],
            ..bare_doctrine()
        };
        let mut desk = DeskView {
            t_s: 0.0,
            conditions: Conditions::default(),
            answers: Vec::new(),
            doctrine: &doctrine,
            incidents: vec![IncidentView {
                first_dispatch: doctrine.first_dispatch.clone(),
                ..incident(1)
            }],
            units: vec![
                unit("a", "crew", 900.0),
                unit("b", "crew", 300.0),
                unit("c", "engine", 600.0),
            ],
        };
        let sent = |orders: Vec<Order>| -> Vec<String> {
            orders
                .into_iter()
                .filter_map(|o| {
                    if let Order::Dispatch { unit, .. } = o {
                        Some(unit)
                    } else {
                        None
                    }
                })
                .collect()
        };
        assert_eq!(
            sent(PolicyName::RunCard.policy().decide(&desk).unwrap()),
            ["b", "c"]
        );
        assert_eq!(
            sent(PolicyName::DoNothing.policy().decide(&desk).unwrap()),
            [""; 0]
        );
        desk.incidents[0].is_dispatched = true;
        desk.incidents[0].area_ha = 3.0;
        desk.units[1].is_free = false;
        assert_eq!(
            sent(PolicyName::RunCard.policy().decide(&desk).unwrap()),
            ["a"]
        );
    }
}
