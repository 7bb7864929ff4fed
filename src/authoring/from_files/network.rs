//! Roads made into a network: cut to the map, joined where they nearly meet, freed of what is no road.
//!
//! The simulator takes two roads to meet where their courses share a point (to 0.1 m). Files from
//! surveys rarely do: ends stop short of the road they lead into, lines cross without a point in
//! common. Files from OpenStreetMap share their points, and there a crossing without one is a bridge.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use geo::{BooleanOps, Coord, LineString, MultiLineString, Polygon, Rect};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use crate::base::geo::{Extent, Point, nearest_on_segment};

/// A road before it has joined the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Index of the feature it came from.
    pub feature: usize,
    /// Its points, metres.
    pub path: Vec<Point>,
    /// Whether it shares its points with the roads it meets, so that a mere crossing is none.
    pub shares_points: bool,
    /// Whether it passes over or under others.
    pub apart: bool,
}

/// What was done to the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Joined {
    /// Roads that lie off the map.
    pub off_map: usize,
    /// Roads without length, and points that repeat the one before.
    pub degenerate: usize,
    /// Ends moved onto the end of another road.
    pub snapped: usize,
    /// Ends that now lead into the middle of another road.
    pub led_in: usize,
    /// Crossings that became junctions.
    pub crossings: usize,
}

/// Points nearer than this are one, metres.
const SAME_M: f64 = 0.05;

/// Cuts roads to a map.
pub fn clip(courses: Vec<Course>, extent: Extent, done: &mut Joined) -> Vec<Course> {
    let map = Polygon::from(Rect::new(
        Coord {
            x: extent.min.x,
            y: extent.min.y,
        },
        Coord {
            x: extent.max.x,
            y: extent.max.y,
        },
    ));
    let mut kept = Vec::with_capacity(courses.len());
    for course in courses {
        if course.path.iter().all(|&p| extent.contains(p)) {
            kept.push(course);
            continue;
        }
        let line: LineString = course
            .path
            .iter()
            .map(|p| Coord { x: p.x, y: p.y })
            .collect();
        let parts = map.clip(&MultiLineString::new(vec![line]), false);
        if parts.0.is_empty() {
            done.off_map += 1;
        }
        for part in parts.0 {
            kept.push(Course {
                path: part.0.iter().map(|c| Point::new(c.x, c.y)).collect(),
                ..course.clone()
            });
        }
    }
    kept
}

/// Frees roads of repeated points and drops those without length.
pub fn clean(courses: Vec<Course>, done: &mut Joined) -> Vec<Course> {
    courses
        .into_iter()
        .filter_map(|mut course| {
            let before = course.path.len();
            course.path.dedup_by(|b, a| a.distance(*b) < SAME_M);
            done.degenerate += before - course.path.len();
            if course.path.len() < 2 {
                done.degenerate += 1;
                return None;
            }
            Some(course)
        })
        .collect()
}

type Segments = RTree<GeomWithData<Line<[f64; 2]>, (usize, usize)>>;

fn segments(courses: &[Course]) -> Segments {
    let all = courses
        .iter()
        .enumerate()
        .flat_map(|(i, course)| {
            course.path.windows(2).enumerate().map(move |(k, pair)| {
                GeomWithData::new(
                    Line::new([pair[0].x, pair[0].y], [pair[1].x, pair[1].y]),
                    (i, k),
                )
            })
        })
        .collect();
    RTree::bulk_load(all)
}

/// Joins roads whose ends lie within `snap_m` of another road's end or course, and roads that cross where
/// crossing means meeting.
pub fn join(mut courses: Vec<Course>, snap_m: f64, done: &mut Joined) -> Vec<Course> {
    snap_ends(&mut courses, snap_m, done);
    let mut joints = leads(&mut courses, snap_m, done);
    crossings(&courses, &mut joints, done);
    for ((course, Reverse(segment)), mut points) in joints.0 {
        let start = courses[course].path[segment];
        points.sort_by(|a, b| start.distance(*a).total_cmp(&start.distance(*b)));
        // Later segments come first, so that their numbers stay true.
        let at = segment + 1;
        courses[course].path.splice(at..at, points);
    }
    let mut again = Joined::default();
    clean(courses, &mut again)
}

