# বিলিংয়ের মহড়া।

billing-refusal-changed = যা অনুমোদিত হয়েছিল তার চেয়ে ভিন্ন পরিমাণ হয়। পরদিনের মহড়া দেখুন।
rehearsal-again = নতুন করে হিসাব
rehearsal-approve = অনুমোদন করুন
rehearsal-approve-words = এই বিলিংয়ের তারিখে { $amount } টাকার { $count }টি ইনভয়েস ইস্যু হবে।
rehearsal-approved = অনুমোদিত
rehearsal-before = গত মাস
rehearsal-build = মহড়া
rehearsal-building = হিসাব চলছে
rehearsal-built = হিসাব হয়েছে
rehearsal-decided = সিদ্ধান্ত দিয়েছেন { $by }।
rehearsal-difference = পার্থক্য
rehearsal-held = আটকে রাখা
rehearsal-held-words = { $by } আটকে রেখেছেন: { $reason }
rehearsal-hold = এই গ্রাহককে আটকে রাখুন
rehearsal-hold-words = কেউ আবার না ঢোকানো পর্যন্ত তিনি প্রতিটি বিলিংয়ের বাইরে থাকেন। তাঁর দিনগুলো পরের প্রথম বিলিংয়ে আসে।
rehearsal-mark-down = অনেক কম
rehearsal-mark-duplicate = দুবার
rehearsal-mark-gone = আর নেই
rehearsal-mark-held = আটকে রাখা
rehearsal-mark-new = নতুন
rehearsal-mark-no-package = প্যাকেজ বিক্রি হয় না
rehearsal-mark-partial = আংশিক মেয়াদ
rehearsal-mark-refused = বিল করা যায় না
rehearsal-mark-stale = এর পরে বদলেছে
rehearsal-mark-up = অনেক বেশি
rehearsal-mark-zero = দেওয়ার কিছু নেই
rehearsal-marks = দেখার মতো
rehearsal-no-lines = কোনো লাইন নেই
rehearsal-no-lines-body = এখানে কিছু বিল হয় না।
rehearsal-not-required = অনুমোদন ছাড়াই বিল ইস্যু হয়। দেখতে কোনো ক্ষতি নেই।
rehearsal-nothing-body = এখানে কোনো সেবা মেলে না। ফিল্টার সরান বা অন্য দিন বেছে নিন।
rehearsal-now = এই বিলিং
rehearsal-open = দেখতে হবে
rehearsal-reject = প্রত্যাখ্যান
rehearsal-reject-words = এই বিলিংয়ের কিছুই বিল হবে না। পরদিনের মহড়ায় তা আবার থাকবে।
rehearsal-rejected = প্রত্যাখ্যাত
rehearsal-release = আবার ঢোকান
rehearsal-search = নাম, নম্বর, ইউজারনেম বা প্যাকেজ খুঁজুন…
rehearsal-stale =
    { $count ->
        [one] { $count }টি সারি এর পরে বদলেছে। অনুমোদনের আগে নতুন করে হিসাব করুন।
       *[other] { $count }টি সারি এর পরে বদলেছে। অনুমোদনের আগে নতুন করে হিসাব করুন।
    }
rehearsal-title = { $date } তারিখের মহড়া
rehearsal-waits = কেউ অনুমোদন না করা পর্যন্ত কিছু বিল হয় না।
rehearsal-waits-days =
    { $days ->
        [0] নিজের দিনেই নিজে থেকে ইস্যু হয়।
        [one] নিজের দিনের { $days } দিন পর নিজে থেকে ইস্যু হয়।
       *[other] নিজের দিনের { $days } দিন পর নিজে থেকে ইস্যু হয়।
    }
rehearsals-empty = এখনও কোনো মহড়া হয়নি
rehearsals-empty-body = উপরে একটি দিন বেছে নিন। দেখলে খাতায় কিছু লেখা হয় না।
rehearsals-lead = একটি বিলিং কী করবে, গত মাসের পাশে, করার আগেই।
rehearsals-title = মহড়া

job-count-charged = { $count }টি নেওয়া হয়েছে
job-count-confirmed = { $count }টি অনুমোদিত
job-count-failed = { $count }টি ব্যর্থ
job-count-rehearsed = { $count }টি সেবা
job-count-waiting = { $count }টি অনুমোদনের অপেক্ষায়
job-name-billing-auto-confirm = যে মহড়ার দিন শেষ তা অনুমোদন
job-name-billing-late-fee = বিলম্ব ফি
job-name-billing-preview-build = পরের বিলিংয়ের মহড়া

problem-rehearsal-approved = এই দিন আগেই অনুমোদিত। যেমন অনুমোদিত হয়েছে তেমনই থাকে।
problem-rehearsal-changed = এর মধ্যে কিছু বদলেছে। নতুন করে হিসাব হয়েছে: দেখে আবার অনুমোদন করুন।
problem-rehearsal-decided = কেউ এই মহড়ার সিদ্ধান্ত আগেই দিয়েছেন।
problem-rehearsal-far = সর্বোচ্চ { $most } দিন পরের একটি দিন বেছে নিন।
problem-rehearsal-needed = আগে এই বিলিং অনুমোদন করতে হবে। এর মহড়া খুলুন।
rehearsal-nothing-due = বিলের সময় হয়নি
rehearsal-back = মহড়া
rehearsal-day-help = এরপর যেদিন বিল হবে, অথবা সামনের অন্য যেকোনো দিন।
