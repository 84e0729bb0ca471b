# The audit log.

audit-title = অডিট লগ
audit-action = কাজ
audit-actor = কে করেছেন
audit-subject = কী নিয়ে
audit-time = কখন
audit-system = সিস্টেম
audit-empty = এখনো কিছু লেখা হয়নি।
