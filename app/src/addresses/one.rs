//! One network: how full it is, address by address where that can be seen at once, who has what, what is kept, and, apart
//! from the rest, how it is redrawn.

use super::api::{KeepRange, LetGo, MergeBlock, RemoveBlock, SplitBlock, UpdateBlock};
use super::{category_words, fill, form, holdings};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::BlockId;
use domain::addresses::{BlockView, Category, RangeKind, Stretch};
use domain::rights::Permission;
use leptos::prelude::*;
use services::addresses::{self, BlockPage, Cell};
use std::net::IpAddr;
use ui::prelude::*;

pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    let id: BlockId = at.param("id")?;
    let ended = at.query().has("ended", "yes");
    let page = addresses::find_block(at.services(), at.caller()?, id, ended, at.paging()).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let block = page.view.block.clone();
    let back = match page.around.last() {
        Some(outer) => (format!("/addresses/{}", outer.id), outer.network.to_string()),
        None => ("/addresses".to_string(), t("addresses-title")),
    };
    let container = block.category == Category::Container;
    let none = view! { <EmptyState icon="network" title=t("address-none-held") body=t("address-none-held-body")/> }.into_any();
    let other = if ended { ("no", "address-without-ended") } else { ("yes", "address-with-ended") };
    let query = if ended { at.query().remove("ended").first_page() } else { at.query().set("ended", "yes").first_page() };
    let switch = view! { <LinkButton href=query.href(at.path()) label=t(other.1) style=ButtonStyle::Ghost icon="history"/> };
    let held = holdings(t("address-held-by"), page.holdings.rows.clone(), page.holdings.total, at.visit(), none);
    let drawn = view! {
        <PageHeader title=block.network.to_string() subtitle=block.name.clone() back=back/>
        <div class="split">
            <div class="flow">
                {map(&page.map)}
                {inside(&page.inside)}
                <div>{held}<div class="form-actions">{switch}</div></div>
            </div>
            <div class="flow">
                {facts(&page.view)}
                {(!matches!(block.category, Category::Container | Category::Delegation)).then(|| kept(id, &page.stretches, may))}
                {may.then(|| change(&page))}
                {may.then(|| redraw(&page, container))}
            </div>
        </div>
    };
    Ok(drawn.into_any())
}

fn facts(view: &BlockView) -> AnyView {
    let block = &view.block;
    let number = |value: u64| view! { <NumberText value=i64::try_from(value).unwrap_or(i64::MAX)/> };
    let mut items = vec![
        Definition::new(t("address-category"), category_words(block.category)),
        Definition::new(t("address-full"), fill(view)),
        Definition::new(t("address-used"), number(view.used)),
        Definition::new(t("address-resting"), number(view.resting)),
        Definition::new(t("address-capacity"), number(view.capacity)),
    ];
    let more = [
        ("address-gateway", block.gateway.map(|ip| ip.to_string())),
        ("address-piece", block.piece.map(|piece| format!("/{piece}"))),
        ("address-pool", block.pool.clone()),
        ("address-vrf", Some(block.vrf.clone()).filter(|vrf| !vrf.is_empty())),
    ];
    items.extend(
        more.into_iter()
            .filter_map(|(key, value)| value.map(|value| Definition::new(t(key), view! { <span class="figure">{value}</span> }))),
    );
    view! { <Card title=t("common-details")><DefinitionList items=items/></Card> }.into_any()
}

/// One square an address; what it is stands in its title and below the map.
fn map(cells: &[(IpAddr, Cell)]) -> Option<AnyView> {
    const LOOKS: [(&str, &str); 6] = [
        ("free", "border border-line"),
        ("held", "bg-primary"),
        ("resting", "bg-primary/40"),
        ("dynamic", "bg-(--color-good)/60"),
        ("reserved", "bg-(--color-warn)/70"),
        ("edge", "bg-ink/30"),
    ];
    if cells.is_empty() {
        return None;
    }
    let of = |cell: &Cell| match cell {
        Cell::Free => 0,
        Cell::Held(_) => 1,
        Cell::Resting => 2,
        Cell::Dynamic => 3,
        Cell::Reserved => 4,
        Cell::Edge => 5,
    };
    let squares = cells.iter().map(|(address, cell)| {
        let (slug, look) = LOOKS[of(cell)];
        let who = match cell {
            Cell::Held(Some(username)) => username.clone(),
            _ => t(&format!("address-map-{slug}")),
        };
        view! { <span class=format!("block size-3 rounded-[2px] {look}") title=format!("{address} · {who}")></span> }
    });
    let squares = squares.collect_view();
    let legend = LOOKS.iter().enumerate().filter_map(|(place, (slug, look))| {
        let many = cells.iter().filter(|(_, cell)| of(cell) == place).count();
        let many = i64::try_from(many).ok().filter(|many| *many > 0)?;
        let words = t(&format!("address-map-{slug}"));
        Some(view! { <li class="row-line text-[0.8125rem]"><span class=format!("block size-3 rounded-[2px] {look}") aria-hidden="true"></span>{words}" "<NumberText value=many/></li> })
    });
    let legend = legend.collect_view();
    let map = view! {
        <Card title=t("address-map")>
            <div class="flex flex-wrap gap-1" role="img" aria-label=t("address-map")>{squares}</div>
            <ul class="mt-4 flex flex-wrap gap-x-5 gap-y-2">{legend}</ul>
        </Card>
    };
    Some(map.into_any())
}

