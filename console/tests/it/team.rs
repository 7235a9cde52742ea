//! Working on a request with others: who has it, tasks, notes, files, the history.

use entities::artifact::table as artifact;
use entities::id::{ArtifactId, JobId, RequestId};
use entities::job::queries::NewJob;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::officer::role::{Role, Where};
use entities::request::table::{Model as Request, key};
use entities::{job, request};
use resolution::record::RecordKey;
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::stream::SealedWriter;

use crate::browser::Browser;
use crate::world::World;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> Hopper rang";
const ESCAPED: &str = "&#60;script&#62;alert(1)";

/// Fills in the form of the page at `path`, which goes to `path`.
async fn fill(browser: &mut Browser, path: &str, filled: &[(&str, &str)]) -> crate::browser::Page {
    let page = browser.get(path).await.fine();
    browser.submit(&page, path, filled).await
}

async fn in_the_clear(browser: &mut Browser, path: &str) -> crate::browser::Page {
    let page = browser.get(path).await.fine();
    browser.submit(&page, &format!("{path}/reveal"), &[("purpose", "decide")]).await.fine()
}

#[rstest]
#[tokio::test]
async fn a_note_is_added_once_and_read_in_the_clear_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let (path, notes) =
        (format!("/console/requests/{}", row.reference), format!("/console/requests/{}/notes", row.reference));
    let form = browser.get(&notes).await.fine();
    for (words, says) in
        [(" ", "Write what is to be noted"), (&*"x".repeat(4001), "at most"), ("a\u{7}b", "cannot be used")]
    {
        let page = browser.submit(&form, &notes, &[("words", words)]).await;
        assert_eq!(page.status, 422);
        page.says("There is a problem").says(says).says("aria-invalid=\"true\"");
    }
    for _ in 0..2 {
        let sent = browser.submit(&form, &notes, &[("words", HOSTILE)]).await;
        assert_eq!(sent.goes_to(), format!("{path}?done=noted"), "a double click notes nothing twice");
    }
    let noted = world.events(row.id).await.into_iter().filter(|kind| kind == "note.added").count();
    assert_eq!(noted, 1);
    let masked = browser.get(&path).await.fine();
    masked.says("The words are sealed").says("Ada Adler").does_not_say("Hopper rang");
    in_the_clear(&mut browser, &path).await.says("Hopper rang").says(ESCAPED).does_not_say("<script>alert");

    // Whoever looked before the note is told of it before deciding.
    let hold = browser.get(&format!("{path}/hold")).await.fine();
    fill(&mut browser, &notes, &[("words", "she is on the line")]).await.goes_to();
    let late = browser.submit(&hold, &format!("{path}/hold"), &[("reason", "as agreed")]).await;
    assert_eq!(late.status, 409);
    late.says("A note was added").says("Ada Adler");

    // What is noted goes with the request's key; what remains says that something was.
    erase(&world, row.id).await;
    browser.get(&path).await.fine().says("The words are sealed").does_not_say(&format!("href=\"{notes}\""));
    assert_eq!(browser.submit(&form, &notes, &[("words", "anew"), ("form_key", "anew")]).await.status, 410);
}

#[rstest]
#[tokio::test]
async fn a_task_is_set_for_somebody_and_ticked_off(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Approver)]).await;
    let cy = world.hire("cy@example.com", "Cy Coen", &[(Where::At(world.beta.id), Role::Officer)]).await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let (path, tasks) =
        (format!("/console/requests/{}", row.reference), format!("/console/requests/{}/tasks", row.reference));
    let form = browser.get(&tasks).await.fine();
    form.says("Ben Beyer").does_not_say("Cy Coen");
    let wrong = [("kind", "spy"), ("words", ""), ("until", "2026-03-01")];
    let page = browser.submit(&form, &tasks, &wrong).await;
    assert_eq!(page.status, 422);
    page.says("Choose what kind")
        .says("Say what is to be done")
        .says("must not lie in the past")
        .says("value=\"2026-03-01\"");
    let id = cy.id.to_string();
    let stranger = browser.submit(&form, &tasks, &[("kind", "check"), ("words", "x"), ("assignee", &id)]).await;
    assert_eq!(stranger.status, 422);
    let id = ben.id.to_string();
    let filled = [("kind", "contact"), ("words", HOSTILE), ("assignee", &id), ("until", "2026-03-04")];
    let anew = browser.get(&tasks).await.fine();
    assert_eq!(browser.submit(&anew, &tasks, &filled).await.goes_to(), format!("{path}?done=task-added"));
    let masked = browser.get(&path).await.fine();
    masked.says("Contact the person").says("For Ben Beyer").says("2 days left").does_not_say("Hopper rang");
    in_the_clear(&mut browser, &path).await.says(ESCAPED).does_not_say("<script>alert");

    let done = format!("{path}/tasks/{}/done", masked.between(&format!("action=\"{path}/tasks/"), "/done\""));
    let mut his = world.signed_in(&ben).await;
    let page = his.get(&path).await.fine();
    assert_eq!(his.submit(&page, &done, &[]).await.goes_to(), format!("{path}?done=task-done"));
    let again = browser.submit(&masked, &done, &[]).await;
    assert_eq!(again.status, 409);
    again.says("The task was done before");
    browser.get(&path).await.fine().says("Done by Ben Beyer").does_not_say(&done);
}

