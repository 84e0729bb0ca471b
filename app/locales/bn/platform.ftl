# প্রদানকারীদের উপরের প্ল্যাটফর্ম: টেন্যান্ট, প্ল্যান, স্লট, স্থগিতকরণ।

menu-tenants = টেন্যান্ট
menu-plans = প্ল্যান
menu-slots = স্লট
menu-platform-log = লগ
menu-group-platform = প্ল্যাটফর্ম

platform-home = আজকের প্ল্যাটফর্ম
platform-subscribers = গ্রাহক
platform-requests = অনুরোধ
platform-jobs-failed = ব্যর্থ কাজ
platform-suspended-count =
    { $count ->
        [0] কেউ স্থগিত নয়
       *[other] { $count }টি স্থগিত
    }
platform-late-count =
    { $count ->
        [0] সময়সূচি ঠিক সময়ে চলছে
       *[other] { $count }টি নির্ধারিত কাজ দেরিতে বা ব্যর্থ
    }
platform-search = নাম দিয়ে খুঁজুন
platform-near = সীমার কাছাকাছি
platform-near-lead = পাঁচ ভাগের চার ভাগ থেকে। যা চলছে তা চলতে থাকে; সীমায় নতুন কিছু নেওয়া হয় না।
platform-held = স্থগিত
platform-log-lead = টেন্যান্ট, আইএসপি, প্ল্যান ও স্লটে কে কী করেছেন।

common-reason = কারণ
danger-title = সাবধানে

limit-isps = আইএসপি
limit-users = কর্মরত মানুষ
limit-users-help = এর সব আইএসপির সক্রিয় অ্যাকাউন্ট একত্রে, গ্রাহক ছাড়া।
limit-customers = গ্রাহক
limit-customers-help = এর সব আইএসপির একত্রে। খালি থাকলে সীমা নেই।
limit-routers = রাউটার
limit-of = { $most }-এর মধ্যে { $have }
limit-warn = { $percent }% ব্যবহৃত: শিগগিরই আর জায়গা থাকবে না।
limit-full = পুরো ব্যবহৃত: নতুন কিছু যোগ করা যাবে না। যা চলছে তা চলতে থাকে।

tenant-one = টেন্যান্ট
tenant-lead = আইএসপির দল, প্রতিটি একজন সুপার অ্যাডমিনের অধীনে।
tenant-add = টেন্যান্ট যোগ করুন
tenant-add-lead = টেন্যান্ট ও তার সুপার অ্যাডমিন একসঙ্গে তৈরি হয়।
tenant-empty = এখনো কোনো টেন্যান্ট নেই
tenant-empty-body = প্রথমটি যোগ করুন। তার সুপার অ্যাডমিন তখন নিজের স্লটে আইএসপি খুলবেন।
tenant-show-deleted = মুছে ফেলাগুলো দেখান
tenant-hide-deleted = মুছে ফেলাগুলো লুকান
tenant-subdomain = সাবডোমেইন
tenant-subdomain-help = প্ল্যাটফর্মের ঠিকানার আগে বসে, যেমন delta.platform.example-এর জন্য delta।
tenant-domain = নিজস্ব ডোমেইন
tenant-domain-help = যেখানে তার সুপার অ্যাডমিন সাইন ইন করেন, যেমন admin.delta.example।
tenant-head-lead = পাসওয়ার্ড তৈরি হয়ে আপনাকে একবার দেখানো হয়। প্রথম সাইন ইনের সময় তিনি নিজেরটি বেছে নেন।
tenant-heads = সুপার অ্যাডমিন
tenant-deleted = মুছে ফেলা
tenant-kept-until = মুছে ফেলা হয়েছে। তথ্য { $date } পর্যন্ত রাখা হবে; ততদিন আগের মতোই ফিরিয়ে আনা যায়।
tenant-suspended-since = { $date } থেকে স্থগিত
tenant-suspend = টেন্যান্ট স্থগিত করুন
tenant-suspend-words = তার লোকেরা সবকিছু পড়তে পারবেন, কিছু বদলাতে পারবেন না। গ্রাহকদের লাইন চলতে থাকবে। তুলে নিলে ঠিক আগের অবস্থা ফিরে আসে।
tenant-lift = স্থগিতাদেশ তুলে নিন
tenant-lift-words = তার লোকেরা আবার কাজ করতে পারবেন। যা নিজে থেকে স্থগিত ছিল তা স্থগিতই থাকবে।
tenant-delete = টেন্যান্ট মুছুন
tenant-delete-words = তার সব লোক সাইন আউট হবেন, এবং তার ঠিকানাগুলো কাউকে উত্তর দেবে না। তথ্য ৯০ দিন রাখা হয়।
tenant-restore = ফিরিয়ে আনুন
tenant-restore-words = মুছে ফেলার সময় যেমন ছিল সব আবার তেমন হবে।
head-password = নতুন পাসওয়ার্ড
head-password-words = তাঁর এখনকার পাসওয়ার্ড আর কাজ করবে না, এবং তাঁর সব ডিভাইস সাইন আউট হবে। নতুনটি আপনাকে একবার দেখানো হবে।
suspend-reason-help = তার লোকেরা প্রতিটি পাতার উপরে এই কারণ পড়বেন।
platform-first-password = এই পাসওয়ার্ড এখনই পৌঁছে দিন
first-password-words = { $login } এটি দিয়ে একবার সাইন ইন করে নিজেরটি বেছে নেবেন। আপনাকে আধা ঘণ্টা দেখানো হবে।

