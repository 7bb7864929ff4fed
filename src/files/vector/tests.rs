//! Every reader and writer: what was written comes back, what is damaged is named.

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, polygon};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn feature(id: &str, properties: &Value, geometry: Geometry<f64>) -> Feature {
    Feature {
        id: Some(id.to_owned()),
        properties: properties.as_object().cloned().unwrap_or_default(),
        geometry,
    }
}

fn square(x: f64, y: f64, side: f64) -> LineString<f64> {
    LineString::from(vec![
        (x, y),
        (x + side, y),
        (x + side, y + side),
        (x, y + side),
        (x, y),
    ])
}

fn geometries() -> Vec<Geometry<f64>> {
    let line = LineString::from(vec![(112.1, 27.1), (112.2, 27.15), (112.25, 27.1)]);
    let area = Polygon::new(square(112.0, 27.0, 0.5), vec![square(112.1, 27.1, 0.1)]);
    vec![
        Geometry::Point(Point::new(112.37, 27.12)),
        Geometry::MultiPoint(MultiPoint(vec![
            Point::new(112.0, 27.0),
            Point::new(113.0, 27.5),
        ])),
        Geometry::LineString(line.clone()),
        Geometry::MultiLineString(MultiLineString(vec![line.clone(), line])),
        Geometry::Polygon(area.clone()),
        Geometry::MultiPolygon(MultiPolygon(vec![
            area,
            polygon![(x: 113.0, y: 28.0), (x: 113.1, y: 28.0), (x: 113.1, y: 28.1)],
        ])),
    ]
}

fn layer(name: &str, geometries: Vec<Geometry<f64>>) -> Layer {
    let features = geometries
        .into_iter()
        .enumerate()
        .map(|(i, g)| {
            let properties = json!({"name": format!("防火林带 {i}"), "width_m": 12.5 + i as f64, "built": 2014, "planted": true});
            feature(&(i + 1).to_string(), &properties, g)
        })
        .collect();
    Layer {
        name: name.to_owned(),
        system: Some(System::wgs84()),
        features,
        remarks: Vec::new(),
    }
}

fn same_places(a: &Layer, b: &Layer) {
    assert_eq!(a.features.len(), b.features.len());
    for (a, b) in a.features.iter().zip(&b.features) {
        assert_eq!(kind(&a.geometry), kind(&b.geometry));
        // Rings may begin elsewhere or run the other way round: their corners count.
        let sorted = |g: &Geometry<f64>| {
            let mut all: Vec<(i64, i64)> = g
                .coords_iter()
                .map(|c| ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64))
                .collect();
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(&a.geometry), sorted(&b.geometry));
    }
}

#[test]
fn geojson_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("breaks.geojson");
    let given = layer("breaks", geometries());
    write(&path, &[(&given, None)]).unwrap();
    assert_eq!(
        VectorFormat::of(&path).unwrap(),
        Some(VectorFormat::GeoJson)
    );
    let found = read(&path, None).unwrap().remove(0);
    same_places(&given, &found);
    assert_eq!(found.features[3].properties, given.features[3].properties);
    assert_eq!(found.features[3].id, given.features[3].id);
    let bytes = std::fs::read(&path).unwrap();
    write(&path, &[(&found, None)]).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_geopackage_of_many_layers_comes_back_and_its_bytes_repeat() {
    let dir = tempfile::tempdir().unwrap();
    let (path, again) = (dir.path().join("a b#?%.gpkg"), dir.path().join("b.gpkg"));
    let all = layer("all kinds", geometries());
    let utm = System::from_epsg(32649).unwrap();
    let lines = layer("线", geometries()[2..3].to_vec())
        .to_system(&utm, &utm)
        .unwrap();
    let own = System::from_definition(
        "+proj=tmerc +lat_0=0 +lon_0=112.5 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
    )
    .unwrap();
    let surveyed = layer("surveyed", geometries()[4..5].to_vec())
        .to_system(&own, &own)
        .unwrap();
    let given = [
        (&all, None),
        (&lines, Some("<qgis/>".to_owned())),
        (&surveyed, None),
    ];
    write(&path, &given).unwrap();
    write(&again, &given).unwrap();
    assert!(std::fs::read(&path).unwrap() == std::fs::read(&again).unwrap());
    let found = read(&path, None).unwrap();
    assert_eq!(found.len(), 3);
    for (g, _) in given {
        let f = found.iter().find(|f| f.name == g.name).unwrap();
        assert_eq!(f.features, g.features);
        assert!(
            f.system
                .as_ref()
                .unwrap()
                .same_as(g.system.as_ref().unwrap())
        );
    }
    let infos = layers(&path).unwrap();
    let line = infos.iter().find(|i| i.name == "线").unwrap();
    assert_eq!((line.geometry.as_str(), line.features), ("LINESTRING", 1));
    assert_eq!(line.bounds, lines.info().bounds);
    assert!(!path.with_extension("gpkg-wal").exists());
    let error = read(&path, Some("roads")).unwrap_err().to_string();
    assert!(
        error.contains("no layer `roads`") && error.contains("线"),
        "{error}"
    );
}

