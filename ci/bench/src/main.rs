//! cargo ci bench: requests a second against a bare hyper server.

fn main() {}