#[rstest]
#[tokio::test]
async fn a_request_is_taken_given_and_handed_back(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let (path, assignee) =
        (format!("/console/requests/{}", row.reference), format!("/console/requests/{}/assignee", row.reference));
    let (mine, his) = (ada.id.to_string(), ben.id.to_string());
    let page = browser.get(&path).await.fine();
    page.says("Nobody yet").says("Take it");
    assert_eq!(browser.submit(&page, &assignee, &[]).await.goes_to(), format!("{path}?done=assigned"));
    assert_eq!(world.request(row.id).await.assignee, Some(ada.id));
    let page = browser.get(&path).await.fine();
    page.says("Hand it back").does_not_say("Take it");
    fill(&mut browser, &assignee, &[("to", &his)]).await.goes_to();
    // A page from before does not take it back unnoticed.
    let late = browser.submit(&page, &assignee, &[]).await;
    assert_eq!(late.status, 409);
    late.says("given to somebody");
    assert_eq!(world.request(row.id).await.assignee, Some(ben.id));
    fill(&mut browser, &assignee, &[("to", "")]).await.goes_to();
    assert_eq!(world.request(row.id).await.assignee, None);
    let odd = fill(&mut browser, &assignee, &[("to", "somebody")]).await;
    assert_eq!(odd.status, 400);
    assert_ne!(mine, his);
}

#[rstest]
#[tokio::test]
async fn an_auditor_reads_and_writes_nothing_and_a_stranger_reaches_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    fill(&mut browser, &format!("{path}/notes"), &[("words", HOSTILE)]).await.goes_to();
    let task = [("kind", "check"), ("words", HOSTILE)];
    fill(&mut browser, &format!("{path}/tasks"), &task).await.goes_to();
    let open = world.file_away(&row, "application/zip", b"PK\x03\x04 Hopper").await;
    let events = world.events(row.id).await;
    let auditor = world.hire("aud@example.com", "Axel Auer", &[(Where::At(world.acme.id), Role::Auditor)]).await;
    let stranger = world.hire("cy@example.com", "Cy Coen", &[(Where::At(world.beta.id), Role::Officer)]).await;
    for (who, status) in [(&auditor, 403), (&stranger, 404)] {
        let mut theirs = world.signed_in(who).await;
        let own = theirs.get("/console/account").await.fine();
        let token = own.hidden("/console/sign-out").into_iter().find(|(name, _)| name == "form_token").unwrap().1;
        let task = format!("tasks/{}/done", uuid::Uuid::nil());
        let file = format!("files/{open}");
        for end in ["notes", "tasks", "assignee", &task, &file, "history/reveal"] {
            let fields = [
                ("form_token", &*token),
                ("form_key", end),
                ("form_version", "1"),
                ("words", "x"),
                ("kind", "check"),
                ("purpose", "decide"),
            ];
            let page = theirs.post_bare(&format!("{path}/{end}"), &fields).await;
            assert_eq!(page.status, status, "{end}");
            page.does_not_say("Hopper");
        }
    }
    assert_eq!(world.events(row.id).await, events, "nothing happened");
    let mut his = world.signed_in(&auditor).await;
    for end in ["", "/history"] {
        let page = his.get(&format!("{path}{end}")).await.fine();
        page.says("A note was added").does_not_say("Hopper rang").does_not_say("/reveal\"").does_not_say("/tasks\"");
    }
}

#[rstest]
#[tokio::test]
async fn a_file_is_fetched_under_a_plain_name_and_that_is_an_event(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let other = world.file(ada.id, &world.acme, 1, "Ada Lovelace").await;
    // Whatever a row says, a kind of file is text on a page and makes no ending.
    let id = world.file_away(&row, "text/<script>alert(1)</script>", b"<script>alert(1)</script> Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let page = browser.get(&path).await.fine();
    page.says(".bin").says("32 B").says("SHA-256").says(ESCAPED).does_not_say("<script>alert(1)");
    let action = format!("{path}/files/{id}");
    let elsewhere = format!("/console/requests/{}/files/{id}", other.reference);
    let token = page.hidden(&action);
    let fields: Vec<_> = token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post_bare(&elsewhere, &fields).await.status, 404, "no file of another request");
    let file = browser.submit(&page, &action, &[]).await.fine();
    assert_eq!(file.text, "<script>alert(1)</script> Hopper");
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let saved = file.header("content-disposition");
    assert!(saved.starts_with(&format!("attachment; filename=\"{}-", row.reference)), "{saved}");
    assert_eq!(world.events(row.id).await.last().unwrap(), "personal_data.revealed");
    assert_eq!(browser.get(&action).await.status, 405, "no address leads to a file");
}

