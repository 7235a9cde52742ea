//! A controller's own letter texts.

use entities::letter::templates;
use entities::officer::role::Where;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{administrator, fill, own_events};
use crate::world::World;

const TEXT: &str = "/console/setup/controllers/acme/texts/en/withdrawal";

#[rstest]
#[tokio::test]
async fn a_text_is_tried_checked_saved_and_taken_back(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    let list = "/console/setup/controllers/acme/texts";
    browser.get(list).await.fine().says("Withdrawal confirmed").says(TEXT).does_not_say("Own, version");
    let page = browser.get(TEXT).await.fine();
    page.says("Letters are made with the text that comes with the program").does_not_say("/withdraw\"");
    let built_in = page.between("name=\"body\" rows=\"22\" aria-describedby=\"body-hint\">", "</textarea>");
    let built_in = built_in.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    let built_in = built_in.replace("&#38;", "&");
    let subject = "Your withdrawal {{ reference }}";

    // What is wrong is told with its line; what was typed stays.
    let broken = format!("{built_in}\n{{{{ nobody }}}} <script>");
    let typed = [("subject", subject), ("body", broken.as_str()), ("law", "eu_gdpr"), ("then", "save")];
    let page = browser.submit(&page, TEXT, &typed).await;
    assert_eq!(page.status, 422);
    page.says("wrong in line").says("`nobody`").says("&#60;script&#62;").does_not_say("<script>");
    // Trying saves nothing and shows a letter of nobody's.
    let own = format!("{built_in}\nWe wish you well.\r\n");
    let typed = [("subject", subject), ("body", own.as_str()), ("law", "us_ca_ccpa"), ("then", "try")];
    let page = browser.submit(&page, TEXT, &typed).await.fine();
    page.says("Every letter can be made with it").says("A made-up letter").says("We wish you well.");
    page.says("value=\"us_ca_ccpa\" selected");
    assert!(templates::current(world.store.db.read(), world.acme.id).await.unwrap().is_empty());
    let typed = [("subject", subject), ("body", own.as_str()), ("then", "save")];
    let then = browser.submit(&page, TEXT, &typed).await;
    assert_eq!(then.goes_to(), format!("{TEXT}?done=saved"));
    let saved = templates::current(world.store.db.read(), world.acme.id).await.unwrap();
    assert_eq!((saved.len(), saved[0].version, saved[0].subject.as_str()), (1, 1, subject));
    assert!(!saved[0].body.contains('\r'));
    // Somebody who looked before that does not overwrite it.
    let mut fields = page.hidden(TEXT);
    fields.retain(|(name, _)| name != "form_key");
    fields.extend(
        [("form_key", "other"), ("subject", subject), ("body", built_in.as_str()), ("then", "save")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post_bare(TEXT, &fields).await.status, 412);

    browser.get(list).await.fine().says("Own, version 1");
    let page = browser.get(TEXT).await.fine();
    page.says("own text, version 1").says("Adam Acht").says("We wish you well.");
    let then = browser.submit(&page, &format!("{TEXT}/withdraw"), &[]).await;
    assert_eq!(then.goes_to(), format!("{TEXT}?done=withdrawn"));
    let page = browser.get(TEXT).await.fine();
    page.says("Letters are made with the text that comes with the program").says("Own, version 1").says("Withdrawn");
    let kinds: Vec<_> = own_events(&world, world.acme.id).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(&kinds[kinds.len() - 2..], ["template.saved", "template.withdrawn"]);
    assert_eq!(browser.get("/console/setup/controllers/acme/texts/en/nothing").await.status, 404);
    assert_eq!(browser.get("/console/setup/controllers/acme/texts/tlh/refusal").await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_text_that_lacks_what_law_demands_is_not_saved_and_says_who_demands_it(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    let text = "/console/setup/controllers/acme/texts/en/refusal";
    let typed = [("subject", "No"), ("body", "We do not want to."), ("then", "save")];
    let page = fill(&mut browser, text, text, &typed).await;
    assert_eq!(page.status, 422);
    page.says("would lack something that law demands").says("What a letter would lack").says("Reasons");
    assert!(templates::current(world.store.db.read(), world.acme.id).await.unwrap().is_empty());
}
