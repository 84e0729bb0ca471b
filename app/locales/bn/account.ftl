# নিজের অ্যাকাউন্ট, এবং সাইন ইন।

account-title = আমার অ্যাকাউন্ট
account-profile = প্রোফাইল
account-security = সাইন ইন ও নিরাপত্তা
account-security-lead = আপনার পাসওয়ার্ড, দ্বিতীয় ধাপ ও উদ্ধার কোড।
account-sessions = কোথায় সাইন ইন আছে
account-sessions-lead = আপনার নামে সাইন ইন থাকা সব ডিভাইস। অচেনা কিছু দেখলে বন্ধ করুন, তারপর পাসওয়ার্ড বদলান।
account-rules = সাইন ইনের নিয়ম
account-rules-lead = এই প্রতিষ্ঠানের সবার জন্য সাইন ইন কতটা কড়া হবে।
account-role = ভূমিকা
account-email = ইমেইল
account-username = ইউজারনেম
account-mobile = মোবাইল
account-sign-in-names = যা দিয়ে সাইন ইন করেন
account-language = ভাষা
account-language-any = ব্রাউজার যা চায়
account-language-help = উপরের বোতামে ভাষা না বাছলে এটি চলবে।
account-of-line = আপনি সংযোগের পাসওয়ার্ড দিয়ে সাইন ইন করেন। বদলাতে আপনার ইন্টারনেট সেবাদাতাকে ফোন করুন।

password-title = পাসওয়ার্ড
password-since = চালু আছে
password-old = এখনকার পাসওয়ার্ড
password-new = নতুন পাসওয়ার্ড
password-again = নতুন পাসওয়ার্ড আবার
password-help = অন্তত ৮টি অক্ষর: বড় ও ছোট হাতের অক্ষর, অঙ্ক ও চিহ্নসহ। ছোট একটি বাক্য মনে রাখা সহজ।
password-change = পাসওয়ার্ড বদলান
password-changed = আপনার পাসওয়ার্ড বদলেছে।
password-ends-others = আপনার অন্য সব ডিভাইস সাইন আউট হবে।

factor-title = দ্বিতীয় ধাপ
factor-lead = পাসওয়ার্ডের সঙ্গে ফোনের একটি কোড: কেউ পাসওয়ার্ড জানলেও ঢুকতে পারবে না।
factor-off = এখনো চালু নেই। চালু করলে পাসওয়ার্ডের পরে ফোনের একটি কোড লিখতে হবে।
factor-begin = দ্বিতীয় ধাপ চালু করুন
factor-on = চালু আছে
factor-since = শুরু
factor-scan = ফোনে একটি অথেনটিকেটর অ্যাপ খুলে এই চৌকো কোডটি স্ক্যান করুন।
factor-type = স্ক্যান করতে না পারলে অ্যাপে এই চাবিটি লিখুন:
factor-square = অথেনটিকেটর অ্যাপের চৌকো কোড
factor-code = অ্যাপে এখন যে কোড দেখাচ্ছে
factor-confirm = চালু করুন
factor-done = দ্বিতীয় ধাপ চালু হয়েছে।
factor-drop = বন্ধ করুন
factor-drop-words = এরপর শুধু পাসওয়ার্ডেই আপনার অ্যাকাউন্ট খুলবে।
factor-dropped = দ্বিতীয় ধাপ বন্ধ হয়েছে।
factor-forced = আপনার ভূমিকায় এখানে এটি ছাড়া চলবে না।
factor-codes-left =
    { $count ->
        [one] একটি উদ্ধার কোড বাকি আছে।
       *[other] { $count }টি উদ্ধার কোড বাকি আছে।
    }
factor-codes-low = অল্প কয়েকটি উদ্ধার কোড বাকি। শেষ হওয়ার আগে নতুন কোড বানান।
factor-codes-new = নতুন উদ্ধার কোড
factor-codes-new-words = এরপর আগের কোডগুলো আর চলবে না।

