//! Merge sets whose members are not all covered by a job yet.
//!
//! The platform copies a request for one member to all others, some time later, and links the copies to nothing (contract
//! §3.5). They are found by kind, subject and time, adopted, and tracked each on its own. A member that is still not covered
//! after the grace time gets a job of ours.

use std::collections::{HashMap, HashSet};

use entities::candidate::queries::key_hash;
use entities::client::reach::Reach;
use entities::controller::policy::Policy;
use entities::error::StoreError;
use entities::event::trail::{self, Entry};
use entities::id::{ControllerId, JobId, MergeSetId, RequestId};
use entities::job::queries::{NewJob, held, row};
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::job::table::{self as job, Model as Job};
use entities::merge_set::queries::contact;
use entities::merge_set::table::{self as merge_set, member};
use entities::request;
use entities::request::status::RequestStatus;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::time::At;
use genesys::model::request::{PlatformRequest, Replacement};
use genesys::model::subject::SubjectRef;
use resolution::record::RecordKey;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::scan::Listed;
use crate::context::Context;
use crate::translate::{has_terms, replacements, request_kind};
use crate::trouble::Trouble;

/// A merge set with members that no job covers.
pub struct Gap {
    /// The job for the canonical contact.
    lead: Job,
    /// The members without a job.
    missing: Vec<member::Model>,
    /// No copy is older than the approval of the original: not even of an attempt at it that failed, or whose answer was lost
    /// and never found. What the platform copied then covers the members as well.
    since: At,
}

impl Gap {
    /// The job for the canonical contact.
    pub fn lead(&self) -> &Job {
        &self.lead
    }

    fn topped_up_at(&self, policy: &Policy) -> At {
        self.lead.submitted_at.unwrap_or(self.lead.created_at) + policy.sibling_grace()
    }

    /// When to look next: at the cadence of the polls, counted from the submission, and once more when the grace time ends.
    pub fn looked_for_at(&self, policy: &Policy) -> At {
        self.lead.next_poll_at.unwrap_or(At::ZERO).min(self.topped_up_at(policy))
    }
}

/// A controller's gaps. Only requests at work have any, and few of them, so this reads by merge set.
///
/// # Errors
/// The database fails.
pub async fn gaps(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Vec<Gap>, Trouble> {
    let leads: Vec<Job> = job::Entity::find()
        .filter(job::COLUMN.controller_id.eq(controller))
        .filter(job::Column::MergeSetId.is_not_null())
        .filter(job::Column::Origin.is_in([JobOrigin::Plan, JobOrigin::Retry]))
        .filter(job::Column::Status.is_in([JobStatus::Open, JobStatus::Collecting, JobStatus::Completed]))
        .filter(job::Column::RequestId.in_subquery(at_work(controller)))
        .all(conn)
        .await?;
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let requests: Vec<RequestId> = leads.iter().map(|lead| lead.request_id).collect();
    let all = job::Entity::find().filter(job::Column::RequestId.is_in(requests)).all(conn).await?;
    let sets: Vec<MergeSetId> = leads.iter().filter_map(|lead| lead.merge_set_id).collect();
    // A member's own job that was tried again stands for that member alone.
    let canonical: HashSet<String> = merge_set::Entity::find()
        .filter(merge_set::Column::Id.is_in(sets.iter().copied()))
        .all(conn)
        .await?
        .into_iter()
        .map(|set| set.canonical_hash)
        .collect();
    let leads = leads.into_iter().filter(|lead| canonical.contains(&lead.subject_hash));
    let members = member::Entity::find().filter(member::Column::MergeSetId.is_in(sets)).all(conn).await?;
    let gaps = leads.map(|lead| {
        let is_covered = |member: &member::Model| {
            let of_member = |job: &&Job| job.request_id == lead.request_id && job.subject_hash == member.contact_hash;
            all.iter().filter(of_member).any(|job| job.status != JobStatus::Superseded)
        };
        let of_lead = |job: &&Job| job.request_id == lead.request_id && job.subject_hash == lead.subject_hash;
        let since = all.iter().filter(of_lead).map(|job| job.created_at).min().unwrap_or(lead.created_at);
        let missing = members
            .iter()
            .filter(|member| Some(member.merge_set_id) == lead.merge_set_id && !is_covered(member))
            .cloned()
            .collect();
        Gap { lead, missing, since }
    });
    Ok(gaps.filter(|gap| !gap.missing.is_empty()).collect())
}

fn at_work(controller: ControllerId) -> sea_orm::sea_query::SelectStatement {
    use request::table::{Column, Entity};
    use sea_orm::{QuerySelect, QueryTrait};
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ControllerId.eq(controller))
        .filter(Column::Status.eq(RequestStatus::Executing))
        .into_query()
}

/// Whether a request has members of a merge set that no job covers.
///
/// # Errors
/// The database fails.
pub async fn has_gap(conn: &impl ConnectionTrait, of: &request::table::Model) -> Result<bool, Trouble> {
    Ok(gaps(conn, of.controller_id).await?.iter().any(|gap| gap.lead.request_id == of.id))
}

/// The list's rows about external contacts that no job of ours holds, by the contact's hash.
pub struct Copies<'a>(HashMap<String, Vec<&'a PlatformRequest>>);

