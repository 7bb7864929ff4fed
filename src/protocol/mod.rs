//! Plain data between the rooms: what can be asked and what can happen.
//!
//! In come orders from people and policies; out go records in an append-only journal. Nothing here
//! acts: it only says. *Scenario + seed + orders = the run, bit for bit.*

mod journal;
mod order;
mod record;
mod timed;

pub use journal::{Journal, JournalError, Line, verify};
pub use order::{Order, Orderer, Tactic, Task};
pub use record::{
    AlarmSource, Answer, CasualtyCause, Extrapolation, Record, Refusal, TacticReason,
    WithdrawalReason,
};
pub use timed::{TimedOrder, TimedOrdersError, timed_orders};
