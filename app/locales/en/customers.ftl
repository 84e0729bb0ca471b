# Subscribers and their lines.

customers-title = Subscribers
customer-active-since = Subscriber since { $date }
customer-add = Add subscriber
customer-address = Address
customer-area = Area
customer-balance = Balance
customer-bill = Bill
customer-credit = Credit
customer-due = Due
customer-email = Email
customer-empty-body = Import the list you already have, or add the first subscriber by hand.
customer-empty-title = No subscribers yet
customer-last-payment = Last payment
customer-line = Line
customer-mobile = Mobile
customer-name = Name
customer-national-id = National ID
customer-number = Subscriber no.
customer-owes-nothing = Nothing to pay
customer-package = Package
customer-paid-until = Paid until
customer-reactivate = Lift suspension
customer-sessions = Sessions
customer-status = Status
customer-suspend = Suspend
customer-suspend-body = { $name } goes offline until the suspension is lifted.
customer-timeline = Timeline
customer-username = Username
customer-password = Line password
customer-profile = Profile
customer-services = Services
customer-starts-on = Starts on
customer-count =
    { $count ->
        [one] { $count } subscriber
       *[other] { $count } subscribers
    }
suspension-abuse = Misuse
suspension-admin = By the office
suspension-hold = On hold (vacation)
suspension-maintenance = Maintenance
suspension-non-payment = Not paid
suspension-request = On request
suspension-time = Time used up
suspension-volume = Data used up
suspension-since = Suspended since { $date }
customer-currency = Currency
customer-expires = Expires
customer-billed-until = Billed until
customer-credit-note = Goes to the next bill
customer-cutoff = Stops if unpaid
customer-due-later = Not overdue yet
customer-filter-clear = Nothing due
customer-filter-due = Has due
customer-filter-import = From one import
customer-filter-money = Money
customer-filter-online = Presence
customer-filter-overdue = Overdue
customer-filter-packages = All packages
customer-mac = MAC address
customer-mac-any = Any device
customer-mobile-known = { $name } ({ $number }) already has this number
customer-needs-package = A subscriber needs a package. Add the first one.
customer-not-billed = Not billed yet
customer-overdue = { $amount } overdue
customer-password-help = The router or PPPoE client uses it; the subscriber signs in with it too.
customer-resume-body = “{ $reason }” no longer holds the line down. It comes back unless another reason holds it.
customer-session-length = Duration
customer-session-over = Ended
customer-sessions-empty-body = Sessions appear here as soon as the line comes online.
customer-sessions-empty-title = No sessions yet
customer-since = since { $time }
customer-static-ip = Static IP
customer-suspend-note-help = What the next colleague should know.
customer-suspend-reason = Reason
customer-username-help = Letters, digits and . _ - @ without spaces.
session-length-days = { $first } d { $second } h
session-length-hours = { $first } h { $second } min
session-length-minutes = { $first } min
timeline-customer-create = Subscriber added
timeline-empty = Nothing has happened yet
timeline-invoice = Invoice { $word }
timeline-other = Changed: { $word }
timeline-payment = Payment { $word } · { $detail }
timeline-service-resume = Suspension lifted: { $detail }
timeline-service-suspend = Line suspended: { $detail }
timeline-session-start = { $word } came online { $detail }
timeline-session-stop = { $word } went offline: { $detail }
timeline-import = Imported from { $word }
timeline-service-expiry = Expiry date changed
timeline-promise-make = Promised to pay
timeline-promise-keep = Promise kept
timeline-promise-break = Promise broken
timeline-promise-withdraw = Promise withdrawn
timeline-customer-exempt = Exempt from reminders and suspension
timeline-customer-exempt-end = Exemption ended
timeline-dunning-task-close = Call or visit made
timeline-message-cancel = Message taken back
timeline-service-change = Package changed
timeline-service-change-cancel = Planned change taken back
timeline-service-hold = Vacation hold noted
timeline-service-hold-begin = Vacation hold began
timeline-service-hold-end = Vacation hold ended
timeline-service-buy-time = Prepaid time bought
timeline-service-renew = Prepaid time renewed itself
timeline-service-expired = Prepaid time over
timeline-service-auto-renew = Renewing by itself switched
timeline-charge-create = Charge added
timeline-charge-drop = Charge dropped
timeline-addon-create = Add-on added
timeline-addon-end = Add-on ended
timeline-discount-create = Discount given
timeline-discount-end = Discount ended
timeline-deposit-return = Deposit returned
timeline-customer-terms = Billing terms changed
timeline-invoice-issue = Bill made by hand
timeline-service-override = Something of its own was given to the line
timeline-service-override-end = Something of its own was ended for the line
timeline-service-move = Moved to another package
customer-parts = Parts of this subscriber

