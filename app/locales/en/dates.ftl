# Names of months and days, and distance in time.

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
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
relative-now = just now
relative-today = today
relative-tomorrow = tomorrow
relative-yesterday = yesterday
relative-minutes-ago =
    { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
relative-minutes-ahead =
    { $count ->
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
relative-hours-ago =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
relative-hours-ahead =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }
relative-days-ago =
    { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
relative-days-ahead =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }
relative-months-ago =
    { $count ->
        [one] { $count } month ago
       *[other] { $count } months ago
    }
relative-months-ahead =
    { $count ->
        [one] in { $count } month
       *[other] in { $count } months
    }
relative-years-ago =
    { $count ->
        [one] { $count } year ago
       *[other] { $count } years ago
    }
relative-years-ahead =
    { $count ->
        [one] in { $count } year
       *[other] in { $count } years
    }
duration-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
duration-months =
    { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
duration-hours-minutes = { $hours } h { $minutes } min
duration-minutes = { $minutes } min
