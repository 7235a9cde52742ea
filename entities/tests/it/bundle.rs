//! A chain as a file: whole it proves itself, and whatever is done to the file shows (promise 8).

use std::io::Write;

use entities::event::audit::Wrong;
use entities::event::bundle;
use rstest::rstest;
use vault::signing::SigningKey;

use crate::world::{World, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

#[rstest]
#[tokio::test]
async fn a_bundle_proves_itself_offline(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::chained(on).await;
    world.happen(world.controller.id, 2).await;
    let file = world.export().await;
    let (header, verification) = bundle::verify(&*file, Some(&world.public()), &[]).unwrap();
    assert!(verification.is_whole());
    assert_eq!((header.controller_id, header.unlinked), (world.controller.id, 2));
    let report = &verification.chains[0];
    assert_eq!((report.linked, report.unlinked, report.checkpoints, report.head.seq), (10, 2, 2, 10));

    let found = |file: &[u8]| {
        let (_, verification) = bundle::verify(file, Some(&world.public()), &[]).unwrap();
        verification.chains[0].fault.as_ref().map(|fault| (fault.seq, fault.wrong))
    };
    let text = String::from_utf8(file.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 13, "a header, ten lines, two checkpoints");
    let without = |gone: std::ops::Range<usize>| {
        let kept = lines.iter().enumerate().filter(|(at, _)| !gone.contains(at));
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>().into_bytes()
    };
    let edited = |at: usize, from: &str, to: &str| {
        assert!(lines[at].contains(from), "{}", lines[at]);
        let mut lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
        lines[at] = lines[at].replace(from, to);
        lines.concat().into_bytes()
    };
    assert_eq!(found(&without(3..4)), Some((3, Wrong::Missing)));
    assert_eq!(found(&without(12..13)), Some((10, Wrong::Unsigned)), "without the last checkpoint");
    assert_eq!(found(&without(9..13)), Some((8, Wrong::Truncated)), "cut between two lines");
    assert_eq!(found(&file[..file.len() - 400]), Some((10, Wrong::Unreadable)), "cut within a line");
    assert_eq!(found(&edited(0, r#""seq":10"#, r#""seq":4"#)), Some((0, Wrong::ForgedHeader)));
    assert_eq!(found(&edited(0, r#""unlinked":2"#, r#""unlinked":0"#)), Some((0, Wrong::ForgedHeader)));
    assert_eq!(found(&edited(3, r#"192.0.2.9"#, "192.0.2.1")), Some((3, Wrong::Altered)));
    assert_eq!(found(&edited(3, r#""seq":3"#, r#""seq":3,"more":1"#)), Some((3, Wrong::Unreadable)));
    assert_eq!(found(&edited(3, "{", "[")), Some((3, Wrong::Unreadable)));
    let mut twice = without(12..13);
    writeln!(twice, "{}\n{}", lines[11], lines[12]).unwrap();
    assert_eq!(found(&twice), Some((10, Wrong::OutOfOrder)), "a line stands twice");

    let stranger = SigningKey::generate().public_key();
    let (_, verification) = bundle::verify(&*file, Some(&stranger), &[]).unwrap();
    assert_eq!(verification.chains[0].fault.as_ref().map(|fault| fault.wrong), Some(Wrong::ForgedHeader));
    for no_bundle in ["", "{}\n", "hello\n", "\u{0}\n", "[1]\n"] {
        assert!(matches!(bundle::verify(no_bundle.as_bytes(), None, &[]), Err(bundle::BundleError::NotABundle)));
    }
    let newer = text.replacen(r#""dsr_audit_bundle":1"#, r#""dsr_audit_bundle":2,"new":{}"#, 1);
    assert!(matches!(bundle::verify(newer.as_bytes(), None, &[]), Err(bundle::BundleError::Version { found: 2 })));
}

#[rstest]
#[tokio::test]
async fn a_chain_without_lines_is_whole(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = add_controller(&world.store, "other").await;
    let mut file = Vec::new();
    bundle::export(&world.store, other.id, &mut file).await.unwrap();
    let (header, verification) = bundle::verify(&*file, Some(&world.public()), &[]).unwrap();
    assert!(verification.is_whole());
    assert_eq!((header.head, header.unlinked), (None, 1));
}
