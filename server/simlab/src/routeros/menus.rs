//! The menus that a simulated router has, with their properties as MikroTik documents them: which a person may set, what
//! they are when nobody did, what must be unique and what a value has to name. A menu that is not here is not there, as
//! on a router that lacks a package.

/// What a menu is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rows that are added and removed.
    Table,
    /// Rows whose order decides.
    Ordered,
    /// One row that is always there.
    Single,
    /// Rows that the router makes; they may be removed where that ends something.
    Live,
}

/// A menu.
#[derive(Debug)]
pub struct Menu {
    pub path: &'static str,
    pub kind: Kind,
    /// Properties that a person may set, `name` or `name=default`, between blanks.
    pub properties: &'static str,
    /// Properties that only the router writes.
    pub read_only: &'static str,
    pub required: &'static [&'static str],
    /// Together they name one row, and a second one with the same is refused with these words.
    pub unique: &'static [&'static str],
    pub conflict: &'static str,
    /// A property whose value names a row of another menu by its `name`.
    pub names: &'static [(&'static str, &'static str)],
}

const fn menu(path: &'static str, kind: Kind, properties: &'static str) -> Menu {
    Menu { path, kind, properties, read_only: "", required: &[], unique: &[], conflict: "", names: &[] }
}

const NAME_TAKEN: &str = "failure: already have such name";

