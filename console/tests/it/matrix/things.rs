//! One real thing for every gap of an address: of one controller, and of one officer.

use std::collections::BTreeMap;

use entities::announcement::replay;
use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::event::table::{Entity as Events, Model as Event};
use entities::event::trail::Actor;
use entities::letter::kind::LetterKind;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::officer::{invitation as entry, passkey, session};
use entities::regulator::grant;
use entities::regulator::invitation::NewScope;
use entities::request::decide::NewTask;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::{ActiveModel, Model as Request};
use entities::saved_view::queries as views;
use entities::source::manage::{self as sources, NewSource};
use entities::source::table::Model as Source;
use entities::subscriber::manage::{self as subscribers, NewSubscriber};
use entities::subscriber::table::Model as Subscriber;
use entities::task::table::TaskKind;
use entities::ticket::queries::{Filter, page as tickets};
use entities::{candidate, identifier, letter, task};
use resolution::identifier::IdentifierKind as K;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use webhooks::keys::Version;

use crate::decisions::contact;
use crate::status::EMAIL;
use crate::world::World;

/// What stands in gaps that are about one officer, and not about a controller.
const PERSONAL: [&str; 3] = ["sessions/{session}", "passkeys/{passkey}", "views/{view}"];

/// The things. Each has the label in it that they were made under, wherever a name can be chosen.
pub struct Things {
    /// By what stands before a gap and the gap.
    by_gap: BTreeMap<&'static str, String>,
    /// One that is reviewed, one whose jobs have failed, one whose work is done.
    pub requests: [Request; 3],
    source: Source,
    subscriber: Subscriber,
}

impl Things {
    /// Makes them, by somebody who may do everything.
    pub async fn at(world: &World, by: &Officer, at: &Controller, label: &str) -> Self {
        let slug = label.to_lowercase().replace(' ', "-");
        let newcomer =
            world.hire(&format!("{slug}@new.example.com"), label, &[(Where::At(at.id), Role::Officer)]).await;
        let reviewing = reviewing(world, by, at, label).await;
        let executing = executing(world, by, at).await;
        let answering = world.file_with(by.id, at, 1, Right::Access, &[(K::Email, EMAIL)], None).await;
        let status = Set(RequestStatus::Answering);
        let answering = world.set(ActiveModel { id: Unchanged(answering.id), status, ..Default::default() }).await;
        let file = world.file_away(&answering, "application/zip", b"PK\x03\x04").await.to_string();

        let conn = world.store.db.read();
        let source = within(world, async |txn| source(world, txn, at, &slug).await).await;
        let call = world.unreadable_call(&source).await;
        world.ticket(&source).await;
        let of_source = Filter { source: Some(source.id), state: None };
        let ticket = tickets(conn, &Reach::installation(), of_source, None, 1).await.unwrap().remove(0);
        let subscriber = within(world, async |txn| subscriber(world, txn, at, label).await).await;
        let sent = within(world, async |txn| {
            replay::test(txn, world.store.now(), &Actor::operator(), &subscriber).await.unwrap()
        })
        .await;
        let decider = world.decider(by.id);
        let invited = world.invite_to(at, by, label, NewScope::Register).await;
        let granted = within(world, async |txn| {
            let reference = &reviewing.reference;
            grant::give(txn, &world.store, &decider, invited.id, reference, "a complaint").await.unwrap()
        })
        .await;
        let link =
            within(world, async |txn| entry::make(txn, &world.store, &Actor::operator(), newcomer.id).await.unwrap())
                .await;

        let found = candidate::queries::of_request(conn, reviewing.id).await.unwrap().remove(0);
        let term = identifier::queries::of_request(conn, reviewing.id).await.unwrap().remove(0);
        let letter = letter::queries::of_request(conn, reviewing.id).await.unwrap().remove(0);
        let task = task::queries::of_request(conn, reviewing.id).await.unwrap().remove(0);
        let job = entities::job::queries::of_request(conn, executing.id).await.unwrap().remove(0);
        let by_gap = BTreeMap::from([
            ("controllers/{controller}", at.slug.clone()),
            ("officers/{officer}", newcomer.id.to_string()),
            ("invitation/{token}", link.token.expose_secret().to_owned()),
            ("clients/{client}", world.client(&[at.id]).await.to_string()),
            ("candidates/{item}", found.id.to_string()),
            ("identifiers/{item}", term.id.to_string()),
            ("letters/{letter}", letter.id.to_string()),
            ("tasks/{task}", task.id.to_string()),
            ("jobs/{item}", job.id.to_string()),
            ("files/{item}", file.clone()),
            ("files/{file}", file),
            ("sources/{source}", source.id.to_string()),
            ("calls/{call}", call.to_string()),
            ("tickets/{ticket}", ticket.id.to_string()),
            ("subscribers/{subscriber}", subscriber.id.to_string()),
            ("deliveries/{delivery}", sent.id.to_string()),
            ("regulators/{invitation}", invited.id.to_string()),
            ("grants/{grant}", granted.id.to_string()),
        ]);
        Self { by_gap, requests: [reviewing, executing, answering], source, subscriber }
    }

