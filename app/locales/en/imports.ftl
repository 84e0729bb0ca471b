# Bringing in subscriber lists.

import-title = Import subscribers
imports-title = Imports
import-choose = Choose a file
import-choose-help = CSV or XLSX, up to { $limit }. Your own column names are fine.
import-column = Column in your file
import-commit =
    { $count ->
        [one] Import { $count } subscriber
       *[other] Import { $count } subscribers
    }
import-done =
    { $count ->
        [one] { $count } subscriber imported
       *[other] { $count } subscribers imported
    }
import-download-problems = Download these rows
import-empty-body = Send the list you keep today; you see every row before anything is written.
import-empty-title = Nothing imported yet
import-example = Example from your file
import-fate-blank = Blank
import-fate-created = Created
import-fate-duplicate = Twice in the file
import-fate-failed = Failed
import-fate-kept = Kept, changed since
import-fate-new = Will be created
import-fate-same = Already here
import-fate-undone = Undone
import-fate-unread = Not read yet
import-fate-wrong = To correct
import-field = What it is
import-field-ignore = Leave out
import-file = File
import-mapping = Columns
import-mapping-help = Say what each column holds. We remember it for the next file.
import-mapping-remembered = The columns are known from your last file.
import-preview = Preview
import-preview-body = Nothing is written yet.
import-problem = Problem
import-progress = { $done } of { $total } rows
import-remedy = What to do
import-row = Row
import-state-done = Done
import-state-failed = Failed
import-state-mapping = Columns to be named
import-state-previewed = Ready to import
import-state-previewing = Reading
import-state-running = Importing
import-state-undoing = Being undone
import-state-undone = Undone
import-undo = Undo import
import-undo-body = Removes what this import created and nobody has touched since. Possible until { $until }.
import-upload = Upload
import-lead = Your own list, as it is. You see every row before anything is written.
import-rows = Rows
import-sent = Sent
import-steps = Steps of the import
import-see-rows = See what will happen
import-options = For the whole file
import-same-file = This very file was sent before, within a day. Importing it again creates nothing that is already here.
import-column-without-name = Column { $number }
import-field-of = What the column “{ $column }” holds
import-day-first = Day first: 03/04 is 3 April
import-month-first = Month first: 03/04 is 4 March
import-create-packages = Create packages that are missing
import-create-packages-help = With the name, speed and price that the file gives; you see them before.
import-generate-passwords = Make passwords where the file has none
import-generate-passwords-help = Otherwise such rows are left out.
import-default-package = Package for rows without one
import-default-package-help = Rows that name a package keep it.
import-date-order = Dates
import-date-order-auto = As the columns show
import-date-order-help = Only for dates that could be read either way.
import-dates-unclear =
    { $count ->
        [one] { $field }: { $count } date could be read either way and is taken day first. Change it under Columns if that is wrong.
       *[other] { $field }: { $count } dates could be read either way and are taken day first. Change it under Columns if that is wrong.
    }
import-ready =
    { $count ->
        [one] { $count } subscriber will be created
       *[other] { $count } subscribers will be created
    }
import-left-out =
    { $count ->
        [0] No row is left out.
        [one] { $count } row is left out.
       *[other] { $count } rows are left out.
    }
import-nothing-new = There is nothing new in this file.
import-change-columns = Change columns
import-commit-body =
    { $count ->
        [one] { $count } subscriber will be created with a line. You can take it back within 24 hours.
       *[other] { $count } subscribers will be created with their lines. You can take it back within 24 hours.
    }
import-new-packages = Packages that will be created
import-new-packages-body = Check the price of each: it is what the rows say most often. Rows that differ keep their own price.
import-set-prices = Use these prices
import-price-of = Price of { $name }
import-price-missing = No price yet
import-other-prices = Other rows say { $prices }
import-problem-rows =
    { $count ->
        [one] { $count } row needs correcting
       *[other] { $count } rows need correcting
    }
import-problem-rows-body = Take just these rows home, correct them, and send the file again. The others are not held up.
import-subscriber = Subscriber
import-remarks = What to know
import-row-number = Row { $number }
import-open-created = Show these subscribers
import-failed = The import stopped
import-done-body = Rows that were not imported are listed below with the reason.
import-undone =
    { $count ->
        [one] { $count } subscriber taken back
       *[other] { $count } subscribers taken back
    }
import-undone-body = Everything this import had created is gone.
import-kept =
    { $count ->
        [one] { $count } subscriber was kept, because somebody has worked with it since.
       *[other] { $count } subscribers were kept, because somebody has worked with them since.
    }
