//! A house in which everything that anybody can have written is hostile: what people typed, what tickets and the platform told,
//! and what forms would not have taken, which is put past them into the tables.

use console::routes::PAGES;
use entities::clock::review::{self, Signature};
use entities::controller::pause;
use entities::controller::policy::{Policy, Statement};
use entities::event::trail::Actor;
use entities::id::{ClientId, PasskeyId, RequestId};
use entities::letter::kind::LetterKind;
use entities::officer::role::{Role, Where};
use entities::officer::session::Visitor;
use entities::officer::table::Model as Officer;
use entities::officer::{enrolment, invitation};
use entities::question::table::QuestionCode;
use entities::regulator::invitation::NewScope;
use entities::regulator::{grant, table::Model as Invitation};
use entities::request::decide::{Case, Decider};
use entities::request::table::Model as Request;
use entities::saved_view;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ConnectionTrait, EntityTrait, Statement as Sql};
use secrecy::ExposeSecret;
use serde_json::json;
use testbed::authenticator::Authenticator;
use testbed::database::Kind;

use super::html::Seen;
use super::{attack, link_attack};
use crate::browser::Browser;
use crate::world::World;

/// Where the person of the requests reads their mail.
pub const PERSON: &str = "grace@example.org";

/// What can be put past every form: table, column. What is never shown stands with the reason in `stored.rs`.
pub const PLAIN: &[(&str, &str)] = &[
    ("artifacts", "media_type"),
    ("candidates", "doubt"),
    ("clients", "name"),
    ("controllers", "name"),
    ("controllers", "organisation_id"),
    ("deliveries", "content_type"),
    ("deliveries", "problem"),
    ("deliveries", "sender_id"),
    ("events", "address"),
    ("extensions", "means"),
    ("identifiers", "not_searchable"),
    ("jobs", "correlation_id"),
    ("jobs", "error_code"),
    ("jobs", "platform_id"),
    ("jobs", "platform_status"),
    ("letters", "last_answer"),
    ("letters", "message_id"),
    ("letters", "template"),
    ("officer_passkeys", "name"),
    ("officer_sessions", "address"),
    ("officer_sessions", "user_agent"),
    ("officers", "name"),
    ("regulator_invitations", "name"),
    ("regulator_invitations", "purpose"),
    ("regulator_invitations", "watermark"),
    ("requests", "identity_method"),
    ("requests", "refusal_basis"),
    ("saved_views", "name"),
    ("sources", "trouble"),
    ("steps", "last_error"),
    ("subscribers", "description"),
    ("subscribers", "host"),
    ("subscribers", "owner"),
    ("tickets", "display_id"),
    ("tickets", "external_id"),
    ("tickets", "shown"),
];

/// The same for what a page could make a link of.
pub const LINKS: &[(&str, &str)] =
    &[("controllers", "api_url"), ("controllers", "login_url"), ("regulator_invitations", "address")];

/// The house and who is in it.
pub struct House {
    pub world: World,
    /// May do everything everywhere.
    pub officer: Officer,
    pub invitation: Invitation,
    /// One request in every state that pages differ by; the first is the person's who has come in.
    pub requests: Vec<Request>,
    /// The person, at their own request.
    pub person: Browser,
    /// The regulator, in the room.
    pub regulator: Browser,
    /// The session of a regulator who has yet to give the code.
    pub half: String,
}

impl House {
    pub async fn on(kind: Kind) -> Self {
        let mut world = World::welcoming(kind).await;
        world.writes().await;
        let (officer, mut browser) = world.everything().await;
        let other = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
        let invitation = world.invite(&officer, NewScope::Register).await;
        let regulator = world.in_the_room().await;
        let other_guest = world.invite(&officer, NewScope::Register).await;
        let half = world.half_in().await.0.cookies["dsr-regulator"].clone();
        assert_ne!(other_guest.id, invitation.id);
        let person = world.browser();
        let mut house = Self { world, officer, invitation, requests: Vec::new(), person, regulator, half };
        house.set_up(&mut browser).await;
        house.requests = vec![
            house.reviewed(other.id).await,
            house.failed().await,
            house.refused().await,
            house.appealed().await,
            house.ruled().await,
            house.completed().await,
            house.withdrawn().await,
            house.unproven().await,
            house.parked().await,
            house.answering().await,
            house.corrected().await,
        ];
        let link = house.world.link(LetterKind::StatusLink, "/status").await;
        let button = house.person.get(&link).await.fine();
        assert_eq!(house.person.submit(&button, &link, &[]).await.goes_to(), "/status");
        house.grant().await;
        house.past_the_forms().await;
        house
    }

