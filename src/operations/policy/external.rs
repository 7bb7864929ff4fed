//! Another program as the dispatcher: one line of JSON out, one line of JSON in, at a fixed interval.
//!
//! The program writes
//!
//! - first `{"kind": "hello", ...}`: scenario, seed, horizon, interval and the county's doctrine;
//! - at every interval `{"kind": "desk", ...}`: what the desk believes, never the truth. It waits for one
//!   line in answer: a list of orders, `[]` for none, as in `fireline schema orders`;
//! - in the end `{"kind": "end"}`.
//!
//! Documented for its users in `docs/external.md`, with `examples/dispatcher.py`.

use std::io::{BufRead, Write};
use std::sync::Mutex;

use schemars::JsonSchema;
use serde::Serialize;

use super::{AnswerView, Conditions, DeskView, IncidentView, Policy, PolicyFault, UnitView};
use crate::protocol::Order;
use crate::scenario::schema::Doctrine;

/// Longest answer taken, bytes.
const LONGEST: u64 = 1 << 20;
/// So much of an answer that is not understood is shown, characters.
const SHOWN: usize = 120;

/// A dispatcher at the other end of two streams.
pub struct External {
    streams: Mutex<Streams>,
    every_s: f64,
    answers: u64,
}

struct Streams {
    from: Box<dyn BufRead + Send>,
    to: Box<dyn Write + Send>,
}

/// The first line.
#[derive(Debug, Serialize)]
struct Hello<'a> {
    kind: &'static str,
    protocol: u32,
    scenario: &'a str,
    seed: u64,
    horizon_s: f64,
    decide_every_s: f64,
    doctrine: &'a Doctrine,
}

/// What the dispatcher is told at each interval.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeskMessage<'a> {
    /// `desk`.
    kind: &'static str,
    /// Seconds after the start.
    t_s: f64,
    /// Open incidents, by number.
    incidents: &'a [IncidentView],
    /// Units, in the scenario's order.
    units: &'a [UnitView],
    /// Hour, weather, danger.
    conditions: &'a Conditions,
    /// What became of orders since the last message.
    answers: &'a [AnswerView],
}

/// What the dispatcher is told before the run.
#[derive(Debug, Clone, Copy)]
pub struct Briefing<'a> {
    /// Name of the scenario.
    pub scenario: &'a str,
    /// The seed.
    pub seed: u64,
    /// Length of the run, seconds.
    pub horizon_s: f64,
    /// Interval of decisions, seconds, a whole number of ticks.
    pub every_s: f64,
    /// The county's rules.
    pub doctrine: &'a Doctrine,
}

impl External {
    /// Greets the dispatcher.
    ///
    /// # Errors
    /// A dispatcher that does not read.
    pub fn new(
        from: Box<dyn BufRead + Send>,
        to: Box<dyn Write + Send>,
        briefing: &Briefing<'_>,
    ) -> Result<Self, PolicyFault> {
        let mut streams = Streams { from, to };
        streams.say(&Hello {
            kind: "hello",
            protocol: 1,
            scenario: briefing.scenario,
            seed: briefing.seed,
            horizon_s: briefing.horizon_s,
            decide_every_s: briefing.every_s,
            doctrine: briefing.doctrine,
        })?;
        Ok(Self {
            streams: Mutex::new(streams),
            every_s: briefing.every_s,
            answers: 0,
        })
    }
}

impl Streams {
    fn say(&mut self, what: &impl Serialize) -> Result<(), PolicyFault> {
        let silent = |e: String| PolicyFault::Silent(e);
        let mut line = serde_json::to_vec(what).map_err(|e| silent(e.to_string()))?;
        line.push(b'\n');
        self.to
            .write_all(&line)
            .and_then(|()| self.to.flush())
            .map_err(|e| silent(e.to_string()))
    }

