# How dates and spans of days are written.
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
date-long = { $day } { $month } { $year }
date-weekday = { $weekday } { $day } { $month } { $year }
date-short = { $day } { $month } { $year }
date-minute = { $day } { $month } { $year }, { $time }
days-left = { $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}
days-late = { $days ->
    [one] { $days } day late
   *[other] { $days } days late
}
