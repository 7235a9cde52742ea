# Die Formulare der Entscheidungen, eines nach dem anderen.
hold-title = Diese Anfrage anhalten
hold-lead = Auf der Plattform geschieht nichts weiter, bis jemand sie fortsetzt. Die Frist läuft weiter.
hold-go = Anhalten
hold-reason = Warum wird sie angehalten?
hold-reason-missing = Sagen Sie, warum die Anfrage angehalten wird
verify-title = Die Identität der Person nachweisen
verify-lead = Sagen Sie, wie Sie sich überzeugt haben, dass die Person fragt, um deren Daten es geht. Dann beginnt die Suche.
verify-go = Die Identität ist nachgewiesen
verify-method = Wie wurde sie nachgewiesen?
verify-method-missing = Wählen Sie, wie die Identität nachgewiesen wurde
verify-note = Was haben Sie sich angesehen?
verify-note-hint = So viel, dass andere es nachvollziehen können, und nicht mehr: keine Nummern oder Kopien von Ausweisen. Es wird versiegelt aufbewahrt.
verify-note-missing = Sagen Sie, was Sie sich angesehen haben
ask-title = Die Person fragen
ask-lead = Wo Schreiben verfasst werden, geht die Frage als Schreiben hinaus. Was sie mit den Terminen macht, sehen Sie vorher.
ask-go = Fragen
ask-kind = Was brauchen Sie?
ask-kind-missing = Wählen Sie, was Sie brauchen
ask-words = Was fragen Sie?
ask-words-missing = Schreiben Sie, was Sie fragen
ask-fee = Wenn Sie um ein Entgelt bitten
ask-amount = Wie viel?
ask-amount-hint = Etwa 15 oder 15,50
ask-amount-missing = Nennen Sie den Betrag, etwa 15 oder 15,50
ask-amount-only-fee = Nur ein Entgelt hat einen Betrag. Lassen Sie ihn leer, oder bitten Sie um ein Entgelt
ask-currency = In welcher Währung?
ask-currency-missing = Wählen Sie die Währung
answer-title = Antwort der Person vermerken
answer-lead = Die Termine verschieben sich, wie das Gesetz es sagt, vom Tag an, an dem die volle Antwort oder das Entgelt eingegangen ist.
answer-go = Antwort vermerken
answer-none = Die Person wird gerade nichts gefragt.
answer-kind = Was wurde beantwortet?
answer-kind-missing = Wählen Sie, was beantwortet wurde
answer-asked = Gefragt am { $day }
answer-when = Wann ging sie ein?
answer-words = Was steht darin?
candidate-title = Gehört dieser Datensatz der Person?
candidate-lead = Was einbezogen wird, wird bearbeitet. Was ausgenommen wird, bleibt, wie es ist, und der Plan sagt es.
candidate-doubt = Warum er zweifelhaft ist
person-shared-by = {" "}(von mehreren geteilt)
choose-choice = Ihre Entscheidung
choose-choice-missing = Wählen Sie, ob es gemeint ist
choose-reason = Warum?
choose-reason-missing = Sagen Sie, warum
choose-go = Entscheidung vermerken
choose-not-reviewing = Das wird entschieden, während die Anfrage geprüft wird. Zurzeit wird sie das nicht.
term-title = Darf nach dieser Angabe gehandelt werden?
term-lead = Die Plattform wird auch nach dem gefragt, was sie unter der Angabe selbst hat, etwa Gespräche und Aufnahmen. Wo andere sie teilen, ist das auch deren.
term-people = Erreicht
term-people-count = { $count ->
    [one] { $count } Person
   *[other] mindestens { $count } Personen
}
anew-title = Neu suchen
anew-lead = Was gefunden wurde, wird vergessen, und auch, was darüber entschieden wurde. Der Verlauf behält, wer was entschieden hatte.
anew-go = Vergessen und neu suchen
anew-reason = Warum wird neu gesucht?
anew-reason-missing = Sagen Sie, warum neu gesucht wird
approve-title = Der Plan
approve-lead = Darum würde die Plattform gebeten, und so weit reicht es. Von der Freigabe an kann es niemand zurückrufen.
approve-right = Worum es geht
approve-own = Sie haben diese Anfrage eingereicht, also ist die Freigabe nicht Ihre: Eine Löschung oder Berichtigung braucht zwei Personen, damit niemand allein Daten ändern oder löschen lassen kann.
approve-no-right = Keine Ihrer Rollen gibt hier Pläne frei.
approve-who = Wer kann: { $names }.
approve-nobody = Noch kann sie hier niemand anders freigeben. Die Verwaltung kann jemanden dazu machen.
approve-on-hold = Die Anfrage ist angehalten. Sie muss erst fortgesetzt werden.
approve-undecided = Vorher ist etwas zu entscheiden: Es steht unten.
approve-contradicted = Die Datensätze der Plattform widersprechen sich. Freigegeben werden kann erst, wenn das dort bereinigt ist.
approve-not-reviewing = So, wie die Anfrage steht, gibt es keinen Plan freizugeben.
approve-sure = Ich habe mir angesehen, was getan würde und wen es erreicht
approve-sure-missing = Bestätigen Sie, dass Sie sich angesehen haben, was getan würde
approve-grave-erasure = Die Plattform löscht { $records ->
    [one] { $records } Datensatz
   *[other] { $records } Datensätze
} und was sie unter { $terms ->
    [one] { $terms } Suchbegriff
   *[other] { $terms } Suchbegriffen
} hat, von { $people ->
    [one] { $people } Person
   *[other] { $people } Personen
}. Niemand kann es zurückholen.
approve-grave-rectification = Die Plattform ändert { $records ->
    [one] { $records } Datensatz
   *[other] { $records } Datensätze
} und was sie unter { $terms ->
    [one] { $terms } Suchbegriff
   *[other] { $terms } Suchbegriffen
} hat, von { $people ->
    [one] { $people } Person
   *[other] { $people } Personen
}. Wie es war, behält sie nicht.
refuse-title = Diese Anfrage ablehnen
refuse-lead = Eine Ablehnung braucht einen Grund, den das Gesetz der Anfrage kennt, und eine Begründung, die die Person nachvollziehen kann. Sie erfährt, wo sie sich beschweren kann.
refuse-go = Die Anfrage ablehnen
refuse-grave = Die Anfrage endet. Wer abgelehnt wird, kann sich beschweren und vor Gericht gehen.
refuse-code = Aus welchem Grund?
refuse-code-hint = Nur solche, die für dieses Recht nach jedem Gesetz dieser Anfrage halten.
refuse-code-missing = Wählen Sie den Grund
refuse-basis = Eine engere Vorschrift, wenn es eine gibt
refuse-basis-hint = Etwa DSGVO Art. 12 Abs. 5 lit. b. Sie bleibt bei den Nachweisen, darf die Person also nicht nennen.
refuse-reason = Warum?
refuse-reason-missing = Geben Sie die Begründung
withdraw-title = Vermerken, dass die Person zurückgenommen hat
withdraw-lead = Die Anfrage endet, und keine Pflicht bleibt. Tun Sie das nur, wenn die Person es gesagt hat.
withdraw-go = Die Anfrage beenden
withdraw-reason = Wie hat die Person das gesagt?
withdraw-reason-missing = Sagen Sie, wie die Person die Anfrage zurückgenommen hat
acknowledge-title = Eingangsbestätigung vermerken
acknowledge-lead = Für eine Bestätigung, die Sie selbst versandt haben. Unsere werden von selbst vermerkt.
acknowledge-go = Vermerken
extend-title = Mehr Zeit nehmen
extend-lead = Das Gesetz erlaubt es einmal, innerhalb der ersten Frist, aus einem Grund, den die Person erfährt. Es zählt, sobald die Mitteilung versandt ist.
extend-go = Mehr Zeit nehmen
extend-allowed = bis { $day }, wenn die Mitteilung heute hinausgeht
extend-code = Aus welchem Grund?
extend-code-missing = Wählen Sie den Grund
extend-reason = Was sagen Sie der Person?
extend-reason-missing = Schreiben Sie, was der Person gesagt wird
extend-until = Neuer letzter Tag
extend-until-hint = Nur wo das Gesetz keine Länge setzt oder weniger Zeit genügt.
announce-title = Mitteilung der Verlängerung vermerken
announce-lead = Für eine Mitteilung, die Sie selbst versandt haben. Nach der ersten Frist versandt, verlängert sie nichts.
announce-go = Vermerken
announce-means = Wie wurde sie versandt?
announce-means-missing = Wählen Sie, wie sie versandt wurde
recompute-title = Termine neu berechnen
recompute-lead = Nach dem Gesetz, dem Kalender und den Vorgaben, die heute gelten. Damit zeichnen Sie für diese eine Anfrage geänderte Regeln. Was vorher berechnet wurde, bleibt zu sehen.
recompute-go = Berechnen und zeichnen
recompute-reason = Warum?
recompute-reason-missing = Sagen Sie, warum neu berechnet wird
abandon-title = Diesen Auftrag aufgeben
abandon-lead = Die Anfrage kann ohne ihn enden, in Teilen erfüllt, und ihre Antwort sagt es. Danach kann er nicht mehr versucht werden.
abandon-code = Die Plattform sagt
abandon-go = Aufgeben
abandon-reason = Warum wird er aufgegeben?
abandon-reason-missing = Sagen Sie, warum der Auftrag aufgegeben wird
hand-over-title = Diese Datei der Person übergeben
hand-over-lead = Sie kann sie von da an auf ihrer Statusseite herunterladen. Was sie heruntergeladen hat, lässt sich nicht zurückholen, und eine Datei kann Daten anderer enthalten: Sehen Sie vorher hinein.
hand-over-then = Mit der letzten Datei der Anfrage schreibt der Dienst die Antwort, in der die Person erfährt, wo ihre Daten liegen, sofern Sie die Schreiben dieses Verantwortlichen nicht selbst verfassen.
hand-over-sure = Ich habe in die Datei gesehen, und nichts darin muss der Person um anderer willen vorenthalten werden
hand-over-sure-missing = Bestätigen Sie, dass Sie in die Datei gesehen haben
hand-over-go = Übergeben
accept-title = Hinnehmen, was bleibt
accept-lead = Nach der Löschung findet die Suche noch etwas. Nehmen Sie das hin, endet die Anfrage in Teilen erfüllt, und ihre Antwort sagt es.
accept-go = Hinnehmen
accept-reason = Warum kann es bleiben?
accept-reason-missing = Sagen Sie, warum es bleiben kann
complete-title = Sagen, was getan wurde
complete-lead = Für Arbeit, die Menschen tun: Das Verlangte ist getan, oder ein Teil ist es nicht, aus einem Grund, den das Gesetz kennt.
complete-narrowed = Die Antwort auf diese Anfrage ist auf Kategorien eingeengt; sie zählt also als in Teilen erfüllt.
complete-go = Es ist getan
complete-outcome = Wie ging es aus?
complete-outcome-missing = Wählen Sie, wie es ausging
complete-note = Was wurde getan?
complete-note-missing = Sagen Sie, was getan wurde
complete-withheld = Wenn ein Teil zurückgehalten wird
complete-code = Aus welchem Grund?
complete-code-hint = Eine Antwort in Teilen ist eine Ablehnung in Teilen und braucht ihren Grund.
complete-code-missing = Wählen Sie den Grund, aus dem ein Teil zurückgehalten wird
complete-what = Was wird zurückgehalten?
complete-what-hint = In einer Zeile.
complete-what-missing = Sagen Sie, was zurückgehalten wird
complete-why = Warum wird es zurückgehalten?
complete-why-missing = Sagen Sie, warum es zurückgehalten wird
appeal-title = Widerspruch vermerken
appeal-lead = Die Person wendet sich gegen den Ausgang der Anfrage. Die Anfrage bleibt geschlossen; der Widerspruch hat seine eigene Frist.
appeal-go = Widerspruch vermerken
appeal-when = Wann ging er ein?
appeal-words = Was die Person schrieb
extend-appeal-title = Vermerken, dass der Widerspruch länger dauert
extend-appeal-lead = Für eine Mitteilung, die Sie innerhalb der ersten Frist versandt haben, wo das Gesetz mehr Zeit kennt. Sie zählt einmal, und es gibt dafür kein Schreiben von uns.
extend-appeal-go = Vermerken
extend-appeal-reason = Warum dauert es länger?
extend-appeal-reason-missing = Sagen Sie, warum es länger dauert
decide-appeal-title = Über den Widerspruch entscheiden
decide-appeal-lead = Ansehen sollte ihn jemand anders als die Person, die abgelehnt hat. Die betroffene Person erfährt Entscheidung und Gründe.
decide-appeal-go = Entscheiden
decide-appeal-none = Kein Widerspruch wartet auf seine Entscheidung.
decide-appeal-received = Eingang
decide-appeal-decision = Was entscheiden Sie?
decide-appeal-decision-missing = Wählen Sie, was Sie entscheiden
decide-appeal-reason = Warum?
decide-appeal-reason-missing = Geben Sie die Gründe
