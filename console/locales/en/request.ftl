# One request.
next-label = Next
next-who = This is for: { $roles }.
next-closed = Closed
next-closed-text = Nothing is left to do but what still waits below, if anything does. The evidence stays; the personal data goes on its day.
next-held = Decide whether it goes on
next-held-text = The request is on hold: nothing further is done on the platform. The clock runs on.
next-verifying = Make sure who is asking
next-verifying-text = Nothing is searched before the person's identity is proven, by the link that was sent or by your word.
next-resolving = We are searching
next-resolving-text = The platform is asked whom the identifiers mean. You can come back later; nothing is needed from you.
next-undecided = Decide who is meant
next-undecided-text = Not every record that was found is surely this person. Include or leave out each one below, with a reason.
next-contradicted = Have the platform's records mended
next-contradicted-text = They contradict each other about who is one person, so nothing can be approved. Once that is mended there, search again.
next-approve = Look at the plan and approve it
next-approve-text = Below is what would be done, and how far it reaches. It runs once it is approved.
next-approve-other = Somebody else approves this
next-approve-other-text = You filed this request. An erasure or a rectification takes a second person, so that no one alone can have data changed or deleted.
next-executing = The platform is at work
next-executing-text = Each job is tracked to its end. Nothing is needed from you.
next-answering = The answer is being prepared
next-answering-text = The results are in. The answer goes out, and then the request closes.
questions-title = What waits for you
questions-detail = Details
questions-since = Since
question-open = Open
person-title = Who is meant
person-identifiers = What is known of the person
person-known = Identifier
person-kind = Kind
person-found = Found
person-state = State
person-candidates = Records that were found
person-record = Record
person-shows = Shows
person-found-by = Found by
person-note = Note at filing
person-erased = erased
person-erased-text = The personal data of this request has been erased. The evidence is all that is left.
person-not-searched = not searched for yet
person-shared = Shared by several people
person-not-searchable = Not searchable
person-certain = Surely the person
person-doubtful = In doubt
person-ancestor = Covered by its merge set
person-choose = Decide
picture-title = What found what
picture-key = ✓ is acted on, ? is to be decided, ✕ is not acted on. A dashed line starts at an identifier that several people share.
picture-identifiers = Identifiers
picture-records = Records
picture-sets = Merge sets
picture-shared = shared
picture-record = Record { $letter }, { $kind }, was found by { $found }.
picture-record-in-set = Record { $letter }, { $kind }, was found by { $found } and belongs to { $set }.
reveal-open = Show it in the clear
reveal-choose = Choose a purpose
reveal-purpose-missing = Choose what you look at it for
reveal-purpose = What for?
reveal-hint = That you looked, and what for, is written to the audit trail.
reveal-show = Show and record
reveal-clear = In the clear
reveal-noted = That you look at this is written to the audit trail.
reveal-mask = Mask it again
purpose-identify = To find out who is meant
purpose-decide = To decide about records
purpose-contact = To reach the person
purpose-answer = To prepare the answer
purpose-complaint = To work on a complaint
plan-title = What would be done
plan-people = people, at least
plan-records = records
plan-terms = search terms
plan-members = contacts merged
plan-jobs = Requests to the platform
plan-no-jobs = None: nothing would be done.
plan-undecided = To be decided first
plan-contradicted = The platform's records contradict each other about a merge set. Nothing can be approved before that is mended there.
plan-replacements = What would be replaced
plan-from = from
plan-to = to
jobs-title = Work on the platform
jobs-done = { $done } done
jobs-of = of { $all }
jobs-subject = About
jobs-status = Status
jobs-origin = Why
jobs-updated = Last change
side-label = Dates
dates-title = At a glance
dates-respond = Answer by
dates-statutory = Statutory day
dates-received = Received
dates-channel = Came by
dates-filed-by = Filed by
clocks-title = Clocks
clocks-none = No clock runs.
clock-by = by
clock-conditional = Nobody has to do it, and later it is not possible.
clock-from = not before
clock-not-before = Not before its day
clock-why = How this date came about
clock-cautious = Cautious
clock-statutory = Statutory
clock-target = Aimed at
clock-zone = Time zone
clock-rule = Rule
offer-status-link = Send a link to the status page
request-done-filed = The request is filed
request-done-noted = The note was added
request-done-task-added = The task was set
request-done-task-done = The task is done
request-done-assigned = The request was given
request-done-given-back = Nobody has the request now
request-done-letter-written = The letter was written and goes out
request-done-letter-held = The letter is held back until somebody sends it
request-done-letter-edited = The letter has these words now. It is still held back
request-done-letter-released = The letter goes out
request-done-link-sent = A new identity link goes out
request-done-letter-retried = The letter is tried again
request-done-letter-resent = The letter goes to the new address
request-done-letter-recorded = The letter was recorded
request-done-address-set = Letters go to this address from now on
request-done-status-link = A link to the status page is on its way
request-done-file-handed-over = The person can download the file on their status page. Send them a link to it if they have none
request-done-file-taken-back = The person cannot download the file any more
person-hits = { $count ->
    [0] nothing found
    [one] { $count } record
   *[other] { $count } records
}
person-merge-set = { $count ->
    [one] Merge set { $number }, { $count } contact
   *[other] Merge set { $number }, { $count } contacts
}
plan-left-out = { $count ->
    [one] { $count } thing is left out
   *[other] { $count } things are left out
}
clocks-settled = { $count ->
    [one] { $count } duty settled
   *[other] { $count } duties settled
}
next-question = { $count ->
    [one] Answer the question
   *[other] Answer the questions
}
next-question-text = { $count ->
    [one] The work waits for an answer. It is listed below.
   *[other] The work waits for { $count } answers. They are listed below.
}
