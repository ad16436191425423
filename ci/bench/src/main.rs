//! `cargo ci bench`: requests a second against a bare hyper server, start-up and memory;
//! `cargo ci bench decision`: one decision, beside Cedar; `cargo ci bench simulate`: cases a second
//! through the command; `cargo ci bench catalog [calls|first|memory]`: recognition and requirements.
//!
//! Servers are processes of their own on loopback; one load generator drives them in turn, over 8
//! connections with keep-alive, with requests that are signed once. Every figure is a median.

mod bare;
mod catalog;
mod decision;
mod load;
mod requests;
mod server;
mod simulate;

use std::{io::Write, process::ExitCode, time::Duration};

use anyhow::Context;

use crate::{load::Load, requests::Prepared, server::Server};

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

/// Measures everything, or only the request whose name begins so.
fn measure(only: Option<&str>) -> anyhow::Result<()> {
    let rolecall = server::rolecall()?;
    let starts = (0..STARTS)
        .map(|_| Server::rolecall(&rolecall, None).map(|server| server.ready_in))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let starts = starts
        .into_iter()
        .map(|time| time.as_secs_f64() * 1e3)
        .collect();

    let recording =
        std::env::temp_dir().join(format!("rolecall-bench-{}.jsonl", std::process::id()));
    let ours = Server::rolecall(&rolecall, Some(&recording))?;
    let mut prepared = requests::prepare(&ours).context("the requests could not be prepared")?;
    prepared.retain(|request| only.is_none_or(|only| request.name.starts_with(only)));
    // The bare server answers with as many bytes as ours to GetCallerIdentity.
    let bare = Server::bare(prepared.first().map_or(400, |first| first.answer_length))?;
    let memory_before = ours.resident_kib();
    let (bare_figures, our_figures) = rounds(&bare, &ours, &prepared)?;
    let memory_after = ours.resident_kib();
    let attempts = ours.stop_and_count(&recording)?;

    let base = median(bare_figures.rates);
    say(&format!(
        "{CONNECTIONS} connections, {ROUNDS} rounds of {} s each, medians",
        ROUND.as_secs()
    ));
    say(&format!(
        "bare hyper                 {base:>9.0} requests/s                        {:>5.1} µs of processor each",
        median(bare_figures.costs)
    ));
    for (prepared, figures) in prepared.iter().zip(our_figures) {
        let rate = median(figures.rates);
        let share = 100.0 * rate / base;
        say(&format!(
            "{:<26} {rate:>9.0} requests/s  {share:>5.1} % of bare hyper  {:>5.1} µs of processor each",
            prepared.name,
            median(figures.costs)
        ));
    }
    say(&format!(
        "exec to ready              {:>9.2} ms (median of {STARTS})",
        median(starts)
    ));
    say(&format!(
        "resident memory            {memory_before:>9} KiB before, {memory_after} KiB after"
    ));
    say(&format!("attempts in the recording  {attempts:>9}"));
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
}

impl Figures {
    fn round(&mut self, server: &Server, request: &[u8]) -> anyhow::Result<()> {
        let before = server.processor_seconds();
        let rate = Load::new(server.address, request).run(CONNECTIONS, ROUND)?;
        let spent = server.processor_seconds() - before;
        self.rates.push(rate);
        self.costs.push(1e6 * spent / (rate * ROUND.as_secs_f64()));
        Ok(())
    }
}

fn rounds(
    bare: &Server,
    ours: &Server,
    prepared: &[Prepared],
) -> anyhow::Result<(Figures, Vec<Figures>)> {
    let mut bare_figures = Figures::default();
    let mut our_figures: Vec<_> = prepared.iter().map(|_| Figures::default()).collect();
    let first = prepared.first().context("there is nothing to measure")?;
    for round in 0..=ROUNDS {
        if round == 1 {
            // The first round warmed everything up and does not count.
            bare_figures = Figures::default();
            our_figures = prepared.iter().map(|_| Figures::default()).collect();
        }
        bare_figures.round(bare, &first.request)?;
        for (request, figures) in prepared.iter().zip(&mut our_figures) {
            figures.round(ours, &request.request)?;
        }
    }
    Ok((bare_figures, our_figures))
}
