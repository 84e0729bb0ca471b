//! A router beside what is wanted of it: what is missing, different, left over, or not ours; set right one by one or all at
//! once, or taken over.

use super::api::{AdoptObject, CompareRouter, SetRight};
use super::words::{finding_mark, kind_text, problem};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::routers::router_tabs;
use domain::RouterId;
use domain::rights::Permission;
use domain::wanted::{Difference, DriftRow, Finding};
use leptos::prelude::*;
use services::wanted::{self, Drift};
use ui::prelude::*;

pub async fn drift(at: Drawing) -> Result<AnyView, UiError> {
    let id: RouterId = at.param("id")?;
    let finding = at.query().get("finding").and_then(Finding::from_slug);
    let drift = wanted::drift(at.services(), at.caller()?, id, finding).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let ours: i64 = drift.counts.iter().filter(|(finding, _)| *finding != Finding::Foreign).map(|(_, count)| count).sum();
    let options = drift.counts.iter().map(|(finding, many)| {
        let words = format!("{} ({})", t(&format!("drift-{}", finding.slug())), locales::number(use_language(), *many));
        FilterOption::new(finding.slug(), words)
    });
    let options = options.collect::<Vec<_>>();
    let name = drift.router.name.clone();
    let adoptable = match drift.router.auth_mode.keeps_lines() {
        true => drift.rows.iter().filter(|row| row.finding == Finding::Foreign && row.adopter.is_some()).count(),
        false => 0,
    };
    let actions = may.then(|| {
        view! {
            {(ours > 0).then(|| set_right(id, None))}
            {(adoptable > 1).then(|| adopt_all(id, adoptable))}
            <PostForm action={action::<CompareRouter>()} done=t("drift-compared")>
                <HiddenField name="router" value=id.to_string()/>
                <SubmitButton label=t("drift-compare") style=ButtonStyle::Secondary icon="refresh-cw"/>
            </PostForm>
        }
    });
    let waits = super::queue_notice(&at, id).await?;
    let page = view! {
        <PageHeader title=format!("{name}: {}", t("drift-title")) subtitle=t("drift-lead") back=("/routers".to_string(), t("routers-title")) actions=actions.into_any()/>
        {router_tabs(id, "/drift", at.visit())}
        <div class="flow">
            {waits}
            {looked(&drift, &at)}
            {(!options.is_empty()).then(|| view! { <div class="list-tools"><FilterChips name="finding" label=t("drift-finding") options=options/></div> })}
            {table(id, drift, may)}
        </div>
    };
    Ok(page.into_any())
}

/// When it was compared last, and why the last try failed, if it did.
fn looked(drift: &Drift, at: &Drawing) -> AnyView {
    let failed = drift.audited.problem.as_deref().map(|word| {
        let words = problem(Some(word), drift.audited.said.as_deref());
        view! { <Alert tone=Tone::Warning icon="router">{words}</Alert> }
    });
    let when = drift.audited.at.map(|when| {
        let when = locales::date_time(use_language(), at.visit().local(when));
        view! { <p class="muted">{t_with("drift-looked", &[("when", when.into())])}</p> }
    });
    view! { {failed}{when} }.into_any()
}