    /// With what is this officer's own: a session besides the one in use, a passkey, a list under a name.
    pub async fn of(mut self, world: &World, officer: &Officer) -> Self {
        world.session(officer).await;
        let conn = world.store.db.read();
        let live = session::list(conn, world.store.now(), officer.id).await.unwrap();
        let passkey = world.passkey_of(officer.id).await;
        within(world, async |txn| {
            views::keep(txn, world.store.now(), officer.id, "mine", "status=reviewing").await.unwrap();
        })
        .await;
        let view = views::of_officer(conn, officer.id).await.unwrap().remove(0);
        let own = [live[0].id.to_string(), passkey.to_string(), view.id.to_string()];
        self.by_gap.extend(PERSONAL.into_iter().zip(own));
        self
    }

    /// What stands in a gap, which comes after `before` and has the address `pattern` around it.
    fn in_gap(&self, pattern: &str, place: &str) -> &str {
        if place != "requests/{name}" {
            return self.by_gap.get(place).unwrap_or_else(|| panic!("{pattern}: nothing for {place}"));
        }
        let [reviewing, executing, answering] = &self.requests;
        match pattern {
            _ if pattern.contains("/jobs/") => &executing.reference,
            _ if pattern.contains("/files/") => &answering.reference,
            _ => &reviewing.reference,
        }
    }

    /// The version of what the first gap of an address names, where forms about it tell one.
    pub async fn version(&self, world: &World, pattern: &str) -> Option<i64> {
        match gaps(pattern).next()? {
            place @ "requests/{name}" => {
                let reference = self.in_gap(pattern, place);
                let request = self.requests.iter().find(|row| row.reference == reference).unwrap();
                Some(world.request(request.id).await.version)
            }
            "sources/{source}" => Some(world.source(&self.source.slug).await.version),
            "subscribers/{subscriber}" => {
                let (conn, reach) = (world.store.db.read(), Reach::installation());
                let found = entities::subscriber::queries::by_id(conn, &reach, self.subscriber.id).await.unwrap();
                Some(found.unwrap().version)
            }
            _ => None,
        }
    }

    /// All that the trail says of them so far.
    pub async fn trail(&self, world: &World) -> Vec<Event> {
        let ids: Vec<_> = self.by_gap.values().filter(|it| it.parse::<uuid::Uuid>().is_ok()).collect();
        let of_them = |row: &Event| {
            let is_of_request = self.requests.iter().any(|request| row.request_id == Some(request.id));
            is_of_request || ids.iter().any(|id| row.data.contains(*id))
        };
        let all = Events::find().all(world.store.db.read()).await.unwrap();
        all.into_iter().filter(of_them).collect()
    }

    /// Whether what is an officer's own is all still there.
    pub async fn are_kept(&self, world: &World, officer: &Officer) -> bool {
        let (conn, now) = (world.store.db.read(), world.store.now());
        let sessions = session::list(conn, now, officer.id).await.unwrap();
        let passkeys = passkey::list(conn, officer.id).await.unwrap();
        let views = views::of_officer(conn, officer.id).await.unwrap();
        let is = |place: &str, id: String| self.by_gap[place] == id;
        sessions.iter().any(|row| is(PERSONAL[0], row.id.to_string()))
            && passkeys.iter().any(|row| is(PERSONAL[1], row.id.to_string()))
            && views.iter().any(|row| is(PERSONAL[2], row.id.to_string()) && row.name == "mine")
    }
}