    /// A browser of the officer.
    pub async fn signed_in(&self) -> Browser {
        self.world.signed_in(&self.officer).await
    }

    /// Where a tour of the officers' pages begins: at home, at every request, and at each of its pages.
    pub fn starts(&self) -> Vec<String> {
        let of_requests = PAGES.iter().filter(|(way, path)| *way != "post" && path.starts_with("/requests/{name}"));
        let of_requests = of_requests.map(|(_, path)| *path).filter(|path| path.matches('{').count() == 1);
        let of_requests: Vec<_> = of_requests.collect();
        let pages = self.requests.iter().flat_map(|row| {
            of_requests.iter().map(|path| format!("/console{}", path.replace("{name}", &row.reference)))
        });
        ["/console", "/console/"].map(str::to_owned).into_iter().chain(pages).collect()
    }

    /// Ends the pause of everything.
    pub async fn resume(&self) {
        let txn = self.world.store.db.begin().await.unwrap();
        pause::resume(&txn, &self.world.store, &self.by(), Where::Everywhere).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Browsers at each step of signing in, with the page of it.
    pub async fn on_the_way_in(&self) -> Vec<(Browser, String)> {
        let (world, store) = (&self.world, &self.world.store);
        let place = [(Where::At(world.acme.id), Role::Officer)];
        let mut invited = world.hire("cem@example.com", "Cem Can", &place).await;
        let txn = store.db.begin().await.unwrap();
        let link = invitation::make(&txn, store, &Actor::operator(), invited.id).await.unwrap();
        txn.commit().await.unwrap();
        let link = format!("/console/invitation/{}", link.token.expose_secret());
        let mut ways = vec![(world.browser(), "/console/sign-in".to_owned()), (world.browser(), link)];
        for (login, page) in [("dora@example.com", "/console/enrol"), ("emil@example.com", "/console/sign-in/code")] {
            invited = world.hire(login, "Nora Neu", &place).await;
            let mut token = world.half_a_session(&invited).await;
            if page == "/console/sign-in/code" {
                let offered = enrolment::offer(store, &token, "dsr").await.unwrap().unwrap();
                let now = store.now().timestamp().as_second().unsigned_abs();
                let code = Authenticator::typed(&offered.secret).code(now);
                enrolment::finish(store, &token, &code, &Visitor::default()).await.unwrap().unwrap();
                let invited = world.by_login(login).await.unwrap();
                token = world.half_a_session(&invited).await;
            }
            let mut browser = world.browser();
            browser.cookies.insert("dsr".to_owned(), token);
            ways.push((browser, page.to_owned()));
        }
        ways
    }

    fn by(&self) -> Decider {
        self.world.decider(self.officer.id)
    }

    pub(super) async fn take(&self, id: RequestId, what: impl AsyncFnOnce(Case<'_>)) {
        self.world.decide(self.officer.id, id, what).await;
    }

    /// A source with a call and a ticket, a subscriber with a message, a client of the API, a list that is kept.
    async fn set_up(&self, browser: &mut Browser) {
        let world = &self.world;
        crate::sources::add(browser, world, "acme").await;
        let source = world.source("desk").await;
        world.unreadable_call(&source).await;
        world.ticket(&source).await;
        let (path, _) = crate::subscribers::set_up(world, browser, "acme").await;
        let page = browser.get(&path).await.fine();
        browser.submit(&page, &format!("{path}/test"), &[]).await.goes_to();
        world.client(&[world.acme.id]).await;
        let txn = world.store.db.begin().await.unwrap();
        saved_view::queries::keep(&txn, world.store.now(), self.officer.id, "mine", "status=reviewing").await.unwrap();
        txn.commit().await.unwrap();
        // A letter's text of the controller's own, which is the built-in one with more in it.
        let text = "/console/setup/controllers/acme/texts/en/withdrawal";
        let page = browser.get(text).await.fine();
        let form = Seen::of(&page.text).forms.into_iter().find(|form| form.action == text).unwrap();
        let body = form.as_it_stands().into_iter().find(|(name, _)| name == "body").unwrap().1;
        let (subject, body) = (attack("text subject"), format!("{body}\n{}\n", attack("text body")));
        let typed = [("subject", subject.as_str()), ("body", body.as_str()), ("law", "eu_gdpr"), ("then", "save")];
        browser.submit(&page, text, &typed).await.goes_to();
    }

    /// Lets the regulator see the person of the first request.
    async fn grant(&self) {
        let (store, by) = (&self.world.store, self.by());
        let txn = store.db.begin().await.unwrap();
        let reference = &self.requests[0].reference;
        grant::give(&txn, store, &by, self.invitation.id, reference, &attack("grant")).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Whatever is stored in the clear becomes hostile, and so does what the controller says of itself.
    async fn past_the_forms(&self) {
        self.hostile_policy().await;
        self.sign().await;
        let txn = self.world.store.db.begin().await.unwrap();
        for (place, why) in [(Where::At(self.world.beta.id), "pause"), (Where::Everywhere, "pause of all")] {
            pause::pause(&txn, &self.world.store, &self.by(), place, &attack(why)).await.unwrap();
        }
        txn.commit().await.unwrap();
        self.world.passkey_of(self.officer.id).await;
        let conn = self.world.store.db.write();
        let backend = conn.get_database_backend();
        let plain = PLAIN.iter().map(|it| (it, attack as fn(&str) -> String));
        let links = LINKS.iter().map(|it| (it, link_attack as fn(&str) -> String));
        for ((table, column), hostile) in plain.chain(links) {
            let text = hostile(&format!("{table}.{column}"));
            // Some must differ from row to row, so one row stands for all.
            let one = if (*table, *column) == ("jobs", "platform_id") {
                " WHERE id = (SELECT id FROM jobs LIMIT 1)"
            } else {
                ""
            };
            let sql = format!("UPDATE {table} SET {column} = $1{one}");
            let done = conn.execute_raw(Sql::from_sql_and_values(backend, sql, [text.into()])).await.unwrap();
            assert!(done.rows_affected() > 0, "nothing is stored in {table}.{column}");
        }
        let problems = json!([{ "target": attack("problem's target"), "code": "x", "reason": attack("problem") }]);
        for (sql, text) in [
            ("UPDATE tickets SET problems = $1", problems.to_string()),
            // In a table to take along it would be a formula.
            ("UPDATE requests SET channel = $1", format!("=1+1,{}", attack("requests.channel"))),
            ("UPDATE officers SET login = $1 WHERE login LIKE 'ben%'", attack("login")),
        ] {
            conn.execute_raw(Sql::from_sql_and_values(backend, sql, [text.into()])).await.unwrap();
        }
    }

    /// Moves the dates of the last request. Those of the others wait for whoever signs on the page.
    async fn sign(&self) {
        let (by, reason) = (attack("signer"), attack("signature"));
        let signature = Signature { by: &by, pack_hash: law::pack::sha256(), reason: Some(&reason) };
        let last = self.requests.last().unwrap().id;
        let moved = review::apply(&self.world.store, &self.by(), signature, last).await.unwrap();
        assert!(!moved.is_empty(), "no date has moved");
    }

    async fn hostile_policy(&self) {
        use entities::controller::table::{ActiveModel, Entity};
        let list = |field: &str| vec![attack(field)];
        let statement = Statement {
            purposes: list("purposes"),
            categories: list("categories"),
            recipients: Some(list("recipients")),
            storage: list("storage"),
            source: list("source of data"),
            how_to_prove: Some(attack("how to prove")),
            appeal: Some(attack("how to appeal")),
            ..Statement::default()
        };
        let mut policy = Policy { divisions: list("division"), ..self.world.acme.policy.clone() };
        // All dates that are aimed at would move.
        policy.target_days += 2;
        policy.writing.from_name = Some(attack("from name"));
        policy.writing.officers = list("officers' mailbox");
        policy.writing.privacy_contact = Some(attack("privacy contact"));
        policy.writing.postal_address = list("postal address");
        policy.writing.statements = [("en".to_owned(), statement)].into();
        let row = ActiveModel { id: Unchanged(self.world.acme.id), policy: Set(policy), ..Default::default() };
        Entity::update(row).exec(self.world.store.db.write()).await.unwrap();
    }
}

impl World {
    pub(super) async fn question_with(&self, row: &Request, code: QuestionCode, detail: serde_json::Value) {
        let (txn, now) = (self.store.db.begin().await.unwrap(), self.store.now());
        let asked = entities::question::queries::ask(&txn, now, &Actor::operator(), row, code, "many", detail).await;
        assert!(asked.unwrap());
        txn.commit().await.unwrap();
    }

    /// Gives an officer a passkey, past the device.
    pub async fn passkey_of(&self, officer: ClientId) -> PasskeyId {
        use entities::officer::table::passkey::{ActiveModel, Entity};
        let id = PasskeyId::new();
        let row = ActiveModel {
            id: Set(id),
            officer_id: Set(officer),
            credential_id: Set(id.to_string()),
            public_key: Set(Vec::new()),
            algorithm: Set(-7),
            counter: Set(0),
            is_synced: Set(false),
            name: Set("mine".to_owned()),
            created_at: Set(self.store.now()),
            used_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(self.store.db.write()).await.unwrap();
        id
    }
}
