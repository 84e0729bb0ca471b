# What went wrong and what to do; form helpers.

error-amount = Write an amount such as 1250 or 1250.50.
error-amount-decimals = Use at most two decimals, such as 1250.50.
error-amount-negative = The amount cannot be negative.
error-amount-positive = Write an amount above zero.
error-conflict = Somebody else changed this meanwhile. Reload the page to see it, then try again.
error-date = Choose a real date.
error-date-order = The end cannot be before the start.
error-denied = Your account may not do this. Ask your administrator for the right.
error-email = Write an email address such as name@example.com.
error-file-empty = This file is empty.
error-file-large = This file is too large. The limit is { $limit }.
error-file-type = This kind of file cannot be read. Send CSV or XLSX.
error-home = Go to the start page
error-internal = Something failed on our side. It is recorded under { $reference }; nothing was saved.
error-in-use = This is still in use and cannot be deleted.
error-invalid = Please correct the marked fields.
error-mobile = Write a mobile number such as 01711-234567.
error-network = The server could not be reached. Check your connection and try again.
error-not-found = This page or record does not exist, or you may not see it.
error-not-found-title = Not found
error-denied-title = Not allowed
error-title = Not available at the moment
error-number = Write a whole number.
error-number-range = Write a number between { $min } and { $max }.
error-required = Please fill this in.
error-choose = Please choose one.
error-session = You were signed out. Sign in again; what you typed is still here.
error-summary =
    { $count ->
        [one] One thing to correct
       *[other] { $count } things to correct
    }
error-taken = This is already in use. Choose another.
error-too-long = Use at most { $max } characters.
error-too-short = Use at least { $min } characters.
error-too-many = Too many attempts. Wait a little and try again.
error-upstream = { $name } did not answer. Nothing is lost; we keep trying.
error-username = Use letters, digits, dot, dash or underscore, without spaces.
form-choose = Choose…
form-file-none = No file chosen
form-optional = optional
form-required = required
form-working = Working…
confirm-title = Are you sure?
confirm-irreversible = This cannot be undone.
error-sign-in = Sign in to see this page.
