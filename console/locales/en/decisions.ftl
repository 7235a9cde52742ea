# The forms of decisions, one after another.
hold-title = Put this request on hold
hold-lead = Nothing further is done on the platform until somebody lets it go on. The clock runs on.
hold-go = Put on hold
hold-reason = Why is it put on hold?
hold-reason-missing = Say why the request is put on hold
verify-title = Prove the person's identity
verify-lead = Say how you made sure that whoever asks is the person whose data it is. The search begins then.
verify-go = The identity is proven
verify-method = How was it proven?
verify-method-missing = Choose how the identity was proven
verify-note = What did you look at?
verify-note-hint = Enough for somebody else to follow, and no more: no numbers or copies of documents. It is stored sealed.
verify-note-missing = Say what you looked at
ask-title = Ask the person
ask-lead = The question goes out as a letter where letters are written. What it does to the dates is shown before it is sent.
ask-go = Ask
ask-kind = What do you need?
ask-kind-missing = Choose what you need
ask-words = What do you ask?
ask-words-missing = Write what you ask
ask-fee = If you ask for a fee
ask-amount = How much?
ask-amount-hint = Such as 15 or 15.50
ask-amount-missing = Give the amount of the fee, such as 15 or 15.50
ask-amount-only-fee = Only a fee has an amount. Leave it empty, or ask for a fee
ask-currency = In which currency?
ask-currency-missing = Choose the currency
answer-title = Note the person's answer
answer-lead = The dates move as the law says, from the day on which the full answer, or the fee, arrived.
answer-go = Note the answer
answer-none = Nothing is being asked of the person.
answer-kind = What was answered?
answer-kind-missing = Choose what was answered
answer-asked = Asked on { $day }
answer-when = When did it arrive?
answer-words = What does it say?
candidate-title = Is this record the person's?
candidate-lead = What is included is acted on. What is left out stays as it is, and the plan says so.
candidate-doubt = Why it is in doubt
person-shared-by = {" "}(shared by several people)
choose-choice = Your decision
choose-choice-missing = Choose whether it is meant
choose-reason = Why?
choose-reason-missing = Say why
choose-go = Note the decision
choose-not-reviewing = This is decided while the request is under review. It is not, as it stands.
term-title = May this identifier be acted on?
term-lead = The platform is also asked for what it has under the identifier itself, such as conversations and recordings. Where others share it, that is theirs as well.
term-people = Reaches
term-people-count = { $count ->
    [one] { $count } person
   *[other] { $count } people, at least
}
anew-title = Search again
anew-lead = What was found is forgotten, and so is what was chosen about it. The history keeps who had chosen what.
anew-go = Forget and search again
anew-reason = Why is it searched for again?
anew-reason-missing = Say why it is searched for again
approve-title = The plan
approve-lead = This is what the platform would be asked for, and how far it reaches. From the approval on nobody can call it back.
approve-right = What is asked for
approve-own = You filed this request, so its approval is not yours: an erasure or a rectification takes two people, that no one alone can have data changed or deleted.
approve-no-right = None of your roles approves plans here.
approve-who = Who can: { $names }.
approve-nobody = Nobody else can approve it here yet. An administrator can make somebody an approver.
approve-on-hold = The request is on hold. It has to be released first.
approve-undecided = Something must be decided first: it stands below.
approve-contradicted = The platform's records contradict each other. Nothing can be approved before that is mended there.
approve-not-reviewing = There is no plan to approve as the request stands.
approve-sure = I have looked at what would be done, and at whom it reaches
approve-sure-missing = Confirm that you have looked at what would be done
approve-grave-erasure = The platform erases { $records ->
    [one] { $records } record
   *[other] { $records } records
} and what it has under { $terms ->
    [one] { $terms } search term
   *[other] { $terms } search terms
}, of { $people ->
    [one] { $people } person
   *[other] { $people } people
}. Nobody can bring it back.
approve-grave-rectification = The platform changes { $records ->
    [one] { $records } record
   *[other] { $records } records
} and what it has under { $terms ->
    [one] { $terms } search term
   *[other] { $terms } search terms
}, of { $people ->
    [one] { $people } person
   *[other] { $people } people
}. It keeps nothing of how they were.
refuse-title = Refuse this request
refuse-lead = A refusal needs a ground that the law of the request knows, and reasons that the person can follow. They learn where to complain.
refuse-go = Refuse the request
refuse-grave = The request ends. A person who is refused can complain and go to court.
refuse-code = On what ground?
refuse-code-hint = Only those that hold for this right under every law of this request.
refuse-code-missing = Choose the ground
refuse-basis = A narrower provision, if there is one
refuse-basis-hint = Such as GDPR Art. 12(5)(b). It stays with the evidence, so it must not name the person.
refuse-reason = Why?
refuse-reason-missing = Give the reasons
withdraw-title = Note that the person withdrew
withdraw-lead = The request ends, and no duty is left. Do this only if the person said so.
withdraw-go = End the request
withdraw-reason = How did the person say so?
withdraw-reason-missing = Say how the person withdrew the request
acknowledge-title = Note the acknowledgement
acknowledge-lead = For an acknowledgement that you sent yourself. Ours are noted by themselves.
acknowledge-go = Note it
extend-title = Take more time
extend-lead = The law allows it once, within the first period, for a reason that the person is told. It counts once its notice was sent.
extend-go = Take more time
extend-allowed = until { $day }, if the notice goes out today
extend-code = For which reason?
extend-code-missing = Choose the reason
extend-reason = What do you tell the person?
extend-reason-missing = Write what the person is told
extend-until = New last day
extend-until-hint = Only where the law sets no length, or where less time will do.
announce-title = Note the notice of the extension
announce-lead = For a notice that you sent yourself. Sent after the first period it extends nothing.
announce-go = Note it
announce-means = How was it sent?
announce-means-missing = Choose how it was sent
recompute-title = Compute the dates anew
recompute-lead = By the law, the calendar and the policy in use today. With it you sign for rules that have changed, for this one request. What was computed before stays to be seen.
recompute-go = Compute and sign
recompute-reason = Why?
recompute-reason-missing = Say why the dates are computed anew
abandon-title = Give this job up
abandon-lead = The request can end without it, as partly fulfilled, and its answer says so. It cannot be tried again afterwards.
abandon-code = The platform says
abandon-go = Give it up
abandon-reason = Why is it given up?
abandon-reason-missing = Say why the job is given up
hand-over-title = Hand this file over to the person
hand-over-lead = They can download it on their status page from then on. What they have downloaded cannot be called back, and a file can hold data of others: look into it first.
hand-over-then = With the last file of the request, the service writes the answer, which tells the person where their data is, unless you write this controller’s letters yourselves.
hand-over-sure = I have looked into the file, and nothing in it has to be kept from the person for the sake of others
hand-over-sure-missing = Confirm that you have looked into the file
hand-over-go = Hand over
accept-title = Accept what remains
accept-lead = After the erasure the search still finds something. If you accept that, the request ends as partly fulfilled, and its answer says so.
accept-go = Accept it
accept-reason = Why can it remain?
accept-reason-missing = Say why it can remain
complete-title = Say what was done
complete-lead = For work that people do: what was asked is done, or a part of it is not, on a ground that the law knows.
complete-narrowed = The answer to this request is narrowed to categories, so it counts as partly fulfilled.
complete-go = It is done
complete-outcome = How did it come out?
complete-outcome-missing = Choose how it came out
complete-note = What was done?
complete-note-missing = Say what was done
complete-withheld = If a part is withheld
complete-code = On what ground?
complete-code-hint = A partial answer is a partial refusal, and needs its ground.
complete-code-missing = Choose the ground on which a part is withheld
complete-what = What is withheld?
complete-what-hint = In one line.
complete-what-missing = Say what is withheld
complete-why = Why is it withheld?
complete-why-missing = Say why it is withheld
appeal-title = Note an appeal
appeal-lead = The person objects to how the request ended. The request stays closed; the appeal has a clock of its own.
appeal-go = Note the appeal
appeal-when = When did it arrive?
appeal-words = What the person wrote
extend-appeal-title = Note that the appeal takes longer
extend-appeal-lead = For a notice that you sent within the first period, where the law knows more time. It counts once, and there is no letter of ours for it.
extend-appeal-go = Note it
extend-appeal-reason = Why does it take longer?
extend-appeal-reason-missing = Say why it takes longer
decide-appeal-title = Decide the appeal
decide-appeal-lead = Somebody else than who refused should look at it. The person is told the decision and the reasons.
decide-appeal-go = Decide it
decide-appeal-none = No appeal waits for its decision.
decide-appeal-received = Received
decide-appeal-decision = What do you decide?
decide-appeal-decision-missing = Choose what you decide
decide-appeal-reason = Why?
decide-appeal-reason-missing = Give the reasons
