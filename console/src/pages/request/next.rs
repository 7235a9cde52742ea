//! What comes next about a request, for whoever looks, and the way straight to it.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::Model;

use super::questions::QuestionRow;
use super::way::{Way, Ways};
use crate::officer::Officer;
use crate::parts::Tone;
use crate::plan::PlanCard;
use crate::shell::Shell;

/// What comes next.
pub struct Next {
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub says: String,
    /// Who could, if it is not for whoever looks.
    pub who: Option<String>,
    /// The way to it.
    pub way: Option<Way>,
    /// How loud.
    pub tone: &'static str,
    /// Whether it goes on by itself, so that it is worth looking again.
    pub is_moving: bool,
}

impl Next {
    /// As the request stands.
    #[must_use]
    pub fn of<S: Needs>(
        s: &Shell,
        officer: &Officer<S>,
        request: &Model,
        plan: Option<&PlanCard>,
        questions: &[QuestionRow],
    ) -> Self {
        let word = word(officer, request, plan, questions);
        let scope = match word {
            "held" => Some(Scope::RequestsOperate),
            "verifying" | "undecided" | "contradicted" | "question" => Some(Scope::RequestsDecide),
            "approve" => Some(Scope::RequestsApprove),
            _ => None,
        };
        let who = match (word, scope) {
            ("approve-other", _) => Some(who(s, Scope::RequestsApprove)),
            // Whoever has a way to answer needs nobody else.
            ("question", _) if questions.iter().any(|row| !row.ways.is_empty()) => None,
            (_, Some(scope)) if !officer.may(scope, request.controller_id) => Some(who(s, scope)),
            _ => None,
        };
        let is_moving = matches!(word, "resolving" | "executing" | "answering");
        let tone = if is_moving || word == "closed" { Tone::Info } else { Tone::Warn };
        let count = questions.len();
        Self {
            title: s.with(&format!("next-{word}"), "count", count),
            says: s.with(&format!("next-{word}-text"), "count", count),
            who,
            way: way(s, officer, request, plan, questions, word),
            tone: tone.class(),
            is_moving,
        }
    }
}

fn word<S: Needs>(
    officer: &Officer<S>,
    request: &Model,
    plan: Option<&PlanCard>,
    questions: &[QuestionRow],
) -> &'static str {
    use RequestStatus as R;
    let takes_two = matches!(request.right, Right::Erasure | Right::Rectification);
    match request.status {
        R::Closed if questions.is_empty() => "closed",
        R::Closed => "question",
        _ if request.on_hold => "held",
        R::Received | R::Verifying => "verifying",
        R::Reviewing if plan.is_some_and(|plan| plan.is_contradicted) => "contradicted",
        R::Reviewing if plan.is_some_and(|plan| plan.needs_person) => "undecided",
        R::Reviewing if takes_two && request.filed_by == officer.id() => "approve-other",
        R::Reviewing => "approve",
        _ if !questions.is_empty() => "question",
        R::Resolving => "resolving",
        R::Executing => "executing",
        R::Answering => "answering",
    }
}

/// Straight to the form that is next.
fn way<S: Needs>(
    s: &Shell,
    officer: &Officer<S>,
    request: &Model,
    plan: Option<&PlanCard>,
    questions: &[QuestionRow],
    word: &str,
) -> Option<Way> {
    let ways = Ways::new(s, officer, request);
    match word {
        "verifying" => ways.to("verify", "verify", Scope::RequestsDecide),
        "contradicted" => ways.to("resolve-anew", "resolve-anew", Scope::RequestsDecide),
        "undecided" => {
            let first = plan?.first_undecided?;
            ways.to("choose", &format!("candidates/{first}"), Scope::RequestsDecide)
        }
        "approve" if officer.may(Scope::RequestsApprove, request.controller_id) => {
            ways.to("approve", "approve", Scope::RequestsApprove)
        }
        "approve" | "approve-other" => ways.to("approve-look", "approve", Scope::RequestsRead),
        "question" => questions.iter().find_map(|row| row.ways.first()).cloned(),
        _ => None,
    }
}

fn who(s: &Shell, scope: Scope) -> String {
    let roles = Role::ALL.iter().filter(|role| role.scopes().contains(&scope));
    let names: Vec<_> = roles.map(|role| s.word("role", role.as_str())).collect();
    s.with("next-who", "roles", names.join(", "))
}
