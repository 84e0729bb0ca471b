//! The parts that a template may have, and the objects on the router that each becomes, in the order in which they are
//! made: what others name comes first, the way in for ourselves before anything that shuts others out. What differs
//! between versions of RouterOS is asked of `Dialect`.

use super::shapes::{Firewall, Hotspot, Identity, Nat, Ntp, Parts, Pppoe, Radius, Snmp, SuspendedPool, TimeZone, WalledGarden};
use super::variables::{Kind, network};
use super::{PREFIX, TAG};
use crate::Problem;
use serde::{Deserialize, Serialize};

/// What this router's version means for its menus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Servers of NTP as a list; else a primary, a secondary and names.
    pub ntp_servers: bool,
}

/// One object as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub part: String,
    pub menu: String,
    pub key: Key,
    pub set: Vec<(String, String)>,
    pub place: Place,
}

/// By what it is found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// There is one, always.
    Single,
    /// These of its properties name it.
    Named(Vec<String>),
    /// Nothing names it but our comment.
    Tagged(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Before what is there.
    First,
    Anywhere,
    /// Behind what is there and what comes later to be first.
    Last,
}

/// Menus whose rows keep a comment in every version.
const COMMENTED: [&str; 8] = [
    "/radius",
    "/ip/address",
    "/ip/firewall/address-list",
    "/ip/firewall/filter",
    "/ip/firewall/nat",
    "/ip/hotspot/walled-garden",
    "/ip/hotspot/walled-garden/ip",
    "/interface/pppoe-server/server",
];

/// Ends the comment of what has to stay behind.
pub(super) const LAST: &str = " (last)";

impl Object {
    /// The comment it carries, where its menu keeps one.
    pub fn comment(&self) -> Option<String> {
        match &self.key {
            Key::Single => None,
            Key::Tagged(name) => {
                let last = if self.place == Place::Last { LAST } else { "" };
                Some(format!("{TAG}{}/{name}{last}", self.part))
            }
            Key::Named(_) => COMMENTED.contains(&self.menu.as_str()).then(|| format!("{TAG}{}", self.part)),
        }
    }

