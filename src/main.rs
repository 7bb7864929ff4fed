//! The command line of fireline: a thin wrapper over the library.

fn main() {}
