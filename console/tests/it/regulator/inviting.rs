//! An officer invites somebody, as far as the officer reaches.

use entities::letter::kind::LetterKind;
use entities::officer::role::{Role, Where};
use rstest::rstest;
use testbed::database::Kind::{self, Sqlite};

use super::GUEST;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn an_officer_invites_step_by_step_and_only_within_reach(#[values(Sqlite)] on: Kind) {
    let world = World::welcoming(on).await;
    let (_, mut officer) = world.officer().await;
    let form = officer.get("/console/regulators/new").await.fine();
    form.does_not_say("value=\"beta\"");
    let filled = |extra: &[(&'static str, &'static str)]| {
        let mut fields = vec![
            ("controller", "acme"),
            ("name", "Rita Roth"),
            ("address", GUEST),
            ("language", "de"),
            ("purpose", "Inspection"),
            ("watermark", "File 7"),
            ("scope", "register"),
            ("expires", "2026-04-30"),
        ];
        for (name, value) in extra {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        fields
    };
    let path = "/console/regulators/new";
    for (extra, field) in [
        (&[("address", "rita")][..], "address"),
        (&[("purpose", "")], "purpose"),
        (&[("watermark", "")], "watermark"),
        (&[("expires", "2026-03-01")], "expires"),
        (&[("expires", "2028-01-01")], "expires"),
        (&[("controller", "beta")], "controller"),
        (&[("scope", "period"), ("from", "2026-02-02"), ("to", "2026-02-01")], "to"),
        (&[("scope", "cases"), ("cases", "")], "cases"),
        (&[("scope", "cases"), ("cases", "CCCC-CCCC")], "cases"),
        (&[("scope", "everything")], "scope"),
    ] {
        let page = officer.submit(&form, path, &filled(extra)).await;
        assert_eq!(page.status, 422, "{extra:?}");
        page.says(&format!("href=\"#{field}\"")).says("value=\"Rita Roth\"");
    }
    assert!(world.written(LetterKind::RoomLink).await.is_empty());
    let sent = officer.submit(&form, path, &filled(&[])).await;
    officer.get(sent.goes_to()).await.fine().says("the link is on its way").says("Rita Roth");
    let text = world.written(LetterKind::RoomLink).await.pop().unwrap();
    assert!(text.contains("Guten Tag Rita Roth") && text.contains("1. Mai 2026, 0:00 Uhr"), "{text}");
    // A link is in German where its reader reads German, and so is the room.
    let mut browser = world.in_the_room().await;
    browser.get("/regulator").await.fine().says("lang=\"de\"").says("Wie Anfragen bearbeitet werden");

    // Another controller's officer sees nothing of it.
    let other = world.hire("ben@example.com", "Ben", &[(Where::At(world.beta.id), Role::Officer)]).await;
    let mut stranger = world.signed_in(&other).await;
    stranger.get("/console/regulators").await.fine().does_not_say("Rita Roth");
    let own = sent.goes_to().split('?').next().unwrap().to_owned();
    assert_eq!(stranger.get(&own).await.status, 404);
    assert_eq!(stranger.get(&format!("{own}/grant")).await.status, 404);
}
