# Invoices.

invoices-title = Invoices
invoice-amount-due = Amount due
invoice-customer = Subscriber
invoice-discount = Discount
invoice-download = Download invoice
invoice-due-on = Due on
invoice-empty-body = Invoices appear here after the first billing run.
invoice-empty-title = No invoices yet
invoice-issued-on = Date
invoice-line-total = Amount
invoice-number = Invoice no.
invoice-paid = Paid
invoice-period = Period
invoice-quantity = Quantity
invoice-subtotal = Subtotal
invoice-tax = Tax
invoice-title = Invoice { $number }
invoice-total = Total
invoice-unit-price = Price
invoice-count = 
    { $count ->
        [one] { $count } invoice
       *[other] { $count } invoices
    }
invoice-due-by = Due by { $date }
invoice-line-tax = Tax { $rate } %: { $amount }
invoice-of-run = From one billing run
invoice-paid-from-credit = From credit, { $date }
invoice-paid-with = Receipt { $number }, { $date }
invoice-search = Search number or subscriber…
invoice-settled = Paid in full
invoice-sum-due = Due in all
invoice-to = Billed to
invoice-word = Invoice
