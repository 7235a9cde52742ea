//! GitHub issues, made by issue forms in a private repository.
//!
//! A ticket is written `owner/repository#number`, because one webhook may serve many repositories; in small letters, because
//! GitHub takes either for the same. Sources: GitHub
//! documentation, "Webhook events and payloads", "Issues", "Issue comments", "Labels", "Rate limits for the REST API".

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{COMMENT_PAGES, actor, instant, number, page_by_time};
use crate::answer::Answer;
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading::{self, form, json as strict};
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct GitHub;

/// What it offers.
pub(crate) const OFFERS: Row = Row {
    // Whoever sees an issue sees all its comments.
    internal_comments: false,
    ..Row::all(&GitHub)
};

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Whose issues are tickets: `owner/repository`. Without it, those of all repositories that signed calls tell of, and none are
    /// listed.
    #[serde(default)]
    repository: Option<String>,
    /// The label that listed issues have.
    #[serde(default)]
    label: Option<String>,
}

const PAGE: usize = 100;

#[async_trait]
impl System for GitHub {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = if form::is_form(content_type) {
            strict::parse(&form::only("payload", content_type, body)?)?
        } else {
            reading::json_body(content_type, body)?
        };
        let issue = &body["issue"];
        // A ping has no issue, and a pull request is one that nobody files a request by.
        if !issue.is_object() || issue.get("pull_request").is_some_and(|it| !it.is_null()) {
            return Ok(Vec::new());
        }
        let repository = body.pointer("/repository/full_name").and_then(Value::as_str);
        let repository = repository.filter(|name| split(name).is_some());
        let repository = repository.ok_or(Unreadable::NoTicket("/repository/full_name"))?.to_ascii_lowercase();
        let number = issue["number"].as_u64().ok_or(Unreadable::NoTicket("/issue/number"))?;
        let is_about_issue = body.get("comment").is_none();
        let gone = is_about_issue && matches!(body["action"].as_str(), Some("deleted" | "transferred"));
        let updated_at = instant(issue.get("updated_at"));
        Ok(vec![Mention {
            ticket: format!("{repository}#{number}"),
            account: Some(repository),
            happened: if gone { Happened::Deleted } else { Happened::Changed },
            actor: actor(body.pointer("/sender/id")),
            occurred_at: updated_at,
            updated_at,
            document: Some(document(issue)),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        let options: Options = link::options(options)?;
        match options.repository.as_deref() {
            Some(name) if split(name).is_none() => {
                Err(Trouble::misconfigured("options.repository", "is written owner/repository"))
            }
            _ => Ok(()),
        }
    }

    fn account(&self, options: &Map<String, Value>) -> Option<String> {
        link::options::<Options>(options).ok()?.repository.map(|it| it.to_ascii_lowercase())
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let issue = told(link.get(&Path::of(link, ticket)?.issue()).answer("github.issue").await?)?;
        if !issue["number"].is_u64() {
            return Err(Trouble::Unreadable("it has no issue"));
        }
        Ok(Document {
            ticket: ticket.to_owned(),
            value: document(&issue),
            updated_at: instant(issue.get("updated_at")),
        })
    }

    /// A field is a family of labels: field `dsr-status:` with value `done` takes away every other label that begins so,
    /// and adds `dsr-status:done`. A status is `open`, `completed` or `not_planned`.
    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let path = Path::of(link, ticket)?;
        let mut update = Map::new();
        if let Some((family, value)) = &change.field {
            let issue = told(link.get(&path.issue()).answer("github.labels").await?)?;
            let mut labels: Vec<_> = labels(&issue).filter(|label| !label.starts_with(family)).collect();
            labels.push(format!("{family}{value}"));
            update.insert("labels".to_owned(), json!(labels));
        }
        match change.status.as_deref() {
            None => {}
            Some("open") => {
                update.insert("state".to_owned(), json!("open"));
            }
            Some(reason @ ("completed" | "not_planned")) => {
                update.insert("state".to_owned(), json!("closed"));
                update.insert("state_reason".to_owned(), json!(reason));
            }
            Some(_) => {
                let there_are = ["open", "completed", "not_planned"].map(str::to_owned).to_vec();
                return Err(Trouble::NoSuch { what: "status", there_are });
            }
        }
        told(link.change(Method::PATCH, &path.issue(), update.into()).answer("github.write").await?).map(|_| ())
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        if !comment.public {
            return Err(Trouble::NotOffered("comment that the requester does not see"));
        }
        let path = Path::of(link, ticket)?;
        let body = json!({"body": comment.whole()});
        told(link.change(Method::POST, &path.comments(), body).answer("github.comment").await?).map(|_| ())
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let path = Path::of(link, ticket)?;
        for page in 1..=COMMENT_PAGES {
            let ask = link.get(&path.comments()).query("per_page", "100").query("page", page.to_string());
            let list = told(ask.answer("github.comments").await?)?;
            let list = list.as_array().ok_or(Trouble::Unreadable("it lists no comments"))?;
            if list.iter().any(|comment| comment["body"].as_str().is_some_and(|body| body.contains(marker))) {
                return Ok(Presence::Present);
            }
            if list.len() < 100 {
                return Ok(Presence::Absent);
            }
        }
        Ok(Presence::CannotTell)
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        let missing = || Trouble::misconfigured("options.repository", "is needed to list issues");
        let repository = options.repository.as_deref().ok_or_else(missing)?;
        let (owner, name) = split(repository).ok_or_else(missing)?;
        let mut ask = link.get(&["repos", owner, name, "issues"]).query("state", "all");
        ask = ask.query("since", cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        ask = ask.query("sort", "updated").query("direction", "asc").query("per_page", PAGE.to_string());
        ask = ask.query("page", (number(cursor) + 1).to_string());
        if let Some(label) = &options.label {
            ask = ask.query("labels", label);
        }
        let list = told(ask.answer("github.changed").await?)?;
        let list = list.as_array().ok_or(Trouble::Unreadable("it lists no issues"))?;
        let listed = |issue: &Value| {
            let updated_at = instant(issue.get("updated_at"));
            issue.get("pull_request").is_none().then_some(())?;
            let ticket = format!("{}#{}", repository.to_ascii_lowercase(), issue["number"].as_u64()?);
            Some(Mention::listed(ticket, updated_at, Some(document(issue))))
        };
        Ok(page_by_time(cursor, list.iter().filter_map(listed).collect(), list.len() >= PAGE))
    }
}

/// Where an issue is.
struct Path<'a> {
    owner: &'a str,
    repository: &'a str,
    number: &'a str,
}

impl<'a> Path<'a> {
    /// That of a ticket, which must be in the repository that the settings name, if they name one: our account may see more.
    fn of(link: &Link, ticket: &'a str) -> Result<Self, Trouble> {
        let path = Self::parse(ticket)?;
        let options: Options = link.options()?;
        let is_ours = |ours: &str| ours.eq_ignore_ascii_case(ticket.split('#').next().unwrap_or_default());
        match options.repository.as_deref() {
            Some(ours) if !is_ours(ours) => Err(Trouble::misconfigured("options.repository", "is not the ticket's")),
            _ => Ok(path),
        }
    }

