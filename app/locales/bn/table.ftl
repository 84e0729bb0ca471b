# Lists, filters, paging, charts.

table-cards-hint = ওপরে-নিচে যেতে তির চিহ্ন, খুলতে এন্টার চাপুন।
table-clear-filters = সব ফিল্টার মুছুন
table-filter-remove = ফিল্টার সরান: { $label }
table-filters = ফিল্টার
table-next = পরের পৃষ্ঠা
table-page = { $pages } পৃষ্ঠার মধ্যে { $page } নম্বর
table-page-size = প্রতি পৃষ্ঠায় সারি
table-pages = পৃষ্ঠা
table-previous = আগের পৃষ্ঠা
table-range = { $total }টির মধ্যে { $from }–{ $to }
table-results = { $count }টি ফলাফল
table-select-all = এই পৃষ্ঠার সব সারি বাছাই করুন
table-select-every = মিলে যাওয়া { $count }টির সব বাছাই করুন
table-select-row = { $name } বাছাই করুন
table-selected = { $count }টি বাছাই করা
table-sort-ascending = { $column }, ছোট থেকে বড় সাজানো। বড় থেকে ছোট সাজান।
table-sort-by = { $column } অনুযায়ী সাজান
table-sort-descending = { $column }, বড় থেকে ছোট সাজানো। ছোট থেকে বড় সাজান।
empty-search-body = কম শব্দে বা অন্য বানানে খুঁজে দেখুন, অথবা ফিল্টার মুছে দিন।
empty-search-title = কিছু পাওয়া যায়নি
chart-data = টেবিল হিসেবে দেখুন
chart-hint = মান দেখতে গ্রাফের ওপর মাউস নিন।
