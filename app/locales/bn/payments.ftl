# Money received.

payments-title = পেমেন্ট
payment-allocated = যে বিলে জমা হয়েছে
payment-amount = গৃহীত টাকা
payment-collector = গ্রহণকারী
payment-done = { $amount } জমা হয়েছে। রসিদ { $number }।
payment-empty-body = প্রথম টাকা জমা নেওয়ার পর এখানে দেখা যাবে।
payment-empty-title = এখনো কোনো পেমেন্ট নেই
payment-find-customer = গ্রাহক খুঁজুন
payment-line-restored = সংযোগ চালু হচ্ছে।
payment-method = মাধ্যম
payment-method-bank = ব্যাংক ট্রান্সফার
payment-method-cash = নগদ
payment-method-cheque = চেক
payment-method-other = অন্যান্য
payment-oldest-first = পুরোনো বকেয়া আগে শোধ হবে; বাকি টাকা অগ্রিম জমা থাকবে।
payment-receipt = রসিদ
payment-receipt-number = রসিদ নম্বর
payment-reference = রেফারেন্স
payment-surplus = { $amount } অগ্রিম জমা থাকবে।
payment-take = টাকা জমা নিন
payment-time = জমার সময়
