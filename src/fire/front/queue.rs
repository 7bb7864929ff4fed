//! Cells in order of their tentative arrival: a monotone bucket queue.
//!
//! Arrivals far ahead wait unsorted in buckets of equal time; a bucket is sorted when its turn comes.
//! What arrives late for it, within its own time, goes to a small heap beside it. Ties break by cell
//! number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Width of a bucket, seconds.
const WIDTH_S: f64 = 0.25;
/// Buckets kept ahead before arrivals go to the overflow list; a power of 2.
const AHEAD: usize = 8192;
/// The end of a bucket's chain.
const NONE: u32 = u32::MAX;

/// An entry: bits of the (non-negative) time, which order as the time does, and the cell.
type Entry = (u64, u32);

/// An entry that waits in a bucket, and the next one there.
#[derive(Debug, Clone, Copy)]
struct Link {
    time: u64,
    cell: u32,
    next: u32,
}

/// The queue.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    /// Number of the bucket that `now` holds.
    current: u64,
    /// Its entries, the earliest last.
    now: Vec<Entry>,
    /// Entries of its time that came when it was being emptied.
    late: BinaryHeap<Reverse<Entry>>,
    /// First link of each bucket ahead, by its number modulo [`AHEAD`].
    first: Box<[u32]>,
    links: Vec<Link>,
    /// First of the links that are free.
    free: u32,
    /// Entries in the buckets ahead.
    ahead: usize,
    beyond: Vec<Entry>,
    /// The earliest bucket of the overflow.
    beyond_from: u64,
}

impl Queue {
    /// An empty queue that starts at time `t`.
    pub fn new(t: f64) -> Self {
        Self {
            current: (t / WIDTH_S) as u64,
            now: Vec::new(),
            late: BinaryHeap::new(),
            first: vec![NONE; AHEAD].into_boxed_slice(),
            links: Vec::new(),
            free: NONE,
            ahead: 0,
            beyond: Vec::new(),
            beyond_from: u64::MAX,
        }
    }

    /// Adds a cell at a time of 0 or more.
    pub fn push(&mut self, t: f64, cell: u32) {
        let time = t.to_bits();
        let bucket = (t / WIDTH_S) as u64;
        if bucket <= self.current {
            self.late.push(Reverse((time, cell)));
        } else if bucket - self.current >= AHEAD as u64 {
            self.beyond.push((time, cell));
            self.beyond_from = self.beyond_from.min(bucket);
        } else {
            let first = &mut self.first[bucket as usize % AHEAD];
            let link = Link {
                time,
                cell,
                next: *first,
            };
            if self.free == NONE {
                *first = self.links.len() as u32;
                self.links.push(link);
            } else {
                *first = self.free;
                let place = &mut self.links[self.free as usize];
                self.free = place.next;
                *place = link;
            }
            self.ahead += 1;
        }
    }

    /// The earliest entry, left in the queue.
    pub fn peek(&mut self) -> Option<(f64, u32)> {
        while self.now.is_empty() && self.late.is_empty() {
            if self.ahead == 0 {
                if self.beyond.is_empty() {
                    return None;
                }
                self.current = self.current.max(self.beyond_from - 1);
            }
            // What waits in the overflow may have come near meanwhile.
            if self.beyond_from <= self.current + 1 {
                self.refill();
            }
            self.current += 1;
            let mut link = std::mem::replace(&mut self.first[self.current as usize % AHEAD], NONE);
            while link != NONE {
                let l = &mut self.links[link as usize];
                self.now.push((l.time, l.cell));
                let next = l.next;
                l.next = self.free;
                self.free = link;
                link = next;
                self.ahead -= 1;
            }
            if self.now.len() > 1 {
                self.now.sort_unstable_by(|a, b| b.cmp(a));
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
    }

    /// Sorts the overflow into the buckets it has come within reach of.
    fn refill(&mut self) {
        let waiting = std::mem::take(&mut self.beyond);
        self.beyond_from = u64::MAX;
        for (t, cell) in waiting {
            self.push(f64::from_bits(t), cell);
        }
    }

    /// Takes every entry out and goes on from time `t`; gives the cells, sorted, each once.
    pub fn restart(&mut self, t: f64) -> Vec<u32> {
        let cells = self.cells();
        self.current = (t / WIDTH_S) as u64;
        self.now.clear();
        self.late.clear();
        self.first.fill(NONE);
        self.links.clear();
        self.free = NONE;
        self.ahead = 0;
        self.beyond.clear();
        self.beyond_from = u64::MAX;
        cells
    }

    /// The cells in the queue, sorted, each once.
    pub fn cells(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.now.iter().map(|e| e.1).collect();
        all.extend(self.late.iter().map(|Reverse(e)| e.1));
        all.extend(self.beyond.iter().map(|e| e.1));
        for &first in &self.first {
            let mut link = first;
            while link != NONE {
                let l = self.links[link as usize];
                all.push(l.cell);
                link = l.next;
            }
        }
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
        let mut q = Queue::new(0.0);
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
    fn a_restart_gives_back_every_cell_once_and_leaves_nothing() {
        let mut q = Queue::new(0.0);
        for (t, cell) in [(0.1, 3), (7.0, 1), (1e6, 2), (7.0, 3)] {
            q.push(t, cell);
        }
        q.peek();
        assert_eq!(q.restart(50.0), [1, 2, 3]);
        assert_eq!(q.peek(), None);
        q.push(51.0, 9);
        assert_eq!(q.peek(), Some((51.0, 9)));
    }

    #[test]
    fn entries_come_out_in_order_of_time_then_cell() {
        let mut q = Queue::new(0.0);
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
