//! How far a collection is, on a terminal; silence in a pipe.

use crate::collect::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::Duration;

/// One line on standard error: what is being asked and how much of what is known to come is done.
///
/// The length grows while listings find more to ask about, so there is no estimate of the time left: it would lie.
#[derive(Debug)]
pub struct Line {
    bar: ProgressBar,
}

impl Line {
    /// A line that is drawn only where standard error is a terminal.
    pub fn new() -> Self {
        let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }
}

impl Progress for Line {
    fn planned(&self, what: &str, steps: u64) {
        self.bar.inc_length(steps);
        self.bar.set_message(crate::telemetry::printable(what).into_owned());
    }

    fn done(&self, what: &str, steps: u64) {
        self.bar.inc(steps);
        self.bar.set_message(crate::telemetry::printable(what).into_owned());
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
