# Somebody's own account, and how people sign in.

account-title = My account
account-profile = Profile
account-security = Sign-in and security
account-security-lead = Your password, your second factor and your recovery codes.
account-sessions = Where you are signed in
account-sessions-lead = Every device that is signed in as you. End what you do not know, and change your password then.
account-rules = Sign-in rules
account-rules-lead = How strict the sign-in is for everybody at this provider.
account-role = Role
account-email = Email
account-username = Username
account-mobile = Mobile
account-sign-in-names = What you sign in with
account-language = Language
account-language-any = As the browser asks
account-language-help = Used where you have not chosen one with the button above.
account-of-line = You sign in with your line's own password. To change it, call your internet provider.

password-title = Password
password-since = In use since
password-old = Your password now
password-new = New password
password-again = New password again
password-help = At least 8 characters with capital and small letters, a figure and a sign. A short sentence is easy to remember.
password-change = Change the password
password-changed = Your password is changed.
password-ends-others = All your other devices are signed out.

factor-title = Second factor
factor-lead = A code from your phone beside the password: who learns your password still stays outside.
factor-off = There is none yet. With one you type a code from your phone after the password.
factor-begin = Set up a second factor
factor-on = Switched on
factor-since = since
factor-scan = Open an authenticator app on your phone and scan this square.
factor-type = If you cannot scan it, type this key into the app:
factor-square = Square code for the authenticator app
factor-code = Code that the app shows now
factor-confirm = Switch it on
factor-done = Your second factor is switched on.
factor-drop = Switch it off
factor-drop-words = From then on the password alone opens your account.
factor-dropped = Your second factor is switched off.
factor-forced = Your role may not go without it here.
factor-codes-left =
    { $count ->
        [one] One recovery code is left.
       *[other] { $count } recovery codes are left.
    }
factor-codes-low = Few recovery codes are left. Make new ones before the last is gone.
factor-codes-new = New recovery codes
factor-codes-new-words = The codes of before are worth nothing from then on.

codes-title = Recovery codes
codes-lead = For the day when your phone is gone: each code opens the door once.
codes-once = Write them down or print them now. They are not shown again.
codes-kept = I have kept them
codes-gone = The codes are not shown again.
codes-none = Nothing to show
codes-none-words = Recovery codes are shown once, right after they were made. You can make new ones.

session-device = Device
session-device-unknown = Unknown device
session-browser-on = { $browser } on { $system }
session-address = Address
session-since = Signed in
session-seen = Last seen
session-here = This device
session-end = End
session-ended = That device is signed out.
session-end-others = Sign out everywhere else
session-end-others-words = Every device but this one has to sign in again.
session-ended-all = All other devices are signed out.

rules-factor = Second factor for administrators
rules-factor-help = Whoever has none sets one up right after the next sign-in. Nobody is locked out.
rules-idle = Minutes without a click
rules-idle-help = After that long one signs in again. From 5 to 10080.
rules-most = Devices at once
rules-most-help = With one more the oldest is signed out. From 1 to 20.
rules-days = Days until a new password
rules-days-help = Empty: a password does not grow old.
rules-moves-staff = Staff in another network
rules-moves-help = When a session goes on from a network where it was not used before. With “ask”, a stolen session is worth nothing there.
rules-moves-customers = Subscribers in another network
rules-moves-customers-help = Phones change networks all day: asking each time is a nuisance.
rules-moves-off = goes on
rules-moves-ask = asks the password again
rules-moves-end = ends the session

sign-in-code = Code
sign-in-code-help = The six digits that your authenticator app shows, or one of your recovery codes.
sign-in-code-title = Your code, please
sign-in-code-lead = The password is right. One more step.
sign-in-enrol-lead = Your role needs a second factor here. Set it up once, then you are in.
sign-in-confirm = Go on
sign-in-confirm-title = Is it still you?
sign-in-confirm-lead = You come from another network than before. Your password, please; this device is known there afterwards.
sign-in-password-lead = Your password has grown old here. Choose a new one, then you are in.
sign-in-over = Sign in again
sign-in-over-words = This step is over or was never begun. Begin at the door.
sign-in-other = Sign in as somebody else

proof-title = Is it really you?
proof-lead = This cannot be taken back easily, so we ask once more. What you entered is kept.
proof-go-on = Go on
error-proof = Show first that it is you: by your password or a code.

problem-password-kinds = Use capital and small letters, a figure and a sign.
problem-password-common = This is one of the passwords that are guessed first. Choose another, such as a short sentence.
problem-password-name = Your name stands in it. Choose a password that does not hold your name.
problem-password-used = You used this before. Choose one that differs from your last { $count }.
problem-password-again = The two are not the same. Type the new password twice.
problem-password-wrong = This is not your password. Try again.
problem-code-wrong = This code is not right, or was used before. Wait for the next one and try again.
problem-factor-there = You have a second factor already. Switch it off first to set up another.
problem-factor-none = You have no second factor. Set one up first.
problem-factor-forced = Your role may not go without a second factor here. Make new recovery codes instead if you lost them.
problem-line-account = You sign in with your line's password, so there is nothing of this kind. Call your internet provider.
problem-code-wait = A message was asked for a moment ago. Wait { $seconds } seconds before you ask for another.
problem-code-many = Too many messages were asked for today. Call your internet provider.
problem-code-over = This code is not good any more. Ask for a new one.
problem-link-over = This link was used already, or is too old. Ask for a new one.
problem-no-address = There is no such address in your account.

account-verified = verified
account-unverified = not verified
account-verify = Verify
account-verify-title = Verify an address
account-verify-lead = A code goes to the address. Typed here, it proves that messages reach you: a new password and notices will.
account-verify-email = Email to verify
account-verify-mobile = Mobile to verify
account-verify-send = Send me a code
account-verify-again = Send another code
account-verify-code = Code from the message
account-verify-done = This address is verified.
account-verify-nothing = There is nothing to verify
account-verify-nothing-words = Your account has no email and no mobile, or you sign in with your line.
