//! The log, on stderr.

use tracing_subscriber::{EnvFilter, fmt};

/// Starts it; warnings only, unless the filter says otherwise.
pub(crate) fn start(filter: Option<&str>) {
    let filter =
        EnvFilter::try_new(filter.unwrap_or("warn")).unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // A second start, as in a test, keeps the first.
    let _ = subscriber.without_time().try_init();
}
