# The first page of the office.

dashboard-title = Dashboard
dashboard-needs-you = What needs you today
dashboard-due-today = Due today
dashboard-collected-today = Collected today
dashboard-online-now = Online now
dashboard-suspended = Suspended
dashboard-overdue = Overdue
dashboard-active-subscribers = Active subscribers
dashboard-last-run = Last billing run
dashboard-last-run-none = No billing run yet
dashboard-invoices-count =
    { $count ->
        [one] { $count } invoice
       *[other] { $count } invoices
    }
dashboard-payments-count =
    { $count ->
        [one] { $count } payment
       *[other] { $count } payments
    }
dashboard-lines-count =
    { $count ->
        [one] { $count } line
       *[other] { $count } lines
    }
dashboard-nothing = Nothing is waiting for you.
dashboard-start-title = Start with the subscribers you have
dashboard-start-body = Import your list from a spreadsheet or your router; billing follows from it.
dashboard-how-it-goes = How it goes
dashboard-waiting = Waiting to be billed
dashboard-waiting-note = lines without a bill for these days
dashboard-waiting-none = everybody has a bill
dashboard-expired = Expired
dashboard-of-lines =
    { $count ->
        [one] of { $count } line
       *[other] of { $count } lines
    }
dashboard-collected = Collected
dashboard-collected-by-day = Collected in the last 30 days
dashboard-nobody-title = No subscribers yet
dashboard-nobody-body = Those you add, and those your provider hands to you, appear here.
dashboard-no-cards-title = No cards yet
dashboard-no-cards-body = Cards that your provider hands to you appear here, with what you sold and what you owe.
dashboard-no-rights-title = Nothing to do here yet
dashboard-no-rights-body = Ask whoever runs this office to give you rights.
dashboard-to-collect = Whom to ask for money
dashboard-due-since = due { $when }
dashboard-call = Call { $name }
dashboard-take-from = Take a payment from { $name }
dashboard-refused = Not let in during the last hour
dashboard-refused-none = Everybody who asked came in.
dashboard-times =
    { $count ->
        [one] once
       *[other] { $count } times
    }
dashboard-server-heard = Heard
dashboard-server-silent = Look here
dashboard-server-waiting = Never heard
dashboard-online-count = { $count } online
dashboard-desk-note = in your drawer
dashboard-desk-to-count =
    { $count ->
        [one] { $count } hand-over waits for your count
       *[other] { $count } hand-overs wait for your count
    }

first-steps-title = First steps
first-steps-lead = Each ticks itself as soon as it is there. Leave out what you do not need.
first-steps-progress = { $percent } % done
first-steps-hide = Hide the list
first-steps-back = Show the first steps again
first-step-done = Done
first-step-skip = Leave out
first-step-second-factor = Second factor for every administrator
first-step-second-factor-why = A stolen password alone opens nothing then.
first-step-second-factor-do = Set it up
first-step-company = Your company on paper
first-step-company-why = Name, address and logo stand on every bill.
first-step-company-do = Fill it in
first-step-billing-profile = A billing profile
first-step-billing-profile-why = Says when bills are made and when they are due.
first-step-billing-profile-do = Look at it
first-step-package = Packages with their prices
first-step-package-why = What subscribers buy.
first-step-package-do = Add a package
first-step-router = A router
first-step-router-why = Your access servers ask Lastmile who may come in.
first-step-router-do = Add a router
first-step-router-speaks = The router speaks to us
first-step-router-speaks-why = We have heard it: its address and secret are right.
first-step-router-speaks-do = Look at the routers
first-step-customers = Subscribers
first-step-customers-why = Import your list, or add the first one.
first-step-customers-do = Import a list
first-step-first-bill = The first bill
first-step-first-bill-why = Made by the nightly run, or by you now.
first-step-first-bill-do = Go to billing
first-step-first-payment = The first payment
first-step-first-payment-why = Take one at the counter.
first-step-first-payment-do = Take a payment
first-step-second-admin = A second administrator
first-step-second-admin-why = Who comes in when the first one cannot.
first-step-second-admin-do = Go to people
