//! Text as outlines, in the embedded Noto Sans SC (GB 2312 and Latin, SIL Open Font License).

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use tiny_skia::{Path, PathBuilder};

/// The font file.
pub const FONT_FILE: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular-gb2312.ttf");

static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(FONT_FILE).ok());

/// Height of Latin capitals over the size of the type (Noto Sans SC).
pub(super) const CAP_HEIGHT: f32 = 0.733;

/// Width of a line of text at `size` pixels, in pixels.
pub(super) fn width(text: &str, size: f32) -> f32 {
    let Some(font) = FONT.as_ref() else {
        return 0.0;
    };
    let per_unit = size / font.units_per_em().unwrap_or(1000.0);
    text.chars()
        .map(|c| font.h_advance_unscaled(glyph(font, c)) * per_unit)
        .sum()
}

/// The outline of a line of text whose baseline starts at `(x, y)`; none for blank text.
pub(super) fn outline(text: &str, size: f32, x: f32, y: f32) -> Option<Path> {
    let font = FONT.as_ref()?;
    let per_unit = size / font.units_per_em().unwrap_or(1000.0);
    let mut pen = x;
    let mut builder = PathBuilder::new();
    for c in text.chars() {
        let glyph = glyph(font, c);
        if let Some(outline) = font.outline(glyph) {
            add_glyph(&mut builder, &outline.curves, |p| {
                (pen + p.x * per_unit, y - p.y * per_unit)
            });
        }
        pen += font.h_advance_unscaled(glyph) * per_unit;
    }
    builder.finish()
}

/// The glyph of a character, or of one that says the same: the subset leaves out some signs that are
/// not in GB 2312.
fn glyph(font: &FontRef, c: char) -> GlyphId {
    let id = font.glyph_id(c);
    if id.0 != 0 {
        return id;
    }
    font.glyph_id(match c {
        // Hyphens, en dash, minus.
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        // Spaces of all widths.
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' => ' ',
        other => other,
    })
}

fn add_glyph(
    builder: &mut PathBuilder,
    curves: &[OutlineCurve],
    place: impl Fn(ab_glyph::Point) -> (f32, f32),
) {
    let mut last = None;
    for curve in curves {
        let (start, end) = match curve {
            OutlineCurve::Line(a, b)
            | OutlineCurve::Quad(a, _, b)
            | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        // A curve that does not go on from the one before begins a new contour.
        if last != Some(start) {
            if last.is_some() {
                builder.close();
            }
            let (x, y) = place(start);
            builder.move_to(x, y);
        }
        let (x, y) = place(end);
        match curve {
            OutlineCurve::Line(..) => builder.line_to(x, y),
            OutlineCurve::Quad(_, control, _) => {
                let (cx, cy) = place(*control);
                builder.quad_to(cx, cy, x, y);
            }
            OutlineCurve::Cubic(_, first, second, _) => {
                let ((ax, ay), (bx, by)) = (place(*first), place(*second));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
        }
        last = Some(end);
    }
    if last.is_some() {
        builder.close();
    }
}

/// Breaks text into lines no wider than `limit` pixels: Latin between words, Chinese between
/// characters but never before closing punctuation. A word wider than the limit keeps its line.
pub(super) fn wrap(text: &str, size: f32, limit: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let trial = format!("{line}{piece}");
        if !line.is_empty() && width(trial.trim_end(), size) > limit {
            lines.push(line.trim_end().to_owned());
            piece.trim_start().clone_into(&mut line);
        } else {
            line = trial;
        }
    }
    if !line.trim_end().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The unbreakable pieces of a text, each with the spaces that follow it.
fn pieces(text: &str) -> Vec<String> {
    let is_wide = |c: char| c as u32 >= 0x2E80;
    let closes = |c: char| "，。、；：？！）》」』”’%".contains(c);
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let joins = pieces
            .last()
            .and_then(|piece| piece.chars().last())
            .is_some_and(|before| {
                closes(c)
                    || c.is_whitespace()
                    || (!before.is_whitespace() && !is_wide(c) && !is_wide(before))
                    || "（《「『“‘".contains(before)
            });
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::{self, Language};

    #[test]
    fn the_font_has_every_character_of_the_map_legend() {
        let font = FONT.as_ref().expect("the embedded font loads");
        for tongue in Language::ALL {
            for key in language::keys(tongue)
                .iter()
                .filter(|key| key.starts_with("map-"))
            {
                for c in language::text(tongue, key)
                    .chars()
                    .filter(|c| !c.is_whitespace())
                {
                    assert_ne!(glyph(font, c).0, 0, "{key} needs {c:?}");
                }
            }
        }
        assert!(outline("岣嵝峰 Goulou", 20.0, 0.0, 20.0).is_some());
        assert!(outline("  ", 20.0, 0.0, 20.0).is_none());
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_full_stop_and_english_between_words() {
        let size = 20.0;
        assert_eq!(
            wrap("地形为合成数据。", size, 7.0 * size + 1.0),
            ["地形为合成数", "据。"]
        );
        let limit = width("Terrain is", size) + 1.0;
        assert_eq!(
            wrap("Terrain is synthetic", size, limit),
            ["Terrain is", "synthetic"]
        );
    }
}
