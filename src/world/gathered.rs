//! All features of a scenario, from its text and its files, each with its origin.

use crate::base::geo::{Crs, Extent};
use crate::scenario::Scenario;
use crate::scenario::schema::{
    Area, Camera, Firebreak, Patrol, Pond, PowerLine, Road, Station, Value,
};

use super::features::{Placed, gather};
use super::findings::Findings;

pub(super) struct Gathered {
    pub(super) roads: Placed<Road>,
    pub(super) firebreaks: Placed<Firebreak>,
    pub(super) ponds: Placed<Pond>,
    pub(super) stations: Placed<Station>,
    pub(super) cameras: Placed<Camera>,
    pub(super) patrols: Placed<Patrol>,
    pub(super) values: Placed<Value>,
    pub(super) areas: Placed<Area>,
    pub(super) power_lines: Placed<PowerLine>,
}

impl Gathered {
    /// Reads and checks the features of every kind, as far as projection and map are known.
    pub(super) fn read(
        scenario: &Scenario,
        crs: Option<&Crs>,
        extent: Option<Extent>,
        findings: &mut Findings<'_>,
    ) -> Self {
        let file = &scenario.file;
        let folder = scenario.folder();
        macro_rules! all {
            ($section:ident) => {
                gather(
                    stringify!($section),
                    &file.$section,
                    crs,
                    extent,
                    folder,
                    findings,
                )
            };
        }
        Self {
            roads: all!(roads),
            firebreaks: all!(firebreaks),
            ponds: all!(ponds),
            stations: all!(stations),
            cameras: all!(cameras),
            patrols: all!(patrols),
            values: all!(values),
            areas: all!(areas),
            power_lines: all!(power_lines),
        }
    }
}