plan-name = প্ল্যান
plan-none = সীমাহীন
plan-help = টেন্যান্ট মোট কত রাখতে পারে।
plan-use = কতটা ব্যবহৃত
plan-yours = আপনার প্ল্যান
plan-lead = টেন্যান্টরা কী রাখতে পারে। সীমা কেবল নতুনকে থামায়; চালু লাইনে কখনো হাত দেয় না।
plan-add = প্ল্যান যোগ করুন
plan-empty = এখনো কোনো প্ল্যান নেই
plan-empty-body = প্ল্যান ছাড়া টেন্যান্টদের স্লট বাদে কোনো সীমা নেই।
plan-form-lead = খালি মানে সীমা নেই।
plan-archived = আর দেওয়া হয় না
plan-archived-help = যার আছে তার থাকবে।
plan-ask = আরও চান
plan-ask-lead = প্ল্যাটফর্ম এখানেই উত্তর দেয়।
plan-ask-what = কী আরও দরকার
plan-ask-words = আপনার কী প্রয়োজন
plan-ask-words-help = কতগুলো, এবং কবে থেকে।
plan-asked = আপনার অনুরোধ পাঠানো হয়েছে। উত্তর এখানে আসবে।
plan-answer = উত্তর
plan-answer-send = উত্তর দিন

slots-title = স্লট
slots-lead = বন্ধ করা হয়নি এমন প্রতিটি আইএসপি একটি স্লট নেয়।
slots-help = কতগুলো আইএসপি রাখতে পারে। বন্ধ না হওয়া পর্যন্ত প্রতিটি একটি নেয়।
slots-have = { $slots }টির মধ্যে { $used }টি নেওয়া।
slots-what = কী
slots-count = কতগুলো
slots-change = পরিবর্তন
slots-assign = দিন
slots-free = ফেরত নিন
slots-transfer = অন্য টেন্যান্টে সরান
slots-to = কোথায়
slots-by-plan = প্ল্যান অনুযায়ী
slots-history = স্লটের সব পরিবর্তন
slots-history-empty = এখনো কিছু বদলায়নি
slots-none-title = কোনো স্লট খালি নেই
slots-none-body = প্রতিটি আইএসপি একটি নেয়। প্ল্যাটফর্মের কাছে আরও চান, অথবা অপ্রয়োজনীয় আইএসপি বন্ধ করুন।
slots-free-of =
    { $count ->
       *[other] { $name }: { $count }টি স্লট খালি
    }

isp-add = আইএসপি যোগ করুন
isp-add-lead = প্রথম মিনিট থেকেই বিল করতে প্রস্তুত: হিসাবের খাতা ও একটি বিলিং প্রোফাইল সঙ্গেই আসে।
isp-native-name = বাংলা নাম
isp-short-name-help = ছোট হাতের অক্ষর, সংখ্যা ও ড্যাশ। পরে বদলানো যায় না।
isp-host = ঠিকানা
isp-host-help = যে হোস্ট নামে উত্তর দেবে, যেমন padma.example। আগে DNS এদিকে দিন।
isp-hosts = ঠিকানাগুলো
isp-hosts-help = প্রতি লাইনে একটি। পুরোনোগুলো তখন থেকে কাউকে উত্তর দেবে না।
isp-currency = মুদ্রা
isp-first-admin = প্রথম অ্যাডমিন
isp-admins = অ্যাডমিনগণ
isp-suspend = আইএসপি স্থগিত করুন
isp-suspended-with-tenant = টেন্যান্টের সঙ্গে স্থগিত
isp-suspended-since-tenant = এর টেন্যান্ট { $date } থেকে স্থগিত
isp-suspended-with-tenant-words = এটি টেন্যান্টের সঙ্গে স্থগিত; সেটি তুলে নিলে আবার মুক্ত হবে।
isp-terminate = আইএসপি বন্ধ করুন
isp-terminate-words = এর লোকেরা চিরতরে সাইন আউট হবেন, ঠিকানা কাউকে উত্তর দেবে না, লাইনগুলো আর সেবা পাবে না, এবং স্লটটি খালি হবে। তথ্য সংরক্ষিত থাকে। এটি ফেরানো যায় না।

