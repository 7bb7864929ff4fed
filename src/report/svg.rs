//! Pictures as SVG: elements with their words escaped, classes instead of colours, so that one style sheet
//! serves screen and print.

use std::fmt::{self, Display, Write as _};

/// Finished markup: made by this room only, with every word in it escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

impl Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text as it may stand in markup and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters are not allowed in markup.
            c if (c as u32) < 32 && c != '\n' && c != '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// About how wide a text of size `px` is, pixels: letters of Chinese take a square, others half of one.
pub fn width_of(text: &str, px: f64) -> f64 {
    let share = |c: char| if (c as u32) < 0x2e80 { 0.55 } else { 1.0 };
    px * text.chars().map(share).sum::<f64>()
}

/// How a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A picture being made. Coordinates are pixels of its own system, y downward.
#[derive(Debug, Clone)]
pub struct Svg {
    body: String,
    width: f64,
    height: f64,
}

impl Svg {
    /// A picture of a size.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            body: String::new(),
            width,
            height,
        }
    }

    /// Adds formatted markup; what comes from outside must have been escaped.
    pub fn raw(&mut self, markup: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(markup);
    }

    /// A line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.raw(format_args!(
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A rectangle from its upper left corner.
    pub fn rect(&mut self, class: &str, at: (f64, f64), size: (f64, f64)) {
        self.raw(format_args!(
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            at.0,
            at.1,
            size.0.max(0.0),
            size.1.max(0.0)
        ));
    }

    /// A line through places.
    pub fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        self.raw(format_args!("<polyline class=\"{class}\" points=\""));
        for (x, y) in points {
            self.raw(format_args!("{x:.1},{y:.1} "));
        }
        self.raw(format_args!("\"/>"));
    }

    /// Words at a place; their baseline is there.
    pub fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, words: &str) {
        self.raw(format_args!(
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\">{}</text>",
            at.0,
            at.1,
            anchor.name(),
            escaped(words)
        ));
    }

    /// Words that run upward along an axis.
    pub fn upward(&mut self, class: &str, at: (f64, f64), words: &str) {
        self.raw(format_args!(
            "<text class=\"{class}\" transform=\"translate({:.1} {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            at.0,
            at.1,
            escaped(words)
        ));
    }

    /// One of six signs that differ in shape, so that they can be told apart without colour; `words` show when
    /// somebody points at it.
    pub fn sign(&mut self, series: usize, (x, y): (f64, f64), words: &str) {
        let class = series % SERIES;
        self.raw(format_args!("<g class=\"sign s{class}\">"));
        if !words.is_empty() {
            self.raw(format_args!("<title>{}</title>", escaped(words)));
        }
        match class {
            0 => self.raw(format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>"
            )),
            1 => self.polygon(x, y, &[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]),
            2 => self.polygon(x, y, &[(0.0, -6.5), (6.0, 5.0), (-6.0, 5.0)]),
            3 => self.polygon(x, y, &[(0.0, -6.5), (6.5, 0.0), (0.0, 6.5), (-6.5, 0.0)]),
            4 => self.polygon(x, y, &[(0.0, 6.5), (6.0, -5.0), (-6.0, -5.0)]),
            _ => self.polygon(
                x,
                y,
                &[
                    (-5.5, 0.0),
                    (-2.8, -5.0),
                    (2.8, -5.0),
                    (5.5, 0.0),
                    (2.8, 5.0),
                    (-2.8, 5.0),
                ],
            ),
        }
        self.raw(format_args!("</g>"));
    }

    fn polygon(&mut self, x: f64, y: f64, corners: &[(f64, f64)]) {
        self.raw(format_args!("<polygon points=\""));
        for (dx, dy) in corners {
            self.raw(format_args!("{:.1},{:.1} ", x + dx, y + dy));
        }
        self.raw(format_args!("\"/>"));
    }

    /// The whole picture with what it shows in words, for those who do not see it.
    pub fn finish(self, class: &str, label: &str) -> Markup {
        Markup(format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"{}\">{}</svg>",
            self.width,
            self.height,
            escaped(label),
            self.body
        ))
    }

    /// What was drawn, without a frame: for a picture that has its own.
    pub fn into_body(self) -> Markup {
        Markup(self.body)
    }
}

/// Signs and lines that can be told apart.
pub const SERIES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_become_markup() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text("t", (0.0, 0.0), Anchor::Start, "<script>a&b</script>");
        svg.sign(0, (1.0, 1.0), "\u{1}\"quoted\"");
        let text = svg.finish("x", "\"><script>").to_string();
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("&lt;script&gt;a&amp;b"), "{text}");
        assert!(text.contains("&quot;quoted&quot;"), "{text}");
        assert!(!text.contains('\u{1}'));
    }
}
