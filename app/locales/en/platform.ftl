# The platform above the providers: tenants, plans, slots, suspension.

menu-tenants = Tenants
menu-plans = Plans
menu-slots = Slots
menu-platform-log = Log
menu-group-platform = Platform

platform-home = The platform today
platform-subscribers = Subscribers
platform-requests = Requests
platform-jobs-failed = Failed jobs
platform-suspended-count =
    { $count ->
        [0] none suspended
       *[other] { $count } suspended
    }
platform-late-count =
    { $count ->
        [0] the schedule is in time
        [one] one scheduled job is late or failed
       *[other] { $count } scheduled jobs are late or failed
    }
platform-search = Search by name
platform-near = Near their limit
platform-near-lead = From four fifths on. What runs goes on running; new ones are refused at the limit.
platform-held = Suspended
platform-log-lead = What was done to tenants, ISPs, plans and slots, by whom.

common-reason = Reason
danger-title = With care

limit-isps = ISPs
limit-users = People who work there
limit-users-help = Active accounts of all its ISPs together, without subscribers.
limit-customers = Customers
limit-customers-help = Of all its ISPs together. Empty: without a limit.
limit-routers = Routers
limit-of = { $have } of { $most }
limit-warn = { $percent }% used: soon there is no room for more.
limit-full = Used up: nothing new can be added. What runs goes on running.

tenant-one = Tenant
tenant-lead = Groups of ISPs, each under one super admin.
tenant-add = Add a tenant
tenant-add-lead = A tenant and its super admin are made together.
tenant-empty = No tenant yet
tenant-empty-body = Add the first one. Its super admin then founds ISPs in his slots.
tenant-show-deleted = Show deleted ones
tenant-hide-deleted = Hide deleted ones
tenant-subdomain = Subdomain
tenant-subdomain-help = Stands before the platform's own address, such as delta for delta.platform.example.
tenant-domain = Own domain
tenant-domain-help = Where its super admin signs in, such as admin.delta.example.
tenant-head-lead = The password is made for him and shown to you once. He chooses his own when he signs in first.
tenant-heads = Super admins
tenant-deleted = Deleted
tenant-kept-until = Deleted. Its data is kept until { $date }; until then it can be brought back as it was.
tenant-suspended-since = Suspended since { $date }
tenant-suspend = Suspend the tenant
tenant-suspend-words = Its people still read everything and change nothing. Lines of subscribers keep running. Lifting it restores exactly what was before.
tenant-lift = Lift the suspension
tenant-lift-words = Its people can work again. What was suspended by itself stays suspended.
tenant-delete = Delete the tenant
tenant-delete-words = All of its people are signed out, and its addresses answer nobody. Its data is kept for 90 days.
tenant-restore = Bring it back
tenant-restore-words = Everything is again as it was when it was deleted.
head-password = New password
head-password-words = His password of now is worth nothing from then on, and all his devices are signed out. The new one is shown to you once.
suspend-reason-help = Its people read this reason above every page.
platform-first-password = Pass this password on now
first-password-words = { $login } signs in with it once and then chooses his own. It is shown to you for half an hour.

plan-name = Plan
plan-none = Without limits
plan-help = What the tenant may have in all.
plan-use = How much is used
plan-yours = Your plan
plan-lead = What tenants may have. A limit stops what is new; it never touches a line that runs.
plan-add = Add a plan
plan-empty = No plan yet
plan-empty-body = Without plans tenants have no limits but their slots.
plan-form-lead = An empty limit is none.
plan-archived = No longer offered
plan-archived-help = Who has it keeps it.
plan-ask = Ask for more
plan-ask-lead = The platform answers here.
plan-ask-what = More of what
plan-ask-words = What do you need
plan-ask-words-help = How many, and from when.
plan-asked = Your request is on its way. The answer appears here.
plan-answer = Answer
plan-answer-send = Answer

slots-title = Slots
slots-lead = Each ISP that is not terminated takes one slot.
slots-help = How many ISPs it may have. An ISP takes one until it is terminated.
slots-have = { $used } of { $slots } are taken.
slots-what = What
slots-count = How many
slots-change = Change
slots-assign = Give
slots-free = Take back
slots-transfer = Move to another tenant
slots-to = To
slots-by-plan = By the plan
slots-history = Every change of slots
slots-history-empty = Nothing changed yet
slots-none-title = No slot is free
slots-none-body = Every ISP takes one. Ask the platform for more, or terminate an ISP that is not needed.
slots-free-of =
    { $count ->
        [one] { $name }: one slot free
       *[other] { $name }: { $count } slots free
    }

isp-add = Add an ISP
isp-add-lead = It is ready to bill from its first minute: books and a billing profile come with it.
isp-native-name = Name in Bengali
isp-short-name-help = Small letters, figures and dashes. It cannot be changed later.
isp-host = Address
isp-host-help = The host name where it answers, such as padma.example. Point its DNS here first.
isp-hosts = Addresses
isp-hosts-help = One a line. The old ones answer nobody from then on.
isp-currency = Currency
isp-first-admin = First administrator
isp-admins = Administrators
isp-suspend = Suspend the ISP
isp-suspended-with-tenant = Suspended with its tenant
isp-suspended-since-tenant = Its tenant is suspended since { $date }
isp-suspended-with-tenant-words = It is suspended with its tenant, and free again when that is lifted.
isp-terminate = Terminate the ISP
isp-terminate-words = Its people are signed out for good, its address answers nobody, its lines are not served any more, and its slot is free. What it has stays stored. This cannot be taken back.

