# Quellen: die Ticketsysteme, aus denen Anfragen kommen.
sources-title = Quellen
sources-lead = Ticketsysteme, aus denen Anfragen kommen, und was daraus wartet.
sources-add = Quelle hinzufügen
sources-none = Noch keine Quelle
sources-none-text = Fügen Sie das Ticketsystem hinzu, in dem Menschen nach ihren Daten fragen.
sources-source = Quelle
sources-waiting = Wartet
sources-listed = Liste der Änderungen zuletzt gelesen
sources-triage = { $count ->
    [one] { $count } Ticket für einen Menschen
   *[other] { $count } Tickets für einen Menschen
}
sources-unreadable = { $count ->
    [one] { $count } Aufruf, den niemand lesen kann
   *[other] { $count } Aufrufe, die niemand lesen kann
}
sources-unread = { $count ->
    [one] { $count } Aufruf zu lesen
   *[other] { $count } Aufrufe zu lesen
}
source-health-well = Läuft
source-health-paused = Angehalten
source-health-troubled = API nicht erreichbar
source-health-waits = Wartet auf einen Menschen
source-offer-fields = Aufrufe können die Felder des Tickets enthalten
source-offer-reads = Tickets werden über die API gelesen
source-offer-writes = Tickets zeigen, wo die Anfrage steht
source-offer-lists = Ausgebliebene Aufrufe werden bemerkt
source-kind-title = Welches System?
source-kind-lead = Wählen Sie das Ticketsystem. Jedes beginnt mit dem, was seine Anleitung sagt, und lässt sich gleich ausprobieren.
source-add-title = { $system } hinzufügen
source-add-lead = Die Quelle beginnt angehalten, mit den Feldern ihrer Anleitung als Beispiel. Danach sagen Sie, was Ihre Felder bedeuten, probieren es aus und lassen sie laufen.
source-controller-hint = Ihre Tickets werden zu Anfragen dieses Verantwortlichen.
source-slug = Kurzname
source-slug-hint = Der letzte Teil der Adresse, die das System aufruft: a-z, 0-9 und -.
source-slug-bad = Ein Kurzname hat 1 bis 60 Zeichen aus a-z, 0-9 und -
source-slug-taken = Eine Quelle dieses Namens gibt es schon. Wählen Sie einen anderen.
source-secret-label = Geheimnis
source-secret-hint = Womit das System unterschreibt, wenn es selbst eines gemacht hat. Leer heißt: Eines wird gemacht und einmal gezeigt.
source-regime = Recht
source-regime-hint = Danach wird ein Ticket beantwortet, das nicht sagt, wo die Person ist.
source-region = Region
source-region-hint = Nach ISO 3166, etwa DE oder US-CA. Leer heißt: die des Verantwortlichen.
source-vouches = Wer dort fragt, hat die Identität schon belegt
source-vouches-hint = Nur ankreuzen, wenn alle, die dort fragen, angemeldet sind, und nur für die, die für sich selbst fragen.
source-api = Die API des Systems
source-api-text = Damit lesen wir Tickets und zeigen dort, wo die Anfrage steht. Leer heißt: ohne.
source-api-known = Wir wissen, wer wir dort sind
source-api-unknown = Nicht eingerichtet
source-base = Adresse
source-base-hint = Die Wurzel des Kontos, etwa https://acme.zendesk.com/
source-actor = Unser eigenes Konto dort
source-actor-hint = Seine Kennung, damit nicht für neu gilt, was wir selbst schreiben.
source-user = Benutzer
source-client-id = Client-ID
source-token-path = Wo Token geholt werden
source-token-path-hint = Unterhalb der Adresse, etwa services/oauth2/token
source-credential = Passwort oder Token
source-credential-hint = Wird verschlüsselt gespeichert und nie wieder gezeigt.
source-credential-kept = Leer heißt: Es bleibt, wie es ist.
source-credential-missing = Sagen Sie, wer wir dort sind: Die Adresse ist da, aber nichts zum Anmelden
source-rest-title = Alles Übrige
source-rest = Unterschrift, Optionen und was Tickets zeigen
source-rest-hint = Wie die Anleitung dieses Systems es beschreibt (docs/integrations), in TOML.
source-make = Quelle hinzufügen
source-settings-title = Einstellungen der Quelle
source-settings-lead = Das Geheimnis, das gilt, muss zu der Art passen, wie künftig unterschrieben wird.
source-trouble = Das hält uns von der API ab:
source-waits = Was wartet
source-waits-triage = Tickets für einen Menschen
source-waits-unreadable = Aufrufe, die niemand lesen kann
source-waits-mentioned = Tickets zum Ansehen
source-waits-calls = Aufrufe zum Lesen
source-tickets = Tickets
source-tickets-lead = Was aus jedem wurde und was nicht stimmt, wo ein Mensch hinsehen muss.
source-tickets-none = Von keinem Ticket wurde gehört.
source-ticket = Ticket
source-problems = Was nicht stimmt
source-heard = Zuletzt gehört
source-shows = zeigt
source-has-request = hat eine Anfrage
source-retry = Noch einmal ansehen
source-calls = Aufrufe
source-calls-lead = Was das System gesendet hat, ohne den Inhalt. Gelesenes bleibt zwei Wochen; was niemand lesen konnte, bis ein Mensch es gesehen hat.
source-calls-none = Das System hat nicht aufgerufen.
source-came = Eingegangen
source-call-body = Inhalt
source-bytes = { $count ->
    [one] { $count } Byte
   *[other] { $count } Bytes
}
source-not-vouched = keine Unterschrift bürgt dafür
source-read-again = Noch einmal lesen
source-mapping = Was die Felder bedeuten
source-mapping-go = Ansehen und ausprobieren
source-mapping-version = Das ist Fassung { $version }. Probieren Sie sie mit einem Aufruf aus, bevor Sie eine Änderung behalten.
source-there = Auf der anderen Seite
source-address = Adresse
source-sends = Sendet mit
source-signs = Unterschreibt
source-secret = Geheimnis
source-previous = das vorige gilt bis
source-body = Was es senden soll
source-guide = Jeder Schritt dort ist in docs/integrations beschrieben.
source-rotate = Neues Geheimnis
source-rotate-lead = Das neue Geheimnis gilt sofort und das alte noch eine Weile daneben, damit nichts verloren geht, während Sie es dort ändern.
source-overlap = Wie viele Stunden gilt das alte noch?
source-overlap-hint = Bis zu 2160, das sind 90 Tage.
source-overlap-bad = Geben Sie eine Zahl von Stunden von 0 bis 2160 an
source-running = Das Geheimnis vor dem jetzigen gilt noch, und Platz ist nur für eines: bis
source-running-force = Jetzt beenden
source-secret-title = Tragen Sie das auf der anderen Seite ein
source-secret-text = Die Quelle kann aufgerufen werden.
source-secret-enter = Tragen Sie Adresse und Geheimnis im Ticketsystem ein, wie seine Anleitung es sagt.
source-secret-map = Sagen Sie dann, was die Felder bedeuten, und probieren Sie es mit einem Aufruf aus.
source-secret-resume = Wenn das stimmt, lassen Sie die Quelle laufen.
source-act-pause = Anhalten
source-act-resume = Laufen lassen
source-act-remove = Entfernen
source-ask-pause = Diese Quelle anhalten?
source-ask-help-pause = Ihre Aufrufe werden gespeichert und bleiben ungelesen, bis Sie sie laufen lassen. Nichts geht verloren.
source-ask-resume = Diese Quelle laufen lassen?
source-ask-help-resume = Ihre Aufrufe werden wieder gelesen, zuerst die inzwischen gespeicherten.
source-ask-remove = Diese Quelle endgültig entfernen?
source-ask-help-remove = Ihre Geheimnisse, ihre Aufrufe und alles über ihre Tickets verschwinden. Anfragen, die daraus wurden, bleiben, und ihre Tickets erfahren nichts mehr.
source-remove-waits = { $count ->
    [one] { $count } Aufruf oder Ticket wartet noch und ginge verloren.
   *[other] { $count } Aufrufe und Tickets warten noch und gingen verloren.
}
source-remove-force = Was wartet, verlieren
source-say-added = Die Quelle ist hinzugefügt und angehalten. Sagen Sie, was ihre Felder bedeuten, und lassen Sie sie dann laufen.
source-say-shown = Das Geheimnis wurde schon gezeigt. Ist es verloren, machen Sie ein neues.
source-say-rotate = Das neue Geheimnis gilt.
source-say-changed = Die Einstellungen sind geändert.
source-say-mapped = Die neue Zuordnung gilt ab dem nächsten Aufruf.
source-say-pause = Die Quelle ist angehalten. Ihre Aufrufe werden gespeichert und warten.
source-say-resume = Die Quelle läuft.
source-say-remove = Die Quelle ist entfernt.
source-say-retried = Das Ticket wird noch einmal angesehen.
source-say-read-again = Der Aufruf wird noch einmal gelesen.

