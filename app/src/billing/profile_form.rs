//! The form of a billing profile, with the rule in words while it is typed. A change holds for bills to come.

use super::api::{SaveProfile, list_profiles};
use super::profiles::rule;
use crate::UiError;
use crate::panels::{Load, Refusal};
use crate::visit::use_visit;
use domain::BillingProfileId;
use domain::billing::BillingProfile;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::prelude::*;

fn back() -> (String, String) {
    ("/billing/profiles".to_string(), t("billing-profiles"))
}

#[component]
pub fn NewProfilePage() -> impl IntoView {
    view! {
        <PageHeader title=t("billing-profile-add") back=back()/>
        <ProfileFields/>
    }
}

#[component]
pub fn EditProfilePage() -> impl IntoView {
    let params = use_params_map();
    let profiles = Resource::new(|| (), |()| list_profiles());
    let view = move |profiles: Vec<BillingProfile>| {
        let id = params.read_untracked().get("id").and_then(|id| id.parse::<BillingProfileId>().ok());
        match profiles.into_iter().find(|profile| Some(profile.id) == id) {
            Some(profile) => view! {
                <PageHeader title=profile.name.clone() back=back()/>
                <ProfileFields profile=profile/>
            }
            .into_any(),
            None => view! { <Refusal error=UiError::NotFound/> }.into_any(),
        }
    };
    view! { <Load from=profiles view=view/> }
}

#[component]
fn ProfileFields(#[prop(optional)] profile: Option<BillingProfile>) -> impl IntoView {
    let save = ServerAction::<SaveProfile>::new();
    let problems = Signal::derive(move || match save.value().get() {
        Some(Err(error)) => error.problems(),
        _ => Vec::new(),
    });
    provide_problems(problems);
    let id = profile.as_ref().map(|profile| view! { <HiddenField name="id" value=profile.id.to_string()/> });
    let (name, day, due, grace, zone, cuts) = match profile {
        Some(p) => (p.name, p.billing_day, p.due_days, p.grace_days, p.time_zone.unwrap_or_default(), p.auto_suspend),
        None => (String::new(), 1, 7, 3, String::new(), true),
    };
    let typed = [RwSignal::new(day.to_string()), RwSignal::new(due.to_string()), RwSignal::new(grace.to_string())];
    let cutting = RwSignal::new(cuts);
    let language = use_language();
    let words = move || {
        let number = |index: usize| typed[index].with(|text| domain::money::ascii_digits(text.trim()).parse::<i64>().ok());
        match (number(0), number(1), number(2)) {
            (Some(day @ 1..=28), Some(due), Some(grace)) => rule(day, due, grace, cutting.get()),
            _ => locales::text(language, "billing-rule-unclear"),
        }
    };
    let listen = move |index: usize| Callback::new(move |text: String| typed[index].set(text));
    let own_zone = t_with("billing-zone-help", &[("zone", use_visit().site.time_zone.into())]);
    view! {
        <ActionForm action=save>
            <Card>
                <ErrorSummary/>
                {id}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("common-name") value=name maxlength=60 autofocus=true/>
                    <TextField name="form[billing_day]" label=t("billing-day") value=day.to_string() inputmode="numeric" help=t("billing-day-help") on_input=listen(0)/>
                    <TextField name="form[due_days]" label=t("billing-due-days") value=due.to_string() inputmode="numeric" help=t("billing-due-days-help") on_input=listen(1)/>
                    <TextField name="form[grace_days]" label=t("billing-grace-days") value=grace.to_string() inputmode="numeric" help=t("billing-grace-days-help") on_input=listen(2)/>
                    <TextField name="form[time_zone]" label=t("billing-zone") value=zone optional=true help=own_zone autocomplete="off"/>
                    <CheckField name="form[auto_suspend]" label=t("billing-suspend-auto") checked=cuts help=t("billing-suspend-help") on_change=Callback::new(move |on| cutting.set(on))/>
                </div>
                <p class="notice tone-info mt-5" aria-live="polite"><Icon name="info"/><span class="notice-words">{words}</span></p>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") pending=save.pending() icon="check"/>
                    <LinkButton href="/billing/profiles" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </ActionForm>
    }
}
