//! The definitions in `contract/`, read as one.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

const FILES: [&str; 6] = [
    include_str!("../../contract/access.json"),
    include_str!("../../contract/contacts.json"),
    include_str!("../../contract/errors.json"),
    include_str!("../../contract/gdpr.json"),
    include_str!("../../contract/shared.json"),
    include_str!("../../contract/users.json"),
];

/// All definitions by name. The files refer to each other as if they were one.
pub fn all() -> Map<String, Value> {
    let mut all = Map::new();
    for file in FILES {
        let file: Value = serde_json::from_str(file).unwrap();
        for (name, definition) in file["$defs"].as_object().unwrap() {
            assert!(all.insert(name.clone(), definition.clone()).is_none(), "`{name}` is defined twice");
        }
    }
    all
}

/// What holds an answer against the definition `name`.
pub fn validator(name: &str) -> Validator {
    let all = all();
    assert!(all.contains_key(name), "`{name}` is not defined");
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": format!("#/$defs/{name}"), "$defs": all
    });
    jsonschema::validator_for(&schema).unwrap()
}

/// Why an answer does not hold, by place; nothing if it does.
pub fn complaints(validator: &Validator, answer: &Value) -> Vec<String> {
    validator.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
