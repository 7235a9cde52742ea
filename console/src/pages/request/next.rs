//! What comes next about a request, for whoever looks.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::Model;

use super::work::PlanCard;
use crate::officer::Officer;
use crate::parts::Tone;
use crate::shell::Shell;

/// What comes next.
pub struct Next {
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub says: String,
    /// Who could, if it is not for whoever looks.
    pub who: Option<String>,
    /// How loud.
    pub tone: &'static str,
}

impl Next {
    /// As the request stands.
    #[must_use]
    pub fn of<S: Needs>(
        s: &Shell,
        officer: &Officer<S>,
        request: &Model,
        plan: Option<&PlanCard>,
        questions: usize,
    ) -> Self {
        use RequestStatus as R;
        let may = |scope| officer.may(scope, request.controller_id);
        let takes_two = matches!(request.right, Right::Erasure | Right::Rectification);
        let is_own = takes_two && request.filed_by == officer.id();
        let is_undecided = plan.is_some_and(|plan| plan.needs_person);
        let (word, scope) = match request.status {
            R::Closed => ("closed", None),
            _ if request.on_hold => ("held", Some(Scope::RequestsOperate)),
            R::Received | R::Verifying => ("verifying", Some(Scope::RequestsDecide)),
            R::Reviewing if is_undecided => ("undecided", Some(Scope::RequestsDecide)),
            R::Reviewing if is_own => ("approve-other", None),
            R::Reviewing => ("approve", Some(Scope::RequestsApprove)),
            _ if questions > 0 => ("question", Some(Scope::RequestsDecide)),
            R::Resolving => ("resolving", None),
            R::Executing => ("executing", None),
            R::Answering => ("answering", None),
        };
        let who = match (word, scope) {
            ("approve-other", _) => Some(who(s, Scope::RequestsApprove)),
            (_, Some(scope)) if !may(scope) => Some(who(s, scope)),
            _ => None,
        };
        let tone = match word {
            "closed" | "resolving" | "executing" | "answering" => Tone::Info,
            _ => Tone::Warn,
        };
        let says = s.with(&format!("next-{word}-text"), "count", questions);
        Self { title: s.with(&format!("next-{word}"), "count", questions), says, who, tone: tone.class() }
    }
}

fn who(s: &Shell, scope: Scope) -> String {
    let roles = Role::ALL.iter().filter(|role| role.scopes().contains(&scope));
    let names: Vec<_> = roles.map(|role| s.word("role", role.as_str())).collect();
    s.with("next-who", "roles", names.join(", "))
}
