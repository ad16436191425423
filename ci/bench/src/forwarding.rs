//! What forwarding adds: the same call to an upstream at once, and through Rolecall.

use std::{path::Path, time::Duration};

use crate::{load::Load, median, requests, say, server::Server};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

/// Measures at one connection, where nobody queues, and at eight.
pub(crate) fn measure(rolecall: &Path, recording: &Path) -> anyhow::Result<()> {
    let upstream = Server::bare(1024)?;
    let ours = Server::rolecall_before(rolecall, Some(recording), Some(&upstream))?;
    let request = requests::get_object(&ours)?;
    for connections in [1, 8] {
        let latency = |server: &Server| -> anyhow::Result<f64> {
            let load = Load::new(server.address, &request);
            Ok(load.run(connections, ROUND)?.latency)
        };
        latency(&ours)?;
        let (mut direct, mut through, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (one, other) = (latency(&upstream)?, latency(&ours)?);
            direct.push(one);
            through.push(other);
            added.push(other - one);
        }
        say(&format!(
            "forwarding, {connections} connection(s)  median latency {:.0} µs at once, {:.0} µs through: {:.0} µs added",
            median(direct),
            median(through),
            median(added)
        ));
    }
    ours.stop_and_count(recording)?;
    Ok(())
}
