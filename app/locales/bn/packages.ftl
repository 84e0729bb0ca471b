# What is sold.

packages-title = প্যাকেজ
package-add = প্যাকেজ যোগ করুন
package-edit = প্যাকেজ সম্পাদনা
package-archive = আর্কাইভ করুন
package-archive-body = নতুন কেউ { $name } নিতে পারবেন না; যাঁদের আছে তাঁদের থাকবে।
package-down = ডাউনলোড গতি
package-empty-body = প্যাকেজে নাম, গতি ও দাম থাকে। সেই অনুযায়ী গ্রাহকের বিল হয়।
package-empty-title = এখনো কোনো প্যাকেজ নেই
package-kind = ধরন
package-kind-hotspot = হটস্পট
package-kind-pppoe = PPPoE সংযোগ
package-kind-static-ip = স্ট্যাটিক আইপি
package-name = প্যাকেজের নাম
package-price = দাম
package-speed = গতি
package-speed-help = Mbit/s এককে। খালি রাখলে আনলিমিটেড।
package-speed-value = { $down } / { $up } এমবিপিএস
package-subscribers = গ্রাহক
package-tax = কর
package-tax-exclusive = সঙ্গে { $rate } যোগ হবে
package-tax-inclusive = { $rate } সহ
package-tax-none = কর নেই
package-up = আপলোড গতি
package-validity = মেয়াদ
package-validity-days = দিন
package-validity-months = মাস
