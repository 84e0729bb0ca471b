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
billing-lead = See what would be billed, then write the bills.
billing-next = Next run
billing-going = Billing is running
billing-run-day = Business day
billing-run-of = Billing run of { $date }
billing-run-question = Write these bills?
billing-run-problems = Not billed
billing-run-done-problems = Done, with problems
billing-run-show-invoices = Invoices of this run
billing-not-yet = This day has not come yet. The run can start on that day.
billing-services = Lines to bill
billing-partial = Part of a month
billing-part-of-month = Part of a month
billing-refused = Cannot be billed
billing-periods =
    { $count ->
        [one] { $count } period
       *[other] { $count } periods at once
    }
billing-nothing-due-body = Every line is covered on this day. Choose a later day to look ahead.
billing-never-body = The first run appears here with what it wrote.
billing-why = Why, and what to do
billing-problems-body = The others were billed. Correct these and run the same day again: only what is missing is written.
billing-refusal-other-currency = The package has another currency than your books. Give the line a package in your own currency.
billing-refusal-too-far-behind = More than 36 periods were never billed. Look at the line and set from when it is to be billed.
billing-refusal-out-of-range = The price or a date is out of range. Check the package and the dates of the line.
billing-refusal-refused = The bill could not be written. Run the day again; if it stays, call support.
billing-profiles = Billing rules
billing-profiles-lead = When bills are made, when they are due, and when an unpaid line is cut.
billing-profiles-empty = No billing rules yet
billing-profile-add = Add billing rule
billing-rule = Rule
billing-rule-cuts =
    { $day ->
        [1] Bills on the { $day }st of each month
        [2] Bills on the { $day }nd of each month
        [3] Bills on the { $day }rd of each month
        [21] Bills on the { $day }st of each month
        [22] Bills on the { $day }nd of each month
        [23] Bills on the { $day }rd of each month
       *[other] Bills on the { $day }th of each month
    }, due after { $due ->
        [one] { $due } day
       *[other] { $due } days
    }, cut after { $grace } more.
billing-rule-keeps =
    { $day ->
        [1] Bills on the { $day }st of each month
        [2] Bills on the { $day }nd of each month
        [3] Bills on the { $day }rd of each month
        [21] Bills on the { $day }st of each month
        [22] Bills on the { $day }nd of each month
        [23] Bills on the { $day }rd of each month
       *[other] Bills on the { $day }th of each month
    }, due after { $due ->
        [one] { $due } day
       *[other] { $due } days
    }; a line is never cut by itself.
billing-rule-unclear = Fill in the days as whole numbers to read the rule here.
billing-zone-help = Leave empty for your own zone, { $zone }.
billing-suspend-help = A line that is not paid in time goes to the pay page by itself, and comes back with the payment.
