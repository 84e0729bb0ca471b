//! An import from a router: the steps of any import, under what is to be known of the router first.

use super::choose::pools;
use crate::UiError;
use crate::drawn::Drawing;
use crate::imports;
use domain::ImportId;
use leptos::prelude::*;
use services::router_imports;
use ui::prelude::*;

pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    let id: ImportId = at.param("id")?;
    let found = router_imports::find(at.services(), at.caller()?, id).await?;
    let (badge, content) = imports::steps_of(&at, id, Some(found.router)).await?;
    let language = use_language();
    let again = found.same_day.map(|other| {
        let link = view! { <LinkButton href=format!("/routers/imports/{other}") label=t("router-import-open") icon="eye"/> };
        view! { <Alert tone=Tone::Warning icon="triangle-alert" actions=link.into_any()>{t("router-import-same-day")}</Alert> }
    });
    let full = found.room.filter(|room| *room < found.read.secrets).map(|room| {
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        view! { <Alert tone=Tone::Bad icon="circle-alert">{t_with("router-import-room", &[("count", room.into())])}</Alert> }
    });
    let kept = t_with("router-import-kept", &[("date", locales::date_time(language, at.visit().local(found.read_at)).into())]);
    let page = view! {
        <PageHeader title=found.router_name subtitle=kept back=(format!("/routers/{}/import", found.router), t("router-import")) badge=badge/>
        <div class="flow">{again}{full}{content}{pools(&found.read.pools)}</div>
    };
    Ok(page.into_any())
}
