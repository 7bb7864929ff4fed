//! How fast the front accepts cells, on one core. `cargo bench --bench front`

use divan::{Bencher, counter::ItemsCount};
use fireline::studies::verify::ellipse::{EllipseCase, light};

fn main() {
    divan::main();
}

/// A uniform plain, head run 500 cells, by length-to-width: the front alone, from a lit cell to the
/// last one burnt.
#[divan::bench(args = [1.0, 1.5, 2.0, 3.0, 4.0, 8.0], sample_count = 7)]
fn uniform_plain(bencher: Bencher, length_to_width: f64) {
    let alight = light(&EllipseCase {
        length_to_width,
        heading_deg: 17.0,
        cells: 500,
    });
    let cells = alight.front.clone().advance_to(alight.time_s);
    bencher
        .counter(ItemsCount::new(cells))
        .with_inputs(|| alight.front.clone())
        .bench_values(|mut front| {
            front.advance_to(divan::black_box(alight.time_s));
            front
        });
}
