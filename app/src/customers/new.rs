//! The form of a new subscriber with his first line. It says at once when the mobile number is somebody's already, and
//! lets him be added all the same: families share a phone.

use super::api::{CreateSubscriber, list_offers, with_mobile};
use crate::lists::after_typing;
use crate::panels::Load;
use domain::packages::Package;
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn NewSubscriberPage() -> impl IntoView {
    let offers = Resource::new(|| (), |()| list_offers());
    view! {
        <PageHeader title=t("customer-add") back=("/customers".to_string(), t("customers-title"))/>
        <Load from=offers view=|offers| view! { <SubscriberFields offers=offers/> }.into_any()/>
    }
}

#[component]
fn SubscriberFields(offers: Vec<Package>) -> AnyView {
    let create = ServerAction::<CreateSubscriber>::new();
    provide_problems(Signal::derive(move || match create.value().get() {
        Some(Err(error)) => error.problems(),
        _ => Vec::new(),
    }));
    if offers.is_empty() {
        let action = view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus" style=ButtonStyle::Primary/> };
        return view! { <Card><EmptyState icon="package" title=t("package-empty-title") body=t("customer-needs-package") action=action.into_any()/></Card> }.into_any();
    }
    let language = use_language();
    let packages = offers.iter().map(|package| {
        let price = locales::money(language, package.price.minor, package.price.currency.code());
        (package.id.to_string(), format!("{} · {price}", package.name))
    });
    let packages = packages.collect::<Vec<_>>();
    let labels = ["name", "mobile", "address", "username", "password"].map(|field| (field.to_string(), t(&format!("customer-{field}"))));
    let labels = labels.into_iter().chain([("package_id".to_string(), t("customer-package"))]).collect();
    let (mobile, set_mobile) = signal(String::new());
    let on_mobile = after_typing(move |text| set_mobile.set(text));
    view! {
        <ActionForm action=create>
            <Card class="max-w-4xl">
                <ErrorSummary labels=labels/>
                <div class="form-grid">
                    <TextField name="name" label=t("customer-name") maxlength=200 autofocus=true autocomplete="off"/>
                    <div>
                        <TextField name="mobile" label=t("customer-mobile") kind="tel" inputmode="tel" optional=true autocomplete="off" placeholder="01711-234567" on_input=on_mobile/>
                        <MobileHint mobile=mobile/>
                    </div>
                    <div class="form-wide"><TextAreaField name="address" label=t("customer-address") rows=2 optional=true/></div>
                    <SelectField name="package_id" label=t("customer-package") options=packages empty=t("form-choose")/>
                    <span class="max-md:hidden"></span>
                    <TextField name="username" label=t("customer-username") maxlength=64 autocomplete="off" help=t("customer-username-help")/>
                    <TextField name="password" label=t("customer-password") maxlength=100 autocomplete="off" help=t("customer-password-help")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("customer-add") pending=create.pending() icon="check"/>
                    <LinkButton href="/customers" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </ActionForm>
    }
    .into_any()
}

/// Who has this number already, asked while it is typed. Without the browser half nobody is asked.
#[component]
fn MobileHint(mobile: ReadSignal<String>) -> AnyView {
    let look = Action::new(|text: &String| with_mobile(text.clone()));
    Effect::new(move |_| {
        let text = mobile.get();
        if text.chars().filter(char::is_ascii_digit).count() >= 10 || text.chars().count() >= 11 {
            look.dispatch(text);
        } else {
            look.value().set(None);
        }
    });
    let owner = move || look.value().get().and_then(Result::ok).flatten();
    let words = move || {
        let (_, number, name) = owner()?;
        Some(t_with("customer-mobile-known", &[("name", name.into()), ("number", number.into())]))
    };
    let href = move || owner().map(|(id, ..)| format!("/customers/{id}"));
    view! {
        <div role="status" aria-live="polite">
            <p class="mt-1.5 text-[0.8125rem]" hidden=move || owner().is_none()>
                <a class="text-warning row-line" target="_blank" href=href><Icon name="triangle-alert"/>{words}</a>
            </p>
        </div>
    }
    .into_any()
}
