# প্রোমো কোড: যেখানে তৈরি হয় আর যেখানে ব্যবহার হয়।

customer-promo = প্রোমো কোড
customer-promo-help = কোড থাকলে প্রথম বিলগুলো কম হবে।
problem-promo-code = A থেকে Z, অঙ্ক বা ড্যাশ দিয়ে ৩ থেকে ৩০ অক্ষর লিখুন।
problem-promo-cycle = কোড বিল বা প্রিপেইড সময়ের দাম কমায়, আর এই লাইনের নিজের কোনো খরচ নেই। অন্য প্যাকেজ বাছুন।
problem-promo-nothing = এই কোডে এখানে কিছু কমে না।
problem-promo-taken = এই নামে একটি কোড আছে। অন্য নাম দিন, অথবা আর্কাইভ থেকে পুরোনোটি বের করুন।
promo-add = নতুন কোড
promo-add-words = কোড পরের মেয়াদগুলোর বিল থেকে, অথবা এরপর কেনা প্রিপেইড সময়ের দাম থেকে, একটি অংশ বা পরিমাণ কমায়, আলাদা লাইনে।
promo-amount = কত কমবে
promo-amount-help = শতকরা হলে: এক মেয়াদে সর্বোচ্চ যত কমবে। খালি: এমন সীমা নেই।
promo-archive = আর্কাইভ করুন
promo-archive-body = এই কোড আর কেউ ব্যবহার করতে পারবেন না। যাঁরা ব্যবহার করেছেন তাঁদের ছাড় থাকবে।
promo-archived = আর্কাইভ
promo-code = কোড
promo-code-help = মানুষ যা লিখবেন। বড় বা ছোট হাতের অক্ষরে পার্থক্য নেই।
promo-days = কার্যকর
promo-for-periods = { $count ->
    [one] এক মেয়াদে { $off } ছাড়
   *[other] { $count } মেয়াদের প্রতিটিতে { $off } ছাড়
}
promo-from-amount = { $amount } বা তার বেশি হলে
promo-last-day = শেষ দিন
promo-minimum = মেয়াদের সর্বনিম্ন মূল্য
promo-none-archived = আর্কাইভে কোনো কোড নেই
promo-off = ছাড়
promo-only-packages = শুধু { $packages } এর জন্য
promo-open-end = শেষ নেই
promo-packages = প্যাকেজ
promo-packages-help = যেগুলোর জন্য কোড সেগুলোতে টিক দিন। টিক না দিলে সবগুলোর জন্য।
promo-paid = পরিশোধিত
promo-per-customer = { $count ->
    [one] একজন গ্রাহকের জন্য একবার
   *[other] একজন গ্রাহকের জন্য { $count } বার
}
promo-percent = শতকরা ছাড়
promo-periods = মেয়াদ
promo-periods-help = লাইনের এতগুলো মেয়াদের বিল কমবে, ১ থেকে ৩৬।
promo-restore = বের করুন
promo-stacks = অন্য ছাড়ের সঙ্গেও
promo-stacks-field = অন্য ছাড়ের সঙ্গেও চলবে
promo-used = ব্যবহৃত
promo-uses-own = একজন গ্রাহকের জন্য কতবার
promo-uses-total = মোট কতবার
promos-empty = এখনো কোনো প্রোমো কোড নেই
promos-empty-body = নিচে একটি তৈরি করে সবাইকে জানান। গ্রাহক যোগ করার সময় বা তাঁর শর্তের পাতায় এটি লেখা হয়।
promos-lead = কোডে কত কমে, কবে পর্যন্ত, আর কতবার ব্যবহার ও পরিশোধ হয়েছে।
promos-title = প্রোমো কোড
terms-promo = প্রোমো কোড ব্যবহার
terms-promo-code = প্রোমো কোড
terms-promo-done = পরের বিলগুলো কম হবে।
terms-promo-help = প্রথম যে মেয়াদের বিল হয়নি সেখান থেকে কার্যকর।
terms-promo-use = কোড ব্যবহার করুন
timeline-promo-redeem = প্রোমো কোড ব্যবহৃত
terms-time-off = { $amount } ছাড় দেওয়া হয়েছে।
