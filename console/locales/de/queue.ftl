# Die Liste der Anfragen.
queue-title = Anfragen
queue-lead = Oben steht die Anfrage, deren Tag zuerst kommt.
queue-filters = Liste eingrenzen
queue-status = Status
queue-signal = Hinweise
queue-right = Recht
queue-controller = Verantwortlicher
queue-request = Anfrage
queue-due = Antwort bis
queue-received = Eingang
queue-open = Alle offenen
queue-any-signal = Alle
queue-any-right = Alle
queue-any-controller = Alle
signal-overdue = Überfällig
signal-week = Fällig in 7 Tagen
signal-attention = Mit Fragen
signal-on-hold = Angehalten
queue-show = Anzeigen
queue-clear = Zurücksetzen
queue-caption = Offene Anfragen, die dringendste zuerst
queue-caption-closed = Abgeschlossene Anfragen, die neueste zuerst
queue-none = Nichts wartet
queue-none-text = In Ihrem Bereich gibt es keine offene Anfrage. Neue erscheinen hier, sobald sie eingehen.
queue-none-match = Keine Anfrage passt
queue-none-match-text = Nehmen Sie einen Filter weg, um mehr zu sehen.
queue-questions = { $count ->
    [one] { $count } Frage
   *[other] { $count } Fragen
}
queue-on-hold = Angehalten
