//! What fills the gaps of addresses: requests, one for each way that they can stand, with what hangs on them; and what lies about
//! beside requests.

use std::time::Duration;

use anyhow::Context;
use entities::announcement::replay;
use entities::event::trail::Actor;
use entities::id::{ClientId, InquiryId, RequestId};
use entities::inquiry::queries::of_request as inquiries;
use entities::inquiry::table::InquiryKind;
use entities::officer::manage::{self as officers, NewOfficer};
use entities::officer::role::{Role, Where};
use entities::regulator::invitation::{NewInvitation, NewScope, make};
use entities::regulator::table::Model as Invitation;
use entities::request::decide::{Case, Decider, Inquiring};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::{COLUMN, Column, Entity};
use entities::source::manage::{self as sources, NewSource};
use entities::source::settings::Settings;
use entities::subscriber::manage::{self as subscribers, NewSubscriber};
use entities::{artifact, candidate, identifier, job, letter};
use letters::language::Language;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use testbed::installation::Installation;
use webhooks::keys::{SigningKey, Version};

/// A gap, with as much of the address around it as says whose it is; and what fills it. What says more comes first.
pub type Gaps = Vec<(&'static str, String)>;

/// All of it.
pub struct Things {
    /// A request whose person is asked something.
    pub asked: RequestId,
    pub invitation: Invitation,
    /// For each way that a request can stand.
    pub of_requests: Vec<Gaps>,
    /// Whatever the request.
    pub common: Gaps,
}

impl Things {
    /// Sets up what is missing, and finds the rest among what is stored.
    pub async fn gather(installation: &Installation, officer: ClientId) -> anyhow::Result<Self> {
        let mut of_requests = Vec::new();
        let mut asked = None;
        for status in RequestStatus::ALL.iter().rev() {
            for right in [Right::Access, Right::Erasure] {
                let found = Entity::find()
                    .filter(COLUMN.controller_id.eq(installation.controller.id))
                    .filter(COLUMN.status.eq(*status))
                    .filter(COLUMN.right.eq(right))
                    .order_by_desc(Column::Id)
                    .one(installation.store.db.read())
                    .await?;
                if let Some(row) = found {
                    asked = asked.or((*status == RequestStatus::Reviewing).then_some(row.id));
                    of_requests.push(of_request(installation, row.id, row.reference).await?);
                }
            }
        }
        let asked = asked.context("no request is in review")?;
        let inquiry = ask(installation, officer, asked).await?;
        let invitation = invite(installation, officer).await?;
        let mut common = surroundings(installation, &invitation).await?;
        common.push(("{inquiry}", inquiry.to_string()));
        Ok(Self { asked, invitation, of_requests, common })
    }

    /// The address with its gaps filled, for each way that a request can stand.
    pub fn paths(&self, pattern: &str) -> Vec<String> {
        let fill = |path: String, gaps: &Gaps| gaps.iter().fold(path, |path, (gap, thing)| path.replace(gap, thing));
        let whatever = [Vec::new()];
        let requests = if pattern.contains("{name}") { &self.of_requests[..] } else { &whatever[..] };
        let all = requests.iter().map(|gaps| fill(fill(pattern.to_owned(), gaps), &self.common));
        all.filter(|path| !path.contains('{')).collect()
    }
}

async fn of_request(installation: &Installation, id: RequestId, reference: String) -> anyhow::Result<Gaps> {
    let conn = installation.store.db.read();
    let candidates = candidate::queries::of_request(conn, id).await?;
    let terms = identifier::queries::of_request(conn, id).await?;
    let jobs = job::queries::of_request(conn, id).await?;
    let files = artifact::queries::of_request(conn, id).await?;
    let letters = letter::queries::of_request(conn, id).await?;
    let within = [
        ("candidates/{item}", candidates.first().map(|row| format!("candidates/{}", row.id))),
        ("identifiers/{item}", terms.first().map(|row| format!("identifiers/{}", row.id))),
        ("jobs/{item}", jobs.first().map(|row| format!("jobs/{}", row.id))),
        ("files/{item}", files.first().map(|row| format!("files/{}", row.id))),
        ("{letter}", letters.first().map(|row| row.id.to_string())),
        ("{name}", Some(reference)),
    ];
    Ok(within.into_iter().filter_map(|(gap, thing)| Some((gap, thing?))).collect())
}

async fn surroundings(installation: &Installation, invitation: &Invitation) -> anyhow::Result<Gaps> {
    let (store, by) = (&installation.store, Actor::operator());
    let controller = installation.controller.id;
    let new = NewSource {
        slug: "desk".to_owned(),
        controller,
        system: "standard".to_owned(),
        setup: json!({ "scheme": "standard_webhooks" }).to_string(),
        secret: SigningKey::generate(Version::V1).secret(),
        settings: Settings::default(),
        mapping: json!({ "map": {} }).to_string(),
        credentials: None,
    };
    let txn = store.db.begin().await?;
    let source = sources::add(&txn, store, &by, new).await?.id;
    let new = NewSubscriber {
        controller,
        url: "https://hooks.example.com/requests".parse()?,
        description: "Ticket desk".to_owned(),
        kinds: Vec::new(),
        owner: "desk@example.com".to_owned(),
        version: Version::V1,
    };
    let (subscriber, _) = subscribers::make(&txn, store, &by, new).await?;
    let delivery = replay::test(&txn, store.now(), &by, &subscriber).await?.id;
    txn.commit().await?;
    let (filer, subscriber, colleague) = (&installation.filer.id, subscriber.id, colleague(installation).await?);
    Ok(vec![
        ("{controller}", installation.controller.slug.clone()),
        ("{part}", "policy".to_owned()),
        ("{language}/{text}", "en/acknowledgement".to_owned()),
        ("{client}/{act}", format!("{filer}/revoke")),
        ("{client}", filer.clone()),
        ("{officer}/{act}", format!("{colleague}/disable")),
        ("{officer}/roles", format!("{colleague}/roles?at={}", installation.controller.slug)),
        ("{officer}", colleague.to_string()),
        ("{kind}", "zendesk".to_owned()),
        ("{source}/{act}", format!("{source}/pause")),
        ("{source}", source.to_string()),
        ("{subscriber}/{act}", format!("{subscriber}/rotate")),
        ("{subscriber}", subscriber.to_string()),
        ("{delivery}", delivery.to_string()),
        ("{invitation}", invitation.id.to_string()),
    ])
}

/// An officer other than the one who looks: nobody changes their own roles.
async fn colleague(installation: &Installation) -> anyhow::Result<ClientId> {
    let new = NewOfficer {
        login: "colleague@example.com".to_owned(),
        name: "Colleague".to_owned(),
        language: Language::English,
        roles: vec![(Where::At(installation.controller.id), Role::Officer)],
    };
    let txn = installation.store.db.begin().await?;
    let officer = officers::add(&txn, &installation.store, &Decider::operator(), new).await?;
    txn.commit().await?;
    Ok(officer.id)
}

/// Asks the person of a request something.
async fn ask(installation: &Installation, officer: ClientId, request: RequestId) -> anyhow::Result<InquiryId> {
    let (store, by) = (&installation.store, Decider { client: Some(officer), ..Decider::operator() });
    let words = "Which of your two contracts do you mean?".to_owned();
    let txn = store.db.begin().await?;
    let case = Case::open(&txn, store, &by, request, None).await?;
    case.ask(Inquiring { kind: InquiryKind::Clarification, words, fee: None }).await?;
    txn.commit().await?;
    let asked = inquiries(store.db.read(), request).await?;
    asked.last().map(|row| row.id).context("nothing was asked")
}

/// An invitation to see the whole register.
async fn invite(installation: &Installation, officer: ClientId) -> anyhow::Result<Invitation> {
    let store = installation.store.clone().reached_at("http://localhost");
    let new = NewInvitation {
        controller: installation.controller.id,
        address: "guest@example.com".to_owned(),
        name: "Guest".to_owned(),
        language: "en".to_owned(),
        purpose: "Inspection".to_owned(),
        watermark: "File 1".to_owned(),
        scope: NewScope::Register,
        expires_at: store.now() + Duration::from_secs(86_400),
    };
    let by = Decider { client: Some(officer), ..Decider::operator() };
    let txn = store.db.begin().await?;
    let invitation = make(&txn, &store, &by, new).await?;
    txn.commit().await?;
    Ok(invitation)
}
