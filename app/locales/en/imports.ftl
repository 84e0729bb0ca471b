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
