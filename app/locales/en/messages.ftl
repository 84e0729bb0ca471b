# Notices to subscribers: their words, and the outbox.

messages-title = Messages
messages-lead = What goes to subscribers, and whether it arrived.
messages-search = Mobile, email, name or number
messages-empty-title = No message yet
messages-empty-body = Reminders appear here on the day a dunning plan wants them.
messages-plans = Dunning plans
messages-texts = Texts
messages-texts-lead = What subscribers read. Words in braces are filled in for each.
message-to = To
message-text = Text
message-not-before = Not before
message-channel = By
message-parts = { $count ->
        [one] 1 part
       *[other] { $count } parts
    }
message-channel-sms = SMS
message-channel-email = Email
message-channel-whatsapp = WhatsApp
message-state-queued = Waiting
message-state-cancelled = Cancelled
message-state-sending = Being sent
message-state-sent = Sent
message-state-delivered = Delivered
message-state-failed = Failed
message-state-unknown = Outcome unknown
message-cancel-paid = Paid meanwhile
message-cancel-by-hand = By hand
message-cancel = Take back
message-cancel-body = The message is not sent. The step of the plan counts as done.
message-kind = Notice
message-language = Language
message-own = Own words
message-usual = Usual words
message-values = Can be used: { $values }
message-example = As it will be read
message-units-gsm = { $units } letters, { $parts } SMS
message-units-unicode = { $units } letters in Unicode, { $parts } SMS
message-back-to-usual = Use the usual words
message-back-to-usual-body = Your own words for this notice are removed. Messages that wait stay as they are.
message-edit = Change the words

message-name-due-soon = Bill is due soon
message-name-overdue = Bill is overdue
message-name-last-warning = Last reminder
message-name-suspended = Line suspended
message-name-promised = Promise to pay
message-name-expiring = Prepaid time ends

message-text-due-soon = Dear { $name }, your bill { $invoice } of { $amount } is due on { $due_date }. Please pay in time to stay online. { $company }
message-text-overdue = Dear { $name }, your bill { $invoice } was due on { $due_date }. { $amount } is still to pay. Please pay to keep your line. { $company }
message-text-last-warning = Dear { $name }, { $amount } of bill { $invoice } is { $days } days overdue. Your line will be suspended soon. Please pay now. { $company }
message-text-suspended = Dear { $name }, your line ({ $number }) is suspended because { $amount } is unpaid. It comes back as soon as you pay. { $company }
message-text-promised = Dear { $name }, thank you. We wait for { $amount } until { $until }. Your line stays on until then. { $company }
message-text-expiring = Dear { $name }, { $package } for { $username } ends on { $until }. Renew in time to stay online. { $company }
message-name-data-near = Data is nearly used
message-name-data-used = Data is used
message-text-data-near = Dear { $name }, { $username } has used { $used }, { $percent } % of its data. Counting begins again on { $until }. { $company }
message-text-data-used = Dear { $name }, { $username } has used its data ({ $used }). It may be slower until { $until }. You can buy more in your account. { $company }
message-name-reset-link = Link to a new password
message-text-reset-link = Dear { $name }, choose a new password here within { $minutes } minutes: { $link } If you did not ask for it, do nothing. { $company }
message-name-sign-in-code = Code to sign in
message-text-sign-in-code = { $code } is your code to sign in. It is good for { $minutes } minutes; give it to nobody. { $company }
message-name-verify-code = Code to prove an address
message-text-verify-code = { $code } proves that this address is yours. It is good for { $minutes } minutes; give it to nobody. { $company }
message-name-key-ending = Key ends soon
message-text-key-ending = Dear { $name }, the key "{ $key }" of a program ends on { $until }, in { $days } days. Make a new one under your account, API keys, and put it in its place. { $company }
