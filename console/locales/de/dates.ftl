# Wie Daten und Spannen von Tagen geschrieben werden.
weekday-1 = Mo.
weekday-2 = Di.
weekday-3 = Mi.
weekday-4 = Do.
weekday-5 = Fr.
weekday-6 = Sa.
weekday-7 = So.
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
month-short-1 = Jan.
month-short-2 = Feb.
month-short-3 = März
month-short-4 = Apr.
month-short-5 = Mai
month-short-6 = Juni
month-short-7 = Juli
month-short-8 = Aug.
month-short-9 = Sept.
month-short-10 = Okt.
month-short-11 = Nov.
month-short-12 = Dez.
date-long = { $day }. { $month } { $year }
date-weekday = { $weekday }, { $day }. { $month } { $year }
date-short = { $day }. { $month } { $year }
date-minute = { $day }. { $month } { $year }, { $time } Uhr
days-left = { $days ->
    [0] heute
    [one] noch { $days } Tag
   *[other] noch { $days } Tage
}
days-late = { $days ->
    [one] { $days } Tag zu spät
   *[other] { $days } Tage zu spät
}
