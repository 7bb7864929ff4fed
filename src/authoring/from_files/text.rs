//! The scenario as a commented RON text.

use std::fmt::Write as _;

use super::conditions::Conditions;
use super::{Note, NoteKind};
use crate::base::language::{Language, render, text};
use crate::base::message::Message;
use crate::scenario::schema::{
    CoverCoding, CustomFuel, Ignition, IgnitionShape, MoistureSource, Name, Unit, WeatherRecord,
    WindHeight,
};

/// What stands in the text.
pub struct Parts<'a> {
    /// Short name.
    pub name: &'a str,
    /// Title.
    pub title: &'a Name,
    /// EPSG code of the system.
    pub epsg: u16,
    /// IANA time zone.
    pub time_zone: &'a str,
    /// Side of a simulation cell, metres.
    pub run_cell_m: f64,
    /// What the cover numbers mean.
    pub coding: CoverCoding,
    /// Whether there are canopy rasters.
    pub canopy: bool,
    /// Custom fuel models.
    pub custom: &'a [CustomFuel],
    /// Time and weather.
    pub conditions: &'a Conditions,
    /// Names of the GeoJSON files that were written, by field.
    pub files: &'a [(&'static str, String)],
    /// Units.
    pub units: &'a [Unit],
    /// Ignitions.
    pub ignitions: &'a [Ignition],
    /// What was read, assumed and warned of.
    pub notes: &'a [Note],
    /// Language of the comments.
    pub language: Language,
}

struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A comment of one key, wrapped.
    fn comment(&mut self, indent: usize, key: &str) {
        let words = text(self.language, key);
        self.wrapped(indent, "// ", &words);
    }

    fn wrapped(&mut self, indent: usize, lead: &str, words: &str) {
        const WIDTH: usize = 100;
        let pad = " ".repeat(indent);
        let mut line = String::new();
        for word in words.split_whitespace() {
            if !line.is_empty() && line.chars().count() + word.chars().count() + 1 > WIDTH - indent
            {
                let _ = writeln!(self.text, "{pad}{lead}{line}");
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(self.text, "{pad}{lead}{line}");
    }
}

/// RON of a text.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn named(name: &Name) -> String {
    format!("(en: {}, zh: {})", quoted(&name.en), quoted(&name.zh))
}

/// The text of a scenario.
pub fn scenario(parts: &Parts<'_>) -> String {
    let mut page = Page {
        text: String::new(),
        language: parts.language,
    };
    page.comment(0, "import-text-head");
    for (kind, key) in [
        (NoteKind::Assumed, "import-text-assumed"),
        (NoteKind::Warning, "import-text-warnings"),
        (NoteKind::Read, "import-text-read"),
    ] {
        let notes: Vec<&Note> = parts.notes.iter().filter(|n| n.kind == kind).collect();
        if notes.is_empty() {
            continue;
        }
        page.line("//");
        page.comment(0, key);
        for note in notes {
            page.wrapped(0, "//   ", &render(parts.language, &note.message));
        }
    }
    page.line("(");
    page.line(&format!("    name: {},", quoted(parts.name)));
    page.line(&format!("    title: {},", named(parts.title)));
    let about = Message::new("import-text-about");
    page.line(&format!(
        "    about: (en: {}, zh: {}),",
        quoted(&render(Language::English, &about)),
        quoted(&render(Language::Chinese, &about))
    ));
    page.line("");
    page.comment(4, "import-text-site");
    page.line(&format!(
        "    site: (epsg: {}, time_zone: {}),",
        parts.epsg,
        quoted(parts.time_zone)
    ));
    page.comment(4, "import-text-start");
    page.line(&format!(
        "    start: \"{}\",",
        parts.conditions.start.strftime("%Y-%m-%dT%H:%M")
    ));
    page.line(&format!(
        "    horizon_min: {},",
        parts.conditions.horizon_min
    ));
    page.comment(4, "import-text-cell");
    page.line(&format!("    cell_m: {},", parts.run_cell_m));
    page.line("");
    landscape(&mut page, parts);
    fuels(&mut page, parts.custom);
    conditions(&mut page, parts.conditions);
    models(&mut page, parts);
    features(&mut page, parts);
    ignitions(&mut page, parts.ignitions);
    doctrine(&mut page, parts.units);
    page.line(")");
    page.text
}

fn landscape(page: &mut Page, parts: &Parts<'_>) {
    let name = parts.name;
    page.comment(4, "import-text-landscape");
    page.line("    landscape: (");
    page.line(&format!("        elevation: \"{name}/elevation.tif\","));
    page.line(&format!("        cover: \"{name}/cover.tif\","));
    let coding = match parts.coding {
        CoverCoding::Catalogue => "Catalogue",
        CoverCoding::StandardFuel => "StandardFuel",
    };
    page.line(&format!("        coding: {coding},"));
    if parts.canopy {
        page.comment(8, "import-text-canopy");
        page.line("        canopy: Some((");
        for (field, file) in [
            ("cover", "canopy_cover"),
            ("height", "canopy_height"),
            ("base_height", "canopy_base"),
            ("bulk_density", "canopy_density"),
        ] {
            page.line(&format!("            {field}: \"{name}/{file}.tif\","));
        }
        page.line("            units: Metric,");
        page.line("        )),");
    }
    page.line("    ),");
    page.line("");
}

