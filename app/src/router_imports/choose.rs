//! What a router holds, and the form that says which package each of its profiles means. The router is asked while the
//! page is drawn; what keeps it from answering is said in its place.

use super::api::PrepareImport;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::routers::router_tabs;
use domain::RouterId;
use domain::packages::Package;
use domain::router_imports::{PoolSeen, ProfileSeen, Read};
use leptos::prelude::*;
use services::{packages, router_imports, routers};
use ui::prelude::*;

pub async fn choose(at: Drawing) -> Result<AnyView, UiError> {
    let id: RouterId = at.param("id")?;
    let (services, caller) = (at.services(), at.caller()?);
    let (view, _) = routers::find_router(services, caller, id).await?;
    let today = router_imports::of_router(services, caller, id).await?;
    let again = today.map(|import| {
        let link = view! { <LinkButton href=format!("/routers/imports/{import}") label=t("router-import-open") icon="eye"/> };
        view! { <Alert tone=Tone::Warning icon="triangle-alert" actions=link.into_any()>{t("router-import-same-day")}</Alert> }
    });
    let body = match router_imports::read(services, caller, id).await {
        Ok((_, read)) if read.secrets > 0 => {
            let offers = packages::list_packages(services, caller).await?.into_iter().filter(|package| !package.archived).collect();
            found(id, read, offers)
        }
        Ok(_) => {
            view! { <Card><EmptyState icon="router" title=t("router-import-empty") body=t("router-import-empty-body")/></Card> }.into_any()
        }
        Err(services::Error::Conflict(problem)) => {
            let retry = view! { <LinkButton href=format!("/routers/{id}/import") label=t("action-refresh") icon="refresh-cw"/> };
            view! { <Alert tone=Tone::Bad icon="router" actions=retry.into_any()>{problem_words(&problem)}</Alert> }.into_any()
        }
        Err(error) => return Err(error.into()),
    };
    let page = view! {
        <PageHeader title=view.router.name subtitle=t("router-import-lead") back=("/routers".to_string(), t("routers-title"))/>
        {router_tabs(id, "/import", at.visit())}
        <div class="flow">{again}{body}</div>
    };
    Ok(page.into_any())
}

fn found(router: RouterId, read: Read, offers: Vec<Package>) -> AnyView {
    let language = use_language();
    let count = |value: u64| locales::number(language, i64::try_from(value).unwrap_or(i64::MAX));
    let facts = t_with("router-import-found", &[("secrets", count(read.secrets).into()), ("disabled", count(read.disabled).into())]);
    let hidden = (read.hidden > 0).then(|| {
        let words = t_with("router-import-hidden", &[("count", count(read.hidden).into())]);
        view! { <Alert tone=Tone::Warning icon="key-round">{words}</Alert> }
    });
    let profiles: Vec<AnyView> = read
        .profiles
        .iter()
        .filter(|profile| profile.secrets > 0)
        .enumerate()
        .map(|(place, profile)| choice(place, profile.clone(), &offers))
        .collect();
    let (some_hidden, some_disabled) = (read.hidden > 0, read.disabled > 0);
    view! {
        {hidden}
        <PostForm action={action::<PrepareImport>()} done="">
            <Card title=t("router-import-profiles") subtitle=facts>
                <ErrorSummary/>
                <HiddenField name="router" value=router.to_string()/>
                <div class="form-grid">{profiles}</div>
                <div class="mt-5 grid gap-4 border-t border-line pt-5">
                    {some_disabled.then(|| view! { <CheckField name="form[skip_disabled]" label=t("router-import-skip") checked=true help=t("router-import-skip-help")/> })}
                    <CheckField name="form[generate_passwords]" label=t("import-generate-passwords") checked=some_hidden help=t("import-generate-passwords-help")/>
                    <div class="form-narrow"><DateField name="form[paid_until]" label=t("router-import-paid-until") optional=true help=t("router-import-paid-until-help")/></div>
                </div>
                <div class="form-actions"><SubmitButton label=t("router-import-preview") icon="eye"/></div>
            </Card>
        </PostForm>
        {pools(&read.pools)}
    }
    .into_any()
}

/// A profile with the package that it means; one of the same name, or of the same speed, is proposed.
fn choice(place: usize, profile: ProfileSeen, offers: &[Package]) -> AnyView {
    let fold = domain::imports::fold;
    let same = offers.iter().find(|offer| fold(&offer.name) == fold(&profile.name));
    let options: Vec<(String, String)> = offers.iter().map(|offer| (offer.id.to_string(), offer.name.clone())).collect();
    let secrets = i64::try_from(profile.secrets).unwrap_or(i64::MAX);
    let more =
        [profile.rate_limit.clone(), profile.remote.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let help = t_with("router-import-profile-help", &[("count", secrets.into()), ("more", more.into())]);
    view! {
        <div>
            <input type="hidden" name=format!("form[profiles][{place}]") value=profile.name.clone()/>
            <SelectField name=format!("form[packages][{place}]") label=profile.name options=options empty=t("router-import-leave-out") value=same.map(|offer| offer.id.to_string()).unwrap_or_default() optional=true help=help/>
        </div>
    }
    .into_any()
}

/// Pools with how many addresses they have for how many lines.
pub(super) fn pools(pools: &[PoolSeen]) -> Option<AnyView> {
    if pools.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("router-import-pool")),
        Column::new(t("router-import-ranges")),
        Column::new(t("router-import-addresses")).numeric(),
        Column::new(t("router-import-lines")).numeric(),
        Column::new(t("common-status")),
    ];
    let row = |pool: &PoolSeen| {
        let mark = match pool.capacity() {
            None => view! { <StatusBadge tone=Tone::Warning icon="triangle-alert" label=t("router-import-unread")/> }.into_any(),
            Some(_) if pool.is_short() => {
                view! { <StatusBadge tone=Tone::Bad icon="circle-alert" label=t("router-import-short")/> }.into_any()
            }
            Some(_) => view! { <StatusBadge tone=Tone::Good icon="circle-check" label=t("router-import-enough")/> }.into_any(),
        };
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let capacity = pool.capacity().map(|capacity| view! { <NumberText value=number(capacity)/> });
        Row::new(pool.name.clone(), pool.name.clone())
            .cell(view! { <span class="font-semibold">{pool.name.clone()}</span> })
            .cell(view! { <span class="figure wrap-anywhere">{pool.ranges.clone()}</span> })
            .cell(capacity)
            .cell(view! { <NumberText value=number(pool.secrets)/> })
            .cell(mark)
    };
    let rows = pools.iter().map(row).collect();
    Some(view! { <Card title=t("router-import-pools") flush=true><DataTable caption=t("router-import-pools") columns=columns rows=rows/></Card> }.into_any())
}
