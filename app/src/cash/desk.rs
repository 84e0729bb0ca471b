//! One cash desk: what is in the drawer, hand-overs to answer, handing over, cash in and out, the end of the day.

use super::api::{AgreeHandOver, CloseCashDay, CountHandOver, MoveCash, ProposeHandOver, WithdrawHandOver};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::use_visit;
use domain::cash::{CashClose, CashDesk, HandOver, HandOverState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{cash, require};
use ui::prelude::*;
use uuid::Uuid;

pub(super) fn hand_over_state(state: HandOverState) -> AnyView {
    let (tone, icon) = match state {
        HandOverState::Proposed => (Tone::Info, "clock"),
        HandOverState::Disputed => (Tone::Warning, "triangle-alert"),
        HandOverState::Confirmed => (Tone::Good, "check"),
        HandOverState::Withdrawn => (Tone::Neutral, "undo-2"),
    };
    view! { <StatusBadge tone=tone label=t(&format!("cash-state-{}", state.slug())) icon=icon/> }.into_any()
}

pub async fn own_desk(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::CashDesk)?;
    let desk = cash::desk(at.services(), at.caller()?, None).await?;
    let all = at.visit().may(Permission::CashManage).then(|| view! { <LinkButton href="/books/cash" label=t("cash-desks") icon="list"/> });
    let take = at
        .visit()
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> });
    let head = view! { <PageHeader title=t("cash-own-desk") actions=view! { {all} {take} }.into_any()/> }.into_any();
    Ok(page(head, desk, true))
}

pub async fn somebodys_desk(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::CashManage)?;
    let id: Uuid = at.param("id")?;
    let own = at.caller()?.actor_id() == Some(id);
    let desk = cash::desk(at.services(), at.caller()?, Some(id)).await?;
    let head = view! { <PageHeader title=desk.drawer.name.clone() back=("/books/cash".to_string(), t("cash-desks"))/> }.into_any();
    Ok(page(head, desk, own))
}

fn page(head: AnyView, desk: CashDesk, own: bool) -> AnyView {
    let id = desk.drawer.account_id;
    let written = |money: domain::Money| locales::money(use_language(), money.minor, money.currency.code());
    let statement = format!("/books/cash/{id}/statement");
    let incoming = desk.incoming.iter().map(|one| incoming(one, own)).collect_view();
    let outgoing = desk.outgoing.iter().map(|one| outgoing(one, own)).collect_view();
    let hand_over = own.then(|| hand_over_form(&desk));
    let quiet = desk.incoming.is_empty() && desk.outgoing.is_empty() && desk.past.is_empty() && desk.closes.is_empty();
    let quiet = quiet.then(|| {
        view! { <Card><EmptyState icon="banknote" title=t("cash-quiet-title") body=t("cash-quiet-body")/></Card> }
    });
    view! {
        {head}
        <div class="tiles">
            <StatCard label=t("cash-in-drawer") value=written(desk.drawer.balance) href=statement.clone() icon="banknote"/>
            <StatCard label=t("cash-promised") value=written(desk.drawer.promised) href=statement.clone() icon="clock"/>
            <StatCard label=t("cash-free") value=written(desk.drawer.free()) href=statement icon="wallet"/>
        </div>
        <div class="split mt-5">
            <div class="flow">{incoming}{outgoing}{hand_over}{past(desk.past)}{closes(desk.closes)}{quiet}</div>
            <div class="flow">{close_form(id, desk.drawer.balance)}{move_form(id, desk.drawer.balance.currency)}</div>
        </div>
    }
    .into_any()
}

