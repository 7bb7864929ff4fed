//! Who commands at a fire, who leads its sectors, and how many units they can lead: span of control.
//!
//! The leader of the unit that came first commands. Who comes later and can lead more takes over after a
//! briefing; after the hand-over the emergency management bureau's leaders go before all others. When more
//! units are there than the commander can lead, leaders of other units take sectors. Units beyond that wait.

use std::collections::BTreeSet;

use super::Log;
use super::units::{Doing, UnitState};
use crate::protocol::Record;
use crate::scenario::schema::{Agency, Doctrine};

/// Command at a fire.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chain {
    /// The unit whose leader commands.
    pub commander: Option<String>,
    /// Who takes over, and from when on, seconds.
    passing: Option<(String, f64)>,
    /// Units whose leaders lead sectors.
    pub sectors: BTreeSet<String>,
    /// Units that nobody there can lead: they wait.
    pub unled: BTreeSet<String>,
}

/// A unit at a fire, as far as its leader goes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Leader<'a> {
    id: &'a str,
    is_bureau: bool,
    /// Units that its leader can lead beside his own.
    leads: u32,
    has_worked: bool,
}

impl Leader<'_> {
    /// Who goes before whom.
    fn rank(&self, after_handover: bool) -> (bool, u32) {
        // Who can lead nobody commands only where nobody else can.
        (
            after_handover && self.is_bureau && self.leads > 0,
            self.leads,
        )
    }
}

/// Whether a unit has come to its fire and has not left it: those who fetch fuel or water, or stand aside, count.
fn is_there(unit: &UnitState) -> bool {
    let doing = match &unit.doing {
        Doing::Stopped { then, .. } => then,
        doing => doing,
    };
    let has_come = matches!(
        doing,
        Doing::OnScene
            | Doing::Refuelling { .. }
            | Doing::Refilling { .. }
            | Doing::Withdrawing { .. }
            | Doing::Safe { .. }
    );
    has_come && unit.people > 0
}

/// Units that the leader of a unit can lead beside his own: his type's number, no more than the doctrine's
/// span of control; without limit where that is 0.
fn leads(unit: &UnitState, doctrine: &Doctrine) -> u32 {
    let span = match doctrine.span_of_control {
        0 => u32::MAX,
        n => n,
    };
    (unit.kind.leads.as_ref()).map_or(span, |n| (n.value as u32).min(span))
}

/// How many units beside the commander's can be led, and by whose leaders beside the commander: the commander's own span, and where
/// that is too small leaders of sectors in it, those who can lead most first.
fn led(commander: u32, others: &[Leader<'_>]) -> (usize, Vec<usize>) {
    let span = commander as usize;
    let wanted = others.len();
    let mut order: Vec<usize> = (0..others.len()).filter(|i| others[*i].leads > 0).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(others[i].leads), i));
    let mut able = span;
    let mut sectors = Vec::new();
    for i in order.into_iter().take(span) {
        if able >= wanted {
            break;
        }
        // The sector's leader is one of the span, and brings those he leads.
        able = able.saturating_add(others[i].leads as usize);
        sectors.push(i);
    }
    (able, sectors)
}

