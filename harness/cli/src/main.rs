//! The command rolecall.

fn main() {}