/// Ends within reach of each other become one: the first met stays.
fn snap_ends(courses: &mut [Course], snap_m: f64, done: &mut Joined) {
    let cell = |p: Point| {
        (
            libm::floor(p.x / snap_m.max(SAME_M)) as i64,
            libm::floor(p.y / snap_m.max(SAME_M)) as i64,
        )
    };
    let mut known: HashMap<(i64, i64), Vec<Point>> = HashMap::new();
    for course in courses.iter_mut() {
        let last = course.path.len() - 1;
        for i in [0, last] {
            let p = course.path[i];
            let (c, r) = cell(p);
            let nearest = (-1..=1)
                .flat_map(|dc| (-1..=1).map(move |dr| (c + dc, r + dr)))
                .filter_map(|key| known.get(&key))
                .flatten()
                .filter(|q| q.distance(p) <= snap_m)
                .min_by(|a, b| a.distance(p).total_cmp(&b.distance(p)));
            match nearest {
                // A loop or a stub keeps its two ends.
                Some(&q) if course.path[last - i].distance(q) > snap_m || last > 1 => {
                    if q != p {
                        done.snapped += usize::from(q.distance(p) >= SAME_M);
                        course.path[i] = q;
                    }
                }
                Some(_) => {}
                None => known.entry((c, r)).or_default().push(p),
            }
        }
    }
}

/// Points to put into segments, by course and segment, the last segment of a course first.
#[derive(Default)]
struct Joints(BTreeMap<(usize, Reverse<usize>), Vec<Point>>);

impl Joints {
    fn add(&mut self, (course, segment): (usize, usize), at: Point) {
        self.0
            .entry((course, Reverse(segment)))
            .or_default()
            .push(at);
    }
}

/// Ends near the middle of another road move onto it, which gets a point there.
fn leads(courses: &mut [Course], snap_m: f64, done: &mut Joined) -> Joints {
    let tree = segments(courses);
    let mut joints = Joints::default();
    for i in 0..courses.len() {
        let last = courses[i].path.len() - 1;
        for end in [0, last] {
            let p = courses[i].path[end];
            let reach = snap_m.max(SAME_M);
            let around = AABB::from_corners([p.x - reach, p.y - reach], [p.x + reach, p.y + reach]);
            let mut nearest: Option<(f64, Point, (usize, usize))> = None;
            let mut meets = false;
            for found in tree.locate_in_envelope_intersecting(around) {
                let (j, k) = found.data;
                if j == i {
                    continue;
                }
                let (a, b) = (courses[j].path[k], courses[j].path[k + 1]);
                if a.distance(p) < SAME_M || b.distance(p) < SAME_M {
                    meets = true;
                    break;
                }
                let (_, on) = nearest_on_segment(p, a, b);
                let d = on.distance(p);
                if d <= reach && nearest.is_none_or(|n| (d, j, k) < (n.0, n.2.0, n.2.1)) {
                    nearest = Some((d, on, (j, k)));
                }
            }
            let Some((_, on, at)) = nearest.filter(|_| !meets) else {
                continue;
            };
            // At a corner of the other road the corner itself is the junction.
            let (a, b) = (courses[at.0].path[at.1], courses[at.0].path[at.1 + 1]);
            let corner = [a, b].into_iter().find(|c| c.distance(on) < SAME_M);
            courses[i].path[end] = corner.unwrap_or(on);
            if corner.is_none() {
                joints.add(at, on);
            }
            done.led_in += 1;
        }
    }
    joints
}

/// Roads that cross get a point in common, where neither passes over the other and the file does not
/// share points itself.
fn crossings(courses: &[Course], joints: &mut Joints, done: &mut Joined) {
    let tree = segments(courses);
    for (i, course) in courses.iter().enumerate() {
        if course.shares_points || course.apart {
            continue;
        }
        for (k, pair) in course.path.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            let around =
                AABB::from_corners([a.x.min(b.x), a.y.min(b.y)], [a.x.max(b.x), a.y.max(b.y)]);
            for found in tree.locate_in_envelope_intersecting(around) {
                let (j, l) = found.data;
                let other = &courses[j];
                if j <= i || other.shares_points || other.apart {
                    continue;
                }
                let (c, d) = (other.path[l], other.path[l + 1]);
                let Some(at) = crossing(a, b, c, d) else {
                    continue;
                };
                let inner =
                    |p: Point, q: Point| at.distance(p) >= SAME_M && at.distance(q) >= SAME_M;
                let (mine, theirs) = (inner(a, b), inner(c, d));
                if mine {
                    joints.add((i, k), at);
                }
                if theirs {
                    joints.add((j, l), at);
                }
                done.crossings += usize::from(mine || theirs);
            }
        }
    }
}