# Die Zuordnung.
map-lead = Sagen Sie für jeden Teil einer Anfrage, wo er im Ticket steht. Daneben sehen Sie sofort, was aus einem Aufruf würde.
map-parts = Teile einer Anfrage
map-parts-hint = Eine Stelle ist ein JSON Pointer, etwa /ticket/fields/360012345601.
map-way = Wie er gefunden wird
map-unused = Nicht verwendet
map-at = Wo, eine Stelle je Zeile
map-values = Was deren Werte bedeuten: dort = hier, eines je Zeile
map-required = Ohne ihn sieht ein Mensch das Ticket an
map-region = Land von Nummern ohne Vorwahl: zwei Buchstaben, oder jurisdiction
map-zone = Zeitzone von Zeiten ohne eine, etwa UTC
map-more = Mehr
map-many = Er kann mehrere Werte enthalten
map-split = Was zwischen mehreren Werten steht
map-between = Was zwischen verbundenen Stellen steht
map-otherwise = Was aus anderen Werten wird
map-otherwise-usual = Wie üblich: ein Mensch sieht es an
map-add = Ein weiterer Teil
map-add-go = Hinzufügen
map-accept = Welche Tickets unsere sind
map-accept-hint = All das muss zutreffen. Ohne Angabe ist jedes Ticket unseres.
map-accept-path = An dieser Stelle
map-accept-values = steht eines davon, eines je Zeile
map-save = Diese Zuordnung behalten
map-line-bad = Diese Zeile passt nicht: { $line }. Schreiben Sie dort = hier.
map-try = Ausprobieren
map-body = Inhalt eines Aufrufs
map-body-hint = Fügen Sie einen ein. Er wird ausprobiert und nicht gespeichert, und niemand wird aufgerufen.
map-content-type = Was er zu sein sagt
map-document = Das sind die Felder eines Tickets und kein Aufruf
map-try-go = Ausprobieren
map-preview = Was daraus würde
map-preview-none = Fügen Sie den Inhalt eines Aufrufs ein, um zu sehen, was daraus würde.
map-preview-no-ticket = Der Aufruf handelt von keinem Ticket.
map-preview-first = Berichtigen Sie zuerst die Zuordnung; was nicht stimmt, steht oben.
map-preview-unreadable = Dieser Inhalt lässt sich nicht lesen: { $why }
map-read-back = Das Ticket wird im eigenen System gelesen, bevor etwas geschieht. Wenn dort dasselbe steht:
map-all-the-same = Daraus wird trotzdem eine Anfrage.
map-subject = Person: { $kind }
map-requester = Wer schrieb: { $kind }
map-existing = Zu berichtigen, falsch: { $kind }
map-updated = Zu berichtigen, richtig: { $kind }
map-correction = Berichtigung: { $kind }
