//! What a move would do: which lines go, which secrets stay and why, what is set on the router; and the form that begins it.

use super::api::BeginRouterMove;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::provisioning::{Action, Item};
use domain::router_moves::{Listed, Stays};
use domain::routers::{AuthMode, Router};
use domain::{Problem, RouterId};
use leptos::prelude::*;
use services::Error;
use services::router_moves::{Look, look as look_at};
use ui::prelude::*;

/// So many names are listed; the rest is a number.
const LISTED: usize = 200;

pub(super) async fn look(at: &Drawing, router: &Router) -> Result<AnyView, UiError> {
    if router.auth_mode == AuthMode::Radius {
        return Ok(view! { <EmptyState icon="circle-check" title=t("move-already") body=t("move-already-body")/> }.into_any());
    }
    match look_at(at.services(), at.caller()?, router.id).await {
        Ok(look) => Ok(seen(router.id, look)),
        Err(Error::Invalid(problems)) => Ok(refusal(&problems)),
        Err(Error::Conflict(problem)) => Ok(refusal(&[problem])),
        Err(error) => Err(error.into()),
    }
}

fn refusal(problems: &[Problem]) -> AnyView {
    let list = problems.iter().map(|problem| view! { <li>{problem_words(problem)}</li> }).collect_view();
    view! { <Alert tone=Tone::Bad icon="circle-x" title=t("move-look-cannot")><ul class="list-disc ps-5">{list}</ul></Alert> }.into_any()
}

fn seen(router: RouterId, look: Look) -> AnyView {
    let unseen = (!look.saw_passwords).then(|| {
        view! { <Alert tone=Tone::Warning icon="eye-off" title=t("move-unseen-title")>{t("move-unseen")}</Alert> }
    });
    let others = (look.others > 0).then(|| {
        let words = t_with("move-others", &[("count", look.others.into())]);
        view! { <Alert tone=Tone::Warning icon="triangle-alert" title=t("move-others-title")>{words}</Alert> }
    });
    let (facts, stays) = (facts(&look), stays(&look.plan.stays));
    let form = (!look.plan.moves.is_empty()).then(|| form(router, &look));
    let nothing = look.plan.moves.is_empty().then(|| {
        view! { <Alert tone=Tone::Info>{problem_words(&Problem::new("", "problem-move-nothing"))}</Alert> }
    });
    view! { <Card title=t("move-look")><DefinitionList items=facts/></Card>{unseen}{others}{nothing}{stays}{form} }.into_any()
}

fn facts(look: &Look) -> Vec<Definition> {
    let count = |many: usize| Arg::from(i64::try_from(many).unwrap_or(i64::MAX));
    let changed: Vec<&Item> = look.settings.items.iter().filter(|item| item.action != Action::Keep).collect();
    let settings = match changed.is_empty() {
        true => t("move-settings-none").into_any(),
        false => view! { <ul class="text-sm">{changed.into_iter().flat_map(lines).collect_view()}</ul> }.into_any(),
    };
    let number = |many: usize| locales::number(use_language(), i64::try_from(many).unwrap_or(i64::MAX));
    vec![
        Definition::new(
            t("move-goes"),
            t_with("move-goes-count", &[("count", count(look.plan.moves.len())), ("online", count(look.plan.online()))]),
        ),
        Definition::new(t("move-stays"), number(look.plan.stays.len())),
        Definition::new(t("move-asleep"), number(look.plan.asleep)),
        Definition::new(t("move-client"), look.client.clone().unwrap_or_else(|| t("move-client-none"))),
        Definition::new(t("move-settings"), settings),
    ]
}

/// `menu property: before → after`.
fn lines(item: &Item) -> Vec<AnyView> {
    let menu = item.object.menu.clone();
    let line = |setting: &domain::provisioning::Setting| {
        let setting = setting.shown();
        view! {
            <li class="wrap-anywhere">
                <span class="muted">{menu.clone()}" "{setting.property}": "</span>
                <del class="muted">{if setting.before.is_empty() { t("provision-nothing") } else { setting.before }}</del>" → "
                <ins class="no-underline">{setting.after}</ins>
            </li>
        }
        .into_any()
    };
    item.settings.iter().map(line).collect()
}

fn stays(all: &[Listed]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let columns = vec![Column::new(t("move-name")), Column::new(t("move-why")), Column::new(t("move-online"))];
    let rows: Vec<Row> = all
        .iter()
        .take(LISTED)
        .map(|listed| {
            Row::new(listed.secret.item.clone(), listed.secret.name.clone())
                .cell(view! { <span class="wrap-anywhere">{listed.secret.name.clone()}</span> })
                .cell(listed.stays.map(why_words).unwrap_or_default())
                .cell(if listed.online { t("common-yes") } else { t("common-no") })
        })
        .collect();
    let more = all.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| {
        let words = t_with("move-stays-more", &[("count", i64::try_from(more).unwrap_or(i64::MAX).into())]);
        view! { <p class="muted">{words}</p> }
    });
    let table = view! {
        <p>{t("move-stays-lead")}</p>
        <Card title=t("move-stays") flush=true><DataTable caption=t("move-stays") columns=columns rows=rows/></Card>
        {more}
    };
    Some(table.into_any())
}

pub(super) fn why_words(why: Stays) -> String {
    t(&format!("move-why-{}", why.slug().replace('_', "-")))
}

fn form(router: RouterId, look: &Look) -> AnyView {
    let choice = |listed: &Listed| {
        let name = listed.secret.name.clone();
        let words = if listed.online { t_with("move-test-online", &[("name", name.as_str().into())]) } else { name.clone() };
        (name, words)
    };
    let tests: Vec<(String, String)> = look.plan.moves.iter().take(LISTED).map(choice).collect();
    let first = tests.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let body = t_with("move-begin-body", &[("name", first.as_str().into())]);
    let server = look.client.is_none().then(|| {
        view! { <TextField name="form[server]" label=t("move-server") maxlength=45 autocomplete="off" help=t("move-server-help")/> }
    });
    let leave = (!look.plan.stays.is_empty()).then(|| {
        let count = [("count", Arg::from(i64::try_from(look.plan.stays.len()).unwrap_or(i64::MAX)))];
        view! { <CheckField name="form[leave]" label=t_with("move-leave", &count) help=t("move-leave-help")/> }
    });
    view! {
        <PostForm action={action::<BeginRouterMove>()} done=t("move-begun")>
            <Card title=t("move-form")>
                <ErrorSummary/>
                <HiddenField name="router" value=router.to_string()/>
                <div class="form-grid">
                    <SelectField name="form[test]" label=t("move-test") options=tests value=first help=t("move-test-help")/>
                    {server}
                    <TextField name="form[percent]" label=t("move-percent") value="10" maxlength=3 inputmode="numeric" help=t("move-percent-help")/>
                    <TextField name="form[minutes]" label=t("move-minutes") value="10" maxlength=2 inputmode="numeric" help=t("move-minutes-help")/>
                    {leave}
                </div>
                <div class="form-actions">
                    <ConfirmButton label=t("move-begin") body=body style=ButtonStyle::Primary icon="play"/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}
