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
jobs-lead = What runs by itself, when, and how it went
jobs-schedule = Schedule
jobs-queue = Queue
jobs-dead-title = Nothing runs by itself at the moment
jobs-dead-body = No server has looked for work for a minute. Nothing is billed, reminded or suspended until one does.
jobs-late = Late: { $jobs }
jobs-look = Look at the board
jobs-last-beat = A server last looked for work on { $time }
job-last = Last run
job-next = Next run
job-result = Result
job-history = Runs
job-hourly = Every hour
job-every =
    { $count ->
        [one] Every minute
       *[other] Every { $count } minutes
    }
job-daily-at = Daily at { $time }
job-took =
    { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }
job-behind = { $count } days to catch up
job-nothing-to-do = Nothing to do
job-paused-by = Paused by { $name }
job-paused-words = { $name } paused it on { $time }: { $reason }
job-asked-by = Asked for by { $name }
job-retry-at = Tried again on { $time }
job-retry-now = Try what failed now
job-run-now = Run now
job-run-now-body = It begins within seconds. Work that was done is not done twice.
job-asked = It begins in a moment.
job-for-day = For the business day
job-business-day = Business day
job-hold = Pause
job-pause = Pause this job
job-pause-reason = Reason
job-pause-help = Others read it here and in the audit log.
job-pause-body = It does not run until somebody lets it go on. Everybody with the right is reminded of it.
job-resume = Let it go on
job-resume-body = What it missed is caught up day by day.
job-new-body = It runs at its time, or now if you ask for it.
job-dismiss = Dismiss
job-dismiss-body = This work is taken out of the queue and not done.
job-run-skipped = Given up
job-state-paused = Paused
job-state-running = Running
job-state-failed = Failed
job-state-late = Late
job-state-fine = Fine
job-state-new = Has not run yet
job-name-billing-generate-cycle = Making bills
job-name-billing-suspend-overdue = Suspending unpaid lines
job-name-billing-run = Billing run asked for
job-name-import-run = Import
job-name-import-undo = Import taken back
job-name-notify-before-due = Reminders before the due date
job-name-notify-due = Reminders from the due date on
job-name-radius-close-stale-sessions = Closing silent sessions
job-name-ledger-verify = Checking the books
job-count-invoices =
    { $count ->
        [one] 1 bill
       *[other] { $count } bills
    }
job-count-problems =
    { $count ->
        [one] 1 problem
       *[other] { $count } problems
    }
job-count-suspended =
    { $count ->
        [one] 1 line suspended
       *[other] { $count } lines suspended
    }
job-count-held = { $count } held by the emergency brake
job-count-promises-kept = { $count } promises kept
job-count-promises-broken = { $count } promises broken
job-count-messages =
    { $count ->
        [one] 1 message
       *[other] { $count } messages
    }
job-count-tasks = { $count } calls and visits
job-count-closed = { $count } sessions closed
job-count-entries = { $count } entries agree
job-count-skipped = { $count } days given up: they lie too far back
job-name-billing-generate-today = Make bills of today at their time
job-name-billing-apply-advance = Apply what subscribers paid ahead
job-name-service-expire-due = Stop or renew prepaid lines
job-count-customers = { $count } subscribers
job-count-renewed = { $count } renewed
job-count-expired = { $count } expired
job-count-holds-begun = { $count } holds begun
job-count-holds-ended = { $count } holds ended
job-count-packages-changed = { $count } packages changed
job-count-begun = { $count } begun
job-count-ended = { $count } ended
job-count-freed = { $count } lines let go
job-name-expenses-recurring = Recurring expenses
job-count-written = { $count } written
job-name-service-revert-temporary = Ending what was for a while
job-count-lines-held = { $count } lines held at their limit
job-name-documents-expire = Removing old exports
job-count-exports = { $count } exports removed
job-name-documents-batch = Invoices as PDF
job-name-router-provision = Setting up a router
job-name-router-move = Moving a router to RADIUS
job-name-router-rollout = Deploying to many routers
job-name-radius-enforce = Disconnect lines that ended
job-count-orders =
    { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
job-name-radius-archive-accounting = Laying old sessions apart
job-name-db-retention = Forgetting old sign-in attempts
job-name-api-upkeep = Programs: keys that end soon, old answers
job-name-radius-accounting-rollup = Fair use and data limits
job-name-monitoring-aggregate = Adding up months of use
job-name-monitoring-cleanup = Thinning out old use
job-count-looked = { $count } lines looked at
job-count-bought = { $count } bought by themselves
job-count-months = { $count } months
job-count-hours = { $count } hours rolled up
job-count-old-hours = { $count } old hours removed
job-count-old-days = { $count } old days removed
job-count-attempts = { $count } old sign-in attempts removed
job-count-answers = { $count } old answers to programs removed
job-count-moved = { $count } sessions laid apart
job-count-forgotten = { $count } old sessions removed
job-name-router-backup = Backups of the routers
job-count-backups =
    { $count ->
        [one] { $count } backup
       *[other] { $count } backups
    }
job-count-old-rows = { $count } old entries removed
job-name-network-reconcile = Comparing lines with what their routers should hold
job-count-changes = { $count ->
    [one] { $count } object changed
   *[other] { $count } objects changed
}
job-name-network-drift-audit = Comparing routers with what they should hold
job-count-routers = { $count ->
    [one] { $count } router compared
   *[other] { $count } routers compared
}
job-count-odd = { $count } not as it should be
job-count-silent = { $count } did not answer
