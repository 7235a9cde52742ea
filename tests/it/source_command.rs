//! `dsr source` by the command itself: secrets that do not push each other out, calls that nobody could read, and what is lost with a
//! source.

use std::process::Output;

use entities::delivery::queries::{NewDelivery, Storing, row, settle, store};
use entities::delivery::table::DeliveryState;
use entities::source::queries::by_slug;
use entities::step::table::{self as step, StepStatus};
use entities::ticket::queries::{Heard, by_external_id, hear};
use sandbox::options::Options;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use testbed::database::BOTH;
use testbed::installation::Installation;

const FILE: &str = r#"
system = "standard"
[signing]
scheme = "header_token"
header = "X-Dsr-Token"
[mapping.map]
request_type = { path = "/ticket/type", values = { erase = "erasure" } }
"subject.email" = { path = "/ticket/email" }
"#;

struct Desk {
    installation: Installation,
}

impl Desk {
    fn run(&self, line: &str) -> Output {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = self.installation.command(env!("CARGO_BIN_EXE_dsr"), &arguments);
        command.current_dir(self.installation.database.folder.path()).env("DSR_LOG", "warn").output().unwrap()
    }

    #[track_caller]
    fn says(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says when it refuses.
    #[track_caller]
    fn refuses(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(!output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    /// A call that nobody could read, and a ticket whose step was set aside. Says the ids of both.
    async fn neglect(&self) -> (String, String) {
        let at = &self.installation.store;
        let source = by_slug(at.db.read(), "desk").await.unwrap().unwrap();
        let txn = at.db.begin().await.unwrap();
        let new = NewDelivery { content_type: None, body: b"{\"a\":", sender_id: None, vouched: false, sent_at: None };
        let call = Storing { row: row(at, &source, &new), keys: Vec::new() };
        store(&txn, &call).await.unwrap();
        settle(&txn, at.now(), call.row.id, DeliveryState::Unreadable, Some("broken JSON")).await.unwrap();
        let heard = Heard {
            external_id: "7",
            document: None,
            vouched: false,
            changed_at: None,
            gone: false,
            by_us: false,
            received_at: at.now(),
        };
        hear(&txn, at, &source, heard).await.unwrap();
        let ticket = by_external_id(&*txn, source.id, "7").await.unwrap().unwrap().id;
        step::Entity::update_many()
            .col_expr(step::Column::Status, StepStatus::Parked.into())
            .filter(step::Column::ItemId.eq(ticket.0))
            .exec(&*txn)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        (call.row.id.to_string(), ticket.to_string())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_manages_a_source_from_its_file_to_its_end() {
    for kind in BOTH {
        let desk = Desk { installation: Installation::new(kind, Options::default()).await };
        std::fs::write(desk.installation.database.folder.path().join("desk.toml"), FILE).unwrap();
        let added = desk.says("source add --controller acme --slug desk --from desk.toml --generate");
        assert!(added.contains("/webhooks/desk") && added.contains("dsr_hook_"), "{kind:?}: {added}");
        assert!(
            desk.refuses("source add --controller acme --slug desk --from desk.toml --generate").contains("change")
        );

        // One old secret at a time.
        let first = desk.says("source rotate desk --generate --overlap 2d");
        assert!(first.contains("counts until"), "{kind:?}: {first}");
        let refused = desk.refuses("source rotate desk --generate");
        assert!(refused.contains("still counts, until") && refused.contains("--force"), "{kind:?}: {refused}");
        desk.says("source rotate desk --generate --force --overlap 0s");
        desk.says("source rotate desk --generate");

        let (call, ticket) = desk.neglect().await;
        let listed: Value = serde_json::from_str(&desk.says("source calls desk --state unreadable --json")).unwrap();
        assert_eq!((&listed[0]["id"], &listed[0]["seen_at"]), (&Value::from(call.clone()), &Value::Null), "{kind:?}");
        assert!(desk.says("source list").contains("0 tickets, 1 calls"), "{kind:?}");
        assert!(desk.refuses(&format!("source call show {call}")).contains("--purpose"), "{kind:?}");
        assert_eq!(desk.says(&format!("source call show {call} --purpose mend-mapping")), "{\"a\":", "{kind:?}");
        desk.says(&format!("source call read-again {call}"));
        let waits: Value = serde_json::from_str(&desk.says("source calls desk --state received --json")).unwrap();
        assert_eq!(waits.as_array().unwrap().len(), 1, "{kind:?}");

        desk.says(&format!("source retry {ticket}"));
        let steps = step::Entity::find().all(desk.installation.store.db.read()).await.unwrap();
        assert!(steps.iter().all(|step| step.status == StepStatus::Ready), "{kind:?}: {steps:?}");

        assert!(desk.refuses("source remove desk").contains("1 unread"), "{kind:?}");
        desk.says("source remove desk --force");
        assert!(desk.refuses("source show desk").contains("there is no source"), "{kind:?}");
    }
}
