# Money received.

payments-title = Payments
payment-allocated = Paid with it
payment-amount = Amount received
payment-collector = Received by
payment-done = { $amount } received. Receipt { $number }.
payment-empty-body = Payments appear here as soon as the first one is taken.
payment-empty-title = No payments yet
payment-find-customer = Find the subscriber
payment-method = Method
payment-method-bank = Bank transfer
payment-method-cash = Cash
payment-method-cheque = Cheque
payment-method-other = Other
payment-oldest-first = Oldest due is paid first; what is left becomes credit.
payment-receipt-number = Receipt no.
payment-reference = Reference
payment-take = Take payment
payment-time = Received
payment-becomes-credit = Becomes credit
payment-bill-due = due { $date }
payment-bill-overdue = overdue since { $date }
payment-bill-part = { $amount } of it
payment-bill-settled = Paid in full
payment-bill-untouched = Stays open
payment-count = 
    { $count ->
        [one] { $count } receipt
       *[other] { $count } receipts
    }
payment-due-after = Still due afterwards
payment-find-help = Name, mobile, username or subscriber number.
payment-find-none = Try fewer letters, or the mobile number.
payment-next = Next payment
payment-no-bills = No bill is open. The whole amount becomes credit.
payment-of-customer = Of one subscriber
payment-other-customer = Choose another subscriber
payment-receipt-title = Receipt { $number }
payment-receipt-word = Payment receipt
payment-search = Search receipt or subscriber…
payment-settles = What this pays
payment-still-due = Still due as of { $date }
payment-sum = { $amount } received in all
payment-thanks = Thank you. Please keep this receipt.
payment-yesterday = Yesterday
payment-more = More: { $fields }
payment-choose-bills = Oldest due is paid first. Tick bills to pay only those; what is left becomes credit.
payment-choose-bill = Pay { $number }