impl Chain {
    /// Follows who is there, once a minute, and says what changes.
    pub(super) fn follow(
        &mut self,
        now: f64,
        log: &mut Log,
        doctrine: &Doctrine,
        incident: u32,
        is_handed_over: bool,
        units: &[&UnitState],
    ) {
        let there: Vec<Leader<'_>> = units
            .iter()
            .filter(|u| u.incident == Some(incident) && is_there(u))
            .map(|u| Leader {
                id: &u.id,
                is_bureau: u.agency == Agency::Emergency,
                leads: leads(u, doctrine),
                has_worked: u.has_worked,
            })
            .collect();
        let first = (there.iter()).find(|l| l.leads > 0).or(there.first());
        let Some(first) = first else {
            *self = Self::default();
            return;
        };
        let find = |id: &str| there.iter().find(|l| l.id == id);
        let present = self.commander.as_deref().and_then(find);
        let takes = |log: &mut Log, unit: &str, from: Option<String>| {
            log.say(
                now,
                Record::Command {
                    incident,
                    unit: unit.to_owned(),
                    from,
                },
            );
        };
        let commander = match present {
            None => {
                takes(log, first.id, None);
                self.commander = Some(first.id.to_owned());
                self.passing = None;
                first
            }
            Some(present) => {
                let best = (there.iter())
                    .reduce(|a, b| {
                        if b.rank(is_handed_over) > a.rank(is_handed_over) {
                            b
                        } else {
                            a
                        }
                    })
                    .filter(|b| b.rank(is_handed_over) > present.rank(is_handed_over));
                match (best, &self.passing) {
                    (Some(best), Some((to, from_s))) if best.id == to => {
                        if now >= *from_s {
                            takes(log, best.id, self.commander.take());
                            self.commander = Some(best.id.to_owned());
                            self.passing = None;
                            best
                        } else {
                            present
                        }
                    }
                    (Some(best), _) => {
                        let from_s = now + doctrine.transfer_min * 60.0;
                        self.passing = Some((best.id.to_owned(), from_s));
                        present
                    }
                    (None, _) => {
                        self.passing = None;
                        present
                    }
                }
            }
        };
        // Who is about to take over leads already, as far as being led goes.
        let span = there
            .iter()
            .map(|l| l.leads)
            .fold(commander.leads, u32::max);
        let id = commander.id;
        let mut others: Vec<Leader<'_>> = there.iter().filter(|l| l.id != id).copied().collect();
        // Who is at work goes on.
        others.sort_by_key(|l| !l.has_worked);
        let (able, sectors) = led(span, &others);
        self.unled = others.iter().skip(able).map(|l| l.id.to_owned()).collect();
        let sectors: BTreeSet<String> = sectors
            .into_iter()
            .map(|i| others[i].id.to_owned())
            .collect();
        for unit in sectors.difference(&self.sectors) {
            log.say(
                now,
                Record::Sector {
                    incident,
                    unit: unit.clone(),
                },
            );
        }
        self.sectors = sectors;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaders(leads: &[u32]) -> Vec<Leader<'static>> {
        leads
            .iter()
            .map(|&leads| Leader {
                id: "",
                is_bureau: false,
                leads,
                has_worked: false,
            })
            .collect()
    }

    #[test]
    fn a_commander_leads_his_span_and_beyond_it_by_leaders_of_sectors() {
        // Five besides his own: nobody else needs to lead.
        assert_eq!(led(5, &leaders(&[3, 3, 3, 3, 3])), (5, vec![]));
        // A sixth: the first who can takes a sector.
        assert_eq!(led(5, &leaders(&[0, 3, 3, 3, 3, 3])), (8, vec![1]));
        // Those who can lead more go first.
        assert_eq!(led(2, &leaders(&[1, 4, 1, 1, 1])), (6, vec![1]));
        // Nobody else can lead: three work, the others wait.
        assert_eq!(led(2, &leaders(&[0; 6])), (2, vec![]));
        // Who can lead nobody works alone.
        assert_eq!(led(0, &leaders(&[5, 5])), (0, vec![]));
        assert_eq!(led(u32::MAX, &leaders(&[0; 60])).1, Vec::<usize>::new());
    }

    #[test]
    fn the_bureau_goes_first_after_the_hand_over_but_for_those_who_can_lead_nobody() {
        let leader = |is_bureau, leads| Leader {
            id: "",
            is_bureau,
            leads,
            has_worked: false,
        };
        let (crew, crew_of_bureau, helicopter) =
            (leader(false, 5), leader(true, 3), leader(true, 0));
        assert!(crew_of_bureau.rank(true) > crew.rank(true));
        assert!(crew_of_bureau.rank(false) < crew.rank(false));
        assert!(helicopter.rank(true) < crew.rank(true));
    }
}
