//! Asks the platform whom each identifier means. What is found is stored before the next step, identifier by identifier.

use entities::identifier::queries::{kind, of_request, value};
use entities::identifier::table::{ActiveModel, Entity, Model as Identifier};
use entities::request::status::RequestStatus;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::{candidate, time::At};
use futures::StreamExt;
use genesys::error::PlatformError;
use genesys::platform::Platform;
use resolution::record::Record;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;
use vault::data_key::DataKey;

use crate::context::Context;
use crate::translate::{named_record, records, search_type};
use crate::trouble::Trouble;

/// How many identifiers are searched for at once.
const AT_ONCE: usize = 4;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`]; what was found before stays found.
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let request = cx.request().await?;
    if request.status != RequestStatus::Resolving {
        return cx.finish(cx.begin().await?).await;
    }
    let controller = cx.controller().await?;
    let platform = cx.platform(&controller).await?;
    let key = cx.key(request.id).await?;
    let identifiers = of_request(cx.store.db.read(), request.id).await?;
    let mut searches = Vec::new();
    for row in identifiers.into_iter().filter(|row| row.searched_at.is_none()) {
        searches.push(search(&platform, &key, row));
    }
    let mut answers = futures::stream::iter(searches).buffered(AT_ONCE);
    let mut found = Vec::new();
    let mut trouble = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(answer) => found.push(answer),
            Err(error) => trouble = trouble.or(Some(error)),
        }
    }
    let now = cx.now();
    let txn = cx.begin().await?;
    for answer in &found {
        let Found { identifier, records, unknown, refused } = answer;
        for record in records {
            let place = (request.controller_id, request.id);
            candidate::queries::found(&txn, &cx.store.safe, &key, place, identifier.id, record, now).await?;
        }
        Entity::update(answer.row(now)).exec(&*txn).await?;
        let mut data = json!({ "identifier": identifier.id, "kind": identifier.kind });
        if let Some(code) = refused {
            data["code"] = json!(code);
            cx.record(&txn, &request, "identifier.not_searchable", data).await?;
        } else {
            data["records"] = json!(records.len());
            data["of_unknown_kind"] = json!(unknown);
            cx.record(&txn, &request, "identifier.searched", data).await?;
        }
    }
    match trouble {
        Some(trouble) => {
            txn.commit().await?;
            Err(trouble)
        }
        None => {
            queue::add(&*txn, now, [NewStep::of(&request, StepKind::Collapse, now)]).await?;
            cx.finish(txn).await
        }
    }
}

struct Found {
    identifier: Identifier,
    records: Vec<Record>,
    /// How many hits name no record of a kind that we know.
    unknown: usize,
    /// The platform's code, if it does not search by this kind.
    refused: Option<String>,
}

impl Found {
    fn of(identifier: Identifier, records: Vec<Record>) -> Self {
        Self { identifier, records, unknown: 0, refused: None }
    }

    /// What the identifier's row says of it; an earlier search may have said otherwise.
    fn row(&self, now: At) -> ActiveModel {
        ActiveModel {
            id: Unchanged(self.identifier.id),
            searched_at: Set(Some(now)),
            unknown_hits: Set(Some(self.unknown.try_into().unwrap_or(i64::MAX))),
            not_searchable: Set(self.refused.clone()),
            ..Default::default()
        }
    }
}

async fn search(platform: &Platform, key: &DataKey, row: Identifier) -> Result<Found, Trouble> {
    let (kind, value) = (kind(&row)?, value(key, &row)?);
    let Some(search_type) = search_type(kind) else {
        // It names its record itself: there is nothing to search for (contract §3.1).
        return Ok(Found::of(row, named_record(kind, &value).into_iter().collect()));
    };
    match platform.search_subjects(&search_type, &value).await {
        Ok(subjects) => {
            let unknown = subjects.iter().filter(|subject| records(subject).is_empty()).count();
            Ok(Found { unknown, ..Found::of(row, subjects.iter().flat_map(records).collect()) })
        }
        // Not every platform searches by every kind (contract §3.7). The same call would be refused again, and the other
        // identifiers must not wait for it. Whom the term reaches nobody knows, so it waits for somebody's explicit yes.
        Err(PlatformError::Rejected { code, .. }) => {
            Ok(Found { refused: Some(code.unwrap_or_else(|| "rejected".to_owned())), ..Found::of(row, Vec::new()) })
        }
        Err(error) => Err(error.into()),
    }
}