#[test]
fn shapefiles_of_each_kind_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let utm = System::from_epsg(4546).unwrap();
    let all = geometries();
    for (name, range) in [
        ("points", 0..1),
        ("many", 1..2),
        ("lines", 2..4),
        ("areas", 4..6),
    ] {
        let given = layer(name, all[range].to_vec())
            .to_system(&utm, &utm)
            .unwrap();
        let path = dir.path().join(format!("{name}.shp"));
        write(&path, &[(&given, None)]).unwrap();
        let found = read(&path, None).unwrap().remove(0);
        same_places(&given, &found);
        assert_eq!(found.system.as_ref().and_then(System::epsg), Some(4546));
        let (a, b) = (&found.features[0].properties, &given.features[0].properties);
        for key in ["name", "width_m", "built"] {
            assert_eq!(a[key].as_f64(), b[key].as_f64(), "{key}");
            assert_eq!(a[key].as_str(), b[key].as_str(), "{key}");
        }
    }
    let error = write(&dir.path().join("x.shp"), &[(&layer("x", all), None)]).unwrap_err();
    assert!(error.to_string().contains("one kind"), "{error}");
}

#[test]
fn a_table_in_gbk_is_read_with_and_without_a_word_about_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.shp");
    let mut one = layer("a", geometries()[..1].to_vec());
    one.features[0].properties = json!({"树种": "马尾松", "n": 3})
        .as_object()
        .unwrap()
        .clone();
    write(&path, &[(&one, None)]).unwrap();
    // The same text in GBK is shorter: rebuild the table by hand.
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let mut table = vec![3, 100, 1, 1];
    table.extend(1_u32.to_le_bytes());
    table.extend((32 + 32 + 1_u16).to_le_bytes());
    table.extend(11_u16.to_le_bytes());
    table.resize(32, 0);
    let mut field = gbk("树种");
    field.resize(11, 0);
    field.push(b'C');
    field.resize(16, 0);
    field.push(10);
    field.resize(32, 0);
    table.extend(field);
    table.push(0x0d);
    table.push(b' ');
    let mut value = gbk("马尾松");
    value.resize(10, b' ');
    table.extend(value);
    table.push(0x1a);
    std::fs::write(path.with_extension("dbf"), &table).unwrap();
    std::fs::write(path.with_extension("cpg"), "GBK").unwrap();
    let species = |layer: &Layer| layer.features[0].properties["树种"].clone();
    let found = read(&path, None).unwrap().remove(0);
    assert_eq!((species(&found), found.remarks.len()), (json!("马尾松"), 0));
    std::fs::remove_file(path.with_extension("cpg")).unwrap();
    let found = read(&path, None).unwrap().remove(0);
    assert_eq!(species(&found), json!("马尾松"));
    assert!(found.remarks[0].contains("GBK"), "{:?}", found.remarks);
    table[29] = 0x4d;
    std::fs::write(path.with_extension("dbf"), &table).unwrap();
    assert_eq!(read(&path, None).unwrap()[0].remarks.len(), 0);
    for (missing, part) in [("dbf", "no .dbf"), ("prj", "no .prj")] {
        std::fs::remove_file(path.with_extension(missing)).unwrap();
        let found = read(&path, None).unwrap().remove(0);
        assert!(
            found.remarks.iter().any(|r| r.contains(part)),
            "{:?}",
            found.remarks
        );
    }
}

