# Names of roles.

role-admin = Admin
role-card-distributor = Card distributor
role-customer = Subscriber
role-developer = Developer
role-manager = Manager
role-reseller = Reseller
role-staff = Staff
role-sub-reseller = Sub-reseller
role-super-admin = Super admin
