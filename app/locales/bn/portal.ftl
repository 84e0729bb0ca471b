# What a subscriber reads.

portal-greeting = স্বাগতম, { $name }
portal-invoices = আমার বিল
portal-line = আমার সংযোগ
portal-line-offline = আপনি অফলাইনে আছেন
portal-line-online = আপনি অনলাইনে আছেন
portal-line-suspended = বিল পরিশোধ না হওয়া পর্যন্ত সংযোগ বন্ধ
portal-owe = পরিশোধ করতে হবে
portal-owe-nothing = আপনার কোনো বকেয়া নেই
portal-paid-until = { $date } পর্যন্ত পরিশোধ করা আছে
portal-pay-how = সেবাদাতার অফিসে বা কালেক্টরের কাছে নগদ দিন এবং রসিদ রাখুন।
portal-payments = আমার পেমেন্ট
portal-title = আমার অ্যাকাউন্ট
portal-usage = ব্যবহার
