# The rehearsal of a billing run.

billing-refusal-changed = It comes to another amount than was approved. Look at the rehearsal of the next day.
rehearsal-again = Compute anew
rehearsal-approve = Approve
rehearsal-approve-words = { $count } invoices over { $amount } are issued with the date of this run.
rehearsal-approved = Approved
rehearsal-before = Last month
rehearsal-build = Rehearse
rehearsal-building = Being computed
rehearsal-built = Computed
rehearsal-decided = Decided by { $by }.
rehearsal-difference = Difference
rehearsal-held = Held
rehearsal-held-words = { $by }: { $reason }
rehearsal-hold = Hold this subscriber
rehearsal-hold-words = He is left out of every run until somebody lets him in again. His days come with the first run after.
rehearsal-mark-down = Much less
rehearsal-mark-duplicate = Twice
rehearsal-mark-gone = Not any more
rehearsal-mark-held = Held
rehearsal-mark-new = New
rehearsal-mark-no-package = Package not sold
rehearsal-mark-partial = Part of a period
rehearsal-mark-refused = Cannot be billed
rehearsal-mark-stale = Changed since
rehearsal-mark-up = Much more
rehearsal-mark-zero = Nothing to pay
rehearsal-marks = Look at
rehearsal-no-lines = No lines
rehearsal-no-lines-body = Nothing is billed here.
rehearsal-not-required = Runs issue without approval. Looking costs nothing.
rehearsal-nothing-body = No service matches here. Take a filter off or choose another day.
rehearsal-now = This run
rehearsal-open = To be looked at
rehearsal-reject = Reject
rehearsal-reject-words = Nothing of this run is billed. The rehearsal of the next day holds it again.
rehearsal-rejected = Rejected
rehearsal-release = Let him in again
rehearsal-search = Search name, number, username or package…
rehearsal-stale =
    { $count ->
        [one] { $count } row has changed since. Compute it anew before you approve.
       *[other] { $count } rows have changed since. Compute it anew before you approve.
    }
rehearsal-title = Rehearsal of { $date }
rehearsal-waits = Nothing is billed until somebody approves it.
rehearsal-waits-days =
    { $days ->
        [0] It issues by itself on its day.
        [one] It issues by itself { $days } day after its day.
       *[other] It issues by itself { $days } days after its day.
    }
rehearsals-empty = Nothing was rehearsed yet
rehearsals-empty-body = Choose a day above. Nothing is written into the books by looking.
rehearsals-lead = What a run would bill, beside last month, before it does.
rehearsals-title = Rehearsals

job-count-charged = { $count } charged
job-count-confirmed = { $count } approved
job-count-failed = { $count } failed
job-count-rehearsed = { $count } services
job-count-waiting = { $count } waiting for approval
job-name-billing-auto-confirm = Approve rehearsals whose days are over
job-name-billing-late-fee = Late fees
job-name-billing-preview-build = Rehearse the next run

problem-rehearsal-approved = This day was approved already. It stays as it was approved.
problem-rehearsal-changed = Something has changed since. It was computed anew: look at it and approve it again.
problem-rehearsal-decided = Somebody decided this rehearsal already.
problem-rehearsal-far = Choose a day at most { $most } days ahead.
problem-rehearsal-needed = This run must be approved first. Open its rehearsal.
rehearsal-nothing-due = Nothing due
rehearsal-back = Rehearsal
rehearsal-day-help = The next day that brings bills, or any other ahead.
