//! One way to show what a server function answers: wait, then the page, or a refusal in words. One suspense a page
//! body, so that nothing is streamed out of order.

use crate::UiError;
use domain::Problem;
use leptos::prelude::*;
use ui::prelude::*;

/// Shows `view` with the answer of `from`. The page is sent when the answer is there; later reloads keep the old rows
/// on screen until the new ones come.
#[component]
pub fn Load<T, F>(from: Resource<Result<T, UiError>>, view: F) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <div class="loading" role="status"><span class="loading-text">{t("common-loading")}</span></div> }>
            {
                let shown = Shown::here();
                move || {
                    let view = view.clone();
                    Suspend::new(async move {
                        match from.await {
                            Ok(answer) => shown.draw(|| view(answer)),
                            Err(error) => shown.draw(|| view! { <Refusal error=error/> }.into_any()),
                        }
                    })
                }
            }
        </Transition>
    }
}

/// Keeps what a view is made of for as long as it is on screen. While a new answer is on its way the old view stays and
/// still reacts, to the address for one; without this its signals would be gone by then.
#[derive(Clone, Copy)]
struct Shown {
    home: StoredValue<Option<Owner>>,
    /// The view on screen, and the one that takes its place in the next moment.
    drawn: StoredValue<[Option<Owner>; 2]>,
}

impl Shown {
    fn here() -> Self {
        Self { home: StoredValue::new(Owner::current().map(|owner| owner.child())), drawn: StoredValue::new([None, None]) }
    }

    fn draw(self, view: impl FnOnce() -> AnyView) -> AnyView {
        let Some(owner) = self.home.try_get_value().flatten().map(|home| home.child()) else { return view() };
        let drawn = owner.with(view);
        self.drawn.try_update_value(|[before, now]| *before = now.replace(owner));
        drawn
    }
}

/// A refusal instead of a page, with the status code it deserves.
#[component]
pub fn Refusal(error: UiError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::error::set_status(&error);
    let words = refusal_words(&error.problems());
    let icon = match error {
        UiError::NotFound => "search-x",
        UiError::Denied | UiError::SignIn => "lock",
        _ => "triangle-alert",
    };
    view! { <EmptyState icon=icon title=words body="".to_string()/> }
}

/// What is wrong, in sentences.
pub(crate) fn refusal_words(problems: &[Problem]) -> String {
    let language = use_language();
    let words = |problem: &Problem| {
        let args: Vec<(&str, Arg)> = problem.args.iter().map(|(name, value)| (name.as_str(), Arg::from(value.as_str()))).collect();
        locales::text_with(language, &problem.key, &args)
    };
    problems.iter().map(words).collect::<Vec<_>>().join(" ")
}
