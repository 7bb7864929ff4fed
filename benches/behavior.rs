//! What surface behaviour costs: once per fuel and moisture, and once per cell.

use divan::{Bencher, black_box};
use fireline::base::units::MetresPerMinute;
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
