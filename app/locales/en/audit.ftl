# The audit log.

audit-title = Audit log
audit-action = Action
audit-actor = Who
audit-subject = What
audit-time = When
audit-system = The system
audit-empty = Nothing has been recorded yet.
