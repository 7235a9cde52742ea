//! Downloads: an API link that leads to a signed link of the storage (contract §3.4).

use serde_json::json;

use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::faults::{FaultName, Occasion};
use crate::ids;
use crate::state::{Grant, State};

/// `GET /api/v2/downloads/{id}`: a redirect, or the address as JSON with `issueRedirect=false`.
pub fn read(call: &Call, state: &mut State, organisation: usize, occasion: &Occasion) -> Answer {
    let now_ms = state.clock.now_ms();
    let good = state.organisations[organisation]
        .requests
        .download(call.named())
        .is_some_and(|(row, _)| now_ms < row.results_end_ms);
    if !good || state.faults.fire(FaultName::ResultsExpired, occasion).is_some() {
        return errors::resource_not_found("resource.not.found");
    }
    let signature = ids::fresh().replace('-', "");
    let url = format!("{}/signed/{signature}?X-Amz-Expires=300", call.storage_url);
    state.grants.insert(signature, Grant { organisation, download_id: call.named().to_owned() });
    if call.query("issueRedirect") == Some("false") {
        return Answer::ok(&json!({"url": url}));
    }
    Answer::empty(302).with_header("Location", url)
}
