//! One line's terms: another package with its price while it is chosen, prepaid time, rests, add-ons, discounts.

use super::api::{
    AddAddon, AddDiscount, AutoRenew, BuyTime, CancelChange, ChangePackage, EndAddon, EndDiscount, EndHold, HoldLine, RedeemPromo,
};
use super::money::extra_fields;
use super::{May, Quoted, amount, day};
use crate::Visit;
use crate::drawn::action;
use chrono::NaiveDate;
use domain::billing::{AddonView, ChangeQuote, Charging, DiscountView, HoldView, LineKind, QuoteLine, ServiceTerms, TimeQuote};
use domain::packages::Package;
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn card(
    visit: &Visit,
    service: ServiceTerms,
    offers: &[Package],
    taxes: Vec<(String, String)>,
    may: May,
    quoted: Quoted,
) -> AnyView {
    let today = visit.today;
    let selling = match service.charging == Charging::Prepaid {
        true => may.bill.then(|| time(visit, &service, offers, quoted)),
        false => may.change.then(|| change(&service, offers, quoted)),
    };
    let planned = planned(&service, may);
    let rests = rests(today, service.id.to_string(), service.holds, may);
    let addons = addons(service.id.to_string(), service.addons, taxes, may);
    let discounts = discounts(today, service.id.to_string(), service.discounts, may);
    view! {
        <Card title=service.username subtitle=service.package>{planned}{selling}</Card>
        {rests}
        {addons}
        {discounts}
    }
    .into_any()
}

fn planned(service: &ServiceTerms, may: May) -> Option<AnyView> {
    let (from, package) = service.planned.clone()?;
    let words = t_with("terms-planned", &[("package", package.into()), ("date", day(from).into())]);
    let id = service.id.to_string();
    let cancel = may.change.then(|| {
        view! {
            <PostForm action={action::<CancelChange>()} key=id.clone()>
                <HiddenField name="service" value=id/>
                <SubmitButton label=t("terms-planned-cancel") style=ButtonStyle::Ghost icon="undo-2"/>
            </PostForm>
        }
    });
    Some(view! { <div class="mb-4"><Alert tone=Tone::Info actions=cancel.into_any()>{words}</Alert></div> }.into_any())
}

fn packages(service: &ServiceTerms, offers: &[Package], prepaid: bool) -> Vec<(String, String)> {
    let other = |package: &&Package| prepaid || package.id != service.package_id;
    offers.iter().filter(other).map(|package| (package.id.to_string(), format!("{} · {}", package.name, amount(package.price)))).collect()
}

fn change(service: &ServiceTerms, offers: &[Package], quoted: Quoted) -> AnyView {
    let id = service.id.to_string();
    let offers = packages(service, offers, false);
    let when = vec![("now".to_string(), t("terms-when-now")), ("next_cycle".to_string(), t("terms-when-next"))];
    let price = match quoted {
        Quoted::Change(quote) => change_price(&quote),
        _ => view! { <p class="muted" id=format!("quote-{id}")>{t("terms-change-choose")}</p> }.into_any(),
    };
    view! {
        <PostForm action={action::<ChangePackage>()} key=id.clone() live=true>
            <ErrorSummary/>
            <HiddenField name="service" value=id.clone()/>
            <HiddenField name="form[key]" value=uuid::Uuid::now_v7().to_string()/>
            <div class="form-grid">
                <SelectField name="form[package_id]" id=format!("package-{id}") label=t("terms-new-package") options=offers empty=t("form-choose")/>
                <SelectField name="form[when]" id=format!("when-{id}") label=t("terms-when") options=when value="now"/>
            </div>
            {price}
            <div class="form-actions"><SubmitButton label=t("terms-change") icon="refresh-cw"/></div>
        </PostForm>
    }
    .into_any()
}

