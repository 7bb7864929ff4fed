//! Every reader and writer: what was written comes back, what is damaged is named.

use proptest::prelude::*;

use super::*;

fn lattice(cols: usize, rows: usize) -> Lattice {
    Lattice {
        cols,
        rows,
        dx: 30.0,
        dy: 30.0,
        west: 600_000.0,
        north: 3_000_000.0,
    }
}

fn band(name: &str, nodata: Option<f64>, samples: Samples) -> Band {
    Band {
        info: BandInfo {
            name: Some(name.to_owned()),
            kind: samples.kind(),
            nodata,
        },
        samples,
    }
}

fn sheet(cols: usize, rows: usize, bands: Vec<Band>) -> Sheet {
    Sheet {
        lattice: lattice(cols, rows),
        system: Some(System::from_epsg(32649).unwrap()),
        bands,
    }
}

fn landscape(bands: usize) -> Sheet {
    let (cols, rows) = (37, 23);
    let all = (0..bands)
        .map(|b| {
            let values = (0..cols * rows)
                .map(|i| {
                    if i % 50 == 7 {
                        -9999
                    } else {
                        (i * (b + 1) % 3000) as i16
                    }
                })
                .collect();
            let name = if bands == 7 && b >= 5 {
                LCP_BANDS[b + 3]
            } else {
                LCP_BANDS[b]
            };
            band(name, Some(-9999.0), Samples::I16(values))
        })
        .collect();
    sheet(cols, rows, all)
}

#[test]
fn geotiffs_of_every_type_and_number_of_bands_come_back() {
    let dir = tempfile::tempdir().unwrap();
    // Wider and higher than a tile, and not by whole tiles.
    let (cols, rows) = (300, 270);
    let n = cols * rows;
    let of = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
    let wave = of(&|i| libm::sin(i as f64) * 1e3);
    let all: Vec<Samples> = vec![
        Samples::U8(wave.iter().map(|v| (v.abs() % 256.0) as u8).collect()),
        Samples::I8(wave.iter().map(|v| (v % 128.0) as i8).collect()),
        Samples::U16(wave.iter().map(|v| (v.abs() * 60.0) as u16).collect()),
        Samples::I16(wave.iter().map(|v| (v * 30.0) as i16).collect()),
        Samples::U32(wave.iter().map(|v| (v.abs() * 4e6) as u32).collect()),
        Samples::I32(wave.iter().map(|v| (v * 2e6) as i32).collect()),
        Samples::F32(wave.iter().map(|&v| v as f32).collect()),
        Samples::F64(wave.clone()),
    ];
    for samples in all {
        for count in [1, 3] {
            let bands = (0..count)
                .map(|b| band(&format!("band <{b}> & 高"), Some(-9999.0), samples.clone()))
                .collect();
            let given = sheet(cols, rows, bands);
            let path = dir.path().join("a.tif");
            write(&path, &given, None).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            assert!(read(&path, None).unwrap() == given, "{:?}", samples.kind());
            write(&path, &given, None).unwrap();
            assert!(std::fs::read(&path).unwrap() == bytes);
            let last = read(&path, Some(&[count - 1])).unwrap();
            assert!(last.bands == vec![given.bands[count - 1].clone()]);
            assert!(read(&path, Some(&[count])).is_err());
            assert_eq!(header(&path).unwrap().bands.len(), count);
        }
    }
}

#[test]
fn a_geotiff_in_degrees_with_oblong_cells_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let given = Sheet {
        lattice: Lattice {
            cols: 5,
            rows: 4,
            dx: 0.0004,
            dy: 0.0003,
            west: 112.0,
            north: 28.0,
        },
        system: Some(System::wgs84()),
        bands: vec![band("dem", Some(f64::NAN), Samples::F32(vec![1.5; 20]))],
    };
    write(&path, &given, None).unwrap();
    let found = read(&path, None).unwrap();
    assert_eq!(
        (found.lattice, &found.system),
        (given.lattice, &given.system)
    );
    assert!(found.bands[0].info.nodata.unwrap().is_nan());
}

