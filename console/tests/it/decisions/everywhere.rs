//! What holds for every decision's form alike.

use console::routes::PAGES;
use entities::candidate;
use entities::identifier;
use entities::officer::role::{Role, Where};
use entities::request::right::Right;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::contact;
use crate::world::World;

/// Fields, and what is filled in.
type Filled = &'static [(&'static str, &'static str)];

/// Forms about a request under review, each with what is filled in, and whether that can be left empty.
const FORMS: [(&str, Filled, bool); 13] = [
    ("hold", &[("reason", "because")], false),
    ("ask", &[("kind", "clarification"), ("words", "Which data?")], false),
    ("resolve-anew", &[("reason", "because")], false),
    ("candidates/{candidate}", &[("choice", "included"), ("reason", "because")], false),
    ("identifiers/{identifier}", &[("choice", "included"), ("reason", "because")], false),
    ("refuse", &[("code", "excessive"), ("reason", "because")], false),
    ("withdraw", &[("reason", "because")], false),
    ("extend", &[("code", "complexity"), ("reason", "because")], false),
    ("recompute", &[("reason", "because")], false),
    ("accept", &[("reason", "because")], false),
    ("complete", &[("outcome", "fulfilled"), ("note", "done")], false),
    ("acknowledge", &[], true),
    ("appeal", &[], true),
];

#[rstest]
#[tokio::test]
async fn each_form_keeps_what_was_typed_and_is_taken_at_the_version_it_showed(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let auditor = world.hire("aud@example.com", "Axel Auer", &[(Where::At(world.acme.id), Role::Auditor)]).await;
    let mut onlooker = world.signed_in(&auditor).await;
    let row = world.file_with(ada.id, &world.acme, 1, Right::Access, &[(K::Name, "Grace Hopper")], None).await;
    world.resolve(&row, &[(&[0], contact("0f5a", "Grace Hopper", "grace@example.com"))]).await;
    let conn = world.store.db.read();
    let record = candidate::queries::of_request(conn, row.id).await.unwrap()[0].id.to_string();
    let term = identifier::queries::of_request(conn, row.id).await.unwrap()[0].id.to_string();
    let path = format!("/console/requests/{}", row.reference);
    let mut open = Vec::new();
    for (end, filled, may_be_empty) in FORMS {
        let form = format!("{path}/{}", end.replace("{candidate}", &record).replace("{identifier}", &term));
        assert_eq!(onlooker.get(&form).await.status, 403, "{end}");
        let page = browser.get(&form).await.fine();
        page.says("form_version").says("form_key");
        let empty = browser.submit(&page, &form, &[]).await;
        if !may_be_empty {
            assert_eq!(empty.status, 422, "{end}");
            empty.says("There is a problem");
            let first = empty.between("<li><a href=\"#", "\"").to_owned();
            empty.says(&format!("id=\"{first}\""));
        }
        // What is too long is named at its field, and stays.
        if let Some((name, _)) = filled.iter().find(|(name, _)| matches!(*name, "reason" | "note" | "words")) {
            let long = "x".repeat(4001);
            let mut filled: Vec<_> = filled.to_vec();
            filled.retain(|(field, _)| field != name);
            filled.push((name, &long));
            let page = browser.submit(&page, &form, &filled).await;
            assert_eq!(page.status, 422, "{end}");
            page.says(&long).says(&format!("href=\"#{name}\""));
        }
        open.push((end, form, page, filled));
    }
    let hold = open.remove(0);
    browser.submit(&hold.2, &hold.1, hold.3).await.goes_to();
    let before = world.events(row.id).await;
    for (end, form, page, filled) in open {
        let late = browser.submit(&page, &form, filled).await;
        assert_eq!(late.status, 409, "{end}");
        late.says("Somebody was here before you").says("The request was put on hold").says("Ada Adler");
    }
    assert_eq!(world.events(row.id).await, before, "nothing was taken");
}

#[test]
fn every_form_of_a_decision_is_known_here() {
    // Those that do not fit a request under review have stories of their own.
    let others = [
        "verify",
        "answer",
        "approve",
        "announce",
        "extend-appeal",
        "decide-appeal",
        "jobs/{item}/abandon",
        "files/{item}/hand-over",
    ];
    // And these are forms about a request that decide nothing about it.
    let no_decisions = [
        "address",
        "assignee",
        "notes",
        "tasks",
        "letters",
        "letters/record",
        "letters/{letter}/resend",
        "status-link",
    ];
    for (method, pattern) in PAGES {
        let Some(end) = pattern.strip_prefix("/requests/{name}/").filter(|_| *method == "both") else { continue };
        let known = FORMS
            .iter()
            .any(|(form, ..)| form.replace("{candidate}", "{item}").replace("{identifier}", "{item}") == end);
        assert!(known || others.contains(&end) || no_decisions.contains(&end), "{end}");
    }
}
