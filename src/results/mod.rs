//! What is derived from a run: pictures, and the files of the run folder.
//!
//! In come plain values (rasters, lines, marks, records); out come pictures and files. Nothing here
//! changes a run, and nothing here is read back by one.

pub mod picture;
