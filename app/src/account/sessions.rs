//! Where somebody is signed in: device, address, since when and last seen; each can be ended.

use super::account_bar;
use super::api::{EndOthers, EndSession};
use super::device;
use crate::UiError;
use crate::drawn::{Drawing, action};
use leptos::prelude::*;
use services::people::{SessionView, own_sessions};
use ui::prelude::*;

pub async fn sessions(at: Drawing) -> Result<AnyView, UiError> {
    let open = own_sessions(at.services(), at.who()?).await?;
    let others = open.iter().any(|session| !session.here);
    let end_all = others.then(|| {
        view! {
            <PostForm action={action::<EndOthers>()} done=t("session-ended-all")>
                <ErrorSummary/>
                <div class="form-actions">
                    <ConfirmButton label=t("session-end-others") body=t("session-end-others-words") icon="log-out"/>
                </div>
            </PostForm>
        }
    });
    let columns = vec![
        Column::new(t("session-device")),
        Column::new(t("session-address")),
        Column::new(t("session-since")),
        Column::new(t("session-seen")),
        Column::new(t("session-end")).quiet(),
    ];
    let rows = open.into_iter().map(|session| row(&at, session)).collect();
    let page = view! {
        <PageHeader title=t("account-sessions") subtitle=t("account-sessions-lead")/>
        {account_bar(&at)}
        <div class="flow">
            <Card flush=true><DataTable caption=t("account-sessions") columns=columns rows=rows/></Card>
            {end_all}
        </div>
    };
    Ok(page.into_any())
}

fn row(at: &Drawing, session: SessionView) -> Row {
    let words = device::words(&session.agent);
    let here = session.here.then(|| view! { " "<StatusBadge tone=Tone::Good label=t("session-here") icon="check"/> });
    let id = session.id.to_string();
    let end = (!session.here).then(|| {
        view! {
            <PostForm action={action::<EndSession>()} key=id.clone() done=t("session-ended")>
                <HiddenField name="id" value=id/>
                <SubmitButton label=t("session-end") style=ButtonStyle::Secondary icon="log-out"/>
            </PostForm>
        }
    });
    Row::new(session.id, words.clone())
        .cell(view! { {words} {here} })
        .cell(session.ip.map(|ip| view! { <span class="code">{ip}</span> }))
        .cell(view! { <TimeText at=at.visit().local(session.since)/> })
        .cell(view! { <TimeText at=at.visit().local(session.seen)/> })
        .cell(end)
}
