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
suspension-maintenance = Maintenance
suspension-non-payment = Not paid
suspension-request = On request
suspension-time = Time used up
suspension-volume = Data used up
suspension-since = Suspended since { $date }
