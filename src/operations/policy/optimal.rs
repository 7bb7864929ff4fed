//! Dispatch by forecast: each unit goes where it shortens the expected time to containment most.
//!
//! For each fire the desk believes in, containment by formula ([`containment`](crate::operations::containment))
//! gives the time until two parties have closed the ring with the units sent so far and with one more. The
//! unit and fire with the greatest gain come first, again and again, until no unit is left that gains enough.
//! How fast a fire spreads follows from the growth of its reported area; since that is uncertain, the mean
//! over a slower, a likely and a faster head is taken.

use std::collections::BTreeMap;

use super::relief::Relief;
use super::{DeskView, IncidentView, Policy, PolicyFault, UnitView};
use crate::operations::containment::{Attack, Resource, Status, Tactic, converged};
use crate::protocol::Order;

/// Length to width assumed of a fire whose shape nobody has reported \[J\].
const LENGTH_TO_WIDTH: f64 = 2.0;
/// Slower, likely and faster heads, of the likely one \[J\].
const SPREADS: [f64; 3] = [0.7, 1.0, 1.4];
/// Share of the catalogue's line rate (litter on the flat) that units reach in rough ground \[J\].
const ROUGH_GROUND: f64 = 0.6;
/// A fire is taken to have burnt so long before it was reported, minutes \[J\].
const UNSEEN_MIN: f64 = 15.0;
/// From the road's end to the edge, minutes \[J\].
const WALK_IN_MIN: f64 = 15.0;
/// A unit must shorten the expected time by this much to be sent, minutes \[J\].
const LEAST_GAIN_MIN: f64 = 4.0;
/// How long units work, minutes \[J\].
const SHIFT_MIN: f64 = 480.0;
/// What an attack that fails counts as, minutes: twice the longest that the formula follows.
const FAILED_MIN: f64 = 2160.0;
/// How often a fire is thought over anew, seconds.
const AGAIN_S: f64 = 600.0;
/// Slowest and fastest head believed, m/min.
const HEADS: (f64, f64) = (0.2, 60.0);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Optimal {
    known: BTreeMap<u32, Known>,
    relief: Relief,
}

/// What is remembered of a fire.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// First area reported, ha, and when, seconds.
    first: (f64, f64),
    /// When it was thought over last, seconds.
    thought_s: f64,
}

impl Policy for Optimal {
    fn decide(&mut self, desk: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault> {
        let mut fires: Vec<Plan<'_>> = Vec::new();
        for fire in &desk.incidents {
            if !fire.is_verified || fire.is_contained {
                continue;
            }
            let known = self.known.entry(fire.number).or_insert(Known {
                first: (fire.area_ha, desk.t_s),
                thought_s: f64::NEG_INFINITY,
            });
            if desk.t_s - known.thought_s < AGAIN_S {
                continue;
            }
            known.thought_s = desk.t_s;
            fires.push(Plan::new(fire, head_m_min(fire, known, desk.t_s), desk));
        }
        let mut orders = Vec::new();
        let mut free: Vec<&UnitView> = desk
            .units
            .iter()
            .filter(|u| u.is_free && !u.is_patrol)
            .collect();
        loop {
            let best = free
                .iter()
                .enumerate()
                .flat_map(|(u, unit)| {
                    let gain = |(f, fire): (usize, &Plan<'_>)| Some((fire.gain(unit)?, u, f));
                    fires
                        .iter()
                        .enumerate()
                        .filter_map(gain)
                        .collect::<Vec<_>>()
                })
                .filter(|(gain, _, _)| *gain >= LEAST_GAIN_MIN)
                .max_by(|a, b| {
                    let ids = |k: usize| free[k].id.as_str();
                    a.0.total_cmp(&b.0)
                        .then_with(|| ids(b.1).cmp(ids(a.1)))
                        .then(b.2.cmp(&a.2))
                });
            let Some((_, unit, fire)) = best else {
                break;
            };
            let unit = free.remove(unit);
            fires[fire].add(unit);
            orders.push(Order::Dispatch {
                unit: unit.id.clone(),
                incident: fires[fire].number,
            });
        }
        let left: Vec<&str> = free.iter().map(|u| u.id.as_str()).collect();
        let mut taken: Vec<&str> = desk.units.iter().map(|u| u.id.as_str()).collect();
        taken.retain(|id| !left.contains(id));
        orders.extend(self.relief.orders(desk, &desk.units, true, &mut taken));
        Ok(orders)
    }

    fn every_s(&self) -> Option<f64> {
        Some(60.0)
    }
}

/// Head rate by the growth of the reported area: of an ellipse the square root of the area grows evenly.
fn head_m_min(fire: &IncidentView, known: &Known, t_s: f64) -> f64 {
    let side = |ha: f64| libm::sqrt(ha.max(0.01) * 10_000.0);
    let minutes = (t_s - known.first.1) / 60.0;
    let grown = if minutes > 5.0 && fire.area_ha > known.first.0 {
        (side(fire.area_ha) - side(known.first.0)) / minutes
    } else {
        side(fire.area_ha) / ((t_s - fire.opened_s) / 60.0 + UNSEEN_MIN)
    };
    let eps = libm::sqrt(1.0 - 1.0 / (LENGTH_TO_WIDTH * LENGTH_TO_WIDTH));
    let of_head = libm::sqrt(std::f64::consts::PI / LENGTH_TO_WIDTH) / (1.0 + eps);
    (grown / of_head).clamp(HEADS.0, HEADS.1)
}

/// A fire and those who go to it.
struct Plan<'a> {
    number: u32,
    attack: Attack,
    /// Expected time to containment with them, minutes.
    minutes: f64,
    fire: &'a IncidentView,
}

impl<'a> Plan<'a> {
    fn new(fire: &'a IncidentView, head_m_min: f64, desk: &DeskView<'_>) -> Self {
        let there = desk
            .units
            .iter()
            .filter(|u| u.incident == Some(fire.number) && u.doing != "returning");
        let resources = there
            .map(|u| {
                let arrival = if u.doing == "on_scene" {
                    0.0
                } else {
                    WALK_IN_MIN
                };
                resource(u, arrival)
            })
            .collect();
        let mut plan = Self {
            number: fire.number,
            attack: Attack {
                length_to_width: LENGTH_TO_WIDTH,
                spread_m_min: head_m_min,
                report_ha: fire.area_ha.max(0.01),
                tactic: Tactic::Rear,
                distance_m: 0.0,
                resources,
                largest_ha: 1000.0,
                longest_min: FAILED_MIN / 2.0,
            },
            minutes: FAILED_MIN,
            fire,
        };
        plan.minutes = plan.expected();
        plan
    }

