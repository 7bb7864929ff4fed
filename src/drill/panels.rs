//! The panels: plain functions that draw the model and act on it.

use bevy_egui::egui::{self, Color32, RichText, Ui};

use super::model::{Model, SPEEDS};
use crate::base::language::{Language, render, text};
use crate::base::message::Message;
use crate::protocol::{Order, Tactic};
use crate::simulation::{IncidentView, UnitDoing, UnitPlace};

/// Clock, pause, step, speed and language. Space pauses, `.` steps, `+` and `-` change the speed.
pub fn clock_bar(ui: &mut Ui, model: &mut Model) {
    ui.horizontal(|ui| {
        let lang = model.language;
        let clock = model.world.clock.hour_minute(model.view.t_s);
        ui.label(RichText::new(clock).size(22.0).strong());
        let label = if model.is_paused {
            "drill-go"
        } else {
            "drill-pause"
        };
        if ui.button(text(lang, label)).clicked() {
            model.is_paused = !model.is_paused;
        }
        if ui.button(text(lang, "drill-step")).clicked() {
            model.step();
        }
        for (i, speed) in SPEEDS.iter().enumerate() {
            if ui
                .selectable_label(model.speed == i, format!("{speed}×"))
                .clicked()
            {
                model.speed = i;
            }
        }
        ui.separator();
        for (language, name) in [(Language::English, "English"), (Language::Chinese, "中文")] {
            if ui.selectable_label(lang == language, name).clicked() && lang != language {
                model.set_language(language);
            }
        }
        if model.world.scenario.file.synthetic {
            ui.separator();
            ui.colored_label(
                Color32::from_rgb(170, 60, 40),
                text(lang, "map-notice-synthetic"),
            );
        }
        if model.is_over() {
            ui.strong(text(lang, "drill-over"));
        }
    });
    let (pause, step, faster, slower) = ui.input(|i| {
        (
            i.key_pressed(egui::Key::Space),
            i.key_pressed(egui::Key::Period),
            i.key_pressed(egui::Key::Plus) || i.key_pressed(egui::Key::Equals),
            i.key_pressed(egui::Key::Minus),
        )
    });
    if pause {
        model.is_paused = !model.is_paused;
    }
    if step {
        model.step();
    }
    if faster {
        model.speed = (model.speed + 1).min(SPEEDS.len() - 1);
    }
    if slower {
        model.speed = model.speed.saturating_sub(1);
    }
}

/// The incidents as cards; the chosen one is what orders are for.
pub fn incidents(ui: &mut Ui, model: &mut Model) {
    let lang = model.language;
    ui.heading(text(lang, "drill-incidents"));
    if model.view.incidents.is_empty() {
        ui.label(text(lang, "drill-no-incident"));
    }
    let now = model.view.t_s;
    for incident in model.view.incidents.clone() {
        let state = if incident.out_s.is_some() {
            "drill-state-out"
        } else if incident.contained_s.is_some() {
            "drill-state-contained"
        } else if incident.dispatched_s.is_some() {
            "drill-state-dispatched"
        } else if incident.verified_s.is_some() {
            "drill-state-verified"
        } else {
            "drill-state-alarm"
        };
        let card = Message::new("drill-incident")
            .with("incident", f64::from(incident.number))
            .with("state", text(lang, state));
        let chosen = model.incident == Some(incident.number);
        if ui.selectable_label(chosen, render(lang, &card)).clicked() {
            model.incident = Some(incident.number);
        }
        let mut facts = Message::new("drill-incident-facts")
            .with("area", (incident.area_ha * 100.0).round() / 100.0)
            .with("line", incident.line_m.round());
        facts = facts.with("minutes", ((now - incident.opened_s) / 60.0).round());
        ui.indent(("facts", incident.number), |ui| {
            ui.label(render(lang, &facts));
            let open = incident.dispatched_s.is_some() && incident.handed_over_s.is_none();
            if open && ui.button(text(lang, "drill-hand-over")).clicked() {
                model.order(Order::HandOver {
                    incident: incident.number,
                });
            }
            let fought = open && incident.contained_s.is_none() && incident.out_s.is_none();
            if let Some(tactic) = fought.then(|| tactics(ui, lang, &incident)).flatten() {
                model.order(Order::Attack {
                    incident: incident.number,
                    tactic,
                });
            }
        });
    }
}

/// How an incident's edge is attacked, and the choice of another way; gives what was chosen.
fn tactics(ui: &mut Ui, lang: Language, incident: &IncidentView) -> Option<Tactic> {
    let name = |tactic: Tactic| match tactic {
        Tactic::Flank => "tactic-flank",
        Tactic::Head => "tactic-head",
        Tactic::Parallel => "tactic-parallel",
        Tactic::HotSpots => "tactic-hot-spots",
        Tactic::Hold => "tactic-hold",
        Tactic::Boss => "tactic-boss",
    };
    let who = if incident.is_ordered {
        "drill-attack-ordered"
    } else {
        "drill-attack-boss"
    };
    let now = Message::new(who).with("tactic", text(lang, name(incident.tactic)));
    let mut chosen = None;
    ui.menu_button(render(lang, &now), |ui| {
        for tactic in [
            Tactic::Flank,
            Tactic::Parallel,
            Tactic::HotSpots,
            Tactic::Hold,
            Tactic::Head,
            Tactic::Boss,
        ] {
            if ui.button(text(lang, name(tactic))).clicked() {
                chosen = Some(tactic);
                ui.close();
            }
        }
    });
    chosen
}

