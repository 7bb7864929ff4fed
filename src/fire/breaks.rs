//! Firebreaks, roads and built lines that leak: which contact with the fire they are in, what chance
//! of a breach has added up, and whether the draw has come up.
//!
//! In come places where the fire touches a line, in order of time; out go breaches and the contacts
//! that have ended, with everything a debrief asks for. This file lights nothing and writes nothing.
//!
//! A break is cut into pieces of 150 m of its own course. What touches a piece is one contact until
//! nothing new of it has been touched for an hour. The chance adds up over the length touched,
//! `P = 1 - prod (1 - p_i)^(l_i / 150 m)`, each stretch with the intensity that came to it, and **one**
//! uniform number a contact decides: the break holds while `P <= u`. A wider break has the same
//! number and a lower P, so it never does worse on the same contact.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::behavior::breach::{BreakModel, Contact, PIECE_LENGTH_M, breach, built_width};
use crate::base::geo::Point;
use crate::base::random::{Purpose, Streams};

/// A contact has ended when nothing new of the piece has been touched for so long, seconds \[J\].
const QUIET_S: f64 = 3600.0;
/// Stretches of a piece that are counted as touched or not.
const BINS: u32 = 64;

/// What leaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeakKind {
    /// A planted belt.
    Planted,
    /// An isolation belt.
    Isolation,
    /// A road.
    Road,
    /// Line built during the run.
    BuiltLine,
}

/// How a contact came out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// The break held.
    Held,
    /// Fire crossed.
    Breached,
}

/// A break, road or built line as the watch sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Break {
    /// Stable id: the draws are keyed by it.
    pub id: String,
    /// What it is.
    pub kind: LeakKind,
    /// How it resists.
    pub model: BreakModel,
    /// Width that counts, metres: the median along its course; 0 for one that is none any more.
    pub width_m: f64,
    /// Coefficient of variation of the width along its course.
    pub width_cv: f64,
    /// Width at which it stands on the map, metres: the far side lies half of it off the centre.
    pub drawn_m: f64,
    /// Whether trees stand at its edge; where it is not known, as the ground has it at the contact.
    pub edge_trees: Option<bool>,
    /// Factor on the intensity of fire that comes to it.
    pub intensity_factor: f64,
}

/// Fire that touches a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meeting {
    /// Number of the barrier's line.
    pub line: u32,
    /// When, seconds.
    pub t_s: f64,
    /// How far along the line, metres.
    pub arc_m: f64,
    /// Length of line touched, metres: a cell's side.
    pub length_m: f64,
    /// The place on the line.
    pub at: Point,
    /// Intensity of the spread across the line, kW/m, the break's factor included.
    pub intensity_kw_m: f64,
    /// Flames of that intensity, metres.
    pub flame_m: f64,
    /// Whether trees stand there.
    pub trees: bool,
    /// Factor on the chance of a breach: below 1 where somebody holds the line.
    pub held_factor: f64,
}

/// A contact that is over, or that was breached.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRecord {
    /// Id of the break.
    pub id: String,
    /// What it is.
    pub kind: LeakKind,
    /// Piece along it, from 0.
    pub piece: u32,
    /// How often the piece had been in contact before.
    pub contact: u32,
    /// When it began, seconds.
    pub began_s: f64,
    /// When it was breached or last touched anew, seconds.
    pub t_s: f64,
    /// Length touched, metres.
    pub length_m: f64,
    /// Greatest intensity across the line, kW/m.
    pub intensity_kw_m: f64,
    /// Flames of that, metres.
    pub flame_m: f64,
    /// Width of the piece, metres.
    pub width_m: f64,
    /// Chance of a breach over the whole contact.
    pub probability: f64,
    /// The same had nobody stood there; none where nobody did.
    pub probability_unheld: Option<f64>,
    /// The number drawn: breached when it is below the chance.
    pub draw: f64,
    /// How it came out.
    pub outcome: ContactOutcome,
    /// Whether any of it lay outside the data the model was fitted to.
    pub extrapolated: bool,
    /// Where the fire was when it was breached, or first touched it.
    pub at: Point,
}

/// What a touch led to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reaction {
    /// Contacts that ended, in order.
    pub contacts: Vec<ContactRecord>,
    /// Whether fire crosses here.
    pub crosses: bool,
}

/// A line of the barriers: which break it belongs to, and where along that it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LineOf {
    of: usize,
    offset_m: f64,
}

/// A piece of a break.
#[derive(Debug, Clone, PartialEq)]
struct PieceState {
    width_m: f64,
    next_contact: u32,
    open: Option<Open>,
}

