//! Decisions about a request, one call each.

use clap::{Args, Subcommand};
use entities::request::decide::REFUSAL_CODES;
use serde_json::{Value, json};

use super::{path, request_name};
use crate::answers::Request;
use crate::http::Api;
use crate::terminal::{say, say_json};

/// What every decision takes.
#[derive(Args, Debug)]
pub struct About {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    pub(super) request: String,
    /// Only if the request is still at this version, as `show` gave it
    #[arg(long, value_name = "VERSION")]
    pub(super) if_version: Option<i64>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl About {
    /// Says where the request stands after a decision.
    ///
    /// # Errors
    /// It does not serialise.
    pub(super) fn tell(&self, decided: &Request) -> anyhow::Result<()> {
        if self.json {
            return say_json(decided);
        }
        say(format_args!("{}  {}", decided.reference, decided.standing()));
        Ok(())
    }
}

/// What is included or left out, and why.
#[derive(Args, Debug)]
pub struct Choice {
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    what: What,
    /// Why; stored encrypted
    #[arg(long)]
    reason: String,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct What {
    /// Id of a record that was found, as `show` lists it
    #[arg(long, value_name = "ID", value_parser = request_name)]
    candidate: Option<String>,
    /// Id of an identifier that is fuzzy or shared
    #[arg(long, value_name = "ID", value_parser = request_name)]
    identifier: Option<String>,
}

/// A decision.
#[derive(Subcommand, Debug)]
pub enum Decision {
    /// Say how the person's identity was proven; the search begins
    Verify {
        #[command(flatten)]
        about: About,
        /// How it was proven
        #[arg(long, default_value = "officer_word",
              value_parser = ["officer_word", "ticketing_source", "account_login", "email_link", "document"])]
        method: String,
    },
    /// Say that a record or an identifier is meant
    Include(Choice),
    /// Say that a record or an identifier is not meant
    LeaveOut(Choice),
    /// Refuse the request, with its basis in law
    #[command(after_help = refusal_help())]
    Refuse {
        #[command(flatten)]
        about: About,
        /// Reason as a code
        #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(REFUSAL_CODES.iter().map(|known| known.code)))]
        code: String,
        /// The article that allows it, such as `GDPR Art. 12(5)`
        #[arg(long)]
        basis: Option<String>,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// The person withdrew the request
    Withdraw {
        #[command(flatten)]
        about: About,
        /// How it is known; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// Forget what was found and chosen, and search again
    ResolveAnew {
        #[command(flatten)]
        about: About,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// Accept what an erasure left behind: the request ends as partially fulfilled
    Accept {
        #[command(flatten)]
        about: About,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// Stop everything further on the platform; the clock runs on
    Hold {
        #[command(flatten)]
        about: About,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// Let the work go on
    Release {
        #[command(flatten)]
        about: About,
    },
    /// Try a failed job again, or, without --job, the steps that were set aside
    Retry {
        #[command(flatten)]
        about: About,
        /// Id of the failed job
        #[arg(long, value_name = "ID", value_parser = request_name)]
        job: Option<String>,
    },
    /// Accept that a job failed: the request ends without it, and its answer says so
    Abandon {
        #[command(flatten)]
        about: About,
        /// Id of the failed job
        #[arg(long, value_name = "ID", value_parser = request_name)]
        job: String,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
}

fn refusal_help() -> String {
    let lines = REFUSAL_CODES.iter().map(|known| format!("  {:<22}{}", known.code, known.meaning));
    format!("Codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

impl Decision {
    /// Tells the API.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let (about, call, body) = self.call();
        let decided: Request =
            api.post(&format!("{}/{call}", path(&about.request)), &body, about.if_version, None).await?;
        about.tell(&decided)
    }

    fn call(self) -> (About, String, Value) {
        match self {
            Self::Verify { about, method } => (about, "verify".into(), json!({ "method": method })),
            Self::Include(choice) => choice.call("include"),
            Self::LeaveOut(choice) => choice.call("leave-out"),
            Self::Refuse { about, code, basis, reason } => {
                let mut body = json!({ "code": code, "reason": reason });
                if let Some(basis) = basis {
                    body["basis"] = Value::String(basis);
                }
                (about, "refuse".into(), body)
            }
            Self::Withdraw { about, reason } => (about, "withdraw".into(), json!({ "reason": reason })),
            Self::ResolveAnew { about, reason } => (about, "resolve-anew".into(), json!({ "reason": reason })),
            Self::Accept { about, reason } => (about, "accept".into(), json!({ "reason": reason })),
            Self::Hold { about, reason } => (about, "hold".into(), json!({ "reason": reason })),
            Self::Release { about } => (about, "release".into(), json!({})),
            Self::Retry { about, job: None } => (about, "retry".into(), json!({})),
            Self::Retry { about, job: Some(job) } => (about, format!("jobs/{job}/retry"), json!({})),
            Self::Abandon { about, job, reason } => (about, format!("jobs/{job}/abandon"), json!({ "reason": reason })),
        }
    }
}

impl Choice {
    fn call(self, verb: &str) -> (About, String, Value) {
        let path = match (self.what.candidate, self.what.identifier) {
            (Some(id), _) => format!("candidates/{id}/{verb}"),
            (None, id) => format!("identifiers/{}/{verb}", id.unwrap_or_default()),
        };
        (self.about, path, json!({ "reason": self.reason }))
    }
}