/// Somebody hands cash to this desk: the receiver says what he counted.
fn incoming(one: &HandOver, own: bool) -> AnyView {
    let (id, amount) = (one.id.to_string(), one.amount);
    let (counted_id, answer_id) = (format!("counted-{id}"), format!("answer-{id}"));
    let note = one.note.clone().map(|note| view! { <p class="muted">{note}</p> });
    let form = own.then(|| {
        view! {
            <PostForm action={action::<CountHandOver>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <MoneyField name="counted" label=t("cash-i-counted") currency=amount.currency value=amount id=counted_id/>
                <TextField name="answer" label=t("common-note") optional=true maxlength=500 id=answer_id/>
                <div class="form-actions"><SubmitButton label=t("cash-confirm-count") icon="check"/></div>
            </PostForm>
        }
    });
    let title = t_with("cash-from", &[("name", one.giver_name.as_str().into())]);
    let counted = counted(one);
    view! {
        <Card title=title actions=hand_over_state(one.state)>
            <p class="text-xl"><MoneyText money=amount strong=true/></p>
            {note}{counted}{form}
        </Card>
    }
    .into_any()
}

fn counted(one: &HandOver) -> Option<AnyView> {
    one.received.map(|received| {
        let amount = locales::money(use_language(), received.minor, received.currency.code());
        let words = t_with("cash-receiver-counted", &[("name", one.receiver_name.as_str().into()), ("amount", amount.into())]);
        let answer = one.answer.clone().map(|answer| view! { <p class="muted">{answer}</p> });
        view! { <div class="my-3"><Alert tone=Tone::Warning>{words}{answer}</Alert></div> }.into_any()
    })
}

/// What this desk has promised: the giver agrees with another count, or takes it back.
fn outgoing(one: &HandOver, own: bool) -> AnyView {
    let id = || one.id.to_string();
    let agree = one.received.filter(|_| own).map(|received| {
        let (key, id) = (id(), id());
        view! {
            <PostForm action={action::<AgreeHandOver>()} key=key>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <HiddenField name="seen" value=received.plain()/>
                <ConfirmButton label=t("cash-agree") body=t("cash-agree-confirm") style=ButtonStyle::Primary icon="check"/>
            </PostForm>
        }
    });
    let withdraw = own.then(|| {
        let (key, id) = (id(), id());
        view! {
            <PostForm action={action::<WithdrawHandOver>()} key=key>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <SubmitButton label=t("cash-withdraw") icon="undo-2" style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    let title = t_with("cash-to", &[("name", one.receiver_name.as_str().into())]);
    let (amount, counted) = (one.amount, counted(one));
    view! {
        <Card title=title actions=hand_over_state(one.state)>
            <p class="text-xl"><MoneyText money=amount strong=true/></p>
            {counted}
            {own.then(|| view! { <div class="form-actions">{agree}{withdraw}</div> })}
        </Card>
    }
    .into_any()
}

fn hand_over_form(desk: &CashDesk) -> AnyView {
    let people: Vec<(String, String)> = desk.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let free = desk.drawer.free();
    let inside = if free.minor <= 0 || people.is_empty() {
        let words = if people.is_empty() { t("cash-nobody-to-give") } else { t("cash-nothing-free") };
        view! { <p class="muted">{words}</p> }.into_any()
    } else {
        view! {
            <PostForm action={action::<ProposeHandOver>()} done=t("cash-proposed-done")>
                <ErrorSummary/>
                <HiddenField name="key" value=Uuid::now_v7().to_string()/>
                <SelectField name="receiver_id" label=t("cash-receiver") options=people empty=t("form-choose")/>
                <MoneyField name="amount" label=t("cash-amount-counted") currency=free.currency value=free id="give-amount"/>
                <TextField name="note" label=t("common-note") optional=true maxlength=500 id="give-note"/>
                <div class="form-actions"><SubmitButton label=t("cash-hand-over") icon="send"/></div>
            </PostForm>
        }
        .into_any()
    };
    view! { <Card title=t("cash-hand-over")>{inside}</Card> }.into_any()
}

fn move_form(id: Uuid, currency: domain::Currency) -> AnyView {
    let directions = vec![("out".to_string(), t("cash-out")), ("in".to_string(), t("cash-in"))];
    let counterparts = vec![("bank".to_string(), t("cash-bank")), ("owner".to_string(), t("cash-owner"))];
    view! {
        <Card title=t("cash-in-or-out")>
            <PostForm action={action::<MoveCash>()}>
                <ErrorSummary/>
                <HiddenField name="drawer" value=id.to_string()/>
                <HiddenField name="key" value=Uuid::now_v7().to_string()/>
                <SelectField name="direction" label=t("cash-direction") options=directions value="out"/>
                <SelectField name="counterpart" label=t("cash-counterpart") options=counterparts value="bank"/>
                <MoneyField name="amount" label=t("common-amount") currency=currency id="move-amount"/>
                <TextField name="note" label=t("common-note") optional=true maxlength=500 id="move-note"/>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn close_form(id: Uuid, book: domain::Money) -> AnyView {
    view! {
        <Card title=t("cash-close-day")>
            <PostForm action={action::<CloseCashDay>()}>
                <ErrorSummary/>
                <HiddenField name="drawer" value=id.to_string()/>
                <HiddenField name="book" value=book.plain()/>
                <MoneyField name="counted" label=t("cash-counted") currency=book.currency help=t("cash-counted-help") id="close-counted"/>
                <TextField name="note" label=t("common-note") optional=true maxlength=500 id="close-note" help=t("cash-difference-help")/>
                <div class="form-actions"><SubmitButton label=t("cash-close-day") icon="lock" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn past(ended: Vec<HandOver>) -> Option<AnyView> {
    if ended.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("cash-giver")),
        Column::new(t("cash-receiver")),
        Column::new(t("common-status")),
        Column::new(t("common-amount")).numeric(),
        Column::new(t("cash-received")).numeric(),
        Column::new(t("common-time")),
    ];
    let ledger = use_visit().may(Permission::LedgerView);
    let rows = ended
        .into_iter()
        .map(|one| {
            let local = use_visit().local(one.ended_at.unwrap_or(one.proposed_at));
            let row = Row::new(one.id, one.giver_name.clone());
            let row = match one.entry_id.filter(|_| ledger) {
                Some(entry) => row.href(format!("/books/journal/{entry}")),
                None => row,
            };
            row.cell(one.giver_name)
                .cell(one.receiver_name)
                .cell(hand_over_state(one.state))
                .cell(view! { <MoneyText money=one.amount/> })
                .cell(one.received.map(|money| view! { <MoneyText money=money/> }))
                .cell(view! { <TimeText at=local/> })
        })
        .collect();
    Some(view! { <Card flush=true title=t("cash-past")><DataTable caption=t("cash-past") columns=columns rows=rows/></Card> }.into_any())
}

fn closes(closes: Vec<CashClose>) -> Option<AnyView> {
    if closes.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("common-date")),
        Column::new(t("cash-book")).numeric(),
        Column::new(t("cash-counted")).numeric(),
        Column::new(t("cash-difference")).numeric(),
        Column::new(t("books-closed-by")),
    ];
    let rows = closes
        .into_iter()
        .map(|close| {
            let off = domain::Money::new(close.counted.minor - close.book.minor, close.book.currency);
            Row::new(close.id, close.business_date.to_string())
                .cell(view! { <DateText date=close.business_date/> })
                .cell(view! { <MoneyText money=close.book/> })
                .cell(view! { <MoneyText money=close.counted/> })
                .cell(view! { <MoneyText money=off/> })
                .cell(close.closed_by_name)
        })
        .collect();
    Some(
        view! { <Card flush=true title=t("cash-closes")><DataTable caption=t("cash-closes") columns=columns rows=rows/></Card> }.into_any(),
    )
}
