//! What must be true of a scenario beyond its structure, one file a subject. Every check adds all it
//! finds; none stops at the first.

pub(super) mod ensemble;
pub(super) mod fires;
mod options;
pub(super) mod people;
pub(super) mod placed;
pub(super) mod settings;
pub(super) mod totals;
mod weather;

use crate::base::message::Message;
use crate::scenario::Diagnostic;

/// A reference to something that is not there, with the nearest name that is.
pub(super) fn dangling<'a>(
    place: impl FnOnce(Message) -> Diagnostic,
    key: &str,
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    place(Message::new(key).with("found", found)).with_suggestion(found, known)
}
