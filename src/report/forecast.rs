//! The forecast as a table, with what it rests on below.

use clap::Args;
use serde_json::Value;

use super::{Common, field, list, notes};
use crate::http::Api;
use crate::terminal::{heading, note, say, say_table, table};

/// Which requests.
#[derive(Args, Debug)]
pub struct Forecast {
    #[command(flatten)]
    common: Common,
    /// Also those that will be in time
    #[arg(long, conflicts_with_all = ["csv", "json", "out"])]
    all: bool,
}

const SHOWN: [(&str, &str); 9] = [
    ("Reference", "reference"),
    ("Right", "right"),
    ("Status", "status"),
    ("Answer by", "cautious_on"),
    ("Expected", "expected_on"),
    ("Verdict", "verdict"),
    ("Waits for", "waits_for"),
    ("Decide by", "decide_by"),
    ("Announce extension by", "announce_extension_by"),
];

impl Forecast {
    /// Shows or saves it.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let fetched = self.common.fetch(api, "/api/v1/reports/forecast", Vec::new()).await?;
        let Some(report) = fetched else { return Ok(()) };
        let of = &report["summary"];
        say(format_args!(
            "{} open: {} in time, {} after the cautious date, {} after the statutory date, {} overdue; an extension is advised for {}.",
            field(of, "open"),
            field(of, "in_time"),
            field(of, "misses_cautious"),
            field(of, "misses_statutory"),
            field(of, "overdue"),
            field(of, "extension_advised"),
        ));
        let mut rows = table(SHOWN.map(|(title, _)| title));
        let shown = list(&report, "items").iter().filter(|line| self.all || line["verdict"] != "in_time");
        for line in shown {
            rows.add_row(SHOWN.map(|(_, name)| field(line, name)));
        }
        if rows.row_count() > 0 {
            say_table(&rows);
        }
        rests_on(&report["assumptions"]);
        Ok(())
    }
}

fn rests_on(assumptions: &Value) {
    heading("This rests on");
    let from = if assumptions["calls_a_minute_learnt"] == true { "as the platform said" } else { "as documented" };
    say(format_args!("Platform calls a minute: {} ({from})", field(assumptions, "calls_a_minute")));
    let columns = [
        ("Right", "right"),
        ("Requests seen", "requests_seen"),
        ("Jobs seen", "jobs_seen"),
        ("Jobs", "jobs"),
        ("Calls", "calls"),
        ("Days to approval", "approval_days"),
        ("Days on platform", "platform_days"),
        ("Days by people", "by_people_days"),
    ];
    let mut rows = table(columns.map(|(title, _)| title));
    for right in list(assumptions, "rights") {
        rows.add_row(columns.map(|(_, name)| field(right, name)));
    }
    say_table(&rows);
    notes(list(assumptions, "notes"));
    note("Those that will be in time are left out; --all shows them.");
}
