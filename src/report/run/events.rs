//! The moments of a run that its timeline and its map show.

use super::read::{Names, Run};
use crate::fire::breaks::ContactOutcome;
use crate::protocol::{Line, Order, Record};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Smoke is reported.
    Alarm,
    /// It is a fire.
    Verified,
    /// It is none.
    Dismissed,
    /// The first units are sent.
    Dispatch,
    /// A unit is there.
    Arrival,
    /// The first unit works.
    Work,
    /// The ring is closed.
    Contained,
    /// It is open again.
    Lost,
    /// No fire, no smoke.
    Out,
    /// Others command.
    HandedOver,
    /// Larger than the scenario's limit.
    Escaped,
    /// A unit leaves on its own.
    Withdrawal,
    /// Somebody is hurt.
    Casualty,
    /// A break, road or line held.
    Held,
    /// Fire crossed it.
    Breached,
    /// A firebrand lit a fire, or the edge lit up again.
    NewFire,
    /// The weather, or an inject.
    Outside,
}

impl Moment {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 17] = [
        Self::Alarm,
        Self::Verified,
        Self::Dismissed,
        Self::Dispatch,
        Self::Arrival,
        Self::Work,
        Self::Contained,
        Self::Lost,
        Self::Out,
        Self::HandedOver,
        Self::Escaped,
        Self::Withdrawal,
        Self::Casualty,
        Self::Held,
        Self::Breached,
        Self::NewFire,
        Self::Outside,
    ];

    /// The end of its message keys.
    pub fn key(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Verified => "verified",
            Self::Dismissed => "dismissed",
            Self::Dispatch => "dispatch",
            Self::Arrival => "arrival",
            Self::Work => "work",
            Self::Contained => "contained",
            Self::Lost => "lost",
            Self::Out => "out",
            Self::HandedOver => "handed-over",
            Self::Escaped => "escaped",
            Self::Withdrawal => "withdrawal",
            Self::Casualty => "casualty",
            Self::Held => "held",
            Self::Breached => "breached",
            Self::NewFire => "new-fire",
            Self::Outside => "outside",
        }
    }

    /// Class of its sign; signs of good and of bad turns are square.
    pub fn class(self) -> &'static str {
        match self {
            Self::Alarm | Self::Verified => "k-seen",
            Self::Dispatch | Self::Arrival => "k-sent",
            Self::Work => "k-work",
            Self::Contained | Self::Out | Self::Held => "k-good",
            Self::Lost
            | Self::Escaped
            | Self::Withdrawal
            | Self::Casualty
            | Self::Breached
            | Self::NewFire => "k-bad",
            Self::Dismissed | Self::HandedOver | Self::Outside => "k-other",
        }
    }

    /// Whether its sign is square.
    pub fn is_square(self) -> bool {
        matches!(self.class(), "k-good" | "k-bad")
    }
}

/// Where on the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What happened at an incident.
    Incident(u32),
    /// Breaks, roads and lines.
    Breaks,
    /// The weather and injects.
    Outside,
}

/// One moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, seconds after the start.
    pub t_s: f64,
    /// Where.
    pub lane: Lane,
    /// What.
    pub moment: Moment,
    /// The journal's sentence.
    pub words: String,
}

/// The moments of a run, in order of time.
pub fn of(run: &Run, names: &Names<'_>) -> Vec<Event> {
    let mut sent = std::collections::BTreeSet::new();
    let mut working = std::collections::BTreeSet::new();
    let mut weather = 0_u32;
    let mut events = Vec::new();
    for line in &run.lines {
        let found = match &line.record {
            Record::Ordered {
                order: Order::Dispatch { incident, .. },
                ..
            } => sent
                .insert(*incident)
                .then_some((Lane::Incident(*incident), Moment::Dispatch)),
            Record::Working { incident, .. } => working
                .insert(*incident)
                .then_some((Lane::Incident(*incident), Moment::Work)),
            Record::Weather { .. } => {
                weather += 1;
                // The first is how the day begins.
                (weather > 1).then_some((Lane::Outside, Moment::Outside))
            }
            other => moment_of(other),
        };
        if let Some((lane, moment)) = found {
            events.push(event(line, lane, moment, names));
        }
    }
    events
}

fn event(line: &Line, lane: Lane, moment: Moment, names: &Names<'_>) -> Event {
    Event {
        t_s: line.t_s,
        lane,
        moment,
        words: names.sentence(line),
    }
}

/// The lane and the moment of records that are one each time.
fn moment_of(record: &Record) -> Option<(Lane, Moment)> {
    let at = |incident: &u32, moment| Some((Lane::Incident(*incident), moment));
    match record {
        Record::Alarm { incident, .. } => at(incident, Moment::Alarm),
        Record::Verified { incident, .. } => at(incident, Moment::Verified),
        Record::Dismissed { incident } => at(incident, Moment::Dismissed),
        Record::Arrived { incident, .. } => at(incident, Moment::Arrival),
        Record::Contained { incident, .. } => at(incident, Moment::Contained),
        Record::ContainmentLost { incident, .. } => at(incident, Moment::Lost),
        Record::Out { incident, .. } => at(incident, Moment::Out),
        Record::HandedOver { incident, .. } => at(incident, Moment::HandedOver),
        Record::Escaped { incident, .. } => at(incident, Moment::Escaped),
        Record::Withdraws { incident, .. } => at(incident, Moment::Withdrawal),
        Record::Reignition { incident, .. } => at(incident, Moment::NewFire),
        Record::Casualties { incident, .. } => {
            let lane = incident.map_or(Lane::Outside, Lane::Incident);
            Some((lane, Moment::Casualty))
        }
        Record::BreakContact { outcome, .. } => Some((
            Lane::Breaks,
            match outcome {
                ContactOutcome::Held => Moment::Held,
                ContactOutcome::Breached => Moment::Breached,
            },
        )),
        Record::SpotFire { .. } => Some((Lane::Breaks, Moment::NewFire)),
        Record::Inject { .. } => Some((Lane::Outside, Moment::Outside)),
        _ => None,
    }
}
