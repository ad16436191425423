//! One decision by itself: no server, no catalog, the context built before.
//!
//! For each shape and each number of statements ours and Cedar decide in turn, in one run; every
//! figure is the median of the rounds.

mod cedar;
mod ours;
mod shapes;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{decision::shapes::Shape, median, say};

const COUNTS: [usize; 4] = [1, 10, 100, 1_000];
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(8);

/// Measures every shape, or only those whose name begins so.
pub(crate) fn measure(only: Option<&str>) -> anyhow::Result<()> {
    say(&format!(
        "nanoseconds for one decision, medians of {ROUNDS} rounds of {} ms in turn; `with statements` says \
         which statements decided",
        ROUND.as_millis()
    ));
    for shape in shapes::ALL {
        if only.is_some_and(|only| !shape.name.starts_with(only)) {
            continue;
        }
        say(&format!("\n{}: {}", shape.name, shape.about));
        say("  statements     decision   with statements        Cedar   Cedar/decision");
        for count in COUNTS {
            row(shape, count)?;
        }
    }
    Ok(())
}

fn row(shape: &Shape, count: usize) -> anyhow::Result<()> {
    let ours = ours::Prepared::new(shape, count)?;
    let cedar = cedar::Prepared::new(shape, count)?;
    for (who, allows) in [
        ("Rolecall's decision", ours.allows()),
        ("Rolecall's evaluation", ours.allows_with_statements()),
        ("Cedar", cedar.allows()),
    ] {
        anyhow::ensure!(
            allows == shape.allowed,
            "{who} does not decide {} with {count} statements as it should",
            shape.name
        );
    }
    let sides: [&dyn Fn() -> bool; 3] = [
        &|| ours.allows(),
        &|| ours.allows_with_statements(),
        &|| cedar.allows(),
    ];
    let batches = sides.map(batch);
    let mut figures = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for ((decide, batch), figures) in sides.iter().zip(batches).zip(&mut figures) {
            figures.push(nanoseconds(decide, batch));
        }
    }
    let [decision, with_statements, cedar] = figures.map(median);
    say(&format!(
        "  {count:>10} {decision:>12.0} {with_statements:>17.0} {cedar:>12.0} {:>15.1}x",
        cedar / decision
    ));
    Ok(())
}

/// How many decisions fill a round.
fn batch(decide: &dyn Fn() -> bool) -> u32 {
    let mut batch = 1;
    loop {
        let each = nanoseconds(decide, batch);
        let (total, round) = (each * f64::from(batch), ROUND.as_secs_f64() * 1e9);
        if total >= round || batch >= 1 << 24 {
            return batch;
        }
        batch *= 2;
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn nanoseconds(decide: &dyn Fn() -> bool, batch: u32) -> f64 {
    let begun = Instant::now();
    for _ in 0..batch {
        black_box(decide());
    }
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(batch)
}