/// A contact that goes on.
#[derive(Debug, Clone, PartialEq)]
struct Open {
    contact: u32,
    began_s: f64,
    last_new_s: f64,
    touched: u64,
    /// Sum of `l / L0 ln(1 - p)`.
    ln_holds: f64,
    /// The same had nobody stood there.
    ln_holds_unheld: f64,
    /// Whether somebody stood at any of it.
    is_held: bool,
    intensity_kw_m: f64,
    flame_m: f64,
    extrapolated: bool,
    draw: f64,
    at: Point,
    /// A break without width that burns through: said once, open along the whole contact.
    is_through: bool,
}

/// Watches all lines that may leak.
#[derive(Debug, Clone)]
pub struct BreakWatch {
    streams: Streams,
    breaks: Vec<Break>,
    /// Their places by id.
    by_id: BTreeMap<String, usize>,
    /// Metres of the course known so far, by break.
    lengths: Vec<f64>,
    lines: BTreeMap<u32, LineOf>,
    pieces: BTreeMap<(usize, u32), PieceState>,
    extrapolated: u64,
}

impl BreakWatch {
    /// Watches nothing yet.
    pub fn new(streams: Streams) -> Self {
        Self {
            streams,
            breaks: Vec::new(),
            by_id: BTreeMap::new(),
            lengths: Vec::new(),
            lines: BTreeMap::new(),
            pieces: BTreeMap::new(),
            extrapolated: 0,
        }
    }

    /// Adds a break as the barriers' line number `line`, `length_m` long; one whose id is known
    /// goes on where it ended.
    pub fn add_line(&mut self, line: u32, length_m: f64, of: Break) {
        let known = self.by_id.get(&of.id).copied();
        let of = known.unwrap_or_else(|| {
            self.by_id.insert(of.id.clone(), self.breaks.len());
            self.breaks.push(of);
            self.lengths.push(0.0);
            self.breaks.len() - 1
        });
        let offset_m = self.lengths[of];
        self.lengths[of] += length_m;
        self.lines.insert(line, LineOf { of, offset_m });
    }

    /// The break of a line, when it is watched.
    pub fn break_of(&self, line: u32) -> Option<&Break> {
        self.lines.get(&line).map(|l| &self.breaks[l.of])
    }

    /// How many contacts lay outside the data their model was fitted to.
    pub fn extrapolated(&self) -> u64 {
        self.extrapolated
    }

    /// Fire touches a line.
    pub fn meet(&mut self, met: &Meeting) -> Reaction {
        let mut reaction = Reaction::default();
        let Some(&line) = self.lines.get(&met.line) else {
            return reaction;
        };
        let arc = line.offset_m + met.arc_m;
        let (from, to) = (
            (arc - met.length_m / 2.0).max(0.0),
            (arc + met.length_m / 2.0).min(self.lengths[line.of]),
        );
        let first = libm::floor(from / PIECE_LENGTH_M) as u32;
        let last = libm::floor(to / PIECE_LENGTH_M) as u32;
        for piece in first..=last {
            let start = f64::from(piece) * PIECE_LENGTH_M;
            let bins = bins_between(from - start, to - start);
            self.meet_piece(line.of, piece, bins, met, &mut reaction);
        }
        reaction
    }

    fn meet_piece(
        &mut self,
        of: usize,
        piece: u32,
        bins: u64,
        met: &Meeting,
        reaction: &mut Reaction,
    ) {
        let line = &self.breaks[of];
        let streams = self.streams;
        let state = self.pieces.entry((of, piece)).or_insert_with(|| {
            let key = format!("{} {piece} width", line.id);
            let u = streams.uniform(Purpose::Breach, &key, 0);
            PieceState {
                width_m: built_width(line.width_m, line.width_cv, u),
                next_contact: 0,
                open: None,
            }
        });
        if let Some(open) = state.open.take_if(|o| met.t_s - o.last_new_s > QUIET_S)
            && !open.is_through
        {
            let record = open.ended(line, piece, state.width_m, ContactOutcome::Held);
            self.extrapolated += u64::from(record.extrapolated);
            reaction.contacts.push(record);
        }
        let touched = state.open.as_ref().map_or(0, |o| o.touched);
        let new = bins & !touched;
        if new == 0 {
            return;
        }
        let open = state.open.get_or_insert_with(|| {
            let contact = state.next_contact;
            state.next_contact += 1;
            let key = format!("{} {piece}", line.id);
            Open {
                contact,
                began_s: met.t_s,
                last_new_s: met.t_s,
                touched: 0,
                ln_holds: 0.0,
                ln_holds_unheld: 0.0,
                is_held: false,
                intensity_kw_m: 0.0,
                flame_m: 0.0,
                extrapolated: false,
                draw: streams.uniform(Purpose::Breach, &key, u64::from(contact)),
                at: met.at,
                is_through: false,
            }
        });
        open.touched |= new;
        open.last_new_s = met.t_s;
        if open.is_through {
            reaction.crosses = true;
            return;
        }
        let chance = breach(
            line.model,
            &Contact {
                intensity_kw_m: met.intensity_kw_m,
                flame_length_m: met.flame_m,
                width_m: state.width_m,
                edge_trees: line.edge_trees.unwrap_or(met.trees),
                length_m: PIECE_LENGTH_M,
            },
        );
        let share = f64::from(new.count_ones()) / f64::from(BINS);
        open.ln_holds += libm::log1p(-chance.probability * met.held_factor) * share;
        open.ln_holds_unheld += libm::log1p(-chance.probability) * share;
        open.is_held |= met.held_factor < 1.0;
        open.extrapolated |= chance.extrapolated;
        if met.intensity_kw_m > open.intensity_kw_m {
            open.intensity_kw_m = met.intensity_kw_m;
            open.flame_m = met.flame_m;
        }
        if open.probability() > open.draw {
            open.at = met.at;
            reaction.crosses = true;
            let record = open.ended(line, piece, state.width_m, ContactOutcome::Breached);
            self.extrapolated += u64::from(record.extrapolated);
            reaction.contacts.push(record);
            if state.width_m > 0.0 {
                state.open = None;
            } else {
                open.is_through = true;
            }
        }
    }