#[test]
fn features_without_a_place_are_left_out_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.geojson");
    let text = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {}, "geometry": null},
{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1,1],[1,1]]}},
{"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [1, 2, 300]}}]}"#;
    std::fs::write(&path, text).unwrap();
    let found = read(&path, None).unwrap().remove(0);
    assert_eq!(found.features.len(), 1);
    assert_eq!(
        found.remarks,
        [
            "1 features without a geometry were left out",
            "1 features without length or area were left out"
        ]
    );
    // A bare geometry; one feature a line; an old-style system.
    std::fs::write(&path, r#"{"type": "Point", "coordinates": [1, 2]}"#).unwrap();
    assert_eq!(read(&path, None).unwrap()[0].features.len(), 1);
    let line = r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}"#;
    std::fs::write(&path, format!("{line}\n{line}\n\n")).unwrap();
    assert_eq!(read(&path, None).unwrap()[0].features.len(), 2);
    let stated = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},
 "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [635787.8, 3000466.6]}}]}"#;
    std::fs::write(&path, stated).unwrap();
    let found = read(&path, None).unwrap().remove(0);
    assert_eq!(found.system.as_ref().and_then(System::epsg), Some(32649));
    assert!(found.remarks[0].contains("crs"));
}

#[test]
fn what_is_wrong_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let says = |name: &str, bytes: &[u8], parts: &[&str]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = read(&path, None).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{name}: {part}: {error}");
        }
    };
    says(
        "a.geojson",
        b"{\"type\": \"FeatureCollection\", \"features\": [",
        &["line 1"],
    );
    says(
        "b.geojson",
        br#"{"type": "Point", "coordinates": [635787.8, 3000466.6]}"#,
        &["feature 1", "degrees"],
    );
    says(
        "c.geojson",
        br#"{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:99"}}, "features": []}"#,
        &["EPSG:99"],
    );
    says("d.gpkg", b"SQLite format 3\0 and nothing else", &["d.gpkg"]);
    says("e.shp", b"not a shapefile", &["no vector file"]);
    let path = dir.path().join("f.shp");
    write(&path, &[(&layer("f", geometries()[2..3].to_vec()), None)]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    let error = read(&path, None).unwrap_err().to_string();
    assert!(error.contains("header says"), "{error}");
    let mut huge = bytes.clone();
    huge[100 + 8 + 40..100 + 8 + 44].copy_from_slice(&1_000_000_000_i32.to_le_bytes());
    std::fs::write(&path, &huge).unwrap();
    let error = read(&path, None).unwrap_err().to_string();
    assert!(error.contains("1000000000 points"), "{error}");
    std::fs::write(&path, &bytes).unwrap();
    let dbf = path.with_extension("dbf");
    let mut table = std::fs::read(&dbf).unwrap();
    table[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    std::fs::write(&dbf, &table).unwrap();
    let error = read(&path, None).unwrap_err().to_string();
    assert!(error.contains("4294967295 rows"), "{error}");
}

#[test]
fn kml_is_escaped_and_carries_times() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kml");
    let mut one = layer("a & b", geometries());
    one.features[0]
        .properties
        .insert("name".to_owned(), json!("<fire>"));
    let span = |_: &Feature| Span {
        begin: Some("2025-04-04T14:20:00+08:00".to_owned()),
        end: None,
    };
    write_kml(&path, &[&one], span, |_| (1, 2, 255)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("<name>a &amp; b</name>") && text.contains("&lt;fire&gt;"));
    assert!(text.contains("<begin>2025-04-04T14:20:00+08:00</begin>") && !text.contains("<end>"));
    assert!(text.contains("<color>ffff0201</color>"));
    for (open, close) in [("<Placemark>", "</Placemark>"), ("<Polygon>", "</Polygon>")] {
        assert_eq!(text.matches(open).count(), text.matches(close).count());
    }
}