suspended-title = This provider is suspended
suspended-words = Since { $date } everything can be read and nothing changed. Lines of subscribers keep running.
suspended-by-platform = Whoever runs this group of providers settles it with the platform.
suspended-by-tenant = Settle it with whoever runs this group of providers.
error-read-only = This provider is suspended, so nothing can be changed. The note above says what to do.

platform-did-tenant-create = Tenant added
platform-did-tenant-update = Tenant changed
platform-did-tenant-suspend = Tenant suspended
platform-did-tenant-lift = Suspension lifted
platform-did-tenant-delete = Tenant deleted
platform-did-tenant-restore = Tenant brought back
platform-did-head-password = New password for a super admin
platform-did-isp-create = ISP added
platform-did-isp-update = ISP changed
platform-did-isp-suspend = ISP suspended
platform-did-isp-lift = Suspension lifted
platform-did-isp-terminate = ISP terminated
platform-did-plan-create = Plan added
platform-did-plan-update = Plan changed
platform-did-plan-ask = Asked for more
platform-did-plan-answer = Request answered
platform-did-slots-change = Slots changed

problem-short-name = Use 2 to 31 small letters, figures and dashes, beginning with a letter.
problem-host = “{ $value }” is not a host name. Write it as padma.example, without http.
problem-hosts = Write 1 to 20 host names, one a line.
problem-host-taken = Another provider answers at this address already. Choose another.
problem-slots-exhausted = All { $slots } slots are taken. Ask the platform for more, or terminate an ISP that is not needed.
problem-slots-below-use = { $over } ISPs would be without a slot. Terminate so many of these first: { $isps }.
problem-plan-isps = The plan allows { $most } ISPs. Ask the platform for a larger one.
problem-plan-users = The plan allows { $most } people who work here. Switch somebody off who has left, or ask for a larger plan.
problem-plan-customers = The plan allows { $most } customers. Nothing that runs is touched; ask for a larger plan to add more.
problem-plan-routers = The plan allows { $most } routers. Switch one off that is not used, or ask for a larger plan.
problem-asked-already = You have asked for this already, and it waits for an answer.
problem-only-super-admins = Only a super admin can be meant here.

platform-rules-lead = How strict the sign-in is for developers and super admins, and from where they may come.
networks-title = Networks of staff
networks-lead = From elsewhere staff cannot sign in and open sessions end. Subscribers come from anywhere.
networks-list = Networks, one a line
networks-help = Such as 203.0.113.0/24 Office, or 2001:db8::/32. Empty: from anywhere.
networks-here = You come from { $address }.
networks-save = Save the networks
networks-save-words = Whoever works from another network is signed out at once.
networks-off = This list was switched off from the command line and holds nobody. It holds again when you save it.
networks-door = From this network only subscribers sign in. Staff come from the provider's own networks.
problem-network = “{ $value }” is no network. Write an address such as 203.0.113.7, or a network such as 203.0.113.0/24.
problem-networks-many = At most { $most } networks. Put neighbours together into a larger one.
problem-network-locks-out = You come from { $value }, which is in none of these networks: this list would lock you out. Add yours.
platform-did-rules-update = Sign-in rules of the platform changed
platform-did-rules-networks = Networks of the platform changed
platform-did-rules-networks-off = Networks of the platform switched off
platform-did-setting-update = Settings changed

notices-title = Notices
notices-lead = What you tell the people of your ISPs above every page, until they have read it
notice-add = New notice
notice-add-lead = It stands above every page of everybody it is for, except subscribers
notice-title = Title
notice-title-help = What it is about, with the time when there is one: it is all that many will read.
notice-kind = Kind
notice-kind-news = News
notice-kind-maintenance = Maintenance
notice-kind-problem = Problem
notice-for = For
notice-for-all = All tenants
notice-for-own = Own ISPs
notice-days = Days
notice-days-help = Then it goes by itself. Empty: until you end it.
notice-words = More about it
notice-publish = Publish
notice-at = Published
notice-until = Until
notice-open = Until it is ended
notice-by = By
notice-runs = Shown
notice-over = Over
notice-reads = Read by
notice-readers = Who has read it
notice-isp = ISP
notice-read-at = When
notice-unread = Nobody has read it yet
notice-unread-body = Whoever presses “Got it” stands here.
notice-end = End it
notice-end-body = Nobody sees it any more. It stays in this list.
notice-empty = No notices yet
notice-empty-body = Tell your ISPs about maintenance, problems and what is new.
notice-read = Got it
problem-notice-title = Write a title of 1 to { $most } characters.
problem-notice-words = At most { $most } characters fit here.
problem-notice-days = Write a number of days from 1 to 365, or nothing.
platform-did-notice-publish = Notice published
platform-did-notice-end = Notice ended
limit-own = Of this company: { $own }
plan-of-isp = Your plan
plan-of-isp-lead = What your provider of this software lets you have. From four fifths on it is time to ask for more.