#[rstest]
#[tokio::test]
async fn the_history_is_whole_page_by_page_and_by_what_it_is_about(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    for n in 0..60 {
        let (end, done) = if n % 2 == 0 { ("hold", "held") } else { ("release", "released") };
        let from = if end == "hold" { format!("{path}/hold") } else { path.clone() };
        let page = browser.get(&from).await.fine();
        let sent = browser.submit(&page, &format!("{path}/{end}"), &[("reason", "Hopper asked")]).await;
        assert_eq!(sent.goes_to(), format!("{path}?done={done}"));
    }
    fill(&mut browser, &format!("{path}/notes"), &[("words", "noted")]).await.goes_to();
    let all = world.events(row.id).await.len();
    let count = |page: &crate::browser::Page| page.text.matches("timeline-what").count();
    let short = browser.get(&path).await.fine();
    short.says(&format!("The whole history: {all} entries"));
    // Twelve, and the one note.
    assert_eq!(count(&short), 13);
    let history = format!("{path}/history");
    let first = browser.get(&history).await.fine();
    first.says("The words are sealed").does_not_say("Hopper asked").does_not_say("reason sealed");
    let mut seen = count(&first);
    let mut page = first;
    while page.text.contains("rel=\"next\"") {
        let next = page
            .between("class=\"button\" href=\"", "\" rel=\"next\"")
            .rsplit("href=\"")
            .next()
            .unwrap()
            .replace("&#38;", "&");
        page = browser.get(&next).await.fine();
        seen += count(&page);
    }
    assert_eq!(seen, all);
    let (held, noted) = ("timeline-what\">The request was put on hold", "timeline-what\">A note was added");
    for (about, says, not) in
        [("work", noted, held), ("decisions", held, noted), ("looks", "Nothing of the kind", held)]
    {
        browser.get(&format!("{history}?about={about}")).await.fine().says(says).does_not_say(not);
    }
    let form = browser.get(&format!("{history}?about=decisions")).await.fine();
    let clear = browser.submit(&form, &format!("{history}/reveal"), &[("purpose", "complaint")]).await.fine();
    clear.says("Hopper asked").does_not_say(noted);
    assert_eq!(world.events(row.id).await.len(), all + 1, "the look is an event");
    assert_eq!(browser.get(&format!("{history}?after=made-up")).await.status, 400);
}

pub async fn erase(world: &World, id: RequestId) {
    let gone = key::ActiveModel { request_id: Unchanged(id), wrapped: Set(None), ..Default::default() };
    key::Entity::update(gone).exec(world.store.db.write()).await.unwrap();
}

impl World {
    /// Stores a file of an export, as the worker does.
    pub async fn file_away(&self, request: &Request, media_type: &str, bytes: &[u8]) -> ArtifactId {
        let id = ArtifactId::new();
        let key = request::keys::of(self.store.db.read(), &self.store.safe, request.id).await.unwrap();
        let folder = self.artifacts().join("files");
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join(format!("{id}.sealed"))).unwrap();
        let mut writer = SealedWriter::new(file, &key, &format!("artifact/{id}")).unwrap();
        std::io::Write::write_all(&mut writer, bytes).unwrap();
        writer.finish().unwrap();
        let row = artifact::ActiveModel {
            id: Set(id),
            request_id: Set(request.id),
            job_id: Set(self.job(request, &key).await),
            part: Set(1),
            location: Set(format!("files/{id}.sealed")),
            sha256: Set(vault::digest::sha256_hex(bytes)),
            bytes: Set(i64::try_from(bytes.len()).unwrap()),
            media_type: Set(media_type.to_owned()),
            created_at: Set(self.store.now()),
            handed_over_at: Set(None),
        };
        artifact::Entity::insert(row).exec_without_returning(self.store.db.write()).await.unwrap();
        id
    }

    async fn job(&self, request: &Request, key: &vault::data_key::DataKey) -> JobId {
        let new = NewJob {
            kind: JobKind::Export,
            subject: RecordKey::User(uuid::Uuid::now_v7().to_string()),
            origin: JobOrigin::Plan,
            parent: None,
            candidate: None,
            identifier: None,
            merge_set: None,
            status: JobStatus::Completed,
        };
        let row = job::queries::row(&self.store.safe, key, request, new, self.store.now());
        job::table::Entity::insert(row).exec_with_returning(self.store.db.write()).await.unwrap().id
    }
}