fn fuels(page: &mut Page, custom: &[CustomFuel]) {
    if custom.is_empty() {
        return;
    }
    page.comment(4, "import-text-fuels");
    page.line("    fuel_models: [");
    for f in custom {
        let n = |v: f64| format!("{}", libm::round(v * 1e6) / 1e6);
        page.line(&format!(
            "        (number: {}, code: {}, name: {}, dynamic: {}, depth_m: {}, dead_extinction_pct: {},",
            f.number,
            quoted(&f.code),
            named(&f.name),
            f.dynamic,
            n(f.depth_m),
            n(f.dead_extinction_pct)
        ));
        page.line(&format!(
            "         heat_dead_kj_kg: {}, heat_live_kj_kg: {}, load_1h_kg_m2: {}, load_10h_kg_m2: {}, load_100h_kg_m2: {},",
            n(f.heat_dead_kj_kg),
            n(f.heat_live_kj_kg),
            n(f.load_1h_kg_m2),
            n(f.load_10h_kg_m2),
            n(f.load_100h_kg_m2)
        ));
        page.line(&format!(
            "         load_herb_kg_m2: {}, load_woody_kg_m2: {}, savr_1h_per_m: {}, savr_herb_per_m: {}, savr_woody_per_m: {},",
            n(f.load_herb_kg_m2),
            n(f.load_woody_kg_m2),
            n(f.savr_1h_per_m),
            n(f.savr_herb_per_m),
            n(f.savr_woody_per_m)
        ));
        page.line(&format!(
            "         forest: {}, line_fuel: {}),",
            f.forest,
            quoted(&f.line_fuel)
        ));
    }
    page.line("    ],");
    page.line("");
}

/// A weather record as RON.
pub fn record_text(r: &WeatherRecord) -> String {
    let rain = if r.rain_mm > 0.0 {
        format!(", rain_mm: {}", r.rain_mm)
    } else {
        String::new()
    };
    format!(
        "(at_min: {}, wind_from_deg: {}, wind_m_s: {}, temperature_c: {}, humidity_pct: {}{rain})",
        r.at_min, r.wind_from_deg, r.wind_m_s, r.temperature_c, r.humidity_pct
    )
}

fn conditions(page: &mut Page, c: &Conditions) {
    page.comment(4, "import-text-moisture");
    let m = &c.moisture;
    page.line(&format!(
        "    moisture: (dead_1h_pct: {}, dead_10h_pct: {}, dead_100h_pct: {}, live_herb_pct: {}, live_woody_pct: {}),",
        m.dead_1h_pct, m.dead_10h_pct, m.dead_100h_pct, m.live_herb_pct, m.live_woody_pct
    ));
    page.line("");
    page.comment(4, "import-text-weather");
    page.line("    weather: [");
    for r in &c.weather {
        page.line(&format!("        {},", record_text(r)));
    }
    page.line("    ],");
    page.line(&format!(
        "    wind_height: {},",
        match c.wind_height {
            WindHeight::TenMetres => "TenMetres",
            WindHeight::TwentyFeet => "TwentyFeet",
        }
    ));
    page.line("");
}

fn models(page: &mut Page, parts: &Parts<'_>) {
    page.comment(4, "import-text-fire");
    page.line("    fire: (");
    if parts.canopy {
        page.line("        crown: ScottReinhardt,");
    }
    page.line(&format!(
        "        moisture: {},",
        match parts.conditions.moisture_source {
            MoistureSource::Stated => "Stated",
            MoistureSource::Weather => "Weather",
        }
    ));
    page.line("    ),");
    page.line("");
}

fn features(page: &mut Page, parts: &Parts<'_>) {
    page.comment(4, "import-text-features");
    for (field, file) in parts.files {
        page.line(&format!("    {field}: (files: [\"{file}\"]),"));
    }
    if !parts.units.is_empty() {
        page.line("    units: [");
        for unit in parts.units {
            page.line(&format!(
                "        (id: {}, unit_type: {}, station: {}, name: {}),",
                quoted(&unit.id),
                quoted(&unit.unit_type),
                quoted(&unit.station),
                named(&unit.name)
            ));
        }
        page.line("    ],");
    }
    page.line("");
}

fn ignitions(page: &mut Page, ignitions: &[Ignition]) {
    page.comment(4, "import-text-ignitions");
    page.line("    ignitions: [");
    for i in ignitions {
        let place = |p: &crate::base::geo::Point| format!("({:.1}, {:.1})", p.x, p.y);
        let path = |points: &[crate::base::geo::Point]| {
            points.iter().map(&place).collect::<Vec<_>>().join(", ")
        };
        let shape = match &i.shape {
            IgnitionShape::Point => String::new(),
            IgnitionShape::Line(points) => format!(", shape: Line([{}])", path(points)),
            IgnitionShape::Polygon(points) => format!(", shape: Polygon([{}])", path(points)),
        };
        page.line(&format!(
            "        (id: {}, at_min: {}, cause: other, at: {}{shape}),",
            quoted(&i.id),
            i.at_min,
            place(&i.at)
        ));
    }
    page.line("    ],");
    page.line("");
}

fn doctrine(page: &mut Page, units: &[Unit]) {
    page.comment(4, "import-text-doctrine");
    page.line("    doctrine: (");
    page.line("        receive_min: 2,");
    page.line("        verify_min: 4,");
    page.line("        first_dispatch: [");
    for unit_type in ["semi_pro_crew", "engine"] {
        let there = units.iter().filter(|u| u.unit_type == unit_type).count();
        if there > 0 {
            page.line(&format!(
                "            (unit_type: \"{unit_type}\", count: {}),",
                there.min(2)
            ));
        }
    }
    page.line("        ],");
    page.line("        report_every_min: 60,");
    page.line("        handover_after_min: 120,");
    page.line("    ),");
}
