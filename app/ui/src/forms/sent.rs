//! Plain forms of pages that the server draws. A form that came back, refused or drawn again while it is typed, shows
//! what was typed and what is wrong by itself: fields ask here by their names. Passwords are never given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Problem;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;

use super::problems::provide_problems;
use crate::place::use_current_url;
use crate::query::Query;

/// Where the form's page is; sent along so that a refusal finds its way back.
pub const AT: &str = "_at";
/// Which of several forms with the same action it is.
pub const KEY: &str = "_form";

/// What a form sent, and what the server says to it.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    action: String,
    typed: Arc<Query>,
    problems: Vec<Problem>,
    shown: Arc<AtomicBool>,
}

impl Sent {
    /// `typed` is everything the form sent to `action`.
    pub fn new(action: impl Into<String>, typed: Query, problems: Vec<Problem>) -> Self {
        Sent { action: action.into(), typed: Arc::new(typed), problems, shown: Arc::default() }
    }

    pub fn typed(&self) -> &Query {
        &self.typed
    }

    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn is_of(&self, action: &str, key: &str) -> bool {
        self.action == action && self.typed.get(KEY).unwrap_or_default() == key
    }

    /// Whether a form on the page has taken it up.
    pub fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }
}

/// What was typed into the form around.
#[derive(Clone)]
struct Typed(Arc<Query>);

/// The typed text of a field, when its form came back; an emptied field stays empty.
pub(super) fn typed(name: &str) -> Option<String> {
    let Typed(query) = use_context::<Typed>()?;
    query.pairs().iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

/// Whether a box was ticked, when its form came back.
pub(super) fn ticked(name: &str, value: &str) -> Option<bool> {
    use_context::<Typed>().map(|Typed(query)| query.has(name, value))
}

/// Whether the form of this action and key was refused: what folds it away then opens.
pub fn came_back(action: &str, key: &str) -> bool {
    use_context::<Sent>().is_some_and(|sent| !sent.problems.is_empty() && sent.is_of(action, key))
}

/// A form that is posted to `action`, with or without JavaScript. Put `ErrorSummary` and the fields inside.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    /// Tells several forms with the same action apart, by the id of what each is about.
    #[prop(into, optional)]
    key: String,
    /// The message after it worked; `Saved.` without it.
    #[prop(into, optional)]
    done: Option<String>,
    /// While it is typed the page is drawn again with what is typed so far (`Drawing::typed`).
    #[prop(optional)]
    live: bool,
    #[prop(into, optional)] id: Option<String>,
    #[prop(into, optional)] class: Option<String>,
    children: Children,
) -> AnyView {
    let sent = use_context::<Sent>().filter(|sent| sent.is_of(&action, &key));
    let at = use_current_url();
    let at = at.query.get_untracked().href(&at.path.get_untracked());
    let owner = Owner::current().map(|owner| owner.child()).unwrap_or_default();
    let inside = owner.with(|| {
        let problems = sent.map(|sent| {
            sent.shown.store(true, Ordering::Relaxed);
            provide_context(Typed(sent.typed));
            sent.problems
        });
        provide_problems(Signal::stored(problems.unwrap_or_default()));
        children().into_any()
    });
    let key = (!key.is_empty()).then(|| view! { <input type="hidden" name=KEY value=key/> });
    view! {
        <form id=id class=class method="post" action=action data-send="" data-done=done data-live=live.then_some("")>
            <input type="hidden" name=AT value=at/>
            {key}
            {OwnedView::new_with_owner(inside, owner)}
        </form>
    }
    .into_any()
}
