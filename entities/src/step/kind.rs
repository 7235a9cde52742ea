//! The kinds of steps, and how each is told from another of its kind.

use crate::words;

words! {
    /// What a step does.
    pub enum StepKind {
        /// Searches the platform for every identifier of a request.
        Resolve = "resolve",
        /// Fetches what was found, and collapses merge sets to their canonical contact.
        Collapse = "collapse",
        /// Draws up what would be done, and asks a person or goes on.
        Plan = "plan",
        /// Places one job on the platform.
        Submit = "submit",
        /// Looks after all open jobs of a controller.
        Track = "track",
        /// Fetches what a finished job yields.
        Collect = "collect",
        /// Ends a request whose jobs have all ended.
        Close = "close",
        /// Writes to the person that the request came in, and how to prove who they are.
        Acknowledge = "acknowledge",
        /// Sends one letter.
        Mail = "mail",
        /// Reads one call of a source.
        Ingest = "ingest",
        /// Looks at a ticket, and makes a request of it.
        TakeUp = "take_up",
        /// Has a ticket show where its request stands.
        WriteBack = "write_back",
        /// Looks for tickets of a source whose call never came.
        Reconcile = "reconcile",
        /// Tells officers that a request's date comes near, or has passed.
        Remind = "remind",
        /// Tells one subscriber what waits to be told.
        Notify = "notify",
    }
}

impl StepKind {
    /// What goes on while a request is on hold: a hold stops the work on the platform, not what the law has us write.
    pub const ON_HOLD: [Self; 3] = [Self::Acknowledge, Self::Mail, Self::Remind];

    /// What waits for servers of others, which may be as slow as they like: such steps get only a part of a worker's places, and
    /// take turns. What they wait for is said in the words of the database beside the queue (`PARTY`).
    pub const ABROAD: [Self; 4] = [Self::Notify, Self::TakeUp, Self::WriteBack, Self::Reconcile];

    /// Whether it is one of these.
    #[must_use]
    pub fn is_abroad(self) -> bool {
        Self::ABROAD.contains(&self)
    }
}
