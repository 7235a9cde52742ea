# Sources: the ticketing systems that requests come from.
sources-title = Sources
sources-lead = Ticketing systems that requests come from, and what of them waits.
sources-add = Add a source
sources-none = No source yet
sources-none-text = Add the ticketing system in which people ask for their data.
sources-source = Source
sources-waiting = Waits
sources-listed = List of changes last read
sources-triage = { $count ->
    [one] { $count } ticket for a person
   *[other] { $count } tickets for a person
}
sources-unreadable = { $count ->
    [one] { $count } call that nobody can read
   *[other] { $count } calls that nobody can read
}
sources-unread = { $count ->
    [one] { $count } call to be read
   *[other] { $count } calls to be read
}
source-health-well = Works
source-health-paused = Paused
source-health-troubled = Kept from its API
source-health-waits = Waits for a person
source-offer-fields = Its calls can carry the ticket's fields
source-offer-reads = Tickets are read by its API
source-offer-writes = Tickets are told where the request stands
source-offer-lists = Calls that never came are found out
source-kind-title = Which system?
source-kind-lead = Choose the ticketing system. Each begins with what its guide says, ready to be tried.
source-add-title = Add { $system }
source-add-lead = The source begins paused, with the fields of its guide as an example. You then say what your fields mean, try it, and let it go on.
source-controller-hint = Its tickets become requests of this controller.
source-slug = Short name
source-slug-hint = The last part of the address that its system calls: a-z, 0-9 and -.
source-slug-bad = A short name has 1 to 60 of a-z, 0-9 and -
source-slug-taken = There is a source of this name already. Choose another.
source-secret-label = Secret
source-secret-hint = What its system signs with, if that made one. Leave it empty, and one is made and shown once.
source-regime = Law
source-regime-hint = By which a ticket is answered that does not say where the person is.
source-region = Region
source-region-hint = By ISO 3166, such as DE or US-CA. Leave it empty for the controller's own.
source-vouches = Its requesters have proven who they are
source-vouches-hint = Tick it only if everybody who asks there has signed in, and only for who asks for themselves.
source-api = Its API
source-api-text = Lets us read tickets and tell them where the request stands. Leave all of it empty to do without.
source-api-known = We know who we are there
source-api-unknown = Not set up
source-base = Address
source-base-hint = The account's root, such as https://acme.zendesk.com/
source-actor = Our own account there
source-actor-hint = Its id, so that what we write is not taken for news.
source-user = User
source-client-id = Client id
source-token-path = Where tokens are fetched
source-token-path-hint = Below the address, such as services/oauth2/token
source-credential = Password or token
source-credential-hint = Stored encrypted, and never shown again.
source-credential-kept = Leave it empty to keep the one there is.
source-credential-missing = Say who we are there: the address is given, and nothing to sign in with
source-rest-title = Everything else
source-rest = Signing, options, and what tickets are told
source-rest-hint = As the guide of this system describes it (docs/integrations), in TOML.
source-make = Add the source
source-settings-title = Settings of the source
source-settings-lead = The secret in use must do for how calls are signed from now on.
source-trouble = This keeps us from its API:
source-waits = What waits
source-waits-triage = tickets for a person
source-waits-unreadable = calls nobody can read
source-waits-mentioned = tickets to be looked at
source-waits-calls = calls to be read
source-tickets = Tickets
source-tickets-lead = What became of each, and what is wrong where a person has to look.
source-tickets-none = No ticket was heard of.
source-ticket = Ticket
source-problems = What is wrong
source-heard = Last heard of
source-shows = shows
source-has-request = has a request
source-retry = Look again
source-calls = Calls
source-calls-lead = What its system has sent, without what it says. What was read is kept for two weeks; what nobody could read, until a person has seen it.
source-calls-none = Its system has not called.
source-came = Came
source-call-body = Body
source-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
source-not-vouched = no signature vouches for it
source-read-again = Read again
source-mapping = What its fields mean
source-mapping-go = Look at it and try it
source-mapping-version = This is version { $version }. Try it with a call before you keep a change.
source-there = On the other side
source-address = Address
source-sends = Sends by
source-signs = Signs
source-secret = Secret
source-previous = the one before counts until
source-body = What to have it send
source-guide = Every step there is described in docs/integrations.
source-rotate = New secret
source-rotate-lead = The new secret counts at once, and the old one beside it for a while, so that nothing is lost while you change it there.
source-overlap = For how many hours does the old one still count?
source-overlap-hint = Up to 2160, which is 90 days.
source-overlap-bad = Enter a number of hours from 0 to 2160
source-running = The secret before the one in use still counts, and there is room for one alone: until
source-running-force = End it now
source-secret-title = Enter this on the other side
source-secret-text = The source is ready to be called.
source-secret-enter = Enter address and secret in the ticketing system, as its guide says.
source-secret-map = Then say what its fields mean, and try it with a call.
source-secret-resume = Once that is right, let the source go on.
source-act-pause = Pause
source-act-resume = Let it go on
source-act-remove = Remove
source-ask-pause = Pause this source?
source-ask-help-pause = Its calls are stored and left unread, until you let it go on. Nothing is lost.
source-ask-resume = Let this source go on?
source-ask-help-resume = Its calls are read again, those that were stored meanwhile first.
source-ask-remove = Remove this source for good?
source-ask-help-remove = Its secrets, its calls and what is known of its tickets go. Requests that came of them stay, and their tickets are told nothing more.
source-remove-waits = { $count ->
    [one] { $count } call or ticket still waits, and would be lost.
   *[other] { $count } calls and tickets still wait, and would be lost.
}
source-remove-force = Lose what waits
source-say-added = The source is added, and paused. Say what its fields mean, then let it go on.
source-say-shown = The secret was shown already. If it is lost, make a new one.
source-say-rotate = The new secret counts.
source-say-changed = The settings have changed.
source-say-mapped = The new mapping counts from the next call on.
source-say-pause = The source is paused. Its calls are stored and wait.
source-say-resume = The source goes on.
source-say-remove = The source is removed.
source-say-retried = The ticket is looked at again.
source-say-read-again = The call is read again.

