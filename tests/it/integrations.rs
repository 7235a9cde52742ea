//! The pages of `docs/integrations`, by the command itself: every file on them is tried, every source is added, and what they
//! show is what comes out. So a page that is stale fails here.
//!
//! `UPDATE_DOCS=1 cargo test -p dsr --test it integrations` writes outputs and tables anew; what they say is still checked.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use entities::time::Clock;
use sandbox::options::Options;
use secrecy::ExposeSecret;
use serde_json::Value;
use testbed::database::Kind;
use testbed::installation::Installation;
use ticketing::kind::{Carries, SystemKind};
use ticketing::milestone::Standing;
use webhooks::call::Call;
use webhooks::keys::{SigningKey, Version};
use webhooks::scheme::{Proof, Scheme};
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::verify::Verifier;

const BEGIN: &str = "<!-- written by tests/it/integrations.rs -->\n";
const END: &str = "<!-- up to here -->\n";

/// Long enough for any scheme that is given a word.
const WORD: &str = "a-secret-of-nobody-0123456789";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/integrations")
}

/// What stands between two fences, and what is said of it behind the first.
struct Block {
    info: String,
    text: String,
}

/// A page: text and blocks in turn, so that it can be put together again.
struct Page {
    path: PathBuf,
    between: Vec<String>,
    blocks: Vec<Block>,
}

impl Page {
    fn read(name: &str) -> Self {
        let path = folder().join(format!("{name}.md"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Self { path, between: vec![String::new()], blocks: Vec::new() };
        let mut is_open = false;
        for line in text.split_inclusive('\n') {
            match line.strip_prefix("```") {
                Some(info) if !is_open => {
                    page.blocks.push(Block { info: info.trim().to_owned(), text: String::new() });
                    is_open = true;
                }
                Some(_) => {
                    page.between.push(String::new());
                    is_open = false;
                }
                None if is_open => page.blocks.last_mut().unwrap().text.push_str(line),
                None => page.between.last_mut().unwrap().push_str(line),
            }
        }
        assert!(!is_open, "{}: a block without its end", page.path.display());
        page
    }

    fn text(&self) -> String {
        let mut text = self.between[0].clone();
        for (block, after) in self.blocks.iter().zip(&self.between[1..]) {
            write!(text, "```{}\n{}```\n{after}", block.info, block.text).unwrap();
        }
        text
    }

    /// The files that a reader saves, each with its name.
    fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.blocks.iter().filter_map(|block| {
            let (_, name) = block.info.split_once(' ')?;
            (!name.contains('=')).then_some((name, block.text.as_str()))
        })
    }

    fn file(&self, name: &str) -> &str {
        let found = self.files().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("{}: there is no block {name}", self.path.display())).1
    }

    /// What is pasted into a system, with the name of a file that a call of it gives.
    fn templates(&self) -> impl Iterator<Item = (&str, &str)> {
        self.blocks.iter().filter_map(|block| Some((block.info.split_once(" template=")?.1, block.text.as_str())))
    }

    /// The commands of its `sh` blocks that begin so, without `dsr`.
    fn commands(&self, begin: &str) -> Vec<Vec<String>> {
        let shell = self.blocks.iter().filter(|block| block.info == "sh").map(|block| block.text.replace("\\\n", " "));
        let lines: Vec<String> = shell.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        let words = |line: &String| line.split_whitespace().skip(1).map(str::to_owned).collect();
        lines.iter().filter(|line| line.starts_with(begin)).map(words).collect()
    }

    /// Saves all files, and what a command of the page reads beside them.
    fn save(&self, folder: &Path) {
        for (name, text) in self.files() {
            std::fs::write(folder.join(name), text).unwrap();
        }
        for command in self.commands("dsr source add") {
            if let Some(name) = argument(&command, "--secret-file") {
                std::fs::write(folder.join(name), WORD).unwrap();
            }
        }
    }

    /// Leaves the page as it should be, or fails if it is not so.
    fn keep(&self) {
        let found = std::fs::read_to_string(&self.path).unwrap();
        let expected = self.text();
        if found != expected && std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&self.path, &expected).unwrap();
            return;
        }
        let name = self.path.display();
        assert!(
            found == expected,
            "{name} is stale: UPDATE_DOCS=1 cargo test -p dsr --test it integrations\n{expected}"
        );
    }
}

fn argument<'a>(command: &'a [String], name: &str) -> Option<&'a str> {
    let at = command.iter().position(|word| word == name)?;
    command.get(at + 1).map(String::as_str)
}

