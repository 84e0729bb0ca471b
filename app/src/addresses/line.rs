//! The addresses of one line, on the page that explains its connection: what it has, with the ways to give another one and
//! to take it back.

use super::api::{GiveAddress, ReleaseAddress};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::addresses::{Block, Holding};
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use leptos::prelude::*;
use services::addresses;
use ui::prelude::*;

/// `many`: the customer has several lines, so ids of fields carry the line's.
pub(crate) async fn of_line(at: &Drawing, customer: CustomerId, service: ServiceId) -> Result<AnyView, UiError> {
    let held = addresses::held_by(at.services(), at.caller()?, service).await?;
    let may = at.visit().may(Permission::NetworkEdit) && at.visit().may(Permission::NetworkView);
    let blocks = if may { addresses::blocks_of(at.services(), at.caller()?).await? } else { Vec::new() };
    let none = held.is_empty().then(|| view! { <p class="muted">{t("address-of-line-none")}</p> });
    let rows = held.iter().map(|held| row(held, customer, service, may, at)).collect_view();
    let give = may.then(|| give(customer, service, &blocks, held.iter().any(|held| held.kind == "address")));
    Ok(view! { <Card title=t("address-of-line")><ul class="mb-3 grid gap-2">{rows}</ul>{none}{give}</Card> }.into_any())
}

fn row(held: &Holding, customer: CustomerId, service: ServiceId, may: bool, at: &Drawing) -> AnyView {
    let since = locales::date_time(use_language(), at.visit().local(held.since));
    let kind = t(&format!("address-kind-{}", held.kind));
    let body = t_with("address-release-body", &[("value", held.what().into())]);
    let (id, slug) = (held.id, held.kind.clone());
    let release = may.then(|| {
        view! {
            <PostForm action={action::<ReleaseAddress>()} key=id.to_string() done=t("address-released")>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service.to_string()/>
                <HiddenField name="kind" value=slug/>
                <ConfirmButton label=t("address-release") body=body style=ButtonStyle::Secondary icon="undo-2"/>
            </PostForm>
        }
    });
    let who = Query::default().set("q", held.what()).href("/addresses/who");
    let what = match at.visit().may(Permission::NetworkView) {
        true => view! { <a class="figure block font-medium break-all" href=who>{held.what()}</a> }.into_any(),
        false => view! { <span class="figure block font-medium break-all">{held.what()}</span> }.into_any(),
    };
    view! { <li class="flex flex-wrap items-center justify-between gap-3"><span>{what}<span class="muted">{kind}" · "{since}</span></span>{release}</li> }.into_any()
}

fn give(customer: CustomerId, service: ServiceId, blocks: &[Block], has: bool) -> AnyView {
    if blocks.is_empty() {
        return view! { <p class="muted">{t("address-no-networks")}" "<a href="/addresses/new">{t("addresses-add")}</a></p> }.into_any();
    }
    let key = service.to_string();
    let words = |block: &Block| match block.vrf.as_str() {
        "" => format!("{} · {}", block.network, block.name),
        vrf => format!("{} · {} ({vrf})", block.network, block.name),
    };
    let options = blocks.iter().map(|block| (block.id.to_string(), words(block))).collect();
    let open = came_back(action::<GiveAddress>(), &key);
    let label = if has { t("address-give-change") } else { t("address-give") };
    view! {
        <details class="border-t border-line pt-4" open=open>
            <summary>{label.clone()}</summary>
            <PostForm action={action::<GiveAddress>()} key=key done=t("address-given")>
                <ErrorSummary/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service.to_string()/>
                <SelectField name="form[block]" id=format!("field-block-{service}") label=t("address-give-from") options=options/>
                <TextField name="form[address]" id=format!("field-address-{service}") label=t("address-one") maxlength=45 autocomplete="off" optional=true help=t("address-give-next")/>
                <div class="form-actions"><SubmitButton label=label style=ButtonStyle::Secondary icon="network"/></div>
            </PostForm>
        </details>
    }
    .into_any()
}