    fn parse(ticket: &'a str) -> Result<Self, Trouble> {
        let (name, number) = ticket.split_once('#').ok_or(Trouble::Gone)?;
        let (owner, repository) = split(name).ok_or(Trouble::Gone)?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Ok(Self { owner, repository, number }) } else { Err(Trouble::Gone) }
    }

    fn issue(&self) -> [&'a str; 5] {
        ["repos", self.owner, self.repository, "issues", self.number]
    }

    fn comments(&self) -> [&'a str; 6] {
        ["repos", self.owner, self.repository, "issues", self.number, "comments"]
    }
}

/// Owner and repository of `owner/repository`.
fn split(name: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| {
        (1..=100).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && name.bytes().any(|byte| byte != b'.')
    };
    name.split_once('/').filter(|(owner, repository)| is_name(owner) && is_name(repository))
}

/// An issue, with the sections of its form by heading and its labels by name.
fn document(issue: &Value) -> Value {
    let user = &issue["user"];
    json!({
        "issue": {
            "number": issue["number"], "title": issue["title"], "body": issue["body"], "state": issue["state"],
            "created_at": issue["created_at"], "updated_at": issue["updated_at"],
            "user": {"id": user["id"], "login": user["login"]},
        },
        "labels": labels(issue).collect::<Vec<_>>(),
        "sections": sections(issue["body"].as_str().unwrap_or_default()),
    })
}

fn labels(issue: &Value) -> impl Iterator<Item = String> + '_ {
    let name = |label: &Value| label.as_str().or_else(|| label["name"].as_str()).map(str::to_owned);
    issue["labels"].as_array().into_iter().flatten().filter_map(name)
}

/// What stands under each `### Heading`. A heading that comes twice gets a list: whoever fills in a form can write headings
/// into their answers, and two answers to one question are for a person to read.
fn sections(body: &str) -> Map<String, Value> {
    let mut sections = Map::new();
    let mut heading: Option<&str> = None;
    let mut lines: Vec<&str> = Vec::new();
    let mut close = |heading: Option<&str>, lines: &mut Vec<&str>| {
        let text = std::mem::take(lines).join("\n");
        let Some(heading) = heading else { return };
        // What a form writes where nothing was filled in.
        let text = Some(text.trim()).filter(|text| !text.is_empty() && *text != "_No response_");
        let value = json!(text);
        match sections.get_mut(heading) {
            None => {
                sections.insert(heading.to_owned(), value);
            }
            Some(Value::Array(all)) => all.push(value),
            Some(one) => *one = json!([one.take(), value]),
        }
    };
    for line in body.lines() {
        match line.strip_prefix("### ") {
            Some(next) => {
                close(heading, &mut lines);
                heading = Some(next.trim());
            }
            None => lines.push(line),
        }
    }
    close(heading, &mut lines);
    sections
}

/// The answer's JSON, or its trouble: too many calls are refused with 403 too, and a locked conversation likewise.
fn told(answer: Answer) -> Result<Value, Trouble> {
    if answer.is_success() {
        return Ok(answer.json);
    }
    let spent = answer.header("x-ratelimit-remaining") == Some("0") || answer.header("retry-after").is_some();
    Err(match answer.status {
        403 if spent => answer.rate_limited(),
        _ => answer.trouble(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_by_its_headings() {
        let body = "intro\n### E-mail\n\nzoe@example.com\n\n### Phone\r\n\r\n_No response_\n### Region\nEU\n### Notes\na\n\nb\n### Region\n\nUS";
        assert_eq!(
            Value::Object(sections(body)),
            json!({"E-mail": "zoe@example.com", "Phone": null, "Region": ["EU", "US"], "Notes": "a\n\nb"})
        );
    }

    #[test]
    fn a_ticket_names_a_repository_and_a_number() {
        assert!(Path::parse("acme/privacy#12").is_ok());
        for none in ["acme/privacy", "acme#1", "acme/privacy#", "acme/privacy#x", "../..#1", "a/b/c#1", "a/b#1/2"] {
            assert!(Path::parse(none).is_err(), "{none}");
        }
    }
}
