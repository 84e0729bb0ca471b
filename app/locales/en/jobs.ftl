# Work in the background.

jobs-title = Jobs
job-done =
    { $count ->
        [one] { $count } done
       *[other] { $count } done
    }
job-failed =
    { $count ->
        [one] { $count } failed
       *[other] { $count } failed
    }
job-leave = You can leave this page; the work goes on.
job-progress = Progress
job-started = Started
job-state = State
jobs-empty = No work is waiting.
