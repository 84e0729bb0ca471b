//! Expenses: the list with its sum, what comes again, categories and the limit above which somebody else must say yes.

use super::api::{AddCategory, StopRecurring};
use super::parts::{books_bar, date_box, date_of, kept};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use crate::settings::api::SaveSettings;
use crate::settings::{Form, group_cards};
use domain::Money;
use domain::customers::Page;
use domain::expenses::{Category, ExpenseFilter, ExpenseRow, ExpenseState, RecurringRow};
use domain::rights::Permission;
use domain::settings::Group;
use leptos::prelude::*;
use services::expenses as books;
use services::settings::{self, At};
use ui::prelude::*;

pub(super) fn state_words(state: ExpenseState) -> String {
    t(&format!("expense-state-{}", state.slug()))
}

pub(super) fn state_mark(state: ExpenseState) -> AnyView {
    let (tone, icon) = match state {
        ExpenseState::Waiting => (Tone::Warning, "clock"),
        ExpenseState::Posted => (Tone::Good, "check"),
        ExpenseState::Refused => (Tone::Bad, "x"),
        ExpenseState::Reversed => (Tone::Neutral, "undo-2"),
    };
    view! { <StatusBadge tone=tone label=state_words(state) icon=icon/> }.into_any()
}

/// What the query string of the list asks for; the file of the list reads the same.
pub fn expense_filter(query: &Query) -> ExpenseFilter {
    ExpenseFilter {
        search: ListQuery::from(query).search,
        state: query.get("state").and_then(ExpenseState::from_slug),
        category_id: query.get("category").and_then(|id| id.parse().ok()),
        from: date_of(query, "from"),
        until: date_of(query, "until"),
    }
}

