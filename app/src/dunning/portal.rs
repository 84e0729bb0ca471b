//! The subscriber's own promise: by when he pays, and that his line stays on until then.

use super::api::PromiseMine;
use super::customer::{open_words, promises};
use crate::UiError;
use crate::drawn::{Drawing, action};
use leptos::prelude::*;
use services::dunning;
use ui::prelude::*;

pub async fn my_promise(at: Drawing) -> Result<AnyView, UiError> {
    let offer = dunning::own_promise_offer(at.services(), at.caller()?).await?;
    let today = at.visit().today;
    let open = offer.promises.iter().find(|promise| promise.state == "open").map(open_words);
    let refusal = offer.refusal.as_ref().map(problem_words);
    let body = match (open, refusal) {
        (Some(words), _) => view! { <Alert tone=Tone::Good icon="badge-check">{words}</Alert> }.into_any(),
        (None, Some(words)) => view! { <Alert tone=Tone::Info>{words}</Alert> }.into_any(),
        (None, None) => {
            let (first, last) = (today + chrono::Days::new(1), offer.promise_until.unwrap_or(today));
            let help = t_with("promise-until-help", &[("date", locales::date(use_language(), last).into())]);
            view! {
                <PostForm action={action::<PromiseMine>()} done=t("my-promise-done")>
                    <ErrorSummary/>
                    <DateField name="until" label=t("promise-until") value=last min=first max=last help=help/>
                    <div class="form-actions"><SubmitButton label=t("my-promise-make") style=ButtonStyle::Primary icon="check"/></div>
                </PostForm>
            }
            .into_any()
        }
    };
    let history =
        (!offer.promises.is_empty()).then(|| view! { <Card flush=true title=t("promise-title")>{promises(offer.promises)}</Card> });
    let page = view! {
        <div class="mx-auto max-w-3xl">
            <PageHeader title=t("my-promise-title") subtitle=t("my-promise-lead") back=("/".to_string(), t("menu-home"))/>
            <div class="flow"><Card>{body}</Card>{history}</div>
        </div>
    };
    Ok(page.into_any())
}