/// A small extract: two roads that share a node, a gate on one of them, a village and a pond.
fn extract() -> Vec<u8> {
    fn varint(mut v: u64, out: &mut Vec<u8>) {
        while v >= 128 {
            out.push((v & 127) as u8 | 128);
            v >>= 7;
        }
        out.push(v as u8);
    }
    fn field(number: u64, body: &[u8], out: &mut Vec<u8>) {
        varint(number << 3 | 2, out);
        varint(body.len() as u64, out);
        out.extend(body);
    }
    fn int(number: u64, v: u64, out: &mut Vec<u8>) {
        varint(number << 3, out);
        varint(v, out);
    }
    let zigzag = |v: i64| ((v << 1) ^ (v >> 63)) as u64;
    let packed = |values: &[u64]| {
        let mut out = Vec::new();
        for &v in values {
            varint(v, &mut out);
        }
        out
    };
    let blob = |kind: &str, data: &[u8]| {
        let mut blob = Vec::new();
        field(1, data, &mut blob);
        let mut head = Vec::new();
        field(1, kind.as_bytes(), &mut head);
        int(3, blob.len() as u64, &mut head);
        let mut out = (head.len() as u32).to_be_bytes().to_vec();
        out.extend(head);
        out.extend(blob);
        out
    };
    let mut header = Vec::new();
    field(4, b"OsmSchema-V0.6", &mut header);
    let words = [
        "",
        "highway",
        "track",
        "residential",
        "barrier",
        "gate",
        "place",
        "village",
        "name",
        "溪口",
        "natural",
        "water",
        "oneway",
        "yes",
    ];
    let mut strings = Vec::new();
    for word in words {
        field(1, word.as_bytes(), &mut strings);
    }
    // Coordinates in units of 100 nanodegrees.
    let places: [(i64, f64, f64, &[u64]); 7] = [
        (1, 112.0, 27.0, &[]),
        (2, 112.01, 27.0, &[4, 5]),
        (3, 112.02, 27.0, &[]),
        (4, 112.01, 27.01, &[6, 7, 8, 9]),
        (5, 112.03, 27.03, &[]),
        (6, 112.04, 27.03, &[]),
        (7, 112.04, 27.04, &[]),
    ];
    let mut group = Vec::new();
    for (id, lon, lat, tags) in places {
        let mut node = Vec::new();
        int(1, zigzag(id), &mut node);
        let keys: Vec<u64> = tags.iter().step_by(2).copied().collect();
        let values: Vec<u64> = tags.iter().skip(1).step_by(2).copied().collect();
        field(2, &packed(&keys), &mut node);
        field(3, &packed(&values), &mut node);
        int(8, zigzag((lat * 1e7_f64).round() as i64), &mut node);
        int(9, zigzag((lon * 1e7_f64).round() as i64), &mut node);
        field(1, &node, &mut group);
    }
    let ways: [(u64, &[i64], &[u64], &[u64]); 4] = [
        (10, &[1, 2, 3], &[1, 12], &[2, 13]),
        (11, &[2, 4], &[1], &[3]),
        (12, &[5, 6, 7, 5], &[10], &[11]),
        (13, &[3, 99], &[1], &[2]),
    ];
    for (id, refs, keys, values) in ways {
        let mut way = Vec::new();
        int(1, id, &mut way);
        field(2, &packed(keys), &mut way);
        field(3, &packed(values), &mut way);
        let mut before = 0;
        let deltas: Vec<u64> = refs
            .iter()
            .map(|&r| {
                let d = zigzag(r - before);
                before = r;
                d
            })
            .collect();
        field(8, &packed(&deltas), &mut way);
        field(3, &way, &mut group);
    }
    let mut block = Vec::new();
    field(1, &strings, &mut block);
    field(2, &group, &mut block);
    let mut out = blob("OSMHeader", &header);
    out.extend(blob("OSMData", &block));
    out
}

#[test]
fn roads_of_openstreetmap_keep_their_nodes_and_tags() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.osm.pbf");
    std::fs::write(&path, extract()).unwrap();
    assert_eq!(VectorFormat::of(&path).unwrap(), Some(VectorFormat::Osm));
    let all = read(&path, None).unwrap();
    let names: Vec<&str> = all.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["roads", "water", "places"]);
    let roads = &all[0];
    assert_eq!(roads.features.len(), 2);
    assert_eq!(roads.features[0].properties["osm_nodes"], json!([1, 2, 3]));
    assert_eq!(roads.features[0].properties["highway"], json!("track"));
    assert_eq!(roads.features[0].properties["oneway"], json!("yes"));
    assert_eq!(roads.features[0].properties["barrier"], json!("gate"));
    assert!(
        roads.remarks.iter().any(|r| r.contains("1 ways leave")),
        "{:?}",
        roads.remarks
    );
    let Geometry::LineString(line) = &roads.features[1].geometry else {
        panic!("a road is a line");
    };
    assert!((line.0[1].x - 112.01).abs() < 1e-9 && (line.0[1].y - 27.01).abs() < 1e-9);
    assert!(matches!(all[1].features[0].geometry, Geometry::Polygon(_)));
    assert_eq!(all[2].features[0].properties["name"], json!("溪口"));
    assert!(read(&path, Some("rivers")).is_err());
}

