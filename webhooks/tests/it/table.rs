//! The table of schemes in `docs/WEBHOOKS.md` is written from the code and never by hand: this test fails when it is stale.
//!
//! `UPDATE_DOCS=1 cargo test -p webhooks table` writes it anew.

use std::fmt::Write;
use std::path::Path;

use webhooks::scheme::{Scheme, TimeSigned};

const BEGIN: &str = "<!-- written by webhooks/tests/it/table.rs -->\n";
const END: &str = "<!-- up to here -->\n";

#[test]
fn the_table_of_the_schemes_is_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/WEBHOOKS.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = found.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let expected = format!("{head}{BEGIN}{}{END}{tail}", table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(found == expected, "docs/WEBHOOKS.md is stale: run `UPDATE_DOCS=1 cargo test -p webhooks table`");
}

fn table() -> String {
    let mut out =
        "| scheme | proves | how | over what | headers | a time is signed | known again by | the secret |\n".to_owned();
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for scheme in Scheme::ALL {
        let row = scheme.row();
        let headers: Vec<_> = row.headers.iter().map(|name| format!("`{name}`")).collect();
        let headers = match headers.as_slice() {
            [] if row.secret_in_address => "none".to_owned(),
            [] => "as set".to_owned(),
            some => some.join(", "),
        };
        let time = match row.time {
            TimeSigned::Always => "yes",
            TimeSigned::AsSet => "as set",
            TimeSigned::Never => "no",
        };
        let legacy = if row.is_legacy { " (legacy)" } else { "" };
        let cells = [row.proof.as_str(), row.method, row.signed, &headers, time, row.known_by, row.secret];
        writeln!(out, "| `{scheme}`{legacy} | {} |", cells.join(" | ")).unwrap();
    }
    out
}
