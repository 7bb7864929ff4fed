//! Writing on the map without writing over what is there already.

use super::canvas::{Area, Canvas, INK, Rgba};
use super::text;

/// What is taken on the map.
pub(super) struct Labels {
    bounds: Area,
    taken: Vec<Area>,
    /// Small signs, which an important name may cover when there is no other place for it.
    minor: Vec<Area>,
}

impl Labels {
    /// An empty map of the given bounds.
    pub(super) fn new(bounds: Area) -> Self {
        Self {
            bounds,
            taken: Vec::new(),
            minor: Vec::new(),
        }
    }

    /// Keeps labels off a place.
    pub(super) fn reserve(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Keeps labels off a small sign, but for important ones.
    pub(super) fn reserve_minor(&mut self, area: Area) {
        self.minor.push(area);
    }

    /// Writes a label beside a sign of radius `r` at `(x, y)`: to the right when there is room, else
    /// left, above, below or at a corner; not at all when every place is taken. An `important` label
    /// may then cover small signs.
    pub(super) fn beside(
        &mut self,
        canvas: &mut Canvas,
        words: &str,
        size: f32,
        (x, y, r): (f32, f32, f32),
        important: bool,
    ) {
        let (w, h) = (text::width(words, size), size);
        let gap = r + 0.25 * size;
        let diagonal = 0.75 * r;
        let corners = [
            (x + gap, y - h / 2.0),
            (x - gap - w, y - h / 2.0),
            (x - w / 2.0, y - gap - h),
            (x - w / 2.0, y + gap),
            (x + diagonal, y - diagonal - h),
            (x + diagonal, y + diagonal),
            (x - diagonal - w, y - diagonal - h),
            (x - diagonal - w, y + diagonal),
        ];
        let done = self.first_free(canvas, words, size, &corners, INK, false);
        if important && !done {
            self.first_free(canvas, words, size, &corners, INK, true);
        }
    }

    /// Writes a label centred on the first of some places that is free.
    pub(super) fn centred(
        &mut self,
        canvas: &mut Canvas,
        words: &str,
        size: f32,
        places: &[(f32, f32)],
        ink: Rgba,
    ) {
        let w = text::width(words, size);
        let corners: Vec<(f32, f32)> = places
            .iter()
            .map(|(x, y)| (x - w / 2.0, y - size / 2.0))
            .collect();
        self.first_free(canvas, words, size, &corners, ink, false);
    }

    /// Writes with the upper left corner at the first of `corners` where nothing is in the way; says
    /// whether there was one.
    fn first_free(
        &mut self,
        canvas: &mut Canvas,
        words: &str,
        size: f32,
        corners: &[(f32, f32)],
        ink: Rgba,
        over_minor: bool,
    ) -> bool {
        let w = text::width(words, size);
        for &(x, y) in corners {
            let area = Area { x, y, w, h: size };
            let minor: &[Area] = if over_minor { &[] } else { &self.minor };
            if area.within(&self.bounds)
                && !self
                    .taken
                    .iter()
                    .chain(minor)
                    .any(|other| other.overlaps(&area))
            {
                let baseline = y + size / 2.0 + size * text::CAP_HEIGHT / 2.0;
                canvas.write_haloed(words, size, (x, baseline), ink);
                let rim = 0.1 * size;
                self.taken.push(Area {
                    x: x - rim,
                    y: y - rim,
                    w: w + 2.0 * rim,
                    h: size + 2.0 * rim,
                });
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_would_cover_another_goes_elsewhere_or_is_left_out() {
        let mut canvas = Canvas::new(120, 60, (255, 255, 255, 255)).unwrap();
        let mut labels = Labels::new(Area {
            x: 0.0,
            y: 0.0,
            w: 120.0,
            h: 60.0,
        });
        for _ in 0..30 {
            labels.beside(&mut canvas, "岣嵝峰", 12.0, (60.0, 30.0, 4.0), false);
        }
        let count = labels.taken.len();
        assert!((2..=8).contains(&count), "{count} labels");
        for (i, a) in labels.taken.iter().enumerate() {
            for b in &labels.taken[i + 1..] {
                let inner = Area {
                    x: b.x + 1.3,
                    y: b.y + 1.3,
                    w: b.w - 2.6,
                    h: b.h - 2.6,
                };
                assert!(!a.overlaps(&inner));
            }
        }
    }
}
