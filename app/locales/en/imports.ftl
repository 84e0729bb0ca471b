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
