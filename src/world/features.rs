//! Features of the scenario and its GeoJSON files, gathered into lists with their origins, and the
//! checks that every feature must pass: ids, place, shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::base::geo::{Crs, Extent, Point, Polyline, polygon_area};
use crate::base::message::Message;
use crate::files::{FeatureFault, FileError, geojson};
use crate::scenario::Diagnostic;
use crate::scenario::schema::{
    Area, AreaKind, Camera, Features, Firebreak, Patrol, Pond, PowerLine, Road, Station, Value,
};
use crate::scenario::text::FieldPath;

use super::files::named_file;
use super::findings::{Findings, Origin, number};

/// The place of a feature.
pub(super) enum Shape<'a> {
    At(Point),
    Path(&'a [Point]),
    Ring(&'a [Point]),
}

impl Shape<'_> {
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::At(_) => "at",
            Self::Path(_) => "path",
            Self::Ring(_) => "ring",
        }
    }

    fn points(&self) -> &[Point] {
        match self {
            Self::At(point) => std::slice::from_ref(point),
            Self::Path(points) | Self::Ring(points) => points,
        }
    }
}

/// What can be placed on the map by the scenario or a file.
pub(super) trait Feature: Clone + for<'de> Deserialize<'de> {
    fn id(&self) -> &str;
    fn shape(&self) -> Shape<'_>;
    /// Whether it must lie on the map.
    fn on_map(&self) -> bool {
        true
    }
}

macro_rules! feature {
    ($kind:ty, $shape:expr) => {
        impl Feature for $kind {
            fn id(&self) -> &str {
                &self.id
            }
            fn shape(&self) -> Shape<'_> {
                let shape: fn(&Self) -> Shape<'_> = $shape;
                shape(self)
            }
        }
    };
}

feature!(Road, |f| Shape::Path(&f.path));
feature!(Firebreak, |f| Shape::Path(&f.path));
feature!(Patrol, |f| Shape::Path(&f.path));
feature!(PowerLine, |f| Shape::Path(&f.path));
feature!(Pond, |f| Shape::At(f.at));
feature!(Station, |f| Shape::At(f.at));
feature!(Camera, |f| Shape::At(f.at));
feature!(Value, |f| Shape::At(f.at));

impl Feature for Area {
    fn id(&self) -> &str {
        &self.id
    }

    fn shape(&self) -> Shape<'_> {
        Shape::Ring(&self.ring)
    }

    /// A county's boundary may reach beyond the map.
    fn on_map(&self) -> bool {
        self.kind != AreaKind::Boundary
    }
}

/// Features with where each was written, in order: the scenario's items, then file by file.
pub(super) struct Placed<T> {
    pub(super) items: Vec<T>,
    pub(super) origins: Vec<Origin>,
}

impl<T> Placed<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&T, &Origin)> {
        self.items.iter().zip(&self.origins)
    }
}

/// Gathers one kind of feature and checks ids, place and shape. Files need the projection; where
/// that is wrong only the scenario's own items are checked. `extent` is the map's.
pub(super) fn gather<T: Feature>(
    section: &'static str,
    written: &Features<T>,
    crs: Option<&Crs>,
    extent: Option<Extent>,
    folder: &std::path::Path,
    findings: &mut Findings<'_>,
) -> Placed<T> {
    let root = FieldPath::of(section);
    let mut placed = Placed {
        items: written.items.clone(),
        origins: Vec::new(),
    };
    for i in 0..written.items.len() {
        placed
            .origins
            .push(Origin::Scenario(root.field("items").index(i)));
    }
    for (i, name) in written.files.iter().enumerate() {
        let at = root.field("files").index(i);
        let (Some(path), Some(crs)) = (named_file(folder, name, &at, findings), crs) else {
            continue;
        };
        match geojson::read_features::<T>(&path, crs) {
            Ok(items) => {
                let file = Arc::new(path);
                let origins = (0..items.len()).map(|n| Origin::File(file.clone(), n));
                placed.origins.extend(origins);
                placed.items.extend(items);
            }
            Err(error) => findings.add(file_error(findings, &at, &error)),
        }
    }
    check_ids(
        placed.iter().map(|(item, origin)| (item.id(), origin)),
        findings,
    );
    for (item, origin) in placed.iter() {
        check_shape(&item.shape(), origin, findings);
        if let Some(extent) = extent.filter(|_| item.on_map()) {
            check_on_map(&item.shape(), extent, origin, findings);
        }
    }
    placed
}

