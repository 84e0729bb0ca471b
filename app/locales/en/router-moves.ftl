# Moving a router's subscribers from its own secrets to RADIUS.

move-button = Move to RADIUS
move-title = Move { $name } to RADIUS
move-lead = From the secrets on the router to RADIUS: one line first, then wave after wave. If too few come back, everything becomes as it was.
move-look = What would happen
move-look-cannot = The router cannot be looked at now
move-goes = Lines that are moved
move-goes-count = { $count }, of them { $online } online now
move-stays = Secrets that stay on the router
move-asleep = Secrets that are switched off already
move-client = RADIUS server on the router
move-client-none = None for PPP yet: say below where it finds ours
move-settings = Settings that are changed
move-settings-none = None: it asks RADIUS already
move-unseen = Our account on the router may not see passwords, so we cannot tell whether the router has other ones than we. Give it the policy "sensitive", or rely on the test and the waves.
move-unseen-title = Passwords could not be compared
move-others-title = Other lines on this router
move-others = { $count ->
    [one] { $count } hotspot or fixed line goes over at the end
   *[other] { $count } hotspot and fixed lines go over at the end
 }, without a wave. Make sure that the hotspot asks RADIUS first.
move-stays-lead = These are not moved. The router goes on serving them from its own secrets, until somebody changes that.
move-stays-more = and { $count } more
move-name = Name
move-why = Why
move-online = Online
move-why-unknown = No line has this name
move-why-other-service = For a tunnel, not for PPPoE
move-why-down = The line is down now
move-why-no-password = We keep no password for it
move-why-password = The router has another password than we
move-why-switched-off = Was switched off on the router
move-form = Begin
move-test = First line, as a test
move-test-help = Its secret is put to sleep and its session ends. Only when it comes in through RADIUS does anybody else follow. Best one that you can reach.
move-test-online = { $name } (online)
move-percent = Percent in one wave
move-percent-help = At least 5 lines and at most 200 go at once.
move-minutes = Minutes for a wave
move-minutes-help = So long those who were online have to come back. If fewer than 95 of 100 do, everything becomes as it was.
move-server = Address of our RADIUS service
move-server-help = As the router reaches it, such as 10.0.0.5. The secret is that of its RADIUS client.
move-leave = { $count ->
    [one] { $count } secret may stay on the router
   *[other] { $count } secrets may stay on the router
 }
move-leave-help = They stay switched on there and are not asked of RADIUS.
move-begin = Move to RADIUS
move-begin-body = The router is backed up first. Then { $name } and after it every wave is cut for a moment and dials in anew.
move-begun = It has begun.
move-already = This router asks RADIUS
move-already-body = Nobody on it is served by secrets of its own, as far as we keep them.
move-again = Once more
move-state-waiting = Waiting
move-state-preparing = Being prepared
move-state-testing = Testing with one line
move-state-asking = Needs you
move-state-moving = Being moved
move-state-paused = Resting
move-state-finishing = Nearly done
move-state-done = Moved
move-state-returning = Becoming as it was
move-state-returned = As it was
move-state-clearing = Old secrets being removed
move-state-cleared = Moved, old secrets removed
move-state-refused = Nothing changed
move-asked = Asked for
move-by = By
move-rule = Waves
move-rule-words = { $percent } percent each, { $minutes } minutes to come back
move-forced = Went on without a test
move-ended = Ended
move-progress = Lines moved
move-progress-note = { $done } of { $all }
move-waits = The router does not answer
move-waits-body = We look again every 20 seconds. Nothing else is done until it is back.
move-refuses = The router refuses
move-refuses-body = We try again every 20 seconds. Read below what it says.
move-told = What went wrong
move-asking-title = Nobody has come in yet
move-asking-body = The line that was the test did not dial in within its time. Its secret is awake again. Test once more, make everything as it was, or go on although nothing has shown that RADIUS lets anybody in.
move-test-again = Test once more
move-test-again-done = Testing again.
move-force-name = Name of the router
move-force-help = To go on without a test, write { $name }.
move-force = Go on without a test
move-go-on = Go on
move-went-on = It goes on.
move-paused-title = Resting after a wave
move-paused-body = Lines of the waves so far are with RADIUS, the others on the router. It may stay so for as long as you like.
move-stop = Rest after this wave
move-stop-asked = It rests after this wave.
move-back = Make everything as it was
move-back-body = Every secret that we put to sleep wakes up as it was, the settings for RADIUS become what they were, and lines that came in through RADIUS may be cut for a moment.
move-back-asked = It is becoming as it was.
move-done-title = All lines are with RADIUS
move-done-body = The old secrets sleep on the router, so that one press makes everything as it was. Keep them { $days } days; when nobody misses anything, remove them.
move-clear = Remove the old secrets
move-clear-body = { $count ->
    [one] { $count } sleeping secret is removed from the router.
   *[other] { $count } sleeping secrets are removed from the router.
 } After that there is no way back.
