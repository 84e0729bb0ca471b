# The books: accounts, journal, statements, ageing, months.

account-receivable = Receivable from subscribers
account-customer-advance = Subscribers' advance
account-cash-drawer = Cash in drawers
account-bank = Bank
account-service-revenue = Service revenue
account-vat-payable = VAT payable
account-discount-given = Discounts given
account-write-off = Written off
account-opening-balance = Opening balances
account-cash-difference = Cash differences
account-expenses = Expenses
account-input-tax = Tax on purchases
account-owner-equity = Owner's capital
age-not-due = Not due yet
age-30 = 0–30 days
age-60 = 31–60 days
age-90 = 61–90 days
age-over-90 = Over 90 days
books-account = Account
books-age = Age
books-aged-bills = Bills behind the figure
books-ageing = Ageing
books-all-accounts = All accounts
books-as-of = As of { $date }
books-balance = Balance
books-balanced = Balanced
books-not-balanced = Does not balance
books-close-confirm = No entry can be dated in this month afterwards. Only two people together can reopen it.
books-close-lead = Close a month once its bank statement and drawers agree. Later corrections go into the open month.
books-close-month = Close { $month }
books-closed = Closed
books-closed-by = Closed by
books-credit = Credit
books-debit = Debit
books-debtors =
    { $count ->
        [one] { $count } subscriber owes something
       *[other] { $count } subscribers owe something
    }
books-empty-body = The first bill or payment opens them.
books-empty-title = Nothing in the books yet
books-entries =
    { $count ->
        [one] { $count } entry
       *[other] { $count } entries
    }
books-entry = Journal entry
books-entry-count = Entries
books-journal = Journal
books-kind = Kind
books-kind-asset = Asset
books-kind-liability = Liability
books-kind-equity = Equity
books-kind-income = Income
books-kind-expense = Expense
books-made-by = Made by
books-made-by-system = The system
books-memo = Reference
books-month = Month
books-of-one-party = Of one party
books-open = Open
books-owed-in-all = Owed in all
books-paper-invoice = Invoice
books-paper-payment = Receipt
books-paper-expense = Expense
books-paper-hand-over = Hand-over
books-paper-cash-desk = Cash desk
books-paper-credit-note = Credit note
books-paper-write-off = Write-off
books-paper-refund = Refund
books-paper-adjustment = Adjustment
books-papers = Documents
books-party = About
books-periods = Months
books-periods-lead = A closed month takes no entry any more.
books-posted-at = Recorded
books-postings = Postings
books-reason = Reason
books-receivable-agrees = The receivable account says the same
books-receivable-differs = The receivable account says { $amount }. Run the ledger check.
books-reopen-asked = { $name } asks to reopen { $month }
books-reopen-confirm = Another person with the right to reopen must agree within 72 hours.
books-reopen-grant = Agree and reopen
books-reopen-lead = Say why; somebody else must agree.
books-reopen-month = Ask to reopen { $month }
books-reopen-refuse = Refuse
books-reversed-by = Reversed by
books-reverses = Reverses
books-side = Side
books-source = What
books-source-invoice = Invoice
books-source-payment = Payment
books-source-credit = Credit applied
books-source-opening = Opening balance
books-source-expense = Expense
books-source-expense-reversal = Expense reversed
books-source-cash-move = Cash in or out
books-source-cash-hand-over = Cash handed over
books-source-cash-hand-over-difference = Difference at hand-over
books-source-cash-close = Difference at closing
books-title = Books
books-trial-balance = Trial balance
books-until = Until
statement-empty-body = Lines appear with the first bill or payment.
statement-empty-title = No lines yet
statement-lines =
    { $count ->
        [one] { $count } line
       *[other] { $count } lines
    }
statement-owes = Owes
statement-title = Statement

# Cash desks.