suspended-title = এই প্রদানকারী স্থগিত
suspended-words = { $date } থেকে সবকিছু পড়া যায়, কিছু বদলানো যায় না। গ্রাহকদের লাইন চলতে থাকে।
suspended-by-platform = এই দলের পরিচালক প্ল্যাটফর্মের সঙ্গে এটি মেটাবেন।
suspended-by-tenant = এই দলের পরিচালকের সঙ্গে এটি মেটান।
error-read-only = এই প্রদানকারী স্থগিত, তাই কিছু বদলানো যাবে না। কী করতে হবে উপরের নোটে আছে।

platform-did-tenant-create = টেন্যান্ট যোগ হয়েছে
platform-did-tenant-update = টেন্যান্ট বদলেছে
platform-did-tenant-suspend = টেন্যান্ট স্থগিত হয়েছে
platform-did-tenant-lift = স্থগিতাদেশ উঠেছে
platform-did-tenant-delete = টেন্যান্ট মুছে ফেলা হয়েছে
platform-did-tenant-restore = টেন্যান্ট ফিরেছে
platform-did-head-password = সুপার অ্যাডমিনের নতুন পাসওয়ার্ড
platform-did-isp-create = আইএসপি যোগ হয়েছে
platform-did-isp-update = আইএসপি বদলেছে
platform-did-isp-suspend = আইএসপি স্থগিত হয়েছে
platform-did-isp-lift = স্থগিতাদেশ উঠেছে
platform-did-isp-terminate = আইএসপি বন্ধ হয়েছে
platform-did-plan-create = প্ল্যান যোগ হয়েছে
platform-did-plan-update = প্ল্যান বদলেছে
platform-did-plan-ask = আরও চাওয়া হয়েছে
platform-did-plan-answer = অনুরোধের উত্তর দেওয়া হয়েছে
platform-did-slots-change = স্লট বদলেছে

problem-short-name = ২ থেকে ৩১টি ছোট হাতের অক্ষর, সংখ্যা ও ড্যাশ দিন, শুরু অক্ষর দিয়ে।
problem-host = “{ $value }” হোস্ট নাম নয়। padma.example-এর মতো লিখুন, http ছাড়া।
problem-hosts = ১ থেকে ২০টি হোস্ট নাম লিখুন, প্রতি লাইনে একটি।
problem-host-taken = এই ঠিকানায় অন্য প্রদানকারী আছেন। আরেকটি বেছে নিন।
problem-slots-exhausted = { $slots }টি স্লটের সবই নেওয়া। প্ল্যাটফর্মের কাছে আরও চান, অথবা অপ্রয়োজনীয় আইএসপি বন্ধ করুন।
problem-slots-below-use = { $over }টি আইএসপি স্লট ছাড়া থাকবে। আগে এগুলোর মধ্যে ততগুলো বন্ধ করুন: { $isps }।
problem-plan-isps = প্ল্যানে { $most }টি আইএসপি রাখা যায়। প্ল্যাটফর্মের কাছে বড় প্ল্যান চান।
problem-plan-users = প্ল্যানে { $most } জন কর্মী রাখা যায়। যিনি চলে গেছেন তাঁকে বন্ধ করুন, অথবা বড় প্ল্যান চান।
problem-plan-customers = প্ল্যানে { $most } জন গ্রাহক রাখা যায়। যা চলছে তাতে হাত পড়ে না; আরও যোগ করতে বড় প্ল্যান চান।
problem-plan-routers = প্ল্যানে { $most }টি রাউটার রাখা যায়। অব্যবহৃত একটি বন্ধ করুন, অথবা বড় প্ল্যান চান।
problem-asked-already = আপনি এটি আগেই চেয়েছেন, উত্তরের অপেক্ষায় আছে।
problem-only-super-admins = এখানে কেবল সুপার অ্যাডমিনের কথা হতে পারে।

