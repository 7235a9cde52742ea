# The rules and calendars that dates are computed by.
law-title = Law packs
law-lead = The rules and calendars that every date is computed by. They come with the program; none of them moves a date that runs before somebody signs.
law-in-force = In force
law-edition = Edition
law-hash = Hash (SHA-256)
law-calendars = Edition of the holidays
law-years = Years covered
law-review = What would change
law-review-lead = Compute every clock that runs by the rules, calendars and settings of now, and see which dates would move. That changes nothing.
law-review-go = Work it out
law-nothing = No date would move
law-nothing-text = Every clock that runs has the dates that today's rules and settings give it.
law-moves = { $count ->
    [one] The dates of { $count } request would move.
   *[other] The dates of { $count } requests would move.
}
law-earlier = Earlier
law-later = Later
law-begin = Begin
law-end = Fall away
law-by-law = Clocks by law
law-each = Each clock
law-request = Request
law-duty = Duty
law-from = By now
law-to = Then
law-more = { $count ->
    [one] And { $count } more.
   *[other] And { $count } more.
}
law-at-once = One form moves { $count } requests. Do this again for the others.
law-sign = Sign for the new dates
law-sign-lead = With your name, for exactly these rules. Each request keeps an event with the dates before and after; what was computed before stays on record.
law-reason = Why do the dates move?
law-reason-hint = Such as who looked at the change. Each request keeps it, sealed like its data. Up to 1,000 characters.
law-reason-missing = Say why the dates move
law-done-applied = The dates have moved, signed by you.
law-done-applied-in-part = Some of the dates have moved, signed by you. Work it out again for the others.
law-holidays = Public holidays
law-region = Region
law-year = Year
law-show = Show
law-day = Day
law-holiday = Holiday
law-no-days = No public holiday is known there: only weekends are free.
law-region-known = Known
law-region-country = Only what holds in the whole country is known
law-region-unknown = Not known
law-laws = Laws
law-law = Law
law-where = Where it holds
law-citation = Where it is found
