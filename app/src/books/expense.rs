//! One expense: its form, and its page with the paper that proves it and what may still be done about it.

use super::api::{ApproveExpense, RecordExpense, RefuseExpense, ReverseExpense};
use super::expenses::state_mark;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::expenses::{ExpenseRow, ExpenseState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{expenses as books, require};
use ui::prelude::*;
use uuid::Uuid;

pub async fn new_expense(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::ExpensesEdit)?;
    let categories = books::categories(at.services(), at.caller()?).await.unwrap_or_default();
    let options = categories.into_iter().filter(|one| one.active).map(|one| (one.id.to_string(), one.name)).collect::<Vec<_>>();
    let currency = at.visit().site.currency;
    let today = at.visit().today;
    let none = options.is_empty().then(|| {
        let add = view! { <LinkButton href="/books/expenses/rules" label=t("expense-category-add") icon="plus"/> }.into_any();
        view! { <div class="mb-5"><Alert tone=Tone::Info actions=add>{t("expense-no-categories-body")}</Alert></div> }
    });
    let every =
        [1, 2, 3, 6, 12].map(|months: i64| (months.to_string(), t_with("expense-every-months", &[("count", months.into())]))).to_vec();
    let sources = vec![("bank".to_string(), t("expense-from-bank")), ("drawer".to_string(), t("expense-from-drawer"))];
    let page = view! {
        <PageHeader title=t("expense-add") back=("/books/expenses".to_string(), t("expenses-title"))/>
        {none}
        <PostForm action={action::<RecordExpense>()}>
            <Card>
                <ErrorSummary/>
                <HiddenField name="form[key]" value=Uuid::now_v7().to_string()/>
                <div class="form-grid">
                    <TextField name="form[vendor]" label=t("expense-vendor") maxlength=100 autofocus=true/>
                    <SelectField name="form[category_id]" label=t("expense-category") options=options empty=t("form-choose")/>
                    <MoneyField name="form[amount]" label=t("expense-amount") currency=currency help=t("expense-amount-help")/>
                    <MoneyField name="form[tax]" label=t("expense-tax") currency=currency optional=true help=t("expense-tax-help")/>
                    <DateField name="form[spent_on]" label=t("expense-spent-on") value=today max=today/>
                    <SelectField name="form[paid_from]" label=t("expense-paid-from") options=sources value="bank"/>
                    <SelectField name="form[every_months]" label=t("expense-repeat") options=every empty=t("expense-once") optional=true/>
                    <DateField name="form[ends_on]" label=t("expense-ends-on") optional=true/>
                    <TextField name="form[note]" label=t("common-note") maxlength=500 optional=true/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/books/expenses" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(page.into_any())
}

pub async fn expense(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let row = books::expense(at.services(), at.caller()?, id).await?;
    let problem = at.query().get("problem").filter(|key| locales::has_text(key)).map(|key| {
        let words = t(key);
        view! { <div class="mb-5"><Alert tone=Tone::Bad>{words}</Alert></div> }
    });
    let title = row.voucher_number.clone().unwrap_or_else(|| row.vendor.clone());
    let (facts, paper, decisions) = (facts(&at, &row), paper(&at, &row), decisions(&at, &row));
    let page = view! {
        <PageHeader title=title back=("/books/expenses".to_string(), t("expenses-title")) badge=state_mark(row.state)/>
        {problem}
        <div class="split">
            <Card title=t("common-details")><DefinitionList items=facts/></Card>
            <div class="flow">{paper}{decisions}</div>
        </div>
    };
    Ok(page.into_any())
}

fn facts(at: &Drawing, row: &ExpenseRow) -> Vec<Definition> {
    let local = |instant| at.visit().local(instant);
    let entry = |id: domain::EntryId| view! { <a href=format!("/books/journal/{id}")>{t("books-entry-open")}</a> };
    let created = local(row.created_at);
    let mut facts = vec![
        Definition::new(t("expense-vendor"), row.vendor.clone()),
        Definition::new(t("expense-category"), row.category.clone()),
        Definition::new(t("expense-amount"), view! { <MoneyText money=row.amount strong=true/> }),
        Definition::new(t("expense-tax"), view! { <MoneyText money=row.tax/> }),
        Definition::new(t("expense-spent-on"), view! { <DateText date=row.spent_on/> }),
        Definition::new(t("expense-paid-from"), t(if row.drawer_id.is_some() { "expense-from-drawer" } else { "expense-from-bank" })),
        Definition::new(t("books-made-by"), view! { {row.created_by_name.clone()}" · "<TimeText at=created/> }),
    ];
    facts.extend(row.note.clone().map(|note| Definition::new(t("common-note"), note)));
    if let (Some(name), Some(when)) = (row.decided_by_name.clone(), row.decided_at) {
        let when = local(when);
        facts.push(Definition::new(t("expense-decided-by"), view! { {name}" · "<TimeText at=when/> }));
    }
    facts.extend(row.reason.clone().map(|reason| Definition::new(t("books-reason"), reason)));
    if at.visit().may(Permission::LedgerView) {
        facts.extend(row.entry_id.map(|id| Definition::new(t("books-entry"), entry(id))));
        facts.extend(row.reversal_entry_id.map(|id| Definition::new(t("books-reversed-by"), entry(id))));
    }
    facts
}

/// The file that proves it, or the way to add one. Files go up without the script.
fn paper(at: &Drawing, row: &ExpenseRow) -> AnyView {
    let href = format!("/books/expenses/{}/attachment", row.id);
    let inside = match &row.attachment {
        Some(name) => view! { <a class="row-line" href=href rel="external"><Icon name="file-text"/>{name.clone()}</a> }.into_any(),
        None if at.visit().may(Permission::ExpensesEdit) => view! {
            <form method="post" action=href enctype="multipart/form-data" data-plain="">
                <FileField name="file" label=t("expense-paper") accept=".pdf,.png,.jpg,.jpeg,.webp" help=t("expense-paper-help")/>
                <div class="form-actions"><SubmitButton label=t("expense-paper-add") icon="upload" style=ButtonStyle::Secondary/></div>
            </form>
        }
        .into_any(),
        None => view! { <p class="muted">{t("expense-paper-none")}</p> }.into_any(),
    };
    view! { <Card title=t("expense-paper")>{inside}</Card> }.into_any()
}

fn decisions(at: &Drawing, row: &ExpenseRow) -> Option<AnyView> {
    if !at.visit().may(Permission::ExpensesApprove) {
        return None;
    }
    let (id, also) = (row.id.to_string(), row.id.to_string());
    match row.state {
        ExpenseState::Waiting => Some(
            view! {
                <Card title=t("expense-waits")>
                    <PostForm action={action::<ApproveExpense>()}>
                        <ErrorSummary/>
                        <HiddenField name="id" value=also/>
                        <div class="form-actions"><SubmitButton label=t("expense-approve") icon="check"/></div>
                    </PostForm>
                    <PostForm action={action::<RefuseExpense>()}>
                        <ErrorSummary/>
                        <HiddenField name="id" value=id/>
                        <TextField name="reason" label=t("books-reason") maxlength=500/>
                        <div class="form-actions"><SubmitButton label=t("expense-refuse") icon="x" style=ButtonStyle::Danger/></div>
                    </PostForm>
                </Card>
            }
            .into_any(),
        ),
        ExpenseState::Posted => Some(
            view! {
                <Card title=t("expense-reverse")>
                    <PostForm action={action::<ReverseExpense>()}>
                        <ErrorSummary/>
                        <HiddenField name="id" value=id/>
                        <p class="muted mb-3">{t("expense-reverse-help")}</p>
                        <TextField name="reason" label=t("books-reason") maxlength=500/>
                        <div class="form-actions"><ConfirmButton label=t("expense-reverse") body=t("expense-reverse-confirm") icon="undo-2"/></div>
                    </PostForm>
                </Card>
            }
            .into_any(),
        ),
        ExpenseState::Refused | ExpenseState::Reversed => None,
    }
}