#[test]
fn geotiff_to_landscape_file_and_back_is_exact() {
    let dir = tempfile::tempdir().unwrap();
    for count in [5, 7, 8, 10] {
        let given = landscape(count);
        let (tif, lcp, back) = (
            dir.path().join("a.tif"),
            dir.path().join("a.lcp"),
            dir.path().join("b.tif"),
        );
        write(&tif, &given, None).unwrap();
        write(&lcp, &read(&tif, None).unwrap(), None).unwrap();
        let landscape = read(&lcp, None).unwrap();
        assert!(landscape == given);
        assert_eq!(LcpUnits::of(&lcp).unwrap(), LcpUnits::LANDFIRE);
        write(&back, &landscape, None).unwrap();
        assert!(std::fs::read(&tif).unwrap() == std::fs::read(&back).unwrap());
        assert_eq!(
            std::fs::metadata(&lcp).unwrap().len(),
            7316 + 2 * count as u64 * 37 * 23
        );
    }
    let two = landscape(5);
    let two = Sheet {
        bands: two.bands[..2].to_vec(),
        ..two
    };
    let error = write(&dir.path().join("c.lcp"), &two, None).unwrap_err();
    assert!(error.to_string().contains("2 bands"), "{error}");
}

#[test]
fn ascii_grid_to_geotiff_and_back_is_exact() {
    let dir = tempfile::tempdir().unwrap();
    let (asc, tif, back) = (
        dir.path().join("a.asc"),
        dir.path().join("a.tif"),
        dir.path().join("b.asc"),
    );
    let header =
        "ncols 3\nnrows 2\nxllcorner 457900.5\nyllcorner 5716800.25\ncellsize 30\nNODATA_value ";
    for (nodata, values, kind) in [
        ("-9999", "1 2 3\n4 5 -9999\n", SampleType::I16),
        ("-9999", "100000 2 3\n4 5 -9999\n", SampleType::I32),
        ("-9999", "0.1 2 3.75\n4 5 -9999\n", SampleType::F32),
        ("nan", "0.1 2 3.75\n4 5 nan\n", SampleType::F32),
        ("-9999", "0.123456789012 2 3\n4 5 -9999\n", SampleType::F64),
        ("-1.5", "1 2 3\n4 5 -1.5\n", SampleType::F32),
    ] {
        let text = format!("{header}{nodata}\n{values}");
        std::fs::write(&asc, &text).unwrap();
        let first = read(&asc, None).unwrap();
        assert_eq!(first.bands[0].samples.kind(), kind, "{values}");
        write(&tif, &first, None).unwrap();
        write(&back, &read(&tif, None).unwrap(), None).unwrap();
        assert_eq!(std::fs::read_to_string(&back).unwrap(), text);
    }
}

#[test]
fn an_ascii_grid_s_header_may_be_spelt_in_many_ways() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.asc");
    let usual = "ncols 2\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 5\n1 2\n3 4\n";
    std::fs::write(&path, usual).unwrap();
    let expected = read(&path, None).unwrap();
    for text in [
        "NROWS 2\r\nNCOLS   2\r\nCELLSIZE 5\r\nYLLCENTER 22.5\r\nXLLCENTER 12.5\r\n1 2 3\r\n4\r\n",
        "\n ncols 2\nnrows 2\nxllcorner 10\nyllcorner 20\ndx 5\ndy 5\n1\n2\n3\n4",
        "\u{feff}ncols 2\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 5\nnodata_value -9999\n\t1 2 3 4",
    ] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(read(&path, None).unwrap(), expected, "{text}");
    }
}

