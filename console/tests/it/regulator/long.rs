//! However many invitations and looks there are: a page shows fifty, and the next one goes on.

use entities::regulator::invitation::NewScope;
use entities::regulator::look::{self, What};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

const LIST: &str = "/console/regulators";

#[rstest]
#[tokio::test]
async fn fifty_invitations_stand_on_a_page_and_the_next_has_the_rest(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let mut made = Vec::new();
    for n in 0..51 {
        let name = format!("Guest {n}");
        made.push(world.invite_to(&world.acme, &ada, &name, NewScope::Register).await.id.to_string());
        if n == 20 {
            world.invite_to(&world.beta, &ada, "Of another", NewScope::Register).await;
        }
    }
    made.reverse();
    let pages = officer.pages(LIST).await;
    let listed = |page: &Page| page.each("<th scope=\"row\"><a href=\"/console/regulators/", "\"");
    assert_eq!(pages.iter().map(|page| listed(page).len()).collect::<Vec<_>>(), [50, 1]);
    assert_eq!(pages.iter().flat_map(listed).collect::<Vec<_>>(), made, "newest first, each once");
    pages[0].does_not_say("rel=\"first\"").says("Looks of programs");
    pages[1].says("href=\"/console/regulators\" rel=\"first\"").does_not_say("Looks of programs");
    assert_eq!(officer.get(&format!("{LIST}?after=made-up")).await.status, 400);
}

#[rstest]
#[tokio::test]
async fn the_looks_of_an_invitation_go_on_to_the_first(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let row = world.invite(&ada, NewScope::Register).await;
    let other = world.invite(&ada, NewScope::Register).await;
    // Each from an address of its own, by which it is known again.
    let mut from: Vec<_> = (1..=101).map(|n| format!("192.0.2.{n}")).collect();
    for address in &from {
        look::record(&world.store, &row, Some(address.clone()), What::Statistics).await.unwrap();
        look::record(&world.store, &other, Some("198.51.100.1".to_owned()), What::Bundle).await.unwrap();
    }
    from.reverse();
    let own = format!("{LIST}/{}", row.id);
    let pages = officer.pages(&own).await;
    let looks = |page: &Page| page.each("<span class=\"mono\">", "<");
    assert_eq!(pages.iter().map(|page| looks(page).len()).collect::<Vec<_>>(), [50, 50, 1]);
    assert_eq!(pages.iter().flat_map(looks).collect::<Vec<_>>(), from, "newest first, each once");
    pages[0].does_not_say("rel=\"first\"");
    for page in &pages[1..] {
        page.says("DPA file 7").says(&format!("href=\"{own}#looks-title\" rel=\"first\""));
    }
    // Where one invitation's looks go on is no place among another's.
    let next = pages[0].next().unwrap();
    let elsewhere = next.replace(&row.id.to_string(), &other.id.to_string());
    assert_eq!(officer.get(&elsewhere).await.status, 400);
}