    pub fn value(&self, property: &str) -> &str {
        self.set.iter().find(|(name, _)| name == property).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// What a person calls it.
    pub fn name(&self) -> String {
        match &self.key {
            Key::Single => String::new(),
            Key::Tagged(name) => name.clone(),
            Key::Named(names) => names.iter().map(|name| self.value(name)).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Collects objects and what is wrong with the values they are made of.
struct Making {
    part: &'static str,
    objects: Vec<Object>,
    problems: Vec<Problem>,
}

impl Making {
    fn check(&mut self, field: &str, kind: Kind, value: &str) {
        if !kind.takes(value) {
            self.problems
                .push(Problem::new("", "problem-provision-value").with("part", self.part).with("field", field).with("value", value));
        }
    }

    fn put(&mut self, menu: &str, key: Key, place: Place, set: &[(&str, &str)]) {
        let set = set.iter().filter(|(_, value)| !value.is_empty());
        self.objects.push(Object {
            part: self.part.into(),
            menu: menu.into(),
            key,
            set: set.map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            place,
        });
    }

    fn single(&mut self, menu: &str, set: &[(&str, &str)]) {
        self.put(menu, Key::Single, Place::Anywhere, set);
    }

    fn named(&mut self, menu: &str, by: &[&str], set: &[(&str, &str)]) {
        self.put(menu, Key::Named(by.iter().map(|name| (*name).into()).collect()), Place::Anywhere, set);
    }

    fn tagged(&mut self, menu: &str, name: &str, place: Place, set: &[(&str, &str)]) {
        self.put(menu, Key::Tagged(name.into()), place, set);
    }

    fn list(&mut self, list: &str, address: &str) {
        self.named("/ip/firewall/address-list", &["list", "address"], &[("list", list), ("address", address)]);
    }
}

/// Every object of these parts, in the order in which they are made.
pub(super) fn objects(parts: &Parts, dialect: Dialect) -> Result<Vec<Object>, Vec<Problem>> {
    let mut making = Making { part: "", objects: Vec::new(), problems: Vec::new() };
    let m = &mut making;
    macro_rules! each {
        ($($part:ident => $make:expr;)+) => {$(
            if let Some(part) = &parts.$part {
                m.part = stringify!($part);
                $make(m, part);
            }
        )+};
    }
    each! {
        identity => |m: &mut Making, part: &Identity| m.single("/system/identity", &[("name", &part.name)]);
        time_zone => time_zone;
        ntp => |m: &mut Making, part: &Ntp| ntp(m, part, dialect);
        snmp => snmp;
        radius => radius;
        pppoe => pppoe;
        hotspot => hotspot;
        walled_garden => walled_garden;
        suspended_pool => suspended_pool;
        nat => nat;
        firewall => firewall;
    }
    let mut seen = std::collections::BTreeSet::new();
    for object in &making.objects {
        if object.key != Key::Single && !seen.insert((object.menu.clone(), object.name())) {
            making.problems.push(Problem::new("", "problem-provision-twice").with("menu", &object.menu).with("name", object.name()));
        }
    }
    if making.problems.is_empty() { Ok(making.objects) } else { Err(making.problems) }
}

fn time_zone(m: &mut Making, part: &TimeZone) {
    m.check("name", Kind::TimeZone, &part.name);
    m.single("/system/clock", &[("time-zone-autodetect", "no"), ("time-zone-name", &part.name)]);
}

fn ntp(m: &mut Making, part: &Ntp, dialect: Dialect) {
    part.servers.iter().for_each(|server| m.check("servers", Kind::Host, server));
    if dialect.ntp_servers {
        return m.single("/system/ntp/client", &[("enabled", "yes"), ("servers", &part.servers.join(","))]);
    }
    let (addresses, names): (Vec<&String>, Vec<&String>) = part.servers.iter().partition(|server| Kind::Address.takes(server));
    let address = |at: usize| addresses.get(at).map(|address| address.as_str()).unwrap_or_default();
    let names = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(",");
    let set = [("enabled", "yes"), ("primary-ntp", address(0)), ("secondary-ntp", address(1)), ("server-dns-names", &names)];
    m.single("/system/ntp/client", &set);
}

fn snmp(m: &mut Making, part: &Snmp) {
    m.check("from", Kind::Network, &part.from);
    if !part.community.starts_with(PREFIX) || !Kind::Text.takes(&part.community) {
        m.problems.push(Problem::new("", "problem-provision-community").with("prefix", PREFIX));
    }
    let community = [("name", part.community.as_str()), ("addresses", &part.from), ("read-access", "yes"), ("write-access", "no")];
    m.named("/snmp/community", &["name"], &community);
    m.single("/snmp", &[("enabled", "yes"), ("contact", &part.contact), ("location", &part.location)]);
}

fn radius(m: &mut Making, part: &Radius) {
    m.check("server", Kind::Address, &part.server);
    m.check("secret", Kind::Secret, &part.secret);
    m.check("timeout", Kind::Duration, &part.timeout);
    m.check("interim", Kind::Duration, &part.interim);
    let server = [
        ("address", part.server.as_str()),
        ("secret", &part.secret),
        ("service", &part.services),
        ("authentication-port", "1812"),
        ("accounting-port", "1813"),
        ("timeout", &part.timeout),
        ("src-address", &part.source),
        ("disabled", "no"),
    ];
    m.tagged("/radius", "server", Place::Anywhere, &server);
    ask_radius(m, part.changes, &part.interim);
}

fn ask_radius(m: &mut Making, changes: bool, interim: &str) {
    if changes {
        m.single("/radius/incoming", &[("accept", "yes")]);
    }
    m.single("/ppp/aaa", &[("use-radius", "yes"), ("accounting", "yes"), ("interim-update", interim)]);
}

/// What subscribers on PPP need to be served by RADIUS, without a template. `client`: address and secret of a server that
/// the router does not know yet.
pub fn radius_objects(client: Option<(&str, &str)>) -> Result<Vec<Object>, Vec<Problem>> {
    if let Some((server, secret)) = client {
        let part = Radius { services: "ppp".into(), ..Radius::usual(server, secret) };
        return objects(&Parts { radius: Some(part), ..Parts::default() }, Dialect { ntp_servers: true });
    }
    let mut making = Making { part: "radius", objects: Vec::new(), problems: Vec::new() };
    let usual = Radius::usual("", "");
    ask_radius(&mut making, usual.changes, &usual.interim);
    Ok(making.objects)
}

/// One session a subscriber: `only-one` on the profile whoever he is, and one a device on the server.
fn pppoe(m: &mut Making, part: &Pppoe) {
    m.check("gateway", Kind::Address, &part.gateway);
    m.check("pool", Kind::Range, &part.pool);
    let (pool, one) = ("lastmile-pppoe", if part.one_session { "yes" } else { "no" });
    m.named("/ip/pool", &["name"], &[("name", pool), ("ranges", &part.pool)]);
    let profile = [
        ("name", pool),
        ("local-address", part.gateway.as_str()),
        ("remote-address", pool),
        ("dns-server", &part.dns),
        ("only-one", one),
        ("change-tcp-mss", "yes"),
    ];
    m.named("/ppp/profile", &["name"], &profile);
    let server = [
        ("interface", part.interface.as_str()),
        ("service-name", &part.service_name),
        ("default-profile", pool),
        ("one-session-per-host", one),
        ("disabled", "no"),
    ];
    m.named("/interface/pppoe-server/server", &["interface", "service-name"], &server);
}

fn hotspot(m: &mut Making, part: &Hotspot) {
    let address = part.address.split('/').next().unwrap_or_default();
    m.check("address", Kind::Network, &part.address);
    m.check("pool", Kind::Range, &part.pool);
    m.check("cookie", Kind::Duration, &part.cookie);
    let name = "lastmile-hotspot";
    m.named("/ip/address", &["address", "interface"], &[("address", &part.address), ("interface", &part.interface)]);
    m.named("/ip/pool", &["name"], &[("name", name), ("ranges", &part.pool)]);
    let ways = if part.mac_login { "mac,cookie,http-chap" } else { "cookie,http-chap" };
    let profile = [
        ("name", name),
        ("hotspot-address", address),
        ("dns-name", &part.dns_name),
        ("login-by", ways),
        ("use-radius", "yes"),
        ("radius-accounting", "yes"),
        ("radius-interim-update", &part.interim),
        ("http-cookie-lifetime", &part.cookie),
        ("mac-auth-mode", "mac-as-username"),
    ];
    m.named("/ip/hotspot/profile", &["name"], &profile);
    let server = [("name", name), ("interface", &part.interface), ("address-pool", name), ("profile", name), ("disabled", "no")];
    m.named("/ip/hotspot", &["name"], &server);
}

/// A name is let through twice: for plain HTTP by what is asked for, for HTTPS by where it goes.
fn walled_garden(m: &mut Making, part: &WalledGarden) {
    for host in &part.hosts {
        m.check("hosts", Kind::Host, host);
        m.tagged("/ip/hotspot/walled-garden", host, Place::Anywhere, &[("action", "allow"), ("dst-host", host)]);
        if !host.contains('*') {
            m.tagged("/ip/hotspot/walled-garden/ip", host, Place::Anywhere, &[("action", "accept"), ("dst-host", host)]);
        }
    }
    for address in &part.addresses {
        m.check("addresses", Kind::Network, address);
        m.tagged("/ip/hotspot/walled-garden/ip", address, Place::Anywhere, &[("action", "accept"), ("dst-address", address)]);
    }
}

/// Who has not paid reaches names, the portal and what is allowed beside it; plain HTTP leads to the portal.
fn suspended_pool(m: &mut Making, part: &SuspendedPool) {
    m.check("portal", Kind::Address, &part.portal);
    m.check("port", Kind::Number, &part.port);
    m.check("network", Kind::Network, &part.network);
    if !part.list.starts_with(PREFIX) {
        m.problems.push(Problem::new("", "problem-provision-list").with("prefix", PREFIX));
    }
    m.named("/ip/pool", &["name"], &[("name", "lastmile-suspended"), ("ranges", &part.network)]);
    m.list(&part.list, &part.network);
    let allowed = "lastmile-suspended-allowed";
    m.list(allowed, &part.portal);
    for address in &part.allowed {
        m.check("allowed", Kind::Network, address);
        m.list(allowed, address);
    }
    let from = ("src-address-list", part.list.as_str());
    let (filter, nat) = ("/ip/firewall/filter", "/ip/firewall/nat");
    let forward = ("chain", "forward");
    m.tagged(filter, "names", Place::First, &[forward, from, ("protocol", "udp"), ("dst-port", "53"), ("action", "accept")]);
    m.tagged(filter, "portal", Place::First, &[forward, from, ("dst-address-list", allowed), ("action", "accept")]);
    m.tagged(filter, "nothing else", Place::First, &[forward, from, ("action", "reject")]);
    let redirect = [
        ("chain", "dstnat"),
        from,
        ("protocol", "tcp"),
        ("dst-port", "80"),
        ("action", "dst-nat"),
        ("to-addresses", part.portal.as_str()),
        ("to-ports", part.port.as_str()),
    ];
    m.tagged(nat, "to the portal", Place::First, &redirect);
}

fn nat(m: &mut Making, part: &Nat) {
    for network in &part.bypass {
        m.check("bypass", Kind::Network, network);
        let set = [("chain", "srcnat"), ("dst-address", network.as_str()), ("action", "accept")];
        m.tagged("/ip/firewall/nat", network, Place::First, &set);
    }
    let set = [("chain", "srcnat"), ("out-interface", part.wan.as_str()), ("action", "masquerade")];
    m.tagged("/ip/firewall/nat", "masquerade", Place::Last, &set);
}

/// What we come by is let in before anything is shut. New connections from outside end at the very last rule, so that
/// what people let in by hand stays let in.
fn firewall(m: &mut Making, part: &Firewall) {
    let list = "lastmile-management";
    if part.management.iter().all(|from| !network(from)) {
        m.problems.push(Problem::new("", "problem-provision-management"));
    }
    for from in part.management.iter().flat_map(|from| from.split(',')).map(str::trim) {
        m.check("management", Kind::Network, from);
        m.list(list, from);
    }
    let (filter, input) = ("/ip/firewall/filter", ("chain", "input"));
    let known = [input, ("connection-state", "established,related"), ("action", "accept")];
    m.tagged(filter, "answers", Place::First, &known);
    m.tagged(filter, "management", Place::First, &[input, ("src-address-list", list), ("action", "accept")]);
    m.tagged(filter, "ping", Place::First, &[input, ("protocol", "icmp"), ("action", "accept")]);
    m.tagged(filter, "from outside", Place::Last, &[input, ("in-interface", part.wan.as_str()), ("action", "drop")]);
}
