# Bearbeiter: wer sich anmeldet und was jeder darf.
officers-title = Bearbeiter
officers-lead = Wer sich anmeldet und was jeder für welchen Verantwortlichen darf.
officers-add = Bearbeiter hinzufügen
officers-name = Name
officers-roles = Rollen
officers-no-role = Keine Rolle
officers-both = Reicht ein und gibt frei
officers-standing = Zustand
officers-factor-yes = Eingerichtet
officers-factor-no = Nicht eingerichtet
officers-signed-in = Zuletzt angemeldet
officers-never = Noch nie
officer-standing-active = Kann sich anmelden
officer-standing-invited = Eingeladen
officer-standing-no-second-factor = Zweiter Faktor fehlt
officer-standing-disabled = Gesperrt
officer-about = Angaben
officer-language = Sprache
officer-added = Hinzugefügt
officer-oneself = Das sind Sie. Niemand verwaltet das eigene Konto: Eine andere Person der Verwaltung kann es.
officer-beyond = Diese Person arbeitet auch für einen Verantwortlichen, den Sie nicht verwalten. Ihre Rollen bei Ihren Verantwortlichen können Sie ändern; das Übrige kann, wer die ganze Installation verwaltet.
officer-codes = { $count ->
    [0] kein Wiederherstellungscode übrig
    [one] noch { $count } Wiederherstellungscode
   *[other] noch { $count } Wiederherstellungscodes
}
officer-sessions = { $count ->
    [0] im Moment nirgends angemeldet
    [one] im Moment an { $count } Stelle angemeldet
   *[other] im Moment an { $count } Stellen angemeldet
}
officer-acts = Was sich tun lässt
officer-act-reset-password = Passwort zurücksetzen
officer-act-reset-second-factor = Zweiten Faktor zurücksetzen
officer-act-sign-out = Alle Sitzungen beenden
officer-act-disable = Sperren
officer-act-enable = Wieder zulassen
officer-ask-reset-password = Passwort zurücksetzen?
officer-ask-help-reset-password = Das jetzige Passwort gilt nicht mehr, und alle Sitzungen enden. Sie erhalten einen Link, mit dem ein neues gesetzt wird. Der zweite Faktor bleibt.
officer-ask-reset-second-factor = Zweiten Faktor zurücksetzen?
officer-ask-help-reset-second-factor = Authenticator, Passkeys und Wiederherstellungscodes werden vergessen, und alle Sitzungen enden. Bis ein neuer eingerichtet ist, genügt das Passwort: Vergewissern Sie sich zuerst, dass wirklich diese Person fragt.
officer-ask-sign-out = Alle Sitzungen beenden?
officer-ask-help-sign-out = Die Person ist sofort überall abgemeldet und kann sich wieder anmelden.
officer-ask-disable = Diese Person sperren?
officer-ask-help-disable = Sie kann sich nicht mehr anmelden, alle Sitzungen enden, und eine offene Einladung verfällt. Rollen bleiben, und ebenso alles, was sie getan hat.
officer-ask-enable = Diese Person wieder zulassen?
officer-ask-help-enable = Sie kann sich wie zuvor anmelden, mit denselben Rollen.
officer-say-roles = Die Rollen sind geändert. Das gilt ab der nächsten Seite, die diese Person öffnet.
officer-say-reset-password = Der Link wurde schon gezeigt. Ist er verloren, setzen Sie das Passwort noch einmal zurück.
officer-say-shown = Der Link wurde schon gezeigt. Ist er verloren, setzen Sie das Passwort zurück; dann gibt es einen neuen.
officer-say-reset-second-factor = Der zweite Faktor ist vergessen. Die Person sollte sich jetzt anmelden und einen neuen einrichten.
officer-say-sign-out = Alle Sitzungen sind beendet.
officer-say-disable = Die Person ist gesperrt.
officer-say-enable = Die Person kann sich wieder anmelden.
officer-roles-title = Rollen
officer-roles-of = Was { $name } hier darf
officer-roles-lead = Das gilt ab der nächsten Seite, die diese Person öffnet; wird eine Rolle genommen, enden ihre Sitzungen. Rollen bei anderen Verantwortlichen bleiben, wie sie sind.
officer-roles-legend = Rollen
officer-roles-missing = Wählen Sie mindestens eine Rolle
officer-both-text = { $place }: darf Anfragen einreichen und auch freigeben. Niemand kann eine Löschung oder Berichtigung freigeben, die er selbst eingereicht hat; doch wenn eine Person beides darf, beruht das Vieraugenprinzip allein darauf.
officer-both-ask = Eine Person dürfte einreichen und freigeben. Bestätigen Sie, dass das gewollt ist.
officer-both-hint = Eine Löschung oder Berichtigung, die sie selbst eingereicht hat, kann sie trotzdem nicht freigeben. Wenn möglich, geben Sie die beiden Rollen zwei Personen.
officer-both-yes = Ja, beides an eine Person
officer-add-lead = Die Person erhält einen Link, setzt damit ein Passwort und richtet einen zweiten Faktor ein. Dann kann sie arbeiten.
officer-name-hint = Wie sie bei den Kollegen heißt. Der Name steht im Verlauf bei allem, was sie tut.
officer-name-bad = Ein Name hat 1 bis 120 Zeichen
officer-login-hint = Damit meldet sie sich an.
officer-login-bad = Geben Sie eine E-Mail-Adresse an, etwa ada@example.com
officer-login-taken = Mit dieser Adresse gibt es schon jemanden. Wenn Sie die Person nicht sehen, kann ihr die Verwaltung der ganzen Installation hier eine Rolle geben.
officer-place = Für welchen Verantwortlichen?
officer-place-hint = Rollen für weitere Verantwortliche lassen sich danach hinzufügen.
officer-place-missing = Wählen Sie, für welchen Verantwortlichen
officer-invite = Hinzufügen und einladen
officer-invited = Die Einladung ist bereit
officer-invited-text = Sie gilt einmal, bis { $until } (UTC).
officer-invited-link = Link
officer-invited-bare = Davor gehört die Adresse dieses Dienstes: Der Dienst weiß nicht, wie man ihn erreicht.
officer-invited-give = Geben Sie ihn auf einem Weg weiter, der sonst niemanden erreicht.
officer-invited-then = Damit wird ein Passwort gesetzt und ein zweiter Faktor eingerichtet.