impl<'a> Copies<'a> {
    /// Picks them from a list.
    ///
    /// # Errors
    /// The database fails.
    pub async fn on(cx: &Context<'_>, listed: &'a Listed, controller: ControllerId) -> Result<Self, Trouble> {
        let ids: Vec<&str> = listed.all().map(|row| row.id.as_str()).collect();
        let mut ours = HashSet::new();
        for some in ids.chunks(500) {
            ours.extend(held(cx.store.db.read(), controller, some).await?);
        }
        let mut by_contact: HashMap<String, Vec<&PlatformRequest>> = HashMap::new();
        for row in listed.all().filter(|row| !ours.contains(&row.id)) {
            for subject in row.subject_refs() {
                if let SubjectRef::ExternalContact(id) = subject {
                    let hash = key_hash(&cx.store.safe, controller, &RecordKey::ExternalContact(id));
                    by_contact.entry(hash).or_default().push(row);
                }
            }
        }
        Ok(Self(by_contact))
    }

    /// The earliest of the lead's kind about this member that was made since `since`.
    /// `terms` are what a rectification replaces; a row that shows others is somebody else's.
    fn of(
        &self,
        member: &member::Model,
        lead: &Job,
        since: At,
        terms: Option<&[Replacement]>,
    ) -> Option<&'a PlatformRequest> {
        let copies = self.0.get(&member.contact_hash)?.iter().copied();
        let made_since = |row: &&PlatformRequest| row.created_date.is_none_or(|at| At::from(at) >= since);
        let of_kind = |row: &&PlatformRequest| row.kind == request_kind(lead.kind);
        let of_terms = |row: &&PlatformRequest| terms.is_none_or(|terms| has_terms(row, terms) != Some(false));
        let earliest = |row: &&PlatformRequest| (row.created_date.is_none(), row.created_date);
        copies.filter(made_since).filter(of_kind).filter(of_terms).min_by_key(earliest)
    }
}

/// Adopts what the platform made by itself, and tops up what it did not make in time.
///
/// # Errors
/// See [`Trouble`].
pub async fn close(cx: &Context<'_>, policy: &Policy, gap: &Gap, copies: &Copies<'_>) -> Result<(), Trouble> {
    let since = gap.since - policy.clock_skew();
    let is_due = cx.now() >= gap.topped_up_at(policy);
    let terms = if gap.lead.kind == JobKind::Update { Some(terms_of(cx, &gap.lead).await?) } else { None };
    let mut taken = Vec::new();
    let mut topped_up = Vec::new();
    for member in &gap.missing {
        match copies.of(member, &gap.lead, since, terms.as_deref()) {
            Some(copy) => taken.push((member, copy)),
            None if is_due => topped_up.push(member),
            None => {}
        }
    }
    write(cx, policy, gap, &taken, &topped_up).await
}

/// What the rectification replaces that this job belongs to.
async fn terms_of(cx: &Context<'_>, lead: &Job) -> Result<Vec<Replacement>, Trouble> {
    let found = request::queries::by_id(cx.store.db.read(), &Reach::installation(), lead.request_id).await?;
    let request = found.ok_or(StoreError::Corrupt("a job's request is missing"))?;
    Ok(replacements(&cx.key(request.id).await?, &request)?)
}

/// One transaction for the whole set: jobs, their steps and events, and when to look next.
async fn write(
    cx: &Context<'_>,
    policy: &Policy,
    gap: &Gap,
    taken: &[(&member::Model, &PlatformRequest)],
    topped_up: &[&member::Model],
) -> Result<(), Trouble> {
    let now = cx.now();
    let next_poll = now + policy.poll_every();
    let key = cx.key(gap.lead.request_id).await?;
    let txn = cx.begin_about(gap.lead.request_id).await?;
    let found = request::queries::lock(&txn, &Reach::installation(), gap.lead.request_id).await?;
    let request = found.ok_or(StoreError::Corrupt("a job's request is missing"))?;
    let new = |member: &member::Model, origin, status| -> Result<job::ActiveModel, Trouble> {
        let new = NewJob {
            kind: gap.lead.kind,
            subject: RecordKey::ExternalContact(contact(&key, member)?),
            origin,
            parent: Some(gap.lead.id),
            candidate: None,
            identifier: None,
            merge_set: gap.lead.merge_set_id,
            status,
        };
        Ok(row(&cx.store.safe, &key, &request, new, now))
    };
    let mut rows = Vec::new();
    let mut events = Vec::new();
    let mut steps = Vec::new();
    for (member, copy) in taken {
        let sibling = job::ActiveModel {
            platform_id: Set(Some(copy.id.clone())),
            platform_status: Set(Some(copy.status.as_str().to_owned())),
            platform_created_at: Set(copy.created_date.map(At::from)),
            submitted_at: Set(Some(now)),
            next_poll_at: Set(Some(now)),
            ..new(member, JobOrigin::Sibling, JobStatus::Open)?
        };
        let data = json!({ "job": id_of(&sibling), "of": gap.lead.id, "platform_id": copy.id });
        events.push(Entry::of(&request, "job.sibling_adopted", data));
        rows.push(sibling);
    }
    for member in topped_up {
        let planned = new(member, JobOrigin::TopUp, JobStatus::Planned)?;
        let data = json!({ "job": id_of(&planned), "of": gap.lead.id });
        events.push(Entry::of(&request, "job.topped_up", data));
        steps.push(NewStep::of(&request, StepKind::Submit, now).with_job(id_of(&planned)));
        rows.push(planned);
    }
    if !rows.is_empty() {
        job::Entity::insert_many(rows).exec_without_returning(&*txn).await?;
        trail::record(&*txn, now, &cx.actor, events).await?;
        queue::add(&*txn, now, steps).await?;
    }
    job::Entity::update_many()
        .col_expr(job::Column::NextPollAt, next_poll.into())
        .filter(job::Column::Id.eq(gap.lead.id))
        .exec(&*txn)
        .await?;
    Ok(txn.commit().await?)
}

fn id_of(row: &job::ActiveModel) -> JobId {
    row.id.clone().take().unwrap_or_default()
}
