# Promo codes: the page where they are made, and where they are used.

customer-promo = Promo code
customer-promo-help = Makes the first bills cheaper, when there is one.
problem-promo-code = Write 3 to 30 letters A to Z, digits or dashes.
problem-promo-cycle = A code makes bills or prepaid time cheaper, and this line costs nothing by itself. Choose another package.
problem-promo-nothing = This code takes nothing off here.
problem-promo-taken = There is a code of this name already. Choose another, or take the old one out of the archive.
promo-add = New code
promo-add-words = A code takes a share or an amount off the bills of the next periods, or off the prepaid time bought next, on a line of its own.
promo-amount = Amount off
promo-amount-help = With a share: the most that comes off one period. Empty: no such limit.
promo-archive = Archive
promo-archive-body = Nobody can use this code any more. What was promised to those who used it stays.
promo-archived = Archived
promo-code = Code
promo-code-help = What people type. Capitals or not does not matter.
promo-days = Valid
promo-for-periods = { $count ->
    [one] { $off } off one period
   *[other] { $off } off each of { $count } periods
}
promo-from-amount = From { $amount } on
promo-last-day = Last day
promo-minimum = Least price of a period
promo-none-archived = No code is archived
promo-off = Takes off
promo-only-packages = Only for { $packages }
promo-open-end = no end
promo-packages = Packages
promo-packages-help = Tick those that the code is for. None ticked: all of them.
promo-paid = Paid
promo-per-customer = { $count ->
    [one] Once for a subscriber
   *[other] { $count } times for a subscriber
}
promo-percent = Share off
promo-periods = Periods
promo-periods-help = So many periods of a line become cheaper, 1 to 36.
promo-restore = Take out
promo-stacks = Also beside another discount
promo-stacks-field = Holds beside another discount
promo-used = Used
promo-uses-own = Uses for one subscriber
promo-uses-total = Uses in all
promos-empty = No promo code yet
promos-empty-body = Make one below and tell people. It is typed when a subscriber is added, or on the page of his terms.
promos-lead = What a code takes off, until when, and how often it was used and paid.
promos-title = Promo codes
terms-promo = Use a promo code
terms-promo-code = Promo code
terms-promo-done = The next bills are cheaper.
terms-promo-help = Holds from the first day on that is not paid for yet.
terms-promo-use = Use the code
timeline-promo-redeem = Promo code used
terms-time-off = { $amount } is taken off.
