//! Every kind of event that the code records is decided about, and the table that people read says how.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use entities::announcement::decision;

/// What looks like a kind of event in the code and is none.
const NONE: [&str; 4] = ["candidates.record", "installation.key", "requests.note", "requests.replacements"];

/// Every kind of event that the code records has a row in the table: what stands where events are made, and what begins with
/// the same noun as one that has a row.
#[test]
fn every_kind_of_event_in_the_code_is_decided_about() {
    let nouns: BTreeSet<&str> = decision::TABLE.iter().filter_map(|(kind, _)| Some(kind.split_once('.')?.0)).collect();
    let (mut found, mut unknown) = (BTreeSet::new(), Vec::new());
    for (path, text) in sources() {
        let made = ["Entry::of(", "Entry::on(", "record(", "record_on(", "record_reasoned("].into_iter();
        let made = made.flat_map(|call| text.match_indices(call).map(move |(at, _)| at + call.len()));
        let made: Vec<String> = made.filter_map(|at| text_after(&text, at)).collect();
        let alike = text.split('"').filter(|word| word.split_once('.').is_some_and(|(noun, _)| nouns.contains(noun)));
        for kind in made.iter().map(String::as_str).chain(alike).filter(|kind| is_kind(kind) && !NONE.contains(kind)) {
            found.insert(kind.to_owned());
            if decision::about(kind).is_none() {
                unknown.push(format!("{kind} in {}", path.display()));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new(), "give each a row in entities/src/announcement/decision.rs");
    let lost: Vec<_> = decision::TABLE.iter().filter(|(kind, _)| !found.contains(*kind)).collect();
    assert_eq!(lost, Vec::<&(&str, decision::Decision)>::new(), "no such event is recorded");
}

/// The table that people read names each event that is told, and no other.
#[test]
fn the_documents_table_is_the_codes() {
    let text = include_str!("../../../../docs/SUBSCRIBERS.md");
    let table = text.split("<!-- ").nth(1).unwrap();
    let named: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let told = decision::TABLE.iter().filter(|(_, decision)| *decision != decision::Decision::Silent);
    assert_eq!(named, told.clone().map(|(kind, _)| *kind).collect::<Vec<_>>());
    for (kind, decision) in told {
        if let decision::Decision::Moved(to) = decision {
            assert!(text.contains(&format!("| `{kind}` | `status_changed` to `{to}` |")), "{kind}");
        }
    }
}

fn is_kind(text: &str) -> bool {
    let is_word = |it: &str| !it.is_empty() && it.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    text.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb))
}

/// The first text in quotes within a call.
fn text_after(text: &str, at: usize) -> Option<String> {
    let rest: String = text[at..].chars().take(160).collect();
    rest.split(");").next()?.split('"').nth(1).map(str::to_owned)
}

/// The code that records events, without its tests.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<_> =
        ["entities/src", "worker/src", "api/src", "console/src", "src"].map(|name| root.join(name)).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("announcement/decision.rs") {
                // Templates are named after what they show.
                let text = std::fs::read_to_string(&path).unwrap().replace(".html\"", "\"");
                sources.push((path, text.split("#[cfg(test)]").next().unwrap().to_owned()));
            }
        }
    }
    sources
}
