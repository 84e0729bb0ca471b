# Access servers and sessions.

radius-title = RADIUS clients
radius-add = Add RADIUS client
radius-address = Address
radius-alert-bad-authenticator = Wrong secret
radius-alert-malformed = Malformed packets
radius-alert-missing-authenticator = Message-Authenticator missing
radius-alert-unknown = { $address } is not a known client
radius-alerts = Alerts
radius-attempts = Sign-in attempts
radius-device = Device
radius-downloaded = Downloaded
radius-empty-body = Add the router that asks for your subscribers, with the secret it uses.
radius-empty-title = No RADIUS clients yet
radius-ip = IP address
radius-last-seen = Last heard
radius-name = Name
radius-offline-since = Offline since { $time }
radius-online-since = Online since { $time }
radius-outcome-accept = Let in
radius-outcome-reject = Turned away
radius-outcome-walled = Pay page only
radius-secret = Shared secret
radius-secret-help = The same as in the router. It is never shown again.
radius-sessions = Online now
radius-sessions-empty = Nobody is online.
radius-started = Connected
radius-uploaded = Uploaded
radius-vendor = Vendor
radius-vendor-generic = Other
radius-vendor-mikrotik = MikroTik
radius-alert-ambiguous = Same address and secret twice
radius-remedy-bad-authenticator = The secret in the router is not the one saved here. Set the same secret on both sides.
radius-remedy-missing-authenticator = Turn on Message-Authenticator in the router, or allow requests without it here.
radius-remedy-malformed = Something else than RADIUS is sent to us from this address. Check the router's settings.
radius-remedy-ambiguous = Another client uses the same address and the same secret. Give this router a secret of its own.
radius-no-alerts = All well
radius-packets =
    { $count ->
        [one] { $count } packet
       *[other] { $count } packets
    }
radius-packets-title = Packets
radius-unknown = Addresses that asked
radius-unknown-body = These are not registered, so they got no answer. Add one if it is your router.
radius-heard = { $name } is registered and has been heard.
radius-waiting = { $name } is registered. Waiting for its first packet; this page shows it by itself.
radius-name-help = As your people call it, such as Mirpur 10.
radius-address-help = The address its packets come from.
radius-secret-proposed = Made for you. Copy it into the router now, or write the one the router has: it is never shown again.
radius-secret-keep = Leave empty to keep the one it has.
radius-require-authenticator = Require Message-Authenticator
radius-require-authenticator-help = Safer. Older routers do not send it; turn this off for them.
radius-disable-body = { $name } gets no answer any more: nobody can come online through it. Those who are online stay until their time is over.
radius-client = Router
radius-online-lead = Comes up to date by itself
radius-online-count =
    { $count ->
        [one] { $count } online
       *[other] { $count } online
    }
radius-live = Live
radius-search-online = Username, name, MAC or IP
radius-one-client = One router only
radius-sessions-empty-body = Whoever connects shows up here within seconds.
radius-attempts-lead = Who tried to come in, and why it worked or not
radius-search-attempts = Whole username or device address
radius-attempts-empty = No attempts
radius-attempts-empty-body = Nobody has tried to come in with this name yet. Check the spelling in the router, and whether the router asks us at all.
radius-outcome = How it ended
radius-why = Why
radius-reason-ok = Name and password are right, the line is active
radius-reason-unknown-user = Nobody has this username
radius-reason-wrong-password = The password is not right
radius-reason-suspended = The line is suspended
radius-reason-expired = The time that was paid for is over
radius-reason-cut-off = The bill is overdue and the grace days are over
radius-reason-not-activated = The line is not active yet
radius-reason-no-password = The router sent no password that we understand. Use PAP, CHAP or MS-CHAP.
radius-cause-unknown = No reason given
radius-cause-user-request = Subscriber disconnected
radius-cause-lost-carrier = Line lost
radius-cause-lost-service = Service lost
radius-cause-idle-timeout = Idle for too long
radius-cause-session-timeout = Session time was over
radius-cause-admin-reset = Disconnected by an operator
radius-cause-admin-reboot = Router restarted by an operator
radius-cause-port-error = Port error
radius-cause-nas-error = Router error
radius-cause-nas-request = Disconnected by the router
radius-cause-nas-reboot = Router restarted
radius-cause-port-unneeded = Port no longer needed
radius-cause-port-preempted = Port taken by another session
radius-cause-port-suspended = Port suspended
radius-cause-service-unavailable = Service not available
radius-cause-callback = Callback
radius-cause-user-error = Wrong input by the subscriber
radius-cause-host-request = Disconnected by the far end
radius-cause-stale = No more reports from the router
radius-cause-nas-restarted = Router restarted
radius-cause-replaced = Replaced by a new session
radius-reason-out-of-hours = The line may not be used at this hour
radius-vendor-huawei = Huawei
radius-coa-port = Port for changes
radius-coa-port-help = Where the router hears that a line changed, usually 3799. A dash (-) means it hears nothing.
radius-pool = Address pool
radius-pool-help = Name of a pool on the router, for lines without an address of their own.
radius-template = More attributes
radius-template-help = One a line, such as Framed-MTU = 1480. May hold username, ip, mac, up_kbps and down_kbps in braces.
radius-mac-auth = Devices may come in by their address alone
radius-mac-auth-help = For hotspots that ask with the MAC as user name. Only devices that are bound to a line come in.
radius-reason-block-listed = The name, the device or the mobile is on the block list
radius-reason-wrong-device = The line is bound to another device
radius-reason-already-online = The line is in use already, as often as it may be
radius-reason-mac-not-allowed = A device asked by its address alone; this router or realm does not allow that
radius-cause-gone = The router no longer knew the session
radius-attempts-older = Older attempts
