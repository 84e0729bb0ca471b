# Signing in and out.

sign-in-title = Sign in
sign-in-to = Sign in to { $name }
sign-in-login = Email, username or mobile
sign-in-password = Password
sign-in-submit = Sign in
sign-in-wrong = Name or password is not right.
sign-in-throttled = Too many attempts. Wait { $minutes } minutes and try again.
sign-in-signed-out = You are signed out.
sign-in-help = Forgot your password? Call your internet provider.
sign-in-unknown-host = No internet provider is known under this address.
sign-in-lead = Sign in to your account
sign-in-away = The server is busy starting up. Try again in a moment.
sign-in-failed = Something failed on our side. Try again; if it stays, call your internet provider.
