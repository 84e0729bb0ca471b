//! What each part of a template may say, and what counts where it says nothing. Strict: what is not here is a slip of the
//! pen.

use serde::Deserialize;

/// All parts; what is left out is left alone on the router.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Parts {
    pub(super) identity: Option<Identity>,
    pub(super) time_zone: Option<TimeZone>,
    pub(super) ntp: Option<Ntp>,
    pub(super) snmp: Option<Snmp>,
    pub(super) firewall: Option<Firewall>,
    pub(super) radius: Option<Radius>,
    pub(super) pppoe: Option<Pppoe>,
    pub(super) hotspot: Option<Hotspot>,
    pub(super) walled_garden: Option<WalledGarden>,
    pub(super) suspended_pool: Option<SuspendedPool>,
    pub(super) nat: Option<Nat>,
}

macro_rules! part {
    ($name:ident { $($field:ident: $kind:ty),+ } $(optional { $($more:ident: $other:ty = $default:expr),+ })?) => {
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)+
            $($(#[serde(default = $default)] pub(super) $more: $other,)+)?
        }
    };
}

fn nothing<T: Default>() -> T {
    T::default()
}
fn yes() -> bool {
    true
}
fn five_minutes() -> String {
    "5m".into()
}
fn three_seconds() -> String {
    "3s".into()
}
fn one_day() -> String {
    "1d".into()
}
fn both() -> String {
    "ppp,hotspot".into()
}
fn suspended() -> String {
    "lastmile-suspended".into()
}
fn suspended_network() -> String {
    "10.255.255.0/24".into()
}
fn http() -> String {
    "80".into()
}

part!(Identity { name: String });
part!(TimeZone { name: String });
part!(Ntp { servers: Vec<String> });
part!(Snmp { community: String, from: String } optional { contact: String = "nothing", location: String = "nothing" });
part!(Firewall { management: Vec<String>, wan: String });
part!(Radius { server: String, secret: String } optional {
    services: String = "both", source: String = "nothing", timeout: String = "three_seconds", interim: String = "five_minutes", changes: bool = "yes"
});
impl Radius {
    /// What counts where a template says no more.
    pub(super) fn usual(server: &str, secret: &str) -> Self {
        Self {
            server: server.into(),
            secret: secret.into(),
            services: both(),
            source: nothing(),
            timeout: three_seconds(),
            interim: five_minutes(),
            changes: yes(),
        }
    }
}
part!(Pppoe { interface: String, gateway: String, pool: String } optional {
    service_name: String = "nothing", dns: String = "nothing", one_session: bool = "yes"
});
part!(Hotspot { interface: String, address: String, pool: String } optional {
    dns_name: String = "nothing", mac_login: bool = "yes", cookie: String = "one_day", interim: String = "five_minutes"
});
part!(WalledGarden { hosts: Vec<String> } optional { addresses: Vec<String> = "nothing" });
part!(SuspendedPool { portal: String } optional {
    port: String = "http", list: String = "suspended", network: String = "suspended_network", allowed: Vec<String> = "nothing"
});
part!(Nat { wan: String } optional { bypass: Vec<String> = "nothing" });
