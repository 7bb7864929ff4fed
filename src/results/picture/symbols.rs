//! The signs for places and units: each has its own shape, so that it can be told without colour.

use tiny_skia::{Path, PathBuilder};

use super::canvas::{Area, Canvas, INK, Pen, Rgba, WHITE};

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// Graves.
    Graves,
    /// A village.
    Village,
    /// A building.
    Building,
    /// A fire pond.
    Pond,
    /// A tower camera.
    Camera,
    /// A township with a crew.
    Township,
    /// A forest farm's station.
    ForestFarm,
    /// The county's duty centre.
    CountyStation,
    /// An engine.
    Engine,
    /// A crew.
    Crew,
    /// Where a fire started.
    Ignition,
    /// A site that is proposed.
    Site,
}

impl Symbol {
    /// Every sign, from the least to the most important; the later are drawn over the earlier.
    pub const ALL: [Self; 12] = [
        Self::Graves,
        Self::Village,
        Self::Building,
        Self::Pond,
        Self::Camera,
        Self::Township,
        Self::ForestFarm,
        Self::CountyStation,
        Self::Engine,
        Self::Crew,
        Self::Ignition,
        Self::Site,
    ];

    /// Message key of its name in the legend.
    pub fn key(self) -> &'static str {
        match self {
            Self::Graves => "map-mark-graves",
            Self::Village => "map-mark-village",
            Self::Building => "map-mark-building",
            Self::Pond => "map-mark-pond",
            Self::Camera => "map-mark-camera",
            Self::Township => "map-mark-township",
            Self::ForestFarm => "map-mark-forest-farm",
            Self::CountyStation => "map-mark-county-station",
            Self::Engine => "map-mark-engine",
            Self::Crew => "map-mark-crew",
            Self::Ignition => "map-mark-ignition",
            Self::Site => "map-mark-site",
        }
    }

    /// Half its height on the map, in units of the picture; things a county has by the hundred
    /// shrink as the map widens.
    pub(super) fn radius(self, metres_per_px: f64) -> f32 {
        let crowd = (libm::pow(12.0 / metres_per_px.max(1.0), 0.35)).clamp(0.55, 1.0) as f32;
        match self {
            Self::Graves | Self::Village | Self::Building => 6.5 * crowd,
            Self::Pond | Self::Camera => 7.5 * crowd,
            Self::Township => 8.0,
            Self::ForestFarm | Self::Engine | Self::Crew => 10.0,
            Self::CountyStation | Self::Site => 11.0,
            Self::Ignition => 12.0,
        }
    }
}

const RED: Rgba = (196, 30, 36, 255);
const GREEN: Rgba = (16, 92, 50, 255);
const BLUE: Rgba = (30, 84, 160, 255);
const MAGENTA: Rgba = (190, 20, 130, 255);
const ORANGE: Rgba = (232, 112, 10, 255);

