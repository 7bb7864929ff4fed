//! What surface behaviour costs: once per fuel and moisture, and once per cell.

use divan::{Bencher, black_box};
use fireline::base::units::{Metres, MetresPerMinute};
use fireline::fire::behavior::crown::{CrownMethod, CrownOptions, CrownWeather, Stand, StandFire};
use fireline::fire::behavior::{FuelBed, Moistures, fuel};

const DRY: Moistures = Moistures {
    dead_1h: 0.05,
    dead_10h: 0.06,
    dead_100h: 0.07,
    live_herb: 0.6,
    live_woody: 0.9,
};

fn main() {
    divan::main();
}

/// Beds of every fuel that burns.
fn beds() -> Vec<FuelBed> {
    fuel::all()
        .filter(|m| m.burns())
        .map(|m| FuelBed::new(m, &DRY))
        .collect()
}

#[divan::bench]
fn fuel_bed(bencher: Bencher) {
    let model = fuel::standard(122).expect("GS2 is a standard fuel model");
    bencher.bench(|| FuelBed::new(black_box(model), black_box(&DRY)));
}

/// A thousand cells of mixed fuel, wind and slope.
#[divan::bench]
fn spread_in_a_thousand_cells(bencher: Bencher) {
    let beds = beds();
    bencher
        .counter(divan::counter::ItemsCount::new(1000_u32))
        .bench(|| {
            let mut sum = 0.0;
            for i in 0..1000_u32 {
                let x = f64::from(i);
                let bed = &beds[i as usize % beds.len()];
                let spread = bed.spread(
                    black_box(MetresPerMinute(20.0 + 0.2 * x)),
                    0.36 * x,
                    0.001 * x,
                    0.7 * x,
                );
                sum += spread.ros_max.value() + spread.eccentricity + spread.dir_max_deg;
            }
            sum
        });
}

/// The same under one wind for every fuel: what the front pays for a cell.
#[divan::bench]
fn slope_in_a_thousand_cells(bencher: Bencher) {
    let blown: Vec<_> = beds()
        .iter()
        .map(|bed| bed.in_wind(MetresPerMinute(90.0), 170.0))
        .collect();
    bencher
        .counter(divan::counter::ItemsCount::new(1000_u32))
        .bench(|| {
            let mut sum = 0.0;
            for i in 0..1000_u32 {
                let x = f64::from(i);
                let spread = blown[i as usize % blown.len()].spread(black_box(0.001 * x), 0.7 * x);
                sum += spread.ros_max.value() + spread.eccentricity + spread.dir_max_deg;
            }
            sum
        });
}

const CROWN_METHODS: [CrownMethod; 4] = [
    CrownMethod::Rothermel1991,
    CrownMethod::ScottReinhardt2001,
    CrownMethod::Finney1998,
    CrownMethod::Cruz2005,
];

fn weather(method: CrownMethod) -> CrownWeather {
    let wind = MetresPerMinute(500.0);
    CrownWeather::new(&DRY, wind, 170.0, method, CrownOptions::BEHAVE)
}

fn stand(i: u32) -> Stand {
    Stand {
        cover: 0.7,
        height: Metres(15.0),
        base_height: Metres(0.5 + 0.1 * f64::from(i % 64)),
        bulk_density_kg_m3: 0.03 + 0.002 * f64::from(i % 97),
        foliar_moisture: 1.0,
    }
}

/// A thousand stands under one weather.
#[divan::bench(args = CROWN_METHODS)]
fn stands_in_a_thousand_cells(bencher: Bencher, method: CrownMethod) {
    let weather = weather(method);
    bencher
        .counter(divan::counter::ItemsCount::new(1000_u32))
        .bench(|| {
            (0..1000)
                .map(|i| StandFire::new(black_box(&stand(i)), &weather))
                .map(|fire| fire.critical_intensity().value())
                .sum::<f64>()
        });
}

/// Crown fire over surface fires already known: what crowns add to the front's cost for a cell.
#[divan::bench(args = CROWN_METHODS)]
fn crown_fire_in_a_thousand_cells(bencher: Bencher, method: CrownMethod) {
    let weather = weather(method);
    let blown: Vec<_> = beds()
        .iter()
        .map(|bed| bed.in_wind(MetresPerMinute(90.0), 170.0))
        .collect();
    let cells: Vec<_> = (0..1000_u32)
        .map(|i| {
            let x = f64::from(i);
            let surface = blown[i as usize % blown.len()].spread(0.001 * x, 0.7 * x);
            (surface, StandFire::new(&stand(i), &weather))
        })
        .collect();
    let bed = beds()[0];
    bencher
        .counter(divan::counter::ItemsCount::new(1000_u32))
        .bench(|| {
            cells
                .iter()
                .map(|(surface, stand)| {
                    let fire = stand.burn(black_box(surface), 0.1, 20.0, |wind| {
                        bed.spread(wind * 0.2, 170.0, 0.1, 20.0).ros_max
                    });
                    fire.rate.value() + fire.fireline_intensity.value()
                })
                .sum::<f64>()
        });
}