/// Runs `dsr source try …` in a folder, and gives all that a reader sees.
fn tried(folder: &Path, command: &str) -> String {
    let seen = folder.join("seen");
    let file = File::create(&seen).unwrap();
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("dsr"), "{command}");
    let status = Command::new(env!("CARGO_BIN_EXE_dsr"))
        .args(words)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .status();
    let text = std::fs::read_to_string(seen).unwrap();
    assert!(status.unwrap().success(), "{command}\n{text}");
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

/// Every place in a document that holds a value.
fn places(value: &Value, at: &str, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), all)),
        Value::Array(list) => list.iter().for_each(|value| places(value, &format!("{at}/-"), all)),
        _ => {
            all.insert(at.to_owned());
        }
    }
}

fn places_of(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    places(&value, "", &mut all);
    all
}

#[test]
fn every_file_of_every_page_comes_out_as_it_says() {
    for system in SystemKind::ALL {
        let mut page = Page::read(system.as_str());
        let temporary = tempfile::tempdir().unwrap();
        page.save(temporary.path());
        let mut used = BTreeSet::new();
        let mut outputs = Vec::new();
        for block in page.blocks.iter_mut().filter(|block| block.info == "console") {
            let command = block.text.lines().next().unwrap().strip_prefix("$ ").unwrap().to_owned();
            let output = tried(temporary.path(), &command);
            assert!(
                output.contains("It makes a request.") || output.contains("it is read from its own system."),
                "{system}: {command}\n{output}"
            );
            assert!(!output.contains("see the problems"), "{system}: {command}\n{output}");
            used.extend(command.split_whitespace().map(str::to_owned));
            block.text = format!("$ {command}\n{output}\n");
            outputs.push(output);
        }
        assert!(outputs.iter().any(|output| output.contains("It makes a request.")), "{system}: none makes a request");
        let added: Vec<String> = page.commands("dsr source add").into_iter().flatten().collect();
        for (name, text) in page.files() {
            let is_used = name.ends_with(".sh") || used.contains(name) || added.iter().any(|word| word == name);
            assert!(is_used, "{system}: nothing on the page uses {name}");
            if name.ends_with(".toml") {
                assert!(added.iter().any(|word| word == name), "{system}: {name} is not added");
                assert!(used.contains(name), "{system}: {name} is not tried");
                assert_eq!(toml::from_str::<toml::Table>(text).unwrap()["system"].as_str(), Some(system.as_str()));
            }
        }
        page.keep();
    }
}

/// What is pasted gives a call of the shape that was tried: JSON by place, a script by the names that it writes.
#[test]
fn what_is_pasted_has_the_shape_of_what_is_tried() {
    let mut count = 0;
    for system in SystemKind::ALL {
        let page = Page::read(system.as_str());
        for (name, template) in page.templates() {
            count += 1;
            let tried = places_of(page.file(name));
            if template.trim_start().starts_with('{') {
                assert_eq!(places_of(template), tried, "{system}: {name}");
                continue;
            }
            for place in tried {
                let last = place.rsplit('/').next().unwrap();
                assert!(template.contains(last), "{system}: the script for {name} writes no {last}");
            }
        }
    }
    assert!(count >= 6, "{count} templates were looked at");
}

