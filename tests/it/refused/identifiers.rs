//! Identifiers that are none, one for each reason there is.

use serde_json::json;

use super::row::Row;
use super::world::{World, access_but};

/// Kind, value, reason.
const CASES: &[(&str, &str, &str)] = &[
    ("email", "", "empty"),
    ("email", " \u{feff} ", "empty"),
    ("email", "zzyzx", "email_at"),
    ("email", "zzyzx@road@example.com", "email_at"),
    ("email", "@zzyzx.example.com", "email_local"),
    ("email", "zzyzx road@example.com", "email_characters"),
    ("email", "Zzyzx <zzyzx@example.com>", "email_characters"),
    ("email", "zzyzx@example.com, road@example.com", "email_at"),
    ("email", "zzyzx@localhost", "email_domain"),
    ("email", "zzyzx@192.0.2.1", "email_domain"),
    ("email", "zzyzx@[192.0.2.1]", "email_domain"),
    ("email", "zzyzx@-example.com", "email_domain"),
    ("email", "zzyzx@exa_mple.com", "email_domain"),
    ("email", "zzyzx@example..com", "email_domain"),
    ("email", "zz\u{200b}yzx@example.com", "invisible_character"),
    ("email", "zzyzx\u{202e}moc.elpmaxe@example.com", "bidi_override"),
    ("email", "zzyzx\r\nBcc: road@example.com", "control_character"),
    ("email", "zz\u{fffd}yzx@example.com", "broken_encoding"),
    ("phone", "zzyzx", "phone_characters"),
    ("phone", "call 030 901820", "phone_characters"),
    ("phone", "+49 30 901820 ext 7", "phone_extension"),
    ("phone", "+49 30 901820;isub=zzyzx", "phone_extension"),
    ("phone", "+999 1234567", "phone_country"),
    ("phone", "+49 30 9018201234567890", "phone_too_long"),
    ("phone", "+49 1", "phone_too_short"),
    ("phone", "++49 30 901820", "phone_characters"),
    ("phone", "030 901820\0", "control_character"),
    ("name", "12345", "nothing_readable"),
    ("name", "---", "nothing_readable"),
    ("name", "Zzyzx\0Road", "control_character"),
    ("name", "Zzyzx\u{202e}Road", "bidi_override"),
    ("name", "Zzyzx R\u{fffd}ad", "broken_encoding"),
    ("address", "---", "nothing_readable"),
    ("twitter", "@", "empty"),
    ("twitter", "zzyzx road", "has_space"),
    ("twitter", "https://example.com/zzyzx", "not_a_handle"),
    ("instagram", "zzyzx@example.com", "not_a_handle"),
    ("facebook", "zzyzx/road", "not_a_handle"),
    ("apple_messages", "zzyzx road", "has_space"),
    ("whatsapp", "zzyzx road", "has_space"),
    ("external_id", "zzyzx road", "has_space"),
    ("external_id", "zzyzx\u{200d}road", "invisible_character"),
    ("user_id", "../zzyzx", "id_characters"),
    ("user_id", "..", "id_characters"),
    ("user_id", "zzyzx?expand=road", "id_characters"),
    ("user_id", "zzyzx%2e%2e", "id_characters"),
    ("external_contact_id", "zzyzx#road", "id_characters"),
    ("external_contact_id", "zzyzx\\road", "id_characters"),
    ("external_contact_id", "zzyzxä", "id_characters"),
    ("dialer_contact_id", "zzyzx", "dialer_contact_form"),
    ("dialer_contact_id", "/zzyzx", "dialer_contact_form"),
    ("dialer_contact_id", "zzyzx/", "dialer_contact_form"),
    ("dialer_contact_id", "../zzyzx", "id_characters"),
];

/// Kind, how many times `z`, what follows them: too long by a little, and by much.
const LONG: &[(&str, usize, &str)] = &[
    ("name", 300, ""),
    ("name", 100_000, ""),
    ("address", 501, ""),
    ("email", 65, "@example.com"),
    ("twitter", 256, ""),
    ("external_id", 256, ""),
    ("user_id", 256, ""),
    ("dialer_contact_id", 256, "/1"),
    ("phone", 100_000, ""),
];

pub fn rows(world: &World) -> Vec<Row> {
    let row = |kind: &str, value: &str, code: &str| {
        // In the third place, so that the answer must name the place.
        let identifiers = json!([
            { "kind": "email", "value": "first@example.com" },
            { "kind": "email", "value": "second@example.com" },
            { "kind": kind, "value": value },
        ]);
        let body = access_but(json!({ "identifiers": identifiers })).to_string();
        let row = world.filing(format!("{kind} {value:.40?}"), body).field("identifiers[2].value", code);
        if value.chars().count() > 5 { row.hides(value) } else { row }
    };
    let short = CASES.iter().map(|(kind, value, code)| row(kind, value, code));
    let long = LONG.iter().map(|(kind, count, end)| row(kind, &format!("{}{end}", "z".repeat(*count)), "too_long"));
    short.chain(long).collect()
}