cash-agree = Agree with this count
cash-agree-confirm = The hand-over is posted with this count, the difference goes to your account.
cash-amount-counted = Amount you counted
cash-bank = Bank
cash-book = In the books
cash-close-day = Close the day
cash-closes = Closed days
cash-confirm-count = Confirm what I counted
cash-counted = Counted
cash-counted-help = Count everything in the drawer before you look at the books.
cash-counterpart = From or to
cash-desks = Cash desks
cash-difference = Difference
cash-difference-help = Needed when the count differs from the books.
cash-direction = In or out
cash-empty-body = A drawer opens with somebody's first cash receipt.
cash-empty-title = No drawers yet
cash-free = Free to hand over
cash-from = From { $name }
cash-giver = From
cash-hand-over = Hand over cash
cash-i-counted = I counted
cash-in = In
cash-in-drawer = In the drawer
cash-in-or-out = Cash in or out
cash-last-close = Last closed
cash-nobody = Without a name
cash-nobody-to-give = Nobody else has a cash desk yet.
cash-nothing-free = There is nothing in the drawer to hand over.
cash-out = Out
cash-own-desk = My cash desk
cash-owner = Owner
cash-past = Past hand-overs
cash-promised = Promised
cash-proposed-done = Proposed. It moves once the receiver confirms.
cash-received = Received
cash-receiver = To
cash-receiver-counted = { $name } counted { $amount }.
cash-state-proposed = Proposed
cash-state-disputed = Disputed
cash-state-confirmed = Confirmed
cash-state-withdrawn = Withdrawn
cash-to = To { $name }
cash-waiting = Waiting for an answer
cash-withdraw = Take back

# Expenses.

expense-add = Add expense
expense-amount = Amount paid
expense-amount-help = Everything that was paid, tax included.
expense-approve = Approve and post
expense-categories = Categories
expense-category = Category
expense-category-add = Add category
expense-category-parent = Below
expense-count =
    { $count ->
        [one] { $count } expense
       *[other] { $count } expenses
    }
expense-decided-by = Decided by
expense-empty-body = Add the first one, or choose another range.
expense-empty-title = No expenses here
expense-ends-on = Ends on
expense-every = Every
expense-every-months = every { $count } months
expense-from-bank = Bank
expense-from-drawer = My cash drawer
expense-next-on = Next on
expense-no-categories = No categories yet
expense-no-categories-body = Expenses are sorted by categories. Add one first.
expense-none-recurring = Nothing comes again yet
expense-none-recurring-body = Choose a repetition when you add an expense.
expense-once = Once
expense-paid-from = Paid from
expense-paper = Proof
expense-paper-add = Add the file
expense-paper-help = PDF, PNG, JPEG or WebP, at most 3 MB.
expense-paper-none = No file was added.
expense-recurring = Recurring
expense-refuse = Refuse
expense-repeat = Repeat
expense-reverse = Reverse
expense-reverse-confirm = A reversing entry of today is posted. The expense stays visible.
expense-reverse-help = What was posted is never deleted; it is taken back by an entry of its own.
expense-rules = Categories and rules
expense-search = Search vendor, voucher or note…
expense-spent-on = Spent on
expense-state-waiting = Waiting
expense-state-posted = Posted
expense-state-refused = Refused
expense-state-reversed = Reversed
expense-stop = Stop
expense-stop-confirm = It is not written any more. What was written stays.
expense-stopped = Stopped
expense-tax = Tax in it
expense-tax-help = VAT shown on the vendor's bill.
expense-vendor = Vendor
expense-voucher = Voucher
expense-waits = Waits for a second person
expenses-title = Expenses

# Reports.

