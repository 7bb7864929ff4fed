//! Layouts as long as a proposal, for comparison with it: laid by chance, and along the highest ridges.

use super::candidates::{Along, Candidates};
use crate::base::geo::{Point, first_part};
use crate::base::random::{Purpose, Streams};

/// Stretches that follow each other are laid in runs of so many: about a kilometre.
const RUN: usize = 4;

/// Runs of stretches that follow each other.
fn runs(candidates: &Candidates, of: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (n, stretch) in candidates
        .stretches
        .iter()
        .enumerate()
        .filter(|(n, _)| of(*n))
    {
        let follows = |last: &usize| {
            let before = &candidates.stretches[*last];
            before.chain == stretch.chain && before.place + 1 == stretch.place
        };
        match runs.last_mut() {
            Some(run) if run.len() < RUN && run.last().is_some_and(follows) => run.push(n),
            _ => runs.push(vec![n]),
        }
    }
    runs
}

/// Courses of so many metres in the order of some runs, the last one cut.
fn laid(candidates: &Candidates, runs: &[Vec<usize>], metres: f64) -> Vec<Vec<Point>> {
    let mut left = metres;
    let mut courses = Vec::new();
    for s in runs.iter().flatten() {
        let stretch = &candidates.stretches[*s];
        if left < 1.0 {
            break;
        }
        let course = if stretch.length_m > left {
            first_part(&stretch.path, left)
        } else {
            stretch.path.clone()
        };
        left -= stretch.length_m;
        courses.push(course);
    }
    courses
}

/// Runs along ridges and roads in an order that chance gives, as long as `metres`.
pub fn random(candidates: &Candidates, metres: f64) -> Vec<Vec<Point>> {
    let streams = Streams::new(0);
    let all = runs(candidates, |_| true);
    let mut drawn: Vec<(f64, Vec<usize>)> = all
        .into_iter()
        .map(|run| {
            let s = &candidates.stretches[run[0]];
            let key = format!("search random {:.1} {:.1}", s.path[0].x, s.path[0].y);
            (streams.uniform(Purpose::Study, &key, 0), run)
        })
        .collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let runs: Vec<Vec<usize>> = drawn.into_iter().map(|(_, run)| run).collect();
    laid(candidates, &runs, metres)
}

/// Runs along ridges alone, the highest first, as long as `metres`.
pub fn ridge(candidates: &Candidates, metres: f64) -> Vec<Vec<Point>> {
    let mut all = runs(candidates, |n| {
        candidates.stretches[n].along == Along::Ridge
    });
    let height = |run: &[usize]| {
        let sum: f64 = run.iter().map(|s| candidates.stretches[*s].height_m).sum();
        sum / run.len() as f64
    };
    all.sort_by(|a, b| height(b).total_cmp(&height(a)).then(a.cmp(b)));
    laid(candidates, &all, metres)
}
