//! One subscriber of a rehearsal: what would be billed, line by line, beside what was billed last month; and taking him
//! out of the runs.

use super::api::{HoldService, ReleaseService};
use super::page::mark_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::billing::{RehearsalDetail, RehearsedLine};
use domain::rights::Permission;
use domain::{Currency, Money, RehearsalId};
use leptos::prelude::*;
use services::rehearsal as rehearsing;
use ui::prelude::*;

pub async fn rehearsed_service(at: Drawing) -> Result<AnyView, UiError> {
    let id: RehearsalId = at.param("id")?;
    let found = rehearsing::detail(at.services(), at.caller()?, id, at.param("service")?).await?;
    let row = &found.row;
    let marks = row.marks.iter().map(|mark| mark_badge(*mark)).collect_view();
    let refused = row.refusal.as_deref().map(|slug| {
        let words = crate::billing::refusal_text(slug);
        view! { <Alert tone=Tone::Bad icon="circle-x">{words}</Alert> }
    });
    let items = vec![
        Definition::new(
            t("customer-number"),
            view! { <a class="code" href=format!("/customers/{}", row.customer_id)>{row.customer_number.clone()}</a> },
        ),
        Definition::new(t("customer-username"), row.username.clone()),
        Definition::new(t("customer-package"), row.package.clone()),
        Definition::new(t("rehearsal-before"), view! { <MoneyText money=row.before/> }),
        Definition::new(t("rehearsal-now"), view! { <MoneyText money=row.total/> }),
    ];
    let currency = row.total.currency;
    let may = at.visit().may(Permission::BillingApprove);
    let held = may.then(|| hold_form(id, &found));
    let page = view! {
        <PageHeader title=row.customer_name.clone() back=(format!("/billing/rehearsals/{id}"), t("rehearsal-back")) badge=view! { <span class="inline-flex flex-wrap gap-1">{marks}</span> }.into_any()/>
        <div class="flow">
            {refused}
            <Card><DefinitionList items=items/></Card>
            {lines(t("rehearsal-now"), &found.now, currency)}
            {lines(t("rehearsal-before"), &found.before, currency)}
            {held}
        </div>
    };
    Ok(page.into_any())
}

fn lines(title: String, lines: &[RehearsedLine], currency: Currency) -> AnyView {
    let columns = vec![
        Column::new(t("correct-what")),
        Column::new(t("invoice-period")),
        Column::new(t("invoice-subtotal")).numeric(),
        Column::new(t("invoice-tax")).numeric(),
        Column::new(t("invoice-total")).numeric(),
    ];
    let language = use_language();
    let row = |(n, line): (usize, &RehearsedLine)| {
        let period = line.from.zip(line.until).map(|(from, until)| {
            let last = until.pred_opt().unwrap_or(until);
            t_with("common-period", &[("from", locales::date(language, from).into()), ("to", locales::date(language, last).into())])
        });
        Row::new(n, line.description.clone())
            .cell(line.description.clone())
            .cell(view! { <span class="figure">{period}</span> })
            .cell(view! { <MoneyText money=Money::new(line.net_minor, currency)/> })
            .cell(view! { <MoneyText money=Money::new(line.tax_minor, currency)/> })
            .cell(view! { <MoneyText money=Money::new(line.net_minor + line.tax_minor, currency)/> })
    };
    let rows = lines.iter().enumerate().map(row).collect();
    let empty = view! { <EmptyState icon="minus" title=t("rehearsal-no-lines") body=t("rehearsal-no-lines-body")/> }.into_any();
    view! { <Card flush=true title=title.clone()><DataTable caption=title columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn hold_form(id: RehearsalId, found: &RehearsalDetail) -> AnyView {
    let service = found.row.service_id.to_string();
    let hidden = view! { <HiddenField name="rehearsal" value=id.to_string()/> <HiddenField name="service" value=service/> };
    match &found.hold {
        Some((reason, by)) => view! {
            <Card title=t("rehearsal-held") subtitle=t_with("rehearsal-held-words", &[("by", by.as_str().into()), ("reason", reason.as_str().into())])>
                <PostForm action={action::<ReleaseService>()}>
                    {hidden}
                    <SubmitButton label=t("rehearsal-release") icon="play"/>
                </PostForm>
            </Card>
        }
        .into_any(),
        None => view! {
            <Card title=t("rehearsal-hold") subtitle=t("rehearsal-hold-words")>
                <PostForm action={action::<HoldService>()}>
                    <ErrorSummary/>
                    {hidden}
                    <TextField name="reason" label=t("correct-reason") help=t("correct-reason-help") maxlength=500/>
                    <div class="form-actions"><ConfirmButton label=t("rehearsal-hold") title=t("rehearsal-hold") body=t("rehearsal-hold-words") icon="circle-pause"/></div>
                </PostForm>
            </Card>
        }
        .into_any(),
    }
}
