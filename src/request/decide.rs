//! Decisions about a request, one call each.

use clap::{Args, Subcommand};
use entities::request::decide::REFUSAL_CODES;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::clocks::{Trial, warn};
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
    /// Show what would come of it, new dates included, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// With --dry-run: show what its letters would say, for this purpose, such as check-4711; an event records the look
    #[arg(long, value_name = "PURPOSE", requires = "dry_run")]
    pub(super) reveal: Option<String>,
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
        warn(decided);
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
    /// Ask the person something; the clocks that the law lets wait are suspended
    Ask {
        #[command(flatten)]
        about: About,
        /// What for
        #[arg(long, value_parser = ["identity", "clarification", "fee"])]
        kind: String,
        /// The words of the question; stored encrypted
        #[arg(long)]
        words: String,
        /// The fee, in the currency's smallest unit
        #[arg(long, value_name = "AMOUNT", requires = "currency")]
        fee: Option<i64>,
        /// The fee's currency, such as EUR
        #[arg(long, value_name = "CODE", requires = "fee")]
        currency: Option<String>,
    },
    /// Note that the person's answer, or the fee, arrived; the dates move as the law says
    Answer {
        #[command(flatten)]
        about: About,
        /// What had been asked for
        #[arg(long, value_parser = ["identity", "clarification", "fee"])]
        kind: String,
        /// When it arrived [default: now]
        #[arg(long, value_name = "TIME")]
        answered_at: Option<Timestamp>,
        /// Its words; stored encrypted
        #[arg(long)]
        words: Option<String>,
    },
    /// Note that the acknowledgement was sent by other means
    Acknowledge {
        #[command(flatten)]
        about: About,
        /// When it was sent [default: now]
        #[arg(long, value_name = "TIME")]
        sent_at: Option<Timestamp>,
    },
    /// Take more time; nothing is lengthened until the notice was sent
    Extend {
        #[command(flatten)]
        about: About,
        /// Reason as a code
        #[arg(long, value_parser = ["complexity", "number_of_requests", "complexity_and_number", "other"])]
        code: String,
        /// Why, in words for the person; stored encrypted
        #[arg(long)]
        reason: String,
        /// The new last day, where the law sets no length or less will do
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
    },
    /// Note that the notice of the extension was sent by other means; the dates move if that was in time
    Announce {
        #[command(flatten)]
        about: About,
        /// How it was sent
        #[arg(long, value_parser = ["email", "phone", "letter", "form", "ticket", "in_person", "other"])]
        means: String,
        /// When it was sent [default: now]
        #[arg(long, value_name = "TIME")]
        sent_at: Option<Timestamp>,
    },
    /// Say that what people do about the request is done
    Complete {
        #[command(flatten)]
        about: About,
        /// What was done; stored encrypted
        #[arg(long)]
        note: String,
        /// How it came out
        #[arg(long, value_parser = ["fulfilled", "partially_fulfilled", "no_data_found"])]
        outcome: Option<String>,
        /// A part is not done, on this ground of the request's laws
        #[arg(long, value_name = "CODE", requires = "what", requires = "why")]
        withheld: Option<String>,
        /// The provision, where it is narrower than the ground's own
        #[arg(long, requires = "withheld")]
        basis: Option<String>,
        /// What is not done, in one line, as the person is told
        #[arg(long, requires = "withheld")]
        what: Option<String>,
        /// Why, as the person is told
        #[arg(long, requires = "withheld")]
        why: Option<String>,
    },
    /// Note that the person appeals against how the request ended
    Appeal {
        #[command(flatten)]
        about: About,
        /// When the appeal arrived [default: now]
        #[arg(long, value_name = "TIME")]
        received_at: Option<Timestamp>,
        /// What the person wrote; stored encrypted
        #[arg(long)]
        words: Option<String>,
    },
    /// Note that the notice was sent that the appeal's decision takes longer
    ExtendAppeal {
        #[command(flatten)]
        about: About,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
        /// When the notice was sent [default: now]
        #[arg(long, value_name = "TIME")]
        sent_at: Option<Timestamp>,
    },
    /// Decide the appeal
    DecideAppeal {
        #[command(flatten)]
        about: About,
        /// The decision
        #[arg(long, value_parser = ["granted", "partly_granted", "denied"])]
        decision: String,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
    },
    /// Compute the clocks anew, by the rules and calendars of the server, and so sign for them for this request
    Recompute {
        #[command(flatten)]
        about: About,
        /// Why; stored encrypted
        #[arg(long)]
        reason: String,
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
        #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(REFUSAL_CODES.keys()))]
        code: String,
        /// The provision that allows it, where it is narrower than the ground's own
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
    /// Let the person download a file of the export on their status page; look into it first
    HandOver {
        #[command(flatten)]
        about: About,
        /// Id of the file, as `show` gives it
        #[arg(long, value_name = "ID", value_parser = request_name)]
        file: String,
    },
    /// Take back a file that was handed over
    TakeBack {
        #[command(flatten)]
        about: About,
        /// Id of the file
        #[arg(long, value_name = "ID", value_parser = request_name)]
        file: String,
    },
}

