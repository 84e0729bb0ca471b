# The first page of the office.

dashboard-title = ড্যাশবোর্ড
dashboard-needs-you = আজ যা করতে হবে
dashboard-due-today = আজকের বকেয়া
dashboard-collected-today = আজকের আদায়
dashboard-online-now = এখন অনলাইন
dashboard-suspended = সাময়িক বন্ধ
dashboard-overdue = মেয়াদোত্তীর্ণ বকেয়া
dashboard-active-subscribers = চালু গ্রাহক
dashboard-last-run = সর্বশেষ বিল তৈরি
dashboard-last-run-none = এখনো বিল তৈরি হয়নি
dashboard-invoices-count = { $count }টি বিল
dashboard-payments-count = { $count }টি পেমেন্ট
dashboard-lines-count = { $count }টি সংযোগ
dashboard-nothing = আপনার জন্য কোনো কাজ অপেক্ষায় নেই।
dashboard-start-title = আপনার বর্তমান গ্রাহকদের দিয়ে শুরু করুন
dashboard-start-body = স্প্রেডশিট বা রাউটার থেকে তালিকা ইমপোর্ট করুন; বিল সেখান থেকেই তৈরি হবে।
dashboard-how-it-goes = কেমন চলছে
dashboard-waiting = বিল করা বাকি
dashboard-waiting-note = সংযোগের এই দিনগুলোর বিল হয়নি
dashboard-waiting-none = সবার বিল হয়ে গেছে
dashboard-expired = মেয়াদ শেষ
dashboard-of-lines = মোট { $count }টি সংযোগের মধ্যে
dashboard-collected = আদায়
dashboard-collected-by-day = গত ৩০ দিনের আদায়
