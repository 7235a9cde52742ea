//! The register as a table: what fits a terminal. All columns are in the CSV and in the JSON.

use clap::Args;

use super::{Common, Received, field, list};
use crate::http::Api;
use crate::terminal::{note, say_table, table};

/// Which requests.
#[derive(Args, Debug)]
pub struct Register {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    received: Received,
}

const SHOWN: [(&str, &str); 9] = [
    ("Reference", "reference"),
    ("Right", "right"),
    ("Laws", "regimes"),
    ("Received", "received_on"),
    ("Status", "status"),
    ("Outcome", "outcome"),
    ("Answer by", "statutory_on"),
    ("Days", "days_to_answer"),
    ("In time", "in_time_statutory"),
];

impl Register {
    /// Shows or saves it.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let fetched = self.common.fetch(api, "/api/v1/reports/register", self.received.query()).await?;
        let Some(report) = fetched else { return Ok(()) };
        let mut rows = table(SHOWN.map(|(title, _)| title));
        for line in list(&report, "items") {
            rows.add_row(SHOWN.map(|(_, name)| field(line, name)));
        }
        say_table(&rows);
        let (from, to) = (field(&report, "from"), field(&report, "to"));
        let count = list(&report, "items").len();
        note(format_args!("{count} received from {from} to {to}, {}.", field(&report, "time_zone")));
        Ok(())
    }
}