report-before = The same time before
report-billed = Billed
report-billed-collected = Billed and collected
report-billed-lead = Bills count on their issue date, money on its payment date.
report-bills = Bills
report-by-method = By method
report-by-package = By package
report-change = Change
report-collected = Collected
report-count = Count
report-discounts = Discounts
report-due-now = Due now
report-from = From
report-grain = Column
report-grain-day = Day
report-grain-week = Week
report-grain-month = Month
report-grain-year = Year
report-growth = { $change } against the time before
report-late-bills = Late bills
report-late-days = Days late
report-late-of = { $late } of { $bills }
report-late-payers = Late payers
report-line-corrections = Corrections and other income
report-line-one-time = One-time charges
report-line-setup = Connection fees
report-line-discount = Discounts on bills
report-line-fee = Fees
report-line-deposit = Deposits
report-line-to-credit = Moved to credit
report-line-adjustment = Adjustments
report-no-growth = Nothing to compare with
report-nobody-late = Nobody is late
report-nobody-late-body = Every bill of this time was paid by its due date.
report-overdue = Overdue
report-part = Part
report-receipts = Receipts
report-revenue = Revenue
report-summary = Bills by state

# Refusals.

problem-attachment-kind = This is no PDF, PNG, JPEG or WebP. Take a photo or save it as PDF.
problem-attachment-large = The file is larger than 3 MB. Take a smaller photo.
problem-attachment-there = This expense has its file already.
problem-category-depth = Choose a top category; subcategories have none below them.
problem-category-name = Write a name of 1 to 60 characters.
problem-date-future = This day has not come yet. Choose today or earlier.
problem-difference-note = The count differs from the books. Say why.
problem-drawer-moved = Money has moved since you opened this page; the books now say { $book }. Count again.
problem-drawer-short = Only { $free } is free in the drawer. Enter no more than that.
problem-end-before-start = The end lies before the start. Choose a later day.
problem-expense-decided = Somebody has decided about this expense already. Look at it again.
problem-hand-over-changed = The count has changed meanwhile. Look at it again before you agree.
problem-hand-over-ended = This hand-over has ended already.
problem-hand-over-not-yours = This answer is the other person's to give.
problem-hand-over-uncovered = The giver's drawer no longer holds this amount. Ask him to take it back and propose again.
problem-period-closed = The books of { $month } are closed. Use a day in an open month, or ask to reopen it under Books, Months.
problem-period-empty = There is no entry yet, so there is nothing to close.
problem-period-is-closed = This month is closed already.
problem-period-is-open = This month is open already.
problem-period-not-over = This month is not over yet. Close it once it is.
problem-close-order = Months are closed in order. Close { $month } first.
problem-period-reopen-order = Months are reopened from the last one back. Begin with { $month }.
problem-recurring-from-bank = What comes again by itself is paid from the bank. Choose the bank.
problem-reopen-asked = Somebody has asked for this month already. Wait for the answer.
problem-reopen-reason = Say why in 10 to 500 characters.
problem-second-person = Somebody else must decide this: you made it yourself.
problem-sent-twice = This form was sent already. Open the page again.
problem-tax-above-amount = The tax is more than the whole amount. Check both.
problem-vendor-needed = Say who was paid.

# Finding payments.

problem-backdate-far = A receipt may be dated at most 7 days back. Choose a later day.
payment-state = State
payment-state-held = Received
payment-state-reversed = Taken back
payment-received-on = Received on
payment-received-on-help = Up to 7 days back.
payment-reference-help = Number of the transaction, cheque or slip.
payment-least = At least
payment-most = At most
payment-all-collectors = Everybody

# Corrections in the books.

account-customer-deposit = Deposits of subscribers
account-late-fee-revenue = Late fees
account-adjustment = Adjustments
books-source-adjustment = Adjustment
books-source-credit-note = Credit note
books-source-credit-back = Credit taken back
books-source-late-fee = Late fee
books-source-payment-reversal = Payment taken back
books-source-reallocation = Payment moved to other bills
books-source-refund = Refund
books-source-write-off = Written off
books-source-write-off-reversal = Write-off taken back
books-entry-open = Open the entry
statement-empty-days = Nothing moved in these days. Choose others.
cash-quiet-title = No movement yet
cash-quiet-body = Hand-overs and closed days of this drawer appear here.
books-dr = Dr
books-cr = Cr
