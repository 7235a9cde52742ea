//! The yearly figures of the CCPA as tables.

use clap::Args;

use super::{Common, field, list, notes};
use crate::http::Api;
use crate::terminal::{heading, say_table, table};

/// Which year.
#[derive(Args, Debug)]
pub struct Ccpa {
    #[command(flatten)]
    common: Common,
    /// The calendar year of receipt; last year, if it is left away
    #[arg(long)]
    year: Option<String>,
}

const SHOWN: [(&str, &str); 13] = [
    ("Type", "type"),
    ("Received", "received"),
    ("In whole", "complied_in_whole"),
    ("In part", "complied_in_part"),
    ("Denied", "denied"),
    ("Not verifiable", "denied_not_verifiable"),
    ("No consumer", "denied_not_by_consumer"),
    ("Exempt", "denied_exempt"),
    ("Other", "denied_other"),
    ("Withdrawn", "withdrawn"),
    ("Open", "open"),
    ("Mean days", "mean_days"),
    ("Median days", "median_days"),
];

impl Ccpa {
    /// Shows or saves them.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let query = self.year.iter().map(|year| ("year", year.clone())).collect();
        let Some(report) = self.common.fetch(api, "/api/v1/reports/ccpa", query).await? else { return Ok(()) };
        for (title, name) in [("Under the CCPA", "california"), ("Everyone", "everyone")] {
            let mut rows = table(SHOWN.map(|(title, _)| title));
            for line in list(&report, name) {
                rows.add_row(SHOWN.map(|(_, name)| field(line, name)));
            }
            heading(&format!("{title}, received in {}", field(&report, "year")));
            say_table(&rows);
        }
        notes(list(&report, "notes"));
        Ok(())
    }
}
