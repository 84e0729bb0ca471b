# Keys with which programs act as somebody.

keys-title = API keys
keys-lead = With a key a program of yours does here what you may do, and no more than you allow it.
keys-docs = What programs can ask for
key-scopes-count =
    { $count ->
        [one] { $count } right
       *[other] { $count } rights
    }
keys-none = No keys yet
keys-none-words = Make one below for each program, so that you can take back one without stopping the others.
key-name = Name
key-name-help = Which program has it, such as: website, accounting.
key-scopes = What it may do
key-scopes-help = Only what you may do yourself is offered. If a right is taken from you, the key loses it too.
key-ends = Good until
key-used = Last used
key-never = Never
key-acts = Replace or take back
key-state-good = Good
key-state-ending = Ends soon
key-state-expired = Expired
key-state-revoked = Taken back
key-fresh-title = Your new key: { $name }
key-fresh-lead = Copy it now and put it where your program reads it. It is shown for ten minutes and never again.
key-copied = I have copied it
key-copied-done = The key is not shown any more.
key-rotate = Replace
key-rotate-words = You get a new key with the same rights. The old one stays good for at most seven days, so that you have time to put the new one in its place.
key-revoke = Take back
key-revoke-words = Every program that uses this key is refused from now on. This cannot be undone.
key-revoked = The key is worth nothing any more.
key-made = Your new key is ready to be copied.
key-new = A new key
key-new-lead = One for each program.
key-lasts = Good for
key-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
key-networks = Only from these addresses
key-networks-help = One address or network a line, such as 203.0.113.7 or 203.0.113.0/24. Leave it empty to allow it from anywhere.
key-premium = May ask more often
key-premium-help = For a program that works through whole lists: more requests a minute are let through.
key-premium-short = Asks more often
key-make = Make the key
problem-key-scopes = Tick at least one thing that the key may do.
problem-keys-many = You have { $most } keys already. Take back those that nothing uses, then make a new one.
problem-key-over = This key is not good any more. Make a new one.
problem-key-two = Two keys of this program are good already. Take back the older one first, or use the newer one.
problem-key-empty = You hold none of the rights of this key any more. Make a new key with what you may do now.
problem-api-cursor = This is no cursor of this list. Begin without one.
problem-api-limit = Ask for 1 to { $most } at once.
problem-api-twice = Send this once.
problem-api-unknown = There is no such field. See /api/v1/docs for those that there are.
problem-api-field = There is no field { $name }.
problem-api-value = This value cannot be read: { $words }.
problem-api-zero = A text cannot hold a zero byte.
problem-api-currency = Send the currency in which this provider keeps its books.
rates-title = Too many requests
rates-words = Please wait { $seconds } seconds, then load the page again. Nothing was lost.
