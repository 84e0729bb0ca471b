# Money received.

payments-title = Payments
payment-allocated = Paid with it
payment-amount = Amount received
payment-collector = Received by
payment-done = { $amount } received. Receipt { $number }.
payment-empty-body = Payments appear here as soon as the first one is taken.
payment-empty-title = No payments yet
payment-find-customer = Find the subscriber
payment-line-restored = The line is coming back.
payment-method = Method
payment-method-bank = Bank transfer
payment-method-cash = Cash
payment-method-cheque = Cheque
payment-method-other = Other
payment-oldest-first = Oldest due is paid first; what is left becomes credit.
payment-receipt = Receipt
payment-receipt-number = Receipt no.
payment-reference = Reference
payment-surplus = { $amount } becomes credit.
payment-take = Take payment
payment-time = Received
