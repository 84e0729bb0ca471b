# Settings of a company.

settings-title = সেটিংস
settings-isp = আপনার প্রতিষ্ঠান
settings-language = ভাষা
settings-suspended-access = সংযোগ সাময়িক বন্ধ হলে
settings-suspended-reject = সংযোগ প্রত্যাখ্যান করা হবে
settings-suspended-walled = শুধু বিল দেওয়ার পাতা দেখানো হবে
settings-zone = সময় অঞ্চল
