//! Holds the sandbox against the platform's own description, a Swagger 2.0 file that does not travel with this project.
//!
//! `DSR_CONTRACT_SLICE=path/to/swagger.json cargo run -p sandbox --example check_against_slice`
//!
//! Checks that every answer fits the platform's definition, fields it does not name included; that the enums of
//! `contract/` are those of the description; that each error code is declared for its status; and that each route asks for
//! the same permissions. Ends with an error if anything differs, and when no file is named: it never passes unread.

#![expect(clippy::unwrap_used, reason = "a check that cannot go on has failed")]

#[path = "../tests/it/caller.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod caller;
#[path = "../tests/it/definitions.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod definitions;
#[path = "../tests/it/tour.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod tour;

use std::collections::BTreeSet;
use std::process::ExitCode;

use sandbox::call::Route;
use serde_json::{Map, Value, json};

/// Where a list of words stands in `contract/`, and where in the description.
const ENUMS: [(&str, &str); 9] = [
    ("/TermKind/enum", "/definitions/ReplacementTerm/properties/type/enum"),
    ("/RequestType/enum", "/definitions/GDPRRequest/properties/requestType/enum"),
    ("/RequestStatus/enum", "/definitions/GDPRRequest/properties/status/enum"),
    ("/SocialType/enum", "/definitions/SocialHandle/properties/type/enum"),
    ("/UserState/enum", "/definitions/User/properties/state/enum"),
    ("/UserAddress/properties/mediaType/enum", "/definitions/Contact/properties/mediaType/enum"),
    ("/UserAddress/properties/type/enum", "/definitions/Contact/properties/type/enum"),
    ("/Contact/properties/type/enum", "/definitions/ExternalContact/properties/type/enum"),
    ("/TokenInfo/properties/OAuthClient/properties/state/enum", "/definitions/OrgOAuthClient/properties/state/enum"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(path) = std::env::var_os("DSR_CONTRACT_SLICE") else {
        println!("DSR_CONTRACT_SLICE names no file: nothing was checked");
        return ExitCode::FAILURE;
    };
    let slice: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut differences = Vec::new();
    let answers = answers(&slice, &mut differences).await;
    enums(&slice, &mut differences);
    let routes = routes(&slice, &mut differences);
    for difference in &differences {
        println!("differs: {difference}");
    }
    println!("{answers} answers, {} enums and {routes} routes checked, {} differences", ENUMS.len(), differences.len());
    if differences.is_empty() && answers > 0 && routes > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn answers(slice: &Value, differences: &mut Vec<String>) -> usize {
    let (_, stops) = tour::take().await;
    let definitions = slice["definitions"].as_object().unwrap();
    let codes = known_codes(slice);
    let mut checked = 0;
    for stop in &stops {
        let Some(name) = stop.theirs else { continue };
        if name == "ErrorBody" {
            let code = stop.got.body["code"].as_str().unwrap_or_default().to_owned();
            if !codes.contains(&(stop.got.status, code.clone())) {
                differences.push(format!("{}: no operation declares {} with {code}", stop.what, stop.got.status));
            }
        }
        let schema = schema(definitions, name);
        let validator = jsonschema::options().should_validate_formats(false).build(&schema).unwrap();
        let complaints = definitions::complaints(&validator, &stop.got.body);
        differences.extend(complaints.into_iter().map(|complaint| format!("{} is no {name}: {complaint}", stop.what)));
        checked += 1;
    }
    checked
}

/// A definition with all it refers to, closed: a field it does not name is an error.
fn schema(definitions: &Map<String, Value>, name: &str) -> Value {
    let mut needed = Map::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if needed.contains_key(&name) {
            continue;
        }
        let mut definition = definitions[&name].clone();
        let node = definition.as_object_mut().unwrap();
        if node.contains_key("properties") && !node.contains_key("additionalProperties") {
            node.insert("additionalProperties".into(), json!(false));
        }
        references(&definition, &mut open);
        needed.insert(name, definition);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": format!("#/definitions/{name}"),
        "definitions": needed,
    })
}

/// Collects the names a schema refers to. `$ref` counts only where its value is text: some definitions have a property
/// of that name.
fn references(node: &Value, into: &mut Vec<String>) {
    match node {
        Value::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                into.extend(target.strip_prefix("#/definitions/").map(str::to_owned));
            }
            fields.values().for_each(|value| references(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

fn enums(slice: &Value, differences: &mut Vec<String>) {
    let ours = Value::Object(definitions::all());
    let words = |value: Option<&Value>| -> BTreeSet<String> {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    for (here, there) in ENUMS {
        let (here_words, there_words) = (words(ours.pointer(here)), words(slice.pointer(there)));
        if here_words.is_empty() || here_words != there_words {
            differences.push(format!("{here} has {here_words:?}, {there} has {there_words:?}"));
        }
    }
    let search = slice.pointer("/paths/~1api~1v2~1gdpr~1subjects/get/parameters").and_then(Value::as_array).unwrap();
    let search = search.iter().find(|parameter| parameter["name"] == "searchType").unwrap();
    if words(search.get("enum")) != words(ours.pointer("/TermKind/enum")) {
        differences.push(format!("searchType takes {}", search["enum"]));
    }
}

/// Every pair of status and error code that some operation declares, in place or by reference.
fn known_codes(slice: &Value) -> BTreeSet<(u16, String)> {
    let operations = slice["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let responses = operations.filter_map(|operation| operation["responses"].as_object()).flatten();
    let mut known = BTreeSet::new();
    for (status, response) in responses {
        let shared = response["$ref"].as_str().and_then(|target| slice.pointer(target.strip_prefix('#')?));
        let codes = shared.unwrap_or(response)["x-inin-error-codes"].as_object();
        if let Ok(status) = status.parse() {
            known.extend(codes.into_iter().flat_map(Map::keys).map(|code| (status, code.clone())));
        }
    }
    known
}

/// Compares the permissions of each operation the sandbox has. How many there are.
fn routes(slice: &Value, differences: &mut Vec<String>) -> usize {
    let words = |list: Option<&Value>| -> BTreeSet<String> {
        list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found = 0;
    for (path, operations) in slice["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let (route, named) = Route::find(&method, path);
            let is_other = named.is_some_and(|named| !named.starts_with('{'));
            if route == Route::Unknown || is_other {
                continue;
            }
            found += 1;
            let ours: BTreeSet<String> = route.permissions().iter().map(|p| (*p).to_owned()).collect();
            let needs = &operation["x-inin-requires-permissions"];
            if ours != words(needs.get("permissions")) || (!ours.is_empty() && needs["type"] != "ANY" && ours.len() > 1)
            {
                differences.push(format!("{method} {path} asks for {needs}, {} for {ours:?}", route.name()));
            }
        }
    }
    found
}
