# Die Regeln und Kalender, nach denen Fristen berechnet werden.
law-title = Rechtsstand
law-lead = Die Regeln und Kalender, nach denen jedes Datum berechnet wird. Sie kommen mit dem Programm; keine bewegt eine laufende Frist, bevor jemand dafür zeichnet.
law-in-force = In Kraft
law-edition = Ausgabe
law-hash = Hash (SHA-256)
law-calendars = Ausgabe der Feiertage
law-years = Jahre
law-review = Was sich ändern würde
law-review-lead = Jede laufende Frist nach den Regeln, Kalendern und Einstellungen von jetzt berechnen und sehen, welche Daten sich bewegen würden. Das ändert nichts.
law-review-go = Berechnen
law-nothing = Kein Datum würde sich bewegen
law-nothing-text = Jede laufende Frist hat die Daten, die heutige Regeln und Einstellungen ergeben.
law-moves = { $count ->
    [one] Die Fristen von { $count } Anfrage würden sich bewegen.
   *[other] Die Fristen von { $count } Anfragen würden sich bewegen.
}
law-earlier = Früher
law-later = Später
law-begin = Beginnen
law-end = Fallen weg
law-by-law = Fristen nach Gesetz
law-each = Jede Frist
law-request = Anfrage
law-duty = Pflicht
law-from = Bisher
law-to = Dann
law-more = { $count ->
    [one] Und { $count } weitere.
   *[other] Und { $count } weitere.
}
law-at-once = Ein Formular bewegt { $count } Anfragen. Wiederholen Sie es für die übrigen.
law-sign = Für die neuen Daten zeichnen
law-sign-lead = Mit Ihrem Namen, für genau diese Regeln. Jede Anfrage behält ein Ereignis mit den Daten davor und danach; was zuvor berechnet war, bleibt verzeichnet.
law-reason = Warum bewegen sich die Fristen?
law-reason-hint = Etwa, wer die Änderung geprüft hat. Jede Anfrage behält es, versiegelt wie ihre Daten. Bis zu 1.000 Zeichen.
law-reason-missing = Sagen Sie, warum sich die Fristen bewegen
law-done-applied = Die Fristen haben sich bewegt, von Ihnen gezeichnet.
law-done-applied-in-part = Ein Teil der Fristen hat sich bewegt, von Ihnen gezeichnet. Berechnen Sie es für die übrigen noch einmal.
law-holidays = Gesetzliche Feiertage
law-region = Region
law-year = Jahr
law-show = Zeigen
law-day = Tag
law-holiday = Feiertag
law-no-days = Dort ist kein gesetzlicher Feiertag bekannt: Nur Wochenenden sind frei.
law-region-known = Bekannt
law-region-country = Nur bekannt, was im ganzen Land gilt
law-region-unknown = Nicht bekannt
law-laws = Gesetze
law-law = Gesetz
law-where = Wo es gilt
law-citation = Fundstelle
