# The list of requests.
queue-title = Requests
queue-lead = The request whose day comes first is on top.
queue-filters = Narrow the list
queue-status = Status
queue-signal = Signals
queue-right = Right
queue-controller = Controller
queue-request = Request
queue-due = Answer by
queue-received = Received
queue-open = All open
queue-any-signal = Any
queue-any-right = Any
queue-any-controller = All
signal-overdue = Overdue
signal-week = Due within 7 days
signal-attention = Has questions
signal-on-hold = On hold
queue-show = Show
queue-clear = Clear
queue-caption = Open requests, the most urgent first
queue-caption-closed = Closed requests, the newest first
queue-none = Nothing waits
queue-none-text = There is no open request in your reach. New ones appear here as soon as they come in.
queue-none-match = No request matches
queue-none-match-text = Take a filter away to see more.
queue-questions = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
queue-on-hold = On hold
