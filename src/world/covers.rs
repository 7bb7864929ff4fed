//! What the codes of the cover raster mean: land covers of the catalogue or standard fuel models.

use std::collections::BTreeMap;

use crate::scenario::Catalogue;
use crate::scenario::catalogue::Sourced;
use crate::scenario::schema::{CoverCoding, CustomFuel, Name};

use super::landscape::CoverInfo;

/// Groups of the standard fuel models: prefix of the codes, number before the first, and how many.
/// Anderson 1982 (INT-122) and Scott & Burgan 2005 (RMRS-GTR-153).
const GROUPS: [(&str, u16, u16); 7] = [
    ("FM", 0, 13),
    ("GR", 100, 9),
    ("GS", 120, 4),
    ("SH", 140, 9),
    ("TU", 160, 5),
    ("TL", 180, 9),
    ("SB", 200, 4),
];

/// Codes that do not burn: urban, snow and ice, agriculture, water, bare ground (Scott & Burgan 2005).
const NON_BURNABLE: [(&str, u16); 5] = [
    ("NB1", 91),
    ("NB2", 92),
    ("NB3", 93),
    ("NB8", 98),
    ("NB9", 99),
];

/// The code of water, and its number.
const WATER: &str = "NB8";
/// See [`WATER`].
const WATER_NUMBER: u16 = 98;

/// What a fuel model's code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FuelCode {
    /// A standard fuel model by number, 1 to 13 or 101 to 204.
    Burns(u16),
    /// Does not burn.
    DoesNotBurn,
}

/// The fuel model of a code such as `TL8`, `FM9`, `9` or `NB1`; none for any other text.
pub fn fuel_code(code: &str) -> Option<FuelCode> {
    if NON_BURNABLE.iter().any(|(name, _)| *name == code) {
        return Some(FuelCode::DoesNotBurn);
    }
    let digits = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let prefix = &code[..code.len() - digits.len()];
    let n: u16 = digits.parse().ok()?;
    let prefix = if prefix.is_empty() { "FM" } else { prefix };
    let (_, before, count) = GROUPS.iter().find(|(name, ..)| *name == prefix)?;
    (1..=*count)
        .contains(&n)
        .then_some(FuelCode::Burns(before + n))
}

/// The number that stands for a standard model's code in a raster, such as 188 for `TL8` or 91 for `NB1`;
/// none for any other text.
pub fn standard_number(code: &str) -> Option<u16> {
    match fuel_code(code)? {
        FuelCode::Burns(number) => Some(number),
        FuelCode::DoesNotBurn => NON_BURNABLE
            .iter()
            .find(|(name, _)| *name == code)
            .map(|&(_, number)| number),
    }
}

/// The code of a standard model's number, such as `TL8` for 188; none for any other number.
pub fn code_of_number(number: u16) -> Option<String> {
    code_of(number).map(|(code, _)| code)
}

/// Whether a number stands for a standard fuel model (1-13, 101-204) or ground that does not burn (91-99).
pub fn is_standard(number: u16) -> bool {
    code_of(number).is_some()
}

/// The code of a standard fuel model number (1-13, 91-99, 101-204); none for any other number.
fn code_of(number: u16) -> Option<(String, FuelCode)> {
    if let Some((name, _)) = NON_BURNABLE.iter().find(|(_, n)| *n == number) {
        return Some(((*name).to_owned(), FuelCode::DoesNotBurn));
    }
    let in_group =
        |&&(_, before, count): &&(&str, u16, u16)| number > before && number <= before + count;
    let (prefix, before, _) = GROUPS.iter().find(in_group)?;
    Some((
        format!("{prefix}{}", number - before),
        FuelCode::Burns(number),
    ))
}