/// The gaps of an address, each with what stands before it.
pub fn gaps(pattern: &str) -> impl Iterator<Item = &str> {
    let starts = pattern.match_indices("/{").map(|(at, _)| pattern[..at].rfind('/').map_or(0, |slash| slash + 1));
    starts.map(|start| {
        let end = pattern[start..].find('}').map_or(pattern.len(), |end| start + end + 1);
        &pattern[start..end]
    })
}

/// Whether an address is about what is one officer's, or leads to nobody in particular.
pub fn is_personal(pattern: &str) -> bool {
    gaps(pattern).any(|gap| PERSONAL.contains(&gap))
}

/// The address below `/console` with a thing in each gap.
pub fn filled(pattern: &str, of: &[&Things]) -> String {
    let path = gaps(pattern).zip(of).fold(pattern.to_owned(), |path, (gap, things)| {
        let (before, _) = gap.split_once('/').unwrap();
        path.replacen(gap, &format!("{before}/{}", things.in_gap(pattern, gap)), 1)
    });
    assert!(!path.contains('{'), "{path} has a gap left");
    format!("/console{path}")
}

async fn within<T>(world: &World, what: impl AsyncFnOnce(&Txn) -> T) -> T {
    let txn = world.store.db.begin().await.unwrap();
    let done = what(&txn).await;
    txn.commit().await.unwrap();
    done
}

/// A person was found, and nothing is decided; a letter is held back, and a task is open.
async fn reviewing(world: &World, by: &Officer, at: &Controller, label: &str) -> Request {
    let known = [(K::Name, label), (K::Email, EMAIL)];
    let row = world.file_with(by.id, at, 1, Right::Access, &known, None).await;
    world.resolve(&row, &[(&[1], contact("0f5a", label, EMAIL))]).await;
    let words = label.to_owned();
    world
        .decide(by.id, row.id, async |case| {
            let new = NewTask { kind: TaskKind::Check, words, assignee: None, until: None };
            case.add_task(new).await.unwrap();
        })
        .await;
    world
        .decide(by.id, row.id, async |case| {
            case.write_letter(LetterKind::Acknowledgement, Some(true)).await.unwrap();
        })
        .await;
    world.request(row.id).await
}

/// The platform has ended every job of it in error.
async fn executing(world: &World, by: &Officer, at: &Controller) -> Request {
    let row = world.file_with(by.id, at, 1, Right::Access, &[(K::Email, EMAIL)], None).await;
    world.resolve(&row, &[(&[0], contact("0f5a", "Grace Hopper", EMAIL))]).await;
    world.decide(by.id, row.id, async |case| drop(case.approve(None).await.unwrap())).await;
    world.jobs_fail(&row).await;
    world.request(row.id).await
}

async fn source(world: &World, txn: &Txn, at: &Controller, slug: &str) -> Source {
    let new = NewSource {
        slug: slug.to_owned(),
        controller: at.id,
        system: "zendesk".to_owned(),
        setup: r#"{"scheme": "zendesk"}"#.to_owned(),
        secret: "dGhpcyBpcyBhIHNlY3JldA==".into(),
        settings: Default::default(),
        mapping: r#"{"map": {}}"#.to_owned(),
        credentials: None,
    };
    sources::add(txn, &world.store, &Actor::operator(), new).await.unwrap()
}

async fn subscriber(world: &World, txn: &Txn, at: &Controller, label: &str) -> Subscriber {
    let new = NewSubscriber {
        controller: at.id,
        url: "https://hooks.example.com/dsr".parse().unwrap(),
        description: label.to_owned(),
        kinds: Vec::new(),
        owner: "desk@example.com".to_owned(),
        version: Version::V1,
    };
    subscribers::make(txn, &world.store, &Actor::operator(), new).await.unwrap().0
}