codes-title = উদ্ধার কোড
codes-lead = ফোন হারালে কাজে লাগবে: প্রতিটি কোড একবারই চলে।
codes-once = এখনই লিখে রাখুন বা প্রিন্ট করুন। আর দেখানো হবে না।
codes-kept = আমি রেখে দিয়েছি
codes-gone = কোডগুলো আর দেখানো হবে না।
codes-none = দেখানোর কিছু নেই
codes-none-words = উদ্ধার কোড বানানোর পরে একবারই দেখানো হয়। চাইলে নতুন কোড বানাতে পারেন।

session-device = ডিভাইস
session-device-unknown = অচেনা ডিভাইস
session-browser-on = { $system }-এ { $browser }
session-address = ঠিকানা
session-since = সাইন ইন
session-seen = শেষ দেখা
session-here = এই ডিভাইস
session-end = বন্ধ করুন
session-ended = ওই ডিভাইসটি সাইন আউট হয়েছে।
session-end-others = অন্য সব জায়গা থেকে সাইন আউট
session-end-others-words = এই ডিভাইস ছাড়া সবগুলোতে আবার সাইন ইন করতে হবে।
session-ended-all = অন্য সব ডিভাইস সাইন আউট হয়েছে।

rules-factor = অ্যাডমিনদের জন্য দ্বিতীয় ধাপ
rules-factor-help = যাঁর নেই, তিনি পরের সাইন ইনের পরেই চালু করে নেবেন। কেউ বাইরে আটকে যাবেন না।
rules-idle = ক্লিক ছাড়া কত মিনিট
rules-idle-help = এতক্ষণ পরে আবার সাইন ইন করতে হবে। ৫ থেকে ১০০৮০।
rules-most = একসঙ্গে কত ডিভাইস
rules-most-help = এর বেশি হলে সবচেয়ে পুরোনোটি সাইন আউট হবে। ১ থেকে ২০।
rules-days = কত দিন পরে নতুন পাসওয়ার্ড
rules-days-help = খালি রাখলে পাসওয়ার্ড পুরোনো হবে না।
rules-moves-staff = অন্য নেটওয়ার্কে কর্মী
rules-moves-help = সেশন যখন আগে ব্যবহৃত হয়নি এমন নেটওয়ার্ক থেকে চলে। “আবার পাসওয়ার্ড” থাকলে চুরি যাওয়া সেশন সেখানে কাজে লাগে না।
rules-moves-customers = অন্য নেটওয়ার্কে গ্রাহক
rules-moves-customers-help = মোবাইল ফোন সারাদিন নেটওয়ার্ক বদলায়: প্রতিবার পাসওয়ার্ড চাইলে বিরক্তিকর হয়।
rules-moves-off = চলতে থাকে
rules-moves-ask = আবার পাসওয়ার্ড চায়
rules-moves-end = সেশন শেষ হয়

sign-in-code = কোড
sign-in-code-help = অথেনটিকেটর অ্যাপের ছয় অঙ্ক, অথবা আপনার একটি উদ্ধার কোড।
sign-in-code-title = আপনার কোড দিন
sign-in-code-lead = পাসওয়ার্ড ঠিক আছে। আর একটি ধাপ বাকি।
sign-in-enrol-lead = আপনার ভূমিকায় এখানে দ্বিতীয় ধাপ লাগবে। একবার চালু করলেই ঢুকতে পারবেন।
sign-in-confirm = এগিয়ে যান
sign-in-confirm-title = আপনিই তো?
sign-in-confirm-lead = আপনি আগের চেয়ে অন্য নেটওয়ার্ক থেকে এসেছেন। পাসওয়ার্ড দিন; এরপর এই ডিভাইস সেখানেও চেনা থাকবে।
sign-in-password-lead = আপনার পাসওয়ার্ড পুরোনো হয়েছে। নতুন একটি বাছলেই ঢুকতে পারবেন।
sign-in-over = আবার সাইন ইন করুন
sign-in-over-words = এই ধাপটি শেষ হয়েছে বা শুরু হয়নি। শুরু থেকে সাইন ইন করুন।
sign-in-other = অন্য নামে সাইন ইন

