//! The closed sets of words that the API adds to those of the tables.

use entities::request::status::Outcome;

/// How a request can have reached the controller.
pub const CHANNELS: &[&str] = &["email", "phone", "letter", "form", "ticket", "in_person", "other"];

/// How the work that people do can have come out.
pub const COMPLETED_AS: [Outcome; 3] = [Outcome::Fulfilled, Outcome::PartiallyFulfilled, Outcome::NoDataFound];

/// How a person's identity can have been proven.
pub const IDENTITY_METHODS: &[&str] = &["officer_word", "ticketing_source", "account_login", "email_link", "document"];

/// The languages that letters are written in, as ISO 639-1.
pub const LANGUAGES: &[&str] = &["en", "de", "fr", "es"];
