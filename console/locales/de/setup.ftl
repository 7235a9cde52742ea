# Was eingerichtet werden kann.
setup-lead = Wer für die Daten einsteht, wer hier arbeitet, was uns aufruft und wem wir berichten.
setup-controllers = Verantwortliche
setup-help-controllers = Die Organisationen, die für die Daten einstehen: Plattform, Umgang, Brieftexte und der Schalter, der die Arbeit anhält.
setup-law = Rechtsstand
setup-help-law = Die Regeln und Kalender, nach denen Fristen berechnet werden, und das Zeichnen für geänderte.
# Was sich einrichten lässt.
setup-officers = Bearbeiter
setup-help-officers = Wer sich anmeldet und was jeder für welchen Verantwortlichen darf.
setup-clients = Programme an der API
setup-help-clients = Programme, die Anfragen einreichen und lesen, jedes mit eigenen Rechten.
setup-subscribers = Abonnenten
setup-help-subscribers = Wem wir melden, was aus Anfragen wird, und was sie bekommen haben.
setup-sources = Quellen
setup-help-sources = Die Ticketsysteme, aus denen Anfragen kommen, und was ihre Felder bedeuten.
