//! The map: the drawn ground, and over it what moves.

use bevy_egui::egui::{self, Color32, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};

use super::model::Model;
use crate::base::geo::{Extent, Point};
use crate::simulation::UnitDoing;

/// A drawn piece of ground.
pub(super) struct Ground {
    pub texture: egui::TextureHandle,
    pub extent: Extent,
}

/// Which place is shown where.
#[derive(Clone, Copy)]
struct Eye {
    rect: Rect,
    centre: Point,
    metres_per_point: f64,
}

impl Eye {
    fn screen(&self, p: Point) -> Pos2 {
        self.rect.center()
            + Vec2::new(
                ((p.x - self.centre.x) / self.metres_per_point) as f32,
                ((self.centre.y - p.y) / self.metres_per_point) as f32,
            )
    }

    fn ground(&self, p: Pos2) -> Point {
        let d = p - self.rect.center();
        Point::new(
            self.centre.x + f64::from(d.x) * self.metres_per_point,
            self.centre.y - f64::from(d.y) * self.metres_per_point,
        )
    }
}

/// The widest and the closest look, metres a point over that of the whole map, and metres a point.
const CLOSEST_M: f64 = 0.5;

/// Draws the map into what is left of `ui`: drag moves it, the wheel zooms, `Home` shows all of it
/// again. Gives the extent shown and its width in points.
pub(super) fn map(ui: &mut Ui, model: &mut Model, grounds: &[Ground]) -> (Extent, f32) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    let whole = model.extent();
    let fit = ((whole.max.x - whole.min.x) / f64::from(rect.width()))
        .max((whole.max.y - whole.min.y) / f64::from(rect.height()));
    let middle = whole.min.towards(whole.max, 0.5);
    let (centre, metres_per_point) = model.camera.unwrap_or((middle, fit));
    let mut eye = Eye {
        rect,
        centre,
        metres_per_point,
    };
    let mut moved = false;
    if response.dragged() {
        let d = response.drag_delta();
        eye.centre.x -= f64::from(d.x) * eye.metres_per_point;
        eye.centre.y += f64::from(d.y) * eye.metres_per_point;
        moved = true;
    }
    let wheel = ui.input(|i| i.smooth_scroll_delta.y);
    if let Some(pointer) = response.hover_pos()
        && wheel != 0.0
    {
        // The place under the pointer stays under it.
        let under = eye.ground(pointer);
        let factor = libm::exp(f64::from(-wheel) * 0.004);
        eye.metres_per_point = (eye.metres_per_point * factor).clamp(CLOSEST_M, fit);
        let now = eye.ground(pointer);
        eye.centre.x += under.x - now.x;
        eye.centre.y += under.y - now.y;
        moved = true;
    }
    if moved {
        eye.centre.x = eye.centre.x.clamp(whole.min.x, whole.max.x);
        eye.centre.y = eye.centre.y.clamp(whole.min.y, whole.max.y);
        model.camera = Some((eye.centre, eye.metres_per_point));
    }
    if ui.input(|i| i.key_pressed(egui::Key::Home)) {
        model.camera = None;
    }
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, Color32::from_gray(235));
    let unit_square = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    for ground in grounds {
        let corner = |x: f64, y: f64| eye.screen(Point::new(x, y));
        let (a, b) = (
            corner(ground.extent.min.x, ground.extent.max.y),
            corner(ground.extent.max.x, ground.extent.min.y),
        );
        painter.image(
            ground.texture.id(),
            Rect::from_min_max(a, b),
            unit_square,
            Color32::WHITE,
        );
    }
    draw_fire(&painter, &eye, model);
    draw_units(&painter, &eye, model);
    scale_bar(&painter, &eye);
    let (low, high) = (eye.ground(rect.left_bottom()), eye.ground(rect.right_top()));
    let shown = Extent {
        min: low,
        max: high,
    };
    (shown, rect.width())
}

fn draw_fire(painter: &egui::Painter, eye: &Eye, model: &Model) {
    let red = Color32::from_rgb(213, 62, 30);
    for edge in &model.view.edges {
        let points: Vec<Pos2> = edge.iter().map(|&p| eye.screen(p)).collect();
        painter.add(Shape::closed_line(points, Stroke::new(2.5, red)));
    }
    let blue = Color32::from_rgb(25, 60, 190);
    for [a, b] in &model.view.lines {
        painter.line_segment([eye.screen(*a), eye.screen(*b)], Stroke::new(3.0, blue));
    }
    for incident in model.view.incidents.iter().filter(|i| i.out_s.is_none()) {
        let at = eye.screen(incident.at);
        let chosen = model.incident == Some(incident.number);
        let width = if chosen { 3.0 } else { 1.5 };
        painter.circle_stroke(at, 14.0, Stroke::new(width + 2.0, Color32::WHITE));
        painter.circle_stroke(at, 14.0, Stroke::new(width, red));
        painter.text(
            at + Vec2::new(16.0, -16.0),
            egui::Align2::LEFT_BOTTOM,
            incident.number.to_string(),
            egui::FontId::proportional(18.0),
            red,
        );
    }
}

fn draw_units(painter: &egui::Painter, eye: &Eye, model: &Model) {
    for unit in &model.view.units {
        if unit.doing == UnitDoing::Ready {
            continue;
        }
        let at = eye.screen(unit.at);
        if !eye.rect.contains(at) {
            continue;
        }
        let colour = match unit.doing {
            UnitDoing::OnScene => Color32::from_rgb(0, 114, 178),
            UnitDoing::Returning => Color32::from_gray(120),
            _ => Color32::from_rgb(230, 159, 0),
        };
        painter.circle(at, 6.0, colour, Stroke::new(1.5, Color32::WHITE));
        painter.text(
            at + Vec2::new(8.0, 0.0),
            egui::Align2::LEFT_CENTER,
            model.name(&unit.id),
            egui::FontId::proportional(13.0),
            Color32::from_gray(20),
        );
    }
}

fn scale_bar(painter: &egui::Painter, eye: &Eye) {
    // A round length of at most 160 points.
    let most = 160.0 * eye.metres_per_point;
    let decade = libm::pow(10.0, libm::floor(libm::log10(most)));
    let metres = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|f| f * decade)
        .find(|&m| m <= most)
        .unwrap_or(decade);
    let length = (metres / eye.metres_per_point) as f32;
    let at = eye.rect.left_bottom() + Vec2::new(14.0, -14.0);
    let ink = Stroke::new(3.0, Color32::from_gray(30));
    painter.line_segment([at, at + Vec2::new(length, 0.0)], ink);
    let words = if metres >= 1000.0 {
        format!("{} km", metres / 1000.0)
    } else {
        format!("{metres} m")
    };
    painter.text(
        at + Vec2::new(0.0, -6.0),
        egui::Align2::LEFT_BOTTOM,
        words,
        egui::FontId::proportional(13.0),
        Color32::from_gray(20),
    );
}
