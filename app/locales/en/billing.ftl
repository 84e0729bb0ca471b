# Billing rules and runs.

billing-title = Billing run
billing-day = Billing day
billing-day-help = Day of the month, 1 to 28.
billing-due-days = Days to pay
billing-due-days-help = Days from the invoice to its due date.
billing-grace-days = Grace days
billing-grace-days-help = Days after the due date before the line is suspended.
billing-history = Earlier runs
billing-never = Billing has not run yet.
billing-nothing-due = Nobody is due for a bill today.
billing-preview = Preview
billing-preview-body = This is what a run on { $date } would write. Nothing is written yet.
billing-problems =
    { $count ->
        [one] { $count } service could not be billed
       *[other] { $count } services could not be billed
    }
billing-profile = Billing profile
billing-prorated = Part of a month: { $days } of { $total } days
billing-run-again = Running it again changes nothing that is already billed.
billing-run-amount = Billed
billing-run-done =
    { $count ->
        [one] { $count } invoice written, { $amount } in all
       *[other] { $count } invoices written, { $amount } in all
    }
billing-run-invoices = Invoices
billing-run-now = Run billing now
billing-run-progress = Billing is running: { $done } of { $total }
billing-run-started = Started
billing-run-finished = Finished
billing-run-confirm =
    { $count ->
        [one] { $count } invoice over { $amount } will be written and shown to the subscriber.
       *[other] { $count } invoices over { $amount } will be written and shown to the subscribers.
    }
billing-suspend-auto = Suspend by itself
billing-zone = Time zone