/// The script that signs by hand makes what is verified.
#[test]
fn what_is_signed_by_hand_is_verified() {
    let page = Page::read(SystemKind::Standard.as_str());
    let temporary = tempfile::tempdir().unwrap();
    page.save(temporary.path());
    let secret = SigningKey::generate(Version::V1).secret();
    let output = Command::new("sh")
        .arg("sign.sh")
        .current_dir(temporary.path())
        .env("secret", secret.expose_secret())
        .env("id", "msg_1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let headers: Vec<(&str, &[u8])> =
        text.lines().filter_map(|line| line.split_once(": ")).map(|(name, value)| (name, value.as_bytes())).collect();
    assert_eq!(headers.len(), 3, "{text}{}", String::from_utf8_lossy(&output.stderr));
    let body = page.file("standard-call.json").as_bytes();
    let verifier = Verifier::new(&Setup::StandardWebhooks { svix_headers: false }, &Secrets::new(secret)).unwrap();
    let call = Call { method: "POST", url: "https://privacy.example.com/webhooks/portal", headers: &headers, body };
    verifier.verify(&call, Clock::System.now().timestamp()).unwrap();
}

#[tokio::test]
async fn every_source_of_the_pages_can_be_added_shown_and_changed_to_what_is_shown() {
    let installation = Installation::new(Kind::Sqlite, Options::default()).await;
    let run = |folder: &Path, arguments: &[&str]| -> Output {
        let mut command = installation.command(env!("CARGO_BIN_EXE_dsr"), arguments);
        let output = command.current_dir(folder).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "dsr {}\n{text}", arguments.join(" "));
        output
    };
    let mut slugs = BTreeSet::new();
    for system in SystemKind::ALL {
        let page = Page::read(system.as_str());
        let temporary = tempfile::tempdir().unwrap();
        page.save(temporary.path());
        for command in page.commands("dsr source add") {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            let output = run(temporary.path(), &words);
            let slug = argument(&command, "--slug").unwrap();
            let address = String::from_utf8(output.stdout).unwrap();
            assert!(address.contains(&format!("/webhooks/{slug}")), "{address}");
            assert!(slugs.insert(slug.to_owned()), "two pages add {slug}");

            let shown = String::from_utf8(run(temporary.path(), &["source", "show", slug]).stdout).unwrap();
            let written: toml::Table = page.file(argument(&command, "--from").unwrap()).parse().unwrap();
            assert_eq!(missing(&written.into(), &shown.parse::<toml::Table>().unwrap().into(), ""), None, "{shown}");
            std::fs::write(temporary.path().join("shown.toml"), &shown).unwrap();
            run(temporary.path(), &["source", "change", slug, "--from", "shown.toml"]);
            let again = String::from_utf8(run(temporary.path(), &["source", "show", slug]).stdout).unwrap();
            assert_eq!(again, shown, "{slug} does not survive being shown");
        }
    }
    let list = String::from_utf8(run(Path::new("."), &["source", "list", "--json"]).stdout).unwrap();
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    assert_eq!(list.len(), slugs.len());
    assert!(list.iter().all(|source| source["mapping_version"] == 2 && source["trouble"].is_null()), "{list:?}");
}

/// The first place where `shown` does not say what was `written`.
fn missing(written: &toml::Value, shown: &toml::Value, at: &str) -> Option<String> {
    match (written, shown) {
        (toml::Value::Table(fields), toml::Value::Table(others)) => fields.iter().find_map(|(name, value)| {
            let at = format!("{at}.{name}");
            match others.get(name) {
                Some(other) => missing(value, other, &at),
                // What says no more than if it were not there.
                None if *value == toml::Value::Boolean(false) => None,
                None => Some(at),
            }
        }),
        _ => (written != shown).then(|| at.to_owned()),
    }
}

#[test]
fn the_table_of_systems_is_the_code() {
    let path = folder().join("README.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = found.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let expected = format!("{head}{BEGIN}{}{END}{tail}", table());
    if found != expected && std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    } else {
        assert!(
            found == expected,
            "README.md is stale: UPDATE_DOCS=1 cargo test -p dsr --test it integrations\n{expected}"
        );
    }
    for standing in Standing::ALL {
        assert!(found.contains(&format!("| `{standing}` |")), "the README does not say what {standing} is");
    }
    let pages = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> = pages.filter(|name| name != "README.md").collect();
    assert_eq!(pages, SystemKind::ALL.iter().map(|system| format!("{system}.md")).collect());
}

fn table() -> String {
    let mut out =
        "| system | its calls carry | how a call is known to be theirs | believed as it stands | read | written to \
                   | comments the requester does not see | and does see | changed tickets listed |\n"
            .to_owned();
    out.push_str("|---|---|---|---|---|---|---|---|---|\n");
    let yes = |is: bool| if is { "yes" } else { "–" };
    for system in SystemKind::ALL {
        let page = Page::read(system.as_str());
        let title = page.between[0].lines().next().unwrap().trim_start_matches("# ");
        let row = system.row();
        let schemes: Vec<Scheme> = page
            .files()
            .filter(|(name, _)| name.ends_with(".toml"))
            .map(|(_, text)| {
                let table: toml::Table = text.parse().unwrap();
                table["signing"]["scheme"].as_str().unwrap().parse().unwrap()
            })
            .collect();
        let names: Vec<_> = schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
        let believed: Vec<_> = schemes
            .iter()
            .map(|scheme| match (scheme.row().proof, row.carries) {
                (_, Carries::Ids) | (Proof::KeyedHash | Proof::SharedWord, _) => "no",
                (Proof::Signature, Carries::Fields) => "yes",
            })
            .collect();
        let cells = [
            match row.carries {
                Carries::Fields => "fields",
                Carries::Ids => "ids",
            },
            &names.join("; "),
            &believed.join("; "),
            yes(row.reads),
            yes(row.writes),
            yes(row.internal_comments),
            yes(row.public_comments),
            yes(row.lists),
        ];
        writeln!(out, "| [{title}]({system}.md) | {} |", cells.join(" | ")).unwrap();
    }
    out
}
