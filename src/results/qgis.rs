//! QGIS styles (`.qml`), so that a run's layers open in colours that mean something.
//!
//! QGIS takes the style that is called as the layer is; a GeoPackage keeps styles inside.

use std::fmt::Write as _;
use std::path::Path;

use crate::files::FileError;

/// A colour, red, green, blue.
type Rgb = (u8, u8, u8);

/// How a raster is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum RasterStyle {
    /// Classes: each value up to and including its limit, with label.
    Steps(Vec<(f64, Rgb, String)>),
    /// Codes with label.
    Codes(Vec<(u8, Rgb, String)>),
}

/// Colours from early to late, low to high: the map picture's.
const RAMP: [Rgb; 8] = [
    (61, 11, 104),
    (120, 28, 109),
    (177, 50, 90),
    (221, 81, 58),
    (243, 120, 25),
    (252, 165, 10),
    (250, 205, 60),
    (246, 233, 139),
];

fn steps(limits: &[f64], unit: &str) -> RasterStyle {
    let n = limits.len();
    let entries = limits
        .iter()
        .enumerate()
        .map(|(i, &limit)| {
            let colour = RAMP[i * (RAMP.len() - 1) / (n - 1).max(1)];
            let label = match i {
                0 => format!("≤ {limit} {unit}"),
                _ => format!("{} – {limit} {unit}", limits[i - 1]),
            };
            (limit, colour, label)
        })
        .collect();
    RasterStyle::Steps(entries)
}

fn codes(entries: &[(u8, Rgb, &str)]) -> RasterStyle {
    RasterStyle::Codes(
        entries
            .iter()
            .map(|(code, colour, label)| (*code, *colour, (*label).to_owned()))
            .collect(),
    )
}

