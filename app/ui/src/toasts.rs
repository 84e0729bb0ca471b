//! Short messages that come and go after something happened in the browser. What must stay is an `Alert` on the page instead.

use std::time::Duration;

use leptos::prelude::*;

use crate::i18n::t;
use crate::icon::Icon;
use crate::status::Tone;

const SHOWN_FOR: Duration = Duration::from_secs(7);

#[derive(Clone, Debug)]
struct Toast {
    id: u32,
    tone: Tone,
    words: String,
}

/// Where messages go. Copy it into event handlers and effects.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: RwSignal<u32>,
}

impl Toasts {
    /// Shows `words` for a few seconds; bad news stays until it is dismissed.
    pub fn push(self, tone: Tone, words: impl Into<String>) {
        let id = self.next.get_untracked();
        self.next.set(id.wrapping_add(1));
        self.shown.update(|toasts| toasts.push(Toast { id, tone, words: words.into() }));
        if tone != Tone::Bad {
            set_timeout(move || self.dismiss(id), SHOWN_FOR);
        }
    }

    fn dismiss(self, id: u32) {
        // A toast may outlive the page that showed it.
        let _ = self.shown.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Call once, at the top of the app.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { shown: RwSignal::new(Vec::new()), next: RwSignal::new(0) };
    provide_context(toasts);
    toasts
}

/// Outside `provide_toasts` messages go nowhere.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(|| Toasts { shown: RwSignal::new(Vec::new()), next: RwSignal::new(0) })
}

/// The place on the page; `AppFrame` holds it.
#[component]
pub fn ToastRegion() -> AnyView {
    let toasts = use_toasts();
    let close = t("action-close");
    view! {
        <div class="toast-region" role="status" aria-live="polite" aria-label=t("toast-region")>
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class=format!("notice toast-card {}", toast.tone.class())>
                    <Icon name=toast.tone.icon()/>
                    <div class="notice-words">{toast.words.clone()}</div>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=close.clone()
                        on:click=move |_| toasts.dismiss(toast.id)
                    >
                        <Icon name="x"/>
                    </button>
                </div>
            </For>
        </div>
    }
    .into_any()
}
