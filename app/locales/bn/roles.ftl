# Names of roles.

role-admin = অ্যাডমিন
role-card-distributor = কার্ড পরিবেশক
role-customer = গ্রাহক
role-developer = ডেভেলপার
role-manager = ম্যানেজার
role-reseller = রিসেলার
role-staff = স্টাফ
role-sub-reseller = সাব-রিসেলার
role-super-admin = সুপার অ্যাডমিন
