//! Weather files of every kind, right and wrong.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn given(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    given_bytes(name, text.as_bytes())
}

fn given_bytes(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn table(name: &str, text: &str) -> WeatherTable {
    let (_dir, path) = given(name, text);
    read(&path, &Options::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-6 * b.abs().max(1.0))
}

#[test]
fn a_stream_in_english_units_becomes_si() {
    let text = "RAWS_UNITS: English\r\nRAWS_ELEVATION: 1000\r\nRAWS: 2\r\n\
                Year Mth Day Time Temp RH HrlyPcp WindSpd WindDir CloudCov\r\n\
                2025 7 22 2300 77 39 0.10 10 175 4\r\n2025 7 22 2400 50.5 41 0 4 180 4\r\n";
    let t = table("a.wxs", text);
    assert_eq!(
        (t.wind_height, t.observations.len()),
        (WindHeight::TwentyFeet, 2)
    );
    let o = &t.observations[0];
    assert!(close(o.temperature_c, 25.0) && close(o.rain_mm, 2.54) && close(o.wind_m_s, 4.4704));
    assert!(close(t.elevation_m, 304.8));
    assert_eq!(t.observations[1].at.to_string(), "2025-07-23T00:00:00");
    // Written in metric units it says the same.
    let (_dir, path) = given("b.wxs", "");
    let ten = WeatherTable {
        wind_height: WindHeight::TenMetres,
        ..t.clone()
    };
    write_wxs(&path, &ten).unwrap();
    let back = read(&path, &Options::default()).unwrap();
    assert_eq!(back.observations.len(), 2);
    assert!(close(back.observations[0].temperature_c, 25.0));
    assert!((back.observations[0].wind_m_s.unwrap() - 4.4704).abs() < 0.02);
    assert!(write_wxs(&path, &t).is_err());
}

#[test]
fn daily_extremes_become_hours() {
    let dir = tempfile::tempdir().unwrap();
    let wtr = dir.path().join("a.wtr");
    std::fs::write(
        &wtr,
        "METRIC\n7 22 12 600 1500 15 30 80 30 200 1000 1300\n7 23 0 600 1500 16 31 75 25 200\n",
    )
    .unwrap();
    let options = Options {
        year: Some(2025),
        ..Options::default()
    };
    let error = read(&wtr, &options).unwrap_err().to_string();
    assert!(error.contains("a.wnd"), "{error}");
    std::fs::write(
        dir.path().join("a.wnd"),
        "METRIC\n7 22 0 18 270 10\n7 22 1230 36 300 20\n",
    )
    .unwrap();
    assert!(
        read(&wtr, &Options::default())
            .unwrap_err()
            .to_string()
            .contains("year")
    );
    let t = read(&wtr, &options).unwrap();
    assert_eq!(t.observations.len(), 48);
    let at = |h: usize| &t.observations[h];
    assert!(close(at(6).temperature_c, 15.0) && close(at(6).humidity_pct, 80.0));
    assert!(close(at(15).temperature_c, 30.0) && close(at(15).humidity_pct, 30.0));
    // Half-way in time between the extremes the mean of both; the next morning's minimum counts at night.
    let mean = 0.5 * (at(10).temperature_c.unwrap() + at(11).temperature_c.unwrap());
    assert!((mean - 22.5).abs() < 0.01);
    assert!(close(at(30).temperature_c, 16.0));
    assert!(close(at(10).rain_mm, 4.0) && close(at(13).rain_mm, 0.0));
    assert!(close(at(12).wind_m_s, 5.0) && close(at(13).wind_m_s, 10.0));
}

#[test]
fn tables_of_many_makers_are_understood() {
    // Synoptic, with a row of units.
    let synoptic = "# STATION: X\nStation_ID,Date_Time,air_temp_set_1,relative_humidity_set_1,wind_speed_set_1,wind_direction_set_1,wind_gust_set_1\n\
                    ,,Fahrenheit,%,mph,Degrees,mph\nX,2025-04-04T14:00:00Z,77.0,32,10,355,20\nX,2025-04-04T15:00:00Z,,31,-9999,5,\n";
    let t = table("s.csv", synoptic);
    assert!(
        close(t.observations[0].temperature_c, 25.0) && close(t.observations[0].wind_m_s, 4.4704)
    );
    assert!(close(t.observations[0].gust_m_s, 8.9408));
    assert_eq!(
        (t.observations[1].temperature_c, t.observations[1].wind_m_s),
        (None, None)
    );
    assert!(
        t.remarks.iter().any(|r| r.contains("3 values are missing")),
        "{:?}",
        t.remarks
    );
    // Cell2Fire, Chile: day first, km/h.
    let kitral = "Instance,datetime,WS,WD,TMP,RH\np,27-01-2021 15:00,36,317.0,26.8,28.1\np,27-01-2021 16:00,28.1,313.0,26.7,29.2\n";
    let t = table("k.csv", kitral);
    assert!(
        close(t.observations[0].wind_m_s, 10.0) && close(t.observations[0].temperature_c, 26.8)
    );
    assert_eq!(t.observations[1].at.to_string(), "2021-01-27T16:00:00");
    // United States, month first; separate columns; semicolons and decimal commas.
    let t = table(
        "u.csv",
        "Scenario,datetime,APCP,TMP,RH,WS,WD\nJ,10/27/2017 18:00,0.0,12,40,18,90\n",
    );
    assert_eq!(t.observations[0].at.to_string(), "2017-10-27T18:00:00");
    let t = table(
        "p.csv",
        "Year;Month;Day;Hour;Temp (C);RH (%);Wind speed (km/h)\n2025;4;4;14;25,5;32;18\n2025;4;4;24;20;35;9\n",
    );
    assert!(close(t.observations[0].temperature_c, 25.5) && close(t.observations[0].wind_m_s, 5.0));
    assert_eq!(t.observations[1].at.to_string(), "2025-04-05T00:00:00");
    // A Chinese automatic station in GBK, with points of the compass.
    let chinese = "站号,观测时间,气温(℃),相对湿度(%),风速(m/s),风向,降水量(mm)\n57872,202504041400,27.3,32,4.5,东北,0\n57872,202504041500,27.0,31,5,北西北,0.2\n";
    let (_dir, path) = given_bytes("c.csv", &encoding_rs::GBK.encode(chinese).0);
    let t = read(&path, &Options::default()).unwrap();
    assert!(
        close(t.observations[0].temperature_c, 27.3)
            && close(t.observations[0].wind_from_deg, 45.0)
    );
    assert!(close(t.observations[1].wind_from_deg, 337.5) && close(t.observations[1].rain_mm, 0.2));
    assert_eq!(t.observations[1].at.to_string(), "2025-04-04T15:00:00");
    assert!(t.remarks[0].contains("GB 18030"));
    // Days without hours.
    let t = table(
        "d.csv",
        "Scenario,datetime,WS,WD,FireScenario\nx,2007-05-27,8,314.0,1.0\nx,2007-05-27,7,312.0,1.0\n",
    );
    assert_eq!(t.observations[1].at.to_string(), "2007-05-27T01:00:00");
}

#[test]
fn columns_may_be_named() {
    let (_dir, path) = given("a.csv", "when,v,from\n2025-04-04 14:00,5,90\n");
    assert!(read(&path, &Options::default()).is_err());
    let columns: ColumnMap = [
        (Column::DateTime, "when"),
        (Column::Wind, "v"),
        (Column::WindDirection, "from"),
    ]
    .map(|(c, n)| (c, n.to_owned()))
    .into();
    let t = read(
        &path,
        &Options {
            columns,
            ..Options::default()
        },
    )
    .unwrap();
    assert!(close(t.observations[0].wind_m_s, 5.0) && close(t.observations[0].wind_from_deg, 90.0));
    let columns: ColumnMap = [(Column::DateTime, "wann".to_owned())].into();
    let error = read(
        &path,
        &Options {
            columns,
            ..Options::default()
        },
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("`wann`") && error.contains("when, v, from"),
        "{error}"
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (name, text, parts) in [
        (
            "a.csv",
            "datetime,ws\n2025-04-04 14:00,5\n2025-04-04 13:00,5\n2025-04-04 15:00,5\n",
            ["observation 2", "order of time"],
        ),
        (
            "b.csv",
            "datetime,ws\n2025-04-04 14:00,fast\n",
            ["line 2", "fast"],
        ),
        (
            "c.csv",
            "datetime,rh\n2025-04-04 14:00,250\n",
            ["line 2", "0 to 100"],
        ),
        (
            "d.csv",
            "datetime,ws\n2025-14-04 14:00,5\n",
            ["line 2", "2025-14-04"],
        ),
        (
            "e.csv",
            "datetime,ws\n04/05/2025 14:00,5\n",
            ["04/05/2025", "day or month"],
        ),
        (
            "f.csv",
            "datetime,colour\n2025-04-04 14:00,5\n",
            ["line 1", "wind_speed"],
        ),
        (
            "g.wxs",
            "RAWS_UNITS: Nautical\n",
            ["line 1", "English or Metric"],
        ),
        (
            "h.wxs",
            "RAWS_UNITS: Metric\n2025 7 22 2360 1 2 3 4 5 6\n",
            ["line 2", "HHMM"],
        ),
        (
            "i.wxs",
            "RAWS_UNITS: Metric\n2025 7 22 1200 1 2 3\n",
            ["line 2", "CloudCov"],
        ),
        (
            "j.csv",
            "datetime,ws\n",
            ["no observations", "at least one"],
        ),
        ("k.csv", "", ["empty", "table"]),
    ] {
        let (_dir, path) = given(name, text);
        let error = read(&path, &Options::default()).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{name}: {part}: {error}");
        }
    }
}

#[test]
fn the_shared_weather_is_read() {
    let Some(folder) = crate::files::shared_landscapes() else {
        return;
    };
    for (file, first) in [
        ("portillo_chile/Weather.csv", "2021-01-27T15:00:00"),
        ("portillo_chile/Weather_rio.csv", "2021-01-27T19:00:00"),
        ("zona60_catalonia/Weather.csv", "2007-05-27T00:00:00"),
    ] {
        let path = folder.join(file);
        assert_eq!(
            WeatherFormat::of(&path),
            Some(WeatherFormat::Table),
            "{file}"
        );
        let t = read(&path, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(t.observations[0].at.to_string(), first, "{file}");
    }
    assert_eq!(
        WeatherFormat::of(&folder.join("zona60_catalonia/spain_lookup_table.csv")),
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_breaks_a_reader(kind in 0usize..3, changes in proptest::collection::vec((0usize..400, 0u8..=255), 1..6), cut in 1usize..400) {
        let (name, text) = [
            ("a.csv", "datetime,WS (km/h),WD,TMP,RH\n27-01-2021 15:00,26.2,317.0,26.8,28.1\n28-01-2021 16:00,28.1,NE,26.7,29.2\n"),
            ("a.wxs", "RAWS_UNITS: English\nRAWS_ELEVATION: 1000\n2025 7 22 2300 77 39 0.10 10 175 4\n2025 7 22 2400 50.5 41 0 4 180 4\n"),
            ("a.wtr", "METRIC\n7 22 12 600 1500 15 30 80 30 200 1000 1300\n7 23 0 600 1500 16 31 75 25 200\n"),
        ][kind];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let n = bytes.len();
            bytes[at % n] = byte;
        }
        bytes.truncate(cut);
        let (dir, path) = given_bytes(name, &bytes);
        std::fs::write(dir.path().join("a.wnd"), "METRIC\n7 22 0 18 270 10\n").unwrap();
        let _ = read(&path, &Options { year: Some(2025), ..Options::default() });
    }
}
