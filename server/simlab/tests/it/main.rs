//! The simulated router on a real socket, for our client and for those that we did not write.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod routeros_client;
mod routeros_dial;
mod routeros_foreign;
mod routeros_rest;

use integrations::routeros::{Client, Door, Limits, Login, Security, Version};
use simlab::routeros::{Router, Setup};
use std::time::Duration;

/// A router on a free port of this machine; its account is `lastmile` with `pw-of-router`.
async fn router(version: Version) -> Router {
    Router::start(setup(version)).await.expect("a free port")
}

fn setup(version: Version) -> Setup {
    Setup::on_loopback("tower", "lastmile", "pw-of-router", version)
}

const PLAIN: Security = Security::Plain { password_in_clear: true };

fn login() -> Login {
    Login { name: "lastmile".into(), password: "pw-of-router".into() }
}

fn impatient() -> Limits {
    Limits { open: Duration::from_secs(2), silence: Duration::from_secs(1), answer: Duration::from_secs(5), ..Limits::default() }
}

async fn signed_in(router: &Router) -> Client {
    Client::open(&Door { address: router.address(), security: PLAIN }, &login(), Limits::default()).await.expect("signs in")
}
