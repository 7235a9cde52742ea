# Eine Anfrage.
next-label = Als Nächstes
next-who = Das ist Sache von: { $roles }.
next-closed = Abgeschlossen
next-closed-text = Zu tun ist nur noch, was unten etwa wartet. Die Nachweise bleiben; die personenbezogenen Daten gehen an ihrem Tag.
next-held = Entscheiden, ob es weitergeht
next-held-text = Die Anfrage ist angehalten: Auf der Plattform geschieht nichts weiter. Die Frist läuft weiter.
next-verifying = Sicherstellen, wer fragt
next-verifying-text = Bevor die Identität der Person nachgewiesen ist, durch den versandten Link oder durch Ihr Wort, wird nichts gesucht.
next-resolving = Die Suche läuft
next-resolving-text = Die Plattform wird gefragt, wen die Angaben meinen. Sie können später wiederkommen; von Ihnen wird nichts gebraucht.
next-undecided = Entscheiden, wer gemeint ist
next-undecided-text = Nicht jeder gefundene Datensatz ist sicher diese Person. Beziehen Sie unten jeden ein oder nehmen Sie ihn aus, mit Begründung.
next-contradicted = Die Datensätze der Plattform berichtigen lassen
next-contradicted-text = Sie widersprechen sich darin, wer eine Person ist; so kann nichts freigegeben werden. Ist das dort bereinigt, suchen Sie neu.
next-approve = Den Plan ansehen und freigeben
next-approve-text = Unten steht, was getan würde und wie weit es reicht. Es läuft, sobald es freigegeben ist.
next-approve-other = Freigeben muss jemand anders
next-approve-other-text = Sie haben diese Anfrage eingereicht. Eine Löschung oder Berichtigung braucht eine zweite Person, damit niemand allein Daten ändern oder löschen lassen kann.
next-executing = Die Plattform arbeitet
next-executing-text = Jeder Auftrag wird bis zu seinem Ende verfolgt. Von Ihnen wird nichts gebraucht.
next-answering = Die Antwort wird vorbereitet
next-answering-text = Die Ergebnisse liegen vor. Die Antwort geht hinaus, dann schließt die Anfrage.
questions-title = Was auf Sie wartet
questions-detail = Einzelheiten
questions-since = Seit
question-open = Offen
person-title = Wer gemeint ist
person-identifiers = Was über die Person bekannt ist
person-known = Angabe
person-kind = Art
person-found = Gefunden
person-state = Stand
person-candidates = Gefundene Datensätze
person-record = Datensatz
person-shows = Zeigt
person-found-by = Gefunden durch
person-note = Notiz bei der Einreichung
person-erased = gelöscht
person-erased-text = Die personenbezogenen Daten dieser Anfrage sind gelöscht. Geblieben sind die Nachweise.
person-not-searched = noch nicht gesucht
person-shared = Von mehreren geteilt
person-not-searchable = Nicht suchbar
person-certain = Sicher die Person
person-doubtful = Zweifelhaft
person-ancestor = Durch die Zusammenführung erfasst
person-choose = Entscheiden
picture-title = Was wodurch gefunden wurde
picture-key = ✓ wird bearbeitet, ? ist zu entscheiden, ✕ wird nicht bearbeitet. Eine gestrichelte Linie beginnt bei einer Angabe, die mehrere teilen.
picture-identifiers = Angaben
picture-records = Datensätze
picture-sets = Zusammenführungen
picture-shared = geteilt
picture-record = Datensatz { $letter }, { $kind }, wurde durch { $found } gefunden.
picture-record-in-set = Datensatz { $letter }, { $kind }, wurde durch { $found } gefunden und gehört zu { $set }.
reveal-open = Im Klartext zeigen
reveal-choose = Zweck wählen
reveal-purpose-missing = Wählen Sie, wofür Sie nachsehen
reveal-purpose = Wofür?
reveal-hint = Dass Sie nachgesehen haben und wofür, steht danach im Prüfprotokoll.
reveal-show = Zeigen und festhalten
reveal-clear = Klartext
reveal-noted = Dass Sie das ansehen, steht im Prüfprotokoll.
reveal-mask = Wieder verbergen
purpose-identify = Um festzustellen, wer gemeint ist
purpose-decide = Um über Datensätze zu entscheiden
purpose-contact = Um die Person zu erreichen
purpose-answer = Um die Antwort vorzubereiten
purpose-complaint = Um eine Beschwerde zu bearbeiten
plan-title = Was getan würde
plan-people = Personen, mindestens
plan-records = Datensätze
plan-terms = Suchbegriffe
plan-members = Kontakte zusammengeführt
plan-jobs = Aufträge an die Plattform
plan-no-jobs = Keine: Es würde nichts getan.
plan-undecided = Vorher zu entscheiden
plan-contradicted = Die Datensätze der Plattform widersprechen sich zu einer Zusammenführung. Freigegeben werden kann erst, wenn das dort bereinigt ist.
plan-replacements = Was ersetzt würde
plan-from = von
plan-to = zu
jobs-title = Arbeit auf der Plattform
jobs-done = { $done } erledigt
jobs-of = von { $all }
jobs-subject = Worum
jobs-status = Status
jobs-origin = Warum
jobs-updated = Letzte Änderung
side-label = Termine
dates-title = Auf einen Blick
dates-respond = Antwort bis
dates-statutory = Gesetzlicher Tag
dates-received = Eingang
dates-channel = Kam durch
dates-filed-by = Eingereicht von
clocks-title = Fristen
clocks-none = Es läuft keine Frist.
clock-by = bis
clock-conditional = Niemand muss es tun, und später ist es nicht mehr möglich.
clock-from = nicht vor
clock-not-before = Nicht vor dem Tag
clock-why = Wie dieser Termin zustande kommt
clock-cautious = Vorsichtig
clock-statutory = Gesetzlich
clock-target = Angestrebt
clock-zone = Zeitzone
clock-rule = Regel
offer-status-link = Link zur Statusseite schicken
request-done-filed = Die Anfrage ist erfasst
request-done-status-link = Ein Link zur Statusseite ist unterwegs
request-done-file-handed-over = Die Person kann die Datei auf ihrer Statusseite herunterladen. Schicken Sie ihr einen Link dorthin, wenn sie keinen hat
request-done-file-taken-back = Die Person kann die Datei nicht mehr herunterladen
request-done-noted = Die Notiz kam hinzu
request-done-task-added = Die Aufgabe ist gestellt
request-done-task-done = Die Aufgabe ist erledigt
request-done-assigned = Die Anfrage ist vergeben
request-done-given-back = Niemand hat die Anfrage jetzt
request-done-letter-written = Das Schreiben ist verfasst und geht hinaus
request-done-letter-held = Das Schreiben wird zurückgehalten, bis jemand es absendet
request-done-letter-edited = Das Schreiben hat nun diese Worte. Es wird weiter zurückgehalten
request-done-letter-released = Das Schreiben geht hinaus
request-done-link-sent = Ein neuer Identitätslink geht hinaus
request-done-letter-retried = Das Schreiben wird noch einmal versucht
request-done-letter-resent = Das Schreiben geht an die neue Adresse
request-done-letter-recorded = Das Schreiben ist festgehalten
request-done-address-set = Schreiben gehen von nun an an diese Adresse
person-hits = { $count ->
    [0] nichts gefunden
    [one] { $count } Datensatz
   *[other] { $count } Datensätze
}
person-merge-set = { $count ->
    [one] Zusammenführung { $number }, { $count } Kontakt
   *[other] Zusammenführung { $number }, { $count } Kontakte
}
plan-left-out = { $count ->
    [one] { $count } Sache bleibt ausgenommen
   *[other] { $count } Sachen bleiben ausgenommen
}
clocks-settled = { $count ->
    [one] { $count } Pflicht erledigt
   *[other] { $count } Pflichten erledigt
}
next-question = { $count ->
    [one] Die Frage beantworten
   *[other] Die Fragen beantworten
}
next-question-text = { $count ->
    [one] Die Arbeit wartet auf eine Antwort. Sie steht unten.
   *[other] Die Arbeit wartet auf { $count } Antworten. Sie stehen unten.
}