/// The meaning of all 256 codes. The second list names covers of the catalogue that contradict
/// themselves: a code used twice, an unknown fuel model or an unknown `line_fuel`.
pub fn cover_table(
    coding: CoverCoding,
    catalogue: &Catalogue,
    custom: &BTreeMap<u16, CustomFuel>,
) -> (Vec<Option<CoverInfo>>, Vec<String>) {
    match coding {
        CoverCoding::Catalogue => catalogue_table(catalogue),
        CoverCoding::StandardFuel => {
            let entry = |number: u16| match custom.get(&number) {
                Some(fuel) => Some(custom_cover(fuel, &catalogue.line_fuel)),
                None => standard_cover(number, &catalogue.line_fuel),
            };
            ((0..256).map(entry).collect(), Vec::new())
        }
    }
}

fn catalogue_table(catalogue: &Catalogue) -> (Vec<Option<CoverInfo>>, Vec<String>) {
    let mut table = vec![None; 256];
    let mut wrong = Vec::new();
    for (key, cover) in &catalogue.covers {
        let fuel = fuel_code(&cover.fuel);
        let line = catalogue.line_fuel.get(&cover.line_fuel);
        let slot: &mut Option<CoverInfo> = &mut table[cover.code as usize];
        let (Some(fuel), Some(line), None) = (fuel, line, slot.as_ref()) else {
            wrong.push(key.clone());
            continue;
        };
        *slot = Some(CoverInfo {
            key: key.clone(),
            name: cover.name.clone(),
            fuel_model: match fuel {
                FuelCode::Burns(number) => Some(number),
                FuelCode::DoesNotBurn => None,
            },
            is_water: cover.fuel == WATER,
            forest: cover.forest,
            line_factor: line.value,
            canopy_cover: cover.canopy_cover,
            canopy_height_m: cover.canopy_height_m,
            value_cny_ha: cover.value_cny_ha.value,
            colour: cover.colour,
        });
    }
    (table, wrong)
}

/// A standard fuel model as a cover. The fuel says nothing of canopy or money: both are 0.
fn standard_cover(number: u16, line_fuel: &BTreeMap<String, Sourced>) -> Option<CoverInfo> {
    let (key, fuel) = code_of(number)?;
    // Which of the catalogue's line fuels is nearest: our judgement.
    let (line, forest) = match number {
        91..=99 => ("none", false),
        1 | 2 | 101..=102 => ("litter", false),
        3 | 103..=109 | 4 | 143..=149 => ("dense", false),
        5 | 6 | 121..=124 | 141..=142 => ("shrub_grass", false),
        8 | 9 | 181..=189 => ("litter", true),
        _ => ("shrub_grass", true),
    };
    Some(CoverInfo {
        name: Name {
            en: key.clone(),
            zh: key.clone(),
        },
        key,
        fuel_model: match fuel {
            FuelCode::Burns(number) => Some(number),
            FuelCode::DoesNotBurn => None,
        },
        is_water: number == WATER_NUMBER,
        forest,
        line_factor: line_fuel.get(line).map_or(1.0, |s| s.value),
        canopy_cover: 0.0,
        canopy_height_m: 0.0,
        value_cny_ha: 0.0,
        colour: standard_colour(number),
    })
}

