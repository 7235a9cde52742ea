//! Figures for accountability as tables.

use clap::Args;
use serde_json::Value;

use super::{Common, Received, field, list, notes, percent};
use crate::http::Api;
use crate::terminal::{heading, say_table, table};

/// Which requests.
#[derive(Args, Debug)]
pub struct Accountability {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    received: Received,
    /// Only under this law, such as uk_gdpr; under the GDPR of the EU or of the UK, if it is left away
    #[arg(long)]
    regime: Option<String>,
}

const SHOWN: [&str; 12] = [
    "Month",
    "Right",
    "Received",
    "Answered",
    "In time",
    "Cautious",
    "Extended",
    "Refused",
    "Median days",
    "Delays",
    "Open",
    "Overdue",
];

impl Accountability {
    /// Shows or saves them.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let mut query = self.received.query();
        query.extend(self.regime.iter().map(|regime| ("regime", regime.clone())));
        let fetched = self.common.fetch(api, "/api/v1/reports/accountability", query).await?;
        let Some(report) = fetched else { return Ok(()) };
        let mut rows = table(SHOWN);
        let lines = list(&report, "months").iter().chain(list(&report, "rights")).chain([&report["total"]]);
        for line in lines {
            rows.add_row(cells(line));
        }
        let (from, to) = (field(&report, "from"), field(&report, "to"));
        heading(&format!("Received from {from} to {to} under {}", field(&report, "regimes")));
        say_table(&rows);
        notes(list(&report, "notes"));
        Ok(())
    }
}

fn cells(line: &Value) -> [String; SHOWN.len()] {
    let all = |name: &str| line[name].as_str().unwrap_or("all").to_owned();
    let refused = match line["refused"].as_u64() {
        Some(0) | None => "0".to_owned(),
        Some(count) => format!("{count} ({})", field(line, "refused_by_ground")),
    };
    [
        all("month"),
        all("right"),
        field(line, "received"),
        field(line, "answered"),
        percent(&line["share_in_time_statutory"]),
        percent(&line["share_in_time_cautious"]),
        field(line, "extended"),
        refused,
        field(line, "median_days"),
        field(line, "delays"),
        field(line, "open"),
        field(line, "overdue"),
    ]
}
