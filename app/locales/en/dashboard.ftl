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
