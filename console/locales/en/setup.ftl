# What can be set up.
setup-lead = Who answers for the data, who works here, what calls us, and whom we tell.
setup-controllers = Controllers
setup-help-controllers = The organisations that answer for the data: platform, policy, letter texts, and the switch that stops work.
setup-law = Law packs
setup-help-law = The rules and calendars that dates are computed by, and signing for changed ones.
setup-officers = Officers
setup-help-officers = Who signs in, and what each may do for which controller.
setup-clients = Clients of the API
setup-help-clients = Programs that file and read requests, each with its own rights.
setup-subscribers = Subscribers
setup-help-subscribers = Whom we tell what becomes of requests, and what they were sent.
setup-sources = Sources
setup-help-sources = The ticketing systems that requests come from, and what their fields mean.