#[test]
fn every_vector_file_of_the_shared_landscapes_is_read() {
    let Some(folder) = crate::files::shared_landscapes() else {
        return;
    };
    for (file, features, epsg) in [
        ("portillo_chile/ignicion_1.shp", 1, None),
        ("portillo_chile/ignicion_2.gpkg", 1, None),
        ("spotorno_liguria/roads.geojson", 3656, Some(4326)),
        ("spotorno_liguria/buildings.geojson", 0, Some(4326)),
        ("spotorno_liguria/water_points.geojson", 0, Some(4326)),
    ] {
        let all = read(&folder.join(file), None).unwrap();
        let layer = &all[0];
        eprintln!(
            "{file}: {} {:?} {:?}",
            layer.features.len(),
            layer.system.as_ref().map(System::name),
            layer.remarks
        );
        assert!(layer.features.len() >= features.max(1), "{file}");
        if epsg.is_some() {
            assert_eq!(layer.system.as_ref().and_then(System::epsg), epsg, "{file}");
        }
        // The GeoPackage says that its system is not known.
        assert_eq!(layer.system.is_none(), file.ends_with("gpkg"), "{file}");
    }
}

#[test]
fn well_known_binary_in_all_its_dialects_is_read() {
    let c = |x: f64, y: f64| Coord { x, y };
    let mut iso_z = vec![1];
    iso_z.extend(1002_u32.to_le_bytes());
    iso_z.extend(2_u32.to_le_bytes());
    for v in [1.0, 2.0, 9.0, 3.0, 4.0, 9.0_f64] {
        iso_z.extend(v.to_le_bytes());
    }
    let expected = Geometry::LineString(LineString(vec![c(1.0, 2.0), c(3.0, 4.0)]));
    assert_eq!(wkb::read(&iso_z).unwrap(), expected);
    let mut postgis = vec![0];
    postgis.extend((2_u32 | 0x8000_0000 | 0x2000_0000).to_be_bytes());
    postgis.extend(4326_u32.to_be_bytes());
    postgis.extend(2_u32.to_be_bytes());
    for v in [1.0, 2.0, 9.0, 3.0, 4.0, 9.0_f64] {
        postgis.extend(v.to_be_bytes());
    }
    assert_eq!(wkb::read(&postgis).unwrap(), expected);
    let mut huge = vec![1];
    huge.extend(2_u32.to_le_bytes());
    huge.extend(u32::MAX.to_le_bytes());
    assert!(wkb::read(&huge).unwrap_err().contains("4294967295 parts"));
    let nested: Vec<u8> = std::iter::repeat_n([1, 7, 0, 0, 0, 1, 0, 0, 0], 50)
        .flatten()
        .collect();
    assert!(wkb::read(&nested).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_bytes_break_a_reader(
        kind in 0usize..5,
        changes in proptest::collection::vec((0usize..1_000_000, 0u8..=255), 1..6),
        cut in 0usize..200_000,
    ) {
        type Files = (tempfile::TempDir, Vec<(String, Vec<u8>)>);
        static FILES: std::sync::OnceLock<Files> = std::sync::OnceLock::new();
        let (dir, files) = FILES.get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let one = layer("a", geometries()[2..4].to_vec());
            let mut files = Vec::new();
            for name in ["a.geojson", "a.gpkg", "a.shp"] {
                let path = dir.path().join(name);
                write(&path, &[(&one, None)]).unwrap();
                files.push((name.to_owned(), std::fs::read(&path).unwrap()));
            }
            files.push(("a.dbf".to_owned(), std::fs::read(dir.path().join("a.dbf")).unwrap()));
            files.push(("a.osm.pbf".to_owned(), extract()));
            (dir, files)
        });
        let (name, bytes) = &files[kind];
        let mut damaged = bytes.clone();
        for (at, byte) in changes {
            let n = damaged.len();
            damaged[at % n] = byte;
        }
        damaged.truncate(cut.max(1));
        let place = dir.path().join(format!("{:?}", std::thread::current().id()));
        std::fs::create_dir_all(&place).unwrap();
        for (name, bytes) in &files[2..4] {
            std::fs::write(place.join(name), bytes).unwrap();
        }
        std::fs::write(place.join(name), &damaged).unwrap();
        let asked = if name == "a.dbf" { "a.shp" } else { name };
        let _ = read(&place.join(asked), None);
    }
}
