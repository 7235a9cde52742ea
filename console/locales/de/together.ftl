# Eine Entscheidung über mehrere Anfragen.
together-label = Mit den gewählten:
together-hold = Anhalten
together-release = Weitergehen lassen
together-acknowledge = Als bestätigt vermerken
together-extend = Mehr Zeit nehmen
together-says-hold = Für diese geschieht auf der Plattform nichts, bis jemand sie weitergehen lässt. Die Fristen laufen weiter.
together-says-release = Die Arbeit geht dort weiter, wo sie stand.
together-says-acknowledge = Nur, wenn Sie den Personen schon auf anderem Weg als durch Briefe von hier gesagt haben, dass ihre Anfrage ankam.
together-says-extend = Ein Grund für alle. Er wird jeder Person gesagt, also muss er für jede stimmen.
together-none = Nichts wurde gewählt
together-none-text = Gehen Sie zurück und wählen Sie Anfragen in der Liste.
together-what = Was daraus folgt
together-letter = Ein Brief ist fällig: { $letter }
together-code = Warum reicht die Zeit nicht?
together-code-missing = Wählen Sie, warum die Zeit nicht reicht
together-reason = In Worten
together-reason-missing = Geben Sie den Grund an
together-stale = Sie hat sich geändert, seit Sie sie sahen. Nichts wurde getan.
together-done-list = Getan
together-back = Zurück zur Liste
together-able = { $count ->
    [one] { $count } Anfrage, wie sie dann wäre
   *[other] { $count } Anfragen, wie sie dann wären
}
together-unable = { $count ->
    [one] { $count } Anfrage, bei der es nicht geht
   *[other] { $count } Anfragen, bei denen es nicht geht
}
together-go = { $count ->
    [one] Für diese Anfrage tun
   *[other] Für diese { $count } Anfragen tun
}
together-done = { $count ->
    [0] Es wurde für keine getan
    [one] Es wurde für { $count } Anfrage getan
   *[other] Es wurde für { $count } Anfragen getan
}
together-refused = { $count ->
    [one] { $count } Anfrage blieb, wie sie ist
   *[other] { $count } Anfragen blieben, wie sie sind
}
