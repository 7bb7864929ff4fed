//! OpenStreetMap extracts (`.osm.pbf`), in: roads, water, places, power lines and buildings.
//!
//! Two passes: which ways are wanted and of which nodes they are made, then where those nodes lie. Roads
//! keep the numbers of their nodes (`osm_nodes`), by which a network knows where they meet. Data
//! © OpenStreetMap contributors, ODbL.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

use geo::{Coord, Geometry, LineString, Point, Polygon};
use osmpbf::{BlobDecode, BlobReader, Element};
use serde_json::{Map, Value};

use super::{Gathered, Layer};
use crate::base::geo::System;
use crate::files::FileError;

/// Layers, in this order.
const LAYERS: [&str; 5] = ["roads", "water", "places", "power_lines", "buildings"];
const ROADS: usize = 0;
const WATER: usize = 1;
const PLACES: usize = 2;
const POWER: usize = 3;
const BUILDINGS: usize = 4;

/// Tags that are kept.
const KEPT: [&str; 22] = [
    "access",
    "barrier",
    "bridge",
    "building",
    "highway",
    "layer",
    "lanes",
    "maxspeed",
    "maxweight",
    "name",
    "name:en",
    "name:zh",
    "natural",
    "oneway",
    "place",
    "population",
    "power",
    "surface",
    "tracktype",
    "tunnel",
    "waterway",
    "width",
];

/// Whether the first bytes are those of an extract: a short length and the name of its first part.
pub fn is_osm(head: &[u8]) -> bool {
    head.len() > 20
        && head[0] == 0
        && head[..64.min(head.len())]
            .windows(9)
            .any(|w| w == b"OSMHeader")
}

/// A way or node that is wanted.
struct Wanted {
    id: i64,
    layer: usize,
    tags: BTreeMap<String, String>,
    nodes: Vec<i64>,
}

/// The layers that are not empty.
pub fn read(path: &Path, layer: Option<&str>) -> Result<Vec<Layer>, FileError> {
    if let Some(wanted) = layer
        && !LAYERS.contains(&wanted)
    {
        return Err(FileError::content(
            path,
            format!("no layer `{wanted}`"),
            format!("one of {}", LAYERS.join(", ")),
        ));
    }
    check_blobs(path)?;
    // The decoder's elements panic where an index in a damaged file points nowhere.
    let read = quietly(|| both_passes(path));
    let (ways, points, nodes) = read.unwrap_or_else(|_| {
        Err(FileError::content(
            path,
            "an index that points nowhere",
            "a whole OpenStreetMap extract (.osm.pbf)",
        ))
    })?;
    let mut gathered: Vec<Gathered> = LAYERS.iter().map(|_| Gathered::default()).collect();
    let mut cut = 0;
    for way in ways {
        let coords: Vec<Coord<f64>> = way
            .nodes
            .iter()
            .filter_map(|n| nodes.get(n).copied())
            .collect();
        cut += usize::from(coords.len() < way.nodes.len());
        let kept: Vec<i64> = way
            .nodes
            .iter()
            .copied()
            .filter(|n| nodes.contains_key(n))
            .collect();
        let closed = way.nodes.len() > 3 && way.nodes.first() == way.nodes.last();
        let geometry = if coords.len() < 2 {
            None
        } else if closed && matches!(way.layer, WATER | BUILDINGS) {
            Some(Geometry::Polygon(Polygon::new(
                LineString(coords),
                Vec::new(),
            )))
        } else {
            Some(Geometry::LineString(LineString(coords)))
        };
        let mut properties = properties(&way.tags);
        if way.layer == ROADS {
            properties.insert("osm_nodes".to_owned(), Value::from(kept));
        }
        gathered[way.layer].add(Some(way.id.to_string()), properties, geometry);
    }
    for point in points {
        let at = point.nodes.first().and_then(|n| nodes.get(n)).copied();
        let geometry = at.map(|c| Geometry::Point(Point(c)));
        gathered[point.layer].add(
            Some(point.id.to_string()),
            properties(&point.tags),
            geometry,
        );
    }
    let mut remarks = vec!["data © OpenStreetMap contributors, ODbL".to_owned()];
    if cut > 0 {
        remarks.push(format!(
            "{cut} ways leave the extract: nodes of theirs are not in the file"
        ));
    }
    Ok(LAYERS
        .iter()
        .zip(gathered)
        .filter(|(name, g)| layer.is_none_or(|wanted| wanted == **name) && !g.features.is_empty())
        .map(|(name, g)| g.layer((*name).to_owned(), Some(System::wgs84()), remarks.clone()))
        .collect())
}

