//! Saying that the person is who they say they are, by an officer's word.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use api::words::IDENTITY_METHODS;
use entities::identity_link::prove;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Verify;

/// The methods that an officer can vouch for. The link proves itself.
fn methods() -> impl Iterator<Item = &'static str> {
    IDENTITY_METHODS.iter().copied().filter(|method| *method != prove::METHOD)
}

impl Deciding for Verify {
    type Scope = RequestsDecide;
    const DONE: &'static str = "verified";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let option = |word| Opt::new(word, s.word("method", word)).meaning(s.word("method-help", word));
        let method = Field::new(Kind::OneOf, "method", s.t("verify-method")).options(methods().map(option).collect());
        let note = Field::new(Kind::Words(3), "note", s.t("verify-note")).hint(s.t("verify-note-hint"));
        Ok(Sheet::new(s.t("verify-title"), s.t("verify-lead"), s.t("verify-go")).ask(method).ask(note))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let known = |text: &str| methods().find(|method| *method == text);
        let method = given.word("method", known, desk.s.t("verify-method-missing"));
        let note = given.text("note", LONGEST_REASON, desk.s.t("verify-note-missing"));
        Some(Decision::Verify(method?.to_owned(), Some(note?)))
    }
}
