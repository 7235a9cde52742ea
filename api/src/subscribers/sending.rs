//! Sending on demand: a test, and what was sent or missed before, once more.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::announcement::log;
use entities::announcement::replay::{self, MOST, NotSent, OnlyMissed, Range, Which};
use entities::id::AnnouncementDeliveryId;
use entities::idempotency::queries::Answer;
use entities::subscriber::table::Model as Subscriber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::deliveries::DeliveryView;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::cursor;
use crate::decision::Nothing;
use crate::fields::Faults;
use crate::named;
use crate::problem::{Problem, codes, described};
use crate::schema;

impl From<NotSent> for Problem {
    fn from(error: NotSent) -> Self {
        match error {
            NotSent::Disabled => Self::new(codes::SUBSCRIBER_DISABLED, error.to_string()),
            NotSent::NotFound => Self::not_found("delivery"),
            NotSent::Store(error) => error.into(),
        }
    }
}

/// What to send once more: one delivery, or all of a time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Replay)]
pub struct Replaying {
    /// One delivery, however it stands. Stands alone.
    delivery: Option<String>,
    /// What happened at this instant or later, RFC 3339.
    #[schema(schema_with = schema::maybe_instant)]
    since: Option<String>,
    /// And before this one.
    #[schema(schema_with = schema::maybe_instant)]
    until: Option<String>,
    /// Whether only what never arrived, which is so if it is left away; else all of that time.
    only_missed: Option<bool>,
    /// `next` of the answer before, with the same time: what comes after that.
    cursor: Option<String>,
}

impl Replaying {
    fn read(self, app: &App, list: &str) -> Result<Which, Problem> {
        let mut faults = Faults::default();
        if let Some(delivery) = &self.delivery {
            let others =
                [self.since.is_some(), self.until.is_some(), self.only_missed.is_some(), self.cursor.is_some()];
            if others.contains(&true) {
                let detail = "stands alone, without `since`, `until`, `only_missed` and `cursor`";
                faults.add("delivery", "stands_alone", detail);
            }
            let id = named::id(delivery).map(AnnouncementDeliveryId);
            return faults
                .finish(Some(()))
                .and_then(|()| id.map(Which::One).ok_or_else(|| Problem::not_found("delivery")));
        }
        if self.since.is_none() {
            faults.add("since", "missing", "name a `delivery`, or `since` when");
        }
        let since = self.since.as_deref().and_then(|given| faults.instant("since", given));
        let until = self.until.as_deref().and_then(|given| faults.instant("until", given));
        if let (Some(since), Some(until)) = (since, until)
            && until <= since
        {
            faults.add("until", "before_since", "must lie after `since`");
        }
        let only = if self.only_missed.unwrap_or(true) { OnlyMissed::Yes } else { OnlyMissed::No };
        let from = faults.finish(since)?;
        let after = self.cursor.map(|text| cursor::open(&app.store.safe, list, &text)).transpose()?;
        let after = after.map(|bytes| AnnouncementDeliveryId(Uuid::from_bytes(bytes)));
        Ok(Which::Range(Range { from, to: until, only, after, limit: MOST }))
    }
}

/// What a replay sends.
#[derive(Serialize, ToSchema)]
#[schema(as = Replayed)]
struct Replayed {
    /// How many deliveries are sent by it now, those among them that waited for their next attempt.
    deliveries: u64,
    /// The `cursor` of the call that sends what is left; null if that was all. One replay sends 10,000 at most.
    next: Option<String>,
}

/// Sends a test: `dsr.test`, whatever the subscriber wants to be told. Look at the delivery for what comes of it.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/test", tag = "subscribers", operation_id = "testSubscriber",
    security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "The delivery that waits to be sent", body = DeliveryView),
              described::Managing))]
pub async fn test(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked
        .about(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, row: Subscriber, ()| {
                let made = replay::test(txn, app.store.now(), &by.actor, &row).await?;
                let found = log::one(&**txn, row.id, made.id).await?;
                let (line, _) = found.ok_or_else(|| Problem::not_found("delivery"))?;
                answer(&DeliveryView::of(line))
            },
        )
        .await
}

/// Sends once more what was sent or missed before, under the same message ids: whoever took a message already knows it again.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/replay", tag = "subscribers", operation_id = "replay",
    security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Replaying,
    responses((status = 200, description = "How much is sent", body = Replayed), described::Managing))]
pub async fn replay(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let list = format!("replay/{}", *name);
    let read = |given: Replaying| given.read(&app, &list);
    asked
        .about(&app, &by, &name, read, async |txn, row: Subscriber, which| {
            let sent = replay::replay(txn, app.store.now(), &by.actor, &row, which).await?;
            let next = sent.next.map(|id| cursor::seal(&app.store.safe, &list, id.0.as_bytes()));
            answer(&Replayed { deliveries: sent.deliveries, next })
        })
        .await
}

fn answer(view: &impl Serialize) -> Result<Answer, Problem> {
    Ok(Answer { status: 200, location: None, body: serde_json::to_string(view).map_err(Problem::internal)? })
}