pub async fn expenses(at: Drawing) -> Result<AnyView, UiError> {
    let filter = expense_filter(at.query());
    let (page, sum) = books::expenses(at.services(), at.caller()?, &filter, at.paging()).await?;
    let visit = at.visit();
    let add = visit
        .may(Permission::ExpensesEdit)
        .then(|| view! { <LinkButton href="/books/expenses/new" label=t("expense-add") icon="plus" style=ButtonStyle::Primary/> });
    let file = visit.may(Permission::ReportsExport).then(|| {
        let href = at.query().without(&["page", "size"]).href("/books/expenses.csv");
        view! { <LinkButton href=href label=t("action-export") icon="file-down" external=true/> }
    });
    let rules = view! { <LinkButton href="/books/expenses/rules" label=t("expense-rules") icon="sliders-horizontal"/> };
    let narrowed = filter.category_id.map(|_| {
        let href = at.query().remove("category").first_page().href("/books/expenses");
        let name = page.rows.first().map_or_else(|| t("expense-category"), |row| row.category.clone());
        let title = t_with("table-filter-remove", &[("label", name.as_str().into())]);
        view! { <nav class="chips"><a class="chip chip-on" href=href title=title aria-current="true">{name}<span class="chip-off"><Icon name="x"/></span></a></nav> }
    });
    let states = ExpenseState::ALL.map(|state| FilterOption::new(state.slug(), state_words(state))).to_vec();
    let drawn = view! {
        <PageHeader title=t("expenses-title") actions=view! { {file} {rules} {add} }.into_any()/>
        {books_bar(&at)}
        <div class="list-tools">
            <SearchBox placeholder=t("expense-search")/>
            {narrowed}
            <FilterChips name="state" label=t("common-status") options=states/>
        </div>
        <form method="get" action="/books/expenses" class="list-tools">
            {kept(&at, &["from", "until", "page"])}
            {date_box("from", t("common-from"), filter.from.map(|day| day.to_string()))}
            {date_box("until", t("common-to"), filter.until.map(|day| day.to_string()))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
        {table(page, sum)}
    };
    Ok(drawn.into_any())
}

fn table(page: Page<ExpenseRow>, sum: Money) -> AnyView {
    let columns = vec![
        Column::new(t("expense-vendor")),
        Column::new(t("expense-category")),
        Column::new(t("expense-spent-on")),
        Column::new(t("expense-voucher")),
        Column::new(t("common-status")),
        Column::new(t("expense-tax")).numeric(),
        Column::new(t("common-amount")).numeric(),
    ];
    let title = t_with("expense-count", &[("count", page.total.into())]);
    let total = page.total;
    let sum = view! { <span class="row-line"><span class="muted">{t("common-total")}</span><MoneyText money=sum strong=true/></span> };
    let rows: Vec<Row> = page
        .rows
        .into_iter()
        .map(|row| {
            Row::new(row.id, row.vendor.clone())
                .href(format!("/books/expenses/{}", row.id))
                .cell(row.vendor)
                .cell(row.category)
                .cell(view! { <DateText date=row.spent_on/> })
                .cell(view! { <span class="code">{row.voucher_number.unwrap_or_default()}</span> })
                .cell(state_mark(row.state))
                .cell(view! { <MoneyText money=row.tax/> })
                .cell(view! { <MoneyText money=row.amount/> })
        })
        .collect();
    let table = if rows.is_empty() {
        let empty = view! { <EmptyState icon="receipt" title=t("expense-empty-title") body=t("expense-empty-body")/> }.into_any();
        view! { <DataTable caption=t("expenses-title") columns=columns rows=rows empty=empty/> }.into_any()
    } else {
        view! { <DataTable caption=t("expenses-title") columns=columns rows=rows total=count(total)/> }.into_any()
    };
    view! { <Card flush=true title=title actions=sum.into_any()>{table}</Card> }.into_any()
}

pub async fn expense_rules(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let categories = books::categories(services, caller).await?;
    let limit = settings::page(services, caller, At::Isp, &[Group::Expenses]).await?;
    let standing = books::recurring_expenses(services, caller).await?;
    let may_edit = at.visit().may(Permission::ExpensesEdit);
    let adding = may_edit.then(|| add_category(&categories));
    let known = category_table(&categories);
    let setting = group_cards(&at, limit, &Form { action: action::<SaveSettings>(), place: String::new() });
    let drawn = view! {
        <PageHeader title=t("expense-rules") back=("/books/expenses".to_string(), t("expenses-title"))/>
        <div class="split">
            <div class="flow">
                <Card flush=true title=t("expense-recurring")>{recurring(standing, may_edit)}</Card>
                <Card flush=true title=t("expense-categories")>{known}</Card>
            </div>
            <div class="flow">
                {adding}
                {setting}
            </div>
        </div>
    };
    Ok(drawn.into_any())
}

fn category_table(categories: &[Category]) -> AnyView {
    let columns = vec![Column::new(t("common-name"))];
    let rows = categories
        .iter()
        .map(|one| Row::new(one.id, one.name.clone()).href(format!("/books/expenses?category={}", one.id)).cell(one.name.clone()))
        .collect();
    let empty = view! { <EmptyState icon="tag" title=t("expense-no-categories") body=t("expense-no-categories-body")/> }.into_any();
    view! { <DataTable caption=t("expense-categories") columns=columns rows=rows empty=empty/> }.into_any()
}

fn add_category(categories: &[Category]) -> AnyView {
    let parents = categories.iter().filter(|one| one.parent_id.is_none()).map(|one| (one.id.to_string(), one.name.clone())).collect();
    view! {
        <Card title=t("expense-category-add")>
            <PostForm action={action::<AddCategory>()}>
                <ErrorSummary/>
                <TextField name="name" label=t("common-name") maxlength=60/>
                <SelectField name="parent" label=t("expense-category-parent") options=parents empty=t("common-none") optional=true/>
                <div class="form-actions"><SubmitButton label=t("action-add") icon="plus"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn recurring(standing: Vec<RecurringRow>, may_edit: bool) -> AnyView {
    let columns = vec![
        Column::new(t("expense-vendor")),
        Column::new(t("expense-category")),
        Column::new(t("expense-every")),
        Column::new(t("expense-next-on")),
        Column::new(t("common-amount")).numeric(),
        Column::new(t("action-more")).quiet(),
    ];
    let rows = standing
        .into_iter()
        .map(|row| {
            let next = match row.active {
                true => view! { <DateText date=row.next_on/> }.into_any(),
                false => view! { <StatusBadge tone=Tone::Neutral label=t("expense-stopped") icon="ban"/> }.into_any(),
            };
            let stop = (row.active && may_edit).then(|| {
                view! {
                    <PostForm action={action::<StopRecurring>()} key=row.id.to_string()>
                        <HiddenField name="id" value=row.id.to_string()/>
                        <ConfirmButton label=t("expense-stop") body=t("expense-stop-confirm") style=ButtonStyle::Ghost/>
                    </PostForm>
                }
            });
            Row::new(row.id, row.vendor.clone())
                .cell(row.vendor)
                .cell(row.category)
                .cell(t_with("expense-every-months", &[("count", i64::from(row.every_months).into())]))
                .cell(next)
                .cell(view! { <MoneyText money=row.amount/> })
                .cell(stop)
        })
        .collect();
    let empty =
        view! { <EmptyState icon="refresh-cw" title=t("expense-none-recurring") body=t("expense-none-recurring-body")/> }.into_any();
    view! { <DataTable caption=t("expense-recurring") columns=columns rows=rows empty=empty/> }.into_any()
}
