# Signing in and out.

sign-in-title = সাইন ইন
sign-in-to = { $name }-এ সাইন ইন
sign-in-login = ইমেইল, ইউজারনেম বা মোবাইল
sign-in-password = পাসওয়ার্ড
sign-in-submit = সাইন ইন
sign-in-wrong = নাম অথবা পাসওয়ার্ড ঠিক নয়।
sign-in-throttled = অনেকবার ভুল হয়েছে। { $minutes } মিনিট পরে আবার চেষ্টা করুন।
sign-in-signed-out = আপনি সাইন আউট করেছেন।
sign-in-help = পাসওয়ার্ড ভুলে গেলে আপনার ইন্টারনেট সেবাদাতাকে ফোন করুন।
sign-in-unknown-host = এই ঠিকানায় কোনো ইন্টারনেট সেবাদাতা নেই।
sign-in-lead = আপনার অ্যাকাউন্টে সাইন ইন করুন
sign-in-away = সার্ভার এখন চালু হচ্ছে। একটু পরে আবার চেষ্টা করুন।
sign-in-failed = আমাদের দিকে একটি ত্রুটি হয়েছে। আবার চেষ্টা করুন; না হলে আপনার ইন্টারনেট সেবাদাতাকে ফোন করুন।
