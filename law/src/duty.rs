//! The duties that have dates, and the events that start them.

use words::words;

words! {
    /// What has to be done by the date, or may not be done before it.
    pub enum Duty {
        /// Tell the person that the request arrived, and what comes next.
        Acknowledge = "acknowledge",
        /// Answer the person: what was done, or why nothing was.
        Respond = "respond",
        /// Send the notice, with its reasons, that more time is taken. Without it there is none.
        AnnounceExtension = "announce_extension",
        /// Tell the person that, and why, nothing or not everything is done.
        Refuse = "refuse",
        /// Stop the sale, sharing, use or automated decision the person opted out of.
        OptOut = "opt_out",
        /// Stop at once what was objected to where the law leaves nothing to weigh.
        StopUse = "stop_use",
        /// Decide an appeal against a refusal.
        DecideAppeal = "decide_appeal",
        /// Confirm that a complaint arrived.
        AcknowledgeComplaint = "acknowledge_complaint",
        /// Not before: ask the person to opt in again.
        Reask = "reask",
        /// Not before: destroy the record of the request.
        Purge = "purge",
        /// Fetch the lists of the deletion platform again. For data brokers only.
        FetchDeletionLists = "fetch_deletion_lists",
        /// Publish the yearly figures. For the largest businesses only.
        PublishMetrics = "publish_metrics",
    }
}

words! {
    /// What a date of this kind forbids.
    pub enum Kind {
        /// To be later than it. In time until the day is over.
        Deadline = "deadline",
        /// To act before it has come round: it is an anniversary. Who keeps only the day acts on the day after.
        NotBefore = "not_before",
        /// Nothing: the law says "without delay" or leaves the figure to the controller. The dates are the pack's own
        /// figure, to have something to work to, and its rule says so.
        NoFigure = "no_figure",
    }
}

words! {
    /// The event whose day is day 0.
    pub enum Event {
        /// The request, objection, opt-out or complaint arrived.
        Receipt = "receipt",
        /// The appeal arrived.
        Appeal = "appeal",
        /// The request was closed.
        Closure = "closure",
        /// The deletion platform's lists were last fetched.
        ListsFetched = "lists_fetched",
        /// Any day of the year reported on.
        ReportedYear = "reported_year",
    }
}