fn inside(views: &[BlockView]) -> Option<AnyView> {
    if views.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("address-network")),
        Column::new(t("address-name")),
        Column::new(t("address-category")),
        Column::new(t("address-full")),
    ];
    let row = |view: &BlockView| {
        Row::new(view.block.id, view.block.network.to_string())
            .href(format!("/addresses/{}", view.block.id))
            .cell(view! { <span class="figure font-semibold">{view.block.network.to_string()}</span> })
            .cell(view.block.name.clone())
            .cell(category_words(view.block.category))
            .cell(fill(view))
    };
    let rows = views.iter().map(row).collect();
    Some(
        view! { <Card title=t("address-inside") flush=true><DataTable caption=t("address-inside") columns=columns rows=rows/></Card> }
            .into_any(),
    )
}

fn kept(id: BlockId, stretches: &[Stretch], may: bool) -> AnyView {
    let rows = stretches.iter().map(|stretch| {
        let body = t_with("address-let-go-body", &[("value", stretch.range.to_string().into())]);
        let stretch_id = stretch.id.to_string();
        let let_go = may.then(|| {
            view! {
                <PostForm action={action::<LetGo>()} key=stretch_id.clone()>
                    <HiddenField name="id" value=id.to_string()/>
                    <HiddenField name="stretch" value=stretch_id/>
                    <ConfirmButton label=t("address-let-go") body=body style=ButtonStyle::Secondary icon="x"/>
                </PostForm>
            }
        });
        let what = t(&format!("address-keep-{}", stretch.kind.slug()));
        let more: Vec<String> = [Some(what), stretch.pool.clone(), Some(stretch.note.clone())].into_iter().flatten().filter(|text| !text.is_empty()).collect();
        view! {
            <li class="flex flex-wrap items-center justify-between gap-3">
                <span><span class="figure block font-medium">{stretch.range.to_string()}</span><span class="muted">{more.join(" · ")}</span></span>
                {let_go}
            </li>
        }
    });
    let rows = rows.collect_view();
    let none = stretches.is_empty().then(|| view! { <p class="muted">{t("address-none-kept")}</p> });
    let kinds =
        RangeKind::ALL.iter().map(|kind| (kind.slug().to_string(), t(&format!("address-keep-{}", kind.slug())))).collect::<Vec<_>>();
    let keep = may.then(|| {
        view! {
            <details class="mt-4 border-t border-line pt-4" open={came_back(action::<KeepRange>(), "")}>
                <summary>{t("address-keep")}</summary>
                <PostForm action={action::<KeepRange>()} done=t("address-keep-done")>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    <TextField name="form[ranges]" label=t("address-keep-ranges") maxlength=500 autocomplete="off" help=t("address-keep-ranges-help")/>
                    <SelectField name="form[kind]" id="field-keep-kind" label=t("address-keep-kind") options=kinds value="reserved"/>
                    <TextField name="form[pool]" id="field-keep-pool" label=t("address-pool") maxlength=63 autocomplete="off" optional=true/>
                    <TextField name="form[note]" id="field-keep-note" label=t("address-keep-note") maxlength=200 optional=true/>
                    <div class="form-actions"><SubmitButton label=t("address-keep") style=ButtonStyle::Secondary icon="lock"/></div>
                </PostForm>
            </details>
        }
    });
    view! { <Card title=t("address-kept")><ul class="grid gap-2">{rows}</ul>{none}{keep}</Card> }.into_any()
}

fn change(page: &BlockPage) -> AnyView {
    let block = page.view.block.clone();
    view! {
        <Card>
            <details open={came_back(action::<UpdateBlock>(), "")}>
                <summary>{t("address-change")}</summary>
                <PostForm action={action::<UpdateBlock>()}>
                    <ErrorSummary/>
                    <HiddenField name="id" value=block.id.to_string()/>
                    <HiddenField name="version" value=block.version.to_string()/>
                    {form::fields(Some(&block))}
                    <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
                </PostForm>
            </details>
        </Card>
    }
    .into_any()
}

fn redraw(page: &BlockPage, container: bool) -> AnyView {
    let block = &page.view.block;
    let (id, longer) = (block.id, block.network.prefix().saturating_add(1));
    let split = (!container).then(|| {
        view! {
            <PostForm action={action::<SplitBlock>()} done=t("address-split-done")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <TextField name="length" label=t("address-split-length") value=longer.to_string() maxlength=3 inputmode="numeric"/>
                <div class="form-actions"><ConfirmButton label=t("address-split") body=t("address-split-body") style=ButtonStyle::Secondary icon="columns-3"/></div>
            </PostForm>
        }
    });
    let merge = page.merges.map(|both| {
        let label = t_with("address-merge", &[("network", both.to_string().into())]);
        view! {
            <PostForm action={action::<MergeBlock>()} done=t("address-merge-done")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=label body=t("address-merge-body") style=ButtonStyle::Secondary icon="link"/>
            </PostForm>
        }
    });
    let body = t_with("address-remove-body", &[("network", block.network.to_string().into())]);
    view! {
        <Card title=t("address-redraw")>
            <div class="flow">
                {split}
                {merge}
                <PostForm action={action::<RemoveBlock>()} done=t("address-removed")>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    <ConfirmButton label=t("address-remove") body=body icon="trash-2"/>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}
