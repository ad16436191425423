//! cargo ci: tests, demo, catalog, tidy.

fn main() {}
