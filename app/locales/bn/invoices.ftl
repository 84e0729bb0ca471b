# Invoices.

invoices-title = বিল
invoice-amount-due = বকেয়া
invoice-customer = গ্রাহক
invoice-discount = ছাড়
invoice-download = বিল ডাউনলোড
invoice-due-on = পরিশোধের শেষ তারিখ
invoice-empty-body = প্রথমবার বিল তৈরির পর এখানে বিল দেখা যাবে।
invoice-empty-title = এখনো কোনো বিল নেই
invoice-issued-on = বিলের তারিখ
invoice-line-total = টাকা
invoice-number = বিল নম্বর
invoice-paid = পরিশোধ
invoice-period = মেয়াদ
invoice-quantity = পরিমাণ
invoice-subtotal = উপমোট
invoice-tax = কর
invoice-title = বিল { $number }
invoice-total = সর্বমোট
invoice-unit-price = একক দাম