    /// Contacts in which nothing new has been touched for an hour by `now`: they have held.
    pub fn settle(&mut self, now: f64) -> Vec<ContactRecord> {
        self.end_where(|open| now - open.last_new_s > QUIET_S)
    }

    /// Ends every contact that is still open: so far they have held.
    pub fn end(&mut self) -> Vec<ContactRecord> {
        self.end_where(|_| true)
    }

    fn end_where(&mut self, is_over: impl Fn(&Open) -> bool) -> Vec<ContactRecord> {
        let mut ended = Vec::new();
        for (&(of, piece), state) in &mut self.pieces {
            if let Some(open) = state.open.take_if(|o| is_over(o))
                && !open.is_through
            {
                let line = &self.breaks[of];
                ended.push(open.ended(line, piece, state.width_m, ContactOutcome::Held));
            }
        }
        self.extrapolated += ended.iter().filter(|c| c.extrapolated).count() as u64;
        ended
    }
}

impl Open {
    fn probability(&self) -> f64 {
        -libm::expm1(self.ln_holds)
    }

    fn ended(
        &self,
        line: &Break,
        piece: u32,
        width_m: f64,
        outcome: ContactOutcome,
    ) -> ContactRecord {
        ContactRecord {
            id: line.id.clone(),
            kind: line.kind,
            piece,
            contact: self.contact,
            began_s: self.began_s,
            t_s: self.last_new_s,
            length_m: f64::from(self.touched.count_ones()) * PIECE_LENGTH_M / f64::from(BINS),
            intensity_kw_m: self.intensity_kw_m,
            flame_m: self.flame_m,
            width_m,
            probability: self.probability(),
            probability_unheld: (self.is_held).then(|| -libm::expm1(self.ln_holds_unheld)),
            draw: self.draw,
            outcome,
            extrapolated: self.extrapolated,
            at: self.at,
        }
    }
}