fn refusal_help() -> String {
    let lines = REFUSAL_CODES.iter().map(|(code, meaning)| format!("  {code:<30}{meaning}"));
    format!("Codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// A body of the fields that were given.
fn given<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Decision {
    /// Tells the API.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let (about, call, body) = self.call();
        let call = format!("{}/{call}", path(&about.request));
        if about.dry_run {
            let trial: Trial = api.try_out(&call, &body, about.if_version, about.reveal.as_deref()).await?;
            return trial.show(about.json);
        }
        let decided: Request = api.post(&call, &body, about.if_version, None).await?;
        about.tell(&decided)
    }

    fn call(self) -> (About, String, Value) {
        match self {
            Self::Verify { about, method } => (about, "verify".into(), json!({ "method": method })),
            Self::Ask { about, kind, words, fee, currency } => {
                let fee = fee.map(|amount| json!({ "amount_minor": amount, "currency": currency }));
                (about, "ask".into(), given([("kind", json!(kind)), ("words", json!(words)), ("fee", json!(fee))]))
            }
            Self::Answer { about, kind, answered_at, words } => {
                let body = [("kind", json!(kind)), ("answered_at", json!(answered_at)), ("words", json!(words))];
                (about, "answer".into(), given(body))
            }
            Self::Acknowledge { about, sent_at } => (about, "acknowledge".into(), given([("sent_at", json!(sent_at))])),
            Self::Extend { about, code, reason, until } => {
                let body = [("code", json!(code)), ("reason", json!(reason)), ("until", json!(until))];
                (about, "extend".into(), given(body))
            }
            Self::Announce { about, means, sent_at } => {
                (about, "announce".into(), given([("means", json!(means)), ("sent_at", json!(sent_at))]))
            }
            Self::Complete { about, note, outcome, withheld, basis, what, why } => {
                let ground =
                    |code| given([("code", code), ("basis", json!(basis)), ("what", json!(what)), ("why", json!(why))]);
                let withheld = withheld.map_or(Value::Null, |code| ground(json!(code)));
                let body = [("note", json!(note)), ("outcome", json!(outcome)), ("withheld", withheld)];
                (about, "complete".into(), given(body))
            }
            Self::Appeal { about, received_at, words } => {
                (about, "appeal".into(), given([("received_at", json!(received_at)), ("words", json!(words))]))
            }
            Self::ExtendAppeal { about, reason, sent_at } => {
                let body = given([("reason", json!(reason)), ("sent_at", json!(sent_at))]);
                (about, "extend-appeal".into(), body)
            }
            Self::DecideAppeal { about, decision, reason } => {
                (about, "decide-appeal".into(), json!({ "decision": decision, "reason": reason }))
            }
            Self::Recompute { about, reason } => (about, "recompute".into(), json!({ "reason": reason })),
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
            Self::HandOver { about, file } => (about, format!("artifacts/{file}/hand-over"), json!({})),
            Self::TakeBack { about, file } => (about, format!("artifacts/{file}/take-back"), json!({})),
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
