//! Keys with which programs act as whoever is signed in: the list, a new one seen once, one in the place of another, and
//! taking one back. What a key may do is never more than what its owner may.

use super::account_bar;
use super::api::{CopiedKey, MakeKey, RevokeKey, RotateKey};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::keys::{KeyRow, KeyState, LIFETIMES};
use domain::rights::Permission;
use leptos::prelude::*;
use services::keys::{Keys, own_keys, shown_key};
use ui::prelude::*;

pub async fn keys(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let own = own_keys(services, caller).await?;
    let fresh = shown_key(services, caller).await?.map(|(name, text)| fresh(name, text));
    let docs = view! { <LinkButton href="/api/v1/docs" label=t("keys-docs") icon="file-text" external=true/> }.into_any();
    let page = view! {
        <PageHeader title=t("keys-title") subtitle=t("keys-lead") actions=docs/>
        {account_bar(&at)}
        <div class="flow">
            {fresh}
            {list(&at, &own)}
            {form(&own)}
        </div>
    };
    Ok(page.into_any())
}

/// Seen until it was copied.
fn fresh(name: String, text: String) -> AnyView {
    view! {
        <Alert tone=Tone::Warning title=t_with("key-fresh-title", &[("name", name.into())]) icon="key-round">
            <p>{t("key-fresh-lead")}</p>
            <p class="code my-3 select-all wrap-anywhere">{text}</p>
            <PostForm action={action::<CopiedKey>()} done=t("key-copied-done")>
                <SubmitButton label=t("key-copied") icon="check" style=ButtonStyle::Secondary/>
            </PostForm>
        </Alert>
    }
    .into_any()
}

fn list(at: &Drawing, own: &Keys) -> AnyView {
    if own.rows.is_empty() {
        return view! { <Card><EmptyState icon="key-round" title=t("keys-none") body=t("keys-none-words")/></Card> }.into_any();
    }
    let columns = vec![
        Column::new(t("key-name")),
        Column::new(t("common-status")),
        Column::new(t("key-scopes")),
        Column::new(t("key-ends")),
        Column::new(t("key-used")),
        Column::new(t("key-acts")).quiet(),
    ];
    let now = at.services().now();
    let rows = own.rows.iter().map(|key| row(at, key, key.state(now))).collect();
    view! { <Card flush=true><DataTable caption=t("keys-title") columns=columns rows=rows/></Card> }.into_any()
}

fn state(state: KeyState) -> AnyView {
    let (tone, icon) = match state {
        KeyState::Good => (Tone::Good, "circle-check"),
        KeyState::Ending => (Tone::Warning, "clock"),
        KeyState::Expired => (Tone::Neutral, "clock"),
        KeyState::Revoked => (Tone::Neutral, "ban"),
    };
    view! { <StatusBadge tone=tone label=t(&format!("key-state-{}", state.slug())) icon=icon/> }.into_any()
}

fn words(scope: Permission) -> String {
    t(&format!("right-{}", scope.key().replace(['.', '_'], "-")))
}

fn row(at: &Drawing, key: &KeyRow, standing: KeyState) -> Row {
    let scopes: Vec<String> = key.scopes.iter().map(|scope| words(*scope)).collect();
    let held: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    let held = (!held.is_empty()).then(|| view! { <p class="code muted">{held.join(", ")}</p> });
    let premium = key.premium.then(|| view! { <p class="muted">{t("key-premium-short")}</p> });
    let used = match key.used_at {
        None => t("key-never").into_any(),
        Some(used) => {
            let from = key.used_from.clone().map(|from| view! { <p class="code muted">{from}</p> });
            view! { <TimeText at=at.visit().local(used)/> {from} }.into_any()
        }
    };
    Row::new(key.id, key.name.clone())
        .cell(view! { {key.name.clone()} <p class="code muted">{key.id.to_string()}</p> {held} {premium} })
        .cell(state(standing))
        .cell(view! { <details class="fold"><summary>{t_with("key-scopes-count", &[("count", scopes.len().into())])}</summary><span class="mt-2 block whitespace-normal">{scopes.join(" · ")}</span></details> })
        .cell(view! { <TimeText at=at.visit().local(key.expires_at)/> })
        .cell(used)
        .cell(acts(key, standing))
}

fn acts(key: &KeyRow, standing: KeyState) -> Option<AnyView> {
    if !standing.is_live() {
        return None;
    }
    let id = key.id.to_string();
    let again = (!key.replaced).then(|| {
        let id = id.clone();
        view! {
            <PostForm action={action::<RotateKey>()} key=id.clone() done=t("key-made")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("key-rotate") body=t("key-rotate-words") style=ButtonStyle::Secondary icon="refresh-cw"/>
            </PostForm>
        }
    });
    let view = view! {
        <div class="row-line">
            {again}
            <PostForm action={action::<RevokeKey>()} key=id.clone() done=t("key-revoked")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("key-revoke") body=t("key-revoke-words") icon="ban"/>
            </PostForm>
        </div>
    };
    Some(view.into_any())
}

fn form(own: &Keys) -> AnyView {
    let scopes = own.scopes.clone();
    let days = LIFETIMES.map(|days| (days.to_string(), t_with("key-days", &[("count", days.into())]))).to_vec();
    let premium = own.may_premium;
    view! {
        <PostForm action={action::<MakeKey>()} done=t("key-made")>
            <Card title=t("key-new") subtitle=t("key-new-lead")>
                <ErrorSummary/>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("key-name") maxlength=60 help=t("key-name-help")/>
                    <SelectField name="form[days]" label=t("key-lasts") options=days value="90"/>
                </div>
                <fieldset class="mt-4">
                    <legend class="field-label">{t("key-scopes")}</legend>
                    <p class="muted">{t("key-scopes-help")}</p>
                    <div class="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-2 lg:grid-cols-3">
                        {scopes
                            .into_iter()
                            .map(|scope| {
                                let slug = scope.key();
                                view! { <CheckField name="form[scopes][]" id=format!("scope-{slug}") value=slug.to_string() label=words(scope)/> }
                            })
                            .collect_view()}
                    </div>
                </fieldset>
                <div class="mt-4"><TextAreaField name="form[networks]" label=t("key-networks") rows=2 optional=true help=t("key-networks-help")/></div>
                {premium.then(|| view! { <div class="mt-4"><CheckField name="form[premium]" label=t("key-premium") help=t("key-premium-help")/></div> })}
                <div class="form-actions"><SubmitButton label=t("key-make") icon="key-round"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}
