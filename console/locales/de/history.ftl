# Alles, was mit einer Anfrage geschah.
history-title = Verlauf
history-lead = Alles, was mit dieser Anfrage geschah, das Neueste zuerst. Niemand kann es ändern.
history-about = Worüber
history-all = Alles
history-show = Zeigen
history-none = Nichts dergleichen ist geschehen
history-detail = Was festgehalten ist
history-whole = { $count ->
    [one] Der ganze Verlauf: { $count } Eintrag
   *[other] Der ganze Verlauf: { $count } Einträge
}
about-decisions = Entscheidungen
about-dates = Daten und Fristen
about-letters = Schreiben
about-platform = Arbeit auf der Plattform
about-work = Notizen, Aufgaben, Fragen
about-looks = Einsicht im Klartext
about-tickets = Tickets
