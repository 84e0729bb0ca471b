//! What waits for routers: how much for which and why, then object by object, with what a person can do about it.

use super::api::{GiveUp, TryAgain};
use super::words::{kind_text, problem, state_mark};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use chrono::NaiveDateTime;
use domain::RouterId;
use domain::rights::Permission;
use domain::wanted::{Depth, WantFilter, WantRow, WantState};
use leptos::prelude::*;
use services::wanted;
use ui::prelude::*;

const PATH: &str = "/routers/waiting";

pub async fn board(at: Drawing) -> Result<AnyView, UiError> {
    let query = at.query();
    let filter = WantFilter {
        router: query.get("router").and_then(|id| id.parse().ok()),
        state: query.get("state").and_then(WantState::from_slug).filter(|state| *state != WantState::Done),
        search: query.get("q").unwrap_or_default().to_owned(),
    };
    let board = wanted::board(at.services(), at.caller()?, &filter, at.paging()).await?;
    let now = at.visit().local(at.services().now());
    let may = at.visit().may(Permission::NetworkEdit);
    let untouched = query.without(&["page", "size"]).pairs().is_empty();
    let states = [WantState::Waiting, WantState::Stuck, WantState::Left];
    let states = states.map(|state| FilterOption::new(state.slug(), t(&format!("want-state-{}", state.slug())))).to_vec();
    let routers = board.routers.iter().map(|(id, name)| FilterOption::new(id.to_string(), name.clone())).collect::<Vec<_>>();
    let several = routers.len() > 1 || filter.router.is_some();
    let page = view! {
        <PageHeader title=t("want-title") subtitle=t("want-lead") back=("/routers".to_string(), t("routers-title"))/>
        <div class="flow" data-poll="5">
            {(!board.depths.is_empty()).then(|| depths(board.depths, may, now, &at))}
            <div class="list-tools">
                <SearchBox placeholder=t("want-search")/>
                <FilterChips name="state" label=t("common-status") options=states/>
                {several.then(|| view! { <FilterChips name="router" label=t("want-router") options=routers/> })}
            </div>
            {list(board.page.rows, board.page.total, untouched, may, now, &at)}
        </div>
    };
    Ok(page.into_any())
}

fn depths(depths: Vec<Depth>, may: bool, now: NaiveDateTime, at: &Drawing) -> AnyView {
    let mut columns = vec![
        Column::new(t("want-router")),
        Column::new(t("want-state-waiting")).numeric(),
        Column::new(t("want-state-stuck")).numeric(),
        Column::new(t("want-since")),
        Column::new(t("want-why")),
    ];
    if may {
        columns.push(Column::new(t("want-try-now")).quiet());
    }
    let rows = depths.into_iter().map(|depth| {
        let since = depth.since.map(|since| view! { <TimeText at=at.visit().local(since) now=now/> });
        let next = depth.problem.is_some().then_some(depth.next_at).flatten().map(|next| {
            let when = locales::relative(use_language(), at.visit().local(next), now);
            view! { <span class="muted block text-[0.8125rem]">{t_with("want-next", &[("when", when.into())])}</span> }
        });
        let why = match depth.problem {
            Some(_) => view! { <span class="block">{problem(depth.problem.as_deref(), depth.said.as_deref())}{next}</span> }.into_any(),
            None => t("want-talking").into_any(),
        };
        let href = Query::default().set("router", depth.router_id.to_string()).href(PATH);
        let row = Row::new(depth.router_id, depth.router.clone())
            .cell(view! { <a class="font-semibold hover:text-primary" href=href>{depth.router}</a> })
            .cell(locales::number(use_language(), depth.waiting))
            .cell(locales::number(use_language(), depth.stuck))
            .cell(since)
            .cell(why);
        if may { row.cell(again(depth.router_id, None)) } else { row }
    });
    let rows = rows.collect();
    view! { <Card flush=true title=t("want-by-router")><DataTable caption=t("want-by-router") columns=columns rows=rows/></Card> }
        .into_any()
}

