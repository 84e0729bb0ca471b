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
