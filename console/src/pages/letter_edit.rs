//! `/console/requests/{name}/letters/{letter}/edit`: a letter that is held back gets other words, for this one person. It is the
//! answer of a POST throughout, so that no address leads to what a letter says; each look is recorded.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{RequestsDecide, RequestsReveal};
use api::decision::Decision;
use api::named::Named;
use api::problem::{Problem, codes};
use api::query::Query;
use api::reveal::{Look, RevealQuery};
use api::views::letters::{find, said};
use askama::Template;
use entities::letter::demand::Demand;
use entities::letter::hold::Sheet;
use entities::letter::kind::LetterState;
use entities::letter::table::Model;
use letters::edit::{Edited, LONGEST_PASSAGE, Passage, Why, Wrong};
use letters::markup::joined;

use crate::decide::{self, decide};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};
use crate::written::{self, PartRow, Shown};

#[derive(Template)]
#[template(path = "letter-edit.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    id: String,
    kind: String,
    subject: String,
    faults: Faults,
    rows: Vec<Row>,
    preview: Option<Preview>,
}

/// One passage.
struct Row {
    field: String,
    label: String,
    hint: String,
    text: String,
    lines: usize,
    is_fixed: bool,
}

/// The letter as it would go out.
struct Preview {
    blocks: Vec<Shown>,
    text: String,
    parts: Vec<PartRow>,
}

/// The names of what is filled in, each passage by its place in the letter.
const PASSAGE: &str = "passage-";

/// What is filled in: the passages by their names, and under `then` what to do: `look`, or `save`. Nothing, for the first look.
type Fields = BTreeMap<String, String>;

/// Shows a letter passage by passage, shows it with other words, or takes these.
///
/// # Errors
/// There is no such letter within the reach of who may decide and reveal, it is not held back, or the request has changed since.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let decided = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    let purpose = Query::of(RevealQuery { reveal: Some("edit".to_owned()) });
    let look = Look::at(&app, &officer.also::<RequestsReveal>()?, &name, "letter", purpose).await?;
    let row = find(&app, officer.reach(), &decided, &letter).await?;
    let words = said(&app, &look, &row).await?.filter(|_| row.state == LetterState::Held);
    let words = words.ok_or_else(|| Problem::new(codes::LETTER_NOT_HELD, "the letter is not held back"))?;
    let sheet = Sheet::of(&row, &words)?;
    let changes = changes(&form.fields);
    let edited = sheet.edited(&changes)?;
    let then = form.fields.get("then").map(String::as_str).unwrap_or_default();
    if then == "save" && edited.as_ref().is_ok_and(|edited| edited.text != words.text) {
        let edit = Decision::EditLetter(row.id, changes);
        return decide(&app, &officer, &name, &form, edit, "letter-edited").await;
    }
    let s = Shell::of(&app, officer.visitor()).await?;
    let demands = row.demanded()?;
    let passages = sheet.passages()?;
    let (faults, preview) = match (then, &edited) {
        ("", _) => (Faults::default(), None),
        ("save", Ok(_)) => (Faults::one("main", s.t("edit-same")), None),
        (_, Ok(edited)) => (Faults::default(), Some(Preview::of(&s, edited, &demands))),
        (_, Err(wrong)) => (faults(&s, wrong, &demands)?, None),
    };
    let tie = match then {
        "" => decide::tie(&app, officer.reach(), &decided).await?,
        // The version stays the one that the first page showed, so whatever happened since is told.
        _ => Tie { version: form.version.unwrap_or(-1), seen: form.seen },
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let rows =
        passages.into_iter().enumerate().map(|(at, passage)| Row::of(&s, at, passage, changes.get(&at), &demands));
    let page = Page {
        tie,
        rows: rows.collect(),
        reference: decided.reference.clone(),
        id: row.id.to_string(),
        kind: kind(&s, &row),
        subject: words.subject.clone(),
        faults,
        preview,
        s,
    };
    page::with_status(status, &page)
}

fn kind(s: &Shell, row: &Model) -> String {
    s.word("letter", row.kind.as_str())
}

fn changes(fields: &Fields) -> BTreeMap<usize, String> {
    let one = |(name, text): (&String, &String)| Some((name.strip_prefix(PASSAGE)?.parse().ok()?, text.clone()));
    fields.iter().filter_map(one).collect()
}

/// What is wrong, at the passages it is wrong with. What no page of ours sends is no fault of who filled it in.
fn faults(s: &Shell, wrong: &[Wrong], demands: &[Demand]) -> Result<Faults, Refused> {
    let mut faults = Faults::default();
    for Wrong { at, why } in wrong {
        let says = match why {
            Why::NoSuch | Why::Fixed => return Err(Refused::Malformed),
            Why::TooLong => s.with("text-too-long", "most", LONGEST_PASSAGE),
            Why::Lacks(part) => {
                let source =
                    demands.iter().find(|it| it.part == *part).map(|it| it.source.as_str()).unwrap_or_default();
                let part = s.word("part", part.as_str());
                s.with("edit-lacks", "part", format!("{part} ({source})"))
            }
        };
        faults.add(format!("{PASSAGE}{at}"), says);
    }
    Ok(faults)
}

impl Row {
    fn of(s: &Shell, at: usize, passage: Passage, typed: Option<&String>, demands: &[Demand]) -> Self {
        let wanted = demands.iter().filter(|it| passage.parts.contains(&it.part));
        let hint = wanted.map(|it| it.source.as_str()).collect::<Vec<_>>().join("; ");
        let parts: Vec<_> = passage.parts.iter().map(|part| s.word("part", part.as_str())).collect();
        let label = match parts.is_empty() {
            true => s.with("edit-passage", "number", at + 1),
            false => parts.join(", "),
        };
        let text = typed.cloned().unwrap_or(passage.text);
        let lines = text.lines().map(|line| 1 + line.len() / 80).sum::<usize>().clamp(2, 18);
        Self { field: format!("{PASSAGE}{at}"), label, hint, text, lines, is_fixed: passage.is_fixed }
    }
}

impl Preview {
    fn of(s: &Shell, edited: &Edited, demands: &[Demand]) -> Self {
        let has: Vec<_> = edited.parts.iter().map(ToString::to_string).collect();
        Self {
            blocks: written::shown(&joined(&edited.sections)),
            text: edited.text.clone(),
            parts: written::parts(s, demands, &has),
        }
    }
}