/// The units, the nearest to the chosen incident first, each with the one thing that can be asked
/// of it.
pub fn units(ui: &mut Ui, model: &mut Model) {
    let lang = model.language;
    ui.heading(text(lang, "drill-units"));
    let chosen = model.incident;
    let eta = |u: &UnitPlace| {
        u.eta_s
            .iter()
            .find(|(n, _)| Some(*n) == chosen)
            .map(|(_, s)| *s)
    };
    let mut units = model.view.units.clone();
    units.sort_by(|a, b| {
        let key = |u: &UnitPlace| {
            if u.doing == UnitDoing::Ready {
                eta(u).unwrap_or(f64::INFINITY)
            } else {
                -1.0
            }
        };
        key(a).total_cmp(&key(b)).then(a.id.cmp(&b.id))
    });
    egui::ScrollArea::vertical()
        .id_salt("units")
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for unit in units {
                ui.horizontal(|ui| {
                    let name = model.name(&unit.id);
                    if model.ordered.contains(&unit.id) {
                        ui.strong(name);
                        ui.label(text(lang, "drill-unit-ordered"));
                        return;
                    }
                    match (unit.doing, chosen, eta(&unit)) {
                        (UnitDoing::Ready, Some(incident), Some(seconds)) => {
                            let send = Message::new("drill-send")
                                .with("unit", name)
                                .with("minutes", (seconds / 60.0).round());
                            if ui.button(render(lang, &send)).clicked() {
                                model.order(Order::Dispatch {
                                    unit: unit.id.clone(),
                                    incident,
                                });
                            }
                        }
                        (UnitDoing::Ready, ..) => {
                            ui.label(name);
                            ui.weak(text(lang, doing_key(unit.doing)));
                        }
                        (doing, ..) => {
                            ui.strong(name);
                            ui.label(text(lang, doing_key(doing)));
                            if unit.incident.is_some()
                                && ui.button(text(lang, "drill-recall")).clicked()
                            {
                                model.order(Order::Recall {
                                    unit: unit.id.clone(),
                                });
                            }
                        }
                    }
                });
            }
        });
}

/// What has been told, the latest at the bottom.
pub fn log(ui: &mut Ui, model: &Model) {
    ui.heading(text(model.language, "drill-log"));
    egui::ScrollArea::vertical()
        .id_salt("log")
        .auto_shrink([false, false])
        .stick_to_bottom(true)
        .show(ui, |ui| {
            for (t_s, sentence) in &model.told {
                let clock = model.world.clock.hour_minute(*t_s);
                ui.horizontal_wrapped(|ui| {
                    ui.weak(clock);
                    ui.label(sentence);
                });
            }
        });
}

/// Message key of what a unit does.
fn doing_key(doing: UnitDoing) -> &'static str {
    match doing {
        UnitDoing::Ready => "drill-unit-ready",
        UnitDoing::TurningOut => "drill-unit-turning-out",
        UnitDoing::Driving => "drill-unit-driving",
        UnitDoing::Walking => "drill-unit-walking",
        UnitDoing::OnScene => "drill-unit-on-scene",
        UnitDoing::Refilling => "drill-unit-refilling",
        UnitDoing::Refuelling => "drill-unit-refuelling",
        UnitDoing::Withdrawing => "drill-unit-withdrawing",
        UnitDoing::Safe => "drill-unit-safe",
        UnitDoing::Returning => "drill-unit-returning",
        UnitDoing::OutOfAction => "drill-unit-out-of-action",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::model::tests::valley;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    /// Everything but the map, in one column.
    fn desk(ui: &mut Ui, model: &mut Model) {
        clock_bar(ui, model);
        incidents(ui, model);
        units(ui, model);
        log(ui, model);
    }

    /// The valley once its first incident is verified.
    fn verified() -> Model {
        let mut model = valley();
        while model
            .view
            .incidents
            .first()
            .is_none_or(|i| i.verified_s.is_none())
        {
            model.step();
        }
        model
    }

    #[test]
    fn a_click_sends_the_crew_and_the_desk_says_so() {
        let model = verified();
        let mut harness = Harness::builder()
            .with_size(egui::vec2(1100.0, 1400.0))
            .build_ui_state(desk, model);
        harness
            .get_by_label_contains("Send Xikou semi-professional crew")
            .click();
        harness.run();
        assert!(harness.query_by_label("order given").is_some());
        harness.get_by_label("Step").click();
        harness.run();
        assert!(harness.query_by_label_contains("turning out").is_some());
        assert!(harness.state().view.incidents[0].dispatched_s.is_some());
    }

    #[test]
    fn how_a_fire_is_attacked_is_chosen_from_a_menu() {
        let mut model = verified();
        let unit = model.view.units[0].id.clone();
        model.order(Order::Dispatch { unit, incident: 1 });
        model.step();
        let mut harness = Harness::builder()
            .with_size(egui::vec2(1100.0, 1400.0))
            .build_ui_state(desk, model);
        harness
            .get_by_label_contains("Attack: anchor and flank")
            .click();
        harness.run();
        harness.get_by_label("the hottest places first").click();
        harness.run();
        harness.get_by_label("Step").click();
        harness.run();
        let incident = harness.state().view.incidents[0].clone();
        assert_eq!(incident.tactic, Tactic::HotSpots);
        assert!(incident.is_ordered);
        assert!(
            harness
                .query_by_label_contains("Attack by order: the hottest places first")
                .is_some()
        );
    }

    #[test]
    fn the_space_bar_starts_the_clock_and_the_language_changes_live() {
        let mut harness = Harness::builder()
            .with_size(egui::vec2(1100.0, 1400.0))
            .build_ui_state(desk, valley());
        assert!(harness.state().is_paused);
        harness.key_press(egui::Key::Space);
        harness.run();
        assert!(!harness.state().is_paused);
        harness.get_by_label("中文").click();
        harness.run();
        assert!(harness.query_by_label("火情").is_some());
        assert!(harness.query_by_label("暂停").is_some());
    }
}
