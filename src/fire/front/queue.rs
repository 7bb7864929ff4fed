//! Cells in order of their tentative arrival: a monotone bucket queue.
//!
//! Arrivals far ahead wait unsorted in buckets of equal time; a bucket is sorted when its turn comes.
//! What arrives late for it, within its own time, goes to a small heap beside it. Ties break by cell
//! number.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Buckets kept ahead before arrivals go to the overflow list.
const AHEAD: usize = 4096;

/// An entry: bits of the (non-negative) time, which order as the time does, and the cell.
type Entry = (u64, u32);

/// The queue.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    width: f64,
    /// Number of the bucket that `now` holds.
    current: u64,
    /// Its entries, the earliest last.
    now: Vec<Entry>,
    /// Entries of its time that came when it was being emptied.
    late: BinaryHeap<Reverse<Entry>>,
    ahead: VecDeque<Vec<Entry>>,
    beyond: Vec<Entry>,
    /// The earliest bucket of the overflow.
    beyond_from: u64,
    len: usize,
}

impl Queue {
    /// An empty queue with buckets of `width` seconds.
    pub fn new(width: f64) -> Self {
        Self {
            width,
            current: 0,
            now: Vec::new(),
            late: BinaryHeap::new(),
            ahead: VecDeque::new(),
            beyond: Vec::new(),
            beyond_from: u64::MAX,
            len: 0,
        }
    }

    /// Adds a cell at a time of 0 or more.
    pub fn push(&mut self, t: f64, cell: u32) {
        let entry = (t.to_bits(), cell);
        let bucket = (t / self.width) as u64;
        self.len += 1;
        if bucket <= self.current {
            self.late.push(Reverse(entry));
            return;
        }
        let i = (bucket - self.current - 1) as usize;
        if i >= AHEAD {
            self.beyond.push(entry);
            self.beyond_from = self.beyond_from.min(bucket);
            return;
        }
        if i >= self.ahead.len() {
            self.ahead.resize_with(i + 1, Vec::new);
        }
        self.ahead[i].push(entry);
    }

    /// The earliest entry, left in the queue.
    pub fn peek(&mut self) -> Option<(f64, u32)> {
        while self.now.is_empty() && self.late.is_empty() {
            if self.len == 0 {
                return None;
            }
            // What waits in the overflow may have come near meanwhile.
            if self.beyond_from <= self.current + 1 {
                self.refill();
            }
            if let Some(mut bucket) = self.ahead.pop_front() {
                self.current += 1;
                bucket.sort_unstable_by(|a, b| b.cmp(a));
                self.now = bucket;
            } else {
                self.current = self.current.max(self.beyond_from.saturating_sub(1));
                self.refill();
            }
        }
        let (t, cell) = match (self.now.last(), self.late.peek()) {
            (Some(a), Some(Reverse(b))) => *a.min(b),
            (Some(a), None) => *a,
            (None, Some(Reverse(b))) => *b,
            (None, None) => return None,
        };
        Some((f64::from_bits(t), cell))
    }

    /// Removes the earliest entry.
    pub fn pop(&mut self) {
        let from_late = match (self.now.last(), self.late.peek()) {
            (Some(a), Some(Reverse(b))) => b < a,
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => return,
        };
        if from_late {
            self.late.pop();
        } else {
            self.now.pop();
        }
        self.len -= 1;
    }

    /// Sorts the overflow into the buckets it has come within reach of.
    fn refill(&mut self) {
        let waiting = std::mem::take(&mut self.beyond);
        self.beyond_from = u64::MAX;
        self.len -= waiting.len();
        for (t, cell) in waiting {
            self.push(f64::from_bits(t), cell);
        }
    }

    /// Takes every entry out, in no particular order.
    pub fn drain(&mut self) -> Vec<u32> {
        let mut all: Vec<u32> = self.now.drain(..).map(|e| e.1).collect();
        all.extend(self.late.drain().map(|Reverse(e)| e.1));
        all.extend(self.ahead.drain(..).flatten().map(|e| e.1));
        all.extend(self.beyond.drain(..).map(|e| e.1));
        self.beyond_from = u64::MAX;
        self.len = 0;
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Changes the bucket width of an empty queue that goes on from time `t`.
    pub fn reset(&mut self, width: f64, t: f64) {
        *self = Self::new(width);
        self.current = (t / width) as u64;
    }

    /// The cells in the queue, sorted, each once.
    pub fn cells(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.now.iter().map(|e| e.1).collect();
        all.extend(self.late.iter().map(|Reverse(e)| e.1));
        all.extend(self.ahead.iter().flatten().map(|e| e.1));
        all.extend(self.beyond.iter().map(|e| e.1));
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_far_ahead_is_not_overtaken_by_what_comes_later() {
        let mut q = Queue::new(1.0);
        q.push(0.5, 0);
        q.push(5_000.0, 1);
        let mut t = 0.5;
        let mut last = 0.0;
        for cell in 2..20 {
            let (at, _) = q.peek().unwrap();
            assert!(at >= last, "{at} after {last}");
            last = at;
            q.pop();
            t += 700.0;
            q.push(t, cell);
        }
    }

    #[test]
    fn entries_come_out_in_order_of_time_then_cell() {
        let mut q = Queue::new(0.7);
        let times = [5.0, 0.1, 9_000.0, 3.3, 3.3, 0.0, 1e9, 12.0];
        for (i, t) in times.iter().enumerate() {
            q.push(*t, (100 - i) as u32);
        }
        let mut out = Vec::new();
        while let Some(e) = q.peek() {
            q.pop();
            out.push(e);
        }
        let mut sorted: Vec<_> = times
            .iter()
            .enumerate()
            .map(|(i, t)| (*t, (100 - i) as u32))
            .collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        assert_eq!(out, sorted);
    }
}
