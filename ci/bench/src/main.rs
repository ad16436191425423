//! `cargo ci bench`: requests a second against a bare hyper server, uploads, what forwarding adds,
//! start-up and memory; `cargo ci bench only NAME`: that alone;
//! `cargo ci bench decision`: one decision, beside Cedar; `cargo ci bench simulate`: cases a second
//! through the command; `cargo ci bench catalog [calls|first|memory]`: recognition and requirements.
//!
//! Servers are processes of their own on loopback; one load generator drives them in turn, over 8
//! connections with keep-alive, with requests that are signed once. Every figure is a median.

mod bare;
mod catalog;
mod decision;
mod forwarding;
mod load;
mod requests;
mod server;
mod simulate;
mod upload;

use std::{io::Write, process::ExitCode, time::Duration};

use anyhow::Context;

use crate::{
    load::Load,
    requests::Prepared,
    server::{Server, processor_seconds},
};

// Rounds in turn, so that a machine whose speed drifts does not favour anyone.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 8;
const STARTS: usize = 21;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let done = match words.next().as_deref() {
        Some("bare") => bare::serve(words.next().and_then(|n| n.parse().ok()).unwrap_or(400)),
        Some("catalog") => catalog::measure(words.next().as_deref()),
        Some("decision") => decision::measure(words.next().as_deref()),
        Some("simulate") => simulate::measure(),
        Some("only") => measure(words.next().as_deref()),
        Some(word) => Err(anyhow::anyhow!("`{word}` is not a part of this benchmark")),
        None => measure(None),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to stdout.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures everything, or only the request whose name begins so (`upload` and `forwarding` too).
fn measure(only: Option<&str>) -> anyhow::Result<()> {
    let wanted = |name: &str| only.is_none_or(|only| name.starts_with(only));
    let rolecall = server::rolecall()?;
    if only.is_none() {
        let starts = (0..STARTS)
            .map(|_| Server::rolecall(&rolecall, None).map(|server| server.ready_in))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let starts = starts.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        say(&format!(
            "exec to ready              {:>9.2} ms (median of {STARTS})",
            median(starts)
        ));
    }
    let recording =
        std::env::temp_dir().join(format!("rolecall-bench-{}.jsonl", std::process::id()));
    let ours = Server::rolecall(&rolecall, Some(&recording))?;
    let mut prepared = requests::prepare(&ours).context("the requests could not be prepared")?;
    prepared.retain(|request| wanted(request.name));
    if !prepared.is_empty() {
        say(&format!(
            "{CONNECTIONS} connections, {ROUNDS} rounds of {} s each, medians; bare hyper gets the same \
             requests and gives answers of the same length",
            ROUND.as_secs()
        ));
        let memory_before = ours.resident_kib();
        rounds(&ours, &prepared)?;
        say(&format!(
            "resident memory            {memory_before:>9} KiB before, {} KiB after",
            ours.resident_kib()
        ));
    }
    let attempts = ours.stop_and_count(&recording)?;
    say(&format!("attempts in the recording  {attempts:>9}"));
    if wanted("upload") {
        upload::measure(&rolecall, &recording)?;
    }
    if wanted("forwarding") {
        forwarding::measure(&rolecall, &recording)?;
    }
    Ok(())
}

/// What one server did with one request, a figure for each round.
#[derive(Debug, Default)]
struct Figures {
    /// Requests a second.
    rates: Vec<f64>,
    /// Processor time of the server for one request, in microseconds: less shaken by what else the
    /// machine does.
    costs: Vec<f64>,
    /// That of the load generator, which runs on the same processors.
    loads: Vec<f64>,
}

impl Figures {
    /// Measures once more; gives back the requests a second.
    fn round(&mut self, server: &Server, request: &[u8]) -> anyhow::Result<f64> {
        let before = (server.processor_seconds(), processor_seconds("self"));
        let rate = Load::new(server.address, request)
            .run(CONNECTIONS, ROUND)?
            .rate;
        let each = 1e6 / (rate * ROUND.as_secs_f64());
        self.costs
            .push(each * (server.processor_seconds() - before.0));
        self.loads
            .push(each * (processor_seconds("self") - before.1));
        self.rates.push(rate);
        Ok(rate)
    }

    fn line(self, name: &str, share: Option<f64>) -> String {
        let share = share.map_or(String::new(), |share| format!("{share:.1} %"));
        format!(
            "{name:<26} {:>9.0} requests/s  {share:>7}  processor each: server {:>5.1} µs, load {:>5.1} µs",
            median(self.rates),
            median(self.costs),
            median(self.loads)
        )
    }
}

/// Drives the bare server and ours in turn, so that each round has a share of its own.
fn rounds(ours: &Server, prepared: &[Prepared]) -> anyhow::Result<()> {
    for request in prepared {
        let bare = Server::bare(request.answer_length)?;
        let (mut of_bare, mut of_ours, mut shares) =
            (Figures::default(), Figures::default(), Vec::new());
        // The first round warms everything up and does not count.
        Figures::default().round(&bare, &request.request)?;
        Figures::default().round(ours, &request.request)?;
        for _ in 0..ROUNDS {
            let base = of_bare.round(&bare, &request.request)?;
            let rate = of_ours.round(ours, &request.request)?;
            shares.push(100.0 * rate / base);
        }
        say(&of_bare.line("bare hyper", None));
        say(&of_ours.line(request.name, Some(median(shares))));
    }
    Ok(())
}
