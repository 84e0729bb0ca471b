//! The frame around every page: with menu and search behind a sign-in, plain before it.

use super::menu::{actions, menu};
use crate::visit::use_visit;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// Menu, top bar and the page.
#[component]
pub fn Frame(children: Children) -> AnyView {
    let visit = use_visit();
    let Some(person) = visit.person.clone() else {
        return view! { <PlainFrame brand=visit.site.name.clone()>{children()}</PlainFrame> }.into_any();
    };
    let role = t(&format!("role-{}", person.role.slug().replace('_', "-")));
    let card = Person { name: person.name, detail: format!("{role} · {}", visit.site.name), sign_out: "/sign-out".into() };
    let search = visit.may(Permission::CustomersView).then(|| "/customers".to_string());
    let theme = Theme::from_code(&visit.theme).unwrap_or(Theme::System);
    let (entries, actions) = (menu(&visit), actions(&visit));
    match search {
        Some(search) => view! {
            <AppFrame brand=visit.site.name.clone() menu=entries person=card theme=theme actions=actions search=search>{children()}</AppFrame>
        }
        .into_any(),
        None => view! { <AppFrame brand=visit.site.name.clone() menu=entries person=card theme=theme actions=actions>{children()}</AppFrame> }
            .into_any(),
    }
}
