# Billing rules and runs.

billing-title = Billing
billing-day = Billing day
billing-day-help = Day of the month, 1 to 28.
billing-due-days = Days to pay
billing-due-days-help = Days from the invoice to its due date.
billing-grace-days = Grace days
billing-grace-days-help = Days after the due date before the line is suspended.
billing-history = Runs
billing-never = Billing has not run yet.
billing-nothing-due = Nobody is due for a bill today.
billing-problems =
    { $count ->
        [one] { $count } service could not be billed
       *[other] { $count } services could not be billed
    }
billing-profile = Billing profile
billing-prorated = Part of a month: { $days } of { $total } days
billing-run-again = Running it again changes nothing that is already billed.
billing-run-amount = Billed
billing-run-invoices = Invoices
billing-run-now = Run billing now
billing-run-started = Started
billing-run-finished = Finished
billing-suspend-auto = Suspend by itself
billing-zone = Time zone
billing-lead = What is billed next, what was billed, and the rules for it.
billing-next = Next bills
billing-going = Billing is running
billing-run-day = Business day
billing-run-of = Billing run of { $date }
billing-run-question = Write these bills?
billing-run-problems = Not billed
billing-run-done-problems = Done, with problems
billing-run-show-invoices = Invoices of this run
billing-services = Lines to bill
billing-never-body = The first run appears here with what it wrote.
billing-why = Why, and what to do
billing-problems-body = The others were billed. Correct these and run the same day again: only what is missing is written.
billing-refusal-other-currency = The package has another currency than your books. Give the line a package in your own currency.
billing-refusal-too-far-behind = More than 36 periods were never billed. Look at the line and set from when it is to be billed.
billing-refusal-out-of-range = The price or a date is out of range. Check the package and the dates of the line.
billing-refusal-refused = The bill could not be written. Run the day again; if it stays, call support.
billing-profiles = Billing profiles
billing-profiles-lead = When bills are made, when they are due, and when an unpaid line is cut.
billing-profiles-empty = No billing profile yet
billing-profile-add = Add billing profile
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
billing-kind = When bills are made
billing-kind-monthly = On a fixed day of each month
billing-kind-anniversary = On the day of the month the service began
billing-kind-daily = Never: time is prepaid
billing-kind-free = Never: free of charge
billing-charge-in = A period is billed
billing-charge-in-advance = when it begins
billing-charge-in-arrears = when it is over
billing-time = Not before this time of day
billing-generate = Bills are made
billing-generate-auto = by themselves
billing-generate-manual = only on demand
billing-suspend-time = Cut not before
billing-skip-weekends = Never cut at the weekend
billing-skip-holidays = Never cut on holidays
billing-tolerance = Overdue up to this does not cut
billing-credit-limit = Credit limit
billing-credit-limit-help = Service goes on until more than this is due. Empty: none.
billing-first = A short first period
billing-first-alone = is billed at once
billing-first-with-next = is billed with the next one
billing-suspended = While a line is suspended
billing-suspended-bill = it is billed
billing-suspended-skip = it is not billed
billing-suspended-limit = it is billed for some periods
billing-suspended-periods = Periods billed while suspended
billing-refund = A cheaper package in the middle
billing-refund-credit = gives credit back
billing-refund-none = gives nothing back
billing-fee-up = Fee for a dearer package
billing-fee-down = Fee for a cheaper package
billing-minimum = Least amount of a bill
billing-minimum-help = Less than this waits for the next bill.
billing-minimum-days = Least days of prepaid time
billing-daily-base = A month counts as so many days
billing-daily-base-help = A day of prepaid time costs the monthly price over this.
billing-remaining = Another prepaid package
billing-remaining-converted = takes over what is left
billing-remaining-lost = begins anew, the rest is lost
billing-hold-fee = Fee for a vacation hold
billing-hold-days = Days of hold a year
billing-section-cycle = Bills
billing-section-cut = When a line is cut
billing-section-change = Changes and holds
billing-section-prepaid = Prepaid time
billing-rule-anniversary = Bills on the day of the month the service began, due after { $due } days.
billing-rule-daily = Prepaid by the day: the line stops when its time is over, no bill is made.
billing-rule-free = Free of charge: no bill is ever made.
billing-rule-arrears = Each period is billed when it is over.
billing-profile-customers = Subscribers
billing-profile-replace = Give its subscribers another profile
billing-profile-replace-to = New profile
billing-profile-replace-body = All { $count } subscribers of this profile get the other one. Bills that were issued stay as they are.
billing-profile-delete = Delete this profile
billing-profile-delete-body = Nobody has it. It cannot be brought back.
billing-taxes = Taxes
billing-runs = Runs
billing-run-today = Everything that is due for a bill today is written and shown to the subscribers.
billing-next-on = Next bills on { $date }
billing-next-look = Look at it
billing-next-none = Nothing to bill was rehearsed for the days to come. Every evening the next day is rehearsed by itself; rehearse any other day yourself.
billing-days-billed = Only days with bills
billing-quiet-title = No day with bills yet
billing-quiet-body = Billing ran, and nobody was due.
billing-days-quiet =
    { $count ->
        [one] Show { $count } day without bills
       *[other] Show { $count } days without bills
    }
billing-by-month = Periods end with the month
billing-by-month-help = For monthly bills: each period is a calendar month, the first one only the rest of its month. The billing day then says when the bill is made.
billing-rule-by-month = Each period is a calendar month.
