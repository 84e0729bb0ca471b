//! A state as colour, icon and word together, so that nobody has to tell colours apart.

use leptos::prelude::*;

use crate::icon::Icon;

/// What a colour means; there is no colour without a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    /// Notable, neither good nor bad; work in progress.
    Info,
    Good,
    Warning,
    Bad,
}

impl Tone {
    /// Class that sets the colours of badges, alerts and figures.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "tone-neutral",
            Tone::Info => "tone-info",
            Tone::Good => "tone-good",
            Tone::Warning => "tone-warning",
            Tone::Bad => "tone-bad",
        }
    }

    /// The icon that goes with it where a caller has no better one.
    pub const fn icon(self) -> &'static str {
        match self {
            Tone::Neutral => "circle-dot",
            Tone::Info => "info",
            Tone::Good => "circle-check",
            Tone::Warning => "triangle-alert",
            Tone::Bad => "circle-x",
        }
    }
}

/// `<StatusBadge tone=Tone::Good label=t("status-active")/>`
#[component]
pub fn StatusBadge(
    tone: Tone,
    #[prop(into)] label: String,
    /// Name of an icon; the tone's own without it.
    #[prop(into, optional)]
    icon: Option<String>,
) -> impl IntoView {
    let icon = icon.unwrap_or_else(|| tone.icon().to_owned());
    view! {
        <span class=format!("state {}", tone.class())>
            <Icon name=icon/>
            {label}
        </span>
    }
}
