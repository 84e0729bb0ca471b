# Work in the background.

jobs-title = ব্যাকগ্রাউন্ড কাজ
job-done = { $count }টি সম্পন্ন
job-failed = { $count }টি ব্যর্থ
job-leave = এই পৃষ্ঠা ছেড়ে যেতে পারেন; কাজ চলতে থাকবে।
job-progress = অগ্রগতি
job-started = শুরু
job-state = অবস্থা
jobs-empty = কোনো কাজ অপেক্ষায় নেই।
job-task = কাজ
job-attempts = চেষ্টা
job-problem = কী সমস্যা হয়েছে
platform-lead = এই ইনস্টলেশনের সব প্রতিষ্ঠান
platform-short-name = সংক্ষিপ্ত নাম
platform-empty-title = এখনো কোনো আইএসপি নেই
platform-empty-body = আইএসপি তৈরি হলেই এখানে দেখা যাবে।
platform-jobs-idle = এখন কোনো কাজ জমা নেই। অপেক্ষমাণ, চলমান বা ব্যর্থ কাজ এখানে দেখা যায়।
job-name-expenses-recurring = নিয়মিত খরচ
job-count-written = { $count }টি লেখা হয়েছে
