//! Composing letters: from what is stored about a request to a letter that says what the law wants it to say, or to a list of
//! what is missing for that.

mod answers;
pub(super) mod facts;
pub mod guests;
mod notices;
pub mod officers;
mod phrases;

use letters::context::Context;
use letters::error::LetterError;
use letters::templates::Templates;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use vault::data_key::DataKey;
use vault::token::random_token;

use self::facts::Facts;
use super::demand::Demand;
use super::kind::LetterKind;
use super::outbox::{Draft, Template};
use super::templates;
use crate::error::StoreError;
use crate::request::status::Outcome;
use crate::store::Store;
use crate::{addressee, controller, guest, identity_link, request};

/// What is to be written about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The controller that writes.
    pub controller: &'a controller::table::Model,
    /// The request.
    pub request: &'a request::table::Model,
    /// The request's key.
    pub key: &'a DataKey,
}

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The kind of letter.
    pub kind: LetterKind,
    /// How the request ends, for answers.
    pub outcome: Option<Outcome>,
    /// Only to be looked at: it goes to nobody, and its link leads nowhere.
    pub preview: bool,
}

/// A letter that says all it must.
pub struct Composed {
    /// The letter.
    pub draft: Draft,
    /// The hash of the token in its link, if it has one.
    pub token_hash: Option<String>,
}

/// Why a letter is not written: what is missing, in words that hold nothing of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing(pub Vec<String>);

/// Composes a letter.
///
/// # Errors
/// The database fails, or something sealed does not open. That something is missing is no error, but the answer.
pub async fn compose(
    conn: &impl ConnectionTrait,
    store: &Store,
    about: Subject<'_>,
    order: Order,
) -> Result<Result<Composed, Missing>, StoreError> {
    let row = addressee::queries::of_request(conn, about.request.id).await?;
    let to = row.as_ref().map(|row| addressee::queries::open(about.key, row)).transpose()?;
    let mut missing = Missing::default();
    let recipient = to.as_ref().and_then(|to| to.address.clone());
    if recipient.is_none() && !order.preview {
        missing.0.push("address".to_owned());
    }
    let is_proven = row.as_ref().is_some_and(|row| row.proven_at.is_some());
    if order.kind.needs_proven_address() && !is_proven && !order.preview {
        missing.0.push("proof_of_address".to_owned());
    }
    let token = match order.kind {
        LetterKind::IdentityLink => Some(new_token(identity_link::queries::PREFIX, order.preview)),
        LetterKind::StatusLink => Some(new_token(guest::link::PREFIX, order.preview)),
        _ => None,
    };
    if token.is_some() && store.public_url.is_none() && !order.preview {
        missing.0.push("mail.public_url".to_owned());
    }
    let facts = Facts::of(store, about, to.as_ref())?;
    let context = match order.kind {
        LetterKind::AnswerAccess
        | LetterKind::AnswerErasure
        | LetterKind::AnswerRectification
        | LetterKind::AnswerOptOut => answers::context(conn, &facts, order).await?,
        kind => notices::context(conn, &facts, kind, token.as_ref().map(|(token, _)| token.expose_secret())).await?,
    };
    let context = match context {
        Ok(context) if missing.0.is_empty() => context,
        Ok(_) => return Ok(Err(missing)),
        Err(more) => {
            missing.0.extend(more.0);
            return Ok(Err(missing));
        }
    };
    let own = templates::of(conn, about.controller.id).await?;
    let draft = match draft(own, &context, order.kind, recipient.unwrap_or_default()) {
        Ok(draft) => draft,
        Err(lacking) => return Ok(Err(lacking)),
    };
    Ok(Ok(Composed { draft, token_hash: token.and_then(|(_, hash)| hash) }))
}

/// A token for a link, and its hash; for a preview one that opens nothing.
fn new_token(prefix: &str, preview: bool) -> (SecretString, Option<String>) {
    if preview {
        return (SecretString::from(format!("{prefix}_preview")), None);
    }
    let (token, hash) = random_token(prefix);
    (token, Some(hash))
}

/// Renders a context with a controller's templates.
///
/// # Errors
/// What the letter lacks, or what is wrong with a template.
pub fn draft(
    own: Vec<letters::template::Override>,
    context: &Context,
    kind: LetterKind,
    recipient: String,
) -> Result<Draft, Missing> {
    let templates = Templates::with_overrides(own).map_err(|fault| Missing(vec![fault.to_string()]))?;
    let letter = templates.render(context).map_err(|error| match error {
        LetterError::Incomplete { missing, .. } => {
            Missing(missing.iter().map(|it| format!("{} ({})", it.part, it.source())).collect())
        }
        other => Missing(vec![other.to_string()]),
    })?;
    Ok(Draft {
        kind,
        language: letter.language.code().to_owned(),
        recipient,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        sections: letter.document.sections,
        template: Some(Template { id: letter.made_with.template.to_string(), hash: letter.made_with.hash }),
        parts: letter.parts.iter().map(|part| part.as_str().to_owned()).collect(),
        demands: letter.mandatory.iter().map(Demand::from).collect(),
        edited_at: None,
    })
}
