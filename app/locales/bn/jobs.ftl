# Work in the background.

jobs-title = ব্যাকগ্রাউন্ড কাজ
job-done = { $count }টি সম্পন্ন
job-failed = { $count }টি ব্যর্থ
job-leave = এই পৃষ্ঠা ছেড়ে যেতে পারেন; কাজ চলতে থাকবে।
job-progress = অগ্রগতি
job-started = শুরু
job-state = অবস্থা
jobs-empty = কোনো কাজ অপেক্ষায় নেই।
