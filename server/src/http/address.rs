//! Where a request comes from and whether it came over TLS, found out once, before anything reads either. What headers say
//! of it counts only from a proxy that the settings name: everybody else is taken at the address of his connection.

use super::Web;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use domain::trust::Network;
use std::net::{IpAddr, SocketAddr};

/// The address that the request came from; nothing else is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

/// Whether the visitor's browser speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secure(pub bool);

/// More proxies than this are not one behind the other.
const MOST_HOPS: usize = 32;

pub async fn find(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let (address, secure) = seen(peer, request.headers(), &web.trusted_proxies);
    request.extensions_mut().insert(ClientAddress(address));
    request.extensions_mut().insert(Secure(web.https || secure));
    next.run(request).await
}

/// The visitor's address, and whether a trusted proxy says that he came over TLS.
fn seen(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> (Option<IpAddr>, bool) {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(*address));
    let Some(peer) = peer.filter(is_trusted) else { return (peer, false) };
    // Most proxies write the first and let the second through as it came, so the second counts only alone.
    let said = list(headers, "x-forwarded-for");
    let (said, secure) = match said.is_empty() {
        false => (said, list(headers, "x-forwarded-proto").last().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))),
        true => {
            let hops = list(headers, "forwarded");
            let secure = hops.last().and_then(|hop| part(hop, "proto")).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
            (hops.iter().map(|hop| part(hop, "for").unwrap_or_default()).collect(), secure)
        }
    };
    let mut client = peer;
    for hop in said.iter().rev().take(MOST_HOPS) {
        // What cannot be read is not passed over: who stands behind it may have written it himself.
        let Some(address) = address_of(hop) else { break };
        client = address;
        if !is_trusted(&address) {
            break;
        }
    }
    (Some(client), secure)
}

/// A header that is a list, however many lines it takes; one that is no text is none.
fn list<'a>(headers: &'a HeaderMap, name: &'static str) -> Vec<&'a str> {
    let lines = headers.get_all(HeaderName::from_static(name)).iter().map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(str::trim).collect()
}

/// One part of a hop: `for=192.0.2.1;proto=https`.
fn part<'a>(hop: &'a str, wanted: &str) -> Option<&'a str> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
    })
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asked(peer: &str, lines: &[(&'static str, &str)]) -> (String, bool) {
        let trusted: Vec<Network> = ["10.0.0.0/8", "2001:db8:f::/48"].iter().map(|network| Network::parse(network).unwrap()).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let (address, secure) = seen(Some(peer.parse().unwrap()), &headers, &trusted);
        (address.unwrap().to_string(), secure)
    }

    const FOR: &str = "x-forwarded-for";
    const PROTO: &str = "x-forwarded-proto";

    #[test]
    fn headers_of_strangers_are_not_believed() {
        for name in [FOR, "forwarded"] {
            let said = asked("198.51.100.7", &[(name, "for=203.0.113.5"), (name, "203.0.113.5"), (PROTO, "https")]);
            assert_eq!(said, ("198.51.100.7".to_string(), false), "{name}");
        }
        assert_eq!(seen(None, &HeaderMap::new(), &[]), (None, false));
    }

    #[test]
    fn the_last_one_that_is_no_proxy_of_ours_is_the_visitor() {
        let client = |value: &str| asked("10.0.0.1", &[(FOR, value)]).0;
        assert_eq!(client("203.0.113.5"), "203.0.113.5");
        // What stands before it was written by the visitor himself.
        assert_eq!(client("127.0.0.1, 10.9.9.9, 203.0.113.5, 10.0.0.2"), "203.0.113.5");
        assert_eq!(client("10.0.0.3, 10.0.0.2"), "10.0.0.3");
        assert_eq!(client("203.0.113.5:4711"), "203.0.113.5");
        assert_eq!(client("[2001:db8::7]:4711"), "2001:db8::7");
        assert_eq!(client("::ffff:203.0.113.5"), "203.0.113.5");
        let lines = asked("2001:db8:f::1", &[(FOR, "192.0.2.1"), (FOR, "203.0.113.5"), (PROTO, "http, https")]);
        assert_eq!(lines, ("203.0.113.5".to_string(), true));
    }

    #[test]
    fn the_standard_header_counts_where_it_stands_alone() {
        let client = |value: &str| asked("10.0.0.1", &[("forwarded", value)]);
        assert_eq!(client("for=192.0.2.1, for=203.0.113.5;proto=https"), ("203.0.113.5".to_string(), true));
        assert_eq!(client("For=\"[2001:db8::7]:4711\";by=10.0.0.1"), ("2001:db8::7".to_string(), false));
        // A visitor wrote this one through a proxy that knows only the other.
        assert_eq!(asked("10.0.0.1", &[("forwarded", "for=127.0.0.1"), (FOR, "203.0.113.5")]).0, "203.0.113.5");
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for wrong in ["", "unknown", "_hidden", "203.0.113", "<script>", "999.1.1.1", "203.0.113.5 203.0.113.6"] {
            assert_eq!(asked("10.0.0.1", &[(FOR, wrong), (PROTO, "ftp")]), ("10.0.0.1".to_string(), false), "{wrong}");
            assert_eq!(asked("10.0.0.1", &[("forwarded", &format!("for={wrong}"))]).0, "10.0.0.1", "{wrong}");
            // A visitor's nonsense before his own address changes nothing; nonsense after it hides him behind the proxy.
            assert_eq!(asked("10.0.0.1", &[(FOR, &format!("{wrong}, 203.0.113.5"))]).0, "203.0.113.5", "{wrong}");
        }
    }
}
