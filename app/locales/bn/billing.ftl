# Billing rules and runs.

billing-title = বিল তৈরি
billing-day = বিলের দিন
billing-day-help = মাসের কত তারিখে, 1 থেকে 28।
billing-due-days = পরিশোধের সময় (দিন)
billing-due-days-help = বিলের তারিখ থেকে শেষ তারিখ পর্যন্ত দিন।
billing-grace-days = বাড়তি সময় (দিন)
billing-grace-days-help = শেষ তারিখের পর সংযোগ বন্ধের আগে বাড়তি দিন।
billing-history = আগের বিল তৈরি
billing-never = এখনো বিল তৈরি করা হয়নি।
billing-nothing-due = আজ কারও বিল তৈরির সময় হয়নি।
billing-preview = আগে দেখুন
billing-preview-body = { $date } তারিখে বিল তৈরি করলে যা হবে। এখনো কিছু লেখা হয়নি।
billing-problems = { $count }টি সংযোগের বিল করা যায়নি
billing-profile = বিলের নিয়ম
billing-prorated = আংশিক মাস: { $total } দিনের মধ্যে { $days } দিন
billing-run-again = আবার চালালে আগে হওয়া বিলের কিছুই বদলাবে না।
billing-run-amount = মোট বিল
billing-run-done = { $count }টি বিল তৈরি হয়েছে, মোট { $amount }
billing-run-invoices = বিলের সংখ্যা
billing-run-now = এখনই বিল তৈরি করুন
billing-run-progress = বিল তৈরি হচ্ছে: { $total }টির মধ্যে { $done }টি
billing-run-started = শুরু
billing-run-finished = শেষ
billing-run-confirm = মোট { $amount } টাকার { $count }টি বিল তৈরি হবে এবং গ্রাহকেরা দেখতে পাবেন।
billing-suspend-auto = নিজে থেকে সংযোগ বন্ধ
billing-zone = সময় অঞ্চল
