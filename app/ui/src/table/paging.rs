//! The foot of a list: which part is shown, page links, rows per page. Plain links, all from the URL.

use leptos::prelude::*;

use crate::i18n::{t, t_with, use_language};
use crate::icon::Icon;
use crate::place::use_current_url;
use crate::query::{ListQuery, PAGE_SIZES};

/// Page numbers to offer: the ends, the current one and its neighbours; `None` is a gap.
pub fn page_links(page: u32, pages: u32) -> Vec<Option<u32>> {
    let mut links = Vec::new();
    let mut last = 0;
    for number in 1..=pages {
        if number == 1 || number == pages || number.abs_diff(page) <= 1 {
            if number - last == 2 {
                links.push(Some(number - 1));
            } else if number - last > 2 {
                links.push(None);
            }
            links.push(Some(number));
            last = number;
        } else if number > page + 1 {
            // Nothing more before the last page: skip there instead of walking a million pages.
            if pages - last == 2 {
                links.push(Some(pages - 1));
            } else if pages - last > 2 {
                links.push(None);
            }
            links.push(Some(pages));
            break;
        }
    }
    links
}

/// Result count, pages and page size of the list in the URL.
#[component]
pub fn Pagination(total: u64) -> AnyView {
    let language = use_language();
    let url = use_current_url();
    let list = Memo::new(move |_| url.query.with(|query| ListQuery::from(query)));
    let pages = move || u32::try_from(total.div_ceil(u64::from(list.get().size)).max(1)).unwrap_or(u32::MAX);
    let to = move |page: u32| {
        let query = url.query.get();
        let query = if page <= 1 { query.first_page() } else { query.set("page", page) };
        query.href(&url.path.get())
    };
    let range = move || {
        let list = list.get();
        let from = (list.offset() + 1).min(total);
        let until = (list.offset() + u64::from(list.size)).min(total);
        t_with("table-range", &[("from", from.into()), ("to", until.into()), ("total", total.into())])
    };
    let numbers = move || {
        let current = list.get().page;
        page_links(current.min(pages()), pages())
            .into_iter()
            .map(|link| match link {
                None => view! { <li class="page-gap" aria-hidden="true">"…"</li> }.into_any(),
                Some(number) => {
                    let here = (number == current).then_some("page");
                    let words = locales::number(language, number.into());
                    view! { <li><a class="page-link" href=to(number) aria-current=here>{words}</a></li> }.into_any()
                }
            })
            .collect_view()
    };
    let step = move |back: bool| {
        let page = list.get().page;
        let target = if back { page - 1 } else { page + 1 };
        (target >= 1 && target <= pages()).then(|| to(target))
    };
    let sizes = move || {
        let current = list.get().size;
        PAGE_SIZES
            .into_iter()
            .map(|size| {
                let href = url.query.get().set("size", size).first_page().href(&url.path.get());
                let here = (size == current).then_some("true");
                view! { <a class="page-link" href=href aria-current=here>{locales::number(language, size.into())}</a> }
            })
            .collect_view()
    };
    // Nothing to turn and nothing to cut: the count alone.
    if total <= u64::from(PAGE_SIZES[0]) && list.with_untracked(|list| list.page == 1) {
        return view! { <footer class="table-foot"><p class="table-range figure">{range}</p></footer> }.into_any();
    }
    view! {
        <footer class="table-foot">
            <p class="table-range figure">{range}</p>
            <nav class="page-sizes" aria-label=t("table-page-size")>
                <span class="page-sizes-label" aria-hidden="true">{t("table-page-size")}</span>
                {sizes}
            </nav>
            <nav class="pages" aria-label=t("table-pages")>
                <a class="page-link" role="link" aria-label=t("table-previous") href=move || step(true) aria-disabled=move || step(true).is_none().then_some("true")>
                    <Icon name="chevron-left"/>
                </a>
                <ul class="page-numbers">{numbers}</ul>
                <a class="page-link" role="link" aria-label=t("table-next") href=move || step(false) aria-disabled=move || step(false).is_none().then_some("true")>
                    <Icon name="chevron-right"/>
                </a>
            </nav>
        </footer>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::page_links;

    #[test]
    fn few_pages_are_all_there() {
        assert_eq!(page_links(1, 1), [Some(1)]);
        assert_eq!(page_links(2, 3), [Some(1), Some(2), Some(3)]);
        assert_eq!(page_links(1, 4), [Some(1), Some(2), Some(3), Some(4)]);
    }

    #[test]
    fn many_pages_have_gaps_and_never_a_gap_of_one() {
        assert_eq!(page_links(1, 9), [Some(1), Some(2), None, Some(9)]);
        assert_eq!(page_links(4, 9), [Some(1), Some(2), Some(3), Some(4), Some(5), None, Some(9)]);
        assert_eq!(page_links(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
        assert_eq!(page_links(7, 9), [Some(1), None, Some(6), Some(7), Some(8), Some(9)]);
        assert_eq!(page_links(9, 9), [Some(1), None, Some(8), Some(9)]);
        assert_eq!(page_links(2, 4_000_000), [Some(1), Some(2), Some(3), None, Some(4_000_000)]);
    }
}
