//! Every address of the interface. Panel pages render whole before they are sent (`SsrMode::Async`), so that status
//! codes are right and nothing moves while the browser wakes the page.

use crate::panels::{Home, NotFoundPage, Panel};
use crate::visit::provide_visit;
use crate::{billing, packages};
use crate::sign_in::SignInPage;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::path;
use ui::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let visit = provide_visit();
    provide_language(visit.language());
    provide_hydrated();
    provide_toasts();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage/> }.into_any()>
                <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Panel ssr=SsrMode::Async>
                    <Route path=path!("") view=Home ssr=SsrMode::Async/>
                    <Route path=path!("packages") view=packages::PackagesPage ssr=SsrMode::Async/>
                    <Route path=path!("packages/new") view=packages::NewPackagePage ssr=SsrMode::Async/>
                    <Route path=path!("packages/:id") view=packages::EditPackagePage ssr=SsrMode::Async/>
                    <ParentRoute path=path!("billing") view=Outlet ssr=SsrMode::Async>
                        <Route path=path!("") view=billing::BillingPage ssr=SsrMode::Async/>
                        <Route path=path!("runs/:id") view=billing::RunPage ssr=SsrMode::Async/>
                        <Route path=path!("profiles") view=billing::ProfilesPage ssr=SsrMode::Async/>
                        <Route path=path!("profiles/new") view=billing::NewProfilePage ssr=SsrMode::Async/>
                        <Route path=path!("profiles/:id") view=billing::EditProfilePage ssr=SsrMode::Async/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
