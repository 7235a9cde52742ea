//! One whole life: filed, proven, decided about, approved by another.

use entities::officer::role::{Role, Where};
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::{candidate, identifier};
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{contact, decide};
use crate::world::World;

#[rstest]
#[tokio::test]
async fn an_erasure_is_proven_sorted_out_and_approved_by_another(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let at = Where::At(world.acme.id);
    let ada = world.hire("ada@example.com", "Ada Adler", &[(at, Role::Officer), (at, Role::Approver)]).await;
    let bea = world.hire("bea@example.com", "Bea Blum", &[(at, Role::Approver)]).await;
    let (mut filer, mut approver) = (world.signed_in(&ada).await, world.signed_in(&bea).await);
    let identifiers = [(K::Email, "grace@example.com"), (K::Name, "Grace Hopper")];
    let new = world.request_of(&world.acme, 1, Right::Erasure, &identifiers);
    let row = world.file_new(ada.id, &world.acme, NewRequest { identity_method: None, ..new }).await;
    let path = format!("/console/requests/{}", row.reference);

    // Proven by the officer's word; the note is needed, and is sealed.
    let page = filer.get(&path).await.fine();
    page.says("Make sure who is asking").says(&format!("class=\"button primary\" href=\"{path}/verify\""));
    let verify = format!("{path}/verify");
    let form = filer.get(&verify).await.fine();
    form.says("Document").does_not_say("email_link");
    let empty = filer.submit(&form, &verify, &[("method", "document")]).await;
    assert_eq!(empty.status, 422);
    empty.says("href=\"#note\"").says("value=\"document\" checked");
    let filled = [("method", "document"), ("note", "her passport, seen at the desk")];
    assert_eq!(filer.submit(&form, &verify, &filled).await.goes_to(), format!("{path}?done=verified"));
    filer.get(&format!("{path}?done=verified")).await.fine().says("The identity is proven").does_not_say("passport");
    assert_eq!(world.request(row.id).await.identity_method.as_deref(), Some("document"));

    // What was found is drawn, and each doubtful record is decided about.
    let found: [(&[usize], _); 2] = [
        (&[0], contact("0f5a", "Grace Hopper", "grace@example.com")),
        (&[1], contact("7c11", "Grace Hopper", "other@example.org")),
    ];
    world.resolve(&row, &found).await;
    let doubtful = candidate::queries::of_request(world.store.db.read(), row.id).await.unwrap()[1].id;
    let page = filer.get(&path).await.fine();
    page.says("Decide who is meant")
        .says("<svg viewBox=\"0 0 960")
        .says("Record B, External contact, was found by #2.");
    let choose = format!("{path}/candidates/{doubtful}");
    page.says(&format!("class=\"button primary\" href=\"{choose}\"")).says("G… H…").does_not_say("Hopper");
    let form = filer.get(&choose).await.fine();
    form.says("o…@e….org").does_not_say("other@");
    let clear = filer.submit(&form, &choose, &[("step", "reveal"), ("purpose", "decide"), ("reason", "so far")]).await;
    clear.says("other@example.org").says("so far");
    let none = filer.submit(&form, &choose, &[("step", "reveal")]).await;
    assert_eq!(none.status, 422);
    none.says("href=\"#purpose\"").does_not_say("other@");
    assert_eq!(filer.submit(&form, &choose, &[("reason", "x")]).await.status, 422);
    let taken = decide(&mut filer, &choose, &[("choice", "left_out"), ("reason", "another Grace")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=chosen"));
    // A name that finds a record left out reaches others: that needs a yes of its own.
    let name = identifier::queries::of_request(world.store.db.read(), row.id).await.unwrap()[1].id;
    let term = format!("{path}/identifiers/{name}");
    let taken = decide(&mut filer, &term, &[("choice", "left_out"), ("reason", "a name is anybody's")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=term-chosen"));

    // Whoever filed it sees why it is not theirs, and who can; sent all the same, the rules say no.
    let approve = format!("{path}/approve");
    filer.get(&path).await.fine().says("Somebody else approves this").says(&format!("href=\"{approve}\""));
    let own = filer.get(&approve).await.fine();
    own.says("its approval is not yours").says("Who can: Bea Blum.").does_not_say("name=\"sure\"");
    let plan = own.hidden(&approve);
    assert!(plan.iter().all(|(name, _)| name != "plan"), "nothing can be sent");
    let form = approver.get(&approve).await.fine();
    let digest = form.hidden(&approve).into_iter().find(|(name, _)| name == "plan").unwrap().1;
    let tried = filer.submit(&own, &approve, &[("plan", &digest), ("sure", "yes"), ("step", "go")]).await;
    assert_eq!(tried.status, 409);
    tried.says("It takes a second person");
    assert_eq!(world.request(row.id).await.status, RequestStatus::Reviewing);

    // Another looks, confirms, is told that there is no way back, and approves; a second click does nothing.
    form.says("The plan").says("Ada Adler");
    let unsure = approver.submit(&form, &approve, &[]).await;
    assert_eq!(unsure.status, 422);
    unsure.says("href=\"#sure\"");
    let check = approver.submit(&form, &approve, &[("sure", "yes")]).await.fine();
    check
        .says("This cannot be undone")
        .says("The platform erases 1 record")
        .says("of 1 person")
        .says("Approve the erasure");
    assert_eq!(world.request(row.id).await.status, RequestStatus::Reviewing);
    for _ in 0..2 {
        let taken = approver.submit(&check, &approve, &[("step", "go")]).await;
        assert_eq!(taken.goes_to(), format!("{path}?done=approved"));
    }
    let events = world.events(row.id).await;
    assert_eq!(events.iter().filter(|kind| *kind == "request.approved").count(), 1);
    let approved = world.request(row.id).await;
    assert_eq!((approved.status, approved.approved_by), (RequestStatus::Executing, Some(bea.id)));
    // The page that was open meanwhile is too old.
    let late = approver.submit(&form, &approve, &[("sure", "yes")]).await;
    assert_eq!(late.status, 409);
    late.says("Somebody was here before you").says("The plan was approved");
    let page = approver.get(&path).await.fine();
    page.says("The platform is at work").says("hx-trigger=\"every 5s\"").does_not_say("/refuse\"");
}

#[rstest]
#[tokio::test]
async fn a_refusal_names_a_ground_of_its_law_and_shows_what_comes_of_it(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let refuse = format!("{path}/refuse");
    let form = browser.get(&refuse).await.fine();
    form.says("Manifestly unfounded").says("GDPR Art. 12(5)(b)").says("It is a duplicate");
    form.does_not_say("value=\"exempt_legal_claims\"");
    let filled = [("code", "excessive"), ("basis", "GDPR Art. 12(5)"), ("reason", "the fourth this month")];
    let foreign = browser.submit(&form, &refuse, &[("code", "exempt_legal_claims"), ("reason", "no")]).await;
    assert_eq!(foreign.status, 422);
    foreign.says("This ground does not hold").says("href=\"#code\"").says(">no</textarea>");
    let check = browser.submit(&form, &refuse, &filled).await.fine();
    check
        .says("Refused</span>")
        .says("the fourth this month")
        .says("None is written by this")
        .says("Dates that would change");
    assert_eq!(world.request(row.id).await.version, row.version, "a trial changes nothing");
    let edited = browser.submit(&check, &refuse, &[("step", "edit")]).await.fine();
    edited.says("value=\"excessive\" checked").says("value=\"GDPR Art. 12(5)\"");
    let taken = browser.submit(&check, &refuse, &[("step", "go")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=refused"));
    let closed = world.request(row.id).await;
    assert_eq!((closed.outcome, closed.refusal_code.as_deref()), (Some(Outcome::Refused), Some("excessive")));
    let page = browser.get(&path).await.fine();
    page.says("Closed").does_not_say("/refuse\"").does_not_say("/hold\"");
    // Under the GDPR one complains elsewhere: there is no appeal to the controller.
    let appeal = format!("{path}/appeal");
    let none = decide(&mut browser, &appeal, &[("words", "I object")]).await;
    assert_eq!(none.status, 409);
    none.says("knows no appeal to the controller").says("I object");
}

#[rstest]
#[tokio::test]
async fn a_person_withdraws_and_a_search_begins_anew(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    world.resolve(&row, &[(&[0], contact("0f5a", "Grace Hopper", "grace@example.com"))]).await;
    let taken = decide(&mut browser, &format!("{path}/resolve-anew"), &[("reason", "merged since")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=resolved-anew"));
    assert_eq!(world.request(row.id).await.status, RequestStatus::Resolving);
    browser.get(&path).await.fine().says("We are searching").says("hx-trigger=\"every 5s\"");
    let anew = browser.get(&format!("{path}/resolve-anew")).await.fine();
    let late = browser.submit(&anew, &format!("{path}/resolve-anew"), &[("reason", "once more")]).await;
    assert_eq!(late.status, 409);
    late.says("that is not possible any more").says("once more");
    let taken = decide(&mut browser, &format!("{path}/withdraw"), &[("reason", "she rang")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=withdrawn"));
    assert_eq!(world.request(row.id).await.outcome, Some(Outcome::Withdrawn));
}