fn table(router: RouterId, drift: Drift, may: bool) -> AnyView {
    let mut columns = vec![
        Column::new(t("want-object")),
        Column::new(t("drift-finding")),
        Column::new(t("drift-differences")),
        Column::new(t("drift-line")),
    ];
    if may {
        columns.push(Column::new(t("want-decide")).quiet());
    }
    let (title, body) = match drift.audited.at {
        Some(_) => (t("drift-empty"), t("drift-empty-body")),
        None => (t("drift-never"), t("drift-never-body")),
    };
    let takes_over = drift.router.auth_mode.keeps_lines();
    let rows = drift.rows.into_iter().map(|row| one(router, row, may, takes_over)).collect::<Vec<_>>();
    let empty = view! { <EmptyState icon="circle-check" title=title body=body/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("drift-title") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn one(router: RouterId, row: DriftRow, may: bool, takes_over: bool) -> Row {
    let line =
        row.customer.as_ref().map(|(id, name)| view! { <a class="link" href=format!("/customers/{id}?tab=line")>{name.clone()}</a> });
    let cells = Row::new(format!("{}-{}", row.kind.slug(), row.name), row.name.clone())
        .cell(view! { <span class="block"><span class="figure block font-semibold break-all">{row.name.clone()}</span><span class="muted text-[0.8125rem]">{kind_text(row.kind)}</span></span> })
        .cell(finding_mark(row.finding))
        .cell(differences(&row.differences))
        .cell(line);
    if !may {
        return cells;
    }
    cells.cell(match row.finding {
        Finding::Foreign if row.adopter.is_some() && takes_over => adopt(router, &row),
        Finding::Foreign => view! { <span class="muted text-[0.8125rem]">{t("drift-stays")}</span> }.into_any(),
        _ => set_right(router, Some(&row)),
    })
}

fn differences(all: &[Difference]) -> AnyView {
    let one = |text: &str| if text.is_empty() { t("common-none") } else { text.to_owned() };
    let rows = all.iter().map(|difference| {
        let words = t_with("drift-difference", &[("wanted", one(&difference.wanted).into()), ("found", one(&difference.found).into())]);
        view! { <li><span class="code">{difference.property.clone()}</span>" "<span class="muted break-all">{words}</span></li> }
    });
    view! { <ul class="grid gap-1 text-[0.8125rem]">{rows.collect_view()}</ul> }.into_any()
}

fn set_right(router: RouterId, row: Option<&DriftRow>) -> AnyView {
    let (kind, name) = row.map(|row| (row.kind.slug(), row.name.clone())).unwrap_or_default();
    let button = match row {
        None => view! { <ConfirmButton label=t("drift-fix-all") body=t("drift-fix-all-body") style=ButtonStyle::Primary icon="check"/> }
            .into_any(),
        Some(row) if row.finding == Finding::Leftover => {
            let body = t_with("drift-remove-body", &[("name", row.name.as_str().into())]);
            view! { <ConfirmButton label=t("drift-remove") body=body style=ButtonStyle::Secondary icon="trash-2"/> }.into_any()
        }
        Some(_) => view! { <SubmitButton label=t("drift-fix") style=ButtonStyle::Secondary icon="check"/> }.into_any(),
    };
    view! {
        <PostForm action={action::<SetRight>()} key=format!("{kind}-{name}") done=t("drift-fixed")>
            <HiddenField name="router" value=router.to_string()/>
            <HiddenField name="kind" value=kind.to_string()/>
            <HiddenField name="name" value=name/>
            {button}
        </PostForm>
    }
    .into_any()
}

fn adopt_all(router: RouterId, many: usize) -> AnyView {
    let body = t_with("drift-adopt-all-body", &[("count", i64::try_from(many).unwrap_or(i64::MAX).into())]);
    view! {
        <PostForm action={action::<AdoptObject>()} key="all".to_string() done=t("drift-adopted")>
            <HiddenField name="router" value=router.to_string()/>
            <ConfirmButton label=t("drift-adopt-all") body=body style=ButtonStyle::Secondary icon="link"/>
        </PostForm>
    }
    .into_any()
}

fn adopt(router: RouterId, row: &DriftRow) -> AnyView {
    let customer = row.customer.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
    let body = t_with("drift-adopt-body", &[("name", row.name.as_str().into()), ("customer", customer.into())]);
    let (kind, name) = (row.kind.slug().to_string(), row.name.clone());
    view! {
        <PostForm action={action::<AdoptObject>()} key=format!("adopt-{kind}-{name}") done=t("drift-adopted")>
            <HiddenField name="router" value=router.to_string()/>
            <HiddenField name="kind" value=kind/>
            <HiddenField name="name" value=name/>
            <ConfirmButton label=t("drift-adopt") body=body style=ButtonStyle::Secondary icon="link"/>
        </PostForm>
    }
    .into_any()
}
