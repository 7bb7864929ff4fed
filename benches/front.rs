//! How fast the front accepts cells, on one core. `cargo bench --bench front`

use divan::{Bencher, counter::ItemsCount};
use fireline::studies::verify::ellipse::{EllipseCase, run};

fn main() {
    divan::main();
}

/// A uniform plain, head run 500 cells, by length-to-width.
#[divan::bench(args = [1.0, 2.0, 4.0, 8.0], sample_count = 5)]
fn uniform_plain(bencher: Bencher, length_to_width: f64) {
    let case = EllipseCase {
        length_to_width,
        heading_deg: 17.0,
        cells: 500,
    };
    let cells = run(&case).1.burnt_cells();
    bencher
        .counter(ItemsCount::new(cells))
        .bench(|| run(divan::black_box(&case)).0);
}