fn change_price(quote: &ChangeQuote) -> AnyView {
    let columns = vec![Column::new(t("terms-line")), Column::new(t("terms-days")).numeric(), Column::new(t("common-amount")).numeric()];
    let row = |(index, line): (usize, &QuoteLine)| {
        let days = match (line.days, line.days_in_period) {
            (Some(days), Some(whole)) => format!("{} / {}", locales::number(use_language(), days), locales::number(use_language(), whole)),
            _ => String::new(),
        };
        let sum = domain::Money::new(line.net.minor + line.tax.minor, line.net.currency);
        let words = format!("{} · {}", kind_words(line.kind), line.description);
        Row::new(index, words.clone()).cell(words).cell(days).cell(view! { <MoneyText money=sum/> })
    };
    let rows: Vec<Row> = quote.lines.iter().enumerate().map(row).collect();
    let words = if quote.lines.is_empty() {
        t_with("terms-quote-later", &[("package", quote.package.as_str().into()), ("date", day(quote.effective_on).into())])
    } else if quote.to_credit.minor > 0 {
        t_with("terms-quote-credit", &[("amount", amount(quote.to_credit).into())])
    } else if quote.waits {
        t_with("terms-quote-waits", &[("amount", amount(quote.total).into())])
    } else {
        t_with("terms-quote-now", &[("amount", amount(quote.total).into())])
    };
    let empty = ().into_any();
    let table = (!rows.is_empty()).then(|| view! { <DataTable caption=t("terms-quote") columns=columns rows=rows empty=empty/> });
    view! { {table}<p class="notice tone-info mt-4" aria-live="polite"><Icon name="info"/><span class="notice-words">{words}</span></p> }
        .into_any()
}

pub(super) fn kind_words(kind: LineKind) -> String {
    t(&format!("line-kind-{}", kind.slug().replace('_', "-")))
}

fn time(visit: &Visit, service: &ServiceTerms, offers: &[Package], quoted: Quoted) -> AnyView {
    let id = service.id.to_string();
    let (own, offers, renewing) = (id.clone(), packages(service, offers, true), id.clone());
    let current = service.package_id.to_string();
    let words = match quoted {
        Quoted::Time(quote) => time_words(visit, &quote),
        _ => t("terms-time-choose"),
    };
    let renew = (!service.auto_renew).then_some("true");
    let (label, icon) = if service.auto_renew { (t("terms-renew-off"), "circle-pause") } else { (t("terms-renew-on"), "refresh-cw") };
    view! {
        <PostForm action={action::<BuyTime>()} key=own live=true>
            <ErrorSummary/>
            <HiddenField name="service" value=id.clone()/>
            <HiddenField name="form[key]" value=uuid::Uuid::now_v7().to_string()/>
            <div class="form-grid">
                <TextField name="form[days]" id=format!("days-{id}") label=t("terms-time-days") value="30" inputmode="numeric"/>
                <TextField name="form[hours]" id=format!("hours-{id}") label=t("terms-time-hours") value="" optional=true inputmode="numeric"/>
                <SelectField name="form[package_id]" id=format!("package-{id}") label=t("customer-package") options=offers value=current/>
            </div>
            <p class="notice tone-info mt-4" aria-live="polite"><Icon name="info"/><span class="notice-words">{words}</span></p>
            <div class="form-actions"><SubmitButton label=t("terms-time-buy") icon="clock"/></div>
        </PostForm>
        <PostForm action={action::<AutoRenew>()} key=renewing.clone()>
            <HiddenField name="service" value=renewing/>
            {renew.map(|on| view! { <HiddenField name="on" value=on.to_string()/> })}
            <SubmitButton label=label style=ButtonStyle::Ghost icon=icon/>
        </PostForm>
    }
    .into_any()
}

fn time_words(visit: &Visit, quote: &TimeQuote) -> String {
    let until = locales::date_time(use_language(), visit.local(quote.until));
    let key = if quote.total.minor > quote.credit.minor { "terms-time-short" } else { "terms-time-quote" };
    let words = t_with(key, &[("amount", amount(quote.total).into()), ("credit", amount(quote.credit).into()), ("until", until.into())]);
    match quote.off.is_zero() {
        true => words,
        false => format!("{words} {}", t_with("terms-time-off", &[("amount", amount(quote.off).into())])),
    }
}

