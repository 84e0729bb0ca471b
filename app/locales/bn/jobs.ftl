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
job-name-billing-generate-today = আজকের বিল সময়মতো করা
job-name-billing-apply-advance = আগাম টাকা বিলে লাগানো
job-name-service-expire-due = প্রিপেইড লাইন থামানো বা নবায়ন
job-name-service-revert-temporary = বিরতি ও ঠিক করা পরিবর্তন শুরু ও শেষ
job-count-customers = { $count } গ্রাহক
job-count-renewed = { $count } নবায়ন
job-count-expired = { $count } মেয়াদ শেষ
job-count-holds-begun = { $count } বিরতি শুরু
job-count-holds-ended = { $count } বিরতি শেষ
job-count-packages-changed = { $count } প্যাকেজ বদল
