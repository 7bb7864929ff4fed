//! The numbers among the fire options.

use crate::scenario::schema::{ScenarioFile, SpreadModel};
use crate::scenario::text::FieldPath;
use crate::world::findings::Findings;

pub(in crate::world) fn check(file: &ScenarioFile, findings: &mut Findings<'_>) {
    let root = FieldPath::of("fire");
    let fire = &file.fire;
    let foliar = fire.foliar_moisture_pct;
    let fine = foliar > 0.0 && foliar <= 500.0;
    findings.range(
        &root.field("foliar_moisture_pct"),
        foliar,
        fine,
        "> 0, ≤ 500",
    );
    let cv = fire.built_width_cv;
    let fine = (0.0..=1.0).contains(&cv);
    findings.range(&root.field("built_width_cv"), cv, fine, "0..1");
    let cells = fire.coalesce_cells;
    let fine = (0.0..=100.0).contains(&cells);
    findings.range(&root.field("coalesce_cells"), cells, fine, "0..100");
    if let SpreadModel::WangZhengfei(wang) = fire.spread {
        let clamp = wang.slope_clamp_deg;
        let fine = clamp > 0.0 && clamp < 90.0;
        let at = root.field("spread").field("slope_clamp_deg");
        findings.range(&at, clamp, fine, "> 0, < 90");
    }
}
