//! A notice of an extension that went out after the first period, as that period was known then, and lies in it after all: an
//! answer that came later has lengthened it. The extension holds, and nobody need be asked about it any more.

use law::clock::Clock;
use law::duty::Duty;
use law::regime::Regime;

use super::facts::is_to_answer;
use super::settle::meet;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::extension;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::table::Model as Request;
use crate::time::At;

/// Notes what a notice that counts has done: the duty to announce is met under the laws it counts for, and the question whether
/// it was too late is answered. `computed` are the clocks whose dates hold.
///
/// # Errors
/// The database fails.
pub async fn note(txn: &Txn, now: At, by: &Actor, request: &Request, computed: &[&Clock]) -> Result<(), StoreError> {
    let extended = computed.iter().filter(|it| it.extended && is_to_answer(it.duty.as_str()));
    let extended: Vec<Regime> = extended.map(|it| it.regime).collect();
    let announced = extension::queries::of_request(&**txn, request.id).await?;
    let Some((extension, sent)) = announced.and_then(|it| Some((it.id, it.announced_at?))) else { return Ok(()) };
    if !extended.is_empty() {
        meet(txn, now, by, request, Duty::AnnounceExtension, Some(&extended), sent).await?;
        let (code, about) = ([QuestionCode::ExtensionTooLate], extension.to_string());
        answer(txn, now, by, request, &code, Some(&about)).await?;
    }
    Ok(())
}