move-clear-early = It is not { $days } days yet.
move-clear-asked = The old secrets are being removed.
move-waves = Waves so far
move-wave = Wave
move-wave-test = Test
move-wave-began = Began
move-wave-lines = Lines
move-wave-online = Online before
move-wave-back = Back
move-wave-going = Being put to sleep
move-wave-watched = Dialling in
move-wave-over = Over
move-missing = Online before and not back
move-missing-help = Look whether their devices are switched on and dial with the password that we keep.
move-apart = Not moved, or not as it was
move-what = What
move-secret-left = Stays on the router
move-secret-kept = Stays asleep: the line is down now
move-secret-changed = Somebody changed it on the router: left alone
move-secret-gone = No longer on the router

problem-move-radius = { $name } asks RADIUS already. There is nothing to move.
problem-move-no-nas = { $name } is not tied to a RADIUS client. Choose one on its page, then come back.
problem-move-nothing = None of the secrets that are switched on belongs to a line that RADIUS would let in. There is nothing to move.
problem-move-server = Say at which address the router finds our RADIUS service, such as 10.0.0.5.
problem-move-stays = { $count } secrets would stay on the router. Say that they may, or clear them up first.
problem-router-moving = Its subscribers are being moved to RADIUS. Wait until that is over, or make everything as it was.
problem-move-not-now = That cannot be done in this state. Look at the page again.
problem-move-name = Write { $name } as it stands here.
problem-move-reverted = The router lost us when it was told to ask RADIUS, and restored its own backup. Check its firewall and its line, then begin again.
problem-move-settings = The router did not keep its settings for RADIUS. Look at them on the router, then begin again.
problem-move-test-gone = The line that was to be the test is gone, switched off or down. Choose another one.
problem-move-rejected = RADIUS did not let { $name } in: { $reason ->
    [unknown_user] nobody has this username
    [wrong_password] the password is not the one that we keep
    [already_online] it is online somewhere else
    [wrong_device] the line is bound to another device
    [no_password] the router sent no password that we understand; use PAP, CHAP or MS-CHAP
    [suspended] the line is suspended
    [expired] the time that was paid for is over
   *[other] see the sign-in attempts for why
 }. Clear that up, then begin again.
problem-move-secret = The router asks RADIUS with another secret than the one we keep for it. Correct the secret under RADIUS on the router, then begin again.
problem-move-no-accounting = { $name } was let in, but no report of its session came within { $minutes } minutes. Let the router reach the accounting port, 1813 as a rule.
problem-router-move-nobody = { $name } did not dial in through RADIUS within { $minutes } minutes. See whether its device is switched on, and whether the router reaches our RADIUS service.
problem-move-few = Wave { $wave }: only { $back } of { $of } who were online came back within { $minutes } minutes.
problem-move-awake = The router did not put { $name } to sleep.
problem-move-asleep = The router did not wake { $name } up. Its account may not be allowed to; we try again.
