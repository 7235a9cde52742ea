# One decision about several requests.
together-label = With those chosen:
together-hold = Put on hold
together-release = Let go on
together-acknowledge = Note as acknowledged
together-extend = Take more time
together-says-hold = Nothing further is done on the platform for these, until somebody lets them go on. The clocks run on.
together-says-release = The work goes on where it stood.
together-says-acknowledge = Only where you have told the persons already, by other means than letters from here, that their requests came in.
together-says-extend = One reason for all. It is told to each person, so it has to be true of each.
together-none = Nothing was chosen
together-none-text = Go back and choose requests in the list.
together-what = What comes of it
together-letter = A letter is due: { $letter }
together-code = Why is there not enough time?
together-code-missing = Choose why there is not enough time
together-reason = In words
together-reason-missing = Give the reason
together-stale = It has changed since you looked. Nothing was done.
together-done-list = Done
together-back = Back to the list
together-able = { $count ->
    [one] { $count } request, as it would be
   *[other] { $count } requests, as they would be
}
together-unable = { $count ->
    [one] { $count } request for which it is not possible
   *[other] { $count } requests for which it is not possible
}
together-go = { $count ->
    [one] Do it for this request
   *[other] Do it for these { $count } requests
}
together-done = { $count ->
    [0] It was done for none
    [one] It was done for { $count } request
   *[other] It was done for { $count } requests
}
together-refused = { $count ->
    [one] { $count } request was left as it is
   *[other] { $count } requests were left as they are
}
