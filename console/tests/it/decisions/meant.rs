//! Who is meant, as a page shows it: which identifier found what, what is one person's, and how far a plan would reach.

use entities::request::right::Right;
use entities::{candidate, identifier};
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{contact, decide};
use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_picture_shows_what_found_what_and_warns_of_what_several_share(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let identifiers = [(K::Email, "grace@example.com"), (K::Phone, "+4930901820")];
    let row = world.file_with(ada.id, &world.acme, 1, Right::Erasure, &identifiers, Some("document")).await;
    let found: [(&[usize], _); 3] = [
        (&[0], contact("0f5a", "Grace Hopper", "grace@example.com")),
        (&[0], contact("0f5b", "Grace Hopper", "grace@example.com")),
        (&[1], contact("7c11", "The reception", "desk@example.org")),
    ];
    world.resolve(&row, &found).await;
    world.entangle(&row, 1, &["0f5a", "0f5b"]).await;
    let path = format!("/console/requests/{}", row.reference);
    let page = browser.get(&path).await.fine();

    // In the picture, in its words for those who do not see it, and in the tables beside it.
    page.says("Identifiers</text>").says("Records</text>").says("Merge sets</text>").says("Merge set 1</text>");
    for (class, times) in [("term shared", 1), ("term", 2), ("record ", 3), ("set", 1)] {
        assert_eq!(page.text.matches(&format!("<g class=\"{class}")).count(), times, "{class}");
    }
    for (class, times) in [("link", 2), ("link shared", 1), ("link set", 2)] {
        assert_eq!(page.text.matches(&format!("<path class=\"{class}\"")).count(), times, "{class}");
    }
    page.says("Record A, External contact, was found by #1 and belongs to Merge set 1, 2 contacts.");
    page.says("Record C, External contact, was found by #2.");
    page.says("Shared by several people").says("<span class=\"tag warn\">");

    // Once it is said who is her and who is the reception, the plan tells how far it reaches, in counts.
    let db = world.store.db.read();
    let phone = identifier::queries::of_request(db, row.id).await.unwrap()[1].id;
    let found = candidate::queries::of_request(db, row.id).await.unwrap();
    let choices = ["included", "included", "left_out"];
    let mut forms: Vec<_> =
        found.iter().zip(choices).map(|(it, choice)| (format!("candidates/{}", it.id), choice)).collect();
    forms.push((format!("identifiers/{phone}"), "left_out"));
    for (form, choice) in forms {
        let said = [("choice", choice), ("reason", "the number is that of the reception")];
        assert_eq!(decide(&mut browser, &format!("{path}/{form}"), &said).await.status, 303, "{form}");
    }
    let plan = browser.get(&format!("{path}/approve")).await.fine();
    for (figure, what) in [(1, "people, at least"), (2, "records"), (1, "search terms"), (2, "contacts merged")] {
        plan.says(&format!("<div><dt>{what}</dt><dd>{figure}</dd></div>"));
    }
}