/// A file that could not be read: placed in the file where the error says so, else where the
/// scenario names it.
pub(super) fn file_error(findings: &Findings<'_>, at: &FieldPath, error: &FileError) -> Diagnostic {
    let file = error
        .file()
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    match error {
        FileError::Feature { file: path, fault } => {
            let FeatureFault {
                feature,
                field,
                found,
                expected,
                suggestion,
            } = fault.as_ref();
            let field = field.as_deref().unwrap_or_default();
            let message = Message::new("check-feature")
                .with("feature", *feature as f64)
                .with("field", field)
                .with("found", found.as_str())
                .with("expected", expected.as_str());
            let number = feature.saturating_sub(1);
            let diagnostic = if found.starts_with("unknown field") {
                findings.error_at_property(path, number, field, message)
            } else {
                findings.error_in_file(path, number, field, message)
            };
            match suggestion {
                Some(name) => diagnostic.with_help(
                    Message::new("check-help-did-you-mean")
                        .with("suggestion", name.as_str())
                        .with("expected", expected.as_str()),
                ),
                None => diagnostic,
            }
        }
        FileError::Content {
            found, expected, ..
        } => {
            let message = Message::new("check-file-content")
                .with("file", file)
                .with("found", found.as_str())
                .with("expected", expected.as_str());
            findings.error(at, message)
        }
        FileError::Read { reason, .. } | FileError::Write { reason, .. } => {
            let message = Message::new("check-file-unreadable")
                .with("file", file)
                .with("reason", reason.as_str());
            findings.error(at, message)
        }
    }
}

/// Ids must be there and be unique within their kind.
pub(super) fn check_ids<'a>(
    ids: impl Iterator<Item = (&'a str, &'a Origin)>,
    findings: &mut Findings<'_>,
) {
    let mut seen: BTreeMap<&str, &Origin> = BTreeMap::new();
    for (id, origin) in ids {
        if id.trim().is_empty() {
            findings.add(findings.error_in(origin, "id", Message::new("check-id-empty")));
        } else if let Some(first) = seen.get(id) {
            let first = findings.error_in(first, "id", Message::new("check-id-duplicate"));
            let help = Message::new("check-help-first-here")
                .with(
                    "file",
                    first
                        .file
                        .file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned(),
                )
                .with("line", first.line as f64)
                .with("column", first.column as f64);
            let message = Message::new("check-id-duplicate").with("found", id);
            findings.add(findings.error_in(origin, "id", message).with_help(help));
        } else {
            seen.insert(id, origin);
        }
    }
}

/// A line has a length, an outline an area.
pub(super) fn check_shape(shape: &Shape<'_>, origin: &Origin, findings: &mut Findings<'_>) {
    let (least, size, empty) = match shape {
        Shape::At(_) => return,
        Shape::Path(points) => (
            2,
            Polyline::new(points.to_vec()).length(),
            "check-path-no-length",
        ),
        Shape::Ring(points) => (3, polygon_area(points).abs(), "check-ring-no-area"),
    };
    let count = shape.points().len();
    if count < least {
        let message = Message::new("check-too-few-points")
            .with("found", count as f64)
            .with("expected", least as f64);
        findings.add(findings.error_in(origin, shape.field(), message));
    } else if size == 0.0 {
        findings.add(findings.error_in(origin, shape.field(), Message::new(empty)));
    }
}

/// The first point of a feature that lies off the map, as an error.
pub(super) fn check_on_map(
    shape: &Shape<'_>,
    extent: Extent,
    origin: &Origin,
    findings: &mut Findings<'_>,
) {
    let points = shape.points();
    if let Some(i) = points.iter().position(|p| !extent.contains(*p)) {
        let outside = points[i];
        let message = Message::new("check-off-map")
            .with("x", number(outside.x))
            .with("y", number(outside.y))
            .with("west", number(extent.min.x))
            .with("east", number(extent.max.x))
            .with("south", number(extent.min.y))
            .with("north", number(extent.max.y));
        findings.add(findings.error_at_point(origin, shape.field(), i, message));
    }
}