/// The stretches of a piece whose middle lies between two places along it, metres.
fn bins_between(from_m: f64, to_m: f64) -> u64 {
    let bin = PIECE_LENGTH_M / f64::from(BINS);
    let mut bins = 0;
    for i in 0..BINS {
        let middle = (f64::from(i) + 0.5) * bin;
        if middle >= from_m && middle < to_m {
            bins |= 1 << i;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CELL_M: f64 = 10.0;

    fn a_break(width_m: f64) -> Break {
        Break {
            id: "ridge".into(),
            kind: LeakKind::Isolation,
            model: BreakModel::Wilson1988,
            width_m,
            width_cv: 0.2,
            drawn_m: width_m,
            edge_trees: Some(true),
            intensity_factor: 1.0,
        }
    }

    fn watch(seed: u64, of: Break) -> BreakWatch {
        let mut watch = BreakWatch::new(Streams::new(seed));
        watch.add_line(0, 1000.0, of);
        watch
    }

    fn touch(t_s: f64, arc_m: f64, intensity_kw_m: f64) -> Meeting {
        Meeting {
            held_factor: 1.0,
            line: 0,
            t_s,
            arc_m,
            length_m: CELL_M,
            at: Point::new(arc_m, 0.0),
            intensity_kw_m,
            flame_m: 2.0,
            trees: true,
        }
    }

    /// Fire that comes to all of a piece, cell by cell, of one intensity; up to the first breach.
    fn along_a_piece(watch: &mut BreakWatch, intensity: f64) -> ContactRecord {
        for i in 0..15 {
            let s = 5.0 + 10.0 * f64::from(i);
            let reaction = watch.meet(&touch(f64::from(i), s, intensity));
            if let Some(first) = reaction.contacts.into_iter().next() {
                return first;
            }
        }
        watch.end().remove(0)
    }

    #[test]
    fn a_whole_piece_of_a_ten_metre_break_leaks_one_time_in_nine_at_1000_kw() {
        let mut of = a_break(10.0);
        of.width_cv = 0.0;
        let mut leaks = 0;
        for seed in 0..2000 {
            let contact = along_a_piece(&mut watch(seed, of.clone()), 1000.0);
            assert_eq!(
                contact.outcome == ContactOutcome::Breached,
                contact.draw < contact.probability
            );
            if contact.outcome == ContactOutcome::Breached {
                leaks += 1;
            } else {
                assert!(
                    (contact.probability - 1.0 / 9.0).abs() < 1e-3,
                    "{contact:?}"
                );
                assert_eq!(contact.length_m, PIECE_LENGTH_M);
            }
        }
        assert!((190..255).contains(&leaks), "{leaks}");
    }

    #[test]
    fn a_contact_says_what_its_chance_would_have_been_with_nobody_there() {
        let contact = |held_factor: f64| {
            let mut watch = watch(2, a_break(10.0));
            watch.meet(&Meeting {
                held_factor,
                ..touch(0.0, 20.0, 400.0)
            });
            watch.end().remove(0)
        };
        let (with, without) = (contact(0.2), contact(1.0));
        assert_eq!(with.probability_unheld, Some(without.probability));
        assert!(with.probability < without.probability);
        assert_eq!(without.probability_unheld, None);
    }

    #[test]
    fn touching_the_same_stretch_again_adds_no_chance() {
        let mut watch = watch(1, a_break(12.0));
        for t in 0..100 {
            watch.meet(&touch(f64::from(t), 55.0, 800.0));
        }
        let contact = watch.end().remove(0);
        assert!(contact.length_m <= CELL_M + 3.0, "{contact:?}");
        assert_eq!(contact.t_s, 0.0);
    }

    #[test]
    fn an_hour_without_a_new_stretch_ends_a_contact_and_the_next_draws_anew() {
        let mut watch = watch(3, a_break(14.0));
        watch.meet(&touch(0.0, 20.0, 200.0));
        watch.meet(&touch(3000.0, 40.0, 200.0));
        assert!(watch.settle(6000.0).is_empty());
        let first = watch.settle(6601.0).remove(0);
        assert_eq!((first.contact, first.outcome), (0, ContactOutcome::Held));
        assert_eq!((first.began_s, first.t_s), (0.0, 3000.0));
        watch.meet(&touch(9000.0, 20.0, 200.0));
        let second = watch.end().remove(0);
        assert_eq!(second.contact, 1);
        assert_ne!(first.draw, second.draw);
    }

    #[test]
    fn a_belt_without_width_is_said_to_be_crossed_once_and_lets_fire_through_all_along() {
        let mut watch = watch(5, a_break(0.0));
        let mut said = 0;
        for i in 0..15 {
            let reaction = watch.meet(&touch(f64::from(i), 5.0 + 10.0 * f64::from(i), 500.0));
            assert!(reaction.crosses);
            said += reaction.contacts.len();
        }
        assert_eq!(said, 1);
        assert!(watch.end().is_empty());
    }

    #[test]
    fn line_built_bit_by_bit_is_one_line() {
        let mut watch = BreakWatch::new(Streams::new(1));
        let of = Break {
            id: "incident-1-a".into(),
            model: BreakModel::Mees1993,
            ..a_break(1.0)
        };
        for line in 0..40 {
            watch.add_line(line, 10.0, of.clone());
        }
        let mut met = touch(0.0, 5.0, 300.0);
        met.line = 20;
        met.flame_m = 0.5;
        watch.meet(&met);
        assert_eq!(watch.end()[0].piece, 1);
    }

    proptest! {
        #[test]
        fn a_wider_break_never_does_worse_on_the_same_contact(
            seed in 0u64..1000, width in 0.5..15.0, wider in 0.1..15.0,
            fires in proptest::collection::vec((0.0..150.0, 0.0..20_000.0), 1..30),
        ) {
            let run = |width| {
                let mut watch = watch(seed, a_break(width));
                let mut first = None;
                for (i, &(arc, intensity)) in fires.iter().enumerate() {
                    let reaction = watch.meet(&touch(i as f64, arc, intensity));
                    for contact in reaction.contacts {
                        if contact.piece == 0 {
                            first.get_or_insert((i, contact));
                        }
                    }
                }
                first
            };
            let (narrow, wide) = (run(width), run(width + wider));
            match (&narrow, &wide) {
                (None, Some(_)) => prop_assert!(false, "{wide:?}"),
                (Some((i, a)), Some((j, b))) => {
                    prop_assert!(i <= j);
                    prop_assert_eq!(a.draw, b.draw);
                }
                _ => {}
            }
        }
    }
}
