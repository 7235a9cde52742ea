//! Words that are stored and come back on pages.

use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::house::{House, LINKS, PLAIN};
use super::tour::{CONSOLE, Door, ROOM, STATUS, Tour};
use super::{attack, link_attack};

/// What was written in words of people's own, or told by tickets and the platform, beside the columns of `PLAIN`.
const WRITTEN: &[&str] = &[
    "abandon",
    "answer",
    "appeal",
    "choice of a record",
    "choice of a term",
    "completed",
    "contact email",
    "contact id",
    "contact name",
    "contact phone",
    "division",
    "event kind",
    "event name",
    "event value",
    "extension",
    "from name",
    "grant",
    "hold",
    "how to appeal",
    "longer appeal",
    "name",
    "note",
    "note on filing",
    "open question",
    "pause",
    "postal address",
    "privacy contact",
    "problem",
    "proof",
    "question",
    "recompute",
    "refusal",
    "remainder",
    "requests.channel",
    "right name",
    "ruling",
    "search anew",
    "signature",
    "signer",
    "task",
    "pause of all",
    "why withheld",
    "text body",
    "text subject",
    "withdrawal",
    "withheld",
    "wrong name",
];

/// Columns that no page shows.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("deliveries", "sender_id"),
    ("extensions", "means"),
    ("identifiers", "not_searchable"),
    ("jobs", "correlation_id"),
    ("jobs", "platform_id"),
    ("requests", "identity_method"),
    ("steps", "last_error"),
];

/// Pages that nobody comes to here, for they take what is not set up, or lead on.
const NOT_THERE: &[&str] = &[
    "/account/passkeys/new",
    "/invitation/{token}",
    "/enrol",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/passkey",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-in/provider/end",
    // The room's own.
    "/code",
    "/find",
];

fn every_page_was_shown(tour: &Tour) -> Vec<String> {
    let Door { at, .. } = tour.door;
    let shown = tour.shown();
    let missed = tour.door.patterns("get").into_iter().filter(|it| !shown.contains(it) && !NOT_THERE.contains(it));
    missed.map(|pattern| format!("no way leads to {at}{pattern}")).collect()
}

#[rstest]
#[tokio::test]
async fn what_anybody_wrote_is_words_on_every_page_of_every_door(#[values(Sqlite, Postgres)] on: Kind) {
    let mut house = House::on(on).await;
    let mut officer = house.signed_in().await;
    let console = Tour::of(&mut officer, CONSOLE, house.starts()).await;
    let room = ["/regulator", "/regulator/", "/regulator/link", "/regulator/link/none"].map(str::to_owned);
    let cases = house.requests.iter().map(|row| format!("/regulator/cases/{}", row.reference));
    let room = Tour::of(&mut house.regulator, ROOM, room.into_iter().chain(cases)).await;
    let starts = ["/status", "/status/", "/status/link", "/status/link/none"].map(str::to_owned);
    let status = Tour::of(&mut house.person, STATUS, starts).await;

    let tours = [&console, &room, &status];
    let mut wrongs: Vec<String> = tours.iter().flat_map(|tour| tour.wrongs.clone()).collect();
    wrongs.extend(tours.iter().flat_map(|tour| every_page_was_shown(tour)));
    // Each is seen somewhere as it was written: were it not, nothing would have been shown about it.
    let plain = PLAIN.iter().map(|(table, column)| (format!("{table}.{column}"), attack as fn(&str) -> String));
    let links = LINKS.iter().map(|(table, column)| (format!("{table}.{column}"), link_attack as fn(&str) -> String));
    let written = WRITTEN.iter().map(|field| ((*field).to_owned(), attack as fn(&str) -> String));
    for (field, hostile) in plain.chain(links).chain(written) {
        let text = hostile(&field);
        let is_seen = tours.iter().any(|tour| tour.shows(|word| word.contains(&text)));
        let is_hidden = NOT_SHOWN.iter().any(|(table, column)| format!("{table}.{column}") == field);
        if is_seen == is_hidden {
            wrongs.push(format!("{field} is {}", if is_seen { "seen" } else { "not seen anywhere" }));
        }
    }
    assert!(wrongs.is_empty(), "{} wrongs:\n{}", wrongs.len(), wrongs.join("\n"));
}