import-field-username = Username
import-field-password = Line password
import-field-name = Name
import-field-mobile = Mobile
import-field-package = Package
import-field-speed = Speed
import-field-price = Monthly price
import-field-address = Address
import-field-email = Email
import-field-national-id = National ID
import-field-number = Former subscriber no.
import-field-starts-on = Connected on
import-field-paid-until = Paid until
import-field-opening-due = Due from before
import-field-status = Status
import-field-disabled = Disabled, yes or no
import-field-mac = MAC address
import-field-static-ip = Fixed IP address
import-field-note = Note
import-file-missing = Choose a file first.
import-file-broken = The file did not arrive whole. Send it again.
import-file-empty = This file is empty.
import-file-too-large = This file is larger than { $limit }. Split it in two.
import-file-unpacks = This file unpacks to far more than a list can hold. Save the list as CSV and send that.
import-file-damaged = This file is damaged. Open it in your spreadsheet, save it again and send that.
import-file-encoding = The letters of this file cannot be read. Save it as CSV in UTF-8 and send that.
import-file-open-quote = A quotation mark in this file is opened and never closed. Save the list as XLSX and send that.
import-file-no-header = No row holds the names of the columns. Put them into the first row.
import-file-no-rows = There are no rows below the names of the columns.
import-file-too-many-rows = A file may hold at most { $most } rows. Split it in two.
import-file-too-many-columns = A file may hold at most { $most } columns. Take away those you do not need.
import-file-is-pdf = This is a PDF. Send the list as CSV or XLSX.
import-file-is-image = This is a picture. Send the list as CSV or XLSX.
import-file-is-old-excel = This is an old Excel file. Save it as XLSX and send that.
import-file-is-archive = This is an archive. Unpack it and send the list inside.
import-file-is-html = This is a web page, not a list. Export the list as CSV or XLSX.
import-file-is-other = This kind of file cannot be read. Send CSV or XLSX.
import-note-encoding = The file was not written in UTF-8. Look at the names: if letters are wrong, save it as CSV in UTF-8.
import-note-sheet = The file has several sheets. The sheet “{ $name }” is read.
import-note-title-rows =
    { $rows ->
        [one] { $rows } row above the names of the columns is left out.
       *[other] { $rows } rows above the names of the columns are left out.
    }
import-note-more-mobiles = The first number is taken; { $value } goes into the note.
import-note-name-from-username = There is no name: the username stands for it.
import-note-months-open =
    { $months ->
        [one] { $value }: { $months } month is still to be billed.
       *[other] { $value }: { $months } months are still to be billed.
    }
import-note-own-price = { $value } instead of the package price { $price }: kept as the price of this line.
import-note-package-by-price = Taken for “{ $name }”, by its price.
import-note-password-generated = A password will be made.
import-note-pool = “{ $value }” is a pool, not an address: no fixed address is set.
import-duplicate-of = The same username as in row { $row }. That one is taken.
import-same-as = Already here as { $number }, { $name }.
import-same-but-named = This username belongs to { $number }, { $name }. If this is somebody else, give the row another username.
import-problem-field-twice = Two columns cannot hold the same thing. Leave one of them out.
import-problem-username-unmapped = Say which column holds the username: nobody can come online without it.
import-problem-formula = “{ $value }” is a formula, and what it showed is not in the file. Save the list as values or as CSV.
import-problem-long = This is too long: at most { $most } letters.
import-problem-scientific = “{ $value }” is a number that the spreadsheet has cut short. Format the column as text, write the whole number and send the file again.
import-problem-status = “{ $value }” is no status we know. Write active, suspended or disabled.
import-problem-left = “{ $value }” says that this subscriber has left. Take the row out, or write active.
import-problem-yes-no = “{ $value }” is neither yes nor no. Write yes or no.
import-problem-paid-before-start = { $value } lies before the day of the connection. Check both dates.
import-problem-paid-until-old = { $value } is more than { $most } months ago. Write the day from when to bill, or leave the row out.
import-problem-package-unknown = There is no package “{ $name }”. Add it under Packages, or let the import create it.
import-problem-package-no-price = The package “{ $name }” has no price yet. Write one above, or give the row a price.
import-problem-package-price = Rows give different prices for the new package “{ $name }”, among them { $prices }. Write its price above, or correct the rows.
import-problem-package-empty = There is no package in this row. Write one, or choose a package for rows without one.
import-problem-package-ambiguous = This could be several packages: { $names }. Write the exact name.
import-problem-password-empty = There is no password in this row. Write one, or let the import make it.
import-problem-password = The password may have at most { $most } letters.
import-problem-ip-taken = The address { $value } already belongs to { $username }.
import-problem-ip-twice = The address { $value } is also in row { $row }.
import-problem-row-failed = This row could not be written. Send it again by itself; if it stays, call support.
import-problem-state = This import is at another step meanwhile. Reload the page to see it.
import-problem-nothing-new = There is nothing new in this file.
import-problem-undo-late = This import can no longer be taken back.
import-field-zone = Zone
import-problem-zone = There is no zone { $name }. Add it under Zones first, or leave the column out.
