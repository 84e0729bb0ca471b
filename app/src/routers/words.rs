//! How a router's doing is said.

use domain::routers::{AuthMode, RouterDoor, RouterStatus, Why};
use leptos::prelude::*;
use ui::prelude::*;

pub(crate) fn status_badge(status: RouterStatus, why: Option<Why>) -> AnyView {
    let (tone, icon, label) = match status {
        RouterStatus::Online => (Tone::Good, "check", t("router-online")),
        RouterStatus::Warning => (Tone::Warning, "triangle-alert", why.map_or_else(|| t("router-warning"), why_text)),
        RouterStatus::Offline => (Tone::Bad, "plug", t("router-offline")),
        RouterStatus::Unknown => (Tone::Neutral, "clock", t("router-unknown")),
    };
    view! { <StatusBadge tone=tone label=label icon=icon/> }.into_any()
}

/// What is wrong, in a few words.
pub(crate) fn why_text(why: Why) -> String {
    t(match why {
        Why::Unreachable => "router-why-unreachable",
        Why::Closed => "router-why-closed",
        Why::Silent => "router-why-silent",
        Why::NotRouterOs => "router-why-not-routeros",
        Why::Login => "router-why-login",
        Why::Tls => "router-why-tls",
        Why::Unconfirmed => "router-why-unconfirmed",
        Why::OtherCertificate => "router-why-other-certificate",
        Why::Broken => "router-why-broken",
        Why::Refused => "router-why-refused",
        Why::Cpu => "router-why-cpu",
        Why::Memory => "router-why-memory",
        Why::Clock => "router-why-clock",
    })
}

/// What to do about it; nothing where the words say it all.
pub(super) fn remedy(why: Why) -> Option<String> {
    let key = match why {
        Why::Unreachable | Why::Silent => "router-remedy-unreachable",
        Why::Closed => "router-remedy-closed",
        Why::NotRouterOs => "router-remedy-not-routeros",
        Why::Login => "router-remedy-login",
        Why::Tls => "router-remedy-tls",
        Why::Unconfirmed => "router-remedy-unconfirmed",
        Why::OtherCertificate => "router-remedy-other-certificate",
        Why::Clock => "router-remedy-clock",
        Why::Refused => "router-remedy-refused",
        Why::Broken | Why::Cpu | Why::Memory => return None,
    };
    Some(t(key))
}

pub(super) fn door_text(door: RouterDoor) -> String {
    t(match door {
        RouterDoor::ApiTls => "router-door-api-tls",
        RouterDoor::Api => "router-door-api",
        RouterDoor::Rest => "router-door-rest",
    })
}

pub(crate) fn mode_text(mode: AuthMode) -> String {
    t(match mode {
        AuthMode::Radius => "router-mode-radius",
        AuthMode::Local => "router-mode-local",
        AuthMode::Hybrid => "router-mode-hybrid",
    })
}

/// Milliseconds of microseconds, with one digit below ten.
pub(super) fn latency_words(microseconds: i64) -> String {
    let words = if microseconds < 10_000 {
        let tenths = microseconds / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        (microseconds / 1_000).to_string()
    };
    t_with("router-milliseconds", &[("value", locales::digits(use_language(), &words).into())])
}

pub(super) fn percent_words(percent: i32) -> String {
    locales::digits(use_language(), &format!("{percent}%"))
}

/// Bits per second.
pub(super) fn bps_words(bits: i64) -> String {
    crate::usage::rate_words(use_language(), bits.max(0).unsigned_abs())
}
