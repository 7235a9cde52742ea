//! The words of letters: kinds, states, means.

use crate::words;

pub use letters::kind::{Audience, LetterKind};

words! {
    /// What became of a letter.
    pub enum LetterState {
        /// It waits to be sent, and is tried until it is.
        Queued = "queued",
        /// It is held back: it waits until an officer sends it, and its words can be changed until then.
        Held = "held",
        /// The mail server took it, or an officer sent it by other means.
        Sent = "sent",
        /// The mail server refused it for good, or it was tried for too long.
        Failed = "failed",
        /// Another took its place before it went out: it is sent no more, to no address.
        Superseded = "superseded",
    }
}

words! {
    /// How a letter goes out.
    pub enum Means {
        /// By us, as an e-mail.
        Mail = "mail",
        /// By an officer, on paper.
        Post = "post",
        /// By an officer, who said it on the telephone.
        Telephone = "telephone",
        /// By an officer, through the controller's own portal.
        Portal = "portal",
        /// By an officer, handed over.
        InPerson = "in_person",
        /// By an officer, otherwise.
        Other = "other",
    }
}