/// Draws a sign centred at `(x, y)` with half its height `r`, in pixels.
pub(super) fn draw(canvas: &mut Canvas, symbol: Symbol, x: f32, y: f32, r: f32) {
    let at = At { x, y, r };
    match symbol {
        Symbol::Graves => {
            let stone = at.shape(&[
                (-0.62, 0.9),
                (-0.62, -0.25),
                (-0.4, -0.75),
                (0.0, -0.95),
                (0.4, -0.75),
                (0.62, -0.25),
                (0.62, 0.9),
            ]);
            rimmed(canvas, stone, (88, 88, 96, 255), r);
            // The inscription runs downward.
            at.stroke(canvas, &[(0.0, -0.5), (0.0, 0.45)], WHITE, 0.26);
        }
        Symbol::Village => {
            rimmed(
                canvas,
                at.shape(&[
                    (-0.95, -0.02),
                    (0.0, -0.9),
                    (0.95, -0.02),
                    (0.68, -0.02),
                    (0.68, 0.8),
                    (-0.68, 0.8),
                    (-0.68, -0.02),
                ]),
                INK,
                r,
            );
        }
        Symbol::Building => rimmed(canvas, at.block(0.75, 0.75), INK, r),
        Symbol::Pond => {
            let mut drop = PathBuilder::new();
            at.to(&mut drop, 0.0, -1.05);
            at.cubic(&mut drop, [(0.25, -0.5), (0.8, -0.15), (0.8, 0.32)]);
            at.cubic(&mut drop, [(0.8, 0.75), (0.45, 1.05), (0.0, 1.05)]);
            at.cubic(&mut drop, [(-0.45, 1.05), (-0.8, 0.75), (-0.8, 0.32)]);
            at.cubic(&mut drop, [(-0.8, -0.15), (-0.25, -0.5), (0.0, -1.05)]);
            drop.close();
            rimmed(canvas, drop.finish(), (20, 110, 200, 255), r);
        }
        Symbol::Camera => {
            // A mast with a lens.
            let mast = at.shape(&[
                (-0.72, 1.0),
                (-0.16, -0.3),
                (0.16, -0.3),
                (0.72, 1.0),
                (0.4, 1.0),
                (0.0, 0.12),
                (-0.4, 1.0),
            ]);
            rimmed(canvas, mast, (40, 40, 48, 255), r);
            canvas.circle(x, y - 0.48 * r, 0.66 * r, WHITE);
            canvas.circle(x, y - 0.48 * r, 0.52 * r, (40, 40, 48, 255));
            canvas.circle(x, y - 0.48 * r, 0.22 * r, (120, 220, 255, 255));
        }
        Symbol::Township => {
            rimmed(canvas, at.block(0.9, 0.9), BLUE, r);
            at.fill(
                canvas,
                &[
                    (-0.62, -0.02),
                    (0.0, -0.62),
                    (0.62, -0.02),
                    (0.42, -0.02),
                    (0.42, 0.56),
                    (-0.42, 0.56),
                    (-0.42, -0.02),
                ],
                WHITE,
            );
        }
        Symbol::ForestFarm => {
            rimmed(canvas, at.block(0.92, 0.92), GREEN, r);
            at.fill(canvas, &[(0.0, -0.74), (0.5, 0.0), (-0.5, 0.0)], WHITE);
            at.fill(canvas, &[(0.0, -0.3), (0.6, 0.42), (-0.6, 0.42)], WHITE);
            at.fill(
                canvas,
                &[(-0.11, 0.4), (0.11, 0.4), (0.11, 0.74), (-0.11, 0.74)],
                WHITE,
            );
        }
        Symbol::CountyStation => {
            rimmed(canvas, at.disc(), RED, r);
            let star: Vec<(f32, f32)> = (0..10)
                .map(|i| {
                    let angle = (f64::from(i) * 36.0).to_radians();
                    let reach = if i % 2 == 0 { 0.76 } else { 0.3 };
                    (
                        (reach * libm::sin(angle)) as f32,
                        (-reach * libm::cos(angle)) as f32,
                    )
                })
                .collect();
            at.fill(canvas, &star, (255, 226, 80, 255));
        }
        Symbol::Site => {
            // A pin.
            rimmed(
                canvas,
                at.shape(&[
                    (0.0, 1.0),
                    (-0.62, 0.02),
                    (-0.74, -0.42),
                    (-0.45, -0.9),
                    (0.0, -1.05),
                    (0.45, -0.9),
                    (0.74, -0.42),
                    (0.62, 0.02),
                ]),
                MAGENTA,
                r,
            );
            canvas.circle(x, y - 0.38 * r, 0.3 * r, WHITE);
        }
        Symbol::Engine => {
            rimmed(canvas, at.disc(), RED, r);
            at.fill(
                canvas,
                &[(-0.68, -0.34), (0.18, -0.34), (0.18, 0.28), (-0.68, 0.28)],
                WHITE,
            );
            at.fill(
                canvas,
                &[
                    (0.26, -0.16),
                    (0.52, -0.16),
                    (0.72, 0.08),
                    (0.72, 0.28),
                    (0.26, 0.28),
                ],
                WHITE,
            );
            for wheel in [-0.36_f32, 0.42] {
                canvas.circle(x + wheel * r, y + 0.34 * r, 0.23 * r, RED);
                canvas.circle(x + wheel * r, y + 0.34 * r, 0.15 * r, WHITE);
            }
        }
        Symbol::Crew => {
            rimmed(canvas, at.disc(), ORANGE, r);
            canvas.circle(x, y - 0.32 * r, 0.27 * r, WHITE);
            at.fill(
                canvas,
                &[
                    (-0.52, 0.6),
                    (-0.46, 0.22),
                    (-0.24, 0.04),
                    (0.24, 0.04),
                    (0.46, 0.22),
                    (0.52, 0.6),
                ],
                WHITE,
            );
        }
        Symbol::Ignition => {
            rimmed(canvas, at.flame(1.0, 0.0), RED, r);
            if let Some(inner) = at.flame(0.55, 0.36) {
                canvas.fill(&inner, (255, 206, 60, 255));
            }
        }
    }
}