/// A number of protobuf from the front of some bytes, and what follows.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (i, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 127) << (7 * i);
        if byte < 128 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

/// The numbers of a message by field; lengths for fields of bytes.
fn numbers(mut message: &[u8]) -> Option<Vec<(u64, u64)>> {
    let mut all = Vec::new();
    while !message.is_empty() {
        let (key, rest) = varint(message)?;
        let (value, rest) = match key & 7 {
            0 | 2 => varint(rest)?,
            1 => (8, rest),
            5 => (4, rest),
            _ => return None,
        };
        all.push((key >> 3, value));
        let skipped = if matches!(key & 7, 0) { 0 } else { value };
        message = rest.get(usize::try_from(skipped).ok()?..)?;
    }
    Some(all)
}

/// Refuses blobs longer than the file and blobs that claim to unpack to more than they can: the decoder
/// makes room for what they claim.
fn check_blobs(path: &Path) -> Result<(), FileError> {
    /// Longest header of a blob, and what Deflate can make of a byte.
    const MOST_HEADER: u64 = 64 << 10;
    const MOST_RATIO: u64 = 1_100;
    let fault =
        |found: String| FileError::content(path, found, "a whole OpenStreetMap extract (.osm.pbf)");
    let unread = |e: std::io::Error| FileError::read(path, e);
    let file = File::open(path).map_err(unread)?;
    let mut left = file.metadata().map_err(unread)?.len();
    let mut file = BufReader::new(file);
    let mut number = 0;
    while left > 0 {
        number += 1;
        let cut = |_: std::io::Error| fault(format!("the end of the file within blob {number}"));
        let mut length = [0; 4];
        file.read_exact(&mut length).map_err(cut)?;
        left = left.saturating_sub(4);
        let length = u64::from(u32::from_be_bytes(length));
        if length > left.min(MOST_HEADER) {
            return Err(fault(format!(
                "blob {number} with a header of {length} bytes"
            )));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(cut)?;
        left -= length;
        let of = |fields: &[(u64, u64)], field: u64| {
            fields.iter().rev().find(|f| f.0 == field).map(|f| f.1)
        };
        let size = numbers(&header).as_deref().and_then(|f| of(f, 3));
        let Some(size) = size.filter(|s| *s <= left) else {
            return Err(fault(format!(
                "blob {number} of a size that is not in the file"
            )));
        };
        // What a blob claims of itself stands before its bytes.
        let mut front = vec![0; size.min(64) as usize];
        file.read_exact(&mut front).map_err(cut)?;
        let mut rest = front.as_slice();
        while let Some((key, after)) = varint(rest) {
            let Some((value, after)) = varint(after).filter(|_| matches!(key & 7, 0)) else {
                break;
            };
            if key >> 3 == 2 && value > size.saturating_mul(MOST_RATIO) {
                return Err(fault(format!(
                    "blob {number} of {size} bytes that claims to unpack to {value}"
                )));
            }
            rest = after;
        }
        let ahead = size - front.len() as u64;
        file.seek_relative(ahead as i64).map_err(cut)?;
        left -= size;
    }
    Ok(())
}

thread_local! {
    /// Whether panics of this thread are caught and told as errors.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder that panics on damaged data without its words on standard error.
fn quietly<T>(decode: impl FnOnce() -> T) -> std::thread::Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !CAUGHT.get() {
                usual(info);
            }
        }));
    });
    CAUGHT.set(true);
    let done = catch_unwind(AssertUnwindSafe(decode));
    CAUGHT.set(false);
    done
}

fn properties(tags: &BTreeMap<String, String>) -> Map<String, Value> {
    tags.iter()
        .map(|(k, v)| (k.clone(), Value::String(v.clone())))
        .collect()
}