fn rests(today: NaiveDate, id: String, holds: Vec<HoldView>, may: May) -> AnyView {
    let columns = vec![
        Column::new(t("terms-from")),
        Column::new(t("terms-to")),
        Column::new(t("common-status")),
        Column::new(t("terms-actions")).quiet(),
    ];
    let rows = holds.into_iter().take(10).map(|hold| {
        let id = hold.id.to_string();
        let (tone, words) = match (hold.running, hold.over) {
            (true, _) => (Tone::Warning, "terms-hold-running"),
            (_, true) => (Tone::Neutral, "terms-hold-over"),
            _ => (Tone::Info, "terms-hold-planned"),
        };
        let end = (may.rest && !hold.over).then(|| {
            view! {
                <PostForm action={action::<EndHold>()} key=id.clone()>
                    <HiddenField name="id" value=id/>
                    <SubmitButton label=t("terms-hold-end") style=ButtonStyle::Ghost/>
                </PostForm>
            }
        });
        Row::new(hold.id, day(hold.from_on))
            .cell(day(hold.from_on))
            .cell(day(hold.to_on))
            .cell(view! { <StatusBadge tone=tone label=t(words) icon="circle-pause"/> })
            .cell(end.into_any())
    });
    let empty = view! { <EmptyState icon="circle-pause" title=t("terms-holds-none") body=t("terms-holds-body")/> }.into_any();
    let rows: Vec<Row> = rows.collect();
    let form = may.rest.then(|| {
        view! {
            <details class="mt-4"><summary>{t("terms-hold-add")}</summary>
            <PostForm action={action::<HoldLine>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="service" value=id.clone()/>
                <div class="form-grid">
                    <DateField name="form[from_on]" id=format!("hold-from-{id}") label=t("terms-hold-from") min=today value=today/>
                    <DateField name="form[to_on]" id=format!("hold-to-{id}") label=t("terms-hold-to") min=today help=t("terms-hold-to-help")/>
                    <TextField name="form[reason]" id=format!("hold-reason-{id}") label=t("terms-reason") value="" optional=true maxlength=300/>
                </div>
                <div class="form-actions"><SubmitButton label=t("terms-hold-add") icon="circle-pause"/></div>
            </PostForm></details>
        }
    });
    view! { <Card title=t("terms-holds")><DataTable caption=t("terms-holds") columns=columns rows=rows empty=empty/>{form}</Card> }
        .into_any()
}

fn addons(id: String, addons: Vec<AddonView>, taxes: Vec<(String, String)>, may: May) -> AnyView {
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("terms-from")),
        Column::new(t("common-amount")).numeric(),
        Column::new(t("terms-actions")).quiet(),
    ];
    let rows = addons.into_iter().map(|addon| {
        let key = addon.id.to_string();
        let end = (may.change && addon.ends_on.is_none()).then(|| {
            view! {
                <PostForm action={action::<EndAddon>()} key=key.clone()>
                    <HiddenField name="id" value=key/>
                    <ConfirmButton label=t("terms-end") body=t("terms-addon-end-body") style=ButtonStyle::Ghost/>
                </PostForm>
            }
            .into_any()
        });
        let ended = addon.ends_on.map(|end| t_with("terms-ended", &[("date", day(end).into())]));
        let sum = domain::Money::new(addon.price.minor.saturating_mul(addon.quantity.into()), addon.price.currency);
        let name = if addon.quantity > 1 {
            format!("{} × {}", locales::number(use_language(), addon.quantity.into()), addon.name)
        } else {
            addon.name.clone()
        };
        Row::new(addon.id, name.clone())
            .cell(name)
            .cell(day(addon.starts_on))
            .cell(view! { <MoneyText money=sum/> })
            .cell(view! { {ended}{end} })
    });
    let rows: Vec<Row> = rows.collect();
    let empty = view! { <EmptyState icon="plus" title=t("terms-addons-none") body=t("terms-addons-body")/> }.into_any();
    let kinds = ["addon", "static_ip", "cable_tv", "bundle"]
        .map(|kind| (kind.to_string(), t(&format!("addon-kind-{}", kind.replace('_', "-")))))
        .to_vec();
    let form = may.change.then(|| {
        view! {
            <details class="mt-4"><summary>{t("terms-addon-add")}</summary>
            <PostForm action={action::<AddAddon>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="service" value=id.clone()/>
                {extra_fields(&format!("addon-{id}"), kinds, taxes)}
                <div class="form-actions"><SubmitButton label=t("terms-addon-add") icon="plus"/></div>
            </PostForm></details>
        }
    });
    view! { <Card title=t("terms-addons")><DataTable caption=t("terms-addons") columns=columns rows=rows empty=empty/>{form}</Card> }
        .into_any()
}

