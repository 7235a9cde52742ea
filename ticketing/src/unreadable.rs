//! Why a body cannot be read. None of the reasons quotes the body.

/// A call's body that is refused, by what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`crate::reading::BODY_BYTES_MAX`].
    #[error("the body is larger than {} bytes", crate::reading::BODY_BYTES_MAX)]
    TooLarge,
    /// Nothing at all.
    #[error("the body is empty")]
    Empty,
    /// A content type this system does not send.
    #[error("the content type is none that this system sends")]
    ContentType,
    /// A character set we cannot decode, or none named for text that is not UTF-8.
    #[error("the text is not UTF-8, nor in the character set that its content type names")]
    Charset,
    /// JSON that is broken.
    #[error("broken JSON at line {line}, column {column}")]
    Json {
        /// Where, from 1.
        line: usize,
        /// Where in that line, from 1.
        column: usize,
    },
    /// Nested deeper than anything a ticket needs.
    #[error("nested deeper than {} levels", crate::reading::DEPTH_MAX)]
    TooDeep,
    /// One name twice in one object: readers differ in which they believe.
    #[error("a name stands twice in one object")]
    DuplicateKey,
    /// A form that does not carry exactly what it should.
    #[error("the form does not carry exactly one body")]
    Form,
    /// XML that is broken.
    #[error("broken XML at byte {0}")]
    Xml(u64),
    /// A document type or an entity: nobody sends one who means well.
    #[error("XML with a document type, an entity or a processing instruction")]
    ForbiddenXml,
    /// More tickets than the system puts into one call.
    #[error("more tickets than this system puts into one call")]
    TooMany,
    /// Well-formed, but without what names a ticket.
    #[error("no ticket is named at {0}")]
    NoTicket(&'static str),
}
