# All that happened to a request.
history-title = History
history-lead = Everything that happened to this request, newest first. Nobody can change it.
history-about = About
history-all = Everything
history-show = Show
history-none = Nothing of the kind has happened
history-detail = What is written down
history-whole = { $count ->
    [one] The whole history: { $count } entry
   *[other] The whole history: { $count } entries
}
about-decisions = Decisions
about-dates = Dates and clocks
about-letters = Letters
about-platform = Work on the platform
about-work = Notes, tasks, questions
about-looks = Looks in the clear
about-tickets = Tickets
