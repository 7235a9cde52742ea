# Officers: who signs in, and what each may do.
officers-title = Officers
officers-lead = Who signs in, and what each may do for which controller.
officers-add = Add an officer
officers-name = Name
officers-roles = Roles
officers-no-role = No role
officers-both = Files and approves
officers-standing = State
officers-factor-yes = Set up
officers-factor-no = Not set up
officers-signed-in = Last signed in
officers-never = Never
officer-standing-active = Can sign in
officer-standing-invited = Invited
officer-standing-no-second-factor = Second factor missing
officer-standing-disabled = Disabled
officer-about = About
officer-language = Language
officer-added = Added
officer-oneself = This is you. Nobody manages their own account: another administrator can.
officer-beyond = This officer also works for a controller that is not yours to manage. You can change their roles at yours; the rest is for whoever manages the whole installation.
officer-codes = { $count ->
    [0] no recovery code left
    [one] { $count } recovery code left
   *[other] { $count } recovery codes left
}
officer-sessions = { $count ->
    [0] signed in nowhere now
    [one] signed in at { $count } place now
   *[other] signed in at { $count } places now
}
officer-acts = What can be done
officer-act-reset-password = Reset the password
officer-act-reset-second-factor = Reset the second factor
officer-act-sign-out = End all sessions
officer-act-disable = Disable
officer-act-enable = Enable again
officer-ask-reset-password = Reset the password?
officer-ask-help-reset-password = The present password counts no more and every session ends. You get a link by which they set another. The second factor stays.
officer-ask-reset-second-factor = Reset the second factor?
officer-ask-help-reset-second-factor = Authenticator, passkeys and recovery codes are forgotten and every session ends. Until they have enrolled another, the password alone lets them in: make sure first that it is really them who ask.
officer-ask-sign-out = End all sessions?
officer-ask-help-sign-out = They are signed out everywhere at once, and can sign in again.
officer-ask-disable = Disable this officer?
officer-ask-help-disable = They can sign in no more, every session ends, and an open invitation is void. Roles stay, and so does everything they did.
officer-ask-enable = Enable this officer again?
officer-ask-help-enable = They can sign in as before, with the same roles.
officer-say-roles = The roles have changed. It counts from their next page on.
officer-say-reset-password = The link was shown already. If it is lost, reset the password once more.
officer-say-shown = The link was shown already. If it is lost, reset the password for another.
officer-say-reset-second-factor = The second factor is forgotten. Have them sign in now and enrol another.
officer-say-sign-out = All sessions have ended.
officer-say-disable = The officer is disabled.
officer-say-enable = The officer can sign in again.
officer-roles-title = Roles
officer-roles-of = What { $name } may do here
officer-roles-lead = It counts from their next page on; where a role is taken, their sessions end. Roles for other controllers stay as they are.
officer-roles-legend = Roles
officer-roles-missing = Choose at least one role
officer-both-text = { $place }: may file requests as well as approve them. Nobody can approve an erasure or a rectification that they filed themselves, but with one person for both the rule of two rests on that alone.
officer-both-ask = One person would both file and approve. Confirm that this is meant.
officer-both-hint = They still cannot approve an erasure or a rectification that they filed themselves. Where you can, give the two roles to two people.
officer-both-yes = Yes, give both to one person
officer-add-lead = They get a link, set a password with it, and enrol a second factor. Then they are in.
officer-name-hint = As colleagues know them. It stands in the history of what they do.
officer-name-bad = A name has 1 to 120 characters
officer-login-hint = They sign in with it.
officer-login-bad = Enter one e-mail address, such as ada@example.com
officer-login-taken = An officer has this address already. If you cannot see them, whoever manages the whole installation can give them a role here.
officer-place = For which controller?
officer-place-hint = Roles for further controllers can be added afterwards.
officer-place-missing = Choose for which controller
officer-invite = Add and invite
officer-invited = The invitation is ready
officer-invited-text = It can be used once, until { $until } (UTC).
officer-invited-link = Link
officer-invited-bare = Put the address of this service before it: the service does not know how people reach it.
officer-invited-give = Give it to them in a way that reaches nobody else.
officer-invited-then = They set a password and enrol a second factor.