    fn hear(&mut self) -> Result<String, PolicyFault> {
        let silent = |e: String| PolicyFault::Silent(e);
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut self.from, LONGEST);
        limited
            .read_until(b'\n', &mut line)
            .map_err(|e| silent(e.to_string()))?;
        if line.is_empty() {
            return Err(silent("its output has ended".to_owned()));
        }
        String::from_utf8(line).map_err(|e| silent(e.to_string()))
    }
}

impl Policy for External {
    fn decide(&mut self, desk: &DeskView<'_>) -> Result<Vec<Order>, PolicyFault> {
        self.answers += 1;
        let streams = self
            .streams
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        streams.say(&DeskMessage {
            kind: "desk",
            t_s: desk.t_s,
            incidents: &desk.incidents,
            units: &desk.units,
            conditions: &desk.conditions,
            answers: &desk.answers,
        })?;
        let line = streams.hear()?;
        serde_json::from_str(&line).map_err(|error| {
            let shown: String = line.trim_end().chars().take(SHOWN).collect();
            PolicyFault::Answer {
                answer: self.answers,
                found: format!("`{shown}` ({error})"),
                expected: "a list of orders, [] for none".to_owned(),
            }
        })
    }

    fn every_s(&self) -> Option<f64> {
        Some(self.every_s)
    }
}

impl Drop for External {
    fn drop(&mut self) {
        #[derive(Serialize)]
        struct End {
            kind: &'static str,
        }
        let streams = self
            .streams
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // Nobody is left to tell when the dispatcher has gone.
        let _ = streams.say(&End { kind: "end" });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::bare_doctrine;
    use super::*;
    use std::sync::Arc;

    /// What was written, kept after the writer has gone.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn ask(answers: &'static str) -> (Vec<Result<Vec<Order>, PolicyFault>>, String) {
        let kept = Kept::default();
        let doctrine = bare_doctrine();
        let briefing = Briefing {
            scenario: "s",
            seed: 3,
            horizon_s: 60.0,
            every_s: 30.0,
            doctrine: &doctrine,
        };
        let mut external = External::new(
            Box::new(answers.as_bytes()),
            Box::new(kept.clone()),
            &briefing,
        )
        .unwrap();
        let desk = DeskView {
            t_s: 30.0,
            conditions: Conditions::default(),
            answers: Vec::new(),
            doctrine: &doctrine,
            incidents: vec![IncidentView {
                number: 1,
                x: 5.0,
                y: 6.0,
                opened_s: 10.0,
                is_verified: false,
                is_dispatched: false,
                is_contained: false,
                is_handed_over: false,
                area_ha: 0.0,
                escalated: 0,
                edge: Vec::new(),
                error_m: 50.0,
                since_dispatch_s: None,
                first_dispatch: Vec::new(),
            }],
            units: Vec::new(),
        };
        let got = (0..2).map(|_| external.decide(&desk)).collect();
        drop(external);
        let said = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        (got, said)
    }

    #[test]
    fn a_dispatcher_is_greeted_asked_and_dismissed_line_by_line() {
        let (got, said) =
            ask("[{\"order\": \"dispatch\", \"unit\": \"a\", \"incident\": 1}]\n[]\n");
        let sent = Order::Dispatch {
            unit: "a".into(),
            incident: 1,
        };
        assert_eq!(got, [Ok(vec![sent]), Ok(Vec::new())]);
        let lines: Vec<serde_json::Value> = said
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        let kinds: Vec<&str> = lines.iter().map(|l| l["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["hello", "desk", "desk", "end"]);
        assert_eq!(lines[1]["incidents"][0]["x"], 5.0);
    }

    #[test]
    fn answers_that_are_no_orders_and_silence_are_faults() {
        let (got, _) = ask("[{\"order\": \"fly\"}]\n");
        assert!(
            matches!(&got[0], Err(PolicyFault::Answer { answer: 1, found, .. }) if found.contains("fly")),
            "{got:?}"
        );
        assert!(matches!(&got[1], Err(PolicyFault::Silent(_))), "{got:?}");
    }
}