proof-title = সত্যিই আপনি তো?
proof-lead = এই কাজ সহজে ফেরানো যায় না, তাই আরেকবার জিজ্ঞাসা করছি। আপনি যা লিখেছেন তা থাকছে।
proof-go-on = এগিয়ে যান
error-proof = আগে পাসওয়ার্ড বা কোড দিয়ে দেখান যে এটি আপনিই।

problem-password-kinds = বড় ও ছোট হাতের অক্ষর, অঙ্ক ও চিহ্ন ব্যবহার করুন।
problem-password-common = এই পাসওয়ার্ড সবার আগে অনুমান করা হয়। অন্য কিছু বাছুন, যেমন ছোট একটি বাক্য।
problem-password-name = এতে আপনার নাম আছে। নাম ছাড়া পাসওয়ার্ড বাছুন।
problem-password-used = এটি আগে ব্যবহার করেছেন। শেষ { $count }টি থেকে আলাদা একটি বাছুন।
problem-password-again = দুটি এক নয়। নতুন পাসওয়ার্ড দুইবার একই লিখুন।
problem-password-wrong = এটি আপনার পাসওয়ার্ড নয়। আবার চেষ্টা করুন।
problem-code-wrong = কোডটি ঠিক নয়, বা আগেই ব্যবহার হয়েছে। পরের কোডের জন্য অপেক্ষা করে আবার চেষ্টা করুন।
problem-factor-there = আপনার দ্বিতীয় ধাপ চালুই আছে। নতুন করতে চাইলে আগে এটি বন্ধ করুন।
problem-factor-none = আপনার দ্বিতীয় ধাপ নেই। আগে চালু করুন।
problem-factor-forced = আপনার ভূমিকায় এখানে দ্বিতীয় ধাপ ছাড়া চলবে না। কোড হারালে নতুন উদ্ধার কোড বানান।
problem-line-account = আপনি সংযোগের পাসওয়ার্ড দিয়ে সাইন ইন করেন, তাই এটি আপনার জন্য নেই। ইন্টারনেট সেবাদাতাকে ফোন করুন।
problem-code-wait = একটু আগেই একটি বার্তা চাওয়া হয়েছে। আবার চাওয়ার আগে { $seconds } সেকেন্ড অপেক্ষা করুন।
problem-code-many = আজ অনেক বার্তা চাওয়া হয়েছে। আপনার ইন্টারনেট সেবাদাতাকে ফোন করুন।
problem-code-over = কোডটি আর চলবে না। নতুন কোড নিন।
problem-link-over = লিংকটি আগেই ব্যবহার হয়েছে, বা পুরোনো হয়ে গেছে। নতুন লিংক নিন।
problem-no-address = আপনার অ্যাকাউন্টে এমন কোনো ঠিকানা নেই।

account-verified = যাচাই করা
account-unverified = যাচাই করা হয়নি
account-verify = যাচাই করুন
account-verify-title = ঠিকানা যাচাই
account-verify-lead = ঠিকানায় একটি কোড যাবে। কোডটি এখানে দিলে বোঝা যাবে বার্তা আপনার কাছে পৌঁছায়: নতুন পাসওয়ার্ড ও নোটিশ পাবেন।
account-verify-email = যাচাইয়ের ইমেইল
account-verify-mobile = যাচাইয়ের মোবাইল
account-verify-send = কোড পাঠান
account-verify-again = আরেকটি কোড পাঠান
account-verify-code = বার্তায় আসা কোড
account-verify-done = ঠিকানাটি যাচাই করা হয়েছে।
account-verify-nothing = যাচাই করার কিছু নেই
account-verify-nothing-words = আপনার অ্যাকাউন্টে ইমেইল বা মোবাইল নেই, অথবা আপনি লাইনের পাসওয়ার্ডে সাইন ইন করেন।