platform-rules-lead = ডেভেলপার ও সুপার অ্যাডমিনদের সাইন ইন কতটা কড়া, এবং তাঁরা কোথা থেকে আসতে পারেন।
networks-title = কর্মীদের নেটওয়ার্ক
networks-lead = অন্য জায়গা থেকে কর্মীরা সাইন ইন করতে পারেন না, খোলা সেশনও শেষ হয়। গ্রাহকেরা যেকোনো জায়গা থেকে আসেন।
networks-list = নেটওয়ার্ক, প্রতি লাইনে একটি
networks-help = যেমন 203.0.113.0/24 অফিস, অথবা 2001:db8::/32। খালি: যেকোনো জায়গা থেকে।
networks-here = আপনি { $address } থেকে এসেছেন।
networks-save = নেটওয়ার্ক সংরক্ষণ করুন
networks-save-words = যিনি অন্য নেটওয়ার্ক থেকে কাজ করছেন তিনি সঙ্গে সঙ্গে সাইন আউট হবেন।
networks-off = এই তালিকা কমান্ড লাইন থেকে বন্ধ করা হয়েছে, কাউকে আটকায় না। সংরক্ষণ করলে আবার কার্যকর হবে।
networks-door = এই নেটওয়ার্ক থেকে কেবল গ্রাহকেরা সাইন ইন করেন। কর্মীরা প্রদানকারীর নিজস্ব নেটওয়ার্ক থেকে আসেন।
problem-network = “{ $value }” নেটওয়ার্ক নয়। 203.0.113.7-এর মতো ঠিকানা বা 203.0.113.0/24-এর মতো নেটওয়ার্ক লিখুন।
problem-networks-many = সর্বোচ্চ { $most }টি নেটওয়ার্ক। পাশাপাশিগুলো একসঙ্গে বড় করুন।
problem-network-locks-out = আপনি { $value } থেকে এসেছেন, যা এগুলোর কোনোটিতে নেই: এই তালিকা আপনাকেই আটকে দেবে। আপনারটি যোগ করুন।
platform-did-rules-update = প্ল্যাটফর্মের সাইন ইনের নিয়ম বদলেছে
platform-did-rules-networks = প্ল্যাটফর্মের নেটওয়ার্ক বদলেছে
platform-did-rules-networks-off = প্ল্যাটফর্মের নেটওয়ার্ক বন্ধ হয়েছে
platform-did-setting-update = সেটিংস বদলেছে

notices-title = নোটিশ
notices-lead = আপনার আইএসপিদের লোকজনকে যা জানান, পড়া পর্যন্ত প্রতি পাতার উপরে থাকে
notice-add = নতুন নোটিশ
notice-add-lead = যাদের জন্য তাদের প্রতি পাতার উপরে থাকে, গ্রাহক ছাড়া
notice-title = শিরোনাম
notice-title-help = কী বিষয়ে, সময় থাকলে সময়সহ: অনেকে শুধু এটুকুই পড়বে।
notice-kind = ধরন
notice-kind-news = খবর
notice-kind-maintenance = রক্ষণাবেক্ষণ
notice-kind-problem = সমস্যা
notice-for = যাদের জন্য
notice-for-all = সব টেন্যান্ট
notice-for-own = নিজের আইএসপি
notice-days = দিন
notice-days-help = এরপর নিজে থেকেই চলে যায়। খালি: আপনি শেষ না করা পর্যন্ত।
notice-words = বিস্তারিত
notice-publish = প্রকাশ করুন
notice-at = প্রকাশিত
notice-until = পর্যন্ত
notice-open = শেষ না করা পর্যন্ত
notice-by = কে
notice-runs = দেখানো হচ্ছে
notice-over = শেষ
notice-reads = পড়েছে
notice-readers = কারা পড়েছে
notice-isp = আইএসপি
notice-read-at = কখন
notice-unread = এখনো কেউ পড়েনি
notice-unread-body = যিনি “বুঝেছি” চাপেন তিনি এখানে থাকেন।
notice-end = শেষ করুন
notice-end-body = আর কেউ এটি দেখবে না। এই তালিকায় থাকবে।
notice-empty = এখনো কোনো নোটিশ নেই
notice-empty-body = রক্ষণাবেক্ষণ, সমস্যা ও নতুন কিছু আপনার আইএসপিদের জানান।
notice-read = বুঝেছি
problem-notice-title = ১ থেকে { $most } অক্ষরের শিরোনাম লিখুন।
problem-notice-words = এখানে সর্বোচ্চ { $most } অক্ষর ধরে।
problem-notice-days = ১ থেকে ৩৬৫ এর মধ্যে দিনের সংখ্যা লিখুন, অথবা খালি রাখুন।
platform-did-notice-publish = নোটিশ প্রকাশিত
platform-did-notice-end = নোটিশ শেষ
limit-own = এই প্রতিষ্ঠানের: { $own }
plan-of-isp = আপনার প্ল্যান
plan-of-isp-lead = এই সফটওয়্যারের প্রদানকারী যতটুকু রাখতে দেন। পাঁচ ভাগের চার ভাগ হলে বেশি চাওয়ার সময়।