/// Where and how large; shapes are given in units of `r`, y downward.
#[derive(Clone, Copy)]
struct At {
    x: f32,
    y: f32,
    r: f32,
}

impl At {
    fn shape(self, points: &[(f32, f32)]) -> Option<Path> {
        let mut path = PathBuilder::new();
        for (i, (dx, dy)) in points.iter().enumerate() {
            let (x, y) = (self.x + dx * self.r, self.y + dy * self.r);
            if i == 0 {
                path.move_to(x, y);
            } else {
                path.line_to(x, y);
            }
        }
        path.close();
        path.finish()
    }

    fn fill(self, canvas: &mut Canvas, points: &[(f32, f32)], ink: Rgba) {
        if let Some(path) = self.shape(points) {
            canvas.fill(&path, ink);
        }
    }

    fn stroke(self, canvas: &mut Canvas, points: &[(f32, f32)], ink: Rgba, width: f32) {
        if let Some(path) = self.shape(points) {
            canvas.stroke(&path, Pen::solid(ink, width * self.r));
        }
    }

    fn block(self, half_width: f32, half_height: f32) -> Option<Path> {
        let (w, h) = (half_width * self.r, half_height * self.r);
        Area {
            x: self.x - w,
            y: self.y - h,
            w: 2.0 * w,
            h: 2.0 * h,
        }
        .rounded(0.28 * self.r)
    }

    fn disc(self) -> Option<Path> {
        PathBuilder::from_circle(self.x, self.y, 0.95 * self.r)
    }

    fn to(self, path: &mut PathBuilder, dx: f32, dy: f32) {
        path.move_to(self.x + dx * self.r, self.y + dy * self.r);
    }

    fn cubic(self, path: &mut PathBuilder, [a, b, c]: [(f32, f32); 3]) {
        let place = |(dx, dy): (f32, f32)| (self.x + dx * self.r, self.y + dy * self.r);
        let ((ax, ay), (bx, by), (cx, cy)) = (place(a), place(b), place(c));
        path.cubic_to(ax, ay, bx, by, cx, cy);
    }

    /// A flame, `scale` times as large, lowered by `drop`.
    fn flame(self, scale: f32, drop: f32) -> Option<Path> {
        let s = |(dx, dy): (f32, f32)| (dx * scale, dy * scale + drop);
        let mut path = PathBuilder::new();
        let (x, y) = s((0.1, -1.1));
        self.to(&mut path, x, y);
        self.cubic(&mut path, [(0.2, -0.6), (0.82, -0.3), (0.82, 0.34)].map(s));
        self.cubic(&mut path, [(0.82, 0.8), (0.45, 1.1), (0.0, 1.1)].map(s));
        self.cubic(&mut path, [(-0.45, 1.1), (-0.82, 0.8), (-0.82, 0.3)].map(s));
        self.cubic(
            &mut path,
            [(-0.82, 0.0), (-0.62, -0.22), (-0.46, -0.42)].map(s),
        );
        self.cubic(
            &mut path,
            [(-0.4, -0.2), (-0.3, -0.08), (-0.16, -0.06)].map(s),
        );
        self.cubic(
            &mut path,
            [(-0.22, -0.5), (-0.08, -0.86), (0.1, -1.1)].map(s),
        );
        path.close();
        path.finish()
    }
}

/// Fills a shape over a white rim.
fn rimmed(canvas: &mut Canvas, path: Option<Path>, ink: Rgba, r: f32) {
    if let Some(path) = path {
        canvas.stroke(&path, Pen::solid(WHITE, (0.34 * r).max(2.0)));
        canvas.fill(&path, ink);
    }
}
