//! What one sees while the samples are played: a live line a sample on a terminal, a line for every change elsewhere.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::play::Play;
use super::samples::SAMPLES;
use crate::terminal::{is_terminal, mark, say};

/// The screen.
pub struct Screen {
    live: Option<Live>,
    last: RefCell<BTreeMap<u8, String>>,
}

struct Live {
    all: MultiProgress,
    bars: Vec<ProgressBar>,
}

impl Screen {
    /// Live if standard output is a terminal.
    ///
    /// # Errors
    /// Never in practice: the templates are constants.
    pub fn new() -> anyhow::Result<Self> {
        let live = if is_terminal() { Some(Live::new()?) } else { None };
        Ok(Self { live, last: RefCell::default() })
    }

    /// Shows how a sample stands.
    pub fn show(&self, play: &Play) {
        let line = play.line();
        let number = play.sample.number;
        match &self.live {
            Some(live) => {
                if let Some(bar) = live.bars.get(usize::from(number) - 1) {
                    bar.set_message(format!("{}  {:<37}{line}", play.request.reference, play.sample.shows));
                    if play.ended && !bar.is_finished() {
                        bar.set_style(ended());
                        bar.set_prefix(format!("{} {number:>2}", mark(play.is_there())));
                        bar.finish();
                    }
                }
            }
            None => {
                let mut last = self.last.borrow_mut();
                if last.get(&number) != Some(&line) {
                    say(format_args!("{number:>2}  {}  {:<37}{line}", play.request.reference, play.sample.shows));
                    last.insert(number, line);
                }
            }
        }
    }

    /// Takes the live lines away: the report says it all.
    pub fn clear(&self) {
        if let Some(live) = &self.live {
            for bar in &live.bars {
                bar.finish_and_clear();
            }
            // Where the terminal has gone there is nothing to clear.
            drop(live.all.clear());
        }
    }
}

impl Live {
    fn new() -> anyhow::Result<Self> {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template("{spinner} {prefix}  {wide_msg}")?;
        let bars = SAMPLES.iter().map(|sample| {
            let bar = all.add(ProgressBar::new_spinner().with_style(style.clone()));
            bar.set_prefix(format!("{:>2}", sample.number));
            bar.set_message(sample.shows);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let bars = bars.collect();
        Ok(Self { all, bars })
    }
}

fn ended() -> ProgressStyle {
    ProgressStyle::with_template("{prefix}  {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}
