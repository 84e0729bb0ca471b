//! Reads the form of an access server, every problem at once beside its field.

use super::NasVendor;
use crate::Problem;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasForm {
    pub name: String,
    pub address: String,
    #[serde(default)]
    pub vendor: String,
    /// Empty: make one (new), keep the one it has (change).
    #[serde(default)]
    pub secret: String,
    #[serde(default)]
    pub require_message_authenticator: bool,
    #[serde(default)]
    pub mac_auth: bool,
    /// Where it hears changes: empty is the usual port, `-` is nowhere.
    #[serde(default)]
    pub coa_port: String,
    #[serde(default)]
    pub framed_pool: String,
    /// Attributes that every answer to it carries, see `access::read_template`.
    #[serde(default)]
    pub reply_template: String,
}

/// A form that was understood.
#[derive(Clone, PartialEq, Eq)]
pub struct NasDraft {
    pub name: String,
    pub address: IpAddr,
    pub vendor: NasVendor,
    pub secret: Option<String>,
    pub require_message_authenticator: bool,
    pub mac_auth: bool,
    pub coa_port: Option<u16>,
    pub framed_pool: Option<String>,
    pub reply_template: String,
}

/// Where routers hear changes of authorisation (RFC 5176).
pub const COA_PORT: u16 = 3799;

/// A name that routers take: of a pool, of an address list. Empty: none.
pub fn router_name(field: &str, text: &str) -> Result<Option<String>, Problem> {
    let name = text.trim();
    let fits = name.len() <= 63 && name.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | ','));
    if fits { Ok((!name.is_empty()).then(|| name.to_string())) } else { Err(Problem::new(field, "problem-router-name")) }
}

/// A shorter secret is guessed from one captured packet.
pub const SHORTEST_SECRET: usize = 16;
const LONGEST_SECRET: usize = 64;

/// Reads a form; every problem at once, beside its field.
pub fn read_nas(form: &NasForm) -> Result<NasDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let address = form.address.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical());
    match address {
        None => problems.push(Problem::new("address", "problem-nas-address")),
        Some(address) if address.is_unspecified() || address.is_multicast() || address == IpAddr::from([255; 4]) => {
            problems.push(Problem::new("address", "problem-nas-address"));
        }
        Some(_) => {}
    }
    let vendor = if form.vendor.is_empty() { Some(NasVendor::default()) } else { NasVendor::from_slug(&form.vendor) };
    if vendor.is_none() {
        problems.push(Problem::new("vendor", "problem-choice"));
    }
    let secret = form.secret.trim();
    if !secret.is_empty() {
        if secret.len() < SHORTEST_SECRET {
            problems.push(Problem::new("secret", "problem-nas-secret-short").with("least", SHORTEST_SECRET));
        } else if secret.len() > LONGEST_SECRET {
            problems.push(Problem::new("secret", "problem-nas-secret-long").with("most", LONGEST_SECRET));
        } else if !secret.chars().all(|c| c.is_ascii_graphic()) {
            problems.push(Problem::new("secret", "problem-nas-secret-characters"));
        }
    }
    let coa_port = match form.coa_port.trim() {
        "" => Some(COA_PORT),
        "-" => None,
        port => {
            let port = port.parse().ok().filter(|port| *port > 0);
            if port.is_none() {
                problems.push(Problem::new("coa_port", "problem-nas-port"));
            }
            port
        }
    };
    let framed_pool = router_name("framed_pool", &form.framed_pool).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let reply_template = form.reply_template.trim().replace('\r', "");
    if let Err(wrong) = crate::access::read_template("reply_template", &reply_template) {
        problems.extend(wrong);
    }
    match (address, vendor) {
        (Some(address), Some(vendor)) if problems.is_empty() => Ok(NasDraft {
            name,
            address,
            vendor,
            secret: (!secret.is_empty()).then(|| secret.to_string()),
            require_message_authenticator: form.require_message_authenticator,
            mac_auth: form.mac_auth,
            coa_port,
            framed_pool,
            reply_template,
        }),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(address: &str, secret: &str) -> NasForm {
        NasForm {
            name: "Mirpur".into(),
            address: address.into(),
            vendor: "mikrotik".into(),
            secret: secret.into(),
            require_message_authenticator: true,
            ..NasForm::default()
        }
    }

    fn keys(form: &NasForm) -> Vec<String> {
        read_nas(form).err().unwrap_or_default().into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn forms_are_read_or_every_field_is_named() {
        let draft = read_nas(&form(" 10.0.0.2 ", "")).ok().unwrap();
        assert_eq!((draft.address, draft.secret), ("10.0.0.2".parse().unwrap(), None));
        assert_eq!(read_nas(&form("::ffff:10.0.0.2", "")).ok().unwrap().address, "10.0.0.2".parse::<IpAddr>().unwrap());
        assert_eq!(keys(&form("router.example", "short")), ["problem-nas-address", "problem-nas-secret-short"]);
        assert_eq!(keys(&form("0.0.0.0", "with spaces in it, long")), ["problem-nas-address", "problem-nas-secret-characters"]);
        assert_eq!(keys(&form("10.0.0.2", &"x".repeat(65))), ["problem-nas-secret-long"]);
        let more =
            NasForm { coa_port: "70000".into(), framed_pool: "a b".into(), reply_template: "Class = x".into(), ..form("10.0.0.2", "") };
        assert_eq!(keys(&more), ["problem-nas-port", "problem-router-name", "problem-reply-unknown"]);
        let ports = |port: &str| read_nas(&NasForm { coa_port: port.into(), ..form("10.0.0.2", "") }).ok().unwrap().coa_port;
        assert_eq!((ports(""), ports("-"), ports("1700")), (Some(COA_PORT), None, Some(1700)));
        assert_eq!(
            keys(&NasForm { vendor: "cisco".into(), name: " ".into(), ..form("::1", "") }),
            ["problem-name-length", "problem-choice"]
        );
    }
}
