//! What is derived from a run: the scorecard, the story, logs, rasters, vectors, pictures, and the
//! folder that holds them.
//!
//! In comes a finished run (or a world, for its inventory and map); out come values, texts in a
//! language and files. Nothing here changes a run, and nothing here is read back by one.

mod breakout_sentences;
mod desk_sentences;
pub mod difference_picture;
pub mod duty_log;
pub mod file_picture;
pub mod fire_file;
pub mod inventory;
pub mod layers;
pub mod marks;
pub mod members;
pub mod perimeters;
pub mod picture;
pub mod qgis;
pub mod rasters;
pub mod run_folder;
pub mod run_map;
pub mod scorecard;
pub mod sentences;
pub mod shares;
pub mod statistics;
pub mod stores;
pub mod story;

pub use scorecard::{FireClass, Scorecard};
