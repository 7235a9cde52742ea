//! Data subject requests: submit, list, read (contract §3.2, §3.3).

use serde::Serialize;
use serde_json::Value;

use crate::answers::listing::PageAsked;
use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::clock;
use crate::faults::{self, FaultName, Occasion};
use crate::ids;
use crate::state::effects::{self, millis};
use crate::state::requests::{Origin, Replacement, RequestType, Row};
use crate::state::subject::Identifier;
use crate::state::{Organisation, State};

/// `POST /api/v2/gdpr/requests`. Every accepted call makes a row: there is no idempotency.
pub fn submit(call: &Call, state: &mut State, organisation: usize, client: &str, occasion: &Occasion) -> Answer {
    let Some(order) = Order::read(call) else { return errors::invalid_data() };
    let now_ms = state.clock.now_ms();
    let known_as = order.identifier.known_as(&state.organisations[organisation].people);
    let takes = match order.request_type {
        RequestType::Export => state.settings.export_takes,
        RequestType::Update => state.settings.update_takes,
        RequestType::Delete => state.settings.erasure_takes,
    };
    let mut row = Row {
        id: ids::fresh(),
        request_type: order.request_type,
        subject: call.body["subject"].clone(),
        identifier: order.identifier,
        known_as,
        replacement_terms: call.body.get("replacementTerms").filter(|terms| !terms.is_null()).cloned(),
        replacements: order.replacements,
        name: call.body.get("name").and_then(Value::as_str).map(str::to_owned),
        created_by: client.to_owned(),
        origin: Origin::Client,
        created_ms: now_ms,
        shown_at: clock::iso(now_ms),
        held_ms: 0,
        takes_ms: millis(takes),
        fails: false,
        passes_unknown_status: false,
        listed_from_ms: now_ms,
        parts: Vec::new(),
        results_end_ms: 0,
    };
    effects::apply_faults(state, &mut row, occasion);
    let omits = state.faults.fire(FaultName::FanoutOmits, occasion);
    let status = if state.faults.fire(FaultName::Accept200, occasion).is_some() { 200 } else { 202 };
    state.journal.created(row.request_type.word(), &row.identifier.key(), row.origin.word());
    let delay_ms = millis(state.settings.sibling_delay);
    let place = &mut state.organisations[organisation];
    let index = place.requests.add(row);
    effects::plan_siblings(place, index, delay_ms, |member| {
        omits.as_ref().is_some_and(|fired| fired.members.is_empty() || fired.members.iter().any(|out| out == member))
    });
    Answer::json(status, &RequestView::of(place.requests.row(index), now_ms, None))
}

/// `GET /api/v2/gdpr/requests`. Rows never carry results links.
pub fn list(call: &Call, state: &mut State, organisation: usize, occasion: &Occasion) -> Answer {
    let page = match PageAsked::of(call) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let now_ms = state.clock.now_ms();
    let requests = &state.organisations[organisation].requests;
    let hidden = if state.faults.has(FaultName::MissingListRows) {
        let rows = requests.rows().iter().map(|row| row.known_as.as_slice());
        state.faults.hide_rows(occasion, now_ms, rows)
    } else {
        Vec::new()
    };
    let hides = |row: &Row| hidden.iter().any(|subject| faults::is_known_as(&row.known_as, subject.as_deref()));
    let hides: Option<&dyn Fn(&Row) -> bool> = if hidden.is_empty() { None } else { Some(&hides) };
    let (rows, total) = requests.page(state.settings.list_order, now_ms, page.skip(), page.size, hides);
    let shown = rows.into_iter().map(|row| RequestView::of(row, now_ms, None)).collect();
    Answer::ok(&page.wrap("/api/v2/gdpr/requests", shown, total))
}

/// `GET /api/v2/gdpr/requests/{id}`, with the results links of a finished export.
pub fn read(call: &Call, organisation: &Organisation, now_ms: i64) -> Answer {
    match organisation.requests.find(call.named()) {
        Some(row) => Answer::ok(&RequestView::of(row, now_ms, Some(&call.base_url))),
        None => errors::not_found(),
    }
}

/// What a submission asks for, if all of it holds together.
struct Order {
    request_type: RequestType,
    identifier: Identifier,
    replacements: Vec<Replacement>,
}

impl Order {
    fn read(call: &Call) -> Option<Self> {
        let request_type = RequestType::parse(call.body.get("requestType")?.as_str()?)?;
        let identifier = Identifier::read(call.body.get("subject")?)?;
        let terms = call.body.get("replacementTerms").filter(|terms| !terms.is_null());
        let updates = request_type == RequestType::Update;
        let replacements: Vec<Replacement> = match terms {
            None if !updates => Vec::new(),
            Some(terms) if updates => serde_json::from_value(terms.clone()).ok()?,
            _ => return None,
        };
        let confirmed = match call.query("deleteConfirmed") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return None,
        };
        let holds = match request_type {
            RequestType::Export => true,
            RequestType::Update => {
                !replacements.is_empty()
                    && replacements.iter().all(|term| !term.existing_value.is_empty() && !term.updated_value.is_empty())
            }
            RequestType::Delete => confirmed,
        };
        holds.then_some(Self { request_type, identifier, replacements })
    }
}

/// A row as the API shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestView<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    created_by: CreatedBy<'a>,
    request_type: &'static str,
    created_date: &'a str,
    status: &'static str,
    subject: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement_terms: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    results_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results_urls: Vec<String>,
    self_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreatedBy<'a> {
    id: &'a str,
    self_uri: String,
}

impl<'a> RequestView<'a> {
    fn of(row: &'a Row, now_ms: i64, results_under: Option<&str>) -> Self {
        let urls: Vec<String> = results_under
            .into_iter()
            .flat_map(|base| row.parts.iter().map(move |part| format!("{base}/api/v2/downloads/{}", part.download_id)))
            .collect();
        Self {
            id: &row.id,
            name: row.name.as_deref(),
            created_by: CreatedBy { id: &row.created_by, self_uri: format!("/api/v2/users/{}", row.created_by) },
            request_type: row.request_type.word(),
            created_date: &row.shown_at,
            status: row.status(now_ms),
            subject: &row.subject,
            replacement_terms: row.replacement_terms.as_ref(),
            results_url: urls.first().cloned(),
            results_urls: urls,
            self_uri: format!("/api/v2/gdpr/requests/{}", row.id),
        }
    }
}
