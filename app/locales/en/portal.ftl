# What a subscriber reads.

portal-greeting = Hello { $name }
portal-invoices = My invoices
portal-line = My line
portal-line-offline = You are offline
portal-line-online = You are online
portal-line-suspended = Your line is suspended until the bill is paid
portal-owe = To pay
portal-owe-nothing = You owe nothing
portal-paid-until = Paid until { $date }
portal-pay-how = Pay in cash at your provider's office or to the collector and keep the receipt.
portal-payments = My payments
portal-title = My account
portal-usage = Usage
