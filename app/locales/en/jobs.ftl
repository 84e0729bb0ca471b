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
job-task = Work
job-attempts = Tries
job-problem = What went wrong
platform-lead = Every company on this installation
platform-short-name = Short name
platform-empty-title = No ISP yet
platform-empty-body = An ISP appears here as soon as it is founded.
platform-jobs-idle = The queue is empty. Work shows here while it waits, runs or has failed.
job-name-expenses-recurring = Recurring expenses
job-count-written = { $count } written