    /// What one more unit gains, minutes; none where it can't get to.
    fn gain(&self, unit: &UnitView) -> Option<f64> {
        let arrival = unit.eta_s.get(&self.fire.number)? / 60.0 + WALK_IN_MIN;
        let mut with = self.attack.clone();
        with.resources.push(resource(unit, arrival));
        Some(self.minutes - expected(&with))
    }

    fn add(&mut self, unit: &UnitView) {
        let arrival = unit.eta_s.get(&self.number).map_or(0.0, |s| s / 60.0) + WALK_IN_MIN;
        self.attack.resources.push(resource(unit, arrival));
        self.minutes = self.expected();
    }

    fn expected(&self) -> f64 {
        expected(&self.attack)
    }
}

fn resource(unit: &UnitView, arrival_min: f64) -> Resource {
    Resource {
        arrival_min,
        duration_min: SHIFT_MIN,
        production_m_min: unit.line_m_per_h * ROUGH_GROUND / 60.0,
    }
}

/// Mean time to containment over the spreads, minutes. A failed attack counts less the nearer its line
/// production comes to what would hold the head, so that each unit of several that are needed gains.
fn expected(attack: &Attack) -> f64 {
    let production: f64 = attack.resources.iter().map(|r| r.production_m_min).sum();
    let mut sum = 0.0;
    for spread in SPREADS {
        let mut one = attack.clone();
        one.spread_m_min *= spread;
        let forecast = converged::contain(&one);
        sum += if forecast.status == Status::Contained {
            forecast.minutes
        } else {
            // Both parties together hold a head of half their production.
            let share = (production / (4.0 * one.spread_m_min)).min(1.0);
            FAILED_MIN * (1.0 - 0.4 * share)
        };
    }
    sum / SPREADS.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::Conditions;
    use super::super::tests::{bare_doctrine, incident};
    use super::*;

    fn fire(number: u32, area_ha: f64) -> IncidentView {
        IncidentView {
            area_ha,
            ..incident(number)
        }
    }

    fn crew(id: &str, rate: f64, eta_s: &[(u32, f64)]) -> UnitView {
        UnitView {
            id: id.into(),
            unit_type: "crew".into(),
            line_m_per_h: rate,
            doing: "standby",
            incident: None,
            is_free: true,
            is_patrol: false,
            eta_s: eta_s.iter().copied().collect(),
            x: 0.0,
            y: 0.0,
            waiting: None,
            shift_left_h: 8.0,
        }
    }

    fn sent(incidents: Vec<IncidentView>, units: Vec<UnitView>, t_s: f64) -> Vec<(String, u32)> {
        let doctrine = bare_doctrine();
        let desk = DeskView {
            t_s,
            conditions: Conditions::default(),
            answers: Vec::new(),
            doctrine: &doctrine,
            incidents,
            units,
        };
        let mut orders: Vec<(String, u32)> = Optimal::default()
            .decide(&desk)
            .unwrap()
            .into_iter()
            .map(|o| match o {
                Order::Dispatch { unit, incident } => (unit, incident),
                other => panic!("{other:?}"),
            })
            .collect();
        orders.sort();
        orders
    }

    #[test]
    fn the_nearer_of_two_alike_goes_and_a_small_fire_does_not_take_all() {
        let near = crew("b", 2000.0, &[(1, 300.0)]);
        let far = crew("a", 2000.0, &[(1, 5400.0)]);
        let orders = sent(vec![fire(1, 0.1)], vec![far, near], 300.0);
        assert_eq!(orders, [("b".to_owned(), 1)]);
    }

    #[test]
    fn each_fire_gets_the_crews_on_its_side_and_the_greater_one_more() {
        let crews = vec![
            crew("a", 1500.0, &[(1, 300.0), (2, 3600.0)]),
            crew("b", 1500.0, &[(1, 600.0), (2, 3600.0)]),
            crew("c", 1500.0, &[(1, 900.0), (2, 900.0)]),
            crew("d", 1500.0, &[(1, 3600.0), (2, 300.0)]),
        ];
        let orders = sent(vec![fire(1, 6.0), fire(2, 0.1)], crews, 600.0);
        let of = |n: u32| orders.iter().filter(|o| o.1 == n).count();
        assert!(orders.contains(&("d".to_owned(), 2)) && orders.contains(&("a".to_owned(), 1)));
        assert!(of(1) > of(2), "{orders:?}");
    }

    #[test]
    fn a_fire_that_no_road_leads_to_gets_nobody() {
        let away = crew("a", 2000.0, &[]);
        assert_eq!(sent(vec![fire(1, 1.0)], vec![away], 300.0), []);
    }
}