# The mapping.
map-lead = Say for each part of a request where it stands in a ticket. On the other side you see at once what would come of a call.
map-parts = Parts of a request
map-parts-hint = A place is a JSON Pointer, such as /ticket/fields/360012345601.
map-way = How it is found
map-unused = Not used
map-at = Where, a place a line
map-values = What their values mean: theirs = ours, one a line
map-required = Without it, a person looks at the ticket
map-region = Country of numbers without one: two letters, or jurisdiction
map-zone = Time zone of times without one, such as UTC
map-more = More
map-many = It may hold several values
map-split = What stands between several values
map-between = What stands between joined places
map-otherwise = What becomes of other values
map-otherwise-usual = As usual: a person looks at it
map-add = Another part
map-add-go = Add it
map-accept = Which tickets are ours
map-accept-hint = All of these must be so. With none, every ticket is ours.
map-accept-path = At this place
map-accept-values = stands one of these, one a line
map-save = Keep this mapping
map-line-bad = This line is none: { $line }. Write theirs = ours.
map-try = Try it
map-body = A call's body
map-body-hint = Paste one. It is tried and not stored, and nobody is called.
map-content-type = What it says it is
map-document = These are a ticket's fields, and no call
map-try-go = Try it
map-preview = What would come of it
map-preview-none = Paste a call's body to see what would come of it.
map-preview-no-ticket = The call is about no ticket.
map-preview-first = Mend the mapping first; what is wrong stands above.
map-preview-unreadable = This body cannot be read: { $why }
map-read-back = The ticket is read from its own system before anything is done. If that says the same:
map-all-the-same = It makes a request all the same.
map-subject = Person: { $kind }
map-requester = Who wrote: { $kind }
map-existing = To correct, wrong: { $kind }
map-updated = To correct, right: { $kind }
map-correction = Correction: { $kind }