fn discounts(today: NaiveDate, id: String, discounts: Vec<DiscountView>, may: May) -> AnyView {
    let columns = vec![
        Column::new(t("terms-discount")).numeric(),
        Column::new(t("terms-from")),
        Column::new(t("terms-to")),
        Column::new(t("terms-reason")),
        Column::new(t("terms-actions")).quiet(),
    ];
    let rows = discounts.into_iter().map(|discount| {
        let key = discount.id.to_string();
        let value = match (discount.percent, discount.amount) {
            (Some(percent), None) => format!("{} %", locales::digits(use_language(), &percent.normalize().to_string())),
            (Some(percent), Some(most)) => {
                let percent = locales::digits(use_language(), &percent.normalize().to_string());
                t_with("terms-discount-most", &[("percent", percent.into()), ("amount", amount(most).into())])
            }
            (None, fixed) => fixed.map(amount).unwrap_or_default(),
        };
        let end = (may.discount && discount.ends_on.is_none_or(|end| end > today)).then(|| {
            view! {
                <PostForm action={action::<EndDiscount>()} key=key.clone()>
                    <HiddenField name="id" value=key/>
                    <ConfirmButton label=t("terms-end") body=t("terms-discount-end-body") style=ButtonStyle::Ghost/>
                </PostForm>
            }
        });
        Row::new(discount.id, value.clone())
            .cell(value)
            .cell(day(discount.starts_on))
            .cell(discount.ends_on.map(day).unwrap_or_else(|| "–".into()))
            .cell(discount.reason)
            .cell(end.into_any())
    });
    let rows: Vec<Row> = rows.collect();
    let empty = view! { <EmptyState icon="tag" title=t("terms-discounts-none") body=t("terms-discounts-body")/> }.into_any();
    let kinds = vec![("percent".to_string(), t("terms-discount-percent")), ("fixed".to_string(), t("terms-discount-fixed"))];
    let redeem = may.change.then(|| redeem(&id));
    let form = may.discount.then(|| {
        view! {
            <details class="mt-4"><summary>{t("terms-discount-add")}</summary>
            <PostForm action={action::<AddDiscount>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="service" value=id.clone()/>
                <div class="form-grid">
                    <SelectField name="form[kind]" id=format!("discount-kind-{id}") label=t("terms-discount-kind") options=kinds value="percent"/>
                    <TextField name="form[value]" id=format!("discount-value-{id}") label=t("terms-discount-value") value="" inputmode="decimal"/>
                    <TextField name="form[most]" id=format!("discount-most-{id}") label=t("terms-discount-cap") value="" optional=true inputmode="decimal"/>
                    <DateField name="form[starts_on]" id=format!("discount-from-{id}") label=t("terms-from") value=today/>
                    <DateField name="form[ends_on]" id=format!("discount-to-{id}") label=t("terms-discount-until") optional=true/>
                    <TextField name="form[reason]" id=format!("discount-reason-{id}") label=t("terms-reason") value="" maxlength=300/>
                </div>
                <div class="form-actions"><SubmitButton label=t("terms-discount-add") icon="tag"/></div>
            </PostForm></details>
        }
    });
    view! { <Card title=t("terms-discounts")><DataTable caption=t("terms-discounts") columns=columns rows=rows empty=empty/>{form}{redeem}</Card> }
        .into_any()
}

fn redeem(id: &str) -> AnyView {
    let id = id.to_string();
    view! {
        <details class="mt-4"><summary>{t("terms-promo")}</summary>
        <PostForm action={action::<RedeemPromo>()} key=id.clone() done=t("terms-promo-done")>
            <ErrorSummary/>
            <HiddenField name="service" value=id.clone()/>
            <HiddenField name="form[key]" value=uuid::Uuid::now_v7().to_string()/>
            <div class="form-grid">
                <TextField name="form[code]" id=format!("promo-{id}") label=t("terms-promo-code") value="" maxlength=30 help=t("terms-promo-help")/>
            </div>
            <div class="form-actions"><SubmitButton label=t("terms-promo-use") icon="tag"/></div>
        </PostForm></details>
    }
    .into_any()
}
