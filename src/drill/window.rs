//! The window itself: one frame after another on the wall clock.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use bevy::log::{Level, LogPlugin};
use bevy::prelude::{
    App, AppExit, Camera2d, Commands, DefaultPlugins, MessageReader, MessageWriter, NonSendMut,
    PluginGroup, Res, Startup, Time, Window, WindowPlugin,
};
use bevy::window::WindowCloseRequested;
use bevy_egui::egui::{self, Ui, UiBuilder};
use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass};

use super::map::{Ground, map};
use super::model::Model;
use super::panels;
use crate::base::geo::Extent;
use crate::base::language::Language;
use crate::results::picture::FONT_FILE;
use crate::results::run_map::ground_map;
use crate::results::sentences::Teller;
use crate::simulation::Outcome;
use crate::world::World;

/// Pixels across the first picture of the whole map.
const WHOLE_PX: u32 = 1000;
/// The ground is drawn for the present look when the map has stood still so long, seconds.
const STILL_S: f64 = 0.3;

/// A drawn picture on its way from the thread that drew it.
type Picture = (image::RgbImage, Extent);

/// Everything the window holds.
struct Screen {
    model: Option<Model>,
    grounds: Vec<Ground>,
    is_dressed: bool,
    /// What the close picture shows or is being drawn to show, and since when the look rests there.
    look: Option<(Extent, f64, bool)>,
    pictures: (Sender<Picture>, Receiver<Picture>),
    outcome: Arc<Mutex<Option<Outcome>>>,
}

/// Opens the drill window on a world and gives the outcome once it is closed; none when the window
/// system ended it otherwise.
pub fn open(world: Arc<World>, seed: u64, language: Language) -> Option<Outcome> {
    let title = format!(
        "fireline · {}",
        language.choose(&world.scenario.file.title.en, &world.scenario.file.title.zh,)
    );
    let outcome = Arc::new(Mutex::new(None));
    let mut app = App::new();
    let window = WindowPlugin {
        primary_window: Some(Window {
            title,
            ..Default::default()
        }),
        close_when_requested: false,
        ..Default::default()
    };
    // What the graphics driver has to say is of no use to a dispatcher.
    let log = LogPlugin {
        level: Level::ERROR,
        ..Default::default()
    };
    app.add_plugins(DefaultPlugins.set(window).set(log))
        .add_plugins(EguiPlugin::default())
        .insert_non_send(Screen {
            model: Some(Model::new(world, seed, language)),
            grounds: Vec::new(),
            is_dressed: false,
            look: None,
            pictures: channel(),
            outcome: outcome.clone(),
        })
        .add_systems(Startup, |mut commands: Commands| {
            commands.spawn(Camera2d);
        })
        .add_systems(EguiPrimaryContextPass, (frame, close));
    app.run();
    outcome.lock().ok()?.take()
}

/// Ends the drill when the window is asked to close.
fn close(
    mut asked: MessageReader<WindowCloseRequested>,
    mut exit: MessageWriter<AppExit>,
    mut screen: NonSendMut<Screen>,
) {
    if asked.read().next().is_none() {
        return;
    }
    if let Some(model) = screen.model.take()
        && let Ok(mut outcome) = screen.outcome.lock()
    {
        *outcome = Some(model.finish());
    }
    exit.write(AppExit::Success);
}

fn frame(
    mut contexts: EguiContexts,
    time: Res<Time>,
    mut screen: NonSendMut<Screen>,
) -> bevy::prelude::Result {
    let context = contexts.ctx_mut()?.clone();
    let screen = &mut *screen;
    let Some(model) = screen.model.as_mut() else {
        return Ok(());
    };
    if !screen.is_dressed {
        context.set_fonts(fonts());
        context.set_visuals(egui::Visuals::light());
        screen.is_dressed = true;
        draw_ground(model, model.extent(), WHOLE_PX, &screen.pictures.0);
        return Ok(());
    }
    while let Ok((image, extent)) = screen.pictures.1.try_recv() {
        let size = [image.width() as usize, image.height() as usize];
        let pixels = egui::ColorImage::from_rgb(size, image.as_raw());
        let texture = context.load_texture("ground", pixels, egui::TextureOptions::LINEAR);
        // The whole map stays; of close pictures the latest.
        screen.grounds.truncate(1);
        screen.grounds.push(Ground { texture, extent });
    }
    model.advance(time.delta_secs_f64());
    let mut ui = Ui::new(
        context.clone(),
        "drill".into(),
        UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(context.viewport_rect()),
    );
    let (shown, points) = lay_out(&mut ui, model, &screen.grounds);
    let width_px = (points * context.pixels_per_point()) as u32;
    // The present look is drawn once the map rests.
    let now = time.elapsed_secs_f64();
    match &mut screen.look {
        Some((extent, since, drawn)) if *extent == shown => {
            if !*drawn && now - *since > STILL_S {
                *drawn = true;
                draw_ground(model, shown, width_px, &screen.pictures.0);
            }
        }
        look => *look = Some((shown, now, false)),
    }
    Ok(())
}

/// The desk: clock on top, incidents and units on the left, the log on the right, the map between.
fn lay_out(ui: &mut Ui, model: &mut Model, grounds: &[Ground]) -> (Extent, f32) {
    egui::Panel::top("clock").show(ui, |ui| panels::clock_bar(ui, model));
    egui::Panel::left("desk")
        .default_size(330.0)
        .show(ui, |ui| {
            panels::incidents(ui, model);
            ui.separator();
            panels::units(ui, model);
        });
    egui::Panel::right("log")
        .default_size(330.0)
        .show(ui, |ui| panels::log(ui, model));
    egui::CentralPanel::default()
        .show(ui, |ui| map(ui, model, grounds))
        .inner
}

/// Draws ground on a thread of its own; the picture comes back over the channel.
fn draw_ground(model: &Model, extent: Extent, width_px: u32, to: &Sender<Picture>) {
    let (world, language, to) = (model.world.clone(), model.language, to.clone());
    std::thread::spawn(move || {
        let teller = Teller::new(&world, language);
        if let Ok(picture) = ground_map(&world, &teller, extent, width_px) {
            // The window may have closed meanwhile.
            let _ = to.send(picture);
        }
    });
}

/// The program's own font for everything: it has both languages.
fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::empty();
    let data = Arc::new(egui::FontData::from_static(FONT_FILE));
    fonts.font_data.insert("noto".to_owned(), data);
    for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
        fonts.families.insert(family, vec!["noto".to_owned()]);
    }
    fonts
}