/// The style of a raster of a run folder; none for a name that is not one. `last_min` is the end of the
/// run, minutes.
pub fn style_of(name: &str, last_min: f64) -> Option<RasterStyle> {
    Some(match name {
        "arrival.tif" => {
            // Eight steps of whole tens of minutes.
            let step = (libm::ceil(last_min / 80.0) * 10.0).max(10.0);
            let limits: Vec<f64> = (1..=8).map(|i| f64::from(i) * step).collect();
            steps(&limits, "min")
        }
        "rate_of_spread.tif" => steps(&[0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 500.0], "m/min"),
        // The hauling chart of Andrews & Rothermel (1982): 346, 1730 and 3459 kW/m are flames of 4, 8, 11 ft.
        "intensity.tif" => steps(&[100.0, 346.0, 1730.0, 3459.0, 10_000.0, 100_000.0], "kW/m"),
        "flame_length.tif" => steps(&[0.5, 1.2, 2.4, 3.4, 10.0, 100.0], "m"),
        "crown.tif" => codes(&[
            (0, (244, 203, 120), "surface"),
            (1, (226, 108, 46), "passive crown"),
            (2, (142, 20, 40), "active crown"),
        ]),
        "origin.tif" => codes(&[
            (0, (120, 110, 105), "ignition"),
            (1, (213, 94, 0), "spot fire"),
            (2, (0, 114, 178), "breach"),
            (3, (0, 158, 115), "backfire"),
            (4, (204, 121, 167), "re-ignition"),
        ]),
        "put_out.tif" => codes(&[
            (0, (222, 90, 50), "not put out"),
            (1, (90, 140, 190), "put out"),
        ]),
        _ => return None,
    })
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

impl RasterStyle {
    /// The style as QGIS reads it.
    pub fn qml(&self) -> String {
        let mut body = String::new();
        // Writing to a string cannot fail.
        match self {
            Self::Steps(entries) => {
                let (least, most) = (0.0, entries.last().map_or(1.0, |e| e.0));
                let _ = writeln!(
                    body,
                    "    <rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" \
                     classificationMin=\"{least}\" classificationMax=\"{most}\" nodataColor=\"\">\n      \
                     <rastershader>\n        <colorrampshader colorRampType=\"DISCRETE\" classificationMode=\"1\" \
                     clip=\"0\" minimumValue=\"{least}\" maximumValue=\"{most}\" labelPrecision=\"4\">"
                );
                for (i, (limit, colour, label)) in entries.iter().enumerate() {
                    let last = i + 1 == entries.len();
                    let value = if last {
                        "inf".to_owned()
                    } else {
                        limit.to_string()
                    };
                    let _ = writeln!(
                        body,
                        "          <item value=\"{value}\" color=\"{}\" alpha=\"255\" label=\"{label}\"/>",
                        hex(*colour)
                    );
                }
                body.push_str(
                    "        </colorrampshader>\n      </rastershader>\n    </rasterrenderer>\n",
                );
            }
            Self::Codes(entries) => {
                body.push_str(
                    "    <rasterrenderer type=\"paletted\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\">\n      <colorPalette>\n",
                );
                for (code, colour, label) in entries {
                    let _ = writeln!(
                        body,
                        "        <paletteEntry value=\"{code}\" color=\"{}\" alpha=\"255\" label=\"{label}\"/>",
                        hex(*colour)
                    );
                }
                body.push_str("      </colorPalette>\n    </rasterrenderer>\n");
            }
        }
        format!(
            "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.28.0\" \
             styleCategories=\"Symbology\">\n  <pipe>\n{body}    <brightnesscontrast brightness=\"0\" contrast=\"0\"/>\n  \
             </pipe>\n  <blendMode>0</blendMode>\n</qgis>\n"
        )
    }

    /// Writes the style beside a raster.
    pub fn write_beside(&self, raster: &Path) -> Result<(), FileError> {
        let path = raster.with_extension("qml");
        std::fs::write(&path, self.qml()).map_err(|e| FileError::write(&path, e))
    }
}

/// A style of one symbol for areas: fill with its opacity (0 to 255) and outline.
pub fn areas_qml(fill: Rgb, opacity: u8, outline: Rgb) -> String {
    let rgba = |(r, g, b): Rgb, a: u8| format!("{r},{g},{b},{a}");
    single(
        "fill",
        "SimpleFill",
        &[
            ("color", rgba(fill, opacity)),
            ("outline_color", rgba(outline, 255)),
            ("outline_style", "solid".to_owned()),
            ("outline_width", "0.4".to_owned()),
            ("outline_width_unit", "MM".to_owned()),
            ("style", "solid".to_owned()),
        ],
    )
}

/// A style of one symbol for lines.
pub fn lines_qml((r, g, b): Rgb, width_mm: f64) -> String {
    single(
        "line",
        "SimpleLine",
        &[
            ("line_color", format!("{r},{g},{b},255")),
            ("line_style", "solid".to_owned()),
            ("line_width", width_mm.to_string()),
            ("line_width_unit", "MM".to_owned()),
        ],
    )
}

/// A style of one symbol for points.
pub fn points_qml((r, g, b): Rgb) -> String {
    single(
        "marker",
        "SimpleMarker",
        &[
            ("color", format!("{r},{g},{b},255")),
            ("name", "circle".to_owned()),
            ("outline_color", "255,255,255,255".to_owned()),
            ("size", "3".to_owned()),
            ("size_unit", "MM".to_owned()),
        ],
    )
}

fn single(kind: &str, class: &str, options: &[(&str, String)]) -> String {
    let mut listed = String::new();
    for (name, value) in options {
        let _ = writeln!(
            listed,
            "            <Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>"
        );
    }
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.28.0\" \
         styleCategories=\"Symbology\">\n  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" \
         forceraster=\"0\">\n    <symbols>\n      <symbol type=\"{kind}\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\" \
         force_rhr=\"0\">\n        <layer class=\"{class}\" enabled=\"1\" pass=\"0\" locked=\"0\">\n          \
         <Option type=\"Map\">\n{listed}          </Option>\n        </layer>\n      </symbol>\n    </symbols>\n  \
         </renderer-v2>\n  <blendMode>0</blendMode>\n</qgis>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::run_folder::CONTENTS;

    #[test]
    fn every_raster_of_a_run_has_a_style_and_only_those() {
        for name in CONTENTS {
            assert_eq!(
                style_of(name, 240.0).is_some(),
                name.split('.').next_back() == Some("tif"),
                "{name}"
            );
        }
    }

    #[test]
    fn arrivals_are_styled_up_to_the_end_of_the_run() {
        let Some(RasterStyle::Steps(entries)) = style_of("arrival.tif", 360.0) else {
            panic!()
        };
        assert_eq!(
            (entries.len(), entries[0].0, entries[7].0),
            (8, 50.0, 400.0)
        );
        let qml = style_of("arrival.tif", 360.0).unwrap().qml();
        assert_eq!(qml.matches("<item ").count(), 8);
        assert!(qml.contains("value=\"inf\""));
        assert!(
            style_of("crown.tif", 1.0)
                .unwrap()
                .qml()
                .contains("type=\"paletted\"")
        );
    }
}