/// Map colour of a standard fuel model: one hue a group, darker with the number, so that no two are alike.
pub fn standard_colour(number: u16) -> (u8, u8, u8) {
    type Ramp = (u16, u16, (u8, u8, u8), (u8, u8, u8));
    const GROUND: [(u16, (u8, u8, u8)); 5] = [
        (91, (190, 188, 192)),
        (92, (238, 244, 250)),
        (93, (236, 228, 208)),
        (98, (150, 190, 220)),
        (99, (214, 204, 196)),
    ];
    const RAMPS: [Ramp; 10] = [
        (1, 3, (243, 236, 178), (214, 197, 95)),
        (4, 7, (176, 148, 88), (214, 190, 138)),
        (8, 10, (150, 196, 134), (92, 142, 92)),
        (11, 13, (200, 168, 150), (140, 106, 92)),
        (101, 109, (247, 241, 190), (196, 172, 62)),
        (121, 124, (228, 212, 150), (186, 164, 92)),
        (141, 149, (214, 186, 132), (138, 106, 58)),
        (161, 165, (170, 206, 132), (88, 138, 66)),
        (181, 189, (176, 210, 172), (62, 112, 84)),
        (201, 204, (206, 172, 158), (136, 96, 84)),
    ];
    if let Some((_, colour)) = GROUND.iter().find(|(n, _)| *n == number) {
        return *colour;
    }
    let Some((first, last, from, to)) = RAMPS
        .iter()
        .find(|(first, last, ..)| (*first..=*last).contains(&number))
    else {
        return (220, 220, 220);
    };
    let share = f32::from(number - first) / f32::from((last - first).max(1));
    let mix = |a: u8, b: u8| (f32::from(a) + share * (f32::from(b) - f32::from(a))).round() as u8;
    (mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// A fuel model of the scenario's own as a cover.
fn custom_cover(fuel: &CustomFuel, line_fuel: &BTreeMap<String, Sourced>) -> CoverInfo {
    CoverInfo {
        key: fuel.code.clone(),
        name: fuel.name.clone(),
        fuel_model: Some(fuel.number),
        is_water: false,
        forest: fuel.forest,
        line_factor: line_fuel.get(&fuel.line_fuel).map_or(1.0, |s| s.value),
        canopy_cover: 0.0,
        canopy_height_m: 0.0,
        value_cny_ha: 0.0,
        colour: if fuel.forest {
            (110, 150, 90)
        } else {
            (200, 185, 110)
        },
    }
}

/// Cells without data: they do not burn and one can cross them.
pub fn no_data() -> CoverInfo {
    CoverInfo {
        key: "no_data".to_owned(),
        name: Name {
            en: "no data".to_owned(),
            zh: "无数据".to_owned(),
        },
        fuel_model: None,
        is_water: false,
        forest: false,
        line_factor: 1.0,
        canopy_cover: 0.0,
        canopy_height_m: 0.0,
        value_cny_ha: 0.0,
        colour: (255, 255, 255),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_models_have_the_published_numbers() {
        for (code, number) in [
            ("FM1", 1),
            ("13", 13),
            ("GR1", 101),
            ("GR9", 109),
            ("GS4", 124),
            ("SH9", 149),
            ("TU5", 165),
            ("TL8", 188),
            ("SB4", 204),
        ] {
            assert_eq!(fuel_code(code), Some(FuelCode::Burns(number)), "{code}");
        }
        assert_eq!(fuel_code("NB8"), Some(FuelCode::DoesNotBurn));
        for wrong in ["", "14", "FM0", "NB4", "GR10", "TLX", "tl8", "中8", "-1"] {
            assert_eq!(fuel_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_standard_fuel_raster_knows_water_from_timber() {
        let (table, wrong) = cover_table(
            CoverCoding::StandardFuel,
            &Catalogue::shipped().unwrap(),
            &BTreeMap::new(),
        );
        assert!(wrong.is_empty());
        assert_eq!(table.iter().flatten().count(), 13 + 5 + 40);
        let mut colours: Vec<_> = table.iter().flatten().map(|c| c.colour).collect();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), 13 + 5 + 40, "two models share a colour");
        let water = table[98].as_ref().unwrap();
        assert_eq!((water.key.as_str(), water.fuel_model), ("NB8", None));
        let litter = table[188].as_ref().unwrap();
        assert_eq!(
            (litter.fuel_model, litter.forest, litter.line_factor),
            (Some(188), true, 1.0)
        );
        assert_eq!(table[0], None);
    }

    #[test]
    fn every_cover_of_the_shipped_catalogue_has_a_meaning() {
        let catalogue = Catalogue::shipped().unwrap();
        let (table, wrong) = cover_table(CoverCoding::Catalogue, &catalogue, &BTreeMap::new());
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(table.iter().flatten().count(), catalogue.covers.len());
    }
}