# Many lines at once.
bulk-open = Suspend or resume these
bulk-title = Suspend or resume many
bulk-lead = { $count ->
    [one] The list you came from has { $count } line.
   *[other] The list you came from has { $count } lines.
}
bulk-action = What to do
bulk-action-suspend = Suspend
bulk-action-resume = Resume
bulk-will-suspend = { $count ->
    [one] { $count } line is suspended: { $reason }
   *[other] { $count } lines are suspended: { $reason }
}
bulk-will-resume = { $count ->
    [one] The reason “{ $reason }” is taken away from { $count } line
   *[other] The reason “{ $reason }” is taken away from { $count } lines
}
bulk-more = and { $count } more
bulk-left-out = Left out
bulk-left-already = { $count } suspended for this reason already
bulk-left-not-held = { $count } not suspended for this reason
bulk-left-pending = { $count } not switched on yet
bulk-left-terminated = { $count } terminated
bulk-note-help = Whoever opens one of these subscribers later reads it there.
bulk-start-suspend = { $count ->
    [one] Suspend { $count } line
   *[other] Suspend { $count } lines
}
bulk-start-suspend-body = { $count } lines go down within a minute, for the reason “{ $reason }”. Other reasons stay as they are.
bulk-start-resume = { $count ->
    [one] Resume { $count } line
   *[other] Resume { $count } lines
}
bulk-start-resume-body = The reason “{ $reason }” is taken away from { $count } lines. Those that nothing else holds are up within a minute.
bulk-last = Last jobs
bulk-by = By
bulk-state-waiting = Waiting
bulk-state-running = Running
bulk-state-done = Done
bulk-state-cancelled = Cancelled
bulk-fate = Result
bulk-fate-waiting = Waiting
bulk-fate-done = Done
bulk-fate-left = Left out
bulk-fate-failed = Failed
bulk-why-already = Was suspended for this reason already.
bulk-why-not-held = Was not suspended for this reason any more.
bulk-why-pending = Not switched on yet.
bulk-why-terminated = Terminated meanwhile.
bulk-why-fault = A fault of ours; try again. If it fails again, tell whoever runs the server.
bulk-progress = { $done } of { $total }
bulk-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
bulk-cancel = Cancel
bulk-cancel-body = { $count } lines that were not done yet stay as they are. What is done stays done.
bulk-retry = Try failed ones again
problem-bulk-nobody = There is nobody to do this to. Choose other subscribers in the list, or another reason.
problem-bulk-too-many = { $count } lines are too many for one job; { $most } at most. Narrow the list, for example by package.
problem-bulk-changed = The list has changed meanwhile: it would be { $count } lines now. Look again, then start.
problem-bulk-over = This job is over already.
problem-bulk-nothing-failed = Nothing failed, or the job still runs.
audit-kind-bulk-job = Many lines at once
audit-verb-bulk = many lines changed at once
audit-verb-bulk-cancel = change of many lines cancelled
audit-verb-bulk-retry = failed lines tried again
customer-edit = Change subscriber
customer-filter-zones = All zones
timeline-customer-update = Details changed
place-title = Place on the map
place-latitude = Latitude
place-longitude = Longitude
zone-found = Lies in { $zone }
zone-by-place = By the place on the map
zone-none = No zone
problem-latitude = Write degrees north as 23.8103, at most { $most }. South has a minus.
problem-longitude = Write degrees east as 90.4125, at most { $most }. West has a minus.
problem-zone-no-place = Write latitude and longitude, or choose the zone yourself.
problem-zone-nowhere = No zone is drawn around this place. Choose one yourself.
