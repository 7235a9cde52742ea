//! No column is forgotten: whatever can hold words is made hostile, or is named here with the reason why it is not.

use rstest::rstest;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use testbed::database::Kind::{self, Sqlite};

use super::house::{LINKS, PLAIN};
use crate::world::World;

/// What `lives.rs` and `house.rs` write beside `PLAIN` and `LINKS`. A name without a table is a column of any table.
const WRITTEN: &str = "addressees.salutation_sealed appeals.extension_reason_sealed appeals.reasons_sealed \
    appeals.words_sealed candidates.record_sealed choice_reason_sealed controllers.policy events.actor events.data \
    events.kind extensions.reason_sealed identifiers.value_sealed inquiries.answer_sealed inquiries.question_sealed \
    jobs.subject_sealed letter_templates.body letter_templates.subject letters.html_sealed letters.sections_sealed \
    letters.subject_sealed letters.text_sealed notes.words_sealed officers.login pauses.reason_sealed questions.detail \
    regulator_grants.reason_sealed requests.channel requests.note_sealed requests.replacements_sealed \
    tasks.words_sealed tickets.problems";

/// What cannot be hostile, or is never shown: why, and which columns.
const EXCEPT: &[(&str, &str)] = &[
    (
        "words of closed sets",
        "actor_kind answer_form appeals.decision audience choice code completed_as disabled_for duty failure \
         inquiries.kind jobs.kind language last_failure letters.kind letters.means milestone \
         officer_roles.role officer_roles_everywhere.role origin outcome paused_by_kind regulator_invitations.scope \
         requests.right scopes set_aside sign_in_challenges.purpose state status steps.kind tasks.kind",
    ),
    (
        "words of ours, which are written nowhere but in the program",
        "addressees.proven_by announcements.kind calendar candidates.kind clocks.why identifiers.kind kinds \
         installation_secrets.name letter_templates.name other_regimes pack refusal_code regime sources.system \
         subject_kind",
    ),
    ("JSON of such words, ids and times", "announcements.payload clocks.whole letters.demands letters.parts"),
    ("short names that are checked when they are given", "fee_currency region slug time_zone"),
    ("days and numbers of versions", "due subscriber_keys.version until"),
    (
        "ids and paths that we make, and who or what acted, by id",
        "answered_by artifacts.location checkpoints.key_id idempotency_keys.location leased_by made_by paused_by \
         questions.about rate_slots.key requests.reference resumed_by sign_in_challenges.bound_to steps.key",
    ),
    ("hashes and signatures", "checkpoints.signature delivery_keys.key plan_digest sha256"),
    (
        "secrets and keys, which no page shows, or shows once as we made them",
        "credential_sealed credentials_sealed enrolling_sealed expected_sealed key_sealed \
         installation_secrets.value_sealed officer_passkeys.credential_id officer_passkeys.public_key \
         previous_secret_sealed request_keys.wrapped secret_sealed totp_sealed",
    ),
    (
        "addresses and ids of others, checked when they are given, or shown by no page",
        "addressees.address_sealed jobs.results_sealed letters.recipient_sealed merge_set_members.contact_sealed \
         officer_identities.issuer sources.cursor subscribers.url_sealed",
    ),
    ("bodies, which no page shows", "deliveries.body_sealed idempotency_keys.answer tickets.document_sealed"),
    (
        "what forms take apart and refuse; `reflected.rs` sends them hostile texts",
        "saved_views.query sources.mapping sources.settings sources.setup",
    ),
];

#[rstest]
#[tokio::test]
async fn every_column_that_holds_words_is_hostile_or_an_exception(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let db = &world.store.db;
    let sql = "SELECT of.name, its.name FROM sqlite_master of JOIN pragma_table_info(of.name) its \
               WHERE of.type = 'table' AND of.name <> 'seaql_migrations' AND of.name NOT LIKE 'sqlite%' \
               AND lower(its.type) NOT IN ('uuid_text', 'integer', 'boolean') AND its.name NOT LIKE '%hash'";
    let rows = db.read().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    let text = |row: &QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    let columns: Vec<_> = rows.iter().map(|row| (text(row, 0), text(row, 1))).collect();
    assert!(columns.len() > 100, "{columns:?}");
    let lists = EXCEPT.iter().map(|(_, columns)| *columns).chain([WRITTEN]).collect::<Vec<_>>().join(" ");
    let forgotten = columns.iter().filter(|(table, column)| {
        let whole = format!("{table}.{column}");
        let is_plain = PLAIN.iter().chain(LINKS).any(|known| *known == (table.as_str(), column.as_str()));
        !is_plain && !lists.split_ascii_whitespace().any(|known| known == column || known == whole)
    });
    let forgotten: Vec<_> = forgotten.collect();
    assert!(forgotten.is_empty(), "neither hostile nor an exception: {forgotten:?}");
}
