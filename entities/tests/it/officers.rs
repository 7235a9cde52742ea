//! Officers: added, granted roles, invited, disabled; and what each reaches by which scope.

use std::time::Duration;

use entities::client::queries as clients;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::controller;
use entities::event;
use entities::event::trail::Actor;
use entities::id::{ClientId, ControllerId};
use entities::identifier::table::Choice;
use entities::installation::rotation::reseal;
use entities::officer::invitation::{self, LIFE};
use entities::officer::manage::{self, NewOfficer, NotManaged};
use entities::officer::password::{NotSet, Weak};
use entities::officer::role::{Role, Roles, Where, holders};
use entities::officer::session::{Signed, Standing};
use entities::officer::table::Model;
use entities::officer::{queries, session};
use entities::request::decide::{Decider, NotDecided};
use letters::language::Language;
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use secrecy::{ExposeSecret, SecretString};

use crate::decide::Decision;
use crate::sign_in::{PASSWORD, desk};
use crate::world::{World, add_client, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

/// Whoever is at the command line.
pub fn operator() -> Decider {
    Decider { actor: Actor::operator(), client: None, reach: Reach::installation() }
}

impl World {
    /// Adds somebody, as the command line does.
    pub async fn hire(&self, login: &str, roles: &[(Where, Role)]) -> Model {
        self.hire_by(&operator(), login, roles).await.unwrap()
    }

    async fn hire_by(&self, by: &Decider, login: &str, roles: &[(Where, Role)]) -> Result<Model, NotManaged> {
        let new = NewOfficer {
            login: login.to_owned(),
            name: "Ada Adler".to_owned(),
            language: Language::German,
            roles: roles.to_vec(),
        };
        let txn = self.begin().await;
        let row = manage::add(&txn, &self.store, by, new).await?;
        txn.commit().await.unwrap();
        Ok(row)
    }

    async fn grant(&self, by: &Decider, id: ClientId, place: Where, role: Role) -> Result<bool, NotManaged> {
        let txn = self.begin().await;
        let done = manage::grant(&txn, &self.store, by, id, place, role).await?;
        txn.commit().await.unwrap();
        Ok(done)
    }

    async fn revoke(&self, by: &Decider, id: ClientId, place: Where, role: Role) -> Result<bool, NotManaged> {
        let txn = self.begin().await;
        let done = manage::revoke(&txn, &self.store, by, id, place, role).await?;
        txn.commit().await.unwrap();
        Ok(done)
    }

    async fn disable(&self, by: &Decider, id: ClientId) -> Result<bool, NotManaged> {
        let txn = self.begin().await;
        let done = manage::disable(&txn, &self.store, by, id).await?;
        txn.commit().await.unwrap();
        Ok(done)
    }

    async fn roles(&self, id: ClientId) -> Roles {
        Roles::of(self.store.db.read(), id).await.unwrap()
    }

    /// An administrator of one controller.
    async fn administrator(&self, controller: &controller::table::Model) -> Decider {
        let row = self.hire("boss@example.com", &[(Where::At(controller.id), Role::Administrator)]).await;
        let reach = Reach::of_officer(&self.roles(row.id).await, Scope::OfficersManage);
        Decider { actor: Actor::client(row.id, None), client: Some(row.id), reach }
    }

    /// What the trail says of officers, oldest first.
    pub async fn told_of_officers(&self) -> Vec<String> {
        let events = event::table::Entity::find()
            .filter(event::table::COLUMN.controller_id.eq(ControllerId::INSTALLATION))
            .filter(event::table::Column::Kind.like("officer.%"))
            .order_by_asc(event::table::Column::Id);
        let events = events.all(self.store.db.read()).await.unwrap();
        events.into_iter().map(|event| event.kind["officer.".len()..].to_owned()).collect()
    }
}

#[rstest]
#[tokio::test]
async fn an_officer_does_at_each_controller_what_its_role_there_allows(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (acme, beta) = (world.controller.clone(), add_controller(&world.store, "beta").await);
    let places = [(Where::At(acme.id), Role::Officer), (Where::At(beta.id), Role::Auditor)];
    let ada = world.hire("ada@example.com", &places).await;
    let desk = desk(&world, &ada).await;
    let signed = desk.signed().await;
    let table = [
        (Scope::RequestsFile, true, false),
        (Scope::RequestsRead, true, true),
        (Scope::RequestsReveal, true, false),
        (Scope::RequestsDecide, true, false),
        (Scope::RequestsApprove, false, false),
        (Scope::AuditRead, false, true),
        (Scope::OfficersManage, false, false),
    ];
    for (scope, at_acme, at_beta) in table {
        let reach = signed.reach(scope);
        assert_eq!((reach.covers(acme.id), reach.covers(beta.id)), (at_acme, at_beta), "{scope}");
        assert_eq!(signed.may(scope), at_acme || at_beta, "{scope}");
        assert!(!reach.covers(ControllerId::INSTALLATION), "{scope}");
    }

    // Reading crosses the fence that deciding does not.
    let filed = world.file_at(&beta, Right::Access, Some("post_ident"), world.now()).await;
    let reach = signed.reach(Scope::RequestsRead);
    let seen = entities::request::queries::by_id(world.store.db.read(), &reach, filed.id).await.unwrap();
    assert!(seen.is_some());
    let by = signed.decider(Scope::RequestsDecide, None);
    let decided = world.decide(&by, filed.id, async |case| case.hold("a look").await).await;
    assert!(matches!(decided, Err(NotDecided::NotFound(_))), "{decided:?}");

    // With a role that is granted or taken, all sessions end: whoever signs in anew has what it holds by then.
    let reach = async |scope| Reach::of_officer(&world.roles(ada.id).await, scope);
    assert!(world.grant(&operator(), ada.id, Where::At(beta.id), Role::Officer).await.unwrap());
    assert!(desk.find().await.is_none());
    let again = sign_in_again(&world, &ada).await;
    assert!(!world.grant(&operator(), ada.id, Where::At(beta.id), Role::Officer).await.unwrap(), "once");
    let signed = session::find(&world.store, &again).await.unwrap().expect("nothing changed, and nothing ended");
    assert!(signed.reach(Scope::RequestsDecide).covers(beta.id));
    assert!(world.revoke(&operator(), ada.id, Where::At(beta.id), Role::Officer).await.unwrap());
    assert!(!world.revoke(&operator(), ada.id, Where::At(beta.id), Role::Officer).await.unwrap(), "once");
    assert!(session::find(&world.store, &again).await.unwrap().is_none());
    assert!(!reach(Scope::RequestsDecide).await.covers(beta.id));

    // Everywhere means also what is added later.
    world.grant(&operator(), ada.id, Where::Everywhere, Role::Approver).await.unwrap();
    let gamma = add_controller(&world.store, "gamma").await;
    assert!(reach(Scope::RequestsApprove).await.covers(gamma.id));
    assert!(!reach(Scope::RequestsFile).await.covers(gamma.id));
    world.revoke(&operator(), ada.id, Where::Everywhere, Role::Approver).await.unwrap();
    assert!(!world.roles(ada.id).await.give(Scope::RequestsApprove));
}

/// The token of another session of this officer, with all that it takes.
async fn sign_in_again(world: &World, officer: &Model) -> String {
    let txn = world.begin().await;
    let opened = session::open(&txn, world.now(), officer, &session::Visitor::default(), true).await.unwrap();
    txn.commit().await.unwrap();
    opened.token.expose_secret().to_owned()
}

#[rstest]
#[tokio::test]
async fn whoever_filed_does_not_approve_whatever_the_roles(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let everything = [(Where::Everywhere, Role::Officer), (Where::Everywhere, Role::Approver)];
    let ada = desk(&world, &world.hire("ada@example.com", &everything).await).await.signed().await;
    let bea = desk(&world, &world.hire("bea@example.com", &everything).await).await.signed().await;
    let sample = world.sample(Right::Erasure, entities::request::status::RequestStatus::Reviewing).await;
    // As if she had filed it.
    let by_hand = match on {
        Sqlite => format!("UPDATE requests SET filed_by = x'{}'", ada.officer.0.simple()),
        Postgres => format!("UPDATE requests SET filed_by = '{}'", ada.officer.0),
    };
    world.by_hand(&by_hand).await;
    let decides = bea.decider(Scope::RequestsDecide, None);
    for decision in [Decision::ChooseCandidate(Choice::Included), Decision::ChooseTerm(Choice::LeftOut)] {
        world.decide(&decides, sample.id, async |case| decision.take(case, &sample).await).await.unwrap();
    }
    let approve = async |by: &Signed| {
        let by = by.decider(Scope::RequestsApprove, None);
        world.decide(&by, sample.id, async |case| case.approve(None).await).await
    };
    let refused = approve(&ada).await.unwrap_err();
    assert!(refused.to_string().starts_with("whoever filed"), "{refused}");
    approve(&bea).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn an_administrator_manages_its_own_controller_and_nobody_manages_themselves(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let world = World::on(on).await;
    let (acme, beta) = (Where::At(world.controller.id), add_controller(&world.store, "beta").await);
    let boss = world.administrator(&world.controller).await;
    let beta = Where::At(beta.id);

    let mine = world.hire_by(&boss, "mine@example.com", &[(acme, Role::Officer)]).await.unwrap();
    let theirs = world.hire("theirs@example.com", &[(beta, Role::Officer)]).await;
    let both = world.hire("both@example.com", &[(acme, Role::Officer), (beta, Role::Officer)]).await;
    for roles in [vec![(beta, Role::Officer)], vec![(Where::Everywhere, Role::Officer)], Vec::new()] {
        let refused = world.hire_by(&boss, "no@example.com", &roles).await.unwrap_err();
        assert!(matches!(refused, NotManaged::OutOfReach), "{roles:?}: {refused}");
    }
    // Somebody of another controller may be given work at one's own, and nothing more.
    assert!(world.grant(&boss, theirs.id, acme, Role::Approver).await.unwrap());
    for place in [beta, Where::Everywhere] {
        let refused = world.grant(&boss, theirs.id, place, Role::Approver).await.unwrap_err();
        assert!(matches!(refused, NotManaged::OutOfReach), "{refused}");
        let refused = world.revoke(&boss, theirs.id, place, Role::Officer).await.unwrap_err();
        assert!(matches!(refused, NotManaged::OutOfReach), "{refused}");
    }
    assert!(world.revoke(&boss, theirs.id, acme, Role::Approver).await.unwrap());
    assert!(matches!(world.disable(&boss, both.id).await, Err(NotManaged::OutOfReach)));
    assert!(matches!(world.disable(&boss, theirs.id).await, Err(NotManaged::NotFound)));
    assert!(matches!(world.disable(&boss, ClientId::new()).await, Err(NotManaged::NotFound)));
    let own = boss.client.unwrap();
    assert!(matches!(world.disable(&boss, own).await, Err(NotManaged::Oneself)));
    assert!(matches!(world.grant(&boss, own, acme, Role::Approver).await, Err(NotManaged::Oneself)));
    assert!(world.disable(&boss, mine.id).await.unwrap());

    let seen = async |reach: &Reach| -> Vec<String> {
        let all = queries::all(world.store.db.read(), reach).await.unwrap();
        all.into_iter().map(|row| row.login).collect()
    };
    assert_eq!(seen(&boss.reach).await, ["boss@example.com", "both@example.com", "mine@example.com"]);
    assert_eq!(seen(&Reach::installation()).await.len(), 4);
    let conn = world.store.db.read();
    assert!(queries::by_id(conn, &boss.reach, both.id).await.unwrap().is_some());
    assert!(queries::by_id(conn, &boss.reach, theirs.id).await.unwrap().is_none());
    let deciding = holders(conn, world.controller.id, Scope::RequestsDecide).await.unwrap();
    assert_eq!(deciding, [mine.id, both.id].into());
}

#[rstest]
#[tokio::test]
async fn a_login_is_one_persons_and_an_officer_is_no_client_of_the_api(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire(" Ada@Example.COM ", &[]).await;
    assert_eq!((&*ada.login, &*ada.language), ("ada@example.com", "de"));
    let again = world.hire_by(&operator(), "ADA@example.com", &[]).await.unwrap_err();
    assert!(matches!(again, NotManaged::LoginTaken), "{again}");
    for login in ["", "ada", "ada@", "ada@example.com bea@example.com"] {
        let refused = world.hire_by(&operator(), login, &[]).await.unwrap_err();
        assert!(matches!(refused, NotManaged::BadLogin(_)), "{login}: {refused}");
    }
    let listed = clients::all(world.store.db.read()).await.unwrap();
    assert!(listed.iter().all(|client| client.id != ada.id));
    for secret in ["", " ", "0", &"0".repeat(64)] {
        let found = clients::by_secret(world.store.db.read(), &ada.id.to_string(), secret).await.unwrap();
        assert_eq!(found, None, "no secret is an officer's");
    }
    let shown = format!("{ada:?}");
    assert!(!shown.contains("example.com") && !shown.contains("Adler"), "{shown}");
}

#[rstest]
#[tokio::test]
async fn an_invitation_sets_one_password_within_its_time(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let invite = async || {
        let txn = world.begin().await;
        let made = invitation::make(&txn, &world.store, &Actor::operator(), ada.id).await.unwrap();
        txn.commit().await.unwrap();
        made.token.expose_secret().to_owned()
    };
    let looks = async |token: &str| invitation::look(&world.store, token).await.unwrap().is_some();
    let accept = async |token: &str, password: &str| {
        invitation::accept(&world.store, token, &SecretString::from(password), &Default::default()).await
    };

    let first = invite().await;
    assert!(looks(&first).await && looks(&first).await, "looking uses nothing up");
    let second = invite().await;
    assert!(!looks(&first).await, "another took its place");
    assert!(matches!(accept(&first, PASSWORD).await, Err(NotSet::Refused)));
    assert!(matches!(accept(&second, "short").await, Err(NotSet::Weak(Weak::TooShort))));
    assert!(matches!(accept(&second, "ada@example.com").await, Err(NotSet::Weak(Weak::Own))));
    let opened = accept(&second, PASSWORD).await.unwrap();
    assert_eq!(opened.standing, Standing::Enrolment, "a second factor comes before anything else");
    assert!(matches!(accept(&second, PASSWORD).await, Err(NotSet::Refused)), "once");

    let late = invite().await;
    world.later(LIFE - Duration::from_micros(1));
    assert!(looks(&late).await);
    world.later(Duration::from_micros(1));
    assert!(!looks(&late).await);
    assert!(matches!(accept(&late, PASSWORD).await, Err(NotSet::Refused)));

    let unused = invite().await;
    world.disable(&operator(), ada.id).await.unwrap();
    assert!(!looks(&unused).await, "who is disabled sets no password");
    assert!(!looks("").await);
    let stored = world.places_of(&[&late, &unused]).await;
    assert_eq!(stored, Vec::<String>::new(), "only hashes are kept");
}

#[rstest]
#[tokio::test]
async fn of_many_who_take_up_one_invitation_one_does(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", &[]).await;
    let txn = world.begin().await;
    let made = invitation::make(&txn, &world.store, &Actor::operator(), ada.id).await.unwrap();
    txn.commit().await.unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, token) = (world.store.clone(), made.token.expose_secret().to_owned());
        calls.spawn(async move {
            invitation::accept(&store, &token, &SecretString::from(PASSWORD), &Default::default()).await.is_ok()
        });
    }
    let taken = calls.join_all().await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    assert_eq!(session::list(world.store.db.read(), world.now(), ada.id).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn who_is_disabled_is_out_and_comes_back_as_before(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let mut desk = desk(&world, &ada).await;
    assert!(world.disable(&operator(), ada.id).await.unwrap());
    assert!(!world.disable(&operator(), ada.id).await.unwrap(), "once is enough");
    assert!(desk.find().await.is_none(), "her session has ended");
    assert!(desk.password(PASSWORD).await.is_none(), "and she opens none");
    let txn = world.begin().await;
    assert!(manage::enable(&txn, &world.store, &operator(), ada.id).await.unwrap());
    txn.commit().await.unwrap();
    assert!(desk.find().await.is_none(), "what ended stays ended");
    world.later(Duration::from_secs(60));
    desk.sign_in().await;
    assert!(desk.signed().await.may(Scope::RequestsFile));

    // Her client is she: revoked, it ends everything, for good.
    let txn = world.begin().await;
    assert!(clients::revoke(&txn, &world.store, &Actor::operator(), ada.id).await.unwrap());
    txn.commit().await.unwrap();
    assert!(desk.find().await.is_none());
    assert!(desk.password(PASSWORD).await.is_none());
}

#[rstest]
#[tokio::test]
async fn the_trail_tells_all_of_it_and_names_nobody(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let desk = desk(&world, &ada).await;
    let txn = world.begin().await;
    manage::reset_second_factor(&txn, &world.store, &operator(), ada.id).await.unwrap();
    manage::reset_password(&txn, &world.store, &operator(), ada.id).await.unwrap();
    txn.commit().await.unwrap();
    assert!(desk.find().await.is_none());
    world.disable(&operator(), ada.id).await.unwrap();
    let expected = [
        "added",
        "role_granted",
        "invited",
        "password_set",
        "second_factor_enrolled",
        "second_factor_reset",
        "invited",
        "disabled",
    ];
    assert_eq!(world.told_of_officers().await, expected);
    let mut places = world.places_of(&["ada@example.com", "Ada Adler", PASSWORD]).await;
    places.sort();
    let own = [r#"clients."name""#, r#"officers."login""#, r#"officers."name""#];
    assert_eq!(places, own, "her name and address stand with her account alone");
}

#[rstest]
#[tokio::test]
async fn authenticators_outlive_a_new_installation_key(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let mut desk = desk(&world, &ada).await;
    let rotated = world.keyring().rotated();
    let txn = world.begin().await;
    reseal(&txn, &rotated).await.unwrap();
    txn.commit().await.unwrap();
    desk.store = world.process_with(rotated).await;
    world.later(Duration::from_secs(60));
    desk.sign_in().await;
    assert!(desk.signed().await.is_full());
}

#[rstest]
#[tokio::test]
async fn clients_of_the_api_reach_no_more_for_it(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let client = add_client(&world.store, "desk", &[world.controller.id]).await;
    assert_eq!(world.roles(client).await, Roles::none());
    assert!(queries::by_id(world.store.db.read(), &Reach::installation(), client).await.unwrap().is_none());
}