/// Where two pieces cross; none for parallel ones.
fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (ux, uy) = (b.x - a.x, b.y - a.y);
    let (vx, vy) = (d.x - c.x, d.y - c.y);
    let det = ux * vy - uy * vx;
    if det == 0.0 {
        return None;
    }
    let (wx, wy) = (c.x - a.x, c.y - a.y);
    let s = (wx * vy - wy * vx) / det;
    let t = (wx * uy - wy * ux) / det;
    let on = |v: f64| (0.0..=1.0).contains(&v);
    (on(s) && on(t)).then(|| Point::new(a.x + s * ux, a.y + s * uy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(feature: usize, path: &[(f64, f64)]) -> Course {
        Course {
            feature,
            path: path.iter().map(|&(x, y)| Point::new(x, y)).collect(),
            shares_points: false,
            apart: false,
        }
    }

    fn joined(courses: Vec<Course>) -> (Vec<Course>, Joined) {
        let mut done = Joined::default();
        let courses = clean(courses, &mut done);
        (join(courses, 5.0, &mut done), done)
    }

    fn has(course: &Course, x: f64, y: f64) -> bool {
        course
            .path
            .iter()
            .any(|p| p.distance(Point::new(x, y)) < 0.1)
    }

    #[test]
    fn ends_that_nearly_meet_are_one() {
        let (roads, done) = joined(vec![
            course(0, &[(0.0, 0.0), (100.0, 0.0)]),
            course(1, &[(103.0, 1.0), (200.0, 50.0)]),
            course(2, &[(108.0, 0.0), (108.0, -50.0)]),
        ]);
        assert_eq!(roads[1].path[0], Point::new(100.0, 0.0));
        // Too far from the first end, which is where the second now begins; but near the second's course.
        assert_eq!((done.snapped, done.led_in), (1, 1));
    }

    #[test]
    fn an_end_before_another_road_leads_into_it() {
        let (roads, done) = joined(vec![
            course(0, &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]),
            course(1, &[(30.0, 3.0), (30.0, 80.0)]),
            course(2, &[(50.0, -2.0), (50.0, -80.0)]),
        ]);
        assert_eq!(done.led_in, 2);
        assert_eq!(roads[0].path.len(), 4);
        assert!(has(&roads[0], 30.0, 0.0) && has(&roads[1], 30.0, 0.0));
        assert_eq!(roads[2].path[0], Point::new(50.0, 0.0));
    }

    #[test]
    fn roads_that_cross_meet_unless_one_is_a_bridge_or_the_file_knows_better() {
        let cross = || {
            vec![
                course(0, &[(0.0, 0.0), (100.0, 0.0)]),
                course(1, &[(50.0, -50.0), (50.0, 50.0)]),
            ]
        };
        let (roads, done) = joined(cross());
        assert_eq!(done.crossings, 1);
        assert!(has(&roads[0], 50.0, 0.0) && has(&roads[1], 50.0, 0.0));
        let mut bridge = cross();
        bridge[1].apart = true;
        let (roads, done) = joined(bridge);
        assert_eq!((done.crossings, roads[0].path.len()), (0, 2));
        let mut shared = cross();
        shared[0].shares_points = true;
        assert_eq!(joined(shared).1.crossings, 0);
    }

    #[test]
    fn what_has_no_length_is_dropped_and_what_leaves_the_map_is_cut() {
        let mut done = Joined::default();
        let roads = clean(
            vec![
                course(0, &[(1.0, 1.0), (1.0, 1.0)]),
                course(1, &[(0.0, 0.0), (0.0, 0.0), (10.0, 0.0)]),
            ],
            &mut done,
        );
        assert_eq!(
            (roads.len(), roads[0].path.len(), done.degenerate),
            (1, 2, 3)
        );
        let extent = Extent {
            min: Point::new(0.0, 0.0),
            max: Point::new(100.0, 100.0),
        };
        let cut = clip(
            vec![
                course(0, &[(-50.0, 50.0), (150.0, 50.0)]),
                course(1, &[(200.0, 0.0), (300.0, 0.0)]),
                // Out and in again: two roads.
                course(
                    2,
                    &[(50.0, 10.0), (50.0, -10.0), (60.0, -10.0), (60.0, 10.0)],
                ),
            ],
            extent,
            &mut done,
        );
        assert_eq!((cut.len(), done.off_map), (3, 1));
        assert!((cut[0].path[0].x - cut[0].path[1].x).abs() == 100.0);
    }

    #[test]
    fn a_ring_road_stays_a_ring() {
        let (roads, _) = joined(vec![course(
            0,
            &[(0.0, 0.0), (50.0, 0.0), (50.0, 50.0), (0.0, 0.0)],
        )]);
        assert_eq!(roads[0].path.len(), 4);
    }
}