type Passes = (Vec<Wanted>, Vec<Wanted>, HashMap<i64, Coord<f64>>);

fn both_passes(path: &Path) -> Result<Passes, FileError> {
    let (mut ways, mut points): (Vec<Wanted>, Vec<Wanted>) = (Vec::new(), Vec::new());
    let mut nodes: HashMap<i64, Option<Coord<f64>>> = HashMap::new();
    let mut barriers: HashMap<i64, String> = HashMap::new();
    each(path, |element| match element {
        Element::Way(way) => {
            let tags: BTreeMap<String, String> = tags(way.tags());
            if let Some(layer) = layer_of(&tags) {
                let refs: Vec<i64> = way.refs().collect();
                for &node in &refs {
                    nodes.insert(node, None);
                }
                ways.push(Wanted {
                    id: way.id(),
                    layer,
                    tags: kept(tags),
                    nodes: refs,
                });
            }
        }
        Element::Node(node) => {
            note_point(
                node.id(),
                tags(node.tags()),
                &mut points,
                &mut barriers,
                &mut nodes,
            );
        }
        Element::DenseNode(node) => {
            note_point(
                node.id(),
                tags(node.tags()),
                &mut points,
                &mut barriers,
                &mut nodes,
            );
        }
        Element::Relation(_) => {}
    })?;
    each(path, |element| {
        let (id, lon, lat) = match element {
            Element::Node(n) => (n.id(), n.lon(), n.lat()),
            Element::DenseNode(n) => (n.id(), n.lon(), n.lat()),
            _ => return,
        };
        if let Some(place) = nodes.get_mut(&id)
            && lon.abs() <= 180.0
            && lat.abs() <= 90.0
        {
            *place = Some(Coord { x: lon, y: lat });
        }
    })?;
    for way in ways.iter_mut().filter(|w| w.layer == ROADS) {
        if let Some(kind) = way.nodes.iter().find_map(|n| barriers.get(n)) {
            way.tags.insert("barrier".to_owned(), kind.clone());
        }
    }
    let nodes = nodes
        .into_iter()
        .filter_map(|(id, at)| at.map(|at| (id, at)))
        .collect();
    Ok((ways, points, nodes))
}

fn note_point(
    id: i64,
    tags: BTreeMap<String, String>,
    points: &mut Vec<Wanted>,
    barriers: &mut HashMap<i64, String>,
    nodes: &mut HashMap<i64, Option<Coord<f64>>>,
) {
    if let Some(kind) = tags.get("barrier") {
        barriers.insert(id, kind.clone());
    }
    if tags.contains_key("place") && tags.keys().any(|k| k.starts_with("name")) {
        nodes.insert(id, None);
        points.push(Wanted {
            id,
            layer: PLACES,
            tags: kept(tags),
            nodes: vec![id],
        });
    }
}

fn tags<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    all.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

fn kept(mut tags: BTreeMap<String, String>) -> BTreeMap<String, String> {
    tags.retain(|key, _| KEPT.contains(&key.as_str()));
    tags
}

fn layer_of(tags: &BTreeMap<String, String>) -> Option<usize> {
    let is = |key: &str, value: &str| tags.get(key).is_some_and(|v| v == value);
    if tags.contains_key("highway") && !is("area", "yes") {
        Some(ROADS)
    } else if is("natural", "water") || tags.contains_key("waterway") {
        Some(WATER)
    } else if is("power", "line") || is("power", "minor_line") {
        Some(POWER)
    } else if tags.contains_key("building") {
        Some(BUILDINGS)
    } else {
        None
    }
}

fn each(path: &Path, mut f: impl FnMut(Element<'_>)) -> Result<(), FileError> {
    let bad = |e: osmpbf::Error| FileError::read(path, e);
    for blob in BlobReader::from_path(path).map_err(bad)? {
        match blob.map_err(bad)?.decode().map_err(bad)? {
            BlobDecode::OsmData(block) => block.for_each_element(&mut f),
            BlobDecode::OsmHeader(_) | BlobDecode::Unknown(_) => {}
        }
    }
    Ok(())
}
