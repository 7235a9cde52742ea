//! Changing the words of a letter that is held back: seen before it is saved, told to the second who does, refused where the law
//! wants more, and nothing but text.

use entities::letter::kind::LetterState;
use entities::letter::outbox::words;
use entities::letter::table::Model as Letter;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::letters::{HOSTILE, preview};
use crate::world::World;

impl World {
    async fn says(&self, letter: &Letter) -> String {
        words(self.store.db.read(), &self.store.safe, letter).await.unwrap().text
    }
}

#[rstest]
#[tokio::test]
async fn an_officer_gives_a_letter_other_words_sees_it_and_sends_it(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    let shown = preview(&mut browser, &path, "acknowledgement").await.fine();
    shown.says("hold it back to change its words");
    let held = browser.submit(&shown, &format!("{path}/letters"), &[("hold", "yes")]).await;
    assert_eq!(held.goes_to(), format!("{path}?done=letter-held"));
    let letter = world.letters(&row).await.remove(0);
    assert_eq!(letter.state, LetterState::Held);
    browser.get(&path).await.fine().says("A letter is held back").says("Held back");

    let (page, edit) = (format!("{path}/letters/{}", letter.id), format!("{path}/letters/{}/edit", letter.id));
    let masked = browser.get(&page).await.fine();
    masked.says("its words can be changed").does_not_say("/hold-back\"").does_not_say("We have received");
    let form = browser.submit(&masked, &edit, &[]).await.fine();
    form.says("name=\"passage-0\"").says("This stays as it is").says("When to expect the answer");
    assert_eq!(form.header("cache-control"), "no-store");
    assert_eq!(world.events(row.id).await.last().unwrap(), "personal_data.revealed");
    assert_eq!(browser.get(&edit).await.status, 405, "no address leads to what it says");

    let typed = [("passage-0", HOSTILE), ("then", "look")];
    let looked = browser.submit(&form, &edit, &typed).await.fine();
    looked.says("As it would go out").says("&#60;script&#62;alert(1)&#60;/script&#62; **years**");
    looked.does_not_say("<script>alert").says("Nothing is saved yet");
    let before = world.says(&letter).await;
    assert_eq!(world.says(&world.letters(&row).await[0]).await, before, "a look saves nothing");
    let same = browser.submit(&form, &edit, &[("then", "save")]).await;
    assert_eq!(same.status, 422);
    same.says("Nothing is changed yet");

    let typed = [("passage-0", HOSTILE), ("then", "save")];
    for _ in 0..2 {
        let saved = browser.submit(&looked, &edit, &typed).await;
        assert!(
            saved.status == 303 && saved.goes_to() == format!("{path}?done=letter-edited") || saved.status == 422,
            "{}",
            saved.text
        );
    }
    let edited = world.letters(&row).await.remove(0);
    let says = world.says(&edited).await;
    assert!(says.contains(HOSTILE) && says.starts_with(before.split("\n\n").next().unwrap()), "{says}");
    let events = world.events(row.id).await;
    assert_eq!(events.iter().filter(|kind| *kind == "letter.edited").count(), 1, "a double click edits once");
    let shown = browser.get(&page).await.fine();
    shown.says("The words of a letter were changed").says("Words changed").does_not_say("alert(1)");
    let printed = browser.submit(&shown, &format!("{page}/pdf"), &[]).await.fine();
    assert!(printed.text.starts_with("%PDF-"));

    let sent = browser.submit(&shown, &format!("{page}/send"), &[]).await;
    assert_eq!(sent.goes_to(), format!("{path}?done=letter-released"));
    let last = world.letters(&row).await.remove(0);
    assert_eq!((last.id, last.state), (letter.id, LetterState::Queued));
    assert_eq!(world.says(&last).await, says, "what is sent is what was saved");
    let late = browser.submit(&looked, &edit, &[("passage-0", "more"), ("then", "save")]).await;
    assert_eq!(late.status, 409);
    late.says("is not held back");
    browser.get(&page).await.fine().says("/hold-back\"").does_not_say("/edit\"");
    browser.get(&path).await.fine().does_not_say("A letter is held back");
}

#[rstest]
#[tokio::test]
async fn of_two_officers_who_edit_one_letter_the_second_is_told(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    let shown = preview(&mut browser, &path, "acknowledgement").await.fine();
    browser.submit(&shown, &format!("{path}/letters"), &[("hold", "yes")]).await.goes_to();
    let page = format!("{path}/letters/{}", world.letters(&row).await[0].id);
    let edit = format!("{page}/edit");
    let masked = browser.get(&page).await.fine();
    let hers = browser.submit(&masked, &edit, &[]).await.fine();
    let his = browser.submit(&masked, &edit, &[]).await.fine();
    let first = browser.submit(&hers, &edit, &[("passage-0", "We spoke on Monday."), ("then", "save")]).await;
    assert_eq!(first.goes_to(), format!("{path}?done=letter-edited"));
    // He looks first, and saves then: it is still the version that his first page showed.
    let looked = browser.submit(&his, &edit, &[("passage-0", "We spoke on Friday."), ("then", "look")]).await.fine();
    let second = browser.submit(&looked, &edit, &[("passage-0", "We spoke on Friday."), ("then", "save")]).await;
    assert_eq!(second.status, 409, "{}", second.text);
    second.says("The words of a letter were changed");
    let says = world.says(&world.letters(&row).await[0]).await;
    assert!(says.contains("Monday") && !says.contains("Friday"), "{says}");
}

#[rstest]
#[tokio::test]
async fn words_without_what_the_law_wants_said_are_refused_at_their_passage(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    world.asked(&ada, row.id, "Which years?").await;
    let letter = world.letters(&row).await.remove(0);
    let page = format!("{path}/letters/{}", letter.id);
    let edit = format!("{page}/edit");
    let queued = browser.get(&page).await.fine();
    let held = browser.submit(&queued, &format!("{page}/hold-back"), &[]).await;
    assert_eq!(held.goes_to(), format!("{path}?done=letter-held"));
    let masked = browser.get(&page).await.fine();
    let form = browser.submit(&masked, &edit, &[]).await.fine();
    let field = form.between("Recital 63", "</textarea>").split("name=\"").nth(1).unwrap().split('"').next().unwrap();
    let field = field.to_owned();
    for then in ["look", "save"] {
        let wrong = browser.submit(&form, &edit, &[(&*field, " "), ("then", then)]).await;
        assert_eq!(wrong.status, 422);
        wrong.says("There is a problem").says(&format!("href=\"#{field}\"")).says("The law wants this said");
    }
    // What no page of ours offers is no words of an officer's.
    for (name, status) in [("passage-99", 400), ("passage-x", 422)] {
        assert_eq!(browser.submit(&form, &edit, &[(name, "more"), ("then", "save")]).await.status, status, "{name}");
    }
    let long = "a".repeat(10_001);
    let wrong = browser.submit(&form, &edit, &[(&*field, &long), ("then", "save")]).await;
    assert_eq!(wrong.status, 422);
    wrong.says("at most 10000 characters");
    assert_eq!(world.letters(&row).await[0].edited_at, None);

    browser.submit(&form, "/console/language", &[("language", "de")]).await.goes_to();
    let german = browser.submit(&form, &edit, &[(&*field, ""), ("then", "save")]).await;
    assert_eq!(german.status, 422);
    german.says("Das Recht will dies gesagt haben");
}
