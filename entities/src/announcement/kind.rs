//! The words of announcements: what is told, how a delivery stands, why an attempt failed.

use crate::words;

words! {
    /// What is told. The words stand in messages: they never change their meaning.
    pub enum AnnouncementKind {
        /// A request came in.
        Received = "dsr.request.received",
        /// The person has to prove who they are before anything goes on.
        IdentityRequired = "dsr.request.identity_required",
        /// A request stands elsewhere.
        StatusChanged = "dsr.request.status_changed",
        /// The person was told that the answer takes longer, and the law lets it.
        Extended = "dsr.request.extended",
        /// A request was answered, or withdrawn.
        Completed = "dsr.request.completed",
        /// A request ended with nothing done: refused, not proven, a duplicate, none at all.
        Rejected = "dsr.request.rejected",
        /// Nothing happened; somebody tries whether it arrives.
        Test = "dsr.test",
    }
}

words! {
    /// What became of an announcement on its way to a subscriber.
    pub enum DeliveryState {
        /// It waits for its next attempt.
        Waiting = "waiting",
        /// The subscriber took it.
        Delivered = "delivered",
        /// Every attempt failed.
        Failed = "failed",
        /// It is not tried, or not tried any more: the subscriber was disabled.
        Abandoned = "abandoned",
    }
}

words! {
    /// Why an attempt failed. Nothing here tells of our network.
    pub enum Failure {
        /// The answer was not one of success.
        Status = "status",
        /// It led elsewhere, and redirects are not followed.
        Redirect = "redirect",
        /// No answer in time.
        Timeout = "timeout",
        /// No connection, or it broke.
        NoConnection = "no_connection",
        /// The address may not be called: it is not public, or not of a form that is called.
        AddressRefused = "address_refused",
    }
}