/// Every menu, in no particular order.
pub const MENUS: &[Menu] = &[
    Menu {
        read_only: "last-logged-out last-caller-id last-disconnect-reason",
        required: &["name"],
        unique: &["name", "service"],
        conflict: "failure: secret with the same name already exists",
        names: &[("profile", "/ppp/profile")],
        ..menu(
            "/ppp/secret",
            Kind::Table,
            "name password service=any profile=default caller-id local-address remote-address remote-ipv6-prefix routes \
             limit-bytes-in=0 limit-bytes-out=0 disabled=false comment",
        )
    },
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: "failure: profile with the same name already exists",
        ..menu(
            "/ppp/profile",
            Kind::Table,
            "name local-address remote-address rate-limit only-one=default address-list dns-server idle-timeout \
             session-timeout parent-queue queue-type insert-queue-before interface-list incoming-filter outgoing-filter \
             bridge change-tcp-mss=default use-compression=default use-encryption=default use-ipv6=yes use-mpls=default \
             use-upnp=default on-up on-down comment",
        )
    },
    Menu {
        read_only: "name service caller-id address uptime encoding session-id limit-bytes-in limit-bytes-out radius",
        ..menu("/ppp/active", Kind::Live, "")
    },
    menu("/ppp/aaa", Kind::Single, "use-radius=false accounting=true interim-update=0s use-circuit-id-in-nas-port-id=false"),
    Menu {
        required: &["name", "ranges"],
        unique: &["name"],
        conflict: "failure: pool with such name exists",
        ..menu("/ip/pool", Kind::Table, "name ranges next-pool=none comment")
    },
    Menu { read_only: "pool address owner info", ..menu("/ip/pool/used", Kind::Live, "") },
    Menu {
        read_only: "rate bytes packets dropped",
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu(
            "/queue/simple",
            Kind::Ordered,
            "name target dst parent=none max-limit=0/0 limit-at=0/0 burst-limit=0/0 burst-threshold=0/0 burst-time=0s/0s \
             priority=8/8 queue=default-small/default-small packet-marks bucket-size=0.1/0.1 time disabled=false comment",
        )
    },
    Menu {
        required: &["name", "interface"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        names: &[("profile", "/ip/hotspot/profile")],
        ..menu(
            "/ip/hotspot",
            Kind::Table,
            "name interface address-pool=none profile=default addresses-per-mac=2 idle-timeout=5m keepalive-timeout=none \
             login-timeout=none disabled=true comment",
        )
    },
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu(
            "/ip/hotspot/profile",
            Kind::Table,
            "name hotspot-address=0.0.0.0 dns-name html-directory=hotspot login-by=cookie,http-chap use-radius=false \
             radius-accounting=true radius-interim-update=received radius-mac-format=XX:XX:XX:XX:XX:XX radius-default-domain \
             radius-location-id radius-location-name nas-port-type=wireless-802.11 mac-auth-mode=mac-as-username \
             mac-auth-password http-cookie-lifetime=3d rate-limit split-user-domain=false ssl-certificate=none \
             trial-uptime-limit=30m trial-uptime-reset=1d trial-user-profile=default",
        )
    },
    Menu {
        read_only: "uptime bytes-in bytes-out",
        required: &["name"],
        unique: &["name", "server"],
        conflict: "failure: already have user with this name for this server",
        names: &[("profile", "/ip/hotspot/user/profile")],
        ..menu(
            "/ip/hotspot/user",
            Kind::Table,
            "name password profile=default server=all address mac-address limit-uptime limit-bytes-in=0 limit-bytes-out=0 \
             limit-bytes-total=0 email routes disabled=false comment",
        )
    },
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu(
            "/ip/hotspot/user/profile",
            Kind::Table,
            "name shared-users=1 rate-limit address-pool=none address-list session-timeout idle-timeout=none \
             keepalive-timeout=2m status-autorefresh=1m add-mac-cookie=true mac-cookie-timeout=3d parent-queue=none \
             queue-type=default-small insert-queue-before incoming-filter outgoing-filter transparent-proxy=false on-login \
             on-logout",
        )
    },
    Menu {
        read_only: "server user address mac-address login-by uptime idle-time session-time-left bytes-in bytes-out radius",
        ..menu("/ip/hotspot/active", Kind::Live, "")
    },
    Menu { read_only: "user domain mac-address expires-in", ..menu("/ip/hotspot/cookie", Kind::Live, "") },
    Menu { read_only: "mac-address address to-address server authorized bypassed uptime", ..menu("/ip/hotspot/host", Kind::Live, "") },
    menu(
        "/ip/hotspot/walled-garden",
        Kind::Ordered,
        "action=allow dst-host dst-port method path server src-address disabled=false comment",
    ),
    menu(
        "/ip/hotspot/walled-garden/ip",
        Kind::Ordered,
        "action=accept dst-address dst-host dst-port protocol dst-address-list server src-address src-address-list \
             disabled=false comment",
    ),
    menu("/ip/hotspot/ip-binding", Kind::Ordered, "mac-address address to-address server=all type=regular disabled=false comment"),
    Menu {
        required: &["address"],
        ..menu(
            "/radius",
            Kind::Ordered,
            "address secret service authentication-port=1812 accounting-port=1813 timeout=300ms src-address=0.0.0.0 called-id \
             domain realm accounting-backup=false protocol=udp certificate=none require-message-auth=yes-for-request-resp \
             disabled=false comment",
        )
    },
    menu("/radius/incoming", Kind::Single, "accept=false port=3799"),
    Menu {
        required: &["interface"],
        unique: &["interface", "service-name"],
        conflict: "failure: already have server on this interface",
        names: &[("default-profile", "/ppp/profile")],
        ..menu(
            "/interface/pppoe-server/server",
            Kind::Table,
            "interface service-name default-profile=default authentication=pap,chap,mschap1,mschap2 \
             one-session-per-host=false max-sessions=unlimited keepalive-timeout=10 max-mtu=auto max-mru=auto mrru=disabled \
             pado-delay=0 disabled=true comment",
        )
    },
    Menu {
        required: &["list", "address"],
        unique: &["list", "address"],
        conflict: "failure: already have such entry",
        ..menu("/ip/firewall/address-list", Kind::Table, "list address timeout disabled=false comment")
    },
    Menu { required: &["chain"], ..menu("/ip/firewall/filter", Kind::Ordered, RULE) },
    Menu { required: &["chain"], ..menu("/ip/firewall/nat", Kind::Ordered, RULE) },
    menu("/ip/firewall/mangle", Kind::Ordered, RULE),
    menu("/system/identity", Kind::Single, "name=MikroTik"),
    Menu {
        // A person may set date and time as well; here they follow a clock.
        read_only: "date time gmt-offset",
        ..menu("/system/clock", Kind::Single, "time-zone-name=Asia/Dhaka time-zone-autodetect=true")
    },
    menu(
        "/system/ntp/client",
        Kind::Single,
        "enabled=false mode=unicast servers vrf=main primary-ntp=0.0.0.0 secondary-ntp=0.0.0.0 server-dns-names",
    ),
    menu("/snmp", Kind::Single, "enabled=false contact location trap-community=public trap-version=1 trap-target"),
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu(
            "/snmp/community",
            Kind::Table,
            "name addresses=::/0 security=none read-access=true write-access=false disabled=false comment",
        )
    },
    menu("/ip/dns", Kind::Single, "servers allow-remote-requests=false cache-size=2048KiB"),
    Menu {
        read_only: "running rx-byte tx-byte rx-packet tx-packet link-downs last-link-up-time type dynamic",
        ..menu("/interface", Kind::Table, "name mtu=1500 mac-address disabled=false comment")
    },
    Menu {
        required: &["address", "interface"],
        unique: &["address", "interface"],
        conflict: "failure: already have such address",
        ..menu("/ip/address", Kind::Table, "address interface network disabled=false comment")
    },
    menu("/ip/service", Kind::Table, "name port address certificate=none disabled=false"),
    Menu {
        required: &["host"],
        ..menu(
            "/tool/netwatch",
            Kind::Table,
            "host interval=1m timeout=1s type=simple up-script down-script src-address disabled=false comment",
        )
    },
    Menu {
        read_only: "next-run run-count owner",
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu("/system/scheduler", Kind::Table, "name start-date start-time interval=0s on-event policy disabled=false comment")
    },
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu("/system/script", Kind::Table, "name source policy dont-require-permissions=false comment")
    },
    Menu {
        required: &["name"],
        unique: &["name"],
        conflict: NAME_TAKEN,
        ..menu("/user", Kind::Table, "name group=full password address disabled=false comment")
    },
    menu("/user/group", Kind::Table, "name policy comment"),
    Menu { read_only: "name type size creation-time contents", ..menu("/file", Kind::Live, "") },
    Menu { read_only: "time topics message", ..menu("/log", Kind::Live, "") },
    Menu {
        read_only: "uptime version build-time cpu cpu-count cpu-frequency cpu-load free-memory total-memory free-hdd-space total-hdd-space architecture-name board-name platform",
        ..menu("/system/resource", Kind::Single, "")
    },
    Menu {
        read_only: "routerboard model serial-number current-firmware upgrade-firmware",
        ..menu("/system/routerboard", Kind::Single, "")
    },
    Menu { read_only: "name value type", ..menu("/system/health", Kind::Live, "") },
];

const RULE: &str = "chain action=accept src-address dst-address src-address-list dst-address-list protocol src-port dst-port \
             in-interface out-interface in-interface-list out-interface-list connection-state hotspot jump-target \
             to-addresses to-ports reject-with address-list address-list-timeout new-packet-mark log=false disabled=false \
             comment";

/// The menu at this path.
pub fn menu_at(path: &str) -> Option<&'static Menu> {
    MENUS.iter().find(|menu| menu.path == path)
}

impl Menu {
    /// What a person may set, with what it is when nobody did.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.properties.split_whitespace().map(|property| property.split_once('=').unwrap_or((property, "")))
    }

    pub fn may_set(&self, property: &str) -> bool {
        self.defaults().any(|(name, _)| name == property)
    }
}