#[test]
fn what_is_wrong_with_an_ascii_grid_is_said_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.asc");
    for (text, parts) in [
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 5\n1 2\n3\n",
            ["3 values", "4, 2 in"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 5\n1 2\n3 4\n5\n",
            ["line 8", "more than 4"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 5\n1,5 2\n3 4\n",
            ["line 6", "comma"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1,5\nyllcorner 2\ncellsize 5\n1 2\n3 4\n",
            ["line 3", "comma"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize -5\n1 2\n3 4\n",
            ["-5", "positive"],
        ),
        (
            "ncols 2\nnrows -2\nxllcorner 1\nyllcorner 2\ncellsize 5\n1 2\n3 4\n",
            ["line 2", "above 0"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\n1 2\n3 4\n",
            ["cellsize", "header"],
        ),
        (
            "ncols 9000\nnrows 9000\nxllcorner 1\nyllcorner 2\ncellsize 5\n1 2\n",
            ["9000", "every cell"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 5\ncolour 3\n1 2\n3 4",
            ["line 6", "NODATA_value"],
        ),
        (
            "ncols 2\nnrows 2\nxllcorner 1\nyllcorner 2\ncellsize 5\n1 x\n3 4",
            ["line 6", "'x'"],
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = read(&path, None).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[test]
fn a_tile_of_srtm_lies_where_its_name_says() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("S03W071.hgt");
    let mut bytes = vec![0_u8; 2 * 1201 * 1201];
    bytes[..4].copy_from_slice(&[0x01, 0x02, 0x80, 0x00]);
    std::fs::write(&path, &bytes).unwrap();
    let sheet = read(&path, None).unwrap();
    assert_eq!(sheet.bands[0].samples.value(0), 258.0);
    assert_eq!(
        sheet.bands[0].info.nodata,
        Some(sheet.bands[0].samples.value(1))
    );
    let (lon, lat) = sheet.lattice.centre(0, 1200);
    assert!((lon + 71.0).abs() < 1e-9 && (lat + 3.0).abs() < 1e-9);
    let (lon, lat) = sheet.lattice.centre(1200, 0);
    assert!((lon + 70.0).abs() < 1e-9 && (lat + 2.0).abs() < 1e-9);
    std::fs::write(&path, &bytes[..1000]).unwrap();
    assert!(
        read(&path, None)
            .unwrap_err()
            .to_string()
            .contains("1000 bytes")
    );
    let nameless = dir.path().join("tile.hgt");
    std::fs::write(&nameless, &bytes).unwrap();
    assert!(
        read(&nameless, None)
            .unwrap_err()
            .to_string()
            .contains("N27E112")
    );
}

#[test]
fn damaged_files_are_named_and_allocate_nothing_large() {
    let dir = tempfile::tempdir().unwrap();
    let tif = dir.path().join("a.tif");
    let given = landscape(5);
    write(&tif, &given, None).unwrap();
    let bytes = std::fs::read(&tif).unwrap();
    for cut in [0, 3, 8, 200, bytes.len() / 2] {
        let path = dir.path().join("cut.tif");
        std::fs::write(&path, &bytes[..cut]).unwrap();
        assert!(read(&path, None).is_err(), "{cut}");
    }
    // A declared size that the bytes cannot hold: width and height stand first in the directory.
    let mut huge = bytes.clone();
    let place = huge.windows(4).rposition(|w| w == [0, 1, 4, 0]).unwrap();
    huge[place + 8..place + 12].copy_from_slice(&100_000_u32.to_le_bytes());
    let path = dir.path().join("huge.tif");
    std::fs::write(&path, &huge).unwrap();
    assert!(read(&path, None).is_err());
    let lcp = dir.path().join("a.lcp");
    write(&lcp, &given, None).unwrap();
    let bytes = std::fs::read(&lcp).unwrap();
    for (at, value, part) in [
        (4164, 1_000_000_i32, "1000000 x 23"),
        (4164, -5, "-5 x 23"),
        (4204, 7, "grid unit 7"),
    ] {
        let mut damaged = bytes.clone();
        damaged[at..at + 4].copy_from_slice(&value.to_le_bytes());
        std::fs::write(&lcp, &damaged).unwrap();
        let error = read(&lcp, None).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let mut damaged = bytes.clone();
    damaged[4208..4216].copy_from_slice(&(-30.0_f64).to_le_bytes());
    std::fs::write(&lcp, &damaged).unwrap();
    assert!(
        read(&lcp, None)
            .unwrap_err()
            .to_string()
            .contains("-30 x 30")
    );
    std::fs::write(&lcp, &bytes[..bytes.len() - 1]).unwrap();
    assert!(read(&lcp, None).is_err());
    let odd = dir.path().join("a.bin");
    std::fs::write(&odd, b"hello world").unwrap();
    let error = read(&odd, None).unwrap_err().to_string();
    assert!(error.contains("68 65 6c 6c"), "{error}");
}

#[test]
fn statistics_and_classes_leave_voids_out() {
    let band = band(
        "x",
        Some(-9999.0),
        Samples::F32(vec![1.0, 2.0, 2.0, -9999.0, f32::NAN]),
    );
    let s = band.statistics();
    assert_eq!((s.values, s.voids, s.least, s.most), (3, 2, 1.0, 2.0));
    assert_eq!(band.classes(5), Some(vec![(1.0, 1), (2.0, 2)]));
    assert_eq!(band.classes(1), None);
}

#[test]
fn every_raster_of_the_shared_landscapes_is_read() {
    let Some(folder) = crate::files::shared_landscapes() else {
        return;
    };
    let mut read_files = 0;
    for name in [
        "landfire_vermont",
        "zona60_catalonia",
        "portillo_chile",
        "socal_deck",
        "spotorno_liguria",
    ] {
        for file in std::fs::read_dir(folder.join(name)).unwrap() {
            let path = file.unwrap().path();
            let Some(format) = RasterFormat::of(&path).unwrap() else {
                continue;
            };
            let sheet = read(&path, None).unwrap();
            let stem = path.file_name().unwrap().to_string_lossy().into_owned();
            let epsg = sheet.system.as_ref().and_then(System::epsg);
            let expected = match name {
                "landfire_vermont" => Some(5070),
                "zona60_catalonia" => Some(25831),
                "socal_deck" => Some(32611),
                "spotorno_liguria" => Some(32632),
                _ => None,
            };
            assert_eq!(epsg, expected, "{name}/{stem}: {:?}", sheet.system);
            let s = sheet.bands[0].statistics();
            assert!(s.values > 0, "{name}/{stem}");
            assert_eq!(format == RasterFormat::Asc, name == "portillo_chile");
            read_files += 1;
        }
    }
    assert_eq!(read_files, 9 + 5 + 4 + 8 + 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_bytes_break_a_reader(
        kind in 0usize..4,
        changes in proptest::collection::vec((0usize..100_000, 0u8..=255), 1..6),
        cut in 0usize..400_000,
    ) {
        static FILES: std::sync::OnceLock<(tempfile::TempDir, Vec<(String, Vec<u8>)>)> = std::sync::OnceLock::new();
        let (dir, files) = FILES.get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let (tif, lcp, asc) = (dir.path().join("a.tif"), dir.path().join("a.lcp"), dir.path().join("a.asc"));
            let given = landscape(5);
            write(&tif, &given, None).unwrap();
            write(&lcp, &given, None).unwrap();
            let one = Sheet { bands: given.bands[..1].to_vec(), ..given.clone() };
            write(&asc, &one, None).unwrap();
            let files = [&tif, &lcp, &asc]
                .map(|p| (p.extension().unwrap().to_string_lossy().into_owned(), std::fs::read(p).unwrap()));
            (dir, files.to_vec())
        });
        let (extension, bytes) = &files[kind % files.len()];
        let mut damaged = bytes.clone();
        for (at, byte) in changes {
            let n = damaged.len();
            // Most faults of a GeoTIFF show in its directory, which stands last, of the others first.
            let place = if kind == 0 { n - 1 - at % 700.min(n) } else { at % n };
            damaged[place] = byte;
        }
        damaged.truncate(cut.max(1));
        let path = dir.path().join(format!("damaged-{:?}.{extension}", std::thread::current().id()));
        std::fs::write(&path, &damaged).unwrap();
        let _ = read(&path, None);
    }
}

#[test]
fn a_window_is_the_part_of_the_whole_in_every_format_and_tiling() {
    let dir = tempfile::tempdir().unwrap();
    let (cols, rows) = (700, 300);
    let band = |b: usize| Band {
        info: BandInfo {
            name: None,
            kind: SampleType::I16,
            nodata: Some(-9999.0),
        },
        samples: Samples::I16(
            (0..cols * rows)
                .map(|i| ((i * 7 + b * 13) % 30_000) as i16)
                .collect(),
        ),
    };
    let lattice = Lattice {
        cols,
        rows,
        dx: 30.0,
        dy: 30.0,
        west: 600_000.0,
        north: 3_000_000.0,
    };
    let sheet = |bands: usize| Sheet {
        lattice,
        system: Some(System::from_epsg(32649).unwrap()),
        bands: (0..bands).map(band).collect(),
    };
    for (name, bands) in [("a.tif", 3), ("a.asc", 1), ("a.lcp", 5)] {
        let path = dir.path().join(name);
        write(&path, &sheet(bands), None).unwrap();
        let last = bands - 1;
        for (col, row, w, h) in [
            (0, 0, 700, 300),
            (250, 250, 13, 9),
            (699, 299, 1, 1),
            (1, 0, 511, 257),
        ] {
            let window = Window {
                col,
                row,
                cols: w,
                rows: h,
            };
            let part = read_window(&path, Some(&[last]), window).unwrap();
            assert_eq!((part.lattice.cols, part.lattice.rows), (w, h));
            assert_eq!(part.lattice.west, 600_000.0 + 30.0 * col as f64);
            assert_eq!(part.lattice.north, 3_000_000.0 - 30.0 * row as f64);
            for (r, c) in [(0, 0), (h - 1, w - 1), (h / 2, w / 3)] {
                let expected = sheet(bands).bands[last]
                    .samples
                    .value((row + r) * cols + col + c);
                assert_eq!(part.bands[0].samples.value(r * w + c), expected, "{name}");
            }
        }
    }
}