fn list(rows: Vec<WantRow>, total: i64, untouched: bool, may: bool, now: NaiveDateTime, at: &Drawing) -> AnyView {
    let mut columns = vec![
        Column::new(t("want-object")),
        Column::new(t("want-router")),
        Column::new(t("common-status")),
        Column::new(t("want-since")),
        Column::new(t("want-why")),
        Column::new(t("want-tries")).numeric(),
    ];
    if may {
        columns.push(Column::new(t("want-decide")).quiet());
    }
    let rows = rows.into_iter().map(|row| one(row, may, now, at)).collect::<Vec<_>>();
    let title = t_with("want-count", &[("count", total.into())]);
    let empty = view! { <EmptyState icon="circle-check" title=t("want-empty") body=t("want-empty-body")/> }.into_any();
    let table = match untouched && total == 0 {
        true => view! { <DataTable caption=t("want-title") columns=columns rows=rows empty=empty/> }.into_any(),
        false => view! { <DataTable caption=t("want-title") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    view! { <Card flush=true title=title>{table}</Card> }.into_any()
}

fn one(row: WantRow, may: bool, now: NaiveDateTime, at: &Drawing) -> Row {
    let what = if row.removal { t_with("want-removal", &[("kind", kind_text(row.kind).into())]) } else { kind_text(row.kind) };
    let whose = row.customer.as_ref().map(|(id, name)| {
        view! { <a class="link block text-[0.8125rem]" href=format!("/customers/{id}/connection")>{name.clone()}</a> }
    });
    let id = format!("{}-{}-{}", row.router_id, row.kind.slug(), row.name);
    let why = problem(row.problem.as_deref(), row.said.as_deref());
    let cells = Row::new(id, row.name.clone())
        .cell(view! { <span class="block"><span class="figure block font-semibold break-all">{row.name.clone()}</span><span class="muted text-[0.8125rem]">{what}</span>{whose}</span> })
        .cell(row.router.clone())
        .cell(state_mark(row.state))
        .cell(view! { <TimeText at=at.visit().local(row.since) now=now/> })
        .cell(why)
        .cell(locales::number(use_language(), i64::from(row.tries)));
    if may { cells.cell(decide(row)) } else { cells }
}

fn decide(row: WantRow) -> AnyView {
    let leave = (row.state != WantState::Left).then(|| leave(&row));
    let again = again(row.router_id, Some((row.kind.slug(), &row.name)));
    view! { <div class="grid gap-2">{again}{leave}</div> }.into_any()
}

fn again(router: RouterId, one: Option<(&'static str, &str)>) -> AnyView {
    let (kind, name) = one.unwrap_or_default();
    let name = name.to_owned();
    view! {
        <PostForm action={action::<TryAgain>()} key=format!("{router}-{kind}-{name}") done=t("want-tried")>
            <HiddenField name="router" value=router.to_string()/>
            <HiddenField name="kind" value=kind.to_string()/>
            <HiddenField name="name" value=name/>
            <SubmitButton label=t("want-try-now") style=ButtonStyle::Secondary icon="refresh-cw"/>
        </PostForm>
    }
    .into_any()
}

fn leave(row: &WantRow) -> AnyView {
    let key = format!("{}-{}-{}", row.router_id, row.kind.slug(), row.name);
    let open = came_back(action::<GiveUp>(), &key);
    let (router, kind, name) = (row.router_id.to_string(), row.kind.slug().to_string(), row.name.clone());
    let field = format!("field-reason-{key}");
    view! {
        <details open=open>
            <summary class="link w-fit text-[0.8125rem]">{t("want-give-up")}</summary>
            <PostForm action={action::<GiveUp>()} key=key done=t("want-given-up")>
                <HiddenField name="router" value=router/>
                <HiddenField name="kind" value=kind/>
                <HiddenField name="name" value=name/>
                <TextField name="reason" id=field label=t("want-reason") maxlength=300 help=t("want-reason-help")/>
                <div class="form-actions"><SubmitButton label=t("want-give-up") style=ButtonStyle::Secondary icon="circle-x"/></div>
            </PostForm>
        </details>
    }
    .into_any()
}
