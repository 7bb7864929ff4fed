//! Pictures of cases as SVG.

use std::path::Path;

use plotters::prelude::*;

use crate::cli::output::{Failure, Output};
use crate::studies::verify::Plot;

/// Width and height, pixels.
const SIZE: (u32, u32) = (900, 900);
/// The known answer: broad and pale, so that the front shows upon it.
const EXACT: RGBColor = RGBColor(150, 180, 215);
/// The program's lines by label; the first is the fire front's.
const COLOURS: [RGBColor; 6] = [
    RGBColor(200, 30, 20),
    RGBColor(40, 90, 40),
    RGBColor(120, 60, 150),
    RGBColor(200, 120, 0),
    RGBColor(0, 110, 130),
    RGBColor(90, 90, 90),
];

/// Draws a picture into a file.
pub fn draw(plot: &Plot, path: &Path, output: Output) -> Result<(), Failure> {
    svg(plot, path, output).map_err(|reason| Failure::write(path, reason))
}

fn svg(plot: &Plot, path: &Path, output: Output) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (x, y) = ranges(plot);
    let mut chart = ChartBuilder::on(&root)
        .caption(output.say(&plot.title), ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(70)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .x_desc(output.say(&plot.x))
        .y_desc(output.say(&plot.y))
        .label_style(("sans-serif", 14))
        .light_line_style(WHITE)
        .draw()?;
    let mut labels: Vec<String> = Vec::new();
    let mut own = 0;
    let mut colours = Vec::new();
    // The known answer lies below.
    let (exact, found): (Vec<_>, Vec<_>) = plot.curves.iter().partition(|c| c.exact);
    for curve in exact.into_iter().chain(found) {
        let label = output.say(&curve.label);
        let known = labels.iter().position(|l| *l == label);
        let style = if let Some(k) = known {
            colours[k]
        } else if curve.exact {
            EXACT.stroke_width(6)
        } else {
            own += 1;
            COLOURS[(own - 1) % COLOURS.len()].stroke_width(2)
        };
        let drawn = chart.draw_series(LineSeries::new(curve.points.iter().copied(), style))?;
        if known.is_none() {
            drawn
                .label(label.clone())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
            labels.push(label);
            colours.push(style);
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(200, 200, 200))
        .label_font(("sans-serif", 14))
        .draw()?;
    root.present()?;
    Ok(())
}

/// The axes' ranges: a map has one scale.
fn ranges(plot: &Plot) -> (std::ops::Range<f64>, std::ops::Range<f64>) {
    let points = || plot.curves.iter().flat_map(|c| c.points.iter());
    let span = |of: fn(&(f64, f64)) -> f64| {
        let low = points().map(of).fold(f64::INFINITY, f64::min);
        let high = points().map(of).fold(f64::NEG_INFINITY, f64::max);
        if low < high { (low, high) } else { (0.0, 1.0) }
    };
    let (x, y) = (span(|p| p.0), span(|p| p.1));
    let widened = |(low, high): (f64, f64), length: f64| {
        let middle = 0.5 * (low + high);
        middle - 0.54 * length..middle + 0.54 * length
    };
    let (across, up) = (x.1 - x.0, y.1 - y.0);
    if plot.is_map {
        let most = across.max(up);
        (widened(x, most), widened(y, most))
    } else {
        (widened(x, across), widened(y, up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::base::message::Message;

    #[test]
    fn a_picture_says_in_chinese_what_its_lines_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svg");
        let plot = Plot::map(&Message::new("verify-plot-barriers"))
            .with_exact("verify-curve-exact", vec![(0.0, 0.0), (10.0, 5.0)])
            .with("verify-curve-front", vec![(0.0, 0.0), (9.0, 5.0)]);
        let output = Output {
            language: Language::Chinese,
            quiet: true,
        };
        draw(&plot, &path, output).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("理论"), "{text}");
        assert!(text.ends_with("</svg>\n"), "{text}");
    }
}
