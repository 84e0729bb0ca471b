//! Reads the form of a router, every problem at once beside its field.

use super::{AuthMode, RouterDoor};
use crate::{NasId, Problem, RouterId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterForm {
    pub name: String,
    pub host: String,
    /// Empty: the usual one of the door.
    #[serde(default)]
    pub port: String,
    #[serde(default)]
    pub door: String,
    pub username: String,
    /// Empty: keep the one it has (change).
    #[serde(default)]
    pub password: String,
    /// The RADIUS client that it is; empty: none.
    #[serde(default)]
    pub nas: String,
    /// The router that it hangs behind; empty: none.
    #[serde(default)]
    pub parent: String,
    #[serde(default)]
    pub auth_mode: String,
}

/// A form that was understood.
#[derive(Clone, PartialEq, Eq)]
pub struct RouterDraft {
    pub name: String,
    /// Lower case.
    pub host: String,
    pub port: u16,
    pub door: RouterDoor,
    pub username: String,
    pub password: Option<String>,
    pub nas_id: Option<NasId>,
    pub parent_id: Option<RouterId>,
    pub auth_mode: AuthMode,
}

/// Is it an address or a name of the DNS (RFC 1123)?
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    // Nothing but digits and points is an address, or a mistyped one.
    let like_address = host.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    host.parse::<std::net::IpAddr>().is_ok_and(|ip| !ip.is_unspecified() && !ip.is_multicast())
        || !like_address && host.len() <= 253 && host.split('.').all(label)
}

/// An id of a choice that may be left empty.
fn choice(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Uuid> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let id = text.parse().ok();
    if id.is_none() {
        problems.push(Problem::new(field, "problem-choice"));
    }
    id
}

/// One of several words; empty is the first.
fn one_of<T: Default>(field: &str, text: &str, from_slug: impl Fn(&str) -> Option<T>, problems: &mut Vec<Problem>) -> T {
    if text.is_empty() {
        return T::default();
    }
    from_slug(text).unwrap_or_else(|| {
        problems.push(Problem::new(field, "problem-choice"));
        T::default()
    })
}

/// Reads a form. A new router needs a password, a changed one keeps its own.
pub fn read_router(form: &RouterForm, is_new: bool) -> Result<RouterDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let host = form.host.trim().to_ascii_lowercase();
    if !is_host(&host) {
        problems.push(Problem::new("host", "problem-router-host"));
    }
    let door = one_of("door", &form.door, RouterDoor::from_slug, &mut problems);
    let port = match form.port.trim() {
        "" => door.usual_port(),
        port => port.parse().ok().filter(|port| *port > 0).unwrap_or_else(|| {
            problems.push(Problem::new("port", "problem-nas-port"));
            0
        }),
    };
    let username = form.username.trim().to_string();
    if username.is_empty() || username.len() > 100 || username.contains(char::is_control) {
        problems.push(Problem::new("username", "problem-router-username"));
    }
    // An empty password is one that RouterOS allows and we do not.
    let password = (!form.password.is_empty()).then(|| form.password.clone());
    if is_new && password.is_none() {
        problems.push(Problem::new("password", "problem-router-password"));
    } else if password.as_ref().is_some_and(|password| password.len() > 200 || password.contains(char::is_control)) {
        problems.push(Problem::new("password", "problem-router-password-long").with("most", 200));
    }
    let nas_id = choice("nas", &form.nas, &mut problems).map(NasId);
    let parent_id = choice("parent", &form.parent, &mut problems).map(RouterId);
    let auth_mode = one_of("auth_mode", &form.auth_mode, AuthMode::from_slug, &mut problems);
    if problems.is_empty() {
        Ok(RouterDraft { name, host, port, door, username, password, nas_id, parent_id, auth_mode })
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(host: &str) -> RouterForm {
        RouterForm {
            name: "Core".into(),
            host: host.into(),
            username: "lastmile".into(),
            password: "secret".into(),
            ..RouterForm::default()
        }
    }

    fn keys(form: &RouterForm, is_new: bool) -> Vec<String> {
        read_router(form, is_new).err().unwrap_or_default().into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn forms_are_read_or_every_field_is_named() {
        let draft = read_router(&form(" Core.Isp.Example "), true).ok().unwrap();
        assert_eq!((draft.host.as_str(), draft.port, draft.door), ("core.isp.example", 8729, RouterDoor::ApiTls));
        let plain = RouterForm { door: "api".into(), ..form("2001:db8::1") };
        assert_eq!(read_router(&plain, true).ok().unwrap().port, 8728);
        for wrong in ["", "10.0.0", "10.0.0.256", "0.0.0.0", "a b", "http://router", "-a.example", "224.0.0.1", "a..b"] {
            assert_eq!(keys(&form(wrong), true), ["problem-router-host"], "{wrong}");
        }
        let wrong =
            RouterForm { door: "telnet".into(), port: "70000".into(), nas: "x".into(), auth_mode: "both".into(), ..form("10.0.0.1") };
        assert_eq!(keys(&wrong, true), ["problem-choice", "problem-nas-port", "problem-choice", "problem-choice"]);
        let empty = RouterForm { username: " ".into(), password: String::new(), ..form("10.0.0.1") };
        assert_eq!(keys(&empty, true), ["problem-router-username", "problem-router-password"]);
        assert_eq!(keys(&empty, false), ["problem-router-username"]);
    }
}
